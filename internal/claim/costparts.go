package claim

import (
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// CostParts is what costs are made of, each in euro (art. 3.1 lid 3 Besluit kwaliteit incassodienstverlening).
type CostParts struct {
	Collection  money.Amount `json:"collection"`            // collection costs without VAT (art. 6:96 BW)
	VAT         money.Amount `json:"vat,omitempty"`         // over Collection (art. 2 lid 3 of the decree on collection costs)
	VATRate     law.Percent  `json:"vat_rate,omitzero"`     // of VAT; none without it
	Information money.Amount `json:"information,omitempty"` // in business only
	Court       money.Amount `json:"court,omitempty"`       // awarded by a judgment
}

// Total is the sum of the parts.
func (p CostParts) Total() money.Amount { return p.Collection + p.VAT + p.Information + p.Court }

// ChargedCollection is the collection costs with their VAT that were asked so far, those that were paid or let go with them: what a letter tells of them.
func (a Account) ChargedCollection() money.Amount {
	return a.Charged.Costs - a.InformationCosts - a.CourtCosts
}

// OpenCosts is what the costs are made of that are still to pay; they add up to Open.Costs. Of costs that were paid in part, or let go, those for information
// count as paid first, as when the client is billed, and then those of the court; what is left of the collection costs has its share of their VAT.
func (a Account) OpenCosts() CostParts {
	paid := a.Charged.Costs - a.Open.Costs
	information := money.Min(paid, a.InformationCosts)
	court := money.Min(paid-information, a.CourtCosts)
	open := CostParts{Information: a.InformationCosts - information, Court: a.CourtCosts - court}
	open.Collection = a.Open.Costs - open.Total()
	if whole := a.ChargedCollection(); whole > 0 {
		open.VAT = a.CostsVAT.Share(open.Collection, whole)
	}
	if open.Collection -= open.VAT; open.VAT > 0 {
		open.VATRate = a.VATRate
	}
	return open
}

// MadeOf is what the instalments of an arrangement are made of, in words: the amounts add up to them. Of costs that were not told
// apart when it was agreed it says so.
func (a Arrangement) MadeOf() string {
	costs := []struct {
		what   string
		amount money.Amount
	}{
		{"principal", a.Owed.Principal}, {"interest", a.Owed.Interest}, {"collection costs", a.Costs.Collection}, {a.Costs.VATRate.Text + "% VAT over them", a.Costs.VAT},
		{"information costs", a.Costs.Information}, {"court costs", a.Costs.Court},
		{"costs that were not told apart when it was agreed", a.Owed.Costs - a.Costs.Total()},
	}
	var parts []string
	for _, c := range costs {
		if c.amount > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", c.what, c.amount))
		}
	}
	return strings.Join(parts, " + ")
}
