package bank

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/incassocenter/dunning/internal/calendar"
)

// Direction is which way an entry moved the balance of the account, as it was booked: a reversal of a credit is a debit.
type Direction string

// The two directions.
const (
	Credit Direction = "credit" // money in
	Debit  Direction = "debit"  // money out
)

// signed gives an amount its sign: plus for money in, minus for money out.
func (d Direction) signed(amount decimal.Decimal) decimal.Decimal {
	if d == Debit {
		return amount.Neg()
	}
	return amount
}

// Statement is what a bank tells of one account over a period. Texts are as the bank wrote them; what it did not tell is empty.
type Statement struct {
	Format   string // "mt940", or the camt message with its version: "camt.053.001.02"
	Number   int    // its place in the file, from 1
	Line     int    // where it begins in the file, from 1
	ID       string // the bank's own name for it: camt Id, MT940 :20:. Banks use the same again in other years
	Sequence string // camt ElctrncSeqNb, MT940 :28C:
	Account  string // an IBAN without spaces, or another number as written
	Currency string // of the account; where that is not told, of the opening balance or the first entry
	// Opening and Closing are the booked balances; nil when the bank gives none, as in camt.054.
	Opening, Closing *Balance
	All              Totals                        // of all entries, booked or not
	Booked           Totals                        // of those that are booked
	Problems         []string                      // what looks wrong with the statement itself, at most mostProblems
	seen             map[[fingerprintSize]byte]int // how often a fingerprint was in it so far
}

// Books says whether money may be booked by the statement: by camt.053 and MT940. What camt.052 tells during the day and camt.054 tells of batches
// comes again in these, so that booking it too would book it twice.
func (s *Statement) Books() bool {
	return s.Format == "mt940" || strings.HasPrefix(s.Format, "camt.053")
}

// Balance is a balance of an account, negative when the account is overdrawn. It is exact, however many decimals the bank gives.
type Balance struct {
	Amount   decimal.Decimal
	Currency string
	On       calendar.Date
}

// Totals counts entries and adds up their amounts.
type Totals struct {
	Credits, Debits Sum
	Itemised        int // the single payments that the bank told inside entries (camt TxDtls); 0 in MT940, which has none
}

// Sum is how many entries there are, and the exact sum of their amounts, never negative.
type Sum struct {
	Count int
	Sum   decimal.Decimal
}

// Entries is the number of entries.
func (t Totals) Entries() int { return t.Credits.Count + t.Debits.Count }

func (t *Totals) add(e *Entry) {
	side := &t.Credits
	if e.Direction == Debit {
		side = &t.Debits
	}
	side.Count++
	side.Sum = side.Sum.Add(e.Amount)
	t.Itemised += e.Itemised
}

// Difference is opening + credits - debits - closing over some entries of the statement; known is false when a balance is missing.
func (s *Statement) Difference(t Totals) (difference decimal.Decimal, known bool) {
	if s.Opening == nil || s.Closing == nil {
		return decimal.Decimal{}, false
	}
	return s.Opening.Amount.Add(t.Credits.Sum).Sub(t.Debits.Sum).Sub(s.Closing.Amount), true
}

// Ties says whether opening + credits - debits = closing, all in one currency; known is false when a balance is missing.
func (s *Statement) Ties(t Totals) (ties, known bool) {
	difference, known := s.Difference(t)
	return known && difference.IsZero() && s.Opening.Currency == s.Closing.Currency, known
}

// Entry is one line of a statement: what the balance of the account moved by.
type Entry struct {
	Number    int             // its place in the statement, from 1
	Line      int             // where it begins in the file, from 1
	Amount    decimal.Decimal // exact, never negative
	Currency  string
	Direction Direction
	Booked    bool          // false for what is only announced: camt PDNG, INFO, FUTR
	Reversal  bool          // it takes an earlier entry back; the direction is right already
	BookedOn  calendar.Date // the date as written, in no other time zone; "no date" when not told
	ValueOn   calendar.Date
	Reference string // the bank's own: camt AcctSvcrRef, MT940 the part after //
	// Fingerprint is the same whenever the entry is told again, whatever the file: a hash of booking date, amount, side, and the bank's reference or
	// else all that it tells. Entries that are alike in all of it are told apart by Occurrence, which counts them from 1 within the statement.
	Fingerprint string
	Occurrence  int
	Label       string // camt NtryRef: what the bank calls the entry in this file; some banks just count
	Code        string // what kind of entry it is: camt "PMNT/RCDT/ESCT", MT940 "NTRF"
	BankCode    string // the same in the bank's own words: camt Prtry, ING /TRCD/
	Fee         bool   // the bank charges for its services, or gives such a charge back
	BatchID     string // of the batch of a payment file that the entry is the sum of, or in: camt PmtInfId, MT940 /PREF/
	Returned    bool   // it, or a payment in it, is one of before that came back, by the bank's code or a reason
	Itemised    int    // the single payments that the bank tells; 0 when it tells none
	// Transactions are at least one: where the bank tells no single payment, the entry itself is it. Only when Split do their amounts add up to
	// the entry's, and may it be booked by them.
	Transactions []Transaction
	Split        bool
	Charges      []Charge
	Info         string   // what the bank says about the entry as a whole
	Problems     []string // what looks wrong, at most mostProblems
}

// Transaction is a single payment inside an entry.
type Transaction struct {
	Amount       decimal.Decimal // 0 when it is one of several and not told
	Currency     string
	Direction    Direction
	Instructed   *Charge // what was asked to be paid, when told: a return with a fee on top is more than that
	Counterparty Party
	Ultimate     string // who is behind the counterparty: on whose behalf it paid, or for whom it was paid
	EndToEndID   string // chosen by who pays, so never a key; empty for NOTPROVIDED
	TxID         string
	BatchID      string // of the batch of a payment file that it was in
	MandateID    string
	Reference    string   // the bank's own, of this payment
	Structured   []string // payment references that came as such: RF, betalingskenmerk; never checked here
	Remittance   string   // the free text
	ReturnReason string   // why it came back: AC04, MD06, ...; empty when it did not
	ReturnInfo   string
	Charges      []Charge
	Info         string
}

// Party is who is at the other side.
type Party struct {
	Name    string
	Account string // an IBAN without spaces, or another number as written
	BIC     string // of its bank: written into a payment file where it is known; read from camt, since a party of which only the bank is told is there too
}

// Charge is an amount beside the payment itself: the bank's fee, or what was instructed.
type Charge struct {
	Amount    decimal.Decimal
	Currency  string
	Direction Direction
}

// mostProblems is how many problems a statement or an entry tells: a file of nothing but mistakes stays small in memory.
const mostProblems = 20

func note(problems *[]string, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if len(*problems) < mostProblems && !slices.Contains(*problems, text) {
		*problems = append(*problems, text)
	}
}

// Text writes an exact amount with two decimals, and with more only when it has them.
func Text(amount decimal.Decimal) string {
	return amount.StringFixed(max(2, places(amount)))
}

// places is the number of decimals without zeros at the end.
func places(amount decimal.Decimal) int32 {
	_, fraction, _ := strings.Cut(amount.String(), ".")
	return int32(len(fraction))
}
