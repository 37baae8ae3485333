package postgres_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// entryKeys are the keys of the payments of the bank, by their amounts with the sign of the account.
func (w *world) entryKeys() map[string]string {
	w.Helper()
	keys := map[string]string{}
	for e := range strings.SplitSeq(query[string](w, `SELECT COALESCE(string_agg(key || ' ' || CASE direction WHEN 'credit' THEN amount ELSE -amount END, ';'), '') FROM statement_entry WHERE key IS NOT NULL`), ";") {
		if key, amount, told := strings.Cut(e, " "); told {
			var n int64
			_, err := fmt.Sscan(amount, &n)
			ok(w, err)
			keys[money.Cents(n).String()] = key
		}
	}
	return keys
}

// What the bank charged is followed to the agency's money that paid it, in whatever order it came, and back; and so is what the bank gave back.
func TestWhatTheBankChargesIsFollowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.importFile(testkit.Camt("m", "1 0.00 42.00: 2026-11-02 42.00 a x|iets"))
	w.importFile(testkit.Camt("n", "2 42.00 -5.50: 2026-11-03 -3.00 b $Kosten; 2026-11-03 -44.50 c AM04/42.00!x|iets"))
	ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
	key := w.entryKeys()
	names := []string{key["42.00"], "in", key["-3.00"], "charge", key["-44.50"], "back"}
	w.followed([]string{key["42.00"]}, []string{key["-3.00"], key["-44.50"]})
	says(t, "nothing paid it yet", w.traced(key["-3.00"], names...), "from charge 3.00")
	says(t, "of a return, with the receipt", w.traced(key["-44.50"], names...), "from in 42.00, back 2.50")
	own, _ := w.fillsUp("own", "20.00")
	w.importFile(testkit.Camt("o", "3 14.50 14.50: 2026-11-03 1.00 d $Correctie; 2026-11-03 -1.00 e $Kosten"))
	for amount, entry := range w.entryKeys() {
		key[amount] = entry
	}
	w.followed([]string{key["42.00"], key["1.00"], own}, []string{key["-3.00"], key["-44.50"], key["-1.00"]})
	names = append(names, key["1.00"], "given", key["-1.00"], "later", own, "own")
	for from, want := range map[string]string{
		key["-3.00"]: "from own 3.00", "bank-charge:" + key["-3.00"]: "from own 3.00", key["-44.50"]: "from in 42.00, own 2.50", key["-1.00"]: "from own 1.00", key["1.00"]: "to given 1.00",
		own: "to later 1.00, receipt:own/own 3.00, receipt:own/own 2.50, receipt:own/own 13.50",
	} {
		says(t, strings.NewReplacer(names...).Replace(from), w.traced(from, names...), want)
	}
}

// The agency's own money is followed to what it filled up, client by client, to its part, and from there to the agency.
func TestOwnMoneyIsFollowed(t *testing.T) {
	t.Parallel()
	w := twoPaidAndTakenBack(t)
	own, _ := w.fillsUp("own", "120.00")
	w.followed([]string{"r1", "r2", own}, []string{"e1", "e2"})
	trace := w.accounted(own)
	var kept, filled money.Amount
	for _, end := range postgres.Ends(trace.To) {
		if strings.HasPrefix(end.What, "makes up for") && strings.HasSuffix(end.What, "in S190") {
			filled += end.Amount
		} else {
			kept += end.Amount
		}
	}
	if filled != eur("107.00") || kept != eur("13.00") {
		t.Errorf("%+v", trace)
	}
	says(t, "its part", w.traced("receipt:"+own+"/own", own, "own"), "from own 13.00; to receipt:own/own 0.33, receipt:own/own 12.67")
	for _, client := range []string{w.client, query[string](w, `SELECT id::text FROM client WHERE code = 'B'`)} {
		if got := w.traced("receipt:"+own+"/own/"+client, own, "own"); !strings.HasPrefix(got, "from own ") {
			t.Error(got)
		}
	}
}

