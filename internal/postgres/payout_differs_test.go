package postgres_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// debit is what a person types of a debit: "107.00 PO-20261103/client", or with lines "107.00 PO-20261103-1 PO-20261103-2".
func debit(key, typed string) postgres.PayoutEntry {
	f := strings.Fields(typed)
	e := postgres.PayoutEntry{Key: key, Amount: eur(f[0]), On: today}
	switch {
	case len(f) > 2:
		e.Lines = f[1:]
	case strings.HasPrefix(f[1], "PO-20261103-"):
		e.EndToEndID = f[1]
	default:
		e.BatchID = f[1]
	}
	return e
}

// saysOnTop is a person's word that a line of a statement is the debit of a payment of ours, and that the bank charged an amount on top.
func (w *world) saysOnTop(key, typed, charge, who string) string {
	w.Helper()
	return howMany(w.BookReturnCharged(w.Context(), debit(key, typed), postgres.ReturnCharge{Amount: eur(charge), Reason: "the bank's letter"}, named(who, today.AddDays(2))))
}

// What the bank charges on top of a payment of ours is the agency's, when the bank tells what was paid, or two persons say so: of a line, a batch, or all of a payout.
func TestADebitOfAPayoutWithAChargeOnTop(t *testing.T) {
	t.Parallel()
	const line, batch, all = "PO-20261103-1", "PO-20261103/client", "PO-20261103"
	const sent = "sent sent sent: S100 107.33, S240 -107.33"
	const how = ` --charge 0.25 --by "YOUR NAME" --reason "HOW YOU KNOW"`
	for _, c := range []struct {
		name, told string // by the statement
		waits      string // what the line waits for then; empty: for nothing
		typed      string // what is typed, and by whom
		say        []string
		said       string // at last
		books      string
		payment    string // that the charge is told of; empty: none
	}{
		{"the bank tells what was paid", "-100.25 a /100.00!" + line + "|Afdracht", "", "", nil, "", "booked sent sent: S100 7.08, S210 0.25, S240 -7.33", line},
		{"the bank tells another", "-100.25 a /99.00!" + line + "|Afdracht", "100.00 --line " + line + how, "", nil, "", sent, ""},
		{"nobody says so", "-100.25 a " + line + "|Afdracht", "is of payout PO-20261103, which pays 100.00 there: ask the bank; when it charged the rest, two persons say: dunning payout book ENTRY 100.00 --line " + line + how, "", nil, "", sent, ""},
		{"one person says so", "-100.25 a " + line + "|Afdracht", "", "100.00 " + line, []string{"Anna", "anna"}, "1 said so, 0 claims, 0 lines", sent, ""},
		{"two persons say so, of what names nothing", "-100.25 a kosten en afdracht", "", "100.00 " + line, []string{"Anna", "Bram", "Anna"}, "2 said so, 0 claims, 1 lines", "booked sent sent: S100 7.08, S210 0.25, S240 -7.33", line},
		{"of the agency's part", "-0.58 a PO-20261103-3|iets", "0.33 --line PO-20261103-3" + how, "0.33 PO-20261103-3", []string{"Anna", "Bram"}, "2 said so, 0 claims, 1 lines", "sent sent booked: S100 106.75, S210 0.25, S240 -107.00", "PO-20261103-3"},
		{"the agency's part as a batch is its line", "-0.58 a #PO-20261103/fees", "0.33 --line PO-20261103-3" + how, "0.33 PO-20261103/fees", []string{"Anna", "Bram"}, "2 said so, 0 claims, 1 lines", "sent sent booked: S100 106.75, S210 0.25, S240 -107.00", "PO-20261103-3"},
		{"of a batch", "-107.25 a #" + batch, "107.00 --batch " + batch + how, "107.00 " + batch, []string{"Anna", "Bram"}, "2 said so, 0 claims, 2 lines", "booked booked sent: S100 0.08, S210 0.25, S240 -0.33", batch},
		{"of a batch, line by line", "-107.25 a #" + batch, "", "107.00 PO-20261103-2 PO-20261103-1", []string{"Anna", "Bram"}, "2 said so, 0 claims, 2 lines", "booked booked sent: S100 0.08, S210 0.25, S240 -0.33", batch},
		{"of all of it", "-107.58 a #" + all, "107.33 --payout " + all + how, "107.33 " + all, []string{"Anna", "Bram"}, "2 said so, 0 claims, 3 lines", "booked booked booked: S100 -0.25, S210 0.25", all + "/all"},
		{"of some of it", "-100.58 a iets", "", "100.33 PO-20261103-1 PO-20261103-3", []string{"Anna"}, "which pays 100.33 there: ask the bank; when it is of other lines (dunning payout show PO-20261103): dunning payout book ENTRY 100.58 --line ID, once for each", sent, ""},
		{"they say another amount", "-100.25 a " + line + "|Afdracht", "", "100.01 " + line, []string{"Anna"}, "entry ENTRY is of 100.25 by its statement; right would be an amount of the payment, and a charge on top of it, that come to that: they come to 100.26", sent, ""},
		{"they divide it otherwise", "-100.50 a " + line + "|Afdracht", "", "100.25 " + line, []string{"Anna"}, "entry ENTRY of 100.50 is of payout PO-20261103, which pays 100.00 there: right would be that the bank charged 0.50", sent, ""},
		{"it is another payment that the line names", "-7.25 a PO-20261103-1|Afdracht", "", "7.00 PO-20261103-2", []string{"Anna"}, "entry ENTRY names PO-20261103-1; right would be that one", sent, ""},
		{"nothing on top", "-100.25 a iets", "", "100.00 PO-20261103-9", []string{"Anna"}, "payout of entry ENTRY: not found", sent, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, p := twoPaid(t)
			amount, _, _ := strings.Cut(c.told, " ")
			closing := eur("500.00") + eur(amount)
			st := w.importFile(testkit.Camt("m", "1 500.00 "+closing.String()+": 2026-11-04 "+c.told))[0]
			key := w.lines(st)[0].Key
			if got := w.problems(st); !strings.Contains(got, strings.ReplaceAll(c.waits, "ENTRY", key)) {
				t.Error(got)
			}
			said := ""
			for _, who := range c.say {
				said = w.saysOnTop(key, c.typed, "0.25", who)
			}
			if !strings.Contains(said, strings.ReplaceAll(c.said, "ENTRY", key)) {
				t.Errorf("got  %s\nwant %s", said, c.said)
			}
			if got := w.statuses(p) + ": " + w.balances(ledger.Trust); got != c.books {
				t.Errorf("got  %s\nwant %s", got, c.books)
			}
			kept, err := w.KeptOfPayout(t.Context(), p.ID)
			ok(t, err)
			if c.payment == "" {
				if len(kept) > 0 {
					t.Errorf("%+v", kept)
				}
				return
			}
			says(t, "the payout", fmt.Sprint(kept), fmt.Sprintf("[{%s %s 0.25 true}]", c.payment, key))
			if got := w.reconciled(today.AddDays(1)); strings.Contains(got, key) || !strings.HasPrefix(got, "bank "+closing.String()) {
				t.Error(got)
			}
			w.accounted(key) // nobody paid it yet
			own, _ := w.fillsUp("own", "0.25")
			w.verified()
			w.booksAnew(key)
			if trace := w.accounted(key); !strings.HasSuffix(trace.What, " was paid out, and the bank charged 0.25, which the agency bears") {
				t.Error(trace.What)
			}
			w.followed([]string{"r1", "r2", own}, []string{key})
		})
	}
}

