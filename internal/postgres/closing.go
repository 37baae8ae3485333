package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// eventCloseProposed is that a first person wants to close a claim.
const eventCloseProposed = "close-proposed"

// operatorClose is the key of the event that ends a claim by the word of an operator.
const operatorClose = "operator-close"

// SayClose says that an operator ends the claim, with the reason; done is whether it is closed by that. Of a claim of which no more is owed than its trajectory holds too small to ask
// for one person is enough. Of another one two different persons who may approve say so (docs/decisions/0064): the first opens a task, and the claim goes on until the second. The same person twice is once,
// and when somebody ended the task, or who said so may not approve any more, it begins anew. A claim that has ended is a *ConflictError; somebody who may not approve a *NotApproverError. It is one transaction: a crash before the commit leaves nothing.
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
		if file.Facts.Status.Final() {
			done = true
			return closedBefore(ctx, tx, ref, file.Facts.Status, reason)
		}
		owed, few, err := closesAlone(file.Facts, by, rules)
		switch {
		case err != nil:
			return err
		case few:
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
	first, counts, err := closeProposed(ctx, tx, ref)
	switch {
	case err != nil:
		return false, err
	case first.By == "":
		return false, proposeClose(ctx, tx, ref, owed, reason, by)
	case !counts: // who said so may not any more, or could not for a time: it begins anew
		if err := secondSaid(ctx, tx, ref, "the word of "+first.By+" does not count any more: another begins anew", by); err != nil {
			return false, err
		}
		return false, proposeClose(ctx, tx, ref, owed, reason, by)
	case strings.EqualFold(first.By, by.Name):
		return false, nil
	}
	result := by.Name + " says so too: " + reason
	if first.Reason != reason {
		reason = first.Reason + "; " + reason
	}
	if err := closeLocked(ctx, tx, ref, reason, by); err != nil {
		return false, err
	}
	return true, secondSaid(ctx, tx, ref, result, by)
}

// secondSaid ends the task that asks for another person, with what came of it.
func secondSaid(ctx context.Context, tx pgx.Tx, ref Ref, result string, by Actor) error {
	key, err := attemptKey(ctx, tx, ref, "task-done:"+trajectory.CloseTwice+":said")
	if err != nil {
		return err
	}
	if _, err := record(ctx, tx, ref, by.event(key, "task-done", by.today(), map[string]any{"task": trajectory.CloseTwice, "result": result})); err != nil {
		return err
	}
	return doneTask(ctx, tx, ref, trajectory.CloseTwice, by)
}

// Said is who said something about a claim, on which day, and why.
type Said struct {
	By     string
	On     calendar.Date
	Reason string
}

// CloseProposed is who said that a claim is to be closed, for which another person is needed; nobody: it is zero.
func (s *Store) CloseProposed(ctx context.Context, ref Ref) (first Said, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		first, _, err = closeProposed(ctx, tx, ref)
		return err
	})
	return first, err
}

// closeProposed is CloseProposed, and whether that word counts still.
func closeProposed(ctx context.Context, tx pgx.Tx, ref Ref) (first Said, counts bool, err error) {
	err = tx.QueryRow(ctx, `SELECT e.actor, e.value_on, e.detail ->> 'reason', word_counts(e.actor, e.recorded_at) FROM case_event e JOIN task t ON t.client_id = e.client_id AND t.claim_id = e.claim_id AND t.key = $4 AND t.done_on IS NULL
		WHERE e.client_id = $1 AND e.claim_id = $2 AND e.kind = $3 ORDER BY e.seq DESC LIMIT 1`, ref.ClientID, ref.ClaimID, eventCloseProposed, trajectory.CloseTwice).Scan(&first.By, &first.On, &first.Reason, &counts)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return first, false, fmt.Errorf("read who wants to close claim %s: %w", ref.ClaimID, err)
	}
	return first, counts, nil
}

// closedBefore is nil when an operator closed a claim that has ended with the same words, and else a *ConflictError that says how it ended.
func closedBefore(ctx context.Context, tx pgx.Tx, ref Ref, status claim.Status, reason string) error {
	var was Said
	err := tx.QueryRow(ctx, `SELECT actor, value_on, detail ->> 'reason' FROM case_event WHERE client_id = $1 AND claim_id = $2 AND key = $3`, ref.ClientID, ref.ClaimID, operatorClose).Scan(&was.By, &was.On, &was.Reason)
	switch {
	case err != nil && !errors.Is(err, pgx.ErrNoRows):
		return fmt.Errorf("read who closed claim %s: %w", ref.ClaimID, err)
	case err == nil && was.Reason == reason:
		return nil
	case err == nil && status == claim.StatusClosed:
		return &ConflictError{fmt.Sprintf("the claim is closed already, since %s by %s: %s", was.On, was.By, was.Reason)}
	}
	return &ConflictError{"the claim is " + string(status) + " already"}
}

func proposeClose(ctx context.Context, tx pgx.Tx, ref Ref, owed money.Amount, reason string, by Actor) error {
	key, err := attemptKey(ctx, tx, ref, eventCloseProposed)
	if err != nil {
		return err
	}
	if _, err := record(ctx, tx, ref, by.event(key, eventCloseProposed, by.today(), map[string]any{"reason": reason, "owed": owed})); err != nil {
		return err
	}
	todo := fmt.Sprintf("%s wants to close the claim, because: %s. Look whether that is so, and what is owed (claim show); if it is, another person who may approve closes it (claim close), else say so (claim done): the claim goes on meanwhile", by.Name, reason)
	return openTask(ctx, tx, ref, trajectory.CloseTwice, todo, by)
}

// closeLocked records that a claim is ended for a reason, when whoever has to said so; the workflow then closes it.
func closeLocked(ctx context.Context, tx pgx.Tx, ref Ref, reason string, by Actor) error {
	return changeLocked(ctx, tx, ref, by.event(operatorClose, "close-requested", by.today(), map[string]any{"reason": reason}), MessageTask, func(tx pgx.Tx, file CaseFile) error {
		if file.Facts.Status.Final() {
			return &ConflictError{"the claim is " + string(file.Facts.Status) + " already"}
		}
		return setClosing(ctx, tx, ref, reason, by)
	})
}
