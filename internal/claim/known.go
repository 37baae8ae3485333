package claim

import (
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Booking is one settlement in the books, which are append-only: what was wrong is reversed, and both stay.
type Booking struct {
	Settlement
	Booked   calendar.Date // the day on which it came to be known
	Reversed calendar.Date // the day on which it was taken back; zero: it stands
	Replaced string        // the key of the one that is right instead, when it was corrected; empty: none is
}

// goneBy says whether it was taken back by the end of a day.
func (b Booking) goneBy(day calendar.Date) bool {
	return !b.Reversed.IsZero() && !b.Reversed.After(day)
}

// Standing gives the settlements that stood in the books at the end of a day, whatever their value dates are.
func Standing(books []Booking, day calendar.Date) (settlements []Settlement) {
	for _, b := range books {
		if !b.Booked.After(day) && (b.Reversed.IsZero() || b.Reversed.After(day)) {
			settlements = append(settlements, b.Settlement)
		}
	}
	return settlements
}

// LetterTurn is the state that a letter took on a day.
type LetterTurn struct {
	Known calendar.Date
	State LetterState
}

// NamedTurn says since when a 14-day letter was held to have named too much, or not to have.
type NamedTurn struct {
	Known     calendar.Date
	Overnamed Overnamed
}

// LetterRecord is a letter as it is now, with its turns, oldest first. Thought is when one that came back was held to be received until then.
type LetterRecord struct {
	Letter
	Turns   []LetterTurn
	Named   []NamedTurn
	Thought calendar.Date
}

// KnownOn is the letter as it was known at the end of a day, if it was.
func (r LetterRecord) KnownOn(day calendar.Date) (l Letter, known bool) {
	l = r.Letter
	l.Overnamed = Overnamed{}
	for _, turn := range r.Named {
		if !turn.Known.After(day) {
			l.Overnamed = turn.Overnamed
		}
	}
	for _, turn := range r.Turns {
		if !turn.Known.After(day) {
			l.State, known = turn.State, true
		}
	}
	switch {
	case l.State == r.State:
	case l.State == LetterAccepted: // it came back since
		l.Received = r.Thought
	default: // since then it came to be known when it was received
		l.Received = calendar.Date{}
	}
	return l, known
}

// LeftBy says whether it was known at the end of a day that the letter had left, whatever became of it.
func (r LetterRecord) LeftBy(day calendar.Date) bool {
	return slices.ContainsFunc(r.Turns, func(turn LetterTurn) bool { return turn.State == LetterAccepted && !turn.Known.After(day) })
}

// FlagTurn says that a flag came to be known as set since a day, or as cleared since one. Of one that is set, it corrects the day.
type FlagTurn struct {
	Kind  string
	Known calendar.Date
	Set   bool
	Since calendar.Date
}

// Records is what the case file tells of when that came to be known on which an account rests: the books, the letters, the flags, the information costs, the
// steps of a procedure; and the turns, on which the decision rests besides. The invoices were known from the beginning.
type Records struct {
	Books            []Booking
	Letters          []LetterRecord
	Flags            []FlagTurn                   // oldest first
	InformationCosts map[string]calendar.Date     // the day on which each came to be known, by its key
	InformationBack  map[string]calendar.Date     // likewise, that it was taken back; that of the taking back where the file does not tell
	Court            map[CourtStage]calendar.Date // likewise, by its stage
	Turns            Turns
}

// KnownOn is the facts as they were known at the end of a day: what was owed and what was decided then rests on them. What fell away of an arrangement by then is not among them (WithCredits tells it). Flags of which the file does not tell
// when they came to be known are as they are now.
func (f Facts) KnownOn(r Records, day calendar.Date) Facts {
	now := f
	f.Settlements, f.Letters = Standing(r.Books, day), nil
	for _, record := range r.Letters {
		if l, known := record.KnownOn(day); known {
			f.Letters = append(f.Letters, l)
		}
	}
	f.InformationCosts, f.CostsTakenBack = f.costsKnown(r, day)
	f.ToldByHand = slices.DeleteFunc(slices.Clone(f.ToldByHand), func(t Telling) bool { return t.On.After(day) })
	f.Arrangements, f.Promises = f.arrangementsKnown(now, r.Books, day), slices.Clone(f.Promises)
	for i, p := range f.Promises {
		then := f.countedOn(p.On, p.isOf)
		f.Promises[i].TakenBack = takenBackKnown(p.TakenBack, now.countedOn(p.On, p.isOf), then, r.Books, day)
		f.Promises[i].Again = p.againKnown(r, then, day)
	}
	f.Court = slices.DeleteFunc(slices.Clone(f.Court), func(step CourtStep) bool { return r.Court[step.Stage].After(day) })
	f.Flags = slices.DeleteFunc(slices.Clone(f.Flags), func(flag Flag) bool {
		return slices.ContainsFunc(r.Flags, func(turn FlagTurn) bool { return turn.Kind == flag.Kind })
	})
	for _, turn := range r.Flags {
		if !turn.Known.After(day) {
			f.Flags = turn.on(f.Flags)
		}
	}
	return f.turnedOn(r.Turns, day)
}

// arrangementsKnown are those that were agreed by the end of a day; one that was ended later was not ended.
func (f Facts) arrangementsKnown(now Facts, books []Booking, day calendar.Date) (known []Arrangement) {
	for _, a := range f.Arrangements {
		a.FallenAway = nil
		a.TakenBack = takenBackKnown(a.TakenBack, now.countedOn(a.On, a.isOf), f.countedOn(a.On, a.isOf), books, day)
		if a.Ended.After(day) {
			a.Ended = calendar.Date{}
		}
		if a.ReviewFrom.After(day) {
			a.ReviewFrom = calendar.Date{}
		}
		if !a.On.After(day) {
			known = append(known, a)
		}
	}
	return known
}

// countedOn are the days on which what was settled by then was counted for what was agreed on a day: that day, and those on which the debtor was told what becomes of it.
func (f Facts) countedOn(agreed calendar.Date, isOf func(Told) bool) []calendar.Date {
	days := []calendar.Date{agreed}
	for t := range f.tellings {
		if isOf(t.Told) {
			days = append(days, t.On)
		}
	}
	return days
}

// againKnown says whether by the end of a day some of what was counted for a promise was taken back after the person who was asked about it had told the debtor. Of one day the file knows which came first: as it is now.
func (p Promise) againKnown(r Records, counted []calendar.Date, day calendar.Date) bool {
	var told, back calendar.Date
	for _, turn := range r.Turns.Tasks {
		if turn.Key == p.ReviewTask() && !turn.Open && !turn.Known.After(day) {
			told = calendar.Max(told, turn.Known)
		}
	}
	for _, b := range r.Books {
		counts := slices.ContainsFunc(counted, func(on calendar.Date) bool { return !b.Booked.After(on) || b.On.Before(on) })
		if counts && b.goneBy(day) {
			back = calendar.Max(back, b.Reversed)
		}
	}
	return !told.IsZero() && (back.After(told) || back == told && p.Again)
}

// takenBackKnown is how much was short by the end of a day of what was counted by then for something that was agreed, of all that is short by now. The days are those on which it
// was counted, as is known now and as was known then.
func takenBackKnown(all money.Amount, now, then []calendar.Date, books []Booking, day calendar.Date) money.Amount {
	latest := day
	for _, b := range books {
		latest = calendar.Max(latest, calendar.Max(b.Booked, b.Reversed))
	}
	return money.Max(0, all-takenBack(books, now, latest)+takenBack(books, then, day))
}

// takenBack is by how much less was settled, as the books stood at the end of a day, than was counted: of several countings the one of which most is short says it.
func takenBack(books []Booking, counted []calendar.Date, by calendar.Date) (short money.Amount) {
	for _, on := range counted {
		short = money.Max(short, shortOf(books, on, by))
	}
	return short
}

// shortOf is what of the settlements that stood in the books at the end of one day nothing stands for at the end of another: not themselves, nor what is right instead, nor what came to be known since of a
// day before. Of the day itself only what can be again what was taken back (docs/decisions/0078).
func shortOf(books []Booking, counted, by calendar.Date) (short money.Amount) {
	stands, until := map[string]bool{}, counted.AddDays(-1)
	for _, b := range books {
		if b.Booked.After(counted) || b.goneBy(counted) {
			continue
		}
		short += b.Amount
		now := b
		for range books { // a correction can be corrected
			if i := slices.IndexFunc(books, func(right Booking) bool { return right.Key == now.Replaced }); now.goneBy(by) && i >= 0 {
				now = books[i]
			}
		}
		if stands[now.Key] = true; now.goneBy(by) {
			until = calendar.Max(until, b.On)
		}
	}
	for _, b := range books {
		if !b.Booked.After(by) && !b.goneBy(by) && (stands[b.Key] || !b.On.After(until)) {
			short -= b.Amount
		}
	}
	return money.Max(0, short)
}

// on adds the turn to the flags before it.
func (t FlagTurn) on(flags []Flag) []Flag {
	last := -1
	for i, flag := range flags {
		if flag.Kind == t.Kind {
			last = i
		}
	}
	switch {
	case t.Set && (last < 0 || !flags[last].Until.IsZero()):
		return append(flags, Flag{Kind: t.Kind, From: t.Since})
	case t.Set:
		flags[last].From = t.Since
	case last >= 0:
		flags[last].Until = t.Since.AddDays(-1)
	}
	return flags
}
