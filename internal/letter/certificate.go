package letter

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Verdict is one rule of law, whether a finished letter keeps it, and what that was seen from.
type Verdict struct {
	Rule    string `json:"rule"`
	Article string `json:"article"`
	Pass    bool   `json:"pass"`
	Value   string `json:"value"`           // what was looked for in the letter, or compared
	Reads   bool   `json:"reads,omitempty"` // Value are words, with " | " between, that stand in the letter
}

// Certificate is what the law asks of a letter of its kind, rule by rule. It is of the paper with that SHA-256.
type Certificate struct {
	Kind     Kind      `json:"kind"`
	SHA256   [32]byte  `json:"-"`
	Verdicts []Verdict `json:"verdicts"`
}

// Failed are the rules that the letter does not keep; a letter leaves only without any.
func (c Certificate) Failed() (rules []string) {
	for _, v := range c.Verdicts {
		if !v.Pass {
			rules = append(rules, v.Rule+" ("+v.Article+")")
		}
	}
	return rules
}

// Circumstances are the facts outside the letter on which it depends whether it may leave.
type Circumstances struct {
	At              time.Time     // when it leaves
	Held            bool          // on hold, disputed, or stopped by a flag of the debtor; of an interruption: stopped
	RegisteredUntil calendar.Date // last day of the agency's registration
	Enforceable     calendar.Date // last day before the claim is time-barred
	NoticeEnded     bool          // a consumer's 14 days are over; always so in business
	NoticeOn        calendar.Date // of a 14-day letter of which the costs are not in an arrangement that was made since; no date when there is none
	LawfulCosts     money.Amount  // the collection costs, with their VAT, that the law allows over this demand
}

// Articles that the certificate names.
const (
	artDescription   = "art. 3.1 lid 2 Besluit kwaliteit incassodienstverlening"
	artSpecification = "art. 3.1 lid 3 Besluit kwaliteit incassodienstverlening"
	artInformation   = "art. 4.1 Besluit kwaliteit incassodienstverlening"
	artContact       = "art. 4.2 Besluit kwaliteit incassodienstverlening"
	artComplaint     = "art. 6.1 Besluit kwaliteit incassodienstverlening"
	artScheme        = "art. 13 lid 5 Wet kwaliteit incassodienstverlening"
	artRegistration  = "art. 11 lid 1 onder a Wet kwaliteit incassodienstverlening"
	artDefault       = "art. 6:81 BW"
	artInterest      = "art. 6:119 BW; art. 6:119a BW"
	artNotice        = "art. 6:96 lid 6 BW; HR 25-11-2016 ECLI:NL:HR:2016:2704"
	artUplift        = "art. 2 lid 3 Besluit vergoeding voor buitengerechtelijke incassokosten"
	artCosts         = "art. 6:96 lid 5 BW; art. 2 Besluit vergoeding voor buitengerechtelijke incassokosten"
)

// Certify looks in the finished letter, as the debtor reads it, for everything that the law asks of its kind: in the text of the e-mail and in the words that
// were drawn on the paper, which is all that comes by post. It reads the words that came out, not the facts that went in: a text that lost a sentence is
// caught here, and a paper that lost a box.
func (l Letter) Certify(d Document, c Circumstances) Certificate {
	r := read(d)
	r.letter = l
	r.rules(c)
	r.nothingAdded(l.Language)
	r.onlyAmountsOf(l.figures())
	return Certificate{l.Kind, d.SHA256, r.verdicts}
}

// rules are those of what a letter must say, and of when it leaves.
func (r *reading) rules(c Circumstances) {
	l := r.letter
	if l.Kind == ComplaintConfirmation {
		r.confirmation()
		r.moment(c)
		return
	}
	r.parties()
	if l.Kind == Correction {
		r.correction()
	}
	if l.asksNothing() {
		r.moment(c)
		return
	}
	r.demand()
	if l.Kind.arrangement() {
		r.agreement(c)
	}
	r.payment()
	if l.Kind == FourteenDayLetter {
		r.notice(l.Language, l.Language.amount(l.Demand.announced()), l.Language.amount(l.Demand.Total+l.Demand.announced()), l.On)
	}
	r.uplift()
	if l.Kind == Summons && l.Consumer && l.Demand.Costs > 0 {
		r.says("why costs are asked: the 14-day letter", artNotice, phrases[l.Language].hadNotice)
	}
	if l.Kind == MonitoringLetter || l.Kind == Interruption {
		r.says("the creditor reserves the right to performance", "art. 3:317 lid 1 BW", phrases[l.Language].reserves)
	}
	if l.Kind.own() {
		r.says("how to disagree", artInformation, phrases[l.Language].ownDispute, firstNonEmpty(l.Client.Email, l.Client.Phone))
	} else {
		r.rights()
	}
	r.circumstances(c)
}

// reading collects the verdicts on one letter.
type reading struct {
	letter   Letter
	text     string // of the e-mail
	drawn    bool   // there is a paper
	paper    string // its words, squeezed
	printed  string // its words
	verdicts []Verdict
}

