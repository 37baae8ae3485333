// Package activities holds the side effects of a claim, each one a transaction keyed by a business key, then its effect.
// Doing an activity twice is doing it once. It must not decide: what comes next is asked of trajectory, on the facts of that moment.
package activities

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Situation is the facts of a claim with the decision taken on them. Every activity gives the situation it leaves behind, so a workflow
// never decides by itself: a replay reads the decision from its history, whatever the rules have become since.
type Situation struct {
	Facts claim.Facts       `json:"facts"`
	Next  trajectory.Action `json:"next"`
}

// Chapter names the part of the claim's life that a workflow run covers: the amicable phase, the decision, each year of debt monitoring or before the court in which something is done.
func (s Situation) Chapter() string {
	switch s.Next.Stage {
	case trajectory.StageAdvice, trajectory.StageDecision:
		return "decision"
	case trajectory.StageMonitoring:
		return fmt.Sprintf("monitoring, year %d", s.monitored())
	case trajectory.StageCourt:
		return fmt.Sprintf("court, year %d", s.beforeCourt())
	case trajectory.StageIntake, trajectory.StageReminders, trajectory.StageNotice, trajectory.StageSummons, trajectory.StageClosed:
	}
	return "amicable"
}

// beforeCourt is how many years after the choice for the court were over when a stage was last recorded, or a reminder done.
func (s Situation) beforeCourt() (years int) {
	chosen := s.Facts.Decision.On
	last := chosen
	for _, step := range s.Facts.Court {
		last = calendar.Max(last, step.On)
	}
	for _, done := range s.Facts.RemindersDone {
		last = calendar.Max(last, done.On)
	}
	for !last.Before(chosen.AddYears(years + 1)) {
		years++
	}
	return years
}

// monitored is how many years of debt monitoring were over when something was last done in it: a letter left, or registers were asked.
func (s Situation) monitored() (years int) {
	last := s.Facts.MonitoredFrom
	for _, l := range s.Facts.Letters {
		if (l.Kind == trajectory.MonitoringLetter || l.Kind == trajectory.InterruptionLetter) && l.Left() {
			last = calendar.Max(last, l.On)
		}
	}
	for _, c := range s.Facts.Checks {
		last = calendar.Max(last, c.On)
	}
	for !last.Before(s.Facts.MonitoredFrom.AddYears(years + 1)) {
		years++
	}
	return years
}

// Act asks for one action on a claim. AsOf is the business time, from the workflow.
type Act struct {
	ClientID string            `json:"client_id"`
	ClaimID  string            `json:"claim_id"`
	Action   trajectory.Action `json:"action"`
	AsOf     time.Time         `json:"as_of"`
}

func (a Act) ref() postgres.Ref { return postgres.Ref{ClientID: a.ClientID, ClaimID: a.ClaimID} }

func (a Act) by() postgres.Actor { return postgres.Actor{Name: "workflow", At: a.AsOf} }

// Rules gives the rules a claim is pinned to.
type Rules interface {
	Rules(f claim.Facts) (trajectory.Rules, error)
}

// CaseFiles is the part of the store that Claims needs.
type CaseFiles interface {
	Facts(ctx context.Context, ref postgres.Ref) (claim.Facts, error)
	OpenClaim(ctx context.Context, ref postgres.Ref, by postgres.Actor, problem func(claim.Facts) string) (claim.Facts, error)
	CloseClaim(ctx context.Context, ref postgres.Ref, outcome claim.Status, reason string, by postgres.Actor, still postgres.Still) (claim.Facts, error)
	StartMonitoring(ctx context.Context, ref postgres.Ref, by postgres.Actor) (claim.Facts, error)
	RecordDecision(ctx context.Context, ref postgres.Ref, choice claim.Choice, by postgres.Actor, allowed postgres.Still) (claim.Facts, error)
	RecordCourtAtFixedPrice(ctx context.Context, ref postgres.Ref, confirmed money.Amount, by postgres.Actor, allowed postgres.Still, rules postgres.RulesFor) (claim.Facts, error)
	RecordDefault(ctx context.Context, ref postgres.Ref, choice claim.Choice, why string, by postgres.Actor, still postgres.Still) (claim.Facts, error)
	RecordWithdrawal(ctx context.Context, ref postgres.Ref, price money.Amount, by postgres.Actor, rules postgres.RulesFor) (claim.Facts, error)
	OpenTask(ctx context.Context, ref postgres.Ref, key, detail string, by postgres.Actor) (claim.Facts, error)
	DropTasks(ctx context.Context, ref postgres.Ref, by postgres.Actor, unwanted func(claim.Facts) ([]trajectory.Dropped, error)) (claim.Facts, error)
	RecordAttention(ctx context.Context, ref postgres.Ref, attention claim.Attention, by postgres.Actor) (claim.Facts, error)
	RecordRepair(ctx context.Context, ref postgres.Ref, r claim.Repair, by postgres.Actor, allowed postgres.Still) (claim.Facts, error)
	RecordCheck(ctx context.Context, ref postgres.Ref, c claim.Check, by postgres.Actor, rules postgres.RulesFor) (claim.Facts, error)
	EndMonitoring(ctx context.Context, ref postgres.Ref, e claim.Ending, by postgres.Actor) (claim.Facts, error)
	LeaveConfirmation(ctx context.Context, ref postgres.Ref, step, cause string, by postgres.Actor) (claim.Facts, error)
}

