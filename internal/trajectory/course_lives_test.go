package trajectory_test

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// told insists that every step that was planned is told exactly once, as done, coming or not done, with a reason; and as the books have it.
func (w *world) told(next trajectory.Action) {
	fates, err := trajectory.Course(w.facts, w.rules, w.now)
	if err != nil {
		w.fail("course: %v", err)
	}
	var names []string
	for _, x := range fates {
		if x.Cycle == 1 || x.Step != trajectory.MonitoringLetter {
			names = append(names, x.Step)
		}
		if x.Reason == "" || x.Turnout == "" || x.On.IsZero() && x.Turnout != trajectory.TurnComing {
			w.fail("told without a reason or a day: %+v", x)
		}
		if w.facts.Status.Final() && x.Turnout == trajectory.TurnComing {
			w.fail("a %s claim still gets %+v", w.facts.Status, x)
		}
		if x.On.After(w.today()) && x.Turnout == trajectory.TurnDone || x.On.Before(w.today()) && !x.On.IsZero() && x.Turnout == trajectory.TurnComing {
			w.fail("today is %s: %+v", w.today(), x)
		}
		w.likeTheBooks(x, next)
	}
	if planned := w.planned(); !slices.Equal(names, planned) {
		w.fail("told of %v, planned were %v", names, planned)
	}
}

// ask opens a task, or opens it again. To call is asked when a debtor may be called, and once until somebody did it or it ended by itself.
func (w *world) ask(a trajectory.Action) {
	if strings.HasPrefix(a.Task, claim.CallTask) {
		if allowed, _, why := calendar.ContactAllowed(w.now); !allowed {
			w.fail("%s is asked at %s: %s", a.Task, w.now, why)
		}
		if last, asked := w.latest[a.Task]; asked && !last.Before(w.today()) {
			w.fail("%s is asked twice on one day", a.Task)
		}
		w.latest[a.Task] = w.today()
	}
	w.asksToCorrect(a.Task)
	w.open(a.Task)
}

// refused lets the certificate refuse a demand now and then, and always one of a claim that is time-barred: a person is asked to mend it, and to repair the claim.
func (w *world) refused(a trajectory.Action) bool {
	barred := w.today().After(trajectory.Enforceable(w.facts).LastDay)
	if !trajectory.Demands(a.Letter) || !barred && rapid.IntRange(0, 19).Draw(w.t, "certificate") < 19 {
		return false
	}
	w.log = append(w.log, "  refused by the certificate")
	w.open(trajectory.UnlawfulLetter + a.Step)
	w.facts.Attention = &claim.Attention{Action: a.Step, Cause: "Unlawful", Since: w.now}
	return true
}

// repair is what an operator does about what could not be done; a mandatory notice is never left out.
func (w *world) repair() {
	step, do := w.facts.Attention.Action, rapid.SampledFrom([]string{"skip", "skip", "retry", "close"}).Draw(w.t, "repair")
	w.facts.Attention = nil
	switch {
	case do == "close":
		w.facts.Closing = &claim.Closing{Reason: "it cannot be done", On: w.today()}
	case do == "skip" && w.kindOf(step) != claim.FourteenDayLetter:
		w.facts.Skipped = append(w.facts.Skipped, claim.Done{Step: step, On: w.today()})
	}
}

// dropsUnwanted ends tasks as whoever reads the case file does, and insists that none is left for a claim that is paid, stands still or has ended.
func (w *world) dropsUnwanted() {
	unwanted, err := trajectory.Unwanted(w.facts, w.rules, w.now)
	if err != nil {
		w.fail("unwanted: %v", err)
	}
	for _, x := range unwanted {
		i := slices.IndexFunc(w.facts.Tasks, func(t claim.Task) bool { return t.Key == x.Task && t.Open })
		if i < 0 || x.Why == "" {
			w.fail("it ends %+v of %+v", x, w.facts.Tasks)
		}
		w.facts.Tasks[i].Open, w.facts.Tasks[i].Dropped = false, true
		w.log = append(w.log, "  "+x.Task+" ends: "+x.Why)
	}
	account, err := w.facts.AccountOn(w.rules.Tables, w.today())
	if err != nil {
		w.fail("account: %v", err)
	}
	_, promised := w.facts.PromiseOn(w.today())
	_, arranged := w.facts.ArrangementOn(w.today())
	paused := slices.ContainsFunc(w.facts.Pauses, func(p claim.Pause) bool { return p.Covers(w.today()) })
	rests := account.Open.Total() == 0 || promised || arranged || paused || len(w.facts.StoppedBy(w.today())) > 0 || w.facts.Status.Final() || !w.facts.Withdrawn.IsZero()
	for _, t := range w.facts.Tasks {
		if step := strings.HasPrefix(t.Key, claim.CallTask) || strings.HasPrefix(t.Key, trajectory.ApproveTask); step && t.Open && rests {
			w.fail("%s is open still, and %s", t.Key, w.today())
		}
	}
}

// planned is every step that was planned, the first periodic letter for all of them.
func (w *world) planned() (steps []string) {
	for _, s := range w.rules.Policy.Steps {
		steps = append(steps, s.ID)
	}
	steps = append(steps, trajectory.AdviceLetter, trajectory.DecisionReminder)
	if !w.facts.MonitoredFrom.IsZero() {
		steps = append(steps, trajectory.MonitoringLetter)
	}
	return steps
}

// likeTheBooks compares what is told of a step with the letters and calls, and with what comes next.
func (w *world) likeTheBooks(x trajectory.Fate, next trajectory.Action) {
	if ofNext := next.Step == x.Step && next.Cycle == x.Cycle && next.Letter != ""; ofNext && (x.Turnout != trajectory.TurnComing || x.On != next.Day) {
		w.fail("%s comes on %s, and it is told %+v", next.Step, next.Day, x)
	}
	called := slices.ContainsFunc(w.facts.Called, func(d claim.Done) bool { return d.Step == x.Step })
	skipped := !w.facts.SkippedOn(x.Step).IsZero()
	var mine, alike, both bool
	for _, l := range w.facts.Letters {
		mine = mine || l.Step == x.Step && l.Cycle == x.Cycle && l.Left()
		alike = alike || l.Left() && w.kindOf(x.Step) == l.Kind
	}
	for _, s := range w.rules.Policy.Steps {
		both = both || s.ID == x.Step && slices.Contains(s.Channels, trajectory.ChannelBoth)
	}
	advised := x.Step == trajectory.AdviceLetter && !w.facts.Advised.IsZero()
	switch done := x.Turnout == trajectory.TurnDone; {
	case done && !mine && !alike && !called && !advised:
		w.fail("told as done, and no letter left: %+v", x)
	case !done && !skipped && (called || advised || mine && !(both && x.Turnout == trajectory.TurnComing)):
		w.fail("it was done, and told as %s", fmt.Sprintf("%+v", x))
	}
}

func (w *world) kindOf(step string) string {
	for _, s := range w.rules.Policy.Steps {
		if s.ID == step {
			return s.Letter
		}
	}
	return step
}
