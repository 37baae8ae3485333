package trajectory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// handedOver is any claim on a kind of debtor.
func handedOver(t *rapid.T, debtor string) claim.Facts {
	f := tell(debtor)
	f.ClaimID = rapid.StringMatching(`[0-9a-f]{8}`).Draw(t, "id")
	f.Plan = rapid.SampledFrom([]string{"premium", "basis"}).Draw(t, "plan")
	f.HasEmail = rapid.Bool().Draw(t, "e-mail")
	f.HandedOverOn, f.OpenedOn = day("2026-01-01").AddDays(rapid.IntRange(0, 1000).Draw(t, "handed over")), calendar.Date{}
	f.Invoices[0].Due = f.HandedOverOn.AddDays(-rapid.IntRange(1, 180).Draw(t, "overdue"))
	f.Invoices[0].Amount = money.Cents(rapid.Int64Range(1, 5_000_00).Draw(t, "principal"))
	return f
}

// newWorld lets up to six things happen to a claim, soon or late.
func newWorld(t *rapid.T, f claim.Facts, rules trajectory.Rules, happenings []string) *world {
	w := &world{t: t, facts: f, rules: rules, sent: map[string]bool{}, latest: map[string]calendar.Date{}, now: f.HandedOverOn.At(rapid.IntRange(0, 23).Draw(t, "hour"), 30)}
	at := w.now
	for range rapid.IntRange(0, 6).Draw(t, "events") {
		span := rapid.SampledFrom([]int{20, 60, 2000, 6000}).Draw(t, "span")
		at = at.Add(time.Duration(rapid.IntRange(0, span*24*60).Draw(t, "later")) * time.Minute)
		w.events = append(w.events, event{at, rapid.SampledFrom(happenings).Draw(t, "what")})
	}
	return w
}

// written is any trajectory that can work and is lawful, as an agency would write it, with everything a trajectory can say. Its steps have names of their own
// or those of another version.
func written(t *rapid.T, kind string, version int) trajectory.Policy {
	names := rapid.SampledFrom([]string{"%s", fmt.Sprintf("v%d-%%s", version)}).Draw(t, "names")
	var b strings.Builder
	fmt.Fprintf(&b, "id: %s\nversion: %d\nfor: %s\nminimum_demand: \"5.00\"\nspacing: %d\nlate_after: %d\nsteps:\n", kind, version, kind, rapid.IntRange(0, 8).Draw(t, "spacing"), rapid.IntRange(1, 10).Draw(t, "late after"))
	first := true
	for _, s := range outline(t, kind) {
		anchor := rapid.SampledFrom([]string{"after: previous, days: 8", "after: previous, days: 12", "after: previous, working_days: 6", "after: previous, working_days: 9"}).Draw(t, "anchor")
		switch {
		case first:
			anchor = rapid.SampledFrom([]string{"after: hand-over, days: 0", "after: hand-over, working_days: 3", "after: due, days: 40", "after: due, working_days: 10"}).Draw(t, "first anchor")
		case s.notice != "":
			anchor = rapid.SampledFrom([]string{"after: received, days: 15", "after: received, days: 20", "after: received, working_days: 11"}).Draw(t, "received")
		}
		first = false
		fmt.Fprintf(&b, "  - {step: %s, stage: %s, %s, %s}\n", fmt.Sprintf(names, s.name), s.stage, anchor, s.rest)
	}
	fmt.Fprintf(&b, "advice: {after: previous, days: %d}\n", rapid.IntRange(8, 12).Draw(t, "advice"))
	b.WriteString("decision: {term: 30, remind_after: 14, default: {premium: monitoring, basis: close}}\n")
	fmt.Fprintf(&b, "monitoring: {letter_every_months: %d, years: %d}\n", rapid.IntRange(12, 14).Draw(t, "months"), rapid.IntRange(10, 20).Draw(t, "years"))
	if rapid.Bool().Draw(t, "holds") {
		fmt.Fprintf(&b, "hold: {review_days: %d}\n", rapid.IntRange(10, 366).Draw(t, "review"))
	}
	if rapid.Bool().Draw(t, "stops") {
		fmt.Fprintf(&b, "stopped: {review_days: %d}\n", rapid.IntRange(10, 366).Draw(t, "review of stops"))
	}
	p, err := trajectory.ParsePolicy("random.yaml", []byte(b.String()))
	if err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	return p
}

// sketch is a step without its name in the trajectory and its day. notice is the 14-day letter that it comes after, if it does.
type sketch struct{ name, stage, rest, notice string }

