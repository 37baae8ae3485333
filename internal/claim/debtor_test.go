package claim_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
)

func TestACorrectedDebtor(t *testing.T) {
	t.Parallel()
	before := claim.Debtor{
		Kind: kinds["consumer"], Name: "J. Jansen", Attention: "the board", Street: "Dorpsweg 1", Postcode: "1234 AB", Town: "Proefdorp", Country: "NL", Email: "j@debiteur.example", Language: "nl",
	}
	for _, c := range []struct {
		name    string
		values  map[string]string
		changed string // columns, or what is wrong
		want    func(*claim.Debtor)
	}{
		{"moved", map[string]string{"street": " Laan 2 ", "postcode": "2345bc", "town": "Testhaven"}, "street postcode town", func(d *claim.Debtor) {
			d.Street, d.Postcode, d.Town = "Laan 2", "2345 BC", "Testhaven"
		}},
		{"another spelling", map[string]string{"debtor": "J. Janssen"}, "debtor", func(d *claim.Debtor) { d.Name = "J. Janssen" }},
		{"no e-mail any more", map[string]string{"email": ""}, "email", func(d *claim.Debtor) { d.Email = "" }},
		{"nobody's attention", map[string]string{"attention": "", "email": "k@debiteur.example"}, "attention email", func(d *claim.Debtor) { d.Attention, d.Email = "", "k@debiteur.example" }},
		{"the same", map[string]string{"debtor": "J. Jansen", "street": "Dorpsweg 1", "postcode": "1234ab", "email": "j@debiteur.example "}, "", func(*claim.Debtor) {}},
		{"nothing", nil, "", func(*claim.Debtor) {}},
		{"no street", map[string]string{"street": " "}, "street is empty; right would be: street and house number", nil},
		{"no name", map[string]string{"debtor": ""}, "debtor is empty; right would be: name of the debtor", nil},
		{"a German postcode", map[string]string{"postcode": "12345"}, `postcode "12345" is not a Dutch postcode; right would be 1234 AB`, nil},
		{"no e-mail address", map[string]string{"email": "j@"}, "email is not an e-mail address; right would be naam@voorbeeld.nl, or leave it empty", nil},
		{"an e-mail address with an accent", map[string]string{"email": "zoë@debiteur.example"}, "email has a character that is not ASCII, and no mail can be sent to it; right would be naam@voorbeeld.nl, the domain in its xn-- form, or leave it empty", nil},
		{"at a domain with one", map[string]string{"email": "j@zoë.example"}, "email has a character that is not ASCII, and no mail can be sent to it; right would be naam@voorbeeld.nl, the domain in its xn-- form, or leave it empty", nil},
		{"at that domain as mail has it", map[string]string{"email": "j@xn--zo-jia.example"}, "email", func(d *claim.Debtor) { d.Email = "j@xn--zo-jia.example" }},
		{"a name of marks alone", map[string]string{"debtor": "|||"}, `debtor "|||" has no letter and no digit; right would be: name of the debtor`, nil},
		{"an e-mail address without a dot after its @", map[string]string{"email": "k@debiteur"}, "email is not an e-mail address; right would be naam@voorbeeld.nl, or leave it empty", nil},
		{"a name over two lines", map[string]string{"debtor": "J.\nJansen"}, "debtor has characters that cannot be printed", nil},
		{"a name that is too long", map[string]string{"debtor": strings.Repeat("é", 201)}, "debtor is longer than 200 characters", nil},
		{"another kind", map[string]string{"debtor_kind": "company"}, "debtor_kind is nothing that can be corrected; right would be debtor, attention, street, postcode, town or email", nil},
		{"a column that is none", map[string]string{"city": "Delft"}, "city is nothing that can be corrected; right would be debtor, attention, street, postcode, town or email", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, changed, err := before.Corrected(c.values)
			want := before
			if c.want == nil {
				var wrong *claim.ColumnError
				if !errors.As(err, &wrong) || err.Error() != c.changed || got != want {
					t.Errorf("%+v, %v; want %s", got, err, c.changed)
				}
				return
			}
			c.want(&want)
			if err != nil || got != want || !slices.Equal(changed, strings.Fields(c.changed)) {
				t.Errorf("%+v, changed %v, %v; want %+v, %s", got, changed, err, want, c.changed)
			}
		})
	}
}

// A debtor that was taken with an address that is not taken any more can still move.
func TestWhatACorrectionLeavesAloneIsNotInItsWay(t *testing.T) {
	t.Parallel()
	before := claim.Debtor{Kind: kinds["consumer"], Name: "J. Jansen", Street: "Dorpsweg 1", Postcode: "1234 AB", Town: "Proefdorp", Country: "NL", Email: "j@debiteur", Language: "nl"}
	after, changed, err := before.Corrected(map[string]string{"postcode": "2345bc"})
	if err != nil || after.Postcode != "2345 BC" || after.Email != before.Email || !slices.Equal(changed, []string{"postcode"}) {
		t.Errorf("%+v, changed %v, %v", after, changed, err)
	}
}

// What is wrong in a column that is left alone does not hide what is wrong in one that is given.
func TestAWrongCorrectionBesideAnOldMistake(t *testing.T) {
	t.Parallel()
	before := claim.Debtor{Kind: kinds["consumer"], Name: "J. Jansen", Street: "Dorpsweg 1", Postcode: "12345", Town: "Proefdorp", Country: "NL", Language: "nl"}
	after, _, err := before.Corrected(map[string]string{"email": "j@debiteur"})
	var wrong *claim.ColumnError
	if !errors.As(err, &wrong) || wrong.Column != "email" || after != before {
		t.Errorf("%+v, %v", after, err)
	}
}
