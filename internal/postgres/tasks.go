package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// RepairTask is the key under which a claim is listed of which an action could not be done: the claim waits until an operator repairs it.
const RepairTask = "repair"

// OpenTask is a task that nobody has ended yet, of a claim or, without one, of a client's agreement.
type OpenTask struct {
	Client    string        `json:"client"` // its code
	Claim     string        `json:"claim"`
	Reference string        `json:"reference"`
	Status    claim.Status  `json:"status"` // of the claim: one that has ended can ask for something still
	Key       string        `json:"task"`
	Opened    calendar.Date `json:"opened"`
	Detail    string        `json:"detail"`                     // what to do
	Step      string        `json:"step,omitempty"`             // what could not be done, of one to repair
	Statement string        `json:"statement,omitempty" db:"-"` // whose line waits
}

// aboutDispute are the kinds of tasks about a dispute, by whose key theirs ends. What the debtor says of it is a person's words: no workflow knows it, so the task is told with it.
var aboutDispute = []string{strings.TrimSuffix(claim.Pause{}.JudgeTask(), ":"), strings.TrimSuffix(claim.Pause{}.LateTask(), ":"), strings.TrimSuffix(trajectory.TellCourtDesk, ":")}

// OpenTasks gives the open tasks of claims, whatever became of the claim, of agreements, and the claims that wait for a repair, oldest first: of all clients, or of one
// when its id is given. All are as they were at one moment.
func (s *Store) OpenTasks(ctx context.Context, clientID string) (tasks []OpenTask, err error) {
	err = s.eachTenant(ctx, clientID, func(tx pgx.Tx, client string) error {
		if client == "" { // every claim and every agreement is a client's
			return nil
		}
		found, err := rowsOf[OpenTask](ctx, tx, `SELECT o.code, c.id::text, c.reference, c.status, t.key, t.opened_on,
				t.detail || COALESCE('; since ' || e.value_on || ' the debtor says: ' || (e.detail ->> 'grounds'), ''), ''
			FROM task t LEFT JOIN case_event e ON e.client_id = t.client_id AND e.claim_id = t.claim_id AND split_part(t.key, ':', 1) = ANY ($3) AND e.key = 'dispute:' || substr(t.key, strpos(t.key, ':') + 1)
			JOIN claim c ON c.client_id = t.client_id AND c.id = t.claim_id JOIN client o ON o.id = t.client_id WHERE t.client_id = $1 AND t.done_on IS NULL
			UNION ALL SELECT o.code, c.id::text, c.reference, c.status, $2, (c.attention_since AT TIME ZONE 'Europe/Amsterdam')::date, c.attention_action || ' could not be done (' || c.attention_cause || '): find out why, and repair it', c.attention_action
			FROM claim c JOIN client o ON o.id = c.client_id WHERE c.client_id = $1 AND c.status = 'open' AND c.attention_action IS NOT NULL
			UNION ALL SELECT o.code, '', '', '', a.key, a.opened_on, a.detail, '' FROM agreement_task a JOIN client o ON o.id = a.client_id WHERE a.client_id = $1 AND a.done_on IS NULL`, client, RepairTask, aboutDispute)
		tasks = append(tasks, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the open tasks: %w", err)
	}
	slices.SortFunc(tasks, func(a, b OpenTask) int {
		return cmp.Or(a.Opened.Compare(b.Opened), cmp.Compare(a.Client, b.Client), cmp.Compare(a.Claim, b.Claim), cmp.Compare(a.Key, b.Key))
	})
	return tasks, nil
}

// Kinds of what is a task beside those of claims and agreements: to find out whose a receipt is, and what a line of a statement is, to book a statement that is held, and to pay what the bank did not.
const (
	ReceiptTask   = "receipt"
	LineTask      = "line"
	StatementTask = "statement"
	PayoutTask    = "payout"
)

// CountOpenTasks tells how many tasks are open, of all clients, by kind: what a key begins with, up to a colon. What is counted is what OpenTasks lists, and the
// receipts, lines of statements, statements and payments that wait (WaitingReceipts, WaitingLines, HeldStatements, PaymentsBack).
func (s *Store) CountOpenTasks(ctx context.Context) (map[string]int64, error) {
	rows, err := s.pool.Query(ctx, `SELECT kind, tasks FROM open_tasks()`)
	if err != nil {
		return nil, fmt.Errorf("count the open tasks: %w", err)
	}
	counts := map[string]int64{}
	var kind string
	var n int64
	if _, err = pgx.ForEachRow(rows, []any{&kind, &n}, func() error { counts[kind] = n; return nil }); err != nil {
		return nil, fmt.Errorf("count the open tasks: %w", err)
	}
	return counts, nil
}

// WaitingSince counts the receipts that wait (WaitingReceipts) by value date.
func (s *Store) WaitingSince(ctx context.Context) (map[calendar.Date]int64, error) {
	rows, err := s.pool.Query(ctx, `SELECT COALESCE(corrected_on, value_on), count(*) FROM receipt WHERE claim_id IS NULL AND NOT divided AND gone IS NULL GROUP BY 1`)
	if err != nil {
		return nil, fmt.Errorf("count the receipts that wait: %w", err)
	}
	counts := map[calendar.Date]int64{}
	var on calendar.Date
	var n int64
	if _, err = pgx.ForEachRow(rows, []any{&on, &n}, func() error { counts[on] = n; return nil }); err != nil {
		return nil, fmt.Errorf("count the receipts that wait: %w", err)
	}
	return counts, nil
}
