package trajectory_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/trajectory"
)

// A debt restructuring may have ended with a clean slate: nothing is written to the debtor, and nobody calls, until somebody has said how it ended.
func TestNothingIsWrittenAfterACleanSlate(t *testing.T) {
	t.Parallel()
	const (
		ended     = "consumer" + noticed + "; 2026-10-25 flagged wsnp until 2026-12-24"
		finished  = "consumer" + finished + "; 2026-12-01 advised; 2026-12-10 monitored; 2026-12-20 flagged wsnp until 2029-12-20"
		ask       = "wsnp-ended:2026-12-25"
		advised   = "consumer" + noticed + "; 2026-11-12 summons by email; 2026-11-20 final-summons by email; 2026-12-01 advised"
		asks      = advised + "; 2026-12-02 flagged wsnp until 2026-12-04"
		court     = advised + "; 2026-12-02 decided court; 2026-12-02 status court; 2026-12-03 flagged wsnp until 2026-12-24"
		cleanSaid = advised + "; checked insolvency -1 2026-12-01 clean-slate; 2026-12-10 monitored"
	)
	tellings{
		{"cleared: somebody is asked", ended, "2026-12-25 12:00", "task " + ask},
		{"and waited for", ended + "; task " + ask + " open", "2027-02-01 12:00", "wait for " + ask},
		{"it ended otherwise: the trajectory goes on", ended + "; task " + ask + " done", "2026-12-25 12:00", "14-day-letter by email on 2026-12-28"},
		{"the flag was set again and the task dropped: it is asked anew", ended + "; task " + ask + " dropped", "2026-12-25 12:00", "task " + ask},
		{"while it runs again its flag stops all", ended + "; 2027-01-01 flagged wsnp; task stopped:wsnp open", "2027-01-02 12:00", "wait for stopped:wsnp"},
		{"it never was one", "consumer" + noticed + "; 2026-10-25 flagged wsnp until 2026-10-24", "2026-10-29 12:00", "summons by email on 2026-11-06"},
		{"of a bankruptcy nothing is asked (art. 195 Fw)", "consumer" + noticed + "; 2026-10-25 flagged bankrupt until 2026-12-24", "2026-12-25 12:00", "14-day-letter by email on 2026-12-28"},
		{"it was answered once, and ran again to another day: it is asked of that end", "consumer" + noticed + "; 2026-10-25 flagged wsnp until 2027-12-24; task wsnp-ended:2026-10-29 done", "2027-12-25 12:00", "task wsnp-ended:2027-12-25"},
		{"on hold: it is asked at once", ended + "; 2026-12-20 held", "2026-12-25 12:00", "task " + ask},
		{"while an operator repairs, too", ended + "; 2026-12-20 stuck on summons", "2026-12-25 12:00", "task " + ask},
		{"while the client decides, too", asks, "2026-12-05 12:00", "task wsnp-ended:2026-12-05"},
		{"and the client is written to all the same", asks + "; task wsnp-ended:2026-12-05 open", "2026-12-05 12:00", "decision-reminder by email on 2026-12-18"},
		{"before the court", court, "2026-12-25 12:00", "task " + ask},
		{"the hand-over waits for it", court + "; task " + ask + " open", "2027-02-01 12:00", "wait for " + ask},
		{"also of a dispute that is judged first", court + "; 2026-12-05 disputed", "2026-12-25 12:00", "task " + ask},
		{"and then it is handed over", court + "; task " + ask + " done; task hand-over-to-court dropped", "2026-12-28 12:00", "task hand-over-to-court"},
		{"in debt monitoring no periodic letter leaves, and it is asked at once", finished, "2029-12-21 12:00", "task wsnp-ended:2029-12-21"},
		{"limitation is interrupted by a person, too", strings.Replace(finished, "2029-12-20", "2028-06-01", 1) + "; task wsnp-ended:2028-06-02 open", "2028-08-18 19:00", "task interrupt:2028-11-16"},
		{"an arrangement is not confirmed", ended + "; 2026-12-26 arranged 3 x 300.00 monthly from 2027-01-20", "2026-12-26 12:00", "task " + ask},
		{"a wrong letter is not corrected, which would ask again", ended + "; 2026-10-01 paid 600.00 known 2026-12-25", "2026-12-25 12:00", "task " + ask},
		{"a register said that it did, before the advice: a person looks first", cleanSaid + "; task insolvency-ended open", "2027-02-01 12:00", "wait for insolvency-ended"},
		{"and says that the claim does not fall under it", cleanSaid + "; task insolvency-ended done", "2027-02-01 12:00", "monitoring letter 1 by post on 2027-12-10"},
		{"paid", ended + "; 2026-12-25 paid 2000.00; task repay-surplus:994.41 done", "2026-12-25 12:00", "close paid on 2026-12-25"},
	}.run(t)
	barred := strings.Replace(finished, "2029-12-20", "2028-06-01", 1) + "; task wsnp-ended:2028-06-02 open; task interrupt:2028-11-16 open"
	a, said := next(t, tell(barred), "2029-01-10 12:00")
	if a.Task != "interrupt:2028-11-16" || !strings.HasSuffix(a.Reason, "; how the debtor's insolvency ended is asked too (task wsnp-ended:2028-06-02)") {
		t.Errorf("time-barred: %s, since %s", said, a.Reason)
	}
}

