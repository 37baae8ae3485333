package claim

import (
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// AmountOf is what a promise comes to: what was promised, or what the debtor was told since that is enough. What was told stands, whatever is taken back afterwards (docs/decisions/0078).
func (f Facts) AmountOf(p Promise) money.Amount {
	amount := p.Amount
	for t := range f.tellings {
		if p.isOf(t.Told) {
			amount = money.Min(amount, t.Comes)
		}
	}
	return amount
}

// TotalOf is what the instalments of an arrangement come to at the end of a day: what was agreed, or what the debtor was told since, less what fell away with what was credited after that. Of the last less is asked then, or nothing.
func (f Facts) TotalOf(a Arrangement, day calendar.Date) money.Amount {
	total := a.Total() - a.fellAway(day)
	for t := range f.tellings {
		if a.isOf(t.Told) {
			total = money.Min(total, t.Comes-money.Max(0, a.fellAway(day)-a.fellAway(t.On)))
		}
	}
	return total
}

// ToldOfPromise is the last time that the debtor was told what becomes of a promise, if it was: what was asked then is enough.
func (f Facts) ToldOfPromise(p Promise) (Telling, bool) { return f.lastTold(p.isOf) }

// ToldOfArrangement is the last time that the debtor was told what is left of an arrangement, if it was: that is what was asked then.
func (f Facts) ToldOfArrangement(a Arrangement) (Telling, bool) { return f.lastTold(a.isOf) }

// lastTold is the last of what the debtor was told of something that was agreed; of one day what a person told, who can look at the letter.
func (f Facts) lastTold(isOf func(Told) bool) (last Telling, told bool) {
	for t := range f.tellings {
		if isOf(t.Told) && !t.On.Before(last.On) {
			last, told = t, true
		}
	}
	return last, told
}

// dueBy is what of the instalments up to and including the i-th should have been paid, as it is at the end of a day.
func (f Facts) dueBy(a Arrangement, i int, day calendar.Date) money.Amount {
	return money.Min(a.DueBy(i), f.TotalOf(a, day))
}

// PromiseLess is what a promise comes to when the debtor is told on a day what is owed: that much, and what was settled since it was given, are enough; at most what was promised.
func (f Facts) PromiseLess(p Promise, owed money.Amount, day calendar.Date) Told {
	return Told{Of: p.Name(), Comes: money.Min(f.AmountOf(p), f.kept(p, day)+owed)}
}

// ArrangementLess is what the instalments of an arrangement come to when the debtor is told on a day what is left of them: what was owed at the end of the day of agreement (see AgreedAccount), and at
// most what they come to already. What came due since is let go when they are paid in time (docs/decisions/0020). An error means that the law tables cannot answer.
func (f Facts) ArrangementLess(a Arrangement, tables law.Tables, day calendar.Date) (Told, error) {
	then, err := f.AgreedAccount(a, tables, day)
	return Told{Of: a.Step(), Comes: money.Min(f.TotalOf(a, day), then.Open.Total()+f.agreedWith(a, day).SettledSince(a, a.On))}, err
}

// LeftOf is what is still to be paid of each instalment after a day when they come to so much together: what was settled pays the first of them, and of the last what is beyond it falls away.
func (f Facts) LeftOf(a Arrangement, comes money.Amount, day calendar.Date) []Instalment {
	left, covered := make([]Instalment, len(a.Instalments)), f.SettledSince(a, day)
	for i, instalment := range a.Instalments {
		due := money.Min(a.DueBy(i), comes)
		left[i] = Instalment{Due: instalment.Due, Amount: money.Max(0, due-covered)}
		covered = money.Max(covered, due)
	}
	return left
}
