package claim_test

import (
	"fmt"
	"testing"
)

// A letter says over what the collection costs are calculated, or that they are what was named.
func TestCostsOver(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, story, want string }{
		{"no more than was named over what was open then", "consumer; 1000.00 due 2026-02-28; paid 100.00 on 2026-03-12; letter received 2026-03-15; named 135.06 of 900.37", "costs 135.06 over 901.32, together false, capped true"},
		{"the scale", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-15; named 150.00 of 1000.00", "costs 150.00 over 1000.00, together false, capped false"},
		{"an invoice that fell due later, of which the letter knew nothing", "consumer; 1000.00 due 2026-02-28; 300.00 due 2026-03-31; letter received 2026-03-10; named 150.00 of 1000.00",
			"costs 150.00 over 1300.00, together false, capped true"},
		{"with other claims", "consumer; 300.00 due 2026-02-28; letter received 2026-03-10; named 5.00 with 500.00 less 115.00", "costs 5.00 over 800.00, together true, capped false"},
		{"a business", "company; 1000.00 due 2026-02-28", "costs 150.00 over 1000.00, together false, capped false"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := tell(c.story)
			a := accountOn(t, f, "2026-04-10")
			over, together := f.CostsOver(a)
			if got := fmt.Sprintf("costs %s over %s, together %v, capped %v", a.Charged.Costs, over, together, a.CostsCapped); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
