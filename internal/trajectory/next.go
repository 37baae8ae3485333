package trajectory

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/settlement"
)

// Kind is what an action does.
type Kind string

// What can come next.
const (
	ActNothing     Kind = "nothing"      // the claim is closed
	ActOpen        Kind = "open"         // check the intake
	ActLetter      Kind = "letter"       // register and send the letter of Step
	ActTask        Kind = "task"         // ask a person
	ActWait        Kind = "wait"         // until Due, or for a change when Due is zero
	ActAdvise      Kind = "advise"       // send the escalation advice to the client
	ActRemind      Kind = "remind"       // remind the client to decide
	ActDecide      Kind = "decide"       // record the default decision
	ActMonitor     Kind = "monitor"      // start debt monitoring
	ActMonitorYear Kind = "monitor-year" // the periodic letter of debt monitoring
	ActCheck       Kind = "check"        // ask the registers about the debtor
	ActClose       Kind = "close"        // end the claim with Outcome
)

// Action is what comes next for a claim.
type Action struct {
	Kind      Kind          `json:"kind"`
	Step      string        `json:"step,omitempty"`
	Letter    string        `json:"letter,omitempty"`
	Cycle     int           `json:"cycle,omitempty"` // which time this step is done: periodic letters, or again after a failed channel
	Channel   string        `json:"channel,omitempty"`
	Term      int           `json:"term,omitempty"` // days to pay
	Task      string        `json:"task,omitempty"`
	Outcome   claim.Status  `json:"outcome,omitempty"`
	Stage     Stage         `json:"stage"`
	Due       time.Time     `json:"due"` // zero: waits for a change, however long
	Reason    string        `json:"reason"`
	NotSooner string        `json:"not_sooner,omitempty"`
	Day       calendar.Date `json:"day"` // civil day of Due
	// Deadline is when it is decided anew at the latest, however long a carrier does not take the letter; zero: never for that reason.
	Deadline time.Time `json:"deadline,omitzero"`
	// Again is when a wait is decided anew because something goes on beside what it waits for; zero: at Due or at a change only.
	Again time.Time `json:"again,omitzero"`
	// Meanwhile is what that is, and why.
	Meanwhile string `json:"meanwhile,omitempty"`
}

// Wake is when it is decided anew at the latest: at Due, or sooner because of what goes on beside it; zero: at a change only.
func (a Action) Wake() time.Time {
	if !a.Again.IsZero() && (a.Due.IsZero() || a.Again.Before(a.Due)) {
		return a.Again
	}
	return a.Due
}

// before says whether an action with a day comes before another, or before it is decided anew.
func (a Action) before(b Action) bool { return b.Wake().IsZero() || a.Due.Before(b.Wake()) }

// Same says whether two decisions are to do the same thing, whenever they were taken.
func (a Action) Same(b Action) bool {
	return a.Kind == b.Kind && a.Step == b.Step && a.Cycle == b.Cycle && a.Channel == b.Channel && a.Task == b.Task && a.Outcome == b.Outcome
}

// Name is the step, or what the action does when it is no step.
func (a Action) Name() string {
	if a.Step != "" {
		return a.Step
	}
	return string(a.Kind)
}

// Rules is what the decision rests on besides the facts: the agreed policy, the law, and what the agreement charges in its exceptions.
type Rules struct {
	Policy     Policy
	Tables     law.Tables
	Commission settlement.Scales // none: no price is told
	Settling   settlement.TermsOf
	Registers  []claim.Register // those that are connected: no other is asked
	Plans      agreement.Plans  // none: no court procedure is offered at a fixed price
}

// Next decides what comes next for a claim at instant now, when, why and why not sooner. It is total: every state of the facts has an answer.
// An action whose Due has passed is to be done at once. An error means that the law tables cannot answer; the claim then needs attention.
func Next(f claim.Facts, rules Rules, now time.Time) (Action, error) {
	d, err := consider(f, rules, now)
	if err != nil {
		return Action{}, err
	}
	action := d.next()
	if !action.Due.IsZero() {
		action.Day = calendar.DateOf(action.Due)
	}
	return action, nil
}

// consider gathers what a decision rests on.
func consider(f claim.Facts, rules Rules, now time.Time) (d decision, err error) {
	d = decision{rules: rules, now: now, today: calendar.DateOf(now)}
	f.Flags = slices.DeleteFunc(slices.Clone(f.Flags), func(x claim.Flag) bool { return x.From.After(d.today) }) // what is to come breaks no term yet
	if f, err = f.WithCredits(rules.Tables); err != nil {                                                        // as it was known, where the facts are those of a past day
		return d, err
	}
	if d.untold, err = Untold(f, rules); err != nil {
		return d, fmt.Errorf("letters of claim %s that were wrong: %w", f.ClaimID, err)
	}
	d.left, f.Letters = f.Letters, rules.Policy.adopted(f.Letters)
	d.facts, d.lapses = f, enforceableUntil(f)
	if d.account, err = f.AccountOn(rules.Tables, d.today); err != nil {
		return d, fmt.Errorf("account of claim %s: %w", f.ClaimID, err)
	}
	if d.agreed, d.confirms, err = d.agreedOn(); err != nil {
		return d, fmt.Errorf("account of claim %s on the day of agreement: %w", f.ClaimID, err)
	}
	if f.Debtor.Consumer() && d.account.CostsDueFrom.IsZero() { // no 14-day letter was received yet
		if d.notice, err = f.NoticeOn(rules.Tables, d.account.Open.Principal, d.today); err != nil {
			return d, fmt.Errorf("costs that a 14-day letter names of claim %s: %w", f.ClaimID, err)
		}
	}
	return d, nil
}

