package trajectory_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// A letter that was wrong is corrected by one letter, as soon as the debtor may be contacted and nothing keeps a letter back; a person does it where no letter can.
func TestALetterThatWasWrongIsCorrected(t *testing.T) {
	t.Parallel()
	const (
		wrong  = "consumer; 2026-10-05 reminder by email; 2026-10-02 paid 400.00 known 2026-10-06"
		paid   = "; 2026-10-06 correction:reminder by email asked 0.00 corrects reminder@2026-10-05=0"
		inFull = "consumer; 2026-10-05 reminder by email; 2026-10-02 paid 1100.00 known 2026-10-06; task repay-surplus:1100.00 done"
		byHand = "; task correct-letter:reminder done"
		all    = " told reminder@2026-10-05=60000"
		told   = "; 2026-10-06 correction:reminder by email asked 600.00 corrects reminder@2026-10-05=60000"
		both   = "consumer; 2026-10-05 reminder by email; 2026-10-13 sticker-reminder by email; 2026-10-02 paid 400.00 known 2026-10-14"
	)
	tellings{
		{"at once", wrong, "2026-10-06 10:00", "correction:reminder by email on 2026-10-06"},
		{"at night: in the morning", wrong, "2026-10-06 22:00", "correction:reminder by email on 2026-10-07"},
		{"then the trajectory goes on, after the term that the correction gives", wrong + told, "2026-10-06 11:00", "sticker-reminder by email on 2026-10-21"},
		{"not again when the same is told again", wrong + told + "; 2026-10-02 paid 0.90 known 2026-10-08", "2026-10-08 10:00", "sticker-reminder by email on 2026-10-21"},
		{"again when still less was owed: the correction asked too much", wrong + told + "; 2026-10-02 paid 100.00 known 2026-10-08", "2026-10-09 10:00", "correction:correction by email on 2026-10-09"},
		{"not within the spacing", wrong + told + "; 2026-10-02 paid 100.00 known 2026-10-08", "2026-10-08 10:00", "correction:correction by email on 2026-10-09"},
		{"of several payments that are told in a row one", wrong + told + "; 2026-10-02 paid 100.00 known 2026-10-07; 2026-10-02 paid 50.00 known 2026-10-08; 2026-10-03 paid 60.00 known 2026-10-09", "2026-10-09 10:00", "correction:correction by email on 2026-10-09"},
		{"nor twice a day", wrong + told + "; 2026-10-02 paid 100.00 known 2026-10-06", "2026-10-06 12:00", "correction:correction by email on 2026-10-09"},
		{"not when what was paid is taken back", "consumer; 2026-10-05 reminder by email" + told, "2026-10-08 10:00", "sticker-reminder by email on 2026-10-21"},
		{"nor when it is paid anew", "consumer; 2026-10-05 reminder by email" + told + "; 2026-10-01 paid 400.00 known 2026-10-09", "2026-10-09 10:00", "sticker-reminder by email on 2026-10-21"},
		{"of two letters one, named after the newer", both, "2026-10-14 10:00", "correction:sticker-reminder by email on 2026-10-14"},
		{"it bounced: by post", wrong + "; 2026-10-06 correction:reminder by email failed asked 600.00 corrects reminder@2026-10-05=60000; 2026-10-07 email-bounced", "2026-10-07 10:00", "correction:reminder by post on 2026-10-07"},
		{"nobody knows whether it left: not again", strings.Replace(wrong+told, "correction:reminder by email asked", "correction:reminder by email unknown asked", 1), "2026-10-07 10:00", "sticker-reminder by email on 2026-10-21"},
		{"paid in full: before it closes", inFull, "2026-10-06 10:00", "correction:reminder by email on 2026-10-06"},
		{"then it closes", inFull + paid, "2026-10-06 11:00", "close paid on 2026-10-06"},
		{"on hold: it waits", wrong + "; 2026-10-06 held until 2026-10-12", "2026-10-06 10:00", "wait until 2026-10-13"},
		{"after the hold", wrong + "; 2026-10-06 held until 2026-10-12", "2026-10-13 10:00", "correction:reminder by email on 2026-10-13"},
		{"on hold and paid in full: by hand", inFull + "; 2026-10-06 held", "2026-10-06 10:00", "task correct-letter:reminder"},
		{"disputed: it waits", wrong + "; 2026-10-06 disputed", "2026-10-06 10:00", "task judge-dispute:d"},
		{"promised: at once, before more is paid than is owed", wrong + "; 2026-10-06 promised 1000.00 by 2026-10-12", "2026-10-06 10:00", "correction:reminder by email on 2026-10-06"},
		{"then the promise is waited for", wrong + "; 2026-10-06 promised 600.00 by 2026-10-12" + told, "2026-10-06 11:00", "wait until 2026-10-15"},
		{"and the term that the correction gives", wrong + "; 2026-10-06 promised 600.00 by 2026-10-12" + told, "2026-10-15 10:00", "sticker-reminder by email on 2026-10-22"},
		{"arranged: at once too", wrong + "; 2026-10-06 arranged 2 x 300.50 monthly from 2026-11-02; 2026-10-06 arrangement:a by email", "2026-10-06 10:00", "correction:reminder by email on 2026-10-06"},
		{"but not before that is confirmed", wrong + "; 2026-10-06 arranged 2 x 300.50 monthly from 2026-11-02", "2026-10-06 10:00", "arrangement:a by email on 2026-10-06"},
		{"which it is not when it is known to come to less", "consumer; 2026-10-05 reminder by email; 2026-10-05 arranged 2 x 600.50 monthly from 2026-11-02", "2026-10-06 10:00", "task review-arrangement:a"},
		{"a receipt may be the debtor's: it waits", wrong + "; task allocate-receipt:r open", "2026-10-06 10:00", "wait for allocate-receipt:r"},
		{"bankrupt: what is done about that", wrong + "; 2026-10-06 flagged bankrupt", "2026-10-06 10:00", "task stopped:bankrupt"},
		{"and the correction by hand", wrong + "; 2026-10-06 flagged bankrupt; task stopped:bankrupt open", "2026-10-06 10:00", "task correct-letter:reminder"},
		{"that was asked before and had nothing left to do: it is asked anew", wrong + "; 2026-10-06 flagged bankrupt; task stopped:bankrupt open; task correct-letter:reminder dropped", "2026-10-06 10:00", "task correct-letter:reminder"},
		{"bankrupt and paid in full: by hand, before it closes", inFull + "; 2026-10-06 flagged bankrupt", "2026-10-06 10:00", "task correct-letter:reminder"},
		{"withdrawn: by hand", wrong + "; 2026-10-06 withdrawn", "2026-10-06 10:00", "task correct-letter:reminder"},
		{"and then it closes", wrong + "; 2026-10-06 withdrawn; task correct-letter:reminder open", "2026-10-06 10:00", "close withdrawn on 2026-10-06"},
		{"no channel is left: by hand", wrong + "; no-email; 2026-10-06 address-unknown", "2026-10-06 10:00", "task correct-letter:reminder"},
		{"a trifle is left: by hand, with what is asked about it", "consumer; 2026-10-05 reminder by email; 2026-10-02 paid 999.50 known 2026-10-06", "2026-10-06 10:00", "task correct-letter:reminder"},
		{"a person did it, and nobody kept what was told", wrong + byHand + "; 2026-10-01 paid 300.00 known 2026-10-08", "2026-10-08 10:00", "sticker-reminder by email on 2026-10-13"},
		{"a person did it", wrong + byHand + all, "2026-10-06 10:00", "sticker-reminder by email on 2026-10-13"},
		{"and still less was owed: the debtor is told", wrong + byHand + all + "; 2026-10-01 paid 300.00 known 2026-10-08", "2026-10-08 10:00", "correction:reminder by email on 2026-10-08"},
		{"by a person where no letter can, again", wrong + byHand + all + "; 2026-10-01 paid 300.00 known 2026-10-08; 2026-10-08 flagged bankrupt; task stopped:bankrupt open", "2026-10-08 10:00", "task correct-letter:reminder"},
		{"who is asked once", wrong + strings.Replace(byHand, "done", "open", 1) + all + "; 2026-10-01 paid 300.00 known 2026-10-08; 2026-10-08 flagged bankrupt; task stopped:bankrupt open", "2026-10-08 10:00", "wait for stopped:bankrupt"},
		{"not for what is told again", wrong + byHand + all + "; 2026-10-02 paid 0.90 known 2026-10-08", "2026-10-08 10:00", "sticker-reminder by email on 2026-10-13"},
		{"what a person told stands when nobody has to any more", wrong + strings.Replace(byHand, "done", "dropped", 1) + all, "2026-10-08 10:00", "sticker-reminder by email on 2026-10-13"},
		{"nothing was wrong when a person did it, and then something was", wrong + byHand + " told nothing", "2026-10-06 10:00", "correction:reminder by email on 2026-10-06"},
		{"an operator skipped it", wrong + "; 2026-10-06 skipped correction:reminder", "2026-10-06 10:00", "sticker-reminder by email on 2026-10-13"},
		{"it could not be sent: an operator repairs", wrong + "; 2026-10-06 stuck on correction:reminder", "2026-10-06 10:00", "wait"},
		{"a hold told afterwards, when it is over", "consumer; 2026-10-05 reminder by email; 2026-10-03 held until 2026-10-07", "2026-10-08 10:00", "correction:reminder by email on 2026-10-08"},
		{"the 14-day letter came back after the summons", "consumer" + stickered + "; 2026-10-21 14-day-letter by email failed; 2026-11-10 email-bounced; 2026-11-06 summons by email asked 1157.00", "2026-11-10 10:00", "correction:summons by post on 2026-11-10"},
		{"then the 14-day letter, at once", "consumer" + stickered + "; 2026-10-21 14-day-letter by email failed; 2026-11-10 email-bounced; 2026-11-06 summons by email asked 1157.00; 2026-11-10 correction:summons by post asked 1007.00 corrects summons@2026-11-06=100690", "2026-11-10 10:05", "14-day-letter by post on 2026-11-10"},
		{"closed: nothing", wrong + "; 2026-10-06 status paid", "2026-10-06 10:00", "nothing"},
	}.run(t)
	for by, days := range map[string]int{"2026-10-12": 14, "2026-11-05": 30} { // never before the promised day, and never less than its own term
		if a, got := next(t, tell(wrong+"; 2026-10-06 promised 1000.00 by "+by), "2026-10-06 10:00"); a.Term != days {
			t.Errorf("promised by %s: %s gives %d days, want %d", by, got, a.Term, days)
		}
	}
}

