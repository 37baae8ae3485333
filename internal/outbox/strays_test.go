package outbox_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/incassocenter/dunning/internal/outbox"
	"github.com/incassocenter/dunning/internal/postgres"
)

// pages is a Temporal that lists workflows some at a time, and fails to as often as told.
type pages struct {
	client.Client
	size   int32
	failOn func(r *workflowservice.ListWorkflowExecutionsRequest) error
	listed int
}

func (p *pages) ListWorkflow(ctx context.Context, r *workflowservice.ListWorkflowExecutionsRequest) (*workflowservice.ListWorkflowExecutionsResponse, error) {
	if p.failOn != nil {
		if err := p.failOn(r); err != nil {
			return nil, err
		}
	}
	r.PageSize = p.size
	p.listed++
	return p.Client.ListWorkflow(ctx, r)
}

// later is a rig whose sweeper lives three hours from now: what was started just now runs for a while already.
func later(t *testing.T) *rig {
	r := newRig(t)
	r.sweeper.Now = func() time.Time { return time.Now().Add(3 * time.Hour) }
	return r
}

// begin starts a workflow that no hand-over asked for.
func (r *rig) begin(id string) {
	r.Helper()
	_, err := r.temporal.ExecuteWorkflow(r.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: r.relay.Target.TaskQueue}, "Claim", "x")
	ok(r, err)
}

// listedAsRunning waits until lists show n running workflows of the rig.
func (r *rig) listedAsRunning(n int64) {
	r.Helper()
	r.eventually("lists show what runs", func() bool {
		c, err := r.temporal.CountWorkflow(r.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: "ExecutionStatus = 'Running' AND TaskQueue = '" + r.relay.Target.TaskQueue + "'"})
		ok(r, err)
		return c.GetCount() == n
	})
}

func (r *rig) status(id string) enums.WorkflowExecutionStatus {
	r.Helper()
	d, err := r.temporal.DescribeWorkflowExecution(r.Context(), id, "")
	ok(r, err)
	return d.GetWorkflowExecutionInfo().GetStatus()
}

func (r *rig) nextDay() { r.exec(`UPDATE sweep SET next_at = clock_timestamp()`) }

func TestWorkflowsWithoutAnOpenClaimAreFoundAndNothingElse(t *testing.T) {
	t.Parallel()
	r := later(t)
	r.work()
	refs := r.running(12)
	nobody, odd := "claim/"+uuid.NewString(), "claim/"+r.relay.Target.TaskQueue
	r.begin(nobody)
	r.begin(odd)
	r.closeClaim(refs[0])
	r.exec(`UPDATE claim SET seen_version = version`)
	r.age()
	r.listedAsRunning(14)

	list := &pages{Client: r.temporal, size: 4}
	r.sweeper.Temporal = list
	want := map[outbox.Finding]int{outbox.ClosedClaim: 1, outbox.UnknownClaim: 2}
	if found := r.sweep(); !maps.Equal(found, want) || list.listed != 4 {
		t.Fatalf("found %v on %d pages", found, list.listed)
	}
	if found := r.sweep(); len(found) != 0 {
		t.Errorf("again on the same day: %v", found)
	}
	r.deliver()
	r.eventually("the closed claim's workflow is woken", func() bool { return slices.Equal(r.heard(refs[0]), []string{"task-done sweeper"}) })
	for _, id := range []string{nobody, odd, "claim/" + refs[1].ClaimID} {
		if status := r.status(id); status != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
			t.Errorf("%s: %s", id, status)
		}
	}
	if keys := r.heard(refs[1]); len(keys) != 0 {
		t.Errorf("an open claim heard %v", keys)
	}

	r.end(refs[0]) // as it does when it has read that
	r.nextDay()
	if found := r.sweep(); found[outbox.UnknownClaim] != 2 || len(found) != 1 {
		t.Errorf("on the next day: %v", found)
	}
}

// ending ends the workflows of closed claims after they were listed and before they are looked at.
type ending struct {
	*postgres.Store
	r *rig
}

