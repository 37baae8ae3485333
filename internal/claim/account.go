package claim

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// FourteenDayLetter is the letter kind that makes collection costs due for a consumer (art. 6:96 lid 6 BW).
const FourteenDayLetter = "14-day-letter"

// Balance is what is owed in each part.
type Balance struct {
	Costs     money.Amount `json:"costs"`
	Interest  money.Amount `json:"interest"`
	Principal money.Amount `json:"principal"`
}

// Total is the sum of the parts.
func (b Balance) Total() money.Amount { return b.Costs + b.Interest + b.Principal }

// Allocation is how one settlement was divided (art. 6:44 BW): costs, then interest, then principal. Surplus is owed back to the debtor.
// The four parts add up to the amount.
type Allocation struct {
	Settlement Settlement   `json:"settlement"`
	Costs      money.Amount `json:"costs"`
	Interest   money.Amount `json:"interest"`
	Principal  money.Amount `json:"principal"`
	Surplus    money.Amount `json:"surplus"`
	Owed       money.Amount `json:"-"` // in all, just before it
}

// Account is what is owed on a day and how it came about.
type Account struct {
	Charged          Balance           `json:"charged"` // everything asked so far: open plus allocated plus what was let go or dismissed
	On               calendar.Date     `json:"on"`
	Open             Balance           `json:"open"`
	Allocations      []Allocation      `json:"allocations"`
	CostsDueFrom     calendar.Date     `json:"costs_due_from"`     // zero: no 14-day letter has left yet for a consumer, or in business the debtor is insolvent since; later than On: its term runs
	InterestStatedTo calendar.Date     `json:"interest_stated_to"` // inclusive; earlier than On when later rates are not confirmed yet, or a demand was met and nothing runs
	Accrued          []Accrued         `json:"-"`                  // the interest of each invoice, the oldest due first
	Surplus          money.Amount      `json:"surplus"`
	CostsBase        money.Amount      `json:"costs_base"`                  // the principal over which costs are charged; 0 while none are due
	VATRate          law.Percent       `json:"vat_rate,omitzero"`           // of CostsVAT
	CostsVAT         money.Amount      `json:"costs_vat,omitempty"`         // part of Charged.Costs
	CostsCapped      bool              `json:"-"`                           // no more collection costs are charged than the 14-day letter lets
	PaidInTime       bool              `json:"paid_in_time,omitempty"`      // a consumer paid the principal within the 14 days: no collection costs
	InformationCosts money.Amount      `json:"information_costs,omitempty"` // part of Charged.Costs
	Informed         []InformationCost `json:"-"`                           // those of which InformationCosts is the sum
	CostsWaiting     money.Amount      `json:"-"`                           // part of Open.Costs: no instalment of the arrangement in force pays them
	CourtCosts       money.Amount      `json:"court_costs,omitempty"`       // awarded by a judgment; part of Charged.Costs
	CourtCostsFrom   calendar.Date     `json:"court_costs_from,omitzero"`   // the day of that judgment
	CostsDecided     money.Amount      `json:"costs_decided,omitempty"`     // part of Charged.Costs: collection costs that are owed by what was decided of them alone, without VAT of their own
	InterestEnds     string            `json:"interest_ends,omitempty"`     // why no interest is stated up to On; empty when it is
	Dismissed        Balance           `json:"dismissed,omitzero"`          // what was unpaid when the court dismissed the claim, and is not owed since
}

// Unstated says up to which day the interest is stated, and why no further, in one line; empty when it is stated up to On, or no principal is open.
func (a Account) Unstated() string {
	if a.Open.Principal <= 0 || !a.InterestStatedTo.Before(a.On) {
		return ""
	}
	return fmt.Sprintf("interest is stated up to %s: %s", a.InterestStatedTo, a.InterestEnds)
}

// CollectionCosts is what is owed of collection costs, or was paid of them, with what information cost: what was charged so far less what was let go or dismissed.
func (a Account) CollectionCosts() money.Amount {
	costs := a.Open.Costs - a.CourtCosts
	for _, x := range a.Allocations {
		costs += x.Costs
	}
	return costs
}

// AccountOn computes what is owed at the end of day on, from the facts alone: settlements are applied in order of value date, so a back-dated
// payment gives the state as if it had always been known. A credit note lowers its invoice from the beginning: what is credited was never owed.
// Settlements and letters dated later do not count.
// No interest runs on the days on which a flag of the debtor ends it by law (bankruptcy, WSNP), whenever that came to be known.
// Interest past the last confirmed rate row is not stated (InterestStatedTo says until when it is); it is never estimated.
func (f Facts) AccountOn(tables law.Tables, on calendar.Date) (Account, error) {
	f, err := f.WithCredits(tables)
	if err != nil {
		return Account{}, err
	}
	return f.accountOn(tables, on)
}

