package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/settlement"
)

// beingCollected says whether an invoice b stands in a collection of which the end is not known.
const beingCollected = `EXISTS (SELECT FROM debit_part p WHERE p.number = b.number AND debit_status(p.end_to_end_id) NOT IN ('booked', 'rejected', 'returned', 'withdrawn', 'late'))`

// setOffs are the invoices of a client up to a day with what is open of them and no proposal sets off or collects, the oldest first. The transaction sees the client.
func setOffs(ctx context.Context, tx pgx.Tx, on calendar.Date) ([]settlement.SetOff, error) {
	list, err := rowsOf[settlement.SetOff](ctx, tx, `
		WITH open AS (SELECT b.number, b.on_day, `+openOf+` - COALESCE((SELECT sum(s.cents) FROM payout_set_off s WHERE s.number = b.number AND payout_status(s.end_to_end_id) = ANY ($2)), 0)::bigint AS cents
			FROM bill b WHERE b.kind = 'invoice' AND b.on_day <= $1 AND NOT `+beingCollected+`)
		SELECT number, cents FROM open WHERE cents > 0 ORDER BY on_day, number`, on, statuses(settlement.PayoutStatus.Reserves))
	if err != nil {
		return nil, fmt.Errorf("read the open invoices: %w", err)
	}
	return list, nil
}

func insertSetOffs(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine) error {
	for _, s := range l.SetOffs {
		if _, err := tx.Exec(ctx, `INSERT INTO payout_set_off (client_id, end_to_end_id, number, cents) VALUES ($1, $2, $3, $4)`, l.ClientID, l.EndToEndID, s.Number, s.Cents); err != nil {
			return fmt.Errorf("store payout line %s: %w", l.EndToEndID, err)
		}
	}
	return nil
}

// setOff books that a line pays invoices of what the client was to be paid. That stands also when the payment comes back. An invoice of which less is open by now, or that is being
// collected, is a *ConflictError. The transaction sees the client.
func setOff(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, by Actor) error {
	if l.SetOff == 0 {
		return nil
	}
	if err := lockBills(ctx, tx); err != nil {
		return err
	}
	for _, s := range l.SetOffs {
		open, err := openBill(ctx, tx, s.Number)
		if err != nil {
			return err
		}
		var collected bool
		if err := tx.QueryRow(ctx, `SELECT `+beingCollected+` FROM bill b WHERE b.number = $1`, s.Number).Scan(&collected); err != nil {
			return fmt.Errorf("read whether invoice %s is collected: %w", s.Number, err)
		}
		if collected {
			return &ConflictError{fmt.Sprintf("payout line %s sets off invoice %s, which is being collected; right would be to withdraw the payout and to propose it again", l.EndToEndID, s.Number)}
		}
		if s.Cents > open {
			return &ConflictError{fmt.Sprintf("payout line %s sets off %s of invoice %s, and %s is open; right would be to withdraw the payout and to propose it again", l.EndToEndID, s.Cents, s.Number, open)}
		}
		if err := insertPayment(ctx, tx, l.ClientID, s.Number, BillPayment{Key: "payout " + l.EndToEndID, Kind: BillSetOff, Amount: s.Cents, On: by.today()}, by); err != nil {
			return err
		}
	}
	_, err := post(ctx, tx, by, ledger.SetOffOf(aboutLine(l, "/set-off", by.today()), l.SetOff)...)
	return err
}
