package letter_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/klippa-app/go-pdfium/requests"

	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
)

// packed is the package of a claim with some letters, one of them in doubt and one that came back.
func packed(t *testing.T) letter.CourtPackage {
	t.Helper()
	notice, summons, told := sample(letter.FourteenDayLetter, letter.Dutch, true), sample(letter.Summons, letter.Dutch, true), advice(letter.Dutch)
	d := told.Demand
	return letter.CourtPackage{
		To: letter.Bailiff, On: told.On, Agency: agency, Client: client, Debtor: summons.Debtor, NaturalPerson: true, FileReference: "1b4e28ba", ClientReference: "KL-77",
		Kenmerk: summons.Kenmerk, RF: summons.RF, TrustName: summons.TrustName, TrustIBAN: summons.TrustIBAN, DebtorIBANs: []string{"NL20INGB0001234567"},
		HandedOver: day("2026-11-02"), Chosen: day("2027-01-08"), Demand: d, OpenPrincipal: d.Total - money.MustParse("70.86"), OpenInterest: money.MustParse("20.56"), OpenCosts: money.MustParse("50.30"),
		Enforceable: day("2028-12-10"), Term: letter.ConsumerSaleTerm, Interruptions: []letter.InterruptedOn{{On: day("2026-11-15"), Why: letter.ByPayment}, {On: day("2026-12-10"), Why: letter.ByDemand, Assumed: true}, {On: day("2027-01-09"), Why: letter.BySummons}},
		Insolvencies: []letter.Insolvency{{What: letter.InBankruptcy, From: day("2026-12-20")}},
		Disputes:     []letter.Dispute{{Raised: day("2026-11-12"), Grounds: "twee stoelen waren stuk", Judged: day("2026-11-13"), JudgementReason: "getekende afleverbon"}},
		Complaints:   []letter.Said{{On: day("2026-11-14"), Text: "niemand neemt de telefoon op"}},
		Procedure:    []letter.Said{{On: day("2027-01-09"), Text: "Dagvaarding betekend"}},
		Letters: []letter.LeftLetter{
			{Kind: letter.FourteenDayLetter, On: notice.On, Post: true, Received: notice.On.AddDays(2), PDF: compose(t, notice).PDF, SHA256: strings.Repeat("a1", 32), Verdicts: []letter.Verdict{{Rule: "creditor's name", Article: "art. 3.1", Pass: true, Value: client.Name}}},
			{Kind: letter.Summons, On: summons.On, Post: true, CameBack: true, PDF: compose(t, summons).PDF},
			{Kind: letter.FinalSummons, On: day("2026-12-08")},
			{Kind: letter.EscalationAdvice, On: told.On, ToClient: true, PDF: composeAdvice(t, told).PDF},
		},
		Happenings: []letter.Happening{{On: day("2026-11-02"), What: "Aan ons overgedragen", By: "opdrachtgever"}, {On: day("2026-11-20"), What: "Opmerking", By: "behandelaar", Said: strings.Repeat("een lange opmerking ", 200) + "tot het einde"}},
	}
}

// enclosures are a document of each sort: a PDF of two pages of which one lies on its side, a photo that is larger than is printed, and a text.
func enclosures(t *testing.T) []letter.ClaimDocument {
	t.Helper()
	var font, first, second letter.DrawnObject
	font = font.Text("<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>")
	words := func(form letter.DrawnObject, box, text string) letter.DrawnObject {
		form = form.Text("<</Type /XObject /Subtype /Form /BBox [" + box + "] /Resources <</Font <</F ").Refer(0).Text(">>>>>>")
		return letter.Packed(form, []byte("BT /F 24 Tf 50 50 Td ("+text+") Tj ET"))
	}
	drawing := &letter.Drawing{
		Objects: []letter.DrawnObject{font, words(first, "0 0 595 842", "factuur van de eiser"), words(second, "0 0 842 595", "liggend blad")},
		Pages:   []letter.DrawnPage{{Form: 1, Width: 595, Height: 842}, {Form: 2, Width: 842, Height: 595}},
	}
	var photo bytes.Buffer
	if err := png.Encode(&photo, image.NewGray16(image.Rect(0, 0, 2400, 60))); err != nil {
		t.Fatal(err)
	}
	return []letter.ClaimDocument{
		{Kind: "invoice", On: day("2026-10-01"), Name: "factuur 801.pdf", SHA256: strings.Repeat("b2", 32), Is: letter.Enclosed{Drawing: drawing}},
		{Kind: "delivery", Name: "bon.png", SHA256: strings.Repeat("c3", 32), Is: letter.Enclosed{Picture: photo.Bytes()}},
		{Kind: "correspondence", On: day("2026-10-20"), Name: "mail.txt", SHA256: strings.Repeat("d4", 32), Is: letter.Enclosed{Text: "Geachte heer,\r\n\r\n\tik betaal **morgen**.\n"}},
	}
}

