package postgres_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
)

// Everything that a client owes stands on one invoice, with VAT over the total; the books get what they lacked, and nothing twice.
func TestAnInvoiceOfEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.agreed("")
	_, _, err := w.OrderStickers(t.Context(), w.client, "second", 37, w.plans(), at(today)) // 34 are in stock
	ok(t, err)
	w.charged()
	ref := w.open()
	w.receives(ref, "r1", "150.00") // 100.00 is owed, and interest since
	before := w.balances(ledger.Agency)
	made := w.bills(today)
	t.Log(before)
	says(t, "invoice", made, "")
	says(t, "books", w.balances(ledger.Agency), "")
	says(t, "again", w.bills(today), "")
	w.verified()
}
