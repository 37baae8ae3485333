package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// tracedEntry is a payment of a bank entry as a statement tells it. Those of a payout's batch that the bank tells without our ids are traced as one.
type tracedEntry struct {
	Key, Evidence           string // evidence: the key under which what it tells of a payout is booked, which is another when a person typed it first
	Amount                  money.Amount
	Left                    money.Amount // less what came back of it
	Credit                  bool
	Kind, Receipt           string
	Why, Statement, Account string
	On                      calendar.Date
	Part, Nr, Parts         int // of the payments of the entry; its number among those that the bank told
	Whole                   money.Amount
	Apart                   string   // the payments of the sum that it is, or takes back: the bank told these later
	Back                    []string // the credits that came off it, and their amounts in cents
	BackCents               []int64
}

// tracedEntries are the payments of a bank entry that is named by its own key, which is that of a payment without its number, or the payment that has the key. Of a sum that was told apart these are the entry, and neither the sum nor what takes it back.
const tracedEntries = `
	SELECT e.key, CASE WHEN e.against IS NULL THEN COALESCE(e.evidence, e.key) ELSE e.key END, e.amount, left_of(e.key), e.direction = 'credit', e.kind, COALESCE(e.receipt, ''), COALESCE(NULLIF(e.payout_why, ''), (SELECT 'the bank should not have debited it, and brought it back: bank entry ' || string_agg(o.key, ', ' ORDER BY o.key) FROM statement_entry o WHERE e.key = o.against OR o.key = e.against OR o.evidence = e.evidence AND o.direction <> e.direction), ''), e.statement, s.account, e.booked_on, e.part, w.nr, w.parts, w.amount,
		CASE WHEN ` + wasSum + ` THEN (` + itsPayments + `) ELSE '' END, ARRAY(SELECT c.key FROM statement_entry c WHERE c.against = e.key ORDER BY c.key), ARRAY(SELECT c.amount FROM statement_entry c WHERE c.against = e.key ORDER BY c.key)
	FROM statement_entry k JOIN statement_entry e ON e.statement = k.statement AND e.entry = k.entry AND e.direction = k.direction AND e.key IS NOT NULL
			AND (k.key <> $1 OR e.key = k.key OR e.payout = k.payout AND e.end_to_end = '' AND k.end_to_end = '') AND (k.key = $1 OR NOT ` + wasSum + `)
		JOIN statement s ON s.key = e.statement
		CROSS JOIN LATERAL (SELECT count(*) AS parts, COALESCE(sum(p.amount), 0)::bigint AS amount, count(*) FILTER (WHERE p.part <= e.part) AS nr
			FROM (SELECT e.part, e.amount FROM statement_entry e WHERE e.statement = k.statement AND e.entry = k.entry AND e.direction = k.direction AND e.key IS NOT NULL AND NOT ` + wasSum + `) p) w
	WHERE k.key IN ($1, $1 || '.1') ORDER BY e.part`

const (
	// wasSum is whether a line e made the receipt of a sum that was told apart, or takes that back (tellApart): no entry of the bank makes and takes back a receipt otherwise.
	wasSum = `EXISTS (SELECT FROM statement_entry o WHERE o.statement = e.statement AND o.entry = e.entry AND o.direction <> e.direction AND o.receipt = e.receipt)`
	// itsPayments are the lines of its payments.
	itsPayments = `SELECT COALESCE(string_agg(p.key, ', ' ORDER BY p.part), '') FROM statement_entry p WHERE p.statement = e.statement AND p.entry = e.entry AND p.part > 2`
)

