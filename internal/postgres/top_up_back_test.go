package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/testkit"
)

// bankTakesBack is a line of the next statement by which the bank takes a sum back that came from an account, and what it is tied to.
func (w *world) bankTakesBack(reference, amount, iban string) (receipt string) {
	w.Helper()
	before := cents(query[int64](w, `SELECT COALESCE((SELECT balance FROM statement WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1), 0)`))
	w.importFile(testkit.Camt(reference, fmt.Sprintf("2 %s %s: %s -%s %s <P. Betaler/%s> AM04!x|storno", before, before-eur(amount), today, amount, reference, iban)))
	for range 2 {
		ok(w, w.ApplyReturns(w.Context(), at(today), w.lib.Rules))
	}
	return query[string](w, `SELECT COALESCE((SELECT receipt FROM statement_entry WHERE kind = 'return' ORDER BY key DESC LIMIT 1), 'waits')`)
}

// undoes is what came of a person's word that a receipt is not the agency's own money.
func (w *world) undoes(receipt, who string) string {
	w.Helper()
	u, err := w.UndoTopUp(w.Context(), receipt, "it is of a debtor", person(who))
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s, %d said so, waits %v", u.Amount, u.Said, u.Booked)
}

// reversesOwn reverses, past the store, all by which a receipt is the agency's own money, and lets it wait again; nothing of it stays.
func (w *world) reversesOwn(receipt string) error {
	w.Helper()
	tx, err := w.super.Begin(w.Context())
	ok(w, err)
	defer func() { _ = tx.Rollback(w.Context()) }()
	_, err = tx.Exec(w.Context(), `INSERT INTO journal (client_id, book, key, hash, kind, effective_on, at, reverses) SELECT client_id, book, key || '/x', hash, kind, effective_on, at, id FROM journal j
		WHERE starts_with(key, 'receipt:' || $1 || '/own') AND reverses IS NULL AND key NOT LIKE '%/kept' AND NOT EXISTS (SELECT FROM journal b WHERE b.reverses = j.id)`, receipt)
	ok(w, err)
	_, err = tx.Exec(w.Context(), `INSERT INTO entry (journal_id, line, client_id, claim_id, account, cents) SELECT b.id, e.line, e.client_id, e.claim_id, e.account, -e.cents
		FROM journal b JOIN entry e ON e.journal_id = b.reverses WHERE b.txid = pg_current_xact_id()`)
	ok(w, err)
	_, err = tx.Exec(w.Context(), `UPDATE receipt SET gone = NULL WHERE key = $1`, receipt)
	return err
}

// found are the differences of a verification, without what is missing since nobody filled it up.
func (w *world) found() (list []string) {
	w.Helper()
	v, err := w.VerifyBooks(w.Context(), today, w.lib.Rules)
	ok(w, err)
	for _, d := range v.Differences {
		if !strings.Contains(d.What, "(dunning receipts top-up)") {
			list = append(list, d.String())
		}
	}
	return list
}

// Own money that its bank takes back is not there any more: what it filled up is missing again, but for what a client gave back since, which the agency's part bears.
func TestTheBankTakesOwnMoneyBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, own   string
		since       func(w *world)
		books, ends string
	}{
		{"nothing happened since", "60.00", func(*world) {}, "S100 -60.00, S190 60.00: ", "receipt:OWN/taken-back 60.00"},
		{"and a part was of the agency's", "75.00", func(*world) {}, "S100 -60.00, S190 60.00: ", "receipt:OWN/taken-back 60.00, receipt:OWN/taken-back 15.00"},
		{"the client gave a part back", "60.00", func(w *world) { w.receives(w.open(), "r2", "20.00"); w.proposes(today.AddDays(1)) }, "S100 -40.00, S190 40.00: ", "receipt:OWN/taken-back 60.00"},
		{"the client gave all back", "60.00", func(w *world) {
			w.receivesAnother(w.open(), "r2", "60.00", "the line is the agency's own money")
			w.proposes(today.AddDays(1))
		}, "", "receipt:OWN/taken-back 60.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := takenBackAfterPayout(t, false)
			own, _ := w.fillsUp("own", c.own)
			c.since(w)
			if got := w.bankTakesBack("storno", c.own, agencyIBAN); got != own {
				t.Errorf("it takes back %s", got)
			}
			if got := w.balances(ledger.Trust) + ": " + w.balances(ledger.Agency); got != c.books && got != c.books+": " {
				t.Errorf("%s, want %s", got, c.books)
			}
			if got := w.found(); len(got) > 0 {
				t.Error(got)
			}
			if got := w.traced(own, own, "OWN"); got != "to "+c.ends {
				t.Error(got)
			}
			if got := w.undoes(own, "Anna"); got != "receipt "+own+" is not the agency's own money" {
				t.Error(got)
			}
		})
	}
}

