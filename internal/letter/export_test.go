package letter

import "io/fs"

// WithTexts lets a test read other texts while it runs something; no other test may run meanwhile.
func WithTexts(files fs.FS, run func()) error {
	other, err := parseTexts(files)
	if err != nil {
		return err
	}
	shipped := texts
	texts = other
	defer func() { texts = shipped }()
	if err := Check(); err != nil {
		return err
	}
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
