package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// Loss is what went back to a debtor though the bank took it, and how many persons say that the agency bears it, or does not any more.
type Loss struct {
	Refund  string       `json:"refund"`
	ClaimID string       `json:"claim,omitempty"` // on which too much was paid; empty: the receipt was nobody's
	Amount  money.Amount `json:"amount"`
	Said    int          `json:"said"`
	Undone  bool         `json:"undone"`
	Booked  bool         `json:"booked"`
}

// BearLoss says that the agency bears, of its own part on the trust account, what the refund of a receipt lost: it left, and the bank took the receipt back. When two different
// persons who may approve said so it is booked: S220 of it is nothing again. undo takes that back, when it was wrong or the money came back after all, by two persons too. The same
// person twice is once, and what is booked already stays. A receipt without such a loss, and more than the agency's part that no payout takes, is a *ConflictError; somebody who may not
// approve a *NotApproverError. It is one transaction: a crash before the commit leaves nothing.
func (s *Store) BearLoss(ctx context.Context, receipt, reason string, undo bool, by Actor) (l Loss, err error) {
	if reason, err = because(reason); err != nil {
		return l, err
	}
	owner, err := s.refs(ctx, `SELECT client_id::text, claim_id::text FROM claim_of_receipt($1)`, receipt)
	if err != nil {
		return l, fmt.Errorf("look up receipt %s: %w", receipt, err)
	}
	client := ""
	if len(owner) == 1 {
		client = owner[0].ClientID
	}
	err = s.tenant(ctx, client, func(tx pgx.Tx) error {
		// Of a receipt that is nobody's the loss is of its first refund, whose key the books name, whatever account the money went to in the end.
		r, err := readRefund(ctx, tx, `WHERE receipt = $1 AND approved AND (claim_id IS NOT NULL OR replaces IS NULL) ORDER BY proposed_at DESC, key DESC LIMIT 1`, receipt)
		if errors.Is(err, pgx.ErrNoRows) {
			return &ConflictError{"no refund of receipt " + receipt + " was approved"}
		}
		if err != nil {
			return fmt.Errorf("read refund of receipt %s: %w", receipt, err)
		}
		b := bearing{refund: r, undo: undo, reason: reason, by: by}
		if r.ClaimID == "" {
			client = ""
		} else if err := lockClaim(ctx, tx, Ref{client, r.ClaimID}); err != nil {
			return err
		}
		l, err = b.say(ctx, tx, client)
		return err
	})
	return l, err
}

// bearing is a person's word that the agency bears the loss of a refund, or, to undo it, does not any more.
type bearing struct {
	refund Refund
	undo   bool
	reason string
	by     Actor
}

func lossKey(turn int, refund string) string { return fmt.Sprintf("loss:%d:%s", turn, refund) }

// say records the word and books the loss when it is the second. The transaction sees no client after it.
func (b bearing) say(ctx context.Context, tx pgx.Tx, client string) (Loss, error) {
	l := Loss{Refund: b.refund.Key, ClaimID: b.refund.ClaimID, Undone: b.undo}
	if err := lockAgencyPart(ctx, tx); err != nil {
		return l, err
	}
	turns, err := b.turns(ctx, tx, client)
	if err != nil {
		return l, err
	}
	borne := turns%2 == 1
	switch {
	case b.undo && turns == 0:
		return l, &ConflictError{"the agency bears no loss of receipt " + b.refund.Receipt}
	case borne != b.undo && turns > 0: // told again
		l.Said, l.Booked = Approvals, true
		l.Amount, err = b.booked(ctx, tx, client, turns)
		return l, err
	case b.undo:
		l.Amount, err = b.booked(ctx, tx, client, turns)
	default:
		l.Amount, err = b.lost(ctx, tx, client)
	}
	if err != nil {
		return l, err
	}
	if err := b.affordable(ctx, tx, l.Amount); err != nil {
		return l, err
	}
	if l.Said, err = b.record(ctx, tx, turns+1, l.Amount); err != nil || l.Said < Approvals {
		return l, err
	}
	l.Booked = true
	return l, b.book(ctx, tx, client, turns+1, l.Amount)
}

