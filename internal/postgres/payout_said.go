package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
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

// sayBack keeps what a person says that a credit of a statement is of: of a line that the bank did not refuse it is what brought the payment itself back, so that it comes off no debit, now and later; of all else the rules say. The transaction sees no client.
func (e *PayoutEntry) sayBack(ctx context.Context, tx pgx.Tx, by Actor) error {
	p, _, err := linesOfEntry(ctx, tx, *e)
	if p.ID == "" {
		return err
	}
	if err := e.ofStatement(ctx, tx, p.ID); err != nil || len(e.told) == 0 {
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
	itself := len(e.Lines) > 0 || e.EndToEndID != "" && len(lines) == 1 && lines[0].Status != settlement.PayoutRejected
	if itself && back.Payout != "" {
		if ids, _ := underWay(lines); len(ids) == 0 { // else the debit was their first
			if err := e.takesAPlace(ctx, tx, p, back.Debit); err != nil {
				return err
			}
		}
		if err := waitsAgain(ctx, tx, back.Debit); err != nil {
			return err
		}
	}
	if len(e.Lines) > 0 { // they are booked now, or the word is refused
		if err := say(ctx, tx, "line:"+e.Key, `UPDATE statement_entry SET against = NULL WHERE key = ANY ($1) AND against IS NOT NULL`, e.told); err != nil {
			return fmt.Errorf("take entry %s from its debit: %w", e.Key, err)
		}
		return nil
	}
	err = say(ctx, tx, "line:"+e.Key, `UPDATE statement_entry SET returned_line = NULLIF($2, ''), returned_name = NULLIF($3, ''), said_by = $4, said_at = $5, against = CASE WHEN $6 THEN NULL ELSE against END
		WHERE key = ANY ($1) AND payout IS NULL AND (said_by IS NULL OR returned_line IS DISTINCT FROM NULLIF($2, '') OR returned_name IS DISTINCT FROM NULLIF($3, '') OR $6 AND against IS NOT NULL)`, e.told, e.EndToEndID, e.BatchID, by.Name, by.At, itself)
	if err != nil {
		return fmt.Errorf("record what entry %s is of: %w", e.Key, err)
	}
	return nil
}

// sayOff sets a credit of a statement against the debit that a person names, from whatever it came off before, and gives the payout. A *ConflictError when that is no debit of ours that waits, when less than the credit is left of it, and when the credit is booked as a payment that was returned. The transaction sees no client.
func (e *PayoutEntry) sayOff(ctx context.Context, tx pgx.Tx, by Actor) (p settlement.Payout, err error) {
	var payout, own string // of the debit, and that which the credit names
	err = tx.QueryRow(ctx, `SELECT COALESCE(payout_debited($1), ''), COALESCE((SELECT COALESCE(payout_of(COALESCE(c.returned_line, c.end_to_end)), split_part(COALESCE(c.returned_name, c.batch), '/', 1)) FROM statement_entry c WHERE c.key = $2), '')`, e.Debit, e.Key).Scan(&payout, &own)
	if err != nil {
		return p, fmt.Errorf("look for the payout of debit %s: %w", e.Debit, err)
	}
	none := &ConflictError{fmt.Sprintf("--debit: %s is no debit of a payout; right would be one that waits: dunning claim tasks", e.Debit)}
	nameless := payout == "" // it can be a debit to the account of a payment of several payouts
	if payout = cmp.Or(payout, own); payout == "" {
		return p, none
	}
	for _, id := range slices.Sorted(slices.Values([]string{payout, own})) { // in one order, so that two persons wait for each other
		if _, err := lockedPayout(ctx, tx, id); err != nil && !errors.Is(err, ErrNotFound) {
			return p, err
		}
	}
	if p, err = lockedPayout(ctx, tx, payout); errors.Is(err, ErrNotFound) {
		return p, none
	} else if err != nil {
		return p, err
	}
	if err := e.ofStatement(ctx, tx, p.ID); err != nil {
		return p, err
	}
	if len(e.told) == 0 {
		return p, &ConflictError{fmt.Sprintf("no statement tells entry %s; right would be to import the one that does: it says what came back, and a person of which debit", e.Key)}
	}
	debits, err := lockDebits(ctx, tx, p, p.Lines)
	if err != nil {
		return p, err
	}
	back, err := e.cameBack(ctx, tx)
	i := slices.IndexFunc(debits, func(d waitingDebit) bool { return slices.Contains(d.Keys, e.Debit) })
	switch {
	case err != nil:
		return p, err
	case back.Debit == "" && back.Payout != "":
		return p, &ConflictError{fmt.Sprintf("entry %s is booked as a payment that was returned, and its client is owed that; right would be an entry that waits: dunning claim tasks", e.Key)}
	case i < 0 && back.Debit == e.Debit: // so it is, and the two are settled
		return p, nil
	case i < 0 && nameless:
		return p, none
	case i < 0:
		return p, e.waitsNot(ctx, tx, p)
	}
	return p, e.setAgainst(ctx, tx, debits[i], p, back, by)
}

// waitsNot says of the debit that a person names that it does not wait, and what would be right. A *ConflictError.
func (e *PayoutEntry) waitsNot(ctx context.Context, tx pgx.Tx, p settlement.Payout) error {
	var off string
	if err := tx.QueryRow(ctx, `SELECT COALESCE(string_agg(c.key, ', ' ORDER BY c.key), '') FROM statement_entry c JOIN statement_entry d ON d.key = c.against WHERE d.key = $1 AND moved_nothing(d.evidence)`, e.Debit).Scan(&off); err != nil {
		return fmt.Errorf("read what came back of %s: %w", e.Debit, err)
	}
	if off != "" {
		return &ConflictError{fmt.Sprintf("--debit: %s came back already, by %s; right would be to say first which of these it is not: dunning payout book ITS-KEY ITS-AMOUNT --line ID --returned CODE", e.Debit, off)}
	}
	return &ConflictError{fmt.Sprintf("--debit: %s of payout %s does not wait; right would be a debit of the same payments that does, for of two debits of a payment either can be booked as that: dunning claim tasks. When none waits the payments came back: dunning payout book %s %s --line ID --returned CODE", e.Debit, p.ID, e.Key, e.Amount)}
}

// setAgainst takes the credit from what it came off, and sets it against a debit that has room for it.
func (e *PayoutEntry) setAgainst(ctx context.Context, tx pgx.Tx, d waitingDebit, p settlement.Payout, back cameBack, by Actor) error {
	if !slices.Contains(d.Keys, back.Debit) && d.Still < e.Amount {
		var off string
		if err := tx.QueryRow(ctx, `SELECT COALESCE(string_agg(key, ', ' ORDER BY key), 'nothing') FROM statement_entry WHERE against = ANY ($1)`, d.Keys).Scan(&off); err != nil {
			return fmt.Errorf("read what came back of %s: %w", d.Keys[0], err)
		}
		return &ConflictError{fmt.Sprintf("entry %s is of %s, and of debit %s %s is left; right would be to say first of what came off it (%s) what that is", e.Key, e.Amount, d.Keys[0], d.Still, off)}
	}
	if back.Payout != "" {
		if err := waitsAgain(ctx, tx, back.Debit); err != nil {
			return err
		}
	}
	// What it names is kept with the word; what names no payout is of that of the debit from now on.
	err := say(ctx, tx, "line:"+e.Key, `UPDATE statement_entry SET against = $2, said_by = $4, said_at = $5, returned_line = CASE WHEN returned_name IS NULL AND payout_of(COALESCE(returned_line, end_to_end)) IS NOT NULL THEN COALESCE(returned_line, end_to_end) END,
			returned_name = COALESCE(returned_name, CASE WHEN payout_of(COALESCE(returned_line, end_to_end)) IS NULL THEN COALESCE((SELECT batch FROM payout p WHERE p.id = split_part(batch, '/', 1)), $3) END)
		WHERE key = ANY ($1) AND (against IS DISTINCT FROM $2 OR said_by IS NULL)`, e.told, d.Keys[0], p.ID, by.Name, by.At)
	if err != nil {
		return fmt.Errorf("set entry %s against %s: %w", e.Key, d.Keys[0], err)
	}
	return nil
}

// lookAnew books what waits of a payout and fits since something else of it is known, first its debits, and notes of the rest why it waits; and so of what came back of others. The transaction sees no client.
func lookAnew(ctx context.Context, tx pgx.Tx, payout string, by Actor) error {
	_, debits, err := lockPayoutDebits(ctx, tx, payout)
	if err != nil {
		return err
	}
	for _, d := range debits {
		if !d.Named {
			continue
		}
		if err := d.anew(ctx, tx, payout, by); err != nil {
			return err
		}
	}
	return lookBeside(ctx, tx, by)
}

// lockPayoutDebits reads a payout and its debits that wait, which nobody changes until the transaction ends.
func lockPayoutDebits(ctx context.Context, tx pgx.Tx, payout string) (p settlement.Payout, debits []waitingDebit, err error) {
	if p, err = lockedPayout(ctx, tx, payout); err == nil {
		debits, err = lockDebits(ctx, tx, p, p.Lines)
	}
	return p, debits, err
}

// anew settles the debit when it waits still.
func (d *waitingDebit) anew(ctx context.Context, tx pgx.Tx, payout string, by Actor) error {
	p, debits, err := lockPayoutDebits(ctx, tx, payout)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(debits, func(o waitingDebit) bool { return o.Keys[0] == d.Keys[0] }); i >= 0 {
		return debits[i].settle(ctx, tx, p, by)
	}
	return nil
}

// takesAPlace insists that a credit that came off a debit which came to nothing can be what brought a payment itself back: that others of its payout wait of as much, which can take its place. A *ConflictError: nothing waits, or the debit is booked as a payment.
func (e *PayoutEntry) takesAPlace(ctx context.Context, tx pgx.Tx, p settlement.Payout, debit string) error {
	waits, err := creditsWait(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	var nothing bool
	if err := tx.QueryRow(ctx, `SELECT moved_nothing(evidence) FROM statement_entry WHERE key = $1`, debit).Scan(&nothing); err != nil {
		return fmt.Errorf("read what debit %s is: %w", debit, err)
	}
	if waits >= e.Amount && nothing {
		return nil
	}
	var others string
	err = tx.QueryRow(ctx, `SELECT COALESCE(string_agg(key, ', ' ORDER BY key), 'none is') FROM statement_entry WHERE direction = 'credit' AND payout IS NULL AND key <> ALL ($2) AND COALESCE(returned_line, end_to_end) = $1`, e.EndToEndID, e.told).Scan(&others)
	if err != nil {
		return fmt.Errorf("read what else came back of payment %s: %w", e.EndToEndID, err)
	}
	return &ConflictError{fmt.Sprintf("entry %s came off debit %s, and the two are settled. Which of the credits of one payment that was makes no difference, it is the same money; right would be to say it of another that is not settled (%s), or to have the bank bring back what it did not yet", e.Key, debit, others)}
}

// waitsAgain lets a debit wait again, with all that came off it, that was nothing together with these. Nothing moved in the books, so nothing does now. A *ConflictError: it is booked as a payment.
func waitsAgain(ctx context.Context, tx pgx.Tx, debit string) error {
	tag, err := tx.Exec(ctx, `UPDATE statement_entry SET payout = NULL, evidence = NULL WHERE evidence = (SELECT d.evidence FROM statement_entry d JOIN statement_entry c ON c.against = d.key WHERE d.key = $1 AND moved_nothing(d.evidence) LIMIT 1)`, debit)
	if err != nil {
		return fmt.Errorf("let debit %s wait again: %w", debit, err)
	}
	if tag.RowsAffected() == 0 {
		return &ConflictError{fmt.Sprintf("debit %s is booked as a payment, less what came off it; that stays so", debit)}
	}
	return nil
}

// creditsWait is what credits of a payout come to that wait, and of which no person said what they are.
func creditsWait(ctx context.Context, tx pgx.Tx, payout string) (sum money.Amount, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(sum(c.amount), 0)::bigint FROM statement_entry c WHERE c.key IS NOT NULL AND c.direction = 'credit' AND c.kind = 'payout-returned' AND c.payout IS NULL AND c.receipt IS NULL AND c.against IS NULL AND c.said_by IS NULL
		AND COALESCE(payout_of(COALESCE(c.returned_line, c.end_to_end)), split_part(COALESCE(c.returned_name, c.batch), '/', 1)) = $1`, payout).Scan(&sum)
	if err != nil {
		err = fmt.Errorf("read what waits of payout %s: %w", payout, err)
	}
	return sum, err
}

// beforeDebit lets what came back of a payment wait whose debit no statement explains yet: it is booked once that is. A *ConflictError, unless a person says so: then it is kept as it is said.
func (e *PayoutEntry) beforeDebit(ctx context.Context, tx pgx.Tx, lines []settlement.PayoutLine) (bool, error) {
	i := slices.IndexFunc(lines, func(l settlement.PayoutLine) bool { return l.Status.UnderWay() })
	if !e.Credit || len(e.told) == 0 || i < 0 {
		return false, nil
	}
	why := fmt.Sprintf("entry %s: payment %s is %s, its debit is in no statement, or waits; what came back of it is booked once that is", e.Key, lines[i].EndToEndID, lines[i].Status)
	if !e.said || len(e.Lines) > 0 {
		return true, &ConflictError{why}
	}
	if _, err := tx.Exec(ctx, `UPDATE statement_entry SET payout_why = $2 WHERE key = ANY ($1)`, e.told, why); err != nil {
		return true, fmt.Errorf("note what entry %s waits for: %w", e.Key, err)
	}
	return true, nil
}

// bookSaid is BookPayoutEntry by a person: what waits of that payout, and what came back of others, is looked at anew. What is typed is locked.
func bookSaid(ctx context.Context, tx pgx.Tx, e PayoutEntry, by Actor) ([]settlement.PayoutLine, error) {
	e.said = true
	switch {
	case len(e.Further) > 0:
		payouts, err := e.saySeveral(ctx, tx, by)
		for _, p := range payouts {
			if err == nil {
				err = lookAnew(ctx, tx, p, by)
			}
		}
		return nil, err
	case e.Debit != "":
		p, err := e.sayOff(ctx, tx, by)
		if err != nil {
			return nil, err
		}
		return nil, lookAnew(ctx, tx, p.ID, by)
	}
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
	return lines, lookAnew(ctx, tx, p.ID, by)
}
