package bank

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// What is looked at here makes nobody refuse a file: it is told, and whoever books by the statement decides.

// check notes what looks wrong with a statement that is complete.
func (s *Statement) check() {
	if s.Currency == "" && s.Opening != nil {
		s.Currency = s.Opening.Currency
	}
	if s.Account == "" {
		note(&s.Problems, "does not say of which account it is")
	} else if c := s.Account; len(c) > 4 && isLetters(c[:2]) && isDigits(c[2:4]) {
		if err := ValidIBAN(c); err != nil {
			note(&s.Problems, "account: %v", err)
		}
	}
	if !strings.HasPrefix(s.Format, "camt.054") { // which has no balances
		s.checkBalances()
	}
}

func (s *Statement) checkBalances() {
	if s.Opening == nil {
		note(&s.Problems, "has no opening balance")
	}
	if s.Closing == nil {
		note(&s.Problems, "has no closing balance; the file may be cut off")
	}
	difference, known := s.Difference(s.All)
	if !known {
		return
	}
	if s.Opening.Currency != s.Closing.Currency {
		note(&s.Problems, "opens in %s and closes in %s", s.Opening.Currency, s.Closing.Currency)
	}
	if difference.IsZero() {
		return
	}
	note(&s.Problems, "does not tie: opening %s + credits %s - debits %s is %s, closing is %s: a difference of %s", Text(s.Opening.Amount), Text(s.All.Credits.Sum),
		Text(s.All.Debits.Sum), Text(s.Closing.Amount.Add(difference)), Text(s.Closing.Amount), Text(difference))
	if ties, _ := s.Ties(s.Booked); ties {
		note(&s.Problems, "ties without the entries that are not booked (%d)", s.All.Entries()-s.Booked.Entries())
	}
}

// check notes what looks wrong with an entry of a statement.
func (e *Entry) check(s *Statement) {
	if e.Currency != s.Currency && s.Currency != "" {
		note(&e.Problems, "is in %s, the account in %s", e.Currency, s.Currency)
	}
	if places(e.Amount) > 2 {
		note(&e.Problems, "amount %s has more than two decimals", Text(e.Amount))
	}
	if e.Amount.IsZero() {
		note(&e.Problems, "amount is 0.00: it tells something and moves no money")
	}
	if e.BookedOn.IsZero() && e.Booked {
		note(&e.Problems, "has no booking date")
	}
	if !e.Booked {
		note(&e.Problems, "is not booked yet")
	}
}

// returnCodes end the codes of entries by which a payment of before comes back: of camt the sub-families for returned transfers, and for returned and
// reversed direct debits (ISO 20022 bank transaction codes), of MT940 the type "returned item".
var returnCodes = []string{"/RRTN", "/UPDD", "/PRDD", "NRTI"}

// complete gives an entry the transactions that the bank did not tell, and says whether it may be booked by those it did.
func (e *Entry) complete() {
	e.Itemised = len(e.Transactions)
	if e.Itemised == 0 {
		e.Transactions = []Transaction{{Remittance: e.Info}}
	}
	if len(e.Transactions) == 1 && e.Transactions[0].Currency == "" {
		e.Transactions[0].Amount, e.Transactions[0].Currency = e.Amount, e.Currency
	}
	sum, told := decimal.Decimal{}, true
	e.Returned = slices.ContainsFunc(returnCodes, func(code string) bool { return strings.HasSuffix(e.Code, code) })
	for i := range e.Transactions {
		t := &e.Transactions[i]
		e.Returned = e.Returned || t.ReturnReason != ""
		e.BatchID = cmp.Or(e.BatchID, t.BatchID)
		if t.Direction == "" {
			t.Direction = e.Direction
		}
		sum = sum.Add(t.Direction.signed(t.Amount))
		told = told && t.Currency == e.Currency
	}
	e.Split = told && sum.Equal(e.Direction.signed(e.Amount))
	switch {
	case e.Split:
	case told:
		note(&e.Problems, "amount is %s %s, what is told of its payments (%d) adds up to %s", e.Currency, Text(e.Amount), len(e.Transactions), Text(sum.Abs()))
	default:
		note(&e.Problems, "amount is in %s, and what is told of its payments (%d) is not, or has no amount", e.Currency, len(e.Transactions))
	}
}
