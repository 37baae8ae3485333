package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// A refund of what is not paid too much any more ends, however far it is, unless it left: the money that makes a new surplus is of who paid that, and goes back to them.
func TestARefundEndsWithItsSurplus(t *testing.T) {
	t.Parallel()
	owing := func(c *postgres.NewClaim) { c.Invoices[0].Amount = eur("130.02") } // 130.45 with interest
	const gone = "by now it is 0.00 that was paid too much"
	for _, c := range []struct {
		name, until string // how far the refund of k1b is when the bank takes k1 back
		again       string // what another payer gets back, who pays then; empty: nobody, since it left
		state       string // of the refund of k1b afterwards
		refuses     string // its approval, or the file of its payout
	}{
		{"nobody decided", "proposed", "k1c 39.50 " + otherIBAN, "Ended", "the refund of receipt k1b ended: " + gone},
		{"it is approved", "approved", "k1c 39.50 " + otherIBAN, "Ended by Bram", "the refund of receipt k1b ended: " + gone},
		{"a payout is approved", "paying", "k1c 39.50 " + otherIBAN, "Ended by Bram", "refund k1b:1 may not leave: " + gone},
		{"the file left", "sent", "", "Approved by Bram sent", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			ref, ctx := w.open(owing), t.Context()
			pays := func(key, amount, iban string) {
				w.nobodys(key, amount, iban)
				ok(t, w.AssignReceipt(ctx, key, ref, at(today), w.lib.Rules))
			}
			pays("k1", "129.95", debtorIBAN)
			pays("k1b", "40.00", strangerIBAN)
			list, err := w.ProposeSurplusRefunds(ctx, ref, "paid too much", person("a"), w.lib.Rules)
			ok(t, err)
			says(t, "proposed", goesBack(list), "k1b 39.50 "+strangerIBAN)
			if c.until != "proposed" {
				ok(t, second(w.DecideRefund(ctx, "k1b", true, person("Bram"))))
			}
			var p settlement.Payout
			if c.until == "paying" || c.until == "sent" {
				p, _ = w.proposes(today)
				w.approves(p, "Anna", "Bram")
			}
			if c.until == "sent" {
				w.sends(p)
				if _, err := w.super.Exec(ctx, `UPDATE refund SET approved = false, ended = 'x', ended_at = clock_timestamp()`); err == nil || !strings.Contains(err.Error(), "left: it does not end") {
					t.Errorf("what left ends: %v", err)
				}
			}
			for range 2 { // told twice is once
				d, err := w.reverses(ref, "k1", "the bank took it back")
				if ok(t, err); !strings.HasSuffix(sayDifference(d), "total 0.00 to 90.45, surplus 39.50 to 0.00") {
					t.Error(sayDifference(d))
				}
			}
			if c.until == "paying" {
				w.receives(w.open(owing), "other", "130.45") // what the client is to be paid is there all the same
				_, _, err = w.SendPayout(ctx, p.ID, postgres.Sending{Initiator: "Incassocenter Voorbeeld"}, at(today))
				refusedFor(t, "the file", c.refuses, err)
				ok(t, w.WithdrawPayout(ctx, p.ID, "money is gone", at(today)))
			} else if c.refuses != "" {
				refusedFor(t, "the approval", c.refuses, second(w.DecideRefund(ctx, "k1b", true, person("Cor"))))
				ok(t, second(w.DecideRefund(ctx, "k1b", false, person("Cor"))))
			}
			if open := w.tasksOpen(ref); len(open) != 0 {
				t.Errorf("nothing is paid too much: %v", open)
			}
			pays("k1c", "129.95", otherIBAN)
			if list, err = w.ProposeSurplusRefunds(ctx, ref, "paid too much", person("a"), w.lib.Rules); (err == nil) != (c.again != "") || goesBack(list) != c.again {
				t.Errorf("%s, %v, want %s", goesBack(list), err, c.again)
			}
			says(t, "the refund of k1b", w.refundOf("k1b"), c.state)
			if c.again == "" {
				return
			}
			ok(t, second(w.DecideRefund(ctx, "k1c", true, person("Bram"))))
			w.verified()
			if got := w.proposesNext(); !strings.Contains(got, "refund 39.50") || strings.Contains(got, "k1b") {
				t.Error(got)
			}
			if open := w.tasksOpen(ref); len(open) != 0 || strings.Contains(w.balances(ledger.Trust), "S190") {
				t.Errorf("%v, %s", open, w.balances(ledger.Trust))
			}
		})
	}
}

