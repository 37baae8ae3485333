package outbox_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// impatient gives up on Temporal after a moment: the relay's own patience would make the tests slow.
type impatient struct{ client.Client }

const moment = 150 * time.Millisecond

func (c impatient) ExecuteWorkflow(ctx context.Context, o client.StartWorkflowOptions, workflow any, args ...any) (client.WorkflowRun, error) {
	ctx, cancel := context.WithTimeout(ctx, moment)
	defer cancel()
	return c.Client.ExecuteWorkflow(ctx, o, workflow, args...)
}

func (c impatient) SignalWorkflow(ctx context.Context, id, run, name string, arg any) error {
	ctx, cancel := context.WithTimeout(ctx, moment)
	defer cancel()
	return c.Client.SignalWorkflow(ctx, id, run, name, arg)
}

func (c impatient) DescribeWorkflowExecution(ctx context.Context, id, run string) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, moment)
	defer cancel()
	return c.Client.DescribeWorkflowExecution(ctx, id, run)
}

// down is a Temporal that nobody runs.
func down(t testing.TB) client.Client {
	t.Helper()
	c, err := client.NewLazyClient(client.Options{HostPort: "127.0.0.1:1", Namespace: "dunning", Logger: log.NewStructuredLogger(quiet)})
	ok(t, err)
	t.Cleanup(c.Close)
	return impatient{c}
}

