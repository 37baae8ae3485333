package postgres

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema to the newest version, forward only, as the role that owns it. Two at once wait for each other.
// It returns the names of the migrations it applied; none when the schema was up to date.
func Migrate(ctx context.Context, ownerURL string) (applied []string, err error) {
	cfg, err := pgx.ParseConfig(ownerURL)
	if err != nil {
		return nil, fmt.Errorf("parse database.owner_url: %w", err)
	}
	db := stdlib.OpenDB(*cfg)
	defer func() { _ = db.Close() }()
	provider, err := provider(db)
	if err != nil {
		return nil, err
	}
	results, err := provider.Up(ctx)
	for _, result := range results {
		applied = append(applied, result.Source.Path)
	}
	if err != nil {
		return applied, fmt.Errorf("migrate: %w", err)
	}
	return applied, nil
}

// Unanswered says, in place of the error of whatever asked PostgreSQL, where nobody answers and what would be right. Any other error it gives back as it is.
func Unanswered(err error) error {
	var connecting *pgconn.ConnectError
	var said *pgconn.PgError
	var network *net.OpError
	if !errors.As(err, &connecting) || errors.As(err, &said) || !errors.As(err, &network) {
		return err
	}
	return fmt.Errorf("PostgreSQL does not answer at %s (%w): right would be one that runs (on this machine: dunning dev, and eval \"$(dunning dev --print-env)\"), or another database.url and database.owner_url", network.Addr, network.Err)
}

// SchemaCurrent says whether the database has every migration this program knows.
func SchemaCurrent(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	var exists, readable bool
	err = conn.QueryRow(ctx, `SELECT to_regclass('claim') IS NOT NULL, COALESCE(has_table_privilege(to_regclass('goose_db_version'), 'SELECT'), false)`).Scan(&exists, &readable)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if !exists {
		return fmt.Errorf("the database has no schema yet (%d migrations): run `dunning migrate`", len(files))
	}
	applied := 1 // a schema of before the second migration does not show its version to the application
	if readable {
		if err := conn.QueryRow(ctx, `SELECT count(DISTINCT version_id) FROM goose_db_version WHERE is_applied AND version_id > 0`).Scan(&applied); err != nil {
			return fmt.Errorf("read schema version: %w", err)
		}
	}
	if applied < len(files) {
		return fmt.Errorf("the database has %d of %d migrations: run `dunning migrate`", applied, len(files))
	}
	return nil
}

func provider(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, fmt.Errorf("make migration lock: %w", err)
	}
	return goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
}

// Fingerprint names the schema this program brings: tests keep one template database per fingerprint.
func Fingerprint() string {
	sum := sha256.New()
	files, _ := fs.Glob(migrations, "migrations/*.sql") // the pattern is constant
	for _, name := range files {
		data, _ := migrations.ReadFile(name) // embedded
		sum.Write(data)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}
