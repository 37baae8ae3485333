package claim_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// anyStory is a claim in words and the day on which its account is asked, of half of them with an arrangement, of half before the court; rapid shrinks to a low
// number, not to a short story.
var anyStory = rapid.Custom(func(t *rapid.T) [2]string {
	text, on := madeUpWith(rapid.Uint64().Draw(t, "story"), rapid.Bool().Draw(t, "arranged"), rapid.Bool().Draw(t, "judged"))
	return [2]string{text, on}
})

func mustAccount(t *rapid.T, f claim.Facts, on string) claim.Account {
	a, err := f.AccountOn(tables(), day(on))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAllocationConservesMoney(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		told := anyStory.Draw(t, "told")
		f := tell(told[0])
		a, known := mustAccount(t, f, told[1]), 0
		for _, s := range f.Settlements {
			if !s.On.After(day(told[1])) {
				known++
			}
		}
		if len(a.Allocations) != known {
			t.Fatalf("%d settlements, %d allocations", known, len(a.Allocations))
		}
		for _, x := range a.Allocations {
			if x.Costs+x.Interest+x.Principal+x.Surplus != x.Settlement.Amount || min(x.Costs, x.Interest, x.Principal, x.Surplus) < 0 {
				t.Fatalf("%s of %s is divided %s+%s+%s+%s", x.Settlement.Kind, x.Settlement.Amount, x.Costs, x.Interest, x.Principal, x.Surplus)
			}
		}
		if x := a.Charged.Principal; x != f.Principal() {
			t.Fatalf("a principal of %s is charged as %s", f.Principal(), x)
		}
	})
}

// Which settlement became known first does not matter, nor does when the invoices and letters were written down.
func TestArrivalDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		told := anyStory.Draw(t, "told")
		f := tell(told[0])
		want := inWords(mustAccount(t, f, told[1]))
		f.Settlements = rapid.Permutation(f.Settlements).Draw(t, "arrival")
		slices.Reverse(f.Letters)
		slices.Reverse(f.Invoices)
		got := inWords(mustAccount(t, f, told[1]))
		if got != want && !sameDue(f) { // which of two invoices of one day is paid first is for the order in which they are told
			t.Fatalf("%s\nin another order it is\n%s", want, got)
		}
	})
}

func sameDue(f claim.Facts) bool {
	for i, invoice := range f.Invoices {
		if slices.ContainsFunc(f.Invoices[:i], func(o claim.Invoice) bool { return o.Due == invoice.Due }) {
			return true
		}
	}
	return false
}

// Only a court that dismisses the claim makes it less.
func TestInterestNeverFallsWhenTimePasses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		told := anyStory.Draw(t, "told")
		f := tell(told[0])
		f.Settlements, f.Letters = nil, nil
		f.Court = slices.DeleteFunc(f.Court, func(s claim.CourtStep) bool { return s.Stage == claim.CourtLost })
		on, before := day(told[1]), claim.Balance{}
		for range 20 {
			a := mustAccount(t, f, on.String())
			if a.Open.Interest < before.Interest || a.Open.Costs < before.Costs || a.Open.Principal != f.Principal() {
				t.Fatalf("on %s %s, before %+v", on, say(a), before)
			}
			before, on = a.Open, on.AddDays(rapid.IntRange(0, 40).Draw(t, "days"))
		}
	})
}

// Paying never makes a debtor owe more, whatever the payment is and however late it becomes known. It is not asked of one of before an arrangement was agreed that
// was in nobody's books then: nothing was to be agreed on, so nothing of after it is let go.
func TestAPaymentNeverRaisesWhatIsOpen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		told := anyStory.Draw(t, "told")
		f := tell(told[0])
		before := mustAccount(t, f, told[1])
		paid := claim.Settlement{
			Key: rapid.StringMatching("[0-9]{2}x").Draw(t, "key"), Kind: rapid.SampledFrom(claim.SettlementKinds()).Draw(t, "kind"),
			On: day(told[1]).AddDays(-rapid.IntRange(0, 900).Draw(t, "days ago")), Amount: money.Cents(rapid.Int64Range(1, 3000_00).Draw(t, "cents")),
		}
		if paid.Kind == claim.CreditNote && rapid.Bool().Draw(t, "named") {
			paid.Invoice = rapid.SampledFrom(f.Invoices).Draw(t, "invoice").Number
		}
		if slices.ContainsFunc(f.Arrangements, func(a claim.Arrangement) bool { return paid.On.Before(a.On) }) {
			paid.On = calendar.Max(paid.On, f.Arrangements[len(f.Arrangements)-1].On)
		}
		f.Settlements = append(slices.Clone(f.Settlements), paid)
		after := mustAccount(t, f, told[1])
		open := after.Open.Total()
		if len(f.Court) > 0 {
			open -= freed(before, after)
		}
		if open > before.Open.Total() {
			t.Fatalf("%s\non %s %s is open; with %s of %s on %s it is %s", told[0], told[1], before.Open.Total(), paid.Kind, paid.Amount, paid.On, after.Open.Total())
		}
	})
}

