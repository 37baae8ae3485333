package workflows

import (
	"fmt"
	"slices"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/claim"
)

// listen registers everything that reaches a claim from outside: one listener for the signals, the updates and the queries.
func (c *claimRun) listen(ctx workflow.Context) error {
	workflow.Go(ctx, func(ctx workflow.Context) {
		selector := workflow.NewSelector(ctx)
		for _, name := range Signals {
			selector.AddReceive(workflow.GetSignalChannel(ctx, name), func(channel workflow.ReceiveChannel, _ bool) {
				channel.Receive(ctx, nil)
				c.stale = true
			})
		}
		for {
			selector.Select(ctx)
		}
	})
	if err := c.answer(ctx); err != nil {
		return err
	}
	return c.accept(ctx)
}

// drain takes what is left in the signal channels and says whether there was anything.
func (c *claimRun) drain(ctx workflow.Context) bool {
	found := false
	for _, name := range Signals {
		for workflow.GetSignalChannel(ctx, name).ReceiveAsync(nil) {
			found = true
		}
	}
	return found
}

// answer registers the queries.
func (c *claimRun) answer(ctx workflow.Context) error {
	state := func() (State, error) {
		return State{workflow.Now(ctx), c.facts().Status, c.next().Stage, *c.next(), c.facts().Version}, nil
	}
	if err := workflow.SetQueryHandlerWithOptions(ctx, QueryState, state, workflow.QueryHandlerOptions{Description: "where the claim stands, what is next and why"}); err != nil {
		return err
	}
	entries := func() ([]Entry, error) { return timeline(*c.facts()), nil }
	return workflow.SetQueryHandlerWithOptions(ctx, QueryTimeline, entries, workflow.QueryHandlerOptions{Description: "what happened so far, by day"})
}

// accept registers the updates. A validator refuses what is wrong in itself at once; what it lets through becomes a fact by an activity, or is refused by the facts.
func (c *claimRun) accept(ctx workflow.Context) error {
	type update struct {
		name, description  string
		handler, validator any
	}
	for _, u := range []update{
		{UpdateDecide, "the client decides after the escalation advice: court, monitoring or close", c.decide, c.mayDecide},
		{UpdateWithdraw, "the client takes the claim back", c.withdraw, c.mayWithdraw},
		{UpdateStopMonitoring, "debt monitoring ends: the client's wish, or nothing is left to collect", c.stopMonitoring, c.mayStopMonitoring},
		{UpdateRepair, "an operator repairs a claim that needs attention: retry, skip, override or close", c.repair, c.mayRepair},
	} {
		options := workflow.UpdateHandlerOptions{Validator: u.validator, Description: u.description}
		if err := workflow.SetUpdateHandlerWithOptions(ctx, u.name, u.handler, options); err != nil {
			return err
		}
	}
	return nil
}

// mayDecide, mayWithdraw and mayStopMonitoring refuse what is wrong in itself. What does not fit the facts is refused where they are true, under the claim's lock: those of a run
// may be older, or not read yet (decision 56).
func (c *claimRun) mayDecide(d Decide) error {
	choices := []claim.Choice{claim.ChooseCourt, claim.ChooseMonitoring, claim.ChooseClose}
	switch {
	case !slices.Contains(choices, d.Choice):
		return refuse("choice %q is not one of %v", d.Choice, choices)
	case d.FixedPrice != nil && d.Choice != claim.ChooseCourt:
		return refuse("the fixed price is of the court; right would be court, or no fixed price")
	}
	return nil
}

func (c *claimRun) decide(ctx workflow.Context, d Decide) (State, error) {
	return c.request(ctx, "the client decides: "+string(d.Choice), claims.RecordDecision, activities.Request{Actor: d.Actor, Choice: d.Choice, FixedPrice: d.FixedPrice})
}

func (c *claimRun) mayWithdraw(w Withdraw) error {
	if w.Price < 0 {
		return refuse("the confirmed price is %s; right would be 0.00 or more", w.Price)
	}
	return nil
}

func (c *claimRun) withdraw(ctx workflow.Context, w Withdraw) (State, error) {
	return c.request(ctx, "the client withdraws", claims.RecordWithdrawal, activities.Request{Actor: w.Actor, Price: w.Price})
}

func (c *claimRun) mayStopMonitoring(s StopMonitoring) error {
	if problem := s.Because.Unknown(); problem != "" {
		return refuse("%s", problem)
	}
	return nil
}

func (c *claimRun) stopMonitoring(ctx workflow.Context, s StopMonitoring) (State, error) {
	return c.request(ctx, "debt monitoring ends: "+string(s.Because), claims.RecordEnding, activities.Request{Actor: s.Actor, Because: s.Because})
}

// mayRepair lets a repair of a claim that does not need attention through: it may be one that was done already and is repeated by its key, which
// the case file knows.
func (c *claimRun) mayRepair(r Repair) error {
	switch {
	case r.Key == "" || r.Reason == "" || r.Actor == "":
		return refuse("a repair needs a key, a reason and an actor")
	case !slices.Contains([]string{"retry", "skip", "override", "close"}, r.Do):
		return refuse("%q is not retry, skip, override or close", r.Do)
	case r.repair().Unnamed() != "":
		return refuse("%s", r.repair().Unnamed())
	}
	return nil
}

