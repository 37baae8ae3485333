package claim_test

import (
	"strconv"
	"strings"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// agreedOf reads "agreed 334.50+334.50+331.00 on 2026-10-20 from 2026-11-02 every month grace 2 reminder 7 as a", with "costs 40.00" in them and "ended
// 2026-12-01" when that was so: an arrangement of which is known what stood in the books when it was agreed, at the end of its day, and what was taken back since.
func agreedOf(w []string, books []claim.Booking) claim.Arrangement {
	said := map[string]string{}
	for i := 2; i+1 < len(w); i += 2 {
		said[w[i]] = w[i+1]
	}
	number := func(word string) int { n, _ := strconv.Atoi(said[word]); return n }
	a := claim.Arrangement{Key: said["as"], On: day(said["on"]), GraceDays: number("grace"), ReminderDays: number("reminder")}
	if costs := said["costs"]; costs != "" {
		a.Owed.Costs = euro(costs)
	}
	if ended := said["ended"]; ended != "" {
		a.Ended = day(ended)
	}
	for n, amount := range strings.Split(w[1], "+") {
		due := day(said["from"]).AddMonths(n)
		if said["every"] == "week" {
			due = day(said["from"]).AddDays(7 * n)
		}
		a.Instalments = append(a.Instalments, claim.Instalment{Due: due, Amount: euro(amount)})
	}
	a.Settled, a.TakenBack = inTheBooks(a, books)
	return a
}

// inTheBooks is what was settled by the end of the day of an arrangement as it was known, and how much less stands for that by now.
func inTheBooks(a claim.Arrangement, books []claim.Booking) (settled, short money.Amount) {
	for _, b := range books {
		if countedBy(a, b) {
			settled += b.Amount
		}
	}
	return settled, shortInBooks(a, books, never)
}

// countedBy says whether a settlement stood in the books at the end of the day of an arrangement.
func countedBy(a claim.Arrangement, b claim.Booking) bool {
	return !b.Booked.After(a.On) && (b.Reversed.IsZero() || b.Reversed.After(a.On))
}

// shortInBooks is what was counted for an arrangement and was taken back by the end of a day, less what came to be known since of the days before it, or of days up to those of what was taken back.
func shortInBooks(a claim.Arrangement, books []claim.Booking, known int) (short money.Amount) {
	goneBy := func(b claim.Booking) bool { return !b.Reversed.IsZero() && num(b.Reversed) <= known }
	until := num(a.On) - 1
	for _, b := range books {
		if countedBy(a, b) && goneBy(b) {
			short, until = short+b.Amount, max(until, num(b.On))
		}
	}
	for _, b := range books {
		if !countedBy(a, b) && !goneBy(b) && (b.Booked.IsZero() || num(b.Booked) <= known) && num(b.On) <= until {
			short -= b.Amount
		}
	}
	return max(0, short)
}

// remindedOf reads "reminded a/1 on 2026-11-05", with "asks 100.00", "received 2026-11-07" and what became of the letter ("failed") when that is said.
func remindedOf(w []string) claim.Letter {
	l := claim.Letter{Step: "arrangement:" + w[1], State: claim.LetterAccepted, On: day(w[3]), PayBy: day(w[3]).AddDays(7)}
	for i := 4; i < len(w); i++ {
		switch w[i] {
		case "asks":
			l.Demanded = euro(w[i+1])
		case "received":
			l.Received = day(w[i+1])
		default:
			l.State = claim.LetterState(w[i])
			continue
		}
		i++
	}
	return l
}
