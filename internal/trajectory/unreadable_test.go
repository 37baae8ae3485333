package trajectory_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/trajectory"
)

// What is wrong with the parts of a file that can be read is told beside what cannot be read, and nothing that rests on the latter.
func TestWhatCanBeJudgedIsToldAtOnce(t *testing.T) {
	t.Parallel()
	shippedConsumer, err := fs.ReadFile(shipped, "trajectories/consumer.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		change []string
		want   string
	}{
		{"an amount beside terms that are too short", []string{`"5.00" `, `"x" `, "days: 8,  term: 14", "days: 8,  term: 13", "days: 16", "days: 10", "years: 20", "years: 40"},
			"5: minimum_demand; 9: 14-day-letter; 10: 15 days; 10: within the term; 17: monitoring"},
		{"what comes after a step that cannot be read is not judged, nor the advice", []string{"days: 8,  term: 7", "days: eight, term: 7", "days: 16", "days: 10", "days: 8}", "days: 1}", "term: 30 ", "term: 0 "},
			"8: eight; 13: term in days; 13: remind_after"},
		{"what comes before it is", []string{"term: 7,  channels: [email, post]}\n  - {step: sticker", "term: 0,  channels: [email, post]}\n  - {step: sticker", "days: 10,", "dayz: 10,"},
			"7: term; 11: dayz"},
		{"a key of another name is not missing too", []string{"version: 1", "versoin: 1", "decision:", "decison:", "term: 14", "term: 13"},
			"3: versoin; 9: 14-day-letter; 13: decison"},
		{"nor is what it says", []string{"term: 30 ", "trm: 30 ", "minimum_demand: ", "spacing: x # "}, "5: x; 14: trm"},
	} {
		text := string(shippedConsumer)
		for i := 0; i < len(tt.change); i += 2 {
			if !strings.Contains(text, tt.change[i]) {
				t.Fatalf("%s: no %q", tt.name, tt.change[i])
			}
		}
		_, err := trajectory.ParsePolicy("c.yaml", []byte(strings.NewReplacer(tt.change...).Replace(text)))
		var form *trajectory.FormError
		if !errors.As(err, &form) {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		lines, wants := strings.Split(err.Error(), "\n"), strings.Split(tt.want, "; ")
		same := len(lines) == len(wants)
		for i := 0; same && i < len(lines); i++ {
			line, word, _ := strings.Cut(wants[i], ": ")
			same = strings.HasPrefix(lines[i], "c.yaml: line "+line+": ") && strings.Contains(lines[i], word)
		}
		if !same {
			t.Errorf("%s: want %s, got\n%s", tt.name, tt.want, err)
		}
	}
}
