package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// chain is where the account stands after the statements that are booked.
type chain struct {
	balance money.Amount
	later   bool // one that comes after the statement that is looked at is booked
	begun   bool // a statement is booked
}

// entryOf is an entry of a statement as it is compared with those that are booked.
type entryOf struct {
	number      int
	base        string
	net         money.Amount // minus for money out
	byReference bool
	booked      int // how many entries of this base are booked, of whatever statements
	since       int // of these, after the account last stood at the opening balance of the statement; all when it did after none
}

// reading is one way to read a statement: which of its entries are new, and under which number among those of their base.
type reading struct {
	fresh  map[int]int // occurrence by entry
	before money.Amount
	moved  money.Amount // of the fresh entries
	stale  bool         // an entry counts as booked that was so before the account stood at the opening balance: it may be another
}

// read takes as many entries of a base for booked as are, or, when all are new, none but those with the bank's own reference: these are the same wherever they are told.
func read(entries []entryOf, allNew bool) reading {
	r, seen := reading{fresh: map[int]int{}}, map[string]int{}
	for _, e := range entries {
		seen[e.base]++
		switch {
		case allNew && !e.byReference:
			r.fresh[e.number] = e.booked + seen[e.base]
		case seen[e.base] > e.booked:
			r.fresh[e.number] = seen[e.base]
		default:
			r.before += e.net
			r.stale = r.stale || seen[e.base] > e.since
			continue
		}
		r.moved += e.net
	}
	return r
}

// fit says how a statement continues the account, or why it does not and by how much. The balances are the judge: what was booked before must be exactly
// what the account moved by since the statement's opening balance. Two payments that are alike in everything are told apart by that only.
func (c chain) fit(st Statement, entries []entryOf) (r reading, held string, difference money.Amount) {
	r = read(entries, false)
	if st.Opening == nil || st.Closing == nil {
		return r, "the bank tells no " + missingBalance(st), 0
	}
	var moved money.Amount
	byReference := false
	for _, e := range entries {
		moved += e.net
		byReference = byReference || e.byReference && e.booked > 0
	}
	if off := *st.Opening + moved - *st.Closing; off != 0 {
		return r, fmt.Sprintf("opening %s and booked entries %s make %s, closing is %s", st.Opening, moved, *st.Opening+moved, st.Closing), off
	}
	stands := c.balance - r.before
	switch {
	case !c.begun:
		return r, "", 0
	case len(r.fresh) == 0 && moved != 0 && r.stale:
		return r, fmt.Sprintf("its entries were all booked before the account stood at %s, where it opens: those without the bank's own reference may be others that look the same", st.Opening), moved
	case len(r.fresh) == 0 && len(entries) > 0, *st.Opening == stands:
		return r, "", 0
	case !byReference && *st.Opening == c.balance:
		return read(entries, true), "", 0
	}
	return r, fmt.Sprintf("it opens at %s, and the account stood at %s: a statement is missing, or one is booked that tells other entries", st.Opening, stands), *st.Opening - stands
}

func missingBalance(st Statement) string {
	if st.Opening == nil {
		return "opening balance"
	}
	return "closing balance"
}

// bookStatement books a statement that is held when it fits and its day has come, or when a person released it; otherwise it notes why it is held, and so it does of one that a
// person released. One that is released for its day alone is booked as it fits. The caller holds the lock of the account.
func bookStatement(ctx context.Context, tx pgx.Tx, key string, by Actor, released *string) error {
	st, err := oneOf[Statement](ctx, tx, statementColumns+`WHERE key = $1`, key)
	if err != nil {
		return fmt.Errorf("read statement %s: %w", key, err)
	}
	if st.State != StatementHeld && (st.State != StatementDropped || released == nil) { // it came twice at the same time
		return nil
	}
	c, err := readChain(ctx, tx, st)
	if err != nil {
		return err
	}
	entries, err := readEntries(ctx, tx, key)
	if err != nil {
		return err
	}
	r, gap, difference := c.fit(st, entries)
	if held := heldFor(gap, st.To, by.today()); held != "" || st.State == StatementDropped { // one that was set aside may fit by now
		_, err := tx.Exec(ctx, `UPDATE statement SET held_for = $2, difference = $3 WHERE key = $1 AND (held_for, difference) IS DISTINCT FROM ($2, $3)`, key, held, difference)
		if err != nil {
			return fmt.Errorf("hold statement %s: %w", key, err)
		}
		if released == nil {
			return nil
		}
	}
	forced := released != nil && gap != ""
	if forced && len(r.fresh) == 0 { // a person says that they are others
		r = read(entries, true)
	}
	return enterStatement(ctx, tx, st, r, c.after(st, r, forced), len(entries), by, released)
}

