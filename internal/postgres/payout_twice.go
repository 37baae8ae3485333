package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/settlement"
)

// A payment that the bank debited twice is its mistake: the second debit waits, the agency's own money stands for it (decision 79), and the bank brings it back. Then the two are nothing.

// twice says what to do when the bank paid a payment twice: no claim, client or debtor bears it.
func (e *PayoutEntry) twice() string {
	if e.Credit {
		return ""
	}
	return ". When it paid twice, have it bring the money back: a credit that names the line settles it. Until then the agency's own money stands for it: dunning receipts top-up"
}

// bringsTwiceBack settles a debit of a line that is booked by another one, and waits, with the credit of the same amount that names the line: the payment stays booked, and no money moves in the books. Both lines
// of statements are known under the debit (evidence). False: there is no such debit, so the payment itself came back. The transaction sees no client.
func (e *PayoutEntry) bringsTwiceBack(ctx context.Context, tx pgx.Tx, p settlement.Payout, lines []settlement.PayoutLine) (bool, error) {
	if !e.Credit || len(e.told) != 1 || len(lines) != 1 || lines[0].Status != settlement.PayoutBooked || e.Amount != lines[0].Cents {
		return false, nil
	}
	var debit string
	err := tx.QueryRow(ctx, `SELECT d.key FROM statement_entry d JOIN statement_entry c ON c.key = $1 WHERE d.direction = 'debit' AND d.kind IN ('payout', 'unknown') AND d.end_to_end = $2 AND d.amount = $3
		AND d.booked_on <= c.booked_on AND (d.payout IS NULL AND c.payout IS NULL OR d.key = c.evidence) ORDER BY d.booked_on, d.key LIMIT 1 FOR UPDATE OF d`, e.told[0], lines[0].EndToEndID, e.Amount).Scan(&debit)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err == nil {
		_, err = tx.Exec(ctx, `UPDATE statement_entry SET payout = $3, evidence = $1, payout_why = '' WHERE key IN ($1, $2) AND payout IS NULL`, debit, e.told[0], p.ID)
	}
	if err != nil {
		return false, fmt.Errorf("settle what the bank paid twice of %s: %w", lines[0].EndToEndID, err)
	}
	return true, nil
}
