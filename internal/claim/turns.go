package claim

import (
	"cmp"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Turns is what the case file tells of when that came to be known on which the decision rests besides the account: how a claim got to where it stands. Each
// list is in the order in which it came to be known. A task, a pause or an interruption of which it does not tell is as it is now.
type Turns struct {
	Statuses    []StatusTurn
	Tasks       []TaskTurn
	Pauses      []PauseTurn
	Pins        []WasTurn // of the trajectory
	Plans       []WasTurn // of the client
	Sales       []WasTurn // of what was told of a purchase
	Decisions   []Decision
	Mailed      []MailTurn
	Attentions  []AttentionTurn
	Costs       []CostsTurn
	Checks      []Check         // every answer of a register
	Corrections []calendar.Date // the days on which particulars of the debtor were corrected
	Contacts    []calendar.Date // the days on which demands left to the debtor for other claims, of this client or another
	Interrupted map[calendar.Date]calendar.Date
}

// StatusTurn says that a claim got a status on a day.
type StatusTurn struct {
	Known  calendar.Date
	Status Status
}

// TaskTurn says that a task was opened on a day, or ended. Its Corrects is what was told by that.
type TaskTurn struct {
	Task
	Known calendar.Date
}

// PauseTurn says when a pause came to be known and until when it was to be then, inclusive, and when it came to be known how it ended; zero: by itself, or not.
type PauseTurn struct {
	Key                string
	Made, Until, Ended calendar.Date
}

// WasTurn says what something was until a day.
type WasTurn struct {
	Known calendar.Date
	Was   string
}

// MailTurn says whether the debtor had an e-mail address until a day.
type MailTurn struct {
	Known    calendar.Date
	HadEmail bool
}

// was is what something was at the end of a day; what it is now when it did not turn since.
func was(turns []WasTurn, now string, day calendar.Date) string {
	for _, turn := range turns {
		if turn.Known.After(day) {
			return turn.Was
		}
	}
	return now
}

// AttentionTurn says that a claim needed attention from a day; nil: it was repaired.
type AttentionTurn struct {
	Known     calendar.Date
	Attention *Attention
}

// CostsTurn says that a person reviewed the costs on a day.
type CostsTurn struct {
	Known calendar.Date
	Costs money.Amount
}

// turnedOn is the facts besides the account as they were known at the end of a day. The letters are those of then already.
func (f Facts) turnedOn(t Turns, day calendar.Date) Facts {
	f = f.datedUntil(day)
	for _, d := range t.Decisions { // the court can take the place of monitoring, and either is undone when the case is taken back
		undone := !f.AskedAgain.IsZero() && (d.Choice == ChooseCourt || d.On.Before(f.AskedAgain))
		if !undone && !d.On.After(day) && (f.Decision == nil || f.Decision.On.Before(d.On)) {
			f.Decision = &d
		}
	}
	f.Tasks, f.Pauses = f.tasksOn(t.Tasks, day), f.pausesOn(t.Pauses, day)
	if len(t.Statuses) > 0 {
		f.Status, f.Reopened = StatusOpen, calendar.Date{}
	}
	for _, turn := range t.Statuses {
		if turn.Known.After(day) {
			continue
		}
		if f.Status = turn.Status; turn.Status == StatusOpen {
			f.Reopened = turn.Known
		}
	}
	f.Trajectory, f.Plan = was(t.Pins, f.Trajectory, day), was(t.Plans, f.Plan, day)
	f.Terms.Sale = Sale(was(t.Sales, string(f.Terms.Sale), day))
	for _, turn := range slices.Backward(t.Mailed) {
		if turn.Known.After(day) {
			f.HasEmail = turn.HadEmail
		}
	}
	f.Attention, f.CostsReviewed = nil, nil
	for _, turn := range t.Attentions {
		if !turn.Known.After(day) {
			f.Attention = turn.Attention
		}
	}
	for _, turn := range t.Costs {
		if !turn.Known.After(day) {
			f.CostsReviewed = &turn.Costs
		}
	}
	f.Checks = checksOn(t.Checks, day)
	f.Interrupted = slices.DeleteFunc(slices.Clone(f.Interrupted), func(on calendar.Date) bool { return t.Interrupted[on].After(day) })
	f.OtherContact = lastUntil(t.Contacts, day)
	for i := range f.Letters {
		f.Letters[i].Elsewhere = f.Letters[i].Elsewhere && lastUntil(t.Corrections, day).After(f.Letters[i].On.AddDays(-1))
	}
	return f
}

// datedUntil leaves out what has the day on which it was recorded with it, when that is later.
func (f Facts) datedUntil(day calendar.Date) Facts {
	for _, on := range []*calendar.Date{&f.OpenedOn, &f.Withdrawn, &f.MonitoredFrom, &f.Advised, &f.AskedAgain} {
		if on.After(day) {
			*on = calendar.Date{}
		}
	}
	if f.Decision != nil && f.Decision.On.After(day) {
		f.Decision = nil
	}
	if f.Interlude.From.After(day.AddDays(1)) { // it begins on the day after the choice
		f.Interlude = Interlude{}
	}
	if f.Interlude.Until.After(day) {
		f.Interlude.Until = calendar.Date{}
	}
	if f.Closing != nil && f.Closing.On.After(day) {
		f.Closing = nil
	}
	for _, l := range f.Letters { // an advice that came back since started the term until then
		if l.Kind == AdviceLetter && l.Left() && f.Advised.IsZero() {
			f.Advised = l.On
		}
	}
	later := func(d Done) bool { return d.On.After(day) }
	f.Skipped, f.Called = slices.DeleteFunc(slices.Clone(f.Skipped), later), slices.DeleteFunc(slices.Clone(f.Called), later)
	f.RemindersDone = slices.DeleteFunc(slices.Clone(f.RemindersDone), later)
	f.OtherNotices = slices.DeleteFunc(slices.Clone(f.OtherNotices), func(n OtherNotice) bool { return n.On.After(day) })
	f.Complaints = slices.DeleteFunc(slices.Clone(f.Complaints), func(c Complaint) bool { return calendar.DateOf(c.Recorded).After(day) })
	f.Promises = slices.DeleteFunc(slices.Clone(f.Promises), func(p Promise) bool { return p.On.After(day) })
	for i := range f.Promises {
		if f.Promises[i].Ended.After(day) {
			f.Promises[i].Ended = calendar.Date{}
		}
	}
	f.Requests = slices.DeleteFunc(slices.Clone(f.Requests), func(r Request) bool { return r.On.After(day) })
	for i := range f.Requests {
		if r := &f.Requests[i]; r.Answered.After(day) {
			r.Answered, r.Answer = calendar.Date{}, ""
		}
	}
	return f
}

// tasksOn are the tasks as they stood at the end of a day.
func (f Facts) tasksOn(turns []TaskTurn, day calendar.Date) (tasks []Task) {
	for _, now := range f.Tasks {
		told, known, corrects := false, false, ""
		then := now
		for _, turn := range turns {
			if turn.Key != now.Key {
				continue
			}
			if told = true; !turn.Known.After(day) {
				then, known = turn.Task, true
				corrects = strings.TrimSpace(corrects + " " + turn.Corrects)
				then.Corrects = corrects
			}
		}
		if known || !told {
			tasks = append(tasks, then)
		}
	}
	return tasks
}

// pausesOn are the pauses as they were known at the end of a day.
func (f Facts) pausesOn(turns []PauseTurn, day calendar.Date) (pauses []Pause) {
	for _, p := range f.Pauses {
		i := slices.IndexFunc(turns, func(t PauseTurn) bool { return t.Key == p.Key })
		switch {
		case i < 0:
		case turns[i].Made.After(day):
			continue
		case turns[i].Ended.After(day):
			p.Until, p.Outcome = turns[i].Until, ""
		}
		pauses = append(pauses, p)
	}
	return pauses
}

// checksOn is the newest answer of each register until the end of a day, in the order of their names.
func checksOn(checks []Check, day calendar.Date) (newest []Check) {
	for _, c := range checks {
		if c.On.After(day) {
			continue
		}
		i, found := slices.BinarySearchFunc(newest, c.Register, func(have Check, register Register) int { return cmp.Compare(have.Register, register) })
		if found {
			newest[i] = c
		} else {
			newest = slices.Insert(newest, i, c)
		}
	}
	return newest
}

func lastUntil(days []calendar.Date, day calendar.Date) (last calendar.Date) {
	for _, on := range days {
		if !on.After(day) {
			last = calendar.Max(last, on)
		}
	}
	return last
}
