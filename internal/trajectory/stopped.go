package trajectory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
)

// stopped: a fact about the debtor stops dunning until it is taken back. Each opens its task once: one that a person has done stays done. What the debtor disputes is judged
// meanwhile, in its term: the client waits for it, and so does whoever acts for the debtor.
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
	wait := Action{Kind: ActWait, Stage: d.stage(), Task: stops[0].Task(), Reason: stops[0].Todo}
	if dispute, pending := d.facts.Unjudged(); pending {
		judge := d.judgement(dispute)
		if judge.Kind == ActTask {
			return judge, true
		}
		wait.Again, wait.Meanwhile = judge.Due, judge.Reason
	}
	return wait, true
}

// StoppedAfterEnd starts the key of the task to mend a claim that had ended when a stop flag of its debtor came to be known: what was paid may have held what the law does not allow.
const StoppedAfterEnd = "stopped-after-end:"

// StoppedTooLate is what a person has to do about a stop flag of a claim that has ended, with the difference that it makes of what was paid and why; empty when it makes none,
// and no procedure before the court goes on. Without the flag or with it no settlement is of another amount or day: only its division differs (art. 6:44 BW).
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
	if f.Status == claim.StatusCourt && len(f.CourtStage().Next()) > 0 && f.Has(stop.Kind, today) {
		parts = append(parts, "tell the bailiff or lawyer who handles the case before the court")
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
