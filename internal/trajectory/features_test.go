package trajectory_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// under is a table of stories under one trajectory: what happened, the instant, what comes next, and words that its reasons have.
type under []struct{ name, story, at, want, why string }

func (table under) run(t *testing.T, text string) {
	t.Helper()
	policy := parsed(t, text)
	for _, c := range table {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := tell(c.story)
			now, err := time.ParseInLocation("2006-01-02 15:04", c.at, calendar.Amsterdam)
			if err != nil {
				t.Fatal(err)
			}
			for i, l := range f.Letters { // a step is named after something else than its letter
				for _, s := range policy.Steps {
					if s.ID == l.Step {
						f.Letters[i].Kind, f.Letters[i].PayBy = s.Letter, l.On.AddDays(s.Term)
					}
				}
			}
			a, err := trajectory.Next(f, trajectory.Rules{Policy: policy, Tables: library(t).Tables()}, now)
			if err != nil || say(a) != c.want || !strings.Contains(a.Reason+"; "+a.NotSooner, c.why) {
				t.Errorf("%q because %q, not sooner because %q (%v)\nwant %q because %q", say(a), a.Reason, a.NotSooner, err, c.want, c.why)
			}
		})
	}
}

// shop is businessPolicy without conditions, approval and outage rules, so that each story names its own.
var shop = strings.NewReplacer("    when: {at_least: \"500.00\", debtor: company}\n", "", ", late: coalesce", "", ", late: expire, approval: operator", "", ", late: catch-up, when: {plan: premium}", "").Replace(businessPolicy)

func TestStepsCountedInWorkingDaysAndFromDue(t *testing.T) {
	t.Parallel()
	under{
		{"ten working days after due have passed at hand-over: at once", "company", "2026-10-05 06:00", "first by email on 2026-10-05", "first is due 10 working days after the due date (2026-09-04)"},
		{"they have not", "company; 2026-09-25 due", "2026-10-05 06:00", "first by email on 2026-10-09", "the term of 10 working days after the due date ends on 2026-10-09"},
		{"the oldest invoice counts", "company; 2026-09-30 due", "2026-10-05 06:00", "first by email on 2026-10-14", ""},
		{"held working days do not count", "company; 2026-09-25 due; 2026-10-06 held until 2026-10-07", "2026-10-08 06:00", "first by email on 2026-10-13", "4 days of waiting (hold, dispute, stop flag, promise, arrangement) do not count"},
		{"what is due today is told why it waits in the evening", "company; 2026-09-25 due", "2026-10-09 21:00", "first by email on 2026-10-10", "no contact on 2026-10-09: at or after 20:00"},
		{"held weekends do not count twice", "company; 2026-09-25 due; 2026-10-03 held until 2026-10-04", "2026-10-05 06:00", "first by email on 2026-10-09", ""},
	}.run(t, shop)
}

func TestLettersOverBothChannels(t *testing.T) {
	t.Parallel()
	const email, post = "; 2026-10-05 first by email", "; 2026-10-05 first by post"
	under{
		{"first the e-mail", "company", "2026-10-05 06:00", "first by email on 2026-10-05", ""},
		{"then at once the post", "company" + email, "2026-10-05 10:00", "first by post on 2026-10-05", "the letter over its other channel"},
		{"in the evening the next morning", "company" + email, "2026-10-05 19:45", "first by post on 2026-10-06", ""},
		{"one that is being sent is still the next", "company" + email + post + " sending", "2026-10-05 10:00", "first by post on 2026-10-05", ""},
		{"both left: the step is done", "company" + email + post, "2026-10-05 10:00", "task call:call", ""},
		{"the e-mail may have left: it is not sent again", "company" + email + " unknown" + post, "2026-10-06 07:00", "task call:call", ""},
		{"the e-mail bounced: the post is the step", "company" + email + " failed; 2026-10-06 email-bounced" + post, "2026-10-06 07:00", "task call:call", ""},
		{"no e-mail address: post alone", "company; no-email", "2026-10-05 06:00", "first by post on 2026-10-05", ""},
		{"no address: e-mail alone", "company; 2026-10-05 address-unknown" + email, "2026-10-06 07:00", "task call:call", ""},
		{"an address that is found days later is for the next step", "company" + email, "2026-10-10 10:00", "task call:call", ""},
		{"neither", "company; no-email; 2026-10-05 address-unknown", "2026-10-05 10:00", "task find-address", ""},
		{"the next step counts from the later of the two", "company" + email + "; 2026-10-07 first by post", "2026-10-08 07:00", "task call:call", "6 working days after the previous step (2026-10-07)"},
		{"not when as much as the principal was paid meanwhile, and a person said that the rest is asked", "company; 2025-09-04 due; 2026-10-04 paid 1000.00; task interest-only done" + email, "2026-10-05 10:00", "third by email on 2026-10-12", "second is left out: it asks principal only, as much as that was paid, and a person said that the rest is asked"},
		{"not once a later letter has left", "company" + email + "; 2026-10-07 second by email", "2026-10-07 07:00", "third by email on 2026-10-13", ""},
	}.run(t, shop)
}

