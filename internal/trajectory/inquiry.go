package trajectory

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// mostInquiries is how often a register is asked before the advice when it does not answer. The advice waits a day for it, and no longer.
const mostInquiries = 2

// Inquiry is what a register said before the advice: On is the day on which it was asked, zero when it was not.
type Inquiry struct {
	claim.Check
	Connected bool
}

// Inquiries tells, of each register that knows of this kind of debtor, what it said before the advice.
func Inquiries(f claim.Facts, connected []claim.Register) (list []Inquiry) {
	for _, rule := range inquired(f, claim.Registers()) {
		said, _ := beforeAdvice(f, rule.Register)
		said.Register = rule.Register
		list = append(list, Inquiry{said, slices.Contains(connected, rule.Register)})
	}
	return list
}

// inquired are the registers, of those, that know of this kind of debtor: what a trajectory has asked during debt monitoring is another matter.
func inquired(f claim.Facts, connected []claim.Register) []CheckRule {
	return Monitoring{}.rules(f.Debtor, connected)
}

func beforeAdvice(f claim.Facts, register claim.Register) (claim.Check, bool) {
	i := slices.IndexFunc(f.Checks, func(c claim.Check) bool { return c.Register == register && c.BeforeAdvice() })
	if i < 0 {
		return claim.Check{}, false
	}
	return f.Checks[i], true
}

// inquiries are the looks that the advice of a day waits for, each with the day from which it is due. An operator can skip them.
func inquiries(f claim.Facts, rules Rules, day calendar.Date) (list []look) {
	if !f.SkippedOn(checksStep).IsZero() {
		return nil
	}
	for _, rule := range inquired(f, rules.Registers) {
		last, asked := beforeAdvice(f, rule.Register)
		p := look{claim.Check{Register: rule.Register, Cycle: claim.CycleBeforeAdvice, Try: last.Try + 1}, rule, day}
		if asked {
			p.day = calendar.Max(day, last.On.AddDays(1))
		}
		if !asked || last.Found == claim.NoAnswer && !LastTry(last) {
			list = append(list, p)
		}
	}
	return list
}

// inquiry asks the registers in the hour in which the advice would leave, so that it tells what they say and the recommendation rests on it.
func (d *decision) inquiry(advice Action) (Action, bool) {
	list := inquiries(d.facts, d.rules, calendar.DateOf(advice.Due))
	if len(list) == 0 {
		return advice, false
	}
	day := slices.MinFunc(list, func(a, b look) int { return a.day.Compare(b.day) }).day
	var who []string
	for _, p := range list {
		if !p.day.After(day) {
			who = append(who, string(p.check.Register))
		}
	}
	ask := Action{Kind: ActCheck, Stage: StageAdvice, Due: d.office(day), NotSooner: advice.NotSooner}
	ask.Reason = fmt.Sprintf("registers are asked before the client is advised: %s; %s", strings.Join(who, ", "), advice.Reason)
	if day.After(calendar.DateOf(advice.Due)) {
		ask.NotSooner = "they did not answer the day before; after this the advice leaves without"
	}
	return ask, true
}

// inquiriesDue are the looks before the advice that are due at an instant. Of facts that cannot be decided there are none: whoever decides says why.
func inquiriesDue(f claim.Facts, rules Rules, at time.Time) (due []claim.Check) {
	next, err := Next(f, rules, at)
	if err != nil || next.Kind != ActCheck || next.Due.After(at) {
		return nil
	}
	today := calendar.DateOf(at)
	for _, p := range inquiries(f, rules, today) {
		if !p.day.After(today) {
			p.check.On = today
			due = append(due, p.check)
		}
	}
	return due
}
