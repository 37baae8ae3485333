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
