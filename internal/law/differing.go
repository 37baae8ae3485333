package law

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
)

// Differing names each row whose figures are not those of the shipped row that begins on the same day: a correction, or a slip of the hand. Rows of other
// days are not compared: those are what tables are extended with.
func (t Tables) Differing(shipped Tables) (lines []string) {
	rate := func(r Rate) (calendar.Date, string) { return r.From, r.Percent.Text + "%" }
	lines = append(differing("interest.yaml consumer", t.Consumer.Rates, shipped.Consumer.Rates, rate),
		differing("interest.yaml commercial", t.Commercial.Rates, shipped.Commercial.Rates, rate)...)
	lines = append(lines, differing("costs.yaml", t.Costs, shipped.Costs, func(c CostScale) (calendar.Date, string) {
		return c.From, fmt.Sprintf("%s to %s, bands %v", c.Minimum, c.Maximum, c.Bands)
	})...)
	lines = append(lines, differing("court.yaml fees", t.Court.Fees, shipped.Court.Fees, func(f FeeTable) (calendar.Date, string) { return f.From, fmt.Sprint(f.Rows) })...)
	lines = append(lines, differing("court.yaml summons", t.Court.Summons, shipped.Court.Summons, func(s SummonsRate) (calendar.Date, string) { return s.From, s.words() })...)
	lines = append(lines, differing("court.yaml salary", t.Court.Salary, shipped.Court.Salary, func(s SalaryTable) (calendar.Date, string) { return s.From, fmt.Sprint(s.Rows) })...)
	lines = append(lines, differing("court.yaml after_judgment", t.Court.AfterJudgment, shipped.Court.AfterJudgment, func(a AfterJudgment) (calendar.Date, string) { return a.From, a.words() })...)
	return append(lines, differing("vat.yaml", t.VATRates, shipped.VATRates, func(r VATRate) (calendar.Date, string) { return r.From, r.Percent.Text + "%" })...)
}

func differing[R any](table string, rows, shipped []R, figures func(R) (calendar.Date, string)) (lines []string) {
	known := map[calendar.Date]string{}
	for _, row := range shipped {
		from, words := figures(row)
		known[from] = words
	}
	for _, row := range rows {
		from, words := figures(row)
		if as, is := known[from]; is && as != words {
			lines = append(lines, fmt.Sprintf("%s from %s: %s; shipped is %s", table, from, words, as))
		}
	}
	return lines
}
