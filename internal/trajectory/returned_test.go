package trajectory_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// A letter that came back was not received: it goes out again over the next channel, and what rests on its receipt waits.
func TestALetterThatCameBack(t *testing.T) {
	t.Parallel()
	const (
		lost     = stickered + "; 2026-10-21 14-day-letter by email failed; 2026-11-10 email-bounced"
		lostLate = lost + "; 2026-11-06 summons by email"
		lostLast = lostLate + "; 2026-11-16 final-summons by email; 2026-11-20 email-bounced"
		again    = "; 2026-11-10 14-day-letter by post"
	)
	tellings{
		{"the 14-day letter: by post, at once", "consumer" + lost, "2026-11-10 10:00", "14-day-letter by post on 2026-11-10"},
		{"its 14 days run anew, from the new receipt", "consumer" + lost + again, "2026-11-11 10:00", "summons by post on 2026-11-28"},
		{"a summons had left: the 14-day letter comes again all the same", "consumer" + lostLate, "2026-11-10 10:00", "14-day-letter by post on 2026-11-10"},
		{"the summons is not repeated, and the final one waits for the 14 days", "consumer" + lostLate + again, "2026-11-11 10:00", "final-summons by post on 2026-11-27"},
		{"every step was done: the 14-day letter", "consumer" + lostLast, "2026-11-20 10:00", "14-day-letter by post on 2026-11-20"},
		{"and the advice waits for its 14 days, which end on a Sunday", "consumer" + lostLast + "; 2026-11-20 14-day-letter by post", "2026-11-21 10:00", "escalation-advice by email on 2026-12-08"},
		{"while the client decides: the 14-day letter", "consumer" + lostLast + "; 2026-11-24 advised", "2026-11-26 10:00", "14-day-letter by post on 2026-11-26"},
		{"and then the client decides", "consumer" + lostLast + "; 2026-11-24 advised; 2026-11-26 14-day-letter by post", "2026-11-27 10:00", "decision-reminder by email on 2026-12-08"},
		{"no channel is left", "consumer" + lost + "; 2026-11-10 address-unknown", "2026-11-10 10:00", "task find-address"},
		{"post came back before the e-mail address was known: by e-mail", "consumer" + stickered + "; 2026-10-21 14-day-letter by post failed; 2026-11-10 address-unknown", "2026-11-10 10:00", "14-day-letter by email on 2026-11-10"},
		{"a reminder before the next letter left: again", "consumer; 2026-10-05 reminder by email failed; 2026-10-06 email-bounced", "2026-10-06 10:00", "reminder by post on 2026-10-06"},
		{"a reminder after the next letter left: not again", "consumer; 2026-10-05 reminder by email failed; 2026-10-13 sticker-reminder by email; 2026-10-14 email-bounced", "2026-10-14 10:00", "14-day-letter by post on 2026-10-21"},
		{"a reminder after the summons: not again, it asks less", "company; 2026-10-05 reminder by email failed; 2026-10-12 sticker-reminder by email; 2026-10-19 summons by email", "2026-10-20 10:00", "final-summons by email on 2026-10-27"},
		{"the summons after the final one: not again", "company" + bStickered + "; 2026-10-19 summons by email failed; 2026-10-27 final-summons by post; 2026-10-28 email-bounced", "2026-10-29 10:00", "escalation-advice by email on 2026-11-03"},
		{"the final summons: again", "company" + bSummoned + "; 2026-10-27 final-summons by email failed; 2026-10-28 email-bounced", "2026-10-28 10:00", "final-summons by post on 2026-10-28"},
		{"the letter of a year of debt monitoring: again in that year", "consumer" + finished + "; 2026-12-01 monitored; 2027-12-01 monitoring-letter by post failed; 2028-01-10 address-unknown", "2028-01-10 10:00", "monitoring letter 1 by email on 2028-01-10"},
		{"the advice: a person reaches the client", "company" + bFinished + "; 2026-11-03 escalation-advice by email failed", "2026-11-04 10:00", "task reach-client"},
	}.run(t)
}

// A 14-day letter that should not have left goes out again when it may, over the same channel, and its 14 days run anew.
func TestAVoid14DayLetter(t *testing.T) {
	t.Parallel()
	const (
		held  = noticed + "; 2026-10-19 held until 2026-10-26; 2026-10-27 correction:14-day-letter by email corrects 14-day-letter@2026-10-21=0"
		again = held + "; 2026-10-29 14-day-letter#2 by email"
	)
	tellings{
		{"the hold is over, and the debtor was told: again", "consumer" + held, "2026-10-27 12:00", "14-day-letter by email on 2026-10-29"},
		{"its own term is waited for", "consumer" + again, "2026-10-30 10:00", "summons by email on 2026-11-14"},
		{"not again because of what began on its day", "consumer" + noticed + "; 2026-10-21 held until 2026-10-26", "2026-10-27 10:00", "summons by email on 2026-11-11"},
		{"an insolvency that ended within the 14 days broke them: again", "consumer" + noticed + "; 2026-10-28 flagged bankrupt until 2026-11-03", "2026-11-04 10:00", "14-day-letter by email on 2026-11-04"},
		{"one that lasts: a person", "consumer" + noticed + "; 2026-10-28 flagged bankrupt", "2026-11-04 10:00", "task stopped:bankrupt"},
		{"the second came back: over the next channel", "consumer" + held + "; 2026-10-29 14-day-letter#2 by email failed; 2026-10-30 email-bounced", "2026-10-30 10:00", "14-day-letter by post on 2026-10-30"},
	}.run(t)
}