// What a correction keeps of what it told is read back, and a letter over two channels is one.
func TestWhatACorrectionTold(t *testing.T) {
	t.Parallel()
	f := tell("consumer; 2026-10-05 reminder by email; 2026-10-05 reminder by post; 2026-10-02 paid 400.00 known 2026-10-06")
	untold, err := trajectory.Untold(f, pinned(t, f))
	if err != nil || len(untold) != 1 {
		t.Fatalf("%+v, %v", untold, err)
	}
	marks := trajectory.Corrects(untold)
	if marks != "reminder@2026-10-05=60000" || !trajectory.CorrectedOn(f, untold[0]).IsZero() {
		t.Errorf("%s, %s", marks, trajectory.CorrectedOn(f, untold[0]))
	}
	told := f
	told.Letters = append(told.Letters, tell("consumer; 2026-10-07 correction:reminder by email corrects "+marks).Letters...)
	if again, err := trajectory.Untold(told, pinned(t, told)); err != nil || len(again) != 0 || trajectory.CorrectedOn(told, untold[0]) != day("2026-10-07") {
		t.Errorf("%+v, %v, %s", again, err, trajectory.CorrectedOn(told, untold[0]))
	}
}

// A correction that leaves tells of the letters with it that a person was asked to correct and has not, as when the client took a case back from the court: that task ends then. One that the person told is not told again.
func TestACorrectionTellsWhatAPersonWasAskedTo(t *testing.T) {
	t.Parallel()
	const wrong = "consumer; 2026-10-05 reminder by email; 2026-10-13 sticker-reminder by email; 2026-10-02 paid 400.00 known 2026-10-14"
	for _, c := range []struct{ name, story, tells, ends string }{
		{"asked: it tells both", wrong + "; task correct-letter:reminder open", "reminder@2026-10-05=60000 sticker-reminder@2026-10-13=60000", "correct-letter:reminder"},
		{"done: the other", wrong + "; task correct-letter:reminder done", "sticker-reminder@2026-10-13=60000", ""},
		{"done, and it is known what was told: the other", wrong + "; task correct-letter:reminder done told reminder@2026-10-05=60000", "sticker-reminder@2026-10-13=60000", ""},
		{"done, and less was owed than was told: both", wrong + "; task correct-letter:reminder done told reminder@2026-10-05=70000", "reminder@2026-10-05=60000 sticker-reminder@2026-10-13=60000", ""},
		{"asked again, and it is told already: only the other, and nobody is asked any more", wrong + "; task correct-letter:reminder open told reminder@2026-10-05=60000", "sticker-reminder@2026-10-13=60000", "correct-letter:reminder"},
	} {
		f := tell(c.story)
		telling, err := trajectory.CorrectionTells(f, pinned(t, f))
		if got := trajectory.Corrects(telling); err != nil || got != c.tells {
			t.Errorf("%s: tells %s, %v", c.name, got, err)
		}
		f.Letters = append(f.Letters, tell("consumer; 2026-10-14 correction:sticker-reminder by email corrects "+c.tells).Letters...)
		var ends string
		for _, task := range dropped(t, f, "2026-10-15 10:00") {
			ends += task.Task
		}
		if ends != c.ends {
			t.Errorf("%s: %s ends", c.name, ends)
		}
	}
}

