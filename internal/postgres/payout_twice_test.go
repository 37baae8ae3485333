package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/testkit"
)

// A payment that the bank paid twice is paid once: the second debit waits for the credit that brings it back, whatever that is called, and neither is a receipt, a return, or payable again. The payment itself can come back after it.
func TestWhatTheBankPaidTwiceAndBringsBack(t *testing.T) {
	t.Parallel()
	const line, paid, again = "PO-20261103-1", "-100.00 a PO-20261103-1|Afdracht", "-100.00 b PO-20261103-1|Afdracht"
	const once, gaveBack = "booked sent sent: S100 7.33, S240 -7.33", "returned sent sent: S100 107.33, S200 -100.00, S240 -7.33"
	payee := "<Voorbeeld/" + firstIBAN + "> " + line + "|Afdracht"
	for _, c := range []struct {
		name     string
		told     []string // by a statement each
		books    string
		waiting  string // the amounts of what waits
		explains int    // lines that are known together
	}{
		{"in another statement", []string{paid, again, "100.00 c MS03!" + line + "|Correctie"}, once, "", 2},
		{"in one statement", []string{paid + "; " + again + "; 100.00 c MS03!" + line + "|Correctie"}, once, "", 2},
		{"told by its payment alone", []string{paid, again, "100.00 c " + payee}, once, "", 2},
		{"it is not brought back", []string{paid, again}, once, "100.00", 0},
		{"the payment comes back too", []string{paid, again, "100.00 c MS03!" + line + "|Correctie", "100.00 d AC04!" + line + "|Retour"}, gaveBack, "", 2},
		{"it was paid once, and comes back", []string{paid, "100.00 d AC04!" + line + "|Retour"}, gaveBack, "", 0},
		{"it comes back, and is debited again a day later", []string{paid, "100.00 d AC04!" + line + "|Retour; 2026-11-05 " + again}, gaveBack, "100.00", 0},
		{"the second was of less", []string{paid, "-99.00 b " + line + "|Afdracht", "100.00 d AC04!" + line + "|Retour"}, gaveBack, "99.00", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, p := twoPaid(t)
			stands, last := eur("500.00"), ""
			for i, entries := range c.told {
				opens, told := stands, []string{}
				for e := range strings.SplitSeq(entries, "; ") {
					if !strings.HasPrefix(e, "2026-") {
						e = "2026-11-04 " + e
					}
					stands, told = stands+eur(strings.Fields(e)[1]), append(told, e)
				}
				file := testkit.Camt("m"+string(rune('a'+i)), string(rune('1'+i))+" "+opens.String()+" "+stands.String()+": "+strings.Join(told, "; "))
				for range 2 {
					lines := w.lines(w.importFile(file)[0])
					last = lines[len(lines)-1].Key
				}
			}
			if got := w.saysBack(last, line, "100.00"); c.explains > 0 && len(c.told) != 4 && !strings.Contains(got, "and the two are settled. Which of the credits of one payment that was makes no difference") { // a person says it after the bank
				t.Error(got)
			}
			says(t, "the books", w.statuses(p)+": "+w.balances(ledger.Trust), c.books)
			waiting, err := w.WaitingLines(t.Context())
			ok(t, err)
			var amounts []string
			for _, l := range waiting {
				amounts = append(amounts, l.Amount.String())
			}
			says(t, "what waits", strings.Join(amounts, " "), c.waiting)
			if n := query[int](w, `SELECT count(*) FROM statement_entry e JOIN statement_entry o ON o.evidence = e.evidence AND o.direction <> e.direction`); n != c.explains {
				t.Errorf("%d lines are known together", n)
			}
			if got := w.reconciled(today.AddDays(1)); strings.Contains(got, " bank ") && strings.Contains(got, "2026-11-04 ") != (c.waiting != "") {
				t.Error(got)
			}
			w.verified()
			if trace := w.accounted(last); len(c.told) != 4 && c.explains > 0 && !strings.Contains(trace.To[0].What, ": the bank should not have debited it, and brought it back: bank entry 2026-11-04-") {
				t.Errorf("%+v", trace)
			}
		})
	}
}