// One debit of several payments of a payout is booked of each, by one person, when it is their sum to the cent; and by the statement itself, when it names the file.
func TestOneDebitOfSeveralPayments(t *testing.T) {
	t.Parallel()
	const sent = "sent sent sent: S100 107.33, S240 -107.33"
	for _, c := range []struct {
		name, told, waits, typed, said, books string
	}{
		{"it names the file", "-107.33 a #PO-20261103", "", "", "", "booked booked booked: "},
		{"it names the file, and it is of a batch", "-107.00 a #PO-20261103", "which pays 107.33 there: ask the bank; when the bank refused one of the payments, say that first, the rest fits then: dunning payout status --pain002 FILE, or without a report of it two persons: dunning payout refused ID; when it is of other lines", "107.00 PO-20261103/client", "done", "booked booked sent: S100 0.33, S240 -0.33"},
		{"it names nothing", "-107.33 a iets", "nothing says what this money went out for", "107.33 PO-20261103", "done", "booked booked booked: "},
		{"it names one batch", "-107.33 a #PO-20261103/client", "when it is of all of the payout, which pays as much: dunning payout book ENTRY 107.33 --payout PO-20261103", "107.33 PO-20261103", "done", "booked booked booked: "},
		{"it names one line", "-107.33 a PO-20261103-2|iets", "pays 7.00 there: ask the bank; when it is of all of the payout", "107.33 PO-20261103", "done", "booked booked booked: "},
		{"some lines", "-100.33 a iets", "", "100.33 PO-20261103-3 PO-20261103-1", "done", "booked sent booked: S100 7.00, S240 -7.00"},
		{"lines of another payout", "-100.33 a iets", "", "100.33 PO-20261103-1 PO-20261102-1", "line PO-20261102-1 is not of payout PO-20261103; right would be lines of one payout: dunning payout show PO-20261103", sent},
		{"lines without the one that it names", "-7.33 a PO-20261103-1|iets", "", "7.33 PO-20261103-2 PO-20261103-3", "entry ENTRY names PO-20261103-1; right would be that one", sent},
		{"a cent less than all", "-107.32 a #PO-20261103", "which pays 107.33 there", "107.32 PO-20261103", "which pays 107.33 there: ask the bank; when the bank refused", sent},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, p := twoPaid(t)
			amount, _, _ := strings.Cut(c.told, " ")
			closing := eur("500.00") + eur(amount)
			st := w.importFile(testkit.Camt("m", "1 500.00 "+closing.String()+": 2026-11-04 "+c.told))[0]
			key := w.lines(st)[0].Key
			if got := w.problems(st); !strings.Contains(got, strings.ReplaceAll(c.waits, "ENTRY", key)) || c.waits == "" && c.typed == "" && got != "0" {
				t.Error(got)
			}
			for range 2 {
				if c.typed == "" {
					break
				}
				if got := words(second(w.BookPayoutEntry(t.Context(), debit(key, c.typed), at(today.AddDays(2))))); !strings.Contains(got, strings.ReplaceAll(c.said, "ENTRY", key)) {
					t.Errorf("got  %s\nwant %s", got, c.said)
				}
			}
			if got := w.statuses(p) + ": " + w.balances(ledger.Trust); got != c.books {
				t.Errorf("got  %s\nwant %s", got, c.books)
			}
			if c.books == sent {
				return
			}
			if got := w.reconciled(today.AddDays(1)); strings.Contains(got, key) {
				t.Error(got)
			}
			w.verified()
			w.followed([]string{"r1", "r2"}, []string{key})
		})
	}
}

