package law

import "github.com/incassocenter/dunning/internal/calendar"

// FourteenDays is the term of the 14-day letter to a consumer, which starts the day after its receipt (art. 6:96 lid 6 BW; HR 25-11-2016
// ECLI:NL:HR:2016:2704): its last day, and the first day on which collection costs are owed. Whether the Algemene termijnenwet extends this term
// is not settled; our policy is that it does, which is safe for the debtor.
func FourteenDays(received calendar.Date) (lastDay, costsDueFrom calendar.Date) {
	lastDay = calendar.ExtendTerm(received.AddDays(14))
	return lastDay, lastDay.AddDays(1)
}
