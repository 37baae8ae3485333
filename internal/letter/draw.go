package letter

import (
	"fmt"
	"math"
)

// draw sets the paper as an A4 PDF, and gives the words that stand on it, in the order in which they were written.
func (p paper) draw() (pdf []byte, words string, err error) {
	s := newSheet(&p)
	s.addPage()
	s.letterhead()
	s.window()
	end := s.references()
	s.flow(s.atoms(), math.Max(windowEnd+4, end+4))
	s.footers()
	pdf, err = s.bytes()
	return pdf, s.words.String(), err
}

// A logo has its place between the top of the paper and the rule below the letterhead.
const logoWidth, logoHeight, letterheadMiddle = 60.0, 15.0, 19.5

// letterhead is who writes: the agency with its mark, a client with its logo if it has one, both with the name.
func (s *sheet) letterhead() {
	x := left
	if logo := s.p.look.logo; logo != nil {
		w, h := logo.fitInto(logoWidth, logoHeight)
		s.pdf.picture(logo, left, letterheadMiddle-h/2, w, h)
		x += w + 4.5
	}
	if s.p.mark {
		s.drawMark(left, 13, 13)
		x += 17.5
	}
	size, lines := fit(s.p.sender.Name, right-x, []float64{17, 14, 12, 10, 8.5}, 2)
	y := letterheadMiddle - float64(len(lines))*lineHeight(size)/2
	for _, line := range lines {
		s.putSpans(x, y+ascent(size), line, size, s.p.look.accent)
		y += lineHeight(size)
	}
	s.line(left, 30, right, 30, 0.5, s.p.look.accent)
}

// fit finds the largest size at which a bold text takes at most maxLines lines; the smallest size takes what it needs.
func fit(text string, max float64, sizes []float64, maxLines int) (size float64, lines [][]span) {
	for _, size = range sizes {
		if lines = wrap([]span{{text, true}}, max, size); len(lines) <= maxLines {
			return size, lines
		}
	}
	return size, lines
}

// drawMark is the agency's mark: three rising bars on a square.
func (s *sheet) drawMark(x, y, side float64) {
	u := side / 13
	s.fill(x, y, side, side, 2.2*u, navy)
	for i, h := range []float64{3, 5, 7.4} {
		c := white
		if i == 2 {
			c = amber
		}
		s.fill(x+(2.6+2.9*float64(i))*u, y+(10.4-h)*u, 2*u, h*u, 0.4*u, c)
	}
}

// window writes the address into the envelope's window. Above it, small, the sender's address without its name: an envelope
// may not show that somebody has debts.
func (s *sheet) window() {
	sender := joinNonEmpty(s.p.sender.Street, s.p.sender.postcodeTown())
	back := wrap([]span{{sender, false}}, addressWidth, 6.2)
	for i, line := range back {
		s.putSpans(left, addressTop-2.6-float64(len(back)-1-i)*2.6, line, 6.2, grey)
	}
	for _, size := range []float64{10.2, 9.2, 8.2, 7.2} {
		var lines [][]span
		for _, text := range s.p.window {
			lines = append(lines, wrap([]span{{text, false}}, addressWidth, size)...)
		}
		if float64(len(lines))*lineHeight(size) > addressHeight {
			continue
		}
		for i, line := range lines {
			s.putSpans(left, addressTop+float64(i)*lineHeight(size)+ascent(size), line, size, ink)
		}
		return
	}
	if s.err == nil {
		s.err = ErrAddressTooLong
	}
}

// references stand to the right of the window; it gives where they end.
func (s *sheet) references() float64 {
	const x, valueSize, labelSize = 137.0, 8.8, 6.8
	y := 36.5
	for _, r := range s.p.references {
		s.put(x, y+ascent(labelSize), r.label, labelSize, false, grey)
		y += lineHeight(labelSize) - 0.3
		for _, line := range wrap([]span{{r.value, false}}, right-x, valueSize) {
			s.putSpans(x, y+ascent(valueSize), line, valueSize, ink)
			y += lineHeight(valueSize) - 0.4
		}
		y += 1.9
	}
	return y
}

