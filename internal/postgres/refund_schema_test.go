package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/testkit"
)

// approvedRefund is a refund that two persons want, past the store; of a claim it is of a task of its own.
func (w *world) approvedRefund(key, amount, iban, replaces string) {
	w.Helper()
	receipt, _, _ := strings.Cut(key, ":")
	w.exec(`INSERT INTO refund (key, client_id, claim_id, receipt, amount, iban, name, reason, proposed_by, proposed_at, task, replaces)
		SELECT $1, client_id, claim_id, key, $3, $4, 'P. Betaler', 'x', 'a', clock_timestamp(), CASE WHEN claim_id IS NOT NULL THEN 'repay:' || $1 END, NULLIF($5, '') FROM receipt WHERE key = $2`, key, receipt, eur(amount), iban, replaces)
	w.exec(`UPDATE refund SET decided_by = 'Bram', decided_at = clock_timestamp(), approved = true WHERE key = $1`, key)
}

// strangersRefund brings the refund of the stranger to where it stands: "sent", "returned", or "rejected" with a code.
func (w *world) strangersRefund(stands string) {
	w.Helper()
	p, _ := w.proposes(today)
	w.approves(p, "Anna", "Bram")
	w.sends(p)
	switch said := strings.Fields(stands); said[0] {
	case "returned":
		w.bankTells("-82.00 a #PO-20261103/refund; 42.00 c AC04!PO-20261103-3|x")
	case "rejected":
		w.tells(p, []string{"report", "3", "rejected", said[1]})
	}
}

// goesElsewhere is that two persons pay the stranger's refund, which came back, to another account.
func (w *world) goesElsewhere() {
	w.Helper()
	ok(w, second(w.ProposeRefundTo(w.Context(), "stranger", otherIBAN, "", "by letter", person("a"))))
	ok(w, second(w.DecideRefund(w.Context(), "stranger", true, person("Bram"))))
}

