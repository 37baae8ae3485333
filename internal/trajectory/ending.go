package trajectory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// ending is why no step comes any more, and since when; empty while the claim goes on.
func (d *decision) ending() (why string, since calendar.Date, err error) {
	f := d.facts
	ends, ended := d.ended()
	switch {
	case f.Status == claim.StatusRefused:
		return "the claim was refused at the intake", f.HandedOverOn, nil
	case f.Status == claim.StatusPaid || !f.Status.Final() && d.account.Open.Total() <= 0:
		since, err = d.paidOn()
		return "nothing is owed any more: paid in full on " + since.String(), since, err
	case f.Upheld():
		since = upheldOn(f)
		return "the debtor's dispute was upheld on " + since.String(), since, nil
	case ended:
		since = endedOn(f)
		return fmt.Sprintf("%s (%s)", ends.Reason, since), since, nil
	case f.Status.Final():
		since = d.yearsEnd()
		return "debt monitoring ended after its years, on " + since.String(), since, nil
	}
	return "", calendar.Date{}, nil
}

// yearsEnd is the day on which the years of debt monitoring are over.
func (d *decision) yearsEnd() calendar.Date {
	return d.facts.MonitoredFrom.AddYears(d.rules.Policy.Monitoring.Years)
}

// endOfYears ends debt monitoring when its years are over.
func (d *decision) endOfYears(outcome claim.Status) Action {
	closing := d.close(outcome, fmt.Sprintf("debt monitoring ends after %d years", d.rules.Policy.Monitoring.Years))
	closing.Due, closing.NotSooner = d.at(d.yearsEnd()), "recoveries until then are shared"
	return closing
}

// outlasted: what waits for a person without a day waits no longer than the years of debt monitoring: nobody may ever answer. What waits for a day of its own, as an
// arrangement does, goes first; the day on which staff is asked about a hold without an end, a stop flag or an arrangement that cannot go on is none.
func (d *decision) outlasted() (Action, bool) {
	if d.ruled.Kind != ActWait || d.stage() != StageMonitoring {
		return Action{}, false
	}
	_, endless := d.endlessHold()
	endless = endless || len(d.facts.StoppedBy(d.today)) > 0 || strings.HasPrefix(d.ruled.Task, ReviewArrangement)
	if !d.ruled.Due.IsZero() && !endless {
		return Action{}, false
	}
	if d.facts.Upheld() {
		return d.endOfYears(claim.StatusUpheld), true
	}
	return d.endOfYears(claim.StatusClosed), true
}

// paidOn is the first value date at whose end nothing is owed any more; today when that is of no payment.
func (d *decision) paidOn() (calendar.Date, error) {
	paid := slices.SortedFunc(slices.Values(d.facts.Settlements), func(a, b claim.Settlement) int { return a.On.Compare(b.On) })
	for _, s := range paid {
		account, err := d.facts.AccountOn(d.rules.Tables, s.On)
		if err != nil {
			return calendar.Date{}, fmt.Errorf("account of claim %s on %s: %w", d.facts.ClaimID, s.On, err)
		}
		if account.Open.Total() <= 0 && !s.On.After(d.today) {
			return s.On, nil
		}
	}
	return d.today, nil
}

func upheldOn(f claim.Facts) (on calendar.Date) {
	for _, p := range f.Pauses {
		if p.Outcome == "upheld" {
			on = calendar.Max(on, p.Until)
		}
	}
	return on
}

// endedOn is the day on which somebody ended a claim: the client, by withdrawing it or deciding, or an operator.
func endedOn(f claim.Facts) calendar.Date {
	switch {
	case !f.Withdrawn.IsZero():
		return f.Withdrawn
	case f.Closing != nil:
		return f.Closing.On
	}
	return f.Decision.On
}
