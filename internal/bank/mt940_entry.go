package bank

import (
	"cmp"
	"crypto/sha256"
	"regexp"
	"strings"
)

// mt940Entry is an entry while what belongs to it is read.
type mt940Entry struct {
	*Entry
	tail string     // of :61:, behind the kind of entry and its reference
	more []string   // its further lines
	info [][]string // the lines of each :86:
}

// entryField is :61:: value date, booking date without a year, mark, funds code, amount, and behind it what banks write in many ways.
var entryField = regexp.MustCompile(`^([0-9]{6})([0-9]{4})?(R?[CD])[A-Z]?([0-9]+(?:,[0-9]*)?)(?:([NFS][A-Z0-9]{3})(.*)|\s*|\s.*)$`)

// book takes :61:. A reversed credit (RC) takes money out of the account, a reversed debit (RD) brings it back.
func (m *mt940) book(f *field) error {
	if err := m.inside(f); err != nil {
		return err
	}
	parts := entryField.FindStringSubmatch(f.lines[0])
	if parts == nil {
		return unreadable(f.line, "field :61: is no entry; right would be a date as YYMMDD, C, D, RC or RD, and an amount: 2611251125C1234,50NTRFNONREF")
	}
	e := &Entry{Line: f.line, Currency: m.current.Currency, Booked: true, Code: parts[5]}
	var ok bool
	if e.ValueOn, ok = shortDay(parts[1]); !ok {
		return unreadable(f.line, "field :61: has %s; right would be a date as YYMMDD", shown(parts[1]))
	}
	e.BookedOn = e.ValueOn
	if parts[2] != "" {
		if e.BookedOn, ok = nearestDay(parts[2], e.ValueOn); !ok {
			return unreadable(f.line, "field :61: has %s; right would be a booking date as MMDD", shown(parts[2]))
		}
	}
	if e.Amount, ok = exact(parts[4], ","); !ok {
		return unreadable(f.line, "field :61: has %s; right would be an amount like 1234,50", shown(parts[4]))
	}
	e.Direction = map[string]Direction{"C": Credit, "RD": Credit, "D": Debit, "RC": Debit}[parts[3]]
	e.Reversal = parts[3][0] == 'R'
	e.Fee = e.Code == "NCHG" || e.Code == "NCOM" || e.Code == "N093" // the last is Rabobank's
	m.entry = &mt940Entry{Entry: e, tail: parts[6], more: f.lines[1:]}
	return nil
}

// endEntry tells the entry that was read, now that nothing more belongs to it.
func (m *mt940) endEntry() error {
	e := m.entry
	m.entry = nil
	if e == nil {
		return nil
	}
	t := details(e.info)
	e.tailOf(&t, m.rabo)
	e.moreOf(&t)
	e.Info = words(e.info)
	t.Amount, t.Currency, t.Direction = e.Amount, e.Currency, e.Direction
	e.Transactions = []Transaction{t}
	e.complete()
	e.Itemised = 0
	return m.file.entry(m.current, e.Entry, e.digest())
}

// digest is a hash of what the bank tells about an entry.
func (e *mt940Entry) digest() []byte {
	told := sha256.New()
	for _, lines := range append([][]string{{e.tail}, e.more}, e.info...) {
		digest(told, strings.Join(lines, ""))
	}
	return told.Sum(nil)
}

// tailOf reads what stands behind the kind of entry: the reference of the account's owner, // and that of the bank; Rabobank's old format has the
// account and the name of the other side there.
func (e *mt940Entry) tailOf(t *Transaction, rabo bool) {
	own, bank, _ := strings.Cut(e.tail, "//")
	e.Reference = strings.TrimSpace(bank)
	first, name, _ := strings.Cut(strings.TrimSpace(own), "  ")
	switch {
	case first == "NONREF" || first == "EREF" || first == "MARF" || first == "PREF":
	case ValidIBAN(first) == nil || rabo && accountNumber.MatchString(first):
		t.Counterparty.Account = cmp.Or(t.Counterparty.Account, first)
	default:
		t.TxID = cmp.Or(t.TxID, first)
	}
	t.Counterparty.Name = cmp.Or(t.Counterparty.Name, strings.TrimSpace(name))
}

// accountNumber is an account of before IBAN, or of the giro (P).
var accountNumber = regexp.MustCompile(`^P?[0-9]{7,10}$`)

// moreOf reads the further lines of :61:: ING's code, an account, or a name.
func (e *mt940Entry) moreOf(t *Transaction) {
	for _, line := range e.more {
		line = strings.TrimSpace(line)
		account := NormaliseIBAN(line)
		if code, ok := strings.CutPrefix(line, "/TRCD/"); ok {
			e.BankCode = strings.Trim(code, "/")
			continue
		}
		switch {
		case line == "" || strings.HasPrefix(line, "/"):
		case ValidIBAN(account) == nil || accountNumber.MatchString(account):
			t.Counterparty.Account = cmp.Or(t.Counterparty.Account, account)
		default:
			t.Counterparty.Name = cmp.Or(t.Counterparty.Name, line)
		}
	}
}

// fullLine is the length at which banks break a line of text, in the middle of a word.
const fullLine = 65

// words puts the lines of text together that were broken: a full line goes on in the next, a shorter one ended.
func words(fields [][]string) string {
	var b strings.Builder
	full := true
	for _, lines := range fields {
		for _, line := range lines {
			if b.Len() > 0 && !full {
				b.WriteByte(' ')
			}
			full = len(line) >= fullLine && !strings.HasSuffix(line, " ")
			b.WriteString(strings.TrimRight(line, " "))
		}
		full = false
	}
	return strings.TrimSpace(b.String())
}
