package settlement

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/money"
)

// What a UBL document says it keeps to: NLCIUS, the Dutch use of EN 16931, and the billing process of Peppol.
const (
	ublCustomization = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
	ublProfile       = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
	ublEuro          = "EUR"
	ublKvK           = "0106" // the Chamber of Commerce, in the list of identifier schemes (ISO 6523)
	ublTransfer      = "58"   // SEPA credit transfer (UNTDID 4461)
	ublPiece         = "C62"  // UN/ECE recommendation 20
)

// The elements stand in the order of the schemas of UBL 2.1; what is empty is left out.
type ublDocument struct {
	XMLName       xml.Name
	Namespace     string       `xml:"xmlns,attr"`
	Aggregates    string       `xml:"xmlns:cac,attr"`
	Basics        string       `xml:"xmlns:cbc,attr"`
	Customization string       `xml:"cbc:CustomizationID"`
	Profile       string       `xml:"cbc:ProfileID"`
	ID            string       `xml:"cbc:ID"`
	IssueDate     string       `xml:"cbc:IssueDate"`
	DueDate       string       `xml:"cbc:DueDate,omitempty"`
	InvoiceType   string       `xml:"cbc:InvoiceTypeCode,omitempty"`
	CreditType    string       `xml:"cbc:CreditNoteTypeCode,omitempty"`
	Note          string       `xml:"cbc:Note,omitempty"`
	Currency      string       `xml:"cbc:DocumentCurrencyCode"`
	Corrects      *ublCorrects `xml:"cac:BillingReference"`
	Supplier      ublParty     `xml:"cac:AccountingSupplierParty>cac:Party"`
	Customer      ublParty     `xml:"cac:AccountingCustomerParty>cac:Party"`
	Means         *ublMeans    `xml:"cac:PaymentMeans"`
	Terms         *ublTerms    `xml:"cac:PaymentTerms"`
	Tax           ublTax       `xml:"cac:TaxTotal"`
	Totals        ublTotals    `xml:"cac:LegalMonetaryTotal"`
	InvoiceLines  []ublLine    `xml:"cac:InvoiceLine"`
	CreditLines   []ublLine    `xml:"cac:CreditNoteLine"`
}

type ublCorrects struct {
	ID string `xml:"cac:InvoiceDocumentReference>cbc:ID"`
}

type ublID struct {
	Scheme string `xml:"schemeID,attr,omitempty"`
	Value  string `xml:",chardata"`
}

type ublParty struct {
	Endpoint *ublID        `xml:"cbc:EndpointID"`
	Name     string        `xml:"cac:PartyName>cbc:Name"`
	Street   string        `xml:"cac:PostalAddress>cbc:StreetName"`
	Town     string        `xml:"cac:PostalAddress>cbc:CityName"`
	Postcode string        `xml:"cac:PostalAddress>cbc:PostalZone"`
	Country  string        `xml:"cac:PostalAddress>cac:Country>cbc:IdentificationCode"`
	Tax      *ublTaxScheme `xml:"cac:PartyTaxScheme"`
	Legal    string        `xml:"cac:PartyLegalEntity>cbc:RegistrationName"`
	KvK      *ublID        `xml:"cac:PartyLegalEntity>cbc:CompanyID"`
	Contact  *ublContact   `xml:"cac:Contact"`
}

type ublContact struct {
	Email string `xml:"cbc:ElectronicMail"`
}

type ublTaxScheme struct {
	Company string `xml:"cbc:CompanyID"`
	Scheme  string `xml:"cac:TaxScheme>cbc:ID"`
}

type ublMeans struct {
	Code    string `xml:"cbc:PaymentMeansCode"`
	ID      string `xml:"cbc:PaymentID"`
	Account string `xml:"cac:PayeeFinancialAccount>cbc:ID"`
	Name    string `xml:"cac:PayeeFinancialAccount>cbc:Name"`
}

type ublTerms struct {
	Note string `xml:"cbc:Note"`
}

type ublAmount struct {
	Currency string       `xml:"currencyID,attr"`
	Value    money.Amount `xml:",chardata"`
}

type ublTax struct {
	Amount ublAmount    `xml:"cbc:TaxAmount"`
	Rates  []ublTaxRate `xml:"cac:TaxSubtotal"`
}

type ublTaxRate struct {
	Taxable  ublAmount   `xml:"cbc:TaxableAmount"`
	Amount   ublAmount   `xml:"cbc:TaxAmount"`
	Category ublCategory `xml:"cac:TaxCategory"`
}

type ublCategory struct {
	ID      string `xml:"cbc:ID"`
	Percent string `xml:"cbc:Percent"`
	Scheme  string `xml:"cac:TaxScheme>cbc:ID"`
}

