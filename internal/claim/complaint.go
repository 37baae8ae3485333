package claim

import (
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
)

// Complaint is a complaint of the debtor. Its receipt is confirmed in writing within two working days (art. 6.1 Besluit kwaliteit
// incassodienstverlening). What it says is personal and stays in the case file.
type Complaint struct {
	Key       string        `json:"key"`
	On        calendar.Date `json:"on"`         // received
	ConfirmBy calendar.Date `json:"confirm_by"` // the last day of the two working days
	// Recorded is when the agency's file got it. Facts that were read by an earlier version have none.
	Recorded time.Time `json:"recorded,omitzero"`
}

// ConfirmWithin is how many working days receipt of a complaint may wait for its confirmation (art. 6.1 Besluit kwaliteit incassodienstverlening).
const ConfirmWithin = 2

// complaintStep starts the step that a complaint's confirmation is in the letter register.
const complaintStep = "complaint:"

// NewComplaint is a complaint with the day by which its receipt is confirmed.
func NewComplaint(key string, received calendar.Date) Complaint {
	return Complaint{Key: key, On: received, ConfirmBy: calendar.AddWorkingDays(received, ConfirmWithin)}
}

// Step is the step of the letter that confirms receipt. No step of a trajectory has such a name.
func (c Complaint) Step() string { return complaintStep + c.Key }

// IsComplaintStep says whether a step is the confirmation of a complaint.
func IsComplaintStep(step string) bool { return strings.HasPrefix(step, complaintStep) }

// AnswerTask is the key of the task to answer the complaint.
func (c Complaint) AnswerTask() string { return "answer-" + c.Step() }

// ConfirmTask is the key of the task to confirm receipt by hand.
func (c Complaint) ConfirmTask() string { return ConfirmTask(c.Step()) }

// ConfirmTask is the key of the task to do by hand what the letter of a complaint's step does.
func ConfirmTask(step string) string { return "confirm-" + step }

// AlarmAt is when a person must know that receipt is not confirmed yet: at nine in the morning of the last day there are office hours left to do it.
// Of a complaint that was recorded after that it is an hour after the letter could leave, since nobody need do by hand what is about to be done.
func (c Complaint) AlarmAt() time.Time {
	alarm := c.ConfirmBy.At(9, 0)
	if c.Recorded.Before(alarm) {
		return alarm
	}
	return calendar.ContactFrom(c.Recorded).Add(time.Hour)
}

// ToConfirm gives the complaints whose receipt a letter has still to confirm, the most urgent first: none left or may have left, a person did not do
// it, and it was not left to a person because no letter can be made.
func (f Facts) ToConfirm() []Complaint {
	return slices.DeleteFunc(slices.Clone(f.Complaints), func(c Complaint) bool {
		return !f.SkippedOn(c.Step()).IsZero() ||
			slices.ContainsFunc(f.Letters, func(l Letter) bool { return l.Step == c.Step() && l.Left() }) ||
			slices.Contains(f.Tasks, Task{Key: c.ConfirmTask(), Open: false})
	})
}
