package postgres_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// A collection from its proposal until it cannot be fetched back any more.
func TestAnInvoiceIsCollected(t *testing.T) {
	t.Parallel()
	w := owing(t)
	says(t, "run", w.collect(today, first), "A 18.15 of F2026-00001: proposed")
	says(t, "again", w.collect(today, first), "A 18.15 of F2026-00001: proposed")
	says(t, "another day", w.collect(today, again), "")
	refused(t, second(w.debitFile(today, first))) // nobody was told
	if n := w.notifies(today, first, settlement.DebitTold) + w.notifies(today, first, settlement.DebitTold); n != 1 {
		t.Errorf("%d mails", n)
	}
	file, err := w.debitFile(today.AddDays(10), first)
	ok(t, err)
	same, err := w.debitFile(today.AddDays(11), first)
	if err != nil || !bytes.Equal(file, same) {
		t.Errorf("another file, %v", err)
	}
	for _, want := range []string{">FRST<", ">M-1<", ">18.15<", ">2026-10-01<", ">Factuur F2026-00001<", ">NL69ZZZ123456780000<", ">2026-11-18<", ">CORE<"} {
		if !strings.Contains(string(file), want) {
			t.Errorf("the file lacks %s", want)
		}
	}
	says(t, "sent", tellRun(w.run(first)), "A 18.15 of F2026-00001: sent")
	refused(t, w.WithdrawDebit(t.Context(), "DD-20261118-A", "too late", at(today)))
	says(t, "what is open before it is booked", w.openOf("F2026-00001"), "18.15")
	refused(t, w.credited(first, "s1", "18.14"))
	ok(t, w.credited(first, "s1", "18.15"))
	ok(t, w.credited(first, "s1", "18.15"))
	refused(t, w.credited(first, "s2", "18.15"))
	says(t, "open", w.openOf("F2026-00001"), "0.00")
	says(t, "books", w.balances(ledger.Agency), "A100 18.15, A250 -3.15, A420 -15.00")
	says(t, "available", w.run(first).Debits[0].AvailableOn(refundTerm).String(), "2027-01-16")
	w.verified()
}

// The bank credits a collection on its day at the earliest, and tells of no day that has not come.
func TestTheDayOnWhichACollectionIsBooked(t *testing.T) {
	t.Parallel()
	const future = "value date 2026-11-20 is in the future; right would be a day up to and including 2026-11-19"
	for _, c := range []struct{ id, on, want string }{
		{"DD-20261118-A", "2026-11-17", "value date 2026-11-17 is before 2026-11-18, the day on which run DD-20261118 collects; right would be a day from then on"},
		{"DD-20261118/CORE-FRST", "2026-11-17", "value date 2026-11-17 is before 2026-11-18, the day on which run DD-20261118 collects; right would be a day from then on"},
		{"DD-20261118-A", "2026-11-18", ""},
		{"DD-20261118-A", "2026-11-19", ""},
		{"DD-20261118-A", "2026-11-20", future},
	} {
		t.Run(c.id+" on "+c.on, func(t *testing.T) {
			t.Parallel()
			w := owing(t)
			w.given(first)
			said := func(err error) string {
				if err == nil {
					return ""
				}
				return err.Error()
			}
			says(t, "booked", said(second(w.BookDebits(t.Context(), postgres.DebitEntry{Key: "s", ID: c.id, Amount: eur("18.15"), On: day(c.on)}, at(day("2026-11-19"))))), c.want)
			if c.want == "" && c.on == "2026-11-19" {
				back := postgres.DebitBack{Key: "b", EndToEndID: c.id, Code: "AM04", On: day("2026-11-18")}
				says(t, "returned", said(second(w.ReturnDebit(t.Context(), back, at(day("2026-11-19"))))), "value date 2026-11-18 is before 2026-11-19, the day on which collection DD-20261118-A was credited; right would be a day from then on")
				back.On = day("2026-11-19")
				ok(t, second(w.ReturnDebit(t.Context(), back, at(day("2026-11-19")))))
				says(t, "told again", fmt.Sprint(w.ReturnDebit(t.Context(), back, at(day("2026-11-19")))), fmt.Sprint(postgres.DebitReturned{Remedy: settlement.DebitAgain, Again: true}, nil))
				back.Code = "MS02"
				says(t, "with another code", said(second(w.ReturnDebit(t.Context(), back, at(day("2026-11-19"))))), "entry b told before that collection "+settlement.DebitRunID(day(first))+"-A came back with code AM04, not MS02; right would be that code, or the key of another entry")
				back.Code, back.Key = "ZZ9", "another"
				if got := said(second(w.ReturnDebit(t.Context(), back, at(day("2026-11-19"))))); !strings.Contains(got, `"ZZ9" is no code that a bank tells`) {
					t.Error(got)
				}
			}
			if c.want == future {
				back := postgres.DebitBack{Key: "b", EndToEndID: c.id, Code: "AM04", On: day(c.on)}
				says(t, "returned", said(second(w.ReturnDebit(t.Context(), back, at(day("2026-11-19"))))), future)
			}
		})
	}
}

