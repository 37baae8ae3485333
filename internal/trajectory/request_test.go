package trajectory_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

const (
	requested = "; 2026-10-08 requested q1 documents" // a Thursday; the sticker reminder is due on the 13th
	put       = requested + "; 2026-10-08 request:q1#1 by email"
	prodded   = put + "; 2026-10-15 request:q1#2 by email"
	lastCall  = prodded + "; 2026-10-22 request:q1#3 by email"
)

func TestTheClientIsAskedBesideTheTrajectory(t *testing.T) {
	t.Parallel()
	moved := reminded + "; 2026-10-13 sticker-reminder by email; 2026-10-21 14-day-letter by email"
	tellings{
		{"at once, in office hours", "consumer" + reminded + requested, "2026-10-08 11:00", "request:q1 by email on 2026-10-08"},
		{"before nine: at nine", "consumer" + reminded + requested, "2026-10-08 08:00", "request:q1 by email on 2026-10-08"},
		{"after five: the next morning", "consumer" + reminded + requested, "2026-10-08 17:00", "request:q1 by email on 2026-10-09"},
		{"on a Saturday: on Monday", "consumer" + reminded + "; 2026-10-10 requested q1 information", "2026-10-10 11:00", "request:q1 by email on 2026-10-12"},
		{"on Christmas Eve after five: after Christmas and the weekend", "consumer; 2026-12-24 handed over; 2026-12-24 reminder by email; 2026-12-24 requested q1 documents", "2026-12-24 17:30", "request:q1 by email on 2026-12-28"},
		{"asked once; the trajectory goes on", "consumer" + reminded + put, "2026-10-08 11:01", "sticker-reminder by email on 2026-10-13"},
		{"it may have left: not again", "consumer" + reminded + requested + "; 2026-10-08 request:q1#1 by email unknown", "2026-10-08 11:01", "sticker-reminder by email on 2026-10-13"},
		{"then the reminder halfway is nearer than the next letter", "consumer" + moved + put, "2026-10-14 09:00", "request:q1 by email on 2026-10-15"},
		{"then the 14-day letter's term goes on", "consumer" + moved + prodded, "2026-10-21 23:00", "request:q1 by email on 2026-10-22"},
		{"the last day ends at midnight: the person is asked on the day after", "consumer" + moved + lastCall, "2026-10-22 18:00", "task unanswered-request:q1"},
		{"asked once", "consumer" + moved + lastCall + "; task unanswered-request:q1 open", "2026-10-23 08:00", "summons by email on 2026-11-06"},
		{"that is done: dunning goes on without", "consumer" + moved + lastCall + "; task unanswered-request:q1 done", "2026-10-23 08:00", "summons by email on 2026-11-06"},
		{"answered: no reminder", "consumer" + moved + put + "; 2026-10-14 answered q1", "2026-10-14 09:00", "summons by email on 2026-11-06"},
		{"asked a day late by an outage: the days count from when it left", "consumer" + moved + requested + "; 2026-10-12 request:q1#1 by email", "2026-10-14 09:00", "request:q1 by email on 2026-10-19"},
		{"an outage over the reminder and the last day: one letter, the last", "consumer" + moved + put, "2026-11-02 10:00", "request:q1 by email on 2026-11-02"},
		{"and the consequence the day after that one", "consumer" + moved + put + "; 2026-11-02 request:q1#3 by email", "2026-11-02 10:05", "task unanswered-request:q1"},
		{"two requests: the first that is due", "consumer" + reminded + put + "; 2026-10-09 requested q2 information", "2026-10-09 10:00", "request:q2 by email on 2026-10-09"},
		{"permission and call-back are for a person, not for the client", "consumer" + reminded + "; 2026-10-08 requested q1 permission; 2026-10-08 requested q2 call-back", "2026-10-08 11:00", "sticker-reminder by email on 2026-10-13"},
		{"refused by the mail server: a person asks", "consumer" + reminded + requested + "; 2026-10-08 request:q1#1 by email failed", "2026-10-08 11:01", "task ask-request:q1"},
		{"and it is reminded all the same", "consumer" + moved + requested + "; 2026-10-08 request:q1#1 by email failed; task ask-request:q1 open", "2026-10-14 09:00", "request:q1 by email on 2026-10-15"},
		{"skipped by an operator: on the day after the term a person decides", "consumer" + reminded + requested + "; 2026-10-08 skipped request:q1; 2026-10-13 sticker-reminder by email; 2026-10-21 14-day-letter by email", "2026-10-22 09:00", "task unanswered-request:q1"},
		{"stuck: an operator repairs, and it is not tried meanwhile", "consumer" + reminded + requested + "; 2026-10-08 stuck on request:q1", "2026-10-08 11:00", "wait"},
	}.run(t)
	for _, c := range []struct{ story, now, want string }{ // the day after the last letter left
		{lastCall, "2026-10-22 18:00", "2026-10-23"},
		{put + "; 2026-11-02 request:q1#3 by email", "2026-11-02 10:05", "2026-11-03"},
	} {
		if a, _ := next(t, tell("consumer"+moved+c.story), c.now); a.Day != day(c.want) {
			t.Errorf("a person is asked on %s, want %s", a.Day, c.want)
		}
	}
}

