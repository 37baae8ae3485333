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
