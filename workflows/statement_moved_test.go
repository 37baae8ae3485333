package workflows_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// movesOn is a store in which a claim moves on so many times while a receipt of an amount is looked at.
type movesOn struct {
	*postgres.Store
	amount money.Amount
	times  int64
	tries  atomic.Int64
}

func (s *movesOn) BookMatch(ctx context.Context, key string, m postgres.Match, claims []postgres.Ref, versions []int64, by postgres.Actor, rules postgres.RulesFor) error {
	if m.Proposals[0].Parts[0].Amount == s.amount && s.tries.Add(1) <= s.times {
		return postgres.ErrMoved
	}
	return s.Store.BookMatch(ctx, key, m, claims, versions, by, rules)
}

// A receipt whose claim moves on at each look is looked at again: by itself, and as long as others are booked. When somebody else goes on moving it, the next statement looks at it.
func TestAReceiptWhoseClaimMovesOnIsNotForgotten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story, entries, sum string
		times, tries        int64
		matched             activities.Matched
		want                string
	}{
		{"until it is looked at alone", "2026-11-03 30.00 r1 {a}", "30.00", 5, 6, activities.Matched{Automatic: 1}, "a 30.00, b 0.00"},
		{"while another one is booked", "2026-11-03 30.00 r1 {a}; 2026-11-03 20.00 r2 {b}", "50.00", 10, 11, activities.Matched{Automatic: 2}, "a 30.00, b 20.00"},
		{"by somebody else, on and on", "2026-11-03 30.00 r1 {a}; 2026-11-03 20.00 r2 {b}", "50.00", 1000, 20, activities.Matched{Automatic: 1, Queued: 1}, "a 0.00, b 20.00, 30.00 waits: not looked at"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newBankWorld(t)
			w.owes("a", "J. Voorbeeldman", "100.00")
			w.owes("b", "P. Anderson", "60.00")
			s := &movesOn{Store: w.Store, amount: money.MustParse("30.00"), times: c.times}
			if m := w.run(w.imports("1 0.00 "+c.sum+": "+c.entries), s); m != c.matched || s.tries.Load() != c.tries {
				t.Errorf("%+v in %d tries", m, s.tries.Load())
			}
			if got := w.state(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			w.inTheBooks()
		})
	}
}

// However many receipts of one claim one statement brings, all are booked.
func TestManyReceiptsOfOneClaimInOneStatement(t *testing.T) {
	t.Parallel()
	w := newBankWorld(t)
	w.owes("a", "J. Voorbeeldman", "100.00")
	var entries []string
	for i := range 9 {
		entries = append(entries, fmt.Sprintf("2026-11-03 10.00 r%d {a}", i))
	}
	w.run(w.imports("1 0.00 90.00: "+strings.Join(entries, "; ")), w.Store)
	if got := w.state(); got != "a 90.00" {
		t.Errorf("got %s", got)
	}
	w.inTheBooks()
}
