package claim_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
)

// Who pays every instalment while the arrangement is in force owes nothing more; who does not owes the interest as if there had been none.
func TestTheAccountOfAnArrangement(t *testing.T) {
	t.Parallel()
	const consumer = "consumer; 1000.00 due 2026-01-31; arranged 2 x 502.00 on 2026-03-10 from 2026-04-01"                            // 4.16 of interest was owed by then
	const noticed = "consumer; 1000.00 due 2026-01-31; letter received 2026-03-05; arranged 2 x 502.00 on 2026-03-10 from 2026-04-01" // costs are due from 20 March
	const business = "company; 1000.00 due 2026-01-31; arranged 2 x 580.00 on 2026-03-10 from 2026-04-01"
	for _, c := range []struct{ name, story, on, want, divided string }{
		{"interest runs on meanwhile", consumer, "2026-04-30", "costs 0.00 interest 9.75 principal 1000.00", ""},
		{"half of it is paid", consumer + "; paid 502.00 on 2026-04-01", "2026-04-30", "costs 0.00 interest 1.60 principal 504.58", "0.00+6.58+495.42+0.00"},
		{"all of it is paid: the interest since is let go", consumer + "; paid 502.00 on 2026-04-01; paid 502.00 on 2026-05-01", "2026-05-01", "costs 0.00 interest 0.00 principal 0.00", "0.00+4.00+498.00+0.00 | 0.00+0.00+502.00+0.00"},
		{"also within the week of a reminder", consumer + "; paid 502.00 on 2026-04-01; reminded 1/2 on 2026-05-07; paid 502.00 on 2026-05-14", "2026-05-14", "costs 0.00 interest 0.00 principal 0.00", "0.00+4.00+498.00+0.00 | 0.00+0.00+502.00+0.00"},
		{"a day later it had lapsed", consumer + "; paid 502.00 on 2026-04-01; reminded 1/2 on 2026-05-07; paid 502.00 on 2026-05-15", "2026-05-15", "costs 0.00 interest 0.00 principal 5.01", "0.00+6.58+495.42+0.00 | 0.00+2.43+499.57+0.00"},
		{"the reminder of the second part was over before that of the first", consumer + "; reminded 1/1 on 2026-05-10; reminded 1/2 on 2026-05-07; paid 1004.00 on 2026-05-15", "2026-05-15", "costs 0.00 interest 0.00 principal 7.40", "0.00+11.40+992.60+0.00"},
		{"ended before the last part", consumer + " ended 2026-04-20; paid 502.00 on 2026-04-01; paid 502.00 on 2026-05-01", "2026-05-01", "costs 0.00 interest 0.00 principal 4.24", "0.00+6.58+495.42+0.00 | 0.00+1.66+500.34+0.00"},
		{"more than was agreed is too much", consumer + "; paid 502.00 on 2026-04-01; paid 510.00 on 2026-05-01", "2026-05-01", "costs 0.00 interest 0.00 principal 0.00 surplus 8.00", "0.00+4.00+498.00+0.00 | 0.00+0.00+502.00+8.00"},
		{"a part by a credit note, over which no interest ever ran: none of after the agreement either way", consumer + "; paid 502.00 on 2026-04-01; credited 502.00 on 2026-05-01", "2026-05-01", "costs 0.00 interest 0.00 principal 0.00 surplus 2.09", "0.00+1.91+498.00+2.09 | 0.00+0.00+502.00+0.00"},
		{"a payment of before, not known when it was agreed, is a part of it, and none of the interest of after it is paid of the rest", "consumer; 1000.00 due 2026-01-31; arranged 2 x 502.08 on 2026-03-10 from 2026-04-01; paid 300.00 on 2026-03-05; paid 502.08 on 2026-04-01; paid 202.08 on 2026-05-01", "2026-05-01", "costs 0.00 interest 0.00 principal 0.00 surplus 0.15", "0.00+3.62+296.38+0.00 | 0.00+0.39+501.69+0.00 | 0.00+0.00+201.93+0.15"},
		{"costs that were agreed on and fall away are owed back, not paid as interest of after it", "consumer; 1000.00 due 2026-01-31; letter received 2026-02-10 failed; arranged 2 x 577.08 on 2026-03-10 from 2026-04-01; paid 577.08 on 2026-04-01; paid 577.08 on 2026-05-01", "2026-05-01", "costs 0.00 interest 0.00 principal 0.00 surplus 150.00", "0.00+4.16+572.92+0.00 | 0.00+0.00+427.08+150.00"},
		{"one that another took the place of is not kept any more", consumer + "; arranged 2 x 503.00 on 2026-04-20 from 2026-05-11; paid 502.00 on 2026-04-01; paid 502.00 on 2026-05-01", "2026-05-01", "costs 0.00 interest 0.00 principal 4.24", "0.00+6.58+495.42+0.00 | 0.00+1.66+500.34+0.00"},
		{"a credit note over more than was left to pay: what was paid is divided whole", consumer + "; paid 902.00 on 2026-03-05; credited 902.00 on 2026-04-01", "2026-04-01", "costs 0.00 interest 0.00 principal 0.00 surplus 803.65", "0.00+0.35+98.00+803.65 | 0.00+0.00+902.00+0.00"},
		{"what was paid on the day itself is no part of it", "consumer; 1000.00 due 2026-01-31; paid 100.00 on 2026-03-10; arranged 2 x 452.00 on 2026-03-10 from 2026-04-01; paid 452.00 on 2026-04-01; paid 452.00 on 2026-05-01", "2026-05-01", "costs 0.00 interest 0.00 principal 0.00", "0.00+4.00+96.00+0.00 | 0.00+0.00+452.00+0.00 | 0.00+0.00+452.00+0.00"},
		{"costs that came due meanwhile take nothing of an instalment", noticed + "; paid 502.00 on 2026-04-01", "2026-04-30", "costs 150.00 interest 1.60 principal 504.58", "0.00+6.58+495.42+0.00"},
		{"it lapses: they are owed, over what was open when they came due", noticed + "; paid 502.00 on 2026-04-01; reminded 2/2 on 2026-05-07; paid 502.00 on 2026-05-15", "2026-05-15", "costs 0.00 interest 0.00 principal 155.01", "0.00+6.58+495.42+0.00 | 150.00+2.43+349.57+0.00"},
		{"it is kept: they are let go, and before any interest", noticed + "; paid 502.00 on 2026-04-01; paid 502.00 on 2026-05-01", "2026-05-01", "costs 0.00 interest 0.00 principal 0.00", "0.00+4.00+498.00+0.00 | 0.00+0.00+502.00+0.00"},
		{"so much is credited that the first part pays all: they are let go, and what was paid beyond what is left goes back", noticed + "; credited 850.00 on 2026-03-12; paid 153.00 on 2026-04-01", "2026-04-01", "costs 0.00 interest 0.00 principal 0.00 surplus 2.54", "0.00+0.00+850.00+0.00 | 0.00+0.46+150.00+2.54"},
		{"in business: what information costs since waits, the costs that were agreed do not", business + "; information 12.50 on 2026-03-20; paid 580.00 on 2026-04-01", "2026-04-01", "costs 12.50 interest 0.00 principal 586.68", "150.00+16.68+413.32+0.00"},
		{"a payment of before it is taken back: keeping it lets nothing go", "consumer; 1000.00 due 2026-01-31; paid 300.00 on 2026-03-09; arranged 2 x 352.00 on 2026-03-10 from 2026-04-01; paid 352.00 on 2026-04-01; paid 352.00 on 2026-05-01; taken-back 300.00", "2026-05-01", "costs 0.00 interest 0.00 principal 304.73", "0.00+6.58+345.42+0.00 | 0.00+2.15+349.85+0.00"},
		{"one that made interest and costs less is taken back, and paid again with the parts: what ran since is let go, not what no part has", "company; 1000.00 due 2026-01-31; credited 700.00 on 2026-03-09; arranged 2 x 173.80 on 2026-03-10 from 2026-04-01; paid 173.80 on 2026-04-01; paid 873.80 on 2026-05-01; taken-back 700.00", "2026-05-01", "costs 0.00 interest 0.00 principal 112.97", "150.00+10.57+13.23+0.00 | 0.00+0.00+873.80+0.00"},
		{"in business", business + "; paid 580.00 on 2026-04-01; paid 580.00 on 2026-05-01", "2026-05-01", "costs 0.00 interest 0.00 principal 0.00", "150.00+10.00+420.00+0.00 | 0.00+0.00+580.00+0.00"},
		{"its reminder alone lets nothing go", consumer + "; reminded 1/1 on 2026-04-07; paid 1000.00 on 2026-04-10", "2026-04-10", "costs 0.00 interest 0.00 principal 7.56", "0.00+7.56+992.44+0.00"},
		{"of before it was agreed nothing changes", consumer + "; paid 502.00 on 2026-04-01; paid 502.00 on 2026-05-01", "2026-03-01", "costs 0.00 interest 3.18 principal 1000.00", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := accountOn(t, tell(c.story), c.on)
			if got := say(a); got != c.want || sayAllocations(a) != c.divided {
				t.Errorf("%s\nby %s: %s, divided %s\nwant %s, divided %s", c.story, c.on, got, sayAllocations(a), c.want, c.divided)
			}
		})
	}
}

