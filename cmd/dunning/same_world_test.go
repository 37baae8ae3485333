package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/scenario"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// sameLife is a claim with what happens to it.
type sameLife struct {
	name   string
	debtor debtor
	days   int // of telling
	events []happened
}

// The same life on a real server that skips time and in the environment in which scenarios live: the same letters, on the same days, of the same cents. An outage
// of the workers is not among them: the time of a server that skips it stands still while nobody takes what is due.
func TestRealServerAndScenarioTellTheSameLife(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	for _, life := range []sameLife{
		{"a silent company", debtor{who: "company BAS", amount: "2500.01"}, 120, nil},
		{"a consumer who pays a part, disputes in vain, and is monitored", debtor{who: "consumer PRE", amount: "1234.56"}, 600, []happened{
			{12, "pays-client: 400.00, key: p", paidClient("400.00")},
			{20, "dispute: never delivered, key: d", disputed},
			{24, "dispute-rejected: the documents say so", judged("rejected")},
		}},
		{"a consumer on hold who then pays", debtor{who: "consumer BAS", amount: "80.00"}, 60, []happened{
			{5, "hold: the client asks, key: h, until: LATER", held}, {22, "pays-client: 80.00, key: p", paidClient("80.00")},
		}},
		{"a company that breaks an arrangement after its first instalment", debtor{who: "company PRE", amount: "1000.00"}, 150, []happened{
			{16, "arranges: 2, first: LATER, permission: by telephone, key: a", arranged}, {24, "pays-client: 600.00, key: p", paidClient("600.00")},
		}},
		{"a consumer whose bank takes back what ended the claim's reminders", debtor{who: "consumer BAS", amount: "640.00"}, 120, []happened{
			{12, "pays-client: 600.00, key: p", paidClient("600.00")}, {30, "reversed: p, reason: storno", reversed},
		}},
		{"a client that takes its claim back after the summons", debtor{who: "company BAS", amount: "950.50"}, 60, []happened{{24, "withdraw: it settles it itself", withdrew}}},
		{"a dispute that is upheld", debtor{who: "consumer PRE", amount: "333.33"}, 60, []happened{
			{9, "dispute: never delivered, key: d", disputed}, {14, "dispute-upheld: the documents say so", judged("upheld")},
		}},
		{"a client that goes to court, takes the case back, and says nothing any more", debtor{who: "company PRE", amount: "1750.00"}, 160, []happened{
			{45, "decide: court", decided(claim.ChooseCourt)}, {60, "court: served", inCourt(claim.CourtServed)}, {80, "court: withdrawn", inCourt(claim.CourtWithdrawn)},
		}},
		{"a claim that is monitored, and then before the court for a year", debtor{who: "company PRE", amount: "2100.00"}, 480, []happened{
			{40, "decide: monitoring", decided(claim.ChooseMonitoring)}, {70, "pays-client: 300.00, key: p", paidClient("300.00")}, {100, "decide: court", decided(claim.ChooseCourt)},
			{120, "court: served", inCourt(claim.CourtServed)},
		}},
	} {
		t.Run(life.name, func(t *testing.T) {
			t.Parallel()
			life.same(t, o, "")
		})
	}
}

// The same of a claim that changes its trajectory: an office of its own knows a second version, which is that of new claims.
func TestRealServerAndScenarioTellTheSameChangeOfTrajectory(t *testing.T) {
	t.Parallel()
	dir, err := filepath.Abs(ownTrajectories)
	if err != nil {
		t.Fatal(err)
	}
	o := ownOffice(t, map[string]string{"policy.trajectories_dir": dir})
	o.work()
	life := sameLife{"", debtor{who: "consumer BAS", amount: "1000.00"}, 120, []happened{{6, "trajectory-changed: consumer@1, reason: less time to pay", changedTo("consumer@1")}}}
	life.same(t, o, "trajectory: "+ownTrajectories+"/consumer-3.yaml\n")
}

// ownTrajectories has versions beside those as shipped.
const ownTrajectories = "../../config/testdata/trajectories"

