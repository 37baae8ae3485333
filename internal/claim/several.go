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
	Open  Balance       // what is owed at the end of the day
	Waits money.Amount  // of the costs, what an arrangement in force left out: it is paid last
	Asked money.Amount  // what closes it as well, when that is less than is owed: a letter asks it that can be met in time (decision 4); else zero
}

// closes is the least that closes the claim.
func (o Obligation) closes() money.Amount {
	if o.Asked > 0 {
		return o.Asked
	}
	return o.Open.Total()
}

func (o Obligation) owed() money.Amount { return o.Open.Total() }

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
// onerous first, then the oldest, and what is equally old in proportion to what is owed. Each takes what closes it; what is left after that pays
// what else is owed, in the same order, and is surplus in the end. The order in which the claims are given does not matter. A name that is not
// there, or is there twice, is a *DivisionError.
func Divide(amount money.Amount, on calendar.Date, obligations []Obligation, designated []string) (Division, error) {
	ranks, err := rankAll(obligations, designated, on)
	if err != nil {
		return Division{}, err
	}
	d, got := Division{Surplus: amount}, map[string]money.Amount{}
	for _, most := range []func(Obligation) money.Amount{Obligation.closes, Obligation.owed} {
		for _, r := range ranks {
			d.Surplus -= r.share(d.Surplus, most, got)
		}
	}
	for _, r := range ranks {
		for _, o := range r.claims {
			d.Parts = append(d.Parts, o.part(got[o.Claim], r.why(o)))
		}
	}
	return d, nil
}

// rank is claims that share, and why they are where they are.
type rank struct {
	claims []Obligation
	why    func(Obligation) law.Basis
}

// rankAll puts claims in the order in which they take.
func rankAll(obligations []Obligation, designated []string, on calendar.Date) (ranks []rank, err error) {
	left := slices.Clone(obligations)
	slices.SortFunc(left, func(a, b Obligation) int { return strings.Compare(a.Claim, b.Claim) })
	for i := 1; i < len(left); i++ {
		if left[i].Claim == left[i-1].Claim {
			return nil, &DivisionError{"claim", fmt.Sprintf("%q is given twice; right would be each claim once", left[i].Claim)}
		}
	}
	for n, name := range designated {
		i := slices.IndexFunc(left, func(o Obligation) bool { return o.Claim == name })
		if i < 0 {
			return nil, &DivisionError{"for", fmt.Sprintf("%q is not one of the claims that are left; right would be a claim that the payment is divided over, once", name)}
		}
		why := law.Basis{Rule: "designated by the debtor", Article: "art. 6:43 lid 1 BW", Detail: fmt.Sprintf("number %d that the debtor designated", n+1)}
		ranks = append(ranks, rank{[]Obligation{left[i]}, func(Obligation) law.Basis { return why }})
		left = slices.Delete(left, i, i+1)
	}
	slices.SortStableFunc(left, func(a, b Obligation) int { order, _ := decides(a, b, on); return order })
	for from, to := 0, 0; from < len(left); from = to {
		for to = from + 1; to < len(left) && holdEqual(left[from], left[to], on); {
			to++
		}
		rule := ruleOf(left, from, to, on)
		ranks = append(ranks, rank{left[from:to], func(o Obligation) law.Basis {
			return law.Basis{Rule: rule, Article: "art. 6:43 lid 2 BW", Detail: o.traits(on)}
		}})
	}
	return ranks, nil
}

func holdEqual(a, b Obligation, on calendar.Date) bool {
	order, _ := decides(a, b, on)
	return order == 0
}

