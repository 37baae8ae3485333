package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/money"
)

// tellsLine notes on the line of a statement that has the key of a receipt which a person typed that it is that receipt. It must be a credit of that amount that waits: one that the bank says is a
// payment of ours that came back, and that names none. Any other line of that key is a *ConflictError, for the books would have its money twice, or have money that never came. Nothing when no
// statement has the key. The transaction sees no client after it.
func tellsLine(ctx context.Context, tx pgx.Tx, r Receipt) error {
	if err := setTenant(ctx, tx, ""); err != nil {
		return err
	}
	var kind bank.LineKind
	var credit, ours, taken bool
	var amount money.Amount
	err := tx.QueryRow(ctx, `SELECT kind, direction = 'credit', amount, num_nonnulls(receipt, payout) > 0, payout_of(end_to_end) IS NOT NULL OR returned_line IS NOT NULL OR EXISTS (SELECT FROM payout p WHERE p.id = split_part(batch, '/', 1))
		FROM statement_entry WHERE key = $1 FOR UPDATE`, r.Key).Scan(&kind, &credit, &amount, &taken, &ours)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("read entry %s: %w", r.Key, err)
	case kind != bank.LinePayoutReturned || !credit || taken:
		return &ConflictError{fmt.Sprintf("entry %s of a statement has that key, and is a %s of %s; right would be a credit that waits, or another key for something else", r.Key, kind, amount)}
	case ours:
		return &ConflictError{fmt.Sprintf("entry %s is of a payout of ours; right would be: dunning payout book %s %s --line LINE --returned CODE", r.Key, r.Key, amount)}
	case amount != r.Amount:
		return &ConflictError{fmt.Sprintf("entry %s of a statement has that key, and is of %s; right would be that amount, or another key for something else", r.Key, amount)}
	}
	if _, err := tx.Exec(ctx, `UPDATE statement_entry SET kind = 'receipt', receipt = key WHERE key = $1`, r.Key); err != nil {
		return fmt.Errorf("note that entry %s is a receipt: %w", r.Key, err)
	}
	return nil
}
