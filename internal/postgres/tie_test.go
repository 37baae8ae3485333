package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// twins is a world in which one payer paid 42.00 twice, another 42.00 and 41.00, and the bank takes back one of the first payer's two: nobody but a person knows which. The keys are those
// of the receipts in that order, and then of the return.
func twins(t *testing.T) (w *world, keys []string, st postgres.Imported) {
	t.Helper()
	w = paying(t)
	first, other := "<P. Betaler/"+debtorIBAN+"> ", "<A. Ander/"+strangerIBAN+"> "
	one := w.importFile(testkit.Camt("m", "1 0.00 167.00: 2026-11-01 42.00 a "+first+"een; 2026-11-01 42.00 b "+first+"twee; 2026-11-01 42.00 c "+other+"drie; 2026-11-01 41.00 d "+first+"vier"))[0]
	st = w.importFile(testkit.Camt("n", "2 167.00 120.00: 2026-11-02 -42.00 e "+first+"MD06!x|iets; 2026-11-02 -5.00 f $Kosten"))[0]
	for _, of := range []postgres.Imported{one, st} {
		_, lines, err := w.StatementLines(t.Context(), of.Key)
		ok(t, err)
		for _, l := range lines {
			keys = append(keys, l.Key)
		}
	}
	return w, keys, st
}

// A return that fits two receipts says so and waits; a person ties it to one, on the day on which the bank took it, and the other is free.
func TestAReturnThatFitsTwoReceiptsIsTied(t *testing.T) {
	t.Parallel()
	for _, owner := range []string{"nobody", "a claim"} {
		t.Run("of "+owner, func(t *testing.T) {
			t.Parallel()
			w, keys, st := twins(t)
			ref := w.open()
			if owner == "a claim" {
				ok(t, w.AssignReceipt(t.Context(), keys[0], ref, at(today), w.lib.Rules))
			}
			for range 2 {
				ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
			}
			if got := w.problems(st); !strings.Contains(got, "it can be of receipts "+min(keys[0], keys[1])) || !strings.HasSuffix(got, "; right would be: dunning receipts reverse KEY --entry "+keys[4]+" --reason \"HOW YOU KNOW\", 1") {
				t.Error(got)
			}
			ties := func(entry, receipt string) string {
				made, err := w.TieReturn(t.Context(), entry, receipt, "the bank's letter of 3 November", at(today), w.lib.Rules)
				if err != nil {
					return err.Error()
				}
				return fmt.Sprint(len(made))
			}
			for what, c := range map[string][3]string{
				"another payer":     {keys[4], keys[2], "the money came from another account than it went back to"},
				"another amount":    {keys[4], keys[3], "it is of 42.00, and the receipt of 41.00"},
				"a fee":             {keys[5], keys[0], "it is a fee; right would be a return, or money out"},
				"a receipt":         {keys[1], keys[0], "it is a receipt; right would be a return, or money out"},
				"no receipt":        {keys[4], "none", "receipt none is not there"},
				"no entry":          {"none", keys[0], postgres.ErrNotFound.Error()},
				"money of that day": {keys[4], keys[4], "is not there"},
			} {
				if got := ties(c[0], c[1]); !strings.Contains(got, c[2]) {
					t.Errorf("%s: %s", what, got)
				}
			}
			want := map[string]string{"nobody": "0", "a claim": "1"}[owner]
			for range 2 {
				if got := ties(keys[4], keys[0]); got != want {
					t.Error(got)
				}
			}
			if got := ties(keys[4], keys[1]); !strings.Contains(got, "it takes back receipt "+keys[0]) {
				t.Error(got)
			}
			_, lines, err := w.StatementLines(t.Context(), st.Key)
			if ok(t, err); lines[0].Receipt != keys[0] || lines[0].TiedBy != at(today).Name || lines[0].TiedReason != "the bank's letter of 3 November" || lines[0].Problem != "" {
				t.Errorf("%+v", lines[0])
			}
			ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
			if got := w.reconciled(today.AddDays(-1)); got != "bank 120.00, books 120.00, before 0.00" {
				t.Errorf("on the day on which the bank took it: %s", got)
			}
			ok(t, second(w.ProposeRefund(t.Context(), keys[1], "nobody's", person("a")))) // the other is free
			ok(t, second(w.DecideRefund(t.Context(), keys[1], true, person("Bram"))))
			w.fillsUp("own", "5.00")
			w.verified()
		})
	}
}

