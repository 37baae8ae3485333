package postgres_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func (w *world) state(l postgres.Letter) string {
	w.Helper()
	return query[string](w, `SELECT state FROM letter WHERE id = $1`, l.ID)
}

func TestRegisteringTwiceIsOneLetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	action := w.next(ref)
	first, _ := w.register(ref, action)
	before := w.counts()
	again, fresh := w.register(ref, action)
	if !fresh || again.ID != first.ID || again.MessageID != first.MessageID || w.counts() != before {
		t.Errorf("%+v\n%+v\n%s was %s", again, first, w.counts(), before)
	}
}

func TestOneLetterHasOneSender(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 10 {
		ref := w.open()
		action := w.next(ref)
		l, _ := w.register(ref, action)
		var wg sync.WaitGroup
		senders := make(chan bool, 4)
		for range cap(senders) {
			wg.Go(func() {
				mine := l
				state, busy, err := w.BeginSending(t.Context(), ref, &mine, action, at(today), w.lib.Rules)
				if err != nil {
					t.Error(err)
				}
				senders <- state == claim.LetterSending && !busy
			})
		}
		wg.Wait()
		close(senders)
		n := 0
		for sender := range senders {
			if sender {
				n++
			}
		}
		if n != 1 {
			t.Fatalf("%d senders", n)
		}
	}
}

func TestLetterThatWasWrittenBeforeAPaymentIsNotSent(t *testing.T) {
	t.Parallel()
	for name, paid := range map[string]string{"in full": "100.00", "in part": "40.00"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.open()
			action := w.next(ref)
			l, _ := w.register(ref, action)
			ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "s", Kind: claim.PaidToClient, On: today, Amount: eur(paid)}, at(today), w.lib.Rules))
			if state, busy := w.begin(ref, &l, action); state != claim.LetterClaimed || busy || w.state(l) != "claimed" {
				t.Fatalf("%s, busy %v", state, busy)
			}
			again, fresh := w.register(ref, action)
			if name == "in full" {
				if fresh {
					t.Error("registered after payment in full")
				}
				return
			}
			if state, _ := w.begin(ref, &again, action); state != claim.LetterSending || again.Demanded != eur("60.00") || again.Body != "asks 60.00" || again.ID != l.ID {
				t.Errorf("%s: %+v", state, again)
			}
		})
	}
}

func TestNoLetterIsRegisteredThatIsNotWhatComesNext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, stop := range map[string]func(ref postgres.Ref) error{
		"dispute": func(ref postgres.Ref) error { return w.RaiseDispute(t.Context(), ref, "d", "never ordered", at(today)) },
		"hold":    func(ref postgres.Ref) error { return w.Hold(t.Context(), ref, "h", today, "", at(today)) },
		"bankruptcy": func(ref postgres.Ref) error {
			return w.SetFlag(t.Context(), ref, claim.FlagBankrupt, asOfToday, at(today))
		},
		"close": func(ref postgres.Ref) error { return w.closedByOperator(ref, "x") },
	} {
		ref := w.open()
		action := w.next(ref)
		ok(t, stop(ref))
		if l, fresh := w.register(ref, action); fresh {
			t.Errorf("%s: %+v", name, l)
		}
		if n := query[int](w, `SELECT count(*) FROM letter WHERE claim_id = $1`, ref.ClaimID); n != 0 {
			t.Errorf("%s: %d letters", name, n)
		}
		if behind := query[bool](w, `SELECT seen_version < version FROM claim WHERE id = $1`, ref.ClaimID); behind {
			t.Errorf("%s: the workflow was told, but counts as behind", name)
		}
	}
	early := w.open()
	action := w.next(early)
	morning := postgres.Actor{Name: "test", At: today.At(6, 0)}
	if _, _, fresh, err := w.RegisterLetter(t.Context(), early, action, morning, w.lib.Rules, write); fresh || err != nil {
		t.Errorf("registered before it was due: %v", err)
	}
}

func TestMailThatWasCutOffWhileSendingIsNeverSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	l, action := w.sending(ref)
	if _, busy := w.begin(ref, &l, action); !busy {
		t.Fatal("an attempt that is under way is not busy")
	}
	w.expire(ref)
	rewritten, _, fresh, err := w.RegisterLetter(t.Context(), ref, action, at(today), w.lib.Rules, func(file postgres.CaseFile) (postgres.Draft, error) {
		d, err := write(file)
		d.Demanded = eur("1.00")
		return d, err
	})
	if err != nil || !fresh || rewritten.Demanded != l.Demanded {
		t.Errorf("the letter that may have left asked %s, not %s; %v", l.Demanded, rewritten.Demanded, err)
	}
	for range 3 {
		if state, busy := w.begin(ref, &l, action); state != claim.LetterUnknown || busy {
			t.Fatalf("%s, busy %v", state, busy)
		}
	}
	w.settle(ref, l, postgres.Settled{State: claim.LetterFailed, Unwelcome: true, Reply: "late"}) // the attempt that was cut off wakes up
	if w.state(l) != "unknown" || len(w.facts(ref).Flags) != 0 {
		t.Errorf("%s, %v: a late attempt overrules", w.state(l), w.facts(ref).Flags)
	}
	if n := query[int](w, `SELECT count(*) FROM case_event WHERE key = 'sent:' || $1 AND kind = 'letter-unknown'`, l.ID); n != 1 {
		t.Errorf("%d events", n)
	}
}

