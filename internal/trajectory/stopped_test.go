package trajectory_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// A stop flag has no end of its own: half a year after somebody has done what it asks staff is asked whether it is still so, and half a year after each answer again.
func TestAStopFlagIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	const (
		stopped  = "consumer; 2026-10-05 reminder by email; 2026-10-07 flagged debt-counselling; task stopped:debt-counselling "
		done     = stopped + "done 2026-10-20"
		asked    = done + "; task review-stop:2027-04-18 open"
		answered = done + "; task review-stop:2027-04-18 done 2027-05-01"
		disputed = "; 2027-04-10 disputed; task judge-dispute:d open"
	)
	tellings{
		{"while its task is open a person has it", stopped + "open", "2028-06-01 09:00", "wait for stopped:debt-counselling"},
		{"done: it waits, and says until when", done, "2026-10-20 09:00", "wait until 2027-04-18"},
		{"the day before", done, "2027-04-17 23:59", "wait until 2027-04-18"},
		{"on its day staff is asked", done, "2027-04-18 00:00", "task review-stop:2027-04-18"},
		{"once, and it waits for that", asked, "2028-01-01 09:00", "wait for review-stop:2027-04-18"},
		{"it stands: asked again half a year after that was said", answered, "2027-05-01 09:00", "wait until 2027-10-28"},
		{"and again", answered, "2027-10-28 00:00", "task review-stop:2027-10-28"},
		{"after two years of outage once", done, "2028-12-01 09:00", "task review-stop:2027-04-18"},
		{"done when that is not told: since its own day", stopped + "done", "2026-12-01 09:00", "wait until 2027-04-05"},
		{"another flag: its task first", asked + "; 2027-05-01 flagged vulnerable", "2027-05-01 09:00", "task stopped:vulnerable"},
		{"which a person has, also when it is not the weightiest", done + "; 2027-03-01 flagged bankrupt; task stopped:bankrupt done 2027-03-02; 2027-05-01 flagged vulnerable; task stopped:vulnerable open", "2028-05-01 09:00", "wait for stopped:vulnerable"},
		{"one question about both, after the later", done + "; 2027-03-01 flagged bankrupt; task stopped:bankrupt done 2027-03-02", "2027-04-20 09:00", "wait until 2027-08-29"},
		{"a dispute is judged all the same", asked + "; 2027-04-10 disputed", "2027-05-01 09:00", "task judge-dispute:d"},
		{"on the day of both its reminder goes first", done + disputed, "2027-04-25 09:00", "task late-judgement:d"},
		{"and the question comes then", done + disputed + "; task late-judgement:d open", "2027-04-25 09:00", "task review-stop:2027-04-18"},
		{"a hold is not asked about meanwhile", done + "; 2026-10-08 held", "2027-02-01 09:00", "wait until 2027-04-18"},
		{"cleared: it goes on", "consumer; 2026-10-05 reminder by email; 2026-10-07 flagged debt-counselling until 2027-04-19; task stopped:debt-counselling done; task review-stop:2027-04-18 dropped", "2027-04-20 09:00", "sticker-reminder by email on 2027-04-26"},
	}.run(t)
	a, _ := next(t, tell(done+disputed), "2027-04-11 09:00")
	if say(a) != "wait until 2027-04-18" || !strings.HasPrefix(a.Meanwhile, "the debtor disputes the claim") || a.NotSooner != "what stops dunning is looked at 180 days after somebody has done what it asks, or has said that it stands" {
		t.Errorf("%+v", a)
	}
	a, _ = next(t, tell(asked), "2027-05-01 09:00")
	const want = "debt-counselling since 2026-10-07 (art. 4.1 Besluit kwaliteit incassodienstverlening): find out whether it is still so; if not, take it back (claim flag debt-counselling --clear); if nothing will come of the claim, close it (claim close); if it stands, say so (claim done), and it is asked again 180 days later"
	if a.Reason != want {
		t.Errorf("got %s\nwant %s", a.Reason, want)
	}
}

// In debt monitoring the register that said it tells how it ends; staff is asked of what no register tells.
func TestARegisterThatTellsIsEnough(t *testing.T) {
	t.Parallel()
	const (
		monitored = "company" + bFinished + "; 2026-11-03 advised; 2027-01-04 monitored; checked company 1 2028-01-04 none; "
		bankrupt  = "; 2027-07-04 flagged bankrupt; task stopped:bankrupt done 2027-07-10"
		told      = monitored + "checked insolvency 2 2028-01-04 bankrupt" + bankrupt
		sole      = "sole trader" + bFinished + "; 2026-11-03 advised; 2027-01-04 monitored; "
	)
	askingAll(t, tellings{
		{"it is asked twice a year, and said so", told, "2028-01-05 12:00", "wait for stopped:bankrupt, again on 2028-07-04"},
		{"it says nothing of it: a person", monitored + "checked insolvency 2 2028-01-04 none" + bankrupt, "2028-01-06 12:00", "task review-stop:2028-01-06"},
		{"it did not answer, and is tried again", monitored + "checked insolvency 2 2028-01-04 no-answer" + bankrupt, "2028-01-04 12:00", "wait for stopped:bankrupt, again on 2028-01-05"},
		{"it said it before the advice only", "company" + bFinished + "; checked insolvency -1 2026-11-02 bankrupt; 2026-11-02 flagged bankrupt; task stopped:bankrupt done 2026-11-05", "2026-11-06 12:00", "wait until 2027-05-04"},
		{"it does not know it any more: a person has that", monitored + "checked insolvency 2 2028-01-04 none" + bankrupt + "; task insolvency-ended open", "2028-01-06 12:00", "wait for stopped:bankrupt, again on 2028-07-04"},
		{"and looked", monitored + "checked insolvency 2 2028-01-04 none" + bankrupt + "; task insolvency-ended done 2028-01-20", "2028-01-20 12:00", "wait until 2028-07-18, again on 2028-07-04"},
		{"a death is in no register of insolvencies", sole + "checked insolvency 2 2028-01-04 none; checked company 2 2028-01-04 none; checked address 2 2028-01-04 none; 2027-07-04 flagged deceased; task stopped:deceased done 2027-07-10", "2028-01-06 12:00", "task review-stop:2028-01-06"},
		{"nor is one beside a bankruptcy", told + "; 2027-08-01 flagged vulnerable; task stopped:vulnerable done 2027-08-02", "2028-02-01 12:00", "task review-stop:2028-01-29"},
	})
	tellings{{"no register is connected", told, "2028-01-06 12:00", "task review-stop:2028-01-06"}}.run(t)
}

