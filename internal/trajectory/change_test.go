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

// edited is consumerPolicy, or another, as its next version with some words changed.
func edited(t *testing.T, text string, changes ...string) trajectory.Policy {
	t.Helper()
	return parsed(t, strings.NewReplacer(append([]string{"version: 1", "version: 2"}, changes...)...).Replace(text))
}

// What cannot be for any claim is told before one is looked at.
func TestTrajectoriesThatDoNotFit(t *testing.T) {
	t.Parallel()
	from := parsed(t, businessPolicy)
	for _, c := range []struct {
		name string
		to   trajectory.Policy
		want string
	}{
		{"another version", edited(t, businessPolicy), ""},
		{"other names, more and fewer steps", edited(t, businessPolicy, "step: first", "step: start", "  - {step: last, letter: final-summons, stage: summons, after: previous, days: 8, term: 5, channels: [post], late: catch-up, when: {plan: premium}}\n", ""), ""},
		{"itself", from, "claims of shop@1 cannot change to shop@1: they are the same; right would be another version"},
		{"of other debtors", parsed(t, consumerPolicy), "it is for consumer debtors"},
		{"a plan that it does not know", edited(t, businessPolicy, ", basis: close", ""), "it has no default decision for plan basis"},
		{"another letter under one name", edited(t, businessPolicy, "step: last", "step: third", "step: third", "step: last"), "step third is letter summons in one and letter final-summons in the other; right would be another name for another letter"},
		{"a letter for a call", edited(t, businessPolicy, "step: call", "step: second", "step: second", "step: other"), "step second is letter sticker-reminder in one and a call in the other"},
	} {
		if err := trajectory.Fits(from, c.to); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// A claim of which a term of the law runs, or of which something is under way, does not change now.
func TestClaimsThatCannotChangeNow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, story, at, want string }{
		{"nothing happened yet", "consumer", "2026-10-05 12:00", ""},
		{"a term that a reminder gave is kept under either", "consumer" + reminded, "2026-10-06 12:00", ""},
		{"on hold, in dispute", "consumer" + reminded + "; 2026-10-07 held until 2026-10-20; 2026-10-08 disputed", "2026-10-09 12:00", ""},
		{"the 14 days run", "consumer" + noticed, "2026-10-22 12:00", "the 14 days after receipt of the 14-day letter run until 2026-11-04"},
		{"on their last day too", "consumer" + noticed, "2026-11-04 23:59", "the 14 days after receipt of the 14-day letter run until 2026-11-04"},
		{"the day after they do not", "consumer" + noticed, "2026-11-05 00:00", ""},
		{"it is not known whether they run", "consumer" + stickered + "; 2026-10-21 14-day-letter by post unknown", "2026-10-22 12:00", "it is not known whether the 14-day letter left"},
		{"a letter is on its way", "consumer; 2026-10-05 reminder by email sending", "2026-10-05 12:00", "reminder is on its way"},
		{"a letter will be", "consumer; 2026-10-05 reminder by email claimed", "2026-10-05 12:00", "reminder is on its way"},
		{"the client decides", "consumer" + asked, "2026-12-09 12:00", "the client has time to decide until 2026-12-24"},
		{"it has decided", "consumer" + asked + "; 2026-12-09 decided monitoring", "2026-12-10 12:00", ""},
		{"debt monitoring", "consumer" + asked + "; 2026-12-09 monitored", "2027-02-10 12:00", ""},
		{"a person is asked for a call that the other does not know", "consumer; task call:phone open", "2026-10-06 12:00", "a person is asked to do call:phone, which the other trajectory has not"},
		{"and has called", "consumer; task call:phone done 2026-10-06", "2026-10-06 12:00", ""},
		{"an operator repairs", "consumer" + reminded + "; 2026-10-13 stuck on sticker-reminder", "2026-10-14 12:00", "an operator repairs sticker-reminder first"},
		{"closed", "consumer; 2026-10-06 status paid", "2026-10-14 12:00", "the claim is paid"},
		{"the same letter would leave over its other channel too", "consumer; 2026-10-05 reminder by email", "2026-10-07 12:00", "reminder has left, and would be sent over another channel too until 2026-10-09"},
		{"not after four days", "consumer; 2026-10-05 reminder by email", "2026-10-10 12:00", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := tell(c.story)
			from, now := ruled(t, f, c.at)
			to := from
			to.Policy.Version++
			from.Policy.Steps = append([]trajectory.Step{{ID: "phone", Stage: trajectory.StageReminders, Channels: []string{trajectory.ChannelPhone}, When: trajectory.Condition{Plan: "none"}}}, from.Policy.Steps...)
			if strings.Contains(c.name, "channel") || strings.Contains(c.name, "four days") {
				to.Policy.Steps = append([]trajectory.Step{}, to.Policy.Steps...)
				to.Policy.Steps[0].Channels = []string{trajectory.ChannelBoth}
			}
			got := ""
			if r, err := trajectory.Refused(f, from, to, now); err != nil {
				t.Fatal(err)
			} else if r != nil {
				got = r.Why
				if !r.Until.IsZero() {
					got += " until " + r.Until.String()
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A person who is asked to call or to approve is not told that it is not needed, and asked again when the claim changes back within a minute.
func TestAClaimDoesNotChangeWhileAPersonIsAskedByOneTrajectoryOnly(t *testing.T) {
	t.Parallel()
	const asked = "company; 2026-10-05 first by email; 2026-10-05 first by post; task call:call open"
	const approving = "company; 2026-10-05 first by email; 2026-10-05 first by post; task call:call done 2026-10-13; 2026-10-21 second by email; task approve:third open"
	approval := strings.Replace(shop, "[both, phone]", "[both, phone], approval: operator", 1)
	noCall := edited(t, shop, "    channels: [phone]\n", "    channels: [phone]\n    when: {plan: premium}\n")
	for _, c := range []struct {
		name, story, at, from string
		to                    trajectory.Policy
		want                  string
	}{
		{"both ask for the call", asked, "2026-10-14 12:00", shop, edited(t, shop, "days: 6, term: 7", "days: 9, term: 7"), ""},
		{"the other does not", asked, "2026-10-14 12:00", shop, noCall, "a person is asked to do call:call, which the other trajectory does not ask now"},
		{"a call that ends under either, because the claim is disputed", asked + "; 2026-10-14 disputed", "2026-10-14 12:00", shop, noCall, ""},
		{"the other needs no approval", approving, "2026-10-28 12:00", approval, edited(t, shop), "a person is asked to do approve:third, which the other trajectory does not ask now"},
	} {
		f, tables, got := tell(c.story+"; plan basis"), library(t).Tables(), ""
		now, err := time.ParseInLocation("2006-01-02 15:04", c.at, calendar.Amsterdam)
		if err != nil {
			t.Fatal(err)
		}
		refused, err := trajectory.Refused(f, trajectory.Rules{Policy: parsed(t, c.from), Tables: tables}, trajectory.Rules{Policy: c.to, Tables: tables}, now)
		if refused != nil {
			got = refused.Why
		}
		if err != nil || got != c.want {
			t.Errorf("%s: %q (%v), want %q", c.name, got, err, c.want)
		}
	}
}

// What an operator skipped is skipped under its new name too, each once.
func TestWhatIsCarried(t *testing.T) {
	t.Parallel()
	from := parsed(t, businessPolicy)
	to := edited(t, businessPolicy, "step: first", "step: start", "step: last", "step: end", "step: call", "step: phone")
	f := tell("company; 2026-10-05 skipped first; 2026-10-06 skipped call; 2026-10-07 skipped second; 2026-10-08 skipped last")
	if got, want := fmt.Sprint(trajectory.Carried(f, from, to)), fmt.Sprint([]claim.Done{{Step: "start", On: day("2026-10-05")}, {Step: "end", On: day("2026-10-08")}}); got != want {
		t.Errorf("carried %s, want %s", got, want)
	}
	if got := trajectory.Carried(f, to, from); len(got) != 0 {
		t.Errorf("back carries %v", got)
	}
}

// What another trajectory means for a claim is told in what is next and in what comes on another day.
func TestCompare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, story, at string
		to              trajectory.Policy
		want            string
	}{
		{"nothing", "company; 2026-10-05 first by email; 2026-10-05 first by post", "2026-10-06 12:00", edited(t, shop),
			"task call:call on 2026-10-13, then task call:call on 2026-10-13"},
		{"a later step, and what comes after it", "company; 2026-10-05 first by email; 2026-10-05 first by post; task call:call done 2026-10-13", "2026-10-14 12:00", edited(t, shop, "days: 6, term: 7", "days: 9, term: 7"),
			"second by email on 2026-10-21, then second by email on 2026-10-21; third by email 2026-10-27 > 2026-10-30; third by post 2026-10-27 > 2026-10-30; last by post 2026-11-04 > 2026-11-07; escalation-advice by email 2026-11-12 > 2026-11-16"},
		{"a step less and one more", "company; 2026-10-05 first by email; 2026-10-05 first by post; task call:call done 2026-10-13; 2026-10-21 second by email; 2026-10-27 third by email; 2026-10-27 third by post", "2026-10-28 12:00",
			edited(t, shop, "step: last, letter: final-summons, stage: summons, after: previous, days: 8, term: 5, channels: [post]", "step: bell, stage: summons, after: previous, days: 8, channels: [phone]"),
			"last by post on 2026-11-04, then task call:bell on 2026-11-04; last by post 2026-11-04 > ; task call:bell  > 2026-11-04"},
		{"the same, while the client is asked two things, each with two reminders", "company; 2026-10-05 first by email; 2026-10-05 first by post; task call:call done 2026-10-13; 2026-10-08 requested q1 documents; 2026-10-08 request:q1#1 by email; 2026-10-12 requested q2 information; 2026-10-12 request:q2#1 by email", "2026-10-14 12:00", edited(t, shop),
			"request:q1 2 by email on 2026-10-15, then request:q1 2 by email on 2026-10-15"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := tell(c.story + "; plan basis")
			from := parsed(t, shop)
			for i, l := range f.Letters {
				for _, s := range from.Steps {
					if s.ID == l.Step {
						f.Letters[i].Kind, f.Letters[i].PayBy = s.Letter, l.On.AddDays(s.Term)
					}
				}
			}
			now, err := time.ParseInLocation("2006-01-02 15:04", c.at, calendar.Amsterdam)
			if err != nil {
				t.Fatal(err)
			}
			tables := library(t).Tables()
			change, err := trajectory.Compare(f, trajectory.Rules{Policy: from, Tables: tables}, trajectory.Rules{Policy: c.to, Tables: tables}, now, sameDay)
			if err != nil || change.Refused != nil {
				t.Fatal(change.Refused, err)
			}
			got := fmt.Sprintf("%s on %s, then %s on %s", change.Before.What, change.Before.On, change.After.What, change.After.On)
			for _, s := range change.Shifts {
				if !strings.Contains(s.What, "decision") && !strings.Contains(s.What, "decide") && s.What != "close" {
					got += fmt.Sprintf("; %s %s > %s", s.What, s.Before, s.After)
				}
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A claim that waits for a person, however long, is compared like any other: nobody answers, and what goes on beside the wait does so for ever.
func TestCompareClaimsThatWaitForAPerson(t *testing.T) {
	t.Parallel()
	tables := library(t).Tables()
	const sooner = "; interruption by post 2031-06-06 > 2031-03-08; interruption 2 by post 2036-03-12 > 2035-09-13; interruption 3 by post 2040-12-14 > 2040-03-21; interruption 4 by post 2045-09-19 > 2044-09-24; interruption 5 by post 2050-06-23 > 2049-03-31"
	for _, c := range []struct{ name, story, at, want string }{
		{"on hold without an end", "company; 2026-10-06 held", "2026-10-06", "wait 2027-01-04" + sooner},
		{"and somebody is asked whether it goes on", "company; 2026-10-06 held; task review-hold:2027-01-04 open", "2027-01-10", "task review-hold:2027-01-04 " + sooner},
		{"in a dispute that nobody judges", "company; 2026-10-06 disputed", "2026-10-06", "task judge-dispute:d 2026-10-06" + sooner},
		{"stopped by a flag", "company; 2026-10-06 flagged bankrupt", "2026-10-06", "task stopped:bankrupt 2026-10-06; task interrupt:2031-09-04 2031-06-06 > 2031-03-08"},
		{"on hold in debt monitoring", "company" + asked + "; 2026-12-09 monitored; 2027-02-01 held", "2027-02-02", "wait 2027-05-02; interruption by post 2031-08-18 > 2031-05-20; interruption 2 by post 2036-05-23 > 2035-11-26; interruption 3 by post 2041-02-26 > 2040-06-01; interruption 4 by post 2045-11-30 > 2044-12-07"},
	} {
		f, now := tell(c.story+"; plan basis"), day(c.at).At(12, 0)
		from, to := trajectory.Rules{Policy: parsed(t, shop), Tables: tables}, trajectory.Rules{Policy: edited(t, shop), Tables: tables}
		if same, err := trajectory.Compare(f, from, to, now, sameDay); err != nil || len(same.Shifts) != 0 {
			t.Errorf("%s: the same trajectory: %v (%v)", c.name, same.Shifts, err)
		}
		earlier := 180
		to.Policy.Monitoring.InterruptBeforeDays = &earlier
		change, err := trajectory.Compare(f, from, to, now, sameDay)
		got := change.Before.What + " " + change.Before.On.String()
		for _, s := range change.Shifts {
			got += fmt.Sprintf("; %s %s > %s", s.What, s.Before, s.After)
		}
		if err != nil || change.Refused != nil || got != c.want {
			t.Errorf("%s (%v, %v):\ngot  %s\nwant %s", c.name, err, change.Refused, got, c.want)
		}
	}
}

// A number of a periodic letter is used once, and goes on, though the rhythm changes: under its number a letter is known to have left.
func TestPeriodicLettersInAnotherRhythm(t *testing.T) {
	t.Parallel()
	f := tell("company" + bFinished + "; 2026-11-03 advised; 2027-01-04 monitored")
	for cycle := 1; cycle <= 10; cycle++ {
		on := day("2027-01-04").AddMonths(12 * cycle)
		f.Letters = append(f.Letters, claim.Letter{Step: trajectory.MonitoringLetter, Kind: trajectory.MonitoringLetter, Cycle: cycle, Channel: trajectory.ChannelPost, State: claim.LetterAccepted, On: on, Received: on})
	}
	rules, err := library(t).Rules(f)
	if err != nil {
		t.Fatal(err)
	}
	for months, want := range map[int]string{12: "monitoring letter 11 by post on 2038-01-04", 14: "monitoring letter 11 by post on 2038-09-04", 1: "monitoring letter 11 by post on 2037-02-04", 24: "monitoring letter 11 by post on 2039-01-04"} {
		rules.Policy.Monitoring.LetterEveryMonths = months
		a, err := trajectory.Next(f, rules, day("2037-02-01").At(12, 0))
		if err != nil || say(a) != want {
			t.Errorf("every %d months: %s (%v), want %s", months, say(a), err, want)
		}
	}
}
