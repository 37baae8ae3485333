// Package settlement divides what was received between the client, the agency and the debtor (surplus).
// It must not decide what is owed (claim does) and must not move money.
package settlement

import (
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// Share is one settlement with its division. For money that the agency received: Client + Agency + Surplus = the amount.
// For what the client received itself Agency is what the client owes the agency of it.
type Share struct {
	claim.Allocation
	Monitoring bool         `json:"monitoring"` // received during debt monitoring: halved
	Client     money.Amount `json:"client"`
	Agency     money.Amount `json:"agency"`
}

// Shares divides the settlements of an account, in order of value date. During the amicable phase the client gets its principal whole (requirements S7, T6),
// and interest and costs are the agency's; what comes in parts is divided by the policy. From the day debt monitoring starts everything received, by the
// agency or by the client itself, is halved, the odd cent to the client (requirement S20); not on the days on which halved says that it does not, because the client
// had chosen the court, or because monitoring has ended: then the client gets what is left of its principal first again, less its halves. What was written off nobody gets, so that what comes in is divided as if it were still owed, whichever came first. From the day of a judgment the client, who paid for the procedure, gets the
// court costs that it awards beside the principal. Surplus is the debtor's.
func (p Policy) Shares(account claim.Account, principal money.Amount, halved func(on calendar.Date) bool) []Share {
	shares := make([]Share, 0, len(account.Allocations))
	worth := worthIn(account, halved)
	toClient, ahead := credited(account.Allocations)+worth.all, worth.all // of its principal, so far and by worth that is still to come
	var letGo money.Amount                                                // so far
	for _, allocation := range account.Allocations {
		share := Share{Allocation: allocation}
		net := allocation.Settlement.Amount - allocation.Surplus
		switch {
		case allocation.Settlement.Kind == claim.CreditNote: // counted already
		case HasWorth(allocation.Settlement.Kind):
			if halved(allocation.Settlement.On) {
				toClient += net
			} else {
				ahead -= net
			}
		case allocation.Settlement.Kind == claim.WriteOff:
			letGo += net
		case halved(allocation.Settlement.On):
			share.Monitoring = true
			share.Client, share.Agency = net.Halves()
			toClient += share.Client
		default:
			due, owed := principal+account.CourtCosts, allocation.Owed+letGo-ahead
			if !awarded(account, allocation.Settlement.On) { // worth of later that pays court costs is none of the principal
				due, owed = principal+worth.court, owed+worth.court
			}
			share.Client = p.client(net, money.Max(0, due-toClient), owed)
			share.Agency = net - share.Client
			toClient += share.Client
		}
		shares = append(shares, share)
	}
	return shares
}

// credited is what of the principal was never owed, whenever the client says so (docs/decisions/0012).
func credited(allocations []claim.Allocation) (sum money.Amount) {
	for _, a := range allocations {
		if a.Settlement.Kind == claim.CreditNote {
			sum += a.Principal
		}
	}
	return sum
}

// worth is what the client has otherwise than in money, debt monitoring aside, whenever it came (docs/decisions/0077): all of it, and what of it counts for the court costs of a judgment that came before it.
type worth struct{ all, court money.Amount }

func worthIn(account claim.Account, halved func(on calendar.Date) bool) (w worth) {
	for _, a := range account.Allocations {
		if net := a.Settlement.Amount - a.Surplus; HasWorth(a.Settlement.Kind) && !halved(a.Settlement.On) {
			w.all += net
			if awarded(account, a.Settlement.On) {
				w.court = money.Min(account.CourtCosts, w.court+net)
			}
		}
	}
	return w
}

// awarded says whether the court costs are owed on a day.
func awarded(account claim.Account, on calendar.Date) bool {
	return !account.CourtCostsFrom.IsZero() && !on.Before(account.CourtCostsFrom)
}

// HasWorth says whether the client got the worth of a settlement otherwise than in money: by set-off, returned goods or a counter-performance.
func HasWorth(kind claim.SettlementKind) bool {
	return kind == claim.SetOff || kind == claim.ReturnedGoods || kind == claim.CounterPerformance
}
