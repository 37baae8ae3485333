package postgres

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
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

// LineMay is whether a booked line of a kind that is of nothing yet may become a fee, a return, or of a payout: as the code says, which the schema repeats.
func LineMay(kind bank.LineKind, become string) bool {
	l := bookedLine{Kind: kind}
	switch become {
	case "fee":
		return l.waits() && kind != bank.LineReturn
	case "return":
		return l.waits()
	}
	return slices.Contains(maybePayout, kind)
}
