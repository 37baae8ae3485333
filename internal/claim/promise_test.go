package claim_test

import (
	"strings"
	"testing"
)

// Who was given time while the 14 days ran is not late until that is over: no costs are due before it, and none when the principal is paid by then (decision 43).
func TestAPromiseWithinTheFourteenDays(t *testing.T) {
	t.Parallel()
	const letter = "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10; named 150.00 of 1000.00" // its term ends on 24 March
	const promised = letter + "; promised 1000.00 by 2026-03-30 on 2026-03-20"                             // it can be kept up to and including 1 April
	for _, c := range []struct{ name, story, on, want string }{
		{"without one", letter, "2026-03-25", "costs 150.00 interest 2.74 principal 1000.00"},
		{"none while it can be kept", promised, "2026-04-01", "costs 0.00 interest 3.51 principal 1000.00"},
		{"broken", promised, "2026-04-02", "costs 150.00 interest 3.62 principal 1000.00"},
		{"kept", promised + "; paid 1000.00 on 2026-04-01", "2026-04-10", "costs 0.00 interest 0.00 principal 3.51"},
		{"a day too late", promised + "; paid 1000.00 on 2026-04-02", "2026-04-02", "costs 0.00 interest 0.00 principal 153.62"},
		{"given on the last of the 14 days", letter + "; promised 1000.00 by 2026-03-30 on 2026-03-24; paid 1000.00 on 2026-03-30", "2026-03-30", "costs 0.00 interest 0.00 principal 3.29"},
		{"given after them", letter + "; promised 1000.00 by 2026-03-30 on 2026-03-25; paid 1000.00 on 2026-03-30", "2026-03-30", "costs 0.00 interest 0.00 principal 153.29"},
		{"told wrong", promised + " taken-back 2026-03-27", "2026-03-26", "costs 0.00 interest 2.85 principal 1000.00"},
		{"from the day of that on", promised + " taken-back 2026-03-27", "2026-03-27", "costs 150.00 interest 2.96 principal 1000.00"},
		{"of a part, and kept: no costs over that", letter + "; promised 400.00 by 2026-03-30 on 2026-03-20; paid 400.00 on 2026-03-30", "2026-04-02", "costs 90.49 interest 0.20 principal 603.29"},
		{"and none before its day, though it is kept sooner", letter + "; promised 400.00 by 2026-03-30 on 2026-03-20; paid 400.00 on 2026-03-26", "2026-04-01", "costs 0.00 interest 0.40 principal 602.85"},
		{"a day that is within them anyway", letter + "; promised 1000.00 by 2026-03-16 on 2026-03-12", "2026-03-25", "costs 150.00 interest 2.74 principal 1000.00"},
		{"in business costs are due without a letter", "company; 1000.00 due 2026-02-28; promised 1000.00 by 2026-03-30 on 2026-03-20; paid 1000.00 on 2026-03-30", "2026-03-30", "costs 0.00 interest 0.00 principal 158.34"},
	} {
		if got := say(accountOn(t, tell(c.story), c.on)); got != c.want {
			t.Errorf("%s\n%s\nby %s: %s, want %s", c.name, c.story, c.on, got, c.want)
		}
	}
	lines, _, err := tell(promised+"; paid 1000.00 on 2026-04-01").Explain(tables(), day("2026-04-10"))
	told := ""
	for _, line := range lines {
		told += line.What + ": " + line.Rule + "\n"
	}
	if err != nil || !strings.Contains(told, "no collection costs: the principal was paid by the day of a promise that was accepted within the term of the 14-day letter\n") {
		t.Errorf("%s%v", told, err)
	}
}
