package calendar_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
)

func TestAddWorkingDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, from string
		n          int
		want       string
	}{
		{"none: the day itself, even a Sunday", "2026-11-22", 0, "2026-11-22"},
		{"less than none is none", "2026-11-22", -3, "2026-11-22"},
		{"from Friday to Monday", "2026-11-20", 1, "2026-11-23"},
		{"from Saturday to Monday", "2026-11-21", 1, "2026-11-23"},
		{"the two days of a complaint over the weekend", "2026-11-19", 2, "2026-11-23"},
		{"over Christmas", "2026-12-24", 1, "2026-12-28"},
		{"over Christmas and New Year", "2026-12-24", 5, "2027-01-04"},
		{"over Ascension Day", "2027-05-04", 2, "2027-05-10"}, // Liberation Day, Ascension Day
		{"over King's Day", "2026-04-24", 1, "2026-04-28"},
	} {
		if got := calendar.AddWorkingDays(calendar.MustParseDate(c.from), c.n).String(); got != c.want {
			t.Errorf("%s: %s and %d working days is %s, want %s", c.name, c.from, c.n, got, c.want)
		}
		if got := calendar.MustParseDate(c.want).WorkingDaysSince(calendar.MustParseDate(c.from)); got != max(c.n, 0) {
			t.Errorf("%s: %d working days from %s to %s, want %d", c.name, got, c.from, c.want, c.n)
		}
	}
}

func TestExtendTerm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, ends, want string }{
		{"on a Friday: that day", "2026-11-20", "2026-11-20"},
		{"on a Saturday: Monday", "2026-11-21", "2026-11-23"},
		{"on a Sunday: Monday", "2026-11-22", "2026-11-23"},
		{"on Good Friday: after Easter", "2026-04-03", "2026-04-07"},
		{"on King's Day", "2026-04-27", "2026-04-28"},
		{"on Liberation Day, which 2027 has before Ascension Day", "2027-05-05", "2027-05-07"},
		{"on Christmas, before a weekend", "2026-12-25", "2026-12-28"},
		{"on New Year's Day, before a weekend", "2027-01-01", "2027-01-04"},
	} {
		if got := calendar.ExtendTerm(calendar.MustParseDate(c.ends)).String(); got != c.want {
			t.Errorf("%s: a term that ends on %s ends on %s, want %s", c.name, c.ends, got, c.want)
		}
	}
}

// Ten thousand letters of one day: each of the twelve hours gets its twelfth, give or take a tenth of it.
func TestContactInstantsAreSpreadEvenly(t *testing.T) {
	t.Parallel()
	const letters = 12_000
	perHour := map[int]int{}
	d := calendar.MustParseDate("2026-11-23")
	for i := range letters {
		at := calendar.ContactInstant(d, fmt.Sprintf("0b0f8f9e-0000-4000-8000-%012x/reminder", i))
		perHour[at.In(calendar.Amsterdam).Hour()]++
	}
	for hour := 7; hour < 19; hour++ {
		if n := perHour[hour]; n < 900 || n > 1100 {
			t.Errorf("%d letters between %d:00 and %d:00, want about %d", n, hour, hour+1, letters/12)
		}
		delete(perHour, hour)
	}
	if len(perHour) > 0 {
		t.Errorf("letters outside 07:00-19:00: %v", perHour)
	}
}

func TestContactInstantIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	d := calendar.MustParseDate("2026-11-22") // a Sunday
	a, b := calendar.ContactInstant(d, "x/reminder"), calendar.ContactInstant(d, "x/reminder")
	if !a.Equal(b) || calendar.DateOf(a).String() != "2026-11-23" || a.Equal(calendar.ContactInstant(d, "x/summons")) {
		t.Errorf("%s, %s, another step %s", a, b, calendar.ContactInstant(d, "x/summons"))
	}
}

func TestDaysOnTheClockChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, at, day string }{
		{"half past two, skipped", "2027-03-28T01:30:00Z", "2027-03-28"},
		{"one o'clock at night is still yesterday in Greenwich", "2026-07-01T22:30:00Z", "2026-07-02"},
		{"in winter an hour later", "2026-12-01T22:30:00Z", "2026-12-01"},
		{"first of the two half past twos", "2026-10-25T00:30:00Z", "2026-10-25"},
		{"the last second of the day of 25 hours", "2026-10-25T22:59:59Z", "2026-10-25"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil || calendar.DateOf(at).String() != c.day {
			t.Errorf("%s: %s is on %s (%v), want %s", c.name, c.at, calendar.DateOf(at), err, c.day)
		}
	}
	if got := calendar.MustParseDate("2027-03-28").At(2, 30).Format("15:04"); got != "03:30" {
		t.Errorf("02:30 on the night it is skipped is %s", got)
	}
	if d := calendar.MustParseDate("2027-03-29").At(0, 0).Sub(calendar.MustParseDate("2027-03-28").At(0, 0)); d != 23*time.Hour {
		t.Errorf("the day of 23 hours has %s", d)
	}
}

