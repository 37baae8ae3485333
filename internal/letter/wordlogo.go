package letter

import (
	"bytes"
	"fmt"
	"math"
	"strings"
)

const (
	drawingURL   = `http://schemas.openxmlformats.org/drawingml/2006/`
	logoRelation = `<Relationship Id="rId2" Type="` + wordRelation + `image" Target="%s"/>`
	wordLogo     = `<w:p><w:pPr><w:spacing w:before="0" w:after="120"/></w:pPr><w:r><w:drawing><wp:inline xmlns:wp="` + drawingURL + `wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">` +
		`<wp:extent cx="%[1]d" cy="%[2]d"/><wp:docPr id="1" name="logo"/><a:graphic xmlns:a="` + drawingURL + `main"><a:graphicData uri="` + drawingURL + `picture">` +
		`<pic:pic xmlns:pic="` + drawingURL + `picture"><pic:nvPicPr><pic:cNvPr id="1" name="logo"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>` +
		`<a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="rId2"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>` +
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%[1]d" cy="%[2]d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>` +
		`</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`
)

// logoName is what the logo is called beside the document; nothing when there is none.
func (l look) logoName() string {
	switch {
	case l.logo == nil:
		return ""
	case bytes.HasPrefix(l.file, []byte("\xff\xd8\xff")):
		return "media/logo.jpeg"
	}
	return "media/logo.png"
}

// wordLogo puts the logo above the client's name, as large as on paper.
func (l look) wordLogo(b *strings.Builder) {
	if l.logo == nil {
		return
	}
	const unit = 36000 // to the millimetre
	width, height := l.logo.fitInto(logoWidth, logoHeight)
	fmt.Fprintf(b, wordLogo, int(math.Round(width*unit)), int(math.Round(height*unit)))
}
