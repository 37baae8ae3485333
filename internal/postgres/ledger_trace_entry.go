package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// tracedEntry is a bank entry as a statement tells it. Payments of a batch that the bank tells without our ids are one: Keys has all of them.
type tracedEntry struct {
	Keys                    []string
	Amount                  money.Amount
	Credit                  bool
	Kind, Receipt, Payout   string
	Why, Statement, Account string
	On                      calendar.Date
}

const tracedEntries = `
	SELECT array_agg(e.key ORDER BY e.part), sum(e.amount)::bigint, e.direction = 'credit', min(e.kind), COALESCE(min(e.receipt), ''), COALESCE(min(e.payout), ''), max(e.payout_why), e.statement, min(s.account), min(e.booked_on)
	FROM statement_entry k JOIN statement_entry e ON e.statement = k.statement AND e.entry = k.entry AND e.direction = k.direction AND e.key IS NOT NULL AND (e.key = k.key OR e.payout = k.payout AND e.end_to_end = '' AND k.end_to_end = '')
		JOIN statement s ON s.key = e.statement
	WHERE k.key = $1 GROUP BY e.statement, e.direction`

// traceEntry traces a bank entry of the trust account: of a statement, or one that was told by hand.
func (s *Store) traceEntry(ctx context.Context, t *tracing, key string) (*Trace, error) {
	var entries []tracedEntry
	err := s.moment(ctx, "", func(tx pgx.Tx) (err error) {
		entries, err = rowsOf[tracedEntry](ctx, tx, tracedEntries, key)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read bank entry %s: %w", key, err)
	}
	if len(entries) == 0 {
		if lot := t.lots.In(key); lot != nil {
			return t.of("bank entry, received", lot), nil
		}
		lots, credit := t.ofLines([]string{key})
		return t.of(map[bool]string{true: "bank entry, came back", false: "bank entry, paid"}[credit], lots...), nil
	}
	return t.ofEntry(entries[0]), nil
}

// ofLines are what the lines of payouts have that bank entries booked, or gave back.
func (t *tracing) ofLines(keys []string) (lots []*ledger.Lot, back bool) {
	for _, l := range slices.SortedFunc(maps.Values(t.lines), byNumber) {
		journal := "payout:" + l.EndToEndID
		switch {
		case slices.Contains(keys, l.Booked):
			lots = append(lots, t.lots.By(journal+"/booked")...)
		case slices.Contains(keys, l.Returned):
			lots, back = append(lots, t.lots.By(journal+"/returned")...), true
		}
	}
	return lots, back
}

func (t *tracing) ofEntry(e tracedEntry) *Trace {
	lots, _ := t.ofLines(e.Keys)
	switch {
	case e.Kind == "receipt":
		lots = nil
		if lot := t.lots.In(e.Receipt); lot != nil {
			lots = append(lots, lot)
		}
	case e.Receipt != "":
		lots = t.takenBack(e.Receipt)
	}
	trace := t.of("", lots...)
	if trace == nil {
		trace = &Trace{}
	}
	trace.What, trace.On = fmt.Sprintf("bank entry, %s, of statement %s", map[bool]string{true: "credit", false: "debit"}[e.Credit], e.Statement), e.On
	if rest := e.Amount - trace.Amount; rest != 0 {
		what := fmt.Sprintf("not in the books (%s)", e.Kind)
		if e.Why != "" {
			what += ": " + e.Why
		}
		left := TraceStep{Amount: rest, What: what, Key: e.Keys[0], On: e.On}
		if e.Credit {
			trace.To = append(trace.To, left)
		} else {
			trace.From = append(trace.From, left)
		}
	}
	if trace.Amount = e.Amount; !e.Credit && !slices.ContainsFunc(lots, func(l *ledger.Lot) bool { return len(l.To) > 0 }) {
		trace.To = nil // it left, and that is all
	}
	return trace
}

// takenBack are what a bank took back of a receipt.
func (t *tracing) takenBack(receipt string) (lots []*ledger.Lot) {
	for _, p := range t.journals {
		if p.Book != ledger.Trust || p.Kind != ledger.TakenBack {
			continue
		}
		for _, l := range t.lots.By(p.Key) {
			if l.Pot == (ledger.Pot{Account: ledger.TrustBank, Of: receipt}) {
				lots = append(lots, l)
			}
		}
	}
	return lots
}
