package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/settlement"
)

// BillPapers writes what a client gets of a bill. What cannot be written, or breaks a rule, is an error that says why.
type BillPapers func(settlement.Bill) (pdf, ubl []byte, err error)

// Billing is how clients are invoiced.
type Billing struct {
	On       calendar.Date // of the invoices; what is due up to and including it is on them
	ClientID string        // one client; empty: all
	TermDays int           // within which they are paid
	Tables   law.Tables
	Papers   BillPapers
}

// NotBilled is a client that could not be invoiced, or not for everything, and why.
type NotBilled struct {
	Client string `json:"client"` // code
	Why    string `json:"why"`
}

// unwritten says that the papers of a bill could not be written: that client gets none, and others theirs.
type unwritten struct{ error }

func (u unwritten) Unwrap() error { return u.error }

// MakeBills invoices clients for what is due and was not invoiced, and credits what was invoiced and taken back since: each client in one transaction, with numbers,
// papers and journals. Told twice it makes nothing more, a crash leaves a client whole or not at all, and no number is given that no invoice has. A day to come, or
// before that of the last invoice or credit note, is a *ConflictError.
func (s *Store) MakeBills(ctx context.Context, b Billing, by Actor) (made []settlement.Bill, left []NotBilled, err error) {
	if b.On.After(by.today()) {
		return nil, nil, &ConflictError{fmt.Sprintf("%s is to come; right would be %s or earlier", b.On, by.today())}
	}
	codes, err := s.ClientCodes(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		if b.ClientID != "" && b.ClientID != codes[code] {
			continue
		}
		its, err := s.billClient(ctx, codes[code], b, by)
		var not unwritten
		if errors.As(err, &not) {
			left = append(left, NotBilled{code, not.Error()})
			continue
		}
		if err != nil {
			return made, left, fmt.Errorf("invoice client %s: %w", code, err)
		}
		made = append(made, its...)
	}
	return made, left, nil
}

