package letter

import (
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"strings"
)

// StickerSheet is paper with stickers ("betaalversnellers") for the reminders that a client writes itself: each label says until when to pay, with
// a line to write the day on, and to whom the bill goes then. It carries the agency's name, and so its registration number
// (art. 11 lid 1 onder a Wet kwaliteit incassodienstverlening).
type StickerSheet struct {
	Label    StickerLabel
	Language Language
	Agency   Party
	Sheets   int  // 1 to MaxStickerSheets
	Skip     int  // labels of the first sheet that were used already
	Outline  bool // draws the edges of the labels, to see whether a printer keeps to them
}

// MaxStickerSheets bounds what is printed at once.
const MaxStickerSheets = 100

// StickerFitError says that a text does not fit a label, however small.
type StickerFitError struct{ Label, Text string }

func (e *StickerFitError) Error() string {
	return fmt.Sprintf("%q does not fit label %s, also in the smallest print; right would be a larger label or a shorter text", e.Text, e.Label)
}

// ComposeStickers draws the sheets; Text is what one label says. It returns an *InvalidError, a *GlyphError or a *StickerFitError, wrapped. The same
// sheet gives the same bytes.
func ComposeStickers(s StickerSheet) (Document, error) {
	problems := tidy(&s.Agency)
	if problems = append(problems, s.problems()...); len(problems) > 0 {
		return Document{}, fmt.Errorf("compose stickers: %w", &InvalidError{"sticker sheet", problems})
	}
	texts, err := s.texts()
	if err != nil {
		return Document{}, fmt.Errorf("compose stickers: %w", err)
	}
	set, err := s.fit(texts)
	if err != nil {
		return Document{}, fmt.Errorf("compose stickers: %w", err)
	}
	p := paper{lang: s.Language, subject: texts[0] + " " + s.Label.Name, sender: s.Agency}
	pdf, err := s.draw(newSheet(&p), set)
	if err != nil {
		return Document{}, fmt.Errorf("draw stickers: %w", err)
	}
	text := strings.ReplaceAll(strings.Join(texts, "\n"), markBlank, strings.Repeat("_", 20))
	return Document{Subject: p.subject, Text: plainSpaces(text) + "\n", PDF: pdf, SHA256: sha256.Sum256(pdf)}, nil
}

func (s StickerSheet) problems() (c checks) {
	c.that(slices.Contains(Languages, s.Language), "language %q is unknown; right would be one of %v", s.Language, Languages)
	c.that(s.Sheets >= 1 && s.Sheets <= MaxStickerSheets, "%d sheets; right would be 1 to %d", s.Sheets, MaxStickerSheets)
	c.that(s.Skip >= 0 && s.Skip < max(1, s.Label.PerSheet()), "%d labels left out of %d; right would be 0 to %d", s.Skip, s.Label.PerSheet(), s.Label.PerSheet()-1)
	c.agency(s.Agency)
	return append(c, s.Label.problems()...)
}

// markBlank stands in the texts of a label where the day is written by hand, until the length of that line is known.
const markBlank = "\x05"

// smallPrint is how many lines at the end of a label say who the agency is.
const smallPrint = 2

// texts are the lines of a label: title, what to do, what happens otherwise, and who the agency is.
func (s StickerSheet) texts() ([]string, error) {
	text, err := write("sticker", s.Language, view{PayBy: markBlank, Agency: s.Agency.Name})
	w := words[s.Language]
	return append(strings.Split(strings.TrimSpace(text), "\n"),
		joinNonEmpty(s.Agency.Name, labelled(w.Registration, s.Agency.Registration)), joinNonEmpty(labelled(w.Telephone, s.Agency.Phone), s.Agency.Email)), err
}

// stickerLine is a text of a label, set in a size.
type stickerLine struct {
	lines [][]span
	size  float64
	blank float64 // room above a line that is written on
}

func (l stickerLine) height() float64 { return float64(len(l.lines))*lineHeight(l.size) + l.blank }

// printSizes are the largest and the smallest print of a line of a label, in points.
type printSizes struct {
	largest, smallest float64
	bold              bool
}

// sizesOf are those of line i of n.
func sizesOf(i, n int) printSizes {
	switch {
	case i == 0:
		return printSizes{14, 6, true}
	case i >= n-smallPrint:
		return printSizes{9, 5, false}
	case i == 1:
		return printSizes{22, 7, true}
	}
	return printSizes{15, 5.6, true}
}

// writeOn is how long the line for the day is, in millimetres.
const writeOn = 26.0

