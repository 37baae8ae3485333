package letter

import (
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Arrangement is what the two letters of a payment arrangement say of it. What the instalments are made of is the Demand of the confirmation: what was owed at the
// end of the day of agreement.
type Arrangement struct {
	On           calendar.Date // agreed
	NoticeOn     calendar.Date // of the 14-day letter of which the costs are not in it, and are owed when it lapses; no date when there is none
	NoticeCosts  money.Amount  // those costs at most, with their VAT
	NoticeVAT    string        // the rate of that VAT, like "21"; empty without. With it the letter has the creditor's declaration
	Instalments  []Instalment  // in order of day; of a correction what is left of them
	Settled      money.Amount  // a confirmation: what was settled since, and is taken off the first instalments
	Less         money.Amount  // a confirmation: how much less is to be paid than was agreed, as is known now; it is taken off the last instalments
	Least        money.Amount  // less than that is asked with the instalment after it, of a confirmation and a correction
	Paid         int           // a correction: how many instalments before those are paid
	ReminderDays int           // days that the reminder of a missed instalment gives
	Missed       int           // a reminder: the number of the instalment, from 1 on
	MissedLast   int           // a reminder: the number of the last one that it asks; that of Missed when it asks one
	Overdue      money.Amount  // a reminder: what it asks
}

// Instalment is one part of an arrangement; Due is the last day on which it is paid in time.
type Instalment struct {
	Due    calendar.Date
	Amount money.Amount
}

// total is what the instalments add up to.
func (a Arrangement) total() (sum money.Amount) {
	for _, instalment := range a.Instalments {
		sum += instalment.Amount
	}
	return sum
}

// first is the instalment that is paid first, with what is left of it, and of those before it of which less is left than a letter asks: so much is rest.
func (a Arrangement) first() (part Instalment, rest money.Amount) {
	settled, comes := a.Settled, a.total()-a.Less
	for _, instalment := range a.Instalments {
		amount := money.Min(instalment.Amount, comes)
		paid := money.Min(amount, settled)
		settled, comes = settled-paid, comes-amount
		if amount == paid {
			continue
		}
		part, rest = Instalment{instalment.Due, part.Amount + amount - paid}, part.Amount
		if part.Amount >= a.Least {
			break
		}
	}
	return part, rest
}

// missed is the instalment that a reminder is about.
func (a Arrangement) missed() Instalment {
	if a.Missed < 1 || a.Missed > len(a.Instalments) {
		return Instalment{}
	}
	return a.Instalments[a.Missed-1]
}

// asksSeveral says whether a reminder asks more than one instalment.
func (a Arrangement) asksSeveral() bool { return a.MissedLast > a.Missed }

// missedParts are the instalments that a reminder is about, and their days, in words: "Deel 1 en 2", "2 november 2026 en 2 december 2026".
func (a Arrangement) missedParts(lang Language) (parts, days string) {
	if a.missed() == (Instalment{}) || a.MissedLast > len(a.Instalments) {
		return "", ""
	}
	var numbers, dates []string
	for n := a.Missed; n <= a.MissedLast; n++ {
		numbers, dates = append(numbers, itoa(n)), append(dates, lang.date(a.Instalments[n-1].Due))
	}
	word := words[lang].Instalment
	if lang == English {
		if word = "part"; a.asksSeveral() {
			word = "parts"
		}
	}
	return word + " " + lang.list(numbers), lang.list(dates)
}

// list is words in a row: "1, 2 en 3".
func (lang Language) list(items []string) string {
	and := " en "
	if lang == English {
		and = " and "
	}
	last := len(items) - 1
	if last < 1 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:last], ", ") + and + items[last]
}

// arranged says whether the letter is one to who has a payment arrangement, about that.
func (l Letter) arranged() bool { return l.Kind.arrangement() || l.inParts() }

// arrangement says whether the letter is one of a payment arrangement.
func (k Kind) arrangement() bool { return k == ArrangementConfirmation || k == ArrangementReminder }

// asked is the amount to pay that the letter has in its box, and until when when it names a day: of an arrangement the first instalment, or what is overdue.
func (l Letter) asked() (amount money.Amount, by calendar.Date) {
	switch first, _ := l.Arrangement.first(); {
	case l.Kind == ArrangementConfirmation || l.inParts():
		return first.Amount, first.Due
	case l.Kind == ArrangementReminder:
		return l.Arrangement.Overdue, l.PayBy
	}
	return l.Demand.Total, l.PayBy
}

// figure is when each instalment is paid.
func (a Arrangement) figure(lang Language) figure {
	w := words[lang]
	g := grid{columns: []column{{w.Instalment, false, 60}, {w.DueDate, false, 75}, {w.Amount, true, 30}}}
	for i := range a.Instalments {
		g.rows = append(g.rows, a.row(lang, i))
	}
	return figure{grids: []grid{g}}
}

func (a Arrangement) row(lang Language, i int) []string {
	return []string{itoa(a.Paid + i + 1), lang.day(a.Instalments[i].Due), lang.amount(a.Instalments[i].Amount)}
}

// ahead is what the costs are at most that an arrangement leaves out, and their rate of VAT.
func (a Arrangement) ahead(lang Language) string {
	if a.NoticeVAT == "" {
		return lang.amount(a.NoticeCosts)
	}
	return lang.amount(a.NoticeCosts) + " " + fmt.Sprintf(words[lang].IncludingVAT, lang.percent(a.NoticeVAT))
}

