package postgres_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// traced are the ends of a trace, each side with its keys and amounts; keys that begin as a name are shortened to what it means.
func (w *world) traced(key string, names ...string) string {
	w.Helper()
	trace := w.accounted(key)
	short := strings.NewReplacer(names...)
	var sides []string
	for _, side := range []struct {
		name  string
		steps []postgres.TraceStep
	}{{"from", trace.From}, {"to", trace.To}} {
		var words []string
		for _, end := range postgres.Ends(side.steps) {
			words = append(words, short.Replace(end.Key)+" "+end.Amount.String())
		}
		if len(words) > 0 {
			sides = append(sides, side.name+" "+strings.Join(words, ", "))
		}
	}
	return strings.Join(sides, "; ")
}

// Whoever has one end of any cent finds the other: from the bank line to the payout line and its debit on the statement, and back. What the books have not is told.
func TestAnyCentIsFollowed(t *testing.T) {
	t.Parallel()
	w, ref := refunding(t)
	w.paidOut(today)
	w.bankTells("-100.00 a PO-20261103-1|x; -0.33 b #PO-20261103/fees; -82.00 c #PO-20261103/refund; 42.00 d MS03!PO-20261103-3|x; 7.00 e zomaar; -1.25 f kosten")
	names, entries := []string{ref.ClaimID, "claim"}, map[string]string{}
	for name, amount := range map[string]int64{"a": 10000, "b": 33, "c": 8200, "d": 4200, "e": 700, "f": 125} {
		entries[name] = query[string](w, `SELECT key FROM statement_entry WHERE amount = $1`, amount)
		names = append(names, entries[name], name)
	}
	w.followed([]string{"over", "stranger", entries["e"]}, []string{entries["a"], entries["b"], entries["c"], entries["d"], entries["f"]})
	const claim, stranger = "to a 100.00, b 0.33, c 40.00", "from stranger 42.00; to d 42.00"
	for from, want := range map[string]string{
		"over": claim, "receipt:over": claim, ref.ClaimID: "from over 140.33; " + claim, "claim/settlement:over": "from over 140.33; " + claim,
		"PO-20261103-1": "from over 100.00; to a 100.00", "PO-20261103-2": "from over 0.33; to b 0.33", "PO-20261103-4": "from over 40.00; to c 40.00", "over:1": "from over 40.00; to c 40.00",
		"PO-20261103": "from over 100.00, over 0.33, stranger 42.00, over 40.00; to a 100.00, b 0.33, d 42.00, c 40.00",
		"stranger":    "to d 42.00", "stranger:1": stranger, "refund:stranger:1": stranger, "PO-20261103-3": stranger, entries["d"]: stranger,
		entries["a"]: "from over 100.00", entries["b"]: "from over 0.33", entries["c"]: "from stranger 42.00, over 40.00; to d 42.00, c 40.00",
		entries["e"]: "to e 7.00", entries["f"]: "from f 1.25",
	} {
		says(t, from, w.traced(strings.Replace(from, "claim", ref.ClaimID, 1), names...), want)
	}
	if _, err := w.Trace(t.Context(), "none"); !errors.Is(err, postgres.ErrNotFound) {
		t.Error(err)
	}
}

// A client got what a bank took back: the trace says whose money made up for it.
func TestMoneyThatLeftTwiceIsFollowed(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ref := w.open()
	w.receives(ref, "r1", "60.00")
	p := w.paidOut(today)
	_, err := w.BookPayoutEntry(t.Context(), entryOf(p, 0, "e1"), at(today))
	ok(t, err)
	ok(t, second(w.ReverseReceipt(t.Context(), "r1", "storno", at(today), w.lib.Rules)))
	w.followed([]string{"r1"}, []string{"e1"})
	says(t, "short", w.traced("r1", ref.ClaimID, "claim"), "to e1 60.00, claim/reversal:r1/taken-back 60.00, claim/reversal:r1/clawback -60.00")
	w.receives(w.open(), "r2", "90.00")
	w.paidOut(today.AddDays(1))
	w.followed([]string{"r1", "r2"}, []string{"e1"})
	says(t, "made up", w.traced("r2"), "to payout:PO-20261104-1/untopped 60.00, PO-20261104-1 30.00")
	says(t, "of", w.traced("r1", ref.ClaimID, "claim"), "to e1 60.00, claim/reversal:r1/taken-back 60.00, claim/reversal:r1/clawback -60.00")
}

