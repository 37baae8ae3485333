package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// dueRefund books that an approved refund of a receipt that is nobody's is payable, from the day of the approval. What was paid too much on a claim is so already.
func dueRefund(ctx context.Context, tx pgx.Tx, r Refund, on calendar.Date, by Actor) (posted int, err error) {
	return post(ctx, tx, by, ledger.RefundDueOf(ledger.About{Key: "refund:" + r.Key, On: on}, r.Amount)...)
}

// closeRefunds books refunds that were approved before their approval was booked.
func (s *Store) closeRefunds(ctx context.Context, by Actor) (n int, err error) {
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT key, amount, (decided_at AT TIME ZONE 'Europe/Amsterdam')::date FROM refund WHERE approved AND claim_id IS NULL AND replaces IS NULL ORDER BY key`)
		if err != nil {
			return fmt.Errorf("read approved refunds: %w", err)
		}
		days := map[Refund]calendar.Date{}
		var r Refund
		var on calendar.Date
		if _, err := pgx.ForEachRow(rows, []any{&r.Key, &r.Amount, &on}, func() error { days[r] = on; return nil }); err != nil {
			return fmt.Errorf("read approved refunds: %w", err)
		}
		for r, on := range days {
			posted, err := dueRefund(ctx, tx, r, on, by)
			if err != nil {
				return err
			}
			n += posted
		}
		return nil
	})
	return n, err
}

// refundDue is an approved refund with where its last payment stands; empty when there was none.
type refundDue struct {
	Key, Claim, Receipt string
	Amount              money.Amount
	IBAN, Name          string
	PaidOn              calendar.Date // by the debtor
	Status              settlement.PayoutStatus
	Reason              string
	Since               calendar.Date // it waits: since its approval, or since its last payment did not arrive
	Ours                bool          // the account is the trust foundation's
}

// approvedRefunds are those of the client that the transaction sees, or of receipts that are nobody's; but none that is not with the bank, or paid, and whose receipt the bank took back: it ended, and
// nobody need hear of it every day.
const approvedRefunds = `
	SELECT f.key, COALESCE(f.claim_id::text, ''), f.receipt, f.amount, f.iban, f.name, receipt.value_on, COALESCE(last.status, ''), COALESCE(last.reason, ''), (COALESCE(last.at, f.decided_at) AT TIME ZONE 'Europe/Amsterdam')::date, account_is_ours(f.iban)
	FROM refund f JOIN receipt ON receipt.key = f.receipt LEFT JOIN LATERAL (SELECT s.status, s.reason, s.at FROM payout_line l JOIN payout_step s ON s.end_to_end_id = l.end_to_end_id
		WHERE l.refund = f.key ORDER BY s.seq DESC LIMIT 1) last ON true
	WHERE f.approved AND f.client_id IS NOT DISTINCT FROM tenant() AND NOT EXISTS (SELECT FROM refund o WHERE o.replaces = f.key AND o.approved)
		AND NOT (COALESCE(last.status, '') IN ('', 'rejected', 'returned', 'withdrawn', 'lost') AND ` + receiptTaken + `) ORDER BY f.key`

// refundLines are the approved refunds that no payout pays: debtors wait for no day of a plan. The transaction sees no client after it.
func (p Proposing) refundLines(ctx context.Context, tx pgx.Tx, id string, clients map[string]onList) (lines []settlement.PayoutLine, left []NotPaid, err error) {
	if p.ClientID != "" {
		return nil, nil, nil
	}
	for _, client := range append(slices.Sorted(maps.Keys(clients)), "") { // ends without a client
		if err := setTenant(ctx, tx, client); err != nil {
			return nil, nil, err
		}
		due, err := rowsOf[refundDue](ctx, tx, approvedRefunds)
		if err != nil {
			return nil, nil, fmt.Errorf("read the refunds of client %q: %w", client, err)
		}
		taken := map[string]money.Amount{}
		for _, r := range due {
			if r.Status != "" && !r.Status.Dead() {
				continue
			}
			line := r.line(client)
			why, err := p.whyNoRefund(ctx, tx, id, r, line, taken[r.Claim])
			if err != nil {
				return nil, nil, err
			}
			if why != "" {
				left = append(left, NotPaid{Refund: r.Key, Why: fmt.Sprintf("it waits since %s: %s", r.Since, why)})
				continue
			}
			taken[r.Claim] += r.Amount
			lines = append(lines, line)
		}
	}
	return lines, left, nil
}

func reasonText(code string) string {
	if code == "" {
		return ""
	}
	reason, _ := bank.ReasonOf(code)
	return " (" + cmp.Or(reason.Meaning, code) + ")"
}

func (r refundDue) line(client string) settlement.PayoutLine {
	return settlement.PayoutLine{
		Kind: settlement.PayoutOfRefund, ClientID: client, Refund: r.Key, ClaimID: r.Claim, IBAN: bank.NormaliseIBAN(r.IBAN), Name: r.Name, Cents: r.Amount,
		Text: "Terugbetaling van uw betaling van " + r.PaidOn.Dutch(),
	}
}

// whyNoRefund says why a refund is not paid now; empty: it is.
func (p Proposing) whyNoRefund(ctx context.Context, tx pgx.Tx, id string, r refundDue, line settlement.PayoutLine, taken money.Amount) (string, error) {
	if accountRefused(r.Status, r.Reason) {
		return whyCameBack(r.Reason) + ": ask who paid which account is right: dunning receipts refund " + r.Receipt + " --to IBAN --reason TEXT", nil
	}
	if why, err := whyTakenBack(ctx, tx, r.Receipt); err != nil || why != "" {
		return why + ": say which it takes back: dunning receipts reverse KEY --entry LINE --reason TEXT; when it is of more than the receipt, two persons say what the bank charged (--charge AMOUNT --by NAME)", err
	}
	if why, err := whyFetchable(ctx, tx, r.Receipt, p.Refund, p.On); err != nil || why != "" {
		return why, err
	}
	payable, err := refundable(ctx, tx, r.Claim)
	if err != nil {
		return "", err
	}
	if payable-taken < r.Amount {
		return fmt.Sprintf("by the books %s of it is to be paid back: see where the rest went: dunning ledger trace %s", payable-taken, r.Receipt), nil
	}
	if why := noBankTakes(r.IBAN, r.Name, r.Ours); why != "" {
		return why + ": " + askCreditor(r.Receipt), nil
	}
	var refused *bank.PaymentFileError
	if _, err = (settlement.Payout{ID: id, On: p.On, From: p.From, Lines: []settlement.PayoutLine{line}}).Sealed(); errors.As(err, &refused) {
		return fmt.Sprintf("no bank takes its payment: %s %s", refused.Field, refused.Problem), nil
	}
	return "", err
}

// refundable is what the books say is to be paid back on a claim of the client that the transaction sees, or of all receipts that are nobody's, less what proposals
// take.
func refundable(ctx context.Context, tx pgx.Tx, claim string) (amount money.Amount, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE((SELECT -sum(cents) FROM entry WHERE account = 'S220' AND client_id IS NOT DISTINCT FROM tenant() AND claim_id IS NOT DISTINCT FROM NULLIF($1, '')::uuid), 0)::bigint
		- COALESCE((SELECT sum(l.cents) FROM payout_line l JOIN refund f ON f.key = l.refund WHERE f.client_id IS NOT DISTINCT FROM tenant() AND f.claim_id IS NOT DISTINCT FROM NULLIF($1, '')::uuid
			AND payout_status(l.end_to_end_id) = ANY ($2)), 0)::bigint`, claim, statuses(settlement.PayoutStatus.Reserves)).Scan(&amount)
	if err != nil {
		return 0, fmt.Errorf("read what is to be paid back on claim %q: %w", claim, err)
	}
	return amount, nil
}

