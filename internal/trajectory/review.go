package trajectory

import "fmt"

// Review is after how many days staff is asked again about what keeps a claim waiting and has no end of its own, and as many after each answer that it stays so.
type Review struct {
	Days *int `yaml:"review_days" json:"review_days,omitempty"`
}

// days is what the trajectory says, or what is left where it does not.
func (r Review) days(left int) int { return or(r.Days, left) }

func (r Review) check(f *findings, of string, left int) {
	if days := r.days(left); days < 1 || days > maxOffset {
		f.within(of, "review_days", "%d is not 1 to %d days; left out it is %d", days, maxOffset, left)
	}
}

// Asks tells, for people, after how many days staff is asked about a claim that waits: on hold, for a stop flag, or before the court.
func (p Policy) Asks() string {
	return fmt.Sprintf("staff is asked about a hold without an end after %d days, about a stop flag %d days after its task was done, and about a claim for the court %d working days after the choice and %d after the summons",
		p.Hold.days(holdReviewDays), p.Stopped.days(stopReviewDays), p.Court.handOverDays(), p.Court.outcomeDays())
}

// reviewOver says why nobody has to look any more: the claim has ended, or ends now, or what was to be looked at is over. What goes first, as a dispute before a hold, does not end it.
func (d *decision) reviewOver(task string, goes Action, review func() (reminder, bool), over string) string {
	r, asks := review()
	switch {
	case d.facts.Status.Final() || goes.Kind == ActClose:
		return goes.Reason
	case !asks || task <= r.past:
		return over
	}
	return ""
}
