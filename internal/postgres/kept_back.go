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

// keptKey begins the keys of journals of what is kept back without a payment.
const keptKey = "kept:"

// paidOrKept is the line of a client (linePaying); when it has none, what is kept back of it at once, which is the agency's part from then on.
func (p Proposing) paidOrKept(ctx context.Context, tx pgx.Tx, to payee, paying settlement.Paying, due payableTo, free money.Amount) (line *settlement.PayoutLine, kept money.Amount, whys []string, err error) {
	line, whys, err = p.linePaying(ctx, tx, to, paying, due, free)
	if err != nil || line != nil {
		return line, 0, whys, err
	}
	kept, why, err := p.keepBack(ctx, tx, to.Client, due)
	if kept > 0 {
		whys = append(whys, why)
	}
	return nil, kept, whys, err
}

// keepBack keeps what a client owes of before, which it got and a bank took back since, of what it is to be paid while nothing is paid to it: as much as both are, so that they do not stand
// against each other until there is a payout. It says how much, and what the client is not paid because of it. Done twice nothing stands the second time. The transaction sees the client.
func (p Proposing) keepBack(ctx context.Context, tx pgx.Tx, client string, due payableTo) (money.Amount, string, error) {
	if _, sum := settlement.KeptBack(due.payables, due.owed); sum == 0 {
		return 0, "", nil
	}
	if _, err := payable(ctx, tx, client, true); err != nil {
		return 0, "", err
	}
	list, owed, err := payables(ctx, tx, client, p.Refund.OverFor(p.booksOn())) // by now
	if err != nil {
		return 0, "", err
	}
	parts, sum := settlement.KeptBack(list, owed)
	if sum == 0 {
		return 0, "", nil
	}
	key, err := insertKept(ctx, tx, client, parts, sum, p.by)
	if err != nil {
		return 0, "", err
	}
	return sum, fmt.Sprintf("%s is kept back for what it was paid before and a bank took back since (%s)", sum, key), bookKept(ctx, tx, client, key, parts, sum, p.by)
}

// booksOn is the day by which is kept back: it is booked at once, so what is ours for good on a later day only is not kept yet.
func (p Proposing) booksOn() calendar.Date {
	if today := p.by.today(); today.Before(p.On) {
		return today
	}
	return p.On
}

// insertKept records it under the next number of the client, whose payable is locked, and gives the key of its journals.
func insertKept(ctx context.Context, tx pgx.Tx, client string, parts []settlement.PayoutPart, sum money.Amount, by Actor) (string, error) {
	var nr int
	err := tx.QueryRow(ctx, `INSERT INTO kept_back (client_id, nr, cents, actor, at) SELECT $1, COALESCE(max(nr), 0) + 1, $2, $3, $4 FROM kept_back WHERE client_id = $1 RETURNING nr`, client, sum, by.Name, by.At).Scan(&nr)
	if err != nil {
		return "", fmt.Errorf("keep back of client %s: %w", client, err)
	}
	for _, t := range parts {
		if _, err := tx.Exec(ctx, `INSERT INTO kept_back_part (client_id, nr, claim_id, cents, received, agency) VALUES ($1, $2, NULLIF($3, '')::uuid, $4, $5, $6)`, client, nr, t.ClaimID, t.Cents, t.Received, t.Agency); err != nil {
			return "", fmt.Errorf("keep back of client %s: %w", client, err)
		}
	}
	return fmt.Sprintf("%s%s:%d", keptKey, client, nr), nil
}

// bookKept books it out of the claims that it is taken of.
func bookKept(ctx context.Context, tx pgx.Tx, client, key string, parts []settlement.PayoutPart, sum money.Amount, by Actor) error {
	untopped, err := notFilled(ctx, tx)
	if err != nil {
		return err
	}
	untopped = money.Min(sum, untopped)
	of := map[string]money.Amount{}
	for _, t := range parts {
		of[t.ClaimID] += t.Cents
	}
	journals := ledger.KeptBackOf(ledger.About{Key: key, On: by.today(), Client: client}, untopped, sum-untopped)
	for i, j := range journals {
		if journals[i], err = j.ByClaim(of); err != nil {
			return err
		}
	}
	_, err = post(ctx, tx, by, journals...)
	return err
}

// insertKeptTold records which of what was kept back of a client the specification of its line tells: all that no line tells which arrived, or still can. The transaction sees the client.
func insertKeptTold(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine) error {
	if l.Kind != settlement.PayoutToClient {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO payout_kept_told (client_id, end_to_end_id, nr) SELECT client_id, $2, nr FROM kept_back k WHERE client_id = $1
		AND NOT EXISTS (SELECT FROM payout_kept_told t WHERE t.client_id = k.client_id AND t.nr = k.nr AND payout_status(t.end_to_end_id) <> ALL ($3))`, l.ClientID, l.EndToEndID, statuses(settlement.PayoutStatus.Dead))
	if err != nil {
		return fmt.Errorf("store what payout line %s tells: %w", l.EndToEndID, err)
	}
	return nil
}
