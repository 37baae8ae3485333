package workflows_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

var statementDay = calendar.MustParseDate("2026-11-03")

// bankWorld is a client with claims, what the bank tells of them, and the workflow of a statement with the real activities on a real database.
type bankWorld struct {
	*testing.T
	*postgres.Store
	lib    *trajectory.Library
	db     *testkit.Database
	policy matching.Policy
	most   map[matching.Rule]int
	on     calendar.Date // when receipts are looked at
	client string
	made   int
	claims map[string]*owed // by a short name
}

type owed struct {
	postgres.Ref
	rf, kenmerk string
}

func newBankWorld(t *testing.T) *bankWorld {
	t.Helper()
	w := &bankWorld{T: t, db: testkit.DB(t, postgres.Fingerprint(), migrate), claims: map[string]*owed{}, on: statementDay, policy: matching.Policy{MaxSurplus: money.Cents(50_00)}}
	w.Store = postgres.NewStore(w.db.App)
	lib, err := trajectory.ReadLibrary(config.Data)
	w.ok(err)
	w.lib = lib.Charging(testkit.Scales())
	w.client = w.newClient("A")
	return w
}

func (w *bankWorld) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *bankWorld) newClient(code string) string {
	w.Helper()
	id, err := w.SaveClient(w.Context(), postgres.Client{Code: code, Plan: "premium", Party: postgres.Party{
		Name: "Schuldeiser " + code, Street: "Kade 1", Postcode: "3011 AB", Town: "Voorbeeldstad", Email: code + "@client.example", Language: "nl",
	}})
	w.ok(err)
	return id
}

// owes hands a claim over and opens it: its debtor owes an amount of principal.
func (w *bankWorld) owes(name, debtor, amount string) {
	w.Helper()
	w.made++
	rf, kenmerk, err := bank.References(rand.Reader)
	w.ok(err)
	verdicts, err := w.HandOver(w.Context(), w.client, []postgres.NewClaim{{RF: rf, Kenmerk: kenmerk, Trajectory: "consumer@1", Submission: claim.Submission{
		Reference: fmt.Sprintf("DOS-%06d", 700000+w.made), NotElsewhere: true,
		Debtor:   claim.Debtor{Kind: claim.DebtorKind{NaturalPerson: true}, Name: debtor, Street: "Laan 1", Postcode: "1234 AB", Town: "Voorbeelddorp", Country: "NL", Language: "nl"},
		Invoices: []claim.Invoice{{Number: fmt.Sprintf("FACT-%05d", 10000+w.made), Issued: statementDay.AddDays(-40), Due: statementDay.AddDays(-10), Amount: money.MustParse(amount)}},
	}}}, w.by())
	w.ok(err)
	ref := postgres.Ref{ClientID: w.client, ClaimID: verdicts[0].ClaimID}
	_, err = w.OpenClaim(w.Context(), ref, w.by(), func(claim.Facts) string { return "" })
	w.ok(err)
	w.claims[name] = &owed{ref, rf, kenmerk}
}

func (w *bankWorld) by() postgres.Actor {
	return postgres.Actor{Name: "operator", At: statementDay.At(12, 0)}
}

// told replaces {a} in a text by the reference of claim a.
func (w *bankWorld) told(text string) string {
	for name, c := range w.claims {
		text = strings.ReplaceAll(text, "{"+name+"}", c.rf)
	}
	return text
}

// imports books a file and gives the key of its last statement.
func (w *bankWorld) imports(statements ...string) string {
	w.Helper()
	text, by := w.told(testkit.Camt("m", statements...)), w.by()
	if last := testkit.LastDay(text); last.After(statementDay) {
		by.At = last.At(12, 0)
	}
	done, err := w.ImportStatements(w.Context(), postgres.StatementFile{Name: "f", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil },
		Accounts: bank.Accounts{testkit.TrustAccount: testkit.TrustAccount}}, by)
	w.ok(err)
	for _, s := range done {
		if s.State != postgres.StatementBooked {
			w.Fatalf("%+v", s)
		}
	}
	return done[len(done)-1].Key
}

// run runs the workflow of a statement.
func (w *bankWorld) run(key string, files activities.StatementFiles) activities.Matched {
	w.Helper()
	return w.runBooked(workflows.StatementInput{Key: key}, files)
}

