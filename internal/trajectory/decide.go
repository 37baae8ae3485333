package trajectory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Asked is the day from which the client has time to decide: that on which it came to be known that it took the case back from the court, else Advised.
func Asked(f claim.Facts) calendar.Date { return calendar.Max(Advised(f), f.AskedAgain) }

// asking is which time the client is reminded of its decision, and after what.
func asking(f claim.Facts) (cycle int, after string) {
	if f.AskedAgain.IsZero() {
		return 1, "the advice"
	}
	return 2, "it took the case back from the court"
}

// ChoiceProblem says why the client cannot decide this on a day, whatever its plan includes; empty when it can. What is owed is that of the day, from what is known now.
func ChoiceProblem(f claim.Facts, tables law.Tables, choice claim.Choice, on calendar.Date) (string, error) {
	account, err := f.AccountOn(tables, on)
	if err != nil {
		return "", err
	}
	_, disputed := f.Unjudged()
	switch {
	case Advised(f).IsZero():
		return "there is nothing to decide before the escalation advice", nil
	case !f.Withdrawn.IsZero():
		return "the client withdrew the claim already", nil
	case account.Open.Total() == 0:
		return "nothing is owed any more: the claim ends as paid, and there is nothing to decide (requirement T10)", nil
	case f.Upheld():
		return f.UpheldProblem(), nil
	case f.Closing != nil:
		return "the claim is being closed already", nil
	case disputed:
		return "the debtor disputes the claim: it is judged first (requirement T14)", nil
	case choice == claim.ChooseCourt:
		return cmp.Or(f.CourtChoiceProblem(on, enforceableUntil(f)), slateProblem(f, on), doubtProblem(f)), nil
	case choice == claim.ChooseMonitoring:
		return claim.TimeBarredProblem(on, enforceableUntil(f)), nil
	}
	return "", nil
}

// Barred says whether a claim is time-barred on a day, as far as the file knows.
func Barred(f claim.Facts, on calendar.Date) bool {
	return claim.TimeBarredProblem(on, enforceableUntil(f)) != ""
}

// ByDefault is what becomes of a claim on a day when its client does not decide (requirement T8): what the trajectory says for its plan, or the end of one that is
// time-barred, for which debt monitoring could not ask any more (decision 57). Empty when it says nothing for that plan.
func (p Policy) ByDefault(f claim.Facts, on calendar.Date) claim.Choice {
	choice := p.Decision.Default[f.Plan]
	if choice == claim.ChooseMonitoring && Barred(f, on) {
		return claim.ChooseClose
	}
	return choice
}

// WhyByDefault says why what becomes of a claim on a day by default is not what the trajectory says for its plan (decision 57); empty when it is.
func (p Policy) WhyByDefault(f claim.Facts, on calendar.Date) string {
	if p.ByDefault(f, on) == p.Decision.Default[f.Plan] {
		return ""
	}
	why, ends := fmt.Sprintf("the claim is time-barred after %s (art. 3:307 BW)", enforceableUntil(f)), DecisionEnds(f, p, on)
	for _, l := range slices.Backward(f.Letters) {
		if l.Step == DecisionReminder && l.Left() && !l.On.After(ends) && !Barred(f, ends.AddDays(1)) {
			return fmt.Sprintf("%s; it was not yet after the term that ended on %s, and the reminder of %s named %s", why, ends, l.On, p.Decision.Default[f.Plan])
		}
	}
	return why
}

// sinceAdvice tells what came to be known after the advice left, which was written without it: no other is written. Empty when nothing did that bears on what it recommends.
func (d *decision) sinceAdvice() string {
	advised, settled := d.facts.Advised, money.Amount(0)
	if advised.IsZero() {
		return ""
	}
	var news []string
	for _, s := range d.facts.Settlements {
		if s.Known.After(advised) {
			settled += s.Amount
		}
	}
	if settled > 0 {
		news = append(news, fmt.Sprintf("%s was settled", settled))
	}
	unreached := slices.DeleteFunc(slices.Clone(d.facts.Flags), func(x claim.Flag) bool { return x.Kind != claim.FlagAddressUnknown })
	for _, x := range slices.Concat(Insolvency(d.facts, d.today), unreached) {
		if x.From.After(advised) {
			news = append(news, fmt.Sprintf("%s from %s", x.Kind, x.From))
		}
	}
	for _, p := range disputes(d.facts) {
		if p.From.After(advised) {
			news = append(news, "disputed on "+p.From.String())
		}
	}
	if len(news) == 0 {
		return ""
	}
	return fmt.Sprintf("; the advice of %s was written on what was known then, and since: %s", advised, strings.Join(news, ", "))
}