func TestClaimIsStartedOnceHoweverOftenItIsDelivered(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.work()
	refs := r.handOver(20)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 3 { // three relays share the work
		wg.Go(func() {
			if err := r.relay.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	r.eventually("all are started", func() bool { return r.waiting() == 0 })
	stop()
	wg.Wait()
	runs := make([]string, len(refs))
	for i, ref := range refs {
		runs[i], _ = r.describe(ref)
	}
	r.end(refs[0]) // one ends by itself
	r.exec(`UPDATE outbox SET delivered_at = NULL`)
	r.deliver()
	for i, ref := range refs {
		want := enums.WORKFLOW_EXECUTION_STATUS_RUNNING
		if i == 0 {
			want = enums.WORKFLOW_EXECUTION_STATUS_COMPLETED
		}
		if run, status := r.describe(ref); run != runs[i] || status != want {
			t.Errorf("claim %d: run %s, %s; was run %s", i, run, status, runs[i])
		}
	}
	d, err := r.temporal.DescribeWorkflow(t.Context(), "claim/"+refs[1].ClaimID, "")
	ok(t, err)
	if owner, _ := d.TypedSearchAttributes.GetKeyword(r.relay.Target.ClientKey); owner != r.client {
		t.Errorf("client %q", owner)
	}
	if got, want := r.shown(refs[1]), "consumer, EUR 100-500, 1 invoice(s); 100-500"; got != want {
		t.Errorf("it shows %q, want %q", got, want)
	}
}

// forgetful loses the note that messages were delivered, as a relay does that is killed between delivering and noting.
type forgetful struct {
	*postgres.Store
	times int
}

func (f *forgetful) Delivered(ctx context.Context, ids []int64) error {
	if f.times--; f.times >= 0 {
		return errors.New("killed")
	}
	return f.Store.Delivered(ctx, ids)
}

func TestRelayThatIsKilledBeforeItNotesDeliversAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.work()
	ref := r.handOver(1)[0]
	r.deliver()
	ok(t, r.Remark(t.Context(), ref, "k", "x", by))
	r.relay.Store = &forgetful{r.Store, 1}
	if n, err := r.relay.Once(t.Context()); n != 1 || err == nil {
		t.Fatalf("%d, %v", n, err)
	}
	if n, err := r.relay.Once(t.Context()); n != 0 || err != nil {
		t.Fatalf("before its lease is over: %d, %v", n, err)
	}
	r.deliver()
	r.eventually("the signal arrives", func() bool { return len(r.heard(ref)) > 0 })
	if keys := r.heard(ref); !slices.Equal(slices.Compact(keys), []string{"remark-added remark:k"}) {
		t.Errorf("%v", keys)
	}
}

func TestSignalWaitsForTheStart(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.work()
	ref := r.handOver(1)[0]
	ok(t, r.Remark(t.Context(), ref, "k", "x", by))
	r.exec(`UPDATE outbox SET next_at = next_at + interval '1 hour' WHERE message = 'start'`)
	n, err := r.relay.Once(t.Context())
	var problem string
	ok(t, r.super.QueryRow(t.Context(), `SELECT error FROM outbox WHERE message <> 'start'`).Scan(&problem))
	if n != 1 || err != nil || r.waiting() != 2 || !strings.Contains(problem, "NotFound") {
		t.Fatalf("took %d, %v; %d wait; %q", n, err, r.waiting(), problem)
	}
	r.deliver()
	r.eventually("the signal arrives", func() bool { return slices.Equal(r.heard(ref), []string{"remark-added remark:k"}) })
}

func TestSignalToAWorkflowThatEndedCountsAsDelivered(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.work()
	refs := r.handOver(2)
	r.deliver()
	r.end(refs[0])
	r.terminate(refs[1])
	for _, ref := range refs {
		ok(t, r.Remark(t.Context(), ref, "k", "x", by))
	}
	if n, err := r.relay.Once(t.Context()); n != 2 || err != nil || r.waiting() != 0 {
		t.Errorf("took %d, %v; %d wait", n, err, r.waiting())
	}
}

// Temporal keeps a closed workflow for its retention only; payments on a closed claim may come years later.
func TestSignalToAWorkflowThatTemporalForgotCountsAsDelivered(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	refs := r.handOver(2)
	_, err := r.CloseClaim(t.Context(), refs[0], claim.StatusClosed, "x", by, func(claim.Facts) (bool, error) { return true, nil })
	ok(t, err)
	r.exec(`DELETE FROM outbox`)
	lib, err := trajectory.ReadLibrary(config.Data)
	ok(t, err)
	for _, ref := range refs {
		ok(t, r.RecordSettlement(t.Context(), ref, settlement, by, lib.Rules))
	}
	if n, err := r.relay.Once(t.Context()); n != 2 || err != nil || r.waiting() != 1 {
		t.Fatalf("took %d, %v; %d wait", n, err, r.waiting())
	}
	var waits string
	ok(t, r.super.QueryRow(t.Context(), `SELECT claim_id::text FROM outbox WHERE delivered_at IS NULL`).Scan(&waits))
	if waits != refs[1].ClaimID {
		t.Error("the message of the open claim is lost")
	}
}

func TestMessagesWaitWhileTemporalIsDown(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	refs := r.handOver(5)
	ok(t, r.Remark(t.Context(), refs[0], "k", "x", by))
	r.relay.Temporal = down(t)
	for round := range 8 {
		r.exec(`UPDATE outbox SET next_at = clock_timestamp()`)
		if n, err := r.relay.Once(t.Context()); n != 6 || err != nil || r.waiting() != 6 {
			t.Fatalf("round %d: took %d, %v; %d wait", round, n, err, r.waiting())
		}
		if n, _ := r.relay.Once(t.Context()); n != 0 {
			t.Fatal("a message comes back before its lease is over")
		}
	}
	var noted, soon int
	ok(t, r.super.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE error <> ''), count(*) FILTER (WHERE next_at < clock_timestamp() + interval '60 seconds') FROM outbox`).Scan(&noted, &soon))
	if noted != 6 || soon != 6 {
		t.Errorf("%d with an error, %d due within a minute of Temporal's return", noted, soon)
	}
	r.relay.Temporal = r.temporal
	r.deliver()
	for _, ref := range refs {
		if _, status := r.describe(ref); status != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
			t.Errorf("%s", status)
		}
	}
}

func TestOnlyWhatWasDeliveredLongAgoIsForgotten(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	refs := r.handOver(4)
	for i, sql := range []string{"clock_timestamp() - interval '8 days'", "clock_timestamp() - interval '6 days'", "clock_timestamp()", "NULL"} {
		r.exec(`UPDATE outbox SET created_at = created_at - interval '30 days', delivered_at = `+sql+` WHERE claim_id = $1`, refs[i].ClaimID)
	}
	for _, want := range []int64{1, 0} {
		if n, err := r.PruneOutbox(t.Context(), 7*24*time.Hour); n != want || err != nil {
			t.Errorf("forgot %d, %v", n, err)
		}
	}
	if r.waiting() != 1 {
		t.Errorf("%d wait", r.waiting())
	}
}
