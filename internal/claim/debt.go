package claim

import (
	"math/big"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// debt is principal with its interest, oldest due first.
type debt struct{ accruals []*law.Accrual }

func (d *debt) advance(day calendar.Date) error {
	for _, a := range d.accruals {
		if err := a.Advance(day); err != nil {
			return err
		}
	}
	return nil
}

func (d *debt) principal() money.Amount {
	var total money.Amount
	for _, a := range d.accruals {
		total += a.Principal()
	}
	return total
}

func (d *debt) interest() money.Amount { return law.Owed(d.accruals) }

// payInterest takes up to limit off the interest; when the rounded interest is paid whole, the exact remainder goes with it.
func (d *debt) payInterest(limit money.Amount) money.Amount {
	owed := d.interest()
	if owed <= limit {
		for _, a := range d.accruals {
			a.PayInterest(a.Owed())
		}
		return owed
	}
	left := limit.Rat()
	for _, a := range d.accruals {
		part := a.Owed()
		if left.Cmp(part) < 0 {
			part = new(big.Rat).Set(left)
		}
		a.PayInterest(part)
		left.Sub(left, part)
	}
	return limit
}

func (d *debt) payPrincipal(limit money.Amount) money.Amount {
	paid := money.Amount(0)
	for _, a := range d.accruals {
		part := money.Min(limit-paid, a.Principal())
		a.PayPrincipal(part)
		paid += part
	}
	return paid
}

// take divides the settlement of the allocation by art. 6:44 BW: costs that are due, interest, principal of the oldest invoice first; what is left
// is surplus.
func (a *Allocation) take(d *debt, costs money.Amount) {
	rest := a.Settlement.Amount
	a.Costs = money.Min(rest, costs)
	rest -= a.Costs
	a.Interest = d.payInterest(rest)
	rest -= a.Interest
	a.Principal = d.payPrincipal(rest)
	a.Surplus = rest - a.Principal
}

// Allocate divides payments, in order of their day, over one sum that was payable on due, with costs that are due from the start, and gives what is
// open on a day (art. 6:44 BW). Payments after that day do not count. A day past the last confirmed rate is a *law.UnconfirmedError.
func Allocate(table law.InterestTable, principal money.Amount, due calendar.Date, costs money.Amount, payments []Settlement, on calendar.Date) ([]Allocation, Balance, error) {
	d := debt{[]*law.Accrual{table.Accrue(principal, due)}}
	payments = slices.Clone(payments)
	slices.SortStableFunc(payments, func(a, b Settlement) int { return a.On.Compare(b.On) })
	allocations := []Allocation{}
	for _, payment := range payments {
		if payment.On.After(on) {
			break
		}
		if err := d.advance(payment.On); err != nil {
			return nil, Balance{}, err
		}
		a := Allocation{Settlement: payment}
		a.take(&d, costs)
		costs -= a.Costs
		allocations = append(allocations, a)
	}
	if err := d.advance(on); err != nil {
		return nil, Balance{}, err
	}
	return allocations, Balance{Costs: costs, Interest: d.interest(), Principal: d.principal()}, nil
}