func (w *bankWorld) runBooked(in workflows.StatementInput, files activities.StatementFiles) activities.Matched {
	w.Helper()
	suite := &testsuite.WorkflowTestSuite{}
	suite.SetLogger(silent)
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(30 * time.Second)
	env.SetWorkerOptions(patient)
	env.SetStartTime(w.on.At(12, 0))
	workflows.RegisterStatements(env, &activities.Statements{Files: files, Rules: w.lib, Policy: w.policy, MostADay: w.most})
	env.ExecuteWorkflow(workflows.StatementWorkflow, in)
	w.ok(env.GetWorkflowError())
	var m activities.Matched
	w.ok(env.GetWorkflowResult(&m))
	return m
}

// state is what claims have got, and what of the receipts waits, with what was found for it.
func (w *bankWorld) state() string {
	w.Helper()
	var parts []string
	for _, name := range []string{"a", "b", "c", "d"} {
		c, ok := w.claims[name]
		if !ok {
			continue
		}
		file, err := w.CaseFile(w.Context(), c.Ref)
		w.ok(err)
		var got money.Amount
		for _, s := range file.Facts.Settlements {
			got += s.Amount
		}
		parts = append(parts, fmt.Sprintf("%s %s", name, got))
	}
	waiting, err := w.WaitingReceipts(w.Context())
	w.ok(err)
	for _, r := range waiting {
		found := "not looked at"
		if r.Match != nil {
			found = fmt.Sprintf("%s by %s", r.Match.Outcome, r.Match.Rule)
		}
		parts = append(parts, fmt.Sprintf("%s waits: %s", r.Payment.Amount, found))
	}
	return strings.Join(parts, ", ")
}

// inTheBooks insists that the books say what the facts do.
func (w *bankWorld) inTheBooks() {
	w.Helper()
	v, err := w.VerifyBooks(w.Context(), statementDay.AddDays(1), w.lib.Rules)
	w.ok(err)
	for _, d := range v.Differences {
		w.Errorf("the books: %+v", d)
	}
}

const elsewhere = "<K. Ander/NL02ABNA0123456789> " // no debtor's name, from an account of the agency

func TestReceiptsFindTheirClaims(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story   string
		entries string // of one statement; balances are added up
		sum     string
		want    string
	}{
		{"by its reference, all", "2026-11-03 100.00 r1 betaling {a}", "100.00", "a 100.00, b 0.00, c 0.00"},
		{"by its reference, a part", "2026-11-03 40.00 r1 {a}", "40.00", "a 40.00, b 0.00, c 0.00"},
		{"by its reference, too much within the cap", "2026-11-03 120.00 r1 {a}", "120.00", "a 120.00, b 0.00, c 0.00"},
		{"by its reference, far too much", "2026-11-03 900.00 r1 {a}", "900.00", "a 0.00, b 0.00, c 0.00, 900.00 waits: suggest by exact-reference"},
		{"twice in one statement: the second is too much", "2026-11-03 100.00 r1 {a}; 2026-11-03 100.00 r2 {a}", "200.00", "a 100.00, b 0.00, c 0.00, 100.00 waits: suggest by exact-reference"},
		{"two claims of one debtor by their references", "2026-11-03 300.00 r1 {a} en {b}", "300.00", "a 100.00, b 200.00, c 0.00"},
		{"claims of two debtors: a person decides", "2026-11-03 150.00 r1 {a} {c}", "150.00", "a 0.00, b 0.00, c 0.00, 150.00 waits: suggest by exact-reference"},
		{"by number and name", "2026-11-03 100.00 r1 <J. Voorbeeldman/NL20INGB0001234567> |dossier DOS-700001", "100.00", "a 100.00, b 0.00, c 0.00"},
		{"by name and amount: a person decides", "2026-11-03 50.00 r1 <P. Anderson/NL20INGB0001234567> |betaling", "50.00", "a 0.00, b 0.00, c 0.00, 50.00 waits: suggest by name-amount"},
		{"nothing points to anything", "2026-11-03 17.31 r1 <K. Ander/NL20INGB0001234567> |groeten", "17.31", "a 0.00, b 0.00, c 0.00, 17.31 waits: queue by nothing"},
		{"from our own account", "2026-11-03 100.00 r1 " + elsewhere + "|{a}", "100.00", "a 0.00, b 0.00, c 0.00, 100.00 waits: queue by not-a-debtor"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newBankWorld(t)
			w.policy.NotDebtors = map[string]bool{"NL02ABNA0123456789": true}
			w.owes("a", "J. Voorbeeldman", "100.00")
			w.owes("b", "J. Voorbeeldman", "200.00")
			w.owes("c", "P. Anderson", "50.00")
			key := w.imports("1 0.00 " + c.sum + ": " + c.entries)
			w.run(key, w.Store)
			if got := w.state(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			before := w.state()
			w.run(key, w.Store)
			if after := w.state(); after != before {
				t.Errorf("again: %s", after)
			}
		})
	}
}

