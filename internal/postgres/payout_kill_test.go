package postgres_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// stubborn does something again and again, cut off a little later each time, until it is heard to have been done: as a program that is killed at one moment after
// the other, and started again. It gives how often it was cut off.
func (w *world) stubborn(what func(ctx context.Context) error) (cut int) {
	w.Helper()
	for limit := 100 * time.Microsecond; ; limit += limit/8 + 100*time.Microsecond {
		ctx, cancel := context.WithTimeout(w.Context(), limit)
		err := what(ctx)
		stopped := ctx.Err() != nil
		cancel()
		switch {
		case err == nil:
			return cut
		case !stopped || limit > time.Minute:
			w.Fatal(err)
		}
		cut++
	}
}

// However often whoever works on a payout dies, at whatever moment, it is proposed, sent and booked exactly once, and its file is one.
func TestAPayoutIsInTheBooksOnceThoughItsMakerDies(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.receives(w.open(), "r1", "100.33")
	cuts := 0
	var p settlement.Payout
	cuts += w.stubborn(func(ctx context.Context) (err error) {
		p, _, err = w.ProposePayout(ctx, proposing(today), at(today))
		return err
	})
	for _, name := range []string{"Anna", "Bram"} {
		cuts += w.stubborn(func(ctx context.Context) error {
			_, err := w.ApprovePayout(ctx, p.ID, p.Hash, named(name, today))
			return err
		})
	}
	var file []byte
	cuts += w.stubborn(func(ctx context.Context) (err error) {
		file, _, err = w.SendPayout(ctx, p.ID, postgres.Sending{Initiator: "I"}, at(today))
		return err
	})
	if again := w.sends(p); !bytes.Equal(again, file) {
		t.Error("another file")
	}
	cuts += w.stubborn(func(ctx context.Context) error {
		_, err := w.ReportPayout(ctx, reported(p, "1 accepted; 2 rejected AC04"), at(today))
		return err
	})
	for _, credit := range []bool{false, true} {
		e := entryOf(p, 0, "e")
		if e.Credit = credit; credit {
			e.Key = "back"
		}
		cuts += w.stubborn(func(ctx context.Context) error {
			_, err := w.BookPayoutEntry(ctx, e, at(today))
			return err
		})
	}
	if cuts < 7 {
		t.Fatalf("it was cut off %d times: each of the seven should have been", cuts)
	}
	if got := w.balances(ledger.Trust); got != "S100 100.33, S200 -100.00, S210 -0.33" || w.statuses(p) != "returned rejected" {
		t.Errorf("trust %s, %s", got, w.statuses(p))
	}
	kinds := map[ledger.Kind]int{}
	for _, j := range w.journals() {
		if j.Book == ledger.Trust && j.Kind != ledger.Settled && j.Kind != ledger.Received {
			kinds[j.Kind]++
		}
	}
	if kinds[ledger.PayoutSubmitted] != 1 || kinds[ledger.PayoutBooked] != 1 || kinds[ledger.PayoutReturned] != 1 || kinds[ledger.FeesSubmitted] != 2 || len(kinds) != 4 { // the fees, and that they were refused
		t.Errorf("%v", kinds)
	}
	if n := query[int](w, `SELECT (SELECT count(*) FROM payout) * 100 + (SELECT count(*) FROM payout_file) * 10 + (SELECT count(*) FROM client_account_block)`); n != 111 {
		t.Errorf("payouts, files, blocks: %d", n)
	}
	w.verified()
}
