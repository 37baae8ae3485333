package postgres_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// What a person typed of a payout is in the books at the entry of the statement that tells it later: a debit, a batch by its payments, and what came back.
func TestWhatWasTypedIsTracedFromItsStatement(t *testing.T) {
	t.Parallel()
	w, _ := twoPaid(t)
	for _, e := range []postgres.PayoutEntry{
		{Key: "typed", Amount: eur("107.00"), On: today.AddDays(1), BatchID: "PO-20261103/client"},
		{Key: "typed back", Credit: true, Amount: eur("7.00"), On: today.AddDays(1), EndToEndID: "PO-20261103-2", Reason: "AC04"},
	} {
		ok(t, second(w.BookPayoutEntry(t.Context(), e, at(today))))
	}
	w.importFile(testkit.Camt("m", "1 500.00 400.00: 2026-11-04 -107.00 a #PO-20261103/client 100.00= 7.00=; 2026-11-04 7.00 b AC04!PO-20261103-2|x"))
	debit, back := query[string](w, `SELECT min(key) FROM statement_entry WHERE direction = 'debit'`), query[string](w, `SELECT key FROM statement_entry WHERE direction = 'credit'`)
	says(t, "the debit", w.traced(debit), "from r1 100.00, r2 7.00; to typed back 7.00, typed 100.00")
	says(t, "what came back", w.traced(back), "from r2 7.00; to typed back 7.00")
}
