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

// turnStop sets or clears a stop flag of the debtor of a claim, in one transaction for every open claim of that person, of every client, whatever kind
// of debtor it was handed over as (and the one named): each has it in its file, with its task opened or ended, and is woken. In the file of another client
// the agency knows it, and not from whom. What it means for claims of that person that have ended is for a person to mend (see mend). A letter that is being registered for one of them is waited for, and
// one that comes after sees the flag: both hold the claim's lock. A crash before the commit leaves nothing.
func (s *Store) turnStop(ctx context.Context, ref Ref, stop claim.Stop, set bool, since calendar.Date, by Actor, rules RulesFor) error {
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		debtor, err := lockDebtor(ctx, tx, ref)
		if err != nil {
			return err
		}
		if set {
			if err := likelySince(ctx, tx, ref, stop, since); err != nil {
				return err
			}
		}
		return turnStopOf(ctx, tx, ref, debtor, stopTurn{stop, set, since, by}, rules)
	})
}

// maxStopYears is how long before the hand-over of a claim a person can say that a flag began that ends interest, as no invoice is older: an earlier day is a
// typing error. Nobody is a minor for longer than 18 years (art. 1:233 BW). Guardianship and the other flags can be of any time, and a register is taken at its word.
const maxStopYears = 20

// likelySince refuses a day of long before the hand-over, of a flag that does not begin then; none is today.
func likelySince(ctx context.Context, tx pgx.Tx, ref Ref, stop claim.Stop, since calendar.Date) error {
	if !stop.EndsInterest && stop.Kind != claim.FlagMinor {
		return nil
	}
	var handedOver calendar.Date
	if err := tx.QueryRow(ctx, `SELECT handed_over_on FROM claim WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID).Scan(&handedOver); err != nil {
		return fmt.Errorf("read hand-over of claim %s: %w", ref.ClaimID, err)
	}
	if first := handedOver.AddYears(-maxStopYears); !since.IsZero() && since.Before(first) {
		return &ConflictError{fmt.Sprintf("since %s is more than %d years before the hand-over on %s; right would be a day from %s", since, maxStopYears, handedOver, first)}
	}
	return nil
}

// turnStopOf is turnStop for who has locked the debtor. Whoever says it, an operator or a register: a flag that does not fit the debtor is not set, and one
// that never was set is not cleared.
func turnStopOf(ctx context.Context, tx pgx.Tx, ref Ref, debtor debtorPerson, turned stopTurn, rules RulesFor) error {
	if problem := turned.stop.Fits(debtor.Kind); turned.set && problem != "" {
		return &ConflictError{problem}
	}
	people, err := lockSame(ctx, tx, ref, debtor.person)
	if err != nil {
		return err
	}
	ended, err := endedOf(ctx, tx, people)
	if err != nil {
		return err
	}
	on, changed, err := turned.of(ctx, tx, people[0])
	if err != nil || !changed {
		return err
	}
	turned.since, turned.by.Name = on, theAgency
	for _, other := range people[1:] {
		if _, _, err := turned.of(ctx, tx, other); err != nil {
			return err
		}
	}
	for _, c := range ended {
		if err := turned.mend(ctx, tx, c, rules); err != nil {
			return err
		}
	}
	return setTenant(ctx, tx, ref.ClientID)
}

// stopTurn is a stop flag that is set or cleared.
type stopTurn struct {
	stop  claim.Stop
	set   bool
	since calendar.Date
	by    Actor
}

// of turns the flag of one person of one client and tells its claims. What the agency knows of another client's debtor is not refused: who was known to
// be so only since a later day never was so when that is the answer.
func (t stopTurn) of(ctx context.Context, tx pgx.Tx, p samePerson) (on calendar.Date, changed bool, err error) {
	if err := setTenant(ctx, tx, p.clientID); err != nil {
		return on, false, err
	}
	was, err := newestStop(ctx, tx, p.clientID, p.debtors, t.stop.Kind)
	if err != nil {
		return on, false, err
	}
	if !t.set && t.by.Name == theAgency {
		t.since = calendar.Max(t.since, was.from)
	}
	on, changed, err = writeStop(ctx, tx, p, t.stop.Kind, was, t.set, t.since, t.by)
	if err != nil || !changed {
		return on, false, err
	}
	for _, ref := range p.told {
		if err := recordStop(ctx, tx, ref, t.stop, t.set, t.set && !was.set(), on, t.by); err != nil {
			return on, false, err
		}
	}
	return on, true, nil
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
func writeStop(ctx context.Context, tx pgx.Tx, p samePerson, kind string, was stopRow, set bool, since calendar.Date, by Actor) (on calendar.Date, changed bool, err error) {
	on = since
	if since.IsZero() {
		on = by.today()
	}
	until := on.AddDays(-1)
	switch {
	case on.After(by.today()):
		return on, false, &ConflictError{fmt.Sprintf("since %s is in the future; right would be a day up to and including %s", on, by.today())}
	case !set && was.id == 0 && by.Name != theAgency: // in the file of another client there may be none
		return on, false, neverSet(kind)
	case set && was.set() && (since.IsZero() || since == was.from), !set && was.id == 0, !set && !was.set() && (since.IsZero() || until == was.until):
		return on, false, nil
	case !set && on.Before(was.from):
		return on, false, &ConflictError{fmt.Sprintf("since %s is before the debtor was %s; right would be a day from %s (it never was so) up to and including %s", on, kind, was.from, by.today())}
	case set && was.set():
		_, err = tx.Exec(ctx, `UPDATE stop_flag SET from_on = $4 WHERE client_id = $1 AND debtor_id = ANY ($2) AND kind = $3 AND until_on IS NULL`, p.clientID, p.debtors, kind, on)
	case set:
		_, err = tx.Exec(ctx, `INSERT INTO stop_flag (client_id, debtor_id, kind, from_on) VALUES ($1, $2, $3, $4)`, p.clientID, p.debtors[0], kind, on)
	default:
		_, err = tx.Exec(ctx, `UPDATE stop_flag SET until_on = GREATEST($4, from_on - 1) WHERE client_id = $1 AND debtor_id = ANY ($2) AND kind = $3 AND (until_on IS NULL OR id = $5)`,
			p.clientID, p.debtors, kind, until, was.id)
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
	WHERE c.client_id = $1 AND c.id = ANY ($2) GROUP BY c.client_id, c.id, s.kind
	ON CONFLICT (claim_id, key) DO NOTHING` // the agency knew
