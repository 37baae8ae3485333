package letter

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestCheckFindsWhatIsWrongWithAText also in branches that no sample takes.
func TestCheckFindsWhatIsWrongWithAText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, text, problem string }{
		{"a good text", "Subject {{.Total}}\n\n## Head\n\n- **bold** {{if and .Consumer (not .OneInvoice)}}x{{end}}\n\n[payment]\n", ""},
		{"a variable that no letter has", "{{if .Consumer}}{{.Totaal}}{{end}}", "no letter has a variable .Totaal"},
		{"a variable of a variable", "{{.Total.Cents}}", "no letter has a variable .Total.Cents"},
		{"an unknown condition", "{{if .Consument}}x{{end}}", "no letter has a variable .Consument"},
		{"a loop, which changes what a variable means", "{{range .Total}}x{{end}}", "is not allowed in a letter"},
		{"a function", `{{printf "%s" .Total}}`, "is not allowed in a letter"},
		{"a figure that does not exist", "Subject\n\n[speciffication]\n", "there is no [speciffication]"},
		{"bold that does not end", "Subject **x", "a ** has no partner"},
		{"a character that the fonts lack", "Subject →", "cannot be printed"},
		{"a template that does not parse", "{{if}}", "parse letter text"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			all, err := parseTexts(fstest.MapFS{"texts/story.nl.txt": {Data: []byte(c.text)}})
			if err == nil {
				err = checkTemplate(all.Lookup("story.nl"), view{})
			}
			if (err == nil) != (c.problem == "") || err != nil && !strings.Contains(err.Error(), c.problem) {
				t.Errorf("error %v, want %q", err, c.problem)
			}
		})
	}
}
