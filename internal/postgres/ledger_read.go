package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// readJournal reads one journal that the transaction's client, or none, has. ErrNotFound when there is none.
func readJournal(ctx context.Context, tx pgx.Tx, book ledger.Book, key string) (ledger.Journal, error) {
	list, err := readJournals(ctx, tx, `j.book = $1 AND j.key = $2`, book, key)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("journal %s %s: %w", book, key, ErrNotFound)
	}
	if err != nil {
		return ledger.Journal{}, err
	}
	return list[0].Journal()
}

// readJournals reads journals that a condition holds for, in the order in which they were booked.
func readJournals(ctx context.Context, tx pgx.Tx, condition string, args ...any) (list []Posted, err error) {
	rows, err := tx.Query(ctx, `SELECT j.id, j.book, j.kind, j.key, j.effective_on, j.at, COALESCE(j.client_id::text, ''), COALESCE((SELECT r.key FROM journal r WHERE r.id = j.reverses), ''),
		e.account, e.cents, COALESCE(e.claim_id::text, '') FROM journal j JOIN entry e ON e.journal_id = j.id WHERE `+condition+` ORDER BY j.id, e.line`, args...)
	if err != nil {
		return nil, fmt.Errorf("read journals: %w", err)
	}
	var last int64
	for rows.Next() {
		var p Posted
		var l ledger.Line
		if err := rows.Scan(&p.ID, &p.Book, &p.Kind, &p.Key, &p.On, &p.At, &p.Client, &p.Reverses, &l.Account, &l.Cents, &l.Claim); err != nil {
			return nil, fmt.Errorf("read journals: %w", err)
		}
		if len(list) == 0 || p.ID != last {
			list, last = append(list, p), p.ID
		}
		x := &list[len(list)-1]
		x.Lines = append(x.Lines, l)
	}
	return list, rows.Err()
}

// JournalFilter says which journals are asked; what is left zero does not matter. Days are inclusive, and value dates.
type JournalFilter struct {
	Book          ledger.Book
	Claim, Client string // ids
	From, To      calendar.Date
}

// Journals gives the journals that a filter asks, of all clients, in the order in which they were booked.
func (s *Store) Journals(ctx context.Context, f JournalFilter) ([]Posted, error) {
	const condition = `($1 = '' OR j.book = $1) AND ($2 = '' OR EXISTS (SELECT FROM entry x WHERE x.journal_id = j.id AND x.claim_id = NULLIF($2, '')::uuid))
		AND ($3::date IS NULL OR j.effective_on >= $3) AND ($4::date IS NULL OR j.effective_on <= $4)`
	var all []Posted
	err := s.eachTenant(ctx, f.Client, func(tx pgx.Tx, _ string) error {
		list, err := readJournals(ctx, tx, condition, string(f.Book), f.Claim, dayOrNull(f.From), dayOrNull(f.To))
		all = append(all, list...)
		return err
	})
	slices.SortFunc(all, func(a, b Posted) int { return cmp.Compare(a.ID, b.ID) })
	return all, err
}

func dayOrNull(d calendar.Date) *calendar.Date {
	if d.IsZero() {
		return nil
	}
	return &d
}

// eachTenant runs work for what is of no client, and then for every client, or only for one that is named: all of it as it was at one moment.
func (s *Store) eachTenant(ctx context.Context, only string, work func(tx pgx.Tx, client string) error) error {
	return s.moment(ctx, only, func(tx pgx.Tx) error {
		if err := work(tx, only); err != nil || only != "" {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT id::text FROM client_ids()`)
		if err != nil {
			return fmt.Errorf("list clients: %w", err)
		}
		clients, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return fmt.Errorf("list clients: %w", err)
		}
		for _, client := range clients {
			if err := setTenant(ctx, tx, client); err != nil {
				return err
			}
			if err := work(tx, client); err != nil {
				return err
			}
		}
		return nil
	})
}

// Balance is what an account was debited and credited, and what is left: debit is more than nothing.
type Balance struct {
	Account ledger.Account `json:"account"`
	Name    string         `json:"name"`
	Debit   money.Amount   `json:"debit"`
	Credit  money.Amount   `json:"credit"`
	Balance money.Amount   `json:"balance"`
}

// TrialBalance gives the balance of every account, in the order of the chart, of all that counts from a day or before; a zero day is all.
func (s *Store) TrialBalance(ctx context.Context, on calendar.Date) (list []Balance, err error) {
	err = s.moment(ctx, "", func(tx pgx.Tx) error {
		list, err = trialBalance(ctx, tx, on)
		return err
	})
	return list, err
}

func trialBalance(ctx context.Context, tx pgx.Tx, on calendar.Date) ([]Balance, error) {
	rows, err := tx.Query(ctx, `SELECT account, debit, credit FROM ledger_balances($1)`, dayOrNull(on))
	if err != nil {
		return nil, fmt.Errorf("read balances: %w", err)
	}
	found := map[ledger.Account]Balance{}
	var b Balance
	if _, err := pgx.ForEachRow(rows, []any{&b.Account, &b.Debit, &b.Credit}, func() error { found[b.Account] = b; return nil }); err != nil {
		return nil, fmt.Errorf("read balances: %w", err)
	}
	var list []Balance
	for _, e := range ledger.Chart() {
		b := found[e.Account]
		b.Account, b.Name, b.Balance = e.Account, e.Name, b.Debit-b.Credit
		list = append(list, b)
	}
	return list, nil
}
