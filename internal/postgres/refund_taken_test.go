package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/testkit"
)

// A bank takes a receipt back also when it was to go back to who paid it: it does not leave a second time, and when it left already, that is told every night.
func TestAReceiptIsTakenBackThatWasToGoBack(t *testing.T) {
	t.Parallel()
	const other, lost = "S100 42.00, S220 -42.00", "S220: what the trust foundation owes at least must be 0.00 and is -42.00"
	const back = "2 42.00 0.00: 2026-11-03 -42.00 b AM04!x|iets"
	for _, c := range []struct {
		name    string
		until   string // how far the refund is when the statement comes
		booked  bool   // the return is, before the file is asked for
		refused string // the file; or the approval of the refund
		books   string
		next    string // what the next day proposes
		told    string // by the verification
	}{
		{"nobody decided", "proposed", true, "the bank took receipt KEY back: it cannot be approved", other, "refund 42.00", ""},
		{"it is approved", "approved", true, "", other, "refund 42.00", ""},
		{"a payout is approved", "paying", true, "refund KEY:1 may not leave: the bank took receipt KEY back", other, "refund 42.00", ""},
		{"a payout is approved, the return is not booked yet", "paying", false, "refund KEY:1 may not leave: a statement tells money out that can take receipt KEY back", "S100 84.00, S220 -84.00",
			"refund 42.00, KEY:1: it waits since 2026-11-03: a statement tells money out that can take receipt KEY back, and is not booked: say which it takes back: dunning receipts reverse K_EY --entry LINE --reason TEXT; when it is of more than the receipt, two persons say what the bank charged (--charge AMOUNT --by NAME)", ""},
		{"the file left", "sent", true, "", "S100 42.00, S220 42.00, S240 -84.00", "", lost + "; refund KEY:1: what is to be paid back at least (dunning receipts loss) must be 0.00 and is -42.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			w.nobodys("other", "42.00", strangerIBAN) // the money of another refund does not pay this one
			ok(t, second(w.ProposeRefund(t.Context(), "other", "nobody's", person("a"))))
			ok(t, second(w.DecideRefund(t.Context(), "other", true, person("Bram"))))
			w.importFile(testkit.Camt("m", "1 0.00 42.00: 2026-11-02 42.00 a <P. Betaler/"+debtorIBAN+"> x|iets"))
			key := query[string](w, `SELECT receipt FROM statement_entry WHERE kind = 'receipt'`)
			said := func(s string) string { return strings.NewReplacer("K_EY", "KEY", "KEY", key).Replace(s) }
			ok(t, second(w.ProposeRefund(t.Context(), key, "nobody's", person("a"))))
			var p settlement.Payout
			if c.until != "proposed" {
				ok(t, second(w.DecideRefund(t.Context(), key, true, person("Bram"))))
			}
			if c.until == "paying" || c.until == "sent" {
				p, _ = w.proposes(today)
				w.approves(p, "Anna", "Bram")
			}
			if c.until == "sent" {
				w.sends(p)
			}
			w.importFile(testkit.Camt("n", back))
			if c.booked {
				for range 2 {
					ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
				}
			}
			var err error
			switch c.until {
			case "proposed":
				_, err = w.DecideRefund(t.Context(), key, true, person("Bram"))
				ok(t, second(w.DecideRefund(t.Context(), key, false, person("Bram"))))
				if waiting, err := w.UnallocatedReceipts(t.Context()); err != nil || len(waiting) != 0 {
					t.Errorf("declined, it waits again: %v, %v", waiting, err)
				}
			case "paying":
				_, _, err = w.SendPayout(t.Context(), p.ID, postgres.Sending{Initiator: "Incassocenter Voorbeeld"}, at(today))
				ok(t, w.WithdrawPayout(t.Context(), p.ID, "money is gone", at(today)))
			}
			if (err == nil) != (c.refused == "") || err != nil && !strings.Contains(err.Error(), said(c.refused)) {
				t.Errorf("%v, want %q", err, said(c.refused))
			}
			if got := w.balances(ledger.Trust); got != c.books {
				t.Errorf("%s, want %s", got, c.books)
			}
			w.findsOnly(said(c.told))
			if got := w.proposesNext(); got != said(c.next) {
				t.Errorf("the next day: %s\nwant %s", got, said(c.next))
			}
		})
	}
}

// findsOnly insists on what the verification of the books tells.
func (w *world) findsOnly(want string) {
	w.Helper()
	v, err := w.VerifyBooks(w.Context(), today, w.lib.Rules)
	ok(w, err)
	var words []string
	for _, d := range v.Differences {
		words = append(words, d.String())
	}
	if got := strings.Join(words, "; "); got != want {
		w.Errorf("verified: %s\nwant %s", got, want)
	}
}

// A surplus that was sent, and whose receipt a bank takes back then, is told of its claim, whatever is to be paid back to others.
func TestASurplusThatWentBackIsTakenBack(t *testing.T) {
	t.Parallel()
	w, ref := refunding(t)
	p, _ := w.proposes(today)
	w.approves(p, "Anna", "Bram")
	w.sends(p)
	w.receives(w.open(), "else", "200.00") // its surplus is to be paid back
	w.findsOnly("")
	_, err := w.reverses(ref, "over", "the bank took it back")
	ok(t, err)
	w.findsOnly("S220 of claim " + ref.ClaimID + ": what is to be paid back at least (dunning receipts loss) must be 0.00 and is -40.00")
}
