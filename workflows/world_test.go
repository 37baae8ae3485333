package workflows_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/converter"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/intake"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/spool"
	"github.com/incassocenter/dunning/internal/testkit"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

// world is one claim with everything around it: the real activities on a real database, a mail server and a spool that can be looked into,
// and Temporal's test environment, whose clock jumps to whatever is next.
type world struct {
	t        *testing.T
	db       *testkit.Database
	store    *postgres.Store
	rules    *trajectory.Library
	files    files
	mail     *mailServer
	post     string // the directory of the spool
	box      *postBox
	claims   *activities.Claims
	letters  *activities.Letters
	ref      postgres.Ref
	events   []event
	noted    []line // what no case file tells: refusals of updates
	seen     string // the current details, when somebody last looked
	chapters int
	env      *testsuite.TestWorkflowEnvironment // of the chapter that runs
	prepare  func(env *testsuite.TestWorkflowEnvironment)
}

// files lets a test stand between the activities and the store.
type files struct {
	*postgres.Store
	open      func(ctx context.Context) error
	withdraw  func() error
	withdrawn func() error // after it was recorded, before the workflow knows
	closed    func()       // after a claim was closed, before its workflow knows
	read      func() error
}

func (f *files) Facts(ctx context.Context, ref postgres.Ref) (claimFacts, error) {
	if f.read != nil {
		if err := f.read(); err != nil {
			return claimFacts{}, err
		}
	}
	return f.Store.Facts(ctx, ref)
}

func (f *files) CloseClaim(ctx context.Context, ref postgres.Ref, outcome claim.Status, reason string, by postgres.Actor, still postgres.Still) (claimFacts, error) {
	facts, err := f.Store.CloseClaim(ctx, ref, outcome, reason, by, still)
	if f.closed != nil && err == nil {
		f.closed()
	}
	return facts, err
}

func (f *files) RecordWithdrawal(ctx context.Context, ref postgres.Ref, price money.Amount, by postgres.Actor, rules postgres.RulesFor) (claimFacts, error) {
	if f.withdraw != nil {
		if err := f.withdraw(); err != nil {
			return claimFacts{}, err
		}
	}
	facts, err := f.Store.RecordWithdrawal(ctx, ref, price, by, rules)
	if f.withdrawn != nil && err == nil {
		err = f.withdrawn()
	}
	return facts, err
}

func (f *files) OpenClaim(ctx context.Context, ref postgres.Ref, by postgres.Actor, problem func(claimFacts) string) (claimFacts, error) {
	if f.open != nil {
		if err := f.open(ctx); err != nil {
			return claimFacts{}, err
		}
	}
	return f.Store.OpenClaim(ctx, ref, by, problem)
}

const header = "client;claim;debtor_kind;debtor;street;postcode;town;email;language;invoice;invoice_date;due_date;amount;not_elsewhere\n"

// begins is when every story begins: a Monday, before the contact window of the claim's first letter.
const begins = "2026-10-05 06:30"

// newWorld hands one claim over: "consumer basis", "company premium", "sole-trader basis no-email". It is of 1000.00, due on 2026-09-04.
func newWorld(t *testing.T, who string) *world {
	t.Helper()
	w := &world{t: t, db: testkit.DB(t, postgres.Fingerprint(), migrate), mail: &mailServer{}, prepare: func(*testsuite.TestWorkflowEnvironment) {}}
	w.store = postgres.NewStore(w.db.App)
	w.files.Store = w.store
	var err error
	if w.rules, err = trajectory.ReadLibrary(config.Data); err != nil {
		t.Fatal(err)
	}
	w.rules = w.rules.Charging(testkit.Scales())
	w.post = t.TempDir()
	box, err := spool.Open(w.post)
	if err != nil {
		t.Fatal(err)
	}
	w.mail.now, w.box = func() time.Time { return w.env.Now() }, &postBox{Spool: box, now: func() time.Time { return w.env.Now() }}
	delivery := activities.Delivery{PostDays: 2}
	w.claims = &activities.Claims{Files: &w.files, Rules: w.rules, Plans: shippedPlans(t)}
	w.letters = &activities.Letters{
		Register: w.store, Mail: w.mail, Spool: w.box, Rules: w.rules, From: "post@incassocenter.example", Delivery: delivery,
		Writer: &activities.LetterWriter{
			Agency: letter.Party{
				Name: "Incassocenter", Street: "Voorbeeldstraat 1", Postcode: "1000 AA", Town: "Amsterdam", Email: "info@incassocenter.example", Phone: "020 000 0000",
				Website: "https://incassocenter.example", KvK: "12345678", Registration: "Wki-000000",
			},
			RegisteredUntil: calendar.MustParseDate("2099-12-31"), TrustName: "Stichting Derdengelden Voorbeeld", TrustIBAN: "NL91ABNA0417164300", Rules: w.rules, Plans: shippedPlans(t), Delivery: delivery, AnswerDays: 10,
		},
	}
	w.handOver(strings.Fields(who))
	return w
}

