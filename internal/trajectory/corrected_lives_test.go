package trajectory_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// corrects is what a correction tells, and nothing for other letters. Each letter that it tells was wrong by something that came to be known since, and no correction
// that left told as much of it.
func (w *world) corrects(a trajectory.Action) string {
	if a.Letter != trajectory.Correction {
		return ""
	}
	untold := w.untold()
	if len(untold) == 0 {
		w.fail("%s leaves and nothing was wrong", a.Step)
	}
	for _, x := range untold {
		if !slices.ContainsFunc(w.facts.Settlements, func(s claim.Settlement) bool { return s.On.Before(x.Letter.On) && !s.Known.Before(x.Letter.On) }) {
			w.fail("%s tells of %+v, of which nothing came to be known", a.Step, x)
		}
		for _, l := range w.facts.Letters {
			if l.Left() && toldAsMuch(l.Corrects, x) {
				w.fail("%s tells of %+v again, after %s", a.Step, x, l.Corrects)
			}
		}
	}
	return trajectory.Corrects(untold)
}

// saysPaid is for a correction after which nothing is owed: it asks nothing, so an arrangement that was paid off does not keep it back.
func (w *world) saysPaid(a trajectory.Action) bool {
	account, err := w.facts.AccountOn(w.rules.Tables, w.today())
	if err != nil {
		w.fail("account: %v", err)
	}
	return a.Letter == trajectory.Correction && account.Open.Total() == 0
}

func toldAsMuch(marks string, x trajectory.Fault) bool {
	_, rest, found := strings.Cut(" "+marks, " "+x.Letter.Kind+"@"+x.Letter.On.String()+"=")
	cents, _, _ := strings.Cut(rest, " ")
	owed, err := strconv.ParseInt(cents, 10, 64)
	return found && err == nil && money.Cents(owed) <= x.Owed.Total()+trajectory.Tolerance
}

func (w *world) untold() []trajectory.Fault {
	untold, err := trajectory.Untold(w.facts, w.rules.Tables)
	if err != nil {
		w.fail("untold: %v", err)
	}
	return untold
}

// Payments come to be known late, and are taken back, whatever else happens: a correction tells each letter that was wrong once, never one that was not, and
// no claim ends of which the debtor was not told and no person asked.
func TestEachLetterThatWasWrongIsToldOnce(t *testing.T) {
	t.Parallel()
	l := library(t)
	late := append(slices.Clone(happenings), slices.Repeat([]string{"another trajectory"}, len(happenings))...)
	rapid.Check(t, func(t *rapid.T) {
		f := handedOver(t, rapid.SampledFrom([]string{"consumer", "sole trader", "company"}).Draw(t, "debtor"))
		rules, err := l.Rules(f)
		if err != nil {
			t.Fatal(err)
		}
		w := newWorld(t, f, rules, late)
		w.change = w.knownLate
		w.runToTheEnd()
		if untold := w.untold(); len(untold) > 0 && w.facts.Attention == nil {
			w.fail("%s, and nobody was told of %+v", w.facts.Status, untold)
		}
	})
}

// knownLate tells of a payment of some days ago, or takes the newest back.
func (w *world) knownLate() {
	if n := len(w.facts.Settlements); n > 0 && rapid.IntRange(0, 3).Draw(w.t, "what is known") == 0 {
		w.facts.Settlements = slices.Clone(w.facts.Settlements[:n-1])
		return
	}
	w.settle(claim.PaidToClient, w.facts.Principal()/3)
	s := &w.facts.Settlements[len(w.facts.Settlements)-1]
	s.On, s.Known = w.today().AddDays(-rapid.IntRange(0, 25).Draw(w.t, "days ago")), w.today()
}
