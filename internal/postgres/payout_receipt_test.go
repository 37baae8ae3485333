package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// wholeBack is a world in which money came in that is a receipt of nobody, by a statement in the older format, and the bank brought it back of a payout of 100.00, 7.00 and 5.00.
func wholeBack(t *testing.T, told ...string) (w *world, line string, back func(debit, id string) string, is func() string) {
	t.Helper()
	w, p := threePaid(t)
	w.bankWrites(func(_ int, s string) string { return testkit.MT940(s) }, p, strings.Join(ofAmounts(p, told), "; "))
	line = w.keyOf("Correctie")
	if w.waitingToBe() == "" {
		t.Fatal("it is no receipt that waits")
	}
	back = func(debit, amount string) string {
		if debit != "" {
			return w.saysOff(line, debit, amount)
		}
		return w.saysBack(line, ofAmounts(p, []string{"{" + amount + "}"})[0], amount)
	}
	return w, line, back, func() string { return w.amountsAre(p) + "; waits: " + w.still() + w.waitingToBe() }
}

// What a bank brings back from an account, in whatever words, is a receipt of nobody until a person says what it is: the payment itself that came back, or of which debit it is. Told twice it is once, and every cent is accounted for.
func TestAReceiptOfNobodyCanBeWhatCameBack(t *testing.T) {
	t.Parallel()
	const all, own, bank = "-112.00 a #PO-20261103/client", "<De bank/" + trustIBAN + "> Correctie", "<De bank/" + strangerIBAN + "> Correctie"
	for _, c := range []struct {
		name  string
		told  []string
		debit string // what is left of the debit that it is of; empty: it is a payment that came back
		want  string
	}{
		{"a payment came back, from our own account", []string{all, "100.00 d " + own + " {100.00}"}, "", "returned booked booked; waits: "},
		{"a payment came back, from an account of the bank", []string{all, "100.00 d " + bank + " {100.00}"}, "", "returned booked booked; waits: "},
		{"a payment came back, and nothing names it", []string{all, "100.00 d " + bank}, "", "returned booked booked; waits: "},
		{"of a debit that names the payment", []string{all, "-100.00 b {100.00}|x; 100.00 d " + bank}, "100.00", "booked booked booked; waits: "},
		{"of a debit that names nothing", []string{all, "-100.00 b </> iets; 100.00 d " + own + " {100.00}"}, "100.00", "booked booked booked; waits: "},
		{"of a debit that names nothing, by the batch", []string{all, "-102.00 b </> iets; 100.00 d " + bank + " PO-20261103/client"}, "102.00", "booked booked booked; waits: 2.00 out, 100.00 back"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, line, back, is := wholeBack(t, c.told...)
			debit := ""
			if c.debit != "" {
				debit = w.lineOf("debit", c.debit)
			}
			for range 2 {
				says(t, "it came back", back(debit, "100.00"), "done")
				says(t, "then", is(), c.want)
			}
			for _, key := range strings.Fields(query[string](w, `SELECT string_agg(key, ' ') FROM statement_entry WHERE key IS NOT NULL`)) {
				w.accounted(key)
			}
			if got := w.reconciled(today.AddDays(1)); strings.Contains(got, "2026-11-04 ") != strings.Contains(c.want, "out") {
				t.Error(got)
			}
			says(t, "who said so", query[string](w, `SELECT tied_by FROM statement_entry WHERE kind = 'return' AND receipt = $1`, line), "test")
			w.verified()
		})
	}
}

// A receipt that is somebody's, or goes back, is not what came back of a payout: what is to be done first is said, and nothing is changed. A word that is refused changes nothing either.
func TestAReceiptOfSomebodyIsNotWhatCameBack(t *testing.T) {
	t.Parallel()
	const all = "-112.00 a #PO-20261103/client"
	for _, c := range []struct {
		name, amount, want string
		became             func(w *world, line string)
	}{
		{"of a claim", "100.00", "it is allocated to claim ", func(w *world, line string) {
			ok(w, w.AssignReceipt(w.Context(), line, w.open(), at(today), w.lib.Rules))
		}},
		{"it goes back", "100.00", "goes back to who paid it", func(w *world, line string) {
			ok(w, second(w.ProposeRefund(w.Context(), line, "nobody's", person("a"))))
		}},
		{"another amount", "5.00", " is of 100.00 by its statement; right would be that amount", func(*world, string) {}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, line, back, is := wholeBack(t, all, "100.00 d <De bank/"+strangerIBAN+"> Correctie")
			c.became(w, line)
			before := is()
			if got := back("", c.amount); !strings.Contains(got, c.want) {
				t.Error(got)
			}
			says(t, "nothing changed", is(), before)
			w.verified()
		})
	}
}

// lineIs is all that is kept of a line of a statement, and the lines of its entry.
func (w *world) lineIs(key string) string {
	w.Helper()
	return query[string](w, `SELECT string_agg(o::text, '; ' ORDER BY o.part) FROM statement_entry e JOIN statement_entry o ON o.statement = e.statement AND o.entry = e.entry WHERE e.key = $1`, key)
}

