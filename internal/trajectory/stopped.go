package trajectory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
)

// stopReviewDays is half a year, where a trajectory does not say: that long an administrator or a counsellor may be silent, and an insolvency register is asked as often.
const stopReviewDays = 180

// stoodFor are the tasks about a stop flag after which a person has looked at it.
var stoodFor = []string{claim.StopTask, claim.InsolvencyEndedTask}

// ReviewStop starts the key of the task to say whether a stop flag is still so, of which somebody has done what it asks. The day on which it is due follows.
const ReviewStop = "review-stop:"

// stopped: a fact about the debtor stops dunning until it is taken back. Each opens its task once; when all are done staff is asked a term later whether it is still so. What the debtor
// disputes is judged meanwhile, in its term: the client waits for it, and so does whoever acts for the debtor.
func (d *decision) stopped() (Action, bool) {
	stops := d.facts.StoppedBy(d.today)
	if len(stops) == 0 {
		return Action{}, false
	}
	for _, stop := range stops {
		if !slices.ContainsFunc(d.facts.Tasks, func(task claim.Task) bool { return task.Key == stop.Task() }) {
			return d.person(stop.Task(), stop.Todo), true
		}
	}
	return d.judgedMeanwhile(d.awaitsStops(stops)), true
}

// awaitsStops is the wait for the person who has the task of a stop flag; when none is open for the day on which staff is asked again, or for what registers say.
func (d *decision) awaitsStops(stops []claim.Stop) Action {
	wait := Action{Kind: ActWait, Stage: d.stage(), Task: stops[0].Task(), Reason: stops[0].Todo}
	if i := slices.IndexFunc(stops, func(s claim.Stop) bool { return d.awaited(s.Task()) }); i >= 0 {
		wait.Task, wait.Reason = stops[i].Task(), stops[i].Todo
		return wait
	}
	review, asks := d.stopReview()
	if !asks {
		return wait
	}
	wait.Task = ""
	return d.reminding(wait, review)
}

// stopReview is the question whether the stop flags in force are still so, a term after their tasks were done or it was said that they are. None is asked when a register tells of each.
func (d *decision) stopReview() (r reminder, asks bool) {
	stops := d.facts.StoppedBy(d.today)
	if !slices.ContainsFunc(stops, func(s claim.Stop) bool { return !d.registerTells(s) }) {
		return reminder{}, false
	}
	since := d.today
	var what, clearing []string
	for _, stop := range stops {
		i := slices.IndexFunc(d.facts.Flags, func(x claim.Flag) bool { return x.Kind == stop.Kind && x.Covers(d.today) })
		if from := d.facts.Flags[i].From; from.Before(since) {
			since = from
		}
		what = append(what, fmt.Sprintf("%s since %s (%s)", stop.Kind, d.facts.Flags[i].From, stop.Article))
		clearing = append(clearing, fmt.Sprintf("claim flag %s --clear", stop.Kind))
	}
	days := d.rules.Policy.Stopped.days(stopReviewDays)
	r = nextReminder(d.facts, ReviewStop, since, func(from calendar.Date) calendar.Date { return from.AddDays(days) }, stoodFor...)
	r.past = ReviewStop + since.String()
	r.term = fmt.Sprintf("what stops dunning is looked at %d days after somebody has done what it asks, or has said that it stands", days)
	r.ask = fmt.Sprintf("%s: find out whether it is still so; if not, take it back (%s); if nothing will come of the claim, close it (claim close); if it stands, say so (claim done), and it is asked again %d days later", strings.Join(what, ", "), strings.Join(clearing, ", "), days)
	return r, true
}

