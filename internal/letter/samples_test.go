package letter_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
)

// typed are values for every variable, as a client types them.
var typed = map[string]string{
	"date": "2026-11-23", "debtor": "A. Debiteur", "street": "Nergensplein 3", "postcode": "3456CD", "town": "Fantasiedam",
	"invoice": "F2026-0801", "invoice_date": "01-10-2026", "due_date": "31-10-2026", "amount": "1.000,00", "reminded_on": "2026-11-09", "pay_by": "2026-12-07",
	"instalments": "3", "first_payment": "2026-12-01", "received_on": "2026-11-16",
	"complaint": "U schreef dat twee stoelen beschadigd waren. U vroeg om een lagere prijs.",
	"answer":    "Wij hebben de foto's bekeken. De stoelen waren bij de levering beschadigd. U betaalt die stoelen niet.",
	"next_step": "U krijgt deze week een creditnota van € 200,00. Wij vragen u om de rest te betalen, uiterlijk op 14 december 2026.",
}

// filledIn is a sample letter with all its values and the client's letterhead.
func filledIn(kind letter.SampleKind, lang letter.Language) letter.Sample {
	s := letter.Sample{Kind: kind, Language: lang, Client: client, Values: map[string]string{}, Costs: scale}
	s.Client.Registration = agency.Registration // a client may be an agency itself: not in this letter
	for _, v := range kind.Variables() {
		s.Values[v.Name] = typed[v.Name]
	}
	return s
}

// scale is 15%, as of amounts up to 2500: what the scale itself gives is for the tests of law.
func scale(a money.Amount, _ calendar.Date) (money.Amount, error) { return a * 15 / 100, nil }

// sampleStories are every sample letter in every language, filled in and with blanks only.
func sampleStories() map[string]letter.Sample {
	out := map[string]letter.Sample{}
	for _, kind := range letter.SampleKinds {
		for _, lang := range letter.Languages {
			out[fmt.Sprintf("sample-%s.%s", kind, lang)] = filledIn(kind, lang)
			out[fmt.Sprintf("sample-%s-blank.%s", kind, lang)] = letter.Sample{Kind: kind, Language: lang}
		}
	}
	return out
}

func TestGoldenSamples(t *testing.T) {
	t.Parallel()
	for name, s := range sampleStories() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := letter.ComposeSample(s)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, d)
			again, err := letter.ComposeSample(s)
			if err != nil || !bytes.Equal(d.PDF, again.PDF) || d.Text != again.Text {
				t.Errorf("two runs differ: %v", err)
			}
		})
	}
}

// Paper and text say the same; nothing of the agency is on it, and a letter of the client has no code that could pay somebody else.
func TestSamplesOnPaper(t *testing.T) {
	t.Parallel()
	for name, s := range sampleStories() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := letter.ComposeSample(s)
			if err != nil {
				t.Fatal(err)
			}
			page := read(t, d.PDF)
			_, body, _ := strings.Cut(d.Text, "\n\n")
			for paragraph := range strings.SplitSeq(body, "\n\n") {
				if words := squeezed(paragraph); (strings.HasSuffix(words, ".") || strings.HasSuffix(words, ",")) && !strings.Contains(words, "- ") && !strings.Contains(page, words) {
					t.Errorf("the text says %q, the paper does not:\n%s", words, page)
				}
			}
			if s.Kind == letter.SampleFourteenDays {
				if said := scan(t, d.PDF); said != "no code found" {
					t.Errorf("it has a code that says %q", said)
				}
			}
			for _, never := range []string{"Wki", agency.Name, agency.Registration} {
				if strings.Contains(page, never) || strings.Contains(d.Text, never) {
					t.Errorf("%q stands in a letter of the client", never)
				}
			}
			if blank := strings.HasSuffix(strings.TrimSuffix(name, "."+string(s.Language)), "-blank"); strings.Contains(page, "[") != blank {
				t.Errorf("blanks: %v, want %v:\n%s", !blank, blank, page)
			}
		})
	}
}

func TestSamplesThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story       string
		kind        letter.SampleKind
		name, value string
		want        string
	}{
		{"a variable of another letter", letter.SampleReminder, "instalments", "3", `it has no variable "instalments"; right would be date, debtor, street, postcode, town, invoice, invoice_date, due_date, amount, pay_by`},
		{"costs by hand", letter.SampleFourteenDays, "costs", "40,00", `it has no variable "costs"; right would be date, debtor`},
		{"the client's name, which is in the letterhead", letter.SampleReminder, "client", "Voorbeeld", `it has no variable "client"`},
		{"an amount that is none", letter.SampleReminder, "amount", "honderd", `amount: amount "honderd"`},
		{"an amount of two readings", letter.SampleReminder, "amount", "1.234", "amount: "},
		{"nothing to pay", letter.SampleReminder, "amount", "0,00", "amount: 0.00 is not more than 0.00; right would be like 100,00"},
		{"a day that is none", letter.SampleReminder, "pay_by", "30-02-2027", "pay_by: "},
		{"a day in words", letter.SampleReminder, "pay_by", "morgen", "pay_by: "},
		{"one part", letter.SampleArrangement, "instalments", "1", `instalments: "1" is not a number of parts; right would be 2 to 60`},
		{"half a part", letter.SampleArrangement, "instalments", "2.5", `"2.5" is not a number of parts`},
		{"parts of less than a cent", letter.SampleArrangement, "amount", "0,02", "instalments: 0.02 cannot be paid in 3 parts"},
		{"no number", letter.SampleReminder, "invoice", " ", "invoice: is empty"},
		{"a number of 101 characters", letter.SampleReminder, "invoice", strings.Repeat("é", 101), "invoice: has 101 characters; right would be at most 100"},
		{"a number of two lines", letter.SampleReminder, "invoice", "F1\nF2", "has control characters"},
		{"an answer that is a book", letter.SampleAnswer, "answer", strings.Repeat("a", 1501), "answer: has 1501 characters; right would be at most 1500"},
		{"a name that no font has", letter.SampleReminder, "debtor", "債", "cannot be printed"},
		{"due before it was written", letter.SampleReminder, "due_date", "2026-09-30", "due_date: 2026-09-30 is too early, because invoice_date is 2026-10-01; right would be 2026-10-01 or later"},
		{"not due yet", letter.SampleFourteenDays, "due_date", "2026-11-23", "date: 2026-11-23 is too early, because due_date is 2026-11-23; right would be 2026-11-24 or later"},
		{"a term that has ended", letter.SampleDefault, "pay_by", "2026-11-23", "pay_by: 2026-11-23 is too early, because date is 2026-11-23; right would be 2026-11-24 or later"},
		{"reminded before it was due", letter.SampleSecondReminder, "reminded_on", "2026-10-31", "reminded_on: 2026-10-31 is too early"},
		{"reminded today", letter.SampleSecondReminder, "reminded_on", "2026-11-23", "date: 2026-11-23 is too early, because reminded_on is 2026-11-23"},
		{"a first part yesterday", letter.SampleArrangement, "first_payment", "2026-11-22", "first_payment: 2026-11-22 is too early"},
		{"an answer before the question", letter.SampleAnswer, "received_on", "2026-11-24", "date: 2026-11-23 is too early, because received_on is 2026-11-24"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			s := filledIn(c.kind, letter.Dutch)
			s.Values[c.name] = c.value
			_, err := letter.ComposeSample(s)
			var invalid *letter.InvalidError
			if !errors.As(err, &invalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	for want, s := range map[string]letter.Sample{
		`kind "sommatie" is not a sample letter; right would be one of [reminder`: {Kind: "sommatie", Language: letter.Dutch},
		`language "de" is unknown`:       {Kind: letter.SampleReminder, Language: "de"},
		"the scale of collection costs":  {Kind: letter.SampleFourteenDays, Language: letter.Dutch, Values: map[string]string{"amount": "100,00"}},
		"collection costs: before there": {Kind: letter.SampleFourteenDays, Language: letter.Dutch, Values: map[string]string{"amount": "100,00"}, Costs: noScale},
		"Name has control characters":    {Kind: letter.SampleReminder, Language: letter.Dutch, Client: letter.Party{Name: "A\x01"}},
	} {
		if _, err := letter.ComposeSample(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func noScale(money.Amount, calendar.Date) (money.Amount, error) {
	return 0, errors.New("before there were scales")
}

// The parts of an arrangement add up, and the exact costs are those of the scale on the day of the letter.
func TestWhatASampleWorksOut(t *testing.T) {
	t.Parallel()
	s := filledIn(letter.SampleArrangement, letter.English)
	s.Values["amount"], s.Values["instalments"] = "100.00", "7"
	d, err := letter.ComposeSample(s)
	if err != nil || !strings.Contains(d.Text, "Each part is €14.28. The last part is €14.32.") {
		t.Errorf("%v\n%s", err, d.Text)
	}
	for lang, said := range map[letter.Language][2]string{letter.English: {"Each part is €250.00.", "last part"}, letter.Dutch: {"Elk deel is € 250,00.", "laatste deel"}} {
		equal := filledIn(letter.SampleArrangement, lang)
		equal.Values["instalments"] = "4"
		d, err := letter.ComposeSample(equal)
		if err != nil || !strings.Contains(d.Text, said[0]) || strings.Contains(d.Text, said[1]) {
			t.Errorf("equal parts: %v\n%s", err, d.Text)
		}
		if certificate, err := letter.CertifySample(equal, d); err != nil || len(certificate.Failed()) > 0 {
			t.Errorf("equal parts: %v %v", err, certificate.Failed())
		}
	}
	s = filledIn(letter.SampleFourteenDays, letter.Dutch)
	s.Costs = func(a money.Amount, on calendar.Date) (money.Amount, error) {
		if a != eur("1000.00") || on != day("2026-11-23") {
			t.Errorf("the scale is asked over %s on %s", a, on)
		}
		return eur("151.00"), nil
	}
	d, err = letter.ComposeSample(s)
	if err != nil || !strings.Contains(squeezed(d.Text), "Die kosten zijn € 151,00. U moet dan samen € 1.151,00 betalen.") {
		t.Errorf("%v\n%s", err, d.Text)
	}
}

// A client of which not all is known has blanks for the rest.
func TestALetterheadWithoutAnAccount(t *testing.T) {
	t.Parallel()
	s := filledIn(letter.SampleReminder, letter.Dutch)
	s.Client.IBAN, s.Client.Phone = "", ""
	d, err := letter.ComposeSample(s)
	if err != nil || !strings.Contains(d.Text, "[uw rekeningnummer]") || !strings.Contains(squeezed(d.Text), "of [uw telefoonnummer]") || strings.Contains(d.Text, "Tel.") {
		t.Errorf("%v\n%s", err, d.Text)
	}
}

func TestVariablesOfSamples(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, kind := range letter.SampleKinds {
		for _, v := range kind.Variables() {
			used[v.Name] = true
			if v.Help == "" {
				t.Errorf("%s: %s has no help", kind, v.Name)
			}
		}
	}
	if got, want := slices.Sorted(maps.Keys(used)), slices.Sorted(maps.Keys(typed)); !slices.Equal(got, want) {
		t.Errorf("variables %v, want %v", got, want)
	}
	if letter.SampleKind("sommatie").Variables() != nil {
		t.Error("an unknown kind has variables")
	}
}
