package postgres_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

const tooLate = trajectory.StoppedAfterEnd + claim.FlagWSNP

// Debt restructuring that is told after claims were paid: on each of them interest was paid that was not owed, and a person is asked once, with the difference. A claim of which it
// makes no difference is left alone.
func TestAStopFlagThatIsToldAfterTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	first, refs := w.family() // the last is closed, and nothing was paid on it
	paid, open, unpaid := refs[0], refs[1], refs[2]
	mine := w.client
	w.client = w.newClient("B")
	foreign := w.open(owedBy(first.Debtor))
	w.client = mine
	for _, ref := range []postgres.Ref{paid, foreign} {
		w.pays(ref, "p1", "100.33", 0)
		w.closes(ref, claim.StatusPaid)
	}
	w.exec(`DELETE FROM outbox`)

	since := today.AddDays(-100)
	ok(t, w.SetFlag(ctx, open, claim.FlagWSNP, since, at(today)))
	before := w.counts()
	ok(t, w.SetFlag(ctx, open, claim.FlagWSNP, since, later(1)))
	if w.counts() != before {
		t.Errorf("told twice: %s, was %s", w.counts(), before)
	}
	for _, ref := range []postgres.Ref{paid, foreign} {
		todo := query[string](w, `SELECT detail FROM task WHERE claim_id = $1 AND key = $2`, ref.ClaimID, tooLate)
		want := "wsnp since " + since.String() + " (art. 299 and 303 Fw), which came to be known after the claim had ended (paid): by law what was paid is divided otherwise (explain tells how, and explain --known how it was): tell who acts for the debtor, and the client. "
		if !strings.HasPrefix(todo, want) || w.taskOf(ref, tooLate) != "open" || w.taskOf(ref, trajectory.RepaySurplus+"0.33") != "open" || w.told(ref, claim.FlagWSNP) != "1 events, 1 messages" {
			t.Errorf("%s, %s, %s, %s", todo, w.taskOf(ref, tooLate), w.taskOf(ref, trajectory.RepaySurplus+"0.33"), w.told(ref, claim.FlagWSNP))
		}
		if n := query[int](w, `SELECT count(*) FROM letter WHERE claim_id = $1`, ref.ClaimID); n != 0 || w.facts(ref).Status != claim.StatusPaid {
			t.Errorf("%d letters, %s", n, w.facts(ref).Status)
		}
	}
	if got := w.told(unpaid, claim.FlagWSNP); got != "0 events, 0 messages" || w.flags(unpaid) != "wsnp "+since.String() {
		t.Errorf("nothing was paid: %s; %s", got, w.flags(unpaid))
	}

	ok(t, w.CompleteTask(ctx, paid, tooLate, "told the administrator", later(2)))
	ok(t, w.ClearFlag(ctx, open, claim.FlagWSNP, since, later(3))) // it never was
	todo := query[string](w, `SELECT detail FROM task WHERE claim_id = $1 AND key = $2`, paid.ClaimID, tooLate)
	if w.taskOf(paid, tooLate) != "open" || !strings.HasPrefix(todo, "wsnp never was so") || w.taskOf(paid, trajectory.RepaySurplus+"0.33") == "open" {
		t.Errorf("who told it takes it back: %s, %s, %s", w.taskOf(paid, tooLate), todo, w.taskOf(paid, trajectory.RepaySurplus+"0.33"))
	}
	if w.taskOf(foreign, tooLate) == "open" {
		t.Error("nobody told it, so there is nothing to take back")
	}
	w.verified()
}

