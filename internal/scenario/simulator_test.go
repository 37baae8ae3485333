package scenario_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/scenario"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// randomLives is how many are lived in a run of the tests; the same ones each time.
const randomLives = 400

// The walk of the simulator (trajectory.Play) and production in a scenario make the same of the same events: the same letters, on the same days, of the same
// cents, and the same end.
func TestSimulatorAndWorkflowLiveTheSameLife(t *testing.T) {
	t.Parallel()
	began, todo := time.Now(), make(chan int, randomLives)
	for seed := range randomLives {
		todo <- seed
	}
	close(todo)
	var hosts sync.WaitGroup
	var counts sync.Mutex
	happened := map[string]int{}
	for range 3 {
		host := newHost(t)
		hosts.Go(func() {
			for seed := range todo {
				one := newRandomLife(seed)
				for _, problem := range one.bothWays(t.Context(), host, fmt.Sprintf("random-%d.yaml", seed)) {
					t.Errorf("%d: %s\nof\n%s", seed, problem, one.text())
				}
				counts.Lock()
				for _, e := range one.events {
					kind, _, _ := strings.Cut(e.told, ":")
					happened[kind]++
				}
				counts.Unlock()
			}
		})
	}
	hosts.Wait()
	t.Logf("%d lives in %s, with %v", randomLives, time.Since(began).Round(time.Millisecond), happened)
	for _, kind := range happenings {
		if happened[kind] == 0 {
			t.Errorf("no life had %s in it", kind)
		}
	}
}

// bothWays lets the life be simulated and lived, and says what is wrong.
func (r *randomLife) bothWays(ctx context.Context, host *scenario.Host, name string) (problems []string) {
	want, err := r.simulated(host.Rules)
	if err != nil {
		return []string{"simulated: " + err.Error()}
	}
	s, err := scenario.Parse(name, []byte(r.text()), fileOf)
	if err != nil {
		return []string{err.Error()}
	}
	life, err := host.Run(ctx, s)
	if err != nil {
		return []string{"lived: " + err.Error()}
	}
	if got := lettersOf(life); !slices.Equal(got, want) {
		problems = append(problems, fmt.Sprintf("lived\n%s\nsimulated\n%s", strings.Join(got, "\n"), strings.Join(want, "\n")))
	}
	if why := costsNothing(life); why != "" {
		problems = append(problems, why)
	}
	if why := goesOn(life); why != "" {
		problems = append(problems, why)
	}
	return problems
}

// costsNothing says what is wrong when a claim that was not withdrawn, and for which no money came in, costs the client something (requirement S6).
func costsNothing(life scenario.Life) string {
	received, f := false, life.Final
	for _, e := range life.Timeline {
		received = received || e.Kind == scenario.KindReceipt || e.Kind == scenario.KindSettlement && e.Step == string(claim.PaidToClient)
	}
	if !received && f.Status != claim.StatusWithdrawn && f.InvoicedToClient+f.ToAgency+f.ToClient != 0 {
		return fmt.Sprintf("nothing came in, and %s is invoiced, %s is the client's and %s the agency's", f.InvoicedToClient, f.ToClient, f.ToAgency)
	}
	return ""
}

// goesOn says what is wrong when a claim that has not ended has no next day, and nobody is asked, or one that has ended goes on. One before the court has not ended while its
// hand-over or outcome is awaited; of one whose procedure has come to a judgment the debtor may still dispute, which whoever handles it is to be told.
func goesOn(life scenario.Life) string {
	f, next := life.Final, life.Next
	ended := f.Status.Final() && f.Stage != trajectory.StageCourt
	told := f.Status == claim.StatusCourt && stillAsked(life, next.Step)
	waits := stillAsked(life, next.Step) || strings.Contains(next.Reason, "an operator repairs") || strings.Contains(next.Reason, "; meanwhile: ")
	if ended != (next.Step == "") && !told || !ended && next.On == nil && !waits || next.Reason == "" {
		return fmt.Sprintf("it is %s in %s, and next is %+v", f.Status, f.Stage, next)
	}
	return ""
}

// stillAsked says whether a person is asked to do a task and has not done it, by the timeline.
func stillAsked(life scenario.Life, task string) (open bool) {
	for _, e := range life.Timeline {
		if e.Kind == scenario.KindTask && e.Step == task {
			open = opens(e)
		}
	}
	return open
}

