package trajectory

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// MisfitError says why claims cannot change from one trajectory to another at all.
type MisfitError struct{ From, To, Why string }

func (e *MisfitError) Error() string {
	return fmt.Sprintf("claims of %s cannot change to %s: %s", e.From, e.To, e.Why)
}

// Fits is nil, or a *MisfitError that says why claims cannot change from one trajectory to another.
func Fits(from, to Policy) error {
	misfit := func(format string, args ...any) error {
		return &MisfitError{from.Pin(), to.Pin(), fmt.Sprintf(format, args...)}
	}
	switch {
	case from.Pin() == to.Pin():
		return misfit("they are the same; right would be another version")
	case from.For != to.For:
		return misfit("it is for %s debtors", to.For)
	}
	for _, plan := range slices.Sorted(maps.Keys(from.Decision.Default)) {
		if to.Decision.Default[plan] == "" {
			return misfit("it has no default decision for plan %s", plan)
		}
	}
	for _, s := range from.Steps {
		if i := to.index(s.ID); i >= 0 && to.Steps[i].Letter != s.Letter {
			return misfit("step %s is %s in one and %s in the other; right would be another name for another letter", s.ID, s.word(), to.Steps[i].word())
		}
	}
	return nil
}

// index is the place of a step; -1 when there is none of that name.
func (p Policy) index(id string) int {
	return slices.IndexFunc(p.Steps, func(s Step) bool { return s.ID == id })
}

// word is the letter of a step, or that it is a call.
func (s Step) word() string {
	if s.call() {
		return "a call"
	}
	return "letter " + s.Letter
}

// Refusal is why a claim cannot change its trajectory now. Until is the last day on which it holds, where that is known.
type Refusal struct {
	Why   string        `json:"reason"`
	Until calendar.Date `json:"until,omitzero"`
}

// Refused says why a claim cannot change to another trajectory at this instant: a term that the law gives would not be what was told, or something is under
// way under the name that it has now. Nil when it can. What a letter gave to pay is kept under either.
func Refused(f claim.Facts, from, to Rules, now time.Time) (*Refusal, error) {
	today := calendar.DateOf(now)
	if why := underWay(f, from.Policy, to.Policy); why != "" {
		return &Refusal{Why: why}, nil
	}
	if last := f.CostsDueFrom(); f.Debtor.Consumer() && last.After(today) {
		return &Refusal{"the 14 days after receipt of the 14-day letter run", last.AddDays(-1)}, nil
	}
	if !Advised(f).IsZero() && f.Decision == nil {
		return &Refusal{"the client has time to decide", DecisionEnds(f, from.Policy, today)}, nil
	}
	if task, err := askedByOne(f, from, to, now); err != nil {
		return nil, err
	} else if task != "" {
		return &Refusal{Why: "a person is asked to do " + task + ", which the other trajectory does not ask now"}, nil
	}
	d, err := consider(f, to, now)
	if err != nil {
		return nil, err
	}
	for i, step := range to.Policy.Steps {
		if _, owed := d.companion(i); owed { // also while something else is waited for
			done, _ := d.done(step.ID, 1)
			return &Refusal{step.ID + " has left, and would be sent over another channel too", done.on.AddDays(companionDays)}, nil
		}
	}
	return nil, nil
}

// NotNowError says why a claim cannot change its trajectory at this moment.
type NotNowError struct{ Refusal }

func (e *NotNowError) Error() string {
	if e.Until.IsZero() {
		return e.Why
	}
	return fmt.Sprintf("%s until %s", e.Why, e.Until)
}

// Carry gives the steps that a claim carries along when it changes to another trajectory at this instant (see Carried); a *NotNowError when it cannot.
func Carry(f claim.Facts, from, to Rules, now time.Time) ([]claim.Done, error) {
	switch refusal, err := Refused(f, from, to, now); {
	case err != nil:
		return nil, err
	case refusal != nil:
		return nil, &NotNowError{*refusal}
	}
	return Carried(f, from.Policy, to.Policy), nil
}

// underWay is what has begun and is not over.
func underWay(f claim.Facts, from, to Policy) string {
	if f.Status.Final() {
		return "the claim is " + string(f.Status)
	}
	if f.Upheld() {
		return f.UpheldProblem()
	}
	if f.Attention != nil {
		return "an operator repairs " + f.Attention.Action + " first"
	}
	for _, l := range f.Letters {
		switch {
		case l.State == claim.LetterClaimed || l.State == claim.LetterSending:
			return l.Step + " is on its way"
		case l.State == claim.LetterUnknown && l.Kind == claim.FourteenDayLetter:
			return "it is not known whether the 14-day letter left"
		}
	}
	for _, task := range f.Tasks {
		step, ok := byStep(task.Key)
		if ok && task.Open && from.index(step) >= 0 && to.index(step) < 0 {
			return "a person is asked to do " + task.Key + ", which the other trajectory has not"
		}
	}
	return ""
}

