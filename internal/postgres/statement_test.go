package postgres_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

const trust = testkit.TrustAccount

func bankFile(text string) postgres.StatementFile {
	return postgres.StatementFile{Name: "file.xml", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }, Accounts: bank.Accounts{trust: trust, trustIBAN: trustIBAN}}
}

func (w *world) importFile(text string) []postgres.Imported {
	w.Helper()
	on := today // or the last day that was told of
	for _, told := range []calendar.Date{testkit.LastDay(text), calendar.MustParseDate(query[string](w, `SELECT COALESCE(max(to_on), '2026-11-03')::text FROM statement`))} {
		if told.After(on) {
			on = told
		}
	}
	done, err := w.ImportStatements(w.Context(), bankFile(text), at(on))
	ok(w, err)
	return done
}

// bankBooks are the amounts that wait or are settled, in the order of their days, and what became of each statement.
func (w *world) bankBooks() string {
	w.Helper()
	return query[string](w, `SELECT (SELECT COALESCE(string_agg((amount / 100.0)::numeric(12, 2)::text, ' ' ORDER BY value_on, amount), '') FROM receipt) || ' | '
		|| (SELECT COALESCE(string_agg(sequence || ' ' || state, ', ' ORDER BY to_on, sequence, state), '') FROM statement)`)
}

const (
	day1 = "1 100.00 150.00: 2026-11-02 20.00 a one|eerste; 2026-11-02 30.00 - x|zelfde"
	day2 = "2 150.00 180.00: 2026-11-03 30.00 - x|zelfde"
	day3 = "3 180.00 170.00: 2026-11-04 -20.00 c naar iemand; 2026-11-04 10.00 d four|vierde"
	all  = "20.00 30.00 30.00 10.00 | 1 booked, 2 booked, 3 booked"
)

// An entry is booked once, and none is lost, whatever files tell it.
func TestEntriesAreBookedOnce(t *testing.T) {
	t.Parallel()
	both := "9 150.00 170.00: 2026-11-03 30.00 - x|zelfde; 2026-11-04 -20.00 c naar iemand; 2026-11-04 10.00 d four|vierde"
	for _, c := range []struct {
		story string
		files []string
		want  string
	}{
		{"three days in one file", []string{testkit.Camt("m", day1, day2, day3)}, all},
		{"each its own file", []string{testkit.Camt("m", day1), testkit.Camt("n", day2), testkit.Camt("o", day3)}, all},
		{"the same file three times", []string{testkit.Camt("m", day1, day2, day3), testkit.Camt("m", day1, day2, day3), testkit.Camt("m", day1, day2, day3)}, all},
		{"another message id", []string{testkit.Camt("m", day1, day2, day3), testkit.Camt("again", day1, day2, day3)}, all},
		{"the last day first", []string{testkit.Camt("m", day3), testkit.Camt("m", day1), testkit.Camt("m", day2)},
			"10.00 | 1 held, 2 held, 3 booked"}, // nobody knows that days are missing before the first file; a person releases them
		{"days in the wrong order after the first", []string{testkit.Camt("m", day1), testkit.Camt("m", day3), testkit.Camt("m", day2)}, all},
		{"in the wrong order in one file", []string{testkit.Camt("m", day1, day3, day2)}, all},
		{"entries in another order", []string{testkit.Camt("m", day1), testkit.Camt("m", "1 100.00 150.00: 2026-11-02 30.00 - x|zelfde; 2026-11-02 20.00 a one|eerste"), testkit.Camt("m", day2, day3)}, all},
		{"a file that overlaps", []string{testkit.Camt("m", day1, day2), testkit.Camt("m", both)}, "20.00 30.00 30.00 10.00 | 1 booked, 2 booked, 9 booked"},
		{"all of it was booked", []string{testkit.Camt("m", day1, day2, day3), testkit.Camt("m", both)}, "20.00 30.00 30.00 10.00 | 1 booked, 2 booked, 3 booked, 9 known"},
		{"a gap holds what comes after it", []string{testkit.Camt("m", day1), testkit.Camt("m", day3)}, "20.00 30.00 | 1 booked, 3 held"},
		{"alike in everything on one day, in two statements", []string{
			testkit.Camt("m", "1 0.00 5.00: 2026-11-02 5.00 - x|gelijk"), testkit.Camt("m", "2 5.00 15.00: 2026-11-02 5.00 - x|gelijk; 2026-11-02 5.00 - x|gelijk"),
			testkit.Camt("m", "3 0.00 15.00: 2026-11-02 5.00 - x|gelijk; 2026-11-02 5.00 - x|gelijk; 2026-11-02 5.00 - x|gelijk")},
			"5.00 5.00 5.00 | 1 booked, 2 booked, 3 known"},
		{"nobody can tell: alike in everything, alone in two statements", []string{testkit.Camt("m", "1 0.00 5.00: 2026-11-02 5.00 - x|gelijk"), testkit.Camt("m", "2 5.00 10.00: 2026-11-02 5.00 - x|gelijk")},
			"5.00 | 1 booked, 2 held"},
		{"moved to and fro and told again", []string{testkit.Camt("m", "1 0.00 0.00: 2026-11-02 5.00 - x|in; 2026-11-02 -5.00 - uit"), testkit.Camt("m", "2 0.00 0.00: 2026-11-02 -5.00 - uit; 2026-11-02 5.00 - x|in")},
			"5.00 | 1 booked"},
		{"a reference that the bank used twice", []string{testkit.Camt("m", "1 0.00 12.00: 2026-11-02 5.00 r x|a; 2026-11-02 7.00 r x|b"), testkit.Camt("m", "2 12.00 17.00: 2026-11-03 5.00 r x|c")},
			"5.00 7.00 5.00 | 1 booked, 2 booked"},
		{"the same end-to-end id", []string{testkit.Camt("m", "1 0.00 10.00: 2026-11-02 5.00 r e2e|a; 2026-11-02 5.00 s e2e|a")}, "5.00 5.00 | 1 booked"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for _, f := range c.files {
				w.importFile(f)
			}
			if got := w.bankBooks(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			before := w.counts()
			for _, f := range c.files {
				w.importFile(f)
			}
			if after := w.counts(); after != before {
				t.Errorf("told again: %s; was %s", after, before)
			}
		})
	}
}

