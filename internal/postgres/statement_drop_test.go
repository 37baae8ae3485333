package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// A statement that was wrong is set aside, and what the bank told instead is booked as if it had never come.
func TestAWrongStatementIsSetAside(t *testing.T) {
	t.Parallel()
	const wrong = "2 150.00 185.00: 2026-11-03 30.00 - x|zelfde" // five too many
	const early = "9 180.00 190.00: 2026-11-03 10.00 - x|vierde" // it fits once day 2 is booked
	for _, c := range []struct {
		story string
		steps []string // a statement that is told, or what is done with one that closes at a balance
		want  string
	}{
		{"when what is right has come", []string{day1, wrong, day2, "drop 185.00", day3}, "20.00 30.00 30.00 10.00 | 1 booked, 2 booked, 2 dropped, 3 booked"},
		{"before what is right comes", []string{day1, wrong, "drop 185.00", day2, day3}, "20.00 30.00 30.00 10.00 | 1 booked, 2 booked, 2 dropped, 3 booked"},
		{"and told again it is not held again", []string{day1, wrong, "drop 185.00", wrong, day2}, "20.00 30.00 30.00 | 1 booked, 2 booked, 2 dropped"},
		{"and one that follows what is right goes on", []string{day1, wrong, day3, "drop 185.00", day2}, "20.00 30.00 30.00 10.00 | 1 booked, 2 booked, 2 dropped, 3 booked"},
		{"and is not booked when it fits one day", []string{day1, early, "drop 190.00", day2, day3}, "20.00 30.00 30.00 10.00 | 1 booked, 2 booked, 9 dropped, 3 booked"},
		{"by mistake, and is released: it is booked as it fits", []string{day1, early, "drop 190.00", day2, "release 190.00", "3 190.00 200.00: 2026-11-04 10.00 d four|vijfde"},
			"20.00 30.00 10.00 30.00 10.00 | 1 booked, 2 booked, 9 booked, 3 booked"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for _, step := range c.steps {
				what, closing, _ := strings.Cut(step, " ")
				switch what {
				case "drop":
					_, err := w.DropStatement(t.Context(), w.closing(closing), "the bank told it again rightly", at(today))
					ok(t, err)
				case "release":
					ok(t, w.ReleaseStatement(t.Context(), w.closing(closing), "it was right", at(today)))
					says(t, "it fits by now", query[money.Amount](w, `SELECT difference FROM statement WHERE closing = $1`, money.MustParse(closing)).String(), "0.00")
				default:
					w.importFile(testkit.Camt("m", step))
				}
			}
			says(t, "booked", w.bankBooks(), c.want)
		})
	}
}

// closing is the key of the only statement that closes at a balance.
func (w *world) closing(balance string) string {
	w.Helper()
	return query[string](w, `SELECT key FROM statement WHERE closing = $1`, money.MustParse(balance))
}

