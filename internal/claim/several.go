package claim

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Obligation is one claim on a day as art. 6:43 BW sees it. The claim is the obligation, whatever its invoices (decision 15).
type Obligation struct {
	Claim string        // its name
	Due   calendar.Date // last day of payment in time of its oldest invoice of which principal is unpaid
	Rate  law.Percent   // yearly, of the interest that runs on the day; "0" when none does
	Open  Balance       // what closes it at the end of the day: the most that it takes
}

// Part is what of a payment goes to one claim, divided within it by art. 6:44 BW, and why.
type Part struct {
	Claim     string       `json:"claim"`
	Amount    money.Amount `json:"amount"`
	Costs     money.Amount `json:"costs"`
	Interest  money.Amount `json:"interest"`
	Principal money.Amount `json:"principal"`
	Reason    law.Basis    `json:"reason"`
}

// Division is a payment divided over several claims, in the order in which they take of it; those that get nothing are there too. The amounts of
// the parts and the surplus, which is owed back to the debtor, add up to the payment.
type Division struct {
	Parts   []Part       `json:"parts"`
	Surplus money.Amount `json:"surplus"`
}

// DivisionError says that claims cannot be divided over as asked. Field is "claim" or "for".
type DivisionError struct{ Field, Problem string }

func (e *DivisionError) Error() string { return e.Problem }

// precedence is the order of art. 6:43 lid 2 BW among claims that the debtor did not designate; those that are equal in all of it share. Most onerous
// is the highest rate of interest; that costs which are due weigh after it is policy (decision 15).
var precedence = []struct {
	rule    string
	compare func(a, b Obligation, on calendar.Date) int
}{
	{"due before not due", func(a, b Obligation, on calendar.Date) int { return holds(a.Due.Before(on), b.Due.Before(on)) }},
	{"most onerous first: the highest rate of interest", func(a, b Obligation, _ calendar.Date) int { return b.Rate.Fraction().Cmp(a.Rate.Fraction()) }},
	{"most onerous first: collection costs are due (policy)", func(a, b Obligation, _ calendar.Date) int { return holds(a.Open.Costs > 0, b.Open.Costs > 0) }},
	{"oldest first", func(a, b Obligation, _ calendar.Date) int { return a.Due.Compare(b.Due) }},
}

