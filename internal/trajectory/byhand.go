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
func TellByHand(f claim.Facts, rules Rules, today calendar.Date) (asked []Asking, over []Dropped, err error) {
	if !f.Status.Final() {
		return nil, nil, nil
	}
	for _, task := range f.Tasks {
		step, corrects := strings.CutPrefix(task.Key, CorrectLetter)
		if !corrects || !task.Open {
			continue
		}
		why, err := rightAfterAll(f, rules, step)
		if err != nil {
			return nil, nil, err
		}
		if why != "" {
			over = append(over, Dropped{task.Key, why})
		}
	}
	untold, err := Untold(f, rules)
	if err != nil || len(untold) == 0 {
		return nil, over, err
	}
	account, err := f.AccountOn(rules.Tables, today)
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
		asked = append(asked, Asking{task, x.toTell(f)})
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

// toTell says what is to be told of a letter that was wrong, and to whom.
func (x Fault) toTell(f claim.Facts) string {
	todo := x.byHand(f)
	if f.Status == claim.StatusCourt && len(f.CourtStage().Next()) > 0 {
		todo += "; while a procedure goes on, tell whoever conducts it too"
	}
	return todo
}

// rightAfterAll says why the letter of a step is not to be corrected by hand: what made it wrong was taken back, it came back itself, or the debtor was told since, by a correction or a person. That the claim is paid does not make it right.
func rightAfterAll(f claim.Facts, rules Rules, step string) (why string, err error) {
	faults, err := Faults(f, rules.Tables)
	if err != nil {
		return "", err
	}
	for _, x := range faults {
		if !rules.Policy.calls(f.Letters, x.Letter, step) {
			continue
		}
		if !Told(f, rules, x) {
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
		if why, err = rightAfterAll(before, rules, step); why == "" {
			return courtDecided(f), err
		}
	}
	if why == "" && rules.Policy.cameBack(f, step) {
		why = "the letter did not arrive: it asked nothing of the debtor"
	}
	return cmp.Or(why, "what made the letter wrong was taken back: it asked what was owed"), err
}

// cameBack says whether the letters of a step left and none of them arrived.
func (p Policy) cameBack(f claim.Facts, step string) (back bool) {
	for _, l := range f.Letters {
		ofStep := p.calls(f.Letters, l, step)
		if ofStep && l.Left() {
			return false
		}
		back = back || ofStep && l.State == claim.LetterFailed
	}
	return back
}

// toldNothing is what a task to correct a letter by hand keeps when nothing was wrong any more by the time that a person had done it: what comes to be known after that is told.
const toldNothing = "nothing"

// ToldByPerson is what a person tells the debtor by doing a task: of letters that were wrong, as a correction keeps it (claim.Task.Corrects), and of the promise or the payment arrangement in force, as a correction would; the zero
// value of Telling when there is none, or nothing was wrong.
type ToldByPerson struct {
	Corrects string
	Telling  claim.Telling
}

// ToldByHand is what a task to correct a letter by hand keeps when a person has done it on a day: what is wrong with the letters of its step as is known then, each 14-day letter that does not count, for who tells what is owed tells that no costs are
// (docs/decisions/0072), and what becomes of what was agreed; the zero value for other tasks. An error means that the law tables cannot answer.
func ToldByHand(f claim.Facts, rules Rules, task string, today calendar.Date) (told ToldByPerson, err error) {
	if !strings.HasPrefix(task, CorrectLetter) {
		return told, nil
	}
	faults, err := Faults(f, rules.Tables)
	if err != nil {
		return told, err
	}
	var wrong []Fault
	var void []string
	for _, x := range faults {
		switch ofStep := rules.Policy.Corrects(f, claim.Task{Key: task}, x.Letter); {
		case ofStep:
			wrong = append(wrong, x)
		case x.withdrawn():
			void = append(void, withdrawnMark+x.name())
		}
	}
	if len(wrong) == 0 {
		return ToldByPerson{Corrects: toldNothing}, nil
	}
	told.Corrects = strings.Join(append([]string{Corrects(wrong)}, void...), " ")
	told.Telling, err = TellingOn(f, rules.Tables, today)
	return told, err
}

// TellingOn is what a person who tells the debtor on a day what is owed tells of the promise or the payment arrangement in force: what a correction of that day would (docs/decisions/0078). The zero value without one.
func TellingOn(f claim.Facts, tables law.Tables, on calendar.Date) (t claim.Telling, err error) {
	account, err := f.AccountOn(tables, on)
	if err != nil {
		return t, fmt.Errorf("account of claim %s: %w", f.ClaimID, err)
	}
	owed := owedNow(f, account)
	s, err := StandingOn(f, tables, on, owed)
	if err != nil || s.Told == (claim.Told{}) {
		return t, err
	}
	return claim.Telling{Told: s.Told, On: on, Asked: s.Asks(owed)}, nil
}

// toldForGood says of a task to correct a letter by hand that a person did it before it was kept what was told (docs/decisions/0096): nothing says what, so that nobody is asked again.
func toldForGood(t claim.Task) bool { return !t.Open && !t.Dropped && t.Corrects == "" }

// byHand asks a person to tell the debtor, or who stands for it, what was wrong with a letter; when that was told before, what has come to be known since. How much was owed, why, and who stands for the debtor can change
// while the task is open, so it says where they are told (docs/decisions/0094, 0096).
func (x Fault) byHand(f claim.Facts) string {
	wrong, tells := "and was wrong", "whom, how much was owed, and why"
	if owed, told := LeastTold(toldMarks(f), x); told {
		wrong, tells = fmt.Sprintf("of which %s was told to have been owed, and more is known since", owed), "whom, how much was owed, why, and what was told when"
	}
	return fmt.Sprintf("the %s of %s asked %s, %s: tell the debtor by hand, or who stands for the debtor, no letter could; claim corrections tells %s", x.Letter.Step, x.Letter.On, x.Letter.Demanded, wrong, tells)
}
