package claim_test

import (
	"math/big"

	"github.com/incassocenter/dunning/internal/claim"
)

// agreedRate is in hundredths of a percent; 0 when none was agreed.
func (s *second) agreedRate() int64 { return secondPercent(s.f.Terms.InterestRate.Text) }

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
	if s.f.Terms.CostsVAT {
		costs += half(big.NewRat(costs*21, 100))
	}
	if most := named.Costs.Cents() + named.VAT.Cents(); most > 0 {
		costs = min(costs, most)
	}
	for _, c := range s.f.InformationCosts {
		if s.f.Debtor.InBusiness && num(c.On) <= s.today {
			costs += c.Amount.Cents()
		}
	}
	return costs
}

// notice is the 14-day letter of a consumer that arrived first; nil when none did.
func (s *second) notice() (first *claim.Letter) {
	for i, l := range s.f.Letters {
		if s.f.Debtor.InBusiness || l.Kind != claim.FourteenDayLetter || l.State != claim.LetterAccepted || num(l.On) > s.on {
			continue
		}
		if first == nil || num(l.Received) < num(first.Received) {
			first = &s.f.Letters[i]
		}
	}
	return first
}