// holds puts that for which something holds first.
func holds(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// decides is the first rule of precedence in which two claims differ, and which of them goes first; no rule when none does.
func decides(a, b Obligation, on calendar.Date) (order int, rule string) {
	for _, p := range precedence {
		if order := p.compare(a, b, on); order != 0 {
			return order, p.rule
		}
	}
	return 0, ""
}

// Divide divides a payment of one debtor to one creditor over several claims (art. 6:43 BW): first those that the debtor designated, in the order
// named (lid 1; the creditor's right of art. 6:44 lid 2-3 BW to refuse it is not taken), then the others by lid 2: due before not due, the most
// onerous first, then the oldest, and what is equally old in proportion to what is owed. No claim takes more than closes it. The order in which the
// claims are given does not matter. A name that is not there, or is there twice, is a *DivisionError.
func Divide(amount money.Amount, on calendar.Date, obligations []Obligation, designated []string) (Division, error) {
	left := slices.Clone(obligations)
	slices.SortFunc(left, func(a, b Obligation) int { return strings.Compare(a.Claim, b.Claim) })
	for i := 1; i < len(left); i++ {
		if left[i].Claim == left[i-1].Claim {
			return Division{}, &DivisionError{"claim", fmt.Sprintf("%q is given twice; right would be each claim once", left[i].Claim)}
		}
	}
	d := Division{Surplus: amount}
	for n, name := range designated {
		i := slices.IndexFunc(left, func(o Obligation) bool { return o.Claim == name })
		if i < 0 {
			return Division{}, &DivisionError{"for", fmt.Sprintf("%q is not one of the claims that are left; right would be a claim that the payment is divided over, once", name)}
		}
		d.take(left[i], money.Min(d.Surplus, left[i].Open.Total()), law.Basis{
			Rule: "designated by the debtor", Article: "art. 6:43 lid 1 BW", Detail: fmt.Sprintf("number %d that the debtor designated", n+1),
		})
		left = slices.Delete(left, i, i+1)
	}
	slices.SortStableFunc(left, func(a, b Obligation) int { order, _ := decides(a, b, on); return order })
	for i := 0; i < len(left); {
		equal := i + 1
		for equal < len(left) && equalRank(left[i], left[equal], on) {
			equal++
		}
		d.share(left, i, equal, on)
		i = equal
	}
	return d, nil
}

func equalRank(a, b Obligation, on calendar.Date) bool {
	order, _ := decides(a, b, on)
	return order == 0
}

// share gives the claims ranked from..to, which rank equally, what is left in proportion to what each is owed: largest remainder, so that it adds up.
func (d *Division) share(ranked []Obligation, from, to int, on calendar.Date) {
	var total money.Amount
	for _, o := range ranked[from:to] {
		total += o.Open.Total()
	}
	pay := money.Min(d.Surplus, total)
	portions := make([]*big.Rat, to-from)
	for i, o := range ranked[from:to] {
		portions[i] = new(big.Rat)
		if total > 0 {
			portions[i].Quo(new(big.Rat).Mul(pay.Rat(), o.Open.Total().Rat()), total.Rat())
		}
	}
	for i, amount := range money.Apportion(pay, portions) {
		d.take(ranked[from+i], amount, law.Basis{Rule: ruleOf(ranked, from, to, on), Article: "art. 6:43 lid 2 BW", Detail: ranked[from+i].traits(on)})
	}
}

// ruleOf is the rule that set claims apart from the one that ranks after them, or, for the last, from the one before.
func ruleOf(ranked []Obligation, from, to int, on calendar.Date) string {
	other := to
	switch {
	case to-from > 1:
		return "equally onerous and equally old: in proportion to what is owed"
	case to == len(ranked) && from == 0:
		return "the only claim that is not designated"
	case to == len(ranked):
		other = from - 1
	}
	_, rule := decides(ranked[from], ranked[other], on)
	return rule
}

// traits are what precedence looks at.
func (o Obligation) traits(on calendar.Date) string {
	due := "due since " + o.Due.AddDays(1).String()
	if !o.Due.Before(on) {
		due = "payable until " + o.Due.String()
	}
	return fmt.Sprintf("%s, interest %s%% on %s, costs due %s", due, o.Rate.Text, on, o.Open.Costs)
}

// take gives a claim an amount that is not more than it is owed: costs, interest, principal (art. 6:44 lid 1 BW).
func (d *Division) take(o Obligation, amount money.Amount, why law.Basis) {
	why.Detail += fmt.Sprintf("; takes %s of %s", amount, o.Open.Total())
	p := Part{Claim: o.Claim, Amount: amount, Reason: why}
	p.Costs = money.Min(amount, o.Open.Costs)
	p.Interest = money.Min(amount-p.Costs, o.Open.Interest)
	p.Principal = amount - p.Costs - p.Interest
	d.Parts, d.Surplus = append(d.Parts, p), d.Surplus-amount
}

// Obligation is the claim as art. 6:43 BW sees it at the end of a day, from what is known now. A day past the last confirmed rate is a
// *law.UnconfirmedError: neither what is owed nor what is most onerous is known then.
func (f Facts) Obligation(tables law.Tables, on calendar.Date) (Obligation, error) {
	table := tables.Consumer
	if f.Debtor.InBusiness {
		table = tables.Commercial
	}
	rate, err := f.withoutStops(table, on).RateOn(on)
	if err != nil {
		return Obligation{}, err
	}
	account, err := f.AccountOn(tables, on)
	if err != nil {
		return Obligation{}, err
	}
	if account.InterestStatedTo.Before(on) { // none runs by law, or a demand was met in time
		rate = law.Percent{Text: "0"}
	}
	open, err := f.closes(tables, account)
	return Obligation{Claim: f.ClaimID, Due: f.oldestUnpaid(account.Open.Principal), Rate: rate, Open: open}, err
}

// closes is what closes the claim on the day of its account: all that is owed, or less when that meets in time what a letter asks (decision 4). Else
// who pays two demands with one transfer would pay the interest since of the one, and be short on the other.
func (f Facts) closes(tables law.Tables, account Account) (Balance, error) {
	const key = "\U0010FFFF" // the last of its day
	least := account.Open
	for _, letter := range f.Letters {
		left := letter.Demanded
		for _, s := range f.Settlements {
			if !s.On.Before(letter.On) && !s.On.After(account.On) {
				left -= s.Amount
			}
		}
		if letter.On.After(account.On) || left <= 0 || left >= least.Total() {
			continue
		}
		paid := f
		paid.Settlements = append(slices.Clone(f.Settlements), Settlement{Key: key, Kind: PaidToAgency, On: account.On, Amount: left})
		after, err := paid.AccountOn(tables, account.On)
		if err != nil {
			return Balance{}, err
		}
		i := slices.IndexFunc(after.Allocations, func(a Allocation) bool { return a.Settlement.Key == key })
		if a := after.Allocations[i]; after.Open.Total() == 0 && a.Surplus == 0 {
			least = Balance{Costs: a.Costs, Interest: a.Interest, Principal: a.Principal}
		}
	}
	return least, nil
}

// oldestUnpaid is the due date of the oldest invoice of which principal is unpaid (payments pay the oldest first); of the oldest when all is paid.
func (f Facts) oldestUnpaid(open money.Amount) calendar.Date {
	invoices := slices.Clone(f.Invoices)
	slices.SortStableFunc(invoices, func(a, b Invoice) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Number, b.Number)) })
	paid := f.Principal() - open
	for _, invoice := range invoices {
		if paid -= invoice.Amount; paid < 0 {
			return invoice.Due
		}
	}
	return invoices[0].Due
}
