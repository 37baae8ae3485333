package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// RaiseDispute records that the debtor disputes the claim: from this moment no letter is registered. Of a claim for the court, which no workflow runs any more, it
// opens the task to judge it before the hand-over, or to tell whoever handles the case.
func (s *Store) RaiseDispute(ctx context.Context, ref Ref, key, grounds string, by Actor) error {
	if err := named(key); err != nil {
		return err
	}
	if strings.TrimSpace(grounds) == "" {
		return &ConflictError{"the grounds of the dispute are empty; right would be what the debtor says"}
	}
	e := by.event("dispute:"+key, "dispute-raised", by.today(), map[string]any{"grounds": grounds})
	return s.change(ctx, ref, e, MessageDispute, func(tx pgx.Tx, file CaseFile) error {
		if problem := file.Facts.DisputeProblem(); problem != "" {
			return &ConflictError{problem}
		}
		err := addPause(ctx, tx, ref, key, claim.PauseDispute, by.today(), calendar.Date{})
		if err != nil || file.Facts.Status != claim.StatusCourt {
			return err
		}
		task, todo := trajectory.DisputedInCourt(file.Facts, claim.Pause{Key: key, From: by.today()})
		return openTask(ctx, tx, ref, task, todo, by)
	})
}

// JudgeDispute records an operator's judgement: "rejected" lets the trajectory go on, "upheld" ends the claim (requirement T14). Of a claim for the court the
// hand-over goes on, or the client is asked again.
func (s *Store) JudgeDispute(ctx context.Context, ref Ref, key, outcome, reason string, by Actor) error {
	e := by.event("judgement:"+key, "dispute-"+outcome, by.today(), map[string]any{"reason": reason})
	return s.change(ctx, ref, e, MessageDispute, func(tx pgx.Tx, file CaseFile) error {
		inCourt := file.Facts.Status == claim.StatusCourt
		if _, err := whileOpen(file.Facts); err != nil && !inCourt {
			return err
		}
		tag, err := tx.Exec(ctx, `UPDATE pause SET outcome = $4, until_on = GREATEST(from_on, $5) WHERE client_id = $1 AND claim_id = $2 AND key = $3 AND kind = 'dispute' AND outcome = ''`,
			ref.ClientID, ref.ClaimID, key, outcome, by.today())
		if err != nil {
			return fmt.Errorf("judge dispute %s: %w", key, err)
		}
		if tag.RowsAffected() == 0 {
			return &ConflictError{"there is no open dispute " + key + "; right would be " + openDisputes(file.Facts)}
		}
		dispute := claim.Pause{Key: key}
		for _, task := range []string{dispute.LateTask(), dispute.JudgeTask(), trajectory.TellCourtDesk + key} {
			if err := doneTask(ctx, tx, ref, task, by); err != nil {
				return err
			}
		}
		if !inCourt || outcome != "upheld" {
			return nil
		}
		return openTask(ctx, tx, ref, trajectory.AskClientAgain+key, trajectory.UpheldInCourt(file.Facts), by)
	})
}

// openDisputes says which disputes can be judged.
func openDisputes(f claim.Facts) string {
	var keys []string
	for _, p := range f.Pauses {
		if p.Kind == claim.PauseDispute && p.Outcome == "" {
			keys = append(keys, p.Key)
		}
	}
	if len(keys) == 0 {
		return "to record what the debtor disputes first: dunning claim dispute, since no dispute of the claim is to be judged"
	}
	return "one of: " + strings.Join(keys, ", ")
}

func addPause(ctx context.Context, tx pgx.Tx, ref Ref, key string, kind claim.PauseKind, from, until calendar.Date) error {
	tag, err := tx.Exec(ctx, `INSERT INTO pause (client_id, claim_id, key, kind, from_on, until_on) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (claim_id, key) DO NOTHING`,
		ref.ClientID, ref.ClaimID, key, kind, from, until)
	if err != nil {
		return fmt.Errorf("pause claim %s: %w", ref.ClaimID, err)
	}
	if tag.RowsAffected() == 0 {
		return &ConflictError{"key " + key + " is in use for another hold or dispute of this claim"}
	}
	return nil
}

