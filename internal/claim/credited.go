package claim

import (
	"errors"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// FallenAway is how much of an arrangement falls away with what was credited after it, up to and including a day: what is credited was never owed, nor the interest and the costs over it.
type FallenAway struct {
	On   calendar.Date `json:"on"`   // the day of a credit note
	Less money.Amount  `json:"less"` // interest and costs up to the day of agreement; what is credited pays instalments besides
}

// WithCredits is the facts with what falls away of each arrangement with what was credited after it, derived anew. Only the law tables can tell that, so it is kept with the arrangement, for whoever reads the facts without them.
// An error means that the law tables cannot answer.
func (f Facts) WithCredits(tables law.Tables) (Facts, error) {
	f.Arrangements = slices.Clone(f.Arrangements)
	for i, a := range f.Arrangements {
		less, err := f.fallsAway(a, tables)
		if err != nil {
			return f, err
		}
		f.Arrangements[i].FallenAway = less
	}
	return f, nil
}

// fallsAway is, on each day on which something was credited after an arrangement, how much less was owed on the day of agreement than was agreed, as is known now and had everything been credited by then that was credited by now, without
// what is credited itself: costs that fell away besides, because the 14-day letter came back, are in it, else what was agreed would rise again when they do.
// It rests on what fell away of the arrangements before it.
func (f Facts) fallsAway(a Arrangement, tables law.Tables) (all []FallenAway, err error) {
	days := f.creditedAfter(a)
	if len(days) == 0 {
		return nil, nil
	}
	agreed, err := f.AgreedAccount(a, tables, a.On)
	counted := money.Max(0, f.settledBy(a.On)-a.Settled) // paid before and known since: it pays instalments
	for _, day := range days {
		now, failed := f.AgreedAccount(a, tables, day)
		if err = errors.Join(err, failed); err != nil {
			return nil, err
		}
		less := money.Max(agreed.Open.Total(), a.Total()-counted) - now.Open.Total() // what was agreed, where less was owed by what is known since
		for _, x := range now.Allocations {
			if x.Settlement.Kind == CreditNote && x.Settlement.On.After(a.On) {
				less -= x.Principal
			}
		}
		all = append(all, FallenAway{day, money.Max(0, less)})
	}
	return all, nil
}

// fellAway is how much of an arrangement has fallen away by the end of a day with what was credited after it.
func (a Arrangement) fellAway(day calendar.Date) money.Amount {
	fallen, _ := last(a.FallenAway, func(x FallenAway) bool { return !x.On.After(day) })
	return fallen.Less
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

// AgreedAccount is what was owed at the end of the day on which an arrangement was agreed, as it is known now and as it is on a day: what was credited by then was never owed. The facts have what fell away of the
// arrangements before it.
func (f Facts) AgreedAccount(a Arrangement, tables law.Tables, day calendar.Date) (Account, error) {
	account, err := f.agreedWith(a, day).accountOn(tables, a.On)
	for i := range account.Allocations {
		moved := &account.Allocations[i].Settlement
		if s, ok := f.Settled(moved.Key); ok {
			moved.On = s.On
		}
	}
	return account, err
}

// agreedWith is the facts of the day of an arrangement, with the credit notes of after it, up to and including another day, on that day: then what falls away of earlier arrangements with them has done so by it.
func (f Facts) agreedWith(a Arrangement, day calendar.Date) Facts {
	settlements := f.settledUntil(a.On)
	for _, s := range f.Settlements {
		if s.Kind == CreditNote && s.On.After(a.On) && !s.On.After(day) {
			s.On = a.On
			settlements = append(settlements, s)
		}
	}
	f.Settlements, f.Arrangements = settlements, slices.Clone(f.Arrangements)
	for i, earlier := range f.Arrangements {
		if earlier.On.Before(a.On) {
			fallen := without(earlier.FallenAway, func(x FallenAway) bool { return !x.On.Before(a.On) })
			f.Arrangements[i].FallenAway = append(slices.Clip(fallen), FallenAway{a.On, earlier.fellAway(day)})
		}
	}
	return f
}
