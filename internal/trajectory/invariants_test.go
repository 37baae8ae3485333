package trajectory_test

import (
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// invariants is what holds of every random life, at each of its moments.
func (w *world) invariants(a trajectory.Action) {
	w.noCostTooSoon()
	w.goesOn(a)
	w.toldInTime(a)
	w.beforeCourt(a)
}

// noCostTooSoon: nothing is open as collection costs, and no payment went to them, of a consumer before the last day of a 14-day letter that arrived, and was allowed to
// leave, has passed, and in business before the debtor is in default.
func (w *world) noCostTooSoon() {
	account, err := w.facts.AccountOn(w.rules.Tables, w.today())
	if err != nil {
		w.fail("account: %v", err)
	}
	charged := account.Open.Costs
	for _, a := range account.Allocations {
		charged += a.Costs
	}
	due := w.today().After(w.facts.Invoices[0].Due)
	if w.facts.Debtor.Consumer() {
		_, due = w.noticed(w.today())
	}
	if charged > 0 && !due {
		w.fail("%s of costs before they are due", charged)
	}
}

// noticed says of a day whether a 14-day letter had arrived that was allowed to leave, and whether the term of one was over: fourteen days from the day after its receipt,
// the last a day on which one can work. It asks the dates alone, and nothing of what it tests.
func (w *world) noticed(day calendar.Date) (arrived, over bool) {
	for _, l := range w.facts.Letters {
		if l.Kind != "14-day-letter" || l.State != claim.LetterAccepted || w.forbidden(l.On) {
			continue
		}
		last := l.Received.AddDays(14)
		for !calendar.IsWorkingDay(last) {
			last = last.AddDays(1)
		}
		arrived, over = true, over || day.After(last)
	}
	return arrived, over
}

// forbidden: on the day before it something had begun for which no letter leaves, and that was so on the day itself too, as is known now.
func (w *world) forbidden(day calendar.Date) bool {
	lasted := func(from, until calendar.Date) bool {
		return from.Before(day) && (until.IsZero() || !until.Before(day))
	}
	return slices.ContainsFunc(w.facts.Pauses, func(p claim.Pause) bool { return lasted(p.From, p.Until) }) ||
		slices.ContainsFunc(w.facts.Flags, func(x claim.Flag) bool {
			return x.Kind != claim.FlagEmailBounced && x.Kind != claim.FlagAddressUnknown && lasted(x.From, x.Until)
		})
}

// goesOn: a claim that has not ended has a next day, or waits for somebody who is asked: during debt monitoring it has one whoever is asked.
func (w *world) goesOn(a trajectory.Action) {
	asked := w.facts.Attention != nil || slices.ContainsFunc(w.facts.Tasks, func(t claim.Task) bool { return t.Open && t.Key == a.Task })
	if a.Wake().IsZero() && (a.Kind != trajectory.ActWait || !asked) {
		w.fail("%s has no next day, and nobody is asked: %s", a.Name(), a.Reason)
	}
	if a.Wake().IsZero() && a.Stage == trajectory.StageMonitoring {
		w.fail("%s has no next day during debt monitoring, which ends after its years: %s", a.Name(), a.Reason)
	}
	w.standsStill(a)
}

// standsStill: what waits for a change without a day is the same whenever it is asked again, because nobody asks: time alone changes nothing, but a trifle, which interest can make
// more than that while a person is asked what to do about it.
func (w *world) standsStill(a trajectory.Action) {
	if !a.Wake().IsZero() || a.Task == trajectory.SmallBalance {
		return
	}
	for _, days := range []int{10, 100} {
		then, err := trajectory.Next(w.facts, w.rules, w.now.AddDate(0, 0, days))
		if err != nil {
			w.fail("next: %v", err)
		}
		if then.Kind != a.Kind || then.Task != a.Task {
			w.fail("it waits without a day (%s), and %d days later comes %s %s: %s", a.Reason, days, say(then), then.Day, then.Reason)
		}
	}
}

// onceOfEach: at most one letter of a step and a cycle leaves, unless the step goes over both channels.
func (w *world) onceOfEach(l claim.Letter) {
	both := slices.ContainsFunc(w.rules.Policy.Steps, func(s trajectory.Step) bool {
		return s.ID == l.Step && slices.Contains(s.Channels, trajectory.ChannelBoth)
	})
	for _, earlier := range w.facts.Letters {
		if earlier.Step == l.Step && earlier.Cycle == l.Cycle && earlier.Left() && l.Left() && (!both || earlier.Channel == l.Channel) {
			w.fail("%s/%d by %s, which left by %s", l.Step, l.Cycle, l.Channel, earlier.Channel)
		}
	}
}

// costsNothing: of a claim that ended and brought no money nothing is divided, so that the client owes no part of it. What else could be billed is in the books: see
// the random lives of internal/scenario.
func (w *world) costsNothing() {
	account, err := w.facts.AccountOn(w.rules.Tables, w.today())
	if err != nil {
		w.fail("account: %v", err)
	}
	var received, divided money.Amount
	for _, share := range settlement.ClientFirst.Shares(account, w.facts.Principal(), w.facts.Halved) {
		if kind := share.Settlement.Kind; kind == claim.PaidToAgency || kind == claim.PaidToClient {
			received += share.Settlement.Amount
		}
		divided += share.Client + share.Agency
	}
	if received == 0 && divided != 0 {
		w.fail("%s is divided of nothing that came in", divided)
	}
}

// answered insists that the receipt of every complaint was confirmed before the claim ended, or that a person was asked to do it.
func (w *world) answered() {
	for _, complaint := range w.facts.ToConfirm() {
		if !slices.ContainsFunc(w.facts.Tasks, func(task claim.Task) bool { return task.Key == complaint.ConfirmTask() }) {
			w.fail("%s with complaint %s neither confirmed nor a task", w.facts.Status, complaint.Key)
		}
	}
}
