package letter

// atom is the smallest thing that a page break cannot split.
type atom struct {
	space  float64 // above it, except at the top of a page
	height float64
	keep   bool // stays on the page of the next atom
	draw   func(y float64)
	repeat *atom // drawn first when a page starts with this atom: the head of a table
}

// spot is where an atom comes to stand.
type spot struct {
	atom
	page int     // 0 is the one that the flow begins on
	y    float64 // of its top
	head float64 // of what is repeated above it; 0 when nothing is
}

// flow puts atoms under each other, from y on this page, over as many pages as it takes, which may be one fewer with less space between them.
func (s *sheet) flow(atoms []atom, y float64) {
	spots := layOut(atoms, y, 1)
	for _, squeeze := range []float64{0.95, 0.9, 0.85, tightest} {
		if tighter := layOut(atoms, y, squeeze); pagesOf(tighter) < pagesOf(spots) {
			spots = tighter
			break
		}
	}
	page := 0
	for _, at := range spots {
		if at.page > page {
			page = at.page
			s.nextPage()
		}
		if at.head > 0 {
			at.repeat.draw(at.head)
		}
		at.draw(at.y)
	}
}

// tightest is what is left of the spaces at the least: less is seen.
const tightest = 0.8

func pagesOf(spots []spot) int { return spots[len(spots)-1].page + 1 }

// layOut gives each atom its place. Atoms chained by keep move to the next page together. Spaces are multiplied by squeeze.
func layOut(atoms []atom, y, squeeze float64) []spot {
	l := layout{y: y, squeeze: squeeze}
	for len(atoms) > 0 {
		n, need := l.chain(atoms)
		if l.y+need > bottom && !l.fresh {
			l.page, l.y, l.fresh = l.page+1, nextPageTop, true
		}
		if l.y+need > bottom+squeeze*atoms[0].space { // longer than a page: break where it must
			n = 1
		}
		for _, a := range atoms[:n] {
			l.place(a)
		}
		atoms = atoms[n:]
	}
	return l.spots
}

// layout is where the next atom comes to stand.
type layout struct {
	spots   []spot
	page    int
	y       float64
	squeeze float64
	fresh   bool // nothing on this page yet
}

// chain is how many atoms belong together and how high they are.
func (l *layout) chain(atoms []atom) (n int, height float64) {
	for n < len(atoms) {
		height += l.squeeze*atoms[n].space + atoms[n].height
		n++
		if !atoms[n-1].keep {
			break
		}
	}
	return n, height
}

func (l *layout) place(a atom) {
	at := spot{atom: a, page: l.page}
	if l.fresh && a.repeat != nil {
		at.head = l.y
		l.y += a.repeat.height
	}
	if !l.fresh {
		l.y += l.squeeze * a.space
	}
	at.y = l.y
	l.y += a.height
	l.fresh = false
	l.spots = append(l.spots, at)
}

// nextPage starts a page that says which letter it belongs to.
func (s *sheet) nextPage() {
	s.addPage()
	w := words[s.p.lang]
	about := s.p.lang.date(s.p.on)
	for _, r := range s.p.references {
		if r.label == w.FileReference {
			about = r.label + " " + r.value + separator + about
		}
	}
	s.running = true
	s.putRight(right, 17, about, smallSize, false, grey)
	s.put(left, 17, firstLine(s.p.sender.Name, textWidth-width(about, smallSize, false)-8, smallSize), smallSize, true, s.p.look.accent)
	s.running = false
	s.line(left, 19.5, right, 19.5, 0.2, hairline)
}

// firstLine is as much of a text as fits on one line: for running heads only, where the whole stands elsewhere on the letter.
func firstLine(text string, max, size float64) string {
	line := wrap([]span{{text, true}}, max, size)[0]
	if len(line) == 0 {
		return ""
	}
	return line[0].text
}