// The bankruptcy of a company that is lifted for want of assets, or ends by insolvency, dissolves it (art. 2:19 lid 1 BW): nothing is written to it until somebody has said how that ended. One that was annulled
// never was, and a natural person owes on (art. 195 Fw).
func TestNothingIsWrittenToACompanyAfterItsBankruptcy(t *testing.T) {
	t.Parallel()
	const (
		reminded = "company; 2026-10-05 reminder by email; 2026-10-12 sticker-reminder by email"
		lifted   = reminded + "; 2026-10-14 flagged bankrupt until 2026-12-24; task stopped:bankrupt done"
		advised  = reminded + "; 2026-10-19 summons by email; 2026-10-27 final-summons by email; 2026-12-01 advised; 2026-12-02 flagged bankrupt until 2026-12-04"
		watched  = reminded + "; 2026-10-19 summons by email; 2026-10-27 final-summons by email; 2026-12-01 advised; 2026-12-10 monitored; 2026-12-20 flagged bankrupt until 2028-12-20"
		ask      = "bankrupt-ended:2026-12-25"
	)
	tellings{
		{"lifted: somebody is asked", lifted, "2026-12-25 12:00", "task " + ask},
		{"and waited for", lifted + "; task " + ask + " open", "2027-02-01 12:00", "wait for " + ask},
		{"something is left for creditors: the trajectory goes on", lifted + "; task " + ask + " done", "2026-12-25 12:00", "summons by email on 2026-12-29"},
		{"annulled: it never was", strings.Replace(lifted, "2026-12-24", "2026-10-13", 1), "2026-12-25 12:00", "summons by email on 2026-12-28"},
		{"of a sole trader nothing is asked", strings.Replace(lifted, "company", "sole trader", 1), "2026-12-25 12:00", "summons by email on 2026-12-29"},
		{"it goes bankrupt again: the flag stops all", lifted + "; task " + ask + " open; 2027-01-05 flagged bankrupt", "2027-01-05 12:00", "wait until 2027-07-04"},
		{"on hold: it is asked at once", lifted + "; 2026-12-20 held", "2026-12-25 12:00", "task " + ask},
		{"while the client decides, too", advised, "2026-12-05 12:00", "task bankrupt-ended:2026-12-05"},
		{"and the client is written to all the same", advised + "; task bankrupt-ended:2026-12-05 open", "2026-12-05 12:00", "decision-reminder by email on 2026-12-18"},
		{"in debt monitoring no periodic letter leaves", watched, "2028-12-21 12:00", "task bankrupt-ended:2028-12-21"},
		{"limitation is interrupted by a person", watched + "; task bankrupt-ended:2028-12-21 open", "2031-08-10 19:00", "task interrupt:2031-10-27"},
		{"an arrangement is not confirmed", lifted + "; 2026-12-26 arranged 3 x 300.00 monthly from 2027-01-20", "2026-12-26 12:00", "task " + ask},
		{"paid: it closes", lifted + "; 2026-12-25 paid 2000.00; task repay-surplus:899.45 done", "2026-12-25 12:00", "close paid on 2026-12-25"},
	}.run(t)
}

// Nobody calls a debtor whose debt restructuring has ended either, whoever has been asked how it ended.
func TestNobodyCallsAfterADebtRestructuring(t *testing.T) {
	t.Parallel()
	const story = "sole trader; 2026-10-05 first by email; 2026-10-05 first by post"
	const ended = story + "; 2026-10-06 flagged wsnp until 2026-10-09"
	for _, c := range []struct{ name, story, want string }{
		{"without one", story, "task call:call"},
		{"how it ended is asked", ended, "task wsnp-ended:2026-10-10"},
		{"and waited for", ended + "; task wsnp-ended:2026-10-10 open", "wait for wsnp-ended:2026-10-10"},
		{"it ended without a clean slate", ended + "; task wsnp-ended:2026-10-10 done", "task call:call"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := tell(c.story)
			rules, now := ruled(t, f, "2026-10-26 12:00")
			rules.Policy = parsed(t, strings.Replace(businessPolicy, ", debtor: company", "", 1))
			if next, err := trajectory.Next(f, rules, now); err != nil || say(next) != c.want {
				t.Errorf("comes %q, want %q: %v", say(next), c.want, err)
			}
		})
	}
}

// A dispute is judged in its term also while an operator is to repair something: who waits for the judgement does not wait for that.
func TestADisputeIsJudgedWhileAnOperatorRepairs(t *testing.T) {
	t.Parallel()
	const stuck = "company; 2026-10-05 reminder by email; 2026-10-12 stuck on sticker-reminder; 2026-10-14 disputed"
	tellings{
		{"it is asked at once", stuck, "2026-10-14 12:00", "task judge-dispute:d"},
		{"asked once", stuck + "; task judge-dispute:d open", "2026-10-15 12:00", "wait"},
		{"late", stuck + "; task judge-dispute:d open", "2026-10-29 12:00", "task late-judgement:d"},
		{"and then it waits for the repair", stuck + "; task judge-dispute:d open; task late-judgement:d open", "2026-10-30 12:00", "wait"},
		{"a task that could not be opened is not tried again and again", "company; 2026-10-05 reminder by email; 2026-10-12 stuck on task; 2026-10-14 disputed", "2026-10-14 12:00", "wait"},
	}.run(t)
}
