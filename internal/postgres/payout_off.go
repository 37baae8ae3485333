package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// What a bank debited twice, or of a payment that it refused, it brings back, in whatever parts. As long as the debit waits, such a credit comes off it: nothing moves in the books, and the debit is of what is left. When
// that is nothing the two are nothing; when it is what a payment comes to, it is booked as that (decision 88).

// waitingDebit is a debit of a payout that waits, as debits_waiting in the schema gives it.
type waitingDebit struct {
	Keys       []string     // of its lines
	Cents      money.Amount // that left
	Still      money.Amount // less what came back
	BookedOn   calendar.Date
	On         calendar.Date // value date
	EndToEndID string
	BatchID    string
	Back       []string // what came back of it names these payments, by their ids

	Under money.Amount `db:"-"` // what payments come to that are under way, of which it can be the first debit
}

// asEntry is the debit as an entry of what is left of it.
func (d waitingDebit) asEntry() PayoutEntry {
	return PayoutEntry{Key: d.Keys[0], EndToEndID: d.EndToEndID, BatchID: d.BatchID, Amount: d.Still, On: d.On, told: d.Keys}
}

// haveItBack says what to do with a debit of what the bank paid by another, or refused: no claim, client or debtor bears it.
func haveItBack(credit bool) string {
	if credit {
		return ""
	}
	return ". When the bank should not have debited it, have it bring the money back: credits that name the payment, or its batch, settle it, in whatever parts. Until then the agency's own money stands for it: dunning receipts top-up"
}

// names are the lines of a payout that an entry names, also those that the bank refused.
func (e *PayoutEntry) names(p settlement.Payout) (lines []settlement.PayoutLine) {
	for _, l := range p.Lines {
		if l.EndToEndID == e.EndToEndID || slices.Contains(e.Lines, l.EndToEndID) || e.BatchID != "" && (e.BatchID == p.ID || e.BatchID == p.BatchID(l.Kind)) {
			lines = append(lines, l)
		}
	}
	return lines
}

// comesOff sets money that came back against a debit of what it names that waits, and books what is left of that if it can be booked. False: it is a return of the payment itself, or waits as one. A *ConflictError: nobody but a person
// can know of which debit it is. The transaction sees no client.
func (e *PayoutEntry) comesOff(ctx context.Context, tx pgx.Tx, p settlement.Payout, by Actor) (bool, error) {
	lines := e.names(p)
	if !e.Credit || len(lines) == 0 {
		return false, nil
	}
	debits, err := lockDebits(ctx, tx, lines)
	if err != nil {
		return false, err
	}
	on, off, err := e.bookedOn(ctx, tx)
	if err != nil || off || e.charged != nil { // of what two persons say that the bank kept they know which it is
		return off, err
	}
	if is, err := e.isReturn(ctx, tx, lines); is || err != nil {
		return false, err
	}
	paid := slices.ContainsFunc(lines, func(l settlement.PayoutLine) bool {
		return l.Status == settlement.PayoutBooked || l.Status == settlement.PayoutReturned
	})
	for i := range debits {
		debits[i].first(p)
	}
	debits = slices.DeleteFunc(debits, func(d waitingDebit) bool { // a credit of before a debit is not of it; of what the bank never paid it can be nothing else
		return d.Cents < e.Amount || paid && !on.IsZero() && d.BookedOn.After(on) || d.hasNoRoom(e.Amount)
	})
	d, err := e.choose(ctx, tx, debits, lines, paid)
	if err != nil || d == nil {
		return false, err
	}
	if len(e.told) == 0 {
		return false, &ConflictError{fmt.Sprintf("debit %s, of which %s is left, names it too and waits: what came back is rather of that; right would be to import the statement that tells it", d.Keys[0], d.Still)}
	}
	if err := say(ctx, tx, "line:"+e.Key, `UPDATE statement_entry SET against = $2 WHERE key = ANY ($1)`, e.told, d.Keys[0]); err != nil {
		return false, fmt.Errorf("set entry %s against %s: %w", e.Key, d.Keys[0], err)
	}
	d.Still -= e.Amount
	return true, d.settle(ctx, tx, p, by)
}

