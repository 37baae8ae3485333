package trajectory

import (
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// Condition says for which claims a step is. Every part that is given must hold on the day of the step; the zero value holds for all.
type Condition struct {
	AtLeast money.Amount `yaml:"at_least" json:"at_least,omitempty"` // owed in all, at least
	AtMost  money.Amount `yaml:"at_most" json:"at_most,omitempty"`   // owed in all, at most; 0.00 is no limit
	Debtor  string       `yaml:"debtor" json:"debtor,omitempty"`     // consumer, company or sole-trader
	Plan    string       `yaml:"plan" json:"plan,omitempty"`         // of the client
}

// without says why a step with this condition is left out of a claim of which so much is owed; empty when the condition holds.
func (c Condition) without(f claim.Facts, owed money.Amount) string {
	switch kind := debtorWord(f.Debtor); {
	case owed < c.AtLeast:
		return fmt.Sprintf("%s is owed, less than %s", owed, c.AtLeast)
	case c.AtMost > 0 && owed > c.AtMost:
		return fmt.Sprintf("%s is owed, more than %s", owed, c.AtMost)
	case c.Debtor != "" && c.Debtor != kind:
		return fmt.Sprintf("the debtor is a %s, not a %s", kind, c.Debtor)
	case c.Plan != "" && c.Plan != f.Plan:
		return fmt.Sprintf("the client has plan %s, not %s", f.Plan, c.Plan)
	}
	return ""
}

// debtorWord is a kind of debtor as a trajectory file names it.
func debtorWord(kind claim.DebtorKind) string { return strings.ReplaceAll(kind.String(), " ", "-") }

// notes says for which claims the condition holds.
func (c Condition) notes() (notes []string) {
	if c.AtLeast > 0 {
		notes = append(notes, "from "+c.AtLeast.String())
	}
	if c.AtMost > 0 {
		notes = append(notes, "up to "+c.AtMost.String())
	}
	for _, only := range []string{c.Debtor, c.Plan} {
		if only != "" {
			notes = append(notes, only+" only")
		}
	}
	return notes
}

// within says whether other holds whenever c does.
func (c Condition) within(other Condition) bool {
	return c.AtLeast >= other.AtLeast && (other.AtMost == 0 || c.AtMost > 0 && c.AtMost <= other.AtMost) &&
		(other.Debtor == "" || c.Debtor == other.Debtor) && (other.Plan == "" || c.Plan == other.Plan)
}

// checkWhen finds conditions that are none, or that never hold in this trajectory.
func (p Policy) checkWhen(i int, f *findings) {
	step, when := p.Steps[i], p.Steps[i].When
	_, known := p.Decision.Default[when.Plan]
	switch {
	case when.AtLeast < 0 || when.AtMost < 0:
		f.step(i, step, "when", "an amount is less than nothing")
	case when.AtMost > 0 && when.AtLeast > when.AtMost:
		f.step(i, step, "when", "at_least %s is more than at_most %s: the step never happens", when.AtLeast, when.AtMost)
	case when.AtMost > 0 && when.AtMost < p.MinimumDemand:
		f.step(i, step, "when", "at_most %s is less than minimum_demand %s, below which no step is done: the step never happens", when.AtMost, p.MinimumDemand)
	}
	switch when.Debtor {
	case "", "consumer", "company", "sole-trader":
		if when.Debtor != "" && (when.Debtor == "consumer") != (p.For == "consumer") {
			f.step(i, step, "when", "debtor %s: the trajectory is for %s debtors: the step never happens", when.Debtor, p.For)
		}
	default:
		f.step(i, step, "when", "debtor: %q is not consumer, company or sole-trader", when.Debtor)
	}
	if when.Plan != "" && !known {
		f.step(i, step, "when", "plan: there is no default decision for plan %q: the step never happens", when.Plan)
	}
	if step.Letter == claim.FourteenDayLetter && p.For == "business" {
		f.step(i, step, "letter", "a 14-day letter is for consumers: in business costs are due without one, and the step never happens (art. 6:96 lid 4 BW)")
	}
}
