package postgres_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// A Tuesday evening on which every letter of the day is due and may still leave.
var today = calendar.MustParseDate("2026-11-03")

// asOfToday is the day since which a flag counts when none is named.
var asOfToday calendar.Date

func at(day calendar.Date) postgres.Actor { return postgres.Actor{Name: "test", At: day.At(19, 10)} }

// world is a database of its own with one client.
type world struct {
	testing.TB
	*postgres.Store
	db     *testkit.Database
	super  *pgx.Conn
	lib    *trajectory.Library
	client string
	made   atomic.Int64
}

func migrate(ctx context.Context, url string) error {
	_, err := postgres.Migrate(ctx, url)
	return err
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, db: testkit.DB(t, postgres.Fingerprint(), migrate)}
	w.Store = postgres.NewStore(w.db.App)
	var err error
	if w.lib, err = trajectory.ReadLibrary(config.Data); err != nil {
		t.Fatal(err)
	}
	w.lib = w.lib.Charging(testkit.Scales())
	if w.super, err = pgx.Connect(t.Context(), w.db.SuperURL); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.super.Close(context.Background()) })
	w.client = w.newClient("A")
	return w
}

// worldOfBefore is an empty database that has the migrations up to and including one.
func worldOfBefore(t testing.TB, version int64) *world {
	t.Helper()
	w := &world{TB: t, db: testkit.DB(t, "no schema", func(context.Context, string) error { return nil })}
	w.upTo(version)
	super, err := pgx.Connect(t.Context(), w.db.SuperURL)
	ok(t, err)
	w.super = super
	t.Cleanup(func() { _ = super.Close(context.Background()) })
	return w
}

// upTo migrates up to and including one.
func (w *world) upTo(version int64) {
	w.Helper()
	db, err := sql.Open("pgx", w.db.OwnerURL)
	ok(w, err)
	defer func() { _ = db.Close() }()
	provider, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS("migrations"))
	ok(w, err)
	_, err = provider.UpTo(w.Context(), version)
	ok(w, err)
}

func (w *world) newClient(code string) string {
	w.Helper()
	id, err := w.SaveClient(w.Context(), postgres.Client{Code: code, Plan: "premium", Party: postgres.Party{
		Name: "Voorbeeld " + code, Street: "Kade 1", Postcode: "3011 AB", Town: "Rotterdam", Email: strings.ToLower(code) + "@client.example", Language: "nl",
	}})
	if err != nil {
		w.Fatal(err)
	}
	return id
}

