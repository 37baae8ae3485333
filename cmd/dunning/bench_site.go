package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"

	"github.com/incassocenter/dunning/internal/postgres"
)

// site is the services that a benchmark measures, and the doors to them.
type site struct {
	stack     *stack
	store     *postgres.Store
	temporal  client.Client
	histories *pgxpool.Pool // Temporal's database, to count what sleeps
	closers   []func()
	worker    *workerProcess
	settings  []string // of the workers that are started from now on, beside those of the stack
}

// openSite starts the services as in production where it matters: commits are durable. Workflows can be moved in time.
func openSite(ctx context.Context, dir string, log io.Writer) (s *site, err error) {
	binary, err := devServerBinary()
	if err != nil {
		return nil, err
	}
	s = &site{}
	if s.stack, err = startStack(ctx, stackOptions{dir: dir, binary: binary, durable: true, timeSkipping: true, quiet: true, log: log}); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	store, closeStore, err := openStore(ctx, s.stack.config)
	if err != nil {
		return s, err
	}
	s.store, s.closers = store, append(s.closers, closeStore)
	if s.temporal, err = openTemporal(s.stack.config, logger(s.stack.config)); err != nil {
		return s, err
	}
	s.closers = append(s.closers, s.temporal.Close)
	if s.histories, err = pgxpool.New(ctx, s.stack.postgres.URL("temporal")); err != nil {
		return s, err
	}
	s.closers = append(s.closers, s.histories.Close)
	return s, nil
}

func (s *site) close() error {
	err := s.stopWorker()
	for _, closeDoor := range s.closers {
		closeDoor()
	}
	return errors.Join(err, s.stack.stop())
}

// workerProcess is the worker, in a process of its own as in production.
type workerProcess struct {
	command *exec.Cmd
	orders  io.WriteCloser
}

// startWorker starts a new worker and waits until it is ready.
func (s *site) startWorker(ctx context.Context, profile string) error {
	if err := s.stopWorker(); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	env, err := s.environment()
	if err != nil {
		return err
	}
	command := exec.Command(self, "bench", "worker", "--cpuprofile", profile)
	command.Env, command.Stderr = append(os.Environ(), env...), os.Stderr
	orders, err := command.StdinPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	s.worker = &workerProcess{command, orders}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return poll(ctx, func() (bool, error) {
		response, err := http.Get("http://" + s.stack.config.HTTP.Listen + "/readyz")
		if err != nil {
			return false, nil //nolint:nilerr // it does not listen yet
		}
		return response.StatusCode == http.StatusOK, response.Body.Close()
	})
}

// stopWorker ends the worker by closing its standard input, which happens by itself when this process dies.
func (s *site) stopWorker() error {
	if s.worker == nil {
		return nil
	}
	_ = s.worker.orders.Close() // closed already when the worker died
	err := s.worker.command.Wait()
	s.worker = nil
	return err
}

// environment is how the worker reaches this stack, as other commands do.
func (s *site) environment() ([]string, error) {
	data, err := os.ReadFile(filepath.Join(s.stack.dir, "env"))
	if err != nil {
		return nil, err
	}
	env := []string{"DUNNING_OUTBOX_INTERVAL=50ms"}
	for line := range strings.Lines(string(data)) {
		name, quoted, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "export ")), "=")
		value, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, fmt.Errorf("read %s of the stack: %w", name, err)
		}
		env = append(env, name+"="+value)
	}
	return append(env, s.settings...), nil // of a name that comes twice the last one holds
}

// sleepers counts those of the workflows that wait for a timer of their own; besides leaves out one timer by its id.
func (s *site) sleepers(ctx context.Context, ids []string, besides string) (n int, err error) {
	err = s.histories.QueryRow(ctx, `SELECT count(*) FROM timer_info_maps WHERE workflow_id = ANY ($1) AND timer_id <> $2`, ids, besides).Scan(&n)
	return n, err
}

// databases are those that a claim has rows in.
var databases = []string{"dunning", "temporal", "temporal_visibility"}

// analyse gives the databases the statistics that databases have which did not come into being a minute ago: without them PostgreSQL keeps
// plans that were made for empty tables.
func (s *site) analyse(ctx context.Context) error {
	for _, name := range databases {
		connection, err := pgx.Connect(ctx, s.stack.postgres.URL(name))
		if err != nil {
			return err
		}
		_, err = connection.Exec(ctx, `VACUUM (ANALYZE)`)
		if err = errors.Join(err, connection.Close(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// databaseBytes is what the databases take on disk, by name.
func (s *site) databaseBytes(ctx context.Context) (map[string]float64, error) {
	sizes := map[string]float64{}
	for _, name := range databases {
		var bytes int64
		if err := s.histories.QueryRow(ctx, `SELECT pg_database_size($1)`, name).Scan(&bytes); err != nil {
			return nil, err
		}
		sizes[name] = float64(bytes)
	}
	return sizes, nil
}
