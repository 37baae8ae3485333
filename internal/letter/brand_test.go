package letter_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/letter"
)

const green = "#0b6b5d"

// sampleLogo is the picture of the sample client: half transparent, as logos are.
func sampleLogo(t *testing.T) []byte {
	t.Helper()
	file, err := config.Data.ReadFile("samples/voorbeeld-energie.png")
	if err != nil {
		t.Fatal(err)
	}
	if len(file) > 5000 {
		t.Errorf("the sample's logo has %d bytes", len(file))
	}
	return file
}

// branded is an ordinary letter of a kind, of a client with a brand.
func branded(t *testing.T, kind letter.Kind) letter.Letter {
	l := complete(sample(kind, letter.Dutch, true))
	l.Brand = letter.Brand{Colour: green, Logo: sampleLogo(t)}
	return l
}

// plainRed is a picture without transparency.
func plainRed(width, height int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{200, 0, 0, 255}), image.Point{}, draw.Src)
	return img
}

func asPNG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func asJPEG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, nil); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// The client's own letters show its logo and its colour, and say the same; they stay lawful.
func TestOwnLettersShowTheBrand(t *testing.T) {
	t.Parallel()
	for _, kind := range []letter.Kind{letter.Reminder, letter.StickerReminder} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			l := branded(t, kind)
			plain := l
			plain.Brand = letter.Brand{}
			d, without := compose(t, l), compose(t, plain)
			if *show != "" {
				write(t, *show+"/branded-"+string(kind)+".pdf", d.PDF)
			}
			if d.Text != without.Text || d.Subject != without.Subject {
				t.Error("the words differ from those of the letter without a brand")
			}
			if failed := l.Certify(d, lawful(l)).Failed(); len(failed) > 0 {
				t.Errorf("%v", failed)
			}
			onPaper(t, d.PDF, func(p *paper) {
				boxes := p.images()
				if len(boxes) != 1 || boxes[0].Dx() > 60 || boxes[0].Dy() > 15 || boxes[0].Min.Y < 8 || boxes[0].Max.Y > 30 {
					t.Errorf("pictures on page 1, in millimetres: %v", boxes)
				}
				if !strings.Contains(squeezed(p.text()), l.Client.Name) {
					t.Error("the client's name is no text")
				}
				used, own, navy := p.colours(), color.RGBA{0x0b, 0x6b, 0x5d, 255}, color.RGBA{24, 52, 92, 255}
				if !used[own] || used[navy] != (kind == letter.StickerReminder) { // the sticker is the agency's
					t.Errorf("written and drawn in %v", used)
				}
			})
			if more := len(d.PDF) - len(without.PDF); more > len(l.Brand.Logo)+1500 {
				t.Errorf("a logo of %d bytes makes the letter %d bytes larger", len(l.Brand.Logo), more)
			}
		})
	}
}

// The agency's letters are the same bytes, whatever their client's brand is.
func TestLettersOfTheAgencyShowNoBrand(t *testing.T) {
	t.Parallel()
	for _, kind := range []letter.Kind{letter.FourteenDayLetter, letter.Summons, letter.FinalSummons, letter.MonitoringLetter} {
		l := branded(t, kind)
		d := compose(t, l)
		l.Brand = letter.Brand{}
		if !bytes.Equal(d.PDF, compose(t, l).PDF) {
			t.Errorf("%s changes with the client's brand", kind)
		}
		onPaper(t, d.PDF, func(p *paper) {
			if boxes := p.images(); len(boxes) > 0 {
				t.Errorf("%s has pictures: %v", kind, boxes)
			}
		})
	}
}

// The sticker is the agency's: it looks the same on the letter of a client with a brand.
func TestTheStickerKeepsTheAgencysColours(t *testing.T) {
	t.Parallel()
	plain := branded(t, letter.StickerReminder)
	plain.Brand = letter.Brand{}
	if a, b := sticker(t, branded(t, letter.StickerReminder)), sticker(t, plain); a.Rect.Dx() < 200 || a.Rect != b.Rect || !bytes.Equal(a.Pix, b.Pix) {
		t.Errorf("the sticker at %v is drawn in another way at %v", a.Rect, b.Rect)
	}
}

// sticker cuts the sticker out of its page: everything between its first and last amber.
func sticker(t *testing.T, l letter.Letter) *image.RGBA {
	t.Helper()
	cut := image.NewRGBA(image.Rectangle{})
	onPaper(t, compose(t, l).PDF, func(p *paper) {
		for n := range p.pages {
			page, area := p.inColour(n), image.Rectangle{}
			for y := range page.Rect.Dy() {
				for x := range page.Rect.Dx() {
					if page.RGBAAt(x, y) == (color.RGBA{255, 196, 0, 255}) {
						area = area.Union(image.Rect(x, y, x+1, y+1))
					}
				}
			}
			if !area.Empty() {
				cut = image.NewRGBA(area)
				draw.Draw(cut, area, page, area.Min, draw.Src)
			}
		}
	})
	return cut
}

