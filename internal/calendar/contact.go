package calendar

import (
	"hash/fnv"
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/nl"
)

// generallyRecognised are the holidays of art. 3 lid 1 Algemene termijnenwet, of which 5 May counts every year, and Good Friday, which lid 2 equates with them for
// that law. Whether art. 4.2 Besluit kwaliteit incassodienstverlening means it too is not settled: nobody is contacted on it (decision 10).
var generallyRecognised = []*cal.Holiday{
	nl.Nieuwjaar, nl.GoedeVrijdag, nl.TweedePaasdag, kingsDay, queensDay, nl.BevrijdingsDag, nl.Hemelvaart, nl.TweedePinksterDag, nl.EersteKerstdag, nl.TweedeKerstdag,
}

// The birthday of the King is kept since 2014; before, that of the Queen. A claim or a letter can be older than that.
var (
	kingsDay  = nl.Koningsdag.Clone(&cal.Holiday{StartYear: 2014})
	queensDay = &cal.Holiday{Name: "Koninginnedag", EndYear: 2013, Month: time.April, Day: 30, Func: cal.CalcDayOfMonth, Observed: nl.Koningsdag.Observed}
)

// Holiday gives the name of the generally recognised holiday on d (art. 3 Algemene termijnenwet), or "".
func Holiday(d Date) string {
	year, known := holidays.Load(d.Year())
	if !known {
		year, _ = holidays.LoadOrStore(d.Year(), holidaysOf(d.Year()))
	}
	return year.(map[Date]string)[d]
}

// holidays keeps what holidaysOf gave of each year that was asked for: terms ask it again and again.
var holidays sync.Map

// holidaysOf gives the names of the generally recognised holidays of a year.
func holidaysOf(year int) map[Date]string {
	names := map[Date]string{NewDate(year, time.May, 5): nl.BevrijdingsDag.Name}
	for _, h := range generallyRecognised {
		if _, observed := h.Calc(year); !observed.IsZero() { // King's Day moves to the day before when it would be a Sunday
			names[fromUTC(observed)] = h.Name
		}
	}
	return names
}

// IsWorkingDay says whether d is no Saturday, Sunday or holiday.
func IsWorkingDay(d Date) bool {
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday && Holiday(d) == ""
}

// AddWorkingDays gives the n-th working day after d; n = 0 gives d itself.
func AddWorkingDays(d Date, n int) Date {
	for n > 0 {
		if d = d.AddDays(1); IsWorkingDay(d) {
			n--
		}
	}
	return d
}

// WorkingDaysSince counts the working days after from, up to and including d; 0 when d is not after it.
func (d Date) WorkingDaysSince(from Date) (n int) {
	for from.Before(d) {
		if from = from.AddDays(1); IsWorkingDay(from) {
			n++
		}
	}
	return n
}

// ExtendTerm is the day on which a term set by law ends that would end on d: d, or the first later day that is no Saturday, Sunday or generally
// recognised holiday (art. 1 Algemene termijnenwet). It is not for terms of more than twelve weeks (art. 4), nor for those that a letter sets.
func ExtendTerm(d Date) Date {
	for !IsWorkingDay(d) {
		d = d.AddDays(1)
	}
	return d
}

// The contact window of art. 4.2 Besluit kwaliteit incassodienstverlening, in hours of the day: from 07:00 up to but not including 20:00.
const (
	windowOpens  = 7
	windowCloses = 20
)

// ContactAllowed says whether a debtor may be contacted at t (art. 4.2 Besluit kwaliteit incassodienstverlening: not between 20:00 and
// 07:00, not on Sunday, not on a generally recognised holiday). When not, reason names the rule and next is the first allowed instant.
func ContactAllowed(t time.Time) (allowed bool, next time.Time, reason string) {
	local := t.In(Amsterdam)
	d := DateOf(t)
	reason = noContactDay(d)
	if reason == "" {
		switch {
		case local.Hour() < windowOpens:
			return false, d.At(windowOpens, 0), "before 07:00"
		case local.Hour() < windowCloses:
			return true, t, ""
		default:
			reason = "at or after 20:00"
		}
	}
	return false, NextContactDay(d.AddDays(1)).At(windowOpens, 0), reason
}

// ContactFrom is t, or the next instant at which a debtor may be contacted and for half an hour more, so that a letter can be tried again.
func ContactFrom(t time.Time) time.Time {
	for _, at := range []time.Time{t.Add(30 * time.Minute), t} {
		if allowed, next, _ := ContactAllowed(at); !allowed {
			return next
		}
	}
	return t
}

func noContactDay(d Date) string {
	switch name := Holiday(d); name {
	case "":
	case nl.GoedeVrijdag.Name:
		return "equated with a holiday (art. 3 lid 2 Algemene termijnenwet): " + name
	default:
		return "holiday: " + name
	}
	if d.Weekday() == time.Sunday {
		return "Sunday"
	}
	return ""
}

// NextContactDay is d, or the first later day on which debtors may be contacted.
func NextContactDay(d Date) Date {
	for noContactDay(d) != "" {
		d = d.AddDays(1)
	}
	return d
}

// ContactInstant is the moment within the contact window, on d or the next allowed day, at which the thing named by key is due.
// Moments are spread evenly over 07:00-19:00 by a hash of key, so that a day's letters are no burst; the last hour is left for retries.
func ContactInstant(d Date, key string) time.Time {
	h := fnv.New32a()
	_, _ = h.Write([]byte(key)) // fnv never fails
	const spread = 12 * 60 * 60
	return NextContactDay(d).At(windowOpens, 0).Add(time.Duration(h.Sum32()%spread) * time.Second)
}