// outline is which steps there are, in their order: letters, some of which may be missing, and calls.
func outline(t *rapid.T, kind string) (steps []sketch) {
	call := func(stage string) {
		if rapid.IntRange(0, 3).Draw(t, "call") == 0 {
			steps = append(steps, sketch{fmt.Sprintf("call-%d", len(steps)), stage, "channels: [phone]" + besides(t, kind, trajectory.LateRules(), true), ""})
		}
	}
	letter := func(name, stage string, conditional bool) {
		channels := rapid.SampledFrom([]string{"[email, post]", "[post, email]", "[post]", "[both]", "[both, phone]", "[email, phone]"}).Draw(t, "channels")
		term := rapid.IntRange(1, 7).Draw(t, "term")
		steps = append(steps, sketch{name, stage, fmt.Sprintf("letter: %s, term: %d, channels: %s", name, term, channels) + besides(t, kind, trajectory.LateRules(), conditional), ""})
	}
	for _, reminder := range []string{"reminder", "sticker-reminder"} {
		if rapid.IntRange(0, 4).Draw(t, reminder) > 0 {
			letter(reminder, "reminders", true)
		}
		call("reminders")
	}
	notice := ""
	if kind == "consumer" {
		notice = claim.FourteenDayLetter
		channels := rapid.SampledFrom([]string{"[email, post]", "[post]"}).Draw(t, "channels")
		rest := "letter: 14-day-letter, term: 14, channels: " + channels + besides(t, kind, []trajectory.LateRule{trajectory.LateShift, trajectory.LateCatchUp}, false)
		steps = append(steps, sketch{notice, "notice", rest, ""})
	}
	letter("summons", "summons", false)
	steps[len(steps)-1].notice = notice
	call("summons")
	if rapid.Bool().Draw(t, "final summons") {
		letter("final-summons", "summons", true)
	}
	return steps
}

// besides is what else a step can say.
func besides(t *rapid.T, kind string, rules []trajectory.LateRule, conditional bool) string {
	more := ""
	if rapid.Bool().Draw(t, "late") {
		more += ", late: " + string(rapid.SampledFrom(rules).Draw(t, "late rule"))
	}
	if rapid.IntRange(0, 5).Draw(t, "approval") == 0 {
		more += ", approval: operator"
	}
	if conditional && rapid.IntRange(0, 2).Draw(t, "conditional") == 0 {
		only := []string{`{at_least: "500.00"}`, `{at_most: "1500.00"}`, "{plan: basis}", "{plan: premium}", `{at_least: "300.00", plan: premium}`}
		if kind == "business" {
			only = append(only, "{debtor: company}", "{debtor: sole-trader}")
		}
		more += ", when: " + rapid.SampledFrom(only).Draw(t, "when")
	}
	return more
}

// changes is a world whose claim takes another trajectory now and then, as an operator would apply it.
type changes struct {
	*world
	policies []trajectory.Policy
	sentBy   map[string]string // of each kind of letter that left, the trajectory under which it did
	changed  int
}

// take changes the trajectory, when that may be.
func (c *changes) take() {
	from, to := c.rules, c.rules
	to.Policy = rapid.SampledFrom(c.policies).Draw(c.t, "trajectory")
	if trajectory.Fits(from.Policy, to.Policy) != nil {
		return // to itself
	}
	refused, err := trajectory.Refused(c.facts, from, to, c.now)
	if err != nil {
		c.fail("change: %v", err)
	}
	if refused != nil {
		c.log = append(c.log, "  refused: "+refused.Why)
		return
	}
	c.facts.Skipped = append(c.facts.Skipped, trajectory.Carried(c.facts, from.Policy, to.Policy)...)
	c.facts.Trajectory, c.rules = to.Policy.Pin(), to
	c.changed++
	c.log = append(c.log, fmt.Sprintf("  now under %+v", to.Policy))
}

// checks is what must hold of whatever is done next.
func (c *changes) checks(a trajectory.Action) {
	switch a.Kind {
	case trajectory.ActLetter:
		if trajectory.Demands(a.Letter) {
			c.apart(a)
		}
		if slices.ContainsFunc(c.rules.Policy.Steps, func(s trajectory.Step) bool { return s.ID == a.Step }) {
			c.once(a)
		}
	case trajectory.ActMonitorYear:
		c.apart(a)
	case trajectory.ActAdvise:
		c.noneLost(a)
	case trajectory.ActNothing, trajectory.ActOpen, trajectory.ActTask, trajectory.ActWait, trajectory.ActRemind, trajectory.ActDecide, trajectory.ActMonitor, trajectory.ActClose:
	}
}

