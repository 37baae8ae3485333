package claim_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// others reads "2026-03-01 100.00 40.00; 2026-03-01 100.00 40.00 same contract; 2026-03-01 100.00 0.00 of before": letters for other claims of the debtor.
func others(text string) (out []claim.OtherNotice) {
	for part := range strings.SplitSeq(text, "; ") {
		if w := strings.Fields(part); len(w) > 0 {
			out = append(out, claim.OtherNotice{On: day(w[0]), Demanded: law.Demanded{Principal: euro(w[1]), Costs: euro(w[2])},
				SameContract: strings.Contains(part, "same contract"), WholeScale: strings.Contains(part, "of before")})
		}
	}
	return out
}

func TestWhatAFourteenDayLetterNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, claim, others, on, want string }{
		{"one claim", "consumer; 1000.00 due 2026-01-31", "", "2026-03-10", "150.00"},
		{"raised with VAT", "consumer; 1000.00 due 2026-01-31; terms vat", "", "2026-03-10", "150.00 + 31.50"},
		{"a second claim that could have been in the first letter: one minimum", "consumer; 100.00 due 2026-01-31", "2026-03-01 100.00 40.00", "2026-03-10", "0.00"},
		{"the rest of one calculation", "consumer; 2400.00 due 2026-01-31", "2026-03-01 2400.00 360.00", "2026-03-10", "245.00"},
		{"overdue only since the first letter: a demand of its own", "consumer; 100.00 due 2026-03-01", "2026-03-01 100.00 40.00", "2026-03-10", "40.00"},
		{"two letters before it", "consumer; 300.00 due 2026-01-31", "2026-03-01 100.00 40.00; 2026-03-05 100.00 0.00", "2026-03-10", "35.00"},
		{"a letter of before it was kept what a letter names: it named the scale", "consumer; 100.00 due 2026-01-31", "2026-03-01 100.00 0.00 of before", "2026-03-10", "0.00"},
		{"two of them, which named a minimum each", "consumer; 700.00 due 2026-01-31", "2026-03-01 100.00 0.00 of before; 2026-03-02 100.00 0.00 of before", "2026-03-10", "55.00"},
		{"one of them, of the same contract: a person decides", "consumer; 100.00 due 2026-03-31; terms instalments", "2026-03-01 100.00 0.00 of before same contract", "2026-08-31", "review: the proposal is 0.00"},
		{"in business each claim has its own costs", "company; 100.00 due 2026-01-31", "2026-03-01 100.00 40.00", "2026-03-10", "40.00"},
		{"one instalment of a contract", "consumer; 100.00 due 2026-01-31; terms instalments", "", "2026-03-10", "40.00"},
		{"a second one within six months: a person decides", "consumer; 100.00 due 2026-03-31; terms instalments", "2026-03-01 100.00 40.00 same contract", "2026-08-31", "review: the proposal is 0.00"},
		{"longer ago than six months", "consumer; 100.00 due 2026-03-31; terms instalments", "2026-03-01 100.00 40.00 same contract", "2026-09-02", "40.00"},
		{"of another contract", "consumer; 100.00 due 2026-03-31; terms instalments", "2026-03-01 100.00 40.00", "2026-08-31", "40.00"},
		{"several in one letter: the highest of one instalment", "consumer; 400.00 due 2026-01-31; 300.00 due 2026-02-28; terms instalments", "", "2026-03-10", "review: the proposal is 60.00"},
		{"what is paid is no instalment any more", "consumer; 1000.00 due 2026-01-31; 400.00 due 2026-02-28; terms instalments; paid 700.00 on 2026-02-05", "", "2026-03-10", "review: the proposal is 60.00"},
		{"nor is what is credited, and the other is unpaid", "consumer; 400.00 due 2026-01-31; 300.00 due 2026-02-28; terms instalments; credited 300.00 on 2026-03-05 invoice 1", "", "2026-03-10", "60.00"},
		{"above the small amounts the scale over all of it, less what was named", "consumer; 1000.00 due 2026-03-31; terms instalments", "2026-03-01 200.00 40.00 same contract", "2026-08-31", "review: the proposal is 140.00"},
		{"before it was law", "consumer; 400.00 due 2024-01-31; 300.00 due 2024-02-28; terms instalments", "", "2024-09-30", "105.00"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			f := tell(c.claim)
			f.OtherNotices = others(c.others)
			if got := sayNotice(t, f, day(c.on)); got != c.want {
				t.Errorf("it names %s, want %s", got, c.want)
			}
		})
	}
}

func sayNotice(t *testing.T, f claim.Facts, on calendar.Date) string {
	t.Helper()
	account, err := f.AccountOn(tables(), on)
	if err != nil {
		t.Fatal(err)
	}
	n, err := f.NoticeOn(tables(), account.Open.Principal, on)
	if err != nil {
		t.Fatal(err)
	}
	if n.Review != "" {
		_, proposal, _ := strings.Cut(n.Review, "; ")
		proposal, _, _ = strings.Cut(proposal, ":")
		return "review: " + proposal
	}
	if n.VAT > 0 {
		return fmt.Sprintf("%s + %s", n.Costs, n.VAT)
	}
	return n.Costs.String()
}

// What a person decided holds, and never makes the costs higher than the law does.
func TestAPersonDecidesWhatInstalmentsCost(t *testing.T) {
	t.Parallel()
	f := tell("consumer; 400.00 due 2026-01-31; 300.00 due 2026-02-28; terms instalments vat")
	for reviewed, want := range map[string]string{"60.00": "60.00 + 12.60", "0.00": "0.00", "999.00": "105.00 + 22.05"} {
		amount := euro(reviewed)
		f.CostsReviewed = &amount
		if got := sayNotice(t, f, day("2026-03-10")); got != want {
			t.Errorf("reviewed as %s it names %s, want %s", reviewed, got, want)
		}
	}
}

