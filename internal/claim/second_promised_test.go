package claim_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
)

// promises lets the debtor promise something about the time in which a 14-day letter can be answered.
func (t *teller) promises(r *rand.Rand) {
	for _, told := range slices.Clone(t.words) {
		w := strings.Fields(told)
		if w[0] != "letter" {
			continue
		}
		on := num(day(w[2])) + r.IntN(20)
		promised := fmt.Sprintf("promised %s by %s on %s", inEuros(1+r.Int64N(t.principal)), dateOf(on+r.IntN(25)), dateOf(on))
		if r.IntN(5) == 0 {
			promised += " taken-back " + dateOf(on+r.IntN(20)).String()
		}
		t.say("%s", promised)
	}
}

// termEnds is the last day of the fourteen, or of those that a promise of by then has until it was told wrong.
func (s *second) termEnds(l claim.Letter) (last int) {
	last = secondFourteenDays(num(l.Received))
	for _, p := range s.f.Promises {
		if num(p.On) > last {
			continue
		}
		for n := num(p.On); n <= num(p.Until) && (p.Ended.IsZero() || n < num(p.Ended)); n++ {
			last = max(last, n)
		}
	}
	return last
}

// Promises that make a term longer are kept and broken in the made-up claims, and costs come due and do not.
func TestTheStoriesLivePromises(t *testing.T) {
	t.Parallel()
	longer, free, charged := 0, 0, 0
	for number := range uint64(10_000) {
		text, on := madeUp(number)
		s := newSecond(secondKnown(tell(text), text, num(inTheEnd)), day(on))
		l := s.notice()
		if l == nil || s.termEnds(*l) == secondFourteenDays(num(l.Received)) || s.termEnds(*l) >= num(day(on)) {
			continue
		}
		longer++
		if s.paidInTime() {
			free++
		} else if s.account().Charged.Costs > 0 {
			charged++
		}
	}
	if longer < 100 || free < 5 || charged < 50 {
		t.Errorf("of %d terms that a promise made longer %d ended without costs and %d with", longer, free, charged)
	}
}
