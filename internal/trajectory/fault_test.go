package trajectory_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// faults tells each as "summons of 2026-11-06 asked 1000.00, owed 0.00: paid".
func faults(t *testing.T, f claim.Facts) string {
	t.Helper()
	found, err := trajectory.Faults(f, library(t).Tables())
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, x := range found {
		told = append(told, fmt.Sprintf("%s of %s asked %s, owed %s: %s", x.Letter.Step, x.Letter.On, x.Letter.Demanded, x.Owed.Total(), x.Cause))
	}
	return strings.Join(told, "; ")
}

func TestLettersThatWereWrong(t *testing.T) {
	t.Parallel()
	const first = "; 2026-10-05 reminder by email"
	for _, c := range []struct{ name, story, want string }{
		{"nothing came to be known since", "consumer" + first + "; 2026-10-08 paid 400.00 known 2026-10-08", ""},
		{"paid the day before, known the day after", "consumer" + first + "; 2026-10-04 paid 400.00 known 2026-10-06", "reminder of 2026-10-05 asked 1000.00, owed 600.00: paid"},
		{"known later on the day of the letter", "consumer" + first + "; 2026-10-04 paid 400.00 known 2026-10-05", "reminder of 2026-10-05 asked 1000.00, owed 600.00: paid"},
		{"known on that day before it left, which asked less", "consumer; 2026-10-05 reminder by email asked 600.00; 2026-10-04 paid 400.00 known 2026-10-05", ""},
		{"paid on the day of the letter: it crossed", "consumer" + first + "; 2026-10-05 paid 1000.00 known 2026-10-06", ""},
		{"one euro: not worth a letter", "consumer" + first + "; 2026-10-04 paid 1.00 known 2026-10-06", ""},
		{"one euro and a cent", "consumer" + first + "; 2026-10-04 paid 1.01 known 2026-10-06", "reminder of 2026-10-05 asked 1000.00, owed 998.99: paid"},
		{"paid in full, so it should not have left", "consumer" + first + "; 2026-10-02 paid 1000.00 known 2026-10-06", "reminder of 2026-10-05 asked 1000.00, owed 0.00: paid"},
		{"credited", "company" + first + "; 2026-10-01 credited 250.00 known 2026-10-09", "reminder of 2026-10-05 asked 1000.00, owed 750.00: credited"},
		{"let go", "company" + first + "; 2026-10-01 let-go 2.00 known 2026-10-09", "reminder of 2026-10-05 asked 1000.00, owed 998.00: settled"},
		{"a demand that was met in time, unknown to the next letter", "consumer" + first + "; 2026-10-13 sticker-reminder by email; 2026-10-09 paid 1000.00 known 2026-10-14", "sticker-reminder of 2026-10-13 asked 1000.00, owed 0.00: paid"},
		{"interest let go since, because the demand was met: it was owed", "consumer" + noticed + "; 2026-10-28 paid 1000.00 known 2026-10-28", ""},
		{"paid within the 14 days, known after the summons: no costs were due", "consumer" + noticed + "; 2026-11-06 summons by email asked 1157.00; 2026-10-30 paid 300.00 known 2026-11-09", "summons of 2026-11-06 asked 1157.00, owed 812.60: paid"},
		{"only the letters after its value date", "consumer" + first + "; 2026-10-13 sticker-reminder by email; 2026-10-09 paid 300.00 known 2026-10-14", "sticker-reminder of 2026-10-13 asked 1000.00, owed 700.00: paid"},
		{"each letter until it came to be known", "consumer" + first + "; 2026-10-13 sticker-reminder by email; 2026-10-02 paid 300.00 known 2026-10-14", "reminder of 2026-10-05 asked 1000.00, owed 700.00: paid; sticker-reminder of 2026-10-13 asked 1000.00, owed 700.00: paid"},
		{"nobody told when it came to be known", "consumer" + first + "; 2026-10-02 paid 300.00", ""},
		{"one that failed reached nobody", "consumer; 2026-10-05 reminder by email failed; 2026-10-02 paid 300.00 known 2026-10-06", ""},
		{"one of which nobody knows whether it left", "consumer; 2026-10-05 reminder by email unknown; 2026-10-02 paid 300.00 known 2026-10-06", "reminder of 2026-10-05 asked 1000.00, owed 700.00: paid"},
		{"a hold told afterwards", "consumer" + first + "; 2026-10-03 held until 2026-10-12", "reminder of 2026-10-05 asked 1000.00, owed 1000.00: on-hold"},
		{"a hold of the day of the letter", "consumer" + first + "; 2026-10-05 held until 2026-10-12", ""},
		{"a hold that was over", "consumer" + first + "; 2026-10-01 held until 2026-10-04", ""},
		{"a dispute told afterwards, and rejected", "consumer" + first + "; 2026-10-03 disputed; 2026-10-12 rejected", "reminder of 2026-10-05 asked 1000.00, owed 1000.00: disputed"},
		{"bankrupt since before", "company" + first + "; 2026-10-01 flagged bankrupt", "reminder of 2026-10-05 asked 1000.00, owed 1000.00: stopped"},
		{"a flag that never was", "company" + first + "; 2026-10-01 flagged bankrupt until 2026-09-30", ""},
		{"a letter that asks nothing", "consumer; 2026-10-03 held; 2026-10-05 complaint:c1 by email", ""},
		{"the 14-day letter came back after the summons", "consumer" + stickered + "; 2026-10-21 14-day-letter by email failed; 2026-11-06 summons by email asked 1157.00", "summons of 2026-11-06 asked 1157.00, owed 1006.90: 14-day-letter-returned"},
		{"so with each letter after it that asked costs, and the year of monitoring", "consumer" + stickered + "; 2026-10-21 14-day-letter by email failed; 2026-11-06 summons by email asked 1157.00; 2026-11-16 final-summons by email asked 1158.00; 2027-12-01 monitoring-letter by post asked 1199.00",
			"summons of 2026-11-06 asked 1157.00, owed 1006.90: 14-day-letter-returned; final-summons of 2026-11-16 asked 1158.00, owed 1008.00: 14-day-letter-returned; monitoring-letter of 2027-12-01 asked 1199.00, owed 1012.93: 14-day-letter-returned"},
		{"it came back before, and the summons asked no costs", "consumer" + stickered + "; 2026-10-21 14-day-letter by email failed; 2026-11-06 summons by email asked 1006.90", ""},
		{"a hold over the 14-day letter, told after the summons", "consumer" + noticed + "; 2026-10-19 held until 2026-10-26; 2026-11-12 summons by email asked 1157.00", "14-day-letter of 2026-10-21 asked 1000.00, owed 1005.15: on-hold; summons of 2026-11-12 asked 1157.00, owed 1007.56: 14-day-letter-void"},
		{"a hold of the day of the 14-day letter: its costs are due", "consumer" + noticed + "; 2026-10-21 held until 2026-10-26; 2026-11-12 summons by email asked 1157.00", ""},
		{"bankrupt for a week within the 14 days, told after the summons", "consumer" + noticed + "; 2026-10-28 flagged bankrupt until 2026-11-03; 2026-11-12 summons by email asked 1157.00", "summons of 2026-11-12 asked 1157.00, owed 1006.79: 14-day-term-broken"},
		{"bankrupt since the day after the 14 days", "consumer" + noticed + "; 2026-11-07 flagged bankrupt until 2026-11-08; 2026-11-12 summons by email asked 1157.00", ""},
		{"another had arrived in time", "consumer" + stickered + "; 2026-10-20 14-day-letter by email failed; 2026-10-21 14-day-letter by post; 2026-11-10 summons by email asked 1157.00", ""},
		{"in business costs need no letter", "company" + bStickered + "; 2026-10-10 14-day-letter by email failed; 2026-10-19 summons by email asked 1165.00", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := faults(t, tell(c.story)); got != c.want {
				t.Errorf("%q\nwant %q", got, c.want)
			}
		})
	}
}

