package trajectory_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

const (
	reminded  = "; 2026-10-05 reminder by email"
	stickered = reminded + "; 2026-10-13 sticker-reminder by email"
	noticed   = stickered + "; 2026-10-21 14-day-letter by email"
	summoned  = noticed + "; 2026-11-06 summons by email"
	finished  = summoned + "; 2026-11-16 final-summons by email"
	advised   = finished + "; 2026-11-24 advised"
	asked     = advised + "; 2026-12-08 decision-reminder by email"

	bStickered = reminded + "; 2026-10-12 sticker-reminder by email"
	bSummoned  = bStickered + "; 2026-10-19 summons by email"
	bFinished  = bSummoned + "; 2026-10-27 final-summons by email"
)

func TestTheTrajectoryOfAConsumer(t *testing.T) {
	t.Parallel()
	tellings{
		{"the intake is checked first", "consumer; 2026-10-05 unopened", "2026-10-05 09:00", "open on 2026-10-05"},
		{"the first letter leaves on the day of hand-over", "consumer", "2026-10-05 06:00", "reminder by email on 2026-10-05"},
		{"handed over in the evening: the next day", "consumer", "2026-10-05 21:00", "reminder by email on 2026-10-06"},
		{"handed over at 19:45: too late for a retry, the next day", "consumer", "2026-10-05 19:45", "reminder by email on 2026-10-06"},
		{"at 19:29 it still leaves", "consumer", "2026-10-05 19:29", "reminder by email on 2026-10-05"},
		{"at 06:45 it waits for seven o'clock at least", "consumer", "2026-10-06 06:45", "reminder by email on 2026-10-06"},
		{"handed over on a Sunday: on Monday", "consumer; 2026-10-04 handed over", "2026-10-04 12:00", "reminder by email on 2026-10-05"},
		{"handed over on Saturday evening: on Monday", "consumer; 2026-10-03 handed over", "2026-10-03 20:30", "reminder by email on 2026-10-05"},
		{"handed over on Christmas Day, a Friday: on Monday", "consumer; 2026-12-25 handed over", "2026-12-25 10:00", "reminder by email on 2026-12-28"},
		{"the sticker after the 7 days of the reminder", "consumer" + reminded, "2026-10-06 09:00", "sticker-reminder by email on 2026-10-13"},
		{"the 14-day letter after the 7 days of the sticker", "consumer" + stickered, "2026-10-14 09:00", "14-day-letter by email on 2026-10-21"},
		{"by e-mail the summons is 16 days after it", "consumer" + noticed, "2026-10-22 09:00", "summons by email on 2026-11-06"},
		{"by post the 14 days start two days later", "consumer" + stickered + "; 2026-10-21 14-day-letter by post", "2026-10-22 09:00", "summons by email on 2026-11-09"}, // the 8th is a Sunday
		{"the final summons", "consumer" + summoned, "2026-11-07 09:00", "final-summons by email on 2026-11-16"},
		{"the advice to the client", "consumer" + finished, "2026-11-17 09:00", "escalation-advice by email on 2026-11-24"},
		{"the client is reminded", "consumer" + advised, "2026-11-25 09:00", "decision-reminder by email on 2026-12-08"},
		{"a client that says nothing: the day after the 30th day", "consumer" + asked, "2026-12-09 09:00", "decide on 2026-12-25"},
		{"nothing ran over the whole term: the client is reminded first", "consumer" + advised, "2027-01-10 10:00", "decision-reminder by email on 2027-01-10"},
		{"and has the sixteen days that it always has after that", "consumer" + advised + "; 2027-01-10 decision-reminder by email", "2027-01-11 09:00", "decide on 2027-01-27"},
		{"as after a reminder that was three days late", "consumer" + advised + "; 2026-12-11 decision-reminder by email", "2026-12-12 09:00", "decide on 2026-12-28"},
		{"a late reminder that did not arrive", "consumer" + advised + "; 2027-01-10 decision-reminder by email failed", "2027-01-11 09:00", "decide on 2027-01-27"},
		{"a late reminder that an operator left out", "consumer" + advised + "; 2027-01-10 skipped decision-reminder", "2027-01-11 09:00", "decide on 2027-01-27"},
		{"days on hold after a late reminder do not count", "consumer" + advised + "; 2027-01-10 decision-reminder by email; 2027-01-12 held until 2027-01-15", "2027-01-16 09:00", "decide on 2027-01-31"},
		{"asked again after the court, and nothing ran: reminded again", "consumer" + asked + "; 2027-02-01 asked-again", "2027-04-01 10:00", "decision-reminder by email on 2027-04-01"},
		{"a reminder that did not arrive does not keep the default up", "consumer" + advised + "; 2026-12-08 decision-reminder by email failed", "2026-12-09 09:00", "decide on 2026-12-25"},
		{"an advice that did not arrive is for a person", "consumer" + finished + "; 2026-11-24 escalation-advice by email failed", "2026-11-25 09:00", "task reach-client"},
		{"an operator skipped the advice: the client's time runs from then", "consumer" + finished + "; 2026-11-25 skipped escalation-advice", "2026-11-25 09:00", "decision-reminder by email on 2026-12-09"},
		{"the step comes at once when its day was missed", "consumer" + stickered, "2026-10-27 10:00", "14-day-letter by email on 2026-10-27"},
		{"a letter that is being sent is still the next one", "consumer; 2026-10-05 reminder by email sending", "2026-10-05 10:00", "reminder by email on 2026-10-05"},
		{"a reminder of which nobody knows whether it left is not sent again", "consumer; 2026-10-05 reminder by email unknown", "2026-10-05 10:00", "sticker-reminder by email on 2026-10-13"},
		{"a skipped step counts from the day it was skipped", "consumer" + reminded + "; 2026-10-15 skipped sticker-reminder", "2026-10-16 09:00", "14-day-letter by email on 2026-10-23"},
	}.run(t)
}

