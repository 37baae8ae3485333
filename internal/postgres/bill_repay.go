package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// Repaying is what a client is to be paid back of an invoice, or is not any more.
type Repaying struct {
	Credit money.Amount
	Again  bool // it was told before: nothing changed
}

// repayAsked says whether a person asked that the credit of invoice b is paid back.
const repayAsked = `COALESCE((SELECT r.asked FROM bill_repayment r WHERE r.number = b.number ORDER BY r.nr DESC LIMIT 1), false)`

// RepayCredit asks that a client is paid back what it has to its credit of an invoice: it stands in the next payout to it, which two persons approve. The same twice is once. An
// invoice of which nothing is to its credit is a *ConflictError; ErrNotFound when there is no such invoice.
func (s *Store) RepayCredit(ctx context.Context, number string, by Actor) (Repaying, error) {
	return s.repay(ctx, number, true, by, func(_ pgx.Tx, r Repaying, _ bool) error {
		if r.Credit <= 0 {
			return noCredit(number, -r.Credit)
		}
		return nil
	})
}

// UndoRepayCredit takes that back: the credit pays the client's next invoice again. The same twice is once. A credit of which nobody asked that it is paid back, or that a payout pays, is a
// *ConflictError; ErrNotFound when there is no such invoice.
func (s *Store) UndoRepayCredit(ctx context.Context, number string, by Actor) (Repaying, error) {
	return s.repay(ctx, number, false, by, func(tx pgx.Tx, r Repaying, told bool) error {
		payout, err := repaidBy(ctx, tx, number)
		switch {
		case err != nil:
			return err
		case payout != "":
			return &ConflictError{fmt.Sprintf("payout %s pays the credit of invoice %s back; right would be to withdraw it before it is sent: dunning payout withdraw %s --reason TEXT", payout, number, payout)}
		case !told:
			return &ConflictError{"nobody asked that the credit of invoice " + number + " is paid back"}
		case r.Credit <= 0:
			return noCredit(number, -r.Credit)
		}
		return nil
	})
}

// repay records whether a credit is to be paid back, if it may be said; may gets whether anything was told of it before.
func (s *Store) repay(ctx context.Context, number string, asked bool, by Actor, may func(tx pgx.Tx, r Repaying, told bool) error) (r Repaying, err error) {
	client, err := s.clientOfBill(ctx, number)
	if err != nil {
		return r, err
	}
	err = s.tenant(ctx, client, func(tx pgx.Tx) error {
		if err := lockBills(ctx, tx); err != nil {
			return err
		}
		var last int
		var before bool
		err := tx.QueryRow(ctx, `SELECT -`+openOf+`, `+repayAsked+`, (SELECT COALESCE(max(nr), 0) FROM bill_repayment r WHERE r.number = b.number) FROM bill b WHERE b.number = $1`, number).Scan(&r.Credit, &before, &last)
		if err != nil {
			return fmt.Errorf("read the credit of invoice %s: %w", number, err)
		}
		if err := may(tx, r, last > 0); err != nil {
			return err
		}
		if r.Again = before == asked; r.Again {
			return nil
		}
		if _, err := tx.Exec(ctx, `INSERT INTO bill_repayment (client_id, number, nr, asked, actor, at) VALUES ($1, $2, $3, $4, $5, $6)`, client, number, last+1, asked, by.Name, by.At); err != nil {
			return fmt.Errorf("record whether the credit of invoice %s is to be paid back: %w", number, err)
		}
		return nil
	})
	return r, err
}

