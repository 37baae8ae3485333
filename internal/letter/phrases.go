package letter

import "strings"

// wording is how the texts of one language say what the law asks for. The certificate looks for these words: who changes a text so that one of them
// goes must find another that says as much, and change it here.
type wording struct {
	greeting, hadNotice, paused                                    string
	sticker                                                        [2]asking
	onBehalf, ownDispute                                           string
	fourteen, fourteenBox, noCosts, costsAre, costsLaw, declares   string
	reserves                                                       string
	dispute, arrangement, statement, complaint, confirmed, worries string
	businessWorries, data, gaveThem, seeThem                       string
	complaintLooked                                                string
	lapses, wholeDue, interestRuns, interestWaived, acknowledges   string // of an arrangement
	agreedOn, parts, oneReminder, missedPart, tellUs               asking
	apology, nothingOwed                                           string // of a correction
	refund                                                         asking
	promised, goesOn, nextPart                                     asking // of a correction during a promise, or a payment arrangement
	settledSince, lessThanAgreed                                   asking // of a confirmation
	ofEarlier                                                      asking // of both: in the next part
	promise                                                        map[bool]string
	inTime, partsInTime                                            string
	noticeCosts, noticeWaived                                      asking
	another                                                        string // arrangement, for who has one
	complained, complaintFile, complaintAnswer                     asking // of the confirmation of a complaint
	complaintReach, complaintScheme                                asking
	paidElsewhere                                                  asking
	asks                                                           map[Kind]asking
}

// asking is a sentence in which {total}, {payby}, {agency} and what letters tell of a complaint or an arrangement stand for the letter's.
type asking string

func (a asking) with(l Letter) string {
	missed, missedDue := l.Arrangement.missedParts(l.Language)
	first, rest := l.Arrangement.first()
	return strings.NewReplacer("{total}", l.Language.amount(l.Demand.Total), "{payby}", l.Language.date(l.PayBy), "{agency}", l.Agency.Name,
		"{received}", l.Language.date(l.Complaint.ReceivedOn), "{days}", itoa(l.Complaint.AnswerDays), "{answerby}", l.Language.date(l.answerBy()), "{scheme}", l.Complaint.Scheme,
		"{agreed}", l.Language.date(l.Arrangement.On), "{sum}", l.Language.amount(l.Arrangement.total()), "{parts}", itoa(len(l.Arrangement.Instalments)), "{reminderdays}", itoa(l.Arrangement.ReminderDays),
		"{promised}", l.Language.date(l.Wrong.Promised.On), "{promisedby}", l.Language.date(l.Wrong.Promised.By), "{promisedamount}", l.Language.amount(l.Wrong.Promised.Amount),
		"{refund}", l.Language.amount(l.Wrong.Refund),
		"{settled}", l.Language.amount(l.Arrangement.Settled), "{less}", l.Language.amount(l.Arrangement.Less), "{overdue}", l.Language.amount(l.Arrangement.Overdue), "{missed}", missed, "{misseddue}", missedDue, "{first}", l.Language.date(first.Due), "{firstamount}", l.Language.amount(first.Amount), "{rest}", l.Language.amount(rest),
		"{noticeon}", l.Language.date(l.Arrangement.NoticeOn), "{noticecosts}", l.Arrangement.ahead(l.Language),
		"{email}", l.Agency.Email, "{phone}", l.Agency.Phone, "{client}", l.Client.Name, "{payee}", l.TrustName, "{file}", l.FileReference).Replace(string(a))
}

// asking is what a letter asks, in its words: a correction during a payment arrangement the part that is paid next, as the confirmation of one of which something is paid.
func (w *wording) asking(l Letter) string {
	if l.inParts() || l.Arrangement.Settled > 0 {
		return w.nextPart.with(l)
	}
	return w.asks[l.Kind].with(l)
}

