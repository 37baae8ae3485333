package trajectory_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// While nobody has said whether a 14-day letter arrived, nothing reaches the debtor that its costs could stand in, and no court is asked for them; what the client is asked goes on, and staff is reminded.
func TestA14DayLetterInDoubtHoldsWhatReachesTheDebtor(t *testing.T) {
	t.Parallel()
	const (
		ask     = "notice-in-doubt:14-day-letter"
		doubt   = "consumer" + noticed + "; task " + ask + " open"
		advised = "consumer" + noticed + "; 2026-11-12 summons by email; 2026-11-20 final-summons by email; 2026-12-01 advised"
	)
	tellings{
		{"no demand", doubt, "2026-11-10 12:00", "wait for " + ask + " until 2026-11-18"},
		{"staff is reminded", doubt, "2026-11-18 12:00", "task late-notice:2026-11-18"},
		{"and again after it said that nothing is known", doubt + "; task late-notice:2026-11-18 done 2026-11-25", "2026-11-26 12:00", "wait for " + ask + " until 2026-12-23"},
		{"no arrangement is confirmed", doubt + "; 2026-11-05 arranged 3 x 300.00 monthly from 2026-11-15", "2026-11-05 12:00", "wait for " + ask + " until 2026-11-18"},
		{"the client is reminded", advised + "; task " + ask + " open", "2026-12-05 12:00", "decision-reminder by email on 2026-12-15"},
		{"limitation is interrupted by a person", doubt + "; task late-notice:2026-11-18 open", "2028-08-01 19:00", "task interrupt:2028-10-21"},
		{"it arrived", "consumer" + noticed + "; task " + ask + " done", "2026-10-29 12:00", "summons by email on 2026-11-06"},
	}.run(t)

	a, _ := next(t, tell(doubt+"; 2026-11-05 arranged 3 x 300.00 monthly from 2026-11-15"), "2026-11-05 12:00")
	if want := day("2026-11-16").At(0, 0); !a.Wake().Equal(want) { // other days are needed then
		t.Errorf("it is decided anew at %s, want %s", a.Wake(), want)
	}
	f := tell(advised + "; task " + ask + " open")
	problem, err := trajectory.ChoiceProblem(f, library(t).Tables(), claim.ChooseCourt, day("2026-12-05"))
	if err != nil || !strings.Contains(problem, "nobody has said whether the 14-day letter arrived") {
		t.Errorf("%q, %v", problem, err)
	}
	if todo := trajectory.ToHandOver(f, day("2026-12-05")); !strings.Contains(todo, "nobody has said whether the 14-day letter arrived") {
		t.Error(todo)
	}
}
