package trajectory_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// decisions and stages are what a client decides, at any moment, and what comes of its procedure.
var (
	decisions = []string{"client chooses court", "client chooses monitoring", "client chooses close"}
	stages    = []string{"court served", "court judgment", "court settled", "court withdrawn", "court lost"}
)

// whileOpen is refused of a claim that has ended.
var whileOpen = []string{
	"hold of a month", "open-ended hold", "hold of before", "hold since before", claim.FlagEmailBounced, claim.FlagAddressUnknown, "withdrawal", "monitoring letter stuck", "promise", "arrangement",
	"the client is asked for documents", "another trajectory",
}

// ofCourt lets happen what the client decides and what comes of its procedure, and says whether that is all of it. Of a claim before the court a person confirms complaints,
// and some things are refused.
func (w *world) ofCourt(what string) bool {
	stage, ofProcedure := strings.CutPrefix(what, "court ")
	choice, decides := strings.CutPrefix(what, "client chooses ")
	switch inCourt := w.facts.Status == claim.StatusCourt; {
	case ofProcedure:
		w.reaches(claim.CourtStage(stage))
	case decides:
		w.decide(claim.Choice(choice))
	case inCourt && what == "complaint":
		complaint := claim.NewComplaint(fmt.Sprint(len(w.facts.Complaints)), w.today())
		w.facts.Complaints = append(w.facts.Complaints, complaint)
		w.open(complaint.ConfirmTask())
	default:
		return inCourt && slices.Contains(whileOpen, what)
	}
	return true
}

// answersAdvice lets the client decide some days after it was asked, or not.
func (w *world) answersAdvice() {
	if rapid.Bool().Draw(w.t, "the client decides") {
		at := w.now.Add(time.Duration(rapid.IntRange(0, 40*24).Draw(w.t, "after")) * time.Hour)
		w.events = append(w.events, event{at, rapid.SampledFrom(decisions).Draw(w.t, "decision")})
		slices.SortStableFunc(w.events, func(a, b event) int { return a.at.Compare(b.at) })
	}
}

// decide is a decision of the client, which the case file takes or refuses.
func (w *world) decide(choice claim.Choice) {
	f := &w.facts
	_, disputed := f.Unjudged()
	refused := trajectory.Advised(*f).IsZero() || f.Status != claim.StatusOpen || disputed || f.Upheld() || f.Decision != nil && !f.Revises(choice) ||
		choice == claim.ChooseMonitoring && (f.Plan != "premium" || claim.TimeBarredProblem(w.today(), trajectory.Enforceable(*f).LastDay) != "") ||
		choice == claim.ChooseCourt && f.CourtChoiceProblem(w.today(), trajectory.Enforceable(*f).LastDay) != ""
	if refused {
		return
	}
	d := claim.Decision{Choice: choice, On: w.today()}
	if f.Interlude, f.Decision = f.InterludeAfter(d), &d; choice == claim.ChooseCourt {
		w.open(trajectory.HandOverToCourt)
	}
}

// open opens a task, or opens it again, as the case file does with what happens: what was told by doing it before stands.
func (w *world) open(task string) {
	told := w.marksOf(task)
	w.facts.Tasks = append(without(w.facts.Tasks, task), claim.Task{Key: task, Open: true, Corrects: told})
}

// close ends a task of which nobody has to know any more, but for what was told by doing it before.
func (w *world) close(task string) {
	told := w.marksOf(task)
	if w.facts.Tasks = without(w.facts.Tasks, task); told != "" {
		w.facts.Tasks = append(w.facts.Tasks, claim.Task{Key: task, Dropped: true, Corrects: told})
	}
}

func without(tasks []claim.Task, key string) []claim.Task {
	return slices.DeleteFunc(slices.Clone(tasks), func(t claim.Task) bool { return t.Key == key })
}

// marksOf is what a task keeps of what was told by doing it.
func (w *world) marksOf(task string) (told string) {
	for _, t := range w.facts.Tasks {
		if t.Key == task {
			told = t.Corrects
		}
	}
	return told
}

