package outbox_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/outbox"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var (
	today = calendar.MustParseDate("2026-11-03")
	by    = postgres.Actor{Name: "test", At: today.At(19, 10)}
	quiet = slog.New(slog.DiscardHandler)
)

// standIn is a claim's workflow as the relay knows it: it takes any signal, tells what it heard, and ends when it hears "end".
func standIn(ctx workflow.Context, _ string) error {
	var heard []string
	if err := workflow.SetQueryHandler(ctx, "heard", func() ([]string, error) { return heard, nil }); err != nil {
		return err
	}
	ended := false
	selector := workflow.NewSelector(ctx)
	for _, name := range []string{postgres.MessagePayment, postgres.MessageDispute, postgres.MessageHold, postgres.MessageRemark, postgres.MessageFlag, postgres.MessageTask, postgres.MessageAgreement, "end"} {
		selector.AddReceive(workflow.GetSignalChannel(ctx, name), func(c workflow.ReceiveChannel, _ bool) {
			var key string
			c.Receive(ctx, &key)
			heard = append(heard, name+" "+key)
			ended = ended || name == "end"
		})
	}
	for !ended {
		selector.Select(ctx)
	}
	return nil
}

// rig is a database with one client, the package's Temporal server, and what goes between them.
type rig struct {
	testing.TB
	*postgres.Store
	super    *pgx.Conn
	temporal client.Client
	relay    *outbox.Relay
	sweeper  *outbox.Sweeper
	client   string
	made     int

	mu    sync.Mutex
	found map[outbox.Finding]int
}

func newRig(t testing.TB) *rig {
	t.Helper()
	db := testkit.DB(t, postgres.Fingerprint(), func(ctx context.Context, url string) error { _, err := postgres.Migrate(ctx, url); return err })
	server := testkit.TemporalServer(t, func(o *devstack.TemporalOptions) {
		o.SearchAttributes = map[string]string{"ClaimClient": "Keyword", "AmountClass": "Keyword"}
	})
	r := &rig{TB: t, Store: postgres.NewStore(db.App), found: map[outbox.Finding]int{}}
	var err error
	r.super, err = pgx.Connect(t.Context(), db.SuperURL)
	ok(t, err)
	t.Cleanup(func() { _ = r.super.Close(context.Background()) })
	r.temporal, err = client.Dial(client.Options{HostPort: server.Addr(), Namespace: "dunning", Logger: log.NewStructuredLogger(quiet)})
	ok(t, err)
	t.Cleanup(r.temporal.Close)
	// Ids of claims follow from the client's code and the reference: the tests share a Temporal server, so each has a client of its own.
	r.client, err = r.SaveClient(t.Context(), postgres.Client{Code: db.Name, Plan: "basis", Party: postgres.Party{Name: "A", Street: "K 1", Postcode: "3011 AB", Town: "R", Email: "a@client.example", Language: "nl"}})
	ok(t, err)
	r.relay = &outbox.Relay{Store: r.Store, Temporal: r.temporal, Log: quiet, Interval: 10 * time.Millisecond, Parallel: 8, Target: outbox.Target{
		Workflow: "Claim", TaskQueue: db.Name, WorkflowID: func(id string) string { return "claim/" + id },
		Input: func(ref postgres.Ref) any { return ref.ClaimID }, Signal: func(key string) any { return key },
		ClientKey: temporal.NewSearchAttributeKeyKeyword("ClaimClient"), AmountClass: temporal.NewSearchAttributeKeyKeyword("AmountClass"),
	}, Agreements: outbox.AgreementTarget{
		Workflow: "Agreement", TaskQueue: db.Name, WorkflowID: func(id string) string { return "agreement/" + id },
		Input: func(ref postgres.AgreementRef) any { return ref.AgreementID },
	}}
	r.sweeper = &outbox.Sweeper{Facts: r.Store, Relay: r.relay, Temporal: r.temporal, Log: quiet, Found: func(f outbox.Finding) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.found[f]++
	}}
	return r
}

// work starts a worker for the stand-in; starts and wake-ups need none.
func (r *rig) work() {
	r.Helper()
	w := worker.New(r.temporal, r.relay.Target.TaskQueue, worker.Options{})
	w.RegisterWorkflowWithOptions(standIn, workflow.RegisterOptions{Name: "Claim"})
	w.RegisterWorkflowWithOptions(standIn, workflow.RegisterOptions{Name: "Agreement"})
	ok(r, w.Start())
	r.Cleanup(w.Stop)
}

// handOver makes n claims, each with a start message.
func (r *rig) handOver(n int) []postgres.Ref {
	r.Helper()
	claims := make([]postgres.NewClaim, n)
	for i := range claims {
		r.made++
		rf, kenmerk, err := bank.References(rand.Reader)
		ok(r, err)
		claims[i] = postgres.NewClaim{RF: rf, Kenmerk: kenmerk, Trajectory: "consumer@1", Submission: claim.Submission{
			Reference: fmt.Sprint("C", r.made), NotElsewhere: true,
			Debtor:   claim.Debtor{Kind: claim.DebtorKind{NaturalPerson: true}, Name: fmt.Sprint("D", r.made), Street: "L 1", Postcode: "1234 AB", Town: "D", Country: "NL", Email: "d@debtor.example", Language: "nl"},
			Invoices: []claim.Invoice{{Number: fmt.Sprint("F", r.made), Issued: today.AddDays(-60), Due: today.AddDays(-30), Amount: money.Cents(100_00)}},
		}}
	}
	verdicts, err := r.HandOver(r.Context(), r.client, claims, by)
	ok(r, err)
	refs := make([]postgres.Ref, n)
	for i, v := range verdicts {
		if v.State != "accepted" {
			r.Fatalf("%+v", v)
		}
		refs[i] = postgres.Ref{ClientID: r.client, ClaimID: v.ClaimID}
	}
	return refs
}

