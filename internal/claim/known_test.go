package claim_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// What was taken back of what was known when an arrangement was agreed and a promise given, as it was known on a day: for a payment that was corrected stands what
// is right instead.
func TestWhatWasTakenBackAsItWasKnown(t *testing.T) {
	t.Parallel()
	booked := func(key, amount, on, reversed, replaced string) claim.Booking {
		b := claim.Booking{Settlement: claim.Settlement{Key: key, Kind: claim.PaidToClient, On: day(on), Amount: euro(amount)}, Booked: day(on), Replaced: replaced}
		if reversed != "" {
			b.Reversed = day(reversed)
		}
		return b
	}
	corrected := []claim.Booking{booked("a", "300.00", "2026-03-05", "2026-03-12", "b"), booked("b", "250.00", "2026-03-12", "2026-03-17", "c"), booked("c", "100.00", "2026-03-17", "2026-03-20", "")}
	another := []claim.Booking{booked("a", "300.00", "2026-03-05", "2026-03-16", "b"), booked("b", "250.00", "2026-03-16", "", ""), booked("d", "100.00", "2026-03-06", "2026-03-12", "")}
	before := []claim.Booking{booked("a", "300.00", "2026-03-05", "2026-03-08", "b"), booked("b", "250.00", "2026-03-08", "2026-03-20", ""), booked("d", "100.00", "2026-03-06", "2026-03-12", "")}
	for _, c := range []struct {
		name, all, on, want string
		books               []claim.Booking
	}{
		{"nothing yet", "300.00", "2026-03-11", "0.00", corrected},
		{"corrected: the difference", "300.00", "2026-03-12", "50.00", corrected},
		{"corrected again", "300.00", "2026-03-18", "200.00", corrected},
		{"and taken back", "300.00", "2026-03-20", "300.00", corrected},
		{"another is taken back first", "150.00", "2026-03-13", "100.00", another},
		{"then one is corrected", "150.00", "2026-03-16", "150.00", another},
		{"taken back before it was agreed: it was no part of it", "0.00", "2026-03-20", "0.00", []claim.Booking{booked("a", "300.00", "2026-03-05", "2026-03-09", "")}},
		{"corrected before it was agreed: what stood then counts", "350.00", "2026-03-15", "100.00", before},
		{"booked after it was agreed", "0.00", "2026-03-20", "0.00", []claim.Booking{booked("a", "300.00", "2026-03-11", "2026-03-12", "")}},
		{"more goes instead: nothing is owed again", "0.00", "2026-03-20", "0.00", []claim.Booking{booked("a", "300.00", "2026-03-05", "2026-03-12", "b"), booked("b", "400.00", "2026-03-12", "", "")}},
	} {
		agreed := day("2026-03-10")
		f := claim.Facts{
			Arrangements: []claim.Arrangement{{Key: "a", On: agreed, TakenBack: euro(c.all)}},
			Promises:     []claim.Promise{{Key: "p", On: agreed, TakenBack: euro(c.all)}},
		}
		known := f.KnownOn(claim.Records{Books: c.books}, day(c.on))
		if len(known.Promises) != 1 || known.Arrangements[0].TakenBack != euro(c.want) || known.Promises[0].TakenBack != euro(c.want) {
			t.Errorf("%s: %+v, %+v, want %s", c.name, known.Arrangements, known.Promises, c.want)
		}
	}
	asked := claim.Facts{Arrangements: []claim.Arrangement{{Key: "a", On: day("2026-03-10"), ReviewFrom: day("2026-03-16")}}}
	for on, want := range map[string]calendar.Date{"2026-03-15": {}, "2026-03-16": day("2026-03-16")} {
		if known := asked.KnownOn(claim.Records{}, day(on)); known.Arrangements[0].ReviewFrom != want {
			t.Errorf("on %s a person was asked on %s, want %s", on, known.Arrangements[0].ReviewFrom, want)
		}
	}
}

// Whether more was taken back after a person had told the debtor of the rest, as it was known on a day.
func TestWhatWasTakenBackAgainAsItWasKnown(t *testing.T) {
	t.Parallel()
	books := []claim.Booking{
		{Settlement: claim.Settlement{Key: "a", On: day("2026-03-05"), Amount: euro("300.00")}, Booked: day("2026-03-05"), Reversed: day("2026-03-12")},
		{Settlement: claim.Settlement{Key: "b", On: day("2026-03-06"), Amount: euro("100.00")}, Booked: day("2026-03-06"), Reversed: day("2026-03-16")},
		{Settlement: claim.Settlement{Key: "since", On: day("2026-03-12"), Amount: euro("50.00")}, Booked: day("2026-03-12"), Reversed: day("2026-03-18")},
	}
	turn := func(on string, open bool) claim.TaskTurn {
		return claim.TaskTurn{Known: day(on), Task: claim.Task{Key: "review-promise:p", Open: open}}
	}
	told := []claim.TaskTurn{turn("2026-03-12", true), turn("2026-03-14", false), turn("2026-03-16", true), turn("2026-03-17", false)}
	for _, c := range []struct {
		on    string
		again bool
	}{{"2026-03-12", false}, {"2026-03-14", false}, {"2026-03-15", false}, {"2026-03-16", true}, {"2026-03-17", false}, {"2026-03-18", false}} {
		for _, now := range []bool{false, true} {
			f := claim.Facts{Promises: []claim.Promise{{Key: "p", On: day("2026-03-10"), TakenBack: euro("400.00"), Again: now}}}
			if got := f.KnownOn(claim.Records{Books: books, Turns: claim.Turns{Tasks: told}}, day(c.on)).Promises[0].Again; got != c.again {
				t.Errorf("on %s, %v now: %v", c.on, now, got)
			}
		}
	}
}
