package matching

import (
	"slices"
	"strings"
)

// foreignNumber says whether the payment holds a number of six digits or more that is not, not even mistyped, one of the debtor's: it may be meant for something else.
func (s *search) foreignNumber(debtor string) bool {
	var own []string
	for _, e := range s.x.debtors[debtor] {
		own = append(own, e.references()...)
		for n := range e.numbers {
			own = append(own, digitsOf(n))
		}
	}
	explained := func(digits string) bool {
		return slices.ContainsFunc(own, func(n string) bool {
			return len(n) >= minNumber && (strings.Contains(n, digits) || strings.Contains(digits, n)) || len(n) >= rfDigits && within(n, digits, 2)
		})
	}
	return slices.ContainsFunc(s.runs, func(r run) bool { return r.whole && len(r.digits) >= 6 && !explained(r.digits) })
}
