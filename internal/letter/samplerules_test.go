package letter_test

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/letter"
)

func TestEverySampleSaysWhatItMust(t *testing.T) {
	t.Parallel()
	for name, s := range sampleStories() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := letter.ComposeSample(s)
			if err != nil {
				t.Fatal(err)
			}
			certificate, err := letter.CertifySample(s, d)
			if failed := certificate.Failed(); err != nil || len(failed) > 0 || certificate.SHA256 != d.SHA256 || len(certificate.Verdicts) < 4 {
				t.Errorf("%v %v", failed, err)
			}
		})
	}
}

// The 14-day letter of a client has every rule that the agency's own has for its notice, and names no day either.
func TestTheSampleOf14DaysIsHeldToTheSameNotice(t *testing.T) {
	t.Parallel()
	own := certify(t, complete(sample(letter.FourteenDayLetter, letter.Dutch, true)))
	s := filledIn(letter.SampleFourteenDays, letter.Dutch)
	d, err := letter.ComposeSample(s)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := letter.CertifySample(s, d)
	if err != nil {
		t.Fatal(err)
	}
	article := "art. 6:96 lid 6 BW; HR 25-11-2016 ECLI:NL:HR:2016:2704"
	for _, rule := range own.Verdicts {
		if rule.Article == article && !slices.ContainsFunc(certificate.Verdicts, func(v letter.Verdict) bool { return v.Rule == rule.Rule && v.Article == article }) {
			t.Errorf("the sample is not held to %q", rule.Rule)
		}
	}
	added := d
	added.Text += "\nBetaal per omgaande € 25,00 administratiekosten."
	if certificate, err = letter.CertifySample(s, added); err != nil || len(certificate.Failed()) != 3 {
		t.Errorf("a letter to which a sentence was added: %v %v", certificate.Failed(), err)
	}
	s.Values["invoice"] = "F1, te betalen op 7 december 2026"
	if d, err = letter.ComposeSample(s); err != nil {
		t.Fatal(err)
	}
	certificate, err = letter.CertifySample(s, d)
	if failed := certificate.Failed(); err != nil || len(failed) != 1 || !strings.HasPrefix(failed[0], "no day is named") {
		t.Errorf("a letter that names a day: %v %v", failed, err)
	}
}

// What the client or its customer is called does not count against the 14-day letter; a sentence that was added does.
func TestANameIsNothingAddedToASample(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ client, debtor string }{
		{"Per Direct Meubels", "De heer A. Bakker"},
		{"Meteen B.V.", "De heer A. Bakker"},
		{"Euro Tyre B.V.", "De heer A. Bakker"},
		{"Bakkerij Voorbeeld", "Onmiddellijk B.V."},
	} {
		s := filledIn(letter.SampleFourteenDays, letter.Dutch)
		s.Client.Name, s.Values["debtor"] = c.client, c.debtor
		d, err := letter.ComposeSample(s)
		if err != nil {
			t.Fatal(err)
		}
		certificate, err := letter.CertifySample(s, d)
		if failed := certificate.Failed(); err != nil || len(failed) > 0 {
			t.Errorf("%s to %s: %v %v", c.client, c.debtor, failed, err)
		}
		d.Text += "\nBetaal per omgaande."
		if certificate, err = letter.CertifySample(s, d); err != nil || len(certificate.Failed()) != 1 {
			t.Errorf("%s to %s with a sentence that was added: %v %v", c.client, c.debtor, certificate.Failed(), err)
		}
	}
}

// Every piece of every sample letter is removed in turn. testdata/courtesy-samples.txt lists what can go without that anything is missed.
func TestNoSampleCanLoseWhatItMustSay(t *testing.T) {
	names, err := fs.Glob(letter.Texts, "texts/sample-*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var unnoticed []string
	mutations := 0
	for _, name := range names {
		base := strings.TrimSuffix(path.Base(name), ".txt")
		kind, lang, _ := strings.Cut(strings.TrimPrefix(base, "sample-"), ".")
		source, err := fs.ReadFile(letter.Texts, name)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		for _, piece := range pieces(string(source)) {
			mutations++
			changed, ok := without(string(source), piece, seen[piece])
			seen[piece]++
			if !ok || missed(t, name, changed, filledIn(letter.SampleKind(kind), letter.Language(lang))) {
				continue
			}
			unnoticed = append(unnoticed, base+": "+piece)
		}
	}
	slices.Sort(unnoticed)
	golden(t, "courtesy-samples", letter.Document{Subject: "what a sample letter can lose without that anything is missed", Text: strings.Join(unnoticed, "\n") + "\n"})
	if mutations < 400 {
		t.Errorf("only %d removals were tried", mutations)
	}
}

// missed says whether the rules of a sample letter miss something in a changed text. Check does not count: it would not see a sentence go from all languages.
func missed(t *testing.T, name, text string, s letter.Sample) (caught bool) {
	err := letter.WithUncheckedTexts(changedTexts(t, name, text), func() {
		filled := s
		filled.Values = map[string]string{}
		for _, v := range s.Kind.Variables() { // without one that went
			filled.Values[v.Name] = typed[v.Name]
		}
		d, err := letter.WriteSample(filled)
		if err != nil {
			caught = true
			return
		}
		certificate, err := letter.CertifySample(filled, d)
		caught = err != nil || len(certificate.Failed()) > 0
	})
	return caught || err != nil
}

// Texts of samples that a lawyer would see, and a reader would not.
func TestCheckFindsWhatIsWrongWithASample(t *testing.T) {
	const name = "texts/sample-reminder.en.txt"
	good, err := fs.ReadFile(letter.Texts, name)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ story, old, new, want string }{
		{"right", "", "", ""},
		{"a variable that there is not", "{{.invoice_date}}", "{{.invoicedate}}", "text sample-reminder.en: no letter has a variable .invoicedate"},
		{"a variable that the Dutch text has not", "{{.phone}}", "{{.kvk}}", "text sample-reminder.en: has the variables"},
		{"a variable lost", "{{.due_date}}", "yesterday", "text sample-reminder.en: has the variables"},
		{"a condition", "Perhaps", "{{if .phone}}Perhaps{{end}}", "is not allowed in a sample letter"},
		{"a condition on what is worked out", "Perhaps", "{{if .costs}}Perhaps{{end}}", ""},
		{"a choice", "Perhaps", "{{if .costs}}Perhaps{{else}}Surely{{end}}", "is not allowed in a sample letter"},
		{"a condition in a condition", "Perhaps", "{{if .costs}}{{if .total}}Perhaps{{end}}{{end}}", "is not allowed in a sample letter"},
		{"the agency's rights", "[payment]", "[rights]", "text sample-reminder.en: a sample letter has no figure but [payment]"},
		{"bold that does not end", "**{{.amount}}**", "**{{.amount}}", "text sample-reminder.en: a ** has no partner"},
		{"a character that the fonts lack", "Perhaps", "→", "cannot be printed"},
	} {
		err := letter.WithTexts(changedTexts(t, name, strings.Replace(string(good), c.old, c.new, 1)), func() {})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.story, err, c.want)
		}
	}
}