// Many banks tell a storno as any other debit. It says what it may be, wherever it stands, and a person says that it takes a receipt back: it is a return since then.
func TestMoneyOutThatNothingExplainsTakesAReceiptBack(t *testing.T) {
	t.Parallel()
	w := paying(t)
	one := w.importFile(testkit.Camt("m", "1 0.00 42.00: 2026-11-01 42.00 a <P. Betaler/"+debtorIBAN+"> een"))[0]
	st := w.importFile(testkit.Camt("n", "2 42.00 0.00: 2026-11-02 -42.00 e terugboeking"))[0]
	receipt, out := w.lines(one)[0].Key, w.lines(st)[0]
	asked := "dunning receipts reverse RECEIPT --entry " + out.Key
	if out.Kind != "unknown" || !strings.Contains(out.Problem, asked) {
		t.Fatalf("%+v", out)
	}
	waiting, err := w.WaitingLines(t.Context())
	if ok(t, err); len(waiting) != 1 || !strings.Contains(waiting[0].Problem, asked) {
		t.Errorf("%+v", waiting)
	}
	r, err := w.Reconcile(t.Context(), today)
	if ok(t, err); len(r.Entries) != 1 || !strings.Contains(r.Entries[0].Why, asked) {
		t.Errorf("%+v", r)
	}
	_, err = w.TieReturnCharged(t.Context(), out.Key, receipt, postgres.ReturnCharge{Amount: eur("1.00"), Reason: "the bank's letter"}, person("a"), w.lib.Rules)
	if err == nil || !strings.Contains(err.Error(), "the bank charged nothing on top") {
		t.Error(err)
	}
	for range 2 {
		ok(t, second(w.TieReturn(t.Context(), out.Key, receipt, "the bank's letter of 3 November", at(today), w.lib.Rules)))
	}
	if got := w.lines(st)[0]; got.Kind != "return" || got.Receipt != receipt || got.Problem != "" || got.TiedReason != "the bank's letter of 3 November" {
		t.Errorf("%+v", got)
	}
	if got := w.reconciled(today); got != "bank 0.00, books 0.00, before 0.00" {
		t.Error(got)
	}
	w.verified()
}

// lines are those of a statement.
func (w *world) lines(st postgres.Imported) []postgres.StatementLine {
	w.Helper()
	_, lines, err := w.StatementLines(w.Context(), st.Key)
	ok(w, err)
	return lines
}

// Who reversed a receipt by hand before its return came ties the two: nothing is booked twice. Another return of it is another matter.
func TestAReceiptThatAPersonReversedIsTied(t *testing.T) {
	t.Parallel()
	w, keys, st := twins(t)
	ref := w.open()
	ok(t, w.AssignReceipt(t.Context(), keys[0], ref, at(today), w.lib.Rules))
	ok(t, second(w.ReverseReceipt(t.Context(), keys[0], "a person saw it", at(today), w.lib.Rules)))
	before := w.balances(ledger.Trust)
	ok(t, second(w.TieReturn(t.Context(), keys[4], keys[0], "it is that one", at(today), w.lib.Rules)))
	if got := w.balances(ledger.Trust); got != before {
		t.Errorf("%s, was %s", got, before)
	}
	_, lines, err := w.StatementLines(t.Context(), st.Key)
	if ok(t, err); lines[0].Receipt != keys[0] {
		t.Errorf("%+v", lines[0])
	}
	again := w.importFile(testkit.Camt("o", "3 120.00 78.00: 2026-11-03 -42.00 g <P. Betaler/"+debtorIBAN+"> MD06!x|iets"))[0]
	_, lines, err = w.StatementLines(t.Context(), again.Key)
	ok(t, err)
	_, err = w.TieReturn(t.Context(), lines[0].Key, keys[0], "again", at(today), w.lib.Rules)
	if conflict := new(postgres.ConflictError); !errors.As(err, &conflict) || err.Error() != "receipt "+keys[0]+" was taken back by entry "+keys[4]+" already" {
		t.Error(err)
	}
}

