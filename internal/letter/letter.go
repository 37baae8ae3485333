// Package letter turns the facts of a claim into the letters of a Dutch collection trajectory: one text, shown as e-mail text and as PDF.
// Values in, bytes out: it must not read a clock, a file, a network or a database, must not decide whether a letter may be sent, and
// must not calculate what is owed: it only refuses figures that do not add up. The same letter gives the same bytes.
package letter

import (
	"crypto/sha256"
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Kind is which letter of the trajectory it is.
type Kind string

// The kinds of letter. Reminder and StickerReminder are the client's own letters and ask the principal only; the others are the agency's.
const (
	Reminder          Kind = "reminder"
	StickerReminder   Kind = "sticker-reminder"  // carries the drawn "betaalversneller" with the agency's name
	FourteenDayLetter Kind = "14-day-letter"     // consumers only, art. 6:96 lid 6 BW
	Summons           Kind = "summons"           // sommatie
	FinalSummons      Kind = "final-summons"     // laatste sommatie
	EscalationAdvice  Kind = "escalation-advice" // to the client, made by ComposeAdvice
	MonitoringLetter  Kind = "monitoring-letter" // also interrupts limitation, art. 3:317 lid 1 BW
	Interruption      Kind = "interruption"      // interrupts limitation and gives no term: it leaves during a hold or a dispute too

	ArrangementConfirmation Kind = "arrangement-confirmation" // tells what was agreed
	ArrangementReminder     Kind = "arrangement-reminder"     // asks what is overdue of a payment arrangement
	Correction              Kind = "correction"               // of letters that were wrong; asks what is really owed, if anything is
	ClientRequest           Kind = "client-request"           // to the client, made by ComposeClientLetter
	DisputeUpheld           Kind = "dispute-upheld"           // to the client, made by ComposeClientLetter

	ComplaintConfirmation Kind = "complaint-confirmation" // asks nothing, art. 6.1 Besluit kwaliteit incassodienstverlening
)

// DebtorKinds are the kinds that Compose makes, in the order of the trajectory, in which the last five have no place.
var DebtorKinds = []Kind{Reminder, StickerReminder, FourteenDayLetter, Summons, FinalSummons, MonitoringLetter, Interruption, ArrangementConfirmation, ArrangementReminder, Correction, ComplaintConfirmation}

// Language is what the reader chose.
type Language string

// The languages of letters.
const (
	Dutch   Language = "nl"
	English Language = "en"
)

// Languages are all languages in which every text exists.
var Languages = []Language{Dutch, English}

// InterestKind is the legal basis of the interest.
type InterestKind string

// The kinds of interest.
const (
	StatutoryInterest  InterestKind = "statutory"  // wettelijke rente, art. 6:119 BW
	CommercialInterest InterestKind = "commercial" // wettelijke handelsrente, art. 6:119a BW
	AgreedInterest     InterestKind = "agreed"     // contractuele rente, art. 6:119 lid 3 BW
)

// Party is a sender, creditor or addressee. Country is empty for the Netherlands. Registration is the agency's registratiekenmerk
// (art. 11 lid 1 onder a Wet kwaliteit incassodienstverlening).
type Party struct {
	Name, Attention, Street, Postcode, Town, Country    string
	Email, Phone, Website, KvK, VAT, IBAN, Registration string
}

// Invoice is one unpaid invoice, or with a negative amount a credit note. ExtendedTo is the extended payment term, if one was given
// (art. 3.1 lid 2 Besluit kwaliteit incassodienstverlening).
type Invoice struct {
	Number                      string
	IssuedOn, DueOn, ExtendedTo calendar.Date
	Amount                      money.Amount
}

// InterestLine is the interest over one base at one rate, From and To both included. Percent is per year, with a decimal point: "10.40". Invoice is the number of
// the invoice that it runs over; required when there are several, and the lines of one invoice stand together.
type InterestLine struct {
	Invoice        string
	From, To       calendar.Date
	Days           int
	Percent        string
	Base, Interest money.Amount
}

// InterestFree are days, From and To both included, on which no interest runs by law, and why. They are told below the lines of the interest.
type InterestFree struct {
	From, To calendar.Date
	Why      Ground
}

// Ground is why no interest runs.
type Ground string

// What ends the interest.
const (
	Bankruptcy    Ground = "bankrupt" // faillissement, art. 128 Fw
	Restructuring Ground = "wsnp"     // schuldsanering, art. 303 Fw
)

// Demand is what is asked and why. It must add up: the invoices to Principal, the interest lines to Interest, and
// Principal + Interest + Costs + CostsVAT + InformationCosts less all that is Settled to Total.
type Demand struct {
	Obligation         string // subject and title of the obligation: "levering van kantoormeubelen, overeenkomst van 1 mei 2026"; may be empty
	Invoices           []Invoice
	Settled            []Settlement // what came off so far, the oldest first
	Principal          money.Amount
	Interest           money.Amount
	Costs              money.Amount // collection costs that are due, without VAT (art. 6:96 BW)
	CostsVAT           money.Amount // over the collection costs (art. 2 lid 3 Besluit vergoeding voor buitengerechtelijke incassokosten)
	CostsOver          money.Amount // the principal that Costs are calculated over; required with Costs
	CostsTogether      bool         // other claims of the debtor are part of CostsOver, and other letters named part of the costs (art. 6:96 lid 7 BW)
	CostsCapped        bool         // they are what the 14-day letter named, which is less
	CostsAgreed        bool         // by a clause between creditor and debtor; businesses only
	InformationCosts   money.Amount // businesses only
	CourtCosts         money.Amount // awarded by a judgment
	Total              money.Amount
	InterestLines      []InterestLine
	InterestFree       []InterestFree
	InterestKind       InterestKind  // required when there is interest
	InterestStatedUpTo calendar.Date // the last day for which interest is in Interest; required when there is interest
	AnnouncedCosts     money.Amount  // 14-day letter only: the exact costs that fall due if it is not paid in time, without VAT
	AnnouncedVAT       money.Amount  // 14-day letter only: over AnnouncedCosts; the letter then has the creditor's declaration
	VATPercent         string        // like "21"; required when there is VAT
	Shared             bool          // 14-day letter only: other letters named part of one calculation of costs (art. 6:96 lid 7 BW)
}

// Letter is everything a letter to a debtor says. PayBy is required for reminders and summonses, optional in a MonitoringLetter and
// forbidden in a FourteenDayLetter, which may not name a day: its term runs from the day after delivery (HR 25-11-2016, ECLI:NL:HR:2016:2704).
// An Interruption names none either.
// Every payment goes to the trust account, where it finds its claim; the client's own letters say why it is not the client's.
// A ComplaintConfirmation has a Complaint, and neither a Demand nor an account to pay to; the others have no Complaint. The letters of an Arrangement have
// one; the Demand of its confirmation is what was owed at the end of the day of agreement. A Correction has of a Demand the Obligation only when nothing is owed any more.
type Letter struct {
	Kind                   Kind
	Language               Language
	On, PayBy              calendar.Date
	Agency, Client, Debtor Party
	Brand                  Brand // of the client; its own letters show it, the agency's never do
	Consumer               bool  // natural person who does not act in a profession or business
	TrustName, TrustIBAN   string
	FileReference          string
	RF, Kenmerk            string // both are printed; the QR code carries RF
	Demand                 Demand
	Complaint              Complaint
	Wrong                  Wrong // of a Correction
	Arrangement            Arrangement
}

// Document is a finished letter: Text is the body of the e-mail, PDF the paper, made from the same words. Printed are the words that were drawn on the paper, in
// that order, each piece on a line. SHA256 is of PDF.
type Document struct {
	Subject, Text string
	PDF           []byte
	Printed       string
	SHA256        [32]byte
}

// Compose writes a letter to a debtor. It returns an *InvalidError when the letter would be incomplete, wrong or unlawful on its face,
// and a *GlyphError when a character cannot be printed; both wrapped.
func Compose(l Letter) (Document, error) {
	l.Demand = l.Demand.clone()
	problems := tidy(&l)
	if problems = append(problems, l.problems()...); len(problems) > 0 {
		return Document{}, fmt.Errorf("compose letter: %w", &InvalidError{l.Kind, problems})
	}
	p, err := l.paper()
	if err != nil {
		return Document{}, fmt.Errorf("compose %s: %w", l.Kind, err)
	}
	return p.document(string(l.Kind))
}

// document gives a paper its two shapes.
func (p paper) document(what string) (Document, error) {
	pdf, printed, err := p.draw()
	if err != nil {
		return Document{}, fmt.Errorf("draw %s: %w", what, err)
	}
	return Document{Subject: plainSpaces(p.subject), Text: p.plain(), PDF: pdf, Printed: printed, SHA256: sha256.Sum256(pdf)}, nil
}

// own says whether the letter is the client's own: the client's letterhead, principal only.
func (k Kind) own() bool { return k == Reminder || k == StickerReminder }

// sender is whose letterhead the letter has.
func (l Letter) sender() Party {
	if l.Kind.own() {
		return l.Client
	}
	return l.Agency
}

func (d Demand) clone() Demand {
	d.Invoices = append([]Invoice(nil), d.Invoices...)
	d.InterestLines = append([]InterestLine(nil), d.InterestLines...)
	d.InterestFree = append([]InterestFree(nil), d.InterestFree...)
	d.Settled = append([]Settlement(nil), d.Settled...)
	return d
}
