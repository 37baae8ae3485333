package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/workflows"
)

// payoutCatchUp is how long after its morning a payout is still proposed when no worker ran then.
const payoutCatchUp = 5 * 24 * time.Hour

// schedulePayouts has a payout proposed every morning at 07:00, Dutch time. What is scheduled already stays as it is. Where time is skipped mornings mean nothing.
func schedulePayouts(ctx context.Context, cfg config.Config, t client.Client) error {
	if cfg.Temporal.TimeSkipping {
		return nil
	}
	_, err := t.ScheduleClient().Create(ctx, client.ScheduleOptions{
		ID: workflows.PayoutSchedule,
		Spec: client.ScheduleSpec{
			Calendars: []client.ScheduleCalendarSpec{{Hour: []client.ScheduleRange{{Start: 7}}, Comment: "every morning: plans say whom it pays"}}, TimeZoneName: "Europe/Amsterdam",
		},
		Action:        &client.ScheduleWorkflowAction{ID: "payout", Workflow: workflows.PayoutWorkflow, TaskQueue: workflows.QueueClaims, Args: []any{workflows.PayoutInput{}}},
		Overlap:       enums.SCHEDULE_OVERLAP_POLICY_ALLOW_ALL, // each follows its own payout
		CatchupWindow: payoutCatchUp,
	})
	if err != nil && !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return fmt.Errorf("schedule payouts: %w", err)
	}
	return nil
}
