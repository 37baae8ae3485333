package trajectory

import (
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
)

// Enforceable is until when the oldest invoice of a claim can be enforced, and why. A consumer's debt counts as the price of a sale, two years, because the case file
// does not know better and that is the shorter term. Every demand that reached the debtor interrupts (art. 3:317 BW), every payment of the debtor and every
// payment arrangement acknowledges (art. 3:318 BW), not so a promise to pay, of which there may be no proof; and a summons interrupts unless the case was taken
// back or dismissed (art. 3:316 BW). A judgment has a term of its own, twenty years.
func Enforceable(f claim.Facts) (first law.Limitation) {
	var days []calendar.Date
	for _, i := range Interruptions(f) {
		days = append(days, i.On)
	}
	if judgment, given := f.Judgment(); given {
		return law.JudgmentLimitation(judgment.On, days)
	}
	for _, invoice := range f.Invoices {
		if l := law.LimitationOf(invoice.Due, f.Debtor.Consumer(), days); first.LastDay.IsZero() || l.LastDay.Before(first.LastDay) {
			first = l
		}
	}
	return first
}

// Interruption is a day on which limitation was interrupted, and by what.
type Interruption struct {
	On  calendar.Date
	Why Interrupter
}

// Interrupter is what interrupts limitation.
type Interrupter string

// What interrupts limitation.
const (
	ByDemand      Interrupter = "demand"
	ByPayment     Interrupter = "payment"
	ByArrangement Interrupter = "arrangement"
	BySummons     Interrupter = "summons"
)

// Interruptions are the days on which the limitation of a claim was interrupted, as far as the file knows, the oldest first.
func Interruptions(f claim.Facts) (days []Interruption) {
	for _, l := range f.Letters {
		if l.State == claim.LetterAccepted && !l.Received.IsZero() && Demands(l.Kind) {
			days = append(days, Interruption{l.Received, ByDemand})
		}
	}
	for _, s := range f.Settlements {
		if s.Kind == claim.PaidToAgency || s.Kind == claim.PaidToClient {
			days = append(days, Interruption{s.On, ByPayment})
		}
	}
	for _, a := range f.Arrangements {
		days = append(days, Interruption{a.On, ByArrangement})
	}
	if summons, served := f.CourtStep(claim.CourtServed); served && f.CourtStage() != claim.CourtWithdrawn && f.CourtStage() != claim.CourtLost {
		days = append(days, Interruption{summons.On, BySummons})
	}
	slices.SortStableFunc(days, func(a, b Interruption) int { return a.On.Compare(b.On) })
	return days
}
