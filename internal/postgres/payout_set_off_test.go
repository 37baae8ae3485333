package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// netting is a world whose client has its invoices set off, with one of 18.15 and 60.33 that came in.
func netting(t *testing.T) *world {
	t.Helper()
	w := paying(t)
	w.charged()
	w.bills(today)
	w.receives(w.open(), "r1", "60.00")
	return w
}

// sets proposes a payout that sets invoices off.
func (w *world) sets() (settlement.Payout, string) {
	w.Helper()
	how := proposing(today)
	how.ClientID, how.Plans = w.client, map[string]settlement.Paying{"premium": {SetsOff: true}}
	p, left, err := w.ProposePayout(w.Context(), how, at(today))
	ok(w, err)
	told := ""
	for _, l := range p.Lines {
		told += l.Cents.String() + " less " + l.SetOff.String()
	}
	for _, n := range left {
		told += n.Why
	}
	return p, told
}

func TestAnInvoiceIsSetOffAgainstAPayout(t *testing.T) {
	t.Parallel()
	w := netting(t)
	p, told := w.sets()
	says(t, "proposed", told, "41.85 less 18.15")
	says(t, "before it is sent", w.openOf("F2026-00001"), "18.15")
	w.approves(p, "Anna", "Bram")
	file := w.sends(p)
	if again := w.sends(p); string(again) != string(file) || !strings.Contains(string(file), ">41.85<") || strings.Contains(string(file), "60.00") {
		t.Errorf("%s", file)
	}
	says(t, "sent", w.openOf("F2026-00001"), "0.00")
	says(t, "trust", w.balances(ledger.Trust), "S100 60.00, S210 -18.15, S240 -41.85")
	says(t, "agency", w.balances(ledger.Agency), "A110 18.15, A250 -3.15, A420 -15.00")
	w.verified()
	_, told = w.sets()
	says(t, "again", told, "41.85 less 18.15")
	paid, err := w.PaidTo(t.Context(), p.ID, w.client)
	ok(t, err)
	if len(paid.Claims) != 1 || paid.Claims[0].Part.Cents != eur("60.00") || len(paid.Line.SetOffs) != 1 {
		t.Errorf("%+v", paid)
	}
	e := entryOf(p, 0, "e")
	_, err = w.BookPayoutEntry(t.Context(), e, at(today))
	ok(t, err)
	e.Key, e.Credit = "back", true // the payment comes back: what was set off stands
	_, err = w.BookPayoutEntry(t.Context(), e, at(today))
	ok(t, err)
	says(t, "came back", w.openOf("F2026-00001")+"; "+w.balances(ledger.Trust), "0.00; S100 60.00, S200 -41.85, S210 -18.15")
	w.verified()
}

func TestWhatIsSetOffIsReservedAndMustStillBeOpen(t *testing.T) {
	t.Parallel()
	w := netting(t)
	p, _ := w.sets()
	w.approves(p, "Anna", "Bram")
	_, err := w.PayBill(t.Context(), "F2026-00001", postgres.BillPayment{Key: "k", Amount: eur("10.00"), On: today}, at(today))
	ok(t, err)
	before := w.counts()
	_, _, err = w.SendPayout(t.Context(), p.ID, postgres.Sending{Initiator: "I"}, at(today))
	if refused(t, err); !strings.Contains(err.Error(), "sets off 18.15 of invoice F2026-00001, and 8.15 is open") || w.counts() != before {
		t.Errorf("%v", err)
	}
	ok(t, w.WithdrawPayout(t.Context(), p.ID, "paid", at(today)))
	p, told := w.sets()
	says(t, "anew", told, "51.85 less 8.15")
	if err := w.tries(`INSERT INTO payout_set_off VALUES ($1, $2, 'F2026-00001', 1)`, w.client, p.Lines[0].EndToEndID); err == nil {
		t.Error("something more was set off")
	}
	w.verified()
}

func TestInvoicesThatTakeAllWait(t *testing.T) {
	t.Parallel()
	w := paying(t)
	for range 4 {
		w.charged()
	}
	w.bills(today)
	w.receives(w.open(), "r1", "60.00")
	_, told := w.sets()
	says(t, "proposed", told, "60.00 is available, and the invoices that are open take all of it: it is set off as soon as more is")
	says(t, "open", w.openOf("F2026-00001"), "72.60")
	_, told = w.proposes(today)
	says(t, "not agreed", told, "client 60.00")
}
