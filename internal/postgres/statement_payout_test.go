package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/testkit"
)

// twoPaid is a payout of 100.00 to one client, 7.00 to another and the agency's 0.33, that went to the bank.
func twoPaid(t *testing.T) (*world, settlement.Payout) {
	t.Helper()
	w := paying(t)
	w.receives(w.open(), "r1", "100.33")
	w.tellsAccount("B", secondIBAN, 0)
	b := w.receivesFor("B", "r2", "7.00")
	w.approvesAccount(b, secondIBAN, "Anna", "Bram")
	return w, w.paidOut(today)
}

// The statement itself books a payout: whatever the format, and however the bank tells it.
func TestAStatementBooksWhatWasPaidOut(t *testing.T) {
	t.Parallel()
	const line, batch = "PO-20261103-", "#PO-20261103/client"
	for _, c := range []struct {
		name, entries, closing string
		want                   string // statuses, the trust book beside what came in
		told                   string // problems, and how many lines wait
	}{
		{"per line", "-100.00 a " + line + "1|Afdracht; -7.00 b " + line + "2|Afdracht", "393.00", "booked booked sent: S100 0.33, S240 -0.33", "0"},
		{"in one amount", "-107.00 a " + batch, "393.00", "booked booked sent: S100 0.33, S240 -0.33", "0"},
		{"in one amount, the agency's part in another", "-107.00 a " + batch + "; -0.33 b #PO-20261103/fees", "392.67", "booked booked booked: ", "0"},
		{"it comes back after it was booked", "-100.00 a " + line + "1|Afdracht; 100.00 b AC04!" + line + "1|Afdracht", "500.00", "returned sent sent: S100 107.33, S200 -100.00, S240 -7.33", "0"},
		{"it comes back before its debit is told", "100.00 b AC04!" + line + "1|Afdracht; -100.00 a " + line + "1|Afdracht", "500.00", "returned sent sent: S100 107.33, S200 -100.00, S240 -7.33", "0"},
		{"it comes back and never left", "100.00 b AC04!" + line + "1|Afdracht", "600.00", "sent sent sent: S100 107.33, S240 -107.33", "payment PO-20261103-1 is sent, its debit is in no statement, or waits; what came back of it is booked once that is, 1"},
		{"another amount", "-99.99 a " + line + "1|Afdracht", "400.01", "sent sent sent: S100 107.33, S240 -107.33", " 99.99 --line ID, once for each, 1"},
		{"another amount beside one that is right", "-99.99 a " + line + "1|Afdracht; -7.00 b " + line + "2|Afdracht", "393.01", "sent booked sent: S100 100.33, S240 -100.33", " 99.99 --line ID, once for each, 1"},
		{"a batch that never was", "-107.00 a #PO-20261103/rent", "393.00", "sent sent sent: S100 107.33, S240 -107.33", "not found, 1"},
		{"of a payout that is not ours", "-107.00 a #PO-20200101/client", "393.00", "sent sent sent: S100 107.33, S240 -107.33", "1"},
		{"it comes back, and the bank gives no reason", "-107.00 a " + batch + "; 100.00 b <Voorbeeld/" + firstIBAN + "> " + line + "1|Retour", "493.00", "returned booked sent: S100 100.33, S200 -100.00, S240 -0.33", "0"},
		{"it comes back, and only the text names it", "-100.00 a " + line + "1|Afdracht; 100.00 b <Voorbeeld/" + firstIBAN + "> Retour " + line + "1 Afdracht", "500.00", "returned sent sent: S100 107.33, S200 -100.00, S240 -7.33", "0"},
		{"it comes back twice: the second is money that came in", "-107.00 a " + batch + "; 100.00 b <Voorbeeld/" + firstIBAN + "> " + line + "1|Retour; 100.00 c <Voorbeeld/" + firstIBAN + "> " + line + "1|Retour", "593.00", "returned booked sent: S100 200.33, S200 -100.00, S230 -100.00, S240 -0.33", "0"},
		{"its client pays as much, and names our id", "100.00 a <Voorbeeld/" + firstIBAN + "> " + line + "1|Afdracht", "600.00", "sent sent sent: S100 207.33, S230 -100.00, S240 -107.33", "0"},
		{"its client pays something else, and names our id", "-107.00 a " + batch + "; 99.00 b <Voorbeeld/" + firstIBAN + "> " + line + "1|Afdracht", "492.00", "booked booked sent: S100 99.33, S230 -99.00, S240 -0.33", "0"},
		{"somebody else pays as much, and names our id", "-107.00 a " + batch + "; 100.00 b " + line + "1|Afdracht", "493.00", "booked booked sent: S100 100.33, S230 -100.00, S240 -0.33", "0"},
		{"somebody pays, and names our id", "100.00 a " + line + "1|Afdracht", "600.00", "sent sent sent: S100 207.33, S230 -100.00, S240 -107.33", "0"},
	} {
		for format, write := range map[string]func(string) string{
			"camt.053": func(s string) string { return testkit.Camt("m", s) }, "MT940": func(s string) string { return testkit.MT940(s) },
		} {
			t.Run(c.name+", "+format, func(t *testing.T) {
				t.Parallel()
				w, p := twoPaid(t)
				var entries []string
				for e := range strings.SplitSeq(c.entries, "; ") {
					entries = append(entries, "2026-11-04 "+e)
				}
				file := write("1 500.00 " + c.closing + ": " + strings.Join(entries, "; "))
				for range 2 { // the same again changes nothing
					st := w.importFile(file)[0]
					if got := w.statuses(p) + ": " + w.balances(ledger.Trust); got != c.want {
						t.Errorf("got  %s\nwant %s", got, c.want)
					}
					if got := w.problems(st); !strings.HasSuffix(got, c.told) || strings.HasPrefix(c.told, "0") && got != "0" {
						t.Errorf("told %s, want %s", got, c.told)
					}
				}
				w.verified()
			})
		}
	}
}