func TestAStatementThatDoesNotFitIsHeldWithTheDifference(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, first, second, want string }{
		{"it does not tie", day1, "2 150.00 180.01: 2026-11-03 30.00 - x|zelfde", "held, -0.01: opening 150.00 and booked entries 30.00 make 180.00, closing is 180.01"},
		{"it opens elsewhere", day1, "3 180.00 190.00: 2026-11-04 10.00 d a|b", "held, 30.00: it opens at 180.00, and the account stood at 150.00: a statement is missing, or one is booked that tells other entries"},
		{"it tells an entry less of a day that is booked", day1, "3 100.00 130.00: 2026-11-02 20.00 a one|eerste; 2026-11-02 10.00 z a|b",
			"held, -30.00: it opens at 100.00, and the account stood at 130.00: a statement is missing, or one is booked that tells other entries"},
		{"it follows", day1, day2, "booked, 0.00: "},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.importFile(testkit.Camt("m", c.first))
			s := w.importFile(testkit.Camt("m", c.second))[0]
			if got := fmt.Sprintf("%s, %s: %s", s.State, s.Difference, s.HeldFor); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if n := query[int](w, `SELECT count(*) FROM statement_entry WHERE statement = $1 AND key IS NOT NULL`, s.Key); (n > 0) != (s.State == postgres.StatementBooked) {
				t.Errorf("%d lines are booked", n)
			}
		})
	}
}

