package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// tied is who says which receipt a line of a statement takes back, and why.
type tied struct{ by, reason string }

// TieReturn says which receipt a line of a statement takes back, when the bank does not say it well enough: the receipt is taken back on the line's value date, whole, on every claim
// that has a part of it, and who said so and why stays with the line. A receipt that was reversed before is tied only. It gives what each claim owes more. The same twice is once. A
// line that is no return nor money out that nothing explains (it is a return since), or is of another receipt or names another, and a receipt of another amount, payer's account or trust account, or that came in later, or more than
// 400 days before, is a *ConflictError, unless it is the credit by which the bank brings back a line that takes back once more what another line took; so is one that no statement brought, when nothing but that person says that the line is a return. It is one transaction,
// and after it what came back of payouts is looked at anew, which could have been of that line: after a crash between them ApplyReturns does that.
func (s *Store) TieReturn(ctx context.Context, entry, receipt, reason string, by Actor, rules RulesFor) ([]TakenBack, error) {
	reason, err := because(reason)
	if err != nil {
		return nil, err
	}
	r, w, err := s.returnOf(ctx, entry, receipt)
	if err != nil {
		return nil, err
	}
	if problem := r.unfit(w, 0); problem != "" {
		return nil, notTaken(entry, receipt, problem)
	}
	made, err := s.takeReceiptBack(ctx, receipt, r, &tied{by.Name, reason}, by, rules)
	if err != nil {
		return nil, err
	}
	return made, s.lookBeside(ctx, by)
}

// wholeReceipt is a receipt as the bank told it.
type wholeReceipt struct {
	Key     string
	Amount  money.Amount
	IBAN    string
	On      calendar.Date // on which the bank booked it; of one that a person typed its value date
	Account string        // IBAN of the trust account; empty: a person typed it
	fit     returnFit     // of a line of a statement

	bringsBack bool // it can be the credit by which the bank brings that line back, which takes back once more what another line took
}

func (s *Store) whole(ctx context.Context, key string) (w wholeReceipt, err error) {
	owner, err := s.refs(ctx, `SELECT client_id::text, claim_id::text FROM claim_of_receipt($1)`, key)
	if err != nil {
		return w, fmt.Errorf("look up receipt %s: %w", key, err)
	}
	client := ""
	if len(owner) == 1 {
		client = owner[0].ClientID
	}
	err = s.tenant(ctx, client, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `SELECT key, amount, iban, value_on FROM receipt WHERE key = $1 AND part_of IS NULL`, key).Scan(&w.Key, &w.Amount, &w.IBAN, &w.On); err != nil {
			return err
		}
		if err := setTenant(ctx, tx, ""); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, `SELECT e.booked_on, s.account FROM statement_entry e JOIN statement s ON s.key = e.statement WHERE e.kind = 'receipt' AND e.receipt = $1`, key).Scan(&w.On, &w.Account)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return w, &ConflictError{"receipt " + key + " is not there, or is a part of one; right would be the whole that a bank takes back"}
	}
	if err != nil {
		return w, fmt.Errorf("read receipt %s: %w", key, err)
	}
	return w, nil
}

// unexplained are the kinds of money out of which the bank does not say that it takes a receipt back, though it may: many banks tell a storno as any debit. A person can say so.
var unexplained = []bank.LineKind{bank.LineUnknown, bank.LinePayout}

// unfit says why a line cannot take a receipt back, with what a person says that the bank charged with it (0: nobody does); empty: it can.
func (r bankReturn) unfit(w wholeReceipt, charge money.Amount) string {
	switch {
	case r.Kind != bank.LineReturn && (r.Payout != "" || !slices.Contains(unexplained, r.Kind)):
		return fmt.Sprintf("it is a %s; right would be a return, or money out that nothing explains", r.Kind)
	case r.Kind != bank.LineReturn && w.Account == "": // else one person says that money came in, and that it left
		return "no statement brought that receipt, and the bank does not say that the line takes one back; right would be a receipt that a statement brought"
	case r.Receipt != "" && r.Receipt != w.Key:
		return "it takes back receipt " + r.Receipt
	case w.fit.other(w.Key) != "" && !w.bringsBack:
		return "it names " + w.fit.other(w.Key)
	case r.wrongAmount(w, charge) != "":
		return r.wrongAmount(w, charge)
	case w.bringsBack: // from whatever account, and after it
		return ""
	case r.IBAN != "" && w.IBAN != "" && bank.NormaliseIBAN(r.IBAN) != bank.NormaliseIBAN(w.IBAN):
		return "the money came from another account than it went back to"
	case w.Account != "" && w.Account != r.Account:
		return "the receipt came in on another account"
	case w.On.After(r.BookedOn) || r.BookedOn.DaysSince(w.On) > oldestReturned:
		return fmt.Sprintf("it is of %s, and the receipt of %s; right would be one of that day or at most %d days before", r.BookedOn, w.On, oldestReturned)
	}
	return ""
}

// tie notes on the line of a statement which receipt it takes back, and books what the bank charged with it. The receipt is locked; the transaction sees no client after it.
func tie(ctx context.Context, tx pgx.Tx, w Receipt, r bankReturn, t *tied, by Actor) error {
	if err := setTenant(ctx, tx, ""); err != nil {
		return err
	}
	var other string
	err := tx.QueryRow(ctx, `SELECT COALESCE(min(key), '') FROM statement_entry WHERE kind = 'return' AND receipt = $1 AND key <> $2`, w.Key, r.Key).Scan(&other)
	if err != nil {
		return fmt.Errorf("read what takes back receipt %s: %w", w.Key, err)
	}
	if other != "" {
		return &ConflictError{fmt.Sprintf("receipt %s was taken back by entry %s already", w.Key, other)}
	}
	var who, why *string
	if t != nil {
		who, why = &t.by, &t.reason
	}
	l, err := lockLine(ctx, tx, r.Key)
	switch {
	case err != nil:
		return err
	case l.Receipt == w.Key: // said before
		return bookCharge(ctx, tx, r.Key, by)
	case !l.waits() || l.Kind != r.Kind: // it became something else since it was judged
		return &ConflictError{fmt.Sprintf("entry %s %s; right would be a line that waits: dunning claim tasks", r.Key, l.is())}
	}
	if err = settledWith(ctx, tx, []string{r.Key}, r.Key); err != nil { // the line is of what is left of it
		return err
	}
	err = say(ctx, tx, "line:"+r.Key, `UPDATE statement_entry SET kind = 'return', receipt = $2, payout_why = '', tied_by = $3, tied_reason = $4, tied_at = CASE WHEN $3::text IS NOT NULL THEN $5::timestamptz END
		WHERE key = $1`, r.Key, w.Key, who, why, by.At)
	if err != nil {
		return fmt.Errorf("note that %s takes back receipt %s: %w", r.Key, w.Key, err)
	}
	return bookCharge(ctx, tx, r.Key, by)
}
