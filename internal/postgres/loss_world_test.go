package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// lostRefund is a world in which a refund of 42.00 left and the bank took its receipt back, of nobody or, of 40.00, of a claim.
func lostRefund(t *testing.T, receipt string) (*world, postgres.Ref) {
	t.Helper()
	w, ref := refunding(t)
	w.paidOut(today)
	w.loses(ref, receipt, "1 42.00 0.00")
	return w, ref
}

// lostElsewhere is lostRefund of a refund that came back first, and left to another account.
func lostElsewhere(t *testing.T, receipt string) (*world, postgres.Ref) {
	t.Helper()
	w, ref := refunding(t)
	w.paidOut(today)
	w.bankTells("-82.00 a #PO-20261103/refund; 40.00 b AC04!PO-20261103-4|x; 42.00 c AC04!PO-20261103-3|x")
	ok(t, second(w.ProposeRefundTo(t.Context(), receipt, otherIBAN, "", "by letter", person("a"))))
	ok(t, second(w.DecideRefund(t.Context(), receipt, true, person("Bram"))))
	p, said := w.proposes(today.AddDays(1))
	if !strings.HasPrefix(said, "refund ") || len(p.Lines) != 1 {
		t.Fatal(said)
	}
	for _, name := range []string{"Anna", "Bram"} {
		ok(t, second(w.ApprovePayout(t.Context(), p.ID, p.Hash, named(name, p.On))))
	}
	w.sends(p)
	w.loses(ref, receipt, "2 500.00 458.00")
	return w, ref
}

// loses has the bank take a receipt back: that of a claim or, by a statement that starts so, of nobody.
func (w *world) loses(ref postgres.Ref, receipt, statement string) {
	w.Helper()
	if receipt == "over" {
		ok(w, second(w.reverses(ref, "over", "the bank took it back")))
	} else {
		w.importFile(testkit.Camt("b", statement+": 2026-11-03 -42.00 d <P. Betaler/"+strangerIBAN+"> AM04!x|iets")) // of a receipt that a person typed
		entry := query[string](w, `SELECT key FROM statement_entry WHERE kind = 'return'`)
		ok(w, second(w.TieReturn(w.Context(), entry, "stranger", "it says so", at(today), w.lib.Rules)))
	}
}
