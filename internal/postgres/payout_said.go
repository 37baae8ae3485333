package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/settlement"
)

// What came back is told apart by rules that can be wrong: a return of one payment, and the correction of a debit, can look the same. A person who asked the bank says which it is (decision 88).

// cameBack is what is known of a credit.
type cameBack struct {
	On     calendar.Date // that the bank booked it; none when a person typed it
	Debit  string        // that it came off
	Payout string        // that it is booked of
	Itself bool          // a person said that it brought the payment itself back
}

// cameBack reads what is known of the credit.
func (e *PayoutEntry) cameBack(ctx context.Context, tx pgx.Tx) (b cameBack, err error) {
	if len(e.told) == 0 {
		return b, nil
	}
	// Of before migration 124 the evidence alone says that it came off a debit.
	err = tx.QueryRow(ctx, `SELECT c.booked_on, COALESCE(c.against, (SELECT d.key FROM statement_entry d WHERE d.key = c.evidence AND d.direction <> c.direction), ''), COALESCE(c.payout, ''),
			c.said_by IS NOT NULL AND c.against IS NULL AND COALESCE(payout_status(c.returned_line), 'rejected') <> 'rejected'
		FROM statement_entry c WHERE c.key = $1`, e.told[0]).Scan(&b.On, &b.Debit, &b.Payout, &b.Itself)
	if err != nil {
		return b, fmt.Errorf("read entry %s: %w", e.Key, err)
	}
	return b, nil
}

// sayBack keeps what a person says that a credit of a statement is of: of a line that the bank did not refuse it is what brought the payment itself back, so that it comes off no debit, now and later; of all else it may. The transaction sees no client.
func (e *PayoutEntry) sayBack(ctx context.Context, tx pgx.Tx, by Actor) error {
	p, _, err := linesOfEntry(ctx, tx, *e)
	if p.ID == "" {
		return err
	}
	if err := e.ofStatement(ctx, tx, p.ID); err != nil || len(e.told) == 0 || len(e.Lines) > 0 {
		return err
	}
	lines := e.names(p)
	if _, err := lockDebits(ctx, tx, p, lines); err != nil {
		return err
	}
	back, err := e.cameBack(ctx, tx)
	if err != nil || back.Payout != "" && back.Debit == "" { // it is booked: as that, or bookedAs says as what
		return err
	}
	itself := e.EndToEndID != "" && len(lines) == 1 && lines[0].Status != settlement.PayoutRejected
	if itself && back.Payout != "" {
		if err := e.reopens(ctx, tx, p, back.Debit); err != nil {
			return err
		}
	}
	err = say(ctx, tx, "line:"+e.Key, `UPDATE statement_entry SET returned_line = NULLIF($2, ''), returned_name = NULLIF($3, ''), said_by = $4, said_at = $5, against = CASE WHEN $6 THEN NULL ELSE against END
		WHERE key = ANY ($1) AND payout IS NULL AND (said_by IS NULL OR returned_line IS DISTINCT FROM NULLIF($2, '') OR returned_name IS DISTINCT FROM NULLIF($3, '') OR $6 AND against IS NOT NULL)`, e.told, e.EndToEndID, e.BatchID, by.Name, by.At, itself)
	if err != nil {
		return fmt.Errorf("record what entry %s is of: %w", e.Key, err)
	}
	if !itself || back.Debit == "" {
		return nil
	}
	return leftAnew(ctx, tx, p, lines, back.Debit, by)
}

// settledAlready is a *ConflictError when the credit can be of a debit that came to nothing without one that names its payment, by others of as much: one of those can be a return then, and who is paid again by this one would be paid twice.
func (e *PayoutEntry) settledAlready(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine) error {
	var debit, off string
	err := tx.QueryRow(ctx, `SELECT d.key, string_agg(c.key, ', ' ORDER BY c.key) FROM statement_entry d JOIN statement_entry c ON c.against = d.key
		WHERE d.payout = payout_of($1) AND d.direction = 'debit' AND d.batch <> '' AND moved_nothing(d.evidence) AND d.booked_on <= (SELECT e.booked_on FROM statement_entry e WHERE e.key = $2)
			AND NOT EXISTS (SELECT FROM statement_entry o WHERE o.against = d.key AND COALESCE(o.returned_line, o.end_to_end) = $1)
			AND c.said_by IS NULL AND payout_of(COALESCE(c.returned_line, c.end_to_end)) IS NOT NULL
		GROUP BY d.key HAVING sum(c.amount) >= $3 ORDER BY d.key LIMIT 1`, l.EndToEndID, e.told[0], e.Amount.Cents()).Scan(&debit, &off)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("read which debits of payment %s came back: %w", l.EndToEndID, err)
	}
	return &ConflictError{fmt.Sprintf("entry %s of %s can be of debit %s, when a payment itself came back by what came off that (%s), or of its own payment: ask the bank, and say so of that, or of this: dunning payout book %s %s --line %s --returned CODE", e.Key, e.Amount, debit, off, e.Key, e.Amount, l.EndToEndID)}
}

