package main

import (
	"context"
	"testing"

	"go.temporal.io/sdk/client"

	"github.com/incassocenter/dunning/workflows"
)

// Every night the books are closed and compared on a real server: the schedule is made once, however many workers start, and not where time is skipped.
func TestTheBooksAreScheduled(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	cfg := o.stack.config
	schedule := o.temporal.ScheduleClient().GetHandle(t.Context(), workflows.BooksSchedule)
	if err := scheduleBooks(t.Context(), cfg, o.temporal); err != nil {
		t.Fatal(err)
	}
	if _, err := schedule.Describe(t.Context()); err == nil {
		t.Fatal("it is scheduled where time is skipped")
	}
	cfg.Temporal.TimeSkipping = false
	for range 2 {
		if err := scheduleBooks(t.Context(), cfg, o.temporal); err != nil {
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
	var found workflows.BooksFound
	run := started[0].StartWorkflowResult
	if err := o.temporal.GetWorkflow(t.Context(), run.WorkflowID, run.FirstExecutionRunID).Get(t.Context(), &found); err != nil || found.Differences > 0 {
		t.Errorf("%+v, %v", found, err)
	}
}
