package devstack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"syscall"
	"time"
)

// TemporalOptions says how to run the development server (cmd/devserver).
type TemporalOptions struct {
	Binary string // path of the built cmd/devserver
	Listen string // host:port of the frontend; a free port of 127.0.0.1 when empty (see Temporal.Addr)
	UI     string // host:port of the web UI; empty is none
	// DB is `sqlite:/path/file.db` or `postgres://user@/?host=/socket/dir&port=5432` (Postgres.URL("")).
	DB        string
	Namespace string // default: the server's own, dunning
	// SearchAttributes are registered in the namespace: name to type (Keyword, Int, Datetime ...).
	SearchAttributes map[string]string
	CodecEndpoint    string    // for the UI to show encrypted payloads; empty is none
	TimeSkipping     bool      // allow workflows to skip time; never on a server with real claims
	Log              io.Writer // the server's own log; nil discards it
	// StartLimit bounds the wait for readiness; a first start on PostgreSQL makes the schema. Default one minute.
	StartLimit time.Duration
}

// Temporal is a running development server.
type Temporal struct {
	child    *child
	addr, ui string
}

// StartTemporal returns when the server has printed its ready line. When it ends before that, the
// error carries the last of what it said.
func StartTemporal(ctx context.Context, opts TemporalOptions) (*Temporal, error) {
	if opts.StartLimit == 0 {
		opts.StartLimit = time.Minute
	}
	binary, err := filepath.Abs(opts.Binary)
	if err != nil {
		return nil, fmt.Errorf("find Temporal server: %w", err)
	}
	log := &logWriter{to: opts.Log}
	ready := newReadyLine(log)
	c, err := startChild(childSpec{
		Path: binary, Args: opts.args(), Dir: filepath.Dir(binary), Env: os.Environ(),
		// What it has acknowledged is in the database. One that stops in order takes seconds, in which the next server would share its shards.
		Stdout: ready, Stderr: log, DeathSignal: syscall.SIGKILL,
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, opts.StartLimit)
	defer cancel()
	select {
	case line := <-ready.line:
		t := &Temporal{child: c, addr: line[0]}
		if len(line) > 1 {
			t.ui = line[1]
		}
		return t, nil
	case <-c.Exited():
		return nil, fmt.Errorf("start Temporal server: it ended (%w): %s", orEnded(c.err), &log.tail)
	case <-ctx.Done():
		c.Kill()
		return nil, fmt.Errorf("start Temporal server: not ready: %w: %s", ctx.Err(), &log.tail)
	}
}

func (o TemporalOptions) args() []string {
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	args := []string{"-listen", o.Listen, "-ui", o.UI, "-db", o.DB, "-exit-with-parent"}
	if o.Namespace != "" {
		args = append(args, "-namespace", o.Namespace)
	}
	names := make([]string, 0, len(o.SearchAttributes))
	for name := range o.SearchAttributes {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		args = append(args, "-search-attribute", name+"="+o.SearchAttributes[name])
	}
	if o.CodecEndpoint != "" {
		args = append(args, "-codec-endpoint", o.CodecEndpoint)
	}
	if o.TimeSkipping {
		args = append(args, "-time-skipping")
	}
	return args
}

// Addr is host:port of the frontend, as client.Options.HostPort takes it.
func (t *Temporal) Addr() string { return t.addr }

// UIURL is the address of the web UI, empty when there is none.
func (t *Temporal) UIURL() string { return t.ui }

// Pid is the process id of the server.
func (t *Temporal) Pid() int { return t.child.Pid() }

// Exited is closed when the server has ended, whoever ended it.
func (t *Temporal) Exited() <-chan struct{} { return t.child.Exited() }

// Stop ends the server in order. Do not pass a context that is over already: that kills it.
func (t *Temporal) Stop(ctx context.Context) error {
	return t.child.Stop(ctx, stopGrace, syscall.SIGTERM)
}

// Kill is a crash: SIGKILL. Start again with the same DB and Listen to go on.
func (t *Temporal) Kill() { t.child.Kill() }

// readyLine looks for `ready <addr> <ui-url>` in what a process writes and passes the rest on.
type readyLine struct {
	line chan []string // has room for one; later ready lines are passed on like any other
	rest io.Writer
	part []byte // of a line that is not complete yet
}

func newReadyLine(rest io.Writer) *readyLine {
	return &readyLine{line: make(chan []string, 1), rest: rest}
}

// Write is called by one goroutine, which copies the process's stdout. It never fails: an error
// would close the pipe and kill the server.
func (r *readyLine) Write(p []byte) (int, error) {
	r.part = append(r.part, p...)
	for {
		line, rest, found := bytes.Cut(r.part, []byte("\n"))
		if !found {
			return len(p), nil
		}
		r.part = rest
		if words := strings.Fields(string(line)); len(words) > 1 && words[0] == "ready" {
			select {
			case r.line <- words[1:]:
				continue
			default:
			}
		}
		_, _ = fmt.Fprintf(r.rest, "%s\n", line) // a lost log line is no reason to stop
	}
}

// logWriter keeps the tail of a log for errors and passes it on, for stdout and stderr together.
type logWriter struct {
	mu   sync.Mutex
	tail tail
	to   io.Writer // may be nil
}

func (l *logWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.to != nil {
		_, _ = l.to.Write(p) // a lost log line is no reason to stop
	}
	return l.tail.Write(p)
}

func orEnded(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}
