package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
)

func received(key, amount string) []ledger.Journal {
	return ledger.ReceiptOf(ledger.About{Key: key, On: today}, eur(amount))
}

// toClient is a journal by which a client is to be paid: received, and for nobody else.
func toClient(client, key, amount string) []ledger.Journal {
	about := ledger.About{Key: key, On: today, Client: client}
	return append(ledger.PayoutReturnedOf(about, eur(amount)), received("for "+key, "1.00")...)
}

func (w *world) post(journals ...ledger.Journal) int {
	w.Helper()
	n, err := w.Post(w.Context(), at(today), journals...)
	ok(w, err)
	return n
}

func TestAJournalIsPostedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	both := slices.Concat(received("r1", "10.00"), received("r2", "20.00"))
	if n := w.post(both...); n != 2 {
		t.Errorf("%d posted", n)
	}
	before := w.counts()
	if n := w.post(append(received("r1", "10.00"), both...)...); n != 0 || w.counts() != before {
		t.Errorf("told again: %d posted, %s", n, w.counts())
	}
	for name, again := range map[string][]ledger.Journal{
		"another amount":        slices.Concat(received("r3", "1.00"), received("r1", "10.01")),
		"another day":           ledger.ReceiptOf(ledger.About{Key: "r1", On: today.AddDays(1)}, eur("10.00")),
		"two at once":           slices.Concat(received("r4", "1.00"), received("r4", "2.00")),
		"the key of a client's": ledger.PayoutReturnedOf(ledger.About{Key: "r1", On: today, Client: w.client}, eur("10.00")),
	} {
		var reused *postgres.ReusedKeyError
		if _, err := w.Post(t.Context(), at(today), again...); !errors.As(err, &reused) || w.counts() != before {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAKeyOfAnotherClientIsNotTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.newClient("B")
	w.post(toClient(w.client, "p", "10.00")...)
	var reused *postgres.ReusedKeyError
	if _, err := w.Post(t.Context(), at(today), toClient(other, "p", "10.00")...); !errors.As(err, &reused) {
		t.Error(err)
	}
}

func TestAJournalIsTakenBackOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	j := received("r1", "10.00")[0]
	w.post(j)
	back := func(key string) ledger.Journal {
		b, err := j.Reversal(key, today)
		ok(t, err)
		return b
	}
	w.post(back("back"))
	if n := w.post(back("back")); n != 0 {
		t.Errorf("told again: %d posted", n)
	}
	var reversed *postgres.ReversedError
	if _, err := w.Post(t.Context(), at(today), back("again")); !errors.As(err, &reversed) {
		t.Error(err)
	}
	nothing, err := received("r2", "1.00")[0].Reversal("back2", today)
	ok(t, err)
	if _, err := w.Post(t.Context(), at(today), nothing); !errors.Is(err, postgres.ErrNotFound) {
		t.Error(err)
	}
}

func TestAClientIsNeverToBePaidLessThanNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.newClient("B")
	w.post(slices.Concat(toClient(w.client, "a", "10.00"), toClient(other, "b", "5.00"))...)
	payout := func(client, key, amount string) []ledger.Journal {
		return ledger.PayoutOf(ledger.About{Key: key, On: today, Client: client}, eur(amount))
	}
	before := w.counts()
	var short *postgres.PayableError
	if _, err := w.Post(t.Context(), at(today), payout(w.client, "p1", "10.01")...); !errors.As(err, &short) || short.Client != w.client || w.counts() != before {
		t.Error(err)
	}
	if _, err := w.Post(t.Context(), at(today), slices.Concat(payout(other, "p2", "5.00"), payout(w.client, "p1", "10.01"))...); !errors.As(err, &short) || w.counts() != before {
		t.Errorf("one of a batch: %v", err)
	}
	w.post(slices.Concat(payout(other, "p2", "5.00"), payout(w.client, "p1", "10.00"))...)
}

var errRight = errors.New("nothing is wrong")

