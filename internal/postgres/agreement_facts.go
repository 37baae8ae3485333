package postgres

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
)

// changeAgreement runs one change of facts from outside the workflow, under the lock of the client's newest agreement: rows, event, message. work gives the
// event; one without a key says that the change was known already.
func (s *Store) changeAgreement(ctx context.Context, clientID string, work func(tx pgx.Tx, f agreement.Facts) (Event, error)) (f agreement.Facts, err error) {
	err = s.tenant(ctx, clientID, func(tx pgx.Tx) error {
		if f, err = newestAgreement(ctx, tx, clientID, locked); err != nil {
			return err
		}
		e, err := work(tx, f)
		if err != nil || e.Key == "" {
			return err
		}
		f, err = tellAgreement(ctx, tx, refOf(f), e)
		return err
	})
	return f, err
}

// RecordNotice records a notice of termination by the day on which it was received. The same one twice is once. A day to come, or from before the agreement,
// a notice that was taken back, and one for an agreement that has ended are a *ConflictError.
func (s *Store) RecordNotice(ctx context.Context, clientID string, received calendar.Date, registered bool, by Actor) (agreement.Facts, agreement.Notice, error) {
	n := agreement.Notice{Key: received.String() + map[bool]string{true: "-registered", false: "-plain"}[registered], Received: received, Registered: registered}
	if received.After(by.today()) {
		return agreement.Facts{}, n, &ConflictError{fmt.Sprintf("the notice cannot have been received on %s; right would be a day up to and including %s", received, by.today())}
	}
	f, err := s.changeAgreement(ctx, clientID, func(tx pgx.Tx, f agreement.Facts) (Event, error) {
		for again, first := 2, n.Key; ; again++ { // one that was taken back by mistake is recorded again, beside the first
			known, ok := f.Notice(n.Key)
			switch {
			case ok && known.TakenBack.IsZero():
				return Event{}, nil
			case ok:
				n.Key = fmt.Sprintf("%s-%d", first, again)
				continue
			}
			break
		}
		if !f.Ended.IsZero() {
			return Event{}, &ConflictError{fmt.Sprintf("the agreement ended on %s", f.Ended)}
		}
		if received.Before(f.Start) {
			return Event{}, &ConflictError{fmt.Sprintf("the notice cannot have been received on %s: the agreement began on %s; right would be a day from then (when it began sooner, first: dunning agreement start)", received, f.Start)}
		}
		_, err := tx.Exec(ctx, `INSERT INTO agreement_notice (client_id, agreement_id, key, received_on, registered) VALUES ($1, $2, $3, $4, $5)`, f.ClientID, f.AgreementID, n.Key, n.Received, n.Registered)
		return by.event("notice:"+n.Key, "notice-received", n.Received, map[string]any{"registered": n.Registered, "verdict": f.Verdict(n)}), err
	})
	return f, n, err
}

// TakeBackNotice records that the client takes a notice back and the agency agrees, from today. Twice is once; a notice that is not there, or that has ended the
// agreement already, is a *ConflictError.
func (s *Store) TakeBackNotice(ctx context.Context, clientID, key, reason string, by Actor) (agreement.Facts, error) {
	return s.changeAgreement(ctx, clientID, func(tx pgx.Tx, f agreement.Facts) (Event, error) {
		known, ok := f.Notice(key)
		switch {
		case !ok:
			return Event{}, &ConflictError{fmt.Sprintf("there is no notice %s; right would be a key that `dunning agreement show` lists", key)}
		case !known.TakenBack.IsZero():
			return Event{}, nil
		case f.On(by.today()).Status == agreement.Ended || !f.Ended.IsZero():
			return Event{}, &ConflictError{fmt.Sprintf("the agreement has ended on %s; start a new one", cmp.Or(f.Ended, f.On(by.today()).EndsOn))}
		}
		_, err := tx.Exec(ctx, `UPDATE agreement_notice SET taken_back_on = $4 WHERE client_id = $1 AND agreement_id = $2 AND key = $3`, f.ClientID, f.AgreementID, key, by.today())
		return by.event("taken-back:"+key, "notice-taken-back", by.today(), map[string]any{"notice": key, "reason": reason}), err
	})
}