// What was told by mistake waits again when two persons say so, once, and can be told anew.
func TestOwnMoneyThatIsNot(t *testing.T) {
	t.Parallel()
	w := takenBackAfterPayout(t, false)
	before := w.balances(ledger.Trust) + ": " + w.balances(ledger.Agency)
	own, _ := w.fillsUp("own", "70.00")
	filled := w.balances(ledger.Trust) + ": " + w.balances(ledger.Agency)
	says := func(who, want string) {
		t.Helper()
		if got := w.undoes(own, who); got != want {
			t.Errorf("%s: %s, want %s", who, got, want)
		}
	}
	for _, turn := range []string{"", "~2"} {
		if err := w.reversesOwn(own); err == nil || !strings.Contains(err.Error(), "is the agency's own money until") {
			t.Errorf("nobody said so, and the books are reversed: %v", err)
		}
		says("Carla", `"Carla" may not approve; right would be a name of `+"`dunning payout approver list`")
		says("Anna", "70.00, 1 said so, waits false")
		says("anna", "70.00, 1 said so, waits false")
		if got := w.balances(ledger.Trust) + ": " + w.balances(ledger.Agency); got != filled {
			t.Errorf("one person said so: %s", got)
		}
		if _, err := w.db.App.Exec(t.Context(), `UPDATE receipt SET gone = NULL WHERE key = $1`, own); err == nil || !strings.Contains(err.Error(), "is the agency's own money until") {
			t.Errorf("past the store: %v", err)
		}
		if _, err := w.db.App.Exec(t.Context(), `INSERT INTO own_undone (receipt, turn, approver, reason, done, at) SELECT receipt, max(turn), 'Anna', 'alone', true, now() FROM own_undone WHERE receipt = $1 GROUP BY 1`, own); err == nil || !strings.Contains(err.Error(), "two different persons must say that") {
			t.Errorf("one person past the store: %v", err)
		}
		says("Bram", "70.00, 2 said so, waits true")
		says("Bram", "70.00, 2 said so, waits true")
		if got := w.balances(ledger.Trust) + ": " + w.balances(ledger.Agency); got != strings.Replace(before, "S100 -60.00, S190 60.00", "S100 10.00, S190 60.00, S230 -70.00", 1) {
			t.Errorf("undone: %s, was %s", got, before)
		}
		if got := w.found(); len(got) > 0 {
			t.Error(got)
		}
		back := "/own" + turn + "/" + w.client + "/back 60.00, receipt:OWN/own" + turn + "/back 10.00"
		if got := w.traced(own, own, "OWN"); got != "to receipt:OWN"+back {
			t.Error(got)
		}
		again, err := w.TopUp(t.Context(), own, agencyIBAN, at(today))
		if ok(t, err); again.Again || again.Clawbacks != eur("60.00") || again.Own != eur("10.00") {
			t.Errorf("%+v", again)
		}
		if got := w.balances(ledger.Trust) + ": " + w.balances(ledger.Agency); got != filled {
			t.Errorf("told again: %s, was %s", got, filled)
		}
		w.verified()
	}
	says("Anna", "70.00, 1 said so, waits false")
	says("Bram", "70.00, 2 said so, waits true")
	w.bankTakesBack("storno", "70.00", agencyIBAN)
	says("Bram", "70.00, 2 said so, waits false") // it went back since
	w.nobodys("another", "5.00", strangerIBAN)
	if got, want := w.undoes("another", "Anna"), "receipt another is not the agency's own money"; got != want {
		t.Error(got)
	}
}

// What went on for the agency is not taken out of what is others'.
func TestOwnMoneyThatWentOn(t *testing.T) {
	t.Parallel()
	w := takenBackAfterPayout(t, false)
	own, _ := w.fillsUp("own", "70.00")
	w.importFile(testkit.Camt("fee", "2 70.00 62.00: "+today.String()+" -8.00 fee $Kosten"))
	w.undoes(own, "Anna")
	if got := w.undoes(own, "Bram"); got != "the agency's part on the trust account is 8.00 less than what went on of it; right would be to pay that of its own money in first (dunning receipts top-up)" {
		t.Error(got)
	}
	w.verified()
	w.fillsUp("more", "8.00")
	if got := w.undoes(own, "Bram"); got != "70.00, 2 said so, waits true" {
		t.Error(got)
	}
	if got := w.found(); len(got) > 0 {
		t.Error(got)
	}
}
