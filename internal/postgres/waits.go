package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// HeldStatement is a statement of which nothing is booked.
type HeldStatement struct {
	Statement
	Since calendar.Date // the day on which it was imported
}

// HeldStatements gives the statements that are held, the longest first.
func (s *Store) HeldStatements(ctx context.Context) (held []HeldStatement, err error) {
	err = s.moment(ctx, "", func(tx pgx.Tx) error {
		held, err = rowsOf[HeldStatement](ctx, tx, statementFields+`, (imported_at AT TIME ZONE 'Europe/Amsterdam')::date FROM statement s WHERE state = 'held' ORDER BY imported_at, key`)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list held statements: %w", err)
	}
	return held, nil
}

// PaymentBack is a line of a payout that the bank refused or gave back, and that no other payout pays yet.
type PaymentBack struct {
	Payout     string
	EndToEndID string
	Kind       settlement.PayoutKind
	Client     string // its code
	Claim      string // of a refund
	Receipt    string // of a refund
	Amount     money.Amount
	Status     settlement.PayoutStatus
	Code       string // the bank's
	Since      calendar.Date
	Blocked    bool // the client's account is, of this or another payment
	Asked      bool // a task of the claim asks for the account (trajectory.RefundReturned)
}

// PaymentsBack gives the payments of payouts that the bank refused or gave back, until another payout has them, or nothing is left to pay: the longest first: all, or of one client
// when its id is given.
func (s *Store) PaymentsBack(ctx context.Context, clientID string) (list []PaymentBack, err error) {
	err = s.eachTenant(ctx, clientID, func(tx pgx.Tx, client string) error {
		if client == "" && clientID != "" {
			return nil
		}
		its, err := rowsOf[PaymentBack](ctx, tx, `SELECT l.payout, l.end_to_end_id, l.kind, COALESCE(c.code, ''), COALESCE(f.claim_id::text, ''), COALESCE(f.receipt, ''), l.cents, s.status, s.reason, (s.at AT TIME ZONE 'Europe/Amsterdam')::date,
				EXISTS (SELECT FROM client_account_block k WHERE k.client_id = l.client_id AND k.number = (SELECT max(a.number) FROM client_account a WHERE a.client_id = l.client_id)), b.asked
			FROM payments_back() b JOIN payout_line l ON l.end_to_end_id = b.end_to_end_id JOIN payout_step s ON s.end_to_end_id = l.end_to_end_id AND s.status = payout_status(l.end_to_end_id)
				LEFT JOIN client c ON c.id = l.client_id LEFT JOIN refund f ON f.key = l.refund
			WHERE l.client_id IS NOT DISTINCT FROM tenant()`)
		list = append(list, its...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the payments that did not arrive: %w", err)
	}
	slices.SortFunc(list, func(a, b PaymentBack) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.EndToEndID, b.EndToEndID))
	})
	return list, nil
}

// Next says what is to be done about it, and with which command.
func (p PaymentBack) Next() string {
	const again = "the next payout pays it: dunning payout propose"
	switch {
	case p.Kind == settlement.PayoutOfRefund && accountRefused(p.Status, p.Code):
		return "ask who paid which account is right: dunning receipts refund " + p.Receipt + " --to IBAN --reason TEXT"
	case p.Kind == settlement.PayoutToClient && p.Blocked:
		return fmt.Sprintf("its account is blocked until client %s tells one anew (the same: dunning client account renew %s; another: dunning client add FILE) and two persons approve that; from then on %s", p.Client, p.Client, again)
	case p.Kind == settlement.PayoutToClient:
		return again + " --client " + p.Client
	case p.Kind == settlement.PayoutOfFees && accountRefused(p.Status, p.Code):
		return "put payout.agency_iban right in the configuration; from then on " + again
	}
	return again
}

// Detail says what it is, and why it did not arrive.
func (p PaymentBack) Detail() string {
	whom := map[settlement.PayoutKind]string{settlement.PayoutToClient: "client " + p.Client, settlement.PayoutOfRefund: "who paid receipt " + p.Receipt, settlement.PayoutOfFees: "the agency"}[p.Kind]
	return fmt.Sprintf("%s of payout %s to %s did not arrive: the bank says %s%s; %s", p.Amount, p.Payout, whom, p.Status, reasonText(p.Code), p.Next())
}
