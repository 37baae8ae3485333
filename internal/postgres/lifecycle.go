package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Kinds of events in the case file. A decision after debt monitoring began is one of its own.
const (
	eventDecision   = "decision"
	eventMonitoring = "monitoring-started"
)

// Still says, under the claim's lock, whether a change that was decided on older facts still holds.
type Still func(claim.Facts) (bool, error)

// always holds for changes that no newer fact makes wrong.
func always(claim.Facts) (bool, error) { return true, nil }

// whileOpen refuses what cannot be done for a claim that has ended meanwhile: the caller hears so, and nothing is recorded.
func whileOpen(f claim.Facts) (bool, error) {
	if f.Status.Final() {
		return false, &ConflictError{"the claim is " + string(f.Status) + ": it has ended, and takes this no more; right would be a remark, which every claim takes: dunning claim remark"}
	}
	return true, nil
}

// own runs a change that the claim's own workflow makes, if it still holds: no message is left, and the facts after it come back.
// Doing it twice is doing it once.
func (s *Store) own(ctx context.Context, ref Ref, e Event, still Still, rows func(tx pgx.Tx, facts claim.Facts) error) (claim.Facts, error) {
	return s.ownNumbered(ctx, ref, e, nil, still, rows)
}

// ownNumbered is own for a change that can be made again after an event of one of the kinds again: each time is an event of its own.
func (s *Store) ownNumbered(ctx context.Context, ref Ref, e Event, again []string, still Still, rows func(tx pgx.Tx, facts claim.Facts) error) (claim.Facts, error) {
	var facts claim.Facts
	err := s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		e, err := numbered(ctx, tx, ref, e, again)
		if err != nil {
			return err
		}
		file, err := readCaseFile(ctx, tx, ref)
		if err != nil {
			return err
		}
		known, err := isKnown(ctx, tx, ref, e)
		if err != nil {
			return err
		}
		if !known { // what was recorded before stands, whatever came since
			ok, err := still(file.Facts)
			if err != nil {
				return err
			}
			if !ok {
				facts = file.Facts
				return markSeen(ctx, tx, ref, facts.Version)
			}
			if _, err := record(ctx, tx, ref, e); err != nil {
				return err
			}
			if err := rows(tx, file.Facts); err != nil {
				return err
			}
		}
		facts, err = refresh(ctx, tx, ref, nil)
		return err
	})
	return facts, err
}

// numbered gives an event the key of this time: as it is for the first, key:2 after one event of the kinds again.
func numbered(ctx context.Context, tx pgx.Tx, ref Ref, e Event, again []string) (Event, error) {
	var times int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM case_event WHERE client_id = $1 AND claim_id = $2 AND kind = ANY($3)`, ref.ClientID, ref.ClaimID, again).Scan(&times)
	if err != nil {
		return e, fmt.Errorf("count events %s: %w", again, err)
	}
	if times > 0 {
		e.Key = fmt.Sprintf("%s:%d", e.Key, times+1)
	}
	return e, nil
}

func isKnown(ctx context.Context, tx pgx.Tx, ref Ref, e Event) (known bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM case_event WHERE client_id = $1 AND claim_id = $2 AND key = $3)`, ref.ClientID, ref.ClaimID, e.Key).Scan(&known)
	return known, err
}

