package trajectory_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
)

// What the client decides on is told with what moved its term, and with what came to be known since the advice, of which there is one.
func TestWhatTheClientDecidesOn(t *testing.T) {
	t.Parallel()
	const (
		advised  = "consumer" + finished + "; 2026-11-24 advised"
		reminder = "the client decides; a reminder goes out 14 days after the advice"
		decides  = "without an answer within 30 days after the advice, plan premium means: monitoring (requirement T8)"
		of       = "; the advice of 2026-11-24 was written on what was known then, and since: "
	)
	for _, c := range []struct{ name, story, at, want string }{
		{"nothing came to be known", advised, "2026-11-26 09:00", reminder},
		{"paid before the advice and known then", advised + "; 2026-11-20 paid 500.00 known 2026-11-21", "2026-11-26 09:00", reminder},
		{"paid before the advice, known since", advised + "; 2026-11-20 paid 500.00 known 2026-11-25", "2026-11-26 09:00", reminder + of + "500.00 was settled"},
		{"paid in two parts", advised + "; 2026-11-25 paid 300.00 known 2026-11-25; 2026-11-26 paid 200.00 known 2026-11-26", "2026-11-27 09:00", reminder + of + "500.00 was settled"},
		{"a dispute, and its days", advised + "; 2026-11-26 disputed; 2026-11-29 rejected", "2026-11-30 09:00", reminder + "; 4 days of waiting (hold, dispute, stop flag, promise, arrangement) do not count" + of + "disputed on 2026-11-26"},
		{"a dispute of before it", "consumer" + finished + "; 2026-11-20 disputed; 2026-11-22 rejected; 2026-11-24 advised", "2026-11-26 09:00", reminder},
		{"debt counselling that is over, and its days", advised + "; 2026-11-26 flagged debt-counselling until 2026-11-28", "2026-11-30 09:00", reminder + "; 3 days of waiting (hold, dispute, stop flag, promise, arrangement) do not count" + of + "debt-counselling from 2026-11-26"},
		{"a mailbox that is gone is no ground", advised + "; 2026-11-26 email-bounced", "2026-11-30 09:00", reminder},
		{"no address", advised + "; 2026-11-26 address-unknown", "2026-11-30 09:00", reminder + of + "address-unknown from 2026-11-26"},
		{"the default too", advised + "; 2026-12-08 decision-reminder by email; 2026-12-10 paid 500.00 known 2026-12-10", "2026-12-11 09:00", decides + of + "500.00 was settled"},
		{"and its days on hold", advised + "; 2026-12-08 decision-reminder by email; 2026-12-10 held until 2026-12-11", "2026-12-12 09:00", decides + "; 2 days of waiting (hold, dispute, stop flag, promise, arrangement) do not count"},
		{"an operator left the advice out", "consumer" + finished + "; 2026-11-24 skipped escalation-advice; 2026-11-25 paid 500.00 known 2026-11-25", "2026-11-26 09:00", reminder},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if a, _ := next(t, tell(c.story), c.at); a.Reason != c.want {
				t.Errorf("%s\nwant %s", a.Reason, c.want)
			}
		})
	}
}

// A claim that became time-barred while nothing ran is closed by default, and that says why its reminder named something else; one that was time-barred by then already was told so.
func TestADefaultThatIsNotWhatTheReminderNamed(t *testing.T) {
	t.Parallel()
	const advised = "; 2026-11-24 advised; 2026-12-08 decision-reminder by email"
	rules, err := library(t).Rules(tell("consumer"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, story, on, want string }{
		{"it can be enforced", "consumer" + finished + advised, "2026-12-25", ""},
		{"it lapsed since", "consumer" + finished + advised, "2029-01-01", "the claim is time-barred after 2028-11-16 (art. 3:307 BW); it was not yet after the term that ended on 2026-12-24, and the reminder of 2026-12-08 named monitoring"},
		{"no reminder left", "consumer" + finished + strings.Replace(advised, "by email", "by email failed", 1), "2029-01-01", "the claim is time-barred after 2028-11-16 (art. 3:307 BW)"},
		{"it had lapsed when the reminder left", "consumer; 2023-11-10 due" + advised, "2026-12-25", "the claim is time-barred after 2025-11-10 (art. 3:307 BW)"},
	} {
		f := tell(c.story)
		if got := rules.Policy.WhyByDefault(f, day(c.on)); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
		f.Decision = &claim.Decision{Choice: claim.ChooseClose, On: day(c.on), Default: true}
		if a, _ := next(t, f, c.on+" 10:00"); c.want != "" && a.Reason != "closed by default, as "+c.want {
			t.Errorf("%s: %s", c.name, a.Reason)
		}
	}
}
