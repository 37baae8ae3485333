package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// bookCharge books what the bank charged by an entry of the trust account, or less than nothing what it gave back. The transaction sees no client.
func bookCharge(ctx context.Context, tx pgx.Tx, entry string, on calendar.Date, amount money.Amount, by Actor) error {
	_, err := post(ctx, tx, by, ledger.TrustChargedOf(ledger.About{Key: chargedKey + entry, On: on}, amount)...)
	return err
}

// chargedKey is before the key of an entry in that of the journal of what the bank charged by it.
const chargedKey = "bank-charge:"

// bankCharges are the entries by which the bank charged, of one statement or, when that is empty, of all: for its services, or with what it took back of a receipt.
const bankCharges = `
	SELECT e.key, e.value_on, CASE WHEN e.kind = 'return' THEN e.amount - e.instructed WHEN e.direction = 'debit' THEN e.amount ELSE -e.amount END
	FROM statement_entry e WHERE e.key IS NOT NULL AND $1 IN ('', e.statement) AND (e.kind = 'fee' OR e.kind = 'return' AND e.instructed > 0 AND e.amount <> e.instructed
		AND EXISTS (SELECT FROM statement_entry c WHERE c.kind = 'receipt' AND c.receipt = e.receipt AND c.amount = e.instructed)) ORDER BY e.key`

// charge is what the bank charged by an entry.
type charge struct {
	Entry  string
	On     calendar.Date
	Amount money.Amount
}

// bookCharges books what the bank charged by the entries of a statement, or of all, as far as it is not booked. The transaction sees no client. It gives how many are new.
func bookCharges(ctx context.Context, tx pgx.Tx, statement string, by Actor) (n int, err error) {
	all, err := rowsOf[charge](ctx, tx, bankCharges, statement)
	if err != nil {
		return 0, fmt.Errorf("read what the bank charged: %w", err)
	}
	journals := make([]ledger.Journal, 0, 2*len(all))
	for _, c := range all {
		journals = append(journals, ledger.TrustChargedOf(ledger.About{Key: chargedKey + c.Entry, On: c.On}, c.Amount)...)
	}
	n, err = post(ctx, tx, by, journals...)
	return n / 2, err // each is one of the trust account and one of the agency
}
