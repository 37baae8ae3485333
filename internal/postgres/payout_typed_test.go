package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

func (w *world) typed(payout string) string {
	w.Helper()
	list, err := w.TypedReceipts(w.Context(), payout)
	ok(w, err)
	var words []string
	for _, r := range list {
		words = append(words, strings.TrimSpace(fmt.Sprintf("%d %s %s %s %s", r.Line, r.Client, r.Receipt, r.Amount, r.By)))
	}
	return strings.Join(words, ", ")
}

// A payout names what it pays on a person's word alone: receipts that were typed and that no statement brought, of clients and back to debtors; none that an earlier payout told, that came later, or that was taken back.
func TestAPayoutNamesWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ref, by := w.open(), at(today).Name
	w.receives(ref, "paid before", "10.00")
	first, _ := w.proposes(today)
	says(t, "the first", w.typed(first.ID), "1 A paid before 10.00 "+by)
	w.approves(first, "Anna", "Bram")
	w.sends(first)
	w.receives(ref, "typed", "20.00")
	w.receives(ref, "taken back", "5.00")
	ok(t, second(w.ReverseReceipt(t.Context(), "taken back", "storno", at(today), w.lib.Rules)))
	w.importFile(testkit.Camt("m", "1 0.00 30.00: 2026-11-03 30.00 a x|iets"))
	ok(t, w.AssignReceipt(t.Context(), query[string](w, `SELECT receipt FROM statement_entry`), ref, at(today), w.lib.Rules))
	w.tellsAccount("B", secondIBAN, 0)
	b := w.receivesFor("B", "of another", "7.00")
	w.approvesAccount(b, secondIBAN, "Anna", "Bram")
	w.nobodys("nobody's", "42.00", strangerIBAN)
	ok(t, second(w.ProposeRefund(t.Context(), "nobody's", "nobody's", person("a"))))
	ok(t, second(w.DecideRefund(t.Context(), "nobody's", true, person("Bram"))))
	p, said := w.proposes(today.AddDays(1))
	says(t, "proposed", said, "client 50.00, client 7.00, refund 42.00")
	want := "1 A typed 20.00 " + by + ", 2 B of another 7.00 " + by + ", 3  nobody's 42.00"
	says(t, "the second", w.typed(p.ID), want)
	_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: "later", Amount: eur("3.00"), On: today, Remittance: rfOf(w, ref)}, at(today.AddDays(2)), w.lib.Rules)
	ok(t, err)
	says(t, "what came later is of another", w.typed(p.ID), want)
	w.approves(p, "Anna", "Bram")
	w.sends(p)
	says(t, "once it is sent", w.typed(p.ID), want)
	_, err = w.TypedReceipts(t.Context(), "PO-20200101")
	if err == nil {
		t.Error("of no payout")
	}
}

func rfOf(w *world, ref postgres.Ref) string {
	w.Helper()
	file, err := w.CaseFile(w.Context(), ref)
	ok(w, err)
	return file.RF
}