// Costs that an arrangement has and that fall away are not asked on: the debtor is told what its instalments come to now, and it goes on. Where a person told that, or nobody can, a person ends it, and the
// 14-day letter goes out again.
func TestAnArrangementWithCostsThatFellAway(t *testing.T) {
	t.Parallel()
	const (
		back   = stickered + "; 2026-10-21 14-day-letter by email failed; 2026-11-10 email-bounced"
		failed = back + "; task correct-letter:arrangement:a done" // by hand
		with   = "; 2026-11-06 arranged 2 x 577.00 monthly from 2026-11-20 costs 150.00"
		whole  = "; 2026-11-06 arranged 2 x 578.45 monthly from 2026-11-20 costs 150.00"
		told   = "; 2026-11-06 arrangement:a by email; 2026-11-10 correction:arrangement-confirmation by post asked 1006.90 tells arrangement:a 1006.90 corrects arrangement-confirmation@2026-11-06=100690"
		asked  = with + "; 2026-11-06 arrangement:a by email; task review-arrangement:a open"
	)
	tellings{
		{"the letter arrived: nothing is wrong", "consumer" + noticed + with + "; 2026-11-06 arrangement:a by email", "2026-11-10 10:00", "wait until 2026-11-25"},
		{"it came back: the debtor is told", "consumer" + back + whole + "; 2026-11-06 arrangement:a by email", "2026-11-10 10:00", "correction:arrangement-confirmation by post on 2026-11-10"},
		{"and it goes on", "consumer" + back + whole + told, "2026-11-10 11:00", "wait until 2026-11-25"},
		{"with less in the last instalment", "consumer" + back + whole + told + "; 2026-11-20 paid 578.45; 2026-12-20 paid 428.45", "2026-12-20 10:00", "close paid on 2026-12-20"},
		{"of which is reminded as of any", "consumer" + back + whole + told, "2026-11-25 10:00", "arrangement:a/1 by post on 2026-11-25"},
		{"but not within days of the correction", "consumer" + back + whole + strings.ReplaceAll(told, "2026-11-10", "2026-11-24"), "2026-11-25 10:00", "arrangement:a/1 by post on 2026-11-27"},
		{"one who owes more since a payment was taken back: a person", "consumer" + reminded + "; 2026-10-06 paid 100.00" + strings.TrimPrefix(back, reminded) + whole + "; 2026-11-06 arrangement:a by email; 2026-11-09 taken-back 100.00", "2026-11-10 10:00", "task review-arrangement:a"},
		{"a person told it: a person", "consumer" + failed + with + "; 2026-11-06 arrangement:a by email", "2026-11-10 10:00", "task review-arrangement:a"},
		{"also before it is confirmed", "consumer" + failed + with, "2026-11-10 10:00", "task review-arrangement:a"},
		{"and no part is reminded of", "consumer" + failed + asked, "2026-11-10 10:00", "wait for review-arrangement:a until 2026-12-01"},
		{"the first goes by: staff is reminded, a week after money could be on its way", "consumer" + failed + asked, "2026-12-01 00:00", "task late-review:2026-12-01"},
		{"once, and it waits for the same person", "consumer" + failed + asked + "; task late-review:2026-12-01 open", "2027-02-10 10:00", "wait for review-arrangement:a"},
		{"that it stands was said: a week later again", "consumer" + failed + asked + "; task late-review:2026-12-01 done 2026-12-04", "2026-12-04 10:00", "wait for review-arrangement:a until 2026-12-11"},
		{"also when its last day is long past", "consumer" + failed + asked + "; task late-review:2026-12-01 done 2026-12-04; task late-review:2026-12-11 done 2027-03-01", "2027-03-08 00:00", "task late-review:2027-03-08"},
		{"the first is paid: after the second", "consumer" + failed + asked + "; 2026-11-20 paid 577.00", "2026-11-26 10:00", "wait for review-arrangement:a until 2026-12-29"},
		{"after an outage over both at once", "consumer" + failed + asked, "2027-06-01 10:00", "task late-review:2026-12-01"},
		{"a reminder of one before it is of another arrangement", "consumer" + failed + asked + "; task late-review:2026-11-05 open", "2026-12-01 00:00", "task late-review:2026-12-01"},
		{"in debt monitoring too", "consumer" + failed + "; 2026-11-05 monitored" + with + "; 2026-11-06 arrangement:a by email; task review-arrangement:a open", "2026-12-01 00:00", "task late-review:2026-12-01"},
		{"it is ended: the 14-day letter", "consumer" + failed + strings.Replace(with, " costs", " ended 2026-11-10 costs", 1) + "; 2026-11-06 arrangement:a by email", "2026-11-10 10:00", "14-day-letter by post on 2026-11-10"},
		{"in business costs need no letter", "company" + bSummoned + "; 2026-10-20 arranged 2 x 580.00 monthly from 2026-11-02 costs 150.00; 2026-10-20 arrangement:a by email", "2026-10-21 10:00", "wait until 2026-11-05"},
	}.run(t)
	a, _ := next(t, tell("consumer"+failed+asked), "2026-11-10 10:00")
	if a.Meanwhile != "staff is reminded on 2026-12-01 by task late-review:2026-12-01" ||
		a.NotSooner != "a person has been asked; staff is reminded 7 days after the next instalment that is not paid, or after it has said that it stands" {
		t.Errorf("%+v", a)
	}
	late := tell("consumer" + failed + asked)
	late.Arrangements[0].ReviewFrom = day("2026-11-28")
	if _, got := next(t, late, "2026-12-01 10:00"); got != "wait for review-arrangement:a until 2026-12-05" {
		t.Error("who was asked when the first instalment had gone by already has the days of a reminder too")
	}
	if a, _ := next(t, tell("consumer"+failed+asked), "2026-12-01 00:00"); !strings.HasPrefix(a.Reason, "payment arrangement a waits for the person who looks at it (task review-arrangement:a), and no instalment is reminded of: 577.00 of it is overdue. End it (claim arrangement") {
		t.Error(a.Reason)
	}
}

