package letter

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Brand is how a client's own letters look; the zero value is our house style, and neutral in a sample letter. The logo stands beside the client's name and never instead of it:
// the certificate, and who cannot see a picture, read the name.
type Brand struct {
	Colour string // like #18345c: of name, rules, headings and boxes
	Logo   []byte // a PNG or JPEG file
}

// BrandError says what of a brand cannot be printed, and what would be right.
type BrandError struct{ Key, Problem string }

func (e *BrandError) Error() string { return e.Key + ": " + e.Problem }

// Check returns a *BrandError for what cannot be printed, or could not be read on white paper.
func (b Brand) Check() error {
	_, err := b.look()
	return err
}

// look is what tells the paper of one sender from that of another.
type look struct {
	accent colour
	logo   *picture
	file   []byte // of the logo: a Word document has it as it is
}

// house is the look of the agency, and of the letters that it writes for clients without a brand.
var house = look{accent: navy}

// neutral is the look of a letter in which the agency has no part: a sample that a client without a brand sends itself.
var neutral = look{accent: ink}

func (b Brand) look() (look, error) { return b.over(house) }

// over is the look where a brand takes the place of what it names.
func (b Brand) over(base look) (look, error) {
	out := base
	var err error
	if b.Colour != "" {
		if out.accent, err = accentOf(b.Colour); err != nil {
			return base, &BrandError{"colour", err.Error()}
		}
	}
	if len(b.Logo) > 0 {
		if out.logo, err = pictureOf(b.Logo); err != nil {
			return base, &BrandError{"logo", err.Error()}
		}
		out.file = b.Logo
	}
	return out, nil
}

var hexColour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// minContrast is what WCAG 2.1 asks of text (success criterion 1.4.3, level AA).
const minContrast = 4.5

func accentOf(text string) (colour, error) {
	if !hexColour.MatchString(text) {
		return colour{}, fmt.Errorf("%q is not a colour; right would be # and six hexadecimal digits: #18345c", text)
	}
	n, _ := strconv.ParseUint(strings.TrimPrefix(text, "#"), 16, 32) // the digits were looked at
	c := colour{int(n >> 16), int(n >> 8 & 0xff), int(n & 0xff)}
	if ratio := c.contrast(); ratio < minContrast {
		return c, fmt.Errorf("%s has a contrast of %.2f to 1 on white, too little to read; right would be a darker one, of at least %.1f to 1 (WCAG 2.1)", text, math.Floor(ratio*100)/100, minContrast)
	}
	return c, nil
}

// contrast is that of a colour on white, as WCAG 2.1 defines it.
func (c colour) contrast() float64 {
	linear := func(part int) float64 {
		v := float64(part) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b) + 0.05)
}
