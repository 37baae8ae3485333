package trajectory

import (
	"fmt"
	"slices"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// Letter kinds and steps that are not in the list of steps: of debt monitoring and to the client.
const (
	MonitoringLetter = "monitoring-letter"
	AdviceLetter     = claim.AdviceLetter
	DecisionReminder = "decision-reminder"
)

// ToDebtor says whether a letter of this kind goes to the debtor; the others go to the client.
func ToDebtor(kind string) bool {
	return !slices.Contains([]string{AdviceLetter, DecisionReminder, ClientRequest, DisputeUpheld}, kind)
}

// Demands says whether a letter of this kind asks the debtor to pay: no other is a step towards payment, or interrupts limitation.
func Demands(kind string) bool {
	return ToDebtor(kind) && kind != ComplaintConfirmation && kind != ArrangementConfirmation
}

// letters finds the first step of the trajectory that is not done, with its day and channel. One whose letter came back after a later letter left is
// passed: an earlier letter asks less, and who pays that in time would owe no more. Not so the 14-day letter: costs rest on its receipt.
func (d decision) letters() (Action, bool) {
	previous := progress{on: d.facts.HandedOverOn, received: d.facts.HandedOverOn}
	for i, step := range d.rules.Policy.Steps {
		if done, ok := d.done(step.ID, 1); ok {
			previous = done
			if done.left {
				previous.term = step.Term
			}
			continue
		}
		if step.Letter == claim.FourteenDayLetter {
			if d.needless(d.rules.Policy.Steps[i+1:]) {
				continue
			}
			if d.notice.Review != "" {
				return d.person(ReviewCosts, d.notice.Review), true
			}
		} else if d.anyLeft(d.rules.Policy.Steps[i+1:]) {
			continue
		}
		return d.letter(step, previous), true
	}
	return Action{}, false
}

// needless says whether there is nothing for a 14-day letter to name: letters for other claims of the debtor named all that is lawful (art. 6:96 lid 7
// BW). The trajectory goes on without it and without costs, and does not come back to it once a later letter has left.
func (d decision) needless(later []Step) bool {
	if d.notice.Costs == 0 && d.account.Open.Principal > 0 {
		return true
	}
	written := slices.ContainsFunc(d.facts.Letters, func(l claim.Letter) bool { return l.Kind == claim.FourteenDayLetter })
	return !written && d.anyLeft(later)
}

// ReviewCosts is the key of the task to decide what a 14-day letter names as costs.
const ReviewCosts = "review-costs"

// anyLeft says whether a letter of one of these steps left.
func (d decision) anyLeft(steps []Step) bool {
	return slices.ContainsFunc(steps, func(step Step) bool {
		return slices.ContainsFunc(d.facts.Letters, func(l claim.Letter) bool { return l.Step == step.ID && l.Left() })
	})
}

// progress is when a step was done and its letter received, and how many days to pay it gave; a step without a letter gave none.
type progress struct {
	on, received calendar.Date
	left         bool
	term         int
}

// done says when a cycle of a step was passed: by a letter that left (or may have left), or by an operator who skipped it.
func (d decision) done(step string, cycle int) (progress, bool) {
	if on := d.facts.SkippedOn(step); !on.IsZero() {
		return progress{on: on, received: on}, true
	}
	for _, letter := range d.facts.Letters {
		if letter.Step == step && letter.Cycle == cycle && letter.Left() {
			return progress{on: letter.On, received: calendar.Max(letter.On, letter.Received), left: true}, true
		}
	}
	return progress{}, false
}

func (d decision) letter(step Step, previous progress) Action {
	anchor, from := d.anchor(step.After, previous)
	planned := d.shift(anchor, step.Days)
	day, later := d.floor(step, previous, planned)
	action := Action{Kind: ActLetter, Step: step.ID, Letter: step.Letter, Cycle: 1, Term: step.Term, Stage: step.Stage}
	if step.Stage != StageSummons && d.asks(step) == 0 {
		return d.person("interest-only", "the principal is paid; whether the interest is still asked is for a person to say")
	}
	if asks := d.asks(step); step.Stage == StageReminders && asks < d.rules.Policy.MinimumDemand {
		return d.person(SmallBalance, fmt.Sprintf("%s of the principal is unpaid, less than the minimum of %s for which a letter leaves", asks, d.rules.Policy.MinimumDemand))
	}
	channel, ok := d.channel(step.ID, 1, step.Channels)
	if !ok {
		return d.person(FindAddress, "no channel is left to reach the debtor: an address is needed")
	}
	action.Channel = channel
	action.Due = d.contact(day, step.ID)
	action.Reason = fmt.Sprintf("%s is due %d days after %s (%s)", step.ID, step.Days, from, anchor)
	action.NotSooner = d.notSooner(anchor, step.Days, planned, day, action.Due, from, later)
	return action
}

// asks is what of the principal a letter before the summons asks. The client's own reminders count every payment towards the principal, because
// they ask nothing else; a summons asks interest and costs alone as well.
func (d decision) asks(step Step) money.Amount {
	if step.Stage == StageReminders {
		return d.facts.UnpaidPrincipal(d.today)
	}
	return d.account.Open.Principal
}

// floor is the day before which a step never goes, whatever its policy or a late start says: a step that counts from hand-over waits for the
// term of the letter before it (no burst after an outage), and a consumer gets no summons before the 14 days after receipt are over
// (art. 6:96 lid 6 BW). later says which of the two moved the day.
func (d decision) floor(step Step, previous progress, planned calendar.Date) (day calendar.Date, later string) {
	day = planned
	if step.After == AfterHandOver && previous.term > 0 {
		if ends := d.shift(previous.on, previous.term); !ends.Before(day) {
			day, later = ends.AddDays(1), "the letter before it gives until "+ends.String()
		}
	}
	if step.Stage == StageSummons && d.facts.Debtor.Consumer() {
		if from := d.facts.CostsDueFrom(); from.After(day) {
			day, later = from, "the 14 days after receipt of the 14-day letter end on "+from.AddDays(-1).String()
		}
	}
	return day, later
}

func (d decision) anchor(after Anchor, previous progress) (calendar.Date, string) {
	switch after {
	case AfterReceived:
		return previous.received, "receipt of the previous letter"
	case AfterHandOver:
		return d.facts.HandedOverOn, "hand-over"
	case AfterPrevious:
	}
	return previous.on, "the previous step"
}

// shift counts days from anchor, leaving out the days on which the claim was paused.
func (d decision) shift(anchor calendar.Date, days int) calendar.Date {
	return d.facts.AfterPauses(anchor, days)
}

// contact is the instant for a letter: its own moment on the day, or, when that has passed, now or as soon as contact is allowed.
func (d decision) contact(day calendar.Date, step string) time.Time {
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
func (d decision) atOnce() time.Time { return calendar.ContactFrom(d.now) }

func (d decision) notSooner(anchor calendar.Date, days int, planned, day calendar.Date, due time.Time, from, later string) string {
	why := fmt.Sprintf("the term of %d days after %s ends on %s", days, from, anchor.AddDays(days))
	if paused := planned.DaysSince(anchor.AddDays(days)); paused > 0 {
		why += fmt.Sprintf("; %d days of waiting (hold, dispute, promise, arrangement) do not count", paused)
	}
	if later != "" {
		why += "; " + later
	}
	if on := calendar.DateOf(due); on.After(day) && !day.Before(d.today) {
		_, _, closed := calendar.ContactAllowed(day.At(12, 0))
		why += fmt.Sprintf("; no contact on %s: %s", day, closed)
	}
	return why
}

// channel is the first channel of the step that is open: e-mail while there is an address that did not bounce, post while there is an address.
// A channel on which this cycle of the step already failed is not tried again, unless the debtor has another address by now.
func (d decision) channel(step string, cycle int, channels []string) (string, bool) {
	for _, channel := range channels {
		if !d.failed(step, cycle, channel) && d.reachable(channel) {
			return channel, true
		}
	}
	return "", false
}

func (d decision) reachable(channel string) bool {
	if channel == ChannelEmail {
		return d.facts.HasEmail && !d.facts.Has(claim.FlagEmailBounced, d.today)
	}
	return !d.facts.Has(claim.FlagAddressUnknown, d.today)
}

func (d decision) failed(step string, cycle int, channel string) bool {
	for _, letter := range d.facts.Letters {
		if letter.Step == step && letter.Cycle == cycle && letter.Channel == channel && letter.State == claim.LetterFailed && !letter.Elsewhere {
			return true
		}
	}
	return false
}

func (d decision) advice() (Action, bool) {
	if !Advised(d.facts).IsZero() || d.facts.Decision != nil {
		return Action{}, false
	}
	if d.failed(AdviceLetter, 1, ChannelEmail) {
		return d.person(ReachClient, "the escalation advice did not reach the client: a person hands it over"), true
	}
	last := d.rules.Policy.Steps[len(d.rules.Policy.Steps)-1]
	previous, _ := d.done(last.ID, 1)
	anchor, from := d.anchor(d.rules.Policy.Advice.After, previous)
	day := d.shift(anchor, d.rules.Policy.Advice.Days)
	if d.facts.Debtor.Consumer() { // a 14-day letter that came back was sent again after the last step: its term ends first
		day = calendar.Max(day, d.facts.CostsDueFrom())
	}
	return Action{
		Kind: ActAdvise, Step: AdviceLetter, Letter: AdviceLetter, Cycle: 1, Channel: ChannelEmail, Stage: StageAdvice, Due: d.office(day),
		Reason:    fmt.Sprintf("the trajectory is complete: advice %d days after %s (%s)", d.rules.Policy.Advice.Days, from, anchor),
		NotSooner: fmt.Sprintf("the debtor has until then to pay after %s", last.ID),
	}, true
}

// Advised is the day from which the client has time to decide: that of the advice, or on which an operator skipped it; no date before.
func Advised(f claim.Facts) calendar.Date {
	if !f.Advised.IsZero() {
		return f.Advised
	}
	return f.SkippedOn(AdviceLetter)
}

// office is an hour at which a client gets mail: 09:00 on the day, or now when that has passed.
func (d decision) office(day calendar.Date) time.Time {
	if due := day.At(9, 0); due.After(d.now) {
		return due
	}
	return d.now
}

// DecisionEnds is the last day on which the client can decide: the term after the advice, without the days on hold or in dispute.
func DecisionEnds(f claim.Facts, p Policy) calendar.Date {
	return decision{facts: f}.shift(Advised(f), p.Decision.Term)
}

// awaitDecision waits for the client, reminds it once, and takes the default at the end of the term (requirement T8).
func (d decision) awaitDecision() Action {
	term := d.rules.Policy.Decision
	ends := DecisionEnds(d.facts, d.rules.Policy)
	_, reminded := d.done(DecisionReminder, 1)
	reminded = reminded || d.failed(DecisionReminder, 1, ChannelEmail) // the default holds whether or not the reminder arrived
	remindOn := d.shift(Advised(d.facts), term.RemindAfter)
	if term.RemindAfter > 0 && !reminded && remindOn.Before(ends) && d.today.Before(ends) {
		return Action{
			Kind: ActRemind, Step: DecisionReminder, Letter: DecisionReminder, Cycle: 1, Channel: ChannelEmail, Stage: StageDecision, Due: d.office(remindOn),
			Reason: fmt.Sprintf("the client decides; a reminder goes out %d days after the advice", term.RemindAfter), NotSooner: "the client has until " + ends.String(),
		}
	}
	choice := term.Default[d.facts.Plan]
	return Action{
		Kind: ActDecide, Stage: StageDecision, Due: d.at(ends.AddDays(1)),
		Reason:    fmt.Sprintf("without an answer within %d days of the advice, plan %s means: %s (requirement T8)", term.Term, d.facts.Plan, choice),
		NotSooner: "the client has until " + ends.String(),
	}
}

// monitoring: the first action starts it, then a letter goes out each period, until the years are over.
func (d decision) monitoring() (Action, bool) {
	if d.facts.Decision == nil || d.facts.Decision.Choice != claim.ChooseMonitoring {
		return Action{}, false
	}
	from := d.facts.MonitoredFrom
	if from.IsZero() {
		return Action{Kind: ActMonitor, Stage: StageMonitoring, Due: d.now, Reason: "decided: debt monitoring"}, true
	}
	policy := d.rules.Policy.Monitoring
	ends := from.AddYears(policy.Years)
	cycle, day := d.period()
	due := d.contact(day, fmt.Sprintf("%s/%d", MonitoringLetter, cycle))
	if calendar.DateOf(due).After(ends) {
		closing := d.close(claim.StatusClosed, fmt.Sprintf("debt monitoring ends after %d years", policy.Years))
		closing.Due = d.at(ends)
		closing.NotSooner = "recoveries until then are shared"
		return closing, true
	}
	channel, ok := d.channel(MonitoringLetter, cycle, []string{ChannelPost, ChannelEmail})
	if !ok {
		ask := d.person(FindAddress, "no channel is left to reach the debtor: an address is needed")
		if ask.Kind == ActWait {
			ask.Due = d.at(ends.AddDays(1)) // monitoring ends with or without an address
		}
		return ask, true
	}
	return Action{
		Kind: ActMonitorYear, Step: MonitoringLetter, Letter: MonitoringLetter, Cycle: cycle, Channel: channel, Term: 14, Stage: StageMonitoring,
		Due:       due,
		Reason:    fmt.Sprintf("periodic letter %d, every %d months since %s; it also interrupts limitation (art. 3:317 BW)", cycle, policy.LetterEveryMonths, from),
		NotSooner: "a letter a period is enough while nothing changes",
	}, true
}

// period is the next periodic letter of debt monitoring: which period it is of, and its day. A period that comes within half a period of the
// last letter (one that was late after a hold or an outage), or of the day an operator skipped it, is left out: no burst.
func (d decision) period() (number int, day calendar.Date) {
	months := d.rules.Policy.Monitoring.LetterEveryMonths
	last := calendar.Max(d.facts.MonitoredFrom, d.facts.SkippedOn(MonitoringLetter))
	for _, letter := range d.facts.Letters {
		if letter.Step == MonitoringLetter && letter.Left() {
			last = calendar.Max(last, letter.On)
		}
	}
	for number, day = 1, d.facts.MonitoredFrom.AddMonths(months); !day.After(last.AddMonths(months / 2)); {
		number++
		day = d.facts.MonitoredFrom.AddMonths(months * number)
	}
	return number, day
}

// stage is where the claim stands when the next action does not say it.
func (d decision) stage() Stage {
	switch {
	case !d.facts.MonitoredFrom.IsZero():
		return StageMonitoring
	case !Advised(d.facts).IsZero():
		return StageDecision
	}
	stage := StageReminders
	for _, step := range d.rules.Policy.Steps {
		if _, ok := d.done(step.ID, 1); ok {
			stage = step.Stage
		}
	}
	return stage
}
