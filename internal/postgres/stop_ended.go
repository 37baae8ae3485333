package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// endedClaim is a claim that has ended, as it was before a stop flag of its debtor was turned.
type endedClaim struct {
	ref    Ref
	told   bool // the turn is recorded in its file whatever it means for it
	before claim.Facts
}

// endedOf reads the claims of people that have ended. The caller holds all their claims. It leaves the tenant to its caller.
func endedOf(ctx context.Context, tx pgx.Tx, people []samePerson) (ended []endedClaim, err error) {
	for _, p := range people {
		if err := setTenant(ctx, tx, p.clientID); err != nil {
			return nil, err
		}
		for _, ref := range p.ended {
			file, err := readCaseFile(ctx, tx, ref)
			if err != nil {
				return nil, err
			}
			ended = append(ended, endedClaim{ref, slices.Contains(p.told, ref), file.Facts})
		}
	}
	return ended, nil
}

// mend does what a turned stop flag means for a claim that had ended: no workflow looks at it any more. When it divides anew what was paid, or a procedure
// before the court goes on, a person is asked to tell whoever has to know, once; the books follow. One that was paid and owes something by now, because the
// flag never was, is open again. Where it makes no difference nothing happens; what was asked before it ends. Nothing is sent.
func (t stopTurn) mend(ctx context.Context, tx pgx.Tx, c endedClaim, rules RulesFor) error {
	if err := setTenant(ctx, tx, c.ref.ClientID); err != nil {
		return err
	}
	file, err := readCaseFile(ctx, tx, c.ref)
	if err != nil {
		return err
	}
	asked, err := mendingOf(ctx, tx, c.ref, t.stop.Kind)
	if err != nil {
		return err
	}
	todo, differs, err := t.meant(c.before, file.Facts, asked, rules)
	if err != nil { // the flag stops dunning all the same
		todo = fmt.Sprintf("find out what flag %s makes of what was paid: what is owed cannot be told (%v)", t.stop.Kind, err)
	}
	changed, err := askMending(ctx, tx, c.ref, t.stop, asked, todo, t.by)
	if err != nil {
		return err
	}
	if changed && !c.told {
		if err := recordStop(ctx, tx, c.ref, t.stop, t.set, false, t.since, t.by); err != nil {
			return err
		}
	}
	if !differs {
		pinned, err := rules(file.Facts)
		if err != nil { // a person finds out
			return nil //nolint:nilerr // askMending asked
		}
		account, err := file.Facts.AccountOn(pinned.Tables, t.by.today())
		if err != nil {
			return nil //nolint:nilerr // likewise
		}
		if err := askLodged(ctx, tx, c.ref, file.Facts, account, t.by); err != nil {
			return err
		}
		return askByHand(ctx, tx, c.ref, file.Facts, pinned, t.by)
	}
	key, err := closingKey(ctx, tx, c.ref, t.by)
	if err != nil {
		return err
	}
	return followMoney(ctx, tx, c.ref, file.Facts, happened{key, t.by.today(), "the debtor's flag " + t.stop.Kind + " was changed"}, rules, t.by)
}

// meant is what a person has to do about the flag as it is now, and whether another sum is owed than before it was turned.
func (t stopTurn) meant(before, after claim.Facts, asked trajectory.StopAsked, rules RulesFor) (todo string, differs bool, err error) {
	pinned, err := rules(after)
	if err != nil {
		return "", false, err
	}
	if todo, err = trajectory.StoppedTooLate(before, after, t.stop, pinned.Tables, t.by.today(), asked); err != nil {
		return "", false, err
	}
	was, err := before.AccountOn(pinned.Tables, t.by.today())
	if err != nil {
		return "", false, err
	}
	is, err := after.AccountOn(pinned.Tables, t.by.today())
	return todo, was.Divided() != is.Divided() || was.Open != is.Open, err
}

// mendingOf is what a person was asked about a stop flag of a kind that came too late for a claim. The caller holds its lock.
func mendingOf(ctx context.Context, tx pgx.Tx, ref Ref, kind string) (asked trajectory.StopAsked, err error) {
	task := trajectory.StoppedAfterEnd + kind
	err = tx.QueryRow(ctx, `SELECT done_on IS NULL, detail, opened_on FROM task WHERE client_id = $1 AND claim_id = $2 AND key = $3`, ref.ClientID, ref.ClaimID, task).Scan(&asked.Open, &asked.Todo, &asked.On)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return asked, fmt.Errorf("read task %s of claim %s: %w", task, ref.ClaimID, err)
	}
	if !asked.Open && strings.HasPrefix(asked.Todo, "dropped: ") {
		asked.Todo = ""
	}
	return asked, nil
}

// askMending opens the task about a stop flag that came too late for a claim, opens it anew when it has to say something else, and ends it when there is nothing to say any more. It says whether anything changed.
func askMending(ctx context.Context, tx pgx.Tx, ref Ref, stop claim.Stop, asked trajectory.StopAsked, todo string, by Actor) (changed bool, err error) {
	task := trajectory.StoppedAfterEnd + stop.Kind
	if todo == asked.Todo || todo == "" && !asked.Open {
		return false, nil
	}
	if asked.Open {
		why := "by now it makes no difference"
		if todo != "" {
			why = "by now something else is to be told"
		}
		if err := dropTask(ctx, tx, ref, trajectory.Dropped{Task: task, Why: why}, by); err != nil || todo == "" {
			return true, err
		}
	}
	return true, openTask(ctx, tx, ref, task, todo, by)
}

// askOfStops ends what a person was asked about stop flags that came too late for a claim when its money or its procedure changed since and there is nothing to tell any more, and asks to lodge what the parties settled for.
func askOfStops(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, account claim.Account, rules trajectory.Rules, by Actor) error {
	for _, t := range f.Tasks {
		kind, ours := strings.CutPrefix(t.Key, trajectory.StoppedAfterEnd)
		if !ours || !t.Open {
			continue
		}
		asked, err := mendingOf(ctx, tx, ref, kind)
		if err != nil {
			return err
		}
		why, err := trajectory.NothingToTell(f, kind, rules.Tables, by.today(), asked)
		if err != nil {
			return err
		}
		if why == "" {
			continue
		}
		if err := dropTask(ctx, tx, ref, trajectory.Dropped{Task: t.Key, Why: why}, by); err != nil {
			return err
		}
	}
	return askLodged(ctx, tx, ref, f, account, by)
}

// askLodged asks a person to have what the parties settled for before the court lodged in an insolvency of the debtor, once in each, and ends what was asked when nothing is owed any more or the insolvency is over.
func askLodged(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, account claim.Account, by Actor) error {
	asked := trajectory.ToLodge(f, account)
	for _, t := range f.Tasks {
		wanted := slices.ContainsFunc(asked, func(a trajectory.Asking) bool { return a.Task == t.Key })
		if !t.Open || wanted || !strings.HasPrefix(t.Key, trajectory.LodgeSettled) {
			continue
		}
		why := "it is not in that insolvency any more"
		if account.Open.Total() == 0 {
			why = "nothing is owed any more"
		}
		if err := dropTask(ctx, tx, ref, trajectory.Dropped{Task: t.Key, Why: why}, by); err != nil {
			return err
		}
	}
	for _, a := range asked {
		if slices.ContainsFunc(f.Tasks, func(t claim.Task) bool { return t.Key == a.Task && !t.Dropped }) {
			continue
		}
		if err := openTask(ctx, tx, ref, a.Task, a.Todo, by); err != nil {
			return err
		}
	}
	return nil
}
