package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// payoutEntries are the entries of a statement that name a line or a batch of ours and went one way, and what came back before of some payouts and waits.
// Payments of a batch that the bank tells without our end-to-end ids are one entry: together they are its debit. What a payer wrote is no such name: money that came
// in is a receipt unless the bank says that it came back, or it is the very payment (payouts_back in the schema).
const payoutEntries = `
	WITH entry AS (SELECT e.statement, s.position, e.entry, e.part, e.key, e.direction, e.amount, e.booked_on, e.value_on, e.reason, COALESCE(e.returned_name, e.batch) AS batch, COALESCE(e.returned_line, e.end_to_end) AS end_to_end
		FROM statement_entry e JOIN statement s ON s.key = e.statement WHERE e.key IS NOT NULL AND e.receipt IS NULL AND e.payout IS NULL AND e.kind IN ('payout', 'payout-returned', 'unknown') AND e.direction = $2 AND e.against IS NULL
			AND (e.statement = $1 OR cardinality($3::text[]) > 0)),
	named AS (SELECT e.*, payout_of(e.end_to_end) AS by_line FROM entry e),
	ours AS (SELECT *, CASE WHEN by_line IS NOT NULL THEN end_to_end ELSE '' END AS line, CASE WHEN by_line IS NOT NULL THEN '' ELSE batch END AS of_batch, COALESCE(by_line, p.id) AS payout
		FROM named LEFT JOIN payout p ON p.id = split_part(batch, '/', 1))
	SELECT array_agg(key ORDER BY part), direction = 'credit', line, of_batch, sum(amount)::bigint, min(value_on), max(reason), min(payout) FROM ours WHERE payout IS NOT NULL AND (statement = $1 OR payout = ANY ($3))
	GROUP BY statement, position, entry, direction, line, of_batch ORDER BY min(booked_on), position, entry, line, of_batch`

// bookPayouts books the debits of a statement that are of payouts. One that does not fit its payout stays as it is, with why: what of the statement is right is
// booked all the same. It gives the payouts. The transaction sees no client.
func bookPayouts(ctx context.Context, tx pgx.Tx, statement string, by Actor) ([]string, error) {
	return bookEntries(ctx, tx, by, statement, "debit", []string{})
}

// bookBack books what came back by a statement, once its debits are booked, and what waits of payouts since it came back before their debits. The transaction sees no client.
func bookBack(ctx context.Context, tx pgx.Tx, statement string, payouts []string, by Actor) error {
	_, err := bookEntries(ctx, tx, by, statement, "credit", payouts)
	return err
}

func bookEntries(ctx context.Context, tx pgx.Tx, by Actor, statement, direction string, of []string) (payouts []string, err error) {
	rows, err := tx.Query(ctx, payoutEntries, statement, direction, of)
	if err != nil {
		return nil, fmt.Errorf("read the payouts of statement %s: %w", statement, err)
	}
	payouts = []string{}
	entries, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e PayoutEntry, err error) {
		payouts = append(payouts, "")
		err = row.Scan(&e.told, &e.Credit, &e.EndToEndID, &e.BatchID, &e.Amount, &e.On, &e.Reason, &payouts[len(payouts)-1])
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the payouts of statement %s: %w", statement, err)
	}
	for _, e := range entries {
		e.Key = e.told[0]
		var conflict *ConflictError
		switch _, err := bookPayoutEntry(ctx, tx, e, by); {
		case errors.As(err, &conflict), errors.Is(err, ErrNotFound):
			if err := setTenant(ctx, tx, ""); err != nil {
				return nil, err
			}
			if _, err := tx.Exec(ctx, `UPDATE statement_entry SET payout_why = $2 WHERE key = ANY ($1) AND payout IS NULL`, e.told, err.Error()); err != nil {
				return nil, fmt.Errorf("note what is wrong with entry %s: %w", e.Key, err)
			}
		case err != nil:
			return nil, err
		}
	}
	return payouts, nil
}

// knownAsPayout notes on the lines of a statement that they are of a payout, and the key under which that is booked. An entry that a person types and no statement has has none.
func knownAsPayout(ctx context.Context, tx pgx.Tx, e PayoutEntry, payout, evidence string) error {
	err := say(ctx, tx, "line:"+e.Key, `UPDATE statement_entry SET payout = $2, payout_why = '', evidence = $3 WHERE key = ANY ($1) AND payout IS NULL`, e.told, payout, evidence)
	if err != nil {
		return fmt.Errorf("note whose entry %s is: %w", e.Key, err)
	}
	return settledWith(ctx, tx, e.told, evidence)
}
