package claim_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// secondSum is one sum with its interest, walked day by day, and the costs that are due from the start.
type secondSum struct {
	*secondInvoice
	rates func(secondDay) int64
	costs int64
	today int
}

func newSecondSum(inBusiness bool, amount int64, due int, owed int64) *secondSum {
	s := &secondSum{newSecondInvoice(amount, due), func(d secondDay) int64 { return d.consumer }, owed, due}
	if inBusiness {
		s.rates = func(d secondDay) int64 { return d.commercial }
	}
	return s
}

// until lets the days pass; those up to due bear no interest.
func (s *secondSum) until(n int) {
	for s.today < n {
		s.today++
		s.day(s.today, s.rates(secondDays()[s.today]))
	}
}

// pay divides a payment and says how: costs, interest, principal, surplus.
func (s *secondSum) pay(amount int64) string {
	costs := min(s.costs, amount)
	s.costs -= costs
	interest := secondPayInterest([]*secondInvoice{s.secondInvoice}, amount-costs)
	principal := s.payPrincipal(amount - costs - interest)
	return fmt.Sprintf("%s+%s+%s+%s", inEuros(costs), inEuros(interest), inEuros(principal), inEuros(amount-costs-interest-principal))
}

func (s *secondSum) open() string {
	return fmt.Sprintf("%s+%s+%s", inEuros(s.costs), inEuros(half(s.interest())), inEuros(s.principal))
}

func tableOf(inBusiness bool) law.InterestTable {
	if inBusiness {
		return tables().Commercial
	}
	return tables().Consumer
}

func TestASecondProgramDividesTheSame(t *testing.T) {
	t.Parallel()
	for number := range uint64(10_000) {
		r := &teller{Rand: rand.New(rand.NewPCG(4, number))}
		business, amount, due, owed := r.unlikely(2), r.amount(), r.dueDay(), r.Int64N(2)*r.amount()
		second := newSecondSum(business, amount, due, owed)
		var payments []claim.Settlement
		for n := range r.IntN(6) { // on any days, some of them before due, in the order of a list that is put in order
			payments = append(payments, claim.Settlement{Key: fmt.Sprint(n), On: dateOf(due - 20 + r.IntN(900)), Amount: money.Cents(pick(r, 1+r.Int64N(amount), r.amount(), 1+r.Int64N(20_00)))})
		}
		on := dateOf(min(due+r.IntN(1500), num(day(secondConfirmed))))
		story := fmt.Sprintf("%s due %s in business %v, costs %s, on %s: %v", inEuros(amount), dateOf(due), business, inEuros(owed), on, payments)

		allocations, balance, err := claim.Allocate(tableOf(business), money.Cents(amount), dateOf(due), money.Cents(owed), payments, on)
		var got, want []string
		for _, a := range allocations {
			got = append(got, fmt.Sprintf("%s+%s+%s+%s", a.Costs, a.Interest, a.Principal, a.Surplus))
		}
		got = append(got, fmt.Sprintf("%s+%s+%s", balance.Costs, balance.Interest, balance.Principal))
		slices.SortStableFunc(payments, func(a, b claim.Settlement) int { return num(a.On) - num(b.On) })
		for _, p := range payments {
			if !p.On.After(on) {
				second.until(num(p.On))
				want = append(want, second.pay(p.Amount.Cents()))
			}
		}
		second.until(num(on))
		if want = append(want, second.open()); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%s\nis divided     %s (%v)\nsecond program %s", story, strings.Join(got, " | "), err, strings.Join(want, " | "))
		}
	}
}

func TestASecondProgramFindsTheSameInterestOverAPeriod(t *testing.T) {
	t.Parallel()
	for number := range uint64(10_000) {
		r := &teller{Rand: rand.New(rand.NewPCG(5, number))}
		business, amount, due := r.unlikely(2), r.amount(), r.dueDay()
		paid := min(due+r.IntN(6000)-10, num(day(secondConfirmed)))
		story := fmt.Sprintf("interest over %s in business %v, due %s, paid %s", inEuros(amount), business, dateOf(due), dateOf(paid))
		second := newSecondSum(business, amount, due, 0)
		second.until(paid)
		got, err := tableOf(business).Over(money.Cents(amount), dateOf(due), dateOf(paid))
		if want := half(second.interest()); err != nil || got.Interest.Cents() != want || got.Days != max(0, paid-due) {
			t.Fatalf("%s is %s in %d days (%v), the second program has %s", story, got.Interest, got.Days, err, inEuros(want))
		}
		next, sum := due+1, money.Amount(0)
		for _, line := range got.Lines {
			exact := new(big.Rat).Mul(line.Base.Rat(), line.Rate.Fraction())
			exact.Mul(exact, big.NewRat(int64(line.Days), 365)) // over a base that is rounded for print
			if off := line.Interest - money.FromRat(exact); num(line.From) != next || num(line.To) != next+line.Days-1 || off.Abs() > 2 {
				t.Fatalf("%s\nprints %s to %s, %d days at %s%% over %s: %s", story, line.From, line.To, line.Days, line.Rate.Text, line.Base, line.Interest)
			}
			next, sum = next+line.Days, sum+line.Interest
		}
		if sum != got.Interest || next != max(paid, due)+1 {
			t.Fatalf("%s\nthe lines end on %s and are together %s, the total is %s", story, dateOf(next-1), sum, got.Interest)
		}
	}
}

func TestASecondProgramFindsTheSameCostsOfADemand(t *testing.T) {
	t.Parallel()
	for number := range uint64(20_000) {
		r := &teller{Rand: rand.New(rand.NewPCG(6, number))}
		q := law.CostQuestion{Consumer: r.unlikely(2), VATUplift: r.unlikely(2), On: dateOf(max(r.dueDay(), num(day("2012-10-01"))))}
		var together int64
		for range 1 + r.IntN(4) {
			amount := r.amount()
			together += amount
			q.Principals = append(q.Principals, money.Cents(amount))
		}
		costs := secondScale(together)
		if hundredths := r.Int64N(25_00); !q.Consumer && r.unlikely(2) { // agreed in business, but 40.00 at the least (art. 6:96 lid 4 BW)
			q.Flat = law.Percent{Text: inEuros(hundredths)}
			costs = max(40_00, half(big.NewRat(together*hundredths, 100_00)))
		}
		vat := int64(0)
		if q.VATUplift {
			vat = half(big.NewRat(costs*21, 100))
		}
		got, err := tables().DemandCosts(q)
		if want := (law.Costs{Costs: money.Cents(costs), VAT: money.Cents(vat), Total: money.Cents(costs + vat)}); err != nil || got.Costs != want.Costs || got.VAT != want.VAT || got.Total != want.Total {
			t.Fatalf("%+v: costs %s and %s VAT are %s (%v), the second program has %s and %s", q, got.Costs, got.VAT, got.Total, err, want.Costs, want.VAT)
		}
	}
}
