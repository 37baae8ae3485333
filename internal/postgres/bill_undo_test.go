package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
)

// More than is open of an invoice is a typing error, unless somebody says why it is none: what is too much is paid out.
func TestMoreThanIsOpenIsPaidForAReason(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.charged()
	w.bills(today)
	for _, step := range []struct{ amount, reason, want string }{
		{"18.16", " ", "18.16 is more than the 18.15 that is open of invoice F2026-00001; right would be at most that, or --more"},
		{"181.51", "so it is", "181.51 is more than 10 times what invoice F2026-00001 came to"},
		{"18.15", "", "0.00"},
		{"0.01", "", "0.01 is more than the 0.00 that is open"},
		{"0.01", "a cent too much", "-0.01"},
		{"0.02", "", "0.02 is more than the 0.00 that is open"},
	} {
		paid, err := w.PayBill(t.Context(), "F2026-00001", postgres.BillPayment{Key: step.amount, Amount: eur(step.amount), On: today, Reason: step.reason}, at(today))
		if got := saidOr(paid.Open.String(), err); !strings.HasPrefix(got, step.want) {
			t.Errorf("%s: %s", step.amount, got)
		}
	}
	w.verified()
}

// saidOr is what an error says, or else what there is.
func saidOr(got string, err error) string {
	if err != nil {
		return err.Error()
	}
	return got
}

// neverCame is what is open of an invoice after a payment of it is taken back, or why it is not.
func (w *world) neverCame(number, key string) string {
	w.Helper()
	undone, err := w.UndoPayment(w.Context(), number, key, "of another client", at(today))
	said := undone.Open.String()
	if undone.Again {
		said += " again"
	}
	return saidOr(said, err)
}

// A payment that never came in is taken back once, in the books too, and its key names nothing else.
func TestAPaymentThatNeverCameInIsTakenBack(t *testing.T) {
	t.Parallel()
	w := crediting(t, "")
	w.asksBack("F2026-00001")
	for _, wrong := range [][2]string{{"none", "has no payment with key"}, {"", "has no payment with key"}} {
		if got := w.neverCame("F2026-00001", wrong[0]); !strings.Contains(got, wrong[1]) {
			t.Errorf("%q: %s", wrong[0], got)
		}
	}
	says(t, "taken back", w.neverCame("F2026-00001", "k"), "18.15")
	says(t, "again", w.neverCame("F2026-00001", "k"), "18.15 again")
	says(t, "books", w.balances(ledger.Agency), "A120 18.15, A250 -3.15, A420 -15.00")
	w.verified()
	if _, err := w.PayBill(t.Context(), "F2026-00001", postgres.BillPayment{Key: "k", Amount: eur("28.15"), On: today}, at(today)); err == nil || !strings.Contains(err.Error(), "was taken back; right would be another key") {
		t.Error(err)
	}
	says(t, "the reversal is none that a person told", w.neverCame("F2026-00001", "k/undone"), `"k/undone" of invoice F2026-00001 is undone, and not what a person told was paid; right would be a payment that is called paid: dunning invoice show F2026-00001`)
	says(t, "trace", w.traced("F2026-00001", w.claimOnBill("F2026-00001"), "claim"), "from claim 15.00, F2026-00001 3.15; to invoice-paid:F2026-00001:k 28.15, invoice-paid:F2026-00001:k/undone -28.15, F2026-00001 18.15")
	says(t, "trace of the payment", w.traced("k"), "to F2026-00001 28.15, F2026-00001 -28.15")
	w.paysBill("F2026-00001", "k2", "28.15")
	if r, err := w.RepayCredit(t.Context(), "F2026-00001", at(today)); err != nil || r.Again {
		t.Errorf("a credit of later is paid back unasked: %+v, %v", r, err)
	}
	if err := w.tries(`INSERT INTO bill_payment (client_id, number, key, kind, cents, on_day, undoes, reason, actor, at) VALUES ($1, 'F2026-00001', 'x', 'undone', -100, $2, 'k2', 'x', 'x', now())`, w.client, today); err == nil || !strings.Contains(err.Error(), "of another amount") {
		t.Errorf("the schema takes half a payment back: %v", err)
	}
}