// An invoice is followed to what it is for and to what paid it, back to the bank entry where that is known.
func TestInvoicesAreFollowed(t *testing.T) {
	t.Parallel()
	w := netting(t)
	p, _ := w.sets()
	line := p.Lines[0].EndToEndID
	says(t, "open", w.traced("F2026-00001", w.claimOnBill("F2026-00001"), "claim"), "from claim 15.00, F2026-00001 3.15; to F2026-00001 18.15")
	w.approves(p, "Anna", "Bram")
	w.sends(p)
	says(t, "set off", w.traced("F2026-00001", w.claimOnBill("F2026-00001"), "claim"), "from claim 15.00, F2026-00001 3.15; to r1 18.15")
	says(t, "and back", w.traced("r1"), "to payout:"+line+"/set-off 18.15, "+line+" 41.85")
	says(t, "from the line", w.traced("payout:"+line+"/set-off"), "from r1 18.15; to payout:"+line+"/set-off 18.15")
	w.charged()
	w.bills(today)
	ok(t, second(w.PayBill(t.Context(), "F2026-00002", postgres.BillPayment{Key: "own 1", Amount: eur("8.15"), On: today}, at(today))))
	_, err := w.takesBack("F2026-00002", "mild", today)
	ok(t, err)
	says(t, "credited", w.traced("F2026-00002", w.claimOnBill("F2026-00002"), "claim"), "from claim 15.00, F2026-00002 3.15; to C2026-00001 18.15, invoice-paid:F2026-00002:own 1 8.15, F2026-00002 -8.15")
	says(t, "what takes it back", w.traced("C2026-00001", w.claimOnBill("C2026-00001"), "claim"), "from claim 15.00, C2026-00001 3.15; to F2026-00002 18.15")
	says(t, "the payment", w.traced("own 1"), "to F2026-00002 8.15")
}

// claimOnBill is the claim of the first line of an invoice.
func (w *world) claimOnBill(number string) string {
	w.Helper()
	return query[string](w, `SELECT claim_id::text FROM bill_line WHERE number = $1 AND nr = 1`, number)
}

// A direct debit is followed from the bank entry that credited it to its invoices and to the bank entry that took it back, from whichever of them, and back.
func TestDirectDebitsAreFollowed(t *testing.T) {
	t.Parallel()
	w := owing(t)
	w.collect(today, first)
	w.notifies(today, first, settlement.DebitTold)
	ok(t, second(w.debitFile(day("2026-11-17"), first)))
	id := w.run(first).Debits[0].EndToEndID
	of := func(when string, want map[string]string) {
		t.Helper()
		for from, ends := range want {
			says(t, from+" "+when, w.traced(from, w.claimOnBill("F2026-00001"), "claim"), ends)
		}
	}
	const bill = "from claim 15.00, F2026-00001 3.15; to "
	sent := "from " + id + " 18.15; to F2026-00001 18.15"
	of("sent", map[string]string{"DD-20261118": sent, id: sent, "F2026-00001": bill + "F2026-00001 18.15"})
	ok(t, second(w.BookDebits(t.Context(), postgres.DebitEntry{Key: "stmt-a", ID: id, Amount: eur("18.15"), On: day(first)}, at(day(first)))))
	const booked = "from stmt-a 18.15; to F2026-00001 18.15"
	of("booked", map[string]string{"DD-20261118": booked, id: booked, "stmt-a": "to F2026-00001 18.15", "F2026-00001": bill + "stmt-a 18.15", "invoice-paid:F2026-00001:debit " + id: bill + "stmt-a 18.15"})
	ok(t, second(w.ReturnDebit(t.Context(), postgres.DebitBack{Key: "stmt-b", EndToEndID: id, Code: "MD06", On: day(first)}, at(day(first)))))
	const back = "from stmt-a 18.15; to stmt-b 18.15"
	of("taken back", map[string]string{"DD-20261118": back, id: back, "stmt-a": "to stmt-b 18.15", "stmt-b": "from stmt-a 18.15", "F2026-00001": bill + "stmt-a 18.15, stmt-b -18.15, F2026-00001 18.15"})
	if trace := w.accounted("stmt-b"); !strings.Contains(trace.What, "takes a direct debit back: MD06") || !names(trace, "F2026-00001") {
		t.Errorf("%+v", trace)
	}
}

