// Package papers reads documents that other programs made, so that they can stand in a package for the court: what kind of file it is, and the pages of a PDF. It must
// not change what is drawn on a page, and must not keep a document.
package papers

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // pictures that are looked at
	_ "image/png"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
)

// mostPixels is what a picture may have: a photo of a good telephone.
const mostPixels = 50_000_000

// Look says what kind of file a document is, by its content and not by its name. One that cannot stand in a package is an error that says why, and what would
// be right.
func Look(content []byte) (claim.MediaType, error) {
	media, _, _ := strings.Cut(http.DetectContentType(content), ";")
	switch kind := claim.MediaType(media); {
	case len(content) == 0:
		return "", errors.New("is empty; right would be a PDF, a PNG, a JPEG or a plain text")
	case len(content) > claim.MostOfDocument:
		return "", fmt.Errorf("has %d bytes; right would be at most %d", len(content), claim.MostOfDocument)
	case kind == claim.PDF || kind == claim.PNG || kind == claim.JPEG || kind == claim.PlainText:
		_, err := Read(kind, content)
		return kind, err
	}
	return "", fmt.Errorf("is %s; right would be a PDF, a PNG, a JPEG or a plain text", media)
}

// Read gives a document as it can be printed. The same content gives the same.
func Read(kind claim.MediaType, content []byte) (letter.Enclosed, error) {
	switch kind {
	case claim.PDF:
		drawing, err := readPDF(content)
		return letter.Enclosed{Drawing: drawing}, err
	case claim.PlainText:
		text := strings.TrimPrefix(string(content), "\ufeff")
		if !utf8.Valid(content) {
			return letter.Enclosed{}, errors.New("is a text with bytes that are not UTF-8; right would be UTF-8, or a PDF")
		}
		for i, line := range strings.Split(text, "\n") {
			var glyph *letter.GlyphError
			if errors.As(letter.Printable(strings.NewReplacer("\t", " ", "\r", "").Replace(line)), &glyph) {
				return letter.Enclosed{}, fmt.Errorf("has character %U in line %d, which cannot be printed; right would be a PDF of it", glyph.Rune, i+1)
			}
		}
		return letter.Enclosed{Text: text}, nil
	case claim.PNG, claim.JPEG:
		return readPicture(content)
	}
	return letter.Enclosed{}, fmt.Errorf("is %s; right would be a PDF, a PNG, a JPEG or a plain text", kind)
}

func readPicture(content []byte) (letter.Enclosed, error) {
	is, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err == nil && is.Width*is.Height > mostPixels {
		return letter.Enclosed{}, fmt.Errorf("is %d x %d pixels; right would be at most %d million in all", is.Width, is.Height, mostPixels/1_000_000)
	}
	if err == nil {
		_, _, err = image.Decode(bytes.NewReader(content))
	}
	if err != nil {
		return letter.Enclosed{}, fmt.Errorf("cannot be read (%w); right would be a whole PNG or JPEG file", err)
	}
	return letter.Enclosed{Picture: content}, nil
}