// Nobody knows what a flag makes of a claim whose rules cannot answer: it stops dunning all the same, on every claim of the debtor, a person is asked to find out of the one that was
// paid, and nothing is sent.
func TestAStopFlagOfWhichTheRulesCannotAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, refs := w.family()
	paid, open := refs[0], refs[1]
	w.pays(paid, "p1", "100.33", 0)
	w.closes(paid, claim.StatusPaid)
	w.exec(`DELETE FROM outbox`)
	none := func(claim.Facts) (trajectory.Rules, error) {
		return trajectory.Rules{}, errors.New("no such trajectory")
	}
	ok(t, w.Store.SetFlag(ctx, open, claim.FlagWSNP, today.AddDays(-100), at(today), none))
	want := "find out what flag wsnp makes of what was paid: what is owed cannot be told (no such trajectory)"
	if todo := query[string](w, `SELECT detail FROM task WHERE claim_id = $1 AND key = $2`, paid.ClaimID, tooLate); todo != want || w.taskOf(paid, tooLate) != "open" {
		t.Errorf("%s, %s", w.taskOf(paid, tooLate), todo)
	}
	if next := w.next(open); next.Task != claim.StopTask+claim.FlagWSNP || next.Letter != "" || w.taskOf(open, claim.StopTask+claim.FlagWSNP) != "open" {
		t.Errorf("the open claim gets %+v", next)
	}
	if n := query[int](w, `SELECT count(*) FROM letter`); n != 0 || w.facts(paid).Status != claim.StatusPaid {
		t.Errorf("%d letters, %s", n, w.facts(paid).Status)
	}
	ok(t, w.ClearFlag(ctx, open, claim.FlagWSNP, today.AddDays(-100), later(1))) // the rules are back, and it never was: there is nothing to find out
	if w.taskOf(paid, tooLate) == "open" {
		t.Error("a person is still asked")
	}
	w.verified()
}

// A flag that never was, of a claim that was paid without the interest: that is owed after all.
func TestAPaidClaimOwesWhenTheFlagNeverWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref, since := w.open(), today.AddDays(-100)
	ok(t, w.SetFlag(t.Context(), ref, claim.FlagWSNP, since, at(today)))
	w.pays(ref, "p1", "100.00", 0)
	w.closes(ref, claim.StatusPaid)
	ok(t, w.ClearFlag(t.Context(), ref, claim.FlagWSNP, since, later(1)))
	if f := w.facts(ref); f.Status != claim.StatusOpen || !strings.Contains(w.messagesTo(ref), "reopen") || w.taskOf(ref, tooLate) != "" {
		t.Errorf("%s, messages %s, task %q", f.Status, w.messagesTo(ref), w.taskOf(ref, tooLate))
	}
	w.verified()
}

// A claim before the court is not paid yet, but whoever handles the case has to know; one of which the procedure has ended is left alone.
func TestAStopFlagOfAClaimBeforeTheCourt(t *testing.T) {
	t.Parallel()
	for stage, want := range map[claim.CourtStage]string{"": "open", claim.CourtServed: "open", claim.CourtSettled: ""} {
		w := newWorld(t)
		ctx, ref := t.Context(), w.open()
		ok(t, second(w.RecordDecision(ctx, ref, claim.ChooseCourt, at(today), stillSo)))
		w.closes(ref, claim.StatusCourt)
		if stage != "" {
			ok(t, w.RecordCourtStep(ctx, ref, claim.CourtStep{Stage: stage, On: today}, "", at(today), w.lib.Rules))
		}
		ok(t, w.SetFlag(ctx, ref, claim.FlagVulnerable, today, at(today)))
		if got := w.taskOf(ref, trajectory.StoppedAfterEnd+claim.FlagVulnerable); got != want {
			t.Errorf("stage %q: task %q, want %q", stage, got, want)
		}
	}
}

