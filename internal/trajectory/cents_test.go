package trajectory_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// confirms is what the confirmation of the arrangement in force tells on a day.
func confirms(t rapid.TB, f claim.Facts, rules trajectory.Rules, on calendar.Date) trajectory.Confirmed {
	t.Helper()
	account, err := f.AccountOn(rules.Tables, on)
	if err != nil {
		t.Fatal(err)
	}
	c, err := trajectory.Confirms(f, rules.Tables, account)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// accepted is the letter of an action that leaves on a day and arrives, as it is kept but for what it asks and tells.
func accepted(a trajectory.Action, on calendar.Date) claim.Letter {
	return claim.Letter{Step: a.Step, Kind: a.Letter, Cycle: a.Cycle, Channel: a.Channel, State: claim.LetterAccepted, On: on, Received: on, PayBy: on.AddDays(a.Term)}
}

// ofArrangement is a letter about an arrangement that leaves on a day, as it is kept: with what it asks, and of which it told.
func ofArrangement(t rapid.TB, f claim.Facts, rules trajectory.Rules, a trajectory.Action, on calendar.Date) claim.Letter {
	t.Helper()
	l, agreed := accepted(a, on), f.Arrangements[0]
	switch a.Letter {
	case trajectory.ArrangementConfirmation:
		c := confirms(t, f, rules, on)
		if l.Demanded, l.Told = c.Asks, c.Told; c.Told.Of == "" {
			l.Demanded = agreed.Total()
		}
	case trajectory.ArrangementReminder:
		l.Demanded = f.OverdueOn(agreed, on)
	case trajectory.Correction:
		untold, err := trajectory.CorrectionTells(f, rules)
		if err != nil {
			t.Fatal(err)
		}
		s, err := trajectory.StandingOn(f, rules.Tables, on, 0)
		if err != nil {
			t.Fatal(err)
		}
		l.Demanded, l.Corrects, l.Told = s.Asks(0), trajectory.Corrects(untold), s.Told
	}
	return l
}

// No letter about an arrangement asks less than letters leave for, whatever comes to be known of what was settled: neither its confirmation, nor a reminder, nor a correction while it is in force.
func TestNoLetterOfAnArrangementAsksLessThanTheMinimum(t *testing.T) {
	t.Parallel()
	base := tell("consumer" + reminded + agreed)
	rules, _ := ruled(t, base, "2026-10-07 09:00")
	least := rules.Policy.MinimumDemand
	rapid.Check(t, func(t *rapid.T) {
		f, settlements := base, []claim.Settlement(nil)
		for i := range rapid.IntRange(1, 3).Draw(t, "settlements") {
			on := day("2026-09-20").AddDays(rapid.IntRange(0, 60).Draw(t, "on"))
			of := rapid.SampledFrom([]string{"334.50", "669.00", "1003.50", "200.00"}).Draw(t, "of")
			settlements = append(settlements, claim.Settlement{
				Key: string(rune('a' + i)), Kind: claim.PaidToClient, On: on, Amount: money.MustParse(of) - money.Cents(rapid.Int64Range(0, 600).Draw(t, "less")),
				Known: calendar.Max(on, day("2026-10-06")).AddDays(rapid.IntRange(0, 20).Draw(t, "known")),
			})
		}
		for on := day("2026-10-07"); on.Before(day("2027-02-20")); on = on.AddDays(1) {
			f.Settlements = slices.DeleteFunc(slices.Clone(settlements), func(s claim.Settlement) bool { return s.Known.After(on) })
			a, err := trajectory.Next(f, rules, on.At(10, 0))
			if _, inForce := f.ArrangementOn(on); err != nil || !inForce || a.Kind == trajectory.ActClose {
				return
			}
			switch {
			case a.Day.After(on):
			case a.Kind == trajectory.ActTask:
				f.Tasks = append(f.Tasks[:len(f.Tasks):len(f.Tasks)], claim.Task{Key: a.Task, Open: true})
			case a.Letter != "":
				l := ofArrangement(t, f, rules, a, on)
				if l.Demanded < least && (l.Kind != trajectory.Correction || l.Demanded > 0) { // when nothing is owed a correction says so
					t.Fatalf("%s: %s asks %s", on, l.Step, l.Demanded)
				}
				f.Letters = append(f.Letters[:len(f.Letters):len(f.Letters)], l)
			}
		}
	})
}

// What is left of an arrangement and is less than a letter asks is decided by a person, before its confirmation and when a correction would tell it.
func TestCentsThatAreLeftOfAnArrangementAreForAPerson(t *testing.T) {
	t.Parallel()
	const late = "; 2026-10-02 paid 999.00 known 2026-10-07"
	tellings{
		{"five euro are left: confirmed", "consumer" + reminded + agreed + "; task correct-letter:reminder open; 2026-10-07 paid 998.50", "2026-10-07 09:00", "arrangement:a by email on 2026-10-07"},
		{"a cent less: a person", "consumer" + reminded + agreed + "; task correct-letter:reminder open; 2026-10-07 paid 998.51", "2026-10-07 09:00", "task small-balance"},
		{"asked, the confirmation waits for that", "consumer" + reminded + agreed + "; task correct-letter:reminder open; 2026-10-07 paid 998.51; task small-balance open", "2026-10-07 09:00", "wait for small-balance"},
		{"also when it could not be done", "consumer" + reminded + agreed + "; 2026-10-06 stuck on arrangement:a; 2026-10-07 paid 998.51", "2026-10-07 09:00", "task small-balance"},
		{"written off: paid", "consumer" + reminded + agreed + "; task correct-letter:reminder open; 2026-10-07 paid 998.51; 2026-10-07 let-go 4.99; task small-balance open", "2026-10-07 09:00", "close paid on 2026-10-07"},
		{"a correction that would tell it", "consumer" + reminded + confirmed + late, "2026-10-07 09:00", "task correct-letter:arrangement:a"},
		{"likewise when costs came due beside the parts", "consumer" + noticed + "; 2026-10-22 arranged 3 x 334.50 monthly from 2026-12-01; 2026-10-22 arrangement:a by email; 2026-10-21 paid 999.99 known 2026-11-20", "2026-11-20 09:00", "task correct-letter:arrangement:a"},
		{"a part of five euro of which less is owed, since 4.89 was taken back", "company" + bSummoned + "; 2026-10-20 arranged 2 x 584.00 weekly from 2026-10-26; 2026-10-20 arrangement:a by email; 2026-10-28 paid 1163.00", "2026-11-10 09:00", "task small-balance"},
	}.run(t)
}

// The reason of a reminder names what of each part was due on its day: of the first cents were left, for which no letter left. When less is owed than that, the parts come to what is owed: the last is less, or is not named.
func TestAReminderSaysWhatOfEachPartWasDue(t *testing.T) {
	t.Parallel()
	for story, want := range map[string]string{
		"":                         "payment arrangement: 334.50 of instalment 1 was due on 2026-11-02, 334.50 of instalment 2 was due on 2026-12-02, which is 669.00 in all: one reminder, then the arrangement lapses",
		"; 2026-11-02 paid 334.48": "payment arrangement: 0.02 of instalment 1 was due on 2026-11-02, 334.50 of instalment 2 was due on 2026-12-02, which is 334.52 in all: one reminder, then the arrangement lapses",
		"; 2026-11-02 paid 334.50": "payment arrangement: 334.50 of instalment 2 was due on 2026-12-02: one reminder, then the arrangement lapses",
		"; 2026-11-02 paid 600.00": "payment arrangement: 69.00 of instalment 2 was due on 2026-12-02: one reminder, then the arrangement lapses",
	} {
		if a, _ := next(t, tell("consumer"+reminded+confirmed+story), "2026-12-05 09:00"); a.Letter != trajectory.ArrangementReminder || a.Reason != want {
			t.Errorf("%q: %s because %s, want %s", story, a.Step, a.Reason, want)
		}
	}
	const lapses = ": one reminder, then the arrangement lapses"
	for owed, want := range map[string]string{
		"400.00": "payment arrangement: 334.50 of instalment 1 was due on 2026-11-02, 65.50 of instalment 2 was due on 2026-12-02, which is 400.00 in all" + lapses,
		"334.50": "payment arrangement: 334.50 of instalment 1 was due on 2026-11-02" + lapses,
		"100.00": "payment arrangement: 100.00 of instalment 1 was due on 2026-11-02" + lapses,
	} {
		f := tell("consumer" + reminded + confirmed)
		f.Invoices[0].Due, f.Invoices[0].Amount = day("2026-12-05"), money.MustParse(owed) // no interest yet
		if a, _ := next(t, f, "2026-12-05 09:00"); a.Letter != trajectory.ArrangementReminder || a.Reason != want {
			t.Errorf("%s is owed: %s because %s, want %s", owed, a.Step, a.Reason, want)
		}
	}
}

// A letter asks a consumer no costs before the 14 days of a letter that arrived are over: a confirmation may tell none of those that were paid before it came back.
func TestAConfirmationTellsNoCostsThatAreNotOwed(t *testing.T) {
	t.Parallel()
	for state, lawful := range map[string]string{"": "150.00", " failed": "0.00"} {
		f := tell("consumer" + stickered + "; 2026-10-21 14-day-letter by email" + state + "; 2026-11-10 arranged 2 x 500.00 monthly from 2026-12-01 charged 150.00")
		rules, _ := ruled(t, f, "2026-11-11 09:00")
		if c := confirms(t, f, rules, day("2026-11-11")); c.Costs != money.MustParse("150.00") || c.Lawful != money.MustParse(lawful) {
			t.Errorf("14-day letter%s: it tells %s, and %s are lawful; want %s", state, c.Costs, c.Lawful, lawful)
		}
	}
}

// A confirmation that would tell more costs than the law allows is not for an operator to repair: a person agrees anew. A part of the costs was paid, and then the client credits some of the claim; or the law does
// not allow it for another reason.
func TestAConfirmationThatCannotBeRepairedIsForAPerson(t *testing.T) {
	t.Parallel()
	const paid = "company" + bSummoned + "; 2026-10-20 paid 100.00; 2026-10-21 arranged 2 x 530.00 monthly from 2026-11-02 charged 150.00"
	for _, c := range []struct{ name, story, want, why string }{
		{"nothing was credited", paid, "arrangement:a by email on 2026-10-22", "a payment arrangement was agreed on 2026-10-21: it is confirmed in writing"},
		{"some was", paid + "; 2026-10-22 credited 5.00", "task review-arrangement:a", "payment arrangement a: its confirmation would tell 150.00 of collection costs, and over what is owed since the law allows 149.25 (art. 6:96 lid 5 BW); end it, and agree anew where that is right"},
		{"on the very day of agreement", paid + "; 2026-10-21 credited 5.00", "task review-arrangement:a", "payment arrangement a: its confirmation would tell 150.00 of collection costs, and over what is owed since the law allows 149.25 (art. 6:96 lid 5 BW); end it, and agree anew where that is right"},
		{"and that is why it could not be done", paid + "; 2026-10-21 credited 5.00; 2026-10-22 stuck on arrangement:a; task unlawful-letter:arrangement:a open", "task review-arrangement:a", "payment arrangement a: its confirmation would tell 150.00 of collection costs, and over what is owed since the law allows 149.25 (art. 6:96 lid 5 BW); end it, and agree anew where that is right"},
		{"agreed anew on that day", strings.Replace(paid, "charged 150.00", "ended 2026-10-21", 1) + "; 2026-10-21 credited 5.00; 2026-10-21 arranged 2 x 527.00 monthly from 2026-11-02 charged 149.25", "arrangement:b by email on 2026-10-22", "a payment arrangement was agreed on 2026-10-21: it is confirmed in writing"},
		{"the law does not allow it", paid + "; 2026-10-22 stuck on arrangement:a; task unlawful-letter:arrangement:a open", "task review-arrangement:a", "payment arrangement a: the law does not allow its confirmation (task unlawful-letter:arrangement:a); end it, and agree anew where that is right"},
		{"it is tried again", paid + "; task unlawful-letter:arrangement:a open", "arrangement:a by email on 2026-10-22", "a payment arrangement was agreed on 2026-10-21: it is confirmed in writing"},
	} {
		if a, got := next(t, tell(c.story), "2026-10-22 09:00"); got != c.want || a.Reason != c.why {
			t.Errorf("%s: %s because %s, want %s because %s", c.name, got, a.Reason, c.want, c.why)
		}
	}
}
