package claim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

func sayReasons(lines []claim.Reason) string {
	var words []string
	for _, l := range lines {
		words = append(words, fmt.Sprintf("%s %s (%s: %s)", l.Amount, l.What, l.Article, l.Detail))
	}
	return strings.Join(words, "\n")
}

// Every cent has its line: rule, rate, days; and the lines add up to what is owed.
func TestExplain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, story, on, want string }{
		{"a consumer in the 14 days", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10", "2026-03-24", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			2.63 interest 2026-03-01 to 2026-03-24 (art. 6:119 BW: 24 days, 4% over 1000.00)`},
		{"after them, and a part payment", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10; paid 152.74 on 2026-03-25", "2026-03-26", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			2.74 interest 2026-03-01 to 2026-03-25 (art. 6:119 BW: 25 days, 4% over 1000.00)
			0.11 interest 2026-03-26 to 2026-03-26 (art. 6:119 BW: 1 days, 4% over 1000.00)
			150.00 collection costs (art. 2 lid 1 en 2 Besluit vergoeding voor buitengerechtelijke incassokosten: 15% of 1000.00 = 150.00, rounded once, half-up; due from 2026-03-25)
			0.00 collection costs (art. 6:96 lid 6 BW; HR 25-11-2016 ECLI:NL:HR:2016:2704: from the day after the term that starts the day after receipt)
			-152.74 paid-to-agency of 2026-03-25 (art. 6:44 lid 1 BW: costs 150.00, interest 2.74, principal 0.00)`},
		{"a demand met in time", "consumer; 1000.00 due 2026-02-28; asked 1000.00 from 2026-03-10 to 2026-03-17; paid 1000.00 on 2026-03-17", "2026-04-30", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			1.86 interest 2026-03-01 to 2026-03-17 (art. 6:119 BW: 17 days, 4% over 1000.00)
			-1000.00 paid-to-agency of 2026-03-17 (art. 6:44 lid 1 BW: costs 0.00, interest 0.00, principal 1000.00)
			-1.86 let go (policy: a demand met in time closes the claim: interest that ran on since then, and costs that were not asked)`},
		{"an arrangement that is kept, with a payment on the day of agreement", "consumer; 1000.00 due 2026-01-31; paid 100.00 on 2026-03-10; arranged 2 x 452.08 on 2026-03-10 from 2026-04-01; paid 452.08 on 2026-04-01; paid 452.08 on 2026-05-01", "2026-05-01", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-01, payable until 2026-01-31)
			4.16 interest 2026-02-01 to 2026-03-10 (art. 6:119 BW: 38 days, 4% over 1000.00)
			-100.00 paid-to-agency of 2026-03-10 (art. 6:44 lid 1 BW: costs 0.00, interest 4.16, principal 95.84)
			-452.08 paid-to-agency of 2026-04-01 (art. 6:44 lid 1 BW: costs 0.00, interest 0.00, principal 452.08)
			-452.08 paid-to-agency of 2026-05-01 (art. 6:44 lid 1 BW: costs 0.00, interest 0.00, principal 452.08)
			0.00 nothing since 2026-03-10 (policy: a demand met in time closes the claim: no interest ran on since the arrangement was agreed, and no costs came due)
			0.00 payment arrangement 2 (art. 3:318 BW: principal 904.16 = 904.16 in 2 instalments up to 2026-05-01, agreed on 2026-03-10: every instalment is paid, since 2026-05-01)`},
		{"a credit note for the second invoice", "consumer; 1000.00 due 2026-02-28; 500.00 due 2026-03-14; credited 500.00 on 2026-03-17 invoice 1", "2026-03-17", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			500.00 invoice 1 (the agreement between creditor and debtor: dated 2026-02-12, payable until 2026-03-14)
			1.86 interest 2026-03-01 to 2026-03-17, invoice 0 (art. 6:119 BW: 17 days, 4% over 1000.00)
			-500.00 credit-note of 2026-03-17 for invoice 1 (policy: what is credited was never owed: costs 0.00, interest 0.00, principal 500.00)`},
		{"bankrupt since the eleventh", "consumer; 1000.00 due 2026-02-28; flagged bankrupt from 2026-03-11", "2026-03-31", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			1.10 interest 2026-03-01 to 2026-03-10 (art. 6:119 BW: 10 days, 4% over 1000.00)
			0.00 no interest from 2026-03-11 (art. 26 and 128 Fw: bankrupt)`},
		{"bankrupt on the last day of the 14-day letter", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10; flagged bankrupt from 2026-03-24", "2026-03-31", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			2.52 interest 2026-03-01 to 2026-03-23 (art. 6:119 BW: 23 days, 4% over 1000.00)
			0.00 no interest from 2026-03-24 (art. 26 and 128 Fw: bankrupt)
			0.00 no collection costs of the 14-day letter of 2026-03-08 (art. 6:96 lid 6 BW; art. 26, 37, 128 and 299 Fw: bankrupt since 2026-03-24, the last day of the term was 2026-03-24)`},
		{"bankrupt in the days that a promise added to the 14", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10; promised 1000.00 by 2026-04-01 on 2026-03-20; flagged bankrupt from 2026-03-28", "2026-04-10", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			2.96 interest 2026-03-01 to 2026-03-27 (art. 6:119 BW: 27 days, 4% over 1000.00)
			0.00 no interest from 2026-03-28 (art. 26 and 128 Fw: bankrupt)
			0.00 no collection costs of the 14-day letter of 2026-03-08 (art. 6:96 lid 6 BW; art. 26, 37, 128 and 299 Fw: bankrupt since 2026-03-28, the last day of the term was 2026-04-03)
			0.00 promise 2 (policy: a promise is given a chance: 1000.00 by 2026-04-01, promised on 2026-03-20: broken, not paid by 2026-04-03)`},
		{"a company bankrupt at hand-over", "company; 1000.00 due 2026-02-28; flagged bankrupt from 2026-03-11; handed over on 2026-03-20", "2026-03-31", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			2.78 interest 2026-03-01 to 2026-03-10 (art. 6:119a BW: 10 days, 10.15% over 1000.00)
			0.00 no interest from 2026-03-11 (art. 26 and 128 Fw: bankrupt)
			40.00 collection costs (art. 6:96 lid 4 BW: 40.00, whatever was done to collect; the scale is for what is done from hand-over on; due from 2026-03-01)
			0.00 no collection costs by the scale (art. 26, 37, 128 and 299 Fw: they would on 2026-03-20; bankrupt from 2026-03-11)`},
		{"a company bankrupt before its invoice fell due", "company; 1000.00 due 2026-02-28; flagged bankrupt from 2026-02-11", "2026-03-31", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			0.00 no interest from 2026-02-11 (art. 26 and 128 Fw: bankrupt)
			0.00 no collection costs (art. 26, 37, 128 and 299 Fw: they would on 2026-03-01; bankrupt from 2026-02-11)`},
		{"restructuring that ended", "consumer; 1000.00 due 2026-02-28; flagged wsnp from 2026-03-11 to 2026-03-20; flagged vulnerable from 2026-03-21; flagged bankrupt from 2026-03-05 to 2026-03-04", "2026-03-21", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			1.10 interest 2026-03-01 to 2026-03-10 (art. 6:119 BW: 10 days, 4% over 1000.00)
			0.11 interest 2026-03-21 to 2026-03-21 (art. 6:119 BW: 1 days, 4% over 1000.00)
			0.00 no interest 2026-03-11 to 2026-03-20 (art. 299 and 303 Fw: wsnp)`},
		{"a business with agreed interest and a clause, which VAT does not raise, and an extract", "company; 1000.00 due 2026-02-28; terms interest=12 clause=15 vat; information 12.50 on 2026-03-05; information 99.00 on 2026-04-01", "2026-03-24", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			7.89 interest 2026-03-01 to 2026-03-24 (agreement between creditor and debtor: 24 days, 12% over 1000.00)
			150.00 collection costs (art. 6:96 lid 4 BW; art. 242 lid 1 Rv: 15% of 1000.00 = 150.00; due from 2026-03-01)
			0.00 collection costs (art. 242 lid 1 Rv: by the scale it would be 150.00)
			0.00 collection costs (art. 6:96 lid 4 BW: at least 40.00)
			12.50 information costs 02 (art. 6:96 BW; requirement T2: made on 2026-03-05)`},
		{"a business, and a creditor that cannot deduct VAT", "company; 1000.00 due 2026-02-28; terms vat", "2026-02-28", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)`},
		{"the day after", "company; 1000.00 due 2026-02-28; terms vat", "2026-03-01", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			0.28 interest 2026-03-01 to 2026-03-01 (art. 6:119a BW: 1 days, 10.15% over 1000.00)
			150.00 collection costs (art. 2 lid 1 en 2 Besluit vergoeding voor buitengerechtelijke incassokosten: 15% of 1000.00 = 150.00, rounded once, half-up; due from 2026-03-01)
			0.00 collection costs (art. 6:96 lid 4 BW: at least 40.00)
			31.50 VAT over the collection costs (art. 2 lid 3 Besluit vergoeding voor buitengerechtelijke incassokosten; art. 9 lid 1 Wet op de omzetbelasting 1968: 21% of 150.00 = 31.50; only if the creditor pays VAT for the collection, cannot deduct it, and declares both)`},
		{"a consumer who paid the principal in the 14 days, but not the interest", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10; named 150.00 of 1000.00; paid 1000.00 on 2026-03-24", "2026-03-25", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			2.63 interest 2026-03-01 to 2026-03-24 (art. 6:119 BW: 24 days, 4% over 1000.00)
			0.00 interest 2026-03-25 to 2026-03-25 (art. 6:119 BW: 1 days, 4% over 2.63)
			0.00 no collection costs (art. 6:96 lid 6 BW: the 14-day letter named 150.00)
			-1000.00 paid-to-agency of 2026-03-24 (art. 6:44 lid 1 BW: costs 0.00, interest 2.63, principal 997.37)`},
		{"before hand-over a business owes the minimum", "company; 10000.00 due 2026-02-28; handed over on 2026-05-01", "2026-03-02", `
			10000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			5.56 interest 2026-03-01 to 2026-03-02 (art. 6:119a BW: 2 days, 10.15% over 10000.00)
			40.00 collection costs (art. 6:96 lid 4 BW: 40.00, whatever was done to collect; the scale is for what is done from hand-over on; due from 2026-03-01)`},
		{"a consumer owes no information costs, and no more than the letter named", "consumer; 300.00 due 2026-02-28; information 12.50 on 2026-03-05; letter received 2026-03-10; named 5.00 with 500.00 less 115.00", "2026-03-25", `
			300.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			0.82 interest 2026-03-01 to 2026-03-25 (art. 6:119 BW: 25 days, 4% over 300.00)
			5.00 collection costs (art. 2 lid 1 en 2 Besluit vergoeding voor buitengerechtelijke incassokosten: 15% of 800.00 = 120.00, rounded once, half-up; due from 2026-03-25)
			0.00 collection costs (art. 6:96 lid 7 BW: with 500.00 of other claims, less 115.00 that was named for those = 5.00)
			0.00 collection costs (art. 6:96 lid 6 BW; HR 25-11-2016 ECLI:NL:HR:2016:2704: from the day after the term that starts the day after receipt)`},
		{"two invoices, a credit note and a trifle let go", "consumer; 1000.00 due 2026-02-28; 500.00 due 2026-03-31; credited 400.00 on 2026-03-10; let-go 50.00 on 2026-04-05", "2026-04-10", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			500.00 invoice 1 (the agreement between creditor and debtor: dated 2026-03-01, payable until 2026-03-31)
			0.66 interest 2026-03-01 to 2026-03-10, invoice 0 (art. 6:119 BW: 10 days, 4% over 600.00)
			1.71 interest 2026-03-11 to 2026-04-05, invoice 0 (art. 6:119 BW: 26 days, 4% over 600.00)
			0.30 interest 2026-04-06 to 2026-04-10, invoice 0 (art. 6:119 BW: 5 days, 4% over 552.64)
			0.28 interest 2026-04-01 to 2026-04-05, invoice 1 (art. 6:119 BW: 5 days, 4% over 500.00)
			0.27 interest 2026-04-06 to 2026-04-10, invoice 1 (art. 6:119 BW: 5 days, 4% over 500.00)
			-400.00 credit-note of 2026-03-10 (policy: what is credited was never owed: costs 0.00, interest 0.00, principal 400.00)
			-50.00 write-off of 2026-04-05 (art. 6:160 BW: costs 0.00, interest 2.64, principal 47.36)`},
		{"a judgment, and what is paid on it", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10; court served on 2026-05-01; court judgment on 2026-06-01 awards 1000.00 8.00 150.00 475.57; paid 700.00 on 2026-06-10", "2026-06-10", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			11.18 interest 2026-03-01 to 2026-06-10 (art. 6:119 BW: 102 days, 4% over 1000.00)
			150.00 collection costs (art. 2 lid 1 en 2 Besluit vergoeding voor buitengerechtelijke incassokosten: 15% of 1000.00 = 150.00, rounded once, half-up; due from 2026-03-25)
			0.00 collection costs (art. 6:96 lid 6 BW; HR 25-11-2016 ECLI:NL:HR:2016:2704: from the day after the term that starts the day after receipt)
			475.57 court costs (art. 237 Rv: judgment of 2026-06-01)
			0.00 awarded of the claim (art. 236 Rv: principal 1000.00, interest 8.00, collection costs 150.00; what it left out is not owed: write it off)
			0.00 costs after the judgment (art. 237 lid 4 Rv: 189.00, or 287.00 when the judgment is served; not in the total)
			-700.00 paid-to-agency of 2026-06-10 (art. 6:44 lid 1 BW: costs 625.57, interest 11.18, principal 63.25)`},
		{"a judgment whose 14-day letter came back", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10 failed; court served on 2026-05-01; court judgment on 2026-06-01 awards 1000.00 8.00 150.00 475.57", "2026-06-01", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			10.19 interest 2026-03-01 to 2026-06-01 (art. 6:119 BW: 93 days, 4% over 1000.00)
			150.00 collection costs (art. 236 Rv: judgment of 2026-06-01: 150.00)
			475.57 court costs (art. 237 Rv: judgment of 2026-06-01)
			0.00 awarded of the claim (art. 236 Rv: principal 1000.00, interest 8.00, collection costs 150.00; what it left out is not owed: write it off)
			0.00 costs after the judgment (art. 237 lid 4 Rv: 189.00, or 287.00 when the judgment is served; not in the total)`},
		{"a settlement over a letter that named too little", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10; named 40.00; court settled on 2026-06-01 awards 0.00 0.00 150.00 0.00", "2026-06-01", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			10.19 interest 2026-03-01 to 2026-06-01 (art. 6:119 BW: 93 days, 4% over 1000.00)
			40.00 collection costs (art. 2 lid 1 en 2 Besluit vergoeding voor buitengerechtelijke incassokosten: 15% of 1000.00 = 150.00, rounded once, half-up; due from 2026-03-25; the 14-day letter named 40.00, and no more is asked than its part over what was unpaid)
			0.00 collection costs (art. 6:96 lid 6 BW; HR 25-11-2016 ECLI:NL:HR:2016:2704: from the day after the term that starts the day after receipt)
			110.00 collection costs (art. 7:900 BW: settled on 2026-06-01: 150.00)`},
		{"the day before the judgment", "consumer; 1000.00 due 2026-02-28; court served on 2026-05-01; court judgment on 2026-06-01 awards 1000.00 8.00 0.00 475.57", "2026-05-31", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			10.08 interest 2026-03-01 to 2026-05-31 (art. 6:119 BW: 92 days, 4% over 1000.00)`},
		{"a judgment that was set aside awards nothing", "consumer; 1000.00 due 2026-02-28; court served on 2026-05-01; court judgment on 2026-06-01 awards 1000.00 8.00 0.00 475.57; court lost on 2026-07-01", "2026-07-01", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			13.48 interest 2026-03-01 to 2026-07-01 (art. 6:119 BW: 123 days, 4% over 1000.00)
			-1013.48 the court dismissed the claim (art. 236 Rv: on 2026-07-01: costs 0.00, interest 13.48, principal 1000.00)`},
		{"information about a debtor that has met its demand is told, and not owed", "company; 1000.00 due 2026-02-28; information 10.00 on 2026-03-02; asked 1162.50 from 2026-03-05 to 2026-03-12; paid 1162.50 on 2026-03-12; information 5.00 on 2026-03-14", "2026-03-20", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-01-29, payable until 2026-02-28)
			3.34 interest 2026-03-01 to 2026-03-12 (art. 6:119a BW: 12 days, 10.15% over 1000.00)
			150.00 collection costs (art. 2 lid 1 en 2 Besluit vergoeding voor buitengerechtelijke incassokosten: 15% of 1000.00 = 150.00, rounded once, half-up; due from 2026-03-01)
			0.00 collection costs (art. 6:96 lid 4 BW: at least 40.00)
			10.00 information costs 01 (art. 6:96 BW; requirement T2: made on 2026-03-02)
			0.00 information costs 04 (policy: a demand met in time closes the claim: 5.00, made on 2026-03-14, after that)
			-1162.50 paid-to-agency of 2026-03-12 (art. 6:44 lid 1 BW: costs 160.00, interest 2.50, principal 1000.00)
			-0.84 let go (policy: a demand met in time closes the claim: interest that ran on since then, and costs that were not asked)`},
		{"past the last confirmed rate", "consumer; 1000.00 due 2026-12-21", "2027-06-30", `
			1000.00 invoice 0 (the agreement between creditor and debtor: dated 2026-11-21, payable until 2026-12-21)
			1.10 interest 2026-12-22 to 2026-12-31 (art. 6:119 BW: 10 days, 4% over 1000.00)
			0.00 interest after 2026-12-31 (art. 6:119 BW: the rate of later days is not confirmed yet)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			lines, account, err := tell(c.story).Explain(tables(), day(c.on))
			if err != nil {
				t.Fatal(err)
			}
			want := strings.ReplaceAll(strings.TrimSpace(c.want), "\t", "")
			if got := sayReasons(lines); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if sum := total(lines); sum != account.Open.Total() {
				t.Errorf("the lines are %s together, %s is owed", sum, account.Open.Total())
			}
		})
	}
}

func total(lines []claim.Reason) (sum money.Amount) {
	for _, l := range lines {
		sum += l.Amount
	}
	return sum
}

// A payment that meets a demand in its term pays what is left after what was let go: no costs came first.
func TestTheRuleOfAPaymentInTime(t *testing.T) {
	t.Parallel()
	for paid, want := range map[string]string{
		"2026-03-17": "costs, then interest, then principal, of what is left of them after what was let go", "2026-03-18": "costs, then interest, then principal",
	} {
		lines, _, err := tell("consumer; 1000.00 due 2026-02-28; asked 1000.00 from 2026-03-10 to 2026-03-17; paid 1000.00 on "+paid).Explain(tables(), day("2026-04-30"))
		i := slices.IndexFunc(lines, func(l claim.Reason) bool { return strings.HasPrefix(l.What, "paid") })
		if err != nil || i < 0 || lines[i].Rule != want {
			t.Errorf("paid on %s: %+v, %v, want the rule %q", paid, lines, err, want)
		}
	}
}
