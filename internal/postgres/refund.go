package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Why a receipt is gone that is of no claim.
const (
	goneRefund   = "refund"   // it goes back to who paid it
	goneReturned = "returned" // the bank took it back
	goneOwn      = "own"      // it is the agency's own money
)

// Refund is money that goes back to the account that it came from.
type Refund struct {
	Key        string       `json:"key"`
	ClaimID    string       `json:"claim,omitempty"` // on which too much was paid; empty: the receipt is nobody's
	Receipt    string       `json:"receipt"`
	Amount     money.Amount `json:"amount"`
	IBAN       string       `json:"iban"`
	Name       string       `json:"name"`
	Reason     string       `json:"reason"`
	ProposedBy string       `json:"proposed_by"`
	ProposedAt time.Time    `json:"proposed_at"`
	DecidedBy  string       `json:"decided_by,omitempty"`
	Approved   *bool        `json:"approved"` // nil: nobody decided yet
	// Payment is the end-to-end id of its last line in a payout, and Status where that stands; empty: no payout paid it yet.
	Payment string                  `json:"payment,omitempty"`
	Status  settlement.PayoutStatus `json:"status,omitempty"`
	// Replaces is the key of the refund that came back, in place of which this one goes to another account.
	Replaces string `json:"replaces,omitempty"`
	Waits    string `json:"waits,omitempty"` // why a person must do something: it came back, or no bank takes it, and no other account is proposed
	// Ended is why it is not paid though nobody declined it: what was paid too much on its claim is not any more.
	Ended string `json:"ended,omitempty"`

	task, why       string
	noBank          string // why no bank takes its payment, whatever is approved
	replaced, taken bool   // another refund takes its place; the bank took its receipt back, so that nothing is to go back any more
}

const refundColumns = `SELECT key, COALESCE(claim_id::text, ''), receipt, amount, iban, name, reason, proposed_by, proposed_at, COALESCE(decided_by, ''), approved, COALESCE(task, ''), COALESCE(replaces, ''), COALESCE(ended, ''),
	COALESCE(payment.id, ''), COALESCE(payment.status, ''), COALESCE(payment.why, ''), EXISTS (SELECT FROM refund o WHERE o.replaces = refund.key AND o.approved IS DISTINCT FROM false),
	EXISTS (SELECT FROM receipt WHERE receipt.key = refund.receipt AND ` + receiptTaken + `), account_is_ours(iban)
	FROM refund LEFT JOIN LATERAL (SELECT l.end_to_end_id AS id, s.status, s.reason AS why FROM payout_line l JOIN payout_step s ON s.end_to_end_id = l.end_to_end_id
		WHERE l.refund = refund.key ORDER BY s.seq DESC LIMIT 1) payment ON true `

func scanRefund(row pgx.CollectableRow) (r Refund, err error) {
	var ours bool
	err = row.Scan(&r.Key, &r.ClaimID, &r.Receipt, &r.Amount, &r.IBAN, &r.Name, &r.Reason, &r.ProposedBy, &r.ProposedAt, &r.DecidedBy, &r.Approved, &r.task, &r.Replaces, &r.Ended, &r.Payment, &r.Status, &r.why, &r.replaced, &r.taken, &ours)
	r.noBank = noBankTakes(r.IBAN, r.Name, ours)
	switch {
	case r.replaced || r.taken || r.Ended != "" || r.Approved != nil && !*r.Approved:
	case r.cameBack():
		r.Waits = whyCameBack(r.why) + ": ask who paid which account is right: dunning receipts refund " + r.Receipt + " --to IBAN --reason TEXT"
	case r.stuck():
		r.Waits = r.noBank + ": " + askCreditor(r.Receipt)
	}
	return r, err
}

func readRefund(ctx context.Context, tx pgx.Tx, which, receipt string, more ...any) (Refund, error) {
	rows, err := tx.Query(ctx, refundColumns+which, append([]any{receipt}, more...)...)
	if err != nil {
		return Refund{}, fmt.Errorf("read refund of receipt %s: %w", receipt, err)
	}
	return pgx.CollectExactlyOneRow(rows, scanRefund)
}

// ProposeRefund proposes to give a receipt that waits back to the account that it came from, whole. From then on it is nobody's, and holds up no letter. The
// same proposal twice is once. A receipt that does not wait, or of which the bank told no account, is a *ConflictError.
func (s *Store) ProposeRefund(ctx context.Context, key, reason string, by Actor) (r Refund, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return r, &ConflictError{"the reason is empty; right would be why the money goes back"}
	}
	err = s.leave(ctx, key, goneRefund, "the receipt goes back to who paid it", by, func(tx pgx.Tx, w Receipt, _ string) error {
		if w.IBAN == "" {
			return &ConflictError{"the bank told no account with receipt " + key + ": it cannot go back to where it came from"}
		}
		back, err := refundsBack(ctx, tx, key)
		switch {
		case err != nil:
			return err
		case len(back) > 0 && back[0].Waits != "":
			return &ConflictError{"receipt " + key + " was to go back, and " + back[0].Waits}
		}
		if why, err := whyOfDebit(ctx, tx, key, reason); err != nil || why != "" {
			return cmp.Or(err, error(&ConflictError{why}))
		}
		r, err = insertRefund(ctx, tx, Refund{Receipt: key, Amount: w.Amount, IBAN: w.IBAN, Name: w.Payer, Reason: reason}, nil, by)
		return err
	})
	return r, err
}

