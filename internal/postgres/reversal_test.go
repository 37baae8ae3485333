package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// pays books a payment to the client on a day.
func (w *world) pays(ref postgres.Ref, key, amount string, daysAgo int) {
	w.Helper()
	ok(w, w.RecordSettlement(w.Context(), ref, claim.Settlement{Key: key, Kind: claim.PaidToClient, On: today.AddDays(-daysAgo), Amount: eur(amount)}, at(today), w.lib.Rules))
}

// receives books money on the trust account that names the claim.
func (w *world) receives(ref postgres.Ref, key, amount string) {
	w.Helper()
	why := "" // else it is another payment than the agency's own money of that amount, which a statement brought
	if query[bool](w, `SELECT EXISTS (SELECT FROM statement_entry WHERE kind = 'receipt' AND iban = $1 AND amount = $2)`, agencyIBAN, eur(amount)) {
		why = "the line is the agency's own money"
	}
	w.receivesAnother(ref, key, amount, why)
}

// receivesAnother is receives of what a person says is another payment than a line of a statement.
func (w *world) receivesAnother(ref postgres.Ref, key, amount, why string) {
	w.Helper()
	file, err := w.CaseFile(w.Context(), ref)
	ok(w, err)
	_, err = w.RecordReceipt(w.Context(), postgres.Receipt{Key: key, Amount: eur(amount), On: today, Remittance: file.RF, Another: why}, at(today), w.lib.Rules)
	ok(w, err)
}

func (w *world) reverses(ref postgres.Ref, key, reason string) (claim.Difference, error) {
	return w.ReverseSettlement(w.Context(), ref, key, reason, at(today), w.lib.Rules)
}

func (w *world) corrects(ref postgres.Ref, key string, c postgres.Correction) (claim.Difference, error) {
	return w.CorrectSettlement(w.Context(), ref, key, c, "misread", at(today), w.lib.Rules)
}

// books are the settlements that stand, in words.
func (w *world) books(ref postgres.Ref) string {
	w.Helper()
	var words []string
	for _, s := range w.facts(ref).Settlements {
		words = append(words, fmt.Sprintf("%s %s %s %s", s.Key, s.Kind, s.Amount, s.On))
	}
	return strings.Join(words, ", ")
}

// sayDifference is "total 100.00 to 60.00, interest 0.00 to 1.00 ...", of the parts that differ.
func sayDifference(d claim.Difference) string {
	var words []string
	for _, p := range d.Changes() {
		if p.Grew() != 0 {
			words = append(words, fmt.Sprintf("%s %s to %s", p.Name, p.Before, p.After))
		}
	}
	return strings.Join(words, ", ")
}

func (w *world) trust() string {
	w.Helper()
	total, err := w.ReceiptsTotal(w.Context())
	ok(w, err)
	return total.String()
}

// taskOf is a task of the claim as "open" or "done"; "" when there is none.
func (w *world) taskOf(ref postgres.Ref, key string) string {
	i := slices.IndexFunc(w.facts(ref).Tasks, func(task claim.Task) bool { return task.Key == key })
	if i < 0 {
		return ""
	}
	return map[bool]string{true: "open", false: "done"}[w.facts(ref).Tasks[i].Open]
}

// messagesTo are the messages for a claim's workflow that were left since its start.
func (w *world) messagesTo(ref postgres.Ref) string {
	w.Helper()
	return query[string](w, `SELECT COALESCE(string_agg(message || ' ' || key, ', ' ORDER BY id), '') FROM outbox WHERE claim_id = $1 AND message <> 'start'`, ref.ClaimID)
}

