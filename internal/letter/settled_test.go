package letter_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
)

// came makes settlements of "received 2026-11-03 20.00; lapsed 1.25".
func came(story string) (out []letter.Settlement) {
	for sentence := range strings.SplitSeq(story, ";") {
		w := strings.Fields(sentence)
		s := letter.Settlement{Kind: letter.SettlementKind(w[0]), Amount: eur(w[len(w)-1])}
		if len(w) > 2 {
			s.On = day(w[1])
		}
		out = append(out, s)
	}
	return out
}

// settledBy is a summons after settlements, and its words with single spaces.
func settledBy(t *testing.T, lang letter.Language, settlements []letter.Settlement) (letter.Letter, string) {
	t.Helper()
	l := complete(sample(letter.Summons, lang, true))
	l.Demand.Settled = settlements
	l.Demand.Total = total(l.Demand)
	d, err := letter.Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	return l, strings.Join(strings.Fields(d.Text), " ")
}

// What came off is told as what it was: only who paid reads that he paid a part.
func TestWhatCameOff(t *testing.T) {
	t.Parallel()
	ten := strings.TrimSuffix(strings.Repeat("received 2026-11-03 10.00;", 10), ";")
	for _, c := range []struct {
		name, story string
		lang        letter.Language
		says, not   string // parted by "; "
	}{
		{"a payment", "received 2026-11-03 20.00", letter.Dutch, "Dat hebt u niet helemaal gedaan; Ontvangen op 3 november 2026 € -20,00", "Gecrediteerd"},
		{"a credit note and a trifle let go", "credited 2026-11-03 400.00; written-off 2026-11-04 50.00", letter.Dutch,
			"Dat hebt u niet gedaan; Gecrediteerd op 3 november 2026 € -400,00; Vervallen op 4 november 2026 € -50,00", "ntvangen op 3; helemaal gedaan"},
		{"the same in English", "credited 2026-11-03 400.00; written-off 2026-11-04 50.00", letter.English,
			"You have not paid yet; Credited on 3 November 2026 -€400.00; Waived on 4 November 2026 -€50.00", "Received; paid in full"},
		{"ten payments, each", ten, letter.Dutch, strings.TrimSpace(strings.Repeat("Ontvangen op 3 november 2026 € -10,00 ", 10)), "10 betalingen"},
		{"ten payments and a credit note, together", ten + "; credited 2026-11-05 5.00", letter.Dutch,
			"Ontvangen, 10 betalingen tot en met 3 november 2026 € -100,00; Gecrediteerd op 5 november 2026 € -5,00", "Ontvangen op"},
		{"many of two kinds, and what lapsed", ten + "; set-off 2026-11-05 5.00; set-off 2026-11-04 6.00; lapsed 1.25", letter.English,
			"Received, 10 payments up to and including 3 November 2026 -€100.00; Set off, 2 times up to and including 5 November 2026 -€11.00; Waived interest and costs -€1.25", "Set off on"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, text := settledBy(t, c.lang, came(c.story))
			for says := range strings.SplitSeq(c.says, "; ") {
				if !strings.Contains(text, says) {
					t.Errorf("%q is missing in\n%s", says, text)
				}
			}
			for not := range strings.SplitSeq(c.not, "; ") {
				if strings.Contains(text, not) {
					t.Errorf("%q should not stand in\n%s", not, text)
				}
			}
		})
	}
}

// What the letter leaves out or tells as something else is missed.
func TestWhatCameOffIsMissed(t *testing.T) {
	t.Parallel()
	l, _ := settledBy(t, letter.Dutch, came("received 2026-11-03 20.00; credited 2026-11-04 30.00"))
	for _, story := range []string{
		"received 2026-11-03 50.00", "received 2026-11-03 20.00; set-off 2026-11-04 30.00", "received 2026-11-03 20.00; credited 2026-11-05 30.00", "received 2026-11-03 20.00; credited 2026-11-04 29.00; lapsed 1.00",
	} {
		other := l
		other.Demand.Settled = came(story)
		d, err := letter.Compose(other)
		if err != nil {
			t.Fatal(err)
		}
		if failed := l.Certify(d, lawful(l)).Failed(); len(failed) == 0 || !strings.HasPrefix(failed[0], "what was received, credited or let go") {
			t.Errorf("%s: %v", story, failed)
		}
	}
}

// Interest that stands under another invoice is missed, though its days and amounts are right.
func TestInterestOverAnotherInvoiceIsMissed(t *testing.T) {
	t.Parallel()
	l := complete(sample(letter.Summons, letter.Dutch, false))
	other := clone(l)
	lines := other.Demand.InterestLines
	lines[0].Invoice, lines[3].Invoice = lines[3].Invoice, lines[0].Invoice
	d, err := letter.Compose(other)
	if err != nil {
		t.Fatal(err)
	}
	if failed := l.Certify(d, lawful(l)).Failed(); len(failed) != 2 || !strings.HasPrefix(failed[0], "interest: invoice, period") {
		t.Errorf("%v", failed)
	}
}

// What the collection costs are over is told as it is.
func TestWhatTheCostsAreOver(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*letter.Demand)
		want   string
	}{
		{"the principal", func(*letter.Demand) {}, "Incassokosten over € 1.000,00 (art. 6:96 BW) € 150,00"},
		{"with other claims", func(d *letter.Demand) { d.CostsTogether, d.CostsOver = true, money.MustParse("1500.00") }, "Uw deel van de incassokosten over € 1.500,00 (art. 6:96 BW) € 150,00"},
		{"no more than was named", func(d *letter.Demand) { d.CostsCapped = true }, "Incassokosten, niet meer dan eerder genoemd (art. 6:96 BW) € 150,00"},
	} {
		l := complete(sample(letter.Summons, letter.Dutch, true))
		c.change(&l.Demand)
		d, err := letter.Compose(l)
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(strings.Fields(d.Text), " "); !strings.Contains(text, c.want) {
			t.Errorf("%s: %q is missing in\n%s", c.name, c.want, text)
		}
	}
}
