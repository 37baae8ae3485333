package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

var sameDate = cmp.Comparer(func(a, b calendar.Date) bool { return a == b })

// rude is a complaint of today, a Tuesday: it is confirmed by Thursday.
var rude = postgres.Complaint{Key: "c1", Text: "the telephone is never answered", Received: today, AnswerBy: today.AddDays(14)}

// asked are the open tasks of a claim with their details.
func (w *world) asked(ref postgres.Ref) string {
	w.Helper()
	return query[string](w, `SELECT COALESCE(string_agg(key || ' (' || detail || ')', '; ' ORDER BY key), '') FROM task WHERE claim_id = $1 AND done_on IS NULL`, ref.ClaimID)
}

func TestAComplaintIsRecordedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.exec(`DELETE FROM outbox`)
	ok(t, w.RecordComplaint(t.Context(), ref, rude, at(today)))
	want := claim.Complaint{Key: "c1", On: today, ConfirmBy: today.AddDays(2), Recorded: at(today).At}
	if f := w.facts(ref); len(f.Complaints) != 1 || !cmp.Equal(f.Complaints[0], want, sameDate) {
		t.Errorf("%+v", f.Complaints)
	}
	if got := w.asked(ref); got != "answer-complaint:c1 (answer the complaint by 2026-11-17; hold the claim if dunning should wait)" {
		t.Error(got)
	}
	if a := w.next(ref); a.Step != "complaint:c1" || a.Letter != trajectory.ComplaintConfirmation {
		t.Errorf("next is %+v", a)
	}
	if got := query[string](w, `SELECT message || ' ' || key FROM outbox WHERE claim_id = $1`, ref.ClaimID); got != "complaint-recorded complaint:c1" {
		t.Errorf("the workflow is told %s", got)
	}

	before := w.counts()
	again := rude
	again.Received, again.AnswerBy = today.AddDays(1), today.AddDays(15) // a sender that says "today" tries again tomorrow
	ok(t, w.RecordComplaint(t.Context(), ref, rude, later(1)))
	ok(t, w.RecordComplaint(t.Context(), ref, again, at(today.AddDays(1))))
	if got := w.facts(ref).Complaints[0]; w.counts() != before || !cmp.Equal(got, want, sameDate) {
		t.Errorf("told twice: %s, was %s; %+v", w.counts(), before, got)
	}
	another := rude
	another.Key = "c2"
	ok(t, w.RecordComplaint(t.Context(), ref, another, at(today)))
	if f := w.facts(ref); len(f.Complaints) != 2 {
		t.Errorf("another key is another complaint: %+v", f.Complaints)
	}
	ok(t, w.CompleteTask(t.Context(), ref, "answer-complaint:c1", "answered by letter", at(today)))
	if got := w.asked(ref); strings.Contains(got, "answer-complaint:c1") {
		t.Error(got)
	}
}

func TestComplaintsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	ok(t, w.RecordComplaint(t.Context(), ref, rude, at(today)))
	before := w.counts()
	for want, change := range map[string]func(*postgres.Complaint){
		"the complaint is empty": func(c *postgres.Complaint) { c.Text = " \n" },
		"received 2026-11-04 is in the future; right would be a day up to and including 2026-11-03":                        func(c *postgres.Complaint) { c.Received = today.AddDays(1) },
		"received 2025-11-02 is more than a year ago; right would be a day from 2025-11-03 up to and including 2026-11-03": func(c *postgres.Complaint) { c.Received = today.AddYears(-1).AddDays(-1) },
		"the key is empty": func(c *postgres.Complaint) { c.Key = " " },
		"complaint:c1 was recorded before with other particulars": func(c *postgres.Complaint) { c.Key, c.Text = "c1", "something else" },
	} {
		c := rude
		c.Key = "new"
		change(&c)
		err := w.RecordComplaint(t.Context(), ref, c, at(today))
		refused(t, err)
		if !strings.HasPrefix(err.Error(), want) || w.counts() != before {
			t.Errorf("%v, want %s; %s, was %s", err, want, w.counts(), before)
		}
	}
	long := rude
	long.Key, long.Received = "old", today.AddYears(-1)
	ok(t, w.RecordComplaint(t.Context(), ref, long, at(today)))
}

