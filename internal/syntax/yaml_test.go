package syntax_test

import (
	"bytes"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/incassocenter/dunning/internal/syntax"
)

type part struct {
	Days int    `yaml:"days"`
	On   string `yaml:"on"`
}

type file struct {
	ID    string          `yaml:"id"`
	Parts []part          `yaml:"parts"`
	By    map[string]part `yaml:"by"`
}

// What is wrong is told with its line, in words, with what would be right.
func TestWhatIsWrongIsToldWhereItIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, text, want string }{
		{"a colon in a value", "id: a\nparts:\n  - days: 1\n    on: at 9: sharp\n", "line 4: a colon with a blank behind it"},
		{"no key", "id: a\nparts\nby:\n", "line 2: is no key with a value"},
		{"a list that is not closed", "id: a\nparts: [{days: 1}, {days: 2}\nby: {}\n", "line 2: a list in [ ] is not closed"},
		{"keys that are not closed", "id: a\nby: {x: {days: 1}\nparts: []\n", "line 2: keys in { } are not closed"},
		{"a quote that is not closed", "id: a\nparts: []\nby: \"x\n", "line 3: a quote is opened and not closed"},
		{"a tab", "id: a\nby:\n\tx: 1\n", "line 3: a value begins with a sign"},
		{"a key to the left", "parts:\n    - days: 1\n   - days: 2\n", "line 3: does not stand below the keys above"},
		{"a key to the right", "id: a\n  by: {}\n", "line 2: a colon with a blank behind it"},
		{"an unknown anchor", "id: *a\n", "line 1: a value begins with *"},
		{"a sign that begins nothing", "id: a\nby: @x\n", "line 2: a value begins with a sign"},
		{"no text", "id: a\nby: \xff\n", "line 2: has a sign that is no text in UTF-8"},
		{"another key", "id: a\nparts:\n  - day: 1\n", `line 3: "day" is no key here; right would be one of days, on`},
		{"another key in a map", "id: a\nby:\n  x: {day: 1}\n", `line 3: "day" is no key here; right would be one of days, on`},
		{"a word for a number", "parts:\n  - days: four\n", `line 2: "four" does not fit; right would be a whole number`},
		{"a text for a list", "parts: x\n", `line 1: "x" does not fit; right would be a list`},
		{"a list for a text", "id: [a]\n", "line 1: a list does not fit; right would be a text"},
		{"keys for a number", "parts:\n  - days: {a: 1}\n", "line 2: keys do not fit; right would be a whole number"},
		{"a key twice", "id: a\nid: b\n", `line 2: "id" stands there twice; right would be once`},
	} {
		var into file
		decoder := yaml.NewDecoder(bytes.NewReader([]byte(c.text)))
		decoder.KnownFields(true)
		err := decoder.Decode(&into)
		if err == nil {
			t.Errorf("%s: it is read", c.story)
			continue
		}
		if got := strings.Join(syntax.Explain([]byte(c.text), err, into), "; "); !strings.HasPrefix(got, c.want) || !strings.Contains(got, "right would be") || strings.Contains(got, "yaml") {
			t.Errorf("%s: %s\nwant %s (%v)", c.story, got, c.want, err)
		}
	}
}

// A file that is too long to look through has the line that the parser tells.
func TestALongFile(t *testing.T) {
	t.Parallel()
	text := []byte(strings.Repeat("- a\n", 5000) + "- [\n")
	var into []string
	err := yaml.Unmarshal(text, &into)
	if got := strings.Join(syntax.Explain(text, err, into), "; "); !strings.HasPrefix(got, "line 500") {
		t.Errorf("%s (%v)", got, err)
	}
}
