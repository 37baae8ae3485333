package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/settlement"
)

// NoticeResult is what became of telling a client of a collection.
type NoticeResult struct {
	Status settlement.DebitStatus // proposed: certainly not told, and it may be tried again; telling: nobody knows
	Reply  string                 // of the mail server, or why
}

// DebitNotice is what a client is told before a collection.
type DebitNotice struct {
	Run    settlement.DebitRun
	Debit  settlement.Debit
	Before calendar.Date // for which a collection of the same invoices was announced that did not take place; zero for none
	Client settlement.BillParty
	Lang   string
}

// TellDebits tells each client of a run its collection that was not told, by a mail. That it goes is recorded before it does: who dies between has it recorded as
// telling, and it is not sent again by itself. A client that certainly cannot be told by mail is not collected from: that collection is withdrawn.
func (s *Store) TellDebits(ctx context.Context, id string, tell func(context.Context, DebitNotice) NoticeResult, by Actor) (settlement.DebitRun, error) {
	run, err := s.DebitRun(ctx, id)
	if err != nil {
		return run, err
	}
	for _, d := range run.Debits {
		notice, err := s.beginTelling(ctx, run, d.EndToEndID, by)
		if err != nil {
			return run, err
		}
		if notice.Debit.EndToEndID == "" {
			continue
		}
		result := tell(ctx, notice)
		if result.Status == settlement.DebitTelling {
			continue
		}
		to := debitStep{Status: result.Status, On: by.today(), Evidence: result.Reply}
		if to.Status == settlement.DebitWithdrawn {
			to.Reason = "the client could not be told"
		}
		err = s.onDebit(context.WithoutCancel(ctx), d.EndToEndID, func(tx pgx.Tx, now settlement.Debit) error {
			if !now.Status.Follows(to.Status) { // it ended while the mail went
				return nil
			}
			return stepDebit(ctx, tx, now, to, by)
		})
		if err != nil {
			return run, err
		}
	}
	return s.DebitRun(ctx, id)
}

// beginTelling records that a client is being told, unless it was, or cannot be told in time any more: then the collection is withdrawn.
func (s *Store) beginTelling(ctx context.Context, run settlement.DebitRun, endToEndID string, by Actor) (n DebitNotice, err error) {
	err = s.onDebit(ctx, endToEndID, func(tx pgx.Tx, d settlement.Debit) error {
		if d.Status != settlement.DebitProposed {
			return nil
		}
		why, err := whyNotDebit(ctx, tx, run, d, by.today())
		if err != nil {
			return err
		}
		if why != "" {
			return stepDebit(ctx, tx, d, debitStep{Status: settlement.DebitWithdrawn, On: by.today(), Reason: why}, by)
		}
		bill := settlement.Bill{ClientID: d.Mandate.ClientID}
		if err := addressBill(ctx, tx, &bill); err != nil {
			return err
		}
		before, err := announcedBefore(ctx, tx, d)
		if err != nil {
			return err
		}
		n = DebitNotice{Run: run, Debit: d, Before: before, Client: bill.Client, Lang: bill.Language}
		return stepDebit(ctx, tx, d, debitStep{Status: settlement.DebitTelling, On: by.today()}, by)
	})
	return n, err
}

// RecordDebitTold records that a person told a client of a collection on a day, or knows that the mail arrived. Twice is once.
func (s *Store) RecordDebitTold(ctx context.Context, endToEndID, reason string, on calendar.Date, by Actor) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return &ConflictError{"the reason is empty; right would be how it is known that the client was told"}
	}
	if err := readable("reason", reason); err != nil {
		return err
	}
	if on.After(by.today()) {
		return &ConflictError{fmt.Sprintf("%s is to come; right would be %s or earlier", on, by.today())}
	}
	return s.onDebit(ctx, endToEndID, func(tx pgx.Tx, d settlement.Debit) error {
		if !d.ToldOn.IsZero() {
			return nil
		}
		return moveDebit(ctx, tx, d, debitStep{Status: settlement.DebitTold, On: on, Reason: reason}, by)
	})
}

// WithdrawDebit takes a collection back that was not sent, for a reason. Twice is once; one that was sent is a *ConflictError.
func (s *Store) WithdrawDebit(ctx context.Context, endToEndID, reason string, by Actor) error {
	reason, err := because(reason)
	if err != nil {
		return err
	}
	return s.onDebit(ctx, endToEndID, func(tx pgx.Tx, d settlement.Debit) error {
		if d.Status == settlement.DebitWithdrawn {
			return nil
		}
		return moveDebit(ctx, tx, d, debitStep{Status: settlement.DebitWithdrawn, On: by.today(), Reason: reason}, by)
	})
}

// moveDebit records a step that may follow; another is a *ConflictError.
func moveDebit(ctx context.Context, tx pgx.Tx, d settlement.Debit, to debitStep, by Actor) error {
	if !d.Status.Follows(to.Status) {
		return &ConflictError{fmt.Sprintf("collection %s is %s, and cannot become %s", d.EndToEndID, d.Status, to.Status)}
	}
	return stepDebit(ctx, tx, d, to, by)
}