// A rule that is switched off finds nothing.
func TestEachRuleHasAKillSwitch(t *testing.T) {
	t.Parallel()
	w := newBankWorld(t)
	w.policy.Off = map[matching.Rule]bool{matching.ExactReference: true}
	w.owes("a", "J. Voorbeeldman", "100.00")
	w.run(w.imports("1 0.00 100.00: 2026-11-03 100.00 r1 {a}"), w.Store)
	if got, want := w.state(), "a 0.00, 100.00 waits: suggest by best-guess"; got != want {
		t.Errorf("got %s", got)
	}
}

// What a person says stands: a release or a rejection is not undone by the next statement, and an account is known from what is proven only.
func TestAPersonHasTheLastWord(t *testing.T) {
	t.Parallel()
	w := newBankWorld(t)
	w.owes("a", "J. Voorbeeldman", "100.00")
	w.owes("b", "P. Anderson", "60.00")
	w.owes("c", "Q. Derdenaam", "33.00") // paid by number and name, which is no proof: its account and name are not learned
	key := w.imports("1 0.00 133.00: 2026-11-03 100.00 r1 <X. Y/NL20INGB0001234567> |{a}; 2026-11-03 33.00 r0 <Q. Derdenaam/NL69INGB0123456789> |dossier DOS-700003")
	w.run(key, w.Store)
	waiting, err := w.WaitingReceipts(t.Context())
	w.ok(err)
	if len(waiting) > 0 {
		t.Fatal(w.state())
	}
	payers, err := w.KnownPayers(t.Context())
	w.ok(err)
	if len(payers) != 1 || payers[0].IBAN != "NL20INGB0001234567" || payers[0].Name != "X. Y" {
		t.Errorf("known: %v", payers)
	}
	_, lines, err := w.StatementLines(t.Context(), key)
	w.ok(err)
	receipt := lines[0].Receipt
	_, err = w.ReleaseReceipt(t.Context(), receipt, w.claims["a"].Ref, "of another", w.by(), w.lib.Rules)
	w.ok(err)
	w.run(key, w.Store)
	waiting, err = w.WaitingReceipts(t.Context())
	w.ok(err)
	if len(waiting) != 1 || waiting[0].Match == nil || waiting[0].Match.Outcome == matching.Automatic || len(waiting[0].Rejected) != 1 {
		t.Errorf("%+v", waiting)
	}
	if payers, err = w.KnownPayers(t.Context()); err != nil || len(payers) > 0 {
		t.Errorf("not forgotten: %v, %v", payers, err)
	}
	w.ok(w.AssignReceipt(t.Context(), receipt, w.claims["b"].Ref, w.by(), w.lib.Rules))
	if payers, err = w.KnownPayers(t.Context()); err != nil || len(payers) != 1 {
		t.Errorf("not learned: %v, %v", payers, err)
	}
	w.run(w.imports("2 133.00 193.00: 2026-11-04 60.00 r2 <Q/NL20INGB0001234567> |voor de schuld"), w.Store)
	if got, want := w.state(), "a 0.00, b 100.00, c 33.00, 60.00 waits: suggest by known-account"; got != want { // b is paid already: it owes nothing any more
		t.Errorf("got %s", got)
	}
}

// cutOff is a store that fails once, at the n-th call, before or after the database has committed.
type cutOff struct {
	*postgres.Store
	calls atomic.Int64
	at    int64
	after bool
}

var errCut = errors.New("the connection is gone")

func (c *cutOff) cut(work func() error) error {
	if c.calls.Add(1) != c.at {
		return work()
	}
	if c.after {
		if err := work(); err != nil {
			return err
		}
	}
	return errCut
}

func (c *cutOff) KeepMatch(ctx context.Context, key string, m postgres.Match) error {
	return c.cut(func() error { return c.Store.KeepMatch(ctx, key, m) })
}

func (c *cutOff) BookMatch(ctx context.Context, key string, m postgres.Match, claims []postgres.Ref, versions []int64, by postgres.Actor, rules postgres.RulesFor) error {
	return c.cut(func() error { return c.Store.BookMatch(ctx, key, m, claims, versions, by, rules) })
}

