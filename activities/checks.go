package activities

import (
	"context"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/registers"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Registers are asked about debtors; the subject is the id of the claim.
type Registers interface {
	Ask(ctx context.Context, register claim.Register, subject string, on calendar.Date) (registers.Answer, error)
}

// askWithin is how long one register may take. All of them fit into one attempt.
const askWithin = 10 * time.Second

// CheckRegisters asks the registers that are due and records what each says, one after the other. A register that does not answer is a fact too: the
// decision asks it again some days later, or does without, so it holds nothing up. A crash in between asks the rest again.
func (c *Claims) CheckRegisters(ctx context.Context, in Act) (Situation, error) {
	facts, err := c.Files.Facts(ctx, in.ref())
	if err != nil {
		return Situation{}, translate(err)
	}
	agreed, err := pinned(c.Rules)(facts)
	if err != nil {
		return Situation{}, translate(err)
	}
	for _, check := range trajectory.ChecksDue(facts, agreed, in.AsOf) {
		if facts, err = c.Files.RecordCheck(ctx, in.ref(), c.look(ctx, in.ClaimID, check), in.by(), pinned(c.Rules)); err != nil {
			return Situation{}, translate(err)
		}
	}
	return c.situation(ctx, in, facts, nil)
}

// look asks one register. What is no answer that it can give counts as none.
func (c *Claims) look(ctx context.Context, subject string, check claim.Check) claim.Check {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	silent := check
	silent.Found = claim.NoAnswer
	said, err := c.Registers.Ask(ctx, check.Register, subject, check.On)
	if err != nil {
		silent.Cause = err.Error()
		return silent
	}
	if check.Found, check.Since = said.Found, said.Since; !check.Sound() || check.Found == claim.NoAnswer {
		silent.Cause = "it gave an answer that it cannot give"
		return silent
	}
	return check
}

// RecordEnding records why debt monitoring ends before its years are over.
func (c *Claims) RecordEnding(ctx context.Context, in Request) (Situation, error) {
	facts, err := c.Files.EndMonitoring(ctx, in.ref(), in.Because, in.actor())
	return c.situation(ctx, in.Act, facts, err)
}
