package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/settlement"
)

// mandateProblems lists all that a mandate lacks; nothing when it is complete.
func mandateProblems(m settlement.Mandate, by Actor) (problems []string) {
	add := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if err := bank.ValidMandateID(m.UMR); err != nil {
		add("reference: %s", err)
	}
	problems = append(problems, accountProblems(m.IBAN, m.Holder)...)
	switch {
	case m.SignedOn.IsZero():
		add("signature: is missing; right would be the day on which it was signed")
	case m.SignedOn.After(by.today()):
		add("signature: %s is to come; right would be %s or earlier", m.SignedOn, by.today())
	case m.Why(by.today()) != "":
		add("signature: %s", m.Why(by.today()))
	}
	if m.NoticeDays < 1 || m.NoticeDays > 90 {
		add("notice: is %d days; right would be 1 to 90", m.NoticeDays)
	}
	return problems
}

func accountProblems(iban, holder string) (problems []string) {
	if err := bank.ValidIBAN(iban); err != nil {
		problems = append(problems, fmt.Sprintf("IBAN: %s", err))
	}
	if n := len([]rune(holder)); n == 0 || n > bank.EPCNameMax || readable("name", holder) != nil {
		problems = append(problems, fmt.Sprintf("name: has %d characters, or one that cannot be read; right would be the holder of the account in 1 to %d", n, bank.EPCNameMax))
	}
	return problems
}

// refusedMandate is all that is wrong at once.
func refusedMandate(problems []string) error {
	if len(problems) == 0 {
		return nil
	}
	return &ConflictError{"the mandate is not complete: " + strings.Join(problems, "; ")}
}

