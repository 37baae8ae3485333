package claim_test

import (
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// meetDemand looks, before the first settlement of a day is applied, whether by the evening a letter has all that it asks: whoever pays what a letter asks within
// its term owes nothing more (docs/decisions/0004). What is owed beyond what comes in today is let go then: interest, and costs after it; principal never.
func (s *second) meetDemand(n int) {
	if s.settled != 0 {
		return
	}
	if !slices.ContainsFunc(s.f.Letters, s.hasAllToday) {
		s.meetArrangement(n)
		return
	}
	var today int64
	for _, p := range s.settlements {
		if num(p.On) == s.today && p.Kind != claim.CreditNote {
			today += p.Amount.Cents()
		}
	}
	s.settle(n, today, false, 0)
}

// hasAllToday: today is a day of the term of the letter, and what was settled in it so far is what it asks. It never has while less than the principal was
// settled in all.
func (s *second) hasAllToday(l claim.Letter) bool {
	if strings.HasPrefix(l.Step, "arrangement:") || !secondLeft(l) || l.Demanded <= 0 || num(l.On) > s.on {
		return false
	}
	from, until := num(l.On), 0
	if l.Demanded.Cents() < s.unpaidBefore(num(l.On)) { // it counted a payment of its day
		from++
	}
	if !l.PayBy.IsZero() {
		until = num(l.PayBy)
	}
	if l.Kind == claim.FourteenDayLetter && !l.Received.IsZero() {
		until = max(until, secondFourteenDays(num(l.Received)))
	}
	asked, principal := l.Demanded.Cents(), secondPrincipal(s.f)
	for _, p := range s.settlements {
		if num(p.On) > s.today {
			continue
		}
		if principal -= p.Amount.Cents(); num(p.On) >= from {
			asked -= p.Amount.Cents()
		}
	}
	return s.today >= from && s.today <= until && asked <= 0 && principal <= 0
}

// giveBack lets earlier payments, the last of them first, pay more of the principal, and less interest and costs: what was paid in parts paid interest that ran
// since the letter, and a letter that asked only the principal counted whole what was paid before it.
func (s *second) giveBack(most int64) {
	for k := len(s.allocations) - 1; k >= 0; k-- {
		x := &s.allocations[k]
		fromInterest := min(max(0, most), x.Interest.Cents())
		fromCosts := min(max(0, most)-fromInterest, x.Costs.Cents())
		x.Interest, x.Costs, x.Principal = x.Interest-money.Cents(fromInterest), x.Costs-money.Cents(fromCosts), x.Principal+money.Cents(fromInterest+fromCosts)
		s.gone[ofInterest] += fromInterest
		s.paid[ofInterest], s.paid[ofCosts] = s.paid[ofInterest]-fromInterest, s.paid[ofCosts]-fromCosts
		most -= fromInterest + fromCosts
		for _, i := range s.invoices {
			paid := i.payPrincipal(fromInterest + fromCosts)
			fromInterest, fromCosts = 0, fromInterest+fromCosts-paid
			s.paid[ofPrincipal] += paid
		}
	}
}