// What did not go to the bank does not come back from it, and what came back once does not by another entry.
func TestACollectionThatCannotComeBack(t *testing.T) {
	t.Parallel()
	w := owing(t)
	w.collect(day(first).AddDays(-15), first)
	_, err := w.debitBack(first, first, "b", "AM04")
	refusedFor(t, "proposed", "collection DD-20261118-A is proposed since 2026-11-03: the bank has nothing of it to give back; right would be one that was sent: dunning debit show RUN", err)
	_, err = w.ReturnDebit(t.Context(), postgres.DebitBack{Key: "b", Code: "AM04", On: day(first)}, at(day(first)))
	if err == nil || !strings.Contains(err.Error(), `collection "": not found: an id looks like DD-20261215-VBE; right would be one of a run: dunning debit show RUN`) {
		t.Error(err)
	}
	w = owing(t)
	w.given(first)
	ok(t, w.credited(first, "stmt-a", "18.15"))
	ok(t, second(w.debitBack(first, first, "b", "AM04")))
	_, err = w.debitBack(first, first, "c", "AM04")
	refusedFor(t, "by another entry", "came back before, by another entry; right would be the key of that one, or to ask the bank what this one is", err)
}

// What the bank says of a collection that failed, and what the next run does.
func TestWhatFollowsWhenACollectionFails(t *testing.T) {
	t.Parallel()
	rejected := func(code string) func(w *world) settlement.DebitRemedy {
		return func(w *world) settlement.DebitRemedy {
			told := w.says002(first, "r1", bank.Rejected, code)
			w.says002(first, "r1", bank.Rejected, code)
			return told.Remedy
		}
	}
	returned := func(code string) func(w *world) settlement.DebitRemedy {
		return func(w *world) settlement.DebitRemedy {
			ok(w, w.credited(first, "s1", "18.15"))
			remedy, err := w.debitBack(first, "2026-11-20", "b1", code)
			ok(w, err)
			same, err := w.debitBack(first, "2026-11-20", "b1", code)
			ok(w, err)
			if same != remedy {
				w.Errorf("told twice it is %s, and was %s", same, remedy)
			}
			refused(w, second(w.debitBack(first, "2026-11-20", "b2", code)))
			return remedy
		}
	}
	const once, ended = "A 18.15 of F2026-00001: proposed", "A: mandate M-1 ended on "
	for _, story := range []struct {
		name   string
		fails  func(w *world) settlement.DebitRemedy
		remedy settlement.DebitRemedy
		next   string
	}{
		{"no money on the account, refused", rejected("AM04"), settlement.DebitAgain, once},
		{"no money on the account, returned", returned("AM04"), settlement.DebitAgain, once},
		{"the account is closed", returned("AC04"), settlement.MandateEnds, ended + "2026-11-20: collection DD-20261118-A failed: AC04, the account is closed"},
		{"no mandate", returned("MD01"), settlement.MandateEnds, ended + "2026-11-20: collection DD-20261118-A failed: MD01, there is no valid mandate, or the debtor says so (up to 13 months)"},
		{"fetched back", returned("MD06"), settlement.MandateEnds, ended + "2026-11-20: collection DD-20261118-A failed: MD06, the debtor asked the money back (up to 8 weeks, without a reason)"},
		{"the debtor has died", rejected("MD07"), settlement.MandateEnds, ended + "2026-11-18: collection DD-20261118-A failed: MD07, the debtor has died"},
		{"refused by the debtor", rejected("MS02"), settlement.AskPerson, "A: invoice F2026-00001: the bank gave MS02; right would be to ask the client, and then: dunning debit retry"},
		{"a code that nobody knows", rejected("XX99"), settlement.AskPerson, "A: invoice F2026-00001: the bank gave XX99; right would be to ask the client, and then: dunning debit retry"},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			w := owing(t)
			w.given(first)
			if got := story.fails(w); got != story.remedy {
				t.Errorf("%s, want %s", got, story.remedy)
			}
			says(t, "open", w.openOf("F2026-00001"), "18.15")
			says(t, "books", w.balances(ledger.Agency), "A120 18.15, A250 -3.15, A420 -15.00")
			w.verified()
			says(t, "next run", w.collect(day("2026-11-21"), again), story.next)
		})
	}
}

