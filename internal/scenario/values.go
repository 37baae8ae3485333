package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// eventHour is when things happen of which only the day is told: after the day's letters.
const eventHour = 21

// handOverHour is when a claim is handed over of which only the day is told: before the day's letters.
const handOverHour = 6

// reader says what is wrong with a text as a value of its kind; nil when nothing is.
type reader func(text string) error

func anyText(text string) error {
	if strings.TrimSpace(text) == "" {
		return fmt.Errorf("is empty; right would be a text")
	}
	return nil
}

// aPlan reads the id of a plan; which there are the life knows.
func aPlan(text string) error {
	if !planID.MatchString(text) {
		return fmt.Errorf("%q is no plan; right would be one like basis or premium", text)
	}
	return nil
}

var planID = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

func aDate(text string) error {
	_, err := calendar.ParseDate(text)
	return err
}

func anInstant(text string) error {
	_, err := instant(text, eventHour)
	return err
}

func anAmount(text string) error {
	a, err := money.Parse(text)
	if err == nil && a <= 0 {
		err = fmt.Errorf("%s is not more than 0.00; right would be at least 0.01", a)
	}
	return err
}

// amountWords are amounts that depend on the claim: what is owed that day, what the last letter asks, what was handed over; with + or - and an amount.
var amountWords = regexp.MustCompile(`^(open|demanded|principal)([+-][0-9]+([.,][0-9]{2})?)?$`)

// extraOf is the amount behind a word, with its sign; 0.00 when there is none.
func extraOf(word string) (money.Amount, error) {
	i := strings.IndexAny(word, "+-")
	if i < 0 {
		return 0, nil
	}
	return money.Parse(strings.TrimPrefix(word[i:], "+"))
}

func anAmountOrWord(text string) error {
	if amountWords.MatchString(text) {
		_, err := extraOf(text)
		return err
	}
	if err := anAmount(text); err != nil {
		return fmt.Errorf("%w; or open, demanded or principal, also as open+0.01", err)
	}
	return nil
}

// oneOf is a value from a list.
func oneOf(words ...string) reader {
	return func(text string) error {
		if !slices.Contains(words, text) {
			return fmt.Errorf("%q is not known; right would be %s", text, strings.Join(words, ", "))
		}
		return nil
	}
}

// list is a list of words of the domain.
func list[T ~string](values []T) []string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return words
}

// instant reads 2026-10-08 (at an hour of that day), 2026-10-08 14:30 or 2026-10-08T14:30:00+02:00; without an offset the clock is that of Amsterdam.
func instant(text string, hour int) (time.Time, error) {
	if day, err := calendar.ParseDate(text); err == nil {
		return day.At(hour, 0), nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.In(calendar.Amsterdam), nil
	}
	const clock = "2006-01-02 15:04"
	told, err := time.Parse(clock, text)
	if err != nil {
		return told, fmt.Errorf("%q is not a moment; right would be 2026-10-08 or 2026-10-08 14:30", text)
	}
	at := time.Date(told.Year(), told.Month(), told.Day(), told.Hour(), told.Minute(), 0, 0, calendar.Amsterdam)
	if there := at.Format(clock); there != told.Format(clock) {
		return at, fmt.Errorf("%q is no moment in Amsterdam, where the clock is set forward over it; right would be %s", text, there)
	}
	return at, nil
}

// text is a value of the event, empty when the file does not tell it.
func (e Event) text(field string) string { return e.values[field] }

// main is the value beside the name of the event.
func (e Event) main() string { return e.values[e.Name] }

// day is a value that is a day; none when it is not told.
func (e Event) day(field string) calendar.Date {
	if e.values[field] == "" {
		return calendar.Date{}
	}
	return calendar.MustParseDate(e.values[field]) // it was read before
}

// dayOr is a value that is a day, that of the event when it is not told.
func (e Event) dayOr(field string) calendar.Date {
	if day := e.day(field); !day.IsZero() {
		return day
	}
	return calendar.DateOf(e.At)
}

// moment is a value that is an instant.
func (e Event) moment(field string) time.Time {
	at, _ := instant(e.values[field], eventHour) // it was read before
	return at
}
