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
		wrong    = "asked 1157.00, and was wrong: tell the debtor by hand"
	)
	for _, c := range []struct{ name, story, asks, ends string }{
		{"nothing decided: it is told", "consumer" + back, wrong, ""},
		{"decided: it is not", "consumer" + back + judgment, "", ""},
		{"decided that less is owed of them: it is not either", "consumer" + back + strings.Replace(judgment, "150.00", "0.00", 1), "", ""},
		{"the judgment was set aside: it is", "consumer" + back + judgment + "; 2027-05-01 court lost", wrong, ""},
		{"settled", "consumer" + back + "; 2027-02-01 court settled costs 150.00", "", ""},
		{"settled before that was kept", "consumer" + back + "; 2027-02-01 court settled", wrong, ""},
		{"it was asked before", "consumer" + back + judgment + open, "", "judgment is recorded, on 2027-03-01: that says what is owed of the costs"},
		{"it was asked, and the letter arrived", arrived + judgment + open, "", "what made the letter wrong was taken back: it asked what was owed"},
		{"it came back itself", strings.Replace(arrived, "summons by email asked", "summons by email failed asked", 1) + open, "", "the letter did not arrive: it asked nothing of the debtor"},
		{"a payment of before is told with what it leaves of them", arrived + judgment + paid, wrong, ""},
		{"and asked before, it is still", arrived + judgment + paid + open, "", ""},
	} {
		f := judged(t, tell(c.story), "2027-05-01")
		asked, over, err := trajectory.TellByHand(f, pinned(t, f), day("2027-05-01"))
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
	for story, want := range map[string]string{"consumer" + back: "owed 1007.56", arrived + judgment + paid: "owed 856.55"} { // what claim corrections tells
		if got := faults(t, tell(story)); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", story, got, want)
		}
	}
}

// A correction asks the costs that were asked before it: what a court decided of them was owed then too, and when the 14-day letter came back it was wrong as any other letter.
func TestACorrectionAsksCosts(t *testing.T) {
	t.Parallel()
	const (
		corrected = "; 2026-11-12 summons by email asked 1157.00; 2026-10-20 paid 100.00 known 2026-11-20; 2026-11-20 correction:summons by email asked 1044.00 corrects summons@2026-11-12=104200"
		decided   = "; 2026-12-01 decided court; 2026-12-01 status court; 2027-02-01 court served; 2027-03-01 court judgment costs 150.00"
		late      = "; 2026-10-12 paid 300.00 known 2027-03-05"
		known     = stickered + "; 2026-10-21 14-day-letter by email failed" + corrected + "; 2026-11-24 14-day-letter by post"
	)
	for _, c := range []struct{ name, story, want string }{
		{"a payment of before is told later", "consumer" + noticed + corrected + late, "asked 1044.00, owed 697.55: paid"},
		{"with what a court decided of the costs", "consumer" + noticed + corrected + decided + late, "asked 1044.00, owed 756.83: paid"},
		{"the 14-day letter came back since", "consumer" + stickered + "; 2026-10-21 14-day-letter by email failed" + corrected, "asked 1044.00, owed 908.11: 14-day-letter-returned"},
		{"it had come back, and went again", "consumer" + known + late, "asked 1044.00, owed 606.83: paid; 14-day-letter of 2026-11-24 asked 1000.00, owed 607.10: paid"},
		{"then no costs were asked that a court decided of", "consumer" + known + decided + late, "asked 1044.00, owed 606.83: paid; 14-day-letter of 2026-11-24 asked 1000.00, owed 607.10: paid"},
	} {
		got := faults(t, tell(c.story))
		if _, got, _ = strings.Cut(got, "correction:summons of 2026-11-20 "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
