package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// A person may type what came in before its statement does. The line of the statement then tells of money that is booked: it makes no receipt of its own when only the typed one can be meant, and waits for
// a person when that is less sure (decision 67).

// tieSurely ties the lines that can be one typed receipt only, of the payer's account, when no other line can be it too.
const tieSurely = `
	WITH fits AS (SELECT * FROM typed_lines() WHERE surely),
		one AS (SELECT entry, min(receipt) AS receipt FROM fits GROUP BY entry HAVING count(*) = 1)
	UPDATE statement_entry e SET receipt = o.receipt FROM one o WHERE e.statement = $1 AND e.key = o.entry AND e.payout_why IN ('', '` + undone + `') AND (SELECT count(*) FROM fits f WHERE f.receipt = o.receipt) = 1`

// waitTyped says of the lines that may be a typed receipt which, and how a person says what they are.
const waitTyped = `
	UPDATE statement_entry e SET payout_why = 'it may be receipt ' || f.receipts || ', which a person typed: if so, dunning statement tie ' || e.key || ' --receipt '
		|| CASE WHEN f.n = 1 THEN f.receipts ELSE 'KEY' END || ' --reason "HOW YOU KNOW"; if it is another payment, dunning statement tie ' || e.key || ' --another --reason "HOW YOU KNOW"'
	FROM (SELECT entry, string_agg(receipt, ' or ' ORDER BY receipt) AS receipts, count(*) AS n FROM typed_lines() GROUP BY entry) f WHERE e.statement = $1 AND e.key = f.entry`

// mayTell is the line of money in that may be a receipt that somebody types, whatever became of it; of the lines of a whole entry one that waits, if one does.
const mayTell = `
	SELECT e.key, e.statement, e.value_on, COALESCE(e.receipt, '') AS receipt, COALESCE(e.payout, '') AS payout, t.whole, e.key IN (SELECT w.key FROM waiting_lines() w) AS waits
	FROM told_lines($2, $3, $4) t JOIN statement_entry e ON e.key = t.entry WHERE e.key <> $1 AND e.receipt IS DISTINCT FROM $1
	ORDER BY t.whole, t.whole AND e.receipt IS NOT NULL, e.value_on, e.key LIMIT 1`

// toldLine is a line of a statement that may tell what somebody types.
type toldLine struct {
	Key, Statement  string
	On              calendar.Date
	Receipt, Payout string
	Whole           bool // with all others of its entry
	Waits           bool // until somebody says what it is
}

// is says which line it is, of what amount, and what became of it.
func (l toldLine) is(amount money.Amount) string {
	line, became := "line "+l.Key+" of a statement", "is booked: if it is the same payment nothing is left to do"
	if l.Whole {
		line += " with all others of its entry"
	}
	switch {
	case l.Waits:
		became = fmt.Sprintf("waits until somebody says what it is (dunning statement show %s): if it is the same payment, do that", l.Statement)
	case l.Receipt != "":
		became = strings.Replace(became, "booked", "booked as receipt "+l.Receipt, 1)
	case l.Payout != "":
		became = strings.Replace(became, "booked", "booked as what came back of payout "+l.Payout, 1)
	}
	return fmt.Sprintf("%s, of %s on %s, which %s", line, amount, l.On, became)
}

// lockTyped lets what is typed and the lines of statements wait for each other until the transaction ends, so that each sees the other. It comes before the locks of claims.
func lockTyped(ctx context.Context, tx pgx.Tx) error {
	return lockNamed(ctx, tx, "what is typed")
}

// notTold refuses a receipt that a line of a statement may have told already, for the books have its money then or will have it once somebody says what the line is. No line comes between until the
// transaction ends, which sees no client.
func notTold(ctx context.Context, tx pgx.Tx, r Receipt) error {
	if err := lockTyped(ctx, tx); err != nil || r.Another != "" {
		return err
	}
	lines, err := rowsOf[toldLine](ctx, tx, mayTell, r.Key, r.Amount, r.On, r.IBAN)
	if err != nil {
		return fmt.Errorf("read lines of statements that may be receipt %s: %w", r.Key, err)
	}
	if len(lines) == 0 {
		return nil
	}
	return &ConflictError{fmt.Sprintf(`receipt %s may be %s; if it is another payment: the same command with --another --reason "HOW YOU KNOW"`, r.Key, lines[0].is(r.Amount))}
}

// arrived are the lines of money in, of a statement or with a key, that make a receipt and did not yet.
const arrived = ` WHERE (statement = $1 OR key = $1) AND key IS NOT NULL AND kind = 'receipt' AND receipt IS NULL AND payout_why IN ('', '` + undone + `')`

// makeReceipts makes the receipts of lines that arrived, and keepMade notes them there, with the person who said so, if one did.
const (
	makeReceipts = `INSERT INTO receipt (key, amount, value_on, iban, payer, remittance, direct_debit)
		SELECT key, amount, value_on, iban, name, btrim(structured || ' ' || remittance), mandate <> '' OR starts_with(code, 'PMNT/IDDT/') FROM statement_entry` + arrived
	keepMade = `UPDATE statement_entry SET receipt = key, tied_by = $2, tied_reason = $3, tied_at = $4` + arrived
)

// receiptsAtOnce is how many receipts are entered in the books at a time: of all of a long statement the journals would take more memory than there may be.
const receiptsAtOnce = 1000