// The question ends by itself when no flag is in force, or with the claim.
func TestAQuestionAboutAStopEndsWithIt(t *testing.T) {
	t.Parallel()
	const (
		task    = "review-stop:2027-04-18"
		stopped = "consumer; 2026-10-05 reminder by email; 2026-10-07 flagged minor"
		open    = "; task stopped:minor done 2026-10-20; task " + task + " open"
		over    = "no flag is left to ask about"
	)
	for _, c := range []struct{ name, story, why string }{
		{"it stands", stopped + open, ""},
		{"taken back", stopped + " until 2027-04-20" + open, over},
		{"one of two is", stopped + " until 2027-04-20; 2026-10-08 flagged vulnerable; task stopped:vulnerable done 2026-10-20" + open, ""},
		{"taken back, and set again since: that is another", stopped + " until 2027-04-18; 2027-04-20 flagged minor" + open, over},
		{"paid", stopped + "; 2027-04-20 paid 2000.00" + open + "; task repay-surplus:1.00 done", "nothing is owed any more"},
		{"withdrawn", stopped + "; 2027-04-20 withdrawn" + open, "the client withdrew the claim"},
		{"for the court", stopped + "; 2027-04-20 decided court; 2027-04-20 status court; task hand-over-to-court open" + open, "the client chose the court"},
		{"ended", stopped + "; 2027-04-20 status closed" + open, "the claim is closed"},
		{"a dispute is judged", stopped + "; 2027-04-19 disputed; task judge-dispute:d open" + open, ""},
		{"an operator repairs", stopped + "; 2027-04-19 stuck on interruption" + open, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			unwanted := dropped(t, tell(c.story), "2027-04-21 12:00")
			i := slices.IndexFunc(unwanted, func(x trajectory.Dropped) bool { return x.Task == task })
			if (i >= 0) != (c.why != "") || i >= 0 && !strings.HasPrefix(unwanted[i].Why, c.why) {
				t.Errorf("%s\nends %+v, want %q", c.story, unwanted, c.why)
			}
		})
	}
}

// A trajectory sets after how many days.
func TestAfterHowManyDaysAStopIsLookedAtIsData(t *testing.T) {
	t.Parallel()
	rules := trajectory.Rules{Policy: parsed(t, strings.Replace(businessPolicy, "\nmonitoring:", "\nstopped: {review_days: 14}\nmonitoring:", 1)), Tables: library(t).Tables()}
	a, err := trajectory.Next(tell("company; 2026-10-07 flagged bankrupt; task stopped:bankrupt done 2026-10-08"), rules, day("2026-10-08").At(9, 0))
	if err != nil || say(a) != "wait until 2026-10-22" {
		t.Errorf("%+v, %v", a, err)
	}
}

// looksAtStop is what comes of what a stop flag asks, or of the question whether it is still so: a flag is cleared, the claim closed, or it is done and the flag stands.
func (w *world) looksAtStop(task string) {
	stops := w.facts.StoppedBy(w.today())
	if len(stops) == 0 {
		w.fail("%s is asked, and nothing stops: %+v", task, w.facts.Flags)
	}
	switch rapid.SampledFrom([]string{"cleared", "closed", "done", "done"}).Draw(w.t, "what comes of the stop") {
	case "cleared":
		kind, own := strings.CutPrefix(task, claim.StopTask)
		if !own {
			kind = rapid.SampledFrom(stops).Draw(w.t, "stop").Kind
			w.open(task) // it ends by itself, or stands for another
		}
		w.unflag(kind, w.today().AddDays(-1))
	case "closed":
		w.facts.Closing = &claim.Closing{Reason: "stopped", On: w.today()}
	case "done":
		w.facts.RemindersDone = append(w.facts.RemindersDone, claim.Done{Step: task, On: w.today()})
	}
}

// When the procedure is over nobody is asked to tell who conducted it; but what a task of before tells of what was paid stands.
func TestWhatATaskAboutAStopFlagOfBeforeTellsStands(t *testing.T) {
	t.Parallel()
	const handler = "tell the bailiff or lawyer who handles the case before the court"
	f := claim.Facts{Status: claim.StatusCourt, Court: []claim.CourtStep{{Stage: claim.CourtSettled, On: day("2026-11-02")}}}
	for todo, want := range map[string]string{
		"wsnp since 2026-11-01 (court): " + handler:                                                                 "no procedure before the court goes on any more",
		"wsnp since 2026-11-01 (court): by law what was paid was interest 0.00 instead of 0.33 (-0.33); " + handler: "",
		"find out what flag wsnp makes of what was paid: what is owed cannot be told (no such trajectory)":          "",
	} {
		if got, err := trajectory.NothingToTell(f, claim.FlagWSNP, law.Tables{}, day("2026-11-03"), trajectory.StopAsked{Todo: todo, Open: true, On: day("2026-11-01")}); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", todo, got, err, want)
		}
	}
}
