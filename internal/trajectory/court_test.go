package trajectory_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

const (
	chosen = "company" + bFinished + "; 2026-11-03 advised; 2026-12-01 decided court; 2026-12-01 status court; task hand-over-to-court open"
	served = "company" + bFinished + "; 2026-11-03 advised; 2026-12-01 decided court; 2026-12-01 status court; task hand-over-to-court done; 2027-01-11 court served"
)

// What a claim before the court waits for, and when staff is reminded of it.
func TestAClaimBeforeTheCourtWaits(t *testing.T) {
	t.Parallel()
	tellings{
		{"the hand-over has five working days", chosen, "2026-12-02 09:00", "wait for hand-over-to-court until 2026-12-08"},
		{"it is not done then: a reminder", chosen, "2026-12-08 00:00", "task hand-over-late:2026-12-08"},
		{"after an outage the same reminder, not three", chosen, "2026-12-29 09:00", "task hand-over-late:2026-12-08"},
		{"one that stands is enough", chosen + "; task hand-over-late:2026-12-08 open", "2027-03-01 09:00", "wait for hand-over-to-court"},
		{"said to wait for something: five working days after that", chosen + "; task hand-over-late:2026-12-08 done 2026-12-16", "2026-12-16 09:00", "wait for hand-over-to-court until 2026-12-23"},
		{"and the next", chosen + "; task hand-over-late:2026-12-08 done 2026-12-16", "2026-12-23 09:00", "task hand-over-late:2026-12-23"},
		{"a dispute is judged before the claim is handed over", chosen + "; 2026-12-03 disputed; task judge-dispute:d open", "2026-12-04 09:00", "wait for judge-dispute:d until 2026-12-18"},
		{"it is not judged in its term", chosen + "; 2026-12-03 disputed; task judge-dispute:d open", "2026-12-18 09:00", "task late-judgement:d"},
		{"that is said once", chosen + "; 2026-12-03 disputed; task judge-dispute:d open; task late-judgement:d done 2026-12-20", "2027-03-01 09:00", "wait for judge-dispute:d"},
		{"bankrupt meanwhile: it is still to be judged", chosen + "; 2026-12-03 disputed; task judge-dispute:d open; 2026-12-04 flagged bankrupt", "2026-12-18 09:00", "task late-judgement:d"},
		{"rejected: the hand-over has its term anew", chosen + "; 2026-12-03 disputed; 2026-12-14 rejected", "2026-12-15 09:00", "wait for hand-over-to-court until 2026-12-21"},
		{"paid before the hand-over, and the payment taken back: the hand-over has its term anew", chosen + "; 2026-12-14 reopened", "2026-12-15 09:00", "wait for hand-over-to-court until 2026-12-21"},
		{"opened again before the client chose: its term is of the choice", chosen + "; 2026-11-20 reopened", "2026-12-02 09:00", "wait for hand-over-to-court until 2026-12-08"},
		{"bankrupt: what comes of it has five working days too, in words of its own", chosen + "; task hand-over-late:2026-12-08 dropped; 2026-12-09 flagged bankrupt", "2026-12-09 09:00", "wait for hand-over-to-court until 2026-12-16"},
		{"then a reminder", chosen + "; task hand-over-late:2026-12-08 dropped; 2026-12-09 flagged bankrupt", "2026-12-16 09:00", "task court-no-more:insolvent:2026-12-16"},
		{"again and again", chosen + "; 2026-12-09 flagged bankrupt; task court-no-more:insolvent:2026-12-16 done 2026-12-18", "2026-12-29 09:00", "task court-no-more:insolvent:2026-12-28"},
		{"the bankruptcy of a company is lifted: it is dissolved, unless somebody says otherwise", chosen + "; 2026-12-09 flagged bankrupt until 2027-01-10; task court-no-more:insolvent:2026-12-16 dropped", "2027-01-11 09:00", "task bankrupt-ended:2027-01-11"},
		{"until then it is not handed over", chosen + "; 2026-12-09 flagged bankrupt until 2027-01-10; task bankrupt-ended:2027-01-11 open", "2027-02-15 09:00", "wait for bankrupt-ended:2027-01-11"},
		{"something is left: it is handed over after all, with its term anew", chosen + "; 2026-12-09 flagged bankrupt until 2027-01-10; task bankrupt-ended:2027-01-11 done 2027-01-13; task court-no-more:insolvent:2026-12-16 dropped", "2027-01-20 09:00", "task hand-over-late:2027-01-20"},
		{"a sole trader owes on: the hand-over has its term anew", strings.Replace(chosen, "company", "sole trader", 1) + "; 2026-12-09 flagged bankrupt until 2027-01-10; task court-no-more:insolvent:2026-12-16 dropped", "2027-01-15 09:00", "task hand-over-late:2027-01-15"},
		{"a register said that the company is dissolved", chosen + "; task dissolved open", "2026-12-02 09:00", "wait for dissolved"},
		{"the order is annulled, and never was: the first term stands", chosen + "; 2026-12-09 flagged bankrupt until 2026-12-08; task hand-over-late:2026-12-08 dropped; task court-no-more:insolvent:2026-12-16 dropped", "2027-01-15 09:00", "task hand-over-late:2026-12-08"},
		{"served, and paid: what comes of it", served + "; 2027-02-22 paid 2000.00", "2027-02-22 09:00", "task court-no-more:paid:2027-02-22"},
		{"the outcome was asked before that: its term goes on", served + "; task ask-court-outcome:2027-02-22 done 2027-03-01; 2027-03-10 paid 2000.00", "2027-04-13 09:00", "task court-no-more:paid:2027-04-14"},
		{"and said that there is nothing to record yet: its term again", served + "; 2027-02-22 paid 2000.00; task court-no-more:paid:2027-02-22 done 2027-03-01", "2027-04-14 09:00", "task court-no-more:paid:2027-04-14"},
		{"and the payment taken back since: the outcome is asked in the term of that", served + "; task court-no-more:paid:2027-02-22 done 2027-03-01", "2027-04-14 09:00", "task ask-court-outcome:2027-04-14"},
		{"served while it is bankrupt: it is lodged", served + "; 2027-01-04 flagged bankrupt", "2027-01-18 09:00", "task court-no-more:served-in-insolvency:2027-01-18"},
		{"served: the outcome is asked six weeks later", served, "2027-01-12 09:00", "task ask-court-outcome:2027-02-22"},
		{"a question that stands is enough", served + "; task ask-court-outcome:2027-02-22 open", "2027-09-01 09:00", "wait for ask-court-outcome:2027-02-22"},
		{"answered without a stage: six weeks later again", served + "; task ask-court-outcome:2027-02-22 done 2027-03-01", "2027-03-01 09:00", "task ask-court-outcome:2027-04-14"},
		{"disputed before the court: whoever handles the case is told, and the outcome is asked all the same", served + "; 2027-01-20 disputed; task tell-court-desk:d open", "2027-01-21 09:00", "wait for tell-court-desk:d until 2027-02-22"},
		{"a judgment is an outcome", served + "; 2027-02-01 court judgment", "2027-02-22 09:00", "nothing"},
		{"so is a settlement", served + "; 2027-02-01 court settled", "2027-02-22 09:00", "nothing"},
		{"and a dismissal", served + "; 2027-02-01 court lost", "2027-02-22 09:00", "nothing"},
		{"taken back: nothing is asked of the bailiff", served + "; 2027-02-01 court withdrawn", "2027-02-22 09:00", "nothing"},
	}.run(t)
}