// What left of a surplus counts for what is paid too much afterwards: the task ends when that is all, and what comes after goes back as ever.
func TestASurplusOfWhichAPartLeft(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, k2 string
		back     bool // what left comes back after its task is done: it goes to another account, and counts as before
	}{{"all of what was approved", "40.00", false}, {"the rest was not", "50.00", false}, {"it comes back", "40.00", true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			ref, ctx := w.open(func(c *postgres.NewClaim) { c.Invoices[0].Amount = eur("130.02") }), t.Context() // 130.45 with interest
			pays := func(key, amount, iban string) {
				w.nobodys(key, amount, iban)
				ok(t, w.AssignReceipt(ctx, key, ref, at(today), w.lib.Rules))
			}
			surplus := func(reason string) string {
				list, err := w.ProposeSurplusRefunds(ctx, ref, reason, person("a"), w.lib.Rules)
				ok(t, err)
				return goesBack(list)
			}
			pays("k1", "130.45", debtorIBAN)
			pays("k2", c.k2, strangerIBAN)
			pays("k3", "40.00", otherIBAN)
			surplus("paid too much")
			ok(t, second(w.DecideRefund(ctx, "k3", true, person("Bram"))))
			p, _ := w.proposes(today)
			w.approves(p, "Anna", "Bram")
			w.sends(p)
			ok(t, second(w.reverses(ref, "k2", "the bank took it back")))
			if open := w.tasksOpen(ref); len(open) != 1 {
				t.Fatalf("%v", open)
			}
			before := w.counts() + fmt.Sprint(w.tasksOpen(ref))
			_, err := w.ProposeSurplusRefund(ctx, "k1", ref, "another reason", person("a"), w.lib.Rules)
			refusedFor(t, "of another receipt", "is proposed already, of receipt k3 by a; right would be no receipt, which says how far that is", err)
			says(t, "refused, and nothing changed", w.counts()+fmt.Sprint(w.tasksOpen(ref)), before)
			says(t, "it left", surplus("another reason"), "k3 40.00 "+otherIBAN)
			if open := w.tasksOpen(ref); len(open) != 0 {
				t.Errorf("it left, and is asked still: %v", open)
			}
			if c.back {
				entry := entryOf(p, slices.IndexFunc(p.Lines, func(l settlement.PayoutLine) bool { return l.Kind == settlement.PayoutOfRefund }), "out")
				ok(t, second(w.BookPayoutEntry(ctx, entry, at(today))))
				entry.Key, entry.Credit, entry.Reason = "back", true, "AC04"
				ok(t, second(w.BookPayoutEntry(ctx, entry, at(today))))
			}
			pays("k4", "60.00", debtorIBAN)
			says(t, "one comes after", surplus("once more"), "k4 60.00 "+debtorIBAN)
			for range 2 {
				r, err := w.ProposeSurplusRefund(ctx, "k4", ref, "once more", person("a"), w.lib.Rules)
				ok(t, err)
				says(t, "by its key", r.Receipt, "k4")
			}
			ok(t, second(w.DecideRefund(ctx, "k4", true, person("Bram"))))
			pays("k5", "7.00", otherIBAN)
			says(t, "and one more", surplus("the last"), "k5 7.00 "+otherIBAN)
		})
	}
}

