package trajectory

import (
	"maps"
	"slices"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
)

// checkLaw finds what the law forbids, and what the steps do to each other: terms that are cut short, letters too close.
func (p Policy) checkLaw(f *findings) {
	if p.For == "consumer" {
		p.checkSummons(f)
	}
	p.checkFinal(f)
	p.checkGaps(f)
	p.checkLimitation(f)
}

// checkFinal: a last demand after which another comes was not the last, and announced a court that was not next (art. 4.1 Besluit kwaliteit
// incassodienstverlening: what a letter says is right).
func (p Policy) checkFinal(f *findings) {
	for i, step := range p.Steps {
		later := slices.IndexFunc(p.Steps[i+1:], func(s Step) bool { return s.Letter == "summons" })
		if step.Letter == "final-summons" && later >= 0 {
			f.step(i, step, "letter", "a final-summons comes before the summons of %s; right would be the summons first, or summons here", p.Steps[i+1+later].ID)
			return
		}
	}
}

// checkSummons: a consumer owes no costs, and gets no summons that asks them, before the 14 days after receipt are over, whichever steps are left out by
// their conditions (art. 6:96 lid 6 BW).
func (p Policy) checkSummons(f *findings) {
	for j, step := range p.Steps {
		if step.Stage != StageSummons {
			continue
		}
		i := p.noticeBefore(j)
		switch {
		case i < 0:
			f.step(j, step, "stage", "a consumer summons needs a 14-day-letter before it (art. 6:96 lid 6 BW)")
		case !step.When.within(p.Steps[i].When):
			f.step(j, step, "when", "this summons can come where the condition of %s leaves the 14-day letter out; right would be the same condition (art. 6:96 lid 6 BW)", p.Steps[i].ID)
		case p.sinceReceipt(i, j) < 0:
			f.step(j, step, "after", "a consumer summons comes 15 days or more after receipt of the 14-day letter (art. 6:96 lid 6 BW), and %q does not count from that; right would be received", step.After)
		case p.sinceReceipt(i, j) < 15:
			f.step(j, step, step.unit(), "a consumer summons comes 15 days or more after receipt of the 14-day letter (art. 6:96 lid 6 BW)")
		default:
			continue
		}
		return // what comes after it would be told the same
	}
}

// noticeBefore is the last 14-day letter before step j; -1 without one.
func (p Policy) noticeBefore(j int) int {
	for i := j - 1; i >= 0; i-- {
		if p.Steps[i].Letter == claim.FourteenDayLetter {
			return i
		}
	}
	return -1
}

// unbounded is fewer days than any.
const unbounded = -1 << 20

// sinceReceipt is the least number of days from receipt of the letter of step i to step j; unbounded when j can count from something else than that.
func (p Policy) sinceReceipt(i, j int) int {
	step := p.Steps[j]
	if step.After != AfterReceived && step.After != AfterPrevious {
		return unbounded
	}
	least := -unbounded
	for before := j - 1; before >= i; before-- {
		switch {
		case before > i:
			least = min(least, p.sinceReceipt(i, before)+step.least())
		case step.After == AfterReceived:
			least = min(least, step.least())
		default: // from the day on which it was sent
			return unbounded
		}
		if p.Steps[before].When == (Condition{}) {
			break
		}
	}
	return least
}

// checkGaps: a letter leaves after the term of the one before it, whichever steps between are left out, and keeps the spacing.
func (p Policy) checkGaps(f *findings) {
	for j, step := range p.Steps {
		if step.call() {
			continue
		}
		gaps := p.gaps(j, step.Offset)
		for _, i := range slices.Sorted(maps.Keys(gaps)) {
			switch before, gap := p.Steps[i], gaps[i]; {
			case gap <= before.Term:
				f.step(j, step, step.unit(), "it leaves within the term of %d days that %s gives; right would be %s or more", before.Term, before.ID, step.longer(before.Term+1-gap))
			case gap < p.Spacing:
				f.step(j, step, step.unit(), "it can leave %d days after %s, and spacing is %d", gap, before.ID, p.Spacing)
			}
		}
	}
	gaps := p.gaps(len(p.Steps), p.Advice)
	for _, i := range slices.Sorted(maps.Keys(gaps)) {
		if before, gap := p.Steps[i], gaps[i]; gap <= before.Term {
			f.add("advice", "advice: it leaves within the term of %d days that %s gives; right would be %s or more", before.Term, before.ID, p.Advice.longer(before.Term+1-gap))
		}
	}
}

// gaps gives the steps whose letter can be the last before a step at j with this offset, and the least number of days between. What counts from another
// day than the steps do is left to the decision, which waits for the term.
func (p Policy) gaps(j int, o Offset) map[int]int {
	found := map[int]int{}
	sum := o.least()
	for i := j - 1; i >= 0; i-- {
		step := p.Steps[i]
		switch {
		case o.After == AfterPrevious || o.After == AfterReceived:
			if !step.call() {
				found[i] = sum
			}
		case o.After == step.After && !step.call() && step.WorkingDays == 0 && o.WorkingDays == 0:
			found[i] = o.Days - step.Days
		}
		if step.When != (Condition{}) {
			continue
		}
		if !step.call() || step.After != AfterPrevious && step.After != AfterReceived {
			return found
		}
		sum += step.least()
	}
	return found
}

// checkLimitation: debt monitoring is what keeps a claim alive, so its letters come well within the shortest term of limitation of its debtors: also when one
// is late and the next comes half a period later, and when the client takes all its time to decide.
func (p Policy) checkLimitation(f *findings) {
	months, years := p.Monitoring.LetterEveryMonths, law.LimitationYears(p.For == "consumer")
	undecided := (p.Advice.least()+p.Decision.Term)/30 + 1 // months
	switch {
	case months < 1 || p.Monitoring.Years < 1: // told already
	case months >= 12*p.Monitoring.Years:
		f.add("monitoring", "monitoring: with a letter every %d months none comes within %d years: nothing would interrupt limitation (art. 3:317 BW)", months, p.Monitoring.Years)
	case months+max(months/2, undecided) >= 12*years:
		f.add("monitoring", "monitoring: letters every %d months can come %d months apart, and a claim on a %s debtor can lapse after %d years (art. 3:307 and 7:28 BW)",
			months, months+max(months/2, undecided), p.For, years)
	}
}