// A debit that lacks a payment which the bank refused fits once that is said: of the batch it is the rest; and a charge on top of the rest is one.
func TestADebitWithoutThePaymentThatWasRefused(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	st := w.importFile(testkit.Camt("m", "1 500.00 399.42: 2026-11-04 -100.58 a #PO-20261103"))[0]
	key := w.lines(st)[0].Key
	if got := w.problems(st); !strings.Contains(got, "when the bank refused one of the payments, say that first, the rest fits then: dunning payout status --pain002 FILE, or without a report of it two persons: dunning payout refused ID; ") {
		t.Error(got)
	}
	ok(t, second(w.ReportPayout(t.Context(), reported(p, "2 rejected FF01"), at(today))))
	for i, who := range []string{"Anna", "Bram"} {
		says(t, who, w.saysOnTop(key, "100.33 PO-20261103", "0.25", who), []string{"1 said so, 0 claims, 0 lines", "2 said so, 0 claims, 2 lines"}[i])
	}
	says(t, "the books", w.statuses(p)+": "+w.balances(ledger.Trust), "booked rejected booked: S100 6.75, S200 -7.00, S210 0.25")
	own, _ := w.fillsUp("own", "0.25")
	w.verified()
	w.booksAnew(key)
	w.followed([]string{"r1", "r2", own}, []string{key})
}

