package agreement_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// priced are the plans as shipped, with a contribution for Premium.
func priced(t testing.TB) agreement.Plans {
	plans := shipped(t)
	premium, price := plans["premium"], money.Cents(250_00)
	premium.Contribution = &price
	plans["premium"] = premium
	return plans
}

// live does what comes next, day after day, as the workflow and the store do it, and tells it a line each: "2026-03-01 begin-year 1 premium 250.00". Each
// day it looks twice, because doing it again does nothing. Notices and plans count from the day on which they come in.
func live(t *testing.T, f agreement.Facts, plans agreement.Plans, from, until string) string {
	t.Helper()
	rules := agreement.Rules{Plans: plans, RemindDays: 30}
	var told []string
	whole := f
	for on := day(from); !on.After(day(until)); on = on.AddDays(1) {
		f.Notices = slices.DeleteFunc(slices.Clone(whole.Notices), func(n agreement.Notice) bool { return n.Received.After(on) })
		for i, n := range f.Notices {
			if n.TakenBack.After(on) {
				f.Notices[i].TakenBack = calendar.Date{}
			}
		}
		for steps := 0; ; steps++ {
			a, err := agreement.Next(f, rules, on)
			if err != nil || steps > 10 {
				t.Fatalf("%s: %v after %d steps", on, err, steps)
			}
			if a.Kind == agreement.ActWait || a.Kind == agreement.ActNothing {
				break
			}
			told = append(told, on.String()+" "+do(&f, a))
		}
	}
	return strings.Join(told, "\n")
}

// do makes an action a fact and tells it.
func do(f *agreement.Facts, a agreement.Action) string {
	switch a.Kind {
	case agreement.ActYear:
		f.Years = append(f.Years, agreement.YearBegun{Year: a.Year, Plan: a.Plan, Contribution: a.Contribution})
		price := "unset"
		if a.Contribution != nil {
			price = a.Contribution.String()
		}
		return fmt.Sprintf("%s %d %s %s", a.Kind, a.Year, a.Plan, price)
	case agreement.ActTask:
		f.Tasks = append(slices.DeleteFunc(f.Tasks, func(t agreement.Task) bool { return t.Key == a.Task }), agreement.Task{Key: a.Task, Detail: a.Reason, Opened: a.Day})
	case agreement.ActDrop:
		for i := range f.Tasks {
			if f.Tasks[i].Key == a.Task {
				f.Tasks[i].Done, f.Tasks[i].Dropped = a.Day, true
			}
		}
	case agreement.ActEnd:
		f.Ended = a.Day
	case agreement.ActWait, agreement.ActNothing:
	}
	return strings.TrimSpace(string(a.Kind) + " " + a.Task)
}

