package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
)

const usage = `devserver: a real Temporal server with web UI in one process. For development and tests only:
no authentication, no TLS, no rate limits.

Prints "ready <grpc address> <ui url>" on standard output once the namespace can be used.
Stops on SIGINT and SIGTERM. State lives in -db and survives kill -9.

Examples:
  devserver -db sqlite:/tmp/dev.db -namespace dunning
  devserver -db 'postgres://temporal@/?host=/run/postgresql&port=5432' -ui ''
  devserver -db 'postgres://temporal:secret@db:5432/tp?sslmode=require'    # databases tp and tp_visibility
  devserver -db sqlite:/tmp/test.db -listen 127.0.0.1:0 -ui 127.0.0.1:0 -exit-with-parent -time-skipping \
      -search-attribute ClaimStage=Keyword -search-attribute NextActionAt=Datetime

Flags:
`

// Shards never change once a database exists. SQLite has one connection, so more shards only poll more.
const (
	defaultShards       = 128
	defaultSQLiteShards = 4
)

// options is the command line, checked.
type options struct {
	listen           *net.TCPAddr
	ui               *net.TCPAddr // meaningless without withUI
	withUI           bool
	internalPorts    [3]int // history, matching, worker: always on 127.0.0.1
	db               *database
	namespace        string
	retention        time.Duration
	searchAttributes searchAttributes
	shards           int
	timeSkipping     bool
	codecEndpoint    string
	exitWithParent   bool
	verbose          bool
}

// uiURL is where the browser goes, empty without a UI.
func (o *options) uiURL() string {
	if !o.withUI {
		return ""
	}
	return "http://" + o.ui.String()
}

// searchAttributes collects repeated -search-attribute Name=Type flags.
type searchAttributes map[string]enumspb.IndexedValueType

func (s searchAttributes) String() string { return "" }

func (s searchAttributes) Set(text string) error {
	name, typeName, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return errors.New("want Name=Type")
	}
	kind, err := enumspb.IndexedValueTypeFromString(typeName)
	if err != nil || kind == enumspb.INDEXED_VALUE_TYPE_UNSPECIFIED {
		return fmt.Errorf("unknown type %q: want Keyword, KeywordList, Text, Int, Double, Bool or Datetime", typeName)
	}
	s[name] = kind
	return nil
}

func parseOptions(args []string, output io.Writer) (*options, error) {
	o := &options{searchAttributes: searchAttributes{}}
	fs := flag.NewFlagSet("devserver", flag.ContinueOnError)
	fs.SetOutput(io.Discard) // errors are ours to print, in one line
	listen := fs.String("listen", "127.0.0.1:7233", "`address` of the gRPC frontend; port 0 picks a free one")
	ui := fs.String("ui", "127.0.0.1:8233", "`address` of the web UI; port 0 picks a free one; empty for no UI")
	db := fs.String("db", "", "`database`: sqlite:/path/file.db, or postgres://user@/?host=/socket/dir&port=5432; required.\n"+
		"PostgreSQL databases and schemas are created and updated as needed")
	fs.StringVar(&o.namespace, "namespace", "dunning", "`name` of the namespace to create when missing")
	fs.DurationVar(&o.retention, "retention", 720*time.Hour, "how long closed workflows stay, for a namespace that is created")
	fs.Var(o.searchAttributes, "search-attribute", "custom search attribute `Name=Type` to register when missing; repeatable")
	fs.IntVar(&o.shards, "shards", 0, fmt.Sprintf("history shards of a new database, fixed for its life (default %d, SQLite %d)",
		defaultShards, defaultSQLiteShards))
	fs.BoolVar(&o.timeSkipping, "time-skipping", false, "let clients move the clock of their workflows")
	fs.StringVar(&o.codecEndpoint, "codec-endpoint", "", "`URL` of the codec server with which the UI decrypts payloads")
	fs.BoolVar(&o.exitWithParent, "exit-with-parent", false, "stop when the process that started this one is gone")
	fs.BoolVar(&o.verbose, "v", false, "log the server's warnings and errors on standard error")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			_, _ = fmt.Fprint(output, usage)
			fs.SetOutput(output)
			fs.PrintDefaults()
		}
		return nil, err
	}
	if fs.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q; see -h", fs.Arg(0))
	}
	return o, o.resolve(*listen, *ui, *db)
}

// resolve checks what the flag package cannot.
func (o *options) resolve(listen, ui, db string) (err error) {
	if o.listen, err = net.ResolveTCPAddr("tcp4", listen); err != nil {
		return fmt.Errorf("-listen: %w", err)
	}
	if o.withUI = ui != ""; o.withUI {
		if o.ui, err = net.ResolveTCPAddr("tcp4", ui); err != nil {
			return fmt.Errorf("-ui: %w", err)
		}
	}
	if o.db, err = parseDatabase(db); err != nil {
		return fmt.Errorf("-db: %w", err)
	}
	if o.namespace == "" {
		return errors.New("-namespace: must not be empty")
	}
	switch {
	case o.shards < 0:
		return errors.New("-shards: must be positive")
	case o.shards == 0 && o.db.sqlitePath != "":
		o.shards = defaultSQLiteShards
	case o.shards == 0:
		o.shards = defaultShards
	}
	return nil
}

// choosePorts replaces every port 0 by a free one and fails early, by name, when a wanted port is taken: the
// server itself would only say so in a log line. Between this and the real listen another process may take the
// port; that is accepted for a development tool.
func (o *options) choosePorts() error {
	var open []net.Listener // all kept open until the end, so that no port is handed out twice
	defer func() {
		for _, l := range open {
			_ = l.Close()
		}
	}()
	choose := func(flag string, addr *net.TCPAddr) error {
		l, err := net.ListenTCP("tcp4", addr)
		if err != nil {
			return fmt.Errorf("%s %s: %w", flag, addr, errors.Unwrap(err)) // unwrapped: the address once is enough
		}
		open = append(open, l)
		addr.Port = l.Addr().(*net.TCPAddr).Port
		return nil
	}
	if err := choose("-listen", o.listen); err != nil {
		return err
	}
	if o.withUI {
		if err := choose("-ui", o.ui); err != nil {
			return err
		}
	}
	for i := range o.internalPorts {
		addr := &net.TCPAddr{IP: net.ParseIP(localhost)}
		if err := choose("internal port", addr); err != nil {
			return err
		}
		o.internalPorts[i] = addr.Port
	}
	return nil
}
