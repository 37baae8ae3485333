package letter

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf16"
)

// document is a PDF being written: text in two weights, lines and filled shapes on A4, which is all that a letter needs. It is here because
// the cost of a burst of letters was for a third the font handling of a library for everything. Measures are millimetres from the top left.
type document struct {
	pages []*bytes.Buffer
	page  int // the page that is drawn on
	state pen
	used  inks
	logos map[int]*picture // by page
}

// inks are the glyphs of each weight that were used, with the character they stand for.
type inks map[bool]map[uint16]rune

// add notes a glyph. Several spaces share one: the lowest stands for it, so that the order of writing does not matter.
func (u inks) add(bold bool, glyph uint16, r rune) {
	if known, ok := u[bold][glyph]; !ok || r < known {
		u[bold][glyph] = r
	}
}

// leaf is a finished page: its drawing, compressed, and the picture that it shows as /Logo, if any.
type leaf struct {
	content []byte
	logo    *picture
}

// pen is what is set on the page that is drawn on; the zero value is unknown.
type pen struct{ fill, stroke, width, font string }

const (
	pageHeight = 297.0
	perMM      = 72 / 25.4 // points
)

func newDocument() *document {
	return &document{used: inks{false: {}, true: {}}, logos: map[int]*picture{}}
}

func (d *document) addPage() {
	d.pages = append(d.pages, &bytes.Buffer{})
	d.setPage(len(d.pages))
}

// setPage goes on with page n, from 1 on.
func (d *document) setPage(n int) { d.page, d.state = n-1, pen{} }

// op writes an operator after its numbers.
func (d *document) op(name string, numbers ...float64) {
	b := d.pages[d.page].AvailableBuffer()
	for _, n := range numbers {
		b = append(strconv.AppendFloat(b, n, 'f', 2, 64), ' ')
	}
	d.pages[d.page].Write(append(append(b, name...), '\n'))
}

// set writes a setting unless it holds already.
func (d *document) set(now *string, setting string) {
	if *now != setting {
		*now = setting
		d.pages[d.page].WriteString(setting + "\n")
	}
}

func (c colour) numbers() string {
	return fmt.Sprintf("%.3f %.3f %.3f", float64(c.r)/255, float64(c.g)/255, float64(c.b)/255)
}

func (d *document) fillWith(c colour) { d.set(&d.state.fill, c.numbers()+" rg") }

func (d *document) strokeWith(c colour, thick float64) {
	d.set(&d.state.stroke, c.numbers()+" RG")
	d.set(&d.state.width, fmt.Sprintf("%.2f w", thick*perMM))
}

func flip(y float64) float64 { return (pageHeight - y) * perMM }

const hexDigits = "0123456789ABCDEF"

// text writes a line whose baseline begins at x, y. Every character must be one that the font has.
func (d *document) text(x, y float64, text string, size float64, bold bool, c colour) {
	d.fillWith(c)
	d.pages[d.page].WriteString("BT ")
	d.set(&d.state.font, fmt.Sprintf("/%s %.2f Tf", faces[bold].name, size))
	d.op("Td", x*perMM, flip(y))
	glyphs := make([]byte, 0, 4*len(text)+8)
	for _, r := range text {
		glyph := faces[bold].glyphs[r]
		d.used.add(bold, glyph, r)
		glyphs = append(glyphs, hexDigits[glyph>>12], hexDigits[glyph>>8&15], hexDigits[glyph>>4&15], hexDigits[glyph&15])
	}
	fmt.Fprintf(d.pages[d.page], "<%s> Tj ET\n", glyphs)
}

func (d *document) line(x1, y1, x2, y2 float64) {
	d.op("m", x1*perMM, flip(y1))
	d.op("l", x2*perMM, flip(y2))
	d.op("S")
}

func (d *document) rect(x, y, w, h float64) {
	d.op("re", x*perMM, flip(y), w*perMM, -h*perMM)
	d.op("f")
}