// What is reversed is as if it had never been, for every kind; it stays in the books with its reversal.
func TestAReversedSettlementNeverWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, kind := range claim.SettlementKinds() {
		ref, amount, left := w.open(), "40.00", "total 6"
		if kind == claim.WriteOff {
			amount, left = "5.00", "total 9" // one person lets go of no more
		}
		before := w.facts(ref)
		if kind == claim.PaidToAgency {
			w.receives(ref, "bank-9", "40.00")
		} else {
			ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "bank-9", Kind: kind, On: today.AddDays(-10), Amount: eur(amount)}, at(today), w.lib.Rules))
		}
		d, err := w.reverses(ref, "bank-9", "storno")
		ok(t, err)
		if got := sayDifference(d); !strings.Contains(got, left) || !strings.HasSuffix(got, " to 100.33") {
			t.Errorf("%s: %s", kind, got)
		}
		after := w.facts(ref)
		if after.Version != before.Version+2 {
			t.Errorf("%s: version %d, then %d", kind, before.Version, after.Version)
		}
		if after.Version = before.Version; fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("%s:\n%+v\n%+v", kind, before, after)
		}
		if n := query[int](w, `SELECT count(*) FROM settlement WHERE claim_id = $1`, ref.ClaimID); n != 1 {
			t.Errorf("%s: %d settlements in the books", kind, n)
		}
		if got := w.messagesTo(ref); !strings.HasSuffix(got, "payment-recorded reversal:bank-9") {
			t.Errorf("%s: %s", kind, got)
		}
		if kind == claim.PaidToAgency && w.trust() != "0.00" {
			t.Errorf("%s on the trust account", w.trust())
		}
	}
}

func TestAReversalIsOnceAndSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref, other := w.open(), w.open()
	w.pays(ref, "p1", "40.00", 10)
	w.pays(other, "p2", "40.00", 10)
	_, err := w.reverses(ref, "p2", "storno")
	if err == nil || err.Error() != "the claim has no settlement p2; right would be one of p1 (paid-to-client of 40.00 on 2026-10-24)" {
		t.Error(err)
	}
	_, err = w.reverses(ref, "p1", " ")
	refused(t, err)
	before := w.counts()
	first, err := w.reverses(ref, "p1", "storno")
	ok(t, err)
	changed := w.counts()
	if changed == before {
		t.Error("nothing was recorded")
	}
	w.pays(ref, "p3", "1.00", 0) // the repeated command tells the difference it made, not one of now
	changed = w.counts()
	again, err := w.ReverseSettlement(t.Context(), ref, "p1", "storno", at(today.AddDays(1)), w.lib.Rules)
	ok(t, err)
	if again != first || w.counts() != changed {
		t.Errorf("%+v, then %+v; %s, then %s", first, again, changed, w.counts())
	}
	for what, err := range map[string]error{
		"settlement p1 was taken back already, with another reason: storno":                       second(w.reverses(ref, "p1", "a mistake")),
		"settlement p1 was reversed already; use `claim pay` or `receipts add` for what is right": second(w.corrects(ref, "p1", postgres.Correction{Amount: eur("4.00")})),
		"settlement p1 was reversed; use another key for something new": w.RecordSettlement(t.Context(), ref,
			claim.Settlement{Key: "p1", Kind: claim.PaidToClient, On: today.AddDays(-10), Amount: eur("40.00")}, at(today), w.lib.Rules),
		"the claim has no settlement p9; right would be one of p3 (paid-to-client of 1.00 on 2026-11-03)": second(w.reverses(ref, "p9", "storno")),
	} {
		if refused(t, err); err.Error() != what {
			t.Errorf("%v, want %s", err, what)
		}
	}
	if w.counts() != changed {
		t.Errorf("%s was %s", w.counts(), changed)
	}
}

func second[T any](_ T, err error) error { return err }

// A bank's file that is told twice at once, by two operators: it is one reversal.
func TestReversalsAtOnceAreOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.pays(ref, "p1", "40.00", 0)
	var wg sync.WaitGroup
	made, failed := make([]claim.Difference, 8), make([]error, 8)
	for i := range made {
		wg.Go(func() { made[i], failed[i] = w.corrects(ref, "p1", postgres.Correction{Amount: eur("50.00")}) })
	}
	wg.Wait()
	for i := range made {
		if failed[i] != nil || made[i] != made[0] {
			t.Errorf("%v, %+v", failed[i], made[i])
		}
	}
	if got := w.books(ref); got != "p1~2 paid-to-client 50.00 2026-11-03" {
		t.Error(got)
	}
}

