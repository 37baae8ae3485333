package claim_test

import (
	"fmt"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// What a correction, or a person, told that a promise or an arrangement comes to is what is asked: paying that keeps it. What was told of another promise of that day, or by a letter that did not arrive, lowers nothing.
func TestWhatTheDebtorWasToldIsWhatIsAsked(t *testing.T) {
	t.Parallel()
	on := func(s string) calendar.Date { return calendar.MustParseDate(s) }
	eur := money.MustParse
	const byPerson = claim.LetterState("") // no letter: a person
	for _, c := range []struct {
		name, of, comes, paid string
		state                 claim.LetterState
		kept                  bool
		left                  string
	}{
		{"told less, and paid that", "k", "1007.00", "1007.00", claim.LetterAccepted, true, "0.00 0.00"},
		{"a cent less than that", "k", "1007.00", "1006.99", claim.LetterAccepted, false, "0.00 0.01"},
		{"nobody knows whether it left: it may have", "k", "1007.00", "1007.00", claim.LetterUnknown, true, "0.00 0.00"},
		{"it came back", "k", "1007.00", "1007.00", claim.LetterFailed, false, "0.00 150.00"},
		{"of another one of that day", "other", "1007.00", "1007.00", claim.LetterAccepted, false, "0.00 150.00"},
		{"told by a person, and paid that", "k", "1007.00", "1007.00", byPerson, true, "0.00 0.00"},
		{"a cent less than the person told", "k", "1007.00", "1006.99", byPerson, false, "0.00 0.01"},
		{"told by a person of another one of that day", "other", "1007.00", "1007.00", byPerson, false, "0.00 150.00"},
		{"more than was agreed", "k", "2000.00", "1157.00", claim.LetterAccepted, true, "0.00 0.00"},
	} {
		f := claim.Facts{
			Letters: []claim.Letter{
				{Kind: "correction", State: c.state, On: on("2026-11-10"), Told: claim.Told{Of: "promise:" + c.of, Comes: eur(c.comes)}},
				{Kind: "correction", State: c.state, On: on("2026-11-10"), Told: claim.Told{Of: "arrangement:" + c.of, Comes: eur(c.comes)}},
			},
			Settlements: []claim.Settlement{{Key: "p", Kind: claim.PaidToAgency, On: on("2026-11-20"), Amount: eur(c.paid)}},
		}
		if c.state == byPerson {
			for _, l := range f.Letters {
				f.ToldByHand = append(f.ToldByHand, claim.Telling{Told: l.Told, On: l.On})
			}
			f.Letters = nil
		}
		p := claim.Promise{Key: "k", On: on("2026-11-09"), By: on("2026-11-20"), Until: on("2026-11-24"), Amount: eur("1157.00")}
		a := claim.Arrangement{Key: "k", On: on("2026-11-09"), Instalments: []claim.Instalment{{Due: on("2026-11-20"), Amount: eur("578.50")}, {Due: on("2026-12-20"), Amount: eur("578.50")}}}
		f.Arrangements = []claim.Arrangement{a}
		left := fmt.Sprintf("%s %s", f.Short(a, 0, on("2026-11-21")), f.Short(a, 1, on("2026-11-21")))
		if f.Kept(p) != c.kept || !f.HonouredOn(a).IsZero() != c.kept || left != c.left {
			t.Errorf("%s: promise kept %v, arrangement kept on %s, short of %s", c.name, f.Kept(p), f.HonouredOn(a), left)
		}
	}
}

// What was settled since a promise counts, and what of before it was taken back since does not: it is owed again, and was no part of what was promised.
func TestWhatAPromiseComesToWhenLessIsOwed(t *testing.T) {
	t.Parallel()
	on, eur := calendar.MustParseDate, money.MustParse
	f := claim.Facts{Settlements: []claim.Settlement{
		{Key: "before", Kind: claim.PaidToAgency, On: on("2026-11-05"), Amount: eur("100.00")}, {Key: "since", Kind: claim.PaidToAgency, On: on("2026-11-10"), Amount: eur("50.00")},
	}}
	for _, c := range []struct{ settled, back, want string }{
		{"100.00", "0.00", "450.00"},  // 50.00 since, and 400.00 owed
		{"170.00", "70.00", "450.00"}, // 70.00 of before was taken back
	} {
		p := claim.Promise{Key: "p", On: on("2026-11-09"), Amount: eur("500.00"), Settled: eur(c.settled), TakenBack: eur(c.back)}
		if told := f.PromiseLess(p, eur("400.00"), on("2026-11-12")); told != (claim.Told{Of: "promise:p", Comes: eur(c.want)}) {
			t.Errorf("%+v comes to %+v, want %s", p, told, c.want)
		}
	}
}
