package claim_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

func TestWhatIsOwed(t *testing.T) {
	t.Parallel()
	const letter = "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10"
	for _, c := range []struct{ name, story, on, want string }{
		{"nothing runs on the last day of payment", "consumer; 1000.00 due 2026-02-28", "2026-02-28", "costs 0.00 interest 0.00 principal 1000.00"},
		{"one day of 4% for a consumer", "consumer; 1000.00 due 2026-02-28", "2026-03-01", "costs 0.00 interest 0.11 principal 1000.00"},
		{"one day of 10.15% in business, and the costs from the first day", "company; 1000.00 due 2026-02-28", "2026-03-01", "costs 150.00 interest 0.28 principal 1000.00"},
		{"in business no costs on the last day of payment itself", "company; 1000.00 due 2026-02-28", "2026-02-28", "costs 0.00 interest 0.00 principal 1000.00"},
		{"a sole trader acts in business", "sole trader; 1000.00 due 2026-02-28", "2026-03-01", "costs 150.00 interest 0.28 principal 1000.00"},
		{"in business over the invoice that is in default, from the day after its last day", "company; 2000.00 due 2026-02-28; 1000.00 due 2026-04-30", "2026-03-01", "costs 300.00 interest 0.56 principal 3000.00"},
		{"and over both when the other is too", "company; 2000.00 due 2026-02-28; 1000.00 due 2026-04-30", "2026-05-01", "costs 425.00 interest 34.76 principal 3000.00"},
		{"what was paid before it fell due takes no costs", "company; 2000.00 due 2026-02-28; 1000.00 due 2026-04-30; paid 2900.00 on 2026-03-01", "2026-05-01", "costs 60.08 interest 0.11 principal 400.56"},
		{"before hand-over the minimum in business, however much is owed", "company; 10000.00 due 2026-02-28; handed over on 2026-05-01", "2026-03-02", "costs 40.00 interest 5.56 principal 10000.00"},
		{"also with a clause and VAT", "company; 10000.00 due 2026-02-28; terms clause=15 vat; handed over on 2026-05-01", "2026-03-02", "costs 40.00 interest 5.56 principal 10000.00"},
		{"the scale from the day of hand-over", "company; 10000.00 due 2026-02-28; handed over on 2026-05-01", "2026-05-01", "costs 875.00 interest 172.41 principal 10000.00"},
		{"over what is open then, the minimum of before taken off", "company; 10000.00 due 2026-02-28; paid-client 5000.00 on 2026-03-02; handed over on 2026-05-01", "2026-05-01", "costs 587.28 interest 84.18 principal 5045.56"},
		{"paid late and before hand-over takes the minimum only", "company; 10000.00 due 2026-02-28; paid-client 10000.00 on 2026-03-02; handed over on 2026-05-01", "2026-05-01", "costs 0.00 interest 0.76 principal 45.56"},
		{"and nothing comes on top when that is paid too", "company; 10000.00 due 2026-02-28; paid-client 10045.56 on 2026-03-02; handed over on 2026-05-01", "2026-05-01", "costs 0.00 interest 0.00 principal 0.00"},
		{"nor was anything due of who paid on the last day", "company; 10000.00 due 2026-02-28; paid-client 9000.00 on 2026-02-28; paid-client 1000.00 on 2026-02-28; handed over on 2026-05-01", "2026-05-01", "costs 0.00 interest 0.00 principal 0.00"},
		{"after hand-over the scale from the first day of default", "company; 1000.00 due 2026-02-28; handed over on 2026-02-01", "2026-03-01", "costs 150.00 interest 0.28 principal 1000.00"},
		{"bankrupt at hand-over: the minimum of the first day of default, and no scale", "company; 10000.00 due 2026-02-28; flagged bankrupt from 2026-04-01; handed over on 2026-05-01", "2026-06-01", "costs 40.00 interest 86.21 principal 10000.00"},
		{"bankrupt on the day of hand-over", "company; 10000.00 due 2026-02-28; flagged bankrupt from 2026-05-01; handed over on 2026-05-01", "2026-06-01", "costs 40.00 interest 169.63 principal 10000.00"},
		{"bankrupt the day after it: the scale was due", "company; 10000.00 due 2026-02-28; flagged bankrupt from 2026-05-02; handed over on 2026-05-01", "2026-06-01", "costs 875.00 interest 172.41 principal 10000.00"},
		{"bankrupt on the first day of default: nothing but the principal", "company; 1000.00 due 2026-02-28; flagged bankrupt from 2026-03-01", "2026-06-01", "costs 0.00 interest 0.00 principal 1000.00"},
		{"the invoice that fell due in the bankruptcy is not in the scale", "company; 2000.00 due 2026-02-28; 1000.00 due 2026-04-30; flagged bankrupt from 2026-04-01", "2026-06-01", "costs 300.00 interest 17.24 principal 3000.00"},
		{"the scale from the day after the bankruptcy, over what is open then", "company; 1000.00 due 2026-02-28; flagged bankrupt from 2026-03-01 to 2026-04-30; paid 500.00 on 2026-04-30", "2026-05-01", "costs 75.00 interest 0.14 principal 500.00"},
		{"a bankruptcy that never was hinders nothing", "company; 1000.00 due 2026-02-28; flagged bankrupt from 2026-03-01 to 2026-02-28", "2026-03-01", "costs 150.00 interest 0.28 principal 1000.00"},
		{"debt restructuring of a sole trader", "sole trader; 1000.00 due 2026-02-28; flagged wsnp from 2026-02-01", "2026-06-01", "costs 0.00 interest 0.00 principal 1000.00"},
		{"in business at least 40.00", "company; 10.00 due 2026-02-28", "2026-03-01", "costs 40.00 interest 0.00 principal 10.00"},
		{"two invoices: one calculation of costs", "company; 1000.00 due 2026-02-28; 2000.00 due 2026-02-28", "2026-03-01", "costs 425.00 interest 0.83 principal 3000.00"},
		{"a consumer owes no costs on the 14th day after receipt", letter, "2026-03-24", "costs 0.00 interest 2.63 principal 1000.00"},
		{"but on the 15th", letter, "2026-03-25", "costs 150.00 interest 2.74 principal 1000.00"},
		{"nor on a Monday when the 14th day was the Saturday before", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-07", "2026-03-23", "costs 0.00 interest 2.52 principal 1000.00"},
		{"but on the Tuesday", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-07", "2026-03-24", "costs 150.00 interest 2.63 principal 1000.00"},
		{"not while the letter is unknown", letter + " unknown", "2026-03-25", "costs 0.00 interest 2.74 principal 1000.00"},
		{"not when it failed", letter + " failed", "2026-03-25", "costs 0.00 interest 2.74 principal 1000.00"},
		{"two letters: the one received first counts, however they are listed", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-20; letter received 2026-03-10", "2026-03-25", "costs 150.00 interest 2.74 principal 1000.00"},
		{"paid on the 14th day: no costs", letter + "; paid 1002.63 on 2026-03-24", "2026-03-25", "costs 0.00 interest 0.00 principal 0.00"},
		{"paid on the 15th: costs", letter + "; paid 1002.74 on 2026-03-25", "2026-03-25", "costs 0.00 interest 0.00 principal 150.00"},
		{"paid in part within the 14 days: costs over the rest", letter + "; paid 602.63 on 2026-03-24", "2026-03-25", "costs 60.00 interest 0.04 principal 400.00"},
		{"what is credited later was no part of what had to be paid in time", letter + "; named 150.00 of 1000.00; paid 800.00 on 2026-03-20; credited 200.00 on 2026-03-26", "2026-04-01", "costs 0.00 interest 0.00 principal 1.75"},
		{"one cent short of the rest is not in time", letter + "; named 150.00 of 1000.00; paid 799.99 on 2026-03-20; credited 200.00 on 2026-03-26", "2026-04-01", "costs 40.00 interest 0.00 principal 1.76"},
		{"paid in part after them: costs over the whole", letter + "; paid 602.74 on 2026-03-25", "2026-03-25", "costs 0.00 interest 0.00 principal 550.00"},
		{"costs are charged once", letter + "; paid 152.74 on 2026-03-25", "2026-03-26", "costs 0.00 interest 0.11 principal 1000.00"},
		{"a credit note before the costs are due lowers their base", letter + "; credited 600.00 on 2026-03-20", "2026-03-25", "costs 60.00 interest 1.10 principal 400.00"},
		{"and after it", letter + "; credited 600.00 on 2026-03-25", "2026-03-25", "costs 60.00 interest 1.10 principal 400.00"},
		{"no interest ran over what is credited, at any time: it was never owed", "company; 1000.00 due 2024-02-28; credited 600.00 on 2026-02-27", "2026-03-01", "costs 60.00 interest 95.95 principal 400.00"},
		{"the oldest invoice is credited first", "consumer; 1000.00 due 2026-01-31; 500.00 due 2026-02-28; credited 1100.00 on 2026-03-05", "2026-03-05", "costs 0.00 interest 0.22 principal 400.00"},
		{"a credit note for the second invoice leaves the interest of the first", "consumer; 1000.00 due 2026-06-01; 1000.00 due 2026-11-01; credited 1000.00 on 2026-11-11 invoice 1", "2026-11-11", "costs 0.00 interest 17.86 principal 1000.00"},
		{"as old ones for no invoice do not", "consumer; 1000.00 due 2026-06-01; 1000.00 due 2026-11-01; credited 1000.00 on 2026-11-11", "2026-11-11", "costs 0.00 interest 1.10 principal 1000.00"},
		{"more than its invoice is owed back, not taken off another", "consumer; 1000.00 due 2026-06-01; 500.00 due 2026-11-01; credited 600.00 on 2026-11-11 invoice 1", "2026-11-11", "costs 0.00 interest 17.86 principal 1000.00 surplus 100.00"},
		{"one that names its invoice goes before one that names none, whatever their days", "consumer; 1000.00 due 2026-06-01; 1000.00 due 2026-11-01; credited 1000.00 on 2026-11-10; credited 1000.00 on 2026-11-11 invoice 0", "2026-11-11", "costs 0.00 interest 0.00 principal 0.00"},
		{"what was paid on the invoice that is credited pays the other", "consumer; 1000.00 due 2026-06-01; 1000.00 due 2026-11-01; paid 1017.86 on 2026-11-11; credited 1000.00 on 2026-11-12 invoice 0", "2026-11-12", "costs 0.00 interest 0.00 principal 0.00 surplus 16.76"},
		{"of two letters of one day the one that named less counts", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10; named 90.00 of 1000.00; letter received 2026-03-10; named 75.00 of 1000.00", "2026-03-25", "costs 75.00 interest 2.74 principal 1000.00"},
		{"however they are listed", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10; named 75.00 of 1000.00; letter received 2026-03-10; named 90.00 of 1000.00", "2026-03-25", "costs 75.00 interest 2.74 principal 1000.00"},
		{"one that limits nothing is not less", letter + "; letter received 2026-03-10; named 75.00 of 1000.00", "2026-03-25", "costs 75.00 interest 2.74 principal 1000.00"},
		{"paid before it was credited: what it paid too much is owed back", "company; 1000.00 due 2026-02-28; paid 1150.28 on 2026-03-01; credited 600.00 on 2026-03-05", "2026-03-05", "costs 0.00 interest 0.00 principal 0.00 surplus 690.17"},
		{"costs over what was credited were never owed, so what paid them pays the principal", letter + "; paid 152.74 on 2026-03-25; credited 600.00 on 2026-03-25", "2026-03-25", "costs 0.00 interest 0.00 principal 308.36"},
		{"the credit note comes to be known on its own day", letter + "; paid 152.74 on 2026-03-25; credited 600.00 on 2026-04-01", "2026-03-25", "costs 0.00 interest 0.00 principal 1000.00"},
		{"everything credited: no costs, no minimum, no interest", "company; 1000.00 due 2026-02-28; credited 1000.00 on 2026-03-02", "2026-03-02", "costs 0.00 interest 0.00 principal 0.00"},
		{"a set-off is divided as a payment is", "company; 1000.00 due 2026-02-28; set-off 160.00 on 2026-03-01", "2026-03-01", "costs 0.00 interest 0.00 principal 990.28"},
		{"paid to the client counts", "company; 1000.00 due 2026-02-28; paid-client 1150.28 on 2026-03-01", "2026-03-01", "costs 0.00 interest 0.00 principal 0.00"},
		{"too much is owed back", "company; 1000.00 due 2026-02-28; paid 1200.00 on 2026-03-01", "2026-03-01", "costs 0.00 interest 0.00 principal 0.00 surplus 49.72"},
		{"a payment dated later does not count", "company; 1000.00 due 2026-02-28; paid 1150.28 on 2026-03-02", "2026-03-01", "costs 150.00 interest 0.28 principal 1000.00"},
		{"let go", "company; 1000.00 due 2026-02-28; paid 1148.00 on 2026-03-01; let-go 2.28 on 2026-03-01", "2026-03-01", "costs 0.00 interest 0.00 principal 0.00"},
		{"what is let go comes after the payments of its day", "company; 1000.00 due 2026-02-28; let-go 3.00 on 2026-03-01; paid 1150.28 on 2026-03-01", "2026-03-01", "costs 0.00 interest 0.00 principal 0.00"},
		{"what was let go is not owed back when a payment turns up after all", "company; 1000.00 due 2026-02-28; paid 1148.00 on 2026-03-01; let-go 2.28 on 2026-03-05; paid 3.00 on 2026-03-01", "2026-03-05", "costs 0.00 interest 0.00 principal 0.00 surplus 0.72"},
		{"the published example of the compensation scheme of SNS: 100 euros from 1-2-2013 up to 30-10-2023 (vergoedingsns.nl)", "consumer; 100.00 due 2013-01-31", "2023-10-29", "costs 0.00 interest 28.94 principal 100.00"},
		{"the sum of the first four bands of the decree (art. 2 lid 1): 2,775 euros", "company; 200000.00 due 2026-02-28", "2026-03-01", "costs 2775.00 interest 55.62 principal 200000.00"},
		{"its maximum of 6,775 euros, at 1,000,000", "company; 1000000.00 due 2026-02-28", "2026-03-01", "costs 6775.00 interest 278.08 principal 1000000.00"},
		{"interest on interest after a year", "consumer; 1000.00 due 2025-02-28", "2026-03-01", "costs 0.00 interest 56.88 principal 1000.00"},
		{"interest past the last confirmed rate is not stated", "consumer; 1000.00 due 2026-12-21", "2027-06-30", "costs 0.00 interest 1.10 principal 1000.00"},
		{"an invoice that is not due yet", "consumer; 1000.00 due 2026-02-28; 500.00 due 2026-04-30", "2026-03-01", "costs 0.00 interest 0.11 principal 1500.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := say(accountOn(t, tell(c.story), c.on)); got != c.want {
				t.Errorf("%s\non %s owes %s, want %s", c.story, c.on, got, c.want)
			}
		})
	}
}

func TestHowAPaymentIsDivided(t *testing.T) {
	t.Parallel()
	const company = "company; 1000.00 due 2026-02-28"
	for _, c := range []struct{ name, story, want string }{
		{"costs first", company + "; paid 100.00 on 2026-03-01", "100.00+0.00+0.00+0.00"},
		{"then interest", company + "; paid 150.20 on 2026-03-01", "150.00+0.20+0.00+0.00"},
		{"then principal", company + "; paid 160.28 on 2026-03-01", "150.00+0.28+10.00+0.00"},
		{"then surplus", company + "; paid 1151.28 on 2026-03-01", "150.00+0.28+1000.00+1.00"},
		{"in order of date, not of arrival", company + "; paid 20.00 on 2026-03-03; paid 160.28 on 2026-03-01", "150.00+0.28+10.00+0.00 | 0.00+0.55+19.45+0.00"},
		{"a credit note touches the principal only", company + "; credited 100.00 on 2026-03-01", "0.00+0.00+100.00+0.00"},
		{"a credit note over more than is owed", company + "; credited 1100.00 on 2026-03-01", "0.00+0.00+1000.00+100.00"},
		{"the oldest invoice first", "consumer; 50.00 due 2026-03-01; 100.00 due 2026-02-28; paid 100.00 on 2026-02-28; paid 50.00 on 2026-03-01", "0.00+0.00+100.00+0.00 | 0.00+0.00+50.00+0.00"},
		{"a consumer's payment within the 14 days goes to no costs", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10; paid 100.00 on 2026-03-24", "0.00+2.63+97.37+0.00"},
		{"a claim that is settled gives the next payment back whole", "consumer; 1000.00 due 2026-02-28; asked 1000.00 from 2026-03-10 to 2026-03-17; paid 1000.00 on 2026-03-17; paid 1000.00 on 2026-03-18", "0.00+0.00+1000.00+0.00 | 0.00+0.00+0.00+1000.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := sayAllocations(accountOn(t, tell(c.story), "2026-04-30")); got != c.want {
				t.Errorf("%s\nis divided %s, want %s", c.story, got, c.want)
			}
		})
	}
}

// Who pays what a letter asks within its term owes nothing more.
func TestADemandHonouredInTime(t *testing.T) {
	t.Parallel()
	const asked = "consumer; 1000.00 due 2026-02-28; asked 1000.00 from 2026-03-10 to 2026-03-17"
	for _, c := range []struct {
		name, story string
		closed      bool
	}{
		{"on the day of the letter", asked + "; paid 1000.00 on 2026-03-10", true},
		{"on the last day", asked + "; paid 1000.00 on 2026-03-17", true},
		{"a day late", asked + "; paid 1000.00 on 2026-03-18", false},
		{"the day before the letter", asked + "; paid 1000.00 on 2026-03-09", false},
		{"one cent short", asked + "; paid 999.99 on 2026-03-17", false},
		{"in two parts", asked + "; paid 400.00 on 2026-03-10; paid 600.00 on 2026-03-17", true},
		{"in two parts on one day", asked + "; paid 400.00 on 2026-03-17; paid 600.00 on 2026-03-17", true},
		{"in two parts of which one is late", asked + "; paid 400.00 on 2026-03-10; paid 600.00 on 2026-03-18", false},
		{"what was paid on the day of a letter, before it, is no answer to it", "consumer; 1000.00 due 2026-02-28; paid 600.00 on 2026-03-10; asked 401.10 from 2026-03-10 to 2026-03-17", false},
		{"together with the answer it is", "consumer; 1000.00 due 2026-02-28; paid 600.00 on 2026-03-10; asked 401.10 from 2026-03-10 to 2026-03-17; paid 401.10 on 2026-03-17", true},
		{"a reminder that counted an earlier payment whole", "company; 1000.00 due 2026-02-28; paid 500.00 on 2026-03-05; asked 500.00 from 2026-03-10 to 2026-03-17; paid 500.00 on 2026-03-17", true},
		{"but a cent less than it asks is no answer", "company; 1000.00 due 2026-02-28; paid 500.00 on 2026-03-05; asked 500.00 from 2026-03-10 to 2026-03-17; paid 499.99 on 2026-03-17", false},
		{"the payment that a letter of its day counted is not its answer", "company; 1000.00 due 2026-02-28; paid 1000.00 on 2026-03-10; asked 152.77 from 2026-03-10 to 2026-03-17", false},
		{"by a credit note alone", "company; 1000.00 due 2026-02-28; paid 600.00 on 2026-03-05; asked 400.00 from 2026-03-10 to 2026-03-17; credited 400.00 on 2026-03-12", true},
		{"more than was asked, less than is owed", asked + "; paid 1001.00 on 2026-03-17", true},
		{"by a set-off, a credit note and a payment", asked + "; set-off 300.00 on 2026-03-11; credited 300.00 on 2026-03-12; paid 400.00 on 2026-03-13", true},
		{"on the day on which the 14 days after receipt end, whatever was thought when the letter was written", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-07 asks 1000.00; paid 1000.00 on 2026-03-23", true},
		{"a day after them", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-07 asks 1000.00; paid 1000.00 on 2026-03-24", false},
		{"a letter that asks nothing is not honoured by a euro", "consumer; 1000.00 due 2026-02-28; asked 0.00 from 2026-03-10 to 2026-04-10; paid 1.00 on 2026-03-17", false},
		{"nor by the whole principal", "consumer; 1000.00 due 2026-02-28; asked 0.00 from 2026-03-10 to 2026-04-10; paid 1000.00 on 2026-03-17", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := accountOn(t, tell(c.story), "2026-03-31")
			if (a.Open.Total() == 0) != c.closed || a.Surplus != 0 {
				t.Errorf("%s\nleaves %s", c.story, say(a))
			}
		})
	}
}

func TestInterestIsSaidUntilWhenItIsStated(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ on, want string }{{"2026-11-22", "2026-11-22"}, {"2026-12-31", "2026-12-31"}, {"2027-01-01", "2026-12-31"}, {"2029-01-01", "2026-12-31"}} {
		if a := accountOn(t, tell("company; 1000.00 due 2026-09-30; paid 10.00 on 2026-10-01"), c.on); a.InterestStatedTo.String() != c.want {
			t.Errorf("on %s interest is stated to %s, want %s", c.on, a.InterestStatedTo, c.want)
		}
	}
	if _, err := tell("consumer; 10.00 due 2001-01-01").AccountOn(tables(), day("2026-01-01")); err == nil {
		t.Error("interest of before the first row is estimated")
	}
	var unconfirmed *law.UnconfirmedError
	if err := tables().Consumer.Accrue(euro("1.00"), day("2026-12-01")).Advance(day("2027-01-01")); !errors.As(err, &unconfirmed) {
		t.Errorf("got %v", err)
	}
}

func TestFromWhenCostsAreDueAsFarAsIsKnownOnTheDay(t *testing.T) {
	t.Parallel()
	const letter = "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10" // written two days before
	for _, c := range []struct{ name, story, on, want string }{
		{"the day before the letter nothing is known of it", letter, "2026-03-07", ""},
		{"on its day it is known when its term will be over", letter, "2026-03-08", "2026-03-25"},
		{"and then", letter, "2026-03-25", "2026-03-25"},
		{"a letter that failed begins no term", letter + " failed", "2026-03-25", ""},
		{"in business the day after the last day of payment", "company; 1000.00 due 2026-02-28", "2026-03-25", "2026-03-01"},
	} {
		if a := accountOn(t, tell(c.story), c.on); a.CostsDueFrom.String() != c.want {
			t.Errorf("%s: %s\non %s costs are due from %q, want %q", c.name, c.story, c.on, a.CostsDueFrom, c.want)
		}
	}
}

// anyFile is a claim with invoices, letters and settlements of the first half of 2026, on any days.
var anyFile = rapid.Custom(func(t *rapid.T) claim.Facts {
	date := rapid.Custom(func(t *rapid.T) calendar.Date {
		return day("2026-01-01").AddDays(rapid.IntRange(0, 180).Draw(t, "day"))
	})
	amount := rapid.Custom(func(t *rapid.T) money.Amount { return money.Cents(rapid.Int64Range(1, 900_00).Draw(t, "cents")) })
	f := claim.Facts{Debtor: kinds[rapid.SampledFrom([]string{"consumer", "sole trader", "company"}).Draw(t, "debtor")], Status: claim.StatusOpen}
	for range rapid.IntRange(1, 3).Draw(t, "invoices") {
		f.Invoices = append(f.Invoices, claim.Invoice{Amount: amount.Draw(t, "invoice"), Due: date.Draw(t, "due").AddDays(-365)})
	}
	for range rapid.IntRange(0, 3).Draw(t, "letters") {
		on := date.Draw(t, "on")
		f.Letters = append(f.Letters, claim.Letter{
			Kind: rapid.SampledFrom([]string{"reminder", claim.FourteenDayLetter}).Draw(t, "kind"), State: claim.LetterAccepted,
			On: on, Received: on.AddDays(2), PayBy: on.AddDays(16), Demanded: amount.Draw(t, "demanded"),
		})
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "settlements") {
		f.Settlements = append(f.Settlements, claim.Settlement{Key: string(rune('a' + i)), Kind: rapid.SampledFrom(claim.SettlementKinds()).Draw(t, "kind"), On: date.Draw(t, "value date"), Amount: amount.Draw(t, "amount")})
	}
	return f
})

// A payment that becomes known late gives the account that there would have been had it always been known.
func TestTheOrderInWhichSettlementsBecomeKnownDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := anyFile.Draw(t, "file")
		known, err := f.AccountOn(tables(), day("2026-07-15"))
		if err != nil {
			t.Fatal(err)
		}
		f.Settlements = rapid.Permutation(f.Settlements).Draw(t, "arrival")
		late, err := f.AccountOn(tables(), day("2026-07-15"))
		if err != nil || say(known) != say(late) || sayAllocations(known) != sayAllocations(late) {
			t.Fatalf("known in order: %s (%s)\nknown late: %s (%s) %v", say(known), sayAllocations(known), say(late), sayAllocations(late), err)
		}
		for i := range f.Settlements { // and two of one day are equal, whatever their keys
			f.Settlements[i].Key = ""
		}
		if keyless, err := f.AccountOn(tables(), day("2026-07-15")); err != nil || say(keyless) != say(known) {
			t.Fatalf("with keys: %s\nin order of arrival: %s %v", say(known), say(keyless), err)
		}
	})
}

func TestTheBooksOfAClaimAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := anyFile.Draw(t, "file")
		a, err := f.AccountOn(tables(), day("2026-07-15"))
		if err != nil {
			t.Fatal(err)
		}
		var allocated claim.Balance
		for _, x := range a.Allocations {
			if x.Costs+x.Interest+x.Principal+x.Surplus != x.Settlement.Amount || min(x.Costs, x.Interest, x.Principal, x.Surplus) < 0 {
				t.Fatalf("%s of %s is divided %+v", x.Settlement.Kind, x.Settlement.Amount, x)
			}
			allocated = claim.Balance{Costs: allocated.Costs + x.Costs, Interest: allocated.Interest + x.Interest, Principal: allocated.Principal + x.Principal}
		}
		waived := a.Charged.Total() - allocated.Total() - a.Open.Total()
		switch {
		case a.Charged.Principal != f.Principal():
			t.Fatalf("principal %s is charged as %s", f.Principal(), a.Charged.Principal)
		case min(a.Open.Costs, a.Open.Interest, a.Open.Principal, a.Surplus) < 0 || waived < 0:
			t.Fatalf("less than nothing is owed: %s", say(a))
		case waived > 0 && a.Open.Total() != 0:
			t.Fatalf("%s was let go, but %s is open", waived, say(a))
		}
		if lines, _, err := f.Explain(tables(), day("2026-07-15")); err != nil || total(lines) != a.Open.Total() {
			t.Fatalf("the explanation is %s together (%v), %s is owed\n%s", total(lines), err, a.Open.Total(), sayReasons(lines))
		}
		if most, _ := tables().CollectionCosts(f.Principal(), day("2026-07-15")); a.Charged.Costs > most {
			t.Fatalf("costs of %s over %s, at most %s", a.Charged.Costs, f.Principal(), most)
		}
	})
}
