package claim

import (
	"cmp"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// creditNotes is the sum of the credit notes among settlements.
func creditNotes(settlements []Settlement) money.Amount {
	var total money.Amount
	for _, s := range settlements {
		if s.Kind == CreditNote {
			total += s.Amount
		}
	}
	return total
}

// credit takes credit notes off the invoices from the beginning: what is credited was never owed. One that names its invoice goes off that one; those that
// name none (there was one invoice, or they are of before it was kept) go off what is left, of the oldest first. It gives what is left of each invoice, and
// what each settlement took: never more than the invoice, the rest of the note is surplus. Both are in the order given.
func credit(invoices []Invoice, settlements []Settlement) (left, taken []money.Amount) {
	left, taken = make([]money.Amount, len(invoices)), make([]money.Amount, len(settlements))
	for i, invoice := range invoices {
		left[i] = invoice.Amount
	}
	for _, named := range []bool{true, false} {
		for n, s := range settlements {
			if s.Kind != CreditNote || (s.Invoice != "") != named {
				continue
			}
			for i, invoice := range invoices {
				if !named || invoice.Number == s.Invoice {
					part := money.Min(s.Amount-taken[n], left[i])
					left[i], taken[n] = left[i]-part, taken[n]+part
				}
			}
		}
	}
	return left, taken
}

// Credited gives the invoices, oldest first, with what the credit notes up to and including day left of each.
func (f Facts) Credited(day calendar.Date) []Invoice {
	invoices := f.oldestFirst()
	left, _ := credit(invoices, f.settledUntil(day))
	for i := range invoices {
		invoices[i].Amount = left[i]
	}
	return invoices
}

// oldestFirst are the invoices in the order in which they fell due.
func (f Facts) oldestFirst() []Invoice {
	invoices := slices.Clone(f.Invoices)
	slices.SortStableFunc(invoices, func(a, b Invoice) int { return a.Due.Compare(b.Due) })
	return invoices
}

// settledUntil are the settlements up to and including day in the order in which they are applied.
func (f Facts) settledUntil(day calendar.Date) (settlements []Settlement) {
	for _, s := range f.Settlements {
		if !s.On.After(day) {
			settlements = append(settlements, s)
		}
	}
	slices.SortStableFunc(settlements, inOrder)
	return settlements
}

// inOrder is the order in which settlements are applied: by value date; within a day by key, a write-off last, since it lets go what the
// payments of that day left.
func inOrder(a, b Settlement) int {
	last := 0
	switch {
	case a.Kind == b.Kind:
	case a.Kind == WriteOff:
		last = 1
	case b.Kind == WriteOff:
		last = -1
	}
	return cmp.Or(a.On.Compare(b.On), last, strings.Compare(a.Key, b.Key))
}