// SetFlag records a fact about the debtor. A stop flag (claim.Stops) holds for every open claim of the debtor, from the day since (zero: today); the
// others hold for this claim, from today. A flag that is set already changes nothing, unless since is another day. rules say what a stop flag makes of what was
// paid on claims of the debtor that have ended: the books follow, and a person is asked.
func (s *Store) SetFlag(ctx context.Context, ref Ref, kind string, since calendar.Date, by Actor, rules RulesFor) error {
	return s.turnFlag(ctx, ref, kind, true, since, by, rules)
}

// ClearFlag takes a fact about the debtor back: an address was found, a mailbox works again. A stop flag ends the day before since (zero: today); since
// its own day it never was. A flag that was cleared already changes nothing, unless it ended on another day; one that was never set is a *ConflictError.
// rules are those of SetFlag; a claim that was paid and owes something after all is open again.
func (s *Store) ClearFlag(ctx context.Context, ref Ref, kind string, since calendar.Date, by Actor, rules RulesFor) error {
	return s.turnFlag(ctx, ref, kind, false, since, by, rules)
}

func (s *Store) turnFlag(ctx context.Context, ref Ref, kind string, set bool, since calendar.Date, by Actor, rules RulesFor) error {
	if stop, ok := claim.StopOf(kind); ok {
		return s.turnStop(ctx, ref, stop, set, since, by, rules)
	}
	if !since.IsZero() {
		return &ConflictError{kind + " counts from the day on which it is known; right would be no day"}
	}
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		return turnFlagOf(ctx, tx, ref, kind, set, by)
	})
}

// turnFlagOf turns a flag of one claim that is locked.
func turnFlagOf(ctx context.Context, tx pgx.Tx, ref Ref, kind string, set bool, by Actor) error {
	var isSet bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM flag WHERE claim_id = $1 AND kind = $2)`, ref.ClaimID, kind).Scan(&isSet); err != nil || isSet && set {
		return err
	}
	if !set && !isSet {
		if times, err := timesTurned(ctx, tx, ref, kind); err != nil || times > 0 {
			return err
		}
		return neverSet(kind)
	}
	e, err := flagEvent(ctx, tx, ref, kind, set, by.today(), by)
	if err != nil {
		return err
	}
	return changeLocked(ctx, tx, ref, e, MessageFlag, func(tx pgx.Tx, file CaseFile) error {
		if _, err := whileOpen(file.Facts); err != nil {
			return err
		}
		if set {
			_, err := tx.Exec(ctx, `INSERT INTO flag (client_id, claim_id, kind, from_on) VALUES ($1, $2, $3, $4)`, ref.ClientID, ref.ClaimID, kind, by.today())
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM flag WHERE client_id = $1 AND claim_id = $2 AND kind = $3`, ref.ClientID, ref.ClaimID, kind); err != nil {
			return fmt.Errorf("clear flag %s: %w", kind, err)
		}
		return doneTask(ctx, tx, ref, trajectory.FindAddress, by)
	})
}

// neverSet refuses to take back what was never told: the caller has another claim or another flag in mind.
func neverSet(kind string) error {
	return &ConflictError{"no flag " + kind + " was set; right would be one of the claim's flags (claim show)"}
}

