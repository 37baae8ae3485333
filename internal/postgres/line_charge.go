package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/money"
)

// ChargedByBank says that a line of money out that nothing explains is what the bank charged for its services: the agency bears it, as a fee that the bank calls one. Two different persons who may approve
// say so; with the second it is booked, on the line's value date. It gives how many say so. The same person twice is once, and so is a line that is a fee already. A line that is something else is a
// *ConflictError. One transaction.
func (s *Store) ChargedByBank(ctx context.Context, line, reason string, by Actor) (said int, err error) {
	if reason, err = because(reason); err != nil {
		return 0, err
	}
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		var kind bank.LineKind
		var amount money.Amount
		var of string
		err := tx.QueryRow(ctx, `SELECT kind, amount, COALESCE(receipt, payout, '') FROM statement_entry WHERE key = $1 FOR UPDATE`, line).Scan(&kind, &amount, &of)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return fmt.Errorf("line %s: %w; right would be the key of a line: dunning statement show STATEMENT", line, ErrNotFound)
		case err != nil:
			return fmt.Errorf("read line %s: %w", line, err)
		case kind == bank.LineFee:
			said = Approvals
			return nil
		case of != "" || !slices.Contains(unexplained, kind):
			return &ConflictError{fmt.Sprintf("line %s is a %s; right would be money out that nothing explains: dunning claim tasks", line, kind)}
		}
		said, err = word{line, line, ReturnCharge{amount, reason}}.say(ctx, tx, by)
		if err != nil || said < Approvals {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE statement_entry SET kind = $2, payout_why = '' WHERE key = $1`, line, bank.LineFee); err != nil {
			return fmt.Errorf("note that line %s is a fee: %w", line, err)
		}
		return bookCharge(ctx, tx, line, by)
	})
	return said, err
}
