// Package workflows says when: each process waits, and calls activities when its time has come. It must not hold business rules
// (trajectory decides, within activities), must not do I/O, and must be the same on replay for ever.
package workflows

import (
	"cmp"
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Claim runs one claim from hand-over until it is settled, withdrawn or closed, or the outcome of its court procedure is recorded.
//
// Cancelling it has no effect: a claim ends by a business act (withdraw, or repair with close), so that its file says why.
func Claim(ctx workflow.Context, in ClaimInput) (claim.Status, error) {
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	c, err := open(ctx, in)
	if err != nil {
		return "", err
	}
	for !c.over(ctx) {
		if c.chapterOver(ctx) {
			return "", c.continueAsNew(ctx)
		}
		c.announce(ctx)
		switch c.waitUntil(ctx, c.next().Wake()) {
		case factsChanged:
			c.reread(ctx)
		case decisionRevised: // an update brought the new situation with it
		case dayArrived:
			c.perform(ctx)
		}
	}
	return c.facts().Status, nil
}

// claimRun is one run of a claim's workflow. Its situation always comes from an activity.
type claimRun struct {
	in        ClaimInput
	situation activities.Situation
	chapter   string
	announced announcement
	stale     bool // a signal told of new facts
	revised   bool // an update replaced the situation
	unread    bool // news came when the claim had ended, and could not be read yet
	wishes    int  // how many were told to this run
	answered  int  // how many of them
	rounds    int  // how often in a row the next action could not be done
	failed    trajectory.Action
	alarm     alarm
}

func (c *claimRun) facts() *claim.Facts      { return &c.situation.Facts }
func (c *claimRun) next() *trajectory.Action { return &c.situation.Next }

// open restores or reads the situation. Handlers are registered before anything blocks.
func open(ctx workflow.Context, in ClaimInput) (*claimRun, error) {
	c := &claimRun{in: in}
	c.situation.Facts = claim.Facts{ClaimID: in.ClaimID, ClientID: in.ClientID, Status: claim.StatusOpen}
	if in.Situation != nil {
		c.situation = *in.Situation
	}
	if err := c.listen(ctx); err != nil {
		return nil, err
	}
	if in.Situation == nil {
		c.situation.Next = trajectory.Action{Kind: trajectory.ActOpen, Stage: trajectory.StageIntake}
		c.do(ctx, QueueClaims, "check the intake", claims.OpenClaim)
	}
	c.chapter = c.situation.Chapter()
	return c, nil
}

// What ended a wait.
type awakening int

const (
	dayArrived awakening = iota
	factsChanged
	decisionRevised
)

// waitUntil sleeps until due, or for ever when due is zero, unless facts change first.
func (c *claimRun) waitUntil(ctx workflow.Context, due time.Time) awakening {
	c.sleep(ctx, due)
	c.hear(ctx)
	switch {
	case c.stale:
		c.stale, c.revised = false, false
		return factsChanged
	case c.revised:
		c.revised = false
		return decisionRevised
	}
	return dayArrived
}

// hear lets who asks something be answered before what is due is done: it may change that. The client that decided while no worker ran, and in time, is not overtaken by
// the default of the day on which they are back, nor is a withdrawal by a letter.
func (c *claimRun) hear(ctx workflow.Context) {
	if !c.stale && !c.revised && !workflow.AllHandlersFinished(ctx) && workflow.GetVersion(ctx, heardFirst, workflow.DefaultVersion, 1) != workflow.DefaultVersion {
		_ = c.settle(ctx) // only a cancelled context fails, and this one is not
	}
}

// sleep waits until due, or for ever when due is zero, unless there is news.
func (c *claimRun) sleep(ctx workflow.Context, due time.Time) {
	news := func() bool { return c.stale || c.revised }
	if past := !due.IsZero() && !due.After(workflow.Now(ctx)); past && !news() {
		c.alarm.stop()
		return
	}
	if summary := c.timerSummary(); !c.alarm.isFor(due, summary) {
		c.alarm.stop()
		c.alarm = setAlarm(ctx, due, summary)
	}
	_ = workflow.Await(ctx, func() bool { return news() || c.alarm.rings() }) // ctx is never cancelled from outside
	if news() && !c.lean(ctx) {
		c.alarm.stop()
	}
}

// lean says whether a wake of this run costs the server as little as it may.
func (c *claimRun) lean(ctx workflow.Context) bool {
	return c.in.Lean || workflow.GetVersion(ctx, leanWake, workflow.DefaultVersion, 1) != workflow.DefaultVersion
}

func (c *claimRun) timerSummary() string {
	return c.next().Name() + " due " + c.next().Day.String()
}

// reread asks for the facts and the decision. Reading is not doing: while what failed is still what comes next, its rounds go on counting.
func (c *claimRun) reread(ctx workflow.Context) {
	const summary = "read the case file"
	rounds := c.rounds
	if s, ok := c.readHere(ctx, summary); ok {
		c.take(s)
	} else {
		c.do(ctx, QueueClaims, summary, claims.ReadCase)
	}
	if c.rounds == 0 && c.next().Same(c.failed) {
		c.rounds = rounds
	}
}

// readWithin is for how long a workflow task waits for a case file: far less than the ten seconds it has itself.
const readWithin = 3 * time.Second

// readHere reads within the workflow task that was woken: one task instead of a task, an activity and another task. Reading may be done twice; whatever keeps it from
// being done at once is left to an activity, which is tried again, seen by operators while it is, and says what only a person can mend.
func (c *claimRun) readHere(ctx workflow.Context, summary string) (s activities.Situation, ok bool) {
	if !c.lean(ctx) {
		return s, false
	}
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		ScheduleToCloseTimeout: readWithin, Summary: summary, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1},
	})
	err := workflow.ExecuteLocalActivity(ctx, claims.ReadCase, c.act(ctx)).Get(ctx, &s)
	return s, err == nil
}