// opens says whether a line about a task asks for it.
func opens(e scenario.Entry) bool {
	return !strings.HasPrefix(e.Reason, "done:") && !strings.HasPrefix(e.Reason, "dropped:")
}

// lettersOf are the letters of a life with what they ask, what staff was reminded of, and how it ends.
func lettersOf(life scenario.Life) (lines []string) {
	for _, e := range life.Timeline {
		switch e.Kind {
		case scenario.KindLetter, scenario.KindSticker, scenario.KindAdvice, scenario.KindInterruption:
			lines = append(lines, letterLine(calendar.DateOf(e.At), e.Step, e.Channel, e.Total))
		case scenario.KindTask:
			if trajectory.Reminds(e.Step) && opens(e) {
				lines = append(lines, reminderLine(calendar.DateOf(e.At), e.Step))
			}
		}
	}
	slices.Sort(lines)
	f := life.Final
	return append(lines, endLine(f.Status, f.Outstanding, f.Paid, f.ToClient, f.ToAgency))
}

// letterLine has no amount where it is none that is asked: in a confirmation, a request, or the answer to a complaint.
func letterLine(on calendar.Date, step, channel string, amount money.Amount) string {
	if (!strings.Contains(step, ":") || strings.Contains(step, "/")) && step != trajectory.DisputeUpheld {
		return fmt.Sprintf("%s %s by %s %s", on, step, channel, amount)
	}
	return fmt.Sprintf("%s %s by %s", on, step, channel)
}

func reminderLine(on calendar.Date, task string) string { return fmt.Sprintf("%s task %s", on, task) }

func endLine(status claim.Status, outstanding, paid, client, agency money.Amount) string {
	return fmt.Sprintf("ends %s, outstanding %s, paid %s, client %s, agency %s", status, outstanding, paid, client, agency)
}

// randomLife is a claim with what happens to it, for both.
type randomLife struct {
	*rand.Rand
	debtor, plan string
	amount       money.Amount
	handedOver   calendar.Date
	email        bool
	until        calendar.Date
	events       []occasion
	reminders    map[string]string // that somebody has done, by the key of the occasion
	down         stillness
}

// occasion is an event as a scenario tells it, and as a change of the facts, at nine in the evening.
type occasion struct {
	on     calendar.Date
	told   string
	change func(f *claim.Facts, on calendar.Date)
}

// recorded says whether something happened to the claim by its case file. A client's plan is told in the files of its open claims, and what is said of a reminder
// is nothing that happens.
func (e occasion) recorded(before, after claim.Facts) bool {
	switch kind, _, _ := strings.Cut(e.told, ":"); kind {
	case "remark":
		return true
	case "task-done":
		return false
	case "plan-changed":
		return before.Status == claim.StatusOpen && before.Plan != after.Plan
	}
	return !reflect.DeepEqual(before, after)
}

func newRandomLife(seed int) *randomLife {
	r := &randomLife{Rand: rand.New(rand.NewPCG(uint64(seed), 1)), reminders: map[string]string{}}
	r.debtor, r.plan = pick(r, "consumer", "consumer", "sole-trader", "company"), pick(r, "premium", "basis")
	r.amount = money.Cents(1 + r.Int64N(5000_00))
	r.handedOver = calendar.MustParseDate("2026-01-05").AddDays(r.IntN(200))
	r.email = r.IntN(4) > 0
	r.until = r.handedOver.AddDays(60 + r.IntN(700))
	on := r.handedOver
	for range r.IntN(6) {
		if on = on.AddDays(1 + r.IntN(25)); on.Before(r.until) {
			r.events = append(r.events, r.occasions(pick(r, happenings...), on)...)
		}
	}
	slices.SortStableFunc(r.events, func(a, b occasion) int { return a.on.Compare(b.on) })
	r.events = slices.DeleteFunc(r.events, func(e occasion) bool { return !e.on.Before(r.until) })
	r.events = slices.DeleteFunc(r.events, r.competes())
	return r
}

func pick[T any](r *randomLife, from ...T) T { return from[r.IntN(len(from))] }

