package agreement_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
)

func day(text string) calendar.Date { return calendar.MustParseDate(text) }

// since is an agreement of Premium that starts on a stated day, with notices: "2026-10-01 registered", "2026-10-01 plain", "2026-10-01 registered back 2026-10-05".
func since(start string, notices ...string) agreement.Facts {
	f := agreement.Facts{AgreementID: "a", ClientID: "c", Number: 1, Start: day(start), Stated: day(start), Plans: []agreement.PlanFrom{{Plan: "premium", From: day(start)}}}
	for _, text := range notices {
		words := strings.Fields(text)
		n := agreement.Notice{Key: words[0] + "-" + words[1], Received: day(words[0]), Registered: words[1] == "registered"}
		if len(words) > 3 {
			n.TakenBack = day(words[3])
		}
		f.Notices = append(f.Notices, n)
	}
	return f
}

func TestYearsAndTheirLastDayForANotice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, start, on, want string }{
		{"the first day", "2026-01-15", "2026-01-15", "1: 2026-01-15 to 2027-01-14, notice by 2026-10-14"},
		{"the last day of year 1", "2026-01-15", "2027-01-14", "1: 2026-01-15 to 2027-01-14, notice by 2026-10-14"},
		{"the first day of year 2", "2026-01-15", "2027-01-15", "2: 2027-01-15 to 2028-01-14, notice by 2027-10-14"},
		{"before the start it is year 1", "2026-01-15", "2025-06-01", "1: 2026-01-15 to 2027-01-14, notice by 2026-10-14"},
		{"a calendar year", "2026-01-01", "2030-07-01", "5: 2030-01-01 to 2030-12-31, notice by 2030-09-30"},
		{"the end of February is three months after the end of November", "2026-03-01", "2026-06-01", "1: 2026-03-01 to 2027-02-28, notice by 2026-11-30"},
		{"in a leap year too", "2027-03-01", "2027-06-01", "1: 2027-03-01 to 2028-02-29, notice by 2027-11-30"},
		{"the day before the end of February is not", "2026-02-28", "2026-06-01", "1: 2026-02-28 to 2027-02-27, notice by 2026-11-27"},
		{"30 May: the months of February are clamped", "2026-05-31", "2026-06-01", "1: 2026-05-31 to 2027-05-30, notice by 2027-02-28"},
		{"from 29 February: year 2 begins on the 28th", "2028-02-29", "2029-02-28", "2: 2029-02-28 to 2030-02-27, notice by 2029-11-27"},
		{"and year 5 on the 29th again", "2028-02-29", "2032-02-29", "5: 2032-02-29 to 2033-02-27, notice by 2032-11-27"},
		{"year 4 lasts until the 28th", "2028-02-29", "2032-02-28", "4: 2031-02-28 to 2032-02-28, notice by 2031-11-28"},
		{"the last day is a Sunday: it does not move", "2026-02-01", "2026-05-05", "1: 2026-02-01 to 2027-01-31, notice by 2026-10-31"},
		{"nor when it is Christmas", "2026-03-26", "2026-05-05", "1: 2026-03-26 to 2027-03-25, notice by 2026-12-25"},
	} {
		y := since(c.start).YearOf(day(c.on))
		if got := strings.Join([]string{string(rune('0'+y.Number)) + ": " + y.First.String(), "to", y.Last.String() + ",", "notice by", y.LastNotice.String()}, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// What stands on a day, of an agreement from 2026-03-01: year 1 ends on 2027-02-28 and takes notices until 2026-11-30.
func TestWhereAnAgreementStands(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		notices []string
		on      string
		want    string // status, year, last day
		why     string
	}{
		{"without a notice it renews", nil, "2027-02-28", "running 1 ", "it renews by itself"},
		{"and has renewed", nil, "2027-03-01", "running 2 ", "the last day is 2027-11-30"},
		{"not started yet", nil, "2026-02-28", "not-started 1 ", ""},
		{"a registered notice on the last day", []string{"2026-11-30 registered"}, "2026-11-30", "ending 1 2027-02-28", "a registered notice was received on 2026-11-30"},
		{"before it came in nobody knew", []string{"2026-11-30 registered"}, "2026-11-29", "running 1 ", ""},
		{"on its last day it is in force", []string{"2026-11-30 registered"}, "2027-02-28", "ending 1 2027-02-28", ""},
		{"the day after it is not", []string{"2026-11-30 registered"}, "2027-03-01", "ended 1 2027-02-28", "ended it with year 1"},
		{"a day late: it renews", []string{"2026-12-01 registered"}, "2027-03-01", "ending 2 2028-02-29", "three months or more before 2028-02-29"},
		{"and ends a year later", []string{"2026-12-01 registered"}, "2028-03-01", "ended 2 2028-02-29", ""},
		{"not registered, however early", []string{"2026-03-02 plain"}, "2027-03-01", "running 2 ", "it renews by itself"},
		{"received on a Sunday: on that day", []string{"2026-11-29 registered"}, "2026-12-01", "ending 1 2027-02-28", ""},
		{"of two the one in time counts", []string{"2026-12-01 registered", "2026-11-30 registered"}, "2027-01-01", "ending 1 2027-02-28", "received on 2026-11-30"},
		{"not registered first, then registered in time", []string{"2026-11-01 plain", "2026-11-20 registered"}, "2027-01-01", "ending 1 2027-02-28", "received on 2026-11-20"},
		{"taken back it renews", []string{"2026-11-20 registered back 2027-01-05"}, "2027-01-05", "running 1 ", ""},
		{"the day before it still stood", []string{"2026-11-20 registered back 2027-01-05"}, "2027-01-04", "ending 1 2027-02-28", ""},
		{"taken back, the other still stands", []string{"2026-11-20 registered back 2027-01-05", "2026-12-24 registered"}, "2027-01-06", "ending 1 2028-02-29", ""},
		{"a notice of before the start ends it with year 1", []string{"2026-02-10 registered"}, "2026-04-01", "ending 1 2027-02-28", ""},
	} {
		s := since("2026-03-01", c.notices...).On(day(c.on))
		if got := string(s.Status) + " " + string(rune('0'+s.Year.Number)) + " " + s.EndsOn.String(); got != c.want || !strings.Contains(s.Why, c.why) {
			t.Errorf("%s: %s, %s; want %s, %s", c.name, got, s.Why, c.want, c.why)
		}
		if s.Status != agreement.Ended && s.EndsOn.IsZero() == s.Renews.IsZero() {
			t.Errorf("%s: ends %q and renews %q", c.name, s.EndsOn, s.Renews)
		}
	}
}

func TestVerdictSaysWhatANoticeDoes(t *testing.T) {
	t.Parallel()
	for notice, want := range map[string]string{
		"2026-11-30 registered":                 "it is in time: the last day was 2026-11-30; the agreement ends on 2027-02-28",
		"2026-12-01 registered":                 "it is too late for 2027-02-28, for which the last day was 2026-11-30: the agreement renews on 2027-03-01 and ends on 2028-02-29",
		"2026-06-01 plain":                      "it ends nothing, because it is not registered: the agreement renews on 2027-03-01; a registered notice that is received by 2026-11-30 ends it on 2027-02-28",
		"2026-12-05 plain":                      "it ends nothing, because it is not registered: the agreement renews on 2027-03-01; a registered notice that is received by 2027-11-30 ends it on 2028-02-29",
		"2026-06-01 registered back 2026-06-02": "it was taken back: it ends nothing",
	} {
		if f := since("2026-03-01", notice); f.Verdict(f.Notices[0]) != want {
			t.Errorf("%s: %s", notice, f.Verdict(f.Notices[0]))
		}
	}
}

// Whatever the start, the years follow each other without a gap, and a notice is in time up to the last day and not after it.
func TestYearsOfAnyAgreement(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := since(day("2024-01-01").AddDays(rapid.IntRange(0, 1500).Draw(t, "start")).String())
		n := rapid.IntRange(1, 12).Draw(t, "year")
		y, next := f.YearNumber(n), f.YearNumber(n+1)
		on := y.First.AddDays(rapid.IntRange(0, y.Last.DaysSince(y.First)).Draw(t, "day"))
		switch {
		case next.First != y.Last.AddDays(1), f.YearOf(on) != y:
			t.Fatalf("%+v, then %+v; %s is in %+v", y, next, on, f.YearOf(on))
		case y.LastNotice.AddMonths(3).After(y.Last), !y.LastNotice.AddDays(1).AddMonths(3).After(y.Last):
			t.Fatalf("%s is not the last day three months before %s", y.LastNotice, y.Last)
		}
		with, _ := f.EndsWith(agreement.Notice{Received: on, Registered: true})
		if want := map[bool]int{false: n + 1, true: n}[!on.After(y.LastNotice)]; with.Number != want {
			t.Fatalf("a notice of %s ends year %d, want %d", on, with.Number, want)
		}
	})
}