// traceEntry traces a bank entry of the trust account: of a statement, or one that was told by hand.
func (s *Store) traceEntry(ctx context.Context, t *tracing, key string) (*Trace, error) {
	var entries []tracedEntry
	err := s.moment(ctx, "", func(tx pgx.Tx) (err error) {
		entries, err = rowsOf[tracedEntry](ctx, tx, tracedEntries, key)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read bank entry %s: %w", key, err)
	}
	if len(entries) == 0 {
		if lot := t.lots.In(key); lot != nil {
			return t.of("bank entry, received", lot), nil
		}
		lots, credit := t.ofLines(key)
		return t.of(map[bool]string{true: "bank entry, came back", false: "bank entry, paid"}[credit], lots...), nil
	}
	return t.ofEntry(entries), nil
}

// ofLines are what the lines of payouts have that a bank entry booked, or gave back.
func (t *tracing) ofLines(key string) (lots []*ledger.Lot, back bool) {
	for _, l := range slices.SortedFunc(maps.Values(t.lines), byNumber) {
		journal := "payout:" + l.EndToEndID
		switch key {
		case l.Booked:
			lots = append(lots, t.lots.By(journal+"/booked")...)
		case l.Returned:
			lots, back = append(lots, t.lots.By(journal+"/returned")...), true
		}
	}
	return lots, back
}

// booked are what the books have of a payment: of a receipt that it made or takes back, and of what the bank charged. What they have of payouts is of all payments that tell it together (ofEntry).
func (t *tracing) booked(e tracedEntry) (lots []*ledger.Lot) {
	switch lot := t.lots.In(e.Receipt); {
	case e.Kind == "receipt" && lot != nil:
		lots = append(lots, lot)
	case e.Kind != "receipt" && e.Receipt != "":
		lots = append(lots, t.takenBack(e.Receipt)...)
	}
	if e.Kind == string(bank.LinePayoutReturned) { // what the bank kept of it is not in it (addKept)
		return lots
	}
	return append(lots, t.charged(e.Key)...)
}

// charged are what the bank charged by an entry: of the turn that stands, since two persons can say that it was none.
func (t *tracing) charged(key string) (lots []*ledger.Lot) {
	turn := 1
	for t.booksHave(bankChargeKey(key, turn+1)) {
		turn += 2
	}
	for _, l := range t.lots.By(bankChargeKey(key, turn)) {
		if l.Pot.Account == ledger.TrustBank {
			lots = append(lots, l)
		}
	}
	return lots
}

// booksHave is whether the trust account has a journal.
func (t *tracing) booksHave(key string) bool {
	return slices.ContainsFunc(t.journals, func(p Posted) bool { return p.Book == ledger.Trust && p.Key == key })
}

// chargedWith says what of a payment that took a receipt back, or of the debit of a payment of ours, the bank charged; empty: nothing, or it is neither.
func (t *tracing) chargedWith(e tracedEntry) string {
	var sum money.Amount
	for _, l := range t.charged(e.Key) {
		sum += l.Amount
	}
	did := map[bank.LineKind]string{bank.LineReturn: "took receipt " + e.Receipt + " back", bank.LinePayout: "was paid out", bank.LineUnknown: "was paid out"}[bank.LineKind(e.Kind)]
	if did == "" || sum == 0 {
		return ""
	}
	return fmt.Sprintf(": %s %s, and the bank charged %s, which the agency bears", e.Left-sum, did, sum)
}

// addKept tells what the bank kept of what it brought back, which is payable again whole: less than nothing on both sides, with the agency's money that bears it.
func (t *tracing) addKept(trace *Trace, e tracedEntry) {
	lots := t.charged(e.Key)
	if e.Kind != string(bank.LinePayoutReturned) || len(lots) == 0 {
		return
	}
	kept := t.of("", lots...)
	step := TraceStep{Amount: -kept.Amount, What: "the bank kept it: the agency bears it", Key: chargedKey + e.Key, On: e.On}
	trace.To = append(trace.To, step)
	step.Steps = negated(kept.From)
	trace.From, trace.Amount = append(trace.From, step), trace.Amount-kept.Amount
}

func negated(steps []TraceStep) []TraceStep {
	list := make([]TraceStep, len(steps))
	for i, s := range steps {
		s.Amount, s.Steps = -s.Amount, negated(s.Steps)
		list[i] = s
	}
	return list
}

func (t *tracing) ofEntry(payments []tracedEntry) *Trace {
	var lots []*ledger.Lot
	var amount money.Amount
	first := payments[0]
	for i, e := range payments {
		if !slices.ContainsFunc(payments[:i], func(o tracedEntry) bool { return o.Evidence == e.Evidence }) {
			paid, _ := t.ofLines(e.Evidence)
			lots = append(lots, paid...)
		}
		lots, amount = append(lots, t.booked(e)...), amount+e.Amount
	}
	trace := t.of("", lots...)
	if trace == nil {
		trace = &Trace{}
	}
	trace.What, trace.On = fmt.Sprintf("bank entry, %s, of statement %s", map[bool]string{true: "credit", false: "debit"}[first.Credit], first.Statement), first.On
	switch {
	case first.Apart != "" && first.Credit:
		trace.What += ", a sum of which the bank told the payments later: bank entries " + first.Apart
	case first.Apart != "":
		trace.What = fmt.Sprintf("no line of the bank: it takes the sum back of which the bank told the payments later: bank entries %s of statement %s", first.Apart, first.Statement)
	case len(payments) < first.Parts:
		trace.What += fmt.Sprintf(", payment %d of %d in one entry of %s, %s", first.Nr, first.Parts, first.Whole, first.entry())
	case first.Parts > 1:
		trace.What += fmt.Sprintf(", %d payments", first.Parts)
	}
	for _, e := range payments {
		t.addKept(trace, e)
		trace.What += t.chargedWith(e)
	}
	rest := amount - trace.Amount
	if rest != 0 {
		trace.addNotBooked(first, rest)
	}
	if trace.Amount = amount; !first.Credit {
		wentOn := slices.ContainsFunc(lots, func(l *ledger.Lot) bool { return len(l.To) > 0 })
		trace.addBack(payments, rest, wentOn)
	}
	return trace
}

// addBack tells where the money of a debit is that came back: what the books have of it (wentOn) and what came off the debit, of the rest that they have not. When nothing came back it left, and that is all.
func (t *Trace) addBack(payments []tracedEntry, rest money.Amount, wentOn bool) {
	var off []TraceStep
	left := rest
	for _, e := range payments {
		for i, key := range e.Back {
			part := min(left, money.Amount(e.BackCents[i])) // of a payment that is traced alone the rest is of the others
			if part > 0 {
				off, left = append(off, TraceStep{Amount: part, What: "it came back, as the bank should not have debited it: bank entry " + key, Key: key, On: e.On}), left-part
			}
		}
	}
	if !wentOn {
		t.To = nil
	}
	if !wentOn && len(off) == 0 {
		return
	}
	if booked := t.Amount - rest; !wentOn && booked != 0 {
		t.To = append(t.To, TraceStep{Amount: booked, What: there[ledger.TrustBank], Key: payments[0].Key, Account: ledger.TrustBank})
	}
	if t.To = append(t.To, off...); left != 0 {
		t.To = append(t.To, TraceStep{Amount: left, What: "it left, and is not in the books", Key: payments[0].Key})
	}
}

// entry is the key of the entry that a payment is of.
func (e tracedEntry) entry() string { return strings.TrimSuffix(e.Key, fmt.Sprintf(".%d", e.Part)) }

// addNotBooked adds what of an entry the books do not have.
func (t *Trace) addNotBooked(e tracedEntry, rest money.Amount) {
	what := fmt.Sprintf("not in the books (%s)", e.Kind)
	if e.Why != "" {
		what += ": " + e.Why
	}
	left := TraceStep{Amount: rest, What: what, Key: e.Key, On: e.On}
	if e.Credit {
		t.To = append(t.To, left)
		return
	}
	t.From = append(t.From, left)
}

// takenBack are what a bank took back of a receipt.
func (t *tracing) takenBack(receipt string) (lots []*ledger.Lot) {
	for _, p := range t.journals {
		if p.Book != ledger.Trust || p.Kind != ledger.TakenBack {
			continue
		}
		for _, l := range t.lots.By(p.Key) {
			if l.Pot == (ledger.Pot{Account: ledger.TrustBank, Of: receipt}) {
				lots = append(lots, l)
			}
		}
	}
	return lots
}
