package letter

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// A text at level B1 is measured by two signs, which do not replace a reader: sentences of 15 words at most on average, and a reading ease of
// 60 or more, "standard", by W.H. Douma's formula for Dutch (De leesbaarheid van landbouwbladen, 1960): 206.84 - 77 syllables a word - 0.93 words a sentence.
const (
	mostWords = 15.0
	leastEase = 60.0
	enough    = 50 // words: over fewer the formula says nothing
)

var (
	action   = regexp.MustCompile(`\{\{.*?\}\}`)
	breaks   = regexp.MustCompile(`\n\s*\n|\n[-*#] `)
	sentence = regexp.MustCompile(`[.?!:;]\s+`)
	word     = regexp.MustCompile(`[\p{L}'-]+`)
	vowels   = regexp.MustCompile(`[aeiouyàáâäèéêëìíîïòóôöùúûü]+`)
)

// ease is the reading ease of a template's text, and its words, and those of a sentence on average. What a template fills in counts for nothing.
func ease(text string) (ease float64, words int, average float64) {
	sentences, syllables := 0, 0
	for _, p := range breaks.Split(action.ReplaceAllString(text, " "), -1) {
		for _, s := range sentence.Split(p, -1) {
			found := word.FindAllString(strings.ToLower(s), -1)
			if len(found) < 3 { // a heading, a greeting
				continue
			}
			sentences, words = sentences+1, words+len(found)
			for _, w := range found {
				syllables += max(1, len(vowels.FindAllString(w, -1)))
			}
		}
	}
	if words == 0 {
		return 0, 0, 0
	}
	average = float64(words) / float64(sentences)
	return 206.84 - 77*float64(syllables)/float64(words) - 0.93*average, words, average
}

// hard says why a text is not at level B1 by these signs; empty when it may be.
func hard(text string) string {
	ease, words, average := ease(text)
	if words >= enough && (ease < leastEase || average > mostWords) {
		return fmt.Sprintf("reading ease %.1f, %.1f words a sentence; right would be %.0f or more, and %.0f or fewer", ease, average, leastEase, mostWords)
	}
	return ""
}

// Art. 4.1 Besluit kwaliteit incassodienstverlening: what a debtor reads is at level B1.
func TestDutchLettersReadEasily(t *testing.T) {
	t.Parallel()
	measured, files := 0, os.DirFS("texts")
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".nl.txt") {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if problem := hard(string(text)); problem != "" {
			t.Errorf("%s: %s", path.Base(name), problem)
		}
		if _, words, _ := ease(string(text)); words >= enough {
			measured++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if measured < 15 {
		t.Errorf("only %d letters were measured", measured)
	}
}

func TestOfficialeseIsSeen(t *testing.T) {
	t.Parallel()
	const stiff = `Ondergetekende stelt u hierbij onverwijld aansprakelijk voor de buitengerechtelijke incassokosten, vermeerderd met de wettelijke handelsrente daarover vanaf de verzuimdatum,
		onder uitdrukkelijk voorbehoud van alle rechten en weren. Bij gebreke van algehele betaling binnen voornoemde termijn zullen rechtsmaatregelen worden getroffen, waarvan de
		daaruit voortvloeiende proceskosten integraal voor uw rekening komen, tenzij anderszins schriftelijk overeengekomen.`
	if hard(stiff) == "" {
		t.Error("two sentences of officialese pass for level B1")
	}
	if problem := hard(strings.Repeat("U hebt de rekening nog niet betaald. Wij vragen u om dat nu te doen. ", 5)); problem != "" {
		t.Error(problem)
	}
}
