package settlement

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// BillKind is whether a client is billed, or gets something back of an invoice.
type BillKind string

// The kinds. Each has numbers of its own, without gaps in a year.
const (
	ClientBill BillKind = "invoice"
	CreditNote BillKind = "credit-note"
)

// BillKinds lists all.
func BillKinds() []BillKind { return []BillKind{ClientBill, CreditNote} }

// Number is the number of an invoice or credit note of a year; turn counts from 1.
func (k BillKind) Number(year, turn int) string {
	series := "F"
	if k == CreditNote {
		series = "C"
	}
	return fmt.Sprintf("%s%d-%05d", series, year, turn)
}

// BillFor is what a line of an invoice is for.
type BillFor string

// What lines are for, beside the kinds of Exceptions.
const (
	ForCosts        BillFor = "collection-costs" // the agency's part of what came in, as the books divide it
	ForInterest     BillFor = "interest"
	ForMonitoring   BillFor = "monitoring-share"
	ForContribution BillFor = "contribution"
	ForStickers     BillFor = "stickers"
	ForAgreedCosts  BillFor = "agreed-costs"
	ForCourt        BillFor = "court-product"
)

// legalWork is the work that has a price in each plan beside the court procedure at a fixed one, in the order of the agreement ("Korting op overige producten").
var legalWork = []BillFor{"draft-summons", "bailiff-demand", "bankruptcy-petition", "recourse-investigation", "legal-work"}

// LegalWork lists it, by the keys of the files of plans.
func LegalWork() []BillFor { return slices.Clone(legalWork) }

// BillFors lists all.
func BillFors() []BillFor {
	list := append([]BillFor{ForCosts, ForInterest, ForMonitoring, ForContribution, ForStickers, ForAgreedCosts, ForCourt}, legalWork...)
	for _, x := range Exceptions() {
		list = append(list, BillFor(x.Kind()))
	}
	return list
}

// Fee says whether it is the agency's part of what came in. What the books say of that is what is invoiced, so it is credited when they say otherwise, and in no other way.
func (f BillFor) Fee() bool { return f == ForCosts || f == ForInterest || f == ForMonitoring }

// Booked says whether the books had the amount when it was due, and not only when it is invoiced.
func (f BillFor) Booked() bool { return f != ForContribution && f != ForStickers }

// Why a credit note is made that no person asked for; other reasons are the words of a person.
const (
	ReasonTakenBack = "fees-taken-back" // the books say less of the agency's part than was invoiced: a payment was taken back, or divided anew
	ReasonEnded     = "agreement-ended" // the agreement year of a contribution did not begin
)

// BillLine is one thing that is billed or credited, without VAT.
type BillLine struct {
	Nr        int           `json:"nr"`
	Key       string        `json:"-"` // of what it is for: that stands on one invoice, and on one credit note
	For       BillFor       `json:"for"`
	Text      string        `json:"text,omitempty"` // what it is for, in the client's language
	ClaimID   string        `json:"claim,omitempty"`
	Reference string        `json:"reference,omitempty"` // of the claim, as the client calls it
	On        calendar.Date `json:"on"`                  // of the supply; its rate of VAT holds
	Units     int           `json:"units"`               // Units at Price each are Net
	Price     money.Amount  `json:"price"`
	Net       money.Amount  `json:"net"`
	Percent   string        `json:"vat_percent"`
	VATBooked money.Amount  `json:"-"` // what the books have of its VAT already
	Settled   money.Amount  `json:"settled"`
}

// BillParty is who sends or gets an invoice.
type BillParty struct {
	Name, Street, Postcode, Town, Email, VAT, KvK, IBAN string
}

// BillVAT is the VAT of the lines of one rate, over their total.
type BillVAT struct {
	Percent string       `json:"percent"`
	Article string       `json:"article"`
	Net     money.Amount `json:"net"`
	VAT     money.Amount `json:"vat"`
}

// Bill is what the agency bills a client, or credits of it. Amounts of a credit note are what is taken back. Net + VAT = Total; Settled is what of it the
// agency has already, of what came in for the client; the rest is to be paid.
type Bill struct {
	Number   string        `json:"number"`
	Kind     BillKind      `json:"kind"`
	ClientID string        `json:"client_id"`
	On       calendar.Date `json:"on"`
	DueOn    calendar.Date `json:"due_on,omitzero"`
	Corrects string        `json:"corrects,omitempty"` // the invoice of which a credit note takes something back
	Reason   string        `json:"reason,omitempty"`
	Lines    []BillLine    `json:"lines"`
	VATs     []BillVAT     `json:"vat_by_rate,omitempty"`
	Net      money.Amount  `json:"net"`
	VAT      money.Amount  `json:"vat"`
	Total    money.Amount  `json:"total"`
	Settled  money.Amount  `json:"settled"`
	Credits  []SetOff      `json:"credits,omitempty"` // of earlier invoices, that this one is paid with when it is made

	Agency   BillParty `json:"-"`
	Client   BillParty `json:"-"`
	Language string    `json:"-"`
}

