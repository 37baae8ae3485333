package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// TypedReceipt is a receipt of which a payout pays, that a person typed and no statement of the bank has told: until one does, that person's word alone says that the money is there.
type TypedReceipt struct {
	Line    int           `json:"line"`             // of the payout
	Client  string        `json:"client,omitempty"` // code; empty: a refund of what is nobody's
	ClaimID string        `json:"claim,omitempty"`
	Receipt string        `json:"receipt"`
	Amount  money.Amount  `json:"amount"` // of the receipt, or of its part for the claim
	On      calendar.Date `json:"on"`     // value date
	By      string        `json:"by,omitempty"`
}

// typedOfClaims are the receipts of which a payout tells as received for the claims that it pays: of each claim the newest by the time of the proposal, as much as that is. Taken back is none.
const typedOfClaims = `
	WITH told AS (SELECT l.nr, t.claim_id, t.received FROM payout_line l JOIN payout_part t ON t.client_id = l.client_id AND t.end_to_end_id = l.end_to_end_id
			WHERE l.payout = $1 AND l.client_id = tenant() AND t.received > 0),
		came AS (SELECT t.nr, t.claim_id, COALESCE(receipt.part_of, receipt.key) AS key, receipt.amount, receipt.value_on, e.actor, t.received,
				sum(receipt.amount) OVER (PARTITION BY t.nr, t.claim_id ORDER BY e.seq DESC) - receipt.amount AS newer
			FROM told t JOIN receipt ON receipt.client_id = tenant() AND receipt.claim_id = t.claim_id
			JOIN case_event e ON e.client_id = tenant() AND e.claim_id = t.claim_id AND e.key = 'receipt:' || COALESCE(receipt.settled_as, receipt.key) AND e.at <= $2
			WHERE NOT ` + receiptTaken + `)
	SELECT nr, (SELECT code FROM client WHERE id = tenant()), claim_id::text, key, amount, value_on, actor FROM came WHERE newer < received`

// typedOfRefunds are the receipts that a payout gives back.
const typedOfRefunds = `SELECT l.nr, COALESCE((SELECT code FROM client WHERE id = tenant()), ''), COALESCE(f.claim_id::text, ''), f.receipt, l.cents, r.value_on, ''
	FROM payout_line l JOIN refund f ON f.key = l.refund JOIN receipt r ON r.key = f.receipt WHERE l.payout = $1 AND l.client_id IS NOT DISTINCT FROM tenant()`

// TypedReceipts gives what a payout pays, to clients and back to debtors, of receipts that a person typed and no statement tells by now, in the order of its lines. ErrNotFound when there is no such payout.
func (s *Store) TypedReceipts(ctx context.Context, payout string) (typed []TypedReceipt, err error) {
	err = s.moment(ctx, "", func(tx pgx.Tx) error {
		p, err := readPayout(ctx, tx, payout)
		if err != nil {
			return err
		}
		var proposed time.Time
		if err := tx.QueryRow(ctx, `SELECT proposed_at FROM payout WHERE id = $1`, payout).Scan(&proposed); err != nil {
			return fmt.Errorf("read payout %s: %w", payout, err)
		}
		for _, client := range clientsOf(p) {
			if err := setTenant(ctx, tx, client); err != nil {
				return err
			}
			for _, q := range []struct {
				sql  string
				args []any
			}{{typedOfClaims, []any{payout, proposed}}, {typedOfRefunds, []any{payout}}} {
				more, err := rowsOf[TypedReceipt](ctx, tx, q.sql, q.args...)
				if err != nil {
					return fmt.Errorf("read of what payout %s pays: %w", payout, err)
				}
				typed = append(typed, more...)
			}
		}
		typed, err = notBrought(ctx, tx, typed)
		return err
	})
	slices.SortFunc(typed, func(a, b TypedReceipt) int {
		return cmp.Or(a.Line-b.Line, a.On.Compare(b.On), cmp.Compare(a.Receipt, b.Receipt), cmp.Compare(a.ClaimID, b.ClaimID))
	})
	return typed, err
}

// clientsOf are whom a payout pays, each once; the agency and who has no client are "".
func clientsOf(p settlement.Payout) (clients []string) {
	for _, l := range p.Lines {
		clients = append(clients, l.ClientID)
	}
	slices.Sort(clients)
	return slices.Compact(clients)
}

// notBrought leaves out the receipts that a line of a statement made. The transaction sees no client after it.
func notBrought(ctx context.Context, tx pgx.Tx, all []TypedReceipt) ([]TypedReceipt, error) {
	if err := setTenant(ctx, tx, ""); err != nil {
		return nil, err
	}
	keys := make([]string, len(all))
	for i, r := range all {
		keys[i] = r.Receipt
	}
	brought, err := namesOf(ctx, tx, `SELECT receipt FROM statement_entry WHERE receipt = ANY ($1) AND kind = 'receipt'`, keys)
	if err != nil {
		return nil, fmt.Errorf("look for receipts in the statements: %w", err)
	}
	return slices.DeleteFunc(all, func(r TypedReceipt) bool { return slices.Contains(brought, r.Receipt) }), nil
}
