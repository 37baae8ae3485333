package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// NotCollected is a client whose open invoices a run leaves out, or some of them, and why.
type NotCollected struct {
	Client string `json:"client"` // code
	Why    string `json:"why"`
}

// ProposeDebits proposes to collect on a day, a TARGET day to come, what clients with a mandate have open and that is due by then: one collection for each client.
// Nothing is collected twice: an invoice stands in one collection at a time, and runs that are late end first (EndLateDebits). Told twice it proposes nothing more. A client whose mandate asks more days to be told
// than there are, that has something to its credit, or whose bank gave back what a person must decide, is left out with the reason. A run that has its file is a
// *ConflictError.
func (s *Store) ProposeDebits(ctx context.Context, on calendar.Date, clientID string, by Actor) (run settlement.DebitRun, left []NotCollected, err error) {
	if soonest := settlement.EarliestDebit(by.today()); !calendar.IsTargetDay(on) || on.Before(soonest) {
		earliest := calendar.Max(calendar.TargetDayFrom(on), soonest)
		return run, nil, &ConflictError{fmt.Sprintf("banks do not collect on %s any more, or at all; right would be %s", on, earliest)}
	}
	if _, err := s.EndLateDebits(ctx, by); err != nil {
		return run, nil, err
	}
	codes, err := s.ClientCodes(ctx)
	if err != nil {
		return run, nil, err
	}
	run = settlement.DebitRun{ID: settlement.DebitRunID(on), On: on}
	if err := s.tenant(ctx, "", func(tx pgx.Tx) error { return openRun(ctx, tx, run, by) }); err != nil {
		return run, nil, err
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		if clientID != "" && clientID != codes[code] {
			continue
		}
		why, err := s.proposeDebit(ctx, run, codes[code], code, by)
		if err != nil {
			return run, left, fmt.Errorf("collect from client %s: %w", code, err)
		}
		for _, w := range why {
			left = append(left, NotCollected{code, w})
		}
	}
	run, err = s.DebitRun(ctx, run.ID)
	return run, left, err
}

