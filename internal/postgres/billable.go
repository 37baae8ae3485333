package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// Billable is something that the client is to be invoiced. Net + VAT = Total; Basis says in words why, and how it was computed.
type Billable struct {
	Key   string        `json:"key"`
	Kind  string        `json:"kind"`
	Net   money.Amount  `json:"net"`
	VAT   money.Amount  `json:"vat"`
	Total money.Amount  `json:"total"`
	On    calendar.Date `json:"on"`
	Basis string        `json:"basis"`
}

// Billables gives what the client is to be invoiced for a claim.
func (s *Store) Billables(ctx context.Context, ref Ref) (list []Billable, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT key, kind, net, vat, total, on_day, basis FROM billable WHERE client_id = $1 AND claim_id = $2 ORDER BY on_day, key`, ref.ClientID, ref.ClaimID)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Billable])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what is billed for claim %s: %w", ref.ClaimID, err)
	}
	return list, nil
}

// bill records what an exception costs, as it was confirmed. A claim is charged commission once: another exception is a *ConflictError.
func bill(ctx context.Context, tx pgx.Tx, ref Ref, price settlement.Price) error {
	if price.Total == 0 {
		return nil
	}
	words := make([]string, len(price.Basis))
	for i, b := range price.Basis {
		words[i] = b.String()
	}
	isNew, err := insertBillable(ctx, tx, ref, Billable{
		Key: "commission:" + ref.ClaimID, Kind: price.Exception.Kind(), Net: price.Net, VAT: price.VAT, Total: price.Total, On: price.On, Basis: strings.Join(words, "; "),
	})
	if err == nil && !isNew {
		err = &ConflictError{"the commission of this claim is billed already, for another exception"}
	}
	return err
}

// insertBillable says whether the key is new.
func insertBillable(ctx context.Context, tx pgx.Tx, ref Ref, b Billable) (isNew bool, err error) {
	tag, err := tx.Exec(ctx, `INSERT INTO billable (client_id, claim_id, key, kind, net, vat, total, on_day, basis) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (key, client_id) DO NOTHING`,
		ref.ClientID, ref.ClaimID, b.Key, b.Kind, b.Net, b.VAT, b.Total, b.On, b.Basis)
	if err != nil {
		return false, fmt.Errorf("bill %s of claim %s: %w", b.Kind, ref.ClaimID, err)
	}
	return tag.RowsAffected() == 1, nil
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
// twice is once; another price than that of now is a *ConflictError, and nothing is recorded. A crash before the commit leaves nothing.
func (s *Store) RecordWithdrawal(ctx context.Context, ref Ref, price money.Amount, by Actor, rules RulesFor) (claim.Facts, error) {
	e := by.event("withdrawal", "withdrawn", by.today(), map[string]any{"price": price})
	return s.own(ctx, ref, e, whileOpen, func(tx pgx.Tx, facts claim.Facts) error {
		agreed, err := confirmedPrice(settlement.Withdrawal, facts, price, by, rules)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE claim SET withdrawn_on = $3 WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, by.today()); err != nil {
			return fmt.Errorf("withdraw claim %s: %w", ref.ClaimID, err)
		}
		return bill(ctx, tx, ref, agreed)
	})
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

// Exception is an operator's judgement that the client owes commission, for the price that was shown and confirmed, VAT included.
type Exception struct {
	Is     settlement.Exception // not a withdrawal, which the client asks for
	Reason string
	Price  money.Amount
}

// RecordException records that an exception of the agreement applies, and what the client is billed for it. It ends an open claim. One that is paid can
// still turn out to be paid by the client's own doing (exceptions 2 and 4); for one that ended otherwise it is a *ConflictError, as is another price than
// that of now. The same twice is once.
func (s *Store) RecordException(ctx context.Context, ref Ref, x Exception, by Actor, rules RulesFor) error {
	if x.Is.Kind() == "" || x.Is == settlement.Withdrawal {
		return &ConflictError{fmt.Sprintf("exception %d is not one that an operator applies; right would be 2, 3, 4 or 5", x.Is)}
	}
	if x.Reason = strings.TrimSpace(x.Reason); x.Reason == "" {
		return &ConflictError{"the reason is empty; right would be what the client did or did not do"}
	}
	e := by.event("exception", "exception-"+x.Is.Kind(), by.today(), map[string]any{"exception": int(x.Is), "reason": x.Reason, "price": x.Price})
	return s.change(ctx, ref, e, MessageTask, func(tx pgx.Tx, file CaseFile) error {
		if err := Applies(x.Is, file.Facts); err != nil {
			return err
		}
		price, err := confirmedPrice(x.Is, file.Facts, x.Price, by, rules)
		if err != nil {
			return err
		}
		if err := bill(ctx, tx, ref, price); err != nil || file.Facts.Status.Final() {
			return err
		}
		return setClosing(ctx, tx, ref, x.Is.String(), by)
	})
}

// Applies refuses an exception that cannot be applied to a claim any more (*ConflictError): it has ended, or the client withdrew it.
func Applies(x settlement.Exception, f claim.Facts) error {
	if f.Status.Final() && (f.Status != claim.StatusPaid || !x.PaidByClient()) {
		return &ConflictError{"the claim is " + string(f.Status) + " already"}
	}
	if !f.Withdrawn.IsZero() {
		return &ConflictError{"the client withdrew the claim already"}
	}
	return nil
}
