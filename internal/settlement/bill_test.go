package settlement_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// billOf is a bill with lines of these amounts, "0.02 0.02 -0.01", or "3x5.00".
func billOf(t *testing.T, kind settlement.BillKind, lines string, before ...string) settlement.Bill {
	t.Helper()
	v := settlement.Bill{
		Number: kind.Number(2026, 12), Kind: kind, On: calendar.MustParseDate("2026-12-01"), Language: "nl",
		Agency: settlement.BillParty{Name: "Incassocenter Voorbeeld", Street: "Voorbeeldstraat 1", Postcode: "1000 AA", Town: "Amsterdam", VAT: "NL 0012.34.560.B01", KvK: "12345678", IBAN: "NL69INGB0123456789", Email: "post@agency.example"},
		Client: settlement.BillParty{Name: "Café <Łódź> & Zn.", Street: "Kade 1", Postcode: "3011 AB", Town: "Rotterdam", KvK: "87654321"},
	}
	if kind == settlement.CreditNote {
		v.Corrects, v.Reason = "F2026-00011", "afgesproken"
	} else {
		v.DueOn = v.On.AddDays(14)
	}
	v.Lines = billLines(lines)
	v, err := v.Totalled(billLines(strings.Join(before, " ")), tables(t))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func billLines(text string) (lines []settlement.BillLine) {
	for _, word := range strings.Fields(text) {
		l := settlement.BillLine{For: settlement.ForCosts, Text: "Incassokosten, dossier " + word, On: calendar.MustParseDate("2026-11-20"), Units: 1}
		if units, price, many := strings.Cut(word, "x"); many {
			_, _ = fmt.Sscan(units, &l.Units)
			word = price
		}
		l.Price = euro(word)
		l.Net = money.Amount(l.Units) * l.Price
		lines = append(lines, l)
	}
	return lines
}

func TestTheVATOfABillIsOfItsTotal(t *testing.T) {
	t.Parallel()
	for _, story := range []struct{ name, lines, before, want string }{
		{"one line", "157.50", "", "157.50 + 33.08 = 190.58"},
		{"lines that bear nothing each bear a cent together", "0.02 0.02 0.02", "", "0.06 + 0.01 = 0.07"},
		{"several units, and something less", "3x5.00 -2.50", "", "12.50 + 2.63 = 15.13"},
		{"nothing", "0.00", "", "0.00 + 0.00 = 0.00"},
		{"a credit note of all takes back what was billed", "0.02 0.02 0.02", "0.02 0.02 0.02", "0.06 + 0.01 = 0.07"},
		{"a credit note of one line takes back the difference", "0.02", "0.02 0.02 0.02", "0.02 + 0.00 = 0.02"},
		{"and of the next one", "0.02", "0.02 0.02 0.02 -0.02", "0.02 + 0.01 = 0.03"},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			kind := settlement.ClientBill
			if story.before != "" {
				kind = settlement.CreditNote
			}
			v := billOf(t, kind, story.lines, story.before)
			if got := fmt.Sprintf("%s + %s = %s", v.Net, v.VAT, v.Total); got != story.want {
				t.Errorf("%s, want %s", got, story.want)
			}
			if err := v.Check(); err != nil {
				t.Error(err)
			}
		})
	}
	v := settlement.Bill{Lines: []settlement.BillLine{{On: calendar.MustParseDate("2010-01-01")}}}
	var old *law.TooOldError
	if _, err := v.Totalled(nil, tables(t)); !errors.As(err, &old) {
		t.Errorf("%v", err)
	}
}

