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

var (
	isoMessage = regexp.MustCompile(`\b[a-z]{4}\.[0-9]{3}\.[0-9]{3}\.[0-9]{2}\b`)
	wideInst   = regexp.MustCompile(`encoding\s*=\s*["'](?i:utf-16)`)
)

// document reads XML of a bank element by element, and refuses what such a file has not.
type document struct {
	xml    *xml.Decoder
	in     *portion
	source source
	depth  int
	nodes  int    // elements that the payment being read may still have
	text   int    // bytes of text that the entry being read may still have
	root   string // the message that the namespace of the root names
}

func newDocument(text *bufio.Reader, s source) *document {
	in := &portion{in: text}
	d := &document{xml: xml.NewDecoder(in), in: in, source: s}
	d.xml.CharsetReader = s.charset
	return d
}

// read reads the root and what is around it, and does something for each element, which may read what is in it.
func (d *document) read(do func(xml.StartElement) error) error {
	for roots := 0; ; {
		token, err := d.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if d.depth == 1 {
				if roots++; roots > 1 {
					return d.refuse("has a second document, <%s>, after the end of the first", t.Name.Local)
				}
				d.root = isoMessage.FindString(t.Name.Space)
			}
			if err := do(t); err != nil {
				return err
			}
		case xml.CharData:
			if d.depth == 0 && len(bytes.TrimSpace(t)) > 0 {
				return d.refuse("has text outside of the document: the file is damaged, or two files in one")
			}
		}
	}
}

// messageName is the name of a message with its version, which is in its namespace where it has one.
func (d *document) messageName(start xml.StartElement, name string) (string, error) {
	format := isoMessage.FindString(start.Name.Space)
	if format == "" {
		return name, nil
	}
	if format[:len(name)] != name {
		return "", d.refuse("has <%s>, which is %s, in a document that says it is %s", start.Name.Local, name, format)
	}
	return format, nil
}

// next reads one token. It refuses what a statement has not: a DOCTYPE, elements without end inside each other, texts without end.
func (d *document) next() (xml.Token, error) {
	d.in.left = maxToken
	token, err := d.xml.Token()
	if err != nil {
		return nil, d.wrap(err)
	}
	switch t := token.(type) {
	case xml.StartElement:
		if d.depth++; d.depth > maxDepth {
			return nil, d.refuse("has more than %d elements inside each other", maxDepth)
		}
	case xml.EndElement:
		d.depth--
	case xml.Directive:
		return nil, d.refuse("has a DOCTYPE or another <!...>; right would be a file without: no bank writes one")
	case xml.ProcInst:
		if t.Target == "xml" && (d.source == wideUTF16) != wideInst.Match(t.Inst) && bytes.Contains(t.Inst, []byte("encoding")) {
			return nil, d.refuse("says it is in another encoding than its first bytes say")
		}
	}
	return token, nil
}

// children does something for each element inside the one that was opened last, until that one closes. What is done must read the element whole.
func (d *document) children(do func(xml.StartElement) error) error {
	for {
		token, err := d.next()
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
func (d *document) skip() error {
	return d.children(func(xml.StartElement) error { return d.skip() })
}

func (d *document) line() int {
	line, _ := d.xml.InputPos()
	return line
}

func (d *document) refuse(format string, args ...any) error {
	return unreadable(d.line(), format, args...)
}

// wrap gives an error of the reader of XML its line.
func (d *document) wrap(err error) error {
	var (
		syntax  *xml.SyntaxError
		refused *UnreadableError
		outside *outsideError
	)
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.As(err, &outside):
		return fmt.Errorf("read bank file: %w", outside.err)
	case errors.Is(err, io.EOF):
		return err
	case errors.As(err, &syntax) && syntax.Msg == "unexpected EOF":
		return unreadable(syntax.Line, "ends in the middle: the file is cut off")
	case errors.As(err, &syntax):
		return unreadable(syntax.Line, "is no XML: %s", syntax.Msg)
	case errors.Is(err, errPortion):
		return d.refuse("has a tag or text of more than %d bytes", maxToken)
	}
	return d.refuse("%v", err)
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
