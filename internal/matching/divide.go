package matching

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/money"
)

// sumBits is what it weighs that a payment is to the cent what several claims of a debtor ask together: the more claims, the more sums there are to hit
// by chance.
func sumBits(claims int) int { return max(amountBits-2-claims, 1) }

// Subset sums are looked for among so many claims of one debtor: of five, a second subset hits by chance in 0.0% of payments, of fifteen in 2.9%.
const (
	sumOf   = 5
	sumFrom = 15
)

// askings are what a payment for several claims adds up: all that is owed, what the last letters asked, or what is principal of each.
var askings = []func(*entry) money.Amount{
	func(e *entry) money.Amount { return e.Total },
	func(e *entry) money.Amount { return e.LastDemanded },
	func(e *entry) money.Amount { return e.Principal },
}

// subsets finds the sets of a debtor's claims that hold all that must be there and ask exactly an amount, with what each gets. It stops at two: then the
// amount says nothing.
func (s *search) subsets(must []*candidate, siblings []*entry, askings []func(*entry) money.Amount) (found [][]Part) {
	if len(siblings) > sumFrom {
		return nil
	}
	ordered := slices.SortedFunc(slices.Values(siblings), func(a, b *entry) int { return cmp.Compare(a.ID, b.ID) })
	for _, ask := range askings {
		var parts []Part
		var try func(from int, left money.Amount)
		try = func(from int, left money.Amount) {
			if left == 0 && holdsAll(parts, must) && !slices.ContainsFunc(found, func(f []Part) bool { return sameClaims(f, parts) }) {
				found = append(found, slices.Clone(parts))
			}
			if left <= 0 || len(parts) == sumOf || len(found) > 1 {
				return
			}
			for i := from; i < len(ordered); i++ {
				if a := ask(ordered[i]); a > 0 && a <= left {
					parts = append(parts, Part{ordered[i].ID, a})
					try(i+1, left-a)
					parts = parts[:len(parts)-1]
				}
			}
		}
		try(0, s.Amount)
	}
	return found
}

func holdsAll(parts []Part, must []*candidate) bool {
	return !slices.ContainsFunc(must, func(c *candidate) bool {
		return !slices.ContainsFunc(parts, func(p Part) bool { return p.Claim == c.ID })
	})
}

func sameClaims(a, b []Part) bool {
	return slices.EqualFunc(a, b, func(p, q Part) bool { return p.Claim == q.Claim })
}

// sums says whether the amount is exactly what the claims ask, alone or in one way together with others of the debtor.
func (s *search) sums(must []*candidate) bool {
	return len(s.subsets(must, s.x.debtors[must[0].Debtor], askings)) == 1
}

// theSum gives the claims of a debtor that the amount adds up, when it does in one way. Principals do not count: nobody asked for them together, and a part
// payment in round figures would hit them.
func (s *search) theSum(claims []*candidate) (picked []*candidate) {
	found := s.subsets(nil, s.x.debtors[claims[0].Debtor], askings[:2])
	if len(found) != 1 {
		return nil
	}
	for _, c := range claims {
		if slices.ContainsFunc(found[0], func(p Part) bool { return p.Claim == c.ID }) {
			picked = append(picked, c)
		}
	}
	return picked
}

// scoreOf is the score of claims that are paid together: that of the likeliest, with what their sum adds.
func (s *search) scoreOf(picked []*candidate) int {
	score := picked[0].score
	if parts, _, _ := s.divide(picked); len(parts) > 1 && s.sums(picked) {
		score += sumBits(len(s.x.debtors[picked[0].Debtor]))
		if picked[0].has(TooMuch) {
			score -= tooMuchBits
		}
	}
	return score
}

// divide says what each claim gets of the payment, and what is too much. Doubt says why the division is not certain; empty when it is.
func (s *search) divide(picked []*candidate) (parts []Part, surplus money.Amount, doubt string) {
	first, siblings := picked[0], s.x.debtors[picked[0].Debtor]
	found := s.subsets(picked, siblings, askings)
	if len(picked) == 1 && s.Amount <= first.Total {
		parts, doubt = s.partOf(first, found)
		return parts, 0, doubt
	}
	if len(found) == 1 {
		if over := s.Amount - first.Total; len(picked) == 1 && over <= s.policy.MaxSurplus && (over.Cents()%100 == 0 || s.Amount.Cents()%500 == 0) { // people round up
			doubt = fmt.Sprintf("it is %s more than the claim owes, and exactly what it asks together with others", over)
		}
		return found[0], 0, doubt
	}
	left := s.Amount
	for _, c := range picked {
		if got := money.Min(left, c.Total); got > 0 {
			parts, left = append(parts, Part{c.ID, got}), left-got
		}
	}
	slices.SortFunc(parts, func(a, b Part) int { return cmp.Compare(a.Claim, b.Claim) })
	switch {
	case len(parts) == 0:
		return []Part{{first.ID, 0}}, left, s.policy.Doubts(first.Claim, s.Amount)
	case len(found) > 1:
		return found[0], 0, "the amount fits the debtor's claims in more than one way"
	case len(picked) > 1:
		doubt = "the amount is not what the claims ask together"
	default:
		doubt = s.policy.Doubts(first.Claim, s.Amount)
	}
	return parts, left, doubt
}

