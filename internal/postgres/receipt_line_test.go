package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// calledByBank is what the bank calls the receipts that wait, by their amounts.
func (w *world) calledByBank() string {
	w.Helper()
	waiting, err := w.WaitingReceipts(w.Context())
	ok(w, err)
	var words []string
	for _, r := range waiting {
		called, _, _ := strings.Cut(r.Called, ",")
		words = append(words, strings.TrimSpace(r.Payment.Amount.String()+" "+called))
	}
	return strings.Join(words, ", ")
}

// A bank that gives back what it took, by whatever it calls that, brings money that waits for its claim; what can be a payment of ours that came back stays one.
func TestABankUndoesItsStorno(t *testing.T) {
	t.Parallel()
	for format, write := range map[string]func(string) string{
		"camt.053": func(s string) string { return testkit.Camt(s[:1], s) }, "MT940": func(s string) string { return testkit.MT940(s) },
	} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			w.importFile(write("1 0.00 42.00: 2026-11-02 42.00 a e2e|iets"))
			w.importFile(write("2 42.00 0.00: 2026-11-03 -42.00 b MD06!e2e|iets"))
			ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
			says(t, "after the storno", w.balances(ledger.Trust)+"|"+w.calledByBank(), "|")
			for range 2 {
				st := w.importFile(write("3 0.00 42.00: 2026-11-03 42.00 c MD06!e2e|storno ongedaan"))[0]
				says(t, "undone", w.balances(ledger.Trust)+"|"+w.calledByBank(), "S100 42.00, S230 -42.00|42.00 the bank calls it a reversal")
				if st.Waiting != 0 {
					t.Errorf("%d wait", st.Waiting)
				}
			}
			says(t, "reconciled", w.reconciled(today), "bank 42.00, books 42.00, before 0.00")
			w.verified()
		})
	}
}

// A receipt that is typed with the key of a statement's line is that line: a credit of its amount that waits, and nothing else.
func TestATypedReceiptIsTheLineOfItsKey(t *testing.T) {
	t.Parallel()
	w, _ := twoPaid(t)
	w.importFile(testkit.Camt("m", "1 500.00 494.50: 2026-11-04 -107.00 a #PO-20261103/client; 2026-11-04 6.50 b <Voorbeeld/"+secondIBAN+"> AC04!iets; 2026-11-04 -3.00 f $Kosten; 2026-11-04 98.00 c AC04!PO-20261103-1|Retour"))
	key := w.entryKeys()
	types := func(line, amount string) error {
		return second(w.RecordReceipt(t.Context(), postgres.Receipt{Key: key[line], Amount: eur(amount), On: today}, at(today), w.lib.Rules))
	}
	for _, c := range [][2]string{{"6.50", "6.49"}, {"-3.00", "3.00"}, {"-107.00", "107.00"}, {"98.00", "98.00"}} {
		refused(t, types(c[0], c[1]))
	}
	says(t, "none is booked", w.calledByBank(), "")
	for range 2 {
		ok(t, types("6.50", "6.50"))
	}
	says(t, "the line's", w.calledByBank(), "6.50")
	if got := query[string](w, `SELECT kind || ' ' || (receipt = key) FROM statement_entry WHERE key = $1`, key["6.50"]); got != "receipt true" {
		t.Error(got)
	}
}

// Who allocates a receipt locks the claim and then the receipt, and so does a payout that gives it back.
func TestAssignAndPayoutFileWaitForEachOther(t *testing.T) {
	t.Parallel()
	w, ref := refunding(t)
	p, _ := w.proposes(today)
	w.approves(p, "Anna", "Bram")
	hold, err := w.super.Begin(t.Context())
	ok(t, err)
	defer func() { _ = hold.Rollback(t.Context()) }()
	_, err = hold.Exec(t.Context(), `SELECT 1 FROM receipt WHERE key = 'stranger' FOR SHARE`)
	ok(t, err)
	waiting := func(many int) {
		eventually(t, "they wait", func() bool {
			return query[int](w, `SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))`) == many
		})
	}
	assigned, sent := make(chan error, 1), make(chan error, 1)
	go func() { assigned <- w.AssignReceipt(w.Context(), "stranger", ref, at(today), w.lib.Rules) }()
	waiting(1)
	go func() {
		_, _, err := w.SendPayout(w.Context(), p.ID, postgres.Sending{Initiator: "I", Refund: refundTerm}, at(p.On))
		sent <- err
	}()
	waiting(2)
	ok(t, hold.Commit(t.Context()))
	refused(t, <-assigned) // it goes back
	ok(t, <-sent)
}
