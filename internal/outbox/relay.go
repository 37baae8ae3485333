// Package outbox carries messages from PostgreSQL to Temporal, and compares the two. It must not change facts, and it holds no rule of the
// business: a message that is delivered twice is harmless, because workflows read the facts.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/internal/postgres"
)

// Messages is the outbox of the store.
type Messages interface {
	TakeMessages(ctx context.Context, most int, leaseFor time.Duration) ([]postgres.Message, error)
	Delivered(ctx context.Context, ids []int64) error
	Undelivered(ctx context.Context, id int64, cause string) error
	ClaimOpen(ctx context.Context, ref postgres.Ref) (bool, error)
}

// Target names what messages are delivered to; the workflows package fills it in, so that this one does not know workflows.
type Target struct {
	Workflow    string // registered name
	TaskQueue   string
	WorkflowID  func(claimID string) string
	Input       func(ref postgres.Ref) any
	Signal      func(key string) any
	ClientKey   temporal.SearchAttributeKeyKeyword
	AmountClass temporal.SearchAttributeKeyKeyword
}

// Relay delivers what waits in the outbox.
type Relay struct {
	Store      Messages
	Temporal   client.Client
	Target     Target
	Agreements AgreementTarget
	Statements StatementTarget
	Log        *slog.Logger
	Interval   time.Duration // between looks when there is nothing to do
	Parallel   int           // deliveries at once
}

const (
	batchSize = 200
	leaseFor  = 10 * time.Second
)

// Run delivers until ctx ends. Several relays share the work; one that is killed loses nothing, since a lease that is over comes back.
func (r *Relay) Run(ctx context.Context) error {
	for {
		delivered, err := r.Once(ctx)
		if err != nil && ctx.Err() == nil {
			r.Log.Warn("outbox: will look again", "error", err)
		}
		if delivered == batchSize {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(r.Interval):
		}
	}
}

// Once delivers one batch and says how many messages it took.
func (r *Relay) Once(ctx context.Context) (int, error) {
	messages, err := r.Store.TakeMessages(ctx, batchSize, leaseFor)
	if err != nil || len(messages) == 0 {
		return 0, err
	}
	done := make([]bool, len(messages))
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(max(r.Parallel, 1))
	for i, m := range messages {
		group.Go(func() error {
			if err := r.deliver(groupCtx, m); err != nil {
				r.Log.Debug("outbox: not delivered", "message", m.ID, "kind", m.Name, "error", err)
				return r.Store.Undelivered(ctx, m.ID, fmt.Sprintf("%T", err))
			}
			done[i] = true
			return nil
		})
	}
	err = group.Wait()
	var ids []int64
	for i, m := range messages {
		if done[i] {
			ids = append(ids, m.ID)
		}
	}
	if len(ids) > 0 {
		err = errors.Join(err, r.Store.Delivered(ctx, ids))
	}
	return len(messages), err
}

func (r *Relay) deliver(ctx context.Context, m postgres.Message) error {
	ctx, cancel := context.WithTimeout(ctx, leaseFor)
	defer cancel()
	if m.AgreementID != "" {
		return r.deliverAgreement(ctx, m)
	}
	if m.Statement != "" {
		return r.deliverStatement(ctx, m)
	}
	id := r.Target.WorkflowID(m.ClaimID)
	switch m.Name {
	case postgres.MessageStart:
		return r.start(ctx, m, id, enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE)
	case postgres.MessageReopen:
		return r.reopen(ctx, m, id)
	}
	err := r.Temporal.SignalWorkflow(ctx, id, "", m.Name, r.Target.Signal(m.Key))
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) && r.closed(ctx, m.Ref(), id) {
		return nil // the claim's workflow has ended: there is nobody to wake, and the fact is in the file
	}
	return err
}

// closed says whether the claim's workflow has ended. While its start is still on its way the signal waits; of a claim that was closed long
// ago Temporal knows nothing any more.
func (r *Relay) closed(ctx context.Context, ref postgres.Ref, id string) bool {
	description, err := r.Temporal.DescribeWorkflowExecution(ctx, id, "")
	var forgotten *serviceerror.NotFound
	if errors.As(err, &forgotten) {
		open, err := r.Store.ClaimOpen(ctx, ref)
		return err == nil && !open
	}
	return err == nil && description.GetWorkflowExecutionInfo().GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_RUNNING
}

// start starts the workflow of a claim, once: one that runs or ran already is as good as started.
func (r *Relay) start(ctx context.Context, m postgres.Message, id string, reuse enums.WorkflowIdReusePolicy) error {
	_, err := r.Temporal.ExecuteWorkflow(ctx, r.options(m, id, reuse), r.Target.Workflow, r.Target.Input(m.Ref()))
	var running *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &running) {
		return nil
	}
	return err
}

// reopen starts the workflow of a claim again that was paid, or wakes the one that is running: it may have decided to end and not have ended yet, so
// "running already" alone is not good enough. A crash before it is noted as delivered does it again: whoever runs then reads the facts once more,
// and a claim that was paid again meanwhile ends its run at once.
func (r *Relay) reopen(ctx context.Context, m postgres.Message, id string) error {
	options := r.options(m, id, enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
	_, err := r.Temporal.SignalWithStartWorkflow(ctx, id, postgres.MessagePayment, r.Target.Signal(m.Key), options, r.Target.Workflow, r.Target.Input(m.Ref()))
	return err
}

func (r *Relay) options(m postgres.Message, id string, reuse enums.WorkflowIdReusePolicy) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID: id, TaskQueue: r.Target.TaskQueue, StaticSummary: m.Detail["summary"],
		WorkflowIDReusePolicy: reuse, WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING, WorkflowExecutionErrorWhenAlreadyStarted: true,
		TypedSearchAttributes: temporal.NewSearchAttributes(r.Target.ClientKey.ValueSet(m.ClientID), r.Target.AmountClass.ValueSet(m.Detail["amount"])),
	}
}