func migrate(ctx context.Context, url string) error {
	_, err := postgres.Migrate(ctx, url)
	return err
}

func (w *world) handOver(who []string) {
	w.t.Helper()
	ctx := w.t.Context()
	if err := w.agree(who[1]); err != nil {
		w.t.Fatal(err)
	}
	email := "debtor@voorbeeld.example"
	if len(who) > 2 {
		email = ""
	}
	row := fmt.Sprintf("VBE;VBE-1;%s;Roos Voorbeeld;Voorbeeldstraat 7;1001 BB;Proefdorp;%s;nl;F-00001;2026-08-05;2026-09-04;1000.00;yes\n", who[0], email)
	desk := intake.Desk{Store: w.store, Library: w.rules, Random: bytes.NewReader(bytes.Repeat([]byte("0123456789abcdef"), 64))}
	verdicts, err := desk.Submit(ctx, strings.NewReader(header+row), postgres.Actor{Name: "client", At: instant(begins)}, nil)
	if err != nil || verdicts[0].State != "accepted" {
		w.t.Fatal(err, verdicts)
	}
	if w.ref, err = w.store.ClientOfClaim(ctx, verdicts[0].ClaimID); err != nil {
		w.t.Fatal(err)
	}
	w.messages() // the start is ours
}

// agree makes the client one of a plan.
func (w *world) agree(plan string) error {
	_, err := w.store.SaveClient(context.Background(), postgres.Client{Code: "VBE", Plan: plan, Party: postgres.Party{
		Name: "Voorbeeld Energie B.V.", Street: "Demokade 1", Postcode: "3011 AB", Town: "Voorbeeldstad", Email: "client@voorbeeld.example", Phone: "010-000 0001",
		Website: "www.voorbeeld.example", KvK: "12345678", VAT: "NL001234567B01", IBAN: "NL91ABNA0417164300", Language: "nl",
	}})
	return err
}

// instant reads a moment in Amsterdam.
func instant(text string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, calendar.Amsterdam)
	if err != nil {
		panic(err)
	}
	return at
}

// live runs the claim, run after run, until it is closed, while the events happen on their days; it gives the tale of the claim.
func (w *world) live(events ...string) string {
	w.t.Helper()
	for _, text := range events {
		w.events = append(w.events, parseEvent(text))
	}
	w.liveOn(workflows.NewClaim(w.ref.ClientID, w.ref.ClaimID), instant(begins))
	w.check()
	return w.tale()
}

// liveOn runs chapters from an instant on. The test environment has no server that would start the next run, so this does.
func (w *world) liveOn(in workflows.ClaimInput, now time.Time) {
	w.t.Helper()
	for w.chapters = 1; ; w.chapters++ {
		if w.chapters > 60 {
			w.t.Fatalf("runs go on for ever:\n%s", w.tale())
		}
		w.env = w.newEnvironment(now)
		w.env.ExecuteWorkflow(workflows.ClaimWorkflow, in)
		err := w.env.GetWorkflowError()
		if err == nil {
			return
		}
		var timeout *temporal.TimeoutError
		if errors.As(err, &timeout) && w.facts().CourtAwaited() { // it waits for whoever records the outcome
			return
		}
		var again *workflow.ContinueAsNewError
		if !errors.As(err, &again) {
			w.t.Fatalf("a claim never fails: %v\n%s", err, w.tale())
		}
		now, in = w.env.Now(), workflows.ClaimInput{}
		if err := converter.GetDefaultDataConverter().FromPayloads(again.Input, &in); err != nil {
			w.t.Fatal(err)
		}
		if again.WorkflowType.Name != workflows.ClaimWorkflow || in.Situation == nil {
			w.t.Fatalf("the next run is a %s with %+v", again.WorkflowType.Name, in)
		}
	}
}

