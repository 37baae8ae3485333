package matching

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"

	"github.com/incassocenter/dunning/internal/money"
)

// What evidence weighs, in bits: log2 of how much likelier it is seen on a payment for the claim than on another (Fellegi and Sunter, 1969). Several
// things together add up; from the sum goes log2 of the number of open claims, for before anything was seen each was as likely as the next.
const (
	referenceBits   = 33 // ten random digits
	repairedBits    = 24 // one of some 130 numbers among 10^10, and one payer in twenty mistypes
	uncheckableBits = 24
	garbledBits     = 10
	mistypedBits    = 3 // one payer in thirty mistypes a number, and of other invoice numbers one in three hundred is as near
	claimNumberBits = 18
	invoiceBits     = 16
	accountBits     = 16
	sharedBits      = 4
	nameBits        = 16 // a rare one
	surnameBits     = 12
	amountBits      = 13
	instalmentBits  = 6
	postcodeBits    = 10
	payerBits       = 12
	creditorBits    = 8 // one that few claims are of
	roundedBits     = 9
	otherBits       = -3
	tooMuchBits     = -4

	provenBits = 11 // odds of 2,000 to one: below it nothing is automatic
	marginBits = 10 // by so much the runner-up of another debtor must be less likely
	worthBits  = 3  // below it a claim is not worth suggesting
)

// log2 is the logarithm of n >= 1, rounded up.
func log2(n int) int { return bits.Len(uint(max(n, 1) - 1)) }

// numberBits is what a number weighs that stands on some open claims: short ones are hit by chance, and every creditor has invoices with such numbers.
func numberBits(n string, kind Kind, claims int) int {
	most := claimNumberBits
	if kind == InvoiceNumber {
		most = invoiceBits
	}
	return max(min(most, 3*countDigits(n))-log2(claims), 1)
}

// candidate is an open claim that something in a payment points to.
type candidate struct {
	*entry
	evidence []Evidence
	score    int
}

func (c *candidate) has(kinds ...Kind) bool {
	return slices.ContainsFunc(c.evidence, func(e Evidence) bool { return slices.Contains(kinds, e.Kind) })
}

// few is how many claims may share an amount or a name, and debtors an account, before it points to none of them.
const (
	few  = 5
	many = 300
)

