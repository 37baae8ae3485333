package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// charging has the bank say what it charged with a return, and not what was paid.
func charging(file, amount string) string {
	return strings.ReplaceAll(file, "<RtrInf>", `<Chrgs><Amt Ccy="EUR">`+amount+`</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs><RtrInf>`)
}

// The bank's word on what it charged counts when it can be of one receipt only: an id decides before an amount, an amount that only follows from a charge needs an id, and what is less than the receipt, or very much more, waits.
func TestWhatTheBankSaysOfATakenReceipt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in, back, charge string // what the bank says that it charged; empty: nothing
		taken                  string // amount of the receipt that it takes back; empty: it waits
		why, agency            string
	}{
		{"the id names one of another amount", "50.00 a EVA|iets; 53.00 b EVB|iets", "-53.00 c MD06!EVA|iets", "", "", "which it takes back, of 50.00: ask the bank; when it charged the rest, two persons say", ""},
		{"the id names the other", "50.00 a EVA|iets; 53.00 b EVB|iets", "-53.00 c MD06!EVB|iets", "", "53.00", "", ""},
		{"it names none that is known", "50.00 a EVA|iets; 53.00 b EVB|iets", "-53.00 c MD06!EVX|iets", "", "53.00", "", ""},
		{"less than the receipt, which it tells", "42.00 a e2e|iets", "-10.00 b MD06/42.00!e2e|iets", "", "", "it is of 10.00, and receipt KEY, which it takes back, of 42.00: ask the bank", ""},
		{"25.00 more than it tells", "42.00 a e2e|iets", "-67.00 b MD06/42.00!e2e|iets", "", "42.00", "", "S210 25.00"},
		{"a cent more than that", "42.00 a e2e|iets", "-67.01 b MD06/42.00!e2e|iets", "", "", "--charge 25.01", ""},
		{"without an id, as it tells", "42.00 a |iets", "-44.50 b MD06/42.00!|iets", "", "42.00", "", "S210 2.50"},
		{"without an id, as it tells, and one of that amount", "42.00 a |iets; 44.50 c |iets", "-44.50 b MD06/42.00!|iets", "", "", "it can be of receipts", ""},
		{"it tells another amount", "42.00 a e2e|iets", "-44.50 b MD06/41.00!e2e|iets", "", "", "--charge 2.50", ""},
		{"it says its charge, and an id", "42.00 a e2e|iets", "-44.50 b MD06!e2e|iets", "2.50", "42.00", "", "S210 2.50"},
		{"it says its charge, and no id", "42.00 a |iets", "-44.50 b MD06!|iets", "2.50", "", "which it takes back, of 42.00: ask the bank; when it charged the rest", ""},
		{"it says its charge, and one is of the whole", "42.00 a |iets; 44.50 c |iets", "-44.50 b MD06!|iets", "2.50", "44.50", "", ""},
		{"its charge, and an id of two", "42.00 a e2e|iets; 20.00 c e2e|iets", "-44.50 b MD06!e2e|iets", "2.50", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			day := "2026-11-02 "
			sum := eur("0.00")
			for e := range strings.SplitSeq(c.in, "; ") {
				sum += eur(strings.Fields(e)[0])
			}
			w.importFile(testkit.Camt("m", "1 0.00 "+sum.String()+": "+day+strings.ReplaceAll(c.in, "; ", "; "+day)))
			f := testkit.Camt("n", "2 "+sum.String()+" "+(sum+eur(strings.Fields(c.back)[0])).String()+": 2026-11-03 "+c.back)
			if c.charge != "" {
				f = charging(f, c.charge)
			}
			st := w.importFile(f)[0]
			ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
			got := query[string](w, `SELECT COALESCE((SELECT (r.amount / 100.0)::numeric(9, 2)::text FROM statement_entry e JOIN receipt r ON r.key = e.receipt WHERE e.kind = 'return'), '')`)
			if why := w.problems(st); got != c.taken || !strings.Contains(why, strings.ReplaceAll(c.why, "KEY", w.entryKeys()["42.00"])) {
				t.Errorf("took %q, want %q: %s", got, c.taken, why)
			}
			if got := w.balances(ledger.Trust); !strings.Contains(got, c.agency) || c.agency == "" && strings.Contains(got, "S210") {
				t.Error(got)
			}
		})
	}
}

