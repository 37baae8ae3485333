package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/agreement"
)

// AgreementNext decides what comes next on the facts of an agreement.
type AgreementNext func(agreement.Facts) (agreement.Action, error)

// AdvanceAgreement does what comes next for an agreement, decided and done under one lock and in one transaction, and gives the facts after it. Of a wait,
// or when nothing comes any more, it notes that the workflow has seen the newest facts. A crash leaves all of it or nothing, and the next call goes on.
func (s *Store) AdvanceAgreement(ctx context.Context, ref AgreementRef, by Actor, next AgreementNext) (f agreement.Facts, a agreement.Action, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if f, err = readAgreement(ctx, tx, ref, locked); err != nil {
			return err
		}
		if a, err = next(f); err != nil {
			return err
		}
		if err := doNext(ctx, tx, f, a, by); err != nil {
			return fmt.Errorf("%s of agreement %s: %w", a.Kind, ref.AgreementID, err)
		}
		f, err = readAgreement(ctx, tx, ref, locked)
		return err
	})
	return f, a, err
}

func doNext(ctx context.Context, tx pgx.Tx, f agreement.Facts, a agreement.Action, by Actor) error {
	ref := refOf(f)
	switch a.Kind {
	case agreement.ActTask:
		_, err := tx.Exec(ctx, `INSERT INTO agreement_task (client_id, agreement_id, key, detail, opened_on) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (agreement_id, key) DO UPDATE SET detail = excluded.detail, opened_on = excluded.opened_on, done_on = NULL, dropped = false`, ref.ClientID, ref.AgreementID, a.Task, a.Reason, by.today())
		if err != nil {
			return err
		}
		return recordAgreement(ctx, tx, ref, by.event(fmt.Sprintf("task:%s:%d", a.Task, f.Version), "task-opened", by.today(), map[string]any{"task": a.Task, "detail": a.Reason}))
	case agreement.ActDrop:
		if err := endTask(ctx, tx, ref, a.Task, true, by); err != nil {
			return err
		}
		return recordAgreement(ctx, tx, ref, by.event(fmt.Sprintf("dropped:%s:%d", a.Task, f.Version), "task-dropped", by.today(), map[string]any{"task": a.Task, "reason": a.Reason}))
	case agreement.ActYear:
		return beginYear(ctx, tx, ref, a, by)
	case agreement.ActEnd:
		return endAgreement(ctx, tx, f, a, by)
	case agreement.ActWait, agreement.ActNothing:
	}
	_, err := tx.Exec(ctx, `UPDATE agreement SET seen_version = version WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.AgreementID)
	return err
}

// beginYear notes a year with its contribution, under the key agreement and year: it becomes due once.
func beginYear(ctx context.Context, tx pgx.Tx, ref AgreementRef, a agreement.Action, by Actor) error {
	if _, err := tx.Exec(ctx, `INSERT INTO agreement_year (client_id, agreement_id, year, plan, first_on, contribution) VALUES ($1, $2, $3, $4, $5, $6)`,
		ref.ClientID, ref.AgreementID, a.Year, a.Plan, a.Day, a.Contribution); err != nil {
		return err
	}
	kind := "year-began"
	if a.Year > 1 {
		kind = "renewed"
	}
	if err := recordAgreement(ctx, tx, ref, by.event(fmt.Sprintf("year:%d", a.Year), kind, a.Day, map[string]any{"year": a.Year, "reason": a.Reason})); err != nil {
		return err
	}
	return recordAgreement(ctx, tx, ref, by.event(fmt.Sprintf("contribution:%d", a.Year), "contribution-due", a.Day, map[string]any{"year": a.Year, "plan": a.Plan, "amount": a.Contribution}))
}

// endAgreement notes the last day. A year that had begun after it did not: a notice that was received in time was recorded late, and its contribution is no
// longer due.
func endAgreement(ctx context.Context, tx pgx.Tx, f agreement.Facts, a agreement.Action, by Actor) error {
	ref := refOf(f)
	if _, err := tx.Exec(ctx, `UPDATE agreement SET ended_on = $3 WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.AgreementID, a.Day); err != nil {
		return err
	}
	for _, y := range f.Years {
		if y.Year <= a.Year {
			continue
		}
		if err := recordAgreement(ctx, tx, ref, by.event(fmt.Sprintf("contribution-withdrawn:%d", y.Year), "contribution-withdrawn", a.Day, map[string]any{"year": y.Year, "amount": y.Contribution})); err != nil {
			return err
		}
	}
	return recordAgreement(ctx, tx, ref, by.event("ended", "ended", a.Day, map[string]any{"year": a.Year, "reason": a.Reason}))
}

// AgreementsToCheck takes agreements whose workflow has not read the newest facts for longer than behind, or was not compared with them for longer than age.
func (s *Store) AgreementsToCheck(ctx context.Context, behind, age time.Duration, most int) ([]AgreementRef, error) {
	rows, err := s.pool.Query(ctx, `SELECT client_id::text, agreement_id::text FROM agreements_to_check($1, $2, $3)`, behind, age, most)
	if err != nil {
		return nil, fmt.Errorf("find agreements: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[AgreementRef])
}

// AgreementsCompared notes that agreements were compared with their workflows; those that were taken and not noted come back after five minutes.
func (s *Store) AgreementsCompared(ctx context.Context, refs []AgreementRef) error {
	ids := make([]string, len(refs))
	for i, ref := range refs {
		ids[i] = ref.AgreementID
	}
	if _, err := s.pool.Exec(ctx, `SELECT agreements_checked($1::text[]::uuid[])`, ids); err != nil {
		return fmt.Errorf("note %d agreements compared: %w", len(ids), err)
	}
	return nil
}

// AgreementSeen says whether the workflow of an agreement has read its newest facts.
func (s *Store) AgreementSeen(ctx context.Context, ref AgreementRef) (seen bool, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `SELECT seen_version = version FROM agreement WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.AgreementID).Scan(&seen)
	})
	return seen, err
}

// WakeAgreement queues a message for an agreement; the sweeper uses it where one was lost, or where no workflow runs.
func (s *Store) WakeAgreement(ctx context.Context, ref AgreementRef, key string) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error { return wakeAgreement(ctx, tx, ref, key) })
}