// Pointed gives the claims that something in a payment points to, with all others of their debtors, the likeliest first.
func (x *Index) Pointed(p Payment) []string {
	all := x.candidates(x.read(p))
	ids := make([]string, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	return ids
}

// candidates are all claims that something points to, the likeliest first.
func (x *Index) candidates(r *reading) []*candidate {
	found := map[*entry]bool{}
	for _, entries := range [][]*entry{slices.Collect(maps.Keys(r.named)), slices.Collect(maps.Keys(r.repaired))} {
		x.withSiblings(found, entries)
	}
	for n := range r.numbers {
		if entries := x.numbers[n]; len(entries) <= many {
			x.withSiblings(found, entries)
		}
	}
	if paidFor := x.payers[r.IBAN]; len(paidFor) <= few { // who pays for more, like an administrator of debtors' money, says nothing with its account alone
		for _, d := range paidFor {
			x.withSiblings(found, x.debtors[d])
		}
	}
	x.byNameAndAmount(r, found)
	all := make([]*candidate, 0, len(found))
	for e := range found {
		all = append(all, x.weigh(r, e))
	}
	slices.SortFunc(all, func(a, b *candidate) int { return cmp.Or(b.score-a.score, cmp.Compare(a.ID, b.ID)) })
	return all
}

// withSiblings finds claims with all others of their debtors.
func (x *Index) withSiblings(found map[*entry]bool, entries []*entry) {
	for _, e := range entries {
		for _, sibling := range x.debtors[e.Debtor] {
			found[sibling] = true
		}
	}
}

// byNameAndAmount finds claims whose debtor's name stands in the payment and that asked its amount; by surname alone, by the whole name alone and by amount alone only where few share it.
func (x *Index) byNameAndAmount(r *reading, found map[*entry]bool) {
	asked := x.amounts[r.Amount]
	for _, e := range asked {
		if len(asked) <= few || len(asked) <= many && r.names(e) {
			found[e] = true
		}
	}
	if same := x.written[r.payerKey]; r.payerKey != "" && len(same) <= few {
		x.withSiblings(found, same)
	}
	for _, w := range slices.Concat(r.payer.words, r.text.words) {
		bearers := x.surnames[w]
		for _, e := range bearers {
			if len(bearers) <= few || slices.Contains(e.asked, r.Amount) && r.names(e) {
				found[e] = true
			}
		}
	}
}

// nameOf says how well the payment tells the debtor's name, and where; in a text only as a surname of five letters or more, for it holds words too.
func (r *reading) nameOf(e *entry) (agreement, Field) {
	if a := e.name.agrees(r.payer); a != noName || len(e.name.key) < 5 {
		return a, InPayer
	}
	return e.name.agrees(r.text), InText
}

// names says whether the payment tells the debtor's name, be it the surname.
func (r *reading) names(e *entry) bool {
	a, _ := r.nameOf(e)
	return a != noName
}

// weigh tells everything in a payment that speaks for or against a claim.
func (x *Index) weigh(r *reading, e *entry) *candidate {
	c := &candidate{entry: e, score: -log2(max(len(x.claims), 1<<10))}
	for _, evidence := range slices.Concat(x.pointers(r, e), x.account(r, e), x.named(r, e), x.creditor(r, e), x.amount(r, e)) {
		evidence.Claim = e.ID
		c.evidence = append(c.evidence, evidence)
		c.score += evidence.Bits
	}
	return c
}

// pointers are the numbers that name the claim; of several the strongest counts for the score, for they are no independent witnesses.
func (x *Index) pointers(r *reading, e *entry) []Evidence {
	if named, ok := r.named[e]; ok {
		return []Evidence{named}
	}
	if repaired, ok := r.repaired[e]; ok {
		return []Evidence{repaired}
	}
	var best []Evidence
	for _, n := range slices.Sorted(maps.Keys(e.numbers)) {
		seen, ok := r.numbers[n]
		if seen.Kind, seen.Bits = e.numbers[n], numberBits(n, e.numbers[n], len(x.numbers[n])); ok && (len(best) == 0 || seen.Bits > best[0].Bits) {
			best = []Evidence{seen}
		}
	}
	if len(best) > 0 {
		return best
	}
	if garbled, ok := r.garbled(e); ok {
		return []Evidence{garbled}
	}
	return r.mistyped(e)
}

func (x *Index) account(r *reading, e *entry) []Evidence {
	payers := x.payers[r.IBAN]
	if r.forAnother(e) {
		payers = nil
	}
	switch seen := (Evidence{Seen: r.IBAN, Where: InAccount}); {
	case r.IBAN == "":
		return nil
	case slices.Contains(payers, e.Debtor) && len(payers) == 1:
		seen.Kind, seen.Bits = Account, accountBits
		return []Evidence{seen}
	case slices.Contains(payers, e.Debtor):
		seen.Kind, seen.Bits = SharedAccount, sharedBits
		return []Evidence{seen}
	case x.accounts[e.Debtor] && !r.behalfOf(e): // who says that he pays for the debtor has another account
		seen.Kind, seen.Bits = OtherAccount, otherBits
		return []Evidence{seen}
	}
	return nil
}

func (x *Index) named(r *reading, e *entry) (all []Evidence) {
	if r.forAnother(e) {
		return nil
	}
	rarity := log2(len(x.surnames[e.name.key]))
	switch a, where := r.nameOf(e); a {
	case sameName:
		all = append(all, Evidence{Kind: FullName, Seen: e.Name, Where: where, Bits: max(min(nameBits, nameBits+3-rarity), 6)})
	case sameSurname:
		all = append(all, Evidence{Kind: Surname, Seen: e.name.key, Where: where, Bits: max(surnameBits-rarity, 1)})
	case noName:
		if payers := x.names[r.payerKey]; len(payers) == 1 && payers[0] == e.Debtor {
			all = append(all, Evidence{Kind: PayerName, Seen: r.Payer, Where: InPayer, Bits: max(payerBits-log2(len(x.surnames[r.payer.key])), 1)})
		}
	}
	if code := plain(e.Postcode); code != "" && code == r.postcode {
		all = append(all, Evidence{Kind: Postcode, Seen: r.postcode, Where: InText, Bits: postcodeBits})
	}
	return all
}

// creditor says that the text names the claim's creditor: the fewer claims that has, the more it says.
func (x *Index) creditor(r *reading, e *entry) []Evidence {
	bits := min(log2(max(len(x.claims), 1<<10))-log2(x.clients[e.Client]), creditorBits)
	if bits <= 0 || len(e.creditor) == 0 || slices.ContainsFunc(e.creditor, func(w string) bool { return !r.said[w] }) {
		return nil
	}
	return []Evidence{{Kind: Creditor, Seen: e.Client, Where: InText, Bits: bits}}
}

// partLike says whether an amount is one of the round sums in which people pay parts.
func partLike(paid money.Amount) bool { return paid.Cents()%25_00 == 0 }

const fiveEuros = 5_00

// roundSum says whether an amount is one to which people round.
func roundSum(paid money.Amount) bool { return paid.Cents()%fiveEuros == 0 }

// nearly says whether an amount is what a debtor pays who was asked another: to the nearest five euros, but for the round sums in which people pay parts, or some whole
// euros more than all that is owed.
func nearly(paid money.Amount, e *entry) bool {
	const five, most = fiveEuros, 15_00
	if more := (paid - e.Total).Cents(); more > 0 && more <= most && more%100 == 0 {
		return true
	}
	near := func(asked money.Amount) bool { off := (paid - asked).Cents(); return -five/2 <= off && off <= five/2 }
	return roundSum(paid) && !partLike(paid) && slices.ContainsFunc(e.asked, near)
}

func (x *Index) amount(r *reading, e *entry) []Evidence {
	seen := Evidence{Seen: r.Amount.String(), Where: InAmount}
	switch {
	case slices.Contains(e.asked, r.Amount):
		seen.Kind, seen.Bits = ExactAmount, max(min(amountBits, amountBits+3-log2(len(x.amounts[r.Amount]))), 2)
	case e.Claim.Instalment > 0 && r.Amount == e.Claim.Instalment:
		seen.Kind, seen.Bits = Instalment, instalmentBits
	case nearly(r.Amount, e):
		seen.Kind, seen.Bits = Rounded, roundedBits
	case r.Amount > money.Max(e.Total, e.LastDemanded):
		seen.Kind, seen.Bits = TooMuch, tooMuchBits
	default:
		return nil
	}
	return []Evidence{seen}
}

// with gives the candidates that have evidence of one of the kinds, the likeliest first.
func (s *search) with(kinds ...Kind) (found []*candidate) {
	for _, c := range s.all {
		if c.has(kinds...) {
			found = append(found, c)
		}
	}
	return found
}

func debtors(claims []*candidate) int {
	seen := map[string]bool{}
	for _, c := range claims {
		seen[c.Debtor] = true
	}
	return len(seen)
}

// unproven says why the evidence for claims of one debtor is not enough; empty when it is.
func (s *search) unproven(picked []*candidate) string {
	score := s.scoreOf(picked)
	for _, other := range s.all {
		if other.Debtor != picked[0].Debtor && other.score > score-marginBits {
			return "a claim of another debtor is nearly as likely"
		}
	}
	if score < provenBits {
		return "all evidence together is not enough among so many claims"
	}
	return ""
}
