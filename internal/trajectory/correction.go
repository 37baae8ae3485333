package trajectory

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// Correction is the letter that tells the debtor which letters were wrong, and what is owed now. It is no step towards payment.
const Correction = "correction"

// CorrectionTerm is how many days the correction gives to pay what is really owed.
const CorrectionTerm = 14

// CorrectLetter starts the key of the task to correct a letter by hand, where no letter can.
const CorrectLetter = "correct-letter:"

// Untold gives the faults of which the debtor was not told, and no person is asked to: by no correction that left, or may have. One that was told counts as
// new when it comes to be known that still less was owed, by more than Tolerance. Of a letter that left over two channels it is one.
func Untold(f claim.Facts, rules Rules) (untold []Fault, err error) {
	telling, err := CorrectionTells(f, rules)
	return slices.DeleteFunc(telling, func(x Fault) bool {
		return slices.ContainsFunc(f.Tasks, func(t claim.Task) bool { return t.Open && rules.Policy.Corrects(f, t, x.Letter) })
	}), err
}

// Corrects says whether a task is to correct a letter by hand.
func (p Policy) Corrects(f claim.Facts, t claim.Task, l claim.Letter) bool {
	step, corrects := strings.CutPrefix(t.Key, CorrectLetter)
	return corrects && p.calls(f.Letters, l, step)
}

// CorrectionTells gives the faults that a correction tells: those that are untold, and with them those that a person was asked to tell and has not yet, whose task ends by that.
func CorrectionTells(f claim.Facts, rules Rules) (untold []Fault, err error) {
	faults, err := Faults(f, rules.Tables)
	if err != nil {
		return nil, err
	}
	for _, x := range faults {
		twice := slices.ContainsFunc(untold, func(y Fault) bool { return y.name() == x.name() })
		if !twice && !Told(f, rules, x) {
			untold = append(untold, x)
		}
	}
	return untold, nil
}

// Told says whether the debtor was told what was wrong with a letter as it is known now, by corrections that left or by persons. Who told it before it was kept what a person tells has told it for good.
func Told(f claim.Facts, rules Rules, x Fault) bool {
	if slices.ContainsFunc(f.Tasks, func(t claim.Task) bool { return toldForGood(t) && rules.Policy.Corrects(f, t, x.Letter) }) {
		return true
	}
	marks := toldMarks(f)
	owed, told := LeastTold(marks, x)
	if !told && x.withdrawn() && x.Over() <= Tolerance { // it asked what was owed: that it does not count is all that there is to tell
		return slices.Contains(marks, withdrawnMark+x.name())
	}
	return told && x.Owed.Total() >= owed-Tolerance && (!x.withdrawn() || rules.Policy.toldWithdrawn(f, x.Letter))
}

// name tells the letters of a claim apart, whatever its trajectory calls their steps.
func (x Fault) name() string { return x.Letter.Kind + "@" + x.Letter.On.String() }

// Corrects is what a correction keeps of the faults that it tells, for Untold: each as KIND@DAY=CENTS, what was owed; of a 14-day letter that named too much also void:KIND@DAY.
func Corrects(faults []Fault) string {
	marks := make([]string, 0, len(faults))
	for _, x := range faults {
		marks = append(marks, fmt.Sprintf("%s=%d", x.name(), x.Owed.Total().Cents()))
		if x.withdrawn() {
			marks = append(marks, withdrawnMark+x.name())
		}
	}
	return strings.Join(marks, " ")
}

// toldMarks are what the debtor was told of letters that were wrong, see Corrects: by corrections that left, or may have, and by persons.
func toldMarks(f claim.Facts) (marks []string) {
	for _, l := range f.Letters {
		if l.Left() {
			marks = append(marks, strings.Fields(l.Corrects)...)
		}
	}
	for _, t := range f.Tasks {
		marks = append(marks, strings.Fields(t.Corrects)...)
	}
	return marks
}

// LeastTold is the least of what marks tell that was owed on the day of a letter, if they do.
func LeastTold(marks []string, x Fault) (least money.Amount, told bool) {
	for _, mark := range marks {
		name, cents, _ := strings.Cut(mark, "=")
		owed, err := strconv.ParseInt(cents, 10, 64)
		if err == nil && name == x.name() && (!told || money.Cents(owed) < least) {
			least, told = money.Cents(owed), true
		}
	}
	return least, told
}

