package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// UndoPayment takes back a payment of an invoice that a person told (PayBill) and that never came in: the reversal stands beside it, in the books too, on the day of by. The same twice is once.
// What was paid back or paid another invoice since is not taken from under that: it is a *ConflictError, as is a payment that no person told. ErrNotFound when there is no such invoice.
func (s *Store) UndoPayment(ctx context.Context, number, key, reason string, by Actor) (undone BillTold, err error) {
	if strings.TrimSpace(reason) == "" {
		return undone, &ConflictError{"the reason is empty; right would be how it is known that it never came in"}
	}
	client, err := s.clientOfBill(ctx, number)
	if err != nil {
		return undone, err
	}
	err = s.tenant(ctx, client, func(tx pgx.Tx) error {
		if err := lockBills(ctx, tx); err != nil {
			return err
		}
		var paid money.Amount
		if paid, undone.Again, err = toldPayment(ctx, tx, number, key); err != nil {
			return err
		}
		if undone.Open, err = openBill(ctx, tx, number); err != nil || undone.Again {
			return err
		}
		undone.Open += paid
		if err := notGivenAway(ctx, tx, number, undone.Open); err != nil {
			return err
		}
		p := BillPayment{Kind: BillUndone, Amount: -paid, On: by.today(), Reason: reason, Undoes: key}
		if p.Key, err = undoneKey(ctx, tx, number, key); err != nil {
			return err
		}
		if err := insertPayment(ctx, tx, client, number, p, by); err != nil {
			return err
		}
		if err := reversePaid(ctx, tx, number, key, p, by); err != nil {
			return err
		}
		return repaysNoMore(ctx, tx, client, number, undone.Open, by)
	})
	return undone, err
}

// undoneKey is the key of what takes a payment back: KEY/undone, or with a number when a person gave that to another payment.
func undoneKey(ctx context.Context, tx pgx.Tx, number, key string) (string, error) {
	keys, err := namesOf(ctx, tx, `SELECT key FROM bill_payment WHERE number = $1`, number)
	if err != nil {
		return "", fmt.Errorf("read the payments of invoice %s: %w", number, err)
	}
	for key += "/undone"; slices.Contains(keys, key); {
		key = nextKey(key)
	}
	return key, nil
}

// toldPayment is what a person told was paid, and whether it is taken back already. A key of nothing that a person told is a *ConflictError.
func toldPayment(ctx context.Context, tx pgx.Tx, number, key string) (paid money.Amount, undone bool, err error) {
	var kind string
	err = tx.QueryRow(ctx, `SELECT p.kind, p.cents, EXISTS (SELECT FROM bill_payment u WHERE u.number = p.number AND u.undoes = p.key) FROM bill_payment p WHERE p.number = $1 AND p.key = $2`, number, key).Scan(&kind, &paid, &undone)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return 0, false, &ConflictError{fmt.Sprintf("invoice %s has no payment with key %q; right would be a key of: dunning invoice show %s", number, key, number)}
	case err != nil:
		return 0, false, fmt.Errorf("read payment %s of invoice %s: %w", key, number, err)
	case kind == BillCollected:
		return 0, false, &ConflictError{fmt.Sprintf("%q of invoice %s was collected by direct debit; right would be: dunning debit returned", key, number)}
	case kind != BillPaid:
		return 0, false, &ConflictError{fmt.Sprintf("%q of invoice %s is %s, and not what a person told was paid; right would be a payment that is called %s: dunning invoice show %s", key, number, kind, BillPaid, number)}
	}
	return paid, undone, nil
}

// notGivenAway insists that nothing of an invoice was paid back, or paid another one, for which nothing would be left: open is what would be open of it.
func notGivenAway(ctx context.Context, tx pgx.Tx, number string, open money.Amount) error {
	if open <= 0 {
		return nil // what stands covers whatever went, and a payout that would pay more of the credit than there is then cannot be sent (stillOpen)
	}
	payout, err := repaidBy(ctx, tx, number)
	if err != nil {
		return err
	}
	if payout != "" {
		return &ConflictError{fmt.Sprintf("payout %s pays what was paid too much of invoice %s back; right would be to withdraw it first: dunning payout withdraw %s --reason TEXT", payout, number, payout)}
	}
	gone, err := namesOf(ctx, tx, `SELECT (-sum(cents) / 100.0)::numeric(20, 2) || CASE kind WHEN 'moved' THEN ' paid invoice ' || other ELSE ' was paid back (' || string_agg(key, ', ') || ')' END
		FROM bill_payment WHERE number = $1 AND kind IN ('repaid', 'moved') GROUP BY kind, other HAVING sum(cents) < 0 ORDER BY 1`, number)
	if err != nil {
		return fmt.Errorf("read what was given of invoice %s: %w", number, err)
	}
	if len(gone) > 0 {
		return &ConflictError{fmt.Sprintf("of what was paid of invoice %s %s since; right would be to take it back after the client paid %s of it, and that is told: dunning invoice paid %s --amount %s --more --reason TEXT",
			number, strings.Join(gone, ", "), open, number, open)}
	}
	return nil
}

// reversePaid books that a payment, by its key, was taken back by p.
func reversePaid(ctx context.Context, tx pgx.Tx, number, key string, p BillPayment, by Actor) error {
	paid, err := readJournal(ctx, tx, ledger.Agency, paidKey(number, key))
	if err != nil {
		return err
	}
	back, err := paid.Reversal(paidKey(number, p.Key), p.On)
	if err != nil {
		return err
	}
	_, err = post(ctx, tx, by, back)
	return err
}

// repaysNoMore ends what a person asked of a credit that is not there any more: a later one would be paid back unasked.
func repaysNoMore(ctx context.Context, tx pgx.Tx, client, number string, open money.Amount, by Actor) error {
	if open < 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO bill_repayment (client_id, number, nr, asked, actor, at)
		SELECT $1, $2, 1 + (SELECT max(r.nr) FROM bill_repayment r WHERE r.number = $2), false, $3, $4 FROM bill b WHERE b.number = $2 AND `+repayAsked, client, number, by.Name, by.At)
	if err != nil {
		return fmt.Errorf("record that nothing of invoice %s is to be paid back: %w", number, err)
	}
	return nil
}
