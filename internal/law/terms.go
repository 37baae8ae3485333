package law

import "github.com/incassocenter/dunning/internal/calendar"

// FourteenDays is the term of the 14-day letter to a consumer, which starts the day after its receipt (art. 6:96 lid 6 BW; HR 25-11-2016
// ECLI:NL:HR:2016:2704): its last day, and the first day on which collection costs are owed. Whether the Algemene termijnenwet extends this term
// is not settled; our policy is that it does, which is safe for the debtor.
func FourteenDays(received calendar.Date) (lastDay, costsDueFrom calendar.Date) {
	lastDay = calendar.ExtendTerm(received.AddDays(14))
	return lastDay, lastDay.AddDays(1)
}

// daysWithoutTerm is how long a debtor in business may take when no term was agreed.
const daysWithoutTerm = 30

// DueWithoutTerm is the last day on which payment is in time when no term was agreed in business: interest runs from thirty days after the start of
// the day that follows the day of receipt of the invoice (art. 6:119a lid 2 BW). It is not for consumers: they are in default after an agreed term
// or a notice (art. 6:83 a and 6:82 BW). The article counts days; no
// weekend extends them.
func DueWithoutTerm(received calendar.Date) calendar.Date { return received.AddDays(daysWithoutTerm) }
