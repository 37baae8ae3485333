package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
)

func TestHolidaysOfTheTermsAct(t *testing.T) {
	t.Parallel()
	for _, day := range []string{
		"2026-01-01", "2026-04-03", "2026-04-06", "2026-04-27", "2026-05-05", "2026-05-14", "2026-05-25", "2026-12-25", "2026-12-26",
		"2027-01-01", "2027-03-26", "2027-03-29", "2027-04-27", "2027-05-05", "2027-05-06", "2027-05-17", "2027-12-25", "2027-12-26",
		"2025-04-26", // King's Day, moved because the 27th is a Sunday
		"2014-04-26", // the first King's Day
		"2013-04-30", // the last Queen's Day
	} {
		if calendar.Holiday(calendar.MustParseDate(day)) == "" {
			t.Errorf("%s is a holiday", day)
		}
	}
	for _, day := range []string{"2026-04-26", "2025-04-27", "2026-05-01", "2026-12-24", "2026-04-28", "2014-04-30", "2013-04-27"} {
		if name := calendar.Holiday(calendar.MustParseDate(day)); name != "" {
			t.Errorf("%s is no holiday, got %s", day, name)
		}
	}
}

func TestContactWindow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, at, next, reason string }{
		{"a weekday morning", "2026-11-23 07:00:00", "", ""},
		{"one second before seven", "2026-11-23 06:59:59", "2026-11-23 07:00:00", "before 07:00"},
		{"one second before eight in the evening", "2026-11-23 19:59:59", "", ""},
		{"eight in the evening", "2026-11-23 20:00:00", "2026-11-24 07:00:00", "at or after 20:00"},
		{"Saturday is allowed", "2026-11-28 12:00:00", "", ""},
		{"Saturday evening waits for Monday", "2026-11-28 21:00:00", "2026-11-30 07:00:00", "at or after 20:00"},
		{"Sunday", "2026-11-29 12:00:00", "2026-11-30 07:00:00", "Sunday"},
		{"Good Friday is no holiday of lid 1", "2026-04-03 12:00:00", "2026-04-04 07:00:00", "equated with a holiday (art. 3 lid 2 Algemene termijnenwet): Goede Vrijdag"},
		{"Christmas runs into the weekend", "2026-12-25 12:00:00", "2026-12-28 07:00:00", "holiday: Eerste Kerstdag"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			at, _ := time.ParseInLocation(time.DateTime, c.at, calendar.Amsterdam)
			allowed, next, reason := calendar.ContactAllowed(at)
			if allowed != (c.next == "") || reason != c.reason {
				t.Errorf("allowed %v, reason %q", allowed, reason)
			}
			if !allowed && next.Format(time.DateTime) != c.next {
				t.Errorf("next %s, want %s", next.Format(time.DateTime), c.next)
			}
		})
	}
}

func TestContactLeavesHalfAnHourToTryAgain(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"2026-11-23 07:00:00": "2026-11-23 07:00:00", "2026-11-23 06:45:00": "2026-11-23 07:00:00", "2026-11-23 19:29:59": "2026-11-23 19:29:59",
		"2026-11-23 19:30:00": "2026-11-24 07:00:00", "2026-11-28 19:30:00": "2026-11-30 07:00:00",
	} {
		from, _ := time.ParseInLocation(time.DateTime, at, calendar.Amsterdam)
		if got := calendar.ContactFrom(from).Format(time.DateTime); got != want {
			t.Errorf("at %s from %s, want %s", at, got, want)
		}
	}
}

func TestContactInstantIsNeverEarlyAndAlwaysAllowed(t *testing.T) {
	t.Parallel()
	for d := calendar.MustParseDate("2026-01-01"); d.Year() < 2029; d = d.AddDays(1) {
		at := calendar.ContactInstant(d, d.String())
		if allowed, _, reason := calendar.ContactAllowed(at); !allowed || calendar.DateOf(at).Before(d) {
			t.Fatalf("%s: due at %s: %s", d, at, reason)
		}
	}
}

func TestMonthEndsAreClamped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2028-01-31", 1, "2028-02-29"}, {"2028-02-29", 12, "2029-02-28"},
		{"2026-08-31", 6, "2027-02-28"}, {"2026-03-31", -1, "2026-02-28"}, {"2026-12-15", 1, "2027-01-15"},
		{"1900-01-31", 1, "1900-02-28"}, {"2000-01-31", 1, "2000-02-29"}, {"2026-01-15", -13, "2024-12-15"}, {"2026-05-31", -1, "2026-04-30"},
	} {
		if got := calendar.MustParseDate(c.from).AddMonths(c.months).String(); got != c.want {
			t.Errorf("%s + %d months = %s, want %s", c.from, c.months, got, c.want)
		}
	}
}

// "No date" can be moved as any other, and stays before them all.
func TestNoDateStaysBeforeAny(t *testing.T) {
	t.Parallel()
	first := calendar.NewDate(1, time.January, 1)
	for n := -24; n <= 11; n++ {
		if moved := (calendar.Date{}).AddMonths(n); !moved.Before(first) {
			t.Errorf("%d months: %s", n, moved)
		}
		if moved := (calendar.Date{}).AddDays(n); !moved.Before(first) {
			t.Errorf("%d days: %s", n, moved)
		}
	}
}

func TestDateOnTheWire(t *testing.T) {
	t.Parallel()
	type carrier struct{ D, None calendar.Date }
	in := carrier{D: calendar.MustParseDate("29-02-2028")}
	data, err := json.Marshal(in)
	if err != nil || string(data) != `{"D":"2028-02-29","None":""}` {
		t.Fatalf("%s %v", data, err)
	}
	var out carrier
	if err := json.Unmarshal(data, &out); err != nil || out != in {
		t.Fatalf("%v %v", out, err)
	}
	for _, bad := range []string{"2026-02-30", "31-6-2026", "yesterday", "2026-1"} {
		if _, err := calendar.ParseDate(bad); err == nil {
			t.Errorf("%q is no date", bad)
		}
	}
}

func TestWorkingDaysSkipEasterAndWeekend(t *testing.T) {
	t.Parallel()
	if got := calendar.AddWorkingDays(calendar.MustParseDate("2026-04-02"), 1).String(); got != "2026-04-07" {
		t.Errorf("first working day after Maundy Thursday 2026 is %s", got)
	}
}
