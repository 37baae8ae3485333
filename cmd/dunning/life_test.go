package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	historypb "go.temporal.io/api/history/v1"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

// histories gives the events of every run of a claim, the first run first.
func (o *office) histories(ctx context.Context, ref postgres.Ref) ([][]*historypb.HistoryEvent, error) {
	return o.historiesOf(ctx, workflows.ClaimID(ref.ClaimID))
}

// historiesOf gives the events of every run of a workflow, oldest first.
func (o *office) historiesOf(ctx context.Context, workflowID string) ([][]*historypb.HistoryEvent, error) {
	return runsOf(ctx, o.temporal, workflowID)
}

// A million claims that sleep are a million histories: what one costs is a promise.
func TestEventBudget(t *testing.T) {
	t.Parallel()
	const life, asking = 120, 6 // the registers are asked before the advice: an activity and the task that it wakes (decision 34)
	const budget = life + asking
	o := sharedOffice(t)
	refs := o.handOver(t, debtor{who: "consumer BAS"}, debtor{who: "consumer PRE"})
	for i, story := range []string{"a silent consumer of a Basis client, closed by default", "a silent consumer of a Premium client, until monitoring"} {
		ref := refs[i]
		t.Run(story, func(t *testing.T) {
			o.started(t, ref)
			o.untilDecided(t, ref)
			runs, err := o.histories(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			count, kinds := 0, map[string]int{}
			for _, events := range runs[:2] { // of monitoring each year has a budget of its own, see TestTenYears
				for _, event := range events {
					if !ofTravel(event) {
						count++
						kinds[event.GetEventType().String()]++
					}
				}
			}
			t.Logf("%s: %d events", story, count)
			for _, kind := range slices.Sorted(maps.Keys(kinds)) {
				t.Logf("  %3d %s", kinds[kind], kind)
			}
			if count > budget {
				t.Errorf("%d events are more than %d", count, budget)
			}
			want := map[string]claim.Status{"BAS": claim.StatusClosed, "PRE": claim.StatusOpen}[[]string{"BAS", "PRE"}[i]]
			if facts := o.facts(t, ref); facts.Status != want || len(facts.Letters) != 7 {
				t.Errorf("status %s, %d letters", facts.Status, len(facts.Letters))
			}
		})
	}
}

// untilDecided lets a claim live in silence until the client's plan decided for it.
func (o *office) untilDecided(t *testing.T, ref postgres.Ref) {
	t.Helper()
	if _, err := o.teller.letterLeft(t.Context(), ref, trajectory.DecisionReminder); err != nil {
		t.Fatal(err)
	}
	facts := o.facts(t, ref)
	o.moveTo(t, ref, facts.Advised.AddDays(31).At(12, 0))
	if err := poll(t.Context(), func() (bool, error) {
		file, err := o.store.CaseFile(t.Context(), ref)
		return err == nil && (file.Facts.Status.Final() || !file.Facts.MonitoredFrom.IsZero()), err
	}); err != nil {
		t.Fatal(err)
	}
}

// monitoredYear is how many events a year of debt monitoring may cost at most: its letter, its looks at the registers, a payment.
const monitoredYear = 60

// A claim lives for ten years in debt monitoring on a real server: a letter each year on its day, registers asked on theirs, and what is recovered is halved.
func TestTenYears(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company PRE", amount: "5000.00"})[0]
	o.started(t, ref)
	o.untilDecided(t, ref)
	from := o.facts(t, ref).MonitoredFrom
	for i, payment := range []struct {
		year   int
		amount string
	}{{3, "100.01"}, {7, "250.00"}} {
		at := from.AddYears(payment.year).AddMonths(5).At(12, 0)
		o.moveTo(t, ref, at)
		file, err := o.store.CaseFile(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		receipt := postgres.Receipt{
			Key: fmt.Sprintf("ten-years-%d", i), Amount: money.MustParse(payment.amount), On: calendar.DateOf(at), IBAN: "NL02ABNA0123456789", Payer: file.Debtor.Name, Remittance: "termijn " + file.RF,
		}
		if got, err := o.store.RecordReceipt(t.Context(), receipt, postgres.Actor{Name: "bank", At: at}, o.teller.rules.Rules); err != nil || got != ref {
			t.Fatal(got, err)
		}
		if err := o.teller.heard(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
	until := from.AddYears(10).AddMonths(1)
	o.moveTo(t, ref, until.At(12, 0))

	facts := o.facts(t, ref)
	var got, want []string
	for _, l := range facts.Letters {
		if l.Kind == trajectory.MonitoringLetter {
			got = append(got, fmt.Sprintf("%s %s %s", l.On, l.Channel, l.State))
		}
	}
	for year := 1; year <= 10; year++ {
		want = append(want, fmt.Sprintf("%s post accepted", calendar.NextContactDay(from.AddYears(year))))
	}
	if !slices.Equal(got, want) {
		t.Errorf("letters %v, want %v", got, want)
	}
	account, err := facts.AccountOn(o.teller.rules.Tables(), until)
	if err != nil {
		t.Fatal(err)
	}
	halves := ""
	for _, s := range settlement.ClientFirst.Shares(account, facts.Principal(), facts.Halved) {
		halves += fmt.Sprintf("%s: %s + %s; ", s.Settlement.Amount, s.Client, s.Agency)
	}
	if want := "100.01: 50.01 + 50.00; 250.00: 125.00 + 125.00; "; halves != want {
		t.Errorf("shares %q, want %q", halves, want)
	}
	if state := o.state(t, ref); state.Stage != trajectory.StageMonitoring || state.Next.Kind != trajectory.ActCheck || facts.Attention != nil {
		t.Errorf("stands at %+v", state)
	}
	runs, err := o.histories(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if len(runs) != 13 { // amicable, decision, and one for each year of monitoring
		t.Errorf("%d runs", len(runs))
	}
	for year, events := range runs[2:] {
		count := len(slices.DeleteFunc(events, ofTravel))
		if t.Logf("year %d of monitoring: %d events", year+1, count); count > monitoredYear {
			t.Errorf("more than %d", monitoredYear)
		}
	}
	checks, err := o.store.Checks(t.Context(), ref)
	if err != nil || len(checks) != 34 { // two before the advice, two at first, and in ten years insolvency twice a year, companies once
		t.Errorf("%d checks, %v", len(checks), err)
	}
}
