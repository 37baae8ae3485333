package claim

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
)

// endedOn is the first day on which somebody ended the claim, or debt monitoring: the client withdrew it, the client or an operator ended it, or the debtor's
// dispute was upheld. Zero while nobody did; also when it was paid, when its client decided after the advice, and when time ended it.
func (f Facts) endedOn() (first calendar.Date) {
	ends := []calendar.Date{f.Withdrawn}
	if f.Closing != nil {
		ends = append(ends, f.Closing.On)
	}
	for _, p := range f.Pauses {
		if p.Outcome == "upheld" {
			ends = append(ends, p.Until)
		}
	}
	for _, on := range ends {
		if !on.IsZero() && (first.IsZero() || on.Before(first)) {
			first = on
		}
	}
	return first
}

// over is the day from which on nothing is waited for of a claim that has ended, in the words of its status: that on which somebody ended it, its client decided, or
// the last was paid. Zero while the claim goes on, before that day, and when time ended it: a promise and an arrangement are waited for until then.
func (f Facts) over(day calendar.Date) (since calendar.Date, words string) {
	if !f.Status.Final() {
		return since, ""
	}
	since = f.endedOn()
	switch {
	case !since.IsZero():
	case f.Status == StatusPaid:
		for _, s := range f.Settlements {
			since = calendar.Max(since, s.On)
		}
	case f.Decision != nil && f.Decision.Choice != ChooseMonitoring:
		since = f.Decision.On
	}
	if since.IsZero() || day.Before(since) {
		return calendar.Date{}, ""
	}
	return since, fmt.Sprintf("over since %s: the claim is %s", since, f.Status)
}
