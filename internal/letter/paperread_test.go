package letter_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/incassocenter/dunning/internal/letter"
)

// bare is as the certificate reads, written once more.
func bare(s string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == ':' || r == '|' }), ""))
}

// oneLine is as the certificate reads an e-mail, written once more.
func oneLine(s string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '|' }), " "))
}

// lost takes words out of the e-mail, or out of the paper.
func lost(d letter.Document, words string) map[string]letter.Document {
	mail, paper := d, d
	mail.Text = strings.ReplaceAll(oneLine(d.Text), oneLine(words), "")
	paper.Printed = strings.ReplaceAll(bare(d.Printed), bare(words), "")
	return map[string]letter.Document{"e-mail": mail, "paper": paper}
}

// The words of the certificate are those that a reader of the file finds: what is certified is what is printed.
func TestTheCertificateReadsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d := compose(t, complete(s.letter))
			found := bare(read(t, d.PDF))
			for line := range strings.SplitSeq(d.Printed, "\n") {
				if !strings.Contains(found, bare(line)) {
					t.Errorf("%q is certified, and does not stand in the PDF", line)
				}
			}
		})
	}
}

// Every rule looks for its words in both shapes: a letter that lost them in the e-mail, or on the paper, does not pass. What a rule looks for stands in
// its verdict, so a rule that looks at nothing fails here too.
func TestEveryRuleMissesItsWords(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, l := range append(variants(), complete(stopped(letter.Dutch, letter.Bankruptcy))) {
		d := compose(t, l)
		whole := l.Certify(d, lawful(l))
		if failed := whole.Failed(); len(failed) > 0 {
			t.Fatalf("%s: %v", l.Kind, failed)
		}
		for i, v := range whole.Verdicts {
			if !v.Reads {
				continue
			}
			for _, words := range strings.Split(v.Value, " | ") {
				for shape, changed := range lost(d, words) {
					if tried++; l.Certify(changed, lawful(l)).Verdicts[i].Pass {
						t.Errorf("%s %s: without %q in the %s, %q passes", l.Kind, l.Language, words, shape, v.Rule)
					}
				}
			}
		}
	}
	if tried < 1_000 {
		t.Errorf("only %d removals were tried", tried)
	}
}

// Which rules a letter of each kind is held to. A rule that goes changes this list, which is for a lawyer to read.
func TestTheRulesOfEachLetter(t *testing.T) {
	t.Parallel()
	rules := map[string][]string{}
	for _, l := range append(variants(), complete(stopped(letter.Dutch, letter.Bankruptcy))) {
		for _, v := range certify(t, l).Verdicts {
			line := v.Rule + " (" + v.Article + ")"
			if key := string(l.Kind); !slices.Contains(rules[key], line) {
				rules[key] = append(rules[key], line)
			}
		}
	}
	var lines []string
	for _, kind := range append(slices.Clone(letter.DebtorKinds), letter.ComplaintConfirmation) {
		if len(rules[string(kind)]) == 0 || slices.Contains(lines, "## "+string(kind)) {
			continue
		}
		lines = append(lines, "## "+string(kind))
		for n, rule := range rules[string(kind)] {
			lines = append(lines, fmt.Sprintf("%d. %s", n+1, rule))
		}
	}
	golden(t, "rules", letter.Document{Subject: "what each letter is held to before it leaves", Text: strings.Join(lines, "\n") + "\n"})
}
