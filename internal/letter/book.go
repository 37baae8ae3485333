package letter

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
)

// book is a file of parts, each of which begins on a new page: what is written for it, and letters as they left. Its pages are numbered through, and its first
// pages are the table of contents.
type book struct {
	title, file string
	on          calendar.Date
	preview     bool
	parts       []bookPart
}

// bookPart has its pages, and its place in the table of contents when it has a title.
type bookPart struct {
	title  string
	leaves []leaf
	used   inks
}

// marks are the parts with the pages on which they begin, after so many pages before the first.
func (b *book) marks(before int) (marks []mark) {
	for _, p := range b.parts {
		if p.title != "" {
			marks = append(marks, mark{p.title, before + 1})
		}
		before += len(p.leaves)
	}
	return marks
}

// bind makes the file. contents draws the table of contents: its own length moves the pages it tells, so it is drawn once to be measured.
func (b *book) bind(contents func(marks []mark) (bookPart, error)) ([]byte, error) {
	measured, err := contents(b.marks(0))
	if err != nil {
		return nil, err
	}
	first := len(measured.leaves)
	front, err := contents(b.marks(first))
	if err != nil {
		return nil, err
	}
	all := NewBatch()
	for _, p := range slices.Concat([]bookPart{front}, b.parts) {
		all.take(p.leaves, p.used)
	}
	for i := range all.leaves {
		if all.leaves[i], err = b.stamped(all.leaves[i], i+1, len(all.leaves), all.used); err != nil {
			return nil, err
		}
	}
	marks := append([]mark{{front.title, 1}}, b.marks(first)...)
	return bind(about{title: b.title, language: "nl-NL", created: noon(b.on)}, all.used, all.leaves, marks), nil
}

// stamped is a page with the file and its number in it above its own head, and across it, below its words, that it is a preview.
func (b *book) stamped(l leaf, page, pages int, used inks) (leaf, error) {
	content, err := inflate(l.content)
	if err != nil {
		return l, err
	}
	const size, edge, base = 6.5, 204.0, 8.0
	over := newDocument()
	over.addPage()
	text := fmt.Sprintf("Dossier %s%sblad %d van %d", b.file, separator, page, pages)
	over.text(edge-width(text, size, false), base, text, size, false, grey)
	under := newDocument()
	under.addPage()
	if b.preview {
		under.turned(52, 45, 245, func() { under.text(45, 245, previewMark, 88, true, colour{226, 229, 234}) })
	}
	for _, d := range []*document{over, under} {
		for bold, glyphs := range d.used {
			for glyph, r := range glyphs {
				used.add(bold, glyph, r)
			}
		}
	}
	return leaf{deflate(slices.Concat(under.pages[0].Bytes(), content, over.pages[0].Bytes())), l.logo}, nil
}

const previewMark = "VOORBEELD"
