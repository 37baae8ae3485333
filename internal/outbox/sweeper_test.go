package outbox_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/outbox"
	"github.com/incassocenter/dunning/internal/postgres"
)

var settlement = claim.Settlement{Key: "s", Kind: claim.PaidToClient, On: today, Amount: money.Cents(1_00)}

const healthy = 200

func TestSweeperFindsWhatIsPlantedAndNothingElse(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	refs := r.running(healthy + 5)
	if found := r.sweep(); len(found) != 0 {
		t.Fatalf("%d healthy claims: %v", len(refs), found)
	}
	r.age()
	lost, missing, dead, letter, stuck := refs[0], r.handOver(1)[0], refs[1], refs[2], refs[3]

	r.exec(`UPDATE claim SET seen_version = version - 1 WHERE id = $1`, lost.ClaimID) // read before a change whose message got lost
	r.exec(`DELETE FROM outbox WHERE claim_id = $1`, missing.ClaimID)
	r.exec(`UPDATE claim SET changed_at = changed_at - interval '90 seconds' WHERE id = $1`, missing.ClaimID)
	r.terminate(dead)
	run, _ := r.describe(dead)
	r.cutOff(letter)
	ok(t, r.Remark(t.Context(), stuck, "k", "x", by))
	r.exec(`UPDATE outbox SET created_at = created_at - interval '6 minutes', next_at = next_at + interval '1 hour' WHERE delivered_at IS NULL`)

	want := map[outbox.Finding]int{outbox.LostWakeUp: 1, outbox.NoWorkflow: 1, outbox.DeadWorkflow: 1, outbox.AbandonedLetter: 1, outbox.StuckOutbox: 1}
	found := maps.Clone(r.sweep())
	r.exec(`UPDATE claim SET checked_at = NULL`) // 200 a round: what is left is compared in the next
	for f, n := range r.sweep() {
		if f != outbox.StuckOutbox {
			found[f] += n
		}
	}
	if !maps.Equal(found, want) {
		t.Fatalf("found %v", found)
	}

	for _, ref := range []postgres.Ref{missing, dead} {
		if again, status := r.describe(ref); status != enums.WORKFLOW_EXECUTION_STATUS_RUNNING || again == run {
			t.Errorf("not started again: %s", status)
		}
		if got, want := r.shown(ref), "consumer, EUR 100-500, 1 invoice(s); 100-500"; got != want {
			t.Errorf("started again, it shows %q, want %q", got, want)
		}
	}
	var woken, unknown int
	ok(t, r.super.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM outbox WHERE claim_id = $1 AND key = 'sweeper'), (SELECT count(*) FROM letter WHERE state = 'unknown')`, lost.ClaimID).Scan(&woken, &unknown))
	if woken != 1 || unknown != 1 {
		t.Errorf("%d wake-ups, %d letters unknown", woken, unknown)
	}
	r.deliver()
	r.exec(`UPDATE claim SET seen_version = version`)
	r.age()
	if found := r.sweep(); len(found) != 0 {
		t.Errorf("after repair: %v", found)
	}
}

// A worker that is down for a weekend must not find thousands of signals when it is back.
func TestSweeperDoesNotWakeWhoIsBeingWoken(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ref := r.running(1)[0]
	r.exec(`UPDATE claim SET seen_version = 0`)
	for round, want := range []int{1, 0, 0} {
		if found := r.sweep()[outbox.LostWakeUp]; found != want {
			t.Errorf("round %d: found %d", round, found)
		}
		if round == 1 {
			r.deliver() // delivered, and still not read
		}
	}
	r.exec(`UPDATE outbox SET created_at = created_at - interval '11 minutes' WHERE key = 'sweeper'`)
	if found := r.sweep()[outbox.LostWakeUp]; found != 1 {
		t.Errorf("who does not wake up is not woken again: %d", found)
	}
	waiting := r.running(1)[0] // its own message still waits: it is not lost
	ok(t, r.Remark(t.Context(), waiting, "k", "x", by))
	r.exec(`UPDATE claim SET changed_at = changed_at - interval '10 minutes', seen_version = CASE id WHEN $1 THEN version ELSE seen_version END`, ref.ClaimID)
	if found := r.sweep()[outbox.LostWakeUp]; found != 0 {
		t.Errorf("a message that waits counts as lost: %d", found)
	}
}

func TestClaimWhoseStartStillWaitsIsNotMissing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.handOver(3)
	r.exec(`UPDATE claim SET changed_at = changed_at - interval '10 minutes'`)
	if found := r.sweep(); len(found) != 0 {
		t.Errorf("%v", found)
	}
}

func TestSweepWithoutTemporalUsesUpNoComparison(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	dead := r.running(8)[4]
	r.terminate(dead)
	r.sweeper.Temporal = down(t)
	if err := r.sweeper.Once(t.Context()); err == nil || len(r.found) != 0 {
		t.Fatalf("%v, found %v", err, r.found)
	}
	r.sweeper.Temporal = r.temporal
	r.exec(`UPDATE claim SET checked_at = checked_at - interval '6 minutes'`)
	if found := r.sweep(); found[outbox.DeadWorkflow] != 1 || len(found) != 1 {
		t.Errorf("when Temporal is back: %v", found)
	}
	r.exec(`UPDATE claim SET checked_at = checked_at - interval '23 hours'`)
	r.terminate(dead)
	if found := r.sweep(); len(found) != 0 {
		t.Errorf("compared twice within a day: %v", found)
	}
}

// closing lets a claim end, facts first and then its workflow, after the sweeper took it and before it looks.
type closing struct {
	*postgres.Store
	r *rig
}

func (c closing) ClaimsToCheck(ctx context.Context, age time.Duration, most int) ([]postgres.Ref, error) {
	refs, err := c.Store.ClaimsToCheck(ctx, age, most)
	for _, ref := range refs {
		c.r.closeClaim(ref)
		c.r.terminate(ref)
	}
	return refs, err
}

func TestClaimThatEndsWhileItIsSweptIsNoFinding(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ref := r.running(1)[0]
	run, _ := r.describe(ref)
	r.sweeper.Facts = closing{r.Store, r}
	if found := r.sweep(); len(found) != 0 {
		t.Errorf("%v", found)
	}
	if now, status := r.describe(ref); now != run || status == enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
		t.Errorf("started again: %s", status)
	}
}

// poisoned cannot settle the letters of one claim.
type poisoned struct {
	*postgres.Store
	ref postgres.Ref
}

func (p poisoned) SettleAbandoned(ctx context.Context, ref postgres.Ref, actor string) error {
	if ref == p.ref {
		return context.DeadlineExceeded
	}
	return p.Store.SettleAbandoned(ctx, ref, actor)
}

func TestOneClaimDoesNotKeepTheSweeperFromTheOthers(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	refs := r.running(4)
	slices.SortFunc(refs, func(a, b postgres.Ref) int { return slices.Compare([]byte(a.ClaimID), []byte(b.ClaimID)) })
	for _, ref := range refs[:3] {
		r.cutOff(ref)
	}
	r.terminate(refs[3])
	r.sweeper.Facts = poisoned{r.Store, refs[0]}
	if err := r.sweeper.Once(t.Context()); err == nil || r.found[outbox.AbandonedLetter] != 2 || r.found[outbox.DeadWorkflow] != 1 {
		t.Errorf("%v, found %v", err, r.found)
	}
}
