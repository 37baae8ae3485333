package trajectory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// Turnout is what becomes of a step that a claim was meant to have.
type Turnout string

// What can become of a step.
const (
	TurnDone    Turnout = "done"     // its letter left, or may have, or the debtor was called
	TurnComing  Turnout = "coming"   // it is still to come, or waits for something
	TurnNotDone Turnout = "not-done" // it did not happen, and does not by what is known
)

// Fate is what becomes of one step, and why. On is the day on which it was done, or comes if nothing changes, or from which it was sure that it does not
// happen; zero while nobody can tell the day of what is coming. Reason is never empty.
type Fate struct {
	Step    string        `json:"step"`
	Cycle   int           `json:"cycle"` // which time: of the periodic letter of debt monitoring, and of the reminder to decide; 1 for all others
	Turnout Turnout       `json:"turnout"`
	On      calendar.Date `json:"on,omitzero"`
	Reason  string        `json:"reason"`
}

// Course tells what becomes of every step that a claim was meant to have, by what is known at an instant: those of its trajectory, the advice, the reminder
// to decide, and in debt monitoring each periodic letter up to the next. Each is told once, in this order. An error means that the law tables cannot answer.
func Course(f claim.Facts, rules Rules, now time.Time) ([]Fate, error) {
	d, err := consider(f, rules, now)
	if err != nil {
		return nil, err
	}
	c := course{decision: &d, goes: d.goesOn()}
	if asked := c.asked(); !asked.stands() {
		c.goes = asked.goes
	}
	if !c.goes.Due.IsZero() {
		c.goes.Day = calendar.DateOf(c.goes.Due)
	}
	if hold, found := d.endlessHold(); found && strings.HasPrefix(c.goes.Task, ReviewHold) { // a step waits for the hold, not for the question about it
		c.goes.Reason = holdStands(hold)
	}
	if c.never, c.since, err = d.ending(); err != nil {
		return nil, err
	}
	if err := c.ofSteps(); err != nil {
		return nil, err
	}
	c.ofAdvice()
	c.ofReminder()
	c.ofMonitoring()
	return c.fates, nil
}

// goesOn is what the trajectory does next or waits for, whatever goes on beside it.
func (d *decision) goesOn() Action {
	return d.first(d.closed, d.intake, d.settled, d.ended, d.needsAttention, d.halted, d.onward)
}

// asked is how a claim goes on once the person who is asked next was: that takes a moment, and no step waits for it when the claim does not.
func (c course) asked() course {
	task := c.goes.Task
	if c.goes.Kind != ActTask || c.goes.Step != "" || c.goes.Due.After(c.now) {
		return c
	}
	d := *c.decision
	d.facts.Tasks = append(slices.DeleteFunc(slices.Clone(d.facts.Tasks), func(t claim.Task) bool { return t.Key == task }), claim.Task{Key: task, Open: true})
	return course{decision: &d, goes: d.goesOn()}
}

// course is how a claim goes on.
type course struct {
	*decision
	goes  Action        // what the trajectory does next or waits for, whatever goes on beside it
	never string        // why no further step comes at all; empty while the claim goes on
	since calendar.Date // from when
	fates []Fate
}

func (c *course) tell(step string, turnout Turnout, on calendar.Date, reason string) {
	c.fates = append(c.fates, Fate{step, c.cycle(step), turnout, on, reason})
}

