package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/money"
)

// bookedLine is a booked line of a statement, and what it is by now.
type bookedLine struct {
	Key             string
	Kind            bank.LineKind
	Amount          money.Amount
	Receipt, Payout string // that it is of; empty: of none
}

// lockLine takes a line until the transaction ends: whoever says what a line is judges it by this, so that no two can make different things of it. ErrNotFound when no line has that key.
// The transaction sees no client.
func lockLine(ctx context.Context, tx pgx.Tx, key string) (l bookedLine, err error) {
	err = tx.QueryRow(ctx, `SELECT key, kind, amount, COALESCE(receipt, ''), COALESCE(payout, '') FROM statement_entry WHERE key = $1 FOR UPDATE`, key).Scan(&l.Key, &l.Kind, &l.Amount, &l.Receipt, &l.Payout)
	if errors.Is(err, pgx.ErrNoRows) {
		return l, fmt.Errorf("line %s: %w; right would be the key of a line: dunning statement show STATEMENT", key, ErrNotFound)
	}
	if err != nil {
		return l, fmt.Errorf("read line %s: %w", key, err)
	}
	return l, nil
}

// waits is whether a line of money out waits until somebody, or the next statement, says what it is.
func (l bookedLine) waits() bool {
	return l.Receipt == "" && l.Payout == "" && (l.Kind == bank.LineReturn || slices.Contains(unexplained, l.Kind))
}

// is says what a line is that does not wait.
func (l bookedLine) is() string {
	switch {
	case l.Payout != "":
		return "is of payout " + l.Payout
	case l.Receipt != "" && l.Kind == bank.LineReturn:
		return "takes back receipt " + l.Receipt
	}
	return fmt.Sprintf("is a %s", l.Kind)
}

// ChargedByBank says that a line of money out that nothing explains is what the bank charged for its services: the agency bears it, as a fee that the bank calls one. Two different persons who may approve
// say so; with the second it is booked, on the line's value date. It gives how many say so. The same person twice is once, and so is a line that is a fee already. A line that is something else is a
// *ConflictError, and so is one that names a payment, unless it is of less than that and of at most 25.00 (chargeable in the schema). One transaction.
func (s *Store) ChargedByBank(ctx context.Context, line, reason string, by Actor) (said int, err error) {
	if reason, err = because(reason); err != nil {
		return 0, err
	}
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		l, err := lockLine(ctx, tx, line)
		switch {
		case err != nil:
			return err
		case l.Kind == bank.LineFee:
			said = Approvals
			return nil
		case !l.waits() || l.Kind == bank.LineReturn:
			return &ConflictError{fmt.Sprintf("line %s %s; right would be money out that nothing explains: dunning claim tasks", line, l.is())}
		}
		if err := mayBeCharge(ctx, tx, l); err != nil {
			return err
		}
		said, err = word{line, line, ReturnCharge{l.Amount, reason}}.say(ctx, tx, by)
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

// mayBeCharge refuses a line that is rather the payment that it names.
func mayBeCharge(ctx context.Context, tx pgx.Tx, l bookedLine) error {
	var may bool
	if err := tx.QueryRow(ctx, `SELECT COALESCE(chargeable($1), false)`, l.Key).Scan(&may); err != nil {
		return fmt.Errorf("read whether line %s can be a charge: %w", l.Key, err)
	}
	if may {
		return nil
	}
	f, err := fitOf(ctx, tx, l.Key, "")
	if err != nil {
		return err
	}
	return &ConflictError{fmt.Sprintf("line %s of %s names %s, and is no charge beside it; right would be to say that it is of that one", l.Key, l.Amount, strings.Join(f.Named, ", "))}
}
