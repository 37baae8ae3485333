package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// PayoutEntry is an entry of a statement of the trust account that may be of a payout.
type PayoutEntry struct {
	Key        string   // of the entry
	Credit     bool     // money that came back; else a debit
	EndToEndID string   // as the bank tells it; may be empty
	BatchID    string   // of the batch in our file, or the payout's, which is that of the whole file; may be empty
	Lines      []string // end-to-end ids of the lines of one payout, when a person says that one entry is of several; else none
	Debit      string   // the key of the debit that waits, when a person says that what came back is of that; else empty
	Further    []string // the keys of further debits, when it is of several, in parts: of each but the last all that is left
	Amount     money.Amount
	On         calendar.Date // value date
	Reason     string        // the bank's code of why it came back

	told    []string      // keys of the lines of the statement that tell it together; none: a person typed it, and no statement has its key
	charged *ReturnCharge // a person's word that the bank kept the rest of what came back; nil: nobody's
	said    bool          // by a person, who can know more than the statement tells

	unsettled bool // what came off the debit can be of the payment itself: nobody is told to call the rest a charge
}

// BookPayoutEntry books an entry of a statement that is of a payout, and gives the lines that it is of: the debit of one, or of a whole batch, or one that came
// back, which is payable again while its account is blocked: whole, also when the bank says that it kept a part of it, which the agency bears. Money that came back of a payment whose debit waits gives no lines: it is kept as that, and booked with the debit. The same entry twice is once, and so is one that a person typed under a key of its own and a statement tells since. A line of a statement that waits as a receipt of nobody came back since a person says so here (saying).
// ErrNotFound when the entry is of no payout; one that is and does not fit, by its amount, because the line was booked by another entry, because a person typed a day before its file was made, or because the entry is of something else, is a
// *ConflictError: a person must look.
func (s *Store) BookPayoutEntry(ctx context.Context, e PayoutEntry, by Actor) (lines []settlement.PayoutLine, err error) {
	err = s.saying(ctx, &e, by, func(tx pgx.Tx) error {
		lines, err = bookSaid(ctx, tx, e, by)
		return err
	})
	return lines, err
}

// bookPayoutEntry is BookPayoutEntry in a transaction of who reads the statement. It sees no client, before and after it.
func bookPayoutEntry(ctx context.Context, tx pgx.Tx, e PayoutEntry, by Actor) ([]settlement.PayoutLine, error) {
	p, lines, none := linesOfEntry(ctx, tx, e)
	if none != nil && (p.ID == "" || !errors.Is(none, ErrNotFound)) {
		return nil, none
	}
	if err := e.ofStatement(ctx, tx, p.ID); err != nil {
		return nil, err
	}
	if off, err := e.comesOff(ctx, tx, p, by); err != nil || off {
		return lines, err
	}
	if none != nil && len(e.names(p)) > 0 {
		return nil, &ConflictError{fmt.Sprintf("entry %s is of what the bank refused of payout %s: a person must ask the bank%s", e.Key, p.ID, haveItBack(e.Credit))}
	}
	if none != nil {
		return nil, none
	}
	if err := e.mayBe(ctx, tx, p, lines, by); err != nil {
		return nil, err
	}
	to := payoutStep{Status: settlement.PayoutBooked, Evidence: e.Key, Reason: e.Reason}
	if e.Credit {
		to.Status = settlement.PayoutReturned
	}
	booked, err := e.bookedAs(ctx, tx, lines, to.Status)
	if err != nil {
		return nil, err
	}
	if booked == "" {
		booked = e.Key
		if waits, err := e.bookAnew(ctx, tx, p, lines, to, by); waits || err != nil {
			return nil, err
		}
	}
	if err := knownAsPayout(ctx, tx, e, p.ID, booked); err != nil || len(e.told) == 0 {
		return lines, err
	}
	return lines, bookCharge(ctx, tx, e.told[0], by)
}

// bookAnew books what the entry tells of lines, of which nothing tells it yet. True: it came back before its debit, and waits for that. The transaction sees no client.
func (e *PayoutEntry) bookAnew(ctx context.Context, tx pgx.Tx, p settlement.Payout, lines []settlement.PayoutLine, to payoutStep, by Actor) (waits bool, err error) {
	if err := e.afterFile(ctx, tx, p.ID); err != nil {
		return false, err
	}
	if err := e.afterOthers(ctx, tx, p, lines); err != nil {
		return false, err
	}
	if waits, err := e.beforeDebit(ctx, tx, lines); waits || err != nil {
		return waits, err
	}
	return false, bookLines(ctx, tx, lines, to, e.On, by)
}

// afterFile refuses a day that a person typed on which the bank could not have had the payout yet. What a statement tells, the bank says.
func (e *PayoutEntry) afterFile(ctx context.Context, tx pgx.Tx, payout string) error {
	if len(e.told) > 0 {
		return nil
	}
	var made time.Time
	err := tx.QueryRow(ctx, `SELECT at FROM payout_file WHERE payout = $1`, payout).Scan(&made)
	switch day := calendar.DateOf(made); {
	case errors.Is(err, pgx.ErrNoRows): // it was not sent: its lines say so
		return nil
	case err != nil:
		return fmt.Errorf("read when the file of payout %s was made: %w", payout, err)
	case e.On.Before(day):
		return &ConflictError{fmt.Sprintf("value date %s is before %s, the day on which the file of payout %s was made; right would be a day from then on", e.On, day, payout)}
	}
	return nil
}

