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
// had chosen the court: then the client gets what is left of its principal first again, less its halves. From the day of a judgment the client, who paid for the procedure, gets the
// court costs that it awards beside the principal. Surplus is the debtor's.
func (p Policy) Shares(account claim.Account, principal money.Amount, halved func(on calendar.Date) bool) []Share {
	shares := make([]Share, 0, len(account.Allocations))
	toClient := counted(account.Allocations, halved) // of the principal, so far
	for _, allocation := range account.Allocations {
		share := Share{Allocation: allocation}
		net := allocation.Settlement.Amount - allocation.Surplus
		switch {
		case allocation.Settlement.Kind == claim.CreditNote: // see counted
		case hasWorth(allocation.Settlement.Kind):
			if halved(allocation.Settlement.On) {
				toClient += net
			}
		case allocation.Settlement.Kind == claim.WriteOff: // what it takes off the principal the client will not get; the rest is the agency's loss
			toClient += allocation.Principal
		case halved(allocation.Settlement.On):
			share.Monitoring = true
			share.Client, share.Agency = net.Halves()
			toClient += share.Client
		default:
			due := principal
			if !account.CourtCostsFrom.IsZero() && !allocation.Settlement.On.Before(account.CourtCostsFrom) {
				due += account.CourtCosts
			}
			share.Client = p.client(net, money.Max(0, due-toClient), allocation.Owed)
			share.Agency = net - share.Client
			toClient += share.Client
		}
		shares = append(shares, share)
	}
	return shares
}

// counted is what the client has of its principal whenever it came (docs/decisions/0012, 0077): what was never owed, by credit notes, and the worth of what it got otherwise than in money. Of cash of
// before it gets so much less, so that the agency has its interest and costs in whatever order. What it got during debt monitoring changes nothing of before.
func counted(allocations []claim.Allocation, halved func(on calendar.Date) bool) (sum money.Amount) {
	for _, a := range allocations {
		switch kind := a.Settlement.Kind; {
		case kind == claim.CreditNote:
			sum += a.Principal
		case hasWorth(kind) && !halved(a.Settlement.On):
			sum += a.Settlement.Amount - a.Surplus
		}
	}
	return sum
}

// hasWorth says whether the client got the worth of a settlement otherwise than in money: by set-off, returned goods or a counter-performance.
func hasWorth(kind claim.SettlementKind) bool {
	return kind == claim.SetOff || kind == claim.ReturnedGoods || kind == claim.CounterPerformance
}