// footers go onto every page when it is known how many there are. Fold marks go onto the first.
func (s *sheet) footers() {
	w := words[s.p.lang]
	pages := len(s.pdf.pages)
	for n := 1; n <= pages; n++ {
		s.pdf.setPage(n)
		if n == 1 {
			s.line(5, 99, 8, 99, 0.2, hairline)
			s.line(5, 198, 8, 198, 0.2, hairline)
		}
		s.line(left, 273.5, right, 273.5, 0.2, hairline)
		s.putRight(right, 277.8, fmt.Sprintf("%s %d %s %d", w.Page, n, w.Of, pages), 7, false, grey)
		y := 277.8
		for i, text := range s.p.footer {
			room := textWidth
			if i == 0 {
				room -= 26 // the page number
			}
			for _, line := range wrap([]span{{text, false}}, room, 7) {
				s.putSpans(left, y, line, 7, grey)
				y += 3.3
			}
		}
	}
}

// atoms are the subject and the blocks, cut into what may not be split.
func (s *sheet) atoms() []atom {
	var out []atom
	for _, line := range wrapWords([]span{{s.p.subject, true}}, textWidth, 12.5) {
		out = append(out, s.lineAtom(left, line, 12.5, s.p.look.accent, 0))
		out[len(out)-1].keep = true
	}
	for i, b := range s.p.blocks {
		next := i+1 < len(s.p.blocks)
		made := s.blockAtoms(b, left, textWidth, bodySize)
		if next && (b.closing() || b.kind == paragraph && s.p.blocks[i+1].closing()) {
			made[len(made)-1].keep = true
		}
		out = append(out, made...)
	}
	return out
}

// closing says whether a paragraph is a salutation or complimentary close, which ends in a comma and belongs to its neighbours.
func (b block) closing() bool {
	text := b.words()
	return b.kind == paragraph && text != "" && text[len(text)-1] == ','
}

// blockAtoms cuts one block. Words: never one line of a paragraph alone at the end or top of a page.
func (s *sheet) blockAtoms(b block, x, max, size float64) []atom {
	switch {
	case b.figure != nil:
		return s.figureAtoms(*b.figure)
	case b.payment != nil:
		return []atom{s.paymentAtom(*b.payment)}
	case b.sticker != nil:
		return []atom{s.stickerAtom(b.sticker)}
	case b.panel != nil:
		return []atom{s.panelAtom(b.panel)}
	case b.chart != nil:
		return []atom{s.chartAtom(*b.chart)}
	case b.kind == small:
		return s.wordAtoms(b.spans, x, max, smallSize, grey, 0.8, true)
	case b.kind == heading:
		return s.wordAtoms(b.spans, x, max, size+0.6, s.p.look.accent, 3.8, true)
	case b.kind == bullet:
		atoms := s.wordAtoms(b.spans, x+4, max-4, size, ink, 1.1, false)
		first := atoms[0].draw
		atoms[0].draw = func(y float64) { s.put(x+0.6, y+ascent(size), "•", size, true, s.p.look.accent); first(y) }
		return atoms
	default:
		return s.wordAtoms(b.spans, x, max, size, ink, 2.3, false)
	}
}

func (s *sheet) wordAtoms(spans []span, x, max, size float64, c colour, space float64, keep bool) []atom {
	lines := wrapWords(spans, max, size)
	atoms := make([]atom, len(lines))
	for i, line := range lines {
		atoms[i] = s.lineAtom(x, line, size, c, 0)
		atoms[i].keep = keep || (len(lines) > 1 && (i == 0 || i == len(lines)-2))
	}
	atoms[0].space = space
	return atoms
}

func (s *sheet) lineAtom(x float64, line []span, size float64, c colour, space float64) atom {
	return atom{space: space, height: lineHeight(size), draw: func(y float64) { s.putSpans(x, y+ascent(size), line, size, c) }}
}
