package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// RecordInformationCost records what finding out about a debtor in business cost, from a day on; a consumer owes none (*ConflictError). The same key twice
// is one cost; the key of one that was taken back is refused. All of them together are at most the principal.
func (s *Store) RecordInformationCost(ctx context.Context, ref Ref, cost claim.InformationCost, what string, by Actor) error {
	if err := named(cost.Key); err != nil {
		return err
	}
	switch {
	case cost.Amount <= 0:
		return &ConflictError{"information costs are more than 0.00"}
	case strings.TrimSpace(what) == "":
		return &ConflictError{"what it was for is empty; right would be: extract from the company register"}
	case cost.On.After(by.today()):
		return &ConflictError{fmt.Sprintf("%s is in the future; right would be a day up to and including %s", cost.On, by.today())}
	}
	e := by.event("information-cost:"+cost.Key, "information-cost", cost.On, map[string]any{"amount": cost.Amount, "what": what})
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		reversed, _, err := costReversal(ctx, tx, ref, cost.Key)
		if err != nil {
			return err
		}
		if reversed {
			return &ConflictError{"information cost " + cost.Key + " was taken back; use another key for something new"}
		}
		return changeLocked(ctx, tx, ref, e, MessagePayment, func(tx pgx.Tx, file CaseFile) error {
			if err := canCost(file.Facts, cost); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `INSERT INTO information_cost (client_id, claim_id, key, on_day, amount) VALUES ($1, $2, $3, $4, $5)`, ref.ClientID, ref.ClaimID, cost.Key, cost.On, cost.Amount)
			if err != nil {
				return fmt.Errorf("book information cost %s: %w", cost.Key, err)
			}
			return nil
		})
	})
}

func canCost(f claim.Facts, cost claim.InformationCost) error {
	var before money.Amount
	for _, other := range f.InformationCosts {
		before += other.Amount
	}
	switch left := f.Principal() - before; {
	case f.Debtor.Consumer():
		return &ConflictError{"a consumer owes no information costs (art. 6:96 lid 5 BW; requirement T2)"}
	case cost.On.Before(f.HandedOverOn):
		return &ConflictError{fmt.Sprintf("%s is before hand-over; right would be a day from %s", cost.On, f.HandedOverOn)}
	case cost.Amount > f.Principal():
		return &ConflictError{fmt.Sprintf("%s is more than the principal of %s, a typing error", cost.Amount, f.Principal())}
	case cost.Amount > left:
		return &ConflictError{fmt.Sprintf("%s with the %s that is booked is more than the principal of %s; right would be at most %s, or to take one back", cost.Amount, before, f.Principal(), max(left, 0))}
	}
	_, err := whileOpen(f)
	return err
}

const eventCostReversed = "information-cost-reversed"

// ReverseInformationCost takes an information cost back: it stays in the books, and everything is as if it had never been, also for a claim that is
// closed. It gives the difference that it made that day. The same twice is once; another reason, or a key that is not there, is a *ConflictError.
func (s *Store) ReverseInformationCost(ctx context.Context, ref Ref, key, reason string, by Actor, rules RulesFor) (d claim.Difference, err error) {
	if reason, err = because(reason); err != nil {
		return d, err
	}
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		reversed, before, err := costReversal(ctx, tx, ref, key)
		switch {
		case err != nil:
			return err
		case reversed && before != reason:
			return &ConflictError{fmt.Sprintf("information cost %s was taken back already, with another reason: %s", key, before)}
		case reversed:
			d, err = costDifference(ctx, tx, ref, key)
			return err
		}
		d, err = reverseCost(ctx, tx, ref, key, reason, by, rules)
		return err
	})
	return d, err
}

// costReversal says whether an information cost was taken back, and why.
func costReversal(ctx context.Context, tx pgx.Tx, ref Ref, key string) (reversed bool, reason string, err error) {
	err = tx.QueryRow(ctx, `SELECT reason FROM information_cost_reversal WHERE client_id = $1 AND claim_id = $2 AND key = $3`, ref.ClientID, ref.ClaimID, key).Scan(&reason)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, "", nil
	}
	if err != nil {
		return false, "", fmt.Errorf("read reversal of information cost %s: %w", key, err)
	}
	return true, reason, nil
}

// costDifference is what a reversal that is told again made of what was owed.
func costDifference(ctx context.Context, tx pgx.Tx, ref Ref, key string) (d claim.Difference, err error) {
	var detail []byte
	err = tx.QueryRow(ctx, `SELECT detail FROM case_event WHERE client_id = $1 AND claim_id = $2 AND key = $3`, ref.ClientID, ref.ClaimID, "information-reversal:"+key).Scan(&detail)
	if err == nil {
		err = json.Unmarshal(detail, &d)
	}
	if err != nil {
		return d, fmt.Errorf("read reversal of information cost %s: %w", key, err)
	}
	return d, nil
}

func reverseCost(ctx context.Context, tx pgx.Tx, ref Ref, key, reason string, by Actor, rules RulesFor) (d claim.Difference, err error) {
	file, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return d, err
	}
	cost, after, err := withoutCost(file.Facts, key, by.today())
	if err != nil {
		return d, err
	}
	pinned, err := rules(file.Facts)
	if err != nil {
		return d, err
	}
	if d, err = file.Facts.DifferenceTo(after, pinned.Tables, by.today()); err != nil {
		return d, fmt.Errorf("account of claim %s: %w", ref.ClaimID, err)
	}
	detail := map[string]any{"amount": cost.Amount, "reason": reason, "on": d.On, "before": d.Before, "after": d.After}
	e := by.event("information-reversal:"+key, eventCostReversed, cost.On, detail)
	return d, changeLocked(ctx, tx, ref, e, MessagePayment, func(tx pgx.Tx, _ CaseFile) error {
		_, err := tx.Exec(ctx, `INSERT INTO information_cost_reversal (client_id, claim_id, key, reason, reversed_on) VALUES ($1, $2, $3, $4, $5)`, ref.ClientID, ref.ClaimID, key, reason, by.today())
		if err != nil {
			return fmt.Errorf("take information cost %s back: %w", key, err)
		}
		return followMoney(ctx, tx, ref, after, happened{e.Key, by.today(), "information cost " + key + " was taken back"}, rules, by)
	})
}

// withoutCost is the facts after an information cost was taken back on a day: as if it had never been, but for letters that asked it.
func withoutCost(f claim.Facts, key string, today calendar.Date) (cost claim.InformationCost, after claim.Facts, err error) {
	keys := make([]string, len(f.InformationCosts))
	for i, c := range f.InformationCosts {
		keys[i] = fmt.Sprintf("%s (%s on %s)", c.Key, c.Amount, c.On)
		if c.Key == key {
			f.InformationCosts = slices.Delete(slices.Clone(f.InformationCosts), i, i+1)
			f.CostsTakenBack = append(slices.Clone(f.CostsTakenBack), claim.CostTakenBack{InformationCost: c, Back: today})
			return c, f, nil
		}
	}
	if len(keys) == 0 {
		return cost, f, &ConflictError{"the claim has no information cost " + key + ", nor any other"}
	}
	return cost, f, &ConflictError{fmt.Sprintf("the claim has no information cost %s; right would be one of %s", key, strings.Join(keys, ", "))}
}
