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

// What is credited during an arrangement was never owed, nor the interest and the costs over it. Who pays the rest of what was agreed keeps it.
func TestAnArrangementComesToLessWhenSomethingIsCredited(t *testing.T) {
	t.Parallel()
	const made = "consumer; 1000.00 due 2026-01-31; arranged 2 x 502.00 on 2026-03-10 from 2026-04-01; paid 502.00 on 2026-04-01; "
	const reminded = "reminded 1/2 on 2026-05-07; "
	const fell = "0.41 of interest and costs fell away with what was credited since; "
	const kept, lapsed = fell + "every instalment is paid, since 2026-05-14", "lapsed on 2026-05-15, a reminder was not met: the whole is due"
	for _, c := range []struct{ name, story, on, want string }{
		{"the rest is short", made + "credited 100.00 on 2026-04-20", "2026-04-21", fell + "in force, 401.59 is due for instalment 2 on 2026-05-01"},
		{"the day before the note nothing is less", made + "credited 100.00 on 2026-04-20", "2026-04-19", "in force, 502.00 is due for instalment 2 on 2026-05-01"},
		{"and it is kept when that is paid in time", made + "credited 100.00 on 2026-04-20; " + reminded + "paid 401.59 on 2026-05-14", "2026-05-15", kept},
		{"a cent less", made + "credited 100.00 on 2026-04-20; " + reminded + "paid 401.58 on 2026-05-14", "2026-05-15", fell + lapsed},
		{"a note of after the term comes too late", made + reminded + "paid 401.59 on 2026-05-14; credited 100.00 on 2026-05-15", "2026-05-15", fell + lapsed},
		{"two notes, the later one told first", made + "credited 100.00 on 2026-04-22; credited 100.00 on 2026-04-20", "2026-04-22", "0.83 of interest and costs fell away with what was credited since; in force, 301.17 is due for instalment 2 on 2026-05-01"},
		{"all of it", made + "credited 1000.00 on 2026-04-20", "2026-04-21", "4.16 of interest and costs fell away with what was credited since; every instalment is paid, since 2026-04-20"},
		{"a payment of before that came to be known as well", made + "credited 100.00 on 2026-04-20; paid 50.00 on 2026-03-01", "2026-04-21", "0.42 of interest and costs fell away with what was credited since; in force, 351.58 is due for instalment 2 on 2026-05-01"},
	} {
		f, err := tell(c.story).WithCredits(tables())
		if err != nil {
			t.Fatal(err)
		}
		want := "1004.00 in 2 instalments up to 2026-05-01, agreed on 2026-03-10: " + c.want
		if got := f.SayArrangement(f.Arrangements[0], day(c.on)); got != want {
			t.Errorf("%s: %s\ngot  %s\nwant %s", c.name, c.story, got, want)
		}
	}
}

// What the debtor was told that is left counts what was credited by then; what is credited later takes its interest and costs off that too.
func TestWhatIsCreditedAfterTheDebtorWasTold(t *testing.T) {
	t.Parallel()
	f, err := tell("consumer; 1000.00 due 2026-01-31; arranged 2 x 502.00 on 2026-03-10 from 2026-04-01; credited 100.00 on 2026-03-12; credited 100.00 on 2026-04-20").WithCredits(tables())
	if err != nil {
		t.Fatal(err)
	}
	a := f.Arrangements[0]
	f.ToldByHand = []claim.Telling{{Told: claim.Told{Of: a.Step(), Comes: euro("900.00")}, On: day("2026-03-15")}}
	for on, want := range map[string]string{"2026-03-15": "900.00", "2026-04-19": "900.00", "2026-04-20": "899.58"} {
		if got := f.TotalOf(a, day(on)); got.String() != want {
			t.Errorf("%s: it comes to %s, want %s", on, got, want)
		}
	}
}

// Who pays in its term what the reminder of an instalment asks did what it said: what it counted may be taken back since.
func TestAReminderThatIsMetAsItAskedLetsNothingLapse(t *testing.T) {
	t.Parallel()
	const made = "consumer; 1000.00 due 2026-01-31; arranged 2 x 502.00 on 2026-03-10 from 2026-04-01; "
	const missed, lapsed = "instalment 1 of 2026-04-01 is missed, 102.00 is overdue", "lapsed on 2026-04-16, a reminder was not met: the whole is due"
	for _, c := range []struct{ name, story, want string }{
		{"a payment that it counted is taken back", made + "reminded 1/1 on 2026-04-08 asks 400.00; paid 400.00 on 2026-04-15", missed},
		{"in two parts", made + "reminded 1/1 on 2026-04-08 asks 400.00; paid 150.00 on 2026-04-09; paid 250.00 on 2026-04-15", missed},
		{"a cent less", made + "reminded 1/1 on 2026-04-08 asks 400.00; paid 399.99 on 2026-04-15", lapsed},
		{"a day late", made + "reminded 1/1 on 2026-04-08 asks 400.00; paid 400.00 on 2026-04-16", lapsed},
		{"what was paid on its day it may have counted", made + "reminded 1/1 on 2026-04-08 asks 402.00; paid 100.00 on 2026-04-08; paid 302.00 on 2026-04-15", "lapsed on 2026-04-16, a reminder was not met: the whole is due"},
		{"it asked all, and was paid on its day", made + "reminded 1/1 on 2026-04-08 asks 502.00; paid 502.00 on 2026-04-08", "in force, 502.00 is due for instalment 2 on 2026-05-01"},
		{"the reminder of the second was met, that of the first was not", made + "reminded 1/1 on 2026-04-08 asks 502.00; reminded 1/2 on 2026-05-07 asks 400.00; paid 400.00 on 2026-05-14", lapsed},
	} {
		f := tell(c.story)
		on := day("2026-04-16")
		want := "1004.00 in 2 instalments up to 2026-05-01, agreed on 2026-03-10: " + c.want
		if got := f.SayArrangement(f.Arrangements[0], on); got != want {
			t.Errorf("%s: %s\ngot  %s\nwant %s", c.name, c.story, got, want)
		}
	}
}

// What had fallen away by what was known on a day is derived anew: a note that is told later, or taken back, was not known otherwise then.
func TestWhatFellAwayAsItWasKnown(t *testing.T) {
	t.Parallel()
	const made = "consumer; 1000.00 due 2026-01-31; arranged 2 x 502.00 on 2026-03-10 from 2026-04-01; paid 502.00 on 2026-04-01; credited 100.00 on 2026-04-20"
	now, err := tell(made + "; credited 200.00 on 2026-04-10").WithCredits(tables())
	if err != nil {
		t.Fatal(err)
	}
	var books []claim.Booking
	for _, s := range now.Settlements {
		b := claim.Booking{Settlement: s, Booked: s.On}
		if s.Amount == euro("200.00") {
			b.Booked = day("2026-05-01")
		}
		books = append(books, b)
	}
	on := day("2026-04-25")
	known := now.KnownOn(claim.Records{Books: books}, on)
	if stale := known.Arrangements[0].FallenAway; stale != nil {
		t.Errorf("what is known now is no part of it: %v", stale)
	}
	if known, err = known.WithCredits(tables()); err != nil {
		t.Fatal(err)
	}
	if then, today := known.TotalOf(known.Arrangements[0], on), now.TotalOf(now.Arrangements[0], on); then.String() != "1003.59" || today.String() != "1002.76" {
		t.Errorf("it came to %s, as is known now to %s", then, today)
	}
}
