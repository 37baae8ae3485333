package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// beingCollected says whether an invoice b stands in a collection of which the end is not known.
const beingCollected = `EXISTS (SELECT FROM debit_part p WHERE p.number = b.number AND debit_status(p.end_to_end_id) NOT IN ('booked', 'rejected', 'returned', 'withdrawn', 'late'))`

// freeOf is what is open of an invoice b and no proposal takes; less than nothing: the client has it to its credit, and no proposal pays it back.
const freeOf = `(SELECT CASE WHEN f.open < 0 THEN LEAST(0, f.open - f.back) ELSE GREATEST(0, f.open - f.kept) END
	FROM (SELECT ` + openOf + ` AS open, COALESCE(sum(s.cents) FILTER (WHERE s.cents > 0), 0) AS kept, COALESCE(sum(s.cents) FILTER (WHERE s.cents < 0), 0) AS back
		FROM payout_set_off s WHERE s.number = b.number AND payout_status(s.end_to_end_id) = ANY ($1)) f)::bigint`

// fetchable is what was collected of an invoice b by direct debits that can be fetched back without a reason: those of a later day than $2, all of them when that is null. A B2B one cannot be.
const fetchable = `COALESCE((SELECT sum(p.cents) FROM debit_part p JOIN debit d ON d.end_to_end_id = p.end_to_end_id JOIN mandate m ON m.umr = d.umr AND NOT m.b2b
	JOIN debit_step s ON s.end_to_end_id = d.end_to_end_id AND s.status = 'booked' AND ($2::date IS NULL OR s.on_day > $2)
	WHERE p.number = b.number AND debit_status(d.end_to_end_id) = 'booked'), 0)::bigint`

// setOffs are what a client has to its credit of its invoices, where netting was agreed or a person asked that it is paid back; and, where it was agreed, the invoices up to a day with
// what is open of them and no proposal sets off or collects. The oldest first of each. A credit that was collected and can be fetched back waits, as payouts do: of direct debits of a later
// day than over. The transaction sees the client.
func setOffs(ctx context.Context, tx pgx.Tx, on calendar.Date, agreed bool, over calendar.Date) (list []settlement.SetOff, waiting money.Amount, err error) {
	type open struct {
		Number         string
		Cents, Waiting money.Amount
	}
	its, err := rowsOf[open](ctx, tx, `
		WITH open AS (SELECT b.number, b.on_day, `+freeOf+` AS cents, `+repayAsked+` AS asked, `+fetchable+` AS fetchable
			FROM bill b WHERE b.kind = 'invoice' AND b.on_day <= $4 AND NOT `+beingCollected+`)
		SELECT number, cents, LEAST(fetchable, GREATEST(-cents, 0)) FROM open WHERE cents <> 0 AND ($3 OR cents < 0 AND asked) ORDER BY cents > 0, on_day, number`,
		statuses(settlement.PayoutStatus.Reserves), dayOrNull(over), agreed, on)
	if err != nil {
		return nil, 0, fmt.Errorf("read the open invoices: %w", err)
	}
	for _, v := range its {
		waiting += v.Waiting
		if left := v.Cents + v.Waiting; left != 0 {
			list = append(list, settlement.SetOff{Number: v.Number, Cents: left})
		}
	}
	return list, waiting, nil
}

func insertSetOffs(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine) error {
	for _, s := range l.SetOffs {
		if _, err := tx.Exec(ctx, `INSERT INTO payout_set_off (client_id, end_to_end_id, number, cents) VALUES ($1, $2, $3, $4)`, l.ClientID, l.EndToEndID, s.Number, s.Cents); err != nil {
			return fmt.Errorf("store payout line %s: %w", l.EndToEndID, err)
		}
	}
	return nil
}

// setOff books that a line pays invoices of what the client was to be paid, and records of what invoices it pays the client what it has to its credit (submit books that). That stands also when the payment comes back. An invoice of which less is
// open by now, or that is being collected, is a *ConflictError, and so is a credit that is less. The transaction sees the client.
func setOff(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, by Actor) error {
	if len(l.SetOffs) == 0 {
		return nil
	}
	if err := lockBills(ctx, tx); err != nil {
		return err
	}
	for _, s := range l.SetOffs {
		if err := stillOpen(ctx, tx, l, s); err != nil {
			return err
		}
		kind := BillSetOff
		if s.Cents < 0 {
			kind = BillRepaid
		}
		if err := insertPayment(ctx, tx, l.ClientID, s.Number, BillPayment{Key: "payout " + l.EndToEndID, Kind: kind, Amount: s.Cents, On: by.today()}, by); err != nil {
			return err
		}
	}
	_, err := post(ctx, tx, by, ledger.SetOffOf(aboutLine(l, "/set-off", by.today()), l.SetOff+l.Credit())...)
	return err
}

// stillOpen insists that what a line sets off, or pays back, is still there.
func stillOpen(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, s settlement.SetOff) error {
	const again = "; right would be to withdraw the payout and to propose it again"
	open, err := openBill(ctx, tx, s.Number)
	if err != nil {
		return err
	}
	var collected bool
	if err := tx.QueryRow(ctx, `SELECT `+beingCollected+` FROM bill b WHERE b.number = $1`, s.Number).Scan(&collected); err != nil {
		return fmt.Errorf("read whether invoice %s is collected: %w", s.Number, err)
	}
	switch {
	case collected:
		return &ConflictError{fmt.Sprintf("payout line %s sets off invoice %s, which is being collected%s", l.EndToEndID, s.Number, again)}
	case s.Cents > 0 && s.Cents > open:
		return &ConflictError{fmt.Sprintf("payout line %s sets off %s of invoice %s, and %s is open%s", l.EndToEndID, s.Cents, s.Number, open, again)}
	case s.Cents < 0 && s.Cents < open:
		return &ConflictError{fmt.Sprintf("payout line %s pays %s back that the client has to its credit of invoice %s, and that is %s by now%s", l.EndToEndID, -s.Cents, s.Number, -open, again)}
	}
	return nil
}