func insertRefund(ctx context.Context, tx pgx.Tx, r Refund, ref *Ref, by Actor) (Refund, error) {
	var client, claim *string
	if ref != nil {
		client, claim = &ref.ClientID, &ref.ClaimID
	}
	err := say(ctx, tx, "refund:"+r.Receipt, `INSERT INTO refund (key, client_id, claim_id, receipt, amount, iban, name, reason, proposed_by, proposed_at, task, replaces)
		SELECT $1 || ':' || 1 + count(*), $2, $3, $1, $4, $5, $6, $7, $8, $9, NULLIF($10, ''), NULLIF($11, '') FROM refund WHERE receipt = $1
		ON CONFLICT (receipt, COALESCE(claim_id, '00000000-0000-0000-0000-000000000000'), COALESCE(task, ''), COALESCE(replaces, '')) WHERE approved IS DISTINCT FROM false DO NOTHING`,
		r.Receipt, client, claim, r.Amount, r.IBAN, r.Name, r.Reason, by.Name, by.At, r.task, r.Replaces)
	if err != nil {
		return r, fmt.Errorf("propose refund of receipt %s: %w", r.Receipt, err)
	}
	now, err := readRefund(ctx, tx, `WHERE receipt = $1 AND approved IS DISTINCT FROM false AND COALESCE(task, '') = $2 AND COALESCE(replaces, '') = $3`, r.Receipt, r.task, r.Replaces)
	if err == nil && (now.Reason != r.Reason || now.Amount != r.Amount || now.IBAN != r.IBAN) {
		err = &ConflictError{fmt.Sprintf("a refund of %s of receipt %s is proposed already, by %s: %s", now.Amount, r.Receipt, now.ProposedBy, now.Reason)}
	}
	return now, err
}

// DecideRefund approves or declines a refund that another person proposed. Declined, a receipt that was nobody's waits again. The same decision twice is
// once, another one is a *ConflictError, and so is one by who proposed it, and the approval of what is not paid too much on its claim any more; one by somebody who may not approve is a
// *NotApproverError.
func (s *Store) DecideRefund(ctx context.Context, receipt string, approve bool, by Actor) (r Refund, err error) {
	client, err := s.clientOfReceipt(ctx, receipt)
	if err != nil {
		return r, err
	}
	err = s.tenant(ctx, client, func(tx pgx.Tx) error {
		if err := lockRefunded(ctx, tx, client, receipt); err != nil {
			return err
		}
		if r, err = readRefund(ctx, tx, `WHERE receipt = $1 ORDER BY proposed_at DESC, key DESC LIMIT 1 FOR UPDATE OF refund`, receipt); errors.Is(err, pgx.ErrNoRows) {
			return &ConflictError{"no refund of receipt " + receipt + " is proposed"}
		}
		switch {
		case err != nil:
			return fmt.Errorf("read refund of receipt %s: %w", receipt, err)
		case r.Ended != "" && approve:
			return &ConflictError{fmt.Sprintf("the refund of receipt %s ended: %s", receipt, r.Ended)}
		case r.Approved != nil && *r.Approved == approve:
			return nil
		case r.Approved != nil:
			return &ConflictError{fmt.Sprintf("%s decided about the refund of receipt %s already: %s", r.DecidedBy, receipt, decision(*r.Approved))}
		case strings.EqualFold(strings.TrimSpace(r.ProposedBy), strings.TrimSpace(by.Name)):
			return &ConflictError{fmt.Sprintf("%s proposed the refund of receipt %s; right would be another person", by.Name, receipt)}
		}
		if by.Name, err = approverOf(ctx, tx, client, by.Name); err != nil {
			return err
		}
		if approve && r.ClaimID != "" && r.Replaces == "" {
			if err := stillTooMuch(ctx, tx, Ref{client, r.ClaimID}, r); err != nil {
				return err
			}
		}
		r.DecidedBy, r.Approved = by.Name, &approve
		return decideRefund(ctx, tx, r, client, by)
	})
	return r, err
}

// clientOfReceipt is the client of the claim of a receipt; empty when it is of none.
func (s *Store) clientOfReceipt(ctx context.Context, receipt string) (client string, err error) {
	owner, err := s.refs(ctx, `SELECT client_id::text, claim_id::text FROM claim_of_receipt($1)`, receipt)
	if err != nil {
		return "", fmt.Errorf("look up receipt %s: %w", receipt, err)
	}
	if len(owner) == 1 {
		client = owner[0].ClientID
	}
	return client, nil
}

func decision(approved bool) string {
	if approved {
		return "approved"
	}
	return "declined"
}

