package claim_test

import (
	"strings"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// meetDemand looks, before a settlement is applied, whether it begins the answer to a letter: whoever pays what a letter asks within its term
// owes nothing more (docs/decisions/0004). Interest that is not paid is let go then, and costs after it; principal never.
func (s *second) meetDemand(n int) {
	until := 0
	for _, l := range s.f.Letters {
		if met := s.met(l, n); met != 0 && (until == 0 || met < until) {
			until = met
		}
	}
	if s.settled != 0 {
		return
	}
	if until == 0 {
		s.meetArrangement(n)
		return
	}
	var paying int64
	for _, p := range s.settlements[n:] {
		if num(p.On) <= until && p.Kind != claim.CreditNote {
			paying += p.Amount.Cents()
		}
	}
	s.settle(n, paying, false, 0)
}

// met is the day on which a letter's demand is met in time by the settlements from the n-th, of which that is the first that can be an answer;
// 0 when it is not. The demand is not met while less than the principal was paid in all.
func (s *second) met(l claim.Letter, n int) int {
	if strings.HasPrefix(l.Step, "arrangement:") || !secondLeft(l) || l.Demanded <= 0 || num(l.On) > s.on {
		return 0
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
	var answer, all int64
	for k, p := range s.settlements {
		all += p.Amount.Cents()
		if num(p.On) < from || num(p.On) > until {
			continue
		}
		if answer == 0 && k != n {
			return 0
		}
		answer += p.Amount.Cents()
		if last := k+1 == len(s.settlements) || s.settlements[k+1].On != p.On; last && answer >= l.Demanded.Cents() && all >= secondPrincipal(s.f) {
			return num(p.On)
		}
	}
	return 0
}

// giveBack lets earlier payments pay more of the principal, and less interest and costs: the letter that is being met asked only the principal,
// and counted them whole.
func (s *second) giveBack(most int64) {
	for k := range s.allocations {
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
