package money_test

import (
	"encoding/json"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/money"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, text, want string }{
		{"plain", "1234.50", "1234.50"},
		{"Dutch decimals", "1234,5", "1234.50"},
		{"Dutch thousands", "1.234.567,89", "1234567.89"},
		{"English thousands", "1,234.50", "1234.50"},
		{"with sign and currency", "€ -12,50", "-12.50"},
		{"whole euros", "48000", "48000.00"},
		{"ambiguous thousands", "1.234", ""},
		{"three decimals", "1.234,567", ""},
		{"groups of two", "12.34,50", ""},
		{"exponent", "1e3", ""},
		{"empty", " ", ""},
		{"separator only", ",50", ""},
		{"another currency", "10 USD", ""},
		{"absurd", "100000000000000", ""},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			got, err := money.Parse(c.text)
			if c.want == "" {
				if err == nil {
					t.Fatalf("%q was read as %s", c.text, got)
				}
				return
			}
			if err != nil || got.String() != c.want {
				t.Fatalf("%q is %s (%v), want %s", c.text, got, err, c.want)
			}
		})
	}
}

func TestRoundingIsHalfUpAwayFromZero(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		euros *big.Rat
		want  string
	}{
		{big.NewRat(5, 1000), "0.01"}, {big.NewRat(4999, 1_000_000), "0.00"}, {big.NewRat(-5, 1000), "-0.01"}, {big.NewRat(1, 3), "0.33"}, {big.NewRat(2, 3), "0.67"}, {big.NewRat(128_93904, 100_000), "128.94"},
	} {
		if got := money.FromRat(c.euros).String(); got != c.want {
			t.Errorf("%s rounds to %s, want %s", c.euros, got, c.want)
		}
	}
}

func TestHalvesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := money.Cents(rapid.Int64Range(0, 1<<50).Draw(t, "cents"))
		first, second := a.Halves()
		if first+second != a || first-second > 1 || first < second {
			t.Fatalf("%s -> %s + %s", a, first, second)
		}
	})
}

func TestWireRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := money.Cents(rapid.Int64Range(-1e13, 1e13).Draw(t, "cents"))
		data, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		var out money.Amount
		if err := json.Unmarshal(data, &out); err != nil || out != in {
			t.Fatalf("%s -> %s -> %s (%v)", in, data, out, err)
		}
		if back, err := money.Parse(in.Dutch()); err != nil || back != in {
			t.Fatalf("%s reads back as %s (%v)", in.Dutch(), back, err)
		}
	})
	var a money.Amount
	if err := json.Unmarshal([]byte("12.5"), &a); err == nil {
		t.Error("a JSON number is no amount")
	}
}

func TestStepsAreRound(t *testing.T) {
	t.Parallel()
	for most, want := range map[money.Amount]money.Amount{1: 1, 5: 1, 6: 2, 10: 2, 11: 5, 25: 5, 26: 10, 123_456: 50_000} {
		if got := money.Step(most, 5); got != want {
			t.Errorf("%s in five steps of %s, want %s", most, got, want)
		}
	}
}
