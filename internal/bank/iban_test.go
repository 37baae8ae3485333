package bank_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/money"
)

func TestValidIBAN(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, text, problem string }{
		{"a Dutch account", "NL91ABNA0417164300", ""},
		{"in groups and lower case", "nl91 abna 0417 1643 00", ""},
		{"Belgium", "BE68539007547034", ""},
		{"Germany", "DE89370400440532013000", ""},
		{"Malta, the longest", "MT84MALT011000012345MTLCAST001S", ""},
		{"Norway, the shortest", "NO9386011117947", ""},
		{"a wrong digit names the right check digits", "NL91ABNA0417164301", "has check digits 91; for this account they would be 64"},
		{"a digit short", "NL91ABNA041716430", "has 17 characters; for NL it would be 18"},
		{"digits where the bank stands", "NL91123404171643AB", "four letters for the bank and ten digits"},
		{"outside SEPA", "TR330006100519786457841326", "is of country TR, which is not in SEPA"},
		{"an old account number", "417164300", "right would be a country code"},
		{"empty", "", "right would be a country code"},
		{"not ASCII", "NL91ÄBNA0417164300", "right would be a country code"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			wantProblem(t, bank.ValidIBAN(c.text), c.problem)
		})
	}
}

// The example of each country of SEPA in the IBAN registry of SWIFT; the countries are those of the EPC's list (EPC409-09), of which French overseas
// departments have accounts of FR, and the Channel Islands and Man of GB.
func TestIBANOfEachSEPACountry(t *testing.T) {
	t.Parallel()
	examples := strings.Fields(`AD1200012030200359100100 AL47212110090000000235698741 AT611904300234573201 BE68539007547034 BG80BNBG96611020345678
		CH9300762011623852957 CY17002001280000001200527600 CZ6508000000192000145399 DE89370400440532013000 DK5000400440116243 EE382200221020145685
		ES9121000418450200051332 FI2112345600000785 FR1420041010050500013M02606 GB29NWBK60161331926819 GI75NWBK000000007099453 GR1601101250000000012300695
		HR1210010051863000160 HU42117730161111101800000000 IE29AIBK93115212345678 IS140159260076545510730339 IT60X0542811101000000123456
		LI21088100002324013AA LT121000011101001000 LU280019400644750000 LV80BANK0000435195001 MC5811222000010123456789030 MD24AG000225100013104168
		ME25505000012345678951 MK07250120000058984 MT84MALT011000012345MTLCAST001S NL91ABNA0417164300 NO9386011117947 PL61109010140000071219812874
		PT50000201231234567890154 RO49AAAA1B31007593840000 RS35260005601001611379 SE4550000000058398257466 SI56263300012039086 SK3112000000198742637541
		SM86U0322509800000000270100 VA59001123000012345678`)
	if len(examples) != 42 {
		t.Errorf("%d countries, SEPA has 41 and Gibraltar", len(examples))
	}
	for _, example := range examples {
		if err := bank.ValidIBAN(example); err != nil {
			t.Error(err)
		}
		if err := bank.ValidIBAN(example + "0"); err == nil {
			t.Errorf("%s with a digit more is right", example)
		}
	}
}

func TestIBANOnPaper(t *testing.T) {
	t.Parallel()
	if got := bank.FormatIBAN("nl91abna0417164300"); got != "NL91 ABNA 0417 1643 00" {
		t.Error(got)
	}
	if got := bank.NormaliseIBAN("NL91 abna-0417.1643 00"); got != "NL91ABNA0417164300" {
		t.Error(got)
	}
	if got := bank.FormatReference("RF18539007547034"); got != "RF18 5390 0754 7034" {
		t.Error(got)
	}
}

func TestIBANCatchesEveryWrongDigit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		wrong := []byte("NL91ABNA0417164300")
		i := rapid.IntRange(8, len(wrong)-1).Draw(t, "position")
		wrong[i] = '0' + (wrong[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "step")))%10
		if bank.ValidIBAN(string(wrong)) == nil {
			t.Fatalf("%s passes", wrong)
		}
	})
}

func TestEPC(t *testing.T) {
	t.Parallel()
	good := bank.EPCPayment{Name: "Stichting Derdengelden Voorbeeld", IBAN: "NL91 ABNA 0417 1643 00", Amount: money.MustParse("1162.30"), Reference: "RF18 5390 0754 7034"}
	with := func(change func(*bank.EPCPayment)) bank.EPCPayment { p := good; change(&p); return p }
	for _, c := range []struct {
		story         string
		payment       bank.EPCPayment
		want, problem string
	}{
		{"with an RF reference", good, "BCD\n002\n1\nSCT\n\nStichting Derdengelden Voorbeeld\nNL91ABNA0417164300\nEUR1162.30\n\nRF18539007547034", ""},
		{"with a text", with(func(p *bank.EPCPayment) { p.Reference, p.Text = "", "dossier 2026-1" }),
			"BCD\n002\n1\nSCT\n\nStichting Derdengelden Voorbeeld\nNL91ABNA0417164300\nEUR1162.30\n\n\ndossier 2026-1", ""},
		{"with neither, nothing follows the amount", with(func(p *bank.EPCPayment) { p.Reference = "" }),
			"BCD\n002\n1\nSCT\n\nStichting Derdengelden Voorbeeld\nNL91ABNA0417164300\nEUR1162.30", ""},
		{"reference and text", with(func(p *bank.EPCPayment) { p.Text = "x" }), "", "exclude each other"},
		{"nothing to pay", with(func(p *bank.EPCPayment) { p.Amount = 0 }), "", "it must be 0.01 to 999999999.99"},
		{"name of 71 characters", with(func(p *bank.EPCPayment) { p.Name = strings.Repeat("é", 71) }), "", "1 to 70 characters"},
		{"a name that smuggles a line", with(func(p *bank.EPCPayment) { p.Name = "A\nNL00" }), "", "must be one line"},
		{"wrong account", with(func(p *bank.EPCPayment) { p.IBAN = "NL92ABNA0417164300" }), "", "has check digits 92"},
		{"wrong reference", with(func(p *bank.EPCPayment) { p.Reference = "RF19539007547034" }), "", "has check digits 19"},
		{"too long for the code", with(func(p *bank.EPCPayment) {
			p.Name, p.Reference, p.Text = strings.Repeat("é", 70), "", strings.Repeat("é", 140)
		}), "", "at most 331 fit"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			got, err := bank.EPC(c.payment)
			wantProblem(t, err, c.problem)
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
