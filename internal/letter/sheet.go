package letter

import (
	"strings"
	"time"
)

// Measures of the paper in millimetres, A4. The window of a Dutch C5/6 or DL envelope shows, with the play of the folded letter, at most
// x 1-130 and y 39-94: nothing but the address window may stand there.
const (
	left, textWidth     = 25.0, 165.0
	right               = left + textWidth
	bottom              = 269.0 // above the footer
	nextPageTop         = 27.0
	windowEnd           = 94.0
	addressTop          = 53.0
	addressWidth        = 86.0
	addressHeight       = 30.0
	bodySize, smallSize = 9.6, 8.2 // points
	lineFactor          = 1.37     // line height in sizes
)

type colour struct{ r, g, b int }

var (
	ink      = colour{28, 32, 38}
	grey     = colour{104, 112, 122}
	hairline = colour{208, 213, 220}
	navy     = colour{24, 52, 92}
	tint     = colour{242, 245, 249}
	amber    = colour{255, 196, 0}
	white    = colour{255, 255, 255}
)

// sheet is paper being written on. The first error stops it.
type sheet struct {
	pdf *document
	p   *paper
	err error

	words   strings.Builder // what was written, in order
	running bool            // a running head is being written, which is no part of the letter's words
}

func newSheet(p *paper) *sheet { return &sheet{pdf: newDocument(), p: p} }

// bytes ends the document.
func (s *sheet) bytes() ([]byte, error) {
	if s.err != nil {
		return nil, s.err
	}
	a := about{title: plainSpaces(s.p.subject), author: s.p.sender.Name, language: map[Language]string{Dutch: "nl-NL", English: "en-GB"}[s.p.lang]}
	if !s.p.on.IsZero() {
		a.created = time.Date(s.p.on.Year(), s.p.on.Month(), s.p.on.Day(), 12, 0, 0, 0, time.UTC)
	}
	return s.pdf.bytes(a), nil
}

func (s *sheet) addPage() { s.pdf.addPage() }

// put writes one line with its baseline at y; a character without a glyph is an error.
func (s *sheet) put(x, y float64, text string, size float64, bold bool, c colour) {
	if text == "" {
		return
	}
	if err := Printable(text); err != nil && s.err == nil {
		s.err = err
	}
	if !s.running {
		s.words.WriteString(text + "\n")
	}
	s.pdf.text(x, y, text, size, bold, c)
}

// putRight ends the line at x.
func (s *sheet) putRight(x, y float64, text string, size float64, bold bool, c colour) {
	s.put(x-width(text, size, bold), y, text, size, bold, c)
}

// putSpans writes one wrapped line.
func (s *sheet) putSpans(x, y float64, line []span, size float64, c colour) {
	for _, piece := range line {
		s.put(x, y, piece.text, size, piece.bold, c)
		x += width(piece.text, size, piece.bold)
	}
}

func (s *sheet) line(x1, y1, x2, y2, thick float64, c colour) {
	s.pdf.strokeWith(c, thick)
	s.pdf.line(x1, y1, x2, y2)
}

func (s *sheet) fill(x, y, w, h, radius float64, c colour) {
	s.pdf.fillWith(c)
	if radius == 0 {
		s.pdf.rect(x, y, w, h)
		return
	}
	s.pdf.round(x, y, w, h, radius, "f")
}

// frame is the outline of a box with round corners.
func (s *sheet) frame(x, y, w, h, radius, thick float64, c colour) {
	s.pdf.strokeWith(c, thick)
	s.pdf.round(x, y, w, h, radius, "S")
}

// lineHeight is the distance of two lines in millimetres.
func lineHeight(size float64) float64 { return size * pointInMM * lineFactor }

// ascent is the distance from the top of a line to its baseline.
func ascent(size float64) float64 { return lineHeight(size) * 0.74 }

// wrap breaks spans into lines no wider than max. It breaks at spaces and line ends, and inside a word only when the word is wider than a line.
func wrap(spans []span, max, size float64) [][]span {
	w := wrapper{max: max, size: size}
	for _, s := range spans {
		for i, part := range strings.Split(s.text, "\n") {
			if i > 0 {
				w.newLine()
			}
			w.add(part, s.bold)
		}
	}
	w.newLine()
	return w.lines
}

// wrapWords is wrap for sentences: a last line of one word is helped by lines that are a little shorter, if that makes no line more and cuts no word.
func wrapWords(spans []span, max, size float64) [][]span {
	lines := wrap(spans, max, size)
	count, last := wordsOf(lines)
	for less := 0.98; len(lines) > 1 && last == 1 && less > 0.9; less -= 0.02 {
		other := wrap(spans, less*max, size)
		if all, last := wordsOf(other); len(other) == len(lines) && all == count && last > 1 {
			return other
		}
	}
	return lines
}

// wordsOf is how many words there are on all lines, and on the last one.
func wordsOf(lines [][]span) (all, last int) {
	for _, line := range lines {
		var words strings.Builder
		for _, s := range line {
			words.WriteString(s.text)
		}
		last = len(strings.Fields(words.String()))
		all += last
	}
	return all, last
}

type wrapper struct {
	max, size, x float64
	line         []span
	lines        [][]span
}

func (w *wrapper) newLine() {
	w.lines = append(w.lines, w.line)
	w.line, w.x = nil, 0
}

func (w *wrapper) add(text string, bold bool) {
	for _, word := range strings.SplitAfter(text, " ") {
		wide := width(strings.TrimRight(word, " "), w.size, bold)
		if w.x > 0 && w.x+wide > w.max {
			w.newLine()
		}
		for width(strings.TrimRight(word, " "), w.size, bold) > w.max {
			cut := w.cut(word, bold)
			w.push(word[:cut], bold)
			w.newLine()
			word = word[cut:]
		}
		w.push(word, bold)
	}
}

// cut is how many bytes of a word fit on a line, at least one character.
func (w *wrapper) cut(word string, bold bool) int {
	x := 0.0
	for i, r := range word {
		x += width(string(r), w.size, bold)
		if i > 0 && x > w.max {
			return i
		}
	}
	return len(word)
}

func (w *wrapper) push(text string, bold bool) {
	if text == "" {
		return
	}
	w.x += width(text, w.size, bold)
	if n := len(w.line); n > 0 && w.line[n-1].bold == bold {
		w.line[n-1].text += text
		return
	}
	w.line = append(w.line, span{text, bold})
}