// What the client is asked is no dunning: nothing that holds letters to the debtor back holds it back, and a claim that closes asks nothing more.
func TestNothingKeepsARequestUp(t *testing.T) {
	t.Parallel()
	for what, story := range map[string]string{
		"a hold": "; 2026-10-07 held", "a dispute": "; 2026-10-07 disputed; task judge-dispute:d open", "a flag": "; 2026-10-07 flagged bankrupt; task stopped:bankrupt open", "a suspect receipt": "; task allocate-receipt:r open",
		"an operator who is waited for": "; 2026-10-07 stuck on sticker-reminder", "no address": "; no-email; 2026-10-07 address-unknown; task find-address open",
	} {
		tellings{{what, "consumer" + reminded + story + requested, "2026-10-08 11:00", "request:q1 by email on 2026-10-08"}}.run(t)
	}
	tellings{
		{"paid", "consumer" + reminded + "; 2026-10-08 paid 1200.00; task repay-surplus:1200.00 done" + requested, "2026-10-08 11:00", "close paid on 2026-10-08"},
		{"withdrawn", "consumer" + reminded + "; 2026-10-08 withdrawn" + requested, "2026-10-08 11:00", "close withdrawn on 2026-10-08"},
		{"the intake comes first", "consumer; 2026-10-08 unopened" + requested, "2026-10-08 11:00", "open on 2026-10-08"},
		{"closed", "consumer" + reminded + "; 2026-10-08 status closed" + requested, "2026-10-08 11:00", "nothing"},
	}.run(t)
}

// The task about a client that does not answer says where the price of the exception is told, and no price: that moves while it is open, and is nothing for a client that need not go on.
func TestTheConsequenceSaysWhereItsPriceIsTold(t *testing.T) {
	t.Parallel()
	const asked = "consumer" + reminded + "; 2026-10-13 sticker-reminder by email; 2026-10-21 14-day-letter by email" + lastCall
	for _, more := range []string{"", "; 2026-10-21 decided monitoring; 2026-10-21 monitored", "; 2026-10-22 paid 400.00"} {
		a, said := next(t, tell(asked+more), "2026-10-23 08:00")
		if want := "the client did not answer the request for documents by 2026-10-22: dunning claim exception ID 3 tells what no word costs it by the agreement, if anything, and applies it; or go on without"; a.Task != "unanswered-request:q1" || a.Reason != want {
			t.Errorf("%q: %s: %s; want %s", more, said, a.Reason, want)
		}
	}
}

func TestADisputeHasATermToBeJudged(t *testing.T) {
	t.Parallel()
	const disputed = reminded + "; 2026-10-07 disputed" // a Wednesday: judged by Wednesday the 21st
	tellings{
		{"a person is asked", "consumer" + disputed, "2026-10-07 12:00", "task judge-dispute:d"},
		{"and waited for until the term is over", "consumer" + disputed + "; task judge-dispute:d open", "2026-10-21 12:00", "wait for judge-dispute:d until 2026-10-22"},
		{"then reminded", "consumer" + disputed + "; task judge-dispute:d open", "2026-10-22 00:00", "task late-judgement:d"},
		{"once", "consumer" + disputed + "; task judge-dispute:d open; task late-judgement:d open", "2026-10-30 12:00", "wait for judge-dispute:d"},
		{"also when that is done", "consumer" + disputed + "; task judge-dispute:d open; task late-judgement:d done", "2026-10-30 12:00", "wait for judge-dispute:d"},
	}.run(t)
	if a, _ := next(t, tell("consumer"+disputed), "2026-10-07 12:00"); !strings.HasSuffix(a.Reason, "by 2026-10-21") {
		t.Error(a.Reason)
	}
	if by := (claim.Pause{From: day("2026-12-23")}).JudgeBy(); by != day("2027-01-08") { // Christmas, the weekends and New Year do not count
		t.Errorf("by %s", by)
	}
}