// Two persons who say it in one moment are counted one after the other, and it is booked once; what nothing explained holds the next payout no more.
func TestAChargeOnTopIsSaidByTwoAtOnce(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	key := w.lines(w.importFile(testkit.Camt("m", "1 500.00 397.50: 2026-11-03 -102.50 a PO-20261103-1|Afdracht"))[0])[0].Key
	w.receives(w.open(), "r9", "50.00")
	next, _ := w.proposesFor(today.AddDays(1), today.AddDays(1))
	w.approves(next, "Anna", "Bram")
	if got := w.notMade(next); !strings.Contains(got, "102.50 left the trust account") {
		t.Error(got)
	}
	var both sync.WaitGroup
	for _, who := range []string{"Anna", "Bram", "Anna", "Bram"} {
		both.Go(func() {
			if got := w.saysOnTop(key, "100.00 PO-20261103-1", "2.50", who); !strings.Contains(got, "said so") {
				t.Error(got)
			}
		})
	}
	both.Wait()
	says(t, "the statuses", w.statuses(p), "booked sent sent")
	if n := query[int](w, `SELECT count(*) FROM journal WHERE key LIKE 'payout:PO-20261103-1/booked' OR key = 'bank-charge:' || $1`, key); n != 3 { // of the trust account, and the charge of the agency too
		t.Errorf("%d journals", n)
	}
	if got := w.notMade(next); !strings.Contains(got, "2.50 too little to stand for what others have there") {
		t.Error(got)
	}
	w.fillsUp("own", "2.50")
	says(t, "the next payout", w.notMade(next), "")
}

// What a person typed before the statement told it, with a charge on top, is one entry, and the reconciliation puts both under it.
func TestATypedDebitIsToldWithAChargeOnTop(t *testing.T) {
	t.Parallel()
	w, _ := twoPaid(t)
	ok(t, second(w.BookPayoutEntry(t.Context(), debit("typed", "100.00 PO-20261103-1"), at(today))))
	key := w.lines(w.importFile(testkit.Camt("m", "1 500.00 399.75: 2026-11-04 -100.25 a PO-20261103-1|Afdracht"))[0])[0].Key
	for _, who := range []string{"Anna", "Bram"} {
		w.saysOnTop(key, "100.00 PO-20261103-1", "0.25", who)
	}
	says(t, "the books", w.balances(ledger.Trust), "S100 7.08, S210 0.25, S240 -7.33")
	if got := w.reconciled(today.AddDays(1)); strings.Contains(got, key) || strings.Contains(got, " typed ") && strings.Contains(got, "-0.25") {
		t.Error(got)
	}
}

// The schema counts no charge of more than a bank asks, whoever says it, and no word of one.
func TestTheSchemaHoldsAChargeOnTop(t *testing.T) {
	t.Parallel()
	w, _ := twoPaid(t)
	key := w.lines(w.importFile(testkit.Camt("m", "1 500.00 373.00: 2026-11-03 -127.00 a iets"))[0])[0].Key
	says(t, "more than a bank asks", w.saysOnTop(key, "100.00 PO-20261103-1", "27.00", "Anna"), "entry "+key+" of 127.00 is of payout PO-20261103, which pays 100.00 there: ask the bank; when it is of other lines (dunning payout show PO-20261103): dunning payout book "+key+" 127.00 --line ID, once for each")
	w.exec(`INSERT INTO return_charge (entry, original, amount, approver, reason, at) SELECT $1, o.original, o.amount, n.who, 'x', now() FROM (VALUES ('PO-20261103-1', 2700), ('PO-20261103/client', 2000)) o (original, amount), (VALUES ('Anna'), ('Bram')) n (who)`, key)
	says(t, "the schema", query[string](w, `SELECT COALESCE(payment_fits($1, 'PO-20261103-1')::text, 'none') || ' ' || COALESCE(payment_fits($1, 'PO-20261103/client')::text, 'none') || ' ' || COALESCE(payment_fits($1, 'nothing')::text, 'none')`, key), "none 2000 none")
}
