package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Kinds of events in the case file.
const (
	eventChecked         = "register-checked"
	eventCheckSkipped    = "check-skipped"
	eventMonitoringEnded = "monitoring-ended"
)

const checkColumns = `register, cycle, try, on_day, found, since`

func checkFields(c *claim.Check) []any {
	return []any{&c.Register, &c.Cycle, &c.Try, &c.On, &c.Found, &c.Since}
}

// Checks are all looks at registers for a claim, in their order.
func (s *Store) Checks(ctx context.Context, ref Ref) (list []claim.Check, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		collect(batch, &list, checkFields, `SELECT `+checkColumns+` FROM register_check WHERE client_id = $1 AND claim_id = $2 ORDER BY on_day, register, cycle, try`, ref.ClientID, ref.ClaimID)
		return tx.SendBatch(ctx, batch).Close()
	})
	return list, err
}

// RecordCheck records what a register answered and does what follows from it, in one transaction: a flag for every open claim of the debtor, a task, or the
// end of monitoring. The same register, cycle and try is recorded once; for a claim that has ended, or is monitored when it was asked for the advice, nothing
// is. A crash before the commit leaves nothing, and the register is asked again.
func (s *Store) RecordCheck(ctx context.Context, ref Ref, c claim.Check, by Actor, rules RulesFor) (claim.Facts, error) {
	var facts claim.Facts
	err := s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		debtor, err := lockForCheck(ctx, tx, ref, c)
		if err != nil {
			return err
		}
		file, err := readCaseFile(ctx, tx, ref)
		if err != nil {
			return err
		}
		if file.Facts.MonitoredFrom.IsZero() == c.BeforeAdvice() && !file.Facts.Status.Final() {
			if err := recordCheck(ctx, tx, ref, debtor, file.Facts, c, by, rules); err != nil {
				return err
			}
		}
		facts, err = refresh(ctx, tx, ref, nil)
		return err
	})
	return facts, err
}

// lockForCheck locks the claim; before it the debtor, and all claims on it, when the answer is about the person.
func lockForCheck(ctx context.Context, tx pgx.Tx, ref Ref, c claim.Check) (d debtorPerson, err error) {
	if _, stops := claim.StopOf(string(c.Found)); stops || c.Found == claim.FoundBankruptcyEnded {
		if d, err = lockDebtor(ctx, tx, ref); err != nil {
			return d, err
		}
		_, err = lockSame(ctx, tx, ref, d.person)
		return d, err
	}
	return d, lockClaim(ctx, tx, ref)
}

