// Package postgres keeps the facts: the case file, the letter register and the outbox, each change in one transaction with its event.
// It must not decide what happens next and must not send anything.
package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Store reads and changes facts as the application role, which owns nothing and sees one client at a time.
type Store struct{ pool *pgxpool.Pool }

// NewStore uses pool, whose role is dunning_app.
func NewStore(pool *pgxpool.Pool) *Store { return &Store{pool} }

// ErrNotFound says that the thing asked for is not there, or is another client's.
var ErrNotFound = errors.New("not found")

// Ref names a claim and the client that owns it.
type Ref struct {
	ClientID string `json:"client_id"`
	ClaimID  string `json:"claim_id"`
}

// tenant runs work in one transaction that sees only the rows of one client (row-level security).
func (s *Store) tenant(ctx context.Context, clientID string, work func(tx pgx.Tx) error) error {
	return s.asTenant(ctx, "begin", clientID, work)
}

// asTenant begins a transaction and sets its client in one round trip.
func (s *Store) asTenant(ctx context.Context, begin, clientID string, work func(tx pgx.Tx) error) error {
	if clientID != "" { // it stands in the statement itself
		id, err := uuid.Parse(clientID)
		if err != nil {
			return fmt.Errorf("client %q: %w", clientID, err)
		}
		clientID = id.String()
	}
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{BeginQuery: begin + "; SET LOCAL app.client_id = '" + clientID + "'"}, work)
}

// moment reads as tenant does, all of it as it was at one moment, and waits for nobody.
func (s *Store) moment(ctx context.Context, clientID string, work func(tx pgx.Tx) error) error {
	return s.asTenant(ctx, "begin isolation level repeatable read read only", clientID, work)
}

// setTenant holds until the transaction ends.
func setTenant(ctx context.Context, tx pgx.Tx, clientID string) error {
	if _, err := tx.Exec(ctx, `SELECT set_config('app.client_id', $1, true)`, clientID); err != nil {
		return fmt.Errorf("set tenant %s: %w", clientID, err)
	}
	return nil
}

// asAgency asks, in a transaction of a client, what is the agency's alone: the schema refuses that to a client (agencys_alone). The transaction sees its client again after it.
func asAgency(ctx context.Context, tx pgx.Tx, ask func() error) error {
	var client string
	if err := tx.QueryRow(ctx, `SELECT COALESCE(tenant()::text, '')`).Scan(&client); err != nil {
		return fmt.Errorf("read the tenant: %w", err)
	}
	if err := setTenant(ctx, tx, ""); err != nil {
		return err
	}
	if err := ask(); err != nil {
		return err
	}
	return setTenant(ctx, tx, client)
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.pool.Ping(ctx) }

// NotAnID is ErrNotFound for a text that cannot be the id of a claim.
func NotAnID(text string) error {
	return fmt.Errorf("claim %q: %w: an id looks like 770370de-b212-50ad-9c75-f12267332a27", text, ErrNotFound)
}

// ClientOfClaim tells whose a claim is. ErrNotFound when there is no such claim.
func (s *Store) ClientOfClaim(ctx context.Context, claimID string) (Ref, error) {
	if _, err := uuid.Parse(claimID); err != nil {
		return Ref{}, NotAnID(claimID)
	}
	var client *string
	if err := s.pool.QueryRow(ctx, `SELECT client_of_claim($1)::text`, claimID).Scan(&client); err != nil {
		return Ref{}, fmt.Errorf("look up claim %s: %w", claimID, err)
	}
	if client == nil {
		return Ref{}, fmt.Errorf("claim %s: %w; right would be the id that dunning claim submit printed", claimID, ErrNotFound)
	}
	return Ref{*client, claimID}, nil
}

// ClientCodes gives the id of every client by its code.
func (s *Store) ClientCodes(ctx context.Context) (map[string]string, error) {
	rows, err := s.pool.Query(ctx, `SELECT code, id::text FROM client_ids()`)
	if err != nil {
		return nil, fmt.Errorf("list clients: %w", err)
	}
	ids := map[string]string{}
	var code, id string
	_, err = pgx.ForEachRow(rows, []any{&code, &id}, func() error { ids[code] = id; return nil })
	return ids, err
}
