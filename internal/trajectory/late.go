package trajectory

import (
	"fmt"
	"slices"

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

// lateFrom is the first day that comes more than the days of late_after after a day, without those on which the claim was paused.
func (d *decision) lateFrom(day calendar.Date) calendar.Date {
	return day.AddDays(d.rules.Policy.LateAfter + 1 + d.facts.PausedDays(day, d.today))
}

// isLate says that a day passed by more than the days of late_after and what was to be done on it was not, whatever has moved it since (a term, the spacing); empty when it did not.
func (d *decision) isLate(own calendar.Date) string {
	if d.today.Before(d.lateFrom(own)) {
		return ""
	}
	return fmt.Sprintf("; its day was %s, and it was not done then", own)
}

// offDay says why something does not come on its own day: what moved it to a later day before that one was over, and that nothing was done on that either; else that nothing was done
// on its own. Then is the day that it has, and later what moved it; moved is what had when its own day was over. Empty when it comes on its own day, or is not late yet.
func (d *decision) offDay(own, then calendar.Date, later, moved string) string {
	if later == "" || moved == "" {
		return d.isLate(own)
	}
	return fmt.Sprintf("; not on its own day %s: %s", own, later) + d.isLate(then)
}

// knowing is the decision without the letters that left after a day, and without those for other claims of the debtor: the reason of a letter is recorded, and no client learns of them.
func (d *decision) knowing(day calendar.Date) decision {
	then := *d
	then.facts.Letters = slices.DeleteFunc(slices.Clone(then.facts.Letters), func(l claim.Letter) bool { return l.On.After(day) })
	then.facts.OtherContact = calendar.Date{}
	return then
}

// expires is the first day on which a step is left out because its day has passed, and the step after it that is late by then, where that is asked; no date when it never is.
func (d *decision) expires(i int, day calendar.Date) (from calendar.Date, with string) {
	step := d.rules.Policy.Steps[i]
	if step.Late != LateExpire && step.Late != LateCoalesce || d.tried(step) {
		return calendar.Date{}, ""
	}
	from = d.lateFrom(day)
	if step.Late == LateExpire {
		return from, ""
	}
	for _, later := range d.rules.Policy.Steps[i+1:] {
		if later.When.without(d.facts, d.account.Open.Total()) == "" {
			return calendar.Max(from, d.lateFrom(d.planned(later, progress{on: day, received: day}))), later.ID
		}
	}
	return calendar.Date{}, ""
}

// expired says why a step of which the day has passed is left out; empty when it is not.
func (d *decision) expired(i int, day calendar.Date) string {
	from, with := d.expires(i, day)
	if from.IsZero() || d.today.Before(from) {
		return ""
	}
	why := fmt.Sprintf("its day %s passed by %d days, more than %d", day, d.today.DaysSince(day)-d.facts.PausedDays(day, d.today), d.rules.Policy.LateAfter)
	if with != "" {
		why += ", as did that of " + with
	}
	return why
}

// untilExpired lets a wait for a person who is asked about the claim, and not about the step, be decided anew on the day on which the step is left out all the same.
func (d *decision) untilExpired(i int, day calendar.Date, ask Action) Action {
	if from, _ := d.expires(i, day); ask.Kind == ActWait && !from.IsZero() {
		ask.Again, ask.Meanwhile = from.At(0, 0), fmt.Sprintf("%s is left out on %s, too late by then", d.rules.Policy.Steps[i].ID, from)
	}
	return ask
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
func (d *decision) caughtUp(i int, done progress) progress {
	if d.rules.Policy.Steps[i].Late != LateCatchUp {
		return done
	}
	day, err := d.ownDay(i, done.on)
	if err == nil && done.on.DaysSince(day)-d.facts.PausedDays(day, done.on) > d.rules.Policy.LateAfter {
		done.on = day
	}
	return done // also where the tables cannot tell of that day: the next comes no sooner for that
}

// ownDay is the day of a step that was done, as it was counted on the day on which it was first tried: what was left out before it as too late, with a day of its own, and whose letter came back
// only since, is passed over now for another reason, without a day. It rests on what was known by then alone, so it is counted once, whichever later step asks.
func (d *decision) ownDay(i int, on calendar.Date) (calendar.Date, error) {
	step := d.rules.Policy.Steps[i]
	if day, counted := d.own[step.ID]; counted {
		return day, nil
	}
	for _, l := range d.facts.Letters {
		if l.Step == step.ID && l.On.Before(on) {
			on = l.On
		}
	}
	then, err := d.before(on)
	if err != nil {
		return calendar.Date{}, err
	}
	for k := range then.facts.Letters {
		if then.facts.Letters[k].State == claim.LetterFailed { // held to have arrived, or its step would not have been passed
			then.facts.Letters[k].State = claim.LetterAccepted
		}
	}
	if d.own == nil {
		d.own = map[string]calendar.Date{}
	}
	then.own = d.own
	previous := then.start()
	for j := range i {
		previous = then.visit(j, previous).after
	}
	d.own[step.ID] = then.planned(step, previous)
	return d.own[step.ID], nil
}
