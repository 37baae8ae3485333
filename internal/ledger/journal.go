package ledger

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Line is one line of a journal. Cents is signed: debit is more than nothing. Claim is the id of the claim that it is about; empty: of none.
type Line struct {
	Account Account      `json:"account"`
	Cents   money.Amount `json:"amount"`
	Claim   string       `json:"claim,omitempty"`
}

// Draft is what a journal is made of.
type Draft struct {
	Book     Book          `json:"book"`
	Kind     Kind          `json:"kind"`
	Key      string        `json:"key"`                // natural, of the fact: the same fact is posted once in a book
	On       calendar.Date `json:"on"`                 // the day from which it counts: the value date, not the day on which it is booked
	Reverses string        `json:"reverses,omitempty"` // the key of the journal that it takes back
	Client   string        `json:"client,omitempty"`   // id; empty: of none, or not known yet
	Lines    []Line        `json:"lines"`
}

// Journal is a draft that adds up to nothing. One that does not cannot be made.
type Journal struct{ draft Draft }

// MaxKey is how many characters a key has at most.
const MaxKey = 300

// Journal makes a journal. A draft that does not add up, or that cannot be right otherwise, is a *DraftError.
func (d Draft) Journal() (Journal, error) {
	if problem := d.problem(); problem != "" {
		return Journal{}, &DraftError{d.Book, d.Key, problem}
	}
	d.Lines = slices.Clone(d.Lines)
	return Journal{d}, nil
}

// DraftError says why a draft is no journal.
type DraftError struct {
	Book         Book
	Key, Problem string
}

func (e *DraftError) Error() string {
	return fmt.Sprintf("journal %s %s: %s", e.Book, e.Key, e.Problem)
}

func (d Draft) problem() string {
	var sum money.Amount
	for _, l := range d.Lines {
		switch {
		case !l.Account.Known() || l.Account.Book() != d.Book:
			return fmt.Sprintf("%q is not an account of book %s", l.Account, d.Book)
		case l.Cents == 0:
			return fmt.Sprintf("a line of %s is 0.00", l.Account)
		case l.Claim != "" && d.Client == "":
			return fmt.Sprintf("a line of %s is of a claim, and the journal of no client", l.Account)
		}
		sum += l.Cents
	}
	switch {
	case !slices.Contains(Books(), d.Book):
		return "has no book"
	case !slices.Contains(kinds, d.Kind):
		return fmt.Sprintf("%q is not a kind", d.Kind)
	case d.Key == "" || utf8.RuneCountInString(d.Key) > MaxKey:
		return fmt.Sprintf("its key is empty or longer than %d characters", MaxKey)
	case d.On.IsZero():
		return "has no day"
	case len(d.Lines) < 2:
		return fmt.Sprintf("has %d lines; right would be two or more", len(d.Lines))
	case sum != 0:
		return fmt.Sprintf("its lines add up to %s; right would be 0.00", sum)
	}
	return ""
}

// Draft is what the journal is made of; changing it changes nothing.
func (j Journal) Draft() Draft {
	d := j.draft
	d.Lines = slices.Clone(d.Lines)
	return d
}

// Hash is of everything that the journal says, so that a key that is used again for something else is seen. The form has a number of its own.
func (j Journal) Hash() [sha256.Size]byte {
	var b strings.Builder
	d := j.draft
	_, _ = fmt.Fprintf(&b, "1\n%s\n%s\n%q\n%s\n%q\n%s\n", d.Book, d.Kind, d.Key, d.On, d.Reverses, d.Client)
	for _, l := range d.Lines {
		_, _ = fmt.Fprintf(&b, "%s %d %s\n", l.Account, l.Cents, l.Claim)
	}
	return sha256.Sum256([]byte(b.String()))
}

// Reversal takes the journal back on a day, under a key of its own.
func (j Journal) Reversal(key string, on calendar.Date) (Journal, error) {
	d := j.Draft()
	d.Reverses, d.Key, d.On = d.Key, key, on
	for i := range d.Lines {
		d.Lines[i].Cents = -d.Lines[i].Cents
	}
	return d.Journal()
}

// String is the journal as a bookkeeper reads it: a head, and a line for each line with its amount under debit or credit.
func (j Journal) String() string {
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "%s %s %s\n", j.draft.Book, j.draft.On, j.draft.Kind)
	for _, l := range j.draft.Lines {
		side := fmt.Sprintf("%12s", l.Cents)
		if l.Cents < 0 {
			side = fmt.Sprintf("%12s %12s", "", -l.Cents)
		}
		_, _ = fmt.Fprintf(&b, "  %s %s\n", l.Account, strings.TrimRight(side, " "))
	}
	return b.String()
}
