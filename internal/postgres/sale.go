package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// eventSale is that a person told whether a consumer's debt is the price of a purchase.
const eventSale = "consumer-sale"

// TellSale records whether a consumer's debt is the price of a purchase (two years of limitation, art. 7:28 BW) or something else (five, art. 3:307 BW), and why.
// What was told already, by the client too, changes nothing. A task to interrupt limitation by another day than it now has is ended; the claim asks anew when it must. Letters that the law did not allow
// because the claim was time-barred are tried again when it is not.
// Of a debtor in business, and of a claim that has ended, it is a *ConflictError. A crash before its commit leaves nothing.
func (s *Store) TellSale(ctx context.Context, ref Ref, told claim.Sale, reason string, by Actor) error {
	if !slices.Contains(claim.Sales(), told) {
		return &ConflictError{fmt.Sprintf("%q is not one of %v", told, claim.Sales())}
	}
	if strings.TrimSpace(reason) == "" {
		return &ConflictError{"the reason is empty; right would be what it is for, and who told so"}
	}
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		file, err := readCaseFile(ctx, tx, ref)
		if err != nil {
			return err
		}
		before := file.Facts
		if before.Debtor.InBusiness {
			return &ConflictError{"the debtor acts in business: only a consumer has a consumer sale (art. 7:5 lid 1 BW); right would be a consumer's claim"}
		}
		if before.Terms.Sale == told {
			return nil
		}
		key, err := attemptKey(ctx, tx, ref, eventSale)
		if err != nil {
			return err
		}
		e := by.event(key, eventSale, by.today(), map[string]any{"told": told, "was": before.Terms.Sale, "reason": reason})
		return changeLocked(ctx, tx, ref, e, MessageTask, func(tx pgx.Tx, _ CaseFile) error { return tellSale(ctx, tx, ref, before, told, by) })
	})
}

func tellSale(ctx context.Context, tx pgx.Tx, ref Ref, before claim.Facts, told claim.Sale, by Actor) error {
	if _, err := whileOpen(before); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE claim SET consumer_sale_corrected = $3 WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, told); err != nil {
		return fmt.Errorf("tell whether claim %s is for a purchase: %w", ref.ClaimID, err)
	}
	after := before
	after.Terms.Sale = told
	was, last := trajectory.Enforceable(before).LastDay, trajectory.Enforceable(after).LastDay
	if was == last {
		return nil
	}
	why := fmt.Sprintf("the last day is %s now", last)
	if err := dropTask(ctx, tx, ref, trajectory.Dropped{Task: trajectory.InterruptByHand + was.String(), Why: why}, by); err != nil {
		return err
	}
	if today := by.today(); !was.Before(today) || last.Before(today) {
		return nil
	}
	return lawfulAgain(ctx, tx, ref, before, why, by)
}

// lawfulAgain lets letters be tried again that the law did not allow of a claim that was time-barred: their tasks end, and an operator is not waited for. One that
// misses something else is refused again, and its task opened.
func lawfulAgain(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, why string, by Actor) error {
	for _, task := range f.Tasks {
		step, unlawful := strings.CutPrefix(task.Key, trajectory.UnlawfulLetter)
		if !unlawful || !task.Open {
			continue
		}
		if err := dropTask(ctx, tx, ref, trajectory.Dropped{Task: task.Key, Why: why}, by); err != nil {
			return err
		}
		if f.Attention == nil || f.Attention.Action != step {
			continue
		}
		if err := retried(ctx, tx, ref, "lawful-again", step, why, by); err != nil {
			return err
		}
	}
	return nil
}

// retried records that what needed attention is tried again, if it still comes, because of what happened.
func retried(ctx context.Context, tx pgx.Tx, ref Ref, happened, step, why string, by Actor) error {
	key, err := attemptKey(ctx, tx, ref, "repair:"+happened)
	if err != nil {
		return err
	}
	if _, err := record(ctx, tx, ref, by.event(key, "repaired", by.today(), map[string]any{"do": "retry", "step": step, "reason": why})); err != nil {
		return err
	}
	return clearAttention(ctx, tx, ref)
}
