package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Matchable is a claim as a payer may name it. What it asks is as far as can be told without its account: see activities.Matching.
type Matchable struct {
	Ref
	matching.Claim
	Open bool
}

// MatchableClaims gives the claims of every client.
func (s *Store) MatchableClaims(ctx context.Context) ([]Matchable, error) {
	clients, err := s.ClientCodes(ctx)
	if err != nil {
		return nil, err
	}
	var all []Matchable
	for _, client := range clients {
		err := s.moment(ctx, client, func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, `
				WITH owed AS (SELECT c.id, (SELECT COALESCE(sum(i.amount), 0) FROM invoice i WHERE i.claim_id = c.id)::bigint AS principal,
					(SELECT COALESCE(sum(s.amount), 0) FROM settlement s WHERE s.claim_id = c.id AND NOT EXISTS (SELECT 1 FROM settlement_reversal r WHERE r.claim_id = s.claim_id AND r.key = s.key))::bigint AS settled,
					(SELECT l.demanded FROM letter l WHERE l.claim_id = c.id AND l.demanded > 0 AND l.state IN ('accepted', 'unknown') ORDER BY l.claimed_at DESC LIMIT 1) AS demanded
					FROM claim c WHERE c.client_id = $1)
				SELECT c.id::text, d.person, c.rf, c.kenmerk, c.reference, d.name, NOT d.natural_person, k.name, d.postcode, c.status = 'open', GREATEST(o.principal - o.settled, 0),
					GREATEST(COALESCE(o.demanded, o.principal) - o.settled, 0), COALESCE((SELECT array_agg(i.number ORDER BY i.number) FROM invoice i WHERE i.claim_id = c.id), '{}')
				FROM claim c JOIN client k ON k.id = c.client_id JOIN debtor d ON d.client_id = c.client_id AND d.id = c.debtor_id JOIN owed o ON o.id = c.id WHERE c.client_id = $1`, client)
			if err != nil {
				return err
			}
			claims, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Matchable, err error) {
				var reference string
				err = row.Scan(&m.ID, &m.Debtor, &m.RF, &m.Kenmerk, &reference, &m.Name, &m.Company, &m.Client, &m.Claim.Postcode, &m.Open, &m.Principal, &m.LastDemanded, &m.Invoices)
				m.Ref, m.Debtor, m.Numbers, m.Total = Ref{client, m.ID}, debtorOf(client, m.Debtor), []string{reference}, m.LastDemanded
				return m, err
			})
			all = append(all, claims...)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read the claims of client %s: %w", client, err)
		}
	}
	return all, nil
}

// Asked is a claim, as a payer may name it, with what it owes on a day and what was asked of its debtor. One of which nobody can tell what is owed is looked at by a person.
func Asked(c matching.Claim, f claim.Facts, tables law.Tables, on calendar.Date) matching.Claim {
	account, err := f.AccountOn(tables, on)
	if err != nil {
		c.OnHold = true
		return c
	}
	c.Total, c.Principal, c.LastDemanded, c.Instalment, c.OnHold = account.Open.Total(), account.Open.Principal, f.LastDemanded(), f.InstalmentOn(on), f.HeldOn(on)
	return c
}

// debtorOf names a debtor of one client: to another client's claims money is never divided.
func debtorOf(client, person string) string { return client + "/" + person }

// Payer is an account, and the name of who paid from it, that paid for a debtor. Either may be empty.
type Payer struct{ IBAN, Name, Debtor string }

