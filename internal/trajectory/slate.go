package trajectory

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// What starts the keys of the tasks to find out how a debt restructuring, or the bankruptcy of a company, ended; the day on which it was over follows: an answer is about that end,
// and no later one.
const (
	WSNPEnded     = claim.FlagWSNP + "-ended:"
	BankruptEnded = claim.FlagBankrupt + "-ended:"
)

// endOf is the key of that task.
func endOf(x claim.Flag) string { return x.Kind + "-ended:" + x.Until.AddDays(1).String() }

// aftermath is what an insolvency can leave nothing of when it is over, and how somebody says that it did not.
type aftermath struct {
	flag, name        string // of the insolvency
	gone, otherwise   string // what it can have taken away, by which law, and what is done when it has not
	uncourted, answer string // why the court cannot be asked, and what somebody says when it can
}

// aftermaths are, of a natural person, that of a debt restructuring: a bankruptcy leaves a person what was not paid (art. 195 Fw). Of a company that of a bankruptcy, after which there is no debtor.
var aftermaths = map[bool]aftermath{
	true: {
		claim.FlagWSNP, "debt restructuring (WSNP)",
		"with a clean slate what is left cannot be enforced (art. 358 lid 1 Fw)", "if it ended without one (art. 350 Fw), or the claim does not fall under it (art. 299 Fw), say so (claim done)",
		"after a clean slate no court can be asked for the claim (art. 358 lid 1 Fw)", "when it ended without one",
	},
	false: {
		claim.FlagBankrupt, "bankruptcy",
		"lifted for want of assets (art. 16 Fw), or ended by insolvency, it dissolved the company (art. 2:19 lid 1 BW)",
		"if the order was annulled it never was (claim flag --clear --since its own day); if the company goes on after a composition (art. 161 Fw), or something is left for creditors (art. 2:23c BW), say so (claim done)",
		"when it was lifted, or ended by insolvency, the company is dissolved, and nobody is left to summon unless something is left for creditors (art. 2:19 and 2:23c BW)", "when the company goes on, or something is left",
	},
}

// aftermath is that of the kind of debtor of the claim.
func (d *decision) aftermath() aftermath { return aftermaths[d.facts.Debtor.NaturalPerson] }

// unasked asks how an insolvency ended as soon as it has, whatever the claim waits for: the client can choose the court, and limitation runs.
func (d *decision) unasked() (Action, bool) {
	task, todo := d.slate()
	if task == "" || d.awaited(task) || d.failing() || d.stage() == StageMonitoring && !d.yearsEnd().After(d.today) { // whose years are over ends whatever the answer
		return Action{}, false
	}
	return d.person(task, todo), true
}

// mayWrite puts the person first who knows whether a debt can be enforced still: a letter, or a call, to a debtor whose debt restructuring has ended would ask what a clean
// slate took away (art. 358 lid 1 Fw), and after its bankruptcy there is as a rule no company to write to (art. 2:19 lid 1 BW). What the client is asked goes on.
func (d *decision) mayWrite(a Action, ok bool) (Action, bool) {
	if reaches := a.ToDebtor() || a.Kind == ActTask && a.Step != ""; !ok || !reaches {
		return a, ok
	}
	if task, todo := d.slate(); task != "" {
		return d.untilTooLate(a, d.person(task, todo)), true
	}
	if task := inDoubt(d.facts); task != "" {
		return d.untilTooLate(a, d.doubted(task)), true
	}
	return a, true
}

// slate is the task of a person who has to say how the debtor's insolvency ended, and what it asks; empty when somebody has, or there was none. That its flag was
// cleared says only that it runs no more; one that was cleared since its own day never was. What a register says of that end, and that a company is dissolved, opened a task about it.
func (d *decision) slate() (task, todo string) {
	after := d.aftermath()
	for _, x := range d.endedInsolvencies() {
		key := endOf(x)
		said := slices.ContainsFunc(d.facts.Tasks, func(t claim.Task) bool { return t.Key == key && !t.Open && !t.Dropped })
		if !said {
			waits, end := "nothing is written to the debtor", "end it (claim stop-monitoring, or claim close)"
			if d.facts.Status == claim.StatusCourt {
				waits, end = "the claim is not handed over to the court", "let it take the case back (claim court withdrawn)"
			}
			return key, fmt.Sprintf("the %s of %s was over on %s, and %s until somebody has said how it ended: %s, so tell the client and %s; %s", after.name, x.From, x.Until.AddDays(1), waits, after.gone, end, after.otherwise)
		}
	}
	switch { // what it told then is not in the facts any more when it is asked again
	case d.awaited(claim.InsolvencyEndedTask):
		return claim.InsolvencyEndedTask, fmt.Sprintf("a register says that an insolvency is over, and of a %s: %s; nothing is written to the debtor until somebody has said how it ended", after.name, after.gone)
	case d.awaited(claim.DissolvedTask) && !d.facts.Debtor.NaturalPerson:
		return claim.DissolvedTask, "the company is dissolved: nothing is asked of it until a person has found out whether anything is left for creditors (art. 2:19 and 2:23c BW)"
	}
	return "", ""
}

// endedInsolvencies are those with an aftermath that were so, and are over; none while one runs.
func (d *decision) endedInsolvencies() []claim.Flag {
	kind := d.aftermath().flag
	if d.facts.Has(kind, d.today) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(d.facts.Flags), func(x claim.Flag) bool {
		return x.Kind != kind || x.Until.IsZero() || !x.Covers(x.From)
	})
}

// slateKnown says why nobody has to find out any more how an insolvency ended; empty while somebody has to.
func (d *decision) slateKnown(task string, goes Action) string {
	ended := slices.ContainsFunc(d.endedInsolvencies(), func(x claim.Flag) bool { return task == endOf(x) })
	switch {
	case d.over(goes):
		return goes.Reason
	case !ended:
		return "the flag " + d.aftermath().flag + " says otherwise by now"
	}
	return ""
}

// slateProblem says why the court cannot be asked for a claim on a day: nobody has said how the debtor's insolvency ended; empty when somebody has, or there was none.
func slateProblem(f claim.Facts, on calendar.Date) string {
	d := &decision{facts: f, today: on}
	task, _ := d.slate()
	after := d.aftermath()
	switch task {
	case "":
		return ""
	case claim.DissolvedTask:
		return fmt.Sprintf("the company is dissolved, and nobody has said whether anything is left for creditors: else nobody can be summoned (art. 2:19 and 2:23c BW); right would be to find that out, and to say so (claim done ID %s)", task)
	}
	return fmt.Sprintf("nobody has said how the debtor's %s ended: %s; right would be to find that out, and to say %s (claim done ID %s)", after.name, after.uncourted, after.answer, task)
}

// failing says whether it is a task that could not be opened: none is, until an operator has repaired that.
func (d *decision) failing() bool {
	return d.facts.Attention != nil && d.facts.Attention.Action == string(ActTask)
}
