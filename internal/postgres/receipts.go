package postgres

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// RecordReceipt books one credit of the trust account. When the remittance names a claim by its exact RF or betalingskenmerk the receipt
// becomes a settlement of that claim, under its lock; otherwise it waits, visibly, as unallocated. The same key twice is one receipt.
// It returns the claim, or a zero Ref when the receipt waits.
func (s *Store) RecordReceipt(ctx context.Context, r Receipt, by Actor) (Ref, error) {
	counts := earlier(r.On, by.today())
	ref, err := s.claimNamedIn(ctx, r.Remittance)
	if err != nil {
		return Ref{}, err
	}
	if ref == (Ref{}) {
		_, err := s.pool.Exec(ctx, `INSERT INTO receipt (key, amount, value_on, iban, payer, remittance) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (key) DO NOTHING`,
			r.Key, r.Amount, r.On, r.IBAN, r.Payer, r.Remittance)
		if err != nil {
			return Ref{}, fmt.Errorf("book receipt %s: %w", r.Key, err)
		}
		return Ref{}, nil
	}
	return ref, s.change(ctx, ref, receiptEvent(r, by), MessagePayment, func(tx pgx.Tx, _ CaseFile) error {
		tag, err := tx.Exec(ctx, `INSERT INTO receipt (key, client_id, claim_id, amount, value_on, iban, payer, remittance) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (key) DO NOTHING`,
			r.Key, ref.ClientID, ref.ClaimID, r.Amount, r.On, r.IBAN, r.Payer, r.Remittance)
		if err != nil {
			return fmt.Errorf("book receipt %s: %w", r.Key, err)
		}
		if tag.RowsAffected() == 0 {
			return &ConflictError{"receipt " + r.Key + " is booked already, on another claim or as unallocated"}
		}
		return insertSettlement(ctx, tx, ref, claim.Settlement{Key: r.Key, Kind: claim.PaidToAgency, On: counts, Amount: r.Amount})
	})
}

// earlier is the day from which a receipt counts: its value date, but not later than the day on which it is known. A bank may date Saturday's
// receipt on Monday; no letter leaves meanwhile.
func earlier(value, known calendar.Date) calendar.Date {
	if known.Before(value) {
		return known
	}
	return value
}

func receiptEvent(r Receipt, by Actor) Event {
	return by.event("receipt:"+r.Key, string(claim.PaidToAgency), earlier(r.On, by.today()), map[string]any{"amount": r.Amount})
}

// Our own references have one length each: RF, two check digits and ten digits; a betalingskenmerk of sixteen digits.
var ourRF, digits = regexp.MustCompile(`RF[0-9]{12}`), regexp.MustCompile(`[0-9]+`)

const kenmerkDigits = 16

// claimNamedIn looks for exact references in a remittance, written with or without spaces, points or hyphens.
// Text that names two claims names none: a person decides.
func (s *Store) claimNamedIn(ctx context.Context, remittance string) (Ref, error) {
	squeezed := strings.ToUpper(strings.NewReplacer(" ", "", ".", "", "-", "", "\t", "", "\n", "").Replace(remittance))
	candidates := ourRF.FindAllString(squeezed, -1)
	for _, run := range digits.FindAllString(squeezed, -1) { // squeezed, a number before it is glued to a kenmerk: "factuur 2026 1234 5678 ..."
		for ; len(run) >= kenmerkDigits; run = run[1:] {
			candidates = append(candidates, run[:kenmerkDigits])
		}
	}
	refs, err := s.refs(ctx, `SELECT client_id::text, claim_id::text FROM claim_by_reference($1)`, candidates)
	if err != nil {
		return Ref{}, fmt.Errorf("look up reference: %w", err)
	}
	if len(refs) != 1 {
		return Ref{}, nil
	}
	return refs[0], nil
}

// AssignReceipt allocates a waiting receipt to a claim and ends the tasks that waited for it, of every claim of every client: none of them
// has to wait any longer. The same receipt to the same claim twice is once.
func (s *Store) AssignReceipt(ctx context.Context, key string, ref Ref, by Actor) error {
	for {
		waiting, err := s.refs(ctx, waitingFor, trajectory.AllocateReceipt+key)
		if err != nil {
			return err
		}
		if err := s.assign(ctx, key, ref, waiting, by); !errors.Is(err, errMoreWait) {
			return err
		}
	}
}

const waitingFor = `SELECT client_id::text, claim_id::text FROM claims_waiting_for($1)`

// errMoreWait says that a claim began to wait for a receipt after those that wait were locked.
var errMoreWait = errors.New("more claims wait for the receipt")

