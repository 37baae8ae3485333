package workflows_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/workflows"
)

// woken is what a claim did since it was woken: how often it read within its task and by an activity, and the timers it set and took off.
type woken struct{ here, activities, set, cancelled int }

// watch counts from a moment on.
func (w *world) watch(from string) *woken {
	var n woken
	counts := func(in *int) {
		if !w.env.Now().Before(instant(from)) {
			*in++
		}
	}
	w.prepare = func(env *testsuite.TestWorkflowEnvironment) {
		env.SetOnLocalActivityCompletedListener(func(*activity.Info, converter.EncodedValue, error) { counts(&n.here) })
		env.SetOnActivityCompletedListener(func(*activity.Info, converter.EncodedValue, error) { counts(&n.activities) })
		env.SetOnTimerScheduledListener(func(string, time.Duration) { counts(&n.set) })
		env.SetOnTimerCanceledListener(func(string) { counts(&n.cancelled) })
	}
	return &n
}

// A claim that is woken reads its facts within the task that woke it, and its timer stays when no day moved: what a payment in part costs the server is one task.
func TestAWakeIsOneTask(t *testing.T) {
	t.Parallel()
	for _, s := range []struct {
		name, event string
		facts       bool // can be read at the first time
		before      bool // a run that began before this was so
		want        woken
	}{
		{"a payment in part moves no day", "2026-10-08 21:00 pays 400.00", true, false, woken{here: 1}},
		{"a promise moves the day", "2026-10-08 12:00 promises 500.00 by 2026-10-20", true, false, woken{here: 1, set: 1, cancelled: 1}},
		{"what cannot be read at once is read by an activity", "2026-10-08 21:00 pays 400.00", false, false, woken{here: 1, activities: 1}},
		{"a run that began before goes on as it began", "2026-10-08 21:00 pays 400.00", true, true, woken{activities: 1, set: 1, cancelled: 1}},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "consumer basis")
			n := w.watch("2026-10-08 12:00")
			if !s.facts {
				w.files.read = func() error {
					w.files.read = nil
					return errors.New("connection refused")
				}
			}
			var then woken
			w.events = append(w.events, parseEvent(s.event))
			w.env = w.newEnvironment(instant(begins))
			in := workflows.NewClaim(w.ref.ClientID, w.ref.ClaimID)
			in.Lean = !s.before
			w.env.OnGetVersion("lean-wake", workflow.DefaultVersion, workflow.Version(1)).Return(workflow.DefaultVersion) // nobody asks for it in a run that is lean from its start
			w.env.OnGetVersion(mock.Anything, workflow.DefaultVersion, workflow.Version(1)).Return(workflow.Version(1))
			w.env.RegisterDelayedCallback(func() { then = *n }, instant("2026-10-09 06:00").Sub(instant(begins)))
			w.env.SetWorkflowRunTimeout(4 * 24 * time.Hour)
			w.env.ExecuteWorkflow(workflows.ClaimWorkflow, in)
			if then != s.want {
				t.Errorf("%+v, want %+v", then, s.want)
			}
		})
	}
}
