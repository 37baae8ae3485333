package trajectory_test

import (
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/trajectory"
)

const complained = "; 2026-10-08 complained c1" // a Thursday: confirmed by Monday the 12th

func TestAComplaintIsConfirmed(t *testing.T) {
	t.Parallel()
	tellings{
		{"at once", "consumer" + reminded + complained, "2026-10-08 11:00", "complaint:c1 by email on 2026-10-08"},
		{"in the evening: the next morning", "consumer" + reminded + complained, "2026-10-08 21:00", "complaint:c1 by email on 2026-10-09"},
		{"on a Sunday: on Monday", "consumer" + reminded + "; 2026-10-11 complained c1", "2026-10-11 12:00", "complaint:c1 by email on 2026-10-12"},
		{"on Christmas Eve, in the evening: on Monday", "consumer; 2026-12-24 complained c1", "2026-12-24 20:00", "complaint:c1 by email on 2026-12-28"},
		{"by post without e-mail", "consumer" + reminded + complained + "; no-email", "2026-10-08 11:00", "complaint:c1 by post on 2026-10-08"},
		{"by post when the e-mail failed", "consumer" + reminded + complained + "; 2026-10-08 complaint:c1 by email failed", "2026-10-08 11:01", "complaint:c1 by post on 2026-10-08"},
		{"while it is being sent it is still the next one", "consumer" + reminded + complained + "; 2026-10-08 complaint:c1 by email sending", "2026-10-08 11:01", "complaint:c1 by email on 2026-10-08"},
		{"once, and the trajectory goes on as if nothing was", "consumer" + reminded + complained + "; 2026-10-08 complaint:c1 by email", "2026-10-08 11:01", "sticker-reminder by email on 2026-10-13"},
		{"it may have left: not again", "consumer" + reminded + complained + "; 2026-10-08 complaint:c1 by email unknown", "2026-10-08 11:01", "sticker-reminder by email on 2026-10-13"},
		{"two complaints: two confirmations", "consumer" + reminded + complained + "; 2026-10-08 complained c2; 2026-10-08 complaint:c1 by email", "2026-10-08 11:01", "complaint:c2 by email on 2026-10-08"},
		{"before the intake was checked: that first", "consumer; 2026-10-05 unopened; 2026-10-05 complained c1", "2026-10-05 09:00", "open on 2026-10-05"},
	}.run(t)
}

func TestNothingKeepsAConfirmationUp(t *testing.T) {
	t.Parallel()
	for what, story := range map[string]string{
		"a hold": "; 2026-10-07 held", "a dispute": "; 2026-10-07 disputed", "a flag": "; 2026-10-07 flagged bankrupt", "payment": "; 2026-10-08 paid 1200.00; task repay-surplus:1200.00 done",
		"withdrawal": "; 2026-10-08 withdrawn", "an operator's closing": "; 2026-10-08 operator-closed", "a suspect receipt": "; task allocate-receipt:r open",
		"a trifle": "; 2026-10-07 paid 999.00", "an operator who is waited for": "; 2026-10-07 stuck on reminder", "another complaint that is for a person": "; 2026-10-07 complained c0; 2026-10-07 skipped complaint:c0; task confirm-complaint:c0 open",
	} {
		tellings{{what, "consumer" + reminded + story + complained, "2026-10-08 11:00", "complaint:c1 by email on 2026-10-08"}}.run(t)
	}
	tellings{
		{"paid at night: confirmed in the morning", "consumer" + reminded + complained + "; 2026-10-08 paid 1200.00; task repay-surplus:1200.00 done", "2026-10-08 23:00", "complaint:c1 by email on 2026-10-09"},
		{"then it closes", "consumer" + reminded + complained + "; 2026-10-08 paid 1200.00; task repay-surplus:1200.00 done; 2026-10-09 complaint:c1 by email", "2026-10-09 07:01", "close paid on 2026-10-09"},
	}.run(t)
}

func TestAPersonConfirmsWhatNoLetterDoes(t *testing.T) {
	t.Parallel()
	const unreachable = "consumer" + reminded + complained + "; 2026-10-07 address-unknown; 2026-10-07 email-bounced"
	tellings{
		{"no channel is left", unreachable, "2026-10-08 11:00", "task confirm-complaint:c1"},
		{"the debtor has died: the heirs are for a person", "consumer" + reminded + complained + "; 2026-10-07 flagged deceased", "2026-10-08 11:00", "task confirm-complaint:c1"},
		{"under guardianship", "consumer" + reminded + complained + "; 2026-10-07 flagged guardianship", "2026-10-08 11:00", "task confirm-complaint:c1"},
		{"under administration", "consumer" + reminded + complained + "; 2026-10-07 flagged administration", "2026-10-08 11:00", "task confirm-complaint:c1"},
		{"a minor", "consumer" + reminded + complained + "; 2026-10-07 flagged minor", "2026-10-08 11:00", "task confirm-complaint:c1"},
		{"also at night", unreachable, "2026-10-08 23:00", "task confirm-complaint:c1"},
		{"meanwhile the rest goes on", unreachable + "; task confirm-complaint:c1 open; 2026-10-08 paid 1200.00; task repay-surplus:1200.00 done", "2026-10-08 11:00", "close paid on 2026-10-08"},
		{"an address is found", "consumer" + reminded + complained + "; task confirm-complaint:c1 open", "2026-10-08 11:00", "complaint:c1 by email on 2026-10-08"},
		{"it failed on both channels", "consumer" + reminded + complained + "; 2026-10-08 complaint:c1 by email failed; 2026-10-08 complaint:c1 by post failed", "2026-10-08 11:00", "task confirm-complaint:c1"},
		{"done by hand", "consumer" + reminded + complained + "; task confirm-complaint:c1 done", "2026-10-08 11:00", "sticker-reminder by email on 2026-10-13"},
		{"until nine on the second working day the letter may do it", "consumer" + reminded + complained, "2026-10-12 08:59", "complaint:c1 by email on 2026-10-12"},
		{"at nine a person is told", "consumer" + reminded + complained, "2026-10-12 09:00", "task confirm-complaint:c1"},
		{"and the letter still goes out when it can", "consumer" + reminded + complained + "; task confirm-complaint:c1 open", "2026-10-12 09:01", "complaint:c1 by email on 2026-10-12"},
		{"over Christmas the second working day is Tuesday", "consumer; 2026-12-24 complained c1", "2026-12-29 08:59", "complaint:c1 by email on 2026-12-29"},
		{"at nine of that day", "consumer; 2026-12-24 complained c1", "2026-12-29 09:00", "task confirm-complaint:c1"},
		{"recorded too late, nobody knows when: at once", "consumer" + reminded + "; 2026-10-01 complained c1", "2026-10-08 21:00", "task confirm-complaint:c1"},
	}.run(t)
}

