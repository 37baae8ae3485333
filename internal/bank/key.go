package bank

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
)

// noReference are the words that banks put where they have no reference.
var noReference = []string{"NONREF", "NOTPROVIDED", "NOREF"}

// identify gives an entry what it is known by when it comes again. details are the bank's own texts about it, hashed as they stand in the file and
// not as they are understood here: a reader that learns to understand more must not take old entries for new ones.
func (e *Entry) identify(s *Statement, details []byte) {
	on, by := e.BookedOn, "ref "+strings.Join(strings.Fields(e.Reference), "")
	if on.IsZero() {
		on = e.ValueOn
	}
	if e.Reference == "" || containsFold(noReference, e.Reference) {
		by = "details " + hex.EncodeToString(details)
	}
	h := sha256.New()
	for _, part := range []string{on.String(), e.Currency, Text(e.Direction.signed(e.Amount)), by} {
		_, _ = fmt.Fprintf(h, "%d %s\n", len(part), part)
	}
	sum := h.Sum(nil)
	e.Fingerprint = hex.EncodeToString(sum[:fingerprintSize])
	if s.seen == nil {
		s.seen = map[[fingerprintSize]byte]int{}
	}
	at := [fingerprintSize]byte(sum)
	s.seen[at]++
	e.Occurrence = s.seen[at]
}

const fingerprintSize = 16 // bytes

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
