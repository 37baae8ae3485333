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

// written is a step, and which time.
type written struct {
	step  string
	cycle int
}

// notDone gathers what was planned and then not done.
type notDone struct {
	teller
	rules   rulesOf
	told    map[written][]calendar.Date // the days that were planned
	entries []Entry
}

// notDone tells of each step that was planned and then not, why not on the day for which it was planned, at the moment from which that was so. Of one step,
// cycle and planned day it is told once, however often something came between and passed.
func (t teller) notDone(rules rulesOf) ([]Entry, error) {
	n := notDone{teller: t, rules: rules, told: map[written][]calendar.Date{}}
	var planned trajectory.Action
	for i, m := range t.moments {
		next, on := m.Next, calendar.DateOf(m.at)
		again, comes, over := next.Step == planned.Step && next.Cycle == planned.Cycle, ofCourse(next), on.After(planned.Day)
		switch next.Kind {
		case trajectory.ActOpen, trajectory.ActTask, trajectory.ActDecide, trajectory.ActCheck:
			if !over || t.leftOn(planned, on).IsZero() { // what follows says what becomes of the step
				continue
			}
		case trajectory.ActWait, trajectory.ActClose, trajectory.ActNothing, trajectory.ActMonitor, trajectory.ActLetter, trajectory.ActAdvise, trajectory.ActRemind, trajectory.ActMonitorYear:
		}
		if planned.Step != "" && (over || next.Letter == "" || comes && !again || m.postpones(planned)) {
			if err := n.tell(i, planned); err != nil {
				return nil, err
			}
		}
		if err := n.passOver(m); err != nil {
			return nil, err
		}
		switch {
		case next.Letter == "":
			planned = trajectory.Action{}
		case comes && (!again || planned.Due.After(m.at)): // else it is tried since, or late
			planned = next
		}
	}
	return n.entries, nil
}

// postpones says whether a step comes on a later day at a moment than that for which it was planned, and which is still to come.
func (m moment) postpones(planned trajectory.Action) bool {
	return m.Next.Step == planned.Step && m.Next.Cycle == planned.Cycle && m.Next.Day.After(planned.Day) && planned.Due.After(m.at)
}

// ofCourse says whether a letter is a step of what was agreed, or of an arrangement; others go beside it.
func ofCourse(a trajectory.Action) bool {
	return a.Letter != "" && !claim.IsComplaintStep(a.Step) && !claim.IsRequestStep(a.Step) && a.Letter != trajectory.Correction && a.Letter != trajectory.InterruptionLetter
}

// tell tells why a step was not done on the day for which it was planned, when it was not and another line does not say so.
func (n *notDone) tell(i int, planned trajectory.Action) error {
	key := written{planned.Step, planned.Cycle}
	if slices.Contains(n.told[key], planned.Day) || passed(n.moments[i].Facts, planned) || n.leftAsPlanned(planned) {
		return nil
	}
	why, known, err := n.becauseOf(i, planned, n.rules)
	if gone, problem := n.changed(i, planned); problem != nil || gone != "" {
		why, known, err = gone, n.moments[i].at, problem
	} else if other := n.moments[i].Facts.Trajectory; i > 0 && other != n.moments[i-1].Facts.Trajectory && n.moments[i].postpones(planned) {
		why = "the claim goes on by trajectory " + other + ": " + why
	}
	if err == nil && why != "" {
		n.told[key] = append(n.told[key], planned.Day)
		n.entries = append(n.entries, missed(planned, known, why))
	}
	return err
}

// changed is why a step is not done because another trajectory holds, that has none of that name; empty when that is not why.
func (n *notDone) changed(i int, planned trajectory.Action) (why string, err error) {
	has := func(f claim.Facts) (found bool, err error) {
		agreed, err := n.rules(f)
		return slices.ContainsFunc(agreed.Policy.Steps, func(s trajectory.Step) bool { return s.ID == planned.Step }), err
	}
	if i == 0 || n.moments[i].Facts.Trajectory == n.moments[i-1].Facts.Trajectory {
		return "", nil
	}
	before, err := has(n.moments[i-1].Facts)
	if err != nil || !before {
		return "", err
	}
	if now, err := has(n.moments[i].Facts); err != nil || now {
		return "", err
	}
	return "the claim goes on by trajectory " + n.moments[i].Facts.Trajectory + ", which has no such step", nil
}

