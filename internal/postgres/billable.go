package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// Billable is something that the client is to be invoiced. Net + VAT = Total; Basis says in words why, and how it was computed.
type Billable struct {
	Key       string        `json:"key"`
	Kind      string        `json:"kind"`
	Net       money.Amount  `json:"net"`
	VAT       money.Amount  `json:"vat"`
	Total     money.Amount  `json:"total"`
	On        calendar.Date `json:"on"`
	Basis     string        `json:"basis"`
	TakenBack calendar.Date `json:"taken_back,omitzero"` // when; it is not owed then, or is to be credited
	Why       string        `json:"why,omitempty"`       // it was taken back
	Units     int           `json:"units,omitempty"`     // of the same price each; Net is of all
}

// Owed says whether it was not taken back.
func (b Billable) Owed() bool { return b.TakenBack.IsZero() }

// commission says whether it is for an exception of the agreement; else it is for work to which the client agreed.
func (b Billable) commission() bool {
	return slices.ContainsFunc(settlement.Exceptions(), func(x settlement.Exception) bool { return x.Kind() == b.Kind })
}

// Billables gives what the client is to be invoiced for a claim, with what was taken back.
func (s *Store) Billables(ctx context.Context, ref Ref) (list []Billable, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		list, err = billables(ctx, tx, ref)
		return err
	})
	return list, err
}

func billables(ctx context.Context, tx pgx.Tx, ref Ref) ([]Billable, error) {
	rows, err := tx.Query(ctx, `SELECT b.key, b.kind, b.net, b.vat, b.total, b.on_day, b.basis, r.reversed_on, COALESCE(r.reason, ''), b.units
		FROM billable b LEFT JOIN billable_reversal r ON r.key = b.key AND r.client_id = b.client_id WHERE b.client_id = $1 AND b.claim_id = $2 ORDER BY b.on_day, b.key`, ref.ClientID, ref.ClaimID)
	if err != nil {
		return nil, fmt.Errorf("read what is billed for claim %s: %w", ref.ClaimID, err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Billable])
	if err != nil {
		return nil, fmt.Errorf("read what is billed for claim %s: %w", ref.ClaimID, err)
	}
	return list, nil
}

// ReverseBillable takes a charge back: it stays in the books, and the client does not owe it. The same twice is once; another reason, or a charge that the
// claim does not have, is a *ConflictError.
func (s *Store) ReverseBillable(ctx context.Context, ref Ref, key, reason string, by Actor) (err error) {
	if reason, err = because(reason); err != nil {
		return err
	}
	e := by.event("charge-reversal:"+key, "charge-reversed", by.today(), map[string]any{"reason": reason})
	return s.change(ctx, ref, e, MessageTask, func(tx pgx.Tx, _ CaseFile) error {
		tag, err := tx.Exec(ctx, `INSERT INTO billable_reversal (client_id, key, reason, reversed_on) SELECT client_id, key, $4, $5 FROM billable WHERE client_id = $1 AND claim_id = $2 AND key = $3`,
			ref.ClientID, ref.ClaimID, key, reason, by.today())
		if err != nil {
			return fmt.Errorf("take back charge %s: %w", key, err)
		}
		if tag.RowsAffected() == 0 {
			return &ConflictError{fmt.Sprintf("the claim has no charge %s; claim show tells the keys of what is billed", key)}
		}
		_, err = closeBills(ctx, tx, ref, by)
		return err
	})
}

// commissions counts the commissions of a claim that were taken back, and says whether one is owed.
func commissions(billed []Billable) (takenBack int, owed bool) {
	for _, b := range billed {
		switch {
		case !b.commission():
		case b.Owed():
			owed = true
		default:
			takenBack++
		}
	}
	return takenBack, owed
}

// nextOf is the key of what can be again after the one before was taken back: of the first one the plain key.
func nextOf(key string, takenBack int) string {
	if takenBack == 0 {
		return key
	}
	return fmt.Sprintf("%s:%d", key, takenBack+1)
}

// bill records what an exception costs, as it was confirmed. A claim owes commission once: while one is owed, another exception is a *ConflictError.
func bill(ctx context.Context, tx pgx.Tx, ref Ref, price settlement.Price, by Actor) error {
	if price.Total == 0 {
		return nil
	}
	billed, err := billables(ctx, tx, ref)
	if err != nil {
		return err
	}
	takenBack, owed := commissions(billed)
	if owed {
		return alreadyBilled(billed)
	}
	words := make([]string, len(price.Basis))
	for i, b := range price.Basis {
		words[i] = b.String()
	}
	return insertBillable(ctx, tx, ref, Billable{
		Key: nextOf("commission:"+ref.ClaimID, takenBack), Kind: price.Exception.Kind(), Net: price.Net, VAT: price.VAT, Total: price.Total, On: price.On, Basis: strings.Join(words, "; "),
	}, price.Costs, by)
}