// Claims keeps the case file for the workflow.
type Claims struct {
	Files     CaseFiles
	Rules     Rules
	Plans     agreement.Plans
	Registers Registers // those that Rules names
	Agency    letter.Party
}

// pinned gives the rules of a claim; that they are not there is for a person to mend.
func pinned(rules Rules) postgres.RulesFor {
	return func(f claim.Facts) (trajectory.Rules, error) {
		found, err := rules.Rules(f)
		if err != nil {
			err = &BadDataError{err.Error()}
		}
		return found, err
	}
}

// situation adds the decision to facts, and translates errors at the border.
func situation(rules Rules, facts claim.Facts, asOf time.Time, err error) (Situation, error) {
	if err != nil {
		return Situation{}, translate(err)
	}
	agreed, err := pinned(rules)(facts)
	if err != nil {
		return Situation{}, translate(err)
	}
	next, err := trajectory.Next(facts, agreed, asOf)
	return Situation{facts, next}, translate(err)
}

// situation adds the decision to facts. Tasks to call or to approve that the claim does not ask for any more end first, with the reason; a crash in between
// leaves them dropped, or open until the claim is read again.
func (c *Claims) situation(ctx context.Context, in Act, facts claim.Facts, err error) (Situation, error) {
	if err != nil {
		return Situation{}, translate(err)
	}
	unwanted := func(f claim.Facts) ([]trajectory.Dropped, error) {
		agreed, err := pinned(c.Rules)(f)
		if err != nil {
			return nil, err
		}
		return trajectory.Unwanted(f, agreed, in.AsOf)
	}
	found, err := unwanted(facts)
	if err == nil && len(found) > 0 {
		facts, err = c.Files.DropTasks(ctx, in.ref(), in.by(), unwanted)
	}
	return situation(c.Rules, facts, in.AsOf, err)
}

// ReadCase reads the facts and decides. It changes nothing but the note that the workflow has seen them, and tasks that ended with their reason.
func (c *Claims) ReadCase(ctx context.Context, in Act) (Situation, error) {
	facts, err := c.Files.Facts(ctx, in.ref())
	return c.situation(ctx, in, facts, err)
}

// OpenClaim checks the intake once more and accepts or refuses the claim. A crash after the commit is harmless: the event is there already.
func (c *Claims) OpenClaim(ctx context.Context, in Act) (Situation, error) {
	facts, err := c.Files.OpenClaim(ctx, in.ref(), in.by(), claim.CheckIntake)
	return c.situation(ctx, in, facts, err)
}

// OpenTask asks a person for something, once per task key; who is to call the debtor is told what to say.
func (c *Claims) OpenTask(ctx context.Context, in Act) (Situation, error) {
	detail := in.Action.Reason
	if strings.HasPrefix(in.Action.Task, claim.CallTask) {
		detail += ". " + trajectory.CallScript(c.Agency.Name, c.Agency.Registration)
	}
	facts, err := c.Files.OpenTask(ctx, in.ref(), in.Action.Task, detail, in.by())
	return c.situation(ctx, in, facts, err)
}