// fit sets the lines of a label as large as fits it.
func (s StickerSheet) fit(texts []string) (set []stickerLine, err error) {
	_, _, wide, high := s.Label.inside()
	const steps = 40
	tooLong := ""
	for step := range steps + 1 {
		used := stickerGaps
		set, tooLong = nil, ""
		for i, text := range texts {
			line, fits := setLine(text, sizesOf(i, len(texts)), float64(step)/steps, wide)
			if used += line.height(); tooLong == "" && (!fits || used > high) {
				tooLong = strings.ReplaceAll(text, markBlank, "___")
			}
			set = append(set, line)
		}
		if tooLong == "" {
			return set, nil
		}
	}
	return nil, &StickerFitError{s.Label.Name, tooLong}
}

// setLine sets one text, shrunk from the largest print (0) to the smallest (1). It does not fit when a word is wider than the label.
func setLine(text string, sizes printSizes, shrink, wide float64) (line stickerLine, fits bool) {
	line.size = sizes.largest - shrink*(sizes.largest-sizes.smallest)
	if title := sizesOf(0, 1); sizes == title {
		wide -= lineHeight(line.size) + markGap + 1 // the mark stands beside it
	}
	if wide <= 0 {
		return line, false
	}
	if strings.Contains(text, markBlank) {
		line.size = besideBlank(text, line.size, sizes, wide)
		line.blank, text = 1.4, withBlank(text, line.size, sizes.bold, wide)
	}
	line.lines, fits = wrap([]span{{text, sizes.bold}}, wide, line.size), true
	for word := range strings.SplitSeq(text, " ") {
		fits = fits && width(word, line.size, sizes.bold) <= wide
	}
	return line, fits
}

// withBlank has a line to write on where a text has none yet.
func withBlank(text string, size float64, bold bool, wide float64) string {
	return strings.ReplaceAll(text, markBlank, strings.Repeat("_", max(1, int(math.Floor(min(writeOn, wide)/width("_", size, bold))))))
}

// besideBlank is the print in which the line to write on stands behind its words, if that takes not more than a quarter off the size.
func besideBlank(text string, size float64, sizes printSizes, wide float64) float64 {
	const step = 0.25
	for smaller := size; smaller >= max(0.75*size, sizes.smallest); smaller -= step {
		if width(withBlank(text, smaller, sizes.bold, wide), smaller, sizes.bold) <= wide {
			return smaller
		}
	}
	return size
}

const (
	stickerGaps = 2.2 // between the title, the message and the small print
	markGap     = 1.4 // between the agency's mark and the title
)

func (s StickerSheet) draw(on *sheet, set []stickerLine) ([]byte, error) {
	for n := range s.Sheets * s.Label.PerSheet() {
		if n%s.Label.PerSheet() == 0 {
			on.addPage()
		}
		x, y := s.Label.place(n % s.Label.PerSheet())
		if s.Outline {
			on.frame(x, y, s.Label.Width, s.Label.Height, s.Label.CornerRadius, 0.1, hairline)
		}
		if n >= s.Skip {
			s.drawLabel(on, x, y, set)
		}
	}
	return on.bytes()
}

// drawLabel has the title with the agency's mark at the top, the small print at the bottom, and the message spread over what is left.
func (s StickerSheet) drawLabel(on *sheet, x, y float64, set []stickerLine) {
	dx, dy, wide, high := s.Label.inside()
	x, y = x+dx, y+dy
	title, message, small := set[0], set[1:len(set)-smallPrint], set[len(set)-smallPrint:]
	band := title.height() + 1
	on.fill(x, y, wide, band, min(1, s.Label.CornerRadius), amber)
	on.drawMark(x, y, band)
	on.putLines(x+band+markGap, y+0.5, title, navy)
	smallHeight := heightOf(small)
	gap := (high - band - heightOf(message) - smallHeight) / float64(len(message)+1)
	at := y + band
	for _, line := range message {
		on.putLines(x, at+gap, line, navy)
		at += gap + line.height()
	}
	at = y + high - smallHeight
	for _, line := range small {
		on.putLines(x, at, line, ink)
		at += line.height()
	}
}

func heightOf(lines []stickerLine) (height float64) {
	for _, line := range lines {
		height += line.height()
	}
	return height
}

// putLines writes the lines of one text below each other, with the room above the one that is written on.
func (s *sheet) putLines(x, y float64, text stickerLine, c colour) {
	for i, line := range text.lines {
		if i == len(text.lines)-1 {
			y += text.blank
		}
		s.putSpans(x, y+ascent(text.size), line, text.size, c)
		y += lineHeight(text.size)
	}
}