// askedByOne is an open task to call or to approve that one trajectory asks for at this instant and another would end; none: no key. Whoever was asked has
// perhaps called already, and would be asked again when the claim changes back.
func askedByOne(f claim.Facts, from, to Rules, now time.Time) (task string, err error) {
	before, err := Unwanted(f, from, now)
	if err != nil {
		return "", err
	}
	after, err := Unwanted(f, to, now)
	for _, ends := range after {
		if _, ofStep := byStep(ends.Task); ofStep && !slices.ContainsFunc(before, func(d Dropped) bool { return d.Task == ends.Task }) {
			return ends.Task, err
		}
	}
	return "", err
}

// Carried gives the steps that an operator skipped under one trajectory as another names them: the first that sends the same kind of letter and is not in the
// first trajectory. Those of the same name need not be carried, and letters that left are found by their kind.
func Carried(f claim.Facts, from, to Policy) (carried []claim.Done) {
	taken := map[string]bool{}
	for _, s := range from.Steps {
		on := f.SkippedOn(s.ID)
		if s.call() || on.IsZero() || to.index(s.ID) >= 0 {
			continue
		}
		at := slices.IndexFunc(to.Steps, func(n Step) bool { return n.Letter == s.Letter && from.index(n.ID) < 0 && !taken[n.ID] })
		if at >= 0 {
			taken[to.Steps[at].ID] = true
			carried = append(carried, claim.Done{Step: to.Steps[at].ID, On: on})
		}
	}
	return carried
}

// Planned is something that will be done, and the day.
type Planned struct {
	What string        `json:"what"`
	On   calendar.Date `json:"on"`
}

// Shift is what is done on another day under another trajectory; no date where it is not done.
type Shift struct {
	What   string        `json:"what"`
	Before calendar.Date `json:"before,omitzero"`
	After  calendar.Date `json:"after,omitzero"`
}

// Change is what another trajectory means for one claim: what is next under either, and what comes on another day, also later on when nobody says anything.
type Change struct {
	Refused *Refusal `json:"refused,omitempty"`
	Before  Planned  `json:"before"`
	After   Planned  `json:"after"`
	Shifts  []Shift  `json:"shifts"`
}

// Compare says what it would mean for a claim to change its trajectory at an instant. received says when a letter counts as received.
func Compare(f claim.Facts, from, to Rules, now time.Time, received func(on calendar.Date, channel string) calendar.Date) (Change, error) {
	refused, err := Refused(f, from, to, now)
	if err != nil {
		return Change{}, err
	}
	c := Change{Refused: refused, Shifts: []Shift{}}
	var before, after []Planned
	if c.Before, before, err = future(f, from, now, received); err != nil {
		return c, err
	}
	f.Skipped = append(f.Skipped[:len(f.Skipped):len(f.Skipped)], Carried(f, from.Policy, to.Policy)...)
	if c.After, after, err = future(f, to, now, received); err != nil {
		return c, err
	}
	c.Shifts = shifts(before, after, calendar.DateOf(now).AddYears(comparedYears))
	return c, nil
}

// comparedYears is less than lives are played: of what goes on for ever, as the interruptions of a claim on hold, each within these years has its counterpart.
const comparedYears = mostYears + 5

// future is what is next, and all that follows when nobody says anything.
func future(f claim.Facts, rules Rules, now time.Time, received func(calendar.Date, string) calendar.Date) (next Planned, all []Planned, err error) {
	a, err := Next(f, rules, now)
	if err != nil {
		return next, nil, err
	}
	life, err := Silent(f, rules, now, received)
	for _, m := range life {
		all = append(all, planned(m.Action))
	}
	return planned(a), all, err
}

// planned names an action as lists of them do.
func planned(a Action) Planned {
	what := a.Name()
	switch {
	case a.Kind == ActMonitorYear || a.Cycle > 1:
		what = fmt.Sprintf("%s %d", what, a.Cycle)
	case a.Kind == ActTask || a.Kind == ActWait && a.Task != "":
		what = "task " + a.Task
	}
	if a.Channel != "" {
		what += " by " + a.Channel
	}
	return Planned{what, a.Day}
}

// shifts gives what is on another day in the second list, in order of time: of what only one list has its day there, of the rest the sooner of both. What comes more than once is compared
// time by time, and what comes in both lists after the last day, or only there, is left out.
func shifts(before, after []Planned, last calendar.Date) []Shift {
	left, different := slices.Clone(after), []Shift{}
	for _, p := range before {
		shift := Shift{What: p.What, Before: p.On}
		if i := slices.IndexFunc(left, func(other Planned) bool { return other.What == p.What }); i >= 0 {
			shift.After = left[i].On
			left = slices.Delete(left, i, i+1)
		}
		if shift.After != shift.Before {
			different = append(different, shift)
		}
	}
	for _, p := range left {
		different = append(different, Shift{What: p.What, After: p.On})
	}
	slices.SortStableFunc(different, func(a, b Shift) int { return a.First().Compare(b.First()) })
	return slices.DeleteFunc(different, func(s Shift) bool { return s.First().After(last) })
}

// First is the sooner of the two days of a shift, or the one that it has.
func (s Shift) First() calendar.Date {
	if s.Before.IsZero() || !s.After.IsZero() && s.After.Before(s.Before) {
		return s.After
	}
	return s.Before
}
