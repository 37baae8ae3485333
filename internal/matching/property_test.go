package matching_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/matching"
)

// world is a small world with its index and some payments.
func world(t *testing.T, seed uint64, claims, payments int, mix matching.Mix) (*matching.Index, []matching.Paid) {
	t.Helper()
	w := matching.NewWorld(seed, claims, mix)
	x, err := w.Index()
	if err != nil {
		t.Fatal(err)
	}
	paid := make([]matching.Paid, payments)
	for i := range paid {
		paid[i] = w.Next()
	}
	return x, paid
}

// An unrelated claim, of another debtor with references of its own, may share everything else with the right one. It never becomes the match.
func TestAnUnrelatedClaimNeverTakesAPayment(t *testing.T) {
	t.Parallel()
	x, paid := world(t, 5, 3000, 4000, matching.HardMix)
	byID := map[string]matching.Claim{}
	for _, c := range matching.NewWorld(5, 3000, matching.HardMix).Claims() {
		byID[c.ID] = c
	}
	matched := 0
	for i, p := range paid {
		before := x.Match(p.Payment, storyPolicy)
		if before.Outcome != matching.Automatic {
			continue
		}
		matched++
		twin := byID[before.Proposals[0].Parts[0].Claim]
		twin.ID, twin.Debtor, twin.RF, twin.Kenmerk = "twin", "unrelated", rf(fmt.Sprintf("%010d", 7_654_321_000+i)), kenmerk(fmt.Sprintf("%015d", 98_765_432_100_000+i))
		random := rand.New(rand.NewPCG(uint64(i), 1))
		for _, differ := range []func(){
			func() { twin.Name = "Xandra Anders" }, func() { twin.Numbers = []string{fmt.Sprint(5_000_000 + i)} }, func() { twin.Invoices = []string{fmt.Sprint(66_000_000 + i)} },
			func() { twin.Total, twin.LastDemanded = twin.Total+123, twin.LastDemanded+123 }, func() { twin.Postcode = "9999 XX" },
		} {
			if random.IntN(2) == 0 {
				differ()
			}
		}
		if err := x.Add(twin); err != nil {
			t.Fatal(err)
		}
		after := x.Match(p.Payment, storyPolicy)
		if after.Outcome == matching.Automatic && !slices.Equal(after.Proposals[0].Parts, before.Proposals[0].Parts) {
			t.Errorf("%+v\nbefore %s\nafter  %s", p.Payment, tell(before), tell(after))
		}
		x.Remove("twin")
	}
	if matched < 3000 {
		t.Errorf("only %d payments were matched: nothing was tried", matched)
	}
}

