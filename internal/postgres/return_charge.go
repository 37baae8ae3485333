package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// A payment may come back, or a receipt be taken back, in another amount than it went: the bank charged the rest. When the bank does not say so itself, two persons do (decision 65). The
// original is whole again, and the agency bears the difference, as all that the bank charges.

// ReturnCharge is a person's word that the bank charged a part of what it took back, or brought back, by an entry.
type ReturnCharge struct {
	Amount money.Amount
	Reason string // how it is known
}

// saysWho is what a person fills in of a command that is printed whole.
const saysWho = `--by "YOUR NAME" --reason "HOW YOU KNOW"`

// word is a ReturnCharge of an entry and the payment that it brings back.
type word struct {
	entry, original string
	ReturnCharge
}

// ReturnCharged is how many persons said so, and since the second of them what was done.
type ReturnCharged struct {
	Said  int
	Taken []TakenBack             // claims that owe more, of a receipt
	Lines []settlement.PayoutLine // that came back
}

// TieReturnCharged says that a line of a statement takes a receipt back, and that the bank charged the rest of it: TieReturn in another amount. Two different persons who may approve say the same,
// with the second it is done. The same person twice is once. An amount that is not the difference is a *ConflictError, somebody who may not approve a *NotApproverError.
// The words of persons and what is done are two transactions: after a crash between them, ApplyReturns does the rest.
func (s *Store) TieReturnCharged(ctx context.Context, entry, receipt string, c ReturnCharge, by Actor, rules RulesFor) (done ReturnCharged, err error) {
	if c.Reason, err = because(c.Reason); err != nil {
		return done, err
	}
	r, w, err := s.returnOf(ctx, entry, receipt)
	if err != nil {
		return done, err
	}
	if problem := r.unfit(w, c.Amount); problem != "" {
		return done, notTaken(entry, receipt, problem)
	}
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		done.Said, err = word{entry, receipt, c}.say(ctx, tx, by)
		return err
	})
	if err != nil || done.Said < Approvals {
		return done, err
	}
	done.Taken, err = s.takeReceiptBack(ctx, receipt, r, &tied{by.Name, c.Reason}, by, rules)
	return done, err
}

// BookReturnCharged says that an entry brings a line of a payout back, and that the bank kept the rest of it: BookPayoutEntry of a credit in another amount. Two different persons who may approve say the
// same, with the second it is done, in one transaction. The same person twice is once. A key that no statement has, and an amount that is not the difference, is a *ConflictError.
func (s *Store) BookReturnCharged(ctx context.Context, e PayoutEntry, c ReturnCharge, by Actor) (done ReturnCharged, err error) {
	if c.Reason, err = because(c.Reason); err != nil {
		return done, err
	}
	e.charged = &c
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		done.Lines, err = bookPayoutEntry(ctx, tx, e, by)
		if errors.Is(err, errOneSaid) {
			done.Said, err = 1, nil
		} else if err == nil {
			done.Said = Approvals
		}
		return err
	})
	return done, err
}

// errOneSaid says that one person said what two must.
var errOneSaid = errors.New("one person said so")