// onDebit works on a collection that nobody else changes meanwhile. ErrNotFound when there is none.
func (s *Store) onDebit(ctx context.Context, endToEndID string, work func(tx pgx.Tx, d settlement.Debit) error) error {
	var client *string
	if err := s.pool.QueryRow(ctx, `SELECT client_of_debit($1)::text`, endToEndID).Scan(&client); err != nil {
		return fmt.Errorf("look up collection %s: %w", endToEndID, err)
	}
	if client == nil {
		return fmt.Errorf("collection %q: %w: an id looks like DD-20261215-VBE; right would be one of a run: dunning debit show RUN", endToEndID, ErrNotFound)
	}
	return s.tenant(ctx, *client, func(tx pgx.Tx) error {
		if err := lockBills(ctx, tx); err != nil {
			return err
		}
		d, err := readDebit(ctx, tx, `d.end_to_end_id = $1`, endToEndID)
		if err != nil {
			return err
		}
		return work(tx, d)
	})
}

// whyNotDebit says why a collection cannot go on as it was proposed when its client is told on a day; empty when it can. The transaction sees its client.
func whyNotDebit(ctx context.Context, tx pgx.Tx, run settlement.DebitRun, d settlement.Debit, told calendar.Date) (string, error) {
	if why := d.Mandate.Why(run.On); why != "" {
		return why, nil
	}
	var amended bool
	if err := tx.QueryRow(ctx, `SELECT max(turn) <> $2 FROM mandate_account WHERE umr = $1`, d.Mandate.UMR, d.Mandate.Account).Scan(&amended); err != nil {
		return "", fmt.Errorf("read the account of mandate %s: %w", d.Mandate.UMR, err)
	}
	if amended {
		return "the mandate is of another account since", nil
	}
	if soonest := told.AddDays(d.Mandate.NoticeDays); soonest.After(run.On) {
		return fmt.Sprintf("the client was not told %d days before", d.Mandate.NoticeDays), nil
	}
	for _, p := range d.Parts {
		open, err := openBill(ctx, tx, p.Number)
		if err != nil {
			return "", err
		}
		if open != p.Cents {
			return fmt.Sprintf("%s is open of invoice %s, and not %s any more", open, p.Number, p.Cents), nil
		}
	}
	return "", nil
}

// SendDebits makes the file of a run, once for ever: asked again it gives the same bytes. What does not hold any more as its client was told is withdrawn in the same
// transaction, and stands with its reason in the run; when nothing is left there is no file. So does all of a run for whose day it is too late (EndLateDebits). A collection
// whose client was not told yet is a *ConflictError. A crash before the commit leaves nothing, after it the same file.
func (s *Store) SendDebits(ctx context.Context, id string, c settlement.DebitCreditor, by Actor) (file []byte, err error) {
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		if err := lockBills(ctx, tx); err != nil {
			return err
		}
		run, err := readDebitRun(ctx, tx, id)
		if err != nil {
			return err
		}
		err = tx.QueryRow(ctx, `SELECT content FROM debit_file WHERE run = $1`, id).Scan(&file)
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if run.On.Before(settlement.EarliestDebit(by.today())) {
			_, err := endLate(ctx, tx, run, by)
			return err
		}
		if run.Debits, err = stillDebits(ctx, tx, run, by); err != nil || len(run.Debits) == 0 {
			return err
		}
		if file, err = run.File(c, by.At); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO debit_file (run, content, actor, at) VALUES ($1, $2, $3, $4)`, id, file, by.Name, by.At); err != nil {
			return fmt.Errorf("store the file of run %s: %w", id, err)
		}
		for _, d := range run.Debits {
			if err := setTenant(ctx, tx, d.Mandate.ClientID); err != nil {
				return err
			}
			if err := stepDebit(ctx, tx, d, debitStep{Status: settlement.DebitSent, On: by.today(), Evidence: run.BatchID(d)}, by); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return file, nil
}

// stillDebits are the collections of a run that hold as their clients were told; the others are withdrawn. The transaction sees no client before and after it.
func stillDebits(ctx context.Context, tx pgx.Tx, run settlement.DebitRun, by Actor) (still []settlement.Debit, err error) {
	for _, d := range run.Debits {
		if d.Status == settlement.DebitWithdrawn || d.Status == settlement.DebitLate {
			continue
		}
		if d.Status == settlement.DebitTelling {
			return nil, &ConflictError{fmt.Sprintf("collection %s is telling: nobody knows whether its mail arrived, and it is not mailed again; look in the log of the mail server. Right would be: dunning debit told %s --reason TEXT, or dunning debit withdraw %s --reason TEXT", d.EndToEndID, d.EndToEndID, d.EndToEndID)}
		}
		if d.Status != settlement.DebitTold {
			return nil, &ConflictError{fmt.Sprintf("collection %s is %s: its client was not told; right would be: dunning debit notify %s", d.EndToEndID, d.Status, run.ID)}
		}
		if err := setTenant(ctx, tx, d.Mandate.ClientID); err != nil {
			return nil, err
		}
		why, err := whyNotDebit(ctx, tx, run, d, d.ToldOn)
		if err != nil {
			return nil, err
		}
		if why == "" {
			still = append(still, d)
			continue
		}
		if err := stepDebit(ctx, tx, d, debitStep{Status: settlement.DebitWithdrawn, On: by.today(), Reason: why}, by); err != nil {
			return nil, err
		}
	}
	return still, setTenant(ctx, tx, "")
}
