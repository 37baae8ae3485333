package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/report"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// ReportBooks gathers what a report to one client is made of, as it is at one moment, up to and including a day; and the client as it is now: name, address and language. The day decides which pauses and
// arrangements are in force; what else says where a claim stands is as it is now, also for a day in the past. It sees that client's rows alone. ErrNotFound when there is no such client.
func (s *Store) ReportBooks(ctx context.Context, clientID string, on calendar.Date) (client Party, b report.Books, err error) {
	err = s.moment(ctx, clientID, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `SELECT name, street, postcode, town, language FROM client WHERE id = $1`, clientID).Scan(&client.Name, &client.Street, &client.Postcode, &client.Town, &client.Language)
		if errors.Is(err, pgx.ErrNoRows) {
			err = ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("read client %s: %w", clientID, err)
		}
		if b.Claims, err = reportedClaims(ctx, tx, clientID, on); err != nil {
			return fmt.Errorf("read the claims of client %s: %w", clientID, err)
		}
		if b.Moves, err = reportedMoves(ctx, tx, clientID, on); err != nil {
			return fmt.Errorf("read what was settled of client %s: %w", clientID, err)
		}
		b.Trust, err = rowsOf[report.TrustMove](ctx, tx, `SELECT j.kind, j.effective_on, -sum(e.cents)::bigint FROM entry e JOIN journal j ON j.id = e.journal_id
			WHERE e.client_id = $1 AND e.account = $2 AND j.effective_on <= $3 GROUP BY j.kind, j.effective_on ORDER BY j.effective_on, j.kind`, clientID, ledger.ClientPayable, on)
		if err != nil {
			return fmt.Errorf("read the payable of client %s: %w", clientID, err)
		}
		b.Invoices, err = rowsOf[report.Invoice](ctx, tx, `SELECT number, kind = 'credit-note', on_day, net, vat, total FROM bill WHERE client_id = $1 AND on_day <= $2 ORDER BY number`, clientID, on)
		if err != nil {
			return fmt.Errorf("read the invoices of client %s: %w", clientID, err)
		}
		return nil
	})
	return client, b, err
}

// reported reads every claim of a client with what says where it stands. $3 are the kinds of settlement that recover something, $4 the step that a client gets its advice by.
const reported = `
	SELECT c.id::text, c.reference, d.name, c.handed_over_on, i.due, p.paid, COALESCE(i.principal, 0)::bigint, c.status, c.opened_on,
		ARRAY(SELECT kind FROM pause x WHERE x.client_id = c.client_id AND x.claim_id = c.id AND x.from_on <= $2 AND (x.until_on IS NULL OR x.until_on >= $2) ORDER BY kind),
		c.status = 'open' AND EXISTS (SELECT FROM arrangement x WHERE x.client_id = c.client_id AND x.claim_id = c.id),
		c.monitored_from IS NOT NULL AND c.decision IS NOT NULL,
		c.advised_on IS NOT NULL OR EXISTS (SELECT FROM skipped_step x WHERE x.client_id = c.client_id AND x.claim_id = c.id AND x.step = $4),
		ARRAY(SELECT DISTINCT kind FROM letter x WHERE x.client_id = c.client_id AND x.claim_id = c.id AND x.state IN ('accepted', 'unknown') ORDER BY kind)
	FROM claim c JOIN debtor d ON d.client_id = c.client_id AND d.id = c.debtor_id
	CROSS JOIN LATERAL (SELECT min(due_on) AS due, sum(amount) AS principal FROM invoice x WHERE x.client_id = c.client_id AND x.claim_id = c.id) i
	CROSS JOIN LATERAL (SELECT max(value_on) AS paid FROM settlement x WHERE x.client_id = c.client_id AND x.claim_id = c.id AND x.kind = ANY ($3)
		AND NOT EXISTS (SELECT FROM settlement_reversal r WHERE r.claim_id = x.claim_id AND r.key = x.key)) p
	WHERE c.client_id = $1 AND c.handed_over_on <= $2 ORDER BY c.reference, c.id`