// What explain and claim show say of a promise and of an arrangement.
func TestHowAPromiseStands(t *testing.T) {
	t.Parallel()
	const given = "consumer; 1000.00 due 2026-01-31; promised 500.00 by 2026-03-20 on 2026-03-10"
	for _, c := range []struct{ story, on, want string }{
		{given, "2026-03-22", "not broken before the end of 2026-03-22"},
		{given, "2026-03-23", "broken, not paid by 2026-03-22"},
		{given + "; paid 499.99 on 2026-03-20", "2026-03-23", "broken, not paid by 2026-03-22"},
		{given + "; paid 500.00 on 2026-03-22", "2026-03-22", "kept on 2026-03-22"},
		{given + "; paid 500.00 on 2026-03-22", "2026-03-21", "not broken before the end of 2026-03-22"},
		{given + "; paid 500.00 on 2026-03-23", "2026-03-23", "broken, not paid by 2026-03-22"},
		{given + "; paid 200.00 on 2026-03-09; paid 500.00 on 2026-03-16", "2026-03-23", "kept on 2026-03-16"},
		{given + " taken-back 2026-03-12", "2026-03-12", "taken back on 2026-03-12"},
		{given + " taken-back 2026-03-12", "2026-03-11", "not broken before the end of 2026-03-22"},
		{given + "; withdrawn on 2026-03-15", "2026-03-14", "not broken before the end of 2026-03-22"},
		{given + "; withdrawn on 2026-03-15", "2026-03-15", "over since 2026-03-15: the claim is withdrawn"},
		{given + "; withdrawn on 2026-03-15", "2026-03-23", "over since 2026-03-15: the claim is withdrawn"},
		{given + "; withdrawn on 2026-03-23", "2026-03-24", "broken, not paid by 2026-03-22"},
		{given + "; paid 500.00 on 2026-03-14; withdrawn on 2026-03-15", "2026-03-23", "kept on 2026-03-14"},
		{given + "; closed by decision on 2026-03-15", "2026-03-16", "over since 2026-03-15: the claim is closed"},
	} {
		f := tell(c.story)
		want := "500.00 by 2026-03-20, promised on 2026-03-10: " + c.want
		if got := f.SayPromise(f.Promises[0], day(c.on)); got != want {
			t.Errorf("%s\non %s: %s, want %s", c.story, c.on, got, want)
		}
	}
}

