package letter

import (
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// labels are the words of tables, boxes and footers in one language. Check insists that none is empty.
type labels struct {
	Date, FileReference, Kenmerk, RF, Creditor, Debtor, Obligation                                    string
	Invoice, InvoiceDate, DueDate, ExtendedTo, Amount                                                 string
	From, UpTo, Days, Over, PerYear, Statutory, Commercial, AgreedInterest                            string
	Principal, InterestUpTo, Costs, AgreedCosts, CostsVAT, InformationCosts, Total                    string
	PayTitle, PayAmount, PayIBAN, PayName, PayBy, PayByLetter, PayFourteen, PayMention                string
	CostsOver, CostsTogether, CostsCapped, Article, AllInvoices                                       string
	Instalment, IncludingVAT                                                                          string // IncludingVAT: of which rate
	OrRF, Scan, Page, Of, Telephone, VAT, Registration, SentBy                                        string
	Letter, Sent, CourtCosts, OwnCosts, BackCosts, LostCosts, Rate, ClientReference, DebtorName       string
	TogetherWithout, OnTop, PartOfIt                                                                  string // of lawyers
	Together, AwardedCosts                                                                            string
	Standing, Known, Limitation, EnforceableUntil, Insolvency, NoInsolvency, Since, FromDay, UntilDay string
	Address, AddressFine, AddressUnknown, Dispute, NoDispute, NotJudged, Rejected, Upheld             string
	Searched, NotAsked, NotConnected, Home                                                            string
	Registers                                                                                         map[Register]string
	Entries                                                                                           map[Entry]string
	Costing                                                                                           map[Cost]string
	Troubles                                                                                          map[Trouble]string
	Term, WasEnforceableUntil                                                                         string // of limitation
	Terms                                                                                             map[LimitationTerm]string
	Product, Price, NotOffered, UndisputedOnly                                                        string
	Products                                                                                          map[Product]string
	LetterOf, Asked, Right, Reason                                                                    string // of a correction
	Mistakes                                                                                          map[Mistake]string
	Kinds                                                                                             map[Kind]string
	Choices                                                                                           map[Choice]string
	Grounds                                                                                           map[Ground]string
	Settled, SettledMany                                                                              map[SettlementKind]string // SettledMany: how many, and until when
}

var words = map[Language]*labels{
	Dutch: {
		Date: "Datum", FileReference: "Dossier", Kenmerk: "Betalingskenmerk", RF: "RF-referentie", Creditor: "Schuldeiser", Debtor: "Aan", Obligation: "Waarvoor",
		Invoice: "Factuur", InvoiceDate: "Factuurdatum", DueDate: "Betalen voor of op", ExtendedTo: "Uitstel tot", Amount: "Bedrag",
		From: "Van", UpTo: "Tot en met", Days: "Dagen", Over: "Over bedrag", PerYear: "Per jaar",
		Statutory: "Wettelijke rente (art. 6:119 BW)", Commercial: "Wettelijke handelsrente (art. 6:119a BW)", AgreedInterest: "Afgesproken rente (volgens de overeenkomst)",
		Principal: "Hoofdsom", InterestUpTo: "Rente tot en met", Costs: "Incassokosten", AgreedCosts: "Afgesproken incassokosten", CostsVAT: "Btw over de incassokosten", InformationCosts: "Informatiekosten (art. 6:96 BW)", Total: "Te betalen",
		CostsOver: "over", CostsTogether: "Uw deel van de incassokosten", CostsCapped: "niet meer dan eerder genoemd", Article: "art. 6:96 BW", AllInvoices: "Alle facturen",
		PayTitle: "Zo betaalt u", PayAmount: "Bedrag", PayIBAN: "Rekening", PayName: "Op naam van", PayBy: "Uiterlijk op", PayByLetter: "Termijn",
		PayFourteen: "binnen 14 dagen, vanaf de dag na bezorging", PayMention: "Vermeld factuur",
		Instalment: "Deel", IncludingVAT: "inclusief %s btw",
		OrRF: "of RF-referentie", Scan: "Scan met de app van uw bank", Page: "Pagina", Of: "van", Telephone: "Tel.", VAT: "Btw", Registration: "Registratie Wki", SentBy: "Verzonden door",
		Letter: "Brief", Sent: "Verstuurd op", ClientReference: "Uw kenmerk", DebtorName: "Debiteur",
		CourtCosts: "Kosten van de rechtszaak", OwnCosts: "U betaalt zelf", BackCosts: "Terug als u wint", LostCosts: "Kwijt als u verliest", Rate: "tarief", AwardedCosts: "Proceskosten (vonnis)",
		Together: "Samen", TogetherWithout: "Samen, zonder advocaten", OnTop: "komt erbij", PartOfIt: "een deel",
		Costing: map[Cost]string{CourtFee: "Griffierecht", ServedSummons: "Dagvaarding door de deurwaarder", SummonsVAT: "Btw over de dagvaarding", Salary: "Salaris gemachtigde (1 punt), voor u",
			OtherSalary: "Salaris gemachtigde (2 punten), voor de debiteur", FixedPrice: "Onze vaste prijs voor de procedure", FixedPriceVAT: "Btw over onze vaste prijs", Lawyers: "Kosten van advocaten"},
		Standing: "Onderwerp", Known: "Wat wij weten", Limitation: "Verjaring", EnforceableUntil: "De vordering kan worden geïnd tot en met", WasEnforceableUntil: "De vordering kon worden geïnd tot en met", Insolvency: "Insolventie",
		Term: "Termijn", Terms: map[LimitationTerm]string{ContractTerm: "5 jaar voor een overeenkomst (art. 3:307 BW)", ConsumerSaleTerm: "2 jaar voor een aankoop van een consument (art. 7:28 BW)", JudgmentTerm: "20 jaar voor een vonnis (art. 3:324 BW)"},
		Searched: "Gevraagd op", NotAsked: "Niet gevraagd", NotConnected: "Er is geen register aangesloten voor", Home: "Nederland",
		Registers: map[Register]string{"insolvency": "Insolventieregister", "company": "Handelsregister", "address": "Adresregister"},
		Entries: map[Entry]string{"none": "niets gevonden", "bankrupt": "faillissement", "wsnp": "schuldsanering (WSNP)", "bankruptcy-ended": "een faillissement dat voorbij is", "clean-slate": "een schuldsanering die voorbij is, met schone lei",
			"debt-counselling": "schuldhulpverlening", "dissolved": "bedrijf bestaat niet meer", "deceased": "overleden", "moved": "verhuisd", "no-answer": "het register gaf geen antwoord"},
		NoInsolvency: "Wij weten niet van een faillissement of schuldsanering.", Since: "sinds", FromDay: "van", UntilDay: "tot en met",
		Troubles: map[Trouble]string{InBankruptcy: "Faillissement", InRestructuring: "Schuldsanering (WSNP)", InCounselling: "Schuldhulpverlening"},
		Address:  "Adres", AddressFine: "Bij ons bekend. Wij weten niet van een verhuizing.", AddressUnknown: "Niet zeker, sinds", Dispute: "Betwisting", NoDispute: "De debiteur heeft de vordering niet betwist.",
		NotJudged: "Nog niet beoordeeld", Rejected: "Afgewezen op", Upheld: "Gegrond op",
		Kinds: map[Kind]string{Reminder: "Herinnering", StickerReminder: "Herinnering met betaalversneller", FourteenDayLetter: "Veertiendagenbrief",
			Summons: "Sommatie", FinalSummons: "Laatste sommatie", EscalationAdvice: "Advies gerechtelijk traject", "decision-reminder": "Herinnering aan het advies", MonitoringLetter: "Brief schuldbewaking", Interruption: "Stuitingsbrief",
			ArrangementConfirmation: "Bevestiging van uw betalingsregeling", ArrangementReminder: "Herinnering betalingsregeling", Correction: "Rechtzetting", ComplaintConfirmation: "Bevestiging van uw klacht"},
		LetterOf: "Brief van", Asked: "Gevraagd", Right: "Juist was", Reason: "Waarom",
		Mistakes: map[Mistake]string{AlreadyPaid: "u had al betaald", AlreadyCredited: "u had al een creditnota", AlreadySettled: "er was al iets verrekend",
			NoNotice: "een eerdere brief is niet aangekomen", VoidNotice: "u had een eerdere brief niet mogen krijgen", BrokenNotice: "uw faillissement of WSNP begon binnen de 14 dagen", NamedTooMuch: "de 14-dagenbrief noemde een te hoog bedrag en telt niet", NoInformationCosts: "informatiekosten die u niet hoeft te betalen", NotAllowed: "u had deze brief niet mogen krijgen"},
		Product: "Wat wij voor u kunnen doen", Price: "Prijs zonder btw", NotOffered: "bieden wij niet aan", UndisputedOnly: "alleen zonder betwisting",
		Products: map[Product]string{LegalWork: "Juridisch werk, per uur", DraftSummons: "Concept van een dagvaarding", BailiffDemand: "Sommatie door de deurwaarder",
			BankruptcyPetition: "Concept van een faillissementsrekest", Recourse: "Verhaalsonderzoek", FixedCourt: "Procedure bij de kantonrechter, vaste prijs"},
		Choices: map[Choice]string{Court: "Naar de rechter", Monitoring: "Schuldbewaking", Close: "Dossier sluiten"},
		Grounds: map[Ground]string{Bankruptcy: "geen rente: faillissement", Restructuring: "geen rente: schuldsanering"},
		Settled: map[SettlementKind]string{Received: "Ontvangen op", Credited: "Gecrediteerd op", SetOff: "Verrekend op", ReturnedGoods: "Teruggenomen goederen op",
			CounterPerformance: "Tegenprestatie op", WrittenOff: "Vervallen op", Lapsed: "Vervallen rente en kosten"},
		SettledMany: map[SettlementKind]string{Received: "Ontvangen, %d betalingen tot en met %s", Credited: "Gecrediteerd, %d keer tot en met %s", SetOff: "Verrekend, %d keer tot en met %s",
			ReturnedGoods: "Teruggenomen goederen, %d keer tot en met %s", CounterPerformance: "Tegenprestatie, %d keer tot en met %s", WrittenOff: "Vervallen, %d keer tot en met %s"},
	},
	English: {
		Date: "Date", FileReference: "File", Kenmerk: "Payment reference", RF: "RF reference", Creditor: "Creditor", Debtor: "To", Obligation: "Concerning",
		Invoice: "Invoice", InvoiceDate: "Invoice date", DueDate: "Due on", ExtendedTo: "Extended to", Amount: "Amount",
		From: "From", UpTo: "Up to and incl.", Days: "Days", Over: "On amount", PerYear: "Per year",
		Statutory: "Statutory interest (art. 6:119 Dutch Civil Code)", Commercial: "Statutory commercial interest (art. 6:119a Dutch Civil Code)", AgreedInterest: "Agreed interest (by the agreement)",
		Principal: "Principal", InterestUpTo: "Interest up to and including", Costs: "Collection costs", AgreedCosts: "Agreed collection costs", CostsVAT: "VAT over the collection costs", InformationCosts: "Information costs (art. 6:96 Dutch Civil Code)", Total: "To pay",
		CostsOver: "over", CostsTogether: "Your part of the collection costs", CostsCapped: "no more than named before", Article: "art. 6:96 Dutch Civil Code", AllInvoices: "All invoices",
		PayTitle: "How to pay", PayAmount: "Amount", PayIBAN: "Account", PayName: "In the name of", PayBy: "No later than", PayByLetter: "Term",
		PayFourteen: "within 14 days, from the day after delivery", PayMention: "Mention invoice",
		Instalment: "Part", IncludingVAT: "including %s VAT",
		OrRF: "or RF reference", Scan: "Scan with your bank's app", Page: "Page", Of: "of", Telephone: "Tel.", VAT: "VAT", Registration: "Wki registration", SentBy: "Sent by",
		Letter: "Letter", Sent: "Sent on", ClientReference: "Your reference", DebtorName: "Debtor",
		CourtCosts: "Costs of the court case", OwnCosts: "You pay yourself", BackCosts: "Back if you win", LostCosts: "Gone if you lose", Rate: "rate", AwardedCosts: "Costs of the procedure (judgment)",
		Together:        "Together",
		TogetherWithout: "Together, without lawyers", OnTop: "on top", PartOfIt: "a part",
		Costing: map[Cost]string{CourtFee: "Court fee", ServedSummons: "Summons by the bailiff", SummonsVAT: "VAT over the summons", Salary: "Representative's salary (1 point), to you",
			OtherSalary: "Representative's salary (2 points), to the debtor", FixedPrice: "Our fixed price for the procedure", FixedPriceVAT: "VAT over our fixed price", Lawyers: "Costs of lawyers"},
		Standing: "Subject", Known: "What we know", Limitation: "Limitation", EnforceableUntil: "The claim can be enforced until and including", WasEnforceableUntil: "The claim could be enforced until and including", Insolvency: "Insolvency",
		Term: "Term", Terms: map[LimitationTerm]string{ContractTerm: "5 years for a contract (art. 3:307 BW)", ConsumerSaleTerm: "2 years for a purchase by a consumer (art. 7:28 BW)", JudgmentTerm: "20 years for a judgment (art. 3:324 BW)"},
		Searched: "Asked on", NotAsked: "Not asked", NotConnected: "No register is connected for", Home: "the Netherlands",
		Registers: map[Register]string{"insolvency": "Insolvency register", "company": "Company register", "address": "Address register"},
		Entries: map[Entry]string{"none": "nothing found", "bankrupt": "bankruptcy", "wsnp": "debt restructuring (WSNP)", "bankruptcy-ended": "a bankruptcy that is over", "clean-slate": "a debt restructuring that is over, with a clean slate",
			"debt-counselling": "debt counselling", "dissolved": "the company does not exist any more", "deceased": "died", "moved": "moved", "no-answer": "the register gave no answer"},
		NoInsolvency: "We do not know of a bankruptcy or debt restructuring.", Since: "since", FromDay: "from", UntilDay: "up to and including",
		Troubles: map[Trouble]string{InBankruptcy: "Bankruptcy", InRestructuring: "Debt restructuring (WSNP)", InCounselling: "Debt counselling"},
		Address:  "Address", AddressFine: "Known to us. We do not know of a move.", AddressUnknown: "Not certain, since", Dispute: "Dispute", NoDispute: "The debtor has not disputed the claim.",
		NotJudged: "Not judged yet", Rejected: "Rejected on", Upheld: "Upheld on",
		Kinds: map[Kind]string{Reminder: "Reminder", StickerReminder: "Reminder with sticker", FourteenDayLetter: "Fourteen-day letter",
			Summons: "Formal demand", FinalSummons: "Final demand", EscalationAdvice: "Advice on court action", "decision-reminder": "Reminder of the advice", MonitoringLetter: "Monitoring letter", Interruption: "Letter that interrupts limitation",
			ArrangementConfirmation: "Confirmation of your payment arrangement", ArrangementReminder: "Reminder of your payment arrangement", Correction: "Correction", ComplaintConfirmation: "Confirmation of your complaint"},
		LetterOf: "Letter of", Asked: "Asked", Right: "Should be", Reason: "Why",
		Mistakes: map[Mistake]string{AlreadyPaid: "you had already paid", AlreadyCredited: "you already had a credit note", AlreadySettled: "something was already set off",
			NoNotice: "an earlier letter did not arrive", VoidNotice: "you should not have received an earlier letter", BrokenNotice: "your insolvency began within the 14 days", NamedTooMuch: "the 14-day letter named too much and does not count", NoInformationCosts: "information costs that you do not have to pay", NotAllowed: "you should not have received this letter"},
		Product: "What we can do for you", Price: "Price without VAT", NotOffered: "not offered", UndisputedOnly: "only without a dispute",
		Products: map[Product]string{LegalWork: "Legal work, per hour", DraftSummons: "Draft of a summons to appear in court", BailiffDemand: "Demand by the bailiff",
			BankruptcyPetition: "Draft of a bankruptcy petition", Recourse: "Investigation of means", FixedCourt: "Procedure before the cantonal court, fixed price"},
		Choices: map[Choice]string{Court: "Go to court", Monitoring: "Debt monitoring", Close: "Close the file"},
		Grounds: map[Ground]string{Bankruptcy: "no interest: bankruptcy", Restructuring: "no interest: debt restructuring"},
		Settled: map[SettlementKind]string{Received: "Received on", Credited: "Credited on", SetOff: "Set off on", ReturnedGoods: "Goods taken back on",
			CounterPerformance: "Given in return on", WrittenOff: "Waived on", Lapsed: "Waived interest and costs"},
		SettledMany: map[SettlementKind]string{Received: "Received, %d payments up to and including %s", Credited: "Credited, %d times up to and including %s", SetOff: "Set off, %d times up to and including %s",
			ReturnedGoods: "Goods taken back, %d times up to and including %s", CounterPerformance: "Given in return, %d times up to and including %s", WrittenOff: "Waived, %d times up to and including %s"},
	},
}

// nbsp keeps an amount on one line; plain turns it back into a space.
const nbsp = "\u00a0"

// amount is € 1.234,50 in Dutch and €1,234.50 in English.
func (lang Language) amount(a money.Amount) string {
	if lang == Dutch {
		return "€" + nbsp + a.Dutch()
	}
	s := swapSeparators.Replace(a.Abs().Dutch())
	if a < 0 {
		return "-€" + s
	}
	return "€" + s
}

var swapSeparators = strings.NewReplacer(".", ",", ",", ".")

// date is 3 december 2026, in words.
func (lang Language) date(d calendar.Date) string {
	switch {
	case d.IsZero():
		return ""
	case lang == Dutch:
		return strings.ReplaceAll(d.Dutch(), " ", nbsp)
	}
	return d.At(12, 0).Format("2" + nbsp + "January" + nbsp + "2006")
}

// day is a date for tables: 03-12-2026, or 3 Dec 2026.
func (lang Language) day(d calendar.Date) string {
	switch {
	case d.IsZero():
		return ""
	case lang == Dutch:
		return d.At(12, 0).Format("02-01-2006")
	}
	return d.At(12, 0).Format("2" + nbsp + "Jan" + nbsp + "2006")
}

// percent is 10,40% from "10.40".
func (lang Language) percent(p string) string {
	if lang == Dutch {
		p = strings.Replace(p, ".", ",", 1)
	}
	return p + "%"
}
