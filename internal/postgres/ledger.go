package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// ReusedKeyError says that the key of a journal is in use for another one: silence would let the sender believe that it was posted.
type ReusedKeyError struct {
	Book ledger.Book
	Key  string
}

func (e *ReusedKeyError) Error() string {
	return fmt.Sprintf("journal %s %s was posted before with other lines, or another day; use another key for something new", e.Book, e.Key)
}

// ReversedError says that a journal was taken back already, under another key.
type ReversedError struct{ Key string }

func (e *ReversedError) Error() string { return "journal " + e.Key + " was taken back already" }

// PayableError says that a client would be to be paid less than nothing.
type PayableError struct{ Client string }

func (e *PayableError) Error() string {
	return fmt.Sprintf("client %s is not to be paid that much; right would be at most what is payable to it", e.Client)
}

// Post posts journals, all or none, in one transaction: whatever clients they are of. A journal that is posted already is not posted again; its key for
// another one is a *ReusedKeyError, a second reversal a *ReversedError, and more out of a client's payable than there is a *PayableError. A crash before
// the commit leaves nothing; whoever does not hear the answer posts again. It gives how many are new.
func (s *Store) Post(ctx context.Context, by Actor, journals ...ledger.Journal) (posted int, err error) {
	byClient := map[string][]ledger.Journal{}
	for _, j := range journals {
		client := j.Draft().Client
		byClient[client] = append(byClient[client], j)
	}
	clients := make([]string, 0, len(byClient))
	for client := range byClient {
		clients = append(clients, client)
	}
	slices.Sort(clients) // whoever takes from the payables of several clients does so in one order
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		for _, client := range clients {
			if err := setTenant(ctx, tx, client); err != nil {
				return err
			}
			n, err := post(ctx, tx, by, byClient[client]...)
			if err != nil {
				return err
			}
			posted += n
		}
		return nil
	})
	if err != nil {
		posted = 0
	}
	return posted, asPayable(err)
}

// asPayable names what the database refused at the commit.
func asPayable(err error) error {
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.ConstraintName == "payable_stays" {
		var client string
		if _, scan := fmt.Sscanf(refused.Message, "client %s is", &client); scan == nil {
			return &PayableError{client}
		}
	}
	return err
}

// columns are journals as the database takes them: one array for each column.
type columns struct {
	clients, books, keys, kinds, reverses []string
	hashes                                [][]byte
	days                                  []string
	of, lines                             []int // of each line, its journal and its number there
	accounts, claims                      []string
	cents                                 []int64
}

func columnsOf(journals []ledger.Journal) (c columns) {
	for i, j := range journals {
		d, hash := j.Draft(), j.Hash()
		c.clients, c.books, c.keys = append(c.clients, d.Client), append(c.books, string(d.Book)), append(c.keys, d.Key)
		c.kinds, c.reverses, c.days = append(c.kinds, string(d.Kind)), append(c.reverses, d.Reverses), append(c.days, d.On.String())
		c.hashes = append(c.hashes, hash[:])
		for line, l := range d.Lines {
			c.of, c.lines = append(c.of, i+1), append(c.lines, line+1)
			c.accounts, c.claims, c.cents = append(c.accounts, string(l.Account)), append(c.claims, l.Claim), append(c.cents, l.Cents.Cents())
		}
	}
	return c
}

// One round trip: the journals that are new, with their lines. A key that is posted makes no new journal, and its lines find none.
const insertJournals = `
	WITH told AS (SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[]) WITH ORDINALITY AS t (client, book, key, kind, reverses, day, hash, nr)),
	made AS (
		INSERT INTO journal (client_id, book, key, hash, kind, effective_on, at, reverses)
		SELECT NULLIF(client, '')::uuid, book, key, hash, kind, day::date, $8,
			CASE WHEN reverses <> '' THEN COALESCE((SELECT j.id FROM journal j WHERE j.key = told.reverses AND j.book = told.book), 0) END FROM told ORDER BY nr
		ON CONFLICT (key, book) DO NOTHING RETURNING id, book, key, client_id),
	lines AS (
		INSERT INTO entry (journal_id, line, client_id, claim_id, account, cents)
		SELECT made.id, l.line, made.client_id, NULLIF(l.claim, '')::uuid, l.account, l.cents
		FROM unnest($9::int[], $10::int[], $11::text[], $12::text[], $13::bigint[]) AS l (nr, line, account, claim, cents) JOIN told ON told.nr = l.nr JOIN made ON made.key = told.key AND made.book = told.book)
	SELECT told.nr FROM told JOIN made ON made.key = told.key AND made.book = told.book`

