package outbox_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/outbox"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// A statement that is booked has its workflow, once, however often its message is delivered.
func TestTheWorkflowOfAStatementIsStartedOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.relay.Statements = outbox.StatementTarget{Workflow: "Statement", TaskQueue: r.relay.Target.TaskQueue, WorkflowID: func(key string) string { return "statement/" + r.client + key }, Input: func(key string, bookedAt time.Time) any {
		return key + " booked at " + bookedAt.UTC().Format(time.RFC3339)
	}}
	w := worker.New(r.temporal, r.relay.Target.TaskQueue, worker.Options{})
	w.RegisterWorkflowWithOptions(func(_ workflow.Context, key string) (string, error) { return "of " + key, nil }, workflow.RegisterOptions{Name: "Statement"})
	ok(t, w.Start())
	t.Cleanup(w.Stop)
	text := testkit.Camt("m", "1 0.00 5.00: 2026-11-02 5.00 r a|b")
	done, err := r.ImportStatements(t.Context(), postgres.StatementFile{Name: "f", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil },
		Accounts: bank.Accounts{testkit.TrustAccount: testkit.TrustAccount}}, by)
	ok(t, err)
	r.deliver()
	id := "statement/" + r.client + done[0].Key
	var said string
	ok(t, r.temporal.GetWorkflow(t.Context(), id, "").Get(t.Context(), &said))
	if want := "of " + done[0].Key + " booked at " + by.At.UTC().Format(time.RFC3339); said != want {
		t.Error(said)
	}
	before, err := r.temporal.DescribeWorkflowExecution(t.Context(), id, "")
	ok(t, err)
	r.exec(`UPDATE outbox SET delivered_at = NULL`)
	r.deliver()
	after, err := r.temporal.DescribeWorkflowExecution(t.Context(), id, "")
	ok(t, err)
	if a, b := before.GetWorkflowExecutionInfo().GetExecution().GetRunId(), after.GetWorkflowExecutionInfo().GetExecution().GetRunId(); a != b {
		t.Errorf("run %s, was %s", b, a)
	}
}
