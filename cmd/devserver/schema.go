package main

import (
	"context"
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
		if err := createDatabase(ctx, store.config); err != nil {
			return fmt.Errorf("%s: %w", db.describe(), err)
		}
		if err := updateSchema(store.config, store.schema, logger); err != nil {
			return fmt.Errorf("%s: schema of database %s: %w", db.describe(), store.config.DatabaseName, err)
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

// createDatabase asks first: a role without CREATEDB may use databases that somebody else made for it.
func createDatabase(ctx context.Context, store config.SQL) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, maintenanceURL(store))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()

	var exists bool
	err = conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, store.DatabaseName).Scan(&exists)
	if err != nil || exists {
		return err
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{store.DatabaseName}.Sanitize()); err != nil {
		return fmt.Errorf("create database %s: %w", store.DatabaseName, err)
	}
	return nil
}

// maintenanceURL connects as store does, to the maintenance database.
func maintenanceURL(store config.SQL) string {
	query := url.Values{}
	for key, value := range store.ConnectAttributes {
		query.Set(key, value)
	}
	if !query.Has("sslmode") {
		query.Set("sslmode", "disable") // what the server does for its own connections
	}
	u := url.URL{Scheme: "postgres", Path: "/" + maintenanceDatabase, RawQuery: query.Encode()}
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
