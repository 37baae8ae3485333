package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// goneOut are the booked lines of statements by which money left that nothing explains: those that wait until a person says what they are, less what came back of them, and those that take a receipt back that no statement brought. That
// one rests on the word of one person alone, as the money that was there before it. The bank has not got that money, by all that it told.
const goneOut = `SELECT e.key, left_of(e.key) AS amount, e.booked_on AS "on" FROM statement_entry e WHERE e.direction = 'debit' AND e.key IN (SELECT w.key FROM waiting_lines() w)
	UNION ALL SELECT e.key, e.amount, e.booked_on FROM statement_entry e WHERE e.direction = 'debit' AND e.kind = 'return' AND e.key IS NOT NULL AND e.receipt IS NOT NULL
		AND NOT EXISTS (SELECT FROM statement_entry b WHERE b.kind = 'receipt' AND b.receipt = e.receipt)`

// GoneLine is one of them.
type GoneLine struct {
	Key    string        `json:"key"`
	Amount money.Amount  `json:"amount"`
	On     calendar.Date `json:"on"`
}

// HeldOut is a statement that is held, so that nothing of it is booked, and that tells money out. It may tell again what another statement told: nothing counts of it until it is booked.
type HeldOut struct {
	Statement string       `json:"statement"`
	Amount    money.Amount `json:"amount"` // of what left, as it says
}

// goneLines reads what left and nothing explains, the oldest first. The transaction sees no client.
func goneLines(ctx context.Context, tx pgx.Tx) ([]GoneLine, error) {
	gone, err := rowsOf[GoneLine](ctx, tx, goneOut+` ORDER BY "on", key`)
	if err != nil {
		return nil, fmt.Errorf("read what left the trust account: %w", err)
	}
	return gone, nil
}

// heldOut reads what statements that are held say that left. The transaction sees no client.
func heldOut(ctx context.Context, tx pgx.Tx) ([]HeldOut, error) {
	held, err := rowsOf[HeldOut](ctx, tx, `SELECT s.key, sum(e.amount)::bigint FROM statement s JOIN statement_entry e ON e.statement = s.key AND e.key IS NULL AND e.direction = 'debit' WHERE s.state = 'held' GROUP BY s.key, s.to_on ORDER BY s.to_on, s.key`)
	if err != nil {
		return nil, fmt.Errorf("read what held statements say that left: %w", err)
	}
	return held, nil
}

// sumGone is what left and nothing explains.
func sumGone(gone []GoneLine) (sum money.Amount) {
	for _, l := range gone {
		sum += l.Amount
	}
	return sum
}

// goneText names lines by which money left.
func goneText(gone []GoneLine) string {
	const most = 5
	var lines []string
	for i, l := range gone {
		if i == most {
			lines = append(lines, fmt.Sprintf("%d more", len(gone)-most))
			break
		}
		lines = append(lines, fmt.Sprintf("%s of %s on %s", l.Key, l.Amount, l.On))
	}
	return strings.Join(lines, ", ")
}
