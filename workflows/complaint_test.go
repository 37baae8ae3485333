package workflows_test

import (
	"context"
	"slices"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// Receipt of a complaint is confirmed within two working days, whatever else the claim does.
func TestComplaints(t *testing.T) {
	tellAll(t, []story{
		{"confirmed at once; the trajectory goes on as if nothing was", "company basis", []string{"2026-10-08 12:00 complains c1", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-08 complaint
			2026-10-08 task: answer-complaint:c1
			2026-10-08 complaint:c1 by email
			2026-10-12 sticker-reminder by email
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"on Saturday evening, on hold: on Monday", "company basis", []string{"2026-10-07 12:00 held", "2026-10-10 21:00 complains c1", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-07 held
			2026-10-10 complaint
			2026-10-10 task: answer-complaint:c1
			2026-10-12 complaint:c1 by email
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"paid in the same night: confirmed in the morning, then closed", "company basis", []string{"2026-10-08 21:00 complains c1", "2026-10-08 21:01 pays open"}, `
			2026-10-05 reminder by email
			2026-10-08 complaint
			2026-10-08 task: answer-complaint:c1
			2026-10-08 paid-to-client 1159.69
			2026-10-09 complaint:c1 by email
			2026-10-09 closed: paid`},
		{"the mailbox does not exist: by post", "company basis", []string{"2026-10-08 11:00 mail-server bounces", "2026-10-08 12:00 complains c1", "2026-10-09 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-08 complaint
			2026-10-08 task: answer-complaint:c1
			2026-10-08 complaint:c1 by email failed
			2026-10-08 complaint:c1 by post
			2026-10-09 close-requested
			2026-10-09 closed: closed`},
		{"no channel is left: a person confirms, and payment closes the claim", "company basis no-email", []string{
			"2026-10-07 12:00 flag address-unknown", "2026-10-08 12:00 complains c1", "2026-10-09 12:00 pays open"}, `
			2026-10-05 reminder by post
			2026-10-07 address-unknown
			2026-10-07 task: find-address
			2026-10-08 complaint
			2026-10-08 task: answer-complaint:c1
			2026-10-08 task: confirm-complaint:c1
			2026-10-09 paid-to-client 1159.97
			2026-10-09 task-dropped
			2026-10-09 closed: paid`},
		{"the letter cannot be printed: a person confirms, nothing else waits for it", "company basis", []string{unprintable, "2026-10-10 12:01 complains c1", "2026-10-11 12:00" + printable, "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-10 complaint
			2026-10-10 task: answer-complaint:c1
			2026-10-10 confirmation-left-to-person
			2026-10-10 task: confirm-complaint:c1
			2026-10-12 sticker-reminder by email
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"the same while an operator is waited for about another letter", "company basis", []string{unprintable, "2026-10-13 12:01 complains c1", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-12 needs attention: sticker-reminder (BadData)
			2026-10-13 complaint
			2026-10-13 task: answer-complaint:c1
			2026-10-13 confirmation-left-to-person
			2026-10-13 task: confirm-complaint:c1
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"no answer of the mail server: it is traced, not sent again", "company basis", []string{
			"2026-10-08 11:00 mail-server silent", "2026-10-08 12:00 complains c1", "2026-10-08 13:00 mail-server up", "2026-10-09 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-08 complaint
			2026-10-08 task: answer-complaint:c1
			2026-10-08 complaint:c1 by email unknown
			2026-10-08 task: trace-letter:complaint:c1
			2026-10-09 close-requested
			2026-10-09 closed: closed`},
	})
}

// The mail server is down until after the second working day: at nine of that day, to the minute, a person is told; the letter leaves once when it
// can, and ends the task. One that the person confirmed by hand meanwhile never leaves.
func TestAConfirmationThatIsLate(t *testing.T) {
	const begins = `
		2026-10-05 reminder by email
		2026-10-08 complaint
		2026-10-08 task: answer-complaint:c1
		2026-10-12 task: confirm-complaint:c1
		`
	for name, c := range map[string]struct {
		events []string
		want   string
		byHand bool
	}{
		"the mail server is back on the third day": {[]string{"2026-10-14 12:00 operator-closes"}, `2026-10-13 complaint:c1 by email
			2026-10-13 sticker-reminder by email
			2026-10-14 close-requested
			2026-10-14 closed: closed`, false},
		"a person confirmed by hand": {[]string{"2026-10-12 11:00 task-done confirm-complaint:c1", "2026-10-14 12:00 operator-closes"}, `2026-10-13 sticker-reminder by email
			2026-10-14 close-requested
			2026-10-14 closed: closed`, true},
		"paid meanwhile": {[]string{"2026-10-12 15:00 pays open"}, `2026-10-12 paid-to-client 1160.83
			2026-10-13 complaint:c1 by email
			2026-10-13 closed: paid`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "company basis")
			same(t, w.live(append([]string{"2026-10-08 11:00 mail-server down", "2026-10-08 12:00 complains c1", "2026-10-13 12:00 mail-server up"}, c.events...)...), begins+c.want)
			if at := w.openedAt("confirm-complaint:c1"); at != "2026-10-12 09:00" {
				t.Errorf("a person is told at %s", at)
			}
			if slices.Contains(w.facts().Tasks, claim.Task{Key: "confirm-complaint:c1", Open: true}) {
				t.Error("a person is asked although receipt is confirmed")
			}
			left := slices.ContainsFunc(w.facts().Letters, func(l claim.Letter) bool { return l.Step == "complaint:c1" && l.Left() })
			if left == c.byHand {
				t.Errorf("confirmed by hand %v, and by letter %v", c.byHand, left)
			}
		})
	}
}

// What is being tried when nine o'clock comes is tried no longer: a person is told then.
func TestAnAttemptDoesNotOutlastTheDeadline(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company basis")
	same(t, w.live("2026-10-12 08:00 mail-server down", "2026-10-12 08:58 complains c1 received 2026-10-08", "2026-10-12 09:10 mail-server up", "2026-10-12 12:00 operator-closes"), `
		2026-10-05 reminder by email
		2026-10-12 complaint
		2026-10-12 task: answer-complaint:c1
		2026-10-12 task: confirm-complaint:c1
		2026-10-12 complaint:c1 by email
		2026-10-12 close-requested
		2026-10-12 closed: closed`)
	if at := w.openedAt("confirm-complaint:c1"); at != "2026-10-12 09:00" {
		t.Errorf("a person is told at %s", at)
	}
}

// The letter ended the task of the alarm, and came back: the task is asked again, the letter goes by post and ends it, once.
func TestAConfirmationThatCameBackIsSentAgain(t *testing.T) {
	tellAll(t, []story{
		{"late, and then it bounced", "company basis", []string{"2026-10-12 08:00 mail-server down", "2026-10-12 08:58 complains c1 received 2026-10-08", "2026-10-12 09:10 mail-server up",
			"2026-10-12 11:00 came-back complaint:c1", "2026-10-12 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-12 complaint
			2026-10-12 task: answer-complaint:c1
			2026-10-12 task: confirm-complaint:c1
			2026-10-12 complaint:c1 by email
			2026-10-12 letter-returned
			2026-10-12 email-bounced
			2026-10-12 task: confirm-complaint:c1
			2026-10-12 complaint:c1 by post
			2026-10-12 close-requested
			2026-10-12 closed: closed`},
	})
}

// A complaint that is recorded after the second working day: no person is asked to do what the letter does in the next moment, and one is when it does not.
func TestAComplaintThatIsRecordedLate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mail, opened string
	}{
		"the letter leaves":       {"2026-10-14 08:00 mail-server up", "no time"},
		"the mail server is down": {"2026-10-14 08:00 mail-server down", "2026-10-14 12:00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "company basis")
			w.live("2026-10-13 09:00 held", c.mail, "2026-10-14 11:00 complains c1 received 2026-10-08", "2026-10-14 14:00 mail-server up", "2026-10-15 12:00 operator-closes")
			if at := w.openedAt("confirm-complaint:c1"); at != c.opened {
				t.Errorf("a person is told at %s, want %s", at, c.opened)
			}
			if !slices.ContainsFunc(w.facts().Letters, func(l claim.Letter) bool { return l.Step == "complaint:c1" && l.Left() }) {
				t.Error("no letter left")
			}
		})
	}
}

// openedAt is when a task was opened, in Amsterdam.
func (w *world) openedAt(task string) string {
	w.t.Helper()
	events, err := w.store.Timeline(context.Background(), w.ref)
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(events, func(e postgres.Event) bool { return e.Kind == "task-opened" && e.Detail["task"] == task })
	if i < 0 {
		return "no time"
	}
	return events[i].At.In(calendar.Amsterdam).Format("2006-01-02 15:04")
}