// An insolvency of who settled before the court and has not paid yet: the claim is lodged in it (art. 26 and 299 Fw), and whoever handles the case has to know; not when nothing is owed any more. Other flags change nothing of what is awaited.
func TestAnInsolvencyAfterTheSettlementInCourt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind string
		left bool // something is owed
		want string
	}{
		{claim.FlagBankrupt, true, "lodge the claim with the trustee"},
		{claim.FlagWSNP, true, "lodge the claim with the WSNP administrator"},
		{claim.FlagBankrupt, false, ""},
		{claim.FlagDebtCounselling, true, ""},
	} {
		w := newWorld(t)
		ref := w.forTheCourt(claim.CourtServed, claim.CourtSettled)
		if !c.left {
			ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "w", Kind: claim.WriteOff, On: today, Amount: eur("100.33")}, at(today), w.lib.Rules))
		}
		ok(t, w.SetFlag(t.Context(), ref, c.kind, today, later(1)))
		todo := query[string](w, `SELECT COALESCE(min(detail), '') FROM task WHERE claim_id = $1 AND key = $2 AND done_on IS NULL`, ref.ClaimID, trajectory.LodgeSettled+c.kind+":"+today.String())
		if (todo == "") != (c.want == "") || !strings.Contains(todo, c.want) {
			t.Errorf("%s, something is owed %v: %q, want %q", c.kind, c.left, todo, c.want)
		}
		ok(t, w.ClearFlag(t.Context(), ref, c.kind, today, later(2))) // it never was
		if got := w.taskOf(ref, trajectory.LodgeSettled+c.kind+":"+today.String()); got == "open" {
			t.Errorf("%s was taken back, and a person is asked still", c.kind)
		}
	}
}

// What a person was asked to tell of a flag, and has not told yet, ends when the money or the procedure changes and there is nothing to tell any more; what differs from what was told before is to be told all the same.
func TestAStopFlagOfWhichThereIsNothingToTellAnyMore(t *testing.T) {
	t.Parallel()
	since := today.AddDays(-100)
	for _, c := range []struct {
		name  string
		after func(*world, postgres.Ref) error
		want  string
	}{
		{"what was paid is taken back", func(w *world, ref postgres.Ref) error {
			return second(w.ReverseSettlement(w.Context(), ref, "p", "storno", later(2), w.lib.Rules))
		}, "nothing of what was paid by then is divided otherwise any more"},
		{"more is paid", func(w *world, ref postgres.Ref) error { w.pays(ref, "q", "1.00", 0); return nil }, ""},
		{"what was paid is taken back, and what is paid later is divided by the flag at once", func(w *world, ref postgres.Ref) error {
			s := claim.Settlement{Key: "q", Kind: claim.PaidToClient, On: today, Amount: eur("60.00")}
			if err := w.RecordSettlement(w.Context(), ref, s, at(today.AddDays(1)), w.lib.Rules); err != nil {
				return err
			}
			return second(w.ReverseSettlement(w.Context(), ref, "p", "storno", at(today.AddDays(1)), w.lib.Rules))
		}, "nothing of what was paid by then is divided otherwise any more"},
		{"a person told it, then it was so for one day, and then it never was: that is taken back", func(w *world, ref postgres.Ref) error {
			if err := w.CompleteTask(w.Context(), ref, tooLate, "told the administrator", later(2)); err != nil {
				return err
			}
			if err := w.ClearFlag(w.Context(), ref, claim.FlagWSNP, since.AddDays(1), later(3)); err != nil {
				return err
			}
			return w.ClearFlag(w.Context(), ref, claim.FlagWSNP, since, later(4))
		}, ""},
		{"a person told it, and then it never made a difference", func(w *world, ref postgres.Ref) error {
			if err := w.CompleteTask(w.Context(), ref, tooLate, "told the administrator", later(2)); err != nil {
				return err
			}
			if err := w.ClearFlag(w.Context(), ref, claim.FlagWSNP, since.AddDays(1), later(3)); err != nil { // it was so for one day
				return err
			}
			w.pays(ref, "q", "1.00", 0)
			return nil
		}, ""},
	} {
		w := newWorld(t)
		ref := w.forTheCourt(claim.CourtServed, claim.CourtSettled)
		w.pays(ref, "p", "60.00", 0)
		ok(t, w.SetFlag(t.Context(), ref, claim.FlagWSNP, since, at(today)))
		if w.taskOf(ref, tooLate) != "open" {
			t.Fatalf("%s: the task is %s", c.name, w.taskOf(ref, tooLate))
		}
		ok(t, c.after(w, ref))
		why := query[string](w, `SELECT CASE WHEN done_on IS NULL THEN '' ELSE substr(detail, length('dropped: ') + 1) END FROM task WHERE claim_id = $1 AND key = $2`, ref.ClaimID, tooLate)
		if why != c.want {
			t.Errorf("%s: %q, want %q", c.name, why, c.want)
		}
	}
	w := newWorld(t)
	ref := w.forTheCourt(claim.CourtServed)
	ok(t, w.SetFlag(t.Context(), ref, claim.FlagWSNP, today, at(today)))
	ok(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: claim.CourtSettled, On: today}, "", at(today), w.lib.Rules))
	if got := w.taskOf(ref, tooLate); got == "" || got == "open" {
		t.Errorf("the parties settled, and a person is asked to tell the bailiff: %s", got)
	}
}

