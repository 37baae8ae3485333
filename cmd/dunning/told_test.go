package main

import (
	"os"
	"os/exec"
	"strings"
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
	o.refuses(t, 2, "refused: the decision is already monitoring; right would be the end of debt monitoring, once that has begun (claim stop-monitoring)", "claim", "decide", ref.ClaimID, "close")
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

// cutOff ends a command by a signal when the server has what it asks, and gives what it said.
func (o *office) cutOff(t *testing.T, ref postgres.Ref, signal os.Signal, args ...string) string {
	t.Helper()
	cmd, said := exec.CommandContext(t.Context(), os.Args[0], args...), &journal{}
	cmd.Env, cmd.Stderr = o.environment(t), said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	o.waits(t, ref)
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it ends as it was made to
	return said.String()
}

// rests waits until a claim has nothing ready for its workers.
func (o *office) rests(t *testing.T, ref postgres.Ref) {
	t.Helper()
	if err := poll(t.Context(), func() (bool, error) {
		d, err := o.temporal.DescribeWorkflowExecution(t.Context(), workflows.ClaimID(ref.ClaimID), "")
		return err == nil && d.GetPendingWorkflowTask() == nil && len(d.GetPendingActivities()) == 0, err
	}); err != nil {
		t.Fatal(err)
	}
}

// Commands with a client's wish are cut off while no worker runs, and asked again: each wish is recorded once, however often it was told, and who asks for it when it has
// ended the claim hears that it was.
func TestAWishThatIsCutOff(t *testing.T) {
	t.Parallel()
	o := ownOffice(t, map[string]string{"outbox.interval": "50ms"})
	stop := o.work()
	refs := o.handOver(t, debtor{who: "company BAS", ahead: true}, debtor{who: "company BAS"}, debtor{who: "company PRE"}, debtor{who: "company PRE"})
	for i, ref := range refs {
		o.started(t, ref)
		if i < 2 {
			continue
		}
		if _, err := o.teller.letterLeft(t.Context(), ref, trajectory.AdviceLetter); err != nil {
			t.Fatal(err)
		}
	}
	o.says(t, "done; next: ...", "claim", "decide", refs[3].ClaimID, "monitoring")
	if err := poll(t.Context(), func() (bool, error) { return !o.facts(t, refs[3]).MonitoredFrom.IsZero(), nil }); err != nil {
		t.Fatal(err)
	}
	for _, ref := range refs {
		o.rests(t, ref)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	price, known := o.price(t, refs[0]).String(), ", told by "+operator().Name+"; the claim has ended\n"
	wishes := []struct {
		asks   []string
		signal os.Signal
		ends   claim.Status
		known  string // in the case file
	}{
		{[]string{"claim", "withdraw", refs[0].ClaimID, "--confirm", price}, os.Interrupt, claim.StatusWithdrawn, "; the claim is withdrawn\n"},
		{[]string{"claim", "withdraw", refs[1].ClaimID, "--confirm", price}, os.Kill, claim.StatusWithdrawn, "; the claim is withdrawn\n"},
		{[]string{"claim", "decide", refs[2].ClaimID, "close"}, os.Interrupt, claim.StatusClosed, known},
		{[]string{"claim", "stop-monitoring", refs[3].ClaimID, "client"}, os.Interrupt, claim.StatusClosed, known},
	}
	const want = "dunning: no answer was heard, and it may be recorded all the same: ask the same again: told twice it is recorded once ("
	for i, wish := range wishes {
		if said := o.cutOff(t, refs[i], wish.signal, wish.asks...); wish.signal == os.Interrupt && !strings.HasPrefix(said, want) {
			t.Errorf("%v: %q, want %q", wish.asks, said, want)
		}
	}
	o.work()
	for i, wish := range wishes {
		if a := o.dunning(t, wish.asks...); a.code != 0 || a.stderr != "" {
			t.Errorf("%v: exit code %d: %s%s", wish.asks, a.code, a.stdout, a.stderr)
		}
		o.becomes(t, refs[i], wish.ends)
		var a answer
		if err := poll(t.Context(), func() (bool, error) { // the claim has ended a moment before its workflow
			a = o.dunning(t, wish.asks...)
			return !strings.HasPrefix(a.stdout, "done; next: "), nil
		}); err != nil {
			t.Fatal(err)
		}
		if a.code != 0 || a.stderr != "" || !strings.HasPrefix(a.stdout, "done before") || !strings.HasSuffix(a.stdout, wish.known) {
			t.Errorf("%v: exit code %d: %s%s", wish.asks, a.code, a.stdout, a.stderr)
		}
	}
	o.refuses(t, 2, "there is no running workflow for this claim: it has ended; right would be to look how (dunning claim show)", "claim", "decide", refs[2].ClaimID, "monitoring")
	for _, ref := range refs[:2] {
		billed, err := o.store.Billables(t.Context(), ref)
		if err != nil || len(billed) != 1 || billed[0].Kind != "withdrawal" {
			t.Errorf("%+v, %v", billed, err)
		}
	}
}
