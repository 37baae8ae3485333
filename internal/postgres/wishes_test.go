package postgres_test

import (
	"fmt"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func stillSo(claim.Facts) (bool, error) { return true, nil }

// What was decided on older facts is not recorded when, under the lock, it no longer holds; and a claim that has ended takes no wishes any more.
func TestNothingIsDecidedOnOldFacts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by := t.Context(), at(today)
	ref := w.open()
	before := w.counts()
	notAnyMore := func(f claim.Facts) (bool, error) { return len(f.Pauses) == 0, nil }
	ok(t, w.RaiseDispute(ctx, ref, "d", "never ordered", by))
	disputed := w.counts()
	if f, err := w.RecordDefault(ctx, ref, claim.ChooseClose, by, notAnyMore); err != nil || f.Decision != nil || w.counts() != disputed || disputed == before {
		t.Errorf("the default of a disputed claim: %+v, %v", f.Decision, err)
	}
	if f, err := w.CloseClaim(ctx, ref, claim.StatusClosed, "x", by, notAnyMore); err != nil || f.Status != claim.StatusOpen {
		t.Errorf("closed while disputed: %s, %v", f.Status, err)
	}
	if _, err := w.CloseClaim(ctx, ref, claim.StatusPaid, "nothing is owed", by, stillSo); err != nil {
		t.Fatal(err)
	}
	closed := w.counts()
	for name, late := range map[string]func() (claim.Facts, error){
		"decision":   func() (claim.Facts, error) { return w.RecordDecision(ctx, ref, claim.ChooseCourt, by, stillSo) },
		"withdrawal": func() (claim.Facts, error) { return w.RecordWithdrawal(ctx, ref, commission, by, w.lib.Rules) },
		"repair":     func() (claim.Facts, error) { return w.RecordRepair(ctx, ref, claim.Repair{Key: "r", Do: "retry"}, by) },
	} {
		_, err := late()
		refused(t, err)
		if w.counts() != closed {
			t.Errorf("%s of a closed claim: %s was %s", name, w.counts(), closed)
		}
	}
}

// A withdrawal that is told twice is one, for the price that was confirmed: another price is not answered as if it had been recorded.
func TestAClaimIsWithdrawnForOnePrice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	withdraw := func(price money.Amount) error {
		return drop(w.RecordWithdrawal(t.Context(), ref, price, at(today), w.lib.Rules))
	}
	for range 2 {
		ok(t, withdraw(commission))
	}
	refused(t, withdraw(commission+1))
	w.closes(ref, claim.StatusWithdrawn)
	ok(t, withdraw(commission))
	refused(t, withdraw(commission+1))
}

// A client whom the advice did not reach gets its term to decide when a person has handed it over.
func TestAdviceHandedOverByAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	if _, err := w.OpenTask(t.Context(), ref, trajectory.ReachClient, "x", at(today)); err != nil {
		t.Fatal(err)
	}
	if f := w.facts(ref); !f.Advised.IsZero() {
		t.Fatal(f.Advised)
	}
	ok(t, w.CompleteTask(t.Context(), ref, trajectory.ReachClient, "by telephone", at(today.AddDays(2))))
	if f := w.facts(ref); f.Advised != today.AddDays(2) {
		t.Errorf("advised on %s", f.Advised)
	}
}

func TestAStepIsSkippedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	for year := range 2 {
		w.needsAttention(ref, trajectory.MonitoringLetter, today.AddYears(year))
		_, err := w.RecordRepair(t.Context(), ref, claim.Repair{Key: fmt.Sprint(year), Do: "skip", Step: trajectory.MonitoringLetter, Reason: "x"}, at(today.AddYears(year)))
		ok(t, err)
	}
	if on := w.facts(ref).SkippedOn(trajectory.MonitoringLetter); on != today.AddYears(1) {
		t.Errorf("skipped on %s", on)
	}
}
