package postgres_test

import (
	"fmt"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
)

// race lets one transaction stop as soon as it writes to a table, by when it has the client's payable; another comes, and waits for it or is done at once; then both go on.
func (w *world) race(table string, first, then func() string, waits bool) string {
	w.Helper()
	hold, err := w.super.Begin(w.Context())
	ok(w, err)
	defer func() { _ = hold.Rollback(w.Context()) }()
	_, err = hold.Exec(w.Context(), `LOCK TABLE `+table+` IN SHARE MODE`)
	ok(w, err)
	waiting := func(lock string) {
		eventually(w, "it waits: "+lock, func() (there bool) {
			ok(w, hold.QueryRow(w.Context(), `SELECT EXISTS (SELECT FROM pg_locks l WHERE NOT l.granted AND l.locktype = $1 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))`, lock).Scan(&there))
			return there
		})
	}
	said := [2]chan string{make(chan string, 1), make(chan string, 1)}
	go func() { said[0] <- first() }()
	waiting("relation")
	go func() { said[1] <- then() }()
	second := ""
	if waits {
		waiting("advisory")
	} else {
		second = <-said[1]
	}
	ok(w, hold.Commit(w.Context()))
	if waits {
		second = <-said[1]
	}
	return <-said[0] + "; " + second
}

// A bank takes money back, or a payout leaves, in the same moment as a run keeps it back: neither ends the other, whoever is second goes by what the first left, and the books hold.
func TestWhatIsKeptBackWhileItIsTakenBackOrSent(t *testing.T) {
	t.Parallel()
	keeps := func(w *world) string {
		kept, err := w.KeepBack(w.Context(), w.client, at(today.AddDays(1)))
		return fmt.Sprint("kept ", kept, " ", err)
	}
	takesBack := func(w *world) string {
		_, err := w.ReverseReceipt(w.Context(), "r2", "storno", at(today.AddDays(1)), w.lib.Rules)
		return fmt.Sprint("back ", err)
	}
	leaves := func(w *world) string {
		_, _, err := w.SendPayout(w.Context(), "PO-20261104", postgres.Sending{Initiator: "I", Refund: refundTerm}, at(today.AddDays(1)))
		return fmt.Sprint("sent ", err)
	}
	for _, c := range []struct {
		name              string
		r2                string
		table             string
		first, then       func(w *world) string
		waits             bool
		said, kept, trust string
	}{
		{"the bank is first", "60.00", "journal", takesBack, keeps, true, "back <nil>; kept 0.00 <nil>", "", "S100 -60.00, S190 60.00"},
		{"the bank is second", "60.00", "kept_back_part", keeps, takesBack, true, "kept 60.00 <nil>; back <nil>", "1 6000", "S100 -60.00, S190 60.00"},
		{"a payout keeps it, and leaves", "100.00", "payout_file", leaves, keeps, false, "sent <nil>; kept 0.00 <nil>", "", "S100 120.00, S200 -20.00, S210 -60.00, S240 -40.00"},
		{"a payout leaves, and the bank is second", "100.00", "payout_file", leaves, takesBack, true, "sent <nil>; back <nil>", "", "S100 20.00, S190 80.00, S210 -60.00, S240 -40.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := takenBackAfterPayout(t, c.r2 != "60.00")
			w.receives(w.open(), "r2", c.r2)
			if c.table == "payout_file" {
				p, _ := w.proposes(today.AddDays(1))
				w.approves(p, "Anna", "Bram")
				w.receives(w.open(), "r3", "20.00")
			}
			says(t, "said", w.race(c.table, func() string { return c.first(w) }, func() string { return c.then(w) }, c.waits), c.said)
			says(t, "kept", w.kept(), c.kept)
			says(t, "trust", w.balances(ledger.Trust), c.trust)
			if keeps(w); c.kept == "" {
				says(t, "kept after it", w.kept(), c.kept)
			}
		})
	}
}

// Own money of the agency is told not to be that in the moment in which a payout leaves: neither ends the other, and what went on of it stays.
func TestOwnMoneyIsNotWhileAPayoutLeaves(t *testing.T) {
	t.Parallel()
	w := takenBackAfterPayout(t, false)
	own, _ := w.fillsUp("own", "70.00")
	w.receives(w.open(), "r2", "100.33")
	p, said := w.proposes(today.AddDays(1))
	says(t, "proposed", said, "client 40.00, fees 10.33")
	w.approves(p, "Anna", "Bram")
	w.undoes(own, "Anna")
	hold, err := w.super.Begin(t.Context())
	ok(t, err)
	defer func() { _ = hold.Rollback(t.Context()) }()
	_, err = hold.Exec(t.Context(), `SELECT lock_payable($1)`, w.client)
	ok(t, err)
	waiting := func(many int) {
		eventually(t, fmt.Sprint(many, " wait"), func() (there bool) {
			ok(t, hold.QueryRow(t.Context(), `SELECT count(*) = $1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`, many).Scan(&there))
			return there
		})
	}
	sent, undone := make(chan error, 1), make(chan string, 1)
	go func() {
		_, _, err := w.SendPayout(w.Context(), p.ID, postgres.Sending{Initiator: "I", Refund: refundTerm}, at(p.On))
		sent <- err
	}()
	waiting(1)
	go func() { undone <- w.undoes(own, "Bram") }()
	waiting(2)
	ok(t, hold.Commit(t.Context()))
	ok(t, <-sent)
	says(t, "undone", <-undone, "the agency's part on the trust account is 10.00 less than what went on of it; right would be to pay that of its own money in first (dunning receipts top-up)")
	w.verified()
}

// Who bears a loss and a payout that leaves lock the claim of a refund before the agency's part: neither ends the other.
func TestALossIsBorneWhileAPayoutLeaves(t *testing.T) {
	t.Parallel()
	w, _ := refunding(t)
	p, _ := w.proposes(today)
	w.approves(p, "Anna", "Bram")
	hold, err := w.super.Begin(t.Context())
	ok(t, err)
	defer func() { _ = hold.Rollback(t.Context()) }()
	_, err = hold.Exec(t.Context(), `SELECT pg_advisory_xact_lock(hashtextextended('the part of the agency', 0))`)
	ok(t, err)
	sent, borne := make(chan error, 1), make(chan string, 1)
	waiting := func(many int) {
		eventually(t, fmt.Sprint(many, " wait"), func() bool {
			return query[int](w, `SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))`) == many
		})
	}
	go func() {
		_, _, err := w.SendPayout(w.Context(), p.ID, postgres.Sending{Initiator: "I", Refund: refundTerm}, at(p.On))
		sent <- err
	}()
	waiting(1)
	go func() { borne <- w.bears("over", "Anna", false) }()
	waiting(2)
	ok(t, hold.Commit(t.Context()))
	ok(t, <-sent)
	says(t, "borne", <-borne, "refund over:1 lost nothing: it did not leave, or the bank did not take its receipt back")
	w.verified()
}