// Who set a statement aside and why stays, whoever says it again; it is named by its key, or by its file when only one of that can be meant.
func TestWhoSetAStatementAsideStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.importFile(testkit.Camt("m", day1))
	_, err := w.DropStatement(t.Context(), "file.xml", "x", at(today))
	if err == nil || !strings.Contains(err.Error(), "is booked, and what is booked stays; right would be to import what the bank tells instead and release it") {
		t.Error(err)
	}
	w.importFile(testkit.Camt("m", "2 150.00 185.00: 2026-11-03 30.00 - x|zelfde"))
	if _, err = w.DropStatement(t.Context(), "file.xml", " ", at(today)); err == nil || !strings.Contains(err.Error(), "the reason is empty") {
		t.Error(err)
	}
	if _, err = w.DropStatement(t.Context(), "none.xml", "x", at(today)); !errors.Is(err, postgres.ErrNotFound) {
		t.Error(err)
	}
	other := at(today)
	other.Name = "other"
	for _, by := range []postgres.Actor{at(today), at(today), other} {
		st, err := w.DropStatement(t.Context(), "file.xml", "told again by "+by.Name, by)
		ok(t, err)
		says(t, "set aside", fmt.Sprintln(st.State, st.DroppedBy, st.DroppedReason), "dropped test told again by test\n")
	}
	w.importFile(testkit.Camt("m", "2 150.00 186.00: 2026-11-03 30.00 - x|zelfde")) // a second wrong one in a file of that name: the first must not stand for it
	if _, err = w.DropStatement(t.Context(), "file.xml", "x", at(today)); err == nil || !strings.Contains(err.Error(), "file file.xml has several statements that are not booked; right would be the key of one: "+"2026-11-03-") {
		t.Error(err)
	}
	w.importFile(testkit.Camt("m", day2, "8 100.00 180.00: 2026-11-02 20.00 a one|eerste; 2026-11-02 30.00 - x|zelfde; 2026-11-03 30.00 - x|zelfde"))
	known := query[string](w, `SELECT key FROM statement WHERE sequence = '8'`)
	if _, err = w.DropStatement(t.Context(), known, "x", at(today)); err == nil || !strings.Contains(err.Error(), "is known: nothing of it was new") {
		t.Error(err)
	}
	for _, change := range []string{`state = 'held'`, `state = 'known'`, `dropped_by = 'somebody'`} { // the schema holds to it
		if _, err := w.db.App.Exec(t.Context(), `UPDATE statement SET `+change+` WHERE closing = 18500`); err == nil || !strings.Contains(err.Error(), "is set aside: only who releases it books it") {
			t.Errorf("%s: %v", change, err)
		}
	}
}

// A program that is killed while it sets a statement aside has done nothing, and the same again does it.
func TestAKilledDropIsNothingOrAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.importFile(testkit.Camt("m", day1, "2 150.00 185.00: 2026-11-03 30.00 - x|zelfde"))
	key := w.closing("185.00")
	w.stopsAt("AFTER UPDATE", "statement", "true")
	var group errgroup.Group
	group.Go(func() error {
		_, err := w.DropStatement(context.Background(), key, "wrong", at(today))
		return err
	})
	eventually(t, "the drop waits, after it wrote", func() bool {
		return query[bool](w, `SELECT COALESCE(bool_or(pg_terminate_backend(pid)), false) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'dunning_app' AND wait_event = 'advisory'`)
	})
	if err := group.Wait(); err == nil {
		t.Error("it was not killed")
	}
	says(t, "killed", w.bankBooks(), "20.00 30.00 | 1 booked, 2 held")
	w.exec(`SELECT pg_advisory_unlock(7)`)
	_, err := w.DropStatement(t.Context(), key, "wrong", at(today))
	ok(t, err)
	says(t, "again", w.bankBooks(), "20.00 30.00 | 1 booked, 2 dropped")
}

// A statement is set aside in the moment in which what was missing before it is imported: it is booked, and who drops it is told so.
func TestAStatementIsSetAsideOrBooked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.importFile(testkit.Camt("m", day1, day3))
	key := w.closing("170.00")
	w.stopsAt("BEFORE UPDATE", "statement_entry", "OLD.statement = '"+key+"'")
	var group errgroup.Group
	group.Go(func() error {
		_, err := w.ImportStatements(t.Context(), bankFile(testkit.Camt("m", day2)), at(today.AddDays(1)))
		return err
	})
	waiting := func(n int) func() bool {
		return func() bool {
			return query[int](w, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'dunning_app' AND wait_event = 'advisory'`) == n
		}
	}
	eventually(t, "the import has read the statement as held", waiting(1))
	dropped := make(chan error, 1)
	go func() {
		_, err := w.DropStatement(context.Background(), key, "wrong", at(today))
		dropped <- err
	}()
	eventually(t, "who drops it waits for the import", waiting(2))
	w.exec(`SELECT pg_advisory_unlock(7)`)
	ok(t, group.Wait())
	refused(t, <-dropped)
	says(t, "booked", w.bankBooks(), all)
}

// stopsAt lets whoever writes rows of a table wait until lock 7 is free.
func (w *world) stopsAt(when, table, which string) {
	w.Helper()
	w.exec(`CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NEW; END $$`)
	w.exec(`CREATE TRIGGER wait_here ` + when + ` ON ` + table + ` FOR EACH ROW WHEN (` + which + `) EXECUTE FUNCTION wait_here()`)
	w.exec(`SELECT pg_advisory_lock(7)`)
}
