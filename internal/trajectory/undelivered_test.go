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
		{"paid, with its costs: it does not end", doubt + "; 2026-11-10 paid 1157.34", "2026-11-10 12:00", "wait for " + ask + " until 2026-11-18"},
		{"nor when the client withdraws it", doubt + "; 2026-11-10 paid 100.00; 2026-11-11 withdrawn", "2026-11-11 12:00", "wait for " + ask + " until 2026-11-18"},
		{"paid before any cost was due: it ends", doubt + "; 2026-11-01 paid 1006.36", "2026-11-01 12:00", "close paid on 2026-11-01"},
		{"it ended without costs paid, was dropped, and counts again", "consumer" + noticed + "; task " + ask + " dropped", "2026-11-10 12:00", "task " + ask},
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

// Whether a 14-day letter arrived decides nothing of one that does not count anyway, or when the court has said what is owed of the costs: nobody has to find out. When it counts after all it is asked again.
func TestADoubtThatDecidesNothingEnds(t *testing.T) {
	t.Parallel()
	const ask, late = "notice-in-doubt:14-day-letter", "late-notice:2026-11-18"
	ends := func(f claim.Facts, at string) (tasks []string) {
		t.Helper()
		for _, d := range dropped(t, f, at) {
			tasks = append(tasks, d.Task+": "+d.Why)
		}
		return tasks
	}
	const doubt = "task " + ask + " open; task " + late + " open"
	f := judged(t, named(t, "; "+doubt, "2026-10-14 paid 600.00 known 2026-10-30"), "2026-10-30")
	const void = ": the 14-day letter does not count, whether it arrived or not: no costs rest on it"
	if got, want := strings.Join(ends(f, "2026-11-19 12:00"), "\n"), ask+void+"\n"+late+void; got != want {
		t.Errorf("void: %s", got)
	}
	if _, got := next(t, f, "2026-11-19 12:00"); got != "correction:14-day-letter by email on 2026-11-19" {
		t.Errorf("void: comes %q", got)
	}
	f.Settlements = nil
	f.Tasks = []claim.Task{{Key: ask, Dropped: true}, {Key: late, Dropped: true}}
	if _, got := next(t, judged(t, f, "2026-11-20"), "2026-11-20 12:00"); got != "task "+ask {
		t.Errorf("right after all: comes %q", got)
	}
	for stage, want := range map[string]int{"served": 0, "judgment": 2, "lost": 2} {
		f := tell("consumer" + noticed + "; 2026-12-01 advised; 2026-12-02 decided court; 2026-12-02 status court; 2026-12-04 court served; " + doubt)
		if stage != "served" {
			f.Court = append(f.Court, claim.CourtStep{Stage: claim.CourtStage(stage), On: day("2026-12-20")})
		}
		if got := ends(f, "2026-12-21 12:00"); len(got) != want {
			t.Errorf("%s: %v", stage, got)
		}
	}
}
