package trajectory

import (
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
)

// Enforceable is until when the oldest invoice of a claim can be enforced, and why. A consumer's debt counts as the price of a sale, two years, because the case file
// does not know better and that is the shorter term. Every demand that reached the debtor interrupts (art. 3:317 BW), every payment of the debtor and every
// payment arrangement acknowledges (art. 3:318 BW); not so a promise to pay, of which there may be no proof.
func Enforceable(f claim.Facts) (first law.Limitation) {
	var interruptions []calendar.Date
	for _, l := range f.Letters {
		if l.State == claim.LetterAccepted && !l.Received.IsZero() && Demands(l.Kind) {
			interruptions = append(interruptions, l.Received)
		}
	}
	for _, s := range f.Settlements {
		if s.Kind == claim.PaidToAgency || s.Kind == claim.PaidToClient {
			interruptions = append(interruptions, s.On)
		}
	}
	for _, a := range f.Arrangements {
		interruptions = append(interruptions, a.On)
	}
	for _, invoice := range f.Invoices {
		if l := law.LimitationOf(invoice.Due, f.Debtor.Consumer(), interruptions); first.LastDay.IsZero() || l.LastDay.Before(first.LastDay) {
			first = l
		}
	}
	return first
}
