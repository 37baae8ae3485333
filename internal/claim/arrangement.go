package claim

import (
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Arrangement is a payment arrangement: what the debtor owed on the day it was agreed, in instalments. The debtor acknowledges the debt by it (art. 3:318
// BW). How it stands follows from the value dates of what was settled and from the reminders that left, and is never stored.
type Arrangement struct {
	Key          string        `json:"key"`
	On           calendar.Date `json:"on"`                    // agreed
	Owed         Balance       `json:"owed"`                  // at the end of that day; the instalments add up to its total
	Costs        CostParts     `json:"costs,omitzero"`        // what Owed.Costs is made of; nothing in arrangements of before that was kept
	Charged      money.Amount  `json:"charged,omitempty"`     // the collection costs with their VAT that were asked by then, those that were paid before with them: its confirmation tells them
	Settled      money.Amount  `json:"settled"`               // what was settled in all by then, as it was known
	TakenBack    money.Amount  `json:"taken_back,omitempty"`  // how much less is settled now than Settled, or than was counted when the debtor was told what is left: it is owed again, beside the instalments
	GraceDays    int           `json:"grace_days"`            // working days after the day of an instalment that money may be on its way
	ReminderDays int           `json:"reminder_days"`         // days that the reminder of a missed instalment gives
	Instalments  []Instalment  `json:"instalments"`           // in order of day
	FallenAway   []FallenAway  `json:"fallen_away,omitempty"` // what falls away of it with what was credited after it, the earliest first; see Facts.WithCredits
	Ended        calendar.Date `json:"ended_on"`              // the day on which a person ended it; zero: it was not
	ReviewFrom   calendar.Date `json:"review_on,omitzero"`    // the last day on which a person was asked to look at it; zero: nobody was
}

// Instalment is one part of an arrangement. Due is the last day on which it is paid in time.
type Instalment struct {
	Due    calendar.Date `json:"due"`
	Amount money.Amount  `json:"amount"`
}

// arrangementStep starts the steps that an arrangement's letters are in the register.
const arrangementStep = "arrangement:"

// Step is the step of the letter that confirms the arrangement.
func (a Arrangement) Step() string { return arrangementStep + a.Key }

// ReminderStep is the step of the one letter that reminds of the i-th instalment, from 0 on.
func (a Arrangement) ReminderStep(i int) string { return fmt.Sprintf("%s/%d", a.Step(), i+1) }

// IsArrangementStep says whether a step is a letter of an arrangement. No step of a trajectory has such a name.
func IsArrangementStep(step string) bool { return strings.HasPrefix(step, arrangementStep) }

// GraceEnds is the last day on which the i-th instalment is not missed: its own, and the working days that money may be on its way.
func (a Arrangement) GraceEnds(i int) calendar.Date {
	return calendar.AddWorkingDays(a.Instalments[i].Due, a.GraceDays)
}

// Total is what is paid by all instalments together.
func (a Arrangement) Total() money.Amount { return a.DueBy(len(a.Instalments) - 1) }

// DueBy is what of the instalments up to and including the i-th should have been paid.
func (a Arrangement) DueBy(i int) (total money.Amount) {
	for _, instalment := range a.Instalments[:i+1] {
		total += instalment.Amount
	}
	return total
}

// Ahead is the 14-day letter of which the costs were not due yet when an arrangement with a consumer was agreed: its instalments have none of them, and they
// are owed when it lapses.
func (f Facts) Ahead(a Arrangement) (notice Letter, ok bool) {
	if from := f.CostsDueFrom(); f.Debtor.InBusiness || a.Owed.Costs > 0 || !from.IsZero() && !from.After(a.On) {
		return Letter{}, false
	}
	for _, l := range f.Letters {
		if l.Kind == FourteenDayLetter && l.Left() && !f.Void(l) {
			return l, true
		}
	}
	return Letter{}, false
}

// Arrangement is the newest that was agreed by day, whether or not it is in force.
func (f Facts) Arrangement(day calendar.Date) (newest Arrangement, ok bool) {
	for _, a := range f.Arrangements {
		if !a.On.After(day) {
			newest, ok = a, true
		}
	}
	return newest, ok
}

// ArrangementOn is the arrangement that is in force on day, if one is: it is neither ended, nor lapsed, nor replaced by a later one.
func (f Facts) ArrangementOn(day calendar.Date) (Arrangement, bool) {
	a, ok := f.Arrangement(day)
	if over := f.Over(a); !ok || !over.IsZero() && !day.Before(over) {
		return Arrangement{}, false
	}
	return a, true
}

// Over is the first day on which an arrangement is not in force any more, as the facts stand: a person ended it, or it lapsed. Zero while nothing ends it;
// a day to come while the term of a reminder runs.
func (f Facts) Over(a Arrangement) calendar.Date {
	lapsed := f.Lapsed(a)
	if lapsed.IsZero() || !a.Ended.IsZero() && a.Ended.Before(lapsed) {
		return a.Ended
	}
	return lapsed
}

// Lapsed is the day after the first term of a reminder that was not met by value date, whichever instalment it was about: the whole is due from then on. Zero
// while there is none. An instalment of which no reminder left does not let it lapse, nor one of which the reminder was met as it asked.
func (f Facts) Lapsed(a Arrangement) (first calendar.Date) {
	for i := range a.Instalments {
		last, reminded := f.Reminded(a, i)
		if reminded && f.Short(a, i, last) > 0 && !f.metAsAsked(a, i, last) && (first.IsZero() || last.Before(first)) {
			first = last.AddDays(1)
		}
	}
	return first
}

// Reminded says whether a letter reminded of the i-th instalment, as far as a carrier took it, and until when, inclusive, the instalment can be paid then:
// its days count from receipt. A reminder of an earlier one that left when this one was missed too asked both. Days on hold, in dispute or stopped do not
// count.
func (f Facts) Reminded(a Arrangement, i int) (last calendar.Date, reminded bool) {
	grace := a.GraceEnds(i)
	var from calendar.Date
	for earlier := range i + 1 {
		if left, received := f.reminder(a.ReminderStep(earlier)); left.After(grace) && (from.IsZero() || received.Before(from)) {
			from = received
		}
	}
	if from.IsZero() {
		return from, false
	}
	return f.reminderEnds(a, from), true
}

// reminderEnds is the last day of the term of a reminder that was received on a day.
func (f Facts) reminderEnds(a Arrangement, received calendar.Date) calendar.Date {
	return f.after(received, a.ReminderDays, f.stoppedOn)
}

// metAsAsked says whether what the reminder of the i-th instalment asked, of which the term ends on a day, is settled in that term: from its own day on, or from the next when it asked so little that it counted a payment of its
// own day. Then the debtor did what the letter said, whatever is taken back since that it had counted.
func (f Facts) metAsAsked(a Arrangement, i int, last calendar.Date) bool {
	return slices.ContainsFunc(f.Letters, func(l Letter) bool {
		asked := l.Demanded > 0 && l.State == LetterAccepted && l.On.After(a.GraceEnds(i)) && a.reminds(l, i)
		if !asked || f.reminderEnds(a, calendar.Max(l.On, l.Received)) != last {
			return false
		}
		before := l.On.AddDays(-1)
		if l.Demanded < f.Short(a, i, before) {
			before = l.On
		}
		return f.settledBy(last)-f.settledBy(before) >= l.Demanded
	})
}

// reminds says whether a letter is the reminder of the i-th instalment, or of one before it.
func (a Arrangement) reminds(l Letter, i int) bool {
	for earlier := range i + 1 {
		if l.Step == a.ReminderStep(earlier) {
			return true
		}
	}
	return false
}

// reminder is when the last letter of a step that a carrier took left, and when it was received; no days when none did.
func (f Facts) reminder(step string) (left, received calendar.Date) {
	for _, l := range f.Letters {
		if l.Step == step && l.State == LetterAccepted {
			left, received = calendar.Max(left, l.On), calendar.Max(received, calendar.Max(l.On, l.Received))
		}
	}
	return left, received
}

// Short is what of the instalments up to and including the i-th is not paid by the end of day, by value date.
func (f Facts) Short(a Arrangement, i int, day calendar.Date) money.Amount {
	return money.Max(0, f.dueBy(a, i, day)-f.SettledSince(a, day))
}

// SettledSince is what was settled by the end of day since an arrangement was agreed, also what was paid before and came to be known since: it pays the first instalments.
func (f Facts) SettledSince(a Arrangement, day calendar.Date) money.Amount {
	return f.settledBy(day) - a.Settled + a.TakenBack
}

// Unpaid is the first instalment that is not paid by the end of day, by value date; ok is false when every instalment is paid.
func (f Facts) Unpaid(a Arrangement, day calendar.Date) (i int, ok bool) {
	for i := range a.Instalments {
		if f.Short(a, i, day) > 0 {
			return i, true
		}
	}
	return len(a.Instalments), false
}

// OverdueOn is what should have been paid by the end of day and was not: the instalments of which the grace is over.
func (f Facts) OverdueOn(a Arrangement, day calendar.Date) (overdue money.Amount) {
	for i := range a.Instalments {
		if a.GraceEnds(i).Before(day) {
			overdue = f.Short(a, i, day)
		}
	}
	return overdue
}

// Missed is what of an instalment was due on its day and is not paid, though its grace is over.
type Missed struct {
	Number int // from 1 on
	Instalment
}

// Missed are the instalments that are missed by the end of the day of an account, and what that is in all: no more than what is owed. What is owed less comes off the last of them, as it does when the debtor is told.
func (f Facts) Missed(a Arrangement, account Account) (missed []Missed, all money.Amount) {
	for i, instalment := range a.Instalments {
		if !a.GraceEnds(i).Before(account.On) {
			break
		}
		short := money.Min(f.Short(a, i, account.On), account.Open.Total())
		if short > all {
			missed = append(missed, Missed{i + 1, Instalment{Due: instalment.Due, Amount: short - all}})
		}
		all = short
	}
	return missed, all
}

// HonouredOn is the day on which the last of an arrangement was paid while it was in force, and with it what was taken back that was counted as paid when it was agreed, or when the debtor was told what is left; no date when it was not.
func (f Facts) HonouredOn(a Arrangement) calendar.Date {
	paid := f.settledOn(func(day calendar.Date) money.Amount { return a.Settled + f.TotalOf(a, day) })
	if inForce, ok := f.ArrangementOn(paid); !ok || inForce.Key != a.Key {
		return calendar.Date{}
	}
	return paid
}
