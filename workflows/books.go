package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/activities"
)

// BooksWorkflow is the registered name of the workflow of one night of the books.
const BooksWorkflow = "Books"

// BooksSchedule names the schedule that starts it every night.
const BooksSchedule = "books"

// BooksFound is what a night found.
type BooksFound struct {
	Closed      activities.ClosedBooks    `json:"closed"`
	Differences int                       `json:"differences"`
	Bank        activities.Reconciliation `json:"bank"`
}

// Books closes the books of its day, compares them with the facts, and with the bank as of the day before. What differs is told, and mended by persons.
func Books(ctx workflow.Context) (found BooksFound, err error) {
	in := activities.BooksOfDay{Day: scheduledDay(ctx), AsOf: workflow.Now(ctx)}
	if err := atNight(ctx, "book what time brought", books.CloseBooks, in, &found.Closed); err != nil {
		return found, err
	}
	if err := atNight(ctx, "compare the books with the facts", books.VerifyBooks, in, &found.Differences); err != nil {
		return found, err
	}
	if err := atNight(ctx, "compare the books with the bank", books.ReconcileBooks, in, &found.Bank); err != nil {
		return found, err
	}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("**Closed** %d claims, %d untold\n\n**Facts** %d differences\n\n**Bank** %s more than the books, %d entries, %d statements held\n",
		found.Closed.Claims, found.Closed.Untold, found.Differences, found.Bank.Difference, found.Bank.Entries, found.Bank.Held))
	return found, nil
}

// atNight tries an activity until it succeeds; a heartbeat tells of a worker that is lost within seconds.
func atNight(ctx workflow.Context, summary string, activity any, in activities.BooksOfDay, result any) error {
	options := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: QueueClaims, StartToCloseTimeout: 2 * time.Hour, HeartbeatTimeout: 20 * time.Second, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 5 * time.Minute},
	})
	return workflow.ExecuteActivity(options, activity, in).Get(ctx, result)
}

// Activities are called through this name; the value is never used.
var books *activities.Books
