package matching

import (
	"slices"

	"github.com/incassocenter/dunning/internal/money"
)

// Rule is the name of a row of the cascade.
type Rule string

// The rules, in the order in which they are asked.
const (
	NotDebtor         Rule = "not-a-debtor"
	ClosedReference   Rule = "closed-reference"
	ExactReference    Rule = "exact-reference"
	RepairedReference Rule = "repaired-reference"
	ClaimNumber       Rule = "number"
	MistypedNumber    Rule = "mistyped-number"
	KnownAccount      Rule = "known-account"
	NameAddressAmount Rule = "name-address-amount"
	NameAmountText    Rule = "name-amount-text"
	NameAmount        Rule = "name-amount"
	BestGuess         Rule = "best-guess"
	NothingFound      Rule = "nothing"
)

// row is one rule: what it may do at most, whether a payment that it applies to is left to later rules when it proves nothing, and why it may.
type row struct {
	rule   Rule
	most   Outcome
	last   bool
	reason string
	find   func(*search) (verdict, bool) // false when the rule does not apply
}

// verdict is what a rule found: claims of one debtor, or several that it cannot choose from. Doubt is why it proves nothing.
type verdict struct {
	picked []*candidate
	doubt  string
}

// cascade is the table of the rules. The first that proves a set of claims decides; otherwise the one that shows the likeliest claim, of equals the first.
var cascade = []row{
	{NotDebtor, Queued, true, "it is no payment of a debtor: it brings back a payment of ours, or comes from an account of ourselves, a bank or a payment provider", (*search).notDebtor},
	{ClosedReference, Queued, true, "it names a claim that is closed, and none that is open", (*search).closedReference},
	{ExactReference, Automatic, true, "it names the claim by a reference whose check digits hold", (*search).exactReference},
	{RepairedReference, Automatic, false, "the reference fails its check digits; exactly one open claim is one typing error away, and something else says the same", (*search).repairedReference},
	{ClaimNumber, Automatic, false, "it names the claim or its invoice by number, and something else says the same", (*search).number},
	{MistypedNumber, Automatic, false, "a number is one typing error from the claim's, and full name or known account and the amount to the cent are the claim's and of no other of the debtor", (*search).mistypedNumber},
	{KnownAccount, Automatic, false, "the account paid for this debtor alone before, and the amount is what was asked, or that to the nearest five euros with the debtor's name, or a number points to the claim", (*search).knownAccount},
	{NameAddressAmount, Automatic, false, "name, postcode and amount to the cent are those of one claim", (*search).nameAddressAmount},
	{NameAmountText, Automatic, false, "full name and amount to the cent are those of one claim, and the text says that a debt is paid, or names its creditor", (*search).nameAmountText},
	{NameAmount, Automatic, false, "full name and an amount with interest or costs to the cent are those of one claim, and of no other nearly as well", (*search).nameAmount},
	{BestGuess, Suggested, false, "something points to these claims, and proves none", (*search).bestGuess},
	{NothingFound, Queued, true, "nothing in it points to an open claim", (*search).nothing},
}

// Rules tells each rule with its reason, in the order in which they are asked.
func Rules() (rules []Rule, reasons map[Rule]string) {
	reasons = map[Rule]string{}
	for _, r := range cascade {
		rules, reasons[r.rule] = append(rules, r.rule), r.reason
	}
	return rules, reasons
}

// Matching are the rules that may match by themselves, in the order in which they are asked.
func Matching() (rules []Rule) {
	for _, r := range cascade {
		if r.most == Automatic {
			rules = append(rules, r.rule)
		}
	}
	return rules
}

// search is one payment on its way down the cascade.
type search struct {
	*reading
	x      *Index
	policy Policy
	all    []*candidate
}

// Match finds what a payment is for. It changes nothing.
func (x *Index) Match(p Payment, policy Policy) Result {
	s := &search{reading: x.read(p), x: x, policy: policy}
	s.all = x.candidates(s.reading)
	var shown *Result
	for _, rule := range cascade {
		if policy.Off[rule.rule] {
			continue
		}
		v, applies := rule.find(s)
		if !applies {
			continue
		}
		result := s.result(rule, v)
		if result.Outcome == Automatic || rule.last && shown == nil {
			return result
		}
		if shown == nil || result.likelier(*shown) {
			shown = &result
		}
	}
	if shown == nil { // everything that applies is switched off
		return Result{Outcome: Queued, Rule: NothingFound, Why: "no rule that is switched on applies"}
	}
	return *shown
}

// likelier says whether the first suggestion of a result is likelier than that of another.
func (r Result) likelier(other Result) bool {
	return len(r.Proposals) > 0 && r.Proposals[0].Score > other.Proposals[0].Score
}

func (s *search) notDebtor() (verdict, bool) {
	return verdict{}, s.Returned || s.policy.NotDebtors[s.IBAN]
}

func (s *search) closedReference() (verdict, bool) { return verdict{}, s.closed && len(s.named) == 0 }