func TestCalls(t *testing.T) {
	t.Parallel()
	const first = "; 2026-10-05 first by email; 2026-10-05 first by post"
	under{
		{"a task on its day, at an hour for contact", "company" + first, "2026-10-05 20:00", "task call:call", "call the debtor: call is due 6 working days after the previous step (2026-10-05)"},
		{"it is asked once", "company" + first + "; task call:call open", "2026-11-05 20:00", "wait for call:call", ""},
		{"done, the step is done on that day", "company" + first + "; task call:call done 2026-10-15", "2026-10-15 12:00", "second by email on 2026-10-23", "second is due 8 days after the previous step (2026-10-15)"},
		{"no letter after payment, and no call", "company" + first + "; 2026-10-06 paid 2000.00; task repay-surplus:2000.00 done", "2026-10-13 12:00", "close paid on 2026-10-13", ""},
		{"in place of a letter when nothing reaches the debtor", "company; no-email" + first + "; task call:call done 2026-10-15; 2026-10-16 address-unknown", "2026-10-16 12:00", "task call:second", ""},
		{"which is then done", "company; no-email" + first + "; task call:call done 2026-10-15; 2026-10-16 address-unknown; task call:second done 2026-10-24", "2026-10-24 12:00", "task call:third", "(2026-10-24)"},
		{"a call that a later letter overtook is left out", "company" + first + "; 2026-10-20 second by email", "2026-10-20 12:00", "third by email on 2026-10-26", ""},
	}.run(t, strings.Replace(shop, "channels: [both, phone]", "channels: [email, phone]", 1))
	policy := parsed(t, shop)
	f := tell("company" + first)
	a, err := trajectory.Next(f, trajectory.Rules{Policy: policy, Tables: library(t).Tables()}, day("2026-10-05").At(20, 0))
	if allowed, _, why := calendar.ContactAllowed(a.Due); err != nil || !allowed || a.Day.String() != "2026-10-13" || a.Name() != "call" {
		t.Errorf("%s at %s: %s (%v)", a.Name(), a.Due, why, err)
	}
}

func TestApproval(t *testing.T) {
	t.Parallel()
	const second = "; 2026-10-05 first by email; 2026-10-05 first by post; task call:call done 2026-10-13; 2026-10-21 second by email"
	under{
		{"asked on the day of the step", "company" + second, "2026-10-22 12:00", "task approve:third", "an operator approves it before it leaves: third is due 6 days after the previous step"},
		{"waited for", "company" + second + "; task approve:third open", "2026-12-22 12:00", "wait for approve:third", ""},
		{"given, the letter leaves", "company" + second + "; task approve:third done 2026-10-28", "2026-10-28 12:00", "third by email on 2026-10-28", ""},
		{"the same letter over another channel needs none", "company" + second + "; 2026-10-28 third by email failed; 2026-10-29 email-bounced", "2026-10-29 12:00", "third by post on 2026-10-29", ""},
		{"an approval that ended by itself is no approval: it is asked anew", "company" + second + "; task approve:third dropped", "2026-10-28 12:00", "task approve:third", ""},
		{"nothing is approved while it is disputed", "company" + second + "; 2026-10-26 disputed", "2026-10-27 12:00", "task judge-dispute:d", ""},
	}.run(t, strings.Replace(shop, "channels: [both, phone]", "channels: [both, phone], approval: operator", 1))
}