// accountOn is AccountOn by what fell away of the arrangements as the facts have it.
func (f Facts) accountOn(tables law.Tables, on calendar.Date) (Account, error) {
	run := newRun(f, tables, on)
	for i, settlement := range run.settlements {
		if err := run.reach(settlement.On); err != nil {
			return Account{}, err
		}
		if met, ok := run.honoured(i); ok && !run.frozen {
			if err := run.letGo(met, settlement.On); err != nil {
				return Account{}, err
			}
		}
		if err := run.apply(i); err != nil {
			return Account{}, err
		}
	}
	if err := run.reach(on); err != nil {
		return Account{}, err
	}
	if err := run.dismiss(on.AddDays(1)); err != nil {
		return Account{}, err
	}
	return run.account()
}

// run walks one claim through its settlements.
type run struct {
	facts       Facts
	tables      law.Tables
	table       law.InterestTable
	on          calendar.Date
	settlements []Settlement
	notice      Letter        // the 14-day letter on which costs rest; the zero value when there is none
	dueFrom     calendar.Date // see CostsDueFrom
	debt
	statedTo    calendar.Date
	credited    []money.Amount    // of each settlement, what it took off the principal because it is a credit note
	invoices    []Invoice         // of the accruals
	inDefault   int               // of how many of them costs are due
	costsBase   money.Amount      // their principal that was open when costs over it became due
	late        bool              // in business: something was unpaid after its day before hand-over
	charged     law.Costs         // collection costs so far
	capped      bool              // to what the 14-day letter lets be charged
	information money.Amount      // what information cost so far
	informed    []InformationCost // that it is the sum of
	court       money.Amount      // costs of the procedure that a judgment awarded so far
	decided     money.Amount      // the least that the other two are, see DecidedCosts and binds
	bound       money.Amount      // part of frozenCosts: owed by that alone
	costsPaid   money.Amount      // of all three
	agreed      agreed            // what had come due of the newest arrangement that a settlement met
	frozen      bool              // a demand was met, an arrangement is being kept, or the claim is dismissed: interest stands still, costs are frozenCosts
	frozenCosts money.Amount      // unpaid costs while frozen, and what a judgment awards since
	lostOn      calendar.Date     // the day on which the claim was dismissed, once it is past
	dismissed   Balance           // what was unpaid at its end
	gone        Balance           // let go because a demand was honoured
	allocations []Allocation
}

func newRun(f Facts, tables law.Tables, on calendar.Date) *run {
	f.Letters = without(f.Letters, func(l Letter) bool { return l.On.After(on) })
	f.Flags = without(f.Flags, func(x Flag) bool { return x.From.After(on) })
	f.Settlements = f.settledUntil(on)
	r := &run{facts: f, tables: tables, on: on, table: f.withoutStops(f.InterestTable(tables), on)}
	r.notice, _ = r.facts.Noticed()
	r.dueFrom = r.facts.costsDueFrom(r.notice)
	r.invoices, r.settlements = f.oldestFirst(), f.Settlements
	var left []money.Amount
	left, r.credited = credit(r.invoices, r.settlements)
	r.accruals = make([]*law.Accrual, 0, len(r.invoices))
	for i, invoice := range r.invoices {
		r.accruals = append(r.accruals, r.table.Accrue(left[i], invoice.Due))
	}
	return r
}

// without leaves out what goes; where nothing does, as nearly always, that is the same list.
func without[T any](list []T, goes func(T) bool) []T {
	if !slices.ContainsFunc(list, goes) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), goes)
}

// reach brings the run to a day, by way of the day on which the claim was dismissed, and of that on which an arrangement was agreed that is in force on it.
func (r *run) reach(day calendar.Date) error {
	if err := r.dismiss(day); err != nil {
		return err
	}
	if err := r.agree(day); err != nil {
		return err
	}
	return r.advance(day)
}

// advance lets interest run through day, or through the last confirmed day when that is earlier.
func (r *run) advance(day calendar.Date) error {
	if r.frozen {
		return nil
	}
	if day.After(r.table.ConfirmedUntil) {
		day = r.table.ConfirmedUntil
	}
	r.statedTo, _ = r.facts.interestRunsTo(day)
	return r.debt.advance(day)
}

