package letter_test

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
)

// squeezed makes all runs of white space, no-break spaces too, one space.
func squeezed(text string) string { return strings.Join(strings.Fields(text), " ") }

// read is the text of a PDF as one line.
func read(t *testing.T, pdf []byte) (text string) {
	t.Helper()
	onPaper(t, pdf, func(p *paper) { text = squeezed(p.text()) })
	return text
}

// TestPaperSaysWhatMatters reads each PDF back as a stranger would.
func TestPaperSaysWhatMatters(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d, l := compose(t, s.letter), s.letter
			var page string
			onPaper(t, d.PDF, func(p *paper) { page = p.text() })
			text := squeezed(page)
			payment := []string{written(l, asked(l)), bank.FormatIBAN(l.TrustIBAN), bank.FormatReference(l.RF), bank.FormatReference(l.Kenmerk)}
			if l.Kind == letter.ComplaintConfirmation {
				asksNothing(t, text, payment)
				payment = nil
			}
			if l.Kind == letter.Correction && l.Demand.Total == 0 {
				payment = nil
			}
			for _, want := range append(payment, l.FileReference, l.Agency.Registration, d.Subject) {
				if !strings.Contains(text, squeezed(want)) {
					t.Errorf("%q is not on paper:\n%s", want, text)
				}
			}
			for _, v := range l.Demand.Invoices {
				if len(v.Number) < 20 && !slices.ContainsFunc(strings.Split(page, "\n"), func(line string) bool {
					return strings.HasPrefix(line, v.Number+" ") && strings.HasSuffix(squeezed(line), squeezed(written(l, v.Amount)))
				}) {
					t.Errorf("invoice %s and its amount %s are not on one line:\n%s", v.Number, v.Amount, page)
				}
			}
		})
	}
}

// asksNothing wants neither an amount nor anything to pay by.
func asksNothing(t *testing.T, text string, payment []string) {
	t.Helper()
	for _, not := range append(payment, "€", "IBAN") {
		if strings.Contains(text, squeezed(not)) {
			t.Errorf("it asks nothing, but %q is on paper:\n%s", not, text)
		}
	}
}

// written is an amount as the letter's language writes it.
func written(l letter.Letter, a money.Amount) string {
	if l.Language == letter.English {
		return "€" + strings.NewReplacer(".", ",", ",", ".").Replace(a.Dutch())
	}
	return "€ " + a.Dutch()
}

// asked is the amount in the box how to pay.
func asked(l letter.Letter) money.Amount {
	switch l.Kind {
	case letter.Correction:
		if len(l.Arrangement.Instalments) > 0 {
			return nextPart(l.Arrangement)
		}
	case letter.ArrangementConfirmation:
		return nextPart(l.Arrangement)
	case letter.ArrangementReminder:
		return l.Arrangement.Overdue
	}
	return l.Demand.Total
}

// nextPart is what the instalments come to that are not paid, up to the first with which that is what a letter asks at least. In no sample it is one of the last, which are less.
func nextPart(a letter.Arrangement) money.Amount {
	due := -a.Settled
	for _, part := range a.Instalments {
		if due += part.Amount; due > 0 && due >= a.Least {
			return due
		}
	}
	return due
}

// TestPaperAndMailSayTheSame compares the words of the body, paragraph by paragraph.
func TestPaperAndMailSayTheSame(t *testing.T) {
	t.Parallel()
	for _, kind := range letter.DebtorKinds {
		d := compose(t, sample(kind, letter.Dutch, true))
		paper := read(t, d.PDF)
		_, mail, _ := strings.Cut(d.Text, "Geachte")
		for paragraph := range strings.SplitSeq(mail, "\n\n") {
			if words := squeezed(paragraph); strings.HasSuffix(words, ".") && !strings.Contains(words, "- ") && !strings.Contains(words, "Tel.") && !strings.Contains(paper, words) {
				t.Errorf("%s: the mail says %q, the paper does not", kind, words)
			}
		}
	}
}

