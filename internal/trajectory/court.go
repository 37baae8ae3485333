package trajectory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// Court is after how many working days staff is reminded of a claim that is before the court; left out a term is the one below.
type Court struct {
	HandOverDays *int `yaml:"hand_over_days" json:"hand_over_days,omitempty"` // after the choice, while no stage of the procedure is recorded
	OutcomeDays  *int `yaml:"outcome_days" json:"outcome_days,omitempty"`     // after the summons, while its outcome is not
}

// What holds where a trajectory does not say: a week for the hand-over; six weeks for what a bailiff or a lawyer has to tell.
const defaultHandOverDays, defaultOutcomeDays = 5, 30

func (c Court) handOverDays() int { return or(c.HandOverDays, defaultHandOverDays) }

func (c Court) outcomeDays() int { return or(c.OutcomeDays, defaultOutcomeDays) }

// or is what is given, also when that is nought, else what holds where nothing is.
func or(given *int, left int) int {
	if given != nil {
		return *given
	}
	return left
}

func (c Court) check(f *findings) {
	for _, term := range []struct {
		key        string
		days, left int
	}{{"hand_over_days", c.handOverDays(), defaultHandOverDays}, {"outcome_days", c.outcomeDays(), defaultOutcomeDays}} {
		if term.days < 1 || term.days > maxOffset {
			f.within("court", term.key, "%d is not 1 to %d working days; left out it is %d", term.days, maxOffset, term.left)
		}
	}
}

// HandOverToCourt is the key of the task to hand a claim over for the procedure that its client chose.
const HandOverToCourt = "hand-over-to-court"

// lastDayIsTold stands in the words of a task for the last day of limitation, after which a summons comes too late (art. 3:316 BW): it moves with what comes to be known while the task is open, as when a payment that had acknowledged the claim is taken back (docs/decisions/0094).
const lastDayIsTold = "claim show tells until when it can be enforced"

// ToHandOver says, on a day, what is to be done of a claim of which the client chose the court.
func ToHandOver(f claim.Facts, on calendar.Date) string {
	switch {
	case f.Upheld():
		return "do not hand the claim over before the client has said that the case goes on: " + UpheldInCourt(f)
	case slateProblem(f, on) != "":
		return "do not hand the claim over: " + slateProblem(f, on)
	case doubtProblem(f) != "":
		return "do not hand the claim over: " + doubtProblem(f)
	case Barred(f, on):
		return fmt.Sprintf("do not hand the claim over: it was time-barred after %s, as far as the file knows; record what interrupted limitation by then, with its proof (claim interrupted), or %s", enforceableUntil(f), tellClient)
	}
	return "the client chose the court: hand the claim over (claim package) and record the first stage of the procedure (claim court); " + lastDayIsTold
}

// TellCourtDesk starts the key of the task to tell whoever handles the case that the debtor disputes a claim that was handed over.
const TellCourtDesk = "tell-court-desk:"

// AskClientAgain starts the key of the task to ask the client anew about a claim for the court: after the debtor's dispute was upheld, or when it took the case back.
const AskClientAgain = "ask-client-again:"

// TakenBack is the key of the task to ask the client what comes of a claim that it took back from the court.
const TakenBack = AskClientAgain + string(claim.CourtWithdrawn)

// ToAskAgain says, on a day, what is to be done of a claim that its client took back from the court.
func ToAskAgain(f claim.Facts, on calendar.Date) string {
	if f.Upheld() {
		return "the client took the case back, and the debtor's dispute was upheld: tell it that there is nothing to decide; " + f.UpheldProblem()
	}
	if Barred(f, on) {
		return fmt.Sprintf("the client took the case back, and the claim was time-barred after %s, as far as the file knows: tell it so, and ask whether it knows what interrupted limitation by then (claim interrupted); the debtor may pay and cannot be made to (art. 6:3 BW), so that neither the court nor debt monitoring is left; it is reminded, and without an answer in the term of the advice the claim is closed (requirement T8)", enforceableUntil(f))
	}
	return "the client took the case back: ask what comes of the claim, debt monitoring or the end, and record it (claim decide); it is reminded, and without an answer in the term of the advice its plan decides (requirement T8); " + lastDayIsTold
}

// DisputedInCourt is the task that a dispute opens of which the client has chosen the court, and what is to be done: it is judged before the claim is handed over.
// Once it is, the court judges, and whoever handles the case has to know.
func DisputedInCourt(f claim.Facts, dispute claim.Pause) (task, todo string) {
	if stage := f.CourtStage(); stage != "" {
		return TellCourtDesk + dispute.Key, fmt.Sprintf("the debtor disputes the claim since %s, and the procedure is at %s: tell the bailiff or lawyer who handles the case, and record what comes of it (claim judge)", dispute.From, stage)
	}
	return dispute.JudgeTask(), fmt.Sprintf("the debtor disputes the claim since %s: judge it by %s (claim judge), before the claim is handed over to the court; %s", dispute.From, dispute.JudgeBy(), lastDayIsTold)
}