// What a person who did the task told is kept as a correction keeps it, of each letter of its step, whatever the trajectory of now calls that; and of other tasks nothing is.
func TestWhatAPersonTold(t *testing.T) {
	t.Parallel()
	const (
		right = "consumer; 2026-10-05 reminder by email; 2026-10-13 sticker-reminder by email"
		wrong = right + "; 2026-10-02 paid 400.00 known 2026-10-14"
	)
	for _, c := range []struct{ name, story, task, want string }{
		{"of its step", wrong, "correct-letter:reminder", "reminder@2026-10-05=60000"},
		{"what is known by now", wrong + "; 2026-10-03 paid 100.00 known 2026-10-20", "correct-letter:reminder", "reminder@2026-10-05=50000"},
		{"nothing is wrong", right, "correct-letter:reminder", "nothing"},
		{"of a step that has another name", strings.Replace(wrong, "reminder by", "old-reminder by", 1), "correct-letter:reminder", "reminder@2026-10-05=60000"},
		{"by the name of then", strings.Replace(wrong, "reminder by", "old-reminder by", 1), "correct-letter:old-reminder", "reminder@2026-10-05=60000"},
		{"another task", wrong, "find-address", ""},
	} {
		f := olden(tell(c.story))
		rules, _ := ruled(t, f, "2026-10-20 10:00")
		if got, err := trajectory.ToldByHand(f, rules, c.task, day("2026-10-20")); err != nil || got.Corrects != c.want {
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		}
	}
	f := named(t, "", "2026-10-14 paid 600.00 known 2026-10-30")
	rules, _ := ruled(t, f, "2026-10-30 10:00")
	if got, err := trajectory.ToldByHand(judged(t, f, "2026-10-30"), rules, "correct-letter:14-day-letter", day("2026-10-30")); err != nil || !strings.Contains(got.Corrects, " void:14-day-letter@2026-10-21") {
		t.Errorf("a 14-day letter that named too much: %q, %v", got, err)
	}
}

