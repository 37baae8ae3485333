package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Search attributes, for operators' lists. They stand in clear text in Temporal's database: no personal data, no figures.
var (
	AttributeStage     = temporal.NewSearchAttributeKeyKeyword("ClaimStage")
	AttributeStatus    = temporal.NewSearchAttributeKeyKeyword("ClaimStatus")
	AttributeClient    = temporal.NewSearchAttributeKeyKeyword("ClaimClient")
	AttributeAmount    = temporal.NewSearchAttributeKeyKeyword("AmountClass")
	AttributeAttention = temporal.NewSearchAttributeKeyKeyword("NeedsAttention")
	AttributeNext      = temporal.NewSearchAttributeKeyTime("NextActionAt")
)

// SearchAttributes lists the search attributes a namespace must have, by name, with their types.
func SearchAttributes() map[string]string {
	return map[string]string{
		AttributeStage.GetName(): "Keyword", AttributeStatus.GetName(): "Keyword", AttributeClient.GetName(): "Keyword",
		AttributeAmount.GetName(): "Keyword", AttributeAttention.GetName(): "Keyword", AttributeNext.GetName(): "Datetime",
	}
}

// announcement is what lists show of a claim.
type announcement struct {
	stage     trajectory.Stage
	status    string
	attention string
	next      time.Time
}

// announce shows whoever looks where the claim stands, what is next and why: current details, and the search attributes when they changed.
// What is done at once is not announced: nobody would see it.
func (c *claimRun) announce(ctx workflow.Context) {
	if due := c.next().Due; !due.IsZero() && !due.After(workflow.Now(ctx)) {
		return
	}
	workflow.SetCurrentDetails(ctx, c.details())
	now := announcement{stage: c.next().Stage, status: c.condition(), next: c.next().Due}
	if attention := c.facts().Attention; attention != nil {
		now.attention = attention.Cause
	}
	if now == c.announced {
		return
	}
	c.announced = now
	updates := []temporal.SearchAttributeUpdate{AttributeStage.ValueSet(string(now.stage)), AttributeStatus.ValueSet(now.status)}
	if now.next.IsZero() {
		updates = append(updates, AttributeNext.ValueUnset())
	} else {
		updates = append(updates, AttributeNext.ValueSet(now.next))
	}
	if now.attention == "" {
		updates = append(updates, AttributeAttention.ValueUnset())
	} else {
		updates = append(updates, AttributeAttention.ValueSet(now.attention))
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, updates...); err != nil {
		workflow.GetLogger(ctx).Error("search attributes", "error", err)
	}
}

// condition is the status with what keeps an open claim from going on.
func (c *claimRun) condition() string {
	f := c.facts()
	switch {
	case f.Status.Final():
		return string(f.Status)
	case f.Attention != nil:
		return "needs-attention"
	case c.next().Kind == trajectory.ActWait && c.next().Task != "":
		return "waits-for-person"
	case c.next().Kind == trajectory.ActWait:
		return "on-hold"
	}
	return string(claim.StatusOpen)
}

// details is the status text in the Temporal UI, in Markdown. It begins with the claim's summary: the static one is of the first run only,
// because continue-as-new has no place for it (neither in the SDK's options nor in what the server takes over).
func (c *claimRun) details() string {
	var b strings.Builder
	next := c.next()
	if len(c.facts().Invoices) > 0 { // else the facts could not be read yet
		fmt.Fprintf(&b, "%s\n\n", c.facts().Summary())
	}
	fmt.Fprintf(&b, "**Stage** %s · **status** %s\n\n", next.Stage, c.condition())
	switch {
	case c.ended():
		fmt.Fprintf(&b, "**Next** nothing\n\n")
	case next.Due.IsZero():
		fmt.Fprintf(&b, "**Next** waits for a change\n\n")
	default:
		fmt.Fprintf(&b, "**Next** %s on %s\n\n", next.Name(), next.Day)
	}
	fmt.Fprintf(&b, "**Why** %s\n\n", next.Reason)
	if next.NotSooner != "" {
		fmt.Fprintf(&b, "**Not sooner** %s\n\n", next.NotSooner)
	}
	if next.Meanwhile != "" {
		fmt.Fprintf(&b, "**Meanwhile** %s\n\n", next.Meanwhile)
	}
	if a := c.facts().Attention; a != nil {
		fmt.Fprintf(&b, "**Choices** update `repair` with `retry`, `skip`, `override` or `close`, and step `%s`\n\n", a.Action)
	}
	for _, entry := range timeline(*c.facts()) {
		fmt.Fprintf(&b, "- %s %s\n", entry.On, entry.What)
	}
	return b.String()
}

// chapterOver says whether a new run begins: at the boundaries of the claim's life at which it may stand still for long, and with what is done first in each further
// year of debt monitoring or before the court; or when the server finds the history long. Changes of workflow code live as long as a chapter, and one in which
// nothing is done, on hold, before the court or waiting for a person, lasts until something is.
func (c *claimRun) chapterOver(ctx workflow.Context) bool {
	due := c.next().Wake() // zero: it waits for a change, however long
	if c.stale || c.rounds > 0 || !due.IsZero() && !due.After(workflow.Now(ctx)) {
		return false
	}
	return c.situation.Chapter() != c.chapter || workflow.GetInfo(ctx).GetContinueAsNewSuggested()
}

// continueAsNew begins a new run with the situation. Signals that came in meanwhile are wake-ups, which no run inherits: the facts are read
// until nothing came in while reading, and no update is being answered.
func (c *claimRun) continueAsNew(ctx workflow.Context) error {
	for {
		if err := c.settle(ctx); err != nil {
			return err
		}
		if !c.drain(ctx) && !c.stale {
			break
		}
		c.stale = false
		c.reread(ctx)
	}
	next := ClaimInput{ClientID: c.in.ClientID, ClaimID: c.in.ClaimID, Situation: &c.situation, Lean: true}
	return workflow.NewContinueAsNewError(ctx, Claim, next)
}

// over says whether the claim has ended and there is nothing left to hear: then this run ends with its status. What came in meanwhile is read first,
// because a payment that was taken back may have opened the claim again before its run had ended.
func (c *claimRun) over(ctx workflow.Context) bool {
	for c.ended() && !c.unread {
		c.announce(ctx)
		_ = c.settle(ctx) // only a cancelled context fails, and this one is not
		if news := c.drain(ctx) || c.stale; !news || workflow.GetVersion(ctx, newsAtTheEnd, workflow.DefaultVersion, 1) == workflow.DefaultVersion {
			return true
		}
		c.stale, c.revised = false, false
		c.reread(ctx)
		c.unread = c.rounds > 0
	}
	return false
}

// ended says whether the claim has a final status and nothing is awaited of it: one before the court goes on until its outcome is recorded. Decisions of before that
// do not name its stage, so histories of claims that ended with the choice for the court end there.
func (c *claimRun) ended() bool {
	return c.facts().Status.Final() && c.next().Stage != trajectory.StageCourt
}

// settle waits until every update handler has answered its caller.
func (c *claimRun) settle(ctx workflow.Context) error {
	return workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
}
