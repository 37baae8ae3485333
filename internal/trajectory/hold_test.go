package trajectory_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// A hold without an end waits for nobody by itself: after ninety days staff asks the client whether the claim goes on, and ninety days after each answer again.
func TestAHoldWithoutAnEndIsLookedAt(t *testing.T) {
	t.Parallel()
	const (
		held     = "consumer; 2026-10-05 reminder by email; 2026-10-07 held"
		asked    = held + "; task review-hold:2027-01-05 open"
		answered = held + "; task review-hold:2027-01-05 done 2027-01-20"
	)
	tellings{
		{"until then it waits, and says so", held, "2026-10-08 09:00", "wait until 2027-01-05"},
		{"the day before", held, "2027-01-04 23:59", "wait until 2027-01-05"},
		{"on its day staff is asked", held, "2027-01-05 00:00", "task review-hold:2027-01-05"},
		{"once, and it waits for that", asked, "2027-05-01 09:00", "wait for review-hold:2027-01-05"},
		{"it stays on hold: asked again ninety days after that was said", answered, "2027-01-20 09:00", "wait until 2027-04-20"},
		{"and again", answered, "2027-04-20 00:00", "task review-hold:2027-04-20"},
		{"after two years of outage once", held, "2028-10-01 09:00", "task review-hold:2027-01-05"},
		{"and not again in the same hour", held + "; task review-hold:2027-01-05 done 2028-10-01", "2028-10-01 10:00", "wait until 2028-12-30"},
		{"told when it had lasted for longer than that: at once", "consumer; 2026-10-05 handed over; 2026-10-05 held", "2027-02-01 09:00", "task review-hold:2027-01-03"},
		{"one with an end is not", "consumer; 2026-10-05 reminder by email; 2026-10-07 held until 2027-06-01", "2027-03-01 09:00", "wait until 2027-06-02"},
		{"dropped, as it was not so for a while: anew", held + "; task review-hold:2027-01-05 dropped", "2027-01-06 09:00", "task review-hold:2027-01-05"},
		{"a dispute goes first", held + "; 2027-01-04 disputed; task judge-dispute:d open", "2027-01-05 09:00", "wait for judge-dispute:d until 2027-01-19"},
		{"so does a stop flag", held + "; 2027-01-04 flagged bankrupt; task stopped:bankrupt open", "2027-01-05 09:00", "wait for stopped:bankrupt"},
		{"whose task stays while it stands", asked + "; 2027-01-06 flagged bankrupt; task stopped:bankrupt open", "2027-01-07 09:00", "wait for stopped:bankrupt"},
		{"during debt monitoring", "company" + bFinished + "; 2026-11-03 advised; 2027-01-04 monitored; 2027-03-01 held", "2027-05-30 00:00", "task review-hold:2027-05-30"},
		{"back from the court", "company" + bFinished + "; 2026-10-28 held; 2026-11-03 advised; 2027-03-01 taken-back-from-court; task review-hold:2027-01-26 dropped", "2027-03-01 09:00", "task review-hold:2027-01-26"},
		{"resumed: it goes on, not before its day", "consumer; 2026-10-05 reminder by email; 2026-10-07 held until 2027-01-19; task review-hold:2027-01-05 dropped", "2027-01-20 09:00", "sticker-reminder by email on 2027-01-26"},
		{"an interruption comes sooner", "consumer; 2026-10-05 reminder by email; 2028-05-01 held", "2028-05-02 09:00", "wait until 2028-07-30"},
	}.run(t)
	a, _ := next(t, tell(held), "2026-10-08 09:00")
	if a.NotSooner != "a hold without an end is looked at every 90 days, since 2026-10-07" || a.Meanwhile != "staff is reminded on 2027-01-05 by task review-hold:2027-01-05" || a.Reason != "on hold since 2026-10-07, until it is resumed" {
		t.Errorf("%+v", a)
	}
	for _, at := range []string{"2027-01-05 00:00", "2027-01-06 00:00"} {
		story := map[bool]string{true: held, false: asked}[at == "2027-01-05 00:00"]
		if a, _ := next(t, tell(story), at); !strings.HasPrefix(a.Reason, "on hold since 2026-10-07, until it is resumed: ask the client whether the claim goes on") || !strings.Contains(a.Reason, "90 days later") {
			t.Errorf("%s: %+v", at, a)
		}
	}
	if a, _ := next(t, tell("consumer; 2026-10-05 reminder by email; 2028-05-01 held"), "2028-05-02 09:00"); a.Wake().Equal(a.Due) || !strings.Contains(a.Meanwhile, "; interruption on 2028-07-07") {
		t.Errorf("what comes sooner than the question is told too: %+v", a)
	}
}

