package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
)

// AgreementRef names an agreement and the client that made it.
type AgreementRef struct {
	ClientID    string `json:"client_id"`
	AgreementID string `json:"agreement_id"`
}

// MessageAgreement tells the workflow of an agreement that a fact is new, and starts it when none runs.
const MessageAgreement = "agreement-changed"

// Agreement gives the facts of a client's newest agreement, as of one moment. ErrNotFound when it never had one.
func (s *Store) Agreement(ctx context.Context, clientID string) (f agreement.Facts, err error) {
	err = s.moment(ctx, clientID, func(tx pgx.Tx) error {
		f, err = newestAgreement(ctx, tx, clientID, "")
		return err
	})
	return f, err
}

// agreementOver says why nothing new is taken from a client: its agreement has ended, or has yet to start on a day that was stated ("m.i.v. dd/mm/jjjj"). ""
// while one runs, or was never made.
func agreementOver(ctx context.Context, tx pgx.Tx, clientID string, on calendar.Date) (string, error) {
	f, err := newestAgreement(ctx, tx, clientID, "")
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	switch s := f.On(on); {
	case s.Status == agreement.Ended:
		return fmt.Sprintf("the agreement with the client ended on %s; right would be a new one: `dunning agreement start`", s.EndsOn), nil
	case s.Status == agreement.NotStarted && !f.Assumed():
		return fmt.Sprintf("the agreement with the client starts on %s; right would be to hand it over from that day", f.Start), nil
	}
	return "", nil
}

// AgreementEvents gives what happened to an agreement, in the order in which it was recorded.
func (s *Store) AgreementEvents(ctx context.Context, ref AgreementRef) (events []Event, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		events, err = rowsOf[Event](ctx, tx, `SELECT key, kind, value_on, at, actor, detail FROM agreement_event WHERE client_id = $1 AND agreement_id = $2 ORDER BY seq`, ref.ClientID, ref.AgreementID)
		return err
	})
	for i := range events {
		events[i].At = events[i].At.In(calendar.Amsterdam)
	}
	return events, err
}

// StartAgreement starts the agreement of a client on a day, up to a year ahead, or states the day of one whose start was assumed, or was stated wrongly while nothing rests on it. The same
// day twice changes nothing. A *ConflictError says what rests on the day that was stated, or that the day is after the first claim, or before the end of the agreement of before.
func (s *Store) StartAgreement(ctx context.Context, clientID string, on calendar.Date, by Actor) (f agreement.Facts, err error) {
	err = s.tenant(ctx, clientID, func(tx pgx.Tx) error {
		var plan string
		if err := tx.QueryRow(ctx, `SELECT plan FROM client WHERE id = $1 FOR NO KEY UPDATE`, clientID).Scan(&plan); err != nil {
			return fmt.Errorf("lock client %s: %w", clientID, err)
		}
		if f, err = newestAgreement(ctx, tx, clientID, locked); err == nil && f.Ended.IsZero() && !f.Assumed() && on != f.Start {
			f, err = stateStart(ctx, tx, f, on, by)
			return err
		}
		f, err = startAgreement(ctx, tx, clientID, plan, on, by)
		return err
	})
	return f, err
}

// startStands says since when the start of an agreement is stated.
func startStands(f agreement.Facts) string {
	return fmt.Sprintf("the agreement started on %s, as was stated on %s", f.Start, f.Stated)
}

