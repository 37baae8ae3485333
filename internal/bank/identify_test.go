package bank_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
)

func TestIdentify(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ value, kind, problem string }{
		{"5000056789012345", "betalingskenmerk", ""}, // the example of the specification
		{"5000 0567 8901 2345", "betalingskenmerk", ""},
		{"4000056789012345", "betalingskenmerk", "has check digit 4; for these digits it would be 5"},
		{"1234567", "betalingskenmerk", ""},
		{"123456", "betalingskenmerk", "has 6 digits; right would be 7, 9 to 14 or 16"},
		{"123456789012345", "betalingskenmerk", "has 15 digits"},
		{"12345678901234567", "betalingskenmerk", "has 17 digits"},
		{"RF18539007547034", "RF reference", ""},
		{"rf18 5390 0754 7034", "RF reference", ""},
		{"RF19539007547034", "RF reference", "has check digits 19"},
		{"NL91ABNA0417164300", "IBAN", ""},
		{"NL91ABNA0417164301", "IBAN", "has check digits 91"},
		{"BE68539007547034", "IBAN", ""},
		{"DE89 3704 0044 0532 0130 00", "IBAN", ""},
		{"NL9ABNA", "unknown", "none of the numbers"},
		{"NL004495445B01", "VAT number", ""}, // a legal person, by the eleven test
		{"NL004495446B01", "VAT number", "a digit is wrong"},
		{"NL123456789B13", "VAT number", ""}, // by mod 97
		{"NL00449544XB01", "VAT number", "must be NL, nine digits"},
		{"BE0123456789", "VAT number", "is not Dutch"},
		{"12345678", "KvK number", ""},
		{"NL69ZZZ123456780000", "SEPA creditor id", ""},
		{"NL70ZZZ123456780000", "SEPA creditor id", "has check digits 70"},
		{"NL69ZZZ12345678000", "SEPA creditor id", "has a wrong national number"},
		{"", "unknown", "none of the numbers"},
		{"hello", "unknown", "none of the numbers"},
	} {
		kind, err := bank.Identify(c.value)
		if kind != c.kind || (err == nil) != (c.problem == "") || err != nil && !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%q is a %s (%v), want %s %s", c.value, kind, err, c.kind, c.problem)
		}
	}
}

// A number of the tax authorities is told without what people write between its digits, and one with a wrong digit is refused.
func TestTaxNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want, problem string }{
		{"898765432", "898765432", ""},
		{"8987.65.432", "898765432", ""},
		{"812345678b01", "812345678B01", ""},
		{"NL 8123.45.678.B.01", "NL812345678B01", ""},
		{"NL123456789B13", "NL123456789B13", ""}, // of a sole trader, by mod 97
		{"123456789b13", "123456789B13", ""},
		{"898765433", "", "do not pass the eleven test"},
		{"000000000", "", "do not pass the eleven test"},
		{"812345679B01", "", "pass neither the mod 97 check nor the eleven test"},
		{"NL812345678B0", "", "must be NL, nine digits, B and two digits"},
		{"812345678X01", "", "must be NL, nine digits, B and two digits"},
		{"DE123456789", "", "right would be nine digits, like 898765432, or a VAT number, like NL812345678B01"},
		{"12345678", "", "is none of the Dutch tax authorities"},
		{"", "", "is none of the Dutch tax authorities"},
	} {
		got, err := bank.TaxNumber(c.text)
		if c.problem == "" && (err != nil || got != c.want) || c.problem != "" && (err == nil || !strings.Contains(err.Error(), c.problem)) {
			t.Errorf("%q: %s, %v", c.text, got, err)
		}
	}
}

// Every length that can be made is found right, and a changed digit is not.
func TestKenmerkOfEveryLength(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"1234567", "12345678", "123456789", "1234567890", "12345678901", "123456789012", "123456789012345"} {
		made, err := bank.MakeKenmerk(body)
		if err != nil || !strings.HasSuffix(made, body) || bank.CheckKenmerk(made) != nil {
			t.Errorf("%s gives %s (%v, %v)", body, made, err, bank.CheckKenmerk(made))
		}
		wrong := []byte(made)
		wrong[len(wrong)-1] = '0' + (wrong[len(wrong)-1]-'0'+1)%10
		if bank.CheckKenmerk(string(wrong)) == nil {
			t.Errorf("%s is right too", wrong)
		}
	}
	for _, body := range []string{"", "123456", "1234567890123", "12345678901234", "1234567890123456", "12345A7"} {
		if made, err := bank.MakeKenmerk(body); err == nil {
			t.Errorf("%q gives %s", body, made)
		}
	}
}