// turns is how often the loss was borne and that undone by now.
func (b bearing) turns(ctx context.Context, tx pgx.Tx, client string) (turns int, err error) {
	if err := setTenant(ctx, tx, ""); err != nil {
		return 0, err
	}
	if err := tx.QueryRow(ctx, `SELECT COALESCE(max(turn), 0) FROM loss_approval WHERE refund = $1`, b.refund.Key).Scan(&turns); err != nil || turns == 0 {
		return turns, err
	}
	if err := setTenant(ctx, tx, client); err != nil {
		return 0, err
	}
	var booked bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM journal WHERE book = 'S' AND key = $1)`, lossKey(turns, b.refund.Key)).Scan(&booked); err != nil {
		return 0, fmt.Errorf("read the loss of refund %s: %w", b.refund.Key, err)
	}
	if !booked {
		turns--
	}
	return turns, nil
}

// booked is the amount that a turn booked.
func (b bearing) booked(ctx context.Context, tx pgx.Tx, client string, turn int) (amount money.Amount, err error) {
	if err := setTenant(ctx, tx, client); err != nil {
		return 0, err
	}
	j, err := readJournal(ctx, tx, ledger.Trust, lossKey(turn, b.refund.Key))
	if err != nil {
		return 0, err
	}
	for _, line := range j.Draft().Lines {
		amount = money.Max(amount, line.Cents)
	}
	return amount, nil
}

// lost is what went back and was not there any more.
func (b bearing) lost(ctx context.Context, tx pgx.Tx, client string) (amount money.Amount, err error) {
	if err := setTenant(ctx, tx, client); err != nil {
		return 0, err
	}
	of := "refund " + b.refund.Key
	if b.refund.ClaimID != "" {
		of = "S220 of claim " + b.refund.ClaimID
	}
	err = eachOverpaid(ctx, tx, func(where, _ string, is money.Amount) {
		if where == of {
			amount = -is
		}
	})
	if err == nil && amount <= 0 {
		err = &ConflictError{fmt.Sprintf("refund %s lost nothing: it did not leave, or the bank did not take its receipt back", b.refund.Key)}
	}
	return amount, err
}

// affordable insists that the agency's part on the trust account bears a loss: other people's money never does.
func (b bearing) affordable(ctx context.Context, tx pgx.Tx, amount money.Amount) error {
	if err := setTenant(ctx, tx, ""); err != nil || b.undo {
		return err
	}
	part, err := bears(ctx, tx)
	if err != nil {
		return err
	}
	if part < amount {
		return &ConflictError{fmt.Sprintf("the agency's part on the trust account that no payout takes is %s; right would be to pay %s of its own money in first (dunning receipts top-up)", part, amount-part)}
	}
	return nil
}

// record keeps what the person says, and gives how many do. The transaction sees no client.
func (b bearing) record(ctx context.Context, tx pgx.Tx, turn int, amount money.Amount) (said int, err error) {
	name, err := approver(ctx, tx, b.by.Name)
	if err != nil {
		return 0, err
	}
	err = say(ctx, tx, "loss:"+b.refund.Key, `INSERT INTO loss_approval (refund, turn, amount, approver, reason, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		b.refund.Key, turn, amount, name, strings.TrimSpace(b.reason), b.by.At)
	if err == nil {
		err = tx.QueryRow(ctx, `SELECT loss_approvals($1, $2, $3)`, b.refund.Key, turn, amount).Scan(&said)
	}
	if err != nil {
		return 0, fmt.Errorf("record the loss of refund %s: %w", b.refund.Key, err)
	}
	return said, nil
}

// book books the loss, or the reversal of the turn before.
func (b bearing) book(ctx context.Context, tx pgx.Tx, client string, turn int, amount money.Amount) error {
	if err := setTenant(ctx, tx, client); err != nil {
		return err
	}
	about := ledger.About{Key: lossKey(turn, b.refund.Key), On: b.by.today(), Client: client, Claim: b.refund.ClaimID}
	journals := ledger.LossOf(about, amount)
	if b.undo {
		journals = nil
		for _, book := range []ledger.Book{ledger.Trust, ledger.Agency} {
			j, err := readJournal(ctx, tx, book, lossKey(turn-1, b.refund.Key))
			if err != nil {
				return err
			}
			back, err := j.Reversal(about.Key, about.On)
			if err != nil {
				return err
			}
			journals = append(journals, back)
		}
	}
	_, err := post(ctx, tx, b.by, journals...)
	return err
}

// noLossBorne refuses to give back more on a claim of which the agency bears a loss: what S220 has of it then is the agency's.
func noLossBorne(ctx context.Context, tx pgx.Tx, ref Ref) error {
	var borne money.Amount
	if err := tx.QueryRow(ctx, `SELECT COALESCE(-sum(e.cents), 0)::bigint FROM entry e JOIN journal j ON j.id = e.journal_id WHERE j.kind = 'loss' AND e.account = 'S220' AND e.claim_id = $1`, ref.ClaimID).Scan(&borne); err != nil {
		return fmt.Errorf("read the loss of claim %s: %w", ref.ClaimID, err)
	}
	if borne != 0 {
		return &ConflictError{fmt.Sprintf("the agency bears a loss of %s on claim %s; right would be to undo that first: dunning receipts loss KEY --undo with the receipt that the bank took back", borne, ref.ClaimID)}
	}
	return nil
}

// lockAgencyPart lets nobody else take from the agency's part on the trust account until the transaction ends.
func lockAgencyPart(ctx context.Context, tx pgx.Tx) error {
	return lockNamed(ctx, tx, "the part of the agency")
}
