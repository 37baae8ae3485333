package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// bookSettlement books a settlement on a claim with these facts, and what follows from it for the money of the claim.
func bookSettlement(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, s claim.Settlement, by Actor, rules RulesFor) error {
	if err := insertSettlement(ctx, tx, ref, s); err != nil {
		return err
	}
	s.Known = by.today()
	after, err := judgeNotices(ctx, tx, ref, f.With(s), rules, by)
	if err != nil {
		return err
	}
	if after, err = costsAnew(ctx, tx, ref, f, after, rules, by); err != nil {
		return err
	}
	return followMoney(ctx, tx, ref, after, happened{"settlement:" + s.Key, s.On, "settlement " + s.Key + " was recorded"}, rules, by)
}

// askRepayment asks a person to pay back what was paid too much by the facts as they are since a change, also of a claim that has ended: that has no
// workflow. What was asked before is dropped when it is not right any more.
func askRepayment(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, account claim.Account, by Actor) error {
	if task, todo := trajectory.Repayment(f.Tasks, account.Surplus); task != "" {
		return openTask(ctx, tx, ref, task, todo, by)
	}
	return dropRepayments(ctx, tx, ref, trajectory.RepaySurplus+account.Surplus.String(), by)
}

func accountBy(f claim.Facts, rules RulesFor, on calendar.Date) (pinned trajectory.Rules, account claim.Account, err error) {
	if pinned, err = rules(f); err == nil {
		account, err = f.AccountOn(pinned.Tables, on)
	}
	return pinned, account, err
}

// dropRepayments ends the tasks to pay back another surplus than the one that a task is about, with their refunds that did not leave (endRefunds): what is open, and what counts as paid back
// by refunds that are more than the surplus by now.
func dropRepayments(ctx context.Context, tx pgx.Tx, ref Ref, about string, by Actor) error {
	left := strings.TrimPrefix(about, trajectory.RepaySurplus)
	why := fmt.Sprintf("by now it is %s that was paid too much", left)
	rows, err := tx.Query(ctx, `SELECT key, done_on IS NULL FROM task WHERE client_id = $1 AND claim_id = $2 AND starts_with(key, $3) AND key <> $4 AND (done_on IS NULL OR NOT starts_with(detail, 'dropped: '))`,
		ref.ClientID, ref.ClaimID, trajectory.RepaySurplus, about)
	if err != nil {
		return fmt.Errorf("find tasks of claim %s: %w", ref.ClaimID, err)
	}
	asked, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
		Key  string
		Open bool
	}])
	if err != nil {
		return fmt.Errorf("find tasks of claim %s: %w", ref.ClaimID, err)
	}
	for _, task := range asked {
		if !task.Open && !moreThan(task.Key, left) {
			continue
		}
		ended, err := endRefunds(ctx, tx, ref, trajectory.Dropped{Task: task.Key, Why: why}, by)
		if err != nil {
			return err
		}
		if !task.Open && !ended {
			continue
		}
		if err := dropTask(ctx, tx, ref, trajectory.Dropped{Task: task.Key, Why: why}, by); err != nil {
			return err
		}
	}
	return nil
}

// moreThan says whether the surplus that a task is about is more than another one; of one that is not known it says nothing.
func moreThan(task, surplus string) bool {
	was, err := money.Parse(strings.TrimPrefix(task, trajectory.RepaySurplus))
	is, unknown := money.Parse(surplus)
	return err == nil && unknown == nil && was > is
}

// dropTask ends an open task without its being done, because there is no reason for it any more.
func dropTask(ctx context.Context, tx pgx.Tx, ref Ref, d trajectory.Dropped, by Actor) error {
	tag, err := tx.Exec(ctx, `UPDATE task SET done_on = $4, detail = 'dropped: ' || $5 WHERE client_id = $1 AND claim_id = $2 AND key = $3 AND done_on IS NULL`, ref.ClientID, ref.ClaimID, d.Task, by.today(), d.Why)
	if err != nil {
		return fmt.Errorf("drop task %s of claim %s: %w", d.Task, ref.ClaimID, err)
	}
	if tag.RowsAffected() == 0 {
		return nil
	}
	key, err := attemptKey(ctx, tx, ref, "task-dropped:"+d.Task)
	if err != nil {
		return err
	}
	_, err = record(ctx, tx, ref, by.event(key, "task-dropped", by.today(), map[string]any{"task": d.Task, "reason": d.Why}))
	return err
}

// DropTasks ends the open tasks that unwanted names, on the facts under the claim's lock, and gives the facts after it. Twice is once. A crash before its
// commit leaves them open, and they are dropped when the claim is read again.
func (s *Store) DropTasks(ctx context.Context, ref Ref, by Actor, unwanted func(claim.Facts) ([]trajectory.Dropped, error)) (facts claim.Facts, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		file, err := readCaseFile(ctx, tx, ref)
		if err != nil {
			return err
		}
		tasks, err := unwanted(file.Facts)
		if err != nil {
			return err
		}
		for _, task := range tasks {
			if err := dropTask(ctx, tx, ref, task, by); err != nil {
				return err
			}
		}
		facts, err = refresh(ctx, tx, ref, nil)
		return err
	})
	return facts, err
}
