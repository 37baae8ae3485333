package bank

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// sepaCharacters are the characters that every bank of SEPA must take. Source: EPC217-08, SEPA Requirements for an Extended Character Set.
const sepaCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ "

// plainLetters is what stands for letters and signs that are no basic letter with an accent: by EPC217-08, but for ligatures and letters of
// Germanic languages, for which both letters are written as their owners do. Greek is by ISO 843, Bulgarian by its law on transliteration.
var plainLetters = pairs("ß ss æ ae œ oe ø o đ d ð d þ th ł l ı i ĳ ij ħ h ŋ n ĸ k ŧ t ə e " +
	"α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o " +
	"а a б b в v г g д d е e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х h ц ts ч ch ш sh щ sht ъ a ь y ю yu я ya " +
	"’ ' ‘ ' ʼ ' ´ ' ` ' “ ' ” ' „ ' \" ' « ' » ' – - — - ‐ - ‑ - − - _ - & + ; , [ ( { ( ] ) } ) \\ / € EUR … ... ⁄ /")

// pairs reads "from to from to".
func pairs(text string) map[rune]string {
	words := strings.Fields(text)
	all := make(map[rune]string, len(words)/2)
	for i := 0; i < len(words); i += 2 {
		all[[]rune(words[i])[0]] = words[i+1]
	}
	return all
}

// sepaText writes a text in the characters of SEPA: letters without their accents, a point for what has no letter, one space for blanks and breaks.
func sepaText(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsSpace(r) {
			r = ' '
		}
		if plain, ok := plainLetter(r); ok {
			b.WriteString(plain)
			continue
		}
		parts := norm.NFKD.String(string(r))
		if strings.ContainsRune(parts, '⁄') {
			b.WriteByte(' ') // number 1½ is not number 11/2
		}
		for _, part := range parts {
			if plain, ok := plainLetter(part); ok {
				b.WriteString(plain)
			} else if !unicode.IsMark(part) && !unicode.Is(unicode.Cf, part) && !unicode.IsControl(part) {
				b.WriteByte('.') // marks, and what is not seen, go
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// plainLetter is what stands for a character, if anything does. A capital that becomes two letters keeps the second small only where it does in
// a name: "Þór" is "Thor", "STRAẞE" is "STRASSE".
func plainLetter(r rune) (string, bool) {
	if strings.ContainsRune(sepaCharacters, r) {
		return string(r), true
	}
	if plain, ok := plainLetters[r]; ok {
		return plain, true
	}
	small := unicode.ToLower(r)
	plain, ok := plainLetters[small]
	switch {
	case !ok:
		return "", false
	case strings.ContainsRune("ßæœĳ", small):
		return strings.ToUpper(plain), true
	}
	return strings.ToUpper(plain[:1]) + plain[1:], true
}

// isSEPA says whether a text has only characters of SEPA.
func isSEPA(text string) bool {
	return all(text, func(c byte) bool { return strings.IndexByte(sepaCharacters, c) >= 0 })
}
