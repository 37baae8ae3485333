package letter

import (
	"errors"
	"io/fs"
)

// WithTexts lets a test read other texts while it runs something; no other test may run meanwhile.
func WithTexts(files fs.FS, run func()) error {
	var wrong error
	err := WithUncheckedTexts(files, func() {
		if wrong = Check(); wrong == nil {
			run()
		}
	})
	return errors.Join(err, wrong)
}

// WithUncheckedTexts is WithTexts for texts that Check may refuse.
func WithUncheckedTexts(files fs.FS, run func()) error {
	other, err := parseTexts(files)
	if err != nil {
		return err
	}
	shipped := texts
	texts = other
	defer func() { texts = shipped }()
	run()
	return nil
}

// Texts are the shipped texts.
var Texts fs.FS = textFiles

// Write gives the words of a letter without drawing its paper.
func Write(l Letter) (Document, error) {
	p, err := l.paper()
	if err != nil {
		return Document{}, err
	}
	return Document{Subject: plainSpaces(p.subject), Text: p.plain()}, nil
}

// WriteSample gives the words of a sample letter without drawing its paper.
func WriteSample(s Sample) (Document, error) {
	p, err := s.paper()
	if err != nil {
		return Document{}, err
	}
	return Document{Subject: plainSpaces(p.subject), Text: p.plain()}, nil
}

// Forged is a PDF of this package with the data of one of its streams changed, and everything else right.
func Forged(pdf []byte, stream int, change func([]byte) []byte) ([]byte, error) {
	w, err := readBack(pdf)
	if err != nil {
		return nil, err
	}
	out := &pdfFile{}
	_, _ = out.file.Write(pdf[:w.at[0]]) // a buffer takes everything
	for n := 1; n < len(w.at); n++ {
		inner, err := w.object(n)
		if err != nil {
			return nil, err
		}
		if n != stream {
			out.add("%s", inner)
			continue
		}
		p, err := w.stream(n)
		if err != nil {
			return nil, err
		}
		data, err := w.inflated(n)
		if err != nil {
			return nil, err
		}
		out.raw(p.entries, deflate(change(data)))
	}
	return out.end(), nil
}

// The streams of the first font in a letter: what its glyphs stand for, and how they look.
const (
	FontNames    = firstFace + 2
	FontOutlines = firstFace + 4
)
