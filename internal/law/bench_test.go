package law_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Ten years of commercial interest with five payments, each of which pays interest first.
func BenchmarkTenYearsOfInterest(b *testing.B) {
	table, due, principal := tables(b).Commercial, calendar.MustParseDate("2016-03-01"), money.MustParse("10000.00")
	payments := []struct {
		on     calendar.Date
		amount money.Amount
	}{
		{calendar.MustParseDate("2017-05-20"), money.MustParse("2500.00")}, {calendar.MustParseDate("2018-11-03"), money.MustParse("1000.01")},
		{calendar.MustParseDate("2021-01-29"), money.MustParse("750.50")}, {calendar.MustParseDate("2023-08-14"), money.MustParse("1999.99")},
		{calendar.MustParseDate("2025-12-01"), money.MustParse("100.00")},
	}
	last := calendar.MustParseDate("2026-03-02")
	for b.Loop() {
		accrual := table.Accrue(principal, due)
		for _, p := range payments {
			if err := accrual.Advance(p.on); err != nil {
				b.Fatal(err)
			}
			interest := money.Min(p.amount, money.FromRat(accrual.Owed()))
			accrual.PayInterest(interest.Rat())
			accrual.PayPrincipal(p.amount - interest)
		}
		if err := accrual.Advance(last); err != nil {
			b.Fatal(err)
		}
	}
}