// Payable is what is left to be paid; of a credit note what the client gets back, or need not pay. Less than nothing goes the other way.
func (v Bill) Payable() money.Amount { return v.Total - v.Settled - v.Credited() }

// Credited is what the client had to its credit and pays the invoice with.
func (v Bill) Credited() (sum money.Amount) {
	for _, c := range v.Credits {
		sum += c.Cents
	}
	return sum
}

// PaidWith is the invoice with as much of what the client has to its credit, of each earlier invoice, as it takes: the oldest first.
func (v Bill) PaidWith(credits []SetOff) Bill {
	v.Credits = nil
	for _, c := range credits {
		if c.Cents = money.Min(c.Cents, v.Payable()); c.Cents > 0 {
			v.Credits = append(v.Credits, c)
		}
	}
	return v
}

// VATToBook is what the books lack of the VAT: all of what was not booked before, and the cents by which the VAT over the total differs from that of its parts.
func (v Bill) VATToBook() money.Amount {
	vat := v.VAT
	for _, l := range v.Lines {
		vat -= l.VATBooked
	}
	return vat
}

// Totalled numbers the lines and adds them up, with the VAT per rate over the total, half-up (art. 35a lid 1 onder h-j Wet OB). before are the lines that the
// invoice still bears which a credit note corrects: all credit notes together then take back just the VAT that was billed. Of an invoice there are none.
func (v Bill) Totalled(before []BillLine, tables law.Tables) (Bill, error) {
	v.Lines = slices.Clone(v.Lines)
	v.Net, v.VAT, v.Settled, v.VATs = 0, 0, 0, nil
	for i := range v.Lines {
		l := &v.Lines[i]
		_, rate, err := tables.VAT(0, l.On)
		if err != nil {
			return v, err
		}
		l.Nr, l.Percent = i+1, rate.Percent.Text
		v.Net, v.Settled = v.Net+l.Net, v.Settled+l.Settled
	}
	billed, err := vatByRate(v.Lines, tables)
	if err != nil {
		return v, err
	}
	if v.Kind == CreditNote {
		if billed, err = vatTakenBack(before, v.Lines, tables); err != nil {
			return v, err
		}
	}
	for _, rate := range billed {
		v.VAT += rate.VAT
	}
	v.VATs, v.Total = billed, v.Net+v.VAT
	return v, nil
}

// vatByRate is the VAT of lines, by the rates that held on the days of their supply.
func vatByRate(lines []BillLine, tables law.Tables) (list []BillVAT, err error) {
	days := map[string]calendar.Date{}
	for _, l := range lines {
		_, rate, err := tables.VAT(0, l.On)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(list, func(s BillVAT) bool { return s.Percent == rate.Percent.Text })
		if i < 0 {
			i, list = len(list), append(list, BillVAT{Percent: rate.Percent.Text, Article: rate.Article})
			days[rate.Percent.Text] = l.On
		}
		list[i].Net += l.Net
	}
	for i := range list {
		if list[i].VAT, _, err = tables.VAT(list[i].Net, days[list[i].Percent]); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b BillVAT) int { return cmp.Compare(a.Percent, b.Percent) })
	return list, nil
}

// vatTakenBack is by how much the VAT of an invoice becomes less when lines of it are taken back.
func vatTakenBack(before, taken []BillLine, tables law.Tables) ([]BillVAT, error) {
	left := slices.Clone(before)
	for _, l := range taken {
		l.Net = -l.Net
		left = append(left, l)
	}
	was, err := vatByRate(before, tables)
	if err != nil {
		return nil, err
	}
	is, err := vatByRate(left, tables)
	if err != nil {
		return nil, err
	}
	list, err := vatByRate(taken, tables)
	if err != nil {
		return nil, err
	}
	at := func(sums []BillVAT, percent string) money.Amount {
		for _, s := range sums {
			if s.Percent == percent {
				return s.VAT
			}
		}
		return 0
	}
	for i, s := range list {
		list[i].VAT = at(was, s.Percent) - at(is, s.Percent)
	}
	return list, nil
}