// DecideByDefault records what the agreement says when the client does not answer (requirement T8). A decision of the client that came in
// between stands. What follows from it at once, monitoring or closing, is done here too: it spares every claim six events of history. A crash
// between the two is harmless: the decision is known then, and what follows is decided again.
func (c *Claims) DecideByDefault(ctx context.Context, in Act) (Situation, error) {
	facts, err := c.Files.Facts(ctx, in.ref())
	if err != nil {
		return Situation{}, translate(err)
	}
	choice, why, err := c.byDefault(facts, in.AsOf)
	if err != nil {
		return Situation{}, translate(err)
	}
	facts, err = c.Files.RecordDefault(ctx, in.ref(), choice, why, in.by(), func(f claim.Facts) (bool, error) {
		if now, _, err := c.byDefault(f, in.AsOf); err != nil || now != choice { // the plan changed since: it is decided again
			return false, err
		}
		return c.still(in)(f)
	})
	s, err := c.situation(ctx, in, facts, err)
	if err != nil {
		return s, err
	}
	in.Action = s.Next
	if s.Next.Kind == trajectory.ActMonitor {
		return c.StartMonitoring(ctx, in)
	}
	if s.Next.Kind == trajectory.ActClose {
		return c.CloseClaim(ctx, in)
	}
	return s, nil
}

// byDefault is what holds at an instant for a client that does not answer, and why when that is not what its plan says.
func (c *Claims) byDefault(f claim.Facts, at time.Time) (choice claim.Choice, why string, err error) {
	agreed, err := pinned(c.Rules)(f)
	if err != nil {
		return "", "", err
	}
	on := calendar.DateOf(at)
	choice = agreed.Policy.ByDefault(f, on)
	if choice == "" {
		return "", "", &BadDataError{fmt.Sprintf("trajectory %s has no default decision for plan %s", f.Trajectory, f.Plan)}
	}
	return choice, agreed.Policy.WhyByDefault(f, on), nil
}

// StartMonitoring begins debt monitoring.
func (c *Claims) StartMonitoring(ctx context.Context, in Act) (Situation, error) {
	facts, err := c.Files.StartMonitoring(ctx, in.ref(), in.by())
	return c.situation(ctx, in, facts, err)
}

// CloseClaim ends the claim, if under its lock that is still what comes next.
func (c *Claims) CloseClaim(ctx context.Context, in Act) (Situation, error) {
	facts, err := c.Files.CloseClaim(ctx, in.ref(), in.Action.Outcome, in.Action.Reason, in.by(), c.still(in))
	return c.situation(ctx, in, facts, err)
}

// still asks, of the facts under the lock, whether the action is what comes next: a dispute may have come in since it was decided.
func (c *Claims) still(in Act) postgres.Still {
	return func(f claim.Facts) (bool, error) {
		agreed, err := pinned(c.Rules)(f)
		if err != nil {
			return false, err
		}
		next, err := trajectory.Next(f, agreed, in.AsOf)
		return err == nil && next.Same(in.Action) && !next.Due.After(in.AsOf), err
	}
}

// Attend records that an action could not be done.
type Attend struct {
	Act
	Cause string `json:"cause"` // error type
}

// RecordAttention puts the claim aside for an operator, once until it is repaired. Facts on which nothing can be decided are no obstacle:
// they are what the operator is asked about. A claim for the court is not put aside: who cannot be written to, to interrupt limitation, a person interrupts it by hand. Receipt of a complaint that no letter can confirm is for a person too, but nothing else waits for it.
func (c *Claims) RecordAttention(ctx context.Context, in Attend) (Situation, error) {
	facts, err := c.Files.Facts(ctx, in.ref())
	switch {
	case err != nil:
	case in.Action.Letter == trajectory.ComplaintConfirmation:
		facts, err = c.Files.LeaveConfirmation(ctx, in.ref(), in.Action.Step, in.Cause, in.by())
	case facts.SummonsAwaited() && in.Action.Letter == trajectory.InterruptionLetter:
		task, todo := trajectory.ToInterruptByHand(facts, in.Cause)
		facts, err = c.Files.OpenTask(ctx, in.ref(), task, todo, in.by())
	case facts.Attention == nil:
		attention := claim.Attention{Action: in.Action.Name(), Cause: in.Cause, Since: in.AsOf.UTC()}
		facts, err = c.Files.RecordAttention(ctx, in.ref(), attention, in.by())
	}
	if err != nil {
		return Situation{}, translate(err)
	}
	if s, err := situation(c.Rules, facts, in.AsOf, nil); err == nil {
		return s, nil
	}
	return Situation{facts, trajectory.Action{Kind: trajectory.ActWait, Stage: in.Action.Stage, Reason: "nothing can be decided on the facts (" + in.Cause + "): an operator repairs"}}, nil
}

// Request is a wish of the client or an operator. The workflow has refused what is wrong in itself, and nothing else.
type Request struct {
	Act
	Actor   string       `json:"actor"`
	Choice  claim.Choice `json:"choice,omitempty"`
	Repair  claim.Repair `json:"repair,omitzero"`
	Price   money.Amount `json:"price,omitzero"` // of a withdrawal, VAT included, as it was confirmed
	Because claim.Ending `json:"because,omitempty"`
	// FixedPrice is of the court procedure that the client takes with its choice, VAT included, as it was confirmed; nil without.
	FixedPrice *money.Amount `json:"fixed_price,omitempty"`
}