// bookedOn reads on which day the bank booked the entry, none when a person typed it, and whether it came off a debit before; then nobody can say that the bank kept a part of it.
func (e *PayoutEntry) bookedOn(ctx context.Context, tx pgx.Tx) (on calendar.Date, off bool, err error) {
	if len(e.told) == 0 {
		return on, false, nil
	}
	var debit string // of before migration 124 its evidence alone says so
	err = tx.QueryRow(ctx, `SELECT c.booked_on, COALESCE(c.against, (SELECT d.key FROM statement_entry d WHERE d.key = c.evidence AND d.direction <> c.direction), '') FROM statement_entry c WHERE c.key = $1`, e.told[0]).Scan(&on, &debit)
	switch {
	case err != nil:
		return on, false, fmt.Errorf("read entry %s: %w", e.Key, err)
	case debit != "" && e.charged != nil:
		return on, false, &ConflictError{fmt.Sprintf("entry %s comes off debit %s; right would be to say what is left of that: dunning claim tasks", e.Key, debit)}
	}
	return on, debit != "", nil
}

// isReturn is whether the entry is known to be what brought the payment itself back, by itself or since a person typed that.
func (e *PayoutEntry) isReturn(ctx context.Context, tx pgx.Tx, lines []settlement.PayoutLine) (bool, error) {
	lines = slices.DeleteFunc(slices.Clone(lines), func(l settlement.PayoutLine) bool { return l.Status == settlement.PayoutRejected })
	if len(lines) == 0 {
		return false, nil
	}
	booked, err := e.bookedAs(ctx, tx, lines, settlement.PayoutReturned)
	var other *ConflictError
	if errors.As(err, &other) { // it came back by another entry
		return false, nil
	}
	return booked != "", err
}

// first reads what payments that are under way come to and the debit can have, as it is their first. One of less than the smallest of them is none.
func (d *waitingDebit) first(p settlement.Payout) {
	e := d.asEntry()
	lines := e.names(p)
	if slices.ContainsFunc(lines, func(l settlement.PayoutLine) bool { return l.Status.UnderWay() && l.Cents <= d.Cents }) {
		_, d.Under = underWay(lines)
	}
}

// underWay are those of some lines that are under way, by their ids, and what they come to.
func underWay(lines []settlement.PayoutLine) (ids []string, sum money.Amount) {
	for _, l := range lines {
		if l.Status.UnderWay() {
			ids, sum = append(ids, l.EndToEndID), sum+l.Cents
		}
	}
	return ids, sum
}

// hasNoRoom is whether the debit is of payments that are under way, and of too little beside them for an amount that came back, so that this is of another.
func (d *waitingDebit) hasNoRoom(back money.Amount) bool {
	return d.Under > 0 && d.Under <= d.Cents && back < d.Cents && d.Cents-back < d.Under
}

// lockDebits reads the debits that wait of some lines, which nobody explains until the transaction ends.
func lockDebits(ctx context.Context, tx pgx.Tx, lines []settlement.PayoutLine) (debits []waitingDebit, err error) {
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.EndToEndID
	}
	const read = `SELECT * FROM debits_waiting($1)`
	if _, err = tx.Exec(ctx, `SELECT FROM statement_entry WHERE key IN (SELECT unnest(d.keys) FROM debits_waiting($1) d) ORDER BY key FOR UPDATE`, ids); err == nil {
		debits, err = rowsOf[waitingDebit](ctx, tx, read, ids)
	}
	if err != nil {
		return nil, fmt.Errorf("read the debits that wait of %s: %w", ids[0], err)
	}
	return debits, nil
}

// choose gives the debit that a credit comes off: one that it settles, else the first of which as much is left beside what is under way, and of which no other credit brought that payment back; none: it is of none of them. A credit of a whole debit takes the
// place of those of parts of it, which are returns then. One that is too much for what is left, though not for the debit, is a *ConflictError, unless a person says what it is.
func (e *PayoutEntry) choose(ctx context.Context, tx pgx.Tx, debits []waitingDebit, lines []settlement.PayoutLine, paid bool) (*waitingDebit, error) {
	again := func(d waitingDebit) bool {
		return len(lines) == 1 && e.Amount >= lines[0].Cents && slices.Contains(d.Back, lines[0].EndToEndID)
	}
	for _, fits := range []func(waitingDebit) bool{
		func(d waitingDebit) bool { return d.Still == e.Amount && (d.Under == 0 || !paid) && !again(d) },
		func(d waitingDebit) bool { return d.Still-e.Amount >= d.Under && !again(d) },
	} {
		if i := slices.IndexFunc(debits, fits); i >= 0 {
			return &debits[i], nil
		}
	}
	for i := range debits {
		d := &debits[i]
		if d.Cents != e.Amount || d.Under > 0 && paid {
			continue
		}
		if freed, err := d.free(ctx, tx); freed || err != nil {
			return d, err
		}
	}
	i := slices.IndexFunc(debits, func(d waitingDebit) bool { return !again(d) })
	if i < 0 || e.said {
		return nil, nil
	}
	return nil, &ConflictError{fmt.Sprintf("entry %s of %s can be of debit %s, of which %s is left, or of the payment itself: ask the bank; when the payment itself came back: dunning payout book %s %s --line ID --returned CODE",
		e.Key, e.Amount, debits[i].Keys[0], debits[i].Still, e.Key, e.Amount)}
}