// UpheldInCourt is what is to be done when the dispute of a claim for the court was judged to be right: the client decides what it is worth (requirement T14).
func UpheldInCourt(f claim.Facts) string {
	todo := "the debtor's dispute was upheld: tell the client, who decides whether the case goes on or is taken back (claim court withdrawn)"
	if f.Decision != nil && f.Decision.FixedPrice != nil {
		todo += "; its fixed price was for a claim that is not disputed"
	}
	return todo
}

// The tasks that remind of a claim before the court: what it waits for was not recorded in its term. The day on which each is due follows.
const (
	LateHandOver = "hand-over-late:"
	AskOutcome   = "ask-court-outcome:"
	NoMoreOf     = "court-no-more:" // the procedure has no use any more; why follows, and then the day
)

// Why a procedure has no use any more, in the key of the reminder: each asks for something else.
const noMorePaid, noMoreInsolvent, noMoreServed = NoMoreOf + "paid:", NoMoreOf + "insolvent:", NoMoreOf + "served-in-insolvency:"

// courtWait is what a claim before the court waits for, and the reminder of it.
type courtWait struct {
	reminder
	task, todo string // of who has to act
}

// beforeCourt: while the hand-over or the outcome is awaited staff is reminded, once in each term. The first stage that ends the wait ends the reminder too.
func (d *decision) beforeCourt() (Action, bool) {
	if !d.facts.CourtAwaited() || d.facts.Decision == nil {
		return Action{}, false
	}
	if ask, ok := d.beforeHandOver(); ok {
		return ask, true
	}
	w := d.courtWait()
	return d.reminding(Action{Kind: ActWait, Stage: StageCourt, Task: w.task, Reason: w.todo}, w.reminder), true
}

// beforeHandOver: how an insolvency ended is asked as soon as it has, and waited for before the claim is handed over, as is whether a 14-day letter arrived; then the hand-over is asked anew, since its task ended meanwhile.
func (d *decision) beforeHandOver() (Action, bool) {
	if !d.facts.SummonsAwaited() {
		return Action{}, false
	}
	if ask, ok := d.unasked(); ok {
		return ask, true
	}
	if _, pending := d.facts.Unjudged(); pending {
		return Action{}, false
	}
	if task, todo := d.slate(); task != "" {
		return d.person(task, todo), true
	}
	if task := d.handOverInDoubt(); task != "" {
		return d.doubted(task), true
	}
	if slices.Contains(d.facts.Tasks, claim.Task{Key: HandOverToCourt, Dropped: true}) {
		return d.person(HandOverToCourt, ToHandOver(d.facts, d.today)), true
	}
	return Action{}, false
}

// handOverWaits says what somebody has to find out before a claim is handed over; empty when nothing has to be.
func (d *decision) handOverWaits() string {
	if slate, todo := d.slate(); slate != "" {
		return todo
	}
	if d.handOverInDoubt() != "" {
		return doubtProblem(d.facts)
	}
	return ""
}

// handOverInDoubt is the task to find out whether a 14-day letter arrived for which the hand-over waits; empty when none has to, or the claim is not to be handed over for another reason.
func (d *decision) handOverInDoubt() string {
	if !d.facts.SummonsAwaited() || d.facts.Decision == nil || d.courtWait().kind != LateHandOver {
		return ""
	}
	return inDoubt(d.facts)
}

// courtWait: a dispute is judged before the claim is handed over; then the hand-over is awaited, and after the summons the outcome.
func (d *decision) courtWait() courtWait {
	f, policy := d.facts, d.rules.Policy.Court
	dispute, pending := f.Unjudged()
	summons, served := f.CourtStep(claim.CourtServed)
	var w courtWait
	if pending {
		w.task, w.todo = DisputedInCourt(f, dispute)
	}
	switch {
	case served:
		days := policy.outcomeDays()
		w.reminder = nextReminder(f, AskOutcome, summons.On, workingDays(days), noMorePaid, noMoreServed)
		w.term = fmt.Sprintf("the outcome is asked every %d working days, since the summons of %s", days, summons.On)
		w.ask = fmt.Sprintf("the summons was served on %s and nothing after it is recorded: ask the bailiff or lawyer how far the procedure has come, and record it (claim court); when there is nothing to record yet, say so (claim done), and it is asked again %d working days later", summons.On, days)
	case pending:
		w.kind, w.key, w.day = dispute.LateTask(), dispute.LateTask(), dispute.JudgeBy().AddDays(1)
		w.ask, w.term = fmt.Sprintf("the dispute was to be judged by %s: judge it (claim judge)", dispute.JudgeBy()), "the dispute is judged by "+dispute.JudgeBy().String()
		return w // it is asked once, and is to be judged also when an insolvency ends
	default:
		days := policy.handOverDays()
		w.task, w.todo = HandOverToCourt, ToHandOver(f, d.today)
		w.reminder = nextReminder(f, LateHandOver, d.handOverFrom(), workingDays(days))
		w.term = fmt.Sprintf("the hand-over has %d working days, since %s", days, d.handOverFrom())
		w.ask = fmt.Sprintf("the hand-over to the court was not recorded in %d working days: %s; when it waits for something, say so (claim done), and it is asked again %d working days later", days, w.todo, days)
	}
	return d.noMoreOf(w)
}

