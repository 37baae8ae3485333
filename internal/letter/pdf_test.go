package letter_test

import (
	"bytes"
	"image"
	_ "image/png" // pages come as PNG
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/letter"
)

// poppler runs one of the tools of poppler-utils on a PDF. A missing tool fails the test: letters are not to be sent unread.
func poppler(t *testing.T, pdf []byte, tool string, args ...string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "letter.pdf")
	write(t, file, pdf)
	command := exec.Command(tool, append(args, file, "-")...)
	if tool == "pdftoppm" || tool == "pdfinfo" || tool == "pdffonts" {
		command = exec.Command(tool, append(args, file)...)
	}
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v %s (it comes with poppler-utils: apt-get install poppler-utils)", tool, err, stderr.String())
	}
	return out
}

// squeezed makes all runs of white space, no-break spaces too, one space.
func squeezed(text []byte) string { return strings.Join(strings.Fields(string(text)), " ") }

// TestPaperSaysWhatMatters reads each PDF back as a stranger would.
func TestPaperSaysWhatMatters(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d, l := compose(t, s.letter), s.letter
			text := squeezed(poppler(t, d.PDF, "pdftotext", "-layout"))
			total := "€ " + l.Demand.Total.Dutch()
			if l.Language == letter.English {
				total = "€" + strings.NewReplacer(".", ",", ",", ".").Replace(l.Demand.Total.Dutch())
			}
			for _, want := range []string{total, bank.FormatIBAN(payTo(l)), bank.FormatReference(l.RF), bank.FormatReference(l.Kenmerk), l.FileReference, l.Agency.Registration, d.Subject} {
				if l.Kind == letter.Reminder && want == l.Agency.Registration {
					continue // the client's own reminder does not name the agency
				}
				if !strings.Contains(text, squeezed([]byte(want))) {
					t.Errorf("%q is not on paper:\n%s", want, text)
				}
			}
			for _, v := range l.Demand.Invoices {
				if len(v.Number) < 20 && strings.Count(text, v.Number) == 0 {
					t.Errorf("invoice %s is not on paper", v.Number)
				}
			}
		})
	}
}

func payTo(l letter.Letter) string {
	if (l.Kind == letter.Reminder || l.Kind == letter.StickerReminder) && l.Client.IBAN != "" {
		return l.Client.IBAN
	}
	return l.TrustIBAN
}

// TestPaperAndMailSayTheSame compares the words of the body, paragraph by paragraph.
func TestPaperAndMailSayTheSame(t *testing.T) {
	t.Parallel()
	for _, kind := range letter.DebtorKinds {
		d := compose(t, sample(kind, letter.Dutch, true))
		paper := squeezed(poppler(t, d.PDF, "pdftotext", "-raw"))
		_, mail, _ := strings.Cut(d.Text, "Geachte")
		for paragraph := range strings.SplitSeq(mail, "\n\n") {
			if words := squeezed([]byte(paragraph)); strings.HasSuffix(words, ".") && !strings.Contains(words, "- ") && !strings.Contains(words, "Tel.") && !strings.Contains(paper, words) {
				t.Errorf("%s: the mail says %q, the paper does not", kind, words)
			}
		}
	}
}

// TestQRCodeScans scans the code from the rendered page and compares it with the payload. The code knows no language: Dutch will do.
func TestQRCodeScans(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		if s.letter.Language != letter.Dutch {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			l := s.letter
			name := l.TrustName
			if payTo(l) == l.Client.IBAN {
				name = l.Client.Name
			}
			if runes := []rune(name); len(runes) > bank.EPCNameMax {
				name = strings.TrimSpace(string(runes[:bank.EPCNameMax]))
			}
			want, err := bank.EPC(bank.EPCPayment{Name: name, IBAN: payTo(l), Amount: l.Demand.Total, Reference: l.RF})
			if err != nil {
				t.Fatal(err)
			}
			if got := scan(t, compose(t, l).PDF); got != want {
				t.Errorf("the code says %q, want %q", got, want)
			}
		})
	}
}

// scan finds the QR code on the pages of a PDF, at the resolution of a telephone's picture.
func scan(t *testing.T, pdf []byte) string {
	t.Helper()
	info := strings.Fields(string(poppler(t, pdf, "pdfinfo")))
	pages, _ := strconv.Atoi(info[slices.Index(info, "Pages:")+1])
	for page := 1; page <= pages; page++ {
		n := strconv.Itoa(page)
		img, _, err := image.Decode(bytes.NewReader(poppler(t, pdf, "pdftoppm", "-r", "150", "-gray", "-png", "-f", n, "-l", n)))
		if err != nil {
			t.Fatal(err)
		}
		bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
		if err != nil {
			t.Fatal(err)
		}
		if result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}); err == nil {
			return result.GetText()
		}
	}
	return "no code found"
}

// TestEnvelopeShowsOnlyTheAddress reads what the window of a C5/6 envelope can show at most: x 1-130 mm, y 39-94 mm of the first page.
func TestEnvelopeShowsOnlyTheAddress(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			seen := squeezed(poppler(t, compose(t, s.letter).PDF, "pdftotext", "-f", "1", "-l", "1", "-r", "254", "-x", "10", "-y", "390", "-W", "1290", "-H", "550"))
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
	d := compose(t, sample(letter.Summons, letter.Dutch, true))
	info := squeezed(poppler(t, d.PDF, "pdfinfo"))
	for _, want := range []string{"Title: " + d.Subject, "Author: Voorbeeld Incasso", "Page size: 595.28 x 841.89 pts (A4)", "2026"} {
		if !strings.Contains(strings.ReplaceAll(info, "\u00a0", " "), strings.ReplaceAll(want, "\u00a0", " ")) {
			t.Errorf("%q is not in %s", want, info)
		}
	}
	if !bytes.Contains(d.PDF, []byte("/Lang (nl-NL)")) {
		t.Error("the PDF does not say that it is Dutch")
	}
	if fonts := string(poppler(t, d.PDF, "pdffonts")); strings.Count(fonts, "yes") < 2 || strings.Contains(fonts, "Helvetica") {
		t.Errorf("fonts are not embedded:\n%s", fonts)
	}
}