// A statement that closes on a day which has not come is held, and booked with the next one from that day on. It is the day in Amsterdam, of whoever brings it.
func TestAStatementOfADayToComeIsHeld(t *testing.T) {
	t.Parallel()
	const todays, tomorrows = "2 150.00 180.00: 2026-11-03 30.00 - x|zelfde", "3 180.00 190.00: 2026-11-04 10.00 d four|vierde"
	for _, c := range []struct {
		story, told string
		at          time.Time
		want        string
	}{
		{"of today", todays, today.At(0, 30), "booked 0.00: "},
		{"of tomorrow", tomorrows, today.At(23, 59), "held 0.00: it closes on 2026-11-04, and today is 2026-11-03: it is booked in the night of that day, or before with a statement that comes on it"},
		{"of tomorrow, which has begun in Amsterdam and not in London", tomorrows, today.AddDays(1).At(0, 30).UTC(), "booked 0.00: "},
		{"of tomorrow, and it does not tie", "3 180.00 191.00: 2026-11-04 10.00 d four|vierde", today.At(23, 59), "held -1.00: opening 180.00 and booked entries 10.00 make 190.00, closing is 191.00; and it closes on 2026-11-04, and today is 2026-11-03"},
		{"of tomorrow, and one is missing before it", "3 185.00 195.00: 2026-11-04 10.00 d four|vierde", today.At(23, 59),
			"held 5.00: it opens at 185.00, and the account stood at 180.00: a statement is missing, or one is booked that tells other entries; and it closes on 2026-11-04, and today is 2026-11-03"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.importFile(testkit.Camt("m", day1))
			if c.told != todays {
				w.importFile(testkit.Camt("m", todays))
			}
			done, err := w.ImportStatements(t.Context(), bankFile(testkit.Camt("m", c.told)), postgres.Actor{Name: "test", At: c.at})
			ok(t, err)
			if got := fmt.Sprintf("%s %s: %s", done[0].State, done[0].Difference, done[0].HeldFor); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	w := newWorld(t)
	_, err := w.ImportStatements(t.Context(), bankFile(testkit.Camt("m", day1, day2, day3)), at(today))
	ok(t, err)
	says(t, "tomorrow's waits", w.bankBooks(), "20.00 30.00 30.00 | 1 booked, 2 booked, 3 held")
	w.importFile(testkit.Camt("m", "4 170.00 175.00: 2026-11-05 5.00 e a|b"))
	if got, want := w.bankBooks(), "20.00 30.00 30.00 10.00 5.00 | 1 booked, 2 booked, 3 booked, 4 booked"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A person releases a statement before its day: for the day alone it is booked as it fits; what it does not tie to is told ever after.
func TestAStatementIsReleasedBeforeItsDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, told, want, difference, next string }{
		{"for its day alone", day3, "20.00 30.00 30.00 10.00 | 1 booked, 2 booked, 3 booked", "0.00", "4 170.00 175.00: 2026-11-05 5.00 e a|b"},
		{"and its entries are all booked", "9 120.00 180.00: 2026-11-02 30.00 - x|zelfde; 2026-11-03 30.00 - x|zelfde", "20.00 30.00 30.00 | 1 booked, 2 booked, 9 known", "0.00", "4 180.00 185.00: 2026-11-05 5.00 e a|b"},
		{"and one is missing before it", "3 185.00 195.00: 2026-11-04 10.00 d four|vierde", "20.00 30.00 30.00 10.00 | 1 booked, 2 booked, 3 booked", "5.00", "4 195.00 200.00: 2026-11-05 5.00 e a|b"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.importFile(testkit.Camt("m", day1, day2))
			text := testkit.Camt("m", c.told)
			before := at(testkit.LastDay(text).AddDays(-1))
			done, err := w.ImportStatements(t.Context(), bankFile(text), before)
			ok(t, err)
			ok(t, w.ReleaseStatement(t.Context(), done[0].Key, "the bank dates it a day ahead", before))
			says(t, "released", w.bankBooks(), c.want)
			says(t, "it tells", query[money.Amount](w, `SELECT difference FROM statement WHERE key = $1`, done[0].Key).String(), c.difference)
			if next := w.importFile(testkit.Camt("m", c.next)); next[0].State != postgres.StatementBooked {
				t.Errorf("the next is %s: %s", next[0].State, next[0].HeldFor)
			}
		})
	}
}

// The night books what was held for its day, of every account, and leaves what does not tie.
func TestTheNightBooksAStatementWhoseDayHasCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.ImportStatements(t.Context(), bankFile(testkit.Camt("m", day1, day2, day3, "5 900.00 905.00: 2026-11-04 5.00 e a|b")), at(today))
	ok(t, err)
	ok(t, w.BookAllHeld(t.Context(), at(today)))
	says(t, "the night before", w.bankBooks(), "20.00 30.00 30.00 | 1 booked, 2 booked, 3 held, 5 held")
	for range 2 {
		ok(t, w.BookAllHeld(t.Context(), at(today.AddDays(1))))
		says(t, "its night", w.bankBooks(), "20.00 30.00 30.00 10.00 | 1 booked, 2 booked, 3 booked, 5 held")
	}
	if told := query[string](w, `SELECT held_for FROM statement WHERE sequence = '5'`); strings.Contains(told, "closes on") || !strings.Contains(told, "it opens at 900.00") {
		t.Error(told)
	}
}

func TestAPersonReleasesAHeldStatement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.importFile(testkit.Camt("m", day3))
	early := w.importFile(testkit.Camt("m", day1))[0]
	refused(t, w.ReleaseStatement(t.Context(), early.Key, " ", at(today)))
	ok(t, w.ReleaseStatement(t.Context(), early.Key, "of before the first", at(today)))
	refused(t, w.ReleaseStatement(t.Context(), early.Key, "again", at(today)))
	if err := w.ReleaseStatement(t.Context(), "none", "x", at(today)); !errors.Is(err, postgres.ErrNotFound) {
		t.Error(err)
	}
	w.importFile(testkit.Camt("m", "4 170.00 175.00: 2026-11-05 5.00 e a|b")) // it follows the last day, not the one that was released
	if got, want := w.bankBooks(), "20.00 30.00 10.00 5.00 | 1 booked, 3 booked, 4 booked"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What a person releases is booked once all the same, and what comes after it follows.
