package trajectory_test

import (
	"strings"
	"testing"
)

// A debt restructuring may have ended with a clean slate: nothing is written to the debtor, and nobody calls, until somebody has said how it ended.
func TestNothingIsWrittenAfterACleanSlate(t *testing.T) {
	t.Parallel()
	const (
		ended     = "consumer" + noticed + "; 2026-10-25 flagged wsnp until 2026-12-24"
		finished  = "consumer" + finished + "; 2026-12-01 advised; 2026-12-10 monitored; 2026-12-20 flagged wsnp until 2029-12-20"
		ask       = "wsnp-ended:2026-10-25"
		advised   = "consumer" + noticed + "; 2026-11-12 summons by email; 2026-11-20 final-summons by email; 2026-12-01 advised"
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
		{"the client is written to all the same", advised + "; 2026-12-02 flagged wsnp until 2026-12-04", "2026-12-05 12:00", "decision-reminder by email on 2026-12-18"},
		{"in debt monitoring no periodic letter leaves, and it is asked at once", finished, "2029-12-21 12:00", "task wsnp-ended:2026-12-20"},
		{"limitation is interrupted by a person, too", strings.Replace(finished, "2029-12-20", "2028-06-01", 1) + "; task wsnp-ended:2026-12-20 open", "2028-08-18 19:00", "task interrupt:2028-11-16"},
		{"an arrangement is not confirmed", ended + "; 2026-12-26 arranged 3 x 300.00 monthly from 2027-01-20", "2026-12-26 12:00", "task " + ask},
		{"a wrong letter is not corrected, which would ask again", ended + "; 2026-10-01 paid 600.00 known 2026-12-25", "2026-12-25 12:00", "task " + ask},
		{"a register said that it did, before the advice: a person looks first", cleanSaid + "; task insolvency-ended open", "2027-02-01 12:00", "wait for insolvency-ended"},
		{"and says that the claim does not fall under it", cleanSaid + "; task insolvency-ended done", "2027-02-01 12:00", "monitoring letter 1 by post on 2027-12-10"},
		{"paid", ended + "; 2026-12-25 paid 2000.00; task repay-surplus:994.41 done", "2026-12-25 12:00", "close paid on 2026-12-25"},
	}.run(t)
}
