package workflows_test

import (
	"testing"
	"testing/fstest"

	"github.com/incassocenter/dunning/activities"
)

// withACall is a second version of the trajectory in business: a call, a reminder over both channels, and an operator who approves the summons.
const withACall = `id: business
version: 2
for: business
minimum_demand: "5.00"
steps:
  - {step: reminder, letter: reminder, stage: reminders, after: hand-over, days: 0, term: 5, channels: [email, post]}
  - {step: call, stage: reminders, after: previous, working_days: 6, channels: [phone]}
  - {step: nudge, letter: sticker-reminder, stage: reminders, after: previous, days: 2, term: 5, channels: [both]}
  - {step: summons, letter: summons, stage: summons, after: previous, days: 8, term: 7, channels: [email, post], approval: operator}
  - {step: final-summons, letter: final-summons, stage: summons, after: previous, days: 8, term: 5, channels: [email, post], when: {plan: premium}}
advice: {after: previous, days: 10}
decision: {term: 30, remind_after: 14, default: {premium: monitoring, basis: close}}
monitoring: {letter_every_months: 12, years: 20}
`

// newChanging is a world with a second version of the trajectory.
func newChanging(t *testing.T, who string) *world {
	t.Helper()
	w := newWorld(t, who)
	own, err := w.rules.Beside(fstest.MapFS{"business-2.yaml": {Data: []byte(withACall)}})
	if err != nil {
		t.Fatal(err)
	}
	w.rules, w.claims.Rules, w.letters.Rules, w.letters.Writer.(*activities.LetterWriter).Rules = own, own, own, own
	return w
}

// A claim that changes its trajectory goes on under the other at once: what was done is done under its other name, and what is new there is done.
func TestAnotherTrajectory(t *testing.T) {
	t.Parallel()
	for _, s := range []story{
		{"from the second reminder on", "company basis", []string{
			"2026-10-06 12:00 trajectory business@2", "2026-10-14 10:00 task-done call:call", "2026-10-26 10:00 task-done approve:summons"}, `
			2026-10-05 reminder by email
			2026-10-06 trajectory-changed
			2026-10-13 task: call:call
			2026-10-16 nudge by email
			2026-10-16 nudge by post
			2026-10-24 task: approve:summons
			2026-10-26 summons by email
			2026-11-05 escalation-advice by email
			2026-11-19 decision-reminder by email
			2026-12-06 decision by default: close
			2026-12-06 closed: closed`},
		{"and back before the call was made", "company basis", []string{
			"2026-10-06 12:00 trajectory business@2", "2026-10-07 12:00 trajectory business@1", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 trajectory-changed
			2026-10-07 trajectory-changed
			2026-10-12 sticker-reminder by email
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"after the second reminder: no letter leaves twice, and the call is left out", "company basis", []string{
			"2026-10-17 12:00 trajectory business@2", "2026-10-21 10:00 task-done approve:summons", "2026-10-22 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-12 sticker-reminder by email
			2026-10-17 trajectory-changed
			2026-10-20 task: approve:summons
			2026-10-21 summons by email
			2026-10-22 close-requested
			2026-10-22 closed: closed`},
		{"the signal is lost: the claim follows when it looks again", "company basis", []string{
			"2026-10-06 12:00 trajectory business@2 (no signal)", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 trajectory-changed
			2026-10-13 task: call:call
			2026-10-14 close-requested
			2026-10-14 task-dropped
			2026-10-14 closed: closed`},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			same(t, newChanging(t, s.who).live(s.events...), s.want)
		})
	}
}