// One debtor, several claims of one client: their 14-day letters name together what one letter would (art. 6:96 lid 7 BW).
func TestTheFourteenDayLettersOfOneDebtor(t *testing.T) {
	t.Parallel()
	const small, other = "consumer; principal 100.00", "; 2026-10-15 noticed 100.00 named 40.00"
	tellings{
		{"another claim's letter named all there is: no letter of its own", small + stickered + other, "2026-10-21 09:00", "summons by email on 2026-10-29"},
		{"it does not come back to it when the other letter failed after all", small + stickered + "; 2026-10-29 summons by email", "2026-10-30 09:00", "final-summons by email on 2026-11-09"},
		{"a letter that came back goes out again, three days after the one that left meanwhile", small + noticed + " failed; 2026-11-06 summons by email asked 100.00", "2026-11-07 09:00", "14-day-letter by post on 2026-11-09"},
		{"something is left to name", "consumer; principal 1000.00" + stickered + other, "2026-10-21 09:00", "14-day-letter by email on 2026-10-21"},
		{"overdue only since that letter", small + "; 2026-10-15 due" + stickered + other, "2026-10-21 09:00", "14-day-letter by email on 2026-10-21"},
		{"instalments of one contract: a person says what they cost", small + "; instalments" + stickered + other + " of this contract", "2026-10-21 09:00", "summons by email on 2026-10-29"},
		{"overdue since: a person says", small + "; instalments; 2026-10-15 due" + stickered + other + " of this contract", "2026-10-21 09:00", "task review-costs"},
		{"who is waited for", small + "; instalments; 2026-10-15 due; task review-costs open" + stickered + other + " of this contract", "2026-10-21 09:00", "wait for review-costs"},
		{"nothing, the person says", small + "; instalments; reviewed 0.00; 2026-10-15 due" + stickered + other + " of this contract", "2026-10-21 09:00", "summons by email on 2026-10-29"},
		{"something, the person says", small + "; instalments; reviewed 20.00; 2026-10-15 due" + stickered + other + " of this contract", "2026-10-21 09:00", "14-day-letter by email on 2026-10-21"},
	}.run(t)
}

func TestTheTrajectoryInBusiness(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"company", "sole trader"} {
		tellings{
			{kind + ": the first letter", kind, "2026-10-05 06:00", "reminder by email on 2026-10-05"},
			{kind + ": six days later is a Sunday, so the day after", kind + reminded, "2026-10-06 09:00", "sticker-reminder by email on 2026-10-12"},
			{kind + ": no 14-day letter, straight to the summons", kind + bStickered, "2026-10-13 09:00", "summons by email on 2026-10-19"},
			{kind + ": the final summons", kind + bSummoned, "2026-10-20 09:00", "final-summons by email on 2026-10-27"},
			{kind + ": the advice", kind + bFinished, "2026-10-28 09:00", "escalation-advice by email on 2026-11-03"},
		}.run(t)
	}
}

