package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// theAgency is who knows of a debtor what came to light in a claim of another client: no client learns of another.
const theAgency = "agency"

// samePerson is one person of one client, of those who are the same debtor.
type samePerson struct {
	clientID, person string
	debtors          []string // ids of all debtors that are this person
	told             []Ref    // its claims that are open, and the one named
	ended            []Ref    // those that are not open
}

// lockSame locks the claims, of every client, of the debtor who is known under names, and gives who it is with each client: that of the claim named first.
// The caller has locked everybody. It leaves the tenant as it is.
func lockSame(ctx context.Context, tx pgx.Tx, named Ref, names ...string) ([]samePerson, error) {
	refs, err := queryRefs(ctx, tx, `SELECT client_id::text, claim_id::text FROM claims_of_debtor($1)`, names)
	if err == nil {
		err = lockClaims(ctx, tx, refs)
	}
	if err != nil {
		return nil, fmt.Errorf("lock the claims of a debtor: %w", err)
	}
	var people []samePerson
	for _, ref := range refs {
		if people, err = addClaim(ctx, tx, people, ref, named); err != nil {
			return nil, fmt.Errorf("read the debtor of claim %s: %w", ref.ClaimID, err)
		}
	}
	return people, setTenant(ctx, tx, named.ClientID)
}

// addClaim adds a claim to the person who owes it.
func addClaim(ctx context.Context, tx pgx.Tx, people []samePerson, ref, named Ref) ([]samePerson, error) {
	if err := setTenant(ctx, tx, ref.ClientID); err != nil {
		return nil, err
	}
	p, open := samePerson{clientID: ref.ClientID}, false
	err := tx.QueryRow(ctx, `SELECT d.person, c.status = 'open' FROM claim c JOIN debtor d ON d.client_id = c.client_id AND d.id = c.debtor_id WHERE c.client_id = $1 AND c.id = $2`,
		ref.ClientID, ref.ClaimID).Scan(&p.person, &open)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(people, func(known samePerson) bool { return known.clientID == p.clientID && known.person == p.person })
	if i < 0 {
		if p.debtors, err = lockDebtorsOf(ctx, tx, p.clientID, p.person); err != nil {
			return nil, err
		}
		i, people = len(people), append(people, p)
	}
	if open || ref == named {
		people[i].told = append(people[i].told, ref)
	}
	if !open {
		people[i].ended = append(people[i].ended, ref)
	}
	if ref == named {
		people[0], people[i] = people[i], people[0]
	}
	return people, nil
}

// levelStops sets the stop flags that are set of one of those who are the same debtor of the others too, from the earliest day: a correction brought them
// together. The claims of each are told, and those that had ended before are mended (see mend). The caller has locked everybody and the claims.
func levelStops(ctx context.Context, tx pgx.Tx, ref Ref, name string, ended []endedClaim, by Actor, rules RulesFor) error {
	people, err := lockSame(ctx, tx, ref, name)
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `SELECT kind, from_on FROM stops_of_debtors($1)`, []string{name})
	if err != nil {
		return fmt.Errorf("read the stop flags of a debtor: %w", err)
	}
	since := map[string]calendar.Date{}
	var kind string
	var from calendar.Date
	if _, err := pgx.ForEachRow(rows, []any{&kind, &from}, func() error { since[kind] = from; return nil }); err != nil {
		return fmt.Errorf("read the stop flags of a debtor: %w", err)
	}
	by.Name = theAgency
	for _, stop := range claim.Stops() {
		turned := stopTurn{stop, true, since[stop.Kind], by}
		if turned.since.IsZero() {
			continue
		}
		for _, p := range people {
			if err := level(ctx, tx, p, turned); err != nil {
				return err
			}
		}
		for _, c := range ended {
			if err := turned.mend(ctx, tx, c, rules); err != nil {
				return err
			}
		}
	}
	return setTenant(ctx, tx, ref.ClientID)
}

// level sets a flag of who does not have it.
func level(ctx context.Context, tx pgx.Tx, p samePerson, t stopTurn) error {
	if err := setTenant(ctx, tx, p.clientID); err != nil {
		return err
	}
	was, err := newestStop(ctx, tx, p.clientID, p.debtors, t.stop.Kind)
	if err != nil || was.set() {
		return err
	}
	_, _, err = t.of(ctx, tx, p)
	return err
}

// learnStops sets the stop flags that the agency knows of who is new to a client ($1), by the names ($2) under which its claims ($3) are handed over, and
// puts them into their files. Who is not new has them already.
const learnStops = `
	WITH known AS (SELECT DISTINCT n.name, s.kind, s.from_on FROM stops_of_debtors($2) s JOIN unnest($2::text[]) WITH ORDINALITY n (name, place) ON n.place = s.place),
	newly AS (
		INSERT INTO stop_flag (client_id, debtor_id, kind, from_on)
		SELECT $1, d.id, k.kind, k.from_on FROM known k
		CROSS JOIN LATERAL (SELECT id, person FROM debtor WHERE client_id = $1 AND identity = k.name ORDER BY id LIMIT 1) d
		WHERE NOT EXISTS (SELECT 1 FROM debtor same JOIN stop_flag own ON own.client_id = $1 AND own.debtor_id = same.id AND own.kind = k.kind AND own.until_on IS NULL
			WHERE same.client_id = $1 AND same.person = d.person)
		RETURNING debtor_id, kind, from_on)
	INSERT INTO case_event (client_id, claim_id, key, kind, value_on, at, actor)
	SELECT $1, c.id, 'flag:' || n.kind || ':1', n.kind, n.from_on, $4, $5 FROM newly n
	CROSS JOIN LATERAL (SELECT person FROM debtor WHERE client_id = $1 AND id = n.debtor_id OFFSET 0) d
	CROSS JOIN LATERAL (SELECT id FROM debtor WHERE client_id = $1 AND person = d.person OFFSET 0) same
	CROSS JOIN LATERAL (SELECT id FROM claim WHERE client_id = $1 AND debtor_id = same.id AND id = ANY ($3) OFFSET 0) c`

// oneContactAtATime lets the demands to one debtor begin to be sent one after the other, for whichever claims: the second sees that the first is leaving.
// Only they wait for each other, each with its own claim's lock, so nobody waits in a circle.
func oneContactAtATime(ctx context.Context, tx pgx.Tx, ref Ref, action trajectory.Action) error {
	if !trajectory.Demands(action.Letter) {
		return nil
	}
	if _, err := tx.Exec(ctx, `SELECT lock_contacts($1)`, ref.ClaimID); err != nil {
		return fmt.Errorf("lock the letters to the debtor of claim %s: %w", ref.ClaimID, err)
	}
	return nil
}
