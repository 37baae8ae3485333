package law

import (
	"fmt"
	"math/big"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// VATRate is the general rate of VAT that holds from a day on.
type VATRate struct {
	From    calendar.Date `yaml:"from"`
	Percent Percent       `yaml:"percent"`
	Article string        `yaml:"article"`
	Source  string        `yaml:"source"`
}

// VAT is the value added tax over an amount without it, on a day, rounded half-up to the cent, with the row it comes from.
// A day before the first row is a *TooOldError.
func (t Tables) VAT(net money.Amount, on calendar.Date) (money.Amount, VATRate, error) {
	row, ok := inForce(t.VATRates, on, func(r VATRate) calendar.Date { return r.From })
	if !ok {
		return 0, VATRate{}, &TooOldError{"VAT", on}
	}
	return money.FromRat(new(big.Rat).Mul(net.Rat(), row.Percent.Fraction())), row, nil
}

// VATWithin is the value added tax that an amount contains, on a day, rounded half-up to the cent. A day before the first row is a *TooOldError.
func (t Tables) VATWithin(gross money.Amount, on calendar.Date) (money.Amount, error) {
	row, ok := inForce(t.VATRates, on, func(r VATRate) calendar.Date { return r.From })
	if !ok {
		return 0, &TooOldError{"VAT", on}
	}
	rate := row.Percent.Fraction()
	within := new(big.Rat).Quo(rate, new(big.Rat).Add(rate, big.NewRat(1, 1)))
	return money.FromRat(within.Mul(within, gross.Rat())), nil
}

// TooOldError says that a figure was asked for a day before the first row of its table.
type TooOldError struct {
	Table string
	Day   calendar.Date
}

func (e *TooOldError) Error() string {
	return fmt.Sprintf("%s on %s: no row that old; add the row that held then, or correct the day", e.Table, e.Day)
}

// inForce is the last row that begins on or before a day; the rows are in order of their beginning.
func inForce[R any](rows []R, on calendar.Date, from func(R) calendar.Date) (row R, ok bool) {
	for _, r := range rows {
		if !from(r).After(on) {
			row, ok = r, true
		}
	}
	return row, ok
}

func checkVAT(rates []VATRate) error {
	if len(rates) == 0 {
		return fmt.Errorf("no rate")
	}
	for i, r := range rates {
		if r.From.IsZero() || r.Percent.Text == "" || r.Article == "" || r.Source == "" {
			return fmt.Errorf("row %d: needs from, percent, article and source", i+1)
		}
		if i > 0 && !r.From.After(rates[i-1].From) {
			return fmt.Errorf("row %d: %s does not come after the row before it", i+1, r.From)
		}
	}
	return nil
}
