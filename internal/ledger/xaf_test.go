package ledger_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// What an auditfile tells, of which the totals are added up anew.
func TestAnAuditfileAddsUp(t *testing.T) {
	t.Parallel()
	a := ledger.Audit{Book: ledger.Trust, Year: 2026, Company: "Stichting <Voorbeeld>", TaxID: "812345678", Made: day, Software: "dunning", Version: "1",
		Opening: map[ledger.Account]money.Amount{ledger.TrustBank: eur("5.00"), ledger.ClientPayable: eur("-5.00"), ledger.AgencyBank: eur("9.00")}}
	for i, p := range postings(t) {
		for _, j := range p.journals {
			if d := j.Draft(); d.Book == ledger.Trust {
				a.Journals = append(a.Journals, ledger.Numbered{Number: int64(i), Draft: d})
			}
		}
	}
	var b strings.Builder
	if err := ledger.WriteXAF(&b, a); err != nil {
		t.Fatal(err)
	}
	type line struct {
		Account string       `xml:"accID"`
		Amount  money.Amount `xml:"amnt"`
		Side    string       `xml:"amntTp"`
	}
	var file struct {
		XMLName xml.Name `xml:"http://www.auditfiles.nl/XAF/3.2 auditfile"`
		Company struct {
			Name     string `xml:"companyName"`
			Accounts []struct {
				ID string `xml:"accID"`
			} `xml:"generalLedger>ledgerAccount"`
			Periods []string `xml:"periods>period>periodNumber"`
			Opening struct {
				Lines int          `xml:"linesCount"`
				Debit money.Amount `xml:"totalDebit"`
				OB    []line       `xml:"obLine"`
			} `xml:"openingBalance"`
			Transactions struct {
				Lines  int          `xml:"linesCount"`
				Debit  money.Amount `xml:"totalDebit"`
				Credit money.Amount `xml:"totalCredit"`
				Line   []line       `xml:"journal>transaction>trLine"`
			} `xml:"transactions"`
		} `xml:"company"`
	}
	if err := xml.Unmarshal([]byte(b.String()), &file); err != nil {
		t.Fatal(err)
	}
	c := file.Company
	sums := map[string]money.Amount{}
	for _, l := range c.Transactions.Line {
		sums[l.Side] += l.Amount
	}
	if tr := c.Transactions; tr.Lines != len(tr.Line) || tr.Lines == 0 || tr.Debit != sums["D"] || tr.Credit != sums["C"] || tr.Debit != tr.Credit {
		t.Errorf("%d lines, %s and %s: %v", tr.Lines, tr.Debit, tr.Credit, sums)
	}
	if c.Name != "Stichting <Voorbeeld>" || len(c.Accounts) != 7 || len(c.Periods) != 12 || c.Opening.Lines != 2 || c.Opening.Debit != eur("5.00") || c.Opening.OB[1] != (line{"S200", eur("5.00"), "C"}) {
		t.Errorf("%+v", c)
	}
}