func (e ending) ClaimsNotOpen(ctx context.Context, ids []string, forAtLeast time.Duration) ([]postgres.Ref, error) {
	refs, err := e.Store.ClaimsNotOpen(ctx, ids, forAtLeast)
	for _, ref := range refs {
		e.r.terminate(ref)
	}
	return refs, err
}

func TestWorkflowsOnTheirWayAreNoFindings(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(r *rig, ref postgres.Ref){
		"the workflow ends after it was listed": func(r *rig, ref postgres.Ref) {
			r.closeClaim(ref)
			r.age()
			r.sweeper.Facts = ending{r.Store, r}
		},
		"the claim was closed just now": func(r *rig, ref postgres.Ref) { r.closeClaim(ref) },
		"the workflow starts just now": func(r *rig, ref postgres.Ref) {
			r.closeClaim(ref)
			r.begin("claim/" + uuid.NewString())
			r.listedAsRunning(2)
			r.age()
			r.sweeper.Now = time.Now
		},
		"a workflow that is not a claim's": func(r *rig, _ postgres.Ref) {
			_, err := r.temporal.ExecuteWorkflow(r.Context(), client.StartWorkflowOptions{ID: r.client, TaskQueue: r.relay.Target.TaskQueue}, "Statement", "x")
			ok(r, err)
			r.listedAsRunning(2)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := later(t)
			ref := r.running(1)[0]
			r.listedAsRunning(1)
			change(r, ref)
			list := &pages{Client: r.temporal, size: 10}
			r.sweeper.Temporal = list
			if found := r.sweep(); len(found) != 0 || list.listed != 1 {
				t.Errorf("found %v on %d pages", found, list.listed)
			}
		})
	}
}

// A round goes on at the page at which it was interrupted, once the lease of that page is over.
func TestRoundGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	r := later(t)
	r.running(3)
	r.begin("claim/" + uuid.NewString())
	r.listedAsRunning(4)
	list := &pages{Client: r.temporal, size: 1}
	list.failOn = func(*workflowservice.ListWorkflowExecutionsRequest) error {
		if list.listed == 2 {
			return serviceerror.NewUnavailable("away")
		}
		return nil
	}
	r.sweeper.Temporal = list
	if err := r.sweeper.Once(t.Context()); err == nil || !strings.Contains(err.Error(), "away") {
		t.Fatal(err)
	}
	list.failOn = nil
	before := maps.Clone(r.found)
	if found := r.sweep(); len(found) != 0 || list.listed != 2 {
		t.Fatalf("within the lease: found %v on %d pages", found, list.listed)
	}
	r.nextDay() // the lease is over
	found := maps.Clone(r.sweep())
	if found[outbox.UnknownClaim]+before[outbox.UnknownClaim] != 1 || list.listed < 4 || list.listed > 5 {
		t.Errorf("found %v and %v on %d pages", before, found, list.listed)
	}
}

// The token of a page may be of a server that is gone: after an hour the round begins again instead of failing for ever.
func TestRoundBeginsAgainWhenAPageCannotBeTurned(t *testing.T) {
	t.Parallel()
	r := later(t)
	r.running(1)
	r.begin("claim/" + uuid.NewString())
	r.listedAsRunning(2)
	r.sweeper.Temporal = &pages{Client: r.temporal, size: 10, failOn: func(list *workflowservice.ListWorkflowExecutionsRequest) error {
		if len(list.GetNextPageToken()) > 0 {
			return serviceerror.NewUnavailable("no such page")
		}
		return nil
	}}
	r.exec(`UPDATE sweep SET page = 'of another server', turned_at = clock_timestamp()`)
	if err := r.sweeper.Once(t.Context()); err == nil || len(r.found) != 0 {
		t.Fatalf("%v, found %v", err, r.found)
	}
	r.exec(`UPDATE sweep SET turned_at = turned_at - interval '61 minutes', next_at = clock_timestamp()`)
	if found := r.sweep(); found[outbox.UnknownClaim] != 1 || len(found) != 1 {
		t.Errorf("found %v", found)
	}
}
