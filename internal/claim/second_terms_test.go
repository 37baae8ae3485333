package claim_test

import (
	"math"
	"math/big"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// agreedRate is in hundredths of a percent; 0 when none was agreed.
func agreedRate(f claim.Facts) int64 { return secondPercent(f.Terms.InterestRate.Text) }

// secondPercent reads "12.5" as hundredths of a percent.
func secondPercent(text string) (hundredths int64) {
	if r, ok := new(big.Rat).SetString(text); ok {
		hundredths = r.Mul(r, big.NewRat(100, 1)).Num().Int64()
	}
	return hundredths
}

// charge is what is asked as costs over a base today: the scale, less what letters for other claims named (art. 6:96 lid 7 BW), or what was agreed in business,
// with 40.00 at the least (lid 4); VAT over it when it may be raised (art. 2 lid 3 of the decree); for a consumer never more than the letter named. In
// business what was spent on information comes on top.
func (s *second) charge(base int64) (costs int64) {
	var named claim.Announced
	if l := s.notice(); l != nil {
		named = l.Announced
	}
	if clause := secondPercent(s.f.Terms.CostsClause.Text); base > 0 && s.f.Debtor.InBusiness && clause > 0 {
		costs = max(40_00, half(big.NewRat(base*clause, 100_00)))
	} else if base > 0 {
		costs = max(0, secondScale(base+named.Others.Principal.Cents())-named.Others.Costs.Cents())
	}
	if s.f.Terms.CostsVAT && (!s.f.Debtor.InBusiness || secondPercent(s.f.Terms.CostsClause.Text) == 0) { // the decree raises its scale, not a clause
		costs += half(big.NewRat(costs*21, 100))
	}
	if net, vat := named.Costs.Cents(), named.VAT.Cents(); net+vat > 0 {
		if most, limited := s.together(named, base); limited && most < net {
			vat = new(big.Int).Div(new(big.Int).Mul(big.NewInt(vat), big.NewInt(most)), big.NewInt(net)).Int64()
			net = most
		}
		costs = min(costs, net+vat)
	}
	if s.paidInTime() {
		costs = 0
	}
	if base == 0 && s.late {
		costs = 40_00 // the day after the last to pay on is enough for it (art. 6:96 lid 4 BW); no VAT and no clause raises it
	}
	for _, c := range s.f.InformationCosts {
		if s.f.Debtor.InBusiness && num(c.On) <= s.today {
			costs += c.Amount.Cents()
		}
	}
	return costs
}

// notice is the 14-day letter of a consumer that arrived first; nil when none did. Of two of one day it is the one that named less; one that named nothing
// does not count as less, since then nothing is limited.
func (s *second) notice() (first *claim.Letter) {
	for i, l := range s.f.Letters {
		if s.f.Debtor.InBusiness || l.Kind != claim.FourteenDayLetter || l.State != claim.LetterAccepted || num(l.On) > s.on || s.forbidden(num(l.On)) || s.overtaken(l) {
			continue
		}
		if first == nil || slices.Compare(secondRank(l), secondRank(*first)) < 0 {
			first = &s.f.Letters[i]
		}
	}
	return first
}

// forbidden: a letter of that day should not have been sent, so that it does not work as a notice (art. 3:37 lid 3 BW). On the day before it the debtor had died, was
// not capable or not to be written to, or the claim stood still, and so it was on the day itself.
func (s *second) forbidden(n int) bool {
	lasted := func(from, until calendar.Date) bool { return num(from) < n && (until.IsZero() || num(until) >= n) }
	for _, x := range s.f.Flags {
		switch x.Kind {
		case "bankrupt", "wsnp", "deceased", "guardianship", "administration", "minor", "debt-counselling", "vulnerable":
			if lasted(x.From, x.Until) {
				return true
			}
		}
	}
	return slices.ContainsFunc(s.f.Pauses, func(p claim.Pause) bool { return lasted(p.From, p.Until) })
}

// overtaken: on a day of the term that the letter gives or a promise made longer, or between its departure and that, the debtor lost the power to pay (art. 23 and 296 Fw). What comes due
// after it is no debt of the estate, so the letter makes no costs due, however the insolvency went on.
func (s *second) overtaken(l claim.Letter) bool {
	end := num(l.PayBy)
	if !l.Received.IsZero() {
		end = max(end, s.termEnds(l))
	}
	for n := num(l.On); n <= min(end, s.on); n++ {
		for _, x := range s.f.Flags {
			if (x.Kind == "bankrupt" || x.Kind == "wsnp") && num(x.From) == n && (x.Until.IsZero() || num(x.Until) >= n) {
				return true
			}
		}
	}
	return false
}

// secondRank is what a letter is chosen by. The stories number their letters, so that no two are alike.
func secondRank(l claim.Letter) []int64 {
	named := l.Announced.Costs.Cents() + l.Announced.VAT.Cents()
	if named == 0 {
		named = math.MaxInt64
	}
	return []int64{int64(num(l.Received)), named, int64(num(l.On)), int64(l.Cycle)}
}

// together is the part of one demand over all claims that goes with the base of this one, by principal. It is the most when letters for other claims belong
// in one calculation with this one's and something was paid of any of them in time; else there is no such limit.
func (s *second) together(named claim.Announced, base int64) (most int64, limited bool) {
	shared, paid, whole := named.Others.Principal != 0 || named.Others.Costs != 0, base < named.Principal.Cents(), named.Principal.Cents()
	for _, o := range s.f.OtherNotices {
		shared = shared || o.Shared && num(o.On) >= num(s.notice().On)
		paid = paid || o.PartPaid
		whole += o.Demanded.Principal.Cents()
	}
	if !shared || !paid || named.Principal == 0 {
		return 0, false
	}
	return new(big.Int).Div(new(big.Int).Mul(big.NewInt(secondScale(whole)), big.NewInt(base)), big.NewInt(whole)).Int64(), true
}

// paidInTime: the principal that the 14-day letter was about was settled within its term, so that no costs are owed (art. 6:96 lid 6 BW). A credit note of
// after the term says that a part was never owed, so that nothing of that part could be late.
func (s *second) paidInTime() bool {
	l := s.notice()
	if l == nil || l.Announced.Principal == 0 {
		return false
	}
	from, until, open, paid := num(l.On), s.termEnds(*l), l.Announced.Principal.Cents(), false
	if l.Demanded.Cents() < s.unpaidBefore(num(l.On)) {
		from++
	}
	for n, p := range s.settlements {
		switch on := num(p.On); {
		case on > until:
			open -= s.credit[n]
		case on >= from:
			open, paid = open-p.Amount.Cents(), true
		}
	}
	return paid && open <= 0
}
