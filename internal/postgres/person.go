package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// personOf finds who is meant by each identity ($2) of a client ($1): one person, whatever kind of debtor it was handed over as, and under each name and
// address that it was handed over with or got by a correction.
const personOf = `
		SELECT f.identity, p.person FROM (SELECT DISTINCT unnest($2::text[]) AS identity) f
		CROSS JOIN LATERAL (
			SELECT person FROM debtor WHERE client_id = $1 AND debtor.identity = f.identity
			UNION SELECT person FROM debtor_alias WHERE client_id = $1 AND debtor_alias.identity = f.identity OFFSET 0) p`

// debtorPerson is the debtor of a claim with everybody who is the same person.
type debtorPerson struct {
	id      string   // of the debtor
	person  string   // the identity under which it was first known
	debtors []string // ids of all debtors that are this person
	claim.Debtor
}

// everybody names the lock on who is who, of all clients. Whoever changes that, or what is so of a person, takes it alone (lockEverybody), because the
// same debtor may be another client's too; hand-over shares it (lockPeople). It comes before every other lock.
const everybody = "who-is-who"

// lockEverybody waits until nobody is handed over, and lets nobody be until the transaction ends.
func lockEverybody(ctx context.Context, tx pgx.Tx) error {
	return lockNamed(ctx, tx, everybody)
}

// shareEverybody keeps who is who as it is until the transaction ends.
func shareEverybody(ctx context.Context, tx pgx.Tx) error {
	return shareNamed(ctx, tx, everybody)
}

// lockPeople lets the hand-overs of one client go one after the other, while those of other clients go on.
func lockPeople(ctx context.Context, tx pgx.Tx, clientID string) error {
	if err := shareEverybody(ctx, tx); err != nil {
		return err
	}
	return lockNamed(ctx, tx, "hand-over/"+clientID)
}

// lockDebtor locks the debtors who are the debtor of a claim before their claims: one that is being handed over waits, or is among the claims.
// Nobody who holds a claim waits for a debtor, but for who has locked everybody.
func lockDebtor(ctx context.Context, tx pgx.Tx, ref Ref) (d debtorPerson, err error) {
	if err := lockEverybody(ctx, tx); err != nil {
		return d, err
	}
	err = tx.QueryRow(ctx, `SELECT d.id::text, d.person, d.in_business, d.natural_person, d.name, d.attention, d.street, d.postcode, d.town, d.country, d.email, d.language
		FROM debtor d WHERE d.client_id = $1 AND d.id = (SELECT debtor_id FROM claim WHERE client_id = $1 AND id = $2)`, ref.ClientID, ref.ClaimID).
		Scan(&d.id, &d.person, &d.Kind.InBusiness, &d.Kind.NaturalPerson, &d.Name, &d.Attention, &d.Street, &d.Postcode, &d.Town, &d.Country, &d.Email, &d.Language)
	if errors.Is(err, pgx.ErrNoRows) {
		return d, fmt.Errorf("claim %s: %w", ref.ClaimID, ErrNotFound)
	}
	if err == nil {
		d.debtors, err = lockDebtorsOf(ctx, tx, ref.ClientID, d.person)
	}
	if err != nil {
		return d, fmt.Errorf("lock the debtor of claim %s: %w", ref.ClaimID, err)
	}
	return d, nil
}

// lockDebtorsOf leaves their keys free: who changes a claim twice in one transaction, as a letter does that ends, is made by PostgreSQL to look its debtor up once
// more (RI_FKey_fk_upd_check_required), and holds that claim.
func lockDebtorsOf(ctx context.Context, tx pgx.Tx, clientID, person string) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT id::text FROM debtor WHERE client_id = $1 AND person = $2 ORDER BY id FOR NO KEY UPDATE`, clientID, person)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// knownAs makes a person known under the identity that a correction gave it, so that a claim that is handed over with the new particulars is one of
// the same person. When a claim was handed over with them before, the two are one person from here on: what stops dunning of one stops it of both.
func (d debtorPerson) knownAs(ctx context.Context, tx pgx.Tx, ref Ref, identity string, by Actor) error {
	var other string
	err := tx.QueryRow(ctx, `SELECT person FROM (`+personOf+`) known`, ref.ClientID, []string{identity}).Scan(&other)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		_, err = tx.Exec(ctx, `INSERT INTO debtor_alias (client_id, identity, person) VALUES ($1, $2, $3)`, ref.ClientID, identity, d.person)
	case err == nil && other != d.person:
		err = d.join(ctx, tx, ref, other, by)
	}
	if err != nil {
		return fmt.Errorf("make the debtor of claim %s known under its new particulars: %w", ref.ClaimID, err)
	}
	return nil
}

// join makes another person the same as d. It holds the claims of both, so that no letter is written meanwhile to who is still two.
func (d debtorPerson) join(ctx context.Context, tx pgx.Tx, ref Ref, other string, by Actor) error {
	debtors, err := lockDebtorsOf(ctx, tx, ref.ClientID, other)
	if err != nil {
		return err
	}
	if _, err := lockClaimsOf(ctx, tx, ref, append(debtors, d.debtors...)); err != nil {
		return err
	}
	flags, err := unshared(ctx, tx, ref.ClientID, d.person, other)
	if err != nil {
		return err
	}
	for _, table := range []string{"debtor", "debtor_alias"} {
		if _, err := tx.Exec(ctx, `UPDATE `+table+` SET person = $3 WHERE client_id = $1 AND person = $2`, ref.ClientID, other, d.person); err != nil {
			return err
		}
	}
	for _, f := range flags {
		stop, _ := claim.StopOf(f.kind)
		if err := recordStop(ctx, tx, f.ref, stop, true, true, f.from, by); err != nil {
			return err
		}
	}
	return nil
}

// sharedStop is a stop flag that a claim gets because its debtor is somebody else too.
type sharedStop struct {
	ref  Ref
	kind string
	from calendar.Date
}

// unshared finds the stop flags that are set of one of two persons and not of the other, for each open claim of the other.
func unshared(ctx context.Context, tx pgx.Tx, clientID, one, other string) ([]sharedStop, error) {
	rows, err := tx.Query(ctx, `
		WITH flagged AS (
			SELECT d.person, s.kind, min(s.from_on) AS from_on FROM debtor d JOIN stop_flag s ON s.client_id = d.client_id AND s.debtor_id = d.id AND s.until_on IS NULL
			WHERE d.client_id = $1 AND d.person IN ($2, $3) GROUP BY d.person, s.kind)
		SELECT c.id::text, f.kind, f.from_on FROM debtor d JOIN claim c ON c.client_id = d.client_id AND c.debtor_id = d.id AND c.status = 'open' JOIN flagged f ON f.person <> d.person
		WHERE d.client_id = $1 AND d.person IN ($2, $3) AND NOT EXISTS (SELECT 1 FROM flagged own WHERE own.person = d.person AND own.kind = f.kind) ORDER BY c.id, f.kind`, clientID, one, other)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s sharedStop, err error) {
		s.ref.ClientID = clientID
		err = row.Scan(&s.ref.ClaimID, &s.kind, &s.from)
		return s, err
	})
}
