package bank

import (
	"cmp"
	"regexp"
	"strings"
)

// begin takes :20:, with which a message begins.
func (m *mt940) begin(f *field) error {
	if m.next != nil { // a message of nothing but its head
		if err := m.settle(nil, false); err != nil {
			return err
		}
	}
	m.next = &Statement{Format: "mt940", Line: f.line, ID: strings.TrimSpace(f.lines[0])}
	return nil
}

// currencySuffix is the currency that some banks put behind the account: "NL68INGB0000012345EUR", "3462.483.153 EUR".
var currencySuffix = regexp.MustCompile(`^(.*[0-9]) ?([A-Z]{3})$`)

// head takes the account or number of a statement.
func (m *mt940) head(f *field) error {
	if m.next == nil {
		if err := m.begin(&field{line: f.line, lines: []string{""}}); err != nil {
			return err
		}
	}
	text := strings.TrimSpace(f.lines[0])
	if strings.HasPrefix(f.tag, "28") {
		m.next.Sequence = text
		return nil
	}
	if _, account, ok := strings.Cut(text, "/"); ok { // BIC/account
		text = account
	}
	if parts := currencySuffix.FindStringSubmatch(text); parts != nil {
		text, m.next.Currency = parts[1], parts[2]
	}
	if iban := NormaliseIBAN(text); ValidIBAN(iban) == nil {
		text = iban
	}
	m.next.Account = text
	return nil
}

// open takes the opening balance.
func (m *mt940) open(f *field) error {
	balance, err := f.balance()
	if err != nil {
		return err
	}
	if m.next == nil {
		return unreadable(f.line, "has an opening balance without a statement that begins with :20:")
	}
	return m.settle(balance, f.tag == "60M")
}

// settle decides what the head that was read begins: the next page of the current statement, or a statement of its own.
func (m *mt940) settle(opening *Balance, page bool) error {
	head := m.next
	m.next = nil
	if c := m.current; page && m.paged && c.Account == head.Account && number(c.Sequence) == number(head.Sequence) {
		if !c.Closing.Amount.Equal(opening.Amount) {
			note(&c.Problems, "a page ends at %s and the next begins at %s", Text(c.Closing.Amount), Text(opening.Amount))
		}
		c.Closing, m.closed, m.paged = nil, false, false
		return nil
	}
	if m.current != nil {
		if err := m.end(m.current); err != nil {
			return err
		}
	}
	m.current, m.closed, m.paged = head, false, false
	if opening != nil {
		head.Opening, head.Currency = opening, cmp.Or(head.Currency, opening.Currency)
	}
	return nil
}

// number is the number of a statement without that of its page.
func number(sequence string) string {
	n, _, _ := strings.Cut(sequence, "/")
	return n
}

// inside makes sure that there is a statement for what comes in a field, and that it is still open.
func (m *mt940) inside(f *field) error {
	if m.next != nil { // there is no opening balance
		if err := m.settle(nil, false); err != nil {
			return err
		}
	}
	if m.current == nil || m.closed {
		return unreadable(f.line, "has :%s: outside of a statement: before :20:, or after its closing balance", f.tag)
	}
	return nil
}

// close takes the closing balance.
func (m *mt940) close(f *field) error {
	if err := m.inside(f); err != nil {
		return err
	}
	balance, err := f.balance()
	if err != nil {
		return err
	}
	m.current.Closing, m.closed, m.paged = balance, true, f.tag == "62M"
	m.current.Currency = cmp.Or(m.current.Currency, balance.Currency)
	return nil
}

var balanceField = regexp.MustCompile(`^([CD])([0-9]{6})([A-Z]{3})([0-9,]+)\s*$`)

func (f *field) balance() (*Balance, error) {
	parts := balanceField.FindStringSubmatch(f.lines[0])
	if parts == nil {
		return nil, unreadable(f.line, "field :%s: is no balance; right would be C or D, a date as YYMMDD, a currency and an amount: C261125EUR1234,50", f.tag)
	}
	on, ok := shortDay(parts[2])
	if !ok {
		return nil, unreadable(f.line, "field :%s: has %s; right would be a date as YYMMDD", f.tag, shown(parts[2]))
	}
	amount, ok := exact(parts[4], ",")
	if !ok {
		return nil, unreadable(f.line, "field :%s: has %s; right would be an amount like 1234,50", f.tag, shown(parts[4]))
	}
	direction := map[string]Direction{"C": Credit, "D": Debit}[parts[1]]
	return &Balance{Amount: direction.signed(amount), Currency: parts[3], On: on}, nil
}