// passOver tells of the periodic letters of debt monitoring that are left out when the next one is planned, and were never planned themselves.
func (n *notDone) passOver(m moment) error {
	if m.Next.Kind != trajectory.ActMonitorYear || len(n.told[written{m.Next.Step, m.Next.Cycle - 1}]) > 0 {
		return nil
	}
	agreed, err := n.rules(m.Facts)
	if err != nil {
		return err
	}
	fates, err := trajectory.Course(m.Facts, agreed, m.at)
	for _, x := range fates {
		key := written{x.Step, x.Cycle}
		if x.Step != trajectory.MonitoringLetter || x.Turnout != trajectory.TurnNotDone || len(n.told[key]) > 0 {
			continue
		}
		n.told[key] = []calendar.Date{x.On}
		left := m.Next
		left.Cycle, left.Day = x.Cycle, x.On
		n.entries = append(n.entries, missed(left, m.at, x.Reason))
	}
	return err
}

// notInterrupted tells of each letter to interrupt limitation that did not leave on the day for which it was planned, when that day is over: it goes beside what
// comes next, and its day moves with whatever interrupts limitation before.
func (t teller) notInterrupted(rules rulesOf) (entries []Entry, err error) {
	var planned trajectory.Action
	late := "" // why one that was told leaves as soon as it can
	for _, m := range t.moments {
		agreed, err := rules(m.Facts)
		if err != nil {
			return nil, err
		}
		next, err := trajectory.InterruptionComing(m.Facts, agreed, m.at)
		if err != nil {
			return nil, err
		}
		over := planned.Step != "" && calendar.DateOf(m.at).After(planned.Day) && planned.Reason != late
		if over && !t.triedAsPlanned(planned) {
			entries, late = append(entries, missed(planned, m.at, cmp.Or(t.world.downAt(planned, m.at), "nothing was done on that day"))), next.Reason
		}
		planned = next
	}
	return entries, nil
}

// missed is the line of a step that was not done on the day for which it was planned.
func missed(planned trajectory.Action, known time.Time, why string) Entry {
	return Entry{At: known, Kind: KindSkipped, Step: planned.Step, Channel: planned.Channel, Reason: fmt.Sprintf("planned for %s, and not done: %s", planned.Day, why), late: true}
}

// becauseOf is why a step was not done at the moment for which it was planned, as it stood then, and since when that was known; and when its day was over, what became of it since. Where
// nothing stood in its way at that moment it is what was down, or what came in its way later that day. Empty when nothing does on a day that is still to come.
func (t teller) becauseOf(i int, planned trajectory.Action, rules rulesOf) (why string, known time.Time, err error) {
	m, on := t.moments[i], calendar.DateOf(t.moments[i].at)
	down, told := t.world.downAt(planned, planned.Due), planned.Due
	if on.After(planned.Day) {
		down, told = t.world.downAt(planned, m.at), m.at
	}
	by := planned.Due
	if m.postpones(planned) {
		by = m.at
	}
	stood, known, err := t.stoodOn(i, planned, by, rules)
	if err == nil && goesOn(stood, planned.Day) && down == "" {
		stood, known, err = t.stoodOn(i, planned, planned.Day.AddDays(1).At(0, 0).Add(-time.Nanosecond), rules)
	}
	switch {
	case err != nil || !goesOn(stood, planned.Day):
		return stood.Reason, known, err
	case !on.After(planned.Day):
		return down, told, nil
	}
	why = cmp.Or(down, t.before(planned), "nothing was done on that day")
	since, _, err := m.fate(planned, m.at, rules)
	if late := since.Turnout != trajectory.TurnNotDone && !since.On.IsZero(); !late && t.leftOn(planned, on).IsZero() {
		why += fmt.Sprintf("; on %s: %s", on, since.Reason)
	}
	return why, m.at, err
}

