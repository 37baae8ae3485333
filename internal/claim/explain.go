package claim

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Reason is one line of an explanation: an amount that is added to what is owed, or, when negative, taken off, and why.
type Reason struct {
	Amount  money.Amount `json:"amount"`
	What    string       `json:"what"`
	Rule    string       `json:"rule"`
	Article string       `json:"article"`
	Detail  string       `json:"detail"`
}

// Explain tells every cent that is owed at the end of a day: the amounts of the lines add up to the open total of the account of that day. It knows
// what is known now: a payment that was booked later counts from its value date, as if it had always been known.
func (f Facts) Explain(tables law.Tables, on calendar.Date) ([]Reason, Account, error) {
	account, err := f.AccountOn(tables, on)
	if err != nil {
		return nil, Account{}, err
	}
	var lines []Reason
	for _, i := range f.Invoices {
		lines = append(lines, Reason{i.Amount, "invoice " + i.Number, "principal", "the agreement between creditor and debtor", fmt.Sprintf("dated %s, payable until %s", i.Issued, i.Due)})
	}
	lines = append(lines, f.explainInterest(tables, account)...)
	if account.Charged.Costs > 0 {
		costs, err := tables.DemandCosts(law.CostQuestion{Principals: []money.Amount{account.CostsBase}, Consumer: f.Debtor.Consumer(), On: account.CostsDueFrom})
		if err != nil {
			return nil, Account{}, err
		}
		lines = append(lines, Reason{account.Charged.Costs, "collection costs", costs.Basis[0].Rule, costs.Basis[0].Article,
			fmt.Sprintf("%s; due from %s (%s)", costs.Basis[0].Detail, account.CostsDueFrom, costs.Basis[1].Article)})
	}
	return append(lines, account.explainSettled()...), account, nil
}

func (f Facts) explainInterest(tables law.Tables, account Account) (lines []Reason) {
	table := tables.Consumer
	if f.Debtor.InBusiness {
		table = tables.Commercial
	}
	for _, l := range law.Lines(account.Segments, account.Charged.Interest) {
		lines = append(lines, Reason{l.Interest, fmt.Sprintf("interest %s to %s", l.From, l.To), "statutory interest, days over 365, rounded over all lines together", table.Article,
			fmt.Sprintf("%d days, %s%% over %s", l.Days, l.Rate.Text, l.Base)})
	}
	if account.Open.Principal <= 0 {
		return lines
	}
	for _, flag := range f.NoInterest(account.On) {
		stop, _ := StopOf(flag.Kind)
		lines = append(lines, Reason{0, "no interest " + flag.days(), "none runs by law", stop.Article, flag.Kind})
	}
	if last, _ := f.interestRunsTo(account.On); account.InterestStatedTo.Before(last) {
		lines = append(lines, Reason{0, "interest after " + account.InterestStatedTo.String(), "is not stated", table.Article, account.InterestEnds})
	}
	return lines
}

func (x Flag) days() string {
	if x.Until.IsZero() {
		return "from " + x.From.String()
	}
	return x.From.String() + " to " + x.Until.String()
}

// explainSettled takes off what was settled, and what was let go because a demand was met in time.
func (a Account) explainSettled() (lines []Reason) {
	gone := a.Charged.Interest + a.Charged.Costs - a.Open.Interest - a.Open.Costs
	for _, s := range a.Allocations {
		paid := s.Costs + s.Interest + s.Principal
		gone -= s.Costs + s.Interest
		detail := fmt.Sprintf("costs %s, interest %s, principal %s", s.Costs, s.Interest, s.Principal)
		if s.Surplus > 0 {
			detail += fmt.Sprintf("; %s more than was owed", s.Surplus)
		}
		lines = append(lines, Reason{-paid, fmt.Sprintf("%s of %s", s.Settlement.Kind, s.Settlement.On), "costs, then interest, then principal; a credit note the principal only", "art. 6:44 lid 1 BW", detail})
	}
	if gone > 0 {
		lines = append(lines, Reason{-gone, "let go", "who pays what a letter asks within its term owes nothing more", "policy: a demand met in time closes the claim", "interest that ran on since the letter, and costs that it did not ask"})
	}
	return lines
}
