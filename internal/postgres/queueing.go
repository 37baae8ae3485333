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

// doing says what a transaction does, to whoever waits for it and to whoever looks at the sessions of the server, until it ends.
func doing(ctx context.Context, tx pgx.Tx, what string) error {
	if _, err := tx.Exec(ctx, `SELECT set_config('application_name', $1, true)`, what); err != nil {
		return fmt.Errorf("say what is done: %w", err)
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

// holderOf is who has the lock of a name: a lock of 64 bits stands in the list of locks in two halves.
const holderOf = `SELECT COALESCE(a.application_name, ''), a.xact_start FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
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
