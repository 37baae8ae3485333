package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Timeline gives the events of a claim in the order of business time.
func (s *Store) Timeline(ctx context.Context, ref Ref) ([]Event, error) {
	var events []Event
	err := s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) (err error) {
		events, err = readEvents(ctx, tx, ref)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read timeline of claim %s: %w", ref.ClaimID, err)
	}
	return events, nil
}

func readEvents(ctx context.Context, tx pgx.Tx, ref Ref) ([]Event, error) {
	rows, err := tx.Query(ctx, `SELECT key, kind, value_on, at, actor, detail, seq FROM case_event WHERE client_id = $1 AND claim_id = $2 ORDER BY at, seq`, ref.ClientID, ref.ClaimID)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Event, err error) {
		err = row.Scan(&e.Key, &e.Kind, &e.On, &e.At, &e.Actor, &e.Detail, &e.seq)
		e.At = e.At.In(calendar.Amsterdam)
		return e, err
	})
}

// ClaimsOf lists the claims of a client with the client's references, in the order of hand-over.
func (s *Store) ClaimsOf(ctx context.Context, clientID string) (refs []Ref, references []string, err error) {
	err = s.tenant(ctx, clientID, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id::text, reference FROM claim WHERE client_id = $1 ORDER BY reference`, clientID)
		if err != nil {
			return err
		}
		var id, reference string
		_, err = pgx.ForEachRow(rows, []any{&id, &reference}, func() error {
			refs, references = append(refs, Ref{clientID, id}), append(references, reference)
			return nil
		})
		return err
	})
	return refs, references, err
}

// EventsOf gives the keys of a claim's events that begin with a text, without it, in the order in which they were recorded.
func (s *Store) EventsOf(ctx context.Context, ref Ref, begin string) (keys []string, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		keys, err = namesOf(ctx, tx, `SELECT substr(key, length($3) + 1) FROM case_event WHERE client_id = $1 AND claim_id = $2 AND starts_with(key, $3) ORDER BY seq`, ref.ClientID, ref.ClaimID, begin)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read events of claim %s: %w", ref.ClaimID, err)
	}
	return keys, nil
}

// LettersOf gives the letters of a claim with their papers, in the order in which they were registered.
func (s *Store) LettersOf(ctx context.Context, ref Ref) ([]Letter, error) {
	var letters []Letter
	err := s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id::text, message_id, step, kind, cycle, channel, state, on_day, pay_by, demanded, subject, body, pdf
			FROM letter WHERE client_id = $1 AND claim_id = $2 ORDER BY claimed_at, step`, ref.ClientID, ref.ClaimID)
		if err != nil {
			return err
		}
		letters, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (l Letter, err error) {
			err = row.Scan(&l.ID, &l.MessageID, &l.Step, &l.Kind, &l.Cycle, &l.Channel, &l.State, &l.On, &l.PayBy, &l.Demanded, &l.Subject, &l.Body, &l.PDF)
			return l, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read letters of claim %s: %w", ref.ClaimID, err)
	}
	return letters, nil
}

// ReceiptsTotal is everything that was booked on the trust account, allocated or not, less what the bank took back.
func (s *Store) ReceiptsTotal(ctx context.Context) (money.Amount, error) {
	var total money.Amount
	err := s.pool.QueryRow(ctx, `SELECT trust_received()`).Scan(&total)
	if err != nil {
		return 0, fmt.Errorf("sum receipts: %w", err)
	}
	return total, nil
}
