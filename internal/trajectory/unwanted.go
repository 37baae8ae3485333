package trajectory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/claim"
)

// Dropped is an open task for which there is no reason any more, and why not.
type Dropped struct{ Task, Why string }

// Unwanted gives the open tasks that have nothing left to do at this instant, each with why; they end by themselves:
//   - calls and approvals that the trajectory does not ask for: the claim is paid, disputed, on hold or stopped, has ended, or goes on with something else;
//   - before the court, reminders of what the claim does not wait for;
//   - to look at a hold without an end or at a stop flag that has ended, at how an insolvency ended when the flag was changed since, at a promise of which nothing is taken back any more, and at an arrangement that is not in force any more, or that can go on;
//   - the hand-over to the court while nobody knows how an insolvency ended, or whether the 14-day letter arrived; and that question when the answer decides nothing;
//   - of a claim that ends or has ended otherwise: disputes to judge, the hand-over to the court, limitation to interrupt by hand, a client to ask again, insolvencies that ended, an address to find;
//   - small balances that are paid, or are small no more, and letters to correct that are right after all, or of which a letter told the debtor since.
//
// When one is wanted again, that is asked anew: a call on the day of its step, of which the days of waiting do not count. A task stays while an operator repairs something else, and while a letter about
// something else goes first. An error means that the law tables cannot answer.
func Unwanted(f claim.Facts, rules Rules, now time.Time) (unwanted []Dropped, err error) {
	open := slices.DeleteFunc(slices.Clone(f.Tasks), func(t claim.Task) bool { return !t.Open || !endsByItself(t.Key) })
	if len(open) == 0 {
		return nil, nil
	}
	d, err := consider(f, rules, now)
	if err != nil {
		return nil, err
	}
	goes := d.first(d.closed, d.settled, d.ended, d.halted, d.onward)
	for _, task := range open {
		why, err := d.moot(task.Key, goes)
		if err != nil {
			return nil, err
		}
		if why != "" {
			unwanted = append(unwanted, Dropped{task.Key, why})
		}
	}
	return unwanted, nil
}

// kindOf is what a task is about; what follows it in the key says which.
func kindOf(task string) string { return strings.SplitN(task, ":", 2)[0] }

func endsByItself(task string) bool {
	_, ofStep := byStep(task)
	return ofStep || Reminds(task) || slices.Contains(ofTheLiving, kindOf(task)) || slices.Contains([]string{SmallBalance, InterestOnly, kindOf(InterruptByHand), kindOf(CorrectLetter), kindOf(ReviewArrangement), kindOf(ReviewPromise), kindOf(WSNPEnded), kindOf(BankruptEnded), kindOf(NoticeInDoubt)}, kindOf(task))
}

// ofTheLiving are the kinds of the tasks of which nothing is left when the claim ends otherwise than before the court.
var ofTheLiving = []string{kindOf(claim.Pause{}.JudgeTask()), kindOf(claim.Pause{}.LateTask()), HandOverToCourt, kindOf(AskClientAgain), CloseTwice, kindOf(claim.Request{}.AnswerTask()), kindOf(claim.Request{}.AskTask()), kindOf(claim.Request{}.UnansweredTask()), FindAddress}

// CloseTwice is the key of the task that asks for a second person to close a claim (docs/decisions/0064).
const CloseTwice = "close-claim"

// moot says why a task has nothing left to do, of a claim that goes on like this; empty while it has.
func (d *decision) moot(task string, goes Action) (why string, err error) {
	switch kind := kindOf(task); {
	case goes.Task == task:
		return "", nil
	case kind == kindOf(CorrectLetter):
		return rightAfterAll(d.file(), d.rules, strings.TrimPrefix(task, CorrectLetter))
	case kind == kindOf(ReviewArrangement):
		return d.reviewed(strings.TrimPrefix(task, ReviewArrangement), goes), nil
	case kind == kindOf(ReviewPromise):
		return d.promiseReviewed(strings.TrimPrefix(task, ReviewPromise), goes), nil
	case slices.Contains(ofAWait, kind):
		return d.waitOver(kind, task, goes), nil
	case kind == kindOf(WSNPEnded) || kind == kindOf(BankruptEnded):
		return d.slateKnown(task, goes), nil
	case kind == kindOf(AskClientAgain) && d.account.Open.Total() <= 0:
		return "nothing is owed any more", nil
	case kind == kindOf(InterruptByHand):
		if d.facts.Status.Final() && d.over(goes) { // not while it is still to be closed: limitation goes on beside that
			return goes.Reason, nil
		}
	case slices.Contains(ofTheLiving, kind):
		if d.over(goes) {
			return goes.Reason, nil
		}
		if waits := d.handOverWaits(); kind == HandOverToCourt { // it is asked anew when that is known
			return waits, nil
		}
	case kind == SmallBalance || kind == InterestOnly:
		return d.largeOrPaid(kind, goes), nil
	case !d.stillRemindsOf(task):
		return cmp.Or(d.courtRecorded(task), goes.Reason), nil
	}
	return "", nil
}