func TestPauses(t *testing.T) {
	t.Parallel()
	tellings{
		{"an open-ended hold waits until somebody looks at it", "consumer" + reminded + "; 2026-10-07 held", "2026-10-08 09:00", "wait until 2027-01-05"},
		{"a fixed hold waits until the day after its last day", "consumer" + reminded + "; 2026-10-07 held until 2026-10-20", "2026-10-08 09:00", "wait until 2026-10-21"},
		{"on the last day of the hold it still waits", "consumer" + reminded + "; 2026-10-07 held until 2026-10-20", "2026-10-20 23:59", "wait until 2026-10-21"},
		{"held days do not count", "consumer" + reminded + "; 2026-10-07 held until 2026-10-20", "2026-10-21 00:00", "sticker-reminder by email on 2026-10-27"},
		{"resumed early, only the days that were held", "consumer" + reminded + "; 2026-10-07 held until 2026-10-08", "2026-10-09 09:00", "sticker-reminder by email on 2026-10-15"},
		{"a hold resumed on the day it began changes nothing", "consumer" + reminded + "; 2026-10-07 held until 2026-10-06", "2026-10-07 09:00", "sticker-reminder by email on 2026-10-13"},
		{"a hold before the step began does not count", "consumer; 2026-10-01 handed over; 2026-10-01 held until 2026-10-04; 2026-10-05 reminder by email", "2026-10-06 09:00", "sticker-reminder by email on 2026-10-13"},
		{"two pauses over the same days count once", "consumer" + reminded + "; 2026-10-07 held until 2026-10-08; 2026-10-07 disputed; 2026-10-08 rejected", "2026-10-09 09:00", "sticker-reminder by email on 2026-10-15"},
		{"a dispute is put to a person", "consumer" + reminded + "; 2026-10-07 disputed", "2026-10-07 09:00", "task judge-dispute:d"},
		{"then everything waits", "consumer" + reminded + "; 2026-10-07 disputed; task judge-dispute:d open", "2026-10-12 09:00", "wait for judge-dispute:d until 2026-10-22"},
		{"nothing leaves on the day of the judgement", "consumer; 2026-10-05 disputed; 2026-10-14 rejected", "2026-10-14 15:00", "wait until 2026-10-15"},
		{"rejected: on where it stood", "consumer" + reminded + "; 2026-10-07 disputed; 2026-10-16 rejected", "2026-10-17 09:00", "sticker-reminder by email on 2026-10-23"},
		{"upheld: over", "consumer" + reminded + "; 2026-10-07 disputed; 2026-10-16 upheld", "2026-10-16 09:00", "dispute-upheld by email on 2026-10-16"},
		{"a dispute wins over a hold", "consumer; 2026-10-07 held; 2026-10-08 disputed", "2026-10-08 09:00", "task judge-dispute:d"},
		{"the day a consumer is held after the 14-day letter moves the summons too", "consumer" + noticed + "; 2026-10-30 held until 2026-11-03", "2026-11-04 09:00", "summons by email on 2026-11-11"},
	}.run(t)
}

func TestWhatEndsAClaimAtAnyStage(t *testing.T) {
	t.Parallel()
	for stage, story := range map[string]string{"before the first letter": "", "reminded": reminded, "noticed": noticed, "summoned": summoned, "advised": advised} {
		tellings{
			{stage + ": paid in full", "consumer" + story + "; 2026-10-06 paid 1200.00; task repay-surplus:1200.00 done", "2026-12-01 03:00", "close paid on 2026-12-01"},
			{stage + ": withdrawn", "consumer" + story + "; 2026-12-01 withdrawn", "2026-12-01 03:00", "close withdrawn on 2026-12-01"},
			{stage + ": closed by an operator", "consumer" + story + "; 2026-12-01 operator-closed", "2026-12-01 03:00", "close closed on 2026-12-01"},
			{stage + ": court", "consumer" + story + "; 2026-12-01 decided court", "2026-12-01 03:00", "close court on 2026-12-01"},
			{stage + ": the client lets it go", "consumer" + story + "; 2026-12-01 decided close", "2026-12-01 03:00", "close closed on 2026-12-01"},
			{stage + ": a claim that needed attention closes when it is paid", "consumer" + story + "; 2026-11-30 stuck on reminder; 2026-10-06 paid 1200.00; task repay-surplus:1200.00 done", "2026-12-01 03:00", "close paid on 2026-12-01"},
			{stage + ": paid wins over a dispute", "consumer" + story + "; 2026-11-30 disputed; 2026-10-06 paid 1200.00; task repay-surplus:1200.00 done", "2026-12-01 03:00", "close paid on 2026-12-01"},
		}.run(t)
	}
	tellings{
		{"paid too much: first a person is asked to pay it back", "consumer; 2026-10-06 paid 1200.00", "2026-10-06 12:00", "task repay-surplus:196.49"},
		{"then it closes, whether or not it was paid back by then", "consumer; 2026-10-06 paid 1200.00; task repay-surplus:196.49 open", "2026-10-06 12:00", "close paid on 2026-10-06"},
		{"paid too much again after that was paid back: asked anew", "consumer; 2026-10-06 paid 1200.00; task repay-surplus:196.49 done; 2026-10-06 paid 50.00", "2026-10-06 12:00", "task repay-surplus:246.49"},
		{"a task about another surplus says nothing of this one", "consumer; 2026-10-06 paid 1200.00; task repay-surplus:100.00 open", "2026-10-06 12:00", "task repay-surplus:196.49"},
		{"nor does one that was dropped", "consumer; 2026-10-06 paid 1200.00; task repay-surplus:196.49 dropped", "2026-10-06 12:00", "task repay-surplus:196.49"},
		{"on hold: asked too", "consumer; 2026-10-05 held; 2026-10-06 paid 1200.00", "2026-10-06 12:00", "task repay-surplus:196.49"},
		{"a closed claim is left alone", "consumer; 2026-10-05 status closed; 2026-10-06 disputed", "2026-10-06 09:00", "nothing"},
		{"the demand paid within its term closes, although interest ran on", "consumer" + reminded + "; 2026-10-12 paid 1000.00", "2026-10-12 12:00", "close paid on 2026-10-12"},
		{"paid on the day the client withdrew: paid", "consumer; 2026-10-06 paid 1200.00; task repay-surplus:1200.00 done; 2026-10-06 withdrawn", "2026-10-06 12:00", "close paid on 2026-10-06"},
		{"the same a day after the term does not", "consumer" + reminded + "; 2026-10-13 paid 1000.00", "2026-10-13 12:00", "task small-balance"},
		{"some euros after the advice do not settle the claim", "consumer" + finished + "; 2026-11-24 advised; 2026-11-24 escalation-advice by email; 2026-11-30 paid 10.00", "2026-12-01 09:00", "decision-reminder by email on 2026-12-08"},
	}.run(t)
}

