package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/ledger"
)

// oldestReturned is for how many days after it a receipt can be taken back: a direct debit that was not authorised for thirteen months.
const oldestReturned = 400

// ApplyReturns reverses the receipts that the bank took back, by the lines of all statements that say so and are not tied to a receipt yet. A receipt is
// taken back once, and only when one receipt can be meant: of the same amount, by the id that the banks gave the payment, else by the payer's account. A line
// that names none stays visible (statement show). Each is done once: a crash between two steps does the rest the next time.
func (s *Store) ApplyReturns(ctx context.Context, by Actor, rules RulesFor) error {
	rows, err := s.pool.Query(ctx, `SELECT key, reason FROM statement_entry WHERE kind = 'return' AND key IS NOT NULL AND receipt IS NULL ORDER BY booked_on, key`)
	if err != nil {
		return fmt.Errorf("list returns: %w", err)
	}
	type returned struct{ Key, Reason string }
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[returned])
	if err != nil {
		return fmt.Errorf("list returns: %w", err)
	}
	for _, r := range all {
		receipt, err := s.returnedBy(ctx, r.Key)
		if err != nil {
			return err
		}
		if receipt == "" {
			continue
		}
		err = s.takeReceiptBack(ctx, receipt, r.Reason, by, rules)
		var moving *ConflictError
		if errors.As(err, &moving) { // it is being allocated, or a person reversed it: the line waits with why, for somebody or the next time
			if _, err := s.pool.Exec(ctx, `UPDATE statement_entry SET payout_why = $2 WHERE key = $1`, r.Key, moving.Error()); err != nil {
				return fmt.Errorf("note why %s waits: %w", r.Key, err)
			}
			continue
		}
		if err != nil {
			return err
		}
		if _, err := s.pool.Exec(ctx, `UPDATE statement_entry SET receipt = $2, payout_why = '' WHERE key = $1 AND receipt IS NULL`, r.Key, receipt); err != nil {
			return fmt.Errorf("note that %s takes back receipt %s: %w", r.Key, receipt, err)
		}
	}
	return nil
}

// returnedBy is the one receipt that a line can mean; empty when there is none, or more.
func (s *Store) returnedBy(ctx context.Context, key string) (receipt string, err error) {
	rows, err := s.pool.Query(ctx, `
		WITH candidate AS (SELECT c.receipt, CASE WHEN c.tx_id <> '' AND c.tx_id = r.tx_id THEN 3
				WHEN c.end_to_end <> '' AND c.end_to_end = r.end_to_end AND (r.iban = '' OR c.iban = r.iban) THEN 2 WHEN c.iban <> '' AND c.iban = r.iban THEN 1 ELSE 0 END AS certainty
			FROM statement_entry r JOIN statement rs ON rs.key = r.statement JOIN statement_entry c ON c.kind = 'receipt' AND c.key IS NOT NULL AND c.amount IN (r.amount, NULLIF(r.instructed, 0))
			JOIN statement cs ON cs.key = c.statement AND cs.account = rs.account
			WHERE r.key = $1 AND c.booked_on BETWEEN r.booked_on - $2::int AND r.booked_on AND NOT EXISTS (SELECT 1 FROM statement_entry o WHERE o.kind = 'return' AND o.receipt = c.receipt))
		SELECT receipt FROM candidate WHERE certainty > 0 AND certainty = (SELECT max(certainty) FROM candidate)`, key, oldestReturned)
	if err != nil {
		return "", fmt.Errorf("find the receipt that %s takes back: %w", key, err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(found) != 1 {
		return "", err
	}
	return found[0], nil
}

func (s *Store) takeReceiptBack(ctx context.Context, receipt, code string, by Actor, rules RulesFor) error {
	owner, err := s.refs(ctx, `SELECT client_id::text, claim_id::text FROM claim_of_receipt($1)`, receipt)
	if err != nil {
		return fmt.Errorf("look up receipt %s: %w", receipt, err)
	}
	if len(owner) == 0 {
		return s.leave(ctx, receipt, goneReturned, "the bank took the receipt back", by, func(tx pgx.Tx, r Receipt) error {
			return takeWaitingBack(ctx, tx, r, by)
		})
	}
	reason := "the bank took it back"
	if code != "" {
		reason += " (" + code + ")"
	}
	_, err = s.ReverseReceipt(ctx, receipt, reason, by, rules)
	return err
}

// takeWaitingBack books that the bank took back a receipt that is of no claim: of what waits, or of what was to go back to who paid it. What went back already is a
// loss: S220 is debit by it, and VerifyBooks tells it.
func takeWaitingBack(ctx context.Context, tx pgx.Tx, r Receipt, by Actor) error {
	var refund bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM refund WHERE receipt = $1 AND claim_id IS NULL AND approved)`, r.Key).Scan(&refund); err != nil {
		return fmt.Errorf("read the refund of receipt %s: %w", r.Key, err)
	}
	book := ledger.TakenBackOf
	if refund {
		book = ledger.RefundTakenBackOf
	}
	_, err := post(ctx, tx, by, book(ledger.About{Key: "receipt:" + r.Key + "/taken-back", On: by.today()}, r.Amount)...)
	return err
}

// whyTakenBack says that the bank took a receipt back, or may have: a line of a statement that is not tied to a receipt yet can mean it. Empty: it did not. The receipt is
// locked against it until the transaction ends.
func whyTakenBack(ctx context.Context, tx pgx.Tx, receipt string) (why string, err error) {
	err = tx.QueryRow(ctx, `SELECT CASE WHEN gone = 'returned' THEN 'the bank took receipt ' || key || ' back' WHEN EXISTS (
			SELECT FROM statement_entry c JOIN statement cs ON cs.key = c.statement JOIN statement rs ON rs.account = cs.account JOIN statement_entry r ON r.statement = rs.key
			WHERE c.receipt = receipt.key AND c.kind = 'receipt' AND r.kind = 'return' AND r.key IS NOT NULL AND r.receipt IS NULL
				AND c.amount IN (r.amount, NULLIF(r.instructed, 0)) AND c.booked_on BETWEEN r.booked_on - $2::int AND r.booked_on
				AND (c.tx_id <> '' AND c.tx_id = r.tx_id OR c.end_to_end <> '' AND c.end_to_end = r.end_to_end OR c.iban <> '' AND c.iban = r.iban))
		THEN 'a statement tells a return that can be of receipt ' || key || ', and is not booked' ELSE '' END FROM receipt WHERE key = $1 FOR SHARE`, receipt, oldestReturned).Scan(&why)
	if err != nil {
		return "", fmt.Errorf("read whether the bank took receipt %s back: %w", receipt, err)
	}
	return why, nil
}