// decideRefund writes the decision with what follows: a receipt that was nobody's waits again when it is declined, and is payable to who paid it when it is approved; of a
// surplus, which is so already, the task ends when all of it is approved.
func decideRefund(ctx context.Context, tx pgx.Tx, r Refund, client string, by Actor) error {
	if err := say(ctx, tx, "refund-decided:"+r.Key, `UPDATE refund SET decided_by = $2, decided_at = $3, approved = $4 WHERE key = $1`, r.Key, by.Name, by.At, r.Approved); err != nil {
		return fmt.Errorf("decide refund %s: %w", r.Key, err)
	}
	if *r.Approved {
		for _, holds := range []func() (string, error){
			func() (string, error) { return whyTakenBack(ctx, tx, r.Receipt) },
			func() (string, error) { return whyOfDebit(ctx, tx, r.Receipt, r.Reason) },
		} {
			if why, err := holds(); err != nil {
				return err
			} else if why != "" {
				return &ConflictError{why + ": it cannot be approved"}
			}
		}
	}
	switch {
	case r.Replaces != "":
		return decideOtherAccount(ctx, tx, r, client, by)
	case r.ClaimID == "" && !*r.Approved:
		_, err := tx.Exec(ctx, `UPDATE receipt SET gone = NULL WHERE key = $1 AND gone = 'refund'`, r.Receipt)
		return err
	case r.ClaimID == "":
		_, err := dueRefund(ctx, tx, r, by.today(), by)
		return err
	case !*r.Approved:
		return nil
	}
	if err := endRepayment(ctx, tx, Ref{client, r.ClaimID}, r, by); err != nil || !r.stuck() {
		return err
	}
	return askPayer(ctx, tx, Ref{client, r.ClaimID}, r, by)
}

// Refunds gives all refunds, those that nobody decided first.
func (s *Store) Refunds(ctx context.Context) (all []Refund, err error) {
	clients, err := s.ClientCodes(ctx)
	if err != nil {
		return nil, err
	}
	for _, client := range append(slices.Sorted(maps.Values(clients)), "") { // the last are of receipts that are nobody's
		err := s.moment(ctx, client, func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, refundColumns+`WHERE client_id IS NOT DISTINCT FROM tenant()`)
			if err != nil {
				return err
			}
			own, err := pgx.CollectRows(rows, scanRefund)
			all = append(all, own...)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("list refunds: %w", err)
		}
	}
	slices.SortStableFunc(all, func(a, b Refund) int {
		return cmp.Or(compareBool(a.Approved != nil, b.Approved != nil), a.ProposedAt.Compare(b.ProposedAt), cmp.Compare(a.Key, b.Key))
	})
	return all, nil
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// leave takes a receipt out of those that wait, with what else there is to write, and ends the tasks that waited for it. It locks as assign does.
// One that was to go back to who paid it, or is the agency's own money, can be taken back by the bank still. was is why it was gone before; empty: it waited.
func (s *Store) leave(ctx context.Context, key, gone, result string, by Actor, also func(tx pgx.Tx, r Receipt, was string) error) error {
	return s.leaveAfter(ctx, func(pgx.Tx) error { return nil }, key, gone, result, by, also)
}

// leaveAfter is leave with what is to be locked before any claim.
func (s *Store) leaveAfter(ctx context.Context, first func(pgx.Tx) error, key, gone, result string, by Actor, also func(tx pgx.Tx, r Receipt, was string) error) error {
	for {
		waiting, err := s.refs(ctx, waitingFor, trajectory.AllocateReceipt+key)
		if err != nil {
			return err
		}
		err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			if err := first(tx); err != nil {
				return err
			}
			if err := lockClaims(ctx, tx, waiting); err != nil {
				return err
			}
			if err := setTenant(ctx, tx, ""); err != nil {
				return err
			}
			r := Receipt{Key: key}
			var was string
			err := tx.QueryRow(ctx, `SELECT amount, value_on, iban, payer, COALESCE(gone, '') FROM receipt WHERE key = $1 AND claim_id IS NULL AND NOT divided FOR UPDATE`, key).Scan(&r.Amount, &r.On, &r.IBAN, &r.Payer, &was)
			switch {
			case errors.Is(err, pgx.ErrNoRows):
				return notWaiting(ctx, tx, key)
			case err != nil:
				return fmt.Errorf("read receipt %s: %w", key, err)
			case was != "" && was != gone && gone != goneReturned:
				return notWaiting(ctx, tx, key)
			}
			now, err := lockedWaits(ctx, tx, key, waiting)
			if err != nil {
				return err
			}
			if err := also(tx, r, was); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `UPDATE receipt SET gone = $2 WHERE key = $1 AND gone IS DISTINCT FROM $2`, key, gone); err != nil {
				return fmt.Errorf("take receipt %s out: %w", key, err)
			}
			return endWaits(ctx, tx, key, now, result, by)
		})
		if !errors.Is(err, errMoreWait) {
			return err
		}
	}
}
