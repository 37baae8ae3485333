package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// A debit that waits and names nothing can be a second one of a payment. So what came back of a payment waits with it, until somebody says what the debit is, whatever that is (decision 95).

// backWaiting are the payouts of which something came back and waits, in the order in which they are locked.
func backWaiting(ctx context.Context, tx pgx.Tx) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT p.id FROM waiting_lines() w JOIN statement_entry c ON c.key = w.key
		JOIN payout p ON p.id = COALESCE(payout_of(COALESCE(c.returned_line, c.end_to_end)), split_part(COALESCE(c.returned_name, c.batch), '/', 1))
		WHERE c.direction = 'credit' AND c.kind = 'payout-returned' AND c.against IS NULL ORDER BY p.id`)
	if err != nil {
		return nil, fmt.Errorf("list the payouts of which something came back and waits: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// lookBeside looks anew at what came back of payouts and waits: a debit is explained of which it could have been. What is typed is locked. The transaction sees no client.
func lookBeside(ctx context.Context, tx pgx.Tx, by Actor) error {
	payouts, err := backWaiting(ctx, tx)
	if err != nil || len(payouts) == 0 {
		return err
	}
	return bookBack(ctx, tx, "", payouts, by)
}

// lookBeside is that, in a transaction of its own, since a line of a statement is known to take a receipt back. Twice is once.
func (s *Store) lookBeside(ctx context.Context, by Actor) error {
	return s.tenant(ctx, "", func(tx pgx.Tx) error {
		if err := lockTyped(ctx, tx); err != nil {
			return err
		}
		return lookBeside(ctx, tx, by)
	})
}
