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
	scale, err := t.scale(on)
	if err != nil {
		return 0, err
	}
	return scale.Over(principal), nil
}

func (t Tables) scale(on calendar.Date) (CostScale, error) {
	scale, ok := inForce(t.Costs, on, func(s CostScale) calendar.Date { return s.From })
	if !ok {
		return CostScale{}, &TooOldError{"collection costs", on}
	}
	return scale, nil
}

// Over applies the bands, rounded once after minimum and maximum. Nothing is due over nothing.
func (s CostScale) Over(principal money.Amount) money.Amount {
	if principal <= 0 {
		return 0
	}
	var sum, part, factor big.Int // over one denominator: common divisors would take most of the time
	from := money.Amount(0)
	for _, band := range s.Bands {
		if upTo := band.end(principal); upTo > from {
			number, over := band.Percent.decimal()
			sum.Add(&sum, part.Mul(part.SetInt64(int64(upTo-from)), factor.SetInt64(number*(mostDecimals/over))))
			from = upTo
		}
	}
	return money.Max(s.Minimum, money.Min(s.Maximum, money.FromFraction(&sum, factor.SetInt64(100*100*mostDecimals))))
}

// How says in words what Over does.
func (s CostScale) How(principal money.Amount) string {
	sum, from := new(big.Rat), money.Amount(0)
	var parts []string
	for _, band := range s.Bands {
		if upTo := band.end(principal); upTo > from {
			sum.Add(sum, new(big.Rat).Mul((upTo-from).Rat(), band.Percent.Fraction()))
			parts = append(parts, fmt.Sprintf("%s%% of %s", band.Percent.Text, upTo-from))
			from = upTo
		}
	}
	how := strings.Join(parts, " + ")
	if sum.Cmp(s.Minimum.Rat()) < 0 {
		return how + " is less than the minimum of " + s.Minimum.String()
	}
	if sum.Cmp(s.Maximum.Rat()) > 0 {
		return how + " is more than the maximum of " + s.Maximum.String()
	}
	return how + " = " + money.FromRat(sum).String() + ", rounded once, half-up"
}

// end is where the band ends within a principal.
func (b Band) end(principal money.Amount) money.Amount {
	if b.UpTo == 0 {
		return principal
	}
	return money.Min(principal, b.UpTo)
}

// CostQuestion asks what collection costs a demand may name.
type CostQuestion struct {
	Principals []money.Amount // of all claims in one demand
	Others     Demanded       // what belongs in the same demand but was demanded before
	Consumer   bool           // does not act in business
	Flat       Percent        // of a clause between creditor and debtor; none is the scale
	Least      bool           // in business, before anything was done to collect: the minimum alone (art. 6:96 lid 4 BW)
	VATUplift  bool           // the creditor outsources to a service that charges VAT, cannot deduct it, and declares both
	On         calendar.Date
}

// Demanded is a principal with the collection costs, without VAT, that were named for it.
type Demanded struct {
	Principal money.Amount `json:"principal"`
	Costs     money.Amount `json:"costs"`
}

func (q CostQuestion) principal() (sum money.Amount) {
	for _, p := range q.Principals {
		sum += p
	}
	return sum
}

// Costs is an answer to a CostQuestion: Costs + VAT = Total.
type Costs struct {
	Costs, VAT, Total money.Amount
	VATRate           Percent // none without VAT
	Basis             []Basis
}

// CostsOf gives the collection costs of one demand, without their basis: nothing over nothing. A flat percentage for a consumer is a *RefusedError: no
// clause takes a consumer off the scale.
func (t Tables) CostsOf(q CostQuestion) (Costs, error) {
	principal := q.principal()
	if principal <= 0 {
		return Costs{}, nil
	}
	scale, err := t.scale(q.On)
	if err != nil {
		return Costs{}, err
	}
	var c Costs
	switch {
	case q.Least:
		c.Costs = scale.Minimum
	case q.Flat == Percent{}:
		c.Costs = money.Max(0, scale.Over(principal+q.Others.Principal)-q.Others.Costs)
	case q.Consumer:
		return Costs{}, &RefusedError{"flat-clause", "a clause cannot take a consumer off the scale (art. 6:96 lid 5 BW); right would be no clause, or a debtor in business"}
	default:
		c.Costs = money.Max(q.agreed(), scale.Minimum)
	}
	if q.VATUplift {
		var row VATRate
		if c.VAT, row, err = t.VAT(c.Costs, q.On); err != nil {
			return Costs{}, err
		}
		c.VATRate = row.Percent
	}
	c.Total = c.Costs + c.VAT
	return c, nil
}

