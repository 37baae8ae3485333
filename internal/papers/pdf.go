package papers

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"github.com/incassocenter/dunning/internal/letter"
)

// mostPages is how many pages a document has at most, mostObjects of how many parts they are made: more is no document of a claim.
const (
	mostPages   = 200
	mostObjects = 50_000
)

func init() { api.DisableConfigDir() } // the library would write its settings into the home directory

// readPDF takes the pages of a PDF over as they are drawn. What is not drawn on the page itself (fields of a form, notes, stamps) would be lost: it is refused, as is
// a file with a password. A file that makes the library panic cannot be read.
func readPDF(content []byte) (drawing *letter.Drawing, err error) {
	defer func() {
		if recover() != nil {
			drawing, err = nil, errors.New("cannot be read; right would be a whole PDF file")
		}
	}()
	if tail := content[max(0, len(content)-1024):]; !bytes.Contains(tail, []byte("%%EOF")) { // the library would make the best of what is left
		return nil, errors.New("has no end: a part of it is missing; right would be the whole PDF file")
	}
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode, conf.Offline = model.ValidationRelaxed, true
	ctx, err := api.ReadAndValidate(bytes.NewReader(content), conf)
	if err != nil { // its words may tell what stands in the file
		return nil, errors.New("cannot be read; right would be a whole PDF file without a password")
	}
	switch {
	case ctx.Encrypt != nil:
		return nil, errors.New("is locked with a password; right would be a PDF without one")
	case ctx.PageCount < 1 || ctx.PageCount > mostPages:
		return nil, fmt.Errorf("has %d pages; right would be 1 to %d", ctx.PageCount, mostPages)
	}
	t := taking{ctx: ctx, drawing: &letter.Drawing{}, place: map[int]int{}}
	for n := 1; n <= ctx.PageCount; n++ {
		if err := t.page(n); err != nil {
			return nil, fmt.Errorf("page %d: %w", n, err)
		}
	}
	return t.drawing, nil
}

// taking over is writing objects anew, each once, in the order in which they are come to.
type taking struct {
	ctx     *model.Context
	drawing *letter.Drawing
	place   map[int]int // of the objects of the file, by their number there
}

func (t *taking) page(n int) error {
	dict, _, inherited, err := t.ctx.PageDict(n, false)
	if err != nil || inherited.MediaBox == nil {
		return errors.New("cannot be read; right would be a whole PDF file")
	}
	if err := t.plain(dict); err != nil {
		return err
	}
	content, err := t.ctx.PageContent(dict, n)
	if err != nil && !errors.Is(err, model.ErrNoContent) {
		return errors.New("cannot be read; right would be a whole PDF file")
	}
	box := inherited.MediaBox
	if inherited.CropBox != nil {
		box = inherited.CropBox
	}
	matrix, width, height := upright(box, inherited.Rotate)
	form := types.Dict{
		"Type": types.Name("XObject"), "Subtype": types.Name("Form"), "BBox": types.NewNumberArray(box.LL.X, box.LL.Y, box.UR.X, box.UR.Y), "Matrix": types.NewNumberArray(matrix...),
		"Resources": inherited.Resources,
	}
	if group, ok := dict.Find("Group"); ok {
		form["Group"] = group
	}
	at, err := t.stream(form, content)
	t.drawing.Pages = append(t.drawing.Pages, letter.DrawnPage{Form: at, Width: width, Height: height})
	return err
}

// plain refuses a page on which something lies that is not drawn on it; a link draws nothing.
func (t *taking) plain(page types.Dict) error {
	notes, ok := page.Find("Annots")
	if !ok {
		return nil
	}
	list, err := t.ctx.DereferenceArray(notes)
	if err != nil {
		return errors.New("cannot be read; right would be a whole PDF file")
	}
	for _, note := range list {
		if d, err := t.ctx.DereferenceDict(note); err != nil || d.Subtype() == nil || *d.Subtype() != "Link" && *d.Subtype() != "Popup" {
			return errors.New("has a field of a form, a note or a stamp, which would not be printed; right would be the PDF printed to a PDF")
		}
	}
	return nil
}

