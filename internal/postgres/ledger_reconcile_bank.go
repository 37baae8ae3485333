package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// bookedStatement is a statement that is booked, with what is booked of it.
type bookedStatement struct {
	Account, Key string
	From, To     calendar.Date // inclusive
	Opening      money.Amount  // 0 when the bank tells none
	Closing      *money.Amount // nil when the bank tells none
	Moved        money.Amount  // by its entries that no other statement booked
	By, Reason   string        // who released it; empty: nobody had to
}

// bookedStatements are those up to and including a day, each account's in the order of their own days, in whatever order they were imported or released. Of one day, what another was released for want of comes before it.
const bookedStatements = `
	SELECT s.account, s.key, COALESCE(s.from_on, s.to_on), s.to_on, COALESCE(s.opening, 0), s.closing,
		COALESCE((SELECT sum(CASE e.direction WHEN 'credit' THEN e.amount ELSE -e.amount END) FROM statement_entry e WHERE e.statement = s.key AND e.key IS NOT NULL), 0)::bigint, COALESCE(s.released_by, ''), COALESCE(s.released_reason, '')
	FROM statement s WHERE s.state = 'booked' AND s.to_on <= $1
	ORDER BY s.account, s.to_on, EXISTS (SELECT FROM statement o WHERE o.account = s.account AND o.to_on = s.to_on AND o.opening = s.closing AND o.position < s.position AND o.released_by IS NOT NULL) DESC, s.position`

// bank reads what the statements say. The transaction sees no client.
func (r *Reconciled) bank(ctx context.Context, tx pgx.Tx, entries map[string]Unreconciled) error {
	booked, err := rowsOf[bookedStatement](ctx, tx, bookedStatements, r.On)
	if err != nil {
		return fmt.Errorf("read the statements that are booked: %w", err)
	}
	r.first = r.On
	for len(booked) > 0 {
		n := 1
		for n < len(booked) && booked[n].Account == booked[0].Account {
			n++
		}
		r.account(booked[:n])
		booked = booked[n:]
	}
	if err := tx.QueryRow(ctx, `SELECT count(*) FILTER (WHERE to_on <= $1), count(*) FILTER (WHERE to_on > $1) FROM statement WHERE state = 'held'`, r.On).Scan(&r.Held, &r.HeldLater); err != nil {
		return fmt.Errorf("count held statements: %w", err)
	}
	told, err := rowsOf[Unreconciled](ctx, tx, atTheBank, r.On)
	if err != nil {
		return fmt.Errorf("read the entries of statements: %w", err)
	}
	for _, e := range told {
		entries[e.Key] = e
	}
	return nil
}

// account adds where an account stands after its statements, at least one, and where it jumped. It stands where the last of them closes; of one without a closing balance, where its entries bring it.
func (r *Reconciled) account(booked []bookedStatement) {
	first := slices.MinFunc(booked, func(a, b bookedStatement) int { return cmp.Or(a.To.Compare(b.To), a.From.Compare(b.From)) })
	stands, jumped, jumps := first.Opening, money.Amount(0), []Jump{}
	for _, s := range booked {
		stood, moved := stands, stands+s.Moved
		stands = moved
		if s.Closing != nil {
			stands = *s.Closing
		}
		if stands != moved {
			jumped += stands - moved
			jumps = append(jumps, Jump{Statement: s.Key, On: s.To, Amount: stands - moved, Opens: s.Opening, Stood: stood, By: s.By, Reason: s.Reason})
		}
	}
	last := booked[len(booked)-1]
	r.Statements = append(r.Statements, ClosingBalance{Account: last.Account, Statement: last.Key, To: last.To, Balance: stands})
	r.Bank += stands
	r.Opening += first.Opening
	r.first = earlier(r.first, first.From)
	if jumped != 0 { // else what one brought another took, and the account stands where its entries bring it
		r.Jumps = append(r.Jumps, jumps...)
	}
}
