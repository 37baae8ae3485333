package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
)

// ReleaseReceipt takes a receipt off a claim that it is not of: its settlement is reversed, and the receipt waits again and can be allocated to any
// claim, or divided. The money stays on the trust account. It gives the difference that this made of what is owed. Naming the claim makes it safe
// to tell again, also after the receipt was allocated elsewhere. One that is divided or that the bank took back is a *ConflictError.
// It is one transaction: a crash before its commit leaves the receipt where it was.
func (s *Store) ReleaseReceipt(ctx context.Context, key string, ref Ref, reason string, by Actor, rules RulesFor) (d claim.Difference, err error) {
	if reason, err = because(reason); err != nil {
		return d, err
	}
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		r := reversal{receipt: key, reason: reason, on: by.today(), rules: rules, by: by}
		allocated, err := lockAllocation(ctx, tx, ref, key)
		if err != nil {
			return err
		}
		if allocated == "" {
			d, err = r.released(ctx, tx, ref)
			return err
		}
		if d, err = r.release(ctx, tx, ref, allocated); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE receipt SET client_id = NULL, claim_id = NULL, settled_as = NULL WHERE key = $1`, key)
		if err != nil {
			return fmt.Errorf("release receipt %s: %w", key, err)
		}
		if err := setTenant(ctx, tx, ""); err != nil { // what is matched is the agency's
			return err
		}
		return reject(ctx, tx, key, []string{ref.ClaimID}, reason, by) // or it would find that claim again
	})
	return d, err
}

// lockAllocation locks a receipt and gives the key under which it was settled on the claim; empty when it is not the claim's.
func lockAllocation(ctx context.Context, tx pgx.Tx, ref Ref, key string) (settled string, err error) {
	var owner, partOf *string
	var divided bool
	err = tx.QueryRow(ctx, `SELECT claim_id::text, part_of, divided, COALESCE(settled_as, key) FROM receipt WHERE key = $1 FOR UPDATE`, key).Scan(&owner, &partOf, &divided, &settled)
	switch {
	case errors.Is(err, pgx.ErrNoRows): // or of another client
		return "", nil
	case err != nil:
		return "", fmt.Errorf("read receipt %s: %w", key, err)
	case divided:
		return "", &ConflictError{"receipt " + key + " is divided over claims, and a division stands; right would be a receipt that is allocated to one claim"}
	case partOf != nil:
		return "", &ConflictError{"receipt " + key + " is a part of " + *partOf + ", and a division stands; right would be a receipt that is allocated to one claim"}
	case owner == nil || *owner != ref.ClaimID:
		return "", nil
	}
	return settled, nil
}

// release reverses the settlement that the receipt counts as by now. The day that a correction gave it stays with the receipt, whosever it is.
func (r reversal) release(ctx context.Context, tx pgx.Tx, ref Ref, allocated string) (d claim.Difference, err error) {
	counts, err := countsAs(ctx, tx, ref, allocated)
	if err != nil {
		return d, err
	}
	old, was, err := readSettlement(ctx, tx, ref, counts)
	if err != nil {
		return d, err
	}
	if was != nil {
		return d, notThere(ctx, tx, r.receipt, r.receipt, was.reason)
	}
	if counts != allocated { // its value date was corrected
		if _, err := tx.Exec(ctx, `UPDATE receipt SET corrected_on = NULLIF($2, value_on) WHERE key = $1`, r.receipt, old.On); err != nil {
			return d, fmt.Errorf("keep the value date of receipt %s: %w", r.receipt, err)
		}
	}
	r.old = old
	return r.book(ctx, tx, ref)
}

// released answers a release that is told again.
func (r reversal) released(ctx context.Context, tx pgx.Tx, ref Ref) (claim.Difference, error) {
	var key string
	err := tx.QueryRow(ctx, `SELECT substr(key, length('reversal:') + 1) FROM case_event WHERE client_id = $1 AND claim_id = $2 AND kind = $3 AND detail ->> 'receipt' = $4
		ORDER BY seq DESC LIMIT 1`, ref.ClientID, ref.ClaimID, eventReversed, r.receipt).Scan(&key)
	if errors.Is(err, pgx.ErrNoRows) {
		return claim.Difference{}, &ConflictError{fmt.Sprintf("receipt %s is not allocated to claim %s; `dunning claim show` tells what is", r.receipt, ref.ClaimID)}
	}
	if err != nil {
		return claim.Difference{}, fmt.Errorf("read release of receipt %s: %w", r.receipt, err)
	}
	old, was, err := readSettlement(ctx, tx, ref, key)
	if err != nil {
		return claim.Difference{}, err
	}
	r.old = old
	return r.again(ctx, tx, ref, *was)
}

// countsAs is the key of the settlement that one counts as by now: its own, or that of what replaced it, and so on.
func countsAs(ctx context.Context, tx pgx.Tx, ref Ref, key string) (last string, err error) {
	err = tx.QueryRow(ctx, `WITH RECURSIVE counts AS (SELECT $3::text AS key, 0 AS turn
		UNION ALL SELECT r.replaced_by, turn + 1 FROM counts JOIN settlement_reversal r ON r.client_id = $1 AND r.claim_id = $2 AND r.key = counts.key WHERE r.replaced_by IS NOT NULL)
		SELECT key FROM counts ORDER BY turn DESC LIMIT 1`, ref.ClientID, ref.ClaimID, key).Scan(&last)
	if err != nil {
		return "", fmt.Errorf("read what settlement %s counts as: %w", key, err)
	}
	return last, nil
}

// freeKey is the key under which a receipt is settled on a claim: its own, or KEY~2 and so on when a settlement that was taken back or that came in on
// the trust account too has that. One beside the trust account is probably the same money, booked by hand: counted twice it would close the claim.
func freeKey(ctx context.Context, tx pgx.Tx, ref Ref, key string) (string, error) {
	for ; ; key = nextKey(key) {
		var s claim.Settlement
		var reversed bool
		err := tx.QueryRow(ctx, `SELECT s.kind, s.value_on, s.amount, r.key IS NOT NULL FROM settlement s LEFT JOIN settlement_reversal r ON r.claim_id = s.claim_id AND r.key = s.key
			WHERE s.client_id = $1 AND s.claim_id = $2 AND s.key = $3`, ref.ClientID, ref.ClaimID, key).Scan(&s.Kind, &s.On, &s.Amount, &reversed)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return key, nil
		case err != nil:
			return "", fmt.Errorf("look for settlement %s: %w", key, err)
		case s.Kind != claim.PaidToAgency && !reversed:
			return "", &ConflictError{fmt.Sprintf("claim %s has a settlement of the receipt's key %s: %s of %s on %s; right would be to reverse it first (dunning claim reverse %s %s), and to record it again under another key if it is other money",
				ref.ClaimID, key, s.Kind, s.Amount, s.On, ref.ClaimID, key)}
		}
	}
}

// SettledAs gives the key of the settlement that a receipt counts as on its claim.
func (s *Store) SettledAs(ctx context.Context, receipt string, ref Ref) (key string, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `SELECT COALESCE(settled_as, key) FROM receipt WHERE key = $1 AND claim_id = $2`, receipt, ref.ClaimID).Scan(&key)
		if errors.Is(err, pgx.ErrNoRows) { // it is divided
			return nil
		}
		if err == nil {
			key, err = countsAs(ctx, tx, ref, key)
		}
		return err
	})
	return key, err
}

// keptBy refuses a receipt that is the claim's and that the bank took back: told "allocated", the sender would believe that it counts.
func keptBy(ctx context.Context, tx pgx.Tx, ref Ref, receipt, settled string) error {
	_, was, err := readSettlement(ctx, tx, ref, settled)
	if err == nil && was != nil {
		err = notThere(ctx, tx, receipt, receipt, was.reason)
	}
	return err
}