// What is found depends neither on the order in which claims came, nor on claims that came and went.
func TestOrderOfClaimsDoesNotMatter(t *testing.T) {
	t.Parallel()
	w := matching.NewWorld(6, 800, matching.HardMix)
	claims := w.Claims()
	first := indexOf(t, claims)
	var paid []matching.Paid
	for range 300 {
		paid = append(paid, w.Next())
	}
	rapid.Check(t, func(t *rapid.T) {
		shuffled := rapid.Permutation(claims).Draw(t, "order")
		again := matching.NewIndex()
		for i, c := range shuffled {
			if err := again.Add(c); err != nil {
				t.Fatal(err)
			}
			if i%3 == 0 {
				again.Remove(c.ID)
				if err := again.Add(c); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, p := range paid {
			if diff := cmp.Diff(first.Match(p.Payment, storyPolicy), again.Match(p.Payment, storyPolicy)); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

func indexOf(t *testing.T, claims []matching.Claim) *matching.Index {
	t.Helper()
	x := matching.NewIndex()
	for _, c := range claims {
		if err := x.Add(c); err != nil {
			t.Fatal(err)
		}
	}
	return x
}

// Whatever comes in, a proposal adds up to the payment, nothing is booked on nobody, no more is paid back by itself than the agency says, and every result says why.
func TestAProposalAddsUp(t *testing.T) {
	t.Parallel()
	for _, mix := range []matching.Mix{matching.BaseMix, matching.HardMix, matching.NoiseMix} {
		x, paid := world(t, 7, 1000, 3000, mix)
		for _, p := range paid {
			r := x.Match(p.Payment, storyPolicy)
			if r.Why == "" || r.Rule == "" || (r.Outcome == matching.Queued) != (len(r.Proposals) == 0) || (len(r.Proposals) > 1) != (r.WhyNot != "") {
				t.Fatalf("%+v: %+v", p.Payment, r)
			}
			if r.Outcome == matching.Automatic && r.Proposals[0].Surplus > storyPolicy.MaxSurplus {
				t.Fatalf("%+v: more is paid back than may be: %s", p.Payment, tell(r))
			}
			for _, proposal := range r.Proposals {
				sum := proposal.Surplus
				for _, part := range proposal.Parts {
					sum += part.Amount
				}
				if sum != p.Amount || proposal.Surplus < 0 || len(proposal.Parts) == 0 {
					t.Fatalf("%+v: %+v", p.Payment, proposal)
				}
			}
		}
	}
}

// A rule that is switched off decides nothing; the others go on, and what it alone would have matched waits for a person.
func TestKillSwitch(t *testing.T) {
	t.Parallel()
	x, paid := world(t, 8, 2000, 3000, matching.HardMix)
	rules, reasons := matching.Rules()
	for _, rule := range rules {
		if reasons[rule] == "" {
			t.Errorf("rule %s has no reason", rule)
		}
		off := storyPolicy
		off.Off = map[matching.Rule]bool{rule: true}
		used := 0
		for _, p := range paid {
			with, without := x.Match(p.Payment, storyPolicy), x.Match(p.Payment, off)
			if with.Rule == rule {
				used++
			}
			if without.Rule == rule && without.Outcome != matching.Queued {
				t.Fatalf("rule %s is off and decided: %s", rule, tell(without))
			}
			if with.Rule != rule && tell(with) != tell(without) {
				t.Fatalf("rule %s did not decide, and without it %s becomes %s", rule, tell(with), tell(without))
			}
			if without.Outcome == matching.Automatic && len(p.Parts) > 0 && without.Proposals[0].Debtor != p.Debtor {
				t.Fatalf("without rule %s the wrong debtor: %+v %s", rule, p.Payment, tell(without))
			}
		}
		if used == 0 && !slices.Contains([]matching.Rule{matching.NotDebtor, matching.ClosedReference}, rule) {
			t.Errorf("rule %s decided nothing: nothing was tried", rule)
		}
	}
	none := storyPolicy
	none.Off = map[matching.Rule]bool{}
	for _, rule := range rules {
		none.Off[rule] = true
	}
	if r := x.Match(paid[0].Payment, none); r.Outcome != matching.Queued || !strings.Contains(r.Why, "switched on") {
		t.Errorf("with all rules off: %s", tell(r))
	}
}

// One typing error in a reference is repaired wherever it is, and the amount says the same.
func TestEveryTypingErrorIsRepaired(t *testing.T) {
	t.Parallel()
	x := indexOf(t, storyClaims())
	for _, ref := range []string{storyClaims()[3].RF[2:], storyClaims()[3].Kenmerk} {
		for _, wrong := range typingErrors(ref) {
			r := x.Match(matching.Payment{Amount: euros("240.00"), Text: "kenmerk " + wrong}, storyPolicy)
			if got := tell(r); got != "auto repaired-reference: bea 240.00" {
				t.Errorf("%s for %s: %s (%s)", wrong, ref, got, r.Why)
			}
		}
	}
}

// typingErrors are all numbers with one error that do not by chance satisfy the check digits, or lack just these.
func typingErrors(ref string) (all []string) {
	for i := range ref {
		if i > 1 { // a kenmerk without its first digit lacks its check digit
			all = append(all, ref[:i]+ref[i+1:])
		}
		all = append(all, ref[:i]+"7"+ref[i:])
		if i > 0 && ref[i] != ref[i-1] {
			all = append(all, ref[:i-1]+ref[i:i+1]+ref[i-1:i]+ref[i+1:])
		}
		for d := '0'; d <= '9'; d++ {
			all = append(all, ref[:i]+string(d)+ref[i+1:])
		}
	}
	return slices.DeleteFunc(all, func(s string) bool { return matching.Holds(s) || strings.Contains(s, ref) })
}
