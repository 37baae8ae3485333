package law

import (
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Span is from when until when (inclusive) a row or table holds, and where it stands.
type Span struct {
	From    calendar.Date `yaml:"from"`
	Until   calendar.Date `yaml:"until"`
	Article string        `yaml:"article"`
	Source  string        `yaml:"source"`
	// Unconfirmed says why a figure is not certain, so that a person looks it up; empty when it is.
	Unconfirmed string `yaml:"unconfirmed"`
}

// from is where a figure of the row comes from, in words.
func (s Span) from() string {
	words := fmt.Sprintf("from %s, %s", s.From, s.Source)
	if s.Unconfirmed != "" {
		words += "; unconfirmed: " + s.Unconfirmed
	}
	return words
}

func (s Span) span() Span { return s }

func (s Span) covers(on calendar.Date) bool { return !on.Before(s.From) && !on.After(s.Until) }

// CourtTables is what a procedure costs, each part by its own days.
type CourtTables struct {
	Fees          []FeeTable      `yaml:"fees"`
	Summons       []SummonsRate   `yaml:"summons"`
	Salary        []SalaryTable   `yaml:"salary"`
	AfterJudgment []AfterJudgment `yaml:"after_judgment"`
}

// FeeTable is the griffierecht by claim value.
type FeeTable struct {
	Span `yaml:",inline"`
	Rows []FeeRow `yaml:"rows"`
}

// FeeRow is the griffierecht of a claimant for claims up to a value; no value is no upper end, no amount is no confirmed figure.
type FeeRow struct {
	UpTo     money.Amount `yaml:"up_to"`
	Legal    money.Amount `yaml:"legal"`
	Natural  money.Amount `yaml:"natural"`
	Indigent money.Amount `yaml:"indigent"`
}

// SummonsRate is what serving a summons costs.
type SummonsRate struct {
	Span   `yaml:",inline"`
	Amount money.Amount `yaml:"amount"`
}

// SalaryTable is the salaris gemachtigde by claim value.
type SalaryTable struct {
	Span `yaml:",inline"`
	Rows []SalaryRow `yaml:"rows"`
}

// SalaryRow is the salary per point for claims up to a value; the last row has no upper end.
type SalaryRow struct {
	UpTo  money.Amount `yaml:"up_to"`
	Point money.Amount `yaml:"point"`
}

// AfterJudgment is the nakosten, without and with service of the judgment.
type AfterJudgment struct {
	Span     `yaml:",inline"`
	Unserved money.Amount `yaml:"unserved"`
	Served   money.Amount `yaml:"served"`
}

// Party is who claims: the fee depends on it.
type Party string

// The kinds of claimant that the fee table knows.
const (
	LegalPerson   Party = "legal"
	NaturalPerson Party = "natural"
	Indigent      Party = "indigent"
)

// cantonal is the value up to which the cantonal court is competent (art. 93 Rv).
var cantonal = money.Cents(25_000_00)

// Cantonal says whether the cantonal court decides over a claim (principal, interest and costs), where nobody needs a lawyer (art. 79 and 93 Rv). That it
// decides over the price of a consumer sale whatever its amount is left out: the case file does not know what was sold.
func Cantonal(claim money.Amount) bool { return claim <= cantonal }

// CourtCosts is what a default judgment costs the claimant: court fee, summons and one point of salary, without VAT. Above what the cantonal court decides
// there is no Salary: the lawyer who is needed there has a scale that the tables do not have.
type CourtCosts struct {
	Year                 string // of the fee table
	Fee, Summons, Salary money.Amount
	Basis                []Basis
}

// Total is the costs together; before the civil court without the lawyer.
func (c CourtCosts) Total() money.Amount { return c.Fee + c.Summons + c.Salary }

// DefaultJudgment gives CourtCosts that are whole: above what the cantonal court decides it is a *NoFigureError.
func (t Tables) DefaultJudgment(claim money.Amount, party Party, on calendar.Date) (CourtCosts, error) {
	if !Cantonal(claim) {
		return CourtCosts{}, &NoFigureError{fmt.Sprintf("salary of the lawyer who is needed above %s (art. 79 and 93 Rv): court.yaml has the scale of the cantonal court only, and none of the civil court", cantonal)}
	}
	return t.CourtCosts(claim, party, on)
}

// CourtCosts gives the costs of a default judgment over a claim (principal, interest and costs) by the tables that hold on a day.
// A day that a table does not cover is a *NoTableError.
func (t Tables) CourtCosts(claim money.Amount, party Party, on calendar.Date) (CourtCosts, error) {
	fees, err := covering("court fees", t.Court.Fees, on)
	if err != nil {
		return CourtCosts{}, err
	}
	summons, err := covering("the summons", t.Court.Summons, on)
	if err != nil {
		return CourtCosts{}, err
	}
	salary, err := covering("the representative's salary", t.Court.Salary, on)
	if err != nil {
		return CourtCosts{}, err
	}
	c := CourtCosts{Year: fmt.Sprint(fees.From.Year()), Summons: summons.Amount}
	if c.Fee, err = fees.fee(claim, party); err != nil {
		return CourtCosts{}, err
	}
	if Cantonal(claim) {
		c.Salary = salary.point(claim)
	}
	c.Basis = []Basis{
		{"court fee of the claimant", fees.Article, fmt.Sprintf("a claim of %s, claimant %s: %s (table %s)", claim, party, c.Fee, fees.from())},
		{"summons served by a bailiff", summons.Article, fmt.Sprintf("%s without VAT (%s)", c.Summons, summons.from())},
		{"salary of the representative per point", salary.Article, fmt.Sprintf("%s a point, one point for a default judgment (table %s)", c.Salary, salary.from())},
	}
	return c, nil
}

// point is the salary per point for a claim.
func (s SalaryTable) point(claim money.Amount) (point money.Amount) {
	for _, row := range s.Rows {
		if point = row.Point; row.UpTo == 0 || claim <= row.UpTo {
			break
		}
	}
	return point
}

func (f FeeTable) fee(claim money.Amount, party Party) (money.Amount, error) {
	for _, row := range f.Rows {
		if row.UpTo != 0 && claim > row.UpTo {
			continue
		}
		if fee := map[Party]money.Amount{LegalPerson: row.Legal, NaturalPerson: row.Natural, Indigent: row.Indigent}[party]; fee > 0 {
			return fee, nil
		}
		return 0, &NoFigureError{fmt.Sprintf("court fee of %d for claimant %q", f.From.Year(), party)}
	}
	return 0, &NoFigureError{fmt.Sprintf("court fee of %d for a claim of %s", f.From.Year(), claim)}
}

// LastCourtDay is on, or the last earlier day that all tables of a judgment cover: next year's are not known before it starts.
func (t Tables) LastCourtDay(on calendar.Date) calendar.Date {
	for _, until := range []calendar.Date{t.Court.Fees[len(t.Court.Fees)-1].Until, t.Court.Summons[len(t.Court.Summons)-1].Until, t.Court.Salary[len(t.Court.Salary)-1].Until} {
		if until.Before(on) {
			on = until
		}
	}
	return on
}

// CostsAfterJudgment is what the loser pays on top of a judgment of a day when costs have to be made after it (art. 237 lid 4 Rv). A day that the table
// does not cover is a *NoTableError.
func (t Tables) CostsAfterJudgment(on calendar.Date) (AfterJudgment, error) {
	return covering("costs after the judgment", t.Court.AfterJudgment, on)
}

// NoTableError says that no confirmed row covers a day.
type NoTableError struct {
	What   string
	Day    calendar.Date
	Before Span // the row that ended last before the day; zero when there is none
	After  Span // the row that begins first after it
}

func (e *NoTableError) Error() string {
	var around []string
	if !e.Before.Until.IsZero() {
		around = append(around, fmt.Sprintf("the row before it holds from %s until %s", e.Before.From, e.Before.Until))
	}
	if !e.After.From.IsZero() {
		around = append(around, fmt.Sprintf("the row after it from %s until %s", e.After.From, e.After.Until))
	}
	return fmt.Sprintf("%s on %s: no confirmed row covers that day (%s); add the row to court.yaml", e.What, e.Day, strings.Join(around, ", "))
}

// NoFigureError says that a table has no confirmed figure for what was asked.
type NoFigureError struct{ What string }

func (e *NoFigureError) Error() string { return "no confirmed figure for the " + e.What }

// covering finds the row of a day; the rows are in order.
func covering[R interface{ span() Span }](what string, rows []R, on calendar.Date) (R, error) {
	var none R
	missing := NoTableError{What: what, Day: on}
	for _, row := range rows {
		switch in := row.span(); {
		case in.covers(on):
			return row, nil
		case in.Until.Before(on):
			missing.Before = in
		case missing.After.From.IsZero():
			missing.After = in
		}
	}
	return none, &missing
}

func (c CourtTables) check() error {
	if err := checkSpans("fees", c.Fees); err != nil {
		return err
	}
	if err := checkSpans("summons", c.Summons); err != nil {
		return err
	}
	if err := checkSpans("salary", c.Salary); err != nil {
		return err
	}
	if err := checkSpans("after_judgment", c.AfterJudgment); err != nil {
		return err
	}
	for i, table := range c.Fees {
		upTo := make([]money.Amount, len(table.Rows))
		for j, row := range table.Rows {
			upTo[j] = row.UpTo
		}
		if len(upTo) == 0 || !rising(upTo) {
			return fmt.Errorf("fees %d: the rows need to rise, and only the last may have no up_to", i+1)
		}
	}
	for i, table := range c.Salary {
		upTo := make([]money.Amount, len(table.Rows))
		for j, row := range table.Rows {
			upTo[j] = row.UpTo
		}
		if !ascending(upTo) {
			return fmt.Errorf("salary %d: the rows need to rise, and only the last has no up_to", i+1)
		}
	}
	return c.checkAmounts()
}

// checkAmounts: what has no amount would be for nothing; only the fee of the indigent may be unknown.
func (c CourtTables) checkAmounts() error {
	for i, table := range c.Fees {
		for j, row := range table.Rows {
			if row.Legal <= 0 || row.Natural <= 0 || row.Indigent < 0 {
				return fmt.Errorf("fees %d: row %d needs an amount of more than 0.00 for legal and natural", i+1, j+1)
			}
		}
	}
	for i, rate := range c.Summons {
		if rate.Amount <= 0 {
			return fmt.Errorf("summons %d: needs an amount of more than 0.00", i+1)
		}
	}
	for i, table := range c.Salary {
		for j, row := range table.Rows {
			if row.Point <= 0 {
				return fmt.Errorf("salary %d: row %d needs a point of more than 0.00", i+1, j+1)
			}
		}
	}
	for i, costs := range c.AfterJudgment {
		if costs.Unserved <= 0 || costs.Served < costs.Unserved {
			return fmt.Errorf("after_judgment %d: needs unserved of more than 0.00 and served of at least that", i+1)
		}
	}
	return nil
}

func checkSpans[R interface{ span() Span }](name string, rows []R) error {
	if len(rows) == 0 {
		return fmt.Errorf("%s: no table", name)
	}
	for i, row := range rows {
		s := row.span()
		switch {
		case s.From.IsZero() || s.Until.IsZero():
			return fmt.Errorf("%s %d: needs from and until", name, i+1)
		case s.Article == "" || s.Source == "":
			return fmt.Errorf("%s %d: needs an article and a source", name, i+1)
		case s.Until.Before(s.From):
			return fmt.Errorf("%s %d: until %s comes before from %s", name, i+1, s.Until, s.From)
		case s.Until.After(s.From.AddYears(knownYears)):
			return fmt.Errorf("%s %d: until %s is more than %d years after from %s: nothing is published so far ahead; right would be the last day for which it is", name, i+1, s.Until, knownYears, s.From)
		case i > 0 && !s.From.After(rows[i-1].span().Until):
			return fmt.Errorf("%s %d: %s does not come after the row before it", name, i+1, s.From)
		}
	}
	return nil
}