// OrderStickers takes an order of sets of stickers, today, from the stock of the agreement year first. The same key twice is one order; with another number of
// sets it is a *ConflictError, as is an order that the plan does not allow.
func (s *Store) OrderStickers(ctx context.Context, clientID, key string, sets int, plans agreement.Plans, by Actor) (f agreement.Facts, o agreement.StickerOrder, err error) {
	if err := named(key); err != nil {
		return f, o, err
	}
	f, err = s.changeAgreement(ctx, clientID, func(tx pgx.Tx, f agreement.Facts) (Event, error) {
		if i := slices.IndexFunc(f.Orders, func(o agreement.StickerOrder) bool { return o.Key == key }); i >= 0 {
			if o = f.Orders[i]; o.Sets != sets {
				return Event{}, &ConflictError{fmt.Sprintf("order %s is of %d sets; use another key for another order", key, o.Sets)}
			}
			return Event{}, nil
		}
		plan, err := plans.Find(f.PlanOn(by.today()))
		if err != nil {
			return Event{}, err
		}
		if o, err = f.Order(key, sets, plan, by.today()); err != nil {
			return Event{}, &ConflictError{err.Error()}
		}
		_, err = tx.Exec(ctx, `INSERT INTO sticker_order (client_id, agreement_id, key, ordered_on, sets, included, price) VALUES ($1, $2, $3, $4, $5, $6, $7)`, f.ClientID, f.AgreementID, o.Key, o.On, o.Sets, o.Included, o.Price)
		return by.event("stickers:"+key, "stickers-ordered", o.On, map[string]any{"sets": o.Sets, "included": o.Included, "charged": o.Charged()}), err
	})
	return f, o, err
}

// CompleteAgreementTask ends a task of an agreement. Twice is once; one that is not there is a *ConflictError.
func (s *Store) CompleteAgreementTask(ctx context.Context, clientID, key, reason string, by Actor) error {
	_, err := s.changeAgreement(ctx, clientID, func(tx pgx.Tx, f agreement.Facts) (Event, error) {
		i := slices.IndexFunc(f.Tasks, func(t agreement.Task) bool { return t.Key == key })
		if i < 0 {
			return Event{}, &ConflictError{fmt.Sprintf("there is no task %s; right would be one that `dunning agreement tasks` lists", key)}
		}
		if !f.Tasks[i].Done.IsZero() {
			return Event{}, nil
		}
		if instead := agreement.EndsBy(key, "CLIENT"); instead != "" {
			return Event{}, &ConflictError{"task " + key + " ends when " + instead}
		}
		return by.event(taskEvent("done", key, by), "task-done", by.today(), map[string]any{"task": key, "reason": reason}), endTask(ctx, tx, refOf(f), key, false, by)
	})
	return err
}

// taskEvent is the key of an event of a task, which may be opened again.
func taskEvent(what, key string, by Actor) string {
	return fmt.Sprintf("%s:%s:%s", what, key, by.At.UTC().Format("20060102T150405.000000"))
}

func endTask(ctx context.Context, tx pgx.Tx, ref AgreementRef, key string, dropped bool, by Actor) error {
	_, err := tx.Exec(ctx, `UPDATE agreement_task SET done_on = $4, dropped = $5 WHERE client_id = $1 AND agreement_id = $2 AND key = $3`, ref.ClientID, ref.AgreementID, key, by.today(), dropped)
	return err
}

// AgreementTask is an open task of an agreement.
type AgreementTask struct {
	Client string        `json:"client"` // its code
	Key    string        `json:"task"`
	Opened calendar.Date `json:"opened"`
	Detail string        `json:"detail"`
}

// AgreementTasks gives the open tasks of all agreements, oldest first.
func (s *Store) AgreementTasks(ctx context.Context) ([]AgreementTask, error) {
	codes, err := s.ClientCodes(ctx)
	if err != nil {
		return nil, err
	}
	var tasks []AgreementTask
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		err := s.tenant(ctx, codes[code], func(tx pgx.Tx) error {
			found, err := rowsOf[AgreementTask](ctx, tx, `SELECT $2::text, key, opened_on, detail FROM agreement_task WHERE client_id = $1 AND done_on IS NULL ORDER BY opened_on, key`, codes[code], code)
			tasks = append(tasks, found...)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("list the tasks of client %s: %w", code, err)
		}
	}
	slices.SortStableFunc(tasks, func(a, b AgreementTask) int { return a.Opened.Compare(b.Opened) })
	return tasks, nil
}

// ClientByCode gives the id of a client. ErrNotFound when there is no such client.
func (s *Store) ClientByCode(ctx context.Context, code string) (string, error) {
	codes, err := s.ClientCodes(ctx)
	if err != nil {
		return "", err
	}
	id, ok := codes[code]
	if !ok {
		return "", fmt.Errorf("client %q: %w; add it with `dunning client add`", code, ErrNotFound)
	}
	return id, nil
}

// ClientLanguage is the language in which a client is written to: nl or en.
func (s *Store) ClientLanguage(ctx context.Context, clientID string) (language string, err error) {
	err = s.tenant(ctx, clientID, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `SELECT language FROM client WHERE id = $1`, clientID).Scan(&language)
	})
	return language, err
}

// AgreedTrajectories gives those that a client agreed to.
func (s *Store) AgreedTrajectories(ctx context.Context, clientID string) (agreed Trajectories, err error) {
	err = s.tenant(ctx, clientID, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `SELECT trajectory_consumer, trajectory_business FROM client WHERE id = $1`, clientID).Scan(&agreed.Consumer, &agreed.Business)
	})
	if err != nil {
		return agreed, fmt.Errorf("read trajectories of client %s: %w", clientID, err)
	}
	return agreed, nil
}
