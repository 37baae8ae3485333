package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/money"
)

// What a statement books as one sum, and of which the bank tells the payments afterwards, is undone in the entry that told it: a line of money out takes the sum's receipt back, and a line for each payment makes a receipt that finds its
// claim. The entry comes to what the bank said, on every day, and nothing that was booked is changed.

// Sum is a receipt that a statement told as one and that is several payments.
type Sum struct {
	Receipt  string         `json:"receipt"`
	Payments []money.Amount `json:"payments"`
	Apart    bool           `json:"apart,omitempty"` // its payments are receipts of their own
	Waits    bool           `json:"waits,omitempty"` // it does, as one: it is not certain that these are its payments
}

const (
	// waitsWhole is whether receipt r waits, and is of a line e that is all of its entry.
	waitsWhole = `r.claim_id IS NULL AND NOT r.divided AND r.gone IS NULL AND ` + allOfEntry
	allOfEntry = `NOT EXISTS (SELECT FROM statement_entry p WHERE p.statement = e.statement AND p.entry = e.entry AND p.part <> e.part)`
)

// sumsTold are the receipts of an account that wait, each with the batch of which it is the sum. When two batches or two entries can be meant, nothing is certain.
const sumsTold = `
	SELECT r.key, min(b.base) FROM receipt r JOIN statement_entry e ON e.receipt = r.key AND e.kind = 'receipt' JOIN statement s ON s.key = e.statement
		JOIN statement_batch b ON b.account = s.account AND b.amount = e.amount AND (e.by_reference AND b.base = e.base OR e.batch <> '' AND b.batch = e.batch)
	WHERE s.account = $1 AND ` + waitsWhole + ` AND NOT EXISTS (SELECT FROM statement_entry o JOIN statement os ON os.key = o.statement AND os.account = s.account
		WHERE o.key IS NOT NULL AND (o.statement, o.entry) <> (e.statement, e.entry) AND (o.amount = b.amount OR o.part > 1) AND (b.by_reference AND o.base = b.base OR b.batch <> '' AND o.batch = b.batch))
	GROUP BY r.key HAVING count(*) = 1 ORDER BY r.key`

// tellApart makes receipts of the payments of all sums of an account that wait, each in one transaction: a crash between two does the rest the next time. What somebody allocated, sends back or kept meanwhile stays one.
func (s *Store) tellApart(ctx context.Context, account string, by Actor) error {
	rows, err := s.pool.Query(ctx, sumsTold, account)
	if err != nil {
		return fmt.Errorf("list the sums of account %s that were told apart: %w", account, err)
	}
	var receipt, batch string
	sums := map[string]string{}
	if _, err := pgx.ForEachRow(rows, []any{&receipt, &batch}, func() error { sums[receipt] = batch; return nil }); err != nil {
		return fmt.Errorf("list the sums of account %s that were told apart: %w", account, err)
	}
	for receipt, batch := range sums {
		locked := func(tx pgx.Tx) error {
			if err := lockAccount(ctx, tx, account); err != nil {
				return err
			}
			return lockTyped(ctx, tx)
		}
		err := s.leaveAfter(ctx, locked, receipt, goneReturned, "its payments are receipts of their own", by, func(tx pgx.Tx, r Receipt, was string) error {
			if was != "" {
				return notWaiting(ctx, tx, receipt)
			}
			return bookApart(ctx, tx, r, batch, by)
		})
		var moved *ConflictError
		if err != nil && !errors.As(err, &moved) {
			return fmt.Errorf("tell the payments of receipt %s apart: %w", receipt, err)
		}
	}
	return nil
}

