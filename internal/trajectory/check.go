package trajectory

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/incassocenter/dunning/internal/claim"
)

// StageOf is the stage of a kind of letter that a step can send; empty for any other.
func StageOf(kind string) Stage { return stages[kind] }

// stages says which letters a step can send, and of which stage each is: where it may ask costs, and where the rules for consumers are kept.
var stages = map[string]Stage{
	"reminder": StageReminders, "sticker-reminder": StageReminders, claim.FourteenDayLetter: StageNotice, "summons": StageSummons, "final-summons": StageSummons,
}

// maxSpacing is less than half of the shortest period of debt monitoring.
const maxSpacing = 14

// maxDebtorSpacing lets a debtor with several claims be written to once a week for one of them, so that none waits for long.
const maxDebtorSpacing = 7

// maxOffset is the most days, calendar or working, that a step, a term or a decision can wait: longer is a slip of the pen.
const maxOffset = 366

// check finds everything that cannot work, and that is not lawful.
func (p Policy) check() (f findings) {
	if p.ID == "" || p.Version < 1 {
		f.add("version", "needs an id and a version of 1 or more")
	}
	if p.ID != "" && !name.MatchString(p.ID) {
		f.add("id", "id: %q is no name; right would be %s", p.ID, namedAs)
	}
	if p.For != "consumer" && p.For != "business" {
		f.add("for", "for: %q is neither consumer nor business", p.For)
	}
	if p.MinimumDemand < 0 {
		f.add("minimum_demand", "minimum_demand: %s is less than nothing", p.MinimumDemand)
	}
	if p.Spacing < 0 || p.Spacing > maxSpacing {
		f.add("spacing", "spacing: %d is no number of days from 0 to %d", p.Spacing, maxSpacing)
	}
	if p.DebtorSpacing < 1 || p.DebtorSpacing > maxDebtorSpacing {
		f.add("debtor_spacing", "debtor_spacing: %d is no number of days from 1 (never two on one day) to %d", p.DebtorSpacing, maxDebtorSpacing)
	}
	if p.LateAfter < 1 {
		f.add("late_after", "late_after: needs 1 day or more")
	}
	switch field, problem := p.Advice.problem(); {
	case p.Advice == (Offset{}):
		f.add("advice", "advice: is missing; right would be when the client is advised, as {after: previous, days: 8}")
	case problem != "":
		f.within("advice", field, "%s", problem)
	}
	p.checkDecision(&f)
	if err := p.Monitoring.check(); err != nil {
		f.add("monitoring", "monitoring: %s", err)
	}
	p.Monitoring.checkInterruption(&f)
	p.Court.check(&f)
	p.Hold.check(&f, "hold", holdReviewDays)
	p.Stopped.check(&f, "stopped", stopReviewDays)
	p.checkSteps(&f)
	p.checkLaw(&f)
	return f
}

func (p Policy) checkDecision(f *findings) {
	if p.Decision.Term > maxOffset {
		f.add("decision", "decision: term: more than %d days", maxOffset)
	}
	if p.Decision.Term < 1 || len(p.Decision.Default) == 0 {
		f.add("decision", "decision: needs a term in days and a default per plan")
	}
	if p.Decision.RemindAfter != 0 && (p.Decision.RemindAfter < 0 || p.Decision.RemindAfter >= p.Decision.Term) {
		f.add("decision", "decision: remind_after is 0 (no reminder) or a day within the term")
	}
	for _, plan := range slices.Sorted(maps.Keys(p.Decision.Default)) {
		switch choice := p.Decision.Default[plan]; choice {
		case claim.ChooseMonitoring, claim.ChooseClose:
		case claim.ChooseCourt:
			f.add("decision", "decision: default of plan %s: nobody goes to court who did not decide to; right would be monitoring or close", plan)
		default:
			f.add("decision", "decision: default of plan %s: %q is not monitoring or close", plan, choice)
		}
	}
}

// name is what a trajectory and its steps may be called: they stand in keys, which have a colon before what follows, in lines and in files.
var name = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

const namedAs = "small letters, digits and hyphens, at most 64"

func (p Policy) checkSteps(f *findings) {
	if len(p.Steps) == 0 {
		f.add("steps", "steps: a trajectory has at least one")
	}
	seen := map[string]bool{MonitoringLetter: true, InterruptionLetter: true, AdviceLetter: true, DecisionReminder: true, DisputeUpheld: true, checksStep: true} // steps of their own
	for i, step := range p.Steps {
		switch {
		case step.ID == "" || seen[step.ID]:
			f.step(i, step, "step", "missing, used twice or reserved")
		case !name.MatchString(step.ID):
			f.step(i, step, "step", "%q is no name; right would be %s", step.ID, namedAs)
		}
		seen[step.ID] = true
		switch field, problem := step.problem(); {
		case problem != "":
			f.step(i, step, field, "%s", problem)
		case i == 0 && (step.After == AfterPrevious || step.After == AfterReceived):
			f.step(i, step, "after", "the first step has no previous one")
		}
		step.checkLetter(i, f)
		step.checkChannels(i, f)
		p.checkWhen(i, f)
		step.checkPersonAndLate(i, f)
	}
}

