package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/testkit"
)

// why is what a line waits for.
func (w *world) why(key string) string {
	w.Helper()
	return query[string](w, `SELECT payout_why FROM statement_entry WHERE key = $1`, key)
}

// What names a payment is no return by itself beside a debit that names nothing and can be a second one of it: the client has kept the first. Both wait, and the credit tells the two commands, of which either works.
func TestADebitThatNamesNothingHoldsWhatComesBack(t *testing.T) {
	t.Parallel()
	const batch, seven = "PO-20261103/client", "-7.00 a {7.00}|x"
	for _, c := range []struct {
		name, amount, of string // the credit, and what it is of
		told             []string
		left             string // once the credit is of the debit
	}{
		{"a batch, to nobody", "112.00", "{100.00} {7.00} {5.00}", []string{"-112.00 a #" + batch, "-112.00 b </> SEPA batch", "112.00 c <De bank/" + trustIBAN + "> MS03!Correctie " + batch}, ""},
		{"a batch, to our own account", "112.00", "{100.00} {7.00} {5.00}", []string{"-112.00 a #" + batch, "-112.00 b <Stichting/" + trustIBAN + "> batch", "112.00 c <De bank/" + trustIBAN + "> MS03!Correctie " + batch}, ""},
		{"a payment, to nobody", "7.00", "{7.00}", []string{seven, "-7.00 b </> betaling", "7.00 c MS03!{7.00}|Correctie"}, ""},
		{"a payment, to its account", "7.00", "{7.00}", []string{"-112.00 a #" + batch, "-7.00 b <B/" + secondIBAN + "> betaling", "7.00 c MS03!{7.00}|Correctie"}, ""},
		{"a payment, in another amount", "7.00", "{7.00}", []string{seven, "-7.25 b <B/" + secondIBAN + "> betaling", "7.00 c MS03!{7.00}|Correctie"}, "0.25 out, 7.00 back"},
		{"a payment, to an account of nobody", "7.00", "{7.00}", []string{seven, "-112.00 b <X/" + strangerIBAN + "> iets", "7.00 c MS03!{7.00}|Correctie"}, "105.00 out, 7.00 back"},
		{"a payment, in one statement with all", "7.00", "{7.00}", []string{seven + "; -7.00 b </> betaling; 7.00 c MS03!{7.00}|Correctie"}, ""},
		{"a payment that only the words name", "100.00", "{100.00}", []string{"-112.00 a #" + batch, "-112.00 b </> batch", "100.00 c <De bank/" + trustIBAN + "> Correctie {100.00}"}, "12.00 out, 100.00 back"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, itself := range []bool{false, true} {
				w, p := threePaid(t)
				w.bankSays(p, ofAmounts(p, c.told)...)
				was := w.amountsAre(p)
				if strings.Contains(was, "returned") || !strings.HasSuffix(w.still(), c.amount+" back") {
					t.Fatalf("%s; waits: %s", was, w.still())
				}
				out, line := query[string](w, `SELECT key FROM statement_entry WHERE direction = 'debit' AND payout IS NULL`), w.keyOf("Correctie")
				for _, way := range []string{" --debit " + out, fmt.Sprintf("dunning payout book %s %s --line ID --returned CODE", line, c.amount)} {
					if !strings.Contains(w.why(line), way) {
						t.Errorf("%s: %s", way, w.why(line))
					}
				}
				if itself {
					e := debit(line, c.amount+" "+ofAmounts(p, []string{c.of})[0])
					e.Credit, e.Reason = true, "AC04"
					says(t, "it came back", words(second(w.BookPayoutEntry(t.Context(), e, at(today.AddDays(2))))), "done")
					if !strings.Contains(w.amountsAre(p), "returned") || !strings.HasSuffix(w.still(), " out") {
						t.Errorf("%s; waits: %s", w.amountsAre(p), w.still())
					}
				} else {
					for range 2 {
						says(t, "of the debit", w.saysOff(line, out, c.amount), "done")
					}
					says(t, "then", w.amountsAre(p)+"; waits: "+w.still(), was+"; waits: "+c.left)
				}
				for _, key := range []string{out, line} {
					w.accounted(key)
				}
				w.verified()
			}
		})
	}
}