// read takes a document in its two shapes; one that was not drawn yet has only the first.
func read(d Document) reading {
	return reading{text: flat(d.Text), drawn: d.PDF != nil, paper: squeezed(d.Printed), printed: d.Printed}
}

// says wants every one of the texts in both shapes of the letter. One of which nothing is left without spaces and marks says nothing.
func (r *reading) says(rule, article string, texts ...string) {
	pass := true
	for _, t := range texts {
		pass = pass && squeezed(t) != "" && strings.Contains(r.text, flat(t)) && (!r.drawn || strings.Contains(r.paper, squeezed(t)))
	}
	r.verdicts = append(r.verdicts, Verdict{rule, article, pass, strings.Join(texts, " | "), true})
}

func (r *reading) holds(rule, article string, pass bool, format string, args ...any) {
	r.verdicts = append(r.verdicts, Verdict{rule, article, pass, fmt.Sprintf(format, args...), false})
}

func (r *reading) parties() {
	l := r.letter
	r.addressee()
	r.says("creditor's name", artDescription, l.Client.Name)
	r.says("creditor's address", artDescription, l.Client.Street, l.Client.postcodeTown())
	r.agency()
	if l.Kind.own() {
		r.says("who writes", artInformation, phrases[l.Language].greeting+" "+l.Client.Name)
		r.says("who sends it", artInformation, words[l.Language].SentBy+" "+l.Agency.Name)
		if l.Kind == StickerReminder {
			r.says("the sticker: until when, and what then", artInformation, phrases[l.Language].sticker[0].with(l), phrases[l.Language].sticker[1].with(l))
		}
		return
	}
	r.says("who writes, on whose behalf", artInformation, phrases[l.Language].greeting+" "+l.Agency.Name+" "+phrases[l.Language].onBehalf+" "+l.Client.Name)
	r.says("how to reach the agency", artInformation, l.Agency.Email, l.Agency.Phone)
	r.says("title of the debt", artDescription, words[l.Language].Obligation+":", l.Demand.Obligation)
}

func (r *reading) addressee() {
	r.says("debtor's name and address", artDescription, r.letter.Debtor.window(r.letter.Language)...)
}

func (r *reading) agency() {
	a := r.letter.Agency
	r.says("agency's name and address", artDescription, a.Name, a.Street, a.postcodeTown())
	r.says("agency's KvK number", artDescription, "KvK "+a.KvK)
	r.says("agency's registration number", artRegistration, words[r.letter.Language].Registration+" "+a.Registration)
}

func (r *reading) demand() {
	d, w, lang := r.letter.Demand, words[r.letter.Language], r.letter.Language
	rows := d.invoiceGrid(lang).rows
	for i, v := range d.Invoices { // in one row: apart, each may stand somewhere else in the letter
		r.says("invoice number, date and payment term", artDescription, w.Invoice, w.DueDate, strings.Join(rows[i], " "))
		if !v.ExtendedTo.IsZero() {
			r.says("extended payment term", artDescription, w.ExtendedTo, lang.day(v.ExtendedTo))
		}
	}
	if d.Total != d.Principal {
		r.says("principal", artSpecification, w.Principal+" "+lang.amount(d.Principal))
	}
	if d.Interest > 0 {
		r.says("interest, and until when", artSpecification, w.InterestUpTo+" "+lang.date(d.InterestStatedUpTo)+" "+lang.amount(d.Interest))
		r.says("basis of the interest", artSpecification, w.basis(d.InterestKind))
		for i, line := range d.InterestLines {
			r.says("interest: invoice, period, days, base, rate", artSpecification, strings.TrimSpace(d.interestPart(lang, i)+" "+strings.Join(line.row(lang), " ")))
		}
		for _, i := range d.InterestFree {
			r.says("days without interest, and why", artSpecification, lang.day(i.From)+" "+lang.day(i.To), w.Grounds[i.Why])
		}
	}
	if d.Costs > 0 {
		r.says("collection costs and their basis", artSpecification, d.costsLabel(lang)+" "+lang.amount(d.Costs))
	}
	if d.CostsVAT > 0 {
		r.says("VAT over the collection costs, and its rate", artSpecification, lang.vatLabel(d.VATPercent)+" "+lang.amount(d.CostsVAT))
	}
	if d.InformationCosts > 0 {
		r.says("information costs", artSpecification, w.InformationCosts+" "+lang.amount(d.InformationCosts))
	}
	if d.CourtCosts > 0 {
		r.says("costs of the procedure", artSpecification, w.AwardedCosts+" "+lang.amount(d.CourtCosts))
	}
	r.daysInOrder()
	for _, line := range d.settledLines(lang) {
		r.says("what was received, credited or let go", artInformation, line.label+" "+line.value)
	}
	r.says("total of the specification", artSpecification, w.Total+" "+lang.amount(d.Total))
}

