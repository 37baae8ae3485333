package postgres_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Post that was cut off is taken up again by its workflow: nobody may make it unknown meanwhile, or it would never be printed.
func TestPostThatWasCutOffIsNotInDoubt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open(func(c *postgres.NewClaim) { c.Debtor.Email = "" })
	l, action := w.sending(ref)
	w.expire(ref)
	refs, err := w.LettersInDoubt(t.Context(), 10)
	ok(t, err)
	ok(t, w.SettleAbandoned(t.Context(), ref, "sweeper"))
	if len(refs) > 0 || w.state(l) != "sending" {
		t.Errorf("in doubt: %v, %s", refs, w.state(l))
	}
	if state, busy := w.begin(ref, &l, action); state != claim.LetterSending || busy {
		t.Errorf("taken up: %s, busy %v", state, busy)
	}
	w.expire(ref)
	if _, err := w.CloseClaim(t.Context(), ref, claim.StatusClosed, "x", at(today), stillSo); err != nil {
		t.Fatal(err)
	}
	ok(t, w.SettleAbandoned(t.Context(), ref, "sweeper")) // nobody takes up the letters of a closed claim
	if w.state(l) != "unknown" {
		t.Error(w.state(l))
	}
}

// A letter of which the mail server has no trace is sent anew, under the same key, unless a later letter has left by then.
func TestLetterThatNeverLeftIsReleased(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	l, action := w.sending(ref)
	refused(t, w.ReleaseLetter(t.Context(), ref, l.Step, 1, at(today))) // it is being sent
	w.expire(ref)
	w.begin(ref, &l, action)
	if task := trajectory.TraceLetter + l.Step; w.state(l) != "unknown" || w.facts(ref).Tasks[0] != (claim.Task{Key: task, Open: true}) {
		t.Fatal(w.state(l), w.facts(ref).Tasks)
	}
	ok(t, w.ReleaseLetter(t.Context(), ref, l.Step, 1, at(today)))
	again, _ := w.sending(ref)
	if again.ID != l.ID || again.MessageID != l.MessageID {
		t.Errorf("released %s, sent %s", l.ID, again.ID)
	}
	w.settle(ref, again, postgres.Settled{State: claim.LetterAccepted, Received: today, Reply: "250"})
	refused(t, w.ReleaseLetter(t.Context(), ref, l.Step, 1, at(today.AddDays(1))))
	if told := query[string](w, `SELECT string_agg(kind, ' ' ORDER BY seq) FROM case_event WHERE claim_id = $1 AND kind LIKE 'letter-%'`, ref.ClaimID); told != "letter-registered letter-unknown letter-traced letter-accepted" {
		t.Errorf("the file tells %s", told)
	}

	ref = w.open()
	l, action = w.sending(ref)
	w.expire(ref)
	w.begin(ref, &l, action)
	w.exec(`UPDATE letter SET on_day = on_day - 20, pay_by = pay_by - 20 WHERE id = $1`, l.ID)
	later, _ := w.sending(ref)
	w.settle(ref, later, postgres.Settled{State: claim.LetterAccepted, Received: today, Reply: "250"})
	refused(t, w.ReleaseLetter(t.Context(), ref, l.Step, 1, at(today)))
	if later.Step != "sticker-reminder" || w.state(l) != "unknown" {
		t.Errorf("%s after %s, which is %s", later.Step, l.Step, w.state(l))
	}
}

// A letter that the law does not allow is not registered: a person is asked, with the reason, and the letter goes when it is mended.
func TestUnlawfulLetterIsATask(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	action := w.next(ref)
	task := trajectory.UnlawfulLetter + action.Step
	untitled := func(postgres.CaseFile) (postgres.Draft, error) {
		return postgres.Draft{}, &postgres.UnlawfulError{Rules: []string{"title of the debt (art. 3.1 lid 2)"}}
	}
	for range 2 {
		_, _, ok, err := w.RegisterLetter(t.Context(), ref, action, at(today), w.lib.Rules, untitled)
		var unlawful *postgres.UnlawfulError
		if ok || !errors.As(err, &unlawful) {
			t.Fatalf("registered %v, %v", ok, err)
		}
	}
	if f := w.facts(ref); len(f.Letters) != 0 || len(f.Tasks) != 1 || f.Tasks[0] != (claim.Task{Key: task, Open: true}) {
		t.Fatalf("%+v, %+v", f.Letters, f.Tasks)
	}
	if detail := query[string](w, `SELECT detail FROM task WHERE key = $1`, task); !strings.Contains(detail, "title of the debt") {
		t.Errorf("the task says %q", detail)
	}
	l, _ := w.register(ref, action)
	if f := w.facts(ref); len(f.Letters) != 1 || f.Tasks[0].Open {
		t.Errorf("%+v, %+v", f.Letters, f.Tasks)
	}
	w.register(ref, action)
	if n := query[int](w, `SELECT count(*) FROM certificate c JOIN letter l ON l.id = c.letter_id AND l.sha256 = c.sha256 WHERE l.id = $1`, l.ID); n != 1 {
		t.Errorf("%d certificates of the paper", n)
	}
}