// bookArrived enters the receipts that lines made, of a statement or with a key, in the books. What was typed is there.
func bookArrived(ctx context.Context, tx pgx.Tx, of string, by Actor) error {
	_, err := tx.Exec(ctx, `DECLARE arrived NO SCROLL CURSOR FOR SELECT r.key, r.amount, r.value_on FROM statement_entry e JOIN receipt r ON r.key = e.receipt
		WHERE (e.statement = $1 OR e.key = $1) AND e.kind = 'receipt' AND e.receipt = e.key ORDER BY r.key`, of)
	if err != nil {
		return fmt.Errorf("read the receipts of %s: %w", of, err)
	}
	for {
		receipts, err := rowsOf[struct {
			Key    string
			Amount money.Amount
			On     calendar.Date
		}](ctx, tx, fmt.Sprintf(`FETCH %d FROM arrived`, receiptsAtOnce))
		if err != nil {
			return fmt.Errorf("read the receipts of %s: %w", of, err)
		}
		if len(receipts) == 0 {
			break
		}
		arrived := make([]Receipt, len(receipts))
		for i, r := range receipts {
			arrived[i] = Receipt{Key: r.Key, Amount: r.Amount, On: r.On}
		}
		if _, err := bookReceipts(ctx, tx, "", by, arrived...); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `CLOSE arrived`)
	return err
}

// TieTyped says what a line of a statement is that waits since it may be a receipt that a person typed: that receipt, and the books have it already, or, with an empty receipt, another payment, which
// is a receipt from now on and finds its claim. Who said so and why stays with the line. The same twice is once. A line that tells something else, and a receipt that does not fit it, is
// a *ConflictError. It is one transaction.
func (s *Store) TieTyped(ctx context.Context, entry, receipt, reason string, by Actor) error {
	reason, err := because(reason)
	if err != nil {
		return err
	}
	return s.tenant(ctx, "", func(tx pgx.Tx) error {
		is := receipt
		if receipt == "" {
			is = entry
		}
		var statement, kind, was string
		err := tx.QueryRow(ctx, `SELECT statement, kind, COALESCE(receipt, '') FROM statement_entry WHERE key = $1 FOR UPDATE`, entry).Scan(&statement, &kind, &was)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return fmt.Errorf("entry %s: %w; right would be the key of a line: dunning statement show STATEMENT", entry, ErrNotFound)
		case err != nil:
			return fmt.Errorf("read entry %s: %w", entry, err)
		case kind != "receipt":
			return &ConflictError{fmt.Sprintf("entry %s is a %s; right would be money that came in", entry, kind)}
		case was == is:
			return nil
		case was != "":
			return &ConflictError{fmt.Sprintf("entry %s is of receipt %s; right would be a line that waits (dunning statement show %s)", entry, was, statement)}
		}
		if receipt == "" {
			return isAnother(ctx, tx, statement, entry, reason, by)
		}
		return isTyped(ctx, tx, entry, receipt, reason, by)
	})
}

func isTyped(ctx context.Context, tx pgx.Tx, entry, receipt, reason string, by Actor) error {
	done, err := tx.Exec(ctx, `UPDATE statement_entry SET receipt = $2, payout_why = '', tied_by = $3, tied_reason = $4, tied_at = $5
		WHERE key = $1 AND EXISTS (SELECT FROM typed_lines() f WHERE f.entry = $1 AND f.receipt = $2)`, entry, receipt, by.Name, reason, by.At)
	if err != nil {
		return fmt.Errorf("note that entry %s is receipt %s: %w", entry, receipt, err)
	}
	noted(ctx, "line:"+entry, done)
	if done.RowsAffected() == 0 {
		return &ConflictError{fmt.Sprintf("entry %s is not receipt %s; right would be one that a person typed, that no statement told and nobody took back, of its amount, from its account and at most five days from it", entry, receipt)}
	}
	return nil
}

func isAnother(ctx context.Context, tx pgx.Tx, statement, entry, reason string, by Actor) error {
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`UPDATE statement_entry SET payout_why = '' WHERE key = $1`, []any{entry}},
		{makeReceipts, []any{entry}},
		{keepMade, []any{entry, by.Name, reason, by.At}},
	} {
		if err := say(ctx, tx, "line:"+entry, step.sql, step.args...); err != nil {
			return fmt.Errorf("book entry %s: %w", entry, err)
		}
	}
	if err := bookArrived(ctx, tx, entry, by); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO outbox (statement, message, key, detail) VALUES ($1, $2, $3, jsonb_build_object('booked_at', $4::text))`, statement, MessageStatement, entry, by.At.Format(time.RFC3339Nano))
	if err != nil {
		return fmt.Errorf("tell that entry %s is another: %w", entry, err)
	}
	return nil
}

// typedBy adds who typed what the books have and no statement tells, and why it is another payment than a line that looks the same, of the receipts that the transaction sees.
func typedBy(ctx context.Context, tx pgx.Tx, entries map[string]Unreconciled) error {
	keys := []string{}
	for key, e := range entries {
		if strings.HasPrefix(e.Why, "typed on ") {
			keys = append(keys, key)
		}
	}
	typed, err := rowsOf[struct{ Key, By, Another string }](ctx, tx, `SELECT key, typed_by, COALESCE('; another payment than a line that looks the same: ' || another, '') FROM receipt WHERE key = ANY ($1) AND typed_by IS NOT NULL`, keys)
	if err != nil {
		return fmt.Errorf("read who typed receipts: %w", err)
	}
	for _, r := range typed {
		e := entries[r.Key]
		e.Why = "typed by " + r.By + strings.TrimPrefix(e.Why, "typed") + r.Another
		entries[r.Key] = e
	}
	return nil
}
