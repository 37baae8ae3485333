package trajectory

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// plan is the day of a step and how it came about.
type plan struct {
	anchor  calendar.Date
	from    string        // what the anchor is
	counted calendar.Date // the anchor and the offset
	day     calendar.Date // counted, or later
	later   string        // why it is later
	off     string        // why it does not come on the day counted, as its reason says
	omitted []string      // the steps before it that are left out, and why
}

// reason says why the step comes, why those before it do not, and why it does not come on its own day, where it was not tried then.
func (d *decision) reason(step Step, p plan) string {
	why := because(fmt.Sprintf("%s is due %s after %s (%s)", step.ID, step.Offset, p.from, p.anchor), p.omitted)
	if d.tried(step) {
		return why
	}
	return why + p.off
}

// because adds to a reason what is left out.
func because(reason string, omitted []string) string {
	return strings.Join(append([]string{reason}, omitted...), "; ")
}

func (d *decision) plan(step Step, previous progress) plan {
	p := plan{counted: d.planned(step, previous), omitted: previous.since()}
	p.anchor, p.from = d.anchor(step.After, previous)
	p.day, p.later = d.floor(step, previous.last, p.counted)
	if p.off = d.isLate(p.counted); p.later != "" {
		alone, then := d.knowing(d.today), d.knowing(p.counted)
		day, later := alone.floor(step, previous.last, p.counted)
		_, moved := then.floor(step, previous.last, p.counted)
		p.off = d.offDay(p.counted, day, later, moved)
	}
	return p
}

// planned is the day on which a step is due by itself.
func (d *decision) planned(step Step, previous progress) calendar.Date {
	anchor, _ := d.anchor(step.After, previous)
	return calendar.Max(d.facts.HandedOverOn, d.count(anchor, step.Offset))
}

// floor is the day before which a step never goes, whatever its policy or a late start says: it waits for the term of the letter before it (no burst after
// an outage), keeps the spacing, and a consumer gets no summons before the 14 days after receipt are over (art. 6:96 lid 6 BW). later says which of them
// moved the day.
func (d *decision) floor(step Step, last claim.Letter, planned calendar.Date) (day calendar.Date, later string) {
	day, later = d.spaced(step.ID, planned)
	if step.Letter == claim.FourteenDayLetter { // its own term begins anew
		day, later = d.afterTerms(last, day, later)
	} else {
		day, later = d.afterTerms(last, day, later, d.corrections()...)
	}
	notice := last.Kind == claim.FourteenDayLetter
	if notice || step.Stage == StageSummons {
		day, later = d.afterNotice(day, later)
	}
	if interrupted := d.lastLeft(InterruptionLetter); !interrupted.IsZero() && interrupted.AddDays(afterInterruption).After(day) {
		day, later = interrupted.AddDays(afterInterruption), "limitation was interrupted by letter on "+interrupted.String()
	}
	return day, later
}

// afterNotice is day, or for a consumer the first later day after the 14 days that follow the receipt of the 14-day letter.
func (d *decision) afterNotice(day calendar.Date, why string) (from calendar.Date, later string) {
	if ends := d.facts.CostsDueFrom(); d.facts.Debtor.Consumer() && ends.After(day) {
		return ends, "the 14 days after receipt of the 14-day letter end on " + ends.AddDays(-1).String()
	}
	return day, why
}

// afterTerms is day, or the first later day after the terms of the letter before, of others, and of what another trajectory sent and this one has not. The term
// of a 14-day letter counts from its receipt.
func (d *decision) afterTerms(last claim.Letter, day calendar.Date, why string, others ...claim.Letter) (from calendar.Date, later string) {
	from, later = day, why
	for _, l := range slices.Concat([]claim.Letter{last}, d.foreign(), others) {
		if !l.PayBy.After(l.On) || l.Kind == claim.FourteenDayLetter {
			continue
		}
		ends := d.shift(l.On, l.PayBy.DaysSince(l.On))
		if _, promised := d.facts.PromiseOn(l.On); promised && l.Kind == Correction { // it gives until the promised day, or later: waiting for the promise is no waiting beside that
			ends = l.PayBy
		}
		if !ends.Before(from) {
			from, later = ends.AddDays(1), "the letter before it gives until "+ends.String()
			if l.Kind == Correction {
				later = fmt.Sprintf("the correction of %s gives until %s", l.On, ends)
			}
		}
	}
	return from, later
}

// foreign is the letters that left under another trajectory and have no step in this one.
func (d *decision) foreign() (letters []claim.Letter) {
	for _, l := range d.facts.Letters {
		if l.Left() && d.rules.Policy.foreign(l) {
			letters = append(letters, l)
		}
	}
	return letters
}

