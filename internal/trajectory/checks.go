package trajectory

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// checksStep is the name under which an operator can skip the checks of a day.
const checksStep = string(ActCheck)

// againAfter is how many days after a register did not answer it is asked again, try by try; after the last it is left until the next cycle, so that a
// register that is down holds nothing up.
var againAfter = []int{1, 7}

// LastTry says whether a check without an answer is not tried again in its cycle.
func LastTry(c claim.Check) bool {
	if c.BeforeAdvice() {
		return c.Try >= mostInquiries
	}
	return c.Try > len(againAfter)
}

// look is a check with the day from which it is due.
type look struct {
	check claim.Check
	rule  CheckRule
	day   calendar.Date
}

// checks are the next check of each register that is asked about this debtor.
func checks(f claim.Facts, rules Rules) (list []look) {
	for _, rule := range rules.Policy.Monitoring.rules(f.Debtor, rules.Registers) {
		p := look{claim.Check{Register: rule.Register, Try: 1}, rule, f.MonitoredFrom}
		if i := slices.IndexFunc(f.Checks, func(c claim.Check) bool { return c.Register == rule.Register && !c.BeforeAdvice() }); i >= 0 {
			p = following(f, rule, f.Checks[i])
		}
		if skipped := f.SkippedOn(checksStep); !skipped.Before(p.day) {
			p = cycleAfter(f, rule, p.check.Cycle, skipped)
		}
		list = append(list, p)
	}
	return list
}

// following is the check after last: the same again when there was no answer, else that of the next cycle.
func following(f claim.Facts, rule CheckRule, last claim.Check) look {
	next := cycleAfter(f, rule, last.Cycle, last.On)
	if last.Found != claim.NoAnswer || LastTry(last) {
		return next
	}
	again := look{claim.Check{Register: rule.Register, Cycle: last.Cycle, Try: last.Try + 1}, rule, last.On.AddDays(againAfter[last.Try-1])}
	if !again.day.Before(next.day) {
		return next
	}
	return again
}

// cycleAfter is the first cycle later than one whose day comes after a day: those that were missed are one look, not several.
func cycleAfter(f claim.Facts, rule CheckRule, cycle int, after calendar.Date) look {
	for cycle++; ; cycle++ {
		if day := f.MonitoredFrom.AddMonths(cycle * rule.EveryMonths); day.After(after) {
			return look{claim.Check{Register: rule.Register, Cycle: cycle, Try: 1}, rule, day}
		}
	}
}

// ChecksDue gives the checks that are due at an instant, without their answers: during debt monitoring, and before the advice.
func ChecksDue(f claim.Facts, rules Rules, at time.Time) (due []claim.Check) {
	if f.Status.Final() {
		return nil
	}
	if f.MonitoredFrom.IsZero() {
		return inquiriesDue(f, rules, at)
	}
	today := calendar.DateOf(at)
	for _, p := range checks(f, rules) {
		if !p.day.After(today) {
			p.check.On = today
			due = append(due, p.check)
		}
	}
	return due
}

// Coming is the next check of a register, with its day in On, and why it comes.
type Coming struct {
	Check claim.Check `json:"check"`
	Why   string      `json:"why"`
}

// ChecksComing gives the next check of each register, the soonest first: none for a claim that is not being monitored, or whose years are over before.
func ChecksComing(f claim.Facts, rules Rules) (coming []Coming) {
	if f.MonitoredFrom.IsZero() || f.Status.Final() {
		return nil
	}
	for _, p := range checks(f, rules) {
		if p.check.On = p.day; p.day.Before(f.MonitoredFrom.AddYears(rules.Policy.Monitoring.Years)) {
			coming = append(coming, Coming{p.check, p.why()})
		}
	}
	slices.SortStableFunc(coming, func(a, b Coming) int { return a.Check.On.Compare(b.Check.On) })
	return coming
}

// answered are the newest checks after those that are due at an instant found nothing.
func (r Rules) answered(f claim.Facts, at time.Time) []claim.Check {
	newest := slices.Clone(f.Checks)
	for _, c := range ChecksDue(f, r, at) {
		c.Found = claim.FoundNothing
		newest = append(slices.DeleteFunc(newest, func(old claim.Check) bool { return old.Register == c.Register }), c)
	}
	return newest
}

// check asks the registers during debt monitoring, also while a hold, a dispute or a stop flag keeps letters from leaving: how an insolvency ends is seen
// there. Those of one day are asked together. While an operator repairs the claim none is.
func (d *decision) check() (Action, bool) {
	if d.facts.MonitoredFrom.IsZero() || d.facts.Attention != nil {
		return Action{}, false
	}
	list := checks(d.facts, d.rules)
	if len(list) == 0 {
		return Action{}, false
	}
	day := slices.MinFunc(list, func(a, b look) int { return a.day.Compare(b.day) }).day
	if !day.Before(d.yearsEnd()) {
		return Action{}, false // monitoring ends that day
	}
	day = calendar.Max(day, d.today) // what is late is asked with what is due
	var why []string
	for _, p := range list {
		if !p.day.After(day) {
			why = append(why, p.why())
		}
	}
	return Action{
		Kind: ActCheck, Stage: d.stage(), Due: d.at(day),
		Reason:    "registers are asked about the debtor: " + strings.Join(why, "; "),
		NotSooner: "they are asked at intervals that the trajectory sets",
	}, true
}

func (p look) why() string {
	if p.check.Try > 1 {
		return fmt.Sprintf("%s, which did not answer (try %d)", p.check.Register, p.check.Try)
	}
	return fmt.Sprintf("%s, every %d months since monitoring began", p.check.Register, p.rule.EveryMonths)
}
