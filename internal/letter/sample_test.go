package letter_test

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
)

var (
	day = calendar.MustParseDate
	eur = money.MustParse
)

// All parties are invented; the account numbers are the banks' published examples.
var (
	agency = letter.Party{Name: "Voorbeeld Incasso", Street: "Proefstraat 1", Postcode: "1234AB", Town: "Voorbeeldstad", Email: "info@voorbeeld-incasso.example",
		Phone: "012 345 67 89", Website: "voorbeeld-incasso.example", KvK: "00000001", VAT: "NL000000000B00", Registration: "WKI-0000-TEST"}
	client = letter.Party{Name: "Voorbeeld B.V.", Street: "Fictieweg 22", Postcode: "2345 BC", Town: "Verzonnen", Email: "administratie@voorbeeldbv.example",
		Phone: "098 765 43 21", KvK: "00000002", VAT: "NL000000000B01", IBAN: "NL02ABNA0123456789"}
	debtor   = letter.Party{Name: "A. Debiteur", Street: "Nergensplein 3", Postcode: "3456CD", Town: "Fantasiedam"}
	business = letter.Party{Name: "Proefbedrijf Łódź & Şahin V.O.F.", Attention: "mevrouw Ż. Öğretmen-Nguyễn", Street: "Nergenskade 44", Postcode: "4567 DE", Town: "Fantasiedam"}
)

// sample is the letter of a kind as it goes out on an ordinary day: to a consumer with one invoice, or to a business with four.
func sample(kind letter.Kind, lang letter.Language, consumer bool) letter.Letter {
	l := letter.Letter{
		Kind: kind, Language: lang, On: day("2026-11-23"), PayBy: day("2026-12-07"), Agency: agency, Client: client, Debtor: debtor, Consumer: consumer,
		TrustName: "Stichting Derdengelden Voorbeeld Incasso", TrustIBAN: "NL91ABNA0417164300", FileReference: "2026-000123",
		RF: "RF18539007547034", Kenmerk: "5000056789012345",
	}
	if !consumer {
		l.Debtor = business
	}
	if kind == letter.ComplaintConfirmation {
		l.PayBy, l.Complaint = calendar.Date{}, letter.Complaint{ReceivedOn: day("2026-11-20"), AnswerDays: 10, Scheme: "Geschillencommissie Voorbeeld, www.geschillen-voorbeeld.example"}
		return l
	}
	l.Demand = demand(kind, consumer)
	if kind == letter.Correction {
		l.Wrong.Letters = []letter.WrongLetter{{day("2026-11-18"), eur("1152.00"), eur("1052.00"), letter.AlreadyPaid}}
		if !consumer {
			l.Wrong.Letters = everyMistake()
		}
	}
	if kind == letter.ArrangementConfirmation {
		l.PayBy, l.Arrangement = calendar.Date{}, arrangement("2026-11-20", "2026-12-15")
		return inInstalments(l)
	}
	if kind == letter.ArrangementReminder {
		l.Arrangement = inInstalments(letter.Letter{Arrangement: arrangement("2026-09-23", "2026-10-15"), Demand: l.Demand}).Arrangement
		l.Arrangement.Missed, l.Arrangement.MissedLast, l.Arrangement.Overdue = 2, 2, eur("263.11")
	}
	if kind == letter.FourteenDayLetter || kind == letter.MonitoringLetter || kind == letter.Interruption {
		l.PayBy = calendar.Date{}
	}
	return l
}

// everyMistake is a letter that was wrong for each reason.
func everyMistake() (wrong []letter.WrongLetter) {
	for i, why := range []letter.Mistake{letter.AlreadyPaid, letter.AlreadyCredited, letter.AlreadySettled, letter.NoNotice, letter.VoidNotice, letter.BrokenNotice, letter.NoInformationCosts, letter.NotAllowed, letter.NamedTooMuch} {
		wrong = append(wrong, letter.WrongLetter{On: day("2026-11-02").AddDays(min(3*i, 21)), Asked: eur("12345.67"), Owed: eur("1052.41"), Why: why})
	}
	return wrong
}

// paidTooMuch is a correction after which nothing is owed.
func paidTooMuch(lang letter.Language) letter.Letter {
	l := sample(letter.Correction, lang, true)
	l.PayBy, l.Demand, l.Wrong.Refund = calendar.Date{}, letter.Demand{Obligation: "levering van kantoormeubelen"}, eur("100.00")
	l.Wrong.Letters[0].Owed = 0
	return l
}

