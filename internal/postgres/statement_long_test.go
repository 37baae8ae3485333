package postgres_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// longStatement is a statement in MT940 of so many payments of ten euros on 2 November 2026, from an empty account.
func longStatement(entries int) string {
	var b strings.Builder
	b.WriteString(":20:B\n:25:" + trust + "\n:28C:1/1\n:60F:C261101EUR0,00\n")
	for i := range entries {
		fmt.Fprintf(&b, ":61:2611021102C10,00NTRFNONREF//B%08d\n:86:/EREF/NOTPROVIDED//REMI/USTD//betaling %d/\n", i, i)
	}
	fmt.Fprintf(&b, ":62F:C261102EUR%d,00\n-\n", 10*entries)
	return b.String()
}

// The receipts of a statement are entered in the books some at a time, and none is left out.
func TestALongStatementIsBookedWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const entries = 2*1000 + 1
	for range 2 {
		w.importFile(longStatement(entries))
		if got := query[string](w, `SELECT (SELECT count(*) FROM receipt) || ' ' || (SELECT count(*) FROM journal WHERE kind = 'received') || ' ' || (SELECT sum(cents) FROM entry WHERE account = 'S100')`); got != "2001 2001 2001000" {
			t.Error(got)
		}
	}
}

// A long statement is entered a thousand lines at a time. Who is killed between two of these leaves nothing, and the same file again books every line once.
func TestALongStatementIsBookedOnceThoughItsImportIsKilled(t *testing.T) {
	t.Parallel()
	const entries = 2300
	text := longStatement(entries)
	for _, c := range []struct{ moment, when, table, which string }{
		{"after the first thousand lines", "BEFORE INSERT", "statement_entry", "NEW.entry = 1001"},
		{"after the second", "BEFORE INSERT", "statement_entry", "NEW.entry = 2001"},
		{"before it is booked", "BEFORE UPDATE", "statement", "NEW.state = 'booked'"},
		{"after a thousand receipts are in the books", "BEFORE INSERT", "journal", "NEW.id = 1001"},
	} {
		t.Run(c.moment, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			is := func() string {
				return query[string](w, `SELECT (SELECT count(*) || ' statements' FROM statement) || ', ' || (SELECT count(*) || ' lines of ' || count(DISTINCT key) || ' keys and ' || count(DISTINCT remittance) || ' payments' FROM statement_entry)
					|| ', ' || (SELECT count(*) || ' receipts of ' || COALESCE(sum(amount), 0) FROM receipt) || ', books ' || COALESCE((SELECT sum(cents) FROM entry WHERE account = 'S100'), 0) || ', ' || (SELECT count(*) || ' at work' FROM session_work)`)
			}
			w.stopsAt(c.when, c.table, c.which)
			killed := make(chan error, 1)
			go func() {
				_, err := w.ImportStatements(context.Background(), bankFile(text), at(today))
				killed <- err
			}()
			eventually(t, "the import waits there", func() bool {
				return query[bool](w, `SELECT COALESCE(bool_or(pg_terminate_backend(pid)), false) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'dunning_app' AND wait_event = 'advisory'`)
			})
			if err := <-killed; err == nil {
				t.Error("it was not killed")
			}
			says(t, "killed", is(), "0 statements, 0 lines of 0 keys and 0 payments, 0 receipts of 0, books 0, 0 at work")
			w.exec(`SELECT pg_advisory_unlock(7)`)
			for range 2 {
				w.importFile(text)
				says(t, "again", is(), "1 statements, 2300 lines of 2300 keys and 2300 payments, 2300 receipts of 2300000, books 2300000, 0 at work")
			}
			says(t, "reconciled", w.reconciled(today), "bank 23000.00, books 23000.00, before 0.00")
		})
	}
}