// Every rule of art. 35a Wet OB refuses a bill that breaks it, and names the field and the article.
func TestABillLacksNothingOfTheLaw(t *testing.T) {
	t.Parallel()
	for field, breaks := range map[string]func(*settlement.Bill){
		"date":                     func(v *settlement.Bill) { v.On = calendar.Date{} },
		"number":                   func(v *settlement.Bill) { v.Number = "" },
		"agency.vat":               func(v *settlement.Bill) { v.Agency.VAT = " " },
		"name of the agency":       func(v *settlement.Bill) { v.Agency.Name = "" },
		"address of the agency":    func(v *settlement.Bill) { v.Agency.Street = "" },
		"town of the agency":       func(v *settlement.Bill) { v.Agency.Town = "" },
		"name of the client":       func(v *settlement.Bill) { v.Client.Name = "" },
		"address of the client":    func(v *settlement.Bill) { v.Client.Street = "" },
		"town of the client":       func(v *settlement.Bill) { v.Client.Town = "" },
		"lines":                    func(v *settlement.Bill) { v.Lines[0].Text = "" },
		"lines ":                   func(v *settlement.Bill) { v.Lines[1].On = calendar.Date{} },
		"lines  ":                  func(v *settlement.Bill) { v.Lines[1].Units = 2 },
		"lines   ":                 func(v *settlement.Bill) { v.Lines = v.Lines[:1] },
		"lines    ":                func(v *settlement.Bill) { v.Settled = 1 },
		"VAT":                      func(v *settlement.Bill) { v.VATs[0].VAT++ },
		"VAT ":                     func(v *settlement.Bill) { v.VATs[0].Percent = "" },
		"VAT  ":                    func(v *settlement.Bill) { v.Total++ },
		"account":                  func(v *settlement.Bill) { v.Agency.IBAN = "" },
		"due day":                  func(v *settlement.Bill) { v.DueOn = calendar.Date{} },
		"invoice that it corrects": func(v *settlement.Bill) { v.Kind = settlement.CreditNote },
		"reason":                   func(v *settlement.Bill) { v.Kind, v.Corrects = settlement.CreditNote, "F2026-00011" },
	} {
		v := billOf(t, settlement.ClientBill, "10.00 20.00")
		breaks(&v)
		var wrong *settlement.BillError
		if err := v.Check(); !errors.As(err, &wrong) || wrong.Field != strings.TrimSpace(field) || wrong.Problem == "" || wrong.Article == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// element is an element of a document, with what is in it.
type element struct {
	XMLName  xml.Name
	Text     string    `xml:",chardata"`
	Children []element `xml:",any"`
}

func (e element) all(path ...string) (found []element) {
	if len(path) == 0 {
		return []element{e}
	}
	for _, c := range e.Children {
		if c.XMLName.Local == path[0] {
			found = append(found, c.all(path[1:]...)...)
		}
	}
	return found
}

func (e element) text(path string) string {
	var texts []string
	for _, c := range e.all(strings.Split(path, "/")...) {
		texts = append(texts, strings.TrimSpace(c.Text))
	}
	return strings.Join(texts, " ")
}

// inOrder are the elements that we write, in the order of the sequences of UBL 2.1.
var inOrder = map[string]string{
	"Invoice": `CustomizationID ProfileID ID IssueDate DueDate InvoiceTypeCode Note DocumentCurrencyCode BillingReference AccountingSupplierParty AccountingCustomerParty
		PaymentMeans PaymentTerms TaxTotal LegalMonetaryTotal InvoiceLine`,
	"CreditNote": `CustomizationID ProfileID ID IssueDate CreditNoteTypeCode Note DocumentCurrencyCode BillingReference AccountingSupplierParty AccountingCustomerParty
		PaymentMeans PaymentTerms TaxTotal LegalMonetaryTotal CreditNoteLine`,
	"Party":                 "EndpointID PartyName PostalAddress PartyTaxScheme PartyLegalEntity Contact",
	"PostalAddress":         "StreetName CityName PostalZone Country",
	"PartyTaxScheme":        "CompanyID TaxScheme",
	"PartyLegalEntity":      "RegistrationName CompanyID",
	"PaymentMeans":          "PaymentMeansCode PaymentID PayeeFinancialAccount",
	"PayeeFinancialAccount": "ID Name",
	"TaxTotal":              "TaxAmount TaxSubtotal",
	"TaxSubtotal":           "TaxableAmount TaxAmount TaxCategory",
	"TaxCategory":           "ID Percent TaxScheme",
	"ClassifiedTaxCategory": "ID Percent TaxScheme",
	"LegalMonetaryTotal":    "LineExtensionAmount TaxExclusiveAmount TaxInclusiveAmount PrepaidAmount PayableAmount",
	"InvoiceLine":           "ID InvoicedQuantity LineExtensionAmount InvoicePeriod Item Price",
	"CreditNoteLine":        "ID CreditedQuantity LineExtensionAmount InvoicePeriod Item Price",
	"InvoicePeriod":         "StartDate EndDate",
	"Item":                  "Name ClassifiedTaxCategory",
	"Price":                 "PriceAmount",
}

// ordered insists that the children of an element and of those in it stand in the order of the schema, and in its namespaces.
func (e element) ordered(t *testing.T) {
	t.Helper()
	order, known := inOrder[e.XMLName.Local]
	last := 0
	for _, c := range e.Children {
		place := slices.Index(strings.Fields(order), c.XMLName.Local)
		if known && place < last {
			t.Errorf("%s: %s stands out of order", e.XMLName.Local, c.XMLName.Local)
		}
		last = max(last, place)
		space := "CommonAggregateComponents-2"
		if len(c.Children) == 0 {
			space = "CommonBasicComponents-2"
			if strings.TrimSpace(c.Text) == "" {
				t.Errorf("%s is empty", c.XMLName.Local)
			}
		}
		if !strings.HasSuffix(c.XMLName.Space, space) {
			t.Errorf("%s is in %s", c.XMLName.Local, c.XMLName.Space)
		}
		c.ordered(t)
	}
}

func TestABillAsUBL(t *testing.T) {
	t.Parallel()
	for _, story := range []struct {
		name string
		bill settlement.Bill
		want map[string]string
	}{
		{"invoice", func() settlement.Bill {
			v := billOf(t, settlement.ClientBill, "150.00 12.34 3x5.00 -2.50")
			v.Lines[0].Settled, v.Settled = euro("162.34"), euro("162.34")
			return v
		}(), map[string]string{
			"ID": "F2026-00012", "InvoiceTypeCode": "380", "DueDate": "2026-12-15", "LegalMonetaryTotal/PrepaidAmount": "162.34", "LegalMonetaryTotal/PayableAmount": "49.22",
			"PaymentMeans/PaymentMeansCode": "58", "PaymentMeans/PayeeFinancialAccount/ID": "NL69INGB0123456789", "InvoiceLine/InvoicedQuantity": "1 1 3 -1", "InvoiceLine/Price/PriceAmount": "150.00 12.34 5.00 2.50",
			"AccountingSupplierParty/Party/PartyTaxScheme/CompanyID": "NL001234560B01", "AccountingCustomerParty/Party/PartyLegalEntity/CompanyID": "87654321", "AccountingCustomerParty/Party/PartyName/Name": "Café <Łódź> & Zn.",
		}},
		{"credit-note", billOf(t, settlement.CreditNote, "12.34", "150.00 12.34"), map[string]string{
			"ID": "C2026-00012", "CreditNoteTypeCode": "381", "BillingReference/InvoiceDocumentReference/ID": "F2026-00011", "Note": "afgesproken", "LegalMonetaryTotal/PayableAmount": "14.93",
			"DueDate": "", "PaymentMeans/PaymentMeansCode": "", "CreditNoteLine/CreditedQuantity": "1",
		}},
		{"settled", func() settlement.Bill {
			v := billOf(t, settlement.ClientBill, "10.00")
			v.Lines[0].Settled, v.Settled = v.Total, v.Total
			return v
		}(), map[string]string{"LegalMonetaryTotal/PayableAmount": "0.00", "PaymentMeans/PaymentMeansCode": ""}},
		{"paid-with-credit", func() settlement.Bill {
			v := billOf(t, settlement.ClientBill, "10.00")
			return v.PaidWith([]settlement.SetOff{{Number: "F2026-00003", Cents: euro("2.00")}})
		}(), map[string]string{"LegalMonetaryTotal/PrepaidAmount": "2.00", "LegalMonetaryTotal/PayableAmount": "10.10"}},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			if err := story.bill.Check(); err != nil {
				t.Fatal(err)
			}
			text, err := story.bill.UBL()
			if err != nil {
				t.Fatal(err)
			}
			if again, err := story.bill.UBL(); err != nil || string(again) != string(text) {
				t.Errorf("the same bill is other bytes: %v", err)
			}
			sameAs(t, "bill-"+story.name+".xml", text)
			var doc element
			if err := xml.Unmarshal(text, &doc); err != nil {
				t.Fatal(err)
			}
			doc.ordered(t)
			for path, want := range story.want {
				if got := doc.text(path); got != want {
					t.Errorf("%s: %q, want %q", path, got, want)
				}
			}
			if got := doc.text("CustomizationID"); got != "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0" {
				t.Error(got)
			}
			ties(t, doc)
		})
	}
}

