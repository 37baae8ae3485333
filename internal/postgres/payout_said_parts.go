package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/money"
)

// One credit can be of several debits, of none of which as much is left: a person says of which, and the line is told apart in a part for each, which comes off that as any other line (decision 104).

// saySeveral sets a credit against the debits that a person names, in their order: as much as is left of each but the last, and the rest against that. It gives the payouts. A *ConflictError when that does not fit, when the credit is settled, and when
// sayOff refuses a part. The transaction sees no client.
func (e *PayoutEntry) saySeveral(ctx context.Context, tx pgx.Tx, by Actor) (payouts []string, err error) {
	debits := append([]string{e.Debit}, e.Further...)
	if said, err := e.saidSeveral(ctx, tx, debits); said || err != nil {
		return nil, err
	}
	rest := PayoutEntry{Key: e.Key, Credit: true, Amount: e.Amount, On: e.On, said: true}
	for i, debit := range debits {
		part, next := rest, ""
		part.Debit = debit
		if i+1 < len(debits) {
			if part.Amount, err = e.partOf(ctx, tx, debit, rest.Amount); err != nil {
				return nil, err
			}
			if next, err = rest.tellApart(ctx, tx, part.Amount); err != nil {
				return nil, err
			}
		}
		p, err := part.sayOff(ctx, tx, by)
		if err != nil {
			return nil, err
		}
		payouts = append(payouts, p.ID)
		rest.Key, rest.Amount = next, rest.Amount-part.Amount
	}
	slices.Sort(payouts)
	return slices.Compact(payouts), nil
}

// saidSeveral is whether a person said so before.
func (e *PayoutEntry) saidSeveral(ctx context.Context, tx pgx.Tx, debits []string) (said bool, err error) {
	err = tx.QueryRow(ctx, `SELECT COALESCE(sum(c.amount), 0) = $3 AND count(DISTINCT c.against) = cardinality($2::text[]) FROM statement_entry e JOIN statement_entry c ON c.statement = e.statement AND c.entry = e.entry
		WHERE e.key = $1 AND c.against = ANY ($2) AND (c.part = e.part OR c.part_of IS NOT NULL)`, e.Key, debits, e.Amount).Scan(&said)
	if err != nil {
		err = fmt.Errorf("read what entry %s comes off: %w", e.Key, err)
	}
	return said, err
}

// partOf is as much of a credit as is left of a debit: less than all that there is of it.
func (e *PayoutEntry) partOf(ctx context.Context, tx pgx.Tx, debit string, of money.Amount) (left money.Amount, err error) {
	if err = tx.QueryRow(ctx, `SELECT COALESCE(left_of($1), 0)`, debit).Scan(&left); err != nil {
		return 0, fmt.Errorf("read what is left of debit %s: %w", debit, err)
	}
	if left <= 0 || left >= of {
		return 0, &ConflictError{fmt.Sprintf("--debit: of %s %s is left, and there %s of entry %s is to come off; right would be debits that wait (dunning claim tasks), of each of which less is left than of the entry, and that come to as much", debit, left, of, e.Key)}
	}
	return left, nil
}

// tellApart divides a credit that waits: its line is of an amount from now on, and another of the rest, as the bank told all else. It gives the key of that.
func (e *PayoutEntry) tellApart(ctx context.Context, tx pgx.Tx, amount money.Amount) (rest string, err error) {
	var whole money.Amount
	var part int
	var waits bool
	err = tx.QueryRow(ctx, `SELECT e.amount, 1 + (SELECT max(o.part) FROM statement_entry o WHERE o.statement = e.statement AND o.entry = e.entry), e.direction = 'credit' AND e.kind = 'payout-returned' AND e.payout IS NULL
		FROM statement_entry e WHERE e.key = $1 FOR UPDATE`, e.Key).Scan(&whole, &part, &waits)
	switch {
	case err != nil:
		return "", fmt.Errorf("read entry %s: %w", e.Key, err)
	case !waits || whole != e.Amount:
		return "", &ConflictError{fmt.Sprintf("entry %s of %s is no credit of %s that waits; right would be one: dunning claim tasks", e.Key, whole, e.Amount)}
	}
	rest = fmt.Sprint(strings.TrimRight(e.Key, "0123456789"), part)
	for _, sql := range []string{
		`INSERT INTO statement_entry (statement, entry, part, base, by_reference, reference, key, kind, direction, amount, derived, booked_on, value_on, name, iban, on_behalf_of, end_to_end, tx_id, mandate, batch, structured, remittance, reason, code, info, returned_line, returned_name, part_of)
			SELECT statement, entry, $3, base, by_reference, reference, $4, kind, direction, amount - $2, derived, booked_on, value_on, name, iban, on_behalf_of, end_to_end, tx_id, mandate, batch, structured, remittance, reason, code, info, returned_line, returned_name, part FROM statement_entry WHERE key = $1`,
		`UPDATE statement_entry SET told = COALESCE(told, amount), amount = $2, instructed = 0, against = NULL WHERE key = $1 AND $3::int > 0 AND $4::text <> ''`,
	} {
		if err := say(ctx, tx, "line:"+e.Key, sql, e.Key, amount, part, rest); err != nil {
			return "", fmt.Errorf("tell entry %s apart: %w", e.Key, err)
		}
	}
	return rest, nil
}