// restsOnStart says what keeps the start of an agreement from being stated anew: what its client was told or charged by it; empty when nothing does.
func restsOnStart(f agreement.Facts) string {
	for _, y := range f.Years {
		if y.Year > 1 {
			return fmt.Sprintf("it renewed by that day: year %d began; when only the year of the start is wrong, let it stand, since its years begin and end on the same days; for another day or month, right would be to end it with the client in writing (dunning agreement terminate CLIENT) and start another", y.Year)
		}
		if y.Contribution != nil && *y.Contribution > 0 {
			return fmt.Sprintf("the contribution of year %d became due by it: %s", y.Year, *y.Contribution)
		}
	}
	for _, t := range f.Tasks {
		if strings.HasPrefix(t.Key, agreement.TaskContribution+":") && !t.Done.IsZero() && !t.Dropped {
			return fmt.Sprintf("its contribution was invoiced by hand, as was said on %s (task %s)", t.Done, t.Key)
		}
	}
	for _, n := range f.Notices {
		if n.TakenBack.IsZero() {
			return fmt.Sprintf("the notice of %s was judged by it; right would be to take that back first (dunning agreement take-back CLIENT %s)", n.Received, n.Key)
		}
	}
	if len(f.Orders) > 0 {
		return fmt.Sprintf("stickers of its first years were ordered, on %s", f.Orders[0].On)
	}
	return ""
}

// agree starts the agreement of a client that has none, and notes another plan in the one that runs.
func agree(ctx context.Context, tx pgx.Tx, clientID string, c Client) error {
	f, err := startAgreement(ctx, tx, clientID, c.Plan, c.Signed.On, c.Signed.By)
	if err != nil || !f.Ended.IsZero() {
		return err
	}
	was := f.Plans[len(f.Plans)-1].Plan
	if was == c.Plan {
		return nil
	}
	by := c.Signed.By
	if err := agreePlan(ctx, tx, refOf(f), c.Plan, by.today()); err != nil {
		return err
	}
	_, err = tellAgreement(ctx, tx, refOf(f), by.event(fmt.Sprintf("plan:%d", len(f.Plans)+1), "plan-changed", by.today(), map[string]any{"plan": c.Plan, "was": was}))
	return err
}

// startAgreement is StartAgreement under the lock of the client. Without a day it starts today, assumed, for a client that never had one.
func startAgreement(ctx context.Context, tx pgx.Tx, clientID, plan string, on calendar.Date, by Actor) (agreement.Facts, error) {
	f, err := newestAgreement(ctx, tx, clientID, locked)
	switch {
	case err != nil && !errors.Is(err, ErrNotFound):
		return f, err
	case err == nil && (on.IsZero() || on == f.Start && !f.Assumed()): // told before
		return f, nil
	case err != nil || !f.Ended.IsZero():
		return newAgreement(ctx, tx, f, AgreementRef{ClientID: clientID}, plan, on, by)
	case !f.Assumed():
		return f, &ConflictError{startStands(f)}
	}
	return stateStart(ctx, tx, f, on, by)
}

