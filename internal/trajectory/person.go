package trajectory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// ByOperator is who approves a step.
const ByOperator = "operator"

// ApproveTask starts the key of the task to approve a step; done, the step goes on.
const ApproveTask = "approve:"

// call says whether the step is a call and nothing else.
func (s Step) call() bool { return s.Letter == "" && slices.Equal(s.Channels, []string{ChannelPhone}) }

// calledOn is the last day on which a person called the debtor for a step, or no date.
func (d *decision) calledOn(step string) (on calendar.Date) {
	for _, call := range d.facts.Called {
		if call.Step == step {
			on = calendar.Max(on, call.On)
		}
	}
	return on
}

// called asks a person to call the debtor at an hour at which that is allowed.
func (d *decision) called(step Step, planned plan) Action {
	ask := d.whilePossible(d.person(claim.CallTask+step.ID, fmt.Sprintf("call the debtor: %s", d.reason(step, planned))))
	ask.Step, ask.Stage = step.ID, step.Stage
	if ask.Kind == ActTask {
		ask.Due = d.contact(planned.day, step.ID)
		ask.NotSooner = d.notSooner(step.Offset, planned, ask.Due)
	}
	return ask
}

// approved asks an operator before a step leaves; it was not asked before, or is not answered yet. A step that was tried already is not asked again.
func (d *decision) approved(step Step, planned plan) (Action, bool) {
	given := slices.Contains(d.facts.Tasks, claim.Task{Key: ApproveTask + step.ID, Open: false})
	if step.Approval == "" || given || slices.ContainsFunc(d.facts.Letters, func(l claim.Letter) bool { return l.Step == step.ID }) {
		return Action{}, false
	}
	ask := d.whilePossible(d.person(ApproveTask+step.ID, "an operator approves it before it leaves: "+d.reason(step, planned)))
	ask.Step, ask.Stage = step.ID, step.Stage
	if ask.Kind == ActTask {
		ask.Due = d.at(planned.day)
		ask.NotSooner = d.notSooner(step.Offset, planned, ask.Due)
	}
	return ask, true
}

// whilePossible lets a wait for a person be decided anew when a pause begins that is known already: then the task ends.
func (d *decision) whilePossible(ask Action) Action {
	for _, p := range d.facts.Pauses {
		if begins := p.From.At(0, 0); ask.Kind == ActWait && p.From.After(d.today) && (ask.Again.IsZero() || begins.Before(ask.Again)) {
			ask.Again, ask.Meanwhile = begins, fmt.Sprintf("a hold begins on %s: the task ends then", p.From)
		}
	}
	return ask
}

// CallScript is what a person who calls a debtor says and keeps to; the agency and its registration are those of the register (Wki).
func CallScript(agency, registration string) string {
	return fmt.Sprintf("say first who calls, %s, registered under %s (art. 11 lid 1 Wki), for which client and about which invoices; only to the debtor. Tell what is owed today, and that a written "+
		"specification and the complaints rule come on request (art. 3.1 and 6.1 Besluit kwaliteit incassodienstverlening). %s", agency, registration, CallWindow)
}

// CallWindow is when a debtor may be called; calendar.ContactAllowed is the rule.
const CallWindow = "Call from 07:00 up to 20:00, not on a Sunday or a recognised holiday (art. 4.2 Besluit kwaliteit incassodienstverlening)"

// byStep says whether a task is part of a step, and of which.
func byStep(task string) (step string, ok bool) {
	for _, kind := range []string{claim.CallTask, ApproveTask} {
		if step, ok = strings.CutPrefix(task, kind); ok {
			return step, true
		}
	}
	return "", false
}
