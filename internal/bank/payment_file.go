package bank

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// PaymentFileError says what is wrong with a payment file that is to be written: where, which field, and what would be right. It names no person
// and shows no account.
type PaymentFileError struct {
	Batch, Payment int    // from 1; 0 when it is about the file, or about the batch
	ID             string // the end-to-end id of the payment
	Field, Problem string
}

func (e *PaymentFileError) Error() string {
	place := "payment file"
	if e.Batch > 0 {
		place += fmt.Sprintf(", batch %d", e.Batch)
	}
	if e.Payment > 0 {
		place += fmt.Sprintf(", payment %d (%s)", e.Payment, shown(e.ID))
	}
	return fmt.Sprintf("%s: %s %s", place, e.Field, e.Problem)
}

// Address is where somebody lives or has its seat, in parts: SEPA takes no address in lines since 15 November 2026. Town and country are needed.
type Address struct {
	Street, Number, Postcode, Town string
	Country                        string // two capitals (ISO 3166)
}

// maxPayments is how many payments a file may have: as many as a reader takes in one entry, which a batch may become.
const maxPayments = maxTransactions

// scribe turns payments into elements of a file, checking as it goes. It keeps the first thing that is wrong and where that was.
type scribe struct {
	place PaymentFileError // where it is
	err   error
	ids   map[string]string // identifiers that were used, with the field
}

func (w *scribe) refuse(field, format string, args ...any) {
	if w.err == nil {
		at := w.place
		at.Field, at.Problem = field, fmt.Sprintf(format, args...)
		w.err = &at
	}
}

// id takes an identifier, which must be unique in the file; for life is the business of who gives it.
func (w *scribe) id(field, s string) string {
	if problem := idProblem(s); problem != "" {
		w.refuse(field, "%s", problem)
	} else if strings.EqualFold(s, "NOTPROVIDED") {
		w.refuse(field, "is what banks write for none; right would be one of its own, by which a return is found")
	}
	if w.ids == nil {
		w.ids = map[string]string{}
	}
	if before := w.ids[field+" "+s]; before != "" {
		w.refuse(field, "is that of %s too; right would be one of its own", before)
	}
	w.ids[field+" "+s] = w.where()
	return s
}

// where names the batch or payment without its identifier.
func (w *scribe) where() string {
	if w.place.Payment > 0 {
		return fmt.Sprintf("batch %d, payment %d", w.place.Batch, w.place.Payment)
	}
	return fmt.Sprintf("batch %d", w.place.Batch)
}

// words takes a name or text: written in the characters of SEPA it has at most so many, and something to read. Nothing is cut off.
func (w *scribe) words(field, s string, most int) string {
	plain := sepaText(s)
	switch {
	case !utf8.ValidString(s):
		w.refuse(field, "is no text in UTF-8")
	case !strings.ContainsFunc(plain, func(r rune) bool { return isAlphanumeric(strings.ToUpper(string(r))) }):
		w.refuse(field, "has no letter or digit that banks take; right would be 1 to %d characters, in Latin letters", most)
	case len(plain) > most:
		w.refuse(field, "has %d characters as banks write it; right would be at most %d", len(plain), most)
	}
	return plain
}

func (w *scribe) optional(field, s string, most int) string {
	if s == "" {
		return ""
	}
	return w.words(field, s, most)
}

// account takes an account number, without showing it in an error.
func (w *scribe) account(field, s string) string {
	var wrong *IBANError
	if err := ValidIBAN(s); errors.As(err, &wrong) {
		w.refuse(field, "%s", wrong.Problem)
	}
	return NormaliseIBAN(s)
}

// number takes the error of a check of a number.
func (w *scribe) number(field string, err error) {
	var wrong *NumberError
	if errors.As(err, &wrong) {
		w.refuse(field, "%s", wrong.Problem)
	}
}

// agent is the bank of a party: by its BIC where that is known, and otherwise the IBAN tells.
func (w *scribe) agent(field, bic string) agent {
	if bic == "" {
		return agent{Other: &other{"NOTPROVIDED"}}
	}
	w.number(field, ValidBIC(bic))
	return agent{BIC: bic}
}

func (w *scribe) euros(a money.Amount) euros {
	if a < 1 || a > epcAmountMax {
		w.refuse("amount", "is %s; right would be 0.01 to %s", a, epcAmountMax)
	}
	return euros{"EUR", a.String()}
}

