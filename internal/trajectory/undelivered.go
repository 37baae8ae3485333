package trajectory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
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

// mailed are the 14-day letters of a claim that left by mail, or may have: those of which a bounce of before can make it doubtful whether they arrived.
func mailed(f claim.Facts) (letters []claim.Letter) {
	for _, l := range f.Letters {
		if l.Kind == claim.FourteenDayLetter && l.Channel == ChannelEmail && l.Left() {
			letters = append(letters, l)
		}
	}
	return letters
}

// inDoubt is the task of the person who finds out whether a 14-day letter arrived; empty when none has to. One that was dropped because the answer decided nothing is there again when it does.
func inDoubt(f claim.Facts) string {
	counts := func(l claim.Letter) bool { return !f.Void(l) }
	for _, task := range f.Tasks {
		again := task.Dropped && len(mailed(f)) > 0 && !slices.ContainsFunc(mailed(f), f.Void)
		if strings.HasPrefix(task.Key, NoticeInDoubt) && (task.Open && (len(mailed(f)) == 0 || slices.ContainsFunc(mailed(f), counts)) || again) {
			return task.Key
		}
	}
	return ""
}

// courtDecided says what came of a procedure, whose outcome says what is owed of the costs, whatever letter they rested on; empty while nothing did.
func courtDecided(f claim.Facts) string {
	switch stage := f.CourtStage(); stage {
	case claim.CourtJudgment, claim.CourtSettled, claim.CourtLost:
		return fmt.Sprintf("%s is recorded, on %s: that says what is owed of the costs", stage, f.Court[len(f.Court)-1].On)
	case claim.CourtServed, claim.CourtWithdrawn:
	}
	return ""
}

// doubted waits for that person, whatever would reach the debtor: it may ask costs that are not due. Staff is reminded of it.
func (d *decision) doubted(task string) Action {
	wait := d.person(task, "the 14-day letter was mailed to an address that had bounced: "+d.heldByDoubt()+" until a person has said whether it arrived")
	if wait.Kind != ActWait { // it was dropped, and is asked again
		return wait
	}
	return d.reminding(wait, d.lateNotice(task))
}

// heldByDoubt is what waits for that person.
func (d *decision) heldByDoubt() string {
	paid := paidInDoubt(d.facts, d.account)
	switch {
	case d.facts.SummonsAwaited():
		return "the claim is not handed over to the court"
	case d.facts.Status == claim.StatusCourt:
		return "its costs are asked in court, so whoever handles the case has to know,"
	case d.ruled.Kind == ActClose && paid > 0:
		return fmt.Sprintf("%s of costs that were paid rests on it, and the claim does not end", paid)
	}
	return "nothing reaches the debtor"
}

func (d *decision) lateNotice(task string) reminder {
	var left calendar.Date
	for _, l := range mailed(d.facts) {
		left = calendar.Max(left, l.On)
	}
	r := nextReminder(d.facts, LateNotice, left, func(from calendar.Date) calendar.Date { return from.AddDays(noticeAfter) })
	r.term = fmt.Sprintf("a person has been asked; staff is reminded %d days after the 14-day letter, or after it has said that nothing is known yet", noticeAfter)
	r.ask = fmt.Sprintf("nobody has said whether the 14-day letter of %s arrived (task %s), and %s: say so (claim done, or claim trace when it did not); if nothing can be known yet, end this task, and it is asked again %d days later", left, task, strings.TrimSuffix(d.heldByDoubt(), ","), noticeAfter)
	return r
}

// servedInDoubt reminds staff of that beside the outcome of a procedure, which asks the costs.
func (d *decision) servedInDoubt() (Action, bool) {
	task := inDoubt(d.facts)
	if task == "" {
		return Action{}, false
	}
	reminds := d.doubted(task)
	if reminds.Kind == ActWait { // until the day of the next reminder; none while one is open
		r := d.lateNotice(task)
		reminds = d.task(r.key, r.day, StageCourt, r.ask)
		return reminds, d.given(r) == ""
	}
	return reminds, true
}

// untilKnown keeps a claim from ending while costs that were paid rest on a 14-day letter in doubt: when it did not arrive they go back, and of a claim that has ended nobody would be reminded.
func (d *decision) untilKnown(a Action) Action {
	if a.Kind != ActClose || a.Due.After(d.now) || a.Outcome == claim.StatusCourt || paidInDoubt(d.facts, d.account) == 0 {
		return a
	}
	return d.doubted(inDoubt(d.facts))
}

// Unsettled says why a claim has not ended as paid, by its account: something is owed, or costs that were paid rest on a 14-day letter in doubt; empty when it has.
func Unsettled(f claim.Facts, account claim.Account) string {
	switch owed, doubted := account.Open.Total(), paidInDoubt(f, account); {
	case owed != 0:
		return fmt.Sprintf("%s is owed", owed)
	case doubted > 0:
		return fmt.Sprintf("%s of costs that were paid rests on a 14-day letter of which nobody knows whether it arrived,", doubted)
	}
	return ""
}

// paidInDoubt is what was paid of costs that rest on such a letter.
func paidInDoubt(f claim.Facts, account claim.Account) (paid money.Amount) {
	if inDoubt(f) == "" {
		return 0
	}
	for _, a := range account.Allocations {
		paid += a.Costs
	}
	return paid
}

// AskedInDoubt is what is owed by the account of a claim beside costs that rest on a 14-day letter in doubt, and why no more can be agreed with the debtor; empty when all can.
func AskedInDoubt(f claim.Facts, account claim.Account) (sure money.Amount, why string) {
	owed, costs := account.Open.Total(), account.Open.Costs
	if inDoubt(f) == "" || costs <= 0 {
		return owed, ""
	}
	return owed - costs, fmt.Sprintf("%s of the %s that is owed is costs, and %s", costs, owed, doubtProblem(f))
}

// doubtProblem says why the court cannot be asked for a claim: nobody knows whether its costs are due; empty when somebody does.
func doubtProblem(f claim.Facts) string {
	task := inDoubt(f)
	if task == "" {
		return ""
	}
	return fmt.Sprintf("nobody has said whether the 14-day letter arrived on which the costs rest (art. 6:96 lid 6 BW); right would be to find that out, and to say so (claim done ID %s, or claim trace)", task)
}

// doubtOver says why nobody has to find out any more whether a 14-day letter arrived, nor is reminded of it; empty while somebody has.
func (d *decision) doubtOver(goes Action) string {
	known := inDoubt(d.facts) == ""
	open := slices.ContainsFunc(d.facts.Tasks, func(t claim.Task) bool { return t.Open && strings.HasPrefix(t.Key, NoticeInDoubt) })
	switch decided := courtDecided(d.facts); {
	case decided != "":
		return decided
	case known && open:
		return "the 14-day letter does not count, whether it arrived or not: no costs rest on it"
	case known:
		return "somebody has said whether the 14-day letter arrived"
	case d.over(goes) && paidInDoubt(d.facts, d.account) == 0:
		return goes.Reason
	}
	return ""
}