// KnownPayers gives who paid for debtors, and from which account: of receipts that a person allocated, or that named their claim by its reference, and not what a client passed on from an account of its own. What was matched by
// less proves nothing for the next receipt, and what was released is forgotten.
func (s *Store) KnownPayers(ctx context.Context) ([]Payer, error) {
	unproven, err := s.unproven(ctx)
	if err != nil {
		return nil, err
	}
	clients, err := s.ClientCodes(ctx)
	if err != nil {
		return nil, err
	}
	var payers []Payer
	for _, client := range clients {
		err := s.moment(ctx, client, func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, `SELECT COALESCE(r.part_of, r.key), r.iban, r.payer, d.person FROM receipt r JOIN claim c ON c.client_id = r.client_id AND c.id = r.claim_id
				JOIN debtor d ON d.client_id = c.client_id AND d.id = c.debtor_id WHERE r.client_id = $1 AND (r.iban <> '' OR r.payer <> '')
					AND NOT EXISTS (SELECT FROM client_account a WHERE a.client_id = r.client_id AND a.iban = r.iban) ORDER BY r.key`, client)
			if err != nil {
				return err
			}
			var receipt, iban, name, person string
			_, err = pgx.ForEachRow(rows, []any{&receipt, &iban, &name, &person}, func() error {
				if !unproven[receipt] {
					payers = append(payers, Payer{iban, name, debtorOf(client, person)})
				}
				return nil
			})
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read who paid to client %s: %w", client, err)
		}
	}
	return payers, nil
}

// unproven are the receipts that are allocated by a rule that is no proof for others, and that no person looked at.
func (s *Store) unproven(ctx context.Context) (map[string]bool, error) {
	rows, err := s.pool.Query(ctx, `SELECT m.receipt FROM (SELECT DISTINCT ON (receipt) * FROM receipt_match ORDER BY receipt, seq DESC) m WHERE m.outcome = 'auto' AND m.rule <> $1
		AND NOT EXISTS (SELECT 1 FROM receipt_rejection j WHERE j.receipt = m.receipt)`, matching.ExactReference)
	if err != nil {
		return nil, fmt.Errorf("read matches: %w", err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowTo[string])
	set := map[string]bool{}
	for _, key := range keys {
		set[key] = true
	}
	return set, err
}

// Match is what was found for a receipt.
type Match struct {
	Outcome   matching.Outcome    `json:"outcome"`
	Rule      matching.Rule       `json:"rule"`
	Version   int                 `json:"version"`
	Why       string              `json:"why"`
	WhyNot    string              `json:"why_not,omitempty"`
	Proposals []matching.Proposal `json:"proposals"`
	At        time.Time           `json:"at"`
	MostADay  int                 `json:"-"` // receipts that its rule may match by itself on the day of At; 0: no limit
}

// Waiting is a receipt that waits for its claim, with all that the bank told of it.
type Waiting struct {
	Key      string
	Payment  matching.Payment
	Rejected []string     // claims that a person said it is not of
	Blocked  string       // why its account is blocked: it is never matched by itself; empty when it is not
	Called   string       // what its bank calls it, when that is no receipt: a reversal
	Match    *Match       // what was found last; nil: nothing was looked for yet
	Said     []ChargeSaid // by one of the two who must: that it came back of a payout, less what the bank kept
}

// unblocked is why a receipt waits that waited because of a block that does not hold any more.
const unblocked = "what it was blocked by is not blocked any more: it is looked at again with the next statement"

// WaitingReceipts gives the receipts that wait, the oldest first.
func (s *Store) WaitingReceipts(ctx context.Context) ([]Waiting, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT r.key, COALESCE(e.key, ''), r.amount, COALESCE(r.corrected_on, r.value_on), r.iban, r.payer, COALESCE(e.on_behalf_of, ''), COALESCE(e.structured, ''), COALESCE(e.end_to_end, ''), COALESCE(e.remittance, r.remittance),
			COALESCE((SELECT array_agg(j.claim_id::text) FROM receipt_rejection j WHERE j.receipt = r.key), '{}'),
			COALESCE(payer.blocked, ''), COALESCE(e.payout_why, ''), m.outcome, m.rule, m.version,
			CASE WHEN m.why ^@ 'its account is blocked: ' AND payer.blocked IS NULL OR m.why ^@ ('rule ' || m.rule || ' is blocked: ') AND rule.blocked IS NULL THEN $1 ELSE m.why END, m.why_not, m.proposals, m.matched_at
		FROM receipt r LEFT JOIN statement_entry e ON e.receipt = r.key AND e.kind = 'receipt'
		LEFT JOIN LATERAL (SELECT * FROM receipt_match m WHERE m.receipt = r.key ORDER BY seq DESC LIMIT 1) m ON true
		LEFT JOIN LATERAL (SELECT CASE WHEN b.blocked THEN b.reason END AS blocked FROM match_block b WHERE b.kind = 'payer' AND b.name = r.iban ORDER BY b.seq DESC LIMIT 1) payer ON true
		LEFT JOIN LATERAL (SELECT CASE WHEN b.blocked THEN b.reason END AS blocked FROM match_block b WHERE b.kind = 'rule' AND b.name = m.rule ORDER BY b.seq DESC LIMIT 1) rule ON true
		WHERE r.claim_id IS NULL AND NOT r.divided AND r.gone IS NULL ORDER BY COALESCE(r.corrected_on, r.value_on), r.key`, unblocked)
	if err != nil {
		return nil, fmt.Errorf("list receipts: %w", err)
	}
	var lines []string // of the statement, that made each; empty: a person typed it
	waiting, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (w Waiting, err error) {
		p := &w.Payment
		var outcome, rule, why, whyNot *string
		var version *int
		var proposals []byte
		var at *time.Time
		var line string
		err = row.Scan(&w.Key, &line, &p.Amount, &p.On, &p.IBAN, &p.Payer, &p.OnBehalfOf, &p.Structured, &p.EndToEnd, &p.Text, &w.Rejected, &w.Blocked, &w.Called, &outcome, &rule, &version, &why, &whyNot, &proposals, &at)
		lines = append(lines, line)
		if err != nil || outcome == nil {
			return w, err
		}
		w.Match = &Match{matching.Outcome(*outcome), matching.Rule(*rule), *version, *why, *whyNot, nil, *at, 0}
		return w, json.Unmarshal(proposals, &w.Match.Proposals)
	})
	if err != nil {
		return nil, err
	}
	said, err := s.saidOf(ctx, `e.kind = 'receipt' AND EXISTS (SELECT FROM receipt r WHERE r.key = e.receipt AND r.claim_id IS NULL AND NOT r.divided AND r.gone IS NULL)`)
	for i := range waiting {
		waiting[i].Said = said[lines[i]]
	}
	return waiting, err
}

// KeepMatch notes what was found for a receipt that goes on waiting; nothing when that is what was found last.
func (s *Store) KeepMatch(ctx context.Context, key string, m Match) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return keepMatch(ctx, tx, key, m) })
}

func keepMatch(ctx context.Context, tx pgx.Tx, key string, m Match) error {
	proposals, err := json.Marshal(append([]matching.Proposal{}, m.Proposals...)) // none is [], not null
	if err != nil {
		return fmt.Errorf("encode match of receipt %s: %w", key, err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO receipt_match (receipt, outcome, rule, version, why, why_not, proposals, matched_at) SELECT $1, $2, $3, $4, $5, $6, $7::jsonb, $8
		WHERE NOT EXISTS (SELECT 1 FROM (SELECT * FROM receipt_match WHERE receipt = $1 ORDER BY seq DESC LIMIT 1) m
			WHERE (m.outcome, m.rule, m.version, m.why, m.why_not, m.proposals) = ($2, $3, $4, $5, $6, $7::jsonb))`,
		key, m.Outcome, m.Rule, m.Version, m.Why, m.WhyNot, proposals, m.At)
	if err != nil {
		return fmt.Errorf("keep match of receipt %s: %w", key, err)
	}
	return nil
}

