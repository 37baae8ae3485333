package calendar

import (
	"time"

	"github.com/rickar/cal/v2/ecb"
)

// IsTargetDay says whether banks settle euros on d: no Saturday, no Sunday, and none of the closing days of T2 (the system that was TARGET), which
// are 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December. Source: European Central Bank, "Long-term calendar for T2 closing days",
// in force since 2002. King's Day, Ascension Day and Whit Monday are days on which banks settle.
func IsTargetDay(d Date) bool {
	if d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		return false
	}
	for _, h := range ecb.Holidays {
		if actual, _ := h.Calc(d.Year()); fromUTC(actual) == d { // T2 knows no other day in place of one that falls in a weekend
			return false
		}
	}
	return true
}

// TargetDayFrom is d, or the first TARGET day after it.
func TargetDayFrom(d Date) Date {
	for !IsTargetDay(d) {
		d = d.AddDays(1)
	}
	return d
}

// AddTargetDays gives the n-th TARGET day after d; n = 0 gives d itself.
func AddTargetDays(d Date, n int) Date {
	for n > 0 {
		if d = d.AddDays(1); IsTargetDay(d) {
			n--
		}
	}
	return d
}
