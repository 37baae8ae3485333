package claim_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// What is let go is what the payments fall short of what is owed on the day on which the demand is met, however many parts they came in.
func TestADemandMetInParts(t *testing.T) {
	t.Parallel()
	const asked = "consumer; 1000.00 due 2026-02-28; asked 1001.10 from 2026-03-10 to 2026-03-24; paid 500.00 on 2026-03-13" // 1.43 of interest by then
	const business = "company; 1000.00 due 2026-02-28; handed over on 2026-03-12; asked 1042.77 from 2026-03-10 to 2026-03-24; paid 500.00 on 2026-03-11"
	for _, c := range []struct{ name, story, on, want, divided string }{
		{"the first part alone meets nothing: interest runs on", asked, "2026-03-18", "costs 0.00 interest 0.27 principal 501.42", "0.00+1.42+498.58+0.00"},
		{"exactly what is open is owed, so none of it is too much", asked + "; paid 501.69 on 2026-03-18", "2026-03-31", "costs 0.00 interest 0.00 principal 0.00", "0.00+1.42+498.58+0.00 | 0.00+0.27+501.42+0.00"},
		{"a cent more is", asked + "; paid 501.70 on 2026-03-18", "2026-03-31", "costs 0.00 interest 0.00 principal 0.00 surplus 0.01", "0.00+1.42+498.58+0.00 | 0.00+0.27+501.42+0.01"},
		{"exactly what was asked: what is short is let go, first what is unpaid, then what the last part before it paid", asked + "; paid 501.10 on 2026-03-18", "2026-03-31", "costs 0.00 interest 0.00 principal 0.00", "0.00+1.10+498.90+0.00 | 0.00+0.00+501.10+0.00"},
		{"a payment of before the letter keeps its interest", "consumer; 1000.00 due 2026-02-28; paid 100.00 on 2026-03-05; asked 900.99 from 2026-03-10 to 2026-03-24; paid 450.00 on 2026-03-13; paid 450.99 on 2026-03-18", "2026-03-31", "costs 0.00 interest 0.00 principal 0.00", "0.00+0.55+99.45+0.00 | 0.00+0.44+449.56+0.00 | 0.00+0.00+450.99+0.00"},
		{"costs of hand-over came due meanwhile: who pays what is open pays them", business + "; paid 585.58 on 2026-03-18", "2026-03-31", "costs 0.00 interest 0.00 principal 0.00", "40.00+3.06+456.94+0.00 | 41.46+1.06+543.06+0.00"},
		{"and who pays what was asked does not", business + "; paid 542.77 on 2026-03-18", "2026-03-31", "costs 0.00 interest 0.00 principal 0.00", ""},
		{"the rest a day late: nothing is let go", asked + "; paid 501.10 on 2026-03-25", "2026-03-25", "costs 0.00 interest 0.00 principal 0.98", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := accountOn(t, tell(c.story), c.on)
			if got := say(a); got != c.want || c.divided != "" && sayAllocations(a) != c.divided {
				t.Errorf("%s\non %s: %s, divided %s\nwant %s, divided %s", c.story, c.on, got, sayAllocations(a), c.want, c.divided)
			}
		})
	}
}

// aDemand is a claim of which nothing is paid, with a letter that asks anything from the principal to all that is owed, and days of its term. Nothing stops it: what costs a letter makes due is not to change.
func aDemand(t *rapid.T) (f claim.Facts, asked money.Amount, days []calendar.Date) {
	asks := func(l claim.Letter) bool {
		return l.State == claim.LetterAccepted && !claim.IsArrangementStep(l.Step) && !l.PayBy.Before(l.On)
	}
	told := anyStory.Filter(func(told [2]string) bool { return slices.ContainsFunc(tell(told[0]).Letters, asks) }).Draw(t, "told")
	f = tell(told[0])
	f.Settlements, f.Arrangements, f.Promises, f.Court, f.Flags = nil, nil, nil, nil, nil
	letter := rapid.SampledFrom(f.Letters).Filter(asks).Draw(t, "letter")
	at := slices.IndexFunc(f.Letters, func(l claim.Letter) bool { return l == letter })
	owed := mustAccount(t, f, letter.On.String()).Open
	asked = owed.Total() - money.Cents(rapid.Int64Range(0, (owed.Costs+owed.Interest).Cents()).Draw(t, "not asked"))
	for i := range f.Letters {
		f.Letters[i].Demanded = 0 // who met another owes nothing more already
	}
	f.Letters[at].Demanded = asked
	for range rapid.IntRange(1, 4).Draw(t, "parts") {
		days = append(days, letter.On.AddDays(rapid.IntRange(0, letter.PayBy.DaysSince(letter.On)).Draw(t, "day")))
	}
	slices.SortFunc(days, calendar.Date.Compare)
	return f, asked, days
}

// Who pays what is open, as the portal shows it, at last, has paid it all and nothing too much, whatever was paid before.
func TestWhoPaysWhatIsOpenOwesNothingAndIsOwedNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f, _, days := aDemand(t)
		last := days[len(days)-1]
		for i, day := range days {
			open := mustAccount(t, f, day.String()).Open.Total()
			if open > 1 && i < len(days)-1 {
				open = money.Cents(rapid.Int64Range(1, open.Cents()).Draw(t, "part"))
			}
			if open > 0 {
				f = f.With(claim.Settlement{Key: fmt.Sprint(i), Kind: claim.PaidToAgency, On: day, Amount: open})
			}
		}
		if a := mustAccount(t, f, last.String()); a.Open.Total() != 0 || a.Surplus != 0 {
			t.Fatalf("%v paid in parts on %v leaves %s: %s", f.Letters, days, say(a), sayAllocations(a))
		}
	})
}

// Who pays in its term what a letter asks, in whatever parts, has neither.
func TestWhoPaysTheDemandOwesNothingAndIsOwedNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f, asked, days := aDemand(t)
		for i, day := range days {
			part := asked
			if part > 1 && i < len(days)-1 {
				part = money.Cents(rapid.Int64Range(1, asked.Cents()-1).Draw(t, "part"))
			}
			asked -= part
			if part > 0 {
				f = f.With(claim.Settlement{Key: fmt.Sprint(i), Kind: claim.PaidToAgency, On: day, Amount: part})
			}
		}
		if a := mustAccount(t, f, days[len(days)-1].AddDays(40).String()); a.Open.Total() != 0 || a.Surplus != 0 {
			t.Fatalf("%v paid in parts on %v leaves %s: %s", f.Letters, days, say(a), sayAllocations(a))
		}
	})
}
