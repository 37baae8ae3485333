package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// Whose money is whose when a client pays by itself as well, and who is left out of a run.
func TestAClientThatPaidTwiceHasItToItsCredit(t *testing.T) {
	t.Parallel()
	w := owing(t)
	w.given(first)
	ok(t, second(w.PayBill(t.Context(), "F2026-00001", postgres.BillPayment{Key: "p", Amount: eur("18.15"), On: today}, at(today))))
	ok(t, w.credited(first, "s1", "18.15"))
	says(t, "open", w.openOf("F2026-00001"), "-18.15")
	says(t, "books", w.balances(ledger.Agency), "A100 36.30, A120 -18.15, A250 -3.15, A420 -15.00")
	w.verified()
	ok(t, second(w.RepayCredit(t.Context(), "F2026-00001", at(today)))) // so it pays no next invoice
	w.charged()
	w.bills(today.AddDays(18))
	says(t, "next run", w.collect(day("2026-11-22"), again), "A: has 18.15 to its credit; right would be to settle that first")
	ok(t, second(w.debitBack(first, "2026-11-23", "b1", "AM04")))
	says(t, "fetched back", w.openOf("F2026-00001"), "0.00")
	says(t, "next run", w.collect(day("2026-11-23"), again), "A 18.15 of F2026-00002: proposed")
	w.charged()
	w.bills(today.AddDays(20))
	says(t, "the same day", w.collect(day("2026-11-23"), again), "A 18.15 of F2026-00002: proposed\nA: has a collection on 2026-12-07 already; right would be another day")
	w.verified()
}

// What a client has to its credit of a collection pays its next invoice; fetched back after that, the first is open again, and collected once.
func TestACreditThatWasCollectedIsFetchedBack(t *testing.T) {
	t.Parallel()
	w := owing(t)
	w.given(first)
	ok(t, second(w.PayBill(t.Context(), "F2026-00001", postgres.BillPayment{Key: "p", Amount: eur("18.15"), On: today}, at(today))))
	ok(t, w.credited(first, "s1", "18.15"))
	w.charged()
	w.bills(today.AddDays(18))
	says(t, "open", w.openOf("F2026-00001")+" "+w.openOf("F2026-00002"), "0.00 0.00")
	says(t, "next run", w.collect(day("2026-11-22"), again), "")
	ok(t, second(w.debitBack(first, "2026-11-23", "b1", "AM04")))
	says(t, "fetched back", w.openOf("F2026-00001")+" "+w.openOf("F2026-00002"), "18.15 0.00")
	w.verified()
}

// Nothing is collected before it is due; and while the one collection of a mandate is proposed there is no other.
func TestWhatIsNotProposed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := signed(w.client, "M-1")
	m.NoticeDays, m.Once = 5, true
	ok(t, w.AddMandate(t.Context(), m, at(today)))
	w.charged()
	w.bills(today)
	says(t, "the day before it is due", w.collect(today, "2026-11-16"), "")
	says(t, "the day on which it is due", w.collect(today, "2026-11-17"), "A 18.15 of F2026-00001: proposed")
	w.charged()
	w.bills(today)
	says(t, "a second", w.collect(today, first), "A: mandate M-1 is for one collection, which was made")
	ok(t, w.WithdrawDebit(t.Context(), "DD-20261117-A", "a mistake", at(today)))
	says(t, "the first was withdrawn", w.collect(today, first), "A 36.30 of F2026-00001, F2026-00002: proposed")
}

// An invoice is collected, or set off against a payout: not both, whichever was proposed first.
func TestWhatIsSetOffIsNotCollected(t *testing.T) {
	t.Parallel()
	w := netting(t)
	ok(t, w.AddMandate(t.Context(), signed(w.client, "M-1"), at(today)))
	p, told := w.sets()
	says(t, "payout", told, "41.85 less 18.15")
	says(t, "run", w.collect(today, first), "")
	ok(t, w.WithdrawPayout(t.Context(), p.ID, "a mistake", at(today)))
	if got := w.collect(today, first); !strings.Contains(got, "18.15 of F2026-00001: proposed") {
		t.Errorf("run: %s", got)
	}
	_, told = w.sets()
	says(t, "payout", told, "60.00 less 0.00")
}

// The bank credits a batch in one entry, less what it refused of it; a mandate for one collection has no second.
func TestABatchIsBookedInOneEntry(t *testing.T) {
	t.Parallel()
	w := owing(t)
	for _, code := range []string{"B", "C"} {
		w.client = w.newClient(code)
		m := signed(w.client, "M-"+code)
		m.Once = code == "C"
		ok(t, w.AddMandate(t.Context(), m, at(today)))
		w.charged()
	}
	w.bills(today)
	w.given(first)
	w.charged()
	w.bills(today.AddDays(18))
	says(t, "a mandate for one collection", strings.Split(w.collect(day("2026-11-21"), again), "\n")[0], "C: mandate M-C is for one collection, which was made")
	run := settlement.DebitRunID(day(first))
	results, err := w.ReportDebits(t.Context(), settlement.PayoutReport{ID: "r", Payout: run, File: settlement.PayoutVerdict{Outcome: bank.Accepted}, Payments: map[string]settlement.PayoutVerdict{run + "-B": {Outcome: bank.Rejected, Reason: "AM04"}}}, at(today))
	if err != nil || len(results) != 3 {
		t.Fatalf("%v, %v", results, err)
	}
	book := func(amount string) error {
		_, err := w.BookDebits(t.Context(), postgres.DebitEntry{Key: "s", ID: run + "/CORE-FRST", Amount: eur(amount), On: day(first)}, at(day(first)))
		return err
	}
	refused(t, book("36.30"))
	ok(t, book("18.15"))
	ok(t, book("18.15"))
	says(t, "run", tellRun(w.run(first)), "A 18.15 of F2026-00001: booked\nB 18.15 of F2026-00002: rejected AM04\nC 18.15 of F2026-00003: accepted")
	_, err = w.BookDebits(t.Context(), postgres.DebitEntry{Key: "s", ID: run + "-A", Amount: eur("18.15"), On: day(first)}, at(day(first)))
	ok(t, err) // told again, by the collection
	other := postgres.DebitEntry{Key: "s", ID: run + "/CORE-OOFF", Amount: eur("18.15"), On: day(first)}
	if _, err := w.BookDebits(t.Context(), other, at(day(first))); err == nil || !strings.Contains(err.Error(), "entry s was told of collection "+run+"-A") {
		t.Errorf("one entry books two batches: %v", err)
	}
	result, err := w.ReportDebits(t.Context(), settlement.PayoutReport{ID: "r2", Payout: run, File: settlement.PayoutVerdict{Outcome: bank.Rejected, Reason: "FF01"}}, at(today))
	if err != nil || result[0].Problem == "" || result[0].Status != settlement.DebitBooked {
		t.Errorf("what was booked is refused: %+v, %v", result, err)
	}
	w.verified()
}