func (c *cutOff) ApplyReturns(ctx context.Context, by postgres.Actor, rules postgres.RulesFor) error {
	return c.cut(func() error { return c.Store.ApplyReturns(ctx, by, rules) })
}

// The worker dies at each moment of the work: everything is done once.
func TestAWorkerThatDiesWhileReceiptsAreMatched(t *testing.T) {
	t.Parallel()
	for at := int64(1); at <= 5; at++ {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprint(at, after), func(t *testing.T) {
				t.Parallel()
				w := newBankWorld(t)
				w.owes("a", "J. Voorbeeldman", "100.00")
				w.owes("b", "J. Voorbeeldman", "200.00")
				w.owes("c", "P. Anderson", "50.00")
				key := w.imports("1 0.00 365.00: 2026-11-03 300.00 r1 {a} en {b}; 2026-11-03 50.00 r2 {c}; 2026-11-03 15.00 r3 <K. Ander/NL69INGB0123456789> niets")
				w.run(key, &cutOff{Store: w.Store, at: at, after: after})
				if got, want := w.state(), "a 100.00, b 200.00, c 50.00, 15.00 waits: queue by nothing"; got != want {
					t.Errorf("got %s", got)
				}
			})
		}
	}
}

func TestWhatTheBankTakesBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, first, second, want string }{
		{"a payment that is allocated", "1 0.00 100.00: 2026-11-03 100.00 r1 e1|{a}", "2 100.00 0.00: 2026-11-04 -100.00 r2 MD06!e1|storno", "a 0.00 | MD06 tied"},
		{"one that waits", "1 0.00 17.00: 2026-11-03 17.00 r1 e1|niets", "2 17.00 0.00: 2026-11-04 -17.00 r2 MD06!e1|storno", "a 0.00 | MD06 tied"},
		{"by the payer's account", "1 0.00 100.00: 2026-11-03 100.00 r1 {a}", "2 100.00 0.00: 2026-11-04 -100.00 r2 AC04!storno", "a 0.00 | AC04 tied"},
		{"two can be meant: a person looks", "1 0.00 34.00: 2026-11-03 17.00 r1 een; 2026-11-03 17.00 r3 twee", "2 34.00 17.00: 2026-11-04 -17.00 r2 AC04!storno",
			"a 0.00, 17.00 waits: queue by nothing, 17.00 waits: queue by nothing | AC04 open"},
		{"another amount", "1 0.00 100.00: 2026-11-03 100.00 r1 {a}", "2 100.00 1.00: 2026-11-04 -99.00 r2 AC04!storno", "a 100.00 | AC04 open"},
		{"money out that is no return", "1 0.00 100.00: 2026-11-03 100.00 r1 {a}", "2 100.00 0.00: 2026-11-04 -100.00 r2 naar iemand", "a 100.00 |  open"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newBankWorld(t)
			w.owes("a", "J. Voorbeeldman", "100.00")
			w.run(w.imports(c.first), w.Store)
			key := w.imports(c.second)
			w.run(key, w.Store)
			w.run(key, w.Store)
			st, lines, err := w.StatementLines(t.Context(), key)
			w.ok(err)
			tied := "tied"
			if lines[0].Receipt == "" {
				tied = "open"
			}
			if (tied == "open") != (st.Waiting == 1) {
				t.Errorf("%d lines wait", st.Waiting)
			}
			if got := fmt.Sprintf("%s | %s %s", w.state(), lines[0].Reason, tied); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			w.inTheBooks()
		})
	}
}

// A receipt is taken back once: a second line that says so is looked at by a person.
func TestAReceiptIsTakenBackOnce(t *testing.T) {
	t.Parallel()
	w := newBankWorld(t)
	w.owes("a", "J. Voorbeeldman", "100.00")
	w.run(w.imports("1 0.00 100.00: 2026-11-03 100.00 r1 e1|{a}"), w.Store)
	key := w.imports("2 100.00 -100.00: 2026-11-04 -100.00 r2 MD06!e1|storno; 2026-11-04 -100.00 r3 MD06!e1|storno")
	w.run(key, w.Store)
	st, lines, err := w.StatementLines(t.Context(), key)
	w.ok(err)
	if (lines[0].Receipt == "") == (lines[1].Receipt == "") || st.Waiting != 1 {
		t.Errorf("%+v", lines)
	}
}
