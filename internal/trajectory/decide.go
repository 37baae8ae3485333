package trajectory

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
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

// DecisionEnds is the last day on which the client can decide: the term after it was asked, without the days on hold or in dispute.
func DecisionEnds(f claim.Facts, p Policy) calendar.Date {
	return (&decision{facts: f}).shift(Asked(f), p.Decision.Term)
}

// awaitDecision waits for the client, reminds it once, and takes the default at the end of the term (requirement T8).
func (d *decision) awaitDecision() Action {
	term := d.rules.Policy.Decision
	ends := DecisionEnds(d.facts, d.rules.Policy)
	cycle, after := asking(d.facts)
	remindOn := d.shift(Asked(d.facts), term.RemindAfter)
	if term.RemindAfter > 0 && !d.reminded(cycle) && remindOn.Before(ends) && d.today.Before(ends) {
		return Action{
			Kind: ActRemind, Step: DecisionReminder, Letter: DecisionReminder, Cycle: cycle, Channel: ChannelEmail, Stage: StageDecision, Due: d.office(remindOn),
			Reason: fmt.Sprintf("the client decides; a reminder goes out %d days after %s", term.RemindAfter, after), NotSooner: "the client has until " + ends.String(),
		}
	}
	choice := term.Default[d.facts.Plan]
	return Action{
		Kind: ActDecide, Stage: StageDecision, Due: d.at(ends.AddDays(1)),
		Reason:    fmt.Sprintf("without an answer within %d days after %s, plan %s means: %s (requirement T8)", term.Term, after, d.facts.Plan, choice),
		NotSooner: "the client has until " + ends.String(),
	}
}

// reminded says whether the client was reminded of its decision, or an operator left that out since it was asked: the default holds whether or not the reminder arrived.
func (d *decision) reminded(cycle int) bool {
	skipped := d.facts.SkippedOn(DecisionReminder)
	return !skipped.IsZero() && !skipped.Before(d.facts.AskedAgain) || d.failed(DecisionReminder, cycle, ChannelEmail) ||
		slices.ContainsFunc(d.facts.Letters, func(l claim.Letter) bool { return l.Step == DecisionReminder && l.Cycle == cycle && l.Left() })
}
