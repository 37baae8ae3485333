package trajectory

import (
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
)

// Enforceable is until when the oldest invoice of a claim can be enforced, and why. A consumer's debt counts as the price of a sale, two years, because the case file
// does not know better and that is the shorter term. Every demand that reached the debtor interrupts (art. 3:317 BW), every payment of the debtor and every
// payment arrangement acknowledges (art. 3:318 BW), not so a promise to pay, of which there may be no proof; and a summons interrupts unless the case was taken
// back or dismissed (art. 3:316 BW). A judgment has a term of its own, twenty years.
func Enforceable(f claim.Facts) (first law.Limitation) {
	interruptions := interruptions(f)
	if judgment, given := f.Judgment(); given {
		return law.JudgmentLimitation(judgment.On, interruptions)
	}
	for _, invoice := range f.Invoices {
		if l := law.LimitationOf(invoice.Due, f.Debtor.Consumer(), interruptions); first.LastDay.IsZero() || l.LastDay.Before(first.LastDay) {
			first = l
		}
	}
	return first
}

func interruptions(f claim.Facts) []calendar.Date {
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
	if summons, served := f.CourtStep(claim.CourtServed); served && f.CourtStage() != claim.CourtWithdrawn && f.CourtStage() != claim.CourtLost {
		interruptions = append(interruptions, summons.On)
	}
	return interruptions
}
