package letter_test

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
)

// arrangement is four monthly parts.
func arrangement(on, first string) letter.Arrangement {
	a := letter.Arrangement{On: day(on), ReminderDays: 7}
	for i := range 4 {
		a.Instalments = append(a.Instalments, letter.Instalment{Due: day(first).AddMonths(i)})
	}
	return a
}

// inInstalments is a letter of which the instalments come to what it specifies.
func inInstalments(l letter.Letter) letter.Letter {
	l.Demand.Total = total(l.Demand)
	l.Arrangement.Instalments = slices.Clone(l.Arrangement.Instalments)
	for i, amount := range l.Demand.Total.Instalments(len(l.Arrangement.Instalments)) {
		l.Arrangement.Instalments[i].Amount = amount
	}
	return l
}

// withinTheNotice is an arrangement of before the 14 days of a letter are over: its costs are not in it.
func withinTheNotice(l letter.Letter) letter.Letter {
	l.Demand.Costs, l.Demand.CostsOver, l.Arrangement.NoticeOn, l.Arrangement.NoticeCosts = 0, 0, day("2026-11-16"), eur("150.00")
	return inInstalments(l)
}

// arrangements are confirmations with everything that can be in one: VAT that the creditor cannot deduct, costs that are ahead, those of a clause and for
// information, the costs of a procedure.
func arrangements(lang letter.Language) (out []story) {
	for _, s := range []struct {
		name     string
		consumer bool
		change   func(*letter.Letter)
	}{
		{"within-14-days", true, func(l *letter.Letter) { *l = withinTheNotice(*l) }},
		{"within-14-days-vat", true, func(l *letter.Letter) {
			*l = withinTheNotice(*l)
			l.Arrangement.NoticeCosts, l.Arrangement.NoticeVAT = eur("181.50"), "21"
		}},
		{"vat", true, func(l *letter.Letter) { l.Demand.CostsVAT, l.Demand.VATPercent = eur("31.50"), "21" }},
		{"clause", false, func(l *letter.Letter) { l.Demand.CostsAgreed, l.Demand.InformationCosts = true, eur("12.50") }},
		{"paid-since", true, func(l *letter.Letter) { l.Arrangement.Settled = eur("300.00") }},
		{"paid-before", true, func(l *letter.Letter) { l.Arrangement.Settled, l.Arrangement.Less = eur("300.00"), eur("0.28") }},
		{"cents-left", true, func(l *letter.Letter) {
			l.Arrangement.Settled, l.Arrangement.Least = inInstalments(*l).Arrangement.Instalments[0].Amount-2, eur("5.00")
		}},
		{"judgment", false, func(l *letter.Letter) {
			l.Demand.CostsVAT, l.Demand.VATPercent, l.Demand.CourtCosts = eur("31.56"), "21", eur("763.57")
		}},
	} {
		l := sample(letter.ArrangementConfirmation, lang, s.consumer)
		s.change(&l)
		out = append(out, story{fmt.Sprintf("arrangement-confirmation-%s.%s", s.name, lang), inInstalments(l)})
	}
	return out
}

// untilAgreed takes off a demand the interest of after 20 November, the day of agreement.
func untilAgreed(d *letter.Demand) {
	d.InterestStatedUpTo = day("2026-11-20")
	if len(d.Invoices) > 1 {
		until(d.InterestLines, d.InterestStatedUpTo)
		for i := range d.InterestLines {
			d.InterestLines[i].Interest = eur("1.43")
		}
		d.Interest = eur("5.72")
		return
	}
	until(d.InterestLines[1:], d.InterestStatedUpTo)
	d.InterestLines[1].Interest, d.Interest = eur("0.49"), eur("2.13")
}

// promised is a correction during a promise, of more than is owed or of a part.
func promised(lang letter.Language, amount string) letter.Letter {
	l := sample(letter.Correction, lang, true)
	l.Wrong.Promised = letter.Promised{On: day("2026-11-20"), By: day("2026-11-27"), Amount: eur(amount), Less: eur(amount) > l.Demand.Total}
	return l
}

// correctedInParts is a correction during an arrangement of which the first part is paid: of the last less is left.
func correctedInParts(lang letter.Language) letter.Letter {
	l := sample(letter.Correction, lang, true)
	l.PayBy, l.Arrangement = calendar.Date{}, letter.Arrangement{On: day("2026-11-16"), Paid: 1, Instalments: []letter.Instalment{
		{Due: day("2026-12-15"), Amount: eur("385.00")}, {Due: day("2027-01-15"), Amount: eur("385.00")}, {Due: day("2027-02-15"), Amount: eur("281.74")},
	}}
	d := &l.Demand // as of the day of agreement
	last := &d.InterestLines[len(d.InterestLines)-1]
	last.To, last.Days, last.Interest = l.Arrangement.On, 1, eur("0.10")
	d.Interest, d.InterestStatedUpTo = eur("1.74"), l.Arrangement.On
	d.Total = total(*d)
	return l
}

// correctedCents is one of which cents are left of the first part.
func correctedCents(lang letter.Language) letter.Letter {
	l := correctedInParts(lang)
	l.Arrangement.Least = eur("5.00")
	parts := l.Arrangement.Instalments
	parts[0].Amount, parts[2].Amount = eur("0.02"), parts[2].Amount+parts[0].Amount-eur("0.02")
	return l
}

// lastPart is a correction after which one part is left.
func lastPart(lang letter.Language) letter.Letter {
	l := correctedInParts(lang)
	l.Arrangement.Paid, l.Arrangement.Instalments = 3, []letter.Instalment{{Due: day("2027-02-15"), Amount: l.Demand.Total}}
	return l
}
