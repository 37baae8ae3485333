package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// A payment may come back, or a receipt be taken back, in another amount than it went, and a payment of ours may leave with more: the bank charged the rest. When the bank does not say so itself, two persons do
// (decisions 65 and 84). The original is whole, and the agency bears the difference, as all that the bank charges.

// ReturnCharge is a person's word that the bank charged a part of what it took back, or brought back, or debited of a payout, by an entry.
type ReturnCharge struct {
	Amount money.Amount
	Reason string // how it is known
}

// saysWho is what a person fills in of a command that is printed whole.
const saysWho = `--by "YOUR NAME" --reason "HOW YOU KNOW"`

// word is a ReturnCharge of an entry and the payment that it brings back, or debits.
type word struct {
	entry, original string
	ReturnCharge
	turn int // of a line that is a charge by itself (chargeTurn); of all else there is the first only
}

// ReturnCharged is how many persons said so, and since the second of them what was done.
type ReturnCharged struct {
	Said  int
	Taken []TakenBack             // claims that owe more, of a receipt
	Lines []settlement.PayoutLine // that came back, or left
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
	if done.Said, err = s.keepWord(ctx, word{entry, receipt, c, 1}, by); err != nil || done.Said < Approvals {
		return done, err
	}
	if done.Taken, err = s.takeReceiptBack(ctx, receipt, r, &tied{by.Name, c.Reason}, by, rules); err != nil {
		return done, err
	}
	return done, s.lookBeside(ctx, by)
}

// BookReturnCharged says that an entry brings a line of a payout back, and that the bank kept the rest of it, or that it is the debit of a payment of ours, and that the bank charged an amount on top (e.Amount is
// then the payment's): BookPayoutEntry in another amount. Two different persons who may approve say the same, with the second it is done, in one transaction; until then nothing but the word is kept. The same person twice is once. A key that no statement
// has, and an amount that is not the difference, is a *ConflictError.
func (s *Store) BookReturnCharged(ctx context.Context, e PayoutEntry, c ReturnCharge, by Actor) (done ReturnCharged, err error) {
	if c.Reason, err = because(c.Reason); err != nil {
		return done, err
	}
	if !e.Credit {
		e.Amount += c.Amount
	}
	e.charged = &c
	for key := e.Key; ; e.Key = key {
		trying, tell := noticedLater(ctx)
		err = s.saying(trying, &e, by, func(tx pgx.Tx) error {
			done.Lines, err = bookSaid(trying, tx, e, by)
			return err
		})
		var first *oneSaidError
		switch {
		case err == nil:
			tell()
			done.Said = Approvals
			return done, nil
		case !errors.As(err, &first):
			return done, err
		}
		if done.Said, err = s.keepWord(ctx, first.word, by); err != nil || done.Said < Approvals { // else another said so in that moment, and what two said is done
			return done, err
		}
	}
}

// oneSaidError says that one person said what two must: what was done to judge the word is undone, and the word alone is kept.
type oneSaidError struct{ word }

func (e *oneSaidError) Error() string { return "one person said so of entry " + e.entry }

// keepWord keeps a word in a transaction of its own, which changes nothing else, and gives how many persons say so.
func (s *Store) keepWord(ctx context.Context, c word, by Actor) (said int, err error) {
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		if err := lockTyped(ctx, tx); err != nil {
			return err
		}
		said, err = c.say(ctx, tx, by)
		return err
	})
	return said, err
}

// say keeps the word, and gives how many persons say so now. The transaction sees no client.
func (c word) say(ctx context.Context, tx pgx.Tx, by Actor) (said int, err error) {
	name, err := approver(ctx, tx, by.Name)
	if err != nil {
		return 0, err
	}
	if _, err = tx.Exec(ctx, `SELECT FROM statement_entry WHERE key = $1 FOR UPDATE`, c.entry); err != nil { // of two persons in one moment the second counts the first
		return 0, fmt.Errorf("lock entry %s: %w", c.entry, err)
	}
	const count = `SELECT return_charges($1, $2, $3, $4)`
	if err = tx.QueryRow(ctx, count, c.entry, c.original, c.Amount, c.turn).Scan(&said); err == nil && said < Approvals { // what two said needs no third
		err = say(ctx, tx, "return-charge:"+c.entry, `INSERT INTO return_charge (entry, original, amount, turn, approver, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`, c.entry, c.original, c.Amount, c.turn, name, c.Reason, by.At)
		if err == nil {
			err = tx.QueryRow(ctx, count, c.entry, c.original, c.Amount, c.turn).Scan(&said)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("record what the bank charged by entry %s: %w", c.entry, err)
	}
	return said, nil
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
	if err == nil && len(found) == 0 {
		return s.explainTwice(ctx, r)
	}
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

// explainTwice is a *ConflictError that says by which line the receipt was taken back already that a line takes back, and what ends it; nil: none was.
func (s *Store) explainTwice(ctx context.Context, r bankReturn) error {
	var receipt, by, payments string
	err := s.pool.QueryRow(ctx, `SELECT receipt, taken_by, payments FROM taken_already($1)`, r.Key).Scan(&receipt, &by, &payments)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find what %s takes back once more: %w", r.Key, err)
	}
	why := fmt.Sprintf("receipt %s, which it takes back, was taken back by line %s: have the bank bring the money back", receipt, by)
	if payments != "" {
		why = fmt.Sprintf("it takes back receipt %s, a sum of which the bank told the payments later (%s): nothing says which of these it takes back; ask the bank, and have it bring the money back, or take back each by a line of its own", receipt, payments)
	}
	return &ConflictError{fmt.Sprintf("%s. When its credit came, say so of the receipt that it made: dunning receipts reverse RECEIPT --entry %s --reason \"HOW YOU KNOW\". Until then the agency's own money stands for it, by the receipt of a transfer from its account: dunning receipts top-up RECEIPT", why, r.Key)}
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
		if w.fit, err = fitOf(ctx, s.pool, entry, receipt); err != nil {
			return r, w, err
		}
		if err = s.pool.QueryRow(ctx, `SELECT brings_back($1, $2)`, entry, receipt).Scan(&w.bringsBack); err != nil {
			err = fmt.Errorf("read whether receipt %s brings %s back: %w", receipt, entry, err)
		}
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
