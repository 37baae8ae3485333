package bank

import (
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/incassocenter/dunning/internal/calendar"
)

// maxDigits bounds the digits before and after the decimal separator of an amount; ISO 20022 knows 18 in all.
const maxDigits = 20

// exact reads an amount without a sign: digits, and behind the separator more digits or none. "0,3", "2," and "0000012,50" are amounts of banks.
func exact(text string, separator string) (decimal.Decimal, bool) {
	whole, fraction, _ := strings.Cut(text, separator)
	if whole+fraction == "" || len(whole) > maxDigits || len(fraction) > maxDigits || !isDigits(whole) || !isDigits(fraction) {
		return decimal.Decimal{}, false
	}
	amount, err := decimal.NewFromString(whole + "." + fraction + "0")
	return amount, err == nil
}

// isoDay reads the date of "2026-11-25", "2026-11-25+01:00" or "2026-11-25T23:30:00+01:00" as it is written: a bank books on its own days.
func isoDay(text string) (calendar.Date, bool) {
	if len(text) < 10 || len(text) > 10 && !strings.ContainsRune("TZ+-", rune(text[10])) {
		return calendar.Date{}, false
	}
	return day("2006-01-02", text[:10])
}

func day(layout, text string) (calendar.Date, bool) {
	t, err := time.Parse(layout, text)
	if err != nil {
		return calendar.Date{}, false
	}
	return calendar.NewDate(t.Year(), t.Month(), t.Day()), true
}

// shortDay reads YYMMDD; years from 80 are of the last century.
func shortDay(text string) (calendar.Date, bool) {
	if len(text) != 6 || !isDigits(text) {
		return calendar.Date{}, false
	}
	century := "20"
	if text[0] >= '8' {
		century = "19"
	}
	return day("20060102", century+text)
}

// nearestDay is the day MMDD that is nearest to another: around the turn of the year an entry has the year of neither.
func nearestDay(text string, to calendar.Date) (calendar.Date, bool) {
	var nearest calendar.Date
	for year := to.Year() - 1; year <= to.Year()+1; year++ {
		d, ok := day("2006-0102", time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006-")+text)
		if ok && (nearest.IsZero() || apart(d, to) < apart(nearest, to)) {
			nearest = d
		}
	}
	return nearest, !nearest.IsZero()
}

func apart(a, b calendar.Date) int { return max(a.DaysSince(b), b.DaysSince(a)) }

// shown is a text of a file in an error: short, and with nothing in it that would make a terminal lie.
func shown(text string) string {
	const most = 40
	if len(text) > most {
		return fmt.Sprintf("%q...", strings.ToValidUTF8(text[:most], ""))
	}
	return fmt.Sprintf("%q", text)
}
