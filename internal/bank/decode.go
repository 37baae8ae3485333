package bank

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// source is how the bytes of a file show their encoding by themselves.
type source int

const (
	bytewise source = iota // UTF-8 without a mark, or one byte a character: the file says which, or does not
	markedUTF8
	wideUTF16
)

// archives are files that people send instead of the statement inside.
var archives = []struct{ magic, name string }{{"PK\x03\x04", "a ZIP archive"}, {"\x1f\x8b", "a gzip archive"}, {"%PDF", "a PDF"}, {"\xd0\xcf\x11\xe0", "an Office document"}}

// decode gives the text of a file in UTF-8 where its first bytes show the encoding, and otherwise its bytes as they are.
func decode(r io.Reader) (*bufio.Reader, source, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, fmt.Errorf("read bank file: %w", err)
	}
	if len(head) == 0 {
		return nil, 0, unreadable(1, "is empty")
	}
	for _, a := range archives {
		if bytes.HasPrefix(head, []byte(a.magic)) {
			return nil, 0, unreadable(1, "is %s; right would be the file of the bank that is in it", a.name)
		}
	}
	wide := func(order unicode.Endianness) (*bufio.Reader, source, error) {
		return bufio.NewReaderSize(unicode.UTF16(order, unicode.UseBOM).NewDecoder().Reader(in), 64<<10), wideUTF16, nil
	}
	zero := func(i int) bool { return len(head) > i && head[i] == 0 }
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err := in.Discard(3)
		return in, markedUTF8, err
	case zero(2) && zero(3) || zero(0) && zero(1):
		return nil, 0, unreadable(1, "is in UTF-32 or no text at all; right would be UTF-8, UTF-16, ISO-8859-1 or ISO-8859-15")
	case bytes.HasPrefix(head, []byte("\xff\xfe")), zero(1) && zero(3):
		return wide(unicode.LittleEndian)
	case bytes.HasPrefix(head, []byte("\xfe\xff")), zero(0) && zero(2):
		return wide(unicode.BigEndian)
	}
	return in, bytewise, nil
}

// charsets are the encodings that a file may say it is in, beside UTF-8 and UTF-16.
var charsets = map[string]encoding.Encoding{
	"iso-8859-1": charmap.ISO8859_1, "latin1": charmap.ISO8859_1, "us-ascii": charmap.ISO8859_1, "ascii": charmap.ISO8859_1,
	"iso-8859-15": charmap.ISO8859_15, "latin9": charmap.ISO8859_15, "windows-1252": charmap.Windows1252, "cp1252": charmap.Windows1252,
}

// charset gives the text of XML that says what it is in.
func (s source) charset(label string, in io.Reader) (io.Reader, error) {
	label = strings.ToLower(label)
	known, ok := charsets[label]
	switch {
	case s == wideUTF16 && strings.HasPrefix(label, "utf-16"):
		return in, nil
	case s != bytewise || strings.HasPrefix(label, "utf-16"):
		return nil, unreadable(1, "says it is in %s, and its first bytes say it is not", shown(label))
	case !ok:
		return nil, unreadable(1, "is in %s; right would be UTF-8, UTF-16, ISO-8859-1, ISO-8859-15 or Windows-1252", shown(label))
	}
	return known.NewDecoder().Reader(in), nil
}

// plain gives a line of a file that does not say its encoding: UTF-8, or else what Dutch banks used before it. Control characters go: they mean
// nothing in a statement, and would make a terminal lie.
func plain(line []byte) string {
	text := string(line)
	if !utf8.Valid(line) {
		decoded, err := charmap.Windows1252.NewDecoder().String(text)
		if err != nil { // no byte is without a meaning there, be it "unknown"
			decoded = strings.ToValidUTF8(text, "\ufffd")
		}
		text = decoded
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, text)
}
