package letter

import (
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// view is what the texts of letters to debtors may say. All amounts and dates are texts in the letter's language.
type view struct {
	Consumer, OneInvoice                                                bool
	HasInterest, HasCosts, HasPaid, Commercial, AgreedInterest          bool
	InvoiceCount                                                        int
	InvoiceNumber, InvoiceDate, DueDate                                 string // of the first invoice
	On, PayBy, FileReference                                            string
	Total, Principal, Interest, Costs                                   string
	AnnouncedCosts, TotalWithCosts                                      string
	HasAnnouncedVAT, HasCostsVAT                                        bool
	Shared                                                              bool   // a 14-day letter that names what other letters left of one calculation
	PayName                                                             string // whose account the letter asks payment to
	AnnouncedNet, AnnouncedVAT, VATPercent                              string
	Sender, SenderEmail, SenderPhone                                    string
	Agency, AgencyEmail, AgencyPhone, AgencyWebsite, AgencyRegistration string
	Client                                                              string
	Debtor                                                              string
	ComplaintOn, AnswerDays, AnswerBy, DisputesScheme                   string
	AgreedOn, AgreedTotal, Parts, ReminderDays                          string // of a payment arrangement
	Overdue, Missed, MissedDue, FirstPart, FirstDue, Rest               string
	HasSettled, HasLess, HasRest                                        bool // something was settled since the arrangement that a letter confirms; less is to be paid than was agreed; Rest of an earlier instalment is in FirstPart
	Settled, Less                                                       string
	OneWrong, Owes, HasRefund                                           bool // of a correction
	Refund                                                              string
	Promised, PromisedLess, InParts, OnePart                            bool // of a correction during a promise, or a payment arrangement
	PromisedOn, PromisedBy, PromisedAmount                              string
	Arranged                                                            bool // the letter is one of a payment arrangement
	SeveralMissed                                                       bool // a reminder asks more than one instalment
	HasNotice, NoticeVAT                                                bool // costs of a 14-day letter are not in the arrangement; there is VAT in them
	NoticeOn, NoticeCosts                                               string
}

func (l Letter) view() view {
	d, lang := l.Demand, l.Language
	var first Invoice
	if len(d.Invoices) > 0 {
		first = d.Invoices[0]
	}
	sender := l.sender()
	missed, missedDue := l.Arrangement.missedParts(lang)
	part, rest := l.Arrangement.first()
	return view{
		Consumer: l.Consumer, OneInvoice: len(d.Invoices) == 1, InvoiceCount: len(d.Invoices),
		HasInterest: d.Interest > 0, HasCosts: d.Costs > 0, HasPaid: d.of(Received) > 0, Commercial: d.InterestKind == CommercialInterest, AgreedInterest: d.InterestKind == AgreedInterest,
		InvoiceNumber: first.Number, InvoiceDate: lang.date(first.IssuedOn), DueDate: lang.date(calendar.Max(first.DueOn, first.ExtendedTo)),
		On: lang.date(l.On), PayBy: lang.date(l.PayBy), FileReference: l.FileReference,
		Total: lang.amount(d.Total), Principal: lang.amount(d.Principal), Interest: lang.amount(d.Interest), Costs: lang.amount(d.Costs),
		AnnouncedCosts: lang.amount(d.announced()), TotalWithCosts: lang.amount(d.Total + d.announced()),
		HasAnnouncedVAT: d.AnnouncedVAT > 0, HasCostsVAT: d.CostsVAT > 0, Shared: d.Shared, PayName: l.TrustName, AnnouncedNet: lang.amount(d.AnnouncedCosts), AnnouncedVAT: lang.amount(d.AnnouncedVAT), VATPercent: lang.percent(d.VATPercent),
		Sender: sender.Name, SenderEmail: sender.Email, SenderPhone: unbroken(sender.Phone),
		Agency: l.Agency.Name, AgencyEmail: l.Agency.Email, AgencyPhone: unbroken(l.Agency.Phone), AgencyWebsite: l.Agency.Website, AgencyRegistration: l.Agency.Registration,
		Client: l.Client.Name, Debtor: l.Debtor.Name,
		ComplaintOn: lang.date(l.Complaint.ReceivedOn), AnswerDays: itoa(l.Complaint.AnswerDays), AnswerBy: lang.date(l.answerBy()), DisputesScheme: l.Complaint.Scheme,
		AgreedOn: lang.date(l.Arrangement.On), AgreedTotal: lang.amount(l.Arrangement.total()), Parts: itoa(len(l.Arrangement.Instalments)), ReminderDays: itoa(l.Arrangement.ReminderDays),
		Arranged: l.arranged(), SeveralMissed: l.Arrangement.asksSeveral(), HasNotice: !l.Arrangement.NoticeOn.IsZero(), NoticeOn: lang.date(l.Arrangement.NoticeOn), NoticeCosts: l.Arrangement.ahead(lang), NoticeVAT: l.Arrangement.NoticeVAT != "",
		Overdue: lang.amount(l.Arrangement.Overdue), Missed: missed, MissedDue: missedDue,
		HasSettled: l.Arrangement.Settled > 0, Settled: lang.amount(l.Arrangement.Settled), HasLess: l.Arrangement.Less > 0, Less: lang.amount(l.Arrangement.Less),
		FirstPart: lang.amount(part.Amount), FirstDue: lang.date(part.Due), HasRest: rest > 0, Rest: lang.amount(rest),
		OneWrong: len(l.Wrong.Letters) == 1, Owes: d.Total > 0, HasRefund: l.Wrong.Refund > 0, Refund: lang.amount(l.Wrong.Refund),
		Promised: !l.Wrong.Promised.On.IsZero(), PromisedLess: l.Wrong.Promised.Less, InParts: l.inParts(), OnePart: len(l.Arrangement.Instalments) == 1,
		PromisedOn: lang.date(l.Wrong.Promised.On), PromisedBy: lang.date(l.Wrong.Promised.By), PromisedAmount: lang.amount(l.Wrong.Promised.Amount),
	}
}

// announced is what a consumer pays more when a 14-day letter is not met in time.
func (d Demand) announced() money.Amount { return d.AnnouncedCosts + d.AnnouncedVAT }

// paper writes the letter.
func (l Letter) paper() (paper, error) {
	text, err := write(string(l.Kind), l.Language, l.view())
	if err != nil {
		return paper{}, err
	}
	subject, body := subjectAndBody(text)
	blocks, err := blocksOf(body, l.object)
	if err != nil {
		return paper{}, err
	}
	dressed := house
	if l.Kind.own() {
		if dressed, err = l.Brand.look(); err != nil {
			return paper{}, err
		}
	}
	return paper{
		lang: l.Language, subject: subject, on: l.On, sender: l.sender(), mark: !l.Kind.own(), look: dressed, window: l.Debtor.window(l.Language),
		references: l.references(), footer: l.footer(), blocks: blocks,
	}, nil
}

// object makes what stands between [ ] in a letter.
func (l Letter) object(name string) ([]block, error) {
	switch name {
	case "specification":
		f := l.Demand.figure(l.Language)
		return []block{{kind: objectBlock, figure: &f}}, nil
	case "wrong":
		f := l.Wrong.figure(l.Language)
		return []block{{kind: objectBlock, figure: &f}}, nil
	case "instalments":
		f := l.Arrangement.figure(l.Language)
		return []block{{kind: objectBlock, figure: &f}}, nil
	case "payment":
		p, err := l.payment()
		return []block{{kind: objectBlock, payment: &p}}, err
	case "sticker":
		text, err := write("sticker", l.Language, l.view())
		return []block{{kind: objectBlock, sticker: strings.Split(strings.TrimSpace(text), "\n")}}, err
	case "rights":
		text, err := write("rights", l.Language, l.view())
		if err != nil {
			return nil, err
		}
		panel, err := blocksOf(text, l.object)
		return []block{{kind: objectBlock, panel: panel}}, err
	}
	return nil, fmt.Errorf("a letter to a debtor has no such figure")
}

// references are the facts by which the letter is found again, and whose claim it is (art. 3.1 lid 2 Besluit kwaliteit incassodienstverlening).
func (l Letter) references() []pair {
	w := words[l.Language]
	out := []pair{
		{label: w.Date, value: l.Language.date(l.On)},
		{label: w.FileReference, value: l.FileReference},
	}
	if l.Kind != ComplaintConfirmation { // which asks no payment
		out = append(out, pair{label: w.Kenmerk, value: bank.FormatReference(l.Kenmerk)}, pair{label: w.RF, value: bank.FormatReference(l.RF)})
	}
	if !l.Kind.own() {
		out = append(out, pair{label: w.Creditor, value: l.Client.Name + ", " + l.Client.Street + ", " + l.Client.postcodeTown()})
	}
	if l.Demand.Obligation != "" {
		out = append(out, pair{label: w.Obligation, value: l.Demand.Obligation})
	}
	return out
}

// payment is the box with account, name, amount and reference, which must do without the QR code: not every app reads it.
func (l Letter) payment() (payment, error) {
	w, lang := words[l.Language], l.Language
	amount, by := l.asked()
	qr, err := bank.EPC(bank.EPCPayment{Name: firstRunes(l.TrustName, bank.EPCNameMax), IBAN: l.TrustIBAN, Amount: amount, Reference: l.RF})
	if err != nil {
		return payment{}, err
	}
	rows := []pair{
		{w.PayAmount, lang.amount(amount), true},
		{w.PayIBAN, bank.FormatIBAN(l.TrustIBAN), true},
		{w.PayName, l.TrustName, false},
		{w.Kenmerk, bank.FormatReference(l.Kenmerk), true},
		{w.OrRF, bank.FormatReference(l.RF), false},
	}
	switch {
	case l.Kind == FourteenDayLetter:
		rows = append(rows, pair{w.PayByLetter, w.PayFourteen, false})
	case !by.IsZero():
		rows = append(rows, pair{w.PayBy, lang.date(by), false})
	}
	return payment{title: w.PayTitle, caption: w.Scan, rows: rows, qr: qr}, nil
}

// footer has on every page who writes. The client's own letters name who sends them too: the agency works under its name and registration only
// (art. 11 lid 1 onder a Wet kwaliteit incassodienstverlening).
func (l Letter) footer() []string {
	out, w, a := l.sender().footer(l.Language), words[l.Language], l.Agency
	if l.Kind.own() {
		out = append(out, joinNonEmpty(w.SentBy+" "+a.Name, a.Street, a.postcodeTown(), "KvK "+a.KvK, w.Registration+" "+a.Registration))
	}
	return out
}

// firstRunes cuts a text to n characters; banks compare the first 70 of a name.
func firstRunes(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimSpace(string(r[:n]))
	}
	return s
}
