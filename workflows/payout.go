package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/calendar"
)

// PayoutWorkflow is the registered name of the workflow of one day's payout.
const PayoutWorkflow = "Payout"

// PayoutSchedule names the schedule that starts it every morning; which clients are paid on a day is in their plans.
const PayoutSchedule = "payouts"

// PayoutInput starts the workflow of a payout. ID is known over continue-as-new; empty: it is proposed.
type PayoutInput struct {
	ID string `json:"id,omitempty"`
}

// Payout proposes the payout of its day and follows it until the bank booked or refused all of it, or a person withdrew it. It approves and sends nothing.
func Payout(ctx workflow.Context, in PayoutInput) (activities.PayoutStanding, error) {
	day := scheduledDay(ctx)
	for s := followPayout(ctx, in.ID, day); ; s = followPayout(ctx, in.ID, day) {
		in.ID = s.ID
		workflow.SetCurrentDetails(ctx, "**Payout** "+s.ID+"\n\n**Stands** "+s.Says+"\n")
		if s.Over {
			return s, nil
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			return s, workflow.NewContinueAsNewError(ctx, Payout, in)
		}
		if err := workflow.Sleep(ctx, nextMorning(workflow.Now(ctx))); err != nil {
			return s, err // cancelled: nothing depends on it
		}
	}
}

// scheduledDay is the day for which the schedule started a workflow, which may be before today when no worker ran.
func scheduledDay(ctx workflow.Context) calendar.Date {
	if at, scheduled := workflow.GetTypedSearchAttributes(ctx).GetTime(temporal.NewSearchAttributeKeyTime("TemporalScheduledStartTime")); scheduled {
		return calendar.DateOf(at)
	}
	return calendar.DateOf(workflow.Now(ctx))
}

// followPayout proposes the payout unless it has an id, and asks where it stands. What fails is tried again every hour: a payout that fails is seen by nobody.
func followPayout(ctx workflow.Context, id string, day calendar.Date) (s activities.PayoutStanding) {
	options := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: QueueClaims, StartToCloseTimeout: 5 * time.Minute, ScheduleToCloseTimeout: 10 * time.Minute, Summary: "propose, or look where it stands",
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	for {
		err := workflow.ExecuteActivity(options, payouts.Follow, activities.FollowPayout{ID: id, Day: day, AsOf: workflow.Now(ctx)}).Get(ctx, &s)
		if err == nil {
			return s
		}
		workflow.SetCurrentDetails(ctx, "**Needs attention** "+cause(err)+": it is tried again in an hour\n")
		if workflow.Sleep(ctx, time.Hour) != nil {
			return activities.PayoutStanding{ID: id, Over: true, Says: "cancelled"}
		}
	}
}

// nextMorning is how long it is until 09:00 of the next day.
func nextMorning(now time.Time) time.Duration {
	return calendar.DateOf(now).AddDays(1).At(9, 0).Sub(now)
}

// Activities are called through this name; the value is never used.
var payouts *activities.Payouts
