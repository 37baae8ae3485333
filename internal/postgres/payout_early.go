package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// notFetchable insists that what a line pays is ours for good today, when the file of its payout is made before the day as of which that was computed: money that can be fetched back today leaves on no promise.
// From that day on it is. The transaction sees whom the line pays, before and after it.
func notFetchable(ctx context.Context, tx pgx.Tx, p settlement.Payout, l settlement.PayoutLine, term settlement.RefundTerm, by Actor) (err error) {
	if !p.On.After(by.today()) {
		return nil
	}
	over, waiting := term.OverFor(by.today()), money.Amount(0)
	if l.Kind == settlement.PayoutToClient {
		if waiting, err = fetchableOfClient(ctx, tx, l, over); err != nil {
			return err
		}
	}
	if ofAgency := ofAgencysPart(l); ofAgency > 0 {
		short, err := fetchableOfAgency(ctx, tx, over)
		if err != nil {
			return err
		}
		waiting += money.Min(short, ofAgency)
	}
	if waiting > 0 {
		return &ConflictError{fmt.Sprintf("payout %s, line %d: %s of it was collected by direct debit and can still be fetched back; right would be to make its file on %s, as of which it was proposed, or later", p.ID, l.Nr, waiting, p.On)}
	}
	return setTenant(ctx, tx, l.ClientID)
}

// ofAgencysPart is what a line pays of the agency's part: to the agency, or to a client of what that has to its credit.
func ofAgencysPart(l settlement.PayoutLine) money.Amount {
	if l.Kind == settlement.PayoutOfFees {
		return l.Cents
	}
	return l.Credit()
}

// fetchableOfClient is how much of what a line pays its client can be fetched back, of direct debits of a later day than over: of debtors, and of the client's own that it has to its credit.
func fetchableOfClient(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, over calendar.Date) (sum money.Amount, err error) {
	left, _, err := payables(ctx, tx, l.ClientID, over) // less what this payout takes
	if err != nil {
		return 0, err
	}
	sum = l.Fetchable(left)
	for _, s := range l.SetOffs {
		if s.Cents > 0 {
			continue
		}
		var free money.Amount
		if err := tx.QueryRow(ctx, `SELECT GREATEST(0, -`+openOf+` - `+fetchable+`) FROM bill b WHERE b.number = $1 `, s.Number, dayOrNull(over)).Scan(&free); err != nil {
			return 0, fmt.Errorf("read what of the credit of invoice %s can be fetched back: %w", s.Number, err)
		}
		sum += money.Max(0, -s.Cents-free)
	}
	return sum, nil
}

// fetchableOfAgency is how much more proposals take of the agency's part than is there without direct debits of a later day than over: without all of them, as when it is proposed. The transaction sees no client after it.
func fetchableOfAgency(ctx context.Context, tx pgx.Tx, over calendar.Date) (money.Amount, error) {
	clients, err := payoutClients(ctx, tx)
	if err != nil {
		return 0, err
	}
	left, err := fees(ctx, tx) // less what this payout takes
	if err != nil {
		return 0, err
	}
	left = money.Max(0, left) // what is short by other things is not to be fetched back
	for client := range clients {
		if err := setTenant(ctx, tx, client); err != nil {
			return 0, err
		}
		its, _, err := payables(ctx, tx, client, over)
		if err != nil {
			return 0, err
		}
		left -= waits(its)
	}
	return money.Max(0, -left), setTenant(ctx, tx, "")
}