// interestEnds says why interest is stated to a day before that of the account.
func (r *run) interestEnds() string {
	switch runsTo, by := r.facts.interestRunsTo(r.on); {
	case !r.statedTo.Before(r.on):
		return ""
	case !r.lostOn.IsZero():
		return "the court dismissed the claim: nothing is owed"
	case r.frozen:
		return "a demand was met in time: nothing runs"
	case !runsTo.After(r.table.ConfirmedUntil) && by.Kind != "":
		stop, _ := StopOf(by.Kind)
		return fmt.Sprintf("none runs by law from %s: %s (%s)", by.From, by.Kind, stop.Article)
	}
	return "the rate of later days is not confirmed yet"
}

// apply divides the i-th settlement on its day: costs due, interest, principal of the oldest invoice first; what is left is surplus.
// A credit note touches principal only, and did so from the beginning.
func (r *run) apply(i int) error {
	s := r.settlements[i]
	costs, waiting, err := r.payable(s.On)
	if err != nil {
		return err
	}
	allocation := Allocation{Settlement: s, Owed: costs + r.interest() + r.principal()}
	if s.Kind == CreditNote {
		allocation.Principal = r.credited[i]
		allocation.Surplus = s.Amount - allocation.Principal
	} else {
		allocation.take(&r.debt, costs-waiting)
		last := money.Min(allocation.Surplus, waiting)
		allocation.Costs, allocation.Surplus = allocation.Costs+last, allocation.Surplus-last
	}
	r.costsPaid += allocation.Costs
	r.frozenCosts -= allocation.Costs
	r.allocations = append(r.allocations, allocation)
	return nil
}

// honoured looks, before the i-th settlement is applied, whether a demand is met by the end of its day: all that a letter asks is settled from its date on, by its
// pay-by date. Then what is paid on that day, credit notes aside, is all that is still paid. Who pays what a letter asks within the term it gives owes
// nothing more. A letter that asks nothing (the advice) cannot be honoured, and none is while less than the principal was paid in all.
func (r *run) honoured(i int) (demand honoured, ok bool) {
	day := r.settlements[i].On
	if r.facts.UnpaidPrincipal(day) > 0 || !slices.ContainsFunc(r.facts.Letters, func(l Letter) bool { return r.meets(l, day) }) {
		return r.arranged(i)
	}
	today := r.between(day, day)
	return honoured{paid: sum(today) - creditNotes(today)}, true
}

// meets says whether what a letter asks is settled on a day of its term.
func (r *run) meets(l Letter, day calendar.Date) bool {
	if l.Demanded <= 0 || !l.Left() || IsArrangementStep(l.Step) || day.After(l.HonouredUntil()) {
		return false
	}
	return sum(r.between(r.answersFrom(l), day)) >= l.Demanded
}

// honoured is what is paid for a demand that is met. Of an arrangement what came due since it was agreed is let go whatever is paid, as its confirmation says; and no more than that when something was taken back that it counted:
// no instalment has what is owed again by that.
type honoured struct {
	paid     money.Amount
	arranged bool
	lacks    bool
}

// arranged is honoured for a payment arrangement, when the i-th settlement is the first since it was agreed: who pays every instalment while it is in force
// owes nothing more, neither the interest that ran on meanwhile nor costs that it left out.
func (r *run) arranged(i int) (demand honoured, ok bool) {
	for _, a := range r.facts.Arrangements {
		met := r.facts.HonouredOn(a)
		if met.Before(a.On) || r.settlements[i].On.Before(a.On) || i > 0 && !r.settlements[i-1].On.Before(a.On) {
			continue
		}
		answer := r.between(a.On, met)
		agreed := a.Settled + r.facts.TotalOf(a, met) - r.facts.settledBy(a.On.AddDays(-1)) // what is paid beyond it is too much
		return honoured{paid: money.Max(0, money.Min(sum(answer), agreed)-creditNotes(answer)), arranged: true, lacks: a.TakenBack > 0}, true
	}
	return honoured{}, false
}

// answersFrom is the day from which a payment may be the answer to a letter: its own, or, when it asks so little that it counted a payment of
// that day already, the day after.
func (r *run) answersFrom(l Letter) calendar.Date {
	if l.Demanded < r.facts.UnpaidPrincipal(l.On.AddDays(-1)) {
		return l.On.AddDays(1)
	}
	return l.On
}

