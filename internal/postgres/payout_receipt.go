package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
)

// What a bank brings back of a payout can look like a payment: it comes from an account, in some words. Then it is a receipt of nobody, and a person who asked the bank says what it is. The receipt is taken back, and the money came back of a payout, in the
// entry that told it, as the payments of a sum are told apart (statement_apart.go): the entry comes to what the bank said, and nothing that was booked is changed.

// saying does in one transaction what a person says of an entry, also of one that is a receipt of nobody: e.Key names the line then that came back in its place. One that is somebody's, or goes back, is a *ConflictError.
func (s *Store) saying(ctx context.Context, e *PayoutEntry, by Actor, do func(tx pgx.Tx) error) error {
	line := e.Key
	receipt, err := s.receiptSaid(ctx, e)
	switch {
	case err != nil:
		return err
	case receipt == "":
		return s.tenant(ctx, "", func(tx pgx.Tx) error {
			if err := lockTyped(ctx, tx); err != nil { // persons, reports and statements that say something of payouts wait for each other, so that nobody waits in a circle
				return err
			}
			if !e.Credit {
				return do(tx)
			}
			if err := say(ctx, tx, "line:"+line, asBack, e.Key); err != nil { // it waited, since it could be a receipt that a person typed
				return fmt.Errorf("note that entry %s came back: %w", line, err)
			}
			return do(tx)
		})
	}
	return s.leaveAfter(ctx, func(tx pgx.Tx) error { return e.lockSaid(ctx, tx) }, receipt, goneReturned, "it came back of a payout", by, func(tx pgx.Tx, r Receipt, was string) (err error) {
		if was == "" {
			e.Key, err = bookAsBack(ctx, tx, line, r, by)
		} else if e.Key, err = backInPlaceOf(ctx, tx, line); err == nil && e.Key == "" {
			err = notWaiting(ctx, tx, receipt)
		}
		if err != nil {
			return err
		}
		err = do(tx)
		if first := (*oneSaidError)(nil); was == "" && errors.As(err, &first) { // the line that came back is undone with the rest: the word is of the one that made the receipt
			first.entry = line
		}
		return err
	})
}

// receiptSaid is the receipt that the entry made by itself; empty: it made none, or a person said before that it came back, and e.Key is the line that did.
func (s *Store) receiptSaid(ctx context.Context, e *PayoutEntry) (receipt string, err error) {
	if !e.Credit {
		return "", nil
	}
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `SELECT COALESCE(max(receipt), '') FROM statement_entry WHERE key = $1 AND kind = 'receipt'`, e.Key).Scan(&receipt); err != nil {
			return fmt.Errorf("read the receipt of entry %s: %w", e.Key, err)
		}
		back, err := backInPlaceOf(ctx, tx, e.Key)
		if back != "" {
			e.Key, receipt = back, ""
		}
		return err
	})
	return receipt, err
}

// backInPlaceOf is the line of what came back in the place of the receipt that a line made; empty: there is none.
func backInPlaceOf(ctx context.Context, tx pgx.Tx, line string) (key string, err error) {
	err = tx.QueryRow(ctx, `SELECT b.key FROM statement_entry e JOIN statement_entry r ON r.statement = e.statement AND r.entry = e.entry AND r.kind = 'return' AND r.receipt = e.receipt
		JOIN statement_entry b ON b.statement = r.statement AND b.entry = r.entry AND b.part = r.part + 1 AND b.kind = 'payout-returned' WHERE e.key = $1 AND e.kind = 'receipt'`, line).Scan(&key)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read what came back by entry %s: %w", line, err)
	}
	return key, nil
}