// ties insists on the sums of EN 16931 (BR-CO-10, 13, 14, 15, 16 and BR-S-08), computed of what stands in the document.
func ties(t *testing.T, doc element) {
	t.Helper()
	sum := func(path string) (total money.Amount) {
		for _, text := range strings.Fields(doc.text(path)) {
			total += euro(text)
		}
		return total
	}
	lines := sum("InvoiceLine/LineExtensionAmount") + sum("CreditNoteLine/LineExtensionAmount")
	net, gross, vat := sum("LegalMonetaryTotal/TaxExclusiveAmount"), sum("LegalMonetaryTotal/TaxInclusiveAmount"), sum("TaxTotal/TaxAmount")
	if lines != net || lines != sum("LegalMonetaryTotal/LineExtensionAmount") || net+vat != gross || vat != sum("TaxTotal/TaxSubtotal/TaxAmount") || net != sum("TaxTotal/TaxSubtotal/TaxableAmount") ||
		gross-sum("LegalMonetaryTotal/PrepaidAmount") != sum("LegalMonetaryTotal/PayableAmount") {
		t.Errorf("lines %s, net %s, VAT %s, gross %s", lines, net, vat, gross)
	}
}

var update = flag.Bool("update", false, "write the golden files")

// sameAs compares with a golden file.
func sameAs(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(got) {
		t.Errorf("%s is otherwise:\n%s", file, got)
	}
}