// running is n claims whose workflow runs and has read the facts, a day ago.
func (r *rig) running(n int) []postgres.Ref {
	r.Helper()
	refs := r.handOver(n)
	r.deliver()
	r.exec(`UPDATE claim SET seen_version = version`)
	r.age()
	return refs
}

// age lets a day pass for everything that is there.
func (r *rig) age() {
	r.exec(`UPDATE claim SET changed_at = changed_at - interval '1 day', checked_at = checked_at - interval '25 hours'`)
	r.exec(`UPDATE outbox SET created_at = created_at - interval '1 day', delivered_at = delivered_at - interval '1 day'`)
}

// deliver lets the relay work until nothing waits, without its pauses.
func (r *rig) deliver() {
	r.Helper()
	r.eventually("nothing waits", func() bool {
		r.exec(`UPDATE outbox SET next_at = clock_timestamp() WHERE delivered_at IS NULL`)
		_, err := r.relay.Once(r.Context())
		ok(r, err)
		return r.waiting() == 0
	})
}

func (r *rig) waiting() int64 {
	r.Helper()
	n, _, err := r.OutboxState(r.Context())
	ok(r, err)
	return n
}

func (r *rig) sweep() map[outbox.Finding]int {
	r.Helper()
	clear(r.found)
	ok(r, r.sweeper.Once(r.Context()))
	return r.found
}

// describe gives the run and the status of a claim's workflow.
func (r *rig) describe(ref postgres.Ref) (run string, status enums.WorkflowExecutionStatus) {
	r.Helper()
	d, err := r.temporal.DescribeWorkflowExecution(r.Context(), "claim/"+ref.ClaimID, "")
	ok(r, err)
	return d.GetWorkflowExecutionInfo().GetExecution().GetRunId(), d.GetWorkflowExecutionInfo().GetStatus()
}

// shown is what lists show of a claim from its start: the summary and the class of its amount.
func (r *rig) shown(ref postgres.Ref) string {
	r.Helper()
	d, err := r.temporal.DescribeWorkflow(r.Context(), "claim/"+ref.ClaimID, "")
	ok(r, err)
	summary, err := d.GetStaticSummary()
	ok(r, err)
	class, _ := d.TypedSearchAttributes.GetKeyword(r.relay.Target.AmountClass)
	return summary + "; " + class
}

func (r *rig) heard(ref postgres.Ref) (keys []string) {
	r.Helper()
	var value converter.EncodedValue
	value, err := r.temporal.QueryWorkflow(r.Context(), "claim/"+ref.ClaimID, "", "heard")
	ok(r, err)
	ok(r, value.Get(&keys))
	return keys
}

func (r *rig) end(ref postgres.Ref) {
	r.Helper()
	ok(r, r.temporal.SignalWorkflow(r.Context(), "claim/"+ref.ClaimID, "", "end", ""))
	ok(r, r.temporal.GetWorkflow(r.Context(), "claim/"+ref.ClaimID, "").Get(r.Context(), nil))
}

func (r *rig) terminate(ref postgres.Ref) {
	r.Helper()
	ok(r, r.temporal.TerminateWorkflow(r.Context(), "claim/"+ref.ClaimID, "", "test"))
}

func (r *rig) exec(sql string, args ...any) {
	r.Helper()
	_, err := r.super.Exec(r.Context(), sql, args...)
	ok(r, err)
}

// closeClaim closes a claim in the facts.
func (r *rig) closeClaim(ref postgres.Ref) {
	r.Helper()
	_, err := r.CloseClaim(r.Context(), ref, claim.StatusPaid, "x", by, func(claim.Facts) (bool, error) { return true, nil })
	ok(r, err)
}

// cutOff leaves a letter behind whose attempt to send was cut off.
func (r *rig) cutOff(ref postgres.Ref) {
	r.Helper()
	lib, err := trajectory.ReadLibrary(config.Data)
	ok(r, err)
	f, err := r.OpenClaim(r.Context(), ref, by, claim.CheckIntake)
	ok(r, err)
	rules, err := lib.Rules(f)
	ok(r, err)
	action, err := trajectory.Next(f, rules, by.At)
	ok(r, err)
	l, _, _, err := r.RegisterLetter(r.Context(), ref, action, by, lib.Rules, func(f postgres.CaseFile) (postgres.Draft, error) {
		return postgres.Draft{PayBy: today.AddDays(7), Demanded: f.Facts.Principal(), Recipient: f.Debtor.Email, PDF: []byte("pdf")}, nil
	})
	ok(r, err)
	state, _, err := r.BeginSending(r.Context(), ref, &l, action, by, lib.Rules)
	if err != nil || state != claim.LetterSending {
		r.Fatal(state, err)
	}
	r.exec(`UPDATE letter SET lease_until = clock_timestamp() - interval '6 minutes' WHERE claim_id = $1`, ref.ClaimID)
	r.exec(`UPDATE claim SET seen_version = version WHERE id = $1`, ref.ClaimID)
}

func (r *rig) eventually(what string, holds func() bool) {
	r.Helper()
	for end := time.Now().Add(2 * time.Minute); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			r.Fatalf("not within two minutes: %s", what)
		}
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