// What is paid once a flag is known is divided by it at once: that the insolvency ends, and another begins, makes nothing of it. What is lodged is asked once in each insolvency, while something is owed.
func TestAStopFlagTellsNoDivisionThatNeverWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ref := t.Context(), w.forTheCourt(claim.CourtServed, claim.CourtSettled)
	first, second := today.AddDays(-100), today
	lodge := func(since string) string {
		return w.taskOf(ref, trajectory.LodgeSettled+claim.FlagBankrupt+":"+since)
	}
	ok(t, w.SetFlag(ctx, ref, claim.FlagBankrupt, first, at(today)))
	w.pays(ref, "p", "60.00", 5)
	ok(t, w.CompleteTask(ctx, ref, trajectory.LodgeSettled+claim.FlagBankrupt+":"+first.String(), "lodged", later(1)))
	ok(t, w.ClearFlag(ctx, ref, claim.FlagBankrupt, today.AddDays(-1), later(2)))
	if got := lodge(first.String()); got == "open" || w.taskOf(ref, trajectory.StoppedAfterEnd+claim.FlagBankrupt) != "" {
		t.Errorf("it is over: %s, %s", got, w.taskOf(ref, trajectory.StoppedAfterEnd+claim.FlagBankrupt))
	}
	ok(t, w.SetFlag(ctx, ref, claim.FlagBankrupt, second, later(3)))
	if lodge(first.String()) == "open" || lodge(second.String()) != "open" || w.taskOf(ref, trajectory.StoppedAfterEnd+claim.FlagBankrupt) != "" {
		t.Errorf("another: %s, %s", lodge(first.String()), lodge(second.String()))
	}
	ok(t, w.RecordSettlement(ctx, ref, claim.Settlement{Key: "w", Kind: claim.WriteOff, On: today, Amount: w.facts(ref).Invoices[0].Amount}, later(4), w.lib.Rules))
	if got := lodge(second.String()); got == "open" {
		t.Error("nothing is owed, and a person is asked to lodge it")
	}
}

// What can be so of a natural person only was set of companies once: an operator takes it back, as of its own day or a later one, and the claim goes on.
func TestAFlagThatDoesNotFitIsCleared(t *testing.T) {
	t.Parallel()
	for _, since := range []int{-9, 0} {
		w := newWorld(t)
		ref := w.open(func(c *postgres.NewClaim) { c.Debtor.Kind = claim.DebtorKind{InBusiness: true} })
		w.exec(`INSERT INTO stop_flag (client_id, debtor_id, kind, from_on) SELECT client_id, debtor_id, 'wsnp', $2 FROM claim WHERE id = $1`, ref.ClaimID, today.AddDays(-9))
		if a := w.next(ref); a.Task != "stopped:wsnp" {
			t.Errorf("%+v", a)
		}
		ok(t, w.ClearFlag(t.Context(), ref, claim.FlagWSNP, today.AddDays(since), at(today)))
		asked := since == 0 && w.next(ref).Task == trajectory.WSNPEnded+today.String() // of one that was so until today; of one that never was nobody is
		if a := w.next(ref); len(w.facts(ref).StoppedBy(today)) != 0 || a.Kind != trajectory.ActLetter && !asked {
			t.Errorf("%+v, %+v", w.facts(ref).Flags, a)
		}
		refused(t, w.SetFlag(t.Context(), ref, claim.FlagWSNP, today, later(1)))
	}
}