func (s *Store) billClient(ctx context.Context, client string, b Billing, by Actor) (made []settlement.Bill, err error) {
	err = s.tenant(ctx, client, func(tx pgx.Tx) error {
		if err := lockBills(ctx, tx); err != nil {
			return err
		}
		if err := afterLast(ctx, tx, b.On); err != nil {
			return err
		}
		drafts, err := billsDue(ctx, tx, client, b.On)
		if err != nil {
			return err
		}
		for _, draft := range drafts {
			v, err := storeBill(ctx, tx, draft, b, by)
			if err != nil {
				return err
			}
			made = append(made, v)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

// afterLast refuses a day before that of the newest invoice or credit note: what was told since would look as if it were taken back by then.
func afterLast(ctx context.Context, tx pgx.Tx, on calendar.Date) error {
	var last *calendar.Date
	if err := tx.QueryRow(ctx, `SELECT last_bill_on()`).Scan(&last); err != nil {
		return fmt.Errorf("read the day of the last invoice: %w", err)
	}
	if last != nil && on.Before(*last) {
		return &ConflictError{fmt.Sprintf("the last invoice or credit note is of %s, and numbers follow the days; right would be that day or later", last)}
	}
	return nil
}

// lockBills lets nobody else make, credit or settle bills until the transaction ends.
func lockBills(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, `SELECT lock_bills()`); err != nil {
		return fmt.Errorf("lock invoices: %w", err)
	}
	return nil
}

// billsDue are an invoice of all that is due, if anything is, and the credit notes of what was taken back.
func billsDue(ctx context.Context, tx pgx.Tx, client string, on calendar.Date) ([]settlement.Bill, error) {
	invoice := settlement.Bill{Kind: settlement.ClientBill, ClientID: client}
	fees, err := feesOf(ctx, tx, on)
	if err != nil {
		return nil, err
	}
	credits, err := takenBackDue(ctx, tx, client, on)
	if err != nil {
		return nil, err
	}
	for _, f := range fees {
		if f.credited() {
			credits = credits.with(f.last, settlement.ReasonTakenBack, client, f.billLines()...)
		} else {
			invoice.Lines = append(invoice.Lines, f.billLines()...)
		}
	}
	charged, err := chargedLines(ctx, tx, on)
	if err != nil {
		return nil, err
	}
	if invoice.Lines = append(invoice.Lines, charged...); len(invoice.Lines) == 0 {
		return credits, nil
	}
	return append([]settlement.Bill{invoice}, credits...), nil
}

// storeBill gives a bill its number and stores it with its papers and its journal. The transaction sees its client, and holds the lock of bills.
func storeBill(ctx context.Context, tx pgx.Tx, v settlement.Bill, b Billing, by Actor) (settlement.Bill, error) {
	var turn int
	var last calendar.Date
	if err := tx.QueryRow(ctx, `SELECT turn, last_on FROM next_bill($1, $2)`, v.Kind, b.On.Year()).Scan(&turn, &last); err != nil {
		return v, fmt.Errorf("number an invoice: %w", err)
	}
	if b.On.Before(last) {
		return v, &ConflictError{fmt.Sprintf("the last %s of %d is of %s, and numbers follow the days; right would be that day or later", v.Kind, b.On.Year(), last)}
	}
	v.Number, v.On = v.Kind.Number(b.On.Year(), turn), b.On
	var before []settlement.BillLine
	var err error
	if v.Kind == settlement.ClientBill {
		v.DueOn = b.On.AddDays(b.TermDays)
	} else if before, err = bornLines(ctx, tx, v.Corrects); err != nil {
		return v, err
	}
	if v, err = v.Totalled(before, b.Tables); err != nil {
		return v, err
	}
	if v.Kind == settlement.ClientBill {
		credits, err := freeCredits(ctx, tx)
		if err != nil {
			return v, err
		}
		v = v.PaidWith(credits)
	}
	if err := addressBill(ctx, tx, &v); err != nil {
		return v, err
	}
	pdf, ubl, err := b.Papers(v)
	if err != nil {
		return v, unwritten{err}
	}
	if err := insertBill(ctx, tx, v, turn, by); err != nil {
		return v, err
	}
	for form, content := range map[string][]byte{PaperPDF: pdf, PaperUBL: ubl} {
		if _, err := tx.Exec(ctx, `INSERT INTO bill_paper (client_id, number, form, content) VALUES ($1, $2, $3, $4)`, v.ClientID, v.Number, form, content); err != nil {
			return v, fmt.Errorf("store invoice %s: %w", v.Number, err)
		}
	}
	for _, c := range v.Credits {
		if err := moveCredit(ctx, tx, v.ClientID, c.Number, v.Number, c.Cents, v.On, by); err != nil {
			return v, err
		}
	}
	_, err = post(ctx, tx, by, billJournals(v)...)
	return v, err
}

// The forms of the papers of a bill.
const (
	PaperPDF = "pdf"
	PaperUBL = "ubl"
)

func addressBill(ctx context.Context, tx pgx.Tx, v *settlement.Bill) error {
	c := &v.Client
	err := tx.QueryRow(ctx, `SELECT name, street, postcode, town, email, vat, kvk, language FROM client WHERE id = $1`, v.ClientID).Scan(&c.Name, &c.Street, &c.Postcode, &c.Town, &c.Email, &c.VAT, &c.KvK, &v.Language)
	if err != nil {
		return fmt.Errorf("read client %s: %w", v.ClientID, err)
	}
	return nil
}

func insertBill(ctx context.Context, tx pgx.Tx, v settlement.Bill, turn int, by Actor) error {
	_, err := tx.Exec(ctx, `INSERT INTO bill (number, client_id, kind, year, turn, on_day, due_on, corrects, reason, net, vat, total, settled, made_by, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, NULLIF($8, ''), $9, $10, $11, $12, $13, $14, $15)`,
		v.Number, v.ClientID, v.Kind, v.On.Year(), turn, v.On, v.DueOn, v.Corrects, v.Reason, v.Net, v.VAT, v.Total, v.Settled, by.Name, by.At)
	if err != nil {
		return fmt.Errorf("store invoice %s: %w", v.Number, err)
	}
	for _, l := range v.Lines {
		_, err := tx.Exec(ctx, `INSERT INTO bill_line (client_id, number, kind, nr, key, what, claim_id, on_day, units, price, net, percent, vat_booked, settled)
			VALUES ($1, $2, $3, $4, $5, $6, NULLIF($7, '')::uuid, $8, $9, $10, $11, $12, $13, $14)`,
			v.ClientID, v.Number, v.Kind, l.Nr, l.Key, l.For, l.ClaimID, l.On, l.Units, l.Price, l.Net, l.Percent, l.VATBooked, l.Settled)
		if err != nil {
			return fmt.Errorf("store line %d of invoice %s: %w", l.Nr, v.Number, err)
		}
	}
	return nil
}

// billJournals book what the books lack of a bill: what was not booked when it was due, and its VAT, with the cents by which the VAT over the total differs.
func billJournals(v settlement.Bill) []ledger.Journal {
	about := ledger.About{Key: "invoice:" + v.Number, On: v.On, Client: v.ClientID}
	var items []ledger.Item
	for _, l := range v.Lines {
		if !l.For.Booked() {
			items = append(items, ledger.Item{For: ledger.Subscriptions, Net: l.Net})
		}
	}
	if v.Kind == settlement.CreditNote {
		return ledger.CreditOf(about, v.VATToBook(), items...)
	}
	return ledger.BillOf(about, v.VATToBook(), items...)
}