func (r Repair) repair() claim.Repair {
	return claim.Repair{Key: r.Key, Do: r.Do, Step: r.Step, Reason: r.Reason}
}

func (c *claimRun) repair(ctx workflow.Context, r Repair) (State, error) {
	return c.request(ctx, "an operator repairs: "+r.Do, claims.RecordRepair, activities.Request{Actor: r.Actor, Repair: r.repair()})
}

// request makes a wish a fact, in its turn, and takes over the situation after it.
func (c *claimRun) request(ctx workflow.Context, summary string, activity any, in activities.Request) (State, error) {
	ctx, _ = workflow.NewDisconnectedContext(ctx) // a handler's context is the workflow's: cancelling that has no effect here either
	defer c.turn(ctx)()
	in.Act = c.act(ctx)
	var s activities.Situation
	if err := workflow.ExecuteActivity(activityOptions(ctx, QueueClaims, summary), activity, in).Get(ctx, &s); err != nil {
		c.stale = true // the wish may be a fact all the same
		return State{}, err
	}
	c.adopt(s)
	c.revised = true
	return State{workflow.Now(ctx), c.facts().Status, c.next().Stage, *c.next(), c.facts().Version}, nil
}

// turn waits until every wish that was told before this one is answered; done ends it. A workflow.Mutex would not do: a handler that begins later runs before those that
// wait for it, so the last who came would be the next.
func (c *claimRun) turn(ctx workflow.Context) (done func()) {
	mine := c.wishes
	c.wishes++
	if mine > c.answered && workflow.GetVersion(ctx, inTurn, workflow.DefaultVersion, 1) != workflow.DefaultVersion {
		_ = workflow.Await(ctx, func() bool { return c.answered == mine }) // ctx is never cancelled
	}
	return func() { c.answered++ }
}

// refuse is the error a caller gets from a validator.
func refuse(format string, args ...any) error {
	return temporal.NewNonRetryableApplicationError(fmt.Sprintf(format, args...), "Refused", nil)
}

// timeline tells a claim's facts by day, without figures about persons.
func timeline(f claim.Facts) []Entry {
	entries := []Entry{{f.HandedOverOn, "handed over"}}
	for _, l := range f.Letters {
		entries = append(entries, Entry{l.On, fmt.Sprintf("%s by %s: %s", l.Step, l.Channel, l.State)})
	}
	for _, s := range f.Settlements {
		entries = append(entries, Entry{s.On, fmt.Sprintf("%s %s", s.Kind, s.Amount)})
	}
	entries = append(entries, standstills(f)...)
	for _, complaint := range f.Complaints {
		entries = append(entries, Entry{complaint.On, "complaint received"})
	}
	for _, r := range f.Requests {
		entries = append(entries, Entry{r.On, "request: " + string(r.Kind)})
		if !r.Answered.IsZero() {
			entries = append(entries, Entry{r.Answered, "request answered: " + string(r.Answer)})
		}
	}
	for _, c := range f.Checks {
		entries = append(entries, Entry{c.On, fmt.Sprintf("%s register: %s", c.Register, c.Found)})
	}
	for _, on := range f.Interrupted {
		entries = append(entries, Entry{on, "limitation interrupted"})
	}
	if f.Decision != nil {
		entries = append(entries, Entry{f.Decision.On, "decision: " + string(f.Decision.Choice)})
	}
	slices.SortStableFunc(entries, func(a, b Entry) int { return a.On.Compare(b.On) })
	return entries
}

// standstills tells by day what the trajectory stood still for, and that it goes on.
func standstills(f claim.Facts) (entries []Entry) {
	for _, p := range f.Pauses {
		switch {
		case !p.Until.IsZero() && p.Until.Before(p.From): // taken back before it began
		case p.Until.IsZero():
			entries = append(entries, Entry{p.From, string(p.Kind)})
		case p.Kind == claim.PauseHold: // its last day may be still to come
			entries = append(entries, Entry{p.From, "hold until " + p.Until.String()})
		default:
			entries = append(entries, Entry{p.From, "dispute"}, Entry{p.Until, "dispute " + p.Outcome})
		}
	}
	for _, p := range f.Promises {
		entries = append(entries, Entry{p.On, fmt.Sprintf("promise to pay %s by %s", p.Amount, p.By)})
		if !p.Ended.IsZero() {
			entries = append(entries, Entry{p.Ended, "promise taken back"})
		}
	}
	for _, a := range f.Arrangements {
		entries = append(entries, Entry{a.On, fmt.Sprintf("payment arrangement of %s in %d instalments", a.Total(), len(a.Instalments))})
		if !a.Ended.IsZero() {
			entries = append(entries, Entry{a.Ended, "payment arrangement ended"})
		}
	}
	return entries
}