func recordCheck(ctx context.Context, tx pgx.Tx, ref Ref, debtor debtorPerson, f claim.Facts, c claim.Check, by Actor, rules RulesFor) error {
	before, err := answeredBefore(ctx, tx, ref, c.Register)
	if err != nil {
		return err
	}
	isNew, err := record(ctx, tx, ref, checkEvent(c, by))
	if err != nil || !isNew {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO register_check (client_id, claim_id, `+checkColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		ref.ClientID, ref.ClaimID, c.Register, c.Cycle, c.Try, c.On, c.Found, c.Since)
	if err != nil {
		return fmt.Errorf("record the answer of the %s register for claim %s: %w", c.Register, ref.ClaimID, err)
	}
	return follow(ctx, tx, ref, debtor, c, c.Consequence(f, before), by, rules)
}

// answeredBefore is the last answer of a register for a claim.
func answeredBefore(ctx context.Context, tx pgx.Tx, ref Ref, register claim.Register) (c claim.Check, err error) {
	err = tx.QueryRow(ctx, `SELECT `+checkColumns+` FROM register_check WHERE client_id = $1 AND claim_id = $2 AND register = $3 AND found <> 'no-answer' ORDER BY cycle DESC, try DESC LIMIT 1`,
		ref.ClientID, ref.ClaimID, register).Scan(checkFields(&c)...)
	if errors.Is(err, pgx.ErrNoRows) {
		return claim.Check{}, nil
	}
	return c, err
}

// checkEvent tells a category and a day, never a name. A look that is left until its next time says why.
func checkEvent(c claim.Check, by Actor) Event {
	kind, detail := eventChecked, map[string]any{"register": c.Register, "found": c.Found}
	switch {
	case c.Found == claim.NoAnswer && trajectory.LastTry(c):
		kind, detail = eventCheckSkipped, map[string]any{"register": c.Register, "reason": fmt.Sprintf("no answer in %d tries (%s): it is asked again at its next time", c.Try, c.Cause)}
	case c.Found == claim.NoAnswer:
		detail["try"], detail["cause"] = c.Try, c.Cause
	case !c.Since.IsZero():
		detail["since"] = c.Since
	}
	return by.event(fmt.Sprintf("check:%s:%d:%d", c.Register, c.Cycle, c.Try), kind, c.On, detail)
}

// follow does what follows from an answer.
func follow(ctx context.Context, tx pgx.Tx, ref Ref, debtor debtorPerson, c claim.Check, then claim.Consequence, by Actor, rules RulesFor) error {
	if stop, ok := claim.StopOf(then.Set + then.Clear); ok { // at most one of the two
		return turnStopOf(ctx, tx, ref, debtor, stopTurn{stop, then.Set != "", c.Since, by}, rules)
	}
	if then.Set != "" {
		if err := turnFlagOf(ctx, tx, ref, then.Set, true, by); err != nil {
			return err
		}
	}
	if then.Ends != "" {
		return endMonitoring(ctx, tx, ref, then.Ends, by)
	}
	if then.Task != "" {
		return openTask(ctx, tx, ref, then.Task, then.Todo, by)
	}
	return nil
}

func endingEvent(e claim.Ending, by Actor) Event {
	return by.event(eventMonitoringEnded, eventMonitoringEnded, by.today(), map[string]any{"because": e, "reason": e.Reason()})
}

func endMonitoring(ctx context.Context, tx pgx.Tx, ref Ref, e claim.Ending, by Actor) error {
	if isNew, err := record(ctx, tx, ref, endingEvent(e, by)); err != nil || !isNew {
		return err
	}
	return setEnding(ctx, tx, ref, e, by)
}

func setEnding(ctx context.Context, tx pgx.Tx, ref Ref, e claim.Ending, by Actor) error {
	if err := setClosing(ctx, tx, ref, e.Reason(), by); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE claim SET closing_because = $3 WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, e)
	return err
}

// EndMonitoring ends debt monitoring; the workflow then closes the claim. The same ending again changes nothing; one that the file does not bear
// out (claim.Facts.MayEnd), or another than the first, is a *ConflictError.
func (s *Store) EndMonitoring(ctx context.Context, ref Ref, e claim.Ending, by Actor) (claim.Facts, error) {
	may := func(f claim.Facts) (bool, error) {
		if problem := f.MayEnd(e); problem != "" {
			return false, &ConflictError{problem}
		}
		return true, nil
	}
	facts, err := s.own(ctx, ref, endingEvent(e, by), may, func(tx pgx.Tx, _ claim.Facts) error { return setEnding(ctx, tx, ref, e, by) })
	if err == nil && facts.Closing != nil && facts.Closing.Because != e {
		return facts, &ConflictError{"monitoring has ended already: " + facts.Closing.Reason}
	}
	return facts, err
}

// Interruption is an interruption of limitation that no letter of the trajectory made: On is the day on which it reached the debtor, or the trustee, the
// heirs or whoever stands in for them; How is what was done, and what proves it.
type Interruption struct {
	Key, How string
	On       calendar.Date
}

// RecordInterruption records an interruption by hand, which begins a new term of limitation the day after (art. 3:319 BW), and ends the task to make one.
// Letters that were refused because the claim was time-barred are tried again when it is not, as it proves. The same key with the same words is one. What comes too late, or is not so yet, is a *ConflictError.
func (s *Store) RecordInterruption(ctx context.Context, ref Ref, i Interruption, by Actor) error {
	if err := named(i.Key); err != nil {
		return err
	}
	if strings.TrimSpace(i.How) == "" {
		return &ConflictError{"how is empty; right would be what was done and what proves it"}
	}
	e := by.event("interrupted:"+i.Key, "interrupted", i.On, map[string]any{"how": i.How})
	return s.change(ctx, ref, e, MessageTask, func(tx pgx.Tx, file CaseFile) error {
		if _, err := whileOpen(file.Facts); err != nil && !file.Facts.CourtAwaited() {
			return err
		}
		last := trajectory.Enforceable(file.Facts).LastDay
		if err := inTime(i.On, file.Facts, last, by.today()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO interruption (client_id, claim_id, key, on_day) VALUES ($1, $2, $3, $4)`, ref.ClientID, ref.ClaimID, i.Key, i.On)
		if err != nil {
			return fmt.Errorf("record interruption %s of claim %s: %w", i.Key, ref.ClaimID, err)
		}
		if err := doneTask(ctx, tx, ref, trajectory.InterruptByHand+last.String(), by); err != nil || !last.Before(by.today()) {
			return err
		}
		return enforceableAgain(ctx, tx, ref, by)
	})
}

// enforceableAgain lets letters be tried again when the claim is not time-barred today, of one that was before what was recorded in this transaction.
func enforceableAgain(ctx context.Context, tx pgx.Tx, ref Ref, by Actor) error {
	file, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return err
	}
	last := trajectory.Enforceable(file.Facts).LastDay
	if last.Before(by.today()) {
		return nil
	}
	return lawfulAgain(ctx, tx, ref, file.Facts, fmt.Sprintf("the last day is %s now", last), by)
}

func inTime(on calendar.Date, f claim.Facts, last, today calendar.Date) error {
	first := f.Invoices[0].Due // the oldest
	switch {
	case on.After(today):
		return &ConflictError{fmt.Sprintf("on %s is in the future; right would be a day up to and including %s", on, today)}
	case on.Before(first):
		return &ConflictError{fmt.Sprintf("on %s is before the claim was due; right would be a day from %s", on, first)}
	case on.After(last):
		return &ConflictError{fmt.Sprintf("on %s is too late: the claim was time-barred after %s; right would be a day up to and including that", on, last)}
	}
	return nil
}

// interruptionOvertaken says whether a task is to interrupt limitation before a day that is not the last any more: a payment came, or a letter left.
func interruptionOvertaken(ctx context.Context, tx pgx.Tx, ref Ref, task string) (bool, error) {
	if !strings.HasPrefix(task, trajectory.InterruptByHand) {
		return false, nil
	}
	file, err := readCaseFile(ctx, tx, ref)
	return err == nil && task != trajectory.InterruptByHand+trajectory.Enforceable(file.Facts).LastDay.String(), err
}
