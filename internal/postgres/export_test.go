package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// KeepBack does what a payout run does for one client that is paid nothing, and gives how much is kept back.
func (s *Store) KeepBack(ctx context.Context, client string, by Actor) (kept money.Amount, err error) {
	p := Proposing{On: by.today(), Refund: settlement.RefundTerm{Weeks: 8, TargetDays: 2}, by: by}
	err = s.tenant(ctx, client, func(tx pgx.Tx) error {
		var due payableTo
		if due.payables, due.owed, err = payables(ctx, tx, client, p.Refund.OverFor(p.On)); err != nil {
			return err
		}
		kept, _, err = p.keepBack(ctx, tx, client, due)
		return err
	})
	return kept, err
}

// BlockedBy says why a payment from an account is not matched by a rule; nil when it may be, and until the transaction ends.
func BlockedBy(ctx context.Context, tx pgx.Tx, iban string, rule matching.Rule) error {
	why, err := blockedBy(ctx, tx, iban, rule)
	if err == nil && why != "" {
		err = errors.New(why)
	}
	return err
}