func TestPostThatWasCutOffIsTakenUpWithTheRegisteredPaper(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open(func(c *postgres.NewClaim) { c.Debtor.Email = "" })
	l, action := w.sending(ref)
	if action.Channel != trajectory.ChannelPost {
		t.Fatal(action.Channel)
	}
	w.expire(ref)
	rewritten := func(file postgres.CaseFile) (postgres.Draft, error) {
		d, err := write(file)
		d.PDF, d.Body, d.Demanded = []byte("another paper"), "another", eur("1.00")
		return d, err
	}
	again, _, fresh, err := w.RegisterLetter(t.Context(), ref, action, at(today.AddDays(1)), w.lib.Rules, rewritten)
	ok(t, err)
	state, busy, err := w.BeginSending(t.Context(), ref, &again, action, at(today.AddDays(1)), w.lib.Rules)
	ok(t, err)
	if !fresh || busy || state != claim.LetterSending || again.ID != l.ID || string(again.PDF) != string(l.PDF) || again.On != l.On || again.Demanded != l.Demanded {
		t.Errorf("%s, busy %v: %+v", state, busy, again)
	}

	other := w.open(func(c *postgres.NewClaim) { c.Debtor.Email = "" }) // an attempt registers, another one overtakes it and is cut off
	slow, _ := w.register(other, action)
	slow.PDF = []byte("its own paper")
	fast, _ := w.sending(other)
	w.expire(other)
	if state, _ := w.begin(other, &slow, action); state != claim.LetterSending || string(slow.PDF) != string(fast.PDF) {
		t.Errorf("%s with %s", state, slow.PDF)
	}
}

func TestLetterThatCouldNotBeOfferedIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	l, action := w.sending(ref)
	w.settle(ref, l, postgres.Settled{State: claim.LetterClaimed, Reply: "451"})
	again, fresh := w.register(ref, action)
	if state, _ := w.begin(ref, &again, action); !fresh || state != claim.LetterSending {
		t.Fatal(state)
	}
	w.settle(ref, again, postgres.Settled{State: claim.LetterAccepted, Received: today, Reply: "250"})
	before := w.counts()
	w.settle(ref, again, postgres.Settled{State: claim.LetterAccepted, Received: today, Reply: "250"})
	if w.counts() != before || w.next(ref).Step != "sticker-reminder" {
		t.Errorf("%s, next %s", w.counts(), w.next(ref).Step)
	}
}

func TestUnknownLetterIsResolvedByAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	unknown := func(change ...func(*postgres.NewClaim)) (postgres.Ref, postgres.Letter) {
		ref := w.open(change...)
		l, action := w.sending(ref)
		w.expire(ref)
		w.begin(ref, &l, action)
		return ref, l
	}
	later := at(today.AddDays(3))

	ref, l := unknown()
	ok(t, w.ResolveLetter(t.Context(), ref, l.Step, 1, true, later))
	if f := w.facts(ref).Letters[0]; f.State != claim.LetterAccepted || f.Received != today.AddDays(3) {
		t.Errorf("delivered: %+v; a term may not run from before it was known", f)
	}
	before := w.counts()
	ok(t, w.ResolveLetter(t.Context(), ref, l.Step, 1, true, later))
	refused(t, w.ResolveLetter(t.Context(), ref, l.Step, 1, false, later))
	refused(t, w.ResolveLetter(t.Context(), ref, "summons", 1, true, later))
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}

	ref, l = unknown()
	ok(t, w.ResolveLetter(t.Context(), ref, l.Step, 1, false, at(today)))
	if a := w.next(ref); w.state(l) != "failed" || a.Channel != trajectory.ChannelPost {
		t.Fatalf("not delivered: %s, next by %s", w.state(l), a.Channel)
	}
}

