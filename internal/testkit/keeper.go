package testkit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/jackc/pgx/v5"
)

// keeperEnv names the shared directory and makes this process its keeper instead of a test.
const keeperEnv = "DUNNING_TESTKIT_KEEPER"

// idleLimit is how long the server waits for the next user: long enough for the next package to be
// compiled, short enough that nobody wonders what is still running. idleEnv overrides it.
const (
	idleLimit = 30 * time.Second
	idleEnv   = "DUNNING_TESTKIT_IDLE"
)

// keptTemplates is how many schema versions stay ready for the next run.
const keptTemplates = 4

// A test binary has no main function to add a mode to, so the keeper branches off here, before any
// test. Without the variable this does nothing.
func init() {
	dir := os.Getenv(keeperEnv)
	if dir == "" {
		return
	}
	idle, err := time.ParseDuration(os.Getenv(idleEnv))
	if err != nil {
		idle = idleLimit
	}
	if err := keep(context.Background(), dir, idle); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// keep runs the server until nobody has used it for the idle time.
func keep(ctx context.Context, dir string, idle time.Duration) error {
	held, err := devstack.TryLockFile(filepath.Join(dir, keeperLock))
	if err != nil {
		return err
	}
	defer func() { _ = held.Unlock() }()
	pg, err := startServer(ctx, filepath.Join(dir, dataDir))
	if err != nil {
		return err
	}
	if err := dropLeftovers(ctx, pg); err != nil {
		return errors.Join(err, pg.Stop(ctx))
	}
	if err := announce(dir, server{Super: pg.URL("")}); err != nil {
		return errors.Join(err, pg.Stop(ctx))
	}
	last, err := untilIdle(dir, pg, idle)
	if err != nil {
		return errors.Join(err, pg.Stop(ctx))
	}
	// Whoever comes now waits for this lock and then finds no keeper.
	defer func() { _ = last.Unlock() }()
	return errors.Join(removeIfThere(filepath.Join(dir, serverFile)), pg.Stop(ctx))
}

// startServer starts PostgreSQL; when its data are beyond repair (a power cut with fsync off, another
// major version), they are only tests' and are made anew.
func startServer(ctx context.Context, dir string) (*devstack.Postgres, error) {
	opts := devstack.PostgresOptions{DataDir: dir, Log: os.Stdout, Settings: map[string]string{
		"autovacuum":     "off", // it would hold template databases at the wrong moment
		"shared_buffers": "128MB",
	}}
	pg, err := devstack.StartPostgres(ctx, opts)
	if err == nil {
		return pg, nil
	}
	if _, statErr := os.Stat(filepath.Join(dir, "data", "PG_VERSION")); statErr != nil || errors.Is(err, devstack.ErrLocked) {
		return nil, err // nothing to make anew
	}
	fmt.Fprintln(os.Stderr, "making the test cluster anew, since:", err)
	if err := os.RemoveAll(filepath.Join(dir, "data")); err != nil {
		return nil, fmt.Errorf("remove test cluster: %w", err)
	}
	return devstack.StartPostgres(ctx, opts)
}

// untilIdle returns the users' lock, exclusively held, once it was free for the idle time.
func untilIdle(dir string, pg *devstack.Postgres, idle time.Duration) (*devstack.FileLock, error) {
	lastUse := time.Now()
	for {
		select {
		case <-pg.Exited():
			return nil, errors.New("keep test server: it ended by itself")
		case <-time.After(min(idle/4, 500*time.Millisecond)):
		}
		l, err := devstack.TryLockFile(filepath.Join(dir, usersLock))
		switch {
		case errors.Is(err, devstack.ErrLocked):
			lastUse = time.Now()
			continue
		case err != nil:
			return nil, err
		case time.Since(lastUse) >= idle:
			return l, nil
		}
		if err := l.Unlock(); err != nil {
			return nil, err
		}
	}
}

// announce writes the address in one step, so that a reader never sees half of it.
func announce(dir string, s server) error {
	b, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("announce test server: %w", err)
	}
	tmp := filepath.Join(dir, serverFile+".new")
	if err := os.WriteFile(tmp, b, 0o600); err != nil {
		return fmt.Errorf("announce test server: %w", err)
	}
	if err := os.Rename(tmp, filepath.Join(dir, serverFile)); err != nil {
		return fmt.Errorf("announce test server: %w", err)
	}
	return nil
}

// dropLeftovers drops the databases of tests that were killed, and all but the newest templates.
// Nobody uses the server yet.
func dropLeftovers(ctx context.Context, pg *devstack.Postgres) error {
	conn, err := pgx.Connect(ctx, pg.URL(""))
	if err != nil {
		return fmt.Errorf("connect to drop leftovers: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, `SELECT datname FROM pg_database WHERE datname ~ '^(t|tmpl|build)_' ORDER BY oid DESC`)
	if err != nil {
		return fmt.Errorf("list leftovers: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("list leftovers: %w", err)
	}
	templates := 0
	for _, name := range names {
		if strings.HasPrefix(name, templatePrefix) {
			if templates++; templates <= keptTemplates {
				continue
			}
		}
		if _, err := conn.Exec(ctx, "DROP DATABASE "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)"); err != nil {
			return fmt.Errorf("drop leftover %s: %w", name, err)
		}
	}
	return nil
}
