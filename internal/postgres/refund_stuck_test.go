package postgres_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// A refund that no bank takes as the receipt tells it says so from its proposal on, and goes where two persons say: of nobody's and, with a task that asks for it, of a claim.
func TestARefundThatNoBankTakesGoesElsewhere(t *testing.T) {
	t.Parallel()
	const noName = "no bank takes its payment: creditor name has no letter or digit that banks take; right would be 1 to 70 characters, in Latin letters"
	for name, c := range map[string]struct{ payer, iban, why, to string }{
		"the bank told no name":        {"", strangerIBAN, noName, strangerIBAN},
		"a name without Latin letters": {"支付人", strangerIBAN, noName, otherIBAN},
		"it came from our own account": {"Stichting", testkit.TrustAccount, "its account is that of the trust foundation itself", otherIBAN},
	} {
		for _, ofClaim := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := paying(t)
				ctx, ref, back := t.Context(), w.open(), "42.00"
				w.importFile(testkit.Camt("m", "1 500.00 501.00: 2026-11-02 1.00 k |iets"))
				amount := back
				if ofClaim {
					amount = "142.33"
				}
				_, err := w.RecordReceipt(ctx, postgres.Receipt{Key: "r", Amount: eur(amount), On: today, IBAN: c.iban, Payer: c.payer, Remittance: "niets"}, at(today), w.lib.Rules)
				ok(t, err)
				var r postgres.Refund
				if ofClaim {
					ok(t, w.AssignReceipt(ctx, "r", ref, at(today), w.lib.Rules))
					r, err = w.ProposeSurplusRefund(ctx, "r", ref, "paid too much", person("a"), w.lib.Rules)
				} else {
					r, err = w.ProposeRefund(ctx, "r", "nobody's", person("a"))
				}
				ok(t, err)
				const way = ": ask who paid which account and name are right; once it is approved: dunning receipts refund r --to IBAN --name NAME --reason TEXT"
				says(t, "proposed", r.Waits, c.why+way)
				refused(t, second(w.ProposeRefundTo(ctx, "r", c.to, "P. Betaler", "by letter", person("a")))) // nobody approved that it goes back
				r, err = w.DecideRefund(ctx, "r", true, person("Bram"))
				ok(t, err)
				says(t, "approved", r.Waits, c.why+way)
				if open := w.tasksOpen(ref); ofClaim != slices.Contains(open, trajectory.RefundReturned+"r:1") {
					t.Error(open)
				}
				if got := w.proposesNext(); !strings.Contains(got, "r:1: it waits since 2026-11-03: "+c.why+way) {
					t.Error(got)
				}
				w.verified()
				for why, to := range map[string][2]string{"the trust foundation itself": {testkit.TrustAccount, "P. Betaler"}, "no letter or digit": {otherIBAN, "支付人"}} {
					if _, err := w.ProposeRefundTo(ctx, "r", to[0], to[1], "by letter", person("a")); err == nil || !strings.Contains(err.Error(), why) {
						t.Errorf("%v, want %s", err, why)
					}
				}
				for _, approve := range []bool{false, true} {
					for range 2 {
						r, err = w.ProposeRefundTo(ctx, "r", c.to, "P. Betaler", "by letter", person("a"))
						ok(t, err)
						says(t, "another account is proposed", r.Waits, "")
					}
					refused(t, second(w.DecideRefund(ctx, "r", true, person("a"))))
					ok(t, second(w.DecideRefund(ctx, "r", approve, person("Bram"))))
				}
				if open := w.tasksOpen(ref); len(open) != 0 && ofClaim {
					t.Error(open)
				}
				w.verified()
				p, left, err := w.ProposePayout(ctx, proposing(today.AddDays(2)), at(today.AddDays(2)))
				ok(t, err)
				l := p.Lines[len(p.Lines)-1]
				if l.Refund != r.Key || l.IBAN != c.to || l.Name != "P. Betaler" || l.Cents != eur(back) {
					t.Fatalf("%+v, left out: %v", p.Lines, left)
				}
				for _, name := range []string{"Anna", "Bram"} {
					ok(t, second(w.ApprovePayout(ctx, p.ID, p.Hash, named(name, p.On))))
				}
				w.sends(p)
				w.verified()
				if got := w.balances(ledger.Trust); strings.Contains(got, "S220") {
					t.Errorf("all is on its way: %s", got)
				}
			})
		}
	}
}