// What the program would never write the database refuses too.
func TestTheDatabaseGuardsTheBooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.newClient("B")
	w.post(received("r1", "10.00")...)
	const journal = `INSERT INTO journal (client_id, book, key, hash, kind, effective_on, at) VALUES (%s, 'S', 'x', sha256('x'), 'received', '2026-11-03', now());`
	line := func(n int, client, account string, cents int) string {
		return fmt.Sprintf(`INSERT INTO entry (journal_id, line, client_id, account, cents) SELECT id, %d, %s, '%s', %d FROM journal WHERE key = 'x';`, n, client, account, cents)
	}
	head, mine := fmt.Sprintf(journal, "NULL"), fmt.Sprintf("'%s'", w.client)
	for name, c := range map[string]struct{ sql, want string }{
		"no lines":                   {head, "fewer than two lines"},
		"one line":                   {head + line(1, "NULL", "S100", 5), "fewer than two lines"},
		"a cent too much":            {head + line(1, "NULL", "S100", 5) + line(2, "NULL", "S230", -4), "does not add up"},
		"two books that add up":      {head + line(1, "NULL", "S100", 5) + line(2, "NULL", "A100", -5), "account of another book"},
		"no such account":            {head + line(1, "NULL", "S999", 5) + line(2, "NULL", "S230", -5), "no account S999"},
		"a line of a client":         {fmt.Sprintf(journal, mine) + line(1, "NULL", "S100", 5) + line(2, mine, "S230", -5), "row-level security"},
		"a line of nothing":          {head + line(1, "NULL", "S100", 0), "entry_cents_check"},
		"lines added later":          {`INSERT INTO entry (journal_id, line, account, cents) SELECT id, 3, 'S100', 5 FROM journal WHERE key = 'r1'`, "append-only"},
		"added after the check":      {head + line(1, "NULL", "S100", 5) + line(2, "NULL", "S230", -5) + `SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;` + line(3, "NULL", "S100", 5), "does not add up"},
		"a number is left out":       {head + line(1, "NULL", "S100", 5) + line(3, "NULL", "S230", -5), "not numbered from one on"},
		"the first is left out":      {head + line(2, "NULL", "S100", 5) + line(3, "NULL", "S230", -5), "not numbered from one on"},
		"the last number first":      {head + line(2, "NULL", "S100", 5) + line(1, "NULL", "S230", -4), "does not add up"},
		"a reversal that is another": {`INSERT INTO journal (book, key, hash, kind, effective_on, at, reverses) SELECT 'S', 'x', sha256('x'), 'received', '2026-11-03', now(), id FROM journal WHERE key = 'r1';` + line(1, "NULL", "S100", -5) + line(2, "NULL", "S230", 5), "does not take back"},
		"added to what is taken back": {head + line(1, "NULL", "S100", 5) + line(2, "NULL", "S230", -5) + `INSERT INTO journal (book, key, hash, kind, effective_on, at, reverses) SELECT 'S', 'y', sha256('y'), 'received', '2026-11-03', now(), id FROM journal WHERE key = 'x';
			INSERT INTO entry (journal_id, line, account, cents) SELECT id, n, account, cents FROM journal, (VALUES (1, 'S100', -5), (2, 'S230', 5)) l (n, account, cents) WHERE key = 'y'; SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;` +
			line(3, "NULL", "S100", 700) + line(4, "NULL", "S230", -700), "does not take back"},
		"more than the client has":    {fmt.Sprintf(journal, mine) + line(1, mine, "S200", 5) + line(2, mine, "S240", -5), "less than nothing"},
		"the transaction is made up":  {`INSERT INTO journal (book, key, hash, kind, effective_on, at, txid) VALUES ('S', 'x', sha256('x'), 'received', '2026-11-03', now(), '1')`, "permission denied"},
		"another client's":            {fmt.Sprintf(journal, "'"+other+"'"), "row-level security"},
		"all of it is right: nothing": {head + line(1, "NULL", "S100", 5) + line(2, "NULL", "S230", -5), ""},
	} {
		err := pgx.BeginFunc(t.Context(), w.db.App, func(tx pgx.Tx) error {
			if strings.Contains(c.sql, w.client) || name == "another client's" {
				if _, err := tx.Exec(t.Context(), `SELECT set_config('app.client_id', $1, true)`, w.client); err != nil {
					return err
				}
			}
			_, err := tx.Conn().PgConn().Exec(t.Context(), c.sql+"; SET CONSTRAINTS ALL IMMEDIATE").ReadAll()
			if err == nil {
				err = errRight // nothing of it stays
			}
			return err
		})
		if errors.Is(err, errRight) {
			err = nil
		}
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheChartOfTheSchemaIsThatOfTheDomain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rows, err := w.super.Query(t.Context(), `SELECT code, name, balance FROM account ORDER BY code`)
	ok(t, err)
	got, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ledger.ChartEntry])
	ok(t, err)
	want := ledger.Chart()
	slices.SortFunc(want, func(a, b ledger.ChartEntry) int { return strings.Compare(string(a.Account), string(b.Account)) })
	if !slices.Equal(got, want) {
		t.Errorf("the schema has %v", got)
	}
}
