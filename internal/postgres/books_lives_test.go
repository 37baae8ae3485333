package postgres_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// moneyLife is a client with three claims to which money happens in any order.
type moneyLife struct {
	*world
	*rand.Rand
	refs []postgres.Ref
	day  int // days since today
	keys []string
}

func (l *moneyLife) by() postgres.Actor { return at(today.AddDays(l.day)) }
func (l *moneyLife) ref() postgres.Ref  { return l.refs[l.IntN(len(l.refs))] }
func (l *moneyLife) amount() string     { return cents(int64(1 + l.IntN(9000))).String() }
func (l *moneyLife) newKey(n int) (k string) {
	k = fmt.Sprintf("k%d", n)
	l.keys = append(l.keys, k)
	return k
}
func (l *moneyLife) key() string { return l.keys[l.IntN(len(l.keys))] }

// happens does one thing; what does not fit the facts is refused, and that is fine.
func (l *moneyLife) happens(n int) error {
	ctx, by, ref, rules := l.Context(), l.by(), l.ref(), l.lib.Rules
	if n < 3 {
		_, err := l.RecordReceipt(ctx, postgres.Receipt{Key: l.newKey(n), Amount: eur(l.amount()), On: today, IBAN: debtorIBAN}, by, rules)
		return err
	}
	var err error
	switch l.IntN(11) {
	case 0:
		l.receives(ref, l.newKey(n), l.amount())
	case 1:
		_, err = l.RecordReceipt(ctx, postgres.Receipt{Key: l.newKey(n), Amount: eur(l.amount()), On: today.AddDays(-l.IntN(20)), IBAN: debtorIBAN}, by, rules)
	case 2, 3:
		err = l.AssignReceipt(ctx, l.key(), ref, by, rules)
	case 4:
		_, err = l.ReleaseReceipt(ctx, l.key(), ref, "of another", by, rules)
	case 5:
		_, err = l.ReverseReceipt(ctx, l.key(), "storno", by, rules)
	case 6:
		kind := claim.SettlementKinds()[1+l.IntN(len(claim.SettlementKinds())-1)]
		err = l.RecordSettlement(ctx, ref, claim.Settlement{Key: l.newKey(n), Kind: kind, On: today.AddDays(-l.IntN(20)), Amount: eur(l.amount())}, by, rules)
	case 7:
		_, err = l.ReverseSettlement(ctx, ref, l.key(), "never was", by, rules)
	case 8:
		_, err = l.CorrectSettlement(ctx, ref, l.key(), postgres.Correction{On: today.AddDays(-l.IntN(30))}, "misread", by, rules)
	case 9:
		_, err = l.DivideReceipt(ctx, l.key(), l.refs, nil, by, rules)
	case 10:
		l.day += l.IntN(20)
		_, err = l.CloseBooks(ctx, l.by(), rules)
	}
	return err
}

// Whatever happens to the money of a client, under whatever terms, books and facts agree after every step.
func TestBooksAgreeWithTheFactsOfAnyLife(t *testing.T) {
	t.Parallel()
	underAllTerms(t, newWorld, func(t *testing.T, w *world, seed uint64, refs []postgres.Ref) {
		l := &moneyLife{world: w, Rand: rand.New(rand.NewPCG(seed, 7)), refs: refs}
		done := 0
		for n := range 40 {
			err := l.happens(n)
			var conflict *postgres.ConflictError
			switch {
			case err == nil:
				done++
			case !errors.As(err, &conflict) && !errors.Is(err, postgres.ErrNotFound):
				t.Fatalf("step %d: %v", n, err)
			}
			v, err := w.VerifyBooks(t.Context(), today.AddDays(l.day), w.lib.Rules)
			ok(t, err)
			for _, d := range v.Differences {
				t.Fatalf("after step %d: %s", n, d)
			}
		}
		if done < 15 || w.balances(ledger.Trust) == "" {
			t.Errorf("%d things happened; trust %s", done, w.balances(ledger.Trust))
		}
	})
}

// underAllTerms lives a life with three claims on one debtor under each policy of settlement with each way to charge VAT, every one in a world of its own.
func underAllTerms(t *testing.T, newWorld func(testing.TB) *world, live func(t *testing.T, w *world, seed uint64, refs []postgres.Ref)) {
	for seed := range uint64(9) {
		policy, vat := settlement.Policies()[seed%3], settlement.VATModes()[seed/3]
		t.Run(fmt.Sprintf("%d %s %s", seed, policy, vat), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			terms, err := agreement.Plans{"premium": {Settlement: policy, VATMode: vat}}.Terms()
			ok(t, err)
			w.lib = w.lib.Settling(terms)
			first := w.newClaim()
			refs := w.handOver(first, w.newClaim(owedBy(first.Debtor)), w.newClaim(owedBy(first.Debtor)))
			for _, ref := range refs {
				w.opened(ref)
			}
			live(t, w, seed, refs)
		})
	}
}