func TestAReleaseBooksNothingTwiceAndLosesNothing(t *testing.T) {
	t.Parallel()
	const like2, like1, after1 = "1 0.00 17.76: 2026-11-02 8.88 - x|gelijk; 2026-11-02 8.88 - x|gelijk", "2 17.76 26.64: 2026-11-02 8.88 - x|gelijk", "3 26.64 31.64: 2026-11-02 5.00 r x|b"
	for _, c := range []struct {
		story string
		steps []string // a statement that is told, or "release" with the closing balance of one that is held
		want  string
	}{
		{"the bank told it again rightly", []string{"1 0.00 12.35: 2026-11-02 12.34 DUB1 x|a", "1 0.00 12.34: 2026-11-02 12.34 DUB1 x|a", "release 12.35", "2 12.34 17.34: 2026-11-03 5.00 r x|b"},
			"12.34 5.00 | 1 booked, 1 known, 2 booked"},
		{"and one without the bank's reference is another", []string{"1 0.00 20.35: 2026-11-02 12.34 DUB1 x|a; 2026-11-02 8.00 - x|c", "1 0.00 20.34: 2026-11-02 12.34 DUB1 x|a; 2026-11-02 8.00 - x|c", "release 20.35",
			"2 20.35 25.35: 2026-11-03 5.00 r x|b"}, "8.00 8.00 12.34 5.00 | 1 booked, 1 booked, 2 booked"},
		{"one is released that comes after one that only looks booked", []string{like2, like1, after1, "release 31.64"}, "5.00 8.88 8.88 | 1 booked, 2 held, 3 booked"},
		{"the one that only looks booked comes later still", []string{like2, after1, "release 31.64", like1}, "5.00 8.88 8.88 | 1 booked, 2 held, 3 booked"},
		{"and is released too, which does not move where the account stands", []string{like2, like1, after1, "release 31.64", "release 26.64", "4 31.64 32.64: 2026-11-04 1.00 s x|c"},
			"5.00 8.88 8.88 8.88 1.00 | 1 booked, 2 booked, 3 booked, 4 booked"},
		{"before what comes after it: that is booked by itself", []string{like2, like1, after1, "release 26.64"}, "5.00 8.88 8.88 8.88 | 1 booked, 2 booked, 3 booked"},
		{"a file of both books what was held", []string{like2, like1, "9 17.76 31.64: 2026-11-02 8.88 - x|gelijk; 2026-11-02 5.00 r x|b"}, "5.00 8.88 8.88 8.88 | 1 booked, 2 known, 9 booked"},
		{"an account that is emptied: what is released closes where one before it opened", []string{"1 0.00 20.00: 2026-11-02 20.00 a x|a", "3 25.00 0.00: 2026-11-02 -25.00 - uit", "release 0.00",
			"4 0.00 1.00: 2026-11-03 1.00 s x|c"}, "20.00 1.00 | 1 booked, 3 booked, 4 booked"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for _, step := range c.steps {
				closing, release := strings.CutPrefix(step, "release ")
				if !release {
					w.importFile(testkit.Camt("m", step))
					continue
				}
				held := query[string](w, `SELECT key FROM statement WHERE closing = $1 AND state = 'held'`, money.MustParse(closing))
				ok(t, w.ReleaseStatement(t.Context(), held, "as the bank says", at(today)))
			}
			says(t, "booked", w.bankBooks(), c.want)
		})
	}
}

// The database dies at any moment of an import: what is there is whole, and the file again makes it complete.
func TestAnImportThatIsCutOffGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	text := testkit.Camt("m", day1, day2, day3)
	for n := range 40 {
		left, readings := n, 0
		f := bankFile(text)
		f.Open = func() (io.ReadCloser, error) {
			readings++
			if readings == 1 {
				return io.NopCloser(strings.NewReader(text)), nil
			}
			return io.NopCloser(io.LimitReader(strings.NewReader(text), int64(len(text)*left/40))), nil
		}
		_, err := w.ImportStatements(t.Context(), f, at(today))
		if partly := query[int](w, `SELECT count(*) FROM statement s WHERE state = 'held' OR entries <> (SELECT count(*) FROM statement_entry e WHERE e.statement = s.key AND e.key IS NOT NULL)`); partly > 0 {
			t.Fatalf("cut off at %d of 40 (%v): %d statements are there in part", n, err, partly)
		}
	}
	w.importFile(text)
	if got := w.bankBooks(); got != all {
		t.Error(got)
	}
}

