package law

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// UnconfirmedError says that interest was asked for a day for which no rate is known yet.
type UnconfirmedError struct {
	Article        string
	Day            calendar.Date
	ConfirmedUntil calendar.Date
}

func (e *UnconfirmedError) Error() string {
	return fmt.Sprintf("interest of %s on %s: the last confirmed row holds until %s; add the row for the next half-year", e.Article, e.Day, e.ConfirmedUntil)
}

// Segment is a stretch of days over which base and rate did not change.
type Segment struct {
	From, To calendar.Date // inclusive
	Days     int
	Percent  Percent
	num, den *big.Int // the interest as a fraction of euros, not in its lowest terms
}

// Interest is the exact interest of the segment, in euros.
func (s Segment) Interest() *big.Rat { return new(big.Rat).SetFrac(s.num, s.den) }

// Base is what the interest runs over, rounded for print. It follows from the interest: most accounts are never printed.
func (s Segment) Base() money.Amount {
	number, over := s.Percent.decimal()
	num := new(big.Int).Mul(s.num, big.NewInt(over*100*365))
	return money.FromFraction(num, new(big.Int).Mul(s.den, big.NewInt(number*int64(s.Days))))
}

// Accrual is the running interest over one invoice: day count ACT/365 fixed, interest of a full year of default added to the base
// (art. 6:119 lid 2 and 6:119a lid 3 BW), exact until somebody asks for cents. Interest days are the days after due.
//
// Its sums are whole numbers over one denominator, in euros, which grows with each segment. Fractions in their lowest terms would be the same
// numbers, and took three times as long to find: nearly all of it went into common divisors.
type Accrual struct {
	table       InterestTable
	due         calendar.Date
	upTo        calendar.Date // interest is known through this day
	principal   *big.Int
	capitalised *big.Int // interest of past years, unpaid: part of the base
	running     *big.Int // interest since the last anniversary, unpaid
	over        *big.Int
	years       int
	segments    []Segment
}

// Agreed is the interest that creditor and debtor agreed on instead of the statutory one, from a day on. It is simple interest: the law adds a
// year's interest to the base for statutory interest only (art. 6:119 lid 2 and 3 BW). It holds also where it is lower than the statutory one: a creditor who
// agreed on less asks no more (policy; art. 6:119 lid 3 BW speaks of a higher one).
func Agreed(p Percent, from calendar.Date) InterestTable {
	return InterestTable{
		Article: "art. 6:119 lid 3 BW", Source: "agreed between creditor and debtor", ConfirmedUntil: calendar.NewDate(9999, 12, 31),
		Rates: []Rate{{From: from, Percent: p}}, simple: true,
	}
}

// none is the rate of days on which no interest runs by law.
var none = Percent{"0"}

// Without is the table with no interest from a day up to and including another, or for ever when that is zero: the law stops it (art. 128 and 303 Fw).
// The year of default runs on.
func (t InterestTable) Without(from, until calendar.Date) InterestTable {
	rates := slices.DeleteFunc(slices.Clone(t.Rates), func(r Rate) bool { return !r.From.Before(from) })
	rates = append(rates, Rate{from, none})
	if !until.IsZero() {
		again := until.AddDays(1)
		if rate, _ := t.rateOn(again); rate != nil {
			rates = append(rates, Rate{again, *rate})
		}
		rates = append(rates, slices.DeleteFunc(slices.Clone(t.Rates), func(r Rate) bool { return !r.From.After(again) })...)
	}
	t.Rates = rates
	return t
}

// Accrue starts the interest over principal that was payable on due (the last day on which payment was in time).
func (t InterestTable) Accrue(principal money.Amount, due calendar.Date) *Accrual {
	return &Accrual{table: t, due: due, upTo: due, principal: big.NewInt(int64(principal)), capitalised: new(big.Int), running: new(big.Int), over: big.NewInt(100)}
}

// Advance lets interest run through day, inclusive. A day past the last confirmed row gives an *UnconfirmedError and changes nothing;
// a day already reached changes nothing.
func (a *Accrual) Advance(day calendar.Date) error {
	if day.After(a.table.ConfirmedUntil) {
		return &UnconfirmedError{a.table.Article, day, a.table.ConfirmedUntil}
	}
	for a.upTo.Before(day) {
		start := a.upTo.AddDays(1)
		rate, until := a.table.rateOn(start)
		if rate == nil {
			return &TooOldError{"interest of " + a.table.Article, start}
		}
		yearEnds := a.yearEnds(a.years + 1)
		if a.table.simple {
			yearEnds = a.table.ConfirmedUntil
		}
		end := earliest(day, until, yearEnds)
		a.run(start, end, *rate)
		if end == yearEnds && !a.table.simple {
			a.capitalised.Add(a.capitalised, a.running)
			a.running.SetInt64(0)
			a.years++
		}
	}
	return nil
}

