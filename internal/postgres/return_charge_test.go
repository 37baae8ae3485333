package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/testkit"
)

// saysCharged is a person's word that the bank charged an amount with what it took back of a receipt by an entry.
func (w *world) saysCharged(entry, receipt, amount, who string) string {
	w.Helper()
	done, err := w.TieReturnCharged(w.Context(), entry, receipt, postgres.ReturnCharge{Amount: eur(amount), Reason: "the bank's letter"}, named(who, today), w.lib.Rules)
	return howMany(done, err)
}

// saysKept is a person's word that the bank kept an amount of a payment of ours that an entry brings back.
func (w *world) saysKept(entry, line, came, kept, who string) string {
	w.Helper()
	e := postgres.PayoutEntry{Key: entry, EndToEndID: line, Amount: eur(came), On: today, Credit: true, Reason: "AC04"}
	return howMany(w.BookReturnCharged(w.Context(), e, postgres.ReturnCharge{Amount: eur(kept), Reason: "the bank's letter"}, named(who, today)))
}

func howMany(done postgres.ReturnCharged, err error) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%d said so, %d claims, %d lines", done.Said, len(done.Taken), len(done.Lines))
}

// What the bank takes back in one amount with its fee waits until two different persons say that the rest is a charge; then the receipt is taken back whole, and the agency bears the rest.
func TestAReceiptIsTakenBackInAnotherAmount(t *testing.T) {
	t.Parallel()
	for owner, claims := range map[string]int{"nobody": 0, "a claim": 1} {
		t.Run("of "+owner, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			w.importFile(testkit.Camt("m", "1 0.00 62.00: 2026-11-02 42.00 a e2e|iets; 2026-11-02 20.00 o x|anders"))
			if owner == "a claim" {
				ok(t, w.AssignReceipt(t.Context(), w.entryKeys()["42.00"], w.open(), at(today), w.lib.Rules))
			}
			st := w.importFile(testkit.Camt("n", "2 62.00 17.50: 2026-11-03 -44.50 b MD06!e2e|iets"))[0]
			ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
			key := w.entryKeys()
			entry, receipt := key["-44.50"], key["42.00"]
			if got, want := w.problems(st), "it is of 44.50, and receipt "+receipt+", which it takes back, of 42.00: ask the bank; when it charged the rest, two persons say: dunning receipts reverse "+receipt+" --entry "+entry+" --charge 2.50 --by \"YOUR NAME\" --reason \"HOW YOU KNOW\", 1"; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			before := w.balances(ledger.Trust)
			for _, c := range [][4]string{
				{receipt, "2.49", "Anna", "entry " + entry + " does not take back receipt " + receipt + ": it is of 44.50, and the receipt of 42.00: the difference is 2.50"},
				{key["20.00"], "2.50", "Anna", "entry " + entry + " does not take back receipt " + key["20.00"] + ": it names " + receipt},
				{receipt, "2.50", "nobody known", `"nobody known" may not approve`},
				{receipt, "2.50", "Anna", "1 said so, 0 claims, 0 lines"},
				{receipt, "2.50", "anna", "1 said so, 0 claims, 0 lines"},
			} {
				if got := w.saysCharged(entry, c[0], c[1], c[2]); !strings.HasPrefix(got, c[3]) {
					t.Errorf("%v: %s", c, got)
				}
			}
			if got := w.balances(ledger.Trust); got != before {
				t.Errorf("one person moved it: %s, was %s", got, before)
			}
			words := func() string {
				_, lines, err := w.StatementLines(t.Context(), st.Key)
				ok(t, err)
				return fmt.Sprint(lines[0].Said)
			}
			if got := words(); got != "["+receipt+" 2.50 Anna the bank's letter]" {
				t.Error(got)
			}
			done := fmt.Sprintf("2 said so, %d claims, 0 lines", claims)
			for range 2 {
				if got := w.saysCharged(entry, receipt, "2.50", "Bram"); got != done {
					t.Error(got)
				}
			}
			if got := words(); got != "["+receipt+" 2.50 Anna the bank's letter "+receipt+" 2.50 Bram the bank's letter]" {
				t.Error(got)
			}
			if got := w.balances(ledger.Trust); got != "S100 17.50, S210 2.50, S230 -20.00" {
				t.Error(got)
			}
			if got := w.reconciled(today); got != "bank 17.50, books 17.50, before 0.00" {
				t.Error(got)
			}
			if got := w.problems(st); got != "1" { // as it was when it was imported
				t.Error(got)
			}
			own, _ := w.fillsUp("own", "2.50")
			w.verified()
			if trace, err := w.Trace(t.Context(), entry); err != nil || !strings.HasSuffix(trace.What, ": 42.00 took receipt "+receipt+" back, and the bank charged 2.50, which the agency bears") {
				t.Errorf("%v: %+v", err, trace)
			}
			says(t, "the trace", w.traced(entry, receipt, "in", own, "own"), "from in 42.00, own 2.50")
			w.followed([]string{receipt, key["20.00"], own}, []string{entry})
			w.booksAnew(entry)
		})
	}
}