// round makes a rectangle with round corners; paint is f to fill it, S to draw its line.
func (d *document) round(x, y, w, h, r float64, paint string) {
	const kappa = 0.5522847 // of a Bézier curve that is nearly a quarter of a circle
	k := r * (1 - kappa)
	curve := func(x1, y1, x2, y2, x3, y3 float64) {
		d.op("c", x1*perMM, flip(y1), x2*perMM, flip(y2), x3*perMM, flip(y3))
	}
	d.op("m", (x+r)*perMM, flip(y))
	d.op("l", (x+w-r)*perMM, flip(y))
	curve(x+w-k, y, x+w, y+k, x+w, y+r)
	d.op("l", (x+w)*perMM, flip(y+h-r))
	curve(x+w, y+h-k, x+w-k, y+h, x+w-r, y+h)
	d.op("l", (x+r)*perMM, flip(y+h))
	curve(x+k, y+h, x, y+h-k, x, y+h-r)
	d.op("l", x*perMM, flip(y+r))
	curve(x, y+k, x+k, y, x+r, y)
	d.op("h")
	d.op(paint)
}

// picture draws a picture, one to a page, with its top left corner at x, y.
func (d *document) picture(p *picture, x, y, w, h float64) {
	d.logos[d.page] = p
	d.op("q")
	d.op("cm", w*perMM, 0, 0, h*perMM, x*perMM, flip(y+h))
	d.op("/Logo Do")
	d.op("Q")
}

// turned draws with the paper turned by degrees, against the clock, around x, y.
func (d *document) turned(degrees, x, y float64, draw func()) {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	x, y = x*perMM, flip(y)
	d.op("q")
	fmt.Fprintf(d.pages[d.page], "%.5f %.5f %.5f %.5f %.2f %.2f cm\n", cos, sin, -sin, cos, x+y*sin-x*cos, y-y*cos-x*sin)
	draw()
	d.op("Q")
	d.state = pen{}
}

// about is what a document says of itself.
type about struct {
	title, author, language string
	created                 time.Time // zero for what has no day: a form, a sheet of labels
}

// Numbers of the objects that come first; each weight then takes objectsPerFace, then come the pictures, and each page takes two.
const (
	catalogObject = iota + 1
	pagesObject
	infoObject
	firstFace
)

// bytes ends the document. The same drawing gives the same bytes.
func (d *document) bytes(a about) []byte { return bind(a, d.used, d.leaves(), nil) }

func (d *document) leaves() []leaf {
	leaves := make([]leaf, len(d.pages))
	for i, page := range d.pages {
		leaves[i] = leaf{deflate(page.Bytes()), d.logos[i]}
	}
	return leaves
}

// bind makes a file of finished pages. The fonts, with the glyphs that any page uses, and each picture are in it once. Marks are what a reader of the file
// jumps to.
func bind(a about, used inks, leaves []leaf, marks []mark) []byte {
	w := &pdfFile{}
	w.file.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	firstPage := firstFace + len(weightsInOrder)*objectsPerFace + pictureObjects(leaves)
	outline := firstPage + 2*len(leaves)
	w.add("<</Type /Catalog /Pages %d 0 R /Lang (%s)%s>>", pagesObject, a.language, outlined(marks, outline))
	fonts, kids := "", strings.Builder{}
	for i, bold := range weightsInOrder {
		fonts += fmt.Sprintf("/%s %d 0 R ", faces[bold].name, firstFace+i*objectsPerFace)
	}
	for i := range leaves {
		fmt.Fprintf(&kids, "%d 0 R ", firstPage+2*i)
	}
	w.add("<</Type /Pages /Count %d /Kids [%s] /MediaBox [0 0 595.28 841.89] /Resources <</Font <<%s>>>>>>", len(leaves), kids.String(), fonts)
	dates := ""
	if !a.created.IsZero() {
		dates = a.created.Format(" /CreationDate (D:20060102150405Z) /ModDate (D:20060102150405Z)")
	}
	w.add("<</Title %s /Author %s /Producer (dunning)%s>>", textString(a.title), textString(a.author), dates)
	for _, bold := range weightsInOrder {
		faces[bold].write(w, used[bold])
	}
	drawn := map[*picture]int{}
	for _, l := range leaves {
		if l.logo != nil && drawn[l.logo] == 0 {
			drawn[l.logo] = l.logo.write(w)
		}
	}
	for i, l := range leaves {
		resources := ""
		if l.logo != nil { // its own take the place of those of all pages
			resources = fmt.Sprintf(" /Resources <</Font <<%s>> /XObject <</Logo %d 0 R>>>>", fonts, drawn[l.logo])
		}
		w.add("<</Type /Page /Parent %d 0 R /Contents %d 0 R%s>>", pagesObject, firstPage+2*i+1, resources)
		w.raw(flateFilter, l.content)
	}
	w.outline(marks, outline, firstPage)
	return w.end()
}