// ErrMoved says that a claim or the receipt is not any more as it was when the match was found: look again.
var ErrMoved = errors.New("the claim or the receipt changed since")

// BookMatch allocates a receipt to the claim that was found for it, or divides it over several of one debtor, and keeps why, in one transaction. Claims are
// named with the versions on which the match rests; when one has moved on, or the receipt does not wait any more, it is ErrMoved and nothing is changed.
// A crash leaves a receipt that waits, or one that is allocated with its reason. What a person must look at, since its account or the rule is blocked or the
// rule has matched enough on this day, is a *ConflictError that says so.
func (s *Store) BookMatch(ctx context.Context, key string, m Match, claims []Ref, versions []int64, by Actor, rules RulesFor) error {
	if len(claims) == 0 {
		return &ConflictError{"the match of receipt " + key + " names no claim"}
	}
	for {
		waiting, err := s.refs(ctx, waitingFor, trajectory.AllocateReceipt+key)
		if err != nil {
			return err
		}
		err = s.tenant(ctx, "", func(tx pgx.Tx) error {
			if err := mayMatch(ctx, tx, key, m.Rule); err != nil {
				return err
			}
			if err := lockClaims(ctx, tx, append(slices.Clone(waiting), claims...)); err != nil {
				return err
			}
			if err := setTenant(ctx, tx, claims[0].ClientID); err != nil {
				return err
			}
			if err := unmoved(ctx, tx, key, claims, versions); err != nil {
				return err
			}
			if len(claims) == 1 {
				err = assignLocked(ctx, tx, key, claims[0], waiting, by, rules)
			} else {
				_, err = division{key: key, over: claims, by: by, rules: rules}.run(ctx, tx, waiting)
			}
			if err != nil {
				return err
			}
			return keepWithinDay(ctx, tx, key, m)
		})
		if !errors.Is(err, errMoreWait) {
			return err
		}
	}
}

