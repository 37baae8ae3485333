package main

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/workflows"
)

// scheduleBooks has the books closed and compared every night at 23:30, Dutch time, when the day is nearly over and the statement of the day before has come. What is
// scheduled already stays as it is. Where time is skipped nights mean nothing.
func scheduleBooks(ctx context.Context, cfg config.Config, t client.Client) error {
	if cfg.Temporal.TimeSkipping {
		return nil
	}
	_, err := t.ScheduleClient().Create(ctx, client.ScheduleOptions{
		ID: workflows.BooksSchedule,
		Spec: client.ScheduleSpec{
			Calendars: []client.ScheduleCalendarSpec{{Hour: []client.ScheduleRange{{Start: 23}}, Minute: []client.ScheduleRange{{Start: 30}}, Comment: "every night"}}, TimeZoneName: "Europe/Amsterdam",
		},
		Action: &client.ScheduleWorkflowAction{ID: "books", Workflow: workflows.BooksWorkflow, TaskQueue: workflows.QueueClaims},
	})
	if err != nil && !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return fmt.Errorf("schedule the books: %w", err)
	}
	return nil
}
