package trajectory

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// InterruptByHand starts the key of the task to interrupt limitation in another way than by letter; the last day on which that is in time follows.
const InterruptByHand = "interrupt:"

// ProveInterruption starts the key of the task to send an interruption by registered post as well; its cycle follows.
const ProveInterruption = "prove-interruption:"

// afterInterruption is how many days after an interruption the next letter of the trajectory leaves at the soonest.
const afterInterruption = 14

// interruption keeps a claim from being time-barred. It preserves a right and asks for no payment in time (art. 3:317 lid 1 BW), so it leaves during a hold
// or a dispute too. Not to a debtor for whom a flag stops all letters: then, and when no letter can leave, a person is asked while there is time. A demand
// of the trajectory that leaves in the first half of that time does the same, and is waited for. What was disputed rightly is not preserved, and of a trifle a person
// says whether it is. A claim for the court is kept so until a summons is served, for which it has to be enforceable: by a person when its dispute was judged to be
// right, since the client decides whether the case goes on, and when one was asked already.
func (d *decision) interruption() (Action, bool) {
	last, trifle := d.lapses, d.account.Open.Total() < d.rules.Policy.MinimumDemand
	court := d.facts.SummonsAwaited()
	switch late := last.Before(d.today); {
	case court && d.awaited(InterruptByHand+last.String()):
		return Action{}, false
	case last.IsZero() || d.facts.Upheld() && !court || d.account.Open.Total() <= 0 || trifle && !court && (late || d.awaited(SmallBalance)):
		return Action{}, false
	case late:
		return d.lapsed(last)
	}
	if proof, ok := d.proof(); ok {
		return proof, true
	}
	days := d.rules.Policy.Monitoring.interruptBefore()
	from, _ := d.spaced(InterruptionLetter, last.AddDays(-days))
	if served := d.ruled.Letter != "" && Demands(d.ruled.Letter) && !calendar.DateOf(d.ruled.Due).After(from.AddDays(days/2)); served {
		return Action{}, false
	}
	channel, why := d.wayToInterrupt()
	if why != "" {
		return d.interruptByHand(last, from, why)
	}
	when := fmt.Sprintf("limitation is interrupted %d days before", days)
	if day := calendar.NextContactDay(from); day.Before(d.today) {
		when = fmt.Sprintf("limitation was to be interrupted on %s, and that is still in time", day)
	}
	return Action{
		Kind: ActLetter, Step: InterruptionLetter, Letter: InterruptionLetter, Cycle: d.timesLeft(InterruptionLetter) + 1, Channel: channel, Stage: d.stage(),
		Due:       d.contact(from, InterruptionLetter),
		Reason:    fmt.Sprintf("the claim is time-barred after %s: %s (art. 3:317 BW)", last, when),
		NotSooner: "a demand, a payment, an arrangement or a summons until then interrupts limitation too",
	}, true
}

// InterruptionComing is the letter that is to interrupt limitation of a claim, beside what comes next for it; no step when none is to come by what is known.
// An error means that the law tables cannot answer.
func InterruptionComing(f claim.Facts, rules Rules, now time.Time) (Action, error) {
	d, err := consider(f, rules, now)
	if err != nil || f.OpenedOn.IsZero() || f.Status.Final() && !f.SummonsAwaited() {
		return Action{}, err
	}
	d.ruled = d.rule()
	letter, ok := d.interruption()
	if !ok || letter.Kind != ActLetter {
		return Action{}, nil
	}
	letter.Day = calendar.DateOf(letter.Due)
	return letter, nil
}

// wayToInterrupt is the channel by which an interruption can leave today, or why none can.
func (d *decision) wayToInterrupt() (channel, why string) {
	unknown := func(l claim.Letter) bool { return l.Step == InterruptionLetter && l.State == claim.LetterUnknown }
	allocating := func(task claim.Task) bool { return task.Open && strings.HasPrefix(task.Key, AllocateReceipt) }
	slate, _ := d.slate()
	switch stops, owed := d.facts.StoppedBy(d.today), d.account.Open.Total(); {
	case owed < d.rules.Policy.MinimumDemand:
		return "", fmt.Sprintf("%s is owed, less than the minimum of %s for which a letter leaves; it can be written off instead", owed, d.rules.Policy.MinimumDemand)
	case len(stops) > 0:
		return "", "the debtor is not written to: " + stops[0].Kind
	case d.facts.Upheld():
		return "", "the debtor's dispute was upheld"
	case slate != "" && slate != claim.DissolvedTask: // what is dissolved exists still for what it left (art. 2:19 lid 5 BW)
		return "", "nobody has said how the debtor's insolvency ended"
	case inDoubt(d.facts) != "":
		return "", "nobody has said whether the 14-day letter arrived on which the costs rest"
	case d.facts.Attention != nil && !d.facts.SummonsAwaited(): // what it was about ended with the choice for the court
		return "", "the claim waits for an operator"
	case slices.ContainsFunc(d.facts.Letters, unknown):
		return "", "it is not known whether the letter left"
	case slices.ContainsFunc(d.facts.Tasks, allocating):
		return "", "a receipt that is not allocated may belong to this claim"
	}
	channel, ok := d.channel(InterruptionLetter, d.timesLeft(InterruptionLetter)+1, []string{ChannelPost, ChannelEmail})
	if !ok {
		return "", "no channel is left to reach the debtor"
	}
	return channel, ""
}

