package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// An entry of the bank is of one payment and a payment of one entry, in whatever order a person and a statement tell of it.
func TestAnEntryIsOfOnePayment(t *testing.T) {
	t.Parallel()
	const line, batch, first = "PO-20261103-", "PO-20261103/client", "S100 7.33, S240 -7.33"
	typed := func(key, amount, of string) postgres.PayoutEntry {
		e := postgres.PayoutEntry{Key: key, Amount: eur(amount), On: today.AddDays(1), EndToEndID: of}
		if strings.Contains(of, "/") {
			e.EndToEndID, e.BatchID = "", of
		}
		if e.Credit = strings.HasPrefix(key, "back"); e.Credit {
			e.Reason = "AC04"
		}
		return e
	}
	for _, c := range []struct {
		name   string
		before []postgres.PayoutEntry // typed before the statement
		told   string                 // by the statement
		after  []postgres.PayoutEntry // typed after it; ENTRY is the key of its first line
		why    string                 // the last that was typed is refused, or the statement's line waits
		books  string
	}{
		{"typed, then told", []postgres.PayoutEntry{typed("k", "100.00", line+"1")}, "-100.00 a " + line + "1|x", nil, "", first},
		{"typed as a batch, then told", []postgres.PayoutEntry{typed("k", "107.00", batch)}, "-107.00 a #" + batch, nil, "", "S100 0.33, S240 -0.33"},
		{"typed, and it comes back; then both are told", []postgres.PayoutEntry{typed("k", "100.00", line+"1"), typed("back", "100.00", line+"1")}, "-100.00 a " + line + "1|x; 100.00 b AC04!" + line + "1|x", nil, "", "S100 107.33, S200 -100.00, S240 -7.33"},
		{"typed, then told twice", []postgres.PayoutEntry{typed("k", "100.00", line+"1")}, "-100.00 a " + line + "1|x; -100.00 b " + line + "1|x", nil, "payout line " + line + "1 is booked by entry k already: a person must ask the bank. When the bank should not have debited it, have it bring the money back: credits that name the payment, or its batch, settle it, in whatever parts. Until then the agency's own money stands for it: dunning receipts top-up", first},
		{"told, then typed under another key", nil, "-100.00 a " + line + "1|x", []postgres.PayoutEntry{typed("k", "100.00", line+"1")}, "entry k: payout line " + line + "1 is booked by entry ENTRY already: a person must ask the bank. When the bank should not have debited it, have it bring the money back: credits that name the payment, or its batch, settle it, in whatever parts. Until then the agency's own money stands for it: dunning receipts top-up", first},
		{"told, then typed under its own key", nil, "-100.00 a " + line + "1|x", []postgres.PayoutEntry{typed("ENTRY", "100.00", line+"1")}, "", first},
		{"typed, told, then typed under its own key", []postgres.PayoutEntry{typed("k", "100.00", line+"1")}, "-100.00 a " + line + "1|x", []postgres.PayoutEntry{typed("k", "100.00", line+"1"), typed("ENTRY", "100.00", line+"1")}, "", first},
		{"told as a line, then typed as its batch", nil, "-100.00 a " + line + "1|x", []postgres.PayoutEntry{typed("k", "107.00", batch)}, "payout line " + line + "1 is booked by entry ENTRY already", first},
		{"one key for two lines", []postgres.PayoutEntry{typed("k", "100.00", line+"1"), typed("k", "7.00", line+"2")}, "", nil, "entry k told that payout line " + line + "1 is booked: an entry is of one payment", first},
		{"one key for a line and its batch", []postgres.PayoutEntry{typed("k", "100.00", line+"1"), typed("k", "107.00", batch)}, "", nil, "entry k told of payout line " + line + "1 alone: an entry is of one payment", first},
		{"one key for a debit and what comes back", []postgres.PayoutEntry{typed("back", "100.00", line+"1")}, "", []postgres.PayoutEntry{typed("back", "100.00", line+"1")}, "cannot become returned", "S100 107.33, S240 -107.33"},
		{"the key of another amount", nil, "-99.00 a Huur", []postgres.PayoutEntry{typed("ENTRY", "100.00", line+"1")}, "entry ENTRY is of 99.00 by its statement; right would be that amount", "S100 107.33, S240 -107.33"},
		{"the key of money that came in", nil, "100.00 a Betaling", []postgres.PayoutEntry{typed("ENTRY", "100.00", line+"1")}, "entry ENTRY went the other way by its statement; right would be a debit, or with --returned a credit", "S100 207.33, S230 -100.00, S240 -107.33"},
		{"the key of what a bank took back", nil, "-100.00 a MD06!x|iets", []postgres.PayoutEntry{typed("ENTRY", "100.00", line+"1")}, "entry ENTRY is a return, and of no payout", "S100 107.33, S240 -107.33"},
		{"the key of what the bank charged", nil, "-100.00 a $Kosten", []postgres.PayoutEntry{typed("ENTRY", "100.00", line+"1")}, "entry ENTRY is a fee, and of no payout", "S100 7.33, S210 100.00, S240 -107.33"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, _ := twoPaid(t)
			var err error
			key := ""
			for _, e := range c.before {
				_, err = w.BookPayoutEntry(t.Context(), e, at(today))
			}
			if c.told != "" {
				ok(t, err)
				w.bankTells(c.told)
				w.bankTells(c.told)
				key = query[string](w, `SELECT key FROM statement_entry ORDER BY entry, part LIMIT 1`)
				if why := query[string](w, `SELECT COALESCE(max(payout_why), '') FROM statement_entry`); len(c.after) == 0 && (why == "") != (c.why == "") || !strings.HasSuffix(why, c.why) && len(c.after) == 0 {
					t.Errorf("the statement: %s", why)
				}
			}
			for _, e := range c.after {
				e.Key = strings.ReplaceAll(e.Key, "ENTRY", key)
				_, err = w.BookPayoutEntry(t.Context(), e, at(today))
			}
			if why := strings.ReplaceAll(c.why, "ENTRY", key); (len(c.after) > 0 || c.told == "") && ((err == nil) != (why == "") || err != nil && !strings.HasSuffix(err.Error(), why) && !strings.Contains(err.Error(), why)) {
				t.Errorf("%v, want %s", err, why)
			}
			if got := w.balances(ledger.Trust); got != c.books {
				t.Errorf("%s, want %s", got, c.books)
			}
		})
	}
}