func TestConditions(t *testing.T) {
	t.Parallel()
	const first, second = "; 2026-10-05 first by email; 2026-10-05 first by post", "; 2026-10-13 second by email"
	under{
		{"it holds", "company" + first, "2026-10-06 12:00", "task call:call", ""},
		{"too little is owed", "company; principal 100.00; 2026-10-04 due" + first, "2026-10-06 12:00", "second by email on 2026-10-13", "second is due 8 days after the previous step (2026-10-05); call is left out: 140.06 is owed, less than 500.00"},
		{"another kind of debtor", "sole trader" + first, "2026-10-06 12:00", "second by email on 2026-10-13", "call is left out: the debtor is a sole-trader, not a company"},
		{"another plan", "sole trader; plan basis" + first + second + "; 2026-10-19 third by email; 2026-10-19 third by post", "2026-10-20 12:00", "escalation-advice by email on 2026-10-27", ""},
	}.run(t, strings.NewReplacer("late: coalesce", "late: shift", "late: expire, approval: operator", "late: shift", "late: catch-up, ", "").Replace(businessPolicy))
}

func TestOutageRules(t *testing.T) {
	t.Parallel()
	const first, called = "; 2026-10-05 first by email; 2026-10-05 first by post", "; task call:call done 2026-10-13"
	with := func(second, third string) string {
		return strings.NewReplacer("channels: [email, post, phone]", "channels: [email, post], late: "+second, "channels: [both, phone]", "channels: [post], late: "+third).Replace(shop)
	}
	for rules, table := range map[string]under{
		"shift shift": {
			{"shift, thirty days late: now", "company" + first + called, "2026-11-20 12:00", "second by email on 2026-11-20", ""},
			{"and the next counts from now", "company" + first + called + "; 2026-11-20 second by email", "2026-11-20 12:01", "third by post on 2026-11-26", ""},
		},
		"catch-up shift": {
			{"catch-up, thirty days late: now", "company" + first + called, "2026-11-20 12:00", "second by email on 2026-11-20", ""},
			{"and the next counts from its own day, after the term of 5 days", "company" + first + called + "; 2026-11-20 second by email", "2026-11-20 12:01", "third by post on 2026-11-26", "the letter before it gives until 2026-11-25"},
			{"late by seven days, from the day it left", "company" + first + called + "; 2026-10-28 second by email", "2026-10-28 12:01", "third by post on 2026-11-03", "(2026-10-28)"},
			{"late by eight, from its own day", "company" + first + called + "; 2026-10-29 second by email", "2026-10-29 12:01", "third by post on 2026-11-04", "(2026-10-21)"},
		},
		"coalesce shift": {
			{"coalesce, only itself late: now", "company" + first + called, "2026-10-30 12:00", "second by email on 2026-10-30", ""},
			{"both late: only the last", "company" + first + called, "2026-11-20 12:00", "third by post on 2026-11-20", "third is due 6 days after the previous step (2026-10-21); second is left out: its day 2026-10-21 passed by 30 days, more than 7, as did that of third"},
			{"it stays out when that has left", "company" + first + called + "; 2026-11-20 third by post", "2026-11-20 12:01", "last by post on 2026-11-28", ""},
			{"days on hold are not late", "company" + first + called + "; 2026-10-22 held until 2026-11-18", "2026-11-20 12:00", "second by email on 2026-11-20", ""},
			{"what was tried is not late", "company" + first + called + "; 2026-10-21 second by email failed; 2026-11-20 email-bounced", "2026-11-20 12:00", "second by post on 2026-11-20", ""},
		},
		"expire shift": {
			{"expire, late by seven days: now", "company" + first + called, "2026-10-28 12:00", "second by email on 2026-10-28", ""},
			{"late by eight: left out, the next counts from its day", "company" + first + called, "2026-10-29 12:00", "third by post on 2026-10-29", "second is left out: its day 2026-10-21 passed by 8 days, more than 7"},
		},
		"expire expire": {
			{"both expire: the last, from the day of the one before", "company" + first + called, "2026-11-20 12:00", "last by post on 2026-11-20", "third is left out: its day 2026-10-27 passed by 24 days"},
		},
		"coalesce expire": {
			{"the last of two expires and the first is coalesced: the one after both", "company" + first + called, "2026-11-20 12:00", "last by post on 2026-11-20", ""},
		},
	} {
		second, third, _ := strings.Cut(rules, " ")
		table.run(t, with(second, third))
	}
}

