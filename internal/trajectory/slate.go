package trajectory

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/claim"
)

// WSNPEnded starts the key of the task to find out how a debt restructuring ended; the day on which it began follows.
const WSNPEnded = "wsnp-ended:"

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
		key := WSNPEnded + x.From.String()
		said := slices.ContainsFunc(d.facts.Tasks, func(t claim.Task) bool { return t.Key == key && !t.Open && !t.Dropped })
		if !said {
			return key, fmt.Sprintf("the debt restructuring (WSNP) of %s was over on %s, and nothing is written to the debtor until somebody has said how it ended: with a clean slate what is left cannot be enforced "+
				"(art. 358 lid 1 Fw), so tell the client and end it (claim stop-monitoring, or claim close); if it ended without one (art. 350 Fw), or the claim does not fall under it (art. 299 Fw), say so (claim done)", x.From, x.Until.AddDays(1))
		}
	}
	clean := func(c claim.Check) bool { return c.Found == claim.FoundCleanSlate && c.Unlike(d.facts.Debtor) == "" }
	if slices.ContainsFunc(d.facts.Checks, clean) && d.awaited(claim.InsolvencyEndedTask) {
		return claim.InsolvencyEndedTask, "a register says that a debt restructuring (WSNP) has ended with a clean slate (art. 358 lid 1 Fw): nothing is written to the debtor until somebody has said that the claim does not fall under it"
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
	ended := slices.ContainsFunc(d.endedWSNP(), func(x claim.Flag) bool { return task == WSNPEnded+x.From.String() })
	switch {
	case d.over(goes):
		return goes.Reason
	case !ended:
		return "the flag wsnp says otherwise by now"
	}
	return ""
}
