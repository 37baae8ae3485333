package postgres_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// paidLife is a client to whom money happens in any order, and of whom it is paid on.
type paidLife struct {
	moneyLife
	borneLife
	sent    []settlement.Payout
	entries []string // of the bank, beside receipts
}

// pays does one thing to money that leaves.
func (l *paidLife) pays(n int) error {
	ctx, by := l.Context(), l.by()
	switch l.IntN(12) {
	case 0:
		return l.proposesRefund()
	case 1:
		_, err := l.DecideRefund(ctx, l.refund(), l.IntN(4) > 0, named("Bram", today.AddDays(l.day)))
		return err
	case 2:
		return l.refundLost(n)
	case 3:
		return l.sendsPayout()
	case 4:
		l.bills(today.AddDays(l.day))
		return nil
	case 5, 6, 7, 8, 9, 10:
		return l.bears(n)
	}
	if len(l.sent) == 0 {
		return postgres.ErrNotFound
	}
	p := l.sent[l.IntN(len(l.sent))]
	line := p.Lines[l.IntN(len(p.Lines))]
	if l.IntN(3) == 0 {
		_, err := l.ReportPayout(ctx, reported(p, fmt.Sprintf("%d rejected FF01", line.Nr)), by)
		return err
	}
	e := postgres.PayoutEntry{Key: fmt.Sprintf("e%d", n), Credit: l.IntN(3) == 0, EndToEndID: line.EndToEndID, Amount: line.Cents, On: today.AddDays(l.day)}
	_, err := l.BookPayoutEntry(ctx, e, by)
	if err == nil {
		l.entries = append(l.entries, e.Key)
	}
	return err
}

func (l *paidLife) sendsPayout() error {
	l.day++
	on := today.AddDays(l.day)
	how := proposing(on)
	how.Plans = map[string]settlement.Paying{"premium": {SetsOff: true}}
	p, _, err := l.ProposePayout(l.Context(), how, l.by())
	if err != nil || p.ID == "" {
		return errors.Join(err, postgres.ErrNotFound)
	}
	l.approves(p, "Anna", "Bram")
	if _, _, err = l.SendPayout(l.Context(), p.ID, postgres.Sending{Initiator: "x"}, l.by()); err == nil {
		l.sent = append(l.sent, p)
	}
	return err
}

// accounted insists that a trace accounts for every cent, to each side that it tells.
func (w *world) accounted(key string) postgres.Trace {
	w.Helper()
	trace, err := w.Trace(w.Context(), key)
	ok(w, err)
	for side, steps := range map[string][]postgres.TraceStep{"from": trace.From, "to": trace.To} {
		if len(steps) > 0 {
			w.addsUp(key+" "+side, trace.Amount, steps)
		}
	}
	return trace
}

func (w *world) addsUp(where string, amount money.Amount, steps []postgres.TraceStep) {
	w.Helper()
	var sum money.Amount
	for _, s := range steps {
		if sum += s.Amount; len(s.Steps) > 0 {
			w.addsUp(where+" > "+s.What, s.Amount, s.Steps)
		}
	}
	if sum != amount {
		w.Errorf("%s: %s comes to %s: %+v", where, amount, sum, steps)
	}
}

// names says whether a trace is of a key, or comes by it.
func names(trace postgres.Trace, key string) bool {
	return strings.TrimPrefix(trace.Key, "receipt:") == key || among(trace.From, key) || among(trace.To, key)
}

func among(steps []postgres.TraceStep, key string) bool {
	return slices.ContainsFunc(steps, func(s postgres.TraceStep) bool { return s.Key == key || among(s.Steps, key) })
}

// followed insists that every cent of every bank entry is accounted for, that each end leads back to it, and that together they are what the trust foundation's books say.
func (w *world) followed(receipts, entries []string) {
	w.Helper()
	where := map[ledger.Account]money.Amount{}
	for _, key := range slices.Concat(receipts, entries) {
		trace := w.accounted(key)
		for _, end := range postgres.Ends(trace.From) { // what the bank charged, and nobody paid yet
			if slices.Contains(entries, key) && end.Account != "" {
				where[end.Account] -= end.Amount
			}
		}
		for _, end := range postgres.Ends(trace.To) {
			if len(trace.From) == 0 {
				where[end.Account] += end.Amount
			}
			if back := w.accounted(end.Key); !names(back, key) {
				w.Errorf("%s ends as %s %q, and %s does not lead back: %+v", key, end.Amount, end.What, end.Key, back)
			}
		}
	}
	list, err := w.TrialBalance(w.Context(), today.AddDays(4000))
	ok(w, err)
	for _, b := range list {
		if b.Account.Book() == ledger.Trust && b.Account != ledger.TrustBank && where[b.Account] != -b.Balance {
			w.Errorf("%s is %s, and the traces end there with %s", b.Account, -b.Balance, where[b.Account])
		}
	}
}

// Whatever happens to money, to the cent: from each bank entry to where it is, and back.
func TestEveryCentIsFollowedInAnyLife(t *testing.T) {
	t.Parallel()
	underAllTerms(t, paying, func(t *testing.T, w *world, seed uint64, refs []postgres.Ref) {
		l := &paidLife{moneyLife: moneyLife{world: w, Rand: rand.New(rand.NewPCG(seed, 11)), refs: refs}}
		l.charged()
		l.bills(today)
		for n := range 90 {
			happens := l.happens
			if n >= 3 && l.IntN(2) == 0 {
				happens = l.pays
			}
			err := happens(n)
			var conflict *postgres.ConflictError
			var refused *bank.PaymentFileError
			if err != nil && !errors.As(err, &conflict) && !errors.As(err, &refused) && !errors.Is(err, postgres.ErrNotFound) {
				t.Fatalf("step %d: %v", n, err)
			}
		}
		var receipts []string
		for _, key := range l.keys {
			if query[bool](w, `SELECT EXISTS (SELECT FROM receipt WHERE key = $1)`, key) {
				receipts = append(receipts, key)
			}
		}
		w.followed(slices.Concat(receipts, l.given), l.entries)
		if !w.billsFollowed() {
			t.Error("no invoice")
		}
		if len(receipts) < 3 || len(l.sent) == 0 {
			t.Errorf("%d receipts, %d payouts, %d entries", len(receipts), len(l.sent), len(l.entries))
		}
	})
}
