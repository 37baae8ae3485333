package claim_test

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// secondInvoice is one invoice on a day; amounts are cents.
type secondInvoice struct {
	number    string
	first     int      // the first day of default
	nextYear  int      // the next anniversary of that day
	years     int      // of default that are full
	principal int64    // unpaid
	added     *big.Rat // unpaid interest of full years, over which interest runs too (art. 6:119 lid 2 BW)
	running   *big.Rat // unpaid interest of the year that runs, but for
	percents  int64    // hundredths of a percent, one day after the other, over principal and added since one of them changed
	inDefault int64    // of the principal, what was unpaid when collection costs over it became due
	counts    bool     // costs over it came due
	ran       *big.Rat // all interest that ran, paid or not
	days      int      // on which some ran
}

func newSecondInvoice(amount int64, due int) *secondInvoice {
	return &secondInvoice{first: due + 1, nextYear: secondAnniversary(due+1, 1), principal: amount, added: new(big.Rat), running: new(big.Rat), ran: new(big.Rat)}
}

// day lets one day of interest run.
func (i *secondInvoice) day(n int, rate int64) {
	if n < i.first {
		return
	}
	if n == i.nextYear {
		i.settle()
		i.added.Add(i.added, i.running)
		i.running = new(big.Rat)
		i.years++
		i.nextYear = secondAnniversary(i.first, i.years+1)
	}
	i.percents += rate
	if rate > 0 && (i.principal > 0 || i.added.Sign() > 0) {
		i.days++
	}
}

// settle turns the percents of the days so far into interest: a year is 365 days, in leap years too.
func (i *secondInvoice) settle() {
	if i.percents == 0 {
		return
	}
	interest := new(big.Rat).Add(i.added, big.NewRat(i.principal, 1))
	interest.Mul(interest, big.NewRat(i.percents, 10_000*365))
	i.running, i.ran, i.percents = new(big.Rat).Add(i.running, interest), interest.Add(i.ran, interest), 0
}

func (i *secondInvoice) interest() *big.Rat {
	i.settle()
	return new(big.Rat).Add(i.added, i.running)
}

// pay takes interest off, that of full years first.
func (i *secondInvoice) pay(interest *big.Rat) {
	i.settle()
	old := interest
	if old.Cmp(i.added) > 0 {
		old = i.added
	}
	i.running.Sub(i.running, new(big.Rat).Sub(interest, old))
	i.added = new(big.Rat).Sub(i.added, old)
}

func (i *secondInvoice) payPrincipal(most int64) int64 {
	i.settle()
	paid := min(most, i.principal)
	i.principal -= paid
	return paid
}

// secondInterest is the interest of all invoices together, rounded once.
func secondInterest(invoices []*secondInvoice) int64 {
	sum := new(big.Rat)
	for _, i := range invoices {
		sum.Add(sum, i.interest())
	}
	return half(sum)
}

// secondPayInterest takes up to most off the interest, of the oldest invoice first. Rounded interest that is paid whole leaves no fraction.
func secondPayInterest(invoices []*secondInvoice, most int64) int64 {
	owed := secondInterest(invoices)
	paid := min(most, owed)
	rest := big.NewRat(paid, 1)
	for _, i := range invoices {
		part := i.interest()
		if paid < owed && part.Cmp(rest) > 0 {
			part = rest
		}
		i.pay(part)
		rest = new(big.Rat).Sub(rest, part)
	}
	return paid
}

// second is one claim, walked day by day.
type second struct {
	f           claim.Facts
	on          int
	today       int                // the day that is walked
	invoices    []*secondInvoice   // oldest first
	settlements []claim.Settlement // known on the day, in the order in which they are applied
	credit      []int64            // of each settlement, what it took off the principal because it is a credit note
	costsFrom   int                // the first day on which collection costs are owed; 0: there is none
	late        bool               // in business: something was unpaid after its day
	paid, gone  [3]int64           // costs, interest, principal: paid, and let go
	allocations []claim.Allocation

	settled      int // the day from which nothing runs any more, because a demand was met in time; what is left is
	costs, rents int64
	courtPaid    int64 // of what a judgment awards, by then and since
	bound        int64 // collection costs that are owed after all, since a court or a settlement decided so

	then   []secondThen // of each arrangement
	come   map[comesBy]int64
	agreed int64 // the rate of interest that was agreed, see agreedRate
}

