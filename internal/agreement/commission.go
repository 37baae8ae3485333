package agreement

import (
	"fmt"
	"math"
	"strings"

	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Scale is the commission over a principal, without VAT: bands like those of the statutory scale, at least an amount.
type Scale = law.CostScale

// ScaleForm says how a scale is written.
const ScaleForm = `one percentage ("15"), or bands and what it is at least ("15 to 2500.00; 10 to 5000.00; 5; least 40.00")`

// ParseScale reads a scale in ScaleForm. A percentage is more than 0 and at most 100; the bands rise and only the last has no end.
func ParseScale(text string) (Scale, error) {
	scale := Scale{Maximum: money.Amount(math.MaxInt64)}
	parts := strings.Split(text, ";")
	for i, part := range parts {
		words := strings.Fields(part)
		var err error
		switch last := i == len(parts)-1; {
		case len(words) == 2 && words[0] == "least" && last && i > 0:
			scale.Minimum, err = positive(words[1])
		case len(words) == 1:
			err = addBand(&scale, words[0], 0)
		case len(words) == 3 && words[1] == "to":
			var end money.Amount
			if end, err = positive(words[2]); err == nil {
				err = addBand(&scale, words[0], end)
			}
		default:
			err = fmt.Errorf("%q is neither a percentage, a percentage to an amount, nor what it is at least", strings.TrimSpace(part))
		}
		if err != nil {
			return Scale{}, err
		}
	}
	if scale.Bands[len(scale.Bands)-1].UpTo != 0 {
		return Scale{}, fmt.Errorf("the last band ends at %s: a higher principal has no commission", scale.Bands[len(scale.Bands)-1].UpTo)
	}
	return scale, nil
}

func positive(text string) (money.Amount, error) {
	amount, err := money.Parse(text)
	if err == nil && amount <= 0 {
		err = fmt.Errorf("%s is not more than 0.00", amount)
	}
	return amount, err
}

// addBand adds a band that ends at an amount, or has no end when it is 0.
func addBand(scale *Scale, percent string, end money.Amount) error {
	var p law.Percent
	if err := p.UnmarshalText([]byte(percent)); err != nil || p.Fraction().Sign() == 0 {
		return fmt.Errorf("%q is no percentage above 0 and at most 100", percent)
	}
	if n := len(scale.Bands); n > 0 {
		before := scale.Bands[n-1].UpTo
		switch {
		case before == 0:
			return fmt.Errorf("%s%% comes after a band that has no end", percent)
		case end != 0 && end <= before:
			return fmt.Errorf("the band to %s comes after the one to %s", end, before)
		}
	}
	scale.Bands = append(scale.Bands, law.Band{UpTo: end, Percent: p})
	return nil
}