// keepWithinDay keeps why a receipt was booked, unless its rule has booked enough on this day.
func keepWithinDay(ctx context.Context, tx pgx.Tx, key string, m Match) error {
	if err := setTenant(ctx, tx, ""); err != nil { // why is for the agency alone
		return err
	}
	if err := withinDay(ctx, tx, m); err != nil {
		return err
	}
	return keepMatch(ctx, tx, key, m)
}

// unmoved says whether everything is as it was when the match was found.
func unmoved(ctx context.Context, tx pgx.Tx, key string, claims []Ref, versions []int64) error {
	for i, ref := range claims {
		var same bool
		if err := tx.QueryRow(ctx, `SELECT version = $3 AND status = 'open' FROM claim WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, versions[i]).Scan(&same); err != nil {
			return fmt.Errorf("read claim %s: %w", ref.ClaimID, err)
		}
		if !same {
			return ErrMoved
		}
	}
	var waits bool
	err := tx.QueryRow(ctx, `SELECT claim_id IS NULL AND NOT divided AND gone IS NULL FROM receipt WHERE key = $1`, key).Scan(&waits)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) { // that of another client is not seen
		return fmt.Errorf("read receipt %s: %w", key, err)
	}
	if !waits {
		return ErrMoved
	}
	return nil
}

// RejectSuggestion notes that a receipt is not of the claims that are suggested for it, which it gives: they are not suggested for it again. A receipt that
// does not wait, or for which nothing is suggested, is a *ConflictError.
func (s *Store) RejectSuggestion(ctx context.Context, key, reason string, by Actor) (claims []string, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return nil, &ConflictError{"the reason is empty; right would be why the receipt is not of the claim"}
	}
	waiting, err := s.WaitingReceipts(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(waiting, func(w Waiting) bool { return w.Key == key })
	switch {
	case i < 0:
		return nil, s.tenant(ctx, "", func(tx pgx.Tx) error { return notWaiting(ctx, tx, key) })
	case waiting[i].Match == nil || len(waiting[i].Match.Proposals) == 0:
		return nil, &ConflictError{"nothing is suggested for receipt " + key}
	}
	for _, part := range waiting[i].Match.Proposals[0].Parts {
		claims = append(claims, part.Claim)
	}
	return claims, pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := reject(ctx, tx, key, claims, reason, by); err != nil {
			return err
		}
		m := *waiting[i].Match
		m.Proposals, m.At = m.Proposals[1:], by.At
		if m.WhyNot = ""; len(m.Proposals) == 0 {
			m.Outcome = matching.Queued
		}
		return keepMatch(ctx, tx, key, m)
	})
}

func reject(ctx context.Context, tx pgx.Tx, key string, claims []string, reason string, by Actor) error {
	for _, claim := range claims {
		_, err := tx.Exec(ctx, `INSERT INTO receipt_rejection (receipt, claim_id, reason, rejected_by, rejected_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, key, claim, reason, by.Name, by.At)
		if err != nil {
			return fmt.Errorf("reject claim %s for receipt %s: %w", claim, key, err)
		}
	}
	return nil
}
