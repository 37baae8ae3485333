package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// referredEntry is a bank entry that may have a reference of its bank.
type referredEntry struct {
	Key, Account, Base string
	On                 calendar.Date
	Amount             money.Amount // less than nothing: money left
	Kept               bool         // the reference itself is: it has it
}

// traceReference traces the bank entry that its bank calls by a reference of its own (AcctSvcrRef). Of an entry of before migration 135 it is not kept: that is named by what is made of it. Of several entries that have it, it is a *ConflictError that lists them.
func (s *Store) traceReference(ctx context.Context, t *tracing, reference string) (*Trace, error) {
	var entries []referredEntry
	err := s.moment(ctx, "", func(tx pgx.Tx) (err error) {
		entries, err = rowsOf[referredEntry](ctx, tx, `SELECT (array_agg(e.key ORDER BY e.part))[1], s.account, e.base, min(e.booked_on), sum(CASE e.direction WHEN 'credit' THEN e.amount ELSE -e.amount END)::bigint, bool_or(e.reference IS NOT NULL)
			FROM statement_entry e JOIN statement s ON s.key = e.statement WHERE e.key IS NOT NULL AND e.by_reference AND (e.reference = $1 OR e.reference IS NULL) GROUP BY e.statement, e.entry, s.account, e.base ORDER BY 4, 1`, bank.PlainReference(reference))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for the bank's reference %s: %w", reference, err)
	}
	var found, words []string
	for _, e := range entries {
		if e.Kept || bank.ReferenceBase(e.Account, e.On, "EUR", e.Amount, reference) == e.Base {
			key := strings.TrimSuffix(e.Key, ".1")
			found, words = append(found, key), append(words, fmt.Sprintf("%s of %s on %s", key, e.Amount, e.On))
		}
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return s.traceEntry(ctx, t, found[0])
	}
	return nil, &ConflictError{fmt.Sprintf("the bank calls %d entries %s: %s; right would be one of these", len(found), reference, strings.Join(words, ", "))}
}
