package bank

import (
	"fmt"
	"strings"
)

// IBANError says why a text is not an account number and what would be right.
type IBANError struct{ Text, Problem string }

func (e *IBANError) Error() string { return fmt.Sprintf("IBAN %q %s", e.Text, e.Problem) }

// ibanLengths is the length of an account number per SEPA country (SWIFT IBAN registry; EPC list of SEPA countries, 2025).
var ibanLengths = map[string]int{
	"AD": 24, "AL": 28, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27,
	"GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24,
	"ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}

// ValidIBAN returns an *IBANError unless s, in upper or lower case, with or without spaces, is an account number of a SEPA country with
// the right length and check digits (ISO 13616, mod 97). It says nothing about the account being open, or whose it is.
func ValidIBAN(s string) error {
	c := NormaliseIBAN(s)
	if len(c) < 5 || !isAlphanumeric(c) || !isLetters(c[:2]) || !isDigits(c[2:4]) {
		return &IBANError{s, "is not an account number; right would be a country code, two check digits and the account, like NL91ABNA0417164300"}
	}
	length, known := ibanLengths[c[:2]]
	switch {
	case !known:
		return &IBANError{s, fmt.Sprintf("is of country %s, which is not in SEPA; right would be an account in a SEPA country", c[:2])}
	case len(c) != length:
		return &IBANError{s, fmt.Sprintf("has %d characters; for %s it would be %d", len(c), c[:2], length)}
	case c[:2] == "NL" && (!isLetters(c[4:8]) || !isDigits(c[8:])):
		return &IBANError{s, "has a wrong pattern; for NL it would be four letters for the bank and ten digits after the check digits"}
	}
	if want := fmt.Sprintf("%02d", 98-mod97(c[4:]+c[:2]+"00")); c[2:4] != want {
		return &IBANError{s, fmt.Sprintf("has check digits %s; for this account they would be %s", c[2:4], want)}
	}
	return nil
}

// NormaliseIBAN removes spaces, dots and hyphens and makes letters capitals; it does not check.
func NormaliseIBAN(s string) string { return strings.ToUpper(compact(s)) }

// FormatIBAN sets an account number in groups of four, as on paper: "NL91 ABNA 0417 1643 00"; it does not check.
func FormatIBAN(s string) string { return groups(NormaliseIBAN(s)) }

// compact removes what people put into numbers to read them: spaces, no-break spaces, dots and hyphens.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\u00a0', '\u202f', '.', '-':
			return -1
		}
		return r
	}, s)
}

func groups(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// mod97 is the remainder of ISO 7064 mod 97-10 over capitals (A = 10 ... Z = 35) and digits.
func mod97(s string) int {
	rest := 0
	for i := range len(s) {
		if c := s[i]; c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest
}

func isDigits(s string) bool  { return all(s, func(c byte) bool { return c >= '0' && c <= '9' }) }
func isLetters(s string) bool { return all(s, func(c byte) bool { return c >= 'A' && c <= 'Z' }) }
func isAlphanumeric(s string) bool {
	return all(s, func(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' })
}

func all(s string, ok func(byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return true
}