// heldFor is everything for which a statement is not booked: that it does not fit (gap), and that its day is yet to come. Empty: nothing.
func heldFor(gap string, to, today calendar.Date) string {
	if !to.After(today) {
		return gap
	}
	early := fmt.Sprintf("it closes on %s, and today is %s", to, today)
	if gap == "" {
		return early + ": it is booked in the night of that day, or before with a statement that comes on it"
	}
	return gap + "; and " + early
}

// after is the balance of the account once the statement is booked. Where a person released one that does not fit (forced), the bank's word is taken: its closing balance, and of a
// statement of before the last one nothing, for what is booked since began without it.
func (c chain) after(st Statement, r reading, forced bool) money.Amount {
	switch {
	case st.Closing != nil && (!c.begun || forced && !c.later):
		return *st.Closing
	case forced && c.later:
		return c.balance
	}
	return c.balance + r.moved
}

// undone is what a receipt is told with that the bank calls something else.
const undone = "the bank calls it a reversal, and no payment of ours fits it: it is money that came in, as what the bank took and gives back"

// enterStatement books the entries that are new. Money that came in is a receipt that waits from now on, unless a person typed it before; what the bank charged the agency bears, and what is of a payout is
// booked of it; what else there is to do, the statement's workflow does.
func enterStatement(ctx context.Context, tx pgx.Tx, st Statement, r reading, balance money.Amount, entries int, by Actor, released *string) error {
	if err := lockTyped(ctx, tx); err != nil {
		return err
	}
	state, numbers, occurrences := StatementBooked, make([]int, 0, len(r.fresh)), make([]int, 0, len(r.fresh))
	for number, occurrence := range r.fresh {
		numbers, occurrences = append(numbers, number), append(occurrences, occurrence)
	}
	if entries > 0 && len(r.fresh) == 0 {
		state = StatementKnown
	}
	_, err := tx.Exec(ctx, `UPDATE statement_entry e SET key = to_char(e.booked_on, 'YYYY-MM-DD') || '-' || e.base || '-' || n.occurrence || '.' || e.part
		FROM unnest($2::int[], $3::int[]) AS n (entry, occurrence) WHERE e.statement = $1 AND e.entry = n.entry`, st.Key, numbers, occurrences)
	if err != nil {
		return fmt.Errorf("book statement %s: %w", st.Key, err)
	}
	payouts, err := bookPayouts(ctx, tx, st.Key, by) // what came back is judged by the debits that wait then
	if err != nil {
		return err
	}
	steps := []struct {
		sql  string
		args []any
	}{
		{`UPDATE statement_entry e SET kind = 'payout-returned', returned_line = b.line, returned_name = b.name FROM payouts_back($1) b WHERE e.statement = $1 AND e.key = b.key`, []any{st.Key}},
		{`UPDATE statement_entry e SET kind = 'receipt', payout_why = $2 FROM credits_of_others($1) o WHERE e.statement = $1 AND e.key = o.key`, []any{st.Key, undone}},
		{tieSurely, []any{st.Key}}, {waitTyped, []any{st.Key}}, {makeReceipts, []any{st.Key}}, {keepMade, []any{st.Key, nil, nil, nil}},
		{`UPDATE statement SET state = $2, booked_before = $3, held_for = CASE WHEN $5::text IS NULL THEN '' ELSE held_for END, difference = CASE WHEN $5::text IS NULL THEN 0 ELSE difference END,
			position = CASE WHEN $2 = 'booked' THEN (SELECT COALESCE(max(position), 0) + 1 FROM statement) END, balance = CASE WHEN $2 = 'booked' THEN $4::bigint END,
			released_by = CASE WHEN $5::text IS NOT NULL THEN $6 END, released_reason = $5 WHERE key = $1`, []any{st.Key, state, entries - len(r.fresh), balance, released, by.Name}},
		{`INSERT INTO outbox (statement, message, key, detail) VALUES ($1, $2, $1, jsonb_build_object('booked_at', $3::text))`, []any{st.Key, MessageStatement, by.At.Format(time.RFC3339Nano)}},
	}
	for _, step := range steps {
		if _, err := tx.Exec(ctx, step.sql, step.args...); err != nil {
			return fmt.Errorf("book statement %s: %w", st.Key, err)
		}
	}
	if err := bookArrived(ctx, tx, st.Key, by); err != nil {
		return err
	}
	if _, err := bookCharges(ctx, tx, st.Key, by); err != nil {
		return err
	}
	return bookBack(ctx, tx, st.Key, payouts, by)
}

