package claim_test

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// owed reads claims: "A costs 40.00 interest 1.00 principal 100.00 due 2026-03-01 at 4; B principal ..."; what is not named is nothing, and 4%.
func owed(text string) (list []claim.Obligation) {
	for part := range strings.SplitSeq(text, ";") {
		w := strings.Fields(part)
		o := claim.Obligation{Claim: w[0], Rate: law.Percent{Text: "4"}}
		for i := 1; i < len(w); i += 2 {
			switch w[i] {
			case "costs":
				o.Open.Costs = euro(w[i+1])
			case "interest":
				o.Open.Interest = euro(w[i+1])
			case "principal":
				o.Open.Principal = euro(w[i+1])
			case "due":
				o.Due = day(w[i+1])
			case "at":
				o.Rate.Text = w[i+1]
			case "asked":
				o.Asked = euro(w[i+1])
			}
		}
		list = append(list, o)
	}
	return list
}

// sayDivision is a division in words: "A 40.00+1.00+9.00 | B 0.00+0.00+50.00", and the surplus when there is one.
func sayDivision(d claim.Division) string {
	var words []string
	for _, p := range d.Parts {
		words = append(words, fmt.Sprintf("%s %s+%s+%s", p.Claim, p.Costs, p.Interest, p.Principal))
	}
	if d.Surplus != 0 {
		words = append(words, "surplus "+d.Surplus.String())
	}
	return strings.Join(words, " | ")
}

