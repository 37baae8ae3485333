package postgres_test

import (
	"errors"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Whatever the status, a person is asked once to pay back what was paid too much, and never what is not too much any more. 100.33 is owed.
func TestWhatWasPaidTooMuchIsAsked(t *testing.T) {
	t.Parallel()
	type step func(w *world, ref postgres.Ref)
	receives := func(key, amount string) step {
		return func(w *world, ref postgres.Ref) { w.receives(ref, key, amount) }
	}
	pays := func(key, amount string) step {
		return func(w *world, ref postgres.Ref) { w.pays(ref, key, amount, 0) }
	}
	credits := func(amount string) step {
		return func(w *world, ref postgres.Ref) { ok(w, w.credits(ref, "cn", amount, w.facts(ref).Invoices[0].Number)) }
	}
	takenBack := func(key string) step {
		return func(w *world, ref postgres.Ref) { ok(w, second(w.reverses(ref, key, "storno"))) }
	}
	ends := func(status claim.Status) step { return func(w *world, ref postgres.Ref) { w.closes(ref, status) } }
	done := func(task string) step {
		return func(w *world, ref postgres.Ref) {
			ok(w, w.CompleteTask(w.Context(), ref, task, "paid back", at(today)))
		}
	}
	for _, c := range []struct {
		story string
		steps []step
		asked string
	}{
		{"not too much", []step{receives("b1", "100.33"), ends(claim.StatusPaid)}, ""},
		{"on a paid claim", []step{receives("b1", "100.33"), ends(claim.StatusPaid), receives("b2", "50.00")}, "repay-surplus:50.00"},
		{"again on a paid claim", []step{receives("b1", "101.00"), ends(claim.StatusPaid), receives("b2", "50.00")}, "repay-surplus:50.67"},
		{"told again", []step{receives("b1", "101.00"), receives("b1", "101.00")}, "repay-surplus:0.67"},
		{"on a closed claim", []step{ends(claim.StatusClosed), receives("b1", "150.33")}, "repay-surplus:50.00"},
		{"on a withdrawn claim", []step{ends(claim.StatusWithdrawn), receives("b1", "150.33")}, "repay-surplus:50.00"},
		{"on a closed claim, not too much", []step{ends(claim.StatusClosed), receives("b1", "40.00")}, ""},
		{"a credit note on a paid claim", []step{receives("b1", "100.33"), ends(claim.StatusPaid), credits("50.00")}, "repay-surplus:50.17"},
		{"a payment to the client on a paid claim", []step{receives("b1", "100.33"), ends(claim.StatusPaid), pays("p1", "50.00")}, "repay-surplus:50.00"},
		{"a full credit note on a closed claim that was paid in part", []step{receives("b1", "40.00"), ends(claim.StatusClosed), credits("100.00")}, "repay-surplus:40.00"},
		{"the bank took it back", []step{receives("b1", "150.33"), takenBack("b1")}, ""},
		{"the bank took it back, and more came in", []step{receives("b1", "150.33"), ends(claim.StatusPaid), takenBack("b1"), receives("b2", "900.33")}, "repay-surplus:800.00"},
		{"the bank took it back, and the same came in", []step{receives("b1", "150.33"), takenBack("b1"), receives("b2", "150.33")}, "repay-surplus:50.00"},
		{"paid back", []step{receives("b1", "150.33"), done("repay-surplus:50.00")}, ""},
		{"paid back, and more came in", []step{receives("b1", "150.33"), done("repay-surplus:50.00"), receives("b2", "10.00")}, "repay-surplus:60.00"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.open()
			for _, step := range c.steps {
				step(w, ref)
			}
			if got := w.openTasks(ref); got != c.asked {
				t.Errorf("asked %q, want %q", got, c.asked)
			}
		})
	}
}

// A task that is not right any more is dropped, with why; the file keeps both.
func TestATaskAboutAnotherSurplusIsDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.receives(ref, "b1", "150.33")
	ok(t, second(w.reverses(ref, "b1", "storno")))
	if got := query[string](w, `SELECT key || ' ' || detail FROM task WHERE claim_id = $1`, ref.ClaimID); got != "repay-surplus:50.00 dropped: by now it is 0.00 that was paid too much" {
		t.Error(got)
	}
	if got := w.facts(ref).Tasks; len(got) != 1 || got[0] != (claim.Task{Key: "repay-surplus:50.00", Dropped: true}) {
		t.Errorf("%+v", got)
	}
	if got := w.eventsOf(ref, "task-dropped"); got != "task-dropped:repay-surplus:50.00" {
		t.Error(got)
	}
}

// The books know what the bank knows, also while nobody can tell what is owed.
func TestMoneyIsBookedWhenNobodyKnowsWhatIsOwed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	file, err := w.CaseFile(t.Context(), ref)
	ok(t, err)
	unknown := func(claim.Facts) (trajectory.Rules, error) {
		return trajectory.Rules{}, errors.New("no such trajectory")
	}
	_, err = w.RecordReceipt(t.Context(), postgres.Receipt{Key: "b1", Amount: eur("150.33"), On: today, Remittance: file.RF}, at(today), unknown)
	ok(t, err)
	if got, want := w.asked(ref), "repay-surplus:unknown (find out whether too much was paid: what is owed cannot be told (no such trajectory))"; got != want || len(w.facts(ref).Settlements) != 1 {
		t.Errorf("asked %q, want %q; %+v", got, want, w.facts(ref).Settlements)
	}
	w.receives(ref, "b2", "1.00")
	if got := w.openTasks(ref); got != "repay-surplus:51.00" {
		t.Error(got)
	}
}
