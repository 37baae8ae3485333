package trajectory

import (
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// RepaySurplus starts the key of the task to pay back what was paid too much on a claim; how much that is in all stands behind it, as "repay-surplus:496.16".
const RepaySurplus = "repay-surplus:"

// RefundReturned starts the key of the task to find out the account of who paid too much, when a refund came back; the refund's key stands behind it.
const RefundReturned = "refund-returned:"

// Repayment is the task that a surplus asks of a person, with what for; empty when it was asked already, or there is none. A task that is done says that
// all of the surplus it names was paid back, so that of a greater one the difference is left; one that was dropped says nothing.
func Repayment(tasks []claim.Task, surplus money.Amount) (task, todo string) {
	task = RepaySurplus + surplus.String()
	var repaid money.Amount
	for _, t := range tasks {
		amount, ours := strings.CutPrefix(t.Key, RepaySurplus)
		switch {
		case !ours || t.Dropped:
		case !t.Open:
			if done, err := money.Parse(amount); err == nil { // a key of before it named the amount says nothing
				repaid = money.Max(repaid, done)
			}
		case t.Key == task:
			return "", ""
		}
	}
	switch {
	case surplus <= repaid:
		return "", ""
	case repaid > 0:
		return task, fmt.Sprintf("%s was paid too much, of which %s was paid back: tell the debtor, and see that %s is paid back", surplus, repaid, surplus-repaid)
	}
	return task, fmt.Sprintf("%s was paid too much: tell the debtor, and see that it is paid back", surplus)
}

// overpaid asks a person to pay back a surplus that was not asked yet, whatever the claim does; the claim then goes on.
func (d *decision) overpaid() (Action, bool) {
	task, todo := Repayment(d.facts.Tasks, d.account.Surplus)
	if task == "" {
		return Action{}, false
	}
	return d.person(task, todo), true
}

// ToRepay is the task to pay a surplus back that is open, and how much of the surplus is left to pay; no task when none is open, or when it is of another
// surplus.
func ToRepay(tasks []claim.Task, surplus money.Amount) (task string, left money.Amount) {
	var repaid money.Amount
	for _, t := range tasks {
		amount, ours := strings.CutPrefix(t.Key, RepaySurplus)
		switch done, err := money.Parse(amount); {
		case !ours || t.Dropped || err != nil:
		case !t.Open:
			repaid = money.Max(repaid, done)
		case done == surplus:
			task = t.Key
		}
	}
	return task, surplus - repaid
}
