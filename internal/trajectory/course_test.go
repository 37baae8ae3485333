package trajectory_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// fated is what becomes of a step, in one line.
func fated(x trajectory.Fate) string {
	step := x.Step
	if x.Cycle > 1 {
		step = fmt.Sprintf("%s %d", step, x.Cycle)
	}
	if x.On.IsZero() {
		return fmt.Sprintf("%s %s: %s", step, x.Turnout, x.Reason)
	}
	return fmt.Sprintf("%s %s %s: %s", step, x.Turnout, x.On, x.Reason)
}

// What became of a step is told as a case handler would, one line a step; "" is the policy that the claim is pinned to.
func TestWhatBecomesOfEachStep(t *testing.T) {
	t.Parallel()
	const toTheNotice = "consumer; 2026-10-05 reminder by email; 2026-10-13 sticker-reminder by email; 2026-10-21 14-day-letter by email"
	const final = bSummoned + "; 2026-10-27 final-summons by email"
	const first, called = "; 2026-10-05 first by email; 2026-10-05 first by post", "; task call:call done 2026-10-13"
	late := strings.NewReplacer("late: coalesce", "late: expire", "late: expire, approval: operator", "late: coalesce").Replace(businessPolicy)
	for _, c := range []struct{ name, policy, story, at, want string }{
		{"paid in full", "", toTheNotice + "; 2026-10-30 paid 2000.00; 2026-11-02 paid 1.00", "2026-11-03 12:00", "summons not-done 2026-10-30: nothing is owed any more: paid in full on 2026-10-30"},
		{"paid in parts", "", toTheNotice + "; 2026-10-30 paid 600.00; 2026-11-02 paid 500.00", "2026-11-03 12:00", "summons not-done 2026-11-02: nothing is owed any more: paid in full on 2026-11-02"},
		{"paid and closed", "", toTheNotice + "; 2026-10-30 paid 2000.00; 2026-12-31 status paid", "2028-11-03 12:00", "escalation-advice not-done 2026-10-30: nothing is owed"},
		{"its letter left", "", toTheNotice, "2026-10-22 12:00", "14-day-letter done 2026-10-21: left by email"},
		{"what comes next", "", toTheNotice, "2026-10-22 12:00", "summons coming 2026-11-06: summons is due 16 days after receipt of the previous letter (2026-10-21); the term of 16 days after receipt of the previous letter ends on 2026-11-06"},
		{"what comes after that", "", toTheNotice, "2026-10-22 12:00", "final-summons coming: it comes after summons, not before"},
		{"disputed", "", toTheNotice + "; 2026-10-23 disputed", "2026-10-24 12:00", "summons coming: the debtor disputes the claim: everything waits for a judgement, by 2026-11-06"},
		{"and what comes after it", "", toTheNotice + "; 2026-10-23 disputed", "2026-10-24 12:00", "final-summons coming: it comes after summons, and the claim waits: the debtor disputes the claim"},
		{"held", "", toTheNotice + "; 2026-10-23 held until 2026-12-01", "2026-10-24 12:00", "summons coming: on hold until 2026-12-01"},
		{"bankrupt", "", toTheNotice + "; 2026-10-23 flagged bankrupt", "2026-10-24 12:00", "summons coming: it comes after 14-day-letter, and the claim waits: the debtor is bankrupt"},
		{"with an arrangement", "", toTheNotice + "; 2026-10-23 arranged 2 x 500.00 monthly from 2026-11-02", "2026-10-24 12:00", "summons coming: a payment arrangement was agreed"},
		{"and what comes after it", "", toTheNotice + "; 2026-10-23 arranged 2 x 500.00 monthly from 2026-11-02", "2026-10-24 12:00", "final-summons coming: it comes after summons, and the claim waits: a payment arrangement was agreed"},
		{"and the advice", "", toTheNotice + "; 2026-10-23 arranged 2 x 500.00 monthly from 2026-11-02", "2026-10-24 12:00", "escalation-advice coming: a payment arrangement was agreed"},
		{"with an arrangement of which a part is missed", "", toTheNotice + "; 2026-10-23 arranged 2 x 500.00 monthly from 2026-11-02; 2026-10-24 arrangement:a by email", "2026-11-06 12:00", "final-summons coming: it comes after summons, and the claim waits: payment arrangement: 500.00 of instalment 1 was due on 2026-11-02: one reminder"},
		{"withdrawn", "", toTheNotice + "; 2026-10-23 withdrawn; 2026-12-31 status withdrawn", "2026-11-24 12:00", "summons not-done 2026-10-23: the client withdrew the claim (2026-10-23)"},
		{"upheld", "", toTheNotice + "; 2026-10-23 disputed; 2026-10-28 upheld; 2026-12-31 status upheld", "2026-11-24 12:00", "summons not-done 2026-10-28: the debtor's dispute was upheld on 2026-10-28"},
		{"closed by an operator", "", toTheNotice + "; 2026-10-23 operator-closed; 2026-12-31 status closed", "2026-11-24 12:00", "summons not-done 2026-10-23: an operator closed the claim"},
		{"refused at the intake", "", "consumer; 2026-12-31 status refused", "2026-11-24 12:00", "reminder not-done 2026-10-05: the claim was refused at the intake"},
		{"not opened yet", "", "consumer; 2026-10-05 unopened", "2026-10-05 12:00", "reminder coming: handed over: the intake is checked first"},
		{"dropped by an operator", "", "consumer; 2026-10-05 reminder by email; 2026-10-14 skipped sticker-reminder", "2026-10-15 12:00", "sticker-reminder not-done 2026-10-14: an operator left it out"},
		{"could not be done", "", "consumer; 2026-10-08 stuck on reminder", "2026-10-15 12:00", "reminder coming: reminder could not be done"},
		{"refused by the certificate", "", toTheNotice + "; task unlawful-letter:summons open; 2026-11-10 stuck on summons", "2026-11-10 12:00", "summons coming: the law misses something in the letter (task unlawful-letter:summons)"},
		{"refused by the certificate, and tried again", "", toTheNotice + "; task unlawful-letter:summons open", "2026-11-10 12:00", "summons coming 2026-11-10: summons is due"},
		{"nobody can be reached", "", "consumer; no-email; 2026-10-05 address-unknown; task find-address open", "2026-10-15 12:00", "reminder coming: no channel is left"},
		{"by another kind of debtor", businessPolicy, "sole trader" + first, "2026-10-10 12:00", "call not-done 2026-10-13: the debtor is a sole-trader, not a company"},
		{"by the amount when the next step was done, though less is owed now", businessPolicy, "company" + first + "; 2026-10-12 paid 700.00; 2026-10-21 second by email; 2026-10-23 paid 200.00", "2026-10-24 12:00", "call not-done 2026-10-21: 462.01 is owed, less than 500.00"},
		{"and though nothing is owed now", businessPolicy, "company" + first + "; 2026-10-12 paid 700.00; 2026-10-21 second by email; 2026-10-23 paid 900.00; 2026-12-31 status paid", "2026-10-24 12:00", "call not-done 2026-10-21: 462.01 is owed, less than 500.00"},
		{"another plan, of a claim that is paid", businessPolicy, "company; plan basis" + first + "; 2026-10-23 paid 2000.00; 2026-12-31 status paid", "2026-11-24 12:00", "last not-done 2026-10-23: the client has plan basis, not premium"},
		{"a person called", businessPolicy, "company" + first + called, "2026-10-15 12:00", "call done 2026-10-13: the debtor was called"},
		{"a person is to call", businessPolicy, "company" + first + "; task call:call open", "2026-10-15 12:00", "call coming: call the debtor"},
		{"expired after an outage", late, "company" + first + called, "2026-11-20 12:00", "second not-done 2026-10-21: its day 2026-10-21 passed by 30 days, more than 7"},
		{"also when the next left", late, "company" + first + called + "; 2026-11-20 third by email; 2026-11-20 third by post", "2026-12-20 12:00", "second not-done 2026-11-20: its day 2026-10-21 passed by 30 days, more than 7"},
		{"coalesced", strings.Replace(businessPolicy, "late: expire, approval: operator", "late: shift", 1), "company" + first + called, "2026-11-20 12:00", "second not-done 2026-10-21: its day 2026-10-21 passed by 30 days, more than 7, as did that of third"},
		{"coalesced, and paid since", strings.Replace(businessPolicy, "late: expire, approval: operator", "late: shift", 1), "company" + first + called + "; 2026-11-20 third by email; 2026-11-20 third by post; 2026-11-22 paid 2000.00; 2026-12-31 status paid", "2026-11-24 12:00", "second not-done 2026-11-20: its day 2026-10-21 passed by 30 days, more than 7, as did that of third"},
		{"coalesced, and the next waits for who approves it", strings.Replace(businessPolicy, "late: expire, approval", "approval", 1), "company" + first + called + "; task approve:third open", "2026-11-20 12:00", "second not-done 2026-10-21: its day 2026-10-21 passed by 30 days, more than 7, as did that of third"},
		{"not late while it is disputed", late, "company" + first + called + "; 2026-10-20 disputed", "2026-12-20 12:00", "second coming: the debtor disputes"},
		{"shifted by an outage", shop, "company" + first + called + "; 2026-11-20 second by email", "2026-11-20 13:00", "second done 2026-11-20: left by email, shifted from its own day 2026-10-21"},
		{"a later letter left before it came back", shop, "company" + first + called + "; 2026-10-21 second by email failed; 2026-10-27 third by email; 2026-10-27 third by post", "2026-10-28 12:00", "second not-done 2026-10-27: a later letter has left\nthird done 2026-10-27: left by post\nlast"},
		{"over one of both channels", shop, "company; 2026-10-05 first by email", "2026-10-05 13:00", "first coming 2026-10-05: first is due 0 days after the letter over its other channel (2026-10-05)"},
		{"over one of both channels, and paid since", shop, "company; 2026-10-05 first by email; 2026-10-05 paid 2000.00", "2026-10-05 13:00", "first done 2026-10-05: left by email"},
		{"over one of both channels, and withdrawn since", shop, "company; 2026-10-05 first by email; 2026-10-05 withdrawn; 2026-12-31 status withdrawn", "2026-10-05 13:00", "first done 2026-10-05: left by email\ncall not-done 2026-10-05: the client withdrew"},
		{"over one of both channels, and disputed since", shop, "company; 2026-10-05 first by email; 2026-10-05 disputed", "2026-10-05 13:00", "first coming: the debtor disputes the claim"},
		{"the advice comes", "", "company" + final, "2026-11-03 12:00", "escalation-advice coming 2026-11-03: the trajectory is complete"},
		{"the client is reminded", "", "company" + final + "; 2026-11-10 advised", "2026-11-12 12:00", "decision-reminder coming 2026-11-24"},
		{"the client is reminded late", "", "company" + final + "; 2026-11-10 advised", "2027-01-20 12:00", "decision-reminder coming 2027-01-20"},
		{"the client chose before", "", "company" + final + "; 2026-11-10 advised; 2026-11-12 decided court; 2026-12-31 status court", "2026-12-12 12:00", "decision-reminder not-done 2026-11-12: the client chose a court procedure (2026-11-12)"},
		{"monitoring at once", "", "company; 2026-10-05 reminder by email; 2026-10-08 decided monitoring; 2026-10-08 monitored", "2026-10-12 12:00", "summons not-done 2026-10-08: decided: debt monitoring, on 2026-10-08"},
		{"the next periodic letter", "", "company; 2026-11-12 decided monitoring; 2026-11-12 monitored", "2026-12-12 12:00", "monitoring-letter coming 2027-11-12"},
		{"the second", "", "company; 2026-11-12 decided monitoring; 2026-11-12 monitored; 2027-11-12 monitoring-letter by post", "2027-12-12 12:00", "monitoring-letter done 2027-11-12: it left\nmonitoring-letter 2 coming 2028-11-13"},
		{"the second is left out for an interruption", "", "company; 2026-11-12 decided monitoring; 2026-11-12 monitored; 2027-11-12 monitoring-letter by post; 2028-08-01 interruption by post", "2028-12-12 12:00",
			"monitoring-letter 2 not-done 2028-11-12: the letter that interrupted limitation left on 2028-08-01, and a period within 6 months after a letter, half its length, is left out: its day was 2028-11-12"},
		{"the second was on hold, long before limitation was interrupted", "", "company; 2026-11-12 decided monitoring; 2026-11-12 monitored; 2027-11-12 monitoring-letter by post; 2028-10-01 held until 2031-08-31; 2031-05-01 interruption by post", "2031-09-12 12:00",
			"monitoring-letter 2 not-done 2028-11-12: on hold since 2028-10-01, on its day 2028-11-12"},
		{"the second is left out by an operator", "", "company; 2026-11-12 decided monitoring; 2026-11-12 monitored; 2027-11-12 monitoring-letter by post; 2028-11-13 skipped monitoring-letter", "2028-12-12 12:00",
			"monitoring-letter 2 not-done 2028-11-12: an operator left it out on 2028-11-13"},
		{"and it ends", "", "company; 2026-11-12 decided monitoring; 2026-11-12 monitored; 2027-05-12 ended client; 2026-12-31 status closed", "2027-12-12 12:00", "monitoring-letter not-done 2027-05-12: debt monitoring ends"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if told := courseOf(t, c.policy, c.story, c.at); !strings.Contains("\n"+told, "\n"+c.want) {
				t.Errorf("%s\nwant %s", told, c.want)
			}
		})
	}
}

