package letter

import (
	"strings"
	"testing"
)

// A paragraph does not end in one lonely word, unless it has nowhere else to go; no word is lost, and no line is too long.
func TestNoLonelyWord(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, measure, want string }{
		{"it fits", "een twee drie", "een twee drie", "een twee drie"},
		{"the last word gets company", "een twee drie vier vijf", "een twee drie vier", "een twee drie | vier vijf"},
		{"two words are no lonely one", "een twee drie vier vijf zes", "een twee drie vier", "een twee drie vier | vijf zes"},
		{"the others have no room for it", "incassokosten vier", "incassokosten", "incassokosten | vier"},
		{"it would make a line more", "een twee een twee vier", "een twee", "een twee | een twee | vier"},
		{"an amount is one thing", "betaal € 1.052,41 uiterlijk op 3" + nbsp + "december", "betaal € 1.052,41 uiterlijk op", "betaal € 1.052,41 uiterlijk op | 3" + nbsp + "december"},
	} {
		max := width(c.measure, bodySize, false) + 0.01
		var lines []string
		for _, line := range wrapWords([]span{{c.text, false}}, max, bodySize) {
			var words strings.Builder
			for _, s := range line {
				words.WriteString(s.text)
			}
			lines = append(lines, strings.TrimRight(words.String(), " "))
			if wide := width(lines[len(lines)-1], bodySize, false); wide > max {
				t.Errorf("%s: %q is %.2f mm wide, more than %.2f", c.name, lines[len(lines)-1], wide, max)
			}
		}
		if got := strings.Join(lines, " | "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
