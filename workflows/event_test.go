package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/mail"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/spool"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

type claimFacts = claim.Facts

// event is one sentence of a story: "2026-10-08 21:00 pays 1000.00". A sentence that ends in "(no signal)" or "(two signals)" says what the
// relay makes of it; one signal is the rule.
type event struct {
	text    string
	at      time.Time
	words   []string
	signals int
	done    bool
}

func parseEvent(text string) event {
	e := event{text: text, signals: 1}
	sentence, found := strings.CutSuffix(text, " (no signal)")
	if found {
		e.signals = 0
	}
	if sentence, found = strings.CutSuffix(sentence, " (two signals)"); found {
		e.signals = 2
	}
	e.at, e.words = instant(sentence[:len("2006-01-02 15:04")]), strings.Fields(sentence[len("2006-01-02 15:04"):])
	return e
}

// happen makes an event a fact and wakes the workflow, or asks the workflow.
func (w *world) happen(e event) error {
	rest := strings.Join(e.words[1:], " ")
	switch e.words[0] {
	case "mail-server":
		w.mail.set(rest)
		return nil
	case "spool":
		w.box.set(rest)
		return nil
	case "looks":
		return w.look()
	case "operator-looks":
		answer, err := w.env.QueryWorkflow(workflows.QueryState)
		if err != nil {
			return err
		}
		var state workflows.State
		err = answer.Get(&state)
		w.noted = append(w.noted, line{e.at, fmt.Sprintf("next: %s on %s", state.Next.Name(), state.Next.Day)})
		return err
	case "cancel":
		w.env.CancelWorkflow()
		return nil
	case "database:":
		return w.super(rest, w.ref.ClaimID)
	case "decides":
		w.ask(workflows.UpdateDecide, e, workflows.Decide{Choice: claim.Choice(rest), Actor: "client"})
		return nil
	case "withdraws":
		return w.withdraws(e, rest)
	case "stops-monitoring":
		w.ask(workflows.UpdateStopMonitoring, e, workflows.StopMonitoring{Because: claim.Ending(rest), Actor: "client"})
		return nil
	case "repair":
		do, key, ok := strings.Cut(rest, " key ")
		if !ok {
			key = e.text
		}
		do, step, _ := strings.Cut(do, " ")
		w.ask(workflows.UpdateRepair, e, workflows.Repair{Key: key, Do: do, Step: step, Reason: "looked into", Actor: "operator"})
		return nil
	}
	if err := w.record(e, rest, postgres.Actor{Name: "somebody", At: e.at}); err != nil {
		return err
	}
	for _, m := range w.messages() {
		for range e.signals {
			w.env.SignalWorkflow(m.Name, workflows.FactRecorded{Key: m.Key})
		}
	}
	return nil
}

