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

	Under   money.Amount `db:"-"` // what payments come to that are under way, of which it can be the first debit
	Refused bool         `db:"-"` // it is of these and of all that it names that the bank refused, to the cent
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
	debits, err := lockDebits(ctx, tx, p, lines)
	if err != nil {
		return false, err
	}
	back, err := e.cameBack(ctx, tx)
	if err != nil || back.Debit != "" || back.Payout != "" || back.Itself || e.charged != nil { // of what two persons say that the bank kept they know which it is
		return back.Debit != "", err
	}
	if is, err := e.isReturn(ctx, tx, lines); is || err != nil {
		return false, err
	}
	d, err := e.choose(ctx, tx, debits, lines, back.On)
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
	lines, refused := e.names(p), money.Amount(0)
	if slices.ContainsFunc(lines, func(l settlement.PayoutLine) bool { return l.Status.UnderWay() && l.Cents <= d.Cents }) {
		_, d.Under = underWay(lines)
	}
	for _, l := range lines {
		if l.Status == settlement.PayoutRejected {
			refused += l.Cents
		}
	}
	d.Refused = refused > 0 && d.Under+refused == d.Cents
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

// hasOf is whether the debit has one of a payment for a credit that names it alone: none of it came back yet, and the payment is not under way, whose first debit it is. Less than a payment can be a charge that it has too.
func (d *waitingDebit) hasOf(l settlement.PayoutLine, back money.Amount) bool {
	switch {
	case back == d.Cents && back == d.Still: // all of it
		return true
	case d.Under > 0 && l.Status.UnderWay():
		return back < l.Cents && !d.Refused
	}
	return back < l.Cents || !slices.Contains(d.Back, l.EndToEndID)
}

// hasRoom is whether an amount that came back can be of so much of the debit: of all of it, when nothing that it names was paid, or beside what is under way.
func (d *waitingDebit) hasRoom(of, back money.Amount, paid bool) bool {
	return of == back && (d.Under == 0 || !paid) || of-back >= d.Under
}

// lockDebits reads the debits that wait of some lines of a payout, which nobody explains until the transaction ends.
func lockDebits(ctx context.Context, tx pgx.Tx, p settlement.Payout, lines []settlement.PayoutLine) (debits []waitingDebit, err error) {
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
	for i := range debits {
		debits[i].first(p)
	}
	return debits, nil
}

// choose gives the debit that a credit comes off: of those that have what it names and room for it one that names the very same, else one that it settles, else the first that the statements tell; none: it is of none of them. A credit of a whole debit takes the
// place of those of parts of it, which are returns then. One that would fit, but for what came off before, is a *ConflictError: a person says which of them was the payment itself.
func (e *PayoutEntry) choose(ctx context.Context, tx pgx.Tx, debits []waitingDebit, lines []settlement.PayoutLine, on calendar.Date) (*waitingDebit, error) {
	paid := slices.ContainsFunc(lines, func(l settlement.PayoutLine) bool {
		return l.Status == settlement.PayoutBooked || l.Status == settlement.PayoutReturned
	})
	debits = slices.DeleteFunc(debits, func(d waitingDebit) bool { // a credit of before a debit is not of it; of what the bank never paid it can be nothing else
		return paid && !on.IsZero() && d.BookedOn.After(on) || !d.hasRoom(d.Cents, e.Amount, paid) || len(lines) == 1 && !d.hasOf(lines[0], e.Amount)
	})
	for _, best := range []func(waitingDebit) bool{
		func(d waitingDebit) bool { return d.EndToEndID == e.EndToEndID && d.BatchID == e.BatchID },
		func(d waitingDebit) bool { return d.Still == e.Amount },
		func(waitingDebit) bool { return true },
	} {
		if i := slices.IndexFunc(debits, func(d waitingDebit) bool { return best(d) && d.hasRoom(d.Still, e.Amount, paid) }); i >= 0 {
			return &debits[i], nil
		}
	}
	for i := range debits {
		d := &debits[i]
		if d.Cents != e.Amount {
			continue
		}
		if freed, err := d.free(ctx, tx); freed || err != nil {
			return d, err
		}
	}
	if len(debits) > 0 {
		return nil, e.unsure(ctx, tx, debits[0])
	}
	if len(lines) == 1 && len(e.told) > 0 {
		return nil, e.settledAlready(ctx, tx, lines[0])
	}
	return nil, nil
}

