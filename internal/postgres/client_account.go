package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
)

// ClientAccount is an account that a client told to be paid on. The newest is the one that counts.
type ClientAccount struct {
	Number     int           `json:"number"` // of those that its client told, from 1
	IBAN       string        `json:"iban"`
	Holder     string        `json:"holder"`
	ToldBy     string        `json:"told_by"`
	ToldAt     time.Time     `json:"told_at"`
	UsableFrom calendar.Date `json:"usable_from"` // the end of the cooling-off
	ApprovedBy []string      `json:"approved_by"` // who may still approve
	Blocked    string        `json:"blocked,omitempty"`
}

// Why says why nothing may be paid on the account on a day, and what would be right; empty: it may.
func (a ClientAccount) Why(code string, on calendar.Date) string {
	switch {
	case a.Number == 0:
		return "has no account; right would be iban in its file (dunning client add)"
	case a.Blocked != "":
		return fmt.Sprintf("its account is blocked (%s); right would be that it tells an account anew: dunning client account renew %s", a.Blocked, code)
	case len(a.ApprovedBy) < Approvals:
		return fmt.Sprintf("its account is approved by %d of %d persons: dunning client account approve %s --iban IBAN --by NAME", len(a.ApprovedBy), Approvals, code)
	case on.Before(a.UsableFrom):
		return fmt.Sprintf("its account was changed, and may be paid on from %s", a.UsableFrom)
	}
	return ""
}

// Payee is how a client wants to be paid, beside the IBAN of its particulars.
type Payee struct {
	Holder         string // of the account, exactly as its bank has it; empty: the name of the client
	CoolingOffDays int    // days between a change of the account and the first payout to it
}

// tellAccount records the account of a client when it is another than was told before: an empty one changes nothing, since somebody must be paid on something.
func tellAccount(ctx context.Context, tx pgx.Tx, clientID string, c Client) error {
	iban, holder := bank.NormaliseIBAN(c.Party.IBAN), strings.TrimSpace(c.Payee.Holder)
	if holder == "" {
		holder = c.Party.Name
	}
	before, err := newestAccount(ctx, tx, clientID)
	if err != nil || iban == "" || before.IBAN == iban && before.Holder == holder {
		return err
	}
	by := c.Signed.By
	if by.Name == "" {
		by.Name = "client file"
		if err := tx.QueryRow(ctx, `SELECT clock_timestamp()`).Scan(&by.At); err != nil {
			return err
		}
	}
	return insertAccount(ctx, tx, clientID, before, iban, holder, c.Payee.CoolingOffDays, by)
}

func insertAccount(ctx context.Context, tx pgx.Tx, clientID string, before ClientAccount, iban, holder string, coolingOff int, by Actor) error {
	usable := by.today()
	if before.Number > 0 {
		usable = usable.AddDays(coolingOff)
	}
	_, err := tx.Exec(ctx, `INSERT INTO client_account (client_id, number, iban, holder, told_by, told_at, usable_from) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		clientID, before.Number+1, iban, holder, by.Name, by.At, usable)
	if err != nil {
		return fmt.Errorf("record the account of client %s: %w", clientID, err)
	}
	return nil
}

// newestAccount is the account that a client is to be paid on, with those who approved it and still may; zero when it told none.
func newestAccount(ctx context.Context, tx pgx.Tx, clientID string) (a ClientAccount, err error) {
	err = tx.QueryRow(ctx, `SELECT a.number, a.iban, a.holder, a.told_by, a.told_at, a.usable_from,
		COALESCE((SELECT min('payout ' || b.key || ' came back: ' || b.reason) FROM client_account_block b WHERE b.client_id = a.client_id AND b.number = a.number), '')
		FROM client_account a WHERE a.client_id = $1 ORDER BY a.number DESC LIMIT 1`, clientID).Scan(&a.Number, &a.IBAN, &a.Holder, &a.ToldBy, &a.ToldAt, &a.UsableFrom, &a.Blocked)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return a, fmt.Errorf("read the account of client %s: %w", clientID, err)
	}
	if a.ApprovedBy, err = namesOf(ctx, tx, `SELECT approver FROM client_account_approval WHERE client_id = $1 AND number = $2 AND word_counts(approver, removals) ORDER BY at, approver`, clientID, a.Number); err != nil {
		return a, fmt.Errorf("read who approved the account of client %s: %w", clientID, err)
	}
	return a, nil
}

// accountOf is newestAccount, of whatever client the transaction saw before. It sees that client after it.
func accountOf(ctx context.Context, tx pgx.Tx, clientID string) (ClientAccount, error) {
	if err := setTenant(ctx, tx, clientID); err != nil {
		return ClientAccount{}, err
	}
	return newestAccount(ctx, tx, clientID)
}

// ClientAccountOf is the account that a client is to be paid on. ErrNotFound when it told none.
func (s *Store) ClientAccountOf(ctx context.Context, clientID string) (a ClientAccount, err error) {
	err = s.moment(ctx, clientID, func(tx pgx.Tx) error {
		if a, err = accountOf(ctx, tx, clientID); err == nil && a.Number == 0 {
			err = fmt.Errorf("account of client %s: %w", clientID, ErrNotFound)
		}
		return err
	})
	return a, err
}

// ApproveAccount records that a person approves the newest account of a client, which it names: another is a *ConflictError, somebody who may not approve a
// *NotApproverError. Told twice is once.
func (s *Store) ApproveAccount(ctx context.Context, clientID, iban string, by Actor) (a ClientAccount, err error) {
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		name, err := approver(ctx, tx, by.Name)
		if err != nil {
			return err
		}
		if a, err = accountOf(ctx, tx, clientID); err != nil {
			return err
		}
		if a.Number == 0 || a.IBAN != bank.NormaliseIBAN(iban) {
			return &ConflictError{"that is not the account that the client told last; right would be the IBAN that the client itself confirmed, by a number known from before"}
		}
		err = say(ctx, tx, "account-approval:"+clientID, `INSERT INTO client_account_approval (client_id, number, iban, approver, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, clientID, a.Number, a.IBAN, name, by.At)
		if err != nil {
			return fmt.Errorf("approve the account of client %s: %w", clientID, err)
		}
		a, err = accountOf(ctx, tx, clientID)
		return err
	})
	return a, err
}

// RenewAccount records that a client told its account anew, the same one, after a payout came back: it is approved as a new one is. One that is not blocked is a
// *ConflictError.
func (s *Store) RenewAccount(ctx context.Context, clientID string, coolingOff int, by Actor) error {
	return s.tenant(ctx, clientID, func(tx pgx.Tx) error {
		a, err := newestAccount(ctx, tx, clientID)
		if err != nil {
			return err
		}
		if a.Blocked == "" {
			return &ConflictError{"the account is not blocked; right would be to change iban in the client's file when it has another"}
		}
		return insertAccount(ctx, tx, clientID, a, a.IBAN, a.Holder, coolingOff, by)
	})
}

// blockAccount keeps anything more from being paid on the account that a line went to, if it still is the client's.
func blockAccount(ctx context.Context, tx pgx.Tx, clientID, iban, key, reason string, by Actor) error {
	a, err := newestAccount(ctx, tx, clientID)
	if err != nil || a.IBAN != iban {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO client_account_block (client_id, number, key, reason, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, clientID, a.Number, key, reason, by.At)
	if err != nil {
		return fmt.Errorf("block the account of client %s: %w", clientID, err)
	}
	return nil
}
