package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// toTell is what a person is asked to tell the debtor of a claim, by task.
func (w *world) toTell(ref postgres.Ref) string {
	w.Helper()
	return query[string](w, `SELECT COALESCE(string_agg(key || ': ' || detail, E'\n' ORDER BY key), '') FROM task WHERE claim_id = $1 AND starts_with(key, 'correct-letter:') AND done_on IS NULL`, ref.ClaimID)
}

// A claim that has ended, or is before the court, sends no letter: whatever makes one of its letters wrong asks a person to tell the debtor, once a letter, and no more when it was right after all.
func TestWhatMakesALetterOfAClaimThatHasEndedWrongAsksAPerson(t *testing.T) {
	t.Parallel()
	ago := today.AddDays
	credit := claim.Settlement{Key: "c", Kind: claim.CreditNote, On: ago(-12), Amount: eur("300.00")}
	for _, c := range []struct {
		name       string
		status     claim.Status
		happens    func(w *world, ref postgres.Ref) error
		undone     func(w *world, ref postgres.Ref) error
		wants, has string
	}{
		{"death of before the summons, in court", claim.StatusCourt,
			func(w *world, ref postgres.Ref) error {
				return w.SetFlag(t.Context(), ref, claim.FlagDeceased, ago(-15), at(today))
			},
			func(w *world, ref postgres.Ref) error {
				return w.ClearFlag(t.Context(), ref, claim.FlagDeceased, ago(-15), later(1))
			},
			"correct-letter:summons", "no letter should have left: deceased since 2026-10-19, known on 2026-11-03; task correct-letter:summons is open: tell the heirs"},
		{"death of before the 14-day letter: its costs pay the rest", claim.StatusClosed,
			func(w *world, ref postgres.Ref) error {
				return w.SetFlag(t.Context(), ref, claim.FlagVulnerable, ago(-35), at(today))
			},
			func(w *world, ref postgres.Ref) error {
				return w.ClearFlag(t.Context(), ref, claim.FlagVulnerable, ago(-35), later(1))
			},
			"correct-letter:14-day-letter correct-letter:summons", "task correct-letter:14-day-letter is open: tell the debtor"},
		{"a credit note of before the summons", claim.StatusClosed,
			func(w *world, ref postgres.Ref) error {
				return w.RecordSettlement(t.Context(), ref, credit, at(today), w.lib.Rules)
			},
			func(w *world, ref postgres.Ref) error { return second(w.reverses(ref, "c", "another customer")) },
			"correct-letter:summons", "credited on 2026-10-22, which was not known then, known on 2026-11-03; task correct-letter:summons is open: tell the debtor"},
	} {
		w := newWorld(t)
		ref := w.dunned()
		w.closes(ref, c.status)
		if got := w.toTell(ref); got != "" {
			t.Errorf("%s: asked before: %s", c.name, got)
		}
		ok(t, c.happens(w, ref))
		got := w.toTell(ref)
		for _, task := range strings.Fields(c.wants) {
			if !strings.Contains(got, task+": the ") || strings.Contains(got, "whoever") != (c.status == claim.StatusCourt) {
				t.Errorf("%s: %q, want %s", c.name, got, task)
			}
			if told := w.wrongs(ref); !strings.Contains(told, c.has) { // claim corrections
				t.Errorf("%s: %q, want %q", c.name, told, c.has)
			}
		}
		if n := strings.Count(got, "correct-letter:"); n != len(strings.Fields(c.wants)) {
			t.Errorf("%s: %d letters: %s", c.name, n, got)
		}
		ok(t, c.undone(w, ref))
		if got := w.toTell(ref); got != "" {
			t.Errorf("%s: asked still: %s", c.name, got)
		}
	}
}

// A correction of its particulars makes the debtor one who is known to be bankrupt: the claim of it that has ended was written to wrongly, and a person is asked.
func TestALetterToWhoTurnsOutToBeBankrupt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bankrupt := w.open()
	ref := w.dunned()
	w.closes(ref, claim.StatusClosed)
	ok(t, w.SetFlag(t.Context(), bankrupt, claim.FlagDebtCounselling, today.AddDays(-15), at(today)))
	file, err := w.CaseFile(t.Context(), bankrupt)
	ok(t, err)
	d := file.Debtor
	_, _, err = w.CorrectDebtor(t.Context(), ref, map[string]string{"debtor": d.Name, "street": d.Street, "postcode": d.Postcode, "town": d.Town, "email": d.Email}, at(today))
	ok(t, err)
	if got, why := w.toTell(ref), w.wrongs(ref); !strings.Contains(why, "debt-counselling since 2026-10-19") || !strings.HasPrefix(got, "correct-letter:summons") {
		t.Errorf("%q, %q, flags %s", got, why, w.flags(ref))
	}
}

// The client takes the case back from the court: the claim is open again, and what a person was to tell the debtor is told by letter.
func TestALetterTellsWhatAPersonWasToTellWhenTheCaseComesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.dunned()
	ok(t, second(w.RecordDecision(t.Context(), ref, claim.ChooseCourt, at(today), stillSo)))
	w.closes(ref, claim.StatusCourt)
	w.paidBefore(ref, "p", "300.00", today.AddDays(-12))
	if got := w.toTell(ref); !strings.HasPrefix(got, "correct-letter:summons") {
		t.Errorf("before the court: %q", got)
	}
	ok(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: claim.CourtServed, On: today}, "", at(today), w.lib.Rules))
	ok(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: claim.CourtWithdrawn, On: today}, "", at(today), w.lib.Rules))
	why := query[string](w, `SELECT detail ->> 'reason' FROM case_event WHERE claim_id = $1 AND kind = 'task-dropped' AND detail ->> 'task' = 'correct-letter:summons'`, ref.ClaimID)
	if a := w.next(ref); w.toTell(ref) != "" || !strings.Contains(why, "a letter tells the debtor") || a.Step != "correction:summons" {
		t.Errorf("%q, dropped %q, next %+v", w.toTell(ref), why, a)
	}
}

