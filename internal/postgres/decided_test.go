package postgres_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// A 14-day letter that comes back after a judgment, or a settlement, takes nothing off the collection costs that it decided: nothing goes back, and nobody is asked to tell the debtor otherwise. The books say what
// the account does. Told again, a settlement is the same, also when its letter has come back meanwhile.
func TestWhatWasDecidedOfTheCostsStaysWhenTheLetterComesBack(t *testing.T) {
	t.Parallel()
	judgment := claim.CourtStep{Stage: claim.CourtJudgment, On: today, Awarded: claim.Awarded{Principal: eur("100.00"), Costs: eur("40.00"), CourtCosts: eur("200.00")}}
	for name, c := range map[string]struct {
		steps []claim.CourtStep
		owed  string // of collection costs, when the letter has come back
		tasks string
	}{
		"a judgment":                 {[]claim.CourtStep{{Stage: claim.CourtServed, On: today}, judgment}, "40.00", ""},
		"a settlement":               {[]claim.CourtStep{{Stage: claim.CourtSettled, On: today}}, "40.00", ""},
		"a summons, nothing decided": {[]claim.CourtStep{{Stage: claim.CourtServed, On: today}}, "0.00", "correct-letter:summons repay-surplus:40.00"},
	} {
		w := newWorld(t)
		ref := w.open()
		w.sent(ref, "reminder", "sticker-reminder", "14-day-letter", "summons")
		w.exec(`UPDATE letter SET demanded = demanded + 4000 WHERE claim_id = $1 AND step = 'summons'`, ref.ClaimID) // the costs
		ok(t, second(w.RecordDecision(t.Context(), ref, claim.ChooseCourt, at(today), stillSo)))
		w.closes(ref, claim.StatusCourt)
		record := func() {
			for _, step := range c.steps {
				ok(t, w.RecordCourtStep(t.Context(), ref, step, "", at(today), w.lib.Rules))
			}
		}
		record()
		account := func() claim.Account {
			a, err := w.facts(ref).AccountOn(w.lib.Tables(), today)
			ok(t, err)
			return a
		}
		w.receives(ref, "r", account().Open.Total().String())
		ok(t, w.cameBack(ref, "14-day-letter", today))
		record()
		if a := account(); a.CollectionCosts().String() != c.owed || a.Open.Total() != 0 || w.openTasks(ref) != c.tasks {
			t.Errorf("%s: collection costs of %s, %s is owed, tasks %q, want %s and %q", name, a.CollectionCosts(), a.Open.Total(), w.openTasks(ref), c.owed, c.tasks)
		}
		w.verified()
	}
}

// The file keeps what a judgment left out of the collection costs, as it was when it was recorded, also when it is told again; a settlement after a judgment makes no more binding than that awards.
func TestWhatAJudgmentLeftOutIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.sent(ref, "reminder", "sticker-reminder", "14-day-letter", "summons")
	ok(t, second(w.RecordDecision(t.Context(), ref, claim.ChooseCourt, at(today), stillSo)))
	w.closes(ref, claim.StatusCourt)
	record := func(stage claim.CourtStage, awarded claim.Awarded) {
		ok(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: stage, On: today, Awarded: awarded}, "", at(today), w.lib.Rules))
	}
	award := claim.Awarded{Principal: eur("100.00"), Costs: eur("25.00"), CourtCosts: eur("200.00")}
	record(claim.CourtServed, claim.Awarded{})
	record(claim.CourtJudgment, award)
	ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "w", Kind: claim.WriteOff, On: today, Amount: eur("15.00")}, at(today), w.lib.Rules))
	record(claim.CourtSettled, claim.Awarded{})
	ok(t, w.cameBack(ref, "14-day-letter", today))
	f := w.facts(ref)
	judgment, _ := f.CourtStep(claim.CourtJudgment)
	settled, _ := f.CourtStep(claim.CourtSettled)
	a, err := f.AccountOn(w.lib.Tables(), today)
	ok(t, err)
	if judgment.LeftOut != eur("15.00") || settled.Awarded.Costs != eur("25.00") || a.Open.Costs != eur("225.00") {
		t.Errorf("left out %s, settled with %s, open %s", judgment.LeftOut, settled.Awarded.Costs, a.Open.Costs)
	}
	record(claim.CourtSettled, claim.Awarded{}) // told again it is what it was
}

