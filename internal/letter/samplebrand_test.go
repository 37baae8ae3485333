package letter_test

import (
	"image/color"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/letter"
)

var agencyNavy = color.RGBA{24, 52, 92, 255}

// A sample is the client's own letter: in its colour with its logo, or else black; never in the colour of the agency.
func TestSamplesShowTheBrand(t *testing.T) {
	t.Parallel()
	for _, kind := range letter.SampleKinds {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := filledIn(kind, letter.Dutch)
			plain, err := letter.ComposeSample(s)
			if err != nil {
				t.Fatal(err)
			}
			s.Brand = letter.Brand{Colour: green, Logo: sampleLogo(t)}
			d, err := letter.ComposeSample(s)
			if err != nil {
				t.Fatal(err)
			}
			if *show != "" {
				write(t, filepath.Join(*show, "branded-sample-"+string(kind)+".pdf"), d.PDF)
			}
			if d.Text != plain.Text || d.Subject != plain.Subject {
				t.Error("the words differ from those of the letter without a brand")
			}
			own := color.RGBA{0x0b, 0x6b, 0x5d, 255}
			for _, c := range []struct {
				pdf   []byte
				logos int
			}{{plain.PDF, 0}, {d.PDF, 1}} {
				onPaper(t, c.pdf, func(p *paper) {
					if used, boxes := p.colours(), p.images(); len(boxes) != c.logos || used[own] != (c.logos == 1) || used[agencyNavy] {
						t.Errorf("pictures %v, want %d; written and drawn in %v", boxes, c.logos, used)
					}
				})
			}
		})
	}
	s := filledIn(letter.SampleReminder, letter.Dutch)
	s.Brand.Colour = "#ffffff"
	if _, err := letter.ComposeSample(s); err == nil || !strings.Contains(err.Error(), "client's brand: colour: #ffffff") {
		t.Errorf("white on white: %v", err)
	}
}

func TestWordDocumentsShowTheBrand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story  string
		brand  letter.Brand
		colour string
		logo   string // its part; empty: none
	}{
		{"no brand", letter.Brand{}, "1C2026", ""},
		{"a colour", letter.Brand{Colour: green}, "0B6B5D", ""},
		{"a PNG", letter.Brand{Logo: sampleLogo(t)}, "1C2026", "word/media/logo.png"},
		{"a JPEG", letter.Brand{Colour: green, Logo: asJPEG(t, plainRed(120, 40))}, "0B6B5D", "word/media/logo.jpeg"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			s := filledIn(letter.SampleReminder, letter.Dutch)
			s.Brand = c.brand
			data, err := letter.WordSample(s)
			if err != nil {
				t.Fatal(err)
			}
			if *show != "" {
				write(t, filepath.Join(*show, "branded "+c.story+".docx"), data)
			}
			parts := wordParts(t, data)
			document, relations := parts["word/document.xml"], parts["word/_rels/document.xml.rels"]
			if wordWords(t, document) == "" || strings.Count(document, `<w:color w:val="`+c.colour+`"/>`) < 3 || strings.Contains(document, "18345C") {
				t.Errorf("not in %s:\n%s", c.colour, document)
			}
			drawn := strings.Contains(document, `r:embed="rId2"`) && strings.Contains(relations, `Id="rId2"`)
			if wordWords(t, relations); drawn != (c.logo != "") || c.logo != "" && (parts[c.logo] != string(c.brand.Logo) || !strings.Contains(relations, strings.TrimPrefix(c.logo, "word/"))) {
				t.Errorf("logo drawn: %v\n%s\n%s", drawn, relations, document)
			}
		})
	}
}

// Who copies half of a telephone number calls somebody else.
func TestTelephoneNumbersOfSamplesStayOnOneLine(t *testing.T) {
	t.Parallel()
	broken := regexp.MustCompile(`098\s*[\r\n]\s*765|765\s*[\r\n]\s*43|43\s*[\r\n]\s*21`)
	for name, s := range sampleStories() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, more := range []string{"", "x", "xxxxxx", "xxxxxxxxxxx", "xxxxxxxxxxxxxxx"} { // wherever the line ends
				if s.Client.Email != "" {
					s.Client.Email = more + client.Email
				}
				d, err := letter.ComposeSample(s)
				if err != nil {
					t.Fatal(err)
				}
				onPaper(t, d.PDF, func(p *paper) {
					if found := broken.FindString(p.text() + "\n" + d.Text); found != "" {
						t.Errorf("%q", found)
					}
				})
			}
		})
	}
}
