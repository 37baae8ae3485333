package bank

import (
	"fmt"
	"regexp"
	"strings"
)

// The kinds of identifier of payment files, beside those that Identify knows.
const (
	KindBIC     = "BIC"
	KindMandate = "mandate reference"
)

// bic is ISO 9362 as the schemas of payment files have it: bank, country, place, and perhaps a branch.
var bic = regexp.MustCompile(`^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$`)

// ValidBIC returns a *NumberError unless s is a BIC of 8 or 11 characters, in capitals. It says nothing about the bank being there.
func ValidBIC(s string) error {
	if !bic.MatchString(s) {
		return &NumberError{KindBIC, s, "must be 8 or 11 capitals and digits: bank, country, place and perhaps a branch, like ABNANL2A"}
	}
	return nil
}

// ValidMandateID returns a *NumberError unless s can be the reference of a mandate: 1 to 35 characters of SEPA without spaces, which banks
// leave out when they compare; no slash at either end and no two in a row. With the creditor id it must be unique for as long as it is used.
// Source: EPC SDD Core Rulebook, AT-01; EPC130-08, usage rules for references.
func ValidMandateID(s string) error {
	if problem := idProblem(s); problem != "" {
		return &NumberError{KindMandate, s, problem}
	}
	if strings.Contains(s, " ") {
		return &NumberError{KindMandate, s, "has a space; right would be none"}
	}
	return nil
}

// idMax is how long an identifier of a message, a batch, a payment or a mandate may be (Max35Text).
const idMax = 35

// idProblem says what is wrong with an identifier; it is never changed to fit, since it comes back and must be found. Source: EPC132-08 and
// EPC130-08, customer-to-bank implementation guidelines, character set.
func idProblem(s string) string {
	switch {
	case s == "" || len(s) > idMax:
		return fmt.Sprintf("has %d characters; right would be 1 to %d", len(s), idMax)
	case !isSEPA(s):
		return "has a character that not every bank takes; right would be letters without accents, digits and / - ? : ( ) . , ' +"
	case strings.TrimSpace(s) != s:
		return "begins or ends with a space"
	case strings.HasPrefix(s, "/") || strings.HasSuffix(s, "/") || strings.Contains(s, "//"):
		return "has a slash at an end or two in a row; right would be single ones inside"
	}
	return ""
}