// yearEnds is the last day of the n-th year of default. It runs from the first day of default, the one after due: from 1 March it ends on the last
// day of February, which may be the 29th; from 29 February it ends on 28 February, as a year is not over before ("na afloop van een jaar", art. 6:119 lid 2 BW; decision 48).
func (a *Accrual) yearEnds(n int) calendar.Date {
	if first := a.due.AddDays(1); first.Day() == 1 {
		return first.AddYears(n).AddDays(-1)
	}
	return a.due.AddYears(n)
}

func (a *Accrual) run(start, end calendar.Date, p Percent) {
	days := end.DaysSince(start) + 1
	a.upTo = end
	base := new(big.Int).Add(a.principal, a.capitalised)
	number, over := p.decimal()
	if base.Sign() <= 0 || number == 0 {
		return
	}
	interest := base.Mul(base, big.NewInt(number*int64(days)))
	a.grow(big.NewInt(over * 100 * 365))
	a.running.Add(a.running, interest)
	a.segments = append(a.segments, Segment{From: start, To: end, Days: days, Percent: p, num: interest, den: new(big.Int).Set(a.over)})
}

// grow makes the denominator larger; the sums stay what they are.
func (a *Accrual) grow(factor *big.Int) {
	for _, x := range []*big.Int{a.principal, a.capitalised, a.running, a.over} {
		x.Mul(x, factor)
	}
}

// share is an exact number of euros as a numerator over the denominator of the sums, which grows when it must.
func (a *Accrual) share(euros *big.Rat) *big.Int {
	factor, rest := new(big.Int).QuoRem(a.over, euros.Denom(), new(big.Int))
	if rest.Sign() != 0 {
		factor.Set(a.over)
		a.grow(euros.Denom())
	}
	return factor.Mul(factor, euros.Num())
}

// RateOn is the yearly rate of a day. One past the last confirmed row is an *UnconfirmedError, one before the first row a *TooOldError.
func (t InterestTable) RateOn(day calendar.Date) (Percent, error) {
	if day.After(t.ConfirmedUntil) {
		return Percent{}, &UnconfirmedError{t.Article, day, t.ConfirmedUntil}
	}
	rate, _ := t.rateOn(day)
	if rate == nil {
		return Percent{}, &TooOldError{"interest of " + t.Article, day}
	}
	return *rate, nil
}

// rateOn is the rate on a day and the last day on which it holds (the end of the table's confirmed time for the last row).
func (t InterestTable) rateOn(day calendar.Date) (*Percent, calendar.Date) {
	for i := len(t.Rates) - 1; i >= 0; i-- {
		if !t.Rates[i].From.After(day) {
			if i+1 < len(t.Rates) {
				return &t.Rates[i].Percent, t.Rates[i+1].From.AddDays(-1)
			}
			return &t.Rates[i].Percent, t.ConfirmedUntil
		}
	}
	return nil, calendar.Date{}
}

func earliest(dates ...calendar.Date) calendar.Date {
	first := dates[0]
	for _, d := range dates[1:] {
		if d.Before(first) {
			first = d
		}
	}
	return first
}

// Interest is the answer to how much interest ran over one sum: its lines add up to it.
type Interest struct {
	Interest money.Amount
	Days     int
	Lines    []InterestLine
	Basis    []Basis
}

// InterestLine is a segment as it is printed.
type InterestLine struct {
	From, To calendar.Date // inclusive
	Days     int
	Rate     Percent
	Base     money.Amount
	Interest money.Amount
}