func demand(kind letter.Kind, consumer bool) letter.Demand {
	d := letter.Demand{Principal: eur("1000.00"), Invoices: invoices(1, eur("1000.00"))}
	if !consumer {
		d.Invoices, d.Principal = invoices(4, eur("250.50")), eur("1002.00")
	}
	switch kind {
	case letter.Summons, letter.FinalSummons, letter.MonitoringLetter, letter.Interruption, letter.ArrangementConfirmation, letter.ArrangementReminder, letter.Correction:
		d.Obligation, d.Settled, d.Costs, d.CostsOver = "levering van kantoormeubelen", received("2026-11-15", "100.00"), eur("150.00"), eur("1000.00")
		d.InterestKind, d.Interest, d.InterestStatedUpTo = letter.StatutoryInterest, eur("2.41"), day("2026-11-23")
		d.InterestLines = []letter.InterestLine{
			{From: day("2026-11-01"), To: day("2026-11-15"), Days: 15, Percent: "4", Base: eur("1000.00"), Interest: eur("1.64")},
			{From: day("2026-11-16"), To: day("2026-11-23"), Days: 8, Percent: "4", Base: eur("900.00"), Interest: eur("0.77")},
		}
		if !consumer {
			d.InterestKind = letter.CommercialInterest
			d.Costs, d.CostsOver, d.Interest = eur("150.30"), eur("1002.00"), eur("6.57")
			d.InterestLines = interestOver(d.Invoices, "1.65", "1.64", "1.64", "1.64")
		}
	case letter.FourteenDayLetter:
		d.AnnouncedCosts = eur("150.00")
	}
	if kind == letter.ArrangementConfirmation {
		untilAgreed(&d)
	}
	d.Total = total(d)
	return d
}

// total is what a demand comes to.
func total(d letter.Demand) money.Amount {
	sum := d.Principal + d.Interest + d.Costs + d.CostsVAT + d.InformationCosts + d.CourtCosts
	for _, s := range d.Settled {
		sum -= s.Amount
	}
	return sum
}

func received(on, amount string) []letter.Settlement {
	return []letter.Settlement{{Kind: letter.Received, On: day(on), Amount: eur(amount)}}
}

// interestOver is a line of interest for each invoice, from the day after its due date to that of the letter.
func interestOver(invoices []letter.Invoice, interest ...string) (lines []letter.InterestLine) {
	for i, v := range invoices {
		lines = append(lines, letter.InterestLine{Invoice: v.Number, From: day("2026-11-01"), To: day("2026-11-23"), Days: 23, Percent: "10.40", Base: v.Amount, Interest: eur(interest[i%len(interest)])})
	}
	return lines
}

func invoices(n int, each money.Amount) (out []letter.Invoice) {
	for i := range n {
		out = append(out, letter.Invoice{Number: fmt.Sprintf("F2026-%04d", 801+i), IssuedOn: day("2026-10-01"), DueOn: day("2026-10-31"), Amount: each})
	}
	return out
}

func advice(lang letter.Language) letter.Advice {
	return letter.Advice{
		Language: lang, On: day("2027-01-11"), DecideBy: day("2027-02-10"), Agency: agency, Client: client, DebtorName: business.Name,
		FileReference: "2026-000123", ClientReference: "KL-77", Demand: laterDemand(),
		Sent:      []letter.SentLetter{{letter.Reminder, day("2026-11-02")}, {letter.StickerReminder, day("2026-11-12")}, {letter.Summons, day("2026-11-23")}, {letter.FinalSummons, day("2026-12-08")}},
		Standing:  letter.Standing{Enforceable: day("2031-12-10"), Term: letter.ContractTerm, Region: "NL", Searches: []letter.Search{{Register: "insolvency", Said: "none", On: day("2027-01-11"), Connected: true}, {Register: "company"}}},
		Procedure: procedure("250.00"),
		Options:   letter.Choices, Recommended: letter.Court, Default: letter.Monitoring, Reasons: []letter.Reason{letter.Undisputed, letter.Acknowledged, letter.Solvent},
	}
}

// procedure is one before the cantonal court, at a fixed price or without.
func procedure(price string) letter.Procedure {
	fee, summons, point, fixed := eur("350.00"), eur("125.57"), eur("144.00"), eur(price)
	return letter.Procedure{Cantonal: true, Year: "2026", Costs: []letter.CostLine{
		{letter.CourtFee, fee, fee, fee}, {letter.ServedSummons, summons, summons, summons}, {letter.Salary, 0, point, 0}, {letter.OtherSalary, 0, 0, 2 * point}, {letter.FixedPrice, fixed, 0, fixed},
	}}
}

