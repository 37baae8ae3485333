package letter_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/letter"
)

// One sentence more, of another term, of costs or an amount that the law does not know, or that takes a right away, and the letter does not leave: by e-mail or
// on paper. Words of the client do not count, nor sentences that only look like it.
func TestASentenceThatWasAddedIsSeen(t *testing.T) {
	t.Parallel()
	const once, costs, dispute, amount = "not to be paid at once", "no costs whatever", "nobody is told that", "no amount but those"
	for _, c := range []struct {
		sentence, want string
		lang           letter.Language
	}{
		{"Betaal onmiddellijk.", once, letter.Dutch},
		{"Betaal per omgaande.", once, letter.Dutch},
		{"Betaal vandaag nog.", once, letter.Dutch},
		{"U moet terstond betalen.", once, letter.Dutch},
		{"Pay today.", once, letter.English},
		{"Betaal het hele bedrag direct.", once, letter.Dutch},
		{"U moet dit direct betalen.", once, letter.Dutch},
		{"Betaal per direct!", once, letter.Dutch},
		{"Betaal meteen.", once, letter.Dutch},
		{"U betaalt de incassokosten in ieder geval.", costs, letter.Dutch},
		{"In ieder geval betaalt u kosten.", costs, letter.Dutch},
		{"Hierbij komen administratiekosten.", costs, letter.Dutch},
		{"U kunt geen bezwaar maken.", dispute, letter.Dutch},
		{"Bezwaar is niet meer mogelijk.", dispute, letter.Dutch},
		{"U betaalt ook € 25,00.", amount, letter.Dutch},
		{"U betaalt ook €25.", amount, letter.Dutch},
		{"U betaalt ook EUR 1.250,-.", amount, letter.Dutch},
		{"U betaalt ook 25 euro.", amount, letter.Dutch},
		{"Pay immediately.", once, letter.English},
		{"Pay at once.", once, letter.English},
		{"Please pay this amount at once.", once, letter.English},
		{"You pay the collection costs in any case.", costs, letter.English},
		{"We add an administration fee.", costs, letter.English},
		{"You cannot object.", dispute, letter.English},
		{"You can't dispute this.", dispute, letter.English},
		{"You have no right to object.", dispute, letter.English},
		{"U betaalt ook 25 €.", amount, letter.Dutch},
		{"U betaalt ook 25 € aan ons.", amount, letter.Dutch},
		{"You also pay 25 euros.", amount, letter.English},
		{"You also pay 25 €", amount, letter.English},
		{"You also pay €25.00.", amount, letter.English},
		{"You also pay EUR 25.", amount, letter.English},
		{"Met een vraag kunt u direct bellen.", "", letter.Dutch},
		{"Dan betaalt u geen kosten. In ieder geval bedankt.", "", letter.Dutch},
		{"Europa heeft 27 landen en 5 talen.", "", letter.Dutch},
		{"Can you not pay at once?", "", letter.English},
	} {
		for _, kind := range []letter.Kind{letter.Reminder, letter.FourteenDayLetter, letter.Summons, letter.MonitoringLetter, letter.ArrangementReminder, letter.Correction} {
			l := complete(sample(kind, c.lang, true))
			l.Client.Name, l.Demand.Obligation = "Per Direct Meubels", "administratiekosten van EUR 99,95 in ieder geval"
			d := compose(t, l)
			mail, paper := d, d
			mail.Text += "\n" + c.sentence
			paper.Printed += "\n" + strings.ReplaceAll(c.sentence, " ", "\n")
			for shape, changed := range map[string]letter.Document{"e-mail": mail, "paper": paper} {
				got := l.Certify(changed, lawful(l)).Failed()
				if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], c.want)) {
					t.Errorf("%q in the %s of a %s: %v", c.sentence, shape, kind, got)
				}
			}
		}
	}
}

// An invoice that is numbered "euro" takes no amount out of the letter, and the name of a client nothing of the sentence before it.
func TestWhatWasSuppliedHidesNothingAndAddsNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ number, client, sentence, want string }{
		{"euro", "Bakkerij Voorbeeld", "U betaalt ook 25 euro.", "no amount but those of the specification"},
		{"F-1", "Direct Wonen", "Hoe u kunt betalen Direct Wonen weet het.", ""},
		{"F-1", "Bakkerij Voorbeeld", "Hoe u kunt betalen direct.", "not to be paid at once: the term is the one that is given"},
	} {
		l := complete(sample(letter.Reminder, letter.Dutch, true))
		l.Demand.Invoices[0].Number, l.Client.Name = c.number, c.client
		d := compose(t, l)
		d.Text += "\n" + c.sentence
		if failed := fmt.Sprint(l.Certify(d, lawful(l)).Failed()); !strings.Contains(failed, c.want) || (failed == "[]") != (c.want == "") {
			t.Errorf("%s of %s: %s, want %q", c.number, c.client, failed, c.want)
		}
	}
}

// The name of a client is no amount after the number of the page, and its addresses on the internet ask nothing; an amount that was added is one.
func TestTheNameOfAClientIsNothingAdded(t *testing.T) {
	t.Parallel()
	for name, domain := range map[string]string{"Euro Tyre B.V.": "eurotyre.example", "Eur Handel": "eur.example", "Euro-Tyre": "tyre.example", "Meubels B.V.": "meteen.example"} {
		for _, kind := range []letter.Kind{letter.Reminder, letter.FourteenDayLetter} {
			l := complete(sample(kind, letter.Dutch, true))
			l.Client.Name, l.Client.Email, l.Client.Website = name, "info@"+domain, "www."+domain
			d := compose(t, l)
			if failed := l.Certify(d, lawful(l)).Failed(); len(failed) > 0 {
				t.Errorf("%s of %s: %v", kind, name, failed)
			}
			d.Printed += "\nU betaalt ook 25 euro."
			if failed := l.Certify(d, lawful(l)).Failed(); len(failed) != 1 {
				t.Errorf("%s of %s with an amount that was added: %v", kind, name, failed)
			}
		}
	}
}

// An amount of the specification may stand anywhere, however it is written.
func TestAnAmountOfTheSpecificationIsNoOther(t *testing.T) {
	t.Parallel()
	l := complete(sample(letter.Summons, letter.Dutch, true))
	d := compose(t, l)
	total := l.Demand.Total.Dutch()
	for _, written := range []string{"€ " + total, "EUR " + total, total + " euro", "€" + strings.ReplaceAll(total, ".", "")} {
		changed := d
		changed.Text += "\nU betaalt " + written + "."
		if failed := l.Certify(changed, lawful(l)).Failed(); len(failed) > 0 {
			t.Errorf("%s: %v", written, failed)
		}
	}
}