// pictureObjects is how many objects the pictures of all pages take together.
func pictureObjects(leaves []leaf) (n int) {
	seen, drawn := map[*picture]bool{nil: true}, map[*Drawing]bool{}
	for _, l := range leaves {
		if seen[l.logo] {
			continue
		}
		seen[l.logo] = true
		if drawing := l.logo.of; drawing != nil {
			if !drawn[drawing] {
				n += len(drawing.Objects)
			}
			drawn[drawing] = true
			continue
		}
		if n++; l.logo.mask.data != nil {
			n++
		}
	}
	return n
}

// textString writes a text as UTF-16, which holds every character.
func textString(text string) string {
	b := []byte("<FEFF")
	for _, unit := range utf16.Encode([]rune(text)) {
		b = fmt.Appendf(b, "%04X", unit)
	}
	return string(b) + ">"
}

// pdfFile is the file: objects, where each begins, and at the end the table of those places.
type pdfFile struct {
	file  bytes.Buffer
	at    []int
	drawn map[*Drawing]int // the first object of each
}

// add writes the next object.
func (o *pdfFile) add(format string, args ...any) {
	o.at = append(o.at, o.file.Len())
	fmt.Fprintf(&o.file, "%d 0 obj\n"+format+"\nendobj\n", append([]any{len(o.at)}, args...)...)
}

// compressors are used again: a new one takes more memory than ten letters.
var compressors = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}

// flateFilter says in the dictionary of a stream that its data are compressed by deflate.
const flateFilter = " /Filter /FlateDecode"

func deflate(data []byte) []byte {
	var packed bytes.Buffer
	z := compressors.Get().(*zlib.Writer)
	z.Reset(&packed)
	_, _ = z.Write(data) // a buffer takes everything
	_ = z.Close()
	compressors.Put(z)
	return packed.Bytes()
}

// stream writes the next object as compressed data; entries stand in its dictionary.
func (o *pdfFile) stream(entries string, data []byte) {
	o.raw(flateFilter+entries, deflate(data))
}

// raw writes the next object as data that are packed already, and gives its number.
func (o *pdfFile) raw(entries string, data []byte) int {
	o.add("<</Length %d%s>>\nstream\n%s\nendstream", len(data), entries, data)
	return len(o.at)
}

func (o *pdfFile) end() []byte {
	table, id := o.file.Len(), sha256.Sum256(o.file.Bytes())
	fmt.Fprintf(&o.file, "xref\n0 %d\n0000000000 65535 f \n", len(o.at)+1)
	for _, at := range o.at {
		fmt.Fprintf(&o.file, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&o.file, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%x> <%x>]>>\nstartxref\n%d\n%%%%EOF\n", len(o.at)+1, catalogObject, infoObject, id[:16], id[:16], table)
	return o.file.Bytes()
}
