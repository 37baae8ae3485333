package claim

import (
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Announced is what a 14-day letter names as costs, and what it took into account. It stays what it was, whatever becomes of the other claims.
type Announced struct {
	Principal money.Amount `json:"principal"` // open when the letter was written
	Costs     money.Amount `json:"costs"`     // without VAT
	VAT       money.Amount `json:"vat"`
	Others    law.Demanded `json:"others"` // of claims that belong in the same demand
}

// Total is what a consumer owes as costs when the letter is not met.
func (a Announced) Total() money.Amount { return a.Costs + a.VAT }

// OtherNotice is a 14-day letter, out or on its way, for another claim of this debtor with this client.
type OtherNotice struct {
	On           calendar.Date `json:"on"`
	Demanded     law.Demanded  `json:"demanded"`
	Shared       bool          `json:"shared,omitempty"`        // it took letters for other claims into account
	PartPaid     bool          `json:"part_paid,omitempty"`     // something was settled in its term
	SameContract bool          `json:"same_contract,omitempty"` // both claims are periodic instalments of one contract
	WholeScale   bool          `json:"whole_scale,omitempty"`   // of before what a letter named was kept: the scale over its principal
}

// demanded is what the letter demanded. One of before that was kept took no other claim into account, so it named the whole scale of its day.
func (o OtherNotice) demanded(tables law.Tables) (d law.Demanded, err error) {
	d = o.Demanded
	if o.WholeScale {
		d.Costs, err = tables.CollectionCosts(d.Principal, o.On)
	}
	return d, err
}

// Notice is what a 14-day letter on a day has to name as costs (art. 6:96 lid 6 BW).
type Notice struct {
	Announced
	VATRate law.Percent // none without VAT
	Review  string      // why a person decides before the letter leaves, with the proposal; empty when the law is clear, or a person has decided
}

// NoticeOn gives the costs that a 14-day letter names on a day over the principal that is open then. Claims that could have been dunned in one letter are one
// calculation (art. 6:96 lid 7 BW): another claim's letter counts when this debt was overdue when that was written, and what it named is taken
// off. Costs over periodic instalments do not pile up (art. 2a of the decree). Nothing is left to name when other letters named it all.
func (f Facts) NoticeOn(tables law.Tables, open money.Amount, on calendar.Date) (Notice, error) {
	others, err := f.demandedTogether(tables)
	if err != nil {
		return Notice{}, err
	}
	return f.noticeBeside(tables, open, on, others)
}

// NamedOver gives the costs that a 14-day letter that left would have named, with VAT, had another principal been open on its day: beside what other letters had named by then.
func (f Facts) NamedOver(tables law.Tables, open money.Amount, l Letter) (money.Amount, error) {
	f.OtherNotices = without(f.OtherNotices, func(o OtherNotice) bool { return !o.On.Before(l.On) })
	n, err := f.noticeBeside(tables, open, l.On, l.Announced.Others)
	return n.Total(), err
}

// noticeBeside is NoticeOn beside what other letters demanded.
func (f Facts) noticeBeside(tables law.Tables, open money.Amount, on calendar.Date, others law.Demanded) (Notice, error) {
	n := Notice{Announced: Announced{Principal: open, Others: others}}
	costs, err := tables.CostsOf(f.costQuestion(open, n.Others, on))
	if err != nil {
		return n, err
	}
	n.Costs = costs.Costs
	if f.Terms.Instalments {
		if err := n.instalments(f.unpaidInvoices(open, on), f.OtherNotices, tables, on); err != nil {
			return n, err
		}
	}
	if f.CostsReviewed != nil {
		n.Costs, n.Review = money.Min(n.Costs, *f.CostsReviewed), ""
	}
	if f.Terms.CostsVAT {
		var row law.VATRate
		n.VAT, row, err = tables.VAT(n.Costs, on)
		n.VATRate = row.Percent
	}
	return n, err
}

// LawfulCosts is the most that a letter may ask, or a 14-day letter must name, as collection costs with their VAT, on the day of an account.
func (f Facts) LawfulCosts(tables law.Tables, account Account) (money.Amount, error) {
	if f.CostsDueFrom().IsZero() {
		notice, err := f.NoticeOn(tables, account.Open.Principal, account.On)
		return notice.Total(), err
	}
	costs, err := tables.CostsOf(f.chargeQuestion(money.Max(account.Open.Principal, account.CostsBase)))
	if named := f.named().Total(); named > 0 {
		return money.Min(costs.Total, named), err
	}
	return costs.Total, err
}

// demandedTogether is what other letters demanded when this debt was overdue too.
func (f Facts) demandedTogether(tables law.Tables) (sum law.Demanded, err error) {
	if f.Debtor.InBusiness {
		return sum, nil
	}
	for _, other := range f.OtherNotices {
		if !f.FirstDue().Before(other.On) {
			continue
		}
		demanded, err := other.demanded(tables)
		if err != nil {
			return sum, err
		}
		sum.Principal += demanded.Principal
		sum.Costs += demanded.Costs
	}
	return sum, nil
}

// FirstDue is the earliest due date of the invoices.
func (f Facts) FirstDue() (first calendar.Date) {
	for _, invoice := range f.Invoices {
		if first.IsZero() || invoice.Due.Before(first) {
			first = invoice.Due
		}
	}
	return first
}

// unpaidInvoices are the amounts that are open of the invoices on a day when open is in all: credit notes go to the invoice they name, payments to the oldest first.
func (f Facts) unpaidInvoices(open money.Amount, on calendar.Date) (unpaid []money.Amount) {
	for _, invoice := range slices.Backward(f.Credited(on)) { // the newest first: they are paid last
		part := money.Min(invoice.Amount, open)
		if open -= part; part > 0 {
			unpaid = append(unpaid, part)
		}
	}
	return unpaid
}

// instalments lowers the costs to what the rule against piling up allows, and asks a person where that is not certain.
func (n *Notice) instalments(unpaid []money.Amount, others []OtherNotice, tables law.Tables, on calendar.Date) error {
	q := law.InstalmentQuestion{Instalments: unpaid, On: on}
	for _, other := range others {
		if !other.SameContract {
			continue
		}
		demanded, err := other.demanded(tables)
		if err != nil {
			return err
		}
		q.Before = append(q.Before, law.Earlier{On: other.On, Demanded: demanded})
	}
	costs, applies, err := tables.InstalmentCosts(q)
	if err != nil || !applies {
		return err
	}
	if proposed := money.Min(n.Costs, costs.Costs); tables.Confirmed(on) {
		n.Costs = proposed
	} else {
		n.Review = "periodic instalments of one contract: how costs over them do not pile up is not certain (" + costs.Basis[0].Article + "); the proposal is " +
			proposed.String() + ": " + costs.Basis[0].Detail
	}
	return nil
}
