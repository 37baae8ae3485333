package main

import (
	"context"
	"testing"

	"go.temporal.io/sdk/client"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/workflows"
)

// Every night the books are closed and compared, on a real server.
func TestTheBooksAreScheduled(t *testing.T) {
	t.Parallel()
	var found workflows.BooksFound
	if sharedOffice(t).scheduled(t, workflows.BooksSchedule, scheduleBooks, &found); found.Differences > 0 {
		t.Errorf("%+v", found)
	}
}

// Every morning a payout is proposed, on a real server.
func TestPayoutsAreScheduled(t *testing.T) {
	t.Parallel()
	var s activities.PayoutStanding
	o := ownOffice(t, nil) // in the shared one a refund of another test may be to go out, and the payout waits for its bank
	o.work()
	if o.scheduled(t, workflows.PayoutSchedule, schedulePayouts, &s); !s.Over || s.ID != "" { // no plan of the office names a day
		t.Errorf("%+v", s)
	}
}

// scheduled is what the workflow of a schedule gives, which is made once, however many workers start, and not where time is skipped.
func (o *office) scheduled(t *testing.T, id string, schedules func(context.Context, config.Config, client.Client) error, result any) {
	t.Helper()
	cfg := o.stack.config
	schedule := o.temporal.ScheduleClient().GetHandle(t.Context(), id)
	if err := schedules(t.Context(), cfg, o.temporal); err != nil {
		t.Fatal(err)
	}
	if _, err := schedule.Describe(t.Context()); err == nil {
		t.Fatal("it is scheduled where time is skipped")
	}
	cfg.Temporal.TimeSkipping = false
	for range 2 {
		if err := schedules(t.Context(), cfg, o.temporal); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if err := schedule.Delete(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if err := schedule.Trigger(t.Context(), client.ScheduleTriggerOptions{}); err != nil {
		t.Fatal(err)
	}
	var started []client.ScheduleActionResult
	if err := poll(t.Context(), func() (bool, error) {
		d, err := schedule.Describe(t.Context())
		if err == nil {
			started = d.Info.RecentActions
		}
		return len(started) > 0, err
	}); err != nil {
		t.Fatal(err)
	}
	run := started[0].StartWorkflowResult
	if err := o.temporal.GetWorkflow(t.Context(), run.WorkflowID, run.FirstExecutionRunID).Get(t.Context(), result); err != nil {
		t.Error(err)
	}
}
