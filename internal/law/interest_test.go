package law_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

func TestInterestInCents(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, kind, principal, due, on, want string }{
		{"due 1 January, paid 2 January: one day", "consumer", "365.00", "2026-01-01", "2026-01-02", "0.04"},
		{"paid on the day itself: none", "consumer", "365.00", "2026-01-01", "2026-01-01", "0.00"},
		{"a day before it was due: none", "consumer", "365.00", "2026-01-02", "2026-01-01", "0.00"},
		{"nothing of nothing", "consumer", "0.00", "2020-01-01", "2026-01-01", "0.00"},
		{"a year of 365 days at one rate", "consumer", "1000.00", "2015-12-31", "2016-12-30", "20.00"},
		{"365 days of a leap year; the 366th is paid too", "consumer", "1000.00", "2015-12-31", "2016-12-31", "20.05"},
		{"the rate changes on 1 July: the last day of the old one", "commercial", "36500.00", "2026-06-29", "2026-06-30", "10.15"},
		{"and the first of the new", "commercial", "36500.00", "2026-06-29", "2026-07-01", "20.55"},
		{"in mid-month, 16 March 2013", "commercial", "36500.00", "2013-03-14", "2013-03-16", "16.50"},
		{"interest of the year joins the base on the anniversary, not before", "consumer", "100000.00", "2016-06-30", "2017-06-30", "2000.00"},
		{"the day after it runs over it", "consumer", "100000.00", "2016-06-30", "2017-07-01", "2005.59"},
		{"from 29 February the year ends on 28 February", "consumer", "100000.00", "2016-02-29", "2017-03-01", "2005.59"},
		{"the fourth year ends on the 29th, after 366 days; then a day over it all", "consumer", "100000.00", "2016-02-29", "2020-03-01", "8254.96"},
		{"a year from 1 March runs to the end of February: on the 29th nothing joins the base yet", "commercial", "365000.00", "2023-02-28", "2024-02-29", "42390.00"},
		{"but on 1 March", "commercial", "365000.00", "2023-02-28", "2024-03-01", "42529.52"},
		{"a year from 29 February ends on 28 February", "consumer", "365000.00", "2024-02-28", "2025-02-28", "25030.00"},
		{"on that last day nothing joined the base yet: two such years", "consumer", "1000.00", "2024-02-28", "2026-03-01", "129.36"},
		{"and of a larger sum, of which a day makes a difference that is seen", "consumer", "10000.00", "2024-02-28", "2025-02-28", "685.75"},
		{"the day after it runs over the whole", "consumer", "365000.00", "2024-02-28", "2025-03-01", "25094.11"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			table := tables(t).Consumer
			if c.kind == "commercial" {
				table = tables(t).Commercial
			}
			a := table.Accrue(money.MustParse(c.principal), calendar.MustParseDate(c.due))
			if err := a.Advance(calendar.MustParseDate(c.on)); err != nil {
				t.Fatal(err)
			}
			if got := money.FromRat(a.Owed()).String(); got != c.want {
				t.Errorf("got %s (%s), want %s", got, a.Owed().FloatString(5), c.want)
			}
		})
	}
}

// reference is interest written down a second time, slowly and differently: one day after the other, looking the rate up each day.
type reference struct {
	principal, years, running *big.Rat
	days                      int
}

func (r *reference) day(table law.InterestTable, due, today calendar.Date) {
	rate := ""
	for _, row := range table.Rates {
		if today.Compare(row.From) >= 0 {
			rate = row.Percent.Text
		}
	}
	percent, _ := new(big.Rat).SetString(rate)
	base := new(big.Rat).Add(r.principal, r.years)
	r.running.Add(r.running, base.Mul(base, percent.Mul(percent, big.NewRat(1, 36500))))
	r.days++
	if anniversary(due, today) {
		r.years.Add(r.years, r.running)
		r.running = new(big.Rat)
	}
}

// anniversary says whether a year of default ends today: tomorrow has the date of its first day, or would have in a leap year.
func anniversary(due, today calendar.Date) bool {
	first, next := due.AddDays(1), today.AddDays(1)
	leapDay := first.Month() == 2 && first.Day() == 29 && next.Month() == 3 && next.Day() == 1 && today.Day() == 28
	return next.Year() > first.Year() && (leapDay || next.Month() == first.Month() && next.Day() == first.Day())
}

func (r *reference) pay(interest *big.Rat, principal money.Amount) {
	r.years.Sub(r.years, interest)
	if r.years.Sign() < 0 {
		r.running.Add(r.running, r.years)
		r.years = new(big.Rat)
	}
	r.principal.Sub(r.principal, principal.Rat())
}