// reaches records a stage of the procedure, when it can come now.
func (w *world) reaches(stage claim.CourtStage) {
	step := claim.CourtStep{Stage: stage, On: w.today()}
	if stage == claim.CourtJudgment {
		step.Awarded.Principal = w.facts.Principal()
	}
	if w.facts.CourtProblem(step, w.today()) != "" {
		return
	}
	w.facts.Court = append(slices.Clone(w.facts.Court), step)
	w.close(trajectory.HandOverToCourt)
	w.handedOver()
	if stage == claim.CourtWithdrawn {
		w.facts.Decision, w.facts.AskedAgain = nil, w.today()
		w.reopen()
		w.answersAdvice()
	}
}

// handedOver: who was asked to judge a dispute first is not any more, but whoever handles the case is told, while the procedure goes on.
func (w *world) handedOver() {
	for _, p := range w.facts.Pauses {
		if p.Kind == claim.PauseDispute && p.Outcome == "" && len(w.facts.Court) == 1 && len(w.facts.CourtStage().Next()) > 0 {
			w.close(p.JudgeTask())
			w.close(p.LateTask())
			w.disputedInCourt(p)
		}
	}
}

// courtDesk is a person who is reminded of a claim before the court: there is a stage to record, or nothing yet, as somebody says of the reminder.
func (w *world) courtDesk() {
	if rapid.IntRange(0, 2).Draw(w.t, "is there a stage") > 0 {
		for i := range w.facts.Tasks {
			if t := &w.facts.Tasks[i]; t.Open && trajectory.Reminds(t.Key) {
				t.Open = false
				w.facts.RemindersDone = append(w.facts.RemindersDone, claim.Done{Step: t.Key, On: w.today()})
			}
		}
		return
	}
	w.reaches(rapid.SampledFrom(w.facts.CourtStage().Next()).Draw(w.t, "stage"))
}

// disputedInCourt asks who has to know, as the case file does.
func (w *world) disputedInCourt(dispute claim.Pause) {
	if w.facts.Status == claim.StatusCourt {
		task, _ := trajectory.DisputedInCourt(w.facts, dispute)
		w.open(task)
	}
}

// paidBeforeCourt opens a claim of which nothing is owed before it is handed over.
func (w *world) paidBeforeCourt() {
	account, err := w.facts.AccountOn(w.rules.Tables, w.today())
	if err != nil {
		w.fail("account: %v", err)
	}
	if w.facts.PaidBeforeCourt(account) {
		w.reopen()
		w.close(trajectory.HandOverToCourt)
	}
}

// reopen opens a claim again as the store does, which asks about what stops it, and nobody any more to tell the debtor what a letter can.
func (w *world) reopen() {
	w.facts.Status = claim.StatusOpen
	for _, t := range w.facts.Tasks {
		if t.Open && strings.HasPrefix(t.Key, trajectory.CorrectLetter) {
			w.close(t.Key)
		}
	}
	for _, stop := range w.facts.StoppedBy(w.today()) {
		w.open(stop.Task())
	}
}

// beforeCourt: no letter leaves to anybody while a claim is before the court but one that interrupts its limitation, and that only
// until a summons was served; somebody is reminded of it in its term, and not asked what is recorded.
func (w *world) beforeCourt(a trajectory.Action) {
	if w.facts.Status != claim.StatusCourt {
		return
	}
	interrupts := a.Letter == trajectory.InterruptionLetter && w.facts.CourtStage() == ""
	if a.Letter != "" && !interrupts || a.Stage != trajectory.StageCourt && a.Stage != trajectory.StageClosed {
		w.fail("a claim before the court gets %+v", a)
	}
	if awaited := w.facts.CourtAwaited(); awaited != (a.Stage == trajectory.StageCourt) {
		w.fail("awaited: %v, and it is in %s", awaited, a.Stage)
	}
	var reminders []string
	for _, t := range w.facts.Tasks {
		if t.Open && trajectory.Reminds(t.Key) {
			reminders = append(reminders, t.Key)
		}
	}
	if len(reminders) > 1 {
		w.fail("staff is reminded by %v", reminders)
	}
}

// askedOnce: the client is reminded once of each time that it is asked.
func (w *world) askedOnce() {
	times := 0
	for _, l := range w.facts.Letters {
		if l.Step == trajectory.DecisionReminder && l.Left() {
			times++
		}
	}
	if again := !w.facts.AskedAgain.IsZero(); times > 2 || times > 1 && !again {
		w.fail("reminded %d times, asked again: %v", times, again)
	}
}
