package calendar_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
)

// The closing days of T2 as the European Central Bank publishes them per year; all that fall on a day of the week.
func TestTargetDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		day, story string
		open       bool
	}{
		{"2026-01-01", "New Year's Day", false},
		{"2026-01-02", "the day after", true},
		{"2026-04-03", "Good Friday", false},
		{"2026-04-06", "Easter Monday", false},
		{"2026-05-01", "Labour Day", false},
		{"2026-12-25", "Christmas Day", false},
		{"2026-12-26", "the second day of Christmas, a Saturday", false},
		{"2026-12-28", "nothing stands in for it", true},
		{"2023-01-02", "nor for New Year's Day on a Sunday", true},
		{"2027-03-26", "Good Friday of another year", false},
		{"2027-03-29", "Easter Monday of another year", false},
		{"2038-04-26", "Easter as late as it can be", false},
		{"2026-04-27", "King's Day: banks settle", true},
		{"2026-05-05", "Liberation Day: banks settle", true},
		{"2026-05-14", "Ascension Day: banks settle", true},
		{"2026-05-25", "Whit Monday: banks settle", true},
		{"2026-11-28", "a Saturday", false},
		{"2026-11-29", "a Sunday", false},
		{"2028-02-29", "a leap day", true},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			if got := calendar.IsTargetDay(calendar.MustParseDate(c.day)); got != c.open {
				t.Errorf("%s: %v, want %v", c.day, got, c.open)
			}
		})
	}
}

func TestTargetDaysFrom(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story, from  string
		days         int
		want, onward string // the TARGET day so many after; the first one from the day itself
	}{
		{"over a weekend", "2026-11-27", 1, "2026-11-30", "2026-11-27"},
		{"over Easter", "2026-04-02", 1, "2026-04-07", "2026-04-02"},
		{"from a closing day", "2026-04-03", 1, "2026-04-07", "2026-04-07"},
		{"none", "2026-04-03", 0, "2026-04-03", "2026-04-07"},
		{"the five days in which a direct debit can come back, over Christmas", "2026-12-23", 5, "2026-12-31", "2026-12-23"},
		{"over New Year", "2026-12-31", 1, "2027-01-04", "2026-12-31"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			from := calendar.MustParseDate(c.from)
			if got := calendar.AddTargetDays(from, c.days).String(); got != c.want {
				t.Errorf("%d TARGET days after %s: %s, want %s", c.days, c.from, got, c.want)
			}
			if got := calendar.TargetDayFrom(from).String(); got != c.onward {
				t.Errorf("TARGET day from %s: %s, want %s", c.from, got, c.onward)
			}
		})
	}
}
