package agreement_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/money"
)

func TestTheCommissionScale(t *testing.T) {
	t.Parallel()
	const bands = "15 to 2500.00; 10 to 5000.00; 5; least 40.00"
	for _, c := range []struct{ name, scale, principal, want string }{
		{"one percentage", "15", "1000.00", "150.00"},
		{"one percentage of a cent rounds half-up, once", "12.5", "0.04", "0.01"},
		{"less than the least", bands, "100.00", "40.00"},
		{"the last cent of band 1", bands, "2500.00", "375.00"},
		{"one euro into band 2", bands, "2501.00", "375.10"},
		{"the end of band 2", bands, "5000.00", "625.00"},
		{"into the last band", bands, "10000.00", "875.00"},
		{"nothing over nothing", bands, "0.00", "0.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			scale, err := agreement.ParseScale(c.scale)
			if err != nil {
				t.Fatal(err)
			}
			if got := scale.Over(money.MustParse(c.principal)).String(); got != c.want {
				t.Errorf("%s over %s is %s, want %s", c.scale, c.principal, got, c.want)
			}
		})
	}
	for scale, problem := range map[string]string{
		"": "is neither a percentage", "15 to 2500.00": "the last band ends at 2500.00", "15; 10": "10% comes after a band that has no end", "0": "no percentage above 0", "101": "at most 100",
		"15 to 2500; 10 to 2500; 5": "the band to 2500.00 comes after the one to 2500.00", "least 40": "is neither", "15; least 0": "0.00 is not more than 0.00", "15 up to 2500; 10": "is neither",
	} {
		if _, err := agreement.ParseScale(scale); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%q: %v, want %q", scale, err, problem)
		}
	}
}
