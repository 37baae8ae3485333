// Package bank speaks the languages of banks: account numbers, payment references, the QR payment code, statements (camt, MT940), payment files
// (pain.001, pain.008) and reports on them (pain.002). Bytes and texts in, values out, and the other way round. It must not know claims, keep
// state, or decide what a payment is for.
package bank

import (
	"fmt"
	"io"
	"strings"
)

// ReferenceError says why a text is not a payment reference and what would be right.
type ReferenceError struct{ Kind, Text, Problem string }

func (e *ReferenceError) Error() string { return fmt.Sprintf("%s %q %s", e.Kind, e.Text, e.Problem) }

const (
	kenmerkBody = 15 // digits after the check digit of a 16-digit kenmerk
	rfBodyMax   = 21 // characters after "RFcc" (ISO 11649)
	rfBodyOurs  = 10 // digits: repairs of one wrong digit stay unique among 50,000 open references
)

// kenmerkWeights are the weights of the Dutch mod-11 check, counted from the right, repeating.
// Source: Betaalvereniging Nederland, Specificaties betalingskenmerk.
var kenmerkWeights = [...]int{2, 4, 8, 5, 10, 9, 7, 3, 6, 1}

// Kenmerk puts the check digit in front of a body of exactly 15 digits: the 16-digit Dutch betalingskenmerk. Of the lengths that the
// specification knows (7, 9-14, 16) it is the only one without a length digit, and the one with the most room.
func Kenmerk(body string) (string, error) {
	s := compact(body)
	if len(s) != kenmerkBody || !isDigits(s) {
		return "", &ReferenceError{"betalingskenmerk body", body, fmt.Sprintf("is not right: it must be exactly %d digits", kenmerkBody)}
	}
	return string(kenmerkCheck(s)) + s, nil
}

// ValidKenmerk returns a *ReferenceError unless s, with or without spaces and dots, is a 16-digit betalingskenmerk with the right check
// digit. Check digit 1 stands for two remainders, so that about one wrong digit in a hundred passes: never rely on the check alone.
func ValidKenmerk(s string) error {
	c := compact(s)
	if len(c) != kenmerkBody+1 || !isDigits(c) {
		return &ReferenceError{"betalingskenmerk", s, fmt.Sprintf("must be %d digits, spaces allowed", kenmerkBody+1)}
	}
	if want := kenmerkCheck(c[1:]); c[0] != want {
		return &ReferenceError{"betalingskenmerk", s, fmt.Sprintf("has check digit %c; for these digits it would be %c", c[0], want)}
	}
	return nil
}

// kenmerkCheck is the digit C = 11 - (weighted sum mod 11), in which 10 becomes 1 and 11 becomes 0.
func kenmerkCheck(body string) byte {
	sum := 0
	for i := range len(body) {
		sum += int(body[len(body)-1-i]-'0') * kenmerkWeights[i%len(kenmerkWeights)]
	}
	switch c := 11 - sum%11; c {
	case 10:
		return '1'
	case 11:
		return '0'
	default:
		return byte('0' + c)
	}
}

// RF puts "RF" and two check digits (mod 97-10) in front of a body of 1 to 21 letters and digits: an ISO 11649 creditor reference.
func RF(body string) (string, error) {
	s := strings.ToUpper(compact(body))
	if s == "" || len(s) > rfBodyMax || !isAlphanumeric(s) {
		return "", &ReferenceError{"RF body", body, fmt.Sprintf("is not right: it must be 1 to %d letters A-Z or digits", rfBodyMax)}
	}
	return fmt.Sprintf("RF%02d%s", 98-mod97(s+"RF00"), s), nil
}

// ValidRF returns a *ReferenceError unless s, in upper or lower case, with or without spaces, is an ISO 11649 creditor reference.
func ValidRF(s string) error {
	c := strings.ToUpper(compact(s))
	if len(c) < 5 || len(c) > 4+rfBodyMax || !isAlphanumeric(c) || c[:2] != "RF" || !isDigits(c[2:4]) {
		return &ReferenceError{"RF reference", s, fmt.Sprintf("must be RF, two check digits and 1 to %d letters or digits", rfBodyMax)}
	}
	right, err := RF(c[4:])
	if err != nil {
		return err
	}
	if c != right { // compared as text: 00, 01 and 98 would pass mod 97 beside the canonical 97, 98 and 01
		return &ReferenceError{"RF reference", s, fmt.Sprintf("has check digits %s; for this body they would be %s", c[2:4], right[2:4])}
	}
	return nil
}

// FormatReference sets a reference in groups of four, as on a letter: "RF18 5390 0754 7034", "5000 0567 8901 2345".
func FormatReference(s string) string { return groups(strings.ToUpper(compact(s))) }

// References draws a new pair of references: an RF with a body of 10 random digits and a kenmerk with a body of 15 random digits.
// Random, because one wrong digit in a sequential number is somebody else's number. The kenmerk uses all 15 digits that the
// specification allows rather than three zeros and 12 digits: the wider space costs the reader nothing, since 16 are printed anyway.
// Uniqueness is the database's business. random is crypto/rand.Reader outside tests; its errors are returned.
func References(random io.Reader) (rf, kenmerk string, err error) {
	body, err := randomDigits(random, rfBodyOurs)
	if err != nil {
		return "", "", fmt.Errorf("draw RF reference: %w", err)
	}
	if rf, err = RF(body); err != nil {
		return "", "", fmt.Errorf("make RF reference: %w", err)
	}
	if body, err = randomDigits(random, kenmerkBody); err != nil {
		return "", "", fmt.Errorf("draw betalingskenmerk: %w", err)
	}
	if kenmerk, err = Kenmerk(body); err != nil {
		return "", "", fmt.Errorf("make betalingskenmerk: %w", err)
	}
	return rf, kenmerk, nil
}

// randomDigits draws n digits without bias: bytes of 250 and more are thrown away.
func randomDigits(random io.Reader, n int) (string, error) {
	digits := make([]byte, 0, n)
	var one [1]byte
	for len(digits) < n {
		if _, err := io.ReadFull(random, one[:]); err != nil {
			return "", fmt.Errorf("read random digit: %w", err)
		}
		if one[0] < 250 {
			digits = append(digits, '0'+one[0]%10)
		}
	}
	return string(digits), nil
}
