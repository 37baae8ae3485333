package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// An invoice of today is due on the 17th: these are the days on which it is collected, first and again.
const first, again = "2026-11-18", "2026-12-07"

func day(text string) calendar.Date { return calendar.MustParseDate(text) }

// signed is a mandate of a client that is complete.
func signed(client, umr string) settlement.Mandate {
	return settlement.Mandate{UMR: umr, ClientID: client, SignedOn: day("2026-10-01"), NoticeDays: 14, IBAN: "NL20INGB0001234567", Holder: "Bakkerij Über & Zoon"}
}

// owing is a world with a client that has a mandate, and an invoice of 18.15 open.
func owing(t testing.TB) *world {
	w := newWorld(t)
	ok(w, w.AddMandate(w.Context(), signed(w.client, "M-1"), at(today)))
	w.charged()
	w.bills(today)
	return w
}

// collect proposes to collect on a day, and tells the run and what it leaves out.
func (w *world) collect(asOf calendar.Date, on string) string {
	w.Helper()
	run, left, err := w.ProposeDebits(w.Context(), day(on), "", at(asOf))
	ok(w, err)
	text := tellRun(run)
	for _, n := range left {
		text += fmt.Sprintf("\n%s: %s", n.Client, n.Why)
	}
	return strings.TrimSpace(text)
}

// tellRun gives "A 18.15 of F2026-00001: proposed" of each collection.
func tellRun(run settlement.DebitRun) string {
	var lines []string
	for _, d := range run.Debits {
		var of []string
		for _, p := range d.Parts {
			of = append(of, p.Number)
		}
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s of %s: %s %s", strings.TrimPrefix(d.EndToEndID, run.ID+"-"), d.Cents, strings.Join(of, ", "), d.Status, d.Reason)))
	}
	return strings.Join(lines, "\n")
}

func (w *world) run(on string) settlement.DebitRun {
	w.Helper()
	run, err := w.DebitRun(w.Context(), settlement.DebitRunID(day(on)))
	ok(w, err)
	return run
}

// notifies mails each client; what becomes of it is as the story says.
func (w *world) notifies(asOf calendar.Date, on string, result settlement.DebitStatus) (mails int) {
	w.Helper()
	_, err := w.TellDebits(w.Context(), settlement.DebitRunID(day(on)), func(context.Context, postgres.DebitNotice) postgres.NoticeResult {
		mails++
		return postgres.NoticeResult{Status: result, Reply: "250 ok"}
	}, at(asOf))
	ok(w, err)
	return mails
}

var creditor = settlement.DebitCreditor{Account: bank.Party{Name: "Incasso Voorbeeld B.V.", Account: "NL69INGB0123456789"}, ID: "NL69ZZZ123456780000"}

func (w *world) debitFile(asOf calendar.Date, on string) ([]byte, error) {
	return w.SendDebits(w.Context(), settlement.DebitRunID(day(on)), creditor, at(asOf))
}

// given is a run that the bank has: proposed and told 15 days before, and given to it the day before.
func (w *world) given(on string) {
	w.Helper()
	told := day(on).AddDays(-15)
	w.collect(told, on)
	w.notifies(told, on, settlement.DebitTold)
	if file, err := w.debitFile(day(on).AddDays(-4), on); err != nil || len(file) == 0 {
		w.Fatalf("no file: %v", err)
	}
}

func (w *world) credited(on, key, amount string) error {
	_, err := w.BookDebits(w.Context(), postgres.DebitEntry{Key: key, ID: settlement.DebitRunID(day(on)) + "-A", Amount: eur(amount), On: day(on)}, at(day(on)))
	return err
}

func (w *world) debitBack(run, on, key, code string) (settlement.DebitRemedy, error) {
	back, err := w.ReturnDebit(w.Context(), postgres.DebitBack{Key: key, EndToEndID: settlement.DebitRunID(day(run)) + "-A", Code: code, On: day(on)}, at(day(on)))
	return back.Remedy, err
}

// says002 is what the bank says of the first collection of a run.
func (w *world) says002(on, id string, outcome bank.Outcome, code string) postgres.DebitResult {
	w.Helper()
	run := settlement.DebitRunID(day(on))
	results, err := w.ReportDebits(w.Context(), settlement.PayoutReport{ID: id, Payout: run, Payments: map[string]settlement.PayoutVerdict{run + "-A": {Outcome: outcome, Reason: code}}}, at(day(on)))
	ok(w, err)
	if len(results) != 1 {
		w.Fatalf("%d results", len(results))
	}
	return results[0]
}

// collectionFailed is a collection of a client of its own that failed.
func (w *world) collectionFailed() {
	w.Helper()
	was := w.client
	w.client = w.newClient("DEBIT")
	w.fails(first)
	w.client = was
}

// fails is a collection of the world's client on a day that the bank refused, about which a person was asked, and its mandate revoked.
func (w *world) fails(on string) {
	w.Helper()
	umr, id := "M-"+w.code(), settlement.DebitRunID(day(on))+"-"+w.code()
	ok(w, w.AddMandate(w.Context(), signed(w.client, umr), at(today)))
	w.charged()
	w.bills(today)
	w.given(on)
	ok(w, second(w.ReturnDebit(w.Context(), postgres.DebitBack{Key: "back " + id, EndToEndID: id, Code: "MS02", On: day(on)}, at(day(on)))))
	ok(w, w.RetryDebit(w.Context(), id, "the client asked it", at(day(on))))
	ok(w, w.RevokeMandate(w.Context(), umr, "by letter", at(day(on))))
}
