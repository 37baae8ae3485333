package devstack

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// The application connects as two roles, as in production: the owner runs the migrations, the app
// role owns nothing and is held by row-level security. Neither may create databases or roles.
const (
	OwnerRole = "dunning_owner"
	AppRole   = "dunning_app"
)

// EnsureRoles makes the two roles on the server of the superuser's URL. Roles belong to the whole
// cluster, so several processes may do this at once; losing that race is success.
func EnsureRoles(ctx context.Context, superuserURL string) error {
	conn, err := pgx.Connect(ctx, superuserURL)
	if err != nil {
		return fmt.Errorf("connect to make roles: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, role := range []string{OwnerRole, AppRole} {
		_, err := conn.Exec(ctx, "CREATE ROLE "+pgx.Identifier{role}.Sanitize()+
			" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
		if err != nil && !already(err) {
			return fmt.Errorf("create role %s: %w", role, err)
		}
	}
	return nil
}

// CreateDatabase makes a database that the owner role owns. One that exists is left as it is.
func (p *Postgres) CreateDatabase(ctx context.Context, name string) error {
	conn, err := pgx.Connect(ctx, p.URL(""))
	if err != nil {
		return fmt.Errorf("connect to create database %s: %w", name, err)
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()+" OWNER "+OwnerRole)
	if err != nil && !already(err) {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}

// CopyDatabase makes a database that the owner role owns, with what another has in it, to which nobody is connected. What belongs to
// a database rather than to its schema (ALTER DATABASE ... SET, GRANT ON DATABASE) is not copied.
func (p *Postgres) CopyDatabase(ctx context.Context, name, template string) error {
	conn, err := pgx.Connect(ctx, p.URL(""))
	if err != nil {
		return fmt.Errorf("connect to copy database %s: %w", template, err)
	}
	defer func() { _ = conn.Close(ctx) }()
	// Copying files takes half the time of copying through the log when nothing is flushed.
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()+" TEMPLATE "+pgx.Identifier{template}.Sanitize()+" STRATEGY file_copy OWNER "+OwnerRole)
	if err != nil {
		return fmt.Errorf("copy database %s to %s: %w", template, name, err)
	}
	return nil
}

// already reports whether a CREATE failed because the thing is there, or because another session
// made it at the same moment (then it is the catalogue's unique index that complains).
func already(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	switch pg.Code {
	case "42710", "42P04", "23505": // duplicate_object, duplicate_database, unique_violation
		return true
	}
	return false
}
