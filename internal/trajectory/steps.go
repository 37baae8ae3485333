package trajectory

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// Letter kinds and steps that are not in the list of steps: of debt monitoring and to the client.
const (
	MonitoringLetter   = "monitoring-letter"
	InterruptionLetter = "interruption" // keeps a claim from being time-barred, whatever it waits for
	AdviceLetter       = claim.AdviceLetter
	DecisionReminder   = "decision-reminder"
)

// toClient are the kinds of letter that go to the client.
var toClient = []string{AdviceLetter, DecisionReminder, ClientRequest, DisputeUpheld}

// ToDebtor says whether a letter of this kind goes to the debtor; the others go to the client.
func ToDebtor(kind string) bool { return !slices.Contains(toClient, kind) }

// Demands says whether a letter of this kind asks the debtor to pay: no other is a step towards payment, or interrupts limitation.
func Demands(kind string) bool { return !slices.Contains(undemanding, kind) }

var undemanding = slices.Concat(toClient, []string{ComplaintConfirmation, ArrangementConfirmation, Correction})

// ToDebtor says whether the action writes to the debtor.
func (a Action) ToDebtor() bool { return a.Letter != "" && ToDebtor(a.Letter) }

// Undemanding lists the kinds of letter that do not ask the debtor to pay.
func Undemanding() []string { return slices.Clone(undemanding) }

// letters is the first step of the trajectory that is not done.
func (d *decision) letters() (Action, bool) {
	action, _, ok := d.walk()
	return action, ok
}

// walk finds the first step of the trajectory that is not done and not left out, with its day and channel; without one it gives when the last was done.
func (d *decision) walk() (Action, progress, bool) {
	previous := d.start()
	for i := range d.rules.Policy.Steps {
		v := d.visit(i, previous)
		if v.open() {
			return d.untilExpired(i, v.planned.day, d.step(v.step, v.planned)), previous, true
		}
		previous = v.after
	}
	return Action{}, previous, false
}

// start is what the first step comes after.
func (d *decision) start() progress {
	return progress{on: d.facts.HandedOverOn, received: d.facts.HandedOverOn}
}

// visit is how a step stands: done on a day, left out because it is not for this claim (omitted) or too late (expired), or none of them. One that goes over both
// channels can be done and owe its other letter. After it comes the next.
type visit struct {
	step             Step // as far as it is still to be done
	planned          plan
	done             calendar.Date
	owes             bool
	omitted, expired string
	after            progress
}

// byOperator is why a step is left out that an operator skipped.
const byOperator = "an operator left it out"

func (v visit) open() bool { return v.owes || v.done.IsZero() && v.omitted == "" && v.expired == "" }

func (d *decision) visit(i int, previous progress) visit {
	step := d.rules.Policy.Steps[i]
	if done, ok := d.stepDone(step, previous); ok {
		v := visit{step: step, done: done.on, after: d.caughtUp(i, done)}
		v.after.omitted, v.after.told = previous.omitted, len(previous.omitted)
		if !d.facts.SkippedOn(step.ID).IsZero() {
			v.after.omitted = append(slices.Clip(previous.omitted), step.ID+" is left out: "+byOperator)
		}
		if channel, owed := d.companion(i); owed && d.passedOver(step) == "" {
			v.owes, v.step.Offset, v.step.Channels = true, Offset{}, []string{channel}
			v.planned = plan{anchor: done.on, from: "the letter over its other channel", counted: done.on, day: done.on}
		}
		return v
	}
	v := visit{step: step, planned: d.plan(step, previous), omitted: d.omit(i), after: previous}
	if v.omitted == "" {
		if v.expired = d.expired(i, v.planned.day); v.expired != "" {
			v.after.on, v.after.received = v.planned.day, v.planned.day
		}
	}
	if why := cmp.Or(v.omitted, v.expired); why != "" {
		v.after.omitted = append(v.after.omitted, step.ID+" is left out: "+why)
	}
	return v
}

// omit says why a step is left out, whenever its day is; empty when it is not. One whose letter came back after a later letter left is passed: an earlier
// letter asks less, and who pays that in time would owe no more. Not so the 14-day letter: costs rest on its receipt.
func (d *decision) omit(i int) string {
	step, later := d.rules.Policy.Steps[i], d.rules.Policy.Steps[i+1:]
	if why := step.When.without(d.facts, d.account.Open.Total()); why != "" {
		return why
	}
	if why := d.passedOver(step); why != "" {
		return why
	}
	switch notice := step.Letter == claim.FourteenDayLetter; {
	case notice && d.needless(later):
		return "letters for other claims of the debtor named all costs that are lawful"
	case !notice && d.anyLeft(later):
		return "a later letter has left"
	}
	return ""
}

