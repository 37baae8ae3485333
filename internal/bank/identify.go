package bank

import (
	"fmt"
	"strings"
)

// The kinds of number that Identify knows.
const (
	KindKenmerk    = "betalingskenmerk"
	KindRF         = "RF reference"
	KindIBAN       = "IBAN"
	KindVAT        = "VAT number"
	KindKvK        = "KvK number"
	KindTax        = "tax number"
	KindCreditorID = "SEPA creditor id"
	KindUnknown    = "unknown"
)

// Identify says by its form what a number is, and whether it is right; err says what would be. Spaces, dots and hyphens do not matter.
func Identify(value string) (kind string, err error) {
	s := strings.ToUpper(compact(value))
	switch {
	case isDigits(s) && s != "" && len(s) == 8: // no betalingskenmerk has 8 digits
		return KindKvK, nil
	case isDigits(s) && s != "":
		return KindKenmerk, CheckKenmerk(s)
	case strings.HasPrefix(s, "RF"):
		return KindRF, ValidRF(s)
	case len(s) > 7 && isLetters(s[:2]) && isDigits(s[2:4]) && s[4:7] == "ZZZ":
		return KindCreditorID, ValidCreditorID(s)
	case isVAT(s):
		return KindVAT, ValidVAT(s)
	case len(s) > 4 && isLetters(s[:2]) && isDigits(s[2:4]):
		return KindIBAN, ValidIBAN(s)
	}
	return KindUnknown, fmt.Errorf("%q is none of the numbers that can be checked; right would be a %s, %s, %s, %s, %s or %s", value, KindKenmerk, KindRF, KindIBAN, KindVAT, KindKvK, KindCreditorID)
}

// CheckKenmerk returns a *ReferenceError unless s is a Dutch betalingskenmerk of any length: 7 digits without a check, 9 to 14 with a check digit
// and a length digit, 16 with a check digit. Source: Betaalvereniging Nederland, Specificaties betalingskenmerk.
func CheckKenmerk(s string) error {
	c := compact(s)
	switch n := len(c); {
	case !isDigits(c) || n < 7 || n == 8 || n == 15 || n > 16:
		return &ReferenceError{"betalingskenmerk", s, fmt.Sprintf("has %d digits; right would be 7, 9 to 14 or 16", n)}
	case n == 7:
		return nil
	case n == 16:
		return ValidKenmerk(s)
	}
	if want := lengthDigit(len(c) - 2); c[1] != want {
		return &ReferenceError{"betalingskenmerk", s, fmt.Sprintf("has length digit %c; for %d digits after it, it would be %c", c[1], len(c)-2, want)}
	}
	if want := kenmerkCheck(c[1:]); c[0] != want {
		return &ReferenceError{"betalingskenmerk", s, fmt.Sprintf("has check digit %c; for these digits it would be %c", c[0], want)}
	}
	return nil
}

// MakeKenmerk puts what belongs there in front of a body: a check digit for 15 digits, a check and a length digit for 7 to 12.
func MakeKenmerk(body string) (string, error) {
	s := compact(body)
	if len(s) == kenmerkBody {
		return Kenmerk(s)
	}
	if !isDigits(s) || len(s) < 7 || len(s) > 12 {
		return "", &ReferenceError{"betalingskenmerk body", body, "is not right: it must be 15 digits, or 7 to 12"}
	}
	s = string(lengthDigit(len(s))) + s
	return string(kenmerkCheck(s)) + s, nil
}

// lengthDigit is the number of digits after it, modulo ten.
func lengthDigit(n int) byte { return byte('0' + n%10) }

// NumberError says why a number is not right and what would be.
type NumberError struct{ Kind, Text, Problem string }

func (e *NumberError) Error() string { return fmt.Sprintf("%s %q %s", e.Kind, e.Text, e.Problem) }

// isVAT says whether s looks like a VAT number: of the Netherlands, or another country's letters with digits that are no IBAN.
func isVAT(s string) bool {
	return len(s) >= 10 && len(s) <= 14 && isLetters(s[:2]) && isAlphanumeric(s) && (s[:2] == "NL" && strings.Contains(s[2:], "B") && len(s) == 14 || s[:2] != "NL" && ibanLengths[s[:2]] != len(s))
}

// ValidVAT returns a *NumberError unless s is a Dutch VAT number: NL, nine digits, B and two digits, right either by the mod 97 check of sole
// traders (since 2020) or by the eleven test over the nine digits. Other countries' numbers cannot be checked here.
func ValidVAT(s string) error {
	c := strings.ToUpper(compact(s))
	if len(c) < 3 || c[:2] != "NL" {
		return &NumberError{KindVAT, s, "is not Dutch: it can only be checked with the country itself; right would be NL, nine digits, B and two digits"}
	}
	if len(c) != 14 || !isDigits(c[2:11]) || c[11] != 'B' || !isDigits(c[12:]) {
		return &NumberError{KindVAT, s, "must be NL, nine digits, B and two digits"}
	}
	if mod97(c) == 1 || elevenTest(c[2:11]) {
		return nil
	}
	return &NumberError{KindVAT, s, "has digits that pass neither the mod 97 check nor the eleven test: a digit is wrong"}
}

// TaxNumber gives a number of the Dutch tax authorities without spaces, dots and hyphens: the nine digits of who is taxed (RSIN, or that of a person), right by the eleven test, or a VAT number, also without its NL. Any other is a *NumberError.
func TaxNumber(s string) (string, error) {
	c := strings.ToUpper(compact(s))
	switch {
	case len(c) == 9 && isDigits(c) && elevenTest(c):
		return c, nil
	case len(c) == 9 && isDigits(c):
		return "", &NumberError{KindTax, s, "has digits that do not pass the eleven test: a digit is wrong"}
	case strings.HasPrefix(c, "NL"):
		return c, ValidVAT(c)
	case len(c) == 12 && isDigits(c[:9]):
		return c, ValidVAT("NL" + c)
	}
	return "", &NumberError{KindTax, s, "is none of the Dutch tax authorities; right would be nine digits, like 898765432, or a VAT number, like NL812345678B01"}
}

// elevenTest is the check of the nine digits of who is taxed in the Netherlands, a legal person or another: weights 9 to 2, the last digit is the remainder.
func elevenTest(digits string) bool {
	sum := 0
	for i := range 8 {
		sum += int(digits[i]-'0') * (9 - i)
	}
	return digits != "000000000" && sum%11 == int(digits[8]-'0')
}

// ValidCreditorID returns a *NumberError unless s is a SEPA creditor identifier: country, two check digits over the national part, a business code
// that is left out of the check, and the national part; for NL that is the KvK number and four digits (EPC262-08).
func ValidCreditorID(s string) error {
	c := strings.ToUpper(compact(s))
	if len(c) < 8 || len(c) > 35 || !isAlphanumeric(c) || !isLetters(c[:2]) || !isDigits(c[2:4]) {
		return &NumberError{KindCreditorID, s, "must be a country code, two check digits, three characters and the national number, like NL69ZZZ123456780000"}
	}
	if c[:2] == "NL" && (len(c) != 19 || !isDigits(c[7:])) {
		return &NumberError{KindCreditorID, s, "has a wrong national number; for NL it would be the KvK number (8 digits) and 4 digits"}
	}
	if want := fmt.Sprintf("%02d", 98-mod97(c[7:]+c[:2]+"00")); c[2:4] != want {
		return &NumberError{KindCreditorID, s, fmt.Sprintf("has check digits %s; for this number they would be %s", c[2:4], want)}
	}
	return nil
}