// A receipt that the bank takes back twice is taken back once. The second line says by which it was, and what it says can be done: the agency's own money stands for it, and the credit by which the bank brings that back, from whatever account, ends it.
func TestAReceiptThatTheBankTakesBackTwice(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]string{"by its id": "e2e", "by the payer's account": ""} {
		for _, from := range []string{"<P. Betaler/" + debtorIBAN + "> " + id + "|iets", "<De Bank/NL20INGB0001234567> x|correctie", "x|correctie"} {
			t.Run(name+" "+from, func(t *testing.T) {
				t.Parallel()
				w := paying(t)
				w.importFile(testkit.Camt("m", "1 0.00 92.00: 2026-10-30 42.00 a <P. Betaler/"+debtorIBAN+"> "+id+"|iets; 2026-10-30 50.00 c x|anders"))
				receipt, other := w.entryKeys()["42.00"], w.entryKeys()["50.00"]
				w.importFile(testkit.Camt("n", "2 92.00 50.00: 2026-10-31 -42.00 b <P. Betaler/"+debtorIBAN+"> MD06!"+id+"|iets"))
				ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
				first := w.entryKeys()["-42.00"]
				st := w.importFile(testkit.Camt("o", "3 50.00 8.00: 2026-11-01 -42.00 d <P. Betaler/"+debtorIBAN+"> MD06!"+id+"|iets"))[0]
				again := query[string](w, `SELECT key FROM statement_entry WHERE statement = $1`, st.Key)
				ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
				if why := w.problems(st); !strings.Contains(why, "receipt "+receipt+", which it takes back, was taken back by line "+first+": have the bank bring the money back. When its credit came, say so of the receipt that it made: dunning receipts reverse RECEIPT --entry "+again+" --reason ") {
					t.Error(why)
				}
				if lines, err := w.WaitingLines(t.Context()); err != nil || len(lines) != 1 || !strings.HasSuffix(lines[0].Problem, "by the receipt of a transfer from its account: dunning receipts top-up RECEIPT") {
					t.Errorf("%+v %v", lines, err)
				}
				refusedFor(t, "a receipt of before", "", second(w.TieReturn(t.Context(), again, other, "a letter", at(today), w.lib.Rules)))
				refusedFor(t, "the same receipt", "was taken back by entry "+first+" already", second(w.TieReturn(t.Context(), again, receipt, "a letter", at(today), w.lib.Rules)))
				w.importFile(testkit.Camt("p", "4 8.00 50.00: 2026-11-03 42.00 e "+from))
				credit := query[string](w, `SELECT receipt FROM statement_entry WHERE kind = 'receipt' AND amount = 4200 AND receipt <> $1`, receipt)
				for range 2 {
					ok(t, second(w.TieReturn(t.Context(), again, credit, "the bank's letter", at(today), w.lib.Rules)))
				}
				says(t, "what waits", w.still()+"; "+w.balances(ledger.Trust), "; S100 50.00, S230 -50.00")
				if got := w.reconciled(today); strings.Contains(got, "2026-1") {
					t.Error(got)
				}
				w.accounted(credit)
				w.verified()
			})
		}
	}
}