// Who tells by hand what was wrong with another letter tells that no costs are owed: the 14-day letter that named too much does not count again when the payment is taken back; and of itself nothing was told yet.
func TestWhoTellsOfAnotherLetterTellsThatNoCostsAreOwed(t *testing.T) {
	t.Parallel()
	const task = "correct-letter:summons"
	f := judged(t, named(t, "", "2026-11-06 summons by email asked 1157.00; 2026-10-14 paid 600.00 known 2026-11-10"), "2026-11-10")
	rules, _ := ruled(t, f, "2026-11-10 10:00")
	got, err := trajectory.ToldByHand(f, rules, task, day("2026-11-10"))
	if err != nil || !strings.HasPrefix(got.Corrects, "summons@2026-11-06=") || !strings.HasSuffix(got.Corrects, " void:14-day-letter@2026-10-21") || strings.Contains(got.Corrects, " 14-day-letter@") {
		t.Errorf("%q, %v", got, err)
	}
	f.Tasks = append(f.Tasks, claim.Task{Key: task, Corrects: got.Corrects})
	f.Settlements = nil
	if f = judged(t, f, "2026-11-11"); noticeOf(&f).Overnamed.By == "" {
		t.Error("the debtor was told that no costs are owed, and the 14-day letter counts again")
	}
	if untold, err := trajectory.CorrectionTells(f, rules); err != nil || len(untold) != 0 {
		t.Errorf("it asked what was owed, and that it does not count was told: %+v, %v", untold, err)
	}
}
