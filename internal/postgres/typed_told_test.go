package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// What is typed may be any money in that a line told, alone or with the others of its entry, by the day of the line or by that from which its receipt counts: also what came back of a payout, and what the bank gave back.
func TestWhatAnyMoneyInToldIsNotTypedAgain(t *testing.T) {
	t.Parallel()
	const line, nothing = "PO-20261103-1|Afdracht", ": if it is the same payment nothing is left to do; "
	for _, c := range []struct {
		story, lines string
		corrected    string // the day from which its receipt counts
		amount, why  string // what is typed on the 3rd, and why it is refused; empty: it is booked
	}{
		{"a payout that came back", "2026-11-04 -100.00 a " + line + "; 2026-11-04 100.00 b AC04!" + line, "", "100.00", "may be line KEY of a statement, of 100.00 on 2026-11-04, which is booked as what came back of payout PO-20261103" + nothing},
		{"and a cent less", "2026-11-04 -100.00 a " + line + "; 2026-11-04 100.00 b AC04!" + line, "", "99.99", ""},
		{"a payout that came back and never left", "2026-11-04 100.00 b AC04!" + line, "", "100.00", "which waits until somebody says what it is (dunning statement show "},
		{"what the bank gives back", "2026-11-04 3.00 b $Rente", "", "3.00", "may be line KEY of a statement, of 3.00 on 2026-11-04, which is booked" + nothing},
		{"the payments of an entry together", "2026-11-04 50.00 b #Verzameld 30.00=x 20.00=x", "", "50.00", "may be line KEY of a statement with all others of its entry, of 50.00 on 2026-11-04, which is booked as receipt KEY" + nothing},
		{"one of them", "2026-11-04 50.00 b #Verzameld 30.00=x 20.00=x", "", "20.00", "of a statement, of 20.00 on 2026-11-04, which is booked as receipt "},
		{"two of three", "2026-11-04 50.00 b #Verzameld 25.00=x 20.00=x 5.00=x", "", "45.00", ""},
		{"a receipt of long before", "2026-10-20 50.00 b x|Betaling", "", "50.00", ""},
		{"that counts from now", "2026-10-20 50.00 b x|Betaling", "2026-11-08", "50.00", "may be line KEY of a statement, of 50.00 on 2026-10-20, which is booked as receipt KEY" + nothing},
		{"that counts from later", "2026-10-20 50.00 b x|Betaling", "2026-11-09", "50.00", ""},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w, _ := twoPaid(t)
			sum := eur("0.00")
			for l := range strings.SplitSeq(c.lines, "; ") {
				sum += eur(strings.Fields(l)[1])
			}
			w.importFile(testkit.Camt("m", "1 500.00 "+(eur("500.00")+sum).String()+": "+c.lines))
			if c.corrected != "" {
				w.exec(`UPDATE receipt SET corrected_on = '` + c.corrected + `' WHERE key = (SELECT key FROM statement_entry)`)
			}
			before := w.counts()
			r := postgres.Receipt{Key: "typed", Amount: eur(c.amount), On: today, IBAN: ""}
			err := second(w.RecordReceipt(t.Context(), r, at(today), w.lib.Rules))
			if c.why == "" {
				ok(t, err)
				return
			}
			key := query[string](w, `SELECT key FROM statement_entry WHERE direction = 'credit' ORDER BY part LIMIT 1`)
			if err == nil || !strings.Contains(err.Error(), strings.ReplaceAll(c.why, "KEY", key)) {
				t.Errorf("%v\nwant %s", err, strings.ReplaceAll(c.why, "KEY", key))
			}
			says(t, "nothing is written", w.counts(), before)
			r.Another = "paid twice, says the debtor"
			ok(t, second(w.RecordReceipt(t.Context(), r, at(today), w.lib.Rules)))
		})
	}
}
