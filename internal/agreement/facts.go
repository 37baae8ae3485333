package agreement

import (
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Facts are what is known of one agreement with a client.
type Facts struct {
	ClientID    string        `json:"client_id"`
	AgreementID string        `json:"agreement_id"`
	Number      int           `json:"number"` // of the agreements of its client, from 1
	Start       calendar.Date `json:"start"`  // first day
	// Stated is the day on which somebody said when it starts. Zero: nobody did, and the start is assumed.
	Stated  calendar.Date  `json:"stated,omitzero"`
	Plans   []PlanFrom     `json:"plans"` // in the order in which they were agreed; the first is from the start
	Notices []Notice       `json:"notices,omitempty"`
	Orders  []StickerOrder `json:"orders,omitempty"` // in the order in which they came in
	Years   []YearBegun    `json:"years,omitempty"`  // of which the beginning is in the file
	Tasks   []Task         `json:"tasks,omitempty"`
	Ended   calendar.Date  `json:"ended,omitzero"` // last day, once it has ended: nothing changes any more
	Version int64          `json:"version"`
}

// PlanFrom is a plan with the first day on which it holds.
type PlanFrom struct {
	Plan string        `json:"plan"`
	From calendar.Date `json:"from"`
}

// Notice is a notice of termination.
type Notice struct {
	Key        string        `json:"key"`
	Received   calendar.Date `json:"received"`
	Registered bool          `json:"registered"`          // "aangetekend": only such a notice ends the agreement
	TakenBack  calendar.Date `json:"taken_back,omitzero"` // first day on which it no longer counts
}

// YearBegun is an agreement year of which the beginning is in the file, with what became due on it. Contribution is without VAT, nil when its price was not set.
type YearBegun struct {
	Year         int           `json:"year"`
	Plan         string        `json:"plan"`
	Contribution *money.Amount `json:"contribution"`
}

// Task is what a person is asked to do.
type Task struct {
	Key     string        `json:"key"`
	Detail  string        `json:"detail"`
	Opened  calendar.Date `json:"opened"`
	Done    calendar.Date `json:"done,omitzero"`
	Dropped bool          `json:"dropped,omitempty"` // done because its reason was gone, not by a person
}

// Assumed says whether nobody stated the day on which the agreement starts.
func (f Facts) Assumed() bool { return f.Stated.IsZero() }

// PlanOn is the plan that holds on a day: the last one agreed of those that hold by then. Before the start it is the first.
func (f Facts) PlanOn(day calendar.Date) string {
	plan := f.Plans[0].Plan
	for _, p := range f.Plans[1:] {
		if !p.From.After(day) {
			plan = p.Plan
		}
	}
	return plan
}

// Begun says whether the beginning of a year is in the file.
func (f Facts) Begun(year int) bool {
	return slices.ContainsFunc(f.Years, func(y YearBegun) bool { return y.Year == year })
}

// Notice gives a notice by its key.
func (f Facts) Notice(key string) (Notice, bool) {
	i := slices.IndexFunc(f.Notices, func(n Notice) bool { return n.Key == key })
	if i < 0 {
		return Notice{}, false
	}
	return f.Notices[i], true
}

func (f Facts) task(key string) (Task, bool) {
	i := slices.IndexFunc(f.Tasks, func(t Task) bool { return t.Key == key })
	if i < 0 {
		return Task{}, false
	}
	return f.Tasks[i], true
}
