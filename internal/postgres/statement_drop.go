package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// DropStatement sets a held statement aside, because a person says that it is wrong: nothing of it is booked, also when it fits one day, and it holds up nothing. What the bank tells instead is booked
// as if it had never come. name is its key, or that of the file it came in. Who said so and why stays with it; the same again changes nothing, and ReleaseStatement books it after all.
// It is one transaction, under the lock that whoever books holds. A statement that is booked, and a name of several, is a *ConflictError that says what would be right.
func (s *Store) DropStatement(ctx context.Context, name, reason string, by Actor) (st Statement, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return st, &ConflictError{"the reason is empty; right would be how it is known that the statement is wrong"}
	}
	if st, err = s.statementNamed(ctx, name); err != nil {
		return st, err
	}
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := lockAccount(ctx, tx, st.Account); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE statement SET state = 'dropped', dropped_by = $2, dropped_reason = $3, dropped_at = $4 WHERE key = $1 AND state = 'held'`, st.Key, by.Name, reason, by.At)
		if err != nil {
			return fmt.Errorf("drop statement %s: %w", st.Key, err)
		}
		if st, err = oneOf[Statement](ctx, tx, statementColumns+`WHERE key = $1`, st.Key); err != nil {
			return fmt.Errorf("read statement %s: %w", st.Key, err)
		}
		switch st.State {
		case StatementBooked:
			return &ConflictError{fmt.Sprintf("statement %s is booked, and what is booked stays; right would be to import what the bank tells instead and release it when it is held (statement release KEY), and to take back each receipt that never came in (receipts reverse KEY)", st.Key)}
		case StatementKnown:
			return &ConflictError{fmt.Sprintf("statement %s is known: nothing of it was new, and it holds up nothing", st.Key)}
		case StatementHeld, StatementDropped:
		}
		return nil
	})
	return st, err
}

// statementNamed finds a statement by its key, or the only one that is not booked by the name of its file.
func (s *Store) statementNamed(ctx context.Context, name string) (st Statement, err error) {
	rows, err := s.pool.Query(ctx, statementColumns+`WHERE key = $1 OR file = $1 ORDER BY key = $1 DESC, state IN ('held', 'dropped') DESC, key`, name)
	if err != nil {
		return st, fmt.Errorf("look up statement %s: %w", name, err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Statement])
	if err != nil {
		return st, fmt.Errorf("look up statement %s: %w", name, err)
	}
	var open []string
	for _, one := range all {
		if one.State == StatementHeld || one.State == StatementDropped {
			open = append(open, fmt.Sprintf("%s (to %s, %s)", one.Key, one.To, one.State))
		}
	}
	switch {
	case len(all) == 0:
		return st, fmt.Errorf("statement %s: %w; right would be a key of: dunning statement list, or the name of its file", name, ErrNotFound)
	case all[0].Key != name && len(open) > 1:
		return st, &ConflictError{fmt.Sprintf("file %s has several statements that are not booked; right would be the key of one: %s", name, strings.Join(open, ", "))}
	}
	return all[0], nil
}