// OpenClaim accepts a claim at intake, or refuses it for the problem found (empty: none).
func (s *Store) OpenClaim(ctx context.Context, ref Ref, by Actor, problem func(claim.Facts) string) (claim.Facts, error) {
	return s.own(ctx, ref, by.event("open", "intake-checked", by.today(), nil), always, func(tx pgx.Tx, facts claim.Facts) error {
		if reason := problem(facts); reason != "" {
			if _, err := record(ctx, tx, ref, closing(claim.StatusRefused, reason, by)); err != nil {
				return err
			}
			if err := askToConfirm(ctx, tx, ref, facts.ToConfirm(), "the claim is refused", by); err != nil {
				return err
			}
			return setStatus(ctx, tx, ref, facts, claim.StatusRefused, reason)
		}
		_, err := tx.Exec(ctx, `UPDATE claim SET opened_on = $3 WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, by.today())
		return err
	})
}

// CloseClaim ends a claim with the outcome that was decided, when the decision still holds under the lock; otherwise only the facts come back.
// One that was opened again can be closed again.
func (s *Store) CloseClaim(ctx context.Context, ref Ref, outcome claim.Status, reason string, by Actor, still Still) (claim.Facts, error) {
	return s.ownNumbered(ctx, ref, closing(outcome, reason, by), []string{eventReopened}, still, func(tx pgx.Tx, facts claim.Facts) error {
		return setStatus(ctx, tx, ref, facts, outcome, reason)
	})
}

func closing(outcome claim.Status, reason string, by Actor) Event {
	return by.event("close", "closed", by.today(), map[string]any{"outcome": outcome, "reason": reason})
}

func setStatus(ctx context.Context, tx pgx.Tx, ref Ref, facts claim.Facts, outcome claim.Status, reason string) error {
	next, err := facts.Status.To(outcome)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE claim SET status = $3, status_reason = $4, court_awaited = $5 WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, next, reason, next == claim.StatusCourt); err != nil {
		return fmt.Errorf("close claim %s: %w", ref.ClaimID, err)
	}
	return nil
}

// StartMonitoring begins debt monitoring.
func (s *Store) StartMonitoring(ctx context.Context, ref Ref, by Actor) (claim.Facts, error) {
	return s.own(ctx, ref, by.event("monitoring", eventMonitoring, by.today(), nil), whileOpen, func(tx pgx.Tx, _ claim.Facts) error {
		_, err := tx.Exec(ctx, `UPDATE claim SET monitored_from = $3 WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, by.today())
		return err
	})
}

// RecordDecision records what the client decided, or the default of its agreement. The first decision stands, but that debt monitoring can become the court
// (claim.Facts.Revises): the same one again changes nothing, another one is a *ConflictError, as is any for a claim that has ended. A new one is asked of allowed,
// on the facts under the claim's lock.
func (s *Store) RecordDecision(ctx context.Context, ref Ref, choice claim.Choice, by Actor, allowed Still) (claim.Facts, error) {
	facts, err := s.decide(ctx, ref, claim.Decision{Choice: choice, On: by.today()}, "", by, newChoice(choice, allowed))
	if d := facts.Decision; err == nil && d != nil && (d.Choice != choice || d.FixedPrice != nil) {
		return facts, &ConflictError{alreadyDecided(facts, choice)}
	}
	return facts, err
}

// newChoice asks of allowed for a claim that is open and not decided, or whose decision can become this one. One that was decided otherwise stays as it is; one that
// has ended undecided is a *ConflictError.
func newChoice(choice claim.Choice, allowed Still) Still {
	return func(f claim.Facts) (bool, error) {
		if f.Decision != nil && !f.Revises(choice) {
			return false, nil
		}
		if open, err := whileOpen(f); !open {
			return false, err
		}
		return allowed(f)
	}
}

// RecordDefault records the decision that the agreement takes for a client who does not answer, if that is still what comes next, and why when it is not that of its plan.
func (s *Store) RecordDefault(ctx context.Context, ref Ref, choice claim.Choice, why string, by Actor, still Still) (claim.Facts, error) {
	return s.decide(ctx, ref, claim.Decision{Choice: choice, On: by.today(), Default: true}, why, by, still)
}

func (s *Store) decide(ctx context.Context, ref Ref, d claim.Decision, why string, by Actor, still Still) (claim.Facts, error) {
	detail := map[string]any{"choice": d.Choice, "default": d.Default}
	if why != "" {
		detail["reason"] = why
	}
	e := by.event(eventDecision, eventDecision, d.On, detail)
	return s.ownNumbered(ctx, ref, e, decidesAnew, still, func(tx pgx.Tx, f claim.Facts) error {
		return setDecision(ctx, tx, ref, f, d, by)
	})
}

// OpenTask asks a person for something, once per key.
func (s *Store) OpenTask(ctx context.Context, ref Ref, key, detail string, by Actor) (claim.Facts, error) {
	var facts claim.Facts
	err := s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		if err := openTask(ctx, tx, ref, key, detail, by); err != nil {
			return err
		}
		var err error
		facts, err = refresh(ctx, tx, ref, nil)
		return err
	})
	return facts, err
}

