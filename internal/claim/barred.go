package claim

import "github.com/incassocenter/dunning/internal/calendar"

// Bar is a stop flag, a hold or a dispute: while it is in force nothing leaves that asks to pay.
type Bar struct {
	Pause PauseKind     // hold or dispute; empty for a stop flag
	Key   string        // of the hold or dispute; the kind of the flag
	Since calendar.Date // its first day
}

// Barred gives what barred a letter of a day, by its dates as they are known now, whenever it was told: it had begun before that day and was in force on it. What
// begins on the day itself crosses the letter. A stop flag weighs most, then a dispute.
func (f Facts) Barred(day calendar.Date) (by Bar, barred bool) {
	for _, flag := range f.Flags {
		if _, stops := StopOf(flag.Kind); stops && flag.From.Before(day) && flag.Covers(day) {
			return Bar{Key: flag.Kind, Since: flag.From}, true
		}
	}
	for _, p := range f.Pauses {
		if p.From.Before(day) && p.Covers(day) && by.Pause != PauseDispute {
			by, barred = Bar{p.Kind, p.Key, p.From}, true
		}
	}
	return by, barred
}

// Overnamed is the settlement by which it came to be known that a 14-day letter had named more costs than the law allows (art. 6:96 lid 6 BW). It is recorded when that comes
// to be known (trajectory.Judged), and once the debtor was told it stays: a letter that was withdrawn is not brought back (decision 72).
type Overnamed struct {
	By    string        `json:"by"`    // its key; empty: the letter did not name too much
	On    calendar.Date `json:"on"`    // its value date, before the day of the letter
	Known calendar.Date `json:"known"` // the day since which the letter counts as one that named too much
}

// Void says whether no costs rest on a 14-day letter: it should not have left, its term was broken, or it named too much. It counts as one that came back (art. 6:96 lid 6
// and 3:37 lid 3 BW), and it goes again when it may. Who pays what it asks in its term owes no more all the same (decision 4).
func (f Facts) Void(l Letter) bool {
	if l.Overnamed.By != "" {
		return true
	}
	_, barred := f.Barred(l.On)
	_, broken := f.Broken(l)
	return barred || broken
}

// Broken gives the first bankruptcy or debt restructuring that began after a 14-day letter left, or on its day, and before its term had run out: its last day is
// in it, and what a promise added. From then on the debtor cannot pay (art. 23 and 296 Fw), and costs that come due later cannot be lodged (art. 26, 37, 128 and 299 Fw). So the
// term makes none due, also when the insolvency ended within it (decision 44).
func (f Facts) Broken(l Letter) (by Flag, broken bool) {
	if len(f.Flags) == 0 { // as of nearly every claim: its term need not be counted
		return Flag{}, false
	}
	for _, flag := range f.NoInterest(f.termEnds(l)) {
		if !flag.From.Before(l.On) {
			return flag, true
		}
	}
	return Flag{}, false
}
