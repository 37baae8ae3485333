package trajectory

import (
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// CorrectLetter starts the key of the task about a letter that asked collection costs which, as is known since, were not due.
const CorrectLetter = "correct-letter:"

// RepaySurplus starts the key of the task to pay back what, as is known since, the debtor paid too much.
const RepaySurplus = "repay-surplus:"

// Overstated gives the steps of which a letter to the debtor left that asked collection costs: due by the facts before, not by those after, in which
// the 14-day letter came back. A reminder asks none.
func Overstated(before, after claim.Facts) (steps []string) {
	for _, l := range after.Letters {
		if l.Left() && (stages[l.Kind] == StageSummons || l.Kind == MonitoringLetter || l.Kind == InterruptionLetter) && owedCosts(before, l.On) && !owedCosts(after, l.On) && !slices.Contains(steps, l.Step) {
			steps = append(steps, l.Step)
		}
	}
	return steps
}

func owedCosts(f claim.Facts, on calendar.Date) bool {
	from := f.CostsDueFrom()
	return !from.IsZero() && !from.After(on)
}