// Of a complaint that is recorded after nine on the second working day a person is told when its letter has not left an hour after it could.
func TestAComplaintThatIsRecordedLate(t *testing.T) {
	t.Parallel()
	const late = "consumer" + reminded + "; 2026-10-01 complained c1 recorded "
	tellings{
		{"the letter goes first", late + "2026-10-08T11:00", "2026-10-08 11:00", "complaint:c1 by email on 2026-10-08"},
		{"and has an hour", late + "2026-10-08T11:00", "2026-10-08 11:59", "complaint:c1 by email on 2026-10-08"},
		{"then a person is told", late + "2026-10-08T11:00", "2026-10-08 12:00", "task confirm-complaint:c1"},
		{"and the letter still goes out when it can", late + "2026-10-08T11:00; task confirm-complaint:c1 open", "2026-10-08 12:01", "complaint:c1 by email on 2026-10-08"},
		{"in the evening: the next morning", late + "2026-10-08T19:45", "2026-10-08 19:45", "complaint:c1 by email on 2026-10-09"},
		{"and still before eight", late + "2026-10-08T19:45", "2026-10-09 07:59", "complaint:c1 by email on 2026-10-09"},
		{"then by eight", late + "2026-10-08T19:45", "2026-10-09 08:00", "task confirm-complaint:c1"},
		{"on Saturday night: on Monday by eight", late + "2026-10-10T21:00", "2026-10-12 08:00", "task confirm-complaint:c1"},
		{"no channel is left: at once", late + "2026-10-08T11:00; 2026-10-07 address-unknown; 2026-10-07 email-bounced", "2026-10-08 11:00", "task confirm-complaint:c1"},
		{"at nine of the last day", "consumer" + reminded + complained + " recorded 2026-10-12T09:00", "2026-10-12 09:59", "complaint:c1 by email on 2026-10-12"},
		{"before nine of the last day: at nine", "consumer" + reminded + complained + " recorded 2026-10-12T08:59", "2026-10-12 09:00", "task confirm-complaint:c1"},
	}.run(t)
	a, _ := next(t, tell(late+"2026-10-08T11:00"), "2026-10-08 11:00")
	if !a.Deadline.Equal(day("2026-10-08").At(12, 0)) {
		t.Errorf("%+v", a)
	}
}

// What is tried in vain is decided anew at the deadline, until a person was told.
func TestAConfirmationHasADeadline(t *testing.T) {
	t.Parallel()
	alarm := day("2026-10-12").At(9, 0)
	a, _ := next(t, tell("consumer"+reminded+complained), "2026-10-12 08:50")
	if !a.Deadline.Equal(alarm) || a.Letter != trajectory.ComplaintConfirmation || a.Term != 0 || !strings.Contains(a.Reason, "confirmed in writing by 2026-10-12 (art. 6.1 ") {
		t.Errorf("%+v", a)
	}
	for left, want := range map[time.Duration]time.Duration{20 * time.Minute: 15 * time.Minute, 10 * time.Minute: 10 * time.Minute, 0: 15 * time.Minute} {
		if got := a.AtMost(15*time.Minute, alarm.Add(-left)); got != want {
			t.Errorf("%s before it: at most %s, want %s", left, got, want)
		}
	}
	told, _ := next(t, tell("consumer"+reminded+complained+"; task confirm-complaint:c1 open"), "2026-10-12 08:50")
	if !told.Deadline.IsZero() || told.AtMost(time.Hour, alarm) != time.Hour {
		t.Errorf("%+v", told)
	}
}

// The confirmation moves nothing: neither the stage nor the day of any step, at whatever point it leaves.
func TestAConfirmationIsNoStep(t *testing.T) {
	t.Parallel()
	for name, story := range map[string]string{"reminded": reminded, "noticed": noticed, "summoned": summoned, "finished": finished, "advised": advised, "monitored": finished + "; 2026-11-24 advised; 2026-12-24 monitored"} {
		f := tell("consumer" + story)
		at := calendar.Max(f.MonitoredFrom, calendar.Max(f.Advised, f.Letters[len(f.Letters)-1].On)).AddDays(1)
		before, want := next(t, f, at.String()+" 12:00")
		after, got := next(t, tell("consumer"+story+"; "+at.String()+" complained c1; "+at.String()+" complaint:c1 by post"), at.String()+" 12:00")
		if got != want || before.Stage != after.Stage {
			t.Errorf("%s: %s (%s), without the complaint %s (%s)", name, got, after.Stage, want, before.Stage)
		}
	}
}
