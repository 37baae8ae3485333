package scenario_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// What a client decides, and what comes of a claim before the court.

// decided is a decision of the client: what cannot be decided then is refused, and changes nothing.
func decided(choice claim.Choice, on calendar.Date) occasion {
	return occasion{on, "decide: " + string(choice), func(f *claim.Facts, on calendar.Date) {
		_, disputed := f.Unjudged()
		refused := trajectory.Advised(*f).IsZero() || f.Status != claim.StatusOpen || disputed || f.Upheld() || f.Decision != nil && !f.Revises(choice)
		switch choice {
		case claim.ChooseMonitoring:
			refused = refused || f.Plan != "premium" || claim.TimeBarredProblem(on, trajectory.Enforceable(*f).LastDay) != ""
		case claim.ChooseCourt:
			refused = refused || f.CourtChoiceProblem(on, trajectory.Enforceable(*f).LastDay) != ""
		case claim.ChooseClose:
		}
		if d := (claim.Decision{Choice: choice, On: on}); !refused {
			f.Interlude, f.Decision = f.InterludeAfter(d), &d
		}
	}}
}

// decides is a decision, as often at some time after the advice as when there is nothing to decide yet.
func (r *randomLife) decides(on calendar.Date) []occasion {
	return []occasion{decided(pick(r, claim.ChooseCourt, claim.ChooseMonitoring, claim.ChooseClose), on.AddDays(r.IntN(90)))}
}

// toCourt is a client that chooses the court, after the advice or during debt monitoring, and what comes of it: stages of a procedure, payments, reminders that somebody has done, and,
// when it takes the case back, what it decides anew, or nothing.
func (r *randomLife) toCourt(key string, on calendar.Date) (all []occasion) {
	on = on.AddDays(30 + r.IntN(60))
	if r.IntN(3) == 0 {
		all = append(all, decided(claim.ChooseMonitoring, on))
		on = on.AddDays(3 + r.IntN(200))
	}
	all = append(all, decided(claim.ChooseCourt, on))
	for i := range r.IntN(5) {
		on = on.AddDays(1 + r.IntN(30))
		switch r.IntN(4) {
		case 0:
			all = append(all, r.answersReminder(fmt.Sprintf("%s-%d", key, i), on))
		case 1:
			all = append(all, r.settles("pays-client", fmt.Sprintf("%s-%d", key, i), on)...)
		default:
			all = append(all, r.stage(on))
		}
	}
	if r.IntN(2) == 0 {
		all = append(all, decided(pick(r, claim.ChooseMonitoring, claim.ChooseClose, claim.ChooseCourt), on.AddDays(1+r.IntN(25))))
	}
	return all
}

// stage is how far the procedure came, some days ago; it may be one that cannot come now.
func (r *randomLife) stage(on calendar.Date) occasion {
	step := claim.CourtStep{Stage: pick(r, append(claim.CourtStages(), claim.CourtServed, claim.CourtWithdrawn, claim.CourtWithdrawn)...), On: on.AddDays(-r.IntN(4))}
	told := fmt.Sprintf("court: %s, on: %s", step.Stage, step.On)
	if step.Stage == claim.CourtJudgment {
		step.Awarded = claim.Awarded{Principal: r.amount, Interest: 100, Costs: 40_00, CourtCosts: 350_00}
		told += fmt.Sprintf(", principal: %s, interest: %s, costs: %s, court-costs: %s", step.Awarded.Principal, step.Awarded.Interest, step.Awarded.Costs, step.Awarded.CourtCosts)
	}
	return occasion{on, told, func(f *claim.Facts, on calendar.Date) {
		if f.CourtProblem(step, on) != "" {
			return
		}
		f.Court = append(slices.Clone(f.Court), step)
		if step.Stage == claim.CourtWithdrawn { // it decides anew
			f.Status, f.Decision, f.AskedAgain = claim.StatusOpen, nil, on
		}
	}}
}

// answersReminder is a person who says that there is no stage to record yet, or that a hold stays, of the reminder that is open by then. Which that is only the life knows.
func (r *randomLife) answersReminder(key string, on calendar.Date) occasion {
	return occasion{on, fmt.Sprintf("task-done: <%s>, reason: nothing to record yet", key), func(f *claim.Facts, on calendar.Date) {
		f.Tasks = slices.Clone(f.Tasks)
		for i := range f.Tasks {
			if t := &f.Tasks[i]; t.Open && trajectory.Reminds(t.Key) {
				t.Open, r.reminders[key] = false, t.Key
				f.RemindersDone = append(slices.Clone(f.RemindersDone), claim.Done{Step: t.Key, On: on})
				return
			}
		}
	}}
}

// named puts the reminder that was open into what is told of it.
func (r *randomLife) named(told string) string {
	before, rest, found := strings.Cut(told, "<")
	key, after, _ := strings.Cut(rest, ">")
	if !found {
		return told
	}
	return before + `"` + cmp.Or(r.reminders[key], "hand-over-late:2000-01-01") + `"` + after
}
