package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// Unfilled is what is not the agency's own money any more, and how many persons say so.
type Unfilled struct {
	Amount money.Amount `json:"amount"`
	Said   int          `json:"said"`
	Booked bool         `json:"booked"` // it waits again
}

// UndoTopUp says that a receipt is not the agency's own money: it was told by mistake. When two different persons who may approve said so, each for a reason, everything that it filled up is reversed
// and it waits again, so that it can be told anew. What a client gave back of it since the agency's part bears. The same person twice is once, and what was undone stays so. A receipt that is not the
// agency's, and more than its part, is a *ConflictError; somebody who may not approve a *NotApproverError. It is one transaction.
func (s *Store) UndoTopUp(ctx context.Context, key, reason string, by Actor) (u Unfilled, err error) {
	if reason, err = because(reason); err != nil {
		return u, err
	}
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		gone, turn, err := u.find(ctx, tx, key)
		if err != nil {
			return err
		}
		name, err := approver(ctx, tx, by.Name)
		if err != nil {
			return err
		}
		switch {
		case gone != goneOwn && turn == 1:
			return &ConflictError{"receipt " + key + " is not the agency's own money"}
		case gone != goneOwn: // told again
			u.Said, u.Booked = Approvals, gone == ""
			return nil
		}
		if err := u.say(ctx, tx, key, turn, name, reason, by); err != nil || !u.Booked {
			return err
		}
		if err := unfill(ctx, tx, key, turn, by.today(), by); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE receipt SET gone = NULL WHERE key = $1`, key); err != nil {
			return fmt.Errorf("let receipt %s wait again: %w", key, err)
		}
		return u.affordable(ctx, tx)
	})
	return u, err
}

// find locks the receipt, and gives why it is gone and how often it was the agency's own money by now, or would be next.
func (u *Unfilled) find(ctx context.Context, tx pgx.Tx, key string) (gone string, turn int, err error) {
	err = tx.QueryRow(ctx, `SELECT amount, COALESCE(gone, '') FROM receipt WHERE key = $1 AND claim_id IS NULL FOR UPDATE`, key).Scan(&u.Amount, &gone)
	if err == nil {
		turn, err = ownTurn(ctx, tx, key)
	}
	if errors.Is(err, pgx.ErrNoRows) {
		err = &ConflictError{"receipt " + key + " is not the agency's own money: it is not there, or of a claim"}
	}
	return gone, turn, err
}

// say records what the person says.
func (u *Unfilled) say(ctx context.Context, tx pgx.Tx, key string, turn int, name, reason string, by Actor) error {
	var others int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM own_undone u WHERE u.receipt = $1 AND u.turn = $2 AND u.approver <> $3 AND word_counts(u.approver, u.removals)`, key, turn, name).Scan(&others)
	if err != nil {
		return fmt.Errorf("read who says that receipt %s is not the agency's: %w", key, err)
	}
	u.Said, u.Booked = min(others, 1)+1, others > 0
	err = say(ctx, tx, "own-undone:"+key, `INSERT INTO own_undone (receipt, turn, approver, reason, done, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`, key, turn, name, reason, u.Booked, by.At)
	if err != nil {
		return fmt.Errorf("record that receipt %s is not the agency's: %w", key, err)
	}
	return nil
}

// affordable insists that the agency's part bears it: what of the money went on already went on for the agency. It locks that part after what clients are to be paid, as a payout that leaves does.
func (u *Unfilled) affordable(ctx context.Context, tx pgx.Tx) error {
	if err := lockAgencyPart(ctx, tx); err != nil {
		return err
	}
	var part money.Amount
	if err := tx.QueryRow(ctx, `SELECT COALESCE(sum(credit - debit), 0)::bigint FROM ledger_balances(NULL) WHERE account = 'S210'`).Scan(&part); err != nil {
		return fmt.Errorf("read the part of the agency: %w", err)
	}
	if part < 0 {
		return &ConflictError{fmt.Sprintf("the agency's part on the trust account is %s less than what went on of it; right would be to pay that of its own money in first (dunning receipts top-up)", -part)}
	}
	return nil
}

// ownKey begins the keys of the journals by which a receipt is the agency's own money: each time that it is has its own.
func ownKey(receipt string, turn int) string {
	if turn == 1 {
		return "receipt:" + receipt + "/own"
	}
	return fmt.Sprintf("receipt:%s/own~%d", receipt, turn)
}

// gaveBackKey ends the key of what a client gave back of it (gaveBack).
const gaveBackKey = "/kept"

// ownTurn is how often a receipt was the agency's own money by now, counted from 1; of one that is not, the next time.
func ownTurn(ctx context.Context, tx pgx.Tx, receipt string) (turn int, err error) {
	if err := tx.QueryRow(ctx, `SELECT count(*) + 1 FROM own_undone WHERE receipt = $1 AND done`, receipt).Scan(&turn); err != nil {
		return 0, fmt.Errorf("read how often receipt %s was the agency's: %w", receipt, err)
	}
	return turn, nil
}

// unfill reverses on a day what a receipt filled up as the agency's own money, of that turn. The transaction sees no client, before and after it.
func unfill(ctx context.Context, tx pgx.Tx, receipt string, turn int, on calendar.Date, by Actor) error {
	type booked struct{ Client, Key string }
	all, err := rowsOf[booked](ctx, tx, `SELECT COALESCE(client_id::text, ''), key FROM own_journals($1)`, ownKey(receipt, turn))
	if err != nil {
		return fmt.Errorf("read what receipt %s filled up: %w", receipt, err)
	}
	for _, b := range all {
		if err := setTenant(ctx, tx, b.Client); err != nil {
			return err
		}
		for _, book := range []ledger.Book{ledger.Trust, ledger.Agency} {
			j, err := readJournal(ctx, tx, book, b.Key)
			if err != nil {
				return err
			}
			back, err := j.Reversal(b.Key+"/back", on)
			if err != nil {
				return err
			}
			if _, err := post(ctx, tx, by, back); err != nil {
				return err
			}
		}
		if err := gaveBack(ctx, tx, ledger.About{Key: b.Key + gaveBackKey, On: on, Client: b.Client}, by); err != nil {
			return err
		}
	}
	return setTenant(ctx, tx, "")
}

// gaveBack fills up, of the agency's part, what the client that the transaction sees gave back of what the agency had filled up and has not any more: the agency got that of the client since.
func gaveBack(ctx context.Context, tx pgx.Tx, about ledger.About, by Actor) error {
	if about.Client == "" {
		return nil
	}
	if _, err := payable(ctx, tx, about.Client, true); err != nil {
		return err
	}
	var more money.Amount
	if err := tx.QueryRow(ctx, `SELECT GREATEST(-COALESCE(sum(cents), 0), 0)::bigint FROM entry WHERE account = 'A130' AND client_id = tenant()`).Scan(&more); err != nil {
		return fmt.Errorf("read what client %s gave back: %w", about.Client, err)
	}
	_, err := post(ctx, tx, by, ledger.ToppedUpOfPartOf(about, more)...)
	return err
}
