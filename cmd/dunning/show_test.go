package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// A claim is told as it was known on a day, as it is, and as it will be if nobody does anything.
func TestShowOnAnotherDay(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "consumer PRE", name: "R. Voorbeeld-Dag", amount: "1234.50"})[0]
	o.started(t, ref)
	today := calendar.DateOf(time.Now())
	on := func(days int) view {
		t.Helper()
		var v view
		args := []string{"claim", "show", "--json", ref.ClaimID, "--on", today.AddDays(days).String()}
		if err := json.Unmarshal([]byte(o.says(t, "...", args...)), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	turnouts := func(v view) (all string) {
		for _, x := range v.Steps {
			all += x.Step + " " + string(x.Turnout) + "; "
		}
		return all
	}
	far := on(120)
	if got := turnouts(far); !strings.Contains(got, "14-day-letter done; summons done; final-summons done; escalation-advice done; decision-reminder done; ") || far.Facts.MonitoredFrom.IsZero() {
		t.Errorf("in 120 days: %s", got)
	}
	if far.Told != "at the end of "+today.AddDays(120).String()+", if nobody does anything until then" || far.Account.Open.Costs == 0 {
		t.Errorf("in 120 days: %s, %+v", far.Told, far.Account.Open)
	}
	dispute := postgres.Actor{Name: "test", At: today.AddDays(3).At(12, 0)}
	if err := o.store.RaiseDispute(t.Context(), ref, "d", "never ordered it", dispute); err != nil {
		t.Fatal(err)
	}
	raised := func(v view) bool {
		return slices.ContainsFunc(v.Timeline, func(e postgres.Event) bool { return e.Kind == "dispute-raised" })
	}
	if then := on(2); raised(then) || len(then.Facts.Pauses) > 0 || then.Next.Task != "" || then.Told != "as it was known at the end of "+today.AddDays(2).String() {
		t.Errorf("the day before it was disputed: %+v", then)
	}
	if then := on(4); !raised(then) || !strings.HasPrefix(then.Next.Task, "judge-dispute:") {
		t.Errorf("when it is disputed: %+v", then.Next)
	}
	text := o.says(t, "...", "claim", "show", ref.ClaimID)
	for _, want := range []string{"summons | coming | | it comes after", "the debtor disputes the claim: everything waits for a judgement"} {
		if !slices.ContainsFunc(printed(text), func(row string) bool { return strings.Contains(strings.Join(strings.Fields(row), " "), want) }) {
			t.Errorf("no row %q in\n%s", want, text)
		}
	}
	if ahead := "as it is on " + today.AddDays(3).String() + ", up to which time ran ahead in this database\n"; !strings.HasPrefix(text, ahead) {
		t.Errorf("it does not begin with %q:\n%s", ahead, text)
	}
	o.says(t, "OWED AT THE END OF "+today.AddDays(3).String()+"...", "explain", ref.ClaimID)
	o.refuses(t, 2, "--on: the claim was handed over on "+today.String(), "claim", "show", ref.ClaimID, "--on", today.AddDays(-1).String())
}

// Of a day that has passed, what was taken back since was billed still.
func TestBilledUntil(t *testing.T) {
	t.Parallel()
	day := calendar.MustParseDate("2026-10-05")
	bills := []postgres.Billable{{Key: "a", On: day, TakenBack: day.AddDays(3), Why: "wrong"}, {Key: "b", On: day.AddDays(2)}}
	for days, want := range map[int]string{-1: "", 0: "a owed; ", 2: "a owed; b owed; ", 3: "a back; b owed; "} {
		got := ""
		for _, b := range billedUntil(bills, day.AddDays(days)) {
			got += b.Key + map[bool]string{true: " owed; ", false: " back; "}[b.Owed()]
		}
		if got != want {
			t.Errorf("after %d days: %q, want %q", days, got, want)
		}
	}
	if table := stepsTable([]trajectory.Fate{{Step: trajectory.MonitoringLetter, Cycle: 2, Turnout: trajectory.TurnNotDone, On: day, Reason: "paid"}}, 80); !strings.Contains(table, "monitoring-letter 2") || !strings.Contains(table, "not done") {
		t.Error(table)
	}
}