func TestWhatIsAskedOfAPerson(t *testing.T) {
	t.Parallel()
	tellings{
		{"4.99 is a trifle", "consumer; principal 4.99; 2026-10-04 due", "2026-10-05 09:00", "task small-balance"},
		{"5.00 is not", "consumer; principal 5.00; 2026-10-04 due", "2026-10-05 09:00", "reminder by email on 2026-10-05"},
		{"one cent short leads to a task, not to a letter", "consumer; principal 100.00; 2026-10-04 due; 2026-10-04 paid 99.99", "2026-10-05 09:00", "task small-balance"},
		{"which is asked once", "consumer; principal 4.99; 2026-10-04 due; task small-balance open", "2026-10-06 09:00", "wait for small-balance"},
		{"and again when it was answered without an effect", "consumer; principal 4.99; 2026-10-04 due; task small-balance done", "2026-10-06 09:00", "task small-balance"},
		{"let go, the claim is paid", "consumer; principal 4.99; 2026-10-04 due; 2026-10-05 let-go 4.99", "2026-10-05 09:00", "close paid on 2026-10-05"},
		{"only interest is left", "consumer; 2026-10-06 paid 1000.00; 2025-09-04 due", "2026-10-06 09:00", "task interest-only"},
		{"everything was credited: nothing is left, not even interest", "consumer; 2026-10-06 credited 1000.00; 2025-09-04 due", "2026-10-06 09:00", "close paid on 2026-10-06"},
		{"a receipt that may belong to it", "consumer" + noticed + "; task allocate-receipt:r1 open", "2026-11-06 12:00", "wait for allocate-receipt:r1"},
		{"that task done, the letter leaves", "consumer" + noticed + "; task allocate-receipt:r1 done", "2026-11-06 12:00", "summons by email on 2026-11-06"},
		{"a 14-day letter that may not have left", "consumer" + stickered + "; 2026-10-21 14-day-letter by email unknown", "2026-11-20 12:00", "task trace-letter:14-day-letter"},
		{"an action that failed waits for an operator", "consumer" + noticed + "; 2026-11-06 stuck on summons", "2026-11-20 12:00", "wait"},
	}.run(t)
}

// Who paid as much as the principal before a letter asked more owes the rest still: a person says that it is asked, and the claim goes on with the first letter that asks it.
func TestAPersonSaysThatInterestIsAsked(t *testing.T) {
	t.Parallel()
	const (
		consumer = "consumer; 2025-09-04 due; 2026-10-05 paid 1000.00"
		company  = "company; 2025-09-04 due; 2026-10-05 paid 1000.00"
		yes      = "; task interest-only done"
	)
	tellings{
		{"a company: asked", company, "2026-10-05 09:00", "task interest-only"},
		{"once", company + "; task interest-only open", "2026-10-20 09:00", "wait for interest-only"},
		{"one that was dropped says nothing", company + "; task interest-only dropped", "2026-10-05 09:00", "task interest-only"},
		{"yes: the summons, on its day", company + yes, "2026-10-05 09:00", "summons by email on 2026-10-12"},
		{"late: at once, when the debtor may be contacted", company + yes, "2026-11-07 21:30", "summons by email on 2026-11-09"},
		{"then as ever", company + yes + "; 2026-10-12 summons by email", "2026-10-13 09:00", "final-summons by email on 2026-10-20"},
		{"up to the advice", company + yes + "; 2026-10-12 summons by email; 2026-10-20 final-summons by email", "2026-10-21 09:00", "escalation-advice by email on 2026-10-27"},
		{"on hold: it waits", company + yes + "; 2026-10-05 held until 2026-10-20", "2026-10-06 09:00", "wait until 2026-10-21"},
		{"a company that paid after the reminder", "company; 2025-09-04 due; 2026-10-05 reminder by email; 2026-10-11 paid 1000.00" + yes, "2026-10-11 12:00", "summons by email on 2026-10-12"},
		{"a consumer: the 14-day letter, over the principal that is left by law", consumer + yes, "2026-10-05 09:00", "14-day-letter by email on 2026-10-13"},
		{"as one who paid after the reminders", "consumer; 2025-09-04 due" + stickered + "; 2026-10-21 paid 1000.00", "2026-10-21 06:00", "14-day-letter by email on 2026-10-21"},
		{"and the summons no sooner than 14 days after it was received", consumer + yes + "; 2026-10-13 14-day-letter by email", "2026-10-14 09:00", "summons by email on 2026-10-29"},
		{"taken back: the reminder asks the principal", "consumer; 2025-09-04 due" + yes, "2026-10-05 09:00", "reminder by email on 2026-10-05"},
		{"paid again: nobody is asked twice", consumer + yes + "; 2026-10-05 reminder by email failed; 2026-10-06 reminder by post failed", "2026-10-07 09:00", "14-day-letter by email on 2026-10-13"},
		{"all that is left is paid", company + yes + "; 2026-10-06 paid 500.00; task repay-surplus:500.00 done", "2026-10-06 12:00", "close paid on 2026-10-06"},
	}.run(t)
}

