package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
)

// isAbout refuses a repair of what does not need attention, or not any more: an operator skips the step that it saw, and no other.
func isAbout(attention *claim.Attention, r claim.Repair) error {
	switch {
	case attention == nil:
		return &ConflictError{"the claim does not need attention"}
	case r.Unnamed() != "":
		return &ConflictError{r.Unnamed()}
	case attention.Action != r.Step:
		return &ConflictError{fmt.Sprintf("it is not %s that needs attention, but %s (%s); look at it again and repair that", r.Step, attention.Action, attention.Cause)}
	}
	return nil
}

// repairable asks of allowed for a claim that is open and needs the attention that the repair is about.
func repairable(r claim.Repair, allowed Still) Still {
	return func(f claim.Facts) (bool, error) {
		if open, err := whileOpen(f); !open || err != nil {
			return open, err
		}
		if err := isAbout(f.Attention, r); err != nil {
			return false, err
		}
		return allowed(f)
	}
}

// sameRepair refuses a repair whose key is that of another one; the step is not compared, since the one who repeats a repair does not name it.
func (s *Store) sameRepair(ctx context.Context, ref Ref, r claim.Repair) error {
	known, err := s.RepairKnown(ctx, ref, r)
	if err == nil && !known {
		return &ConflictError{"key " + r.Key + " is of another repair; use another key for something new"}
	}
	return err
}

// RepairKnown says whether this repair, by its key and what it does for which reason, is in the case file.
func (s *Store) RepairKnown(ctx context.Context, ref Ref, r claim.Repair) (known bool, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM case_event WHERE client_id = $1 AND claim_id = $2 AND key = $3 AND detail->>'do' = $4 AND detail->>'reason' = $5)`,
			ref.ClientID, ref.ClaimID, "repair:"+r.Key, r.Do, r.Reason).Scan(&known)
	})
	if err != nil {
		return false, fmt.Errorf("read repair %s of claim %s: %w", r.Key, ref.ClaimID, err)
	}
	return known, nil
}