// next is what the rules decide, or what goes on beside them when that comes sooner: what the client is asked, the years of debt monitoring, limitation that is
// interrupted, registers that are asked, whatever the claim waits for. A claim that waits goes on waiting until the last three, and is decided anew. None keeps up what is
// due now. Of a claim for the court only limitation goes on, until the summons; then whether a 14-day letter arrived is asked on.
func (d *decision) next() Action {
	d.ruled = d.rule()
	next := d.ruled
	switch {
	case d.facts.OpenedOn.IsZero():
		return next
	case next.Stage == StageCourt && d.facts.SummonsAwaited():
		return d.beside(next, d.interruption)
	case next.Stage == StageCourt:
		return d.beside(next, d.servedInDoubt)
	case d.facts.Status.Final():
		return next
	}
	if ask, ok := d.requested(next); ok && ask.before(next) {
		next = ask
	}
	return d.untilKnown(d.beside(next, d.outlasted, d.interruption, d.check))
}

// beside is next, or what goes on beside it when that comes sooner.
func (d *decision) beside(next Action, rules ...func() (Action, bool)) Action {
	for _, rule := range rules {
		switch other, ok := rule(); {
		case !ok || !other.before(next):
		case next.Kind == ActWait && other.Due.After(d.now):
			meanwhile := fmt.Sprintf("%s on %s: %s", other.Name(), calendar.DateOf(other.Due), other.Reason)
			if next.Meanwhile != "" && next.Again.IsZero() { // it stands whatever comes first
				meanwhile = next.Meanwhile + "; " + meanwhile
			}
			next.Again, next.Meanwhile = other.Due, meanwhile
		default:
			next = other
		}
	}
	return next
}

// rule asks the rules in their order; the first that applies decides, and the client's decision is awaited when none does.
func (d *decision) rule() Action {
	return d.first(d.closed, d.intake, d.complained, d.overpaid, d.corrected, d.settled, d.ended, d.unasked, d.needsAttention, d.halted, d.onward)
}

func (d *decision) first(rules ...func() (Action, bool)) Action {
	if action, ok := anyOf(rules...); ok {
		return action
	}
	return d.awaitDecision()
}

// halted: the trajectory stands still for a reason that can pass.
func (d *decision) halted() (Action, bool) {
	return d.mayWrite(anyOf(d.stopped, d.disputed, d.held, d.unallocated, d.arranged, d.promised, d.trifle, d.undelivered))
}

// onward is what comes next of the trajectory or of what follows it; none: the client decides.
func (d *decision) onward() (Action, bool) {
	return d.mayWrite(anyOf(d.monitoring, d.letters, d.advice))
}

// anyOf is what the first of the rules says that applies.
func anyOf(rules ...func() (Action, bool)) (Action, bool) {
	for _, rule := range rules {
		if action, ok := rule(); ok {
			return action, true
		}
	}
	return Action{}, false
}

type decision struct {
	facts    claim.Facts
	rules    Rules
	now      time.Time
	today    calendar.Date
	account  claim.Account
	lapses   calendar.Date            // the last day before the claim is time-barred, see enforceableUntil
	left     []claim.Letter           // those of the facts, with the steps of the trajectories with which they left, see adopted
	untold   []Fault                  // letters that were wrong, of which the debtor is to be told
	agreed   Standing                 // what a correction of today tells of what was agreed; nothing when none is due, and no arrangement waits for its confirmation
	confirms Confirmed                // what that confirmation tells; nothing when no arrangement waits for it
	notice   claim.Notice             // what a 14-day letter of today names; of a consumer
	ruled    Action                   // what the rules decide, for what goes on beside them
	own      map[string]calendar.Date // of steps that caught up, by step: see ownDay
}

// at is an action that needs no contact with the debtor: it can be done at any hour.
func (d *decision) at(day calendar.Date) time.Time {
	if !day.After(d.today) {
		return d.now
	}
	return day.At(0, 0)
}

// closed: nothing happens by itself any more, but to a claim before the court. One that came back from it may still wait for the person who asks the client.
func (d *decision) closed() (Action, bool) {
	if !d.facts.Status.Final() {
		return Action{}, false
	}
	if action, ok := d.beforeCourt(); ok {
		return action, true
	}
	action := Action{Kind: ActNothing, Stage: StageClosed, Reason: "the claim is " + string(d.facts.Status)}
	if n := len(d.facts.Court); d.facts.Status == claim.StatusCourt && n > 0 {
		action.Reason = fmt.Sprintf("the procedure before the court: %s on %s", d.facts.Court[n-1].Stage, d.facts.Court[n-1].On)
	}
	task, todo := "", ""
	if dispute, pending := d.facts.Unjudged(); pending {
		task, todo = DisputedInCourt(d.facts, dispute)
	}
	if d.facts.Status == claim.StatusCourt && d.awaited(task) {
		action.Task, action.Reason = task, todo
	}
	return action, true
}

