package trajectory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// The letters of a payment arrangement: the first confirms it, the other reminds of an instalment that is missed, once.
const (
	ArrangementConfirmation = "arrangement-confirmation"
	ArrangementReminder     = "arrangement-reminder"
)

// arranged: no dunning while a payment arrangement is in force. It is confirmed, and one letter reminds of each instalment that is missed; it lapses when
// the term of that letter is over. Then the trajectory goes on where it stood, because the days of the arrangement do not count.
func (d *decision) arranged() (Action, bool) {
	a, ok := d.facts.ArrangementOn(d.today)
	if !ok {
		return Action{}, false
	}
	if why := d.unsound(a); why != "" {
		return d.review(a, why), true
	}
	if !d.confirmed(a) {
		if left := d.agreed.left(); left < d.rules.Policy.MinimumDemand {
			return d.person(SmallBalance, fmt.Sprintf("%s of the payment arrangement is left, less than the minimum of %s for which a letter leaves", left, d.rules.Policy.MinimumDemand)), true
		}
		action := d.arrangementLetter(a.Step(), ArrangementConfirmation)
		if first := a.Instalments[0].Due; action.Kind == ActLetter && calendar.DateOf(action.Due).After(first) {
			return d.review(a, fmt.Sprintf("its confirmation did not leave by %s, the day of the first instalment: other days are needed", first)), true
		}
		action.Reason = fmt.Sprintf("a payment arrangement was agreed on %s: it is confirmed in writing", a.On)
		return action, true
	}
	i, unpaid := d.facts.Unpaid(a, d.today)
	if !unpaid {
		return Action{}, false
	}
	asked := false
	for ; i < len(a.Instalments); i++ {
		last, reminded := d.facts.Reminded(a, i)
		switch asked = reminded; {
		case reminded && !d.today.After(last):
			return d.awaits(last, fmt.Sprintf("payment arrangement: %s of instalment %d is missed; the reminder gives until %s", d.facts.Short(a, i, d.today), i+1, last)), true
		case reminded: // and met as it asked; what is short by what was taken back since comes with the next one
		case d.facts.SkippedOn(a.ReminderStep(i)).IsZero(): // else it comes with the next one: nothing lapses without the letter that was promised
			return d.instalment(a, i), true
		}
	}
	if asked {
		return d.review(a, "the reminder of its last instalment was met as it asked, and something that it counted was taken back since"), true
	}
	return d.review(a, "the reminder of its last instalment was skipped, and without one it does not lapse"), true
}

// untilTooLate lets a wait that keeps a confirmation back be decided anew when the first instalment has gone by: other days are needed then.
func (d *decision) untilTooLate(kept, wait Action) Action {
	a, ok := d.facts.ArrangementOn(d.today)
	if !ok || kept.Letter != ArrangementConfirmation || wait.Kind != ActWait {
		return wait
	}
	past := a.Instalments[0].Due.AddDays(1)
	if at := past.At(0, 0); past.After(d.today) && (wait.Again.IsZero() || at.Before(wait.Again)) && (wait.Due.IsZero() || at.Before(wait.Due)) {
		wait.Again, wait.Meanwhile = at, fmt.Sprintf("other days are needed for payment arrangement %s when its confirmation has not left by %s", a.Key, a.Instalments[0].Due)
	}
	return wait
}

// unconfirmed is a wait for an operator who repairs, or what a payment arrangement asks beside it that was not confirmed yet: by the day of the first instalment its confirmation leaves, or other days are needed. A person
// is asked then as when nothing has to be repaired, and reminded.
func (d *decision) unconfirmed(wait Action) Action {
	a, ok := d.facts.ArrangementOn(d.today)
	if !ok || d.confirmed(a) {
		return wait
	}
	asks, _ := d.arranged()
	switch {
	case asks.Kind == ActTask && asks.Task != FindAddress:
		return asks
	case asks.Kind == ActWait && !asks.Due.IsZero():
		wait.Again, wait.Meanwhile = asks.Due, asks.Meanwhile
	case asks.Letter == ArrangementConfirmation:
		wait = d.untilTooLate(asks, wait)
		wait.Meanwhile = fmt.Sprintf("the confirmation of payment arrangement %s waits for that: it leaves by %s, the day of the first instalment, or other days are needed", a.Key, a.Instalments[0].Due)
	}
	return wait
}

// instalment waits for one that is not paid, and reminds of it. While nobody knows whether its reminder left, a person finds out.
func (d *decision) instalment(a claim.Arrangement, i int) Action {
	step, grace := a.ReminderStep(i), a.GraceEnds(i)
	switch {
	case slices.ContainsFunc(d.facts.Letters, func(l claim.Letter) bool { return l.Step == step && l.State == claim.LetterUnknown }):
		return d.person(TraceLetter+step, "it is not known whether the reminder of the payment arrangement left: a person finds out before it can lapse")
	case !d.today.After(grace):
		return d.awaits(grace, fmt.Sprintf("payment arrangement: %s of instalment %d is due on %s, and money may be on its way until %s", d.facts.Short(a, i, d.today), i+1, a.Instalments[i].Due, grace))
	}
	return d.missed(a, i)
}

