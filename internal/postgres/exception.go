package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// Exception is an operator's judgement that the client owes commission, for the price that was shown and confirmed, VAT included.
type Exception struct {
	Is     settlement.Exception // not a withdrawal, which the client asks for
	Reason string
	Price  money.Amount
}

func (x *Exception) check() error {
	if x.Is.Kind() == "" || x.Is == settlement.Withdrawal {
		return &ConflictError{fmt.Sprintf("exception %d is not one that an operator applies; right would be 2, 3, 4 or 5", x.Is)}
	}
	if x.Reason = strings.TrimSpace(x.Reason); x.Reason == "" {
		return &ConflictError{"the reason is empty; right would be what the client did or did not do"}
	}
	return nil
}

// RecordException records that an exception of the agreement applies, and what the client is billed for it. It ends an open claim. One that is paid can
// still turn out to be paid by the client's own doing (exceptions 2 and 4), and one whose commission was taken back can be charged again; for one that
// ended otherwise it is a *ConflictError, as is another price than that of now. The same twice is once.
func (s *Store) RecordException(ctx context.Context, ref Ref, x Exception, by Actor, rules RulesFor) error {
	if err := x.check(); err != nil {
		return err
	}
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		billed, err := billables(ctx, tx, ref)
		if err != nil {
			return err
		}
		takenBack, _ := commissions(billed)
		e := by.event(nextOf("exception", takenBack), "exception-"+x.Is.Kind(), by.today(), map[string]any{"exception": int(x.Is), "reason": x.Reason, "price": x.Price})
		if err := appliedBefore(ctx, tx, ref, e); err != nil {
			return err
		}
		return changeLocked(ctx, tx, ref, e, MessageTask, func(tx pgx.Tx, file CaseFile) error {
			if err := Applies(x.Is, file.Facts, billed); err != nil {
				return err
			}
			return applyException(ctx, tx, ref, x, file.Facts, by, rules)
		})
	})
}

// appliedBefore refuses an exception (*ConflictError) when another was applied before, or the same for another reason or price: a claim has one, until what was billed for it is taken back.
func appliedBefore(ctx context.Context, tx pgx.Tx, ref Ref, e Event) error {
	detail, err := encodeDetail(e)
	if err != nil {
		return err
	}
	var status string
	var number int
	var on calendar.Date
	err = tx.QueryRow(ctx, `SELECT c.status, (e.detail->>'exception')::int, e.value_on FROM case_event e JOIN claim c ON c.client_id = e.client_id AND c.id = e.claim_id
		WHERE e.client_id = $1 AND e.claim_id = $2 AND e.key = $3 AND NOT (e.kind = $4 AND e.detail = $5::jsonb)`,
		ref.ClientID, ref.ClaimID, e.Key, e.Kind, detail).Scan(&status, &number, &on)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("read event %s: %w", e.Key, err)
	}
	return &ConflictError{fmt.Sprintf("exception %d was applied on %s (the claim is %s), and a claim has one; when it was wrong, take back first what was billed for it (claim reverse-charge)", number, on, status)}
}

func applyException(ctx context.Context, tx pgx.Tx, ref Ref, x Exception, f claim.Facts, by Actor, rules RulesFor) error {
	price, err := confirmedPrice(x.Is, f, x.Price, by, rules)
	if err != nil {
		return err
	}
	if err := bill(ctx, tx, ref, price, by); err != nil || f.Status.Final() {
		return err
	}
	return setClosing(ctx, tx, ref, x.Is.String(), by)
}

// Applies refuses an exception that cannot be applied to a claim any more (*ConflictError): it has ended, the client withdrew it, or it ends at no cost since its dispute was upheld. What is billed for the
// claim says whether its commission was taken back.
func Applies(x settlement.Exception, f claim.Facts, billed []Billable) error {
	takenBack, _ := commissions(billed)
	if f.Status.Final() && takenBack == 0 && (f.Status != claim.StatusPaid || !x.PaidByClient()) {
		return &ConflictError{"the claim is " + string(f.Status) + " already"}
	}
	if !f.Withdrawn.IsZero() {
		return &ConflictError{"the client withdrew the claim already"}
	}
	if f.Upheld() && !f.Status.Final() {
		return &ConflictError{f.UpheldProblem()}
	}
	return nil
}