// A surplus that is as much as one before that was there no more goes back once: what is proposed or left of it is of its task that is open now.
func TestASurplusAsOneBeforeGoesBackOnce(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ref, ctx := w.open(func(c *postgres.NewClaim) { c.Invoices[0].Amount = eur("130.02") }), t.Context() // 130.45 with interest
	pays := func(key, amount, iban string, on calendar.Date) {
		_, err := w.RecordReceipt(ctx, postgres.Receipt{Key: key, Amount: eur(amount), On: today, IBAN: iban, Payer: "P. Betaler"}, at(on), w.lib.Rules)
		ok(t, err)
		ok(t, w.AssignReceipt(ctx, key, ref, at(on), w.lib.Rules))
	}
	tomorrow := today.AddDays(1)
	gives := func(want string) {
		t.Helper()
		for range 2 {
			list, err := w.ProposeSurplusRefunds(ctx, ref, "paid too much", named("a", tomorrow), w.lib.Rules)
			ok(t, err)
			says(t, "goes back", goesBack(list), want)
		}
	}
	pays("k1", "130.45", debtorIBAN, today)
	pays("k2", "100.00", strangerIBAN, today)
	ok(t, second(w.reverses(ref, "k2", "the bank took it back")))
	pays("k3", "60.00", otherIBAN, today)
	gives("k3 60.00 " + otherIBAN)
	ok(t, second(w.DecideRefund(ctx, "k3", true, named("Bram", tomorrow))))
	pays("k4", "15.00", otherIBAN, tomorrow)
	pays("k5", "25.00", strangerIBAN, tomorrow)
	all := "k4 15.00 " + otherIBAN + ", k5 25.00 " + strangerIBAN
	list, err := w.ProposeSurplusRefunds(ctx, ref, "paid too much", named("a", tomorrow), w.lib.Rules)
	ok(t, err)
	says(t, "at first", goesBack(list), "k5 25.00 "+strangerIBAN+", k4 15.00 "+otherIBAN)
	gives(all)
	ok(t, second(w.DecideRefund(ctx, "k5", true, named("Bram", tomorrow))))
	p, _ := w.proposes(tomorrow)
	w.approves(p, "Anna", "Bram")
	w.sends(p)
	gives(all)
	ok(t, second(w.DecideRefund(ctx, "k4", true, named("Bram", tomorrow))))
	if open := w.tasksOpen(ref); len(open) != 0 {
		t.Errorf("all of it goes back: %v", open)
	}
}

// What a person paid back by hand does not go back once more.
func TestARefundOfWhatWasPaidBackIsNotApproved(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ref, ctx := w.open(), t.Context()
	w.nobodys("k", "140.33", debtorIBAN)
	ok(t, w.AssignReceipt(ctx, "k", ref, at(today), w.lib.Rules))
	ok(t, second(w.ProposeSurplusRefunds(ctx, ref, "paid too much", person("a"), w.lib.Rules)))
	ok(t, w.CompleteTask(ctx, ref, "repay-surplus:40.00", "paid back by hand", at(today)))
	refusedFor(t, "the approval", "is not to be paid back on claim "+ref.ClaimID+", or was", second(w.DecideRefund(ctx, "k", true, person("Bram"))))
	ok(t, second(w.DecideRefund(ctx, "k", false, person("Bram"))))
}

// refundOf tells how the first refund of a receipt stands.
func (w *world) refundOf(receipt string) string {
	w.Helper()
	all, err := w.Refunds(w.Context())
	ok(w, err)
	for _, r := range all {
		if r.Receipt != receipt {
			continue
		}
		words := []string{"Proposed"}
		if r.Ended != "" {
			words = []string{"Ended"}
		} else if r.Approved != nil && *r.Approved {
			words = []string{"Approved"}
		}
		if r.DecidedBy != "" {
			words = append(words, "by", r.DecidedBy)
		}
		if r.Ended == "" && r.Status != "" {
			words = append(words, string(r.Status))
		}
		return strings.Join(words, " ")
	}
	return ""
}
