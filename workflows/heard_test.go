package workflows_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"

	"github.com/incassocenter/dunning/internal/claim"
)

// The client takes its claim back just before its plan decides, and recording that takes until then: the default is not even tried.
func TestWhoAsksIsHeardBeforeWhatIsDue(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company basis")
	defaults, midnight := instant("2026-12-04 00:00"), make(chan struct{})
	strikes := sync.OnceFunc(func() { close(midnight) })
	w.files.withdraw = func() error { <-midnight; return nil }
	var started []string
	w.prepare = func(env *testsuite.TestWorkflowEnvironment) {
		env.SetOnTimerFiredListener(func(string) {
			if !env.Now().Before(defaults) {
				strikes()
			}
		})
		env.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, _ converter.EncodedValues) {
			started = append(started, info.ActivityType.Name)
		})
	}
	e := parseEvent("2026-12-04 00:00 withdraws")
	e.at = e.at.Add(-time.Nanosecond)
	w.events = []event{e}
	tale := w.live()
	if f := w.facts(); f.Status != claim.StatusWithdrawn || f.Decision != nil {
		t.Errorf("the claim is %s, decided %+v:\n%s", f.Status, f.Decision, tale)
	}
	if slices.Contains(started, "DecideByDefault") {
		t.Errorf("the default was tried while the client was being answered: %v", started)
	}
}

// Wishes are recorded in the order in which they were told, however long one takes: who asks later does not overtake whoever waits.
func TestWishesAreHeardInTheOrderInWhichTheyWereTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company premium")
	w.files.withdraw = func() error {
		if w.env.Now().Before(instant("2026-11-16 12:03")) {
			return errors.New("connection lost")
		}
		return nil
	}
	same(t, w.live("2026-11-16 12:00 withdraws 1.00", "2026-11-16 12:01 decides close", "2026-11-16 12:02 decides court"), `
		2026-10-05 reminder by email
		2026-10-12 sticker-reminder by email
		2026-10-19 summons by email
		2026-10-27 final-summons by email
		2026-11-03 escalation-advice by email
		2026-11-16 withdraws 1.00 refused: 1.00 was confirmed, but the price is 0.00; look at it again and confirm that
		2026-11-16 decides court refused: the decision is already close
		2026-11-16 decision: close
		2026-11-16 closed: closed`)
}
