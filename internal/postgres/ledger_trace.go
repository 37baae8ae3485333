package postgres

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// Trace is what of money is traced, with where it came from and what became of it. Of each that is told the ends add up to Amount.
type Trace struct {
	Key    string        `json:"key"`
	What   string        `json:"what"`
	Amount money.Amount  `json:"amount"`
	On     calendar.Date `json:"on,omitzero"`
	From   []TraceStep   `json:"from"`
	To     []TraceStep   `json:"to"`
	Beside []TraceStep   `json:"beside,omitempty"` // what of a claim was settled without money on the trust account
}

// Trace follows money from whatever has the key, to both sides and to the cent: a bank entry, by its key or the bank's own reference, a claim, a line of a payout or a payout, a refund, an invoice, a collection or a run of them, a
// settlement or a journal. ErrNotFound when nothing of the books has it, and a *ConflictError when the bank calls several entries so.
func (s *Store) Trace(ctx context.Context, key string) (Trace, error) {
	t, err := s.tracing(ctx)
	if err != nil {
		return Trace{}, err
	}
	for _, of := range []func(context.Context, *tracing, string) (*Trace, error){s.traceEntry, s.traceBill, s.traceDebits, traceBooks, s.traceJournal, s.traceBeside, s.traceReference} {
		found, err := of(ctx, t, key)
		if err != nil {
			return Trace{}, err
		}
		if found != nil {
			found.Key, found.From, found.To = key, slices.Concat([]TraceStep{}, found.From), slices.Concat([]TraceStep{}, found.To)
			return *found, nil
		}
	}
	return Trace{}, fmt.Errorf("bank entry, claim, payout, refund, invoice or journal %q: %w in the books", key, ErrNotFound)
}

// of is a trace of lots: those that came in have no other side.
func (t *tracing) of(what string, lots ...*ledger.Lot) *Trace {
	lots = outermost(slices.DeleteFunc(slices.Clone(lots), (*ledger.Lot).OutOfNothing))
	if len(lots) == 0 {
		return nil
	}
	list := portions(lots)
	trace := &Trace{What: what, Amount: sumOf(list), On: lots[0].By.On, To: t.to(lots)}
	if lots[0].From != nil {
		trace.From = t.before(list)
	}
	return trace
}

// outermost leaves out lots that are a part of others in the list.
func outermost(lots []*ledger.Lot) []*ledger.Lot {
	return slices.DeleteFunc(slices.Clone(lots), func(l *ledger.Lot) bool {
		for before := l.From; before != nil; before = before.From {
			if slices.Contains(lots, before) {
				return true
			}
		}
		return false
	})
}

// traceBooks traces what has no other facts than the books: a claim, a payout, a refund, a settlement, a journal.
func traceBooks(_ context.Context, t *tracing, key string) (*Trace, error) {
	if _, ok := t.claims[key]; ok {
		return t.ofClaim(key), nil
	}
	if found := t.ofPayout(key); found != nil {
		return found, nil
	}
	if r, ok := t.refunds[key]; ok {
		return t.ofRefund(r), nil
	}
	if found := t.of("journal", t.lots.By(key)...); found != nil {
		lots := t.lots.By(key)
		found.What = fmt.Sprintf("journal of %s, kind %s: %s", found.On, lots[0].By.Kind, t.words(lots[len(lots)-1]))
		return found, nil
	}
	var lots []*ledger.Lot
	for _, p := range t.journals {
		if p.Book == ledger.Trust && p.OfFact(key) {
			lots = append(lots, t.lots.By(p.Key)...)
		}
	}
	if found := t.of("what a claim has of it", lots...); found != nil {
		return found, nil
	}
	return nil, nil
}

// ofClaim traces all that came in for a claim, with what was settled without money on the trust account.
func (t *tracing) ofClaim(id string) *Trace {
	var lots []*ledger.Lot
	trace := &Trace{What: t.claim(id)}
	for _, p := range t.journals {
		if p.Book != ledger.Trust || p.Kind != ledger.Settled || !p.About(id) {
			continue
		}
		for _, l := range t.lots.By(p.Key) {
			if l.From != nil && l.From.Pot.Account == ledger.Unallocated {
				lots = append(lots, l)
			}
		}
	}
	for _, s := range t.told {
		if s.Claim != id || s.Reversed || s.Kind == "paid-to-agency" {
			continue
		}
		trace.Beside = append(trace.Beside, TraceStep{Amount: s.Amount, What: fmt.Sprintf("%s, told by %s", s.Kind, s.By), Key: s.Key})
	}
	slices.SortFunc(trace.Beside, func(a, b TraceStep) int { return cmp.Compare(a.Key, b.Key) })
	if of := t.of("", lots...); of != nil {
		trace.Amount, trace.From, trace.To = of.Amount, of.From, nil
		for _, group := range grouped(outermost(lots), func(l *ledger.Lot) ledger.Pot { return l.Pot }) {
			trace.To = append(trace.To, t.step(group))
		}
	}
	return trace
}