// What is told on the day of a settlement, or of a judgment, makes one figure whichever was told first; what is told of that day later does not: what stood when it was recorded binds. A letter that comes back that day takes nothing off.
func TestWhatWasDecidedIsTheSameInWhateverOrderItIsToldThatDay(t *testing.T) {
	t.Parallel()
	const settled, judged, credited, back, comesBack, nextDay = "settled", "judged", "credited", "taken back", "the letter comes back", "credited the next day"
	for _, c := range []struct {
		told []string
		want string // what stood of collection costs when the parties settled, and what the judgment left out
	}{
		{[]string{settled}, "625.00 0.00"},
		{[]string{credited, settled}, "425.00 0.00"},
		{[]string{settled, credited}, "425.00 0.00"},
		{[]string{settled, credited, settled}, "425.00 0.00"},
		{[]string{settled, credited, back}, "625.00 0.00"},
		{[]string{credited, settled, back}, "625.00 0.00"},
		{[]string{settled, comesBack, credited}, "625.00 0.00"},
		{[]string{settled, nextDay}, "625.00 0.00"},
		{[]string{credited, judged}, "400.00 25.00"},
		{[]string{judged, credited}, "400.00 25.00"},
		{[]string{judged, nextDay}, "400.00 225.00"},
	} {
		w := newWorld(t)
		ref := w.open(func(c *postgres.NewClaim) { c.Invoices[0].Amount = eur("5000.00") })
		w.sent(ref, "reminder", "sticker-reminder", "14-day-letter", "summons")
		ok(t, second(w.RecordDecision(t.Context(), ref, claim.ChooseCourt, at(today), stillSo)))
		w.closes(ref, claim.StatusCourt)
		records := func(stage claim.CourtStage, awarded claim.Awarded) func() error {
			return func() error {
				return w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: stage, On: today, Awarded: awarded}, "", at(today), w.lib.Rules)
			}
		}
		credits := func(by postgres.Actor) func() error {
			return func() error {
				return w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "n", Kind: claim.CreditNote, On: today, Amount: eur("2000.00")}, by, w.lib.Rules)
			}
		}
		happens := map[string]func() error{
			settled: records(claim.CourtSettled, claim.Awarded{}), judged: records(claim.CourtJudgment, claim.Awarded{Principal: eur("3000.00"), Costs: eur("400.00")}),
			credited: credits(at(today)), nextDay: credits(at(today.AddDays(1))), comesBack: func() error { return w.cameBack(ref, "14-day-letter", today) },
			back: func() error {
				return second(w.ReverseSettlement(t.Context(), ref, "n", "of another invoice", at(today), w.lib.Rules))
			},
		}
		ok(t, records(claim.CourtServed, claim.Awarded{})())
		for _, told := range c.told {
			ok(t, happens[told]())
		}
		step := w.facts(ref).Court[1]
		if got := step.Awarded.Costs.String() + " " + step.LeftOut.String(); got != c.want {
			t.Errorf("%v: %s, want %s", c.told, got, c.want)
		}
		w.verified()
	}
}

// What a settlement is told to have had as collection costs is not for who tells it to say.
func TestASettlementTellsNoAmounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.forTheCourt()
	refused(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: claim.CourtSettled, On: today, Awarded: claim.Awarded{Costs: eur("40.00")}}, "", at(today), w.lib.Rules))
	if f := w.facts(ref); len(f.Court) != 0 {
		t.Errorf("%+v", f.Court)
	}
}

// A claim that was paid with costs of which nobody knows whether they were due is open again when something is told of its money, and nobody is asked to tell by hand what a letter tells.
func TestAPaidClaimInDoubtIsOpenAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		doubt bool
		want  claim.Status
	}{"in doubt": {true, claim.StatusOpen}, "in none": {false, claim.StatusPaid}} {
		w := newWorld(t)
		ref := w.open()
		w.sent(ref, "reminder", "sticker-reminder", "14-day-letter")
		w.exec(`UPDATE letter SET on_day = on_day - 20, received_on = received_on - 20, pay_by = pay_by - 30 WHERE claim_id = $1`, ref.ClaimID)
		if c.doubt {
			ok(t, second(w.OpenTask(t.Context(), ref, trajectory.NoticeInDoubt+"14-day-letter", "find out whether it arrived", at(today))))
		}
		account, err := w.facts(ref).AccountOn(w.lib.Tables(), today)
		ok(t, err)
		w.receives(ref, "r", account.Open.Total().String())
		w.closes(ref, claim.StatusPaid)
		ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "late", Kind: claim.PaidToClient, On: today, Amount: eur("1.00")}, at(today), w.lib.Rules))
		if f := w.facts(ref); f.Status != c.want || w.toTell(ref) != "" {
			t.Errorf("%s: the claim is %s, to tell by hand: %q", name, f.Status, w.toTell(ref))
		}
	}
}