// What a bank took back counts from its value date, in all books, also when they are made anew.
func TestAReturnCountsFromItsValueDate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.importFile(testkit.Camt("m", "1 0.00 84.00: 2026-10-28 42.00 a x|iets; 2026-10-28 42.00 c y|iets"))
	keys := query[[]string](w, `SELECT array_agg(key ORDER BY remittance, key) FROM receipt`)
	ok(t, w.AssignReceipt(t.Context(), keys[0], ref, at(today.AddDays(-4)), w.lib.Rules))
	w.importFile(testkit.Camt("n", "2 84.00 0.00: 2026-10-30 -42.00 b MD06!x|iets; 2026-10-30 -42.00 d MD06!y|iets"))
	ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
	days := func() string {
		return query[string](w, `SELECT string_agg(DISTINCT effective_on::text, ' ') FROM journal WHERE kind = 'taken-back'`)
	}
	if got := days(); got != "2026-10-30" {
		t.Error(got)
	}
	if got := w.reconciled(today.AddDays(-4)); got != "bank 0.00, books 0.00, before 0.00" {
		t.Error(got)
	}
	w.verified()
	for range 2 {
		ok(t, second(w.CloseBooks(t.Context(), at(today.AddDays(1)), w.lib.Rules)))
	}
	w.exec(`SET session_replication_role = replica; DELETE FROM entry WHERE client_id IS NOT NULL; DELETE FROM journal WHERE client_id IS NOT NULL; SET session_replication_role = DEFAULT`)
	ok(t, second(w.CloseBooks(t.Context(), at(today.AddDays(1)), w.lib.Rules)))
	if got := days(); got != "2026-10-30" {
		t.Error(got)
	}
}

// What the bank charged and does not call a fee is one when two persons say so, once: the agency bears it.
func TestMoneyOutThatTheBankCharged(t *testing.T) {
	t.Parallel()
	w := paying(t)
	st := w.importFile(testkit.Camt("n", "1 50.00 45.00: 2026-11-02 -5.00 e kosten oktober"))[0]
	line := w.lines(st)[0]
	for i, by := range []string{"Anna", "Anna", "Bram", "Bram"} {
		said, err := w.ChargedByBank(t.Context(), line.Key, "its letter of 3 November", person(by))
		if want := 1 + i/2; err != nil || said != want {
			t.Errorf("%s: %d say so, want %d, %v", by, said, want, err)
		}
	}
	if got := w.lines(st)[0]; got.Kind != "fee" || got.Problem != "" {
		t.Errorf("%+v", got)
	}
	if got := w.reconciled(today); got != "bank 45.00, books -5.00, before 0.00, opening 50.00" {
		t.Error(got)
	}
	in := w.importFile(testkit.Camt("m", "2 45.00 87.00: 2026-11-03 42.00 a <P. Betaler/"+debtorIBAN+"> een"))[0]
	if _, err := w.ChargedByBank(t.Context(), w.lines(in)[0].Key, "so it seems", person("Anna")); err == nil || !strings.Contains(err.Error(), "is a receipt; right would be money out") {
		t.Error(err)
	}
	w.fillsUp("own", "5.00")
	w.verified()
}