// few journals are posted in less time than it takes to plan how: they have one plan, which the connection keeps.
const few = 10

// post posts journals of one client, or of none, in a transaction that sees that client; see Post.
func post(ctx context.Context, tx pgx.Tx, by Actor, journals ...ledger.Journal) (posted int, err error) {
	if journals, err = distinct(journals); err != nil || len(journals) == 0 {
		return 0, err
	}
	c := columnsOf(journals)
	var batch pgx.Batch
	if len(journals) <= few {
		batch.Queue(`SET LOCAL plan_cache_mode = force_generic_plan`)
	}
	var made []int
	batch.Queue(insertJournals, c.clients, c.books, c.keys, c.kinds, c.reverses, c.days, c.hashes, by.At, c.of, c.lines, c.accounts, c.claims, c.cents).Query(func(rows pgx.Rows) (err error) {
		made, err = pgx.CollectRows(rows, pgx.RowTo[int])
		return err
	})
	if len(journals) <= few {
		batch.Queue(`SET LOCAL plan_cache_mode TO DEFAULT`)
	}
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return 0, refusedJournal(err, journals)
	}
	if len(made) == len(journals) {
		return len(made), nil
	}
	return len(made), knownAlike(ctx, tx, journals, made)
}

// refusedJournal names what the database refused of journals.
func refusedJournal(err error, journals []ledger.Journal) error {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		for _, j := range journals {
			d := j.Draft()
			switch {
			case d.Reverses != "" && refused.ConstraintName == "journal_reverses_key":
				return &ReversedError{d.Reverses}
			case d.Reverses != "" && refused.ConstraintName == "journal_reverses_fkey":
				return fmt.Errorf("journal %s %s, which is to be taken back: %w", d.Book, d.Reverses, ErrNotFound)
			}
		}
	}
	return fmt.Errorf("post journals: %w", err)
}

// distinct leaves out a journal that is told twice at once.
func distinct(journals []ledger.Journal) (list []ledger.Journal, err error) {
	type name struct {
		book ledger.Book
		key  string
	}
	seen := map[name]ledger.Journal{}
	for _, j := range journals {
		d := j.Draft()
		before, twice := seen[name{d.Book, d.Key}]
		switch {
		case !twice:
			seen[name{d.Book, d.Key}] = j
			list = append(list, j)
		case before.Hash() != j.Hash():
			return nil, &ReusedKeyError{d.Book, d.Key}
		}
	}
	return list, nil
}

// knownAlike insists that the journals that were not made, counted from 1, are posted already as they are.
func knownAlike(ctx context.Context, tx pgx.Tx, journals []ledger.Journal, made []int) error {
	for i, j := range journals {
		if slices.Contains(made, i+1) {
			continue
		}
		d, hash := j.Draft(), j.Hash()
		var same bool
		err := tx.QueryRow(ctx, `SELECT hash = $3 FROM journal WHERE key = $1 AND book = $2`, d.Key, d.Book, hash[:]).Scan(&same)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && !same { // another client's, or another
			return &ReusedKeyError{d.Book, d.Key}
		}
		if err != nil {
			return fmt.Errorf("read journal %s: %w", d.Key, err)
		}
	}
	return nil
}

// payable is what a client is to be paid by the books. With lock nobody else takes from it until the transaction ends.
func payable(ctx context.Context, tx pgx.Tx, clientID string, lock bool) (amount money.Amount, err error) {
	if lock {
		if _, err := tx.Exec(ctx, `SELECT lock_payable($1)`, clientID); err != nil {
			return 0, fmt.Errorf("lock what client %s is to be paid: %w", clientID, err)
		}
	}
	err = tx.QueryRow(ctx, `SELECT COALESCE(-sum(cents), 0)::bigint FROM entry WHERE account = 'S200' AND client_id = $1`, clientID).Scan(&amount)
	if err != nil {
		return 0, fmt.Errorf("read what client %s is to be paid: %w", clientID, err)
	}
	return amount, nil
}
