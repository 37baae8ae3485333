package claim

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Column is one column of a hand-over file.
type Column struct {
	Name     string
	Required bool
	Help     string
}

// Columns lists the columns of a hand-over file; their order in the file is free. One row is one invoice; rows with the same client and
// claim form one claim and repeat the debtor.
func Columns() []Column {
	return []Column{
		{"client", true, "code of the client"},
		{"claim", true, "the client's own reference; rows with the same reference are one claim"},
		{"debtor_kind", true, "consumer, sole-trader or company"},
		{"debtor", true, "name of the debtor"},
		{"attention", false, "for the attention of"},
		{"street", true, "street and house number"},
		{"postcode", true, "1234 AB"},
		{"town", true, "town"},
		{"country", false, "NL (the default; other countries are refused, requirement T3)"},
		{"email", false, "e-mail address; without it letters go by post"},
		{"language", false, "nl (default) or en"},
		{"invoice", true, "invoice number, at most 60 characters; a claim has at most 500 invoices"},
		{"invoice_date", true, "2026-09-30 or 30-09-2026"},
		{"due_date", false, "last day on which payment was in time; not more than six months ago (requirement T4); required, except in business when no term was agreed: see invoice_received"},
		{"amount", true, "open amount in euro: 1234.50 or 1.234,50"},
		{"not_elsewhere", true, "yes: no other agency has or had this claim (requirement T5)"},
		{"invoice_received", false, "day on which a debtor in business received the invoice: without a due_date it is due 30 days later (art. 6:119a lid 2 BW)"},
		{"extended_to", false, "last day of payment after the client gave more time for this invoice; interest, costs and age count from it"},
		{"title", false, "what the debt is for, as letters say it: levering van hout, overeenkomst van 1 mei 2026; without it they say: agreement with CLIENT, as invoiced"},
		{"interest_rate", false, "percent a year that was agreed with the debtor, instead of the statutory interest; not compounded"},
		{"costs_clause", false, "percent of the principal that was agreed with a debtor in business as collection costs, by a clause; a court may moderate it"},
		{"instalments_of", false, "number or name of the contract of which the invoices are periodic instalments (rent, a subscription)"},
		{"consumer_sale", false, "no: a consumer owes it for something else than a purchase (rent, services, a subscription), and it lapses after five years (art. 3:307 BW); yes, the default: a purchase, after two (art. 7:28 BW); in business empty or no"},
	}
}

// Row is one line of a hand-over file that was read well.
type Row struct {
	Line    int
	Invoice Invoice
}

// ReadClaim is one claim of a hand-over file with its rows; Submission.Invoices are those of the rows, in order.
type ReadClaim struct {
	Submission Submission
	Rows       []Row
}

// RowProblem says what is wrong in one line of a file and what would be right. Line 1 is the header.
type RowProblem struct {
	Line   int
	Claim  string
	Column string
	Reason string
}

// FileError says that a file cannot be read as a hand-over file at all.
type FileError struct{ Problem string }

func (e *FileError) Error() string { return e.Problem }

const (
	maxFileBytes = 10 << 20
	maxRows      = 50_000
	maxText      = 200
)

// ReadSubmissions reads a hand-over file: CSV with a header, separated by ; or , in UTF-8 or Windows-1252, one row on each line; a text that has
// the separator or a double quote in it stands between double quotes. A bad row never stops the file: it is a problem, and so are the other rows
// of its claim, since nothing is half accepted. A *FileError means that nothing could be read.
func ReadSubmissions(r io.Reader) ([]ReadClaim, []RowProblem, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFileBytes+1))
	if err != nil {
		return nil, nil, err
	}
	if len(data) > maxFileBytes {
		return nil, nil, &FileError{"the file is larger than 10 MiB; hand it over in parts"}
	}
	lines := &lineReader{rest: decode(data)}
	columns, err := readHeader(lines)
	if err != nil {
		return nil, nil, err
	}
	g := grouping{index: map[string]int{}, clients: map[string]bool{}, broken: map[int]int{}, blurred: map[string]int{}}
	rows := 0
	for ; lines.next(); rows++ {
		if rows >= maxRows {
			return nil, nil, &FileError{fmt.Sprintf("the file has more than %d rows; hand it over in parts", maxRows)}
		}
		g.add(lines, columns)
	}
	if rows == 0 {
		return nil, nil, &FileError{"there are no rows below the header; right would be a row for each invoice"}
	}
	claims, problems := g.finish()
	return claims, problems, nil
}