// say keeps the word, and gives how many persons say so now. The transaction sees no client.
func (c word) say(ctx context.Context, tx pgx.Tx, by Actor) (said int, err error) {
	name, err := approver(ctx, tx, by.Name)
	if err != nil {
		return 0, err
	}
	if _, err = tx.Exec(ctx, `SELECT FROM statement_entry WHERE key = $1 FOR UPDATE`, c.entry); err != nil { // of two persons in one moment the second counts the first
		return 0, fmt.Errorf("lock entry %s: %w", c.entry, err)
	}
	const count = `SELECT return_charges($1, $2, $3)`
	if err = tx.QueryRow(ctx, count, c.entry, c.original, c.Amount).Scan(&said); err == nil && said < Approvals { // what two said needs no third
		err = say(ctx, tx, "return-charge:"+c.entry, `INSERT INTO return_charge (entry, original, amount, approver, reason, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`, c.entry, c.original, c.Amount, name, c.Reason, by.At)
		if err == nil {
			err = tx.QueryRow(ctx, count, c.entry, c.original, c.Amount).Scan(&said)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("record what the bank charged by entry %s: %w", c.entry, err)
	}
	return said, nil
}

// mayBe insists that lines of a payout that sum up to an amount are what the entry is of: to the cent, or, of one line that came back, with what the bank kept as it or two persons say. errOneSaid when
// one person does. The transaction sees no client.
func (e *PayoutEntry) mayBe(ctx context.Context, tx pgx.Tx, p settlement.Payout, lines []settlement.PayoutLine, by Actor) error {
	var sum money.Amount
	for _, l := range lines {
		sum += l.Cents
	}
	kept := sum - e.Amount
	if kept == 0 && e.charged == nil {
		return e.namesNoOther(ctx, tx, p, lines)
	}
	other := fmt.Sprintf("entry %s of %s is of payout %s, which pays %s there", e.Key, e.Amount, p.ID, sum)
	switch {
	case kept == 0:
		return &ConflictError{other + ": the bank kept nothing; right would be the same without --charge"}
	case !e.Credit || kept < 0 || len(lines) != 1:
		return &ConflictError{other + ": a person must ask the bank"}
	case len(e.told) == 0:
		return &ConflictError{other + ": right would be the entry of a statement: the bank alone proves what came back"}
	case len(e.told) > 1:
		return &ConflictError{other + " and its statement tells it in several payments: a person must ask the bank"}
	}
	if err := e.namesNoOther(ctx, tx, p, lines); err != nil {
		return err
	}
	if e.charged == nil {
		return e.keptAsTold(ctx, tx, lines[0], kept, other)
	}
	if e.charged.Amount != kept {
		return &ConflictError{fmt.Sprintf("%s: right would be that the bank kept %s", other, kept)}
	}
	said, err := word{e.told[0], lines[0].EndToEndID, *e.charged}.say(ctx, tx, by)
	if err == nil && said < Approvals {
		err = errOneSaid
	}
	return err
}

// keptAsTold insists that the bank says what it kept, or two persons said so before.
func (e *PayoutEntry) keptAsTold(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, kept money.Amount, other string) error {
	if f, err := fitOf(ctx, tx, e.told[0], l.EndToEndID); err != nil || f.Charge != nil {
		return err
	}
	return &ConflictError{fmt.Sprintf("%s: ask the bank; when it charged the rest, two persons say: dunning payout book %s %s --line %s --returned %s --charge %s %s", other, e.Key, e.Amount, l.EndToEndID, cmp.Or(e.Reason, "CODE"), kept, saysWho)}
}

// namesNoOther insists that no line of the statement that tells the entry names another payment, or batch, than those that it is said to be of.
func (e *PayoutEntry) namesNoOther(ctx context.Context, tx pgx.Tx, p settlement.Payout, lines []settlement.PayoutLine) error {
	for _, key := range e.told {
		f, err := fitOf(ctx, tx, key, "")
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(f.Named, func(id string) bool {
			return !slices.ContainsFunc(lines, func(l settlement.PayoutLine) bool { return l.EndToEndID == id || p.BatchID(l.Kind) == id })
		}); i >= 0 {
			return &ConflictError{fmt.Sprintf("entry %s names %s; right would be that one", e.Key, f.Named[i])}
		}
	}
	return nil
}

// explainUnfit is a *ConflictError that says which receipt a line that fits none takes back, by the id that the banks gave the payment, or the payer and what was paid, in another amount; nil: nothing says which.
func (s *Store) explainUnfit(ctx context.Context, r bankReturn) error {
	rows, err := s.pool.Query(ctx, `SELECT DISTINCT c.receipt, c.amount FROM statement_entry r JOIN statement rs ON rs.key = r.statement
			JOIN statement_entry c ON c.kind = 'receipt' AND c.receipt IS NOT NULL JOIN statement cs ON cs.key = c.statement AND cs.account = rs.account, return_fits(r.key, '') f
		WHERE r.key = $1 AND (c.receipt = ANY (f.named) OR f.named = '{}' AND c.amount = r.instructed AND c.iban <> '' AND c.iban = r.iban) AND c.booked_on BETWEEN r.booked_on - $2::int AND r.booked_on AND NOT EXISTS (SELECT FROM statement_entry o WHERE o.kind = 'return' AND o.receipt = c.receipt) LIMIT 2`, r.Key, oldestReturned)
	if err != nil {
		return fmt.Errorf("find the receipt that %s takes back: %w", r.Key, err)
	}
	type candidate struct {
		Receipt string
		Amount  money.Amount
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[candidate])
	if err != nil || len(found) != 1 {
		return err
	}
	c := found[0]
	why := fmt.Sprintf("it is of %s, and receipt %s, which it takes back, of %s: ask the bank", r.Amount, c.Receipt, c.Amount)
	if c.Amount < r.Amount {
		why += fmt.Sprintf("; when it charged the rest, two persons say: dunning receipts reverse %s --entry %s --charge %s %s", c.Receipt, r.Key, r.Amount-c.Amount, saysWho)
	}
	return &ConflictError{why}
}

// byID is whether a return (r) names a receipt's line (c) by the id that the banks gave the payment, or by what its payer called it.
const byID = `(c.tx_id <> '' AND c.tx_id = r.tx_id OR c.end_to_end <> '' AND c.end_to_end = r.end_to_end AND (r.iban = '' OR c.iban = r.iban))`

// notTaken says why a line does not take a receipt back.
func notTaken(entry, receipt, problem string) error {
	return &ConflictError{fmt.Sprintf("entry %s does not take back receipt %s: %s", entry, receipt, problem)}
}

// returnOf reads a line of a statement and the receipt that it is said to take back.
func (s *Store) returnOf(ctx context.Context, entry, receipt string) (r bankReturn, w wholeReceipt, err error) {
	r, err = one[bankReturn](ctx, s, returnColumns+`WHERE e.key = $1`, entry)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, w, fmt.Errorf("entry %s: %w; right would be the key of a line: dunning statement show STATEMENT", entry, ErrNotFound)
	}
	if err != nil {
		return r, w, fmt.Errorf("read entry %s: %w", entry, err)
	}
	if w, err = s.whole(ctx, receipt); err == nil {
		w.fit, err = fitOf(ctx, s.pool, entry, receipt)
	}
	return r, w, err
}

