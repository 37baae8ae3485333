package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// tracedDebit is how a collection stands on the agency's own account: the bank entry that credited it, and the one that took it back.
type tracedDebit struct {
	EndToEndID             string
	Booked, Returned, Code string
	BookedOn, ReturnedOn   calendar.Date
}

func (t *tracing) readDebits(ctx context.Context, tx pgx.Tx) error {
	var id, status, evidence, reason string
	var on calendar.Date
	return eachOf(ctx, tx, `SELECT end_to_end_id, status, evidence, reason, on_day FROM debit_step WHERE status IN ('booked', 'returned') AND client_id = tenant()`, func() {
		d := t.debits[id]
		d.EndToEndID = id
		if settlement.DebitStatus(status) == settlement.DebitBooked {
			d.Booked, d.BookedOn = evidence, on
		} else {
			d.Returned, d.ReturnedOn, d.Code = evidence, on, reason
		}
		t.debits[id] = d
	}, &id, &status, &evidence, &reason, &on)
}

// credit is the bank entry that an amount of it came with.
func (d tracedDebit) credit(amount money.Amount) TraceStep {
	return TraceStep{Amount: amount, What: "bank entry " + d.Booked + ", on the agency's own account (A100)", Key: d.Booked, On: d.BookedOn}
}

// debit is the bank entry that took an amount of it back.
func (d tracedDebit) debit(amount money.Amount) TraceStep {
	return TraceStep{Amount: amount, What: fmt.Sprintf("bank entry %s, off the agency's own account (A100): %s", d.Returned, d.Code), Key: d.Returned, On: d.ReturnedOn}
}

// traceDebits traces a run of collections, one collection, or the bank entry on the agency's account that credits some, or takes one back.
func (s *Store) traceDebits(ctx context.Context, t *tracing, key string) (*Trace, error) {
	run, what := key, "run of direct debits "+key
	takes := func(settlement.Debit) bool { return true }
	if strings.Count(key, "-") > 1 {
		run, what = key[:strings.LastIndex(key, "-")], "direct debit "+key
		takes = func(d settlement.Debit) bool { return d.EndToEndID == key }
	}
	told, err := s.debitsToldBy(ctx, key)
	if err != nil {
		return nil, err
	}
	if len(told) > 0 {
		run = told[0][:strings.LastIndex(told[0], "-")]
		takes = func(d settlement.Debit) bool { return slices.Contains(told, d.EndToEndID) }
	}
	found, err := s.DebitRun(ctx, run)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	debits := slices.DeleteFunc(found.Debits, func(d settlement.Debit) bool { return !takes(d) })
	switch {
	case len(debits) == 0:
		return nil, nil
	case len(told) > 0 && t.debits[debits[0].EndToEndID].Returned == key:
		return t.debitBack(debits[0]), nil
	case len(told) > 0:
		return t.debitsIn(debits), nil
	}
	return t.ofDebits(what, debits), nil
}

func (s *Store) debitsToldBy(ctx context.Context, key string) (told []string, err error) {
	err = s.moment(ctx, "", func(tx pgx.Tx) error {
		told, err = namesOf(ctx, tx, `SELECT * FROM debits_told_by($1) ORDER BY 1`, key)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what entry %s was told of: %w", key, err)
	}
	return told, nil
}

// ofDebits traces collections: from the bank entries that credited them to the invoices that they paid, and those that took them back.
func (t *tracing) ofDebits(what string, debits []settlement.Debit) *Trace {
	trace := &Trace{What: what}
	for _, d := range debits {
		trace.Amount += d.Cents
		trace.To = append(trace.To, t.ofDebit(d))
		if booked := t.debits[d.EndToEndID]; booked.Booked != "" {
			trace.From = append(trace.From, booked.credit(d.Cents))
		} else {
			trace.From = append(trace.From, TraceStep{Amount: d.Cents, What: fmt.Sprintf("not booked by the bank: direct debit %s is %s", d.EndToEndID, strings.TrimSpace(string(d.Status)+" "+d.Reason)), Key: d.EndToEndID, On: d.StatusOn})
		}
	}
	return trace
}

// debitsIn traces the bank entry that credited collections.
func (t *tracing) debitsIn(debits []settlement.Debit) *Trace {
	trace := &Trace{What: "bank entry of the agency's own account (A100), credit, of direct debits", On: t.debits[debits[0].EndToEndID].BookedOn}
	for _, d := range debits {
		trace.Amount, trace.To = trace.Amount+d.Cents, append(trace.To, t.ofDebit(d))
	}
	return trace
}

// debitBack traces the bank entry that took a collection back, which left and that is all: to the invoices that are open again, and the entry that had credited it.
func (t *tracing) debitBack(d settlement.Debit) *Trace {
	its := t.debits[d.EndToEndID]
	trace := &Trace{What: "bank entry of the agency's own account (A100), debit, which takes a direct debit back: " + its.Code, Amount: d.Cents, On: its.ReturnedOn}
	s := TraceStep{Amount: d.Cents, What: t.debitWords(d), Key: d.EndToEndID, On: its.BookedOn}
	for _, p := range d.Parts {
		s.Steps = append(s.Steps, TraceStep{Amount: p.Cents, What: "had paid invoice " + p.Number + ", which is open again", Key: p.Number, Steps: []TraceStep{its.credit(p.Cents)}})
	}
	trace.From = []TraceStep{s}
	return trace
}

// ofDebit is where a collection went: to its invoices, and back to its bank.
func (t *tracing) ofDebit(d settlement.Debit) TraceStep {
	its := t.debits[d.EndToEndID]
	s := TraceStep{Amount: d.Cents, What: t.debitWords(d), Key: d.EndToEndID, On: d.StatusOn}
	for _, p := range d.Parts {
		part := TraceStep{Amount: p.Cents, What: "pays invoice " + p.Number, Key: p.Number}
		switch {
		case its.Returned != "":
			part.What, part.Steps = "had paid invoice "+p.Number+", which is open again", []TraceStep{its.debit(p.Cents)}
		case its.Booked == "":
			part.What = "of invoice " + p.Number + ", and does not pay it"
		}
		s.Steps = append(s.Steps, part)
	}
	return s
}

func (t *tracing) debitWords(d settlement.Debit) string {
	return fmt.Sprintf("direct debit %s from client %s: %s", d.EndToEndID, t.client(d.Mandate.ClientID), strings.TrimSpace(string(d.Status)+" "+d.Reason))
}
