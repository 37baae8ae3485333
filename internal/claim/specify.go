package claim

import (
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Accrued is how the interest over one invoice came about.
type Accrued struct {
	Invoice  string // its number
	Segments []law.Segment
}

// InterestLine is the interest over one invoice as it is printed.
type InterestLine struct {
	Invoice string
	law.InterestLine
}

// Segments are those of all invoices.
func (a Account) Segments() (segments []law.Segment) {
	for _, accrued := range a.Accrued {
		segments = append(segments, accrued.Segments...)
	}
	return segments
}

// InterestLines tell the interest that was charged, invoice by invoice. They are rounded together, not per invoice: so they add up to it.
func (a Account) InterestLines() (lines []InterestLine) {
	printed := law.Lines(a.Segments(), a.Charged.Interest)
	for _, accrued := range a.Accrued {
		for range accrued.Segments {
			lines = append(lines, InterestLine{accrued.Invoice, printed[0]})
			printed = printed[1:]
		}
	}
	return lines
}

// Took is what a settlement took off what was owed.
func (a Allocation) Took() money.Amount { return a.Costs + a.Interest + a.Principal }

// LetGo is the interest and the costs that were charged and that nobody needs to pay any more, because a demand was met in time. What was written off is a
// settlement, and what a court dismissed stands apart.
func (a Account) LetGo() money.Amount {
	gone := a.Charged.Interest + a.Charged.Costs - a.Open.Interest - a.Open.Costs - a.Dismissed.Interest - a.Dismissed.Costs
	for _, s := range a.Allocations {
		gone -= s.Costs + s.Interest
	}
	return gone
}

// NothingSince is the day on which an arrangement was agreed that was kept by the day of an account, when nothing that was charged is let go by that: something was settled on that day, so that nothing ran and nothing came due since. No date when it is not so.
func (f Facts) NothingSince(account Account) (day calendar.Date) {
	for _, a := range f.Arrangements {
		if met := f.HonouredOn(a); met.After(a.On) && !met.After(account.On) && account.LetGo() == 0 {
			day = a.On
		}
	}
	return day
}

// CostsOver is the principal that the collection costs of an account are calculated over, and whether other claims of the debtor are part of it (art. 6:96 lid 7
// BW).
func (f Facts) CostsOver(a Account) (principal money.Amount, together bool) {
	others := f.chargeQuestion(a.CostsBase).Others
	return a.CostsBase + others.Principal, others != law.Demanded{}
}
