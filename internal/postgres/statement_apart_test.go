package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

const (
	batchOne, batchTwo = "20.00=P. Een/factuur 1", "30.00=P. Twee/factuur 2"
	sumByReference     = "1 100.00 150.00: 2026-11-02 50.00 a one|eerste"
	sumByFile          = "1 100.00 150.00: 2026-11-02 50.00 - #FILE-1"
)

// toldOf is a statement of one of these.
func toldOf(sum string) string { return testkit.Camt("m", sum) }

// waitingToBe are the receipts that wait: "20.00 P. Een factuur 1, ...".
func (w *world) waitingToBe() string {
	w.Helper()
	waiting, err := w.WaitingReceipts(w.Context())
	ok(w, err)
	var words []string
	for _, r := range waiting {
		words = append(words, strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Payment.Amount, r.Payment.Payer, r.Payment.Text)))
	}
	return strings.Join(words, ", ")
}

// What the bank tells apart after its statement becomes the same receipts as before it, in whatever order and however often it is told; when it is not certain, the sum waits as one.
func TestASumIsToldApartAfterItsStatement(t *testing.T) {
	t.Parallel()
	const apart, asOne = "20.00 P. Een factuur 1, 30.00 P. Twee factuur 2", "50.00 P. Betaler eerste"
	details := notice("a", "", "50.00", batchOne, batchTwo)
	for _, c := range []struct {
		story, want string
		files       []string
	}{
		{"by the bank's reference", apart, []string{toldOf(sumByReference), details}},
		{"by the id of the payment file", apart, []string{toldOf(sumByFile), notice("", "FILE-1", "50.00", batchOne, batchTwo)}},
		{"told again, both", apart, []string{toldOf(sumByReference), details, details, toldOf(sumByReference), details}},
		{"before its statement", apart, []string{details, toldOf(sumByReference), details}},
		{"an overlapping statement tells the entry too", apart + ", 10.00 P. Betaler tweede", []string{toldOf(sumByReference), details, toldOf("1 100.00 160.00: 2026-11-02 50.00 a one|eerste; 2026-11-02 10.00 b two|tweede")}},
		{"while its statement was held", apart + ", 20.00 P. Betaler tweede", []string{toldOf("1 100.00 100.00:"), toldOf("3 120.00 170.00: 2026-11-02 50.00 a one|eerste"), details, toldOf("2 100.00 120.00: 2026-11-02 20.00 b two|tweede")}},
		{"another amount", asOne, []string{toldOf(sumByReference), notice("a", "", "60.00", batchTwo, batchTwo)}},
		{"payments that do not add up to it", asOne, []string{toldOf(sumByReference), notice("a", "", "50.00", batchOne, batchOne)}},
		{"two batches are alike, and the first was certain", apart, []string{toldOf(sumByFile), notice("x", "FILE-1", "50.00", batchOne, batchTwo), notice("y", "FILE-1", "50.00", batchTwo, batchOne)}},
		{"two sums are alike", "50.00, 50.00", []string{toldOf("1 100.00 200.00: 2026-11-02 50.00 - #FILE-1; 2026-11-02 50.00 - #FILE-1"), notice("", "FILE-1", "50.00", batchOne, batchTwo)}},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for _, file := range c.files {
				w.importFile(file)
			}
			says(t, "waits", w.waitingToBe(), c.want)
			w.verified()
			if got := w.reconciled(today); strings.Contains(got, "receipt") || strings.Contains(got, "return") {
				t.Error(got)
			}
		})
	}
}

// What became of the sum before its payments were told stays, and the import says so.
func TestASumOfWhichSomethingBecameStaysOne(t *testing.T) {
	t.Parallel()
	details := notice("a", "", "50.00", batchOne, batchTwo)
	for _, c := range []struct {
		name   string
		became func(w *world, key string) (undo func())
	}{
		{"it is allocated", func(w *world, key string) func() {
			ref := w.open()
			ok(w, w.AssignReceipt(w.Context(), key, ref, at(today), w.lib.Rules))
			return func() {
				ok(w, second(w.ReleaseReceipt(w.Context(), key, ref, "of others too", at(today), w.lib.Rules)))
			}
		}},
		{"it goes back to who paid it", func(w *world, key string) func() {
			w.exec(`UPDATE receipt SET iban = 'NL20INGB0001234567', payer = 'P. de Betaler' WHERE key = $1`, key)
			ok(w, second(w.ProposeRefund(w.Context(), key, "of nobody", person("a"))))
			return func() { ok(w, second(w.DecideRefund(w.Context(), key, false, person("b")))) }
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			ok(t, postgres.AddApprover(t.Context(), w.db.OwnerURL, "b"))
			key := w.importedKeyOf(toldOf(sumByReference), "50.00")
			undo := c.became(w, key)
			for _, want := range []string{"apart false waits false", "apart true waits false"} {
				done := w.importFile(details)
				says(t, "told", fmt.Sprintf("apart %t waits %t", done[0].AsOne[0].Apart, done[0].AsOne[0].Waits), want)
				w.verified()
				if undo != nil {
					undo()
					undo = nil
				}
			}
			says(t, "waits", w.waitingToBe(), "20.00 P. Een factuur 1, 30.00 P. Twee factuur 2")
		})
	}
}