// assign locks the claims in the order of their ids and the receipt last, as a letter does that finds the receipt suspect: nobody waits in a circle.
func (s *Store) assign(ctx context.Context, key string, ref Ref, waiting []Ref, by Actor) error {
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaims(ctx, tx, append(slices.Clone(waiting), ref)); err != nil {
			return err
		}
		if err := setTenant(ctx, tx, ref.ClientID); err != nil {
			return err
		}
		r := Receipt{Key: key}
		var owner *string
		err := tx.QueryRow(ctx, `SELECT amount, value_on, claim_id::text FROM receipt WHERE key = $1 FOR UPDATE`, key).Scan(&r.Amount, &r.On, &owner)
		switch {
		case errors.Is(err, pgx.ErrNoRows) || err == nil && owner != nil && *owner != ref.ClaimID:
			return &ConflictError{"receipt " + key + " is not waiting to be allocated"}
		case err != nil:
			return fmt.Errorf("read receipt %s: %w", key, err)
		case owner != nil:
			return nil
		}
		now, err := queryRefs(ctx, tx, waitingFor, trajectory.AllocateReceipt+key)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(now, func(r Ref) bool { return r != ref && !slices.Contains(waiting, r) }) {
			return errMoreWait
		}
		err = changeLocked(ctx, tx, ref, receiptEvent(r, by), MessagePayment, func(tx pgx.Tx, _ CaseFile) error {
			if _, err := tx.Exec(ctx, `UPDATE receipt SET client_id = $2, claim_id = $3 WHERE key = $1`, key, ref.ClientID, ref.ClaimID); err != nil {
				return fmt.Errorf("allocate receipt %s: %w", key, err)
			}
			return insertSettlement(ctx, tx, ref, claim.Settlement{Key: key, Kind: claim.PaidToAgency, On: earlier(r.On, by.today()), Amount: r.Amount})
		})
		if err != nil {
			return err
		}
		return endWaits(ctx, tx, key, now, by)
	})
}

func lockClaims(ctx context.Context, tx pgx.Tx, refs []Ref) error {
	slices.SortFunc(refs, func(a, b Ref) int { return strings.Compare(a.ClaimID, b.ClaimID) })
	for _, ref := range slices.Compact(refs) {
		if err := setTenant(ctx, tx, ref.ClientID); err != nil {
			return err
		}
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
	}
	return nil
}

// endWaits ends the task to find out whose a receipt is. It does not say whose: that may be another client's.
func endWaits(ctx context.Context, tx pgx.Tx, key string, refs []Ref, by Actor) error {
	task := trajectory.AllocateReceipt + key
	e := by.event("task-done:"+task+":allocated", "task-done", by.today(), map[string]any{"task": task, "result": "the receipt is allocated"})
	for _, ref := range refs {
		if err := setTenant(ctx, tx, ref.ClientID); err != nil {
			return err
		}
		err := changeLocked(ctx, tx, ref, e, MessageTask, func(tx pgx.Tx, _ CaseFile) error { return doneTask(ctx, tx, ref, task, by) })
		if err != nil {
			return err
		}
	}
	return nil
}

// suspectReceipt finds an unallocated receipt that could be this claim's: same IBAN as before, the exact amount, the debtor's name or an
// invoice number in the text. Better a letter that waits a day than a letter after payment. It locks the receipt, so that it is not allocated
// elsewhere before the task is there that the allocation ends.
func suspectReceipt(ctx context.Context, tx pgx.Tx, file CaseFile, demanded int64) (key string, err error) {
	numbers := make([]string, 0, len(file.Facts.Invoices))
	for _, invoice := range file.Facts.Invoices {
		if len(invoice.Number) >= 5 { // shorter numbers stand in any text
			numbers = append(numbers, "%"+escapeLike(invoice.Number)+"%")
		}
	}
	err = tx.QueryRow(ctx, `
		SELECT key FROM receipt WHERE claim_id IS NULL AND (
			amount = $1 OR amount = $2 OR lower(payer) = lower($3) OR remittance ILIKE ANY ($4)
			OR (iban <> '' AND iban IN (SELECT iban FROM receipt WHERE claim_id = $5)))
		AND NOT EXISTS (SELECT 1 FROM task WHERE task.claim_id = $5 AND task.key = 'allocate-receipt:' || receipt.key AND task.done_on IS NOT NULL)
		ORDER BY value_on LIMIT 1 FOR SHARE OF receipt`, demanded, file.Facts.Principal(), file.Debtor.Name, numbers, file.Facts.ClaimID).Scan(&key)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look for unallocated receipts: %w", err)
	}
	return key, nil
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}