// share gives the claims of one rank what is left, in proportion to what each still takes: the largest remainders get the odd cents, so that it adds
// up. It returns what they took.
func (r rank) share(left money.Amount, most func(Obligation) money.Amount, got map[string]money.Amount) money.Amount {
	var total money.Amount
	for _, o := range r.claims {
		total += most(o) - got[o.Claim]
	}
	if total == 0 {
		return 0
	}
	pay := money.Min(left, total)
	portions := make([]*big.Rat, len(r.claims))
	for i, o := range r.claims {
		portions[i] = new(big.Rat).Mul(pay.Rat(), (most(o) - got[o.Claim]).Rat())
		portions[i].Quo(portions[i], total.Rat())
	}
	for i, amount := range money.Apportion(pay, portions) {
		got[r.claims[i].Claim] += amount
	}
	return pay
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

// part is what an amount, which is not more than is owed, pays of the claim: costs, interest, principal (art. 6:44 lid 1 BW). When it closes the claim
// though more was owed, interest and then costs are let go.
func (o Obligation) part(amount money.Amount, why law.Basis) Part {
	why.Detail += fmt.Sprintf("; takes %s of %s", amount, o.owed())
	p := Part{Claim: o.Claim, Amount: amount, Reason: why}
	costs, interest := o.Open.Costs, o.Open.Interest
	if amount >= o.closes() && amount < o.owed() {
		gone := o.owed() - amount
		p.Reason.Detail += ", which meets in time what a letter asks"
		interest = money.Max(0, o.Open.Interest-gone)
		costs = money.Max(0, o.Open.Costs-(gone-(o.Open.Interest-interest)))
	}
	p.Costs = money.Min(amount, money.Max(0, costs-o.Waits))
	p.Interest = money.Min(amount-p.Costs, interest)
	p.Principal = money.Min(amount-p.Costs-p.Interest, o.Open.Principal)
	p.Costs = amount - p.Interest - p.Principal
	return p
}

// Upheld says whether a dispute of the debtor was upheld: nothing is owed then (requirement T14).
func (f Facts) Upheld() bool {
	return f.Status == StatusUpheld || slices.ContainsFunc(f.Pauses, func(p Pause) bool { return p.Outcome == "upheld" })
}

// UpheldProblem says why nothing is decided, asked or agreed of a claim any more after a dispute of the debtor was upheld; empty when none was. Its mandate ends by itself, at no cost,
// once the client was told what it can do (requirement T14).
func (f Facts) UpheldProblem() string {
	if !f.Upheld() {
		return ""
	}
	return "the debtor's dispute was upheld: the claim ends by itself, at no cost, and its client is told what it can do and what that costs (requirement T14)"
}

// NotCollected says why nothing may be collected on the claim any more; empty while something may. An upheld dispute means that nothing is owed; the
// mandate ends with a withdrawal or when the claim is closed, by whomever, and never began when it was refused. It is so from when that is recorded,
// also while the workflow has not closed the claim yet. A claim before the court is still owed, and what is paid on it goes off the claim there. One that
// is paid is no case of this: nothing is owed, so it takes nothing.
func (f Facts) NotCollected() string {
	switch {
	case f.Upheld():
		return "the debtor's dispute was upheld"
	case !f.Withdrawn.IsZero() || f.Status == StatusWithdrawn:
		return "the client withdrew it"
	case f.Status == StatusRefused:
		return "it was refused at intake"
	case f.Closing != nil || f.Status == StatusClosed:
		return "it is closed without (full) payment"
	}
	return ""
}

// Obligation is the claim as art. 6:43 BW sees it at the end of a day, from what is known now. A day past the last confirmed rate is a
// *law.UnconfirmedError: neither what is owed nor what is most onerous is known then.
func (f Facts) Obligation(tables law.Tables, on calendar.Date) (Obligation, error) {
	rate, err := f.withoutStops(f.InterestTable(tables), on).RateOn(on)
	if err != nil {
		return Obligation{}, err
	}
	account, err := f.AccountOn(tables, on)
	if err != nil {
		return Obligation{}, err
	}
	asked, err := f.asked(tables, account)
	return Obligation{Claim: f.ClaimID, Due: f.oldestUnpaid(account.Open.Principal), Rate: rate, Open: account.Open, Waits: account.CostsWaiting, Asked: asked}, err
}

// asked is the least that closes the claim on the day of its account because it meets in time what a letter asks (decision 4); zero when nothing less
// than all that is owed does. Else who pays two demands with one transfer would pay the interest since of the one, and be short on the other.
func (f Facts) asked(tables law.Tables, account Account) (least money.Amount, err error) {
	least = account.Open.Total()
	for _, letter := range f.Letters {
		left := letter.Demanded
		for _, s := range f.Settlements {
			if !s.On.Before(letter.On) && !s.On.After(account.On) {
				left -= s.Amount
			}
		}
		if letter.On.After(account.On) || left <= 0 || left >= least {
			continue
		}
		paid := f
		paid.Settlements = append(slices.Clone(f.Settlements), Settlement{Key: "asked", Kind: PaidToAgency, On: account.On, Amount: left})
		after, err := paid.AccountOn(tables, account.On)
		if err != nil {
			return 0, err
		}
		if after.Open.Total() == 0 {
			least = left
		}
	}
	if least == account.Open.Total() {
		return 0, nil
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
