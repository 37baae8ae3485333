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

// Void says whether a 14-day letter should not have left. It counts as one that came back: no term runs from it and no costs rest on it (art. 6:96 lid 6 and 3:37
// lid 3 BW), and it goes again. Who pays what it asks in its term owes no more all the same (decision 4).
func (f Facts) Void(l Letter) bool {
	_, barred := f.Barred(l.On)
	return barred
}