func TestACorrectionIsAReversalAndWhatIsRight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		name  string
		right postgres.Correction
		books string
	}{
		{"the amount", postgres.Correction{Amount: eur("14.00")}, "p1~2 paid-to-client 14.00 2026-10-24"},
		{"the value date", postgres.Correction{On: today}, "p1~2 paid-to-client 40.00 2026-11-03"},
		{"the kind", postgres.Correction{Kind: claim.CreditNote, Key: "cn-1"}, "cn-1 credit-note 40.00 2026-10-24"},
		{"all of it", postgres.Correction{Kind: claim.SetOff, On: today.AddDays(-1), Amount: eur("0.01")}, "p1~2 set-off 0.01 2026-11-02"},
	} {
		ref := w.open()
		w.pays(ref, "p1", "40.00", 10)
		d, err := w.corrects(ref, "p1", c.right)
		ok(t, err)
		was, err := w.facts(ref).With(claim.Settlement{Key: "p1", Kind: claim.PaidToClient, On: today.AddDays(-10), Amount: eur("40.00")}).Without(strings.Fields(c.books)[0]).AccountOn(w.lib.Tables(), today)
		ok(t, err)
		is, err := w.facts(ref).AccountOn(w.lib.Tables(), today)
		ok(t, err)
		if w.books(ref) != c.books || d != (claim.Difference{On: today, Before: was.Position(), After: is.Position()}) || d.Before == d.After {
			t.Errorf("%s: %s; %s", c.name, w.books(ref), sayDifference(d))
		}
		before := w.counts()
		again, err := w.corrects(ref, "p1", c.right)
		if err != nil || again != d || w.counts() != before {
			t.Errorf("%s again: %v, %s", c.name, err, sayDifference(again))
		}
		if n := query[int](w, `SELECT count(*) FROM case_event WHERE claim_id = $1 AND key IN ('reversal:p1', 'settlement:' || $2)`, ref.ClaimID, strings.Fields(c.books)[0]); n != 2 {
			t.Errorf("%s: %d events", c.name, n)
		}
	}
}

func TestWhatCannotBeCorrected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.pays(ref, "p1", "40.00", 10)
	w.pays(ref, "p2", "10.00", 10)
	w.receives(ref, "bank-1", "5.00")
	before := w.counts()
	for _, c := range []struct {
		key   string
		right postgres.Correction
		why   string
	}{
		{"p1", postgres.Correction{Amount: eur("40.00"), On: today.AddDays(-10)}, "p1 is paid-to-client of 40.00 on 2026-10-24 already; right would be another amount, value date, kind or invoice"},
		{"p1", postgres.Correction{On: today.AddDays(1)}, "value date 2026-11-04 is in the future; right would be a day up to and including 2026-11-03"},
		{"p1", postgres.Correction{On: today.AddDays(-61)}, "value date 2026-09-03 is before the claim's oldest invoice; right would be a day from 2026-09-04"},
		{"p1", postgres.Correction{Amount: eur("1000.01")}, "1000.01 is more than 10 times what can be owed, a typing error: "},
		{"p1", postgres.Correction{Amount: -1}, "a settlement is more than 0.00"},
		{"p1", postgres.Correction{Kind: claim.PaidToAgency}, "money on the trust account is booked as a receipt"},
		{"p1", postgres.Correction{Amount: eur("4.00"), Key: "p2"}, "key p2 is in use for another settlement of this claim"},
		{"p1", postgres.Correction{Amount: eur("4.00"), Key: "p1"}, "key p1 is in use for the settlement that is corrected; right would be another key"},
		{"p0", postgres.Correction{Amount: eur("4.00")}, "the claim has no settlement p0; right would be one of p1 ("},
		{"bank-1", postgres.Correction{Amount: eur("4.00")}, "bank-1 is 5.00 that came in on the trust account, as the bank says; right would be another value date only"},
		{"bank-1", postgres.Correction{Kind: claim.PaidToClient}, "bank-1 is 5.00 that came in on the trust account"},
		{"bank-1", postgres.Correction{Amount: eur("5.00")}, "bank-1 is paid-to-agency of 5.00 on 2026-11-03 already"},
	} {
		if err := second(w.corrects(ref, c.key, c.right)); err == nil || !strings.HasPrefix(err.Error(), c.why) {
			t.Errorf("%s %+v: %v, want %s", c.key, c.right, err, c.why)
		}
	}
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}
}

