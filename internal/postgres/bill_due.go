package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// chargesDue are what a client was charged up to a day that stands on no invoice: for claims, and by its agreement. What was taken back before it was invoiced is not.
const chargesDue = `
	WITH due (key, what, claim_id, on_day, units, price, vat_booked) AS (
		SELECT 'charge:' || b.key, b.kind, b.claim_id, b.on_day, b.units, b.net / b.units, b.vat FROM billable b
			WHERE NOT EXISTS (SELECT FROM billable_reversal r WHERE r.key = b.key AND r.client_id = b.client_id)
		UNION ALL SELECT 'contribution:' || y.agreement_id || ':' || y.year, 'contribution', NULL, y.first_on, 1, y.contribution, 0 FROM agreement_year y
			WHERE y.contribution > 0 AND NOT EXISTS (SELECT FROM agreement_event e WHERE e.agreement_id = y.agreement_id AND e.key = 'contribution-withdrawn:' || y.year)
		UNION ALL SELECT 'stickers:' || o.agreement_id || ':' || o.key, 'stickers', NULL, o.ordered_on, o.sets - o.included, o.price, 0 FROM sticker_order o
			WHERE o.price > 0)
	SELECT d.key, d.what, COALESCE(d.claim_id::text, ''), COALESCE(c.reference, ''), d.on_day, d.units, d.price, d.units * d.price, d.vat_booked
	FROM due d LEFT JOIN claim c ON c.id = d.claim_id WHERE d.on_day <= $1 AND NOT EXISTS (SELECT FROM bill_line l WHERE l.key = d.key AND l.kind = 'invoice')
		ORDER BY c.reference NULLS LAST, d.on_day, d.key`

// chargedLines reads them. The transaction sees the client.
func chargedLines(ctx context.Context, tx pgx.Tx, on calendar.Date) ([]settlement.BillLine, error) {
	rows, err := tx.Query(ctx, chargesDue, on)
	if err != nil {
		return nil, fmt.Errorf("read what is to be invoiced: %w", err)
	}
	lines, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l settlement.BillLine, err error) {
		err = row.Scan(&l.Key, &l.For, &l.ClaimID, &l.Reference, &l.On, &l.Units, &l.Price, &l.Net, &l.VATBooked)
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("read what is to be invoiced: %w", err)
	}
	return lines, nil
}

// feesDue are the agency's part of what came in up to a day, by the books, less what was invoiced of it: claim by claim. So what a bank took back, or what was
// divided anew, is no case of its own.
const feesDue = `
	WITH booked AS (
		SELECT e.claim_id, -COALESCE(sum(e.cents) FILTER (WHERE e.account = $2), 0) AS costs, -COALESCE(sum(e.cents) FILTER (WHERE e.account = $3), 0) AS interest,
			-COALESCE(sum(e.cents) FILTER (WHERE e.account = $4), 0) AS monitoring, -COALESCE(sum(e.cents) FILTER (WHERE e.account = $5), 0) AS vat,
			COALESCE(sum(e.cents) FILTER (WHERE e.account = $6), 0) AS settled, max(j.effective_on) AS on_day
		FROM entry e JOIN journal j ON j.id = e.journal_id WHERE j.kind = 'settled' AND j.book = 'A' AND j.effective_on <= $1 GROUP BY e.claim_id),
	line AS (SELECT l.*, CASE l.kind WHEN 'invoice' THEN 1 ELSE -1 END AS way FROM bill_line l WHERE l.what IN ('collection-costs', 'interest', 'monitoring-share')),
	told AS (
		SELECT claim_id, COALESCE(sum(way * net) FILTER (WHERE what = 'collection-costs'), 0) AS costs, COALESCE(sum(way * net) FILTER (WHERE what = 'interest'), 0) AS interest,
			COALESCE(sum(way * net) FILTER (WHERE what = 'monitoring-share'), 0) AS monitoring, sum(way * vat_booked) AS vat, sum(way * settled) AS settled,
			count(*) AS lines, max(number) FILTER (WHERE kind = 'invoice') AS last FROM line GROUP BY claim_id),
	due AS (
		SELECT b.claim_id, b.on_day, b.costs - COALESCE(t.costs, 0) AS costs, b.interest - COALESCE(t.interest, 0) AS interest, b.monitoring - COALESCE(t.monitoring, 0) AS monitoring,
			b.vat - COALESCE(t.vat, 0) AS vat, b.settled - COALESCE(t.settled, 0) AS settled, COALESCE(t.lines, 0) AS lines, COALESCE(t.last, '') AS last
		FROM booked b LEFT JOIN told t ON t.claim_id = b.claim_id)
	SELECT d.claim_id::text, c.reference, d.on_day, d.costs::bigint, d.interest::bigint, d.monitoring::bigint, d.vat::bigint, d.settled::bigint, d.lines, d.last
	FROM due d JOIN claim c ON c.id = d.claim_id WHERE (d.costs, d.interest, d.monitoring, d.vat, d.settled) <> (0, 0, 0, 0, 0) ORDER BY c.reference, d.claim_id`

// feeDue is the agency's part of what came in for a claim that was not invoiced yet; less than nothing: that was invoiced, and is not its part any more.
type feeDue struct {
	claim, reference                        string
	on                                      calendar.Date
	costs, interest, monitoring, vat, taken money.Amount
	lines                                   int    // of it, on invoices and credit notes
	last                                    string // invoice that has such a line
}

func feesOf(ctx context.Context, tx pgx.Tx, on calendar.Date) ([]feeDue, error) {
	rows, err := tx.Query(ctx, feesDue, on, ledger.FeeCosts, ledger.FeeInterest, ledger.MonitoringShare, ledger.VATPayable, ledger.FromTrust)
	if err != nil {
		return nil, fmt.Errorf("read the agency's part that is to be invoiced: %w", err)
	}
	fees, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (f feeDue, err error) {
		err = row.Scan(&f.claim, &f.reference, &f.on, &f.costs, &f.interest, &f.monitoring, &f.vat, &f.taken, &f.lines, &f.last)
		return f, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the agency's part that is to be invoiced: %w", err)
	}
	return fees, nil
}

// credited says whether it is less than was invoiced.
func (f feeDue) credited() bool { return f.costs+f.interest+f.monitoring < 0 }

// billLines are its lines, one for each thing that it is for. The first bears what the books have of its VAT, and what was taken of what came in.
func (f feeDue) billLines() (lines []settlement.BillLine) {
	way := money.Amount(1)
	if f.credited() {
		way = -1
	}
	for _, part := range []struct {
		what settlement.BillFor
		net  money.Amount
	}{{settlement.ForCosts, f.costs}, {settlement.ForInterest, f.interest}, {settlement.ForMonitoring, f.monitoring}} {
		if part.net != 0 {
			lines = append(lines, settlement.BillLine{For: part.what, Price: way * part.net, Net: way * part.net})
		}
	}
	if len(lines) == 0 { // only who has the money changed
		lines = []settlement.BillLine{{For: settlement.ForCosts}}
	}
	for i := range lines {
		l := &lines[i]
		l.Key, l.ClaimID, l.Reference, l.On, l.Units = fmt.Sprintf("fees:%s:%s:%d", f.claim, l.For, f.lines+1), f.claim, f.reference, f.on, 1
	}
	lines[0].VATBooked, lines[0].Settled = way*f.vat, way*f.taken
	return lines
}
