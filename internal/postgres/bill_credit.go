package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/settlement"
)

// creditNotes are those to be made, one for each invoice that is corrected and each reason.
type creditNotes []settlement.Bill

func (list creditNotes) with(corrects, reason, client string, lines ...settlement.BillLine) creditNotes {
	i := slices.IndexFunc(list, func(v settlement.Bill) bool { return v.Corrects == corrects && v.Reason == reason })
	if i < 0 {
		i, list = len(list), append(list, settlement.Bill{Kind: settlement.CreditNote, ClientID: client, Corrects: corrects, Reason: reason})
	}
	list[i].Lines = append(list[i].Lines, lines...)
	return list
}

const billLineColumns = `l.number, l.nr, l.key, l.what, COALESCE(l.claim_id::text, ''), COALESCE(c.reference, ''), l.on_day, l.units, l.price, l.net, l.percent, l.vat_booked, l.settled`

func scanBillLine(row pgx.CollectableRow, number *string, l *settlement.BillLine, more ...any) error {
	return row.Scan(append([]any{number, &l.Nr, &l.Key, &l.For, &l.ClaimID, &l.Reference, &l.On, &l.Units, &l.Price, &l.Net, &l.Percent, &l.VATBooked, &l.Settled}, more...)...)
}

// takenBackDue are the credit notes of what stands on an invoice, was taken back up to a day, and is not credited.
func takenBackDue(ctx context.Context, tx pgx.Tx, client string, on calendar.Date) (list creditNotes, err error) {
	rows, err := tx.Query(ctx, `
		WITH back (key, reason, on_day) AS (
			SELECT 'charge:' || key, reason, reversed_on FROM billable_reversal
			UNION ALL SELECT 'contribution:' || agreement_id || ':' || split_part(key, ':', 2), $2, value_on FROM agreement_event WHERE kind = 'contribution-withdrawn'
			UNION ALL SELECT key, reason, on_day FROM bill_waiver)
		SELECT `+billLineColumns+`, back.reason FROM bill_line l JOIN LATERAL (SELECT reason FROM back WHERE back.key = l.key AND back.on_day <= $1 ORDER BY on_day LIMIT 1) back ON true
			LEFT JOIN claim c ON c.id = l.claim_id
		WHERE l.kind = 'invoice' AND NOT EXISTS (SELECT FROM bill_line credited WHERE credited.key = l.key AND credited.kind = 'credit-note') ORDER BY l.number, l.nr`, on, settlement.ReasonEnded)
	if err != nil {
		return nil, fmt.Errorf("read what was taken back: %w", err)
	}
	_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (none struct{}, err error) {
		var number, reason string
		var l settlement.BillLine
		err = scanBillLine(row, &number, &l, &reason)
		list = list.with(number, reason, client, l)
		return none, err
	})
	if err != nil {
		return nil, fmt.Errorf("read what was taken back: %w", err)
	}
	return list, nil
}

// bornLines are the lines that an invoice still bears, with what was credited of it as less than nothing.
func bornLines(ctx context.Context, tx pgx.Tx, number string) ([]settlement.BillLine, error) {
	rows, err := tx.Query(ctx, `SELECT l.on_day, CASE l.kind WHEN 'invoice' THEN l.net ELSE -l.net END FROM bill_line l JOIN bill b ON b.number = l.number WHERE b.number = $1 OR b.corrects = $1`, number)
	if err != nil {
		return nil, fmt.Errorf("read what invoice %s bears: %w", number, err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (l settlement.BillLine, err error) {
		err = row.Scan(&l.On, &l.Net)
		return l, err
	})
}

// CreditBill takes lines of an invoice back for a reason, all that are left when no number is given, and makes the credit note. A charge of a claim is taken back as
// ReverseBillable does; whoever dies after that finds it credited by the next run. Twice is once. A line that there is not, one that is the agency's part of what came in (the books
// tell whether that is less), and an invoice that is a credit note are a *ConflictError; ErrNotFound when there is no such invoice.
func (s *Store) CreditBill(ctx context.Context, number, reason string, nrs []int, b Billing, by Actor) (made []settlement.Bill, err error) {
	if reason, err = because(reason); err != nil {
		return nil, err
	}
	told, err := s.Bill(ctx, number)
	if err != nil {
		return nil, err
	}
	lines, err := told.creditable(nrs)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		if charge, ok := strings.CutPrefix(l.Key, "charge:"); ok {
			if err := s.ReverseBillable(ctx, Ref{ClientID: told.ClientID, ClaimID: l.ClaimID}, charge, reason, by); err != nil {
				return nil, err
			}
		}
	}
	err = s.tenant(ctx, told.ClientID, func(tx pgx.Tx) error {
		if err := lockBills(ctx, tx); err != nil {
			return err
		}
		for _, l := range lines {
			if l.For.Booked() {
				continue
			}
			if _, err := tx.Exec(ctx, `INSERT INTO bill_waiver (client_id, key, reason, on_day, actor) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (key) DO NOTHING`, told.ClientID, l.Key, reason, by.today(), by.Name); err != nil {
				return fmt.Errorf("take back line %d of invoice %s: %w", l.Nr, number, err)
			}
		}
		due, err := takenBackDue(ctx, tx, told.ClientID, by.today())
		if err != nil {
			return err
		}
		for _, draft := range due {
			if draft.Corrects != number {
				continue
			}
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

// creditable are the lines of an invoice with these numbers, or all, that a person may take back and that are not credited.
func (v BillFile) creditable(nrs []int) (lines []settlement.BillLine, err error) {
	if v.Kind == settlement.CreditNote {
		return nil, &ConflictError{fmt.Sprintf("%s is a credit note; right would be the number of an invoice", v.Number)}
	}
	for _, nr := range nrs {
		if nr < 1 || nr > len(v.Lines) {
			return nil, &ConflictError{fmt.Sprintf("invoice %s has no line %d; right would be 1 to %d", v.Number, nr, len(v.Lines))}
		}
	}
	for _, l := range v.Lines {
		switch {
		case len(nrs) > 0 && !slices.Contains(nrs, l.Nr) || slices.Contains(v.Credited, l.Nr):
		case l.For.Fee():
			return nil, &ConflictError{fmt.Sprintf("line %d of invoice %s is the agency's part of what came in: it is credited by itself when that is taken back; right would be --line with other lines", l.Nr, v.Number)}
		default:
			lines = append(lines, l)
		}
	}
	return lines, nil
}