// The order of art. 6:44 BW.
const (
	ofCosts = iota
	ofInterest
	ofPrincipal
)

func newSecond(f claim.Facts, on calendar.Date) *second {
	s := &second{f: f, on: num(on), then: make([]secondThen, len(f.Arrangements)), come: map[comesBy]int64{}, agreed: agreedRate(f)}
	for _, i := range f.Invoices {
		invoice := newSecondInvoice(i.Amount.Cents(), num(i.Due))
		invoice.number = i.Number
		s.invoices = append(s.invoices, invoice)
	}
	slices.SortStableFunc(s.invoices, func(a, b *secondInvoice) int { return cmp.Compare(a.first, b.first) })
	if s.agreed > 0 { // the law adds a year's interest to statutory interest only (art. 6:119 lid 2 and 3 BW)
		for _, i := range s.invoices {
			i.nextYear = -1
		}
	}
	for _, p := range f.Settlements {
		if num(p.On) <= s.on {
			s.settlements = append(s.settlements, p)
		}
	}
	slices.SortStableFunc(s.settlements, func(a, b claim.Settlement) int { // a write-off lets go what the payments of its day left
		return cmp.Or(cmp.Compare(num(a.On), num(b.On)), cmp.Compare(writeOffLast(a), writeOffLast(b)), cmp.Compare(a.Key, b.Key))
	})
	s.creditNotes()
	s.costsFrom = s.costsDue()
	return s
}

func writeOffLast(s claim.Settlement) int {
	if s.Kind == claim.WriteOff {
		return 1
	}
	return 0
}

// creditNotes takes what is credited off its invoice from the beginning: it was never owed, nor was interest or costs over it. Notes that name no invoice come
// after those that do, and credit the oldest.
func (s *second) creditNotes() {
	s.credit = make([]int64, len(s.settlements))
	var nameless []int
	for n, p := range s.settlements {
		switch {
		case p.Kind != claim.CreditNote:
		case p.Invoice == "":
			nameless = append(nameless, n)
		default:
			for _, i := range s.invoices {
				if i.number == p.Invoice {
					s.credit[n] = i.payPrincipal(p.Amount.Cents())
				}
			}
		}
	}
	for _, n := range nameless {
		for _, i := range s.invoices {
			s.credit[n] += i.payPrincipal(s.settlements[n].Amount.Cents() - s.credit[n])
		}
	}
}

// costsDue is the first day on which costs are owed: in business the first day of default (art. 6:96 lid 4 BW); for a consumer the day after
// the fourteen days of a letter that has arrived (lid 6), or after what was promised in them.
func (s *second) costsDue() (from int) {
	if s.f.Debtor.InBusiness {
		const years = 200 * 365
		for from = s.invoices[0].first; from < s.on+years; from++ {
			if !s.stopped(from) {
				return from
			}
		}
		return 0
	}
	if l := s.notice(); l != nil {
		return s.termEnds(*l) + 1
	}
	return 0
}

// account walks through the days, from the first on which something can happen.
func (s *second) account() claim.Account {
	start, next := s.invoices[0].first, 0
	if len(s.settlements) > 0 {
		start = min(start, num(s.settlements[0].On))
	}
	for n := start; n <= s.on; n++ {
		s.today = n
		rate := s.rate(n)
		for _, i := range s.invoices {
			hindered := s.f.Debtor.InBusiness && s.stopped(n) // nothing comes to be owed that can be lodged
			s.late = s.late || s.f.Debtor.InBusiness && n >= i.first && i.principal > 0 && !hindered
			if s.costsFrom != 0 && n >= max(s.costsFrom, i.first, s.collected()) && !hindered && !i.counts {
				i.inDefault, i.counts = i.principal, true
			}
			if s.settled == 0 {
				i.day(n, rate)
			}
		}
		s.remember(n)
		s.decide()
		for ; next < len(s.settlements) && num(s.settlements[next].On) == n; next++ {
			s.apply(next)
			s.decide()
		}
		s.dismissal(n)
	}
	s.today = s.on
	return s.answer()
}

