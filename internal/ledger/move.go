package ledger

import (
	"cmp"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// About is what journals are about.
type About struct {
	Key    string // natural, of the fact
	On     calendar.Date
	Client string // id; empty: none
	Claim  string // id; empty: none
}

// sheet is balances that add up to nothing in each book, since money is only ever moved between two accounts of one.
type sheet map[Account]money.Amount

// move debits one account and credits another of the same book; less than nothing goes the other way.
func (s sheet) move(amount money.Amount, debit, credit Account) {
	s[debit] += amount
	s[credit] -= amount
}

// less is what is missing from before to come to s.
func (s sheet) less(before sheet) sheet {
	missing := sheet{}
	for account, amount := range s {
		missing[account] += amount
	}
	for account, amount := range before {
		missing[account] -= amount
	}
	return missing
}

// journal is the lines of one book, in the order of the accounts; ok is false when nothing moved there.
func (s sheet) journal(book Book, kind Kind, about About) (j Journal, ok bool) {
	d := Draft{Book: book, Kind: kind, Key: about.Key, On: about.On, Client: about.Client}
	for account, amount := range s {
		if account.Book() == book && amount != 0 {
			d.Lines = append(d.Lines, Line{account, amount, about.Claim})
		}
	}
	slices.SortFunc(d.Lines, func(a, b Line) int { return cmp.Compare(a.Account, b.Account) })
	return Journal{d}, len(d.Lines) > 0
}

// journals is one for each book in which something moved.
func (s sheet) journals(kind Kind, about About) (list []Journal) {
	for _, book := range Books() {
		if j, ok := s.journal(book, kind, about); ok {
			list = append(list, j)
		}
	}
	return list
}

// moved is the journals of single moves.
func moved(kind Kind, about About, moves ...move) []Journal {
	s := sheet{}
	for _, m := range moves {
		s.move(m.amount, m.debit, m.credit)
	}
	return s.journals(kind, about)
}

type move struct {
	amount        money.Amount
	debit, credit Account
}
