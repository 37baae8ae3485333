package bank

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// UnreadableError says why a file cannot be read as a bank statement, and in which line.
type UnreadableError struct {
	Line    int // from 1
	Problem string
}

func (e *UnreadableError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Problem) }

func unreadable(line int, format string, args ...any) error {
	return &UnreadableError{line, fmt.Sprintf(format, args...)}
}

// Handler is told what is read, in the order of the file. An error of its own ends the reading and comes back unchanged.
type Handler struct {
	// Entry is told each entry with its statement as far as that was read: a balance that stands after the entries is not there yet.
	Entry func(*Statement, *Entry) error
	// Statement is told each statement when its end is reached: now it is complete. Until then nothing of it may be relied on.
	Statement func(*Statement) error
}

// Limits that no statement of a bank reaches; they keep hostile files small in memory.
const (
	maxToken        = 256 << 10 // bytes of one tag or text of XML
	maxDepth        = 64        // elements inside each other
	maxNodes        = 20_000    // elements of one payment
	maxTransactions = 100_000   // payments in one entry
	maxEntryText    = 64 << 20  // bytes of text of one entry
	maxLine         = 64 << 10  // bytes of a line or field of MT940
	maxHeader       = 20        // lines of MT940 that are no field, in a row
	maxStatements   = 20_000
	maxName         = 256 // bytes of the name or account of a statement
)

// Read reads a file of statements: camt.052, camt.053 or camt.054 of any version, or MT940 of a Dutch bank; its content decides which. It keeps one
// entry in memory at a time. Elements that are missing or unknown are let pass; amounts, their sign and their dates must be right.
// A file that cannot be read gives an *UnreadableError, and what the handler was told before is then worth nothing.
func Read(r io.Reader, h Handler) (format string, err error) {
	text, source, err := decode(r)
	if err != nil {
		return "", err
	}
	f := &file{handler: h}
	head, err := text.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read bank file: %w", err)
	}
	switch {
	case looksLikeXML.Match(head):
		err = readCamt(f, text, source)
	case looksLikeMT940.Match(head):
		err = readMT940(f, text)
	default:
		return "", unreadable(1, "is neither camt (XML) nor MT940: no %q and no field like %q at its beginning", "<", ":20:")
	}
	if err == nil && f.statements == 0 {
		err = unreadable(1, "has no statement in it")
	}
	return f.format, err
}

const headSize = 4 << 10 // bytes in which a file shows what it is

var (
	looksLikeXML   = regexp.MustCompile(`^\s*<`)
	looksLikeMT940 = regexp.MustCompile(`(?m)(^|\{4:)[\s\x00-\x1f]*:(?:940|20|25|60F):`)
)

// file is what both readers know of the file that is being read.
type file struct {
	handler    Handler
	format     string // of its first statement
	statements int
}

// entry tells the handler an entry that is complete; details is a hash of what the bank tells about it.
func (f *file) entry(s *Statement, e *Entry, details []byte) error {
	if err := f.number(s); err != nil {
		return err
	}
	e.Number = s.All.Entries() + 1
	if s.Currency == "" && s.Opening != nil {
		s.Currency = s.Opening.Currency
	}
	s.Currency = cmp.Or(s.Currency, e.Currency)
	e.check(s)
	e.identify(s, details)
	s.All.add(e)
	if e.Booked {
		s.Booked.add(e)
	}
	if f.handler.Entry == nil {
		return nil
	}
	return f.handler.Entry(s, e)
}

// end tells the handler a statement that is complete.
func (f *file) end(s *Statement) error {
	if err := f.number(s); err != nil {
		return err
	}
	if s.Account == "" && s.Opening == nil && s.Closing == nil && s.All.Entries() == 0 {
		return unreadable(s.Line, "has a statement without an account, a balance or an entry")
	}
	s.check()
	s.seen = nil // nothing comes after: a file of many statements stays small in memory
	if f.handler.Statement == nil {
		return nil
	}
	return f.handler.Statement(s)
}

// number gives a statement its place in the file, once.
func (f *file) number(s *Statement) error {
	if s.Number > 0 {
		return nil
	}
	f.statements++
	s.Number = f.statements
	if f.statements == 1 {
		f.format = s.Format
	}
	for _, name := range []string{s.ID, s.Sequence, s.Account} {
		if len(name) > maxName {
			return unreadable(s.Line, "the name or account of the statement has %d characters; right would be at most %d", len(name), maxName)
		}
	}
	if f.statements > maxStatements {
		return unreadable(s.Line, "has more than %d statements; right would be a file for each account and year", maxStatements)
	}
	return nil
}