// problems are what the lines of a statement do not fit, and how many of them wait.
func (w *world) problems(st postgres.Imported) string {
	w.Helper()
	_, lines, err := w.StatementLines(w.Context(), st.Key)
	ok(w, err)
	var words []string
	for _, l := range lines {
		if l.Problem != "" {
			words = append(words, l.Problem)
		}
	}
	return strings.Join(append(words, fmt.Sprint(st.Waiting)), ", ")
}

// A bank that tells the payments of a batch one by one, with our ids or without, tells the batch.
func TestABatchThatIsToldByItsPayments(t *testing.T) {
	t.Parallel()
	for name, payments := range map[string]string{"with our ids": "100.00=PO-20261103-1 7.00=PO-20261103-2", "without": "100.00= 7.00="} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, p := twoPaid(t)
			st := w.importFile(testkit.Camt("m", "1 500.00 393.00: 2026-11-04 -107.00 a #PO-20261103/client "+payments))[0]
			if got := w.statuses(p) + ", " + w.problems(st); got != "booked booked sent, 0" {
				t.Error(got)
			}
			for _, of := range w.payoutsOf(st) {
				if of != p.ID {
					t.Errorf("a line is of %q", of)
				}
			}
		})
	}
}

func (w *world) payoutsOf(st postgres.Imported) (list []string) {
	w.Helper()
	_, lines, err := w.StatementLines(w.Context(), st.Key)
	ok(w, err)
	for _, l := range lines {
		list = append(list, l.Payout)
	}
	return list
}

// A person who books an entry by its key ends its waiting; the statement after it knows.
func TestAPersonBooksAnEntryThatWaits(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	st := w.importFile(testkit.Camt("m", "1 500.00 400.00: 2026-11-04 -100.00 a Afdracht"))[0]
	_, lines, err := w.StatementLines(t.Context(), st.Key)
	if ok(t, err); st.Waiting != 1 {
		t.Fatalf("%d wait", st.Waiting)
	}
	_, err = w.BookPayoutEntry(t.Context(), entryOf(p, 0, lines[0].Key), at(today))
	ok(t, err)
	st = w.importFile(testkit.Camt("m", "1 500.00 400.00: 2026-11-04 -100.00 a Afdracht"))[0]
	if got := w.statuses(p) + ", " + w.problems(st) + ", " + w.payoutsOf(st)[0]; got != "booked sent sent, 0, "+p.ID {
		t.Error(got)
	}
}
