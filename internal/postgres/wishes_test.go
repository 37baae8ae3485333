package postgres_test

import (
	"fmt"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func stillSo(claim.Facts) (bool, error) { return true, nil }

// What was decided on older facts is not recorded when, under the lock, it no longer holds; and a claim that has ended takes no wishes any more.
func TestNothingIsDecidedOnOldFacts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by := t.Context(), at(today)
	ref := w.open()
	before := w.counts()
	notAnyMore := func(f claim.Facts) (bool, error) { return len(f.Pauses) == 0, nil }
	ok(t, w.RaiseDispute(ctx, ref, "d", "never ordered", by))
	disputed := w.counts()
	if f, err := w.RecordDefault(ctx, ref, claim.ChooseClose, "", by, notAnyMore); err != nil || f.Decision != nil || w.counts() != disputed || disputed == before {
		t.Errorf("the default of a disputed claim: %+v, %v", f.Decision, err)
	}
	if f, err := w.CloseClaim(ctx, ref, claim.StatusClosed, "x", by, notAnyMore); err != nil || f.Status != claim.StatusOpen {
		t.Errorf("closed while disputed: %s, %v", f.Status, err)
	}
	if _, err := w.CloseClaim(ctx, ref, claim.StatusPaid, "nothing is owed", by, stillSo); err != nil {
		t.Fatal(err)
	}
	closed := w.counts()
	for name, late := range map[string]func() (claim.Facts, error){
		"decision":   func() (claim.Facts, error) { return w.RecordDecision(ctx, ref, claim.ChooseCourt, by, stillSo) },
		"withdrawal": func() (claim.Facts, error) { return w.RecordWithdrawal(ctx, ref, commission, by, w.lib.Rules) },
		"repair": func() (claim.Facts, error) {
			return w.RecordRepair(ctx, ref, claim.Repair{Key: "r", Do: "retry"}, by, stillSo)
		},
	} {
		_, err := late()
		refused(t, err)
		if w.counts() != closed {
			t.Errorf("%s of a closed claim: %s was %s", name, w.counts(), closed)
		}
	}
}

// A withdrawal that is told twice is one, for the price that was confirmed: another price is not answered as if it had been recorded.
func TestAClaimIsWithdrawnForOnePrice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	withdraw := func(price money.Amount) error {
		return drop(w.RecordWithdrawal(t.Context(), ref, price, at(today), w.lib.Rules))
	}
	for range 2 {
		ok(t, withdraw(commission))
	}
	refused(t, withdraw(commission+1))
	w.closes(ref, claim.StatusWithdrawn)
	ok(t, withdraw(commission))
	refused(t, withdraw(commission+1))
}

// A client whom the advice did not reach gets its term to decide when a person has handed it over.
func TestAdviceHandedOverByAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	if _, err := w.OpenTask(t.Context(), ref, trajectory.ReachClient, "x", at(today)); err != nil {
		t.Fatal(err)
	}
	if f := w.facts(ref); !f.Advised.IsZero() {
		t.Fatal(f.Advised)
	}
	ok(t, w.CompleteTask(t.Context(), ref, trajectory.ReachClient, "by telephone", at(today.AddDays(2))))
	if f := w.facts(ref); f.Advised != today.AddDays(2) {
		t.Errorf("advised on %s", f.Advised)
	}
}

func TestAStepIsSkippedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	for year := range 2 {
		w.needsAttention(ref, trajectory.MonitoringLetter, today.AddYears(year))
		_, err := w.RecordRepair(t.Context(), ref, claim.Repair{Key: fmt.Sprint(year), Do: "skip", Step: trajectory.MonitoringLetter, Reason: "x"}, at(today.AddYears(year)), stillSo)
		ok(t, err)
	}
	if on := w.facts(ref).SkippedOn(trajectory.MonitoringLetter); on != today.AddYears(1) {
		t.Errorf("skipped on %s", on)
	}
}

// What was told and ended a claim is found again by whoever tells it once more: the decision that stands, and no default, with its price; and the end of debt monitoring.
func TestWhatWasToldIsKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, client := t.Context(), postgres.Actor{Name: "client", At: today.At(12, 0)}
	w.lib = w.lib.Offering(procedure(eur("495.00")))
	decided, byDefault, atPrice, takenBack, stopped, open := w.open(), w.open(), w.open(), w.open(), w.open(), w.open()
	ok(t, drop(w.RecordDecision(ctx, decided, claim.ChooseMonitoring, client, stillSo)))
	ok(t, drop(w.StartMonitoring(ctx, decided, client)))
	ok(t, drop(w.RecordDecision(ctx, decided, claim.ChooseCourt, client, stillSo)))
	ok(t, drop(w.RecordDefault(ctx, byDefault, claim.ChooseClose, "", client, stillSo)))
	ok(t, drop(w.StartMonitoring(ctx, stopped, client)))
	ok(t, drop(w.EndMonitoring(ctx, stopped, claim.EndWish, client)))
	price, other := eur("598.95"), eur("598.94")
	_, err := w.RecordCourtAtFixedPrice(ctx, atPrice, price, client, stillSo, w.lib.Rules)
	ok(t, err)
	ok(t, drop(w.RecordDecision(ctx, takenBack, claim.ChooseCourt, client, stillSo)))
	w.closes(takenBack, claim.StatusCourt)
	ok(t, w.RecordCourtStep(ctx, takenBack, claim.CourtStep{Stage: claim.CourtWithdrawn, On: today}, "", client, w.lib.Rules))
	decision := func(ref postgres.Ref, choice claim.Choice, price *money.Amount) func() (postgres.Told, error) {
		return func() (postgres.Told, error) { return w.DecisionTold(ctx, ref, choice, price) }
	}
	ending := func(ref postgres.Ref, because claim.Ending) func() (postgres.Told, error) {
		return func() (postgres.Told, error) { return w.EndingTold(ctx, ref, because) }
	}
	for name, c := range map[string]struct {
		told func() (postgres.Told, error)
		want bool
	}{
		"the decision":                                 {decision(decided, claim.ChooseCourt, nil), true},
		"the decision before it":                       {decision(decided, claim.ChooseMonitoring, nil), false},
		"at a price that nobody confirmed":             {decision(decided, claim.ChooseCourt, &price), false},
		"at its price":                                 {decision(atPrice, claim.ChooseCourt, &price), true},
		"at another price":                             {decision(atPrice, claim.ChooseCourt, &other), false},
		"without its price":                            {decision(atPrice, claim.ChooseCourt, nil), false},
		"a default, which nobody told":                 {decision(byDefault, claim.ChooseClose, nil), false},
		"the court, and the case was taken back since": {decision(takenBack, claim.ChooseCourt, nil), false},
		"nothing was decided":                          {decision(open, claim.ChooseClose, nil), false},
		"the end of monitoring":                        {ending(stopped, claim.EndWish), true},
		"another end":                                  {ending(stopped, claim.EndAssets), false},
		"monitoring that nobody has stopped":           {ending(decided, claim.EndWish), false},
	} {
		told, err := c.told()
		if want := (postgres.Told{By: "client", On: today}); err != nil || (told == want) != c.want || !c.want && told != (postgres.Told{}) {
			t.Errorf("%s: %+v, %v", name, told, err)
		}
	}
}