func TestAPaymentOverSeveralClaims(t *testing.T) {
	t.Parallel()
	const on = "2026-10-01"
	for _, c := range []struct{ story, claims, paid, designated, want, rule string }{
		{"enough for all", "A principal 100.00 due 2026-03-01; B principal 50.00 due 2026-04-01", "150.00", "",
			"A 0.00+0.00+100.00 | B 0.00+0.00+50.00", "oldest first"},
		{"more than is owed", "A principal 100.00 due 2026-03-01; B principal 50.00 due 2026-04-01", "150.01", "",
			"A 0.00+0.00+100.00 | B 0.00+0.00+50.00 | surplus 0.01", "oldest first"},
		{"the debtor designated the younger one", "A principal 100.00 due 2026-03-01; B principal 50.00 due 2026-04-01", "60.00", "B",
			"B 0.00+0.00+50.00 | A 0.00+0.00+10.00", "designated by the debtor"},
		{"designated in the order named", "A principal 10.00 due 2026-03-01; B principal 10.00 due 2026-04-01; C principal 10.00 due 2026-05-01", "25.00", "C B",
			"C 0.00+0.00+10.00 | B 0.00+0.00+10.00 | A 0.00+0.00+5.00", "designated by the debtor"},
		{"one that is not due may be designated", "A principal 100.00 due 2026-03-01; B principal 50.00 due 2026-12-01", "60.00", "B",
			"B 0.00+0.00+50.00 | A 0.00+0.00+10.00", "designated by the debtor"},
		{"within a claim costs come first, then interest", "A costs 40.00 interest 1.00 principal 100.00 due 2026-03-01; B principal 50.00 due 2026-04-01", "45.00", "",
			"A 40.00+1.00+4.00 | B 0.00+0.00+0.00", "most onerous first: collection costs are due (policy)"},
		{"due before not due, whatever the rate", "A principal 100.00 due 2026-10-01 at 10.4; B principal 50.00 due 2026-09-30 at 4", "50.00", "",
			"B 0.00+0.00+50.00 | A 0.00+0.00+0.00", "due before not due"},
		{"the highest rate, whatever the age", "A principal 100.00 due 2026-03-01 at 4; B principal 50.00 due 2026-04-01 at 10.4", "60.00", "",
			"B 0.00+0.00+50.00 | A 0.00+0.00+10.00", "most onerous first: the highest rate of interest"},
		{"10% is more than 9.5%: rates are numbers", "A principal 100.00 due 2026-03-01 at 9.5; B principal 50.00 due 2026-04-01 at 10", "50.00", "",
			"B 0.00+0.00+50.00 | A 0.00+0.00+0.00", "most onerous first: the highest rate of interest"},
		{"costs that are due, at one rate, whatever the age", "A principal 100.00 due 2026-03-01; B costs 40.00 principal 50.00 due 2026-04-01", "50.00", "",
			"B 40.00+0.00+10.00 | A 0.00+0.00+0.00", "most onerous first: collection costs are due (policy)"},
		{"higher costs weigh no more than lower", "A costs 40.00 principal 100.00 due 2026-03-01; B costs 75.00 principal 500.00 due 2026-04-01", "50.00", "",
			"A 40.00+0.00+10.00 | B 0.00+0.00+0.00", "oldest first"},
		{"the oldest", "B principal 100.00 due 2026-03-02; A principal 100.00 due 2026-03-03", "50.00", "",
			"B 0.00+0.00+50.00 | A 0.00+0.00+0.00", "oldest first"},
		{"equally old: in proportion", "A principal 100.00 due 2026-03-01; B principal 50.00 due 2026-03-01", "60.00", "",
			"A 0.00+0.00+40.00 | B 0.00+0.00+20.00", "equally onerous and equally old: in proportion to what is owed"},
		{"the odd cents go to the largest remainders", "A principal 1.00 due 2026-03-01; B principal 1.00 due 2026-03-01; C principal 1.00 due 2026-03-01", "1.00", "",
			"A 0.00+0.00+0.34 | B 0.00+0.00+0.33 | C 0.00+0.00+0.33", "equally onerous and equally old: in proportion to what is owed"},
		{"what closes each comes before the interest that no letter asks", "A interest 1.00 principal 100.00 due 2026-03-01 asked 100.00; B interest 0.50 principal 50.00 due 2026-04-01 asked 50.00", "150.00", "",
			"A 0.00+0.00+100.00 | B 0.00+0.00+50.00", "oldest first"},
		{"then the interest, in the same order", "A interest 1.00 principal 100.00 due 2026-03-01 asked 100.00; B interest 0.50 principal 50.00 due 2026-04-01 asked 50.00", "151.20", "",
			"A 0.00+1.00+100.00 | B 0.00+0.20+50.00", "oldest first"},
		{"one that is not closed pays its interest first", "A interest 1.00 principal 100.00 due 2026-03-01 asked 100.00; B principal 50.00 due 2026-04-01", "99.99", "",
			"A 0.00+1.00+98.99 | B 0.00+0.00+0.00", "oldest first"},
		{"costs are let go after interest", "A costs 40.00 interest 1.00 principal 100.00 due 2026-03-01 asked 110.00; B due 2026-04-01", "110.00", "",
			"A 10.00+0.00+100.00 | B 0.00+0.00+0.00", "most onerous first: collection costs are due (policy)"},
		{"one that is paid takes nothing", "A due 2026-03-01; B principal 50.00 due 2026-04-01", "60.00", "",
			"A 0.00+0.00+0.00 | B 0.00+0.00+50.00 | surplus 10.00", "oldest first"},
		{"nothing is owed", "A due 2026-03-01; B due 2026-03-01", "60.00", "",
			"A 0.00+0.00+0.00 | B 0.00+0.00+0.00 | surplus 60.00", "equally onerous and equally old: in proportion to what is owed"},
		{"one claim", "A principal 50.00 due 2026-03-01", "20.00", "", "A 0.00+0.00+20.00", "the only claim that is not designated"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			d, err := claim.Divide(euro(c.paid), day(on), owed(c.claims), strings.Fields(c.designated))
			if err != nil {
				t.Fatal(err)
			}
			if got := sayDivision(d); got != c.want || d.Parts[0].Reason.Rule != c.rule {
				t.Errorf("%s by %q\nwant %s by %q", got, d.Parts[0].Reason.Rule, c.want, c.rule)
			}
		})
	}
}