// upright turns a page as it is read, with its corner at the origin, and gives its size then.
func upright(box *types.Rectangle, turned int) (matrix []float64, width, height float64) {
	left, bottom, right, top := box.LL.X, box.LL.Y, box.UR.X, box.UR.Y
	switch (turned%360 + 360) % 360 {
	case 90:
		return []float64{0, -1, 1, 0, -bottom, right}, top - bottom, right - left
	case 180:
		return []float64{-1, 0, 0, -1, right, top}, right - left, top - bottom
	case 270:
		return []float64{0, 1, -1, 0, top, -left}, top - bottom, right - left
	}
	return []float64{1, 0, 0, 1, -left, -bottom}, right - left, top - bottom
}

// stream adds a stream that is not packed yet.
func (t *taking) stream(dict types.Dict, content []byte) (int, error) {
	at := len(t.drawing.Objects)
	t.drawing.Objects = append(t.drawing.Objects, nil)
	object, err := t.written(nil, dict)
	if err != nil {
		return at, err
	}
	t.drawing.Objects[at] = letter.Packed(object, content)
	return at, nil
}

// object takes an object over once, and gives its place.
func (t *taking) object(ref types.IndirectRef) (int, error) {
	number := ref.ObjectNumber.Value()
	if at, known := t.place[number]; known {
		return at, nil
	}
	at := len(t.drawing.Objects)
	if at >= mostObjects {
		return 0, fmt.Errorf("is made of more than %d parts; right would be a simpler PDF", mostObjects)
	}
	t.place[number] = at
	t.drawing.Objects = append(t.drawing.Objects, nil)
	o, err := t.ctx.Dereference(ref)
	if err != nil {
		return 0, errors.New("cannot be read; right would be a whole PDF file")
	}
	pieces, err := t.written(nil, o)
	t.drawing.Objects[at] = pieces
	return at, err
}

// written adds an object as a PDF writes it; keys in order, so that the same file gives the same bytes.
func (t *taking) written(to letter.DrawnObject, o types.Object) (_ letter.DrawnObject, err error) {
	switch o := o.(type) {
	case nil:
		return to.Text("null"), nil
	case types.IndirectRef:
		at, err := t.object(o)
		return to.Refer(at), err
	case types.Float:
		return to.Text(strconv.FormatFloat(o.Value(), 'f', -1, 64)), nil
	case types.Array:
		to = to.Text("[")
		for _, item := range o {
			if to, err = t.written(to.Text(" "), item); err != nil {
				return to, err
			}
		}
		return to.Text("]"), nil
	case types.StreamDict:
		if to, err = t.dict(to, o.Dict, map[string]types.Object{"Length": types.Integer(len(o.Raw))}); err != nil {
			return to, err
		}
		return to.Text("\nstream\n").Text(string(o.Raw)).Text("\nendstream"), nil
	case types.Dict:
		return t.dict(to, o, nil)
	}
	return to.Text(o.PDFString()), nil
}

func (t *taking) dict(to letter.DrawnObject, d types.Dict, instead map[string]types.Object) (_ letter.DrawnObject, err error) {
	d = maps.Clone(d)
	for _, way := range []string{"Parent", "StructParent", "StructParents", "Metadata", "PieceInfo", "OC"} { // ways out of the page, and what shows nothing
		delete(d, way)
	}
	maps.Copy(d, instead)
	to = to.Text("<<")
	for _, key := range slices.Sorted(maps.Keys(d)) {
		if to, err = t.written(to.Text("/"+types.EncodeName(key)+" "), d[key]); err != nil {
			return to, err
		}
		to = to.Text(" ")
	}
	return to.Text(">>"), nil
}
