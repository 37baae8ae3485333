package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// BillPayment is what was paid of an invoice.
type BillPayment struct {
	Key    string        `json:"key"`
	Kind   string        `json:"kind"` // see BillPaid and those beside it
	Amount money.Amount  `json:"amount"`
	On     calendar.Date `json:"on"`
	Other  string        `json:"other,omitempty"`  // the invoice that a credit moved to, or came from
	Reason string        `json:"reason,omitempty"` // why more than was open was paid, or why it was taken back
	Undoes string        `json:"undoes,omitempty"` // the key of the payment that it takes back
}

// BillFile is an invoice or a credit note with what became of it.
type BillFile struct {
	settlement.Bill
	Payments []BillPayment `json:"payments"`
	Credits  []string      `json:"credit_notes"`       // their numbers
	Credited []int         `json:"credited_lines"`     // by their numbers
	Open     money.Amount  `json:"open"`               // less than nothing: the client has it to its credit; of a credit note 0.00
	Repays   bool          `json:"to_repay,omitempty"` // a person asked that the credit is paid back
}

// openOf is what is open of an invoice b: what is to be paid, less what was credited and paid.
const openOf = `CASE b.kind WHEN 'invoice' THEN b.total - b.settled - COALESCE((SELECT sum(n.total - n.settled) FROM bill n WHERE n.corrects = b.number), 0)
	- COALESCE((SELECT sum(p.cents) FROM bill_payment p WHERE p.number = b.number), 0) ELSE 0 END::bigint`

// clientOfBill tells whose an invoice is. ErrNotFound when there is none.
func (s *Store) clientOfBill(ctx context.Context, number string) (client string, err error) {
	var found *string
	if err := s.pool.QueryRow(ctx, `SELECT client_of_bill($1)::text`, number).Scan(&found); err != nil {
		return "", fmt.Errorf("look up invoice %s: %w", number, err)
	}
	if found == nil {
		return "", fmt.Errorf("invoice %q: %w; right would be a number of dunning invoice list, like %s", number, ErrNotFound, settlement.ClientBill.Number(2026, 1))
	}
	return *found, nil
}

// Bill reads an invoice or a credit note, as of one moment. ErrNotFound when there is none.
func (s *Store) Bill(ctx context.Context, number string) (v BillFile, err error) {
	client, err := s.clientOfBill(ctx, number)
	if err != nil {
		return v, err
	}
	err = s.moment(ctx, client, func(tx pgx.Tx) error {
		if v, err = readBill(ctx, tx, number); err != nil {
			return fmt.Errorf("read invoice %s: %w", number, err)
		}
		return nil
	})
	return v, err
}

func readBill(ctx context.Context, tx pgx.Tx, number string) (v BillFile, err error) {
	err = tx.QueryRow(ctx, `SELECT b.number, b.kind, b.client_id::text, b.on_day, b.due_on, COALESCE(b.corrects, ''), b.reason, b.net, b.vat, b.total, b.settled, c.language, `+openOf+`, `+repayAsked+`
		FROM bill b JOIN client c ON c.id = b.client_id WHERE b.number = $1`, number).
		Scan(&v.Number, &v.Kind, &v.ClientID, &v.On, &v.DueOn, &v.Corrects, &v.Reason, &v.Net, &v.VAT, &v.Total, &v.Settled, &v.Language, &v.Open, &v.Repays)
	if err != nil {
		return v, err
	}
	rows, err := tx.Query(ctx, `SELECT `+billLineColumns+` FROM bill_line l LEFT JOIN claim c ON c.id = l.claim_id WHERE l.number = $1 ORDER BY l.nr`, number)
	if err != nil {
		return v, err
	}
	if v.Lines, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (l settlement.BillLine, err error) {
		return l, scanBillLine(row, new(string), &l)
	}); err != nil {
		return v, err
	}
	if v.Payments, err = rowsOf[BillPayment](ctx, tx, `SELECT key, kind, cents, on_day, COALESCE(other, ''), reason, COALESCE(undoes, '') FROM bill_payment WHERE number = $1 ORDER BY on_day, key`, number); err != nil {
		return v, err
	}
	if v.Credits, err = namesOf(ctx, tx, `SELECT number FROM bill WHERE corrects = $1 ORDER BY number`, number); err != nil {
		return v, err
	}
	rows, err = tx.Query(ctx, `SELECT l.nr FROM bill_line l JOIN bill_line n ON n.key = l.key AND n.kind = 'credit-note' WHERE l.number = $1 AND l.kind = 'invoice' AND NOT l.key LIKE 'fees:%' ORDER BY 1`, number)
	if err != nil {
		return v, err
	}
	v.Credited, err = pgx.CollectRows(rows, pgx.RowTo[int])
	return v, err
}

// BillSummary is an invoice or a credit note in a list.
type BillSummary struct {
	Number   string              `json:"number"`
	Kind     settlement.BillKind `json:"kind"`
	Client   string              `json:"client"` // code
	On       calendar.Date       `json:"on"`
	DueOn    calendar.Date       `json:"due_on,omitzero"`
	Corrects string              `json:"corrects,omitempty"`
	Total    money.Amount        `json:"total"`
	Open     money.Amount        `json:"open"`
}

// Bills lists invoices and credit notes of a client, or of all when it is empty, by client in the order in which they were made.
func (s *Store) Bills(ctx context.Context, clientID string) (list []BillSummary, err error) {
	err = s.eachTenant(ctx, clientID, func(tx pgx.Tx, client string) error {
		if client == "" {
			return nil
		}
		its, err := rowsOf[BillSummary](ctx, tx, `SELECT b.number, b.kind, c.code, b.on_day, b.due_on, COALESCE(b.corrects, ''), b.total, `+openOf+`
			FROM bill b JOIN client c ON c.id = b.client_id ORDER BY b.year, b.on_day, b.kind DESC, b.turn`)
		if err != nil {
			return fmt.Errorf("list invoices of client %s: %w", client, err)
		}
		list = append(list, its...)
		return nil
	})
	return list, err
}

// BillPaper is a paper of an invoice as the client got it, in a form. ErrNotFound when there is no such invoice.
func (s *Store) BillPaper(ctx context.Context, number, form string) (content []byte, err error) {
	client, err := s.clientOfBill(ctx, number)
	if err != nil {
		return nil, err
	}
	err = s.tenant(ctx, client, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `SELECT content FROM bill_paper WHERE number = $1 AND form = $2`, number, form).Scan(&content)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("%s of invoice %s: %w", form, number, ErrNotFound)
	}
	return content, err
}
