package postgres_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// needsAttention puts a claim aside for an operator because of a step, on a day.
func (w *world) needsAttention(ref postgres.Ref, step string, on calendar.Date) {
	w.Helper()
	_, err := w.RecordAttention(w.Context(), ref, claim.Attention{Action: step, Cause: "BadData", Since: on.At(12, 0)}, at(on))
	ok(w, err)
}

// A repair is of what needs attention when it is recorded, and one under its key.
func TestARepairIsOneUnderItsKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	repair := func(key, do, step, reason string) error {
		_, err := w.RecordRepair(t.Context(), ref, claim.Repair{Key: key, Do: do, Step: step, Reason: reason}, at(today), stillSo)
		return err
	}
	refused(t, repair("k", "skip", "", "no stamps")) // nothing needs attention
	refused(t, repair("k", "skip", "reminder", "no stamps"))
	w.needsAttention(ref, "reminder", today)
	err := repair("k", "skip", "summons", "no stamps") // seen before it changed
	if refused(t, err); err.Error() != "it is not summons that needs attention, but reminder (BadData); look at it again and repair that" {
		t.Error(err)
	}
	if err := repair("k", "skip", "", "no stamps"); err == nil || err.Error() != "skip of which step? right would be what could not be done, as dunning claim show says it" {
		t.Error(err)
	}
	refused(t, repair("k", "override", "", "proof"))
	tooMuch := func(claim.Facts) (bool, error) { return false, &postgres.ConflictError{Problem: "too much is owed"} }
	refused(t, second(w.RecordRepair(t.Context(), ref, claim.Repair{Key: "k", Do: "close", Step: "reminder", Reason: "x"}, at(today), tooMuch)))
	ok(t, repair("k", "skip", "reminder", "no stamps"))
	before := w.counts()
	ok(t, repair("k", "skip", "reminder", "no stamps"))
	ok(t, repair("k", "skip", "", "no stamps")) // repeated when all is well again
	ok(t, repair("k", "skip", "sticker-reminder", "no stamps"))
	ok(t, second(w.RecordRepair(t.Context(), ref, claim.Repair{Key: "k", Do: "skip", Reason: "no stamps"}, at(today), tooMuch)))
	refused(t, repair("k", "close", "reminder", "no stamps"))
	refused(t, repair("k", "skip", "reminder", "no paper"))
	if after := w.counts(); after != before {
		t.Errorf("%s; was %s", after, before)
	}
	for _, c := range []struct {
		key, do, reason string
		known           bool
	}{{"k", "skip", "no stamps", true}, {"k", "close", "no stamps", false}, {"k", "skip", "no paper", false}, {"other", "skip", "no stamps", false}} {
		if got, err := w.RepairKnown(t.Context(), ref, claim.Repair{Key: c.key, Do: c.do, Reason: c.reason}); err != nil || got != c.known {
			t.Errorf("%+v: %v %v", c, got, err)
		}
	}
}

// A claim that comes back from the court, or owes again what was paid, does not wait for the operator who was asked before: what could not be done is tried again when it still comes.
func TestARepairEndsWhenItsClaimIsOpenAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stuck := w.open()
	w.needsAttention(stuck, "decision-reminder", today)
	ok(t, second(w.RecordDecision(t.Context(), stuck, claim.ChooseCourt, at(today), stillSo)))
	w.closes(stuck, claim.StatusCourt)
	ok(t, w.RecordCourtStep(t.Context(), stuck, claim.CourtStep{Stage: claim.CourtWithdrawn, On: today}, "", at(today), w.lib.Rules))
	paid := w.open()
	w.needsAttention(paid, "summons", today)
	w.receives(paid, "b1", "101.00")
	w.closes(paid, claim.StatusPaid)
	if w.facts(paid).Attention == nil {
		t.Error("it is told of a claim that has ended, where it holds nothing up")
	}
	ok(t, second(w.reverses(paid, "b1", "storno")))
	for ref, want := range map[postgres.Ref]string{
		stuck: "retry decision-reminder: the claim is open again: the client took the case back from the court, and decides what comes of the claim",
		paid:  "retry summons: the claim is open again: 100.33 is owed after settlement b1 was taken back",
	} {
		if f := w.facts(ref); f.Status != claim.StatusOpen || f.Attention != nil {
			t.Errorf("%s, %+v", f.Status, f.Attention)
		}
		if got := query[string](w, `SELECT COALESCE(string_agg(concat_ws(' ', detail ->> 'do', (detail ->> 'step') || ':', detail ->> 'reason'), '; '), '') FROM case_event WHERE claim_id = $1 AND kind = 'repaired'`, ref.ClaimID); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		history, err := w.History(t.Context(), ref)
		ok(t, err)
		if known := history.Facts.KnownOn(history.Records, today); known.Attention != nil {
			t.Errorf("of the day it is told that %+v", known.Attention)
		}
	}
}