// An insolvency says what comes of the hand-over. The reminder of a dispute comes once and may outlast it, so it goes on asking for the judgement.
func TestAnInsolvencyDoesNotHideADisputeBeforeTheCourt(t *testing.T) {
	t.Parallel()
	disputed := chosen + "; 2026-12-04 flagged bankrupt; 2026-12-03 disputed; task judge-dispute:d open"
	for _, c := range []struct{ story, at, want string }{
		{disputed, "2026-12-18 09:00", "the dispute was to be judged by 2026-12-17: judge it (claim judge)"},
		{disputed + "; 2026-12-14 rejected", "2026-12-21 09:00", "the debtor is in an insolvency (bankrupt): lodge the claim in it, do not hand it over"},
		{chosen + "; task hand-over-to-court done; 2026-12-10 court served; 2026-12-14 flagged bankrupt", "2027-01-25 09:00", "the summons was served on 2026-12-10 and nothing after it is recorded: ask the bailiff"},
		{disputed + "; task late-judgement:d dropped", "2026-12-18 09:00", "the dispute was to be judged by 2026-12-17: judge it (claim judge)"},
	} {
		if a, said := next(t, tell(c.story), c.at); a.Kind != trajectory.ActTask || !strings.HasPrefix(a.Reason, c.want) {
			t.Errorf("%s: %s, want %s", said, a.Reason, c.want)
		}
	}
}

