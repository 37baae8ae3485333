package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/postgres"
)

// benchImport is a statement of the trust account in camt.053, with a payment of ten euros for each reference, each from an account of its own, whose check digits make it nobody's.
func benchImport(references []string, on string) string {
	const balance = `<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%d.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>`
	var b strings.Builder
	b.WriteString(benchStatements[0].begin)
	fmt.Fprintf(&b, balance+balance, "OPBD", 0, on, "CLBD", 10*len(references), on)
	for i, rf := range references {
		entry := strings.NewReplacer("125.50", "10.00", "RF18539007547034", rf, "2026-11-25", on, "NL20INGB0001234567", fmt.Sprintf("NL00INGB%010d", i)).Replace(benchStatements[0].entry)
		fmt.Fprintf(&b, entry, i)
	}
	b.WriteString(benchStatements[0].end)
	return b.String()
}

// measureImport books a statement with a payment for each of 5,000 sleeping claims, until every one of them has read that it was paid.
func (b *bench) measureImport(ctx context.Context) error {
	if err := b.site.startWorker(ctx, b.profile); err != nil {
		return err
	}
	n := b.of(5000)
	if _, err := b.startClaims(ctx, "import", n); err != nil {
		return err
	}
	references, err := b.referencesOwing(ctx, n)
	if err != nil {
		return err
	}
	accounts, err := trustAccounts(b.site.stack.config)
	if err != nil {
		return err
	}
	file := benchImport(references, time.Now().Format(time.DateOnly))
	open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(file)), nil }
	if err := b.site.analyse(ctx); err != nil { // in service this is done all the time
		return err
	}
	before, err := b.site.tally()
	if err != nil {
		return err
	}
	began := time.Now()
	done, err := b.site.store.ImportStatements(ctx, postgres.StatementFile{Name: "bench", Open: open, Accounts: accounts}, postgres.Actor{Name: "bench", At: began})
	if err != nil {
		return err
	}
	if done[0].State != postgres.StatementBooked {
		return fmt.Errorf("the statement is %s: %s", done[0].State, done[0].HeldFor)
	}
	b.figure("import_entries", float64(len(references)), "entries")
	b.figure("import_booked", time.Since(began).Seconds(), "s")
	if err := b.untilWoken(ctx, began, len(references)); err != nil {
		return err
	}
	after, err := b.site.tally()
	if err != nil {
		return err
	}
	for _, part := range slices.Sorted(maps.Keys(after.parts)) { // "sink" is this process, which imports
		b.figure("import_cpu_"+part, (after.parts[part]-before.parts[part]).Seconds()*1000/float64(len(references)), "ms")
	}
	return nil
}

// referencesOwing are the references of at most n open claims that owe more than a payment of the statement.
func (b *bench) referencesOwing(ctx context.Context, n int) (references []string, err error) {
	claims, err := b.site.store.MatchableClaims(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range claims {
		if c.Open && c.Principal.Cents() > 1000 && len(references) < n {
			references = append(references, c.RF)
		}
	}
	return references, nil
}

// untilWoken waits until the receipts are on their claims, and until these have read it.
func (b *bench) untilWoken(ctx context.Context, began time.Time, n int) error {
	office, err := pgx.Connect(ctx, b.site.stack.postgres.URL("dunning"))
	if err != nil {
		return err
	}
	defer func() { _ = office.Close(ctx) }()
	matched, err := b.await(ctx, "receipts on their claims", n, func() (waiting int, err error) { // counted: reading them would be work of its own
		err = office.QueryRow(ctx, `SELECT count(*) FROM receipt WHERE claim_id IS NULL AND NOT divided AND gone IS NULL`).Scan(&waiting)
		return n - waiting, err
	})
	if err != nil {
		return err
	}
	b.figure("import_matched", time.Since(began).Seconds(), "s")
	b.figure("import_automatic", 100*float64(matched)/float64(n), "percent")
	woken, err := b.await(ctx, "claims woken", n, func() (int, error) {
		undelivered, _, err := b.site.store.OutboxState(ctx)
		if err != nil {
			return 0, err
		}
		behind, err := b.site.store.ClaimsBehind(ctx, 0, n)
		return n - len(behind) - int(undelivered), err
	})
	if err != nil {
		return err
	}
	b.figure("import_woken", time.Since(began).Seconds(), "s")
	b.figure("import_woken_share", 100*float64(woken)/float64(n), "percent")
	return nil
}
