package outbox_test

import (
	"slices"
	"testing"

	"go.temporal.io/api/enums/v1"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/outbox"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// paidThenNot is a claim that was paid, closed, and is open again because the payment was taken back; ended says whether its workflow had ended.
// Its message still waits.
func (r *rig) paidThenNot(ended bool) postgres.Ref {
	r.Helper()
	lib, err := trajectory.ReadLibrary(config.Data)
	ok(r, err)
	ref := r.running(1)[0]
	ok(r, r.RecordSettlement(r.Context(), ref, claim.Settlement{Key: "p1", Kind: claim.PaidToClient, On: today, Amount: money.Cents(101_00)}, by, lib.Rules))
	r.deliver()
	r.closeClaim(ref)
	if ended {
		r.end(ref)
	}
	_, err = r.ReverseSettlement(r.Context(), ref, "p1", "storno", by, lib.Rules)
	ok(r, err)
	return ref
}

const reopened = "payment-recorded reopened"

func TestAReopenedClaimIsStartedAgainOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.work()
	ref := r.paidThenNot(true)
	before, _ := r.describe(ref)
	shown := r.shown(ref)
	r.relay.Store = &forgetful{r.Store, 1} // killed between the start and the note of it
	if n, err := r.relay.Once(t.Context()); n != 1 || err == nil {
		t.Fatalf("%d, %v", n, err)
	}
	run, status := r.describe(ref)
	if run == before || status != enums.WORKFLOW_EXECUTION_STATUS_RUNNING || r.shown(ref) != shown {
		t.Errorf("%s; it shows %q, it showed %q", status, r.shown(ref), shown)
	}
	r.deliver()
	if again, status := r.describe(ref); again != run || status != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
		t.Errorf("started twice: %s", status)
	}
	r.eventually("it is woken, twice at most", func() bool { return slices.Equal(slices.Compact(r.heard(ref)), []string{reopened}) })
	r.end(ref)
	r.exec(`UPDATE outbox SET delivered_at = NULL WHERE message = 'start'`)
	r.deliver()
	if again, status := r.describe(ref); again != run || status != enums.WORKFLOW_EXECUTION_STATUS_COMPLETED {
		t.Errorf("its first start starts it again: %s", status)
	}
}

// The workflow has decided to end and not ended yet: it hears of it, and the same run goes on.
func TestAReopenedClaimWhoseWorkflowStillRunsIsWoken(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.work()
	ref := r.paidThenNot(false)
	before, _ := r.describe(ref)
	r.deliver()
	if run, status := r.describe(ref); run != before || status != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
		t.Errorf("%s", status)
	}
	r.eventually("it is woken", func() bool { return slices.Contains(r.heard(ref), reopened) })
}

func TestSweeperStartsAReopenedClaimWhoseMessageIsLost(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.work()
	lost := r.paidThenNot(true)
	r.exec(`DELETE FROM outbox WHERE message = 'reopen'`)
	waits := r.paidThenNot(true)
	r.exec(`UPDATE claim SET seen_version = version, changed_at = changed_at - interval '90 seconds'`)
	if found := r.sweep(); found[outbox.DeadWorkflow] != 1 || len(found) != 1 {
		t.Errorf("found %v", found)
	}
	if _, status := r.describe(lost); status != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
		t.Errorf("not started again: %s", status)
	}
	if _, status := r.describe(waits); status != enums.WORKFLOW_EXECUTION_STATUS_COMPLETED {
		t.Errorf("the sweeper was before the relay: %s", status)
	}
	r.deliver()
	if _, status := r.describe(waits); status != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
		t.Errorf("%s", status)
	}
}