// The documents of the claim stand behind the table that tells of them, each with its place in the contents; the pages of a PDF are as they were drawn, upright,
// and whole below the number of the page.
func TestDocumentsInThePackage(t *testing.T) {
	t.Parallel()
	p := packed(t)
	p.Documents = enclosures(t)
	pdf := composePackage(t, p)
	p.Documents = enclosures(t)
	if !bytes.Equal(pdf, composePackage(t, p)) {
		t.Error("the same package is other bytes")
	}
	pages := look(t, pdf)
	for at, want := range map[int][]string{
		1: {"3. Stukken 5", "3.1 Factuur · 01-10-2026 · factuur 801.pdf 6", "3.2 Bewijs van levering · bon.png 8", "3.3 Correspondentie · 20-10-2026 · mail.txt 9", "4. Brieven aan de debiteur 10"},
		5: {"1 Factuur 01-10-2026 factuur 801.pdf", "2 Bewijs van levering – bon.png", "Andere stukken zitten niet in dit dossier."},
		6: {"factuur van de eiser", "blad 6 van"}, 7: {"liggend blad", "blad 7 van"}, 8: {"blad 8 van"}, 9: {"Geachte heer,", "ik betaal **morgen**."},
	} {
		for _, text := range want {
			if !strings.Contains(squeezed(pages[at-1].text), squeezed(text)) {
				t.Errorf("page %d does not say %q:\n%s", at, text, pages[at-1].text)
			}
		}
	}
	onPaper(t, pdf, func(p *paper) {
		if dark := darkest(p.picture(7, 72)); dark > 60 { // the photo is black
			t.Errorf("page 8 shows no picture: its darkest is %d", dark)
		}
	})
}

// darkest is the darkest point of a picture, 0 to 255.
func darkest(p image.Image) uint8 {
	dark := uint8(255)
	for y := range p.Bounds().Dy() {
		for x := range p.Bounds().Dx() {
			dark = min(dark, color.GrayModel.Convert(p.At(x, y)).(color.Gray).Y)
		}
	}
	return dark
}

