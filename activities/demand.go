package activities

import (
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// principalDemand asks the principal only: the client's own reminders. Every settlement counts towards it, also what paid interest by art. 6:44 BW:
// the debtor reads what he paid.
func principalDemand(f claim.Facts, account claim.Account) letter.Demand {
	d := letter.Demand{Invoices: invoices(f), Principal: f.Principal(), Total: f.UnpaidPrincipal(account.On)}
	for _, a := range account.Allocations {
		d.Settled = append(d.Settled, cameOff(a, a.Settlement.Amount)...)
	}
	return d
}

// fullDemand asks what is owed, with how the interest and the costs came about and what came off: the same lines as those of the explanation of the
// account, which add up to its total.
func fullDemand(f claim.Facts, account claim.Account) letter.Demand {
	d := letter.Demand{
		Invoices: invoices(f), Principal: f.Principal(), Interest: account.Charged.Interest, Total: account.Open.Total(),
		Costs: account.ChargedCollection() - account.CostsVAT, CostsVAT: account.CostsVAT, InformationCosts: account.InformationCosts, CourtCosts: account.CourtCosts, VATPercent: account.VATRate.Text,
		CostsAgreed: f.Debtor.InBusiness && f.Terms.CostsClause != law.Percent{}, CostsCapped: account.CostsCapped, InterestKind: interestKind(f), InterestStatedUpTo: account.InterestStatedTo,
	}
	d.CostsOver, d.CostsTogether = f.CostsOver(account)
	for _, line := range account.InterestLines() {
		d.InterestLines = append(d.InterestLines, letter.InterestLine{
			Invoice: line.Invoice, From: line.From, To: line.To, Days: line.Days, Percent: line.Rate.Text, Base: line.Base, Interest: line.Interest,
		})
	}
	d.InterestFree = interestFree(f, account)
	for _, a := range account.Allocations {
		d.Settled = append(d.Settled, cameOff(a, a.Took())...)
	}
	if gone := account.LetGo() + account.Dismissed.Total(); gone > 0 {
		d.Settled = append(d.Settled, letter.Settlement{Kind: letter.Lapsed, Amount: gone})
	}
	return d
}

// leftDemand asks what is left of a payment arrangement on a day, and how that is made up: what was owed at the end of the day of agreement, as is known now and without what was credited since, and what came off since. What
// was not agreed on is let go when it is paid in time.
func leftDemand(f claim.Facts, tables law.Tables, standing trajectory.Standing, on calendar.Date) (letter.Demand, error) {
	agreed := standing.Arrangement.On
	account, err := f.AgreedAccount(standing.Arrangement, tables, on)
	d := fullDemand(f, account)
	for _, s := range f.Settlements {
		if s.On.After(agreed) && !s.On.After(on) && s.Kind != claim.CreditNote {
			d.Settled = append(d.Settled, letter.Settlement{Kind: settlementKinds[s.Kind], On: s.On, Amount: s.Amount})
			d.Total -= s.Amount
		}
	}
	slices.SortStableFunc(d.Settled, func(a, b letter.Settlement) int { return a.On.Compare(b.On) })
	left := standing.Asks(d.Total)
	if gone := d.Total - left; gone > 0 {
		d.Settled = append(d.Settled, letter.Settlement{Kind: letter.Lapsed, Amount: gone})
	}
	d.Total = left
	return d, err
}

// cameOff is what a letter tells of one: nothing of a credit note or a payment that found nothing to take off.
func cameOff(a claim.Allocation, took money.Amount) []letter.Settlement {
	if took == 0 {
		return nil
	}
	return []letter.Settlement{{Kind: settlementKinds[a.Settlement.Kind], On: a.Settlement.On, Amount: took}}
}

// settlementKinds are the words of letters for those of the account. A debtor who paid the client paid.
var settlementKinds = map[claim.SettlementKind]letter.SettlementKind{
	claim.PaidToAgency: letter.Received, claim.PaidToClient: letter.Received, claim.CreditNote: letter.Credited, claim.SetOff: letter.SetOff,
	claim.ReturnedGoods: letter.ReturnedGoods, claim.CounterPerformance: letter.CounterPerformance, claim.WriteOff: letter.WrittenOff,
}

func interestKind(f claim.Facts) letter.InterestKind {
	switch {
	case f.Terms.InterestRate != law.Percent{}:
		return letter.AgreedInterest
	case f.Debtor.InBusiness:
		return letter.CommercialInterest
	}
	return letter.StatutoryInterest
}

// interestFree are the days on which interest would have run, had a flag of the debtor not ended it by law.
func interestFree(f claim.Facts, account claim.Account) (days []letter.InterestFree) {
	if len(account.Segments()) == 0 {
		return nil
	}
	first := slices.MinFunc(f.Invoices, func(a, b claim.Invoice) int { return a.Due.Compare(b.Due) }).Due.AddDays(1)
	for _, flag := range f.NoInterest(account.On) {
		from, to := calendar.Max(first, flag.From), flag.Until
		if to.IsZero() || to.After(account.On) {
			to = account.On
		}
		if !to.Before(from) {
			days = append(days, letter.InterestFree{From: from, To: to, Why: letter.Ground(flag.Kind)})
		}
	}
	return days
}

func invoices(f claim.Facts) []letter.Invoice {
	list := make([]letter.Invoice, len(f.Invoices))
	for i, invoice := range f.Invoices {
		list[i] = letter.Invoice{Number: invoice.Number, IssuedOn: invoice.Issued, DueOn: invoice.Due, Amount: invoice.Amount}
		if !invoice.Agreed.IsZero() {
			list[i].DueOn, list[i].ExtendedTo = invoice.Agreed, invoice.Due
		}
	}
	return list
}
