package law

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
)

// Limitation says until when, inclusive, a claim can be enforced.
type Limitation struct {
	LastDay calendar.Date
	Term    LimitationTerm // that runs without interruptions
	Basis   []Basis
}

// LimitationTerm is which term of limitation a claim has.
type LimitationTerm string

// The terms of limitation.
const (
	ContractTerm     LimitationTerm = "contract"      // five years, art. 3:307 BW
	ConsumerSaleTerm LimitationTerm = "consumer-sale" // two years, art. 7:28 BW
	JudgmentTerm     LimitationTerm = "judgment"      // twenty years, art. 3:324 BW
)

// Interruption is a day on which limitation was interrupted. Assumed: that it reached the debtor that day is assumed, not proven (art. 3:37 lid 3 BW).
type Interruption struct {
	On      calendar.Date
	Assumed bool
}

// Terms of limitation in years.
const (
	contractYears     = 5 // art. 3:307 BW
	consumerSaleYears = 2 // art. 7:28 BW

	judgmentYears = 20 // art. 3:324 lid 1 BW
	periodicYears = 5  // art. 3:324 lid 3 BW
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
func LimitationOf(due calendar.Date, consumerSale bool, interruptions []Interruption) Limitation {
	years, term, rule, article := contractYears, ContractTerm, "money owed by contract", "art. 3:307 BW"
	if consumerSale {
		years, term, rule, article = consumerSaleYears, ConsumerSaleTerm, "the price of a consumer sale", "art. 7:28 BW"
	}
	l := Limitation{LastDay: due.AddYears(years), Term: term}
	l.Basis = append(l.Basis, Basis{rule, article, fmt.Sprintf("%d years from %s: %s", years, due, l.LastDay)})
	return l.interrupted(years, "art. 3:317, 3:318 and 3:319 BW", interruptions)
}

// JudgmentLimitation gives the last safe day on which a judgment can be enforced: its own day plus twenty years. An interruption after it (a written demand, an
// acknowledgement, an act of enforcement, art. 3:325 BW) begins a new term of at most five years, which never makes the last day earlier. What the judgment
// awards for each year or sooner, as the interest that runs on, can be enforced for five years only, each part from its own day.
func JudgmentLimitation(judgment calendar.Date, interruptions []Interruption) Limitation {
	l := Limitation{LastDay: judgment.AddYears(judgmentYears), Term: JudgmentTerm}
	l.Basis = []Basis{
		{"a judgment", "art. 3:324 lid 1 BW", fmt.Sprintf("%d years from %s: %s", judgmentYears, judgment, l.LastDay)},
		{"the interest after it, for each year or sooner", "art. 3:324 lid 3 BW", fmt.Sprintf("%d years from the day of each part; the first until %s", periodicYears, judgment.AddYears(periodicYears))},
	}
	interruptions = slices.DeleteFunc(slices.Clone(interruptions), func(i Interruption) bool { return !i.On.After(judgment) })
	return l.interrupted(contractYears, "art. 3:319 and 3:325 BW", interruptions)
}

// interrupted is the limitation with interruptions, each of which begins a term of years that never ends earlier than the one before it.
func (l Limitation) interrupted(years int, article string, interruptions []Interruption) Limitation {
	for _, i := range inOrder(interruptions) {
		on := i.On
		b := Basis{Rule: "interruption begins a new term, which never ends earlier", Article: article}
		switch ends := on.AddYears(years); {
		case on.After(l.LastDay):
			b.Detail = fmt.Sprintf("on %s it came too late: the last day was %s", on, l.LastDay)
		case ends.After(l.LastDay):
			l.LastDay = ends
			b.Detail = fmt.Sprintf("on %s: %d years, until %s", on, years, ends)
		default:
			b.Detail = fmt.Sprintf("on %s: until %s, which is not later than %s", on, ends, l.LastDay)
		}
		if i.Assumed {
			b.Detail += "; that it was received is assumed, not proven (art. 3:37 lid 3 BW)"
		}
		l.Basis = append(l.Basis, b)
	}
	return l
}

func inOrder(interruptions []Interruption) []Interruption {
	byDay := func(a, b Interruption) int { return a.On.Compare(b.On) }
	if slices.IsSortedFunc(interruptions, byDay) {
		return interruptions
	}
	return slices.SortedStableFunc(slices.Values(interruptions), byDay)
}

// LastDay is the last day of LimitationOf, for who asks often and needs no basis.
func LastDay(due calendar.Date, consumerSale bool, interruptions []Interruption) calendar.Date {
	years := contractYears
	if consumerSale {
		years = consumerSaleYears
	}
	last := due.AddYears(years)
	for _, i := range inOrder(interruptions) {
		on := i.On
		if !on.After(last) {
			last = calendar.Max(last, on.AddYears(years))
		}
	}
	return last
}