// Every form of picture that is let in is printed in its colours.
func TestPicturesThatCanBePrinted(t *testing.T) {
	t.Parallel()
	red := plainRed(120, 40)
	grey, palette, half := image.NewGray(red.Rect), image.NewPaletted(red.Rect, color.Palette{color.RGBA{200, 0, 0, 255}, color.White}), image.NewNRGBA(red.Rect)
	for i := range grey.Pix {
		grey.Pix[i] = 100
	}
	for i := 0; i < len(half.Pix); i += 4 {
		copy(half.Pix[i:], []uint8{145, 0, 0, 128}) // on white that is 200, 127, 127
	}
	for name, c := range map[string]struct {
		file []byte
		want color.RGBA
	}{
		"PNG in RGB":               {asPNG(t, red), color.RGBA{200, 0, 0, 255}},
		"PNG in grey":              {asPNG(t, grey), color.RGBA{100, 100, 100, 255}},
		"PNG with a palette":       {asPNG(t, palette), color.RGBA{200, 0, 0, 255}},
		"PNG that is half clear":   {asPNG(t, half), color.RGBA{200, 127, 127, 255}},
		"JPEG in colour":           {asJPEG(t, red), color.RGBA{200, 0, 0, 255}},
		"JPEG in grey":             {asJPEG(t, grey), color.RGBA{100, 100, 100, 255}},
		"PNG of 2000 x 500 pixels": {asPNG(t, plainRed(2000, 500)), color.RGBA{200, 0, 0, 255}},
	} {
		l := branded(t, letter.Reminder)
		l.Brand.Logo = c.file
		onPaper(t, compose(t, l).PDF, func(p *paper) {
			boxes := p.images()
			if len(boxes) != 1 {
				t.Errorf("%s: pictures %v", name, boxes)
				return
			}
			middle := boxes[0].Min.Add(boxes[0].Size().Div(2))
			if got := p.inColour(0).RGBAAt(2*middle.X, 2*middle.Y); !near(got, c.want) {
				t.Errorf("%s: %v in the middle, want %v", name, got, c.want)
			}
		})
	}
}

func near(a, b color.RGBA) bool {
	off := func(x, y uint8) bool { return max(x, y)-min(x, y) > 4 }
	return !off(a.R, b.R) && !off(a.G, b.G) && !off(a.B, b.B)
}

func TestBrandsThatCannotBePrinted(t *testing.T) {
	t.Parallel()
	progressive := asJPEG(t, plainRed(8, 8))
	progressive[bytes.Index(progressive, []byte{0xff, 0xc0})+1] = 0xc2
	whole := asPNG(t, plainRed(300, 300))
	for _, c := range []struct {
		name  string
		brand letter.Brand
		want  string // empty: it can
	}{
		{"none", letter.Brand{}, ""},
		{"navy", letter.Brand{Colour: "#18345c"}, ""},
		{"the lightest grey that can be read", letter.Brand{Colour: "#767676"}, ""},
		{"one step lighter", letter.Brand{Colour: "#777777"}, "colour: #777777 has a contrast of 4.47 to 1 on white, too little to read; right would be a darker one, of at least 4.5 to 1 (WCAG 2.1)"},
		{"amber", letter.Brand{Colour: "#FFC400"}, "colour: #FFC400 has a contrast of 1.59 to 1"},
		{"a name", letter.Brand{Colour: "navy"}, `colour: "navy" is not a colour; right would be # and six hexadecimal digits: #18345c`},
		{"three digits", letter.Brand{Colour: "#fff"}, `colour: "#fff" is not a colour`},
		{"a text", letter.Brand{Logo: []byte("<svg>")}, "logo: is not a picture that can be printed; right would be a PNG or JPEG file"},
		{"half a PNG", letter.Brand{Logo: whole[:len(whole)/2]}, "logo: cannot be read (png: invalid format: not enough pixel data); right would be a whole PNG file"},
		{"a PNG without anything", letter.Brand{Logo: whole[:8]}, "logo: cannot be read (unexpected EOF)"},
		{"half a JPEG", letter.Brand{Logo: asJPEG(t, plainRed(300, 300))[:700]}, "logo: cannot be read (invalid JPEG format: short Huffman data); right would be a whole JPEG file"},
		{"a progressive JPEG", letter.Brand{Logo: progressive}, "logo: is a progressive JPEG"},
		{"16 bits", letter.Brand{Logo: asPNG(t, image.NewRGBA64(image.Rect(0, 0, 4, 4)))}, "logo: has 16 bits for each colour; right would be 8"},
		{"2001 pixels high", letter.Brand{Logo: asPNG(t, plainRed(10, 2001))}, "logo: is 10 x 2001 pixels; right would be at most 2000 x 2000"},
		{"300,001 bytes", letter.Brand{Logo: append(whole, make([]byte, 300_001-len(whole))...)}, "logo: has 300001 bytes; right would be at most 300000"},
	} {
		err := c.brand.Check()
		var wrong *letter.BrandError
		if c.want == "" && err != nil || c.want != "" && (!errors.As(err, &wrong) || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	l := branded(t, letter.Reminder)
	l.Brand.Colour = "#ffffff"
	var invalid *letter.InvalidError
	if _, err := letter.Compose(l); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "client's brand: colour: #ffffff") {
		t.Errorf("white on white: %v", err)
	}
}

// A letter is the same bytes again, also when a picture of the same look was packed in between.
func TestBrandedLettersAreTheSameBytes(t *testing.T) {
	t.Parallel()
	l := branded(t, letter.StickerReminder)
	first := compose(t, l)
	for i := range 70 { // more than are kept
		other := l
		other.Brand.Logo = asPNG(t, plainRed(3, 2+i))
		if bytes.Equal(compose(t, other).PDF, first.PDF) {
			t.Fatal("another logo makes the same letter")
		}
	}
	if again := compose(t, l); again.SHA256 != first.SHA256 {
		t.Error("the letter is not what it was before")
	}
}