// A wait for an address ends on the day on which its step is left out: what comes after needs none, as the advice to the client. What is left out only with the step after it waits for that, and the last step for a person.
func TestAStepThatNobodyCanReachTheDebtorForIsLeftOut(t *testing.T) {
	t.Parallel()
	const asked = "company; no-email; 2026-10-05 first by post; task call:call done 2026-10-13; 2026-10-15 address-unknown; task find-address open"
	for _, c := range []struct{ rules, story, at, want string }{
		{"expire expire", asked, "2026-10-21 12:00", "wait for find-address, again on 2026-10-29"},
		{"expire expire", asked, "2026-10-28 23:59", "wait for find-address, again on 2026-10-29"},
		{"expire expire", asked, "2026-10-29 00:00", "wait for find-address, again on 2026-11-04"}, // for the step after it
		{"expire expire", asked, "2026-11-04 00:00", "escalation-advice by email on 2026-11-04"},
		{"expire expire", asked + "; 2026-10-22 held until 2026-10-24", "2026-10-25 12:00", "wait for find-address, again on 2026-11-01"},
		{"coalesce expire", asked, "2026-10-21 12:00", "wait for find-address, again on 2026-11-04"},
		{"coalesce expire", asked, "2026-11-04 00:00", "escalation-advice by email on 2026-11-04"},
		{"expire coalesce", asked, "2026-10-29 00:00", "wait for find-address, again on 2031-07-09"},                                      // for its limitation
		{"expire expire", asked + "; 2026-10-21 second by post failed", "2026-10-22 12:00", "wait for find-address, again on 2031-07-09"}, // tried: it is not late
		{"shift shift", asked, "2026-12-21 12:00", "wait for find-address, again on 2031-07-09"},
	} {
		second, third, _ := strings.Cut(c.rules, " ")
		policy := parsed(t, strings.NewReplacer("channels: [email, post, phone]", "channels: [email, post], late: "+second, "channels: [both, phone]", "channels: [post], late: "+third,
			"  - {step: last, letter: final-summons, stage: summons, after: previous, days: 8, term: 5, channels: [post]}\n", "").Replace(shop))
		now, err := time.ParseInLocation("2006-01-02 15:04", c.at, calendar.Amsterdam)
		if err != nil {
			t.Fatal(err)
		}
		a, err := trajectory.Next(tell(c.story), trajectory.Rules{Policy: policy, Tables: library(t).Tables()}, now)
		got := say(a)
		if !a.Again.IsZero() {
			got += ", again on " + calendar.DateOf(a.Again).String()
		}
		if err != nil || got != c.want {
			t.Errorf("%s\n%s, at %s comes %q (%v), want %q", c.story, c.rules, c.at, got, err, c.want)
		}
	}
}

// Letters are never closer than the spacing, whatever brought them.
func TestSpacing(t *testing.T) {
	t.Parallel()
	const story = "consumer; 2026-10-05 reminder by email"
	under{
		{"a letter that comes back when another has left", story + "; 2026-10-13 notice by email failed; 2026-10-30 last by post", "2026-10-31 12:00", "notice by post on 2026-11-06", "last left on 2026-10-30, and letters are 7 days apart"},
		{"the answer to a complaint does not wait", story + "; 2026-10-05 complained c", "2026-10-06 12:00", "complaint:c by email on 2026-10-06", ""},
		{"and nothing waits for it", story + "; 2026-10-12 complained c; 2026-10-12 complaint:c by email", "2026-10-12 12:00", "notice by email on 2026-10-13", ""},
		{"a failed letter reached nobody", story + "; 2026-10-13 notice by email failed; 2026-10-13 email-bounced", "2026-10-13 12:00", "notice by post on 2026-10-13", ""},
	}.run(t, strings.Replace(consumerPolicy, "steps:", "spacing: 7\nsteps:", 1))
}

