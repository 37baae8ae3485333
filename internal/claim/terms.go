package claim

import (
	"cmp"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Terms is what creditor and debtor agreed on, and what the creditor declared, as far as it changes what is owed. The zero value is what the law says
// without any of it.
type Terms struct {
	InterestRate law.Percent `json:"interest_rate,omitzero"` // agreed yearly interest, instead of the statutory one (art. 6:119 lid 3 BW)
	CostsClause  law.Percent `json:"costs_clause,omitzero"`  // agreed flat collection costs; in business only (art. 6:96 lid 5 BW)
	CostsVAT     bool        `json:"costs_vat,omitempty"`    // the creditor pays VAT for the collection, cannot deduct it, and declared both (art. 2 lid 3 of the decree)
	Instalments  bool        `json:"instalments,omitempty"`  // the invoices are periodic instalments of one contract (art. 2a of the decree)
	Sale         Sale        `json:"sale,omitempty"`         // what was told of whether a consumer owes it for a purchase
}

// Sale is what was told of whether a consumer's debt is the price of a purchase (art. 7:28 BW).
type Sale string

// What can have been told.
const (
	SaleNotTold Sale = ""
	SaleYes     Sale = "yes"
	SaleNo      Sale = "no"
)

// Sales lists all that can be told; the CHECK in the schema is tested against it.
func Sales() []Sale { return []Sale{SaleYes, SaleNo} }

// ConsumerSale says whether the claim is, or may be, the price of a consumer's purchase, which lapses after two years (art. 7:28 BW): what a consumer
// owes is, unless it was told that it is something else. In business it never is.
func (f Facts) ConsumerSale() bool { return f.Debtor.Consumer() && f.Terms.Sale != SaleNo }

// SaleRests is on what it rests whether it is the price of a purchase; empty in business, where there is nothing to tell.
func (f Facts) SaleRests() string {
	if f.Debtor.InBusiness {
		return ""
	}
	switch f.Terms.Sale {
	case SaleYes:
		return "it was told that it is a purchase"
	case SaleNo:
		return "it was told that it is no purchase"
	case SaleNotTold:
	}
	return "it is taken for a purchase, as nothing else was told (claim consumer-sale)"
}

// InformationCost is what finding out about a debtor in business cost (requirement T2): a register's extract, an address. A consumer owes none.
type InformationCost struct {
	Key    string        `json:"key"`
	On     calendar.Date `json:"on"`
	Amount money.Amount  `json:"amount"`
}

// CostTakenBack is an information cost that was taken back on a day: it was never owed.
type CostTakenBack struct {
	InformationCost
	Back calendar.Date `json:"back"`
}

// costsKnown is the information costs that stood at the end of a day, those that were taken back since with them, and those that were taken back by then.
func (f Facts) costsKnown(r Records, day calendar.Date) (costs []InformationCost, gone []CostTakenBack) {
	costs = slices.Clone(f.InformationCosts)
	for _, c := range f.CostsTakenBack {
		back := c.Back
		if known, told := r.InformationBack[c.Key]; told {
			back = known
		}
		if back.After(day) {
			costs = append(costs, c.InformationCost)
		} else {
			gone = append(gone, c)
		}
	}
	costs = slices.DeleteFunc(costs, func(c InformationCost) bool { return r.InformationCosts[c.Key].After(day) })
	slices.SortFunc(costs, func(a, b InformationCost) int { return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.Key, b.Key)) })
	return costs, gone
}

// InterestTable is the interest that runs over this claim, and from when it is known: the agreed rate, else the statutory one of the kind of debtor.
func (f Facts) InterestTable(tables law.Tables) law.InterestTable {
	switch {
	case f.Terms.InterestRate != law.Percent{}:
		table := law.Agreed(f.Terms.InterestRate, f.FirstDue())
		table.Article = "agreement between creditor and debtor"
		return table
	case f.Debtor.InBusiness:
		return tables.Commercial
	}
	return tables.Consumer
}

// costQuestion asks what collection costs are lawful over a principal, with what other letters named for what belongs in the same demand.
func (f Facts) costQuestion(principal money.Amount, others law.Demanded, on calendar.Date) law.CostQuestion {
	q := law.CostQuestion{Principals: []money.Amount{principal}, Others: others, Consumer: f.Debtor.Consumer(), VATUplift: f.Terms.CostsVAT, On: on}
	if f.Debtor.InBusiness && f.Terms.CostsClause != (law.Percent{}) {
		q.Flat, q.VATUplift = f.Terms.CostsClause, false // the decree raises its own scale, not what was agreed (art. 2 lid 3)
	}
	return q
}