// decode removes a byte order mark and reads as Windows-1252, as old spreadsheets write it, what has nothing of UTF-8 in it. One stray byte does
// not make a file Windows-1252: it would spoil every name. It stays, and its row is refused.
func decode(data []byte) []byte {
	if utf8.Valid(data) || hasUTF8(data) { // as a byte order mark is
		return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	}
	decoded, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return bytes.ToValidUTF8(data, []byte("?"))
	}
	return decoded
}

// hasUTF8 says whether data has a character of more than one byte that is valid UTF-8.
func hasUTF8(data []byte) bool {
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if size > 1 && r != utf8.RuneError {
			return true
		}
		data = data[size:]
	}
	return false
}

// readHeader reads the first line, from which it also tells what separates the fields.
func readHeader(lines *lineReader) (map[string]int, error) {
	lines.comma = ","
	there := lines.next()
	if strings.Count(lines.text, ";") > strings.Count(lines.text, ",") {
		lines.comma = ";"
	}
	header, fault := lines.record()
	if !there || fault != "" {
		return nil, &FileError{"line 1: there is no header; right would be: " + headerLine()}
	}
	columns := map[string]int{}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		if !slices.ContainsFunc(Columns(), func(c Column) bool { return c.Name == name }) {
			return nil, &FileError{fmt.Sprintf("line 1: column %q is not known; right would be: %s", name, headerLine())}
		}
		if _, twice := columns[name]; twice {
			return nil, &FileError{fmt.Sprintf("line 1: column %q stands there twice", name)}
		}
		columns[name] = i
	}
	_, received := columns["invoice_received"]
	for _, c := range Columns() {
		if _, ok := columns[c.Name]; !ok && (c.Required || c.Name == "due_date" && !received) {
			return nil, &FileError{fmt.Sprintf("line 1: column %q is missing; right would be: %s", c.Name, headerLine())}
		}
	}
	return columns, nil
}

func headerLine() string {
	names := make([]string, 0, len(Columns()))
	for _, c := range Columns() {
		names = append(names, c.Name)
	}
	return strings.Join(names, ";")
}

// fields is one record by column name.
type fields struct {
	columns map[string]int
	record  []string
}

func (f fields) get(column string) string {
	i, ok := f.columns[column]
	if !ok || i >= len(f.record) {
		return ""
	}
	return Tidied(f.record[i])
}

// name is the column of a field, empty when there are more fields than columns.
func (f fields) name(field int) string {
	for name, i := range f.columns {
		if i == field {
			return name
		}
	}
	return ""
}

// key names the claim of the row in its file.
func (f fields) key() string { return f.get("client") + "\x00" + f.get("claim") }

// grouping collects rows into claims.
type grouping struct {
	claims   []ReadClaim
	index    map[string]int  // client and claim -> position
	clients  map[string]bool // that have claims in the file
	problems []RowProblem
	broken   map[int]int // position -> line of a bad row
	torn     []tornRow
	blurred  map[string]int // legible part of a key that has stray bytes -> line
}

// tornRow is a row whose columns cannot be told apart for certain.
type tornRow struct {
	line  int
	words []string
}

