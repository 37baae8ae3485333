package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// bookSettlement books a settlement on a claim with these facts, and asks a person to pay back what is too much since.
func bookSettlement(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, s claim.Settlement, by Actor, rules RulesFor) error {
	if err := insertSettlement(ctx, tx, ref, s); err != nil {
		return err
	}
	return askRepayment(ctx, tx, ref, f.With(s), rules, by)
}

// askRepayment asks a person to pay back what was paid too much by the facts as they are since a change, also of a claim that has ended: that has no
// workflow. What was asked before is dropped when it is not right any more. Money that came in is booked also while nobody can tell what is owed.
func askRepayment(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, rules RulesFor, by Actor) error {
	account, err := accountBy(f, rules, by.today())
	if err != nil {
		return openTask(ctx, tx, ref, trajectory.RepaySurplus+"unknown", fmt.Sprintf("find out whether too much was paid: what is owed cannot be told (%v)", err), by)
	}
	if task, todo := trajectory.Repayment(f.Tasks, account.Surplus); task != "" {
		return openTask(ctx, tx, ref, task, todo, by)
	}
	return dropRepayments(ctx, tx, ref, trajectory.RepaySurplus+account.Surplus.String(), by)
}

func accountBy(f claim.Facts, rules RulesFor, on calendar.Date) (claim.Account, error) {
	pinned, err := rules(f)
	if err != nil {
		return claim.Account{}, err
	}
	return f.AccountOn(pinned.Tables, on)
}

// dropRepayments ends the open tasks to pay back another surplus than the one that a task is about.
func dropRepayments(ctx context.Context, tx pgx.Tx, ref Ref, about string, by Actor) error {
	why := fmt.Sprintf("by now it is %s that was paid too much", strings.TrimPrefix(about, trajectory.RepaySurplus))
	rows, err := tx.Query(ctx, `UPDATE task SET done_on = $5, detail = 'dropped: ' || $6 WHERE client_id = $1 AND claim_id = $2 AND starts_with(key, $3) AND key <> $4 AND done_on IS NULL RETURNING key`,
		ref.ClientID, ref.ClaimID, trajectory.RepaySurplus, about, by.today(), why)
	if err != nil {
		return fmt.Errorf("drop tasks of claim %s: %w", ref.ClaimID, err)
	}
	dropped, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("drop tasks of claim %s: %w", ref.ClaimID, err)
	}
	for _, task := range dropped {
		key, err := attemptKey(ctx, tx, ref, "task-dropped:"+task)
		if err != nil {
			return err
		}
		if _, err := record(ctx, tx, ref, by.event(key, "task-dropped", by.today(), map[string]any{"task": task, "reason": why})); err != nil {
			return err
		}
	}
	return nil
}