func TestTheLifeOfAnAgreement(t *testing.T) {
	t.Parallel()
	change := func(f agreement.Facts, edit func(*agreement.Facts)) agreement.Facts { edit(&f); return f }
	unpriced := shipped(t)
	for _, c := range []struct {
		name  string
		facts agreement.Facts
		plans agreement.Plans // nil: with a contribution
		from  string
		until string
		want  string
	}{
		{"nobody says anything: each year it renews, and staff is reminded", since("2026-03-01"), nil, "2026-02-20", "2028-03-01", `
			2026-03-01 begin-year 1 premium 250.00
			2026-10-31 task renewal:1
			2026-12-01 drop renewal:1
			2027-03-01 begin-year 2 premium 250.00
			2027-10-31 task renewal:2
			2027-12-01 drop renewal:2
			2028-03-01 begin-year 3 premium 250.00`},
		{"a registered notice on the last day", since("2026-03-01", "2026-11-30 registered"), nil, "2026-03-01", "2028-03-01", `
			2026-03-01 begin-year 1 premium 250.00
			2026-10-31 task renewal:1
			2026-11-30 task answer-notice:2026-11-30-registered
			2026-11-30 drop renewal:1
			2027-03-01 end`},
		{"a day late: one year more", since("2026-03-01", "2026-12-01 registered"), nil, "2026-11-01", "2029-03-01", `
			2026-11-01 task renewal:1
			2026-11-01 begin-year 1 premium 250.00
			2026-12-01 task answer-notice:2026-12-01-registered
			2026-12-01 drop renewal:1
			2027-03-01 begin-year 2 premium 250.00
			2028-03-01 end`},
		{"not registered: it is answered and renews", since("2026-03-01", "2026-06-01 plain"), nil, "2026-06-01", "2027-03-01", `
			2026-06-01 task answer-notice:2026-06-01-plain
			2026-06-01 begin-year 1 premium 250.00
			2026-10-31 task renewal:1
			2026-12-01 drop renewal:1
			2027-03-01 begin-year 2 premium 250.00`},
		{"taken back: that is answered too, and it renews", since("2026-03-01", "2026-11-01 registered back 2026-11-10"), nil, "2026-10-01", "2027-03-01", `
			2026-10-01 begin-year 1 premium 250.00
			2026-10-31 task renewal:1
			2026-11-01 task answer-notice:2026-11-01-registered
			2026-11-01 drop renewal:1
			2026-11-10 task answer-notice:2026-11-01-registered
			2026-11-10 task renewal:1
			2026-12-01 drop renewal:1
			2027-03-01 begin-year 2 premium 250.00`},
		{"an assumed start: nothing becomes due", change(since("2026-03-01"), func(f *agreement.Facts) { f.Stated = calendar.Date{} }), nil, "2026-03-01", "2027-04-01", `
			2026-03-01 task state-start
			2026-10-31 task renewal:1
			2026-12-01 drop renewal:1`},
		{"stated in year 3: due from that year on", change(since("2024-03-01"), func(f *agreement.Facts) { f.Stated = day("2026-06-01") }), nil, "2026-06-01", "2027-03-01", `
			2026-06-01 begin-year 3 premium 250.00
			2026-10-31 task renewal:3
			2026-12-01 drop renewal:3
			2027-03-01 begin-year 4 premium 250.00`},
		{"nobody worked for two years: each contribution is due all the same", since("2026-03-01"), nil, "2028-03-05", "2028-03-06", `
			2028-03-05 begin-year 1 premium 250.00
			2028-03-05 begin-year 2 premium 250.00
			2028-03-05 begin-year 3 premium 250.00`},
		{"a price that is not set is invoiced by hand", since("2026-03-01"), unpriced, "2026-03-01", "2026-04-01", `
			2026-03-01 begin-year 1 premium unset
			2026-03-01 task contribution:1`},
		{"and its start is stated anew, for later: it is asked on that day", change(since("2026-05-01"), func(f *agreement.Facts) {
			f.Years = []agreement.YearBegun{{Year: 1, Plan: "premium"}}
			f.Tasks = []agreement.Task{{Key: "contribution:1", Detail: "due since 2026-03-01", Opened: day("2026-03-01")}}
		}), unpriced, "2026-04-01", "2026-05-02", `
			2026-04-01 drop contribution:1
			2026-05-01 task contribution:1`},
		{"another plan in the year: its contribution counts from the next year", change(since("2026-03-01"), func(f *agreement.Facts) {
			f.Plans = append(f.Plans, agreement.PlanFrom{Plan: "basis", From: day("2026-07-01")})
		}), nil, "2026-03-01", "2027-03-01", `
			2026-03-01 begin-year 1 premium 250.00
			2026-10-31 task renewal:1
			2026-12-01 drop renewal:1
			2027-03-01 begin-year 2 basis unset
			2027-03-01 task contribution:2`},
		{"a notice that is found after the renewal ends it all the same", change(since("2026-03-01", "2027-04-01 registered"), func(f *agreement.Facts) {
			f.Notices[0].Received = day("2026-11-30")
			f.Years = []agreement.YearBegun{{Year: 1, Plan: "premium", Contribution: new(money.Amount)}, {Year: 2, Plan: "premium", Contribution: new(money.Amount)}}
		}), nil, "2027-04-01", "2027-04-02", `
			2027-04-01 task answer-notice:2027-04-01-registered
			2027-04-01 end`},
		{"a notice that was taken back is answered by that, and not again when another is received", since("2026-03-01", "2026-06-15 plain back 2026-06-18", "2026-06-20 registered"), nil, "2026-06-14", "2026-06-30", `
			2026-06-14 begin-year 1 premium 250.00
			2026-06-15 task answer-notice:2026-06-15-plain
			2026-06-18 task answer-notice:2026-06-15-plain
			2026-06-20 task answer-notice:2026-06-20-registered`},
	} {
		plans := c.plans
		if plans == nil {
			plans = priced(t)
		}
		if got, want := live(t, c.facts, plans, c.from, c.until), strings.ReplaceAll(strings.TrimSpace(c.want), "\t", ""); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, want)
		}
	}
}

// The wait is until the next day on which something changes, and says why; a plan that is gone is an error and no contribution.
func TestWhatAnAgreementWaitsFor(t *testing.T) {
	t.Parallel()
	begun := func(f agreement.Facts) agreement.Facts {
		f.Years = []agreement.YearBegun{{Year: 1, Plan: "premium", Contribution: new(money.Amount)}}
		for _, n := range f.Notices {
			f.Tasks = append(f.Tasks, agreement.Task{Key: "answer-notice:" + n.Key, Detail: "answer the client in writing: a registered notice was received on " + n.Received.String() + "; " + f.Verdict(n)})
		}
		return f
	}
	rules := agreement.Rules{Plans: priced(t), RemindDays: 30}
	for _, c := range []struct {
		name  string
		facts agreement.Facts
		on    string
		want  string
	}{
		{"before the start", since("2026-03-01"), "2026-01-01", "2026-03-01 the agreement starts on 2026-03-01"},
		{"for the reminder", begun(since("2026-03-01")), "2026-04-01", "2026-10-31 staff is reminded of the renewal 30 days before 2026-11-30, the last day for a notice"},
		{"for the new year", begun(since("2026-03-01")), "2026-12-05", "2027-03-01 year 2 begins on 2027-03-01"},
		{"for the end", begun(since("2026-03-01", "2026-05-01 registered")), "2026-06-01", "2027-03-01 the agreement ends on 2027-02-28"},
	} {
		a, err := agreement.Next(c.facts, rules, day(c.on))
		if err != nil || a.Kind != agreement.ActWait || a.Day.String()+" "+a.Reason != c.want || !a.Due.Equal(a.Day.At(0, 0)) {
			t.Errorf("%s: %+v, %v; want %s", c.name, a, err, c.want)
		}
	}
	gone := since("2026-03-01")
	gone.Plans[0].Plan = "gold"
	if a, err := agreement.Next(gone, rules, day("2026-03-01")); err == nil {
		t.Errorf("a plan that is not there: %+v", a)
	}
}
