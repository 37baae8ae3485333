package claim

import (
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Credited is how much of an arrangement falls away with what was credited after it, up to and including a day: what is credited was never owed, nor the interest and the costs over it.
type Credited struct {
	On   calendar.Date `json:"on"`   // the day of a credit note
	Less money.Amount  `json:"less"` // interest and costs up to the day of agreement; what is credited pays instalments besides
}

// WithCredits is the facts with what falls away of each arrangement with what was credited after it, derived anew. Only the law tables can tell that, so it is kept with the arrangement, for whoever reads the facts without them.
// An error means that the law tables cannot answer.
func (f Facts) WithCredits(tables law.Tables) (Facts, error) {
	arrangements := slices.Clone(f.Arrangements)
	for i := range arrangements {
		a := &arrangements[i]
		days := f.creditedAfter(*a)
		a.Credited = make([]Credited, len(days))
		for n, day := range days {
			less, err := f.fallsAway(*a, tables, day)
			if err != nil {
				return f, err
			}
			a.Credited[n] = Credited{day, less}
		}
	}
	f.Arrangements = arrangements
	return f, nil
}

// fallsAway is how much less would have been owed on the day of an arrangement had everything been credited by then that was credited up to and including a day, without what is credited itself.
func (f Facts) fallsAway(a Arrangement, tables law.Tables, day calendar.Date) (money.Amount, error) {
	agreed, err := f.AgreedAccount(a, tables, a.On)
	if err != nil {
		return 0, err
	}
	now, err := f.AgreedAccount(a, tables, day)
	less := agreed.Open.Total() - now.Open.Total()
	for _, x := range now.Allocations {
		if x.Settlement.Kind == CreditNote && x.Settlement.On.After(a.On) {
			less -= x.Principal
		}
	}
	return money.Max(0, less), err
}

// fellAway is how much of an arrangement has fallen away by the end of a day with what was credited after it.
func (a Arrangement) fellAway(day calendar.Date) money.Amount {
	credited, _ := last(a.Credited, func(c Credited) bool { return !c.On.After(day) })
	return credited.Less
}

// creditedAfter are the days after that of an arrangement on which something was credited, the earliest first.
func (f Facts) creditedAfter(a Arrangement) (days []calendar.Date) {
	for _, s := range f.Settlements {
		if s.Kind == CreditNote && s.On.After(a.On) {
			days = append(days, s.On)
		}
	}
	slices.SortFunc(days, calendar.Date.Compare)
	return slices.Compact(days)
}

// AgreedAccount is what was owed at the end of the day on which an arrangement was agreed, as it is known now and as it is on a day: what was credited by then was never owed.
func (f Facts) AgreedAccount(a Arrangement, tables law.Tables, day calendar.Date) (Account, error) {
	account, err := f.agreedWith(a, day).AccountOn(tables, a.On)
	for i := range account.Allocations {
		moved := &account.Allocations[i].Settlement
		if s, ok := f.Settled(moved.Key); ok {
			moved.On = s.On
		}
	}
	return account, err
}

// agreedWith is the facts of the day of an arrangement, with the credit notes of after it, up to and including another day, on that day.
func (f Facts) agreedWith(a Arrangement, day calendar.Date) Facts {
	settlements := f.settledUntil(a.On)
	for _, s := range f.Settlements {
		if s.Kind == CreditNote && s.On.After(a.On) && !s.On.After(day) {
			s.On = a.On
			settlements = append(settlements, s)
		}
	}
	f.Settlements = settlements
	return f
}
