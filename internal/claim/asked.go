package claim

import (
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// LastDemanded is what the last letter that left asked, less what was settled from that day on; 0.00 when none asked anything.
func (f Facts) LastDemanded() money.Amount {
	for i := len(f.Letters) - 1; i >= 0; i-- {
		l := f.Letters[i]
		if !l.Left() || l.Demanded == 0 {
			continue
		}
		left := l.Demanded
		for _, s := range f.Settlements {
			if !s.On.Before(l.On) {
				left -= s.Amount
			}
		}
		return money.Max(0, left)
	}
	return 0
}

// InstalmentOn is what an arrangement or a promise asks next on a day; 0.00 without one.
func (f Facts) InstalmentOn(day calendar.Date) money.Amount {
	if a, ok := f.ArrangementOn(day); ok {
		if i, unpaid := f.Unpaid(a, day); unpaid {
			return f.Short(a, i, day)
		}
		return 0
	}
	if p, ok := f.PromiseOn(day); ok {
		return money.Max(0, f.AmountOf(p)-f.kept(p, day))
	}
	return 0
}

// HeldOn says whether the claim is on hold, in dispute, or stopped by a fact about the debtor on a day: then a person looks at what is paid.
func (f Facts) HeldOn(day calendar.Date) bool {
	for _, p := range f.Pauses {
		if p.Covers(day) {
			return true
		}
	}
	for _, x := range f.Flags {
		if _, stops := StopOf(x.Kind); stops && x.Covers(day) {
			return true
		}
	}
	return false
}
