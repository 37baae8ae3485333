package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/intake"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/workflows"
)

// asProgram makes the test binary be the program, so that a test can start it as a process, and kill it.
const asProgram = "RUN_AS_DUNNING"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(run(os.Args[1:]))
	}
	code := m.Run()
	if err := closeShared(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// office is the whole agency on this machine: real PostgreSQL, a real Temporal server that can skip time, a mail server, and the doors to them.
type office struct {
	stack    *stack
	store    *postgres.Store
	temporal client.Client
	teller   *teller
	answers  string   // the directory with what registers say
	log      *journal // everything the worker said
	closers  []func() error
}

// openOffice starts everything but a worker.
func openOffice(ctx context.Context, dir string, overrides map[string]string) (o *office, err error) {
	o = &office{log: &journal{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.close())
		}
	}()
	binary := filepath.Join("..", "..", "bin", "devserver")
	plans, err := filepath.Abs(filepath.Join("testdata", "plans")) // as shipped, with some prices
	if err != nil {
		return o, err
	}
	settings := map[string]string{"agreement.plans_dir": plans}
	maps.Copy(settings, overrides)
	if o.stack, err = startStack(ctx, stackOptions{dir: dir, binary: binary, timeSkipping: true, quiet: true, overrides: settings}); err != nil {
		return o, err
	}
	o.closers = append(o.closers, o.stack.stop)
	store, closeStore, err := openStore(ctx, o.stack.config)
	if err != nil {
		return o, err
	}
	o.store = store
	o.closers = append(o.closers, func() error { closeStore(); return nil })
	if o.temporal, err = openTemporal(o.stack.config, silent); err != nil {
		return o, err
	}
	o.closers = append(o.closers, func() error { o.temporal.Close(); return nil })
	rules, _, err := connected(o.stack.config)
	if err != nil {
		return o, err
	}
	o.teller = &teller{store: store, temporal: o.temporal, travel: devstack.TimeTravel{Client: o.temporal, Namespace: namespace}, rules: rules}
	o.teller.trust = func(ctx context.Context, r postgres.Receipt, by postgres.Actor) error {
		_, err := store.RecordReceipt(ctx, r, by, rules.Rules)
		return err
	}
	for code, plan := range map[string]string{"BAS": "basis", "PRE": "premium"} {
		party := postgres.Party{
			Name: "Voorbeeld " + code, Street: "Demokade 1", Postcode: "3011 AB", Town: "Voorbeeldstad", Email: "client@voorbeeld.example", Phone: "010-000 0001",
			Website: "www.voorbeeld.example", KvK: "12345678", VAT: "NL001234567B01", IBAN: "NL91ABNA0417164300", Language: "nl",
		}
		if _, err = store.SaveClient(ctx, postgres.Client{Code: code, Plan: plan, Party: party}); err != nil {
			return o, err
		}
	}
	return o, nil
}

// environment is what the program needs as a process of its own, to be the program and to find this office.
func (o *office) environment(t *testing.T) []string {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(o.stack.dir, "env"))
	if err != nil {
		t.Fatal(err)
	}
	env := []string{asProgram + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
	for line := range strings.Lines(string(file)) {
		name, quoted, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		value, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		env = append(env, name+"="+value)
	}
	return env
}

var silent = slog.New(slog.NewTextHandler(io.Discard, nil))

