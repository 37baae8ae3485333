package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// code is the SQLSTATE of an error.
func code(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// plant makes a row in every table for one claim of the world's client.
func (w *world) plant() postgres.Ref {
	w.Helper()
	c := w.newClaim()
	ref := w.handOver(c)[0]
	w.opened(ref)
	w.sending(ref)
	ctx, by := w.Context(), at(today)
	_, err := w.RecordReceipt(ctx, postgres.Receipt{Key: "bank-" + ref.ClaimID, Amount: eur("1.00"), On: today, Remittance: c.RF}, by, w.lib.Rules)
	ok(w, err)
	_, err = w.CorrectSettlement(ctx, ref, "bank-"+ref.ClaimID, postgres.Correction{On: today.AddDays(-1)}, "the bank's value date", by, w.lib.Rules)
	ok(w, err)
	ok(w, w.Hold(ctx, ref, "h", today, "asked", by))
	ok(w, w.promise(ref, "p", "1.00", today))
	ok(w, w.arrange(ref, "a", 2, today))
	ok(w, w.SetFlag(ctx, ref, claim.FlagBankrupt, asOfToday, by))
	w.correct(ref, map[string]string{"postcode": "2345 BC"})
	ok(w, w.SetFlag(ctx, ref, claim.FlagAddressUnknown, asOfToday, by))
	_, err = w.super.Exec(ctx, `INSERT INTO information_cost (client_id, claim_id, key, on_day, amount) VALUES ($1, $2, 'k', $3, 1)`, ref.ClientID, ref.ClaimID, today)
	ok(w, err)
	_, err = w.ReverseInformationCost(ctx, ref, "k", "of another", by, w.lib.Rules)
	ok(w, err)
	_, err = w.super.Exec(ctx, `INSERT INTO court_step (client_id, claim_id, stage, on_day) VALUES ($1, $2, 'served', $3)`, ref.ClientID, ref.ClaimID, today)
	ok(w, err)
	_, err = w.super.Exec(ctx, `INSERT INTO court_package (client_id, claim_id, recipient, sha256, on_day, known_seq, particulars) VALUES ($1, $2, 'bailiff', repeat('0', 64), $3, 1, '{}')`, ref.ClientID, ref.ClaimID, today)
	ok(w, err)
	ok(w, second(w.AddDocument(ctx, ref, paper("an order", claim.ContractDocument), by)))
	ok(w, w.RecordComplaint(ctx, ref, postgres.Complaint{Key: "c", Text: "rude", Received: today, AnswerBy: today.AddDays(14)}, by))
	ok(w, w.RecordInterruption(ctx, ref, postgres.Interruption{Key: "i", How: "registered letter", On: today}, by))
	w.monitored(ref)
	_, err = w.RecordCheck(ctx, ref, claim.Check{Register: claim.AddressRegister, Try: 1, On: today, Found: claim.FoundNothing}, by)
	ok(w, err)
	_, err = w.OpenTask(ctx, ref, "task", "do it", by)
	ok(w, err)
	ok(w, w.RecordRequest(ctx, ref, asks("q", claim.RequestDocuments), by))
	_, err = w.super.Exec(ctx, `INSERT INTO billable (client_id, claim_id, key, kind, net, vat, total, on_day, basis) VALUES ($1, $2, 'k', 'withdrawal', 1, 0, 1, $3, 'x')`, ref.ClientID, ref.ClaimID, today)
	ok(w, err)
	ok(w, w.ReverseBillable(ctx, ref, "k", "told wrong", by))
	w.needsAttention(ref, "reminder", today)
	_, err = w.RecordRepair(ctx, ref, claim.Repair{Key: "r", Do: "skip", Step: "reminder", Reason: "x"}, by, stillSo)
	ok(w, err)
	_, err = w.super.Exec(ctx, `WITH r AS (INSERT INTO receipt (key, client_id, claim_id, amount, value_on) VALUES ($2::text || ':r', $1, $2::text::uuid, 1, $3) RETURNING key)
		INSERT INTO refund (key, client_id, claim_id, receipt, task, amount, iban, name, reason, proposed_by, proposed_at) SELECT key, $1, $2::text::uuid, key, 't', 1, 'i', 'n', 'r', 'p', clock_timestamp() FROM r`, ref.ClientID, ref.ClaimID, today)
	ok(w, err)
	w.agreed("")
	w.invoiced()
	w.payoutSent()
	w.plantKept(ref)
	w.fails([]string{first, again}[query[int](w, `SELECT count(*) FROM debit_run`)]) // each client on a day of its own
	return ref
}

// plantKept makes what is kept back of a client, and that a payout tells it, without the books.
func (w *world) plantKept(ref postgres.Ref) {
	w.Helper()
	w.exec(fmt.Sprintf(`SET session_replication_role = replica;
		INSERT INTO kept_back VALUES ('%[1]s', 1, 1, 'x', clock_timestamp()); INSERT INTO kept_back_part VALUES ('%[1]s', 1, '%[2]s', 1, 1, 0);
		INSERT INTO payout_kept_told SELECT client_id, end_to_end_id, 1 FROM payout_line WHERE client_id = '%[1]s' LIMIT 1;
		SET session_replication_role = DEFAULT`, ref.ClientID, ref.ClaimID))
}

// tables lists the tables that carry a client.
func (w *world) tables() []string {
	w.Helper()
	rows, err := w.super.Query(w.Context(), `SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'client_id'
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'outbox' ORDER BY 1`)
	ok(w, err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	ok(w, err)
	return names
}

// as runs one statement as the application with a tenant, as the store does, and takes it back.
func (w *world) as(client, sql string, args ...any) (int64, error) {
	w.Helper()
	tx, err := w.db.App.Begin(w.Context())
	ok(w, err)
	defer func() { _ = tx.Rollback(w.Context()) }()
	if client != "" {
		_, err = tx.Exec(w.Context(), `SELECT set_config('app.client_id', $1, true)`, client)
		ok(w, err)
	}
	tag, err := tx.Exec(w.Context(), sql, args...)
	return tag.RowsAffected(), err
}

func TestNoTenantReachesAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.plant()
	mine, theirs := w.client, w.newClient("B")
	w.client = theirs
	first := w.newClaim()
	w.sending(w.open(owedBy(first.Debtor))) // so that the other claim has another contact
	theirClaim := w.handOver(first)[0]
	w.plant()
	for _, table := range w.tables() {
		if query[int](w, `SELECT count(*) FROM `+table+` WHERE client_id = $1`, theirs) == 0 {
			t.Errorf("%s: no row was planted: this test proves nothing", table)
			continue
		}
		row := query[string](w, `SELECT row_to_json(x)::text FROM (SELECT * FROM `+table+` WHERE client_id = $1 LIMIT 1) x`, theirs)
		for what, sql := range map[string]string{
			"reads":   `SELECT 1 FROM ` + table + ` WHERE client_id = $1`,
			"changes": `UPDATE ` + table + ` SET client_id = client_id WHERE client_id = $1`,
			"deletes": `DELETE FROM ` + table + ` WHERE client_id = $1`,
		} {
			if n, err := w.as(mine, sql, theirs); n != 0 || err != nil && code(err) != "42501" {
				t.Errorf("%s: another tenant %s %d rows, %v", table, what, n, err)
			}
			if n, err := w.as("", sql, theirs); n != 0 || err != nil && code(err) != "42501" {
				t.Errorf("%s: without a tenant it %s %d rows, %v", table, what, n, err)
			}
		}
		columns := query[string](w, `SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`, table)
		if _, err := w.as(mine, `INSERT INTO `+table+` (`+columns+`) OVERRIDING USER VALUE SELECT `+columns+` FROM json_populate_record(NULL::`+table+`, $1)`, row); code(err) != "42501" {
			t.Errorf("%s: another tenant writes a row: %v", table, err)
		}
		if n, err := w.as(mine, `UPDATE `+table+` SET client_id = $2 WHERE client_id = $1`, mine, theirs); code(err) != "42501" {
			t.Errorf("%s: a row is given to another tenant: %d rows, %v", table, n, err)
		}
	}
	if n, err := w.as(mine, `SELECT 1 FROM client WHERE id = $1`, theirs); n != 0 || err != nil {
		t.Errorf("another client is seen: %d, %v", n, err)
	}
	if n, err := w.as(theirs, `SELECT 1 FROM other_contact($1, '{}') AS o WHERE o IS NOT NULL`, theirClaim.ClaimID); n != 1 || err != nil {
		t.Errorf("its own client sees no other contact: %v", err)
	}
	for _, tenant := range []string{mine, ""} { // who is who across clients, and the letters to another client's debtor
		if _, err := w.as(tenant, `SELECT * FROM people_named(ARRAY(SELECT ''::text))`); code(err) != "42501" {
			t.Errorf("tenant %q reads who is who: %v", tenant, err)
		}
		if n, err := w.as(tenant, `SELECT 1 FROM other_contact($1, '{}') AS o WHERE o IS NOT NULL`, theirClaim.ClaimID); n != 0 || err != nil {
			t.Errorf("tenant %q sees when another client's debtor was written to: %v", tenant, err)
		}
	}
}

func TestNothingPointsAtAnotherTenantsRows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mine := w.client
	w.client = w.newClient("B")
	foreign := w.open()
	signed := w.agreed("")
	debtor := query[string](w, `SELECT debtor_id::text FROM claim WHERE id = $1`, foreign.ClaimID)
	ok(t, w.RecordSettlement(t.Context(), foreign, claim.Settlement{Key: "s", Kind: claim.PaidToClient, On: today, Amount: 1}, at(today), w.lib.Rules))
	w.exec(`INSERT INTO information_cost (client_id, claim_id, key, on_day, amount) VALUES ($1, $2, 'i', $3, 1)`, foreign.ClientID, foreign.ClaimID, today)
	for what, sql := range map[string]string{
		"claim of a foreign debtor": `INSERT INTO claim (client_id, id, debtor_id, reference, rf, kenmerk, trajectory, handed_over_on) VALUES ($1, gen_random_uuid(), $2, 'x', 'x', 'x', 'x', now())`,
		"settlement":                `INSERT INTO settlement (client_id, claim_id, key, kind, value_on, amount) VALUES ($1, $2, 'x', 'write-off', now(), 1)`,
		"receipt":                   `INSERT INTO receipt (key, client_id, claim_id, amount, value_on) VALUES ('x', $1, $2, 1, now())`,
		"event":                     `INSERT INTO case_event (client_id, claim_id, key, kind, value_on, at, actor) VALUES ($1, $2, 'x', 'x', now(), now(), 'x')`,
		"reversal":                  `INSERT INTO settlement_reversal (client_id, claim_id, key, reason, reversed_on) VALUES ($1, $2, 's', 'x', now())`,
		"information cost":          `INSERT INTO information_cost_reversal (client_id, claim_id, key, reason, reversed_on) VALUES ($1, $2, 'i', 'x', now())`,
		"notice":                    `INSERT INTO agreement_notice (client_id, agreement_id, key, received_on, registered) VALUES ($1, $2, 'x', now(), true)`,
		"year":                      `INSERT INTO agreement_year (client_id, agreement_id, year, plan, first_on) VALUES ($1, $2, 9, 'x', now())`,
		"sticker order":             `INSERT INTO sticker_order (client_id, agreement_id, key, ordered_on, sets, included) VALUES ($1, $2, 'x', now(), 1, 1)`,
		"document":                  `INSERT INTO claim_document (client_id, claim_id, key, kind, media, name, added_on, content) VALUES ($1, $2, encode(sha256('x'), 'hex'), 'invoice', 'text/plain', 'x', now(), 'x')`,
		"task":                      `INSERT INTO task (client_id, claim_id, key, detail, opened_on) VALUES ($1, $2, 'x', 'x', now())`,
	} {
		id := foreign.ClaimID
		if slices.Contains([]string{"notice", "year", "sticker order"}, what) {
			id = signed.AgreementID
		}
		if what == "claim of a foreign debtor" {
			id = debtor
		}
		if _, err := w.as(mine, sql, mine, id); code(err) != "23503" {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, err := range map[string]error{
		"remark":     w.Remark(t.Context(), postgres.Ref{ClientID: mine, ClaimID: foreign.ClaimID}, "k", "x", at(today)),
		"document":   second(w.AddDocument(t.Context(), postgres.Ref{ClientID: mine, ClaimID: foreign.ClaimID}, paper("x", claim.InvoiceDocument), at(today))),
		"settlement": w.RecordSettlement(t.Context(), postgres.Ref{ClientID: mine, ClaimID: foreign.ClaimID}, claim.Settlement{Key: "k", Kind: claim.WriteOff, On: today, Amount: 1}, at(today), w.lib.Rules),
	} {
		if !errors.Is(err, postgres.ErrNotFound) {
			t.Errorf("%s on another client's claim: %v", what, err)
		}
	}
}

// An unset value reads as "" on a connection that another tenant used before, and as NULL on a new one (pitfall P3): both are no rows, no error.
func TestWithoutTenantThereIsNothingAlsoOnAUsedConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.plant()
	cfg, err := pgxpool.ParseConfig(w.db.AppURL)
	ok(t, err)
	cfg.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	ok(t, err)
	t.Cleanup(pool.Close)
	store := postgres.NewStore(pool)
	for round, use := range []func() error{
		func() error { return nil }, // a new connection
		func() error { _, err := store.CaseFile(t.Context(), ref); return err },
		func() error {
			_, _, _, err := store.RegisterLetter(t.Context(), ref, trajectory.Action{}, at(today), w.lib.Rules, write)
			return err
		},
		func() error {
			refused(t, store.JudgeDispute(t.Context(), ref, "none", "rejected", "", at(today)))
			return nil
		}, // rolled back
	} {
		ok(t, use())
		for _, table := range append(w.tables(), "client") {
			var n int
			query := `SELECT count(*) FROM ` + table
			if table == "journal" || table == "entry" {
				query += ` WHERE client_id IS NOT NULL` // what is of no client is seen without one
			}
			if err := pool.QueryRow(t.Context(), query).Scan(&n); err != nil || n != 0 {
				t.Errorf("use %d: %s: %d rows, %v", round, table, n, err)
			}
		}
	}
	if pool.Stat().NewConnsCount() != 1 {
		t.Error("the connection was not used again")
	}
}
