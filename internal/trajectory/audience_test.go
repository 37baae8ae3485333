package trajectory_test

import (
	"fmt"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// On no day of these stories a client can tell whether its debtor has another claim; an operator can.
func TestAClientLearnsOfNoOtherClaim(t *testing.T) {
	t.Parallel()
	l := library(t)
	for _, story := range []string{
		"consumer", "consumer" + stickered, "consumer" + noticed, "company" + bStickered, "company" + bSummoned,
		"consumer" + noticed + "; 2026-10-25 disputed", "consumer" + noticed + "; 2026-10-25 held until 2026-11-20", "consumer" + noticed + "; 2026-10-26 paid 2000.00",
		"consumer; 2026-10-06 arranged 2 x 500.00 monthly from 2026-11-02", "company; 2026-10-05 decided monitoring; 2026-10-05 monitored", "consumer; 2024-11-10 due",
	} {
		t.Run(story, func(t *testing.T) {
			t.Parallel()
			seen := false
			for days := range 60 {
				alone := tell(story)
				today := alone.HandedOverOn.AddDays(days)
				rules, err := l.Rules(alone)
				if err != nil {
					t.Fatal(err)
				}
				rules.Policy.DebtorSpacing = 7
				other := alone
				other.OtherContact = today.AddDays(-days % 3)
				told := func(a trajectory.Audience) (with, without string) {
					say := func(f claim.Facts) string {
						next, steps, err := a.Explain(f, rules, today.At(12, 0))
						if err != nil {
							t.Fatal(err)
						}
						return fmt.Sprintf("%+v %+v %s", next, steps, a.Facts(f).OtherContact)
					}
					return say(other), say(alone)
				}
				if with, without := told(trajectory.ToClient); with != without {
					t.Errorf("on %s the client hears\n%s\nand without another claim\n%s", today, with, without)
				}
				with, without := told(trajectory.ToOperator)
				seen = seen || with != without
			}
			if !seen {
				t.Error("no operator is told of the other claim: the story shows nothing")
			}
		})
	}
}
