package trajectory_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/trajectory"
)

// What a court decided of the collection costs takes the place of the 14-day letter: nobody is asked to tell the debtor that they were not due, nor that less was owed than it says. What was asked before ends.
func TestWhatWasDecidedOfTheCostsIsNotToldOtherwise(t *testing.T) {
	t.Parallel()
	const (
		back     = stickered + "; 2026-10-21 14-day-letter by email failed; 2026-11-12 summons by email asked 1157.00; 2026-12-01 decided court; 2026-12-01 status court"
		arrived  = "consumer" + noticed + "; 2026-11-12 summons by email asked 1157.00; 2026-12-01 decided court; 2026-12-01 status court"
		judgment = "; 2027-02-01 court served; 2027-03-01 court judgment costs 150.00"
		paid     = "; 2026-10-12 paid 300.00 known 2027-03-05"
		open     = "; task correct-letter:summons open"
		returned = "asked 1157.00 and 1007.56 was owed (the 14-day letter came back: collection costs were not due)"
	)
	for _, c := range []struct{ name, story, asks, ends string }{
		{"nothing decided: it is told", "consumer" + back, returned, ""},
		{"decided: it is not", "consumer" + back + judgment, "", ""},
		{"decided that less is owed of them: it is not either", "consumer" + back + strings.Replace(judgment, "150.00", "0.00", 1), "", ""},
		{"the judgment was set aside: it is", "consumer" + back + judgment + "; 2027-05-01 court lost", returned, ""},
		{"settled", "consumer" + back + "; 2027-02-01 court settled costs 150.00", "", ""},
		{"settled before that was kept", "consumer" + back + "; 2027-02-01 court settled", returned, ""},
		{"it was asked before", "consumer" + back + judgment + open, "", "judgment is recorded, on 2027-03-01: that says what is owed of the costs"},
		{"it was asked, and the letter arrived", arrived + judgment + open, "", "what made the letter wrong was taken back: it asked what was owed"},
		{"a payment of before is told with what it leaves of them", arrived + judgment + paid, "and 856.55 was owed (paid on 2026-10-12, which was not known then)", ""},
		{"and asked before, it is still", arrived + judgment + paid + open, "", ""},
	} {
		asked, over, err := trajectory.TellByHand(judged(t, tell(c.story), "2027-05-01"), library(t).Tables(), day("2027-05-01"))
		asks, ends := "", ""
		for _, a := range asked {
			if a.Task == trajectory.CorrectLetter+"summons" {
				asks = a.Todo
			}
		}
		for _, o := range over {
			ends += o.Why
		}
		if err != nil || (asks == "") != (c.asks == "") || !strings.Contains(asks, c.asks) || ends != c.ends {
			t.Errorf("%s: %q, want %q; ends %q, want %q (%v)", c.name, asks, c.asks, ends, c.ends, fmt.Sprint(err))
		}
	}
}