// A line that takes back a sum of which the bank told the payments later names these, and no line of the bank that took it back; what brings the money back ends it.
func TestASumThatWasToldApartIsTakenBackWhole(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.importFile(toldOf(sumByReference))
	w.importFile(notice("a", "", "50.00", batchOne, batchTwo))
	entry := strings.TrimSuffix(query[string](w, `SELECT min(key) FROM statement_entry`), "1")
	st := w.importFile(testkit.Camt("n", "2 150.00 100.00: 2026-11-03 -50.00 r <P. Betaler/NL20INGB0001234567> MD06!eerste"))[0]
	ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
	line := query[string](w, `SELECT key FROM statement_entry WHERE statement = $1`, st.Key)
	if why := w.problems(st); !strings.Contains(why, "it takes back receipt "+entry+"1, a sum of which the bank told the payments later ("+entry+"3, "+entry+"4): nothing says which of these it takes back; ask the bank, and have it bring the money back, or take back each by a line of its own. When its credit came, say so of the receipt that it made: dunning receipts reverse RECEIPT --entry "+line+" --reason ") {
		t.Error(why)
	}
	w.importFile(testkit.Camt("o", "3 100.00 150.00: 2026-11-03 50.00 s x|correctie"))
	credit := query[string](w, `SELECT receipt FROM statement_entry WHERE kind = 'receipt' AND remittance = 'correctie'`)
	ok(t, second(w.TieReturn(t.Context(), line, credit, "the bank's letter", at(today), w.lib.Rules)))
	says(t, "what waits", w.still()+"; "+w.waitingToBe(), "; 20.00 P. Een factuur 1, 30.00 P. Twee factuur 2")
	w.verified()
}

// What a line names by an id is refused to persons too: neither one, of the same amount, nor two with a charge tie it to another.
func TestNobodySaysOtherThanTheId(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.importFile(testkit.Camt("m", "1 0.00 93.00: 2026-11-02 40.00 a EVA|iets; 2026-11-02 53.00 b EVB|iets"))
	w.importFile(testkit.Camt("n", "2 93.00 40.00: 2026-11-03 -53.00 c MD06!EVA|iets"))
	ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
	key := w.entryKeys()
	entry, named, other := key["-53.00"], key["40.00"], key["53.00"]
	_, err := w.TieReturn(t.Context(), entry, other, "a letter", at(today), w.lib.Rules)
	says(t, "one person", fmt.Sprint(err), "entry "+entry+" does not take back receipt "+other+": it names "+named)
	says(t, "a charge below nothing", w.saysCharged(entry, other, "-2.00", "Anna"), "entry "+entry+" does not take back receipt "+other+": it names "+named)
	says(t, "what it names, with less than nothing", w.saysCharged(entry, named, "-2.00", "Anna"), "entry "+entry+" does not take back receipt "+named+": it is of 53.00, and the receipt of 40.00: the difference is 13.00")
	says(t, "what it names", w.saysCharged(entry, named, "13.00", "Anna"), "1 said so, 0 claims, 0 lines")
	says(t, "and another", w.saysCharged(entry, named, "13.00", "Bram"), "2 said so, 0 claims, 0 lines")
}