// Two persons who say the same in one moment say it once, and of what the bank kept of it two persons say so too.
func TestTwoPersonsSayThatAReceiptCameBack(t *testing.T) {
	t.Parallel()
	t.Run("in one moment", func(t *testing.T) {
		t.Parallel()
		w, _, back, is := wholeBack(t, "-112.00 a #PO-20261103/client", "100.00 d <De bank/"+strangerIBAN+"> Correctie")
		var both errgroup.Group
		for range 2 {
			both.Go(func() error { says(t, "it came back", back("", "100.00"), "done"); return nil })
		}
		ok(t, both.Wait())
		says(t, "then", is(), "returned booked booked; waits: ")
		w.verified()
	})
	t.Run("less what it kept", func(t *testing.T) {
		t.Parallel()
		w, p := threePaid(t)
		w.bankWrites(func(_ int, s string) string { return testkit.MT940(s) }, p, "-112.00 a #PO-20261103/client; 99.75 d <De bank/"+strangerIBAN+"> Correctie")
		line, id := w.keyOf("Correctie"), ofAmounts(p, []string{"{100.00}"})[0]
		is := func() string { return w.amountsAre(p) + "; waits: " + w.still() + w.waitingToBe() }
		before, books := is(), w.balances(ledger.Trust)+w.lineIs(line)
		for i := range 2 {
			var heard []string
			done, err := w.BookReturnCharged(postgres.Noticing(t.Context(), func(key string) { heard = append(heard, key) }),
				postgres.PayoutEntry{Key: line, EndToEndID: id, Amount: eur("99.75"), On: today, Credit: true, Reason: "AC04"}, postgres.ReturnCharge{Amount: eur("0.25"), Reason: "the bank's letter"}, named("Anna", today))
			says(t, "Anna", howMany(done, err), "1 said so, 0 claims, 0 lines")
			says(t, "what is noticed", strings.Join(heard, ", "), []string{"return-charge:" + line, ""}[i])
			says(t, "one word alone", is()+w.balances(ledger.Trust)+w.lineIs(line), before+books)
		}
		waiting, err := w.WaitingReceipts(t.Context())
		ok(t, err)
		says(t, "who said so", fmt.Sprint(waiting[0].Said), "["+id+" 0.25 Anna the bank's letter]")
		says(t, "Bram", w.saysKept(line, id, "99.75", "0.25", "Bram"), "2 said so, 0 claims, 1 lines")
		says(t, "then", is(), "returned booked booked; waits: ")
		w.fillsUp("own", "0.25")
		w.verified()
	})
	t.Run("less what it kept, in one moment", func(t *testing.T) {
		t.Parallel()
		w, p := threePaid(t)
		w.bankWrites(func(_ int, s string) string { return testkit.MT940(s) }, p, "-112.00 a #PO-20261103/client; 99.75 d <De bank/"+strangerIBAN+"> Correctie")
		line, id := w.keyOf("Correctie"), ofAmounts(p, []string{"{100.00}"})[0]
		var both errgroup.Group
		for _, who := range []string{"Anna", "Bram"} {
			both.Go(func() error { w.saysKept(line, id, "99.75", "0.25", who); return nil })
		}
		ok(t, both.Wait())
		says(t, "then", w.amountsAre(p)+"; waits: "+w.still()+w.waitingToBe(), "returned booked booked; waits: ")
		w.fillsUp("own", "0.25")
		w.verified()
	})
	t.Run("it is somebody's since the first word", func(t *testing.T) {
		t.Parallel()
		w, p := threePaid(t)
		w.bankWrites(func(_ int, s string) string { return testkit.MT940(s) }, p, "-112.00 a #PO-20261103/client; 99.75 d <De bank/"+strangerIBAN+"> Correctie")
		line, id := w.keyOf("Correctie"), ofAmounts(p, []string{"{100.00}"})[0]
		says(t, "Anna", w.saysKept(line, id, "99.75", "0.25", "Anna"), "1 said so, 0 claims, 0 lines")
		ok(t, w.AssignReceipt(t.Context(), line, w.open(), at(today), w.lib.Rules))
		if got := w.saysKept(line, id, "99.75", "0.25", "Bram"); !strings.Contains(got, "it is allocated to claim ") {
			t.Error(got)
		}
		w.verified()
	})
}

// One person's word on a charge takes no credit from the debit that it came off.
func TestOneWordOnAChargeLeavesTheDebit(t *testing.T) {
	t.Parallel()
	w, p := threePaid(t)
	w.bankSays(p, ofAmounts(p, []string{"-112.00 a #PO-20261103/client", "-100.00 b {100.00}|x", "99.75 d {100.00}|x"})...)
	is := func() string { return w.amountsAre(p) + "; waits: " + w.still() }
	says(t, "before", is(), "booked booked booked; waits: 0.25 out, 99.75 back")
	key, id := query[string](w, `SELECT key FROM statement_entry WHERE against IS NOT NULL`), ofAmounts(p, []string{"{100.00}"})[0]
	says(t, "Anna", w.saysKept(key, id, "99.75", "0.25", "Anna"), "1 said so, 0 claims, 0 lines")
	says(t, "one word alone", is(), "booked booked booked; waits: 0.25 out, 99.75 back")
	says(t, "Bram", w.saysKept(key, id, "99.75", "0.25", "Bram"), "2 said so, 0 claims, 1 lines")
	says(t, "then", is(), "returned booked booked; waits: 100.00 out")
}

// A line that waits since a person may have typed its receipt is what came back too, when a person says so.
func TestALineThatMayBeTypedCanBeWhatCameBack(t *testing.T) {
	t.Parallel()
	w, p := threePaid(t)
	w.bankWrites(func(_ int, s string) string { return testkit.MT940(s) }, p, "-112.00 a #PO-20261103/client; 7.00 d <De bank/"+strangerIBAN+"> Correctie")
	line, id := w.keyOf("Correctie"), ofAmounts(p, []string{"{7.00}"})[0]
	if !strings.Contains(w.why(line), "it may be receipt rB") {
		t.Fatal(w.why(line))
	}
	for range 2 {
		says(t, "it came back", w.saysBack(line, id, "7.00"), "done")
		says(t, "then", w.amountsAre(p)+"; waits: "+w.still()+w.waitingToBe(), "booked returned booked; waits: ")
	}
	w.accounted(line)
	w.verified()
}
