package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// OtherContentError says which trajectories were known with another content before, in order.
type OtherContentError struct{ Pins []string }

func (e *OtherContentError) Error() string {
	return "known before with another content: trajectory " + strings.Join(e.Pins, ", ")
}

// RegisterTrajectories records what trajectories say, by pin, as a worker that starts knows them: fingerprints of their content. Registered twice is once. When one
// was known with another content nothing is recorded, and the error is an *OtherContentError.
func (s *Store) RegisterTrajectories(ctx context.Context, contents map[string]string) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		other := &OtherContentError{}
		for _, pin := range slices.Sorted(maps.Keys(contents)) { // in one order: two workers that start at once wait for each other
			content := contents[pin]
			if _, err := tx.Exec(ctx, `INSERT INTO trajectory_content (pin, sha256) VALUES ($1, $2) ON CONFLICT (pin) DO NOTHING`, pin, content); err != nil {
				return fmt.Errorf("register trajectory %s: %w", pin, err)
			}
			var known string
			if err := tx.QueryRow(ctx, `SELECT sha256 FROM trajectory_content WHERE pin = $1`, pin).Scan(&known); err != nil {
				return fmt.Errorf("read trajectory %s: %w", pin, err)
			}
			if known != content {
				other.Pins = append(other.Pins, pin)
			}
			if _, err := tx.Exec(ctx, `INSERT INTO trajectory_start (pin) VALUES ($1) ON CONFLICT DO NOTHING`, pin); err != nil {
				return fmt.Errorf("register that a worker knows trajectory %s: %w", pin, err)
			}
		}
		if len(other.Pins) == 0 {
			return nil
		}
		return other
	})
}

// KnownTrajectories gives the fingerprint of every trajectory that the worker that started last has, by pin: one that is gone from there is not relied on. None:
// no worker ever started here.
func (s *Store) KnownTrajectories(ctx context.Context) (map[string]string, error) {
	rows, err := s.pool.Query(ctx, `SELECT pin, sha256 FROM trajectory_content
		WHERE NOT EXISTS (SELECT FROM trajectory_start) OR pin IN (SELECT pin FROM trajectory_start WHERE started_at = (SELECT max(started_at) FROM trajectory_start))`)
	if err != nil {
		return nil, fmt.Errorf("read trajectories that workers know: %w", err)
	}
	known := map[string]string{}
	var pin, content string
	_, err = pgx.ForEachRow(rows, []any{&pin, &content}, func() error { known[pin] = content; return nil })
	return known, err
}
