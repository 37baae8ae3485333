package trajectory

import (
	"fmt"
	"slices"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// ComplaintConfirmation is the letter that confirms receipt of a complaint. It asks nothing.
const ComplaintConfirmation = "complaint-confirmation"

// complained: receipt of a complaint is confirmed in writing within two working days (art. 6.1 Besluit kwaliteit incassodienstverlening), whatever
// else the claim waits for, and before it closes. The letter asks nothing, so neither a hold nor a trifle stops it, and it is no step of the
// trajectory. A person is told when no channel is left, and in the morning of the last day when it has not left by then, or an hour after it could leave
// when it is recorded later; what cannot be confirmed by letter does not keep the other rules up.
func (d *decision) complained() (Action, bool) {
	for _, complaint := range d.facts.ToConfirm() {
		channel, reachable := d.channel(complaint.Step(), 1, []string{ChannelEmail, ChannelPost})
		why := "no channel is left to reach the debtor"
		if instead := d.instead(); instead != "" {
			reachable, why = false, "write to "+instead+" instead of the debtor"
		}
		told := slices.ContainsFunc(d.facts.Tasks, func(task claim.Task) bool { return task.Key == complaint.ConfirmTask() })
		switch {
		case !reachable && !told:
			return d.person(complaint.ConfirmTask(), ConfirmByHand(complaint, why)), true
		case !told && !d.now.Before(complaint.AlarmAt()):
			return d.person(complaint.ConfirmTask(), ConfirmByHand(complaint, "the letter has not left yet, and ends this task when it does")), true
		case reachable:
			return d.confirmation(complaint, channel, told), true
		}
	}
	return Action{}, false
}

// instead is who is written to instead of the debtor: of one who has died, is under guardianship or administration, or is a minor.
func (d *decision) instead() string { return Instead(d.facts, d.today) }

// Instead is who is written to instead of the debtor on a day; empty when the debtor is.
func Instead(f claim.Facts, today calendar.Date) string {
	for _, stop := range f.StoppedBy(today) {
		if stop.Instead != "" {
			return stop.Instead
		}
	}
	return ""
}

func (d *decision) confirmation(complaint claim.Complaint, channel string, told bool) Action {
	action := Action{
		Kind: ActLetter, Step: complaint.Step(), Letter: ComplaintConfirmation, Cycle: 1, Channel: channel, Stage: d.stage(), Due: d.atOnce(),
		Reason:    fmt.Sprintf("a complaint was received on %s: its receipt is confirmed in writing by %s (art. 6.1 Besluit kwaliteit incassodienstverlening)", complaint.On, complaint.ConfirmBy),
		NotSooner: "it goes out as soon as the debtor may be contacted",
	}
	if !told {
		action.Deadline = complaint.AlarmAt()
	}
	return action
}

// ConfirmByHand asks a person to confirm receipt of a complaint, and says why no letter does.
func ConfirmByHand(complaint claim.Complaint, why string) string {
	return fmt.Sprintf("confirm receipt of the complaint in writing by %s, by hand: %s", complaint.ConfirmBy, why)
}

// AtMost is d, or the time that is left until the action's deadline when that is shorter.
func (a Action) AtMost(d time.Duration, now time.Time) time.Duration {
	if left := a.Deadline.Sub(now); !a.Deadline.IsZero() && left > 0 {
		return min(d, left)
	}
	return d
}