// reminderOf is the advice two weeks later, when the client has not decided and the debtor has disputed and moved.
func reminderOf(a letter.Advice) letter.Advice {
	a.On, a.Reminder = day("2027-01-25"), true
	a.Demand.InterestLines = interestOver(a.Demand.Invoices, "6.14", "6.14", "6.14", "6.13")
	until(a.Demand.InterestLines, a.On)
	a.Demand.Interest, a.Demand.InterestStatedUpTo = eur("24.55"), a.On
	a.Demand.Total = total(a.Demand)
	a.Procedure.Costs, a.Procedure.NoPrice = a.Procedure.Costs[:4], letter.PriceDisputed
	a.Standing.Disputes = []letter.Dispute{{Raised: day("2026-11-26"), Grounds: "two chairs were damaged", Judged: day("2026-11-30"), JudgementReason: "signed delivery note"}}
	a.Standing.AddressUnknown = day("2027-01-20")
	a.Recommended, a.Reasons = letter.Monitoring, []letter.Reason{letter.DisputeRejected, letter.PartPaid, letter.AddressUnknown, letter.CostsAgreed}
	return a
}

// beforeTheCivilCourt is the advice over more than the cantonal court decides, when lawyers come on top, of which nobody knows what they cost.
func beforeTheCivilCourt(a letter.Advice) letter.Advice {
	d := &a.Demand
	d.Invoices, d.Principal, d.Costs, d.CostsOver = invoices(4, eur("7500.00")), eur("30000.00"), eur("1075.00"), eur("30000.00")
	d.InterestLines, d.Interest = interestOver(d.Invoices, "153.87", "153.86", "153.86", "153.86"), eur("615.45")
	until(d.InterestLines, a.On)
	d.Total = total(*d)
	fee, summons := eur("3083.00"), eur("125.57")
	a.Procedure = letter.Procedure{Year: "2026", NoPrice: letter.PriceCivil, Costs: []letter.CostLine{{letter.CourtFee, fee, fee, fee}, {letter.ServedSummons, summons, summons, summons}, {What: letter.Lawyers}}}
	a.Reasons = append(a.Reasons, letter.LawyerNeeded)
	return a
}

// laterDemand is what is owed when the advice is written.
func laterDemand() letter.Demand {
	d := demand(letter.FinalSummons, false)
	d.InterestLines = interestOver(d.Invoices, "5.14")
	until(d.InterestLines, day("2027-01-11"))
	d.Interest, d.InterestStatedUpTo = eur("20.56"), day("2027-01-11")
	d.Total = total(d)
	return d
}

func rate(lines []letter.InterestLine, percent string) {
	for i := range lines {
		lines[i].Percent = percent
	}
}

// until lets the lines of interest run to another day.
func until(lines []letter.InterestLine, to calendar.Date) {
	for i := range lines {
		lines[i].To, lines[i].Days = to, to.DaysSince(lines[i].From)+1
	}
}

// story is a letter with the name of its golden file.
type story struct {
	name   string
	letter letter.Letter
}

// stories are every kind in every language, to a consumer and, where the law allows, to a business, and the letters that are hard to set.
func stories() (out []story) {
	for _, lang := range letter.Languages {
		for _, kind := range letter.DebtorKinds {
			out = append(out, story{fmt.Sprintf("%s.%s", kind, lang), sample(kind, lang, true)})
			if kind != letter.FourteenDayLetter {
				out = append(out, story{fmt.Sprintf("%s-business.%s", kind, lang), sample(kind, lang, false)})
			}
		}
	}
	for _, lang := range letter.Languages {
		out = append(out, arrangements(lang)...)
		for _, kind := range []letter.Kind{letter.ArrangementReminder, letter.Correction, letter.Interruption} {
			out = append(out, story{fmt.Sprintf("%s-business-vat.%s", kind, lang), vatInBusiness(kind, lang)})
		}
	}
	return append(out, hardStories()...)
}