// spaced is day, or the first later day that keeps the spacing from every letter that left, or may have, and asks to pay or confirms when, and from those to
// the same debtor for its other claims. Letters of the same step are one:
// over both channels, or sent again because one failed; what failed reached nobody. A void one did.
func (d *decision) spaced(step string, day calendar.Date) (from calendar.Date, later string) {
	for _, l := range d.facts.Letters {
		again := l.Step == step && (l.Kind != claim.FourteenDayLetter || !d.facts.Void(l))
		corrected := l.Kind == Correction && claim.IsArrangementStep(step) // others wait for the term that it gives
		if again || !l.Left() || !Demands(l.Kind) && l.Kind != ArrangementConfirmation && !corrected {
			continue
		}
		if least := l.On.AddDays(d.rules.Policy.Spacing); least.After(day) {
			day, later = least, fmt.Sprintf("%s left on %s, and letters are %d days apart", l.Step, l.On, d.rules.Policy.Spacing)
		}
	}
	return d.coordinated(day, later)
}

// receiptWithin is how many days before a claim lapses a letter leaves at the latest to be received in time, over either channel and over holidays.
const receiptWithin = 14

// coordinated is day, or the first later day that keeps the spacing from the letters to the same debtor for its other claims. One without which the claim could
// lapse does not wait for them.
func (d *decision) coordinated(day calendar.Date, why string) (from calendar.Date, later string) {
	last, apart := d.facts.OtherContact, d.rules.Policy.DebtorSpacing
	least := last.AddDays(apart)
	if last.IsZero() || !least.After(day) {
		return day, why
	}
	if !d.lapses.Before(d.today) && least.AddDays(receiptWithin).After(d.lapses) {
		return day, why
	}
	if apart == 1 {
		return least, fmt.Sprintf("another letter to this debtor left on %s, and no two leave on one day", last)
	}
	return least, fmt.Sprintf("another letter to this debtor left on %s, and they are %d days apart", last, apart)
}

func (d *decision) anchor(after Anchor, previous progress) (calendar.Date, string) {
	switch after {
	case AfterReceived:
		return previous.received, "receipt of the previous letter"
	case AfterHandOver:
		return d.facts.HandedOverOn, "hand-over"
	case AfterDue:
		return d.facts.FirstDue(), "the due date"
	case AfterPrevious:
	}
	return previous.on, "the previous step"
}

// count adds an offset to a day, leaving out the days on which the claim was paused.
func (d *decision) count(from calendar.Date, o Offset) calendar.Date {
	if o.WorkingDays == 0 {
		return d.shift(from, o.Days)
	}
	day := from
	for left := o.WorkingDays; left > 0; {
		before := day
		if day = day.AddDays(1); calendar.IsWorkingDay(day) && d.facts.PausedDays(before, day) == 0 {
			left--
		}
	}
	return day
}

// shift counts days from anchor, leaving out the days on which the claim was paused.
func (d *decision) shift(anchor calendar.Date, days int) calendar.Date {
	return d.facts.AfterPauses(anchor, days)
}

func (d *decision) notSooner(o Offset, p plan, due time.Time) string {
	plain := (&decision{}).count(p.anchor, o) // without a pause
	why := fmt.Sprintf("the term of %s after %s ends on %s", o, p.from, plain)
	if paused := p.counted.DaysSince(plain); paused > 0 && !plain.Before(d.facts.HandedOverOn) {
		why += "; " + notCounted(paused)
	}
	if p.later != "" {
		why += "; " + p.later
	}
	if on := calendar.DateOf(due); on.After(p.day) && !p.day.Before(d.today) {
		why += fmt.Sprintf("; no contact on %s: %s", p.day, d.noContact(p.day))
	}
	return why
}

// notCounted says how many days a claim waited that are in no term (see claim.Facts.PausedDays).
func notCounted(days int) string {
	return fmt.Sprintf("%d days of waiting (hold, dispute, stop flag, promise, arrangement) do not count", days)
}

// noContact is why a debtor is not contacted any more on a day, today or later: the day is closed, or it is too late for an attempt.
func (d *decision) noContact(day calendar.Date) string {
	at := day.At(12, 0)
	if day == d.today {
		at = d.now
	}
	if _, _, closed := calendar.ContactAllowed(at); closed != "" {
		return closed
	}
	return fmt.Sprintf("%s is too late to try", at.In(calendar.Amsterdam).Format("15:04"))
}
