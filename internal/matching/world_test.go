package matching_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/matching"
)

// The whole of matching on payments of which the truth is known: not one wrong, nothing of noise, and as much by itself as was measured. A change that
// costs a single right cent fails here; `dunning bench --only matching` tells the rates for 50,000.
func TestNoPaymentIsMatchedWrong(t *testing.T) {
	t.Parallel()
	acting := storyPolicy
	acting.Proven = map[matching.Rule]bool{matching.NameAmount: true}
	for _, s := range []struct {
		story    string
		mix      matching.Mix
		policy   matching.Policy
		seed     uint64
		least    int // payments of a thousand for open claims that are automatic
		proposed int // of a thousand that are automatic or have a right claim among the suggestions
	}{
		{"payments as they come", matching.BaseMix, storyPolicy, 1, 935, 980},
		{"on a bad day", matching.HardMix, storyPolicy, 2, 855, 960},
		{"as they come, when the rule in shadow may act", matching.BaseMix, acting, 3, 940, 980},
		{"on a bad day, when the rule in shadow may act", matching.HardMix, acting, 4, 860, 960},
		{"noise", matching.NoiseMix, storyPolicy, 5, 0, 0},
	} {
		t.Run(s.story, func(t *testing.T) {
			t.Parallel()
			const payments = 10_000
			w := matching.NewWorld(s.seed, payments, s.mix)
			x, err := w.Index()
			if err != nil {
				t.Fatal(err)
			}
			var all matching.Tally
			err = matching.Play(w, x, payments, s.policy, func(p matching.Paid, r matching.Result) {
				right := all.Right
				if all.Count(p, r); r.Outcome == matching.Automatic && all.Right == right {
					t.Errorf("%s %+v\nis for %v and back %s\nand became %s", p.Class, p.Payment, p.Parts, p.Surplus, tell(r))
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if all.WrongDebtor != 0 || all.Right != all.Automatic || all.Right*1000 < s.least*all.Open || all.Shown*1000 < s.proposed*all.Open || all.Payments != payments {
				t.Errorf("%+v; want %d and %d of a thousand", all, s.least, s.proposed)
			}
		})
	}
}
