package main

import (
	"fmt"
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
)

// happened is an event of a life, told in a scenario and done on the real server, some days after hand-over.
type happened struct {
	days int
	told string // of a scenario, without its moment
	do   func(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error
}

func paidClient(amount string) func(*office, *testing.T, postgres.Ref, postgres.Actor) error {
	return func(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error {
		s := claim.Settlement{Key: "p", Kind: claim.PaidToClient, Amount: money.MustParse(amount), On: calendar.DateOf(by.At)}
		return o.store.RecordSettlement(t.Context(), ref, s, by, o.teller.rules.Rules)
	}
}

// The same life on a real server that skips time and in the environment in which scenarios live: the same letters, on the same days, of the same cents.
func TestRealServerAndScenarioTellTheSameLife(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	for _, c := range []struct {
		name   string
		debtor debtor
		days   int // of telling
		events []happened
	}{
		{"a silent company", debtor{who: "company BAS", amount: "2500.01"}, 120, nil},
		{"a consumer who pays a part, disputes in vain, and is monitored", debtor{who: "consumer PRE", amount: "1234.56"}, 600, []happened{
			{12, "pays-client: 400.00, key: p", paidClient("400.00")},
			{20, "dispute: never delivered, key: d", func(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error {
				return o.store.RaiseDispute(t.Context(), ref, "d", "never delivered", by)
			}},
			{24, "dispute-rejected: it was signed for", func(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error {
				return o.store.JudgeDispute(t.Context(), ref, "d", "rejected", "it was signed for", by)
			}},
		}},
		{"a consumer on hold who then pays", debtor{who: "consumer BAS", amount: "80.00"}, 60, []happened{
			{5, "hold: the client asks, key: h, until: UNTIL", func(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error {
				return o.store.Hold(t.Context(), ref, "h", calendar.DateOf(by.At).AddDays(10), "the client asks", by)
			}},
			{22, "pays-client: 80.00, key: p", paidClient("80.00")},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ref := o.handOver(t, c.debtor)[0]
			o.started(t, ref)
			f := o.facts(t, ref)
			until := f.HandedOverOn.AddDays(c.days).At(23, 0)
			told := fmt.Sprintf("plan: %s\nclaim:\n  debtor_kind: %s\n  handed_over: %s\n  invoices:\n    - {invoice: F-1, invoice_date: %s, due_date: %s, amount: %s}\nuntil: %s\nevents:\n",
				f.Plan, strings.Fields(c.debtor.who)[0], o.openedAt(t, ref).Format(time.RFC3339), f.Invoices[0].Issued, f.Invoices[0].Due, f.Invoices[0].Amount, until.Format("2006-01-02 15:04"))
			if c.events == nil {
				told = strings.TrimSuffix(told, "events:\n")
			}
			for _, e := range c.events {
				at := f.HandedOverOn.AddDays(e.days).At(21, 0)
				told += fmt.Sprintf("  - {at: %s, %s}\n", at.Format("2006-01-02 15:04"), strings.ReplaceAll(e.told, "UNTIL", calendar.DateOf(at).AddDays(10).String()))
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
		})
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

// lived are the letters of a claim with what they asked, and what is open on a day and was paid by then.
func (o *office) lived(t *testing.T, ref postgres.Ref, on calendar.Date) (lines []string) {
	t.Helper()
	f := o.facts(t, ref)
	for _, l := range f.Letters {
		asked := l.Demanded
		if asked == 0 { // it tells the client what is owed
			asked = o.owed(t, f, l.On).Open.Total()
		}
		lines = append(lines, fmt.Sprintf("%s %s by %s %s", l.On, l.Step, l.Channel, asked))
	}
	slices.Sort(lines)
	events, err := o.store.Timeline(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if f.Status.Final() { // it stands as it stood then
		on = calendar.DateOf(events[len(events)-1].At)
	}
	account := o.owed(t, f, on)
	paid := money.Amount(0)
	for _, a := range account.Allocations {
		paid += a.Took()
	}
	return append(lines, fmt.Sprintf("%s, open %s, paid %s", f.Status, account.Open.Total(), paid))
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
	s, err := scenario.Parse("same", []byte(told), nil)
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
			lines = append(lines, fmt.Sprintf("%s %s by %s %s", calendar.DateOf(e.At), e.Step, e.Channel, e.Total))
		}
	}
	slices.Sort(lines)
	f := lives[0].Final
	return append(lines, fmt.Sprintf("%s, open %s, paid %s", f.Status, f.Outstanding, f.Paid))
}
