package law

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// CollectionCosts is the compensation for extrajudicial collection costs over a principal, by the scale in force on a day
// (art. 2 Besluit vergoeding voor buitengerechtelijke incassokosten), without VAT, rounded once after minimum and maximum.
// Nothing is due over a principal of nothing. A day before the first scale is a *TooOldError.
func (t Tables) CollectionCosts(principal money.Amount, on calendar.Date) (money.Amount, error) {
	if principal <= 0 {
		return 0, nil
	}
	scale, ok := inForce(t.Costs, on, func(s CostScale) calendar.Date { return s.From })
	if !ok {
		return 0, &TooOldError{"collection costs", on}
	}
	costs, _ := scale.over(principal)
	return costs, nil
}

// over applies the bands, and says how.
func (s CostScale) over(principal money.Amount) (money.Amount, string) {
	sum, from := new(big.Rat), money.Amount(0)
	var parts []string
	for _, band := range s.Bands {
		upTo := principal
		if band.UpTo != 0 {
			upTo = money.Min(principal, band.UpTo)
		}
		if upTo > from {
			sum.Add(sum, new(big.Rat).Mul((upTo-from).Rat(), band.Percent.Fraction()))
			parts = append(parts, fmt.Sprintf("%s%% of %s", band.Percent.Text, upTo-from))
			from = upTo
		}
	}
	how := strings.Join(parts, " + ")
	if sum.Cmp(s.Minimum.Rat()) < 0 {
		return s.Minimum, how + " is less than the minimum of " + s.Minimum.String()
	}
	if sum.Cmp(s.Maximum.Rat()) > 0 {
		return s.Maximum, how + " is more than the maximum of " + s.Maximum.String()
	}
	costs := money.FromRat(sum)
	return costs, how + " = " + costs.String() + ", rounded once, half-up"
}

// CostQuestion asks what collection costs a demand may name.
type CostQuestion struct {
	Principals []money.Amount // of all claims in one demand
	Consumer   bool           // does not act in business
	Flat       *Percent       // a clause between creditor and debtor; nil is the scale
	VATUplift  bool           // the creditor outsources to a service that charges VAT, cannot deduct it, and declares both
	On         calendar.Date
}

// Costs is an answer to a CostQuestion: Costs + VAT = Total.
type Costs struct {
	Costs, VAT, Total money.Amount
	Basis             []Basis
}

// DemandCosts gives the collection costs of one demand. A flat percentage for a consumer is a *RefusedError: no clause takes a consumer off the scale.
func (t Tables) DemandCosts(q CostQuestion) (Costs, error) {
	scale, ok := inForce(t.Costs, q.On, func(s CostScale) calendar.Date { return s.From })
	if !ok {
		return Costs{}, &TooOldError{"collection costs", q.On}
	}
	principal := money.Amount(0)
	for _, p := range q.Principals {
		principal += p
	}
	var c Costs
	if len(q.Principals) > 1 {
		c.Basis = append(c.Basis, Basis{"claims that are dunned together are one calculation", "art. 6:96 lid 7 BW", fmt.Sprintf("%d principals, together %s", len(q.Principals), principal)})
	}
	var err error
	if q.Flat != nil {
		err = c.flat(scale, principal, q)
	} else {
		var how string
		c.Costs, how = scale.over(principal)
		c.Basis = append(c.Basis, Basis{"scale over the principal", scale.Article, how})
	}
	if err != nil {
		return Costs{}, err
	}
	c.whenDue(q.Consumer, scale)
	if err := c.addVAT(t, q); err != nil {
		return Costs{}, err
	}
	c.Total = c.Costs + c.VAT
	return c, nil
}

func (c *Costs) flat(scale CostScale, principal money.Amount, q CostQuestion) error {
	if q.Consumer {
		return &RefusedError{"flat-clause", "a clause cannot take a consumer off the scale (art. 6:96 lid 5 BW); right would be no clause, or a debtor in business"}
	}
	agreed := money.FromRat(new(big.Rat).Mul(principal.Rat(), q.Flat.Fraction()))
	c.Costs = money.Max(agreed, scale.Minimum)
	detail := fmt.Sprintf("%s%% of %s = %s", q.Flat.Text, principal, agreed)
	if c.Costs > agreed {
		detail += ", at least " + scale.Minimum.String() + " (art. 6:96 lid 4 BW)"
	}
	byScale, _ := scale.over(principal)
	c.Basis = append(c.Basis,
		Basis{"percentage agreed between creditor and debtor", "art. 6:96 lid 4 BW; art. 242 lid 1 Rv", detail},
		Basis{"a court may moderate agreed costs", "art. 242 lid 1 Rv", "by the scale it would be " + byScale.String()})
	return nil
}

func (c *Costs) whenDue(consumer bool, scale CostScale) {
	if consumer {
		c.Basis = append(c.Basis, Basis{"due only after a valid 14-day letter, and not if paid within it", "art. 6:96 lid 6 BW; HR 25-11-2016 ECLI:NL:HR:2016:2704", "from the day after the term that starts the day after receipt"})
		return
	}
	c.Basis = append(c.Basis, Basis{"due without a reminder from the day after the last day of payment", "art. 6:96 lid 4 BW", "at least " + scale.Minimum.String()})
}

func (c *Costs) addVAT(t Tables, q CostQuestion) error {
	if !q.VATUplift {
		return nil
	}
	vat, row, err := t.VAT(c.Costs, q.On)
	if err != nil {
		return err
	}
	c.VAT = vat
	c.Basis = append(c.Basis, Basis{"raised with VAT", "art. 2 lid 3 Besluit vergoeding voor buitengerechtelijke incassokosten; " + row.Article,
		fmt.Sprintf("%s%% of %s = %s; only if the creditor pays VAT for the collection, cannot deduct it, and declares both", row.Percent.Text, c.Costs, vat)})
	return nil
}

// RefusedError says which part of a question the law does not allow, and what would be right.
type RefusedError struct{ Field, Problem string }

func (e *RefusedError) Error() string { return e.Field + ": " + e.Problem }