type ublTotals struct {
	Lines     ublAmount  `xml:"cbc:LineExtensionAmount"`
	Exclusive ublAmount  `xml:"cbc:TaxExclusiveAmount"`
	Inclusive ublAmount  `xml:"cbc:TaxInclusiveAmount"`
	Prepaid   *ublAmount `xml:"cbc:PrepaidAmount"`
	Payable   ublAmount  `xml:"cbc:PayableAmount"`
}

type ublQuantity struct {
	Unit  string `xml:"unitCode,attr"`
	Value int    `xml:",chardata"`
}

type ublLine struct {
	ID       int          `xml:"cbc:ID"`
	Invoiced *ublQuantity `xml:"cbc:InvoicedQuantity"`
	Credited *ublQuantity `xml:"cbc:CreditedQuantity"`
	Net      ublAmount    `xml:"cbc:LineExtensionAmount"`
	From     string       `xml:"cac:InvoicePeriod>cbc:StartDate"`
	Until    string       `xml:"cac:InvoicePeriod>cbc:EndDate"`
	Name     string       `xml:"cac:Item>cbc:Name"`
	Category ublCategory  `xml:"cac:Item>cac:ClassifiedTaxCategory"`
	Price    ublAmount    `xml:"cac:Price>cbc:PriceAmount"`
}

func euros(a money.Amount) ublAmount { return ublAmount{ublEuro, a} }

func ublRate(percent string) ublCategory { return ublCategory{"S", percent, "VAT"} }

func ublPartyOf(p BillParty) ublParty {
	party := ublParty{Name: p.Name, Street: p.Street, Town: p.Town, Postcode: p.Postcode, Country: "NL", Legal: p.Name}
	if p.Email != "" {
		party.Contact = &ublContact{p.Email}
	}
	if p.KvK != "" {
		party.Endpoint, party.KvK = &ublID{ublKvK, p.KvK}, &ublID{ublKvK, p.KvK}
	}
	if p.VAT != "" {
		party.Tax = &ublTaxScheme{strings.ToUpper(strings.NewReplacer(" ", "", ".", "").Replace(p.VAT)), "VAT"}
	}
	return party
}

// ublLineOf is a line. A price is never less than nothing: of a line that is the number is (BR-27 of EN 16931).
func ublLineOf(l BillLine, kind BillKind) ublLine {
	quantity, price := ublQuantity{ublPiece, l.Units}, l.Price
	if price < 0 {
		quantity.Value, price = -quantity.Value, -price
	}
	day := l.On.String()
	line := ublLine{ID: l.Nr, Invoiced: &quantity, Net: euros(l.Net), From: day, Until: day, Name: l.Text, Category: ublRate(l.Percent), Price: euros(price)}
	if kind == CreditNote {
		line.Invoiced, line.Credited = nil, &quantity
	}
	return line
}

// UBL is the invoice, or the credit note, as a document of UBL 2.1 by NLCIUS. The same invoice gives the same bytes.
func (v Bill) UBL() ([]byte, error) {
	root, doc := "Invoice", ublDocument{
		Aggregates: "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2", Basics: "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
		Customization: ublCustomization, Profile: ublProfile, ID: v.Number, IssueDate: v.On.String(), Note: v.Reason, Currency: ublEuro, Supplier: ublPartyOf(v.Agency), Customer: ublPartyOf(v.Client),
		Tax:    ublTax{Amount: euros(v.VAT)},
		Totals: ublTotals{Lines: euros(v.Net), Exclusive: euros(v.Net), Inclusive: euros(v.Total), Payable: euros(v.Payable())},
	}
	if prepaid := v.Settled + v.Credited(); prepaid != 0 {
		amount := euros(prepaid)
		doc.Totals.Prepaid = &amount
	}
	for _, s := range v.VATs {
		doc.Tax.Rates = append(doc.Tax.Rates, ublTaxRate{euros(s.Net), euros(s.VAT), ublRate(s.Percent)})
	}
	var lines []ublLine
	for _, l := range v.Lines {
		lines = append(lines, ublLineOf(l, v.Kind))
	}
	if v.Kind == CreditNote {
		root, doc.CreditType, doc.Corrects, doc.CreditLines = "CreditNote", "381", &ublCorrects{v.Corrects}, lines
		doc.Terms = &ublTerms{map[bool]string{true: "Set off, or paid back", false: "Verrekend of terugbetaald"}[v.Language == "en"]}
	} else {
		doc.InvoiceType, doc.DueDate, doc.InvoiceLines = "380", v.DueOn.String(), lines
		if v.Payable() > 0 {
			doc.Means = &ublMeans{ublTransfer, v.Number, v.Agency.IBAN, v.Agency.Name}
		}
	}
	doc.XMLName, doc.Namespace = xml.Name{Local: root}, "urn:oasis:names:specification:ubl:schema:xsd:"+root+"-2"
	out, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write %s as UBL: %w", v.Number, err)
	}
	return append([]byte(xml.Header), append(out, '\n')...), nil
}
