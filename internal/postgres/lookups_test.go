package postgres_test

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
)

// askedForAClient are the lookups in what is the agency's alone that answer in a client's session too, because something of a client's rests on them there. They say yes or no, or count and name nobody.
var askedForAClient = []string{
	"account_is_ours",               // a refund of the client's to the trust account is stuck
	"account_usable", "word_counts", // whether two persons said it of the client's account
	"charge_turns", "return_charges", "loss_approvals", "own_undone_by", "payout_refusals", // how many persons said it: triggers on the client's rows count them
	"payout_approvals", "payout_losses",
	"payout_clients", "payout_of", "payout_totals", // which payouts there are, and of whom
	"open_tasks", // how many wait, of all clients
}

// readsTheAgencys gives the functions that run as the owner, that the application may call, and that read a table of which a client's session sees nothing.
const readsTheAgencys = `
	SELECT p.proname, p.oid::regprocedure::text, p.prosrc LIKE '%tenant() IS NULL%' FROM pg_proc p
	WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND p.prorettype <> 'trigger'::regtype AND has_function_privilege('dunning_app', p.oid, 'EXECUTE')
		AND EXISTS (SELECT FROM pg_policy y JOIN pg_class c ON c.oid = y.polrelid
			WHERE y.polname = 'tenant' AND pg_get_expr(y.polqual, y.polrelid) LIKE '%agencys_alone()%' AND p.prosrc ~ ('\m' || c.relname || '\M'))`

// A function that runs as the owner passes by the policies of the tables: what it reads of the agency's alone it guards itself.
func TestLookupsInWhatIsTheAgencysAloneAreGuarded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rows, err := w.super.Query(t.Context(), readsTheAgencys)
	ok(t, err)
	var name, signature string
	var guarded bool
	var open []string
	_, err = pgx.ForEachRow(rows, []any{&name, &signature, &guarded}, func() error {
		if !guarded {
			open = append(open, name)
		}
		if !guarded && !slices.Contains(askedForAClient, name) {
			t.Errorf("%s has no tenant() IS NULL: a client's session can ask it", signature)
		}
		return nil
	})
	ok(t, err)
	for _, name := range askedForAClient {
		if !slices.Contains(open, name) {
			t.Errorf("%s is guarded, or reads nothing of the agency's: it needs no exception", name)
		}
	}
}

// What is left of a bank line, and which lines there are, is told to the agency, and not when a client is set.
func TestBankLinesAreNotToldToAClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.importFile(toldOf(sumByReference))
	key := query[string](w, `SELECT key FROM statement_entry`)
	tx, err := w.db.App.Begin(t.Context())
	ok(t, err)
	defer func() { _ = tx.Rollback(t.Context()) }()
	told := func(client string) (left, lines int, err error) {
		ok(t, second(tx.Exec(t.Context(), `SELECT set_config('app.client_id', $1, true)`, client)))
		ok(t, tx.QueryRow(t.Context(), `SELECT count(*) FROM told_lines(5000, '2026-11-02', '')`).Scan(&lines))
		return left, lines, tx.QueryRow(t.Context(), `SELECT left_of($1)`, key).Scan(&left)
	}
	if left, lines, err := told(""); err != nil || left != 5000 || lines != 1 {
		t.Errorf("the agency: %d left of %d lines, %v", left, lines, err)
	}
	if left, lines, err := told(w.client); code(err) != "42501" || left != 0 || lines != 0 {
		t.Errorf("a client: %d left of %d lines, %v", left, lines, err)
	}
}