// leftAnew books, or notes, what is left of a debit that waits since a credit came off it no more.
func leftAnew(ctx context.Context, tx pgx.Tx, p settlement.Payout, lines []settlement.PayoutLine, debit string, by Actor) error {
	debits, err := lockDebits(ctx, tx, p, lines)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(debits, func(d waitingDebit) bool { return slices.Contains(d.Keys, debit) }); i >= 0 {
		return debits[i].settle(ctx, tx, p, by)
	}
	return nil
}

// reopens lets a debit wait again, with all that came off it, that was nothing together with these, as long as another credit of its payout waits, which can take the place of this one. Nothing moved in the books, so nothing does now. A *ConflictError: nothing
// waits, or the debit is booked as a payment.
func (e *PayoutEntry) reopens(ctx context.Context, tx pgx.Tx, p settlement.Payout, debit string) error {
	waits, err := creditWaits(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	var nothing bool
	err = tx.QueryRow(ctx, `SELECT c.against IS NOT NULL AND d.payout IS NOT NULL AND moved_nothing(d.evidence) FROM statement_entry d JOIN statement_entry c ON c.key = $2 WHERE d.key = $1`, debit, e.told[0]).Scan(&nothing)
	if err != nil {
		return fmt.Errorf("read what debit %s is: %w", debit, err)
	}
	if !waits || !nothing {
		return &ConflictError{fmt.Sprintf("entry %s came off debit %s, and the two are settled. Which of the credits of one payment that was makes no difference, it is the same money; right would be to say it of one that waits still (dunning claim tasks), or to have the bank bring back what it did not yet", e.Key, debit)}
	}
	if _, err := tx.Exec(ctx, `UPDATE statement_entry SET payout = NULL, evidence = NULL WHERE evidence = (SELECT evidence FROM statement_entry WHERE key = $1)`, debit); err != nil {
		return fmt.Errorf("let debit %s wait again: %w", debit, err)
	}
	return nil
}

// creditWaits is whether a credit of a payout waits of which no person said what it is.
func creditWaits(ctx context.Context, tx pgx.Tx, payout string) (waits bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM statement_entry c WHERE c.key IS NOT NULL AND c.direction = 'credit' AND c.kind = 'payout-returned' AND c.payout IS NULL AND c.receipt IS NULL AND c.against IS NULL AND c.said_by IS NULL
		AND COALESCE(payout_of(COALESCE(c.returned_line, c.end_to_end)), split_part(COALESCE(c.returned_name, c.batch), '/', 1)) = $1)`, payout).Scan(&waits)
	if err != nil {
		err = fmt.Errorf("read what waits of payout %s: %w", payout, err)
	}
	return waits, err
}

// beforeDebit lets what came back of a payment wait whose debit no statement explains yet: it is booked once that is. A *ConflictError, unless a person says so: then it is kept as it is said.
func (e *PayoutEntry) beforeDebit(ctx context.Context, tx pgx.Tx, lines []settlement.PayoutLine) (bool, error) {
	i := slices.IndexFunc(lines, func(l settlement.PayoutLine) bool { return l.Status.UnderWay() })
	if !e.Credit || len(e.told) == 0 || i < 0 {
		return false, nil
	}
	why := fmt.Sprintf("entry %s: payment %s is %s, its debit is in no statement, or waits; what came back of it is booked once that is", e.Key, lines[i].EndToEndID, lines[i].Status)
	if !e.said {
		return true, &ConflictError{why}
	}
	if _, err := tx.Exec(ctx, `UPDATE statement_entry SET payout_why = $2 WHERE key = ANY ($1)`, e.told, why); err != nil {
		return true, fmt.Errorf("note what entry %s waits for: %w", e.Key, err)
	}
	return true, nil
}

// bookSaid is BookPayoutEntry by a person: what waits of that payout is looked at anew.
func bookSaid(ctx context.Context, tx pgx.Tx, e PayoutEntry, by Actor) ([]settlement.PayoutLine, error) {
	e.said = true
	if e.Credit {
		if err := e.sayBack(ctx, tx, by); err != nil {
			return nil, err
		}
	}
	lines, err := bookPayoutEntry(ctx, tx, e, by)
	if err != nil {
		return lines, err
	}
	p, _, err := linesOfEntry(ctx, tx, e)
	if err != nil && (p.ID == "" || !errors.Is(err, ErrNotFound)) {
		return nil, err
	}
	return lines, bookBack(ctx, tx, "", []string{p.ID}, by)
}