// enterLines enters lines of one statement.
func enterLines(ctx context.Context, tx pgx.Tx, lines []lineRow) error {
	rows, err := json.Marshal(lines)
	if err != nil {
		return fmt.Errorf("encode lines: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO statement_entry (statement, entry, part, base, by_reference, reference, kind, direction, amount, instructed, derived, booked_on, value_on, name, iban, on_behalf_of, end_to_end, tx_id,
			mandate, batch, structured, remittance, reason, code, info)
		SELECT statement, entry, part, base, by_reference, NULLIF(reference, ''), kind, direction, amount, instructed, derived, booked_on, value_on, name, iban, on_behalf_of, end_to_end, tx_id, mandate, batch, structured, remittance, reason, code, info
		FROM json_to_recordset($1::json) AS line (statement text, entry integer, part integer, base text, by_reference boolean, reference text, kind text, direction text, amount bigint, instructed bigint, derived boolean, booked_on date,
			value_on date, name text, iban text, on_behalf_of text, end_to_end text, tx_id text, mandate text, batch text, structured text, remittance text, reason text, code text, info text)`, string(rows))
	if err != nil {
		return fmt.Errorf("enter %d lines of statement %s: %w", len(lines), lines[0].Statement, err)
	}
	return nil
}

// readChain reads where the account stands. What comes after a statement closes on a later day, or opens where it closes and was released for want of it.
func readChain(ctx context.Context, tx pgx.Tx, st Statement) (c chain, err error) {
	err = tx.QueryRow(ctx, `SELECT balance, EXISTS (SELECT FROM statement WHERE account = $1 AND position IS NOT NULL AND (to_on > $2 OR to_on = $2 AND opening = $3 AND released_by IS NOT NULL)) FROM statement
		WHERE account = $1 AND position IS NOT NULL ORDER BY position DESC LIMIT 1`, st.Account, st.To, st.Closing).Scan(&c.balance, &c.later)
	if errors.Is(err, pgx.ErrNoRows) {
		return chain{}, nil
	}
	if err != nil {
		return c, fmt.Errorf("read balance of account %s: %w", st.Account, err)
	}
	c.begun = true
	return c, nil
}

func readEntries(ctx context.Context, tx pgx.Tx, key string) ([]entryOf, error) {
	rows, err := tx.Query(ctx, `WITH own AS (SELECT entry, min(base) AS base, sum(CASE direction WHEN 'credit' THEN amount ELSE -amount END)::bigint AS net, bool_and(by_reference) AS by_reference
			FROM statement_entry WHERE statement = $1 GROUP BY entry),
		stood AS (SELECT COALESCE(max(b.position), 0) AS position FROM statement s JOIN statement b ON b.account = s.account AND b.balance = s.opening WHERE s.key = $1),
		booked AS (SELECT e.base, count(DISTINCT (e.statement, e.entry)) AS entries, count(DISTINCT (e.statement, e.entry)) FILTER (WHERE b.position > stood.position) AS since
			FROM statement_entry e JOIN statement b ON b.key = e.statement CROSS JOIN stood WHERE e.base IN (SELECT base FROM own) AND e.key IS NOT NULL GROUP BY e.base)
		SELECT own.entry, own.base, own.net, own.by_reference, COALESCE(booked.entries, 0), COALESCE(booked.since, 0) FROM own LEFT JOIN booked ON booked.base = own.base ORDER BY own.entry`, key)
	if err != nil {
		return nil, fmt.Errorf("read entries of statement %s: %w", key, err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e entryOf, err error) {
		err = row.Scan(&e.number, &e.base, &e.net, &e.byReference, &e.booked, &e.since)
		return e, err
	})
}

func oneOf[T any](ctx context.Context, tx pgx.Tx, query string, args ...any) (row T, err error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return row, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[T])
}

// BookHeld books the held statements of an account that fit by now: what was missing before them has come. Each is one transaction. What they and others tell as one sum is told apart where a batch says how (tellApart).
func (s *Store) BookHeld(ctx context.Context, account string, by Actor) error {
	if err := s.bookHeld(ctx, account, by); err != nil {
		return err
	}
	return s.tellApart(ctx, account, by)
}

func (s *Store) bookHeld(ctx context.Context, account string, by Actor) error {
	for {
		before, err := s.heldOf(ctx, account)
		if err != nil || len(before) == 0 {
			return err
		}
		for _, key := range before {
			err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
				if err := lockAccount(ctx, tx, account); err != nil {
					return err
				}
				return bookStatement(ctx, tx, key, by, nil)
			})
			if err != nil {
				return err
			}
		}
		after, err := s.heldOf(ctx, account)
		if err != nil || len(after) == len(before) {
			return err
		}
	}
}

// BookAllHeld books the held statements of every account that fit by now and whose day has come, without one that comes after them.
func (s *Store) BookAllHeld(ctx context.Context, by Actor) error {
	rows, err := s.pool.Query(ctx, `SELECT DISTINCT account FROM statement WHERE state = 'held' ORDER BY account`)
	if err != nil {
		return fmt.Errorf("list accounts with held statements: %w", err)
	}
	accounts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("list accounts with held statements: %w", err)
	}
	errs := make([]error, len(accounts))
	for i, account := range accounts { // also when those of one cannot be booked
		errs[i] = s.BookHeld(ctx, account, by)
	}
	return errors.Join(errs...)
}

func (s *Store) heldOf(ctx context.Context, account string) ([]string, error) {
	rows, err := s.pool.Query(ctx, `SELECT key FROM statement WHERE account = $1 AND state = 'held' ORDER BY to_on, sequence, key`, account)
	if err != nil {
		return nil, fmt.Errorf("list held statements: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// ReleaseStatement books a held statement although it does not fit, because a person says so; entries that were booked before are not booked again, unless all were: then those without
// the bank's own reference are others. One of which nothing is new is known, and the account stands where it stood. A statement that is not held is a *ConflictError.
func (s *Store) ReleaseStatement(ctx context.Context, key, reason string, by Actor) error {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return &ConflictError{"the reason is empty; right would be why the statement is booked although it does not fit"}
	}
	st, _, err := s.StatementLines(ctx, key)
	if err != nil {
		return err
	}
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := lockAccount(ctx, tx, st.Account); err != nil {
			return err
		}
		var state StatementState
		if err := tx.QueryRow(ctx, `SELECT state FROM statement WHERE key = $1`, key).Scan(&state); err != nil {
			return fmt.Errorf("read statement %s: %w", key, err)
		}
		if state != StatementHeld && state != StatementDropped {
			return &ConflictError{fmt.Sprintf("statement %s is %s; right would be one that is held or set aside: dunning statement list", key, state)}
		}
		return bookStatement(ctx, tx, key, by, &reason)
	})
	if err != nil {
		return err
	}
	return s.BookHeld(ctx, st.Account, by)
}
