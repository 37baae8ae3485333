package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/activities"
)

// StatementWorkflow is the registered name of the workflow of one statement of the bank.
const StatementWorkflow = "Statement"

// StatementID names the workflow of a statement.
func StatementID(key string) string { return "statement/" + key }

// StatementInput starts the workflow of a statement, which was booked at an instant.
type StatementInput struct {
	Key      string    `json:"key"`
	BookedAt time.Time `json:"booked_at,omitzero"`
}

// asOf is the business time of what follows from a statement: not before it was booked, whatever the clock of the server says.
func (in StatementInput) asOf(now time.Time) time.Time {
	if now.Before(in.BookedAt) {
		return in.BookedAt
	}
	return now
}

// Statement does what a booked statement asks: what the bank took back is reversed, and what came in finds its claims, which are woken by that. It gives
// what became of the receipts.
//
// Cancelling it has no effect: what it leaves undone would wait until the next statement.
func Statement(ctx workflow.Context, in StatementInput) (activities.Matched, error) {
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	if err := untilDone(ctx, "reverse what the bank took back", statements.TakeBack, in, nil); err != nil {
		return activities.Matched{}, err
	}
	var total activities.Matched
	for {
		var m activities.Matched
		if err := untilDone(ctx, "find the claims of what came in", statements.Match, in, &m); err != nil {
			return total, err
		}
		total.Automatic, total.Suggested, total.Queued, total.Left = total.Automatic+m.Automatic, m.Suggested, m.Queued, m.Left
		workflow.SetCurrentDetails(ctx, fmt.Sprintf("%d allocated, %d suggested to a person, %d without a suggestion, %d left", total.Automatic, total.Suggested, total.Queued, total.Left))
		if m.Left == 0 {
			return total, nil
		}
	}
}

// untilDone tries an activity until it succeeds: money that came in must find its claim, however long something is down. A heartbeat tells of a worker that
// is lost within seconds.
func untilDone(ctx workflow.Context, summary string, activity any, in StatementInput, result any) error {
	options := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: QueueClaims, StartToCloseTimeout: 3 * time.Minute, HeartbeatTimeout: 20 * time.Second, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 5 * time.Minute},
	})
	return workflow.ExecuteActivity(options, activity, activities.MatchReceipts{Statement: in.Key, AsOf: in.asOf(workflow.Now(ctx))}).Get(ctx, result)
}

// Activities are called through this name; the value is never used.
var statements *activities.Statements
