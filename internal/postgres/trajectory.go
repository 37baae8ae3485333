package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
)

// RunningTrajectories counts the running claims by the trajectory they are pinned to.
func (s *Store) RunningTrajectories(ctx context.Context) (map[string]int, error) {
	rows, err := s.pool.Query(ctx, `SELECT trajectory, claims FROM running_trajectories()`)
	if err != nil {
		return nil, fmt.Errorf("count claims by trajectory: %w", err)
	}
	running := map[string]int{}
	var pin string
	var claims int
	_, err = pgx.ForEachRow(rows, []any{&pin, &claims}, func() error { running[pin] = claims; return nil })
	return running, err
}

// ClaimsOfTrajectory gives the running claims that are pinned to a trajectory, in order of their ids, at most so many after one; "" begins.
func (s *Store) ClaimsOfTrajectory(ctx context.Context, pin, after string, most int) ([]Ref, error) {
	if after == "" {
		after = uuid.Nil.String()
	}
	return s.refs(ctx, `SELECT client_id::text, claim_id::text FROM claims_of_trajectory($1, $2::uuid, $3)`, pin, after, most)
}

// TrajectoryChange pins a claim to another trajectory, for a reason. Back is for one that came from To before.
type TrajectoryChange struct {
	From, To, Reason string
	Back             bool
}

// ErrNeverCame says that a claim is to go back to a trajectory that it did not come from.
var ErrNeverCame = errors.New("it did not come from there")

// eventTrajectory is a claim that changed its trajectory.
const eventTrajectory = "trajectory-changed"

// ChangeTrajectory makes a change, when under the claim's lock may allows it: it gives the steps that count as skipped under the new names, or says why not
// now. A claim that has the trajectory already is left alone, so a change that was cut off can be made again. A claim of a third trajectory
// and one that has ended are a *ConflictError; one that is to go back and never came is ErrNeverCame. One that goes back needs no repair any more: what could
// not be done is decided anew.
func (s *Store) ChangeTrajectory(ctx context.Context, ref Ref, c TrajectoryChange, by Actor, may func(claim.Facts) ([]claim.Done, error)) (changed bool, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		file, err := readCaseFile(ctx, tx, ref)
		if err != nil {
			return err
		}
		if file.Facts.Trajectory == c.To {
			return nil
		}
		if err := c.fits(ctx, tx, ref, file.Facts); err != nil {
			return err
		}
		carried, err := may(file.Facts)
		if err != nil {
			return err
		}
		changed = true
		return c.enter(ctx, tx, ref, carried, by)
	})
	return changed, err
}

// fits refuses a change that is not for this claim.
func (c TrajectoryChange) fits(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts) error {
	if _, err := whileOpen(f); err != nil {
		return err
	}
	if f.Trajectory != c.From {
		return &ConflictError{"the claim is of " + f.Trajectory + ", not of " + c.From}
	}
	if !c.Back {
		return nil
	}
	var came string
	err := tx.QueryRow(ctx, `SELECT detail ->> 'from' FROM case_event WHERE client_id = $1 AND claim_id = $2 AND kind = $3 ORDER BY seq DESC LIMIT 1`, ref.ClientID, ref.ClaimID, eventTrajectory).Scan(&came)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("read where claim %s came from: %w", ref.ClaimID, err)
	}
	if came != c.To {
		return fmt.Errorf("claim %s back to %s: %w", ref.ClaimID, c.To, ErrNeverCame)
	}
	return nil
}

func (c TrajectoryChange) enter(ctx context.Context, tx pgx.Tx, ref Ref, carried []claim.Done, by Actor) error {
	e, err := numbered(ctx, tx, ref, by.event("trajectory", eventTrajectory, by.today(), map[string]any{"from": c.From, "to": c.To, "reason": c.Reason}), []string{eventTrajectory})
	if err != nil {
		return err
	}
	if _, err := record(ctx, tx, ref, e); err != nil {
		return err
	}
	if c.Back {
		if err := clearAttention(ctx, tx, ref); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE claim SET trajectory = $3 WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, c.To); err != nil {
		return fmt.Errorf("change trajectory of claim %s: %w", ref.ClaimID, err)
	}
	for _, step := range carried {
		if _, err := tx.Exec(ctx, `INSERT INTO skipped_step (client_id, claim_id, step, on_day) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, ref.ClientID, ref.ClaimID, step.Step, step.On); err != nil {
			return fmt.Errorf("carry skipped step %s: %w", step.Step, err)
		}
	}
	return wake(ctx, tx, ref, MessageTrajectory, e.Key)
}
