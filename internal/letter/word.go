package letter

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
)

// WordSample writes a sample letter as a Word document (.docx, ECMA-376), to be filled in on a computer: the words of ComposeSample in a plain shape,
// with the client's colour and logo.
// It returns the same errors, and the same values give the same bytes.
func WordSample(s Sample) ([]byte, error) {
	p, err := s.paper()
	if err != nil {
		return nil, fmt.Errorf("compose sample letter: %w", err)
	}
	data, err := p.word()
	if err != nil {
		return nil, fmt.Errorf("write sample %s as Word document: %w", s.Kind, err)
	}
	return data, nil
}

// The parts of a Word document that are always alike.
const (
	xmlHead      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	wordMain     = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	wordPart     = `application/vnd.openxmlformats-officedocument.wordprocessingml.`
	wordRelation = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	packageURL   = `http://schemas.openxmlformats.org/package/2006/`

	contentTypes = xmlHead + `<Types xmlns="` + packageURL + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="png" ContentType="image/png"/><Default Extension="jpeg" ContentType="image/jpeg"/>` +
		`<Override PartName="/word/document.xml" ContentType="` + wordPart + `document.main+xml"/><Override PartName="/word/styles.xml" ContentType="` + wordPart + `styles+xml"/></Types>`
	packageRelations = xmlHead + `<Relationships xmlns="` + packageURL + `relationships"><Relationship Id="rId1" Type="` + wordRelation + `officeDocument" Target="word/document.xml"/></Relationships>`
	partRelations    = xmlHead + `<Relationships xmlns="` + packageURL + `relationships"><Relationship Id="rId1" Type="` + wordRelation + `styles" Target="styles.xml"/>%s</Relationships>`
	wordStyles       = xmlHead + `<w:styles ` + wordMain + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/><w:sz w:val="21"/>` +
		`<w:lang w:val="%s"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="0"/></w:pPr></w:pPrDefault></w:docDefaults></w:styles>`
	wordPage = `<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1418" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>`
)

// word packs the letter.
func (p paper) word() ([]byte, error) {
	language := map[Language]string{Dutch: "nl-NL", English: "en-GB"}[p.lang]
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	parts, relation := [][2]string{}, ""
	if name := p.look.logoName(); name != "" {
		parts, relation = append(parts, [2]string{"word/" + name, string(p.look.file)}), fmt.Sprintf(logoRelation, name)
	}
	for _, part := range append([][2]string{
		{"[Content_Types].xml", contentTypes}, {"_rels/.rels", packageRelations}, {"word/_rels/document.xml.rels", fmt.Sprintf(partRelations, relation)},
		{"word/styles.xml", fmt.Sprintf(wordStyles, language)}, {"word/document.xml", p.wordDocument()},
	}, parts...) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: part[0], Method: zip.Deflate}) // without a time: the same letter is the same bytes
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(part[1])); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// wordStyle is how a paragraph looks: space above and below in twentieths of a point, size in half points (0 is that of the document).
type wordStyle struct {
	before, after, indent, size int
	keep                        bool
	colour                      string
}

// wordColour is a colour as Word writes it.
func (c colour) wordColour() string { return fmt.Sprintf("%02X%02X%02X", c.r, c.g, c.b) }

// wordDocument is the letter from its head to its foot.
func (p paper) wordDocument() string {
	var b strings.Builder
	accent := p.look.accent.wordColour()
	b.WriteString(xmlHead + `<w:document ` + wordMain + `><w:body>`)
	p.look.wordLogo(&b)
	wordParagraph(&b, []span{{p.sender.Name, true}}, wordStyle{after: 480, size: 32, colour: accent})
	for _, line := range p.window {
		wordParagraph(&b, []span{{line, false}}, wordStyle{})
	}
	for i, r := range p.references {
		wordParagraph(&b, []span{{r.label + ": " + r.value, false}}, wordStyle{before: 480 * max(0, 1-i)})
	}
	wordParagraph(&b, []span{{p.subject, true}}, wordStyle{before: 480, after: 120, size: 26, keep: true, colour: accent})
	for _, bl := range p.blocks {
		bl.word(&b, accent)
	}
	for i, line := range p.footer {
		wordParagraph(&b, []span{{line, false}}, wordStyle{before: 720 * max(0, 1-i), size: 16, colour: grey.wordColour()})
	}
	b.WriteString(wordPage + `</w:body></w:document>`)
	return b.String()
}

// word writes a block of a sample letter, which has words and the box how to pay only.
func (bl block) word(b *strings.Builder, accent string) {
	switch {
	case bl.payment != nil:
		wordParagraph(b, []span{{bl.payment.title, true}}, wordStyle{before: 160, after: 60, keep: true, colour: accent})
		b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid><w:gridCol w:w="2400"/><w:gridCol w:w="6600"/></w:tblGrid>`)
		for _, r := range bl.payment.rows {
			b.WriteString(`<w:tr><w:tc><w:tcPr><w:tcW w:w="2400" w:type="dxa"/></w:tcPr>`)
			wordParagraph(b, []span{{r.label, false}}, wordStyle{colour: grey.wordColour()})
			b.WriteString(`</w:tc><w:tc><w:tcPr><w:tcW w:w="6600" w:type="dxa"/></w:tcPr>`)
			wordParagraph(b, []span{{r.value, r.strong}}, wordStyle{})
			b.WriteString(`</w:tc></w:tr>`)
		}
		b.WriteString(`</w:tbl>`)
		wordParagraph(b, nil, wordStyle{size: 12})
	case bl.kind == heading:
		wordParagraph(b, bl.spans, wordStyle{before: 160, after: 60, keep: true, colour: accent})
	case bl.kind == bullet:
		wordParagraph(b, append([]span{{"•\t", false}}, bl.spans...), wordStyle{after: 60, indent: 340})
	default:
		wordParagraph(b, bl.spans, wordStyle{after: 120})
	}
}

// wordParagraph writes one. A line end in it stays one.
func wordParagraph(b *strings.Builder, spans []span, style wordStyle) {
	b.WriteString(`<w:p><w:pPr>`)
	if style.keep {
		b.WriteString(`<w:keepNext/>`)
	}
	fmt.Fprintf(b, `<w:spacing w:before="%d" w:after="%d"/>`, style.before, style.after)
	if style.indent > 0 {
		fmt.Fprintf(b, `<w:ind w:left="%d" w:hanging="%d"/>`, style.indent, style.indent)
	}
	b.WriteString(`</w:pPr>`)
	for _, s := range spans {
		b.WriteString(`<w:r><w:rPr>`)
		if s.bold {
			b.WriteString(`<w:b/>`)
		}
		if style.colour != "" {
			fmt.Fprintf(b, `<w:color w:val="%s"/>`, style.colour)
		}
		if style.size > 0 {
			fmt.Fprintf(b, `<w:sz w:val="%d"/>`, style.size)
		}
		b.WriteString(`</w:rPr>` + wordText(s.text) + `</w:r>`)
	}
	b.WriteString(`</w:p>`)
}

// wordText escapes the words of a run; tabs and line ends are elements of their own.
func wordText(text string) string {
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteString(`<w:br/>`)
		}
		if rest, ok := strings.CutPrefix(line, "•\t"); ok {
			b.WriteString(`<w:t>•</w:t><w:tab/>`)
			line = rest
		}
		if line != "" {
			b.WriteString(`<w:t xml:space="preserve">`)
			_ = xml.EscapeText(&b, []byte(line)) // a builder takes everything
			b.WriteString(`</w:t>`)
		}
	}
	return b.String()
}