// tellClient is what is left to do about a claim before the court that is time-barred.
const tellClient = "tell the client, who decides whether it takes the case back (claim court withdrawn)"

// lapsed asks a person, where none is asked yet: nothing ran in time, or what had begun a new term proved not to count (a payment was taken back, a letter came
// back) when the term before it was over.
func (d *decision) lapsed(last calendar.Date) (Action, bool) {
	key, end := InterruptByHand+last.String(), "close the claim (claim close)"
	if d.facts.SummonsAwaited() {
		end = tellClient
	}
	return Action{
		Kind: ActTask, Task: key, Stage: d.stage(), Due: d.now,
		Reason: fmt.Sprintf("the claim was time-barred after %s, as far as the file knows: record what interrupted limitation by then, with its proof (claim interrupted), or %s", last, end),
	}, !d.awaited(key)
}

// interruptByHand asks a person, on the day on which the letter would leave. One that was ended because the last day was another one then, is asked again.
func (d *decision) interruptByHand(last, from calendar.Date, why string) (Action, bool) {
	key := InterruptByHand + last.String()
	if d.awaited(key) {
		return Action{}, false
	}
	return Action{Kind: ActTask, Task: key, Stage: d.stage(), Due: d.at(from), Reason: toInterrupt(last, why)}, true
}

// ToInterruptByHand is the task to interrupt limitation of a claim by hand, and what is to be done, when its letter could not be made or sent.
func ToInterruptByHand(f claim.Facts, cause string) (task, todo string) {
	last := enforceableUntil(f)
	return InterruptByHand + last.String(), toInterrupt(last, cause)
}

// ServedTooLate is what is to be done when a summons was served after the last day of limitation: it interrupts nothing (art. 3:316 BW).
func ServedTooLate(last, served calendar.Date) string {
	return fmt.Sprintf("the summons was served on %s, and the claim was time-barred after %s, as far as the file knows: record what interrupted limitation by then, with its proof (claim interrupted), or %s", served, last, tellClient)
}

func toInterrupt(last calendar.Date, why string) string {
	return fmt.Sprintf("the claim is time-barred after %s and no letter can interrupt that (%s): interrupt limitation by hand, with proof, and record it (claim interrupted)", last, why)
}

// proof asks a person, once for each interruption by post, to send it by registered post as well, when the trajectory wants proof.
func (d *decision) proof() (Action, bool) {
	if !d.rules.Policy.Monitoring.ProveInterruption {
		return Action{}, false
	}
	for _, l := range d.facts.Letters {
		key := fmt.Sprintf("%s%d", ProveInterruption, l.Cycle)
		if l.Step == InterruptionLetter && l.Channel == ChannelPost && l.State == claim.LetterAccepted && !d.asked(key) {
			return Action{
				Kind: ActTask, Task: key, Stage: d.stage(), Due: d.now,
				Reason: fmt.Sprintf("send the interruption of %s by registered post as well, and keep the proof of delivery in the file (art. 3:37 lid 3 BW)", l.On),
			}, true
		}
	}
	return Action{}, false
}

// asked says whether a task was ever opened; one that was dropped had no reason any more, and is asked anew when it has.
func (d *decision) asked(key string) bool {
	return slices.ContainsFunc(d.facts.Tasks, func(task claim.Task) bool { return task.Key == key && !task.Dropped })
}

// lastLeft is the last day on which a letter of a step left, or may have; no date when none did.
func (d *decision) lastLeft(step string) (on calendar.Date) {
	for _, l := range d.facts.Letters {
		if l.Step == step && l.Left() {
			on = calendar.Max(on, l.On)
		}
	}
	return on
}

// timesLeft is how often a letter of a step left, or may have.
func (d *decision) timesLeft(step string) (times int) {
	for _, l := range d.facts.Letters {
		if l.Step == step && l.Left() {
			times++
		}
	}
	return times
}
