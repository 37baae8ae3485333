package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// procedure is what a plan has at a fixed price.
func procedure(price money.Amount) agreement.Plans {
	return agreement.Plans{"premium": {Court: agreement.Court{FixedPrice: true, Price: &price}}}
}

// A client takes the procedure at the price of the moment, once: it stands with the decision, is billed, booked, and can be taken back (requirement S11).
func TestCourtAtAFixedPrice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.lib = w.lib.Offering(procedure(eur("495.00")))
	ctx, by, ref := t.Context(), at(today), w.open()
	take := func(confirmed string) error {
		_, err := w.RecordCourtAtFixedPrice(ctx, ref, eur(confirmed), by, stillSo, w.lib.Rules)
		return err
	}
	before := w.counts()
	refused(t, take("495.00")) // without the VAT
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}
	ok(t, take("598.95"))
	w.lib = w.lib.Offering(procedure(eur("600.00")))
	ok(t, take("598.95")) // what was recorded stands, whatever it costs since
	refused(t, second(w.RecordDecision(ctx, ref, claim.ChooseCourt, by, stillSo)))
	w.closes(ref, claim.StatusCourt)
	if d := w.facts(ref).Decision; d.Choice != claim.ChooseCourt || d.FixedPrice == nil || *d.FixedPrice != (claim.FixedPrice{Net: eur("495.00"), VAT: eur("103.95")}) {
		t.Errorf("%+v", d)
	}
	told := func(want string) {
		t.Helper()
		got, booked := "", money.Amount(0)
		for _, b := range w.billed(ref) {
			got += fmt.Sprintf("%s %s + %s = %s, owed %t; ", b.Key, b.Net, b.VAT, b.Total, b.Owed())
		}
		ok(t, w.super.QueryRow(ctx, `SELECT COALESCE(sum(e.cents), 0)::bigint FROM entry e WHERE e.account = 'A450'`).Scan(&booked))
		if got += "booked " + booked.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if v, err := w.VerifyBooks(ctx, today, w.lib.Rules); err != nil || len(v.Differences) > 0 {
			t.Errorf("%+v, %v", v.Differences, err)
		}
	}
	key := postgres.BilledCourt + ":" + ref.ClaimID
	told(key + " 495.00 + 103.95 = 598.95, owed true; booked -495.00")
	ok(t, w.ReverseBillable(ctx, ref, key, "the bailiff settled it first", by))
	told(key + " 495.00 + 103.95 = 598.95, owed false; booked 0.00")
}

func TestNoCourtAtAFixedPrice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by := t.Context(), at(today)
	for name, c := range map[string]struct {
		plans agreement.Plans
		after func(postgres.Ref)
	}{
		"no plans":        {nil, func(postgres.Ref) {}},
		"no price":        {agreement.Plans{"premium": {Court: agreement.Court{FixedPrice: true}}}, func(postgres.Ref) {}},
		"decided already": {procedure(eur("495.00")), func(ref postgres.Ref) { ok(t, second(w.RecordDecision(ctx, ref, claim.ChooseCourt, by, stillSo))) }},
		"disputed in vain": {procedure(eur("495.00")), func(ref postgres.Ref) {
			ok(t, w.RaiseDispute(ctx, ref, "d", "x", by))
			ok(t, w.JudgeDispute(ctx, ref, "d", "rejected", "", by))
		}},
	} {
		ref := w.open()
		c.after(ref)
		before := w.counts()
		_, err := w.RecordCourtAtFixedPrice(ctx, ref, eur("598.95"), by, stillSo, w.lib.Offering(c.plans).Rules)
		if refused(t, err); w.counts() != before || len(w.billed(ref)) > 0 {
			t.Errorf("%s: %s was %s", name, w.counts(), before)
		}
	}
}

// With the choice for the court a person is asked to hand the claim over, until the first stage of the procedure is recorded.
func TestHandOverToCourtIsATask(t *testing.T) {
	t.Parallel()
	for _, stage := range claim.CourtStage("").Next() {
		t.Run(string(stage), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ctx, by, ref := t.Context(), at(today), w.open()
			next := func() trajectory.Action {
				rules, err := w.lib.Rules(w.facts(ref))
				ok(t, err)
				action, err := trajectory.Next(w.facts(ref), rules, by.At)
				ok(t, err)
				return action
			}
			ok(t, second(w.RecordDecision(ctx, ref, claim.ChooseCourt, by, stillSo)))
			if a := next(); a.Kind != trajectory.ActClose { // the task holds nothing up
				t.Errorf("%+v", a)
			}
			w.closes(ref, claim.StatusCourt)
			if a := next(); a.Kind != trajectory.ActWait || a.Task != trajectory.HandOverToCourt || a.Day != calendar.MustParseDate("2026-11-10") || !strings.HasSuffix(a.Reason, "(claim court); claim show tells until when it can be enforced") {
				t.Errorf("%+v", a)
			}
			refused(t, w.CompleteTask(ctx, ref, trajectory.HandOverToCourt, "done", by)) // what was done is recorded
			ok(t, w.RecordCourtStep(ctx, ref, claim.CourtStep{Stage: stage, On: today}, "", by, w.lib.Rules))
			then := map[claim.CourtStage]string{claim.CourtServed: trajectory.AskOutcome + "2026-12-15"}[stage]
			if a := next(); stage != claim.CourtWithdrawn && a.Task != then || slices.Contains(w.facts(ref).Tasks, claim.Task{Key: trajectory.HandOverToCourt, Open: true}) {
				t.Errorf("%+v, %+v", a, w.facts(ref).Tasks)
			}
		})
	}
}

