package letter_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/letter"
)

// shippedLabels are the label sheets of config/stickers.yaml, by name.
func shippedLabels(t *testing.T) map[string]letter.StickerLabel {
	t.Helper()
	const file = "../../config/stickers.yaml"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	list, err := letter.ReadStickerLabels(file, data)
	if err != nil {
		t.Fatal(err)
	}
	labels := map[string]letter.StickerLabel{}
	for _, l := range list {
		labels[l.Name] = l
	}
	return labels
}

// longAgency has a name and an address that hardly fit.
func longAgency() letter.Party {
	long := agency
	long.Name = "Voorbeeld Incasso en Gerechtsdeurwaarders Adviesgroep Midden-Nederland en Omstreken B.V."
	long.Email, long.Phone = "debiteuren@voorbeeld-incasso-adviesgroep.example", "+31 (0)12 345 67 89"
	return long
}

func stickers(t *testing.T, s letter.StickerSheet) letter.Document {
	t.Helper()
	d, err := letter.ComposeStickers(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestGoldenStickers reads sheets back from their PDF.
func TestGoldenStickers(t *testing.T) {
	t.Parallel()
	for label, lang := range map[string]letter.Language{"2x4": letter.Dutch, "2x7": letter.English} {
		name := "sticker-sheet-" + label + "." + string(lang)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := stickers(t, letter.StickerSheet{Label: shippedLabels(t)[label], Language: lang, Agency: agency, Sheets: 1, Skip: 3})
			onPaper(t, d.PDF, func(p *paper) { d.Text = strings.ReplaceAll(p.text(), "\r", "") })
			golden(t, name, d)
		})
	}
}

// Every label of every sheet says the same, and nothing stands between labels or where a printer cannot print.
func TestStickersStandOnTheirLabels(t *testing.T) {
	t.Parallel()
	for _, label := range nearEdges(shippedLabels(t)) {
		for _, lang := range letter.Languages {
			for _, who := range []letter.Party{agency, longAgency()} {
				t.Run(fmt.Sprintf("%s %s %s", label.Name, lang, who.Name), func(t *testing.T) {
					t.Parallel()
					d := stickers(t, letter.StickerSheet{Label: label, Language: lang, Agency: who, Sheets: 1, Outline: true})
					if *show != "" {
						write(t, filepath.Join(*show, fmt.Sprintf("stickers-%s-%s-%d.pdf", label.Name, lang, len(who.Name))), d.PDF)
					}
					want, total := words(d.Text), 0
					onPaper(t, d.PDF, func(p *paper) {
						for n := range label.PerSheet() {
							left, top := label.LeftMargin+float64(n%int(label.Columns))*label.HorizontalPitch, label.TopMargin+float64(n/int(label.Columns))*label.VerticalPitch
							x1, y1, x2, y2 := max(left+2, 4.5), max(top+2, 4.5), min(left+label.Width-2, 205.5), min(top+label.Height-2, 292.5)
							if got := words(p.within(x1, y1, x2, y2)); got != want {
								t.Errorf("label %d says %q, want %q", n, got, want)
							}
							total += len(want)
						}
						if all := len(words(p.text())); all != total {
							t.Errorf("the sheet has %d characters, its labels %d", all, total)
						}
					})
				})
			}
		}
	}
}

// The day is written behind "Betaal uiterlijk op" where a label is wide enough for both, and in large print still.
func TestTheDayIsWrittenBehindItsWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label string
		wide  float64 // other than the label's
		lang  letter.Language
		same  bool
	}{
		{"2x4", 0, letter.Dutch, true}, {"2x4", 0, letter.English, true}, {"2x7", 0, letter.Dutch, true}, {"2x7", 0, letter.English, true}, {"3x7", 0, letter.Dutch, true},
		{"2x4", 55, letter.Dutch, false}, // where half the print would have to go
	} {
		t.Run(fmt.Sprintf("%s %s %g", c.label, c.lang, c.wide), func(t *testing.T) {
			t.Parallel()
			label := shippedLabels(t)[c.label]
			if c.wide > 0 {
				label.Width = c.wide
			}
			d := stickers(t, letter.StickerSheet{Label: label, Language: c.lang, Agency: agency, Sheets: 1})
			onPaper(t, d.PDF, func(p *paper) {
				said := p.within(label.LeftMargin, label.TopMargin, label.LeftMargin+label.Width, label.TopMargin+label.Height)
				if got := regexp.MustCompile(`(uiterlijk op|later than) *_`).MatchString(said); got != c.same {
					t.Errorf("on one line: %v, want %v:\n%s", got, c.same, said)
				}
			})
		})
	}
}

// nearEdges adds paper of which one edge only is near its labels.
func nearEdges(labels map[string]letter.StickerLabel) map[string]letter.StickerLabel {
	for name, change := range map[string]func(*letter.StickerLabel){
		"left":   func(l *letter.StickerLabel) { l.LeftMargin = 0 },
		"right":  func(l *letter.StickerLabel) { l.LeftMargin = 210 - 2*66 - 63.5 },
		"top":    func(l *letter.StickerLabel) { l.TopMargin = 0 },
		"bottom": func(l *letter.StickerLabel) { l.TopMargin = 297 - 7*38.1 },
	} {
		near := labels["3x7"]
		near.Name = name
		change(&near)
		labels[name] = near
	}
	return labels
}

