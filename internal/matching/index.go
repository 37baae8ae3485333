package matching

import (
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/money"
)

// Index holds the open claims by everything a payer may name, and which account paid for whom. It is built once and kept with Add, Remove and
// Learn; nothing depends on the order in which claims came. It is not safe for use while it changes.
type Index struct {
	claims   map[string]*entry
	debtors  map[string][]*entry
	refs     map[string]*entry // digits of RF (12) and kenmerk (16)
	closed   map[string]bool   // the same of claims that were removed
	numbers  map[string][]*entry
	surnames map[string][]*entry
	written  map[string][]*entry // whole names, as one
	amounts  map[money.Amount][]*entry
	payers   map[string][]string // account: the debtors it paid for
	accounts map[string]bool     // debtors of whom an account is known
	names    map[string][]string // name of who paid, as one: the debtors it paid for
	clients  map[string]int      // how many claims a creditor has
}

// entry is a claim with what is derived from it once.
type entry struct {
	Claim
	rf, kenmerk string
	name        name
	creditor    []string // the words of its name that tell it from others
	numbers     map[string]Kind
	asked       []money.Amount // with which a debtor answers the claim, without repetition
}

// NewIndex is an index without claims.
func NewIndex() *Index {
	return &Index{
		claims: map[string]*entry{}, debtors: map[string][]*entry{}, refs: map[string]*entry{}, closed: map[string]bool{}, numbers: map[string][]*entry{},
		surnames: map[string][]*entry{}, written: map[string][]*entry{}, amounts: map[money.Amount][]*entry{}, payers: map[string][]string{}, accounts: map[string]bool{}, names: map[string][]string{}, clients: map[string]int{},
	}
}

// Len is the number of open claims.
func (x *Index) Len() int { return len(x.claims) }

// Add puts a claim into the index, or replaces the one with its id. It refuses, and changes nothing, when a reference is another claim's.
func (x *Index) Add(c Claim) error {
	e := &entry{Claim: c, rf: digitsOf(c.RF), kenmerk: digitsOf(c.Kenmerk), name: parseName(c.Name, c.Company), creditor: parseName(c.Client, true).words, numbers: map[string]Kind{}, asked: askedBy(c)}
	for _, ref := range e.references() {
		if other := x.refs[ref]; other != nil && other.ID != c.ID {
			return fmt.Errorf("add claim %s: reference %s is of claim %s; right would be one of its own", c.ID, ref, other.ID)
		}
	}
	for _, n := range c.Invoices {
		e.number(n, InvoiceNumber)
	}
	for _, n := range c.Numbers {
		e.number(n, Number)
	}
	x.Remove(c.ID)
	x.claims[c.ID] = e
	for _, ref := range e.references() {
		x.refs[ref] = e
		delete(x.closed, ref)
	}
	x.debtors[c.Debtor] = append(x.debtors[c.Debtor], e)
	x.clients[c.Client]++
	for n := range e.numbers {
		x.numbers[n] = append(x.numbers[n], e)
	}
	x.surnames[e.name.key] = append(x.surnames[e.name.key], e)
	x.written[nameKey(e.name)] = append(x.written[nameKey(e.name)], e)
	for _, a := range e.asked {
		x.amounts[a] = append(x.amounts[a], e)
	}
	return nil
}

// Remove takes a claim out; its references are remembered as those of a closed claim. One that is not there is left so.
func (x *Index) Remove(id string) {
	e := x.claims[id]
	if e == nil {
		return
	}
	delete(x.claims, id)
	for _, ref := range e.references() {
		delete(x.refs, ref)
		x.closed[ref] = true
	}
	without(x.debtors, e.Debtor, e)
	x.clients[e.Client]--
	for n := range e.numbers {
		without(x.numbers, n, e)
	}
	without(x.surnames, e.name.key, e)
	without(x.written, nameKey(e.name), e)
	for _, a := range e.asked {
		without(x.amounts, a, e)
	}
}

// Learn remembers that an account paid for a debtor: from a confirmed match, a mandate or the client's file. An account that pays for a second
// debtor proves nothing any more.
func (x *Index) Learn(iban, debtor string) {
	iban = bank.NormaliseIBAN(iban)
	if iban == "" || slices.Contains(x.payers[iban], debtor) {
		return
	}
	x.payers[iban] = append(x.payers[iban], debtor)
	x.accounts[debtor] = true
}

// LearnName remembers that somebody of a name paid for a debtor: from a receipt by which an account is learned, see Learn. A name that paid for a second debtor proves nothing any more.
func (x *Index) LearnName(payer, debtor string) {
	payer = nameKey(parseName(payer, false))
	if payer == "" || slices.Contains(x.names[payer], debtor) {
		return
	}
	x.names[payer] = append(x.names[payer], debtor)
}

// nameKey is a name as one, whatever the order of its words; empty when it has no word of a name.
func nameKey(n name) string {
	if len(n.words) == 0 {
		return ""
	}
	return strings.Join(slices.Sorted(slices.Values(n.words)), " ") + "/" + n.initials
}

func without[K comparable](m map[K][]*entry, key K, e *entry) {
	rest := m[key]
	if i := slices.Index(rest, e); i >= 0 {
		rest[i] = rest[len(rest)-1]
		rest[len(rest)-1] = nil
		rest = rest[:len(rest)-1]
	}
	if len(rest) == 0 {
		delete(m, key)
		return
	}
	m[key] = rest
}

func (e *entry) references() []string {
	return slices.DeleteFunc([]string{e.rf, e.kenmerk}, func(s string) bool { return s == "" })
}

// minNumber is how many characters a claim's or invoice's number needs: shorter ones stand in any text.
const minNumber = 4

func (e *entry) number(text string, kind Kind) {
	if n := plain(text); len(n) >= minNumber && countDigits(n) > 0 {
		e.numbers[n] = kind
	}
}

func askedBy(c Claim) []money.Amount {
	all := []money.Amount{c.Total, c.LastDemanded, c.Principal}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(a money.Amount) bool { return a <= 0 })
}

// plain is a number as people type it, without what they put into it to read it: capitals and digits only.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9' || r >= 'A' && r <= 'Z':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return -1
	}, text)
}

func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

func countDigits(s string) int { return len(digitsOf(s)) }
