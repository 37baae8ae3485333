package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/settlement"
)

// PayoutResult is where a line stands after what the bank told, and what that was. Problem says why it changed nothing although it tells something else.
type PayoutResult struct {
	EndToEndID string                   `json:"end_to_end_id"`
	Verdict    settlement.PayoutVerdict `json:"told"`
	Status     settlement.PayoutStatus  `json:"status"`
	Problem    string                   `json:"problem,omitempty"`
	Next       string                   `json:"next,omitempty"` // what is to be done about one that the bank did not pay
}

// ReportPayout records what the bank says of a file that it was sent (pain.002): what it refuses is payable again, in the books too, and for a reason that lies in the
// account that account is blocked. What waits of the payout is looked at anew. Told twice is once; nothing is sent again by it. What cannot be, as a refusal of what was booked, changes nothing and is told.
// ErrNotFound when no file of ours has the message id.
func (s *Store) ReportPayout(ctx context.Context, report settlement.PayoutReport, by Actor) (results []PayoutResult, err error) {
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		if err := lockTyped(ctx, tx); err != nil { // as who says something of a payout (saying)
			return err
		}
		p, err := lockedPayout(ctx, tx, report.Payout)
		if err != nil {
			return err
		}
		for _, l := range p.Lines {
			r, err := reportLine(ctx, tx, report, p, l, by)
			if err != nil {
				return err
			}
			results = append(results, r)
		}
		if err := setTenant(ctx, tx, ""); err != nil {
			return err
		}
		return lookAnew(ctx, tx, p.ID, by) // what did not fit can without a payment that is refused
	})
	return results, err
}

func reportLine(ctx context.Context, tx pgx.Tx, report settlement.PayoutReport, p settlement.Payout, l settlement.PayoutLine, by Actor) (PayoutResult, error) {
	r := PayoutResult{EndToEndID: l.EndToEndID, Verdict: report.Of(p, l), Status: l.Status}
	to := payoutStep{Evidence: report.ID, Reason: r.Verdict.Reason}
	if err := keepReport(ctx, tx, report.ID, r, by); err != nil {
		return r, err
	}
	switch r.Verdict.Outcome {
	case bank.Accepted, bank.Settled:
		to.Status = settlement.PayoutAccepted
	case bank.Rejected:
		to.Status = settlement.PayoutRejected
	case bank.Pending, bank.Partly, bank.Unclear:
		return r, nil
	}
	switch {
	case l.Status == to.Status || to.Status == settlement.PayoutAccepted && (l.Status == settlement.PayoutBooked || l.Status == settlement.PayoutReturned): // told before, or known better
		return r, toldOfAccount(ctx, tx, l, to, by)
	case !l.Status.Follows(to.Status):
		r.Problem = fmt.Sprintf("is %s, and cannot become %s: a person must ask the bank", l.Status, to.Status)
		return r, nil
	}
	r.Status = to.Status
	if err := setTenant(ctx, tx, l.ClientID); err != nil {
		return r, err
	}
	if to.Status == settlement.PayoutRejected {
		if err := payAgain(ctx, tx, l, to, by.today(), by); err != nil {
			return r, err
		}
	}
	return r, step(ctx, tx, l, to, by)
}

// keepReport keeps that a report tells of a payment which it does not refuse: who said before it that the bank did has not known it (RefusePayment).
func keepReport(ctx context.Context, tx pgx.Tx, id string, r PayoutResult, by Actor) error {
	if !slices.Contains([]bank.Outcome{bank.Pending, bank.Accepted, bank.Settled}, r.Verdict.Outcome) {
		return nil
	}
	if err := setTenant(ctx, tx, ""); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO payout_report (end_to_end_id, report, outcome, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, r.EndToEndID, id, r.Verdict.Outcome, by.At); err != nil {
		return fmt.Errorf("keep what report %s says of payment %s: %w", id, r.EndToEndID, err)
	}
	return nil
}

// toldOfAccount blocks the account of a payment that two persons said the bank refused, when its report comes after all and says that the reason lies in that.
func toldOfAccount(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, to payoutStep, by Actor) error {
	if to.Status != settlement.PayoutRejected {
		return nil
	}
	if err := setTenant(ctx, tx, l.ClientID); err != nil {
		return err
	}
	return refusedAccount(ctx, tx, l, to, by)
}

// refusedAccount blocks the account of a payment to a client that did not arrive, when that is the reason. The transaction sees its client.
func refusedAccount(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, to payoutStep, by Actor) error {
	reason, _ := bank.ReasonOf(to.Reason)
	if l.Kind != settlement.PayoutToClient || to.Status != settlement.PayoutReturned && reason.Remedy != bank.BlockAccount {
		return nil
	}
	return blockAccount(ctx, tx, l.ClientID, l.IBAN, l.EndToEndID, strings.TrimSpace(to.Reason+" "+reason.Meaning), by)
}

// payAgain books that a line did not arrive: what it paid is payable again. The transaction sees its client.
func payAgain(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, to payoutStep, on calendar.Date, by Actor) error {
	if err := refusedAccount(ctx, tx, l, to, by); err != nil {
		return err
	}
	what := "/" + string(to.Status)
	if l.Kind == settlement.PayoutOfFees {
		return reverseFees(ctx, tx, l, to, what, on, by)
	}
	journals, err := byClaim(journalsBack(l, to.Status, aboutLine(l, what, on)), l)
	if err != nil {
		return err
	}
	if _, err = post(ctx, tx, by, journals...); err != nil || l.Kind != settlement.PayoutOfRefund {
		return err
	}
	return askAccount(ctx, tx, l, to, by)
}

// journalsBack are those of a payment to a client or a debtor that did not arrive.
func journalsBack(l settlement.PayoutLine, status settlement.PayoutStatus, about ledger.About) []ledger.Journal {
	refund, returned := l.Kind == settlement.PayoutOfRefund, status == settlement.PayoutReturned
	switch {
	case refund && returned:
		return ledger.RefundReturnedOf(about, l.Cents)
	case refund:
		return ledger.RefundRejectedOf(about, l.Cents)
	case returned:
		return ledger.PayoutReturnedOf(about, l.Cents)
	}
	return ledger.PayoutRejectedOf(about, l.Cents)
}

// reverseFees takes back what was booked of the agency's own part.
func reverseFees(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, to payoutStep, what string, on calendar.Date, by Actor) error {
	type name struct {
		book ledger.Book
		key  string
	}
	posted := []name{{ledger.Trust, lineKey(l)}}
	if to.Status == settlement.PayoutReturned {
		posted = append(posted, name{ledger.Trust, lineKey(l) + "/booked"}, name{ledger.Agency, lineKey(l) + "/booked"})
	}
	for _, p := range posted {
		j, err := readJournal(ctx, tx, p.book, p.key)
		if err != nil {
			return err
		}
		back, err := j.Reversal(p.key+what, on)
		if err != nil {
			return err
		}
		if _, err := post(ctx, tx, by, back); err != nil {
			return err
		}
	}
	return nil
}