// TestQRCodeScans scans the code from the rendered page and compares it with the payload. The code knows no language: Dutch will do.
// Interest that goes on upon the next page says again over which invoice it is.
func TestAPageThatGoesOnWithAnInvoiceNamesIt(t *testing.T) {
	t.Parallel()
	l := sample(letter.Summons, letter.Dutch, false)
	l.Demand.Interest, l.Demand.InterestLines = eur("0.50"), nil
	for i := range 50 {
		on := day("2026-11-01").AddDays(i)
		l.Demand.InterestLines = append(l.Demand.InterestLines, letter.InterestLine{Invoice: l.Demand.Invoices[0].Number, From: on, To: on, Days: 1, Percent: "4", Base: eur("100.00"), Interest: eur("0.01")})
	}
	l.Demand.Total = total(l.Demand)
	onPaper(t, compose(t, l).PDF, func(p *paper) {
		if text := squeezed(p.pageText(1)); !strings.Contains(text, "Per jaar Bedrag Factuur F2026-0801 ") {
			t.Errorf("the second page is\n%s", text)
		}
	})
}

func TestQRCodeScans(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		if s.letter.Language != letter.Dutch || s.letter.Kind == letter.ComplaintConfirmation || s.letter.Kind == letter.Correction && s.letter.Demand.Total == 0 { // which have no code
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			l := s.letter
			name := l.TrustName
			if runes := []rune(name); len(runes) > bank.EPCNameMax {
				name = strings.TrimSpace(string(runes[:bank.EPCNameMax]))
			}
			want, err := bank.EPC(bank.EPCPayment{Name: name, IBAN: l.TrustIBAN, Amount: asked(l), Reference: l.RF})
			if err != nil {
				t.Fatal(err)
			}
			if got := scan(t, compose(t, l).PDF); got != want {
				t.Errorf("the code says %q, want %q", got, want)
			}
		})
	}
}

// scan finds the QR code on the pages of a PDF at 200 dpi: a picture of a whole page by a telephone of 12 megapixels has 340.
func scan(t *testing.T, pdf []byte) string {
	t.Helper()
	said := "no code found"
	onPaper(t, pdf, func(p *paper) {
		for n := range p.pages {
			bitmap, err := gozxing.NewBinaryBitmapFromImage(p.picture(n, 200))
			p.must(err)
			if result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}); err == nil {
				said = result.GetText()
				return
			}
		}
	})
	return said
}

// TestEnvelopeShowsOnlyTheAddress reads what the window of a C5/6 envelope can show at most: x 1-130 mm, y 39-94 mm of the first page.
func TestEnvelopeShowsOnlyTheAddress(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			var seen string
			onPaper(t, compose(t, s.letter).PDF, func(p *paper) { seen = squeezed(p.within(1, 39, 130, 94)) })
			l, sender := s.letter, s.letter.Agency
			if l.Kind == letter.Reminder || l.Kind == letter.StickerReminder {
				sender = l.Client
			}
			for _, allowed := range []string{l.Debtor.Name, l.Debtor.Attention, l.Debtor.Street, l.Debtor.Town, strings.ToUpper(l.Debtor.Country), sender.Street, sender.Town, "T.a.v.", "Attn.", "·"} {
				if allowed != "" {
					seen = strings.Replace(seen, allowed, "", 1)
				}
			}
			for _, p := range []letter.Party{l.Debtor, sender} {
				code := strings.ReplaceAll(p.Postcode, " ", "")
				seen = strings.Replace(strings.Replace(seen, code[:4], "", 1), code[4:], "", 1)
			}
			if left := strings.TrimSpace(seen); left != "" {
				t.Errorf("the envelope shows %q", left)
			}
		})
	}
}

func TestMetadataAndFonts(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d, sender, language := compose(t, s.letter), s.letter.Agency.Name, "nl-NL"
			if s.letter.Kind == letter.Reminder || s.letter.Kind == letter.StickerReminder {
				sender = s.letter.Client.Name
			}
			if s.letter.Language == letter.English {
				language = "en-GB"
			}
			onPaper(t, d.PDF, func(p *paper) {
				says := p.metadata()
				if got, want := []string{says["Title"], says["Author"], says["Lang"]}, []string{d.Subject, sender, language}; !slices.Equal(got, want) {
					t.Errorf("title, author and language are %q, want %q", got, want)
				}
				if !strings.HasPrefix(says["CreationDate"], "D:20261123") {
					t.Errorf("made on %s, not on the letter's day", says["CreationDate"])
				}
				for n := range p.pages {
					if width, height := p.size(n); math.Abs(width-210) > 0.1 || math.Abs(height-297) > 0.1 {
						t.Errorf("page %d is %.2f by %.2f mm, not A4", n+1, width, height)
					}
				}
				fonts := p.fonts()
				if len(fonts) != 2 || slices.Contains(slices.Collect(maps.Values(fonts)), false) {
					t.Errorf("want two fonts, regular and bold, both embedded: %v", fonts)
				}
			})
		})
	}
}
