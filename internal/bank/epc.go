package bank

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/incassocenter/dunning/internal/money"
)

// Limits of EPC069-12 version 3.1, in characters; the whole payload in bytes, so that it fits QR version 13 at level M.
const (
	EPCNameMax  = 70
	epcTextMax  = 140
	epcBytesMax = 331
)

// epcAmountMax is the largest amount of an EPC payment: 999,999,999.99 euro.
const epcAmountMax = money.Amount(99_999_999_999)

// EPCPayment is one credit transfer as a banking app reads it from a QR code. Reference and Text exclude each other.
type EPCPayment struct {
	Name      string       // beneficiary, at most EPCNameMax characters
	IBAN      string       // beneficiary's account
	Amount    money.Amount // 0.01 to 999,999,999.99 euro
	Reference string       // ISO 11649 RF reference
	Text      string       // free text instead of a reference, at most 140 characters
}

// EPCError says which element of an EPC payment is not allowed and what would be right.
type EPCError struct{ Element, Problem string }

func (e *EPCError) Error() string { return fmt.Sprintf("EPC payment: %s %s", e.Element, e.Problem) }

// EPC gives the payload of the "scan to pay" QR code: EPC069-12 version 002, UTF-8, lines ended by LF, nothing after the last used one.
// Draw it at error correction level M. It returns an *EPCError, *IBANError or *ReferenceError, wrapped.
func EPC(p EPCPayment) (string, error) {
	if err := p.check(); err != nil {
		return "", fmt.Errorf("encode EPC payment: %w", err)
	}
	lines := []string{"BCD", "002", "1", "SCT", "" /* BIC: not needed since version 002 */, p.Name, NormaliseIBAN(p.IBAN), "EUR" + p.Amount.String(), "" /* purpose */}
	if p.Reference != "" {
		lines = append(lines, strings.ToUpper(compact(p.Reference)))
	} else {
		lines = append(lines, "", p.Text)
	}
	payload := strings.TrimRight(strings.Join(lines, "\n"), "\n")
	if len(payload) > epcBytesMax {
		return "", fmt.Errorf("encode EPC payment: %w", &EPCError{"payload", fmt.Sprintf("is %d bytes; at most %d fit", len(payload), epcBytesMax)})
	}
	return payload, nil
}

func (p EPCPayment) check() error {
	switch {
	case strings.TrimSpace(p.Name) == "" || utf8.RuneCountInString(p.Name) > EPCNameMax:
		return &EPCError{"name", fmt.Sprintf("must be 1 to %d characters", EPCNameMax)}
	case utf8.RuneCountInString(p.Text) > epcTextMax:
		return &EPCError{"text", fmt.Sprintf("must be at most %d characters", epcTextMax)}
	case p.Amount < 1 || p.Amount > epcAmountMax:
		return &EPCError{"amount", fmt.Sprintf("is %s; it must be 0.01 to %s", p.Amount, epcAmountMax)}
	case p.Reference != "" && p.Text != "":
		return &EPCError{"reference", "and text exclude each other: give one"}
	case strings.ContainsAny(p.Name+p.Text, "\r\n") || !utf8.ValidString(p.Name+p.Text):
		return &EPCError{"name or text", "must be one line of valid UTF-8"}
	}
	if err := ValidIBAN(p.IBAN); err != nil {
		return err
	}
	if p.Reference != "" {
		return ValidRF(p.Reference)
	}
	return nil
}