// timesTurned is how often a flag of a claim was set and cleared.
func timesTurned(ctx context.Context, tx pgx.Tx, ref Ref, kind string) (times int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM case_event WHERE client_id = $1 AND claim_id = $2 AND kind IN ($3, $3 || '-cleared')`, ref.ClientID, ref.ClaimID, kind).Scan(&times)
	return times, err
}

// flagEvent is a flag being set or cleared on a day. It can be again and again: each turn is an event of its own.
func flagEvent(ctx context.Context, tx pgx.Tx, ref Ref, kind string, set bool, on calendar.Date, by Actor) (Event, error) {
	times, err := timesTurned(ctx, tx, ref, kind)
	name := kind
	if !set {
		name += "-cleared"
	}
	return by.event(fmt.Sprintf("flag:%s:%d", kind, times+1), name, on, nil), err
}

// Remark adds a remark to the file. It changes nothing else.
func (s *Store) Remark(ctx context.Context, ref Ref, key, text string, by Actor) error {
	if err := named(key); err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		return &ConflictError{"the remark is empty; right would be a text"}
	}
	return s.change(ctx, ref, by.event("remark:"+key, "remark", by.today(), map[string]any{"text": text}), MessageRemark, func(pgx.Tx, CaseFile) error { return nil })
}

// CompleteTask ends an open task. One that is done already stays done; one that was never asked, or that ended because there was no reason for it any more, is a
// *ConflictError, and so is a call outside the hours in which a debtor may be called. One to correct a letter by hand keeps what it told (trajectory.ToldByHand), with its event: while nobody can tell what was owed it cannot be ended.
func (s *Store) CompleteTask(ctx context.Context, ref Ref, key, result string, by Actor, rules RulesFor) error {
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		var open, goesOn bool
		var detail string
		var times int // a task can be opened again, also on the same day: each ending is an event of its own
		err := tx.QueryRow(ctx, `SELECT done_on IS NULL, detail, (SELECT count(*) FROM case_event e WHERE e.claim_id = t.claim_id AND e.kind = 'task-done' AND e.detail ->> 'task' = t.key),
			(SELECT c.status IN ('open', 'court') FROM claim c WHERE c.client_id = t.client_id AND c.id = t.claim_id)
			FROM task t WHERE t.client_id = $1 AND t.claim_id = $2 AND t.key = $3`, ref.ClientID, ref.ClaimID, key).Scan(&open, &detail, &times, &goesOn)
		if errors.Is(err, pgx.ErrNoRows) {
			return noTask(ctx, tx, ref, key)
		}
		if why, dropped := strings.CutPrefix(detail, "dropped: "); err == nil && !open && dropped {
			return &ConflictError{fmt.Sprintf("task %s was dropped: %s; what was done all the same is a remark (claim remark)", key, why)}
		}
		if err != nil || !open {
			return err
		}
		if instead := trajectory.EndsBy(key); instead != "" && goesOn { // it would be asked again in the same minute
			if overtaken, err := interruptionOvertaken(ctx, tx, ref, key); err != nil || !overtaken {
				return cmp.Or(err, error(&ConflictError{"task " + key + " ends when " + instead}))
			}
		}
		if key == trajectory.InterestOnly && goesOn && strings.TrimSpace(result) == "" {
			return &ConflictError{"nothing says why the rest is still asked; right would be a reason (--reason)"}
		}
		if allowed, next, why := calendar.ContactAllowed(by.At); strings.HasPrefix(key, claim.CallTask) && !allowed {
			return &ConflictError{fmt.Sprintf("no debtor is called now, %s. %s; right would be from %s on", why, trajectory.CallWindow, next.Format("2006-01-02 15:04"))}
		}
		e := by.event(fmt.Sprintf("task-done:%s:%d", key, times+1), "task-done", by.today(), map[string]any{"task": key, "result": result})
		if err := addTold(ctx, tx, ref, key, e, rules); err != nil {
			return err
		}
		return changeLocked(ctx, tx, ref, e, MessageTask, func(tx pgx.Tx, _ CaseFile) error {
			if key == trajectory.ReachClient { // a person handed the advice over
				if err := setAdvised(ctx, tx, ref, by); err != nil {
					return err
				}
			}
			return doneTold(ctx, tx, ref, key, e, rules, by)
		})
	})
}

// noTask is a *ConflictError that names the tasks of the claim that are open.
func noTask(ctx context.Context, tx pgx.Tx, ref Ref, key string) error {
	var open string
	err := tx.QueryRow(ctx, `SELECT COALESCE('open are: ' || string_agg(key, ', ' ORDER BY key), 'none is open') FROM task
		WHERE client_id = $1 AND claim_id = $2 AND done_on IS NULL`, ref.ClientID, ref.ClaimID).Scan(&open)
	return cmp.Or(err, error(&ConflictError{fmt.Sprintf("there is no task %s; %s", key, open)}))
}

func doneTask(ctx context.Context, tx pgx.Tx, ref Ref, key string, by Actor) error {
	_, err := tx.Exec(ctx, `UPDATE task SET done_on = $4 WHERE client_id = $1 AND claim_id = $2 AND key = $3 AND done_on IS NULL`, ref.ClientID, ref.ClaimID, key, by.today())
	return err
}

// ResolveLetter records what a person found out about a letter in state unknown: that it was delivered, or that it certainly was not. Cycle 0 is
// the newest letter of the step of which it is not known.
// One that was delivered counts as received on the day on which that is known, never earlier: a term may run from it.
func (s *Store) ResolveLetter(ctx context.Context, ref Ref, step string, cycle int, delivered bool, by Actor) error {
	if delivered {
		return s.traced(ctx, ref, step, cycle, claim.LetterAccepted, "traced:", by)
	}
	return s.traced(ctx, ref, step, cycle, claim.LetterFailed, "traced:", by)
}

// ReleaseLetter records the proof that a letter in state unknown never left (the mail server has no trace of it): it is sent anew. Once a later
// letter has left it is too late for this one, and the request is refused.
func (s *Store) ReleaseLetter(ctx context.Context, ref Ref, step string, cycle int, by Actor) error {
	return s.traced(ctx, ref, step, cycle, claim.LetterClaimed, fmt.Sprintf("released:%d:", by.At.Unix()), by)
}

func (s *Store) traced(ctx context.Context, ref Ref, step string, cycle int, state claim.LetterState, key string, by Actor) error {
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		var id, kind string
		err := tx.QueryRow(ctx, `SELECT id::text, kind FROM letter WHERE client_id = $1 AND claim_id = $2 AND step = $3 AND $4 IN (0, cycle)
			AND (state = 'unknown' OR EXISTS (SELECT 1 FROM case_event e WHERE e.claim_id = letter.claim_id AND e.key = $5 || letter.id))
			ORDER BY state = 'unknown' DESC, claimed_at DESC LIMIT 1`, ref.ClientID, ref.ClaimID, step, cycle, key).Scan(&id, &kind)
		if errors.Is(err, pgx.ErrNoRows) {
			return &ConflictError{"no letter of step " + step + " is in state unknown"}
		}
		if err != nil {
			return fmt.Errorf("find letter of step %s: %w", step, err)
		}
		if state == claim.LetterClaimed {
			if err := stillLast(ctx, tx, ref, id); err != nil {
				return err
			}
		}
		e := by.event(key+id, "letter-traced", by.today(), map[string]any{"step": step, "state": state})
		return changeLocked(ctx, tx, ref, e, MessageTask, func(tx pgx.Tx, _ CaseFile) error {
			_, err := tx.Exec(ctx, `UPDATE letter SET state = $3, received_on = CASE WHEN $3 = 'accepted' THEN GREATEST(on_day, $4) END WHERE client_id = $1 AND id = $2`,
				ref.ClientID, id, state, by.today())
			if err == nil && kind == trajectory.AdviceLetter && state != claim.LetterAccepted { // the client's term to decide never began
				_, err = tx.Exec(ctx, `UPDATE claim SET advised_on = NULL WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID)
			}
			if err == nil && state == claim.LetterAccepted {
				err = confirmed(ctx, tx, ref, step, by)
			}
			if err != nil {
				return fmt.Errorf("resolve letter %s: %w", step, err)
			}
			return doneTask(ctx, tx, ref, trajectory.TraceLetter+step, by)
		})
	})
}

// stillLast refuses when a later letter of the claim left, or may have.
func stillLast(ctx context.Context, tx pgx.Tx, ref Ref, letterID string) error {
	var later bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM letter a JOIN letter b ON b.claim_id = a.claim_id AND b.claimed_at > a.claimed_at AND b.state IN ('accepted', 'sending', 'unknown')
		WHERE a.client_id = $1 AND a.claim_id = $2 AND a.id = $3)`, ref.ClientID, ref.ClaimID, letterID).Scan(&later)
	if err == nil && later {
		return &ConflictError{"a later letter has left: this one cannot be sent any more"}
	}
	return err
}