// HonouredUntil is the last day of the term that the letter gives. That of the 14-day letter runs from its receipt, which can prove to be later
// than was thought when it was written.
func (l Letter) HonouredUntil() calendar.Date {
	if l.Kind != FourteenDayLetter || l.Received.IsZero() {
		return l.PayBy
	}
	last, _ := law.FourteenDays(l.Received)
	return calendar.Max(l.PayBy, last)
}

// between is what was settled from one day up to and including another.
func (r *run) between(from, to calendar.Date) (settlements []Settlement) {
	for _, s := range r.settlements {
		if !s.On.Before(from) && !s.On.After(to) {
			settlements = append(settlements, s)
		}
	}
	return settlements
}

func sum(settlements []Settlement) (total money.Amount) {
	for _, s := range settlements {
		total += s.Amount
	}
	return total
}

// letGo brings what is owed down to what is being paid for an honoured demand: costs that an arrangement left out, interest that ran on since, then costs
// that the demand did not ask, are not asked any more; the principal always is, and what a judgment awards. From here on nothing runs. What is paid beyond the
// demand but not beyond the debt stays owed.
func (r *run) letGo(demand honoured, day calendar.Date) error {
	costs, waiting, err := r.payable(day)
	if err != nil {
		return err
	}
	awarded := money.Min(costs, r.court)
	costs, waiting = costs-awarded, money.Max(0, waiting-awarded)
	excess, since := money.Max(0, costs+r.interest()+r.principal()-demand.paid), money.Amount(0)
	left := money.Min(excess, waiting)
	if demand.arranged {
		left, since = waiting, r.interest()-r.agreed.interest
	}
	if demand.lacks {
		excess = left + since
	}
	r.gone.Interest = r.payInterest(money.Max(excess-left, since))
	r.gone.Costs = left + money.Min(costs-left, money.Max(0, excess-left-r.gone.Interest))
	r.frozen, r.frozenCosts = true, costs-r.gone.Costs+awarded
	r.giveBack(money.Max(0, excess-r.gone.Interest-r.gone.Costs))
	return nil
}

// giveBack lets earlier payments, the last first, pay up to limit more of the principal and less interest and costs: the parts of the answer that came before
// this one paid interest of after the letter, and what was paid before a reminder that asked the principal only was counted whole.
func (r *run) giveBack(limit money.Amount) {
	for i := range slices.Backward(r.allocations) {
		a := &r.allocations[i]
		interest := money.Min(limit, a.Interest)
		costs := money.Min(limit-interest, a.Costs)
		a.Interest, a.Costs = a.Interest-interest, a.Costs-costs
		a.Principal += r.payPrincipal(interest + costs)
		r.gone.Interest, r.gone.Costs, r.costsPaid = r.gone.Interest+interest, r.gone.Costs+costs, r.costsPaid-costs
		limit -= interest + costs
	}
}

func (r *run) account() (Account, error) {
	costs, waiting, err := r.payable(r.on)
	if err != nil {
		return Account{}, err
	}
	account := Account{
		On: r.on, CostsDueFrom: r.dueFrom, InterestStatedTo: r.statedTo, Allocations: r.allocations, CostsBase: r.costsBase,
		InterestEnds: r.interestEnds(), PaidInTime: reached(r.dueFrom, r.on) && r.paidInTime(), CostsVAT: r.charged.VAT, VATRate: r.charged.VATRate, InformationCosts: r.information, Informed: r.informed, CourtCosts: r.court, CostsCapped: r.capped, CostsWaiting: waiting,
		Dismissed: r.dismissed,
		Open:      Balance{Costs: costs, Interest: r.interest(), Principal: r.principal()},
	}
	if r.court > 0 {
		judgment, _ := r.facts.Judgment()
		account.CourtCostsFrom = judgment.On
	}
	account.Charged = Balance{Costs: costs + r.gone.Costs + r.dismissed.Costs, Interest: account.Open.Interest + r.gone.Interest + r.dismissed.Interest, Principal: account.Open.Principal + r.dismissed.Principal}
	for _, a := range r.allocations {
		account.Charged.Costs += a.Costs
		account.Charged.Interest += a.Interest
		account.Charged.Principal += a.Principal
	}
	account.CostsDecided = money.Max(0, account.Charged.Costs-r.charged.Total-r.information-r.court)
	for _, a := range r.allocations {
		if a.Settlement.Kind != WriteOff { // more was written off than was owed: nobody paid it, so nobody gets it back
			account.Surplus += a.Surplus
		}
	}
	for i, a := range r.accruals {
		account.Accrued = append(account.Accrued, Accrued{r.invoices[i].Number, a.Segments()})
	}
	return account, nil
}
