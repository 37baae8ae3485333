package main

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
)

// Connections per pool. The server opens one pool per service and store (eight in all), so a stock PostgreSQL with
// max_connections 100 has room for it and for the main program beside it.
const (
	mainConnections       = 12
	visibilityConnections = 4
)

// database says where the server keeps its state: one SQLite file, or two PostgreSQL databases.
type database struct {
	sqlitePath string // empty for PostgreSQL

	main, visibility config.SQL
}

// parseDatabase reads the -db flag.
func parseDatabase(text string) (*database, error) {
	switch {
	case text == "":
		return nil, errors.New("required: sqlite:/path/file.db or postgres://user@/?host=/socket/dir&port=5432")
	case strings.HasPrefix(text, "sqlite:"):
		return parseSQLite(strings.TrimPrefix(text, "sqlite:"))
	case strings.HasPrefix(text, "postgres://"), strings.HasPrefix(text, "postgresql://"):
		return parsePostgres(text)
	}
	return nil, errors.New("want sqlite:/path/file.db or postgres://user@/?host=/socket/dir&port=5432")
}

func parseSQLite(path string) (*database, error) {
	path = strings.TrimPrefix(path, "//") // sqlite:///abs/path is what some tools write
	if path == "" {
		return nil, errors.New("sqlite: a file path is required")
	}
	if strings.ContainsAny(path, "?#%") { // the server pastes it into a URI unescaped
		return nil, fmt.Errorf("sqlite: path %q must not contain '?', '#' or '%%'", path)
	}
	store := sqliteStore(path)
	return &database{sqlitePath: path, main: store, visibility: store}, nil
}

// sqliteStore opens path in write-ahead mode, which survives kill -9, and locks it, so that a second server on the
// same file fails at once.
func sqliteStore(path string) config.SQL {
	return config.SQL{
		PluginName:   sqlite.PluginName,
		DatabaseName: path,
		ConnectAttributes: map[string]string{
			"mode":         "rwc",
			"journal_mode": "wal",
			"synchronous":  "normal",
			"locking_mode": "exclusive",
			"busy_timeout": "2000",
		},
	}
}

// parsePostgres lets pgx read the URL, which also applies PGHOST, PGUSER and the like, and hands the parts to the
// server in a form that its own URL builder passes on untouched: everything but the database name as a query
// parameter. That is the only way to a unix socket, whose directory cannot stand in the host part of a URL.
func parsePostgres(text string) (*database, error) {
	parsed, err := pgx.ParseConfig(text)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	attributes := map[string]string{}
	for key, values := range u.Query() {
		attributes[key] = values[0]
	}
	attributes["host"] = parsed.Host
	attributes["port"] = strconv.Itoa(int(parsed.Port))
	attributes["user"] = parsed.User
	attributes["password"] = parsed.Password // in the user part of its URL the server would spoil a space

	name := strings.Trim(u.Path, "/")
	if name == "" {
		name = "temporal"
	}
	if strings.ContainsAny(name, `"/?`) {
		return nil, fmt.Errorf("database name %q is not usable", name)
	}
	store := func(name string, connections int) config.SQL {
		return config.SQL{
			PluginName:        postgresql.PluginNamePGX,
			DatabaseName:      name,
			ConnectAttributes: attributes,
			MaxConns:          connections,
			MaxIdleConns:      connections,
		}
	}
	return &database{
		main:       store(name, mainConnections),
		visibility: store(name+"_visibility", visibilityConnections),
	}, nil
}

// describe names the database for error messages, without the password.
func (d *database) describe() string {
	if d.sqlitePath != "" {
		return "sqlite " + d.sqlitePath
	}
	a := d.main.ConnectAttributes
	return fmt.Sprintf("postgres %s port %s user %s", a["host"], a["port"], a["user"])
}
