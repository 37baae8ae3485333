package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
)

// What a debtor paid to the client is traced too, on each claim that has a settlement of that key: no money of ours moved, and this is what was posted of it; also when it was taken back.
func TestATraceOfWhatMovedNoMoney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, other := w.open(), w.open()
	w.pays(one, "p1", "60.00", 0)
	w.pays(other, "p1", "140.33", 0)
	ok(t, second(w.ReverseSettlement(t.Context(), other, "p1", "it was for another invoice", at(today), w.lib.Rules)))
	names := strings.NewReplacer(one.ClaimID, "ONE", other.ClaimID, "OTHER")
	trace, err := w.Trace(t.Context(), "p1")
	ok(t, err)
	words := []string{trace.What + ": " + trace.Amount.String()}
	for _, s := range trace.Beside {
		words = append(words, s.Amount.String()+" "+names.Replace(s.What))
		for _, l := range s.Steps {
			words = append(words, "- "+l.Amount.String()+" "+l.What+" by "+names.Replace(l.Key))
		}
	}
	for _, want := range []string{
		"settlement of a claim: no money of the trust account moved: 200.33",
		"60.00 paid-to-client of claim ONE (A C-0001), told by test on 2026-11-03",
		"- 59.67 credit D100, Owed: principal by ONE/settlement:p1",
		"140.33 paid-to-client of claim OTHER (A C-0002), told by test on 2026-11-03, taken back by test on 2026-11-03",
	} {
		if !strings.Contains("\n"+strings.Join(words, "\n")+"\n", "\n"+want+"\n") {
			t.Errorf("%s\nis not in\n%s", want, strings.Join(words, "\n"))
		}
	}
	if len(postgres.Ends(trace.From))+len(postgres.Ends(trace.To)) > 0 {
		t.Errorf("%+v", trace)
	}
}
