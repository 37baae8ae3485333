package claim_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
)

// A letter keeps what it told through a history, and one of a history of before tells the same.
func TestWhatALetterToldInAHistory(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       claim.Told
		wrong      string
	}{
		{"of a promise", `{"corrects":"summons@2026-11-06=100700","told":{"of":"promise:by telephone = 2","comes":"468.13"}}`, claim.Told{Of: "promise:by telephone = 2", Comes: euro("468.13")}, ""},
		{"of nothing", `{"corrects":"summons@2026-11-06=100700 void:14-day-letter@2026-10-21"}`, claim.Told{}, ""},
		{"of before, a promise", `{"corrects":"summons@2026-11-06=100700 promise@2026-11-09=46813"}`, claim.Told{Of: "promise@2026-11-09", Comes: euro("468.13")}, ""},
		{"of before, an arrangement", `{"corrects":"arrangement-confirmation@2026-11-09=46813 arrangement@2026-11-09=46813"}`, claim.Told{Of: "arrangement@2026-11-09", Comes: euro("468.13")}, ""},
		{"no amount", `{"step":"correction:summons","on":"2026-11-10","corrects":"promise@2026-11-09"}`, claim.Told{}, `letter correction:summons of 2026-11-10 tells "promise@2026-11-09"; right would be promise@DAY=CENTS`},
		{"no day", `{"step":"correction:summons","on":"2026-11-10","corrects":"arrangement@9=46813"}`, claim.Told{}, `tells "arrangement@9=46813"`},
	} {
		var l claim.Letter
		if err := json.Unmarshal([]byte(c.text), &l); (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
		}
		if l.Told != c.want {
			t.Errorf("%s: tells %+v, want %+v", c.name, l.Told, c.want)
		}
		text, err := json.Marshal(l)
		var again claim.Letter
		if err != nil || json.Unmarshal(text, &again) != nil && c.wrong == "" || again != l && c.wrong == "" {
			t.Errorf("%s: %s comes back as %+v, %v", c.name, text, again, err)
		}
	}
	before := claim.Letter{State: claim.LetterAccepted, Told: claim.Told{Of: "promise@2026-11-09", Comes: euro("468.13")}}
	p := claim.Promise{Key: "p", On: day("2026-11-09"), Amount: euro("1157.00")}
	if got := (claim.Facts{Letters: []claim.Letter{before}}).AmountOf(p); got != euro("468.13") {
		t.Errorf("it comes to %s", got)
	}
}

// What a correction, or a person, counted and was taken back since counts for what was agreed, as it was known on each day: with what was counted when it was agreed, and the most of what took each other's place.
func TestWhatACorrectionCountedAsItWasKnown(t *testing.T) {
	t.Parallel()
	booked := func(key, amount, on, reversed, replaced string) claim.Booking {
		b := claim.Booking{Settlement: claim.Settlement{Key: key, Kind: claim.PaidToClient, On: day("2026-03-01"), Amount: euro(amount)}, Booked: day(on), Replaced: replaced}
		if reversed != "" {
			b.Reversed = day(reversed)
		}
		return b
	}
	told := claim.Letter{State: claim.LetterAccepted, On: day("2026-03-14"), Told: claim.Told{Of: "arrangement:a", Comes: euro("900.00")}}
	of := func(name string) claim.LetterRecord {
		l := told
		l.Told.Of = name
		return claim.LetterRecord{Letter: l, Turns: []claim.LetterTurn{{Known: l.On, State: claim.LetterAccepted}}}
	}
	counted := []claim.Booking{booked("late", "600.00", "2026-03-12", "2026-03-16", "")}
	more := []claim.Booking{booked("a", "100.00", "2026-03-05", "2026-03-12", "b"), booked("b", "130.00", "2026-03-12", "2026-03-16", "c"), booked("c", "110.00", "2026-03-16", "2026-03-18", "")}
	again := []claim.Booking{counted[0], booked("again", "600.00", "2026-03-18", "", "")}
	for i := range again {
		again[i].On = day("2026-03-02")
	}
	for _, c := range []struct {
		name, all, on, want string
		books               []claim.Booking
	}{
		{"before it is taken back", "600.00", "2026-03-15", "0.00", counted},
		{"taken back", "600.00", "2026-03-16", "600.00", counted},
		{"corrected before the letter to more: nothing is gone", "130.00", "2026-03-15", "0.00", more},
		{"corrected again, to less than the letter counted", "130.00", "2026-03-16", "20.00", more},
		{"and taken back", "130.00", "2026-03-18", "130.00", more},
		{"taken back, before it is told again", "0.00", "2026-03-17", "600.00", again},
		{"told again: nothing is short", "0.00", "2026-03-18", "0.00", again},
	} {
		f := claim.Facts{
			Letters:      []claim.Letter{of("arrangement:a").Letter, of("promise:p").Letter},
			Arrangements: []claim.Arrangement{{Key: "a", On: day("2026-03-10"), TakenBack: euro(c.all)}},
			Promises:     []claim.Promise{{Key: "p", On: day("2026-03-10"), TakenBack: euro(c.all)}},
		}
		known := f.KnownOn(claim.Records{Books: c.books, Letters: []claim.LetterRecord{of("arrangement:a"), of("promise:p")}}, day(c.on))
		if known.Arrangements[0].TakenBack != euro(c.want) || known.Promises[0].TakenBack != euro(c.want) {
			t.Errorf("%s: %s and %s, want %s", c.name, known.Arrangements[0].TakenBack, known.Promises[0].TakenBack, c.want)
		}
		for _, l := range f.Letters {
			f.ToldByHand = append(f.ToldByHand, claim.Telling{Told: l.Told, On: l.On})
		}
		f.Letters = nil
		known = f.KnownOn(claim.Records{Books: c.books}, day(c.on))
		if known.Arrangements[0].TakenBack != euro(c.want) || known.Promises[0].TakenBack != euro(c.want) {
			t.Errorf("%s, told by a person: %s and %s, want %s", c.name, known.Arrangements[0].TakenBack, known.Promises[0].TakenBack, c.want)
		}
	}
}