// whyFetchable says that a receipt was collected by direct debit and can still be fetched back on a day, and from which day on not any more. Empty: it is ours for good.
func whyFetchable(ctx context.Context, tx pgx.Tx, receipt string, term settlement.RefundTerm, on calendar.Date) (why string, err error) {
	var debited calendar.Date
	err = tx.QueryRow(ctx, `SELECT value_on FROM receipt WHERE key = $1 AND direct_debit AND ($2::date IS NULL OR value_on > $2)`, receipt, dayOrNull(term.OverFor(on))).Scan(&debited)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read whether receipt %s can be fetched back: %w", receipt, err)
	}
	why = "receipt " + receipt + " was collected by direct debit and can still be fetched back"
	if ours := term.AvailableOn(debited); !ours.IsZero() {
		why += fmt.Sprintf("; its refund may leave on %s or later", ours)
	}
	return why, nil
}

// stillRefundable insists that what a line gives back is still there: a bank may have taken the receipt back since, or may yet. Its claim is locked.
func stillRefundable(ctx context.Context, tx pgx.Tx, p settlement.Payout, l settlement.PayoutLine, term settlement.RefundTerm, by Actor) error {
	if err := setTenant(ctx, tx, l.ClientID); err != nil {
		return err
	}
	var receipt, why string
	err := tx.QueryRow(ctx, `SELECT receipt, COALESCE(ended, '') FROM refund WHERE key = $1`, l.Refund).Scan(&receipt, &why)
	if err != nil {
		return fmt.Errorf("read refund %s: %w", l.Refund, err)
	}
	if why == "" {
		why, err = whyTakenBack(ctx, tx, receipt)
	}
	if err != nil {
		return err
	}
	if why != "" {
		return &ConflictError{fmt.Sprintf("payout %s, line %d: refund %s may not leave: %s; right would be to withdraw the payout and to propose it again", p.ID, l.Nr, l.Refund, why)}
	}
	if why, err = whyFetchable(ctx, tx, receipt, term, by.today()); err != nil {
		return err
	}
	if why != "" {
		return &ConflictError{fmt.Sprintf("payout %s, line %d: %s", p.ID, l.Nr, why)}
	}
	left, err := refundable(ctx, tx, l.ClaimID) // less what this payout takes
	if err != nil {
		return err
	}
	if left < 0 {
		return &ConflictError{fmt.Sprintf("payout %s, line %d: refund %s is %s more than is to be paid back; right would be to withdraw the payout and to propose it again", p.ID, l.Nr, l.Refund, -left)}
	}
	return nil
}
