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
	Reference, Debtor, HandedOverOn, DueOn, PaidOn, RecoveredPrincipal, Lowered, ForYou                                   string
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
		Settled:    heading{"Voldaan in deze periode", "Geteld op de valutadag. Wat een bank terughaalde, gaat eraf op de dag waarop dat gebeurde. Een betaling gaat eerst naar kosten, dan naar rente en dan naar hoofdsom (art. 6:44 BW). Wat een debiteur te veel betaalde, telt niet mee."},
		Lowering:   heading{"Gecrediteerd of kwijtgescholden in deze periode", "Dit maakt een vordering lager, en is geen opbrengst."},
		Division:   heading{"Voor wie het geld is dat wij ontvingen", "Dit is het geld dat in deze periode voor uw vorderingen op onze derdengeldenrekening kwam. Wat uw debiteur aan u zelf betaalde, staat hier niet bij."},
		Trust:      heading{"Uw geld op onze derdengeldenrekening", "‘Uitbetaald’ telt op de dag waarop wij de bank opdracht gaven. ‘Rechtgezet’ is geld dat wij al aan u betaalden en dat een bank daarna terughaalde. Wij houden dat later in."},
		Invoiced:   heading{"Wat wij u factureerden", "Op de datum van de factuur, betaald of niet. Creditnota’s zijn eraf gehaald."},
		Result:     heading{"Resultaat", "Het incassopercentage gaat over de vorderingen die u in deze periode overdroeg: de hoofdsom die tot nu toe is voldaan, gedeeld door de hoofdsom zonder wat u crediteerde. De mediaan gaat over vorderingen die in deze periode helemaal betaald zijn: de helft was sneller betaald."},
		Ages:       heading{"Open hoofdsom naar ouderdom", "Van vorderingen die nog lopen: het aantal dagen sinds de oudste factuur betaald had moeten zijn."},
		Months:     heading{"Hoofdsom per maand", "Overgedragen en voldaan, geteld als hierboven."}, Claims: heading{title: "Vorderingen"},
		Figure: "Wat", Number: "Aantal", Amount: "Bedrag", Phase: "Stand", Principal: "Hoofdsom", Open: "Nog open", Unsettled: "Niet voldaan", How: "Hoe", Outcome: "Uitkomst", Interest: "Rente", Costs: "Kosten", Total: "Samen", Age: "Dagen te laat", Month: "Maand", Overview: "Overzicht",
		Accepted: "Overgedragen", NotAccepted: "Niet geaccepteerd bij de intake", AllClaims: "Samen", Recovered: "Opbrengst",
		Client: "Voor u", Agency: "Voor ons", Surplus: "Te veel betaald, terug naar debiteuren", Received: "Ontvangen",
		Before: "Stond er aan het begin", Part: "Voor u ontvangen", PaidOut: "Uitbetaald", SetOff: "Verrekend met facturen", Corrected: "Rechtgezet", After: "Staat er nog voor u",
		Invoices: "Facturen", Credits: "Creditnota’s", Net: "Zonder btw", VAT: "Btw",
		Rate: "Incassopercentage", RateOf: "Hoofdsom overgedragen, zonder creditnota’s", Median: "Dagen tot betaling (mediaan, aantal vorderingen: %d)", DaysTo: "%d tot en met %d", DaysMore: "%d of meer",
		Reference: "Uw kenmerk", Debtor: "Debiteur", HandedOverOn: "Overgedragen op", DueOn: "Oudste vervaldag", PaidOn: "Laatste betaling", RecoveredPrincipal: "Hoofdsom voldaan", Lowered: "Gecrediteerd of kwijtgescholden", ForYou: "Voor u ontvangen",
		Phases: map[Phase]string{
			Intake: "Intake", Reminders: "Herinnering", Summons: "Sommatie", Advice: "Advies, u beslist", Arrangement: "Betalingsregeling", Disputed: "Betwist", OnHold: "Opgeschort", Monitoring: "Schuldbewaking", Court: "Gerechtelijk traject",
			EndedPaid: "Klaar: betaald", EndedUnpaid: "Klaar: niet (helemaal) betaald", Withdrawn: "Ingetrokken", NotAccepted: "Niet geaccepteerd",
		},
		Means: map[Means]string{
			ToAgency: "Betaald aan ons", ToClient: "Betaald aan u", InWorth: "Verrekend of in goederen", Anew: "Opnieuw verdeeld", Credited: "Creditnota", LetGo: "Kwijtgescholden",
		},
	},
	"en": {
		TitleOf:    "Report from %s to %s",
		HandedOver: heading{"Handed over in this period", "Counted on the day on which you handed the claim over. The principal is the amount of your invoices. What we did not accept at the intake is not counted; what you withdrew later is."},
		Stand:      heading{"Where your claims stand now", "All your claims that we accepted, also those of before this period, on the day of this report. ‘Not settled’ is the principal that is not paid, set off, credited or let go."},
		Settled:    heading{"Settled in this period", "Counted on the value date. What a bank took back comes off on the day on which it did. A payment pays costs first, then interest, then principal (art. 6:44 BW). What a debtor paid too much is not counted."},
		Lowering:   heading{"Credited or let go in this period", "This makes a claim less, and is not recovered."},
		Division:   heading{"For whom the money is that we received", "This is the money that came in on our trust account for your claims in this period. What your debtor paid to you yourself is not in it."},
		Trust:      heading{"Your money on our trust account", "‘Paid out’ counts on the day on which we ordered the bank. ‘Corrected’ is money that we had paid to you and that a bank took back since. We keep that back later."},
		Invoiced:   heading{"What we invoiced you", "By the date of the invoice, paid or not. Credit notes are taken off."},
		Result:     heading{"Result", "The recovery rate is of the claims that you handed over in this period: the principal that was settled until now, divided by the principal without what you credited. The median is of claims that were paid in full in this period: half of them were paid sooner."},
		Ages:       heading{"Open principal by age", "Of claims that run still: the days since the oldest invoice should have been paid."},
		Months:     heading{"Principal by month", "Handed over and recovered, counted as above."}, Claims: heading{title: "Claims"},
		Figure: "What", Number: "Number", Amount: "Amount", Phase: "Stand", Principal: "Principal", Open: "Still open", Unsettled: "Not settled", How: "How", Outcome: "Outcome", Interest: "Interest", Costs: "Costs", Total: "Together", Age: "Days late", Month: "Month", Overview: "Overview",
		Accepted: "Handed over", NotAccepted: "Not accepted at the intake", AllClaims: "Together", Recovered: "Recovered",
		Client: "Yours", Agency: "Ours", Surplus: "Paid too much, back to debtors", Received: "Received",
		Before: "Stood there at the start", Part: "Received for you", PaidOut: "Paid out", SetOff: "Set off against invoices", Corrected: "Corrected", After: "Stands there for you still",
		Invoices: "Invoices", Credits: "Credit notes", Net: "Without VAT", VAT: "VAT",
		Rate: "Recovery rate", RateOf: "Principal handed over, without credit notes", Median: "Days to payment (median, number of claims: %d)", DaysTo: "%d to %d", DaysMore: "%d or more",
		Reference: "Your reference", Debtor: "Debtor", HandedOverOn: "Handed over on", DueOn: "Oldest due date", PaidOn: "Last payment", RecoveredPrincipal: "Principal recovered", Lowered: "Credited or let go", ForYou: "Received for you",
		Phases: map[Phase]string{
			Intake: "Intake", Reminders: "Reminder", Summons: "Summons", Advice: "Advice, you decide", Arrangement: "Payment arrangement", Disputed: "Disputed", OnHold: "On hold", Monitoring: "Debt monitoring", Court: "Court procedure",
			EndedPaid: "Ended: paid", EndedUnpaid: "Ended: not (fully) paid", Withdrawn: "Withdrawn", NotAccepted: "Not accepted",
		},
		Means: map[Means]string{
			ToAgency: "Paid to us", ToClient: "Paid to you", InWorth: "Set off or in goods", Anew: "Divided anew", Credited: "Credit note", LetGo: "Let go",
		},
	},
}
