package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// theLastDay is after every other.
var theLastDay = calendar.NewDate(9999, 12, 31)

// verifyOwed compares what a client owes by the books with its invoices, credit notes and payments, and what the books have of it that no invoice says yet.
func verifyOwed(ctx context.Context, tx pgx.Tx, client string, v *Verified) error {
	var must, is money.Amount
	err := tx.QueryRow(ctx, `SELECT (SELECT COALESCE(sum(CASE kind WHEN 'invoice' THEN total - settled ELSE settled - total END), 0) FROM bill)::bigint - (SELECT COALESCE(sum(cents), 0) FROM bill_payment)::bigint,
		(SELECT COALESCE(sum(cents), 0) FROM entry WHERE account = $1)::bigint`, ledger.FromClients).Scan(&must, &is)
	if err != nil {
		return fmt.Errorf("read what client %s owes: %w", client, err)
	}
	unbilled, err := bookedUnbilled(ctx, tx, client)
	if err != nil {
		return err
	}
	v.compare("A120 of client "+client, "what it owes by its invoices, and of what is not invoiced yet,", must+unbilled, is)
	return nil
}

// bookedUnbilled is what the books have of a client that no invoice or credit note says yet.
func bookedUnbilled(ctx context.Context, tx pgx.Tx, client string) (sum money.Amount, err error) {
	fees, err := feesOf(ctx, tx, theLastDay)
	if err != nil {
		return 0, err
	}
	for _, f := range fees {
		sum += f.costs + f.interest + f.monitoring + f.vat - f.taken
	}
	charged, err := chargedLines(ctx, tx, theLastDay)
	if err != nil {
		return 0, err
	}
	for _, l := range charged {
		if l.For.Booked() {
			sum += l.Net + l.VATBooked
		}
	}
	back, err := takenBackDue(ctx, tx, client, theLastDay)
	if err != nil {
		return 0, err
	}
	for _, v := range back {
		for _, l := range v.Lines {
			if l.For.Booked() {
				sum -= l.Net + l.VATBooked
			}
		}
	}
	return sum, nil
}