// booksAnew insists that the nightly closing books what the bank charged as it was.
func (w *world) booksAnew(entry string) {
	w.Helper()
	before := w.balances(ledger.Trust) + "; " + w.balances(ledger.Agency)
	w.exec(`SET session_replication_role = replica; DELETE FROM entry WHERE journal_id IN (SELECT id FROM journal WHERE key = 'bank-charge:` + entry + `'); DELETE FROM journal WHERE key = 'bank-charge:` + entry + `'; SET session_replication_role = DEFAULT`)
	ok(w, second(w.CloseBooks(w.Context(), at(today), w.lib.Rules)))
	if got := w.balances(ledger.Trust) + "; " + w.balances(ledger.Agency); got != before {
		w.Errorf("%s, was %s", got, before)
	}
}

// What comes back of a payment of ours less what a bank kept is payable again whole: at once when the bank tells what was paid, else when two persons say that the rest was charged.
func TestAPaymentComesBackInAnotherAmount(t *testing.T) {
	t.Parallel()
	const line, other = "PO-20261103-1", "PO-20261103-2"
	for _, c := range []struct {
		name, told, came string
		waits            string   // what the statement's line waits for, before persons speak; empty: for nothing
		say              []string // who says that 2.50 was kept
		said, books      string
	}{
		{"the bank tells what was paid", "97.50 b AC04/100.00!" + line + "|Retour", "97.50", "", nil, "", "returned booked sent: S100 97.83, S200 -100.00, S210 2.50, S240 -0.33"},
		{"the bank tells another", "97.50 b AC04/99.00!" + line + "|Retour", "97.50", "which pays 100.00 there: ask the bank; when it charged the rest, two persons say: dunning payout book ENTRY 97.50 --line " + line + " --returned AC04 --charge 2.50 --by \"YOUR NAME\" --reason \"HOW YOU KNOW\"", nil, "", "booked booked sent: S100 0.33, S240 -0.33"},
		{"nobody says so", "97.50 b AC04!" + line + "|Retour", "97.50", "when it charged the rest", nil, "", "booked booked sent: S100 0.33, S240 -0.33"},
		{"one person says so", "97.50 b AC04!" + line + "|Retour", "97.50", "when it charged the rest", []string{"Anna", "anna"}, "1 said so, 0 claims, 0 lines", "booked booked sent: S100 0.33, S240 -0.33"},
		{"two persons say so", "97.50 b AC04!" + line + "|Retour", "97.50", "when it charged the rest", []string{"Anna", "Bram", "Anna"}, "2 said so, 0 claims, 1 lines", "returned booked sent: S100 97.83, S200 -100.00, S210 2.50, S240 -0.33"},
		{"they say another amount", "97.40 b AC04!" + line + "|Retour", "97.40", "when it charged the rest", []string{"Anna"}, "entry ENTRY of 97.40 is of payout PO-20261103, which pays 100.00 there: right would be that the bank kept 2.60", "booked booked sent: S100 0.33, S240 -0.33"},
		{"more came back than went", "102.50 b AC04!" + line + "|Retour", "102.50", "a person must ask the bank", []string{"Anna"}, "entry ENTRY of 102.50 is of payout PO-20261103, which pays 100.00 there: a person must ask the bank", "booked booked sent: S100 0.33, S240 -0.33"},
		{"of the other line", "4.50 b AC04/7.00!" + other + "|Retour", "4.50", "", nil, "", "booked returned sent: S100 4.83, S200 -7.00, S210 2.50, S240 -0.33"},
		{"it never left", "97.50 b AC04/100.00!PO-20261103-3|Retour", "97.50", "a person must ask the bank", nil, "", "booked booked sent: S100 0.33, S240 -0.33"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, p := twoPaid(t)
			w.importFile(testkit.Camt("m", "1 500.00 393.00: 2026-11-04 -107.00 a #PO-20261103/client"))
			closing := eur("393.00") + eur(c.came)
			st := w.importFile(testkit.Camt("n", "2 393.00 "+closing.String()+": 2026-11-04 "+c.told))[0]
			key := w.entryKeys()[c.came]
			if got := w.problems(st); !strings.Contains(got, strings.ReplaceAll(c.waits, "ENTRY", key)) || c.waits == "" && got != "0" {
				t.Error(got)
			}
			said := ""
			for _, who := range c.say {
				said = w.saysKept(key, line, c.came, "2.50", who)
			}
			if want := strings.ReplaceAll(c.said, "ENTRY", key); said != want {
				t.Errorf("got  %s\nwant %s", said, want)
			}
			if got := w.statuses(p) + ": " + w.balances(ledger.Trust); got != c.books {
				t.Errorf("got  %s\nwant %s", got, c.books)
			}
			kept, err := w.KeptOfPayout(t.Context(), p.ID)
			ok(t, err)
			if !strings.Contains(c.books, "S210 2.50") {
				if len(kept) > 0 {
					t.Errorf("%+v", kept)
				}
				return
			}
			if len(kept) != 1 || kept[0].Entry != key || kept[0].Amount != eur("2.50") || !strings.HasPrefix(kept[0].EndToEndID, "PO-20261103-") {
				t.Errorf("%+v", kept)
			}
			if got := w.reconciled(today.AddDays(1)); strings.Contains(got, key) || !strings.HasPrefix(got, "bank "+closing.String()) {
				t.Error(got)
			}
			w.accounted(key) // nobody paid it yet
			own, _ := w.fillsUp("own", "2.50")
			w.verified()
			w.booksAnew(key)
			says(t, "the entry", w.traced(key, key, "back", "r1", "in", "r2", "in", own, "own"), strings.ReplaceAll("from in WHOLE, own -2.50; to back WHOLE, bank-charge:back -2.50", "WHOLE", (eur(c.came)+eur("2.50")).String()))
			says(t, "what was kept", w.traced("bank-charge:"+key, own, "own"), "from own 2.50")
			w.followed([]string{"r1", "r2", own}, []string{w.entryKeys()["-107.00"], "bank-charge:" + key})
		})
	}
}

