package bank

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// noReference are the words that banks put where they have no reference.
var noReference = []string{"NONREF", "NOTPROVIDED", "NOREF"}

// identify gives an entry what it is known by when it comes again. details are the bank's own texts about it, hashed as they stand in the file and
// not as they are understood here: a reader that learns to understand more must not take old entries for new ones.
func (e *Entry) identify(s *Statement, details []byte) {
	on, by := e.BookedOn, byReference(e.Reference)
	if on.IsZero() {
		on = e.ValueOn
	}
	if !e.named() {
		by = "details " + hex.EncodeToString(details)
	}
	sum := fingerprintOf(on, e.Currency, e.Direction.signed(e.Amount), by)
	e.Fingerprint = hex.EncodeToString(sum[:])
	if s.seen == nil {
		s.seen = map[[fingerprintSize]byte]int{}
	}
	s.seen[sum]++
	e.Occurrence = s.seen[sum]
}

const fingerprintSize = 16 // bytes

func fingerprintOf(on calendar.Date, currency string, signed decimal.Decimal, by string) [fingerprintSize]byte {
	h := sha256.New()
	for _, part := range []string{on.String(), currency, Text(signed), by} {
		_, _ = fmt.Fprintf(h, "%d %s\n", len(part), part)
	}
	return [fingerprintSize]byte(h.Sum(nil))
}

// named is whether the entry's bank calls it by a reference of its own.
func (e *Entry) named() bool { return e.Reference != "" && !containsFold(noReference, e.Reference) }

// PlainReference is a reference without blanks, which banks break and fill up as they like.
func PlainReference(reference string) string { return strings.Join(strings.Fields(reference), "") }

func byReference(reference string) string { return "ref " + PlainReference(reference) }

// ReferenceBase is the Base of the lines of an entry that was booked on a day and that its bank calls by a reference of its own (AcctSvcrRef, or what stands for it in MT940). The amount is the entry's, in its currency, less than nothing when money left.
func ReferenceBase(account string, on calendar.Date, currency string, amount money.Amount, reference string) string {
	sum := fingerprintOf(on, currency, amount.Decimal(), byReference(reference))
	return hashed([]string{account, hex.EncodeToString(sum[:])})
}

func containsFold(words []string, text string) bool {
	for _, word := range words {
		if strings.EqualFold(word, text) {
			return true
		}
	}
	return false
}

// Key is what an entry is known by within its account, in whatever file it comes: its fingerprint with its occurrence. Where a statement begins
// with the balance that another one ended with, its entries are none of that one: then the occurrences that the other had on the same
// day come before.
func (e *Entry) Key() string { return EntryKey(e.Fingerprint, e.Occurrence) }

// EntryKey is the key of the so many-th entry, from 1, of a fingerprint.
func EntryKey(fingerprint string, occurrence int) string {
	return fmt.Sprintf("%s-%d", fingerprint, occurrence)
}

// PaymentKey is the key of the so many-th of an entry's Transactions, from 1: the bank's references are not unique inside a batch.
func PaymentKey(entry string, ordinal int) string { return fmt.Sprintf("%s.%d", entry, ordinal) }

// digest adds the texts of an element to a hash, in the order of the file and without blanks, which banks break and fill up as they like.
func (n *node) digest(h io.Writer) {
	if n == nil {
		return
	}
	if n.text != "" {
		digest(h, n.text)
	}
	for _, child := range n.children {
		child.digest(h)
	}
}

func digest(h io.Writer, text string) {
	_, _ = io.WriteString(h, strings.Join(strings.Fields(text), "")+"\n") // a hash takes everything
}
