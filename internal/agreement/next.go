package agreement

import (
	"fmt"
	"slices"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Kind is what kind of action comes next.
type Kind string

// The kinds of actions.
const (
	ActTask    Kind = "task"       // ask a person
	ActDrop    Kind = "drop"       // end a task whose reason is gone
	ActYear    Kind = "begin-year" // note that an agreement year begins, and its contribution is due
	ActEnd     Kind = "end"        // the last day has passed
	ActWait    Kind = "wait"       // until Day
	ActNothing Kind = "nothing"    // it has ended
)

// Action is what comes next for an agreement, and why.
type Action struct {
	Kind   Kind          `json:"kind"`
	Day    calendar.Date `json:"day,omitzero"` // the day it is about: from which to act, on which a year begins, the last day
	Due    time.Time     `json:"due,omitzero"` // of a wait: until when
	Task   string        `json:"task,omitempty"`
	Year   int           `json:"year,omitempty"`
	Plan   string        `json:"plan,omitempty"`
	Reason string        `json:"reason"`
	// Contribution is what becomes due with the year, without VAT; nil when its price is not set.
	Contribution *money.Amount `json:"contribution,omitempty"`
}

// Rules are what an agreement is decided by, besides its facts.
type Rules struct {
	Plans      Plans
	RemindDays int // how many days before the last day for a notice staff is reminded
}

// Names of tasks. A notice, or the number of a year, follows after a colon.
const (
	TaskStateStart   = "state-start"
	TaskAnswerNotice = "answer-notice"
	TaskRenewal      = "renewal"
	TaskContribution = "contribution"
)

// EndsBy says what ends a task that saying "done" does not, because the facts go on needing it; empty when done ends it. client is the code of the client.
func EndsBy(task, client string) string {
	if task == TaskStateStart {
		return "the start is stated (dunning agreement start " + client + " --on DAY)"
	}
	return ""
}

// Next decides what comes next for an agreement on a day. A plan that is not there is an error.
//
// While the start is assumed nothing becomes due: what a client pays follows from what was agreed, not from a guess. Of an agreement that began before its
// start was stated, contributions become due from the year on that runs then; those of before were asked by other means, or not at all.
func Next(f Facts, r Rules, day calendar.Date) (Action, error) {
	if !f.Ended.IsZero() {
		return Action{Kind: ActNothing, Day: f.Ended, Reason: "the agreement ended on " + f.Ended.String()}, nil
	}
	if a, ok := f.nextTask(r, day); ok {
		return a, nil
	}
	last, by, ends := f.Ending(day)
	if ends && day.After(last.Last) {
		return Action{Kind: ActEnd, Day: last.Last, Year: last.Number, Reason: fmt.Sprintf("a registered notice was received on %s, in time for %s", by.Received, last.Last)}, nil
	}
	if !f.Assumed() && !day.Before(f.Start) {
		for n := f.YearOf(f.Stated).Number; n <= f.YearOf(day).Number; n++ {
			if !f.Begun(n) {
				return f.beginYear(r, n)
			}
		}
	}
	return f.wait(r, day), nil
}

func (f Facts) beginYear(r Rules, n int) (Action, error) {
	y := f.YearNumber(n)
	plan, err := r.Plans.Find(f.PlanOn(y.First))
	if err != nil {
		return Action{}, err
	}
	reason := fmt.Sprintf("year %d begins", n)
	if n > 1 {
		by := f.YearNumber(n - 1).LastNotice
		reason = fmt.Sprintf("%s by %s, so it renews with year %d", f.unnoticed(by), by, n)
	}
	return Action{Kind: ActYear, Day: y.First, Year: n, Plan: plan.ID, Contribution: plan.Contribution, Reason: reason}, nil
}

// unnoticed says of an agreement that renews that nothing ends it which was received by a day.
func (f Facts) unnoticed(by calendar.Date) string {
	if slices.ContainsFunc(f.Notices, func(n Notice) bool { return n.Registered && !n.TakenBack.IsZero() && !n.Received.After(by) }) {
		return "no registered notice that was not taken back was received"
	}
	return "no registered notice was received"
}

// nextTask is the first task that has to be opened, or ended because its reason is gone. One that a person has done stays done while it asks the same.
func (f Facts) nextTask(r Rules, day calendar.Date) (Action, bool) {
	wanted := f.wanted(r, day)
	for _, w := range wanted {
		if known, ok := f.task(w.Key); !ok || known.Dropped || known.Detail != w.Detail {
			return Action{Kind: ActTask, Day: day, Task: w.Key, Reason: w.Detail}, true
		}
	}
	for _, t := range f.Tasks {
		if t.Done.IsZero() && !slices.ContainsFunc(wanted, func(w Task) bool { return w.Key == t.Key }) {
			return Action{Kind: ActDrop, Day: day, Task: t.Key, Reason: "there is no reason for it any more"}, true
		}
	}
	return Action{}, false
}

// wanted are the tasks for which there is a reason on a day, done or not.
func (f Facts) wanted(r Rules, day calendar.Date) []Task {
	var tasks []Task
	ask := func(key, format string, args ...any) {
		tasks = append(tasks, Task{Key: key, Detail: fmt.Sprintf(format, args...)})
	}
	if f.Assumed() {
		ask(TaskStateStart, "nobody said on which day the agreement starts; %s is assumed, and no contribution becomes due until it is stated", f.Start)
	}
	for _, n := range f.Notices {
		kind := "a notice that is not registered"
		if n.Registered {
			kind = "a registered notice"
		}
		ask(TaskAnswerNotice+":"+n.Key, "answer the client in writing: %s was received on %s; %s", kind, n.Received, f.Verdict(n))
	}
	for _, y := range f.Years { // one can have begun by a start that is stated anew since, for later
		if y.Contribution == nil && !day.Before(f.YearNumber(y.Year).First) {
			ask(fmt.Sprintf("%s:%d", TaskContribution, y.Year), "the contribution for year %d is due since %s and plan %s has no price for it: invoice it by hand", y.Year, f.YearNumber(y.Year).First, y.Plan)
		}
	}
	y := f.YearOf(day)
	if from := f.RemindOn(r, y); f.renews(day) && !day.Before(from) && !day.After(y.LastNotice) {
		ask(fmt.Sprintf("%s:%d", TaskRenewal, y.Number), "the agreement renews on %s unless a registered notice is received by %s", y.Last.AddDays(1), y.LastNotice)
	}
	return tasks
}

// renews says whether no notice makes an end to the agreement.
func (f Facts) renews(day calendar.Date) bool {
	_, _, ends := f.Ending(day)
	return !ends
}

// RemindOn is the day from which staff is reminded of a renewal, within the year.
func (f Facts) RemindOn(r Rules, y Year) calendar.Date {
	return calendar.Max(y.First, y.LastNotice.AddDays(-r.RemindDays))
}

// wait is the wait for the next day on which something changes by itself.
func (f Facts) wait(r Rules, day calendar.Date) Action {
	y := f.YearOf(day)
	a := Action{Kind: ActWait, Year: y.Number, Day: y.Last.AddDays(1), Reason: fmt.Sprintf("year %d begins on %s", y.Number+1, y.Last.AddDays(1))}
	if last, _, ends := f.Ending(day); ends && last.Number == y.Number {
		a.Reason = fmt.Sprintf("the agreement ends on %s", last.Last)
	}
	sooner := func(on calendar.Date, reason string) {
		if on.After(day) && on.Before(a.Day) {
			a.Day, a.Reason = on, reason
		}
	}
	sooner(f.Start, "the agreement starts on "+f.Start.String())
	if f.renews(day) {
		sooner(y.LastNotice.AddDays(1), fmt.Sprintf("%s is the last day for a notice", y.LastNotice))
		sooner(f.RemindOn(r, y), fmt.Sprintf("staff is reminded of the renewal %d days before %s, the last day for a notice", r.RemindDays, y.LastNotice))
	}
	a.Due = a.Day.At(0, 0)
	return a
}
