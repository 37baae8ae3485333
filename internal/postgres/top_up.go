package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// Filled is what became of the agency's own money that came in on the trust account.
type Filled struct {
	Clawbacks money.Amount `json:"clawbacks"` // for what clients got that a bank took back since: of their next payouts the agency gets it back
	Own       money.Amount `json:"own"`       // the rest, of its part there, which bears what the bank charges and what is lost
	Again     bool         `json:"again"`     // it was told before; nothing changed
}

// TopUp says that a receipt that waits is the agency's own money, which a statement brought from its account: it fills the trust account up with what clients got that a bank took back since
// (S190), in the order of their ids; the rest is of the agency's part. The same twice is once. A receipt that does not wait, that a person typed, or that came from another account, is a *ConflictError. It is one
// transaction: a crash before the commit leaves the receipt waiting.
func (s *Store) TopUp(ctx context.Context, key, agency string, by Actor) (f Filled, err error) {
	err = s.leave(ctx, key, goneOwn, "the receipt is the agency's own money", by, func(tx pgx.Tx, r Receipt, was string) error {
		if bank.NormaliseIBAN(r.IBAN) != bank.NormaliseIBAN(agency) {
			return &ConflictError{fmt.Sprintf("receipt %s did not come from the agency's account; right would be one of %s (payout.agency_iban)", key, bank.FormatIBAN(agency))}
		}
		if f = (Filled{Again: was == goneOwn}); f.Again {
			return nil
		}
		if err := broughtByStatement(ctx, tx, key); err != nil {
			return err
		}
		f, err = fillUp(ctx, tx, r, by)
		return err
	})
	return f, err
}

// broughtByStatement refuses a receipt that no line of a statement made: the bank alone proves that money came, and from where. The schema holds to it (own_may).
func broughtByStatement(ctx context.Context, tx pgx.Tx, key string) error {
	var brought bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM statement_entry e JOIN receipt r ON r.key = e.receipt WHERE r.key = $1 AND e.kind = 'receipt' AND (e.key = r.key OR e.iban = r.iban))`, key).Scan(&brought); err != nil {
		return fmt.Errorf("look for the statement of receipt %s: %w", key, err)
	}
	if !brought {
		return &ConflictError{"no statement brought receipt " + key + ": a person typed it; right would be the receipt that the bank's statement makes (dunning statement import)"}
	}
	return nil
}

// fillUp books the receipt. The transaction sees no client, before and after it.
func fillUp(ctx context.Context, tx pgx.Tx, r Receipt, by Actor) (f Filled, err error) {
	short, err := rowsOf[clawback](ctx, tx, `SELECT client_id::text, cents FROM clawbacks()`)
	if err != nil {
		return f, fmt.Errorf("read what the trust account is to be filled up with: %w", err)
	}
	turn, err := ownTurn(ctx, tx, r.Key)
	if err != nil {
		return f, err
	}
	about := ledger.About{Key: ownKey(r.Key, turn), On: earlier(r.On, by.today())}
	for _, c := range short {
		if err := setTenant(ctx, tx, c.Client); err != nil {
			return f, err
		}
		if _, err := payable(ctx, tx, c.Client, true); err != nil { // a payout keeps of it what the client got before
			return f, err
		}
		untopped, err := notFilled(ctx, tx)
		if err != nil {
			return f, err
		}
		fills := money.Min(untopped, r.Amount-f.Clawbacks)
		of := about
		of.Key, of.Client = about.Key+"/"+c.Client, c.Client
		if _, err := post(ctx, tx, by, ledger.ToppedUpOf(of, fills)...); err != nil {
			return f, err
		}
		f.Clawbacks += fills
	}
	if err := setTenant(ctx, tx, ""); err != nil {
		return f, err
	}
	f.Own = r.Amount - f.Clawbacks
	_, err = post(ctx, tx, by, ledger.OwnMoneyOf(about, f.Own)...)
	return f, err
}

// clawback is what a client got that a bank took back since and the trust account is not filled up with.
type clawback struct {
	Client string
	Cents  money.Amount
}

// notFilled is that of the client that the transaction sees.
func notFilled(ctx context.Context, tx pgx.Tx) (amount money.Amount, err error) {
	if err := tx.QueryRow(ctx, `SELECT GREATEST(COALESCE(sum(cents), 0), 0)::bigint FROM entry WHERE account = 'S190' AND client_id = tenant()`).Scan(&amount); err != nil {
		return 0, fmt.Errorf("read what the trust account is to be filled up with: %w", err)
	}
	return amount, nil
}