// What is booked of a payout stands at the bank's entry, also when the bank tells a batch by its payments without our ids, and when a person typed it first.
func TestPaymentsOfABatchAreReconciled(t *testing.T) {
	t.Parallel()
	const received = "; 2026-11-03 received bank 0.00 books 100.33 typed by test on 2026-11-03, in no statement yet; 2026-11-03 received bank 0.00 books 7.00 typed by test on 2026-11-03, in no statement yet"
	for name, c := range map[string]struct{ typed, told, want string }{
		"told by its payments, without ids": {"", "1 500.00 393.00: 2026-11-04 -107.00 a #PO-20261103/client 100.00= 7.00=", "bank 393.00, books 0.33, before 0.00, opening 500.00" + received},
		"with ids":                          {"", "1 500.00 393.00: 2026-11-04 -107.00 a #PO-20261103/client 100.00=PO-20261103-1 7.00=PO-20261103-2", "bank 393.00, books 0.33, before 0.00, opening 500.00" + received},
		"a person typed it":                 {"k", "1 500.00 393.00: 2026-11-04 -107.00 a #PO-20261103/client 100.00= 7.00=", "bank 393.00, books 0.33, before 0.00, opening 500.00" + received},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _ := twoPaid(t)
			if c.typed != "" {
				ok(t, second(w.BookPayoutEntry(t.Context(), postgres.PayoutEntry{Key: c.typed, Amount: eur("107.00"), On: today.AddDays(1), BatchID: "PO-20261103/client"}, at(today))))
			}
			w.importFile(testkit.Camt("m", c.told))
			if got := w.reconciled(today.AddDays(1)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A person cannot type that a payment left, or came back, before its file was made: the bank had it from that day on.
func TestNoPayoutMovesBeforeItsFile(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	for _, credit := range []bool{false, true} {
		e := entryOf(p, 0, fmt.Sprint("e", credit))
		e.Credit, e.On = credit, today.AddDays(-1)
		before := w.counts()
		says(t, "the day before", fmt.Sprint(second(w.BookPayoutEntry(t.Context(), e, at(today)))), "value date 2026-11-02 is before 2026-11-03, the day on which the file of payout PO-20261103 was made; right would be a day from then on")
		says(t, "nothing is written", w.counts(), before)
		e.On = today
		ok(t, second(w.BookPayoutEntry(t.Context(), e, at(today))))
	}
}

// What a person types of a line of a statement, by its key, is booked on the line's day: the bank says when it moved the money.
func TestALineOfAStatementIsBookedOnItsDay(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	w.importFile(testkit.Camt("m", "1 500.00 400.00: 2026-11-04 -100.00 a zomaar"))
	e := entryOf(p, 0, query[string](w, `SELECT key FROM statement_entry`))
	for _, on := range []calendar.Date{today.AddDays(5), today.AddDays(-1)} {
		e.On = on
		ok(t, second(w.BookPayoutEntry(t.Context(), e, at(today.AddDays(5)))))
		says(t, "booked on", query[string](w, `SELECT string_agg(effective_on::text, ' ') FROM journal WHERE kind = 'payout-booked' AND reverses IS NULL`), "2026-11-04")
	}
}
