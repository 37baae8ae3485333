package postgres_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// stepsOf are the steps of a side of a trace: "20.00 words, ...".
func stepsOf(steps []postgres.TraceStep, short *strings.Replacer) string {
	words := make([]string, len(steps))
	for i, s := range steps {
		words[i] = s.Amount.String() + " " + short.Replace(s.What)
	}
	return strings.Join(words, ", ")
}

// An entry of which the payments were told later is what the bank booked: neither the sum of before nor what takes that back is told as the bank's.
func TestASumThatWasToldApartIsTraced(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.importFile(toldOf(sumByReference))
	w.importFile(notice("a", "", "50.00", batchOne, batchTwo))
	entry := strings.TrimSuffix(query[string](w, `SELECT min(key) FROM statement_entry`), ".1")
	short := strings.NewReplacer(entry, "E", query[string](w, `SELECT min(statement) FROM statement_entry`), "S")
	const waits = " still with us: waits to be allocated (S230)"
	for key, want := range map[string]string{
		"":   "50.00 bank entry, credit, of statement S, 2 payments: from ; to 20.00" + waits + ", 30.00" + waits,
		".1": "50.00 bank entry, credit, of statement S, a sum of which the bank told the payments later: bank entries E.3, E.4: from ; to 50.00 the bank told its payments: bank entries E.3, E.4",
		".2": "50.00 no line of the bank: it takes the sum back of which the bank told the payments later: bank entries E.3, E.4 of statement S: from 50.00 bank entry E.1; to ",
		".3": "20.00 bank entry, credit, of statement S, payment 1 of 2 in one entry of 50.00, E: from ; to 20.00" + waits,
		".4": "30.00 bank entry, credit, of statement S, payment 2 of 2 in one entry of 50.00, E: from ; to 30.00" + waits,
	} {
		trace := w.accounted(entry + key)
		says(t, key, trace.Amount.String()+" "+short.Replace(trace.What)+": from "+stepsOf(trace.From, short)+"; to "+stepsOf(trace.To, short), want)
	}
}

// What the bank calls an entry finds it, with the sum that was told apart too; several entries that it calls so are listed.
func TestAnEntryIsTracedByTheBanksReference(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.importFile(toldOf("1 100.00 157.00: 2026-11-02 50.00 NL042 een|eerste; 2026-11-02 7.00 twice twee|tweede"))
	w.importFile(testkit.Camt("n", "2 157.00 149.00: 2026-11-03 -8.00 twice iets"))
	key := w.entryKeys()
	for _, reference := range []string{"NL 042", key["50.00"]} {
		if trace := w.accounted(reference); trace.Amount != eur("50.00") || trace.Key != reference {
			t.Errorf("%s: %+v", reference, trace)
		}
	}
	_, err := w.Trace(t.Context(), "twice")
	seven, eight := strings.TrimSuffix(key["7.00"], ".1"), strings.TrimSuffix(key["-8.00"], ".1")
	refusedFor(t, "of two", "the bank calls 2 entries twice: "+seven+" of 7.00 on 2026-11-02, "+eight+" of -8.00 on 2026-11-03; right would be one of these", err)
	if _, err := w.Trace(t.Context(), "nl042"); !errors.Is(err, postgres.ErrNotFound) {
		t.Error(err)
	}
}

// Of a batch that was debited whole each part is told with where it went: what the bank had refused and brought back, what came back of what it paid, and what left.
func TestADebitWithARefusedAndABouncedPaymentAddsUp(t *testing.T) {
	t.Parallel()
	w, p := threePaid(t)
	id, nr := map[string]string{}, map[string]string{}
	for _, l := range p.Lines {
		id[l.Cents.String()], nr[l.Cents.String()] = l.EndToEndID, strings.TrimPrefix(l.EndToEndID, p.ID+"-")
	}
	w.bankSays(p, "report "+nr["7.00"]+" rejected MS03", "-112.00 a #PO-20261103/client", "7.00 b MS03!"+id["7.00"]+"|Correctie")
	debit, off := query[string](w, `SELECT key FROM statement_entry WHERE direction = 'debit'`), query[string](w, `SELECT key FROM statement_entry WHERE amount = 700 AND direction = 'credit'`)
	short := strings.NewReplacer(debit, "DEBIT", off, "OFF")
	says(t, "before", stepsOf(w.accounted(debit).To, short), "105.00 left for good, 7.00 it came back, as the bank should not have debited it: bank entry OFF")
	w.importFile(testkit.Camt("later", "8 395.00 400.00: 2026-11-05 5.00 c AC04!"+id["5.00"]+"|Retour"))
	trace := w.accounted(debit)
	back := query[string](w, `SELECT key FROM statement_entry WHERE amount = 500 AND direction = 'credit'`)
	for _, want := range []string{"100.00 left for good", "5.00 it came back: bank entry " + back, "7.00 it came back, as the bank should not have debited it: bank entry OFF"} {
		if got := stepsOf(trace.To, short); !strings.Contains(got, want) {
			t.Errorf("%q has not %q", got, want)
		}
	}
}

// Nor does a debit that waits tell less than left, of which a part came back.
func TestADebitThatWaitsIsTracedWithWhatCameBack(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	w.bankSays(p, "-107.00 a #PO-20261103/client", "-107.00 b #PO-20261103/client", "100.00 c MS03!PO-20261103-1|Correctie")
	key := query[string](w, `SELECT key FROM statement_entry WHERE direction = 'debit' AND payout IS NULL`)
	off := query[string](w, `SELECT key FROM statement_entry WHERE against IS NOT NULL`)
	says(t, "to", stepsOf(w.accounted(key).To, strings.NewReplacer(off, "OFF")), "100.00 it came back, as the bank should not have debited it: bank entry OFF, 7.00 it left, and is not in the books")
}
