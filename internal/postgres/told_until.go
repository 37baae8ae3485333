package postgres

import (
	"context"
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
)

// ToldUntil is the last day of which the bank told by a statement that was booked on or after it, as all are but those that a person released; zero: none was. When it has not come yet by a clock, what the
// database has was recorded by another clock, that ran ahead (the demo lives decades in minutes).
func (s *Store) ToldUntil(ctx context.Context) (on calendar.Date, err error) {
	var last *calendar.Date
	if err := s.pool.QueryRow(ctx, `SELECT max(to_on) FROM statement WHERE state = 'booked' AND released_by IS NULL`).Scan(&last); err != nil {
		return on, fmt.Errorf("read until when the bank told: %w", err)
	}
	if last != nil {
		on = *last
	}
	return on, nil
}
