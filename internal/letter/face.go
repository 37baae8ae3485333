package letter

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/image/font/sfnt"
)

// face is one weight of the font as a PDF needs it: the tables of its file, and for each character its glyph.
type face struct {
	name        string // in the PDF
	tables      map[string][]byte
	glyphs      map[rune]uint16
	widths      map[rune]int // in thousandths of the size
	perEm       int
	longOffsets bool
}

// objectsPerFace is how many objects of a PDF a face takes.
const objectsPerFace = 5

var (
	faces          = map[bool]*face{false: mustFace("F1", regularTTF, weights[false]), true: mustFace("F2", boldTTF, weights[true])}
	weightsInOrder = []bool{false, true}
)

func mustFace(name string, ttf []byte, w weight) *face {
	parsed, err := sfnt.Parse(ttf)
	if err != nil {
		panic(fmt.Sprintf("letter: read embedded font: %v", err)) // only a broken build gets here
	}
	f := &face{name: name, tables: map[string][]byte{}, glyphs: map[rune]uint16{}, widths: w}
	for i := range int(binary.BigEndian.Uint16(ttf[4:])) {
		entry := ttf[12+16*i:]
		at, size := binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		f.tables[string(entry[:4])] = ttf[at : at+size]
	}
	f.perEm, f.longOffsets = int(binary.BigEndian.Uint16(f.tables["head"][18:])), binary.BigEndian.Uint16(f.tables["head"][50:]) == 1
	var buf sfnt.Buffer
	for r := range w {
		glyph, err := parsed.GlyphIndex(&buf, r)
		if err != nil {
			panic(fmt.Sprintf("letter: find glyph of %U: %v", r, err))
		}
		f.glyphs[r] = uint16(glyph)
	}
	return f
}

// write adds the face with the glyphs that were used. Characters are named in the PDF by the number of their glyph.
func (f *face) write(o *pdfFile, used map[uint16]rune) {
	var widths, characters strings.Builder
	glyphs := slices.Sorted(maps.Keys(used))
	for _, glyph := range glyphs {
		fmt.Fprintf(&widths, "%d [%d] ", glyph, f.widths[used[glyph]])
		fmt.Fprintf(&characters, "1 beginbfchar <%04X> <%04X> endbfchar\n", glyph, used[glyph])
	}
	file := f.subset(glyphs)
	name := fmt.Sprintf("%s+OpenSans-%s", tag(glyphs), map[string]string{"F1": "Regular", "F2": "Bold"}[f.name])
	first := len(o.at) + 1
	o.add("<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R>>", name, first+1, first+2)
	o.add("<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /CIDToGIDMap /Identity "+
		"/FontDescriptor %d 0 R /W [%s]>>", name, first+3, widths.String())
	o.stream("", []byte("/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"+
		"/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n"+characters.String()+
		"endcmap CMapName currentdict /CMap defineresource pop end end"))
	head, hhea, os2 := f.tables["head"], f.tables["hhea"], f.tables["OS/2"]
	ascent := f.scaled(hhea[4:])
	capHeight := ascent
	if len(os2) >= 90 {
		capHeight = f.scaled(os2[88:])
	}
	o.add("<</Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle 0 /Ascent %d /Descent %d /CapHeight %d /StemV %d /FontFile2 %d 0 R>>",
		name, f.scaled(head[36:]), f.scaled(head[38:]), f.scaled(head[40:]), f.scaled(head[42:]), ascent, f.scaled(hhea[6:]), capHeight,
		map[string]int{"F1": 88, "F2": 147}[f.name], first+4)
	o.stream(fmt.Sprintf(" /Length1 %d", len(file)), file)
}

// scaled reads a signed measure of the font, in thousandths of the size.
func (f *face) scaled(field []byte) int {
	return int(int16(binary.BigEndian.Uint16(field))) * 1000 / f.perEm
}

// tag names a set of glyphs by six letters, as a font that is not whole must be named.
func tag(glyphs []uint16) string {
	sum := uint32(2166136261)
	for _, glyph := range glyphs {
		sum = (sum ^ uint32(glyph)) * 16777619
	}
	name := make([]byte, 6)
	for i := range name {
		name[i] = 'A' + byte(sum%26)
		sum /= 26
	}
	return string(name)
}

