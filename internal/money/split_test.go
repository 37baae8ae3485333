package money_test

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/money"
)

func TestApportion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, total, parts, want string }{
		{"exact parts stay", "3.00", "1 2", "1.00 2.00"},
		{"thirds: the first gets the cent", "1.00", "1/3 1/3 1/3", "0.34 0.33 0.33"},
		{"the largest remainder gets it", "1.00", "1/3 2/3", "0.33 0.67"},
		{"two cents to the two largest", "0.10", "1/40 1/40 1/20", "0.03 0.02 0.05"},
		{"nothing of nothing", "0.00", "0 0", "0.00 0.00"},
		{"less than a cent each", "0.01", "1/300 1/300 1/300", "0.01 0.00 0.00"},
		{"a total that was rounded down", "0.00", "1/300", "0.00"},
		{"a total that is a cent less than the whole cents of its parts", "2.99", "1 2", "0.99 2.00"},
		{"a total that is far off is still met", "1.00", "0 0 0", "0.34 0.33 0.33"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var parts []*big.Rat
			for _, text := range strings.Fields(c.parts) {
				part, _ := new(big.Rat).SetString(text)
				parts = append(parts, part)
			}
			var words []string
			for _, a := range money.Apportion(money.MustParse(c.total), parts) {
				words = append(words, a.String())
			}
			if got := strings.Join(words, " "); got != c.want {
				t.Errorf("%s over %s is %s, want %s", c.total, c.parts, got, c.want)
			}
		})
	}
	if got := money.Apportion(money.MustParse("1.00"), nil); len(got) != 0 {
		t.Errorf("no parts got %v", got)
	}
}

func TestApportionedPartsAddUpAndAreWithinACent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sum := new(big.Rat)
		parts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) *big.Rat {
			part := big.NewRat(rapid.Int64Range(0, 1<<40).Draw(t, "numerator"), rapid.Int64Range(1, 36500).Draw(t, "denominator"))
			sum.Add(sum, part)
			return part
		}), 1, 12).Draw(t, "parts")
		sum.SetInt64(0)
		for _, part := range parts {
			sum.Add(sum, part)
		}
		total := money.FromRat(sum)
		amounts := money.Apportion(total, parts)
		var added money.Amount
		for _, a := range amounts {
			added += a
		}
		if added != total {
			t.Fatalf("the parts add up to %s, not %s", added, total)
		}
		for i, a := range amounts {
			if off := new(big.Rat).Sub(a.Rat(), parts[i]); off.Abs(off).Cmp(big.NewRat(1, 100)) >= 0 {
				t.Fatalf("part %d is %s instead of %s", i, a, parts[i].FloatString(6))
			}
		}
	})
}

func TestSpacesAndSigns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"spaces between thousands", "1 234 567,89", "1234567.89"},
		{"hard spaces between thousands", "1\u00a0234,50", "1234.50"},
		{"the sign before the currency", "-€ 12,50", "-12.50"},
		{"the currency behind", "12,50 EUR", "12.50"},
		{"the euro sign behind", "12,50€", "12.50"},
		{"minus nothing is nothing", "-0,00", "0.00"},
		{"a space where the comma should be", "12 50", ""},
		{"a space within a group", "1 23 4,50", ""},
		{"a space behind the comma", "12, 50", ""},
		{"a space behind the comma of thousands", "1 234, 50", ""},
		{"spaces and points", "1 234.567,89", ""},
		{"a currency within the number", "12€50", ""},
		{"two signs", "--3", ""},
		{"the sign behind", "3-", ""},
		{"dollars", "$ 3", ""},
		{"the largest", "100000000000.00", "100000000000.00"},
		{"a cent more", "100000000000.01", ""},
		{"three decimals with a comma", "1,234", ""},
		{"nothing behind the comma", "12,", ""},
		{"Arabic digits", "١٢", ""},
	} {
		got, err := money.Parse(c.text)
		var bad *money.SyntaxError
		if (c.want == "" && !errors.As(err, &bad)) || (c.want != "" && (err != nil || got.String() != c.want)) {
			t.Errorf("%s: %q is %s (%v), want %q", c.name, c.text, got, err, c.want)
		}
	}
}

func TestRoundingIsToTheNearestCent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		exact := big.NewRat(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "numerator"), rapid.Int64Range(1, 1_000_000).Draw(t, "denominator"))
		off := new(big.Rat).Sub(money.FromRat(exact).Rat(), exact)
		if off.Abs(off).Cmp(big.NewRat(1, 200)) > 0 || money.FromRat(new(big.Rat).Neg(exact)) != -money.FromRat(exact) {
			t.Fatalf("%s is rounded to %s", exact.FloatString(6), money.FromRat(exact))
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"1234.50", "1.234,50", "1 234,50", "€ -12,50", "-3", "1.234", "", "1e9", "0x10", ",", "12 EUR", "EUREUR", "--", "٣"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := money.Parse(text)
		if err != nil {
			return
		}
		for _, written := range []string{a.String(), a.Dutch()} {
			if back, err := money.Parse(written); err != nil || back != a {
				t.Errorf("%q is %s, written %s, which reads back as %s (%v)", text, a, written, back, err)
			}
		}
	})
}
