package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// flags tells the flags of a claim: "bankrupt 2026-10-25", with "to 2026-11-02" when it ended, and whether the task of each is open.
func (w *world) flags(ref postgres.Ref) string {
	w.Helper()
	f := w.facts(ref)
	var words []string
	for _, x := range f.Flags {
		word := x.Kind + " " + x.From.String()
		if !x.Until.IsZero() {
			word += " to " + x.Until.String()
		}
		words = append(words, word)
	}
	for _, task := range f.Tasks {
		if task.Open {
			words = append(words, task.Key)
		}
	}
	return strings.Join(words, ", ")
}

// later is the operator of today, some minutes later.
func later(minutes int) postgres.Actor {
	return postgres.Actor{Name: "test", At: today.At(19, 10+minutes)}
}

// told is how often a claim's file has the flag turned, and how many messages wait for its workflow.
func (w *world) told(ref postgres.Ref, kind string) string {
	w.Helper()
	return query[string](w, `SELECT (SELECT count(*) FROM case_event WHERE claim_id = $1 AND kind IN ($2, $2 || '-cleared')) || ' events, '
		|| (SELECT count(*) FROM outbox WHERE claim_id = $1 AND message = 'debtor-changed') || ' messages'`, ref.ClaimID, kind)
}

// unlessRefused lets a *ConflictError pass.
func unlessRefused(err error) error {
	var conflict *postgres.ConflictError
	if errors.As(err, &conflict) {
		return nil
	}
	return err
}

// family is three claims of one debtor, of which the last is closed.
func (w *world) family() (first postgres.NewClaim, refs []postgres.Ref) {
	w.Helper()
	first = w.newClaim()
	shared := owedBy(first.Debtor)
	refs = w.handOver(first, w.newClaim(shared), w.newClaim(shared))
	for _, ref := range refs {
		w.opened(ref)
	}
	_, err := w.CloseClaim(w.Context(), refs[2], claim.StatusClosed, "x", at(today), func(claim.Facts) (bool, error) { return true, nil })
	ok(w, err)
	w.exec(`DELETE FROM outbox`)
	return first, refs
}

func TestAStopFlagHoldsForEveryOpenClaimOfTheDebtor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, refs := w.family()
	another := w.open()
	mine := w.client
	w.client = w.newClient("B")
	foreign := w.open(owedBy(first.Debtor)) // the same person owes another client
	w.client = mine
	w.exec(`DELETE FROM outbox`)

	ok(t, w.SetFlag(t.Context(), refs[0], claim.FlagBankrupt, calendar.MustParseDate("2026-10-25"), at(today)))
	for i, ref := range refs[:2] {
		if got := w.flags(ref); got != "bankrupt 2026-10-25, stopped:bankrupt" || w.told(ref, "bankrupt") != "1 events, 1 messages" {
			t.Errorf("claim %d: %s; %s", i, got, w.told(ref, "bankrupt"))
		}
		if a := w.next(ref); a.Kind != trajectory.ActWait || a.Task != "stopped:bankrupt" || !a.Due.IsZero() {
			t.Errorf("claim %d: next is %+v", i, a)
		}
	}
	if got := w.told(refs[2], "bankrupt"); got != "0 events, 0 messages" || strings.Contains(w.flags(refs[2]), "stopped") {
		t.Errorf("the closed claim: %s; %s", got, w.flags(refs[2]))
	}
	if got := w.flags(another); got != "" || w.told(another, "bankrupt") != "0 events, 0 messages" {
		t.Errorf("another debtor: %s; %s", got, w.told(another, "bankrupt"))
	}
	if got := w.flags(foreign); got != "bankrupt 2026-10-25, stopped:bankrupt" || w.told(foreign, "bankrupt") != "1 events, 1 messages" {
		t.Errorf("another client's claim on the debtor: %s; %s", got, w.told(foreign, "bankrupt"))
	}
	if err := w.SetFlag(t.Context(), postgres.Ref{ClientID: foreign.ClientID, ClaimID: refs[0].ClaimID}, claim.FlagBankrupt, asOfToday, at(today)); !errors.Is(err, postgres.ErrNotFound) {
		t.Errorf("by way of another client: %v", err)
	}
	if day := query[string](w, `SELECT value_on::text FROM case_event WHERE claim_id = $1 AND kind = 'bankrupt'`, refs[1].ClaimID); day != "2026-10-25" {
		t.Errorf("in the file it counts from %s", day)
	}
}

