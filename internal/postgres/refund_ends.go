package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// endRefunds ends the refunds that a task of a claim to pay a surplus back asked for, decided or not: all that did not leave, since that surplus is there no more. One in a payout that is not
// sent keeps the payout from being sent (stillRefundable). It says whether a refund ended that was approved; the task, if it counts as done, is open again then. The caller holds the claim's lock.
func endRefunds(ctx context.Context, tx pgx.Tx, ref Ref, d trajectory.Dropped, by Actor) (approved bool, err error) {
	rows, err := tx.Query(ctx, `UPDATE refund SET approved = false, ended = $3, ended_at = $4 WHERE claim_id = $1 AND task = $2 AND approved IS DISTINCT FROM false AND NOT refund_left(key)
		RETURNING key, decided_by IS NOT NULL`, ref.ClaimID, d.Task, d.Why, by.At)
	if err != nil {
		return false, fmt.Errorf("end the refunds of claim %s: %w", ref.ClaimID, err)
	}
	type was struct {
		Key      string
		Approved bool
	}
	ended, err := pgx.CollectRows(rows, pgx.RowToStructByPos[was])
	if err != nil {
		return false, fmt.Errorf("end the refunds of claim %s: %w", ref.ClaimID, err)
	}
	for _, r := range ended {
		if err := dropTask(ctx, tx, ref, trajectory.Dropped{Task: trajectory.RefundReturned + r.Key, Why: d.Why}, by); err != nil {
			return false, err
		}
	}
	if !slices.ContainsFunc(ended, func(r was) bool { return r.Approved }) {
		return false, nil
	}
	_, err = tx.Exec(ctx, `UPDATE task SET done_on = NULL WHERE client_id = $1 AND claim_id = $2 AND key = $3`, ref.ClientID, ref.ClaimID, d.Task)
	return true, err
}

// stillTooMuch insists that a refund, which is to be approved, is of what its claim's open task says was paid too much. The caller holds the claim's lock.
func stillTooMuch(ctx context.Context, tx pgx.Tx, ref Ref, r Refund) error {
	file, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(file.Facts.Tasks, func(t claim.Task) bool { return t.Key == r.task && t.Open }) {
		return &ConflictError{fmt.Sprintf("what refund %s gives back is not to be paid back on claim %s, or was; right would be to decline it", r.Key, ref.ClaimID)}
	}
	return nil
}

// lockRefunded locks the claims of which a receipt is, or was, to be paid back: before its refunds, as every change of a claim does.
func lockRefunded(ctx context.Context, tx pgx.Tx, client, receipt string) error {
	claims, err := namesOf(ctx, tx, `SELECT DISTINCT claim_id::text FROM refund WHERE receipt = $1 AND claim_id IS NOT NULL AND client_id = tenant() ORDER BY 1`, receipt)
	if err != nil {
		return fmt.Errorf("read the refunds of receipt %s: %w", receipt, err)
	}
	for _, claim := range claims {
		if err := lockClaim(ctx, tx, Ref{client, claim}); err != nil {
			return err
		}
	}
	return nil
}
