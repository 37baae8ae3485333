package claim_test

import (
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// The second_*_test.go files are a second program for interest, collection costs and allocation, written from the law and not from the first
// program. They share no code with it: days are numbers, interest is counted one day after the other, and the tables are typed in
// here once more. Where both agree on a hundred thousand claims, a mistake would have to be made twice, and alike.

// secondRate is a yearly rate in hundredths of a percent and the day from which it holds.
type secondRate struct {
	from string
	rate int64
}

// Besluit wettelijke rente (art. 6:119 and 6:120 lid 1 BW).
var secondConsumer = []secondRate{
	{"2011-07-01", 400}, {"2012-07-01", 300}, {"2015-01-01", 200}, {"2023-01-01", 400}, {"2023-07-01", 600}, {"2024-01-01", 700}, {"2025-01-01", 600}, {"2026-01-01", 400},
}

// Refinancing rate of the ECB and 8 percentage points, 7 before 16 March 2013 (art. 6:119a and 6:120 lid 2 BW).
var secondCommercial = []secondRate{
	{"2012-01-01", 800}, {"2013-01-01", 775}, {"2013-03-16", 875}, {"2013-07-01", 850}, {"2014-01-01", 825}, {"2014-07-01", 815}, {"2015-01-01", 805},
	{"2016-07-01", 800}, {"2023-01-01", 1050}, {"2023-07-01", 1200}, {"2024-01-01", 1250}, {"2024-07-01", 1225}, {"2025-01-01", 1115}, {"2025-07-01", 1015},
	{"2026-07-01", 1040},
}

// The rates of 2027 are not known.
const secondConfirmed = "2026-12-31"

// secondDay is all that the second program knows of a day.
type secondDay struct {
	date                 time.Time
	consumer, commercial int64 // 0: no rate is known
	free                 bool  // Saturday, Sunday or holiday of art. 3 Algemene termijnenwet
}

var secondEpoch = time.Date(2011, 1, 1, 0, 0, 0, 0, time.UTC)

// secondDays are the days of 2011 up to and including 2035; a day is its place in this list.
var secondDays = sync.OnceValue(func() []secondDay {
	var days []secondDay
	for t := secondEpoch; t.Year() <= 2035; t = t.AddDate(0, 0, 1) {
		written := t.Format(time.DateOnly)
		d := secondDay{date: t, free: t.Weekday() == time.Saturday || t.Weekday() == time.Sunday || secondHoliday(t)}
		if written <= secondConfirmed {
			d.consumer, d.commercial = secondRateOn(secondConsumer, written), secondRateOn(secondCommercial, written)
		}
		days = append(days, d)
	}
	return days
})

func secondRateOn(rates []secondRate, written string) (rate int64) {
	for _, r := range rates {
		if r.from <= written {
			rate = r.rate
		}
	}
	return rate
}

// num is the place of a date in secondDays.
func num(d calendar.Date) int {
	return int(time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC).Sub(secondEpoch).Hours() / 24)
}

func dateOf(n int) calendar.Date {
	t := secondDays()[n].date
	return calendar.NewDate(t.Year(), t.Month(), t.Day())
}

// secondAnniversary is the day, years later, that has the date of n. Interest of a year is added "telkens na afloop van een jaar" (art. 6:119 lid 2 BW): in a year
// without 29 February a year that began on it is over when the whole of 28 February has passed too, so that the day is 1 March. A day sooner would ask interest
// over interest of a year of which nobody can say that it was over.
func secondAnniversary(n, years int) int {
	from := secondDays()[n].date
	return int(time.Date(from.Year()+years, from.Month(), from.Day(), 0, 0, 0, 0, time.UTC).Sub(secondEpoch).Hours() / 24)
}

// secondHoliday is art. 3 Algemene termijnenwet, with Good Friday, which is equated to a holiday.
func secondHoliday(t time.Time) bool {
	easter := secondEaster(t.Year())
	for _, after := range []int{-2, 1, 39, 50} { // Good Friday, Easter Monday, Ascension, Whit Monday
		if t.Equal(easter.AddDate(0, 0, after)) {
			return true
		}
	}
	king := time.Date(t.Year(), time.April, 27, 0, 0, 0, 0, time.UTC)
	if t.Year() < 2014 {
		king = king.AddDate(0, 0, 3) // the Queen's birthday
	}
	if king.Weekday() == time.Sunday {
		king = king.AddDate(0, 0, -1)
	}
	switch t.Format("01-02") {
	case "01-01", "05-05", "12-25", "12-26":
		return true
	}
	return t.Equal(king)
}

