package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
)

// notWaiting says of a receipt that can go nowhere what became of it, by which line of a statement when one tells it, and what would be right: always an error, a *ConflictError unless the database
// fails. The transaction sees another client after it, and is to be given up.
func notWaiting(ctx context.Context, tx pgx.Tx, key string) error {
	owner, err := queryRefs(ctx, tx, `SELECT client_id::text, claim_id::text FROM claim_of_receipt($1)`, key)
	if err != nil {
		return fmt.Errorf("look up whose receipt %s is: %w", key, err)
	}
	if len(owner) > 0 {
		return notWaitingOn(ctx, tx, key, owner[0])
	}
	if err := setTenant(ctx, tx, ""); err != nil {
		return err
	}
	var gone string
	err = tx.QueryRow(ctx, `SELECT COALESCE(gone, '') FROM receipt WHERE key = $1`, key).Scan(&gone)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return &ConflictError{"receipt " + key + " does not wait: nobody knows it; right would be one that does: dunning receipts queue"}
	case err != nil:
		return fmt.Errorf("read receipt %s: %w", key, err)
	case gone == goneReturned:
		return notThere(ctx, tx, key, key, "")
	case gone == goneOwn:
		return &ConflictError{"receipt " + key + " is the agency's own money; if that is wrong: dunning receipts top-up " + key + " --undo --by NAME --reason TEXT"}
	case gone == goneRefund:
		return &ConflictError{"receipt " + key + " goes back to who paid it: dunning receipts refund " + key + " --decline --by NAME, and it waits again"}
	}
	return &ConflictError{"receipt " + key + " was changed meanwhile, and waits; right would be the same again"}
}

// notWaitingOn is notWaiting of a receipt that is a claim's, or of one that is divided, or a part of that: the claim is that of a part.
func notWaitingOn(ctx context.Context, tx pgx.Tx, key string, ref Ref) error {
	if err := setTenant(ctx, tx, ref.ClientID); err != nil {
		return err
	}
	var settled, whole string
	var divided bool
	err := tx.QueryRow(ctx, `SELECT COALESCE(settled_as, key), COALESCE(part_of, key), part_of IS NOT NULL FROM receipt WHERE claim_id = $2 AND $1 IN (key, part_of) ORDER BY key LIMIT 1`, key, ref.ClaimID).
		Scan(&settled, &whole, &divided)
	if err != nil {
		return fmt.Errorf("read receipt %s: %w", key, err)
	}
	if settled, err = countsAs(ctx, tx, ref, settled); err != nil {
		return err
	}
	_, was, err := readSettlement(ctx, tx, ref, settled)
	switch {
	case err != nil:
		return err
	case was != nil:
		return notThere(ctx, tx, key, whole, was.reason)
	case divided:
		return &ConflictError{"receipt " + key + " does not wait: " + whole + " is divided over claims, and a division stands (dunning ledger trace " + whole + "); right would be one that waits: dunning receipts queue"}
	}
	return &ConflictError{fmt.Sprintf("receipt %s does not wait: it is allocated to claim %s; when that is wrong: dunning receipts release %s %s", key, ref.ClaimID, key, ref.ClaimID)}
}

// notThere says by which line of a statement the bank took a receipt back, or told the payments that it is the sum of; or, when none tells it, why a person said so. A receipt of several claims is taken back whole.
func notThere(ctx context.Context, tx pgx.Tx, key, whole, reason string) error {
	if err := setTenant(ctx, tx, ""); err != nil {
		return err
	}
	var line, said string
	var on calendar.Date
	var apart bool
	err := tx.QueryRow(ctx, `SELECT b.key, b.booked_on, b.reason, EXISTS (SELECT FROM statement_entry e WHERE e.kind = 'receipt' AND e.receipt = b.receipt AND (e.statement, e.entry) = (b.statement, b.entry))
		FROM statement_entry b WHERE b.kind = 'return' AND b.receipt = $1 ORDER BY b.booked_on LIMIT 1`, whole).Scan(&line, &on, &said, &apart)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return &ConflictError{fmt.Sprintf("receipt %s was taken back, and no statement tells it (%s): it is not there any more; right would be the receipt of what is paid instead (dunning receipts queue), or of the same money under another key when it came in after all (dunning receipts add)", key, reason)}
	case err != nil:
		return fmt.Errorf("read who took receipt %s back: %w", key, err)
	case apart:
		return &ConflictError{"the bank told the payments that receipt " + key + " is the sum of: each is a receipt of its own by now, and it is not there any more; right would be one of those (dunning receipts queue)"}
	case said != "":
		said = " (" + said + ")"
	}
	return &ConflictError{fmt.Sprintf("the bank took receipt %s back by line %s of %s%s: it is not there any more; right would be the receipt of what is paid instead, when that comes (dunning receipts queue)", key, line, on, said)}
}
