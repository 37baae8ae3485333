package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// eventCloseProposed is that a first person wants to close a claim.
const eventCloseProposed = "close-proposed"

// SayClose says that an operator ends the claim, with the reason; done is whether it is closed by that. Of a claim of which no more is owed than its trajectory holds too small to ask
// for one person is enough. Of another one two different persons who may approve say so (docs/decisions/0064): the first opens a task, and the claim goes on until the second. The same person twice is once,
// and when somebody ended the task it begins anew. A claim that has ended is a *ConflictError; somebody who may not approve a *NotApproverError. It is one transaction: a crash before the commit leaves nothing.
func (s *Store) SayClose(ctx context.Context, ref Ref, reason string, by Actor, rules RulesFor) (done bool, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return false, &ConflictError{"the reason is empty; right would be why the claim is closed"}
	}
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		file, err := readCaseFile(ctx, tx, ref)
		if err != nil {
			return err
		}
		if done = file.Facts.Closing != nil && !file.Facts.Status.Final(); done { // told again
			return nil
		}
		owed, few, err := closesAlone(file.Facts, by, rules)
		switch {
		case err != nil:
			return err
		case few || file.Facts.Status.Final():
			done = true
			return closeLocked(ctx, tx, ref, reason, by)
		}
		done, err = saidBefore(ctx, tx, ref, owed, reason, by)
		return err
	})
	return done && err == nil, err
}

// closesAlone is what is owed of a claim today, and whether one person closes it.
func closesAlone(f claim.Facts, by Actor, rules RulesFor) (owed money.Amount, alone bool, err error) {
	pinned, err := rules(f)
	if err != nil {
		return 0, false, err
	}
	account, err := f.AccountOn(pinned.Tables, by.today())
	if err != nil {
		return 0, false, fmt.Errorf("account of claim %s: %w", f.ClaimID, err)
	}
	return account.Open.Total(), account.Open.Total() <= pinned.Policy.MinimumDemand, nil
}

// saidBefore closes a claim when another person said so before, and else asks for one.
func saidBefore(ctx context.Context, tx pgx.Tx, ref Ref, owed money.Amount, reason string, by Actor) (done bool, err error) {
	if by.Name, err = approverOf(ctx, tx, ref.ClientID, by.Name); err != nil {
		return false, err
	}
	var first, why string
	err = tx.QueryRow(ctx, `SELECT e.actor, e.detail ->> 'reason' FROM case_event e JOIN task t ON t.client_id = e.client_id AND t.claim_id = e.claim_id AND t.key = $4 AND t.done_on IS NULL
		WHERE e.client_id = $1 AND e.claim_id = $2 AND e.kind = $3 ORDER BY e.seq DESC LIMIT 1`, ref.ClientID, ref.ClaimID, eventCloseProposed, trajectory.CloseTwice).Scan(&first, &why)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return false, proposeClose(ctx, tx, ref, owed, reason, by)
	case err != nil:
		return false, fmt.Errorf("read who wants to close claim %s: %w", ref.ClaimID, err)
	case strings.EqualFold(first, by.Name):
		return false, nil
	}
	if why != reason {
		reason = why + "; " + reason
	}
	if err := closeLocked(ctx, tx, ref, reason, by); err != nil {
		return false, err
	}
	return true, doneTask(ctx, tx, ref, trajectory.CloseTwice, by)
}

func proposeClose(ctx context.Context, tx pgx.Tx, ref Ref, owed money.Amount, reason string, by Actor) error {
	key, err := attemptKey(ctx, tx, ref, eventCloseProposed)
	if err != nil {
		return err
	}
	if _, err := record(ctx, tx, ref, by.event(key, eventCloseProposed, by.today(), map[string]any{"reason": reason, "owed": owed})); err != nil {
		return err
	}
	todo := fmt.Sprintf("somebody wants to close the claim, of which %s is owed, because: %s. Look whether that is so; if it is, another person who may approve closes it (claim close), else say so (claim done): the claim goes on meanwhile", owed, reason)
	return openTask(ctx, tx, ref, trajectory.CloseTwice, todo, by)
}

// CloseByOperator records that a claim is ended for a reason, when whoever has to said so; the workflow then closes it.
func (s *Store) CloseByOperator(ctx context.Context, ref Ref, reason string, by Actor) error {
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		return closeLocked(ctx, tx, ref, reason, by)
	})
}

func closeLocked(ctx context.Context, tx pgx.Tx, ref Ref, reason string, by Actor) error {
	return changeLocked(ctx, tx, ref, by.event("operator-close", "close-requested", by.today(), map[string]any{"reason": reason}), MessageTask, func(tx pgx.Tx, file CaseFile) error {
		if file.Facts.Status.Final() {
			return &ConflictError{"the claim is " + string(file.Facts.Status) + " already"}
		}
		return setClosing(ctx, tx, ref, reason, by)
	})
}
