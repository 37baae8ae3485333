package agreement

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
)

// noticeMonths is how long before the end of a year a notice must have been received: "tenzij schriftelijk drie maanden van tevoren aangetekend wordt
// opgezegd" (Service Overeenkomst Incasso, Duur overeenkomst).
const noticeMonths = 3

// Year is one agreement year: "aangegaan voor de periode van een jaar en ... automatisch jaarlijks verlengd met een jaar".
type Year struct {
	Number     int           `json:"number"` // from 1
	First      calendar.Date `json:"first"`
	Last       calendar.Date `json:"last"`        // inclusive
	LastNotice calendar.Date `json:"last_notice"` // last day of receipt on which a registered notice ends the agreement with this year
}

// YearNumber gives an agreement year by its number. Each begins on the day of the start, so one that starts on 29 February begins on the 28th only in years
// without it.
func (f Facts) YearNumber(n int) Year {
	y := Year{Number: n, First: f.Start.AddYears(n - 1), Last: f.Start.AddYears(n).AddDays(-1)}
	for y.LastNotice = y.Last.AddMonths(-noticeMonths); inTime(y.LastNotice.AddDays(1), y.Last); {
		y.LastNotice = y.LastNotice.AddDays(1)
	}
	return y
}

// YearOf gives the agreement year of a day; before the start it is year 1.
func (f Facts) YearOf(day calendar.Date) Year {
	n := max(1, day.Year()-f.Start.Year()) // at most one too few
	if y := f.YearNumber(n); !day.After(y.Last) {
		return y
	}
	return f.YearNumber(n + 1)
}

// inTime says whether three months follow the day of receipt up to and including last. A month ends on the day of the same number or, where that is
// missing, on its last: a notice of 30 November is in time for the end of February. What counts is the day of receipt (art. 3:37 lid 3 BW), also a
// Sunday or holiday: the Algemene termijnenwet is for terms that a law sets, not for those of a contract (art. 1).
func inTime(received, last calendar.Date) bool { return !received.AddMonths(noticeMonths).After(last) }

// EndsWith is the year with which a notice ends the agreement: the first for which it is in time. One that is too late for a year is a notice for the
// next. ok is false for a notice that ends nothing: it is not registered.
func (f Facts) EndsWith(n Notice) (y Year, ok bool) {
	if !n.Registered {
		return Year{}, false
	}
	return f.inTimeFor(n.Received), true
}

// inTimeFor is the first year for whose end a notice that is received on a day is in time.
func (f Facts) inTimeFor(received calendar.Date) Year {
	y := f.YearOf(received)
	if !inTime(received, y.Last) {
		y = f.YearNumber(y.Number + 1)
	}
	return y
}

// Ending is the year with which the agreement ends by what was received up to and including a day, and the notice that makes it end.
func (f Facts) Ending(day calendar.Date) (y Year, by Notice, ok bool) {
	for _, n := range f.Notices {
		if n.Received.After(day) || !n.TakenBack.IsZero() && !n.TakenBack.After(day) {
			continue
		}
		if with, ends := f.EndsWith(n); ends && (!ok || with.Number < y.Number) {
			y, by, ok = with, n, true
		}
	}
	return y, by, ok
}

// endsSooner is the year with which another notice, that stands, ends the agreement whatever becomes of n, and that notice; ok is false when there is none,
// or when n ends it by then too.
func (f Facts) endsSooner(n Notice) (y Year, by Notice, ok bool) {
	var last calendar.Date
	for _, other := range f.Notices {
		last = calendar.Max(last, calendar.Max(other.Received, other.TakenBack))
	}
	if y, by, ok = f.Ending(last); !ok || by.Key == n.Key {
		return Year{}, Notice{}, false
	}
	own, ends := f.EndsWith(n)
	return y, by, !ends || !n.TakenBack.IsZero() || y.Number < own.Number
}

// Status is where an agreement stands.
type Status string

// The statuses.
const (
	NotStarted Status = "not-started"
	Running    Status = "running" // and renews
	Ending     Status = "ending"  // it runs until the end of its last year
	Ended      Status = "ended"
)

// State is where an agreement stands on a day, and why.
type State struct {
	On     calendar.Date `json:"on"`
	Status Status        `json:"status"`
	Plan   string        `json:"plan"`
	Year   Year          `json:"year"`               // of the day; of an agreement that has ended, its last
	EndsOn calendar.Date `json:"ends_on,omitzero"`   // last day; zero while it renews
	Renews calendar.Date `json:"renews_on,omitzero"` // first day of the next year; zero when it ends
	Why    string        `json:"why"`
}

// On is where the agreement stands on a day, by what was received until then.
func (f Facts) On(day calendar.Date) State {
	s := State{On: day, Plan: f.PlanOn(day), Year: f.YearOf(day), Status: Running}
	last, by, ends := f.Ending(day)
	switch {
	case ends && day.After(last.Last):
		s.Status, s.Year, s.EndsOn = Ended, last, last.Last
		s.Why = fmt.Sprintf("the registered notice that was received on %s ended it with year %d", by.Received, last.Number)
	case ends:
		s.Status, s.EndsOn = Ending, last.Last
		s.Why = fmt.Sprintf("a registered notice was received on %s: three months or more before %s, the end of year %d", by.Received, last.Last, last.Number)
	default:
		s.Renews = s.Year.Last.AddDays(1)
		s.Why = fmt.Sprintf("it renews by itself: %s; for the end of year %d the last day is %s", f.unnoticed(day), s.Year.Number, s.Year.LastNotice)
	}
	if day.Before(f.Start) {
		s.Status = NotStarted
	}
	return s
}

// Verdict is what a notice does, in a sentence. Of one that was taken back it is that, with the other that ends the agreement, but not one that is received afterwards: the client was answered by it, and is not answered again about it.
func (f Facts) Verdict(n Notice) string {
	y, ends := f.EndsWith(n)
	of := f.YearOf(n.Received)
	sooner, by, ok := f.endsSooner(n)
	switch {
	case !n.TakenBack.IsZero() && ok && !by.Received.After(n.TakenBack):
		return fmt.Sprintf("it was taken back, and the agreement ends all the same: the registered notice that was received on %s ends it on %s", by.Received, sooner.Last)
	case !n.TakenBack.IsZero():
		return "it was taken back: it ends nothing"
	case ok:
		return fmt.Sprintf("it changes nothing: the registered notice that was received on %s ends the agreement on %s", by.Received, sooner.Last)
	case !ends:
		would := f.inTimeFor(n.Received)
		return fmt.Sprintf("it ends nothing, because it is not registered: the agreement renews on %s; a registered notice that is received by %s ends it on %s", of.Last.AddDays(1), would.LastNotice, would.Last)
	case y.Number > of.Number:
		return fmt.Sprintf("it is too late for %s, for which the last day was %s: the agreement renews on %s and ends on %s", of.Last, of.LastNotice, y.First, y.Last)
	}
	return fmt.Sprintf("it is in time: the last day was %s; the agreement ends on %s", y.LastNotice, y.Last)
}