func TestAStopFlagIsTurnedAndCorrected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, refs := w.family()
	day := calendar.MustParseDate
	const task = ", stopped:wsnp"
	for i, s := range []struct {
		does  string
		set   bool
		since calendar.Date
		want  string
	}{
		{"set today", true, asOfToday, "wsnp 2026-11-03" + task},
		{"again, without a day", true, asOfToday, "wsnp 2026-11-03" + task},
		{"the ruling was earlier", true, day("2026-10-20"), "wsnp 2026-10-20" + task},
		{"or a little later", true, day("2026-10-22"), "wsnp 2026-10-22" + task},
		{"cleared today", false, asOfToday, "wsnp 2026-10-22 to 2026-11-02"},
		{"cleared again", false, asOfToday, "wsnp 2026-10-22 to 2026-11-02"},
		{"it ended earlier", false, day("2026-10-30"), "wsnp 2026-10-22 to 2026-10-29"},
		{"told again", false, day("2026-10-30"), "wsnp 2026-10-22 to 2026-10-29"},
		{"set once more", true, day("2026-11-01"), "wsnp 2026-10-22 to 2026-10-29, wsnp 2026-11-01" + task},
		{"which was a mistake", false, day("2026-11-01"), "wsnp 2026-10-22 to 2026-10-29, wsnp 2026-11-01 to 2026-10-31"},
	} {
		before := w.counts()
		turn := w.ClearFlag
		if s.set {
			turn = w.SetFlag
		}
		ok(t, turn(t.Context(), refs[i%2], claim.FlagWSNP, s.since, later(i)))
		for _, ref := range refs[:2] {
			if got := w.flags(ref); got != s.want {
				t.Errorf("%s: %s; want %s", s.does, got, s.want)
			}
		}
		if strings.Contains(s.does, "again") != (w.counts() == before) {
			t.Errorf("%s: %s; was %s", s.does, w.counts(), before)
		}
	}
	for _, ref := range refs[:2] {
		if got := w.told(ref, "wsnp"); got != "7 events, 7 messages" {
			t.Errorf("in all %s", got)
		}
		if a := w.next(ref); a.Task != trajectory.WSNPEnded+"2026-10-30" { // of the first, which was so; the second was a mistake
			t.Errorf("nobody is asked how it ended: %+v", a)
		}
	}
}

// A day of more than twenty years before the hand-over is a typing error of a person; a flag that has one of a register can be cleared all the same.
func TestAStopFlagDoesNotBeginLongBeforeTheHandOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	first := w.facts(ref).HandedOverOn.AddYears(-20)
	err := w.SetFlag(t.Context(), ref, claim.FlagMinor, first.AddDays(-1), at(today))
	if refused(t, err); !strings.Contains(err.Error(), "is more than 20 years before the hand-over on ") || !strings.HasSuffix(err.Error(), "right would be a day from "+first.String()) || w.flags(ref) != "" {
		t.Errorf("%v; %s", err, w.flags(ref))
	}
	ok(t, w.SetFlag(t.Context(), ref, claim.FlagMinor, first, at(today)))
	w.exec(`UPDATE stop_flag SET from_on = '1999-01-01'`)
	ok(t, w.ClearFlag(t.Context(), ref, claim.FlagMinor, calendar.MustParseDate("1999-01-01"), at(today)))
	if got := w.flags(ref); got != "minor 1999-01-01 to 1998-12-31" {
		t.Error(got)
	}
	for _, stop := range claim.Stops() { // only of one that ends interest, or that nobody is for so long
		ref := w.open()
		err := w.SetFlag(t.Context(), ref, stop.Kind, calendar.MustParseDate("1998-05-01"), at(today))
		if limited := stop.EndsInterest || stop.Kind == claim.FlagMinor; limited == (err == nil) {
			t.Errorf("%s since 1998: %v", stop.Kind, err)
		}
	}
}

// The day of a ruling is corrected after the claim was lodged: the task stays done. Set anew, it is asked again.
func TestATaskThatIsDoneStaysDoneWhileTheFlagIsSet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	ctx := t.Context()
	ok(t, w.SetFlag(ctx, ref, claim.FlagBankrupt, asOfToday, at(today)))
	ok(t, w.CompleteTask(ctx, ref, "stopped:bankrupt", "lodged", at(today)))
	ok(t, w.SetFlag(ctx, ref, claim.FlagBankrupt, today.AddDays(-2), at(today)))
	if a := w.next(ref); w.flags(ref) != "bankrupt 2026-11-01" || a.Kind != trajectory.ActWait || a.Day != today.AddDays(180) { // when it is looked at again, after it was done
		t.Errorf("%s, next %+v", w.flags(ref), a)
	}
	ok(t, w.ClearFlag(ctx, ref, claim.FlagBankrupt, asOfToday, at(today)))
	ok(t, w.SetFlag(ctx, ref, claim.FlagBankrupt, asOfToday, later(1)))
	if got := w.flags(ref); got != "bankrupt 2026-11-01 to 2026-11-02, bankrupt 2026-11-03, stopped:bankrupt" {
		t.Error(got)
	}
}