func (d *decision) intake() (Action, bool) {
	return Action{Kind: ActOpen, Stage: StageIntake, Due: d.now, Reason: "handed over: the intake is checked first"}, d.facts.OpenedOn.IsZero()
}

// settled closes a claim of which nothing is owed.
func (d *decision) settled() (Action, bool) {
	if d.account.Open.Total() > 0 {
		return Action{}, false
	}
	return d.close(claim.StatusPaid, "nothing is owed any more"), true
}

func (d *decision) close(outcome claim.Status, reason string) Action {
	return Action{Kind: ActClose, Outcome: outcome, Stage: StageClosed, Due: d.now, Reason: reason}
}

// ended covers the ways a claim stops without (full) payment: withdrawn, dispute upheld, closed by an operator or by the decision.
func (d *decision) ended() (Action, bool) {
	if !d.facts.Withdrawn.IsZero() {
		return d.close(claim.StatusWithdrawn, "the client withdrew the claim"), true
	}
	if d.facts.Upheld() {
		return d.upheld(), true
	}
	switch closing := d.facts.Closing; {
	case closing != nil && closing.Because != "":
		return d.close(claim.StatusClosed, "debt monitoring ends: "+closing.Reason), true
	case closing != nil:
		return d.close(claim.StatusClosed, "an operator closed the claim: "+closing.Reason), true
	}
	if d.facts.Decision == nil {
		return Action{}, false
	}
	switch d.facts.Decision.Choice {
	case claim.ChooseCourt:
		return d.close(claim.StatusCourt, "the client chose a court procedure"), true
	case claim.ChooseClose:
		return d.close(claim.StatusClosed, d.closedByDecision()), true
	case claim.ChooseMonitoring:
	}
	return Action{}, false
}

// closedByDecision tells whose decision closes a claim: the client's or that of its plan, or what left nothing else by default.
func (d *decision) closedByDecision() string {
	if made := d.facts.Decision; made.Default {
		if why := d.rules.Policy.WhyByDefault(d.facts, made.On); why != "" {
			return "closed by default, as " + why
		}
	}
	return "closed by decision"
}

func (d *decision) needsAttention() (Action, bool) {
	if d.facts.Attention == nil {
		return Action{}, false
	}
	wait := Action{Kind: ActWait, Stage: d.stage(), Reason: fmt.Sprintf("%s could not be done (%s): an operator repairs", d.facts.Attention.Action, d.facts.Attention.Cause)}
	if d.failing() {
		return wait, true
	}
	return d.judgedMeanwhile(d.unconfirmed(wait)), true
}

// FindAddress is the key of the task to find an address at which the debtor can be reached.
const FindAddress = claim.FindAddressTask

// SmallBalance is the key of the task to decide about a trifle that is still owed.
const SmallBalance = "small-balance"

// ReachClient is the key of the task to hand the escalation advice over to a client whom it did not reach; ending it starts the client's term.
const ReachClient = "reach-client"

// TraceLetter starts the key of the task to find out whether a letter left.
const TraceLetter = "trace-letter:"

// UnlawfulLetter starts the key of the task to mend what the law misses in a letter; nothing is sent meanwhile.
const UnlawfulLetter = "unlawful-letter:"

// ReversedAfterClose starts the key of the task to look at a claim that had ended when one of its payments was taken back.
const ReversedAfterClose = "reversed-after-close:"

// AllocateReceipt starts the key of the task to find out whose an unallocated receipt is.
const AllocateReceipt = "allocate-receipt:"

// unallocated: money came in that may be this debtor's; no letter leaves until a person knows.
func (d *decision) unallocated() (Action, bool) {
	for _, task := range d.facts.Tasks {
		if task.Open && strings.HasPrefix(task.Key, AllocateReceipt) {
			return Action{Kind: ActWait, Stage: d.stage(), Task: task.Key, Reason: "a receipt that is not allocated yet may belong to this claim"}, true
		}
	}
	return Action{}, false
}

func (d *decision) trifle() (Action, bool) {
	owed := d.account.Open.Total()
	if owed >= d.rules.Policy.MinimumDemand {
		return Action{}, false
	}
	return d.person(SmallBalance, fmt.Sprintf("%s is owed, less than the minimum of %s for which a letter leaves", owed, d.rules.Policy.MinimumDemand)), true
}

// person opens a task once, then waits for what the person records.
func (d *decision) person(task, reason string) Action {
	for _, existing := range d.facts.Tasks {
		if existing.Key == task && existing.Open {
			return Action{Kind: ActWait, Stage: d.stage(), Task: task, Reason: reason}
		}
	}
	return Action{Kind: ActTask, Task: task, Stage: d.stage(), Due: d.now, Reason: reason}
}
