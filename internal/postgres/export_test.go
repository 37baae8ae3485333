package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

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
