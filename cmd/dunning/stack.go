package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/workflows"
)

// stack is the services that a bare machine lacks, embedded: PostgreSQL on a private socket, a real Temporal server with its UI, a mail sink with a page.
type stack struct {
	dir      string
	postgres *devstack.Postgres
	temporal *devstack.Temporal
	sink     *devstack.SMTPSink
	mailPage string
	pages    *http.Server
	config   config.Config
	held     *devstack.FileLock
	known    *devstack.FileLock // the right to the addresses that users know; nil: this stack takes free ones
}

// stackOptions says where the stack lives and how it runs.
type stackOptions struct {
	dir          string // of data that lasts
	binary       string // of the development server
	timeSkipping bool
	durable      bool
	quiet        bool // no UI, no pages: for benchmarks and tests
	overrides    map[string]string
	log          io.Writer
}

// startStack starts everything; what already ran in dir goes on where it was. A stack that a living process uses is an error.
func startStack(ctx context.Context, o stackOptions) (_ *stack, err error) {
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make %s: %w", o.dir, err)
	}
	s := &stack{dir: o.dir}
	if s.held, err = devstack.TryLockFile(filepath.Join(o.dir, "lock")); err != nil {
		return nil, fmt.Errorf("%s is in use by another dunning demo or dev: stop that first (%w)", o.dir, err)
	}
	defer func() {
		if err != nil {
			err = s.blame(err)
			_ = s.stop()
		}
	}()
	if err = os.Remove(filepath.Join(o.dir, "env")); err != nil && !errors.Is(err, os.ErrNotExist) { // of the last time: its addresses may be another's by now
		return nil, fmt.Errorf("begin with no environment: %w", err)
	}
	if s.postgres, err = devstack.StartPostgres(ctx, devstack.PostgresOptions{DataDir: filepath.Join(o.dir, "postgres"), Durable: o.durable, Log: o.log}); err != nil {
		return nil, err
	}
	if err = s.claimAddresses(o); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { // what starts on a database that has ended would wait for it
		select {
		case <-ctx.Done():
		case <-s.postgres.Exited():
			cancel()
		}
	}()
	if err = s.postgres.CreateDatabase(ctx, "dunning"); err != nil {
		return nil, err
	}
	if _, err = postgres.Migrate(ctx, s.postgres.URLAs(devstack.OwnerRole, "dunning")); err != nil {
		return nil, err
	}
	if err = s.startMail(o); err != nil {
		return nil, err
	}
	codecAddress, err := s.address("127.0.0.1:8234")
	if err != nil {
		return nil, err
	}
	if err = s.startTemporal(ctx, o, codecAddress); err != nil {
		return nil, err
	}
	if s.config, err = s.configure(o, codecAddress); err != nil {
		return nil, err
	}
	return s, s.writeEnv()
}

func (s *stack) startMail(o stackOptions) error {
	sink, err := devstack.StartSMTPSink(devstack.SMTPSinkOptions{Dir: filepath.Join(o.dir, "mails")})
	if err != nil {
		return err
	}
	s.sink = sink
	if o.quiet {
		return nil
	}
	listen, err := s.address("127.0.0.1:8025")
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("listen for the mail page: %w", err)
	}
	s.mailPage = "http://" + listener.Addr().String() + "/"
	s.pages = &http.Server{Handler: sink.Pages(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.pages.Serve(listener) }() // ends with stop
	return nil
}

func (s *stack) startTemporal(ctx context.Context, o stackOptions, codecAddress string) error {
	if _, err := os.Stat(o.binary); err != nil {
		return fmt.Errorf("the Temporal server for development is not built: run `make devserver` (%w)", err)
	}
	options := devstack.TemporalOptions{
		Binary: o.binary, DB: s.postgres.URL(""), Namespace: namespace, SearchAttributes: workflows.SearchAttributes(), TimeSkipping: o.timeSkipping, StartLimit: 2 * time.Minute,
	}
	if !o.quiet {
		ui, err := s.address("127.0.0.1:8233")
		if err != nil {
			return err
		}
		options.UI, options.CodecEndpoint = ui, "http://"+codecAddress
	}
	server, err := devstack.StartTemporal(ctx, options)
	s.temporal = server
	return err
}

// namespace is Temporal's namespace on the embedded server.
const namespace = "dunning"