// ofPayout traces a line of a payout, or all lines of one.
func (t *tracing) ofPayout(id string) *Trace {
	var its []tracedLine
	for _, l := range t.lines {
		if l.EndToEndID == id || l.Payout == id {
			its = append(its, l)
		}
	}
	if len(its) == 0 {
		return nil
	}
	slices.SortFunc(its, byNumber)
	trace := &Trace{What: "payout " + id}
	for _, l := range its {
		what := fmt.Sprintf("payout line %s %s: %s", l.EndToEndID, t.payee(l), l.Status)
		s := TraceStep{Amount: l.Cents, What: what, Key: l.EndToEndID}
		if lots := t.transit(l.EndToEndID); len(lots) > 0 {
			trace.From = append(trace.From, t.before(portions(lots))...)
			s.Steps = t.to(lots)
		} else {
			trace.From = append(trace.From, TraceStep{Amount: l.Cents, What: "not sent: nothing left the books for " + l.EndToEndID, Key: l.EndToEndID})
		}
		if trace.Amount += l.Cents; l.EndToEndID == id {
			trace.What, trace.To = what, s.Steps
			return trace
		}
		trace.To = append(trace.To, s)
	}
	return trace
}

func byNumber(a, b tracedLine) int {
	return cmp.Or(cmp.Compare(a.Payout, b.Payout), cmp.Compare(len(a.EndToEndID), len(b.EndToEndID)), cmp.Compare(a.EndToEndID, b.EndToEndID))
}

// transit is what went to the bank with a line.
func (t *tracing) transit(line string) (lots []*ledger.Lot) {
	for _, l := range t.lots.By("payout:" + line) {
		if l.Pot.Account == ledger.InTransit {
			lots = append(lots, l)
		}
	}
	return lots
}

// ofRefund traces money that goes back: from its bank entry to the lines that pay it.
func (t *tracing) ofRefund(r tracedRefund) *Trace {
	lots := t.lots.By("refund:" + r.Key)
	if r.Claim != "" || r.Replaces != "" {
		lots = nil
		for _, l := range slices.SortedFunc(maps.Values(t.lines), byNumber) {
			if sent := t.transit(l.EndToEndID); l.Refund == r.Key && len(sent) > 0 {
				lots = sent // of the last
			}
		}
	}
	trace := t.of("", lots...)
	if trace == nil {
		where := "not sent: it is with what is paid back next"
		if r.Approved == nil || !*r.Approved {
			where = "not approved: nothing moved"
		}
		trace = &Trace{Amount: r.Amount, From: []TraceStep{{Amount: r.Amount, What: "bank entry " + r.Receipt, Key: r.Receipt}}, To: []TraceStep{{Amount: r.Amount, What: where, Key: r.Key}}}
	}
	trace.What = "refund " + r.Key
	return trace
}

// traceJournal traces a journal that moved nothing of the trust account: its own lines are both sides.
func (s *Store) traceJournal(ctx context.Context, _ *tracing, key string) (*Trace, error) {
	var list []Posted
	err := s.eachTenant(ctx, "", func(tx pgx.Tx, _ string) error {
		its, err := readJournals(ctx, tx, `j.key = $1`, key)
		list = append(list, its...)
		return err
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	p := slices.MinFunc(list, func(a, b Posted) int { return cmp.Compare(a.ID, b.ID) })
	trace := &Trace{What: fmt.Sprintf("journal of book %s, kind %s: no money of the trust account", p.Book, p.Kind), On: p.On}
	for _, l := range p.Lines {
		s := TraceStep{Amount: l.Cents, What: "debit " + string(l.Account), Key: key}
		if l.Cents < 0 {
			s.Amount, s.What = -l.Cents, "credit "+string(l.Account)
			trace.From = append(trace.From, s)
			continue
		}
		trace.Amount += l.Cents
		trace.To = append(trace.To, s)
	}
	return trace, nil
}
