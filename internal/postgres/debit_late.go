package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/settlement"
)

// EndLateDebits ends the runs whose file was not made in time: their collections are late for ever, and their invoices are free for the next run, before which their
// clients are told anew. It gives the ids of the runs that it ended. Each is one transaction, under the lock under which files are made, so that what is late never gets
// into one; done twice it ends nothing more.
func (s *Store) EndLateDebits(ctx context.Context, by Actor) (ended []string, err error) {
	var open []string
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		open, err = namesOf(ctx, tx, `SELECT r.id FROM debit_run r WHERE r.collects_on < $1 AND NOT EXISTS (SELECT FROM debit_file f WHERE f.run = r.id) ORDER BY r.id`, settlement.EarliestDebit(by.today()))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list runs that are late: %w", err)
	}
	var failed error
	for _, id := range open {
		var n int
		err := s.tenant(ctx, "", func(tx pgx.Tx) error {
			if err := lockBills(ctx, tx); err != nil {
				return err
			}
			run, err := readDebitRun(ctx, tx, id)
			if err != nil {
				return err
			}
			n, err = endLate(ctx, tx, run, by)
			return err
		})
		if err != nil { // the others end all the same
			failed = errors.Join(failed, fmt.Errorf("end run %s: %w", id, err))
			continue
		}
		if n > 0 {
			ended = append(ended, id)
		}
	}
	return ended, failed
}

// endLate ends the collections of a run that were not sent and can be no more; it gives how many. The transaction sees no client before and after it, and holds the lock.
func endLate(ctx context.Context, tx pgx.Tx, run settlement.DebitRun, by Actor) (n int, err error) {
	why := fmt.Sprintf("the file was not made in time: the last day was %s", settlement.LastDayToSend(run.On))
	for _, d := range run.Debits {
		if !d.Status.Follows(settlement.DebitLate) {
			continue
		}
		if err := setTenant(ctx, tx, d.Mandate.ClientID); err != nil {
			return n, err
		}
		if err := stepDebit(ctx, tx, d, debitStep{Status: settlement.DebitLate, On: by.today(), Reason: why}, by); err != nil {
			return n, err
		}
		n++
	}
	return n, setTenant(ctx, tx, "")
}

// announcedBefore is the last day for which the client that the transaction sees was told, or may have been, of a collection of the same invoices that ended late; zero for none.
func announcedBefore(ctx context.Context, tx pgx.Tx, d settlement.Debit) (on calendar.Date, err error) {
	err = tx.QueryRow(ctx, `SELECT to_date(right(o.run, 8), 'YYYYMMDD') FROM debit o WHERE debit_status(o.end_to_end_id) = 'late'
			AND EXISTS (SELECT FROM debit_step t WHERE t.end_to_end_id = o.end_to_end_id AND t.status IN ('telling', 'told'))
			AND EXISTS (SELECT FROM debit_part p JOIN debit_part q ON q.number = p.number WHERE p.end_to_end_id = o.end_to_end_id AND q.end_to_end_id = $1)
		ORDER BY 1 DESC LIMIT 1`, d.EndToEndID).Scan(&on)
	if errors.Is(err, pgx.ErrNoRows) {
		return calendar.Date{}, nil
	}
	if err != nil {
		return on, fmt.Errorf("read what was announced before collection %s: %w", d.EndToEndID, err)
	}
	return on, nil
}
