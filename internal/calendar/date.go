// Package calendar knows civil dates, Dutch holidays, the contact window and terms.
// It must not know claims, and it never asks what time it is: whoever calls says so.
package calendar

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // legal days are Europe/Amsterdam days on every machine, with or without a zone database
)

// Amsterdam is the time zone of all legal days.
var Amsterdam = mustLoad("Europe/Amsterdam")

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // time/tzdata is embedded: only a broken build gets here
	}
	return loc
}

// Date is a civil date in Europe/Amsterdam, without time of day. The zero value is "no date". Two dates are equal when they are ==.
//
// It is one number, in which the year weighs most and the day least: facts of a claim are full of dates, which are copied and compared more than anything else.
type Date struct{ n int32 }

func dateOf(year int, month time.Month, day int) Date {
	return Date{int32(year<<9 | int(month)<<5 | day)}
}

// DateError says why a text is not a date.
type DateError struct{ Text string }

func (e *DateError) Error() string {
	return fmt.Sprintf("date %q is not a date; right would be 2026-12-31 or 31-12-2026", e.Text)
}

// TwoDatesError says which two dates a text can be.
type TwoDatesError struct {
	Text       string
	One, Other Date
}

func (e *TwoDatesError) Error() string {
	return fmt.Sprintf("date %q is %s with the day first and %s with the month first; right would be one of these two", e.Text, e.One, e.Other)
}

// NewDate gives the date of a year, month and day; days past the end of the month are an error of the caller and panic.
func NewDate(year int, month time.Month, day int) Date {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day || t.Month() != month {
		panic(fmt.Sprintf("calendar: no such day %04d-%02d-%02d", year, month, day))
	}
	return dateOf(year, month, day)
}

// DateOf is the civil date in Amsterdam at instant t.
func DateOf(t time.Time) Date { return dateOf(t.In(Amsterdam).Date()) }

// ParseDate reads "2026-12-31", "31-12-2026" or "31/12/2026". With slashes the month can stand first: a date that is another one then is a *TwoDatesError.
// Other texts give a *DateError.
func ParseDate(text string) (Date, error) {
	s := strings.TrimSpace(text)
	if one, err := time.Parse("2/1/2006", s); err == nil {
		if other, err := time.Parse("1/2/2006", s); err == nil && other != one {
			return Date{}, &TwoDatesError{text, fromUTC(one), fromUTC(other)}
		}
	}
	for _, layout := range []string{"2006-01-02", "2-1-2006", "2/1/2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return fromUTC(t), nil
		}
	}
	return Date{}, &DateError{text}
}

// MustParseDate is ParseDate for constants in tests and tables; it panics on a text that is no date.
func MustParseDate(text string) Date {
	d, err := ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func (d Date) utc() time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)
}

func fromUTC(t time.Time) Date { return dateOf(t.Date()) }

// Year is the year.
func (d Date) Year() int { return int(d.n >> 9) }

// Month is the month of the year.
func (d Date) Month() time.Month { return time.Month(d.n >> 5 & 15) }

// Day is the day of the month.
func (d Date) Day() int { return int(d.n & 31) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// IsZero says whether d is "no date".
func (d Date) IsZero() bool { return d == Date{} }

// Before says whether d comes before o.
func (d Date) Before(o Date) bool { return d.n < o.n }

// After says whether d comes after o.
func (d Date) After(o Date) bool { return d.n > o.n }

// Compare gives -1, 0 or 1 as d is before, on or after o.
func (d Date) Compare(o Date) int { return cmp.Compare(d.n, o.n) }

// Max is the later of two dates; "no date" is earlier than any.
func Max(a, b Date) Date {
	if b.IsZero() || (!a.IsZero() && a.After(b)) {
		return a
	}
	return b
}

// AddDays gives the date n days later (earlier when n is negative).
func (d Date) AddDays(n int) Date {
	if day := d.Day() + n; day >= 1 && day <= 28 && !d.IsZero() { // in the same month, whichever it is
		return dateOf(d.Year(), d.Month(), day)
	}
	return fromUTC(time.Date(d.Year(), d.Month(), d.Day()+n, 0, 0, 0, 0, time.UTC))
}

// AddMonths gives the same day n months later, clamped to the end of the month: 31 January + 1 month is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	months := 12*d.Year() + int(d.Month()-time.January) + n
	year, month := months/12, time.January+time.Month(months%12)
	if month < time.January { // of "no date", which stays before any
		year, month = year-1, month+12
	}
	return dateOf(year, month, min(d.Day(), daysIn(year, month)))
}

// daysIn counts the days of a month of the Gregorian calendar.
func daysIn(year int, month time.Month) int {
	leap := year%4 == 0 && (year%100 != 0 || year%400 == 0)
	if leap && month == time.February {
		return 29
	}
	return [...]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month]
}

// AddYears gives the same day n years later; 29 February becomes 28 February in a year without it.
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

// DaysSince counts the days from o to d: 1 when d is the day after o.
func (d Date) DaysSince(o Date) int { return int((d.utc().Unix() - o.utc().Unix()) / (24 * 60 * 60)) }

// At is the instant of a time of day on this date in Amsterdam. A time skipped by summer time moves on by the skipped hour.
func (d Date) At(hour, minute int) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, Amsterdam)
}

// String is the date as YYYY-MM-DD; "no date" is empty.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format("2006-01-02")
}

var dutchMonths = [...]string{"", "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"}

// Dutch is the date as it stands in a letter: "3 december 2026".
func (d Date) Dutch() string {
	return fmt.Sprintf("%d %s %d", d.Day(), dutchMonths[d.Month()], d.Year())
}

// MarshalText writes YYYY-MM-DD, or nothing for "no date".
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// Value stores a date column; "no date" is NULL.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.utc(), nil
}

// Scan reads a date column; NULL is "no date".
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
	case time.Time:
		*d = fromUTC(v)
	case string:
		return d.UnmarshalText([]byte(v))
	default:
		return fmt.Errorf("scan date: %T is not a date", src)
	}
	return nil
}