// AsksPrincipal says whether a correction on a day asks the principal only, as the client's own reminders do: no letter that left has asked more yet, nor a payment arrangement, and some of
// it is owed.
func AsksPrincipal(f claim.Facts, on calendar.Date) bool {
	_, arranged := f.ArrangementOn(on)
	return !arranged && f.UnpaidPrincipal(on) > 0 && !slices.ContainsFunc(f.Letters, func(l claim.Letter) bool {
		return l.Left() && Demands(l.Kind) && StageOf(l.Kind) != StageReminders
	})
}

// CorrectedOn is the first day on which a correction left that told what was wrong with a letter as it is known now; no date when none did.
func CorrectedOn(f claim.Facts, x Fault) calendar.Date {
	for _, l := range f.Letters {
		if owed, told := LeastTold(toldMarks(claim.Facts{Letters: []claim.Letter{l}}), x); told && x.Owed.Total() >= owed-Tolerance {
			return l.On
		}
	}
	return calendar.Date{}
}

// corrected: the debtor is told which letters were wrong, all in one letter and the next only after the spacing, so that what comes to be known in a row is told together, also before a claim closes that is paid. Where no letter
// may leave, a person is asked, once for each step; while something is owed the letter waits for what any demand waits for, but for a promise or an arrangement: the debtor would pay what is not owed
// (docs/decisions/0078).
func (d *decision) corrected() (Action, bool) {
	if len(d.untold) == 0 || d.facts.Attention != nil {
		return Action{}, false
	}
	newest := d.untold[len(d.untold)-1]
	step := Correction + ":" + newest.Letter.Kind
	if !d.facts.SkippedOn(step).IsZero() {
		return Action{}, false
	}
	cycle, day := d.correction(step)
	channel, reachable := d.channel(step, cycle, []string{ChannelEmail, ChannelPost})
	owed := d.account.Open.Total()
	asks := d.agreed.Asks(owed)
	stops := d.facts.StoppedBy(d.today)
	switch _, ended := d.ended(); {
	case owed > 0 && !ended && slices.ContainsFunc(stops, func(s claim.Stop) bool { return !d.opened(s.Task()) }): // what is done about the stop comes first
		return Action{}, false
	case ended || len(stops) > 0, !reachable, owed > 0 && asks > 0 && asks < d.rules.Policy.MinimumDemand, owed == 0 && d.paused():
		return d.person(CorrectLetter+newest.Letter.Step, newest.byHand(d.facts)), true
	case owed > 0 && d.waits():
		return Action{}, false
	}
	due := d.atOnce()
	if day.After(d.today) {
		due = d.contact(day, step)
	}
	return Action{
		Kind: ActLetter, Step: step, Letter: Correction, Cycle: cycle, Channel: channel, Term: d.payWithin(calendar.DateOf(due)), Stage: d.stage(), Due: due,
		Reason:    fmt.Sprintf("the %s of %s asked %s and %s was owed (%s): the debtor is told which letters were wrong", newest.Letter.Step, newest.Letter.On, newest.Letter.Demanded, newest.Owed.Total(), newest.Why()),
		NotSooner: fmt.Sprintf("it goes out as soon as the debtor may be contacted, and two are at least %d days apart: what comes to be known meanwhile goes with it", d.correctionSpacing()),
	}, true
}

// correction is which time a correction of this step is the next, and the day before which it does not leave.
func (d *decision) correction(step string) (cycle int, day calendar.Date) {
	cycle, day = 1, d.today
	for _, l := range d.corrections() {
		if l.Step == step {
			cycle = max(cycle, l.Cycle+1)
		}
		day = calendar.Max(day, l.On.AddDays(d.correctionSpacing()))
	}
	return cycle, day
}

// correctionSpacing is how many days two corrections are apart at least: as demands are, and never two on one day.
func (d *decision) correctionSpacing() int { return max(1, d.rules.Policy.Spacing) }

// corrections are those that left, or may have.
func (d *decision) corrections() (left []claim.Letter) {
	for _, l := range d.facts.Letters {
		if l.Kind == Correction && l.Left() {
			left = append(left, l)
		}
	}
	return left
}

// paused says whether a hold or a dispute is in force.
func (d *decision) paused() bool {
	_, held := d.held()
	_, disputed := d.disputed()
	return held || disputed
}

// waits says whether no correction may leave for now, for a reason that passes.
func (d *decision) waits() bool {
	_, unallocated := d.unallocated()
	slate, _ := d.slate()
	_, undelivered := d.undelivered()
	return undelivered || inDoubt(d.facts) != "" || d.paused() || unallocated || d.untellable() || slate != ""
}