func TestInterestIsWhatASecondProgramFinds(t *testing.T) {
	t.Parallel()
	both := tables(t)
	rapid.Check(t, func(t *rapid.T) {
		table := rapid.SampledFrom([]law.InterestTable{both.Consumer, both.Commercial}).Draw(t, "table")
		principal := money.Cents(rapid.Int64Range(0, 1_000_000_00).Draw(t, "principal"))
		due := calendar.MustParseDate("2012-02-26").AddDays(rapid.IntRange(0, 5000).Draw(t, "due"))
		fast := table.Accrue(principal, due)
		slow := &reference{principal: principal.Rat(), years: new(big.Rat), running: new(big.Rat)}
		today := due
		for range rapid.IntRange(0, 4).Draw(t, "payments") {
			for range rapid.IntRange(0, 500).Draw(t, "days") {
				if today.Compare(table.ConfirmedUntil) < 0 {
					today = today.AddDays(1)
					slow.day(table, due, today)
				}
			}
			if err := fast.Advance(today); err != nil {
				t.Fatal(err)
			}
			compare(t, fast, slow, today)
			interest := new(big.Rat).Mul(fast.Owed(), big.NewRat(rapid.Int64Range(0, 10).Draw(t, "tenths of the interest"), 10))
			part := fast.Principal() * money.Amount(rapid.Int64Range(0, 3).Draw(t, "thirds of the principal")) / 3
			fast.PayInterest(interest)
			fast.PayPrincipal(part)
			slow.pay(interest, part)
		}
		compare(t, fast, slow, today)
	})
}

func compare(t *rapid.T, fast *law.Accrual, slow *reference, today calendar.Date) {
	if owed := new(big.Rat).Add(slow.years, slow.running); fast.Owed().Cmp(owed) != 0 {
		t.Fatalf("on %s %s, the second program says %s", today, fast.Owed().FloatString(8), owed.FloatString(8))
	}
	days, sum := 0, new(big.Rat)
	for i, s := range fast.Segments() {
		if s.Days != s.To.DaysSince(s.From)+1 || (i > 0 && !s.From.After(fast.Segments()[i-1].To)) {
			t.Fatalf("segment %+v", s)
		}
		days += s.Days
		sum.Add(sum, s.Interest())
	}
	if fast.Principal() > 0 && days != slow.days {
		t.Fatalf("%d days in the segments, %d in all", days, slow.days)
	}
}

func TestASegmentCannotBeChangedFromOutside(t *testing.T) {
	t.Parallel()
	a := tables(t).Consumer.Accrue(money.MustParse("365.00"), calendar.MustParseDate("2026-01-01"))
	if err := a.Advance(calendar.MustParseDate("2026-01-02")); err != nil {
		t.Fatal(err)
	}
	a.Segments()[0].Interest().SetInt64(99)
	a.Owed().SetInt64(99)
	if money.FromRat(a.Segments()[0].Interest()).String() != "0.04" || money.FromRat(a.Owed()).String() != "0.04" {
		t.Errorf("%s, %s", a.Segments()[0].Interest(), a.Owed())
	}
}

// On the days that are left out nothing runs, on every other day what ran before: whatever rate changes or other stretches lie within.
func TestWithoutLeavesOutItsDaysOnly(t *testing.T) {
	t.Parallel()
	whole := tables(t).Commercial
	rapid.Check(t, func(t *rapid.T) {
		due := calendar.MustParseDate("2022-06-30").AddDays(rapid.IntRange(0, 1000).Draw(t, "due"))
		less, out := whole, map[calendar.Date]bool{}
		for range rapid.IntRange(1, 3).Draw(t, "stretches") {
			from := due.AddDays(rapid.IntRange(-100, 360).Draw(t, "from"))
			until := from.AddDays(rapid.IntRange(0, 250).Draw(t, "days"))
			last := until
			if rapid.IntRange(0, 4).Draw(t, "open") == 0 {
				until, last = calendar.Date{}, due.AddDays(365)
			}
			less = less.Without(from, until)
			for day := from; !day.After(last); day = day.AddDays(1) {
				out[day] = true
			}
		}
		a, b := whole.Accrue(money.MustParse("1000.00"), due), less.Accrue(money.MustParse("1000.00"), due)
		for day := due.AddDays(1); !day.After(due.AddDays(364)); day = day.AddDays(1) { // within the year: nothing is compounded yet
			ran, left := daily(t, a, day), daily(t, b, day)
			if out[day] && left.Sign() != 0 || !out[day] && left.Cmp(ran) != 0 {
				t.Fatalf("%s, left out %v: %s ran, %s is left", day, out[day], ran, left)
			}
		}
		for _, s := range b.Segments() {
			if out[s.From] || out[s.To] {
				t.Fatalf("a segment %s to %s", s.From, s.To)
			}
		}
	})
}

// daily is what one more day adds.
func daily(t *rapid.T, a *law.Accrual, day calendar.Date) *big.Rat {
	before := a.Owed()
	if err := a.Advance(day); err != nil {
		t.Fatal(err)
	}
	return new(big.Rat).Sub(a.Owed(), before)
}
