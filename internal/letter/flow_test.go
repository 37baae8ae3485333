package letter_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
)

// A letter of which only the end would stand on a second page has less space between its parts. Where that saves no page, all spaces are as wide as ever.
func TestLettersAreSetTighterOnlyToSaveAPage(t *testing.T) {
	t.Parallel()
	wide := sticker(t, stickerReminder(1)).Rect.Min.Y
	for _, c := range []struct {
		story           string
		invoices, pages int
		tighter         bool
	}{
		{"it fits", 1, 1, false},
		{"it nearly fits", 2, 1, true},
		{"it does not fit, however tight", 3, 2, false},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			l := stickerReminder(c.invoices)
			onPaper(t, compose(t, l).PDF, func(p *paper) {
				if p.pages != c.pages {
					t.Errorf("%d pages, want %d:\n%s", p.pages, c.pages, p.text())
				}
			})
			if at := sticker(t, l).Rect.Min.Y; (at < wide) != c.tighter || at > wide {
				t.Errorf("the sticker begins at %d, in the letter with all its spaces at %d", at, wide)
			}
		})
	}
}

// stickerReminder is one to a business with some invoices.
func stickerReminder(n int) letter.Letter {
	l := sample(letter.StickerReminder, letter.Dutch, false)
	l.Demand.Invoices = invoices(n, eur("100.00"))
	l.Demand.Principal = eur("100.00") * money.Amount(n)
	l.Demand.Total = l.Demand.Principal
	return l
}
