package bank

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// message is a kind of camt message, by its element: how it is called and which element a statement is in it.
type message struct{ name, statement string }

var messages = map[string]message{
	"BkToCstmrAcctRpt":      {"camt.052", "Rpt"},
	"BkToCstmrStmt":         {"camt.053", "Stmt"},
	"BkToCstmrDbtCdtNtfctn": {"camt.054", "Ntfctn"},
}

var (
	isoMessage = regexp.MustCompile(`\b[a-z]{4}\.[0-9]{3}\.[0-9]{3}\.[0-9]{2}\b`)
	wideInst   = regexp.MustCompile(`encoding\s*=\s*["'](?i:utf-16)`)
)

// camt reads camt messages element by element. Namespaces are ignored but for the name of the message.
type camt struct {
	*file
	xml    *xml.Decoder
	in     *portion
	source source
	depth  int
	nodes  int    // elements that the payment being read may still have
	text   int    // bytes of text that the entry being read may still have
	other  string // the message that the namespace of the root names
}

func readCamt(f *file, text *bufio.Reader, s source) error {
	in := &portion{in: text}
	c := &camt{file: f, xml: xml.NewDecoder(in), in: in, source: s}
	c.xml.CharsetReader = s.charset
	return c.document()
}

// document reads the root and what is around it.
func (c *camt) document() error {
	for roots := 0; ; {
		token, err := c.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if c.depth == 1 {
				if roots++; roots > 1 {
					return c.refuse("has a second document, <%s>, after the end of the first", t.Name.Local)
				}
				c.other = isoMessage.FindString(t.Name.Space)
			}
			if kind, ok := messages[t.Name.Local]; ok {
				if err := c.message(kind, t); err != nil {
					return err
				}
			}
		case xml.CharData:
			if c.depth == 0 && len(bytes.TrimSpace(t)) > 0 {
				return c.refuse("has text outside of the document: the file is damaged, or two files in one")
			}
		}
	}
	if c.statements == 0 && c.other != "" {
		return unreadable(1, "is %s; right would be a statement: camt.052, camt.053 or camt.054", c.other)
	}
	return nil
}

// message reads one message; its version is in its namespace, where it has one.
func (c *camt) message(kind message, start xml.StartElement) error {
	format := isoMessage.FindString(start.Name.Space)
	if format == "" {
		format = kind.name
	}
	if format[:len(kind.name)] != kind.name {
		return c.refuse("has <%s>, which is %s, in a document that says it is %s", start.Name.Local, kind.name, format)
	}
	return c.children(func(e xml.StartElement) error {
		if e.Name.Local != kind.statement {
			return c.skip()
		}
		return c.statement(format)
	})
}

// next reads one token. It refuses what a statement has not: a DOCTYPE, elements without end inside each other, texts without end.
func (c *camt) next() (xml.Token, error) {
	c.in.left = maxToken
	token, err := c.xml.Token()
	if err != nil {
		return nil, c.wrap(err)
	}
	switch t := token.(type) {
	case xml.StartElement:
		if c.depth++; c.depth > maxDepth {
			return nil, c.refuse("has more than %d elements inside each other", maxDepth)
		}
	case xml.EndElement:
		c.depth--
	case xml.Directive:
		return nil, c.refuse("has a DOCTYPE or another <!...>; right would be a file without: a statement has none")
	case xml.ProcInst:
		if t.Target == "xml" && (c.source == wideUTF16) != wideInst.Match(t.Inst) && bytes.Contains(t.Inst, []byte("encoding")) {
			return nil, c.refuse("says it is in another encoding than its first bytes say")
		}
	}
	return token, nil
}

// children does something for each element inside the one that was opened last, until that one closes. What is done must read the element whole.
func (c *camt) children(do func(xml.StartElement) error) error {
	for {
		token, err := c.next()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if err := do(t); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// skip reads over the element that was opened last.
func (c *camt) skip() error {
	return c.children(func(xml.StartElement) error { return c.skip() })
}

func (c *camt) line() int {
	line, _ := c.xml.InputPos()
	return line
}

func (c *camt) refuse(format string, args ...any) error { return unreadable(c.line(), format, args...) }

// wrap gives an error of the reader of XML its line.
func (c *camt) wrap(err error) error {
	var (
		syntax  *xml.SyntaxError
		refused *UnreadableError
		outside *outsideError
	)
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.As(err, &outside):
		return fmt.Errorf("read statement: %w", outside.err)
	case errors.Is(err, io.EOF):
		return err
	case errors.As(err, &syntax) && syntax.Msg == "unexpected EOF":
		return unreadable(syntax.Line, "ends in the middle: the file is cut off")
	case errors.As(err, &syntax):
		return unreadable(syntax.Line, "is no XML: %s", syntax.Msg)
	case errors.Is(err, errPortion):
		return c.refuse("has a tag or text of more than %d bytes", maxToken)
	}
	return c.refuse("%v", err)
}

// portion hands out bytes until a portion is used up: one token must not fill the memory.
type portion struct {
	in   *bufio.Reader
	left int
}

var errPortion = errors.New("portion used up")

// outsideError is an error of whoever gives the bytes, not of what they say.
type outsideError struct{ err error }

func (e *outsideError) Error() string { return e.err.Error() }

// ReadByte is what encoding/xml reads by.
func (p *portion) ReadByte() (byte, error) {
	if p.left--; p.left < 0 {
		return 0, errPortion
	}
	b, err := p.in.ReadByte()
	return b, outside(err)
}

// Read is what a decoder of another encoding reads by.
func (p *portion) Read(to []byte) (int, error) {
	if p.left <= 0 {
		return 0, errPortion
	}
	n, err := p.in.Read(to[:min(len(to), p.left)])
	p.left -= n
	return n, outside(err)
}

func outside(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return &outsideError{err}
}