// A refund, and the agency's own part, come back less what a bank kept as a payment to a client does.
func TestARefundComesBackInAnotherAmount(t *testing.T) {
	t.Parallel()
	for line, c := range map[string][3]string{ // what came back of what, and the books before
		"the refund of nobody's": {"stranger", "41.00", "S220 -42.00, S210 1.00"},
		"the refund of a claim":  {"over", "39.00", "S220 -40.00, S210 1.00"},
		"the agency's part":      {"", "0.30", "S210 -0.30"},
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			w, _ := refunding(t)
			p := w.paidOut(today)
			i := slices.IndexFunc(p.Lines, func(l settlement.PayoutLine) bool {
				return c[0] == "" && l.Kind == settlement.PayoutOfFees || c[0] != "" && strings.HasPrefix(l.Refund, c[0]+":")
			})
			l := p.Lines[i]
			w.bankTells("-" + l.Cents.String() + " a " + l.EndToEndID + "|x; " + c[1] + " b AC04/" + l.Cents.String() + "!" + l.EndToEndID + "|Retour")
			if got := w.balances(ledger.Trust); !slices.ContainsFunc(strings.Split(c[2], ", "), func(want string) bool { return strings.Contains(got, want) }) || !strings.Contains(w.statuses(p), "returned") {
				t.Error(got, w.statuses(p))
			}
			key := w.entryKeys()[c[1]]
			w.accounted(key)
			w.fillsUp("own", "1.00")
			w.verified()
			w.booksAnew(key)
		})
	}
}

// The schema takes no charge that neither the bank nor two persons told.
func TestTheSchemaHoldsAChargeToItsEntry(t *testing.T) {
	t.Parallel()
	const other = "is of another charge than the bank told, or two persons"
	w, _ := twoPaid(t)
	w.importFile(testkit.Camt("m", "1 500.00 393.00: 2026-11-04 -107.00 a #PO-20261103/client"))
	w.importFile(testkit.Camt("n", "2 393.00 487.50: 2026-11-04 -3.00 f $Kosten; 2026-11-04 97.50 b AC04!PO-20261103-1|Retour"))
	key := w.entryKeys()
	says(t, "one person", w.saysKept(key["97.50"], "PO-20261103-1", "97.50", "2.50", "Anna"), "1 said so, 0 claims, 0 lines")
	for name, c := range map[string]struct {
		key, amount, want string
	}{
		"no entry":             {"none", "5.00", other},
		"of another entry":     {key["-107.00"], "5.00", other},
		"one person said so":   {key["97.50"], "2.50", other},
		"a fee, of that again": {key["-3.00"], "3.00", ""}, // nothing is booked twice
		"a fee, otherwise":     {key["-3.00"], "4.00", "was posted before with other lines"},
	} {
		_, err := w.Post(t.Context(), at(today.AddDays(1)), ledger.TrustChargedOf(ledger.About{Key: "bank-charge:" + c.key, On: today.AddDays(1)}, eur(c.amount))...)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.exec(`SET session_replication_role = replica; DELETE FROM entry WHERE journal_id IN (SELECT id FROM journal WHERE kind = 'bank-charged'); DELETE FROM journal WHERE kind = 'bank-charged'; SET session_replication_role = DEFAULT`)
	if _, err := w.Post(t.Context(), at(today), ledger.TrustChargedOf(ledger.About{Key: "bank-charge:" + key["-3.00"], On: today}, eur("4.00"))...); err == nil || !strings.Contains(err.Error(), other) {
		t.Error(err)
	}
	says(t, "the other person", w.saysKept(key["97.50"], "PO-20261103-1", "97.50", "2.50", "Bram"), "2 said so, 0 claims, 1 lines")
}