func TestDateArithmeticIsConsistent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := calendar.MustParseDate("1600-01-01").AddDays(rapid.IntRange(0, 400_000).Draw(t, "day"))
		n, months := rapid.IntRange(-300_000, 300_000).Draw(t, "days"), rapid.IntRange(-600, 600).Draw(t, "months")
		later := d.AddDays(n)
		if later.DaysSince(d) != n || later.AddDays(-n) != d || later.After(d) != (n > 0) || later.Before(d) != (n < 0) {
			t.Fatalf("%s and %d days is %s, %d days later", d, n, later, later.DaysSince(d))
		}
		moved := d.AddMonths(months)
		if whole := (moved.Year()-d.Year())*12 + int(moved.Month()) - int(d.Month()); whole != months || moved.Day() > d.Day() || (moved.Day() < d.Day() && moved.AddDays(1).Day() != 1) {
			t.Fatalf("%s and %d months is %s", d, months, moved)
		}
		if back, err := calendar.ParseDate(d.String()); err != nil || back != d {
			t.Fatalf("%s reads back as %s (%v)", d, back, err)
		}
		if w := calendar.NextContactDay(d); w.Before(d) || w.DaysSince(d) > 3 || w.Weekday() == time.Sunday || calendar.Holiday(w) != "" {
			t.Fatalf("the contact day from %s is %s", d, w)
		}
	})
}

func TestMax(t *testing.T) {
	t.Parallel()
	none, early, late := calendar.Date{}, calendar.MustParseDate("2026-01-01"), calendar.MustParseDate("2026-01-02")
	for _, c := range []struct{ a, b, want calendar.Date }{{early, late, late}, {late, early, late}, {none, early, early}, {early, none, early}, {none, none, none}} {
		if got := calendar.Max(c.a, c.b); got != c.want {
			t.Errorf("the later of %q and %q is %q", c.a, c.b, got)
		}
	}
}

func TestADateInTheDatabase(t *testing.T) {
	t.Parallel()
	d := calendar.MustParseDate("2028-02-29")
	stored, err := d.Value()
	var back calendar.Date
	if err != nil || back.Scan(stored) != nil || back != d {
		t.Errorf("%s is stored as %v and read as %s (%v)", d, stored, back, err)
	}
	if none, err := (calendar.Date{}).Value(); none != nil || err != nil {
		t.Errorf("no date is stored as %v (%v)", none, err)
	}
	if err := back.Scan(nil); err != nil || !back.IsZero() {
		t.Errorf("NULL is read as %s (%v)", back, err)
	}
	if err := back.Scan("2026-12-03"); err != nil || back.Dutch() != "3 december 2026" {
		t.Errorf("text is read as %s (%v)", back.Dutch(), err)
	}
	if err := back.Scan(20261203); err == nil {
		t.Error("a number is read as a date")
	}
}

func FuzzParseDate(f *testing.F) {
	for _, seed := range []string{"2026-12-31", "31-12-2026", "31/12/2026", "29-02-2027", "", "2026-13-01", " 1-1-2026 "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := calendar.ParseDate(text)
		if err != nil {
			return
		}
		if back, err := calendar.ParseDate(d.String()); err != nil || back != d {
			t.Errorf("%q is %s, which reads back as %s (%v)", text, d, back, err)
		}
	})
}

// Where the month may stand first, a date that is two dates is refused: a day in March for one in July would shift the interest and say nothing.
func TestDatesWithSlashes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"the day first", "31/12/2026", "2026-12-31"},
		{"the thirteenth", "13/7/2026", "2026-07-13"},
		{"the same both ways", "07/07/2026", "2026-07-07"},
		{"one or the other", "03/07/2026", `date "03/07/2026" is 2026-07-03 with the day first and 2026-03-07 with the month first; right would be one of these two`},
		{"the twelfth of the eleventh", " 12/11/2026", `date " 12/11/2026" is 2026-11-12 with the day first and 2026-12-11 with the month first; right would be one of these two`},
		{"the month first", "07/31/2026", `date "07/31/2026" is not a date; right would be 2026-12-31 or 31-12-2026`},
		{"with dashes the day is first", "03-07-2026", "2026-07-03"},
	} {
		got, err := calendar.ParseDate(c.text)
		said := got.String()
		if err != nil {
			said = err.Error()
		}
		if said != c.want {
			t.Errorf("%s: %q is %s, want %s", c.name, c.text, said, c.want)
		}
	}
}
