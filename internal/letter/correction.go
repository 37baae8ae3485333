package letter

import (
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Wrong is what a correction tells of the letters that were wrong, the oldest first, and of what was paid too much, which nobody can have while something is
// owed. Promised is that of the debtor, if one is in force.
type Wrong struct {
	Letters  []WrongLetter
	Refund   money.Amount
	Promised Promised
}

// Promised is the promise that is in force when a correction leaves. Less says that the letter asks less than was promised, and that this is enough.
type Promised struct {
	On, By calendar.Date
	Amount money.Amount
	Less   bool
}

// WrongLetter is a letter that should not have left, or asked more than was owed on its day.
type WrongLetter struct {
	On          calendar.Date
	Asked, Owed money.Amount
	Why         Mistake
}

// Mistake is why a letter was wrong.
type Mistake string

// The mistakes.
const (
	AlreadyPaid        Mistake = "paid"
	AlreadyCredited    Mistake = "credited"
	AlreadySettled     Mistake = "settled"     // set off, returned goods, something done for it, let go
	NoNotice           Mistake = "returned"    // the 14-day letter had not arrived, so no costs were due
	VoidNotice         Mistake = "void"        // the 14-day letter should not have left, so no costs were due
	BrokenNotice       Mistake = "broken"      // an insolvency began within the term of the 14-day letter, so no costs were due
	NamedTooMuch       Mistake = "named"       // the 14-day letter named too much, so no costs were due
	NoInformationCosts Mistake = "information" // it asked information costs that were taken back
	NotAllowed         Mistake = "barred"      // nothing should have left that day: a hold, a dispute, a fact about the debtor
)

// figure is a row for each letter that was wrong.
func (x Wrong) figure(lang Language) figure {
	w := words[lang]
	g := grid{columns: []column{{w.LetterOf, false, 30}, {w.Reason, false, 79}, {w.Asked, true, 28}, {w.Right, true, 28}}}
	for i := range x.Letters {
		g.rows = append(g.rows, x.row(lang, i))
	}
	return figure{grids: []grid{g}}
}

func (x Wrong) row(lang Language, i int) []string {
	l := x.Letters[i]
	return []string{lang.day(l.On), words[lang].Mistakes[l.Why], lang.amount(l.Asked), lang.amount(l.Owed)}
}

// inParts says whether the letter is a correction during a payment arrangement, which has what is left of its instalments.
func (l Letter) inParts() bool { return l.Kind == Correction && len(l.Arrangement.Instalments) > 0 }

// checkParts recounts what is left of the instalments.
func (l Letter) checkParts(c *checks) {
	a := l.Arrangement
	c.that(!a.On.IsZero() && !a.On.After(l.On), "the arrangement must be agreed on or before the letter's date %s, not on %q", l.On, a.On)
	c.that(a.Paid >= 0 && a.total() == l.Demand.Total, "what is left of the instalments is %s, and the letter asks %s", a.total(), l.Demand.Total)
	c.that(!l.Demand.InterestStatedUpTo.After(a.On), "interest up to %s is not that of the day of agreement, %s", l.Demand.InterestStatedUpTo, a.On)
	a.checkDays(c)
}

// asksNothing says whether the letter is a correction after which nothing is owed.
func (l Letter) asksNothing() bool { return l.Kind == Correction && l.Demand.Total == 0 }

// checkWrong wants letters of before this one, each with what it asked, and a refund only when nothing is owed.
func (l Letter) checkWrong(c *checks) {
	c.that(len(l.Wrong.Letters) > 0, "it must name a letter that was wrong")
	for i, w := range l.Wrong.Letters {
		c.that(!w.On.IsZero() && !w.On.After(l.On), "wrong letter %d must be of the letter's date %s or before, not of %q", i+1, l.On, w.On)
		c.that(w.Asked > 0 && w.Owed >= 0 && (w.Asked > w.Owed || w.Why == NotAllowed || w.Why == NamedTooMuch), "wrong letter %d asked %s and %s was owed: that is not too much", i+1, w.Asked, w.Owed)
		c.that(words[Dutch].Mistakes[w.Why] != "", "why letter %d was wrong is unknown: %q", i+1, w.Why)
	}
	c.that(l.Wrong.Refund >= 0 && (l.Wrong.Refund == 0 || l.Demand.Total == 0), "%s is paid too much while %s is owed", l.Wrong.Refund, l.Demand.Total)
	d, p := l.Demand, l.Wrong.Promised
	c.that(p.Less == (p.Amount > d.Total) && (p == Promised{} || d.Total > 0 && p.Amount > 0 && !p.On.After(l.On) && !l.PayBy.Before(p.By)), "%s promised on %q by %q does not go with %s by %q; right would be a day to pay that is not before the one promised", p.Amount, p.On, p.By, d.Total, l.PayBy)
	c.that(len(l.Arrangement.Instalments) == 0 || p == Promised{}, "it is about an arrangement or a promise, and not both")
	c.that(d.Total > 0 || len(d.Invoices) == 0 && d.Principal == 0 && d.AnnouncedCosts == 0, "when nothing is owed it may have no demand")
}

// correction is what a correction has to say: which letters were wrong, what was owed, and what is to be paid now.
func (r *reading) correction() {
	l, lang, p := r.letter, r.letter.Language, phrases[r.letter.Language]
	for i := range l.Wrong.Letters {
		r.says("which letter was wrong, what it asked, what was owed, and why", artInformation, strings.Join(l.Wrong.row(lang, i), " "))
	}
	r.says("it was wrong, and an apology", artInformation, p.apology)
	if p := l.Wrong.Promised; !p.On.IsZero() {
		r.says("what was promised, and what becomes of that", artInformation, phrases[lang].promised.with(l), phrases[lang].promise[p.Less])
		if p.Less {
			r.says("that it is enough", artInformation, phrases[lang].inTime)
		}
	}
	if l.inParts() {
		r.rest()
		r.says("the arrangement goes on", artInformation, phrases[lang].asks[MonitoringLetter].with(l), phrases[lang].goesOn.with(l), phrases[lang].partsInTime)
		for i := range l.Arrangement.Instalments {
			r.says("each instalment that is left, and its day", artSpecification, strings.Join(l.Arrangement.row(lang, i), " "))
		}
	}
	if !l.asksNothing() {
		return
	}
	r.says("nothing is owed any more", artInformation, p.nothingOwed)
	r.says("how to ask", artInformation, p.tellUs.with(l))
	if l.Wrong.Refund > 0 {
		r.says("what was paid too much, and that it is paid back", "art. 6:203 BW", p.refund.with(l))
	}
}