// collected is the first day on which something was done to collect in business: hand-over. Before it there is nothing that the scale is the price of.
func (s *second) collected() int {
	if s.f.Debtor.InBusiness && !s.f.HandedOverOn.IsZero() {
		return num(s.f.HandedOverOn)
	}
	return 0
}

func (s *second) rate(n int) int64 {
	if s.stopped(n) {
		return 0
	}
	if s.agreed > 0 {
		return s.agreed
	}
	if s.f.Debtor.InBusiness {
		return secondDays()[n].commercial
	}
	return secondDays()[n].consumer
}

// owed is what is open today.
func (s *second) owed() (owed [3]int64) {
	for _, i := range s.invoices {
		owed[ofPrincipal] += i.principal
	}
	if s.settled != 0 {
		owed[ofCosts], owed[ofInterest] = s.costs+s.bound+s.court(s.today)-s.courtPaid, s.rents
		return owed
	}
	owed[ofCosts], owed[ofInterest] = max(0, s.due(s.today)-s.paid[ofCosts]), secondInterest(s.invoices)
	return owed
}

// base is the principal over which costs are due today.
func (s *second) base() (base int64) {
	for _, i := range s.invoices {
		base += i.inDefault
	}
	return base
}

// apply divides one settlement (art. 6:44 BW): costs that are due, interest, principal of the oldest invoice, costs that wait; the rest is the debtor's.
func (s *second) apply(n int) {
	p := s.settlements[n]
	s.meetDemand(n)
	var part [3]int64
	if p.Kind == claim.CreditNote {
		part[ofPrincipal] = s.credit[n]
	} else {
		owed, rest, waiting := s.owed(), p.Amount.Cents(), s.waiting()
		part[ofCosts] = min(owed[ofCosts]-waiting, rest)
		part[ofInterest] = min(owed[ofInterest], rest-part[ofCosts])
		if s.settled == 0 {
			secondPayInterest(s.invoices, part[ofInterest])
		}
		for _, i := range s.invoices {
			part[ofPrincipal] += i.payPrincipal(rest - part[ofCosts] - part[ofInterest] - part[ofPrincipal])
		}
		last := min(waiting, rest-part[ofCosts]-part[ofInterest]-part[ofPrincipal])
		s.costs, s.rents, s.courtPaid = s.costs-part[ofCosts], s.rents-part[ofInterest], s.courtPaid+last
		part[ofCosts] += last
	}
	for k := range part {
		s.paid[k] += part[k]
	}
	s.allocations = append(s.allocations, claim.Allocation{
		Settlement: p, Costs: money.Cents(part[ofCosts]), Interest: money.Cents(part[ofInterest]), Principal: money.Cents(part[ofPrincipal]),
		Surplus: p.Amount - money.Cents(part[ofCosts]+part[ofInterest]+part[ofPrincipal]),
	})
}

func (s *second) answer() claim.Account {
	owed := s.owed()
	var charged [3]int64
	for k := range charged {
		charged[k] = owed[k] + s.paid[k] + s.gone[k]
	}
	balance := func(b [3]int64) claim.Balance {
		return claim.Balance{Costs: money.Cents(b[ofCosts]), Interest: money.Cents(b[ofInterest]), Principal: money.Cents(b[ofPrincipal])}
	}
	a := claim.Account{On: dateOf(s.on), Open: balance(owed), Charged: balance(charged), Allocations: s.allocations, InterestStatedTo: dateOf(s.statedTo())}
	if s.costsFrom != 0 {
		a.CostsDueFrom = dateOf(s.costsFrom)
	}
	for _, x := range s.allocations {
		if x.Settlement.Kind != claim.WriteOff { // what was let go is not owed back
			a.Surplus += x.Surplus
		}
	}
	return a
}