func composePackage(t *testing.T, p letter.CourtPackage) []byte {
	t.Helper()
	pdf, err := letter.ComposePackage(p)
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

// What it says is golden, page by page.
func TestThePackageForTheCourt(t *testing.T) {
	t.Parallel()
	p := packed(t)
	pdf := composePackage(t, p)
	var text strings.Builder
	for i, page := range look(t, pdf) {
		fmt.Fprintf(&text, "--- %d\n%s\n", i+1, strings.ReplaceAll(page.text, "\r\n", "\n"))
	}
	golden(t, "court-package.nl", letter.Document{Subject: "Dossier voor de deurwaarder", Text: text.String(), PDF: pdf})
	if again := composePackage(t, p); !bytes.Equal(pdf, again) {
		t.Error("the same package is other bytes")
	}
	if !strings.Contains(squeezed(text.String()), "tot het einde") {
		t.Error("a long remark lost its end")
	}
}

// The table of contents and the bookmarks tell the page on which each part begins, and a letter stands there as it left.
func TestContentsOfThePackage(t *testing.T) {
	t.Parallel()
	p := packed(t)
	p.To, p.Happenings[1].Said = letter.Lawyer, strings.Repeat("x ", 4000)
	pdf := composePackage(t, p)
	var titles []string
	onPaper(t, pdf, func(page *paper) {
		contents := squeezed(page.pageText(0))
		marks, err := page.pdfium.GetBookmarks(&requests.GetBookmarks{Document: page.document})
		page.must(err)
		for _, mark := range marks.Bookmarks {
			at := mark.DestInfo.PageIndex
			titles = append(titles, mark.Title)
			if at > 0 && !strings.Contains(contents, fmt.Sprintf("%s %d", squeezed(mark.Title), at+1)) {
				t.Errorf("%q is bookmarked on page %d; the contents say\n%s", mark.Title, at+1, contents)
			}
			if kind, _, isLetter := strings.Cut(mark.Title, ", "); !isLetter && !strings.Contains(squeezed(page.pageText(at)), squeezed(mark.Title)) {
				t.Errorf("%q does not stand on page %d", kind, at+1)
			}
			if strings.HasPrefix(mark.Title, "4.1 ") {
				for i, alone := range readPages(t, page, p.Letters[0].PDF) {
					if !strings.Contains(squeezed(page.pageText(at+i)), alone) {
						t.Errorf("page %d of the letter does not stand on page %d", i+1, at+i+1)
					}
				}
			}
		}
	})
	want := "Dossier voor de advocaat | 1. Vordering | 2. Berekening | 3. Stukken | 4. Brieven aan de debiteur | 4.1 Veertiendagenbrief, 23-11-2026 | 4.2 Sommatie, 23-11-2026 | 5. Betwistingen en klachten | " +
		"6. Tijdlijn | 7. Controle van de brieven | 8. Brieven aan de opdrachtgever (niet voor de rechter of de debiteur) | 8.1 Advies gerechtelijk traject, 11-01-2027"
	if got := strings.Join(titles, " | "); got != want {
		t.Errorf("bookmarks\n%s\nwant\n%s", got, want)
	}
}

// readPages reads another PDF while one is open.
func readPages(t *testing.T, p *paper, pdf []byte) (pages []string) {
	t.Helper()
	opened, err := p.pdfium.OpenDocument(&requests.OpenDocument{File: &pdf})
	p.must(err)
	other := &paper{t: t, pdfium: p.pdfium, document: opened.Document}
	count, err := p.pdfium.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: opened.Document})
	p.must(err)
	for n := range count.PageCount {
		pages = append(pages, squeezed(other.pageText(n)))
	}
	_, err = p.pdfium.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: opened.Document})
	p.must(err)
	return pages
}

// A preview is marked on every page, also on those of letters; every page is numbered.
func TestEveryPageOfAPreviewIsMarked(t *testing.T) {
	t.Parallel()
	p := packed(t)
	final := look(t, composePackage(t, p))
	p.Preview = true
	for i, page := range look(t, composePackage(t, p)) {
		if !strings.Contains(page.text, "VOORBEELD") || i > 0 && strings.Contains(final[i].text, "VOORBEELD") {
			t.Errorf("page %d: marked as a preview only in a preview", i+1)
		}
		if number := fmt.Sprintf("Dossier 1b4e28ba · blad %d van %d", i+1, len(final)); !strings.Contains(page.text, number) {
			t.Errorf("page %d does not say %q", i+1, number)
		}
	}
}

func TestPackagesThatCannotBeMade(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*letter.CourtPackage)
		want   func(error) bool
	}{
		"a letter of another program": {func(p *letter.CourtPackage) { p.Letters[0].PDF = []byte("%PDF-1.4 of others") }, func(err error) bool {
			return errors.Is(err, letter.ErrForeign) && strings.Contains(err.Error(), "14-day-letter of 2026-11-23 is not a letter as")
		}},
		"a name that cannot be printed": {func(p *letter.CourtPackage) { p.Debtor.Name = "Roos 𐌰" }, func(err error) bool {
			var glyph *letter.GlyphError
			return errors.As(err, &glyph)
		}},
		"for nobody": {func(p *letter.CourtPackage) { p.To = "judge" }, func(err error) bool {
			return err != nil && strings.Contains(err.Error(), `"judge" conducts no procedures; right would be one of [bailiff lawyer]`)
		}},
	} {
		p := packed(t)
		c.change(&p)
		if _, err := letter.ComposePackage(p); err == nil || !c.want(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