// Each stop flag stops dunning at once, at every stage: its task is asked once, and then the claim waits for as long as it takes; see TestAStopFlagIsLookedAtAgain.
func TestStopFlags(t *testing.T) {
	t.Parallel()
	for _, stop := range claim.Stops() {
		flagged, cleared := "; 2026-10-25 flagged "+stop.Kind, "summons by email on 2026-11-10"
		if stop.EndsInterest { // it broke the term of the 14-day letter (decision 44)
			cleared = "14-day-letter by email on 2026-10-29"
		}
		said := ""
		if stop.Kind == claim.FlagWSNP { // how it ended is asked first, see TestNothingIsWrittenAfterACleanSlate
			said = "; task wsnp-ended:2026-10-29 done"
		}
		tellings{
			{stop.Kind + ": the task", "consumer" + noticed + flagged, "2026-10-25 12:00", "task stopped:" + stop.Kind},
			{stop.Kind + ": asked once", "consumer" + noticed + flagged + "; task stopped:" + stop.Kind + " open", "2026-12-01 12:00", "wait for stopped:" + stop.Kind},
			{stop.Kind + ": done, it is looked at half a year later", "consumer" + noticed + flagged + "; task stopped:" + stop.Kind + " done 2026-10-26", "2026-12-01 12:00", "wait until 2027-04-24"},
			{stop.Kind + ": not the day before", "consumer" + noticed + flagged, "2026-10-24 12:00", "summons by email on 2026-11-06"},
			{stop.Kind + ": cleared, the days between do not count", "consumer" + noticed + flagged + " until 2026-10-28" + said, "2026-10-29 12:00", cleared},
			{stop.Kind + ": it never was", "consumer" + noticed + flagged + " until 2026-10-24; task stopped:" + stop.Kind + " done", "2026-10-29 12:00", "summons by email on 2026-11-06"},
			{stop.Kind + ": no advice", "consumer" + finished + flagged, "2026-12-01 12:00", "task stopped:" + stop.Kind},
			{stop.Kind + ": no periodic letter", "company" + bFinished + "; 2026-11-03 advised; 2027-01-04 monitored; 2028-01-01 flagged " + stop.Kind, "2030-01-01 12:00", "task stopped:" + stop.Kind},
			{stop.Kind + ": paid", "consumer" + noticed + flagged + "; 2026-10-26 paid 1200.00; task repay-surplus:1200.00 done", "2026-10-26 12:00", "close paid on 2026-10-26"},
			{stop.Kind + ": withdrawn", "consumer" + noticed + flagged + "; 2026-10-26 withdrawn", "2026-10-26 12:00", "close withdrawn on 2026-10-26"},
			{stop.Kind + ": closed by an operator", "consumer" + noticed + flagged + "; 2026-10-26 operator-closed", "2026-10-26 12:00", "close closed on 2026-10-26"},
			{stop.Kind + ": the intake comes first", "consumer; 2026-10-05 unopened; 2026-10-01 flagged " + stop.Kind, "2026-10-05 09:00", "open on 2026-10-05"},
		}.run(t)
	}
	tellings{
		{"two flags: two tasks, one after the other", "consumer" + noticed + "; 2026-10-25 flagged vulnerable; 2026-10-26 flagged wsnp; task stopped:wsnp open", "2026-10-26 12:00", "task stopped:vulnerable"},
		{"the weightiest names what is waited for", "consumer" + noticed + "; 2026-10-25 flagged vulnerable; 2026-10-26 flagged wsnp; task stopped:vulnerable open; task stopped:wsnp open", "2026-10-26 12:00", "wait for stopped:wsnp"},
		{"one cleared, the other still stops", "consumer" + noticed + "; 2026-10-25 flagged vulnerable; 2026-10-26 flagged wsnp until 2026-10-27; task stopped:vulnerable open; task wsnp-ended:2026-10-28 open", "2026-10-28 12:00", "wait for stopped:vulnerable"},
		{"set again after it was cleared", "consumer" + noticed + "; 2026-10-22 flagged minor until 2026-10-23; 2026-10-25 flagged minor; task stopped:minor open", "2026-10-25 12:00", "wait for stopped:minor"},
		{"a hold and a flag that overlap: each day once", "consumer" + noticed + "; 2026-10-24 held until 2026-10-26; 2026-10-25 flagged minor until 2026-10-28", "2026-10-29 12:00", "summons by email on 2026-11-11"},
		{"what an operator has to repair comes first", "consumer" + noticed + "; 2026-11-06 stuck on summons; 2026-11-07 flagged bankrupt", "2026-11-07 12:00", "wait"},
		{"it is told before a dispute", "consumer" + noticed + "; 2026-10-24 disputed; 2026-10-25 flagged bankrupt", "2026-10-25 12:00", "task stopped:bankrupt"},
		{"which is judged all the same", "consumer" + noticed + "; 2026-10-24 disputed; 2026-10-25 flagged bankrupt; task stopped:bankrupt open", "2026-10-25 12:00", "task judge-dispute:d"},
		{"and staff is reminded", "consumer" + noticed + "; 2026-10-24 disputed; 2026-10-25 flagged bankrupt; task stopped:bankrupt open; task judge-dispute:d open", "2026-11-08 00:00", "task late-judgement:d"},
		{"once", "consumer" + noticed + "; 2026-10-24 disputed; 2026-10-25 flagged bankrupt; task stopped:bankrupt open; task judge-dispute:d open; task late-judgement:d done", "2027-11-08 00:00", "wait for stopped:bankrupt"},
		{"not again when the flag is taken back", "consumer" + noticed + "; 2026-10-24 disputed; 2026-10-25 flagged bankrupt until 2026-12-01; task stopped:bankrupt done; task judge-dispute:d open; task late-judgement:d open", "2026-12-02 09:00", "wait for judge-dispute:d"},
	}.run(t)
}

