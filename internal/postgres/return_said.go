package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/money"
)

// ChargeSaid is a person's word that the bank charged an amount with what it took back, or brought back, of an original: a receipt, or the line of a payout by its end-to-end id.
type ChargeSaid struct {
	Original string       `json:"original"`
	Amount   money.Amount `json:"amount"`
	By       string       `json:"by"`
	Reason   string       `json:"reason"`
}

func (c ChargeSaid) String() string {
	return fmt.Sprintf("%s %s %s %s", c.Original, c.Amount, c.By, c.Reason)
}

// addSaid adds what persons say that the bank charged by the lines of a statement, in the order in which they said it.
func (s *Store) addSaid(ctx context.Context, statement string, lines []StatementLine) error {
	rows, err := s.pool.Query(ctx, `SELECT e.entry, e.part, c.original, c.amount, c.approver, c.reason FROM return_charge c JOIN statement_entry e ON e.key = c.entry WHERE e.statement = $1 ORDER BY c.at, c.approver`, statement)
	if err != nil {
		return fmt.Errorf("read what is said of statement %s: %w", statement, err)
	}
	var entry, part int
	var c ChargeSaid
	_, err = pgx.ForEachRow(rows, []any{&entry, &part, &c.Original, &c.Amount, &c.By, &c.Reason}, func() error {
		for i := range lines {
			if lines[i].Entry == entry && lines[i].Part == part {
				lines[i].Said = append(lines[i].Said, c)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read what is said of statement %s: %w", statement, err)
	}
	return nil
}

// PayoutKept is what the bank kept of a line of a payout that it brought back, by an entry of a statement: the agency bears it.
type PayoutKept struct {
	EndToEndID string       `json:"end_to_end_id"`
	Entry      string       `json:"entry"`
	Amount     money.Amount `json:"amount"`
}

// KeptOfPayout gives what the bank kept of what came back of a payout.
func (s *Store) KeptOfPayout(ctx context.Context, payout string) ([]PayoutKept, error) {
	rows, err := s.pool.Query(ctx, `SELECT DISTINCT t.end_to_end_id, e.key, c.charged FROM statement_entry e CROSS JOIN LATERAL payout_told('{}', e.evidence) t
		CROSS JOIN LATERAL bank_charges('', e.key) c WHERE e.payout = $1 AND e.kind = 'payout-returned' AND t.status = 'returned' ORDER BY 1, 2`, payout)
	if err != nil {
		return nil, fmt.Errorf("read what the bank kept of payout %s: %w", payout, err)
	}
	kept, err := pgx.CollectRows(rows, pgx.RowToStructByPos[PayoutKept])
	if err != nil {
		return nil, fmt.Errorf("read what the bank kept of payout %s: %w", payout, err)
	}
	return kept, nil
}
