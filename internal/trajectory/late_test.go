package trajectory_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/trajectory"
)

// What comes more than a week after its own day says so, whatever it is and whatever moved it since.
func TestALateStepSaysWhichDayWasItsOwn(t *testing.T) {
	t.Parallel()
	const (
		called    = "company; 2026-10-05 first by email; 2026-10-05 first by post"
		monitored = "company" + bFinished + "; 2026-11-03 advised; 2027-01-04 monitored"
	)
	for _, c := range []struct{ name, policy, story, at, own string }{
		{"a letter", "", "consumer" + reminded, "2026-10-21 09:00", "2026-10-13"},
		{"a week after its day it is not late yet", "", "consumer" + reminded, "2026-10-20 09:00", ""},
		{"moved by a letter for another claim", "", "consumer" + reminded + "; 2026-10-21 contacted", "2026-10-21 09:00", "2026-10-13"},
		{"moved by an interruption", "", "consumer" + reminded + "; 2026-10-21 interruption by post", "2026-10-21 09:00", "2026-10-13"},
		{"moved by the term of a correction", "", "consumer" + reminded + "; 2026-10-21 correction:reminder by email corrects reminder@2026-10-05=60000", "2026-10-21 12:00", "2026-10-13"},
		{"days on hold do not count", "", "consumer" + reminded + "; 2026-10-07 held until 2026-10-20", "2026-10-27 09:00", ""},
		{"tried on its day, and it came back", "", "consumer" + reminded + "; 2026-10-13 sticker-reminder by email failed", "2026-10-24 09:00", ""},
		{"a call", shop, called, "2026-10-22 09:00", "2026-10-13"},
		{"an approval", strings.Replace(businessPolicy, "late: expire, approval", "approval", 1), called + "; task call:call done 2026-10-13; 2026-10-21 second by email", "2026-11-05 09:00", "2026-10-27"},
		{"the advice", "", "company" + bFinished, "2026-12-01 09:00", "2026-11-03"},
		{"the reminder to decide", "", "company" + bFinished + "; 2026-11-10 advised", "2026-12-20 09:00", "2026-11-24"},
		{"a periodic letter", "", monitored, "2028-02-01 09:00", "2028-01-04"},
		{"moved by a letter for another claim too", "", monitored + "; 2028-01-31 contacted", "2028-01-31 09:00", "2028-01-04"},
		{"tried on its day", "", monitored + "; 2028-01-04 monitoring-letter by post failed", "2028-02-01 09:00", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := tell(c.story)
			rules, now := ruled(t, f, c.at)
			if c.policy != "" {
				rules.Policy = parsed(t, c.policy)
			}
			a, err := trajectory.Next(f, rules, now)
			want := "; its day was " + c.own + ", and it was not done then"
			if err != nil || a.Step == "" || strings.Contains(a.Reason, "; its day was") != (c.own != "") || c.own != "" && !strings.HasSuffix(a.Reason, want) {
				t.Errorf("%s: %s (%v), want the day %q", a.Name(), a.Reason, err, c.own)
			}
		})
	}
}