// returnFit is whether a line of a statement brings back an original: what the bank charged, as it or two persons say (nil: nobody does), and all that the line names by an id.
type returnFit struct {
	Charge *money.Amount
	Named  []string
}

// fitOf reads whether a line brings back a receipt, or a line of a payout, by the schema (charge_of). Who asks sees no client.
func fitOf(ctx context.Context, q interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}, entry, original string) (f returnFit, err error) {
	if err = q.QueryRow(ctx, `SELECT charge, named FROM return_fits($1, $2)`, entry, original).Scan(&f.Charge, &f.Named); err != nil {
		return f, fmt.Errorf("read what entry %s brings back: %w", entry, err)
	}
	return f, nil
}

// other is what the line names when that is not the original; empty: it names nothing, or that.
func (f returnFit) other(original string) string {
	if slices.Contains(f.Named, original) {
		return ""
	}
	return strings.Join(f.Named, ", ")
}

// wrongAmount says why a line is not of the amount of a receipt, with what the bank charged as it or a person (charge) says; empty: it is.
func (r bankReturn) wrongAmount(w wholeReceipt, charge money.Amount) string {
	switch said := fmt.Sprintf("it is of %s, and the receipt of %s", r.Amount, w.Amount); {
	case charge == 0 && w.fit.Charge == nil:
		return said
	case charge != 0 && r.Amount <= w.Amount:
		return said + ": the bank charged nothing on top; right would be the same without --charge"
	case charge != 0 && r.Amount-w.Amount != charge:
		return fmt.Sprintf("%s: the difference is %s", said, r.Amount-w.Amount)
	}
	return ""
}
