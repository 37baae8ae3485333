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
		b.Bills, err = rowsOf[report.Bill](ctx, tx, `SELECT number, kind = 'credit-note', on_day, net, vat, total FROM bill WHERE client_id = $1 AND on_day <= $2 ORDER BY number`, clientID, on)
		if err != nil {
			return fmt.Errorf("read the invoices of client %s: %w", clientID, err)
		}
		return nil
	})
	return client, b, err
}

// reported reads every claim of a client with what says where it stands. $3 is the step that a client gets its advice by.
const reported = `
	SELECT c.id::text, c.reference, d.name, c.handed_over_on, i.due, COALESCE(i.principal, 0)::bigint, c.status, c.opened_on,
		ARRAY(SELECT kind FROM pause x WHERE x.client_id = c.client_id AND x.claim_id = c.id AND x.from_on <= $2 AND (x.until_on IS NULL OR x.until_on >= $2) ORDER BY kind),
		c.status = 'open' AND EXISTS (SELECT FROM arrangement x WHERE x.client_id = c.client_id AND x.claim_id = c.id),
		c.monitored_from IS NOT NULL AND c.decision IS NOT NULL,
		c.advised_on IS NOT NULL OR EXISTS (SELECT FROM skipped_step x WHERE x.client_id = c.client_id AND x.claim_id = c.id AND x.step = $3),
		EXISTS (SELECT FROM court_step x WHERE x.client_id = c.client_id AND x.claim_id = c.id AND x.stage = 'lost'),
		ARRAY(SELECT DISTINCT kind FROM letter x WHERE x.client_id = c.client_id AND x.claim_id = c.id AND x.state IN ('accepted', 'unknown') ORDER BY kind)
	FROM claim c JOIN debtor d ON d.client_id = c.client_id AND d.id = c.debtor_id
	CROSS JOIN LATERAL (SELECT min(due_on) AS due, sum(amount) AS principal FROM invoice x WHERE x.client_id = c.client_id AND x.claim_id = c.id) i
	WHERE c.client_id = $1 AND c.handed_over_on <= $2 ORDER BY c.reference, c.id`

func reportedClaims(ctx context.Context, tx pgx.Tx, clientID string, on calendar.Date) ([]report.Claim, error) {
	rows, err := tx.Query(ctx, reported, clientID, on, trajectory.AdviceLetter)
	if err != nil {
		return nil, err
	}
	var standings []report.Standing
	claims, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c report.Claim, err error) {
		var s report.Standing
		err = row.Scan(&c.ID, &c.Reference, &c.Debtor, &c.HandedOverOn, &c.DueOn, &c.Principal, &s.Status, &s.OpenedOn, &s.Pauses, &s.Arranged, &s.Monitored, &s.Advised, &s.Lost, &s.LettersSoFar)
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
// follows for later settlements is in the same journal. That of a credit note divides anew what was paid, but for what the note itself took off (report.Note).
func reportedMoves(ctx context.Context, tx pgx.Tx, clientID string, on calendar.Date) ([]report.Move, error) {
	told, err := toldSettlements(ctx, tx, clientID)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `SELECT e.claim_id::text, j.key, j.effective_on, e.account, e.cents FROM entry e JOIN journal j ON j.id = e.journal_id
		WHERE e.client_id = $1 AND e.claim_id IS NOT NULL AND j.kind = $2 AND j.effective_on <= $3 ORDER BY j.id, e.line`, clientID, ledger.Settled, on)
	if err != nil {
		return nil, err
	}
	moves, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (m report.Move, err error) {
		var key string
		var account ledger.Account
		var cents money.Amount
		if err := row.Scan(&m.Claim, &key, &m.On, &account, &cents); err != nil {
			return m, err
		}
		if back, taken := strings.CutPrefix(key, m.Claim+"/reversal:"); taken {
			key = m.Claim + "/settlement:" + back
		}
		if m.Means = cmp.Or(told.means(key), report.Anew); m.Means == report.Credited {
			m.Means = report.Anew
		}
		m.Post(account, cents)
		return m, nil
	})
	return append(moves, told.notes(on)...), err
}

// toldSettlement is one that was told of a claim, as it was when it was.
type toldSettlement struct {
	Claim, Key string
	Kind       claim.SettlementKind
	On         calendar.Date
	Amount     money.Amount
	Back       calendar.Date // the value date on which it was taken back, zero when it stands
	By         string        // the key of what is right instead; empty when nothing is
}

// told are the settlements of a client, by the key of the journal that booked each.
type told map[string]toldSettlement

func toldSettlements(ctx context.Context, tx pgx.Tx, clientID string) (told, error) {
	list, err := rowsOf[toldSettlement](ctx, tx, `SELECT s.claim_id::text, s.key, s.kind, s.value_on, s.amount, COALESCE(r.returned_on, r.reversed_on), COALESCE(r.replaced_by, '')
		FROM settlement s LEFT JOIN settlement_reversal r ON r.claim_id = s.claim_id AND r.key = s.key WHERE s.client_id = $1 ORDER BY s.value_on, s.key`, clientID)
	all := told{}
	for _, s := range list {
		all[s.journal(s.Key)] = s
	}
	return all, err
}

// journal is the key of the journal that booked a settlement of the same claim.
func (s toldSettlement) journal(key string) string { return s.Claim + "/settlement:" + key }

// means is by what a settlement counts now: one that was corrected counts as what is right instead. Empty when there is none of that journal.
func (all told) means(journal string) report.Means {
	s, found := all[journal]
	if !found {
		return ""
	}
	for s.By != "" {
		s = all[s.journal(s.By)]
	}
	return report.MeansOf(s.Kind)
}

// notes are what credit notes themselves took off, up to and including a day: their amounts, which are never more than what was left of the principal (plausible). One that replaces another settlement counts from
// the day of that correction, as its journal does.
func (all told) notes(on calendar.Date) (moves []report.Move) {
	replaces := map[string]bool{}
	for _, s := range all {
		if s.By != "" {
			replaces[s.journal(s.By)] = true
		}
	}
	note := func(s toldSettlement, day calendar.Date, took money.Amount) {
		if !day.After(on) {
			moves = append(moves, report.Note(s.Claim, day, took)...)
		}
	}
	for journal, s := range all {
		if all.means(journal) != report.Credited {
			continue
		}
		if !replaces[journal] {
			note(s, s.On, s.Amount)
		}
		if !s.Back.IsZero() {
			note(s, s.Back, all[s.journal(s.By)].Amount-s.Amount)
		}
	}
	return moves
}
