// Package money holds the one type in which euros are counted: exact, rounded in one place, and split so that parts add up.
// It must not know claims, law or storage.
package money

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Amount is a whole number of euro cents. The zero value is 0.00. Two amounts are equal when they are ==.
type Amount int64

// SyntaxError says why a text is not an amount.
type SyntaxError struct{ Text, Problem string }

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("amount %q %s; right would be 1234.50 or 1.234,50", e.Text, e.Problem)
}

// Cents gives the amount of n euro cents.
func Cents(n int64) Amount { return Amount(n) }

// Cents is the amount as a whole number of euro cents.
func (a Amount) Cents() int64 { return int64(a) }

// maxCents bounds what Parse accepts (100 billion euro), so that sums of millions of amounts fit int64.
const maxCents = 10_000_000_000_000

// Parse reads an amount in euros with at most two decimals: "1234.50", "1234,50", "1.234,50", "1,234.50", "€ 12,50" or "-3".
// A single separator followed by exactly three digits ("1.234") is refused as ambiguous. It returns a *SyntaxError otherwise.
func Parse(text string) (Amount, error) {
	s := strings.ReplaceAll(text, "\u00a0", " ")
	s = currency(s)
	negative := strings.HasPrefix(s, "-")
	s = currency(strings.TrimPrefix(s, "-"))
	plain, problem := canonical(s)
	if problem != "" {
		return 0, &SyntaxError{text, problem}
	}
	d, err := decimal.NewFromString(plain)
	if err != nil {
		return 0, &SyntaxError{text, "is not a number"}
	}
	cents := d.Shift(2)
	if cents.GreaterThan(decimal.NewFromInt(maxCents)) {
		return 0, &SyntaxError{text, "is more than 100 billion euro"}
	}
	a := Amount(cents.IntPart())
	if negative {
		a = -a
	}
	return a, nil
}

// currency takes the euro sign off either end; inside a number it stays and is refused.
func currency(s string) string {
	s = strings.TrimSpace(s)
	for _, sign := range []string{"€", "EUR"} {
		s = strings.TrimSpace(strings.TrimPrefix(strings.TrimSuffix(s, sign), sign))
	}
	return s
}

// otherCurrency is a currency sign or code before or behind a number; a euro was taken off already.
var otherCurrency = regexp.MustCompile(`^(\p{Sc}|[A-Z]{3}) *[0-9]|[0-9] *(\p{Sc}|[A-Z]{3})$`)

// canonical turns Dutch or English notation into "digits[.dd]"; problem is empty when it could.
func canonical(s string) (plain, problem string) {
	if otherCurrency.MatchString(s) {
		return "", "is in another currency, and amounts are in euro only"
	}
	if strings.Contains(s, " ") { // "1 234,50"; "12 50" would be a hundred times too much
		joined, ok := joinSpaced(s)
		if !ok {
			return "", "has spaces in the wrong place"
		}
		s = joined
	}
	for _, r := range s {
		if (r < '0' || r > '9') && r != '.' && r != ',' {
			return "", "has characters that are not digits, point or comma"
		}
	}
	last := strings.LastIndexAny(s, ".,")
	if last < 0 {
		if s == "" {
			return "", "is empty"
		}
		return s, ""
	}
	whole, fraction, point := s[:last], s[last+1:], s[last]
	if len(fraction) == 3 && !strings.ContainsAny(whole, ".,") {
		return "", "could mean thousands or three decimals"
	}
	if len(fraction) == 0 || len(fraction) > 2 {
		return "", "must have one or two digits after the decimal separator"
	}
	group := byte('.')
	if point == '.' {
		group = ','
	}
	whole, ok := ungroup(whole, group)
	if !ok || whole == "" {
		return "", "has separators in the wrong place"
	}
	return whole + "." + fraction, ""
}

// joinSpaced removes spaces between thousands, insisting that they stand every three digits and that nothing else groups them.
func joinSpaced(s string) (string, bool) {
	whole, fraction := s, ""
	if last := strings.LastIndexAny(s, ".,"); last >= 0 {
		whole, fraction = s[:last], s[last:]
	}
	whole, ok := ungroup(whole, ' ')
	return whole + fraction, ok
}

// ungroup removes thousands separators, insisting that they stand every three digits.
func ungroup(whole string, group byte) (string, bool) {
	parts := strings.Split(whole, string(group))
	for i, p := range parts {
		if strings.ContainsAny(p, ".,") || (len(parts) > 1 && i > 0 && len(p) != 3) || (len(parts) > 1 && i == 0 && (p == "" || len(p) > 3)) {
			return "", false
		}
	}
	return strings.Join(parts, ""), true
}

// MustParse is Parse for constants in tests and tables; it panics on a text that is no amount.
func MustParse(text string) Amount {
	a, err := Parse(text)
	if err != nil {
		panic(err)
	}
	return a
}

// FromRat rounds an exact number of euros half-up (away from zero) to the cent.
func FromRat(euros *big.Rat) Amount { return FromFraction(euros.Num(), euros.Denom()) }

