package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// PaidClaim is what a line of a payout pays of a claim, with what its client calls it and who owed it; empty for what is of no claim.
type PaidClaim struct {
	Part              settlement.PayoutPart
	Reference, Debtor string
}

// PaidTo is what a payout pays a client, with every claim that it pays, by what the client calls them. Before is what was kept back without a payment and its specification tells, which its
// claims include: what no other did when it was proposed.
type PaidTo struct {
	Client Party // as it is now: name, address and language
	Line   settlement.PayoutLine
	Before money.Amount
	Claims []PaidClaim
}

// paidClaims are what a line pays, with what it tells that was kept back without a payment.
const paidClaims = `
	WITH part AS (SELECT claim_id, cents, received, agency, 0 AS before FROM payout_part WHERE end_to_end_id = $1
		UNION ALL SELECT t.claim_id, t.cents, t.received, t.agency, t.cents FROM payout_kept_told k JOIN kept_back_part t ON t.client_id = k.client_id AND t.nr = k.nr WHERE k.end_to_end_id = $1)
	SELECT COALESCE(t.claim_id::text, ''), sum(t.cents)::bigint, sum(t.received)::bigint, sum(t.agency)::bigint, COALESCE(c.reference, ''), COALESCE(d.name, ''), sum(t.before)::bigint
	FROM part t LEFT JOIN claim c ON c.id = t.claim_id LEFT JOIN debtor d ON d.client_id = c.client_id AND d.id = c.debtor_id GROUP BY t.claim_id, c.reference, d.name ORDER BY c.reference, t.claim_id`

// PaidTo is what a payout pays a client. ErrNotFound when it does not pay that client.
func (s *Store) PaidTo(ctx context.Context, id, clientID string) (p PaidTo, err error) {
	err = s.moment(ctx, clientID, func(tx pgx.Tx) error {
		lines, err := readPayoutLines(ctx, tx, id)
		lines = slices.DeleteFunc(lines, func(l settlement.PayoutLine) bool { return l.Kind != settlement.PayoutToClient })
		if err == nil && len(lines) == 0 {
			err = fmt.Errorf("line of payout %s for client %s: %w", id, clientID, ErrNotFound)
		}
		if err != nil {
			return err
		}
		p.Line = lines[0]
		if err := tx.QueryRow(ctx, `SELECT name, street, postcode, town, language FROM client WHERE id = $1`, clientID).Scan(&p.Client.Name, &p.Client.Street, &p.Client.Postcode, &p.Client.Town, &p.Client.Language); err != nil {
			return fmt.Errorf("read client %s: %w", clientID, err)
		}
		rows, err := tx.Query(ctx, paidClaims, p.Line.EndToEndID)
		if err != nil {
			return fmt.Errorf("read the claims of payout line %s: %w", p.Line.EndToEndID, err)
		}
		p.Claims, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c PaidClaim, err error) {
			var before money.Amount
			err = row.Scan(&c.Part.ClaimID, &c.Part.Cents, &c.Part.Received, &c.Part.Agency, &c.Reference, &c.Debtor, &before)
			p.Before += before
			return c, err
		})
		return err
	})
	return p, err
}