// A letter that asked information costs that were taken back since asked too much; one of after that, or of before they were made, did not.
func TestInformationCostsThatWereTakenBack(t *testing.T) {
	t.Parallel()
	const story = "company" + bSummoned
	for _, c := range []struct{ name, made, back, want string }{
		{"after the summons", "2026-10-15", "2026-10-20", "summons of 2026-10-19 asked 1177.50, owed 1162.82: information-costs-taken-back"},
		{"before it", "2026-10-15", "2026-10-18", ""},
		{"made after it", "2026-10-20", "2026-10-21", ""},
	} {
		f := tell(story)
		f.Letters[len(f.Letters)-1].Demanded = money.MustParse("1177.50")
		f.CostsTakenBack = []claim.CostTakenBack{{InformationCost: claim.InformationCost{Key: "i", On: day(c.made), Amount: money.MustParse("7.50")}, Back: day(c.back)}}
		if got := faults(t, f); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What a letter asked is told in parts by what was known then, and not at all where that does not add up to what it asked.
func TestWhatALetterAskedInParts(t *testing.T) {
	t.Parallel()
	f := tell("consumer" + noticed + "; 2026-11-06 summons by email; 2026-10-30 paid 300.00 known 2026-11-09")
	last := len(f.Letters) - 1
	tables := library(t).Tables()
	account, err := f.Without(f.Settlements[0].Key).AccountOn(tables, f.Letters[last].On)
	if err != nil {
		t.Fatal(err)
	}
	f.Letters[last].Demanded = account.Open.Total()
	records := claim.Records{Books: []claim.Booking{{Settlement: f.Settlements[0], Booked: day("2026-11-09")}}}
	for _, l := range f.Letters {
		records.Letters = append(records.Letters, claim.LetterRecord{Letter: l, Turns: []claim.LetterTurn{{Known: l.On, State: l.State}}})
	}
	for _, c := range []struct {
		letter int
		asked  money.Amount
		want   claim.Balance
		ok     bool
	}{
		{last, account.Open.Total(), account.Open, true},
		{last, account.Open.Total() + 1, claim.Balance{}, false},
		{0, money.MustParse("1000.00"), claim.Balance{Principal: money.MustParse("1000.00")}, true},
	} {
		l := f.Letters[c.letter]
		l.Demanded = c.asked
		got, ok, err := trajectory.Parts(f, records, tables, l)
		if err != nil || got != c.want || ok != c.ok {
			t.Errorf("%s asked %s: %+v %v (%v), want %+v", l.Step, c.asked, got, ok, err, c.want)
		}
	}
}
