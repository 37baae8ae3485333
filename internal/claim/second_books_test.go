package claim_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/claim"
)

// books lets settlements become known later than they count, some of them be taken back, and something else be booked instead.
func (t *teller) books() {
	for i, told := range t.words {
		w := strings.Fields(told)
		_, pays := settled[w[0]]
		if pays && t.agrees && t.unlikely(2) {
			t.words[i] += " known " + w[3] // before it, nobody could agree on anything in the light of it
			continue
		}
		if !pays || t.unlikely(2) {
			continue
		}
		known := num(day(w[3])) + pick(t, 0, t.IntN(5), t.IntN(60))
		t.words[i] += " known " + dateOf(known).String()
		if t.unlikely(2) {
			continue
		}
		back := known + pick(t, 0, 1+t.IntN(90))
		t.words[i] += " reversed " + dateOf(back).String()
		if t.unlikely(2) {
			on := num(day(w[3])) + pick(t, 0, 1+t.IntN(10), -1-t.IntN(10))
			amount := pick(t, w[1], inEuros(t.amount()))
			word := pick(t, w[0], "paid", "credited")
			t.say("%s %s on %s%s known %s", word, amount, dateOf(max(on, 0)), t.credits(word), dateOf(back))
		}
	}
}

// arrival is one line in the order in which the file was written: a settlement comes, or goes.
type arrival struct {
	day  int
	goes bool
	what claim.Settlement
}

// secondStanding reads the file of a story line by line, up to and including a day, and gives what stands then.
func secondStanding(text string, until int) []claim.Settlement {
	var file []arrival
	for _, b := range booksOf(text) {
		a := arrival{what: b.Settlement}
		if !b.Booked.IsZero() {
			a.day = num(b.Booked)
		}
		file = append(file, a)
		if !b.Reversed.IsZero() {
			file = append(file, arrival{num(b.Reversed), true, b.Settlement})
		}
	}
	slices.SortStableFunc(file, func(a, b arrival) int { return cmp.Compare(a.day, b.day) })
	stands := map[string]claim.Settlement{}
	for _, line := range file {
		switch {
		case line.day > until:
		case line.goes:
			delete(stands, line.what.Key)
		default:
			stands[line.what.Key] = line.what
		}
	}
	return slices.Collect(maps.Values(stands))
}

// daysOfBooks are the days on which something came to be known or was taken back.
func daysOfBooks(text string) (days []int) {
	for _, b := range booksOf(text) {
		if !b.Booked.IsZero() {
			days = append(days, num(b.Booked))
		}
		if !b.Reversed.IsZero() {
			days = append(days, num(b.Reversed))
		}
	}
	slices.Sort(days)
	return days
}

// secondKnown is a claim as the second program knows it at the end of a day.
func secondKnown(f claim.Facts, text string, known int) claim.Facts {
	f.Settlements = secondStanding(text, known)
	f.Letters = slices.DeleteFunc(slices.Clone(f.Letters), func(l claim.Letter) bool { return num(l.On) > known })
	return secondAgreed(f, text, known)
}

// booksDiffer compares the accounts that both programs give of a story whose books were written over time, as it was known on a day in the middle.
func booksDiffer(text, on string) string {
	days := daysOfBooks(text)
	if len(days) == 0 {
		return ""
	}
	f, known := tell(text), days[len(days)/2]
	first, err := f.KnownOn(recordsOf(text), dateOf(known)).AccountOn(tables(), day(on))
	if err != nil {
		return "refused: " + err.Error()
	}
	if got, want := inWords(first), inWords(newSecond(secondKnown(f, text, known), day(on)).account()); got != want {
		return fmt.Sprintf("as known on %s\nfirst program:  %s\nsecond program: %s", dateOf(known), got, want)
	}
	return ""
}