// offset is where glyph n begins in glyf.
func (f *face) offset(n int) int {
	if f.longOffsets {
		return int(binary.BigEndian.Uint32(f.tables["loca"][4*n:]))
	}
	return 2 * int(binary.BigEndian.Uint16(f.tables["loca"][2*n:]))
}

func (f *face) outline(glyph uint16) []byte {
	return f.tables["glyf"][f.offset(int(glyph)):f.offset(int(glyph)+1)]
}

// subset is a font file with the outlines of some glyphs and what they are composed of. The other glyphs keep their numbers and are empty.
func (f *face) subset(glyphs []uint16) []byte {
	keep := map[uint16]bool{}
	f.keep(keep, 0) // what stands for a character that is missing
	for _, glyph := range glyphs {
		f.keep(keep, glyph)
	}
	count := binary.BigEndian.Uint16(f.tables["maxp"][4:])
	var outlines, offsets []byte
	for glyph := range count {
		offsets = binary.BigEndian.AppendUint32(offsets, uint32(len(outlines)))
		if keep[glyph] {
			outlines = append(outlines, f.outline(glyph)...)
			outlines = append(outlines, make([]byte, -len(outlines)&3)...)
		}
	}
	offsets = binary.BigEndian.AppendUint32(offsets, uint32(len(outlines)))
	head := slices.Clone(f.tables["head"])
	binary.BigEndian.PutUint32(head[8:], 0)
	binary.BigEndian.PutUint16(head[50:], 1) // long offsets
	return fontFile([]table{{"glyf", outlines}, {"head", head}, {"hhea", f.tables["hhea"]}, {"hmtx", f.tables["hmtx"]}, {"loca", offsets}, {"maxp", f.tables["maxp"]}})
}

// keep marks a glyph and the glyphs it is composed of.
func (f *face) keep(keep map[uint16]bool, glyph uint16) {
	outline := f.outline(glyph)
	keep[glyph] = true
	if len(outline) < 10 || outline[0] < 0x80 {
		return // empty or simple: only a negative number of contours is a composition
	}
	const argumentsAreWords, scale, more, scales, matrix = 1, 1 << 3, 1 << 5, 1 << 6, 1 << 7
	for at, flags := 10, uint16(more); flags&more != 0; {
		flags = binary.BigEndian.Uint16(outline[at:])
		f.keep(keep, binary.BigEndian.Uint16(outline[at+2:]))
		at += 6
		if flags&argumentsAreWords != 0 {
			at += 2
		}
		switch {
		case flags&scale != 0:
			at += 2
		case flags&scales != 0:
			at += 4
		case flags&matrix != 0:
			at += 8
		}
	}
}

type table struct {
	tag  string
	data []byte
}

// fontFile puts tables, in order of tag, into a TrueType file with its check sums.
func fontFile(tables []table) []byte {
	power := 1
	for power*2 <= len(tables) {
		power *= 2
	}
	exponent := slices.Index([]int{1, 2, 4, 8, 16}, power)
	file := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, n := range []int{len(tables), power * 16, exponent, (len(tables) - power) * 16} {
		file = binary.BigEndian.AppendUint16(file, uint16(n))
	}
	at, head := 12+16*len(tables), 0
	var body []byte
	for _, t := range tables {
		if t.tag == "head" {
			head = at + len(body)
		}
		file = append(file, t.tag...)
		for _, n := range []uint32{checkSum(t.data), uint32(at + len(body)), uint32(len(t.data))} {
			file = binary.BigEndian.AppendUint32(file, n)
		}
		body = append(body, t.data...)
		body = append(body, make([]byte, -len(body)&3)...)
	}
	file = append(file, body...)
	binary.BigEndian.PutUint32(file[head+8:], 0xB1B0AFBA-checkSum(file))
	return file
}

// checkSum adds up a table as big-endian words.
func checkSum(data []byte) (sum uint32) {
	for len(data) >= 4 {
		sum += binary.BigEndian.Uint32(data)
		data = data[4:]
	}
	var rest [4]byte
	copy(rest[:], data)
	return sum + binary.BigEndian.Uint32(rest[:])
}
