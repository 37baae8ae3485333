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

// The kinds of payments of invoices.
const (
	BillPaid   = "paid"    // by the client, on the agency's account
	BillSetOff = "set-off" // of what the client was to be paid
	BillRepaid = "repaid"  // less than nothing: the client was paid what it had to its credit
	BillUndone = "undone"  // less than nothing: a payment that a person told, and that never came in
	BillMoved  = "moved"   // with what the client had to its credit of another invoice, which has it as less than nothing
)

// BillTold is where an invoice stands after a payment of it was told.
type BillTold struct {
	Open  money.Amount // less than nothing: the client paid too much, and has that to its credit
	Again bool         // it was told before: nothing changed
}

// PayBill records that a client paid of an invoice on the agency's account, and books it. The key is of the payment: the same twice is once, for something else it is
// a *ConflictError, as is a day to come, and more than is open without a reason. ErrNotFound when there is no such invoice.
func (s *Store) PayBill(ctx context.Context, number string, p BillPayment, by Actor) (paid BillTold, err error) {
	if p.Amount <= 0 || p.On.After(by.today()) {
		return paid, &ConflictError{fmt.Sprintf("%s on %s is no payment; right would be more than 0.00 on a day up to and including %s", p.Amount, p.On, by.today())}
	}
	if err := named(p.Key); err != nil {
		return paid, err
	}
	client, err := s.clientOfBill(ctx, number)
	if err != nil {
		return paid, err
	}
	p.Kind = BillPaid
	err = s.tenant(ctx, client, func(tx pgx.Tx) error {
		if err := lockBills(ctx, tx); err != nil {
			return err
		}
		if paid.Again, err = knownPayment(ctx, tx, number, p); err != nil {
			return err
		}
		if paid.Open, err = openBill(ctx, tx, number); err != nil || paid.Again {
			return err
		}
		if word, _, _ := strings.Cut(p.Key, " "); slices.Contains([]string{"payout", "debit", "credit"}, word) {
			return &ConflictError{fmt.Sprintf("key %q is like those that payouts, collections and credits have; right would be one that does not begin with %s", p.Key, word)}
		}
		if err := boundPayment(ctx, tx, number, p, paid.Open); err != nil {
			return err
		}
		paid.Open -= p.Amount
		if err := insertPayment(ctx, tx, client, number, p, by); err != nil {
			return err
		}
		_, err = post(ctx, tx, by, ledger.ClientPaidOf(ledger.About{Key: paidKey(number, p.Key), On: p.On, Client: client}, p.Amount)...)
		return err
	})
	return paid, err
}

// boundPayment refuses more than is open of an invoice that nobody gave a reason for, and what can only be a typing error: what is too much is paid out to the client.
func boundPayment(ctx context.Context, tx pgx.Tx, number string, p BillPayment, open money.Amount) error {
	var total money.Amount // whatever was netted of it: a client can pay that as well
	if err := tx.QueryRow(ctx, `SELECT total FROM bill WHERE number = $1`, number).Scan(&total); err != nil {
		return fmt.Errorf("read what invoice %s comes to: %w", number, err)
	}
	switch {
	case p.Amount > typingError*max(open, total):
		return &ConflictError{fmt.Sprintf("%s is more than %d times what invoice %s came to, a typing error: %s is open", p.Amount, typingError, number, open)}
	case p.Amount > open && strings.TrimSpace(p.Reason) == "":
		return &ConflictError{fmt.Sprintf("%s is more than the %s that is open of invoice %s; right would be at most that, or --more --reason TEXT when the bank has it so: what is too much is to the client's credit", p.Amount, max(0, open), number)}
	}
	return nil
}

// knownPayment says whether a payment was recorded before. Its key for something else, or of one that was taken back, is a *ConflictError.
func knownPayment(ctx context.Context, tx pgx.Tx, number string, p BillPayment) (bool, error) {
	var same, undone bool
	err := tx.QueryRow(ctx, `SELECT kind = $3 AND cents = $4 AND on_day = $5, EXISTS (SELECT FROM bill_payment u WHERE u.number = $1 AND u.undoes = $2) FROM bill_payment WHERE number = $1 AND key = $2`,
		number, p.Key, p.Kind, p.Amount, p.On).Scan(&same, &undone)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	switch {
	case err == nil && undone:
		err = &ConflictError{fmt.Sprintf("payment %q of invoice %s was taken back; right would be another key (--key) for one that came in", p.Key, number)}
	case err == nil && !same:
		err = &ConflictError{fmt.Sprintf("payment %s of invoice %s was recorded before, of something else; use another key for another payment", p.Key, number)}
	}
	return same, err
}

func openBill(ctx context.Context, tx pgx.Tx, number string) (open money.Amount, err error) {
	if err = tx.QueryRow(ctx, `SELECT `+openOf+` FROM bill b WHERE b.number = $1`, number).Scan(&open); err != nil {
		return 0, fmt.Errorf("read what is open of invoice %s: %w", number, err)
	}
	return open, nil
}

func insertPayment(ctx context.Context, tx pgx.Tx, client, number string, p BillPayment, by Actor) error {
	_, err := tx.Exec(ctx, `INSERT INTO bill_payment (client_id, number, key, kind, cents, on_day, other, reason, undoes, actor, at) VALUES ($1, $2, $3, $4, $5, $6, NULLIF($7, ''), $8, NULLIF($9, ''), $10, $11)`,
		client, number, p.Key, p.Kind, p.Amount, p.On, p.Other, p.Reason, p.Undoes, by.Name, by.At)
	if err != nil {
		return fmt.Errorf("record payment %s of invoice %s: %w", p.Key, number, err)
	}
	return nil
}
