package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
)

// What was kept back of a receipt, or set off against an invoice, was the agency's from then on: when the bank takes the receipt back it is not divided anew, and is taken off its claim once.
func TestAStornoOfWhatWasKeptBackOrSetOff(t *testing.T) {
	t.Parallel()
	keeps := func(topped bool) func(t *testing.T) *world {
		return func(t *testing.T) *world {
			w := takenBackAfterPayout(t, topped)
			w.receivesAnother(w.open(), "r2", "60.00", "the line is the agency's own money")
			w.proposes(today.AddDays(1))
			return w
		}
	}
	for _, c := range []struct {
		name   string
		world  func(t *testing.T) *world
		key    string // of the receipt that is taken back
		to     string
		amount string
		told   string // by the next specification, when 160.00 came in since
	}{
		{"kept back", keeps(false), "r2", "kept 60.00, taken-back 60.00, clawback -60.00", "60.00", "100.00 less 120.00: C-0002 60.00=60.00, C-0003 100.00=100.00, C-0004 60.00=60.00"},
		{"kept back for the agency", keeps(true), "r2", "kept 60.00, taken-back 60.00, clawback -60.00", "60.00", "100.00 less 120.00: C-0002 60.00=60.00, C-0003 100.00=100.00, C-0004 60.00=60.00"},
		{"kept back by a payout, for the agency", func(t *testing.T) *world {
			w := takenBackAfterPayout(t, true)
			w.receives(w.open(), "r2", "100.00")
			w.paidOut(today.AddDays(1))
			return w
		}, "r2", "line/clawed 60.00, line 40.00, taken-back 100.00, clawback -100.00", "100.00", "60.00 less 100.00: C-0003 100.00=100.00, C-0004 60.00=60.00"},
		{"set off against an invoice", func(t *testing.T) *world {
			w := netting(t)
			p, _ := w.sets()
			w.approves(p, "Anna", "Bram")
			w.sends(p)
			return w
		}, "r1", "set/set-off 18.15, set 41.85, taken-back 60.00, clawback -60.00", "60.00", "100.00 less 60.00: C-0003 100.00=100.00, C-0004 60.00=60.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := c.world(t)
			claim := query[string](w, `SELECT claim_id::text FROM receipt WHERE key = $1`, c.key)
			ok(t, second(w.ReverseReceipt(t.Context(), c.key, "storno", at(today.AddDays(1)), w.lib.Rules)))
			short := []string{claim + "/reversal:" + c.key + "/", "", "kept:" + w.client + ":1", "kept", "payout:", "", "PO-20261104-1", "line", "PO-20261103-A-1", "set"}
			says(t, "receipt", w.traced(c.key, short...), "to "+c.to)
			says(t, "what takes it off its claim", w.traced(claim+"/reversal:"+c.key, short...), fmt.Sprintf("from %[1]s %[2]s; to taken-back %[2]s", c.key, c.amount))
			untrue := func(s postgres.TraceStep) bool {
				return strings.Contains(s.What, "divided anew") || s.Amount > 0 && strings.Contains(s.What, "the agency answers for")
			}
			w.receives(w.open(), "r3", "100.00")
			w.receivesAnother(w.open(), "r4", "60.00", "the line is the agency's own money")
			says(t, "specified", w.specified(w.paidOut(today.AddDays(2))), c.told)
			for _, key := range []string{c.key, "r3", "r4"} {
				if to := steps(w.accounted(key).To); slices.ContainsFunc(to, untrue) {
					t.Errorf("%s: %+v", key, to)
				}
			}
			w.verified()
		})
	}
}

// steps are all steps, and those below them.
func steps(of []postgres.TraceStep) (all []postgres.TraceStep) {
	for _, s := range of {
		all = append(append(all, s), steps(s.Steps)...)
	}
	return all
}
