package claim

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
)

// Interlude is the days on which debt monitoring did not run, because its client had chosen the court: from the day after the choice up to and including that on which
// it chose monitoring again. Until is zero while it did not; both are when it chose no court. There is one at most: the court is chosen once.
type Interlude struct {
	From  calendar.Date `json:"from"`
	Until calendar.Date `json:"until"`
}

// Covers says whether a day is in it.
func (i Interlude) Covers(day calendar.Date) bool {
	return !i.From.IsZero() && !day.Before(i.From) && (i.Until.IsZero() || !day.After(i.Until))
}

// Halved says whether what comes in with a value date is shared by halves: from the day on which debt monitoring began up to and including that on which somebody
// ended it, but not in its interlude (requirement S20, docs/decisions/0103).
func (f Facts) Halved(on calendar.Date) bool {
	last := f.endedOn()
	return !f.MonitoredFrom.IsZero() && !on.Before(f.MonitoredFrom) && (last.IsZero() || !on.After(last)) && !f.Interlude.Covers(on)
}

// InterludeAfter is the interlude once a decision stands: the court, chosen during debt monitoring, begins it on the day after, and debt monitoring, chosen again, ends
// it. What has come in by then stays divided as it is.
func (f Facts) InterludeAfter(d Decision) Interlude {
	i := f.Interlude
	switch {
	case f.MonitoredFrom.IsZero():
	case d.Choice == ChooseCourt:
		i.From = d.On.AddDays(1)
	case d.Choice == ChooseMonitoring && !i.From.IsZero():
		i.Until = d.On
	}
	return i
}

// Revises says whether a choice can take the place of the one that was made: the court, of a claim that is being monitored and was never before it.
func (f Facts) Revises(choice Choice) bool {
	return choice == ChooseCourt && f.Status == StatusOpen && !f.MonitoredFrom.IsZero() && f.Decision != nil && f.Decision.Choice == ChooseMonitoring && len(f.Court) == 0
}

// CourtChoiceProblem says why a client cannot choose the court on a day, after the advice or during debt monitoring, when a claim can be enforced until last;
// empty when it can. That a dispute is judged first holds for every choice (trajectory.ChoiceProblem).
func (f Facts) CourtChoiceProblem(on, last calendar.Date) string {
	if problem := f.SecondCourtProblem(); problem != "" {
		return problem
	}
	if a, arranged := f.ArrangementOn(on); arranged {
		return fmt.Sprintf("payment arrangement %s is in force: the agency agreed it for the client, whom it binds (art. 3:66 lid 1 BW); right would be the court once it has lapsed or a person ended it (claim arrangement ID end)", a.Key)
	}
	for _, stop := range f.StoppedBy(on) {
		if stop.EndsInterest {
			return fmt.Sprintf("the debtor is in an insolvency (%s) since %s: the claim is lodged in it, and no court can be asked for it (art. 26 and 299 Fw)", stop.Kind, f.since(stop.Kind, on))
		}
	}
	return TimeBarredProblem(on, last)
}

// TimeBarredProblem says why a claim that can be enforced until last goes neither to the court nor into debt monitoring on a day: what is left is a natural obligation
// (art. 6:3 BW), for which no letter asks; empty when it can.
func TimeBarredProblem(on, last calendar.Date) string {
	if last.IsZero() || !last.Before(on) {
		return ""
	}
	return fmt.Sprintf("the claim was time-barred after %s, as far as the file knows; right would be what interrupted limitation by then (claim interrupted), or close", last)
}

// since is the first day of a flag that is set on a day.
func (f Facts) since(kind string, on calendar.Date) (from calendar.Date) {
	for _, flag := range f.Flags {
		if flag.Kind == kind && flag.Covers(on) {
			from = flag.From
		}
	}
	return from
}
