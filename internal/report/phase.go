package report

import (
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Phase is where a claim stands for its client: coarser than stages, and a dispute, a hold and an arrangement are phases too.
type Phase string

// The phases, in the order of a claim's life.
const (
	Intake      Phase = "intake"
	Reminders   Phase = "reminders"
	Summons     Phase = "summons" // with the 14-day letter
	Advice      Phase = "advice"  // the client has it, and decides
	Arrangement Phase = "arrangement"
	Disputed    Phase = "dispute"
	OnHold      Phase = "hold"
	Monitoring  Phase = "monitoring"
	Court       Phase = "court"
	EndedPaid   Phase = "ended-paid"
	EndedUnpaid Phase = "ended-unpaid" // closed, or a dispute was upheld
	Withdrawn   Phase = "withdrawn"
	NotAccepted Phase = "refused" // at the intake
)

// Phases lists all.
func Phases() []Phase {
	return []Phase{Intake, Reminders, Summons, Advice, Arrangement, Disputed, OnHold, Monitoring, Court, EndedPaid, EndedUnpaid, Withdrawn, NotAccepted}
}

// Running says whether the claim is still being collected.
func (p Phase) Running() bool {
	return !slices.Contains([]Phase{EndedPaid, EndedUnpaid, Withdrawn, NotAccepted}, p)
}

// Standing is what of a claim's facts says where it stands.
type Standing struct {
	Status       claim.Status
	OpenedOn     calendar.Date     // intake passed; zero before
	Pauses       []claim.PauseKind // that cover the day
	Arranged     bool              // an arrangement is in force on the day
	Monitored    bool              // debt monitoring began, and the client has no decision to take anew
	Advised      bool              // the advice is there, or was skipped
	Lost         bool              // the court dismissed the claim, or its judgment was set aside
	LettersSoFar []string          // the kinds of the letters that left, or may have
}

// Phase is where the claim stands. What keeps an open claim from going on, or was agreed, comes before how far it came: a dispute before a hold before an arrangement.
func (s Standing) Phase() Phase {
	switch s.Status {
	case claim.StatusPaid:
		return EndedPaid
	case claim.StatusWithdrawn:
		return Withdrawn
	case claim.StatusUpheld, claim.StatusClosed:
		return EndedUnpaid
	case claim.StatusRefused:
		return NotAccepted
	case claim.StatusCourt:
		if s.Lost {
			return EndedUnpaid
		}
		return Court
	case claim.StatusOpen:
	}
	switch {
	case slices.Contains(s.Pauses, claim.PauseDispute):
		return Disputed
	case slices.Contains(s.Pauses, claim.PauseHold):
		return OnHold
	case s.Arranged:
		return Arrangement
	case s.OpenedOn.IsZero():
		return Intake
	case s.Monitored:
		return Monitoring
	case s.Advised:
		return Advice
	case slices.ContainsFunc(s.LettersSoFar, func(kind string) bool {
		stage := trajectory.StageOf(kind)
		return stage == trajectory.StageNotice || stage == trajectory.StageSummons
	}):
		return Summons
	}
	return Reminders
}