const aYear = 365 * 24 * time.Hour

// lastTold is when the last event happens that did not happen yet, or now.
func (w *world) lastTold(now time.Time) time.Time {
	for _, e := range w.events {
		if !e.done && e.at.After(now) {
			now = e.at
		}
	}
	return now
}

// patient workers do not take a machine that is busy for a workflow that hangs.
var patient = worker.Options{DeadlockDetectionTimeout: time.Minute}

func (w *world) newEnvironment(now time.Time) *testsuite.TestWorkflowEnvironment {
	suite := &testsuite.WorkflowTestSuite{}
	suite.SetLogger(sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(20 * time.Second) // of standing still
	env.SetWorkerOptions(patient)
	env.SetStartTime(now)
	if w.facts().CourtAwaited() { // its limitation is interrupted for as long as nobody records an outcome: the telling ends
		env.SetWorkflowRunTimeout(w.lastTold(now).Sub(now) + aYear)
	}
	workflows.RegisterClaims(env, w.claims)
	workflows.RegisterLetters(env, w.letters)
	w.prepare(env)
	for i := range w.events {
		e := &w.events[i]
		if e.done {
			continue
		}
		env.RegisterDelayedCallback(func() {
			if e.done {
				return
			}
			e.done = true
			if err := w.happen(*e); err != nil {
				w.t.Errorf("%s: %v", e.text, err)
			}
		}, max(e.at.Sub(now), 0))
	}
	return env
}

// messages takes what waits in the outbox, as the relay does.
func (w *world) messages() []postgres.Message {
	list, err := w.store.TakeMessages(context.Background(), 100, time.Minute)
	if err != nil {
		w.t.Fatal(err)
	}
	ids := make([]int64, len(list))
	for i, m := range list {
		ids[i] = m.ID
	}
	if err := w.store.Delivered(context.Background(), ids); err != nil {
		w.t.Fatal(err)
	}
	return list
}

// super changes the database behind everybody's back.
func (w *world) super(sql string, args ...any) error {
	conn, err := pgx.Connect(context.Background(), w.db.SuperURL)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	_, err = conn.Exec(context.Background(), sql, args...)
	return err
}

func (w *world) facts() claimFacts {
	w.t.Helper()
	file, err := w.store.CaseFile(context.Background(), w.ref)
	if err != nil {
		w.t.Fatal(err)
	}
	return file.Facts
}

// check asks what holds for every story: nothing was sent twice or outside the contact window, and what the register says left is what the
// mail server and the spool have.
func (w *world) check() {
	w.t.Helper()
	letters, err := w.store.LettersOf(context.Background(), w.ref)
	if err != nil {
		w.t.Fatal(err)
	}
	events, err := w.store.Timeline(context.Background(), w.ref)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, l := range letters {
		if strings.Contains(w.tale(), "repaired: override "+l.Step) {
			continue // it left by hand
		}
		cameBack := slices.ContainsFunc(events, func(e postgres.Event) bool { return e.Key == "returned:"+l.ID })
		sent := w.mail.accepted(l.MessageID)
		if l.Channel == trajectory.ChannelPost {
			lines, err := filepath.Glob(filepath.Join(w.post, "*", l.ID+".json"))
			if err != nil {
				w.t.Fatal(err)
			}
			sent = len(lines)
		}
		if want := map[bool]int{true: 1}[l.State == "accepted" || cameBack]; sent != want && l.State != "unknown" || sent > 1 {
			w.t.Errorf("%s on %s by %s is %s and was sent %d times", l.Step, l.On, l.Channel, l.State, sent)
		}
	}
	for _, at := range append(w.mail.offers(), w.box.offers()...) {
		if allowed, _, why := calendar.ContactAllowed(at); !allowed {
			w.t.Errorf("a letter was offered at %s: %s", at.In(calendar.Amsterdam), why)
		}
	}
}

// shippedPlans are the plans as shipped.
func shippedPlans(t testing.TB) agreement.Plans {
	t.Helper()
	dir, err := fs.Sub(config.Data, "plans")
	if err != nil {
		t.Fatal(err)
	}
	plans, err := agreement.ReadPlans(dir)
	if err != nil {
		t.Fatal(err)
	}
	return plans
}
