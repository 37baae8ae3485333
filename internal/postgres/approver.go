package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"
)

// Approvals is how many persons approve that money leaves, or where to.
const Approvals = 2

// AddApprover lets a person approve payouts and accounts, as the role that owns the tables: the application cannot. Told twice it is once, whatever the capitals.
// Who was removed and is added again has said nothing before.
func AddApprover(ctx context.Context, ownerURL, name string) error {
	if name = strings.TrimSpace(name); name == "" || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return &ConflictError{"the name is empty or has a character that nobody sees; right would be the name of a person"}
	}
	return asOwner(ctx, ownerURL, `INSERT INTO approver (name) VALUES ($1) ON CONFLICT (lower(name)) DO UPDATE SET removed_at = NULL`, name)
}

// RemoveApprover ends that a person may approve, also what it approved and was not sent yet. ErrNotFound when it could not.
func RemoveApprover(ctx context.Context, ownerURL, name string) error {
	return asOwner(ctx, ownerURL, `UPDATE approver SET removed_at = clock_timestamp() WHERE lower(name) = lower(btrim($1)) AND removed_at IS NULL`, name)
}

func asOwner(ctx context.Context, ownerURL, sql, name string) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("connect to the database as its owner: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	done, err := conn.Exec(ctx, sql, name)
	if err == nil && done.RowsAffected() == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("approver %q: %w", name, err)
	}
	return nil
}

// Approvers are who may approve now, sorted.
func (s *Store) Approvers(ctx context.Context) (names []string, err error) {
	err = s.moment(ctx, "", func(tx pgx.Tx) error {
		names, err = namesOf(ctx, tx, `SELECT name FROM approver WHERE removed_at IS NULL ORDER BY name`)
		return err
	})
	return names, err
}

func namesOf(ctx context.Context, tx pgx.Tx, sql string, args ...any) ([]string, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// NotApproverError says that somebody may not approve.
type NotApproverError struct{ Name string }

func (e *NotApproverError) Error() string {
	return fmt.Sprintf("%q may not approve; right would be a name of `dunning payout approver list`", e.Name)
}

// approver is the name under which somebody may approve. The transaction sees no client.
func approver(ctx context.Context, tx pgx.Tx, name string) (known string, err error) {
	err = tx.QueryRow(ctx, `SELECT name FROM approver WHERE lower(name) = lower(btrim($1)) AND removed_at IS NULL`, name).Scan(&known)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", &NotApproverError{name}
	}
	if err != nil {
		return "", fmt.Errorf("look up approver: %w", err)
	}
	return known, nil
}

// approverOf is the name under which somebody may approve; the transaction sees the client before and after it.
func approverOf(ctx context.Context, tx pgx.Tx, client, name string) (string, error) {
	if err := setTenant(ctx, tx, ""); err != nil {
		return "", err
	}
	known, err := approver(ctx, tx, name)
	if err != nil {
		return "", err
	}
	return known, setTenant(ctx, tx, client)
}