const (
	remindedOnce = "company" + bFinished + "; 2026-11-03 advised; 2026-11-17 decision-reminder by email"
	takenBack    = remindedOnce + "; 2027-02-01 taken-back-from-court"
)

// What staff is asked to do of a claim for the court, or back from it, is what may be done of it on that day.
func TestWhatStaffIsAskedOfAClaimForTheCourt(t *testing.T) {
	t.Parallel()
	upheld := chosen + "; 2026-12-03 disputed; 2026-12-14 upheld"
	for _, c := range []struct {
		name, story, on string
		ask             func(claim.Facts, calendar.Date) string
		want            string
	}{
		{"for the court", chosen, "2026-12-15", trajectory.ToHandOver, "the client chose the court: hand the claim over (claim package)"},
		{"upheld", upheld, "2026-12-15", trajectory.ToHandOver, "do not hand the claim over before the client has said that the case goes on: the debtor's dispute was upheld"},
		{"time-barred", chosen, "2031-11-03", trajectory.ToHandOver, "do not hand the claim over: it was time-barred after 2031-10-27"},
		{"back from it", takenBack, "2027-02-01", trajectory.ToAskAgain, "the client took the case back: ask what comes of the claim"},
		{"back from it, upheld", takenBack + "; 2026-12-03 disputed; 2026-12-14 upheld", "2027-02-01", trajectory.ToAskAgain, "the client took the case back, and the debtor's dispute was upheld: tell it that there is nothing to decide"},
	} {
		if got := c.ask(tell(c.story), day(c.on)); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Who is to ask the client anew is asked again when that was dropped because the claim was paid, and the payment was taken back.
func TestAClientIsAskedAgainAfterAPaymentThatWasTakenBack(t *testing.T) {
	t.Parallel()
	tellings{
		{"asked", takenBack + "; task ask-client-again:withdrawn open", "2027-02-02 12:00", "decision-reminder by email on 2027-02-15"},
		{"told", takenBack + "; task ask-client-again:withdrawn done", "2027-02-02 12:00", "decision-reminder by email on 2027-02-15"},
		{"paid, and taken back", takenBack + "; task ask-client-again:withdrawn dropped; 2027-02-10 reopened", "2027-02-10 12:00", "task ask-client-again:withdrawn"},
		{"while it is on hold that waits", takenBack + "; task ask-client-again:withdrawn dropped; 2027-02-10 reopened; 2027-02-10 held until 2027-02-12", "2027-02-10 12:00", "wait until 2027-02-13"},
		{"decided since", takenBack + "; task ask-client-again:withdrawn dropped; 2027-02-10 monitored", "2027-02-10 12:00", "monitoring letter 1 by post on 2028-02-10"},
	}.run(t)
}

// A client that took the case back is asked as after the advice, anew: what was said about the first reminder is not said about the second.
func TestAClientThatTookTheCaseBackIsRemindedAnew(t *testing.T) {
	t.Parallel()
	tellings{
		{"it was reminded before: it is again, a term later", takenBack, "2027-02-01 12:00", "decision-reminder by email on 2027-02-15"},
		{"once", takenBack + "; 2027-02-15 decision-reminder#2 by email", "2027-02-16 09:00", "decide on 2027-03-04"},
		{"the second did not arrive: the default holds all the same", takenBack + "; 2027-02-15 decision-reminder#2 by email failed", "2027-02-16 09:00", "decide on 2027-03-04"},
		{"the first did not arrive, which says nothing of the second", takenBack + " ; 2026-11-17 decision-reminder by email failed", "2027-02-01 12:00", "decision-reminder by email on 2027-02-15"},
		{"an operator left the first out", "company" + bFinished + "; 2026-11-03 advised; 2026-11-18 skipped decision-reminder; 2027-02-01 taken-back-from-court", "2027-02-01 12:00", "decision-reminder by email on 2027-02-15"},
		{"on the day on which the client took the case back", "company" + bFinished + "; 2026-11-03 advised; 2027-02-01 skipped decision-reminder; 2027-02-01 taken-back-from-court", "2027-02-01 12:00", "decision-reminder by email on 2027-02-15"},
		{"and the second too, a day late: its days count from then", takenBack + "; 2026-11-18 skipped decision-reminder; 2027-02-16 skipped decision-reminder", "2027-02-16 12:00", "decide on 2027-03-05"},
	}.run(t)
	if a, _ := next(t, tell(takenBack), "2027-02-01 12:00"); a.Cycle != 2 || !strings.Contains(a.Reason, "after it took the case back from the court") {
		t.Errorf("time %d: %s", a.Cycle, a.Reason)
	}
}

// Neither the court nor debt monitoring is left to a claim that is time-barred: what its plan says by default would be monitoring that may not write.
func TestATimeBarredClaimIsClosedByDefault(t *testing.T) {
	t.Parallel()
	late := "company" + bFinished + "; 2026-11-03 advised; 2031-11-03 taken-back-from-court; task interrupt:2031-10-27 open; 2031-11-17 decision-reminder#2 by email"
	for _, c := range []struct{ name, story, at, want string }{
		{"it is", late, "2031-11-18 09:00", "it means: close, as the claim is time-barred after 2031-10-27 (art. 3:307 BW) (requirement T8)"},
		{"interrupted in time: it is not", late + "; 2031-10-01 interrupted", "2031-11-18 09:00", "plan premium means: monitoring (requirement T8)"},
		{"not on the last day, of one that nobody can write to", "company" + bFinished + "; 2026-11-03 advised; 2031-09-26 taken-back-from-court; task interrupt:2031-10-27 open; 2031-10-10 decision-reminder#2 by email; 2026-11-04 address-unknown; 2026-11-04 email-bounced", "2031-10-10 12:00", "plan premium means: monitoring (requirement T8)"},
		{"on the day after it is", "company" + bFinished + "; 2026-11-03 advised; 2031-09-27 taken-back-from-court; task interrupt:2031-10-27 open; 2031-10-11 decision-reminder#2 by email; 2026-11-04 address-unknown; 2026-11-04 email-bounced", "2031-10-13 12:00", "it means: close, as the claim is time-barred after 2031-10-27 (art. 3:307 BW) (requirement T8)"},
		{"what has no monitoring in its plan closes as it does", "company; plan basis" + strings.TrimPrefix(late, "company"), "2031-11-18 09:00", "plan basis means: close (requirement T8)"},
	} {
		if a, said := next(t, tell(c.story), c.at); a.Kind != trajectory.ActDecide || !strings.Contains(a.Reason, c.want) {
			t.Errorf("%s: %s: %s, want %s", c.name, said, a.Reason, c.want)
		}
	}
	for choice, barred := range map[claim.Choice]bool{claim.ChooseMonitoring: true, claim.ChooseClose: false} {
		for on, last := range map[string]bool{"2031-10-27": true, "2031-10-28": false} {
			problem, err := trajectory.ChoiceProblem(tell(late), library(t).Tables(), choice, day(on))
			if refused := strings.Contains(problem, "time-barred after 2031-10-27"); err != nil || refused != (barred && !last) || refused != (problem != "") {
				t.Errorf("%s on %s: %q, %v", choice, on, problem, err)
			}
		}
	}
	for on, want := range map[string]string{"2031-10-27": "(requirement T8); claim show tells until when it can be enforced", "2031-10-28": "the claim was time-barred after 2031-10-27"} {
		if got := trajectory.ToAskAgain(tell(late), day(on)); !strings.Contains(got, want) {
			t.Errorf("on %s: %s", on, got)
		}
	}
}

// What is told of the reminder is of the time that the client is asked now.
func TestWhatIsToldOfTheReminderToDecide(t *testing.T) {
	t.Parallel()
	const first = "company" + bFinished + "; 2026-11-03 advised"
	for name, c := range map[string]struct{ story, want string }{
		"it left":                                 {remindedOnce, "1 done on 2026-11-17: left by email"},
		"it did not arrive":                       {first + "; 2026-11-17 decision-reminder by email failed", "1 not-done on 2026-11-17: it did not arrive; the client's term goes on without it"},
		"left out":                                {first + "; 2026-11-17 skipped decision-reminder", "1 not-done on 2026-11-17: an operator left it out"},
		"asked anew, the first left":              {takenBack, "2 coming on 2027-02-15: "},
		"asked anew, the first left out":          {first + "; 2026-11-17 skipped decision-reminder; 2027-02-01 taken-back-from-court", "2 coming on 2027-02-15: "},
		"asked anew, the first left out that day": {first + "; 2027-02-01 skipped decision-reminder; 2027-02-01 taken-back-from-court", "2 coming on 2027-02-15: "},
		"asked anew, the first not arrived":       {first + "; 2026-11-17 decision-reminder by email failed; 2027-02-01 taken-back-from-court", "2 coming on 2027-02-15: "},
		"the second left":                         {takenBack + "; 2027-02-15 decision-reminder#2 by email", "2 done on 2027-02-15: left by email"},
		"the second left out, after a while":      {takenBack + "; 2027-02-17 skipped decision-reminder", "2 not-done on 2027-02-17: an operator left it out"},
	} {
		f := tell(c.story)
		rules, err := library(t).Rules(f)
		if err != nil {
			t.Fatal(err)
		}
		now := calendar.MustParseDate("2026-11-18")
		if !f.AskedAgain.IsZero() {
			now = f.AskedAgain
		}
		fates, err := trajectory.Course(f, rules, now.At(12, 0))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, x := range fates {
			if x.Step == trajectory.DecisionReminder {
				got += fmt.Sprintf("%d %s on %s: %s", x.Cycle, x.Turnout, x.On, x.Reason)
			}
		}
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
	}
}

// A trajectory sets the terms, and every wait says its day and why.
func TestTheTermsBeforeTheCourtAreData(t *testing.T) {
	t.Parallel()
	rules := trajectory.Rules{Policy: parsed(t, strings.Replace(businessPolicy, "\nmonitoring:", "\ncourt: {hand_over_days: 10, outcome_days: 60}\nmonitoring:", 1)), Tables: library(t).Tables()}
	for story, want := range map[string]string{
		chosen: "2026-12-15, the hand-over has 10 working days, since 2026-12-01, staff is reminded on 2026-12-15 by task hand-over-late:2026-12-15",
		served: "2027-04-07, the outcome is asked every 60 working days, since the summons of 2027-01-11, ",
	} {
		a, err := trajectory.Next(tell(story), rules, day("2027-01-11").At(9, 0).AddDate(0, 0, map[bool]int{true: -40}[story == chosen]))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join([]string{a.Day.String(), a.NotSooner, a.Meanwhile}, ", "); got != want || a.Stage != trajectory.StageCourt || a.Reason == "" {
			t.Errorf("got %q in %s, want %q", got, a.Stage, want)
		}
	}
}

// A reminder goes when what it was of is recorded, or when the claim waits for something else first.
func TestRemindersBeforeTheCourtEndByThemselves(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, story, want string }{
		{"while the hand-over is awaited", chosen + "; task hand-over-late:2026-12-08 open", ""},
		{"handed over", served + "; task hand-over-late:2026-12-08 open", "hand-over-late:2026-12-08"},
		{"while the outcome is awaited", served + "; task ask-court-outcome:2027-02-22 open", ""},
		{"the outcome is recorded", served + "; task ask-court-outcome:2027-02-22 open; 2027-02-23 court judgment", "ask-court-outcome:2027-02-22"},
		{"the case is taken back", chosen + "; task hand-over-late:2026-12-08 open; 2026-12-09 court withdrawn", "hand-over-late:2026-12-08"},
		{"the debtor goes bankrupt: it is not to be handed over", chosen + "; task hand-over-late:2026-12-08 open; 2026-12-09 flagged bankrupt", "hand-over-late:2026-12-08"},
		{"while it is bankrupt", chosen + "; 2026-12-02 flagged bankrupt; task court-no-more:insolvent:2026-12-09 open", ""},
		{"and is no more: it is to be handed over after all", chosen + "; 2026-12-02 flagged bankrupt until 2026-12-20; task bankrupt-ended:2026-12-21 done 2026-12-23; task court-no-more:insolvent:2026-12-09 open", "court-no-more:insolvent:2026-12-09"},
		{"paid after the summons: the outcome is asked otherwise", served + "; task ask-court-outcome:2027-02-22 open; 2027-02-22 paid 2000.00", "ask-court-outcome:2027-02-22"},
		{"and the payment is taken back", served + "; task court-no-more:paid:2027-02-22 open", "court-no-more:paid:2027-02-22"},
		{"the claim is disputed first", chosen + "; task hand-over-late:2026-12-08 open; 2026-12-09 disputed; task judge-dispute:d open", "hand-over-late:2026-12-08"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got string
			for _, x := range dropped(t, tell(c.story), "2027-03-01 09:00") {
				if got += x.Task; x.Why == "" {
					t.Error("no reason")
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Two years after the last demand of 2026-11-02 a consumer's debt is time-barred. While no summons is served, limitation goes on, and is interrupted as anywhere else.
func TestLimitationBeforeTheCourt(t *testing.T) {
	t.Parallel()
	const (
		forgotten = "consumer; 2026-11-02 summons by email; 2026-11-20 advised; 2026-12-01 decided court; 2026-12-01 status court; task hand-over-to-court open; task hand-over-late:2026-12-08 open"
		last      = "interrupt:2028-11-02"
		insolvent = forgotten + "; 2028-01-06 flagged bankrupt; task court-no-more:insolvent:2028-01-13 open"
	)
	tellings{
		{"the day before it still waits", forgotten, "2028-08-03 19:00", "wait for hand-over-to-court"},
		{"ninety days before by letter, whoever has the papers", forgotten, "2028-08-04 19:00", "interruption by post on 2028-08-04"},
		{"it left: another term", forgotten + "; 2028-08-04 interruption by post", "2028-12-06 12:00", "wait for hand-over-to-court"},
		{"and another letter in time", forgotten + "; 2028-08-04 interruption by post", "2030-05-08 19:00", "interruption by post on 2030-05-08"},
		{"the summons is served: it interrupts, and no letter leaves", forgotten + "; 2027-01-11 court served; task ask-court-outcome:2027-02-22 open", "2028-08-04 19:00", "wait for ask-court-outcome:2027-02-22"},
		{"nor when its last day is over, which the court knows", forgotten + "; 2027-01-11 court served; task ask-court-outcome:2027-02-22 open", "2029-02-01 12:00", "wait for ask-court-outcome:2027-02-22"},
		{"a dispute is not judged", forgotten + "; 2026-12-03 disputed; task judge-dispute:d open; task late-judgement:d open", "2028-08-04 19:00", "interruption by post on 2028-08-04"},
		{"it was judged to be right: a person, since the client decides whether the case goes on", forgotten + "; 2026-12-03 disputed; 2026-12-14 upheld; task hand-over-late:2026-12-21 open", "2028-08-04 03:00", "task " + last},
		{"never to the bankrupt", insolvent, "2028-08-04 03:00", "task " + last},
		{"a person is asked once", insolvent + "; task " + last + " open", "2028-08-05 12:00", "wait for hand-over-to-court"},
		{"and no letter leaves beside that", forgotten + "; task " + last + " open", "2028-08-05 12:00", "wait for hand-over-to-court"},
		{"what was stuck before the choice holds nothing up", forgotten + "; 2026-11-25 stuck on summons", "2028-08-04 19:00", "interruption by post on 2028-08-04"},
		{"too late: a person", forgotten, "2028-11-03 12:00", "task " + last},
		{"of less than is ever asked too", "consumer; principal 4.00" + strings.TrimPrefix(forgotten, "consumer"), "2028-11-03 12:00", "task " + last},
		{"the client took the case back: it is asked, and limitation goes on", forgotten + "; 2026-12-09 court withdrawn", "2028-08-04 19:00", "nothing"},
	}.run(t)
	a, said := next(t, tell(forgotten), "2028-08-03 12:00")
	if want := "staff was reminded by task hand-over-late:2026-12-08; interruption on 2028-08-04: the claim is time-barred after 2028-11-02"; !strings.HasPrefix(a.Meanwhile, want) || calendar.DateOf(a.Wake()) != day("2028-08-04") {
		t.Errorf("%s, again at %s; meanwhile %s, want %s", said, a.Wake(), a.Meanwhile, want)
	}
	for _, at := range []string{"2028-08-04 12:00", "2028-11-03 12:00"} {
		if a, said := next(t, tell(forgotten), at); a.Stage != trajectory.StageCourt {
			t.Errorf("%s in stage %s: its workflow would end", said, a.Stage)
		}
	}
	if a, _ := next(t, tell(forgotten), "2028-11-03 12:00"); !strings.Contains(a.Reason, "claim court withdrawn") || strings.Contains(a.Reason, "claim close") {
		t.Errorf("a claim before the court cannot be closed: %s", a.Reason)
	}
}

// A payment that acknowledged the claim is taken back: it is time-barred a year sooner. The tasks that were opened before say nothing that is not so any more.
func TestTheWordsOfATaskHaveNoLastDayOfLimitation(t *testing.T) {
	t.Parallel()
	const chosen = "company" + bFinished + "; 2026-11-03 advised; 2026-11-10 decided court"
	before, after := tell(chosen+"; 2027-11-03 paid 100.00"), tell(chosen)
	if was, is := trajectory.Enforceable(before).LastDay, trajectory.Enforceable(after).LastDay; !is.Before(was) {
		t.Fatalf("until %s, and without the payment until %s", was, is)
	}
	on, dispute := day("2027-11-10"), claim.Pause{Key: "d", Kind: claim.PauseDispute, From: day("2027-11-10")}
	_, judge := trajectory.DisputedInCourt(before, dispute)
	_, judgeThen := trajectory.DisputedInCourt(after, dispute)
	for then, now := range map[string]string{
		trajectory.ToHandOver(before, on): trajectory.ToHandOver(after, on),
		trajectory.ToAskAgain(before, on): trajectory.ToAskAgain(after, on),
		judge:                             judgeThen,
	} {
		if then != now || !strings.Contains(then, "claim show tells until when it can be enforced") {
			t.Errorf("said %s\nis %s", then, now)
		}
	}
}
