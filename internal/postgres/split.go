package postgres

import (
	"context"
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// Split is what a person gives a claim of a receipt.
type Split struct {
	Ref    Ref
	Amount money.Amount
}

// SplitReceipt divides a waiting receipt over claims of one client on one debtor as a person says, who knows what the debtor meant (art. 6:43 lid 1 BW). The
// amounts add up to the receipt, and none is more than its claim owes; otherwise it is a *ConflictError, as with DivideReceipt.
func (s *Store) SplitReceipt(ctx context.Context, key string, split []Split, by Actor, rules RulesFor) (Divided, error) {
	over, amounts := make([]Ref, len(split)), map[string]money.Amount{}
	for i, part := range split {
		if _, twice := amounts[part.Ref.ClaimID]; twice || part.Amount <= 0 {
			return Divided{}, &ConflictError{fmt.Sprintf("claim %s: right would be each claim once, with an amount of more than 0.00", part.Ref.ClaimID)}
		}
		over[i], amounts[part.Ref.ClaimID] = part.Ref, part.Amount
	}
	return s.divideReceipt(ctx, division{key: key, over: over, designated: over, amounts: amounts, by: by, rules: rules})
}

// divide divides by law, or as a person says.
func (q division) divide(amount money.Amount, on calendar.Date, obligations []claim.Obligation) (claim.Division, error) {
	if q.amounts == nil {
		return claim.Divide(amount, on, obligations, ids(q.designated))
	}
	d, left := claim.Division{}, amount
	for _, o := range obligations {
		one, err := claim.Divide(q.amounts[o.Claim], on, []claim.Obligation{o}, []string{o.Claim})
		if err != nil {
			return d, err
		}
		if one.Surplus > 0 {
			return d, &claim.DivisionError{Field: "claim", Problem: fmt.Sprintf("claim %s owes %s; right would be at most that, not %s", o.Claim, one.Parts[0].Amount, q.amounts[o.Claim])}
		}
		one.Parts[0].Reason.Detail = fmt.Sprintf("the debtor meant %s for it", q.amounts[o.Claim])
		d.Parts, left = append(d.Parts, one.Parts...), left-q.amounts[o.Claim]
	}
	if left != 0 {
		return d, &claim.DivisionError{Field: "claim", Problem: fmt.Sprintf("the amounts add up to %s; right would be the whole receipt: %s", amount-left, amount)}
	}
	return d, nil
}

// sameAmounts refuses other amounts than those of before.
func (q division) sameAmounts(d Divided) error {
	for _, part := range d.Parts {
		if told, ok := q.amounts[part.Claim]; ok && told != part.Amount {
			return &ConflictError{fmt.Sprintf("receipt %s is divided already: claim %s has %s of it", q.key, part.Claim, part.Amount)}
		}
	}
	return nil
}