func (g *grouping) add(lines *lineReader, columns map[string]int) {
	line := lines.line
	record, fault := lines.record()
	f := fields{columns, record}
	if fault != "" {
		g.torn = append(g.torn, tornRow{line, lines.words()})
		g.problem(line, f, f.name(len(record)), fault)
		return
	}
	if len(record) != len(columns) {
		g.torn = append(g.torn, tornRow{line, lines.words()})
		g.problem(line, f, "", fmt.Sprintf("has %d fields, the header has %d", len(record), len(columns)))
		return
	}
	submission, invoice, column, reason := readRow(f)
	if reason != "" {
		g.problem(line, f, column, reason)
		if key := f.key(); !utf8.ValidString(key) && g.blurred[legible(key)] == 0 {
			g.blurred[legible(key)] = line
		}
		return
	}
	i := g.position(f)
	c := &g.claims[i]
	if len(c.Rows) == 0 {
		c.Submission = submission
	} else if c.Submission.Debtor != submission.Debtor {
		g.problem(line, f, "debtor", fmt.Sprintf("differs from the debtor of this claim on line %d", c.Rows[0].Line))
		return
	} else if column := c.Submission.Agreement.Differs(submission.Agreement); column != "" {
		g.problem(line, f, column, fmt.Sprintf("differs from that of this claim on line %d; right would be the same in each of its rows", c.Rows[0].Line))
		return
	}
	if len(c.Rows) == MaxInvoices {
		g.problem(line, f, "invoice", tooMany)
		return
	}
	for _, row := range c.Rows {
		if Folded(row.Invoice.Number) == Folded(invoice.Number) {
			g.problem(line, f, "invoice", fmt.Sprintf("%s stands on line %d of this claim already%s", invoice.Number, row.Line, asWritten(row.Invoice.Number, invoice.Number)))
			return
		}
	}
	c.Rows = append(c.Rows, Row{line, invoice})
}

func (g *grouping) position(f fields) int {
	key := f.key()
	i, ok := g.index[key]
	if !ok {
		i = len(g.claims)
		g.index[key] = i
		g.clients[f.get("client")] = true
		g.claims = append(g.claims, ReadClaim{})
	}
	return i
}

func (g *grouping) problem(line int, f fields, column, reason string) {
	g.problems = append(g.problems, RowProblem{line, strings.ToValidUTF8(f.get("claim"), "?"), column, reason})
	g.breaks(g.position(f), line)
}

func (g *grouping) breaks(position, line int) {
	if _, known := g.broken[position]; !known {
		g.broken[position] = line
	}
}

// legible is what is certain of a text with stray bytes: its ASCII.
func legible(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return -1
		}
		return r
	}, text)
}

// blame breaks every claim of the file whose client and reference stand somewhere in a torn row, since the row may be one of its invoices.
func (g *grouping) blame(row tornRow) {
	for _, client := range row.words {
		if !g.clients[client] {
			continue
		}
		for _, reference := range row.words {
			if i, ok := g.index[client+"\x00"+reference]; ok {
				g.breaks(i, row.line)
			}
		}
	}
}

// blameBlurred breaks every claim whose key may be that of a row with stray bytes in it.
func (g *grouping) blameBlurred() {
	if len(g.blurred) == 0 {
		return
	}
	for key, i := range g.index {
		if line := g.blurred[legible(key)]; line > 0 {
			g.breaks(i, line)
		}
	}
}

// finish drops the claims with a bad row and gives their good rows as problems too.
func (g *grouping) finish() ([]ReadClaim, []RowProblem) {
	for _, row := range g.torn {
		g.blame(row)
	}
	g.blameBlurred()
	g.blameTwice()
	var whole []ReadClaim
	for i, c := range g.claims {
		if bad, ok := g.broken[i]; ok {
			for _, row := range c.Rows {
				g.problems = append(g.problems, RowProblem{row.Line, c.Submission.Reference, "", fmt.Sprintf("line %d of the same claim is refused: nothing is half accepted", bad)})
			}
			continue
		}
		for _, row := range c.Rows {
			c.Submission.Invoices = append(c.Submission.Invoices, row.Invoice)
		}
		whole = append(whole, c)
	}
	slices.SortFunc(g.problems, func(a, b RowProblem) int { return a.Line - b.Line })
	return whole, g.problems
}
