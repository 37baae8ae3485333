package matching

import (
	"slices"
	"strings"
	"unicode"
)

// foreignNumber says whether the payment holds a number of six digits in one piece, or eight in several (a house number and a postcode are six), that is not, not even mistyped, one of the debtor's: it may be meant for something else.
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
			return len(n) >= minNumber && (strings.Contains(n, digits) || strings.Contains(digits, n)) || len(n) >= rfDigits && within(n, digits, 2) || nearNumber(n, digits)
		})
	}
	return slices.ContainsFunc(s.runs, func(r run) bool {
		return r.whole && len(r.digits) >= 6 && (r.pieces == 1 || len(r.digits) >= 8) && !explained(r.digits)
	}) || slices.ContainsFunc(s.lettered, func(digits string) bool { return !explained(digits) })
}

// lettered are the digits of what in a text looks like the number of an invoice: six or more, with letters in front and signs between them ("F2026-02242", "VF26.00777"). No date, and no reference of ISO 11649.
func lettered(text string) (numbers []string) {
	for token := range tokens(text) {
		rest := strings.TrimLeftFunc(token, unicode.IsLetter)
		isNumber := rest != token && strings.Trim(rest, "0123456789.-/") == ""
		if digits := digitsOf(rest); isNumber && len(digits) >= 6 && !strings.HasPrefix(token, "RF") && !dateShape.MatchString(rest) {
			numbers = append(numbers, digits)
		}
	}
	return numbers
}

// fillers are words of a text that say no more than that somebody pays. What is not here, and no name, may mean that it is for something else.
var fillers = wordSet(`BETALING BETAAL BETALEN BETAALD BETALINGEN BETREFT DEELBETALING TERMIJN TERMIJNEN AFLOSSING AFLOSSEN REGELING BETALINGSREGELING BETAALREGELING AFBETALING SCHULD
	OPENSTAAND OPENSTAANDE BEDRAG INCASSO INCASSOBUREAU INCASSOKOSTEN FACTUREN HERINNERING AANMANING SOMMATIE EERSTE TWEEDE DERDE LAATSTE DEEL VOOR VOLGENS AFSPRAAK BRIEF UITSTAANDE VOLDAAN
	BEDANKT GROET STICHTING DERDENGELDEN PAYMENT DEBT INSTALMENT LETTER EURO NOTPROVIDED`)

// ofDebts are those of them by which a text says that it pays a debt, and not any purchase.
var ofDebts = wordSet(`DEELBETALING TERMIJN TERMIJNEN AFLOSSING AFLOSSEN REGELING BETALINGSREGELING BETAALREGELING AFBETALING SCHULD OPENSTAAND OPENSTAANDE INCASSO INCASSOBUREAU INCASSOKOSTEN
	HERINNERING AANMANING SOMMATIE AFSPRAAK BRIEF UITSTAANDE DERDENGELDEN DEBT INSTALMENT LETTER`)

// saysElse says what in the payment may mean that it is for something else than this debtor's claims: a number that is none of theirs, or in the text a
// word of four letters or more that is neither a filler nor a name of debtor, payer or creditor. Empty when nothing does.
func (s *search) saysElse(c *candidate) string {
	if s.foreignNumber(c.Debtor) {
		return "it names a number that is none of this debtor's"
	}
	known := slices.Concat(words(c.Name), words(s.Payer), words(s.OnBehalfOf), words(c.Client))
	if s.behalfOf(c.entry) {
		known = append(known, behalf)
	}
	strange := func(w string) bool {
		rest, _ := withoutAnchor(w)
		return len(rest) >= 4 && !fillers[w] && !slices.Contains(known, w)
	}
	for _, reading := range s.readings {
		if !slices.ContainsFunc(reading, strange) {
			return ""
		}
	}
	return "the text says something else"
}

// behalf is the word by which somebody says that he pays for another.
const behalf = "NAMENS"

// behalfOf says whether the text tells that it is paid on behalf of the debtor, by its full name.
func (r *reading) behalfOf(e *entry) bool {
	return r.said[behalf] && len(e.name.key) >= 5 && e.name.agrees(r.text) == sameName
}

// forAnother says whether the text tells that it is paid on behalf of somebody who does not bear the debtor's name: account and name of the payer do not speak for
// the debtor then.
func (r *reading) forAnother(e *entry) bool { return r.said[behalf] && e.name.agrees(r.text) == noName }

// readingsOf are the words of a text with its lines apart, and with what banks broke between two lines in one.
func readingsOf(text string) [][]string {
	return [][]string{words(text), words(strings.ReplaceAll(text, "\n", ""))}
}