// Of a payment that comes back in several parts, as a batch, or under the id of another line, nobody says what was kept.
func TestNothingIsKeptOfSeveralPayments(t *testing.T) {
	t.Parallel()
	const line = "PO-20261103-1"
	start := func(t *testing.T, file string) *world {
		t.Helper()
		w, _ := twoPaid(t)
		w.importFile(testkit.Camt("m", "1 500.00 393.00: 2026-11-04 -107.00 a #PO-20261103/client"))
		w.importFile(file)
		return w
	}
	parts := func(whole string, amounts ...string) string {
		f := testkit.Camt("n", "2 393.00 "+(eur("393.00")+eur(whole)).String()+": 2026-11-04 "+whole+" b AC04/100.00!"+line+"|Retour")
		i, j := strings.Index(f, "<TxDtls>"), strings.Index(f, "</TxDtls>")+len("</TxDtls>")
		all := ""
		for _, a := range amounts {
			all += `<TxDtls><Amt Ccy="EUR">` + a + `</Amt><CdtDbtInd>CRDT</CdtDbtInd>` + f[i+len("<TxDtls>"):j]
		}
		return f[:i] + all + f[j:]
	}
	t.Run("all of it in parts", func(t *testing.T) {
		t.Parallel()
		w := start(t, parts("100.00", "80.00", "20.00"))
		ok(t, second(w.CloseBooks(t.Context(), at(today.AddDays(2)), w.lib.Rules)))
		if got := w.balances(ledger.Trust); strings.Contains(got, "S210") {
			t.Error(got)
		}
	})
	t.Run("less of it in parts", func(t *testing.T) {
		t.Parallel()
		w := start(t, parts("97.50", "80.00", "17.50"))
		entry := query[string](w, `SELECT min(key) FROM statement_entry WHERE kind = 'payout-returned'`)
		says(t, "persons", w.saysKept(entry, line, "97.50", "2.50", "Anna"), "entry "+entry+" of 97.50 is of payout PO-20261103, which pays 100.00 there and its statement tells it in several payments: a person must ask the bank")
	})
	t.Run("a batch", func(t *testing.T) {
		t.Parallel()
		w := start(t, strings.ReplaceAll(testkit.Camt("n", "2 393.00 497.50: 2026-11-04 104.50 b AC04/107.00!"+line+"|Retour"), "<EndToEndId>"+line+"</EndToEndId>", "<PmtInfId>PO-20261103/client</PmtInfId>"))
		entry := w.entryKeys()["104.50"]
		_, err := w.BookReturnCharged(t.Context(), postgres.PayoutEntry{Key: entry, BatchID: "PO-20261103/client", Amount: eur("104.50"), On: today, Credit: true}, postgres.ReturnCharge{Amount: eur("2.50"), Reason: "a letter"}, named("Anna", today))
		says(t, "persons", fmt.Sprint(err), "entry "+entry+" of 104.50 is of payout PO-20261103, which pays 107.00 there: ask the bank; when it is of some of these: dunning payout book "+entry+" 104.50 --line ID --returned CODE, --line once for each; when a payment came back by a credit that was taken for a part of this, say so of that")
	})
	t.Run("another line", func(t *testing.T) {
		t.Parallel()
		w := start(t, testkit.Camt("n", "2 393.00 397.50: 2026-11-04 4.50 b AC04!PO-20261103-2|Retour"))
		entry := w.entryKeys()["4.50"]
		says(t, "persons", w.saysKept(entry, line, "4.50", "95.50", "Anna"), "entry "+entry+" names PO-20261103-2; right would be that one")
	})
	t.Run("nothing was kept", func(t *testing.T) {
		t.Parallel()
		w := start(t, testkit.Camt("n", "2 393.00 493.00: 2026-11-04 100.00 b AC04!"+line+"|Retour"))
		entry := w.entryKeys()["100.00"]
		says(t, "persons", w.saysKept(entry, line, "100.00", "2.50", "Anna"), "entry "+entry+" of 100.00 is of payout PO-20261103, which pays 100.00 there: the bank kept nothing; right would be the same without --charge")
	})
}

// Of two persons who say so in one moment the second is told that both did, and it is done.
func TestTwoPersonsSayInOneMomentWhatWasCharged(t *testing.T) {
	t.Parallel()
	w, entry, receipt := takenWithMore(t)
	hold, err := w.super.Begin(t.Context())
	ok(t, err)
	defer func() { _ = hold.Rollback(t.Context()) }()
	_, err = hold.Exec(t.Context(), `LOCK TABLE return_charge IN SHARE MODE`)
	ok(t, err)
	said := make(chan string, 2)
	for _, who := range []string{"Anna", "Bram"} {
		go func() { said <- w.saysCharged(entry, receipt, "2.50", who) }()
	}
	eventually(t, "both wait", func() bool {
		return query[int](w, `SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))`) == 2
	})
	ok(t, hold.Commit(t.Context()))
	if a, b := <-said, <-said; a[:1]+b[:1] != "12" && a[:1]+b[:1] != "21" {
		t.Error(a, b)
	}
	if got := w.balances(ledger.Trust); !strings.Contains(got, "S210 2.50") {
		t.Error(got)
	}
}

