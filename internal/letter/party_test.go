package letter_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/letter"
)

// Clients write "t.a.v." in the column or leave it to us: the letter says it once.
func TestAttentionIsSaidOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		given    string
		language letter.Language
		want     string
	}{
		{"de administratie", letter.Dutch, "T.a.v. de administratie"},
		{"t.a.v. de administratie", letter.Dutch, "T.a.v. de administratie"},
		{"T.A.V. de administratie", letter.Dutch, "T.a.v. de administratie"},
		{"tav: de administratie", letter.Dutch, "T.a.v. de administratie"},
		{"t.a.v.de administratie", letter.Dutch, "T.a.v. de administratie"},
		{"Ter attentie van mevrouw A. Voorbeeld", letter.Dutch, "T.a.v. mevrouw A. Voorbeeld"},
		{"t.a.v. de administratie", letter.English, "Attn. de administratie"},
		{"Attn: accounts payable", letter.English, "Attn. accounts payable"},
		{"Tavenier", letter.Dutch, "T.a.v. Tavenier"},
		{"Attila Voorbeeld", letter.English, "Attn. Attila Voorbeeld"},
		{"t.a.v.", letter.Dutch, ""},
	} {
		l := sample(letter.Summons, c.language, false)
		l.Debtor.Attention = c.given
		_, to, _ := strings.Cut(compose(t, l).Text, l.Debtor.Name)
		to, _, _ = strings.Cut(to, l.Debtor.Street)
		if got := strings.Join(strings.Fields(strings.Trim(strings.TrimSpace(to), ",")), " "); strings.Trim(got, ", ") != c.want {
			t.Errorf("%q in %s is printed %q, want %q", c.given, c.language, got, c.want)
		}
	}
}