// newClaim is one claim of 100.00 as it would be handed over, each with a debtor of its own.
func (w *world) newClaim(change ...func(*postgres.NewClaim)) postgres.NewClaim {
	w.Helper()
	n := w.made.Add(1)
	rf, kenmerk, err := bank.References(rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	c := postgres.NewClaim{RF: rf, Kenmerk: kenmerk, Trajectory: "consumer@1", Submission: claim.Submission{
		Reference: fmt.Sprintf("C-%04d", n), NotElsewhere: true,
		Debtor: claim.Debtor{
			Kind: claim.DebtorKind{NaturalPerson: true}, Name: fmt.Sprintf("Debiteur %d", n), Street: fmt.Sprintf("Laan %d", n), Postcode: "1234 AB", Town: "Delft",
			Country: "NL", Email: fmt.Sprintf("d%d@debtor.example", n), Language: "nl",
		},
		Invoices: []claim.Invoice{{Number: fmt.Sprintf("FACT-%05d", n), Issued: today.AddDays(-60), Due: today.AddDays(-30), Amount: eur("100.00")}},
	}}
	for _, f := range change {
		f(&c)
	}
	return c
}

// owedBy makes a new claim one on d.
func owedBy(d claim.Debtor) func(*postgres.NewClaim) {
	return func(c *postgres.NewClaim) { c.Debtor = d }
}

// handOver hands claims over for the world's client, and insists that they are accepted.
func (w *world) handOver(claims ...postgres.NewClaim) []postgres.Ref {
	w.Helper()
	verdicts, err := w.HandOver(w.Context(), w.client, claims, at(today))
	if err != nil {
		w.Fatal(err)
	}
	refs := make([]postgres.Ref, len(verdicts))
	for i, v := range verdicts {
		if v.State != "accepted" {
			w.Fatalf("%s: %+v", claims[i].Reference, v)
		}
		refs[i] = postgres.Ref{ClientID: w.client, ClaimID: v.ClaimID}
	}
	return refs
}

// open hands a claim over and passes its intake, so that its first letter is due.
func (w *world) open(change ...func(*postgres.NewClaim)) postgres.Ref {
	w.Helper()
	ref := w.handOver(w.newClaim(change...))[0]
	w.opened(ref)
	return ref
}

func (w *world) opened(ref postgres.Ref) {
	w.Helper()
	if _, err := w.OpenClaim(w.Context(), ref, at(today), func(claim.Facts) string { return "" }); err != nil {
		w.Fatal(err)
	}
}

func (w *world) facts(ref postgres.Ref) claim.Facts {
	w.Helper()
	file, err := w.CaseFile(w.Context(), ref) // Facts would note that the workflow has read them
	if err != nil {
		w.Fatal(err)
	}
	return file.Facts
}

func (w *world) next(ref postgres.Ref) trajectory.Action {
	w.Helper()
	f := w.facts(ref)
	rules, err := w.lib.Rules(f)
	if err != nil {
		w.Fatal(err)
	}
	action, err := trajectory.Next(f, rules, at(today).At)
	if err != nil {
		w.Fatal(err)
	}
	return action
}

// write is a letter that asks the open principal.
func write(file postgres.CaseFile) (postgres.Draft, error) {
	demanded := file.Facts.Principal()
	for _, s := range file.Facts.Settlements {
		demanded -= s.Amount
	}
	return postgres.Draft{PayBy: today.AddDays(7), Demanded: demanded, Recipient: file.Debtor.Email, Subject: "s", Body: "asks " + demanded.String(), PDF: []byte("pdf " + demanded.String()), Certificate: []byte(`[{"rule":"r","pass":true}]`)}, nil
}

func (w *world) register(ref postgres.Ref, action trajectory.Action) (postgres.Letter, bool) {
	w.Helper()
	l, _, ok, err := w.RegisterLetter(w.Context(), ref, action, at(today), w.lib.Rules, write)
	if err != nil {
		w.Fatal(err)
	}
	return l, ok
}

func (w *world) begin(ref postgres.Ref, l *postgres.Letter, action trajectory.Action) (claim.LetterState, bool) {
	w.Helper()
	state, busy, err := w.BeginSending(w.Context(), ref, l, action, at(today), w.lib.Rules)
	if err != nil {
		w.Fatal(err)
	}
	return state, busy
}

// sending brings the letter that is due to the moment at which it is offered to the carrier.
func (w *world) sending(ref postgres.Ref, change ...func(*trajectory.Action)) (postgres.Letter, trajectory.Action) {
	w.Helper()
	action := w.next(ref)
	for _, f := range change {
		f(&action)
	}
	l, ok := w.register(ref, action)
	if state, busy := w.begin(ref, &l, action); !ok || busy || state != claim.LetterSending {
		w.Fatalf("%s: registered %v, %s", action.Step, ok, state)
	}
	return l, action
}

func (w *world) settle(ref postgres.Ref, l postgres.Letter, result postgres.Settled) {
	w.Helper()
	if _, err := w.SettleLetter(w.Context(), ref, l, result, at(today)); err != nil {
		w.Fatal(err)
	}
}

// expire lets the leases of a claim's letters end, as a worker does that dies.
func (w *world) expire(ref postgres.Ref) {
	w.exec(`UPDATE letter SET lease_until = clock_timestamp() - interval '10 minutes' WHERE claim_id = $1`, ref.ClaimID)
}

// exec runs a statement as superuser: what no role of the application can do.
func (w *world) exec(sql string, args ...any) {
	w.Helper()
	if _, err := w.super.Exec(w.Context(), sql, args...); err != nil {
		w.Fatal(err)
	}
}

func query[T any](w *world, sql string, args ...any) T {
	w.Helper()
	var v T
	if err := w.super.QueryRow(w.Context(), sql, args...).Scan(&v); err != nil {
		w.Fatal(err)
	}
	return v
}

// counts is how many rows every table has: what changes nothing leaves it as it is.
func (w *world) counts() string {
	w.Helper()
	rows, err := w.super.Query(w.Context(), `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`)
	if err != nil {
		w.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		w.Fatal(err)
	}
	parts := make([]string, len(tables))
	for i, table := range tables {
		parts[i] = fmt.Sprintf("(SELECT '%s ' || count(*) FROM %s)", table, table)
	}
	return query[string](w, "SELECT concat_ws(', ', "+strings.Join(parts, ", ")+")")
}

func (w *world) version(ref postgres.Ref) int64 {
	w.Helper()
	return query[int64](w, `SELECT version FROM claim WHERE id = $1`, ref.ClaimID)
}

func eur(text string) money.Amount {
	amount, err := money.Parse(text)
	if err != nil {
		panic(err)
	}
	return amount
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused insists on a *ConflictError.
func refused(t testing.TB, err error) {
	t.Helper()
	var conflict *postgres.ConflictError
	if !errors.As(err, &conflict) {
		t.Fatalf("not refused: %v", err)
	}
}

// eventually polls, for at most ten seconds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within ten seconds: %s", what)
		}
	}
}

// What the store asks the rules of by the rules of the world.
func (w *world) CompleteTask(ctx context.Context, ref postgres.Ref, key, result string, by postgres.Actor) error {
	return w.Store.CompleteTask(ctx, ref, key, result, by, w.lib.Rules)
}

func (w *world) SetFlag(ctx context.Context, ref postgres.Ref, kind string, since calendar.Date, by postgres.Actor) error {
	return w.Store.SetFlag(ctx, ref, kind, since, by, w.lib.Rules)
}

func (w *world) ClearFlag(ctx context.Context, ref postgres.Ref, kind string, since calendar.Date, by postgres.Actor) error {
	return w.Store.ClearFlag(ctx, ref, kind, since, by, w.lib.Rules)
}

func (w *world) CorrectDebtor(ctx context.Context, ref postgres.Ref, values map[string]string, by postgres.Actor) (changed []string, told []postgres.Ref, err error) {
	return w.Store.CorrectDebtor(ctx, ref, values, by, w.lib.Rules)
}

func (w *world) RecordCheck(ctx context.Context, ref postgres.Ref, c claim.Check, by postgres.Actor) (claim.Facts, error) {
	return w.Store.RecordCheck(ctx, ref, c, by, w.lib.Rules)
}