// It is tried once more, and no third time: not by itself, and not by a person.
func TestACollectionIsTriedTwice(t *testing.T) {
	t.Parallel()
	const last = "A: invoice F2026-00001: the bank gave %s, and it was tried 2 times, which is the most; right would be to ask the client to pay it"
	for _, code := range []string{"AM04", "MS02"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			w := owing(t)
			w.given(first)
			w.says002(first, "r1", bank.Rejected, code)
			if err := w.RetryDebit(t.Context(), "DD-20261118-A", "the client asked it", at(day(first))); (err == nil) != (code == "MS02") {
				t.Errorf("a person: %v", err)
			}
			w.given(again)
			w.says002(again, "r2", bank.Rejected, code)
			_ = w.RetryDebit(t.Context(), "DD-20261207-A", "the client asked it", at(day(again)))
			says(t, "third run", w.collect(day("2026-12-08"), "2026-12-28"), fmt.Sprintf(last, code))
		})
	}
}

// What changed between the proposal and the file: no client is debited for what it does not owe any more, or otherwise than it was told.
func TestNothingIsCollectedThatDoesNotHoldAnyMore(t *testing.T) {
	t.Parallel()
	for _, story := range []struct {
		name    string
		between func(w *world)
		want    string
	}{
		{"paid meanwhile", func(w *world) {
			ok(w, second(w.PayBill(w.Context(), "F2026-00001", postgres.BillPayment{Key: "p", Amount: eur("18.15"), On: today}, at(today))))
		}, "0.00 is open of invoice F2026-00001, and not 18.15 any more"},
		{"paid in part", func(w *world) {
			ok(w, second(w.PayBill(w.Context(), "F2026-00001", postgres.BillPayment{Key: "p", Amount: eur("0.01"), On: today}, at(today))))
		}, "18.14 is open of invoice F2026-00001, and not 18.15 any more"},
		{"credited", func(w *world) { ok(w, second(w.takesBack("F2026-00001", "agreed", today))) }, "0.00 is open of invoice F2026-00001, and not 18.15 any more"},
		{"mandate revoked", func(w *world) { ok(w, w.RevokeMandate(w.Context(), "M-1", "by letter", at(today))) }, "mandate M-1 ended on 2026-11-03: by letter"},
		{"another account", func(w *world) { ok(w, w.AmendMandate(w.Context(), "M-1", "NL44RABO0123456789", "Bakkerij", at(today))) }, "the mandate is of another account since"},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			w := owing(t)
			w.collect(today, first)
			w.notifies(today, first, settlement.DebitTold)
			story.between(w)
			file, err := w.debitFile(today.AddDays(10), first)
			if err != nil || file != nil {
				t.Errorf("%d bytes, %v", len(file), err)
			}
			says(t, "run", tellRun(w.run(first)), "A 18.15 of F2026-00001: withdrawn "+story.want)
			w.verified()
		})
	}
}

