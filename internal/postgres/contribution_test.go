package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/settlement"
)

// The yearly contribution of a plan is invoiced once with 21% VAT and collected by direct debit; a plan without one is invoiced nothing.
func TestTheYearlyContributionIsInvoicedAndCollected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ok(t, w.AddMandate(t.Context(), signed(w.client, "M-1"), at(today)))
	w.agreed("")
	w.client = w.newClient("B")
	ok(t, w.sign("basis", today.String(), today))
	w.advance(today)
	says(t, "invoice", w.bills(today), "F2026-00001 250.00+52.50=302.50: contribution 250.00")
	says(t, "again", w.bills(today.AddDays(1)), "")
	says(t, "run", w.collect(today, first), "A 302.50 of F2026-00001: proposed")
	w.notifies(today, first, settlement.DebitTold)
	file, err := w.debitFile(today.AddDays(10), first)
	if err != nil || !strings.Contains(string(file), ">302.50<") {
		t.Errorf("%v: %s", err, file)
	}
	ok(t, w.credited(first, "s1", "302.50"))
	says(t, "open", w.openOf("F2026-00001"), "0.00")
	says(t, "books", w.balances(ledger.Agency), "A100 302.50, A250 -52.50, A440 -250.00")
	w.verified()
}