// The schema holds to each rule about refunds by itself, whatever became of them before.
func TestTheSchemaKnowsWhatBecameOfARefund(t *testing.T) {
	t.Parallel()
	const notApproved, paid, cameNot = "a refund that was not approved", "a refund that another payout pays, or that came back", "a refund in place of one that did not come back"
	proposed := func(w *world) {
		w.nobodys("new", "5.00", strangerIBAN)
		ok(w, second(w.ProposeRefund(w.Context(), "new", "nobody's", person("a"))))
	}
	for name, c := range map[string]struct {
		before  func(w *world)
		line    string // refund, amount, account
		refused string
	}{
		"nobody approved it yet": {proposed, "new:1 5.00 " + strangerIBAN, notApproved},
		"it was declined": {func(w *world) {
			proposed(w)
			ok(w, second(w.DecideRefund(w.Context(), "new", false, person("Bram"))))
		}, "new:1 5.00 " + strangerIBAN, notApproved},
		"a part of what was approved":                    {func(*world) {}, "stranger:1 41.99 " + strangerIBAN, notApproved},
		"of a client, as if it were nobody's":            {func(*world) {}, "over:1 40.00 " + debtorIBAN, notApproved},
		"where two persons send it, and it was not from": {func(w *world) { w.approvedRefund("over:9", "1.00", otherIBAN, "") }, "over:9 1.00 " + otherIBAN + " client", "goes to another account than the money came from"},
		"it is under way":                                {func(w *world) { w.strangersRefund("sent") }, "stranger:1 42.00 " + strangerIBAN, paid},
		"it came back":                                   {func(w *world) { w.strangersRefund("returned") }, "stranger:1 42.00 " + strangerIBAN, paid},
		"it was refused because of the file":             {func(w *world) { w.strangersRefund("rejected FF01") }, "stranger:1 42.00 " + strangerIBAN, ""},
		"another one is in its place":                    {func(w *world) { w.strangersRefund("rejected AC04"); w.goesElsewhere() }, "stranger:1 42.00 " + strangerIBAN, "a refund that another one replaces"},
		"in place of one that came back":                 {func(w *world) { w.strangersRefund("returned"); w.goesElsewhere() }, "stranger:2 42.00 " + otherIBAN, ""},
		"in its place, and to the account of before":     {func(w *world) { w.strangersRefund("returned"); w.goesElsewhere() }, "stranger:2 42.00 " + strangerIBAN, notApproved},
		"in place of one that nobody paid yet":           {func(w *world) { w.approvedRefund("stranger:2", "42.00", otherIBAN, "stranger:1") }, "stranger:2 42.00 " + otherIBAN, ""},
		"in place of one that a payout had": {func(w *world) {
			p, _ := w.proposes(today)
			ok(w, w.WithdrawPayout(w.Context(), p.ID, "a mistake", at(today)))
			w.approvedRefund("stranger:2", "42.00", otherIBAN, "stranger:1")
		}, "stranger:2 42.00 " + otherIBAN, cameNot},
		"in place of one that was refused and paid since": {func(w *world) {
			w.strangersRefund("rejected FF01")
			w.paidOut(today.AddDays(1))
			w.approvedRefund("stranger:2", "42.00", otherIBAN, "stranger:1")
		}, "stranger:2 42.00 " + otherIBAN, cameNot},
		"in place of one of another amount": {func(w *world) {
			w.strangersRefund("returned")
			w.approvedRefund("stranger:2", "41.00", otherIBAN, "stranger:1")
		}, "stranger:2 41.00 " + otherIBAN, cameNot},
		"of a client": {func(*world) {}, "over:1 40.00 " + debtorIBAN + " client", ""},
		"all that the receipt brought": {func(w *world) {
			w.strangersRefund("sent")
			w.approvedRefund("over:2", "100.33", debtorIBAN, "")
		}, "over:2 100.33 " + debtorIBAN + " client", ""},
		"more than the receipt brought": {func(w *world) {
			w.strangersRefund("sent")
			w.approvedRefund("over:2", "100.34", debtorIBAN, "")
		}, "over:2 100.34 " + debtorIBAN + " client", "gives more back than a receipt brought"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _ := refunding(t)
			c.before(w)
			told := strings.Fields(c.line)
			l := settlement.PayoutLine{Kind: settlement.PayoutOfRefund, Refund: told[0], IBAN: told[2], Name: "P. Betaler", Cents: eur(told[1]), Text: "Terugbetaling"}
			if len(told) > 3 {
				l.ClientID = w.client
			}
			p, err := settlement.Payout{ID: "PO-20261109", On: today.AddDays(6), From: bank.Party{Name: "Stichting", Account: trustIBAN}, Lines: []settlement.PayoutLine{l}}.Sealed()
			ok(t, err)
			if err := w.writes(p); (err == nil) != (c.refused == "") || err != nil && !strings.Contains(err.Error(), c.refused) {
				t.Errorf("%v, want %q", err, c.refused)
			}
		})
	}
}

// What the bank took back goes to no other account, though its refund came back; declined, it is done with.
func TestARefundOfMoneyThatIsGoneGoesToNoOtherAccount(t *testing.T) {
	t.Parallel()
	w, _ := refunding(t)
	w.strangersRefund("returned")
	ok(t, second(w.ProposeRefundTo(t.Context(), "stranger", otherIBAN, "", "by letter", person("a"))))
	w.importFile(testkit.Camt("n", "2 460.00 418.00: 2026-11-04 -42.00 d <P. Betaler/"+strangerIBAN+"> AM04!x|iets"))
	ok(t, second(w.TieReturn(t.Context(), query[string](w, `SELECT key FROM statement_entry WHERE kind = 'return'`), "stranger", "it says so", at(today), w.lib.Rules)))
	_, err := w.DecideRefund(t.Context(), "stranger", true, person("Bram"))
	if err == nil || err.Error() != "the bank took receipt stranger back: it cannot be approved" {
		t.Error(err)
	}
	ok(t, second(w.DecideRefund(t.Context(), "stranger", false, person("Bram"))))
}
