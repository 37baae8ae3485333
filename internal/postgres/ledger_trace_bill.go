package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// traceBill traces an invoice or a credit note, by its number or the key of one of its journals, or what a client paid on the agency's account by the key of the payment.
func (s *Store) traceBill(ctx context.Context, t *tracing, key string) (*Trace, error) {
	number := strings.TrimPrefix(key, "invoice:")
	if paid, ok := strings.CutPrefix(key, "invoice-paid:"); ok {
		number, _, _ = strings.Cut(paid, ":")
	}
	bill, err := s.Bill(ctx, number)
	if err == nil {
		return s.ofBill(ctx, t, bill)
	}
	if !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	return s.tracePaid(ctx, t, key)
}

// tracePaid traces what a client paid on the agency's account.
func (s *Store) tracePaid(ctx context.Context, t *tracing, key string) (trace *Trace, err error) {
	type payment struct {
		Client, Number string
		Amount         money.Amount
	}
	err = s.eachTenant(ctx, "", func(tx pgx.Tx, _ string) error {
		paid, err := rowsOf[payment](ctx, tx, `SELECT client_id::text, number, cents FROM bill_payment WHERE key = $1 AND kind = $2 OR undoes = $1 ORDER BY number, cents DESC`, key, BillPaid)
		for _, p := range paid {
			if trace == nil {
				trace = &Trace{What: "payment by client " + t.client(p.Client) + " on the agency's own account (A100)"}
			}
			trace.Amount += p.Amount
			what := "pays invoice "
			if p.Amount < 0 {
				what = "and was taken back of invoice "
			}
			trace.To = append(trace.To, TraceStep{Amount: p.Amount, What: what + p.Number, Key: p.Number})
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read payment %s of invoices: %w", key, err)
	}
	return trace, nil
}

// ofBill traces an invoice: from what it is for to what paid it, and what is open.
func (s *Store) ofBill(ctx context.Context, t *tracing, v BillFile) (*Trace, error) {
	trace := &Trace{What: fmt.Sprintf("%s %s to client %s", v.Kind, v.Number, t.client(v.ClientID)), Amount: v.Total, On: v.On}
	for _, l := range v.Lines {
		what, about := fmt.Sprintf("line %d: %s", l.Nr, l.For), v.Number
		if l.ClaimID != "" {
			what, about = what+", "+t.claim(l.ClaimID), l.ClaimID
		}
		trace.From = append(trace.From, TraceStep{Amount: l.Net, What: what, Key: about, On: l.On})
		if l.Settled != 0 {
			trace.To = append(trace.To, TraceStep{Amount: l.Settled, What: fmt.Sprintf("line %d: the agency has it of what came in, %s", l.Nr, t.claim(l.ClaimID)), Key: about})
		}
	}
	trace.From = append(trace.From, TraceStep{Amount: v.VAT, What: "VAT", Key: v.Number, On: v.On})
	if v.Kind == settlement.CreditNote {
		trace.To = append(trace.To, TraceStep{Amount: v.Payable(), What: "less to be paid of invoice " + v.Corrects, Key: v.Corrects})
		return trace, nil
	}
	for _, number := range v.Credits {
		note, err := s.Bill(ctx, number)
		if err != nil {
			return nil, err
		}
		trace.To = append(trace.To, TraceStep{Amount: note.Payable(), What: "credit note " + number, Key: number, On: note.On})
	}
	for _, p := range v.Payments {
		trace.To = append(trace.To, t.ofPayment(v.Number, p))
	}
	switch {
	case v.Open > 0:
		trace.To = append(trace.To, TraceStep{Amount: v.Open, What: fmt.Sprintf("open: the client is to pay it by %s (A120)", v.DueOn), Key: v.Number})
	case v.Open < 0:
		trace.To = append(trace.To, TraceStep{Amount: v.Open, What: "the client has it to its credit (A120)", Key: v.Number})
	}
	return trace, nil
}

// ofPayment is what was paid of an invoice; what was set off, back to its bank entries.
func (t *tracing) ofPayment(number string, p BillPayment) TraceStep {
	s := TraceStep{Amount: p.Amount, Key: "invoice-paid:" + number + ":" + p.Key, On: p.On, What: "paid by the client on the agency's own account (A100), payment " + p.Key}
	collection, _ := strings.CutPrefix(strings.TrimSuffix(p.Key, "/returned"), "debit ")
	switch p.Kind {
	case BillUndone:
		s.What = fmt.Sprintf("payment %s taken back: it never came in (A100): %s", p.Undoes, p.Reason)
	case BillMoved:
		s.What, s.Key = "with what the client had to its credit of invoice "+p.Other, p.Other
		if p.Amount < 0 {
			s.What = "to the client's credit, and that paid of invoice " + p.Other
		}
	case BillRepaid:
		line := strings.TrimPrefix(p.Key, "payout ")
		s.What, s.Key = "to the client's credit, and paid back by payout line "+line, "payout:"+line+"/credit"
		s.Steps = t.fate(line, p.Amount)
	case BillCollected:
		s.What, s.Key, s.Steps = "collected by direct debit "+collection, collection, []TraceStep{t.debits[collection].credit(p.Amount)}
	case BillReturned:
		s.What, s.Key, s.Steps = "the bank took direct debit "+collection+" back", collection, []TraceStep{t.debits[collection].debit(p.Amount)}
	case BillSetOff:
		s.Key = strings.TrimPrefix(p.Key, "payout ")
		s.What = "set off against payout line " + s.Key
		s.Steps = t.from(t.setOffOf(s.Key, number))
	}
	return s
}

// fates are the kinds of the journals that tell what became of the payment of a line.
var fates = map[settlement.PayoutStatus]ledger.Kind{
	settlement.PayoutBooked: ledger.PayoutBooked, settlement.PayoutReturned: ledger.PayoutReturned, settlement.PayoutRejected: ledger.PayoutRejected, settlement.PayoutLost: ledger.PayoutRejected,
}

// fate is what became of an amount that a line paid a client; nothing while its bank has it.
func (t *tracing) fate(line string, amount money.Amount) []TraceStep {
	l := t.lines[line]
	kind, known := fates[l.Status]
	if !known {
		return nil
	}
	s := TraceStep{Amount: amount, Key: line, What: strings.NewReplacer("LINE", line, "BOOKED", cmp.Or(l.Booked, "(not known)"), "RETURNED", cmp.Or(l.Returned, "(not known)")).Replace(brought[kind])}
	if kind == ledger.PayoutReturned {
		s.Key = cmp.Or(l.Returned, line)
	}
	if kind == ledger.PayoutBooked {
		s.Key = cmp.Or(l.Booked, line)
	} else {
		s.What += "; it is payable to client " + t.client(l.Client) + " again"
	}
	return []TraceStep{s}
}

// setOffOf is what of the money that a line kept back pays one of its invoices: the first of them first.
func (t *tracing) setOffOf(line, number string) (list []portion) {
	l := t.lines[line]
	i := slices.Index(l.Invoices, number)
	if i < 0 {
		return nil
	}
	var before money.Amount
	for _, cents := range l.SetOff[:i] {
		before += money.Cents(max(0, cents))
	}
	left := money.Cents(l.SetOff[i])
	for _, lot := range t.lots.By("payout:" + line + "/set-off") {
		skipped := min(before, lot.Amount)
		before -= skipped
		if part := min(left, lot.Amount-skipped); part > 0 {
			list, left = append(list, portion{lot, part}), left-part
		}
	}
	return list
}