func reportedClaims(ctx context.Context, tx pgx.Tx, clientID string, on calendar.Date) ([]report.Claim, error) {
	var recovering []string
	for _, kind := range claim.SettlementKinds() {
		if report.MeansOf(kind).Recovers() {
			recovering = append(recovering, string(kind))
		}
	}
	rows, err := tx.Query(ctx, reported, clientID, on, recovering, trajectory.AdviceLetter)
	if err != nil {
		return nil, err
	}
	var standings []report.Standing
	claims, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c report.Claim, err error) {
		var s report.Standing
		err = row.Scan(&c.ID, &c.Reference, &c.Debtor, &c.HandedOverOn, &c.DueOn, &c.PaidOn, &c.Principal, &s.Status, &s.OpenedOn, &s.Pauses, &s.Arranged, &s.Monitored, &s.Advised, &s.LettersSoFar)
		standings = append(standings, s)
		return c, err
	})
	if err != nil {
		return nil, err
	}
	for i, s := range standings {
		if s.Arranged { // there was one: whether it is in force its facts say
			file, err := readCaseFile(ctx, tx, Ref{clientID, claims[i].ID})
			if err != nil {
				return nil, err
			}
			_, s.Arranged = file.Facts.ArrangementOn(on)
		}
		claims[i].Phase = s.Phase()
	}
	return claims, nil
}

// reportedMoves are the lines of the ledger that settled something of the client's claims. A journal is of the settlement that its key names, recorded or taken back, and by the means that it has after all corrections; what
// follows for later settlements is in the same journal.
func reportedMoves(ctx context.Context, tx pgx.Tx, clientID string, on calendar.Date) ([]report.Move, error) {
	means, err := meansOf(ctx, tx, clientID)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `SELECT e.claim_id::text, j.key, j.effective_on, e.account, e.cents FROM entry e JOIN journal j ON j.id = e.journal_id
		WHERE e.client_id = $1 AND e.claim_id IS NOT NULL AND j.kind = $2 AND j.effective_on <= $3 ORDER BY j.id, e.line`, clientID, ledger.Settled, on)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (m report.Move, err error) {
		var key string
		var account ledger.Account
		var cents money.Amount
		if err := row.Scan(&m.Claim, &key, &m.On, &account, &cents); err != nil {
			return m, err
		}
		if back, taken := strings.CutPrefix(key, m.Claim+"/reversal:"); taken {
			key = m.Claim + "/settlement:" + back
		}
		m.Means = cmp.Or(means[key], report.Anew)
		m.Post(account, cents)
		return m, nil
	})
}

// meansOf is by what means each settlement of the client counts now, by the key of the journal that booked it. One that was corrected counts as what is right instead.
func meansOf(ctx context.Context, tx pgx.Tx, clientID string) (map[string]report.Means, error) {
	rows, err := tx.Query(ctx, `SELECT s.claim_id::text, s.key, s.kind, COALESCE(r.replaced_by, '') FROM settlement s LEFT JOIN settlement_reversal r ON r.claim_id = s.claim_id AND r.key = s.key WHERE s.client_id = $1`, clientID)
	if err != nil {
		return nil, err
	}
	type corrected struct {
		kind claim.SettlementKind
		by   string
	}
	all := map[string]corrected{}
	var ofClaim, key, by string
	var kind claim.SettlementKind
	named := func(key string) string { return ofClaim + "/settlement:" + key }
	_, err = pgx.ForEachRow(rows, []any{&ofClaim, &key, &kind, &by}, func() error {
		c := corrected{kind: kind}
		if by != "" {
			c.by = named(by)
		}
		all[named(key)] = c
		return nil
	})
	means := map[string]report.Means{}
	for journal, c := range all {
		for c.by != "" {
			c = all[c.by]
		}
		means[journal] = report.MeansOf(c.kind)
	}
	return means, err
}