// ofSteps tells of the steps of the trajectory. The first that is open is what the claim goes on with; those after it come no sooner than their day after it.
func (c *course) ofSteps() error {
	why, since := c.beyond()
	previous, after, straight := c.start(), "", true
	for i, step := range c.rules.Policy.Steps {
		v := c.visit(i, previous)
		switch on, passed, err := c.passed(i, previous); {
		case err != nil:
			return err
		case !v.done.IsZero() && (!v.owes || why != ""): // what has ended leaves by no second channel
			c.wasDone(step, v, previous, straight)
		case passed != "":
			c.tell(step.ID, TurnNotDone, on, passed)
		case why != "":
			c.tell(step.ID, TurnNotDone, since, cmp.Or(Condition{Debtor: step.When.Debtor, Plan: step.When.Plan}.without(c.facts, 0), why))
		case v.omitted != "":
			c.tell(step.ID, TurnNotDone, v.planned.day, v.omitted)
		case v.expired != "" && after == "" && (!c.stands() || c.goes.Step != "" && c.goes.Step != step.ID):
			c.tell(step.ID, TurnNotDone, v.planned.day, v.expired)
		case after == "":
			after = step.ID
			c.comesNext(v.step)
			day := calendar.Max(c.goes.Day, c.today)
			v.after = progress{on: day, received: day}
		default:
			c.tell(step.ID, TurnComing, calendar.Date{}, c.later(after, v.planned.day))
			after = step.ID
			v.after = progress{on: v.planned.day, received: v.planned.day}
		}
		previous, straight = v.after, !v.done.IsZero()
	}
	return nil
}

// later is why a step after the one that the claim goes on with is not done.
func (c *course) later(after string, day calendar.Date) string {
	if c.stands() {
		return fmt.Sprintf("it comes after %s, and the claim waits: %s", after, c.goes.Reason)
	}
	return fmt.Sprintf("it comes after %s, not before %s", after, day) + c.goesAgain()
}

// goesAgain says that what the claim goes on with went before; empty when it did not.
func (c *course) goesAgain() string {
	again := c.again(c.goes.Step, c.goes.Cycle)
	if c.goes.Kind != ActLetter || again == "" {
		return ""
	}
	return fmt.Sprintf("; %s goes again, because %s", c.goes.Step, again)
}

// why is the reason of an action, and why not sooner as far as that does not say so.
func (a Action) why() string {
	said := func(why string) bool { return strings.Contains(a.Reason, why) }
	return because(a.Reason, slices.DeleteFunc(strings.Split(a.NotSooner, "; "), said))
}

// beyond is why a step of the trajectory that is not done does not come any more.
func (c *course) beyond() (why string, since calendar.Date) {
	if chosen := c.facts.Decision; chosen != nil && chosen.Choice == claim.ChooseMonitoring {
		return "decided: debt monitoring, on " + chosen.On.String(), chosen.On
	}
	return c.never, c.since
}

// stands says whether the claim waits for something else than a day of its trajectory. A payment arrangement is one also while a letter of it is what comes next.
func (c *course) stands() bool {
	return claim.IsArrangementStep(c.goes.Step) || c.facts.OpenedOn.IsZero() || c.facts.Attention != nil || c.goes.Kind == ActWait || c.goes.Kind == ActTask && c.goes.Step == ""
}

// comesNext tells of the step that the claim goes on with.
func (c *course) comesNext(step Step) {
	refused := func(task claim.Task) bool {
		return task.Open && task.Key == UnlawfulLetter+step.ID && c.facts.Attention != nil
	}
	switch {
	case slices.ContainsFunc(c.facts.Tasks, refused):
		c.tell(step.ID, TurnComing, calendar.Date{}, "the law misses something in the letter (task "+UnlawfulLetter+step.ID+"): nothing is sent until that is mended")
	case c.goes.Step != step.ID || c.goes.Kind == ActWait:
		c.tell(step.ID, TurnComing, calendar.Date{}, c.goes.Reason)
	default:
		c.tell(step.ID, TurnComing, c.goes.Day, c.goes.why())
	}
}

// wasDone tells of a step that was done, or that an operator left out; and whether it was late, where it counts straight from a step that was done.
func (c *course) wasDone(step Step, v visit, previous progress, straight bool) {
	if on := c.facts.SkippedOn(step.ID); !on.IsZero() {
		c.tell(step.ID, TurnNotDone, on, byOperator)
		return
	}
	reason := "the debtor was called"
	if v.after.last.Step == step.ID {
		reason = "left by " + v.after.last.Channel
	}
	if day, first := c.planned(step, previous), c.firstTried(step.ID, v.done); straight && first.DaysSince(day)-c.facts.PausedDays(day, first) > c.rules.Policy.LateAfter {
		reason += ", shifted from its own day " + day.String()
	}
	if again := c.again(step.ID, c.cycle(step.ID)); again != "" {
		reason += "; it went again, because " + again
	}
	c.tell(step.ID, TurnDone, v.done, reason)
}

