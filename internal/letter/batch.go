package letter

import (
	"crypto/sha256"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
)

// Batch is many finished letters in one PDF for the print house: each begins on a new page and looks as it does alone, and the fonts, with the
// glyphs that any letter uses, and each logo are in it once. Letters are not written anew: their pages are taken over as they are.
type Batch struct {
	leaves []leaf
	used   inks
	logos  map[[sha256.Size]byte]*picture
}

// Part is where a letter is in a batch. First is the number of its first page, from 1 on.
type Part struct{ First, Pages int }

// NewBatch is a batch without letters.
func NewBatch() *Batch {
	return &Batch{used: inks{false: {}, true: {}}, logos: map[[sha256.Size]byte]*picture{}}
}

// Add puts a letter behind those that are there. ErrForeign leaves the batch as it was.
func (b *Batch) Add(pdf []byte) (Part, error) {
	leaves, own, err := readLeaves(pdf)
	if err != nil {
		return Part{}, err
	}
	return b.take(leaves, own), nil
}

// readLeaves takes a finished letter apart: its pages, and the glyphs that it uses.
func readLeaves(pdf []byte) (leaves []leaf, own inks, err error) {
	w, err := readBack(pdf)
	if err != nil {
		return nil, nil, err
	}
	pages, err := w.pages()
	if err != nil {
		return nil, nil, err
	}
	leaves = make([]leaf, len(pages))
	for i, n := range pages {
		var logo int
		if leaves[i].content, logo, err = w.page(n); err != nil {
			return nil, nil, err
		}
		if logo == 0 {
			continue
		}
		if leaves[i].logo, err = w.picture(logo); err != nil {
			return nil, nil, err
		}
	}
	own = inks{false: {}, true: {}}
	return leaves, own, w.glyphs(own)
}

// take adds pages that were read, with pictures that are there already shared.
func (b *Batch) take(leaves []leaf, own inks) Part {
	part := Part{First: len(b.leaves) + 1, Pages: len(leaves)}
	for _, l := range leaves {
		if l.logo != nil && l.logo.of == nil {
			key := l.logo.key()
			if b.logos[key] == nil {
				b.logos[key] = l.logo
			}
			l.logo = b.logos[key]
		}
		b.leaves = append(b.leaves, l)
	}
	for bold, glyphs := range own {
		for glyph, r := range glyphs {
			b.used.add(bold, glyph, r)
		}
	}
	return part
}

// key tells pictures apart by what is printed of them.
func (p *picture) key() (sum [sha256.Size]byte) {
	h := sha256.New()
	for _, part := range []packed{p.image, p.mask} {
		one := sha256.Sum256(append([]byte(part.entries), part.data...))
		_, _ = h.Write(one[:]) // a hash takes everything
	}
	copy(sum[:], h.Sum(nil))
	return sum
}

// Pages is how many pages the batch has.
func (b *Batch) Pages() int { return len(b.leaves) }

// PDF is the batch as one file, which calls itself title and is of a day. The same letters in the same order give the same bytes.
func (b *Batch) PDF(title string, on calendar.Date) []byte {
	return bind(about{title: title, language: "nl-NL", created: noon(on)}, b.used, b.leaves, nil)
}

// noon is the instant that a file of a day says it was made at: the same file is the same bytes.
func noon(on calendar.Date) time.Time {
	return time.Date(on.Year(), on.Month(), on.Day(), 12, 0, 0, 0, time.UTC)
}