func (r Request) actor() postgres.Actor { return postgres.Actor{Name: r.Actor, At: r.AsOf} }

// RecordDecision records the client's decision, if under the claim's lock it is one that can be taken now (trajectory.ChoiceProblem). Debt monitoring is for a client
// whose plan includes it.
func (c *Claims) RecordDecision(ctx context.Context, in Request) (Situation, error) {
	allowed := func(f claim.Facts) (bool, error) {
		if in.Choice == claim.ChooseMonitoring && !c.Plans.Monitors(f.Plan) {
			return false, &postgres.ConflictError{Problem: "debt monitoring is not part of plan " + f.Plan + " (requirement S14)"}
		}
		agreed, err := pinned(c.Rules)(f)
		if err != nil {
			return false, err
		}
		problem, err := trajectory.ChoiceProblem(f, agreed.Tables, in.Choice, calendar.DateOf(in.AsOf))
		if err == nil && problem != "" {
			err = &postgres.ConflictError{Problem: problem}
		}
		return err == nil, err
	}
	if in.FixedPrice != nil {
		facts, err := c.Files.RecordCourtAtFixedPrice(ctx, in.ref(), *in.FixedPrice, in.actor(), allowed, pinned(c.Rules))
		return c.situation(ctx, in.Act, facts, err)
	}
	facts, err := c.Files.RecordDecision(ctx, in.ref(), in.Choice, in.actor(), allowed)
	return c.situation(ctx, in.Act, facts, err)
}

// RecordWithdrawal records that the client takes the claim back for the price that it confirmed, with what it is billed. A crash after the commit is
// harmless: the withdrawal is known then.
func (c *Claims) RecordWithdrawal(ctx context.Context, in Request) (Situation, error) {
	facts, err := c.Files.RecordWithdrawal(ctx, in.ref(), in.Price, in.actor(), pinned(c.Rules))
	return c.situation(ctx, in.Act, facts, err)
}

// RecordRepair records what an operator does about a claim that needs attention, and does it, if under the claim's lock it may be done (mayRepair). An operator who
// does not say of which step leaves that to the case file, except of one that is passed (claim.Repair.Unnamed).
func (c *Claims) RecordRepair(ctx context.Context, in Request) (Situation, error) {
	facts, err := c.Files.Facts(ctx, in.ref())
	if err != nil {
		return Situation{}, translate(err)
	}
	if facts.Attention != nil && in.Repair.Unnamed() == "" {
		in.Repair.Step = cmp.Or(in.Repair.Step, facts.Attention.Action)
	}
	facts, err = c.Files.RecordRepair(ctx, in.ref(), in.Repair, in.actor(), func(f claim.Facts) (bool, error) {
		err := c.mayRepair(f, in)
		return err == nil, err
	})
	return c.situation(ctx, in.Act, facts, err)
}

// mayRepair refuses to leave a mandatory notice out, whatever the claim's trajectory calls its step, and to close by one person what two close (docs/decisions/0064).
func (c *Claims) mayRepair(facts claim.Facts, in Request) error {
	r := in.Repair
	if r.Do != "skip" && r.Do != "close" {
		return nil
	}
	rules, err := pinned(c.Rules)(facts)
	if err != nil {
		return err
	}
	if r.Do == "close" {
		return closedByTwo(facts, rules, calendar.DateOf(in.AsOf))
	}
	if slices.ContainsFunc(rules.Policy.Steps, func(s trajectory.Step) bool { return s.ID == r.Step && s.Letter == claim.FourteenDayLetter }) {
		return &postgres.ConflictError{Problem: "a mandatory notice is never skipped: without it a consumer owes no costs (art. 6:96 lid 6 BW)"}
	}
	return nil
}

// closedByTwo refuses to close a claim as a repair of which more is owed than one person closes.
func closedByTwo(facts claim.Facts, rules trajectory.Rules, on calendar.Date) error {
	account, err := facts.AccountOn(rules.Tables, on)
	if err != nil {
		return err
	}
	if owed := account.Open.Total(); owed > rules.Policy.MinimumDemand {
		return &postgres.ConflictError{Problem: fmt.Sprintf("%s is owed, and one person closes a claim of at most %s; right would be claim close, which two persons say", owed, rules.Policy.MinimumDemand)}
	}
	return nil
}
