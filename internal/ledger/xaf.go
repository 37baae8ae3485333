package ledger

import (
	"encoding/xml"
	"fmt"
	"io"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Audit is what an auditfile tells: one book of one legal person over one calendar year.
type Audit struct {
	Book     Book
	Year     int
	Company  string // name
	Ident    string // number in the company register; empty: not told
	TaxID    string // of the tax authority
	Made     calendar.Date
	Software string
	Version  string
	Opening  map[Account]money.Amount // balances at the end of the year before; debit is more than nothing
	Journals []Numbered               // of the year, in the order in which they were booked
}

// Numbered is a journal with its number in the books.
type Numbered struct {
	Number int64
	Draft
}

// WriteXAF writes an XML Auditfile Financieel 3.2 (auditfiles.nl), which bookkeeping programs and the tax authority read. The opening balance has every
// account: the books are not closed over a year, so it is the bookkeeper who takes the result of earlier years from profit and loss.
func WriteXAF(w io.Writer, a Audit) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	if err := e.Encode(a.file()); err != nil {
		return fmt.Errorf("write auditfile: %w", err)
	}
	if err := e.Close(); err != nil {
		return fmt.Errorf("write auditfile: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

type xafFile struct {
	XMLName xml.Name   `xml:"http://www.auditfiles.nl/XAF/3.2 auditfile"`
	Header  xafHeader  `xml:"header"`
	Company xafCompany `xml:"company"`
}

type xafHeader struct {
	FiscalYear      int    `xml:"fiscalYear"`
	StartDate       string `xml:"startDate"`
	EndDate         string `xml:"endDate"`
	CurCode         string `xml:"curCode"`
	DateCreated     string `xml:"dateCreated"`
	SoftwareDesc    string `xml:"softwareDesc"`
	SoftwareVersion string `xml:"softwareVersion"`
}

type xafCompany struct {
	Ident        string         `xml:"companyIdent,omitempty"`
	Name         string         `xml:"companyName"`
	TaxCountry   string         `xml:"taxRegistrationCountry"`
	TaxIdent     string         `xml:"taxRegIdent"`
	Accounts     []xafAccount   `xml:"generalLedger>ledgerAccount"`
	Periods      []xafPeriod    `xml:"periods>period"`
	Opening      *xafOpening    `xml:"openingBalance,omitempty"`
	Transactions xafTransaction `xml:"transactions"`
}

type xafAccount struct {
	ID   string `xml:"accID"`
	Desc string `xml:"accDesc"`
	Type string `xml:"accTp"` // B balance, P profit and loss
}

type xafPeriod struct {
	Number int    `xml:"periodNumber"`
	Desc   string `xml:"periodDesc"`
	Start  string `xml:"startDatePeriod"`
	End    string `xml:"endDatePeriod"`
}

type xafTotals struct {
	Lines  int          `xml:"linesCount"`
	Debit  money.Amount `xml:"totalDebit"`
	Credit money.Amount `xml:"totalCredit"`
}

type xafOpening struct {
	Date string `xml:"opBalDate"`
	xafTotals
	Balances []xafBalance `xml:"obLine"`
}

type xafBalance struct {
	Number  int          `xml:"nr"`
	Account string       `xml:"accID"`
	Amount  money.Amount `xml:"amnt"`
	Type    string       `xml:"amntTp"` // D or C
}

type xafTransaction struct {
	xafTotals
	Journal []xafJournal `xml:"journal"`
}

type xafJournal struct {
	ID      string    `xml:"jrnID"`
	Desc    string    `xml:"desc"`
	Type    string    `xml:"jrnTp"`
	Entries []xafBook `xml:"transaction"`
}

type xafBook struct {
	Number string    `xml:"nr"`
	Desc   string    `xml:"desc"`
	Period int       `xml:"periodNumber"`
	Date   string    `xml:"trDt"`
	Lines  []xafLine `xml:"trLine"`
}

type xafLine struct {
	Number  int          `xml:"nr"`
	Account string       `xml:"accID"`
	DocRef  string       `xml:"docRef"`
	EffDate string       `xml:"effDate"`
	Amount  money.Amount `xml:"amnt"`
	Type    string       `xml:"amntTp"`
}

func (a Audit) file() xafFile {
	first, last := calendar.NewDate(a.Year, time.January, 1), calendar.NewDate(a.Year, time.December, 31)
	f := xafFile{
		Header:  xafHeader{a.Year, first.String(), last.String(), "EUR", a.Made.String(), a.Software, a.Version},
		Company: xafCompany{Ident: a.Ident, Name: a.Company, TaxCountry: "NL", TaxIdent: a.TaxID, Opening: a.opening(first)},
	}
	for _, e := range chart {
		if e.Account.Book() == a.Book {
			f.Company.Accounts = append(f.Company.Accounts, xafAccount{string(e.Account), e.Name, map[bool]string{true: "B", false: "P"}[e.Balance]})
		}
	}
	for month := time.January; month <= time.December; month++ {
		start := calendar.NewDate(a.Year, month, 1)
		f.Company.Periods = append(f.Company.Periods, xafPeriod{int(month), month.String(), start.String(), start.AddMonths(1).AddDays(-1).String()})
	}
	journal := xafJournal{ID: string(a.Book), Desc: "book " + string(a.Book), Type: "Z"} // memorial: every kind of entry
	totals := &f.Company.Transactions.xafTotals
	for _, n := range a.Journals {
		journal.Entries = append(journal.Entries, n.entry(totals))
	}
	f.Company.Transactions.Journal = []xafJournal{journal}
	return f
}

func (t *xafTotals) add(amount money.Amount) (side string) {
	t.Lines++
	if amount < 0 {
		t.Credit -= amount
		return "C"
	}
	t.Debit += amount
	return "D"
}

func (n Numbered) entry(totals *xafTotals) xafBook {
	b := xafBook{Number: fmt.Sprint(n.Number), Desc: string(n.Kind), Period: int(n.On.Month()), Date: n.On.String()}
	for i, l := range n.Lines {
		b.Lines = append(b.Lines, xafLine{i + 1, string(l.Account), n.Key, n.On.String(), l.Cents.Abs(), totals.add(l.Cents)})
	}
	return b
}

// opening is the balances that come over from the year before; nil when there are none.
func (a Audit) opening(first calendar.Date) *xafOpening {
	o := xafOpening{Date: first.String()}
	for _, e := range chart {
		amount := a.Opening[e.Account]
		if e.Account.Book() != a.Book || amount == 0 {
			continue
		}
		side := o.add(amount)
		o.Balances = append(o.Balances, xafBalance{o.Lines, string(e.Account), amount.Abs(), side})
	}
	if o.Lines == 0 {
		return nil
	}
	return &o
}