// What a person told is kept with the task and its event, each time that it is done: a person is asked again when still less was owed, once, and no more when no less is known any more. A day of before tells what was told by then.
func TestWhatAPersonToldIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.dunned()
	w.closes(ref, claim.StatusClosed)
	const task = "correct-letter:summons"
	asked := func(what string, want bool) {
		t.Helper()
		if got := strings.HasPrefix(w.toTell(ref), task); got != want {
			t.Errorf("%s: asked %v: %q", what, got, w.toTell(ref))
		}
	}
	w.paidBefore(ref, "p", "300.00", today.AddDays(-12))
	asked("a payment of before", true)
	ok(t, w.CompleteTask(t.Context(), ref, task, "told by telephone", at(today)))
	ok(t, w.CompleteTask(t.Context(), ref, task, "told by telephone", at(today)))
	asked("told", false)
	first := w.marks(ref, task)
	ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "q", Kind: claim.PaidToClient, On: today.AddDays(-12), Amount: eur("200.00")}, at(today.AddDays(5)), w.lib.Rules))
	asked("another payment of before", true)
	const toldFirst, toldAgain = "told by hand on 2026-11-03: 859.83 was owed", "told by hand on 2026-11-11: 659.78 was owed"
	if got := w.wrongs(ref); !strings.Contains(got, toldFirst+"; task correct-letter:summons is open: tell the debtor") {
		t.Errorf("asked again: %s", got)
	}
	if got := w.toTell(ref); !strings.Contains(got, "of which 859.83 was told to have been owed, and more is known since") {
		t.Errorf("asked again: %s", got)
	}
	ok(t, second(w.ReverseSettlement(t.Context(), ref, "q", "it was another customer", at(today.AddDays(6)), w.lib.Rules)))
	asked("taken back", false)
	if got := w.wrongs(ref); !strings.HasSuffix(got, toldFirst) || w.marks(ref, task) != first {
		t.Errorf("what was told stands: %s, %s", got, w.marks(ref, task))
	}
	ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "r", Kind: claim.PaidToClient, On: today.AddDays(-12), Amount: eur("200.00")}, at(today.AddDays(7)), w.lib.Rules))
	asked("told again", true)
	ok(t, w.CompleteTask(t.Context(), ref, task, "told by telephone again", at(today.AddDays(8))))
	asked("told the second time", false)
	if got := w.wrongs(ref); !strings.HasSuffix(got, toldFirst+"; "+toldAgain) {
		t.Errorf("told twice: %s", got)
	}
	both := w.marks(ref, task)
	kept := query[string](w, `SELECT string_agg(detail ->> 'corrects', ' ' ORDER BY seq) FROM case_event WHERE claim_id = $1 AND kind = 'task-done' AND detail ->> 'task' = $2`, ref.ClaimID, task)
	if !strings.HasPrefix(first, "summons@") || !strings.HasPrefix(both, first+" summons@") || kept != both {
		t.Errorf("told %q, then %q; the events have %q", first, both, kept)
	}
	h, err := w.History(t.Context(), ref)
	ok(t, err)
	for days, want := range map[int]string{0: first, 7: first, 8: both} {
		for _, x := range h.Facts.KnownOn(h.Records, today.AddDays(days)).Tasks {
			if x.Key == task && (x.Corrects != want || x.Open != (days == 7)) {
				t.Errorf("%d days later: %+v, want %q", days, x, want)
			}
		}
	}
}

// A task that is opened, ends and is opened again in one second has an event of each, and of one that is open already there is none: the file tells what stood open.
func TestATaskIsOpenedTwiceInOneSecond(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.dunned()
	const task = "correct-letter:summons"
	for range 2 {
		ok(t, second(w.OpenTask(t.Context(), ref, task, "tell the debtor", at(today))))
		ok(t, second(w.OpenTask(t.Context(), ref, task, "tell the debtor", at(today))))
		ok(t, w.CompleteTask(t.Context(), ref, task, "told", at(today)))
	}
	ok(t, second(w.OpenTask(t.Context(), ref, task, "tell the debtor", at(today))))
	if got := query[string](w, `SELECT string_agg(kind, ' ' ORDER BY seq) FROM case_event WHERE claim_id = $1 AND detail ->> 'task' = $2`, ref.ClaimID, task); got != "task-opened task-done task-opened task-done task-opened" {
		t.Errorf("%s", got)
	}
	h, err := w.History(t.Context(), ref)
	ok(t, err)
	for _, x := range h.Facts.KnownOn(h.Records, today).Tasks {
		if x.Key == task && !x.Open {
			t.Errorf("at the end of the day: %+v", x)
		}
	}
}

// marks is what persons told by doing a task.
func (w *world) marks(ref postgres.Ref, task string) string {
	w.Helper()
	return query[string](w, `SELECT corrects FROM task WHERE claim_id = $1 AND key = $2`, ref.ClaimID, task)
}