// The client is told once, and in time.
func TestAClientIsToldBeforeACollection(t *testing.T) {
	t.Parallel()
	w := owing(t)
	says(t, "thirteen days", w.collect(today.AddDays(2), first), "A: is told 14 days before; right would be to collect on 2026-11-19 or later")
	w.collect(today, first)
	refusedFor(t, "not told", "right would be: dunning debit notify DD-20261118", second(w.debitFile(today, first)))
	if w.notifies(today, first, settlement.DebitProposed) != 1 || w.notifies(today, first, settlement.DebitTelling) != 1 || w.notifies(today, first, settlement.DebitTold) != 0 {
		t.Error("a mail that certainly did not leave goes again, one of which nobody knows does not")
	}
	refusedFor(t, "told halfway", "nobody knows whether its mail arrived, and it is not mailed again; look in the log of the mail server. Right would be: dunning debit told DD-20261118-A --reason TEXT, or dunning debit withdraw DD-20261118-A --reason TEXT", second(w.debitFile(today, first)))
	refusedFor(t, "no words", "the reason is empty; right would be how it is known that the client was told", w.RecordDebitTold(t.Context(), "DD-20261118-A", " ", today, at(today)))
	refused(t, w.RecordDebitTold(t.Context(), "DD-20261118-A", "by telephone", today.AddDays(1), at(today)))
	ok(t, w.RecordDebitTold(t.Context(), "DD-20261118-A", "it stands in the log of the mail server", today.AddDays(2), at(today.AddDays(2))))
	file, err := w.debitFile(today.AddDays(10), first)
	if err != nil || file != nil {
		t.Errorf("told 13 days before it is collected: %d bytes, %v", len(file), err)
	}
	says(t, "run", tellRun(w.run(first)), "A 18.15 of F2026-00001: withdrawn the client was not told 14 days before")
	w.collect(today.AddDays(3), again)
	w.notifies(today.AddDays(3), again, settlement.DebitWithdrawn)
	says(t, "no such address", tellRun(w.run(again)), "A 18.15 of F2026-00001: withdrawn the client could not be told")
	refused(t, second2(w.ProposeDebits(t.Context(), day("2026-11-21"), "", at(today)))) // a Saturday
	refused(t, second2(w.ProposeDebits(t.Context(), today, "", at(today))))
}

func second2[A, B any](_ A, _ B, err error) error { return err }

// A mandate is complete, or refused with all that is missing.
func TestAMandateIsCompleteOrRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.newClient("B")
	for _, story := range []struct {
		name   string
		change func(m *settlement.Mandate)
		want   []string
	}{
		{"nothing", func(m *settlement.Mandate) { *m = settlement.Mandate{ClientID: m.ClientID} }, []string{"reference: ", "IBAN: ", "name: ", "signature: ", "notice: "}},
		{"signed tomorrow", func(m *settlement.Mandate) { m.SignedOn = today.AddDays(1) }, []string{"signature: 2026-11-04 is to come"}},
		{"signed 36 months ago", func(m *settlement.Mandate) { m.SignedOn = day("2023-11-03") }, []string{"lapsed on 2026-11-03"}},
		{"a wrong digit", func(m *settlement.Mandate) { m.IBAN = "NL20INGB0001234568" }, []string{"IBAN: "}},
		{"whole", func(m *settlement.Mandate) {}, nil},
		{"the same again", func(m *settlement.Mandate) {}, nil},
		{"a second in force", func(m *settlement.Mandate) { m.UMR = "M-2" }, []string{"mandate M-1 of this client is in force"}},
		{"its reference for another day", func(m *settlement.Mandate) { m.SignedOn = today }, []string{"the reference M-1 is that of another mandate"}},
		{"its reference for another client", func(m *settlement.Mandate) { m.ClientID = other }, []string{"the reference M-1 is that of another mandate"}},
	} {
		m := signed(w.client, "M-1")
		story.change(&m)
		err := w.AddMandate(t.Context(), m, at(today))
		if (err == nil) != (story.want == nil) {
			t.Errorf("%s: %v", story.name, err)
		}
		for _, want := range story.want {
			refused(t, err)
			if !strings.Contains(fmt.Sprint(err), want) {
				t.Errorf("%s: %v; lacks %q", story.name, err, want)
			}
		}
	}
	ok(t, w.RevokeMandate(t.Context(), "M-1", "by letter", at(today)))
	ok(t, w.RevokeMandate(t.Context(), "M-1", "twice", at(today)))
	refused(t, w.AmendMandate(t.Context(), "M-1", "NL44RABO0123456789", "Bakkerij", at(today)))
	ok(t, w.AddMandate(t.Context(), signed(w.client, "M-2"), at(today)))
	list, err := w.Mandates(t.Context(), "")
	ok(t, err)
	if len(list) != 2 {
		t.Errorf("%d mandates", len(list))
	}
}

