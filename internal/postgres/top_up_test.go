package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// paysIn is money that the next statement of the trust account brings, and the key of its receipt. The bank's reference names it.
func (w *world) paysIn(reference, amount, iban string) (key string) {
	w.Helper()
	before := cents(query[int64](w, `SELECT COALESCE((SELECT balance FROM statement WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1), 0)`))
	st := w.importFile(testkit.Camt(reference, fmt.Sprintf("1 %s %s: %s %s %s <P. Betaler/%s> niets", before, before+eur(amount), today, amount, reference, iban)))[0]
	return query[string](w, `SELECT COALESCE(max(receipt), 'it made no receipt') FROM statement_entry WHERE statement = $1`, st.Key)
}

// fillsUp is the agency's own money, which a statement brought on the trust account and is told to be that, with the key of its receipt.
func (w *world) fillsUp(reference, amount string) (key string, f postgres.Filled) {
	w.Helper()
	key = w.paysIn(reference, amount, agencyIBAN)
	f, err := w.TopUp(w.Context(), key, agencyIBAN, at(today))
	ok(w, err)
	return key, f
}

// twoPaidAndTakenBack is twoPaid with the clients' payments at the bank, and both receipts taken back after that.
func twoPaidAndTakenBack(t *testing.T) *world {
	t.Helper()
	w, p := twoPaid(t)
	for i, key := range []string{"e1", "e2"} {
		ok(t, second(w.BookPayoutEntry(t.Context(), entryOf(p, i, key), at(today))))
	}
	for _, key := range []string{"r1", "r2"} {
		ok(t, second(w.ReverseReceipt(t.Context(), key, "storno", at(today), w.lib.Rules)))
	}
	return w
}

// What clients got and a bank took back since is filled up with the agency's money, client by client; the rest is of its part.
func TestTheAgencyFillsTheTrustAccountUp(t *testing.T) {
	t.Parallel()
	w := twoPaidAndTakenBack(t)
	w.findsOnly("S190: what was taken back of clients and is not topped up (dunning receipts top-up) must be 0.00 and is 107.00; S210: what the trust foundation owes at least (it bears more than it has, as what the bank charges: its next part fills that up, or pay in from the agency's account, import the statement, and dunning receipts top-up KEY) must be 0.00 and is -0.33")
	if _, f := w.fillsUp("part", "57.00"); f != (postgres.Filled{Clawbacks: eur("57.00")}) {
		t.Errorf("%+v", f)
	}
	rest, f := w.fillsUp("rest", "60.00")
	if f != (postgres.Filled{Clawbacks: eur("50.00"), Own: eur("10.00")}) {
		t.Errorf("%+v", f)
	}
	books := w.balances(ledger.Trust) + ": " + w.balances(ledger.Agency)
	if books != "S100 10.00, S210 -9.67, S240 -0.33: A100 -117.00, A110 10.00, A130 107.00" {
		t.Error(books)
	}
	w.verified()
	for range 2 {
		if f, err := w.TopUp(t.Context(), rest, agencyIBAN, at(today.AddDays(1))); err != nil || !f.Again {
			t.Errorf("%+v, %v", f, err)
		}
	}
	if again := w.balances(ledger.Trust) + ": " + w.balances(ledger.Agency); again != books {
		t.Errorf("told again: %s", again)
	}
}

// Other people's money is never the agency's, nor what a person typed, and the agency's never goes elsewhere.
func TestOnlyTheAgencysMoneyFillsUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	debtor := w.paysIn("debtor", "20.00", debtorIBAN)
	w.nobodys("typed", "20.00", agencyIBAN)
	w.nobodys("refunded", "20.00", agencyIBAN)
	ok(t, second(w.ProposeRefund(t.Context(), "refunded", "nobody's", person("a"))))
	w.receives(ref, "settled", "1.00")
	for key, why := range map[string]string{
		debtor:     "receipt " + debtor + " did not come from the agency's account; right would be one of NL69 INGB 0123 4567 89 (payout.agency_iban)",
		"typed":    "no statement brought receipt typed: a person typed it; right would be the receipt that the bank's statement makes (dunning statement import)",
		"refunded": "receipt refunded goes back to who paid it: dunning receipts refund refunded --decline --by NAME, and it waits again",
		"settled":  "receipt settled does not wait: it is allocated to claim " + ref.ClaimID + "; when that is wrong: dunning receipts release settled " + ref.ClaimID,
		"none":     "receipt none does not wait: nobody knows it; right would be one that does: dunning receipts queue",
	} {
		if _, err := w.TopUp(t.Context(), key, agencyIBAN, at(today)); err == nil || err.Error() != why {
			t.Errorf("%s: %v", key, err)
		}
	}
	if _, err := w.db.App.Exec(t.Context(), `UPDATE receipt SET gone = 'own' WHERE key = 'typed'`); err == nil || !strings.Contains(err.Error(), "no statement brought receipt typed") {
		t.Errorf("past the store: %v", err)
	}
	key, _ := w.fillsUp("own", "5.00")
	own := "receipt " + key + " is the agency's own money; if that is wrong: dunning receipts top-up " + key + " --undo --by NAME --reason TEXT"
	for what, err := range map[string]error{
		"assigned": w.AssignReceipt(t.Context(), key, ref, at(today), w.lib.Rules), "refunded": second(w.ProposeRefund(t.Context(), key, "no", person("a"))),
	} {
		if err == nil || err.Error() != own {
			t.Errorf("%s: %v", what, err)
		}
	}
	w.verified()
}

// What the bank of the trust account charges the agency bears, whatever the entry is; the books stand at the bank's balance then.
func TestWhatTheBankCharges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, entries, closing, books string }{
		{"for its services", "2026-11-03 -5.00 b $Kosten", "87.00", "S100 87.00, S210 5.00, S230 -92.00: A110 -5.00, A500 5.00"},
		{"and gives some back", "2026-11-03 -5.00 b $Kosten; 2026-11-03 2.00 c $Correctie", "89.00", "S100 89.00, S210 3.00, S230 -92.00: A110 -3.00, A500 3.00"},
		{"with what it takes back", "2026-11-03 -44.50 b AM04/42.00!x|iets", "47.50", "S100 47.50, S210 2.50, S230 -50.00: A110 -2.50, A500 2.50"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.importFile(testkit.Camt("m", "1 0.00 92.00: 2026-11-02 42.00 a x|iets; 2026-11-02 50.00 z y|iets"))
			for range 2 {
				w.importFile(testkit.Camt("n", "2 92.00 "+c.closing+": "+c.entries))
				ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
				if got := w.balances(ledger.Trust) + ": " + w.balances(ledger.Agency); got != c.books {
					t.Errorf("%s, want %s", got, c.books)
				}
			}
			if got := w.reconciled(today); got != "bank "+c.closing+", books "+c.closing+", before 0.00" {
				t.Error(got)
			}
			w.fillsUp("own", "5.00") // until then its part is less than nothing, and that is told
			w.verified()
			w.exec(`SET session_replication_role = replica; DELETE FROM entry WHERE journal_id IN (SELECT id FROM journal WHERE kind = 'bank-charged'); DELETE FROM journal WHERE kind = 'bank-charged'; SET session_replication_role = DEFAULT`)
			done, err := w.CloseBooks(t.Context(), at(today), w.lib.Rules) // those of before they were booked
			if ok(t, err); done.Charged == 0 {
				t.Errorf("%+v", done)
			}
			w.verified()
		})
	}
}
