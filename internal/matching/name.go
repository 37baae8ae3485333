package matching

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// name is what is left of a name to compare: words of two letters and more in capitals without accents, and initials.
type name struct {
	words    []string
	initials string
	key      string // the word by which it is found: a person's last, a company's longest
	company  bool
	legal    bool // it has the legal form of a company
}

// nameNoise are words of a name that tell nobody from another.
var nameNoise = wordSet(`DHR HEER MW MEVR MEVROUW MR DRS ING IR DR VAN VD DE DEN DER HET TER TEN TE EN OF EO CJ HR FAM FAMILIE ERVEN INZ BV NV VOF CV BEHEER HOLDING NEDERLAND STICHTING`)

// legalForms are those that a company writes behind its name.
var legalForms = wordSet(`BV NV VOF CV`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

func parseName(text string, company bool) name {
	n := name{company: company}
	for _, w := range words(text) {
		switch {
		case legalForms[w]:
			n.legal = true
		case len(w) == 1:
			n.initials += w
		case !nameNoise[w]:
			n.words = append(n.words, w)
		}
	}
	for _, w := range n.words {
		if !company || len(w) > len(n.key) {
			n.key = w
		}
	}
	return n
}

// words are the words of a text in capitals without accents.
func words(text string) []string {
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, norm.NFD.String(strings.NewReplacer("B.V.", "BV", "b.v.", "BV", "e/o", "EO", "E/O", "EO").Replace(text)))
	return strings.FieldsFunc(plain, func(r rune) bool { return !unicode.IsLetter(r) })
}

// agreement says how well a name as a bank or payer wrote it is a debtor's.
type agreement int

const (
	noName agreement = iota
	sameSurname
	sameName
)

// agrees compares a debtor's name with one that was written. A person's name agrees by surname and initial, in any order; a company's by all its words.
func (n name) agrees(written name) agreement {
	switch {
	case n.key == "":
		return noName
	case n.company:
		if n.allIn(written) {
			return sameName
		}
		return noName
	case !slices.ContainsFunc(written.words, func(w string) bool { return sameWord(n.key, w) }):
		return noName
	case n.initialIn(written):
		return sameName
	}
	return sameSurname
}

func (n name) allIn(written name) bool {
	for _, w := range n.words {
		if !slices.ContainsFunc(written.words, func(v string) bool { return sameWord(w, v) }) {
			return false
		}
	}
	return true
}

// initialIn says whether the first letter of a person's first name is among the written initials or first names.
func (n name) initialIn(written name) bool {
	first := n.first()
	if first == 0 || written.legal {
		return false
	}
	if strings.IndexByte(written.initials, first) >= 0 {
		return true
	}
	given := n.givenName()
	return slices.ContainsFunc(written.words, func(w string) bool {
		return w[0] == first && !sameWord(n.key, w) && (given == "" || sameWord(given, w)) // "Iris" is no "Installatie"
	})
}

// givenName is a person's first name; empty when only its initials are known.
func (n name) givenName() string {
	if n.initials == "" && len(n.words) > 1 {
		return n.words[0]
	}
	return ""
}

func (n name) first() byte {
	switch {
	case n.initials != "":
		return n.initials[0]
	case len(n.words) > 1:
		return n.words[0][0]
	}
	return 0
}

// sameWord says whether two words are equal, or long ones differ by one typing error.
func sameWord(a, b string) bool {
	return a == b || min(len(a), len(b)) >= 6 && within(a, b, 1)
}

// within says whether b is made of a by at most limit typing errors: a sign more, less, another, or two swapped (optimal string alignment).
func within(a, b string, limit int) bool {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return false
	}
	var before, last, row [64]int
	if len(a) >= len(row) || len(b) >= len(row) {
		return a == b
	}
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)] <= limit
}