// A claim that waits because of a stop flag says until when its dispute is judged, and is looked at again then.
func TestAStopDoesNotHideADispute(t *testing.T) {
	t.Parallel()
	a, what := next(t, tell("consumer"+noticed+"; 2026-10-24 disputed; 2026-10-25 flagged bankrupt; task stopped:bankrupt open; task judge-dispute:d open"), "2026-10-25 12:00")
	if what != "wait for stopped:bankrupt" || calendar.DateOf(a.Wake()) != day("2026-11-07") || a.Meanwhile != "the debtor disputes the claim: everything waits for a judgement, by 2026-11-06" {
		t.Errorf("%s, looked at again on %s: %s", what, a.Wake(), a.Meanwhile)
	}
}

func TestChannels(t *testing.T) {
	t.Parallel()
	tellings{
		{"no e-mail address: post", "consumer; no-email", "2026-10-05 09:00", "reminder by post on 2026-10-05"},
		{"bounced: post, the same step", "consumer; 2026-10-05 reminder by email failed; 2026-10-05 email-bounced", "2026-10-05 12:00", "reminder by post on 2026-10-05"},
		{"once bounced, the steps after it by post too", "consumer; 2026-10-05 reminder by email failed; 2026-10-05 email-bounced; 2026-10-06 reminder by post", "2026-10-07 12:00", "sticker-reminder by post on 2026-10-14"},
		{"refused without a bounce: post for this step", "consumer; 2026-10-05 reminder by email failed", "2026-10-05 12:00", "reminder by post on 2026-10-05"},
		{"and e-mail again for the next", "consumer; 2026-10-05 reminder by email failed; 2026-10-06 reminder by post", "2026-10-07 12:00", "sticker-reminder by email on 2026-10-14"},
		{"the bounce came days after the letter was accepted: it did not reach anybody", "consumer" + stickered + "; 2026-10-21 14-day-letter by email failed; 2026-10-28 email-bounced", "2026-10-28 12:00", "14-day-letter by post on 2026-10-28"},
		{"no address of any kind", "consumer; no-email; 2026-10-05 address-unknown", "2026-10-05 12:00", "task find-address"},
		{"e-mail while the address is unknown", "consumer; 2026-10-05 address-unknown", "2026-10-05 12:00", "reminder by email on 2026-10-05"},
		{"both channels failed", "consumer; 2026-10-05 reminder by email failed; 2026-10-06 reminder by post failed", "2026-10-07 12:00", "task find-address"},
		{"the advice does not need the debtor's address", "consumer" + finished + "; 2026-11-17 address-unknown; 2026-11-17 email-bounced", "2026-11-18 12:00", "escalation-advice by email on 2026-11-24"},
	}.run(t)
}

