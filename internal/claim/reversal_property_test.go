package claim_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/claim"
)

// everything is known and taken back by then.
var inTheEnd = day("2034-12-31")

// bookedStory is a story some of whose settlements were taken back, and the day on which its account is asked.
var bookedStory = anyStory.Filter(func(told [2]string) bool { return strings.Contains(told[0], " reversed ") })

// The account follows from what is in the books, not from the order in which it was written there.
func TestTheOrderOfBooksDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		told := bookedStory.Draw(t, "told")
		f, records := tell(told[0]), recordsOf(told[0])
		known := dateOf(rapid.SampledFrom(daysOfBooks(told[0])).Draw(t, "known"))
		want := inWords(mustAccount(t, f.KnownOn(records, known), told[1]))
		records.Books = rapid.Permutation(records.Books).Draw(t, "order")
		if got := inWords(mustAccount(t, f.KnownOn(records, known), told[1])); got != want {
			t.Fatalf("%s\nin another order it is\n%s", want, got)
		}
	})
}

// What was reversed never was: the account is that of the story without it, however the books came about.
func TestWhatWasReversedNeverWas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		told := bookedStory.Draw(t, "told")
		f, records := tell(told[0]), recordsOf(told[0])
		stepwise := f
		stepwise.Settlements = nil
		for _, b := range records.Books {
			stepwise = stepwise.With(b.Settlement)
		}
		for _, b := range records.Books {
			if !b.Reversed.IsZero() {
				stepwise = stepwise.Without(b.Key)
			}
		}
		want := inWords(mustAccount(t, f, told[1]))
		if got := inWords(mustAccount(t, stepwise, told[1])); got != want {
			t.Fatalf("%s\nwithout them it is\n%s", got, want)
		}
		if got := inWords(mustAccount(t, f.KnownOn(records, inTheEnd), told[1])); got != want {
			t.Fatalf("%s\nin the end it is\n%s", got, want)
		}
	})
}

// Reversing a settlement and booking the same again changes nothing, also not how each payment was divided.
func TestReversedAndBookedAgainIsNeverReversed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		told := anyStory.Filter(func(told [2]string) bool { return len(tell(told[0]).Settlements) > 0 }).Draw(t, "told")
		f := tell(told[0])
		s := rapid.SampledFrom(f.Settlements).Draw(t, "reversed")
		again := s
		again.Key += "~2"
		g := f.Without(s.Key).With(again)
		if got, want := inWords(mustAccount(t, g, told[1])), inWords(mustAccount(t, f, told[1])); got != want {
			t.Fatalf("%s\nit was\n%s", got, want)
		}
		if d, err := f.DifferenceTo(g, tables(), day(told[1])); err != nil || d.Before != d.After {
			t.Fatalf("%+v, %v", d, err)
		}
	})
}

// Whatever was known when: what stands is divided whole, the principal is charged whole, and the difference is what came and went.
func TestReversalsConserveMoney(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		told := bookedStory.Draw(t, "told")
		f, records := tell(told[0]), recordsOf(told[0])
		known := dateOf(rapid.SampledFrom(daysOfBooks(told[0])).Draw(t, "known"))
		then := f.KnownOn(records, known)
		a := mustAccount(t, then, told[1])
		stands := slices.DeleteFunc(slices.Clone(then.Settlements), func(s claim.Settlement) bool { return s.On.After(day(told[1])) })
		divided := 0
		for _, x := range a.Allocations {
			if x.Costs+x.Interest+x.Principal+x.Surplus != x.Settlement.Amount || min(x.Costs, x.Interest, x.Principal, x.Surplus) < 0 || !slices.Contains(stands, x.Settlement) {
				t.Fatalf("%+v", x)
			}
			divided++
		}
		if divided != len(stands) || a.Charged.Principal != f.Principal() {
			t.Fatalf("%d of %d settlements, a principal of %s is charged as %s", divided, len(stands), f.Principal(), a.Charged.Principal)
		}
		d, err := then.DifferenceTo(f, tables(), day(told[1]))
		if now := mustAccount(t, f, told[1]); err != nil || d.Before != a.Position() || d.After != now.Position() {
			t.Fatalf("%+v, %v", d, err)
		}
		parts := d.Changes()
		if parts[0].Grew()+parts[1].Grew()+parts[2].Grew() != parts[3].Grew() {
			t.Fatalf("%+v", parts)
		}
	})
}