// repaidBy is the payout that pays a credit of an invoice back and is not sent; empty: none does.
func repaidBy(ctx context.Context, tx pgx.Tx, number string) (payout string, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(max(payout_of(s.end_to_end_id)), '') FROM payout_set_off s WHERE s.number = $1 AND s.cents < 0 AND payout_status(s.end_to_end_id) = ANY ($2)`,
		number, statuses(settlement.PayoutStatus.Reserves)).Scan(&payout)
	if err != nil {
		return "", fmt.Errorf("read what pays the credit of invoice %s back: %w", number, err)
	}
	return payout, nil
}

func noCredit(number string, open money.Amount) error {
	return &ConflictError{fmt.Sprintf("the client has nothing to its credit of invoice %s, of which %s is open; right would be one that is open for less than 0.00: dunning invoice list", number, open)}
}

// MoveCredit pays an invoice with what its client has to its credit of another one, as far as that goes, and gives how much. In the books nothing moves: it is the same client's. When it has moved
// already there is nothing left, and the same twice is once. Invoices of two clients, no credit, one that a payout takes, and an invoice that is paid or being collected are a *ConflictError; ErrNotFound when one
// is not there.
func (s *Store) MoveCredit(ctx context.Context, from, to string, by Actor) (amount money.Amount, err error) {
	client, err := s.clientOfBill(ctx, from)
	if err != nil {
		return 0, err
	}
	if owner, err := s.clientOfBill(ctx, to); err != nil || owner != client {
		if err == nil {
			err = &ConflictError{fmt.Sprintf("invoices %s and %s are of two clients; right would be two of one", from, to)}
		}
		return 0, err
	}
	err = s.tenant(ctx, client, func(tx pgx.Tx) error {
		if err := lockBills(ctx, tx); err != nil {
			return err
		}
		var credit, open money.Amount
		var collected, moved bool
		err := tx.QueryRow(ctx, `SELECT (SELECT `+freeOf+` FROM bill b WHERE b.number = $2), `+freeOf+`, `+beingCollected+`, EXISTS (SELECT FROM bill_payment p WHERE p.number = $2 AND p.other = $3) FROM bill b WHERE b.number = $3`,
			statuses(settlement.PayoutStatus.Reserves), from, to).Scan(&credit, &open, &collected, &moved)
		switch {
		case err != nil:
			return fmt.Errorf("read what is open of invoices %s and %s: %w", from, to, err)
		case moved && (credit >= 0 || open <= 0):
			return nil
		case credit >= 0:
			return noCredit(from, credit)
		case open <= 0 || collected:
			return &ConflictError{fmt.Sprintf("nothing is open of invoice %s that is not being collected or set off; right would be another one, or to pay the credit back: dunning invoice repay %s", to, from)}
		}
		amount = money.Min(-credit, open)
		return moveCredit(ctx, tx, client, from, to, amount, by.today(), by)
	})
	return amount, err
}

// freeCredits are what a client has to its credit of each invoice, the oldest first, that no payout takes and nobody asked to pay back. The transaction sees the client.
func freeCredits(ctx context.Context, tx pgx.Tx) ([]settlement.SetOff, error) {
	list, err := rowsOf[settlement.SetOff](ctx, tx, `WITH free AS (SELECT b.number, b.on_day, `+freeOf+` AS cents FROM bill b WHERE b.kind = 'invoice' AND NOT `+beingCollected+`
			AND NOT `+repayAsked+`)
		SELECT number, -cents FROM free WHERE cents < 0 ORDER BY on_day, number`, statuses(settlement.PayoutStatus.Reserves))
	if err != nil {
		return nil, fmt.Errorf("read what a client has to its credit: %w", err)
	}
	return list, nil
}

// moveCredit writes both ends of it, under a key that counts how often it moved between the two.
func moveCredit(ctx context.Context, tx pgx.Tx, client, from, to string, amount money.Amount, on calendar.Date, by Actor) error {
	var before int
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM bill_payment WHERE number = $1 AND other = $2`, from, to).Scan(&before); err != nil {
		return fmt.Errorf("read what moved from invoice %s: %w", from, err)
	}
	for _, end := range []struct {
		number, other, words string
		cents                money.Amount
	}{{from, to, "to " + to, -amount}, {to, from, "of " + from, amount}} {
		p := BillPayment{Key: fmt.Sprintf("credit %s %d", end.words, before+1), Kind: BillMoved, Amount: end.cents, On: on, Other: end.other}
		if err := insertPayment(ctx, tx, client, end.number, p, by); err != nil {
			return err
		}
	}
	return nil
}