// The person who looks at an arrangement is told what became of the 14-day letter on which its costs rest.
func TestWhyTheCostsOfAnArrangementFellAway(t *testing.T) {
	t.Parallel()
	const with = "; 2026-11-06 arranged 2 x 577.00 monthly from 2026-11-20 costs 150.00" // once it is confirmed a correction tells
	overnamed := tell("consumer" + noticed + with + "; 2026-10-14 paid 1.00 known 2026-11-09")
	noticeOf(&overnamed).Overnamed = claim.Overnamed{By: "0", On: day("2026-10-14"), Known: day("2026-11-09")}
	for why, f := range map[string]claim.Facts{
		"the 14-day letter came back":                                                   tell("consumer" + stickered + "; 2026-10-21 14-day-letter by email failed; 2026-11-10 email-bounced" + with),
		"the 14-day letter should not have left (h since 2026-10-19)":                   tell("consumer" + noticed + with + "; 2026-10-19 held until 2026-10-26"),
		"the term of the 14-day letter had not run out (bankrupt since 2026-10-28)":     tell("consumer" + noticed + with + "; 2026-10-28 flagged bankrupt until 2026-11-03; task bankrupt-ended:2026-11-04 done 2026-11-05"),
		"the 14-day letter named too much, which settlement 0 of 2026-10-14 made known": overnamed,
		"no 14-day letter was received in time":                                         tell("consumer" + stickered + with),
	} {
		a, _ := next(t, f, "2026-11-10 10:00")
		if want := "payment arrangement a: its instalments have 150.00 of costs, agreed on 2026-11-06, and " + why + ": collection costs were not due (art. 6:96 lid 6 BW)"; !strings.HasPrefix(a.Reason, want) {
			t.Errorf("%s: %s\nwant %s", a.Name(), a.Reason, want)
		}
	}
}

// Without receipt there are no costs, and what was paid of them before pays the debt.
func TestCostsFallAwayWithTheReceipt(t *testing.T) {
	t.Parallel()
	f := tell("consumer" + noticed + "; 2026-11-06 summons by email; 2026-11-08 paid 300.00")
	account := func() claim.Account {
		a, err := f.AccountOn(library(t).Tables(), day("2026-11-10"))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if a := account(); a.Allocations[0].Costs.String() != "150.00" {
		t.Fatalf("%+v", a.Allocations)
	}
	i := slices.IndexFunc(f.Letters, func(l claim.Letter) bool { return l.Kind == claim.FourteenDayLetter })
	f.Letters[i].State, f.Letters[i].Received = claim.LetterFailed, calendar.Date{}
	if a := account(); !a.CostsDueFrom.IsZero() || a.Open.Costs != 0 || a.Charged.Costs != 0 || a.Allocations[0].Costs != 0 || a.Allocations[0].Principal+a.Allocations[0].Interest != a.Allocations[0].Settlement.Amount {
		t.Errorf("%+v", a)
	}
}