// A loss is followed from the agency's money to the refund that left, also when it is borne no more, and when the refund came back.
func TestALossIsFollowed(t *testing.T) {
	t.Parallel()
	for receipt, line := range map[string]string{"stranger": "PO-20261103-3", "over": "PO-20261103-4"} {
		t.Run(receipt, func(t *testing.T) {
			t.Parallel()
			w, _ := lostRefund(t, receipt)
			amount := map[string]string{"stranger": "42.00", "over": "40.00"}[receipt]
			both := func(undo bool) {
				for _, who := range []string{"Anna", "Bram"} {
					w.bears(receipt, who, undo)
				}
			}
			goes := func(step, where string, missing bool) {
				t.Helper()
				var found bool
				for _, end := range postgres.Ends(w.accounted(receipt).To) {
					found = found || end.Amount == -eur(amount) && strings.Contains(end.What, where)
				}
				if found != missing {
					t.Errorf("%s: %s", step, w.traced(receipt))
				}
			}
			goes("lost", "it went back to the debtor, and the bank took it back too", true)
			own, _ := w.fillsUp("own", "200.00")
			follows := func(more ...string) {
				entries := w.entryKeys()
				delete(entries, "200.00") // it is a receipt
				w.followed([]string{"over", "stranger", own}, append(slices.Collect(maps.Values(entries)), more...))
			}
			both(false)
			follows()
			goes("borne", "made up by bank entry "+own+" in S220", true)
			if got := w.traced("loss:1:"+receipt+":1", own, "own"); !strings.HasPrefix(got, "from own "+amount+"; to ") {
				t.Error(got)
			}
			both(true)
			follows()
			goes("undone", "it went back to the debtor, and the bank took it back too", true)
			both(false)
			for _, e := range []postgres.PayoutEntry{{Key: "out", On: today}, {Key: "back", On: today, Credit: true, Reason: "AC04"}} {
				e.EndToEndID, e.Amount = line, eur(amount)
				ok(t, second(w.BookPayoutEntry(t.Context(), e, at(today))))
			}
			both(true)
			follows("out", "back")
			goes("it came back, and is no loss", "made up by bank entry "+receipt+" in S220", true)
		})
	}
}

// A refund that came back is followed to the one that replaces it, and from there to its bank entry, of a claim and of nobody's.
func TestARefundToAnotherAccountIsFollowed(t *testing.T) {
	t.Parallel()
	w, _ := refunding(t)
	w.paidOut(today)
	for line, amount := range map[string]string{"PO-20261103-3": "42.00", "PO-20261103-4": "40.00"} {
		for _, e := range []postgres.PayoutEntry{{Key: "out-" + line, On: today}, {Key: "back-" + line, On: today, Credit: true, Reason: "AC04"}} {
			e.EndToEndID, e.Amount = line, eur(amount)
			ok(t, second(w.BookPayoutEntry(t.Context(), e, at(today))))
		}
	}
	for _, receipt := range []string{"stranger", "over"} {
		ok(t, second(w.ProposeRefundTo(t.Context(), receipt, otherIBAN, "P. Betaler", "by letter", person("a"))))
		amount := map[string]string{"stranger": "42.00", "over": "40.00"}[receipt]
		says(t, "proposed", w.traced(receipt+":2"), "from "+receipt+" "+amount+"; to "+receipt+":2 "+amount)
		ok(t, second(w.DecideRefund(t.Context(), receipt, true, person("Bram"))))
	}
	next := w.paidOut(today.AddDays(1))
	entries := []string{"out-PO-20261103-3", "back-PO-20261103-3", "out-PO-20261103-4", "back-PO-20261103-4"}
	paid := map[string]string{}
	for i, l := range next.Lines {
		e := entryOf(next, i, fmt.Sprintf("paid-%d", i))
		ok(t, second(w.BookPayoutEntry(t.Context(), e, at(today.AddDays(2)))))
		entries = append(entries, e.Key)
		paid[l.Cents.String()] = e.Key
	}
	w.followed([]string{"stranger", "over"}, entries)
	for receipt, amount := range map[string]string{"stranger": "42.00", "over": "40.00"} {
		want := "from " + receipt + " " + amount + "; to " + paid[amount] + " " + amount
		for _, refund := range []string{":1", ":2"} {
			says(t, receipt+refund, w.traced(receipt+refund), want)
		}
		says(t, "and back", w.traced(paid[amount]), "from "+receipt+" "+amount)
	}
}

