package bank

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// mt940Tags are the fields that there are. Another text between colons at the beginning of a line is of the field above it.
var mt940Tags = []string{"20", "21", "25", "25P", "28", "28C", "60F", "60M", "61", "86", "62F", "62M", "64", "65", "940", "942", "13", "13D", "34F", "90C", "90D", "NS"}

// cutTag cuts a line behind its tag.
func cutTag(line string) (tag, text string, ok bool) {
	if !strings.HasPrefix(line, ":") {
		return "", "", false
	}
	tag, text, ok = strings.Cut(line[1:], ":")
	return tag, text, ok && slices.Contains(mt940Tags, tag)
}

// mt940End are the lines that end a message; "-" before other text is a line of its field.
var mt940End = regexp.MustCompile(`^-(XXX)?\s*$`)

// field is one field, with the lines that belong to it.
type field struct {
	tag   string
	line  int
	lines []string
	size  int
}

// mt940 reads messages line by line.
type mt940 struct {
	*file
	in        *bufio.Reader
	line      int
	field     *field // being read
	headers   int    // lines outside of a field, in a row
	enveloped bool   // inside {4: ... -}
	ragged    bool   // the last line has no end

	next    *Statement // of which the head was read: it may go on with the current one
	current *Statement
	paged   bool // the current statement has a next page
	closed  bool // the current statement has its closing balance
	entry   *mt940Entry
	rabo    bool // the old format of Rabobank: the account of the other side is in :61:
}

func readMT940(f *file, text *bufio.Reader) error {
	m := &mt940{file: f, in: text}
	for {
		line, err := m.readLine()
		if errors.Is(err, io.EOF) {
			return m.finish()
		}
		if err != nil {
			return err
		}
		if err := m.read(line); err != nil {
			return err
		}
	}
}

// readLine reads a line without its end.
func (m *mt940) readLine() (string, error) {
	var line []byte
	for {
		part, err := m.in.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxLine {
			return "", unreadable(m.line+1, "has more than %d bytes; a line of MT940 has 65", maxLine)
		}
		switch {
		case err == nil, errors.Is(err, io.EOF) && len(line) > 0:
			m.line++
			m.ragged = err != nil
			return strings.TrimRight(plain(line), "\r\n"), nil
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			return "", io.EOF
		}
		return "", fmt.Errorf("read bank file: %w", err)
	}
}

// read takes a line: the beginning of a field, more of it, or what is between messages.
func (m *mt940) read(line string) error {
	if rest, ok := strings.CutPrefix(line, "-}"); ok {
		m.enveloped = false
		return m.envelope(rest)
	}
	if strings.HasPrefix(line, "-") && mt940End.MatchString(line) {
		return m.endField()
	}
	if strings.HasPrefix(line, "{") {
		return m.envelope(line)
	}
	if m.field == nil {
		line = strings.TrimLeft(line, " \t")
	}
	if tag, text, ok := cutTag(line); ok {
		if err := m.endField(); err != nil {
			return err
		}
		m.headers = 0
		m.field = &field{tag: tag, line: m.line, lines: []string{text}}
		return nil
	}
	if m.field == nil {
		if m.headers++; m.headers > maxHeader {
			return unreadable(m.line, "is no MT940: %d lines in a row are no field like %q", m.headers, ":61:")
		}
		return nil
	}
	if m.field.size += len(line) + 1; m.field.size > maxLine {
		return unreadable(m.field.line, "field :%s: has more than %d bytes", m.field.tag, maxLine)
	}
	m.field.lines = append(m.field.lines, line)
	return nil
}

// envelope takes a line with the blocks of SWIFT around a message: {1:...}{2:...}{4: and the first field behind it.
func (m *mt940) envelope(line string) error {
	if err := m.endField(); err != nil {
		return err
	}
	if m.headers++; m.headers > maxHeader {
		return unreadable(m.line, "is no MT940: %d lines in a row are no field like %q", m.headers, ":61:")
	}
	if strings.Contains(line, "{2:O942") || strings.Contains(line, "{2:I942") {
		return m.interim()
	}
	_, text, ok := strings.Cut(line, "{4:")
	if !ok {
		return nil
	}
	m.enveloped = true
	if text = strings.TrimSpace(text); text == "" || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "-}") {
		return nil
	}
	return m.read(text)
}

func (m *mt940) interim() error {
	return unreadable(m.line, "is MT942, a report of a day that is not over; right would be MT940 or camt")
}

// finish ends the file. A message may lack its closing balance, but not end in the middle of a line or of its envelope as well.
func (m *mt940) finish() error {
	middle := m.enveloped || m.ragged && m.field != nil
	if err := m.endField(); err != nil {
		return err
	}
	if err := m.endEntry(); err != nil {
		return err
	}
	if m.next != nil {
		if err := m.settle(nil, false); err != nil {
			return err
		}
	}
	if m.current == nil {
		return nil
	}
	if middle && !m.closed {
		return unreadable(m.line, "ends inside a message that has no closing balance: the file is cut off")
	}
	return m.end(m.current)
}

// endField takes over the field that was read.
func (m *mt940) endField() error {
	f := m.field
	m.field = nil
	if f == nil {
		return nil
	}
	if f.tag != "86" {
		if err := m.endEntry(); err != nil {
			return err
		}
	}
	switch f.tag {
	case "940":
		m.rabo = true
	case "942", "34F":
		return m.interim()
	case "20":
		return m.begin(f)
	case "25", "25P", "28", "28C":
		return m.head(f)
	case "60F", "60M":
		return m.open(f)
	case "61":
		return m.book(f)
	case "86":
		if m.entry != nil { // elsewhere it is about the statement as a whole
			m.entry.info = append(m.entry.info, f.lines)
		}
	case "62F", "62M":
		return m.close(f)
	}
	return nil
}
