package trajectory_test

import (
	"slices"
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

// What moved a step before its own day was over is told with that day, and that it was not done on the later one either; a letter for another claim is not named.
func TestAStepThatWasMovedSaysWhatMovedIt(t *testing.T) {
	t.Parallel()
	const corrected = "consumer" + reminded + "; 2026-10-08 correction:reminder by email corrects reminder@2026-10-05=60000"
	for _, c := range []struct{ name, story, at, want string }{
		{"a correction", corrected, "2026-10-09 09:00", "; not on its own day 2026-10-13: the correction of 2026-10-08 gives until 2026-10-22"},
		{"and it was not done then either", corrected, "2026-11-05 09:00", "; not on its own day 2026-10-13: the correction of 2026-10-08 gives until 2026-10-22; its day was 2026-10-23, and it was not done then"},
		{"a correction after its day had passed did not move it", "consumer" + reminded + "; 2026-10-15 correction:reminder by email corrects reminder@2026-10-05=60000", "2026-10-16 09:00", "(2026-10-05)"},
		{"an interruption", "consumer" + reminded + "; 2026-10-12 interruption by post", "2026-10-13 09:00", "; not on its own day 2026-10-13: limitation was interrupted by letter on 2026-10-12"},
		{"a letter for another claim", "consumer" + reminded + "; 2026-10-13 contacted", "2026-10-13 09:00", "(2026-10-05)"},
		{"the 14 days, which end on a Monday", "consumer" + stickered + "; 2026-10-17 14-day-letter by email", "2026-10-20 09:00", "; not on its own day 2026-11-02: the 14 days after receipt of the 14-day letter end on 2026-11-02"},
		{"the advice, by a correction of the last letter", "company" + bFinished + "; 2026-10-28 correction:final-summons by email corrects final-summons@2026-10-27=60000", "2026-10-29 09:00",
			"; not on its own day 2026-11-03: the correction of 2026-10-28 gives until 2026-11-11"},
		{"the advice, by a 14-day letter that went again", "consumer" + stickered + "; 2026-10-21 14-day-letter by email failed; 2026-11-06 summons by email; 2026-11-16 final-summons by email; 2026-11-20 email-bounced; 2026-11-20 14-day-letter by post", "2026-11-21 09:00",
			"; not on its own day 2026-11-24: the 14 days after receipt of the 14-day letter end on 2026-12-07"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := tell(c.story)
			rules, now := ruled(t, f, c.at)
			if a, err := trajectory.Next(f, rules, now); err != nil || !strings.HasSuffix(a.Reason, c.want) {
				t.Errorf("%s: %s (%v), want %q", a.Name(), a.Reason, err, c.want)
			}
		})
	}
}

// A step that goes again says why, before and after.
func TestAStepThatGoesAgainSaysWhy(t *testing.T) {
	t.Parallel()
	const (
		lost = stickered + "; 2026-10-21 14-day-letter by email failed; 2026-11-10 email-bounced"
		held = noticed + "; 2026-10-19 held until 2026-10-26; 2026-10-27 correction:14-day-letter by email corrects 14-day-letter@2026-10-21=0"
	)
	for _, c := range []struct{ name, story, at, reason, course string }{
		{"it came back", "consumer" + lost, "2026-11-10 10:00", "; it goes again, because the one by email of 2026-10-21 did not arrive", "summons coming: it comes after 14-day-letter, not before 2026-11-26; 14-day-letter goes again, because the one by email of 2026-10-21 did not arrive"},
		{"it left again, and was not shifted", "consumer" + lost + "; 2026-11-10 14-day-letter by post", "2026-11-11 10:00", "", "14-day-letter done 2026-11-10: left by post; it went again, because the one by email of 2026-10-21 did not arrive"},
		{"it was void", "consumer" + held, "2026-10-27 12:00", "; it goes again, because no costs rest on the one before", "escalation-advice coming: it comes after the last step of the trajectory; 14-day-letter goes again, because no costs rest on the one before"},
		{"it left again, and is a new cycle", "consumer" + held + "; 2026-10-29 14-day-letter#2 by email", "2026-10-30 12:00", "", "14-day-letter 2 done 2026-10-29: left by email; it went again, because no costs rest on the one before"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a, _ := next(t, tell(c.story), c.at)
			told := courseOf(t, "", c.story, c.at)
			if !strings.HasSuffix(a.Reason, c.reason) || !slices.Contains(strings.Split(told, "\n"), c.course) {
				t.Errorf("%s\n%s\nwant %s\n%s", a.Reason, told, c.reason, c.course)
			}
		})
	}
}
