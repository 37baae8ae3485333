package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/settlement"
)

// LosePayout records that the bank says that it never got the file of a payout, as the actor asked it. When two different persons who may approve say so its lines are
// payable again, in the books too; the payout itself is never sent again. The same person twice is once. A payout of which the bank told anything else is a
// *ConflictError, somebody who may not approve a *NotApproverError. It gives how many said so.
func (s *Store) LosePayout(ctx context.Context, id, reason string, by Actor) (said int, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return 0, &ConflictError{"the reason is empty; right would be what the bank said, and who there"}
	}
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		if err := lockTyped(ctx, tx); err != nil { // no statement or report comes between
			return err
		}
		p, err := lockedPayout(ctx, tx, id)
		if err != nil {
			return err
		}
		if by.Name, err = approver(ctx, tx, by.Name); err != nil {
			return err
		}
		if lost(p) { // two said so
			said = Approvals
			return nil
		}
		if err := all(p, "lost", func(s settlement.PayoutStatus) bool { return s == settlement.PayoutSent }); err != nil {
			return err
		}
		for _, l := range p.Lines { // also one of which it said no more than that
			if report, err := lastReport(ctx, tx, l.EndToEndID, ""); err != nil {
				return err
			} else if report != "" {
				return &ConflictError{fmt.Sprintf("payout %s cannot be lost: %s of line %s, so the bank has its file; right would be what its statements tell (dunning statement import), or, of a payment that it refused, dunning payout refused LINE", id, report, l.EndToEndID)}
			}
		}
		if err := say(ctx, tx, "payout-loss:"+id, `INSERT INTO payout_loss (payout, approver, reason, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, id, by.Name, reason, by.At); err != nil {
			return fmt.Errorf("record that payout %s is lost: %w", id, err)
		}
		if err := tx.QueryRow(ctx, `SELECT payout_losses($1)`, id).Scan(&said); err != nil {
			return fmt.Errorf("count who says that payout %s is lost: %w", id, err)
		}
		if said < Approvals {
			return nil
		}
		return loseLines(ctx, tx, p, reason, by)
	})
	return said, err
}

// loseLines frees what a payout would have paid. The transaction sees no client after it.
func loseLines(ctx context.Context, tx pgx.Tx, p settlement.Payout, reason string, by Actor) error {
	to := payoutStep{Status: settlement.PayoutLost, Reason: reason}
	for _, l := range p.Lines {
		if err := stepBack(ctx, tx, l, to, by); err != nil {
			return err
		}
	}
	return nil
}
