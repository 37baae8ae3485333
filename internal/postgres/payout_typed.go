package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// TypedReceipt is a receipt that a person typed and no statement of the bank has brought: until one does, that person's word alone says that the money is there.
type TypedReceipt struct {
	Receipt string        `json:"receipt"`
	Amount  money.Amount  `json:"amount"` // as much of it as stands
	On      calendar.Date `json:"on"`     // value date
	By      string        `json:"by"`     // who typed it; empty: it was typed when nobody kept by whom
}

// TypedReceipts gives the receipts that were typed by the time at which a payout was proposed, that no statement has brought by now and that the bank did not take back, the newest first; and how much
// of what the payout pays can rest on them at most. The trust account is one: which of its money a line pays with, and to whom, nothing says, so all of them are named. ErrNotFound when there is no such payout.
func (s *Store) TypedReceipts(ctx context.Context, payout string) (typed []TypedReceipt, atMost money.Amount, err error) {
	err = s.moment(ctx, "", func(tx pgx.Tx) error {
		p, err := readPayout(ctx, tx, payout)
		if err != nil {
			return err
		}
		if err := setTenant(ctx, tx, ""); err != nil {
			return err
		}
		var proposed time.Time
		if err := tx.QueryRow(ctx, `SELECT proposed_at FROM payout WHERE id = $1`, payout).Scan(&proposed); err != nil {
			return fmt.Errorf("read payout %s: %w", payout, err)
		}
		if typed, err = rowsOf[TypedReceipt](ctx, tx, `SELECT key, cents, value_on, typed_by FROM typed_receipts($1) ORDER BY value_on DESC, key`, proposed); err != nil {
			return fmt.Errorf("read the typed receipts of payout %s: %w", payout, err)
		}
		var sum, paid money.Amount
		for _, r := range typed {
			sum += r.Amount
		}
		for _, l := range p.Lines {
			paid += l.Cents
		}
		atMost = money.Min(sum, paid)
		return nil
	})
	return typed, atMost, err
}