func courseOf(t *testing.T, policy, story, at string) string {
	t.Helper()
	f := tell(story)
	now, err := time.ParseInLocation("2006-01-02 15:04", at, calendar.Amsterdam)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := library(t).Rules(f)
	if err != nil {
		t.Fatal(err)
	}
	if policy != "" {
		rules.Policy = parsed(t, policy)
	}
	fates, err := trajectory.Course(f, rules, now)
	if err != nil {
		t.Fatal(err)
	}
	told := make([]string, len(fates))
	for i, x := range fates {
		told[i] = fated(x)
	}
	return strings.Join(told, "\n")
}

// A task to call or to approve ends by itself for a reason, and stays while there is none.
func TestTasksThatEndByThemselves(t *testing.T) {
	t.Parallel()
	const asked = "company; 2026-10-05 first by email; 2026-10-05 first by post; task call:call open"
	for _, c := range []struct{ name, story, at, want string }{
		{"asked for", asked, "2026-10-14 12:00", ""},
		{"paid", asked + "; 2026-10-14 paid 2000.00", "2026-10-14 12:00", "nothing is owed any more"},
		{"disputed", asked + "; 2026-10-14 disputed", "2026-10-14 12:00", "the debtor disputes the claim"},
		{"on hold", asked + "; 2026-10-14 held until 2026-10-20", "2026-10-14 12:00", "on hold until 2026-10-20"},
		{"a hold to come", asked + "; 2026-10-15 held until 2026-10-20", "2026-10-14 12:00", ""},
		{"bankrupt", asked + "; 2026-10-14 flagged bankrupt", "2026-10-14 12:00", "the debtor is bankrupt"},
		{"promised", asked + "; 2026-10-14 promised 500.00 by 2026-10-20", "2026-10-14 12:00", "the debtor promised on 2026-10-14"},
		{"arranged", asked + "; 2026-10-14 arranged 2 x 500.00 monthly from 2026-11-02", "2026-10-14 12:00", "a payment arrangement was agreed"},
		{"withdrawn", asked + "; 2026-10-14 withdrawn", "2026-10-14 12:00", "the client withdrew the claim"},
		{"closed", asked + "; 2026-10-14 operator-closed; 2026-10-14 status closed", "2026-10-14 12:00", "the claim is closed"},
		{"a complaint to confirm goes first", asked + "; 2026-10-14 complained c", "2026-10-14 12:00", ""},
		{"an operator repairs something else", asked + "; 2026-10-14 stuck on first", "2026-10-14 12:00", ""},
		{"another task stays", "company; task answer-complaint:c open; 2026-10-14 paid 2000.00", "2026-10-14 12:00", ""},
		{"an approval", "company; 2026-10-05 first by email; 2026-10-05 first by post; task call:call done 2026-10-13; 2026-10-21 second by email; task approve:third open; 2026-10-28 disputed", "2026-10-28 12:00", "the debtor disputes the claim"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			now, err := time.ParseInLocation("2006-01-02 15:04", c.at, calendar.Amsterdam)
			if err != nil {
				t.Fatal(err)
			}
			unwanted, err := trajectory.Unwanted(tell(c.story), trajectory.Rules{Policy: parsed(t, businessPolicy), Tables: library(t).Tables()}, now)
			got := ""
			if len(unwanted) == 1 {
				got = unwanted[0].Why
			}
			if err != nil || len(unwanted) > 1 || (c.want == "") != (got == "") || !strings.HasPrefix(got, c.want) {
				t.Errorf("%+v (%v), want %q", unwanted, err, c.want)
			}
		})
	}
	wakes, err := trajectory.Next(tell(asked+"; 2026-10-15 held until 2026-10-20"), trajectory.Rules{Policy: parsed(t, businessPolicy), Tables: library(t).Tables()}, day("2026-10-14").At(12, 0))
	if err != nil || wakes.Wake() != day("2026-10-15").At(0, 0) || wakes.Meanwhile == "" {
		t.Errorf("when a hold begins it is decided anew: %+v (%v)", wakes, err)
	}
	if says := trajectory.CallScript("Incassocenter", "Wki-000000"); !strings.Contains(says, "Incassocenter, registered under Wki-000000") || !strings.Contains(says, trajectory.CallWindow) {
		t.Error(says)
	}
}
