package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
)

// Holder is a session for which others wait.
type Holder struct {
	Doing string    // as it says itself; empty: it says nothing
	Since time.Time // of its transaction; zero: this role may not see it
}

func (h Holder) String() string {
	doing, since := "something else is done that must be done alone", ""
	if h.Doing != "" {
		doing = h.Doing
	}
	if !h.Since.IsZero() {
		since = ", since " + h.Since.In(calendar.Amsterdam).Format(time.TimeOnly)
	}
	return doing + since
}

type waitKey struct{}

// Queueing gives a context under which tell hears for whom a call waits, before it does: statements of an account are booked one after the other, and so is what is typed.
func Queueing(ctx context.Context, tell func(Holder)) context.Context {
	return context.WithValue(ctx, waitKey{}, tell)
}

// A session has a name that every role of the server can read, and that is cut at 63 bytes. So it is a fixed word with a number, and who does what stands under that number in a table (session_work), which the application alone reads. A number is given once.

// work is what somebody does, in transactions that others wait for.
type work struct{ number int64 }

// startWork says what is done, before the transactions that do it. The caller ends it.
func (s *Store) startWork(ctx context.Context, what string) (w work, err error) {
	if _, err = s.pool.Exec(ctx, `DELETE FROM session_work WHERE at < clock_timestamp() - interval '1 day'`); err == nil { // what broke off
		err = s.pool.QueryRow(ctx, `INSERT INTO session_work (what) VALUES ($1) RETURNING id`, what).Scan(&w.number)
	}
	if err != nil {
		err = fmt.Errorf("say what is done: %w", err)
	}
	return w, err
}

// toEndWork is how long a database that does not answer is waited for.
const toEndWork = 5 * time.Second

// endWork takes back what was said, also when the work failed.
func (s *Store) endWork(ctx context.Context, w work) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), toEndWork)
	defer cancel()
	if _, err := s.pool.Exec(ctx, `DELETE FROM session_work WHERE id = $1`, w.number); err != nil {
		return fmt.Errorf("say what is done no more: %w", err)
	}
	return nil
}

// in names the session of a transaction that does the work, until it ends.
func (w work) in(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, `SELECT set_config('application_name', 'dunning work ' || $1::bigint, true)`, w.number); err != nil {
		return fmt.Errorf("name the session: %w", err)
	}
	return nil
}

// lockNamed takes the lock of a name until the transaction ends. Who waits hears for whom, when there is one.
func lockNamed(ctx context.Context, tx pgx.Tx, name string) error {
	if tell, asked := ctx.Value(waitKey{}).(func(Holder)); asked {
		free, err := lockAtOnce(ctx, tx, name, tell)
		if err != nil || free {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, name); err != nil {
		return fmt.Errorf("wait for the lock of %s: %w", name, err)
	}
	return nil
}

// lockAccount lets the statements of an account be booked one after the other.
func lockAccount(ctx context.Context, tx pgx.Tx, account string) error {
	return lockNamed(ctx, tx, "statement/"+account)
}

// shareNamed takes the lock of a name together with others who share it, until the transaction ends.
func shareNamed(ctx context.Context, tx pgx.Tx, name string) error {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))`, name); err != nil {
		return fmt.Errorf("wait to share the lock of %s: %w", name, err)
	}
	return nil
}

// holderOf is who has the lock of a name: a lock of 64 bits stands in the list of locks in two halves.
const holderOf = `SELECT COALESCE(w.what, ''), a.xact_start FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid LEFT JOIN session_work w ON a.application_name = 'dunning work ' || w.id
	WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND a.datname = current_database() AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended($1, 0)`

// lockAtOnce takes a lock if it is free, and else tells who has it.
func lockAtOnce(ctx context.Context, tx pgx.Tx, name string, tell func(Holder)) (free bool, err error) {
	if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))`, name).Scan(&free); err != nil || free {
		return free, err
	}
	var h Holder
	var since *time.Time
	switch err := tx.QueryRow(ctx, holderOf, name).Scan(&h.Doing, &since); {
	case errors.Is(err, pgx.ErrNoRows): // it has just ended
		return false, nil
	case err != nil:
		return false, fmt.Errorf("look who has the lock of %s: %w", name, err)
	}
	if since != nil {
		h.Since = *since
	}
	tell(h)
	return false, nil
}
