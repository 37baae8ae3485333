package law

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
)

// Limitation says until when, inclusive, a claim can be enforced.
type Limitation struct {
	LastDay calendar.Date
	Basis   []Basis
}

// Terms of limitation in years.
const (
	contractYears     = 5 // art. 3:307 BW
	consumerSaleYears = 2 // art. 7:28 BW
)

// LimitationYears is the shortest term of limitation that a claim on a consumer, or on a debtor in business, can have.
func LimitationYears(consumer bool) int {
	if consumer {
		return consumerSaleYears
	}
	return contractYears
}

// LimitationOf gives the last safe day of a claim that was payable on due: due plus the term, a day on the safe side of the law's own count. An
// interruption (a written demand that reached the debtor, art. 3:317 BW, or an acknowledgement such as a part payment, art. 3:318 BW) begins a new
// term the day after; it never makes the last day earlier (art. 3:319 BW), and one after the last day comes too late. Terms of years are not
// extended for weekends (art. 4 Algemene termijnenwet); a day that does not exist is the last of its month.
func LimitationOf(due calendar.Date, consumerSale bool, interruptions []calendar.Date) Limitation {
	years, rule, article := contractYears, "money owed by contract", "art. 3:307 BW"
	if consumerSale {
		years, rule, article = consumerSaleYears, "the price of a consumer sale", "art. 7:28 BW"
	}
	l := Limitation{LastDay: due.AddYears(years)}
	l.Basis = append(l.Basis, Basis{rule, article, fmt.Sprintf("%d years from %s: %s", years, due, l.LastDay)})
	interruptions = slices.SortedFunc(slices.Values(interruptions), calendar.Date.Compare)
	for _, on := range interruptions {
		b := Basis{Rule: "interruption begins a new term, which never ends earlier", Article: "art. 3:317, 3:318 and 3:319 BW"}
		switch ends := on.AddYears(years); {
		case on.After(l.LastDay):
			b.Detail = fmt.Sprintf("on %s it came too late: the last day was %s", on, l.LastDay)
		case ends.After(l.LastDay):
			l.LastDay = ends
			b.Detail = fmt.Sprintf("on %s: %d years, until %s", on, years, ends)
		default:
			b.Detail = fmt.Sprintf("on %s: until %s, which is not later than %s", on, ends, l.LastDay)
		}
		l.Basis = append(l.Basis, b)
	}
	return l
}