// firstTried is the day on which a step that was done by another was tried first: what goes again has no later day of its own.
func (d *decision) firstTried(step string, by calendar.Date) (on calendar.Date) {
	on = by
	for _, l := range d.facts.Letters {
		if l.Step == step && l.On.Before(on) {
			on = l.On
		}
	}
	return on
}

// passed says why a step was not done when one after it was, as it was decided on that day; empty when it was, or none after it was.
func (c *course) passed(i int, previous progress) (on calendar.Date, why string, err error) {
	for _, later := range c.rules.Policy.Steps[i+1:] {
		done, ok := c.stepDone(later, progress{})
		if !ok || !c.facts.SkippedOn(later.ID).IsZero() {
			continue
		}
		if why = c.omit(i); why == "" { // a 14-day letter that came back is sent again
			return on, "", nil
		}
		then, err := c.before(done.on)
		if err != nil {
			return on, "", err
		}
		v := then.visit(i, previous)
		return done.on, cmp.Or(v.omitted, v.expired, why), nil
	}
	return on, "", nil
}

// before is the decision of a day on what had been done until the day before it.
func (d *decision) before(day calendar.Date) (*decision, error) {
	f, later := d.facts, func(x claim.Done) bool { return !x.On.Before(day) }
	f.Letters = slices.DeleteFunc(slices.Clone(f.Letters), func(l claim.Letter) bool { return !l.On.Before(day) })
	f.Called, f.Skipped = slices.DeleteFunc(slices.Clone(f.Called), later), slices.DeleteFunc(slices.Clone(f.Skipped), later)
	if !f.OtherContact.Before(day) { // the day of the one before it is not told
		f.OtherContact = calendar.Date{}
	}
	then, err := consider(f, d.rules, day.At(12, 0))
	return &then, err
}

// ofAdvice tells of the advice to the client.
func (c *course) ofAdvice() {
	why, since := c.never, c.since
	if chosen := c.facts.Decision; chosen != nil {
		why, since = "the client had decided on "+chosen.On.String(), chosen.On
	}
	switch skipped := c.facts.SkippedOn(AdviceLetter); {
	case !c.facts.Advised.IsZero():
		c.tell(AdviceLetter, TurnDone, c.facts.Advised, "the client was advised")
	case !skipped.IsZero():
		c.tell(AdviceLetter, TurnNotDone, skipped, byOperator)
	case why != "":
		c.tell(AdviceLetter, TurnNotDone, since, why)
	default:
		c.coming(AdviceLetter, 1, "it comes after the last step of the trajectory"+c.goesAgain())
	}
}

// ofReminder tells of the reminder to decide, where the trajectory has one.
func (c *course) ofReminder() {
	if !c.rules.Policy.Decision.reminds() {
		return
	}
	why, since := c.never, c.since
	if chosen := c.facts.Decision; chosen != nil {
		why, since = cmp.Or(map[claim.Choice]string{claim.ChooseMonitoring: "decided: debt monitoring"}[chosen.Choice], why), chosen.On
	}
	cycle, after := asking(c.facts)
	reminder, tried := c.letterOf(DecisionReminder, cycle)
	tell := func(turnout Turnout, on calendar.Date, reason string) {
		c.fates = append(c.fates, Fate{DecisionReminder, cycle, turnout, on, reason})
	}
	switch skipped := reminderSkipped(c.facts); {
	case !skipped.IsZero():
		tell(TurnNotDone, skipped, byOperator)
	case tried && reminder.Left():
		tell(TurnDone, reminder.On, "left by "+reminder.Channel)
	case tried && c.failed(DecisionReminder, cycle, reminder.Channel):
		tell(TurnNotDone, reminder.On, "it did not arrive; the client's term goes on without it")
	case why != "":
		tell(TurnNotDone, since, why)
	default:
		c.coming(DecisionReminder, cycle, "it comes after "+after)
	}
}

