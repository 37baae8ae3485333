package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// bookedLine is a booked line of a statement, and what it is by now.
type bookedLine struct {
	Key             string
	Kind            bank.LineKind
	Amount          money.Amount // less what came back of it
	Receipt, Payout string       // that it is of; empty: of none
}

// lockLine takes a line until the transaction ends: whoever says what a line is judges it by this, so that no two can make different things of it. ErrNotFound when no line has that key.
// The transaction sees no client.
func lockLine(ctx context.Context, tx pgx.Tx, key string) (l bookedLine, err error) {
	err = tx.QueryRow(ctx, `SELECT key, kind, COALESCE(receipt, ''), COALESCE(payout, '') FROM statement_entry WHERE key = $1 FOR UPDATE`, key).Scan(&l.Key, &l.Kind, &l.Receipt, &l.Payout)
	if errors.Is(err, pgx.ErrNoRows) {
		return l, fmt.Errorf("line %s: %w; right would be the key of a line: dunning statement show STATEMENT", key, ErrNotFound)
	}
	if err == nil { // once nobody sets anything against it
		err = tx.QueryRow(ctx, `SELECT left_of($1)`, key).Scan(&l.Amount)
	}
	if err != nil {
		return l, fmt.Errorf("read line %s: %w", key, err)
	}
	return l, nil
}

// waits is whether a line of money out waits until somebody, or the next statement, says what it is.
func (l bookedLine) waits() bool {
	return l.Receipt == "" && l.Payout == "" && (l.Kind == bank.LineReturn || slices.Contains(unexplained, l.Kind))
}

// is says what a line is that does not wait.
func (l bookedLine) is() string {
	switch {
	case l.Payout != "":
		return "is of payout " + l.Payout
	case l.Receipt != "" && l.Kind == bank.LineReturn:
		return "takes back receipt " + l.Receipt
	}
	return fmt.Sprintf("is a %s", l.Kind)
}

