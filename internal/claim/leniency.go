package claim

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Leniency is what the agency's policy allows of promises and arrangements.
type Leniency struct {
	PromiseDays       int // days ahead that a promise can be at most
	PromiseGrace      int // working days after its day that the money may be on its way
	ArrangementMonths int // months ahead that the last instalment can be at most
	ArrangementGrace  int // working days after the day of an instalment that the money may be on its way
	ReminderDays      int // days that the reminder of a missed instalment gives
}

// Promised makes a promise of an amount by a day, given on the day of the account, or says why that cannot be, and what would be right.
func (f Facts) Promised(key string, amount money.Amount, by calendar.Date, account Account, allowed Leniency) (p Promise, problem string) {
	today := account.On
	last := today.AddDays(allowed.PromiseDays)
	open, promised := f.PromiseOn(today)
	agreed, arranged := f.ArrangementOn(today)
	switch {
	case promised:
		return p, fmt.Sprintf("promise %s is open: %s; right would be to take it back first (claim withdraw-promise)", open.Key, f.SayPromise(open, today))
	case arranged:
		return p, fmt.Sprintf("payment arrangement %s is in force: %s", agreed.Key, f.SayArrangement(agreed, today))
	case amount <= 0 || amount > account.Open.Total():
		return p, fmt.Sprintf("%s cannot be promised; right would be more than 0.00 and at most the %s that is owed", amount, account.Open.Total())
	case by.Before(today) || by.After(last):
		return p, fmt.Sprintf("by %s is not within %d days; right would be a day from %s up to and including %s", by, allowed.PromiseDays, today, last)
	}
	return Promise{Key: key, On: today, By: by, Until: calendar.AddWorkingDays(by, allowed.PromiseGrace), Amount: amount, Settled: f.settledSoFar()}, ""
}

// Plan is how a debtor wants to pay in instalments: so many equal ones, or of the amounts that are named; from a first day on, monthly or weekly.
type Plan struct {
	Count   int // of equal instalments; ignored when there are Amounts
	Amounts []money.Amount
	First   calendar.Date
	Weekly  bool
}

// due is the day of the i-th instalment. In a month without the first one's day it is the last of that month.
func (p Plan) due(i int) calendar.Date {
	if p.Weekly {
		return p.First.AddDays(7 * i)
	}
	return p.First.AddMonths(i)
}

// mostWait is how many months ahead the first instalment can be at most: no letter leaves meanwhile, and the price of a consumer's purchase lapses after two
// years (art. 7:28 BW). The others follow within a month each.
const mostWait = 12

// Arranged makes a payment arrangement of what is owed by the account, agreed on its day, or says why that cannot be, and what would be right. Of a
// consumer the account has no collection costs before the 14 days are over, so no arrangement has them either (art. 6:96 lid 6 BW).
func (f Facts) Arranged(key string, plan Plan, account Account, allowed Leniency) (a Arrangement, problem string) {
	today, total := account.On, account.Open.Total()
	if problem := f.cannotArrange(today); problem != "" {
		return a, problem
	}
	amounts := plan.Amounts
	if len(amounts) == 0 {
		amounts = total.Instalments(max(1, plan.Count))
	}
	var sum money.Amount
	for _, amount := range amounts {
		sum += amount
	}
	last := today.AddMonths(allowed.ArrangementMonths)
	switch ends := plan.due(len(amounts) - 1); {
	case total <= 0:
		return a, "nothing is owed"
	case len(amounts) < 2:
		return a, "an arrangement has 2 instalments or more; right for one would be a promise (claim promise)"
	case slices.Min(amounts) <= 0:
		return a, fmt.Sprintf("an instalment is more than 0.00; %s does not give %d of them", total, len(amounts))
	case sum != total:
		return a, fmt.Sprintf("the amounts add up to %s and %s is owed today; right would be %s as the last", sum, total, amounts[len(amounts)-1]+total-sum)
	case plan.First.After(today.AddMonths(mostWait)):
		return a, fmt.Sprintf("the first instalment is on %s, more than %d months from now, and a claim can lapse when nothing happens; right would be a day up to and including %s", plan.First, mostWait, today.AddMonths(mostWait))
	case plan.First.Before(today) || ends.After(last):
		return a, fmt.Sprintf("the instalments are from %s to %s; right would be days from %s up to and including %s", plan.First, ends, today, last)
	}
	a = Arrangement{Key: key, On: today, Owed: account.Open, Costs: account.OpenCosts(), Charged: account.ChargedCollection(), Settled: f.settledSoFar(), GraceDays: allowed.ArrangementGrace, ReminderDays: allowed.ReminderDays}
	for i, amount := range amounts {
		a.Instalments = append(a.Instalments, Instalment{Due: plan.due(i), Amount: amount})
	}
	return a, ""
}

// cannotArrange says why no arrangement can be agreed, whatever it is; empty when one can.
func (f Facts) cannotArrange(today calendar.Date) string {
	if agreed, arranged := f.ArrangementOn(today); arranged {
		return fmt.Sprintf("payment arrangement %s is in force: %s; right would be to end it first (claim arrangement ID end)", agreed.Key, f.SayArrangement(agreed, today))
	}
	for _, pause := range f.Pauses {
		if pause.Kind == PauseDispute && pause.Outcome == "" {
			return fmt.Sprintf("the debtor disputes the claim (%s): it is judged first", pause.Key)
		}
	}
	for _, stop := range f.StoppedBy(today) {
		if stop.EndsInterest || stop.Instead != "" { // who cannot pay by law, or not agree alone
			return "no arrangement can be made with the debtor: " + stop.Todo
		}
	}
	return ""
}

func (f Facts) settledSoFar() (total money.Amount) {
	for _, s := range f.Settlements {
		total += s.Amount
	}
	return total
}