// registerTells says whether a register tells when what stops dunning ends: during debt monitoring the insolvency register does of a bankruptcy or a debt restructuring that it said
// itself. One that does not answer is waited for while it is tried again, and so is the person who has to find out how an insolvency ended that it does not know any more.
func (d *decision) registerTells(stop claim.Stop) bool {
	asked := func(p look) bool { return p.check.Register == claim.InsolvencyRegister }
	says := func(c claim.Check) bool {
		return c.Register == claim.InsolvencyRegister && !c.BeforeAdvice() && (c.Found == claim.Finding(stop.Kind) || c.Found == claim.NoAnswer && !LastTry(c))
	}
	if d.facts.MonitoredFrom.IsZero() || !stop.EndsInterest || !slices.ContainsFunc(checks(d.facts, d.rules), asked) {
		return false
	}
	return slices.ContainsFunc(d.facts.Checks, says) || d.awaited(claim.InsolvencyEndedTask)
}

// StoppedAfterEnd starts the key of the task to mend a claim that had ended when a stop flag of its debtor came to be known: what was paid may have held what the law does not allow.
const StoppedAfterEnd = "stopped-after-end:"

// StoppedTooLate is what a person has to do about a stop flag of a claim that has ended, with the difference that it makes of what was paid and why; empty when it makes none,
// no procedure before the court goes on, and it is no insolvency in which what is owed of one that the parties settled is to be lodged. Without the flag or with it no settlement is of another amount or day: only its division differs (art. 6:44 BW).
func StoppedTooLate(f claim.Facts, stop claim.Stop, tables law.Tables, today calendar.Date) (todo string, err error) {
	without := f
	without.Flags = slices.DeleteFunc(slices.Clone(f.Flags), func(x claim.Flag) bool { return x.Kind == stop.Kind })
	i := slices.IndexFunc(f.Flags, func(x claim.Flag) bool { return x.Kind == stop.Kind && x.Covers(x.From) })
	if i < 0 || !f.Status.Final() {
		return "", nil
	}
	was, err := without.AccountOn(tables, today)
	if err != nil {
		return "", fmt.Errorf("account of claim %s without flag %s: %w", f.ClaimID, stop.Kind, err)
	}
	is, err := f.AccountOn(tables, today)
	if err != nil {
		return "", fmt.Errorf("account of claim %s: %w", f.ClaimID, err)
	}
	var parts []string
	if made := (claim.Difference{On: today, Before: was.Divided(), After: is.Divided()}); made.Before != made.After {
		parts = append(parts, divided(made))
	}
	switch settled, did := f.CourtStep(claim.CourtSettled); {
	case f.Status != claim.StatusCourt || !f.Has(stop.Kind, today):
	case len(f.CourtStage().Next()) > 0:
		parts = append(parts, "tell the bailiff or lawyer who handles the case before the court")
	case did && stop.EndsInterest && is.Open.Total() > 0: // it is lodged, or nothing comes of it
		parts = append(parts, fmt.Sprintf("while what the parties agreed on (settled on %s) is unpaid, tell whoever handles the case: %s", settled.On, stop.Todo))
	}
	if len(parts) == 0 {
		return "", nil
	}
	return fmt.Sprintf("%s since %s (%s), which came to be known after the claim had ended (%s): %s. Nothing is sent by itself; letters that were wrong: claim corrections", stop.Kind, f.Flags[i].From, stop.Article, f.Status, strings.Join(parts, "; ")), nil
}

// divided tells the difference in what was paid, part by part, and who has to know.
func divided(made claim.Difference) string {
	names := map[string]string{"costs": "costs", "interest": "interest", "principal": "principal", "surplus": "too much"}
	var parts []string
	for _, c := range made.Changes() {
		switch name, told := names[c.Name]; {
		case !told || c.Grew() == 0:
		case c.Grew() > 0:
			parts = append(parts, fmt.Sprintf("%s %s instead of %s (+%s)", name, c.After, c.Before, c.Grew()))
		default:
			parts = append(parts, fmt.Sprintf("%s %s instead of %s (%s)", name, c.After, c.Before, c.Grew()))
		}
	}
	return "by law what was paid was " + strings.Join(parts, ", ") + "; tell who acts for the debtor, and the client"
}

// NotStoppedAfterAll is what a person has to do who was asked about a stop flag that came too late, when it makes no difference after all.
func NotStoppedAfterAll(stop claim.Stop) string {
	return fmt.Sprintf("%s makes no difference to what was paid after all: take back what was told about it", stop.Kind)
}