// An import that waits for another hears whose it is, and since when; one that need not wait hears nothing.
func TestAnImportThatWaitsSaysForWhom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	began := time.Now().Add(-time.Minute)
	tx, err := w.db.App.Begin(t.Context())
	ok(t, err)
	who := "somebody with a long name " + strings.Repeat("x", 63) + " imports old.sta"
	w.exec(`INSERT INTO session_work (what) VALUES ($1)`, who)
	_, err = tx.Exec(t.Context(), `SELECT set_config('application_name', 'dunning work ' || (SELECT max(id) FROM session_work), true), pg_advisory_xact_lock(hashtextextended('statement/' || $1, 0))`, trust)
	ok(t, err)
	told := make(chan postgres.Holder, 2)
	done := make(chan error)
	imports := func(ctx context.Context, text string) {
		_, err := w.ImportStatements(ctx, bankFile(text), at(today.AddDays(1)))
		done <- err
	}
	ctx := postgres.Queueing(t.Context(), func(h postgres.Holder) { told <- h })
	go imports(ctx, testkit.Camt("m", day1))
	if h := <-told; h.Doing != who || h.Since.Before(began) || !strings.HasPrefix(h.String(), who+", since ") {
		t.Errorf("it waits for %+v", h)
	}
	ok(t, tx.Rollback(t.Context()))
	ok(t, <-done)
	go imports(ctx, testkit.Camt("m", day1, day2))
	ok(t, <-done)
	if len(told) > 0 {
		t.Errorf("it waits for %+v", <-told)
	}
	if got := w.bankBooks(); got != "20.00 30.00 30.00 | 1 booked, 2 booked" {
		t.Error(got)
	}
}

// Who imports, and what, is what others hear who do it too; the name of the session, which every role of the server reads, tells neither. What was said is gone when it ends.
func TestAnImportSaysWhatItDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.importFile(testkit.Camt("m", day1))
	tx, err := w.db.App.Begin(t.Context())
	ok(t, err)
	_, err = tx.Exec(t.Context(), `SELECT pg_advisory_xact_lock(hashtextextended('what is typed', 0))`) // an import comes to it after it has its account
	ok(t, err)
	first, second := make(chan error, 1), make(chan error, 1)
	told := make(chan postgres.Holder, 8)
	listening := postgres.Queueing(t.Context(), func(h postgres.Holder) { told <- h })
	go func() {
		_, err := w.ImportStatements(listening, bankFile(testkit.Camt("m", day2)), at(today.AddDays(1)))
		first <- err
	}()
	if h := <-told; h.Doing != "" || !strings.HasPrefix(h.String(), "something else is done that must be done alone, since ") {
		t.Errorf("the first waits for %+v", h)
	}
	go func() {
		_, err := w.ImportStatements(listening, bankFile(testkit.Camt("m", day3)), at(today.AddDays(1)))
		second <- err
	}()
	if h := <-told; h.Doing != "test imports file.xml" {
		t.Errorf("the second waits for %+v", h)
	}
	eventually(t, "two sessions wait, with names that tell nothing", func() bool {
		return regexp.MustCompile(`^dunning work [0-9]+, dunning work [0-9]+$`).MatchString(query[string](w, `SELECT COALESCE(string_agg(application_name, ', '), '') FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`))
	})
	ok(t, tx.Rollback(t.Context()))
	ok(t, <-first)
	ok(t, <-second)
	if left := query[int](w, `SELECT count(*) FROM session_work`); left != 0 {
		t.Errorf("%d still say what they do", left)
	}
}

// BenchmarkImportOfOneAmount books a statement of payments of one amount after one of the day before with as many.
func BenchmarkImportOfOneAmount(b *testing.B) {
	const entries = 2000
	w := newWorld(b)
	w.importFile(longStatement(entries))
	for n := range b.N {
		next := strings.NewReplacer("261101EUR0,", fmt.Sprintf("261102EUR%d,", 10*entries*(n+1)), "//B", fmt.Sprintf("//C%d", n), fmt.Sprintf("261102EUR%d,", 10*entries), fmt.Sprintf("261103EUR%d,", 10*entries*(n+2)), ":61:2611021102", ":61:2611031103").Replace(longStatement(entries))
		w.importFile(next)
	}
}
