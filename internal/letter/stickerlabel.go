package letter

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"

	"gopkg.in/yaml.v3"
)

const pageWidth = 210.0

// StickerLabel is a sheet of labels that are all alike, on A4. Measures are in millimetres; a pitch is the distance from one label to the next, from
// left edge to left edge and from top to top.
type StickerLabel struct {
	Name            string  `yaml:"name"`
	Columns         count   `yaml:"columns"`
	Rows            count   `yaml:"rows"`
	Width           float64 `yaml:"label_width"`
	Height          float64 `yaml:"label_height"`
	TopMargin       float64 `yaml:"top_margin"`
	LeftMargin      float64 `yaml:"left_margin"`
	HorizontalPitch float64 `yaml:"horizontal_pitch"`
	VerticalPitch   float64 `yaml:"vertical_pitch"`
	CornerRadius    float64 `yaml:"corner_radius"`
}

// count is a whole number once a label was looked at. It is read as any number, because the YAML reader would cut 2.5 to 2, or stop there without saying where.
type count float64

func (c count) possible() bool {
	return c >= 1 && c <= maxPerSide && c == count(math.Trunc(float64(c)))
}

// ReadStickerLabels reads a list of label sheets; file is its name for errors. Unknown keys, labels that overlap or do not fit on A4, and a name that
// stands twice are errors that name file, entry and field, all of them at once.
func ReadStickerLabels(file string, data []byte) ([]StickerLabel, error) {
	var labels []StickerLabel
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&labels); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %s", file, keyProblem(err))
	}
	if len(labels) == 0 {
		return nil, fmt.Errorf("%s: there are no labels; right would be a list, each with: %s", file, labelKeys)
	}
	var problems []error
	seen := map[string]int{}
	for i, l := range labels {
		found := l.problems()
		if first := seen[l.Name]; first > 0 {
			found.that(false, "name: stands at entry %d already; right would be a name of its own", first)
		}
		seen[l.Name] = i + 1
		for _, problem := range found {
			problems = append(problems, fmt.Errorf("%s: entry %d (%q): %s", file, i+1, l.Name, problem))
		}
	}
	return labels, errors.Join(problems...)
}

const labelKeys = "name, columns, rows, label_width, label_height, top_margin, left_margin, horizontal_pitch, vertical_pitch, corner_radius"

var (
	labelName    = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,19}$`)
	unknownLabel = regexp.MustCompile(`field (.*) not found in type \S+`)
	wrongLabel   = regexp.MustCompile("cannot unmarshal \\S+ (`[^`]*`)? ?into \\S+")
)

// keyProblem says in the words of the file what the YAML reader says in those of the program.
func keyProblem(err error) string {
	text := unknownLabel.ReplaceAllString(err.Error(), "key $1 is not known; right would be: "+labelKeys)
	return wrongLabel.ReplaceAllString(text, "$1 is not what it should be; right would be a list of labels, each measure a number: 63.5")
}

// maxPerSide bounds what is a sheet of labels still, and not a typing error.
const maxPerSide = 30

// slack is what rounding may add to a sum of measures.
const slack = 0.005

// problems are written so that what is no number at all (.nan) is one too.
func (l StickerLabel) problems() (c checks) {
	c.that(labelName.MatchString(l.Name), "name: %q is not a name; right would be 1 to 20 small letters and digits: 3x7", l.Name)
	c.that(l.Columns.possible(), "columns: is %g; right would be a whole number from 1 to %d", l.Columns, maxPerSide)
	c.that(l.Rows.possible(), "rows: is %g; right would be a whole number from 1 to %d", l.Rows, maxPerSide)
	c.that(l.Width > 0, "label_width: is %g; right would be more than 0", l.Width)
	c.that(l.Height > 0, "label_height: is %g; right would be more than 0", l.Height)
	c.that(l.TopMargin >= 0, "top_margin: is %g; right would be 0 or more", l.TopMargin)
	c.that(l.LeftMargin >= 0, "left_margin: is %g; right would be 0 or more", l.LeftMargin)
	c.that(l.HorizontalPitch >= l.Width-slack, "horizontal_pitch: is %g, and labels of %g overlap; right would be %g or more", l.HorizontalPitch, l.Width, l.Width)
	c.that(l.VerticalPitch >= l.Height-slack, "vertical_pitch: is %g, and labels of %g overlap; right would be %g or more", l.VerticalPitch, l.Height, l.Height)
	c.that(l.CornerRadius >= 0 && l.CornerRadius <= min(l.Width, l.Height)/2, "corner_radius: is %g; right would be from 0 to half a side of the label", l.CornerRadius)
	if len(c) > 0 {
		return c // where labels end follows from the rest
	}
	x, y := l.place(l.PerSheet() - 1)
	c.that(x+l.Width <= pageWidth+slack, "columns: the last one ends at %g mm; right would be at most %g, the width of A4", x+l.Width, pageWidth)
	c.that(y+l.Height <= pageHeight+slack, "rows: the last one ends at %g mm; right would be at most %g, the height of A4", y+l.Height, pageHeight)
	return c
}

// PerSheet is how many labels a sheet has.
func (l StickerLabel) PerSheet() int { return int(l.Columns * l.Rows) }

// place is the top left corner of label n, from 0, row by row.
func (l StickerLabel) place(n int) (x, y float64) {
	return l.LeftMargin + float64(n%int(l.Columns))*l.HorizontalPitch, l.TopMargin + float64(n/int(l.Columns))*l.VerticalPitch
}

// unprinted is how far from the edge of the paper a printer may not print.
const unprinted = 5.0

// inside is the part of a label that may be printed on, from its corner: clear of its edges, because sheets shift in a printer, and of those of the paper.
func (l StickerLabel) inside() (x, y, width, height float64) {
	const clear = 2.6
	lastX, lastY := l.place(l.PerSheet() - 1)
	x, y = max(clear, unprinted-l.LeftMargin), max(clear, unprinted-l.TopMargin)
	right, bottom := max(clear, unprinted-(pageWidth-lastX-l.Width)), max(clear, unprinted-(pageHeight-lastY-l.Height))
	return x, y, l.Width - x - right, l.Height - y - bottom
}
