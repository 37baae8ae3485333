package letter

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// plainWidth is where lines of an e-mail are broken, in characters.
const plainWidth = 76

func itoa(n int) string { return strconv.Itoa(n) }

// plain is the letter as the text of an e-mail.
func (p paper) plain() string {
	var b strings.Builder
	labelWidth := widest(p.references, words[p.lang].Debtor)
	writePair(&b, pair{label: words[p.lang].Debtor, value: strings.Join(p.window, ", ")}, labelWidth)
	for _, r := range p.references {
		writePair(&b, r, labelWidth)
	}
	b.WriteString("\n")
	for i, bl := range p.blocks {
		bl.plain(&b)
		if bl.kind != bullet || i+1 == len(p.blocks) || p.blocks[i+1].kind != bullet {
			b.WriteString("\n")
		}
	}
	b.WriteString("-- \n")
	for _, line := range p.footer {
		b.WriteString(line + "\n")
	}
	return plainSpaces(b.String())
}

// plainSpaces makes no-break spaces, which are for paper, ordinary ones.
func plainSpaces(s string) string { return strings.ReplaceAll(s, nbsp, " ") }

func (bl block) plain(b *strings.Builder) {
	switch {
	case bl.figure != nil:
		bl.figure.plain(b)
	case bl.payment != nil:
		b.WriteString(strings.ToUpper(bl.payment.title) + "\n")
		for _, r := range bl.payment.rows {
			writePair(b, r, widest(bl.payment.rows))
		}
	case bl.sticker != nil:
		line := "+" + strings.Repeat("-", plainWidth-2) + "+\n"
		b.WriteString(line)
		for _, s := range bl.sticker {
			for _, l := range wrapPlain(s, plainWidth-4) {
				b.WriteString("| " + pad(l, plainWidth-4, false) + " |\n")
			}
		}
		b.WriteString(line)
	case bl.panel != nil:
		for i, inner := range bl.panel {
			if i > 0 && inner.kind != bullet {
				b.WriteString("\n")
			}
			inner.plain(b)
		}
	case bl.kind == heading:
		b.WriteString(strings.ToUpper(bl.words()) + "\n")
	case bl.kind == bullet:
		b.WriteString("- " + strings.Join(wrapPlain(bl.words(), plainWidth-2), "\n  ") + "\n")
	default:
		b.WriteString(strings.Join(wrapPlain(bl.words(), plainWidth), "\n") + "\n")
	}
}

func (bl block) words() string {
	var b strings.Builder
	for _, s := range bl.spans {
		b.WriteString(s.text)
	}
	return b.String()
}

func (f figure) plain(b *strings.Builder) {
	for i, g := range f.grids {
		if len(g.rows) == 0 {
			continue
		}
		if g.title != "" {
			b.WriteString(g.title + "\n")
		}
		heads := make([]string, len(g.columns))
		for n, c := range g.columns {
			heads[n] = c.head
		}
		writeTable(b, g.columns, append([][]string{heads}, g.rows...), g.parts)
		if len(f.sums) > 0 || i < len(f.grids)-1 {
			b.WriteString("\n")
		}
	}
	labels, amounts := 0, 0
	for _, s := range f.sums {
		labels, amounts = max(labels, utf8.RuneCountInString(s.label)), max(amounts, utf8.RuneCountInString(s.value))
	}
	for _, s := range f.sums {
		if s.strong {
			b.WriteString(strings.Repeat("-", labels+2+amounts) + "\n")
		}
		b.WriteString(pad(s.label, labels, false) + "  " + pad(s.value, amounts, true) + "\n")
	}
}

// writeTable writes the head, which is the first row, and the rows, with the title of a part above its first.
func writeTable(b *strings.Builder, columns []column, rows [][]string, parts map[int]string) {
	widths := make([]int, len(columns))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for n, row := range rows {
		if part, ok := parts[n-1]; ok {
			b.WriteString(part + "\n")
		}
		var line strings.Builder
		for i, cell := range row {
			if i > 0 {
				line.WriteString("  ")
			}
			line.WriteString(pad(cell, widths[i], columns[i].right))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

func writePair(b *strings.Builder, r pair, labelWidth int) {
	lines := wrapPlain(r.value, plainWidth-labelWidth-2)
	b.WriteString(pad(r.label+":", labelWidth+1, false) + " " + strings.Join(lines, "\n"+strings.Repeat(" ", labelWidth+2)) + "\n")
}

func widest(rows []pair, more ...string) int {
	for _, r := range rows {
		more = append(more, r.label)
	}
	return utf8.RuneCountInString(slices.MaxFunc(more, func(a, b string) int { return utf8.RuneCountInString(a) - utf8.RuneCountInString(b) }))
}

// pad fills a cell with spaces; it never cuts.
func pad(s string, width int, right bool) string {
	fill := strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
	if right {
		return fill + s
	}
	return s + fill
}

// wrapPlain breaks a text at line ends and spaces; a word longer than a line gets a line of its own.
func wrapPlain(text string, width int) []string {
	var lines []string
	for part := range strings.SplitSeq(text, "\n") {
		lines = append(lines, wrapLine(part, width)...)
	}
	return lines
}

func wrapLine(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' }) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}