// file is the facts with the letters as they left, whatever this trajectory calls their steps.
func (d *decision) file() claim.Facts {
	f := d.facts
	f.Letters = d.left
	return f
}

// over says whether the claim has ended, or ends now, otherwise than before the court: nobody can judge its disputes any more, nor hand it over.
func (d *decision) over(goes Action) bool {
	return d.facts.Status.Final() && d.facts.Status != claim.StatusCourt || goes.Kind == ActClose && goes.Outcome != claim.StatusCourt
}

// ofAWait are the kinds of the tasks about something that stands still.
var ofAWait = []string{kindOf(LateReview), kindOf(LateNotice), kindOf(NoticeInDoubt), kindOf(ReviewHold), kindOf(ReviewStop)}

// waitOver says why nobody has to be reminded of something that stood still; empty while somebody has.
func (d *decision) waitOver(kind, task string, goes Action) string {
	switch kind {
	case kindOf(LateReview):
		newest, _ := d.facts.Arrangement(d.today)
		return d.reviewed(newest.Key, goes)
	case kindOf(LateNotice), kindOf(NoticeInDoubt):
		return d.doubtOver(goes)
	case kindOf(ReviewHold):
		return d.reviewOver(task, goes, d.holdReview, "the hold that had no end is over")
	}
	return d.reviewOver(task, goes, d.stopReview, "no flag is left to ask about")
}

// largeOrPaid says why nobody has to decide about a balance: nothing is owed, the claim has ended, or letters ask what is owed now. While the claim stands still for something else it waits.
func (d *decision) largeOrPaid(kind string, goes Action) string {
	if d.over(goes) {
		return goes.Reason
	}
	owed, principal, least := d.account.Open.Total(), d.facts.UnpaidPrincipal(d.today), d.rules.Policy.MinimumDemand
	small := kind == SmallBalance && min(owed, principal) < least || kind == InterestOnly && principal == 0
	if _, halted := d.halted(); halted && small {
		return ""
	}
	return fmt.Sprintf("%s is owed: %s", owed, goes.Reason)
}

// promiseReviewed says why nobody has to tell the debtor of what was taken back: the claim has ended, the promise was withdrawn, or what was taken back was made up for.
func (d *decision) promiseReviewed(key string, goes Action) string {
	if d.over(goes) {
		return goes.Reason
	}
	i := slices.IndexFunc(d.facts.Promises, func(p claim.Promise) bool { return p.Key == key && p.TakenBack > 0 })
	switch {
	case i >= 0 && d.facts.Promises[i].Ended.IsZero():
		return ""
	case i >= 0:
		return "promise " + key + " was withdrawn on " + d.facts.Promises[i].Ended.String()
	}
	return "nothing that was counted for promise " + key + " is taken back any more"
}

// reviewed says why nobody has to look at a payment arrangement: the claim has ended, it lapsed or was paid, or it can go on as it is.
func (d *decision) reviewed(key string, goes Action) string {
	inForce, _ := d.facts.ArrangementOn(d.today)
	asks, _ := d.arranged()
	switch {
	case d.over(goes):
		return goes.Reason
	case inForce.Key != key:
		return "payment arrangement " + key + " is not in force any more"
	case !strings.HasPrefix(asks.Task, ReviewArrangement) && !strings.HasPrefix(asks.Task, LateReview):
		return "payment arrangement " + key + " can go on: " + asks.Reason
	}
	return ""
}
