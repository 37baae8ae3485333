package letter_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/letter"
)

const goodLabel = `- name: 3x7
  columns: 3
  rows: 7
  label_width: 63.5
  label_height: 38.1
  top_margin: 15.15
  left_margin: 7.25
  horizontal_pitch: 66
  vertical_pitch: 38.1
  corner_radius: 2
`

func TestAFileOfLabelsSaysWhatIsWrongInIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, old, new, want string }{
		{"right", "", "", ""},
		{"labels to the edges of the paper", goodLabel, "- {name: 3x8, columns: 3, rows: 8, label_width: 70, label_height: 37, top_margin: 0.5, left_margin: 0, horizontal_pitch: 70, vertical_pitch: 37, corner_radius: 0}\n", ""},
		{"no name", "name: 3x7", "name: ''", `labels.yaml: entry 1 (""): name: "" is not a name; right would be`},
		{"a name twice", goodLabel, goodLabel + goodLabel, `labels.yaml: entry 2 ("3x7"): name: stands at entry 1 already`},
		{"no columns", "  columns: 3\n", "", `entry 1 ("3x7"): columns: is 0; right would be a whole number from 1 to 30`},
		{"rows below nothing", "rows: 7", "rows: -7", "rows: is -7; right would be a whole number from 1 to 30"},
		{"half a column", "columns: 3", "columns: 2.5", `labels.yaml: entry 1 ("3x7"): columns: is 2.5; right would be a whole number from 1 to 30`},
		{"half a row", "rows: 7", "rows: 6.5", `labels.yaml: entry 1 ("3x7"): rows: is 6.5; right would be a whole number from 1 to 30`},
		{"columns without end", "columns: 3", "columns: .inf", "columns: is +Inf; right would be a whole number"},
		{"columns that are no number", "columns: 3", "columns: .nan", "columns: is NaN; right would be a whole number"},
		{"columns in words", "columns: 3", "columns: drie", "line 2: `drie` is not what it should be; right would be a list of labels, each measure a number"},
		{"no width", "label_width: 63.5", "label_width: 0", "label_width: is 0; right would be more than 0"},
		{"a height that is no number", "label_height: 38.1", "label_height: .nan", "label_height: is NaN; right would be more than 0"},
		{"a margin beyond the paper", "top_margin: 15.15", "top_margin: -1", "top_margin: is -1; right would be 0 or more"},
		{"a left margin beyond the paper", "left_margin: 7.25", "left_margin: -0.1", "left_margin: is -0.1; right would be 0 or more"},
		{"labels over each other", "horizontal_pitch: 66", "horizontal_pitch: 63.4", "horizontal_pitch: is 63.4, and labels of 63.5 overlap; right would be 63.5 or more"},
		{"rows over each other", "vertical_pitch: 38.1", "vertical_pitch: 38", "vertical_pitch: is 38, and labels of 38.1 overlap"},
		{"corners larger than the label", "corner_radius: 2", "corner_radius: 19.1", "corner_radius: is 19.1; right would be from 0 to half a side"},
		{"a column beside the paper", "left_margin: 7.25", "left_margin: 14.6", "columns: the last one ends at 210.1 mm; right would be at most 210, the width of A4"},
		{"a row below the paper", "rows: 7", "rows: 8", "rows: the last one ends at 319.95 mm; right would be at most 297, the height of A4"},
		{"a pitch without end", "horizontal_pitch: 66", "horizontal_pitch: .inf", "columns: the last one ends at +Inf mm"},
		{"a key that is not known", "columns", "kolommen", "line 2: key kolommen is not known; right would be: name, columns, rows"},
		{"no list", "- name", "  name", "is not what it should be; right would be a list of labels"},
		{"nothing", goodLabel, "", "there are no labels; right would be a list, each with: name"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			_, err := letter.ReadStickerLabels("labels.yaml", []byte(strings.Replace(goodLabel, c.old, c.new, 1)))
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), "labels.yaml: ") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "letter.")) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	_, err := letter.ReadStickerLabels("labels.yaml", []byte(strings.NewReplacer("rows: 7", "rows: 0", "top_margin: 15.15", "top_margin: -1").Replace(goodLabel)))
	if err == nil || strings.Count(err.Error(), "labels.yaml: entry 1") != 2 {
		t.Errorf("not all problems at once: %v", err)
	}
}
