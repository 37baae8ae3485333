package trajectory

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// holdReviewDays is a quarter, where a trajectory does not say: interest runs meanwhile, and so does limitation.
const holdReviewDays = 90

// ReviewHold starts the key of the task to ask the client whether a claim goes on that is on hold without an end. The day on which it is due follows.
const ReviewHold = "review-hold:"

func (d *decision) held() (Action, bool) {
	for _, pause := range d.facts.Pauses {
		if !pause.Covers(d.today) || (pause.Kind == claim.PauseDispute && pause.Until.IsZero()) {
			continue
		}
		action := Action{Kind: ActWait, Stage: d.stage(), Reason: holdStands(pause)}
		if pause.Until.IsZero() {
			review, _ := d.holdReview()
			return d.reminding(action, review), true
		}
		action.Due, action.Reason = d.at(pause.Until.AddDays(1)), "on hold until "+pause.Until.String()
		if pause.Kind == claim.PauseDispute { // judged today: nothing leaves on the day of the judgement itself
			action.Reason = "the dispute was rejected on " + pause.Until.String() + ": the trajectory goes on the day after"
		}
		return action, true
	}
	return Action{}, false
}

// holdReview is the question whether a hold without an end goes on, which is asked again when somebody has said that it does.
func (d *decision) holdReview() (r reminder, asks bool) {
	hold, found := d.endlessHold()
	if !found {
		return reminder{}, false
	}
	days := d.rules.Policy.Hold.days(holdReviewDays)
	r = nextReminder(d.facts, ReviewHold, hold.From, func(from calendar.Date) calendar.Date { return from.AddDays(days) })
	r.past = ReviewHold + hold.From.String()
	r.term = fmt.Sprintf("a hold without an end is looked at every %d days, since %s", days, hold.From)
	r.ask = fmt.Sprintf("%s: ask the client whether the claim goes on, and resume it then (claim resume, hold %s); when it is to stay on hold, say so (claim done), and it is asked again %d days later", holdStands(hold), hold.Key, days)
	return r, true
}

// holdStands is why nothing goes on during a hold without an end: whether somebody is asked about it or not, it is the same hold since its first day.
func holdStands(hold claim.Pause) string {
	return fmt.Sprintf("on hold since %s, until it is resumed", hold.From)
}

// holdInForce tells of the hold that is in force, if one is: since when, and until when.
func (d *decision) holdInForce() (told string, held bool) {
	for _, p := range d.facts.Pauses {
		switch {
		case p.Kind != claim.PauseHold || !p.Covers(d.today):
		case p.Until.IsZero():
			return holdStands(p), true
		default:
			return fmt.Sprintf("on hold since %s, until %s", p.From, p.Until), true
		}
	}
	return "", false
}

// endlessHold is the hold without an end that is in force, if one is.
func (d *decision) endlessHold() (hold claim.Pause, found bool) {
	i := slices.IndexFunc(d.facts.Pauses, func(p claim.Pause) bool { return p.Kind == claim.PauseHold && p.Until.IsZero() && p.Covers(d.today) })
	if i < 0 {
		return claim.Pause{}, false
	}
	return d.facts.Pauses[i], true
}
