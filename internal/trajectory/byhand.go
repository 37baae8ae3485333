package trajectory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
)

// Asking is a task that a person gets, and what is to be done.
type Asking struct{ Task, Todo string }

// TellByHand gives, of a claim that has ended or is before the court and so sends no letter about it, what a person is asked to tell the debtor on a day: a task for each step of which a letter
// was wrong and nobody has told it, and the open ones of which there is nothing left to tell, each with why. One that is about to be open again has letters of its own, and what an operator
// left out stays so. An error means that the law tables cannot answer.
func TellByHand(f claim.Facts, tables law.Tables, today calendar.Date) (asked []Asking, over []Dropped, err error) {
	if !f.Status.Final() {
		return nil, nil, nil
	}
	for _, task := range f.Tasks {
		step, corrects := strings.CutPrefix(task.Key, CorrectLetter)
		if !corrects || !task.Open {
			continue
		}
		why, err := rightAfterAll(f, tables, step)
		if err != nil {
			return nil, nil, err
		}
		if why != "" {
			over = append(over, Dropped{task.Key, why})
		}
	}
	untold, err := Untold(f, tables)
	if err != nil || len(untold) == 0 {
		return nil, over, err
	}
	account, err := f.AccountOn(tables, today)
	if err != nil {
		return nil, nil, fmt.Errorf("account of claim %s: %w", f.ClaimID, err)
	}
	if reopens(f, account) {
		return nil, over, nil
	}
	for _, x := range slices.Backward(untold) { // the newest letter of a step is told, as in a correction
		task := CorrectLetter + x.Letter.Step
		known := slices.ContainsFunc(asked, func(a Asking) bool { return a.Task == task })
		if known || !f.SkippedOn(Correction+":"+x.Letter.Kind).IsZero() {
			continue
		}
		asked = append(asked, Asking{task, x.toTell(f, account, today)})
	}
	slices.Reverse(asked)
	return asked, over, nil
}

// reopens says whether a claim that has ended is about to be open again, by what has just happened.
func reopens(f claim.Facts, account claim.Account) bool {
	owes := f.Status == claim.StatusPaid && Unsettled(f, account) != ""
	takenBack := f.Status == claim.StatusCourt && f.CourtStage() == claim.CourtWithdrawn
	return owes || takenBack || f.PaidBeforeCourt(account)
}

// toTell says what is to be told of a letter that was wrong, to whom, and what becomes of costs that were paid and not due: of a claim of which nothing is owed they are paid back, as
// whatever was paid too much (RepaySurplus).
func (x Fault) toTell(f claim.Facts, account claim.Account, today calendar.Date) string {
	todo := x.byHand(instead(f, today))
	if f.Status == claim.StatusCourt && len(f.CourtStage().Next()) > 0 {
		todo += ", and whoever conducts a procedure"
	}
	if x.Cause.ofNotice() && account.Open.Total() > 0 {
		todo += "; what was paid of the costs pays the rest of the claim"
	}
	return todo
}

// ofNotice says whether collection costs were not due, for want of a 14-day letter that counts.
func (c Cause) ofNotice() bool {
	return slices.Contains([]Cause{CauseReturned, CauseVoid, CauseBroken, CauseNamed}, c)
}

// rightAfterAll says why the letter of a step is not to be corrected by hand: what made it wrong was taken back, it came back itself, or the debtor was told since, by a correction or a person. That the claim is paid does not make it right.
func rightAfterAll(f claim.Facts, tables law.Tables, step string) (why string, err error) {
	faults, err := Faults(f, tables)
	if err != nil {
		return "", err
	}
	for _, x := range faults {
		if x.Letter.Step != step {
			continue
		}
		if !Told(f, x) {
			return "", nil
		}
		why = "a person has told the debtor"
		if on := CorrectedOn(f, x); !on.IsZero() {
			why = "a correction left on " + on.String()
		}
	}
	if _, decided := decidedCosts(f); why == "" && decided {
		before := f
		before.Court = nil
		if why, err = rightAfterAll(before, tables, step); why == "" {
			return courtDecided(f), err
		}
	}
	if why == "" && cameBack(f, step) {
		why = "the letter did not arrive: it asked nothing of the debtor"
	}
	return cmp.Or(why, "what made the letter wrong was taken back: it asked what was owed"), err
}

// cameBack says whether the letters of a step left and none of them arrived.
func cameBack(f claim.Facts, step string) (back bool) {
	for _, l := range f.Letters {
		if l.Step == step && l.Left() {
			return false
		}
		back = back || l.Step == step && l.State == claim.LetterFailed
	}
	return back
}

// toldNothing is what a task to correct a letter by hand keeps when nothing was wrong any more by the time that a person had done it: what comes to be known after that is told.
const toldNothing = "nothing"

// ToldByHand is what a task to correct a letter by hand keeps when a person has done it (claim.Task.Corrects): what is wrong with the letters of its step as is known then, as a correction keeps it; empty for other tasks. A claim that changed its trajectory has two names for a step
// (Policy.adopted), and a task can have either. An error means that the law tables cannot answer.
func ToldByHand(f claim.Facts, rules Rules, task string) (marks string, err error) {
	step, corrects := strings.CutPrefix(task, CorrectLetter)
	if !corrects {
		return "", nil
	}
	faults, err := Faults(f, rules.Tables)
	if err != nil {
		return "", err
	}
	letters := slices.Concat(f.Letters, rules.Policy.adopted(f.Letters))
	faults = slices.DeleteFunc(faults, func(x Fault) bool {
		return !slices.ContainsFunc(letters, func(l claim.Letter) bool { return l.Step == step && Fault{Letter: l}.name() == x.name() })
	})
	return cmp.Or(Corrects(faults), toldNothing), nil
}

// toldForGood says of a task to correct a letter by hand that a person did it before it was kept what was told (docs/decisions/0096): nothing says what, so that nobody is asked again.
func toldForGood(t claim.Task) bool { return !t.Open && !t.Dropped && t.Corrects == "" }

// byHand asks a person to tell whoever stands for the debtor, or the debtor itself when nobody does, what was wrong with a letter. How much was owed can change while the task is open, so it says where that is told
// (docs/decisions/0094).
func (x Fault) byHand(instead string) string {
	return fmt.Sprintf("the %s of %s asked %s, and claim corrections tells how much was owed (%s): tell %s by hand, no letter can", x.Letter.Step, x.Letter.On, x.Letter.Demanded, x.Why(), cmp.Or(instead, "the debtor"))
}
