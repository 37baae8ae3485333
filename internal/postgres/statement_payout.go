package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// payoutEntries are the entries of a statement that name a line or a batch of ours, debits first: a payout that comes back on the day of its debit was booked before.
// Payments of a batch that the bank tells without our end-to-end ids are one entry: together they are its debit. What a payer wrote is no such name: money that came
// in is a receipt unless the bank says that it came back, or it is the very payment (payouts_back in the schema).
const payoutEntries = `
	WITH entry AS (SELECT statement, entry, part, key, kind, direction, amount, value_on, reason, batch, receipt, payout, COALESCE(returned_line, end_to_end) AS end_to_end FROM statement_entry),
	named AS (SELECT e.*, payout_of(e.end_to_end) IS NOT NULL AS by_line FROM entry e
		WHERE e.statement = $1 AND e.key IS NOT NULL AND e.receipt IS NULL AND e.payout IS NULL AND e.kind IN ('payout', 'payout-returned', 'unknown')),
	ours AS (SELECT *, CASE WHEN by_line THEN end_to_end ELSE '' END AS line, CASE WHEN by_line THEN '' ELSE batch END AS of_batch FROM named
		WHERE by_line OR EXISTS (SELECT FROM payout p WHERE p.id = split_part(batch, '/', 1)))
	SELECT array_agg(key ORDER BY part), direction = 'credit', line, of_batch, sum(amount)::bigint, min(value_on), max(reason) FROM ours
	GROUP BY entry, direction, line, of_batch ORDER BY direction DESC, entry, line, of_batch`

// bookPayouts books the entries of a statement that are of payouts. One that does not fit its payout stays as it is, with why: what of the statement is right is
// booked all the same. The transaction sees no client.
func bookPayouts(ctx context.Context, tx pgx.Tx, statement string, by Actor) error {
	rows, err := tx.Query(ctx, payoutEntries, statement)
	if err != nil {
		return fmt.Errorf("read the payouts of statement %s: %w", statement, err)
	}
	entries, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e PayoutEntry, err error) {
		err = row.Scan(&e.told, &e.Credit, &e.EndToEndID, &e.BatchID, &e.Amount, &e.On, &e.Reason)
		return e, err
	})
	if err != nil {
		return fmt.Errorf("read the payouts of statement %s: %w", statement, err)
	}
	for _, e := range entries {
		e.Key = e.told[0]
		var conflict *ConflictError
		switch _, err := bookPayoutEntry(ctx, tx, e, by); {
		case errors.As(err, &conflict), errors.Is(err, ErrNotFound):
			if err := setTenant(ctx, tx, ""); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `UPDATE statement_entry SET payout_why = $2 WHERE key = ANY ($1)`, e.told, err.Error()); err != nil {
				return fmt.Errorf("note what is wrong with entry %s: %w", e.Key, err)
			}
		case err != nil:
			return err
		}
	}
	return nil
}

// knownAsPayout notes on the lines of a statement that they are of a payout, and the key under which that is booked. An entry that a person types and no statement has has none.
func knownAsPayout(ctx context.Context, tx pgx.Tx, e PayoutEntry, payout, evidence string) error {
	err := say(ctx, tx, "line:"+e.Key, `UPDATE statement_entry SET payout = $2, payout_why = '', evidence = $3 WHERE key = ANY ($1) AND payout IS NULL`, e.told, payout, evidence)
	if err != nil {
		return fmt.Errorf("note whose entry %s is: %w", e.Key, err)
	}
	return nil
}
