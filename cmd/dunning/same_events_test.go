package main

import (
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

// happened is an event of a life, told in a scenario and done on the real server, some days after hand-over.
type happened struct {
	days int
	told string // of a scenario, without its moment; LATER is a day ten days after it
	do   func(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error
}

func paidClient(amount string) func(*office, *testing.T, postgres.Ref, postgres.Actor) error {
	return func(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error {
		s := claim.Settlement{Key: "p", Kind: claim.PaidToClient, Amount: money.MustParse(amount), On: calendar.DateOf(by.At)}
		return o.store.RecordSettlement(t.Context(), ref, s, by, o.teller.rules.Rules)
	}
}

func reversed(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error {
	_, err := o.store.ReverseSettlement(t.Context(), ref, "p", "storno", by, o.teller.rules.Rules)
	return err
}

func disputed(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error {
	return o.store.RaiseDispute(t.Context(), ref, "d", "never delivered", by)
}

func judged(outcome string) func(*office, *testing.T, postgres.Ref, postgres.Actor) error {
	return func(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error {
		return o.store.JudgeDispute(t.Context(), ref, "d", outcome, "the documents say so", by)
	}
}

func held(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error {
	return o.store.Hold(t.Context(), ref, "h", calendar.DateOf(by.At).AddDays(10), "the client asks", by)
}

func arranged(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error {
	proposal := postgres.Proposal{Key: "a", Permission: "by telephone", Plan: claim.Plan{Count: 2, First: calendar.DateOf(by.At).AddDays(10)}}
	return o.store.RecordArrangement(t.Context(), ref, proposal, o.stack.config.Policy.Leniency(), by, o.teller.rules.Rules)
}

func withdrew(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error {
	return o.teller.withdraw(t.Context(), ref, by)
}

// decided is the client's decision, asked of the claim's workflow.
func decided(choice claim.Choice) func(*office, *testing.T, postgres.Ref, postgres.Actor) error {
	return func(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error {
		return o.teller.update(t.Context(), ref, workflows.UpdateDecide, workflows.Decide{Choice: choice, Actor: by.Name})
	}
}

// inCourt is a stage of the procedure, on the day of the event.
func inCourt(stage claim.CourtStage) func(*office, *testing.T, postgres.Ref, postgres.Actor) error {
	return func(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error {
		return o.store.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: stage, On: calendar.DateOf(by.At)}, "", by, o.teller.rules.Rules)
	}
}

// changedTo is `dunning trajectory apply` of one claim.
func changedTo(pin string) func(*office, *testing.T, postgres.Ref, postgres.Actor) error {
	return func(o *office, t *testing.T, ref postgres.Ref, by postgres.Actor) error {
		f := o.facts(t, ref)
		from, err := o.teller.rules.Rules(f)
		if err != nil {
			return err
		}
		policy, known := o.teller.rules.Policy(pin)
		if !known {
			t.Fatal("there is no trajectory " + pin)
		}
		to, change := trajectory.Rules{Policy: policy, Tables: from.Tables}, postgres.TrajectoryChange{From: f.Trajectory, To: pin, Reason: "less time to pay"}
		_, err = o.store.ChangeTrajectory(t.Context(), ref, change, by, func(f claim.Facts) ([]claim.Done, error) { return trajectory.Carry(f, from, to, by.At) })
		return err
	}
}
