package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
)

// offSeveral is a person's word that a credit is of several debits.
func (w *world) offSeveral(key, amount string, debits ...string) string {
	w.Helper()
	return words(second(w.BookPayoutEntry(w.Context(), postgres.PayoutEntry{Key: key, Debit: debits[0], Further: debits[1:], Amount: eur(amount), On: today, Credit: true}, at(today.AddDays(2)))))
}

// First debits that name nothing, then the debit of their batch, which is booked as the payments, and the credit of that by the batch: a person says that the credit is of both. It is told apart in a part for each, every cent is accounted for, and nothing waits.
func TestACreditIsOfSeveralDebits(t *testing.T) {
	t.Parallel()
	const batch = "#PO-20261103/client"
	for _, c := range []struct {
		name   string
		told   []string
		debits string // what is left of those that it is of, in the order in which they are said
		credit string
	}{
		{"both whole", []string{"-100.00 x </> een; -12.00 y </> twee", "-112.00 a " + batch, "112.00 d " + batch}, "100.00 12.00", "112.00"},
		{"in the other order", []string{"-100.00 x </> een; -12.00 y </> twee", "-112.00 a " + batch, "112.00 d " + batch}, "12.00 100.00", "112.00"},
		{"of three", []string{"-100.00 x </> een; -7.00 y </> twee; -5.00 z </> drie", "-112.00 a " + batch, "112.00 d " + batch}, "100.00 7.00 5.00", "112.00"},
		{"one whole, and what is left of one that something came off", []string{"-100.00 x </> een; -12.00 y </> twee", "-112.00 a " + batch, "5.00 c " + batch + "; 107.00 d " + batch}, "100.00 7.00", "107.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, p := threePaid(t)
			w.bankSays(p, ofAmounts(p, c.told)...)
			says(t, "the payments", w.amountsAre(p), "booked booked booked")
			key := w.lineOf("credit", c.credit)
			if strings.HasPrefix(c.name, "one whole") {
				says(t, "the small one", w.saysOff(w.lineOf("credit", "5.00"), w.lineOf("debit", "12.00"), "5.00"), "done")
			}
			var debits, way []string
			for left := range strings.FieldsSeq(c.debits) {
				debits = append(debits, w.lineOf("debit", left))
			}
			for _, d := range strings.Fields(query[string](w, `SELECT string_agg(key, ' ' ORDER BY booked_on, entry) FROM statement_entry WHERE direction = 'debit' AND key IN (SELECT w.key FROM waiting_lines() w)`)) {
				way = append(way, "--debit "+d)
			}
			proposed := " Of several of them, in parts: dunning payout book " + key + " " + c.credit + " " + strings.Join(way, " ") + "."
			if strings.HasPrefix(c.name, "one whole") { // the other it names by now
				proposed = "or of which others it is too: dunning payout book " + key + " " + c.credit + " --debit KEY, once for each."
			}
			if got := w.why(key); !strings.Contains(got, proposed) {
				t.Error(got)
			}
			for range 2 {
				says(t, "of several", w.offSeveral(key, c.credit, debits...), "done")
				says(t, "then", w.amountsAre(p)+"; waits: "+w.still()+w.waitingToBe(), "booked booked booked; waits: ")
			}
			for _, line := range strings.Fields(query[string](w, `SELECT string_agg(key, ' ') FROM statement_entry WHERE key IS NOT NULL`)) {
				w.accounted(line)
			}
			if got := w.reconciled(today.AddDays(1)); strings.Contains(got, "2026-11-04 ") {
				t.Error(got)
			}
			w.verified()
		})
	}
}

// A receipt of nobody is told apart too, when a person says that it is what came back of several debits.
func TestAReceiptOfNobodyIsOfSeveralDebits(t *testing.T) {
	t.Parallel()
	w, line, _, is := wholeBack(t, "-100.00 x </> een; -12.00 y </> twee; -112.00 a #PO-20261103/client", "112.00 d <De bank/"+strangerIBAN+"> Correctie PO-20261103/client")
	for range 2 {
		says(t, "of several", w.offSeveral(line, "112.00", w.keyOf("een"), w.keyOf("twee")), "done")
		says(t, "then", is(), "booked booked booked; waits: ")
	}
	for _, key := range strings.Fields(query[string](w, `SELECT string_agg(key, ' ') FROM statement_entry WHERE key IS NOT NULL`)) {
		w.accounted(key)
	}
	if got := w.reconciled(today.AddDays(1)); strings.Contains(got, "2026-11-04 ") {
		t.Error(got)
	}
	w.verified()
}

// A word that does not fit changes nothing, and the schema holds the parts of a credit to what the bank told.
func TestWhatIsNoCreditOfSeveralDebits(t *testing.T) {
	t.Parallel()
	w, p := threePaid(t)
	w.bankSays(p, "-100.00 x </> een; -12.00 y </> twee", "-112.00 a #PO-20261103/client", "112.00 d #PO-20261103/client")
	key, one, two := w.lineOf("credit", "112.00"), w.lineOf("debit", "100.00"), w.lineOf("debit", "12.00")
	booked := query[string](w, `SELECT key FROM statement_entry WHERE direction = 'debit' AND payout IS NOT NULL`)
	for name, c := range map[string]struct {
		amount string
		debits []string
		want   string
	}{
		"another amount":           {"111.00", []string{one, two}, "is no credit of 111.00 that waits"},
		"a debit twice":            {"112.00", []string{one, one}, "right would be to say first of what came off it"},
		"as much is left of one":   {"12.00", []string{two, one}, "there 12.00 of entry"},
		"one that is a payment":    {"112.00", []string{two, booked}, ""},
		"one that nobody knows":    {"112.00", []string{"nothing", two}, "of nothing 0.00 is left"},
		"one that nobody knows, 2": {"112.00", []string{one, "nothing"}, "nothing is no debit of a payout"},
	} {
		before := w.lineIs(key) + w.known()
		if got := w.offSeveral(key, c.amount, c.debits...); got == "done" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", name, got)
		}
		says(t, name, w.lineIs(key)+w.known(), before)
	}
	for sql, why := range map[string]string{
		`UPDATE statement_entry SET amount = 100 WHERE key = $1`:                                 "append-only",
		`UPDATE statement_entry SET amount = 100, told = 11300, instructed = 0 WHERE key = $1`:   "append-only",
		`UPDATE statement_entry SET amount = 100, told = 11200, instructed = 0 WHERE key = $1`:   "do not add up",
		`UPDATE statement_entry SET amount = 11300, told = 11200, instructed = 0 WHERE key = $1`: "do not add up",
	} {
		if _, err := w.db.App.Exec(t.Context(), sql, key); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", sql, err)
		}
	}
	w.verified()
}