func TestADivisionSaysWhy(t *testing.T) {
	t.Parallel()
	d, err := claim.Divide(euro("60.00"), day("2026-10-01"), owed("A principal 50.00 due 2026-03-01 at 10.4; B costs 40.00 principal 50.00 due 2026-12-01; C principal 5.00 due 2026-03-01"), []string{"C"})
	if err != nil {
		t.Fatal(err)
	}
	want := []law.Basis{
		{Rule: "designated by the debtor", Article: "art. 6:43 lid 1 BW", Detail: "number 1 that the debtor designated; takes 5.00 of 5.00"},
		{Rule: "due before not due", Article: "art. 6:43 lid 2 BW", Detail: "due since 2026-03-02, interest 10.4% on 2026-10-01, costs due 0.00; takes 50.00 of 50.00"},
		{Rule: "due before not due", Article: "art. 6:43 lid 2 BW", Detail: "payable until 2026-12-01, interest 4% on 2026-10-01, costs due 40.00; takes 5.00 of 90.00"},
	}
	for i, p := range d.Parts {
		if p.Reason != want[i] {
			t.Errorf("%+v, want %+v", p.Reason, want[i])
		}
	}
}

func TestADivisionThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ claims, designated, field, problem string }{
		{"A principal 1.00 due 2026-03-01; A principal 2.00 due 2026-03-01", "", "claim", `"A" is given twice`},
		{"A principal 1.00 due 2026-03-01", "B", "for", `"B" is not one of the claims`},
		{"A principal 1.00 due 2026-03-01; B principal 1.00 due 2026-03-01", "A A", "for", `"A" is not one of the claims that are left`},
	} {
		_, err := claim.Divide(euro("1.00"), day("2026-10-01"), owed(c.claims), strings.Fields(c.designated))
		var no *claim.DivisionError
		if !errors.As(err, &no) || no.Field != c.field || !strings.Contains(no.Problem, c.problem) {
			t.Errorf("%s for %q: %v", c.claims, c.designated, err)
		}
	}
}

// anyObligations are up to six claims with few different traits, so that equals come often.
var anyObligations = rapid.Custom(func(t *rapid.T) []claim.Obligation {
	list := make([]claim.Obligation, rapid.IntRange(1, 6).Draw(t, "claims"))
	for i := range list {
		cents := rapid.Int64Range(0, 20000)
		list[i] = claim.Obligation{
			Claim: string(rune('A' + i)), Due: day(rapid.SampledFrom([]string{"2026-03-01", "2026-04-01", "2026-12-01"}).Draw(t, "due")),
			Rate: law.Percent{Text: rapid.SampledFrom([]string{"4", "10.4"}).Draw(t, "rate")},
			Open: claim.Balance{Costs: money.Cents(rapid.SampledFrom([]int64{0, 4000}).Draw(t, "costs")), Interest: money.Cents(cents.Draw(t, "interest")), Principal: money.Cents(cents.Draw(t, "principal"))},
		}
		if rapid.Bool().Draw(t, "letter") {
			list[i].Asked = list[i].Open.Principal
		}
	}
	return list
})

func divide(t *rapid.T, amount money.Amount, list []claim.Obligation, designated []string) claim.Division {
	d, err := claim.Divide(amount, day("2026-10-01"), list, designated)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// No cent is lost, no claim takes more than it is owed, and there is a surplus only when every claim has all it is owed.
func TestADivisionConservesMoney(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := anyObligations.Draw(t, "owed")
		amount := money.Cents(rapid.Int64Range(1, 60000).Draw(t, "amount"))
		names := namesOf(list)
		designated := names[:rapid.IntRange(0, len(names)).Draw(t, "designated")]
		d := divide(t, amount, list, designated)
		total := d.Surplus
		for _, p := range d.Parts {
			open := list[slices.Index(names, p.Claim)].Open
			total += p.Amount
			if p.Costs+p.Interest+p.Principal != p.Amount || min(p.Costs, p.Interest, p.Principal) < 0 || p.Costs > open.Costs || p.Interest > open.Interest || p.Principal > open.Principal {
				t.Fatalf("%+v of %+v", p, open)
			}
			if d.Surplus > 0 && p.Amount != open.Total() {
				t.Fatalf("a surplus of %s while %s has %s of %s", d.Surplus, p.Claim, p.Amount, open.Total())
			}
		}
		if total != amount || d.Surplus < 0 || len(d.Parts) != len(list) {
			t.Fatalf("%s of %s: %s", total, amount, sayDivision(d))
		}
		for i, name := range designated { // designation wins: one is closed before the next gets anything
			if d.Parts[i].Claim != name {
				t.Fatalf("%s is not number %d: %s", name, i+1, sayDivision(d))
			}
		}
		for i, p := range d.Parts {
			o := list[slices.Index(names, p.Claim)]
			closed := p.Amount == o.Open.Total() || o.Asked > 0 && p.Amount >= o.Asked
			if i < len(designated) && !closed && slices.ContainsFunc(d.Parts[i+1:], func(q claim.Part) bool { return q.Amount > 0 }) {
				t.Fatalf("%s is not closed: %s", p.Claim, sayDivision(d))
			}
		}
	})
}

