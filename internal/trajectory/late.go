package trajectory

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// LateRule is what becomes of a step whose day passed by more than the days of late_after, because nothing ran. Days on hold or in dispute do not count, and a
// step that was tried, or of which a person was asked something, is not late.
type LateRule string

// What a step can do when it is late.
const (
	LateShift    LateRule = "shift"    // it is done now, and the next counts from now; this holds when nothing is said
	LateCatchUp  LateRule = "catch-up" // it is done now, and the next counts from its own day; terms and spacing are kept
	LateCoalesce LateRule = "coalesce" // it is left out when the next step is late too: of several only the last is done
	LateExpire   LateRule = "expire"   // it is left out, and the next counts from its own day
)

// LateRules lists every rule.
func LateRules() []LateRule { return []LateRule{LateShift, LateCatchUp, LateCoalesce, LateExpire} }

// lateBy is how many days a day has passed, without those on which the claim was paused.
func (d *decision) lateBy(day calendar.Date) int {
	if !day.Before(d.today) {
		return 0
	}
	return d.today.DaysSince(day) - d.facts.PausedDays(day, d.today)
}

// expired says why a step of which the day has passed is left out; empty when it is not.
func (d *decision) expired(i int, day calendar.Date) string {
	step, most := d.rules.Policy.Steps[i], d.rules.Policy.LateAfter
	if step.Late != LateExpire && step.Late != LateCoalesce || d.lateBy(day) <= most || d.tried(step) {
		return ""
	}
	why := fmt.Sprintf("its day %s passed by %d days, more than %d", day, d.lateBy(day), most)
	if step.Late == LateExpire {
		return why
	}
	for next := i + 1; next < len(d.rules.Policy.Steps); next++ {
		later := d.rules.Policy.Steps[next]
		if later.When.without(d.facts, d.account.Open.Total()) != "" {
			continue
		}
		if d.lateBy(d.planned(later, progress{on: day, received: day})) > most {
			return why + ", as did that of " + later.ID
		}
		return ""
	}
	return ""
}

// tried says whether the step was begun: a letter of it exists, or a person was asked.
func (d *decision) tried(step Step) bool {
	for _, l := range d.facts.Letters {
		if l.Step == step.ID {
			return true
		}
	}
	for _, task := range d.facts.Tasks {
		if task.Key == claim.CallTask+step.ID || task.Key == ApproveTask+step.ID {
			return true
		}
	}
	return false
}

// caughtUp lets the step after one that caught up count from the day on which that should have been.
func (d *decision) caughtUp(step Step, previous, done progress) progress {
	if step.Late != LateCatchUp {
		return done
	}
	if day := d.planned(step, previous); done.on.DaysSince(day)-d.facts.PausedDays(day, done.on) > d.rules.Policy.LateAfter {
		done.on = day
	}
	return done
}
