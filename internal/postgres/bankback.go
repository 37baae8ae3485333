package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
)

// TakenBack is what the claim of a receipt, or of a part of it, owes more since the bank took the receipt back.
type TakenBack struct {
	ClaimID    string
	Difference claim.Difference
}

// ReverseReceipt takes a whole receipt back, as its bank did: the settlements of all its parts, in one transaction, each as ReverseSettlement does. The
// same twice is once; another reason is a *ConflictError, and so is a receipt that waits: it is of no claim.
func (s *Store) ReverseReceipt(ctx context.Context, key, reason string, by Actor, rules RulesFor) (made []TakenBack, err error) {
	if reason, err = because(reason); err != nil {
		return nil, err
	}
	owner, err := s.refs(ctx, `SELECT client_id::text, claim_id::text FROM claim_of_receipt($1)`, key)
	if err != nil {
		return nil, fmt.Errorf("look up receipt %s: %w", key, err)
	}
	if len(owner) == 0 {
		var gone string
		err := s.pool.QueryRow(ctx, `SELECT COALESCE(max(gone), '') FROM receipt WHERE key = $1`, key).Scan(&gone)
		switch {
		case err != nil:
			return nil, fmt.Errorf("look up receipt %s: %w", key, err)
		case gone == goneRefund:
			return nil, &ConflictError{fmt.Sprintf("receipt %s is of no claim: it goes back to who paid it, or went; right would be the line with which the bank took it back: dunning receipts reverse %s --entry LINE --reason TEXT", key, key)}
		case gone != "":
			return nil, s.tenant(ctx, "", func(tx pgx.Tx) error { return notWaiting(ctx, tx, key) })
		}
		return nil, &ConflictError{"receipt " + key + " is not there, or waits to be allocated; right would be one of a claim: allocate it to that of its payer first"}
	}
	back := reversal{reason: reason, on: by.today(), rules: rules, by: by}
	return s.reverseReceipt(ctx, owner[0].ClientID, key, back, func(pgx.Tx, Receipt) error { return nil })
}

// reverseReceipt takes back all parts of a receipt of a client's claims, with what else there is to write.
func (s *Store) reverseReceipt(ctx context.Context, client, key string, back reversal, also func(pgx.Tx, Receipt) error) (made []TakenBack, err error) {
	err = s.tenant(ctx, client, func(tx pgx.Tx) error {
		if err := lockTyped(ctx, tx); err != nil {
			return err
		}
		parts, err := lockParts(ctx, tx, key)
		if err != nil {
			return err
		}
		if made, err = back.parts(ctx, tx, parts); err != nil {
			return err
		}
		whole := Receipt{Key: key}
		if err := tx.QueryRow(ctx, `SELECT amount FROM receipt WHERE key = $1`, key).Scan(&whole.Amount); err != nil {
			return fmt.Errorf("read receipt %s: %w", key, err)
		}
		return also(tx, whole)
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

// part is a receipt, or a part of one, with the key under which it was settled on its claim.
type part struct {
	Ref
	settled string
}

// lockParts locks as assign does: the claims in the order of their ids, the receipt last.
func lockParts(ctx context.Context, tx pgx.Tx, key string) ([]part, error) {
	found, err := readParts(ctx, tx, key)
	if err != nil {
		return nil, err
	}
	refs := make([]Ref, len(found))
	for i, p := range found {
		refs[i] = p.Ref
	}
	if err := lockClaims(ctx, tx, refs); err != nil {
		return nil, err
	}
	var whole *string
	if err := tx.QueryRow(ctx, `SELECT part_of FROM receipt WHERE key = $1 FOR UPDATE`, key).Scan(&whole); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("lock receipt %s: %w", key, err)
	}
	if whole != nil {
		return nil, partOf(key, *whole)
	}
	parts, err := readParts(ctx, tx, key)
	if err == nil && !slices.Equal(parts, found) {
		err = &ConflictError{"receipt " + key + " was released or allocated in this moment; tell it again"}
	}
	return parts, err
}

func partOf(key, whole string) error {
	return &ConflictError{fmt.Sprintf("%s is a part of receipt %s, and a bank takes back the whole; right would be: dunning receipts reverse %s", key, whole, whole)}
}

func readParts(ctx context.Context, tx pgx.Tx, key string) ([]part, error) {
	rows, err := tx.Query(ctx, `SELECT client_id::text, claim_id::text, COALESCE(settled_as, key) FROM receipt WHERE (key = $1 OR part_of = $1) AND claim_id IS NOT NULL ORDER BY length(key), key`, key)
	if err != nil {
		return nil, fmt.Errorf("read the parts of receipt %s: %w", key, err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (p part, err error) {
		err = row.Scan(&p.ClientID, &p.ClaimID, &p.settled)
		return p, err
	})
}

// parts takes back those parts that stand. When none does it is told again, and the reason must be the same.
func (r reversal) parts(ctx context.Context, tx pgx.Tx, parts []part) ([]TakenBack, error) {
	reversals, before := make([]reversal, len(parts)), make([]*taken, len(parts))
	for i, p := range parts {
		counts, err := countsAs(ctx, tx, p.Ref, p.settled)
		if err != nil {
			return nil, err
		}
		reversals[i] = r
		if reversals[i].old, before[i], err = readSettlement(ctx, tx, p.Ref, counts); err != nil {
			return nil, err
		}
	}
	some := slices.Contains(before, nil)
	made := make([]TakenBack, len(parts))
	for i, p := range parts {
		var d claim.Difference
		var err error
		switch {
		case before[i] == nil:
			d, err = reversals[i].book(ctx, tx, p.Ref)
		case some: // it was taken back alone
			d, err = reversals[i].made(ctx, tx, p.Ref)
		default:
			d, err = reversals[i].again(ctx, tx, p.Ref, *before[i])
		}
		if err != nil {
			return nil, err
		}
		made[i] = TakenBack{p.ClaimID, d}
	}
	return made, nil
}

// alone refuses to take back one part of a divided receipt.
func alone(ctx context.Context, tx pgx.Tx, ref Ref, key string) error {
	var whole string
	err := tx.QueryRow(ctx, `WITH RECURSIVE part AS (SELECT part_of, COALESCE(settled_as, key) AS key FROM receipt WHERE claim_id = $2 AND part_of IS NOT NULL
		UNION ALL SELECT part.part_of, r.replaced_by FROM part JOIN settlement_reversal r ON r.client_id = $1 AND r.claim_id = $2 AND r.key = part.key WHERE r.replaced_by IS NOT NULL)
		SELECT part_of FROM part WHERE key = $3`, ref.ClientID, ref.ClaimID, key).Scan(&whole)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("look for the receipt of settlement %s: %w", key, err)
	}
	return partOf(key, whole)
}