func hardStories() []story {
	thirty := sample(letter.Summons, letter.Dutch, true)
	thirty.Demand.Invoices = invoices(30, eur("41.37"))
	thirty.Demand.Principal = eur("1241.10")
	thirty.Demand.InterestLines, thirty.Demand.Interest = interestOver(thirty.Demand.Invoices, append(slices.Repeat([]string{"0.11"}, 13), slices.Repeat([]string{"0.10"}, 17)...)...), eur("3.13")
	rate(thirty.Demand.InterestLines, "4")
	thirty.Demand.Costs, thirty.Demand.CostsOver, thirty.Demand.Settled = eur("186.17"), eur("1241.10"), payments(14)
	thirty.Demand.Total = total(thirty.Demand)
	own := sample(letter.Reminder, letter.Dutch, false)
	own.Demand.Invoices = invoices(30, eur("12345.67"))
	own.Demand.Principal = eur("370370.10")
	own.Demand.Total = own.Demand.Principal
	long := sample(letter.Summons, letter.Dutch, false)
	long.Client.Name = "Voorbeeldmaatschappij tot Ontwikkeling en Instandhouding van Verzonnen Onroerende Goederen en Aanverwante Zaken Nederland B.V."
	long.Debtor.Name = "Stichting Fictieve Vereniging van Eigenaars Appartementengebouw Nergenshuizerveldweg 1001 tot en met 1999 te Fantasiedam-Noord"
	long.Debtor.Attention = "de administratie, afdeling crediteuren, mevrouw A.B.C.D. van der Verzonnen-Langenaam tot Proefstede"
	long.Agency.Name = "Voorbeeld Incasso en Gerechtsdeurwaarders Adviesgroep Midden-Nederland en Omstreken B.V."
	long.TrustName = "Stichting Beheer Derdengelden Voorbeeld Incasso Adviesgroep Midden-Nederland"
	long.FileReference = "2026-000123-VOORBEELD-LANG"
	long.Demand.Invoices[2].Number = "FACTUURNUMMERZONDERSPATIES/2026/10/0000000000000000000000000000803/A"
	long.Demand.InterestLines[2].Invoice = long.Demand.Invoices[2].Number
	long.Demand.Invoices[1].ExtendedTo = day("2026-11-07")
	long.Debtor.Country = "België"
	sticker := sample(letter.StickerReminder, letter.Dutch, true)
	sticker.Agency.Name, sticker.Client.Name = long.Agency.Name, long.Client.Name
	schemeless := sample(letter.ComplaintConfirmation, letter.Dutch, true)
	schemeless.Complaint.Scheme = ""
	return []story{{"correction-promised.nl", promised(letter.Dutch, "1152.00")}, {"correction-promised.en", promised(letter.English, "1152.00")}, {"correction-promised-a-part.nl", promised(letter.Dutch, "200.00")}, {"correction-promised-a-part.en", promised(letter.English, "200.00")},
		{"correction-in-parts.nl", correctedInParts(letter.Dutch)}, {"correction-in-parts.en", correctedInParts(letter.English)}, {"correction-cents-left.nl", correctedCents(letter.Dutch)}, {"correction-cents-left.en", correctedCents(letter.English)}, {"correction-last-part.nl", lastPart(letter.Dutch)}, {"correction-last-part.en", lastPart(letter.English)},
		{"correction-paid.nl", paidTooMuch(letter.Dutch)}, {"correction-paid.en", paidTooMuch(letter.English)}, {"complaint-confirmation-schemeless.nl", schemeless}, {"14-day-letter-vat.nl", withVAT(letter.Dutch)}, {"14-day-letter-vat.en", withVAT(letter.English)}, {"summons-agreed.nl", agreed(letter.Dutch)}, {"summons-agreed.en", agreed(letter.English)},
		{"summons-vat.nl", summonsWithVAT()}, {"14-day-letter-interest.nl", withInterest(letter.Dutch)}, {"14-day-letter-interest.en", withInterest(letter.English)},
		{"14-day-letter-shared.nl", shared(letter.Dutch)}, {"14-day-letter-shared.en", shared(letter.English)}, {"summons-bankrupt.nl", stopped(letter.Dutch, letter.Bankruptcy)}, {"summons-restructured.en", stopped(letter.English, letter.Restructuring)}, {"final-summons-settled.nl", settled(letter.Dutch)}, {"final-summons-settled.en", settled(letter.English)}, {"summons-30-invoices.nl", thirty}, {"reminder-30-invoices.nl", own}, {"summons-long-names.nl", long}, {"sticker-reminder-long-names.nl", sticker}}
}

// vatInBusiness asks what never had a 14-day letter: the declaration stands in each letter.
func vatInBusiness(kind letter.Kind, lang letter.Language) letter.Letter {
	l := sample(kind, lang, false)
	l.Demand.CostsVAT, l.Demand.VATPercent = eur("31.56"), "21"
	l.Demand.Total += l.Demand.CostsVAT
	return l
}

// shared is a 14-day letter after one for another claim of the same consumer.
func shared(lang letter.Language) letter.Letter {
	l := sample(letter.FourteenDayLetter, lang, true)
	l.Demand.AnnouncedCosts, l.Demand.Shared = eur("110.00"), true
	return l
}

