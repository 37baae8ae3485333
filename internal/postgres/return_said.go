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
	None     bool         `json:"none,omitempty"` // it did not, though two persons said so before
}

func (c ChargeSaid) String() string {
	return fmt.Sprintf("%s %s %s %s", c.Original, c.Amount, c.By, c.Reason)
}

// wordStands is which words on a charge count: of who may approve still, and all that two persons said.
const wordStands = `(word_counts(c.approver, c.removals) OR return_charges(c.entry, c.original, c.amount, c.turn) >= 2)`

// saidOf gives what persons say that the bank charged by lines of statements, by the key of the line, in the order in which they said it; words that count, of the last turn that two said and the one after it.
func (s *Store) saidOf(ctx context.Context, which string, args ...any) (map[string][]ChargeSaid, error) {
	rows, err := s.pool.Query(ctx, `SELECT c.entry, c.original, c.amount, c.approver, min(c.reason), c.turn % 2 = 0 FROM return_charge c JOIN statement_entry e ON e.key = c.entry
		WHERE `+which+` AND `+wordStands+` AND c.turn >= charge_turns(c.entry, c.original, c.amount) GROUP BY 1, 2, 3, 4, c.turn ORDER BY min(c.at), c.approver`, args...)
	if err != nil {
		return nil, fmt.Errorf("read what the bank is said to have charged: %w", err)
	}
	said := map[string][]ChargeSaid{}
	var key string
	var c ChargeSaid
	if _, err = pgx.ForEachRow(rows, []any{&key, &c.Original, &c.Amount, &c.By, &c.Reason, &c.None}, func() error { said[key] = append(said[key], c); return nil }); err != nil {
		return nil, fmt.Errorf("read what the bank is said to have charged: %w", err)
	}
	return said, nil
}

// WaitingLine is a booked line of a statement of which nobody knows yet what it is.
type WaitingLine struct {
	Statement string   `json:"statement"`
	Originals []string `json:"originals"` // the receipts, or lines of payouts, that it brings back by an id, or that persons say it does; none: not known
	StatementLine
}

// WaitingLines gives the booked lines of statements that wait until a person says what they are, the oldest first. Receipts have a list of their own (WaitingReceipts).
func (s *Store) WaitingLines(ctx context.Context) ([]WaitingLine, error) {
	rows, err := s.pool.Query(ctx, `SELECT statement, ARRAY(SELECT unnest(named) FROM return_fits(key, '') UNION SELECT original FROM return_charge c
			WHERE c.entry = key AND c.original <> key AND `+wordStands+` ORDER BY 1), `+lineColumns+`
		FROM statement_entry WHERE key IN (SELECT w.key FROM waiting_lines() w) ORDER BY booked_on, key`)
	if err != nil {
		return nil, fmt.Errorf("list the lines that wait: %w", err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowToStructByPos[WaitingLine])
	if err != nil {
		return nil, fmt.Errorf("list the lines that wait: %w", err)
	}
	said, err := s.saidOf(ctx, `e.key IN (SELECT w.key FROM waiting_lines() w)`)
	for i := range lines {
		lines[i].Said = said[lines[i].Key]
		lines[i].explain()
	}
	return lines, err
}

// PayoutKept is what the bank kept of a line of a payout that it brought back, or charged on top of a payment that it debited, by an entry of a statement: the agency bears it.
type PayoutKept struct {
	EndToEndID string       `json:"end_to_end_id"` // of the line; of a debit of several its batch, or PAYOUT/all
	Entry      string       `json:"entry"`
	Amount     money.Amount `json:"amount"`
	OnTop      bool         `json:"on_top"` // of a debit
}

// KeptOfPayout gives what the bank kept of what came back of a payout, and charged on top of what left.
func (s *Store) KeptOfPayout(ctx context.Context, payout string) ([]PayoutKept, error) {
	rows, err := s.pool.Query(ctx, `SELECT DISTINCT t.end_to_end_id, e.key, c.charged, false FROM statement_entry e CROSS JOIN LATERAL payout_told('{}', e.evidence) t
		CROSS JOIN LATERAL bank_charges('', e.key) c WHERE e.payout = $1 AND e.kind = 'payout-returned' AND t.status = 'returned'
		UNION ALL SELECT payment, entry, charged, true FROM payments_charged($1) ORDER BY 1, 2`, payout)
	if err != nil {
		return nil, fmt.Errorf("read what the bank kept of payout %s: %w", payout, err)
	}
	kept, err := pgx.CollectRows(rows, pgx.RowToStructByPos[PayoutKept])
	if err != nil {
		return nil, fmt.Errorf("read what the bank kept of payout %s: %w", payout, err)
	}
	return kept, nil
}