func TestTheClientOfAnUpheldDisputeIsToldItsOptions(t *testing.T) {
	t.Parallel()
	const upheld = reminded + "; 2026-10-07 disputed; 2026-10-16 upheld" // a Friday
	tellings{
		{"before the claim closes", "consumer" + upheld, "2026-10-16 09:00", "dispute-upheld by email on 2026-10-16"},
		{"in office hours", "consumer" + upheld, "2026-10-16 17:00", "dispute-upheld by email on 2026-10-19"},
		{"then it closes", "consumer" + upheld + "; 2026-10-16 dispute-upheld by email", "2026-10-16 09:01", "close upheld on 2026-10-16"},
		{"it may have left: that is enough to close", "consumer" + upheld + "; 2026-10-16 dispute-upheld by email unknown", "2026-10-16 09:01", "close upheld on 2026-10-16"},
		{"refused by the mail server: a person calls", "consumer" + upheld + "; 2026-10-16 dispute-upheld by email failed", "2026-10-16 09:01", "task discuss-upheld-dispute"},
		{"and it closes", "consumer" + upheld + "; 2026-10-16 dispute-upheld by email failed; task discuss-upheld-dispute open", "2026-10-16 09:02", "close upheld on 2026-10-16"},
		{"stuck: an operator repairs", "consumer" + upheld + "; 2026-10-16 stuck on dispute-upheld", "2026-10-16 09:02", "wait"},
		{"skipped: it closes", "consumer" + upheld + "; 2026-10-16 skipped dispute-upheld", "2026-10-16 09:02", "close upheld on 2026-10-16"},
		{"paid on the same day: paid", "consumer" + upheld + "; 2026-10-16 paid 1200.00; task repay-surplus:1200.00 done", "2026-10-16 09:02", "close paid on 2026-10-16"},
		{"withdrawn after it: withdrawn", "consumer" + upheld + "; 2026-10-16 withdrawn", "2026-10-16 09:02", "close withdrawn on 2026-10-16"},
	}.run(t)
}

// checkRequest: the client gets each letter of a request once, in office hours, and none after it answered.
func (w *world) checkRequest(a trajectory.Action, on calendar.Date) {
	if w.sent[letterKey(a)] {
		w.fail("%s is sent twice", letterKey(a))
	}
	w.sent[letterKey(a)] = true
	r, _ := w.facts.RequestAt(a.Step)
	if hour := w.now.In(calendar.Amsterdam).Hour(); !calendar.IsWorkingDay(on) || hour < 9 || hour >= 17 || !r.Answered.IsZero() {
		w.fail("%s leaves at %s, answered on %s", letterKey(a), w.now, r.Answered)
	}
}

// answersRequests answers all.
func (w *world) answersRequests() {
	for i := range w.facts.Requests {
		w.facts.Requests[i].Answered = w.today()
	}
}

// What a client is asked waits for office hours and says so; the advice, which leaves weeks to decide, comes at nine, on a Saturday too.
func TestWhichMailToClientsWaitsForOfficeHours(t *testing.T) {
	t.Parallel()
	const asked = "consumer" + reminded + "; 2026-10-10 requested q1 documents"
	for _, c := range []struct{ name, story, at, due, why string }{
		{"a request on a Saturday", asked, "2026-10-10 11:00", "2026-10-12 09:00", "what a client is asked, and that a dispute was upheld, is mailed in office hours"},
		{"an advice", "consumer" + noticed + "; 2026-11-12 summons by email; 2026-11-20 final-summons by email", "2026-11-27 12:00", "2026-11-28 09:00", "the debtor has until then to pay"},
	} {
		if a, what := next(t, tell(c.story), c.at); a.Due.Format("2006-01-02 15:04") != c.due || !strings.Contains(a.NotSooner, c.why) {
			t.Errorf("%s: %s on %s, %s", c.name, what, a.Due, a.NotSooner)
		}
	}
}