// A claim that is handed over later starts with the flags of its debtor, in its facts and in its file; the task is asked by its workflow.
func TestAClaimOfAStoppedDebtorIsHandedOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, refs := w.family()
	ctx := t.Context()
	ok(t, w.SetFlag(ctx, refs[2], claim.FlagDeceased, today.AddDays(-9), at(today))) // by way of the closed claim
	if got := w.flags(refs[2]); got != "deceased 2026-10-25" || w.told(refs[2], "deceased") != "1 events, 1 messages" {
		t.Errorf("the closed claim: %s; %s", got, w.told(refs[2], "deceased"))
	}
	ok(t, w.SetFlag(ctx, refs[0], claim.FlagMinor, asOfToday, at(today)))
	ok(t, w.ClearFlag(ctx, refs[0], claim.FlagMinor, today, at(today)))
	next := w.open(owedBy(first.Debtor))
	if got := w.flags(next); got != "deceased 2026-10-25, minor 2026-11-03 to 2026-11-02" || w.told(next, "deceased") != "1 events, 0 messages" || w.told(next, "minor") != "0 events, 0 messages" {
		t.Errorf("%s; %s and %s", got, w.told(next, "deceased"), w.told(next, "minor"))
	}
	if another := w.open(); w.flags(another) != "" || w.told(another, "deceased") != "0 events, 0 messages" {
		t.Errorf("another debtor: %s; %s", w.flags(another), w.told(another, "deceased"))
	}
	if a := w.next(next); a.Kind != trajectory.ActTask || a.Task != "stopped:deceased" {
		t.Errorf("next: %+v", a)
	}
	ok(t, w.ClearFlag(ctx, next, claim.FlagDeceased, asOfToday, at(today)))
	if got := w.told(next, "deceased"); got != "2 events, 1 messages" {
		t.Errorf("cleared: %s", got)
	}
}

// A letter to one claim is being registered while the flag is set by way of another: the flag waits for it, and the letter does not leave.
func TestAStopFlagIsSetWhileALetterIsRegistered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, refs := w.family()
	action := w.next(refs[1])
	var setting sync.WaitGroup
	l, _, fresh, err := w.RegisterLetter(t.Context(), refs[1], action, at(today), w.lib.Rules, w.flagged(refs[0], &setting))
	ok(t, err)
	setting.Wait()
	if state, busy := w.begin(refs[1], &l, action); !fresh || busy || state != claim.LetterClaimed {
		t.Errorf("registered %v, then %s", fresh, state)
	}
	if _, fresh := w.register(refs[1], action); fresh {
		t.Error("registered again, with the flag set")
	}
}

// The letter finds a receipt that could be for its claim, and writes the claim twice: its task, and that this was seen. The flag has locked the debtor and waits for the
// claim, which waits for nobody.
func TestAStopFlagIsSetWhileALetterFindsAReceipt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, refs := w.family()
	_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: "suspect", Amount: w.facts(refs[1]).Principal(), On: today}, at(today), w.lib.Rules)
	ok(t, err)
	var setting sync.WaitGroup
	_, _, fresh, err := w.RegisterLetter(t.Context(), refs[1], w.next(refs[1]), at(today), w.lib.Rules, w.flagged(refs[0], &setting))
	ok(t, err)
	setting.Wait()
	if tasks := w.facts(refs[1]).Tasks; fresh || len(tasks) != 2 {
		t.Errorf("registered %v, %+v", fresh, tasks)
	}
}

// flagged writes a letter while the flag is set by way of another claim of its debtor.
func (w *world) flagged(other postgres.Ref, setting *sync.WaitGroup) func(postgres.CaseFile) (postgres.Draft, error) {
	return func(file postgres.CaseFile) (postgres.Draft, error) {
		setting.Go(func() {
			if err := w.SetFlag(w.Context(), other, claim.FlagVulnerable, asOfToday, at(today)); err != nil {
				w.Error(err)
			}
		})
		eventually(w, "the flag waits for the letter", func() bool {
			return query[bool](w, `SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')`)
		})
		return write(file)
	}
}

// Flags turned by way of every claim of a debtor at once, while payments are booked and a claim is handed over: nobody waits in a circle.
func TestStopFlagsAndPaymentsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.newClaim()
	claims := []postgres.NewClaim{first, w.newClaim(owedBy(first.Debtor)), w.newClaim(owedBy(first.Debtor)), w.newClaim(owedBy(first.Debtor))}
	refs := w.handOver(claims...)
	var wg sync.WaitGroup
	try := func(work func() error) {
		wg.Go(func() {
			if err := work(); err != nil {
				t.Error(err)
			}
		})
	}
	for i, ref := range refs {
		late := w.newClaim(owedBy(first.Debtor))
		try(func() error { return w.SetFlag(t.Context(), ref, claim.FlagBankrupt, asOfToday, at(today)) })
		try(func() error { return w.SetFlag(t.Context(), ref, claim.FlagWSNP, asOfToday, at(today)) })
		try(func() error {
			return unlessRefused(w.ClearFlag(t.Context(), ref, claim.FlagWSNP, asOfToday, at(today)))
		}) // it may come before it is set
		try(func() error {
			_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: fmt.Sprint(i), Amount: eur("1.00"), On: today, Remittance: claims[i].RF}, at(today), w.lib.Rules)
			return err
		})
		try(func() error {
			_, err := w.HandOver(t.Context(), w.client, []postgres.NewClaim{late}, at(today))
			return err
		})
	}
	wg.Wait()
	if n := query[int](w, `SELECT count(*) FROM claim c WHERE (SELECT count(*) FROM case_event e WHERE e.claim_id = c.id AND e.kind = 'bankrupt') = 1`); n != 8 {
		t.Errorf("%d of 8 claims know once of the bankruptcy", n)
	}
}