// day takes the day on which banks are to act: not before the first one that is possible, and one on which they settle.
func (w *scribe) day(d, first calendar.Date) string {
	switch {
	case d.IsZero():
		w.refuse("day", "is not given; right would be a TARGET day from %s", first)
	case d.Before(first):
		w.refuse("day", "is %s; right would be a TARGET day from %s", d, first)
	case !calendar.IsTargetDay(d):
		w.refuse("day", "is %s, on which banks settle nothing; right would be %s", d, calendar.TargetDayFrom(d))
	}
	return d.String()
}

// address takes an address in parts, or none.
func (w *scribe) address(field string, a *Address) *address {
	if a == nil {
		return nil
	}
	if len(a.Country) != 2 || !isLetters(a.Country) {
		w.refuse(field, "has a country of %d characters; right would be two capitals, like NL", utf8.RuneCountInString(a.Country))
	}
	return &address{
		Street: w.optional(field+" (street)", a.Street, 70), Number: w.optional(field+" (number)", a.Number, 16),
		Postcode: w.optional(field+" (postcode)", a.Postcode, 16), Town: w.words(field+" (town)", a.Town, 35), Country: a.Country,
	}
}

// remittance takes a payment reference or a text; both may be missing, and only one may be given.
func (w *scribe) remittance(reference, text string) *remittance {
	switch {
	case reference != "" && text != "":
		w.refuse("reference", "and text exclude each other; right would be one of them")
	case reference != "":
		if ValidRF(reference) != nil {
			w.refuse("reference", "is no RF reference with the right check digits")
		}
		return &remittance{Structured: &structured{"SCOR", "ISO", NormaliseIBAN(reference)}}
	case text != "":
		return &remittance{Text: w.words("text", text, epcTextMax)}
	}
	return nil
}

// header is the head of a file, with what its batches add up to.
func (w *scribe) header(id, initiator string, created time.Time, payments int, sum money.Amount) header {
	if payments == 0 {
		w.refuse("file", "has no payment")
	}
	return header{
		ID: w.id("message id", id), Created: w.instant(created), Payments: strconv.Itoa(payments), Sum: sum.String(),
		Initiator: w.words("initiator", initiator, EPCNameMax),
	}
}

// instant is when the file was made, as a Dutch clock shows it: not all banks take a time zone.
func (w *scribe) instant(t time.Time) string {
	if t.IsZero() {
		w.refuse("time of creation", "is not given")
	}
	return t.In(calendar.Amsterdam).Format("2006-01-02T15:04:05")
}

// marshal writes the file when nothing was wrong.
func (w *scribe) marshal(document any) ([]byte, error) {
	if w.err != nil {
		return nil, w.err
	}
	text, err := xml.MarshalIndent(document, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write payment file: %w", err)
	}
	return append([]byte(xml.Header), append(text, '\n')...), nil
}

// The elements that both kinds of payment file have, in the order of their schemas.
type (
	header struct {
		ID        string `xml:"MsgId"`
		Created   string `xml:"CreDtTm"`
		Payments  string `xml:"NbOfTxs"`
		Sum       string `xml:"CtrlSum"`
		Initiator string `xml:"InitgPty>Nm"`
	}
	agent struct {
		BIC   string `xml:"FinInstnId>BICFI,omitempty"`
		Other *other `xml:"FinInstnId>Othr,omitempty"`
	}
	other struct {
		ID string `xml:"Id"`
	}
	euros struct {
		Currency string `xml:"Ccy,attr"`
		Amount   string `xml:",chardata"`
	}
	address struct {
		Street   string `xml:"StrtNm,omitempty"`
		Number   string `xml:"BldgNb,omitempty"`
		Postcode string `xml:"PstCd,omitempty"`
		Town     string `xml:"TwnNm"`
		Country  string `xml:"Ctry"`
	}
	party struct {
		Name    string   `xml:"Nm"`
		Address *address `xml:"PstlAdr,omitempty"`
	}
	remittance struct {
		Text       string      `xml:"Ustrd,omitempty"`
		Structured *structured `xml:"Strd>CdtrRefInf,omitempty"`
	}
	structured struct {
		Code      string `xml:"Tp>CdOrPrtry>Cd"`
		Issuer    string `xml:"Tp>Issr"`
		Reference string `xml:"Ref"`
	}
)
