package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/money"
)

// A bank may book many payments as one sum and tell them apart in a message of their own (camt.054). That message books nothing: its payments are kept, and stand in place
// of the sum once a statement tells it; of a sum that is booked and waits they become receipts of their own (tellApart).

// toldBatch is an entry that came in with its payments.
type toldBatch struct {
	base, id    string
	byReference bool
	amount      money.Amount
	payments    []byte
	amounts     []money.Amount
}

// batchOf is the batch that an entry told in several lines is, unless nothing names it: neither the bank's own reference nor the id of a payment file.
func batchOf(lines []bank.Line) (b toldBatch, ok bool, err error) {
	first := lines[0]
	b = toldBatch{base: first.Base, byReference: first.ByReference, id: first.Batch}
	rows := make([]lineRow, len(lines))
	for i, l := range lines {
		if l.Kind != bank.LineReceipt {
			return b, false, nil
		}
		if l.Batch != b.id {
			b.id = ""
		}
		rows[i], b.amount, b.amounts = rowOf("", l), b.amount+l.Amount, append(b.amounts, l.Amount)
	}
	if len(lines) < 2 || !b.byReference && b.id == "" {
		return b, false, nil
	}
	b.payments, err = json.Marshal(rows)
	return b, err == nil, err
}

// keepBatches keeps the batches of the messages of a file that books nothing, in one transaction; told again nothing changes. It notes at each message how many it told, and
// which of them are booked as one sum already.
func (s *Store) keepBatches(ctx context.Context, f StatementFile, surveyed []bank.Surveyed, done []Imported, by Actor) (err error) {
	file, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return s.tenant(ctx, "", func(tx pgx.Tx) error {
		_, err := bank.Read(file, bank.Handler{Entry: func(st *bank.Statement, e *bank.Entry) error {
			at := st.Number - 1
			if !done[at].Left || !strings.HasPrefix(st.Format, "camt.054") || !e.Booked {
				return nil
			}
			lines, err := e.Lines(surveyed[at].Account, "EUR")
			if err != nil {
				return err
			}
			b, ok, err := batchOf(lines)
			if err != nil || !ok {
				return err
			}
			done[at].Batches++
			receipts, err := keepBatch(ctx, tx, surveyed[at].Account, b, f.Name, by)
			for _, receipt := range receipts {
				done[at].AsOne = append(done[at].AsOne, Sum{Receipt: receipt, Payments: b.amounts})
			}
			return err
		}})
		return err
	})
}

// keepBatch keeps a batch and gives the receipts that have it as one sum.
func keepBatch(ctx context.Context, tx pgx.Tx, account string, b toldBatch, file string, by Actor) ([]string, error) {
	if err := lockAccount(ctx, tx, account); err != nil {
		return nil, err
	}
	_, err := tx.Exec(ctx, `INSERT INTO statement_batch (base, account, by_reference, batch, amount, payments, file, imported_by, imported_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (base) DO NOTHING`, b.base, account, b.byReference, b.id, b.amount, b.payments, file, by.Name, by.At)
	if err != nil {
		return nil, fmt.Errorf("keep the payments of batch %s: %w", b.base, err)
	}
	receipts, err := namesOf(ctx, tx, `SELECT e.receipt FROM statement_entry e JOIN statement s ON s.key = e.statement
		WHERE s.account = $1 AND e.kind = 'receipt' AND e.receipt IS NOT NULL AND e.amount = $2 AND ($3 AND e.base = $4 OR e.batch <> '' AND e.batch = $5) ORDER BY e.receipt`,
		account, b.amount, b.byReference, b.base, b.id)
	if err != nil {
		return nil, fmt.Errorf("look for batch %s: %w", b.base, err)
	}
	return receipts, nil
}

// readBatches reads the batches of an account that were told, without their payments.
func readBatches(ctx context.Context, tx pgx.Tx, account string) ([]toldBatch, error) {
	rows, err := tx.Query(ctx, `SELECT base, by_reference, batch, amount FROM statement_batch WHERE account = $1`, account)
	if err != nil {
		return nil, fmt.Errorf("read batches of account %s: %w", account, err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (b toldBatch, err error) {
		err = row.Scan(&b.base, &b.byReference, &b.id, &b.amount)
		return b, err
	})
}

// paymentsOf gives the payments that a line is the sum of, when exactly one batch says so: by the bank's own reference, else by the id of the payment file. The account, the
// direction and the amount are the same. They are booked as parts of the line's entry, on its days; none when no batch is it.
func (im *importing) paymentsOf(ctx context.Context, statement string, l bank.Line) (rows []lineRow, err error) {
	var found []string
	for _, b := range im.batches {
		if b.amount == l.Amount && (l.ByReference && b.base == l.Base || l.Batch != "" && b.id == l.Batch) {
			found = append(found, b.base)
		}
	}
	if len(found) != 1 {
		return nil, nil
	}
	var payments []byte
	if err := im.tx.QueryRow(ctx, `SELECT payments FROM statement_batch WHERE base = $1`, found[0]).Scan(&payments); err != nil {
		return nil, fmt.Errorf("read the payments of batch %s: %w", found[0], err)
	}
	if rows, err = rowOf(statement, l).parts(payments, 1); err != nil {
		return nil, fmt.Errorf("read the payments of batch %s: %w", found[0], err)
	}
	return rows, nil
}