// A credit that moves is followed from the invoice that has it to the one that it pays, and back.
func TestACreditThatMovesIsFollowed(t *testing.T) {
	t.Parallel()
	w := crediting(t, "")
	w.charged()
	w.bills(today)
	const paid = "; to F2026-00002 -10.00, invoice-paid:F2026-00001:k 28.15"
	for from, want := range map[string]string{"F2026-00001": paid, "F2026-00002": "; to F2026-00001 10.00, F2026-00002 8.15"} {
		if got := w.traced(from); !strings.HasSuffix(got, want) {
			t.Errorf("%s: %s, want %s", from, got, want)
		}
	}
	w.billsFollowed()
}

// A credit that is paid back, in a line that sets another invoice off too, is followed to that line; what was set off is followed to what paid it.
func TestACreditThatIsPaidBackIsFollowed(t *testing.T) {
	t.Parallel()
	w := paying(t)
	for range 2 {
		w.charged()
		w.bills(today)
	}
	w.paysBill("F2026-00001", "k", "28.15")
	own, _ := w.fillsUp("own", "30.00")
	w.receives(w.open(), "r1", "60.00")
	p, said := w.creditPayout(today, true)
	says(t, "proposed", said, "client 51.85 F2026-00001 -10.00 F2026-00002 18.15, fees 20.00")
	w.approves(p, "Anna", "Bram")
	w.sends(p)
	line := p.Lines[0].EndToEndID
	names := []string{w.claimOnBill("F2026-00001"), "claim", w.claimOnBill("F2026-00002"), "claim", own, "own"}
	for from, want := range map[string]string{
		"F2026-00001": "from claim 15.00, F2026-00001 3.15; to invoice-paid:F2026-00001:k 28.15, payout:" + line + "/credit -10.00", "payout:" + line + "/credit": "from own 10.00; to payout:" + line + "/set-off 10.00",
		"F2026-00002": "from claim 15.00, F2026-00002 3.15; to own 10.00, r1 8.15", line: "from r1 51.85; to " + line + " 51.85",
	} {
		says(t, from, w.traced(from, names...), want)
	}
	w.billsFollowed()
}

// Money that a person proposed to give back does not wait to be allocated: another person decides.
func TestAProposedRefundIsTracedAsOne(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.nobodys("r", "42.00", strangerIBAN)
	where := func() string {
		trace, err := w.Trace(t.Context(), "r")
		ok(t, err)
		return postgres.Ends(trace.To)[0].What
	}
	const waits = "still with us: waits to be allocated (S230)"
	says(t, "nobody said", where(), waits)
	ok(t, second(w.ProposeRefund(t.Context(), "r", "nobody's", person("a"))))
	says(t, "proposed", where(), "still with us: to go back to who paid it, proposed by a as refund r:1: waits for another person (S230)")
	ok(t, second(w.DecideRefund(t.Context(), "r", false, person("Bram"))))
	says(t, "declined", where(), waits)
	ok(t, second(w.ProposeRefund(t.Context(), "r", "nobody's after all", person("a"))))
	says(t, "proposed again", where(), "still with us: to go back to who paid it, proposed by a as refund r:2: waits for another person (S230)")
	ok(t, second(w.DecideRefund(t.Context(), "r", true, person("Bram"))))
	says(t, "approved", where(), "refund r:2, as two persons decided: still with us: to be paid back (S220)")
}
