package devstack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// PostgresOptions says which cluster to run and how.
type PostgresOptions struct {
	// DataDir is the directory of the cluster, made when it does not exist and reused when it does;
	// the PostgreSQL user needs to be able to come there, otherwise it becomes a symlink to a place
	// where it can. Empty means a throwaway that Stop removes.
	DataDir string
	// Durable keeps what PostgreSQL promises: a commit survives a power cut. Without it a commit
	// survives the death of every process, but not that of the machine; it is several times faster.
	Durable bool
	// Settings override ours, e.g. {"autovacuum": "off"}.
	Settings map[string]string
	// Log receives a line for each thing that takes time or surprises. nil is silence. The server
	// writes its own log beside the data (see LogPath).
	Log io.Writer
}

// Postgres is a running server. It listens on a unix socket in a directory that only we and the
// PostgreSQL user can enter, and trusts whoever comes through it.
type Postgres struct {
	binaries  Binaries
	home      *home
	sockets   string
	child     *child
	closeHome func() error
}

const (
	superuser   = "postgres"
	startLimit  = 60 * time.Second // crash recovery of a large demo database included
	stopGrace   = 10 * time.Second
	retryPeriod = 20 * time.Millisecond
)

// StartPostgres returns when the server accepts connections and has the two roles of the
// application (see EnsureRoles). A server that a killed process left on the same data directory is
// stopped first; one that belongs to a living process is an error (ErrLocked).
// Without PostgreSQL on the machine the error is a *MissingError.
func StartPostgres(ctx context.Context, opts PostgresOptions) (_ *Postgres, err error) {
	acct, err := serverAccount()
	if err != nil {
		return nil, err
	}
	h, err := openHome(ctx, opts.DataDir, acct)
	if err != nil {
		return nil, err
	}
	p := &Postgres{home: h}
	p.closeHome = sync.OnceValue(h.close)
	defer func() {
		if err != nil {
			err = errors.Join(err, p.closeHome())
		}
	}()
	log := logTo(opts.Log)
	if h.dir != opts.DataDir && opts.DataDir != "" {
		log("data directory %s is in %s", opts.DataDir, h.dir)
	}
	if p.binaries, err = h.prepare(ctx, acct, opts.Durable, log); err != nil {
		return nil, err
	}
	if p.sockets, err = h.sockets(acct); err != nil {
		return nil, err
	}
	begin := time.Now()
	if err = p.launch(ctx, acct, opts); err != nil {
		return nil, err
	}
	if err = EnsureRoles(ctx, p.URL("")); err != nil {
		p.child.Kill()
		return nil, err
	}
	log("PostgreSQL %s ready in %s as %s", p.binaries.Version, time.Since(begin).Round(time.Millisecond), acct.name)
	return p, nil
}

// launch starts the server and waits for it. Right after a kill -9 the new server refuses for as
// long as a backend of the old one still holds its shared memory, so an early end is tried again.
func (p *Postgres) launch(ctx context.Context, acct account, opts PostgresOptions) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	refusals := time.Now().Add(stopGrace)
	for {
		from, err := p.spawn(acct, opts)
		if err != nil {
			return err
		}
		if p.await(ctx) {
			return nil
		}
		p.child.Kill()
		said := fileTail(p.home.log(), from)
		if ctx.Err() != nil {
			return fmt.Errorf("start PostgreSQL in %s: %w: %s", p.home.data(), ctx.Err(), said)
		}
		if time.Now().After(refusals) || !transient(said) {
			return fmt.Errorf("start PostgreSQL in %s: not ready: %s", p.home.data(), said)
		}
		time.Sleep(retryPeriod)
	}
}

// spawn starts the process; the log of this attempt begins at the returned offset.
func (p *Postgres) spawn(acct account, opts PostgresOptions) (from int64, err error) {
	logFile, err := os.OpenFile(p.home.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, fmt.Errorf("open PostgreSQL log: %w", err)
	}
	defer func() { _ = logFile.Close() }() // the child has its own copy
	if info, err := logFile.Stat(); err == nil {
		from = info.Size()
	}
	p.child, err = startChild(childSpec{
		Path: p.binaries.path("postgres"),
		Args: serverArgs(p.home.data(), p.sockets, opts),
		Dir:  p.home.data(),
		Env:  serverEnv(p.home.dir),
		User: acct.cred, Output: logFile,
		DeathSignal: syscall.SIGINT, // fast shutdown
	})
	return from, err
}

// await reports whether the server came to accept connections.
func (p *Postgres) await(ctx context.Context) bool {
	for {
		conn, err := pgx.Connect(ctx, p.URL(""))
		if err == nil {
			return conn.Close(ctx) == nil
		}
		select {
		case <-ctx.Done():
			return false
		case <-p.child.Exited():
			return false
		case <-time.After(retryPeriod):
		}
	}
}

// URL is the address of a database for the superuser, as pgx and pgxpool take it. The empty name
// gives the database `postgres`.
func (p *Postgres) URL(database string) string { return p.URLAs(superuser, database) }

// URLAs is URL for another role.
func (p *Postgres) URLAs(role, database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(role), Path: "/" + database}
	return u.String() + "?host=" + p.sockets + "&port=5432"
}

// SocketDir is the directory of the unix socket, the `-h` of psql. It is the same at every start on
// the same data directory.
func (p *Postgres) SocketDir() string { return p.sockets }

// Dir is the directory that holds the cluster, which differs from DataDir when it had to be elsewhere.
func (p *Postgres) Dir() string { return p.home.dir }

// LogPath is the server's log file.
func (p *Postgres) LogPath() string { return p.home.log() }

// Version is the server's version, e.g. "15.18".
func (p *Postgres) Version() string { return p.binaries.Version }

// Pid is the process id of the postmaster.
func (p *Postgres) Pid() int { return p.child.Pid() }

// Exited is closed when the server has ended, whoever ended it.
func (p *Postgres) Exited() <-chan struct{} { return p.child.Exited() }

// Stop shuts down fast: open transactions roll back. Do not pass a context that is over already:
// that kills the server. Stop after Kill or after a crash only lets go of the data directory.
func (p *Postgres) Stop(ctx context.Context) error {
	err := p.child.Stop(ctx, stopGrace, syscall.SIGINT, syscall.SIGQUIT)
	return errors.Join(err, p.closeHome())
}

// Kill is a crash: SIGKILL to the postmaster. The data directory can be started again at once.
func (p *Postgres) Kill() {
	p.child.Kill()
	_ = p.closeHome() // fails only for a throwaway that cannot be removed, which the next start sweeps
}

// logTo makes a logging function of a writer that may be nil.
func logTo(w io.Writer) func(format string, args ...any) {
	return func(format string, args ...any) {
		if w != nil {
			_, _ = fmt.Fprintf(w, "devstack: "+format+"\n", args...) // a lost log line is no reason to stop
		}
	}
}