func TestHowAnArrangementStands(t *testing.T) {
	t.Parallel()
	const made = "consumer; 1000.00 due 2026-01-31; arranged 2 x 502.00 on 2026-03-10 from 2026-04-01"
	for _, c := range []struct{ story, on, want string }{
		{made, "2026-03-10", "in force, 502.00 is due for instalment 1 on 2026-04-01"},
		{made + "; paid 2.00 on 2026-03-20", "2026-04-07", "in force, 500.00 is due for instalment 1 on 2026-04-01"},
		{made, "2026-04-08", "instalment 1 of 2026-04-01 is missed, 502.00 is overdue"},
		{made, "2026-05-10", "instalment 1 of 2026-04-01 is missed, 1004.00 is overdue"},
		{made + "; reminded 1/1 on 2026-04-08", "2026-04-15", "instalment 1 of 2026-04-01 is missed, 502.00 is overdue"},
		{made + "; reminded 1/1 on 2026-04-08", "2026-04-16", "lapsed on 2026-04-16, a reminder was not met: the whole is due"},
		{made + "; reminded 1/1 on 2026-04-08; paid 502.00 on 2026-04-15", "2026-04-16", "in force, 502.00 is due for instalment 2 on 2026-05-01"},
		{made + "; paid 502.00 on 2026-04-01; paid 502.00 on 2026-05-01", "2026-05-01", "every instalment is paid, since 2026-05-01"},
		{"consumer; 1000.00 due 2026-01-31; paid 300.00 on 2026-03-09; arranged 2 x 502.00 on 2026-03-10 from 2026-04-01; paid 502.00 on 2026-04-01; taken-back 300.00", "2026-04-20", "in force, 502.00 is due for instalment 2 on 2026-05-01"},
		{made + " ended 2026-04-02", "2026-04-02", "ended on 2026-04-02"},
		{made + " ended 2026-04-02", "2026-04-01", "in force, 502.00 is due for instalment 1 on 2026-04-01"},
		{made + "; withdrawn on 2026-03-20", "2026-03-19", "in force, 502.00 is due for instalment 1 on 2026-04-01"},
		{made + "; withdrawn on 2026-03-20", "2026-04-20", "over since 2026-03-20: the claim is withdrawn"},
		{made + "; reminded 1/1 on 2026-04-08; withdrawn on 2026-04-10", "2026-04-16", "over since 2026-04-10: the claim is withdrawn"},
		{made + "; reminded 1/1 on 2026-04-08; withdrawn on 2026-04-17", "2026-04-18", "lapsed on 2026-04-16, a reminder was not met: the whole is due"},
		{made + "; paid 900.00 on 2026-03-20; all is paid", "2026-04-08", "over since 2026-03-20: the claim is paid"},
		{made + " ended 2026-04-02; withdrawn on 2026-04-10", "2026-04-20", "ended on 2026-04-02"},
	} {
		f := tell(c.story)
		want := "1004.00 in 2 instalments up to 2026-05-01, agreed on 2026-03-10: " + c.want
		if got := f.SayArrangement(f.Arrangements[0], day(c.on)); got != want {
			t.Errorf("%s\non %s: %s, want %s", c.story, c.on, got, want)
		}
	}
	lines, _, err := tell(made+"; promised 10.00 by 2026-03-20 on 2026-03-10").Explain(tables(), day("2026-03-10"))
	if err != nil || len(lines) < 2 || lines[len(lines)-2].What != "promise 2" || lines[len(lines)-1].What != "payment arrangement 1" {
		t.Errorf("%+v, %v", lines, err)
	}
}