func namesOf(list []claim.Obligation) []string {
	names := make([]string, len(list))
	for i, o := range list {
		names[i] = o.Claim
	}
	return names
}

func TestTheOrderOfTheClaimsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := anyObligations.Draw(t, "owed")
		amount := money.Cents(rapid.Int64Range(1, 60000).Draw(t, "amount"))
		designated := rapid.Permutation(namesOf(list)).Draw(t, "named")[:rapid.IntRange(0, 2).Draw(t, "designated")%(len(list)+1)]
		want := sayDivision(divide(t, amount, list, designated))
		if got := sayDivision(divide(t, amount, rapid.Permutation(list).Draw(t, "order"), designated)); got != want {
			t.Fatalf("%s\nin another order it is\n%s", want, got)
		}
	})
}

// Claims that are equal in all but what is owed share to the cent, each within a cent of its exact share.
func TestSharesAreProportionalToTheCent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := anyObligations.Draw(t, "owed")
		var total money.Amount
		for i := range list {
			list[i].Due, list[i].Rate, list[i].Open.Costs = day("2026-03-01"), law.Percent{Text: "4"}, 0
			list[i].Asked = 0
			total += list[i].Open.Total()
		}
		if total == 0 {
			return
		}
		amount := money.Cents(rapid.Int64Range(1, total.Cents()).Draw(t, "amount"))
		d := divide(t, amount, list, nil)
		sum := money.Amount(0)
		for i, p := range d.Parts {
			exact := new(big.Rat).Quo(new(big.Rat).Mul(amount.Rat(), list[i].Open.Total().Rat()), total.Rat())
			off := new(big.Rat).Sub(p.Amount.Rat(), exact)
			if off.Abs(off).Cmp(big.NewRat(1, 100)) >= 0 {
				t.Fatalf("%s gets %s of an exact %s", p.Claim, p.Amount, exact.FloatString(6))
			}
			sum += p.Amount
		}
		if sum != amount || d.Surplus != 0 {
			t.Fatalf("%s of %s", sum, amount)
		}
	})
}

