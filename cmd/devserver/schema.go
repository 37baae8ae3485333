package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	"go.temporal.io/server/common/resolver"
	sqliteschema "go.temporal.io/server/schema/sqlite"
	"go.temporal.io/server/tools/common/schema"
	sqltool "go.temporal.io/server/tools/sql"
)

// Directories of the schemas that the server module embeds.
const (
	mainSchema       = "postgresql/v12/temporal"
	visibilitySchema = "postgresql/v12/visibility"
)

// maintenanceDatabase exists in every PostgreSQL cluster; CREATE DATABASE is sent through it.
const maintenanceDatabase = "postgres"

// setupSchema brings the database to what this server version needs. It may be interrupted and run again.
func setupSchema(ctx context.Context, db *database, logger log.Logger) error {
	if db.sqlitePath != "" {
		if err := setupSQLite(db, logger); err != nil {
			return fmt.Errorf("%s: %w", db.describe(), err)
		}
		return nil
	}
	for _, store := range []struct {
		config config.SQL
		schema string
	}{{db.main, mainSchema}, {db.visibility, visibilitySchema}} {
		if err := setupPostgres(ctx, store.config, store.schema, logger); err != nil {
			return fmt.Errorf("%s: database %s: %w", db.describe(), store.config.DatabaseName, err)
		}
	}
	return nil
}

// setupSQLite fills an empty file in one transaction, so that a half-made schema is never seen. There is no upgrade
// from another server version; a development file is deleted instead. The server's SQLite plugin keeps one single
// connection per file until the process ends, which is why BEGIN and COMMIT may be sent as plain statements.
func setupSQLite(db *database, logger log.Logger) error {
	if _, err := os.Stat(filepath.Dir(db.sqlitePath)); err != nil {
		return err
	}
	admin, err := openSQLite(db, logger)
	if err != nil {
		return err
	}
	tables, err := admin.ListTables("")
	if err != nil || len(tables) > 0 {
		return err
	}
	if err := admin.Exec("BEGIN EXCLUSIVE"); err != nil {
		return err
	}
	if err := sqliteschema.SetupSchemaOnDB(admin); err != nil {
		return err
	}
	return admin.Exec("COMMIT")
}

// foldSQLite moves the write-ahead log into the file after a clean stop, so that the file alone can be copied. The
// server's plugin never closes its connection, which would have done it.
func foldSQLite(db *database, logger log.Logger) {
	if db.sqlitePath == "" {
		return
	}
	admin, err := openSQLite(db, logger)
	if err == nil {
		err = admin.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "devserver: checkpoint:", oneLine(err)) // the log beside the file still has it all
	}
}

func openSQLite(db *database, logger log.Logger) (sqlplugin.AdminDB, error) {
	return sql.NewSQLAdminDB(sqlplugin.DbKindUnknown, &db.main, resolver.NewNoopResolver(), logger, metrics.NoopMetricsHandler)
}

// setupPostgres makes a database under another name and gives it its own when it is complete. A schema cannot be made in one transaction (it has
// CREATE INDEX CONCURRENTLY), and one that is half made can be neither used nor completed: its first version would be made again.
// One that exists is brought up to date: a role without CREATEDB may use databases that somebody else made for it.
func setupPostgres(ctx context.Context, store config.SQL, schemaName string, logger log.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, databaseURL(store, maintenanceDatabase))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()

	// The last statement of a server that was killed may still run.
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(hashtextextended($1, 0))`, "devserver/"+store.DatabaseName); err != nil {
		return err
	}
	var exists bool
	err = conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, store.DatabaseName).Scan(&exists)
	if err != nil {
		return err
	}
	if exists {
		return updateSchema(store, schemaName, logger)
	}
	making := store
	making.DatabaseName += "_making"
	name, work := pgx.Identifier{store.DatabaseName}.Sanitize(), pgx.Identifier{making.DatabaseName}.Sanitize()
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + work + " WITH (FORCE)", "CREATE DATABASE " + work} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	if err := updateSchema(making, schemaName, logger); err != nil {
		return err
	}
	if err := renameVersion(ctx, making, store.DatabaseName); err != nil {
		return err
	}
	return retry(ctx, func() error { // the connections that made it may still be ending
		_, err := conn.Exec(ctx, "ALTER DATABASE "+work+" RENAME TO "+name)
		return err
	})
}

// renameVersion changes the name under which a database knows the version of its own schema.
func renameVersion(ctx context.Context, making config.SQL, name string) error {
	conn, err := pgx.Connect(ctx, databaseURL(making, making.DatabaseName))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `UPDATE schema_version SET db_name = $1`, name)
	return errors.Join(err, conn.Close(ctx))
}

// databaseURL connects as store does, to a database.
func databaseURL(store config.SQL, database string) string {
	query := url.Values{}
	for key, value := range store.ConnectAttributes {
		query.Set(key, value)
	}
	if !query.Has("sslmode") {
		query.Set("sslmode", "disable") // what the server does for its own connections
	}
	u := url.URL{Scheme: "postgres", Path: "/" + database, RawQuery: query.Encode()}
	return u.String()
}

// updateSchema is what `temporal-sql-tool setup-schema` and `update-schema` do: version tables first, then every
// version that the database does not have yet.
func updateSchema(store config.SQL, name string, logger log.Logger) error {
	conn, err := sqltool.NewConnection(&store, logger)
	if err != nil {
		return err
	}
	defer conn.Close()
	setup := &schema.SetupConfig{InitialVersion: "0.0"}
	if err := schema.NewSetupSchemaTask(conn, setup, logger).Run(); err != nil {
		return err
	}
	update := &schema.UpdateConfig{DBName: store.DatabaseName, SchemaName: name}
	return schema.NewUpdateSchemaTask(conn, update, logger).Run()
}