// perform does the action whose day has come.
func (c *claimRun) perform(ctx workflow.Context) {
	before, version := *c.next(), c.facts().Version
	switch before.Kind {
	case trajectory.ActOpen:
		c.do(ctx, QueueClaims, "check the intake", claims.OpenClaim)
	case trajectory.ActLetter, trajectory.ActAdvise, trajectory.ActRemind, trajectory.ActMonitorYear:
		c.do(ctx, QueueLetters, before.Step+" by "+before.Channel, letters.IssueLetter)
	case trajectory.ActTask:
		c.do(ctx, QueueClaims, "ask a person: "+before.Task, claims.OpenTask)
	case trajectory.ActCheck:
		c.do(ctx, QueueClaims, "ask the registers", claims.CheckRegisters)
	case trajectory.ActDecide:
		c.do(ctx, QueueClaims, "take the default decision", claims.DecideByDefault)
	case trajectory.ActMonitor:
		c.do(ctx, QueueClaims, "start debt monitoring", claims.StartMonitoring)
	case trajectory.ActClose:
		c.do(ctx, QueueClaims, "close: "+string(before.Outcome), claims.CloseClaim)
	case trajectory.ActWait, trajectory.ActNothing:
		c.reread(ctx)
	}
	again := c.next().Same(before) && !c.next().Due.After(workflow.Now(ctx)) // later it may be (the worker was back at night), now it would be for ever
	if again && c.facts().Version == version && before.Kind != trajectory.ActWait && c.rounds == 0 {
		c.attend(ctx, before, "NoProgress")
	}
}

// maxRounds is how many hours in a row an action may fail for reasons that can pass (a mail server or database that is down).
const maxRounds = 48