// unsound says why the instalments of an arrangement are not what is owed any more; empty when they are, or when the debtor was told by a correction what they come to. Before it is confirmed it is agreed anew:
// no letter leaves that is known to name too much.
func (d *decision) unsound(a claim.Arrangement) string {
	switch {
	case a.TakenBack > 0:
		return d.takenBack(a)
	case a.Owed.Costs > 0 && d.facts.Debtor.Consumer() && !owedCosts(d.facts, a.On) && d.facts.TotalOf(a, d.today) > a.Total()-a.Owed.Costs:
		return fmt.Sprintf("its instalments have %s of costs, agreed on %s, and %s (art. 6:96 lid 6 BW)", a.Owed.Costs, a.On, unfounded(d.facts, a.On))
	case d.confirms.Costs > d.confirms.Lawful:
		return fmt.Sprintf("its confirmation would tell %s of collection costs, and over what is owed since the law allows %s (art. 6:96 lid 5 BW)", d.confirms.Costs, d.confirms.Lawful)
	case d.agreed.Arranged && !d.confirmed(a) && a.Total()-d.agreed.Told.Comes > Tolerance:
		return fmt.Sprintf("its instalments come to %s, and as is known now that is %s", a.Total(), d.agreed.Told.Comes)
	case d.agreed.Arranged && !d.confirmed(a) && d.agreed.left() == 0:
		return "nothing of its instalments is left to confirm, as is known now"
	case d.awaited(UnlawfulLetter+a.Step()) && d.facts.Attention != nil && d.facts.Attention.Action == a.Step(): // tried again, it may be lawful
		return fmt.Sprintf("the law does not allow its confirmation (task %s)", UnlawfulLetter+a.Step())
	}
	return ""
}

// takenBack says that something was taken back that no instalment has: it was paid before the arrangement, or counted when the debtor was told what is left.
func (d *decision) takenBack(a claim.Arrangement) string {
	told, ok := d.facts.ToldOfArrangement(a)
	if !ok {
		return fmt.Sprintf("%s of what was paid before it was taken back, and no instalment has it", a.TakenBack)
	}
	return fmt.Sprintf("%s was taken back that no instalment has: the debtor was told on %s that %s is left, and pays in time by that; tell the debtor what is owed beside it", a.TakenBack, told.On, told.Asked)
}

// ReviewArrangement starts the key of the task to look at a payment arrangement that cannot go on as it is.
const ReviewArrangement = "review-arrangement:"

// LateReview starts the key of the task to look at that arrangement after all, since its instalments go by. The day on which it is due follows.
const LateReview = "late-review:"

// review asks a person about an arrangement; nothing leaves meanwhile. When a reminder left before, it lapses all the same on the day on which that is not met, and is decided anew then.
// Otherwise it never does, and staff is reminded.
func (d *decision) review(a claim.Arrangement, why string) Action {
	ask := d.person(ReviewArrangement+a.Key, "payment arrangement "+a.Key+": "+why+"; end it, and agree anew where that is right")
	switch lapses := d.facts.Lapsed(a); {
	case ask.Kind != ActWait:
		return ask
	case lapses.After(d.today):
		ask.Again, ask.Meanwhile = lapses.At(0, 0), fmt.Sprintf("it lapses on %s when the reminder is not met", lapses)
		return ask
	}
	return d.reminding(ask, d.lateReview(a))
}

// lateReview reminds staff of an arrangement that waits for a person, when the first instalment that is not paid has been overdue for as long as a reminder of it would have given; or, when the person was
// asked after that, as long after it.
func (d *decision) lateReview(a claim.Arrangement) reminder {
	unpaid, _ := d.facts.Unpaid(a, d.today)
	from := calendar.Max(a.GraceEnds(min(unpaid, len(a.Instalments)-1)), a.ReviewFrom)
	r := nextReminder(d.facts, LateReview, from, func(from calendar.Date) calendar.Date { return from.AddDays(a.ReminderDays) })
	r.past = LateReview + a.On.String()
	r.term = fmt.Sprintf("a person has been asked; staff is reminded %d days after the next instalment that is not paid, or after it has said that it stands", a.ReminderDays)
	r.ask = fmt.Sprintf("payment arrangement %s waits for the person who looks at it (task %s), and no instalment is reminded of: %s. End it (claim arrangement), and agree anew where that is right; if it waits for something, say so (claim done), and it is asked again %d days later",
		a.Key, ReviewArrangement+a.Key, d.waitsUnpaid(a), a.ReminderDays)
	return r
}

