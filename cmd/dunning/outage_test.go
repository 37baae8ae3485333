package main

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/workflows"
)

// Clients hand over while Temporal is gone; their claims start when it is back on the same database, once each, also those that ran before.
func TestHandOverWhileTemporalIsDown(t *testing.T) {
	t.Parallel()
	o := ownOffice(t, map[string]string{"outbox.interval": "50ms"})
	o.work()
	before := o.handOver(t, debtor{who: "consumer BAS"})[0]
	o.started(t, before)
	o.stack.temporal.Kill()

	refs := o.handOver(t, debtor{who: "consumer BAS"}, debtor{who: "company PRE"}, debtor{who: "sole-trader BAS"})
	paid := postgres.Receipt{Key: "while-down", Amount: 1, On: o.facts(t, before).HandedOverOn, Payer: "R. Voorbeeld", Remittance: o.reference(t, before)}
	if got, err := o.store.RecordReceipt(t.Context(), paid, postgres.Actor{Name: "bank", At: time.Now()}, o.teller.rules.Rules); err != nil || got != before {
		t.Fatal(got, err)
	}
	super, err := pgx.Connect(t.Context(), o.stack.postgres.URL("dunning"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = super.Close(t.Context()) }()
	if err := poll(t.Context(), func() (bool, error) { // the relay has tried each, and gave it up for now
		var tried int
		err := super.QueryRow(t.Context(), `SELECT count(*) FROM outbox WHERE delivered_at IS NULL AND error <> ''`).Scan(&tried)
		return tried == 4, err
	}); err != nil {
		t.Fatal(err)
	}
	for _, ref := range refs {
		if opened := o.facts(t, ref).OpenedOn; !opened.IsZero() {
			t.Fatalf("claim %s was opened on %s without Temporal", ref.ClaimID, opened)
		}
	}
	o.stack.temporal, err = devstack.StartTemporal(t.Context(), devstack.TemporalOptions{
		Binary: filepath.Join("..", "..", "bin", "devserver"), Listen: o.stack.temporal.Addr(), DB: o.stack.postgres.URL(""), Namespace: namespace,
		SearchAttributes: workflows.SearchAttributes(), TimeSkipping: true, StartLimit: 2 * time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, ref := range refs {
		o.started(t, ref)
	}
	if err := o.teller.heard(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	for _, ref := range append(refs, before) {
		if _, err := o.teller.letterLeft(t.Context(), ref, "reminder"); err != nil {
			t.Fatal(err)
		}
		runs, err := o.histories(t.Context(), ref)
		if err != nil || len(runs) != 1 || runs[0][0].GetWorkflowExecutionStartedEventAttributes().GetContinuedExecutionRunId() != "" {
			t.Errorf("claim %s has %d runs, %v", ref.ClaimID, len(runs), err)
		}
	}
	if taken := o.stack.sink.Count(); taken != 4 {
		t.Errorf("%d mails", taken)
	}
}

func (o *office) reference(t *testing.T, ref postgres.Ref) string {
	t.Helper()
	file, err := o.store.CaseFile(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return file.RF
}

// A server that is killed while it makes its databases makes them when it is started again. Each attempt gets half as long again as the one before.
func TestTemporalKilledWhileItStarts(t *testing.T) {
	t.Parallel()
	database, err := devstack.StartPostgres(t.Context(), devstack.PostgresOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := database.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	killed := 0
	for limit := 80 * time.Millisecond; limit < 2*time.Minute; limit += limit / 2 {
		server, err := devstack.StartTemporal(t.Context(), devstack.TemporalOptions{
			Binary: filepath.Join("..", "..", "bin", "devserver"), DB: database.URL(""), SearchAttributes: workflows.SearchAttributes(), StartLimit: limit,
		})
		if err == nil {
			t.Logf("killed %d times, then it started within %s", killed, limit)
			if err := server.Stop(context.Background()); err != nil {
				t.Error(err)
			}
			break
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("after %d kills: %v", killed, err)
		}
		killed++
	}
	if killed < 4 {
		t.Errorf("killed %d times: the test proves less than it says", killed)
	}
}
