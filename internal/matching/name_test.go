package matching

import "testing"

func TestNames(t *testing.T) {
	t.Parallel()
	for _, s := range []struct {
		story, debtor, written string
		company                bool
		want                   agreement
	}{
		{"as it is", "Jan de Vries", "Jan de Vries", false, sameName},
		{"initial", "Jan de Vries", "J. de Vries", false, sameName},
		{"capitals, turned round", "Jan de Vries", "VRIES J DE", false, sameName},
		{"accents", "Zoë Müller", "Z MULLER", false, sameName},
		{"of two people", "Jan de Vries", "K Bakker e/o J de Vries", false, sameName},
		{"a title", "Jan Jansen", "Dhr. J.P. Jansen", false, sameName},
		{"a typing error in a long name", "Jan Hoogendoorn", "J Hogendoorn", false, sameName},
		{"but not in a short one", "Jan Bos", "J Vos", false, noName},
		{"another initial", "Jan de Vries", "K de Vries", false, sameSurname},
		{"another first name with the same letter", "Jan de Vries", "Joke de Vries", false, sameSurname},
		{"first name and a second initial", "Jan de Vries", "Jan K. de Vries", false, sameName},
		{"a company of the same last word", "I. Bergbeek", "Installatie Bergbeek B.V.", false, sameSurname},
		{"surname alone", "Jan de Vries", "de Vries", false, sameSurname},
		{"another name", "Jan de Vries", "J Smit", false, noName},
		{"a company, form left out", "Voorbeeld Transport B.V.", "VOORBEELD TRANSPORT", true, sameName},
		{"a company with the same last word", "Voorbeeld Transport B.V.", "Proef Transport BV", true, noName},
		{"no name", "", "", false, noName},
		{"no name of the debtor", "B.V.", "J Smit", true, noName},
	} {
		if got := parseName(s.debtor, s.company).agrees(parseName(s.written, false)); got != s.want {
			t.Errorf("%s: %q and %q: %d, want %d", s.story, s.debtor, s.written, got, s.want)
		}
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	for _, s := range []struct {
		a, b  string
		limit int
		want  bool
	}{
		{"1234", "1234", 0, true}, {"1234", "1243", 1, true}, {"1234", "134", 1, true}, {"1234", "12934", 1, true}, {"1234", "1934", 1, true},
		{"1234", "1439", 1, false}, {"1234", "9994", 2, false}, {"1234", "2143", 2, true}, {"1234", "123", 0, false}, {"", "1", 1, true},
	} {
		if within(s.a, s.b, s.limit) != s.want || within(s.b, s.a, s.limit) != s.want {
			t.Errorf("%q and %q within %d: want %v", s.a, s.b, s.limit, s.want)
		}
	}
}