// daysInOrder is that nothing is asked before its time: neither what is not due yet, nor interest of a day to come. An arrangement may be about an invoice that is
// not due yet: its instalments have their own days.
func (r *reading) daysInOrder() {
	d, on, wrong := r.letter.Demand, r.letter.On, ""
	for _, v := range d.Invoices {
		due := calendar.Max(v.DueOn, v.ExtendedTo)
		if v.IssuedOn.After(v.DueOn) || v.IssuedOn.After(on) || v.Amount > 0 && !due.Before(on) && !r.letter.Kind.arrangement() {
			wrong = v.IssuedOn.String() + " " + due.String()
		}
	}
	r.holds("each invoice was issued, and its term and extended term are over", artDefault, wrong == "", "%s", wrong)
	if d.Interest > 0 {
		r.holds("no interest of a day to come", artInterest, !d.InterestStatedUpTo.After(on), "until %s", d.InterestStatedUpTo)
	}
}

func (r *reading) payment() {
	l, w, lang := r.letter, words[r.letter.Language], r.letter.Language
	amount, _ := l.asked()
	r.says("how to pay: amount, account, name", artInformation, w.PayAmount+": "+lang.amount(amount), w.PayIBAN+": "+bank.FormatIBAN(l.TrustIBAN), w.PayName+": "+l.TrustName)
	r.says("how to pay: reference", artInformation, w.Kenmerk+": "+bank.FormatReference(l.Kenmerk), bank.FormatReference(l.RF))
	if l.Kind.own() {
		r.says("why the account is not the creditor's", artInformation, phrases[lang].paidElsewhere.with(l))
	}
	r.says("what is asked, in the words of the letter", artInformation, phrases[lang].asking(l))
}

// uplift is what a creditor that cannot deduct VAT has to declare for it to be asked.
func (r *reading) uplift() {
	d, lang := r.letter.Demand, r.letter.Language
	if d.AnnouncedVAT > 0 {
		r.says("of which VAT, and its rate", artUplift, lang.amount(d.AnnouncedCosts), lang.amount(d.AnnouncedVAT), lang.percent(d.VATPercent))
	}
	if d.AnnouncedVAT+d.CostsVAT > 0 || r.letter.Arrangement.NoticeVAT != "" {
		r.says("the creditor declares that it pays that VAT, cannot deduct it, and that the costs were raised for that", artUplift, r.letter.Client.Name+" "+phrases[lang].declares)
	}
}

func (r *reading) rights() {
	l, p := r.letter, phrases[r.letter.Language]
	r.says("rights: how to dispute", artInformation, p.dispute+" "+l.Agency.Email, l.Agency.Phone, p.paused)
	arrangement := p.arrangement
	if l.arranged() {
		arrangement = p.another
	}
	r.says("rights: payment arrangement", artInformation, arrangement)
	r.says("rights: statement of the claim on request", "art. 3.1 lid 1 Besluit kwaliteit incassodienstverlening", p.statement)
	r.says("rights: complaints, with confirmation within 2 working days", artComplaint, p.complaint+" "+l.Agency.Email, p.confirmed)
	worries := p.businessWorries
	if l.Consumer {
		worries = p.worries
	}
	r.says("rights: help with debts", artInformation, worries)
	r.says("rights: whose data, and for what", "art. 14 AVG", p.data, l.Client.Name+" "+p.gaveThem, p.seeThem)
}

// moment is what depends on when a letter leaves, whatever it asks.
func (r *reading) moment(c Circumstances) {
	allowed, _, why := calendar.ContactAllowed(c.At)
	r.holds("contact is allowed at that moment", artContact, allowed, "%s %s", c.At.In(calendar.Amsterdam).Format("2006-01-02 15:04"), why)
	r.holds("the agency's registration is in force", artRegistration, !c.RegisteredUntil.IsZero() && !calendar.DateOf(c.At).After(c.RegisteredUntil), "until %s", c.RegisteredUntil)
}

func (r *reading) circumstances(c Circumstances) {
	l, d, on := r.letter, r.letter.Demand, calendar.DateOf(c.At)
	r.moment(c)
	r.holds("not on hold, disputed or stopped", artInformation, !c.Held, "held: %v", c.Held)
	r.holds("not time-barred", "art. 3:307 BW; art. 7:28 BW", !on.After(c.Enforceable), "enforceable until %s", c.Enforceable)
	if l.Kind == FourteenDayLetter {
		r.holds("the announced costs are those of the law", artCosts, d.announced() == c.LawfulCosts, "announced %s, by law %s", d.announced(), c.LawfulCosts)
	}
	if d.Costs > 0 {
		r.holds("costs not more than the law allows", artCosts, d.Costs+d.CostsVAT <= c.LawfulCosts, "asked %s, by law %s", d.Costs+d.CostsVAT, c.LawfulCosts)
		r.holds("a consumer's 14 days are over before costs are asked", artNotice, c.NoticeEnded, "over: %v", c.NoticeEnded)
	}
}

func firstNonEmpty(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// squeezed is a text without white space, colons and box lines, in lower case: on paper a line may break anywhere, and a label needs no colon.
func squeezed(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == ':' || r == '|' {
			return -1
		}
		return r
	}, s))
}

// flat is a text without its line ends, box lines and runs of spaces, in lower case: a heading on paper is in capitals in an e-mail.
func flat(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(plainSpaces(s), "|", " ")), " "))
}
