package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// chargedKey is before the key of an entry in that of the journal of what the bank charged by it.
const chargedKey = "bank-charge:"

// charge is what the bank charged by an entry, or less than nothing what it gave back.
type charge struct {
	Entry  string
	On     calendar.Date
	Amount money.Amount
	Turn   int // the first, unless it was said before to be none
}

// bankChargeKey is the key of the journals of a charge by an entry, or of those that take it back, by the turn.
func bankChargeKey(entry string, turn int) string {
	if turn > 1 {
		entry += fmt.Sprintf("~%d", turn)
	}
	return chargedKey + entry
}

// entryCharged is the entry by which a journal's charge was.
func entryCharged(key string) string {
	entry, _, _ := strings.Cut(strings.TrimPrefix(key, chargedKey), "~")
	return entry
}

// bookCharges books what the bank charged by the entries of a statement, or of all, as far as it is not booked. The transaction sees no client. It gives how many are new.
func bookCharges(ctx context.Context, tx pgx.Tx, statement string, by Actor) (int, error) {
	return bookChargesOf(ctx, tx, statement, "", by)
}

// bookCharge books what the bank charged by an entry, if it did. The transaction sees no client.
func bookCharge(ctx context.Context, tx pgx.Tx, entry string, by Actor) error {
	_, err := bookChargesOf(ctx, tx, "", entry, by)
	return err
}

func bookChargesOf(ctx context.Context, tx pgx.Tx, statement, entry string, by Actor) (n int, err error) {
	all, err := rowsOf[charge](ctx, tx, `SELECT key, value_on, charged, turn FROM bank_charges($1, $2)`, statement, entry)
	if err != nil {
		return 0, fmt.Errorf("read what the bank charged: %w", err)
	}
	journals := make([]ledger.Journal, 0, 2*len(all))
	for _, c := range all {
		journals = append(journals, ledger.TrustChargedOf(ledger.About{Key: bankChargeKey(c.Entry, c.Turn), On: c.On}, c.Amount)...)
	}
	n, err = post(ctx, tx, by, journals...)
	return n / 2, err // each is one of the trust account and one of the agency
}