var phrases = map[Language]*wording{
	Dutch: {
		onBehalf: "namens", greeting: "Met vriendelijke groet,", hadNotice: "een brief gestuurd waarin u 14 dagen kreeg om zonder incassokosten te betalen", paused: "Wij leggen de incasso stil zolang wij dit uitzoeken",
		sticker: [2]asking{"Betaal uiterlijk op {payby}", "Daarna gaat deze rekening naar {agency}"}, ownDispute: "niet eens met",
		fourteen: "binnen 14 dagen, te rekenen vanaf de dag nadat deze brief bij u is bezorgd", fourteenBox: "binnen 14 dagen, vanaf de dag na bezorging",
		noCosts: "Betaalt u het hele bedrag binnen deze termijn? Dan betaalt u geen incassokosten.", costsAre: "Dan moet u ook incassokosten betalen. Die kosten zijn",
		costsLaw: "artikel 6:96 van het Burgerlijk Wetboek en het Besluit vergoeding voor buitengerechtelijke incassokosten",
		declares: "verklaart dat zij btw betaalt voor de incasso en die btw niet kan verrekenen, en dat de kosten daarom met btw zijn verhoogd",
		reserves: "zich ondubbelzinnig het recht voor op volledige betaling",
		dispute:  "Niet mee eens? Laat ons weten waarom, via", arrangement: "Vraag ons om een betalingsregeling", another: "Vraag ons om een andere betalingsregeling", statement: "volledig overzicht van de vordering", complaint: "Een klacht? Schrijf naar",
		confirmed: "Binnen 2 werkdagen krijgt u schriftelijk bericht dat wij uw klacht hebben ontvangen", worries: "Uw gemeente helpt u gratis",
		businessWorries: "Ook ondernemers kunnen bij hun gemeente om hulp bij schulden vragen", data: "Wij gebruiken ze om deze vordering te innen", gaveThem: "gaf ze aan ons",
		seeThem: "U mag ze inzien en laten verbeteren", complained: "Op {received} hebben wij uw klacht ontvangen", complaintFile: "Voor {client} doen wij in dit dossier de incasso",
		complaintLooked: "Wij onderzoeken uw klacht", complaintAnswer: "U krijgt ons antwoord binnen {days} werkdagen na de datum van deze brief, dus uiterlijk op {answerby}",
		agreedOn: "Op {agreed} hebben wij met u een betalingsregeling afgesproken", parts: "U betaalt {sum} in {parts} delen", oneReminder: "Dan krijgt u één herinnering. Die geeft u nog {reminderdays} dagen om te betalen",
		missedPart: "{missed} moest u uiterlijk op {misseddue} betalen", lapses: "Dan stopt de regeling", wholeDue: "in één keer betalen, met de rente die is doorgelopen",
		interestRuns: "De rente loopt door zolang u nog niet alles hebt betaald", interestWaived: "Betaalt u alle delen op tijd? Dan hoeft u de rente van na deze afspraak niet te betalen", acknowledges: "Met deze regeling erkent u dat u dit bedrag moet betalen", tellUs: "Mail ons via {email} of bel {phone}",
		apology: "klopte niet. Dat weten wij nu. Onze excuses", nothingOwed: "U hoeft niets meer te betalen", refund: "U hebt {refund} te veel betaald. Dat geld krijgt u terug",
		promised: "Op {promised} hebt u toegezegd dat u uiterlijk op {promisedby} {promisedamount} betaalt", promise: map[bool]string{true: "Zoveel hoeft u niet meer te betalen", false: "Die afspraak blijft staan"},
		goesOn: "U hoeft dit niet in één keer te betalen: de betalingsregeling van {agreed} gaat door", inTime: "Dan hoeft u verder niets te betalen", partsInTime: "Betaalt u op tijd, dan hoeft u verder niets te betalen", nextPart: "Het volgende deel is {firstamount}. Betaal dat uiterlijk op {first}",
		settledSince: "Na deze afspraak hebben wij nog {settled} verwerkt, bijvoorbeeld een betaling. Dat gaat van de eerste delen af", lessThanAgreed: "U hoeft {less} minder te betalen dan wij hebben afgesproken. Dat gaat van de laatste delen af", ofEarlier: "Daarin zit {rest} van een eerder deel",
		noticeCosts: "met de rente die is doorgelopen en de incassokosten uit onze brief van {noticeon}, hoogstens {noticecosts}", noticeWaived: "Ook de incassokosten uit onze brief van {noticeon} betaalt u dan niet",
		complaintReach: "Mail ons via {email} of bel {phone}. Noem dan ons dossier: {file}", complaintScheme: "Dan kunt u met uw klacht naar: {scheme}",
		paidElsewhere: "U betaalt aan {payee}. Die ontvangt het geld voor ons",
		asks: map[Kind]asking{
			Reminder: "Wij vragen u om {total} te betalen, uiterlijk op {payby}", StickerReminder: "Betaal daarom uiterlijk op {payby}",
			FourteenDayLetter: "Wij vragen u om {total} te betalen binnen 14 dagen", Summons: "dat wij {total} uiterlijk op {payby} van u moeten hebben ontvangen",
			FinalSummons: "Wij moeten {total} uiterlijk op {payby} van u hebben ontvangen", MonitoringLetter: "moet u nog {total} betalen",
			ArrangementConfirmation: "Betaal het eerste deel, {firstamount}, uiterlijk op {first}", ArrangementReminder: "Wij vragen u om {overdue} te betalen, uiterlijk op {payby}",
			Correction:   "U moet nog {total} betalen. Betaal dit uiterlijk op {payby}",
			Interruption: "Volgens onze gegevens is dat nu {total}",
		},
	},
	English: {
		onBehalf: "on behalf of", greeting: "Kind regards,", hadNotice: "a letter that gave you 14 days to pay without collection costs", paused: "We pause the collection while we look into it",
		sticker: [2]asking{"Pay no later than {payby}", "After that day this bill goes to {agency}"}, ownDispute: "disagree with",
		fourteen: "within 14 days, counted from the day after this letter was delivered to you", fourteenBox: "within 14 days, from the day after delivery",
		noCosts: "If you pay the whole amount within this term, you pay no collection costs.", costsAre: "Then you must also pay collection costs. These costs are",
		costsLaw: "article 6:96 of the Dutch Civil Code and the Dutch decree on extrajudicial collection costs",
		declares: "declares that it pays VAT for the collection and cannot deduct that VAT, and that the costs were raised with VAT for that reason",
		reserves: "unambiguously reserves the right",
		dispute:  "Do you disagree? Tell us why, at", arrangement: "Ask us for a payment arrangement", another: "Ask us for another payment arrangement", statement: "full statement of the claim", complaint: "A complaint? Write to",
		confirmed: "Within 2 working days we confirm in writing that we have received your complaint", worries: "Your municipality helps you free of charge",
		businessWorries: "Entrepreneurs, too, can ask their municipality for help with debts", data: "We use them to collect this claim", gaveThem: "gave them to us",
		seeThem: "You may see them and have them corrected", complained: "On {received} we received your complaint", complaintFile: "In this file we act for {client} as its collection agency",
		complaintLooked: "We look into your complaint", complaintAnswer: "You will have our answer within {days} working days after the date of this letter, so no later than {answerby}",
		agreedOn: "On {agreed} we agreed on a payment arrangement with you", parts: "You pay {sum} in {parts} parts", oneReminder: "Then you get one reminder. It gives you another {reminderdays} days to pay",
		missedPart: "You had to pay {missed} no later than {misseddue}", lapses: "Then the arrangement ends", wholeDue: "at once, with the interest that ran on",
		interestRuns: "Interest runs as long as you have not paid everything", interestWaived: "If you pay all parts in time, you need not pay the interest of after this agreement", acknowledges: "By this arrangement you acknowledge that you have to pay this amount", tellUs: "Send an e-mail to {email} or call {phone}",
		apology: "was not right. We know that now. We apologise", nothingOwed: "You do not have to pay anything any more", refund: "You paid {refund} too much. You will get that money back",
		promised: "On {promised} you promised to pay {promisedamount} no later than {promisedby}", promise: map[bool]string{true: "You do not have to pay that much any more", false: "That stays as it is"},
		goesOn: "You do not have to pay this all at once: the payment arrangement of {agreed} goes on", inTime: "Then you do not have to pay anything else", partsInTime: "If you pay in time, then you do not have to pay anything else", nextPart: "The next part is {firstamount}. Please pay it no later than {first}",
		settledSince: "Since this agreement we have processed another {settled}, for example a payment. It is taken off the first parts", lessThanAgreed: "You have to pay {less} less than we agreed on. It is taken off the last parts", ofEarlier: "That includes {rest} of an earlier part",
		noticeCosts: "with the interest that ran on and the collection costs from our letter of {noticeon}, at most {noticecosts}", noticeWaived: "You do not pay the collection costs from our letter of {noticeon} then, either",
		complaintReach: "Send an e-mail to {email} or call {phone}. Please mention our file: {file}", complaintScheme: "Then you can take your complaint to: {scheme}",
		paidElsewhere: "You pay to {payee}, which receives the money for us",
		asks: map[Kind]asking{
			Reminder: "Please pay {total} no later than {payby}", StickerReminder: "please pay no later than {payby}",
			FourteenDayLetter: "Please pay {total} within 14 days", Summons: "that we must have received {total} no later than {payby}",
			FinalSummons: "We must have received {total} no later than {payby}", MonitoringLetter: "you still have to pay {total}",
			ArrangementConfirmation: "Pay the first part, {firstamount}, no later than {first}", ArrangementReminder: "Please pay {overdue} no later than {payby}",
			Correction:   "You still have to pay {total}. Please pay it no later than {payby}",
			Interruption: "According to our records that is now {total}",
		},
	},
}