// What two persons who might then said is said, also when one of them may not any more: it is booked when it broke off, the books are right, and nobody says it again. Who might not when the second said
// so does not count, nor when that person is added again.
func TestWhatWasSaidStaysSaid(t *testing.T) {
	t.Parallel()
	type act struct{ does, who string }
	for _, c := range []struct {
		story, want string
		acts        []act
	}{
		{"both, and one is removed", "S100 -2.50, S210 2.50", []act{{"says", "Anna"}, {"says", "Bram"}, {"removed", "Anna"}}},
		{"both, and both are removed", "S100 -2.50, S210 2.50", []act{{"says", "Anna"}, {"says", "Bram"}, {"removed", "Anna"}, {"removed", "Bram"}}},
		{"one is removed before the other says so", "S100 42.00, S230 -42.00", []act{{"says", "Anna"}, {"removed", "Anna"}, {"says", "Bram"}}},
		{"and is added again", "S100 42.00, S230 -42.00", []act{{"says", "Anna"}, {"removed", "Anna"}, {"says", "Bram"}, {"added", "Anna"}}},
		{"and says so again", "S100 -2.50, S210 2.50", []act{{"says", "Anna"}, {"removed", "Anna"}, {"says", "Bram"}, {"added", "Anna"}, {"says", "Anna"}}},
		{"is added again before the other says so", "S100 42.00, S230 -42.00", []act{{"says", "Anna"}, {"removed", "Anna"}, {"added", "Anna"}, {"says", "Bram"}}},
		{"both, and one is removed and added again", "S100 -2.50, S210 2.50", []act{{"says", "Anna"}, {"says", "Bram"}, {"removed", "Anna"}, {"added", "Anna"}}},
		{"said before the moment was kept", "S100 -2.50, S210 2.50", []act{{"says", "Anna"}, {"says", "Bram"}, {"not kept", ""}, {"removed", "Anna"}}},
	} {
		for _, booked := range []bool{true, false} { // before somebody is removed, or it broke off
			t.Run(fmt.Sprint(c.story, " booked ", booked), func(t *testing.T) {
				t.Parallel()
				w, entry, receipt := takenWithMore(t)
				for _, a := range c.acts {
					switch {
					case a.does == "removed":
						ok(t, postgres.RemoveApprover(t.Context(), w.db.OwnerURL, a.who))
					case a.does == "added":
						ok(t, postgres.AddApprover(t.Context(), w.db.OwnerURL, a.who))
					case a.does == "not kept":
						w.exec(`ALTER TABLE return_charge DISABLE TRIGGER USER; UPDATE return_charge SET kept_at = NULL; ALTER TABLE return_charge ENABLE TRIGGER USER`)
					case booked:
						w.saysCharged(entry, receipt, "2.50", a.who)
					default:
						w.exec(`INSERT INTO return_charge (entry, original, amount, approver, reason, at) VALUES ('` + entry + `', '` + receipt + `', 250, '` + a.who + `', 'a letter', '2026-11-03')`)
					}
				}
				for range 2 {
					ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
				}
				says(t, "the books", w.balances(ledger.Trust), c.want)
				charged := query[int](w, `SELECT COALESCE(sum(charged), 0) FROM bank_charges('', $1)`, entry)
				if want := strings.Count(c.want, "S210 2.50") * 250; charged != want {
					t.Errorf("books made anew have %d cents charged, want %d", charged, want)
				}
			})
		}
	}
}

