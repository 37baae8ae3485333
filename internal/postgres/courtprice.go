package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// BilledCourt is the kind under which the court procedure at a fixed price is billed, to which a client agreed by deciding for it: no cure, no pay is about
// collecting.
const BilledCourt = "court-product"

// RecordCourtAtFixedPrice records that the client decides for the court procedure at the fixed price that it was shown and confirmed, VAT included, and bills
// it, once. Another price than that of now, or that it is not offered, is a *ConflictError, as is another decision before it; allowed is asked as for any
// decision. All of it is one transaction: a crash before the commit leaves nothing.
func (s *Store) RecordCourtAtFixedPrice(ctx context.Context, ref Ref, confirmed money.Amount, by Actor, allowed Still, rules RulesFor) (claim.Facts, error) {
	e := by.event(eventDecision, eventDecision, by.today(), map[string]any{"choice": claim.ChooseCourt, "default": false, "fixed_price": confirmed})
	facts, err := s.ownNumbered(ctx, ref, e, decidesAnew, newChoice(claim.ChooseCourt, allowed), func(tx pgx.Tx, f claim.Facts) error {
		price, basis, err := confirmedFixedPrice(f, confirmed, by, rules)
		if err != nil {
			return err
		}
		if err := setDecision(ctx, tx, ref, f, claim.Decision{Choice: claim.ChooseCourt, On: by.today(), FixedPrice: &price}, by); err != nil || price.Total() == 0 {
			return err
		}
		return insertBillable(ctx, tx, ref, Billable{
			Key: BilledCourt + ":" + ref.ClaimID, Kind: BilledCourt, Net: price.Net, VAT: price.VAT, Total: price.Total(), On: by.today(), Basis: basis.String(),
		}, price.Net, by)
	})
	if d := facts.Decision; err == nil && d != nil && (d.FixedPrice == nil || d.FixedPrice.Total() != confirmed) {
		return facts, &ConflictError{alreadyDecided(facts, claim.ChooseCourt)}
	}
	return facts, err
}

// confirmedFixedPrice is the fixed price of now, if it is the one that was confirmed. Another is a *ConflictError that names both.
func confirmedFixedPrice(f claim.Facts, confirmed money.Amount, by Actor, rules RulesFor) (claim.FixedPrice, law.Basis, error) {
	pinned, err := rules(f)
	if err != nil {
		return claim.FixedPrice{}, law.Basis{}, err
	}
	price, basis, err := pinned.FixedPrice(f, by.today())
	var not *trajectory.NotOfferedError
	switch {
	case errors.As(err, &not):
		err = &ConflictError{not.Error()}
	case err == nil && price.Total() != confirmed:
		err = &ConflictError{fmt.Sprintf("%s was confirmed, but the price is %s; look at it again and confirm that", confirmed, price.Total())}
	}
	return price, basis, err
}

// alreadyDecided says which decision stands, and why another choice does not take its place or what would be right instead.
func alreadyDecided(f claim.Facts, choice claim.Choice) string {
	d := *f.Decision
	stands := "the decision is already " + string(d.Choice)
	switch back, was := f.CourtStep(claim.CourtWithdrawn); {
	case d.FixedPrice != nil:
		return fmt.Sprintf("%s, at the fixed price of %s", stands, d.FixedPrice.Total())
	case d.Choice != claim.ChooseMonitoring || f.Status.Final():
		return stands
	case choice == claim.ChooseClose:
		return stands + "; right would be the end of debt monitoring, once that has begun (claim stop-monitoring)"
	case was:
		return fmt.Sprintf("%s, and the court is chosen once: the client took the case back on %s", stands, back.On)
	}
	return stands + "; right would be the court once debt monitoring has begun"
}

// eventTakenBack is the client taking the case back from the court.
const eventTakenBack = "court-withdrawn"

// decidesAnew are the events after which a client can decide again: the court during debt monitoring, and either monitoring or the end after the court.
var decidesAnew = []string{eventMonitoring, eventTakenBack}

// setDecision writes a decision. One for the court asks a person to hand the claim over; one of a claim that was being monitored begins or ends the interlude of
// that.
func setDecision(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, d claim.Decision, by Actor) error {
	var net, vat *money.Amount
	if d.FixedPrice != nil {
		net, vat = &d.FixedPrice.Net, &d.FixedPrice.VAT
	}
	_, err := tx.Exec(ctx, `UPDATE claim SET decision = $3, decided_on = $4, decided_by_default = $5, fixed_price = $6, fixed_price_vat = $7 WHERE client_id = $1 AND id = $2`,
		ref.ClientID, ref.ClaimID, d.Choice, d.On, d.Default, net, vat)
	if err != nil {
		return fmt.Errorf("record the decision about claim %s: %w", ref.ClaimID, err)
	}
	if err := doneTask(ctx, tx, ref, trajectory.TakenBack, by); err != nil {
		return err
	}
	if !f.MonitoredFrom.IsZero() {
		if err := setInterlude(ctx, tx, ref, f, d); err != nil {
			return err
		}
	}
	if d.Choice != claim.ChooseCourt {
		return nil
	}
	return openTask(ctx, tx, ref, trajectory.HandOverToCourt, trajectory.ToHandOver(f, by.today()), by)
}

func setInterlude(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, d claim.Decision) error {
	i := f.InterludeAfter(d)
	if _, err := tx.Exec(ctx, `UPDATE claim SET interlude_from = $3, interlude_until = $4 WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, i.From, i.Until); err != nil {
		return fmt.Errorf("record the interlude of the monitoring of claim %s: %w", ref.ClaimID, err)
	}
	return nil
}