// ChargedByBank says that a line of money out that nothing explains is what the bank charged for its services: the agency bears it, as a fee that the bank calls one. Two different persons who may approve
// say so; with the second it is booked, on the line's value date. It gives how many say so. The same person twice is once, and so is a line that is a fee already. A line that is something else is a
// *ConflictError, and so is one that names a payment, unless it is of less than that and of at most 25.00, and one of the amount of a payment that is on its way to the bank (chargeable in the schema). One transaction.
func (s *Store) ChargedByBank(ctx context.Context, line, reason string, by Actor) (said int, err error) {
	if reason, err = because(reason); err != nil {
		return 0, err
	}
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		if err := lockTyped(ctx, tx); err != nil { // as who says something of a payout (saying)
			return err
		}
		l, err := lockLine(ctx, tx, line)
		switch {
		case err != nil:
			return err
		case l.Kind == bank.LineFee:
			said = Approvals
			return nil
		case !l.waits() || l.Kind == bank.LineReturn:
			return &ConflictError{fmt.Sprintf("line %s %s; right would be money out that nothing explains: dunning claim tasks", line, l.is())}
		}
		if err := mayBeCharge(ctx, tx, l); err != nil {
			return err
		}
		turns, err := chargeTurns(ctx, tx, l)
		if err != nil {
			return err
		}
		said, err = word{line, line, ReturnCharge{l.Amount, reason}, turns + 1}.say(ctx, tx, by)
		if err != nil || said < Approvals {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE statement_entry SET kind = $2, payout_why = '' WHERE key = $1`, line, bank.LineFee); err != nil {
			return fmt.Errorf("note that line %s is a fee: %w", line, err)
		}
		if err := settledWith(ctx, tx, []string{line}, line); err != nil {
			return err
		}
		if err := bookCharge(ctx, tx, line, by); err != nil {
			return err
		}
		return lookBeside(ctx, tx, by)
	})
	return said, err
}

// chargeTurns is how often two persons said that a line is a charge, or that it is none: it is one when that is odd. The transaction sees no client.
func chargeTurns(ctx context.Context, tx pgx.Tx, l bookedLine) (turns int, err error) {
	if err = tx.QueryRow(ctx, `SELECT charge_turns($1, $1, $2)`, l.Key, l.Amount).Scan(&turns); err != nil {
		err = fmt.Errorf("read who said that the bank charged line %s: %w", l.Key, err)
	}
	return turns, err
}

// NoCharge says that what two persons called a charge of the bank was none. Two different persons who may approve say so; with the second it is taken back from the day on which it counted, the agency has of its part what it bore, and the line
// waits again until somebody says what it is, a charge as well. It gives how many say so. The same person twice is once, and so is a line that waits again already. One that two persons did not call a charge is a *ConflictError. One transaction.
func (s *Store) NoCharge(ctx context.Context, line, reason string, by Actor) (said int, err error) {
	if reason, err = because(reason); err != nil {
		return 0, err
	}
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		if err := lockTyped(ctx, tx); err != nil { // as who says that it is one
			return err
		}
		if err := lockAgencyPart(ctx, tx); err != nil { // what it has is not there twice for a payout meanwhile
			return err
		}
		l, err := lockLine(ctx, tx, line)
		if err != nil {
			return err
		}
		turns, err := chargeTurns(ctx, tx, l)
		switch {
		case err != nil:
			return err
		case turns == 0:
			return &ConflictError{fmt.Sprintf("line %s %s, and no two persons said that the bank charged it; right would be a line that they did: dunning statement show STATEMENT", line, l.is())}
		case turns%2 == 0:
			said = Approvals
			return nil
		}
		said, err = word{line, line, ReturnCharge{l.Amount, reason}, turns + 1}.say(ctx, tx, by)
		if err != nil || said < Approvals {
			return err
		}
		return uncharge(ctx, tx, line, turns, by)
	})
	return said, err
}

// uncharge takes back what was booked of a charge in its turn, and lets its line wait again.
func uncharge(ctx context.Context, tx pgx.Tx, line string, turn int, by Actor) error {
	if _, err := tx.Exec(ctx, `UPDATE statement_entry SET kind = $2 WHERE key = $1`, line, bank.LineUnknown); err != nil {
		return fmt.Errorf("note that line %s is no fee: %w", line, err)
	}
	var journals []ledger.Journal
	for _, book := range []ledger.Book{ledger.Trust, ledger.Agency} {
		j, err := readJournal(ctx, tx, book, bankChargeKey(line, turn))
		if err != nil {
			return err
		}
		back, err := j.Reversal(bankChargeKey(line, turn+1), j.Draft().On)
		if err != nil {
			return err
		}
		journals = append(journals, back)
	}
	_, err := post(ctx, tx, by, journals...)
	return err
}

// mayBeCharge refuses a line that is rather the payment that it names, or can be one that is on its way to the bank.
func mayBeCharge(ctx context.Context, tx pgx.Tx, l bookedLine) error {
	var may bool
	var sent []string
	if err := tx.QueryRow(ctx, `SELECT COALESCE(chargeable($1), false), under_way($2)`, l.Key, l.Amount).Scan(&may, &sent); err != nil {
		return fmt.Errorf("read whether line %s can be a charge: %w", l.Key, err)
	}
	if may {
		return nil
	}
	if len(sent) > 0 {
		which := "--line " + strings.ReplaceAll(sent[0], " ", " --line ")
		if payout, all := strings.CutSuffix(sent[0], "/all"); all {
			which = "--payout " + payout
		} else if strings.Contains(sent[0], "/") {
			which = "--batch " + sent[0]
		}
		return &ConflictError{fmt.Sprintf("line %s of %s can be %s, of that amount, which went to the bank and is in no statement yet; right would be: dunning payout book %s %s %s. When it is none of it, that can be said once the bank booked or refused that payment, or never got it (dunning payout refused, dunning payout lost)",
			l.Key, l.Amount, strings.NewReplacer(" ", " with ", "|", " or ").Replace(strings.Join(sent, "|")), l.Key, l.Amount, which)}
	}
	f, err := fitOf(ctx, tx, l.Key, "")
	if err != nil {
		return err
	}
	return &ConflictError{fmt.Sprintf("line %s of %s names %s, and is no charge beside it; right would be to say that it is of that one", l.Key, l.Amount, strings.Join(f.Named, ", "))}
}
