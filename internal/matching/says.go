package matching

import (
	"slices"
	"strings"
)

// foreignNumber says whether the payment holds a number that is not, not even mistyped, one of the debtor's: it may be meant for something else.
func (s *search) foreignNumber(debtor string) bool {
	var own []string
	for _, e := range s.x.debtors[debtor] {
		own = append(own, e.references()...)
		for n := range e.numbers {
			own = append(own, digitsOf(n))
		}
	}
	explained := func(digits string) bool {
		return slices.ContainsFunc(own, func(n string) bool {
			return len(n) >= minNumber && (strings.Contains(n, digits) || strings.Contains(digits, n)) || len(n) >= rfDigits && within(n, digits, 2)
		})
	}
	whole := slices.ContainsFunc(s.runs, func(r run) bool { return r.pieces > 1 && explained(r.digits) })
	for _, token := range longNumbers(s.Text + " " + s.Structured + " " + s.EndToEnd) {
		if !whole && !explained(token) {
			return true
		}
	}
	return false
}

// longNumbers are the digits of each token that has six or more and is no date.
func longNumbers(text string) (all []string) {
	for _, token := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \t\n\r,;:()#", c) }) {
		if digits := digitsOf(token); len(digits) >= 6 && !dateShape.MatchString(token) {
			all = append(all, digits)
		}
	}
	return all
}

// fillers are words of a text that say no more than that somebody pays.
var fillers = wordSet(`BETALING BETAAL BETALEN BETAALD BETREFT DEELBETALING TERMIJN TERMIJNEN AFLOSSING AFLOSSEN REGELING BETALINGSREGELING AFBETALING SCHULD VORDERING OPENSTAAND OPENSTAANDE
	BEDRAG INCASSO INCASSOBUREAU FACTUUR FACTUREN REKENING DOSSIER KENMERK BETALINGSKENMERK NUMMER REFERENTIE EERSTE TWEEDE DERDE LAATSTE DEEL VOOR VOLGENS AFSPRAAK BRIEF UITSTAANDE NAMENS
	JANUARI FEBRUARI MAART APRIL JUNI JULI AUGUSTUS SEPTEMBER OKTOBER NOVEMBER DECEMBER EUR EURO STICHTING DERDENGELDEN PAYMENT INVOICE DEBT NOTPROVIDED`)

// saysElse says whether the text holds a word of four letters or more that is no filler and no name of debtor, payer or creditor.
func (s *search) saysElse(c *candidate) bool {
	known := slices.Concat(c.name.words, s.payer.words, words(c.Client))
	for _, w := range words(s.Text) {
		if len(w) >= 4 && !fillers[w] && !anchors[w] && !nameNoise[w] && !slices.Contains(known, w) {
			return true
		}
	}
	return false
}
