package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// What a bank debited twice, or of a payment that it refused, it brings back, in whatever parts. As long as the debit waits, such a credit comes off it: nothing moves in the books, and the debit is of what is left. When
// that is nothing the two are nothing; when it is what a payment comes to, it is booked as that (decision 88). Which credit comes off which debit is known when the payments of the debit are, and what each was paid is counted; all else a person says (decision 95).

// waitingDebit is a debit of a payout that waits, as debits_waiting in the schema gives it.
type waitingDebit struct {
	Keys       []string     // of its lines
	Cents      money.Amount // that left
	Still      money.Amount // less what came back
	BookedOn   calendar.Date
	On         calendar.Date // value date
	EndToEndID string
	BatchID    string
	Back       []string // the payments, by their ids, that what came back of it names; empty for what names none
	Named      bool     // it is of the payments that are asked for: by an id, by account and amount, or by what came off it. Else it names nothing (debits_nameless), and can be of any

	Known    bool                    `db:"-"` // of which payments it is
	Wrong    []settlement.PayoutLine `db:"-"` // those that the bank has to bring back of it; when not Known those of what it names that the bank refused
	UnderWay bool                    `db:"-"` // it names payments that are under way, of which it can be the first debit
}

// asEntry is the debit as an entry of what is left of it.
func (d waitingDebit) asEntry() PayoutEntry {
	return PayoutEntry{Key: d.Keys[0], EndToEndID: d.EndToEndID, BatchID: d.BatchID, Amount: d.Still, On: d.On, told: d.Keys}
}

