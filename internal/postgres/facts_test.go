package postgres_test

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// change is one change of facts with what it needs before, and how many messages it leaves for the workflow.
type change struct {
	before, do func(context.Context, *world, postgres.Ref) error
	messages   int
}

func drop[T any](_ T, err error) error { return err }

func changes() map[string]change {
	dispute := func(ctx context.Context, w *world, ref postgres.Ref) error {
		return w.RaiseDispute(ctx, ref, "k", "not delivered", at(today))
	}
	hold := func(ctx context.Context, w *world, ref postgres.Ref) error {
		return w.Hold(ctx, ref, "k", today.AddDays(7), "asked", at(today))
	}
	stop := func(ctx context.Context, w *world, ref postgres.Ref) error {
		return w.SetFlag(ctx, ref, claim.FlagWSNP, asOfToday, at(today))
	}
	task := func(ctx context.Context, w *world, ref postgres.Ref) error {
		return drop(w.OpenTask(ctx, ref, "k", "find out", at(today)))
	}
	pay := func(ctx context.Context, w *world, ref postgres.Ref) error {
		return w.RecordSettlement(ctx, ref, claim.Settlement{Key: "p", Kind: claim.PaidToClient, On: today, Amount: eur("101.00")}, at(today), w.lib.Rules)
	}
	attention := func(ctx context.Context, w *world, ref postgres.Ref) error {
		return drop(w.RecordAttention(ctx, ref, claim.Attention{Action: "reminder", Cause: "BadData", Since: today.At(12, 0)}, at(today)))
	}
	repair := func(do string) change {
		return change{attention, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return drop(w.RecordRepair(ctx, ref, claim.Repair{Key: "k", Do: do, Step: "reminder", Reason: "x"}, at(today), stillSo))
		}, 0}
	}
	all := map[string]change{
		"dispute": {nil, dispute, 1},
		"judge": {dispute, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return w.JudgeDispute(ctx, ref, "k", "rejected", "signed note", at(today))
		}, 1},
		"hold": {nil, hold, 1},
		"resume": {hold, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return w.Resume(ctx, ref, "k", at(today))
		}, 1},
		"remark": {nil, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return w.Remark(ctx, ref, "k", "called", at(today))
		}, 1},
		"flag": {nil, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return w.SetFlag(ctx, ref, claim.FlagAddressUnknown, asOfToday, at(today))
		}, 1},
		"stop": {nil, stop, 1},
		"stop since another day": {stop, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return w.SetFlag(ctx, ref, claim.FlagWSNP, today.AddDays(-3), at(today))
		}, 1},
		"stop cleared": {stop, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return w.ClearFlag(ctx, ref, claim.FlagWSNP, asOfToday, at(today))
		}, 1},
		"debtor": {nil, func(ctx context.Context, w *world, ref postgres.Ref) error {
			_, _, err := w.CorrectDebtor(ctx, ref, map[string]string{"debtor": "Debiteur B.V.", "postcode": "2345bc"}, at(today))
			return err
		}, 1},
		"settlement": {nil, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return w.RecordSettlement(ctx, ref, claim.Settlement{Key: "k", Kind: claim.CreditNote, On: today, Amount: eur("10.00")}, at(today), w.lib.Rules)
		}, 1},
		"reverse": {pay, func(ctx context.Context, w *world, ref postgres.Ref) error {
			_, err := w.ReverseSettlement(ctx, ref, "p", "storno", at(today), w.lib.Rules)
			return err
		}, 1},
		"correct": {pay, func(ctx context.Context, w *world, ref postgres.Ref) error {
			_, err := w.CorrectSettlement(ctx, ref, "p", postgres.Correction{Amount: eur("1.00")}, "misread", at(today), w.lib.Rules)
			return err
		}, 1},
		"reopen": {func(ctx context.Context, w *world, ref postgres.Ref) error {
			return errors.Join(pay(ctx, w, ref), drop(w.CloseClaim(ctx, ref, claim.StatusPaid, "x", at(today), stillSo)))
		}, func(ctx context.Context, w *world, ref postgres.Ref) error {
			_, err := w.ReverseSettlement(ctx, ref, "p", "storno", at(today), w.lib.Rules)
			return err
		}, 1},
		"task": {nil, task, 0},
		"task done": {task, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return w.CompleteTask(ctx, ref, "k", "found", at(today))
		}, 1},
		"close by operator": {nil, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return w.closedByOperator(ref, "the trustee pays nothing")
		}, 1},
		"decision": {nil, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return drop(w.RecordDecision(ctx, ref, claim.ChooseMonitoring, at(today), stillSo))
		}, 0},
		"withdrawal": {nil, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return drop(w.RecordWithdrawal(ctx, ref, commission, at(today), w.lib.Rules))
		}, 0},
		"monitoring": {nil, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return drop(w.StartMonitoring(ctx, ref, at(today)))
		}, 0},
		"attention":    {nil, attention, 0},
		"repair retry": repair("retry"),
		"repair skip":  repair("skip"),
		"repair close": repair("close"),
		"repair override": {func(ctx context.Context, w *world, ref postgres.Ref) error {
			w.sending(ref)
			w.expire(ref)
			return errors.Join(w.SettleAbandoned(ctx, ref, "sweeper"), attention(ctx, w, ref))
		}, repair("override").do, 0},
		"intake": {nil, func(ctx context.Context, w *world, ref postgres.Ref) error {
			return drop(w.OpenClaim(ctx, ref, at(today), claim.CheckIntake))
		}, 0},
		"close": {nil, func(ctx context.Context, w *world, ref postgres.Ref) error {
			still := func(f claim.Facts) (bool, error) { return !f.Status.Final(), nil }
			return drop(w.CloseClaim(ctx, ref, claim.StatusClosed, "x", at(today), still))
		}, 0},
	}
	maps.Copy(all, agreementChanges())
	return all
}

func TestDoingItTwiceIsDoingItOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range changes() {
		var ref postgres.Ref
		if name == "intake" {
			ref = w.handOver(w.newClaim())[0]
		} else {
			ref = w.open()
		}
		if c.before != nil {
			ok(t, c.before(t.Context(), w, ref))
		}
		version := w.version(ref)
		messages := query[int](w, `SELECT count(*) FROM outbox`)
		ok(t, c.do(t.Context(), w, ref))
		if w.version(ref) <= version {
			t.Errorf("%s: the version did not move", name)
		}
		if n := query[int](w, `SELECT count(*) FROM outbox`) - messages; n != c.messages {
			t.Errorf("%s: %d messages", name, n)
		}
		once, version := w.counts(), w.version(ref)
		ok(t, c.do(t.Context(), w, ref))
		if w.counts() != once || w.version(ref) != version {
			t.Errorf("%s twice: %s, version %d; was %s, version %d", name, w.counts(), w.version(ref), once, version)
		}
	}
}

func TestWhatDoesNotFitTheFactsIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by := t.Context(), at(today)
	ref := w.open()
	ofCompany := w.open(as(company, w.newClaim().Debtor))
	ok(t, w.RaiseDispute(ctx, ref, "d", "never ordered", by))
	ok(t, w.SetFlag(ctx, ref, claim.FlagMinor, today.AddDays(-1), by))
	ok(t, w.Hold(ctx, ref, "h", calendar.Date{}, "asked", by))
	ok(t, w.RecordSettlement(ctx, ref, claim.Settlement{Key: "s", Kind: claim.SetOff, On: today, Amount: eur("1.00")}, by, w.lib.Rules))
	_, err := w.OpenTask(ctx, ref, "t", "x", by)
	ok(t, err)
	closed := w.open()
	_, err = w.CloseClaim(ctx, closed, claim.StatusClosed, "x", by, func(claim.Facts) (bool, error) { return true, nil })
	ok(t, err)
	before := w.counts()
	for name, err := range map[string]error{
		"a dispute key for other grounds":        w.RaiseDispute(ctx, ref, "d", "too late", by),
		"a dispute under the key of a hold":      w.RaiseDispute(ctx, ref, "h", "x", by),
		"a dispute of a closed claim":            w.RaiseDispute(ctx, closed, "d", "x", by),
		"a judgement of nothing":                 w.JudgeDispute(ctx, ref, "none", "rejected", "", by),
		"an overlapping hold":                    w.Hold(ctx, ref, "h2", today.AddDays(3), "", by),
		"a hold until yesterday":                 w.Hold(ctx, ref, "h3", today.AddDays(-1), "", by),
		"resuming what is not held":              w.Resume(ctx, ref, "none", by),
		"a settlement of nothing":                w.RecordSettlement(ctx, ref, claim.Settlement{Key: "z", Kind: claim.SetOff, On: today}, by, w.lib.Rules),
		"a settlement of next month":             w.RecordSettlement(ctx, ref, claim.Settlement{Key: "z", Kind: claim.PaidToClient, On: today.AddDays(8), Amount: eur("1.00")}, by, w.lib.Rules),
		"trust money beside the trust account":   w.RecordSettlement(ctx, ref, claim.Settlement{Key: "z", Kind: claim.PaidToAgency, On: today, Amount: eur("1.00")}, by, w.lib.Rules),
		"a settlement key for another amount":    w.RecordSettlement(ctx, ref, claim.Settlement{Key: "s", Kind: claim.SetOff, On: today, Amount: eur("2.00")}, by, w.lib.Rules),
		"ending a task nobody asked":             w.CompleteTask(ctx, ref, "none", "", by),
		"a settlement before the oldest invoice": w.RecordSettlement(ctx, ref, claim.Settlement{Key: "z", Kind: claim.PaidToClient, On: today.AddDays(-61), Amount: eur("1.00")}, by, w.lib.Rules),
		"a dispute without grounds":              w.RaiseDispute(ctx, ref, "d9", " ", by),
		"a remark without words":                 w.Remark(ctx, ref, "r", "\n", by),
		"a remark with a NUL":                    w.Remark(ctx, ref, "r", "called\x00", by),
		"a remark that is not UTF-8":             w.Remark(ctx, ref, "r", "caf\xe9", by),
		"a dispute that hides its grounds":       w.RaiseDispute(ctx, ref, "d9", "\x1b[8mx", by),
		"a hold for no readable reason":          w.Hold(ctx, ref, "h9", today, "x\u0085", by),
		"a complaint with a NUL":                 w.RecordComplaint(ctx, ref, postgres.Complaint{Key: "n", Text: "x\x00", Received: today}, by),
		"a closing with a NUL":                   w.closedByOperator(ref, "x\x00"),
		"a reversal with a NUL":                  drop(w.ReverseSettlement(ctx, ref, "s", "x\x00", by, w.lib.Rules)),
		"a dispute without a key":                w.RaiseDispute(ctx, ref, "", "x", by),
		"a remark without a key":                 w.Remark(ctx, ref, " ", "x", by),
		"a hold without a key":                   w.Hold(ctx, ref, "", today, "x", by),
		"a settlement without a key":             w.RecordSettlement(ctx, ref, claim.Settlement{Key: "\t", Kind: claim.PaidToClient, On: today, Amount: eur("1.00")}, by, w.lib.Rules),
		"holding what is closed":                 w.Hold(ctx, closed, "h4", today, "", by),
		"flagging what is closed":                w.SetFlag(ctx, closed, claim.FlagEmailBounced, calendar.Date{}, by),
		"tracing a letter that did not leave":    w.ResolveLetter(ctx, ref, "reminder", 1, true, by),
		"closing what is closed":                 w.closedByOperator(closed, "x"),
		"overriding no letter":                   drop(w.RecordRepair(ctx, ref, claim.Repair{Key: "o", Do: "override", Step: "summons"}, by, stillSo)),
		"bankrupt since tomorrow":                w.SetFlag(ctx, ref, claim.FlagBankrupt, today.AddDays(1), by),
		"no longer a minor from tomorrow":        w.ClearFlag(ctx, ref, claim.FlagMinor, today.AddDays(1), by),
		"no longer one before one was":           w.ClearFlag(ctx, ref, claim.FlagMinor, today.AddDays(-2), by),
		"no longer bankrupt who never was":       w.ClearFlag(ctx, ref, claim.FlagBankrupt, calendar.Date{}, by),
		"an address that was never unknown":      w.ClearFlag(ctx, ref, claim.FlagAddressUnknown, calendar.Date{}, by),
		"debt restructuring of a company":        w.SetFlag(ctx, ofCompany, claim.FlagWSNP, today, by),
		"an unknown address since some day":      w.SetFlag(ctx, ref, claim.FlagAddressUnknown, today, by),
	} {
		var conflict *postgres.ConflictError
		if !errors.As(err, &conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if w.counts() != before {
		t.Errorf("what was refused left something: %s was %s", w.counts(), before)
	}
}

// The plan says what an undecided claim comes to, so that another plan is news for every claim that is open; other particulars are not.
func TestAnotherPlanIsNewsForOpenClaims(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	one, two, closed := w.open(), w.handOver(w.newClaim())[0], w.open()
	_, err := w.CloseClaim(ctx, closed, claim.StatusClosed, "x", at(today), func(claim.Facts) (bool, error) { return true, nil })
	ok(t, err)
	w.client = w.newClient("B")
	other := w.open()
	save := func(plan, phone string) {
		_, err := w.SaveClient(ctx, postgres.Client{Code: "A", Plan: plan, Party: postgres.Party{Name: "A", Street: "K 1", Postcode: "3011 AB", Town: "R", Email: "a@client.example", Phone: phone, Language: "nl"}})
		ok(t, err)
	}
	before := w.counts()
	save("premium", "010-000 0002")
	if w.counts() != before {
		t.Errorf("another telephone number is news: %s was %s", w.counts(), before)
	}
	state := func(ref postgres.Ref) [2]int {
		return [2]int{int(w.version(ref)), query[int](w, `SELECT count(*) FROM outbox WHERE claim_id = $1`, ref.ClaimID)}
	}
	for round, plan := range []string{"basis", "basis", "premium"} {
		want := map[postgres.Ref][2]int{}
		for ref, moves := range map[postgres.Ref]int{one: 1 - round%2, two: 1 - round%2, closed: 0, other: 0} {
			was := state(ref)
			want[ref] = [2]int{was[0] + moves, was[1] + moves}
		}
		save(plan, "")
		for ref, wanted := range want {
			if got := state(ref); got != wanted {
				t.Errorf("round %d: version and messages %v, want %v", round, got, wanted)
			}
		}
	}
	if told := query[int](w, `SELECT count(*) FROM case_event WHERE kind = 'plan-changed' AND claim_id = $1`, two.ClaimID); told != 2 || w.facts(two).Plan != "premium" {
		t.Errorf("told %d times, plan %s", told, w.facts(two).Plan)
	}
}

func TestFirstJudgementAndFirstDecisionStand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by := t.Context(), at(today)
	ref := w.open()
	ok(t, w.RaiseDispute(ctx, ref, "d", "x", by))
	dispute := claim.Pause{Key: "d"}
	ok(t, drop(w.OpenTask(ctx, ref, dispute.JudgeTask(), "x", by)))
	ok(t, drop(w.OpenTask(ctx, ref, dispute.LateTask(), "x", by)))
	ok(t, w.JudgeDispute(ctx, ref, "d", "rejected", "", by))
	for _, task := range w.facts(ref).Tasks {
		if task.Open {
			t.Errorf("%s is still open", task.Key)
		}
	}
	refused(t, w.JudgeDispute(ctx, ref, "d", "upheld", "", by))
	not := func(claim.Facts) (bool, error) {
		return false, &postgres.ConflictError{Problem: "not part of the plan"}
	}
	before := w.counts()
	if _, err := w.RecordDecision(ctx, ref, claim.ChooseCourt, by, not); w.counts() != before {
		t.Errorf("%v; %s was %s", err, w.counts(), before)
	}
	if _, err := w.RecordDecision(ctx, ref, claim.ChooseCourt, by, stillSo); err != nil {
		t.Fatal(err)
	}
	ok(t, second(w.RecordDecision(ctx, ref, claim.ChooseCourt, by, not))) // it is recorded: what changed since does not count
	_, err := w.RecordDecision(ctx, ref, claim.ChooseClose, by, stillSo)
	refused(t, err)
	f, err := w.RecordDefault(ctx, ref, claim.ChooseMonitoring, "", by, stillSo) // the default comes too late: the client's stands
	if err != nil || f.Decision.Choice != claim.ChooseCourt || f.Decision.Default || f.Pauses[0].Outcome != "rejected" {
		t.Errorf("%+v, %+v, %v", f.Decision, f.Pauses, err)
	}
}

