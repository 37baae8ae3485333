package bank

import (
	"testing"

	"pgregory.net/rapid"
)

// How names reach the bank of the other side: it shows them, and compares them with the holder of the account.
func TestSEPACharacters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, text, want string }{
		{"nothing to do", "J. de Vries (dossier 12/3), 5+5: 'ja'?", "J. de Vries (dossier 12/3), 5+5: 'ja'?"},
		{"accents", "René Çelik-Müller, Łódź, Ångström", "Rene Celik-Muller, Lodz, Angstrom"},
		{"accents as marks of their own", "Rene\u0301", "Rene"},
		{"two letters in one", "Ĳsselstraße Æsir œuvre ĳs", "IJsselstrasse AEsir oeuvre ijs"},
		{"a capital that becomes two", "STRAẞE Þór Жана", "STRASSE Thor Zhana"},
		{"Greek and Bulgarian", "Αθήνα Ψυχή София Щърб", "Athina Psychi Sofiya Shtarb"},
		{"signs", "A & B; [x] {y} – “z” ‘q’ a_b \\ …", "A + B, (x) (y) - 'z' 'q' a-b / ..."},
		{"what has no letter", "10 % @ # * ! = 株", "10 . . . . . . ."},
		{"euro", "€ 5", "EUR 5"},
		{"breaks and blanks", " a\u00a0\tb\r\n c ", "a b c"},
		{"what is not seen", "a\u200b\u00adb\x00", "ab"},
		{"a ligature and a fraction", "ﬁn 1½ m²", "fin 1 1/2 m2"},
		{"nothing", " ", ""},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			if got := sepaText(c.text); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// Any text becomes one that every bank takes, and stays as it is when it is one.
func TestSEPACharactersAreTaken(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plain := sepaText(rapid.String().Draw(t, "text"))
		if !isSEPA(plain) || sepaText(plain) != plain {
			t.Fatalf("%q", plain)
		}
	})
}

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, value string
		right       bool
	}{
		{KindBIC, "ABNANL2A", true},
		{KindBIC, "ABNANL2AXXX", true},
		{KindBIC, "1234NL2A", true}, // since ISO 9362:2014
		{KindBIC, "ABNANL2", false},
		{KindBIC, "abnanl2a", false},
		{KindBIC, "ABNA1L2A", false},
		{KindBIC, "ABNANL2AXX", false},
		{KindMandate, "M-2026/17.a", true},
		{KindMandate, "12345678901234567890123456789012345", true},
		{KindMandate, "123456789012345678901234567890123456", false},
		{KindMandate, "", false},
		{KindMandate, "M 17", false},
		{KindMandate, "M/", false},
		{KindMandate, "M&17", false},
		{KindMandate, "M_17", false},
	} {
		check := map[string]func(string) error{KindBIC: ValidBIC, KindMandate: ValidMandateID}[c.kind]
		if err := check(c.value); (err == nil) != c.right {
			t.Errorf("%s %q: %v", c.kind, c.value, err)
		}
	}
}