// Days on which a promise or an arrangement was waited for are no days of a term, once it is over.
func TestDaysOfAnAgreementDoNotCount(t *testing.T) {
	t.Parallel()
	for story, want := range map[string]int{
		"consumer; promised 5.00 by 2026-03-20 on 2026-03-10":                                                        13,
		"consumer; promised 5.00 by 2026-03-20 on 2026-03-10; paid 5.00 on 2026-03-12":                               3,
		"consumer; promised 5.00 by 2026-03-20 on 2026-03-10; paid 5.00 on 2026-03-09":                               0,
		"consumer; arranged 2 x 5.00 on 2026-03-10 from 2026-03-12":                                                  0, // it has no end yet
		"consumer; arranged 2 x 5.00 on 2026-03-10 from 2026-03-12; reminded 0/1 on 2026-03-17":                      15,
		"consumer; arranged 2 x 5.00 on 2026-03-10 from 2026-03-12 ended 2026-03-15":                                 5,
		"consumer; arranged 2 x 5.00 on 2026-03-10 from 2026-03-12; arranged 2 x 5.00 on 2026-03-14 from 2026-04-12": 4, // replaced
	} {
		f := tell(story)
		if got := f.PausedDays(day("2026-03-01"), day("2026-05-01")); got != want {
			t.Errorf("%s: %d days, want %d", story, got, want)
		}
		if got := f.AfterPauses(day("2026-03-01"), 31); got != day("2026-04-01").AddDays(want) {
			t.Errorf("%s: 31 days end on %s", story, got)
		}
	}
	if _, ok := (claim.Facts{}).ArrangementOn(day("2026-03-01")); ok {
		t.Error("there is none")
	}
}
