package claim

import "github.com/incassocenter/dunning/internal/calendar"

// PausedDays counts the days after from, up to and including to, on which the claim was paused, stopped by a flag, or waited for a promise or an
// arrangement. Those that overlap count once; one without an end does not count yet, because nothing is due while it lasts.
func (f Facts) PausedDays(from, to calendar.Date) int {
	if f.neverPaused() {
		return 0
	}
	days := 0
	for day := from.AddDays(1); !day.After(to); day = day.AddDays(1) {
		if f.pausedOn(day) {
			days++
		}
	}
	return days
}

// AfterPauses is the day that comes a number of days after from, leaving out the days on which the claim was paused (see PausedDays).
func (f Facts) AfterPauses(from calendar.Date, days int) calendar.Date {
	if f.neverPaused() {
		return from.AddDays(days)
	}
	return f.after(from, days, f.pausedOn)
}

// neverPaused holds for most claims, of which this is asked often.
func (f Facts) neverPaused() bool {
	return len(f.Pauses)+len(f.Flags)+len(f.Promises)+len(f.Arrangements) == 0
}

func (f Facts) pausedOn(day calendar.Date) bool { return f.stoppedOn(day) || f.awaitedOn(day) }

// stoppedOn: on hold, in dispute, or stopped by a flag.
func (f Facts) stoppedOn(day calendar.Date) bool {
	for _, pause := range f.Pauses {
		if !pause.Until.IsZero() && pause.Covers(day) {
			return true
		}
	}
	for _, flag := range f.Flags {
		if _, stops := StopOf(flag.Kind); stops && !flag.Until.IsZero() && flag.Covers(day) {
			return true
		}
	}
	return false
}

// awaitedOn: the debtor had promised to pay, or an arrangement was in force that is over since.
func (f Facts) awaitedOn(day calendar.Date) bool {
	if _, promised := f.PromiseOn(day); promised {
		return true
	}
	for i, a := range f.Arrangements {
		over := f.Over(a)
		if i+1 < len(f.Arrangements) && over.IsZero() {
			over = f.Arrangements[i+1].On
		}
		if !day.Before(a.On) && day.Before(over) {
			return true
		}
	}
	return false
}

// after counts days from a day on, leaving out those that are paused.
func (f Facts) after(from calendar.Date, days int, paused func(calendar.Date) bool) calendar.Date {
	for days > 0 {
		if from = from.AddDays(1); !paused(from) {
			days--
		}
	}
	return from
}
