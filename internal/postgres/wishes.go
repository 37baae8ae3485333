package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// Told is by whom a wish was told that the case file has, and on which day it was recorded; zero: it has none such.
type Told struct {
	By string
	On calendar.Date
}

// DecisionTold says by whom the decision that stands was told, if it is this choice and no default: the court at a fixed price, VAT included, or without our procedure when that is nil.
func (s *Store) DecisionTold(ctx context.Context, ref Ref, choice claim.Choice, fixed *money.Amount) (Told, error) {
	wish := map[string]any{"choice": string(choice), "default": false, "fixed_price": nil}
	if fixed != nil {
		wish["fixed_price"] = fixed.String()
	}
	return s.told(ctx, ref, wish, eventDecision, eventTakenBack)
}

// EndingTold says by whom the end of debt monitoring was told, if it is this one.
func (s *Store) EndingTold(ctx context.Context, ref Ref, because claim.Ending) (Told, error) {
	return s.told(ctx, ref, map[string]any{"because": string(because)}, eventMonitoringEnded)
}

// told compares a wish with the last event of some kinds; what the wish has nil, the event has not.
func (s *Store) told(ctx context.Context, ref Ref, wish map[string]any, kinds ...string) (Told, error) {
	var e Event
	err := s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `SELECT actor, value_on, detail FROM case_event WHERE client_id = $1 AND claim_id = $2 AND kind = ANY($3) ORDER BY seq DESC LIMIT 1`,
			ref.ClientID, ref.ClaimID, kinds).Scan(&e.Actor, &e.On, &e.Detail)
	})
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Told{}, fmt.Errorf("read what was told of claim %s: %w", ref.ClaimID, err)
	}
	for field, said := range wish {
		if e.Detail[field] != said {
			return Told{}, nil
		}
	}
	return Told{e.Actor, e.On}, nil
}
