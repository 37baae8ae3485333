package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// verifyNoCure insists on no cure, no pay (requirements S6, T7): a claim that ended, and of which nobody received money, has cost its client nothing by the books, VAT
// included, neither as a bill nor as a part of what came in. What the agreement excepts stands in its facts, each with its price: that the client withdrew, that a person applied an
// exception (T11), that the dispute was upheld and work was agreed since (T14), or that the client took the
// court procedure, or other work for it.
func verifyNoCure(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, v *Verified) error {
	if !f.Status.Final() || recovered(f) > 0 {
		return nil
	}
	v.WithoutCure++
	var cost money.Amount
	err := tx.QueryRow(ctx, `SELECT COALESCE(sum(CASE e.account WHEN 'A120' THEN e.cents ELSE -e.cents END), 0)::bigint FROM entry e JOIN journal j ON j.id = e.journal_id
		WHERE e.claim_id = $1 AND e.account IN ('A120', 'S210') AND j.kind IN ($2, $3, $4)`, ref.ClaimID, ledger.Settled, ledger.BilledToClient, ledger.BillTakenBack).Scan(&cost)
	if err != nil {
		return fmt.Errorf("read what claim %s cost its client: %w", ref.ClaimID, err)
	}
	billed, err := billables(ctx, tx, ref)
	if err != nil {
		return err
	}
	for _, b := range billed {
		if !b.Owed() {
			continue
		}
		allowed, err := excepted(ctx, tx, ref, f, b)
		if err != nil {
			return err
		}
		if allowed {
			cost -= b.Total
		}
	}
	if cost != 0 {
		v.NoCure++
	}
	v.compare("claim "+ref.ClaimID, "what it cost its client, of whose debtor nobody received money,", 0, cost)
	return nil
}

// recovered is what agency and client received for a claim.
func recovered(f claim.Facts) (sum money.Amount) {
	for _, s := range f.Settlements {
		if s.Kind == claim.PaidToAgency || s.Kind == claim.PaidToClient {
			sum += s.Amount
		}
	}
	return sum
}

// excepted says whether the facts of a claim have what a charge without recovery needs: that what excepts it was recorded, for this charge and at its price. So one that
// was made again, or of another amount, is excused by nothing.
func excepted(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, b Billable) (allowed bool, err error) {
	cause := causeOf(ref, b)
	if b.Kind == BilledAgreed && !f.Upheld() {
		return false, nil
	}
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM case_event WHERE client_id = $1 AND claim_id = $2 AND (key = $3 OR $7 AND starts_with(key, $3 || ':')) AND kind = $4 AND detail->>$5 = $6)`,
		ref.ClientID, ref.ClaimID, cause.key, cause.kind, cause.field, cause.amount.String(), cause.numbered).Scan(&allowed)
	if err != nil {
		return false, fmt.Errorf("read whether %s applies to claim %s: %w", b.Kind, ref.ClaimID, err)
	}
	return allowed, nil
}

// cause is the event that a charge stands on, with the amount that must be in a field of its detail; without a key there can be none.
type cause struct {
	key, kind, field string
	amount           money.Amount
	numbered         bool // the event can be a later one of its kind: of decisions, any
}

func causeOf(ref Ref, b Billable) cause {
	turn, commission := strings.CutPrefix(b.Key, "commission:"+ref.ClaimID) // of one after another was taken back: ":2"
	switch {
	case b.Kind == BilledAgreed:
		if key, ok := strings.CutPrefix(b.Key, BilledAgreed+":"+ref.ClaimID+":"); ok {
			return cause{BilledAgreed + ":" + key, "costs-agreed", "net", b.Net, false}
		}
	case slices.Contains(settlement.LegalWork(), settlement.BillFor(b.Kind)):
		if key, ok := strings.CutPrefix(b.Key, b.Kind+":"+ref.ClaimID+":"); ok {
			return cause{"court-work:" + key, "court-work", "net", b.Net, false}
		}
	case b.Kind == BilledCourt && b.Key == BilledCourt+":"+ref.ClaimID:
		return cause{eventDecision, eventDecision, "fixed_price", b.Total, true}
	case b.Kind == settlement.Withdrawal.Kind() && commission:
		return cause{"withdrawal", "withdrawn", "price", b.Total, false}
	case commission:
		return cause{"exception" + turn, "exception-" + b.Kind, "price", b.Total, false}
	}
	return cause{}
}