// A closed claim has no workflow that could write a letter.
func TestAComplaintAboutAClosedClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	_, err := w.CloseClaim(t.Context(), ref, claim.StatusPaid, "nothing is owed", at(today), stillSo)
	ok(t, err)
	for range 2 {
		ok(t, w.RecordComplaint(t.Context(), ref, rude, at(today)))
	}
	want := "answer-complaint:c1 (answer the complaint by 2026-11-17); confirm-complaint:c1 (confirm receipt of the complaint in writing by 2026-11-05, by hand: the claim is closed)"
	if got := w.asked(ref); got != want {
		t.Errorf("got %s", got)
	}
	for _, task := range []string{"confirm-complaint:c1", "answer-complaint:c1"} {
		ok(t, w.CompleteTask(t.Context(), ref, task, "by letter", at(today)))
	}
	if got := w.asked(ref); got != "" {
		t.Error(got)
	}
}

// A claim that is refused at its intake with a complaint in its file: no letter leaves any more, so a person is asked.
func TestAComplaintAboutAClaimThatIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.handOver(w.newClaim())[0]
	ok(t, w.RecordComplaint(t.Context(), ref, rude, at(today)))
	_, err := w.OpenClaim(t.Context(), ref, at(today), func(claim.Facts) string { return "too old" })
	ok(t, err)
	if got := w.asked(ref); !strings.HasSuffix(got, "confirm-complaint:c1 (confirm receipt of the complaint in writing by 2026-11-05, by hand: the claim is refused)") {
		t.Error(got)
	}
}

// confirmation is the letter that confirms a complaint, as it is sent.
func (w *world) confirmation(ref postgres.Ref) postgres.Letter {
	w.Helper()
	l, action := w.sending(ref)
	if action.Letter != trajectory.ComplaintConfirmation {
		w.Fatalf("%s is next", action.Step)
	}
	return l
}

// A letter that leaves after the alarm ends the task that the alarm opened; so does the proof that it left. One that failed does not.
func TestTheLetterEndsTheTaskToConfirmByHand(t *testing.T) {
	t.Parallel()
	for state, want := range map[claim.LetterState]bool{claim.LetterAccepted: false, claim.LetterUnknown: true, claim.LetterFailed: true} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.open()
			ok(t, w.RecordComplaint(t.Context(), ref, rude, at(today)))
			_, err := w.OpenTask(t.Context(), ref, "confirm-complaint:c1", "the mail server is down", at(today))
			ok(t, err)
			w.settle(ref, w.confirmation(ref), postgres.Settled{State: state})
			if got := strings.Contains(w.asked(ref), "confirm-complaint:c1"); got != want {
				t.Errorf("%s: still asked %v", state, got)
			}
			if state != claim.LetterUnknown {
				return
			}
			ok(t, w.ResolveLetter(t.Context(), ref, "complaint:c1", 0, true, at(today)))
			if got := w.asked(ref); strings.Contains(got, "confirm-complaint:c1") || strings.Contains(got, "trace-letter") {
				t.Errorf("traced: %s", got)
			}
		})
	}
}

// A suspect receipt stops letters that ask for money, and no other.
func TestASuspectReceiptDoesNotStopAConfirmation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: "bank-1", Amount: eur("100.00"), On: today, Payer: w.debtorOf(ref)}, at(today), w.lib.Rules)
	ok(t, err)
	ok(t, w.RecordComplaint(t.Context(), ref, rude, at(today)))
	w.settle(ref, w.confirmation(ref), postgres.Settled{State: claim.LetterAccepted, Received: today})
	if l, registered := w.register(ref, w.next(ref)); registered {
		t.Errorf("%s was registered", l.Step)
	}
}

func (w *world) debtorOf(ref postgres.Ref) string {
	w.Helper()
	file, err := w.CaseFile(w.Context(), ref)
	ok(w, err)
	return file.Debtor.Name
}

