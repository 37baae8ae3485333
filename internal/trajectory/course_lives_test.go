package trajectory_test

import (
	"fmt"
	"slices"

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