// What a client has to its credit is followed wherever it goes: to another invoice, off the next one, and back to the client's account.
func TestCreditsAreFollowed(t *testing.T) {
	t.Parallel()
	w := crediting(t, "")
	w.charged()
	w.bills(today)
	w.paysBill("F2026-00001", "more", "4.00")
	ok(t, second(w.MoveCredit(t.Context(), "F2026-00001", "F2026-00002", at(today))))
	claim := func(number string) []string { return []string{w.claimOnBill(number), "claim"} }
	says(t, "it moved twice", w.traced("F2026-00001", claim("F2026-00001")...),
		"from claim 15.00, F2026-00001 3.15; to F2026-00002 -10.00, F2026-00002 -4.00, invoice-paid:F2026-00001:k 28.15, invoice-paid:F2026-00001:more 4.00")
	says(t, "to", w.traced("F2026-00002", claim("F2026-00002")...), "from claim 15.00, F2026-00002 3.15; to F2026-00001 10.00, F2026-00001 4.00, F2026-00002 4.15")
	w.paysBill("F2026-00002", "most", "12.15")
	own, _ := w.fillsUp("own", "30.00")
	credit, err := w.RepayCredit(t.Context(), "F2026-00002", at(today))
	ok(t, err)
	says(t, "to its credit", credit.Credit.String(), "8.00")
	p := w.paidOut(today)
	line := p.Lines[0].EndToEndID
	says(t, "asked back", w.traced("F2026-00002", claim("F2026-00002")...),
		"from claim 15.00, F2026-00002 3.15; to F2026-00001 10.00, F2026-00001 4.00, invoice-paid:F2026-00002:most 12.15, payout:"+line+"/credit -8.00")
	ok(t, second(w.BookPayoutEntry(t.Context(), entryOf(p, 0, "e1"), at(today.AddDays(1)))))
	w.followed([]string{own}, []string{"e1"})
	says(t, "the line", w.traced(line, own, "own"), "from own 8.00; to e1 8.00")
	if back := w.accounted("e1"); !strings.Contains(fmt.Sprint(back.From), "to its credit of invoice F2026-00002") {
		t.Errorf("%+v", back)
	}
}

// What is set off beside a credit that is paid back is that of its own invoices.
func TestASetOffBesideACreditIsFollowed(t *testing.T) {
	t.Parallel()
	w := crediting(t, "")
	own, _ := w.fillsUp("own", "30.00")
	w.receives(w.open(), "r1", "100.00")
	ref := w.charged()
	w.asksBack("F2026-00001")
	w.bills(today)
	p, told := w.creditPayout(today, true)
	says(t, "proposed", told, "client 91.85 F2026-00001 -10.00 F2026-00002 18.15, fees 20.00")
	w.approves(p, "Anna", "Bram")
	w.sends(p)
	line := p.Lines[0].EndToEndID
	w.followed([]string{own, "r1"}, nil)
	says(t, "set off", w.traced("F2026-00002", ref.ClaimID, "claim", own, "own"), "from claim 15.00, F2026-00002 3.15; to own 10.00, r1 8.15")
	says(t, "credit", w.traced("F2026-00001", w.claimOnBill("F2026-00001"), "claim"), "from claim 15.00, F2026-00001 3.15; to invoice-paid:F2026-00001:k 28.15, payout:"+line+"/credit -10.00")
}

// A batch that the bank told as one sum is followed by the sum's key, and each of its payments by its own, which names the sum.
func TestABatchIsFollowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.importFile(notice("a", "", "50.00", "20.00=P. Een/factuur 1", "30.00=P. Twee/factuur 2"))
	w.importFile(testkit.Camt("m", "1 100.00 150.00: 2026-11-02 50.00 a one|eerste"))
	key := w.entryKeys()
	whole := strings.TrimSuffix(key["20.00"], ".1")
	ok(t, w.AssignReceipt(t.Context(), key["30.00"], ref, at(today), w.lib.Rules))
	w.followed([]string{key["20.00"], key["30.00"]}, nil)
	names := []string{key["20.00"], "one", key["30.00"], "two", ref.ClaimID, "claim"}
	says(t, "the sum", w.traced(whole, names...), "to claim/settlement:two 30.00, one 20.00")
	says(t, "a payment", w.traced(key["30.00"], names...), "to claim/settlement:two 30.00")
	for from, want := range map[string]string{whole: "bank entry, credit, of statement STATEMENT, 2 payments", key["30.00"]: "bank entry, credit, of statement STATEMENT, payment 2 of 2 in one entry of 50.00, " + whole} {
		says(t, from, w.accounted(from).What, strings.Replace(want, "STATEMENT", query[string](w, `SELECT key FROM statement`), 1))
	}
}