// A client who took the case back decides anew, but for the court, and the claim is open meanwhile: the term of the advice begins again.
func TestWhatComesOfACaseThatWasTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by, ref := t.Context(), at(today), w.open()
	w.exec(`UPDATE claim SET advised_on = $2 WHERE id = $1`, ref.ClaimID, today.AddDays(-90))
	decide := func(choice claim.Choice) error {
		return second(w.RecordDecision(ctx, ref, choice, by, func(f claim.Facts) (bool, error) {
			return choice != claim.ChooseCourt || f.SecondCourtProblem() == "", nil
		}))
	}
	ok(t, decide(claim.ChooseCourt))
	w.closes(ref, claim.StatusCourt)
	step := claim.CourtStep{Stage: claim.CourtWithdrawn, On: today}
	for range 2 {
		ok(t, w.RecordCourtStep(ctx, ref, step, "", by, w.lib.Rules))
	}
	f := w.facts(ref)
	rules, err := w.lib.Rules(f)
	ok(t, err)
	if f.Status != claim.StatusOpen || f.Decision != nil || f.AskedAgain != today || w.taskOf(ref, trajectory.TakenBack) != "open" || trajectory.DecisionEnds(f, rules.Policy, today) != today.AddDays(30) ||
		strings.Count(w.messagesTo(ref), "reopen ") != 1 {
		t.Errorf("%s, %+v, %s, ends %s, %s", f.Status, f.Decision, f.AskedAgain, trajectory.DecisionEnds(f, rules.Policy, today), w.messagesTo(ref))
	}
	ok(t, decide(claim.ChooseCourt)) // not allowed: nothing is recorded
	if f := w.facts(ref); f.Decision != nil {
		t.Errorf("%+v", f.Decision)
	}
	ok(t, decide(claim.ChooseMonitoring))
	ok(t, decide(claim.ChooseMonitoring))
	refused(t, decide(claim.ChooseClose))
	f = w.facts(ref)
	if f.Status != claim.StatusOpen || f.Decision.Choice != claim.ChooseMonitoring || w.taskOf(ref, trajectory.TakenBack) != "done" {
		t.Errorf("%s, %+v, %+v", f.Status, f.Decision, f.Tasks)
	}
}

// A dispute that nobody has judged is judged when the case was taken back, and not by the court any more.
func TestADisputeOfACaseThatWasTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by, ref := t.Context(), at(today), w.open()
	ok(t, second(w.RecordDecision(ctx, ref, claim.ChooseCourt, by, stillSo)))
	w.closes(ref, claim.StatusCourt)
	ok(t, w.RaiseDispute(ctx, ref, "d1", "never ordered", by))
	ok(t, w.RecordCourtStep(ctx, ref, claim.CourtStep{Stage: claim.CourtWithdrawn, On: today}, "", by, w.lib.Rules))
	if a := w.next(ref); a.Kind != trajectory.ActWait || a.Task != "judge-dispute:d1" || w.taskOf(ref, "judge-dispute:d1") != "open" {
		t.Errorf("%+v, %s", a, w.taskOf(ref, "judge-dispute:d1"))
	}
}

// The debtor can dispute a claim for the court: it is judged before the hand-over, and told to whoever handles the case after it.
func TestADisputeOfAClaimForTheCourt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by, ref := t.Context(), at(today), w.open()
	ok(t, second(w.RecordDecision(ctx, ref, claim.ChooseCourt, by, stillSo)))
	w.closes(ref, claim.StatusCourt)
	open := func(key string) bool { return slices.Contains(w.facts(ref).Tasks, claim.Task{Key: key, Open: true}) }
	ok(t, w.RaiseDispute(ctx, ref, "d1", "never ordered", by))
	if !open("judge-dispute:d1") || !open(trajectory.HandOverToCourt) {
		t.Errorf("%+v", w.facts(ref).Tasks)
	}
	ok(t, w.JudgeDispute(ctx, ref, "d1", "upheld", "it was not delivered", by))
	if open("judge-dispute:d1") || !open(trajectory.AskClientAgain+"d1") {
		t.Errorf("%+v", w.facts(ref).Tasks)
	}
	ok(t, w.RecordCourtStep(ctx, ref, claim.CourtStep{Stage: claim.CourtServed, On: today}, "", by, w.lib.Rules))
	ok(t, w.RaiseDispute(ctx, ref, "d2", "the rest too", by))
	if open("judge-dispute:d2") || !open(trajectory.TellCourtDesk+"d2") {
		t.Errorf("%+v", w.facts(ref).Tasks)
	}
	ok(t, w.RecordCourtStep(ctx, ref, claim.CourtStep{Stage: claim.CourtLost, On: today}, "", by, w.lib.Rules))
	if open(trajectory.TellCourtDesk+"d2") || open(trajectory.AskClientAgain+"d1") {
		t.Errorf("%+v", w.facts(ref).Tasks)
	}
	refused(t, w.RaiseDispute(ctx, ref, "d3", "and more", by))
}