// ofStatement finds the lines of a statement that have the key which a person typed, and insists that they can be the entry: of the same side and amount, alone or with all others of
// their entry that wait, and of nothing else, until the transaction ends. The day is then the line's, whatever was typed.
func (e *PayoutEntry) ofStatement(ctx context.Context, tx pgx.Tx, payout string) error {
	if len(e.told) > 0 {
		return nil
	}
	lines, err := rowsOf[typedLine](ctx, tx, `SELECT o.key, o.key = e.key, left_of(o.key), left_of(o.key) < o.amount, o.value_on, o.kind, COALESCE(o.payout, '') FROM statement_entry e
		JOIN statement_entry o ON o.statement = e.statement AND o.entry = e.entry AND o.direction = e.direction WHERE e.key = $1 AND (e.direction = 'credit') = $2 ORDER BY o.part FOR UPDATE OF o`, e.Key, e.Credit)
	if err != nil {
		return fmt.Errorf("look for entry %s in the statements: %w", e.Key, err)
	}
	if len(lines) == 0 {
		return e.otherSide(ctx, tx)
	}
	var own typedLine
	var waiting money.Amount
	for _, l := range lines {
		if l.Own {
			own = l
		}
		if slices.Contains(maybePayout, l.Kind) && (l.Payout == "" || l.Payout == payout) {
			waiting += l.Amount
			e.told = append(e.told, l.Key)
		}
	}
	switch {
	case !slices.Contains(maybePayout, own.Kind):
		return &ConflictError{fmt.Sprintf("entry %s is a %s, and of no payout", e.Key, own.Kind)}
	case own.Payout != "" && own.Payout != payout:
		return &ConflictError{fmt.Sprintf("entry %s is of payout %s", e.Key, own.Payout)}
	case own.Amount == e.Amount:
		e.told = []string{e.Key}
	case e.charged != nil && !e.Credit:
		return &ConflictError{fmt.Sprintf("entry %s is %s right would be an amount of the payment, and a charge on top of it, that come to that: they come to %s", e.Key, own.is(), e.Amount)}
	case waiting != e.Amount:
		return &ConflictError{fmt.Sprintf("entry %s is %s right would be that amount", e.Key, own.is())}
	}
	e.On = own.On
	return nil
}

// maybePayout are the kinds of lines that a payout can have booked, or given back.
var maybePayout = []bank.LineKind{bank.LinePayout, bank.LinePayoutReturned, bank.LineUnknown}

// typedLine is a line of a statement that has the key that a person typed, or is of the same entry.
type typedLine struct {
	Key    string
	Own    bool
	Amount money.Amount // less what came back of it
	Less   bool
	On     calendar.Date
	Kind   bank.LineKind
	Payout string
}

// is says of how much it is.
func (l typedLine) is() string {
	if l.Less {
		return fmt.Sprintf("of %s, less what came back of it;", l.Amount)
	}
	return fmt.Sprintf("of %s by its statement;", l.Amount)
}