// FromFraction is FromRat of a fraction that need not be in its lowest terms; its denominator is above zero. It is the only place where money is rounded.
func FromFraction(numerator, den *big.Int) Amount {
	num := new(big.Int).Mul(numerator, big.NewInt(200))
	negative := num.Sign() < 0
	num.Abs(num)
	num.Add(num, den)
	cents := num.Quo(num, new(big.Int).Mul(den, big.NewInt(2)))
	if !cents.IsInt64() || cents.Int64() == math.MaxInt64 {
		panic("money: amount does not fit in 64 bits of cents")
	}
	if negative {
		return Amount(-cents.Int64())
	}
	return Amount(cents.Int64())
}

// Rat is the amount as an exact number of euros.
func (a Amount) Rat() *big.Rat { return big.NewRat(int64(a), 100) }

// Decimal is the amount in euros with two decimals, for databases and documents that want a decimal.
func (a Amount) Decimal() decimal.Decimal { return decimal.New(int64(a), -2) }

// String is the amount in euros with a point and two decimals: "-1234.50".
func (a Amount) String() string { return a.Decimal().StringFixed(2) }

// Dutch is the amount as a Dutch reader writes it: "1.234,50".
func (a Amount) Dutch() string {
	s := a.Abs().String()
	whole, fraction := s[:len(s)-3], s[len(s)-2:]
	var b strings.Builder
	if a < 0 {
		b.WriteByte('-')
	}
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte('.')
		}
		b.WriteRune(r)
	}
	return b.String() + "," + fraction
}

// Abs is the amount without its sign.
func (a Amount) Abs() Amount {
	if a < 0 {
		return -a
	}
	return a
}

// Min is the smaller of two amounts.
func Min(a, b Amount) Amount { return min(a, b) }

// Max is the larger of two amounts.
func Max(a, b Amount) Amount { return max(a, b) }

// Step is the smallest of 1, 2, 5, 10, 20, 50 ... of which at most so many reach to most: what lies between two lines of a chart. most and lines are more than nothing.
func Step[T ~int | ~int64](most, lines T) T {
	for ten := T(1); ; ten *= 10 {
		for _, step := range []T{ten, 2 * ten, 5 * ten} {
			if step*lines >= most {
				return step
			}
		}
	}
}

// Halves splits a into two parts that add up to a. An odd cent goes to first.
func (a Amount) Halves() (first, second Amount) {
	second = a / 2
	return a - second, second
}

// Share is the part of a that goes with part of whole, rounded down to the cent: never more than its part. whole is more than nothing.
func (a Amount) Share(part, whole Amount) Amount {
	share := new(big.Int).Mul(big.NewInt(int64(a)), big.NewInt(int64(part)))
	return Amount(share.Div(share, big.NewInt(int64(whole))).Int64())
}

// MarshalText writes the amount as String does, so that JSON carries "1234.50" and never a float.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what MarshalText wrote, and whatever else Parse reads.
func (a *Amount) UnmarshalText(text []byte) error {
	v, err := Parse(string(text))
	if err != nil {
		return err
	}
	*a = v
	return nil
}

// UnmarshalJSON refuses bare numbers: a float on the wire is a defect of the sender.
func (a *Amount) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return &SyntaxError{string(data), "must be a JSON string"}
	}
	return a.UnmarshalText([]byte(s))
}

// Value stores the amount as bigint cents.
func (a Amount) Value() (driver.Value, error) { return int64(a), nil }

// Scan reads bigint cents; a numeric sum of cents arrives as text.
func (a *Amount) Scan(src any) error {
	switch v := src.(type) {
	case int64:
		*a = Amount(v)
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return fmt.Errorf("scan amount %q: %w", v, err)
		}
		*a = Amount(n)
	default:
		return fmt.Errorf("scan amount: %T is not a number of cents", src)
	}
	return nil
}

// Apportion gives each exact part (euros) an amount so that together they are total: each part rounded down, the cents that are left going
// to the largest remainders, first come first served among equals. It is how printed lines come to add up to the printed total.
func Apportion(total Amount, parts []*big.Rat) []Amount {
	amounts := make([]Amount, len(parts))
	order := make([]int, len(parts))
	remainders := make([]*big.Rat, len(parts))
	left := total
	for i, part := range parts {
		cents := new(big.Rat).Mul(part, big.NewRat(100, 1))
		whole := new(big.Int).Div(cents.Num(), cents.Denom())
		amounts[i], order[i] = Amount(whole.Int64()), i
		remainders[i] = cents.Sub(cents, new(big.Rat).SetInt(whole))
		left -= amounts[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return remainders[b].Cmp(remainders[a]) })
	for i := 0; left != 0 && len(parts) > 0; i++ {
		step := Amount(1)
		if left < 0 {
			step = -1
		}
		amounts[order[i%len(order)]] += step
		left -= step
	}
	return amounts
}

// Instalments splits a into n parts that add up to a: equal in whole cents, and the last takes the rest. n is at least 1.
func (a Amount) Instalments(n int) []Amount {
	parts := make([]Amount, n)
	for i := range parts {
		parts[i] = a / Amount(n)
	}
	parts[n-1] = a - parts[0]*Amount(n-1)
	return parts
}
