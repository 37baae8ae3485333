package claim

import (
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Promise is the debtor's word to pay an amount by a day; the debtor can be told since that less is enough (see AmountOf). Whether it was kept follows from the value dates of what was settled, and is never stored.
type Promise struct {
	Key     string        `json:"key"`
	On      calendar.Date `json:"on"`       // given
	By      calendar.Date `json:"by"`       // the last day on which it is paid in time
	Until   calendar.Date `json:"until"`    // By and the days that money may be on its way: it is broken the day after
	Amount  money.Amount  `json:"amount"`   // more than nothing
	Settled money.Amount  `json:"settled"`  // what was settled in all when it was given, as it was known then
	Ended   calendar.Date `json:"ended_on"` // the day on which it was taken back; zero: it stands
	// TakenBack is how much less is settled now than was counted when it was given, or when the debtor was told since what is enough: it is owed again, beside what was promised.
	TakenBack money.Amount `json:"taken_back,omitempty"`
	// Again says that some of it was taken back after the person who was asked about it had told the debtor of the rest.
	Again bool `json:"again,omitempty"`
}

// Name tells a promise from everything else in the case file.
func (p Promise) Name() string { return "promise:" + p.Key }

// ReviewTask is the key of the task to tell the debtor what is owed beside a promise, because some of what it counted was taken back.
func (p Promise) ReviewTask() string { return "review-promise:" + p.Key }

// Stands is the last day on which dunning waits for a promise, inclusive: the day on which it was kept, the day before it was taken back, or else Until; also
// when money that keeps it can be Either.
// Before On it never was waited for.
func (f Facts) Stands(p Promise) calendar.Date {
	last := p.lasts()
	if f.Either(p) {
		return last
	}
	if kept := f.settledFrom(p.Settled - p.TakenBack + f.AmountOf(p)); !kept.IsZero() && kept.Before(last) {
		last = kept
	}
	return last
}

// Either says that what keeps a promise can be meant for what was taken back: it is not what was promised but more. The promise can still be kept by other money then, and is waited for all the same.
func (f Facts) Either(p Promise) bool {
	return p.TakenBack > 0 && f.kept(p, p.lasts()) > f.AmountOf(p)
}

// lasts is the last day on which a promise can be kept: Until, or the day before it was taken back.
func (p Promise) lasts() calendar.Date {
	if taken := p.Ended.AddDays(-1); !p.Ended.IsZero() && taken.Before(p.Until) {
		return taken
	}
	return p.Until
}

// Kept says whether what was promised was settled by the end of the days that it had, by value date.
func (f Facts) Kept(p Promise) bool {
	return f.kept(p, p.Until) >= f.AmountOf(p)
}

// kept is what counts for a promise by the end of day: what was settled since it was given.
func (f Facts) kept(p Promise, day calendar.Date) money.Amount {
	return f.settledBy(day) - p.Settled + p.TakenBack
}

// PromiseOn is the promise that dunning waits for on day, if there is one.
func (f Facts) PromiseOn(day calendar.Date) (Promise, bool) {
	for _, p := range f.Promises {
		if !day.Before(p.On) && !day.After(f.Stands(p)) {
			return p, true
		}
	}
	return Promise{}, false
}

// settledBy is everything that was settled up to and including day, by value date.
func (f Facts) settledBy(day calendar.Date) (total money.Amount) {
	for _, s := range f.Settlements {
		if !s.On.After(day) {
			total += s.Amount
		}
	}
	return total
}

// settledFrom is the first day from which on at least an amount was settled in all, by value date; no date when it is not.
func (f Facts) settledFrom(amount money.Amount) calendar.Date {
	return f.settledOn(func(calendar.Date) money.Amount { return amount })
}

// settledOn is the first day by the end of which as much was settled in all, by value date, as is enough on that day; no date when it is not.
func (f Facts) settledOn(enough func(calendar.Date) money.Amount) (first calendar.Date) {
	for _, s := range f.Settlements {
		if f.settledBy(s.On) >= enough(s.On) && (first.IsZero() || s.On.Before(first)) {
			first = s.On
		}
	}
	return first
}
