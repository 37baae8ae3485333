package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

func (w *world) typed(payout string) string {
	w.Helper()
	list, atMost, err := w.TypedReceipts(w.Context(), payout)
	ok(w, err)
	words := []string{"at most " + atMost.String()}
	for _, r := range list {
		words = append(words, strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Receipt, r.Amount, r.By)))
	}
	return strings.Join(words, ", ")
}

// typedBy books a receipt as a person types it.
func (w *world) typedBy(who string, r postgres.Receipt) {
	w.Helper()
	by := at(today)
	by.Name = who
	ok(w, second(w.RecordReceipt(w.Context(), r, by, w.lib.Rules)))
}

// A payout names every receipt that one person typed and no statement brought, whoever gets its money and whoever allocated it: as much of it as the bank did not take back, also when an earlier payout
// named it, and also when only the agency is paid. None that was typed after it was proposed.
func TestAPayoutNamesWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ref, op := w.open(), at(today).Name
	w.typedBy("Tess", postgres.Receipt{Key: "typed", Amount: eur("20.00"), On: today, Remittance: rfOf(w, ref)})
	w.typedBy("Tess", postgres.Receipt{Key: "debit", Amount: eur("30.00"), On: today, Remittance: rfOf(w, ref), DirectDebit: true})
	first, said := w.proposes(today)
	says(t, "proposed", said, "client 20.00")
	says(t, "the first", w.typed(first.ID), "at most 20.00, debit 30.00 Tess, typed 20.00 Tess")
	w.approves(first, "Anna", "Bram")
	w.sends(first)

	w.importFile(testkit.Camt("m", "1 0.00 60.00: 2026-11-03 60.00 a x|iets"))
	ok(t, w.AssignReceipt(t.Context(), query[string](w, `SELECT receipt FROM statement_entry`), ref, at(today), w.lib.Rules))
	w.receives(ref, "taken back", "5.00")
	ok(t, second(w.ReverseReceipt(t.Context(), "taken back", "storno", at(today), w.lib.Rules)))
	w.typedBy("Tess", postgres.Receipt{Key: "assigned", Amount: eur("7.00"), On: today})
	ok(t, w.AssignReceipt(t.Context(), "assigned", ref, at(today), w.lib.Rules))
	w.nobodys("nobody's", "42.00", strangerIBAN)
	ok(t, second(w.ProposeRefund(t.Context(), "nobody's", "nobody's", person("a"))))
	ok(t, second(w.DecideRefund(t.Context(), "nobody's", true, person("Bram"))))
	later := refundTerm.AvailableOn(today)
	p, said := w.proposes(later)
	says(t, "proposed", said, "client 80.00, fees 0.33, refund 42.00")
	want := "at most 99.00, assigned 7.00 Tess, debit 30.00 Tess, nobody's 42.00 " + op + ", typed 20.00 Tess"
	says(t, "the second", w.typed(p.ID), want)
	ok(t, second(w.RecordReceipt(t.Context(), postgres.Receipt{Key: "later", Amount: eur("3.00"), On: today, Remittance: rfOf(w, ref)}, at(later.AddDays(1)), w.lib.Rules)))
	says(t, "what came later is of another", w.typed(p.ID), want)
	w.approves(p, "Anna", "Bram")
	w.sends(p)
	says(t, "once it is sent", w.typed(p.ID), want)
	_, _, err := w.TypedReceipts(t.Context(), "PO-20200101")
	if !errors.Is(err, postgres.ErrNotFound) {
		t.Error(err)
	}
}

// What the agency is paid rests on what was typed as much as what a client is.
func TestAPayoutToTheAgencyNamesWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ref := w.open()
	w.importFile(testkit.Camt("m", "1 0.00 100.00: 2026-11-03 100.00 a x|iets"))
	ok(t, w.AssignReceipt(t.Context(), query[string](w, `SELECT receipt FROM statement_entry`), ref, at(today), w.lib.Rules))
	w.paidOut(today)
	w.typedBy("Tess", postgres.Receipt{Key: "costs", Amount: eur("0.33"), On: today, Remittance: rfOf(w, ref)})
	p, said := w.proposes(today.AddDays(1))
	says(t, "proposed", said, "fees 0.33, A: nothing is available")
	says(t, "typed", w.typed(p.ID), "at most 0.33, costs 0.33 Tess")
}

func rfOf(w *world, ref postgres.Ref) string {
	w.Helper()
	file, err := w.CaseFile(w.Context(), ref)
	ok(w, err)
	return file.RF
}
