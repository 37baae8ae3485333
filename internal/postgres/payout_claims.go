package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/settlement"
)

// PaidClaim is what a line of a payout pays of a claim, with what its client calls it and who owed it; empty for what is of no claim.
type PaidClaim struct {
	Part              settlement.PayoutPart
	Reference, Debtor string
}

// PaidTo is what a payout pays a client, with every claim that it pays, by what the client calls them.
type PaidTo struct {
	Client Party // as it is now: name, address and language
	Line   settlement.PayoutLine
	Claims []PaidClaim
}

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
		rows, err := tx.Query(ctx, `SELECT COALESCE(t.claim_id::text, ''), t.cents, t.received, t.agency, COALESCE(c.reference, ''), COALESCE(d.name, '')
			FROM payout_part t LEFT JOIN claim c ON c.id = t.claim_id LEFT JOIN debtor d ON d.client_id = c.client_id AND d.id = c.debtor_id WHERE t.end_to_end_id = $1 ORDER BY c.reference, t.claim_id`, p.Line.EndToEndID)
		if err != nil {
			return fmt.Errorf("read the claims of payout line %s: %w", p.Line.EndToEndID, err)
		}
		p.Claims, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c PaidClaim, err error) {
			err = row.Scan(&c.Part.ClaimID, &c.Part.Cents, &c.Part.Received, &c.Part.Agency, &c.Reference, &c.Debtor)
			return c, err
		})
		return err
	})
	return p, err
}