// A claim is one obligation: its age is that of its oldest unpaid invoice, its rate that of the debtor's kind on the day.
func TestAClaimAsOneObligation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, story, on, want string }{
		{"a consumer", "consumer; 1000.00 due 2026-06-30", "2026-07-30", "due 2026-06-30 at 4: costs 0.00 interest 3.29 principal 1000.00"},
		{"a company", "company; 1000.00 due 2026-06-30", "2026-07-30", "due 2026-06-30 at 10.4: costs 150.00 interest 8.55 principal 1000.00"},
		{"the oldest invoice counts", "consumer; 100.00 due 2026-07-15; 100.00 due 2026-06-30", "2026-06-30", "due 2026-06-30 at 4: costs 0.00 interest 0.00 principal 200.00"},
		{"of which principal is unpaid", "consumer; 100.00 due 2026-07-15; 100.00 due 2026-06-30; paid 100.00 on 2026-06-30", "2026-06-30", "due 2026-07-15 at 4: costs 0.00 interest 0.00 principal 100.00"},
		{"one that is paid in part is unpaid", "consumer; 100.00 due 2026-07-15; 100.00 due 2026-06-30; paid 99.99 on 2026-06-30", "2026-06-30", "due 2026-06-30 at 4: costs 0.00 interest 0.00 principal 100.01"},
		{"all is paid", "consumer; 100.00 due 2026-06-30; paid 100.00 on 2026-06-30", "2026-07-30", "due 2026-06-30 at 4: costs 0.00 interest 0.00 principal 0.00"},
		{"a bankrupt debtor owes no interest any more", "company; 1000.00 due 2026-06-30; flagged bankrupt from 2026-07-11", "2026-07-30", "due 2026-06-30 at 0: costs 150.00 interest 2.85 principal 1000.00"},
		{"a letter that still can be met asks less: that closes it", "consumer; 1000.00 due 2026-06-30; asked 1000.00 from 2026-07-20 to 2026-08-03", "2026-07-30", "due 2026-06-30 at 4: costs 0.00 interest 3.29 principal 1000.00, asked 1000.00"},
		{"of which a part is paid", "consumer; 1000.00 due 2026-06-30; asked 1000.00 from 2026-07-20 to 2026-08-03; paid 400.00 on 2026-07-25", "2026-07-30", "due 2026-06-30 at 4: costs 0.00 interest 0.33 principal 602.74, asked 600.00"},
		{"its term is over", "consumer; 1000.00 due 2026-06-30; asked 1000.00 from 2026-07-20 to 2026-07-29", "2026-07-30", "due 2026-06-30 at 4: costs 0.00 interest 3.29 principal 1000.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o, err := tell(c.story).Obligation(tables(), day(c.on))
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprintf("due %s at %s: costs %s interest %s principal %s", o.Due, o.Rate.Text, o.Open.Costs, o.Open.Interest, o.Open.Principal)
			if o.Asked != 0 {
				got += ", asked " + o.Asked.String()
			}
			if got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
	var unconfirmed *law.UnconfirmedError
	if _, err := tell("consumer; 1000.00 due 2026-06-30").Obligation(tables(), day("2099-01-01")); !errors.As(err, &unconfirmed) {
		t.Errorf("a day past the last confirmed rate: %v", err)
	}
}

// What a division says that a claim gets is what its account makes of it: two letters that are paid with one transfer are both met in time, though more
// is owed by then, and what is more than that pays the interest.
func TestTheAccountsMakeOfItWhatTheDivisionSays(t *testing.T) {
	t.Parallel()
	on := day("2026-07-30")
	for paid, left := range map[string]string{
		"1500.00": "0.00 surplus 0.00", "1501.00": "0.00 surplus 0.00", "1505.99": "0.00 surplus 0.00", "1506.03": "0.00 surplus 0.00", "1510.00": "0.00 surplus 3.97", "1499.99": "3.30 surplus 0.00", "700.00": "803.29 surplus 0.00",
	} {
		claims := []claim.Facts{tell("consumer; 1000.00 due 2026-06-30; asked 1000.00 from 2026-07-20 to 2026-08-03"), tell("consumer; 500.00 due 2026-06-10; asked 500.00 from 2026-07-20 to 2026-08-03")}
		obligations := make([]claim.Obligation, len(claims))
		for i := range claims {
			claims[i].ClaimID = string(rune('A' + i))
			var err error
			if obligations[i], err = claims[i].Obligation(tables(), on); err != nil {
				t.Fatal(err)
			}
		}
		d, err := claim.Divide(euro(paid), on, obligations, nil)
		if err != nil {
			t.Fatal(err)
		}
		open, surplus := money.Amount(0), money.Amount(0)
		for i, p := range d.Parts {
			amount := p.Amount
			if i == 0 {
				amount += d.Surplus
			}
			f := claims[p.Claim[0]-'A']
			f.Settlements = append(f.Settlements, claim.Settlement{Key: "k", Kind: claim.PaidToAgency, On: on, Amount: amount})
			a := accountOn(t, f, "2026-07-30")
			if x := a.Allocations[0]; amount > 0 && (x.Costs != p.Costs || x.Interest != p.Interest || x.Principal != p.Principal) {
				t.Errorf("of %s claim %s gets %+v, its account says %s", paid, p.Claim, p, sayAllocations(a))
			}
			open, surplus = open+a.Open.Total(), surplus+a.Surplus
		}
		if got := fmt.Sprintf("%s surplus %s", open, surplus); got != left || surplus != d.Surplus {
			t.Errorf("%s leaves %s, want %s, the division says a surplus of %s", paid, got, left, d.Surplus)
		}
	}
}