// A person's own keys get in the way of none that the program makes.
func TestAKeyOfAPersonGetsInNobodysWay(t *testing.T) {
	t.Parallel()
	w := crediting(t, "")
	for _, key := range []string{"k/undone", "k/undone~2"} {
		w.paysBill("F2026-00001", key, "1.00")
	}
	says(t, "taken back", w.neverCame("F2026-00001", "k"), "16.15")
	says(t, "again", w.neverCame("F2026-00001", "k"), "16.15 again")
	says(t, "of that key too", w.neverCame("F2026-00001", "k/undone"), "17.15")
	says(t, "keys", query[string](w, `SELECT string_agg(key, ', ' ORDER BY key COLLATE "C") FROM bill_payment WHERE kind = 'undone'`), "k/undone/undone, k/undone~3")
	w.verified()
	for _, key := range []string{"payout PO-20261103-1", "debit DD-1", "credit of F2026-00002 1"} {
		_, err := w.PayBill(t.Context(), "F2026-00001", postgres.BillPayment{Key: key, Amount: eur("1.00"), On: today}, at(today))
		refusedFor(t, key, "is like those that payouts, collections and credits have; right would be one that does not begin with "+strings.Fields(key)[0], err)
	}
}

// What was paid back, or paid another invoice, is not taken from under that: the client pays it first.
func TestAPaymentThatWasGivenAwayStays(t *testing.T) {
	t.Parallel()
	t.Run("paid another invoice", func(t *testing.T) {
		t.Parallel()
		w := crediting(t, "")
		w.charged()
		w.bills(today)
		says(t, "the credit paid the next", w.openOf("F2026-00002"), "8.15")
		says(t, "stays", w.neverCame("F2026-00001", "k"), "of what was paid of invoice F2026-00001 10.00 paid invoice F2026-00002 since; right would be to take it back after the client paid 28.15 of it, and that is told: dunning invoice paid F2026-00001 --amount 28.15 --more --reason TEXT")
		says(t, "what it names", w.paysBill("F2026-00001", "k2", "28.15"), "-28.15")
		says(t, "is right", w.neverCame("F2026-00001", "k"), "0.00")
		w.verified()
	})
	t.Run("nothing is open after it: no payout pays the credit that is not there any more", func(t *testing.T) {
		t.Parallel()
		w := crediting(t, "50.00")
		says(t, "paid once more", w.paysBill("F2026-00001", "k2", "18.15"), "-28.15")
		ok(t, second(w.RepayCredit(t.Context(), "F2026-00001", at(today))))
		p, told := w.creditPayout(today, false)
		says(t, "proposed", told, "client 28.15 F2026-00001 -28.15, fees 21.85")
		w.approves(p, "Anna", "Bram")
		says(t, "never came in", w.neverCame("F2026-00001", "k"), "0.00")
		_, _, err := w.SendPayout(t.Context(), p.ID, postgres.Sending{Initiator: "Incassocenter Voorbeeld", Refund: refundTerm}, at(p.On))
		refusedFor(t, "sent", "right would be to withdraw the payout and to propose it again", err)
		ok(t, w.WithdrawPayout(t.Context(), p.ID, "never came in", at(today)))
		_, told = w.creditPayout(today.AddDays(1), false)
		says(t, "and nobody is asked for it", told, "fees 50.00")
	})
	t.Run("is to be paid back, and was", func(t *testing.T) {
		t.Parallel()
		w := crediting(t, "50.00")
		w.asksBack("F2026-00001")
		p, _ := w.creditPayout(today, false)
		says(t, "proposed", w.neverCame("F2026-00001", "k"), "payout "+p.ID+" pays what was paid too much of invoice F2026-00001 back; right would be to withdraw it first: dunning payout withdraw "+p.ID+" --reason TEXT")
		w.approves(p, "Anna", "Bram")
		w.sends(p)
		if got := w.neverCame("F2026-00001", "k"); !strings.Contains(got, "10.00 was paid back (payout "+p.ID+"-1) since; right would be to take it back after the client paid 28.15") {
			t.Error(got)
		}
	})
}
