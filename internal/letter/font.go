package letter

import (
	_ "embed" // the fonts
	"errors"
	"fmt"
	"math"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// Open Sans 1.10 (Apache-2.0, fonts/LICENSE-OpenSans.txt), subset by pyftsubset to Latin, Latin Extended-A, Vietnamese and Romanian letters,
// punctuation and the euro sign, without hinting: names in Dutch, Polish, Turkish and the like. fonts/README.txt has the command.
var (
	//go:embed fonts/OpenSans-Regular.ttf
	regularTTF []byte
	//go:embed fonts/OpenSans-Bold.ttf
	boldTTF []byte
)

// GlyphError says which character the fonts cannot print.
type GlyphError struct {
	Rune rune
	Text string
}

func (e *GlyphError) Error() string {
	return fmt.Sprintf("character %q (%U) in %q cannot be printed; right would be a spelling in Latin letters", e.Rune, e.Rune, e.Text)
}

// weight is one weight of the font: what each character that it has is wide, in thousandths of the size.
type weight map[rune]int

var weights = map[bool]weight{false: mustWeight(regularTTF), true: mustWeight(boldTTF)}

func mustWeight(ttf []byte) weight {
	w, err := newWeight(ttf)
	if err != nil {
		panic(fmt.Sprintf("letter: read embedded font: %v", err)) // only a broken build gets here
	}
	return w
}

// lastRune is the last character that the subset has room for: U+2212, minus.
const lastRune = 0x2212

func newWeight(ttf []byte) (weight, error) {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("parse font: %w", err)
	}
	var buf sfnt.Buffer
	w := weight{}
	for r := rune(' '); r <= lastRune; r++ {
		i, err := f.GlyphIndex(&buf, r)
		if err != nil {
			return nil, fmt.Errorf("find glyph of %U: %w", r, err)
		}
		if i == 0 {
			continue
		}
		advance, err := f.GlyphAdvance(&buf, i, fixed.I(int(f.UnitsPerEm())), font.HintingNone)
		if err != nil {
			return nil, fmt.Errorf("measure glyph of %U: %w", r, err)
		}
		w[r] = int(math.Round(float64(advance) / 64 * 1000 / float64(f.UnitsPerEm())))
	}
	return w, nil
}

// Printable returns a *GlyphError for the first character that a weight lacks: a missing glyph is never a blank.
func Printable(text string) error {
	for _, r := range text {
		for _, w := range weights {
			if _, ok := w[r]; !ok {
				return &GlyphError{r, text}
			}
		}
	}
	return nil
}

// Legible is words that a person typed, on one line that the fonts can print, of at most so many characters: what they lack is a question mark.
func Legible(text string, most int) string {
	text = strings.Join(strings.Fields(norm.NFC.String(text)), " ")
	runes := []rune(strings.Map(func(r rune) rune {
		if Printable(string(r)) != nil {
			return '?'
		}
		return r
	}, text))
	if len(runes) > most {
		runes = append(runes[:most-1], '…')
	}
	return string(runes)
}

const pointInMM = 25.4 / 72

// width is what a text takes on paper, in millimetres, at a size in points.
func width(text string, size float64, bold bool) float64 {
	sum := 0
	for _, r := range text {
		sum += weights[bold][r]
	}
	return float64(sum) * size * pointInMM / 1000
}

// ErrAddressTooLong is given for an address that does not fit the window of the envelope, however small.
var ErrAddressTooLong = errors.New("address does not fit the envelope's window; right would be at most eight short lines")