// work runs the worker in this process until the office closes, or stop.
func (o *office) work() (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	log := slog.New(slog.NewTextHandler(o.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	go func() {
		err := runWorker(ctx, o.stack.config, log)
		if ctx.Err() == nil { // every test that waits for this worker would wait for ever
			panic(fmt.Sprintf("the worker ended by itself: %v", err))
		}
		ended <- err
	}()
	stop = sync.OnceValue(func() error { cancel(); return <-ended })
	o.closers = append(o.closers, stop)
	return stop
}

func (o *office) close() error {
	var errs []error
	for i := len(o.closers) - 1; i >= 0; i-- {
		errs = append(errs, o.closers[i]())
	}
	return errors.Join(errs...)
}

// shared is the office of the tests that need none of their own; its worker runs in this process.
var shared struct {
	sync.Mutex
	office  *office
	err     error
	release func() error
}

func sharedOffice(t *testing.T) *office {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.office == nil && shared.err == nil {
		connected := map[string]string{"registers.insolvency": "file", "registers.company": "file", "registers.address": "file", "agency.vat": "NL001234560B01", "payout.agency_iban": "NL69INGB0123456789", "debit.creditor_id": "NL69ZZZ123456780000"}
		shared.office, shared.err = openScratchOffice(connected, func(release func() error) { shared.release = release })
		if shared.err == nil {
			shared.office.work()
		}
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.office
}

// openScratchOffice opens an office in a directory that goes with release, or, after a crash, with the next test run.
func openScratchOffice(overrides map[string]string, keep func(release func() error)) (*office, error) {
	ctx := context.Background()
	dir, release, err := devstack.ScratchDir(ctx)
	if err != nil {
		return nil, err
	}
	keep(release)
	answers := filepath.Join(dir, "registers")
	if err := os.Mkdir(answers, 0o700); err != nil {
		return nil, err
	}
	settings := map[string]string{"registers.answers": answers}
	maps.Copy(settings, overrides)
	o, err := openOffice(ctx, filepath.Join(dir, "office"), settings)
	o.answers = answers
	return o, err
}

func closeShared() error {
	shared.Lock()
	defer shared.Unlock()
	var errs []error
	if shared.office != nil {
		errs = append(errs, shared.office.close())
	}
	if shared.release != nil {
		errs = append(errs, shared.release())
	}
	return errors.Join(errs...)
}

// ownOffice is an office that one test may wreck.
func ownOffice(t *testing.T, overrides map[string]string) *office {
	t.Helper()
	o, err := openScratchOffice(overrides, func(release func() error) {
		t.Cleanup(func() {
			if err := release(); err != nil {
				t.Error(err)
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

// journal keeps what is written to it.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// debtor is a row of a hand-over file: "consumer BAS", with what a test wants otherwise.
type debtor struct {
	who                 string
	name, street, email string
	amount              string
	ahead               bool // handed over as of tomorrow
}

// waits says whether a claim must stand before its first letter until its clock is moved. In the contact window of a working day the letter of a claim that is handed
// over now leaves as soon as the worker comes to it, so that whatever a test does first may come too late.
func (d debtor) waits() bool { return d.ahead || strings.Contains(d.name, unprintable) }

var references struct {
	sync.Mutex
	last int
}

// number is one that no test of this office had.
func number() string {
	references.Lock()
	defer references.Unlock()
	references.last++
	return strconv.Itoa(references.last)
}

// unprintable is a letter that no font of ours has: hand-over refuses it, and so a name with it is of a claim that was taken before it did.
const unprintable = "𐌰"

// handOver hands claims over as a client does, now, and gives them in order. Each claim has a reference and a debtor of its own. When one of them waits, all are
// handed over as of tomorrow: no letter is due while clocks are real.
func (o *office) handOver(t *testing.T, debtors ...debtor) []postgres.Ref {
	t.Helper()
	now := time.Now().Truncate(time.Second)
	at := now
	if slices.ContainsFunc(debtors, debtor.waits) {
		at = calendar.DateOf(now).AddDays(1).At(12, 0)
	}
	var file strings.Builder
	file.WriteString("client;claim;debtor_kind;debtor;street;postcode;town;email;language;invoice;invoice_date;due_date;amount;not_elsewhere\n")
	for _, d := range debtors {
		n := number()
		kind, code, _ := strings.Cut(d.who, " ")
		name, street, email, amount := d.name, d.street, d.email, d.amount
		if name == "" {
			name = "Roos Voorbeeld-" + n
		}
		if street == "" {
			street = "Voorbeeldstraat " + n
		}
		if email == "" {
			email = "roos" + n + "@debiteur.example"
		}
		if amount == "" {
			amount = "1000.00"
		}
		_, _ = fmt.Fprintf(&file, "%s;C-%s;%s;%s;%s;1001 BB;Proefdorp;%s;nl;F-%06s;%s;%s;%s;yes\n", code, n, kind, strings.ReplaceAll(name, unprintable, "A"), street, email, n,
			calendar.DateOf(now).AddDays(-60), calendar.DateOf(now).AddDays(-30), amount)
	}
	desk := intake.Desk{Store: o.store, Library: o.teller.rules, Random: rand.Reader}
	verdicts, err := desk.Submit(t.Context(), strings.NewReader(file.String()), postgres.Actor{Name: "client", At: at}, nil)
	if err != nil {
		t.Fatal(err)
	}
	refs := make([]postgres.Ref, len(verdicts))
	for i, v := range verdicts {
		if v.State != "accepted" {
			t.Fatalf("%+v", v)
		}
		if refs[i], err = o.store.ClientOfClaim(t.Context(), v.ClaimID); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(debtors[i].name, unprintable) {
			o.rename(t, refs[i], debtors[i].name)
		}
	}
	return refs
}

// moveTo lets a claim live until an instant, over all its runs.
func (o *office) moveTo(t *testing.T, ref postgres.Ref, to time.Time) {
	t.Helper()
	id := workflows.ClaimID(ref.ClaimID)
	for {
		if _, err := o.teller.travel.MoveTo(t.Context(), id, to); err != nil {
			t.Fatal(err)
		}
		now, err := o.teller.travel.Now(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if f := o.facts(t, ref); !now.Before(to) || f.Status.Final() && !f.CourtAwaited() {
			return
		}
	}
}

// started waits until the claim's workflow has checked the intake. Its first letter may leave at any moment after that, see waits.
func (o *office) started(t *testing.T, ref postgres.Ref) {
	t.Helper()
	if err := poll(t.Context(), func() (bool, error) {
		file, err := o.store.CaseFile(t.Context(), ref)
		return err == nil && !file.Facts.OpenedOn.IsZero(), err
	}); err != nil {
		t.Fatal(err)
	}
}

func (o *office) facts(t *testing.T, ref postgres.Ref) claim.Facts {
	t.Helper()
	file, err := o.store.CaseFile(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return file.Facts
}

// state asks the claim's workflow.
func (o *office) state(t *testing.T, ref postgres.Ref) workflows.State {
	t.Helper()
	var state workflows.State
	answer, err := o.temporal.QueryWorkflow(t.Context(), workflows.ClaimID(ref.ClaimID), "", workflows.QueryState)
	if err == nil {
		err = answer.Get(&state)
	}
	if err != nil {
		t.Fatal(err)
	}
	return state
}
