package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
)

// What falls away of an arrangement with what is credited after it is kept with it, also of one that has ended, for whoever reads the case file without the law tables. It goes when the credit note is taken back. Nothing else of an arrangement changes.
func TestWhatIsCreditedDuringAnArrangementIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	ok(t, w.arrange(ref, "x", 2, today.AddDays(6)))
	before := w.facts(ref)
	next := today.AddDays(1)
	credit := func(key string, amount string) {
		ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: key, Kind: claim.CreditNote, On: next, Amount: eur(amount)}, at(next), w.lib.Rules))
	}
	kept := func() []claim.FallenAway { return w.facts(ref).Arrangements[0].FallenAway }
	credit("one", "60.00")
	one := kept()
	if len(one) != 1 || one[0].On != next || one[0].Less <= 0 {
		t.Fatalf("kept %+v", one)
	}
	f := w.facts(ref)
	if left := f.TotalOf(f.Arrangements[0], next); left != before.Arrangements[0].Total()-one[0].Less || f.TotalOf(f.Arrangements[0], today) != before.Arrangements[0].Total() {
		t.Errorf("it comes to %s of %s since %s", left, before.Arrangements[0].Total(), next)
	}
	credit("two", "30.00")
	if two := kept(); len(two) != 1 || two[0].Less <= one[0].Less {
		t.Errorf("two notes of one day: %+v, one: %+v", two, one)
	}
	ok(t, w.EndArrangement(t.Context(), ref, "agreed anew", at(next)))
	ok(t, second(w.ReverseSettlement(t.Context(), ref, "two", "another customer", at(next), w.lib.Rules)))
	if got := kept(); len(got) != 1 || got[0] != one[0] {
		t.Errorf("the second is taken back, of one that has ended: %+v, want %+v", got, one)
	}
	ok(t, second(w.ReverseSettlement(t.Context(), ref, "one", "another customer", at(next), w.lib.Rules)))
	if got := kept(); len(got) != 0 {
		t.Errorf("both are taken back: %+v", got)
	}
	for _, change := range []string{`ended_on = ended_on + 1`, `principal = principal + 1`} {
		if _, err := w.super.Exec(t.Context(), `UPDATE arrangement SET `+change); err == nil || !strings.Contains(err.Error(), "can only end, once") {
			t.Errorf("%s: %v", change, err)
		}
	}
}
