package bank

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Accounts are the accounts whose statements are booked: the IBAN by each way in which a bank writes it.
type Accounts map[string]string

// ParseAccounts reads a list of accounts, separated by commas or spaces: an IBAN, or an old account number with its IBAN, like 417164300=NL91ABNA0417164300.
func ParseAccounts(text string) (Accounts, error) {
	accounts := Accounts{}
	for _, item := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' }) {
		old, iban, mapped := strings.Cut(item, "=")
		if !mapped {
			iban = old
		}
		if err := ValidIBAN(iban); err != nil {
			return nil, err
		}
		accounts[written(old)], accounts[NormaliseIBAN(iban)] = NormaliseIBAN(iban), NormaliseIBAN(iban)
	}
	return accounts, nil
}

// IBAN is the account that a bank means, and whether it is one of these.
func (a Accounts) IBAN(account string) (iban string, ok bool) {
	iban, ok = a[written(account)]
	return iban, ok
}

func (a Accounts) String() string {
	return strings.Join(slices.Compact(slices.Sorted(maps.Values(a))), ", ")
}

// written is an account number as it is compared: old ones come with points and with zeros before them.
func written(account string) string { return strings.TrimLeft(NormaliseIBAN(account), "0") }

// NotBookableError says why nothing of a file that can be read may be booked, and what would be right.
type NotBookableError struct{ Problem string }

func (e *NotBookableError) Error() string { return e.Problem }

func notBookable(format string, args ...any) error {
	return &NotBookableError{fmt.Sprintf(format, args...)}
}

// Surveyed is a statement as a whole, before its entries are booked.
type Surveyed struct {
	Number           int // its place in the file
	Format           string
	Books            bool   // see Statement.Books
	Account          string // the IBAN
	ID, Sequence     string
	From, To         calendar.Date // of its balances, else of its entries; inclusive
	Opening, Closing *money.Amount
	Entries          int          // that are booked
	Moved            money.Amount // credits less debits that are booked
	Fingerprint      string       // the same for the same content, in whatever file and order and under whatever name
}

// Key names the statement, for people too.
func (s Surveyed) Key() string { return s.To.String() + "-" + s.Fingerprint[:8] }

// Survey reads a whole file and tells the statements in it. Beside the errors of Read it gives a *NotBookableError for a file with a statement of another
// account, in another currency than euros, with an amount that cannot be booked in cents, or with more than MostEntries that are booked: nothing of such a file is booked.
func Survey(r io.Reader, accounts Accounts) ([]Surveyed, error) {
	s := surveyor{accounts: accounts}
	_, err := Read(r, Handler{Entry: s.entry, Statement: s.statement})
	return s.all, err
}

// MostEntries is how many entries of one statement can be booked. A statement is booked in one step, in which no other is and nobody types a receipt: one of more would hold all others up for minutes.
// It is fifty times what an agency receives on a busy day.
const MostEntries = 250_000

type surveyor struct {
	accounts Accounts
	all      []Surveyed
	bases    [][baseSize]byte // of the entries that are booked
	moved    decimal.Decimal
	from, to calendar.Date
	entries  int
}

func (s *surveyor) entry(st *Statement, e *Entry) error {
	if !e.Booked {
		return nil
	}
	iban, err := s.account(st)
	if err != nil {
		return err
	}
	if _, err := e.Lines(iban, "EUR"); err != nil {
		return notBookable("statement %d: %v", st.Number, err)
	}
	if s.entries++; s.entries > MostEntries && st.Books() {
		return notBookable("line %d: statement %d has more than %d entries; right would be a statement of each day, which the bank gives when it is asked", e.Line, st.Number, MostEntries)
	}
	s.bases = append(s.bases, [baseSize]byte(e.base(iban)))
	s.moved = s.moved.Add(e.Direction.signed(e.Amount))
	if s.from.IsZero() || e.BookedOn.Before(s.from) {
		s.from = e.BookedOn
	}
	if s.to.Before(e.BookedOn) {
		s.to = e.BookedOn
	}
	return nil
}

func (s *surveyor) account(st *Statement) (string, error) {
	if iban, ok := s.accounts.IBAN(st.Account); ok {
		return iban, nil
	}
	return "", notBookable("statement %d is of account %s; right would be an account of bank.accounts: %s", st.Number, shown(st.Account), s.accounts)
}

func (s *surveyor) statement(st *Statement) (err error) {
	defer func() { *s = surveyor{accounts: s.accounts, all: s.all} }()
	v := Surveyed{Number: st.Number, Format: st.Format, Books: st.Books(), ID: st.ID, Sequence: st.Sequence, From: s.from, To: s.to, Entries: s.entries}
	if v.Account, err = s.account(st); err != nil {
		return err
	}
	if v.Moved, err = cents(s.moved); err != nil {
		return notBookable("statement %d: the entries together: %v", st.Number, err)
	}
	if v.Opening, err = v.balance(st.Opening, &v.From); err != nil {
		return err
	}
	if v.Closing, err = v.balance(st.Closing, &v.To); err != nil {
		return err
	}
	if v.To.IsZero() {
		return notBookable("statement %d has no day: no balance and no booked entry has a date", st.Number)
	}
	v.Fingerprint = s.fingerprint(v)
	s.all = append(s.all, v)
	return nil
}

// fingerprint is a hash of what a statement tells of itself and of the bases of its entries as they are written, in order: as hashed has it of all of them, one at a time.
func (s *surveyor) fingerprint(v Surveyed) string {
	slices.SortFunc(s.bases, func(a, b [baseSize]byte) int { return bytes.Compare(a[:], b[:]) })
	h := sha256.New()
	_, _ = io.WriteString(h, v.Account+"\x00"+fmt.Sprint(v.From, v.To, text(v.Opening), text(v.Closing))) // a hash takes everything
	for _, base := range s.bases {
		_, _ = io.WriteString(h, "\x00"+hex.EncodeToString(base[:]))
	}
	return hex.EncodeToString(h.Sum(nil)[:baseSize])
}

func text(a *money.Amount) string {
	if a == nil {
		return "-"
	}
	return a.String()
}

// balance takes a balance over, with its day.
func (s *Surveyed) balance(b *Balance, day *calendar.Date) (*money.Amount, error) {
	if b == nil {
		return nil, nil //nolint:nilnil // the bank told none
	}
	if b.Currency != "EUR" {
		return nil, notBookable("statement %d is in %s; right would be EUR", s.Number, b.Currency)
	}
	if !b.On.IsZero() {
		*day = b.On
	}
	amount, err := cents(b.Amount)
	if err != nil {
		return nil, notBookable("statement %d: balance: %v", s.Number, err)
	}
	return &amount, nil
}
