package letter

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"strings"

	"golang.org/x/image/draw"

	"github.com/incassocenter/dunning/internal/calendar"
)

// ClaimDocument is a document of the claim that the client gave: what it is, the day that it bears (zero when nobody told), and the file that it was.
type ClaimDocument struct {
	Kind         string
	On           calendar.Date
	Name, SHA256 string // Name must be Legible
	Is           Enclosed
}

// Enclosed is a document as it can be printed: the pages of a PDF, a picture (a PNG or JPEG file), or a text. One of the three is there.
type Enclosed struct {
	Drawing *Drawing
	Picture []byte
	Text    string
}

// Drawing is the pages of a PDF that another program made, with all that they are drawn with.
type Drawing struct {
	Objects []DrawnObject
	Pages   []DrawnPage
}

// DrawnPage is a page of a drawing: the object that draws it, a form whose corner is at the origin, and its size in points.
type DrawnPage struct {
	Form          int
	Width, Height float64
}

// DrawnObject is an object of a PDF, in pieces: text, and between them references to other objects of the same drawing.
type DrawnObject []drawnPiece

type drawnPiece struct {
	text    string
	refers  bool
	another int
}

// Text goes on with words of the file.
func (o DrawnObject) Text(text string) DrawnObject {
	if n := len(o); n > 0 && !o[n-1].refers {
		o[n-1].text += text
		return o
	}
	return append(o, drawnPiece{text: text})
}

// Refer goes on with a reference to an object by its place in the drawing.
func (o DrawnObject) Refer(another int) DrawnObject {
	return append(o, drawnPiece{refers: true, another: another})
}

// Packed is a stream with a dictionary, which may not say its length, compressed.
func Packed(dictionary DrawnObject, data []byte) DrawnObject {
	packed := deflate(data)
	last := &dictionary[len(dictionary)-1]
	last.text = strings.TrimSuffix(last.text, ">>") + fmt.Sprintf("/Length %d%s>>\nstream\n%s\nendstream", len(packed), flateFilter, packed)
	return dictionary
}

// drawing writes the objects of a drawing, once, and gives the number of the first.
func (o *pdfFile) drawing(d *Drawing) int {
	if first, written := o.drawn[d]; written {
		return first
	}
	first := len(o.at) + 1
	for _, object := range d.Objects {
		var text bytes.Buffer
		for _, piece := range object {
			if piece.refers {
				fmt.Fprintf(&text, "%d 0 R", first+piece.another)
			}
			text.WriteString(piece.text)
		}
		o.add("%s", text.Bytes())
	}
	if o.drawn == nil {
		o.drawn = map[*Drawing]int{}
	}
	o.drawn[d] = first
	return first
}

// part is a document in a book: each page of it on one of ours, below the line with the number.
func (d ClaimDocument) part(p CourtPackage, title string) (bookPart, error) {
	switch {
	case d.Is.Drawing != nil:
		return bookPart{title, d.Is.Drawing.leaves(), inks{}}, nil
	case d.Is.Picture != nil:
		return picturePart(title, d.Is.Picture)
	}
	var lines []block
	for line := range strings.SplitSeq(strings.ReplaceAll(d.Is.Text, "\r", ""), "\n") {
		if line = strings.TrimSpace(strings.ReplaceAll(line, "\t", " ")); line != "" {
			lines = append(lines, plainWords(line))
		}
	}
	return p.draw(title, lines)
}

// Where a page of another program comes to stand on one of ours, in millimetres: all of it, and as large as it is where that fits.
const (
	enclosedTop  = 12.0
	enclosedEdge = 3.0
)

func (d *Drawing) leaves() (leaves []leaf) {
	for _, page := range d.Pages {
		scale := min(1, (pageWidth-2*enclosedEdge)*perMM/page.Width, (pageHeight-enclosedTop-enclosedEdge)*perMM/page.Height)
		left, bottom := (pageWidth*perMM-scale*page.Width)/2, flip(enclosedTop)-scale*page.Height
		content := fmt.Sprintf("q %.5f 0 0 %.5f %.2f %.2f cm /Logo Do Q\n", scale, scale, left, bottom)
		leaves = append(leaves, leaf{deflate([]byte(content)), &picture{of: d, form: page.Form}})
	}
	return leaves
}

func picturePart(title string, file []byte) (bookPart, error) {
	p, err := packPicture(file)
	if err != nil { // too large, or coded as not every printer reads it
		if file, err = redrawn(file); err != nil {
			return bookPart{}, err
		}
		if p, err = packPicture(file); err != nil {
			return bookPart{}, err
		}
	}
	d := newDocument()
	d.addPage()
	w, h := p.fitInto(pageWidth-2*enclosedEdge, pageHeight-enclosedTop-enclosedEdge)
	d.picture(p, (pageWidth-w)/2, enclosedTop, w, h)
	return bookPart{title, d.leaves(), d.used}, nil
}

// redrawn is a picture as a JPEG that every printer reads, on white, no larger than maxLogoPixels each way.
func redrawn(file []byte) ([]byte, error) {
	is, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("a picture cannot be read: %w", err)
	}
	size := is.Bounds().Size()
	if most := max(size.X, size.Y); most > maxLogoPixels {
		size = image.Pt(max(1, size.X*maxLogoPixels/most), max(1, size.Y*maxLogoPixels/most))
	}
	canvas := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(canvas, canvas.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(canvas, canvas.Bounds(), is, is.Bounds(), draw.Over, nil)
	var out bytes.Buffer
	err = jpeg.Encode(&out, canvas, &jpeg.Options{Quality: 85})
	return out.Bytes(), err
}