// Letters to one debtor for several claims keep their own spacing; it says nothing of whose claims those are.
func TestDebtorSpacing(t *testing.T) {
	t.Parallel()
	const reminded = "consumer; 2026-10-05 reminder by email"
	under{
		{"another letter left today", "consumer; 2026-10-05 contacted", "2026-10-05 12:00", "reminder by email on 2026-10-06", "; another letter to this debtor left on 2026-10-05, and no two leave on one day"},
		{"another left yesterday", "consumer; 2026-10-05 contacted", "2026-10-06 12:00", "reminder by email on 2026-10-06", "reminder is due 0 days after hand-over"},
		{"a step that is not due yet", reminded + "; 2026-10-12 contacted", "2026-10-12 12:00", "notice by email on 2026-10-13", ""},
		{"one that is", reminded + "; 2026-10-13 contacted", "2026-10-13 12:00", "notice by email on 2026-10-14", "another letter to this debtor"},
		{"the next day is a Sunday", reminded + "; 2026-10-17 contacted", "2026-10-17 12:00", "notice by email on 2026-10-19", "another letter to this debtor"},
		{"however late it is", reminded + "; 2026-12-01 contacted", "2026-12-01 12:00", "notice by email on 2026-12-02", "another letter to this debtor"},
		{"the answer to a complaint does not wait", reminded + "; 2026-10-05 complained c; 2026-10-06 contacted", "2026-10-06 12:00", "complaint:c by email on 2026-10-06", ""},
		{"nor does the confirmation of an arrangement", reminded + "; 2026-10-06 arranged 2 x 500.00 monthly from 2026-11-02; 2026-10-06 contacted", "2026-10-06 12:00", "arrangement:a by email on 2026-10-06", ""},
		{"the periodic letter does", "consumer; 2026-11-02 monitored; 2027-11-02 contacted", "2027-11-02 12:00", "monitoring letter 1 by post on 2027-11-03", "another letter to this debtor left on 2027-11-02"},
		{"what keeps a claim from lapsing does not wait", "consumer; 2024-10-16 due; 2026-10-05 contacted", "2026-10-05 12:00", "interruption by post on 2026-10-05", ""},
		{"while there is time it does", "consumer; 2024-10-20 due; 2026-10-05 contacted", "2026-10-05 12:00", "reminder by email on 2026-10-06", ""},
		{"nor does it wait in debt monitoring", "consumer; 2025-11-10 due; 2026-11-02 monitored; 2027-11-02 contacted", "2027-11-02 12:00", "interruption by post on 2027-11-02", ""},
	}.run(t, consumerPolicy)
	under{
		{"a week apart", reminded + "; 2026-10-12 contacted", "2026-10-13 12:00", "notice by email on 2026-10-19", "another letter to this debtor left on 2026-10-12, and they are 7 days apart"},
		{"a step that expires when it is late is moved, not dropped", "consumer; 2026-10-14 contacted", "2026-10-20 12:00", "reminder by email on 2026-10-21", "another letter to this debtor"},
		{"also when it could have left since", "consumer; 2026-10-07 contacted", "2026-10-20 12:00", "reminder by email on 2026-10-20", ""},
	}.run(t, strings.NewReplacer("steps:", "debtor_spacing: 7\nsteps:", "days: 0, term: 7", "days: 0, late: expire, term: 7").Replace(consumerPolicy))
}

// A letter of a step that this version does not name is the first of its kind.
func TestLettersOfAnotherVersion(t *testing.T) {
	t.Parallel()
	under{
		{"by its kind", "company; 2026-10-05 reminder by email; 2026-10-05 reminder by post", "2026-10-06 12:00", "task call:call", ""},
		{"with the term that it gave", "company; 2026-10-05 reminder by email; task call:call done 2026-10-06; 2026-10-08 sticker-reminder by email", "2026-10-09 12:00", "third by email on 2026-10-14", ""},
		{"the term of an earlier step that another version sent after a later one", "company; task call:call done 2026-10-06; 2026-10-08 second by email; 2026-10-13 first by email; 2026-10-13 first by post", "2026-10-13 12:00", "third by email on 2026-10-19", "the letter before it gives until 2026-10-18"},
		{"what this version has more of before it is left out", "company; 2026-10-05 reminder by email; 2026-10-13 summons by email; 2026-10-13 summons by post", "2026-10-14 12:00", "last by post on 2026-10-21", ""},
		{"a letter that failed is sent over another channel", "company; 2026-10-05 reminder by email failed", "2026-10-06 12:00", "first by post on 2026-10-06", ""},
		{"one that came back from here leaves its place to what left instead", "company; 2026-10-05 first by email; 2026-10-05 first by post; task call:call done 2026-10-13; 2026-10-21 second by email failed; 2026-10-22 sticker-reminder by post", "2026-10-23 12:00", "third by email on 2026-10-28", ""},
	}.run(t, shop)
	f := tell("company; 2026-10-05 reminder by email")
	came := tell("company; 2026-10-05 reminder by email failed; 2026-10-05 reminder by post; 2026-10-06 reminder by email; task call:call open")
	came.Letters[1].Step, came.Letters[2].Step = "start", "start"
	if a, err := trajectory.Next(came, trajectory.Rules{Policy: parsed(t, shop), Tables: library(t).Tables()}, day("2026-10-07").At(12, 0)); err != nil || say(a) != "wait for call:call" {
		t.Errorf("a letter that came back, and what left instead of it under another name: %s (%v)", say(a), err)
	}
	if f.Letters[0].Step != "reminder" || f.Letters[0].Kind != "reminder" || f.Letters[0].State != claim.LetterAccepted {
		t.Errorf("the facts are changed: %+v", f.Letters[0])
	}
}

