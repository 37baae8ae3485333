package testkit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Names of databases on the shared server; dropLeftovers knows them too.
const (
	testPrefix     = "t_"
	templatePrefix = "tmpl_"
	buildPrefix    = "build_" // a template that is being made
)

// Database is a migrated, otherwise empty database of one test. The pools and the database go when the test ends.
type Database struct {
	Name  string
	Owner *pgxpool.Pool // as dunning_owner, who owns the schema
	App   *pgxpool.Pool // as dunning_app, who owns nothing and is held by row-level security
	// The same as URLs, and the superuser's, for what no role of the application can see or do.
	OwnerURL, AppURL, SuperURL string
}

// DB returns a fresh database, copied from a template on which migrate ran once (as the owner role).
// The fingerprint stands for what migrate does: the same fingerprint must mean the same schema.
// What belongs to a database rather than to its schema (ALTER DATABASE ... SET, GRANT ON DATABASE) is not copied.
func DB(t testing.TB, fingerprint string, migrate func(ctx context.Context, ownerURL string) error) *Database {
	t.Helper()
	ctx := t.Context()
	s, err := sharedServer()
	if err != nil {
		t.Fatal(err)
	}
	template, err := s.template(ctx, fingerprint, migrate)
	if err != nil {
		t.Fatal(err)
	}
	// Copying files takes half the time of copying through the log when nothing is flushed (65 ms, not 130).
	name := testPrefix + strings.ToLower(rand.Text()[:16])
	if err := s.admin(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY file_copy OWNER "+devstack.OwnerRole); err != nil {
		t.Fatalf("create test database: %v", err)
	}
	t.Cleanup(func() {
		// t.Context is over by now.
		if err := s.admin(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop test database: %v", err)
		}
	})
	d := &Database{
		Name:     name,
		OwnerURL: s.url(devstack.OwnerRole, name),
		AppURL:   s.url(devstack.AppRole, name),
		SuperURL: s.url("postgres", name),
	}
	d.Owner, d.App = pool(t, d.OwnerURL), pool(t, d.AppURL)
	return d
}

// pool closes with the test. A connection that is still in use then is a leak in the code under
// test: it fails the test, where Close alone would hang for ever.
func pool(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	cfg.MaxConns = 10 // the server has 300 for all test processes together
	p, err := pgxpool.NewWithConfig(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		closed := make(chan struct{})
		go func() { p.Close(); close(closed) }()
		select {
		case <-closed:
		case <-time.After(5 * time.Second):
			t.Errorf("%d connections were never released", p.Stat().AcquiredConns())
		}
	})
	return p
}

// templates remembers which templates this process has seen, by name.
var templates sync.Map

// template returns the name of the template database, making it when nobody has. It gets its final
// name only when complete, so a killed migration leaves nothing that looks like a template.
func (s server) template(ctx context.Context, fingerprint string, migrate func(context.Context, string) error) (string, error) {
	sum := sha256.Sum256([]byte(fingerprint))
	key := hex.EncodeToString(sum[:8])
	name := templatePrefix + key
	if _, known := templates.Load(name); known {
		return name, nil
	}
	dir, err := sharedDir()
	if err != nil {
		return "", err
	}
	making, err := devstack.LockFile(ctx, filepath.Join(dir, name))
	if err != nil {
		return "", err
	}
	defer func() { _ = making.Unlock() }()
	there, err := s.exists(ctx, name)
	if err != nil {
		return "", err
	}
	if !there {
		if err := s.build(ctx, buildPrefix+key, name, migrate); err != nil {
			return "", err
		}
	}
	templates.Store(name, true)
	return name, nil
}

func (s server) build(ctx context.Context, work, name string, migrate func(context.Context, string) error) error {
	err := s.admin(ctx,
		"DROP DATABASE IF EXISTS "+work+" WITH (FORCE)",
		"CREATE DATABASE "+work+" OWNER "+devstack.OwnerRole)
	if err != nil {
		return fmt.Errorf("create template database: %w", err)
	}
	if err := migrate(ctx, s.url(devstack.OwnerRole, work)); err != nil {
		return fmt.Errorf("migrate template database: %w", err)
	}
	err = s.admin(ctx,
		// A pool that migrate left open would be in the way of the renaming and of every copy.
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+work+"'",
		"ALTER DATABASE "+work+" ALLOW_CONNECTIONS false",
		"ALTER DATABASE "+work+" RENAME TO "+name)
	if err != nil {
		return fmt.Errorf("keep template database: %w", err)
	}
	return nil
}

func (s server) exists(ctx context.Context, name string) (there bool, err error) {
	conn, err := pgx.Connect(ctx, s.Super)
	if err != nil {
		return false, fmt.Errorf("connect to test server: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&there); err != nil {
		return false, fmt.Errorf("look for template database: %w", err)
	}
	return there, nil
}

// admin runs statements as the superuser. The names in them are ours: letters, digits and underscores.
func (s server) admin(ctx context.Context, statements ...string) error {
	conn, err := pgx.Connect(ctx, s.Super)
	if err != nil {
		return fmt.Errorf("connect to test server: %w", err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("run %s: %w", sql, err)
		}
	}
	return nil
}
