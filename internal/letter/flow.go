package letter

// atom is the smallest thing that a page break cannot split.
type atom struct {
	space  float64 // above it, except at the top of a page
	height float64
	keep   bool // stays on the page of the next atom
	draw   func(y float64)
	repeat *atom // drawn first when a page starts with this atom: the head of a table
}

// flow puts atoms under each other over as many pages as it takes. Atoms chained by keep move to the next page together.
func (s *sheet) flow(atoms []atom) {
	for len(atoms) > 0 {
		n, need := chain(atoms)
		if s.y+need > bottom && !s.fresh {
			s.nextPage()
			n, need = chain(atoms)
		}
		if s.y+need > bottom+atoms[0].space { // longer than a page: break where it must
			n = 1
		}
		for _, a := range atoms[:n] {
			s.place(a)
		}
		atoms = atoms[n:]
	}
}

// chain is how many atoms belong together and how high they are.
func chain(atoms []atom) (n int, height float64) {
	for n < len(atoms) {
		height += atoms[n].space + atoms[n].height
		n++
		if !atoms[n-1].keep {
			break
		}
	}
	return n, height
}

func (s *sheet) place(a atom) {
	if s.fresh {
		if a.repeat != nil {
			a.repeat.draw(s.y)
			s.y += a.repeat.height
		}
	} else {
		s.y += a.space
	}
	a.draw(s.y)
	s.y += a.height
	s.fresh = false
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
	s.y = nextPageTop
}

// firstLine is as much of a text as fits on one line: for running heads only, where the whole stands elsewhere on the letter.
func firstLine(text string, max, size float64) string {
	line := wrap([]span{{text, true}}, max, size)[0]
	if len(line) == 0 {
		return ""
	}
	return line[0].text
}