// A trajectory sets after how many days.
func TestAfterHowManyDaysAHoldIsLookedAtIsData(t *testing.T) {
	t.Parallel()
	rules := trajectory.Rules{Policy: parsed(t, strings.Replace(businessPolicy, "\nmonitoring:", "\nhold: {review_days: 14}\nmonitoring:", 1)), Tables: library(t).Tables()}
	a, err := trajectory.Next(tell("company; 2026-10-07 held"), rules, day("2026-10-08").At(9, 0))
	if err != nil || say(a) != "wait until 2026-10-21" || a.NotSooner != "a hold without an end is looked at every 14 days, since 2026-10-07" {
		t.Errorf("%+v, %v", a, err)
	}
}

// The question ends by itself when the hold does, or the claim; not when something else goes first.
func TestAQuestionAboutAHoldEndsWithTheHold(t *testing.T) {
	t.Parallel()
	const (
		task = "review-hold:2027-01-05"
		held = "company; 2026-10-05 reminder by email; 2026-10-07 held"
		open = "; task " + task + " open"
		over = "the hold that had no end is over"
	)
	for _, c := range []struct{ name, story, why string }{
		{"it stands", held + open, ""},
		{"resumed", "company; 2026-10-05 reminder by email; 2026-10-07 held until 2027-01-09" + open, over},
		{"resumed, and held until a day since", "company; 2026-10-05 reminder by email; 2026-10-07 held until 2027-01-08; 2027-01-09 held until 2027-02-01" + open, over},
		{"resumed, and held without an end since: that is another hold", "company; 2026-10-05 reminder by email; 2026-10-07 held until 2027-01-08; 2027-01-09 held" + open, over},
		{"paid", held + "; 2027-01-10 paid 2000.00" + open + "; task repay-surplus:1.00 done", "nothing is owed any more"},
		{"withdrawn", held + "; 2027-01-10 withdrawn" + open, "the client withdrew the claim"},
		{"closed by an operator", held + "; 2027-01-10 operator-closed" + open, "an operator closed the claim: settled out of court"},
		{"for the court", held + "; 2027-01-10 decided court; 2027-01-10 status court; task hand-over-to-court open" + open, "the client chose the court"},
		{"ended", held + "; 2027-01-10 status paid" + open, "the claim is paid"},
		{"a dispute goes first", held + "; 2027-01-08 disputed; task judge-dispute:d open" + open, ""},
		{"a stop flag goes first", held + "; 2027-01-08 flagged bankrupt; task stopped:bankrupt open" + open, ""},
		{"an operator repairs", held + "; 2027-01-08 stuck on interruption" + open, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			unwanted := dropped(t, tell(c.story), "2027-01-10 12:00")
			i := slices.IndexFunc(unwanted, func(x trajectory.Dropped) bool { return x.Task == task })
			if (i >= 0) != (c.why != "") || i >= 0 && !strings.HasPrefix(unwanted[i].Why, c.why) {
				t.Errorf("%s\nends %+v, want %q", c.story, unwanted, c.why)
			}
		})
	}
	if claim.CallTask+"x" == task || !trajectory.Reminds(task) || trajectory.Reminds("call:x") || trajectory.RemindsUntil("hand-over-late:2026-12-08") == trajectory.RemindsUntil(task) {
		t.Error("which tasks are asked again")
	}
}

// reviewsHold is what comes of asking the client whether a claim goes on: it does, or it stays on hold, which is said of the task.
func (w *world) reviewsHold(task string) {
	for i := range w.facts.Pauses {
		p := &w.facts.Pauses[i]
		if p.Kind != claim.PauseHold || !p.Until.IsZero() || !p.Covers(w.today()) {
			continue
		}
		if rapid.Bool().Draw(w.t, "it goes on") {
			p.Until = calendar.Max(p.From.AddDays(-1), w.today().AddDays(-1))
			w.open(task) // it ends by itself
		} else {
			w.facts.RemindersDone = append(w.facts.RemindersDone, claim.Done{Step: task, On: w.today()})
		}
		return
	}
	w.fail("%s is asked, and no hold is without an end: %+v", task, w.facts.Pauses)
}

// A hold and a dispute in force at once: what the claim waits for names both, with their days.
func TestAHoldAndADisputeAreBothTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, want string }{
		{"consumer; 2026-10-07 held; 2026-10-08 disputed; task judge-dispute:d open", "the debtor disputes the claim: everything waits for a judgement, by 2026-10-22; and it is on hold since 2026-10-07, until it is resumed"},
		{"consumer; 2026-10-07 held until 2026-10-20; 2026-10-08 disputed; task judge-dispute:d open", "the debtor disputes the claim: everything waits for a judgement, by 2026-10-22; and it is on hold since 2026-10-07, until 2026-10-20"},
		{"consumer; 2026-10-07 held until 2026-10-08; 2026-10-08 disputed; task judge-dispute:d open", "the debtor disputes the claim: everything waits for a judgement, by 2026-10-22"},
	} {
		if a, what := next(t, tell(c.story), "2026-10-09 09:00"); what != "wait for judge-dispute:d until 2026-10-23" || a.Reason != c.want {
			t.Errorf("%s: %s: %q, want %q", c.story, what, a.Reason, c.want)
		}
	}
}
