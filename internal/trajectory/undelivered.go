package trajectory

import (
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// NoticeInDoubt starts the key of the task to find out whether a 14-day letter arrived that was mailed to an address which had bounced before, as is known since; its step follows.
const NoticeInDoubt = "notice-in-doubt:"

// LateNotice starts the key of the task to find that out after all. The day on which it is due follows.
const LateNotice = "late-notice:"

// noticeAfter is how many days after a 14-day letter staff is reminded that nobody has said whether it arrived: two of its terms.
const noticeAfter = 28

// undelivered: costs rest on the receipt of the 14-day letter, so nothing else leaves while nobody knows whether it left.
func (d *decision) undelivered() (Action, bool) {
	for _, letter := range d.facts.Letters {
		if letter.Kind == claim.FourteenDayLetter && letter.State == claim.LetterUnknown {
			return d.person(TraceLetter+letter.Step, "it is not known whether the 14-day letter left: a person finds out before anything else leaves"), true
		}
	}
	return Action{}, false
}

// inDoubt is the task of the person who finds out whether a 14-day letter arrived; empty when none has to.
func inDoubt(f claim.Facts) string {
	for _, task := range f.Tasks {
		if task.Open && strings.HasPrefix(task.Key, NoticeInDoubt) {
			return task.Key
		}
	}
	return ""
}

// doubted waits for that person, whatever would reach the debtor: it may ask costs that are not due. Staff is reminded of it.
func (d *decision) doubted(task string) Action {
	wait := Action{Kind: ActWait, Stage: d.stage(), Task: task, Reason: "the 14-day letter was mailed to an address that had bounced: nothing reaches the debtor until a person has said whether it arrived"}
	return d.reminding(wait, d.lateNotice(task))
}

func (d *decision) lateNotice(task string) reminder {
	var left calendar.Date
	for _, l := range d.facts.Letters {
		if l.Step == strings.TrimPrefix(task, NoticeInDoubt) {
			left = calendar.Max(left, l.On)
		}
	}
	r := nextReminder(d.facts, LateNotice, left, func(from calendar.Date) calendar.Date { return from.AddDays(noticeAfter) })
	r.term = fmt.Sprintf("a person has been asked; staff is reminded %d days after the 14-day letter, or after it has said that nothing is known yet", noticeAfter)
	r.ask = fmt.Sprintf("nobody has said whether the 14-day letter of %s arrived (task %s), and nothing reaches the debtor: say so (claim done, or claim trace when it did not); if nothing can be known yet, end this task, and it is asked again %d days later", left, task, noticeAfter)
	return r
}

// doubtProblem says why the court cannot be asked for a claim: nobody knows whether its costs are due; empty when somebody does.
func doubtProblem(f claim.Facts) string {
	task := inDoubt(f)
	if task == "" {
		return ""
	}
	return fmt.Sprintf("nobody has said whether the 14-day letter arrived on which the costs rest (art. 6:96 lid 6 BW); right would be to find that out, and to say so (claim done ID %s, or claim trace)", task)
}

// doubtOver says why staff has nothing left to be reminded of; empty while it has.
func (d *decision) doubtOver(goes Action) string {
	switch {
	case inDoubt(d.facts) == "":
		return "somebody has said whether the 14-day letter arrived"
	case d.over(goes):
		return goes.Reason
	}
	return ""
}