// lockSaid locks all payouts that the word can touch, in one order, before any claim, as who sends a payout does.
func (e *PayoutEntry) lockSaid(ctx context.Context, tx pgx.Tx) error {
	if err := lockTyped(ctx, tx); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `SELECT p.id FROM payout p WHERE p.id = split_part($2, '/', 1) OR p.id IN (SELECT payout_debited(d) FROM unnest($1::text[]) d) OR p.id IN (SELECT payout_of(l) FROM unnest($3::text[]) l)`, append(e.Further[:len(e.Further):len(e.Further)], e.Debit), e.BatchID, append(e.Lines[:len(e.Lines):len(e.Lines)], e.EndToEndID))
	if err != nil {
		return fmt.Errorf("look for the payouts of entry %s: %w", e.Key, err)
	}
	said, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("look for the payouts of entry %s: %w", e.Key, err)
	}
	waiting, err := backWaiting(ctx, tx)
	if err != nil {
		return err
	}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(append(said, waiting...)))) {
		if _, err := lockedPayout(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// asBack makes a line that made no receipt what came back, of the payment, batch or payout that its words name, if any (as payouts_back in the schema).
const asBack = `UPDATE statement_entry e SET kind = 'payout-returned', payout_why = '', returned_line = n.line, returned_name = CASE WHEN n.line IS NULL THEN n.name END
	FROM (SELECT (SELECT w.id WHERE payout_of(w.id) IS NOT NULL) AS line, (SELECT w.file FROM payout p WHERE p.id = split_part(w.file, '/', 1)) AS name
		FROM (SELECT substring(x.words FROM 'PO-[0-9]{8}(?:-[A-Z0-9]{1,10})?(?:[.][0-9]+)?-[0-9]+') AS id, substring(x.words FROM 'PO-[0-9]{8}(?:-[A-Z0-9]{1,10})?(?:[.][0-9]+)?(?:/[a-z]+)?') AS file
			FROM (SELECT structured || ' ' || remittance AS words FROM statement_entry WHERE key = $1) x) w) n
	WHERE e.key = $1 AND e.kind = 'receipt' AND e.receipt IS NULL`

// bookAsBack takes the receipt back that a line made, and enters in its place what came back, which waits for who says of what. It gives the key of that line. The receipt and what is typed are locked.
func bookAsBack(ctx context.Context, tx pgx.Tx, line string, r Receipt, by Actor) (key string, err error) {
	back := lineRow{Kind: bank.LineReturn, Direction: string(bank.Debit), Amount: r.Amount.Cents()}
	err = tx.QueryRow(ctx, `SELECT e.statement, e.entry, e.base, e.by_reference, COALESCE(e.reference, ''), e.booked_on, e.value_on, 1 + (SELECT max(p.part) FROM statement_entry p WHERE p.statement = e.statement AND p.entry = e.entry)
		FROM statement_entry e WHERE e.key = $1 AND e.receipt = $2`, line, r.Key).Scan(&back.Statement, &back.Entry, &back.Base, &back.ByReference, &back.Reference, &back.BookedOn, &back.ValueOn, &back.Part)
	if err != nil {
		return "", fmt.Errorf("read the line of receipt %s: %w", r.Key, err)
	}
	if err := enterLines(ctx, tx, []lineRow{back}); err != nil {
		return "", err
	}
	stem := strings.TrimRight(line, "0123456789")
	taken, key := fmt.Sprint(stem, back.Part), fmt.Sprint(stem, back.Part+1)
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`UPDATE statement_entry SET key = $4 WHERE statement = $1 AND entry = $2 AND part = $3`, []any{back.Statement, back.Entry, back.Part, taken}},
		{`UPDATE statement_entry SET receipt = $2, tied_by = $3, tied_reason = 'it came back of a payout', tied_at = $4 WHERE key = $1`, []any{taken, r.Key, by.Name, by.At}},
		{`INSERT INTO statement_entry (statement, entry, part, base, by_reference, reference, key, kind, direction, amount, instructed, derived, booked_on, value_on, name, iban, on_behalf_of, end_to_end, tx_id, mandate, batch, structured, remittance, reason, code, info)
			SELECT statement, entry, $2, base, by_reference, reference, $3, kind, direction, amount, instructed, derived, booked_on, value_on, name, iban, on_behalf_of, end_to_end, tx_id, mandate, batch, structured, remittance, reason, code, info FROM statement_entry WHERE key = $1`,
			[]any{line, back.Part + 1, key}},
		{asBack, []any{key}},
		{`INSERT INTO return_charge (entry, original, amount, turn, approver, reason, at) SELECT $2, original, amount, turn, approver, reason, at FROM return_charge WHERE entry = $1 AND word_counts(approver, removals)`, []any{line, key}}, // what persons say of the charge is of what came back
	} {
		if err := say(ctx, tx, "line:"+line, step.sql, step.args...); err != nil {
			return "", fmt.Errorf("book entry %s as what came back: %w", line, err)
		}
	}
	return key, takeWaitingBack(ctx, tx, r, "", back.ValueOn, by)
}
