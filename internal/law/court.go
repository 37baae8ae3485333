package law

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// CourtTable is what a procedure before the cantonal court costs from a day on.
type CourtTable struct {
	From    calendar.Date `yaml:"from"`
	Year    string        `yaml:"year"`
	Source  string        `yaml:"source"`
	Summons money.Amount  `yaml:"summons"`
	Fees    []CourtFee    `yaml:"fees"`
	Salary  []SalaryBand  `yaml:"salary"`
}

// CourtFee is the griffierecht for claims up to a value; the last row has no upper end.
type CourtFee struct {
	UpTo    money.Amount `yaml:"up_to"`
	Legal   money.Amount `yaml:"legal"`
	Natural money.Amount `yaml:"natural"`
}

// SalaryBand is the salaris gemachtigde per point for claims up to a value; the last row has no upper end.
type SalaryBand struct {
	UpTo  money.Amount `yaml:"up_to"`
	Point money.Amount `yaml:"point"`
}

// CourtCosts is what a default judgment costs: court fee, summons and one point of salary, by the table of Year.
type CourtCosts struct {
	Year                 string
	Fee, Summons, Salary money.Amount
}

// CourtCosts gives the costs of a default judgment over a claim (principal, interest and costs) for a claimant that is a legal or a
// natural person, by the newest table in force on a day. The table's year is part of the answer, since the next year's is not known before it starts.
func (t Tables) CourtCosts(claim money.Amount, natural bool, on calendar.Date) (CourtCosts, error) {
	var table *CourtTable
	for i := range t.Court {
		if !t.Court[i].From.After(on) {
			table = &t.Court[i]
		}
	}
	if table == nil {
		return CourtCosts{}, fmt.Errorf("court costs on %s: no table that old", on)
	}
	costs := CourtCosts{Year: table.Year, Summons: table.Summons}
	for _, fee := range table.Fees {
		if fee.UpTo == 0 || claim <= fee.UpTo {
			costs.Fee = fee.Legal
			if natural {
				costs.Fee = fee.Natural
			}
			break
		}
	}
	for _, band := range table.Salary {
		if band.UpTo == 0 || claim <= band.UpTo {
			costs.Salary = band.Point
			break
		}
	}
	return costs, nil
}