// agreed is the flat percentage of the principal.
func (q CostQuestion) agreed() money.Amount {
	return money.FromRat(new(big.Rat).Mul(q.principal().Rat(), q.Flat.Fraction()))
}

// DemandCosts is CostsOf with the basis of the answer.
func (t Tables) DemandCosts(q CostQuestion) (Costs, error) {
	c, err := t.CostsOf(q)
	if err != nil {
		return Costs{}, err
	}
	scale, err := t.scale(q.On)
	if err != nil {
		return Costs{}, err
	}
	principal := q.principal()
	if len(q.Principals) > 1 {
		c.Basis = append(c.Basis, Basis{"claims that are dunned together are one calculation", artTogether, fmt.Sprintf("%d principals, together %s", len(q.Principals), principal)})
	}
	switch {
	case q.Least:
		return Costs{Costs: c.Costs, Total: c.Total, Basis: []Basis{{"the minimum in business", "art. 6:96 lid 4 BW", scale.Minimum.String() + ", whatever was done to collect; the scale is for what is done from hand-over on"}}}, nil
	case q.Flat != Percent{}:
		c.Basis = append(c.Basis, q.clause(scale, c.Costs)...)
	default:
		c.Basis = append(c.Basis, Basis{"scale over the principal", scale.Article, scale.How(principal + q.Others.Principal)})
		if q.Others != (Demanded{}) {
			c.Basis = append(c.Basis, Basis{"what was demanded before belongs in one calculation with this", artTogether,
				fmt.Sprintf("with %s of other claims, less %s that was named for those = %s", q.Others.Principal, q.Others.Costs, c.Costs)})
		}
	}
	c.Basis = append(c.Basis, scale.whenDue(q.Consumer))
	if q.VATUplift {
		_, row, err := t.VAT(c.Costs, q.On)
		if err != nil {
			return Costs{}, err
		}
		if (q.Flat != Percent{}) {
			c.Basis = append(c.Basis, Basis{"not by the decree", "art. 2 lid 3 Besluit vergoeding voor buitengerechtelijke incassokosten", "it raises the scale with VAT, not a percentage that was agreed: only if the clause says so"})
		}
		c.Basis = append(c.Basis, Basis{"raised with VAT", "art. 2 lid 3 Besluit vergoeding voor buitengerechtelijke incassokosten; " + row.Article,
			fmt.Sprintf("%s%% of %s = %s; only if the creditor pays VAT for the collection, cannot deduct it, and declares both", row.Percent.Text, c.Costs, c.VAT)})
	}
	return c, nil
}

// artTogether is the article by which the claims of one debtor that can be dunned together are one calculation.
const artTogether = "art. 6:96 lid 7 BW"

// clause is the basis of an agreed percentage.
func (q CostQuestion) clause(scale CostScale, costs money.Amount) []Basis {
	agreed := q.agreed()
	detail := fmt.Sprintf("%s%% of %s = %s", q.Flat.Text, q.principal(), agreed)
	if costs > agreed {
		detail += ", at least " + scale.Minimum.String() + " (art. 6:96 lid 4 BW)"
	}
	return []Basis{
		{"percentage agreed between creditor and debtor", "art. 6:96 lid 4 BW; art. 242 lid 1 Rv", detail},
		{"a court may moderate agreed costs", "art. 242 lid 1 Rv", "by the scale it would be " + scale.Over(q.principal()).String()},
	}
}

func (s CostScale) whenDue(consumer bool) Basis {
	if consumer {
		return Basis{"due only after a valid 14-day letter, and not if paid within it", "art. 6:96 lid 6 BW; HR 25-11-2016 ECLI:NL:HR:2016:2704", "from the day after the term that starts the day after receipt"}
	}
	return Basis{"due without a reminder from the day after the last day of payment", "art. 6:96 lid 4 BW", "at least " + s.Minimum.String()}
}

// RefusedError says which part of a question the law does not allow, and what would be right.
type RefusedError struct{ Field, Problem string }

func (e *RefusedError) Error() string { return e.Field + ": " + e.Problem }
