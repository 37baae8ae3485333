package postgres

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// The kinds of payments of invoices that collections make.
const (
	BillCollected = "collected"
	BillReturned  = "returned" // less than nothing: the bank took a collection back
)

// DebitResult is where a collection stands after what the bank told. Problem says why it changed nothing although it tells something else.
type DebitResult struct {
	EndToEndID string                   `json:"end_to_end_id"`
	Verdict    settlement.PayoutVerdict `json:"told"`
	Status     settlement.DebitStatus   `json:"status"`
	Remedy     settlement.DebitRemedy   `json:"remedy,omitempty"` // what follows when it failed
	Problem    string                   `json:"problem,omitempty"`
}

// ReportDebits records what the bank says of the file of a run (pain.002). What it refuses is open as before, and its code says whether that is collected again, whether
// the mandate ends, or whether a person is asked. Told twice is once; what cannot be changes nothing and is told. ErrNotFound when no run has the message id.
func (s *Store) ReportDebits(ctx context.Context, report settlement.PayoutReport, by Actor) (results []DebitResult, err error) {
	run, err := s.DebitRun(ctx, report.Payout)
	if err != nil {
		return nil, err
	}
	for _, d := range run.Debits {
		if d.Batch == "" {
			continue
		}
		err := s.onDebit(ctx, d.EndToEndID, func(tx pgx.Tx, d settlement.Debit) error {
			r, err := reportDebit(ctx, tx, report, d, by)
			results = append(results, r)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return results, nil
}

func reportDebit(ctx context.Context, tx pgx.Tx, report settlement.PayoutReport, d settlement.Debit, by Actor) (DebitResult, error) {
	r := DebitResult{EndToEndID: d.EndToEndID, Verdict: report.OfPayment(d.EndToEndID, d.Batch), Status: d.Status}
	to := debitStep{On: by.today(), Evidence: report.ID, Reason: r.Verdict.Reason}
	switch r.Verdict.Outcome {
	case bank.Accepted, bank.Settled:
		to.Status = settlement.DebitAccepted
	case bank.Rejected:
		to.Status = settlement.DebitRejected
	case bank.Pending, bank.Partly, bank.Unclear:
		return r, nil
	}
	switch {
	case d.Status == to.Status || to.Status == settlement.DebitAccepted && (d.Status == settlement.DebitBooked || d.Status == settlement.DebitReturned): // told before, or known better
		return r, nil
	case !d.Status.Follows(to.Status):
		r.Problem = fmt.Sprintf("is %s, and cannot become %s: a person must ask the bank", d.Status, to.Status)
		return r, nil
	}
	r.Status = to.Status
	if to.Status == settlement.DebitRejected {
		var err error
		if r.Remedy, err = remedyDebit(ctx, tx, d, to.Reason, by); err != nil {
			return r, err
		}
	}
	return r, stepDebit(ctx, tx, d, to, by)
}

// remedyDebit does what follows by itself from a collection that failed, and tells it.
func remedyDebit(ctx context.Context, tx pgx.Tx, d settlement.Debit, code string, by Actor) (settlement.DebitRemedy, error) {
	remedy := settlement.DebitRemedyOf(code)
	if remedy != settlement.MandateEnds {
		return remedy, nil
	}
	reason, _ := bank.ReasonOf(code)
	return remedy, endMandate(ctx, tx, d.Mandate, fmt.Sprintf("collection %s failed: %s, %s", d.EndToEndID, code, reason.Meaning), by)
}

// DebitEntry is an entry of a statement of the agency's own account that is of collections.
type DebitEntry struct {
	Key    string // of the entry
	ID     string // of the collection (end-to-end id), or of the batch that was credited in one entry
	Amount money.Amount
	On     calendar.Date // value date
}

// BookDebits books the credit of a collection, or of a batch as far as it was not rejected: its invoices are paid. The same entry twice is once; another amount, a day before
// that of the run or after today, or a collection that another entry booked, is a *ConflictError. ErrNotFound when nothing that was sent has the id.
func (s *Store) BookDebits(ctx context.Context, e DebitEntry, by Actor) (booked []settlement.Debit, err error) {
	if e.Amount <= 0 {
		return nil, &ConflictError{fmt.Sprintf("%s is no entry; right would be more than 0.00", e.Amount)}
	}
	if err := cmp.Or(by.came(e.On), named(e.Key)); err != nil {
		return nil, err
	}
	id, _, batch := strings.Cut(e.ID, "/")
	if !batch {
		if i := strings.LastIndex(id, "-"); i > 0 {
			id = id[:i]
		}
	}
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		if err := lockBills(ctx, tx); err != nil {
			return err
		}
		run, err := readDebitRun(ctx, tx, id)
		if err != nil {
			return err
		}
		booked, err = creditedBy(run, e)
		if err != nil {
			return err
		}
		if err := ofNoOther(ctx, tx, e.Key, booked...); err != nil {
			return err
		}
		for _, d := range booked {
			if err := setTenant(ctx, tx, d.Mandate.ClientID); err != nil {
				return err
			}
			if err := bookDebit(ctx, tx, d, e, by); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return booked, nil
}

// creditedBy are the collections that an entry credits.
func creditedBy(run settlement.DebitRun, e DebitEntry) (list []settlement.Debit, err error) {
	var sum money.Amount
	for _, d := range run.Debits {
		if d.Batch == "" || e.ID != d.EndToEndID && (e.ID != d.Batch || d.Status == settlement.DebitRejected) {
			continue
		}
		list, sum = append(list, d), sum+d.Cents
	}
	switch {
	case len(list) == 0:
		return nil, fmt.Errorf("collection %q: %w among what was sent in run %s", e.ID, ErrNotFound, run.ID)
	case e.On.Before(run.On):
		return nil, &ConflictError{fmt.Sprintf("value date %s is before %s, the day on which run %s collects; right would be a day from then on", e.On, run.On, run.ID)}
	case sum != e.Amount:
		return nil, &ConflictError{fmt.Sprintf("entry %s of %s is of %s, which collects %s: a person must ask the bank", e.Key, e.Amount, e.ID, sum)}
	}
	return list, nil
}

// ofNoOther refuses an entry that was told of another collection before: the money came once.
func ofNoOther(ctx context.Context, tx pgx.Tx, key string, its ...settlement.Debit) error {
	rows, err := tx.Query(ctx, `SELECT * FROM debits_told_by($1)`, key)
	if err != nil {
		return fmt.Errorf("read what entry %s was told of: %w", key, err)
	}
	told, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("read what entry %s was told of: %w", key, err)
	}
	for _, id := range told {
		if !slices.ContainsFunc(its, func(d settlement.Debit) bool { return d.EndToEndID == id }) {
			return &ConflictError{fmt.Sprintf("entry %s was told of collection %s; right would be the key of the entry that tells of this one", key, id)}
		}
	}
	return nil
}

// knownDebit says whether an entry was told of a collection before.
func knownDebit(ctx context.Context, tx pgx.Tx, d settlement.Debit, status settlement.DebitStatus, key string) (known bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM debit_step WHERE end_to_end_id = $1 AND status = $2 AND evidence = $3)`, d.EndToEndID, status, key).Scan(&known)
	if err != nil {
		return false, fmt.Errorf("read what became of %s: %w", d.EndToEndID, err)
	}
	return known, nil
}

func debitKey(d settlement.Debit) string { return "debit " + d.EndToEndID }

func paidKey(number, key string) string { return "invoice-paid:" + number + ":" + key }

func bookDebit(ctx context.Context, tx pgx.Tx, d settlement.Debit, e DebitEntry, by Actor) error {
	if known, err := knownDebit(ctx, tx, d, settlement.DebitBooked, e.Key); err != nil || known {
		return err
	}
	if err := moveDebit(ctx, tx, d, debitStep{Status: settlement.DebitBooked, On: e.On, Evidence: e.Key}, by); err != nil {
		return err
	}
	for _, p := range d.Parts {
		payment := BillPayment{Key: debitKey(d), Kind: BillCollected, Amount: p.Cents, On: e.On}
		if err := insertPayment(ctx, tx, d.Mandate.ClientID, p.Number, payment, by); err != nil {
			return err
		}
		if _, err := post(ctx, tx, by, ledger.ClientPaidOf(ledger.About{Key: paidKey(p.Number, payment.Key), On: e.On, Client: d.Mandate.ClientID}, p.Cents)...); err != nil {
			return err
		}
	}
	return nil
}

// DebitBack is a collection that failed after it was sent, as the bank's statement or message tells.
type DebitBack struct {
	Key        string // of the entry, or of the message
	EndToEndID string
	Code       string        // the bank's
	On         calendar.Date // value date
	Fee        money.Amount  // what the bank charged for it; 0 for nothing
}

// DebitReturned is what follows from a collection that came back.
type DebitReturned struct {
	Remedy settlement.DebitRemedy
	Again  bool // it was told before: nothing changed
}

// reasonCode is the form of the reasons for which a payment is refused or comes back (ISO 20022, external code sets); which codes there are, banks know.
var reasonCode = regexp.MustCompile(`^[A-Z]{2}([A-Z]{2}|[0-9]{2})$`)

// noCode is what is said to one that is none.
func noCode(code string) error {
	return &ConflictError{fmt.Sprintf("%q is no code that a bank tells (ISO 20022); right would be the four characters that it tells, like AC04, AM04 or MD06, NARR when it tells none", code)}
}

// ReturnDebit books that a collection came back: its invoices are open again, in the books too, and the code says what follows. One that was not booked is rejected.
// The same twice is once. Another code than the entry told before, and one that no bank tells, is a *ConflictError. Something else than the collection stands at is a *ConflictError, and so is a day before that on which it was credited, or after today; ErrNotFound when there is no such collection.
func (s *Store) ReturnDebit(ctx context.Context, b DebitBack, by Actor) (back DebitReturned, err error) {
	if err := cmp.Or(by.came(b.On), named(b.Key)); err != nil {
		return back, err
	}
	switch {
	case b.Fee < 0:
		return back, &ConflictError{fmt.Sprintf("the fee is %s; right would be what the bank charged, or 0.00", b.Fee)}
	case !reasonCode.MatchString(b.Code):
		return back, noCode(b.Code)
	}
	err = s.onDebit(ctx, b.EndToEndID, func(tx pgx.Tx, d settlement.Debit) error {
		to := debitStep{Status: settlement.DebitRejected, On: b.On, Evidence: b.Key, Reason: b.Code}
		if d.Status == settlement.DebitBooked || d.Status == settlement.DebitReturned {
			to.Status = settlement.DebitReturned
		}
		if err := ofNoOther(ctx, tx, b.Key, d); err != nil {
			return err
		}
		if back.Again, err = knownDebit(ctx, tx, d, to.Status, b.Key); err != nil || back.Again {
			back.Remedy = settlement.DebitRemedyOf(d.Reason)
			if err == nil && d.Reason != b.Code {
				err = &ConflictError{fmt.Sprintf("entry %s told before that collection %s came back with code %s, not %s; right would be that code, or the key of another entry", b.Key, d.EndToEndID, d.Reason, b.Code)}
			}
			return err
		}
		if to.Status == settlement.DebitRejected && !d.Status.Follows(to.Status) {
			return &ConflictError{fmt.Sprintf("collection %s is %s since %s: the bank has nothing of it to give back; right would be one that was sent: dunning debit show RUN", d.EndToEndID, d.Status, d.StatusOn)}
		}
		if to.Status == settlement.DebitReturned {
			if err := takeBackDebit(ctx, tx, d, b, by); err != nil {
				return err
			}
		}
		if _, err := post(ctx, tx, by, ledger.BankChargedOf(ledger.About{Key: "debit-fee:" + b.EndToEndID, On: b.On, Client: d.Mandate.ClientID}, b.Fee)...); err != nil {
			return err
		}
		if back.Remedy, err = remedyDebit(ctx, tx, d, b.Code, by); err != nil {
			return err
		}
		return moveDebit(ctx, tx, d, to, by)
	})
	return back, err
}

// takeBackDebit opens the invoices of a collection again.
func takeBackDebit(ctx context.Context, tx pgx.Tx, d settlement.Debit, b DebitBack, by Actor) error {
	if d.Status == settlement.DebitReturned {
		return &ConflictError{fmt.Sprintf("collection %s came back before, by another entry; right would be the key of that one, or to ask the bank what this one is", d.EndToEndID)}
	}
	var credited calendar.Date
	if err := tx.QueryRow(ctx, `SELECT max(on_day) FROM bill_payment WHERE key = $1 AND kind = $2`, debitKey(d), BillCollected).Scan(&credited); err != nil {
		return fmt.Errorf("read when collection %s was credited: %w", d.EndToEndID, err)
	}
	if b.On.Before(credited) {
		return &ConflictError{fmt.Sprintf("value date %s is before %s, the day on which collection %s was credited; right would be a day from then on", b.On, credited, d.EndToEndID)}
	}
	for _, p := range d.Parts {
		payment := BillPayment{Key: debitKey(d) + "/returned", Kind: BillReturned, Amount: -p.Cents, On: b.On}
		if err := insertPayment(ctx, tx, d.Mandate.ClientID, p.Number, payment, by); err != nil {
			return err
		}
		if err := reversePaid(ctx, tx, p.Number, debitKey(d), payment, by); err != nil {
			return err
		}
	}
	return nil
}

// RetryDebit records that a person, who asked the client, says that what a collection that failed was for may be collected once more. Twice is once; a collection that did
// not fail is a *ConflictError, as is one whose code needs no person.
func (s *Store) RetryDebit(ctx context.Context, endToEndID, reason string, by Actor) error {
	reason, err := because(reason)
	if err != nil {
		return err
	}
	return s.onDebit(ctx, endToEndID, func(tx pgx.Tx, d settlement.Debit) error {
		failed := d.Status == settlement.DebitRejected || d.Status == settlement.DebitReturned
		if !failed || settlement.DebitRemedyOf(d.Reason) != settlement.AskPerson {
			return &ConflictError{fmt.Sprintf("collection %s is %s %s, about which no person is asked", d.EndToEndID, d.Status, d.Reason)}
		}
		_, err := tx.Exec(ctx, `INSERT INTO debit_retry (client_id, end_to_end_id, reason, actor, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (end_to_end_id) DO NOTHING`,
			d.Mandate.ClientID, endToEndID, reason, by.Name, by.At)
		if err != nil {
			return fmt.Errorf("record that collection %s is tried again: %w", endToEndID, err)
		}
		return nil
	})
}