func (w *world) record(e event, rest string, by postgres.Actor) error {
	ctx, on := context.Background(), calendar.DateOf(e.at)
	switch e.words[0] {
	case "pays", "credited", "let-go":
		kind := map[string]claim.SettlementKind{"pays": claim.PaidToClient, "credited": claim.CreditNote, "let-go": claim.WriteOff}[e.words[0]]
		amount, err := w.amount(rest, on)
		if err != nil {
			return err
		}
		return w.store.RecordSettlement(ctx, w.ref, claim.Settlement{Key: e.text, Kind: kind, On: on, Amount: amount}, by, w.rules.Rules)
	case "paid-on": // a payment to the client that is heard of later: a day and an amount
		day, amount, _ := strings.Cut(rest, " ")
		return w.store.RecordSettlement(ctx, w.ref, claim.Settlement{Key: e.text, Kind: claim.PaidToClient, On: calendar.MustParseDate(day), Amount: money.MustParse(amount)}, by, w.rules.Rules)
	case "interrupted":
		return w.store.RecordInterruption(ctx, w.ref, postgres.Interruption{Key: e.text, How: "lodged with the trustee", On: calendar.MustParseDate(rest)}, by)
	case "reverses": // the text of the event that paid
		_, err := w.store.ReverseSettlement(ctx, w.ref, rest, "storno", by, w.rules.Rules)
		return err
	case "trajectory": // from the one it has
		change := postgres.TrajectoryChange{From: w.facts().Trajectory, To: rest, Reason: "another policy"}
		_, err := w.store.ChangeTrajectory(ctx, w.ref, change, by, func(claim.Facts) ([]claim.Done, error) { return nil, nil })
		return err
	case "agrees":
		return w.agree(rest)
	case "receipt": // on the trust account, without a reference
		_, err := w.store.RecordReceipt(ctx, postgres.Receipt{Key: "bank-1", Amount: money.MustParse(rest), On: on, IBAN: "NL91ABNA0417164300", Payer: "R. Voorbeeld", Remittance: "rekening"}, by, w.rules.Rules)
		return err
	case "assigned":
		return w.store.AssignReceipt(ctx, "bank-1", w.ref, by, w.rules.Rules)
	case "disputes":
		return w.store.RaiseDispute(ctx, w.ref, "d1", "never delivered", by)
	case "judged":
		return w.store.JudgeDispute(ctx, w.ref, "d1", rest, "the documents say so", by)
	case "held":
		until := calendar.Date{}
		if rest != "" {
			until = calendar.MustParseDate(rest)
		}
		return w.store.Hold(ctx, w.ref, "h1", until, "the client asks", by)
	case "resumed":
		return w.store.Resume(ctx, w.ref, "h1", by)
	case "promises": // "promises 500.00 by 2026-10-12"
		amount, due, _ := strings.Cut(rest, " by ")
		return w.store.RecordPromise(ctx, w.ref, "p1", money.MustParse(amount), calendar.MustParseDate(due), policy.Leniency(), by, w.rules.Rules)
	case "takes-back":
		return w.store.WithdrawPromise(ctx, w.ref, rest, by)
	case "arranges": // "arranges 3 from 2026-10-12"
		count, first, _ := strings.Cut(rest, " from ")
		plan := claim.Plan{Count: int(count[0] - '0'), First: calendar.MustParseDate(first)}
		return w.store.RecordArrangement(ctx, w.ref, postgres.Proposal{Key: "a1", Permission: "by telephone", Plan: plan}, policy.Leniency(), by, w.rules.Rules)
	case "ends-arrangement":
		return w.store.EndArrangement(ctx, w.ref, rest, by)
	case "flag":
		kind, day, found := strings.Cut(rest, " since ")
		since := calendar.Date{}
		if found {
			since = calendar.MustParseDate(day)
		}
		return w.store.SetFlag(ctx, w.ref, kind, since, by, w.rules.Rules)
	case "clear":
		return w.store.ClearFlag(ctx, w.ref, rest, calendar.Date{}, by, w.rules.Rules)
	case "task-done":
		return w.store.CompleteTask(ctx, w.ref, rest, "done", by, w.rules.Rules)
	case "remark":
		return w.store.Remark(ctx, w.ref, e.text, rest, by)
	case "complains":
		key, day, late := strings.Cut(rest, " received ")
		received := on
		if late {
			received = calendar.MustParseDate(day)
		}
		return w.store.RecordComplaint(ctx, w.ref, postgres.Complaint{Key: key, Text: "nobody answers the telephone", Received: received, AnswerBy: on.AddDays(14)}, by)
	case "traced":
		step, outcome, _ := strings.Cut(rest, " ")
		return w.store.ResolveLetter(ctx, w.ref, step, 1, outcome == "delivered", by)
	case "came-back":
		return w.store.ReturnLetter(ctx, w.ref, postgres.Returned{Step: rest, On: on}, by, w.rules.Rules)
	case "asks": // "asks q1 documents", "asks q1 documents hold"
		r := policy.AnswerTerms().Request(e.words[1], claim.RequestKind(e.words[2]), 0)
		return w.store.RecordRequest(ctx, w.ref, postgres.Request{Request: r, Text: "de getekende opdracht", Hold: len(e.words) > 3}, by)
	case "answers":
		return w.store.AnswerRequest(ctx, w.ref, rest, claim.AnswerGiven, "it came by e-mail", by)
	case "exception":
		return w.store.RecordException(ctx, w.ref, postgres.Exception{Is: settlement.NoWord, Reason: "no documents", Price: money.MustParse(rest)}, by, w.rules.Rules)
	case "court": // "court served", on its day
		return w.store.RecordCourtStep(ctx, w.ref, claim.CourtStep{Stage: claim.CourtStage(rest), On: on}, "", by, w.rules.Rules)
	case "operator-closes":
		_, err := w.store.SayClose(ctx, w.ref, "the story ends", by, w.trifling)
		return err
	}
	return fmt.Errorf("no such event")
}

// trifling are rules by which one person closes any claim: how two do is told elsewhere (decision 64).
func (w *world) trifling(f claim.Facts) (trajectory.Rules, error) {
	rules, err := w.rules.Rules(f)
	rules.Policy.MinimumDemand = money.MustParse("1000000.00")
	return rules, err
}