func TestDebtMonitoring(t *testing.T) {
	t.Parallel()
	yearly := func(until int) (story string) {
		for year := 2028; year <= until; year++ {
			on := calendar.NextContactDay(day(fmt.Sprintf("%d-01-04", year)))
			story += "; " + on.String() + " monitoring-letter by post"
		}
		return story
	}
	monitored := "company" + bFinished + "; 2026-11-03 advised; 2027-01-04 monitored"
	tellings{
		{"decided: it starts at once", "company" + bFinished + "; 2026-11-03 advised; 2026-12-01 decided monitoring", "2026-12-01 03:00", "monitor on 2026-12-01"},
		{"the first letter a year later, by post", monitored, "2027-01-04 03:00", "monitoring letter 1 by post on 2028-01-04"},
		{"the second", monitored + yearly(2028), "2028-01-05 03:00", "monitoring letter 2 by post on 2029-01-04"},
		{"the nineteenth", monitored + yearly(2045), "2045-02-01 03:00", "monitoring letter 19 by post on 2046-01-04"},
		{"no letter on the last day of twenty years: its term would end after it", monitored + yearly(2046), "2046-02-01 03:00", "close closed on 2047-01-04"},
		{"a late one whose term ends before that leaves", monitored + yearly(2045) + "; 2045-06-01 held until 2046-12-17", "2046-12-18 03:00", "monitoring letter 19 by post on 2046-12-18"},
		{"not one whose term ends that day", monitored + yearly(2045) + "; 2045-06-01 held until 2046-12-20", "2046-12-21 03:00", "close closed on 2047-01-04"},
		{"after twenty years it ends", monitored + yearly(2047), "2047-01-04 21:00", "close closed on 2047-01-04"},
		{"and does not wait for an address", monitored + "; no-email; 2030-01-01 address-unknown", "2047-01-05 03:00", "close closed on 2047-01-05"},
		{"which is asked for until then", monitored + "; no-email; 2030-01-01 address-unknown; task find-address open", "2030-02-01 03:00", "wait for find-address until 2047-01-04"},
		{"a company that is dissolved is not written to", monitored + "; task dissolved open", "2028-01-04 03:00", "wait for dissolved until 2047-01-04"},
		{"and still not years later, until its claim would lapse", monitored + "; task dissolved open", "2031-07-29 19:00", "interruption by post on 2031-07-29"},
		{"it has an estate to be wound up: it is", monitored + "; task dissolved done", "2027-06-01 03:00", "monitoring letter 1 by post on 2028-01-04"},
		{"paid meanwhile", monitored + "; 2030-01-04 paid 3000.00; task repay-surplus:3000.00 done", "2030-01-05 03:00", "close paid on 2030-01-05"},
		{"disputed meanwhile", monitored + "; 2030-01-04 disputed", "2030-01-05 03:00", "task judge-dispute:d"},
		{"three years on hold are one letter, not three", monitored + "; 2027-06-01 held until 2030-06-01", "2030-06-02 03:00", "monitoring letter 1 by post on 2030-06-03"},
		{"and the next one keeps its distance", monitored + "; 2027-06-01 held until 2030-06-01; 2030-06-03 monitoring-letter by post", "2030-06-04 03:00", "monitoring letter 2 by post on 2031-01-04"},
		{"late by eleven months: the next one is not two weeks later", monitored + "; 2028-12-20 monitoring-letter by post", "2028-12-21 03:00", "monitoring letter 2 by post on 2030-01-04"},
		{"a letter that an operator skipped is not asked for again", monitored + "; 2028-01-04 monitoring-letter by post failed; 2028-01-05 skipped monitoring-letter", "2028-01-06 03:00", "monitoring letter 2 by post on 2029-01-04"},
		{"started on 29 February", "company" + bFinished + "; 2026-11-03 advised; 2028-02-29 monitored", "2028-03-01 03:00", "monitoring letter 1 by post on 2029-02-28"},
	}.run(t)
}

// Debt monitoring ends after its years, whatever waits for a person then: nobody who is asked would keep it open for ever.
func TestTheYearsOfDebtMonitoringEndWhateverWaits(t *testing.T) {
	t.Parallel()
	unwritten := "company" + bFinished + "; 2026-11-03 advised; 2027-01-04 monitored"
	monitored := unwritten + "; 2046-06-01 monitoring-letter by post; task interrupt:2031-10-27 open"
	for story, waits := range map[string]string{
		"2046-06-02 stuck on monitoring-letter":                                                  "wait",
		"2046-12-02 held":                                                                        "wait until 2047-03-02",
		"2046-06-02 held; task review-hold:2046-08-31 open":                                      "wait for review-hold:2046-08-31",
		"2046-12-02 flagged bankrupt; task stopped:bankrupt done":                                "wait until 2047-05-31",
		"2046-06-02 flagged bankrupt; task stopped:bankrupt open":                                "wait for stopped:bankrupt",
		"2046-12-01 arranged 2 x 100.00 monthly from 2046-12-28; task review-arrangement:a open": "wait for review-arrangement:a until 2047-01-09",
		"2046-06-02 disputed; task judge-dispute:d open; task late-judgement:d open":             "wait for judge-dispute:d",
		"task allocate-receipt:r1 open":                                                          "wait for allocate-receipt:r1",
	} {
		story := monitored + "; " + story
		a, said := next(t, tell(story), "2046-12-31 12:00")
		if said != waits || calendar.DateOf(a.Wake()) != day("2047-01-04") || !strings.Contains(a.Meanwhile, "debt monitoring ends after 20 years") {
			t.Errorf("%s\ncomes %s, again on %s (%s), want %s, again on 2047-01-04", story, said, a.Wake(), a.Meanwhile, waits)
		}
		if _, said := next(t, tell(story), "2047-01-04 00:00"); said != "close closed on 2047-01-04" {
			t.Errorf("%s\ncomes %s", story, said)
		}
	}
	tellings{
		{"what nobody interrupted in time is not asked any more", unwritten + "; 2028-01-04 stuck on monitoring-letter", "2052-01-04 03:00", "close closed on 2052-01-04"},
		{"a hold until a day goes first", monitored + "; 2046-06-02 held until 2047-03-01", "2047-02-01 03:00", "wait until 2047-03-02"},
		{"so does an arrangement", monitored + "; 2046-12-01 arranged 3 x 100.00 monthly from 2047-01-02; 2046-12-01 arrangement:a by email; 2047-01-02 paid 100.00", "2047-01-10 03:00", "wait until 2047-02-06"},
		{"upheld, and its client not told: it ends as upheld", monitored + "; 2046-06-02 disputed; 2046-06-03 upheld; 2046-06-03 stuck on dispute-upheld", "2047-01-04 03:00", "close upheld on 2047-01-04"},
	}.run(t)
}

