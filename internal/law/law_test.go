package law_test

import (
	"errors"
	"os"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

func tables(t testing.TB) law.Tables {
	t.Helper()
	parsed, err := law.ReadTables(os.DirFS("../../config/rates"))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestCollectionCosts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, principal, want string }{
		{"nothing owed", "0.00", "0.00"},
		{"the minimum", "12.50", "40.00"},
		{"last principal under the minimum", "266.66", "40.00"},
		{"first cent above the minimum", "266.70", "40.01"},
		{"end of band 1", "2500.00", "375.00"},
		{"one cent into band 2", "2500.01", "375.00"},
		{"five cents into band 2 round up", "2500.05", "375.01"},
		{"end of band 2", "5000.00", "625.00"},
		{"end of band 3", "10000.00", "875.00"},
		{"end of band 4", "200000.00", "2775.00"},
		{"the maximum", "1000000.00", "6775.00"},
		{"above the maximum", "2000000.00", "6775.00"},
	} {
		got, err := tables(t).CollectionCosts(money.MustParse(c.principal), calendar.MustParseDate("2026-11-22"))
		if err != nil || got.String() != c.want {
			t.Errorf("%s: %s gives %s (%v), want %s", c.story, c.principal, got, err, c.want)
		}
	}
}

// Thirty days after the start of the day that follows receipt the interest begins: the day after the thirtieth.
func TestDueWithoutTerm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, received, due string }{
		{"a month of thirty days", "2026-04-01", "2026-05-01"},
		{"a month of thirty-one", "2026-03-01", "2026-03-31"},
		{"over February", "2026-01-31", "2026-03-02"},
		{"over 29 February", "2028-01-31", "2028-03-01"},
		{"over New Year", "2026-12-15", "2027-01-14"},
		{"over the night of the clock", "2026-10-01", "2026-10-31"},
		{"ends on a Sunday, and is not extended", "2026-10-02", "2026-11-01"},
	} {
		due := law.DueWithoutTerm(calendar.MustParseDate(c.received))
		if due.String() != c.due {
			t.Errorf("%s: received on %s it is due on %s, want %s", c.story, c.received, due, c.due)
		}
		i, err := tables(t).Commercial.Over(money.MustParse("1000.00"), due, due.AddDays(1))
		if err == nil && (i.Days != 1 || i.Lines[0].From != due.AddDays(1)) {
			t.Errorf("%s: the first day of interest is %v", c.story, i.Lines)
		}
	}
}

// The 14 days start the day after receipt.
func TestFourteenDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, received, last, costs string }{
		{"ends on a Tuesday", "2026-03-10", "2026-03-24", "2026-03-25"},
		{"ends on a Friday: costs from Saturday", "2026-03-06", "2026-03-20", "2026-03-21"},
		{"would end on a Saturday", "2026-03-07", "2026-03-23", "2026-03-24"},
		{"would end on Christmas, before a weekend", "2026-12-11", "2026-12-28", "2026-12-29"},
		{"would end on Easter Monday", "2026-03-23", "2026-04-07", "2026-04-08"},
	} {
		last, costs := law.FourteenDays(calendar.MustParseDate(c.received))
		if last.String() != c.last || costs.String() != c.costs {
			t.Errorf("%s: received on %s it ends on %s, costs from %s; want %s, %s", c.story, c.received, last, costs, c.last, c.costs)
		}
	}
}

// The worked example of the compensation scheme of SNS (vergoedingsns.nl): 100 euro from 1-2-2013 to 30-10-2023, end exclusive.
func TestInterestOverTenYears(t *testing.T) {
	t.Parallel()
	a := tables(t).Consumer.Accrue(money.MustParse("100.00"), calendar.MustParseDate("2013-01-31"))
	if err := a.Advance(calendar.MustParseDate("2023-10-29")); err != nil {
		t.Fatal(err)
	}
	if got := a.Owed().FloatString(5); got != "28.93904" {
		t.Errorf("interest is %s, the published figure is 28.93904", got)
	}
}

func TestInterestDoesNotDependOnHowOftenItIsAsked(t *testing.T) {
	t.Parallel()
	daily := tables(t).Commercial.Accrue(money.MustParse("1234.56"), calendar.MustParseDate("2024-02-29"))
	for d := calendar.MustParseDate("2024-03-01"); !d.After(calendar.MustParseDate("2026-12-31")); d = d.AddDays(1) {
		if err := daily.Advance(d); err != nil {
			t.Fatal(err)
		}
	}
	once := tables(t).Commercial.Accrue(money.MustParse("1234.56"), calendar.MustParseDate("2024-02-29"))
	if err := once.Advance(calendar.MustParseDate("2026-12-31")); err != nil {
		t.Fatal(err)
	}
	if daily.Owed().Cmp(once.Owed()) != 0 {
		t.Errorf("daily %s, once %s", daily.Owed().FloatString(6), once.Owed().FloatString(6))
	}
}

func TestInterestIsNeverExtrapolated(t *testing.T) {
	t.Parallel()
	a := tables(t).Commercial.Accrue(money.MustParse("1000.00"), calendar.MustParseDate("2026-06-30"))
	err := a.Advance(calendar.MustParseDate("2027-01-01"))
	var unconfirmed *law.UnconfirmedError
	if !errors.As(err, &unconfirmed) || unconfirmed.ConfirmedUntil.String() != "2026-12-31" {
		t.Fatalf("got %v", err)
	}
	if a.Owed().Sign() != 0 {
		t.Error("a refused question changed the answer")
	}
}
