package letter_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"slices"
	"testing"

	"github.com/incassocenter/dunning/internal/letter"
)

// bundle is every kind of letter there is, some of them with a brand.
func bundle(t *testing.T) (letters [][]byte) {
	t.Helper()
	for _, s := range stories() {
		letters = append(letters, compose(t, s.letter).PDF)
	}
	jpeg := branded(t, letter.Reminder)
	jpeg.Brand.Logo = asJPEG(t, plainRed(90, 30))
	for _, l := range []letter.Letter{branded(t, letter.Reminder), jpeg, branded(t, letter.StickerReminder), branded(t, letter.Summons)} {
		letters = append(letters, compose(t, l).PDF)
	}
	return append(letters, composeAdvice(t, advice(letter.English)).PDF)
}

func batchOf(t *testing.T, letters [][]byte) (pdf []byte, parts []letter.Part) {
	t.Helper()
	b := letter.NewBatch()
	for i, l := range letters {
		part, err := b.Add(l)
		if err != nil {
			t.Fatalf("letter %d: %v", i+1, err)
		}
		parts = append(parts, part)
	}
	return b.PDF("Letters of 2026-11-23", day("2026-11-23")), parts
}

// seen is what a page says and how it looks.
type seen struct {
	text  string
	looks image.Image
}

func look(t *testing.T, pdf []byte) (pages []seen) {
	t.Helper()
	onPaper(t, pdf, func(p *paper) {
		for n := range p.pages {
			pages = append(pages, seen{p.pageText(n), p.inColour(n)})
		}
	})
	return pages
}

// Page by page a batch says what its letters say and looks as they look; what they share is in it once.
func TestABatchIsItsLetters(t *testing.T) {
	t.Parallel()
	letters := bundle(t)
	pdf, parts := batchOf(t, letters)
	if *show != "" {
		write(t, *show+"/batch.pdf", pdf)
	}
	pages, first, bytesAlone := look(t, pdf), 1, 0
	for i, l := range letters {
		alone := look(t, l)
		bytesAlone += len(l)
		if parts[i] != (letter.Part{First: first, Pages: len(alone)}) {
			t.Fatalf("letter %d is at %+v, want page %d, %d pages", i+1, parts[i], first, len(alone))
		}
		for n, want := range alone {
			got := pages[first-1+n]
			if got.text != want.text {
				t.Errorf("letter %d, page %d says %q, alone %q", i+1, n+1, got.text, want.text)
			}
			if !bytes.Equal(got.looks.(*image.RGBA).Pix, want.looks.(*image.RGBA).Pix) {
				t.Errorf("letter %d, page %d looks different", i+1, n+1)
			}
		}
		first += len(alone)
	}
	if len(pages) != first-1 {
		t.Errorf("%d pages, want %d", len(pages), first-1)
	}
	onPaper(t, pdf, func(p *paper) {
		if fonts := p.fonts(); len(fonts) != 2 {
			t.Errorf("fonts %v", fonts)
		}
		if title := p.metadata()["Title"]; title != "Letters of 2026-11-23" {
			t.Errorf("it is called %q", title)
		}
	})
	if n := bytes.Count(pdf, []byte("/FontFile2")); n != 2 {
		t.Errorf("%d font files", n)
	}
	if n := bytes.Count(pdf, []byte("/Subtype /Image")); n != 3 { // two logos, one of them with a mask
		t.Errorf("%d pictures", n)
	}
	if len(pdf)*2 > bytesAlone {
		t.Errorf("%d bytes; the letters alone have %d", len(pdf), bytesAlone)
	}
}

func TestTheSameLettersAreTheSameBatch(t *testing.T) {
	t.Parallel()
	letters := bundle(t)
	first, _ := batchOf(t, letters)
	if again, _ := batchOf(t, letters); !bytes.Equal(first, again) {
		t.Error("two batches of the same letters differ")
	}
	slices.Reverse(letters)
	if other, _ := batchOf(t, letters); bytes.Equal(first, other) {
		t.Error("the order of the letters makes no difference")
	}
}

// What this program did not write, or wrote with other fonts, is refused, and a damaged file never ends the program. The batch goes on without it.
func TestABatchRefusesWhatIsNoLetter(t *testing.T) {
	t.Parallel()
	whole := compose(t, branded(t, letter.Reminder)).PDF
	b := letter.NewBatch()
	refuse := func(what string, pdf []byte) {
		if part, err := b.Add(pdf); !errors.Is(err, letter.ErrForeign) {
			t.Errorf("%s: %+v, %v", what, part, err)
		}
	}
	refuse("nothing", nil)
	refuse("the beginning of a PDF", []byte("%PDF-1.7 letter a1"))
	refuse("a table of nothing", []byte("%PDF-1.7\nxref\n0 0\nstartxref\n9\n%%EOF\n"))
	refuse("a table of more than there is", []byte("%PDF-1.7\nxref\n0 999999999\nstartxref\n9\n%%EOF\n"))
	for what, c := range map[string]struct {
		stream int
		change func([]byte) []byte
	}{
		"a font whose glyphs look different": {letter.FontOutlines, func(font []byte) []byte { font[len(font)/2] ^= 1; return font }},
		"a font whose glyphs have other numbers": {letter.FontNames, func(names []byte) []byte {
			return bytes.Replace(names, []byte("> <0041> end"), []byte("> <0042> end"), 1)
		}},
		"a font with a glyph that is not in there": {letter.FontNames, func(names []byte) []byte {
			return bytes.Replace(names, []byte("1 beginbfchar"), []byte("<FFFF> <0041> endbfchar\n1 beginbfchar"), 1)
		}},
	} {
		forged, err := letter.Forged(whole, c.stream, c.change)
		if err != nil {
			t.Fatal(err)
		}
		refuse(what, forged)
	}
	if same, err := letter.Forged(whole, letter.FontNames, func(names []byte) []byte { return names }); err != nil {
		t.Error(err)
	} else if _, err := letter.NewBatch().Add(same); err != nil {
		t.Errorf("forged into itself: %v", err)
	}
	for cut := 0; cut < len(whole); cut += 101 {
		refuse(fmt.Sprintf("the first %d bytes", cut), whole[:cut])
	}
	for at := 0; at < len(whole); at += 31 {
		broken := bytes.Clone(whole)
		broken[at] ^= 0x11
		if _, err := letter.NewBatch().Add(broken); err != nil && !errors.Is(err, letter.ErrForeign) {
			t.Errorf("byte %d changed: %v", at, err)
		}
	}
	if part, err := b.Add(whole); err != nil || part != (letter.Part{First: 1, Pages: 1}) {
		t.Errorf("after all that a letter is at %+v, %v", part, err)
	}
}
