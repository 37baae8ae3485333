package trajectory

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// WSNPEnded starts the key of the task to find out how a debt restructuring ended; the day on which it was over follows: an answer is about that end, and no later one.
const WSNPEnded = "wsnp-ended:"

// endOf is the key of that task.
func endOf(x claim.Flag) string { return WSNPEnded + x.Until.AddDays(1).String() }

// unasked asks how a debt restructuring ended as soon as it has, whatever the claim waits for: the client can choose the court, and limitation runs.
func (d *decision) unasked() (Action, bool) {
	task, todo := d.slate()
	if task == "" || d.awaited(task) || d.failing() {
		return Action{}, false
	}
	return d.person(task, todo), true
}

// mayWrite puts the person first who knows whether a debt can be enforced still: a letter, or a call, to a debtor whose debt restructuring has ended would ask what a clean
// slate took away (art. 358 lid 1 Fw). What the client is asked goes on.
func (d *decision) mayWrite(a Action, ok bool) (Action, bool) {
	if reaches := a.ToDebtor() || a.Kind == ActTask && a.Step != ""; !ok || !reaches {
		return a, ok
	}
	if task, todo := d.slate(); task != "" {
		return d.person(task, todo), true
	}
	return a, true
}

// slate is the task of a person who has to say how the debtor's debt restructuring ended, and what it asks; empty when somebody has, or there was none. That its flag was
// cleared says only that it runs no more; one that was cleared since its own day never was. A register that says there was a clean slate opened a task about that.
func (d *decision) slate() (task, todo string) {
	for _, x := range d.endedWSNP() {
		key := endOf(x)
		said := slices.ContainsFunc(d.facts.Tasks, func(t claim.Task) bool { return t.Key == key && !t.Open && !t.Dropped })
		if !said {
			waits, end := "nothing is written to the debtor", "end it (claim stop-monitoring, or claim close)"
			if d.facts.Status == claim.StatusCourt {
				waits, end = "the claim is not handed over to the court", "let it take the case back (claim court withdrawn)"
			}
			return key, fmt.Sprintf("the debt restructuring (WSNP) of %s was over on %s, and %s until somebody has said how it ended: with a clean slate what is left cannot be enforced "+
				"(art. 358 lid 1 Fw), so tell the client and %s; if it ended without one (art. 350 Fw), or the claim does not fall under it (art. 299 Fw), say so (claim done)", x.From, x.Until.AddDays(1), waits, end)
		}
	}
	if d.awaited(claim.InsolvencyEndedTask) { // what it told then is not in the facts any more when it is asked again
		return claim.InsolvencyEndedTask, "a register says that an insolvency is over, and of a debt restructuring (WSNP) that can be with a clean slate (art. 358 lid 1 Fw): nothing is written to the debtor until somebody has said how it ended"
	}
	return "", ""
}

// endedWSNP are the debt restructurings that were so, and are over; none while one runs.
func (d *decision) endedWSNP() []claim.Flag {
	if d.facts.Has(claim.FlagWSNP, d.today) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(d.facts.Flags), func(x claim.Flag) bool {
		return x.Kind != claim.FlagWSNP || x.Until.IsZero() || !x.Covers(x.From)
	})
}

// slateKnown says why nobody has to find out any more how a debt restructuring ended; empty while somebody has to.
func (d *decision) slateKnown(task string, goes Action) string {
	ended := slices.ContainsFunc(d.endedWSNP(), func(x claim.Flag) bool { return task == endOf(x) })
	switch {
	case d.over(goes):
		return goes.Reason
	case !ended:
		return "the flag wsnp says otherwise by now"
	}
	return ""
}

// slateProblem says why the court cannot be asked for a claim on a day: nobody has said how the debtor's debt restructuring ended; empty when somebody has, or there was none.
func slateProblem(f claim.Facts, on calendar.Date) string {
	task, _ := (&decision{facts: f, today: on}).slate()
	if task == "" {
		return ""
	}
	return fmt.Sprintf("nobody has said how the debtor's debt restructuring (WSNP) ended: after a clean slate no court can be asked for the claim (art. 358 lid 1 Fw); right would be to find that out, and to say when it ended without one (claim done ID %s)", task)
}

// failing says whether it is a task that could not be opened: none is, until an operator has repaired that.
func (d *decision) failing() bool {
	return d.facts.Attention != nil && d.facts.Attention.Action == string(ActTask)
}
