package bank

import (
	"encoding/xml"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/incassocenter/dunning/internal/calendar"
)

// node is an element with what is in it; of its attributes only the currency matters. A nil node has nothing in it.
type node struct {
	name, text, currency string
	line                 int
	children             []*node
}

// node reads the element that was opened last, whole.
func (d *document) node(start xml.StartElement) (*node, error) {
	n := &node{name: start.Name.Local, line: d.line()}
	for _, a := range start.Attr {
		if a.Name.Local == "Ccy" {
			n.currency = a.Value
		}
	}
	if d.nodes--; d.nodes < 0 {
		return nil, d.refuse("has a payment or balance with more than %d elements", maxNodes)
	}
	var text strings.Builder
	for {
		token, err := d.next()
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			child, err := d.node(t)
			if err != nil {
				return nil, err
			}
			n.children = append(n.children, child)
		case xml.CharData:
			if d.text -= len(t); d.text < 0 {
				return nil, d.refuse("has an entry with more than %d bytes of text", maxEntryText)
			}
			if text.Write(t); text.Len() > maxToken {
				return nil, d.refuse("has a text of more than %d bytes", maxToken)
			}
		case xml.EndElement:
			n.text = strings.TrimSpace(text.String())
			return n, nil
		}
	}
}

// at is the first element along a path of names.
func (n *node) at(path ...string) *node {
	for _, name := range path {
		n = n.child(name)
	}
	return n
}

func (n *node) child(name string) *node {
	if n == nil {
		return nil
	}
	for _, child := range n.children {
		if child.name == name {
			return child
		}
	}
	return nil
}

// each gives all children of a name.
func (n *node) each(name string) []*node {
	if n == nil {
		return nil
	}
	var all []*node
	for _, child := range n.children {
		if child.name == name {
			all = append(all, child)
		}
	}
	return all
}

// said is the text at the end of a path; empty when there is none.
func (n *node) said(path ...string) string {
	if n = n.at(path...); n == nil {
		return ""
	}
	return n.text
}

// firstSaid is the first text that is there, of some elements of one path.
func (n *node) firstSaid(names ...string) string {
	for _, name := range names {
		if text := n.said(name); text != "" {
			return text
		}
	}
	return ""
}

// single is the one child of a name; two of them are an error, since nobody can say which one counts.
func (n *node) single(name string) (*node, error) {
	all := n.each(name)
	if len(all) != 1 {
		return nil, unreadable(n.line, "<%s> has %d <%s>; right would be one", n.name, len(all), name)
	}
	return all[0], nil
}

// money is the amount in an <Amt> with its currency.
func (n *node) money() (decimal.Decimal, string, error) {
	amount, ok := exact(strings.TrimPrefix(n.text, "+"), ".")
	if !ok {
		return amount, "", unreadable(n.line, "<%s> has %s; right would be an amount without a sign like 1234.50", n.name, shown(n.text))
	}
	if len(n.currency) != 3 || !isLetters(n.currency) {
		return amount, "", unreadable(n.line, "<%s> has currency %s; right would be three letters like EUR", n.name, shown(n.currency))
	}
	return amount, n.currency, nil
}

// amount is the one <Amt> of an element, which must be there.
func (n *node) amount() (decimal.Decimal, string, error) {
	amount, err := n.single("Amt")
	if err != nil {
		return decimal.Decimal{}, "", err
	}
	return amount.money()
}

// direction is the one <CdtDbtInd> of an element, which must be there.
func (n *node) direction() (Direction, error) {
	indicator, err := n.single("CdtDbtInd")
	if err != nil {
		return "", err
	}
	switch indicator.text {
	case "CRDT":
		return Credit, nil
	case "DBIT":
		return Debit, nil
	}
	return "", unreadable(indicator.line, "<CdtDbtInd> has %s; right would be CRDT or DBIT", shown(indicator.text))
}

// day is the date in a <Dt> or <DtTm>, or in the element itself; "no date" when it is not told.
func (n *node) day() (calendar.Date, error) {
	if n == nil {
		return calendar.Date{}, nil
	}
	text := n.firstSaid("Dt", "DtTm")
	if text == "" {
		text = n.text
	}
	if text == "" {
		return calendar.Date{}, nil
	}
	on, ok := isoDay(text)
	if !ok {
		return on, unreadable(n.line, "<%s> has %s; right would be a date like 2026-12-31", n.name, shown(text))
	}
	return on, nil
}
