package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/workflows"
)

// signUp adds a client of Premium by a file, with an agreement that starts on a day; none: nobody states it.
func (o *office) signUp(t *testing.T, starts calendar.Date) (code, file string) {
	t.Helper()
	code = "AG" + number()
	text := strings.Replace(goodClient, "VBE", code, 1)
	if !starts.IsZero() {
		text += "  agreement_start: " + starts.String() + "\n"
	}
	file = filepath.Join(t.TempDir(), "clients.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o.says(t, code+"...", "client", "add", file)
	return code, file
}

// agreementOf reads an agreement through the command, once its workflow has done what was due.
func (o *office) agreementOf(t *testing.T, code string, done func(agreementView) bool) agreementView {
	t.Helper()
	var v agreementView
	err := poll(t.Context(), func() (bool, error) {
		v = agreementView{}
		return json.Unmarshal([]byte(o.dunning(t, "agreement", "show", code, "--json").stdout), &v) == nil && done(v), nil
	})
	if err != nil {
		t.Fatalf("%v: %+v", err, v)
	}
	return v
}

func settled(v agreementView) bool { return v.Next.Kind == agreement.ActWait }

// An agreement from its client to its notice, through the commands, with the workflow on a real server.
func TestAgreementCommands(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	today := calendar.DateOf(time.Now())
	start := today.AddDays(-100)
	code, file := o.signUp(t, start)
	v := o.agreementOf(t, code, settled)
	year := v.Facts.YearNumber(1)
	if v.Facts.Start != start || v.State.Status != agreement.Running || v.Stock.Left != 36 || !v.Facts.Begun(1) {
		t.Errorf("%+v", v)
	}
	o.says(t, code+"...", "client", "add", file) // again
	if again := o.agreementOf(t, code, settled); again.Facts.Version != v.Facts.Version {
		t.Errorf("version %d, was %d", again.Facts.Version, v.Facts.Version)
	}
	if rows := printed(o.says(t, "...", "agreement", "tasks")); !strings.Contains(strings.Join(rows, "\n"), code+" | contribution:1 | "+today.String()+" | the contribution for year 1 is due") {
		t.Errorf("%s", strings.Join(rows, "\n"))
	}
	o.says(t, "recorded", "agreement", "done", code, "contribution:1", "--reason", "invoiced")

	o.refuses(t, 2, "--key: is missing; right would be a name of this order, the same one when it is told again, as 4-sets-20", "agreement", "stickers", "order", code, "4")
	o.says(t, "order o1: 4 sets, 4 of the stock, charged 0.00 without VAT; 32 left this year", "agreement", "stickers", "order", code, "4", "--key", "o1")
	o.says(t, "order o1: 4 sets, 4 of the stock, charged 0.00 without VAT; 32 left this year", "agreement", "stickers", "order", code, "4", "--key", "o1")
	o.says(t, "order o2: 34 sets, 32 of the stock, charged 10.00 without VAT; 0 left this year", "agreement", "stickers", "order", code, "34", "--key", "o2")
	if rows := printed(o.says(t, "...", "agreement", "stickers", "list", code)); len(rows) != 3 || rows[2] != today.String()+" | 1 | o2 | 34 | 32 | 10.00" {
		t.Errorf("%q", rows)
	}

	o.says(t, "it ends nothing, because it is not registered...", "agreement", "terminate", code, "--received", today.AddDays(-2).String(), "--not-registered")
	notice := today.AddDays(-1).String() + "-registered"
	told := o.says(t, fmt.Sprintf("notice %s: it is in time: the last day was %s; the agreement ends on %s\n\nanswer to the client:\nWij hebben uw aangetekende opzegging op %s ontvangen...", notice, year.LastNotice, year.Last, today.AddDays(-1).Dutch()),
		"agreement", "terminate", code, "--received", today.AddDays(-1).String(), "--registered")
	o.says(t, strings.TrimSuffix(told, "\n"), "agreement", "answer", code, notice)
	v = o.agreementOf(t, code, func(v agreementView) bool { return settled(v) && v.State.Status == agreement.Ending })
	if v.State.EndsOn != year.Last || len(v.Facts.Notices) != 2 {
		t.Errorf("%+v", v)
	}
	text := o.says(t, "...", "agreement", "show", code)
	for _, want := range []string{
		fmt.Sprintf("agreement 1 of client %s, plan Premium, starts on %s\non %s it is ending: a registered notice was received on %s", code, start, today, today.AddDays(-1)),
		"stickers of year 1: 0 of 36 sets left, 2 charged; another set costs 5.00", "task answer-notice:" + notice + " since " + today.String(),
		fmt.Sprintf("next: wait on %s (the agreement ends on %s)", year.Last.AddDays(1), year.Last),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	o.says(t, "it was taken back: it ends nothing...", "agreement", "take-back", code, notice, "--reason", "stays")
	if v = o.agreementOf(t, code, settled); v.State.Status != agreement.Running || v.State.Renews != year.Last.AddDays(1) {
		t.Errorf("%+v", v.State)
	}
	o.says(t, "on "+year.Last.AddDays(1).String()+" it is running: it renews by itself...", "agreement", "show", code, "--on", year.Last.AddDays(1).String())
}

func TestAgreementCommandsRefuse(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	today := calendar.DateOf(time.Now())
	code, _ := o.signUp(t, calendar.Date{})
	o.agreementOf(t, code, func(v agreementView) bool {
		return len(v.Facts.Tasks) == 1 && v.Facts.Tasks[0].Key == agreement.TaskStateStart
	})
	o.refuses(t, 2, "task state-start ends when the start is stated (dunning agreement start CLIENT --on DAY)", "agreement", "done", code, "state-start", "--reason", "by telephone")
	o.says(t, "starts on "+today.AddDays(-30).String()+"...", "agreement", "start", code, "--on", today.AddDays(-30).String())
	other, starts := "AG"+number(), "  agreement_start: "
	for start, why := range map[string]string{
		today.String(): "the agreement started on " + today.AddDays(-30).String() + ", as was stated on " + today.String(),
		"2999-01-01":   "right would be the first day of the agreement, from " + today.AddYears(-20).String() + " up to and including " + today.AddYears(1).String(),
	} {
		file := filepath.Join(t.TempDir(), "clients.yaml")
		text := strings.Replace(goodClient, "VBE", other, 1) + strings.Replace(goodClient, "VBE", code, 1) + starts + start + "\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		o.refuses(t, 2, why, "client", "add", file)
		o.refuses(t, 2, "not found", "agreement", "show", other) // none of the file was added
	}
	for _, on := range []calendar.Date{today, today.AddDays(-30)} { // stated wrongly, and anew: nothing rests on it
		o.says(t, "starts on "+on.String()+"...", "agreement", "start", code, "--on", on.String())
	}
	for _, c := range []struct{ why, args string }{
		{`client "NONE": not found; add it with`, "agreement show NONE"},
		{"--on: is missing", "agreement start " + code},
		{"right would be a day up to and including", "agreement start " + code + " --on " + today.AddYears(2).String()},
		{"right would be one of --registered and --not-registered", "agreement terminate " + code},
		{"right would be one of --registered and --not-registered", "agreement terminate " + code + " --registered --not-registered"},
		{"the notice cannot have been received on " + today.AddDays(1).String(), "agreement terminate " + code + " --registered --received " + today.AddDays(1).String()},
		{"the agreement began on " + today.AddDays(-30).String(), "agreement terminate " + code + " --registered --received 2020-01-01"},
		{`--received: date "soon" is not a date`, "agreement terminate " + code + " --registered --received soon"},
		{"there is no notice x", "agreement take-back " + code + " x --reason y"},
		{"there is no notice x", "agreement answer " + code + " x"},
		{"--reason: a notice is taken back for a reason", "agreement take-back " + code + " x"},
		{`SETS: "many" is not a number`, "agreement stickers order " + code + " many"},
		{"0 sets cannot be ordered; right would be 1 to 10000", "agreement stickers order " + code + " 0 --key k"},
		{"there is no task x", "agreement done " + code + " x"},
	} {
		o.refuses(t, 2, c.why, strings.Fields(c.args)...)
	}
}

// The bar of a year has its days where they are, and a line for each.
func TestTheYearIsDrawn(t *testing.T) {
	t.Parallel()
	day := calendar.MustParseDate
	f := agreement.Facts{Start: day("2026-03-01"), Stated: day("2026-03-01"), Plans: []agreement.PlanFrom{{Plan: "premium", From: day("2026-03-01")}}}
	rules := agreement.Rules{RemindDays: 30}
	v := agreementView{Facts: f, State: f.On(day("2026-06-15"))}
	v.remind = f.RemindOn(rules, v.State.Year)
	want := `
year 1   Mar Apr May Jun Jul Aug Sep Oct Nov Dec Jan Feb
         ├────────────●──────────────────!───▲───────────┤
┌───┬────────────┬───────────────────────────────────────────────────────────────────────┐
│   │ DAY        │ WHAT                                                                  │
├───┼────────────┼───────────────────────────────────────────────────────────────────────┤
│ ├ │ 2026-03-01 │ first day of year 1                                                   │
│ ● │ 2026-06-15 │ the day that is shown                                                 │
│ ! │ 2026-10-31 │ from here staff is reminded of the renewal                            │
│ ▲ │ 2026-11-30 │ last day on which a registered notice counts for the end of this year │
│ ┤ │ 2027-02-28 │ last day; it renews on 2027-03-01                                     │
└───┴────────────┴───────────────────────────────────────────────────────────────────────┘
`
	if got := "\n" + v.drawYear(); got != want {
		t.Errorf("%s", got)
	}
}

// liveAgreement lets an agreement of Premium renew some times on the real server, gives notice on the day after the last day for it, and lets it renew once more
// and end.
func (o *office) liveAgreement(t *testing.T, renewals int) agreement.Facts {
	t.Helper()
	code, _ := o.signUp(t, calendar.DateOf(time.Now()))
	f := o.agreementOf(t, code, settled).Facts
	id := workflows.AgreementID(f.AgreementID)
	late := f.YearNumber(renewals).LastNotice.AddDays(1)
	if _, err := o.teller.travel.MoveTo(t.Context(), id, late.At(12, 0)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.store.RecordNotice(t.Context(), f.ClientID, late, true, postgres.Actor{Name: "operator", At: late.At(12, 0)}); err != nil {
		t.Fatal(err)
	}
	ref := postgres.AgreementRef{ClientID: f.ClientID, AgreementID: f.AgreementID}
	if err := poll(t.Context(), func() (bool, error) { return o.store.AgreementSeen(t.Context(), ref) }); err != nil {
		t.Fatal(err)
	}
	if err := o.teller.travel.MoveToEnd(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	err := poll(t.Context(), func() (ended bool, err error) {
		f, err = o.store.Agreement(t.Context(), f.ClientID)
		return !f.Ended.IsZero(), err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.temporal.GetWorkflow(t.Context(), id, "").Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return f
}

// Five years on a real server that skips time: a run for each year, short histories, no amount and no name in clear text, and the end a year later.
func TestAgreementOnARealServer(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	f := o.liveAgreement(t, 4)
	if f.Ended != f.YearNumber(5).Last || len(f.Years) != 5 {
		t.Errorf("ended on %s after %d years", f.Ended, len(f.Years))
	}
	runs, err := o.historiesOf(t.Context(), workflows.AgreementID(f.AgreementID))
	if err != nil {
		t.Fatal(err)
	}
	for i, events := range runs {
		events = slices.DeleteFunc(events, ofTravel)
		t.Logf("run %d: %d events", i+1, len(events))
		if len(events) > 60 {
			t.Errorf("run %d has %d events", i+1, len(events))
		}
	}
	if len(runs) != 5 {
		t.Errorf("%d runs", len(runs))
	}
}