// Two persons said so, and it broke off before it was booked: the next statement, or the night, does the rest. And no client hears what the bank charged.
func TestWhatTwoPersonsSaidIsDone(t *testing.T) {
	t.Parallel()
	w, entry, receipt := takenWithMore(t)
	w.exec(`INSERT INTO return_charge (entry, original, amount, approver, reason, at) SELECT '` + entry + `', '` + receipt + `', 250, name, 'a letter', now() FROM approver WHERE name IN ('Anna', 'Bram')`)
	for range 2 {
		ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
		if got := w.balances(ledger.Trust); got != "S100 -2.50, S210 2.50" {
			t.Error(got)
		}
	}
	says(t, "who said so", query[string](w, `SELECT tied_reason FROM statement_entry WHERE kind = 'return'`), "a letter")
	errRollback := errors.New("rolled back")
	if err := pgx.BeginFunc(t.Context(), w.db.App, func(tx pgx.Tx) error {
		for client, want := range map[string]string{"": "1 1", w.client: "0 0"} {
			_, err := tx.Exec(t.Context(), `SELECT set_config('app.client_id', $1, true)`, client)
			ok(t, err)
			var got string
			ok(t, tx.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM bank_charges('', '')) || ' ' || (SELECT count(*) FROM return_fits($1, $2))`, entry, receipt).Scan(&got))
			says(t, "client "+client, got, want)
		}
		_, err := tx.Exec(t.Context(), `SELECT charged_by($1)`, entry)
		says(t, "the rest", fmt.Sprint(err), "ERROR: permission denied for function charged_by (SQLSTATE 42501)")
		return errRollback
	}); !errors.Is(err, errRollback) {
		t.Error(err)
	}
}

// takenWithMore is a receipt of 42.00, and a line that takes it back with 2.50 more.
func takenWithMore(t *testing.T) (w *world, entry, receipt string) {
	t.Helper()
	w = paying(t)
	w.importFile(testkit.Camt("m", "1 0.00 42.00: 2026-11-02 42.00 a e2e|iets"))
	w.importFile(testkit.Camt("n", "2 42.00 -2.50: 2026-11-03 -44.50 b MD06!e2e|iets"))
	ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
	key := w.entryKeys()
	return w, key["-44.50"], key["42.00"]
}

// A line that waits names who said what the bank charged only while that word counts, once for each person; and what two said stays.
func TestWhoIsNamedOfAChargeSaysSo(t *testing.T) {
	t.Parallel()
	w, entry, receipt := takenWithMore(t)
	named := func(want string) {
		t.Helper()
		_, lines, err := w.StatementLines(t.Context(), query[string](w, `SELECT statement FROM statement_entry WHERE key = $1`, entry))
		ok(t, err)
		got := ""
		for _, c := range lines[0].Said {
			got += c.By + " "
		}
		says(t, "who said so", "named: "+got, "named: "+want)
	}
	w.saysCharged(entry, receipt, "2.50", "Anna")
	named("Anna ")
	ok(t, postgres.RemoveApprover(t.Context(), w.db.OwnerURL, "Anna"))
	ok(t, postgres.AddApprover(t.Context(), w.db.OwnerURL, "Anna"))
	named("")
	for _, who := range []string{"Anna", "Bram"} {
		w.saysCharged(entry, receipt, "2.50", who)
	}
	ok(t, postgres.RemoveApprover(t.Context(), w.db.OwnerURL, "Bram"))
	named("Anna Bram ")
}

// A line that waits names what persons say that it brings back only while their word counts.
func TestWhatIsSaidToComeBackIsNamedWhileTheWordCounts(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.importFile(testkit.Camt("m", "1 0.00 42.00: 2026-11-02 42.00 a |iets", "2 42.00 -2.50: 2026-11-03 -44.50 b MD06!|iets"))
	ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
	originals := func() string {
		lines, err := w.WaitingLines(t.Context())
		ok(t, err)
		if len(lines) != 1 {
			t.Fatalf("%+v", lines)
		}
		return "named: " + strings.Join(lines[0].Originals, " ")
	}
	receipt := w.entryKeys()["42.00"]
	says(t, "nobody said so", originals(), "named: ")
	says(t, "said", w.saysCharged(w.entryKeys()["-44.50"], receipt, "2.50", "Anna"), "1 said so, 0 claims, 0 lines")
	says(t, "Anna said so", originals(), "named: "+receipt)
	ok(t, postgres.RemoveApprover(t.Context(), w.db.OwnerURL, "Anna"))
	says(t, "who may not approve any more", originals(), "named: ")
}