// unsure says that a credit and those that came off a debit before cannot all be of it, and how a person says which is not.
func (e *PayoutEntry) unsure(ctx context.Context, tx pgx.Tx, d waitingDebit) error {
	var off string
	if err := tx.QueryRow(ctx, `SELECT COALESCE(string_agg(key, ', ' ORDER BY key), '') FROM statement_entry WHERE against = ANY ($1)`, d.Keys).Scan(&off); err != nil {
		return fmt.Errorf("read what came back of %s: %w", d.Keys[0], err)
	}
	if err := d.waits(ctx, tx, fmt.Sprintf("first ask the bank which of that, and of entry %s of %s, is a payment that was returned, and say so of it", e.Key, e.Amount)); err != nil {
		return err
	}
	return &ConflictError{fmt.Sprintf("entry %s of %s can be of debit %s, of which %s is left, or of the payment itself: ask the bank; when the payment itself came back: dunning payout book %s %s --line ID --returned CODE; when it came back by what came off that debit (%s), say so of that, and this comes off it",
		e.Key, e.Amount, d.Keys[0], d.Still, e.Key, e.Amount, off)}
}

// free takes what came back of a debit off it no more. False: some of it is settled, or a person said that it is of it.
func (d *waitingDebit) free(ctx context.Context, tx pgx.Tx) (bool, error) {
	var settled bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM statement_entry WHERE against = ANY ($1) AND (payout IS NOT NULL OR said_by IS NOT NULL))`, d.Keys).Scan(&settled)
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
	certain, err := d.certain(ctx, tx, p)
	if err != nil {
		return err
	}
	why := "have the bank bring that back too: a credit that names the payment settles it. Until then the agency's own money stands for it: dunning receipts top-up"
	if d.Still <= mostOnTop && certain {
		why += fmt.Sprintf("; when the bank charged it, two persons say: dunning statement tie %s --charge %s", e.Key, saysWho)
	}
	if ids, sum := underWay(e.names(p)); len(ids) > 0 || d.Still == d.Cents {
		if len(ids) > 0 && sum == d.Still { // whatever else it names is booked, or refused
			e.EndToEndID, e.BatchID, e.Lines = "", "", ids
		}
		e.unsettled = !certain
		_, err := bookPayoutEntry(ctx, tx, e, by)
		var conflict *ConflictError
		if err == nil {
			return bookBack(ctx, tx, "", []string{p.ID}, by)
		}
		if !errors.As(err, &conflict) && !errors.Is(err, ErrNotFound) {
			return err
		}
		why = err.Error()
		if err := setTenant(ctx, tx, ""); err != nil {
			return err
		}
	}
	return d.waits(ctx, tx, why)
}

// waits notes on a debit and what came off it how much is left, and why that waits.
func (d *waitingDebit) waits(ctx context.Context, tx pgx.Tx, why string) error {
	_, err := tx.Exec(ctx, `UPDATE statement_entry e SET payout_why = CASE WHEN e.against IS NOT NULL THEN 'it comes off debit ' || e.against || ', of which ' || $2 || ' is left'
			WHEN $5 THEN $4 ELSE $3 || ' of it came back (' || (SELECT string_agg(c.key, ', ' ORDER BY c.key) FROM statement_entry c WHERE c.against = ANY ($1)) || '), and ' || $2 || ' is left: ' || $4 END
		WHERE (e.key = ANY ($1) OR e.against = ANY ($1)) AND e.payout IS NULL`, d.Keys, d.Still.String(), (d.Cents - d.Still).String(), why, d.Still == d.Cents)
	if err != nil {
		return fmt.Errorf("note what is left of %s: %w", d.Keys[0], err)
	}
	return nil
}

// certain is whether what is left of a debit beside payments that are under way can be a charge: it is less than each payment that it names and that can come back of it yet, and no credit of its payout waits that can be of it.
func (d *waitingDebit) certain(ctx context.Context, tx pgx.Tx, p settlement.Payout) (bool, error) {
	e := d.asEntry()
	_, under := underWay(e.names(p))
	for _, l := range e.names(p) {
		if !l.Status.UnderWay() && !slices.Contains(d.Back, l.EndToEndID) && d.Still-under >= l.Cents {
			return false, nil
		}
	}
	waits, err := creditWaits(ctx, tx, p.ID)
	return !waits, err
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