// However the debts of a consumer are spread over claims and letters, together they never cost more than one letter for all of them would.
func TestSpreadClaimsNeverCostMoreThanOneDemand(t *testing.T) {
	t.Parallel()
	for number := range uint64(2_000) {
		r := &teller{Rand: rand.New(rand.NewPCG(7, number))}
		var before []claim.OtherNotice
		var principal, named money.Amount
		for range 2 + r.IntN(4) {
			f := tell(fmt.Sprintf("consumer; %s due 2026-01-31", inEuros(r.amount())))
			f.OtherNotices = before
			n, err := f.NoticeOn(tables(), f.Principal(), day("2026-03-10"))
			if err != nil {
				t.Fatal(err)
			}
			before = append(before, claim.OtherNotice{On: day("2026-03-01"), Demanded: law.Demanded{Principal: n.Principal, Costs: n.Costs}})
			principal, named = principal+f.Principal(), named+n.Costs
		}
		if once, _ := tables().CollectionCosts(principal, day("2026-03-10")); named > once {
			t.Fatalf("%d: %s is named over %s in all, one demand would name %s", number, named, principal, once)
		}
	}
}

// A letter for another claim shares one calculation with this one's when it took letters into account that were out by then. One of before this one cannot
// have taken it into account: with which other letters it shared does not matter here.
func TestALetterOfBeforeSharesNothing(t *testing.T) {
	t.Parallel()
	for on, want := range map[string]string{"2026-03-07": "187.50", "2026-03-08": "177.08", "2026-03-09": "177.08"} {
		f := tell("consumer; 2500.00 due 2026-01-31; letter received 2026-03-10; named 375.00 of 2500.00; paid 1250.00 on 2026-03-09")
		f.OtherNotices = []claim.OtherNotice{{On: day(on), Demanded: law.Demanded{Principal: euro("500.00"), Costs: euro("75.00")}, Shared: true}}
		f.Letters[0].On = day("2026-03-08")
		f.Invoices[0].Due = day("2026-03-09") // so that no interest takes a part of the payment
		if got := accountOn(t, f, "2026-03-25").Charged.Costs.String(); got != want {
			t.Errorf("the other left on %s: %s is charged, want %s", on, got, want)
		}
	}
}

// Part payments within the 14 days leave rests; over them, too, several letters never charge more than one demand would.
func TestSpreadClaimsNeverChargeMoreThanOneDemandOverTheRests(t *testing.T) {
	t.Parallel()
	const noticed, received, paid, asked = "2026-03-08", "2026-03-10", "2026-03-20", "2026-03-25"
	charged := 0
	for number := range uint64(3_000) {
		r := &teller{Rand: rand.New(rand.NewPCG(8, number))}
		var claims []claim.Facts
		var notices []claim.OtherNotice
		for range 2 + r.IntN(3) {
			amount := r.amount()
			f := tell(fmt.Sprintf("consumer; %s due 2026-01-31", inEuros(amount+1)))
			pays := !r.unlikely(3)
			if pays {
				f.Settlements = []claim.Settlement{{Key: "p", Kind: claim.PaidToAgency, On: day(paid), Amount: money.Cents(1 + r.Int64N(amount))}}
			}
			f.OtherNotices = slices.Clone(notices)
			n, err := f.NoticeOn(tables(), f.Principal(), day(noticed))
			if err != nil {
				t.Fatal(err)
			}
			if n.Costs > 0 {
				f.Letters = []claim.Letter{{Kind: claim.FourteenDayLetter, State: claim.LetterAccepted, On: day(noticed), Received: day(received), Demanded: f.Principal(), Announced: n.Announced}}
				notices = append(notices, claim.OtherNotice{On: day(noticed), Demanded: law.Demanded{Principal: n.Principal, Costs: n.Costs}, Shared: n.Others.Principal > 0, PartPaid: pays})
			}
			claims = append(claims, f)
		}
		var costs, rests money.Amount
		for _, f := range claims {
			f.OtherNotices = notices // its own too, which says nothing new of it
			account := accountOn(t, f, asked)
			costs += account.Charged.Costs
			if account.Charged.Costs > 0 {
				rests += account.CostsBase
			}
		}
		once, err := tables().CollectionCosts(rests, day(asked))
		if err != nil {
			t.Fatal(err)
		}
		if costs > once {
			t.Fatalf("story %d: %d claims are charged %s over rests of %s, one demand would be %s", number, len(claims), costs, rests, once)
		}
		if costs > 0 {
			charged++
		}
	}
	if charged < 1_000 {
		t.Errorf("only %d stories had costs", charged)
	}
}

// In business a letter may ask the minimum, and no scale, of a debtor that has been insolvent since hand-over: what was due by then is what the account has.
func TestTheMostThatALetterMayAskOfAnInsolventDebtor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ flagged, want string }{{"2026-05-01", "40.00"}, {"2026-05-02", "875.00"}} {
		f := tell("company; 10000.00 due 2026-02-28; flagged bankrupt from " + c.flagged + "; handed over on 2026-05-01")
		if most, err := f.LawfulCosts(tables(), accountOn(t, f, "2026-06-01")); err != nil || most != euro(c.want) {
			t.Errorf("bankrupt since %s: at most %s (%v), want %s", c.flagged, most, err, c.want)
		}
	}
}
