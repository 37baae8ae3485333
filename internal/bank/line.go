package bank

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// LineKind is what a line of the trust account is.
type LineKind string

// The kinds of line.
const (
	LineReceipt        LineKind = "receipt"         // money in from somebody who pays
	LinePayoutReturned LineKind = "payout-returned" // a payment of ours came back
	LinePayout         LineKind = "payout"          // a payment of ours
	LineReturn         LineKind = "return"          // the bank took a receipt back: a storno, an R-transaction
	LineFee            LineKind = "fee"             // what the bank charges for its services, or gives back of it
	LineInformation    LineKind = "information"     // it moves no money
	LineUnknown        LineKind = "unknown"         // money out of which nothing says what it is
)

// LineKinds are all kinds.
func LineKinds() []LineKind {
	return []LineKind{LineReceipt, LinePayoutReturned, LinePayout, LineReturn, LineFee, LineInformation, LineUnknown}
}

// Line is what is booked by itself: an entry, or one of its payments when those add up to it.
type Line struct {
	Entry, Part int    // the entry's place in the statement and the payment's in the entry, from 1
	Base        string // names the entry, alike in every file that tells it: its account and fingerprint
	ByReference bool   // Base rests on the bank's own reference
	Reference   string // that reference, without blanks; empty when Base rests on none
	Kind        LineKind
	Direction   Direction
	Amount      money.Amount
	Instructed  money.Amount // what was asked to be paid, when the bank tells; a return with a fee is more than that
	Derived     bool         // Instructed follows from what the bank says that it charged; it does not tell it
	BookedOn    calendar.Date
	ValueOn     calendar.Date
	Name        string // the other side
	IBAN        string
	OnBehalfOf  string
	EndToEnd    string
	TxID        string
	Mandate     string
	Batch       string // id of the payment file that the entry is the sum of
	Structured  string
	Remittance  string
	Reason      string // why it came back: AC04, MD06
	Code        string // what the bank calls it
	Info        string
}

// Lines gives what of a booked entry is booked by itself. An amount that cannot be booked in cents, or an entry in another currency than its account's, is
// an error that says which.
func (e *Entry) Lines(account, currency string) ([]Line, error) {
	if e.Currency != currency {
		return nil, fmt.Errorf("entry %d is in %s; right would be %s", e.Number, e.Currency, currency)
	}
	if e.BookedOn.IsZero() {
		return nil, fmt.Errorf("entry %d has no booking date; right would be the day on which the bank booked it", e.Number)
	}
	whole, err := cents(e.Amount)
	if err != nil {
		return nil, fmt.Errorf("entry %d: %w", e.Number, err)
	}
	if !e.Split {
		t := Transaction{Direction: e.Direction, Info: e.Info}
		if len(e.Transactions) == 1 {
			t = e.Transactions[0]
			t.Direction = e.Direction
		}
		return []Line{e.line(account, 1, t, whole)}, nil
	}
	lines := make([]Line, len(e.Transactions))
	for i, t := range e.Transactions {
		amount, err := cents(t.Amount)
		if err != nil {
			return nil, fmt.Errorf("entry %d, payment %d: %w", e.Number, i+1, err)
		}
		lines[i] = e.line(account, i+1, t, amount)
	}
	return lines, nil
}

func (e *Entry) line(account string, part int, t Transaction, amount money.Amount) Line {
	l := Line{
		Entry: e.Number, Part: part, Base: hex.EncodeToString(e.base(account)), ByReference: e.named(), Direction: t.Direction, Amount: amount, BookedOn: e.BookedOn, ValueOn: e.ValueOn,
		Name: t.Counterparty.Name, IBAN: NormaliseIBAN(t.Counterparty.Account), OnBehalfOf: t.Ultimate, EndToEnd: t.EndToEndID, TxID: t.TxID, Mandate: t.MandateID, Batch: cmp.Or(t.BatchID, e.BatchID),
		Structured: strings.Join(t.Structured, " "), Remittance: t.Remittance, Reason: t.ReturnReason, Code: cmp.Or(e.Code, e.BankCode), Info: strings.TrimSpace(t.ReturnInfo + " " + t.Info),
	}
	if l.ByReference {
		l.Reference = PlainReference(e.Reference)
	}
	if l.ValueOn.IsZero() {
		l.ValueOn = l.BookedOn
	}
	l.Kind = e.kind(l)
	original, derived := e.original(t, l)
	l.Instructed, _ = cents(original) // what cannot be booked is not compared with what was
	l.Derived = derived && l.Instructed != 0
	return l
}

// original is what was asked to be paid, when the bank tells it: by itself, or (derived) of what came back by what it charged for that.
func (e *Entry) original(t Transaction, l Line) (amount decimal.Decimal, derived bool) {
	if t.Instructed != nil && t.Instructed.Currency == e.Currency {
		return t.Instructed.Amount, false
	}
	charges := t.Charges
	if len(charges) == 0 && len(e.Transactions) < 2 {
		charges = e.Charges
	}
	if len(charges) == 0 || l.Kind != LineReturn && l.Kind != LinePayoutReturned {
		return amount, false
	}
	amount = l.Amount.Decimal()
	for _, c := range charges {
		switch {
		case c.Currency != e.Currency:
			return decimal.Decimal{}, false
		case c.Direction == l.Direction: // taken on top of what went back, or given on top of what came
			amount = amount.Sub(c.Amount)
		default:
			amount = amount.Add(c.Amount)
		}
	}
	return amount, true
}

// kind tells what a line is by the bank's code and the reason that it gives. A reversal takes back what was booked the other way.
func (e *Entry) kind(l Line) LineKind {
	back := l.Reason != "" || e.Reversal || e.Returned && e.Itemised < 2
	switch {
	case l.Amount == 0:
		return LineInformation
	case e.Fee:
		return LineFee
	case l.Direction == Credit && back:
		return LinePayoutReturned
	case l.Direction == Credit:
		return LineReceipt
	case back:
		return LineReturn
	case l.Batch != "" || strings.HasPrefix(e.Code, "PMNT/ICDT/"):
		return LinePayout
	}
	return LineUnknown
}

// base names the entry within an account, in baseSize bytes.
func (e *Entry) base(account string) []byte { return digestOf([]string{account, e.Fingerprint}) }

// baseSize is how many bytes of a hash name an entry or a statement.
const baseSize = 10

func hashed(told []string) string { return hex.EncodeToString(digestOf(told)) }

func digestOf(told []string) []byte {
	sum := sha256.Sum256([]byte(strings.Join(told, "\x00")))
	return sum[:baseSize]
}

// cents is an amount that can be booked.
func cents(amount decimal.Decimal) (money.Amount, error) {
	shifted := amount.Shift(2)
	if !shifted.IsInteger() || shifted.Abs().GreaterThan(decimal.New(1, 15)) {
		return 0, fmt.Errorf("amount %s cannot be booked; right would be an amount in cents", Text(amount))
	}
	return money.Cents(shifted.IntPart()), nil
}