// freed is by how much less of costs the settlements of before pay, or let go, since another one came to be known: so much was not due then. What a court decided of the costs, and what its procedure cost, is due all the same and is open instead
// (docs/decisions/0081); what was freed is too much, or pays what would have been let go.
func freed(before, after claim.Account) (less money.Amount) {
	for _, was := range before.Allocations {
		for _, is := range after.Allocations {
			if is.Settlement.Key == was.Settlement.Key {
				less += money.Max(0, was.Costs-is.Costs)
			}
		}
	}
	return less
}

// What was decided of the collection costs stays, whatever comes to be known since of a 14-day letter, and the VAT in them is a part of them. A judgment that is set aside is none.
func TestNoLetterTakesOffWhatWasDecided(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text, on := madeUpWith(rapid.Uint64().Draw(t, "story"), rapid.Bool().Draw(t, "arranged"), true)
		f := tell(text)
		least, _ := f.DecidedCosts(day(on))
		for i := range f.Letters {
			switch l := &f.Letters[i]; rapid.IntRange(0, 3).Draw(t, "comes to be known") {
			case 0:
				l.State, l.Received = claim.LetterFailed, calendar.Date{}
			case 1:
				l.Overnamed = claim.Overnamed{By: "x", On: l.On.AddDays(-1), Known: day(on)}
			case 2:
				f.Flags = append(f.Flags, claim.Flag{Kind: claim.FlagBankrupt, From: l.On, Until: l.On})
			}
		}
		a := mustAccount(t, f, on)
		kept := a.CollectionCosts()
		if kept < least || a.CostsVAT > a.Charged.Costs-a.CourtCosts-a.InformationCosts-a.CostsDecided {
			t.Fatalf("%s\non %s collection costs of %s are owed or paid, of %s with %s VAT charged, and %s was decided", text, on, kept, a.Charged.Costs, a.CostsVAT, least)
		}
		if lines, _, err := f.Explain(tables(), day(on)); err != nil || total(lines) != a.Open.Total() {
			t.Fatalf("%s\non %s the explanation is %s together (%v), %s is owed\n%s", text, on, total(lines), err, a.Open.Total(), sayReasons(lines))
		}
	})
}

// What was written off because a judgment left it out of the collection costs takes nothing of what it awards: open, or paid in money, that stays, whatever comes to be known since.
func TestWhatAJudgmentLeftOutIsNotTakenOfWhatItAwards(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text, on := madeUpWith(rapid.Uint64().Draw(t, "story"), rapid.Bool().Draw(t, "arranged"), true)
		f := tell(text)
		f.Settlements = without(f.Settlements, claim.WriteOff)
		judgment, stands := f.Judgment()
		if !stands || judgment.On.After(day(on)) {
			t.Skip("none stands")
		}
		f.Court[1].LeftOut = mustAccount(t, before(f), judgment.On.String()).CostsLeftOut(judgment.Awarded.Costs) // the summons is the first
		for i, rest := 0, f.Court[1].LeftOut; rest > 0 && i < 3; i++ {
			part := money.Cents(rapid.Int64Range(1, rest.Cents()).Draw(t, "cents"))
			f = f.With(claim.Settlement{Key: fmt.Sprint("z", i), Kind: claim.WriteOff, On: judgment.On.AddDays(rapid.IntRange(0, 60).Draw(t, "days")), Amount: part})
			rest -= part
		}
		for i := range f.Letters {
			if rapid.Bool().Draw(t, "comes back") {
				f.Letters[i].State, f.Letters[i].Received = claim.LetterFailed, calendar.Date{}
			}
		}
		a := mustAccount(t, f, on)
		kept := a.CollectionCosts()
		for _, x := range a.Allocations {
			if x.Settlement.Kind == claim.WriteOff {
				kept -= x.Costs
			}
		}
		if kept < judgment.Awarded.Costs {
			t.Fatalf("%s\non %s collection costs of %s are open or paid, and %s was awarded, %s left out", text, on, kept, judgment.Awarded.Costs, f.Court[1].LeftOut)
		}
	})
}

