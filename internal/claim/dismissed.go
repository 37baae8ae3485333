package claim

import "github.com/incassocenter/dunning/internal/calendar"

// dismiss lets go of everything that is unpaid at the end of the day on which the court dismissed the claim, or set its judgment aside, when that is before
// day: what was decided binds the parties (art. 236 Rv). What was paid until then stays paid; who pays after it gets it back (art. 6:203 BW).
func (r *run) dismiss(day calendar.Date) error {
	lost, is := r.facts.CourtStep(CourtLost)
	if !is || !lost.On.Before(day) || !r.lostOn.IsZero() {
		return nil
	}
	r.lostOn = lost.On
	if err := r.reach(lost.On); err != nil {
		return err
	}
	costs, _, err := r.payable(lost.On)
	if err != nil {
		return err
	}
	r.dismissed = Balance{Costs: costs, Interest: r.payInterest(r.interest()), Principal: r.payPrincipal(r.principal())}
	r.frozen, r.frozenCosts = true, 0
	return nil
}
