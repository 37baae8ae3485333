package law

import (
	"fmt"
	"math/big"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// CollectionCosts is the compensation for extrajudicial collection costs over a principal, by the scale in force on a day
// (art. 2 Besluit vergoeding voor buitengerechtelijke incassokosten), without VAT, rounded once after minimum and maximum.
// Nothing is due over a principal of nothing. A day before the first scale is an error.
func (t Tables) CollectionCosts(principal money.Amount, on calendar.Date) (money.Amount, error) {
	if principal <= 0 {
		return 0, nil
	}
	var scale *CostScale
	for i := range t.Costs {
		if !t.Costs[i].From.After(on) {
			scale = &t.Costs[i]
		}
	}
	if scale == nil {
		return 0, fmt.Errorf("collection costs on %s: no scale that old", on)
	}
	sum, from := new(big.Rat), money.Amount(0)
	for _, band := range scale.Bands {
		upTo := principal
		if band.UpTo != 0 {
			upTo = money.Min(principal, band.UpTo)
		}
		if upTo > from {
			sum.Add(sum, new(big.Rat).Mul((upTo-from).Rat(), band.Percent.Fraction()))
			from = upTo
		}
	}
	if sum.Cmp(scale.Minimum.Rat()) < 0 {
		return scale.Minimum, nil
	}
	if sum.Cmp(scale.Maximum.Rat()) > 0 {
		return scale.Maximum, nil
	}
	return money.FromRat(sum), nil
}