// openRun makes a run, or insists that the one which is there has no file.
func openRun(ctx context.Context, tx pgx.Tx, run settlement.DebitRun, by Actor) error {
	if _, err := tx.Exec(ctx, `INSERT INTO debit_run (id, collects_on, actor, at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`, run.ID, run.On, by.Name, by.At); err != nil {
		return fmt.Errorf("open run %s: %w", run.ID, err)
	}
	var made bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM debit_file WHERE run = $1)`, run.ID).Scan(&made); err != nil {
		return fmt.Errorf("read run %s: %w", run.ID, err)
	}
	if made {
		return &ConflictError{fmt.Sprintf("the file of run %s is made, and nothing is added to it; right would be another day", run.ID)}
	}
	return nil
}

// proposeDebit proposes the collection from one client, in one transaction, and says what it leaves out.
func (s *Store) proposeDebit(ctx context.Context, run settlement.DebitRun, client, code string, by Actor) (left []string, err error) {
	err = s.tenant(ctx, client, func(tx pgx.Tx) error {
		if err := lockBills(ctx, tx); err != nil {
			return err
		}
		due, err := collectable(ctx, tx, run.On)
		if err != nil || len(due) == 0 {
			return err
		}
		m, why, err := mandateFor(ctx, tx, run, by)
		if err != nil || why != "" {
			left = append(left, why)
			return err
		}
		d := settlement.Debit{EndToEndID: run.ID + "-" + code, Mandate: m}
		for _, b := range due {
			if why := b.tries.Why(); why != "" {
				left = append(left, fmt.Sprintf("invoice %s: %s", b.number, why))
				continue
			}
			d.Parts, d.Cents = append(d.Parts, settlement.DebitPart{Number: b.number, Cents: b.open}), d.Cents+b.open
		}
		if len(d.Parts) == 0 {
			return nil
		}
		return insertDebit(ctx, tx, run, d, by)
	})
	if err != nil {
		return nil, err
	}
	return left, nil
}

// mandateFor is the mandate under which a run collects from the client that the transaction sees, or why it does not.
func mandateFor(ctx context.Context, tx pgx.Tx, run settlement.DebitRun, by Actor) (m settlement.Mandate, why string, err error) {
	list, err := mandatesOf(ctx, tx, "")
	if err != nil {
		return m, "", err
	}
	if len(list) == 0 {
		return m, "has no mandate", nil
	}
	m = list[0]
	if why := m.Why(run.On); why != "" {
		return m, why, nil
	}
	if soonest := by.today().AddDays(m.NoticeDays); soonest.After(run.On) {
		return m, fmt.Sprintf("is told %d days before; right would be to collect on %s or later", m.NoticeDays, soonest), nil
	}
	var credit money.Amount
	var there bool
	err = tx.QueryRow(ctx, `SELECT COALESCE(sum(o.open) FILTER (WHERE o.open < 0), 0)::bigint, EXISTS (SELECT FROM debit d WHERE d.run = $1)
		FROM (SELECT `+openOf+` AS open FROM bill b) o`, run.ID).Scan(&credit, &there)
	switch {
	case err != nil:
		return m, "", fmt.Errorf("read what a client has to its credit: %w", err)
	case there:
		return m, fmt.Sprintf("has a collection on %s already; right would be another day", run.On), nil
	case credit < 0:
		return m, fmt.Sprintf("has %s to its credit; right would be to settle that first", -credit), nil
	}
	return m, "", nil
}

// openDue is an invoice that can be collected, and how often that was tried.
type openDue struct {
	number string
	open   money.Amount
	tries  settlement.DebitTries
}

// collectable are the invoices of the client that the transaction sees which are open, due by a day, in no collection and in no payout that is
// proposed.
func collectable(ctx context.Context, tx pgx.Tx, on calendar.Date) ([]openDue, error) {
	rows, err := tx.Query(ctx, `
		WITH tried AS (
			SELECT p.number, s.seq, s.reason, EXISTS (SELECT FROM debit_retry r WHERE r.end_to_end_id = p.end_to_end_id) AS agreed
			FROM debit_part p JOIN debit_step s ON s.end_to_end_id = p.end_to_end_id AND s.status IN ('rejected', 'returned')),
		o AS (SELECT b.number, b.due_on, `+openOf+` AS open, `+beingCollected+` AS taken FROM bill b WHERE b.kind = 'invoice')
		SELECT o.number, o.open, (SELECT count(*) FROM tried t WHERE t.number = o.number), COALESCE(l.reason, ''), COALESCE(l.agreed, false)
		FROM o LEFT JOIN LATERAL (SELECT * FROM tried t WHERE t.number = o.number ORDER BY t.seq DESC LIMIT 1) l ON true
		WHERE o.open > 0 AND o.due_on <= $1 AND NOT o.taken
			AND NOT EXISTS (SELECT FROM payout_set_off f WHERE f.number = o.number AND payout_status(f.end_to_end_id) = ANY ($2))
		ORDER BY o.due_on, o.number`, on, statuses(settlement.PayoutStatus.Reserves))
	if err != nil {
		return nil, fmt.Errorf("read what can be collected: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (b openDue, err error) {
		err = row.Scan(&b.number, &b.open, &b.tries.Count, &b.tries.Code, &b.tries.Agreed)
		return b, err
	})
	if err != nil {
		return nil, fmt.Errorf("read what can be collected: %w", err)
	}
	return list, nil
}

func insertDebit(ctx context.Context, tx pgx.Tx, run settlement.DebitRun, d settlement.Debit, by Actor) error {
	_, err := tx.Exec(ctx, `INSERT INTO debit (client_id, end_to_end_id, run, umr, account, cents) VALUES ($1, $2, $3, $4, $5, $6)`,
		d.Mandate.ClientID, d.EndToEndID, run.ID, d.Mandate.UMR, d.Mandate.Account, d.Cents)
	if err != nil {
		return fmt.Errorf("propose collection %s: %w", d.EndToEndID, err)
	}
	for _, p := range d.Parts {
		if _, err := tx.Exec(ctx, `INSERT INTO debit_part (client_id, end_to_end_id, number, cents) VALUES ($1, $2, $3, $4)`, d.Mandate.ClientID, d.EndToEndID, p.Number, p.Cents); err != nil {
			return fmt.Errorf("propose collection %s of invoice %s: %w", d.EndToEndID, p.Number, err)
		}
	}
	return stepDebit(ctx, tx, d, debitStep{Status: settlement.DebitProposed, On: by.today()}, by)
}

// debitStep is what becomes of a collection.
type debitStep struct {
	Status           settlement.DebitStatus
	On               calendar.Date
	Evidence, Reason string
}

// stepDebit records what becomes of a collection. The transaction sees its client.
func stepDebit(ctx context.Context, tx pgx.Tx, d settlement.Debit, to debitStep, by Actor) error {
	_, err := tx.Exec(ctx, `INSERT INTO debit_step (client_id, end_to_end_id, status, on_day, evidence, reason, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		d.Mandate.ClientID, d.EndToEndID, to.Status, to.On, to.Evidence, to.Reason, by.Name, by.At)
	if err != nil {
		return fmt.Errorf("record that collection %s is %s: %w", d.EndToEndID, to.Status, err)
	}
	return nil
}