// same lets a life be lived both ways, on the default trajectory or the one that is told, and compares.
func (life sameLife) same(t *testing.T, o *office, agreed string) {
	t.Helper()
	ref := o.handOver(t, life.debtor)[0]
	o.started(t, ref)
	f := o.facts(t, ref)
	until := f.HandedOverOn.AddDays(life.days).At(23, 0)
	told := agreed + fmt.Sprintf("plan: %s\nclaim:\n  debtor_kind: %s\n  handed_over: %s\n  invoices:\n    - {invoice: F-1, invoice_date: %s, due_date: %s, amount: %s}\nuntil: %s\n",
		f.Plan, strings.Fields(life.debtor.who)[0], o.openedAt(t, ref).Format(time.RFC3339), f.Invoices[0].Issued, f.Invoices[0].Due, f.Invoices[0].Amount, until.Format("2006-01-02 15:04"))
	for i, e := range life.events {
		if i == 0 {
			told += "events:\n"
		}
		at := f.HandedOverOn.AddDays(e.days).At(21, 0)
		told += fmt.Sprintf("  - {at: %s, %s}\n", at.Format("2006-01-02 15:04"), strings.ReplaceAll(e.told, "LATER", calendar.DateOf(at).AddDays(10).String()))
		o.moveTo(t, ref, at)
		if err := e.do(o, t, ref, postgres.Actor{Name: "scenario", At: at}); err != nil {
			t.Fatal(err)
		}
		if err := o.teller.heard(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
	o.moveTo(t, ref, until)
	want := rehearsed(t, told, o.teller.rules.Tables())
	if got := o.lived(t, ref, calendar.DateOf(until)); !slices.Equal(got, want) {
		t.Errorf("on the real server\n%s\nin the scenario\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(want) < 3 {
		t.Errorf("next to nothing was compared: %v", want)
	}
}

// openedAt is when the claim's workflow began.
func (o *office) openedAt(t *testing.T, ref postgres.Ref) time.Time {
	t.Helper()
	events, err := o.store.Timeline(t.Context(), ref)
	if err != nil || len(events) == 0 {
		t.Fatal(err)
	}
	return events[0].At
}

// reminderLine is staff being reminded of a claim before the court.
func reminderLine(at time.Time, task string) string {
	return fmt.Sprintf("%s task %s", calendar.DateOf(at), task)
}

// lived are the letters of a claim with what they asked, what staff was reminded of before the court, and what is open on a day and was paid by then.
func (o *office) lived(t *testing.T, ref postgres.Ref, on calendar.Date) (lines []string) {
	t.Helper()
	f := o.facts(t, ref)
	for _, l := range f.Letters {
		asked := l.Demanded
		if asked == 0 { // it tells the client what is owed
			asked = o.owed(t, f, l.On).Open.Total()
		}
		lines = append(lines, sameLine(l.On, l.Step, l.Channel, asked))
	}
	events, err := o.store.Timeline(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	reminds := func(e postgres.Event) bool {
		task, _ := e.Detail["task"].(string)
		return trajectory.Reminds(task)
	}
	for _, e := range events {
		if e.Kind == "task-opened" && reminds(e) {
			lines = append(lines, reminderLine(e.At, fmt.Sprint(e.Detail["task"])))
		}
	}
	slices.Sort(lines)
	if f.Status.Final() && f.Status != claim.StatusCourt { // it stands as it stood then
		on = calendar.DateOf(events[len(events)-1].At)
	}
	account := o.owed(t, f, on)
	paid := money.Amount(0)
	for _, a := range account.Allocations {
		paid += a.Took()
	}
	return append(lines, fmt.Sprintf("%s, open %s, paid %s", f.Status, account.Open.Total(), paid))
}

// sameLine has no amount where a letter neither asks nor states what is owed.
func sameLine(on calendar.Date, step, channel string, amount money.Amount) string {
	if confirms := claim.IsArrangementStep(step) && !strings.Contains(step, "/"); confirms || step == trajectory.DisputeUpheld {
		return fmt.Sprintf("%s %s by %s", on, step, channel)
	}
	return fmt.Sprintf("%s %s by %s %s", on, step, channel, amount)
}

func (o *office) owed(t *testing.T, f claim.Facts, on calendar.Date) claim.Account {
	t.Helper()
	account, err := f.AccountOn(o.teller.rules.Tables(), on)
	if err != nil {
		t.Fatal(err)
	}
	return account
}

// rehearsed are the same lines of a scenario.
func rehearsed(t *testing.T, told string, tables law.Tables) (lines []string) {
	t.Helper()
	s, err := scenario.Parse("same", []byte(told), os.ReadFile)
	if err != nil {
		t.Fatalf("%v\n%s", err, told)
	}
	r, err := openRehearsal(t.Context(), tables)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.close(); err != nil {
			t.Error(err)
		}
	})
	lives, err := r.play(t.Context(), []scenario.Scenario{s}, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range lives[0].Timeline {
		switch e.Kind {
		case scenario.KindLetter, scenario.KindSticker, scenario.KindAdvice, scenario.KindInterruption:
			lines = append(lines, sameLine(calendar.DateOf(e.At), e.Step, e.Channel, e.Total))
		case scenario.KindTask:
			if asked := !strings.HasPrefix(e.Reason, "done:") && !strings.HasPrefix(e.Reason, "dropped:"); asked && trajectory.Reminds(e.Step) {
				lines = append(lines, reminderLine(e.At, e.Step))
			}
		}
	}
	slices.Sort(lines)
	f := lives[0].Final
	return append(lines, fmt.Sprintf("%s, open %s, paid %s", f.Status, f.Outstanding, f.Paid))
}
