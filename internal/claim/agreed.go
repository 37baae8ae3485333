package claim

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
)

// explainAgreed tells the promises and arrangements of the debtor by day: none changes what is owed by itself.
func (f Facts) explainAgreed(on calendar.Date) (lines []Reason) {
	for _, p := range f.Promises {
		if !p.On.After(on) {
			lines = append(lines, Reason{0, "promise " + p.Key, "dunning waits while it is not broken", "policy: a promise is given a chance", f.SayPromise(p, on)})
		}
	}
	for _, a := range f.Arrangements {
		if !a.On.After(on) {
			lines = append(lines, Reason{0, "payment arrangement " + a.Key, "no dunning while it is in force; confirmed in writing it acknowledges the debt, and interrupts limitation from then", "art. 3:318 BW", a.MadeOf() + " = " + f.SayArrangement(a, on)})
		}
	}
	return lines
}

// SayPromise is a promise and how it stands on day, in words.
func (f Facts) SayPromise(p Promise, day calendar.Date) string {
	words := fmt.Sprintf("%s by %s, promised on %s: ", p.Amount, p.By, p.On)
	if told, ok := f.ToldOfPromise(p); ok && told.Asked < p.Amount {
		words = fmt.Sprintf("%s by %s, promised on %s, of which %s is enough, as the debtor was told on %s: ", p.Amount, p.By, p.On, told.Asked, told.On)
	}
	kept := f.settledFrom(p.Settled - p.TakenBack + f.AmountOf(p))
	since, over := f.over(day)
	if since.After(p.Until) { // it was broken by then
		over = ""
	}
	switch {
	case !p.Ended.IsZero() && !day.Before(p.Ended):
		return words + "taken back on " + p.Ended.String()
	case over == "" && f.Either(p) && !kept.After(day) && !day.After(p.Until):
		return words + fmt.Sprintf("kept on %s, and waited for until %s all the same, because %s of before was taken back and the money may be meant for that", kept, p.Until, p.TakenBack)
	case f.Kept(p) && !kept.After(day):
		return words + "kept on " + kept.String()
	case over != "":
		return words + over
	case day.After(p.Until):
		return words + "broken, not paid by " + p.Until.String()
	}
	return words + "not broken before the end of " + p.Until.String()
}

// SayArrangement is an arrangement and how it stands on day, in words.
func (f Facts) SayArrangement(a Arrangement, day calendar.Date) string {
	words := fmt.Sprintf("%s in %d instalments up to %s, agreed on %s: ", a.Total(), len(a.Instalments), a.Instalments[len(a.Instalments)-1].Due, a.On)
	if told, ok := f.ToldOfArrangement(a); ok {
		words += fmt.Sprintf("%s was left to pay, as the debtor was told on %s; ", told.Asked, told.On)
	}
	if fell := a.fellAway(day); fell > 0 {
		words += fmt.Sprintf("%s of interest and costs fell away with what was credited since; ", fell)
	}
	f.Settlements = f.settledUntil(day)
	i, open := f.Unpaid(a, day)
	paid, over := f.HonouredOn(a), f.Over(a)
	since, ended := f.over(day)
	switch {
	case !paid.IsZero():
		return words + "every instalment is paid, since " + paid.String()
	case ended != "" && (over.IsZero() || since.Before(over)):
		return words + ended
	case !over.IsZero() && !day.Before(over) && over == a.Ended:
		return words + "ended on " + over.String()
	case !over.IsZero() && !day.Before(over):
		return words + "lapsed on " + over.String() + ", a reminder was not met: the whole is due"
	case !open:
		return words + "every instalment is paid"
	case a.GraceEnds(i).Before(day):
		return words + fmt.Sprintf("instalment %d of %s is missed, %s is overdue", i+1, a.Instalments[i].Due, f.OverdueOn(a, day))
	}
	return words + fmt.Sprintf("in force, %s is due for instalment %d on %s", f.Short(a, i, day), i+1, a.Instalments[i].Due)
}

// InForce says whether an arrangement is in force on a day: that of a claim that has ended is not.
func (f Facts) InForce(a Arrangement, day calendar.Date) bool {
	in, ok := f.ArrangementOn(day)
	_, ended := f.over(day)
	return ok && in.Key == a.Key && ended == ""
}