// stateStart states the start of an agreement that was assumed, or stated wrongly.
func stateStart(ctx context.Context, tx pgx.Tx, f agreement.Facts, on calendar.Date, by Actor) (agreement.Facts, error) {
	var before calendar.Date
	if err := tx.QueryRow(ctx, `SELECT max(ended_on) FROM agreement WHERE client_id = $1 AND number < $2`, f.ClientID, f.Number).Scan(&before); err != nil {
		return f, fmt.Errorf("look up the agreement before %s: %w", f.AgreementID, err)
	}
	if err := mayStart(ctx, tx, f.ClientID, before, on, by); err != nil {
		return f, err
	}
	ref, key, was := refOf(f), "start-stated", map[string]any{"assumed": f.Start}
	if !f.Assumed() {
		if rests := restsOnStart(f); rests != "" {
			return f, &ConflictError{startStands(f) + ", and " + rests}
		}
		was, key = map[string]any{"was": f.Start}, taskEvent(key, on.String(), by)
	}
	if _, err := tx.Exec(ctx, `UPDATE agreement SET started_on = $3, stated_on = $4 WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.AgreementID, on, by.today()); err != nil {
		return f, fmt.Errorf("state the start of agreement %s: %w", ref.AgreementID, err)
	}
	return tellAgreement(ctx, tx, ref, by.event(key, "start-stated", on, was))
}

// mayStart refuses a start more than a year ahead, within the agreement of before, and after the first claim that came in since that ended: no claim is from before its agreement. before is
// zero without one.
func mayStart(ctx context.Context, tx pgx.Tx, clientID string, before, on calendar.Date, by Actor) error {
	latest := by.today().AddYears(1)
	var first calendar.Date
	err := tx.QueryRow(ctx, `SELECT min(handed_over_on) FROM claim WHERE client_id = $1 AND status <> 'refused' AND handed_over_on > COALESCE($2::date, '-infinity')`, clientID, before).Scan(&first)
	switch {
	case err != nil:
		return fmt.Errorf("look up the first claim of client %s: %w", clientID, err)
	case on.After(latest):
		return &ConflictError{fmt.Sprintf("the agreement would start on %s; right would be a day up to and including %s", on, latest)}
	case !before.IsZero() && !on.After(before):
		return &ConflictError{fmt.Sprintf("the agreement of before lasted until %s; right would be a later day", before)}
	case !first.IsZero() && on.After(first):
		return &ConflictError{fmt.Sprintf("the agreement would start on %s, and the first claim was handed over on %s; right would be a day up to and including that", on, first)}
	}
	return nil
}

func newAgreement(ctx context.Context, tx pgx.Tx, before agreement.Facts, ref AgreementRef, plan string, on calendar.Date, by Actor) (agreement.Facts, error) {
	stated := by.today()
	if on.IsZero() {
		on, stated = by.today(), calendar.Date{}
	}
	if !stated.IsZero() {
		if err := mayStart(ctx, tx, ref.ClientID, before.Ended, on, by); err != nil {
			return before, err
		}
	}
	number := before.Number + 1
	ref.AgreementID = uuid.NewSHA1(uuid.MustParse(ref.ClientID), fmt.Appendf(nil, "agreement/%d", number)).String()
	if _, err := tx.Exec(ctx, `INSERT INTO agreement (client_id, id, number, started_on, stated_on) VALUES ($1, $2, $3, $4, $5)`, ref.ClientID, ref.AgreementID, number, on, stated); err != nil {
		return before, fmt.Errorf("start agreement %d of client %s: %w", number, ref.ClientID, err)
	}
	if err := agreePlan(ctx, tx, ref, plan, on); err != nil {
		return before, err
	}
	return tellAgreement(ctx, tx, ref, by.event("started", "started", on, map[string]any{"plan": plan, "assumed": stated.IsZero()}))
}

func agreePlan(ctx context.Context, tx pgx.Tx, ref AgreementRef, plan string, from calendar.Date) error {
	_, err := tx.Exec(ctx, `INSERT INTO agreement_plan (client_id, agreement_id, plan, from_on) VALUES ($1, $2, $3, $4)`, ref.ClientID, ref.AgreementID, plan, from)
	return err
}

func refOf(f agreement.Facts) AgreementRef { return AgreementRef{f.ClientID, f.AgreementID} }

// locked makes a reading of an agreement one on which can be decided: nothing changes it until the transaction ends.
const locked = " FOR UPDATE"

// newestAgreement reads the newest agreement of a client, locked or not.
func newestAgreement(ctx context.Context, tx pgx.Tx, clientID, lock string) (agreement.Facts, error) {
	ref := AgreementRef{ClientID: clientID}
	err := tx.QueryRow(ctx, `SELECT id::text FROM agreement WHERE client_id = $1 ORDER BY number DESC LIMIT 1`, clientID).Scan(&ref.AgreementID)
	if errors.Is(err, pgx.ErrNoRows) {
		return agreement.Facts{}, fmt.Errorf("agreement of client %s: %w", clientID, ErrNotFound)
	}
	if err != nil {
		return agreement.Facts{}, fmt.Errorf("look up the agreement of client %s: %w", clientID, err)
	}
	return readAgreement(ctx, tx, ref, lock)
}

func readAgreement(ctx context.Context, tx pgx.Tx, ref AgreementRef, lock string) (agreement.Facts, error) {
	f := agreement.Facts{ClientID: ref.ClientID, AgreementID: ref.AgreementID}
	err := tx.QueryRow(ctx, `SELECT number, started_on, stated_on, ended_on, version FROM agreement WHERE client_id = $1 AND id = $2`+lock, ref.ClientID, ref.AgreementID).
		Scan(&f.Number, &f.Start, &f.Stated, &f.Ended, &f.Version)
	if errors.Is(err, pgx.ErrNoRows) {
		return f, fmt.Errorf("agreement %s: %w", ref.AgreementID, ErrNotFound)
	}
	if err != nil {
		return f, fmt.Errorf("read agreement %s: %w", ref.AgreementID, err)
	}
	var errs [5]error
	f.Plans, errs[0] = rowsOf[agreement.PlanFrom](ctx, tx, `SELECT plan, from_on FROM agreement_plan WHERE client_id = $1 AND agreement_id = $2 ORDER BY seq`, ref.ClientID, ref.AgreementID)
	f.Notices, errs[1] = rowsOf[agreement.Notice](ctx, tx, `SELECT key, received_on, registered, taken_back_on FROM agreement_notice WHERE client_id = $1 AND agreement_id = $2 ORDER BY received_on, key`, ref.ClientID, ref.AgreementID)
	f.Orders, errs[2] = rowsOf[agreement.StickerOrder](ctx, tx, `SELECT key, ordered_on, sets, included, price FROM sticker_order WHERE client_id = $1 AND agreement_id = $2 ORDER BY seq`, ref.ClientID, ref.AgreementID)
	f.Years, errs[3] = rowsOf[agreement.YearBegun](ctx, tx, `SELECT year, plan, contribution FROM agreement_year WHERE client_id = $1 AND agreement_id = $2 ORDER BY year`, ref.ClientID, ref.AgreementID)
	f.Tasks, errs[4] = rowsOf[agreement.Task](ctx, tx, `SELECT key, detail, opened_on, done_on, dropped FROM agreement_task WHERE client_id = $1 AND agreement_id = $2 ORDER BY opened_on, key`, ref.ClientID, ref.AgreementID)
	return f, errors.Join(errs[:]...)
}

func rowsOf[T any](ctx context.Context, tx pgx.Tx, sql string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[T])
}

// recordAgreement appends an event and moves the agreement's version on.
func recordAgreement(ctx context.Context, tx pgx.Tx, ref AgreementRef, e Event) error {
	if err := e.readable(); err != nil {
		return err
	}
	detail, err := encodeDetail(e)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		WITH told AS (INSERT INTO agreement_event (client_id, agreement_id, key, kind, value_on, at, actor, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8))
		UPDATE agreement SET version = version + 1, changed_at = clock_timestamp() WHERE client_id = $1 AND id = $2`,
		ref.ClientID, ref.AgreementID, e.Key, e.Kind, e.On, e.At, e.Actor, detail)
	if err != nil {
		return fmt.Errorf("record %s of agreement %s: %w", e.Kind, ref.AgreementID, err)
	}
	return nil
}

// tellAgreement records an event that came from outside, leaves a message for the workflow, and gives the facts as they are now.
func tellAgreement(ctx context.Context, tx pgx.Tx, ref AgreementRef, e Event) (agreement.Facts, error) {
	if err := recordAgreement(ctx, tx, ref, e); err != nil {
		return agreement.Facts{}, err
	}
	if err := wakeAgreement(ctx, tx, ref, e.Key); err != nil {
		return agreement.Facts{}, err
	}
	return readAgreement(ctx, tx, ref, locked)
}

func wakeAgreement(ctx context.Context, tx pgx.Tx, ref AgreementRef, key string) error {
	_, err := tx.Exec(ctx, `INSERT INTO outbox (client_id, agreement_id, message, key) VALUES ($1, $2, $3, $4)`, ref.ClientID, ref.AgreementID, MessageAgreement, key)
	if err != nil {
		return fmt.Errorf("queue %s for agreement %s: %w", MessageAgreement, ref.AgreementID, err)
	}
	return nil
}