// before says what came before a step at the moment for which it was planned, such as a correction that waits for its day; empty when nothing did.
func (t teller) before(planned trajectory.Action) string {
	next := planned
	for _, m := range t.moments {
		if !m.at.After(planned.Due) {
			next = m.Next
		}
	}
	if next.Step == planned.Step || next.Letter == "" {
		return ""
	}
	return fmt.Sprintf("%s came first, on %s: %s", next.Step, next.Day, next.Reason)
}

// stoodOn is what was to become of a step on the day for which it was planned, by what was known at an instant of that day; or before, when the claim has no such step any more.
// It was known from the first moment on since which it was so, and that is told where it stood on that day already: what begins or ends until the planned day (a second hold, the term
// of a judgement) is told when it has.
func (t teller) stoodOn(i int, planned trajectory.Action, by time.Time, rules rulesOf) (stood trajectory.Fate, known time.Time, err error) {
	last, found := i, false
	for j, m := range t.moments {
		if !m.at.After(by) {
			last = j
		}
	}
	for _, m := range slices.Backward(t.moments[min(i, last) : last+1]) {
		fate, told, err := m.fate(planned, planned.Due, rules)
		if err != nil || found && (!told || fate.Reason != stood.Reason) {
			return stood, known, err
		}
		now, _, err := m.fate(planned, m.at, rules)
		if err != nil {
			return stood, known, err
		}
		switch {
		case !found && !planned.Due.After(t.world.Until):
			stood, known, found = fate, planned.Due, told
		case !found:
			stood, known, found = fate, m.at, told
		}
		if now.Reason == fate.Reason {
			known = m.at
		}
	}
	return stood, known, nil
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

// downAt says what was down in the world at the moment for which a letter was planned, and until when if that was over at a moment; empty: nothing was.
func (s Scenario) downAt(planned trajectory.Action, at time.Time) string {
	what := "the workers were down"
	o, ok := within(s.outages, planned.Due)
	if !ok && planned.Channel == trajectory.ChannelEmail {
		what = "the mail server was down"
		o, ok = within(s.mailOutage(planned.Due), planned.Due)
	}
	switch {
	case !ok:
		return ""
	case o.until.After(at):
		return what
	}
	return what + " until " + o.until.In(calendar.Amsterdam).Format("2006-01-02 15:04")
}

// mailOutage is the newest outage of the mail server by an instant, if any: it goes for those before it.
func (s Scenario) mailOutage(by time.Time) (newest []outage) {
	for _, e := range s.Events {
		if e.Name == mailServerDown && !e.At.After(by) {
			newest = []outage{{e.At, e.moment(mailServerDown)}}
		}
	}
	return newest
}

// passed says whether a step that was planned was left out by an operator, or failed: another line tells each.
func passed(f claim.Facts, a trajectory.Action) bool {
	skipped := f.SkippedOn(a.Step)
	return !skipped.IsZero() && !skipped.Before(a.Day) || slices.ContainsFunc(f.Letters, func(l claim.Letter) bool {
		return l.Step == a.Step && l.Cycle == a.Cycle && l.State == claim.LetterFailed && l.Channel == a.Channel
	})
}

// triedAsPlanned says whether a letter left, or failed, on the day for which it was planned or before.
func (t teller) triedAsPlanned(a trajectory.Action) bool {
	return slices.ContainsFunc(t.moments[len(t.moments)-1].Facts.Letters, func(l claim.Letter) bool {
		return l.Step == a.Step && l.Cycle == a.Cycle && !l.On.IsZero() && !l.On.After(a.Day)
	})
}

// leftAsPlanned says whether a letter left on its day after all: what it was to wait for was over before that.
func (t teller) leftAsPlanned(a trajectory.Action) bool { return !t.leftOn(a, a.Day).IsZero() }

// leftOn is the day by another on which a letter left; no date when it had not. One that left as it was planned and came back since did leave: that it came back is told by itself.
func (t teller) leftOn(a trajectory.Action, by calendar.Date) (on calendar.Date) {
	last := len(t.moments) - 1
	for i, m := range t.moments {
		for _, l := range m.Facts.Letters {
			stayed, asPlanned := i == last, l.Channel == a.Channel && !l.On.Before(a.Day)
			if l.Step == a.Step && l.Cycle == a.Cycle && l.Left() && !l.On.After(by) && (stayed || asPlanned) {
				on = l.On
			}
		}
	}
	return on
}
