package letter

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
)

// ErrForeign says that a file is no letter as this program writes them, with the fonts that it has now.
var ErrForeign = errors.New("is not a letter as this version of the program writes them")

// written is a PDF of this package, read back: what pdfFile wrote, object by object.
type written struct {
	file []byte
	at   []int // where each object begins, and at the end where the last one ends
}

var tableAt = regexp.MustCompile(`\nstartxref\n(\d{1,10})\n%%EOF\n$`)

// entrySize is the length of a line in the table of places.
const entrySize = 20

func readBack(file []byte) (written, error) {
	w := written{file: file}
	end := tableAt.FindSubmatch(file[max(0, len(file)-64):])
	if end == nil {
		return w, ErrForeign
	}
	table := number(end[1])
	var objects int
	if table > len(file) {
		return w, ErrForeign
	}
	if _, err := fmt.Sscanf(string(file[table:min(len(file), table+32)]), "xref\n0 %d\n", &objects); err != nil || objects < 1 {
		return w, ErrForeign
	}
	head := table + len(fmt.Sprintf("xref\n0 %d\n", objects))
	if objects > (len(file)-head)/entrySize {
		return w, ErrForeign
	}
	before := 0
	for i := 1; i < objects; i++ {
		at := number(file[head+i*entrySize : head+i*entrySize+10])
		if at <= before || at >= table {
			return w, ErrForeign
		}
		w.at, before = append(w.at, at), at
	}
	w.at = append(w.at, table)
	return w, nil
}

// number reads digits; anything else is -1.
func number(digits []byte) int {
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		return -1
	}
	return n
}

// object is what stands between the head and the end of object n.
func (w written) object(n int) ([]byte, error) {
	if n < 1 || n >= len(w.at) {
		return nil, ErrForeign
	}
	inner, headed := bytes.CutPrefix(w.file[w.at[n-1]:w.at[n]], fmt.Appendf(nil, "%d 0 obj\n", n))
	inner, ended := bytes.CutSuffix(inner, []byte("\nendobj\n"))
	if !headed || !ended {
		return nil, ErrForeign
	}
	return inner, nil
}

var streamed = regexp.MustCompile(`^<</Length (\d{1,10})((?: .*)?)>>$`)

// stream is the data of object n with what its dictionary says of them.
func (w written) stream(n int) (packed, error) {
	inner, err := w.object(n)
	if err != nil {
		return packed{}, err
	}
	head, data, found := bytes.Cut(inner, []byte("\nstream\n"))
	data, ended := bytes.CutSuffix(data, []byte("\nendstream"))
	says := streamed.FindSubmatch(head)
	if !found || !ended || says == nil || number(says[1]) != len(data) {
		return packed{}, ErrForeign
	}
	return packed{string(says[2]), data}, nil
}

// inflated is stream n without its compression. No font of ours is larger than a megabyte.
func (w written) inflated(n int) ([]byte, error) {
	p, err := w.stream(n)
	if err != nil {
		return nil, err
	}
	return inflate(p.data)
}

// inflate undoes deflate, up to a megabyte.
func inflate(packed []byte) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, ErrForeign
	}
	data, err := io.ReadAll(io.LimitReader(z, 1<<20))
	if err != nil {
		return nil, ErrForeign
	}
	return data, nil
}

var (
	kids     = regexp.MustCompile(`/Kids \[((?:\d+ 0 R )*)\]`)
	kid      = regexp.MustCompile(`\d+`)
	pageOf   = regexp.MustCompile(`^<</Type /Page /Parent 2 0 R /Contents (\d+) 0 R(?: /Resources .*/XObject <</Logo (\d+) 0 R>>>>)?>>$`)
	maskOf   = regexp.MustCompile(` /SMask (\d+) 0 R$`)
	glyphsOf = regexp.MustCompile(`<([0-9A-F]{4})> <([0-9A-F]{4})> endbfchar`)
)

// pages are the numbers of the page objects, in order.
func (w written) pages() (numbers []int, err error) {
	tree, err := w.object(pagesObject)
	if err != nil {
		return nil, err
	}
	list := kids.FindSubmatch(tree)
	if list == nil {
		return nil, ErrForeign
	}
	for _, n := range kid.FindAll(bytes.ReplaceAll(list[1], []byte(" 0 R "), []byte(" ")), -1) {
		numbers = append(numbers, number(n))
	}
	return numbers, nil
}

// page gives the drawing of a page and the number of its picture, which is 0 when it has none.
func (w written) page(n int) (content []byte, logo int, err error) {
	inner, err := w.object(n)
	if err != nil {
		return nil, 0, err
	}
	says := pageOf.FindSubmatch(inner)
	if says == nil {
		return nil, 0, ErrForeign
	}
	if len(says[2]) > 0 {
		logo = number(says[2])
	}
	p, err := w.stream(number(says[1]))
	if err == nil && p.entries != flateFilter {
		err = ErrForeign
	}
	return bytes.Clone(p.data), logo, err
}

// picture reads a picture with its mask.
func (w written) picture(n int) (*picture, error) {
	image, err := w.stream(n)
	if err != nil {
		return nil, err
	}
	p := &picture{image: packed{image.entries, bytes.Clone(image.data)}}
	if mask := maskOf.FindStringSubmatch(image.entries); mask != nil {
		p.image.entries = image.entries[:len(image.entries)-len(mask[0])]
		p.mask, err = w.stream(number([]byte(mask[1])))
		p.mask.data = bytes.Clone(p.mask.data)
	}
	return p, err
}

// glyphs adds the glyphs that a letter uses, when its font is what this program would put into it: only then do the numbers of its glyphs mean
// the same in the font of a batch.
func (w written) glyphs(used inks) error {
	for i, bold := range weightsInOrder {
		first := firstFace + i*objectsPerFace
		names, err := w.inflated(first + 2)
		if err != nil {
			return err
		}
		own := map[uint16]bool{}
		for _, pair := range glyphsOf.FindAllSubmatch(names, -1) {
			glyph, _ := strconv.ParseUint(string(pair[1]), 16, 16) // the digits were looked at
			r, _ := strconv.ParseUint(string(pair[2]), 16, 16)
			if known, ok := faces[bold].glyphs[rune(r)]; !ok || known != uint16(glyph) {
				return ErrForeign
			}
			own[uint16(glyph)] = true
			used.add(bold, uint16(glyph), rune(r))
		}
		font, err := w.inflated(first + 4)
		if err != nil {
			return err
		}
		if !bytes.Equal(font, faces[bold].subset(slices.Sorted(maps.Keys(own)))) {
			return ErrForeign
		}
	}
	return nil
}
