package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/incassocenter/dunning/internal/postgres"
)

// StatementTarget names what messages for statements are delivered to, as Target does for claims.
type StatementTarget struct {
	Workflow   string // registered name
	TaskQueue  string
	WorkflowID func(key string) string
	Input      func(key string, bookedAt time.Time) any // bookedAt is zero when nobody noted it
}

// deliverStatement starts the workflow of a statement, or of one of its lines that a person judged or that was told apart (the message's key), once: one that runs or ran already is as good as started.
func (r *Relay) deliverStatement(ctx context.Context, m postgres.Message) error {
	to := r.Statements
	bookedAt, err := time.Parse(time.RFC3339Nano, cmp.Or(m.Detail["booked_at"], time.Time{}.Format(time.RFC3339Nano)))
	if err != nil {
		return fmt.Errorf("read when statement %s was booked: %w", m.Statement, err)
	}
	_, err = r.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: to.WorkflowID(m.Key), TaskQueue: to.TaskQueue, StaticSummary: "what came in finds its claims", WorkflowExecutionErrorWhenAlreadyStarted: true,
		WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
	}, to.Workflow, to.Input(m.Statement, bookedAt))
	var running *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &running) {
		return nil
	}
	return err
}