// A correction can be corrected; each settlement is taken back once, and what it counts as is told to who tries again.
func TestACorrectionCanBeCorrected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.pays(ref, "p1", "40.00", 10)
	for i, amount := range []string{"41.00", "42.00"} {
		_, err := w.corrects(ref, []string{"p1", "p1~2"}[i], postgres.Correction{Amount: eur(amount)})
		ok(t, err)
	}
	for what, err := range map[string]error{
		"settlement p1 was corrected already: it counts as p1~2, which can be reversed or corrected":          second(w.reverses(ref, "p1", "misread")),
		"settlement p1 was corrected already, to paid-to-client of 41.00 on 2026-10-24; correct p1~2 instead": second(w.corrects(ref, "p1", postgres.Correction{Amount: eur("43.00")})),
		"settlement p1~2 was corrected already, to paid-to-client of 42.00 on 2026-10-24; correct p1~3 instead": second(
			w.CorrectSettlement(t.Context(), ref, "p1~2", postgres.Correction{Amount: eur("42.00")}, "another reason", at(today), w.lib.Rules)),
		"settlement p1~2 was corrected already: it counts as p1~3, which can be reversed or corrected": second(w.corrects(ref, "p1~2", postgres.Correction{Amount: eur("42.00"), Key: "x"})),
	} {
		if err == nil || err.Error() != what {
			t.Errorf("%v, want %s", err, what)
		}
	}
	if got := w.books(ref); got != "p1~3 paid-to-client 42.00 2026-10-24" {
		t.Error(got)
	}
}

// Money that the bank took back is not on the trust account; money that counts from another day is.
func TestTheTrustAccountKnowsWhatWasTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	for _, key := range []string{"back", "date", "both", "stays"} {
		w.receives(ref, key, "10.00")
	}
	_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: "waits", Amount: eur("7.00"), On: today}, at(today), w.lib.Rules)
	ok(t, err)
	w.pays(ref, "beside", "3.00", 0)
	for i, step := range []struct {
		do   func() (claim.Difference, error)
		want string
	}{
		{func() (claim.Difference, error) { return w.reverses(ref, "back", "refund") }, "37.00"},
		{func() (claim.Difference, error) {
			return w.corrects(ref, "date", postgres.Correction{On: today.AddDays(-2)})
		}, "37.00"},
		{func() (claim.Difference, error) {
			return w.corrects(ref, "both", postgres.Correction{On: today.AddDays(-2)})
		}, "37.00"},
		{func() (claim.Difference, error) { return w.reverses(ref, "both~2", "refund") }, "27.00"},
		{func() (claim.Difference, error) { return w.reverses(ref, "beside", "a mistake") }, "27.00"},
	} {
		_, err := step.do()
		ok(t, err)
		if got := w.trust(); got != step.want {
			t.Errorf("step %d: %s on the trust account, want %s", i, got, step.want)
		}
	}
	if got := w.books(ref); got != "date~2 paid-to-agency 10.00 2026-11-01, stays paid-to-agency 10.00 2026-11-03" {
		t.Error(got)
	}
	if err := w.AssignReceipt(t.Context(), "back", ref, at(today), w.lib.Rules); err == nil || !strings.HasPrefix(err.Error(), "receipt back was taken back, and no statement tells it (refund): it is not there any more; right would be the receipt of what is paid instead") {
		t.Error(err)
	}
}

// What a correction or a reversal leaves as surplus is owed back: a person is told, once for each. One that leaves none asks nothing.
func TestASurplusAfterACorrectionIsPaidBack(t *testing.T) {
	t.Parallel()
	const lodge = "stopped:wsnp (debt restructuring (WSNP) applies: lodge the claim with the WSNP administrator, with interest up to the day before the ruling, and inform the client)"
	for _, c := range []struct {
		story  string
		change func(w *world, ref postgres.Ref) error
		asked  string
	}{
		{"more than was read", func(w *world, ref postgres.Ref) error {
			return second(w.corrects(ref, "p1", postgres.Correction{Amount: eur("110.00")}))
		}, "repay-surplus:50.00 (50.00 was paid too much: tell the debtor, and see that it is paid back)"},
		{"less than was read: it is owed again, while the flag stands", func(w *world, ref postgres.Ref) error {
			return second(w.corrects(ref, "p1", postgres.Correction{Amount: eur("50.00")}))
		}, lodge},
		{"gone", func(w *world, ref postgres.Ref) error { return second(w.reverses(ref, "p1", "storno")) }, lodge},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.open()
			ok(t, w.SetFlag(t.Context(), ref, claim.FlagWSNP, today.AddDays(-100), at(today))) // so that no interest runs
			w.exec(`UPDATE task SET done_on = $1`, today)
			w.pays(ref, "p1", "60.00", 0)
			w.pays(ref, "p2", "40.00", 0)
			w.closes(ref, claim.StatusPaid)
			for range 2 {
				ok(t, c.change(w, ref))
			}
			if got := w.asked(ref); got != c.asked {
				t.Errorf("asked: %s", got)
			}
		})
	}
}