// haveItBack says what to do with a debit of what the bank paid by another, or refused: no claim, client or debtor bears it.
func haveItBack(credit bool) string {
	if credit {
		return "; when another debit of that payment waits it is the same money: dunning payout book KEY AMOUNT --debit THAT (dunning claim tasks)"
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
	if err != nil || back.Debit != "" || back.Payout != "" || back.Itself || e.charged != nil || e.said && len(e.Lines) > 0 { // of what two persons say that the bank kept, and of several payments, they know which it is
		return back.Debit != "", err
	}
	if is, err := e.isReturn(ctx, tx, lines); is || err != nil {
		return false, err
	}
	if debits = e.canBeOf(debits, lines, back.On); len(debits) == 0 {
		return false, nil
	}
	if len(e.told) == 0 {
		return false, &ConflictError{fmt.Sprintf("debit %s, of which %s is left, names it too and waits: what came back is rather of that; right would be to import the statement that tells it", debits[0].Keys[0], debits[0].Still)}
	}
	d := e.certainly(debits, lines)
	if d == nil {
		return false, e.unsure(ctx, tx, debits)
	}
	if err := say(ctx, tx, "line:"+e.Key, `UPDATE statement_entry SET against = $2 WHERE key = ANY ($1)`, e.told, d.Keys[0]); err != nil {
		return false, fmt.Errorf("set entry %s against %s: %w", e.Key, d.Keys[0], err)
	}
	d.Still -= e.Amount
	return true, d.settle(ctx, tx, p, by)
}

// isReturn is whether the entry is known to be what brought the payment itself back, by itself or since a person typed that.
func (e *PayoutEntry) isReturn(ctx context.Context, tx pgx.Tx, lines []settlement.PayoutLine) (bool, error) {
	if lines = standing(lines); len(lines) == 0 {
		return false, nil
	}
	booked, err := e.bookedAs(ctx, tx, lines, settlement.PayoutReturned)
	var other *ConflictError
	if errors.As(err, &other) { // it came back by another entry
		return false, nil
	}
	return booked != "", err
}

// read finds the payments that the bank has to bring back of the debit: those of it that it refused, or paid by another debit. Of which payments it is is known when it is of all that it names, or of all of that which the bank did not
// refuse, to the cent; or of all, with no more on top than a bank charges, when it refused nothing; or of one that is not under way, in whatever amount. Else it can have what it refused.
func (d *waitingDebit) read(p settlement.Payout) {
	for i, id := range d.Back {
		if !slices.ContainsFunc(p.Lines, func(l settlement.PayoutLine) bool { return l.EndToEndID == id }) {
			d.Back[i] = ""
		}
	}
	e := d.asEntry()
	named := e.names(p)
	ids, _ := underWay(named)
	d.UnderWay = len(ids) > 0
	of := standing(named)
	onTop := d.Cents - comeTo(named)
	d.Known = comeTo(of) == d.Cents || d.EndToEndID != "" && !d.UnderWay || onTop == 0 || onTop > 0 && onTop <= mostOnTop && len(of) == len(named)
	if comeTo(of) != d.Cents {
		of = named
	}
	d.Wrong = slices.DeleteFunc(slices.Clone(of), func(l settlement.PayoutLine) bool {
		return l.Status.UnderWay() || !d.Known && l.Status != settlement.PayoutRejected
	})
}

// comeTo is what lines of a payout come to.
func comeTo(lines []settlement.PayoutLine) (sum money.Amount) {
	for _, l := range lines {
		sum += l.Cents
	}
	return sum
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

// has is whether the credit certainly comes off the debit. Either it names one payment that the bank has to bring back of it, is no more than that, and all that came off before names others: how often who got it was paid is then
// the same, whichever of its payments came back. Or it names the very same, is the first that came back when that is several payments, and is all that is left of known payments of which none is under way, or all that the bank refused of it.
func (d *waitingDebit) has(e *PayoutEntry, lines []settlement.PayoutLine) bool {
	if len(lines) == 1 && slices.ContainsFunc(d.Wrong, func(l settlement.PayoutLine) bool { return l.EndToEndID == lines[0].EndToEndID }) &&
		e.Amount <= min(lines[0].Cents, d.Still) && !slices.Contains(d.Back, "") && !slices.Contains(d.Back, lines[0].EndToEndID) {
		return true
	}
	if !d.namesAs(e.EndToEndID, e.BatchID) || len(d.Back) > 0 && d.EndToEndID == "" {
		return false
	}
	return e.Amount == d.Still && d.Known && !d.UnderWay || e.Amount == comeTo(d.Wrong) && len(standing(d.Wrong)) == 0
}

// namesAs is whether the debit names a line and a batch.
func (d *waitingDebit) namesAs(line, batch string) bool {
	return d.EndToEndID == line && d.BatchID == batch && line+batch != ""
}

// lockDebits reads the debits that wait of some lines of a payout, and those that name nothing and can be of them, last, which nobody explains until the transaction ends.
func lockDebits(ctx context.Context, tx pgx.Tx, p settlement.Payout, lines []settlement.PayoutLine) (debits []waitingDebit, err error) {
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.EndToEndID
	}
	_, err = tx.Exec(ctx, `SELECT FROM statement_entry WHERE key IN (SELECT unnest(d.keys) FROM debits_waiting($1) d UNION SELECT unnest(n.keys) FROM debits_nameless($1) n) ORDER BY key FOR UPDATE`, ids)
	for _, read := range []string{`SELECT *, true FROM debits_waiting($1)`, `SELECT *, false FROM debits_nameless($1)`} {
		var some []waitingDebit
		if err == nil {
			some, err = rowsOf[waitingDebit](ctx, tx, read, ids)
		}
		debits = append(debits, some...)
	}
	if err != nil {
		return nil, fmt.Errorf("read the debits that wait of %s: %w", ids[0], err)
	}
	for i := range debits {
		debits[i].read(p)
	}
	return debits, nil
}

// canBeOf gives the debits that the credit can be of, in whole or in part: those of what it names, whatever is left of them, else those that name nothing and of which as much is left as it is of, or one of its payments. A credit of before a debit is not of it; of what the bank never paid it can be nothing else.
// What came back of a payment that is under way waits for the debit of that, whatever names nothing beside it; and a person who types a return that no statement tells knows what it is beside such a debit.
func (e *PayoutEntry) canBeOf(debits []waitingDebit, lines []settlement.PayoutLine, on calendar.Date) []waitingDebit {
	paid := slices.ContainsFunc(lines, func(l settlement.PayoutLine) bool {
		return l.Status == settlement.PayoutBooked || l.Status == settlement.PayoutReturned
	})
	debits = slices.DeleteFunc(debits, func(d waitingDebit) bool {
		return paid && !on.IsZero() && d.BookedOn.After(on)
	})
	named := slices.DeleteFunc(slices.Clone(debits), func(d waitingDebit) bool { return !d.Named })
	if ids, _ := underWay(lines); len(named) > 0 || len(ids) > 0 || len(e.told) == 0 {
		return named
	}
	least := e.Amount
	for _, l := range lines {
		least = min(least, l.Cents)
	}
	return slices.DeleteFunc(debits, func(d waitingDebit) bool { return d.Still < least })
}

// certainly gives the debit that the credit certainly comes off: of several alike the one that it settles, else the first that the statements tell. Nil: nobody but a person can know.
func (e *PayoutEntry) certainly(debits []waitingDebit, lines []settlement.PayoutLine) *waitingDebit {
	if slices.ContainsFunc(debits, func(d waitingDebit) bool {
		return d.Cents != debits[0].Cents || !d.namesAs(debits[0].EndToEndID, debits[0].BatchID)
	}) {
		return nil
	}
	has := slices.DeleteFunc(slices.Clone(debits), func(d waitingDebit) bool { return !d.has(e, lines) })
	if len(has) == 0 {
		return nil
	}
	return &has[max(0, slices.IndexFunc(has, func(d waitingDebit) bool { return d.Still == e.Amount }))]
}

// unsure says that a credit can be of debits that wait, or a payment that was returned, there and here, and how a person says which. A *ConflictError.
func (e *PayoutEntry) unsure(ctx context.Context, tx pgx.Tx, debits []waitingDebit) error {
	var of []string
	for _, d := range debits {
		if !d.Named { // of what it can be its own words say (whatIs)
			of = append(of, fmt.Sprintf("debit %s, of which %s is left and which names nothing", d.Keys[0], d.Still))
			continue
		}
		if err := d.waits(ctx, tx, fmt.Sprintf("first ask the bank what entry %s of %s is: of this debit, or a payment that was returned", e.Key, e.Amount)); err != nil {
			return err
		}
		of = append(of, fmt.Sprintf("debit %s, of which %s is left", d.Keys[0], d.Still))
	}
	return &ConflictError{fmt.Sprintf("entry %s of %s can be of %s, or a payment that was returned: ask the bank.%s The payment itself: dunning payout book %s %s --line ID --returned CODE", e.Key, e.Amount, strings.Join(of, ", or of "), e.sayDebit(debits), e.Key, e.Amount)}
}

// sayDebit is how a person says that the credit is of one of some debits: of one of which as much is left.
func (e *PayoutEntry) sayDebit(debits []waitingDebit) string {
	var ways []string
	for _, d := range debits {
		if d.Still >= e.Amount {
			ways = append(ways, fmt.Sprintf("dunning payout book %s %s --debit %s", e.Key, e.Amount, d.Keys[0]))
		}
	}
	if len(ways) == 0 {
		return e.saySome(debits)
	}
	return " Of the debit: " + strings.Join(ways, ", or ") + "."
}

// saySome is how a person says that the credit is of several of some debits, none of which has room for it.
func (e *PayoutEntry) saySome(debits []waitingDebit) string {
	way, room := fmt.Sprintf(" Of several of them, in parts: dunning payout book %s %s", e.Key, e.Amount), money.Amount(0)
	for _, d := range debits {
		if way, room = way+" --debit "+d.Keys[0], room+d.Still; room >= e.Amount {
			return way + "."
		}
	}
	return fmt.Sprintf(" Of all these debits together less is left: say first what they are, or of which others it is too: dunning payout book %s %s --debit KEY, once for each.", e.Key, e.Amount)
}

// afterOthers insists that no other debit waits that names the payments of a debit of several by their batch, or payout, and of which nobody knows of which of them it is: these would be paid by it, and by that again. A person's word is enough.
func (e *PayoutEntry) afterOthers(ctx context.Context, tx pgx.Tx, p settlement.Payout, lines []settlement.PayoutLine) error {
	if e.Credit || e.said || len(lines) == 1 {
		return nil
	}
	debits, err := lockDebits(ctx, tx, p, lines)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(debits, func(d waitingDebit) bool { return !d.Known && d.BatchID != "" && !slices.Contains(e.told, d.Keys[0]) })
	if i < 0 {
		return nil
	}
	return &ConflictError{fmt.Sprintf("entry %s of %s: debit %s, of which %s is left, waits and is of some of these payments; right would be to say first of which (dunning claim tasks)", e.Key, e.Amount, debits[i].Keys[0], debits[i].Still)}
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
	if d.Still == d.Cents && e.EndToEndID+e.BatchID == "" { // it is in no payout's name: what it can be is proposed
		return d.waits(ctx, tx, "")
	}
	charge, err := d.canBeCharge(ctx, tx, p)
	if err != nil {
		return err
	}
	why := "have the bank bring that back too: a credit that names the payment settles it. Until then the agency's own money stands for it: dunning receipts top-up"
	if d.Still <= mostOnTop && charge {
		why += fmt.Sprintf("; when the bank charged it, two persons say: dunning statement tie %s --charge %s", e.Key, saysWho)
	}
	if ids, sum := underWay(e.names(p)); len(ids) > 0 || d.Still == d.Cents {
		if len(ids) > 0 && sum == d.Still && d.knownRest() && !slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(d.Back, id) }) { // which came off it, and is not what is left
			e.EndToEndID, e.BatchID, e.Lines = "", "", ids
		}
		e.unsettled = !charge
		_, err := bookPayoutEntry(ctx, tx, e, by)
		var conflict *ConflictError
		if err == nil {
			return bookBack(ctx, tx, "", []string{p.ID}, by)
		}
		if !errors.As(err, &conflict) && !errors.Is(err, ErrNotFound) {
			return err
		}
		if conflict != nil {
			why = conflict.Error()
		}
		if err := setTenant(ctx, tx, ""); err != nil {
			return err
		}
	}
	return d.waits(ctx, tx, why)
}

// knownRest is whether it is known of which payments what is left is: what came off names its payment, or is all that the bank refused of it.
func (d *waitingDebit) knownRest() bool {
	return d.Known && (!slices.Contains(d.Back, "") || len(standing(d.Wrong)) == 0)
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

// canBeCharge is whether what is left of a debit beside payments that are under way can be a charge: it is less than each payment that it names and that can come back of it yet, and no credit of its payout waits that can be of it.
func (d *waitingDebit) canBeCharge(ctx context.Context, tx pgx.Tx, p settlement.Payout) (bool, error) {
	e := d.asEntry()
	_, under := underWay(e.names(p))
	for _, l := range e.names(p) {
		if !l.Status.UnderWay() && !slices.Contains(d.Back, l.EndToEndID) && d.Still-under >= l.Cents {
			return false, nil
		}
	}
	waits, err := creditsWait(ctx, tx, p.ID)
	return waits == 0, err
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
