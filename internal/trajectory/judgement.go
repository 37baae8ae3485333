package trajectory

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/claim"
)

// judgedMeanwhile is a wait, or what the judgement of a dispute asks beside it: the client waits for it in its term, and so does whoever acts for the debtor.
func (d *decision) judgedMeanwhile(wait Action) Action {
	dispute, pending := d.facts.Unjudged()
	if !pending {
		return wait
	}
	judge := d.judgement(dispute)
	if judge.Kind == ActTask {
		return judge
	}
	if wait.Kind == ActWait && (wait.Again.IsZero() || !judge.Due.After(wait.Again)) {
		wait.Again, wait.Meanwhile = judge.Due, judge.Reason
	}
	return wait
}

func (d *decision) disputed() (Action, bool) {
	dispute, pending := d.facts.Unjudged()
	if !pending {
		return Action{}, false
	}
	action := d.judgement(dispute)
	if hold, held := d.holdInForce(); held && action.Kind == ActWait { // judging the dispute alone lets nothing go on
		action.Reason += "; and it is " + hold
	}
	return action, true
}

// judgement waits for the operator who judges a dispute, and reminds when the term for it has passed.
func (d *decision) judgement(dispute claim.Pause) Action {
	by := dispute.JudgeBy()
	action := d.person(dispute.JudgeTask(), fmt.Sprintf("the debtor disputes the claim: everything waits for a judgement, by %s", by))
	switch {
	case action.Kind != ActWait || d.asked(dispute.LateTask()):
	case d.today.After(by):
		return d.person(dispute.LateTask(), fmt.Sprintf("the dispute was to be judged by %s: judge it (claim judge)", by))
	default:
		action.Due = d.at(by.AddDays(1))
	}
	return action
}
