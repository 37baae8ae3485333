package postgres

import (
	"errors"
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
)

// printedText is a text that stands on letters, by its column of a hand-over file.
type printedText struct{ column, text string }

func printedOf(d claim.Debtor) []printedText {
	return []printedText{{"debtor", d.Name}, {"attention", d.Attention}, {"street", d.Street}, {"town", d.Town}}
}

// unprintable names the first text of a claim that letters cannot print, or must not; reason is empty when there is none. It is refused at hand-over: found when the
// first letter is due, weeks later, only a person could mend it, and an invoice number nobody.
func unprintable(s claim.Submission) (column, reason string, invoice int) {
	texts := append([]printedText{{"claim", s.Reference}}, printedOf(s.Debtor)...)
	for _, t := range append(texts, printedText{"title", s.Agreement.Title}) {
		if reason := t.problem(); reason != "" {
			return t.column, reason, 0
		}
	}
	if reason := letter.TitleProblem(s.Agreement.Title); reason != "" {
		return "title", reason, 0
	}
	for i, one := range s.Invoices {
		if reason := (printedText{"invoice", one.Number}).problem(); reason != "" {
			return "invoice", reason, i
		}
	}
	return "", "", 0
}

// printable holds what a correction changes to the same. A text that it leaves alone may be one that was taken before this was asked.
func printable(d claim.Debtor, changed []string) error {
	for _, t := range printedOf(d) {
		if reason := t.problem(); reason != "" && slices.Contains(changed, t.column) {
			return &claim.ColumnError{Column: t.column, Reason: reason}
		}
	}
	return nil
}

func (t printedText) problem() string {
	var glyph *letter.GlyphError
	if errors.As(letter.Printable(t.text), &glyph) {
		return fmt.Sprintf("has the character %q (%U), which no letter can print; right would be a spelling in Latin letters", glyph.Rune, glyph.Rune)
	}
	return ""
}