// once: no kind of letter leaves twice, but over both channels where one trajectory says so, and in the place of one that should not have left (decision 29).
func (c *changes) once(a trajectory.Action) {
	for _, l := range c.facts.Letters {
		if l.Kind != a.Letter || !l.Left() || c.facts.Void(l) {
			continue
		}
		i := slices.IndexFunc(c.rules.Policy.Steps, func(s trajectory.Step) bool { return s.ID == a.Step })
		both := i >= 0 && slices.Contains(c.rules.Policy.Steps[i].Channels, trajectory.ChannelBoth)
		if !both || l.Channel == a.Channel || c.sentBy[a.Letter] != c.rules.Policy.Pin() {
			c.fail("%s over %s, which left over %s", a.Letter, a.Channel, l.Channel)
		}
	}
	c.sentBy[a.Letter] = c.rules.Policy.Pin()
}

// apart: what the letter before gave to pay is over, and the spacing kept.
func (c *changes) apart(a trajectory.Action) {
	for _, l := range c.facts.Letters {
		if l.Kind == a.Letter || !l.Left() || !trajectory.Demands(l.Kind) {
			continue
		}
		if days := c.today().DaysSince(l.On); days < c.rules.Policy.Spacing {
			c.fail("%s %d days after %s, spacing is %d", a.Step, days, l.Step, c.rules.Policy.Spacing)
		}
		gives := a.Kind == trajectory.ActLetter && !claim.IsArrangementStep(a.Step) && a.Letter != trajectory.InterruptionLetter // an instalment has the day that was agreed, an interruption none
		if gives && !c.today().After(l.PayBy) && !c.corrected(l) {
			c.fail("%s within the term of %s, until %s", a.Step, l.Step, l.PayBy)
		}
	}
}

// corrected: a letter left that says that this one should not have (decision 29): its term is no more.
func (c *changes) corrected(wrong claim.Letter) bool {
	return slices.ContainsFunc(c.facts.Letters, func(l claim.Letter) bool {
		return l.Kind == trajectory.Correction && l.Step == "correction:"+wrong.Step && l.Left() && !l.On.Before(wrong.On)
	})
}

// noneLost: when the trajectory is complete, the last term is over, and each step was done, or it is told why not; what the law asks is never too late.
func (c *changes) noneLost(a trajectory.Action) {
	for _, l := range c.facts.Letters {
		if l.Left() && trajectory.Demands(l.Kind) && l.Kind != trajectory.InterruptionLetter && !c.today().After(l.PayBy) {
			c.fail("advice within the term of %s, until %s", l.Step, l.PayBy)
		}
	}
	for _, s := range c.rules.Policy.Steps {
		left := slices.ContainsFunc(c.facts.Letters, func(l claim.Letter) bool { return s.Letter != "" && l.Kind == s.Letter && l.Left() })
		called := slices.ContainsFunc(c.facts.Called, func(d claim.Done) bool { return d.Step == s.ID })
		if why := s.ID + " is left out: "; !left && !called && !strings.Contains(a.Reason, why) {
			c.fail("nobody knows why %s was not done: %s", s.ID, a.Reason)
		}
		if s.Letter == claim.FourteenDayLetter && strings.Contains(a.Reason, s.ID+" is left out: its day") {
			c.fail("a mandatory notice came too late: %s", a.Reason)
		}
	}
}

// Whatever a trajectory says, whatever happens, however long nothing runs, and whenever the trajectory changes: every claim ends, no letter leaves twice, within
// a term or closer than the spacing, no step is lost, and no cost comes too soon.
func TestLivesOnAnyTrajectoryThatChanges(t *testing.T) {
	t.Parallel()
	tables := library(t).Tables()
	happenings := append(slices.Clone(happenings), slices.Repeat([]string{"another trajectory"}, 2*len(happenings))...)
	for round := range 20 { // of a hundred lives
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) { liveOnAny(t, tables, happenings) })
		})
	}
}

func liveOnAny(t *rapid.T, tables law.Tables, happenings []string) {
	debtor := rapid.SampledFrom([]string{"consumer", "sole trader", "company"}).Draw(t, "debtor")
	kind := "business"
	if debtor == "consumer" {
		kind = debtor
	}
	c := &changes{sentBy: map[string]string{}}
	for version := range rapid.IntRange(1, 3).Draw(t, "versions") {
		c.policies = append(c.policies, written(t, kind, version+1))
	}
	f := handedOver(t, debtor)
	f.Trajectory = c.policies[0].Pin()
	c.world = newWorld(t, f, trajectory.Rules{Policy: c.policies[0], Tables: tables}, happenings)
	c.change, c.check = c.take, c.checks
	c.log = append(c.log, fmt.Sprintf("  under %+v", c.policies[0]))
	c.runToTheEnd()
}
