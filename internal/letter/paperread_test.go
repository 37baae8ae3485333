package letter_test

import (
	"cmp"
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

// An invoice is its row: its number, its days and its amount may stand elsewhere in the letter as well, of another invoice or in a line of interest.
func TestAnInvoiceWithoutItsRowDoesNotPass(t *testing.T) {
	t.Parallel()
	l := complete(sample(letter.Summons, letter.Dutch, false))
	d := compose(t, l)
	const row, wrong = "F2026-0802 01-10-2026 31-10-2026 € 250,50", "F2026-0802 11-11-2026 12-12-2026 € 999,99"
	for name, becomes := range map[string]string{"lost": "", "wrong": wrong, "without its number": strings.TrimPrefix(row, "F2026-0802 ")} {
		mail, paper := d, d
		mail.Text = strings.Replace(oneLine(d.Text), oneLine(row), becomes, 1)
		paper.Printed = strings.Replace(bare(d.Printed), bare(row), bare(becomes), 1)
		for shape, changed := range map[string]letter.Document{"e-mail": mail, "paper": paper} {
			if got := l.Certify(changed, lawful(l)).Failed(); len(got) == 0 || !strings.HasPrefix(got[0], "invoice number, date and payment term") { // the amount of the wrong row is seen as well
				t.Errorf("%s in the %s: %v", name, shape, got)
			}
		}
	}
}

// A 14-day letter names no day to pay by, whatever the client calls its invoices: receipt decides. Words of the client that name a day themselves do not count.
func TestADayToPayByIsSeen(t *testing.T) {
	t.Parallel()
	const pay, on = "Betaal uiterlijk op 7 december 2026.", "Betaal uiterlijk op 07-12-2026."
	for _, c := range []struct {
		number, title, mail, paper string
		seen                       bool
	}{
		{number: "F2026-0801"},
		{number: "F2026-0801", mail: pay, seen: true},
		{number: "F2026-0801", mail: on, seen: true},
		{number: "F2026-0801", paper: pay, seen: true},
		{number: "F2026-0801", paper: on, seen: true},
		{number: "2026", mail: pay, paper: pay, seen: true},
		{number: "12", mail: on, paper: on, seen: true},
		{number: "F2026-0801", title: "december 2026", mail: pay, seen: true},
		{number: "F2026-0801", title: "huur tot 7 december 2026"},
		{number: "F2026-0801", title: "huur tot 7 december 2026", paper: pay, seen: true},
		{number: "07-12-2026"},
	} {
		l := complete(sample(letter.FourteenDayLetter, letter.Dutch, true))
		l.Demand.Invoices[0].Number = c.number
		l.Demand.Obligation = cmp.Or(c.title, l.Demand.Obligation)
		d := compose(t, l)
		d.Text, d.Printed = d.Text+" "+c.mail, d.Printed+" "+c.paper
		want := []string(nil)
		if c.seen {
			want = []string{"no day is named before which it must be paid: receipt decides (art. 6:96 lid 6 BW; HR 25-11-2016 ECLI:NL:HR:2016:2704)"}
		}
		if got := l.Certify(d, lawful(l)).Failed(); !slices.Equal(got, want) {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// A 14-day letter gives no second term: one sentence more of another, or of one that does not start with receipt, and it does not leave (HR 25-11-2016).
func TestAnotherTermIsSeen(t *testing.T) {
	t.Parallel()
	const day, term = "no day is named", "no other term"
	for _, c := range []struct {
		sentence, want string
		lang           letter.Language
	}{
		{"Betaal binnen 14 dagen na heden.", term, letter.Dutch},
		{"Betaal binnen 14 dagen na dagtekening.", term, letter.Dutch},
		{"Betaal binnen 14 dagen na de datum van deze brief.", term, letter.Dutch},
		{"De termijn begint na verzending.", term, letter.Dutch},
		{"De termijn begint op de dag van deze brief.", term, letter.Dutch},
		{"De termijn begint vandaag.", term, letter.Dutch},
		{"The term starts on the date of this letter.", term, letter.English},
		{"The term starts today.", term, letter.English},
		{"Betaal binnen 10 dagen.", term, letter.Dutch},
		{"Betaal binnen 114 dagen.", term, letter.Dutch},
		{"Betaal binnen tien dagen.", term, letter.Dutch},
		{"Betaal binnen 24 uur.", term, letter.Dutch},
		{"Betaal binnen 7 kalenderdagen.", term, letter.Dutch},
		{"Betaal binnen een maand.", term, letter.Dutch},
		{"Pay within 24 hours.", term, letter.English},
		{"Pay within 10 calendar days.", term, letter.English},
		{"Betaal binnen één week.", term, letter.Dutch},
		{"Betaal uiterlijk op 7 december.", day, letter.Dutch},
		{"Betaal uiterlijk op 7 december, dan is het goed.", day, letter.Dutch},
		{"Pay within 14 days after the date of this letter.", term, letter.English},
		{"Pay within 14 days from today.", term, letter.English},
		{"Pay within ten days.", term, letter.English},
		{"Pay no later than 7 December.", day, letter.English},
		{"Pay no later than 7 Dec.", day, letter.English},
		{"Betaal binnen 14 dagen na dato.", term, letter.Dutch},
		{"Betaal binnen 14 dagen.", "", letter.Dutch},
		{"Wij schrijven u nadat onze klant dat vroeg.", "", letter.Dutch},
		{"Wij antwoorden binnen 2 werkdagen.", "", letter.Dutch},
		{"U kreeg de factuur op 7 december 2025.", "", letter.Dutch},
		{"U kreeg de factuur op 17 december 2025.", "", letter.Dutch},
	} {
		l := complete(sample(letter.FourteenDayLetter, c.lang, true))
		l.Debtor.Street, l.Demand.Obligation = "1 decemberstraat 4", "proef binnen 10 dagen na dagtekening te beëindigen"
		d := compose(t, l)
		mail, paper := d, d
		mail.Text += " " + c.sentence
		paper.Printed += strings.ReplaceAll(c.sentence, " ", "\n")
		for shape, changed := range map[string]letter.Document{"e-mail": mail, "paper": paper} {
			got := l.Certify(changed, lawful(l)).Failed()
			if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], c.want)) {
				t.Errorf("%q in the %s: %v", c.sentence, shape, got)
			}
		}
	}
}

// VAT counts: what is asked as costs and VAT together is held against what the law allows.
func TestVATAboveTheLawDoesNotPass(t *testing.T) {
	t.Parallel()
	l := complete(sample(letter.Summons, letter.Dutch, true))
	c := lawful(l)
	if l.Demand.CostsVAT == 0 {
		l.Demand.CostsVAT = 1
	}
	c.LawfulCosts = l.Demand.Costs + l.Demand.CostsVAT - 1
	failed := strings.Join(l.Certify(letter.Document{}, c).Failed(), "; ")
	if !strings.Contains(failed, "costs not more than the law allows") {
		t.Error(failed)
	}
	c.LawfulCosts++
	if failed = strings.Join(l.Certify(letter.Document{}, c).Failed(), "; "); strings.Contains(failed, "costs not more than the law allows") {
		t.Error(failed)
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