func (s *search) nothing() (verdict, bool) { return verdict{}, true }

func (s *search) exactReference() (verdict, bool) {
	v := verdict{picked: s.with(Reference)}
	switch {
	case len(v.picked) == 0:
		return v, false
	case s.closed:
		v.doubt = "it names a closed claim as well"
	case debtors(v.picked) > 1:
		v.doubt = "it names claims of several debtors"
	default:
		v.picked = s.withNumbered(v.picked)
	}
	return v, true
}

// withNumbered adds the claims of the same debtor that the text names by a number which is not also one of a picked claim.
func (s *search) withNumbered(picked []*candidate) []*candidate {
	all := slices.Clone(picked)
	for _, c := range s.with(Number, InvoiceNumber) {
		shared := slices.ContainsFunc(picked, func(p *candidate) bool { return s.namesAlso(p, c) })
		if c.Debtor == picked[0].Debtor && !shared {
			all = append(all, c)
		}
	}
	return all
}

// namesAlso says whether every number by which the payment names c is one of p.
func (s *search) namesAlso(p, c *candidate) bool {
	for n := range c.numbers {
		if _, seen := s.numbers[n]; seen && p.numbers[n] == "" {
			return false
		}
	}
	return true
}

// corroborating is what may say the same as a number or a reference with a typing error.
var corroborating = []Kind{ExactAmount, Instalment, FullName, Surname, PayerName, Account, Postcode}

func (s *search) repairedReference() (verdict, bool) {
	v := verdict{picked: s.with(Repaired)}
	if len(v.picked) == 0 {
		return v, false
	}
	switch {
	case len(v.picked) > 1:
		v.doubt = "several references are one typing error away"
	case !v.picked[0].has(corroborating...) && !s.sums(v.picked):
		v.doubt = "nothing else says that the reference was meant to be this one"
	default:
		v.doubt = s.unproven(v.picked)
	}
	return v, true
}

func (s *search) number() (verdict, bool) {
	named := s.with(Number, InvoiceNumber)
	v := verdict{picked: slices.DeleteFunc(slices.Clone(named), func(c *candidate) bool { return !c.has(corroborating...) && !s.sums([]*candidate{c}) })}
	switch {
	case len(named) == 0:
		return v, false
	case len(v.picked) == 0:
		return verdict{named, "nothing but the number says that it is this claim"}, true
	}
	v.picked = slices.DeleteFunc(named, func(c *candidate) bool { return c.Debtor != v.picked[0].Debtor })
	if v.doubt = s.unproven(v.picked); v.doubt == "" && s.neighbourNamed(v.picked) {
		v.doubt = "the number of another claim of the debtor looks nearly the same, and the amount does not tell which"
	}
	return v, true
}

// neighbourNamed says whether another claim of the debtor has a number one typing error from what was written, and the amount does not tell them apart.
func (s *search) neighbourNamed(picked []*candidate) bool {
	siblings := s.x.debtors[picked[0].Debtor]
	if s.sums(picked) && len(s.subsets(nil, siblings, askings)) == 1 {
		return false
	}
	for _, e := range siblings {
		if slices.ContainsFunc(picked, func(c *candidate) bool { return c.entry == e }) {
			continue
		}
		for n := range e.numbers {
			for seen := range s.numbers {
				if within(n, seen, 1) {
					return true
				}
			}
		}
	}
	return false
}

// mistypedNumber is for claim and invoice numbers, which have no check digits: a wrong one is often somebody else's, but not with this debtor's amount.
func (s *search) mistypedNumber() (verdict, bool) {
	v := verdict{}
	for _, c := range s.with(Mistyped) {
		if c.has(ExactAmount) && c.has(FullName, Account) {
			v.picked = append(v.picked, c)
		}
	}
	switch {
	case len(v.picked) == 0 || v.picked[0].score < s.all[0].score: // something else points elsewhere, and stronger
		return v, false
	case len(v.picked) > 1 || len(s.subsets(nil, s.x.debtors[v.picked[0].Debtor], askings)) > 1:
		v.doubt = "several claims have nearly such a number, and the amount does not tell which"
	default:
		v.doubt = s.doubtOf(v.picked)
	}
	return v, true
}

// doubtOf is why a person looks at the one claim that was picked: the text names another, the amount is a part of what others ask together, or nothing proves it.
func (s *search) doubtOf(picked []*candidate) string {
	switch {
	case s.saysElse(picked[0]) != "":
		return s.saysElse(picked[0])
	case s.partOfAny(picked):
		return anyPart
	}
	return s.unproven(picked)
}