// otherSide refuses a key whose entry is money that went the other way.
func (e *PayoutEntry) otherSide(ctx context.Context, tx pgx.Tx) error {
	var known bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM statement_entry WHERE key = $1)`, e.Key).Scan(&known); err != nil {
		return fmt.Errorf("look for entry %s in the statements: %w", e.Key, err)
	}
	if known {
		return &ConflictError{fmt.Sprintf("entry %s went the other way by its statement; right would be a debit, or with --returned a credit", e.Key)}
	}
	return nil
}

// bookedAs is the key under which exactly these lines have the status by this entry already: its own, or the one that a person typed before a statement told the entry. Empty: they have not. An
// entry is of the lines that it was booked of and of no other, and a line is booked by one entry: all else is a *ConflictError.
func (e *PayoutEntry) bookedAs(ctx context.Context, tx pgx.Tx, lines []settlement.PayoutLine, status settlement.PayoutStatus) (string, error) {
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.EndToEndID
	}
	slices.Sort(ids)
	steps, err := rowsOf[toldStep](ctx, tx, `SELECT end_to_end_id, status, evidence FROM payout_told($1, $2) ORDER BY end_to_end_id`, ids, e.Key)
	if err != nil {
		return "", fmt.Errorf("read what entries told of payout line %s: %w", ids[0], err)
	}
	told := map[string][]string{}
	for _, s := range steps {
		if s.Evidence == e.Key && (s.Status != status || !slices.Contains(ids, s.Line)) {
			return "", &ConflictError{fmt.Sprintf("entry %s told that payout line %s is %s: an entry is of one payment", e.Key, s.Line, s.Status)}
		}
		if s.Status == status {
			told[s.Evidence] = append(told[s.Evidence], s.Line)
		}
	}
	if len(told[e.Key]) > 0 && !slices.Equal(told[e.Key], ids) {
		return "", &ConflictError{fmt.Sprintf("entry %s told of payout line %s alone: an entry is of one payment", e.Key, told[e.Key][0])}
	}
	for evidence, of := range told {
		free, err := e.free(ctx, tx, evidence)
		if err != nil {
			return "", err
		}
		switch {
		case evidence == e.Key || slices.Equal(of, ids) && free:
			return evidence, nil
		case slices.ContainsFunc(of, func(id string) bool { return slices.Contains(ids, id) }):
			return "", &ConflictError{fmt.Sprintf("entry %s: payout line %s is %s by entry %s already: a person must ask the bank%s", e.Key, of[0], status, evidence, haveItBack(e.Credit))}
		}
	}
	return "", nil
}

// toldStep is what an entry of the bank told of a line.
type toldStep struct {
	Line     string
	Status   settlement.PayoutStatus
	Evidence string
}

// free says whether a person typed the key and no statement has told its entry, or told this very one, while this one is of a statement: then they are the same.
func (e *PayoutEntry) free(ctx context.Context, tx pgx.Tx, evidence string) (free bool, err error) {
	if len(e.told) == 0 {
		return false, nil
	}
	if err := tx.QueryRow(ctx, `SELECT NOT EXISTS (SELECT FROM statement_entry WHERE evidence = $1 AND key <> ALL ($2) AND (against IS NULL OR against <> ALL ($2)))`, evidence, e.told).Scan(&free); err != nil {
		return false, fmt.Errorf("look for entry %s in the statements: %w", evidence, err)
	}
	return free, nil
}

// bookLines books what an entry tells of lines. One that cannot take its step is a *ConflictError. The transaction sees no client after it.
func bookLines(ctx context.Context, tx pgx.Tx, lines []settlement.PayoutLine, to payoutStep, on calendar.Date, by Actor) error {
	for _, l := range lines {
		if !l.Status.Follows(to.Status) {
			return &ConflictError{fmt.Sprintf("entry %s: payout line %s is %s, and cannot become %s: a person must ask the bank%s", to.Evidence, l.EndToEndID, l.Status, to.Status, haveItBack(to.Status == settlement.PayoutReturned))}
		}
	}
	for _, l := range lines {
		if err := setTenant(ctx, tx, l.ClientID); err != nil {
			return err
		}
		if err := bookLine(ctx, tx, l, to, on, by); err != nil {
			return err
		}
	}
	return setTenant(ctx, tx, "")
}

func bookLine(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, to payoutStep, on calendar.Date, by Actor) error {
	if to.Status == settlement.PayoutReturned {
		if err := payAgain(ctx, tx, l, to, on, by); err != nil {
			return err
		}
		return step(ctx, tx, l, to, by)
	}
	book := ledger.PayoutBookedOf
	if l.Kind == settlement.PayoutOfFees {
		book = ledger.FeesBookedOf
	}
	if _, err := post(ctx, tx, by, book(aboutLine(l, "/booked", on), l.Cents)...); err != nil {
		return err
	}
	return step(ctx, tx, l, to, by)
}

// linesOfEntry finds the lines that an entry is of: those with its end-to-end ids, else those of its batch, or of the whole payout, that the bank did not refuse. ErrNotFound when there
// are none, with the payout when it has others, and a *ConflictError when a person named lines of several payouts. The transaction sees no client after it.
func linesOfEntry(ctx context.Context, tx pgx.Tx, e PayoutEntry) (p settlement.Payout, lines []settlement.PayoutLine, err error) {
	none := fmt.Errorf("payout of entry %s: %w", e.Key, ErrNotFound)
	named := e.Lines
	if len(named) == 0 {
		named = []string{e.EndToEndID}
	}
	var id *string
	if err := tx.QueryRow(ctx, `SELECT payout_of($1)`, named[0]).Scan(&id); err != nil {
		return p, nil, fmt.Errorf("look up payout line %s: %w", named[0], err)
	}
	batch, _, _ := strings.Cut(e.BatchID, "/")
	if id != nil {
		batch = *id
	}
	if p, err = lockedPayout(ctx, tx, batch); err != nil {
		if errors.Is(err, ErrNotFound) {
			err = none
		}
		return p, nil, err
	}
	lines = slices.DeleteFunc(slices.Clone(p.Lines), func(l settlement.PayoutLine) bool {
		if id != nil {
			return !slices.Contains(named, l.EndToEndID)
		}
		return e.BatchID != p.ID && p.BatchID(l.Kind) != e.BatchID || l.Status == settlement.PayoutRejected
	})
	for _, line := range e.Lines {
		if !slices.ContainsFunc(lines, func(l settlement.PayoutLine) bool { return l.EndToEndID == line }) {
			return p, nil, &ConflictError{fmt.Sprintf("line %s is not of payout %s; right would be lines of one payout: dunning payout show %s", line, p.ID, p.ID)}
		}
	}
	if len(lines) == 0 {
		return p, nil, none
	}
	return p, lines, nil
}