func (s *stack) configure(o stackOptions, codecAddress string) (config.Config, error) {
	host, port, err := net.SplitHostPort(s.sink.Addr())
	if err != nil {
		return config.Config{}, err
	}
	health, err := s.address("127.0.0.1:9090")
	if err != nil {
		return config.Config{}, err
	}
	values := map[string]string{
		"database.url": s.postgres.URLAs(devstack.AppRole, "dunning"), "database.owner_url": s.postgres.URLAs(devstack.OwnerRole, "dunning"),
		"temporal.address": s.temporal.Addr(), "temporal.namespace": namespace, "temporal.time_skipping": fmt.Sprint(o.timeSkipping),
		"smtp.host": host, "smtp.port": port, "spool.dir": filepath.Join(o.dir, "spool"), "http.listen": health, "log.level": "warn", "outbox.interval": "50ms",
	}
	if !o.quiet {
		values["codec.endpoint_listen"], values["codec.ui_origin"] = codecAddress, s.temporal.UIURL()
	}
	for k, v := range o.overrides {
		values[k] = v
	}
	return config.Development(values)
}

// claimAddresses asks for the addresses that users know. A quiet stack is one of several, and nobody looks for it there.
func (s *stack) claimAddresses(o stackOptions) (err error) {
	if o.quiet {
		return nil
	}
	if s.known, err = devstack.ClaimKnownAddresses(); errors.Is(err, devstack.ErrLocked) {
		return nil
	}
	return err
}

// address is the wished address when this stack may have it and it is free, and otherwise a free one.
func (s *stack) address(wish string) (string, error) {
	if s.known == nil {
		return devstack.FreePort()
	}
	listener, err := net.Listen("tcp", wish)
	if err != nil {
		return devstack.FreePort()
	}
	return wish, listener.Close()
}

// work runs the worker until ctx ends or a service does: without one nothing goes on, and whoever waits would wait for ever.
func (s *stack) work(ctx context.Context) error {
	running, stop := context.WithCancel(ctx)
	defer stop()
	var err error
	ended := make(chan struct{})
	go func() { err = runWorker(running, s.config, logger(s.config)); close(ended) }()
	database, server := s.exits()
	var gone error
	select {
	case <-ended:
		return s.blame(err)
	case <-database:
		gone = errDatabaseGone
	case <-server:
		gone = errServerGone
	}
	stop()
	select {
	case <-ended:
	case <-time.After(lastWords):
	}
	return gone
}

// lastWords is how long a worker that lost a service may go on to note what it was doing; it would take longer to stop in order.
const lastWords = 2 * time.Second

var (
	errDatabaseGone = errors.New("PostgreSQL has ended, killed perhaps; nothing is lost: start again, and it goes on where it was")
	errServerGone   = errors.New("the Temporal server has ended, killed perhaps; nothing is lost: start again, and it goes on where it was")
)

// exits are closed when PostgreSQL and Temporal have ended; nil, which waits for ever, for one that was not started.
func (s *stack) exits() (database, server <-chan struct{}) {
	if s.postgres != nil {
		database = s.postgres.Exited()
	}
	if s.temporal != nil {
		server = s.temporal.Exited()
	}
	return database, server
}

// blame replaces an error by the service that has ended, when one has: it leaves many errors behind, and they come before it is quite gone.
func (s *stack) blame(err error) error {
	if err == nil {
		return nil
	}
	database, server := s.exits()
	select {
	case <-database:
		return errDatabaseGone
	case <-server:
		return errServerGone
	case <-time.After(time.Second):
		return err
	}
}

// stop ends what was started, last first.
func (s *stack) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var errs []error
	if s.temporal != nil {
		select {
		case <-s.postgres.Exited(): // without its database it can do nothing in order
			s.temporal.Kill()
		default:
			errs = append(errs, s.temporal.Stop(ctx))
		}
	}
	if s.pages != nil {
		errs = append(errs, s.pages.Shutdown(ctx))
	}
	if s.sink != nil {
		errs = append(errs, s.sink.Close())
	}
	if s.postgres != nil {
		errs = append(errs, s.postgres.Stop(ctx))
	}
	if s.known != nil {
		errs = append(errs, s.known.Unlock())
	}
	if s.held != nil {
		errs = append(errs, s.held.Unlock())
	}
	return errors.Join(errs...)
}

// devServerBinary is where the development server is built: beside this program.
func devServerBinary() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	return filepath.Join(filepath.Dir(self), "devserver"), nil
}