// withInterest is a 14-day letter that asks the interest so far, as most do.
func withInterest(lang letter.Language) letter.Letter {
	l := sample(letter.FourteenDayLetter, lang, true)
	d := &l.Demand
	d.InterestKind, d.InterestLines, d.Interest, d.InterestStatedUpTo = letter.StatutoryInterest, interestOver(d.Invoices, "2.52"), eur("2.52"), l.On
	rate(d.InterestLines, "4")
	d.Total = total(*d)
	return l
}

// withVAT is a 14-day letter of a creditor that cannot deduct VAT, over agreed interest.
func withVAT(lang letter.Language) letter.Letter {
	l := sample(letter.FourteenDayLetter, lang, true)
	l.Demand.AnnouncedVAT, l.Demand.VATPercent, l.Demand.InterestKind = eur("31.50"), "21", letter.AgreedInterest
	return l
}

// summonsWithVAT follows such a letter.
func summonsWithVAT() letter.Letter {
	l := sample(letter.Summons, letter.Dutch, true)
	l.Demand.CostsVAT, l.Demand.VATPercent = eur("31.50"), "21"
	l.Demand.Total += l.Demand.CostsVAT
	return l
}

// agreed is a summons to a business that agreed on interest and costs, was given more time, and of which a register's extract was bought.
func agreed(lang letter.Language) letter.Letter {
	l := sample(letter.Summons, lang, false)
	d := &l.Demand
	d.Invoices[0].DueOn, d.Invoices[0].ExtendedTo = day("2026-10-15"), day("2026-10-31")
	d.InterestKind, d.InterestLines, d.Interest = letter.AgreedInterest, interestOver(d.Invoices, "1.90", "1.90", "1.89", "1.89"), eur("7.58")
	rate(d.InterestLines, "12")
	d.CostsAgreed, d.InformationCosts = true, eur("12.50")
	d.Total = total(*d)
	return l
}

// stopped is a summons after six days without interest.
func stopped(lang letter.Language, why letter.Ground) letter.Letter {
	l := sample(letter.Summons, lang, true)
	d := &l.Demand
	d.InterestLines[1] = letter.InterestLine{From: day("2026-11-22"), To: l.On, Days: 2, Percent: "4", Base: eur("900.00"), Interest: eur("0.20")}
	d.InterestFree = []letter.InterestFree{{From: day("2026-11-16"), To: day("2026-11-21"), Why: why}}
	d.Interest, d.Total = eur("1.84"), eur("1051.84")
	return l
}

// payments are so many of 10 euros.
func payments(n int) (out []letter.Settlement) {
	for i := range n {
		out = append(out, letter.Settlement{Kind: letter.Received, On: day("2026-11-01").AddDays(i), Amount: eur("10.00")})
	}
	return out
}

// settled is a final summons to a business of which a part came off in every way, with days without interest.
func settled(lang letter.Language) letter.Letter {
	l := sample(letter.FinalSummons, lang, false)
	d := &l.Demand
	d.Settled = nil
	for i, kind := range []letter.SettlementKind{letter.Received, letter.Credited, letter.SetOff, letter.ReturnedGoods, letter.CounterPerformance, letter.WrittenOff} {
		d.Settled = append(d.Settled, letter.Settlement{Kind: kind, On: day("2026-11-03").AddDays(i), Amount: eur("20.00")})
	}
	d.Settled = append(d.Settled, letter.Settlement{Kind: letter.Lapsed, Amount: eur("1.25")})
	d.Costs, d.CostsOver = eur("147.30"), eur("982.00") // what is credited was never owed, nor interest over it; the payments went to the costs
	d.InterestLines, d.Interest, d.InterestStatedUpTo = interestOver(d.Invoices, "1.38", "1.50", "1.50", "1.50"), eur("5.88"), day("2026-11-21")
	d.InterestLines[0].Base -= eur("20.00")
	until(d.InterestLines, d.InterestStatedUpTo)
	d.InterestFree = []letter.InterestFree{{From: day("2026-11-22"), To: day("2026-11-23"), Why: letter.Bankruptcy}}
	d.Total = total(*d)
	return l
}

func clone(l letter.Letter) letter.Letter {
	l.Demand.Invoices, l.Demand.InterestLines, l.Demand.Settled = slices.Clone(l.Demand.Invoices), slices.Clone(l.Demand.InterestLines), slices.Clone(l.Demand.Settled)
	return l
}

// takenBack is a reminder after the client took the case back from the court: that is offered no more, nor are its costs told.
func takenBack(a letter.Advice) letter.Advice {
	a.TakenBack = day("2027-01-11")
	a.Options = slices.DeleteFunc(slices.Clone(a.Options), func(c letter.Choice) bool { return c == letter.Court })
	a.Procedure, a.Recommended = letter.Procedure{}, a.Default
	return a
}