// letterOf is the newest letter of a cycle of a step, if there is one.
func (d *decision) letterOf(step string, cycle int) (letter claim.Letter, ok bool) {
	for _, l := range d.facts.Letters {
		if l.Step == step && l.Cycle == cycle {
			letter, ok = l, true
		}
	}
	return letter, ok
}

// ofMonitoring tells of the letters of debt monitoring, up to the next.
func (c *course) ofMonitoring() {
	if c.facts.MonitoredFrom.IsZero() {
		return
	}
	left := map[int]calendar.Date{}
	for _, l := range c.facts.Letters {
		if l.Step == MonitoringLetter && l.Left() {
			left[l.Cycle] = l.On
		}
	}
	next, day := c.period()
	for cycle := 1; cycle < next; cycle++ {
		if on, ok := left[cycle]; ok {
			c.fates = append(c.fates, Fate{MonitoringLetter, cycle, TurnDone, on, "it left"})
			continue
		}
		own := c.facts.MonitoredFrom.AddMonths(c.rules.Policy.Monitoring.LetterEveryMonths * cycle)
		c.fates = append(c.fates, Fate{MonitoringLetter, cycle, TurnNotDone, own, c.passedOver(own)})
	}
	switch {
	case c.never != "":
		c.fates = append(c.fates, Fate{MonitoringLetter, next, TurnNotDone, c.since, c.never})
	case c.goes.Kind == ActClose:
		c.fates = append(c.fates, Fate{MonitoringLetter, next, TurnNotDone, c.goes.Day, c.goes.Reason})
	default:
		c.coming(MonitoringLetter, next, fmt.Sprintf("its day is %s", day))
	}
}

// passedOver is why the periodic letter of a day was left out (see period): an operator said so, or limitation was interrupted shortly before; the first that did it.
func (c *course) passedOver(own calendar.Date) (why string) {
	half := c.rules.Policy.Monitoring.LetterEveryMonths / 2
	var first calendar.Date
	by := func(on calendar.Date, reason string) {
		if covers := !own.After(on.AddMonths(half)); covers && (first.IsZero() || on.Before(first)) {
			first, why = on, reason
		}
	}
	for _, l := range c.facts.Letters {
		switch {
		case !l.Left() || l.Step != InterruptionLetter:
		case own.Before(l.On): // it was not for that letter that nothing left on its day
			by(l.On, c.stoodOn(own, l.On))
		default:
			by(l.On, fmt.Sprintf("the letter that interrupted limitation left on %s, and a period within %d months after a letter, half its length, is left out: its day was %s", l.On, half, own))
		}
	}
	for _, skipped := range c.facts.Skipped {
		if skipped.Step == MonitoringLetter {
			by(skipped.On, fmt.Sprintf("%s on %s", byOperator, skipped.On))
		}
	}
	return cmp.Or(why, fmt.Sprintf("another letter left within half a period of its day, %s", own))
}

// stoodOn is why a periodic letter did not leave on its day, nor before the letter that interrupted limitation later.
func (c *course) stoodOn(own, interrupted calendar.Date) string {
	late := fmt.Sprintf("; limitation was interrupted on %s, and it is not made up for", interrupted)
	if by, barred := c.facts.Barred(own.AddDays(1)); barred { // what began on the day kept it up too
		what := map[claim.PauseKind]string{claim.PauseHold: "on hold", claim.PauseDispute: "disputed"}[by.Pause]
		return fmt.Sprintf("%s since %s, on its day %s", cmp.Or(what, by.Key), by.Since, own) + late
	}
	return fmt.Sprintf("nothing ran on its day %s, or the claim waited", own) + late
}

// coming tells of a step that is to come: on its day when it is what comes next, or what it waits for.
func (c *course) coming(step string, cycle int, otherwise string) {
	switch {
	case c.goes.Step == step && c.goes.Kind != ActWait:
		c.fates = append(c.fates, Fate{step, cycle, TurnComing, c.goes.Day, c.goes.why()})
	case c.stands():
		c.fates = append(c.fates, Fate{step, cycle, TurnComing, calendar.Date{}, c.goes.Reason})
	default:
		c.fates = append(c.fates, Fate{step, cycle, TurnComing, calendar.Date{}, otherwise})
	}
}
