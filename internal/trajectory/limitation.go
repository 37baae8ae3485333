package trajectory

import (
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
)

// Enforceable is until when the oldest invoice of a claim can be enforced, and why. A consumer's debt counts as the price of a sale, two years, unless it
// was told that it is none: that is the shorter term, and the basis says on what it rests. Every demand that reached the debtor interrupts (art. 3:317 BW), as does what a person recorded of it; every
// payment of the debtor and every payment arrangement that was confirmed in writing acknowledges (art. 3:318 BW), not so one of which there may be no proof yet, or
// a promise to pay; and a summons interrupts unless the case was taken back or dismissed (art. 3:316 BW). A judgment has a term of its own, twenty years.
func Enforceable(f claim.Facts) (first law.Limitation) {
	days := interrupted(f)
	if judgment, given := f.Judgment(); given {
		return law.JudgmentLimitation(judgment.On, days)
	}
	for _, invoice := range owedInvoices(f) {
		if l := law.LimitationOf(invoice.Due, f.ConsumerSale(), days); first.LastDay.IsZero() || l.LastDay.Before(first.LastDay) {
			first = l
		}
	}
	if rests := f.SaleRests(); rests != "" && len(first.Basis) > 0 {
		first.Basis[0].Detail += "; " + rests
	}
	return first
}

// enforceableUntil is the last day of Enforceable; no date for a claim without invoices.
func enforceableUntil(f claim.Facts) (first calendar.Date) {
	days := interrupted(f)
	if judgment, given := f.Judgment(); given {
		return law.JudgmentLimitation(judgment.On, days).LastDay
	}
	for _, invoice := range owedInvoices(f) {
		if last := law.LastDay(invoice.Due, f.ConsumerSale(), days); first.IsZero() || last.Before(first) {
			first = last
		}
	}
	return first
}

// owedInvoices are the invoices of which something is or was owed: one that is credited whole never was. When all are, they are all of them.
func owedInvoices(f claim.Facts) []claim.Invoice {
	if !slices.ContainsFunc(f.Settlements, func(s claim.Settlement) bool { return s.Kind == claim.CreditNote }) {
		return f.Invoices
	}
	last := f.HandedOverOn
	for _, s := range f.Settlements {
		last = calendar.Max(last, s.On)
	}
	if owed := slices.DeleteFunc(f.Credited(last), func(i claim.Invoice) bool { return i.Amount == 0 }); len(owed) > 0 {
		return owed
	}
	return f.Invoices
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
	ByHand        Interrupter = "by-hand" // a person recorded it
	ByPayment     Interrupter = "payment"
	ByArrangement Interrupter = "arrangement"
	BySummons     Interrupter = "summons"
)

// Interruptions are the days on which the limitation of a claim was interrupted, as far as the file knows, the oldest first.
func Interruptions(f claim.Facts) (days []Interruption) {
	days = slices.Grow(days, len(f.Letters)+len(f.Interrupted)+len(f.Settlements)) // nearly always all of them
	for _, l := range f.Letters {
		if l.State == claim.LetterAccepted && !l.Received.IsZero() && Demands(l.Kind) {
			days = append(days, Interruption{l.Received, ByDemand})
		}
	}
	for _, day := range f.Interrupted {
		days = append(days, Interruption{day, ByHand})
	}
	for _, s := range f.Settlements {
		if s.Kind == claim.PaidToAgency || s.Kind == claim.PaidToClient {
			days = append(days, Interruption{s.On, ByPayment})
		}
	}
	for _, a := range f.Arrangements {
		if slices.ContainsFunc(f.Letters, func(l claim.Letter) bool { return l.Step == a.Step() && l.State == claim.LetterAccepted }) {
			days = append(days, Interruption{a.On, ByArrangement})
		}
	}
	if summons, served := f.CourtStep(claim.CourtServed); served && f.CourtStage() != claim.CourtWithdrawn && f.CourtStage() != claim.CourtLost {
		days = append(days, Interruption{summons.On, BySummons})
	}
	slices.SortStableFunc(days, func(a, b Interruption) int { return a.On.Compare(b.On) })
	return days
}

// Assumed says whether it rests on an assumed day of receipt: that of a letter does, what a person recorded has its proof, and nothing else has to be received. A letter
// that left by registered post as well is no exception: its proof counts when it is recorded (claim interrupted).
func (i Interruption) Assumed() bool { return i.Why == ByDemand }

// interrupted is Interruptions as the law counts them.
func interrupted(f claim.Facts) (days []law.Interruption) {
	all := Interruptions(f)
	days = make([]law.Interruption, len(all))
	for i, one := range all {
		days[i] = law.Interruption{On: one.On, Assumed: one.Assumed()}
	}
	return days
}
