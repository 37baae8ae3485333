package postgres_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/settlement"
)

// Two proposals are open at once. What the first pays back of an invoice the second does not, and what the client paid too much since it does; whatever becomes of each, the client gets all it has
// to its credit, once.
func TestACreditStandsInOneOfTwoProposals(t *testing.T) {
	t.Parallel()
	leave := func(w *world, p settlement.Payout) {
		w.approves(p, "Anna", "Bram")
		w.sends(p)
	}
	for _, c := range []struct {
		name string
		then func(w *world, one, two settlement.Payout)
		next string // what a third proposes
		open string // of the invoice, by then
	}{
		{"both wait", func(*world, settlement.Payout, settlement.Payout) {}, "", "-15.00"},
		{"both are sent", func(w *world, one, two settlement.Payout) { leave(w, one); leave(w, two) }, "", "0.00"},
		{"the second is sent before the first", func(w *world, one, two settlement.Payout) { leave(w, two); leave(w, one) }, "", "0.00"},
		{"the first is withdrawn", func(w *world, one, two settlement.Payout) {
			ok(w, w.WithdrawPayout(w.Context(), one.ID, "x", at(today)))
			leave(w, two)
		}, "client 10.00 F2026-00001 -10.00, fees 30.00", "-10.00"},
		{"the second is withdrawn", func(w *world, one, two settlement.Payout) {
			leave(w, one)
			ok(w, w.WithdrawPayout(w.Context(), two.ID, "x", at(today)))
		}, "client 5.00 F2026-00001 -5.00, fees 15.00", "-5.00"},
		{"both are withdrawn", func(w *world, one, two settlement.Payout) {
			for _, p := range []settlement.Payout{one, two} {
				ok(w, w.WithdrawPayout(w.Context(), p.ID, "x", at(today)))
			}
		}, "client 15.00 F2026-00001 -15.00, fees 45.00", "-15.00"},
		{"the bank refuses the first: the money of the credit is payable, the credit is gone", func(w *world, one, two settlement.Payout) {
			leave(w, one)
			leave(w, two)
			ok(w, second(w.ReportPayout(w.Context(), reported(one, "1 rejected FF01"), at(today))))
		}, "10.00 is less than the 25.00 from which its plan pays", "0.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := crediting(t, "")
			w.fillsUp("before", "40.00")
			w.asksBack("F2026-00001")
			one, told := w.creditPayout(today, false)
			says(t, "first", told, "client 10.00 F2026-00001 -10.00, fees 30.00")
			w.fillsUp("own", "20.00")
			says(t, "paid too much once more", w.paysBill("F2026-00001", "more", "5.00"), "-15.00")
			two, told := w.creditPayout(today.AddDays(1), false)
			says(t, "second", told, "client 5.00 F2026-00001 -5.00, fees 15.00")
			c.then(w, one, two)
			says(t, "open", w.openOf("F2026-00001"), c.open)
			_, told = w.creditPayout(today.AddDays(2), false)
			says(t, "third", told, c.next)
			w.verified()
		})
	}
}

// Of an invoice that is set off by one proposal the other sets off nothing; when the first is withdrawn, the next one does.
func TestAnInvoiceIsSetOffByOneOfTwoProposals(t *testing.T) {
	t.Parallel()
	w := netting(t)
	one, told := w.creditPayout(today, true)
	says(t, "first", told, "client 41.85 F2026-00001 18.15")
	w.receives(w.open(), "r2", "60.00")
	two, told := w.creditPayout(today.AddDays(1), true)
	says(t, "second", told, "client 60.00")
	ok(t, w.WithdrawPayout(t.Context(), one.ID, "x", at(today)))
	three, told := w.creditPayout(today.AddDays(2), true)
	says(t, "third", told, "client 41.85 F2026-00001 18.15")
	for _, p := range []settlement.Payout{three, two} {
		w.approves(p, "Anna", "Bram")
		w.sends(p)
	}
	says(t, "open", w.openOf("F2026-00001"), "0.00")
	w.verified()
}