// A payment that was told apart is a receipt as any: its statement's workflow is asked to match it, the bank takes it back by itself, what was typed is not booked twice, and a claim that waited for the sum waits no more.
func TestAPaymentToldApartIsAReceipt(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ok(t, second(w.RecordReceipt(t.Context(), postgres.Receipt{Key: "typed", Amount: eur("20.00"), On: today, IBAN: "NL20INGB0001234567", Payer: "P. Een"}, at(today), w.lib.Rules)))
	sum := w.importedKeyOf(toldOf(sumByReference), "50.00")
	var both errgroup.Group
	for range 3 {
		both.Go(func() error {
			_, err := w.ImportStatements(t.Context(), bankFile(notice("a", "", "50.00", batchOne, batchTwo)), at(today))
			return err
		})
	}
	ok(t, both.Wait())
	says(t, "waits", w.waitingToBe(), "30.00 P. Twee factuur 2, 20.00 P. Een factuur 1")
	says(t, "asked to match", fmt.Sprint(query[int](w, `SELECT count(*) FROM outbox WHERE message = 'statement-booked'`)), "2")
	refusedFor(t, "the sum", "the bank told the payments that receipt "+sum+" is the sum of: each is a receipt of its own by now", w.AssignReceipt(t.Context(), sum, w.open(), at(today), w.lib.Rules))
	ref := w.open()
	two := query[string](w, `SELECT key FROM receipt WHERE amount = 3000`)
	ok(t, w.AssignReceipt(t.Context(), two, ref, at(today), w.lib.Rules))
	w.importFile(testkit.Camt("n", "2 150.00 120.00: 2026-11-03 -30.00 r <P. Twee/NL20INGB0001234567> MD06! storno"))
	ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
	says(t, "taken back", fmt.Sprint(query[int](w, `SELECT count(*) FROM settlement_reversal`)), "1")
	w.verified()
}

func (w *world) importedKeyOf(file, amount string) string {
	w.Helper()
	w.importFile(file)
	return query[string](w, `SELECT key FROM receipt WHERE amount = $1`, eur(amount).Cents())
}

// What becomes of a sum while its payments are told wins, and the sum stays one.
func TestASumThatGoesMeanwhileStaysOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sum := w.importedKeyOf(toldOf(sumByReference), "50.00")
	importing := w.watched(after("statement_batch b ON", func() { w.exec(`UPDATE receipt SET gone = 'own' WHERE key = $1`, sum) })) // once the sums are read, before one is locked
	_, err := importing.ImportStatements(t.Context(), bankFile(notice("a", "", "50.00", batchOne, batchTwo)), at(today))
	ok(t, err)
	says(t, "receipts", query[string](w, `SELECT string_agg(amount || ' ' || gone, ', ') FROM receipt`), "5000 own")
}

// A line that waits for a person stays so when a sum of its statement is told apart, also when it can be one typed receipt only by then.
func TestALineThatWaitsForAPersonIsNotTiedMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, key := range []string{"typed1", "typed2"} {
		ok(t, second(w.RecordReceipt(t.Context(), postgres.Receipt{Key: key, Amount: eur("40.00"), On: today.AddDays(-1), IBAN: "NL20INGB0001234567", Payer: "P. Betaler"}, at(today), w.lib.Rules)))
	}
	w.importFile(toldOf("1 100.00 190.00: 2026-11-02 50.00 a one|eerste; 2026-11-02 40.00 b <P. Betaler/NL20INGB0001234567> two|tweede"))
	ok(t, w.AssignReceipt(t.Context(), "typed2", w.open(), at(today), w.lib.Rules))
	ok(t, second(w.ReverseReceipt(t.Context(), "typed2", "typed twice", at(today), w.lib.Rules)))
	w.importFile(notice("a", "", "50.00", batchOne, batchTwo))
	if !query[bool](w, `SELECT COALESCE('receipt ' || receipt, payout_why) LIKE 'it may be receipt typed1, which a person typed: %' FROM statement_entry WHERE amount = 4000`) {
		t.Error("it is tied")
	}
}

// An entry that is of no batch costs no statement of its own, however many there are, and an account without batches nothing of telling sums apart.
func TestAnImportAsksNothingForEachEntry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	imported := func(name, statement string) (asked []string) {
		_, err := w.watched(func(sql string) { asked = append(asked, sql) }).ImportStatements(t.Context(), bankFile(testkit.Camt(name, statement)), at(today))
		ok(t, err)
		return asked
	}
	entries := func(from, to int) string {
		var told []string
		for i := from; i < to; i++ {
			told = append(told, fmt.Sprintf("2026-11-02 1.00 r%d e%d|iets %d", i, i, i))
		}
		return strings.Join(told, "; ")
	}
	few, many := imported("m", "1 0.00 2.00: "+entries(0, 2)), imported("n", "2 2.00 202.00: "+entries(2, 202))
	says(t, "statements for 200 entries as for 2", fmt.Sprint(len(many)), fmt.Sprint(len(few)))
	i := slices.IndexFunc(many, func(sql string) bool { return strings.Contains(sql, "statement_batch b ON") })
	rows, err := w.super.Query(t.Context(), "EXPLAIN (ANALYZE) "+strings.ReplaceAll(many[i], "$1", "'"+testkit.TrustAccount+"'"))
	ok(t, err)
	plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
	ok(t, err)
	for _, step := range plan {
		if strings.Contains(step, " on receipt") && !strings.Contains(step, "never executed") {
			t.Errorf("receipts are read: %s", strings.Join(plan, "\n"))
		}
	}
}
