package law_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// courtCells are the court fees as published (2024: proceskosten, 2026: Stcrt. 2025, 39855), written once more: up to which claim, then what a legal person, a
// natural person and an indigent pay; - is no confirmed figure. None is confirmed for 2025.
const courtCells = `
	2024 500.00      130.00   87.00   -
	2024 1500.00     328.00   218.00  -
	2024 2500.00     372.00   248.00  -
	2024 5000.00     496.00   248.00  -
	2024 12500.00    524.00   248.00  -
	2024 25000.00    1409.00  706.00  -
	2024 25000.01    -        -       -
	2025 500.00      -        -       -
	2025 1500.00     -        -       -
	2025 2500.00     -        -       -
	2025 5000.00     -        -       -
	2025 12500.00    -        -       -
	2025 25000.00    -        -       -
	2025 100000.00   -        -       -
	2025 1000000.00  -        -       -
	2025 9999999.99  -        -       -
	2026 500.00      139.00   93.00   93.00
	2026 1500.00     350.00   233.00  93.00
	2026 2500.00     397.00   265.00  93.00
	2026 5000.00     529.00   265.00  93.00
	2026 12500.00    559.00   265.00  93.00
	2026 25000.00    1504.00  753.00  93.00
	2026 100000.00   3083.00  1414.00 93.00
	2026 1000000.00  7062.00  2803.00 93.00
	2026 9999999.99  10487.00 2803.00 93.00`

// Every cell holds for the claim at its upper end and for the first cent after the one below, on the first day and on the last of its year.
func TestEveryCellOfTheCourtFees(t *testing.T) {
	t.Parallel()
	law, before, year := tables(t), money.Amount(0), ""
	for line := range strings.SplitSeq(strings.TrimSpace(courtCells), "\n") {
		cells := strings.Fields(line)
		if cells[0] != year {
			year, before = cells[0], 0
		}
		end := money.MustParse(cells[1])
		for i, party := range parties {
			for _, claim := range []money.Amount{before + 1, end} {
				for _, on := range []string{year + "-01-01", year + "-12-31"} {
					if got := feeOf(t, law, claim, party, on); got != cells[2+i] {
						t.Errorf("a claim of %s, %s, on %s: %s, want %s", claim, party, on, got, cells[2+i])
					}
				}
			}
		}
		before = end
	}
}

var parties = []law.Party{law.LegalPerson, law.NaturalPerson, law.Indigent}

// feeOf is the court fee; - when no figure is confirmed. The tables of the other costs are given the days of the fees, so that only those count.
func feeOf(t *testing.T, tables law.Tables, claim money.Amount, party law.Party, on string) string {
	t.Helper()
	day, always := calendar.MustParseDate(on), law.Span{From: calendar.MustParseDate("2000-01-01"), Until: calendar.MustParseDate("2099-12-31")}
	tables.Court.Summons = []law.SummonsRate{{Span: always}}
	tables.Court.Salary = []law.SalaryTable{{Span: always, Rows: []law.SalaryRow{{}}}}
	costs, err := tables.CourtCosts(claim, party, day)
	var noTable *law.NoTableError
	var noFigure *law.NoFigureError
	switch {
	case errors.As(err, &noTable), errors.As(err, &noFigure):
		return "-"
	case err != nil:
		t.Fatal(err)
	}
	return costs.Fee.String()
}

// salaryCells are the salaries of a representative per point (liquidatietarief kanton): up to which claim, since 2024-02-01, since 2026-02-01.
const salaryCells = `
	250.00     40.00  43.00
	500.00     82.00  87.00
	1250.00    135.00 144.00
	2500.00    204.00 217.00
	3750.00    238.00 253.00
	5000.00    271.00 288.00
	10000.00   339.00 360.00
	20000.00   406.00 432.00
	25000.00   543.00 577.00`

func TestEveryCellOfTheSalary(t *testing.T) {
	t.Parallel()
	law, before := tables(t), money.Amount(0)
	for line := range strings.SplitSeq(strings.TrimSpace(salaryCells), "\n") {
		cells := strings.Fields(line)
		end := money.MustParse(cells[0])
		for on, want := range map[string]string{"2024-12-31": cells[1], "2026-01-31": cells[1], "2026-02-01": cells[2], "2026-12-31": cells[2]} {
			for _, claim := range []money.Amount{before + 1, end} {
				if costs, err := law.CourtCosts(claim, parties[0], calendar.MustParseDate(on)); err != nil || costs.Salary.String() != want {
					t.Errorf("a claim of %s on %s: %s (%v), want %s", claim, on, costs.Salary, err, want)
				}
			}
		}
		before = end
	}
	for on, want := range map[string]string{"2024-06-01": "112.37", "2026-06-01": "125.57"} {
		if costs, err := law.CourtCosts(1, parties[0], calendar.MustParseDate(on)); err != nil || costs.Summons.String() != want {
			t.Errorf("the summons on %s: %s (%v), want %s", on, costs.Summons, err, want)
		}
	}
	if after, err := law.CostsAfterJudgment(calendar.MustParseDate("2026-02-01")); err != nil || after.Unserved.String() != "189.00" || after.Served.String() != "287.00" {
		t.Errorf("after the judgment: %s, %s (%v)", after.Unserved, after.Served, err)
	}
	if _, err := law.CostsAfterJudgment(calendar.MustParseDate("2026-01-31")); err == nil {
		t.Error("what a judgment of before cost is answered")
	}
}
