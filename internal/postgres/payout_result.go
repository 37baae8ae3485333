package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// PayoutResult is where a line stands after what the bank told, and what that was. Problem says why it changed nothing although it tells something else.
type PayoutResult struct {
	EndToEndID string                   `json:"end_to_end_id"`
	Verdict    settlement.PayoutVerdict `json:"told"`
	Status     settlement.PayoutStatus  `json:"status"`
	Problem    string                   `json:"problem,omitempty"`
}

// ReportPayout records what the bank says of a file that it was sent (pain.002): what it refuses is payable again, in the books too, and for a reason that lies in the
// account that account is blocked. Told twice is once; nothing is sent again by it. What cannot be, as a refusal of what was booked, changes nothing and is told.
// ErrNotFound when no file of ours has the message id.
func (s *Store) ReportPayout(ctx context.Context, report settlement.PayoutReport, by Actor) (results []PayoutResult, err error) {
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
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
		return nil
	})
	return results, err
}

func reportLine(ctx context.Context, tx pgx.Tx, report settlement.PayoutReport, p settlement.Payout, l settlement.PayoutLine, by Actor) (PayoutResult, error) {
	r := PayoutResult{EndToEndID: l.EndToEndID, Verdict: report.Of(p, l), Status: l.Status}
	to := payoutStep{Evidence: report.ID, Reason: r.Verdict.Reason}
	switch r.Verdict.Outcome {
	case bank.Accepted:
		to.Status = settlement.PayoutAccepted
	case bank.Rejected:
		to.Status = settlement.PayoutRejected
	case bank.Pending, bank.Partly, bank.Unclear:
		return r, nil
	}
	switch {
	case l.Status == to.Status || to.Status == settlement.PayoutAccepted && (l.Status == settlement.PayoutBooked || l.Status == settlement.PayoutReturned): // told before, or known better
		return r, nil
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

// payAgain books that a line did not arrive: what it paid is payable again. The transaction sees its client.
func payAgain(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, to payoutStep, on calendar.Date, by Actor) error {
	reason, _ := bank.ReasonOf(to.Reason)
	if l.Kind == settlement.PayoutToClient && (to.Status == settlement.PayoutReturned || reason.Remedy == bank.BlockAccount) {
		if err := blockAccount(ctx, tx, l.ClientID, l.IBAN, l.EndToEndID, strings.TrimSpace(to.Reason+" "+reason.Meaning), by); err != nil {
			return err
		}
	}
	what := "/" + string(to.Status)
	if l.Kind == settlement.PayoutOfFees {
		return reverseFees(ctx, tx, l, to, what, on, by)
	}
	journals, err := byClaim(journalsBack(l, to.Status, aboutLine(l, what, on)), l)
	if err != nil {
		return err
	}
	_, err = post(ctx, tx, by, journals...)
	return err
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

// PayoutEntry is an entry of a statement of the trust account that may be of a payout.
type PayoutEntry struct {
	Key        string // of the entry
	Credit     bool   // money that came back; else a debit
	EndToEndID string // as the bank tells it; may be empty
	BatchID    string // of the batch in our file; may be empty
	Amount     money.Amount
	On         calendar.Date // value date
	Reason     string        // the bank's code of why it came back

	told []string // keys of the lines of the statement that tell it together
}

// BookPayoutEntry books an entry of a statement that is of a payout, and gives the lines that it is of: the debit of one, or of a whole batch, or one that came
// back, which is payable again while its account is blocked. The same entry twice is once. ErrNotFound when the entry is of no payout; one that is and does not
// fit, by its amount or because the line was booked by another entry, is a *ConflictError: a person must look.
func (s *Store) BookPayoutEntry(ctx context.Context, e PayoutEntry, by Actor) (lines []settlement.PayoutLine, err error) {
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		lines, err = bookPayoutEntry(ctx, tx, e, by)
		return err
	})
	return lines, err
}

// bookPayoutEntry is BookPayoutEntry in a transaction of who reads the statement. It sees no client, before and after it.
func bookPayoutEntry(ctx context.Context, tx pgx.Tx, e PayoutEntry, by Actor) ([]settlement.PayoutLine, error) {
	p, lines, err := linesOfEntry(ctx, tx, e)
	if err != nil {
		return nil, err
	}
	var sum money.Amount
	for _, l := range lines {
		sum += l.Cents
	}
	if sum != e.Amount {
		return nil, &ConflictError{fmt.Sprintf("entry %s of %s is of payout %s, which pays %s there: a person must ask the bank", e.Key, e.Amount, p.ID, sum)}
	}
	to := payoutStep{Status: settlement.PayoutBooked, Evidence: e.Key, Reason: e.Reason}
	if e.Credit {
		to.Status = settlement.PayoutReturned
	}
	fresh, err := freshLines(ctx, tx, lines, to)
	if err != nil {
		return nil, err
	}
	for _, l := range fresh {
		if err := setTenant(ctx, tx, l.ClientID); err != nil {
			return nil, err
		}
		if err := bookLine(ctx, tx, l, to, e.On, by); err != nil {
			return nil, err
		}
	}
	if err := setTenant(ctx, tx, ""); err != nil {
		return nil, err
	}
	return lines, knownAsPayout(ctx, tx, e, p.ID)
}

// freshLines are those that an entry does not stand with yet. One that cannot take its step is a *ConflictError.
func freshLines(ctx context.Context, tx pgx.Tx, lines []settlement.PayoutLine, to payoutStep) (fresh []settlement.PayoutLine, err error) {
	for _, l := range lines {
		if err := setTenant(ctx, tx, l.ClientID); err != nil {
			return nil, err
		}
		var known bool
		if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM payout_step WHERE end_to_end_id = $1 AND status = $2 AND evidence = $3)`, l.EndToEndID, to.Status, to.Evidence).Scan(&known); err != nil {
			return nil, fmt.Errorf("read what became of %s: %w", l.EndToEndID, err)
		}
		switch {
		case known:
		case !l.Status.Follows(to.Status):
			return nil, &ConflictError{fmt.Sprintf("entry %s: payout line %s is %s, and cannot become %s: a person must ask the bank", to.Evidence, l.EndToEndID, l.Status, to.Status)}
		default:
			fresh = append(fresh, l)
		}
	}
	return fresh, nil
}

func bookLine(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, to payoutStep, on calendar.Date, by Actor) error {
	if to.Status == settlement.PayoutReturned {
		if err := payAgain(ctx, tx, l, to, on, by); err != nil {
			return err
		}
		return step(ctx, tx, l, to, by)
	}
	book := ledger.PayoutBookedOf
	if l.Kind == settlement.PayoutOfFees {
		book = ledger.FeesBookedOf
	}
	if _, err := post(ctx, tx, by, book(aboutLine(l, "/booked", on), l.Cents)...); err != nil {
		return err
	}
	return step(ctx, tx, l, to, by)
}

// linesOfEntry finds the lines that an entry is of: the one with its end-to-end id, else those of its batch that the bank did not refuse. ErrNotFound when there
// are none. The transaction sees no client after it.
func linesOfEntry(ctx context.Context, tx pgx.Tx, e PayoutEntry) (p settlement.Payout, lines []settlement.PayoutLine, err error) {
	none := fmt.Errorf("payout of entry %s: %w", e.Key, ErrNotFound)
	var id *string
	if err := tx.QueryRow(ctx, `SELECT payout_of($1)`, e.EndToEndID).Scan(&id); err != nil {
		return p, nil, fmt.Errorf("look up payout line %s: %w", e.EndToEndID, err)
	}
	batch, _, _ := strings.Cut(e.BatchID, "/")
	if id != nil {
		batch = *id
	}
	if p, err = lockedPayout(ctx, tx, batch); err != nil {
		if errors.Is(err, ErrNotFound) {
			err = none
		}
		return p, nil, err
	}
	lines = slices.DeleteFunc(slices.Clone(p.Lines), func(l settlement.PayoutLine) bool {
		if id != nil {
			return l.EndToEndID != e.EndToEndID
		}
		return p.BatchID(l.Kind) != e.BatchID || l.Status == settlement.PayoutRejected
	})
	if len(lines) == 0 {
		return p, nil, none
	}
	return p, lines, nil
}
