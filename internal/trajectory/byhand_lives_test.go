package trajectory_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// No letter can tell the debtor of these claims what was wrong: one has ended, one is before the court, one is stopped, and nobody can reach the other.
var noLetterCan = []string{"2026-11-20 operator-closed; 2026-11-20 status closed", "2026-11-20 decided court; 2026-11-20 status court", "2026-11-20 flagged bankrupt; task stopped:bankrupt open", "no-email; 2026-11-20 address-unknown; task find-address open"}

// Whatever comes to be known and is taken back, and whenever a person tells the debtor what is known by then: of each letter that was wrong the debtor was told as is known now, or a person is asked, and nobody is asked about what was told.
func TestWhatComesToBeKnownAfterAPersonToldIsToldToo(t *testing.T) {
	t.Parallel()
	l := library(t)
	rapid.Check(t, func(t *rapid.T) {
		f := tell("consumer" + stickered + "; 2026-10-21 14-day-letter by email; 2026-11-06 summons by email asked 1157.00; 2026-11-16 final-summons by email asked 1158.00; " + rapid.SampledFrom(noLetterCan).Draw(t, "why no letter"))
		rules, err := l.Rules(f)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, facts: f, rules: rules, latest: map[string]calendar.Date{}, now: day("2026-11-21").At(10, 0)}
		w.change = w.knownLate
		for range rapid.IntRange(1, 8).Draw(t, "what happens") {
			what := rapid.SampledFrom([]string{"another trajectory", "another trajectory", "it is taken back", "14-day letter comes back", toldByHand, toldByHand}).Draw(t, "what")
			w.log = append(w.log, w.today().String()+" event "+what)
			w.happen(what)
			w.asksWhoever()
			if untold := append(w.untold(), w.nobodyTold()...); len(untold) > 0 {
				w.fail("nobody was told of %+v", untold)
			}
			w.now = w.now.AddDate(0, 0, 1)
		}
	})
}

// asksWhoever does what is decided until nobody is left to be asked.
func (w *world) asksWhoever() {
	for range maxSteps {
		w.dropsUnwanted()
		a, err := trajectory.Next(w.facts, w.rules, w.now)
		if err != nil {
			w.fail("next: %v", err)
		}
		w.log = append(w.log, say(a))
		if a.Kind != trajectory.ActTask || a.Due.After(w.now) {
			return
		}
		w.ask(a)
	}
	w.fail("asked on and on: %+v", w.facts.Tasks)
}
