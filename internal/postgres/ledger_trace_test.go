package postgres_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
)

// traced are the journals of a trace in the trust book, in the order in which they were booked, with claims and keys of entries by name.
func (w *world) traced(key string, names ...string) string {
	w.Helper()
	list, err := w.Trace(w.Context(), key)
	ok(w, err)
	short := strings.NewReplacer(names...)
	var words []string
	for _, p := range list {
		if p.Book == "S" {
			words = append(words, short.Replace(p.Key))
		}
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

// Whoever has one end of any cent finds the other: from the bank line to the payout line and its debit on the statement, and back.
func TestAnyCentIsFollowed(t *testing.T) {
	t.Parallel()
	w, ref := refunding(t)
	w.paidOut(today)
	w.bankTells("-100.00 a PO-20261103-1|x; -0.33 b #PO-20261103/fees; -82.00 c #PO-20261103/refund; 42.00 d MS03!PO-20261103-3|x")
	entries := map[string]string{}
	for _, s := range []string{"a", "b", "c", "d"} {
		amount := map[string]int64{"a": 10000, "b": 33, "c": 8200, "d": 4200}[s]
		entries[s] = query[string](w, `SELECT key FROM statement_entry WHERE amount = $1`, amount)
	}
	const (
		claim    = "claim/settlement:over, payout:PO-20261103-1, payout:PO-20261103-1/booked, payout:PO-20261103-4, payout:PO-20261103-4/booked, receipt:over"
		stranger = "payout:PO-20261103-3, payout:PO-20261103-3/booked, payout:PO-20261103-3/returned, receipt:stranger, refund:stranger:1"
		fees     = "payout:PO-20261103-2, payout:PO-20261103-2/booked"
	)
	for from, want := range map[string]string{
		"over": claim, "receipt:over": claim, "PO-20261103-1": claim, "PO-20261103-4": claim, "over:1": claim, "payout:PO-20261103-4": claim, entries["a"]: claim,
		"stranger": stranger, "stranger:1": stranger, "refund:stranger:1": stranger, "PO-20261103-3": stranger, entries["d"]: stranger,
		"PO-20261103-2": fees, entries["b"]: fees,
		entries["c"]: "claim/settlement:over, payout:PO-20261103-1, payout:PO-20261103-1/booked, payout:PO-20261103-3, payout:PO-20261103-3/booked, payout:PO-20261103-3/returned, " +
			"payout:PO-20261103-4, payout:PO-20261103-4/booked, receipt:over, receipt:stranger, refund:stranger:1",
	} {
		if got := w.traced(from, ref.ClaimID, "claim"); got != want {
			t.Errorf("from %s\ngot  %s\nwant %s", from, got, want)
		}
	}
	if _, err := w.Trace(t.Context(), "none"); err == nil || !strings.Contains(err.Error(), postgres.ErrNotFound.Error()) {
		t.Error(err)
	}
}
