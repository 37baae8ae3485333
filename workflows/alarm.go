package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// alarm is the timer of a claim that sleeps. It is kept while what it rings for stays the same: most news, a payment in part or a remark, moves no day,
// and a timer that is cancelled and set again costs the server four writes.
type alarm struct {
	due     time.Time // zero: it never rings
	summary string
	rings   func() bool
	cancel  workflow.CancelFunc
}

// setAlarm sets a timer that rings at due; never when that is zero.
func setAlarm(ctx workflow.Context, due time.Time, summary string) alarm {
	if due.IsZero() {
		return alarm{rings: func() bool { return false }, cancel: func() {}}
	}
	ctx, cancel := workflow.WithCancel(ctx)
	timer := workflow.NewTimerWithOptions(ctx, max(due.Sub(workflow.Now(ctx)), 0), workflow.TimerOptions{Summary: summary})
	return alarm{due, summary, timer.IsReady, cancel}
}

// isFor says whether it is set for that moment and purpose, and has not rung.
func (a *alarm) isFor(due time.Time, summary string) bool {
	return a.rings != nil && a.due.Equal(due) && a.summary == summary && !a.rings()
}

// stop takes it off, if it was set.
func (a *alarm) stop() {
	if a.cancel != nil {
		a.cancel()
	}
	*a = alarm{}
}