// needless says whether there is nothing for a 14-day letter to name: letters for other claims of the debtor named all that is lawful (art. 6:96 lid 7
// BW). The trajectory goes on without it and without costs, and does not come back to it once a later letter has left.
func (d *decision) needless(later []Step) bool {
	if d.notice.Costs == 0 && d.account.Open.Principal > 0 {
		return true
	}
	written := slices.ContainsFunc(d.facts.Letters, func(l claim.Letter) bool { return l.Kind == claim.FourteenDayLetter })
	return !written && d.anyLeft(later)
}

// ReviewCosts is the key of the task to decide what a 14-day letter names as costs.
const ReviewCosts = "review-costs"

// anyLeft says whether a letter of one of these steps left.
func (d *decision) anyLeft(steps []Step) bool {
	return slices.ContainsFunc(steps, func(step Step) bool {
		return slices.ContainsFunc(d.facts.Letters, func(l claim.Letter) bool { return l.Step == step.ID && l.Left() })
	})
}

// progress is when a step was done and its letter received, the letter until then of which the term ends last, and which steps are left out, and why: the first of
// them before it.
type progress struct {
	on, received calendar.Date
	last         claim.Letter
	omitted      []string
	told         int
}

// since is which steps after it are left out, and why.
func (p progress) since() []string { return p.omitted[p.told:] }

// stepDone says when a step was done: by its letters, or by the call.
func (d *decision) stepDone(step Step, previous progress) (progress, bool) {
	done, ok := d.done(step.ID, d.cycle(step.ID))
	if on := d.calledOn(step.ID); !ok && !on.IsZero() {
		done, ok = progress{on: on, received: on}, true
	}
	ends := previous.last.PayBy // later than that of a later step when another trajectory sent it after that
	if done.last.Step == "" || previous.last.Kind != claim.FourteenDayLetter && ends.After(done.last.PayBy) {
		done.last = previous.last
	}
	return done, ok
}

// cycle is which time a step is done: the first, but for a 14-day letter that is void, after which it goes again.
func (d *decision) cycle(step string) int {
	cycle := 1
	for _, l := range d.facts.Letters {
		switch {
		case l.Step != step || l.Kind != claim.FourteenDayLetter:
		case !l.Left():
			cycle = max(cycle, l.Cycle)
		case d.facts.Void(l):
			cycle = max(cycle, l.Cycle+1)
		default:
			return l.Cycle
		}
	}
	return cycle
}

// done says when a cycle of a step was passed: by letters that left (or may have left), the last of them, or by an operator who skipped it.
func (d *decision) done(step string, cycle int) (done progress, ok bool) {
	if on := d.facts.SkippedOn(step); !on.IsZero() {
		return progress{on: on, received: on}, true
	}
	for _, letter := range d.facts.Letters {
		if letter.Step == step && letter.Cycle == cycle && letter.Left() {
			done.on = calendar.Max(done.on, letter.On)
			done.received = calendar.Max(done.received, calendar.Max(letter.On, letter.Received))
			done.last, ok = letter, true
		}
	}
	return done, ok
}

// step does a step: asks for approval or a call, or sends its letter.
func (d *decision) step(step Step, planned plan) Action {
	if step.Letter == claim.FourteenDayLetter && d.notice.Review != "" {
		return d.person(ReviewCosts, d.notice.Review)
	}
	if d.asksNothing(step) {
		return d.interestOnly()
	}
	if asks := d.asks(step); step.Stage == StageReminders && asks < d.rules.Policy.MinimumDemand {
		return d.person(SmallBalance, fmt.Sprintf("%s of the principal is unpaid, less than the minimum of %s for which a letter leaves", asks, d.rules.Policy.MinimumDemand))
	}
	channel, ok := d.channel(step.ID, d.cycle(step.ID), step.Channels)
	if !ok {
		return d.person(FindAddress, "no channel is left to reach the debtor: an address is needed")
	}
	if ask, waits := d.approved(step, planned); waits {
		return ask
	}
	if channel == ChannelPhone {
		return d.called(step, planned)
	}
	return d.letter(step, channel, planned)
}

func (d *decision) letter(step Step, channel string, planned plan) Action {
	action := Action{Kind: ActLetter, Step: step.ID, Letter: step.Letter, Cycle: d.cycle(step.ID), Channel: channel, Term: step.Term, Stage: step.Stage, Due: d.contact(planned.day, step.ID)}
	action.Reason, action.NotSooner = d.reason(step, planned), d.notSooner(step.Offset, planned, action.Due)
	if again := d.again(step.ID, action.Cycle); again != "" {
		action.Reason += "; it goes again, because " + again
	}
	return action
}