// secondEaster is the Sunday after the first full moon of spring, counted with the golden number and the corrections of the church for
// centuries (Clavius, 1603); from 1900 up to and including 2199 those are constant.
func secondEaster(year int) time.Time {
	moon := (204 - 11*(year%19)) % 30 // days from 21 March to the full moon
	if moon == 29 || (moon == 28 && year%19 > 10) {
		moon--
	}
	full := time.Date(year, time.March, 21+moon, 0, 0, 0, 0, time.UTC)
	return full.AddDate(0, 0, 7-int(full.Weekday()))
}

// secondFourteenDays is the last of the fourteen days that begin the day after receipt (art. 6:96 lid 6 BW), moved on to a day on which
// one can work (art. 1 Algemene termijnenwet).
func secondFourteenDays(received int) int {
	last := received + 14
	for secondDays()[last].free {
		last++
	}
	return last
}

// secondScale is art. 2 Besluit vergoeding voor buitengerechtelijke incassokosten, in cents over cents.
func secondScale(principal int64) int64 {
	if principal <= 0 {
		return 0
	}
	perMille := big.NewInt(0) // thousandths of a cent
	for _, band := range []struct{ from, to, perMille int64 }{
		{0, 2_500_00, 150}, {2_500_00, 5_000_00, 100}, {5_000_00, 10_000_00, 50}, {10_000_00, 200_000_00, 10}, {200_000_00, principal, 5},
	} {
		if slice := min(principal, band.to) - band.from; slice > 0 {
			perMille.Add(perMille, big.NewInt(slice*band.perMille))
		}
	}
	return min(max(half(new(big.Rat).SetFrac(perMille, big.NewInt(1000))), 40_00), 6_775_00)
}

// half rounds a number that is not negative to whole cents, a half cent up.
func half(x *big.Rat) int64 {
	twice := new(big.Int).Add(new(big.Int).Mul(x.Num(), big.NewInt(2)), x.Denom())
	return twice.Div(twice, new(big.Int).Mul(x.Denom(), big.NewInt(2))).Int64()
}

func TestTheSecondProgramHasTheRatesOfTheTables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		table law.InterestTable
		typed []secondRate
	}{{"consumer", tables().Consumer, secondConsumer}, {"commercial", tables().Commercial, secondCommercial}} {
		if c.table.ConfirmedUntil.String() != secondConfirmed || len(c.table.Rates) != len(c.typed) {
			t.Errorf("%s: %d rates up to %s, typed in are %d up to %s", c.name, len(c.table.Rates), c.table.ConfirmedUntil, len(c.typed), secondConfirmed)
			continue
		}
		for i, row := range c.table.Rates {
			if want := big.NewRat(c.typed[i].rate, 10_000); row.From.String() != c.typed[i].from || row.Percent.Fraction().Cmp(want) != 0 {
				t.Errorf("%s: from %s %s%%, typed in from %s %s", c.name, row.From, row.Percent.Text, c.typed[i].from, want.FloatString(4))
			}
		}
	}
}

func TestTheSecondProgramFindsTheSameFourteenDays(t *testing.T) {
	t.Parallel()
	for n := num(day("2014-01-01")); n < num(day("2035-12-01")); n++ {
		last, from := law.FourteenDays(dateOf(n))
		if want := secondFourteenDays(n); last != dateOf(want) || from != dateOf(want+1) {
			t.Errorf("received on %s the term ends on %s and costs are due from %s; the second program has %s", dateOf(n), last, from, dateOf(want))
		}
	}
}

func TestTheSecondProgramFindsTheSameScale(t *testing.T) {
	t.Parallel()
	on, before := day("2026-11-22"), money.Amount(0)
	check := func(cents int64) {
		got, err := tables().CollectionCosts(money.Cents(cents), on)
		if want := money.Cents(secondScale(cents)); err != nil || got != want {
			t.Fatalf("costs over %s are %s (%v), the second program has %s", money.Cents(cents), got, err, want)
		}
		if got < before {
			t.Fatalf("costs over %s are %s, over less they were %s", money.Cents(cents), got, before)
		}
		before = got
	}
	for _, edge := range []int64{0, 266_67, 2_500_00, 5_000_00, 10_000_00, 200_000_00, 1_000_000_00} {
		for cents := max(0, edge-2_000); cents < edge+2_000; cents++ {
			check(cents)
		}
	}
}