// However the debit is explained that a payment could have come back of, what came back is looked at anew then, and is a return.
func TestWhatComesBackIsLookedAtWhenTheDebitIsExplained(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, amount string
		explain      func(t *testing.T, w *world, debit string)
	}{
		{"as a charge", "8.50", func(t *testing.T, w *world, debit string) {
			says(t, "a charge", w.charges(debit, "Anna")+w.charges(debit, "Bram"), "donedone")
			w.fillsUp("own", "8.50")
		}},
		{"as what takes a receipt back", "8.50", func(t *testing.T, w *world, debit string) {
			says(t, "a storno", w.ties(debit, query[string](w, `SELECT key FROM receipt WHERE amount = 850`)), "done")
		}},
		{"as a payment", "9.75", func(t *testing.T, w *world, debit string) {
			says(t, "a payment", w.booksPayout(debit, "PO-20261104-1", "9.75"), "done")
		}},
		{"as a second debit of another payment", "9.75", func(t *testing.T, w *world, debit string) {
			w.importFile(ofTrust(testkit.Camt("more", "9 498.75 498.75: 2026-11-05 -9.75 y PO-20261104-1|x; 2026-11-05 9.75 z MS03!PO-20261104-1|Andere")))
			says(t, "of that", w.saysOff(w.keyOf("Andere"), debit, "9.75"), "done")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, p := threePaid(t)
			w.receives(w.open(), "r9", "9.75")
			w.paidOut(today.AddDays(1))
			w.bankSays(p, ofAmounts(p, []string{"8.50 r <P. Betaler/" + strangerIBAN + "> iets", "-7.00 a {7.00}|x; -" + c.amount + " b </> onbekend", "7.00 c AC04!{7.00}|Retour"})...)
			says(t, "the payments", w.amountsAre(p)+"; waits: "+w.still(), "sent booked sent; waits: "+c.amount+" out, 7.00 back")
			c.explain(t, w, w.keyOf("onbekend"))
			says(t, "the payments then", w.amountsAre(p)+"; waits: "+w.still(), "sent returned sent; waits: ")
			w.verified()
		})
	}
}

// A debit that names nothing takes a receipt back with what is left of it, once a person said what came back of it: that is settled with it.
func TestTheRestOfADebitTakesAReceiptBack(t *testing.T) {
	t.Parallel()
	w, p := threePaid(t)
	w.bankSays(p, ofAmounts(p, []string{"8.50 r <P. Betaler/" + strangerIBAN + "> iets", "-7.00 a {7.00}|x; -15.50 b </> onbekend", "7.00 c MS03!{7.00}|Correctie"})...)
	says(t, "of the debit", w.saysOff(w.keyOf("Correctie"), w.keyOf("onbekend"), "7.00"), "done")
	says(t, "the rest", w.ties(w.keyOf("onbekend"), query[string](w, `SELECT key FROM receipt WHERE amount = 850`)), "done")
	says(t, "the payments", w.amountsAre(p)+"; waits: "+w.still(), "sent booked sent; waits: ")
	if got := w.reconciled(today.AddDays(1)); strings.Contains(got, "2026-11-04 ") {
		t.Error(got)
	}
	w.verified()
}

// What is known to be something else holds nothing, and neither does what is too little.
func TestADebitThatIsKnownHoldsNothing(t *testing.T) {
	t.Parallel()
	for name, debit := range map[string]string{
		"a charge by the bank's code": "-8.50 b $Kosten", "a storno": "-8.50 b MD06!iets", "too little": "-6.99 b </> iets",
		"a payment under way to another account": "-9.00 b <Voorbeeld/" + strangerIBAN + "> iets",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			for code, to := range map[string]string{"B 7.00": secondIBAN, "Z 9.00": strangerIBAN} {
				code, amount, _ := strings.Cut(code, " ")
				w.tellsAccount(code, to, 0)
				w.approvesAccount(w.receivesFor(code, "r"+code, amount), to, "Anna", "Bram")
			}
			p := w.paidOut(today)
			w.bankSays(p, ofAmounts(p, []string{"-7.00 a {7.00}|x; " + debit, "7.00 c AC04!{7.00}|Retour"})...)
			says(t, "the payments", w.amountsAre(p), "sent returned")
		})
	}
}
