package main

import (
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

// asks runs a command that waits for the worker, and gives what comes of it.
func (o *office) asks(t *testing.T, args ...string) <-chan answer {
	t.Helper()
	come := make(chan answer, 1)
	go func() { come <- o.dunning(t, args...) }()
	return come
}

// waits waits until something lies ready for the workers of a claim.
func (o *office) waits(t *testing.T, ref postgres.Ref) {
	t.Helper()
	if err := poll(t.Context(), func() (bool, error) {
		d, err := o.temporal.DescribeWorkflowExecution(t.Context(), workflows.ClaimID(ref.ClaimID), "")
		return err == nil && d.GetPendingWorkflowTask() != nil, err
	}); err != nil {
		t.Fatal(err)
	}
}

func (o *office) becomes(t *testing.T, ref postgres.Ref, status claim.Status) {
	t.Helper()
	if err := poll(t.Context(), func() (bool, error) { return o.facts(t, ref).Status == status, nil }); err != nil {
		t.Fatal(err)
	}
}

// The client takes its case back from the court and decides about it while no worker runs, and before the workflow hears of either: its decision counts when they are back.
func TestADecisionToldWhileNothingRuns(t *testing.T) {
	t.Parallel()
	o := ownOffice(t, map[string]string{"outbox.interval": "50ms"})
	stop := o.work()
	ref := o.handOver(t, debtor{who: "company PRE"})[0]
	o.started(t, ref)
	if _, err := o.teller.letterLeft(t.Context(), ref, trajectory.AdviceLetter); err != nil {
		t.Fatal(err)
	}
	o.says(t, "done; next: ...", "claim", "decide", ref.ClaimID, "court")
	o.becomes(t, ref, claim.StatusCourt)
	now := o.state(t, ref).Now
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	back := claim.CourtStep{Stage: claim.CourtWithdrawn, On: calendar.DateOf(now)}
	if err := o.store.RecordCourtStep(t.Context(), ref, back, "", postgres.Actor{Name: "operator", At: now}, o.teller.rules.Rules); err != nil {
		t.Fatal(err)
	}
	told := o.asks(t, "claim", "decide", ref.ClaimID, "monitoring")
	o.waits(t, ref)
	o.work()
	if a := <-told; a.code != 0 || a.stderr != "" {
		t.Errorf("exit code %d: %s%s", a.code, a.stdout, a.stderr)
	}
	if d := o.facts(t, ref).Decision; d == nil || d.Choice != claim.ChooseMonitoring || d.Default {
		t.Errorf("decided %+v", d)
	}
	o.refuses(t, 2, "refused: the decision is already monitoring", "claim", "decide", ref.ClaimID, "close")
}

// The bank takes the payment of a claim back of which the workflow has ended: until that starts anew the client hears that nothing is recorded, and is answered by the new one.
func TestAWishBetweenTwoWorkflows(t *testing.T) {
	t.Parallel()
	o := ownOffice(t, map[string]string{"outbox.interval": "50ms"})
	stop := o.work()
	ref := o.handOver(t, debtor{who: "company BAS"})[0]
	o.started(t, ref)
	id, by := ref.ClaimID, postgres.Actor{Name: "operator", At: time.Now()}
	paid := claim.Settlement{Key: "p1", Kind: claim.PaidToClient, On: calendar.DateOf(by.At), Amount: o.owed(t, o.facts(t, ref), calendar.DateOf(by.At)).Open.Total()}
	if err := o.store.RecordSettlement(t.Context(), ref, paid, by, o.teller.rules.Rules); err != nil {
		t.Fatal(err)
	}
	o.becomes(t, ref, claim.StatusPaid)
	if err := poll(t.Context(), func() (bool, error) {
		return o.dunning(t, "claim", "withdraw", id, "--confirm", "1.00").stderr == "dunning: "+errNoWorkflow.Error()+"\n", nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := o.store.ReverseSettlement(t.Context(), ref, "p1", "storno", by, o.teller.rules.Rules); err != nil {
		t.Fatal(err)
	}
	price := o.price(t, ref).String()
	o.refuses(t, 2, "refused: nothing is recorded: the claim is open, but its workflow has not started yet; ask again in a minute", "claim", "withdraw", id, "--confirm", price)
	if f := o.facts(t, ref); !f.Withdrawn.IsZero() {
		t.Errorf("withdrawn on %s", f.Withdrawn)
	}
	o.work()
	o.says(t, "done; next: ...", "claim", "withdraw", id, "--confirm", price)
	o.becomes(t, ref, claim.StatusWithdrawn)
}