func TestClocksAndCalendars(t *testing.T) {
	t.Parallel()
	tellings{
		{"summer time ends in the term: days are days", "company; 2026-10-20 handed over; 2026-10-20 reminder by email", "2026-10-20 12:00", "sticker-reminder by email on 2026-10-26"},
		{"the night of the clock: 02:30 twice", "company; 2026-10-24 handed over", "2026-10-25 02:30", "reminder by email on 2026-10-26"},
		{"summer time begins in the term", "company; 2027-03-24 handed over; 2027-03-24 reminder by email", "2027-03-24 12:00", "sticker-reminder by email on 2027-03-30"},
		{"29 February counts", "company; 2028-02-25 handed over; 2028-02-25 reminder by email", "2028-02-25 12:00", "sticker-reminder by email on 2028-03-02"},
		{"without it the same term ends a day later", "company; 2027-02-25 handed over; 2027-02-25 reminder by email", "2027-02-25 12:00", "sticker-reminder by email on 2027-03-03"},
		{"Good Friday to Easter Monday: Saturday is allowed", "company; 2027-03-20 handed over; 2027-03-20 reminder by email", "2027-03-21 12:00", "sticker-reminder by email on 2027-03-27"},
		{"King's Day 2026", "company; 2026-04-27 handed over; 2026-03-01 due", "2026-04-27 12:00", "reminder by email on 2026-04-28"},
		{"the midnight of Amsterdam, not of Greenwich", "company; 2026-10-06 handed over", "2026-10-06 00:30", "reminder by email on 2026-10-06"},
	}.run(t)
}

// A worker that was down for thirty days sends one letter, and the next one keeps its distance from the day on which that left.
func TestLateStartIsNoBurst(t *testing.T) {
	t.Parallel()
	tellings{
		{"one letter now", "consumer", "2026-11-04 10:00", "reminder by email on 2026-11-04"},
		{"the next from the day it left", "consumer; 2026-11-04 reminder by email", "2026-11-04 10:05", "sticker-reminder by email on 2026-11-12"},
		{"down after the 14-day letter: the summons now", "consumer" + noticed, "2026-12-01 10:00", "summons by email on 2026-12-01"},
		{"and the final summons ten days on", "consumer" + noticed + "; 2026-12-01 summons by email", "2026-12-01 10:05", "final-summons by email on 2026-12-11"},
	}.run(t)
}

func TestWhyNotSooner(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, story, at, want string }{
		{"a term", "consumer" + reminded, "2026-10-06 09:00", "the term of 8 days after the previous step ends on 2026-10-13"},
		{"a Sunday", "company" + reminded, "2026-10-06 09:00", "the term of 6 days after the previous step ends on 2026-10-11; no contact on 2026-10-11: Sunday"},
		{"an evening", "consumer" + reminded, "2026-10-13 21:00", "the term of 8 days after the previous step ends on 2026-10-13; no contact on 2026-10-13: at or after 20:00"},
		{"the end of a day", "consumer" + reminded, "2026-10-13 19:45", "the term of 8 days after the previous step ends on 2026-10-13; no contact on 2026-10-13: 19:45 is too late to try"},
		{"a hold", "consumer" + reminded + "; 2026-10-07 held until 2026-10-08", "2026-10-09 09:00", "the term of 8 days after the previous step ends on 2026-10-13; 2 days of waiting (hold, dispute, stop flag, promise, arrangement) do not count"},
		{"receipt", "consumer" + noticed, "2026-10-22 09:00", "the term of 16 days after receipt of the previous letter ends on 2026-11-06"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if a, _ := next(t, tell(c.story), c.at); !strings.HasPrefix(a.NotSooner, c.want) || a.NotSooner != c.want {
				t.Errorf("not sooner because %q, want %q", a.NotSooner, c.want)
			}
		})
	}
}