// caughtUpPolicy catches up after two steps that are left out when they are late.
const caughtUpPolicy = `
id: catches-up
version: 1
for: business
minimum_demand: "5.00"
late_after: 2
steps:
  - {step: one, letter: reminder, stage: reminders, after: hand-over, days: 0, term: 3, channels: [email]}
  - {step: two, letter: reminder, stage: reminders, after: previous, days: 5, term: 3, channels: [email], late: coalesce}
  - {step: call, stage: reminders, after: previous, days: 5, channels: [phone], late: expire}
  - {step: three, letter: sticker-reminder, stage: reminders, after: previous, days: 20, term: 3, channels: [both], late: catch-up}
  - {step: four, letter: summons, stage: summons, after: previous, days: 30, term: 3, channels: [email]}
advice: {after: previous, days: 10}
decision: {term: 30, default: {premium: monitoring, basis: close}}
monitoring: {letter_every_months: 12, years: 20}
`

// What was left out as too late has its own day, also when a later letter has left: one on 2026-10-05, two on the 10th, call on the 15th, three on 2026-11-04, four on
// 2026-12-04, or 30 days after three when that left in time.
func TestWhatWasLeftOutKeepsItsDay(t *testing.T) {
	t.Parallel()
	const one, three = "company; 2026-10-05 one by email", "; 2026-11-04 three by email; 2026-11-04 three by post"
	under{
		{"after both that were left out", one, "2026-10-20 06:00", "three by email on 2026-11-04", "call is left out: its day 2026-10-15 passed by 5 days"},
		{"in time: the next counts from there", one + three, "2026-11-05 06:00", "four by email on 2026-12-04", "(2026-11-04)"},
		{"over one channel only so far", one + "; 2026-11-04 three by email", "2026-11-06 06:00", "three by post on 2026-11-06", ""},
		{"over its other channel days later: in time all the same", one + "; 2026-11-04 three by email; 2026-11-06 three by post", "2026-11-07 06:00", "four by email on 2026-12-07", "the term of 30 days after the previous step ends on 2026-12-06"},
		{"late itself: from its own day", one + "; 2026-11-20 three by email; 2026-11-20 three by post", "2026-11-21 06:00", "four by email on 2026-12-04", "(2026-11-04)"},
		{"a letter to the debtor about something else since", one + three + "; 2026-11-10 contacted", "2026-11-11 06:00", "four by email on 2026-12-04", ""},
		{"one before it left four days late and came back since", one + "; 2026-10-14 two by email failed; 2026-11-08 three by email; 2026-11-08 three by post", "2026-11-09 06:00", "four by email on 2026-12-08", "(2026-11-08)"},
	}.run(t, caughtUpPolicy)
}

// The own day of a step that caught up rests on those of the steps before it. Counted anew for each step that asks, these sixty would take years.
func TestAStepThatCaughtUpIsCountedOnce(t *testing.T) {
	t.Parallel()
	const steps = 60
	text, story, on := strings.Builder{}, "company", day("2026-10-05")
	for i := range steps {
		fmt.Fprintf(&text, "  - {step: s%d, letter: reminder, stage: reminders, after: previous, days: 5, term: 3, channels: [email], late: catch-up}\n", i)
		story += fmt.Sprintf("; %s s%d by email", on.AddDays(5*i), i)
	}
	before, after, _ := strings.Cut(caughtUpPolicy, "  - {step: one")
	_, after, _ = strings.Cut(after, "advice:")
	last := on.AddDays(5 * (steps - 1))
	under{
		{"in time, each five days after the one before", story, last.AddDays(1).String() + " 06:00", "escalation-advice by email on " + last.AddDays(10).String(), "(" + last.String() + ")"},
	}.run(t, before+strings.Replace(text.String(), "after: previous", "after: hand-over", 1)+"advice:"+after)
}
