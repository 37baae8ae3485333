package claim_test

import (
	"fmt"
	"strings"
	"testing"
)

// The 14-day letter of these stories is of 2026-03-10 and its term ends on 2026-03-26; costs are those of 2026-04-10.
func TestA14DayLetterThatNamedTooMuch(t *testing.T) {
	t.Parallel()
	const (
		letter  = "consumer; 1000.00 due 2026-02-28; letter received 2026-03-12; named "
		counted = letter + "60.08 of 400.55; "
		whole   = letter + "150.00 of 1000.00; "
	)
	for _, c := range []struct{ name, story, want string }{
		{"what was paid before it was told after it: no costs", whole + "paid 600.00 on 2026-03-05 known 2026-03-20", "0.00"},
		{"all of it", whole + "paid-client 1000.00 on 2026-03-05 known 2026-03-20", "0.00"},
		{"more than that", whole + "paid-client 1050.00 on 2026-03-05 known 2026-03-20", "0.00"},
		{"credited before it", whole + "credited 300.00 on 2026-03-05 known 2026-03-20", "0.00"},
		{"another letter named what is right: its costs", whole + "paid 600.00 on 2026-03-05 known 2026-03-20; letter received 2026-03-22; named 60.08 of 400.55", "60.08 from 2026-04-08"},
		{"it was known and counted", counted + "paid 600.00 on 2026-03-05 known 2026-03-09", "60.08 from 2026-03-27"},
		{"it came to be known on its day, and was counted", counted + "paid 600.00 on 2026-03-05 known 2026-03-10", "60.08 from 2026-03-27"},
		{"so with another that was paid on its day", letter + "105.08 of 700.55; paid 300.00 on 2026-03-05 known 2026-03-10; paid 400.00 on 2026-03-10 known 2026-03-10", "45.14 from 2026-03-27"},
		{"it came to be known on its day, and was not counted", whole + "paid 600.00 on 2026-03-05 known 2026-03-10", "0.00"},
		{"what was counted was more than that", counted + "paid 650.00 on 2026-03-05 known 2026-03-20", "0.00"},
		{"what was counted was less than that: it binds to what it named", counted + "paid 500.00 on 2026-03-05 known 2026-03-20", "60.08 from 2026-03-27"},
		{"paid on its day: it crossed the letter", whole + "paid 600.00 on 2026-03-10 known 2026-03-20", "60.17 from 2026-03-27"},
		{"paid within its term", whole + "paid 600.00 on 2026-03-20 known 2026-03-30", "60.33 from 2026-03-27"},
		{"nobody told when it came to be known", whole + "paid 600.00 on 2026-03-05", "60.08 from 2026-03-27"},
		{"what a letter names was not kept then", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-12; paid 600.00 on 2026-03-05 known 2026-03-20", "60.08 from 2026-03-27"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := tell(c.story)
			for _, b := range booksOf(c.story) {
				for i, s := range f.Settlements {
					if s.Key == b.Key {
						f.Settlements[i].Known = b.Booked
					}
				}
			}
			lines, a, err := f.Explain(tables(), day("2026-04-10"))
			if err != nil {
				t.Fatal(err)
			}
			got := a.Charged.Costs.String()
			if a.Charged.Costs > 0 {
				got += fmt.Sprintf(" from %s", a.CostsDueFrom)
			}
			told := strings.Contains(sayReasons(lines), "no collection costs of the 14-day letter of 2026-03-10 (art. 6:96 lid 6 BW; policy: a wrong amount is none: ")
			if got != c.want || told != (c.want == "0.00" || strings.HasPrefix(c.name, "another")) {
				t.Errorf("costs %s, want %s\n%s", got, c.want, sayReasons(lines))
			}
		})
	}
}