// problem says what is wrong with an offset by itself, and with which field of it.
func (o Offset) problem() (field, problem string) {
	switch {
	case o.After == "":
		return "after", "is missing; right would be due, hand-over, previous or received"
	case !slices.Contains([]Anchor{AfterDue, AfterHandOver, AfterPrevious, AfterReceived}, o.After):
		return "after", fmt.Sprintf("%q is not due, hand-over, previous or received", o.After)
	case o.Days < 0 || o.WorkingDays < 0:
		return o.unit(), "needs days or working_days of 0 or more"
	case o.Days > 0 && o.WorkingDays > 0:
		return "days", "days and working_days exclude each other"
	case o.Days > maxOffset || o.WorkingDays > maxOffset:
		return o.unit(), fmt.Sprintf("more than %d days", maxOffset)
	}
	return "", ""
}

// checkLetter: each letter has its own place and term; a call has neither.
func (s Step) checkLetter(i int, f *findings) {
	stage, known := stages[s.Letter]
	switch {
	case s.call():
		if s.Term != 0 {
			f.step(i, s, "term", "a call gives no term; right would be none")
		}
		if !slices.Contains(slices.Collect(maps.Values(stages)), s.Stage) {
			f.step(i, s, "stage", "%q is not reminders, notice or summons", s.Stage)
		}
	case !known:
		f.step(i, s, "letter", "%q is not a letter of the trajectory to the debtor; right would be one of %v", s.Letter, slices.Sorted(maps.Keys(stages)))
	case s.Stage != stage:
		f.step(i, s, "stage", "%q; a %s is of stage %s", s.Stage, s.Letter, stage)
	case s.Letter == claim.FourteenDayLetter && s.Term != 14:
		f.step(i, s, "term", "the 14-day-letter gives 14 days (art. 6:96 lid 6 BW)")
	case s.Term < 1 || s.Term > maxOffset:
		f.step(i, s, "term", "needs a term of 1 to %d days", maxOffset)
	case slices.Equal(s.Channels, []string{ChannelPhone}):
		f.step(i, s, "channels", "a %s never leaves by phone alone; right would be email, post or both too, or no letter for a call", s.Letter)
	}
}

func (s Step) checkChannels(i int, f *findings) {
	if len(s.Channels) == 0 {
		f.step(i, s, "channels", "needs channels")
	}
	for at, channel := range s.Channels {
		switch {
		case !slices.Contains([]string{ChannelEmail, ChannelPost, ChannelBoth, ChannelPhone}, channel):
			f.step(i, s, "channels", "%q is not email, post, both or phone", channel)
		case slices.Contains(s.Channels[:at], channel) || channel == ChannelBoth && (slices.Contains(s.Channels, ChannelEmail) || slices.Contains(s.Channels, ChannelPost)):
			f.step(i, s, "channels", "each channel stands there once, and both stands for email and post")
		case channel == ChannelPhone && at+1 < len(s.Channels):
			f.step(i, s, "channels", "a call is always possible: what comes after phone never happens")
		case s.Letter == claim.FourteenDayLetter && channel == ChannelBoth:
			f.step(i, s, "channels", "two 14-day letters would start two terms; right would be [email, post] (art. 6:96 lid 6 BW)")
		case s.Letter == claim.FourteenDayLetter && channel == ChannelPhone:
			f.step(i, s, "channels", "a call is no 14-day letter: costs would never be due (art. 6:96 lid 6 BW)")
		}
	}
}

// checkPersonAndLate: what the law asks is never left out because it is late.
func (s Step) checkPersonAndLate(i int, f *findings) {
	if s.Approval != "" && s.Approval != ByOperator {
		f.step(i, s, "approval", "%q is not operator", s.Approval)
	}
	if s.Late != "" && !slices.Contains(LateRules(), s.Late) {
		f.step(i, s, "late", "%q is not one of %v", s.Late, LateRules())
	}
	if s.Letter == claim.FourteenDayLetter && (s.Late == LateExpire || s.Late == LateCoalesce) {
		f.step(i, s, "late", "a mandatory notice is never left out; right would be %s or %s (art. 6:96 lid 6 BW)", LateShift, LateCatchUp)
	}
}