// free takes what came back of a debit off it no more. False: some of it is settled.
func (d *waitingDebit) free(ctx context.Context, tx pgx.Tx) (bool, error) {
	var settled bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM statement_entry WHERE against = ANY ($1) AND payout IS NOT NULL)`, d.Keys).Scan(&settled)
	if err == nil && !settled {
		_, err = tx.Exec(ctx, `UPDATE statement_entry SET against = NULL, payout_why = '' WHERE against = ANY ($1)`, d.Keys)
	}
	if err != nil {
		return false, fmt.Errorf("read what came back of %s: %w", d.Keys[0], err)
	}
	d.Still, d.Back = d.Cents, nil
	return !settled, nil
}

// settle books what is left of a debit: nothing, so that it and what came back of it are one; a payment that is under way; or it waits, with what is known. Afterwards what waited for that debit is looked at anew.
func (d *waitingDebit) settle(ctx context.Context, tx pgx.Tx, p settlement.Payout, by Actor) error {
	e := d.asEntry()
	if d.Still == 0 {
		if err := knownAsPayout(ctx, tx, e, p.ID, e.Key); err != nil {
			return err
		}
		return bookBack(ctx, tx, "", []string{p.ID}, by)
	}
	why := "have the bank bring that back too: a credit that names the payment settles it. Until then the agency's own money stands for it: dunning receipts top-up"
	if d.Still <= mostOnTop {
		why += fmt.Sprintf("; when the bank charged it, two persons say: dunning statement tie %s --charge %s", e.Key, saysWho)
	}
	if ids, sum := underWay(e.names(p)); len(ids) > 0 {
		if sum == d.Still { // whatever else it names is booked, or refused
			e.EndToEndID, e.BatchID, e.Lines = "", "", ids
		}
		_, err := bookPayoutEntry(ctx, tx, e, by)
		var conflict *ConflictError
		if err == nil {
			return bookBack(ctx, tx, "", []string{p.ID}, by)
		}
		if !errors.As(err, &conflict) {
			return err
		}
		why = conflict.Error()
		if err := setTenant(ctx, tx, ""); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `UPDATE statement_entry e SET payout_why = CASE WHEN e.against IS NOT NULL THEN 'it comes off debit ' || e.against || ', of which ' || $2 || ' is left'
			ELSE $3 || ' of it came back (' || (SELECT string_agg(c.key, ', ' ORDER BY c.key) FROM statement_entry c WHERE c.against = ANY ($1)) || '), and ' || $2 || ' is left: ' || $4 END
		WHERE (e.key = ANY ($1) OR e.against = ANY ($1)) AND e.payout IS NULL`, d.Keys, d.Still.String(), (d.Cents - d.Still).String(), why)
	if err != nil {
		return fmt.Errorf("note what is left of %s: %w", e.Key, err)
	}
	return nil
}

// settledWith notes of what came off debits that these are explained, under which key. What a fee is left of is settled too.
func settledWith(ctx context.Context, tx pgx.Tx, debits []string, evidence string) error {
	_, err := tx.Exec(ctx, `UPDATE statement_entry SET payout = COALESCE(payout_of(COALESCE(returned_line, end_to_end)), split_part(COALESCE(returned_name, batch), '/', 1)), evidence = $2, payout_why = ''
		WHERE against = ANY ($1) AND payout IS NULL`, debits, evidence)
	if err != nil {
		return fmt.Errorf("settle what came back of %s: %w", evidence, err)
	}
	return nil
}