// do runs one activity and takes over the situation it leaves. A claim never fails: what passes is tried again after an hour, decided anew
// (so within the contact window); what does not pass puts the claim aside for an operator.
func (c *claimRun) do(ctx workflow.Context, queue, summary string, activity any) {
	action := *c.next()
	var s activities.Situation
	options := activityOptions(ctx, queue, summary)
	options = workflow.WithScheduleToCloseTimeout(options, action.AtMost(attempts, workflow.Now(ctx)))
	err := workflow.ExecuteActivity(options, activity, c.act(ctx)).Get(ctx, &s)
	if err == nil {
		c.take(s)
		return
	}
	if c.rounds++; c.rounds > maxRounds || final(err) {
		c.attend(ctx, action, cause(err))
		return
	}
	if c.revised { // while this was tried an update changed what comes next: not that in an hour, but a look now
		c.stale = true
	}
	if action.Kind != trajectory.ActWait {
		c.failed = action
	}
	c.anHour(ctx, action, action.Step, action.Name()+" could not be done ("+cause(err)+"): it is decided anew in an hour")
}

// anHour makes waiting for an hour, or until the action's deadline, what comes next.
func (c *claimRun) anHour(ctx workflow.Context, action trajectory.Action, step, reason string) {
	now := workflow.Now(ctx)
	due := now.Add(action.AtMost(time.Hour, now))
	c.situation.Next = trajectory.Action{Kind: trajectory.ActWait, Step: step, Stage: action.Stage, Due: due, Day: calendar.DateOf(due), Reason: reason}
}

// attend puts the claim aside for an operator; that itself is tried until it is done.
func (c *claimRun) attend(ctx workflow.Context, action trajectory.Action, why string) {
	c.rounds = 0
	in := activities.Attend{Act: c.act(ctx), Cause: why}
	in.Action = action
	if asked := c.facts().Attention; asked != nil && action.Letter != trajectory.ComplaintConfirmation { // a repair did not help: it is still about the same
		in.Action.Step = asked.Action
	}
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: QueueClaims, StartToCloseTimeout: 10 * time.Second, Summary: "ask an operator: " + why,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 10 * time.Minute},
	})
	var s activities.Situation
	if err := workflow.ExecuteActivity(ctx, claims.RecordAttention, in).Get(ctx, &s); err != nil {
		c.anHour(ctx, action, "", "an operator is asked again in an hour")
		return
	}
	c.adopt(s)
}

// take takes over what an activity left: it was done.
func (c *claimRun) take(s activities.Situation) {
	c.rounds, c.unread = 0, false
	c.adopt(s)
}

// adopt takes a situation over unless a newer one came in between.
func (c *claimRun) adopt(s activities.Situation) {
	if s.Facts.Version >= c.facts().Version {
		c.situation = s
	}
}

func (c *claimRun) act(ctx workflow.Context) activities.Act {
	return activities.Act{ClientID: c.in.ClientID, ClaimID: c.in.ClaimID, Action: *c.next(), AsOf: workflow.Now(ctx)}
}

// attempts is for how long an activity is tried in one round.
const attempts = 15 * time.Minute

// activityOptions keeps start-to-close short, so that a lost worker costs seconds; retries end after a quarter of an hour, within the contact window.
func activityOptions(ctx workflow.Context, queue, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, StartToCloseTimeout: 50 * time.Second, ScheduleToCloseTimeout: attempts, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
}

// final says whether trying again cannot help.
func final(err error) bool {
	var application *temporal.ApplicationError
	return errors.As(err, &application) && application.NonRetryable()
}

// cause is the type of an error: what an operator may read, without personal data.
func cause(err error) string {
	var application *temporal.ApplicationError
	if errors.As(err, &application) {
		return cmp.Or(application.Type(), "Error")
	}
	var timeout *temporal.TimeoutError
	if errors.As(err, &timeout) {
		return "Timeout"
	}
	return "Error"
}

// Activities are called through these names; the values are never used.
var (
	claims  *activities.Claims
	letters *activities.Letters
)
