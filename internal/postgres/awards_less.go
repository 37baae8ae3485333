package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// CourtTask is the kind of the task to write off what a judgment left out; how much that is in all stands behind it, as "judgment-awards-less:300.00".
const CourtTask = "judgment-awards-less"

// askAwardsLess asks a person to write off what the judgment that stands did not award of the claim, by the facts as they are since a change: the account goes on from the agreement, and cannot know which
// part. What was asked before ends when none of it is owed any more, it is another amount by now, or something else came of the procedure.
func askAwardsLess(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, account claim.Account, rules trajectory.Rules, by Actor) error {
	short, left, why, err := awardsLess(f, account, rules)
	if err != nil {
		return err
	}
	return letGo{kind: CourtTask, all: short, left: left, over: why,
		todo: fmt.Sprintf("the judgment awards %s less principal and collection costs than was owed on its day: write off what of that is still owed (claim show, claim pay --kind write-off)", short)}.ask(ctx, tx, ref, f, by)
}

// SettledTask is the kind of the task to write off what the parties let go when they settled; how much was owed on that day stands behind it, as "settlement-lets-go:1161.29".
const SettledTask = "settlement-lets-go"

// askSettled asks a person to write off what is left when the debtor has paid what the parties settled for: a settlement tells no amounts, the account goes on, and nobody asks the debtor for anything any
// more. It ends when nothing is owed.
func askSettled(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, account claim.Account, rules trajectory.Rules, by Actor) error {
	settled, did := f.CourtStep(claim.CourtSettled)
	if !did {
		return nil
	}
	then, err := f.AccountOn(rules.Tables, settled.On)
	if err != nil {
		return fmt.Errorf("account of claim %s: %w", f.ClaimID, err)
	}
	owed := then.OpenToLetGo().Total()
	g := letGo{kind: SettledTask, all: owed, left: account.Open.Total(), over: "nothing is owed any more",
		todo: fmt.Sprintf("the parties settled on %s, when %s was owed: once the debtor has paid what they agreed on, write off what is left (claim show, claim pay --kind write-off), for nobody asks it any more; while the debtor is insolvent it is lodged (art. 26 and 299 Fw)", settled.On, owed)}
	if g.left > 0 {
		g.over = fmt.Sprintf("as is known by now %s was owed when the parties settled", g.all)
	}
	return g.ask(ctx, tx, ref, f, by)
}

// letGo is what came of a procedure and is to be written off by a person: all of it, which the key of the task has, what of that is owed still, why a task of another amount is not right any more, and what to do.
type letGo struct {
	kind      string
	all, left money.Amount
	over      string
	todo      string
}

// ask opens the task, and ends those that are not right any more. One that is done says that a person saw to all that it names: only more is asked anew.
func (g letGo) ask(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, by Actor) error {
	task, left := g.kind+":"+g.all.String(), g.left
	for _, t := range f.Tasks {
		amount, ours := strings.CutPrefix(t.Key, g.kind)
		switch seen, err := money.Parse(strings.TrimPrefix(amount, ":")); {
		case !ours || t.Dropped:
		case !t.Open && err == nil && seen >= g.all:
			left = 0
		case t.Open && (left == 0 || t.Key != task):
			if err := dropTask(ctx, tx, ref, trajectory.Dropped{Task: t.Key, Why: g.over}, by); err != nil {
				return err
			}
		}
	}
	if left == 0 {
		return nil
	}
	return openTask(ctx, tx, ref, task, g.todo, by)
}

// awardsLess is how much less the judgment awards than was owed on its day, how much of that is still owed, and why what was asked before is not right any more. Once the parties settled after it, that
// says what is owed; what was set aside left nothing out.
func awardsLess(f claim.Facts, account claim.Account, rules trajectory.Rules) (short, left money.Amount, why string, err error) {
	judgment, _ := f.CourtStep(claim.CourtJudgment)
	since, _ := f.CourtStep(f.CourtStage())
	switch since.Stage {
	case claim.CourtSettled:
		return 0, 0, fmt.Sprintf("the parties settled on %s, after the judgment", since.On), nil
	case claim.CourtLost:
		return 0, 0, fmt.Sprintf("the judgment was set aside on %s", since.On), nil
	case claim.CourtJudgment:
		if short, err = leftOut(f, judgment, rules); err != nil {
			return 0, 0, "", err
		}
		if left = leftToWriteOff(account, judgment, short); left > 0 {
			return short, left, fmt.Sprintf("by now the judgment awards %s less than was owed on its day", short), nil
		}
	case claim.CourtServed, claim.CourtWithdrawn:
	}
	return short, 0, "nothing of what the judgment left out is owed any more", nil
}

// leftToWriteOff is how much of what a judgment left out is still owed: it was not written off since, nor credited, nor paid. What the client credits after a judgment is first what that left out: the
// rest the debtor has to pay by it.
func leftToWriteOff(account claim.Account, judgment claim.CourtStep, short money.Amount) money.Amount {
	for _, a := range account.Allocations {
		switch s := a.Settlement; {
		case s.Kind == claim.WriteOff && !s.On.Before(judgment.On), s.Kind == claim.CreditNote && s.On.After(judgment.On):
			short -= a.Costs + a.Principal
		}
	}
	return money.Max(0, money.Min(short, account.Open.Total()-account.Open.Interest-account.OpenCosts().Court))
}

// leftOut is how much less principal and collection costs a judgment awards than was owed on its day, its court costs aside.
func leftOut(f claim.Facts, judgment claim.CourtStep, rules trajectory.Rules) (money.Amount, error) {
	account, err := f.AccountOn(rules.Tables, judgment.On)
	if err != nil {
		return 0, fmt.Errorf("account of claim %s: %w", f.ClaimID, err)
	}
	return money.Max(0, account.OpenToLetGo().Principal-judgment.Awarded.Principal) + account.CostsLeftOut(judgment.Awarded.Costs), nil
}
