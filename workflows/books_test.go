package workflows_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/workflows"
)

// nightDesk is a store that tells what a night finds, and is away for some attempts.
type nightDesk struct {
	away       int
	closed     postgres.Closed
	verified   postgres.Verified
	reconciled postgres.Reconciled
	late       []string
	asked      []string // what was asked, of which day
}

func (n *nightDesk) ask(what string, on calendar.Date) error {
	if n.away--; n.away >= 0 {
		return errors.New("the database is away")
	}
	n.asked = append(n.asked, what+" "+on.String())
	return nil
}

func (n *nightDesk) BookAllHeld(_ context.Context, by postgres.Actor) error {
	return n.ask("book held by "+by.Name, calendar.DateOf(by.At))
}

func (n *nightDesk) EndLateDebits(context.Context, postgres.Actor) ([]string, error) {
	late := n.late
	n.late = nil
	return late, nil
}

func (n *nightDesk) CloseBooks(_ context.Context, by postgres.Actor, _ postgres.RulesFor) (postgres.Closed, error) {
	return n.closed, n.ask("close by "+by.Name, calendar.DateOf(by.At))
}

func (n *nightDesk) VerifyBooks(_ context.Context, on calendar.Date, _ postgres.RulesFor) (postgres.Verified, error) {
	return n.verified, n.ask("verify", on)
}

func (n *nightDesk) Reconcile(_ context.Context, on calendar.Date) (postgres.Reconciled, error) {
	return n.reconciled, n.ask("reconcile", on)
}

// A night closes the books of its day, compares them, and counts what it found; it mends nothing.
func TestANightOfTheBooks(t *testing.T) {
	t.Parallel()
	found := postgres.Reconciled{Difference: money.Cents(480_00), Before: money.Cents(500_00), Held: 1, Entries: []postgres.Unreconciled{{Key: "e", Bank: money.Cents(-20_00)}}}
	for _, c := range []struct {
		name  string
		desk  nightDesk
		want  workflows.BooksFound
		found map[string]int
	}{
		{"nothing differs", nightDesk{closed: postgres.Closed{Claims: 3}}, workflows.BooksFound{Closed: activities.ClosedBooks{Claims: 3}}, map[string]int{}},
		{"much differs, and the database is away for a while", nightDesk{away: 8, closed: postgres.Closed{Claims: 3, Untold: []string{"x", "y"}}, verified: postgres.Verified{Differences: make([]postgres.Discrepancy, 4), NoCure: 1}, reconciled: found, late: []string{"DD-20261216"}},
			workflows.BooksFound{Closed: activities.ClosedBooks{Claims: 3, Untold: 2}, Differences: 4, Bank: activities.Reconciliation{Difference: money.Cents(480_00), Entries: 1, Held: 1}},
			map[string]int{activities.FoundUntold: 2, activities.FoundDifference: 4, activities.FoundNoCure: 1, activities.FoundUnreconciled: 2, activities.FoundHeld: 1, activities.FoundLateDebit: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			suite, counted := &testsuite.WorkflowTestSuite{}, map[string]int{}
			suite.SetLogger(sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
			env := suite.NewTestWorkflowEnvironment()
			env.SetTestTimeout(time.Minute)
			env.SetStartTime(instant("2026-12-16 00:10")) // no worker ran at half past eleven
			if err := env.SetTypedSearchAttributesOnStart(temporal.NewSearchAttributes(temporal.NewSearchAttributeKeyTime("TemporalScheduledStartTime").ValueSet(instant("2026-12-15 23:30")))); err != nil {
				t.Fatal(err)
			}
			workflows.RegisterBooks(env, &activities.Books{Files: &c.desk, Found: func(what string, n int) { counted[what] += n }})
			env.ExecuteWorkflow(workflows.BooksWorkflow)
			var got workflows.BooksFound
			if err := env.GetWorkflowResult(&got); err != nil || got != c.want {
				t.Errorf("%+v, %v; want %+v", got, err, c.want)
			}
			if !maps.Equal(counted, c.found) {
				t.Errorf("counted %v, want %v", counted, c.found)
			}
			if diff := cmp.Diff([]string{"book held by night 2026-12-16", "close by night 2026-12-16", "verify 2026-12-15", "reconcile 2026-12-14"}, c.desk.asked); diff != "" {
				t.Error(diff)
			}
		})
	}
}
