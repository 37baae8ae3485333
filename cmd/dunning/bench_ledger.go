package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
)

// bareTables are what the bare inserts fill: the columns of journals and their lines, and nothing that guards them.
const bareTables = `CREATE TABLE bare_journal (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, book text, key text, hash bytea, kind text, effective_on date, at timestamptz);
	CREATE TABLE bare_entry (journal_id bigint, line integer, account text, cents bigint, PRIMARY KEY (journal_id, line))`

// measureLedger posts journals of four lines to a database of its own with durable commits: one in a transaction, a hundred, and one by each of sixteen
// writers, each beside inserts of the same rows without keys, triggers or row-level security.
func (b *bench) measureLedger(ctx context.Context) (err error) {
	server, err := devstack.StartPostgres(ctx, devstack.PostgresOptions{Durable: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop(context.WithoutCancel(ctx))) }()
	const database = "bench"
	if err := server.CreateDatabase(ctx, database); err != nil {
		return err
	}
	if _, err := postgres.Migrate(ctx, server.URLAs(devstack.OwnerRole, database)); err != nil {
		return err
	}
	app, err := pool(ctx, server.URLAs(devstack.AppRole, database))
	if err != nil {
		return err
	}
	defer app.Close()
	owner, err := pool(ctx, server.URLAs(devstack.OwnerRole, database))
	if err != nil {
		return err
	}
	defer owner.Close()
	if _, err := owner.Exec(ctx, bareTables); err != nil {
		return err
	}
	return b.postings(ctx, postgres.NewStore(app), owner)
}

// ledgerWriters is how many post at once where many do.
const ledgerWriters = 16

func pool(ctx context.Context, url string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns = ledgerWriters
	return pgxpool.NewWithConfig(ctx, cfg)
}

func (b *bench) postings(ctx context.Context, store *postgres.Store, bare *pgxpool.Pool) error {
	client, err := store.SaveClient(ctx, postgres.Client{Code: "bench", Plan: "basis", Party: postgres.Party{Name: "Bench", Street: "Kade 1", Postcode: "3011 AB", Town: "Rotterdam", Email: "bench@client.example", Language: "nl"}})
	if err != nil {
		return err
	}
	by, made := postgres.Actor{Name: "bench", At: time.Now()}, atomic.Int64{}
	journals := func(n int) (list []ledger.Journal, err error) {
		for range n {
			d := ledger.Draft{Book: ledger.Trust, Kind: ledger.Settled, Key: fmt.Sprintf("bench:%d", made.Add(1)), On: calendar.DateOf(by.At), Client: client, Lines: []ledger.Line{
				{Account: ledger.ClientPayable, Cents: -100000}, {Account: ledger.AgencyPayable, Cents: -16234}, {Account: ledger.ClawbackReceivable, Cents: -3766}, {Account: ledger.Unallocated, Cents: 120000},
			}}
			j, err := d.Journal()
			if err != nil {
				return nil, err
			}
			list = append(list, j)
		}
		return list, nil
	}
	for _, way := range []struct {
		name                       string
		writers, each, transaction int
	}{{"single", 1, b.of(500), 1}, {"batch", 1, b.of(50), 100}, {"writers", ledgerWriters, b.of(200), 1}} {
		own, err := timedWriters(way.writers, way.each, func() error {
			list, err := journals(way.transaction)
			if err == nil {
				_, err = store.Post(ctx, by, list...)
			}
			return err
		})
		if err != nil {
			return err
		}
		without, err := timedWriters(way.writers, way.each, func() error { return insertBare(ctx, bare, by.At, way.transaction) })
		if err != nil {
			return err
		}
		count := float64(way.writers * way.each * way.transaction)
		b.figure("ledger_"+way.name, count/own.Seconds(), "journals/s")
		b.figure("ledger_"+way.name+"_bare", count/without.Seconds(), "journals/s")
		b.figure("ledger_"+way.name+"_ratio", without.Seconds()/own.Seconds(), "of bare")
	}
	return nil
}

// timedWriters lets so many writers do something so many times each, and tells how long all of it took.
func timedWriters(writers, each int, once func() error) (time.Duration, error) {
	began := time.Now()
	var work errgroup.Group
	for range writers {
		work.Go(func() error {
			for range each {
				if err := once(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := work.Wait()
	return time.Since(began), err
}

// insertBare inserts the rows of so many journals in one transaction, as a benchmark of the database would: two statements, no guard.
func insertBare(ctx context.Context, bare *pgxpool.Pool, at time.Time, journals int) error {
	return pgx.BeginFunc(ctx, bare, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		batch.Queue(`WITH made AS (INSERT INTO bare_journal (book, key, hash, kind, effective_on, at) SELECT 'S', 'bench:' || n, sha256('x'), 'settled', $1::date, $1 FROM generate_series(1, $2) AS n RETURNING id)
			INSERT INTO bare_entry (journal_id, line, account, cents) SELECT made.id, l.line, l.account, l.cents FROM made, (VALUES (1, 'S200', -100000), (2, 'S210', -16234), (3, 'S190', -3766), (4, 'S230', 120000)) AS l (line, account, cents)`, at, journals)
		return tx.SendBatch(ctx, batch).Close()
	})
}
