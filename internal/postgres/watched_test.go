package postgres_test

import (
	"context"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/incassocenter/dunning/internal/postgres"
)

// watched is a store on the same database of which every statement is told when it has run, before anything else does.
func (w *world) watched(ran func(sql string)) *postgres.Store {
	w.Helper()
	cfg, err := pgxpool.ParseConfig(w.db.AppURL)
	ok(w, err)
	cfg.ConnConfig.Tracer = tracer(ran)
	pool, err := pgxpool.NewWithConfig(w.Context(), cfg)
	ok(w, err)
	w.Cleanup(func() { go pool.Close() }) // it waits for ever for what a test that failed left open
	return postgres.NewStore(pool)
}

type tracer func(sql string)

type tracedSQL struct{}

func (tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	return context.WithValue(ctx, tracedSQL{}, data.SQL)
}

func (t tracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryEndData) {
	if sql, alone := ctx.Value(tracedSQL{}).(string); alone { // not one of a batch
		t(sql)
	}
}

// after does something once, when a statement with some words has run: what happens meanwhile, at the very moment.
func after(words string, do func()) func(sql string) {
	var once sync.Once
	return func(sql string) {
		if strings.Contains(sql, words) {
			once.Do(do)
		}
	}
}