// DecisionEnds is the last day on which the client can decide, as it is known today: the term after it was asked, without the days on hold or in dispute. Where the trajectory
// reminds the client it has as many days after the reminder as the trajectory leaves, however late that was because nothing ran: no default comes of which it was not warned. It
// has as many after the claim was opened again, for while it was paid there was nothing to decide.
func DecisionEnds(f claim.Facts, p Policy, today calendar.Date) calendar.Date {
	d, term := &decision{facts: f}, p.Decision
	ends := d.shift(Asked(f), term.Term)
	if f.Reopened.After(Asked(f)) {
		ends = calendar.Max(ends, d.shift(f.Reopened, term.afterReminder()))
	}
	if !term.reminds() {
		return ends
	}
	cycle, _ := asking(f)
	reminded := d.remindedOn(cycle)
	if reminded.IsZero() {
		reminded = calendar.Max(today, d.shift(Asked(f), term.RemindAfter))
	}
	return calendar.Max(ends, d.shift(reminded, term.afterReminder()))
}

// reminds says whether the client is reminded before its term is over.
func (t DecisionTerm) reminds() bool { return t.RemindAfter > 0 && t.RemindAfter < t.Term }

// afterReminder is how many days the client has after it was reminded, or all of them where it is not.
func (t DecisionTerm) afterReminder() int {
	if !t.reminds() {
		return t.Term
	}
	return t.Term - t.RemindAfter
}

// awaitDecision waits for the client, reminds it once, and takes the default at the end of the term (requirement T8). One that took the case back is asked anew when that was
// dropped, because nothing was owed for a while.
func (d *decision) awaitDecision() Action {
	if slices.Contains(d.facts.Tasks, claim.Task{Key: TakenBack, Dropped: true}) {
		return d.task(TakenBack, d.today, StageDecision, ToAskAgain(d.facts, d.today))
	}
	term := d.rules.Policy.Decision
	ends := DecisionEnds(d.facts, d.rules.Policy, d.today)
	cycle, after := asking(d.facts)
	reminded, from, days := d.remindedOn(cycle), Asked(d.facts), term.Term
	if term.reminds() && reminded.IsZero() {
		own := d.shift(Asked(d.facts), term.RemindAfter)
		return Action{
			Kind: ActRemind, Step: DecisionReminder, Letter: DecisionReminder, Cycle: cycle, Channel: ChannelEmail, Stage: StageDecision, Due: d.office(own),
			Reason: fmt.Sprintf("the client decides; a reminder goes out %d days after %s", term.RemindAfter, after) + d.uncounted(Asked(d.facts), term.RemindAfter) + d.isLate(own) + d.sinceAdvice(), NotSooner: "the client has until " + ends.String(),
		}
	}
	if ends.After(d.shift(Asked(d.facts), term.Term)) {
		from, days, after = reminded, term.afterReminder(), "the reminder of "+reminded.String()
		if d.facts.Reopened.After(reminded) {
			from, after = d.facts.Reopened, "it was opened again on "+d.facts.Reopened.String()
		}
	}
	means := fmt.Sprintf("plan %s means: %s", d.facts.Plan, term.Default[d.facts.Plan])
	then := calendar.Max(d.today, ends.AddDays(1))
	if why := d.rules.Policy.WhyByDefault(d.facts, then); why != "" {
		means = fmt.Sprintf("it means: %s, as %s", d.rules.Policy.ByDefault(d.facts, then), why)
	}
	return Action{
		Kind: ActDecide, Stage: StageDecision, Due: d.at(ends.AddDays(1)),
		Reason:    fmt.Sprintf("without an answer within %d days after %s, %s (requirement T8)", days, after, means) + d.uncounted(from, days) + d.sinceAdvice(),
		NotSooner: "the client has until " + ends.String(),
	}
}

// uncounted says how many days do not count of those after a day, because the claim was paused; empty when all do.
func (d *decision) uncounted(from calendar.Date, days int) string {
	paused := d.shift(from, days).DaysSince(from.AddDays(days))
	if paused == 0 {
		return ""
	}
	return "; " + notCounted(paused)
}

// remindedOn is the day on which the client was reminded of its decision since it was asked, or an operator left that out; no date before. Its days count from then whether or not the
// reminder arrived.
func (d *decision) remindedOn(cycle int) (on calendar.Date) {
	on = reminderSkipped(d.facts)
	for _, l := range d.facts.Letters {
		if l.Step == DecisionReminder && l.Cycle == cycle && (l.Left() || d.failed(DecisionReminder, cycle, l.Channel)) {
			on = calendar.Max(on, l.On)
		}
	}
	return on
}

// reminderSkipped is the day on which an operator left the reminder out since the client was asked; no date when none did.
func reminderSkipped(f claim.Facts) calendar.Date {
	if skipped := f.SkippedOn(DecisionReminder); skipped.After(f.AskedAgain) { // that of the day itself was the one before: a reminder comes a day after the client was asked, or later
		return skipped
	}
	return calendar.Date{}
}
