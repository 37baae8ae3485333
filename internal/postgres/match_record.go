package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/matching"
)

// RuleRecord is what became of what a rule of matching found last for receipts, as far as persons decided. What the bank took back decides nothing.
type RuleRecord struct {
	Rule      matching.Rule `json:"rule"`
	Shadow    bool          `json:"shadow"`    // what it would have matched, had it not been in shadow
	Automatic int           `json:"automatic"` // booked by itself
	TakenOff  int           `json:"taken_off"` // of these, taken off the claim by a person since
	Confirmed int           `json:"confirmed"` // suggestions of which a person gave the receipt to the first, to the claim
	Corrected int           `json:"corrected"` // suggestions of which a person gave it to another claim, paid it back, or said no
	Waiting   int           `json:"waiting"`   // suggestions that nobody decided about
}

// found is what matching found last for a receipt before a person said no to any claim, and what came of it.
type found struct {
	receipt, gone string
	outcome       matching.Outcome
	rule          matching.Rule
	why           string
	claims, not   []string // first suggested, sorted; rejected
}

// RuleRecords tells what persons decided about what each rule found since a moment, in the order in which rules are asked, those in shadow apart.
func (s *Store) RuleRecords(ctx context.Context, since time.Time) ([]RuleRecord, error) {
	all, err := s.foundSince(ctx, since)
	if err != nil {
		return nil, err
	}
	given, err := s.given(ctx, all)
	if err != nil {
		return nil, err
	}
	rules, _ := matching.Rules()
	records := make([]RuleRecord, 2*len(rules))
	for i, rule := range rules {
		records[2*i], records[2*i+1] = RuleRecord{Rule: rule}, RuleRecord{Rule: rule, Shadow: true}
	}
	for _, f := range all {
		i := 2 * slices.Index(rules, f.rule)
		if f.why == matching.ShadowDoubt {
			i++
		}
		if i >= 0 { // else a rule of before
			records[i].count(f, given[f.receipt])
		}
	}
	return slices.DeleteFunc(records, func(r RuleRecord) bool { return r == RuleRecord{Rule: r.Rule, Shadow: r.Shadow} }), nil
}

// count adds what became of one receipt, which was given to claims, sorted.
func (r *RuleRecord) count(f found, given []string) {
	no := slices.ContainsFunc(f.claims, func(c string) bool { return slices.Contains(f.not, c) })
	switch {
	case f.outcome == matching.Automatic:
		r.Automatic++
		if no {
			r.TakenOff++
		}
	case f.gone == "returned":
	case no || f.gone != "" || len(given) > 0 && !slices.Equal(given, f.claims):
		r.Corrected++
	case len(given) > 0:
		r.Confirmed++
	default:
		r.Waiting++
	}
}

func (s *Store) foundSince(ctx context.Context, since time.Time) ([]found, error) {
	rows, err := s.pool.Query(ctx, `SELECT m.receipt, COALESCE(r.gone, ''), m.outcome, m.rule, m.why, ARRAY(SELECT p ->> 'Claim' FROM jsonb_array_elements(m.proposals -> 0 -> 'Parts') p ORDER BY 1),
		ARRAY(SELECT j.claim_id::text FROM receipt_rejection j WHERE j.receipt = m.receipt)
		FROM (SELECT DISTINCT ON (l.receipt) l.* FROM receipt_match l
			WHERE NOT EXISTS (SELECT FROM receipt_rejection j WHERE j.receipt = l.receipt AND j.rejected_at <= l.matched_at) ORDER BY l.receipt, l.seq DESC) m
		LEFT JOIN receipt r ON r.key = m.receipt WHERE m.matched_at >= $1 AND m.outcome <> 'queue'`, since)
	if err != nil {
		return nil, fmt.Errorf("read what matching found: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (f found, err error) {
		return f, row.Scan(&f.receipt, &f.gone, &f.outcome, &f.rule, &f.why, &f.claims, &f.not)
	})
}

// given are the claims, sorted, that receipts were given to, by receipt.
func (s *Store) given(ctx context.Context, all []found) (map[string][]string, error) {
	keys := make([]string, len(all))
	for i, f := range all {
		keys[i] = f.receipt
	}
	clients, err := s.ClientCodes(ctx)
	if err != nil {
		return nil, err
	}
	given := map[string][]string{}
	for _, client := range clients {
		err := s.moment(ctx, client, func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, `SELECT COALESCE(part_of, key), claim_id::text FROM receipt WHERE client_id = $1 AND claim_id IS NOT NULL AND COALESCE(part_of, key) = ANY ($2) ORDER BY claim_id::text`, client, keys)
			if err != nil {
				return err
			}
			var receipt, claim string
			_, err = pgx.ForEachRow(rows, []any{&receipt, &claim}, func() error { given[receipt] = append(given[receipt], claim); return nil })
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read the receipts of client %s: %w", client, err)
		}
	}
	return given, nil
}
