package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// Whatever is asked of a receipt that can go nowhere, the answer is the same: what became of it, by which line, and what would be right. No answer sends on to a command that is refused.
func TestAReceiptThatCanGoNowhereSaysWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	const paid, back = "1 0.00 42.00: 2026-11-02 42.00 a e2e|iets", "2 42.00 0.00: 2026-11-03 -42.00 b MD06!e2e|iets"
	takenBack := func(w *world, _ postgres.Ref, _ string) {
		w.importFile(testkit.Camt("n", back))
		ok(w, w.ApplyReturns(w.Context(), at(today), w.lib.Rules))
	}
	assigned := func(w *world, ref postgres.Ref, key string) {
		ok(w, w.AssignReceipt(w.Context(), key, ref, at(today), w.lib.Rules))
	}
	for _, c := range []struct {
		story, want string
		becomes     []func(*world, postgres.Ref, string)
	}{
		{"the bank took it back of a claim", "the bank took receipt KEY back by line LINE of 2026-11-03 (MD06): it is not there any more; right would be the receipt of what is paid instead, when that comes (dunning receipts queue)", []func(*world, postgres.Ref, string){assigned, takenBack}},
		{"of nobody", "the bank took receipt KEY back by line LINE of 2026-11-03 (MD06): it is not there any more; right would be the receipt of what is paid instead, when that comes (dunning receipts queue)", []func(*world, postgres.Ref, string){takenBack}},
		{"a person did", "receipt KEY was taken back, and no statement tells it (typed by mistake): it is not there any more; right would be the receipt of what is paid instead (dunning receipts queue), or of the same money under another key when it came in after all (dunning receipts add)",
			[]func(*world, postgres.Ref, string){assigned, func(w *world, _ postgres.Ref, key string) {
				ok(w, second(w.ReverseReceipt(w.Context(), key, "typed by mistake", at(today), w.lib.Rules)))
			}}},
		{"it is of a claim", "receipt KEY does not wait: it is allocated to claim CLAIM; when that is wrong: dunning receipts release KEY CLAIM", []func(*world, postgres.Ref, string){assigned}},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			of, other := w.open(), w.open()
			w.importFile(testkit.Camt("m", paid))
			key := w.entryKeys()["42.00"]
			for _, become := range c.becomes {
				become(w, of, key)
			}
			want := strings.NewReplacer("KEY", key, "CLAIM", of.ClaimID, "LINE", query[string](w, `SELECT COALESCE(min(key), '') FROM statement_entry WHERE kind = 'return'`)).Replace(c.want)
			w.client = w.newClient("B")
			asked := map[string]error{
				"assign":                     w.AssignReceipt(t.Context(), key, other, at(today), w.lib.Rules),
				"assign to another client's": w.AssignReceipt(t.Context(), key, w.open(), at(today), w.lib.Rules),
				"refund":                     second(w.ProposeRefund(t.Context(), key, "r", at(today))),
				"reject":                     second(w.RejectSuggestion(t.Context(), key, "r", at(today))),
				"split":                      second(w.SplitReceipt(t.Context(), key, []postgres.Split{{Ref: of, Amount: eur("40.00")}, {Ref: other, Amount: eur("2.00")}}, at(today), w.lib.Rules)),
			}
			if !strings.Contains(c.want, "receipts release") {
				asked["assign again"] = w.AssignReceipt(t.Context(), key, of, at(today), w.lib.Rules)
			}
			for what, err := range asked {
				if refused(t, err); err.Error() != want {
					t.Errorf("%s: %v\nwant %s", what, err, want)
				}
			}
		})
	}
}