// alreadyBilled says for what a claim owes its commission, and what comes first.
func alreadyBilled(billed []Billable) error {
	b := billed[slices.IndexFunc(billed, func(b Billable) bool { return b.commission() && b.Owed() })]
	return &ConflictError{fmt.Sprintf("a claim owes its commission once, and %s was billed on %s for another exception (%s); right would be to take that back first, with a reason: dunning claim reverse-charge ID %s --reason TEXT", b.Total, b.On, b.Kind, b.Key)}
}

// insertBillable bills a client and books it. costs are the part of it that is recharged costs.
func insertBillable(ctx context.Context, tx pgx.Tx, ref Ref, b Billable, costs money.Amount, by Actor) error {
	_, err := tx.Exec(ctx, `INSERT INTO billable (client_id, claim_id, key, kind, net, vat, total, on_day, basis, units) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		ref.ClientID, ref.ClaimID, b.Key, b.Kind, b.Net, b.VAT, b.Total, b.On, b.Basis, max(1, b.Units))
	if err != nil {
		return fmt.Errorf("bill %s of claim %s: %w", b.Kind, ref.ClaimID, err)
	}
	_, err = post(ctx, tx, by, billJournal(ref, b, costs)...)
	return err
}

// order runs the change of facts that an order makes, which bills a charge under a key. shown is the price that was confirmed, VAT included; 0: none was. An order that is told again is
// held to the charge that it made: another price, or one that was taken back since, is a *ConflictError.
func (s *Store) order(ctx context.Context, ref Ref, e Event, key string, shown money.Amount, rows func(tx pgx.Tx, file CaseFile) error) error {
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		if err := changeLocked(ctx, tx, ref, e, MessageTask, rows); err != nil {
			return err
		}
		list, err := billables(ctx, tx, ref)
		if err != nil {
			return err
		}
		for _, b := range list {
			switch {
			case b.Key != key:
			case !b.Owed():
				return &ConflictError{fmt.Sprintf("charge %s was taken back on %s; use another key for something new", key, b.TakenBack)}
			case shown != 0 && shown != b.Total:
				return &ConflictError{fmt.Sprintf("%s was confirmed, but the price is %s; look at it again and confirm that", shown, b.Total)}
			}
		}
		return nil
	})
}

// confirmedPrice is the price of an exception now, if it is the one that was confirmed. Another is a *ConflictError that names both.
func confirmedPrice(x settlement.Exception, f claim.Facts, amount money.Amount, by Actor, rules RulesFor) (settlement.Price, error) {
	pinned, err := rules(f)
	if err != nil {
		return settlement.Price{}, err
	}
	price, err := pinned.Price(x, f, by.today())
	if err == nil && price.Total != amount {
		err = &ConflictError{fmt.Sprintf("%s was confirmed, but the price is %s; look at it again and confirm that", amount, price.Total)}
	}
	return price, err
}

// RecordWithdrawal records that the client takes the claim back for the price that it confirmed, VAT included, and what it is billed for that. The same
// twice is once; another price than that of now, or than it was withdrawn for, or a dispute that was upheld, is a *ConflictError, and nothing is recorded. A crash before the commit leaves nothing.
func (s *Store) RecordWithdrawal(ctx context.Context, ref Ref, price money.Amount, by Actor, rules RulesFor) (claim.Facts, error) {
	e := by.event("withdrawal", "withdrawn", by.today(), map[string]any{"price": price})
	facts, err := s.own(ctx, ref, e, mayAsk, func(tx pgx.Tx, facts claim.Facts) error {
		agreed, err := confirmedPrice(settlement.Withdrawal, facts, price, by, rules)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE claim SET withdrawn_on = $3 WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, by.today()); err != nil {
			return fmt.Errorf("withdraw claim %s: %w", ref.ClaimID, err)
		}
		return bill(ctx, tx, ref, agreed, by)
	})
	if err != nil {
		return facts, err
	}
	if same, err := s.WithdrawnFor(ctx, ref, price); err != nil || !same {
		return facts, cmp.Or[error](err, &ConflictError{fmt.Sprintf("the claim was withdrawn on %s for another price", facts.Withdrawn)})
	}
	return facts, nil
}

// mayAsk refuses what is asked or agreed of a claim that has ended, or that ends since the debtor's dispute was upheld.
func mayAsk(f claim.Facts) (bool, error) {
	if open, err := whileOpen(f); err != nil || !f.Upheld() {
		return open, err
	}
	return false, &ConflictError{f.UpheldProblem()}
}

// WithdrawnFor says whether the client took the claim back for this price.
func (s *Store) WithdrawnFor(ctx context.Context, ref Ref, price money.Amount) (known bool, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM case_event WHERE client_id = $1 AND claim_id = $2 AND key = 'withdrawal' AND detail->>'price' = $3)`,
			ref.ClientID, ref.ClaimID, price.String()).Scan(&known)
	})
	if err != nil {
		return false, fmt.Errorf("read withdrawal of claim %s: %w", ref.ClaimID, err)
	}
	return known, nil
}
