package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Complaint is a complaint of a debtor as it comes in. AnswerBy is the day by which the agency answers it.
type Complaint struct {
	Key, Text          string
	Received, AnswerBy calendar.Date
}

// maxComplaintYears is how long ago a complaint can have been received: an earlier day is a typing error.
const maxComplaintYears = 1

func (c Complaint) check(today calendar.Date) error {
	first := today.AddYears(-maxComplaintYears)
	switch {
	case strings.TrimSpace(c.Text) == "":
		return &ConflictError{"the complaint is empty; right would be what the debtor says"}
	case c.Received.After(today):
		return &ConflictError{fmt.Sprintf("received %s is in the future; right would be a day up to and including %s", c.Received, today)}
	case c.Received.Before(first):
		return &ConflictError{fmt.Sprintf("received %s is more than a year ago; right would be a day from %s up to and including %s", c.Received, first, today)}
	}
	return named(c.Key)
}

// RecordComplaint records a complaint of the debtor, with the task to answer it; the claim's workflow confirms its receipt. A closed claim has no
// workflow any more: a person is asked to confirm too. The same key with the same text is one complaint. A crash before the commit leaves nothing.
func (s *Store) RecordComplaint(ctx context.Context, ref Ref, c Complaint, by Actor) error {
	if err := c.check(by.today()); err != nil {
		return err
	}
	complaint := claim.NewComplaint(c.Key, c.Received)
	e := by.event(complaint.Step(), "complaint", c.Received, map[string]any{"text": c.Text})
	return s.change(ctx, ref, e, MessageComplaint, func(tx pgx.Tx, file CaseFile) error {
		_, err := tx.Exec(ctx, `INSERT INTO complaint (client_id, claim_id, key, received_on, confirm_by) VALUES ($1, $2, $3, $4, $5)`,
			ref.ClientID, ref.ClaimID, complaint.Key, complaint.On, complaint.ConfirmBy)
		if err != nil {
			return fmt.Errorf("record complaint %s of claim %s: %w", complaint.Key, ref.ClaimID, err)
		}
		todo := fmt.Sprintf("answer the complaint by %s; hold the claim if dunning should wait", c.AnswerBy)
		if !file.Facts.Status.Final() {
			return openTask(ctx, tx, ref, complaint.AnswerTask(), todo, by)
		}
		if err := openTask(ctx, tx, ref, complaint.AnswerTask(), fmt.Sprintf("answer the complaint by %s", c.AnswerBy), by); err != nil {
			return err
		}
		return askToConfirm(ctx, tx, ref, []claim.Complaint{complaint}, "the claim is closed", by)
	})
}

// askToConfirm asks a person to confirm what no letter does.
func askToConfirm(ctx context.Context, tx pgx.Tx, ref Ref, complaints []claim.Complaint, why string, by Actor) error {
	for _, complaint := range complaints {
		if err := openTask(ctx, tx, ref, complaint.ConfirmTask(), trajectory.ConfirmByHand(complaint, why), by); err != nil {
			return err
		}
	}
	return nil
}

// LeaveConfirmation leaves it to a person to confirm a complaint whose letter cannot be made or sent, for a cause that carries no personal data: the
// step is passed without a letter, and nothing else waits for it. One that is confirmed meanwhile is left alone.
func (s *Store) LeaveConfirmation(ctx context.Context, ref Ref, step, cause string, by Actor) (claim.Facts, error) {
	of := func(f claim.Facts) []claim.Complaint {
		return slices.DeleteFunc(f.ToConfirm(), func(c claim.Complaint) bool { return c.Step() != step })
	}
	still := func(f claim.Facts) (bool, error) { return len(of(f)) > 0, nil }
	e := by.event("left-to-person:"+step, "confirmation-left-to-person", by.today(), map[string]any{"step": step, "cause": cause})
	return s.own(ctx, ref, e, still, func(tx pgx.Tx, facts claim.Facts) error {
		_, err := tx.Exec(ctx, `INSERT INTO skipped_step (client_id, claim_id, step, on_day) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, ref.ClientID, ref.ClaimID, step, by.today())
		if err != nil {
			return fmt.Errorf("leave %s of claim %s to a person: %w", step, ref.ClaimID, err)
		}
		return askToConfirm(ctx, tx, ref, of(facts), "no letter could be sent ("+cause+")", by)
	})
}

// unconfirmed asks a person to confirm a complaint of which the confirmation came back: a claim that is closed sends none again, and of an open one the
// task may have ended when the letter left (a letter that leaves again ends it again). One that a person did stays done.
func unconfirmed(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, step string, by Actor) error {
	i := slices.IndexFunc(f.Complaints, func(c claim.Complaint) bool { return c.Step() == step })
	asked := slices.ContainsFunc(f.Tasks, func(task claim.Task) bool { return task.Key == claim.ConfirmTask(step) })
	if i < 0 || !asked && !f.Status.Final() { // the decision sends it over the next channel, or asks a person
		return nil
	}
	var byHand bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM case_event WHERE client_id = $1 AND claim_id = $2 AND kind = 'task-done' AND detail ->> 'task' = $3)`,
		ref.ClientID, ref.ClaimID, claim.ConfirmTask(step)).Scan(&byHand)
	if err != nil {
		return fmt.Errorf("read who confirmed %s of claim %s: %w", step, ref.ClaimID, err)
	}
	why := "the letter came back; one that leaves again ends this task"
	switch {
	case byHand:
		return nil
	case f.Status.Final():
		why = "the letter came back and the claim is " + string(f.Status)
	}
	return askToConfirm(ctx, tx, ref, f.Complaints[i:i+1], why, by)
}

// confirmed ends the task to confirm a complaint by hand when its letter has left after all. No event says so: it is not done by a person, and when
// the letter comes back it is asked again (unconfirmed).
func confirmed(ctx context.Context, tx pgx.Tx, ref Ref, step string, by Actor) error {
	if !claim.IsComplaintStep(step) {
		return nil
	}
	return doneTask(ctx, tx, ref, claim.ConfirmTask(step), by)
}