// again is why a step is done once more, in its cycle or over the next channel; empty when it is done for the first time.
func (d *decision) again(step string, cycle int) (why string) {
	if cycle > 1 {
		why = "no costs rest on the one before"
	}
	for _, l := range d.facts.Letters {
		if l.Step == step && l.Cycle == cycle && l.State == claim.LetterFailed {
			why = fmt.Sprintf("the one by %s of %s did not arrive", l.Channel, l.On)
		}
	}
	return why
}

// asks is what of the principal a letter before the summons asks. The client's own reminders count every payment towards the principal, because
// they ask nothing else; a summons asks interest and costs alone as well.
func (d *decision) asks(step Step) money.Amount {
	if step.Stage == StageReminders {
		return d.facts.UnpaidPrincipal(d.today)
	}
	return d.account.Open.Principal
}

// contact is the instant for a letter: its own moment on the day, or, when that has passed, now or as soon as contact is allowed.
func (d *decision) contact(day calendar.Date, step string) time.Time {
	due := calendar.ContactInstant(day, d.facts.ClaimID+"/"+step)
	if due.After(d.now) {
		return due
	}
	due = d.atOnce()
	if day == d.today && due.After(d.now) { // its own moment of the next day: else what was handed over in an evening all leaves at seven
		return calendar.ContactInstant(calendar.DateOf(due), d.facts.ClaimID+"/"+step)
	}
	return due // late already: as early as can be
}

// atOnce is now, or as soon as contact is allowed. An attempt is retried for some minutes: one that would start in the last half hour of the window
// waits for the next day.
func (d *decision) atOnce() time.Time { return calendar.ContactFrom(d.now) }

func (d *decision) advice() (Action, bool) {
	if !Advised(d.facts).IsZero() || d.facts.Decision != nil {
		return Action{}, false
	}
	if d.failed(AdviceLetter, 1, ChannelEmail) {
		return d.person(ReachClient, "the escalation advice did not reach the client: a person hands it over"), true
	}
	_, previous, _ := d.walk()
	anchor, from := d.anchor(d.rules.Policy.Advice.After, previous)
	own := d.count(anchor, d.rules.Policy.Advice)
	day, later := d.adviceFloor(previous.last, own)
	then := d.knowing(own)
	_, moved := then.adviceFloor(previous.last, own)
	advise := Action{
		Kind: ActAdvise, Step: AdviceLetter, Letter: AdviceLetter, Cycle: 1, Channel: ChannelEmail, Stage: StageAdvice, Due: d.office(day),
		Reason:    because(fmt.Sprintf("the trajectory is complete: advice %s after %s (%s)", d.rules.Policy.Advice, from, anchor), previous.omitted) + d.offDay(own, day, later, moved),
		NotSooner: cmp.Or(later, "the debtor has until then to pay after the last step"),
	}
	if ask, first := d.inquiry(advise); first {
		return ask, true
	}
	return advise, true
}

// adviceFloor is the day before which no advice is given, and what moved it from its own: a term that runs still, also of a 14-day letter that went again after the last step.
func (d *decision) adviceFloor(last claim.Letter, own calendar.Date) (day calendar.Date, later string) {
	day, later = d.afterTerms(last, own, "", d.corrections()...)
	return d.afterNotice(day, later)
}

// Advised is the day from which the client has time to decide: that of the advice, or on which an operator skipped it; no date before.
func Advised(f claim.Facts) calendar.Date {
	if !f.Advised.IsZero() {
		return f.Advised
	}
	return f.SkippedOn(AdviceLetter)
}

// office is when a client gets its advice, and is reminded to decide: at 09:00 on the day, whatever day of the week that is, or now when that has passed, at any hour.
func (d *decision) office(day calendar.Date) time.Time {
	if due := day.At(9, 0); due.After(d.now) {
		return due
	}
	return d.now
}

// monitoringTerm is how many days a periodic letter gives to pay.
const monitoringTerm = 14

// stage is where the claim stands when the next action does not say it.
func (d *decision) stage() Stage {
	switch {
	case d.facts.CourtAwaited():
		return StageCourt
	case !d.facts.MonitoredFrom.IsZero() && d.facts.Decision != nil: // without one the client decides anew
		return StageMonitoring
	case !Advised(d.facts).IsZero():
		return StageDecision
	}
	for _, step := range slices.Backward(d.rules.Policy.Steps) {
		if _, ok := d.stepDone(step, progress{}); ok {
			return step.Stage
		}
	}
	return StageReminders
}