func (s *search) knownAccount() (verdict, bool) {
	owned := s.with(Account)
	if len(owned) == 0 {
		return verdict{}, false
	}
	elsewhere := func(c *candidate) bool { return c.Debtor != owned[0].Debtor }
	if numbered := slices.DeleteFunc(s.with(Number, InvoiceNumber), elsewhere); len(numbered) > 0 { // the rule for numbers has judged these, the account included
		return verdict{}, false
	}
	pointed := slices.DeleteFunc(s.with(Repaired, Uncheckable, Garbled), elsewhere)
	v := verdict{picked: pointed}
	if len(pointed) == 0 {
		v.picked = s.asked(owned)
	}
	switch {
	case len(v.picked) == 0:
		return verdict{owned, "the amount is not what this debtor's claims ask, or in more than one way"}, true
	case s.saysElse(v.picked[0]) != "":
		v.doubt = s.saysElse(v.picked[0])
	case len(pointed) == 0 && s.partOfAny(v.picked):
		v.doubt = anyPart
	case len(pointed) > 0 && !v.picked[0].has(FullName, ExactAmount, Instalment):
		v.doubt = "neither amount nor name say the same as the account"
	default:
		v.doubt = s.unproven(v.picked)
	}
	return v, true
}

// asked gives the claims of one debtor that ask exactly the amount, alone or together, when that is in one way only.
func (s *search) asked(claims []*candidate) []*candidate {
	sum := s.theSum(claims)
	exact := slices.DeleteFunc(slices.Clone(claims), func(c *candidate) bool { return !c.has(ExactAmount, Instalment) })
	switch {
	case len(exact) == 0 && len(sum) > 0:
		return sum
	case len(exact) == 0:
		rounded := slices.DeleteFunc(slices.Clone(claims), func(c *candidate) bool { return !c.has(Rounded) || !c.has(FullName, PayerName) })
		if len(rounded) == 1 && roundSum(s.Amount) {
			return rounded
		}
	case len(exact) == 1 && (len(sum) == 0 || len(sum) == 1 && sum[0] == exact[0]) && len(s.subsets(nil, s.x.debtors[claims[0].Debtor], askings[:2])) < 2:
		return exact
	}
	return nil
}

func (s *search) nameAddressAmount() (verdict, bool) {
	v := verdict{}
	for _, c := range s.with(Postcode) {
		if c.has(FullName) && c.has(ExactAmount) {
			v.picked = append(v.picked, c)
		}
	}
	switch {
	case len(v.picked) == 0:
		return v, false
	case len(v.picked) > 1:
		v.doubt = "several claims have this name, postcode and amount"
	case s.foreignNumber(v.picked[0].Debtor):
		v.doubt = "it names a number that is none of this debtor's"
	case s.partOfAny(v.picked):
		v.doubt = anyPart
	default:
		v.doubt = s.unproven(v.picked)
	}
	return v, true
}

const anyPart = "people pay parts in such round sums, and the debtor has other claims"

// partOfAny says whether the amount may as well be a part of another claim of the debtor: it is all that points to the one that was picked.
func (s *search) partOfAny(picked []*candidate) bool {
	return len(picked) == 1 && len(s.x.debtors[picked[0].Debtor]) > 1 && partLike(s.Amount)
}

// nameAmountText is for payments that tell neither a number nor a known account: what their text says is no other payment's.
func (s *search) nameAmountText() (verdict, bool) {
	v := verdict{}
	for _, c := range s.with(FullName) {
		if c.has(ExactAmount) && (s.ofDebt || s.behalfOf(c.entry) || c.has(Creditor, Garbled, Uncheckable)) {
			v.picked = append(v.picked, c)
		}
	}
	switch {
	case len(v.picked) == 0 || v.picked[0].score < s.all[0].score: // something else points elsewhere, and stronger
		return v, false
	case len(v.picked) > 1:
		v.doubt = "several claims have such a name and amount"
	default:
		v.doubt = s.doubtOf(v.picked)
	}
	return v, true
}

func (s *search) nameAmount() (verdict, bool) {
	v := verdict{}
	for _, c := range s.with(FullName, Surname) {
		if c.has(ExactAmount) || s.sums([]*candidate{c}) {
			v.picked = append(v.picked, c)
		}
	}
	if len(v.picked) == 0 || v.picked[0].score < s.all[0].score { // something else points elsewhere, and stronger
		return v, false
	}
	switch first := v.picked[0]; {
	case len(v.picked) > 1:
		v.doubt = "several claims have such a name and amount"
	case !first.has(FullName) || !first.has(ExactAmount) || s.Amount == first.Principal || priceLike(s.Amount):
		v.doubt = "anybody of that name could pay such an amount"
	case s.saysElse(first) != "":
		v.doubt = s.saysElse(first)
	default:
		v.doubt = s.unproven(v.picked)
	}
	return v, true
}

// priceLike says whether an amount ends as prices do. With interest and costs in it an amount seldom does.
func priceLike(a money.Amount) bool {
	cents := a.Cents() % 100
	return cents%50 == 0 || cents == 95 || cents == 99
}

func (s *search) bestGuess() (verdict, bool) {
	v := verdict{picked: slices.DeleteFunc(slices.Clone(s.all), func(c *candidate) bool { return c.score < worthBits && !c.has(ExactAmount, FullName, Account) })}
	return v, len(v.picked) > 0
}
