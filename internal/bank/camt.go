package bank

import (
	"bufio"
	"encoding/xml"
)

// message is a kind of camt message, by its element: how it is called and which element a statement is in it.
type message struct{ name, statement string }

var messages = map[string]message{
	"BkToCstmrAcctRpt":      {"camt.052", "Rpt"},
	"BkToCstmrStmt":         {"camt.053", "Stmt"},
	"BkToCstmrDbtCdtNtfctn": {"camt.054", "Ntfctn"},
}

// camt reads camt messages element by element. Namespaces are ignored but for the name of the message.
type camt struct {
	*file
	*document
}

func readCamt(f *file, text *bufio.Reader, s source) error {
	c := &camt{f, newDocument(text, s)}
	err := c.read(func(start xml.StartElement) error {
		if kind, ok := messages[start.Name.Local]; ok {
			return c.message(kind, start)
		}
		return nil
	})
	if err == nil && c.statements == 0 && c.root != "" {
		return unreadable(1, "is %s; right would be a statement: camt.052, camt.053 or camt.054", c.root)
	}
	return err
}

// message reads one message; its version is in its namespace, where it has one.
func (c *camt) message(kind message, start xml.StartElement) error {
	format, err := c.messageName(start, kind.name)
	if err != nil {
		return err
	}
	return c.children(func(e xml.StartElement) error {
		if e.Name.Local != kind.statement {
			return c.skip()
		}
		return c.statement(format)
	})
}