// policy is that of a configuration which says nothing else.
var policy = func() config.Policy {
	c, err := config.Development(nil)
	if err != nil {
		panic(err)
	}
	return c.Policy
}()

// withdraws confirms a price ("withdraws 1.00"), or that of now as a client does who was shown it.
func (w *world) withdraws(e event, confirmed string) error {
	f := w.facts()
	rules, err := w.rules.Rules(f)
	if err != nil {
		return err
	}
	price, err := rules.Price(settlement.Withdrawal, f, calendar.DateOf(e.at))
	if confirmed != "" {
		price.Total, err = money.Parse(confirmed)
	}
	w.ask(workflows.UpdateWithdraw, e, workflows.Withdraw{Price: price.Total, Actor: "client"})
	return err
}

// amount reads "open" (what is owed that day), "demanded" (what the last letter asks) or a figure.
func (w *world) amount(text string, on calendar.Date) (money.Amount, error) {
	f := w.facts()
	switch text {
	case "instalment": // the first that is not paid
		a, _ := f.Arrangement(on)
		i, _ := f.Unpaid(a, on)
		short := f.Short(a, i, on)
		return short, nil
	case "open":
		account, err := f.AccountOn(w.rules.Tables(), on)
		return account.Open.Total(), err
	case "demanded":
		return f.Letters[len(f.Letters)-1].Demanded, nil
	}
	return money.Parse(text)
}

// ask sends an update and notes a refusal.
func (w *world) ask(name string, e event, in any) {
	refused := func(err error) {
		var no *temporal.ApplicationError
		if !errors.As(err, &no) || !no.NonRetryable() {
			w.t.Errorf("%s: %v is not a refusal", e.text, err)
			return
		}
		w.noted = append(w.noted, line{e.at, strings.Join(e.words, " ") + " refused: " + no.Message()})
	}
	w.env.UpdateWorkflow(name, e.text, &testsuite.TestUpdateCallback{
		OnAccept: func() {}, OnReject: refused,
		OnComplete: func(_ any, err error) {
			if err != nil {
				refused(err)
			}
		},
	}, in)
}

// mailServer answers as it is told and remembers what it was offered, and what it took.
type mailServer struct {
	mu      sync.Mutex
	mood    string
	now     func() time.Time // of the business: a retry comes later than the date of its mail
	offered []time.Time      // to debtors: the contact window protects them
	taken   []string
	hear    func(m mail.Message) // of every offer
}

// set gives the mood: up, down (try later), bounces (the debtor's mailbox does not exist), client-bounces, refuses (it does, but
// not for this mail), silent (takes the mail and never answers).
func (s *mailServer) set(mood string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mood = mood
}

func (s *mailServer) Send(_ context.Context, m mail.Message) mail.Result {
	if s.hear != nil {
		s.hear(m)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.To != "client@voorbeeld.example" {
		s.offered = append(s.offered, s.now())
	}
	switch {
	case s.mood == "down":
		return mail.Result{Outcome: mail.Retry, Reply: "connection refused"}
	case s.mood == "bounces" && m.To != "client@voorbeeld.example":
		return mail.Result{Outcome: mail.Bounced, Reply: "550 no such mailbox"}
	case s.mood == "client-bounces" && m.To == "client@voorbeeld.example":
		return mail.Result{Outcome: mail.Bounced, Reply: "550 no such mailbox"}
	case s.mood == "refuses" && m.To != "client@voorbeeld.example":
		return mail.Result{Outcome: mail.Refused, Reply: "550 5.7.1 not wanted here"}
	case s.mood == "silent":
		s.taken = append(s.taken, m.ID)
		return mail.Result{Outcome: mail.Unknown, Reply: "no answer"}
	}
	s.taken = append(s.taken, m.ID)
	return mail.Result{Outcome: mail.Accepted, Reply: "250 taken"}
}

func (s *mailServer) accepted(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Count(" "+strings.Join(s.taken, "  ")+" ", " "+id+" ")
}

func (s *mailServer) offers() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.offered)
}

// postBox is the spool, up or down, and remembers when it was offered a letter.
type postBox struct {
	*spool.Spool
	mu      sync.Mutex
	mood    string
	now     func() time.Time
	offered []time.Time
}

func (b *postBox) set(mood string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mood = mood
}

func (b *postBox) Put(ctx context.Context, item spool.Item) (spool.Entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.offered = append(b.offered, b.now())
	if b.mood == "down" {
		return spool.Entry{}, errors.New("no space left")
	}
	return b.Spool.Put(ctx, item)
}

func (b *postBox) offers() []time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.offered)
}