func TestTaskThatComesBackCanBeEndedAgainOnTheSameDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ref := t.Context(), w.open()
	for i := range 3 {
		by := postgres.Actor{Name: "test", At: today.At(9+i, 0)}
		_, err := w.OpenTask(ctx, ref, "t", "x", by)
		ok(t, err)
		if task := w.facts(ref).Tasks[0]; !task.Open {
			t.Fatalf("time %d: not open", i)
		}
		ok(t, w.CompleteTask(ctx, ref, "t", "done", by))
		if task := w.facts(ref).Tasks[0]; task.Open {
			t.Fatalf("time %d: the task stays open", i)
		}
	}
	if n := query[int](w, `SELECT count(*) FROM case_event WHERE claim_id = $1 AND kind IN ('task-opened', 'task-done')`, ref.ClaimID); n != 6 {
		t.Errorf("%d events", n)
	}
}

func TestReadingTheFactsIsNotedAndSeenIsNeverAhead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ref := t.Context(), w.handOver(w.newClaim())[0]
	seen := func() bool {
		s, err := w.Seen(ctx, ref)
		ok(t, err)
		return s
	}
	if seen() {
		t.Error("seen before anybody read")
	}
	f, err := w.Facts(ctx, ref)
	ok(t, err)
	if !seen() || f.Version != w.version(ref) {
		t.Errorf("version %d of %d", f.Version, w.version(ref))
	}
	ok(t, w.Remark(ctx, ref, "r", "x", at(today)))
	w.exec(`UPDATE claim SET changed_at = changed_at - interval '10 minutes'`)
	w.exec(`UPDATE outbox SET delivered_at = clock_timestamp()`)
	if refs, err := w.ClaimsBehind(ctx, time.Minute, 10); seen() || err != nil || len(refs) != 1 || refs[0] != ref {
		t.Errorf("behind: %v, %v", refs, err)
	}
	_, err = w.CaseFile(ctx, ref) // a person who looks is not the workflow
	ok(t, err)
	if seen() {
		t.Error("a person's look counts as the workflow's")
	}
	_, err = w.Facts(ctx, ref)
	ok(t, err)
	if refs, err := w.ClaimsBehind(ctx, time.Minute, 10); !seen() || err != nil || len(refs) != 0 {
		t.Errorf("behind: %v, %v", refs, err)
	}
	if _, err := w.Facts(ctx, postgres.Ref{ClientID: w.client, ClaimID: w.client}); !errors.Is(err, postgres.ErrNotFound) {
		t.Errorf("a claim that is not there: %v", err)
	}
}

func TestRefusedIntakeClosesTheClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.handOver(w.newClaim())[0]
	for range 2 {
		f, err := w.OpenClaim(t.Context(), ref, at(today), func(claim.Facts) string { return "too old" })
		if err != nil || f.Status != claim.StatusRefused || !f.OpenedOn.IsZero() {
			t.Errorf("%+v, %v", f, err)
		}
	}
	if open, err := w.ClaimOpen(t.Context(), ref); open || err != nil {
		t.Errorf("open %v, %v", open, err)
	}
	events, err := w.Timeline(t.Context(), ref)
	if err != nil || len(events) != 3 || events[2].Kind != "closed" && events[1].Kind != "closed" {
		t.Errorf("%+v, %v", events, err)
	}
}

// A value date in the future would let letters go on until then: a person is told, and a bank's receipt counts from the day on which it is known.
func TestPaymentsDatedInTheFuture(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	tomorrow := today.AddDays(1)
	refused(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "s", Kind: claim.PaidToClient, On: tomorrow, Amount: eur("10.00")}, at(today), w.lib.Rules))
	file, err := w.CaseFile(t.Context(), ref)
	ok(t, err)
	_, err = w.RecordReceipt(t.Context(), postgres.Receipt{Key: "named", Amount: eur("10.00"), On: tomorrow, Remittance: file.RF}, at(today), w.lib.Rules)
	ok(t, err)
	_, err = w.RecordReceipt(t.Context(), postgres.Receipt{Key: "waits", Amount: eur("20.00"), On: tomorrow}, at(today), w.lib.Rules)
	ok(t, err)
	ok(t, w.AssignReceipt(t.Context(), "waits", ref, at(today), w.lib.Rules))
	for _, s := range w.facts(ref).Settlements {
		if s.On != today {
			t.Errorf("%s counts from %s", s.Key, s.On)
		}
	}
	if valued := query[int](w, `SELECT count(*) FROM receipt WHERE value_on = $1`, tomorrow); valued != 2 {
		t.Errorf("%d receipts kept their value date", valued)
	}
}
