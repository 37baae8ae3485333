package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/money"
)

// doubted is a match that a person looks at, of a receipt that names a claim by its reference; nil: nobody need look, and no block comes between until the transaction ends. It locks the claim, and the
// transaction sees its client after it.
func doubted(ctx context.Context, tx pgx.Tx, ref Ref, r Receipt, policy *matching.Policy, by Actor, rules RulesFor) (*Match, error) {
	why, err := blockedBy(ctx, tx, r.IBAN, matching.ExactReference)
	if why == "" && policy != nil {
		why = policy.Withholds(matching.ExactReference, r.IBAN)
	}
	if err != nil || why != "" {
		return suggested(r, ref, r.Amount, why, by), err
	}
	if err := setTenant(ctx, tx, ref.ClientID); err != nil {
		return nil, err
	}
	if err := lockClaim(ctx, tx, ref); err != nil || policy == nil {
		return nil, err
	}
	file, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return nil, err
	}
	if status := file.Facts.Status; status != claim.StatusOpen { // matching knows its reference as that of a closed claim
		return suggested(r, ref, r.Amount, fmt.Sprintf("the claim is not open any more (%s)", status), by), nil
	}
	pinned, err := rules(file.Facts)
	if err != nil {
		return nil, err
	}
	asked := Asked(matching.Claim{ID: ref.ClaimID}, file.Facts, pinned.Tables, earlier(r.On, by.today()))
	if why = policy.Doubts(asked, r.Amount); why == "" {
		return nil, nil
	}
	return suggested(r, ref, money.Min(r.Amount, asked.Total), why, by), nil
}

// suggested is a match that a person looks at: a receipt names a claim by its reference, which gets so much of it, and why is why it is not allocated by itself.
func suggested(r Receipt, ref Ref, gets money.Amount, why string, by Actor) *Match {
	seen := []matching.Evidence{{Kind: matching.Reference, Claim: ref.ClaimID}}
	return &Match{Outcome: matching.Suggested, Rule: matching.ExactReference, Version: matching.Version, Why: why, At: by.At,
		Proposals: []matching.Proposal{{Parts: []matching.Part{{Claim: ref.ClaimID, Amount: gets}}, Surplus: r.Amount - gets, Evidence: seen}}}
}
