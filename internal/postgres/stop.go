package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// stopRow is the newest row of one stop flag of a debtor.
type stopRow struct {
	id          int64
	from, until calendar.Date
}

// set says whether the flag is set.
func (r stopRow) set() bool { return r.id != 0 && r.until.IsZero() }

// turnStop sets or clears a stop flag of the debtor of a claim, in one transaction for every open claim of that person with the client, whatever kind
// of debtor it was handed over as (and the one named): each has it in its file, with its task opened or ended, and is woken. A letter that is being registered for one of them is waited for, and
// one that comes after sees the flag: both hold the claim's lock. A crash before the commit leaves nothing.
func (s *Store) turnStop(ctx context.Context, ref Ref, stop claim.Stop, set bool, since calendar.Date, by Actor) error {
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		debtor, err := lockDebtor(ctx, tx, ref)
		if err != nil {
			return err
		}
		return turnStopOf(ctx, tx, ref, debtor, stop, set, since, by)
	})
}

// turnStopOf is turnStop for who has locked the debtor.
func turnStopOf(ctx context.Context, tx pgx.Tx, ref Ref, debtor debtorPerson, stop claim.Stop, set bool, since calendar.Date, by Actor) error {
	was, err := newestStop(ctx, tx, ref.ClientID, debtor.debtors, stop.Kind)
	if err != nil {
		return err
	}
	on, changed, err := writeStop(ctx, tx, ref.ClientID, debtor, stop.Kind, was, set, since, by)
	if err != nil || !changed {
		return err
	}
	told, err := lockClaimsOf(ctx, tx, ref, debtor.debtors)
	if err != nil {
		return err
	}
	for _, open := range told {
		if err := recordStop(ctx, tx, open, stop, set, set && !was.set(), on, by); err != nil {
			return err
		}
	}
	return nil
}

// newestStop is the flag that is set, else the one that was set last, by way of any of the debtors who are one person.
func newestStop(ctx context.Context, tx pgx.Tx, clientID string, debtors []string, kind string) (r stopRow, err error) {
	err = tx.QueryRow(ctx, `SELECT id, from_on, until_on FROM stop_flag WHERE client_id = $1 AND debtor_id = ANY ($2) AND kind = $3 ORDER BY until_on IS NULL DESC, id DESC LIMIT 1`, clientID, debtors, kind).Scan(&r.id, &r.from, &r.until)
	if errors.Is(err, pgx.ErrNoRows) {
		return stopRow{}, nil
	}
	return r, err
}

// writeStop writes the flag as it is from a day on (set) or was up to the day before it (clear). What is so already changes nothing; another day is a
// correction: a ruling is known later, or was annulled as if it never was. Two debtors who turned out to be one person can both have it set.
func writeStop(ctx context.Context, tx pgx.Tx, clientID string, debtor debtorPerson, kind string, was stopRow, set bool, since calendar.Date, by Actor) (on calendar.Date, changed bool, err error) {
	on = since
	if since.IsZero() {
		on = by.today()
	}
	until := on.AddDays(-1)
	switch {
	case on.After(by.today()):
		return on, false, &ConflictError{fmt.Sprintf("since %s is in the future; right would be a day up to and including %s", on, by.today())}
	case set && was.set() && (since.IsZero() || since == was.from), !set && was.id == 0, !set && !was.set() && (since.IsZero() || until == was.until):
		return on, false, nil
	case !set && on.Before(was.from):
		return on, false, &ConflictError{fmt.Sprintf("since %s is before the debtor was %s; right would be a day from %s (it never was so) up to and including %s", on, kind, was.from, by.today())}
	case set && was.set():
		_, err = tx.Exec(ctx, `UPDATE stop_flag SET from_on = $4 WHERE client_id = $1 AND debtor_id = ANY ($2) AND kind = $3 AND until_on IS NULL`, clientID, debtor.debtors, kind, on)
	case set:
		_, err = tx.Exec(ctx, `INSERT INTO stop_flag (client_id, debtor_id, kind, from_on) VALUES ($1, $2, $3, $4)`, clientID, debtor.id, kind, on)
	default:
		_, err = tx.Exec(ctx, `UPDATE stop_flag SET until_on = GREATEST($4, from_on - 1) WHERE client_id = $1 AND debtor_id = ANY ($2) AND kind = $3 AND (until_on IS NULL OR id = $5)`,
			clientID, debtor.debtors, kind, until, was.id)
	}
	if err != nil {
		return on, false, fmt.Errorf("write flag %s: %w", kind, err)
	}
	return on, true, nil
}

// recordStop tells one claim. The task is opened with the flag, so that a person hears of it whatever the claim's workflow is doing.
func recordStop(ctx context.Context, tx pgx.Tx, ref Ref, stop claim.Stop, set, newly bool, on calendar.Date, by Actor) error {
	e, err := flagEvent(ctx, tx, ref, stop.Kind, set, on, by)
	if err != nil {
		return err
	}
	return changeLocked(ctx, tx, ref, e, MessageFlag, func(tx pgx.Tx, file CaseFile) error {
		switch {
		case !set:
			return doneTask(ctx, tx, ref, stop.Task(), by)
		case newly && !file.Facts.Status.Final():
			return openTask(ctx, tx, ref, stop.Task(), stop.Todo, by)
		}
		return nil
	})
}

// startStopped puts the flags of their debtors into the files of claims that are being handed over; the facts have them already.
const startStopped = `
	INSERT INTO case_event (client_id, claim_id, key, kind, value_on, at, actor, detail)
	SELECT c.client_id, c.id, 'flag:' || s.kind || ':1', s.kind, min(s.from_on), $3, $4, '{}' FROM claim c
	CROSS JOIN LATERAL (SELECT person FROM debtor WHERE client_id = $1 AND id = c.debtor_id OFFSET 0) d
	CROSS JOIN LATERAL (SELECT id FROM debtor WHERE client_id = $1 AND person = d.person OFFSET 0) same
	CROSS JOIN LATERAL (SELECT kind, from_on FROM stop_flag WHERE client_id = $1 AND debtor_id = same.id AND until_on IS NULL OFFSET 0) s
	WHERE c.client_id = $1 AND c.id = ANY ($2) GROUP BY c.client_id, c.id, s.kind`
