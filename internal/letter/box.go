package letter

import (
	"cmp"
	"fmt"

	"rsc.io/qr"
)

const (
	boxPad  = 3.6
	qrSide  = 30.0 // millimetres with its quiet zone
	qrQuiet = 4    // modules, EPC069-12 and ISO 18004
)

// paymentAtom is the box with account, name, amount, reference and the code to scan.
func (s *sheet) paymentAtom(p payment) atom {
	const labelWidth, valueX = 33.0, left + 5 + 33.0
	valueWidth := right - valueX - 2*boxPad
	if p.qr != "" {
		valueWidth -= qrSide
	}
	values := make([][][]span, len(p.rows))
	height := lineHeight(bodySize+0.6) + 1.5
	for i, r := range p.rows {
		values[i] = wrap([]span{{r.value, r.strong}}, valueWidth, bodySize)
		height += float64(len(values[i]))*lineHeight(bodySize) + 0.5
	}
	height += 2*boxPad - 1
	if p.qr != "" {
		height = max(height, qrSide+lineHeight(6.6)+2*boxPad-1)
	}
	return atom{space: 5, height: height, draw: func(y float64) {
		s.fill(left, y, textWidth, height, 0, tint)
		s.fill(left, y, 1.2, height, 0, s.p.look.accent)
		at := y + boxPad
		s.put(left+5, at+ascent(bodySize+0.6), p.title, bodySize+0.6, true, s.p.look.accent)
		at += lineHeight(bodySize+0.6) + 1.5
		for i, r := range p.rows {
			s.put(left+5, at+ascent(bodySize), r.label, bodySize-0.8, false, grey)
			for _, line := range values[i] {
				s.putSpans(valueX, at+ascent(bodySize), line, bodySize, ink)
				at += lineHeight(bodySize)
			}
			at += 0.5
		}
		if p.qr != "" {
			s.drawQR(p, right-qrSide-boxPad, y+boxPad-0.5)
		}
	}}
}

// drawQR draws the code as squares, one rectangle per run of dark modules, and what it is below.
func (s *sheet) drawQR(p payment, x, y float64) {
	s.put(x+(qrSide-width(p.caption, 6.6, false))/2, y+qrSide+ascent(6.6), p.caption, 6.6, false, grey)
	code, err := qr.Encode(p.qr, qr.M)
	if err != nil {
		s.err = cmp.Or(s.err, fmt.Errorf("encode QR: %w", err))
		return
	}
	s.fill(x, y, qrSide, qrSide, 0, white)
	module := qrSide / float64(code.Size+2*qrQuiet)
	s.pdf.fillWith(colour{0, 0, 0})
	for row := range code.Size {
		for col := 0; col < code.Size; col++ {
			start := col
			for col < code.Size && code.Black(col, row) {
				col++
			}
			if col > start {
				s.pdf.rect(x+float64(start+qrQuiet)*module, y+float64(row+qrQuiet)*module, float64(col-start)*module, module)
			}
		}
	}
}

// panelAtom is the rights block: one box that is never split.
func (s *sheet) panelAtom(blocks []block) atom {
	var inner []atom
	for i, b := range blocks {
		made := s.blockAtoms(b, left+5, textWidth-10, smallSize)
		if i == 0 {
			made[0].space = 0
		}
		inner = append(inner, made...)
	}
	height := 2 * 3.2
	for _, a := range inner {
		height += a.space + a.height
	}
	return atom{space: 5, height: height, draw: func(y float64) {
		s.frame(left, y, textWidth, height, 1.5, 0.3, hairline)
		y += 3.2
		for _, a := range inner {
			y += a.space
			a.draw(y)
			y += a.height
		}
	}}
}

// stickerAtom is the "betaalversneller": a bright label, stuck on a little askew, with the agency's name and in its colours. Its lines are a title, what to do,
// and what happens otherwise.
func (s *sheet) stickerAtom(lines []string) atom {
	const wide, pad = 128.0, 7.0
	x := left + (textWidth-wide)/2
	textX, textMax := x+pad+17, wide-2*pad-17
	type set struct {
		lines [][]span
		size  float64
	}
	var sets []set
	height := 2 * 5.0
	for i, text := range lines {
		sizes := []float64{[]float64{8.5, 14, 9.6}[min(i, 2)], 9.6, 8.5}
		size, wrapped := fit(text, textMax, sizes, 1+min(i, 1))
		sets = append(sets, set{wrapped, size})
		height += float64(len(wrapped)) * lineHeight(size)
	}
	return atom{space: 6, height: height + 2.5, draw: func(y float64) {
		s.pdf.turned(1.6, x+wide/2, y+height/2, func() {
			s.fill(x+0.9, y+1.1, wide, height, 3, hairline)
			s.fill(x, y, wide, height, 3, amber)
			s.frame(x+1.6, y+1.6, wide-3.2, height-3.2, 2.2, 0.5, navy)
			s.drawMark(x+pad, y+(height-13)/2, 13)
			at := y + 5.0
			for _, t := range sets {
				for _, line := range t.lines {
					s.putSpans(textX, at+ascent(t.size), line, t.size, navy)
					at += lineHeight(t.size)
				}
			}
		})
	}}
}