// DebitRun reads what is collected on one day. ErrNotFound when there is no such run.
func (s *Store) DebitRun(ctx context.Context, id string) (run settlement.DebitRun, err error) {
	err = s.moment(ctx, "", func(tx pgx.Tx) error {
		run, err = readDebitRun(ctx, tx, id)
		return err
	})
	return run, err
}

// readDebitRun reads a run with all its collections. The transaction sees no client before and after it.
func readDebitRun(ctx context.Context, tx pgx.Tx, id string) (run settlement.DebitRun, err error) {
	err = tx.QueryRow(ctx, `SELECT id, collects_on FROM debit_run WHERE id = $1`, id).Scan(&run.ID, &run.On)
	if errors.Is(err, pgx.ErrNoRows) {
		return run, fmt.Errorf("run %q: %w: an id looks like DD-20261215", id, ErrNotFound)
	}
	if err != nil {
		return run, fmt.Errorf("read run %s: %w", id, err)
	}
	clients, err := namesOf(ctx, tx, `SELECT debit_clients($1)::text`, id)
	if err != nil {
		return run, fmt.Errorf("read run %s: %w", id, err)
	}
	run.Debits = make([]settlement.Debit, 0, len(clients))
	for _, client := range clients {
		if err := setTenant(ctx, tx, client); err != nil {
			return run, err
		}
		d, err := readDebit(ctx, tx, `d.run = $1`, id)
		if err != nil {
			return run, err
		}
		run.Debits = append(run.Debits, d)
	}
	return run, setTenant(ctx, tx, "")
}

// readDebit reads the collection of the client that the transaction sees for which a condition holds.
func readDebit(ctx context.Context, tx pgx.Tx, condition, arg string) (d settlement.Debit, err error) {
	var umr string
	var account settlement.Mandate
	err = tx.QueryRow(ctx, `SELECT d.end_to_end_id, d.umr, d.cents, s.status, s.on_day, s.reason, a.turn, a.iban, a.holder,
			(SELECT t.on_day FROM debit_step t WHERE t.end_to_end_id = d.end_to_end_id AND t.status = 'told'),
			COALESCE((SELECT f.evidence FROM debit_step f WHERE f.end_to_end_id = d.end_to_end_id AND f.status = 'sent'), '')
		FROM debit d JOIN LATERAL (SELECT * FROM debit_step WHERE end_to_end_id = d.end_to_end_id ORDER BY seq DESC LIMIT 1) s ON true
			JOIN mandate_account a ON a.umr = d.umr AND a.turn = d.account WHERE `+condition, arg).
		Scan(&d.EndToEndID, &umr, &d.Cents, &d.Status, &d.StatusOn, &d.Reason, &account.Account, &account.IBAN, &account.Holder, &d.ToldOn, &d.Batch)
	if err != nil {
		return d, fmt.Errorf("read collection %s: %w", arg, err)
	}
	if d.Parts, err = rowsOf[settlement.DebitPart](ctx, tx, `SELECT number, cents FROM debit_part WHERE end_to_end_id = $1 ORDER BY number`, d.EndToEndID); err != nil {
		return d, fmt.Errorf("read collection %s: %w", d.EndToEndID, err)
	}
	list, err := mandatesOf(ctx, tx, d.EndToEndID)
	if err != nil {
		return d, err
	}
	for _, m := range list {
		if m.UMR == umr {
			d.Mandate = m
		}
	}
	d.Mandate.Account, d.Mandate.IBAN, d.Mandate.Holder = account.Account, account.IBAN, account.Holder
	return d, nil
}