func TestTwoImportsOfAFileAtOnceAreOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var group errgroup.Group
	for range 6 {
		group.Go(func() error {
			_, err := w.ImportStatements(t.Context(), bankFile(testkit.Camt("m", day1, day2, day3)), at(today.AddDays(1)))
			return err
		})
	}
	ok(t, group.Wait())
	if got := w.bankBooks(); got != all {
		t.Error(got)
	}
}

// Files that overlap arrive at once: whichever is booked first, the other is seen beside it.
func TestOverlappingFilesAtOnceBookNothingTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.importFile(testkit.Camt("m", day1))
	var group errgroup.Group
	for _, text := range []string{testkit.Camt("m", day2), testkit.Camt("m", "9 150.00 170.00: 2026-11-03 30.00 - x|zelfde; 2026-11-04 -20.00 c naar iemand; 2026-11-04 10.00 d four|vierde"), testkit.Camt("m", day3)} {
		group.Go(func() error {
			_, err := w.ImportStatements(t.Context(), bankFile(text), at(today.AddDays(1)))
			return err
		})
	}
	ok(t, group.Wait())
	if got, want := query[string](w, `SELECT string_agg((amount / 100.0)::numeric(12, 2)::text, ' ' ORDER BY value_on, amount) FROM receipt`), "20.00 30.00 30.00 10.00"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if held := query[int](w, `SELECT count(*) FROM statement WHERE state = 'held'`); held != 0 {
		t.Errorf("%d are held", held)
	}
}

func TestAFileOfWhichNothingMayBeBooked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, text, want string }{
		{"another account", strings.Replace(testkit.Camt("m", day1, day2), trust, "NL20INGB0001234567", 1), `statement 1 is of account "NL20INGB0001234567"; right would be an account of bank.accounts: NL02ABNA0123456789, NL91ABNA0417164300`},
		{"half a cent", strings.Replace(testkit.Camt("m", day1, day2), "20.00", "20.005", 1), "statement 1: entry 1: amount 20.005 cannot be booked; right would be an amount in cents"},
		{"another currency", strings.Replace(testkit.Camt("m", day1), `<Ntry><Amt Ccy="EUR">`, `<Ntry><Amt Ccy="USD">`, 1), "statement 1: entry 1 is in USD; right would be EUR"},
		{"the second statement is damaged", strings.TrimSuffix(testkit.Camt("m", day1, day2), "</Document>"), "ends in the middle: the file is cut off"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			_, err := w.ImportStatements(t.Context(), bankFile(c.text), at(today))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if got := w.bankBooks(); got != " | " {
				t.Errorf("booked: %s", got)
			}
		})
	}
}

func TestSampleFilesAreImported(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"camt/test-camt053.xml":               "950.00 payout 100.00, receipt 50.00",
		"camt/camt053.v2.multi.statement.xml": "27.00 receipt 8.85; 20.00 unknown 7.00",
		"mt940/rabobank_mt940_structured.txt": "1190.35 receipt 169.90, unknown 127.50; 18846.34 fee 130.29, receipt 19046.61, unknown 1260.33",
		"mt940/van_lanschot.txt":              "7770.09 receipt 2716.76; 5666.09 unknown 2104.00; 4849.34 unknown 816.75",
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			f := postgres.StatementFile{Name: file, Open: func() (io.ReadCloser, error) { return os.Open("../bank/testdata/" + file) }, Accounts: bank.Accounts{
				"NL00SNSB0000000000": "NL00SNSB0000000000", "NL26VAYB8060476890": "NL26VAYB8060476890", "NL50RABO0123456789": "NL50RABO0123456789", "878787878": "NL00FVLB0878787878",
			}}
			done, err := w.ImportStatements(t.Context(), f, at(today))
			ok(t, err)
			var got []string
			for _, s := range done {
				got = append(got, query[string](w, `SELECT (balance / 100.0)::numeric(12, 2) || ' ' || (SELECT string_agg(kind || ' ' || amount, ', ' ORDER BY kind)
					FROM (SELECT kind, (sum(amount) / 100.0)::numeric(12, 2) AS amount FROM statement_entry WHERE statement = $1 GROUP BY kind) k) FROM statement WHERE key = $1`, s.Key))
			}
			if diff := cmp.Diff(want, strings.Join(got, "; ")); diff != "" {
				t.Error(diff)
			}
			if total := query[money.Amount](w, `SELECT trust_received()`); total == 0 {
				t.Error("nothing was received")
			}
		})
	}
}