// waitsUnpaid says what of an arrangement that waits for a person is not paid: what is overdue, or what is owed beside its instalments when these are paid.
func (d *decision) waitsUnpaid(a claim.Arrangement) string {
	_, overdue := d.facts.Missed(a, d.account)
	if overdue == 0 {
		return "every instalment that was due is paid, and what is owed beside them is not (claim show tells it)"
	}
	return fmt.Sprintf("%s of it is overdue", overdue)
}

// missed: an instalment that is short of less than what letters are sent for waits for the next one; a person decides about the last.
func (d *decision) missed(a claim.Arrangement, i int) Action {
	missed, overdue := d.facts.Missed(a, d.account)
	if overdue >= d.rules.Policy.MinimumDemand {
		action := d.arrangementLetter(a.ReminderStep(i), ArrangementReminder)
		action.Term = a.ReminderDays
		if day, later := d.spaced(action.Step, d.today); action.Kind == ActLetter && day.After(d.today) {
			action.Due, action.NotSooner = d.contact(day, action.Step), later
		}
		action.Reason = sayMissed(missed, overdue) + ": one reminder, then the arrangement lapses"
		return action
	}
	for next := i + 1; next < len(a.Instalments); next++ {
		if grace := a.GraceEnds(next); !d.today.After(grace) {
			return d.awaits(grace, fmt.Sprintf("payment arrangement: %s is overdue, less than the minimum of %s for which a letter leaves: it waits for instalment %d", overdue, d.rules.Policy.MinimumDemand, next+1))
		}
	}
	return d.person(SmallBalance, fmt.Sprintf("%s of the payment arrangement is overdue, less than the minimum of %s for which a letter leaves", overdue, d.rules.Policy.MinimumDemand))
}

// sayMissed says what of each instalment was due on its day and is not paid, and what that is in all.
func sayMissed(missed []claim.Missed, all money.Amount) string {
	var parts []string
	for _, x := range missed {
		parts = append(parts, fmt.Sprintf("%s of instalment %d was due on %s", x.Amount, x.Number, x.Due))
	}
	said := "payment arrangement: " + strings.Join(parts, ", ")
	if len(parts) > 1 {
		said += fmt.Sprintf(", which is %s in all", all)
	}
	return said
}

func (d *decision) arrangementLetter(step, letter string) Action {
	channel, ok := d.channel(step, 1, []string{ChannelEmail, ChannelPost})
	if !ok {
		return d.person(FindAddress, "no channel is left to reach the debtor about the payment arrangement: an address is needed")
	}
	return Action{
		Kind: ActLetter, Step: step, Letter: letter, Cycle: 1, Channel: channel, Stage: d.stage(), Due: d.atOnce(),
		NotSooner: "it goes out as soon as the debtor may be contacted",
	}
}

// ReviewPromise starts the key of the task to look at a promise that was given, or of which the debtor was told what is enough, before money was taken back; the promise stands meanwhile.
var ReviewPromise = claim.Promise{}.ReviewTask()

// promised: nothing leaves while a promise to pay is not broken.
func (d *decision) promised() (Action, bool) {
	open, ok := d.facts.PromiseOn(d.today)
	for _, p := range d.facts.Promises {
		told, counted := d.facts.ToldOfPromise(p)
		review := p.ReviewTask()
		switch {
		case p.TakenBack == 0 || !p.Ended.IsZero() || d.awaited(review) || d.told(review) && !p.Again: // of one that was withdrawn nothing is waited for, nor kept
		case counted: // also when the promise is over: more is asked than the letter said
			return d.person(review, fmt.Sprintf("%s was taken back that was counted when the debtor was told on %s that %s is to be paid: that keeps the promise of %s, and the rest is owed beside it; tell the debtor by hand: the next step asks that on its own day, told or not", p.TakenBack, told.On, told.Asked, p.On)), true
		case ok && p.Key == open.Key:
			return d.person(review, fmt.Sprintf("%s of what was paid before was taken back, and the promise of %s to pay %s has none of it: agree with the debtor on that too", p.TakenBack, p.On, p.Amount)), true
		}
	}
	if !ok {
		return Action{}, false
	}
	why := fmt.Sprintf("the debtor promised on %s to pay %s by %s: it is waited for", open.On, open.Amount, open.By)
	if d.facts.Either(open) {
		why += fmt.Sprintf(", though as much was paid, because %s of before was taken back and the money may be meant for that", open.TakenBack)
	}
	return d.awaits(d.facts.Stands(open), why), true
}

// awaits is waiting until the end of a day.
func (d *decision) awaits(last calendar.Date, reason string) Action {
	return Action{Kind: ActWait, Stage: d.stage(), Due: d.at(last.AddDays(1)), Reason: reason}
}

// told says whether a person did the task to tell the debtor, once.
func (d *decision) told(review string) bool {
	return slices.Contains(d.facts.Tasks, claim.Task{Key: review})
}
