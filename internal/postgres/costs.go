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

// ReviewCosts records what a person decided that the 14-day letter of a consumer names at most as costs, without VAT; nothing means that it is left out. It
// ends the task that asked. A second review is a correction, and too late once a 14-day letter left; more than rules allow is a *ConflictError.
func (s *Store) ReviewCosts(ctx context.Context, ref Ref, amount money.Amount, reason string, by Actor, rules RulesFor) error {
	if strings.TrimSpace(reason) == "" {
		return &ConflictError{"the reason is empty; right would be why these costs are lawful"}
	}
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		key, err := attemptKey(ctx, tx, ref, "costs-reviewed")
		if err != nil {
			return err
		}
		var same bool
		err = tx.QueryRow(ctx, `SELECT costs_reviewed IS NOT DISTINCT FROM $3 FROM claim WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, amount).Scan(&same)
		if err != nil || same { // told again
			return err
		}
		e := by.event(key, "costs-reviewed", by.today(), map[string]any{"costs": amount, "reason": reason})
		return changeLocked(ctx, tx, ref, e, MessageTask, func(tx pgx.Tx, file CaseFile) error {
			if err := canReview(file.Facts, amount, by.today(), rules); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `UPDATE claim SET costs_reviewed = $3 WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, amount); err != nil {
				return fmt.Errorf("review costs of claim %s: %w", ref.ClaimID, err)
			}
			return doneTask(ctx, tx, ref, trajectory.ReviewCosts, by)
		})
	})
}

func canReview(f claim.Facts, amount money.Amount, today calendar.Date, rules RulesFor) error {
	if _, err := whileOpen(f); err != nil {
		return err
	}
	if f.Debtor.InBusiness {
		return &ConflictError{"the debtor acts in business: costs follow from the law or the clause; right would be a consumer's claim"}
	}
	for _, l := range f.Letters {
		if l.Kind == claim.FourteenDayLetter && l.Left() && !f.Void(l) {
			return &ConflictError{"a 14-day letter left on " + l.On.String() + ", which named the costs: they cannot be changed any more"}
		}
	}
	pinned, err := rules(f)
	if err != nil {
		return err
	}
	account, err := f.AccountOn(pinned.Tables, today)
	if err != nil {
		return fmt.Errorf("account of claim %s: %w", f.ClaimID, err)
	}
	f.CostsReviewed = nil
	notice, err := f.NoticeOn(pinned.Tables, account.Open.Principal, today)
	if err != nil {
		return fmt.Errorf("costs of claim %s: %w", f.ClaimID, err)
	}
	if amount < 0 || amount > notice.Costs {
		return &ConflictError{fmt.Sprintf("%s is not lawful: the scale allows %s at most; right would be an amount from 0.00 to that", amount, notice.Costs)}
	}
	return nil
}

// oneNoticeAtATime lets the 14-day letters of one debtor be written one after the other: what the first names is taken off the second (art. 6:96 lid 7 BW).
// Only they wait for each other, each with its own claim's lock, so nobody waits in a circle.
func oneNoticeAtATime(ctx context.Context, tx pgx.Tx, ref Ref, action trajectory.Action) error {
	if action.Letter != claim.FourteenDayLetter {
		return nil
	}
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('notice/' || d.client_id || '/' || d.person, 0)) FROM claim c
		JOIN debtor d ON d.client_id = c.client_id AND d.id = c.debtor_id WHERE c.client_id = $1 AND c.id = $2`, ref.ClientID, ref.ClaimID)
	if err != nil {
		return fmt.Errorf("lock the 14-day letters of the debtor of claim %s: %w", ref.ClaimID, err)
	}
	return nil
}