// partOf divides what a claim can take whole. found are the sets with it that ask exactly this.
func (s *search) partOf(c *candidate, found [][]Part) (parts []Part, doubt string) {
	const partOrSum = "it is a part of the claim, and exactly what other claims of the debtor ask"
	parts, asked := []Part{{c.ID, s.Amount}}, c.has(ExactAmount, Instalment)
	switch {
	case asked && len(found) > 1:
		return parts, "it is what the claim asks, and exactly what it asks together with others"
	case asked || len(s.subsets(nil, s.x.debtors[c.Debtor], askings)) == 0:
		return parts, ""
	case len(found) == 1: // likelier than a part that is by chance what they ask together
		return found[0], partOrSum
	}
	return parts, partOrSum
}

// result turns what a rule found into what becomes of the payment.
func (s *search) result(rule row, v verdict) Result {
	r := Result{Outcome: rule.most, Rule: rule.rule, Why: rule.reason}
	if len(v.picked) == 0 {
		return r
	}
	if v.doubt == "" && inShadow[rule.rule] && !s.policy.Proven[rule.rule] {
		v.doubt = ShadowDoubt
	}
	if v.doubt == "" && rule.most == Automatic {
		best, doubt := s.proposal(v.picked)
		r.Proposals = []Proposal{best}
		v.doubt = cmp.Or(doubt, onHold(best, s.x))
	}
	if v.doubt != "" {
		r.Outcome, r.Why = Suggested, v.doubt
	}
	if len(r.Proposals) == 0 {
		r.Proposals = s.alternatives(v.picked)
	}
	r.Proposals = s.others(r.Proposals)
	if len(r.Proposals) > 1 {
		r.WhyNot = whyNot(r.Proposals[0], r.Proposals[1])
	}
	return r
}

func onHold(p Proposal, x *Index) string {
	for _, part := range p.Parts {
		if x.claims[part.Claim].OnHold {
			return "the claim is on hold"
		}
	}
	return ""
}

func (s *search) proposal(picked []*candidate) (Proposal, string) {
	parts, surplus, doubt := s.divide(picked)
	p := Proposal{Debtor: picked[0].Debtor, Parts: parts, Surplus: surplus, Score: s.scoreOf(picked)}
	for _, c := range picked {
		p.Evidence = append(p.Evidence, c.evidence...)
	}
	return p, doubt
}

// shown is how many proposals a person is shown.
const shown = 3

// alternatives proposes each claim by itself: which one it is, is what a person has to say.
func (s *search) alternatives(picked []*candidate) (all []Proposal) {
	for _, c := range picked[:min(shown, len(picked))] {
		p, _ := s.proposal([]*candidate{c})
		all = append(all, p)
	}
	return all
}

// others adds the likeliest claims that are not in the proposals yet.
func (s *search) others(proposals []Proposal) []Proposal {
	for _, c := range s.all {
		known := slices.ContainsFunc(proposals, func(p Proposal) bool { return holdsAll(p.Parts, []*candidate{c}) })
		if len(proposals) < shown && !known {
			proposals = append(proposals, s.alternatives([]*candidate{c})...)
		}
	}
	return proposals
}

// whyNot says what the runner-up lacks.
func whyNot(best, next Proposal) string {
	var lacks []string
	for _, e := range best.Evidence {
		same := func(o Evidence) bool { return o.Kind == e.Kind && o.Bits >= e.Bits }
		if e.Bits > 0 && !slices.ContainsFunc(next.Evidence, same) && !slices.Contains(lacks, string(e.Kind)) {
			lacks = append(lacks, string(e.Kind))
		}
	}
	if len(lacks) == 0 {
		return fmt.Sprintf("it fits as well (%d bits against %d)", next.Score, best.Score)
	}
	return fmt.Sprintf("%d bits against %d: it lacks, or has less of: %s", next.Score, best.Score, strings.Join(lacks, ", "))
}