// checkArrangement recounts the instalments.
func (l Letter) checkArrangement(c *checks) {
	a := l.Arrangement
	c.that(!a.On.IsZero() && !a.On.After(l.On), "the arrangement must be agreed on or before the letter's date %s, not on %q", l.On, a.On)
	c.that(len(a.Instalments) > 1, "an arrangement must have 2 instalments or more, not %d", len(a.Instalments))
	c.that(a.ReminderDays > 0, "it must say how many days a reminder gives, not %d", a.ReminderDays)
	a.checkDays(c)
	if l.Kind == ArrangementConfirmation {
		l.checkConfirmation(c)
		return
	}
	c.that(a.missed() != Instalment{}, "there is no instalment %d; right would be 1 to %d", a.Missed, len(a.Instalments))
	c.that(a.MissedLast >= a.Missed && a.MissedLast <= len(a.Instalments), "the last instalment that it asks is %d; right would be %d to %d", a.MissedLast, a.Missed, len(a.Instalments))
	c.that(a.Overdue > 0 && a.Overdue <= l.Demand.Total, "%s is overdue; right would be more than nothing and at most the %s that is owed", a.Overdue, l.Demand.Total)
}

// checkDays wants instalments of more than nothing, each later than the one before.
func (a Arrangement) checkDays(c *checks) {
	for i, instalment := range a.Instalments {
		c.that(instalment.Amount > 0 && !instalment.Due.IsZero() && (i == 0 || instalment.Due.After(a.Instalments[i-1].Due)), "instalment %d of %s on %q must be more than nothing, and later than the one before", i+1, instalment.Amount, instalment.Due)
	}
}

// checkConfirmation wants instalments of what the letter specifies.
func (l Letter) checkConfirmation(c *checks) {
	a, d := l.Arrangement, l.Demand
	c.that(a.total() == d.Total, "the instalments are %s together, principal, interest and costs are %s", a.total(), d.Total)
	c.that(!d.InterestStatedUpTo.After(a.On), "interest up to %s is not that of the day of agreement, %s", d.InterestStatedUpTo, a.On)
	c.that(a.NoticeVAT == "" || percent.MatchString(a.NoticeVAT) && a.NoticeCosts > 0, "VAT at a rate of %q in costs of %s: right would be a rate like 21 and those costs, or no rate", a.NoticeVAT, a.NoticeCosts)
	c.that(a.NoticeOn.IsZero() == (a.NoticeCosts == 0) && (a.NoticeCosts == 0 || d.Costs == 0), "costs of the 14-day letter of %q are %s beside %s of costs; right would be both a day and an amount, and no other costs", a.NoticeOn, a.NoticeCosts, d.Costs)
	c.that(a.Settled >= 0 && a.Less >= 0 && a.Settled < a.total()-a.Less, "%s was settled since, and %s falls away; right would be nothing or more, and less than the %s that was agreed", a.Settled, a.Less, a.total())
	first, _ := a.first()
	c.that(!first.Due.Before(l.On), "the first instalment is due on %q; right would be the letter's date %s or later", first.Due, l.On)
	c.that(a.Missed == 0 && a.MissedLast == 0 && a.Overdue == 0, "a confirmation is not about an instalment that is missed")
}

// rest is that what is to be paid next has something of an earlier instalment, when it has.
func (r *reading) rest() {
	if _, rest := r.letter.Arrangement.first(); rest > 0 && r.letter.Kind != ArrangementReminder {
		r.says("what of an earlier part is in the next", artSpecification, phrases[r.letter.Language].ofEarlier.with(r.letter))
	}
}

// agreement is what the letters of an arrangement have to say: what was agreed, what it costs to keep it and not to.
func (r *reading) agreement(c Circumstances) {
	l, a, lang, p := r.letter, r.letter.Arrangement, r.letter.Language, phrases[r.letter.Language]
	r.rest()
	r.says("when the arrangement was agreed", artDescription, p.agreedOn.with(l))
	r.says("what happens when it is not paid", artInformation, p.lapses, p.wholeDue)
	r.says("whom to tell when it cannot be paid", artInformation, p.tellUs.with(l))
	if l.Kind == ArrangementReminder {
		r.says("which instalment is missed", artDescription, p.missedPart.with(l))
		return
	}
	for i := range a.Instalments {
		r.says("each instalment and its day", artSpecification, strings.Join(a.row(lang, i), " "))
	}
	r.says("how many instalments, and what they come to", artSpecification, p.parts.with(l))
	if a.Settled > 0 {
		r.says("what was settled since, and what is left of the part that is paid next", artSpecification, p.settledSince.with(l), p.nextPart.with(l))
	}
	if a.Less > 0 {
		r.says("how much less is to be paid than was agreed", artSpecification, p.lessThanAgreed.with(l))
	}
	r.says("what becomes of the interest", artSpecification, p.interestRuns, p.interestWaived)
	if !c.NoticeOn.IsZero() || !a.NoticeOn.IsZero() {
		r.holds("the costs of a 14-day letter that are not due yet are told, and no others", artInformation, a.NoticeOn == c.NoticeOn, "told of that of %q, it is of %q", a.NoticeOn, c.NoticeOn)
		r.says("what the 14-day letter named is owed when it is not kept", artInformation, p.noticeCosts.with(l), p.noticeWaived.with(l))
		r.holds("those costs are not more than the law allows", artCosts, a.NoticeCosts <= c.LawfulCosts, "told %s, by law %s", a.NoticeCosts, c.LawfulCosts)
	}
	r.says("one reminder, and how many days it gives", artInformation, p.oneReminder.with(l))
	r.says("the debt is acknowledged", "art. 3:318 BW", p.acknowledges)
}