// text is the scenario.
func (r *randomLife) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "plan: %s\nclaim:\n  debtor_kind: %s\n  handed_over: %s\n", r.plan, r.debtor, r.handedOver)
	if !r.email {
		b.WriteString("  email: \"\"\n")
	}
	if r.debtor == "company" {
		b.WriteString("  debtor: Voorbeeld Bouw B.V.\n")
	}
	fmt.Fprintf(&b, "  invoices:\n    - {invoice: F-1, invoice_date: %s, due_date: %s, amount: %s}\nuntil: %s\n", r.handedOver.AddDays(-70), r.handedOver.AddDays(-40), r.amount, r.until)
	for i, e := range r.events {
		if i == 0 {
			b.WriteString("events:\n")
		}
		fmt.Fprintf(&b, "  - {at: %s, %s}\n", e.on, r.named(e.told))
	}
	return b.String()
}

// facts are those of the claim when it is handed over, as `dunning simulate` has them.
func (r *randomLife) facts() claim.Facts {
	f := claim.Facts{
		ClaimID: "random", Plan: r.plan, Status: claim.StatusOpen, HandedOverOn: r.handedOver, HasEmail: r.email, Trajectory: "business@1",
		Debtor:   claim.DebtorKind{InBusiness: r.debtor != "consumer", NaturalPerson: r.debtor != "company"},
		Invoices: []claim.Invoice{{Number: "F-1", Issued: r.handedOver.AddDays(-70), Due: r.handedOver.AddDays(-40), Amount: r.amount}},
	}
	if r.debtor == "consumer" {
		f.Trajectory = "consumer@1"
	}
	return f
}

// simulated plays the life by the decision function alone. What would happen after the claim has ended is left out of it.
func (r *randomLife) simulated(library *trajectory.Library) ([]string, error) {
	f := r.facts()
	rules, err := library.Rules(f)
	if err != nil {
		return nil, err
	}
	var happened []occasion
	var last calendar.Date // on which something happened
	play := trajectory.Play{Rules: rules, Until: r.until.At(24, 0).Add(-time.Second), Received: received, Pinned: knowing.Rules, Back: r.down.back}
	play.Others = func(_ claim.Facts, m trajectory.Moment) (turns []trajectory.Turn) {
		if !trajectory.Reminds(m.Action.Task) {
			last = m.Action.Day
		}
		if m.Action.Kind != trajectory.ActOpen {
			return nil
		}
		for _, e := range r.events {
			turns = append(turns, trajectory.Turn{At: e.on.At(21, 0), Change: func(f *claim.Facts, on calendar.Date) {
				before := *f
				e.change(f, on)
				if happened = append(happened, e); e.recorded(before, *f) {
					last = on
				}
			}})
		}
		return turns
	}
	life, end, err := play.Life(f, r.handedOver.At(6, 0))
	if err != nil {
		return nil, err
	}
	if !end.Status.Final() {
		return r.tell(life, end, rules, r.until)
	}
	if r.events = happened; end.Status == claim.StatusCourt { // there it goes on
		last = r.until
	}
	return r.tell(life, end, rules, last)
}

// tell are the lines of what was simulated: letters, what staff is reminded of, and the end.
func (r *randomLife) tell(life []trajectory.Moment, end claim.Facts, rules trajectory.Rules, last calendar.Date) (lines []string, err error) {
	sent := 0
	for _, m := range life {
		if trajectory.Reminds(m.Action.Task) {
			lines = append(lines, reminderLine(m.Action.Day, m.Action.Task))
		}
		if m.Action.Letter == "" {
			continue
		}
		amount := end.Letters[sent].Demanded
		if amount == 0 { // it tells the client what is owed
			amount = m.Owed.Total()
		}
		lines, sent = append(lines, letterLine(m.Action.Day, m.Action.Step, m.Action.Channel, amount)), sent+1
	}
	slices.Sort(lines)
	account, err := end.AccountOn(rules.Tables, last)
	var paid, client, agency money.Amount
	for _, share := range settlement.ClientFirst.Shares(account, end.Principal(), end.Halved) {
		if share.Settlement.Kind != claim.WriteOff {
			paid += share.Settlement.Amount - share.Surplus
		}
		client, agency = client+share.Client, agency+share.Agency
	}
	return append(lines, endLine(end.Status, account.Open.Total(), paid, client, agency)), err
}

// received is when a letter counts as received, by the policy as shipped.
func received(on calendar.Date, channel string) calendar.Date {
	if channel == trajectory.ChannelPost {
		return calendar.AddWorkingDays(on, policy.PostDeliveryDays)
	}
	return on.AddDays(policy.MailDeliveryDays)
}
