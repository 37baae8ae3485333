package scenario

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// rulesOf are the rules of a claim by its facts.
type rulesOf func(claim.Facts) (trajectory.Rules, error)

// notDone tells of each step that was planned and then not, at the moment at which that came to be known, and why not on the day for which it was planned.
func (t teller) notDone(rules rulesOf) (entries []Entry, err error) {
	var planned trajectory.Action
	for i, m := range t.moments {
		switch next := m.Next; next.Kind {
		case trajectory.ActLetter, trajectory.ActAdvise, trajectory.ActRemind, trajectory.ActMonitorYear:
			overdue := next.Step == planned.Step && next.Cycle == planned.Cycle && !planned.Due.After(m.at) // it is tried since, or late
			if !overdue && !claim.IsComplaintStep(next.Step) && !claim.IsRequestStep(next.Step) && next.Letter != trajectory.Correction {
				planned = next
			}
		case trajectory.ActWait, trajectory.ActClose, trajectory.ActNothing, trajectory.ActMonitor:
			if planned.Step != "" && !passed(m.Facts, planned) && !t.leftAsPlanned(planned) {
				why, err := t.becauseOf(i, planned, rules)
				if err != nil {
					return nil, err
				}
				if why != "" {
					entries = append(entries, Entry{At: m.at, Kind: KindSkipped, Step: planned.Step, Channel: planned.Channel, Reason: fmt.Sprintf("planned for %s, and not done: %s", planned.Day, why), late: true})
				}
			}
			planned = trajectory.Action{}
		case trajectory.ActOpen, trajectory.ActTask, trajectory.ActDecide, trajectory.ActCheck: // what follows says what becomes of the step
		}
	}
	return entries, nil
}

// becauseOf is why a step was not done on the day for which it was planned, as it stood on that day; and when that day was over, what became of it since. Empty when nothing
// stands in its way on a day that is still to come.
func (t teller) becauseOf(i int, planned trajectory.Action, rules rulesOf) (string, error) {
	stood, err := t.stoodOn(i, planned, rules)
	if err != nil || !goesOn(stood, planned.Day) {
		return stood.Reason, err
	}
	m, down := t.moments[i], t.world.downAt(planned)
	on := calendar.DateOf(m.at)
	if !on.After(planned.Day) {
		return down, nil
	}
	since, _, err := m.fate(planned, m.at, rules)
	return fmt.Sprintf("%s; on %s: %s", cmp.Or(down, "nothing was done on that day"), on, since.Reason), err
}

// stoodOn is what was to become of a step on the day for which it was planned, by what was known at the end of that day; or before, when the claim has no such step any more.
func (t teller) stoodOn(i int, planned trajectory.Action, rules rulesOf) (stood trajectory.Fate, err error) {
	last := i
	for j, m := range t.moments {
		if !calendar.DateOf(m.at).After(planned.Day) {
			last = j
		}
	}
	for _, m := range slices.Backward(t.moments[min(i, last) : last+1]) {
		var told bool
		if stood, told, err = m.fate(planned, planned.Due, rules); told || err != nil {
			break
		}
	}
	return stood, err
}

// fate is what becomes of a step by what was known at a moment, as its course tells at an instant; of a letter that is no step of it, what the claim does then.
func (m moment) fate(planned trajectory.Action, at time.Time, rules rulesOf) (x trajectory.Fate, told bool, err error) {
	agreed, err := rules(m.Facts)
	if err != nil {
		return x, false, err
	}
	fates, err := trajectory.Course(m.Facts, agreed, at)
	if err != nil {
		return x, false, err
	}
	if i := slices.IndexFunc(fates, func(x trajectory.Fate) bool { return x.Step == planned.Step && x.Cycle == planned.Cycle }); i >= 0 {
		return fates[i], true, nil
	}
	next, err := trajectory.Next(m.Facts, agreed, at)
	x = trajectory.Fate{Step: next.Step, Cycle: next.Cycle, Turnout: trajectory.TurnComing, Reason: next.Reason}
	if told = next.Step == planned.Step && next.Cycle == planned.Cycle; told {
		x.On = next.Day
	}
	return x, told, err
}

// goesOn says whether a step was done by a day, or comes by then: nothing stands in its way.
func goesOn(x trajectory.Fate, day calendar.Date) bool {
	return x.Turnout != trajectory.TurnNotDone && !x.On.IsZero() && !x.On.After(day)
}

// downAt says what was down in the world at the moment for which a letter was planned; empty: nothing was.
func (s Scenario) downAt(planned trajectory.Action) string {
	if o, ok := within(s.outages, planned.Due); ok {
		return "the workers were down until " + o.until.In(calendar.Amsterdam).Format("2006-01-02 15:04")
	}
	var mail []outage // the newest goes for those before it
	for _, e := range s.Events {
		if e.Name == mailServerDown && !e.At.After(planned.Due) {
			mail = []outage{{e.At, e.moment(mailServerDown)}}
		}
	}
	if o, ok := within(mail, planned.Due); ok && planned.Channel == trajectory.ChannelEmail {
		return "the mail server was down until " + o.until.In(calendar.Amsterdam).Format("2006-01-02 15:04")
	}
	return ""
}

// passed says whether a step that was planned was done after all, was left out by an operator, or failed: another line tells each.
func passed(f claim.Facts, a trajectory.Action) bool {
	return !f.SkippedOn(a.Step).IsZero() || slices.ContainsFunc(f.Letters, func(l claim.Letter) bool {
		return l.Step == a.Step && l.Cycle == a.Cycle && (l.Left() || l.State == claim.LetterFailed && l.Channel == a.Channel)
	})
}

// leftAsPlanned says whether a letter left on its day after all: what it was to wait for was over before that.
func (t teller) leftAsPlanned(a trajectory.Action) bool {
	return slices.ContainsFunc(t.moments[len(t.moments)-1].Facts.Letters, func(l claim.Letter) bool {
		return l.Step == a.Step && l.Cycle == a.Cycle && l.Left() && !l.On.After(a.Day)
	})
}
