package letter_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/settlement"
)

func lawTables(t *testing.T) law.Tables {
	t.Helper()
	dir, err := fs.Sub(config.Data, "rates")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := law.ReadTables(dir)
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

// billed is an invoice with something of everything.
func billed(t *testing.T, lang letter.Language, change func(*settlement.Bill)) settlement.Bill {
	t.Helper()
	v := settlement.Bill{
		Number: "F2026-00012", Kind: settlement.ClientBill, On: day("2026-12-01"), DueOn: day("2026-12-15"), Language: string(lang),
		Agency: settlement.BillParty{Name: agency.Name, Street: agency.Street, Postcode: agency.Postcode, Town: agency.Town, VAT: "NL001234567B01", KvK: agency.KvK, IBAN: "NL69INGB0123456789"},
		Client: settlement.BillParty{Name: "Café Łódź & Şahin V.O.F.", Street: client.Street, Postcode: client.Postcode, Town: client.Town, VAT: "NL009876543B01", KvK: "87654321"},
		Lines: []settlement.BillLine{
			{For: settlement.ForCosts, Reference: "2026-0117", On: day("2026-11-20"), Units: 1, Price: eur("150.00"), Net: eur("150.00"), VATBooked: eur("31.50"), Settled: eur("162.34")},
			{For: settlement.ForInterest, Reference: "2026-0117", On: day("2026-11-20"), Units: 1, Price: eur("12.34"), Net: eur("12.34"), VATBooked: eur("2.59")},
			{For: "withdrawal", Reference: "2026-0118", On: day("2026-11-21"), Units: 1, Price: eur("157.50"), Net: eur("157.50"), VATBooked: eur("33.08")},
			{For: settlement.ForContribution, On: day("2026-11-01"), Units: 1, Price: eur("250.00"), Net: eur("250.00")},
			{For: settlement.ForStickers, On: day("2026-11-03"), Units: 3, Price: eur("5.00"), Net: eur("15.00")},
		},
	}
	change(&v)
	for i, l := range v.Lines {
		v.Lines[i].Text = letter.BillText(lang, l)
	}
	v, err := v.Totalled(v.Lines, lawTables(t))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestInvoicesOfTheAgencyOnPaper(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*settlement.Bill){
		"invoice": func(*settlement.Bill) {},
		"settled": func(v *settlement.Bill) {
			v.Lines = v.Lines[:1]
			v.Lines[0].Settled = eur("181.50")
		},
		"credit": func(v *settlement.Bill) { // the client had something to its credit of two invoices
			v.Credits = []settlement.SetOff{{Number: "F2026-00003", Cents: eur("0.01")}, {Number: "F2026-00009", Cents: eur("18.15")}}
		},
		"balance": func(v *settlement.Bill) { // the debtor paid the agency, and not the client as was thought
			v.Lines = v.Lines[:1]
			v.Lines[0].Price, v.Lines[0].Net, v.Lines[0].VATBooked, v.Lines[0].Settled = 0, 0, 0, eur("0.33")
		},
		"credit-note": func(v *settlement.Bill) {
			v.Kind, v.Number, v.Corrects, v.Reason, v.Lines = settlement.CreditNote, "C2026-00003", "F2026-00012", "de opdracht was niet ingetrokken", v.Lines[2:3]
		},
	} {
		for _, lang := range letter.Languages {
			t.Run(fmt.Sprint(name, lang), func(t *testing.T) {
				t.Parallel()
				v := billed(t, lang, change)
				d, err := letter.ComposeBill(v, agency)
				if err != nil {
					t.Fatal(err)
				}
				golden(t, fmt.Sprintf("client-%s.%s", name, lang), d)
				if again, err := letter.ComposeBill(v, agency); err != nil || !bytes.Equal(again.PDF, d.PDF) {
					t.Errorf("the same invoice is other bytes: %v", err)
				}
				onPaper(t, d.PDF, func(page *paper) {
					text := squeezed(page.text())
					for _, must := range []string{v.Number, v.Agency.VAT, v.Client.VAT, v.Client.Name, v.Agency.Street, v.Client.Street, "21%"} { // art. 35a lid 1 Wet OB
						if !strings.Contains(text, squeezed(must)) {
							t.Errorf("no %s in %s", must, text)
						}
					}
				})
			})
		}
	}
}

func TestEveryLineOfAnInvoiceHasItsWords(t *testing.T) {
	t.Parallel()
	for _, lang := range letter.Languages {
		seen := map[string]bool{}
		for _, what := range settlement.BillFors() {
			text := letter.BillText(lang, settlement.BillLine{For: what})
			if text == "" || seen[text] {
				t.Errorf("%s %s is %q", lang, what, text)
			}
			seen[text] = true
		}
	}
}

func TestAnInvoiceThatIsWrongIsNoPaper(t *testing.T) {
	t.Parallel()
	v := billed(t, letter.Dutch, func(v *settlement.Bill) { v.Agency.VAT = "" })
	var wrong *settlement.BillError
	if _, err := letter.ComposeBill(v, agency); !errors.As(err, &wrong) || wrong.Field != "agency.vat" {
		t.Errorf("%v", err)
	}
	v.Language = "de"
	if _, err := letter.ComposeBill(v, agency); err == nil {
		t.Error("German")
	}
	v = billed(t, letter.Dutch, func(v *settlement.Bill) { v.Client.Name = "株式会社" })
	var glyph *letter.GlyphError
	if _, err := letter.ComposeBill(v, agency); !errors.As(err, &glyph) {
		t.Errorf("%v", err)
	}
}
