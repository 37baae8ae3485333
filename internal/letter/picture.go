package letter

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"sync"
)

// What a logo may be: more than this no printer shows at its size, and every letter would carry it.
const (
	maxLogoBytes  = 300_000
	maxLogoPixels = 2000 // each way
)

// picture is an image as a PDF carries it.
type picture struct {
	width, height int    // pixels
	image, mask   packed // mask: how much each pixel covers; without data all cover wholly
	of            *Drawing
	form          int // of a drawing, in the place of an image: the object that is the page
}

// packed is the data of an object with what its dictionary says of them.
type packed struct {
	entries string
	data    []byte
}

// pictures are kept by the hash of their file, because packing one takes longer than twenty letters. A letter is the same bytes with or without.
var pictures struct {
	sync.Mutex
	known map[[sha256.Size]byte]*picture
}

const maxPictures = 64 // kept at a time

// pictureOf reads a PNG or JPEG file.
func pictureOf(file []byte) (*picture, error) {
	if len(file) > maxLogoBytes {
		return nil, fmt.Errorf("has %d bytes; right would be at most %d", len(file), maxLogoBytes)
	}
	key := sha256.Sum256(file)
	pictures.Lock()
	defer pictures.Unlock()
	if p := pictures.known[key]; p != nil {
		return p, nil
	}
	p, err := packPicture(file)
	if err != nil {
		return nil, err
	}
	if pictures.known == nil || len(pictures.known) >= maxPictures {
		pictures.known = map[[sha256.Size]byte]*picture{}
	}
	pictures.known[key] = p
	return p, nil
}

func packPicture(file []byte) (*picture, error) {
	read, pack := png.DecodeConfig, packPNG
	if bytes.HasPrefix(file, []byte("\xff\xd8\xff")) {
		read, pack = jpeg.DecodeConfig, packJPEG
	} else if !bytes.HasPrefix(file, []byte("\x89PNG\r\n\x1a\n")) {
		return nil, errors.New("is not a picture that can be printed; right would be a PNG or JPEG file")
	}
	is, err := read(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("cannot be read (%w); right would be a whole PNG or JPEG file", err)
	}
	if is.Width > maxLogoPixels || is.Height > maxLogoPixels {
		return nil, fmt.Errorf("is %d x %d pixels; right would be at most %d x %d", is.Width, is.Height, maxLogoPixels, maxLogoPixels)
	}
	p, err := pack(file, is)
	if err != nil {
		return nil, err
	}
	p.width, p.height = is.Width, is.Height
	return p, nil
}

// packJPEG leaves the data as they are.
func packJPEG(file []byte, is image.Config) (*picture, error) {
	if !baseline(file) {
		return nil, errors.New("is a progressive JPEG, which not every printer reads; right would be a baseline JPEG, or a PNG")
	}
	space := "/DeviceRGB"
	switch is.ColorModel {
	case color.CMYKModel:
		return nil, errors.New("has CMYK colours; right would be RGB or grey")
	case color.GrayModel:
		space = "/DeviceGray"
	}
	if _, err := jpeg.Decode(bytes.NewReader(file)); err != nil {
		return nil, fmt.Errorf("cannot be read (%w); right would be a whole JPEG file", err)
	}
	return &picture{image: packed{imageEntries(is.Width, is.Height, space) + " /Filter /DCTDecode", file}}, nil
}

// baseline looks for the frame of a JPEG file: its marker says how the data are coded (ISO/IEC 10918-1, table B.1).
func baseline(file []byte) bool {
	for at := 2; at+4 <= len(file) && file[at] == 0xff; {
		switch marker := file[at+1]; {
		case marker == 0xff: // a filling byte
			at++
		case marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc:
			return marker == 0xc0
		default:
			at += 2 + int(binary.BigEndian.Uint16(file[at+2:]))
		}
	}
	return false
}

// packPNG takes the colours and the transparency apart.
func packPNG(file []byte, is image.Config) (*picture, error) {
	switch is.ColorModel {
	case color.Gray16Model, color.RGBA64Model, color.NRGBA64Model:
		return nil, errors.New("has 16 bits for each colour; right would be 8")
	}
	decoded, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("cannot be read (%w); right would be a whole PNG file", err)
	}
	size := image.Rect(0, 0, is.Width, is.Height)
	colours, alpha, clear := image.NewRGBA(size), image.NewGray(size), false
	for y := range is.Height {
		for x := range is.Width {
			c := color.NRGBAModel.Convert(decoded.At(x, y)).(color.NRGBA)
			colours.SetRGBA(x, y, color.RGBA{c.R, c.G, c.B, 0xff})
			alpha.SetGray(x, y, color.Gray{Y: c.A})
			clear = clear || c.A < 0xff
		}
	}
	p := &picture{image: packPixels(colours, "/DeviceRGB", 3)}
	if clear {
		p.mask = packPixels(alpha, "/DeviceGray", 1)
	}
	return p, nil
}

// packPixels compresses as PNG does, row by row, which a PDF reads too: half the size of compression alone.
func packPixels(pixels image.Image, space string, channels int) packed {
	var file bytes.Buffer
	_ = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&file, pixels) // a buffer takes everything
	p := packed{entries: fmt.Sprintf("%s /Filter /FlateDecode /DecodeParms <</Predictor 15 /Colors %d /BitsPerComponent 8 /Columns %d>>",
		imageEntries(pixels.Bounds().Dx(), pixels.Bounds().Dy(), space), channels, pixels.Bounds().Dx())}
	for rest := file.Bytes()[8:]; len(rest) >= 12; {
		size := int(binary.BigEndian.Uint32(rest))
		if string(rest[4:8]) == "IDAT" {
			p.data = append(p.data, rest[8:8+size]...)
		}
		rest = rest[12+size:]
	}
	return p
}

func imageEntries(width, height int, space string) string {
	return fmt.Sprintf(" /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace %s /BitsPerComponent 8", width, height, space)
}

// fitInto is how large a picture is printed, in millimetres: as large as the box allows, and not so large that its pixels show.
func (p *picture) fitInto(width, height float64) (w, h float64) {
	const perPixel = 25.4 / 100 // at least 100 pixels to the inch
	scale := min(width/float64(p.width), height/float64(p.height), perPixel)
	return float64(p.width) * scale, float64(p.height) * scale
}

// write adds the picture's objects and gives the number of the one to draw.
func (p *picture) write(o *pdfFile) int {
	if p.of != nil {
		return o.drawing(p.of) + p.form
	}
	entries := p.image.entries
	if p.mask.data != nil {
		entries += fmt.Sprintf(" /SMask %d 0 R", o.raw(p.mask.entries, p.mask.data))
	}
	return o.raw(entries, p.image.data)
}