// AddMandate records the mandate that a client signed: whole, or refused with all that it lacks as a *ConflictError, as is a reference that another mandate has, and a
// second mandate beside one that is in force. The same twice is once.
func (s *Store) AddMandate(ctx context.Context, m settlement.Mandate, by Actor) error {
	m.IBAN, m.Holder, m.Account = bank.NormaliseIBAN(m.IBAN), strings.TrimSpace(m.Holder), 1
	if err := refusedMandate(mandateProblems(m, by)); err != nil {
		return err
	}
	return s.tenant(ctx, m.ClientID, func(tx pgx.Tx) error {
		if err := lockBills(ctx, tx); err != nil {
			return err
		}
		known, err := knownMandate(ctx, tx, m)
		if err != nil || known {
			return err
		}
		list, err := mandatesOf(ctx, tx, "")
		if err != nil {
			return err
		}
		for _, other := range list {
			if other.Why(by.today()) == "" {
				return &ConflictError{fmt.Sprintf("mandate %s of this client is in force; right would be to amend it, or to revoke it first", other.UMR)}
			}
		}
		_, err = tx.Exec(ctx, `INSERT INTO mandate (umr, client_id, b2b, once, signed_on, notice_days, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			m.UMR, m.ClientID, m.B2B, m.Once, m.SignedOn, m.NoticeDays, by.Name, by.At)
		if err != nil {
			return fmt.Errorf("record mandate %s: %w", m.UMR, err)
		}
		return insertMandateAccount(ctx, tx, m, by)
	})
}

// knownMandate says whether a mandate was recorded as it is. Its reference for another one is a *ConflictError.
func knownMandate(ctx context.Context, tx pgx.Tx, m settlement.Mandate) (bool, error) {
	var owner *string
	if err := tx.QueryRow(ctx, `SELECT client_of_mandate($1)::text`, m.UMR).Scan(&owner); err != nil || owner == nil {
		return false, err
	}
	var same bool
	err := tx.QueryRow(ctx, `SELECT (m.b2b, m.once, m.signed_on, m.notice_days, a.iban, a.holder) = ($2, $3, $4, $5, $6, $7)
		FROM mandate m JOIN mandate_account a ON a.umr = m.umr AND a.turn = 1 WHERE m.umr = $1`, m.UMR, m.B2B, m.Once, m.SignedOn, m.NoticeDays, m.IBAN, m.Holder).Scan(&same)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return false, fmt.Errorf("read mandate %s: %w", m.UMR, err)
	}
	if !same {
		return false, &ConflictError{fmt.Sprintf("the reference %s is that of another mandate; right would be one that was never used", m.UMR)}
	}
	return true, nil
}

func insertMandateAccount(ctx context.Context, tx pgx.Tx, m settlement.Mandate, by Actor) error {
	_, err := tx.Exec(ctx, `INSERT INTO mandate_account (client_id, umr, turn, iban, holder, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`, m.ClientID, m.UMR, m.Account, m.IBAN, m.Holder, by.Name, by.At)
	if err != nil {
		return fmt.Errorf("record the account of mandate %s: %w", m.UMR, err)
	}
	return nil
}

// AmendMandate records that a mandate is of another account of the client. The account that it has already is no change; a mandate that is not in force is a
// *ConflictError. ErrNotFound when there is no such mandate.
func (s *Store) AmendMandate(ctx context.Context, umr, iban, holder string, by Actor) error {
	iban, holder = bank.NormaliseIBAN(iban), strings.TrimSpace(holder)
	if err := refusedMandate(accountProblems(iban, holder)); err != nil {
		return err
	}
	return s.onMandate(ctx, umr, func(tx pgx.Tx, m settlement.Mandate) error {
		if m.IBAN == iban && m.Holder == holder {
			return nil
		}
		if why := m.Why(by.today()); why != "" {
			return &ConflictError{why}
		}
		m.IBAN, m.Holder, m.Account = iban, holder, m.Account+1
		return insertMandateAccount(ctx, tx, m, by)
	})
}

// RevokeMandate ends a mandate for a reason: collections that were not sent yet are not sent. Twice is once. ErrNotFound when there is no such mandate.
func (s *Store) RevokeMandate(ctx context.Context, umr, reason string, by Actor) error {
	reason, err := because(reason)
	if err != nil {
		return err
	}
	return s.onMandate(ctx, umr, func(tx pgx.Tx, m settlement.Mandate) error { return endMandate(ctx, tx, m, reason, by) })
}

func endMandate(ctx context.Context, tx pgx.Tx, m settlement.Mandate, reason string, by Actor) error {
	_, err := tx.Exec(ctx, `INSERT INTO mandate_end (client_id, umr, reason, on_day, actor, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (umr) DO NOTHING`,
		m.ClientID, m.UMR, reason, by.today(), by.Name, by.At)
	if err != nil {
		return fmt.Errorf("end mandate %s: %w", m.UMR, err)
	}
	return nil
}

// onMandate works on a mandate that nobody else changes or uses meanwhile.
func (s *Store) onMandate(ctx context.Context, umr string, work func(tx pgx.Tx, m settlement.Mandate) error) error {
	var client *string
	if err := s.pool.QueryRow(ctx, `SELECT client_of_mandate($1)::text`, umr).Scan(&client); err != nil {
		return fmt.Errorf("look up mandate %s: %w", umr, err)
	}
	if client == nil {
		return fmt.Errorf("mandate %q: %w: `dunning mandate list` tells all", umr, ErrNotFound)
	}
	return s.tenant(ctx, *client, func(tx pgx.Tx) error {
		if err := lockBills(ctx, tx); err != nil {
			return err
		}
		list, err := mandatesOf(ctx, tx, "")
		if err != nil {
			return err
		}
		for _, m := range list {
			if m.UMR == umr {
				return work(tx, m)
			}
		}
		return fmt.Errorf("mandate %s: %w", umr, ErrNotFound)
	})
}

// mandatesOf reads the mandates of the client that the transaction sees, the newest first, as they are beside one collection, or beside none.
func mandatesOf(ctx context.Context, tx pgx.Tx, beside string) ([]settlement.Mandate, error) {
	rows, err := tx.Query(ctx, `
		WITH used AS (
			SELECT d.umr, d.account, to_date(right(d.run, 8), 'YYYYMMDD') AS on_day, debit_status(d.end_to_end_id) AS status,
				EXISTS (SELECT FROM debit_step s WHERE s.end_to_end_id = d.end_to_end_id AND s.status = 'sent') AS sent FROM debit d WHERE d.end_to_end_id <> $1)
		SELECT m.umr, m.client_id::text, m.b2b, m.once, m.signed_on, m.notice_days, a.iban, a.holder, a.turn, (SELECT max(u.on_day) FROM used u WHERE u.umr = m.umr AND u.sent),
			COALESCE((SELECT u.account FROM used u WHERE u.umr = m.umr AND u.status NOT IN ('rejected', 'withdrawn') AND u.sent ORDER BY u.on_day DESC LIMIT 1), 0),
			EXISTS (SELECT FROM used u WHERE u.umr = m.umr AND u.sent AND u.status <> 'rejected'),
			EXISTS (SELECT FROM used u WHERE u.umr = m.umr AND NOT u.sent AND u.status NOT IN ('withdrawn', 'late')), e.on_day, COALESCE(e.reason, '')
		FROM mandate m JOIN LATERAL (SELECT * FROM mandate_account WHERE umr = m.umr ORDER BY turn DESC LIMIT 1) a ON true LEFT JOIN mandate_end e ON e.umr = m.umr
		ORDER BY m.at DESC, m.umr`, beside)
	if err != nil {
		return nil, fmt.Errorf("read mandates: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[settlement.Mandate])
	if err != nil {
		return nil, fmt.Errorf("read mandates: %w", err)
	}
	return list, nil
}

// Mandates lists the mandates of a client, or of all, the newest of each first.
func (s *Store) Mandates(ctx context.Context, clientID string) (list []settlement.Mandate, err error) {
	err = s.eachTenant(ctx, clientID, func(tx pgx.Tx, client string) error {
		if client == "" {
			return nil
		}
		its, err := mandatesOf(ctx, tx, "")
		list = append(list, its...)
		return err
	})
	return list, err
}
