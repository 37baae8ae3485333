package report

// words are what a report says in one language of a client.
type words struct {
	HandedOver, Stand, Settled, Lowering, Division, Trust, Invoiced, Result, Ages, Months, Claims                         heading
	TitleOf                                                                                                               string
	Figure, Number, Amount, Phase, Principal, Open, Unsettled, How, Outcome, Interest, Costs, Total, Age, Month, Overview string
	Accepted, NotAccepted, AllClaims, Recovered                                                                           string
	Client, Agency, Surplus, Received                                                                                     string
	Before, Part, PaidOut, SetOff, Corrected, After                                                                       string
	Invoices, Credits, Net, VAT                                                                                           string
	Rate, RateOf, Median, DaysTo, DaysMore                                                                                string
	Reference, Debtor, HandedOverOn, DueOn, SettledOn, RecoveredPrincipal, Lowered, ForYou                                string
	Phases                                                                                                                map[Phase]string
	Means                                                                                                                 map[Means]string
}

// heading is the title of a part of a report, and how its figures were computed.
type heading struct{ title, note string }

// in has the words of each language; Dutch comes first, and of another language English is read.
var in = map[string]*words{
	"nl": {
		TitleOf:    "Rapportage van %s tot en met %s",
		HandedOver: heading{"Overgedragen in deze periode", "Geteld op de dag waarop u de vordering overdroeg. De hoofdsom is het bedrag van uw facturen. Wat wij bij de intake niet accepteerden, telt niet mee; wat u later introk wel."},
		Stand:      heading{"Waar uw vorderingen nu staan", "Al uw vorderingen die wij accepteerden, ook van vóór deze periode, op de dag van deze rapportage. ‘Niet voldaan’ is de hoofdsom die niet betaald, verrekend, gecrediteerd of kwijtgescholden is."},
		Settled:    heading{"Voldaan in deze periode", "Geteld op de valutadag. Wat een bank terughaalde, gaat eraf op de dag waarop dat gebeurde. Een betaling gaat eerst naar kosten, dan naar rente en dan naar hoofdsom (art. 6:44 BW). Wat een debiteur te veel betaalde, telt niet mee. ‘Later of opnieuw verdeeld’ is een betaling die wij pas later konden verdelen, of die nu een ander deel van de vordering betaalt, bijvoorbeeld na een creditnota. Dat telt op de dag waarop wij het verdeelden of, bij een creditnota, op haar datum."},
		Lowering:   heading{"Gecrediteerd of kwijtgescholden in deze periode", "Dit maakt een vordering lager, en is geen opbrengst."},
		Division:   heading{"Voor wie het geld is dat wij ontvingen", "Dit is het geld dat in deze periode voor uw vorderingen op onze derdengeldenrekening kwam. Wat uw debiteur aan u zelf betaalde, staat hier niet bij."},
		Trust:      heading{"Uw geld op onze derdengeldenrekening", "‘Uitbetaald’ telt op de dag waarop wij de bank opdracht gaven. ‘Rechtgezet’ is wat wij al aan u betaalden en wat later niet voor u bleek te zijn, bijvoorbeeld na een creditnota van u of omdat een bank het terughaalde. Wij houden dat later in; dan gaat het er weer af."},
		Invoiced:   heading{"Wat wij u factureerden", "Op de datum van de factuur, betaald of niet. Creditnota’s zijn eraf gehaald."},
		Result:     heading{"Resultaat", "Het incassopercentage gaat over de vorderingen die u in deze periode overdroeg: de hoofdsom die tot nu toe is voldaan, gedeeld door de hoofdsom zonder wat u crediteerde. De mediaan gaat over betaalde vorderingen waarvan in deze periode de laatste hoofdsom werd voldaan: de helft was sneller."},
		Ages:       heading{"Open hoofdsom naar ouderdom", "Van vorderingen die nog lopen: het aantal dagen sinds de oudste factuur betaald had moeten zijn."},
		Months:     heading{"Hoofdsom per maand", "Overgedragen en voldaan, geteld als hierboven."}, Claims: heading{title: "Vorderingen"},
		Figure: "Wat", Number: "Aantal", Amount: "Bedrag", Phase: "Stand", Principal: "Hoofdsom", Open: "Nog open", Unsettled: "Niet voldaan", How: "Hoe", Outcome: "Uitkomst", Interest: "Rente", Costs: "Kosten", Total: "Samen", Age: "Dagen te laat", Month: "Maand", Overview: "Overzicht",
		Accepted: "Overgedragen", NotAccepted: "Niet geaccepteerd bij de intake", AllClaims: "Samen", Recovered: "Opbrengst",
		Client: "Voor u", Agency: "Voor ons", Surplus: "Te veel betaald, terug naar debiteuren", Received: "Ontvangen",
		Before: "Stond er aan het begin", Part: "Voor u ontvangen", PaidOut: "Uitbetaald", SetOff: "Verrekend met facturen", Corrected: "Rechtgezet", After: "Staat er nog voor u",
		Invoices: "Facturen", Credits: "Creditnota’s", Net: "Zonder btw", VAT: "Btw",
		Rate: "Incassopercentage", RateOf: "Hoofdsom overgedragen, zonder creditnota’s", Median: "Dagen tot betaling (mediaan, aantal vorderingen: %d)", DaysTo: "%d tot en met %d", DaysMore: "%d of meer",
		Reference: "Uw kenmerk", Debtor: "Debiteur", HandedOverOn: "Overgedragen op", DueOn: "Oudste vervaldag", SettledOn: "Niets meer open sinds", RecoveredPrincipal: "Hoofdsom voldaan", Lowered: "Gecrediteerd of kwijtgescholden", ForYou: "Voor u ontvangen",
		Phases: map[Phase]string{
			Intake: "Intake", Reminders: "Herinnering", Summons: "Sommatie", Advice: "Advies, u beslist", Arrangement: "Betalingsregeling", Disputed: "Betwist", OnHold: "Opgeschort", Monitoring: "Schuldbewaking", Court: "Gerechtelijk traject",
			EndedPaid: "Klaar: betaald", EndedUnpaid: "Klaar: niet (helemaal) betaald", Withdrawn: "Ingetrokken", NotAccepted: "Niet geaccepteerd",
		},
		Means: map[Means]string{
			ToAgency: "Betaald aan ons", ToClient: "Betaald aan u", InWorth: "Verrekend of in goederen", Anew: "Later of opnieuw verdeeld", Credited: "Creditnota", LetGo: "Kwijtgescholden",
		},
	},
	"en": {
		TitleOf:    "Report from %s to %s",
		HandedOver: heading{"Handed over in this period", "Counted on the day on which you handed the claim over. The principal is the amount of your invoices. What we did not accept at the intake is not counted; what you withdrew later is."},
		Stand:      heading{"Where your claims stand now", "All your claims that we accepted, also those of before this period, on the day of this report. ‘Not settled’ is the principal that is not paid, set off, credited or let go."},
		Settled:    heading{"Settled in this period", "Counted on the value date. What a bank took back comes off on the day on which it did. A payment pays costs first, then interest, then principal (art. 6:44 BW). What a debtor paid too much is not counted. ‘Divided later or anew’ is a payment that we could divide only later, or that pays another part of the claim now, for example after a credit note. It counts on the day on which we divided it or, with a credit note, on the date of that."},
		Lowering:   heading{"Credited or let go in this period", "This makes a claim less, and is not recovered."},
		Division:   heading{"For whom the money is that we received", "This is the money that came in on our trust account for your claims in this period. What your debtor paid to you yourself is not in it."},
		Trust:      heading{"Your money on our trust account", "‘Paid out’ counts on the day on which we ordered the bank. ‘Corrected’ is what we had paid to you and what later proved not to be for you, for example after a credit note of yours or because a bank took it back. We keep that back later; then it comes off again."},
		Invoiced:   heading{"What we invoiced you", "By the date of the invoice, paid or not. Credit notes are taken off."},
		Result:     heading{"Result", "The recovery rate is of the claims that you handed over in this period: the principal that was settled until now, divided by the principal without what you credited. The median is of paid claims of which the last of the principal was settled in this period: half of them were sooner."},
		Ages:       heading{"Open principal by age", "Of claims that run still: the days since the oldest invoice should have been paid."},
		Months:     heading{"Principal by month", "Handed over and recovered, counted as above."}, Claims: heading{title: "Claims"},
		Figure: "What", Number: "Number", Amount: "Amount", Phase: "Stand", Principal: "Principal", Open: "Still open", Unsettled: "Not settled", How: "How", Outcome: "Outcome", Interest: "Interest", Costs: "Costs", Total: "Together", Age: "Days late", Month: "Month", Overview: "Overview",
		Accepted: "Handed over", NotAccepted: "Not accepted at the intake", AllClaims: "Together", Recovered: "Recovered",
		Client: "Yours", Agency: "Ours", Surplus: "Paid too much, back to debtors", Received: "Received",
		Before: "Stood there at the start", Part: "Received for you", PaidOut: "Paid out", SetOff: "Set off against invoices", Corrected: "Corrected", After: "Stands there for you still",
		Invoices: "Invoices", Credits: "Credit notes", Net: "Without VAT", VAT: "VAT",
		Rate: "Recovery rate", RateOf: "Principal handed over, without credit notes", Median: "Days to payment (median, number of claims: %d)", DaysTo: "%d to %d", DaysMore: "%d or more",
		Reference: "Your reference", Debtor: "Debtor", HandedOverOn: "Handed over on", DueOn: "Oldest due date", SettledOn: "Nothing open since", RecoveredPrincipal: "Principal recovered", Lowered: "Credited or let go", ForYou: "Received for you",
		Phases: map[Phase]string{
			Intake: "Intake", Reminders: "Reminder", Summons: "Summons", Advice: "Advice, you decide", Arrangement: "Payment arrangement", Disputed: "Disputed", OnHold: "On hold", Monitoring: "Debt monitoring", Court: "Court procedure",
			EndedPaid: "Ended: paid", EndedUnpaid: "Ended: not (fully) paid", Withdrawn: "Withdrawn", NotAccepted: "Not accepted",
		},
		Means: map[Means]string{
			ToAgency: "Paid to us", ToClient: "Paid to you", InWorth: "Set off or in goods", Anew: "Divided later or anew", Credited: "Credit note", LetGo: "Let go",
		},
	},
}
