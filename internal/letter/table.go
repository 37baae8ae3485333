package letter

const (
	cellSize, headSize = 8.8, 7.4 // points
	rowPad             = 0.8      // millimetres above and below a row's words
	cellGap            = 2.5
	shortTable         = 5 // rows: up to here a table without parts is never split
)

// figureAtoms are the rows of the tables and the sums. A table's head stays with its first rows and is repeated on each page; the last row
// and the sums stay together, so that no total stands alone.
func (s *sheet) figureAtoms(f figure) []atom {
	var out []atom
	space := 4.0
	for _, g := range f.grids {
		if len(g.rows) == 0 {
			continue
		}
		if g.title != "" {
			title := s.wordAtoms([]span{{g.title, true}}, left, textWidth, cellSize, ink, space, true)
			out, space = append(out, title...), 0.8
		}
		head := s.headAtom(g, space)
		out = append(out, head)
		again := &head // what the next page begins with
		for i, row := range g.rows {
			if title := s.partAtoms(g.parts[i], &head); len(title) > 0 {
				out, again = append(out, title...), stacked(append([]atom{head}, title...))
			}
			last := i == len(g.rows)-1
			a := s.rowAtom(g.columns, row, last && g.totals, again)
			a.keep = !last && (len(g.rows) <= shortTable && g.parts == nil || i == 0 || i == len(g.rows)-2) || last && len(f.sums) > 0 && g.isLastOf(f)
			out = append(out, a)
		}
		space = 3.2
	}
	labels := sumLabels(f.sums)
	for i, sum := range f.sums {
		a := s.sumAtom(sum, labels)
		if i == 0 {
			a.space = 1.6
		}
		a.keep = i < len(f.sums)-1
		out = append(out, a)
	}
	return out
}

// partAtoms are the title of a part of a table, which stays with its first row; none without a title.
func (s *sheet) partAtoms(title string, head *atom) []atom {
	if title == "" {
		return nil
	}
	atoms := s.wordAtoms([]span{{title, true}}, left, textWidth, cellSize, ink, 0, true)
	for i := range atoms {
		atoms[i].keep, atoms[i].repeat = true, head
	}
	const above = 1.2 // also below a repeated head, where an atom has no space
	first := atoms[0].draw
	atoms[0].height, atoms[0].draw = atoms[0].height+above, func(y float64) { first(y + above) }
	return atoms
}

// stacked are atoms under each other as one.
func stacked(atoms []atom) *atom {
	var one atom
	for _, a := range atoms {
		one.height += a.height
	}
	one.draw = func(y float64) {
		for _, a := range atoms {
			a.draw(y)
			y += a.height
		}
	}
	return &one
}

func (g grid) isLastOf(f figure) bool {
	last := f.grids[len(f.grids)-1]
	return len(last.rows) > 0 && &last.rows[0] == &g.rows[0]
}

func (s *sheet) headAtom(g grid, space float64) atom {
	cells := make([][][]span, len(g.columns))
	for i, c := range g.columns {
		cells[i] = wrap([]span{{c.head, true}}, c.width-cellGap, headSize)
	}
	height := cellsHeight(cells, headSize)
	return atom{space: space, height: height, keep: true, draw: func(y float64) {
		s.drawCells(g.columns, cells, y, headSize, grey)
		s.line(left, y+height, right, y+height, 0.35, s.p.look.accent)
	}}
}

func (s *sheet) rowAtom(columns []column, row []string, strong bool, head *atom) atom {
	cells := make([][][]span, len(columns))
	for i, c := range columns {
		cells[i] = wrap([]span{{row[i], strong}}, c.width-cellGap, cellSize)
	}
	height := cellsHeight(cells, cellSize)
	return atom{height: height, repeat: head, draw: func(y float64) {
		s.drawCells(columns, cells, y, cellSize, ink)
		s.line(left, y+height, right, y+height, 0.15, hairline)
	}}
}

func cellsHeight(cells [][][]span, size float64) float64 {
	lines := 1
	for _, c := range cells {
		lines = max(lines, len(c))
	}
	return float64(lines)*lineHeight(size) + 2*rowPad
}

func (s *sheet) drawCells(columns []column, cells [][][]span, y, size float64, c colour) {
	x := left
	for i, column := range columns {
		for n, line := range cells[i] {
			at := x
			if column.right {
				at = x + column.width - spansWidth(line, size)
			}
			s.putSpans(at, y+rowPad+float64(n)*lineHeight(size)+ascent(size), line, size, c)
		}
		x += column.width
	}
}

func spansWidth(line []span, size float64) (sum float64) {
	for _, piece := range line {
		sum += width(piece.text, size, piece.bold)
	}
	return sum
}

// Labels of sums begin at sumsLeft, or as much before it as the longest needs.
const sumsLeft, sumGap = left + 73, 4.0

func sumLabels(sums []pair) (x float64) {
	x = sumsLeft
	for _, sum := range sums {
		x = min(x, right-width(sum.value, sumSize(sum), sum.strong)-sumGap-width(sum.label, sumSize(sum), sum.strong))
	}
	return max(x, left)
}

func sumSize(sum pair) float64 {
	if sum.strong {
		return bodySize + 0.8
	}
	return cellSize
}

// sumAtom is a label at x and an amount at the right edge; a total stands out.
func (s *sheet) sumAtom(sum pair, x float64) atom {
	size, c := sumSize(sum), ink
	height := lineHeight(size) + 1.2
	if sum.strong {
		c = s.p.look.accent
		height += 1.8
	}
	return atom{height: height, draw: func(y float64) {
		base := y + (height-lineHeight(size))/2 + ascent(size)
		if sum.strong {
			s.fill(x-3, y+0.6, right-x+3, height-0.6, 0, tint)
			s.line(x-3, y+0.6, right, y+0.6, 0.35, s.p.look.accent)
		}
		s.put(x, base, sum.label, size, sum.strong, c)
		s.putRight(right, base, sum.value, size, sum.strong, c)
	}}
}
