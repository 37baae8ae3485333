// Package agreement knows the agreement between the agency and a client: what its plan includes, its years, how it ends, and the stickers of a year.
// It decides what comes next and must not know claims, letters or who sends an invoice; it does no I/O.
package agreement

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// Plan is what an agreement includes, as the agency wrote it down. Prices are without VAT; nil is a price that is not set.
type Plan struct {
	ID             string `json:"plan"`
	Name           string `json:"name"`
	Claims         string `json:"claims"`       // Unlimited
	LegalAdvice    string `json:"legal_advice"` // by telephone: Unlimited or Limited
	DebtMonitoring bool   `json:"debt_monitoring"`
	// Contribution is for each agreement year.
	Contribution *money.Amount `json:"contribution"`
	// Commission is the scale, in ScaleForm, over the whole principal in the exceptions of the agreement; empty: not set.
	Commission string   `json:"commission"`
	Stickers   Stickers `json:"stickers"`
	Court      Court    `json:"court_procedure"`
	// Settlement is how part payments are divided between client and agency, VATMode how the client bears the VAT on the agency's part; empty: the default.
	Settlement string `json:"settlement"`
	VATMode    string `json:"vat_mode"`
	// PayoutDays are the days of the month on which clients are paid, PayoutMinimum is from which amount; none and nil: any day that is asked, and any amount.
	PayoutDays    []int         `json:"payout_days"`
	PayoutMinimum *money.Amount `json:"payout_minimum"`
	// Netting says that open invoices are set off against payouts, as was agreed.
	Netting bool `json:"netting"`
	// Products are the prices of other products under this plan; all of Products are named.
	Products map[string]*money.Amount `json:"products"`
}

// How much of something a plan includes.
const (
	Unlimited = "unlimited"
	Limited   = "limited"
)

// Stickers are the sets of stickers ("betaalversnellers") of an agreement year, and the price of another set. A set is one sheet.
type Stickers struct {
	Sets  int           `json:"sets"`
	Price *money.Amount `json:"price"`
}

// Court is the court procedure at a fixed price, for an undisputed claim.
type Court struct {
	FixedPrice bool          `json:"fixed_price"`
	Price      *money.Amount `json:"price"`
}

// Offered says whether the procedure can be had: it belongs to the plan and has a price.
func (c Court) Offered() bool { return c.FixedPrice && c.Price != nil }

// Products are the other products that have a price in each plan, in the order of the agreement ("Korting op overige producten").
var Products = products()

func products() (list []string) {
	for _, work := range settlement.LegalWork() {
		list = append(list, string(work))
	}
	return list
}

// Plans are all plans of the agency, by id.
type Plans map[string]Plan

// IDs are the ids of the plans, sorted.
func (p Plans) IDs() []string { return slices.Sorted(maps.Keys(p)) }

// Find gives the plan with an id; the error says which there are.
func (p Plans) Find(id string) (Plan, error) {
	plan, ok := p[id]
	if !ok {
		return Plan{}, fmt.Errorf("%q is not a plan; right would be %s", id, strings.Join(p.IDs(), " or "))
	}
	return plan, nil
}

// Scales are the commission scales by plan: of its file, else the ordinary one. A plan that has neither is an error that names its file and key, since no
// price can be shown or charged without.
func (p Plans) Scales(ordinary string) (map[string]Scale, error) {
	scales, missing := map[string]Scale{}, []string{}
	for _, id := range p.IDs() {
		text := cmp.Or(p[id].Commission, ordinary)
		if text == "" {
			missing = append(missing, id+".yaml")
			continue
		}
		scale, err := ParseScale(text)
		if err != nil {
			return nil, fmt.Errorf("commission of plan %s: %w; right would be %s", id, err, ScaleForm)
		}
		scales[id] = scale
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("is not set, and neither is commission in %s; right would be %s, there or here for every plan that names none", strings.Join(missing, ", "), ScaleForm)
	}
	return scales, nil
}

// Terms are how what comes in is settled with the clients of each plan.
func (p Plans) Terms() (settlement.TermsOf, error) {
	terms := settlement.TermsOf{}
	for _, id := range p.IDs() {
		var err error
		if terms[id], err = settlement.ParseTerms(p[id].Settlement, p[id].VATMode); err != nil {
			return nil, fmt.Errorf("plan %s: %w", id, err)
		}
	}
	return terms, nil
}

// Paying is how the clients of each plan are paid.
func (p Plans) Paying() map[string]settlement.Paying {
	paying := map[string]settlement.Paying{}
	for id, plan := range p {
		its := settlement.Paying{Days: plan.PayoutDays, SetsOff: plan.Netting}
		if plan.PayoutMinimum != nil {
			its.Minimum = *plan.PayoutMinimum
		}
		paying[id] = its
	}
	return paying
}

// Monitors says whether debt monitoring belongs to the plan with an id; not to one that is not there.
func (p Plans) Monitors(id string) bool { return p[id].DebtMonitoring }