// What no letter can confirm is left to a person, once, and the claim goes on.
func TestAConfirmationThatIsLeftToAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	ok(t, w.RecordComplaint(t.Context(), ref, rude, at(today)))
	for i := range 2 {
		f, err := w.LeaveConfirmation(t.Context(), ref, "complaint:c1", "BadData", later(i))
		if err != nil || len(f.ToConfirm()) != 0 || f.Attention != nil {
			t.Fatalf("%+v, %v", f, err)
		}
	}
	if got := w.asked(ref); !strings.HasSuffix(got, "confirm-complaint:c1 (confirm receipt of the complaint in writing by 2026-11-05, by hand: no letter could be sent (BadData))") {
		t.Error(got)
	}
	if n := query[int](w, `SELECT count(*) FROM case_event WHERE claim_id = $1 AND kind = 'confirmation-left-to-person'`, ref.ClaimID); n != 1 {
		t.Errorf("%d times in the file", n)
	}
	if a := w.next(ref); a.Step != "reminder" {
		t.Errorf("next is %s", a.Step)
	}
	ok(t, w.CompleteTask(t.Context(), ref, "confirm-complaint:c1", "by hand", at(today)))
	before := w.counts()
	for _, step := range []string{"complaint:c1", "complaint:none", "reminder"} {
		if _, err := w.LeaveConfirmation(t.Context(), ref, step, "late", later(3)); err != nil || w.counts() != before {
			t.Error(step, err, fmt.Sprintf("%s, was %s", w.counts(), before))
		}
	}
}

// A confirmation that comes back confirmed nothing. An open claim sends it over the next channel; the task that its first letter ended, or that a closed
// claim never had, is asked; and the letter that leaves in the end ends it. What a person did by hand stays done.
func TestAConfirmationThatCameBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story                 string
		alarmed, hand, closed bool
		asked, next           string
	}{
		{"at once", false, false, false, "", "complaint:c1"},
		{"after the alarm", true, false, false, "the letter came back; one that leaves again ends this task", "complaint:c1"},
		{"when a person had done it", true, true, false, "", "reminder"},
		{"after the claim closed", false, false, true, "the letter came back and the claim is paid", ""},
		{"after the alarm and the close", true, false, true, "the letter came back and the claim is paid", ""},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.open()
			ok(t, w.RecordComplaint(t.Context(), ref, rude, at(today)))
			l := w.confirmation(ref)
			if c.alarmed {
				ok(t, second(w.OpenTask(t.Context(), ref, "confirm-complaint:c1", "the mail server is down", at(today))))
			}
			if c.hand {
				ok(t, w.CompleteTask(t.Context(), ref, "confirm-complaint:c1", "by phone and letter", at(today)))
			}
			w.settle(ref, l, postgres.Settled{State: claim.LetterAccepted, Received: today})
			if c.closed {
				w.closes(ref, claim.StatusPaid)
			}
			if got := w.asked(ref); strings.Contains(got, "confirm-complaint:c1") {
				t.Fatalf("asked before it came back: %s", got)
			}
			for range 2 {
				ok(t, w.cameBack(ref, "complaint:c1", today))
			}
			if got := w.asked(ref); strings.Contains(got, "confirm-complaint:c1") != (c.asked != "") || !strings.Contains(got, c.asked) {
				t.Errorf("asked: %s", got)
			}
			if c.closed {
				return
			}
			if a := w.next(ref); a.Step != c.next {
				t.Fatalf("next is %+v", a)
			}
			if c.hand {
				return
			}
			l, action := w.sending(ref)
			w.settle(ref, l, postgres.Settled{State: claim.LetterAccepted, Received: today.AddDays(2)})
			if got := w.asked(ref); strings.Contains(got, "confirm-complaint:c1") || action.Channel != trajectory.ChannelPost || w.next(ref).Step != "reminder" {
				t.Errorf("by %s, then %s; asked %s", action.Channel, w.next(ref).Step, got)
			}
		})
	}
}
