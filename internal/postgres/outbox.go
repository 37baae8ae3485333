package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Message is one row of the outbox.
type Message struct {
	ID       int64
	ClientID string
	ClaimID  string // "" for a message to an agreement
	Name     string // MessageStart or the name of a signal
	Key      string
	Detail   map[string]string
	Attempts int
	// AgreementID is the agreement the message is for, or "".
	AgreementID string
	// Statement is the key of the statement the message is for, or ""; that is of no client.
	Statement string
}

// Ref is the claim the message is for.
func (m Message) Ref() Ref { return Ref{m.ClientID, m.ClaimID} }

// Agreement is the agreement the message is for.
func (m Message) Agreement() AgreementRef { return AgreementRef{m.ClientID, m.AgreementID} }

// TakeMessages leases up to most messages that are due; an undelivered one comes back after the lease, so a crash loses nothing. The lease grows
// to five times its length and no further: when Temporal is back after a night, everything is delivered within the minute.
func (s *Store) TakeMessages(ctx context.Context, most int, leaseFor time.Duration) ([]Message, error) {
	rows, err := s.pool.Query(ctx, `
		UPDATE outbox SET attempts = attempts + 1, next_at = clock_timestamp() + $2::interval * LEAST(attempts + 1, 5)
		WHERE id IN (SELECT id FROM outbox WHERE delivered_at IS NULL AND next_at <= clock_timestamp() ORDER BY next_at, id LIMIT $1 FOR UPDATE SKIP LOCKED)
		RETURNING id, COALESCE(client_id::text, ''), COALESCE(claim_id::text, ''), message, key, detail, attempts, COALESCE(agreement_id::text, ''), COALESCE(statement, '')`, most, leaseFor)
	if err != nil {
		return nil, fmt.Errorf("take messages: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Message])
}

// Delivered notes that messages reached Temporal, or never can (their claim is closed).
func (s *Store) Delivered(ctx context.Context, ids []int64) error {
	_, err := s.pool.Exec(ctx, `UPDATE outbox SET delivered_at = clock_timestamp(), error = '' WHERE id = ANY ($1)`, ids)
	if err != nil {
		return fmt.Errorf("mark %d messages delivered: %w", len(ids), err)
	}
	return nil
}

// Undelivered notes why a message could not be delivered; it comes back when its lease is over.
func (s *Store) Undelivered(ctx context.Context, id int64, cause string) error {
	_, err := s.pool.Exec(ctx, `UPDATE outbox SET error = $2 WHERE id = $1`, id, cause)
	return err
}

// OutboxState says how many messages wait, and since when the oldest does.
func (s *Store) OutboxState(ctx context.Context) (waiting int64, oldest time.Duration, err error) {
	var seconds int64
	err = s.pool.QueryRow(ctx, `SELECT count(*), COALESCE(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::bigint FROM outbox WHERE delivered_at IS NULL`).Scan(&waiting, &seconds)
	return waiting, time.Duration(seconds) * time.Second, err
}

// PruneOutbox forgets messages delivered longer ago than keep.
func (s *Store) PruneOutbox(ctx context.Context, keep time.Duration) (int64, error) {
	tag, err := s.pool.Exec(ctx, `DELETE FROM outbox WHERE delivered_at < clock_timestamp() - $1::interval`, keep)
	return tag.RowsAffected(), err
}

// Wake queues a message for a claim; the sweeper uses it where one was lost.
func (s *Store) Wake(ctx context.Context, ref Ref, message, key string) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return wake(ctx, tx, ref, message, key) })
}

// ClaimsBehind finds claims that are open, or before the court while its outcome is awaited, whose workflow has not read their newest facts for longer than age: a wake-up was lost.
func (s *Store) ClaimsBehind(ctx context.Context, age time.Duration, most int) ([]Ref, error) {
	return s.refs(ctx, `SELECT client_id::text, claim_id::text FROM claims_behind($1, $2)`, age, most)
}

// ClaimsToCheck takes such claims that were not compared with their workflow for longer than age, longest ago first; see Compared.
func (s *Store) ClaimsToCheck(ctx context.Context, age time.Duration, most int) ([]Ref, error) {
	return s.refs(ctx, `SELECT client_id::text, claim_id::text FROM claims_to_check($1, $2)`, age, most)
}

// LettersInDoubt finds claims with a letter whose attempt to send was cut off and not taken up again.
func (s *Store) LettersInDoubt(ctx context.Context, most int) ([]Ref, error) {
	return s.refs(ctx, `SELECT DISTINCT client_id::text, claim_id::text FROM letters_in_doubt($1)`, most)
}

// Compared notes that claims were compared with their workflows; those that were taken and not noted come back after five minutes.
func (s *Store) Compared(ctx context.Context, refs []Ref) error {
	ids := make([]string, len(refs))
	for i, ref := range refs {
		ids[i] = ref.ClaimID
	}
	if _, err := s.pool.Exec(ctx, `SELECT claims_checked($1::text[]::uuid[])`, ids); err != nil {
		return fmt.Errorf("note %d claims compared: %w", len(ids), err)
	}
	return nil
}

// ClaimsNotOpen finds the claims among ids that are closed, for at least a while, or that are not there at all: those have no client.
func (s *Store) ClaimsNotOpen(ctx context.Context, ids []string, forAtLeast time.Duration) ([]Ref, error) {
	return s.refs(ctx, `SELECT COALESCE(client_id::text, ''), claim_id::text FROM claims_not_open($1::text[]::uuid[], $2)`, ids, forAtLeast)
}

// TakePage takes the next page of the round over all running workflows; it comes back when TurnPage did not follow within the lease.
// due is false while another worker has it, and until the next round begins. One that nobody could turn for an hour (Temporal may not know it
// any more) is given up: the round begins again.
func (s *Store) TakePage(ctx context.Context, leaseFor time.Duration) (page []byte, due bool, err error) {
	err = s.pool.QueryRow(ctx, `
		UPDATE sweep SET next_at = clock_timestamp() + $1::interval WHERE name = 'workflows' AND next_at <= clock_timestamp()
		RETURNING CASE WHEN turned_at > clock_timestamp() - interval '1 hour' THEN page ELSE '' END`, leaseFor).Scan(&page)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("take the next page of workflows: %w", err)
	}
	return page, true, nil
}

// TurnPage notes the next page, and after how long it may be taken.
func (s *Store) TurnPage(ctx context.Context, page []byte, after time.Duration) error {
	if page == nil {
		page = []byte{}
	}
	if _, err := s.pool.Exec(ctx, `UPDATE sweep SET page = $1, turned_at = clock_timestamp(), next_at = clock_timestamp() + $2::interval WHERE name = 'workflows'`, page, after); err != nil {
		return fmt.Errorf("note the next page of workflows: %w", err)
	}
	return nil
}

// ClaimOpen says whether a workflow runs a claim: it is open, or before the court and its outcome is awaited. A workflow that ended, or that Temporal forgot, is nobody's loss when it is not.
func (s *Store) ClaimOpen(ctx context.Context, ref Ref) (open bool, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM claim WHERE client_id = $1 AND id = $2 AND (status = 'open' OR court_awaited))`, ref.ClientID, ref.ClaimID).Scan(&open)
	})
	return open, err
}

func (s *Store) refs(ctx context.Context, query string, args ...any) ([]Ref, error) {
	return queryRefs(ctx, s.pool, query, args...)
}

func queryRefs(ctx context.Context, db interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}, query string, args ...any) ([]Ref, error) {
	rows, err := db.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("find claims: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Ref])
}
