package bank

import (
	"cmp"
	"encoding/xml"
	"strconv"
)

// balances by their code, the better one first. PRCD is the closing balance of the period before; ITBD is where a page of a statement, or a report
// of a day that is not over, begins and ends.
var (
	openings = []string{"OPBD", "PRCD", "ITBD"}
	closings = []string{"CLBD", "ITBD"}
)

// camtStatement is a statement while it is read.
type camtStatement struct {
	*Statement
	balances map[string][]Balance // by code; of those that count
	summary  *node                // TxsSummry
}

// statement reads one statement: its entries one by one, the rest whole.
func (c *camt) statement(format string) error {
	s := &camtStatement{Statement: &Statement{Format: format, Line: c.line()}, balances: map[string][]Balance{}}
	err := c.children(func(e xml.StartElement) error {
		if e.Name.Local == "Ntry" {
			s.settle()
			return c.entryOf(s.Statement, e)
		}
		switch e.Name.Local {
		case "Id", "ElctrncSeqNb", "LglSeqNb", "Acct", "Bal", "TxsSummry":
			c.nodes, c.text = maxNodes, maxEntryText
			n, err := c.node(e)
			if err != nil {
				return err
			}
			return s.take(n)
		}
		return c.skip()
	})
	if err != nil {
		return err
	}
	s.settle()
	s.compare()
	return c.end(s.Statement)
}

// take takes over one part of a statement.
func (s *camtStatement) take(n *node) error {
	switch n.name {
	case "Id":
		s.ID = n.text
	case "ElctrncSeqNb":
		s.Sequence = n.text
	case "LglSeqNb":
		s.Sequence = cmp.Or(s.Sequence, n.text)
	case "Acct":
		if s.Account != "" && s.Account != n.account() {
			return unreadable(n.line, "has a statement of two accounts")
		}
		s.Account, s.Currency = n.account(), n.said("Ccy")
	case "TxsSummry":
		s.summary = n
	case "Bal":
		return s.balance(n)
	}
	return nil
}

func (s *camtStatement) balance(n *node) error {
	code := n.said("Tp", "CdOrPrtry", "Cd")
	if code != "OPBD" && code != "PRCD" && code != "ITBD" && code != "CLBD" {
		return nil
	}
	amount, currency, err := n.amount()
	if err != nil {
		return err
	}
	direction, err := n.direction()
	if err != nil {
		return err
	}
	on, err := n.child("Dt").day()
	if err != nil {
		return err
	}
	b := Balance{Amount: direction.signed(amount), Currency: currency, On: on}
	told := s.balances[code]
	switch {
	case len(told) == 0, code == "ITBD" && len(told) == 1:
		s.balances[code] = append(told, b)
	case code == "ITBD":
		told[1] = b
	case !told[0].Amount.Equal(b.Amount) || told[0].Currency != b.Currency:
		note(&s.Problems, "has more than one balance %s; the first one is taken", code)
	}
	return nil
}

// settle chooses among the balances that were told so far. Of two ITBD the first opens and the last closes; a single one closes.
func (s *camtStatement) settle() {
	for _, code := range openings {
		if told := s.balances[code]; s.Opening == nil && (len(told) == 2 || len(told) == 1 && code != "ITBD") {
			s.Opening = &told[0]
		}
	}
	for _, code := range closings {
		if told := s.balances[code]; s.Closing == nil && len(told) > 0 {
			s.Closing = &told[len(told)-1]
		}
	}
}

// compare notes where the bank's own summary of the entries is another. Banks get these wrong or mean another period: the balances decide.
func (s *camtStatement) compare() {
	for _, c := range []struct {
		name string
		told *node
		read Sum
	}{{"credits", s.summary.child("TtlCdtNtries"), s.All.Credits}, {"debits", s.summary.child("TtlDbtNtries"), s.All.Debits}} {
		if count, err := strconv.Atoi(c.told.said("NbOfNtries")); err == nil && count != c.read.Count {
			note(&s.Problems, "its summary counts %d %s, it has %d", count, c.name, c.read.Count)
		}
		if sum, ok := exact(c.told.said("Sum"), "."); ok && !sum.Equal(c.read.Sum) {
			note(&s.Problems, "its summary adds the %s up to %s, they are %s", c.name, Text(sum), Text(c.read.Sum))
		}
	}
}

// account is the number in an <Acct>: the IBAN, or what stands in its place.
func (n *node) account() string {
	if iban := n.said("Id", "IBAN"); iban != "" {
		return NormaliseIBAN(iban)
	}
	return n.said("Id", "Othr", "Id")
}