func TestAdviceThatDidNotArriveGivesNoTermToDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	advised := func(do func(ref postgres.Ref)) claim.Facts {
		ref := w.open()
		for _, step := range []string{"reminder", "sticker-reminder", "14-day-letter", "summons", "final-summons"} {
			w.needsAttention(ref, step, today.AddDays(-8))
			_, err := w.RecordRepair(t.Context(), ref, claim.Repair{Key: step, Do: "skip", Step: step, Reason: "x"}, at(today.AddDays(-8)), stillSo)
			ok(t, err)
		}
		if a := w.next(ref); a.Kind != trajectory.ActAdvise {
			t.Fatalf("%+v", a)
		}
		do(ref)
		return w.facts(ref)
	}
	f := advised(func(ref postgres.Ref) {
		w.sending(ref)
		w.expire(ref)
		ok(t, w.SettleAbandoned(t.Context(), ref, "sweeper"))
		ok(t, w.ResolveLetter(t.Context(), ref, trajectory.AdviceLetter, 1, false, at(today)))
	})
	if !f.Advised.IsZero() {
		t.Errorf("not delivered, but the client has had its term since %s", f.Advised)
	}
	for _, later := range []int{0, 3} { // written anew three days after it was registered
		f = advised(func(ref postgres.Ref) {
			l, _ := w.sending(ref)
			w.expire(ref)
			w.exec(`UPDATE letter SET on_day = on_day + $2::integer WHERE id = $1`, l.ID, later)
			ok(t, w.SettleAbandoned(t.Context(), ref, "sweeper"))
			events, err := w.Timeline(t.Context(), ref)
			ok(t, err)
			if last := events[len(events)-2]; last.Kind != "letter-unknown" || calendar.DateOf(last.At) != today.AddDays(later) || last.On != today.AddDays(later) {
				t.Errorf("it was settled on %s, %s (%s)", last.On, last.At, last.Kind)
			}
		})
		if f.Advised != today.AddDays(later) { // whenever the sweeper found it: its clock is not that of the claim
			t.Errorf("the client has its term since %s", f.Advised)
		}
	}
	f = advised(func(ref postgres.Ref) {
		w.register(ref, w.next(ref))
		w.needsAttention(ref, trajectory.AdviceLetter, today)
		_, err := w.RecordRepair(t.Context(), ref, claim.Repair{Key: "r", Do: "override", Step: trajectory.AdviceLetter, Reason: "handed over"}, at(today), stillSo)
		ok(t, err)
	})
	if f.Advised != today {
		t.Errorf("handed over by a person, but advised on %s", f.Advised)
	}
}

func TestAbandonedLettersAreSettled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	doubts := func() string {
		refs, err := w.LettersInDoubt(t.Context(), 100)
		ok(t, err)
		var ids []string
		for _, ref := range refs {
			ids = append(ids, ref.ClaimID)
		}
		return strings.Join(ids, " ")
	}
	waits := w.open() // registered and then held: it never left, and may go out later
	w.register(waits, w.next(waits))
	ok(t, w.Hold(t.Context(), waits, "h", today.AddDays(90), "", at(today)))
	w.expire(waits)
	if got := doubts(); got != "" {
		t.Errorf("a letter that waits is in doubt: %s", got)
	}

	cutOff := w.open()
	l, _ := w.sending(cutOff)
	if got := doubts(); got != "" {
		t.Errorf("an attempt under way is in doubt: %s", got)
	}
	ok(t, w.SettleAbandoned(t.Context(), cutOff, "sweeper"))
	if w.state(l) != "sending" {
		t.Errorf("an attempt under way is %s", w.state(l))
	}
	w.expire(cutOff)

	closed := w.open()
	registered, _ := w.register(closed, w.next(closed))
	_, err := w.CloseClaim(t.Context(), closed, claim.StatusWithdrawn, "x", at(today), func(claim.Facts) (bool, error) { return true, nil })
	ok(t, err)
	w.expire(closed)

	if got := doubts(); !strings.Contains(got, cutOff.ClaimID) || !strings.Contains(got, closed.ClaimID) || strings.Contains(got, waits.ClaimID) {
		t.Errorf("in doubt: %s", got)
	}
	for _, ref := range []postgres.Ref{waits, cutOff, closed} {
		ok(t, w.SettleAbandoned(t.Context(), ref, "sweeper"))
	}
	before := w.counts()
	for _, ref := range []postgres.Ref{waits, cutOff, closed} {
		ok(t, w.SettleAbandoned(t.Context(), ref, "sweeper"))
	}
	if got := doubts(); got != "" || w.counts() != before || w.state(l) != "unknown" || w.state(registered) != "failed" || w.facts(waits).Letters[0].State != claim.LetterClaimed {
		t.Errorf("%s; cut off: %s; closed: %s; waits: %s; left: %q", w.counts(), w.state(l), w.state(registered), w.facts(waits).Letters[0].State, got)
	}
}