// The second collection recurs; of another account since, it says so; and one that was refused was not the first.
func TestTheNextCollectionHasItsPlaceInTheMandate(t *testing.T) {
	t.Parallel()
	for _, story := range []struct {
		name      string
		between   func(w *world)
		has, lack string
	}{
		{"after one that was booked", func(w *world) { ok(w, w.credited(first, "s1", "18.15")) }, ">RCUR<", "SMNDA"},
		{"after one that was returned", func(w *world) {
			ok(w, w.credited(first, "s1", "18.15"))
			ok(w, second(w.debitBack(first, "2026-11-20", "b1", "AM04")))
		}, ">RCUR<", ">FRST<"},
		{"after one that was refused", func(w *world) { w.says002(first, "r1", bank.Rejected, "AM04") }, ">FRST<", "SMNDA"},
		{"with another account", func(w *world) {
			ok(w, w.credited(first, "s1", "18.15"))
			ok(w, w.AmendMandate(w.Context(), "M-1", "NL44RABO0123456789", "Bakkerij", at(day(first))))
		}, ">SMNDA<", ">FRST<"},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			w := owing(t)
			w.given(first)
			story.between(w)
			w.charged()
			w.bills(today.AddDays(18)) // of the 21st, due on the 5th
			w.given(again)
			file, err := w.debitFile(day(again), again)
			if err != nil || !strings.Contains(string(file), story.has) || strings.Contains(string(file), story.lack) {
				t.Errorf("%v: has %s or lacks %s\n%s", err, story.lack, story.has, file)
			}
		})
	}
}

// Twelve runs at once, and whoever makes the file dies again and again: each client is collected from once, by one file.
func TestRunsAtOnceCollectOnceThoughTheirMakersDie(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 6 {
		w.client = w.newClient(fmt.Sprintf("K%d", i))
		m := signed(w.client, fmt.Sprintf("M-%d", i))
		m.B2B = i%2 == 0
		ok(t, w.AddMandate(t.Context(), m, at(today)))
		w.charged()
	}
	w.bills(today)
	var runs errgroup.Group
	for i := range 12 {
		runs.Go(func() error {
			_, _, err := w.ProposeDebits(t.Context(), calendar.TargetDayFrom(day(first).AddDays(i%3)), "", at(today))
			return err
		})
	}
	ok(t, runs.Wait())
	if n := query[int](w, `SELECT count(*) FROM debit_part`); n != 6 {
		t.Errorf("%d collections of 6 invoices", n)
	}
	cuts := 0
	for _, on := range []string{"2026-11-18", "2026-11-19", "2026-11-20"} {
		run := w.run(on)
		if len(run.Debits) == 0 {
			continue
		}
		w.notifies(today, on, settlement.DebitTold)
		var file []byte
		cuts += w.stubborn(func(ctx context.Context) (err error) {
			file, err = w.SendDebits(ctx, run.ID, creditor, at(today.AddDays(10)))
			return err
		})
		for _, d := range w.run(on).Debits {
			cuts += w.stubborn(func(ctx context.Context) error {
				_, err := w.BookDebits(ctx, postgres.DebitEntry{Key: "s" + d.EndToEndID, ID: d.EndToEndID, Amount: d.Cents, On: day(on)}, at(day(on)))
				return err
			})
			cuts += w.stubborn(func(ctx context.Context) error {
				_, err := w.ReturnDebit(ctx, postgres.DebitBack{Key: "b" + d.EndToEndID, EndToEndID: d.EndToEndID, Code: "AM04", On: day(on), Fee: 25}, at(day(on)))
				return err
			})
		}
		if same, err := w.debitFile(today.AddDays(10), on); err != nil || !bytes.Equal(file, same) {
			t.Errorf("another file, %v", err)
		}
	}
	if n := query[int](w, `SELECT (SELECT count(*) FROM debit_step WHERE status = 'sent') * 100 + (SELECT count(*) FROM bill_payment) `); n != 612 || cuts == 0 {
		t.Errorf("sent, payments: %d; cut off %d times", n, cuts)
	}
	says(t, "books", w.balances(ledger.Agency), "A100 -1.50, A120 108.90, A250 -18.90, A420 -90.00, A500 1.50")
	w.verified()
}

// The table of the domain and the function of the schema are one.
func TestTheSchemaKnowsTheStatesOfACollection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, from := range append([]settlement.DebitStatus{""}, settlement.DebitStatuses()...) {
		for _, to := range append([]settlement.DebitStatus{""}, settlement.DebitStatuses()...) {
			if got := query[bool](w, `SELECT debit_follows($1, $2)`, from, to); got != from.Follows(to) {
				t.Error(fmt.Sprintf("%q to %q", from, to), got)
			}
		}
	}
}