// openTask opens a task, or opens it again when it was done and there is a reason again, also in the same second: each opening is an event of its own, and of one that is open there is none. One to pay back a surplus takes the place of another.
// The caller holds the claim's lock.
func openTask(ctx context.Context, tx pgx.Tx, ref Ref, key, detail string, by Actor) error {
	if strings.HasPrefix(key, trajectory.RepaySurplus) {
		if err := dropRepayments(ctx, tx, ref, key, by); err != nil {
			return err
		}
	}
	tag, err := tx.Exec(ctx, `INSERT INTO task (client_id, claim_id, key, detail, opened_on) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (claim_id, key) DO UPDATE SET opened_on = excluded.opened_on, detail = excluded.detail, done_on = NULL WHERE task.done_on IS NOT NULL`, ref.ClientID, ref.ClaimID, key, detail, by.today())
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	event, err := attemptKey(ctx, tx, ref, fmt.Sprintf("task:%s:%s", key, by.At.UTC().Format("20060102T150405")))
	if err != nil {
		return err
	}
	_, err = record(ctx, tx, ref, by.event(event, "task-opened", by.today(), map[string]any{"task": key, "detail": detail}))
	return err
}

// RecordAttention says that an action could not be done and an operator has to repair it.
func (s *Store) RecordAttention(ctx context.Context, ref Ref, attention claim.Attention, by Actor) (claim.Facts, error) {
	e := by.event(fmt.Sprintf("attention:%s:%d", attention.Action, attention.Since.UnixNano()), "needs-attention", by.today(), map[string]any{"action": attention.Action, "cause": attention.Cause})
	return s.own(ctx, ref, e, whileOpen, func(tx pgx.Tx, _ claim.Facts) error {
		_, err := tx.Exec(ctx, `UPDATE claim SET attention_action = $3, attention_cause = $4, attention_since = $5 WHERE client_id = $1 AND id = $2`,
			ref.ClientID, ref.ClaimID, attention.Action, attention.Cause, attention.Since)
		return err
	})
}

// RecordRepair clears the attention and does what the operator chose: retry (try the action again), skip (pass the step without a letter),
// override (the letter counts as delivered: the operator has proof) or close. The operator and the reason stay in the file. The same repair under
// its key again changes nothing, and allowed, which judges the facts under the lock, is not asked again. One of a claim that does not need attention, or of another step than that which does, is a *ConflictError.
func (s *Store) RecordRepair(ctx context.Context, ref Ref, r claim.Repair, by Actor, allowed Still) (claim.Facts, error) {
	e := by.event("repair:"+r.Key, "repaired", by.today(), map[string]any{"do": r.Do, "step": r.Step, "reason": r.Reason})
	facts, err := s.own(ctx, ref, e, repairable(r, allowed), func(tx pgx.Tx, facts claim.Facts) error {
		if err := clearAttention(ctx, tx, ref); err != nil {
			return err
		}
		switch r.Do {
		case "skip":
			_, err := tx.Exec(ctx, `INSERT INTO skipped_step (client_id, claim_id, step, on_day) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, ref.ClientID, ref.ClaimID, r.Step, by.today())
			return err
		case "override":
			return overrideLetter(ctx, tx, ref, r.Step, by)
		case "close":
			return setClosing(ctx, tx, ref, r.Reason, by)
		}
		return nil
	})
	if err != nil {
		return facts, err
	}
	return facts, s.sameRepair(ctx, ref, r)
}

func overrideLetter(ctx context.Context, tx pgx.Tx, ref Ref, step string, by Actor) error {
	tag, err := tx.Exec(ctx, `UPDATE letter SET state = 'accepted', received_on = COALESCE(received_on, $4), settled_at = clock_timestamp()
		WHERE client_id = $1 AND claim_id = $2 AND step = $3 AND state IN ('unknown', 'claimed', 'sending')`, ref.ClientID, ref.ClaimID, step, by.today())
	if err == nil && tag.RowsAffected() == 0 {
		return &ConflictError{"no letter of step " + step + " waits for proof of delivery"}
	}
	if err == nil && step == trajectory.AdviceLetter {
		err = setAdvised(ctx, tx, ref, by)
	}
	if err != nil {
		return err
	}
	return doneTask(ctx, tx, ref, trajectory.TraceLetter+step, by)
}

// setAdvised starts the client's term to decide, once.
func setAdvised(ctx context.Context, tx pgx.Tx, ref Ref, by Actor) error {
	_, err := tx.Exec(ctx, `UPDATE claim SET advised_on = COALESCE(advised_on, $3) WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, by.today())
	return err
}

func setClosing(ctx context.Context, tx pgx.Tx, ref Ref, reason string, by Actor) error {
	_, err := tx.Exec(ctx, `UPDATE claim SET closing_reason = $3, closing_on = $4 WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, reason, by.today())
	return err
}

func clearAttention(ctx context.Context, tx pgx.Tx, ref Ref) error {
	_, err := tx.Exec(ctx, `UPDATE claim SET attention_action = NULL, attention_cause = NULL, attention_since = NULL WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID)
	return err
}