// bookApart takes a receipt back that is the sum of a batch, and books the payments. The receipt, the account and what is typed are locked.
func bookApart(ctx context.Context, tx pgx.Tx, r Receipt, batch string, by Actor) error {
	var key string
	var payments []byte
	var file string
	whole := lineRow{}
	err := tx.QueryRow(ctx, `SELECT e.key, e.statement, e.entry, e.base, e.by_reference, COALESCE(e.reference, ''), e.booked_on, e.value_on, b.payments, b.file FROM statement_entry e, statement_batch b
		WHERE e.kind = 'receipt' AND e.receipt = $1 AND b.base = $2 AND `+allOfEntry, r.Key, batch).Scan(&key, &whole.Statement, &whole.Entry, &whole.Base, &whole.ByReference, &whole.Reference, &whole.BookedOn, &whole.ValueOn, &payments, &file)
	if errors.Is(err, pgx.ErrNoRows) {
		return &ConflictError{"receipt " + r.Key + " is told apart already"}
	}
	if err != nil {
		return fmt.Errorf("read the line of receipt %s: %w", r.Key, err)
	}
	back := whole
	back.Part, back.Kind, back.Direction, back.Amount = 2, "return", "debit", r.Amount.Cents()
	lines := []lineRow{back}
	rows, err := whole.parts(payments, 3)
	if err != nil {
		return fmt.Errorf("read the payments of batch %s: %w", batch, err)
	}
	if err := enterLines(ctx, tx, append(lines, rows...)); err != nil {
		return err
	}
	stem := strings.TrimSuffix(key, "1")
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`UPDATE statement_entry SET key = $3 || part WHERE statement = $1 AND entry = $2 AND part > 1`, []any{whole.Statement, whole.Entry, stem}},
		{`UPDATE statement_entry SET receipt = $3, tied_by = $4, tied_reason = $5, tied_at = $6 WHERE statement = $1 AND entry = $2 AND part = 2`,
			[]any{whole.Statement, whole.Entry, r.Key, by.Name, "the bank told the payments that it is the sum of: " + file, by.At}},
		{tieSurely, []any{whole.Statement}}, {waitTyped, []any{whole.Statement}}, {makeReceipts, []any{whole.Statement}}, {keepMade, []any{whole.Statement, nil, nil, nil}},
		{`INSERT INTO outbox (statement, message, key, detail) VALUES ($1, $2, $3, jsonb_build_object('booked_at', $4::text))`, []any{whole.Statement, MessageStatement, stem + "2", by.At.Format(time.RFC3339Nano)}},
	} {
		if _, err := tx.Exec(ctx, step.sql, step.args...); err != nil {
			return fmt.Errorf("book the payments of receipt %s: %w", r.Key, err)
		}
	}
	if err := bookArrived(ctx, tx, whole.Statement, by); err != nil {
		return err
	}
	return takeWaitingBack(ctx, tx, r, "", whole.ValueOn, by)
}

// parts are the payments of a batch as lines of the entry of the sum, numbered from first.
func (l lineRow) parts(payments []byte, first int) (rows []lineRow, err error) {
	err = json.Unmarshal(payments, &rows)
	for i := range rows {
		r := &rows[i]
		r.Statement, r.Entry, r.Part, r.Base, r.ByReference, r.Reference, r.BookedOn, r.ValueOn = l.Statement, l.Entry, first+i, l.Base, l.ByReference, l.Reference, l.BookedOn, l.ValueOn
	}
	return rows, err
}

// sumsBecame notes of sums whether they were told apart, or wait.
func (s *Store) sumsBecame(ctx context.Context, sums []Sum) error {
	for i := range sums {
		err := s.pool.QueryRow(ctx, `SELECT NOT `+allOfEntry+`, EXISTS (SELECT FROM receipt r WHERE r.key = e.receipt AND `+waitsWhole+`) FROM statement_entry e WHERE e.kind = 'receipt' AND e.receipt = $1`, sums[i].Receipt).
			Scan(&sums[i].Apart, &sums[i].Waits)
		if err != nil {
			return fmt.Errorf("read what receipt %s became: %w", sums[i].Receipt, err)
		}
	}
	return nil
}