// before is the facts as they were before the judgment was recorded.
func before(f claim.Facts) claim.Facts {
	f.Court = f.Court[:1]
	return f
}

func without(settlements []claim.Settlement, kind claim.SettlementKind) []claim.Settlement {
	return slices.DeleteFunc(slices.Clone(settlements), func(s claim.Settlement) bool { return s.Kind == kind })
}

// Every cent that is open is explained, and nothing more: also of what came after a demand that was met.
func TestTheLinesOfAnExplanationAreWhatIsOpen(t *testing.T) {
	t.Parallel()
	for number := range uint64(20_000) {
		text, on := madeUp(number)
		lines, account, err := tell(text).Explain(tables(), day(on))
		if err != nil || total(lines) != account.Open.Total() {
			t.Fatalf("story %d: %s\non %s %s is open, the lines are %s together (%v)\n%s", number, text, on, account.Open.Total(), total(lines), err, sayReasons(lines))
		}
	}
}

// The days of a claim can be cut anywhere: a credit note of nothing changes nothing, but for when it is that interest is let go.
func TestCuttingTheDaysOfAClaimChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		told := anyStory.Filter(func(told [2]string) bool {
			s := newSecond(secondKnown(tell(told[0]), told[0], num(inTheEnd)), day(told[1]))
			s.account()
			return s.settled == 0
		}).Draw(t, "told")
		f := tell(told[0])
		want := mustAccount(t, f, told[1])
		for i := range rapid.IntRange(1, 8).Draw(t, "cuts") {
			f = f.With(claim.Settlement{Key: fmt.Sprint("cut", i), Kind: claim.CreditNote, On: day(told[1]).AddDays(-rapid.IntRange(0, 900).Draw(t, "days ago"))})
		}
		got := mustAccount(t, f, told[1])
		got.Allocations = slices.DeleteFunc(got.Allocations, func(a claim.Allocation) bool { return a.Settlement.Amount == 0 })
		if inWords(got) != inWords(want) {
			t.Fatalf("%s\n%s\ncut in parts it is\n%s", told[0], inWords(want), inWords(got))
		}
	})
}

// A stretch of days can be cut anywhere: the interest of the parts is exactly that of the whole.
func TestSplittingAPeriodAddsUpExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table := rapid.SampledFrom([]law.InterestTable{tables().Consumer, tables().Commercial}).Draw(t, "table")
		due := day("2012-07-01").AddDays(rapid.IntRange(0, 4000).Draw(t, "due"))
		whole, parts := table.Accrue(euro("1234.56"), due), table.Accrue(euro("1234.56"), due)
		on := due
		for range rapid.IntRange(1, 12).Draw(t, "cuts") {
			on = on.AddDays(rapid.IntRange(0, 100).Draw(t, "days"))
			if err := parts.Advance(on); err != nil {
				t.Fatal(err)
			}
		}
		if err := whole.Advance(on); err != nil || whole.Owed().Cmp(parts.Owed()) != 0 {
			t.Fatalf("due %s, on %s: %s, in parts %s (%v)", due, on, whole.Owed().FloatString(9), parts.Owed().FloatString(9), err)
		}
		sum := new(big.Rat)
		for _, s := range parts.Segments() {
			sum.Add(sum, s.Interest())
		}
		if sum.Cmp(whole.Owed()) != 0 {
			t.Fatalf("segments %s, owed %s", sum.FloatString(9), whole.Owed().FloatString(9))
		}
	})
}

func TestCostsNeverFallWhenThePrincipalGrows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		less := rapid.Int64Range(0, 1_200_000_00).Draw(t, "less")
		more := less + rapid.Int64Range(0, 10_000_00).Draw(t, "more")
		a, err := tables().CollectionCosts(money.Cents(less), day("2026-11-22"))
		b, err2 := tables().CollectionCosts(money.Cents(more), day("2026-11-22"))
		if err != nil || err2 != nil || b < a || b-a > (money.Cents(more-less)*15+50)/100+euro("40.00") {
			t.Fatalf("costs over %s are %s, over %s %s", money.Cents(less), a, money.Cents(more), b)
		}
	})
}

func TestPrintedLinesAreThePrintedTotal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		told := anyStory.Draw(t, "told")
		a := mustAccount(t, tell(told[0]), told[1])
		if problem := linesOf(a.Segments(), a.Charged.Interest); problem != "" {
			t.Fatalf("%s\n%s", strings.Join(told[:], " on "), problem)
		}
	})
}