// Over gives the interest over principal that was payable on due and is paid on a later day: the days after due up to and including paid
// (art. 6:119a lid 1 BW). It refuses a period past the last confirmed row.
func (t InterestTable) Over(principal money.Amount, due, paid calendar.Date) (Interest, error) {
	a := t.Accrue(principal, due)
	if err := a.Advance(paid); err != nil {
		return Interest{}, err
	}
	i := Interest{Interest: money.FromRat(a.Owed()), Days: max(0, paid.DaysSince(due)), Lines: Lines(a.Segments(), money.FromRat(a.Owed()))}
	if i.Days > 0 && len(i.Lines) == 0 { // of no rate: an accrual keeps only stretches of which something is owed
		rate, err := t.RateOn(paid)
		if err != nil {
			return Interest{}, err
		}
		i.Lines = []InterestLine{{From: due.AddDays(1), To: paid, Days: i.Days, Rate: rate, Base: principal}}
	}
	compounding := Basis{"interest of a full year of default is added to the base", t.Article, "the year runs from the first day of default"}
	if t.simple {
		compounding = Basis{"agreed interest is not compounded unless that is agreed too", t.Article, "simple interest instead of the statutory interest; where it is lower no more than was agreed is asked (policy)"}
	}
	days, rates := fmt.Sprintf("%d days, %s to %s", i.Days, due.AddDays(1), paid), t.rows(i.Lines)+" ("+t.Source+")"
	if i.Days == 0 {
		days, rates = "0 days: "+paid.String()+" is the last day of payment in time, or earlier", "there is no day ("+t.Source+")"
	}
	i.Basis = []Basis{
		{"interest days are the days after the last day of payment, up to and including the day of payment", t.Article, days},
		{"the rate of each day", t.Article, rates},
		compounding,
		{"days over 365, also in leap years; exact, rounded once, half-up", "ACT/365 fixed (policy)", "the lines add up to the total: cents that are left go to the largest remainders"},
	}
	return i, nil
}

// rows names the rows of the table that the lines were calculated with.
func (t InterestTable) rows(lines []InterestLine) string {
	var rows []string
	for i, r := range t.Rates {
		used := slices.ContainsFunc(lines, func(l InterestLine) bool {
			return !l.To.Before(r.From) && (i+1 == len(t.Rates) || l.From.Before(t.Rates[i+1].From))
		})
		if used {
			rows = append(rows, fmt.Sprintf("%s%% from %s", r.Percent.Text, r.From))
		}
	}
	return strings.Join(rows, ", ")
}

// Lines gives segments the cents that together are total.
func Lines(segments []Segment, total money.Amount) []InterestLine {
	exact := make([]*big.Rat, len(segments))
	for i, s := range segments {
		exact[i] = s.Interest()
	}
	lines := make([]InterestLine, len(segments))
	for i, interest := range money.Apportion(total, exact) {
		s := segments[i]
		lines[i] = InterestLine{s.From, s.To, s.Days, s.Percent, s.Base(), interest}
	}
	return lines
}

// Owed is the unpaid interest so far, exact, in euros.
func (a *Accrual) Owed() *big.Rat {
	return new(big.Rat).SetFrac(new(big.Int).Add(a.capitalised, a.running), a.over)
}

// Owed is the unpaid interest of accruals together, rounded once. It is asked more than anything else, so their fractions are added as they are: only a common
// divisor would take long to find.
func Owed(accruals []*Accrual) money.Amount {
	sum, over := new(big.Int), big.NewInt(1)
	for _, a := range accruals {
		owed := new(big.Int).Add(a.capitalised, a.running)
		if owed.Sign() == 0 {
			continue
		}
		sum.Add(sum.Mul(sum, a.over), owed.Mul(owed, over))
		over.Mul(over, a.over)
	}
	return money.FromFraction(sum, over)
}

// Principal is the unpaid principal.
func (a *Accrual) Principal() money.Amount { return money.FromFraction(a.principal, a.over) }

// Segments is how the interest came about.
func (a *Accrual) Segments() []Segment { return a.segments }

// PayInterest takes amount (euros, at most Owed) off the unpaid interest, oldest years first.
func (a *Accrual) PayInterest(amount *big.Rat) {
	paid := a.share(amount)
	fromYears := paid
	if fromYears.Cmp(a.capitalised) > 0 {
		fromYears = new(big.Int).Set(a.capitalised)
	}
	a.capitalised.Sub(a.capitalised, fromYears)
	a.running.Sub(a.running, paid.Sub(paid, fromYears))
}

// PayPrincipal takes amount (at most Principal) off the principal.
func (a *Accrual) PayPrincipal(amount money.Amount) {
	a.principal.Sub(a.principal, a.share(amount.Rat()))
}