// noMoreOf says what is to be done instead when the procedure has no use any more: nothing is owed, or the debtor is in an insolvency in which the claim is lodged
// (art. 26 and 299 Fw), and no summons was served before it: one that was served since cannot be against the debtor. That is a reminder of its own: the words of a task that stands are those of the day on which it was opened, so that it ends when
// they are not so any more, and the other one is asked.
func (d *decision) noMoreOf(w courtWait) courtWait {
	summons, served := d.facts.CourtStep(claim.CourtServed)
	insolvencies, days := d.facts.NoInterest(d.today), d.rules.Policy.Court.handOverDays()
	lodged := slices.IndexFunc(insolvencies, func(x claim.Flag) bool { return x.Covers(d.today) && !(served && summons.On.Before(x.From)) })
	switch {
	case d.account.Open.Total() <= 0:
		w.kind, w.key = noMorePaid, noMorePaid+w.day.String()
		w.ask = "nothing is owed any more: tell the bailiff or lawyer who handles the case, and record what comes of it (claim court settled or withdrawn)"
	case lodged >= 0 && served:
		insolvency := insolvencies[lodged]
		w.reminder = nextReminder(d.facts, noMoreServed, summons.On, workingDays(days))
		w.term = fmt.Sprintf("what comes of a summons that was served in an insolvency has %d working days, since it was on %s", days, summons.On)
		w.ask = fmt.Sprintf("the summons was served on %s, and the debtor is in an insolvency since %s (%s): what is to be paid out of the estate is lodged in it and not asked in court (art. 26 and 299 Fw); tell the bailiff or lawyer who handles the case, lodge the claim, and record that the client takes it back (claim court withdrawn)", summons.On, insolvency.From, insolvency.Kind)
	case lodged >= 0:
		insolvency := insolvencies[lodged]
		w.reminder = nextReminder(d.facts, noMoreInsolvent, calendar.Max(d.handOverFrom(), insolvency.From), workingDays(days))
		w.term = fmt.Sprintf("the hand-over has %d working days, and so has what comes of it since the insolvency of %s", days, insolvency.From)
		w.ask = fmt.Sprintf("the debtor is in an insolvency (%s): lodge the claim in it, do not hand it over to the court (art. 26 and 299 Fw), and record that the client takes it back (claim court withdrawn)", insolvency.Kind)
	default:
		return w
	}
	if w.task == HandOverToCourt {
		w.todo = w.ask
	}
	return w
}

// workingDays is a term of working days.
func workingDays(n int) func(calendar.Date) calendar.Date {
	return func(from calendar.Date) calendar.Date { return calendar.AddWorkingDays(from, n) }
}

// stillRemindsOf says whether a reminder is of what the claim before the court waits for.
func (d *decision) stillRemindsOf(task string) bool {
	_, before := d.beforeCourt()
	return before && d.handOverInDoubt() == "" && strings.HasPrefix(task, d.courtWait().kind)
}

// courtRecorded is the stage whose record ends a reminder of the court; empty for other tasks, and while none is recorded.
func (d *decision) courtRecorded(task string) string {
	outlasts := strings.HasPrefix(task, AskOutcome) || strings.HasPrefix(task, noMorePaid) || strings.HasPrefix(task, noMoreServed) // the summons is what they come after
	if steps := d.facts.Court; RemindsUntil(task) == stageRecorded && len(steps) > 0 && (steps[len(steps)-1].Stage != claim.CourtServed || !outlasts) {
		last := steps[len(steps)-1]
		return fmt.Sprintf("%s is recorded, on %s", last.Stage, last.On)
	}
	return ""
}

// handOverFrom is the day from which the hand-over has time: that of the choice, of the judgement of a dispute or the end of an insolvency for which it waited, on which somebody said how that ended, or whether the 14-day letter arrived, or on which a payment was taken back that had
// ended the claim before it was handed over.
func (d *decision) handOverFrom() calendar.Date {
	from := calendar.Max(d.facts.Decision.On, d.facts.Reopened)
	for _, p := range disputes(d.facts) {
		from = calendar.Max(from, p.Until)
	}
	for _, x := range d.facts.NoInterest(d.today) {
		from = calendar.Max(from, x.Until)
	}
	for _, said := range d.facts.RemindersDone {
		if strings.HasPrefix(said.Step, WSNPEnded) || strings.HasPrefix(said.Step, BankruptEnded) || strings.HasPrefix(said.Step, NoticeInDoubt) {
			from = calendar.Max(from, said.On)
		}
	}
	return from
}