// Printers leave some millimetres at the edge of the paper white: nothing may be lost there.
func TestNothingIsPrintedAtTheEdgeOfThePaper(t *testing.T) {
	t.Parallel()
	for _, label := range nearEdges(shippedLabels(t)) {
		t.Run(label.Name, func(t *testing.T) {
			t.Parallel()
			d := stickers(t, letter.StickerSheet{Label: label, Language: letter.Dutch, Agency: longAgency(), Sheets: 1})
			onPaper(t, d.PDF, func(p *paper) {
				page := p.picture(0, 127) // 5 dots a millimetre
				inside := page.Bounds().Inset(24)
				for y := range page.Bounds().Dy() {
					for x := range page.Bounds().Dx() {
						if image.Pt(x, y).In(inside) {
							continue
						}
						if r, _, _, _ := page.At(x, y).RGBA(); r < 0xffff {
							t.Fatalf("there is ink at %.1f, %.1f mm", float64(x)/5, float64(y)/5)
						}
					}
				}
			})
		})
	}
}

// words are the characters of a text without the spaces and the lines to write on, whose length depends on the label.
func words(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("_", "", "\ufffe", "-", "\u0002", "-").Replace(text)), "")
}

func TestUsedLabelsAreLeftOut(t *testing.T) {
	t.Parallel()
	label := shippedLabels(t)["3x7"]
	sheet := letter.StickerSheet{Label: label, Language: letter.Dutch, Agency: agency, Sheets: 2, Skip: 4}
	d := stickers(t, sheet)
	onPaper(t, d.PDF, func(p *paper) {
		for n, want := range map[int]bool{0: false, 3: false, 4: true, 20: true} {
			x, y := label.LeftMargin+float64(n%3)*label.HorizontalPitch, label.TopMargin+float64(n/3)*label.VerticalPitch
			if got := strings.Contains(p.within(x, y, x+label.Width, y+label.Height), "Betaal"); got != want {
				t.Errorf("label %d is printed: %v", n, got)
			}
		}
		if got := strings.Count(p.text(), "Betaalversneller"); p.pages != 2 || got != 2*21-4 {
			t.Errorf("%d pages with %d stickers", p.pages, got)
		}
		if made := p.metadata()["CreationDate"]; made != "" {
			t.Errorf("a sheet of no day was made on %s", made)
		}
	})
	if again := stickers(t, sheet); !bytes.Equal(d.PDF, again.PDF) {
		t.Error("two runs differ")
	}
}

func TestStickersThatMayNotBeMade(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story  string
		change func(*letter.StickerSheet)
		want   string
	}{
		{"an agency without registration", func(s *letter.StickerSheet) { s.Agency.Registration = " " }, "registration number (Wki)"},
		{"an agency that cannot be reached", func(s *letter.StickerSheet) { s.Agency.Phone = "" }, "an e-mail address and a telephone number"},
		{"all labels used", func(s *letter.StickerSheet) { s.Skip = 21 }, "21 labels left out of 21; right would be 0 to 20"},
		{"labels put on", func(s *letter.StickerSheet) { s.Skip = -1 }, "right would be 0 to 20"},
		{"no sheet", func(s *letter.StickerSheet) { s.Sheets = 0 }, "0 sheets; right would be 1 to 100"},
		{"too many", func(s *letter.StickerSheet) { s.Sheets = 101 }, "101 sheets; right would be 1 to 100"},
		{"an unknown language", func(s *letter.StickerSheet) { s.Language = "de" }, `language "de" is unknown`},
		{"a label wider than the paper", func(s *letter.StickerSheet) { s.Label.Columns = 4 }, "columns: the last one ends at 268.75 mm"},
		{"a name that no font has", func(s *letter.StickerSheet) { s.Agency.Name = "債" }, "cannot be printed"},
		{"a name of two lines", func(s *letter.StickerSheet) { s.Agency.Name = "A\nB" }, "Name has control characters"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			s := letter.StickerSheet{Label: shippedLabels(t)["3x7"], Language: letter.Dutch, Agency: agency, Sheets: 1}
			c.change(&s)
			if _, err := letter.ComposeStickers(s); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// What does not fit says what, and where it would.
func TestStickersThatDoNotFit(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*letter.StickerSheet){
		"a name of 400 characters":           func(s *letter.StickerSheet) { s.Agency.Name = strings.Repeat("Verzonnen ", 40) },
		"an address without spaces":          func(s *letter.StickerSheet) { s.Agency.Email = strings.Repeat("voorbeeld-", 8) + "@x.example" },
		"a label as large as a stamp":        func(s *letter.StickerSheet) { s.Label.Width, s.Label.Height = 20, 15 },
		"a label of which only the edge is":  func(s *letter.StickerSheet) { s.Label.Width = 3 },
		"a label narrower than its own mark": func(s *letter.StickerSheet) { s.Label.Width = 8 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := letter.StickerSheet{Label: shippedLabels(t)["3x7"], Language: letter.Dutch, Agency: agency, Sheets: 1}
			s.Label.CornerRadius = 0
			change(&s)
			_, err := letter.ComposeStickers(s)
			var fit *letter.StickerFitError
			if !errors.As(err, &fit) || fit.Label != "3x7" || !strings.Contains(err.Error(), "right would be a larger label or a shorter text") {
				t.Errorf("error %v", err)
			}
		})
	}
}
